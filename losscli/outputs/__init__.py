"""Outputs: a figure, or the numbers of its curves, as the bytes of a file, and where these are written."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, BinaryIO, cast

from losscli.errors import LossplotError, UsageError
from losscli.recipe.formats import CLEAR, MOVING, OPAQUE, RENDERERS

if TYPE_CHECKING:
    from losscli.drawing.scene import Scene
    from losscli.recipe.formats import Output

# Pixels along a side. The other formats have no limit that Matplotlib does not check.
MAX_SIDES = {"webp": 16383, "mp4": 16384, "jpg": 65500}


def render(scene: Scene, form: str) -> bytes:
    """Return a figure, or the numbers of its curves, as the bytes of a file in a format.

    Raise UsageError if the format cannot show it.
    """
    recipe = scene.recipe
    module = _module(form, moves=scene.moves(form))
    if recipe.transparent and form in OPAQUE:
        raise UsageError(f"--transparent; {form} has no clear background, {OPAQUE[form]}; {', '.join(CLEAR)} have one")
    renderer = import_module(f"{__name__}.{module}")
    return cast("bytes", renderer.render(scene, form))


def check_sides(width: float, height: float, form: str) -> None:
    """Raise UsageError if a format has no room for a figure of so many pixels."""
    most = MAX_SIDES.get(form, max(width, height))
    if max(width, height) > most:
        raise UsageError(
            f"{form} of {width:.0f} x {height:.0f} pixels; it has at most {most} along a side: "
            "a smaller --size or --dpi needs less"
        )


def _module(form: str, *, moves: bool) -> str:
    found = (MOVING.get(form) if moves else None) or RENDERERS.get(form)
    if not found:
        raise UsageError(f"{form} moves and nothing here does; sweep a value, such as --target 0:1:20")
    return found


def save(data: bytes, output: Output, stdout: BinaryIO) -> None:
    """Write bytes to a path, or to standard output for the path `-`."""
    if output.path == "-":
        stdout.write(data)
        stdout.flush()
        return
    from pathlib import Path

    from losscli.outputs.files import write

    try:
        write(Path(output.path), data)
    except OSError as error:
        raise LossplotError(f"{output.path} cannot be written: {error.strerror}") from error
