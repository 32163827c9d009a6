"""Where a legend stands: in a panel where it covers nothing, else outside of it."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from losscli.drawing.texts import POINTS, squeeze
from losscli.lazy import np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.legend import Legend
    from matplotlib.lines import Line2D
    from matplotlib.transforms import BboxBase

    from losscli.recipe.recipe import Recipe

WIDE = 4.5  # inches; a narrower figure has the legend below, not beside it
INSIDE = 12  # entries; more stand outside in any case
BESIDE = 24  # entries, in one column
NARROW = 0.3  # of the width, for a legend beside the panels
COLUMNS = 4
FILLED = 0.96  # of a side of the figure, for a legend outside
MOST = 0.95  # of the height, for legend and formula at the foot: the panels have no room then, but are not upside down
PAD = 0.06  # inches around a formula
ROUNDS = 3
OPAQUE = 0.85  # the ground of a legend upon curves, which show through
PLACES: tuple[Any, ...] = (
    "upper right", "upper left", "lower left", "lower right", "center left", "center right", "lower center",
    "upper center", "center",
)  # fmt: skip


Entry = tuple["Line2D", str]  # a line of the legend


def furnish_legend(figure: Figure, panel: Axes, entries: list[Entry], recipe: Recipe, *, outside: bool) -> Legend:
    """Add the legend where it is asked for, or where there is room in the panel, or else `outside` of it."""
    if recipe.legend not in (None, "best"):
        legend = _legend(panel, entries, loc=recipe.legend)
        _squeeze(legend, panel.bbox.width)
        if not legend.get_frame_on():
            _draw_silently(figure)
            if covers(panel, legend):
                _ground(panel, legend)
        return legend
    if len(entries) <= INSIDE and not outside:
        legend = _legend(panel, entries, loc="best")
        _draw_silently(figure)
        for place in PLACES:
            if not covers(panel, legend):
                return legend
            legend.set_loc(place)
        legend.remove()
    return _outside(figure, entries)


def covers(panel: Axes, legend: Legend) -> bool:
    """Tell whether a legend lies upon a curve or a mark of its panel, or leaves the panel."""
    box = legend.get_window_extent()
    frame = panel.get_window_extent()
    if box.x0 < frame.x0 or box.x1 > frame.x1 or box.y0 < frame.y0 or box.y1 > frame.y1:
        return True
    return any(_meets(line, box, panel.figure.dpi / POINTS) for line in panel.lines)


def _ground(panel: Axes, legend: Legend) -> None:
    """Give a legend that a style leaves without a frame a ground on which it can be read above curves."""
    legend.set_frame_on(True)
    legend.get_frame().set(facecolor=panel.get_facecolor(), edgecolor="none", alpha=OPAQUE)


def _meets(line: Line2D, box: BboxBase, point: float) -> bool:
    """Tell whether the ink of a line or of its markers reaches into a box; both have a width, in points."""
    path = line.get_transform().transform_path(line.get_path())
    if line.get_linestyle() != "None" and path.intersects_bbox(
        box.padded(line.get_linewidth() / 2 * point), filled=False
    ):
        return True
    if line.get_marker() in ("None", "", None):
        return False
    x, y = np.transpose(path.vertices)
    room = box.padded(line.get_markersize() / 2 * point)
    return bool(((x > room.x0) & (x < room.x1) & (y > room.y0) & (y < room.y1)).any())


def _outside(figure: Figure, entries: list[Entry]) -> Legend:
    """Put a legend below the panels where one row holds it, else beside those of a wide figure, else below in rows."""
    figure.set_layout_engine("constrained")
    columns = len(entries)
    below = _below(figure, entries, columns) if columns <= COLUMNS else None
    beside = None if below else _beside(figure, entries)
    if beside:
        return beside
    while not below:
        columns = min(columns, COLUMNS + 1) - 1
        below = _below(figure, entries, columns)
    _squeeze(below, FILLED * figure.bbox.width)
    _stand(figure, below)
    return below


def _below(figure: Figure, entries: list[Entry], columns: int) -> Legend | None:
    """Put a legend of so many columns below the panels, unless it is too wide and could have fewer."""
    legend = _legend(figure, entries, loc="lower center", ncols=columns, borderaxespad=0)
    _draw_silently(figure)
    if columns == 1 or legend.get_window_extent().width <= FILLED * figure.bbox.width:
        return legend
    legend.remove()
    return None


def _beside(figure: Figure, entries: list[Entry]) -> Legend | None:
    """Put a legend beside the panels, unless it takes too much of the figure."""
    if figure.get_size_inches()[0] < WIDE or len(entries) > BESIDE:
        return None
    legend = _legend(figure, entries, loc="outside right upper")
    _draw_silently(figure)
    box, (width, height) = legend.get_window_extent(), figure.bbox.size
    if box.width <= NARROW * width and box.height <= FILLED * height:
        return legend
    legend.remove()
    return None


def _legend(place: Figure | Axes, entries: list[Entry], **settings: Any) -> Legend:
    lines, texts = zip(*entries, strict=True)
    legend: Legend = place.legend(lines, texts, **settings)
    if not all(text.isascii() for text in texts):
        from losscli.drawing.fonts import cover

        cover(legend)
    return legend


def _stand(figure: Figure, legend: Legend) -> None:
    """Stand a legend above the formula at the foot of a figure, in a strip that the panels leave free.

    Matplotlib's layout would have both in the same place.
    """
    height = figure.bbox.height
    pad = PAD * figure.dpi / height
    foot = pad
    for text in figure.texts:
        text.set_in_layout(False)
        text.set_y(foot)
        foot += text.get_window_extent().height / height + pad
    legend.set_bbox_to_anchor((0, foot, 1, 1 - foot), figure.transFigure)
    foot += legend.get_window_extent().height / height
    engine: Any = figure.get_layout_engine()
    foot = min(foot, MOST)
    engine.set(rect=(0, foot, 1, 1 - foot))


def release(figure: Figure, legend: Legend) -> None:
    """Take a legend away, and the room that was left for it."""
    legend.remove()
    engine: Any = figure.get_layout_engine()
    if engine is not None:
        engine.set(rect=(0, 0, 1, 1))
    for text in figure.texts:
        text.set_in_layout(True)


def _squeeze(legend: Legend, room: float) -> None:
    """Break the texts of a legend of one column, and set all of them smaller, until it is no wider than some room."""
    texts = legend.get_texts()
    box = legend.get_window_extent()
    if box.width <= room:
        return
    beside = box.width - max(text.get_window_extent().width for text in texts)
    for _ in range(ROUNDS):  # with the type the handles and the gaps become smaller
        for text in texts:
            squeeze(text, room - beside)
        least = min(float(text.get_fontsize()) for text in texts)
        for text in texts:
            text.set_fontsize(least)
        if legend.get_window_extent().width <= room:
            return
        beside += legend.get_window_extent().width - room


def _draw_silently(figure: Figure) -> None:
    """Lay a figure out to measure what is in it; whether its panels have room is seen when it is settled."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="constrained_layout not applied")
        figure.draw_without_rendering()
