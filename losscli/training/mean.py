"""The mean loss of many targets as a function of one constant prediction, and where it is lowest."""

from __future__ import annotations

from collections.abc import Iterator  # noqa: TC003 - the hints of a formula are read at run time
from dataclasses import replace
from math import nan
from typing import Any

from losscli.data.passes import LossSums
from losscli.data.tables import Rows, Skipped
from losscli.errors import UsageError
from losscli.lazy import Array, np
from losscli.model.curve import Curve
from losscli.model.domains import Nothing
from losscli.model.loss import QUANTITIES, UNKNOWN_FLOOR, Family, Floor, Loss
from losscli.model.spelling import Spelling

MAX_AT_ONCE = 2**20  # numbers of one term that are worked out together
TRIED = 129  # places that are evenly spread, and as many quantiles of the targets
WIDER = 60  # times the range of the places doubles, while the lowest one is at its end
SEARCHES, GRID = 20, 9  # of the place: each narrows it to a quarter
SAME = 2.0**-50  # relative: two means that differ by less are told apart by rounding alone


def mean_curve(curve: Curve, targets: Array) -> Curve:
    """Return the mean loss of targets, of shape (N,), by a prediction that is the same for all of them.

    Raises UsageError for a loss of several numbers or without a target, and for a target that the loss does not allow.
    """
    if curve.loss.family.vector or isinstance(curve.reads, Nothing):
        what = curve.loss.family.reads if curve.loss.family.vector else "a number without a target"
        raise UsageError(f"{curve.name} reads {what}; one constant prediction needs a loss of a number and its target")
    sums = LossSums()
    every = sums.usable(curve, Rows(targets, targets, None, Skipped())).curve
    if sums.refused or (sums.renamed and sums.kept):
        wrong = f"target {sums.refused_example}" if sums.refused else "targets -1, 0 and 1"
        raise UsageError(f"{wrong} in the data; the target of {curve.name} is {curve.reads}")
    spans = [curve.loss.family.span(float(end)) for end in (targets.min(), targets.max())]
    span = min(low for low, _ in spans), max(high for _, high in spans)
    found = _wrapped(every, Family(
        "mean", curve.loss.family.reads, lambda prediction, _: (prediction,), "f", Nothing(), "Constant prediction",
        lambda _: span,
    ))  # fmt: skip
    known: Any = every.target
    same = targets.min() == targets.max()
    floor = replace(every, target=known[0].item()).fact("floor") if same else _lowest(found, targets, span)

    def excess(prediction: Array) -> Array:
        above = found.terms(prediction, 1)[0] - floor.value
        return np.where(above <= SAME * abs(floor.value), 0.0, above)

    return replace(found, loss=replace(found.loss, floor=floor, excess=excess))


def _wrapped(every: Curve, family: Family) -> Curve:
    """Return the mean of a curve with an array of targets as a curve of a family without target."""

    def formula(prediction: Array) -> Iterator[Array]:
        for order in range(len(QUANTITIES)):
            yield _mean(every, prediction, order)

    loss = Loss(
        every.loss.name, family, formula, "", "unknown", nan, UNKNOWN_FLOOR, domain=every.domain,
        title=f"Mean {every.loss.title}",
    )  # fmt: skip
    named = {item.name: value for item, value in every.named_parameters}
    spelling = Spelling(every.name, loss, tuple(item for item, _ in every.named_parameters))
    return Curve(loss, None, {}, every.name, spelling, named)


def _mean(every: Curve, prediction: Array, order: int) -> Array:
    """Return the mean of the value, the gradient or the Hessian over the targets, in the shape of `prediction`."""
    targets: Any = every.target
    flat, block = np.ravel(prediction), max(1, MAX_AT_ONCE // len(targets))
    found = np.empty(len(flat))
    with np.errstate(all="ignore"):
        for at in range(0, len(flat), block):
            found[at : at + block] = every.terms(flat[at : at + block, None], order + 1)[order].mean(axis=-1)
    return found.reshape(np.shape(prediction))


def _lowest(curve: Curve, targets: Array, span: tuple[float, float]) -> Floor:
    """Return the lowest mean and its place: mean or median of the targets if one of these is it."""

    def means(places: Any) -> Array:
        values = curve.terms(np.array(places, dtype=float), 1)[0]
        return np.where(np.isnan(values), np.inf, values)

    low, high, ends = *span, (curve.domain.low, curve.domain.high)
    shares = np.quantile(targets, np.linspace(0, 1, TRIED))
    for _ in range(WIDER):
        places = np.unique(np.clip([*np.linspace(low, high, TRIED), *shares], *ends))
        best = int(np.argmin(means(places)))
        attained = low < places[best] < high or places[best] in ends
        if attained:
            break
        low, high = low - (high - low) / 2, high + (high - low) / 2
    left, right = places[max(best - 1, 0)], places[min(best + 1, len(places) - 1)]
    for _ in range(SEARCHES):
        grid = np.unique([*np.linspace(left, right, GRID), places[best]])
        at = int(np.argmin(means(grid)))
        left, right = grid[max(at - 1, 0)], grid[min(at + 1, len(grid) - 1)]
    tried = np.clip([targets.mean(), np.median(targets), grid[at]], *ends)
    values = means(tried)
    chosen = int(np.argmax(values <= values.min() + SAME * abs(values.min())))
    return Floor(float(values.min()), float(tried[chosen]), attained=bool(attained))


def place_among(at: float, targets: Array) -> str:
    """Return what a place is of the targets: their mean, their median, or how many of them lie below it."""
    for name, statistic in (("mean", targets.mean()), ("median", np.median(targets))):
        if at == statistic:
            return f"the {name} of the targets"
    share = ((targets < at).mean() + (targets <= at).mean()) / 2
    return f"above {100 * share:.2g} % of the targets"
