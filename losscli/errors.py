"""What is said to the user when something is wrong, one line and an exit code, and the streams that may be closed."""

from __future__ import annotations

import os
import sys


class LossplotError(Exception):
    """The work failed: a file could not be written, an extra is missing."""

    exit_code = 1


class UsageError(LossplotError):
    """The words were wrong: `what was said; what is allowed`."""

    exit_code = 2


class OwnCodeError(LossplotError):
    """The user's own code failed: `mine.py:12: what was raised; what was being done`. Its cause is what was raised."""


def unreadable(file: str, error: OSError, allowed: str) -> LossplotError:
    """Return what to raise of a file that cannot be read; one that is not there, or is a folder, was named wrongly."""
    kind = UsageError if isinstance(error, FileNotFoundError | IsADirectoryError) else LossplotError
    return kind(f"{file}: {error.strerror}; {allowed}")


def one_line(message: object) -> str:
    """Return a message without its line breaks, and without what would act on a terminal or cannot be seen there."""
    text = " ".join(str(message).split())
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def complain(message: object) -> None:
    """Say one line on stderr."""
    sys.stderr.write(f"lossplot: {one_line(message)}\n")


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
