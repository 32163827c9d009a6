"""A user's own loss word, before it becomes a loss: its parameters, and the settings that say how to read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from losscli.model.loss import Parameter
    from losscli.model.spelling import Spelling, Switch


class Setting(NamedTuple):
    """An option that says how a user's own loss is to be read, such as `--family margin`."""

    name: str
    metavar: str
    help: str
    choices: tuple[str, ...] = ()  # the words that are allowed; none: any text, which `build` checks


@dataclass(frozen=True)
class OwnWord:
    """A user's own loss as its word names it: `mine.py:asymmetric`, or `expr:r**2`.

    `build` turns the settings that were given, by name, into a Spelling; it raises UsageError if the loss cannot be
    read so.
    """

    name: str
    parameters: tuple[Parameter, ...]
    settings: tuple[Setting, ...]
    summary: str
    note: str
    build: Callable[[Mapping[str, str]], Spelling]
    switches: tuple[Switch, ...] = ()  # as libraries have; an own loss has settings instead

    def every_parameter(self) -> tuple[Parameter, ...]:
        """Return its parameters, which no setting changes."""
        return self.parameters
