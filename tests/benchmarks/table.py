"""Print all that is measured, with versions: `python tests/benchmarks/table.py [RUNS]`, on an idle machine.

lossplot has to be installed, so that Python has compiled it. It takes some ten minutes.
"""

import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

SCRIPTS = ("startup", "batch", "gif", "evaluation", "predictions")
PACKAGES = ("lossplot", "numpy", "matplotlib", "click", "scipy", "scikit-learn", "pandas", "pyarrow")


def main() -> None:
    """Print the versions, then what each script prints."""
    print(f"Python {platform.python_version()}, {', '.join(f'{name} {version(name)}' for name in PACKAGES)}")
    for name in SCRIPTS:
        print(f"\n{name}", flush=True)
        subprocess.run([sys.executable, Path(__file__).with_name(f"{name}.py"), *sys.argv[1:]], check=True)


if __name__ == "__main__":
    main()
