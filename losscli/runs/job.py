"""Jobs: what one command line does. A Request becomes a Job, which is checked first and performed later."""

from __future__ import annotations

import os
import sys
from abc import ABC, abstractmethod
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from losscli.drawing.scene import Scene
from losscli.errors import LossplotError, UsageError
from losscli.lazy import importing
from losscli.outputs import render, save
from losscli.outputs.files import is_stdout
from losscli.recipe.canonical import FIGURE_OPTIONS, option_flag
from losscli.recipe.formats import FORMATS, RENDERERS, SAME, SUFFIXES, Output, moves, planned
from losscli.recipe.reading import check_family, curves, predictions, recipe
from losscli.recipe.rules import TERMINAL, unused_option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from losscli.recipe.recipe import Recipe
    from losscli.recipe.request import Request


OUT_OF_MEMORY = "out of memory; fewer --points or curves need less"


class Job(ABC):
    """One command line that has been read and checked."""

    @property
    def writes(self) -> tuple[Output, ...]:
        """The files that it writes."""
        return ()

    @abstractmethod
    def perform(self) -> None:
        """Do the work. Raise LossplotError if it fails."""


@dataclass(frozen=True)
class Text(Job):
    """Text for stdout, made when the job is performed."""

    text: Callable[[], str]

    def perform(self) -> None:
        """Print the text."""
        sys.stdout.write(self.text())


@dataclass(frozen=True)
class Drawing(Job):
    """A figure and its outputs."""

    recipe: Recipe
    outputs: tuple[Output, ...]
    quiet: bool = False
    terminal: bool = False
    clobber: bool = True  # whether files may be replaced
    unnamed: bool = False  # without -o: the path is made from the names of the losses
    options: dict[str, Any] = field(default_factory=dict, compare=False)  # as given; each has to change some output

    @property
    def writes(self) -> tuple[Output, ...]:
        """The files of the figure."""
        return self.outputs

    def perform(self) -> None:
        """Render every format, then write the files."""
        self.make(self.outputs)

    def make(self, outputs: tuple[Output, ...]) -> None:
        """Render and write some of the outputs. Raise UsageError for an option that none of them all uses."""
        unused = unused_option(self.recipe, self.options, self._kinds())
        if unused:
            raise UsageError(unused)
        if not self.clobber:
            for output in outputs:
                _check_free(output)
        with within_limits():
            scene = Scene(self.recipe)
            images = [render(scene, output.format) for output in outputs]
            if self.terminal:
                show(scene)
        quiet = self.quiet or any(is_stdout(output.path) for output in outputs)
        sys.stdout.flush()  # the bytes below bypass its buffer
        for output, data in zip(outputs, images, strict=True):
            save(data, output, sys.stdout.buffer)
            if not quiet:
                sys.stdout.buffer.write(os.fsencode(output.path) + b"\n")  # the bytes of the file name, in any locale

    def _kinds(self) -> list[str]:
        """Return the kinds of output, as the rules for options name them."""
        kinds = [_kind(self.recipe, output.format) for output in self.outputs]
        return [*kinds, TERMINAL] if self.terminal else kinds


@contextmanager
def within_limits() -> Iterator[None]:
    """Turn the errors of exhausted recursion and memory into a LossplotError."""
    try:
        yield
    except RecursionError:
        raise LossplotError("a text is nested too deeply to be set; fewer braces in each other need less") from None
    except MemoryError:
        raise LossplotError(OUT_OF_MEMORY) from None


def _check_free(output: Output) -> None:
    if output.path != "-" and Path(output.path).exists():
        raise LossplotError(f"{output.path} is there already, and --no-clobber keeps it")


def show(scene: Scene) -> None:
    """Draw the scene with characters on stdout."""
    with importing():
        from losscli.outputs.terminal import Screen, picture
    screen = Screen.of(sys.stdout)
    click.echo(picture(scene, screen), nl=False, color=screen.colour)  # echo knows old Windows consoles


def job(request: Request, into: str) -> Job:
    """Return the job of a request: a drawing, or with --at a table of numbers.

    `into` is the folder for outputs with a relative path. Raises UsageError for what cannot be drawn or written.
    """
    check_family(request)
    if "at" in request.options:
        return _numbers(request)
    for name in ("json", "csv"):
        if name in request.options:
            raise UsageError(f"--{name} prints numbers and needs --at")
    form = request.get("format")
    if form and form not in FORMATS:
        raise UsageError(f"--format {form}; the formats are {SUFFIXES}")
    figure = recipe(request)
    terminal = "terminal" in request.options
    if terminal:
        _check_terminal(request)
    outputs = _outputs(request, figure, into)
    return Drawing(
        figure,
        outputs,
        quiet="quiet" in request.options,
        terminal=terminal,
        clobber="no_clobber" not in request.options,
        unnamed="output" not in request.options,
        options=request.options,
    )


def _kind(figure: Recipe, form: str) -> str:
    """Return the kind of output of a format: `png`, or `a moving gif`."""
    form = SAME.get(form, form)
    return f"a moving {form}" if form not in RENDERERS or moves(figure, form) else form


def _outputs(request: Request, figure: Recipe, into: str) -> tuple[Output, ...]:
    """Return the outputs of a figure: those of -o, or one with the names of the losses unless --terminal is given."""
    form = request.get("format")
    paths = request.get("output") or (() if "terminal" in request.options else (_default_name(figure, form),))
    if "" in paths:
        raise UsageError("-o ''; give the name of a file, or - for standard output")
    paths = tuple(path if path == "-" else str(Path(into, path)) for path in paths)
    return tuple(planned(paths, form if "output" in request.options else None))


def _check_terminal(request: Request) -> None:
    """Raise UsageError for options that --terminal excludes."""
    paths = request.get("output", ())
    if "-" in paths:
        raise UsageError("-o - and --terminal both write to standard output; give one or the other")
    for name in ("log", "view", "mark", "formula"):
        if request.get(name) not in (None, False, "curves"):
            raise UsageError(f"{option_flag(name)} is for files; --terminal draws curves alone, on linear axes")
    if request.get("format") and not paths:
        raise UsageError(f"--format {request.get('format')} is for files; --terminal alone writes none, -o does")


def _default_name(figure: Recipe, form: str | None) -> str:
    """Return a file name of the canonical names of the losses: `l1-huber.png`."""
    names = dict.fromkeys(curve.loss.name for curve in figure.curves)
    return f"{'-'.join(names)}.{form or 'png'}"


NOT_WITH_NUMBERS = (*sorted(FIGURE_OPTIONS - {"target"}), "output", "format", "terminal", "no_clobber")


def _numbers(request: Request) -> Job:
    """Return the job of printing a table of numbers. Raise UsageError for options that are for figures."""
    for name in NOT_WITH_NUMBERS:
        if name in request.options:
            option = "-o" if name == "output" else option_flag(name)
            raise UsageError(f"--at prints numbers and {option} is for figures; give one or the other")
    if "json" in request.options and "csv" in request.options:
        raise UsageError("--json and --csv; give one or the other")
    chosen = curves(request)
    points = predictions(request, chosen)

    def text() -> str:
        with importing():
            from losscli.model.points import rows
            from losscli.wording.numbers import dumped, plain, record, separated, table
        found = rows(chosen, points)
        if "json" in request.options:
            return dumped([record(row) for row in found])
        if "csv" in request.options:
            return separated(table(found))
        return "".join(f"{plain(row)}\n" for row in found)

    return Text(text)
