"""The standard streams of the process: those that are closed, and stdout when nobody reads it any more."""

from __future__ import annotations

import os
import sys


def open_closed_streams() -> None:
    """Replace standard streams that the caller has closed.

    Writing to stdout then fails, as on a full disk; stderr is discarded, and stdin is empty.
    """
    modes = {"stdin": os.O_RDONLY, "stdout": os.O_RDONLY, "stderr": os.O_WRONLY}
    for name, mode in modes.items():
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, mode), "r" if name == "stdin" else "w"))


def discard_output() -> None:
    """Redirect stdout to the null device, so that flushing its buffer at exit cannot fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
