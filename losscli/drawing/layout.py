"""Panels, texts and legend find their places: nothing is clipped or covered, and no panel is pressed flat."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.font_manager import FontProperties

from losscli.drawing.legends import covers, furnish_legend, release
from losscli.drawing.texts import POINTS, Fitting, may_be_long
from losscli.errors import UsageError
from losscli.recipe.sizes import leaves_height_open

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from losscli.drawing.legends import Entry
    from losscli.recipe.recipe import Recipe

ROUNDS = 6
SHARE = 0.5  # of its part of the height: what a panel keeps of it, where the figure may grow
NEARLY = 0.99  # of that is enough
LINES = 3.0  # of type: in less a panel shows nothing
SLACK = 0.01  # inches beyond the figure that nobody sees


def arrange(figure: Figure, panels: Sequence[Any], entries: list[Entry], recipe: Recipe) -> None:
    """Give every text its lines, the legend its place and the panels their room.

    A figure whose height is left open grows where its panels would be too low; of another it is said.
    """
    height = float(figure.get_size_inches()[1])
    least = SHARE * height / len(panels) if grows(recipe) else type_size() * LINES / POINTS
    if len(panels) > 1:
        figure.align_ylabels(panels)
    fitting = Fitting(figure, panels)
    outside, legend = False, None
    for _ in range(ROUNDS):
        if legend:
            release(figure, legend)
        legend = _furnish(fitting, entries, recipe, outside=outside)
        lowest = _lowest(panels) if _laid_out(figure) else -height / 2  # at a guess
        covering = bool(legend and not outside and _covers(panels[0], legend, recipe))
        outside = outside or covering
        if lowest < NEARLY * least:
            _grow(figure, (least - lowest) * len(panels), recipe)
        elif not covering and not _leaves(figure):
            break
    if lowest <= 0:
        raise no_room(figure, recipe)
    figure.set_layout_engine("none")  # every format would lay it out again, from where the last one left it


def grows(recipe: Recipe) -> bool:
    """Tell whether the height of a figure is left open."""
    return not recipe.size or leaves_height_open(recipe.size)


def _furnish(fitting: Fitting, entries: list[Entry], recipe: Recipe, *, outside: bool) -> Any:
    """Fit the texts, and add the legend, if there is one; texts are fitted again beside one outside of the panels."""
    figure, panels = fitting.figure, fitting.panels
    if recipe.size or may_be_long(figure, panels):
        _fit(fitting)
    if not entries or recipe.legend == "none":
        return None
    legend = furnish_legend(figure, panels[0], entries, recipe, outside=outside)
    if legend in figure.legends:
        _fit(fitting)
    return legend


def _fit(fitting: Fitting) -> None:
    """Fit texts where they stand until they stand there: a label of more lines moves the panel, and thus the others."""
    for _ in range(ROUNDS):
        _laid_out(fitting.figure)
        if not fitting.fit():
            break


def _covers(panel: Any, legend: Any, recipe: Recipe) -> bool:
    """Tell whether a legend whose place is ours lies upon what its panel shows."""
    return recipe.legend in (None, "best") and legend is panel.get_legend() and covers(panel, legend)


def _laid_out(figure: Figure) -> bool:
    """Lay a figure out, and tell whether anything is left for its panels."""
    engine = figure.get_layout_engine()
    if engine is None:
        return True
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="constrained_layout not applied")
        try:
            engine.execute(figure)
        except UserWarning:
            return False
    return True


def _lowest(panels: Sequence[Any]) -> float:
    """Return in inches how high the lowest of the panels is."""
    return float(min(panel.get_window_extent().height / panel.figure.dpi for panel in panels))


def _grow(figure: Figure, missing: float, recipe: Recipe) -> None:
    if not grows(recipe):
        raise no_room(figure, recipe)
    width, height = figure.get_size_inches()
    figure.set_size_inches(width, height + missing)


def no_room(figure: Figure, recipe: Recipe) -> UsageError:
    """Return what is said where the panels of a figure have no room; without a --size it has that of its style."""
    size = recipe.size or [f"{side:.3g}in" for side in figure.get_size_inches()]
    return UsageError(f"--size {' '.join(size)}; it has no room for the panels beside their labels")


def _leaves(figure: Figure) -> bool:
    """Tell whether anything leaves a figure that the style does not lay out; it is laid out from now on."""
    if figure.get_layout_engine() is not None:
        return False
    box, (width, height) = figure.get_tightbbox(), figure.get_size_inches()
    if min(box.x0, box.y0, width - box.x1, height - box.y1) >= -SLACK:
        return False
    figure.set_layout_engine("constrained")
    return True


def type_size() -> float:
    """Return the size of the numbers along an axis, in points."""
    return float(FontProperties(size=mpl.rcParams["xtick.labelsize"]).get_size_in_points())
