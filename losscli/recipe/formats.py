"""The formats of outputs: which suffix means what, and where a figure goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from losscli.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from losscli.recipe.recipe import Recipe

# Each suffix with the module of outputs/ whose `render(scene, suffix)` returns the bytes. MOVING comes first if a
# parameter or the target is swept.
RENDERERS = {
    **dict.fromkeys(("png", "svg", "pdf", "jpg", "jpeg", "webp", "tif", "tiff", "eps", "pgf"), "image"),
    **dict.fromkeys(("csv", "json", "npz"), "table"),
    "html": "page",
}
MOVING = {"gif": "motion", "webp": "motion", "mp4": "motion"}
CLEAR = ("png", "webp", "tiff", "svg", "pdf", "eps", "pgf")
OPAQUE = {  # why the background of a format is never clear
    **dict.fromkeys(("jpg", "jpeg"), "its format has no clear pixels"),
    "gif": "its pixels are clear or not, and smooth edges of lines need pixels between",
    "mp4": "its films have no clear pixels",
    "html": "the page draws its own background",
}
SAME = {"jpeg": "jpg", "tif": "tiff"}
STILL = tuple(name for name, module in RENDERERS.items() if module == "image")
FORMATS = tuple({**RENDERERS, **MOVING})
SUFFIXES = ", ".join(FORMATS)


class Output(NamedTuple):
    """Where a figure goes: a path, or `-` for standard output, and its format."""

    path: str
    format: str


def planned(paths: tuple[str, ...], form: str | None) -> list[Output]:
    """Return the outputs for these paths. Raise UsageError, before anything is drawn, for what cannot be written."""
    from os.path import realpath  # unlike Path.resolve, it takes a link that leads to itself
    from pathlib import Path  # here, since help needs the names of the formats and should not wait for it

    places = [path if path == "-" else realpath(path) for path in paths]
    for path, place in zip(paths, places, strict=True):
        if places.count(place) > 1:
            raise UsageError(f"-o {path} is given twice; each output is another file")
        if path != "-":
            _check_place(Path(path))
    if form and all(_suffix(path) for path in paths):
        raise UsageError(f"--format {form} is for -o - or a name without suffix; {paths[0]} says its own")
    return [Output(path, _format(path, form)) for path in paths]


def _check_place(path: Path) -> None:
    if path.is_dir():
        raise UsageError(f"-o {path} is a folder; give the name of a file in it")
    if not path.parent.is_dir():
        raise UsageError(f"-o {path}: there is no folder {path.parent}; make it first")


def _suffix(path: str) -> str:
    from pathlib import PurePath

    return PurePath(path).suffix.lower().removeprefix(".")


def _format(path: str, form: str | None) -> str:
    suffix = _suffix(path)
    if suffix and suffix not in FORMATS:
        raise UsageError(f"-o {path}: no format is called .{suffix}; the formats are {SUFFIXES}")
    if not (suffix or form):
        raise UsageError(f"-o {path} needs --format, one of {SUFFIXES}")
    return suffix or cast("str", form)


def moves(recipe: Recipe, form: str) -> bool:
    """Return True if a figure moves in a format; a contour or surface shows the whole sweep in one still image."""
    still = form in RENDERERS and recipe.view != "curves"
    return form in MOVING and bool(recipe.sweeps) and not still
