"""Axes and their numbers: logarithmic ones are linear around 0 where a curve is not positive."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Any

from losscli.lazy import np
from losscli.recipe import LARGEST
from losscli.refine import LINEAR
from losscli.ticks import number_axis, space_numbers

ABOVE = 1 + 1e-9  # a power of ten: Matplotlib takes the logarithm of the threshold, which may come out below
# Decades on the axis from 0 to the threshold such that the linear part meets the logarithmic one without a bend:
# Matplotlib makes 1 / (1 - 1 / 10) times as much of them, and a logarithm to base 10 rises by 1 / log 10 there.
SMOOTH = 0.9 / log(10)
DECADES = -307.0, 308.0  # what a logarithmic axis may show: beyond it Matplotlib's own numbers overflow or are 0

if TYPE_CHECKING:
    from losscli.lazy import Array
    from losscli.model import Quantity
    from losscli.recipe import Recipe
    from losscli.sample import Sampled


def scale_curves(panel: Any, recipe: Recipe, sampled: Sampled, quantity: Quantity) -> None:
    """Make axes logarithmic, and space the numbers of the others, before anything is drawn on them."""
    if recipe.is_logarithmic("x"):
        x = np.concatenate([trace.prediction for trace in sampled.traces])
        set_scale(panel, "x", np.array([*x, *(recipe.xlim or ())]), LINEAR * float(np.abs(x).max()))
    if recipe.is_logarithmic("y"):
        heights = [y for mark in sampled.marks if mark.quantity == quantity for _, y in mark.points]
        ends = recipe.ylim if recipe.ylim and quantity == recipe.show[0] else ()
        y = np.concatenate([*(trace.terms[quantity] for trace in sampled.traces), [*heights, *ends]])
        y = y[np.abs(y) <= LARGEST]
        set_scale(panel, "y", np.array([*y, sampled.lowest[quantity]]), _threshold(y))
    space_numbers(panel)


def set_scale(panel: Any, which: str, values: Array, threshold: float) -> None:
    """Make an axis logarithmic; where values are not positive, linear around 0."""
    change, axis = (panel.set_xscale, panel.xaxis) if which == "x" else (panel.set_yscale, panel.yaxis)
    if (values > 0).all():
        change("log")
        _keep_margin(panel, which, np.log10([values.min(), values.max()]).tolist())
        number_axis(axis)
    else:
        change("symlog", linthresh=threshold, linscale=SMOOTH)
        number_axis(axis, threshold)


def _keep_margin(panel: Any, which: str, decades: list[float]) -> None:
    """Leave a smaller margin around so many decades that the usual one would have an end that is no double."""
    low, high = decades
    usual = panel.get_xmargin() if which == "x" else panel.get_ymargin()
    room = max(0.0, min(low - DECADES[0], DECADES[1] - high))
    if usual * (high - low) > room:
        panel.margins(**{which: room / (high - low)})


def _threshold(values: Array) -> float:
    """Return the power of ten below which an axis is linear: below it lies at most a tenth of what is not 0."""
    sizes = np.abs(values[values != 0])
    if not len(sizes):
        return 1.0
    least = max(float(np.percentile(sizes, 10)), float(sizes.max()) * 1e-4)
    return float(10 ** np.floor(np.log10(least)) * ABOVE)


def scale_view(panel: Any, recipe: Recipe, across: Array, along: Array) -> None:
    """Make the axes of predictions and of the swept parameter logarithmic, or space their numbers."""
    for which, values in (("x", across), ("y", along)):
        if recipe.is_logarithmic(which):
            set_scale(panel, which, values, LINEAR * float(np.abs(values).max()))
    space_numbers(panel)
