"""The search for the parameters with which an exact loss fits a user's own best."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import inf, isfinite
from typing import TYPE_CHECKING, Any

from losscli.lazy import Array, np

if TYPE_CHECKING:
    from losscli.model.domains import Interval
    from losscli.model.loss import Parameter

FACTORS = (0.1, 0.25, 0.5, 0.75, 1.4, 2.0, 4.0, 10.0)  # of a parameter's value, in the coarse grid
STEPS = (-10.0, -3.0, -1.5, -0.5, 0.5, 1.5, 3.0, 10.0)  # where it may be negative
FINER = 9  # values between two of the coarse grid
LEVELS = 10  # of the coarse grid of a bounded interval
WIDE = 10.0  # a bounded interval that is wider is searched as if it had no end
NEWTON_STEPS = 25
HALVINGS = 8  # of one step, until it fits better
GAIN = 0.98  # of what a step leaves: one that leaves more does not lead to a fit
FITS = 1e-3  # what a fit leaves at most, of all
NUDGE = 1e-6  # relative: by which a parameter is moved to see what follows
SAME = 1e-9  # relative distance that is 0 but for rounding
DIGITS = range(1, 9)  # of a fitted number, if so many are enough

Misfit = Callable[[Mapping[str, Any]], Array]  # from parameters to what is left, relative, of any shape


def size(rest: Array) -> float:
    """Return the root of the sum of squares of what a fit leaves; inf if it is not finite."""
    found = float(np.linalg.norm(rest))
    return found if isfinite(found) else inf


def fitted(
    misfit: Misfit, free: Sequence[Parameter], start: Mapping[str, Any], *, near: bool = False
) -> dict[str, Any]:
    """Return parameters with those that are free fitted: each from a coarse grid, then together by Gauss-Newton.

    Of parameters that fit, the fewest digits that do so as well are taken for what was meant. A parameter that is
    switched off stays so. `near`: the start is already the best place of a grid.
    """
    chosen = dict(start)
    free = [item for item in free if isinstance(chosen[item.name], int | float)]
    for item in () if near else free:
        coarse = tried(item, chosen)
        for values in (coarse, None):
            if size(misfit(chosen)) > SAME:
                every = values or between(item, coarse, chosen)
                chosen = min(every, key=lambda parameters: size(misfit(parameters)))
    smooth = [item for item in free if not item.whole]
    for _ in range(NEWTON_STEPS if smooth else 0):
        before = size(misfit(chosen))
        if before <= SAME / 1e4 or not isfinite(before):
            break
        chosen = _step(misfit, smooth, chosen, before)
        if size(misfit(chosen)) >= GAIN * before:
            break
    for item in smooth if size(misfit(chosen)) <= FITS else ():
        chosen = _rounded(misfit, item, chosen)
    return chosen


def tried(item: Parameter, start: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return parameters with one of them as it is, then at each value of its coarse grid."""
    values = [start[item.name], *grid(item, start[item.name] or 0.0)]
    return [{**start, item.name: value} for value in values]


def between(item: Parameter, coarse: list[dict[str, Any]], best: dict[str, Any]) -> list[dict[str, Any]]:
    """Return parameters between the neighbours in a coarse grid of the best: a curve may be flat beyond some."""
    values = sorted(parameters[item.name] or 0.0 for parameters in coarse)
    at = values.index(best[item.name] or 0.0)
    low, high = values[max(at - 1, 0)], values[min(at + 1, len(values) - 1)]
    finer = [] if item.whole else np.linspace(low, high, FINER + 2)[1:-1].tolist()
    return [best, *({**best, item.name: value} for value in finer)]


def _step(misfit: Misfit, free: list[Parameter], at: dict[str, Any], before: float) -> dict[str, Any]:
    """Return parameters one Gauss-Newton step on, or a part of it that fits better; else the same."""
    here = misfit(at)
    values = np.array([at[item.name] for item in free], dtype=float)
    widths = [NUDGE * max(abs(value), NUDGE) for value in values.tolist()]
    moved = [{**at, item.name: value + width} for item, value, width in zip(free, values.tolist(), widths, strict=True)]
    slopes = np.array([(misfit(there) - here).ravel() / width for there, width in zip(moved, widths, strict=True)]).T
    if not np.isfinite(slopes).all():
        return at
    step = np.linalg.lstsq(slopes, -here.ravel(), rcond=None)[0]
    for halved in range(HALVINGS):
        onward = (values + step / 2**halved).tolist()
        there = {**at, **{item.name: value for item, value in zip(free, onward, strict=True)}}
        if (
            all(value in item.interval for item, value in zip(free, onward, strict=True))
            and size(misfit(there)) < before
        ):
            return there
    return at


def _rounded(misfit: Misfit, item: Parameter, chosen: dict[str, Any]) -> dict[str, Any]:
    least = max(size(misfit(chosen)), SAME / 100)
    for digits in DIGITS:
        value = float(f"{chosen[item.name]:.{digits}g}")
        rounded = {**chosen, item.name: value}
        if value in item.interval and size(misfit(rounded)) <= least:
            return rounded
    return chosen


def grid(parameter: Parameter, start: float) -> list[float]:
    """Return values of a parameter to start from: multiples, or steps where it may be negative."""
    interval: Interval = parameter.interval
    if parameter.whole:
        return [float(value) for value in range(1, 11) if value in interval]
    if isfinite(interval.low) and isfinite(interval.high) and interval.high - interval.low <= WIDE:
        inside = np.linspace(interval.low, interval.high, LEVELS + 1)
        return [value for value in inside.tolist() if value in interval]
    if isfinite(interval.low) and interval.low > -WIDE:
        above = start - interval.low or 1.0
        return [interval.low + above * factor for factor in FACTORS if interval.low + above * factor in interval]
    return [start + step for step in STEPS if start + step in interval]
