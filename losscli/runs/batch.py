"""Runs a file of command lines, each as if it had been typed."""

from __future__ import annotations

import gc
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from losscli.errors import LossplotError, UsageError, one_line
from losscli.outputs.files import is_stdout
from losscli.outputs.provenance import Stamp, made_here, words_in, written_as
from losscli.recipe.request import numbered_lines, split_words
from losscli.runs.drawing import Drawing
from losscli.runs.job import Job
from losscli.runs.redo import Redo
from losscli.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from losscli.recipe.formats import Output
    from losscli.recipe.recipe import Recipe

ARTICLE = Path(__file__).parent / "recipes" / "article.txt"


@dataclass(frozen=True)
class Batch(Job):
    """A file of command lines, or `-` for stdin, and the folder for its figures.

    A figure that is already there is skipped if it has the same format, words and version, unless
    `again` is set. A file that lossplot did not make is replaced only if `force` is set.
    """

    file: str
    into: str
    read: Callable[[Sequence[str], str], Job | None]
    again: bool = False
    force: bool = False

    def perform(self) -> None:
        """Run every line, print the errors of those that fail, and raise LossplotError at the end if any did."""
        gc.enable()  # figures are cycles of references, which only the collector frees
        name = "<stdin>" if self.file == "-" else self.file
        lines = numbered_lines(self.file, "batch", "a batch is a file of command lines")
        if self.into:
            _make_folder(self.into)
        written: dict[Path, int] = {}
        faults: dict[str, list[int]] = {}  # the lines of each message
        skipped, hidden = 0, not sys.stderr.isatty()
        try:
            with click.progressbar(lines, file=sys.stderr, hidden=hidden, label=Path(name).name) as bar:
                for number, line in bar:
                    try:
                        skipped += self._line(number, line, written)
                    except LossplotError as error:
                        faults.setdefault(one_line(error), []).append(number)
        finally:  # also after Ctrl-C
            for message, numbers in faults.items():
                sys.stderr.write(f"{name}:{', '.join(map(str, numbers))}: {message}\n")
        if skipped and not hidden:
            sys.stderr.write(f"{skipped} files were there already; --force draws them again\n")
        if faults:
            raise LossplotError(f"{sum(map(len, faults.values()))} of the {len(lines)} lines of {name} failed")

    def _line(self, number: int, line: str, written: dict[Path, int]) -> int:
        """Run a line and return how many of its files were skipped."""
        words = split_words(line, comments=True)
        if not words:
            return 0
        job = self.read(words, self.into)
        if isinstance(job, Batch):
            raise UsageError(f"a batch inside a batch: {words[0]} cannot stand in a file of lines")
        if isinstance(job, Redo):
            raise UsageError("redo cannot stand in a file of lines; a line says what to draw")
        if job is None:
            return 0
        places = _places(job, written)
        there: list[Output] = []
        if isinstance(job, Drawing):
            found = [] if self.force else [output for output in job.outputs if _there(job.recipe, output)]
            there = [] if self.again else found
            job.make(tuple(output for output in job.outputs if output not in there))
        else:
            job.perform()
        written.update(dict.fromkeys(places, number))
        return len(there)


def _places(job: Job, written: dict[Path, int]) -> list[Path]:
    """Return the files that a line writes. Raise UsageError if an earlier line wrote one, or one is stdout."""
    places = [Path(output.path).resolve() for output in job.writes]
    for output, place in zip(job.writes, places, strict=True):
        if is_stdout(output.path):
            raise UsageError(f"-o {output.path} would mix a figure into what the batch prints; name a file")
        if place in written:
            raise UsageError(f"{output.path} is written by line {written[place]}; each line has a file of its own")
    return places


def _there(recipe: Recipe, output: Output) -> bool:
    """Return True if the figure is already in its file and need not be drawn again.

    A figure that reads a style sheet or font file is drawn again, since that file may have changed. Raise LossplotError
    if lossplot did not make the file that is there.
    """
    path = Path(output.path)
    try:
        data = path.read_bytes() if path.is_file() else None
    except OSError as error:
        raise LossplotError(f"{path} is there and cannot be read: {error.strerror}; --force overwrites it") from None
    if data is None:
        return False
    if not made_here(data):
        raise LossplotError(f"{path} is there and lossplot did not make it; --force overwrites it")
    same = written_as(data, output.format) and words_in(data) == Stamp(recipe.words, __version__)
    return same and not recipe.reads_files


def _make_folder(path: str) -> None:
    try:
        Path(path).mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise UsageError(f"{path} is a file; the figures go into a folder") from None
    except OSError as error:
        raise LossplotError(f"{path} cannot be made: {error.strerror}") from None
