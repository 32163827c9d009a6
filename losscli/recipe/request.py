"""What a command line says, parsed but not yet interpreted: the loss words with their parameters, and the options."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from losscli.errors import UsageError, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.model.loss import Loss
    from losscli.model.numbers import Value
    from losscli.model.spelling import Spelling


def split_words(line: str, *, comments: bool = False) -> list[str]:
    """Split a line into words as a shell does. Raise UsageError for an open quote or a trailing backslash."""
    try:
        return shlex.split(line, comments=comments)
    except ValueError as error:
        escape = "escaped" in str(error)
        reason = "it ends in a backslash; a figure is one line" if escape else "a quote is opened and never closed"
        raise UsageError(reason) from None


def numbered_lines(file: str, option: str, what: str) -> list[tuple[int, str]]:
    """Return the lines of a text file, or of stdin for `-`, with their numbers, without empty lines and comments.

    The errors name the option, and say in the words of `what` which file is expected.
    """
    from pathlib import Path  # most command lines read no file

    name = "<stdin>" if file == "-" else file
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise unreadable(f"{option} {name}", error, what) from None
    lines = enumerate(_text(data, f"{option} {name}", what).splitlines(), start=1)
    return [(number, line) for number, line in lines if _says_something(line)]


def arriving_lines(option: str, what: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of stdin as `numbered_lines` returns them, each when it is there: a pipe may stay open.

    Until the last one stdin is empty for everybody else, who would take the lines that are still to come.
    """
    import io

    name, number = f"{option} <stdin>", 0
    stdin, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO())
    try:
        for data in iter(stdin.buffer.readline, b""):
            for line in _text(data, name, what).splitlines():
                number += 1
                if _says_something(line):
                    yield number, line
    except OSError as error:
        raise unreadable(name, error, what) from None
    finally:
        sys.stdin = stdin


def _text(data: bytes, name: str, what: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:  # text never has it
        raise UsageError(f"{name}: not a text file; {what} in UTF-8")
    return text


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


class LossWord(NamedTuple):
    """A loss as it was typed, with the values given for each of its parameters."""

    spelling: Spelling
    parameters: dict[str, tuple[Value, ...]]  # the values and sweeps of each; None: switched off

    @property
    def typed(self) -> str:
        """The name as typed."""
        return self.spelling.name

    @property
    def loss(self) -> Loss:
        """The catalogue's loss that the name stands for."""
        return self.spelling.loss


class Request(NamedTuple):
    """All that one command line says."""

    losses: tuple[LossWord, ...]
    options: dict[str, Any]  # only those that were given
    classes: int = 0  # of each prediction at which numbers are asked for; 0: none is, or it is one number

    def get(self, name: str, default: Any = None) -> Any:
        """Return the value of an option, or the default if it was not given."""
        return self.options.get(name, default)

    def one_of(self, first: str, second: str) -> str | None:
        """Return which of two options was given, or None. Raise UsageError for both."""
        given = [name for name in (first, second) if name in self.options]
        if len(given) > 1:
            raise UsageError(f"--{first} and --{second}; give one or the other")
        return given[0] if given else None
