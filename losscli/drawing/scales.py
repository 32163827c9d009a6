"""Axes and their numbers: logarithmic ones are linear around 0 where a curve is not positive."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Any

from losscli.drawing.ticks import number_axis, space_numbers
from losscli.lazy import np
from losscli.recipe.recipe import LARGEST
from losscli.sampling.refine import linear_part

ABOVE = 1 + 1e-9  # a power of ten: Matplotlib takes the logarithm of the threshold, which may come out below
# Decades on the axis from 0 to the threshold such that the linear part meets the logarithmic one without a bend:
# Matplotlib makes 1 / (1 - 1 / 10) times as much of them, and a logarithm to base 10 rises by 1 / log 10 there.
SMOOTH = 0.9 / log(10)
LINEAR = 10  # percent of a curve: as much of it at most is in the linear part
DEEPEST = 1e-16  # of the largest value of a curve, or of 1: what is smaller has died away
SHORTEST = 1e-290  # a linear part, and of the largest value: in less Matplotlib's own arithmetic overflows
DECADES = -307.0, 308.0  # what a logarithmic axis may show: beyond it Matplotlib's own numbers overflow or are 0

if TYPE_CHECKING:
    from collections.abc import Iterable

    from losscli.lazy import Array
    from losscli.model.loss import Quantity
    from losscli.recipe.recipe import Recipe
    from losscli.sampling.sample import Sampled

    Ends = tuple[float, float]  # of an axis


def scale_curves(panel: Any, recipe: Recipe, sampled: Sampled, quantity: Quantity) -> None:
    """Make axes logarithmic, and space the numbers of the others, before anything is drawn on them."""
    if recipe.is_logarithmic("x"):
        x = np.concatenate([trace.prediction for trace in sampled.traces])
        set_scale(panel, "x", _in_sight(x, recipe.xlim), linear_part(recipe, "x", x.min(), x.max()))
    if recipe.is_logarithmic("y"):
        said = recipe.ylim if quantity == recipe.show[0] else None
        curves = [trace.terms[quantity] for trace in sampled.traces]
        heights = [y for mark in sampled.marks if mark.quantity == quantity for _, y in mark.points]
        every = np.array([*np.concatenate(curves), *heights, sampled.lowest[quantity]])
        set_scale(panel, "y", _in_sight(every[np.abs(every) <= LARGEST], said), _threshold(curves, said))
    space_numbers(panel)


def _in_sight(values: Array, said: Ends | None) -> Array:
    """Return values with the ends that are said of their axis; where these are positive, none that are not."""
    return np.array([*(values[values > 0] if said and said[0] > 0 else values), *(said or ())])


def set_scale(panel: Any, which: str, values: Array, threshold: float) -> None:
    """Make an axis logarithmic; where values are not positive, linear around 0."""
    change, axis = (panel.set_xscale, panel.xaxis) if which == "x" else (panel.set_yscale, panel.yaxis)
    if (values > 0).all():
        change("log")
        low, high = np.log10([values.min(), values.max()]).tolist()
        _keep_margin(panel, which, high - low, min(low - DECADES[0], DECADES[1] - high))
        number_axis(axis)
    else:
        change("symlog", linthresh=threshold, linscale=SMOOTH)
        span = float(np.ptp(axis.get_transform().transform([values.min(), values.max()]) / threshold))
        largest = float(np.log10(max(np.abs(values).max(), threshold)))
        _keep_margin(panel, which, span, DECADES[1] - largest + min(0.0, float(np.log10(threshold))))
        number_axis(axis, threshold)


def _keep_margin(panel: Any, which: str, decades: float, room: float) -> None:
    """Leave a smaller margin around so many decades that the usual one would have an end that is no double."""
    usual = panel.get_xmargin() if which == "x" else panel.get_ymargin()
    if usual * decades > max(0.0, room):
        panel.margins(**{which: max(0.0, room) / decades})


def _threshold(curves: Iterable[Array], said: Ends | None) -> float:
    """Return the power of ten below which an axis is linear: of no curve more than a tenth of what is not 0 lies there.

    Of what is in sight, where the ends of the axis are said, and of what has not died away.
    """
    bottom, top = said or (-LARGEST, LARGEST)
    sizes = [np.abs(curve[(curve != 0) & (bottom <= curve) & (curve <= top)]) for curve in curves]
    found = [
        (max(np.percentile(each, LINEAR), DEEPEST * min(1.0, each.max())), each.max()) for each in sizes if len(each)
    ]
    least, largest = (min(low for low, _ in found), max(high for _, high in found)) if found else (1.0, 1.0)
    return float(10 ** np.floor(np.log10(max(least, SHORTEST, SHORTEST * largest))) * ABOVE)


def scale_view(panel: Any, recipe: Recipe, across: Array, along: Array) -> None:
    """Make the axes of predictions and of the swept parameter logarithmic, or space their numbers."""
    for which, values in (("x", across), ("y", along)):
        if recipe.is_logarithmic(which):
            said = recipe.xlim if which == "x" else recipe.ylim
            part = linear_part(recipe, which, values.min(), values.max())
            set_scale(panel, which, _in_sight(values, said), part)
    space_numbers(panel)
