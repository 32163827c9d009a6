"""The standard streams of the process, where whoever called has closed them, or has gone."""

from __future__ import annotations

import os
import sys


def open_closed() -> None:
    """Open the streams that are closed: what is written to output then fails as on a full disk.

    Of errors nobody wants to hear, and there is no input.
    """
    modes = {"stdin": os.O_RDONLY, "stdout": os.O_RDONLY, "stderr": os.O_WRONLY}
    for name, mode in modes.items():
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, mode), "r" if name == "stdin" else "w"))


def give_up_output() -> None:
    """Lead standard output nowhere: what is still buffered must not complain at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
