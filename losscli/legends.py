"""Where a legend stands: in a panel where it covers nothing, else outside of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.legend import Legend
    from matplotlib.lines import Line2D

    from losscli.recipe import Recipe

WIDE = 4.5  # inches; a narrower figure has the legend below, not beside it
INSIDE = 12  # entries; more stand outside in any case
BESIDE = 24  # entries, in one column
NARROW = 0.3  # of the width, for a legend beside the panels
COLUMNS = 4
FILLED = 0.96  # of a side of the figure, for a legend outside
SMALLEST = 5.0  # points


Entry = tuple["Line2D", str]  # a line of the legend


def furnish_legend(figure: Figure, panel: Axes, entries: list[Entry], recipe: Recipe) -> None:
    """Add the legend where it is asked for, or where there is room."""
    lines, texts = zip(*entries, strict=True)
    if recipe.legend and recipe.legend not in ("best", "none"):
        settings: dict[str, Any] = {"loc": recipe.legend}
        panel.legend(lines, texts, **settings)
        return
    if len(entries) <= INSIDE:
        legend = panel.legend(lines, texts, loc="best")
        figure.draw_without_rendering()
        if not covers(panel, legend):
            return
        legend.remove()
    _outside(figure, entries)


def covers(panel: Axes, legend: Legend) -> bool:
    """Tell whether a legend lies upon a curve of its panel, or leaves the panel."""
    box = legend.get_window_extent()
    frame = panel.get_window_extent()
    if box.x0 < frame.x0 or box.x1 > frame.x1 or box.y0 < frame.y0 or box.y1 > frame.y1:
        return True
    paths = [line.get_transform().transform_path(line.get_path()) for line in panel.lines]
    return any(path.intersects_bbox(box, filled=False) for path in paths)


def _outside(figure: Figure, entries: list[Entry]) -> None:
    """Put a legend beside the panels of a wide figure, or below them where it is too wide for that."""
    figure.set_layout_engine("constrained")
    if figure.get_size_inches()[0] >= WIDE and len(entries) <= BESIDE:
        legend = _legend(figure, entries, "outside right upper", 1)
        box = legend.get_window_extent()
        if box.width <= NARROW * figure.bbox.width and box.height <= FILLED * figure.bbox.height:
            return
        legend.remove()
    for columns in range(min(len(entries), COLUMNS), 0, -1):
        legend = _legend(figure, entries, "outside upper center" if figure.texts else "outside lower center", columns)
        if legend.get_window_extent().width <= FILLED * figure.bbox.width or columns == 1:
            break
        legend.remove()
    _shrink(figure, legend)


def _legend(figure: Figure, entries: list[Entry], place: str, columns: int) -> Legend:
    lines, texts = zip(*entries, strict=True)
    settings: dict[str, Any] = {"loc": place, "ncols": columns}
    legend: Legend = figure.legend(lines, texts, **settings)
    if not all(text.isascii() for text in texts):
        from losscli.fonts import cover

        cover(legend)
    figure.draw_without_rendering()
    return legend


def _shrink(figure: Figure, legend: Legend) -> None:
    """Make the type of a legend smaller until it stands within the figure."""
    sizes = [float(text.get_fontsize()) for text in legend.get_texts()]
    while legend.get_window_extent().width > FILLED * figure.bbox.width and min(sizes) > SMALLEST:
        sizes = [size * 0.93 for size in sizes]
        for text, size in zip(legend.get_texts(), sizes, strict=True):
            text.set_fontsize(size)
