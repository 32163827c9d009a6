"""The program `lossplot`, also run as `python -m losscli`."""

import gc
import sys


def run() -> int:
    """Run lossplot and return the exit code; Ctrl-C during the first imports counts too."""
    gc.disable()  # most command lines end before a collection would pay; a batch enables it again
    try:
        from losscli.cli.main import main

        return main()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(run())
