"""Turn the look that a recipe asks for into Matplotlib's settings, in force while a figure is drawn and rendered."""

from __future__ import annotations

import logging
import re
import warnings
from contextlib import contextmanager
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import matplotlib as mpl
import matplotlib.style
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, Normalize, to_rgb

from losscli.errors import UsageError
from losscli.lazy import np
from losscli.recipe.recipe import STYLE_SHEET, TUTORIAL_STYLE
from losscli.recipe.sizes import inches
from losscli.recipe.sweeps import coloured

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from losscli.recipe.recipe import Recipe

STYLES = Path(__file__).parent / "styles"
BASE = "plain"  # the style sheet that our other ones build upon
SIZE_EXPONENT = 0.6  # type and line widths grow with the width of the figure to this power
SCALED = (  # the settings that do so
    "font.size", "figure.titlesize", "figure.labelsize", "axes.titlesize", "axes.titlepad", "axes.labelsize",
    "axes.labelpad", "axes.linewidth", "legend.fontsize", "lines.linewidth", "lines.markersize", "grid.linewidth",
    "xtick.labelsize", "xtick.major.size", "xtick.major.width", "xtick.major.pad", "xtick.minor.size",
    "xtick.minor.width", "ytick.labelsize", "ytick.major.size", "ytick.major.width", "ytick.major.pad",
    "ytick.minor.size", "ytick.minor.width",
)  # fmt: skip
DASHES: tuple[Any, ...] = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)), (0, (8, 2, 2, 2)))
COLOURMAP = "viridis"  # its lightness grows steadily: it can be read in grey, and by colour-blind readers
# The part of it that is seen on a light ground, and on a dark one.
SHOWN_ON_LIGHT, SHOWN_ON_DARK = (0.0, 0.9), (0.15, 1.0)
MAX_SHEET_BYTES = 2**16
# Settings that a sheet of the user's may not change: they run programs, write other files or choose a window system.
# A sheet that holds all settings at their defaults is accepted.
REFUSED = re.compile(
    r"text\.(usetex|latex\..*)|pgf\..*|animation\..*|figure\.(hooks|max_open_warning|raise_window)|ps\.usedistiller"
    r"|svg\.image_inline|savefig\.directory|backend.*|interactive|toolbar|timezone|webagg\..*|tk\..*|docstring\..*"
    r"|date\.epoch"
)


@cache
def own_styles() -> list[str]:
    """Return the names of our own style sheets."""
    return sorted(sheet.stem for sheet in STYLES.glob(f"*{STYLE_SHEET}"))


def style_names() -> list[str]:
    """Return the name of every style sheet, ours first."""
    return [*own_styles(), TUTORIAL_STYLE, "default", *sorted(matplotlib.style.available)]


@contextmanager
def setting(recipe: Recipe) -> Iterator[None]:
    """Draw and render with all settings that a recipe asks for."""
    rc: Any = mpl.rcParams  # its type accepts only literal names of settings
    with styled(recipe.style):
        rc["svg.fonttype"] = "none" if recipe.svg_text else "path"
        if recipe.font:
            _set_font(recipe.font)
        if recipe.grid is not None:
            rc["axes.grid"] = recipe.grid
        if recipe.dpi:
            rc["figure.dpi"] = recipe.dpi
        if recipe.size:
            _set_size(recipe.size)
        yield


@contextmanager
def styled(names: tuple[str, ...]) -> Iterator[None]:
    """Draw and render with these style sheets alone, whatever settings the user or the caller has."""
    if names and names[0] in own_styles() and names[0] != BASE:
        names = (BASE, *names)
    sheets = [_sheet(name) for name in names]
    with matplotlib.style.context(sheets, after_reset=True), quiet():
        _use_savefig_settings()
        try:
            yield
        except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as error:
            # Matplotlib accepts any number for most settings, and fails only when it draws with them.
            files = [name for name in names if name.endswith(STYLE_SHEET)]
            if not files:
                raise
            raise UsageError(f"--style {files[-1]}; its settings cannot be drawn with: {error}") from error


def label_size(recipe: Recipe) -> dict[str, Any]:
    """Return the keyword arguments of `set_xlabel` that `--label-size` asks for."""
    return {} if recipe.label_size is None else {"fontsize": recipe.label_size}


def _sheet(name: str) -> Any:
    """Return the settings of a style sheet, given by name or file, or the name of one of Matplotlib's."""
    if name in own_styles():
        return _own_sheet(name)
    if name.endswith(STYLE_SHEET):
        return read_sheet(name)
    if name not in style_names():
        raise UsageError(f"--style {name}; the style sheets are {', '.join(style_names())}, or a file *{STYLE_SHEET}")
    return name


@cache
def _own_sheet(name: str) -> dict[Any, Any]:
    return dict(mpl.rc_params_from_file(STYLES / f"{name}{STYLE_SHEET}", use_default_template=False))


def _set_font(names: tuple[str, ...]) -> None:
    """Set all text in these fonts, and the letters of formulas in the first of them."""
    from losscli.drawing.fonts import families

    rc: Any = mpl.rcParams
    fonts = families(names)
    rc["font.family"] = [*fonts, *rc["font.family"]]
    pattern = re.sub(r"([-:,])", r"\\\1", fonts[0])
    rc["mathtext.fontset"], rc["mathtext.fallback"] = "custom", "stixsans"
    rc.update({"mathtext.rm": pattern, "mathtext.it": f"{pattern}:italic", "mathtext.bf": f"{pattern}:bold"})


def _set_size(size: tuple[str, str]) -> None:
    """Set the size of the figure, and scale type and lines with it."""
    rc: Any = mpl.rcParams
    usual = rc["figure.figsize"]
    width, height = inches(size, (usual[0], usual[1]))
    factor = (width / usual[0]) ** SIZE_EXPONENT
    rc["figure.figsize"] = width, height
    rc["figure.constrained_layout.use"] = True  # the fixed margins of other styles are too narrow in a small figure
    for name in SCALED:
        if isinstance(rc[name], float | int):
            rc[name] *= factor


def _use_savefig_settings() -> None:
    """Give the figure the resolution and the colours that a style sheet asks for in files only."""
    rc: Any = mpl.rcParams
    for name, usual in (("dpi", "figure"), ("facecolor", "auto"), ("edgecolor", "auto")):
        if rc[f"savefig.{name}"] != usual:
            rc[f"figure.{name}"] = rc[f"savefig.{name}"]
            rc[f"savefig.{name}"] = usual


@contextmanager
def quiet() -> Iterator[None]:
    """Silence what Matplotlib reports of fonts and glyphs: `fonts.fallbacks` reports it in one line."""
    with _logged("mathtext", "font_manager", "_mathtext"), warnings.catch_warnings():
        for message in ("Glyph ", "cmr10 font should"):
            warnings.filterwarnings("ignore", message=message)
        yield


@contextmanager
def _logged(*modules: str) -> Iterator[list[str]]:
    """Collect what these modules of Matplotlib would log; nothing is printed."""
    messages: list[str] = []

    def collect(record: logging.LogRecord) -> bool:
        messages.append(record.getMessage())
        return False

    loggers = [logging.getLogger(".".join(["matplotlib", *([module] if module else [])])) for module in modules]
    for logger in loggers:
        logger.addFilter(collect)
    try:
        yield messages
    finally:
        for logger in loggers:
            logger.removeFilter(collect)


def read_sheet(path: str) -> dict[Any, Any]:
    """Return the settings in a style sheet's file.

    The words stored in a figure may name such a file, and `redo` reads it. It is therefore a small regular file that
    sets only the look. Raise UsageError if the file is missing, has a wrong line or sets anything else.
    """
    file = Path(path)
    try:
        if not file.exists():
            raise UsageError(f"--style {path}; there is no such file")
        if not file.is_file() or file.stat().st_size > MAX_SHEET_BYTES:
            raise UsageError(f"--style {path}; a style sheet is a file of at most {MAX_SHEET_BYTES} bytes")
        with _logged("") as messages:
            settings: dict[Any, Any] = dict(mpl.rc_params_from_file(file, use_default_template=False))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise UsageError(f"--style {path}; {reason}") from None
    if messages:
        reason = messages[0].strip().splitlines()[0]
        raise UsageError(f"--style {path}; {reason}; a line is a setting of Matplotlib's, name: value")
    defaults: Any = mpl.rcParamsDefault
    for key, value in settings.items():
        if REFUSED.fullmatch(key) and value != defaults[key]:
            raise UsageError(f"--style {path}; it sets {key}: a style sheet sets looks alone")
    return {key: value for key, value in settings.items() if not REFUSED.fullmatch(key)}


class SweepColours(NamedTuple):
    """How the curves of a long sweep are drawn: coloured by their swept value, dashed by their group."""

    mappable: ScalarMappable  # of the colour bar
    label: str  # of the colour bar
    styles: list[dict[str, Any]]  # for each curve
    dashes: dict[str, Any]  # for each group


def sweep_colours(recipe: Recipe, groups: Sequence[str | None]) -> SweepColours | None:
    """Return how the curves of the longest sweep are drawn, or None if no sweep is that long.

    `groups` has a text for each curve: what tells it from the others besides its swept value; None if it takes no part.
    """
    along = coloured(recipe)
    if along is None:
        return None
    axis = recipe.sweeps[along]
    dark = sum(to_rgb(mpl.rcParams["axes.facecolor"])) < 3 / 2  # the mean of three channels is below a half
    part = np.linspace(*(SHOWN_ON_DARK if dark else SHOWN_ON_LIGHT), 256)
    norm = Normalize(min(axis.values), max(axis.values))
    mappable = ScalarMappable(norm, ListedColormap(mpl.colormaps[COLOURMAP](part)))
    names = dict.fromkeys(group for group in groups if group is not None)
    dashes = dict(zip(names, cycle(DASHES)))
    others = islice(cycle(DASHES), len(dashes), None)
    styles = []
    for group, place in zip(groups, axis.positions, strict=True):
        if group is None or place is None:
            styles.append({"color": mpl.rcParams["text.color"], "linestyle": next(others)})
        else:
            colour = mappable.to_rgba(np.array(axis.values[place]))
            styles.append({"color": colour, "linestyle": dashes[group]})
    return SweepColours(mappable, axis.label, styles, dashes)


def styles(recipe: Recipe, count: int) -> list[dict[str, Any]]:
    """Return colour and dashes for each of so many curves; {} leaves a curve to Matplotlib's own cycle."""
    if count == 1 or "default" in recipe.style:
        return [{}] * count
    colours = list(mpl.rcParams["axes.prop_cycle"])
    dashes = [style.get("linestyle", DASHES[index % len(DASHES)]) for index, style in enumerate(colours)]
    found = []
    for index in range(count):
        turn, place = divmod(index, len(colours))  # in the second turn each colour has other dashes
        found.append({**colours[place], "linestyle": dashes[(place + turn) % len(dashes)]})
    return found
