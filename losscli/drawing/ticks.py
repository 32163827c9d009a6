"""Scale axes and choose the numbers along them."""

from __future__ import annotations

from math import floor, log, log10
from typing import TYPE_CHECKING, Any

from matplotlib.ticker import (
    AsinhLocator,
    FuncFormatter,
    LogFormatterSciNotation,
    LogLocator,
    MaxNLocator,
    NullFormatter,
    NullLocator,
)

from losscli.drawing.layout import POINTS, type_size
from losscli.errors import UsageError
from losscli.lazy import np
from losscli.recipe.recipe import LARGEST

if TYPE_CHECKING:
    from losscli.lazy import Array
    from losscli.model.loss import Quantity
    from losscli.recipe.recipe import Recipe
    from losscli.sampling.sample import Sampled

    Ends = tuple[float, float]  # of an axis

DIGIT = 0.62  # the width of a digit, of its size
GAP = 0.8  # of the size of type, between two numbers beside each other
STEPS = [1, 2, 2.5, 5, 10]
MAX_NUMBERS = 9  # along an axis
FEW_DECADES = log10(3), 2.0  # within the first numbers are evenly spaced; within the second powers of ten are too few
SYMMETRIC_NUMBERS = 7  # along an axis that is linear around 0
SMOOTH = 0.9 / log(10)  # decades for the linear part such that an axis does not bend where that ends
LINEAR_PERCENT = 10  # of a curve: so much of it lies in the linear part of its axis
LINEAR_SHARE = 0.01  # of the largest prediction: how far around 0 their axis is linear
DIED_AWAY = 1e-15  # of the largest value of a curve, or of 1: smaller values take no decades of an axis
WIDEST = 290.0  # decades; the usual margins of a wider axis end beyond the doubles
PLAIN = (1e-3, 1e3)  # numbers between these are written without powers of ten


def scale_curves(panel: Any, recipe: Recipe, sampled: Sampled, quantity: Quantity) -> None:
    """Make the axes of a panel logarithmic if the recipe asks for it, before anything is drawn on it."""
    if recipe.is_logarithmic("x"):
        set_scale(panel, "x", sampled.range, recipe.xlim, LINEAR_SHARE * max(map(abs, recipe.xlim or sampled.range)))
    if recipe.is_logarithmic("y"):
        given = recipe.ylim if quantity == recipe.show[0] else None
        curves = [trace.terms[quantity] for trace in sampled.traces]
        finite = np.concatenate([curve[abs(curve) <= LARGEST] for curve in curves])
        ends = float(finite.min()), float(finite.max())
        set_scale(panel, "y", ends, given, _threshold([abs(curve) for curve in curves], given))


def scale_view(panel: Any, recipe: Recipe, across: Array, along: Array) -> None:
    """Make the axes of a contour logarithmic: of predictions, and of the swept parameter."""
    for which, values, given in (("x", across, recipe.xlim), ("y", along, recipe.ylim)):
        if recipe.is_logarithmic(which):
            ends = float(values.min()), float(values.max())
            set_scale(panel, which, ends, given, LINEAR_SHARE * max(map(abs, given or ends)))


def set_scale(panel: Any, which: str, ends: Ends, given: Ends | None, threshold: float) -> None:
    """Make an axis logarithmic; if its `given` ends, or else those of the data, reach 0, linear below a threshold."""
    axis = panel.xaxis if which == "x" else panel.yaxis
    change = panel.set_xscale if which == "x" else panel.set_yscale
    low, high = given or ends
    if low > 0:
        if ends[1] <= 0:
            raise UsageError(f"--log {which}; the curves have no number above 0 there, where --{which}lim shows some")
        change("log")
        decades = log10(high) - log10(low)
        if decades > WIDEST:
            raise UsageError(f"--log {which}: the axis would have {decades:.0f} decades; it has at most {WIDEST:g}")
        if decades < FEW_DECADES[0]:
            axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        elif decades < FEW_DECADES[1]:
            axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        _set_formatter(axis, low, high)
    else:
        change("symlog", linthresh=threshold, linscale=SMOOTH)
        largest = max(abs(low), abs(high), threshold)
        decades = 2 * log10(largest / threshold)
        axis.set_major_locator(AsinhLocator(threshold * log(10) / 2, numticks=SYMMETRIC_NUMBERS))
        axis.set_minor_locator(NullLocator())
        _set_formatter(axis, threshold, largest)
        if decades > WIDEST:
            panel.margins(**{which: 0})


def _set_formatter(axis: Any, least: float, largest: float) -> None:
    """Write the numbers of a logarithmic axis as they are, or as powers of ten if some are very small or large."""
    axis.set_minor_formatter(NullFormatter())
    if PLAIN[0] <= least and largest <= PLAIN[1]:
        axis.set_major_formatter(FuncFormatter(lambda value, _: axis.get_major_formatter().fix_minus(f"{value:.12g}")))
    else:
        axis.set_major_formatter(LogFormatterSciNotation())


def _threshold(sizes: list[Array], given: Ends | None) -> float:
    """Return the power of ten below which an axis is linear: of no curve does more than a tenth lie there."""
    bound = max(map(abs, given)) if given else LARGEST
    found = [size[(size > 0) & (size <= bound)] for size in sizes]
    found = [size for size in found if len(size)]
    if not found:
        return 1.0
    largest = max(float(size.max()) for size in found)
    least = min(max(float(np.percentile(size, LINEAR_PERCENT)), DIED_AWAY * min(1.0, size.max())) for size in found)
    return float(10.0 ** floor(log10(max(least, largest * 1e-290, 1e-290))))


def space_numbers(axis: Any, length: float) -> None:
    """Take fewer numbers along a horizontal axis where those of Matplotlib would touch; its length is in points."""
    if axis.get_scale() != "linear":
        return
    low, high = axis.get_view_interval()
    places = axis.get_major_locator().tick_values(low, high)
    texts = axis.get_major_formatter().format_ticks(places)
    room = (DIGIT * max(map(len, texts), default=0) + GAP) * type_size()
    count = max(1, int(length / room))
    if len(places) - 1 > count:
        axis.set_major_locator(MaxNLocator(min(count, MAX_NUMBERS), steps=STEPS))


def length_of(panel: Any) -> float:
    """Return the width of a panel, in points."""
    return float(panel.bbox.width / panel.figure.dpi * POINTS)
