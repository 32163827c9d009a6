"""Lay out a figure: wrap its texts, place its legend and give its panels their room, once."""

from __future__ import annotations

import re
import textwrap
import warnings
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text

from losscli.errors import UsageError
from losscli.recipe.sizes import leaves_height_open

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure
    from matplotlib.legend import Legend
    from matplotlib.lines import Line2D

    from losscli.recipe.recipe import Recipe

    Entry = tuple[Line2D, str]  # of a legend

POINTS = 72.0  # to an inch
LEGEND_ENTRIES_INSIDE = 8  # with more entries the legend stands outside of the panels,
NARROW_ENTRIES_INSIDE = 5  # and with more than these in a narrow figure
ENTRIES_IN_COLUMN = 24
NARROW_COLUMNS = 2  # of the legend below a narrow figure
NARROW_FIGURE = 4.5  # inches; in one no wider the legend stands below or above the panels, not beside them
TITLE_WIDTH = 0.85  # of the width of the figure
LEGEND_WIDTH = 0.6  # of the width of the figure, for the texts of the legend
LEAST_LINES = 3.0  # a panel is higher than so many lines of the numbers along its axes
UNBROKEN = re.compile(r"(?<!\\)\$[^$]*\$| = ")  # mathematics, and an equals sign with what stands beside it
KEPT_SPACE = "\0"  # stands for a space at which no line ends; no text of a figure has this character


def lay_out(figure: Figure, panels: Sequence[Any], recipe: Recipe) -> None:
    """Wrap titles and labels that are too long, and lay the figure out; every format then draws it as it stands.

    Raise UsageError if no room is left for the panels.
    """
    width, height = figure.bbox.size
    across = [title_of(panels[0]), panels[-1].xaxis.label, *figure.texts]
    upright = [axes.yaxis.label for axes in figure.axes]
    wrapped = [wrap(text, TITLE_WIDTH * width) for text in across]
    wrapped += [wrap(text, TITLE_WIDTH * height / len(panels), upright=True) for text in upright]
    if any(wrapped) or (recipe.label_size is not None and recipe.label_size > 2 * type_size()):
        figure.set_layout_engine("constrained")
    if len(panels) > 1:
        figure.align_ylabels(panels)
    engine = figure.get_layout_engine()
    if engine is None:
        return
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="constrained_layout not applied")
        try:
            engine.execute(figure)
        except UserWarning:
            raise no_room(figure, recipe) from None
    if min(panel.bbox.height for panel in panels) < LEAST_LINES * type_size() * figure.dpi / POINTS:
        raise no_room(figure, recipe)
    figure.set_layout_engine("none")


def wrap(text: Text, room: float, *, upright: bool = False) -> bool:
    """Break a text into lines no longer than some room, in pixels; return True if that changed it.

    Mathematics stays whole. A word that is longer than the room is cut.
    """
    content = text.get_text()
    if not content:
        return False
    box = text.get_window_extent()
    length = box.height if upright else box.width
    if length <= room:
        return False
    lines = content.split("\n")
    columns = max(1, int(max(map(len, lines)) * room / length))
    found = [part for line in lines for part in _wrapped(line, columns)]
    text.set_text("\n".join(found))
    return True


def _wrapped(line: str, columns: int) -> list[str]:
    """Break one line into parts of at most so many characters, as equal in length as words allow."""
    kept = UNBROKEN.sub(lambda match: match[0].replace(" ", KEPT_SPACE), line)
    number = -(-len(line) // columns)
    columns = min(columns, int(1.15 * len(line) / number))
    cut = "$" not in line
    parts = textwrap.wrap(kept, columns, break_long_words=cut, break_on_hyphens=False) or [line]
    return [part.replace(KEPT_SPACE, " ") for part in parts]


def add_legend(figure: Any, panel: Any, entries: Sequence[Entry], recipe: Recipe) -> None:
    """Add the legend: where the recipe says, or in the panel, or if it is long outside of the panels."""
    if not entries or recipe.legend == "none":
        return
    lines, texts = zip(*entries, strict=True)
    wide = figure.get_size_inches()[0] > NARROW_FIGURE
    inside = len(entries) <= (LEGEND_ENTRIES_INSIDE if wide else NARROW_ENTRIES_INSIDE)
    if inside or recipe.legend not in (None, "best"):
        legend = panel.legend(lines, texts, loc=recipe.legend or "best")
        _wrap_legend(figure, legend)
        return
    figure.set_layout_engine("constrained")
    if wide:
        columns = -(-len(entries) // ENTRIES_IN_COLUMN)
        legend = figure.legend(lines, texts, loc="outside right upper", ncols=columns)
        _wrap_legend(figure, legend)
        return
    # The layout would set a legend below upon a formula, which stands there too.
    place = "outside upper center" if recipe.formula else "outside lower center"
    legend = figure.legend(lines, texts, loc=place, ncols=NARROW_COLUMNS)
    _wrap_legend(figure, legend, LEGEND_WIDTH / NARROW_COLUMNS)
    _grow(figure, legend.get_window_extent().height, recipe)


def _wrap_legend(figure: Any, legend: Legend, part: float = LEGEND_WIDTH) -> None:
    for text in legend.get_texts():
        wrap(text, part * figure.bbox.width)


def _grow(figure: Figure, pixels: float, recipe: Recipe) -> None:
    """Make a figure higher by what stands below its panels, if its height is open."""
    if grows(recipe):
        width, height = figure.get_size_inches()
        figure.set_size_inches(width, height + pixels / figure.dpi)


def add_formula(figure: Figure, lines: Sequence[str], recipe: Recipe) -> None:
    """Set the lines of a formula below the panels."""
    size = mpl.rcParams["xtick.labelsize"]  # some styles leave font.size as it was
    text = figure.supxlabel("\n".join(lines), multialignment="left", fontsize=size)
    figure.set_layout_engine("constrained")
    _grow(figure, text.get_window_extent().height, recipe)


def grows(recipe: Recipe) -> bool:
    """Return True if the height of the figure is open, so that it grows with its panels."""
    return not recipe.size or leaves_height_open(recipe.size)


def no_room(figure: Figure, recipe: Recipe) -> UsageError:
    """Return the error for a figure that has no room for its panels."""
    size = recipe.size or [f"{side:.3g}in" for side in figure.get_size_inches()]
    return UsageError(f"--size {' '.join(size)}; it has no room for the panels beside their labels")


def title_of(panel: Any) -> Text:
    """Return the title of a panel, wherever the style puts it."""
    content = panel.get_title(mpl.rcParams["axes.titlelocation"])
    titles = (child for child in panel.get_children() if isinstance(child, Text) and child.get_text() == content)
    return next(titles, panel.title)


def type_size() -> float:
    """Return the size of the numbers along an axis, in points."""
    return float(FontProperties(size=mpl.rcParams["xtick.labelsize"]).get_size_in_points())
