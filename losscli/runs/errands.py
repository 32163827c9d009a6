"""Lines of a batch that are handed out: what a worker is told, does, and answers."""

from __future__ import annotations

import io
import sys
import threading
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from losscli.errors import LossplotError, one_line
from losscli.runs.drawing import Drawing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from losscli.recipe.formats import Output
    from losscli.runs.job import Job

_ALONE = threading.Lock()  # the folder and the standard streams are the whole process', which may have other threads


class Errand(NamedTuple):
    """The words of a line, and for a figure those of its outputs that are to be made."""

    words: Sequence[str]
    outputs: tuple[Output, ...]


class Answer(NamedTuple):
    """What a line printed, as bytes of stdout, what it said on stderr, and its fault, if it has one."""

    printed: bytes
    said: str
    fault: str

    def pass_on(self) -> str:
        """Print what the line printed and say what it said; return its fault."""
        sys.stdout.flush()  # the bytes bypass its buffer
        sys.stdout.buffer.write(self.printed)
        sys.stderr.write(self.said)
        return self.fault


@dataclass(frozen=True)
class Errands:
    """What all errands of a batch share: called with some of them, it does them in the process where it is called."""

    read: Callable[[Sequence[str], str], Job | None]
    into: str
    folder: str  # where the batch runs; a worker of a cluster runs elsewhere
    encoding: str  # of stdout, and what becomes of characters that it lacks
    lacking: str | None

    def __call__(self, errands: Sequence[Errand]) -> list[Answer]:
        """Do errands as if each line had been typed in the folder. Raise OSError if the folder is not there."""
        with _ALONE, chdir(self.folder):
            return [self._answer(errand) for errand in errands]

    def _answer(self, errand: Errand) -> Answer:
        printed, said, fault = io.BytesIO(), io.StringIO(), ""
        stdout = io.TextIOWrapper(printed, self.encoding, self.lacking)
        try:
            # What reading prints, as code that is loaded may, was seen where the line was read first.
            with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
                job = self.read(errand.words, self.into)
            with redirect_stdout(stdout), redirect_stderr(said):
                if job:
                    fulfil(job, errand.outputs)
        except LossplotError as error:
            fault = one_line(error)
        stdout.flush()
        return Answer(printed.getvalue(), said.getvalue(), fault)


def fulfil(job: Job, outputs: tuple[Output, ...]) -> None:
    """Perform a job; of a figure make these outputs. Raise LossplotError if it fails."""
    if isinstance(job, Drawing):
        job.make(outputs)
    else:
        job.perform()
