"""Write CONFORMANCE.md: `python tests/conformance_page.py`. It needs all libraries (the extra `conformance`)."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / room) for room in ("losses", "names")]

from test_conformance import PAGE, page  # noqa: E402 - needs the path set above

if __name__ == "__main__":
    PAGE.write_text("\n".join(page()) + "\n", encoding="utf-8")
