"""The breaks of a curve: where its pieces meet, and which of value, gradient and Hessian jump there."""

from __future__ import annotations

from math import copysign, inf, isclose, isfinite, nextafter, ulp
from typing import TYPE_CHECKING, NamedTuple

from losscli.lazy import Array, np
from losscli.model.loss import QUANTITIES, Quantity
from losscli.model.numbers import shown

if TYPE_CHECKING:
    from losscli.model.curve import Curve

# Distances from a break at which its sides are evaluated, in units of the distance to the next break.
DISTANCES = (2.0**-20, 2.0**-40, 2.0**-300, 2.0**-600, 0.0)
BOUNDED_GROWTH = 1 + 1e-9  # of a term between these distances; one that grows more at each is infinite at the break
CLOSE = 1e-6  # relative: a correction by the slope larger than this is not trusted
ROUND_DIGITS = 12  # of a limit that is taken for a round number, such as -100 or 1.5
LIMIT_ULPS = 2  # how far a limit may be from that round number

Sides = tuple[tuple[float, float], ...]  # for value, gradient and Hessian: from the left, from the right


class Break(NamedTuple):
    """A point where two pieces of a curve meet."""

    argument: float  # the formula's argument
    prediction: float
    here: tuple[float, ...]  # value, gradient and Hessian of the formula at the break itself
    sides: Sides
    jumps: tuple[Quantity, ...]

    @property
    def subgradient(self) -> tuple[float, float] | None:
        """The interval of slopes at a kink of a continuous curve (Clarke's subdifferential)."""
        if "value" in self.jumps or "gradient" not in self.jumps:
            return None
        left, right = sorted(self.sides[1])
        return left, right

    @property
    def notes(self) -> dict[Quantity, str]:
        """A note for each quantity that has no single value here."""
        notes: dict[Quantity, str] = {}
        for order, quantity in enumerate(QUANTITIES):
            if order and QUANTITIES[order - 1] in notes:
                notes[quantity] = f"undefined: the {QUANTITIES[order - 1]} jumps"
            elif quantity in self.jumps:
                left, right = self.sides[order]
                notes[quantity] = f"jumps from {shown(left)} to {shown(right)}"
        if "value" in notes:
            notes["hessian"] = "undefined: the value jumps"
        return notes


def places(curve: Curve) -> list[float]:
    """Return the arguments of the formula at which the pieces of a curve meet, in increasing order."""
    return sorted({place for place in curve.fact("breaks") if isfinite(place)})


def break_predictions(curve: Curve) -> list[float]:
    """Return the predictions at the breaks of a curve, without evaluating it."""
    return [curve.loss.family.prediction(place, curve.canonical_target) for place in places(curve)]


def breaks(curve: Curve, only: float | None = None) -> list[Break]:
    """Return the breaks of a curve, in order of prediction; or only those at one prediction."""
    every, at = places(curve), curve.loss.family.prediction
    meeting = [place for place in every if only in (None, at(place, curve.canonical_target))]
    if not meeting:
        return []
    around = np.array([_around(place, every) for place in meeting])
    terms = np.array([np.broadcast_to(term, around.shape) for term in curve.beside(around)])
    turned = at(1.0, curve.canonical_target) < at(0.0, curve.canonical_target)
    found = []
    for index, place in enumerate(meeting):
        here, *near = np.moveaxis(terms[:, index], 1, 0)
        with np.errstate(all="ignore"):  # differences of the largest doubles overflow
            jumps, sides = _compared(np.array(near), around[index, 1:] - place, -1 if turned else 1)
        if turned:
            sides = tuple((right, left) for left, right in sides)
        found.append(Break(place, at(place, curve.canonical_target), tuple(here[:, 0].tolist()), sides, jumps))
    return sorted(found, key=lambda item: item.prediction)


def break_at(curve: Curve, known: list[Break], prediction: float) -> Break | None:
    """Return the one of the known breaks of a curve that is at a prediction, or None.

    The formula's arguments are compared too: beside a large target, rounding gives one prediction to many residuals.
    """
    argument = float(curve.arguments(np.asarray(prediction))[0])
    same = (item for item in known if item.prediction == prediction)
    return next((item for item in same if isclose(argument, item.argument, rel_tol=2.0**-50)), None)


def _around(place: float, meeting: list[float]) -> list[tuple[float, float]]:
    """Return pairs of arguments: the break itself, twice, then both sides of it at each distance."""
    scale = min([abs(place - other) for other in (0.0, *meeting) if other != place], default=1.0)
    low, high = nextafter(place, -inf), nextafter(place, inf)
    sides = [(min(place - scale * far, low), max(place + scale * far, high)) for far in DISTANCES]
    return [(place, place), *sides]


def _compared(terms: Array, steps: Array, direction: int) -> tuple[tuple[Quantity, ...], Sides]:
    """Return the quantities that jump at a break, and the limits of all three from both sides.

    `terms` on both sides have shape (distances, 3, 2), `steps` from the break in the formula's argument (distances, 2).
    `direction` is 1 if the prediction grows with that argument, else -1.
    """
    # How far each side changes on the way to the break, by its own slope.
    moved = np.zeros_like(terms)
    moved[:, :2] = terms[:, 1:] * -direction * steps[:, None]
    jumps, sides = [], []
    for order, quantity in enumerate(QUANTITIES):
        every, onward = terms[:, order], moved[:, order]
        jumping = _jumps(every[0], every[1], onward[1])
        last = -1
        if jumping and np.ptp(every[last]) < np.ptp(every[1]) / 2:
            last = 1  # the break itself is rounded, and both neighbours lie on one side of it
        if jumping:
            jumps.append(quantity)
        sides.append((_limit(every[:, 0], onward[:, 0], last), _limit(every[:, 1], onward[:, 1], last)))
    return tuple(jumps), tuple(sides)


def _limit(side: Array, onward: Array, last: int) -> float:
    """Return the limit from one side; infinite if the term still grows at the smallest distances."""
    *_, first, later, nearest = abs(side)
    if nearest > BOUNDED_GROWTH * later > BOUNDED_GROWTH**2 * first:
        return copysign(inf, side[-1])
    near = float(side[last])
    if not 0 < abs(onward[last]) <= CLOSE * abs(near):
        return near
    followed = near + float(onward[last])
    plain = float(f"{followed:.{ROUND_DIGITS}g}")
    return plain if abs(plain - followed) <= LIMIT_ULPS * ulp(followed) else followed


def _jumps(wide: Array, close: Array, onward: Array) -> bool:
    """Return True for a jump; a mere slope rises less at a smaller distance, and as much as its derivative explains."""
    height = np.ptp(close)
    unexplained = np.ptp(close + onward) if np.isfinite(onward).all() else height
    noise = 1e-9 * abs(close).sum()
    return bool(height > noise and height > np.ptp(wide) / 2 and unexplained > height / 2)
