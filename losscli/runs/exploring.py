"""The job of `lossplot explore`: a page in which losses are chosen, moved and read off."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from losscli.errors import UsageError
from losscli.outputs import save
from losscli.own import is_own
from losscli.recipe.formats import Output, planned
from losscli.runs.job import Job, tell_path

if TYPE_CHECKING:
    from losscli.model.loss import Loss


@dataclass(frozen=True)
class Exploring(Job):
    """The losses of the page, none for all, and where it goes."""

    losses: tuple[Loss, ...]
    output: Output

    @property
    def writes(self) -> tuple[Output, ...]:
        """The page."""
        return (self.output,)

    def perform(self) -> None:
        """Write the page. Raise LossplotError if it cannot be written."""
        from losscli.outputs.explorer.page import render

        save(render(self.losses), self.output, sys.stdout.buffer)
        if self.output.path != "-":
            tell_path(self.output)


def exploring(names: tuple[str, ...], path: str, into: str) -> Exploring:
    """Return the job of a page with losses of these names; `into` is the folder for a relative path.

    Raise UsageError for a name of no loss, and for a file that is no page.
    """
    losses = {loss.name: loss for loss in map(_loss, names)}
    if path != "-" and Path(path).suffix.lower() != ".html":
        raise UsageError(f"-o {path or repr(path)}; the page is an .html file, or - for standard output")
    (output,) = planned((path if path == "-" else str(Path(into, path)),), "html" if path == "-" else None)
    return Exploring(tuple(losses.values()), output)


def _loss(name: str) -> Loss:
    """Return the loss of the catalogue that a name stands for."""
    from losscli.names.suggestions import named

    if is_own(name):
        raise UsageError(f"{name} is a loss of your own; explore shows those of the catalogue")
    return named(name).loss
