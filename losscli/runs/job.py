"""Request -> Job -> files and text: what a command line comes to, settled first and then done."""

from __future__ import annotations

import os
import sys
from abc import ABC, abstractmethod
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

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
    """One command line, understood."""

    @property
    def writes(self) -> tuple[Output, ...]:
        """What it writes besides text."""
        return ()

    @abstractmethod
    def perform(self) -> None:
        """Do it."""


@dataclass(frozen=True)
class Text(Job):
    """Something to print, made when it is needed."""

    text: Callable[[], str]

    def perform(self) -> None:
        """Print it."""
        sys.stdout.write(self.text())


@dataclass(frozen=True)
class Drawing(Job):
    """A figure, and where it goes."""

    recipe: Recipe
    outputs: tuple[Output, ...]
    quiet: bool = False
    terminal: bool = False
    clobber: bool = True  # whether files may be replaced
    unnamed: bool = False  # nobody said where it goes
    complaint: str = field(default="", compare=False)  # of options that none of the outputs has any use for

    @property
    def writes(self) -> tuple[Output, ...]:
        """Every file of the figure."""
        return self.outputs

    def perform(self) -> None:
        """Draw in every format before the first file is written."""
        if self.complaint:
            raise UsageError(self.complaint)
        if not self.clobber:
            for output in self.outputs:
                _check_free(output)
        with within_limits():
            scene = Scene(self.recipe)
            images = [render(scene, output.format) for output in self.outputs]
            if self.terminal:
                show(scene)
        quiet = self.quiet or any(is_stdout(output.path) for output in self.outputs)
        sys.stdout.flush()  # what was printed before stands before it
        for output, data in zip(self.outputs, images, strict=True):
            save(data, output, sys.stdout.buffer)
            if not quiet:
                sys.stdout.buffer.write(os.fsencode(output.path) + b"\n")  # as the folder has it, in any locale


@contextmanager
def within_limits() -> Iterator[None]:
    """Say in one line which limit of the machine a drawing has met."""
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
    """Draw with characters on standard output."""
    with importing():
        from losscli.outputs.terminal import Screen, picture
    screen = Screen.of(sys.stdout)
    click.echo(picture(scene, screen), nl=False, color=screen.colour)  # it knows Windows' old consoles


def job(request: Request, into: str) -> Job:
    """Understand a drawing, or a table of numbers."""
    check_family(request)
    if "at" in request.options:
        return numbers(request)
    for name in ("json", "csv"):
        if name in request.options:
            raise UsageError(f"--{name} prints numbers and needs --at")
    form = request.get("format")
    if form and form not in FORMATS:
        raise UsageError(f"--format {form}; the formats are {SUFFIXES}")
    figure = recipe(request)
    terminal = "terminal" in request.options
    if terminal:
        check_terminal(request)
    outputs = _outputs(request, figure, into)
    return Drawing(
        figure,
        outputs,
        quiet="quiet" in request.options,
        terminal=terminal,
        clobber="no_clobber" not in request.options,
        unnamed="output" not in request.options,
        complaint=_complaint(request, figure, outputs),
    )


def _complaint(request: Request, figure: Recipe, outputs: tuple[Output, ...]) -> str:
    """Return what is to be said of options that no output has any use for."""
    kinds = [_kind(figure, output) for output in outputs]
    said = dict(request.options)
    if "terminal" in said:
        kinds.append(TERMINAL)
        if _rewords(request, figure):
            del said["style"]
    return unused_option(figure, said, kinds)


def _kind(figure: Recipe, output: Output) -> str:
    """Return what an output is, as far as options go."""
    form = SAME.get(output.format, output.format)
    return f"a moving {form}" if form not in RENDERERS or moves(figure, form) else form


def _rewords(request: Request, figure: Recipe) -> bool:
    """Tell whether a style changes what a figure says: it takes from a loss of the tutorial the words it has there."""
    if "style" not in request.options:
        return False
    usual = recipe(
        replace(request, options={name: value for name, value in request.options.items() if name != "style"})
    )
    return any(getattr(usual, name) != getattr(figure, name) for name in ("title", "xlabel", "ylabel", "label"))


def _outputs(request: Request, figure: Recipe, into: str) -> tuple[Output, ...]:
    """Settle where a figure goes: into no file where it is drawn in the terminal and none is named."""
    form = request.get("format")
    paths = request.get("output") or (() if "terminal" in request.options else (default_name(figure, form),))
    if "" in paths:
        raise UsageError("-o ''; give the name of a file, or - for standard output")
    paths = tuple(path if path == "-" else str(Path(into, path)) for path in paths)
    return tuple(planned(paths, form if "output" in request.options else None))


def check_terminal(request: Request) -> None:
    """Say what --terminal does not go with."""
    paths = request.get("output", ())
    if "-" in paths:
        raise UsageError("-o - and --terminal both write to standard output; give one or the other")
    for name in ("log", "view", "mark", "formula"):
        if request.get(name) not in (None, False, "curves"):
            raise UsageError(f"{option_flag(name)} is for files; --terminal draws curves alone, on linear axes")
    if request.get("format") and not paths:
        raise UsageError(f"--format {request.get('format')} is for files; --terminal alone writes none, -o does")


def default_name(figure: Recipe, form: str | None) -> str:
    """Return the canonical names of the losses, each once, joined by hyphens."""
    names = dict.fromkeys(curve.loss.name for curve in figure.curves)
    return f"{'-'.join(names)}.{form or 'png'}"


NOT_WITH_NUMBERS = (*sorted(FIGURE_OPTIONS - {"target"}), "output", "format", "terminal", "no_clobber")


def numbers(request: Request) -> Job:
    """Understand a table of numbers; the evaluation waits until it is asked for."""
    for name in NOT_WITH_NUMBERS:
        if name in request.options:
            said = "-o" if name == "output" else option_flag(name)
            raise UsageError(f"--at prints numbers and {said} is for figures; give one or the other")
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
