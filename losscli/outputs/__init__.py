"""Figure -> file: which suffix means what, and where the bytes go."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, BinaryIO, cast

from losscli.errors import LossplotError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from losscli.recipe import Recipe
    from losscli.scene import Scene

# The tables of suffixes: each names the module of this folder whose `render(scene, suffix)` gives bytes. What moves is
# asked first where a parameter or the target is swept.
RENDERERS = {
    **dict.fromkeys(("png", "svg", "pdf", "jpg", "jpeg", "webp", "tif", "tiff", "eps", "pgf"), "image"),
    **dict.fromkeys(("csv", "json", "npz"), "table"),
    "html": "page",
}
MOVING = {"gif": "motion", "webp": "motion", "mp4": "motion"}
OPAQUE = ("jpg", "jpeg", "html")  # and all that moves; a table has no background
CLEAR = ("png", "webp", "tiff", "svg", "pdf", "eps", "pgf")
SAME = {"jpeg": "jpg", "tif": "tiff"}
SIDES = {"webp": 16383, "mp4": 16384, "jpg": 65500}  # pixels along one, at most; of the others Matplotlib knows
FORMATS = tuple({**RENDERERS, **MOVING})
SUFFIXES = ", ".join(FORMATS)


@dataclass(frozen=True)
class Output:
    """Where a figure goes: a path, or `-` for standard output; and in what format."""

    path: str
    format: str

    @property
    def is_stdout(self) -> bool:
        """Whether it goes to standard output, under whatever name."""
        from pathlib import Path

        from losscli.outputs.files import descriptor

        return self.path == "-" or descriptor(Path(self.path)) == 1


def planned(paths: tuple[str, ...], form: str | None) -> list[Output]:
    """Settle where a figure goes, and refuse before anything is drawn what cannot be written."""
    from pathlib import Path  # here, since help needs the names of the formats and should not wait for it

    places = [path if path == "-" else str(Path(path).resolve()) for path in paths]
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


def render(scene: Scene, form: str) -> bytes:
    """Return a figure, or what it shows, as the bytes of a file in a format."""
    recipe = scene.recipe
    module = _module(form, moves=moves(recipe, form))
    if recipe.transparent and (form in OPAQUE or module == "motion"):
        what = f"a moving {form}" if form == "webp" else f"{_article(form)} {form}"
        raise UsageError(f"--transparent; {what} has no clear background; {', '.join(CLEAR)} have")
    renderer = import_module(f"{__name__}.{module}")
    return cast("bytes", renderer.render(scene, form))


def check_sides(width: float, height: float, form: str) -> None:
    """Say so where a format has no room for a figure of so many pixels."""
    most = SIDES.get(form, max(width, height))
    if max(width, height) > most:
        raise UsageError(
            f"{_article(form)} {form} of {width:.0f} x {height:.0f} pixels; it has at most {most} along a side: "
            "a smaller --size or --dpi needs less"
        )


def moves(recipe: Recipe, form: str) -> bool:
    """Tell whether a figure moves in a format; a view shows the whole sweep at once, where there are stills."""
    still = form in RENDERERS and recipe.view != "curves"
    return form in MOVING and bool(recipe.sweeps) and not still


def _module(form: str, *, moves: bool) -> str:
    found = MOVING.get(form) if moves else None
    found = found or RENDERERS.get(form)
    if not found:
        what = f"{_article(form)} {form} moves and nothing here does"
        raise UsageError(f"{what}; sweep a parameter or the target, such as --target 0:1:20")
    return found


def _article(form: str) -> str:
    return "an" if form in ("mp4", "html") else "a"


def save(data: bytes, output: Output, stdout: BinaryIO) -> None:
    """Write bytes to where they go."""
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
