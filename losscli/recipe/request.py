"""What a command line says, parsed but not yet interpreted: the loss words with their parameters, and the options."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any, NamedTuple

from losscli.errors import UsageError

if TYPE_CHECKING:
    from losscli.model.loss import Loss
    from losscli.model.spelling import Spelling


def split_words(line: str, *, comments: bool = False) -> list[str]:
    """Split a line into words as a shell does. Raise UsageError for an open quote or a trailing backslash."""
    try:
        return shlex.split(line, comments=comments)
    except ValueError as error:
        escape = "escaped" in str(error)
        reason = "it ends in a backslash; a figure is one line" if escape else "a quote is opened and never closed"
        raise UsageError(reason) from None


class LossWord(NamedTuple):
    """A loss as it was typed, with the values given for each of its parameters."""

    spelling: Spelling
    parameters: dict[str, tuple[float | None, ...]]  # numbers and sweeps; None: switched off

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

    def get(self, name: str, default: Any = None) -> Any:
        """Return the value of an option, or the default if it was not given."""
        return self.options.get(name, default)
