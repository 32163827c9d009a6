"""Runs a file of command lines, each as if it had been typed, in this process or on many workers."""

from __future__ import annotations

import gc
import io
import os
import sys
from collections import deque
from contextlib import contextmanager, nullcontext, redirect_stdout
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from losscli.errors import LossplotError, UsageError, one_line
from losscli.outputs.files import is_stdout
from losscli.outputs.provenance import Stamp, made_here, words_in, written_as
from losscli.recipe.request import arriving_lines, numbered_lines, split_words
from losscli.runs.drawing import Drawing
from losscli.runs.errands import Errand, Errands, fulfil
from losscli.runs.job import Job, Text
from losscli.runs.redo import Redo
from losscli.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from losscli.data.work import Workers
    from losscli.recipe.formats import Output
    from losscli.recipe.recipe import Recipe

ARTICLE = Path(__file__).parent / "recipes" / "article.txt"
A_BATCH = "a batch is a file of command lines"
LINES = 4  # at most, that a worker is handed at a time: the way there costs little beside them, and the last ends soon


class Line(NamedTuple):
    """A line that has been read: its job, for a figure the outputs that are to be made, or what is wrong with it."""

    number: int
    words: Sequence[str] = ()
    job: Job | None = None
    outputs: tuple[Output, ...] = ()
    fault: str = ""

    @property
    def skipped(self) -> int:
        """How many of its files need not be written."""
        return len(self.job.writes) - len(self.outputs) if isinstance(self.job, Drawing) else 0

    @property
    def errand(self) -> Errand | None:
        """What a worker is told, or None if nothing is left to do, or it is to be done here."""
        if self.job is None or self.job.here or (isinstance(self.job, Drawing) and not self.outputs):
            return None
        return Errand(self.words, self.outputs)

    def perform(self) -> str:
        """Do what the line says in this process; return its fault."""
        if self.job is None:
            return self.fault
        try:
            fulfil(self.job, self.outputs)
        except LossplotError as error:
            return one_line(error)
        return ""


@dataclass
class _Outcome:
    """What becomes of the lines: each fault is told once with all its lines, or at once."""

    name: str
    at_once: bool
    lines: int = 0
    failed: int = 0
    skipped: int = 0  # files
    faults: dict[str, list[int]] = field(default_factory=dict)  # the lines of each message

    def add(self, line: Line, fault: str) -> None:
        """Take in what became of a line."""
        self.lines += 1
        self.failed += bool(fault)
        if fault:
            self.faults.setdefault(fault, []).append(line.number)
        else:
            self.skipped += line.skipped
        if self.at_once:
            sys.stdout.flush()
            self.tell()

    def tell(self) -> None:
        """Tell the faults that are not told yet."""
        for message, numbers in self.faults.items():
            sys.stderr.write(f"{self.name}:{', '.join(map(str, numbers))}: {message}\n")
        self.faults.clear()
        sys.stderr.flush()


@dataclass(frozen=True)
class Batch(Job):
    """A file of command lines, or `-` for stdin, and the folder for its figures.

    Lines of stdin are answered as they arrive, unless there are several workers. A figure that is already there is
    skipped if it has the same format, words and version, unless `again` is set. A file that lossplot did not make is
    replaced only if `force` is set.
    """

    file: str
    into: str
    read: Callable[[Sequence[str], str], Job | None]
    again: bool = False
    force: bool = False
    jobs: int = 1  # processes
    dask: str = ""  # the address of a cluster that does the work instead

    def perform(self) -> None:
        """Run every line, tell the errors of those that fail, and raise LossplotError at the end if any did."""
        if self._answers:
            lines: Iterable[tuple[int, str]] = arriving_lines("batch", A_BATCH)
            number = 0
        else:
            lines = found = numbered_lines(self.file, "batch", A_BATCH)
            number = len(found)
        if self.into:
            _make_folder(self.into)
        outcome = _Outcome("<stdin>" if self.file == "-" else self.file, self._answers)
        hidden = self._answers or not sys.stderr.isatty()
        bar = click.progressbar(length=number, file=sys.stderr, hidden=hidden, label=Path(outcome.name).name)
        try:
            with _collector() as settle, self._workers(number) as workers, bar:
                for line, fault in self._outcomes(lines, number, workers):
                    outcome.add(line, fault)
                    bar.update(1)
                    if line.outputs and workers is None:
                        settle()
        finally:  # also after Ctrl-C
            outcome.tell()
        if outcome.skipped and not hidden:
            sys.stderr.write(f"{outcome.skipped} files were there already; --force draws them again\n")
        if outcome.failed:
            raise LossplotError(f"{outcome.failed} of the {outcome.lines} lines of {outcome.name} failed")

    @property
    def _answers(self) -> bool:
        """Whether each line is done, and told, before the next one is read, which may not be there yet."""
        return self.file == "-" and self.jobs == 1 and not self.dask

    def _workers(self, lines: int) -> AbstractContextManager[Workers | None]:
        """Return who does the work: a cluster, processes, or None for this process."""
        jobs = min(self.jobs, lines)
        if jobs <= 1 and not self.dask:
            return nullcontext()
        from losscli.data.work import cluster, processes  # most batches need no workers

        return cluster(self.dask) if self.dask else processes(jobs, afresh=True)

    def _outcomes(
        self, lines: Iterable[tuple[int, str]], number: int, workers: Workers | None
    ) -> Iterator[tuple[Line, str]]:
        """Yield each of so many lines with its fault, in order, when it is done. What it prints is printed then."""
        written: dict[Path, int] = {}
        read = (self._read(place, text, written) for place, text in lines)
        if workers is None:
            yield from ((line, line.perform()) for line in read)
            return
        from losscli.data.work import AHEAD, results

        size = max(1, min(LINES, number // (AHEAD * workers.number)))
        ahead: deque[list[tuple[Line, Errand | None]]] = deque()  # lines that are read and not yet done

        def handed() -> Iterator[list[Errand] | None]:
            while some := [(line, line.errand) for line in islice(read, size)]:
                ahead.append(some)
                yield [errand for _, errand in some if errand] or None

        stdout = sys.stdout
        task = Errands(self.read, self.into, str(Path.cwd()), stdout.encoding, stdout.errors)
        for answers in results(task, handed(), workers):
            answered = iter(answers or ())
            for line, errand in ahead.popleft():
                yield line, next(answered).pass_on() if errand else line.perform()

    def _read(self, number: int, text: str, written: dict[Path, int]) -> Line:
        """Read a line, and note the files that it writes."""
        try:
            return self._checked(number, split_words(text, comments=True), written)
        except LossplotError as error:
            return Line(number, fault=one_line(error))

    def _checked(self, number: int, words: list[str], written: dict[Path, int]) -> Line:
        """Return a line that may stand in a batch. Raise LossplotError if it may not."""
        if not words:
            return Line(number)
        with redirect_stdout(io.StringIO()) as help_text:
            job = self.read(words, self.into)
        if isinstance(job, Batch):
            raise UsageError(f"a batch inside a batch: {words[0]} cannot stand in a file of lines")
        if isinstance(job, Redo):
            raise UsageError("redo cannot stand in a file of lines; a line says what to draw")
        if job is None:
            return Line(number, words, Text(lambda: [help_text.getvalue()]))
        places = _places(job, written)
        there: list[Output] = []
        if isinstance(job, Drawing):
            found = [] if self.force else [output for output in job.outputs if _there(job.recipe, output)]
            there = [] if self.again else found
        written.update(dict.fromkeys(places, number))
        return Line(number, words, job, tuple(output for output in job.writes if output not in there))


def _places(job: Job, written: dict[Path, int]) -> list[Path]:
    """Return the files that a line writes. Raise UsageError if an earlier line wrote one, or one is stdout."""
    places = [Path(os.path.realpath(output.path)) for output in job.writes]
    for output, place in zip(job.writes, places, strict=True):
        if is_stdout(output.path):
            raise UsageError(f"-o {output.path} would mix a figure into what the batch prints; name a file")
        if place in written:
            raise UsageError(f"{output.path} is written by line {written[place]}; each line has a file of its own")
    return places


def _there(recipe: Recipe, output: Output) -> bool:
    """Return True if the figure is already in its file and need not be drawn again.

    A figure that reads a style sheet, a font file or code is drawn again, since that may have changed. Raise
    LossplotError if lossplot did not make the file that is there.
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


@contextmanager
def _collector() -> Iterator[Callable[[], None]]:
    """Let the collector run, and provide what is called when a figure is drawn.

    Figures are cycles of references, which only the collector frees. What is there after the first figure,
    mostly what was imported, it would look through again and again: it leaves that out until the batch ends.
    """
    gc.enable()
    before = gc.get_freeze_count()

    def settle() -> None:
        if gc.get_freeze_count() == before:
            gc.collect()
            gc.freeze()

    try:
        yield settle
    finally:
        if not before:
            gc.unfreeze()


def _make_folder(path: str) -> None:
    try:
        Path(path).mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise UsageError(f"{path} is a file; the figures go into a folder") from None
    except OSError as error:
        raise LossplotError(f"{path} cannot be made: {error.strerror}") from None
