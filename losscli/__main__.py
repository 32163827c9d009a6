"""`python -m losscli` is `lossplot`."""

import sys

from losscli.cli import main

if __name__ == "__main__":
    sys.exit(main())
