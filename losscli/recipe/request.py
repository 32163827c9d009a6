"""A command line -> its words -> what they say, read but not yet understood."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from losscli.errors import UsageError

if TYPE_CHECKING:
    from losscli.model.loss import Loss
    from losscli.model.spelling import Spelling


def parted(line: str, *, comments: bool = False) -> list[str]:
    """Return the words of a line, as a shell would part it."""
    try:
        return shlex.split(line, comments=comments)
    except ValueError as error:
        escape = "escaped" in str(error)
        reason = "it ends in a backslash; a figure is one line" if escape else "a quote is opened and never closed"
        raise UsageError(reason) from None


@dataclass(frozen=True)
class LossWord:
    """A loss as typed, with the values given for each of its parameters."""

    spelling: Spelling
    parameters: dict[str, tuple[float | None, ...]]  # None: switched off

    @property
    def typed(self) -> str:
        """The name as typed."""
        return self.spelling.name

    @property
    def loss(self) -> Loss:
        """The loss that the name means."""
        return self.spelling.loss


@dataclass(frozen=True)
class Request:
    """All that one command line says, read but not yet understood."""

    losses: tuple[LossWord, ...]
    options: dict[str, Any]  # only those given

    def get(self, name: str, default: Any = None) -> Any:
        """Return the value of an option, or the default where it was not given."""
        return self.options.get(name, default)
