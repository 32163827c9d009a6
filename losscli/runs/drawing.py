"""Drawing: the job of a command line that draws a figure and writes it."""

from __future__ import annotations

import re
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from losscli.drawing.scene import Scene
from losscli.errors import LossplotError, UsageError
from losscli.outputs import render, save
from losscli.outputs.files import is_stdout
from losscli.recipe.canonical import FOR_ROWS, FOR_STEPS, option_flag
from losscli.recipe.formats import FORMATS, RENDERERS, SAME, STILL, SUFFIXES, Output, planned
from losscli.recipe.reading import recipe
from losscli.recipe.rules import TERMINAL, unused_option
from losscli.runs.job import OUT_OF_MEMORY, Job, tell_path

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from losscli.drawing.below import Below
    from losscli.recipe.recipe import Recipe
    from losscli.recipe.request import Request


NOT_FOR_FIGURES = {
    **dict.fromkeys(("json", "csv"), "numbers: --at, --pairs or --data"),
    "order": "numbers: --at or --pairs",
    **dict.fromkeys(FOR_ROWS, "--data"),
    **dict.fromkeys(FOR_STEPS, "--descend"),
}


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
    below: Below | None = field(default=None, compare=False)  # what the figure shows below its curves
    lines: tuple[str, ...] = field(default=(), compare=False)  # printed before the paths

    @property
    def writes(self) -> tuple[Output, ...]:
        """The files of the figure."""
        return self.outputs

    @property
    def here(self) -> bool:
        """Whether it draws in the terminal."""
        return self.terminal

    def perform(self) -> None:
        """Render every format, then write the files."""
        self.make(self.outputs)

    def make(self, outputs: tuple[Output, ...]) -> None:
        """Render and write some of the outputs. Raise UsageError for an option that none of them all uses."""
        unused = unused_option(self.options, self._kinds())
        if unused:
            raise UsageError(unused)
        if not self.clobber:
            for output in outputs:
                _check_free(output)
        with within_limits():
            scene = Scene(self.recipe, self.below)
            images = [render(scene, output.format) for output in outputs]
            if self.terminal:
                show(scene)
            scene.close()
        quiet = self.quiet or any(is_stdout(output.path) for output in outputs)
        if not quiet:
            sys.stdout.writelines(self.lines)
        sys.stdout.flush()  # the bytes below bypass its buffer
        for output, data in zip(outputs, images, strict=True):
            save(data, output, sys.stdout.buffer)
            if not quiet:
                tell_path(output)

    def _kinds(self) -> list[str]:
        """Return the kinds of output, as the rules for options name them."""
        scene = Scene(self.recipe, self.below)
        kinds = [_kind(scene, output.format) for output in self.outputs]
        return [*kinds, TERMINAL] if self.terminal else kinds


@contextmanager
def within_limits() -> Iterator[None]:
    """Turn the errors of exhausted recursion and memory, and of letters without a pixel, into a LossplotError."""
    try:
        yield
    except RecursionError:
        raise LossplotError("a text is nested too deeply to be set; fewer braces in each other need less") from None
    except RuntimeError as error:
        if "FT_Set_Char_Size" not in str(error):
            raise
        raise LossplotError("a text is too small to be set; a larger --label-size or --dpi helps") from None
    except MemoryError:
        raise LossplotError(OUT_OF_MEMORY) from None


def _check_free(output: Output) -> None:
    if output.path != "-" and Path(output.path).exists():
        raise LossplotError(f"{output.path} is there already, and --no-clobber keeps it")


def show(scene: Scene) -> None:
    """Draw the scene with characters on stdout."""
    from losscli.outputs.terminal import Screen, picture

    screen = Screen.of(sys.stdout)
    click.echo(picture(scene, screen), nl=False, color=screen.colour)  # echo knows old Windows consoles


def drawing(request: Request, into: str) -> Drawing:
    """Return the drawing of a request; `into` is the folder for outputs with a relative path.

    Raise UsageError for what cannot be drawn or written.
    """
    for name, needed in NOT_FOR_FIGURES.items():
        if name in request.options and needed.removeprefix("--") not in request.options:
            raise UsageError(f"{option_flag(name)} needs {needed}")
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


def check_formats(drawn: Drawing, what: str, allowed: Collection[str] = STILL) -> None:
    """Raise UsageError if a figure, which is `what` in words, has a file of another format than these."""
    for output in drawn.outputs:
        if output.format not in allowed:
            raise UsageError(f"-o {output.path}; a figure {what} is one of {', '.join(allowed)}")


def _kind(scene: Scene, form: str) -> str:
    """Return the kind of output of a format: `png`, or `a moving gif`."""
    form = SAME.get(form, form)
    plays = form == "html" and bool(scene.recipe.sweeps or scene.steps)
    return f"a moving {form}" if form not in RENDERERS or plays or scene.moves(form) else form


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
    if request.get("format") and not paths:
        raise UsageError(f"--format {request.get('format')} is for files; --terminal alone writes none, -o does")


def _default_name(figure: Recipe, form: str | None) -> str:
    """Return a file name of the names of the losses: `l1-huber.png`; of an own loss its letters are kept."""
    names = dict.fromkeys(re.sub(r"[^\w-]+", "-", curve.loss.name).strip("-") for curve in figure.curves)
    return f"{'-'.join(names)}.{form or 'png'}"
