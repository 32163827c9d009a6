"""`lossplot`, and `python -m losscli`: the program, which Ctrl-C may stop before it has begun."""

import sys


def run() -> int:
    """Run lossplot; return the exit code."""
    try:
        from losscli.cli.main import main

        return main()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(run())
