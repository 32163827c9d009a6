"""Sampled -> a loss over two axes: lines of equal loss, or a surface; the curves of a sweep are its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.cm import ScalarMappable
from matplotlib.colors import BoundaryNorm
from matplotlib.ticker import MaxNLocator

from losscli.drawing.contours import written
from losscli.drawing.grid import ends, heights
from losscli.drawing.lines import COLOURS
from losscli.drawing.scales import scale_view
from losscli.drawing.style import label_size
from losscli.drawing.surfaces import draw_surface
from losscli.lazy import np

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from losscli.lazy import Array
    from losscli.model.loss import Quantity
    from losscli.recipe.recipe import Recipe
    from losscli.sampling.sample import Sampled
    from losscli.wording.texts import Texts

LEVELS = 10
SHADES = 256
UNEVEN = 20.0  # how often the median fits into the largest value before levels grow like 1, 2, 5, 10
ROUNDING = 1e-12  # relative: values no further apart are one
NOTHING = 1e-30  # of 1, and of the largest value: what is no larger is as good as 0
HALVED = (1, 2, 4, 10)  # steps whose halves are round, too
PLATEAU = 0.02  # of a table: at least so much of one value is one
EXTEND = {(True, True): "both", (True, False): "min", (False, True): "max", (False, False): "neither"}
ACROSS: dict[str, Any] = {"color": "white", "alpha": 0.3, "linewidth": 0.6}  # the look of a grid on shades
BRIGHT = 0.65  # of the levels have a dark ground


def draw_view(figure: Figure, recipe: Recipe, sampled: Sampled, texts: Texts) -> list[Any]:
    """Draw one panel for each quantity; return the panels."""
    panels = []
    figure.set_layout_engine("constrained")  # before there is a colour bar, or never
    for index, quantity in enumerate(texts.ylabels):
        place = (len(texts.ylabels), 1, index + 1)
        draw = _contour if recipe.view == "contour" else draw_surface
        panels.append(draw(figure, place, recipe, sampled, texts, quantity))
    return panels


def stairs(table: Array) -> Array:
    """Return the values of what takes a few of them alone; nothing where it takes more."""
    values = np.unique(table[np.isfinite(table)])
    values = values[np.diff(values, prepend=-np.inf) > ROUNDING * abs(values).max()]
    return values if len(values) <= LEVELS else np.array([])


def levels(table: Array) -> Array:
    """Return round numbers from the least to the largest value: evenly spaced, or 1, 2, 5, 10 where most are small.

    Of stairs they are the middles between two steps, and as much below the lowest and above the highest.
    """
    steps = stairs(table)
    if len(steps):
        rise = np.diff(steps) / 2 if len(steps) > 1 else np.maximum(abs(steps), 1) / 2
        return np.array([steps[0] - rise[0], *(steps[1:] - np.diff(steps) / 2), steps[-1] + rise[-1]])
    low, high = ends(table)
    sizes = abs(table[np.isfinite(table)])
    middle = float(np.median(sizes[sizes > NOTHING * min(1.0, sizes.max())]))  # a plateau at 0 says nothing of the rest
    if max(high, -low) > UNEVEN * middle:
        least, most = middle / UNEVEN, 2 * LEVELS // (1 + (low < -middle))
        below, above = _growing(max(-high, least), -low, most), _growing(max(low, least), high, most)
        found = np.array([*-below[::-1], 0.0, *above])
        found = found[[not (low < level < high and _plateau(table, level)) for level in found]]
    else:
        found = _even(table, low, high)
    return found if len(found) > 1 else np.array([low, high if high > low else low + 1])


def _even(table: Array, low: float, high: float) -> Array:
    """Return evenly spaced round numbers; on a plateau that has values on either side lies the middle of a step."""
    found = np.asarray(MaxNLocator(LEVELS).tick_values(low, high))
    if not any(low < level < high and _plateau(table, level) for level in found):
        return found
    found = np.asarray(MaxNLocator(LEVELS, steps=HALVED).tick_values(low, high))
    half = (found[1] - found[0]) / 2
    return np.array([found[0] - half, *(found + half)])


def _plateau(table: Array, level: float) -> bool:
    """Tell whether a table has this one value in a part of it, and not only along a line."""
    values = table[np.isfinite(table)]
    nearly = max(ROUNDING * abs(level), NOTHING * min(1.0, abs(values).max()))
    return bool(np.mean(abs(values - level) <= nearly) > PLATEAU)


def _growing(low: float, high: float, most: int) -> Array:
    """Return 1, 2, 5, 10 and so on within two values; of many decades powers of ten alone, then some of these."""
    if low >= high:
        return np.array([])
    first, last = int(np.floor(np.log10(low))), int(np.ceil(np.log10(high)))
    stride = max(1, 2 * (last - first) // most)  # 10^-300 to 10^300 has as many levels as 1 to 10^10
    for subs in ((1.0, 2.0, 5.0), (1.0,)):
        steps = np.array([sub * 10.0**power for power in range(first, last, stride) for sub in subs])
        steps = steps[(steps >= low) & (steps <= high)]
        if len(steps) < most:
            break
    return steps


def _contour(
    figure: Figure, place: tuple[int, int, int], recipe: Recipe, sampled: Sampled, texts: Texts, quantity: Quantity
) -> Any:
    panel = figure.add_subplot(*place)
    across, along, table = heights(sampled, quantity)
    scale_view(panel, recipe, across, along)
    seen = _seen(recipe, across, along, table)
    steps = stairs(seen)
    bounds = levels(seen)
    beyond = bool(np.nanmin(seen) < bounds[0]), bool(np.nanmax(seen) > bounds[-1])
    shades = _fill(panel, (across, along, table), bounds, beyond)
    if not len(steps):  # of which the shades say it all
        _lines(panel, (across, along, table), bounds, beyond)
    panel.set_ylabel(recipe.sweeps[0].label if recipe.ylabel is None else recipe.ylabel, **label_size(recipe))
    panel.set_xlabel(texts.xlabel, **label_size(recipe))
    panel.grid(visible=False)
    if recipe.grid:
        panel.set_axisbelow(False)  # shades would cover it
        panel.grid(**ACROSS)
    if recipe.xlim:
        panel.set_xlim(recipe.xlim)
    if recipe.ylim:
        panel.set_ylim(recipe.ylim)
    ticks = steps if len(steps) else bounds
    bar = figure.colorbar(shades, ax=panel, label=texts.ylabels[quantity])
    bar.set_ticks(np.interp(ticks, bounds, range(len(bounds))).tolist(), labels=written(ticks))
    bar.minorticks_off()
    bar.outline.set_visible(False)
    return panel


def _seen(recipe: Recipe, across: Array, along: Array, table: Array) -> Array:
    """Return the part of a table that the ends of the axes leave in sight; all of it where that is nothing."""
    for places, limits, axis in ((across, recipe.xlim, 1), (along, recipe.ylim, 0)):
        low, high = sorted(limits or (-np.inf, np.inf))
        part = np.compress((places >= low) & (places <= high), table, axis)
        table = part if np.isfinite(part).any() else table
    return table


def _fill(panel: Any, grid: tuple[Array, Array, Array], steps: Array, beyond: tuple[bool, bool]) -> ScalarMappable:
    """Draw shades and return their scale, which counts them: values over many decades have no room in a colour bar.

    What lies beyond the levels has the shade of the ends, in sight or not.
    """
    extend: Any = EXTEND[beyond]
    norm = BoundaryNorm(steps.tolist(), SHADES, extend=extend)  # each step its own shade, however uneven they are
    step = steps[-1] - steps[-2]
    inner = steps[not beyond[0] : len(steps) - (not beyond[1])]
    edges = [steps[0] - 2 * step, *inner, steps[-1] + 2 * step]  # Matplotlib's own extension ends at 1e250
    panel.contourf(*_within(grid, steps[0] - step, steps[-1] + step), levels=edges, cmap=COLOURS, norm=norm)
    return ScalarMappable(BoundaryNorm(range(len(steps)), SHADES, extend=extend), COLOURS)


def _lines(panel: Any, grid: tuple[Array, Array, Array], steps: Array, beyond: tuple[bool, bool]) -> None:
    """Draw lines between the shades, to be seen on both; none where values just touch the lowest level.

    Nor where they leap to infinity, at which all lines would lie on one another.
    """
    across, along, table = grid
    finite = np.where(np.isfinite(table), table, np.nan)
    step, touched = steps[-1] - steps[-2], not beyond[0] and not _plateau(table, steps[0])
    low = np.nextafter(steps[0], np.inf) if touched else steps[0] - step
    within = _within((across, along, finite), low, steps[-1] + step)
    colours = ["white" if index < BRIGHT * len(steps) else "#303030" for index in range(len(steps))]
    colours[-1] = colours[-1] if beyond[1] else "none"  # it lies just out of sight
    panel.contour(*within, levels=steps, colors=colours, linewidths=0.8, linestyles="solid")


def _within(grid: tuple[Array, Array, Array], low: float, high: float) -> tuple[Array, Array, Any]:
    """Return a grid whose heights end here, and have none where they are undefined."""
    across, along, table = grid
    return across, along, np.ma.masked_invalid(np.clip(table, low, high))
