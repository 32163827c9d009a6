"""A figure's file -> its words -> the figure again. What a file says is data: it chooses no path and runs no code."""

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
from losscli.runs.job import Drawing, Job

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LONG = 1000  # characters of a message


@dataclass(frozen=True)
class Redo(Job):
    """Files with words in them, each drawn again in place or, if there is one, into another file."""

    figures: tuple[str, ...]
    output: str
    form: str | None
    read: Callable[[Sequence[str], str], Job | None]

    def perform(self) -> None:
        """Do every file that can be done, say of the others why not, and fail at the end if there were any."""
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
        """Draw a file again, or say which file holds what cannot be drawn."""
        drawing = self._drawing(figure)
        try:
            drawing.perform()
        except LossplotError as error:
            raise type(error)(_short(f"{figure}: {error}")) from error

    def _drawing(self, figure: str) -> Drawing:
        """Understand the words in a file as a drawing that goes where we say."""
        path = self.output or figure
        words = _words(figure)
        outputs = tuple(planned((path,), self.form))
        first = [f"--output={path}", *(["--format", self.form] if self.form else [])]
        try:
            # Behind an option no verb can stand; help is an answer to who types, and here nobody did.
            with redirect_stdout(io.StringIO()):
                job = self.read([*first, *split_words(words)], "")
        except (LossplotError, ValueError) as error:
            raise LossplotError(_short(f"{figure} holds words that are no figure, '{words}': {error}")) from error
        plain = isinstance(job, Drawing) and Drawing(job.recipe, outputs)
        if not isinstance(job, Drawing) or job != plain:
            raise LossplotError(_short(f"{figure} holds words that are more than a figure: '{words}'"))
        return plain  # whoever said these words may have drawn something else, of which each had its use


def _short(text: str) -> str:
    """Return a message no longer than one reads."""
    return text if len(text) <= LONG else f"{text[: LONG // 2]} ... {text[-LONG // 2 :]}"


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
