"""Draw one loss over the prediction and one swept value: as contour lines, or as a surface."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.colors import BoundaryNorm
from matplotlib.ticker import MaxNLocator

from losscli.drawing.layout import POINTS, type_size
from losscli.drawing.style import label_size
from losscli.drawing.ticks import scale_view
from losscli.errors import UsageError
from losscli.lazy import np
from losscli.model.numbers import shown, told_apart
from losscli.sampling.limits import limits
from losscli.wording.captions import signed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from losscli.lazy import Array
    from losscli.model.loss import Quantity
    from losscli.recipe.recipe import Recipe
    from losscli.sampling.sample import Sampled
    from losscli.wording.texts import Texts

    Grid = tuple[Array, Array, Array]  # predictions (P,), swept values (S,) and the quantity there (S, P)

COLOURS = "viridis"  # its lightness grows steadily: it can be read in grey, and by colour-blind readers
LARGEST = 1e249  # Matplotlib's filled contours end at 1e250
LEVELS = 10  # contour levels, about
SKEWED = 20.0  # largest value over the median, beyond which evenly spaced levels would show the largest values alone
FEW_DECADES = 4  # of levels that grow: of these more than one a decade
SAME = 1e-9  # relative difference of values that differ by rounding errors alone
NOTHING = 1e-30  # of 1, and of the largest value: what is smaller says nothing of the size of the others
PLATEAU = 0.02  # of a table, with the value of a level: a line would follow the rim of that plateau from cell to cell
LEAPT = 2e-3  # of a table, near a level: with fewer values there the table leaps over it
NEAR_ZERO = 0.02  # of the height of a surface: an axis that begins nearer to 0 than this begins at 0
LABEL_SIZE = 0.9  # of the numbers at contour lines, relative to those at the axes
DARK_COLOURS = 0.65  # of the levels, from the lowest: their lines are white, and those above are dark
GRID_LINES: dict[str, Any] = {"color": "white", "alpha": 0.3, "linewidth": 0.6}
SURFACE_CELLS = 200  # along each axis of a surface, at most
SURFACE_TICKS: dict[str, Any] = {"nbins": 5, "steps": (1, 2, 4, 5, 10)}  # of the numbers along its axes
LABEL_PAD = 1.0  # of the size of these numbers: between them and the label of the axis
SURFACE_ZOOM = 1.15  # of Matplotlib's own size of the box, if there were no text around it
TEXT_AROUND = 9.0  # heights of these numbers: room for numbers and labels, which Matplotlib's layout does not measure
SMALLEST_ZOOM = 0.4


def draw_view(figure: Figure, recipe: Recipe, sampled: Sampled, texts: Texts) -> list[Any]:
    """Draw one panel for each quantity that the recipe shows, from top to bottom; return the panels.

    Raise UsageError if `--xlim` and `--ylim` leave nothing to draw.
    """
    draw = _contour if recipe.view == "contour" else _surface
    projection = None if recipe.view == "contour" else "3d"
    panels = []
    for row, quantity in enumerate(recipe.show, start=1):
        panel: Any = figure.add_subplot(len(recipe.show), 1, row, projection=projection)
        panel.set_xlabel(texts.xlabel, **label_size(recipe))
        draw(panel, recipe, sampled, quantity, texts.ylabels[quantity])
        panels.append(panel)
    return panels


def levels(table: Array) -> Array:
    """Return contour levels for a table that has finite values: increasing, at least two.

    They are evenly spaced round numbers; or 1, 2, 5, 10 and so on if most values are small against the largest and
    none of the large ones is negative.
    """
    low, high = _ends(table)
    sizes = abs(table[np.isfinite(table)])
    median = float(np.median(sizes[sizes >= NOTHING * min(1.0, sizes.max())]))
    if high <= SKEWED * median or -low > SKEWED * median:
        return np.asarray(MaxNLocator(LEVELS).tick_values(low, high))
    first, last = np.log10(median / SKEWED), np.log10(high)
    if last - first > FEW_DECADES:
        return np.unique(10.0 ** np.linspace(np.ceil(first), np.floor(last), LEVELS).round())
    powers = range(int(first) - 1, int(last) + 1)
    found = np.array([float(f"{factor}e{power}") for power in powers for factor in (1, 2, 5)])
    return found[(found >= median / SKEWED) & (found <= high)]


def _ends(table: Array) -> tuple[float, float]:
    """Return the lowest and highest value that a view shows; values that run off to infinity are cut."""
    finite = table[np.isfinite(table)]
    low, high = limits(list(table)) or (-np.inf, np.inf)
    return max(low, float(finite.min())), min(high, float(finite.max()))


def _grid(sampled: Sampled, quantity: Quantity) -> Grid:
    """Return the samples of a view; values that are too large to be drawn are infinite."""
    rows: Any = sampled.rows  # which every recipe with a view has
    table = rows.terms[quantity]
    return sampled.traces[0].prediction, rows.values, np.where(abs(table) > LARGEST, np.copysign(np.inf, table), table)


def _visible(recipe: Recipe, grid: Grid, *, crop_rows: bool) -> Grid:
    """Return the part of a grid within `--xlim` and, if `crop_rows`, within `--ylim`."""
    across, along, table = grid
    xlim, ylim = recipe.xlim or (-np.inf, np.inf), (recipe.ylim if crop_rows else None) or (-np.inf, np.inf)
    columns, rows = (across >= xlim[0]) & (across <= xlim[1]), (along >= ylim[0]) & (along <= ylim[1])
    found = across[columns], along[rows], table[rows][:, columns]
    if min(found[2].shape) <= 1 or not np.isfinite(found[2]).any():
        named = {"xlim": recipe.xlim, "ylim": recipe.ylim if crop_rows else None}
        given = " ".join(f"--{name} {shown(ends[0])} {shown(ends[1])}" for name, ends in named.items() if ends)
        raise UsageError(f"{given or f'--as {recipe.view}'}; there is nothing to draw: no grid of finite values")
    return found


def _contour(panel: Any, recipe: Recipe, sampled: Sampled, quantity: Quantity, label: str) -> None:
    """Draw filled contours with lines, their numbers and a colour bar; infinite and undefined parts stay blank."""
    across, along, table = grid = _grid(sampled, quantity)
    scale_view(panel, recipe, across, along)
    seen = _visible(recipe, grid, crop_rows=True)[2]
    bounds = levels(seen)
    low, high = bool(np.nanmin(seen) < bounds[0]), bool((seen[np.isfinite(seen)] > bounds[-1]).any())
    extend = {(True, True): "both", (True, False): "min", (False, True): "max"}.get((low, high), "neither")
    norm = BoundaryNorm(bounds.tolist(), 256, extend=extend)  # type: ignore[arg-type] # a Literal of these
    heights = np.ma.masked_invalid(table)
    shades = panel.contourf(across, along, heights, levels=bounds, cmap=COLOURS, norm=norm, extend=extend)
    _lines(panel, (across, along, heights), bounds, seen)
    panel.set_ylabel(recipe.sweeps[0].label if recipe.ylabel is None else recipe.ylabel, **label_size(recipe))
    panel.set(xlim=recipe.xlim, ylim=recipe.ylim)
    panel.grid(visible=False)
    if recipe.grid:
        panel.set_axisbelow(False)  # the colours would cover it
        panel.grid(**GRID_LINES)
    bar = panel.figure.colorbar(shades, ax=panel, label=label)
    bar.set_ticks(bounds.tolist(), labels=_level_texts(bounds))
    bar.minorticks_off()
    bar.outline.set_visible(False)


def _lines(panel: Any, grid: Grid, bounds: Array, seen: Array) -> None:
    """Draw the contour lines and their numbers; none for a level that values touch, keep or leap over."""
    finite = np.sort(seen[np.isfinite(seen)])
    around = np.array([2 * bounds[0] - bounds[1], *bounds, 2 * bounds[-1] - bounds[-2]])
    ends = (around[1:] + around[:-1]) / 2  # of the values that are nearer to a level than to the next ones
    near = np.diff(np.searchsorted(finite, ends)) / len(finite)
    equal = np.array([np.mean(finite == level) for level in bounds])
    inner = bounds[(bounds > finite[0]) & (bounds < finite[-1]) & (equal < PLATEAU) & (near > LEAPT)]
    dark = bounds[int(DARK_COLOURS * (len(bounds) - 1))]
    colours = ["white" if level <= dark else "#303030" for level in inner]
    lines = panel.contour(*grid, levels=inner, colors=colours, linewidths=0.8, linestyles="solid")
    size = LABEL_SIZE * type_size()
    panel.clabel(lines, fmt=dict(zip(inner.tolist(), _level_texts(inner), strict=True)), fontsize=size)


def _level_texts(bounds: Array) -> list[str]:
    """Return levels as they are written: evenly spaced ones with equally many decimals."""
    if len(bounds) > 1 and np.allclose(np.diff(bounds), bounds[1] - bounds[0], rtol=SAME):
        return [signed(text) for text in told_apart(bounds.tolist())]
    return [signed(f"{level:g}") for level in bounds]


def _surface(panel: Any, recipe: Recipe, sampled: Sampled, quantity: Quantity, label: str) -> None:
    """Draw a surface whose values are clipped to the limits of the panel; infinite and undefined parts are left out."""
    across, along, table = _visible(recipe, _grid(sampled, quantity), crop_rows=False)
    given = recipe.ylim if quantity == recipe.show[0] else None
    low, high = given or _from_zero(*_ends(table))
    panel.plot_surface(
        *np.meshgrid(across, along), np.clip(np.where(np.isfinite(table), table, np.nan), low, high),
        rcount=SURFACE_CELLS, ccount=SURFACE_CELLS, cmap=COLOURS, vmin=low, vmax=high, antialiased=False,
    )  # fmt: skip
    flat = 0.0 if low < high else 0.05 * abs(low) or 1.0
    panel.set(xlim=recipe.xlim, zlim=(low - flat, high + flat))
    panel.set_ylabel(recipe.sweeps[0].label, **label_size(recipe))
    panel.set_zlabel(label, rotation=90, **label_size(recipe))
    panel.zaxis.set_rotate_label(False)
    for axis in (panel.xaxis, panel.yaxis, panel.zaxis):
        axis.set_major_locator(MaxNLocator(**SURFACE_TICKS))
        axis.labelpad = LABEL_PAD * type_size()
    height = panel.figure.get_size_inches()[1] * POINTS / len(recipe.show)
    panel.set_box_aspect(None, zoom=max(SURFACE_ZOOM * (1 - TEXT_AROUND * type_size() / height), SMALLEST_ZOOM))
    panel.patch.set_visible(False)  # some styles have a grey square there
    if recipe.grid is not None:
        panel.grid(visible=recipe.grid)


def _from_zero(low: float, high: float) -> tuple[float, float]:
    """Return the ends of an axis, 0 for one that is nearly 0: there need be no sample at a minimum."""
    near = NEAR_ZERO * (high - low)
    return (0.0 if 0 < low < near else low), (0.0 if -near < high < 0 else high)
