"""A curve at single predictions: value, gradient and Hessian, and where one of these has no single value."""

from __future__ import annotations

from math import ulp
from typing import TYPE_CHECKING, Any, NamedTuple

from losscli.lazy import np
from losscli.model.breaks import Break, break_at, break_predictions, breaks
from losscli.model.loss import QUANTITIES, Quantity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from losscli.model.curve import Curve

Prediction = Any  # a float, or a tuple of logits


class Row(NamedTuple):
    """One curve at one prediction."""

    curve: Curve
    prediction: Prediction
    terms: dict[Quantity, Any]  # numbers, or nested lists of them for several logits
    kinks: tuple[Break | None, ...]  # for each number of the prediction: the break there, if any
    overflowing: tuple[Quantity, ...] = ()  # the terms that are too large for a double where they say inf

    @property
    def notes(self) -> dict[str, str]:
        """A note for each term that has no single value."""
        found = [kink.notes for kink in self.kinks if kink]
        return {str(name): note for notes in reversed(found) for name, note in notes.items()}

    @property
    def subgradient(self) -> Any:
        """The interval of slopes at a kink; one for each of several logits, a point where the loss is smooth."""
        if not any(kink and kink.subgradient for kink in self.kinks) or "value" in self.notes:
            return None
        slopes = np.ravel(self.terms["gradient"]).tolist()
        intervals = [
            kink.subgradient if kink and kink.subgradient else (slope, slope)
            for kink, slope in zip(self.kinks, slopes, strict=True)
        ]
        return intervals if self.curve.loss.family.vector else intervals[0]


def rows(curves: Iterable[Curve], predictions: tuple[Prediction, ...]) -> list[Row]:
    """Evaluate every curve at every prediction."""
    found = []
    for curve in curves:
        vector = curve.loss.family.vector
        known = [] if vector else [item for item in breaks(curve) if item.jumps]
        for prediction in predictions:
            terms = curve.terms(np.array(prediction, dtype=float))
            numbers = {name: np.asarray(term).tolist() for name, term in zip(QUANTITIES, terms, strict=True)}
            kinks = _along_each(curve, prediction) if vector else (break_at(curve, known, prediction),)
            found.append(Row(curve, prediction, numbers, kinks, overflowing(curve, prediction, numbers)))
    return found


def overflowing(curve: Curve, prediction: Prediction, terms: dict[Quantity, Any]) -> tuple[Quantity, ...]:
    """Return the terms whose infinities stand for finite numbers that are too large for a double.

    A term is truly infinite at an infinite prediction, and at a pole: a point that may be one, with finite terms near
    it. Losses of several logits have no poles.
    """
    infinite = [name for name, term in terms.items() if np.isinf(term).any()]
    if not infinite or np.isinf(prediction).any():
        return ()
    step = 0.0 if curve.loss.family.vector else _distance_from_pole(curve, prediction)
    if not step:
        return tuple(infinite)
    near = dict(zip(QUANTITIES, curve.terms(np.array([prediction - step, prediction + step])), strict=True))
    return tuple(name for name in infinite if not np.isfinite(near[name]).any())


def _distance_from_pole(curve: Curve, prediction: float) -> float:
    """Return how far from this prediction the terms are finite if it is a pole; 0 if it is none.

    A pole may be at an end of the domain, at a break, or at the minimum, where a Hessian may grow like a power above -1
    of the distance and so is finite very near: a minimum that is merely sharp is not taken for one.
    """
    if prediction in (curve.domain.low, curve.domain.high, *break_predictions(curve)):
        return 2.0**-10 * max(1.0, abs(prediction))
    if prediction in np.ravel(curve.fact("floor").at):
        return ulp(prediction) if prediction else 1e-300
    return 0.0


def _along_each(curve: Curve, logits: tuple[float, ...]) -> tuple[Break | None, ...]:
    """Return for each logit the break along it at these logits, or None."""
    sections = [curve.section(logits, index) for index in range(len(logits))]
    return tuple(
        next((item for item in breaks(section) if item.jumps and item.prediction == logits[section.vary]), None)
        for section in sections
    )
