"""Draws figures again from the words inside their files. These words are data: they choose no path and run no code."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from losscli.errors import LossplotError, UsageError, complain, unreadable
from losscli.outputs.provenance import words_in
from losscli.recipe.formats import planned
from losscli.recipe.request import split_words
from losscli.runs.drawing import Drawing
from losscli.runs.job import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_MESSAGE = 1000  # characters


@dataclass(frozen=True)
class Redo(Job):
    """Files with words in them, each drawn again in place, or a single one into another file."""

    figures: tuple[str, ...]
    output: str
    form: str | None
    read: Callable[[Sequence[str], str], Job | None]

    def perform(self) -> None:
        """Redraw every file, print the errors of those that fail, and raise LossplotError at the end if any did."""
        if len(self.figures) == 1:
            self._redo(self.figures[0])
            return
        if self.output or self.form:
            raise UsageError("-o and --format are for one figure; several are redone in place")
        failed = 0
        for figure in self.figures:
            try:
                self._redo(figure)
            except LossplotError as error:
                failed += 1
                complain(error)
        if failed:
            raise LossplotError(f"{failed} of the {len(self.figures)} figures could not be redone")

    def _redo(self, figure: str) -> None:
        """Redraw one file. Raise LossplotError, with the name of the file, if its words cannot be drawn."""
        drawing = self._drawing(figure)
        try:
            drawing.perform()
        except LossplotError as error:
            raise type(error)(_short(f"{figure}: {error}")) from error

    def _drawing(self, figure: str) -> Drawing:
        """Return the drawing of the words in a file, with our output. Raise LossplotError for any other words."""
        path = self.output or figure
        words = _words(figure)
        outputs = tuple(planned((path,), self.form))
        first = [f"--output={path}", *(["--format", self.form] if self.form else [])]
        try:
            # After an option no verb is allowed, so the words can only draw. Help in them would be printed: discard it.
            with redirect_stdout(io.StringIO()):
                job = self.read([*first, *split_words(words)], "")
        except (LossplotError, ValueError) as error:
            raise LossplotError(_short(f"{figure} holds words that are no figure, '{words}': {error}")) from error
        plain = isinstance(job, Drawing) and Drawing(job.recipe, outputs, below=job.below)
        if not isinstance(job, Drawing) or job != plain:
            raise LossplotError(_short(f"{figure} holds words that are more than a figure: '{words}'"))
        return plain  # without the options: an older version may have recorded some that no output uses now


def _short(text: str) -> str:
    """Return a message with its middle left out if it is too long to read."""
    return text if len(text) <= MAX_MESSAGE else f"{text[: MAX_MESSAGE // 2]} ... {text[-MAX_MESSAGE // 2 :]}"


def _words(figure: str) -> str:
    if not figure:
        raise UsageError("redo ''; give the name of a figure that lossplot made")
    try:
        data = Path(figure).read_bytes()
    except OSError as error:
        raise unreadable(f"redo {figure}", error, "redo reads a figure that lossplot made") from None
    found = words_in(data)
    if found is None:
        raise LossplotError(f"{figure} holds no words of lossplot; only a figure that carries them can be redone")
    return found.words
