"""Many command lines: a file of them, each read and drawn as if it had been typed."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from losscli.errors import LossplotError, UsageError
from losscli.work import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ARTICLE = Path(__file__).parent / "recipes" / "article.txt"


@dataclass(frozen=True)
class Batch(Job):
    """A file of command lines, `-` for stdin, and the folder for its figures."""

    file: str
    into: str
    read: Callable[[Sequence[str], str], Job | None]

    def perform(self) -> None:
        """Do every line that can be done, say of the others why not, and fail at the end if there were any."""
        name = "<stdin>" if self.file == "-" else self.file
        lines = _lines(self.file, name)
        if self.into:
            _make_folder(self.into)
        written: dict[Path, int] = {}
        failed = 0
        hidden = not sys.stderr.isatty()
        with click.progressbar(lines, file=sys.stderr, hidden=hidden, label=Path(name).name) as bar:
            for number, line in bar:
                try:
                    self._line(number, line, written)
                except LossplotError as error:
                    failed += 1
                    sys.stderr.write(f"{name}:{number}: {' '.join(str(error).split())}\n")
        if failed:
            raise LossplotError(f"{failed} of the {len(lines)} lines of {name} failed")

    def _line(self, number: int, line: str, written: dict[Path, int]) -> None:
        try:
            words = shlex.split(line, comments=True)
        except ValueError:
            raise UsageError("a quote is opened and never closed") from None
        if not words:
            return
        job = self.read(words, self.into)
        if isinstance(job, Batch):
            raise UsageError(f"a batch inside a batch: {words[0]} cannot stand in a file of lines")
        if job is None:
            return
        places = [Path(output.path).resolve() for output in job.writes]
        for output, place in zip(job.writes, places, strict=True):
            if output.path == "-":
                raise UsageError("-o - would mix a figure into what the batch prints; name a file")
            if place in written:
                raise UsageError(f"{output.path} is written by line {written[place]}; each line has a file of its own")
        job.perform()
        written.update(dict.fromkeys(places, number))


def _lines(file: str, name: str) -> list[tuple[int, str]]:
    """Return the numbered lines that say something."""
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        problem = UsageError if isinstance(error, FileNotFoundError | IsADirectoryError) else LossplotError
        raise problem(f"batch {name}: {error.strerror}; a batch is a file of command lines") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise UsageError(f"batch {name}: not a text file; a batch is a file of command lines in UTF-8")
    lines = enumerate(text.splitlines(), start=1)
    return [(number, line) for number, line in lines if line.strip() and not line.lstrip().startswith("#")]


def _make_folder(path: str) -> None:
    try:
        Path(path).mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise UsageError(f"{path} is a file; the figures go into a folder") from None
    except OSError as error:
        raise LossplotError(f"{path} cannot be made: {error.strerror}") from None
