"""A curve at single predictions: value, gradient and Hessian, and where one of these has no single value."""

from __future__ import annotations

from dataclasses import replace
from itertools import repeat
from math import ulp
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from losscli.lazy import np
from losscli.model.breaks import Break, break_at, break_predictions, breaks, places
from losscli.model.loss import QUANTITIES, Quantity, argument_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.lazy import Array
    from losscli.model.curve import Curve
    from losscli.model.domains import Target

Prediction = Any  # a float, or a tuple of logits
Kinks = tuple[Break | None, ...]  # for each number of a prediction: the break there, if any

MAX_NUMBERS = 2**18  # of one term that are computed at a time
INWARD = 2.0**-10  # how far from an end of the domain a term at a pole is finite, of ends up to 1
CLOSE = 2.0**-49  # relative: twice as far as an argument can be from the break that it is at


class Row(NamedTuple):
    """One curve at one prediction."""

    prediction: Prediction
    target: Target
    terms: dict[Quantity, Any]  # those that were asked for: numbers, or nested lists of them for several logits
    kinks: Kinks = ()  # empty if the prediction is at no break
    overflowing: tuple[Quantity, ...] = ()  # the terms that are too large for a double where they say inf
    # The estimated absolute errors of the terms that are differences of values; as their terms.
    errors: dict[Quantity, Any] = {}  # noqa: RUF012 - never changed

    @property
    def notes(self) -> dict[str, str]:
        """A note for each term that has no single value."""
        found = [kink.notes for kink in self.kinks if kink]
        return {str(name): note for notes in reversed(found) for name, note in notes.items() if name in self.terms}

    @property
    def subgradient(self) -> Any:
        """The interval of slopes at a kink; one for each of several logits, a point where the loss is smooth."""
        at_kink = "gradient" in self.terms and any(kink and kink.subgradient for kink in self.kinks)
        if not at_kink or "value" in self.notes:
            return None
        slopes = np.ravel(self.terms["gradient"]).tolist()
        intervals = [
            kink.subgradient if kink and kink.subgradient else (slope, slope)
            for kink, slope in zip(self.kinks, slopes, strict=True)
        ]
        return intervals if isinstance(self.prediction, tuple) else intervals[0]


def rows(curve: Curve, predictions: Array, count: int = 3) -> Iterator[Row]:
    """Yield a curve at each of N predictions, of shape (N,) or (N, K), with the first `count` of its terms.

    The target of the curve may be an array with one target for each prediction.
    """
    several = isinstance(curve.target, np.ndarray)
    step = max(1, MAX_NUMBERS // predictions[0].size ** 2)
    for start in range(0, len(predictions), step):
        part = slice(start, start + step)
        own = replace(curve, target=cast("Any", curve.target)[part]) if several else curve
        yield from _evaluated(own, predictions[part], count)


def _evaluated(curve: Curve, predictions: Array, count: int) -> Iterator[Row]:
    """Yield the rows of predictions that are evaluated at once."""
    arrays = curve.terms(predictions, count)
    terms = [term.tolist() for term in arrays]
    kinks = _kinks(curve, predictions)
    infinite = {index for term in arrays for index in np.nonzero(np.isinf(term))[0].tolist()}
    errors = _errors(curve, predictions, len(arrays))
    targets = curve.target.tolist() if isinstance(curve.target, np.ndarray) else repeat(curve.target)
    for index, (prediction, target, *numbers) in enumerate(zip(predictions.tolist(), targets, *terms, strict=False)):
        named = dict(zip(QUANTITIES, numbers, strict=False))
        place, meant = _frozen(prediction), _frozen(target)
        large = overflowing(replace(curve, target=meant), place, named) if index in infinite else ()
        estimated = {quantity: error[index] for quantity, error in errors.items()}
        yield Row(place, meant, named, kinks.get(index, ()), large, estimated)


def _errors(curve: Curve, predictions: Array, count: int) -> dict[Quantity, list[Any]]:
    """Return the estimated errors of the terms that are differences of values, of the first `count`."""
    estimate = getattr(curve.loss, "errors", None)
    if not estimate or count == 1:
        return {}
    found = zip(QUANTITIES[1:count], estimate(*curve.arguments(predictions), **curve.parameters), strict=False)
    return {quantity: error.tolist() for quantity, error in found if error.any()}


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _kinks(curve: Curve, predictions: Array) -> dict[int, Kinks]:
    """Return the breaks at each prediction that is at one, by the index of the prediction."""
    if curve.loss.breaks == ():
        return {}
    if not curve.loss.family.vector:
        return _scalar_kinks(curve, predictions)
    found = {}
    for one, index in _by_target(curve, np.arange(len(predictions))):
        for row in index.tolist():
            kinks = _along_each(one, tuple(predictions[row].tolist()))
            if any(kinks):
                found[row] = kinks
    return found


def _scalar_kinks(curve: Curve, predictions: Array) -> dict[int, Kinks]:
    arguments = np.broadcast_to(curve.arguments(predictions)[0], predictions.shape)
    index: Any = np.arange(len(predictions))
    if "y" not in argument_names(curve.loss.breaks):  # the same for every target
        index = _near(arguments, index, places(curve))
    found: dict[int, Kinks] = {}
    for one, own in _by_target(curve, index):
        near = _near(arguments, own, places(one))
        if near.size:
            known = [item for item in breaks(one) if item.jumps]
            at = {prediction: break_at(one, known, prediction) for prediction in {*predictions[near].tolist()}}
            found |= {row: (at[predictions[row]],) for row in near.tolist() if at[predictions[row]]}
    return found


def _near(arguments: Array, index: Any, meeting: list[float]) -> Any:
    """Return those of the indices whose argument may be at one of these breaks."""
    at = np.zeros(len(index), dtype=bool)
    for place in meeting:
        at |= abs(arguments[index] - place) <= CLOSE * abs(place)
    return index[at]


def _by_target(curve: Curve, index: Any) -> Iterator[tuple[Curve, Any]]:
    """Yield the curve of each target, and those of the indices that have it."""
    if not isinstance(curve.target, np.ndarray):
        yield curve, index
        return
    own: dict[Any, list[int]] = {}
    for row, target in zip(index.tolist(), curve.target[index].tolist(), strict=True):
        own.setdefault(_frozen(target), []).append(row)
    for target, rows_of_target in own.items():
        yield replace(curve, target=target), np.array(rows_of_target)


def overflowing(curve: Curve, prediction: Prediction, terms: dict[Quantity, Any]) -> tuple[Quantity, ...]:
    """Return the terms whose infinities stand for finite numbers that are too large for a double.

    A term is truly infinite at an infinite prediction, and at a pole: a point that may be one, with finite terms near
    it. Losses of several numbers have poles only where one of these is at an end of the domain.
    """
    infinite = [name for name, term in terms.items() if np.isinf(term).any()]
    if not infinite or np.isinf(prediction).any():
        return ()
    around = _around_pole(curve, prediction)
    if not len(around):
        return tuple(infinite)
    near = dict(zip(QUANTITIES, curve.terms(around), strict=True))
    return tuple(name for name in infinite if not np.isfinite(near[name]).any())


def _around_pole(curve: Curve, prediction: Prediction) -> Array:
    """Return predictions near this one if it may be a pole, none otherwise; of several numbers only those inside."""
    if not curve.loss.family.vector:
        step = _distance_from_pole(curve, prediction)
        return np.array([prediction - step, prediction + step] if step else [])
    inward = np.equal(prediction, curve.domain.low) * 1.0 - np.equal(prediction, curve.domain.high)
    return np.array([prediction + INWARD * inward] if inward.any() else [])


def _distance_from_pole(curve: Curve, prediction: float) -> float:
    """Return how far from this prediction the terms are finite if it is a pole; 0 if it is none.

    A pole may be at an end of the domain, at a break, or at the minimum, where a Hessian may grow like a power above -1
    of the distance and so is finite very near: a minimum that is merely sharp is not taken for one.
    """
    if prediction in (curve.domain.low, curve.domain.high, *break_predictions(curve)):
        return INWARD * max(1.0, abs(prediction))
    if prediction in np.ravel(curve.fact("floor").at):
        return ulp(prediction) if prediction else 1e-300
    return 0.0


def _along_each(curve: Curve, logits: tuple[float, ...]) -> Kinks:
    """Return for each logit the break along it at these logits, or None."""
    found = []
    for vary, logit in enumerate(logits):
        found.append(next((item for item in breaks(curve.section(logits, vary), logit) if item.jumps), None))
    return tuple(found)
