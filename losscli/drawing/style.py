"""Recipe -> Matplotlib's settings: style sheets, font, size, grid; in force while a figure is drawn and rendered."""

from __future__ import annotations

import logging
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import matplotlib.style

from losscli.errors import UsageError
from losscli.recipe.recipe import STYLE_SHEET
from losscli.recipe.sizes import inches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.recipe.recipe import Recipe

STYLES = Path(__file__).parent / "styles"
BASE = "plain"  # what our other sheets build upon
SHRINKING = 0.6  # type and lines change with this power of the width: half as wide, two thirds as large
SCALED = (
    "font.size", "figure.titlesize", "figure.labelsize", "axes.titlesize", "axes.titlepad", "axes.labelsize",
    "axes.labelpad", "axes.linewidth", "legend.fontsize", "lines.linewidth", "lines.markersize", "grid.linewidth",
    "xtick.labelsize", "xtick.major.size", "xtick.major.width", "xtick.major.pad", "xtick.minor.size",
    "xtick.minor.width", "ytick.labelsize", "ytick.major.size", "ytick.major.width", "ytick.major.pad",
    "ytick.minor.size", "ytick.minor.width",
)  # fmt: skip


def own_styles() -> list[str]:
    """Return our own style sheets, by name."""
    return sorted(sheet.stem for sheet in STYLES.glob(f"*{STYLE_SHEET}"))


def style_names() -> list[str]:
    """Return every style sheet by name, ours first."""
    return [*own_styles(), "default", *sorted(matplotlib.style.available)]


@contextmanager
def styled(names: tuple[str, ...]) -> Iterator[None]:
    """Draw and render with these style sheets alone, whatever the settings of the user or the caller."""
    own = own_styles()
    if names and names[0] in own and names[0] != BASE:
        names = (BASE, *names)
    sheets = [_sheet(name, own) for name in names]
    with matplotlib.style.context(sheets, after_reset=True), quiet():
        _settle_saving()
        try:
            yield
        except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as error:
            # Matplotlib takes any number for most settings, and stumbles over it later.
            files = [name for name in names if name.endswith(STYLE_SHEET)]
            if not files:
                raise
            raise UsageError(f"--style {files[-1]}; its settings cannot be drawn with: {error}") from error


def _sheet(name: str, own: list[str]) -> Any:
    """Return a style sheet by its name, or by the path of its file."""
    if name in own:
        return STYLES / f"{name}{STYLE_SHEET}"
    if name.endswith(STYLE_SHEET):
        from losscli.drawing.sheets import read_sheet

        return read_sheet(name)
    known = style_names()
    if name not in known:
        raise UsageError(f"--style {name}; the style sheets are {', '.join(known)}, or a file *{STYLE_SHEET}")
    return name


@contextmanager
def setting(recipe: Recipe) -> Iterator[None]:
    """Draw and render with everything that a recipe says of the look."""
    rc: Any = mpl.rcParams  # its keys are not known before a name is put together
    with styled(recipe.style):
        rc["svg.fonttype"] = "none" if recipe.svg_text else "path"
        if recipe.font:
            from losscli.drawing.fonts import families, mathematics

            own = families(recipe.font)
            rc["font.family"] = [*own, *rc["font.family"]]
            rc.update(mathematics(own[0]))
        if recipe.svg_text:
            rc.update({name: "stix" for name in ("mathtext.fontset", "mathtext.fallback") if rc[name] == "cm"})
        texts = [text for text in (recipe.title, recipe.xlabel, recipe.ylabel, *recipe.label) if text]
        if not all(text.isascii() for text in texts):
            from losscli.drawing.fonts import lent

            rc.update(lent(texts, own=bool(recipe.font)))
        if recipe.grid is not None:
            rc["axes.grid"] = recipe.grid
        if recipe.dpi:
            rc["figure.dpi"] = recipe.dpi
        if recipe.size:
            _resize(recipe.size)
        yield


def label_size(recipe: Recipe) -> dict[str, Any]:
    """Return the setting of an axis label whose size is said."""
    return {} if recipe.label_size is None else {"fontsize": recipe.label_size}


def _settle_saving() -> None:
    """Give a figure from its start the colours and the resolution that a sheet wants for it in a file."""
    rc: Any = mpl.rcParams
    for name, usual in (("dpi", "figure"), ("facecolor", "auto"), ("edgecolor", "auto")):
        if rc[f"savefig.{name}"] != usual:
            rc[f"figure.{name}"] = rc[f"savefig.{name}"]
            rc[f"savefig.{name}"] = usual


def _resize(size: tuple[str, str]) -> None:
    """Set the size of the figure; type and lines shrink or grow with it, more slowly."""
    rc: Any = mpl.rcParams
    usual = rc["figure.figsize"]
    width, height = inches(size, (usual[0], usual[1]))
    factor = (width / usual[0]) ** SHRINKING
    rc["figure.figsize"] = width, height
    rc["figure.constrained_layout.use"] = True  # else labels would leave a small figure
    for name in SCALED:
        if isinstance(rc[name], float | int):
            rc[name] *= factor


@contextmanager
def quiet() -> Iterator[None]:
    """Keep what Matplotlib says about fonts and their glyphs to itself: we say it once, in one line."""

    def silent(_record: logging.LogRecord) -> bool:
        return False

    loggers = [logging.getLogger(f"matplotlib.{name}") for name in ("mathtext", "font_manager", "_mathtext")]
    for logger in loggers:
        logger.addFilter(silent)
    try:
        with warnings.catch_warnings():
            for message in ("Glyph ", "cmr10 font should"):
                warnings.filterwarnings("ignore", message=message)
            yield
    finally:
        for logger in loggers:
            logger.removeFilter(silent)
