"""Jobs: what one command line does. A command line becomes a Job, which is checked first and performed later."""

from __future__ import annotations

import os
import sys
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from losscli.recipe.formats import Output

OUT_OF_MEMORY = "out of memory; fewer --points or curves need less"


class Job(ABC):
    """One command line that has been read and checked."""

    @property
    def writes(self) -> tuple[Output, ...]:
        """The files that it writes."""
        return ()

    @property
    def here(self) -> bool:
        """Whether it prints as it goes, so that a batch on many workers leaves it to the process that prints."""
        return False

    @abstractmethod
    def perform(self) -> None:
        """Do the work. Raise LossplotError if it fails."""


def tell_path(output: Output) -> None:
    """Print the path of a file that was written: the bytes of its name, in any locale."""
    sys.stdout.buffer.write(os.fsencode(output.path) + b"\n")


@dataclass(frozen=True)
class Text(Job):
    """Text for stdout, made when the job is performed."""

    parts: Callable[[], Iterable[str]]  # printed as they are made
    here = True

    def perform(self) -> None:
        """Print the text."""
        sys.stdout.writelines(self.parts())
