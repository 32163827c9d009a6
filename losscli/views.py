"""Sampled -> a loss over two axes: lines of equal loss, or a surface; the curves of a sweep are its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.colors import BoundaryNorm
from matplotlib.ticker import MaxNLocator

from losscli import frame
from losscli.lazy import np
from losscli.look import label_size
from losscli.scales import scale_view
from losscli.surfaces import draw_surface

if TYPE_CHECKING:
    from matplotlib.contour import ContourSet
    from matplotlib.figure import Figure

    from losscli.lazy import Array
    from losscli.model import Quantity
    from losscli.recipe import Recipe
    from losscli.sample import Sampled

COLOURS = "viridis"
LEVELS = 10
SHADES = 256
UNEVEN = 20.0  # how often the median fits into the largest value before levels grow like 1, 2, 5, 10
BRIGHT = 0.65  # of the levels have a dark ground
EDGE = 0.03  # of a panel, where no label stands


def draw_view(figure: Figure, recipe: Recipe, sampled: Sampled) -> list[Any]:
    """Draw one panel for each quantity; return the panels."""
    panels = []
    figure.set_layout_engine("constrained")  # before there is a colour bar, or never
    for index, quantity in enumerate(sampled.ylabels):
        place = (len(sampled.ylabels), 1, index + 1)
        draw = _contour if recipe.view == "contour" else draw_surface
        panels.append(draw(figure, place, recipe, sampled, quantity))
    return panels


def heights(recipe: Recipe, sampled: Sampled, quantity: Quantity) -> tuple[Array, Array, Array]:
    """Return predictions (P,), swept values (S,) in increasing order, and the quantity there (S, P)."""
    axis = recipe.sweeps[0]
    rows = {trace.positions[0]: trace.terms[quantity] for trace in sampled.traces}
    order = sorted(range(len(axis.values)), key=lambda index: axis.values[index])
    table = np.array([rows[index] for index in order if index in rows])
    return sampled.traces[0].prediction, np.array([axis.values[index] for index in order if index in rows]), table


def ends(table: Array) -> tuple[float, float]:
    """Return the least and the largest value that a view distinguishes: what runs off to infinity is cut."""
    cut = frame.limits(list(table))
    finite = table[np.isfinite(table)]
    low, high = float(finite.min()), float(finite.max())
    return (low, high) if cut is None else (max(low, cut[0]), min(high, cut[1]))


def levels(table: Array) -> Array:
    """Return round numbers from the least to the largest value: evenly spaced, or 1, 2, 5, 10 where most are small."""
    low, high = ends(table)
    middle = float(np.median(table[np.isfinite(table)]))
    if middle > max(0.0, -low) and high > UNEVEN * middle:
        found = np.array([0.0, *_growing(max(low, middle / UNEVEN), high)])
    else:
        found = np.asarray(MaxNLocator(LEVELS).tick_values(low, high))
    return found if len(found) > 1 else np.array([low, high if high > low else low + 1])


def _growing(least: float, most: float) -> Array:
    """Return 1, 2, 5, 10 and so on within two values; of many decades powers of ten alone, then some of these."""
    first, last = int(np.floor(np.log10(least))), int(np.ceil(np.log10(most)))
    stride = max(1, (last - first) // LEVELS)  # 10^-300 to 10^300 has as many levels as 1 to 10^10
    for subs in ((1.0, 2.0, 5.0), (1.0,)):
        steps = np.array([sub * 10.0**power for power in range(first, last, stride) for sub in subs])
        steps = steps[(steps >= least) & (steps <= most)]
        if len(steps) < 2 * LEVELS:
            break
    return steps


def _contour(figure: Figure, place: tuple[int, int, int], recipe: Recipe, sampled: Sampled, quantity: Quantity) -> Any:
    panel = figure.add_subplot(*place)
    across, along, table = heights(recipe, sampled, quantity)
    scale_view(panel, recipe, across, along)
    fill = _fill(panel, across, along, table)
    panel.set_ylabel(recipe.sweeps[0].label if recipe.ylabel is None else recipe.ylabel, **label_size(recipe))
    panel.set_xlabel(sampled.xlabel, **label_size(recipe))
    panel.grid(visible=False)
    bar = figure.colorbar(fill, ax=panel, label=sampled.ylabels[quantity], ticks=fill.levels, format="%g")
    bar.outline.set_visible(False)
    return panel


def _fill(panel: Any, across: Array, along: Array, table: Array) -> ContourSet:
    """Draw shades and labelled lines; what lies beyond the levels has the shade of the ends."""
    steps = levels(table)
    step = steps[-1] - steps[-2]
    above, below = np.nanmax(table) > steps[-1], np.nanmin(table) < steps[0]
    beyond: Any = {(True, True): "both", (True, False): "max", (False, True): "min"}.get((above, below), "neither")
    within = np.ma.masked_invalid(np.clip(table, steps[0] - step, steps[-1] + step))
    norm = BoundaryNorm(steps.tolist(), SHADES, extend=beyond)  # each step its own shade, however uneven they are
    fill: ContourSet = panel.contourf(across, along, within, levels=steps, cmap=COLOURS, norm=norm, extend=beyond)
    colours = ["white" if index < BRIGHT * len(steps) else "#303030" for index in range(len(steps))]
    lines = panel.contour(across, along, within, levels=steps, colors=colours, linewidths=0.8, linestyles="solid")
    size = 0.9 * float(panel.xaxis.get_ticklabels()[0].get_fontsize())
    for label in panel.clabel(lines, fmt="%g", fontsize=size):
        at = panel.transAxes.inverted().transform(panel.transData.transform(label.get_position()))
        if not ((at > EDGE) & (at < 1 - EDGE)).all():
            label.remove()  # the frame would cut it
    return fill
