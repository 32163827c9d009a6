"""What follows from a Curve: where its pieces meet, and which of value, gradient and Hessian jump there."""

from __future__ import annotations

from dataclasses import dataclass
from math import copysign, inf, isclose, isfinite, nextafter, ulp
from typing import TYPE_CHECKING

from losscli.lazy import Array, np
from losscli.model.loss import QUANTITIES, Quantity
from losscli.model.numbers import shown

if TYPE_CHECKING:
    from losscli.model.curve import Curve

DISTANCES = (2.0**-20, 2.0**-40, 2.0**-300, 2.0**-600, 0.0)  # from a break, in units of the room around it
GROWTH = 1 + 1e-9  # of a slope that is bounded, over the last of these distances: exactly 1
LAST_BITS = 1e-6  # of a number: as far as a limit is told from the slope beside it
DIGITS = 12  # of a number that is round, such as -100 or 1.5
ULPS = 2  # as near as a limit is known

Sides = tuple[tuple[float, float], ...]  # for value, gradient and Hessian: from the left, from the right


@dataclass(frozen=True)
class Break:
    """A point where two pieces of a curve meet."""

    argument: float  # of the formula
    prediction: float
    here: tuple[float, ...]  # value, gradient, Hessian as the formula has them at the break itself
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
        """What to say of each quantity that has no single value here."""
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
    """Return where the pieces of a curve meet: arguments of the formula, in increasing order."""
    return sorted({place for place in curve.fact("breaks") if isfinite(place)})


def break_predictions(curve: Curve) -> list[float]:
    """Return the predictions at the breaks of a curve, without looking at what jumps there."""
    return [curve.loss.family.prediction(place, curve.canonical_target) for place in places(curve)]


def breaks(curve: Curve) -> list[Break]:
    """Return the breaks of a curve, in order of prediction."""
    meeting = places(curve)
    if not meeting:
        return []
    around = np.array([_around(place, meeting) for place in meeting])
    terms = np.array([np.broadcast_to(term, around.shape) for term in curve.beside(around)])
    at = curve.loss.family.prediction
    turned = at(1.0, curve.canonical_target) < at(0.0, curve.canonical_target)
    found = []
    for index, place in enumerate(meeting):
        here, *near = np.moveaxis(terms[:, index], 1, 0)
        with np.errstate(all="ignore"):  # near the largest doubles what is infinite explains no difference
            jumps, sides = _compared(np.array(near), around[index, 1:] - place, -1 if turned else 1)
        if turned:
            sides = tuple((right, left) for left, right in sides)
        found.append(Break(place, at(place, curve.canonical_target), tuple(here[:, 0].tolist()), sides, jumps))
    return sorted(found, key=lambda item: item.prediction)


def break_at(curve: Curve, known: list[Break], prediction: float) -> Break | None:
    """Return which of the known breaks of a curve stands at a prediction.

    The sum of a large target and a small residual may be rounded to a prediction whose residual is another.
    """
    argument = float(curve.arguments(np.asarray(prediction))[0])
    same = (item for item in known if item.prediction == prediction)
    return next((item for item in same if isclose(argument, item.argument, rel_tol=2.0**-50)), None)


def _around(place: float, meeting: list[float]) -> list[tuple[float, float]]:
    """Return a break, twice, then both sides of it from each distance within what its neighbours leave free."""
    scale = min([abs(place - other) for other in (0.0, *meeting) if other != place], default=1.0)
    low, high = nextafter(place, -inf), nextafter(place, inf)
    sides = [(min(place - scale * far, low), max(place + scale * far, high)) for far in DISTANCES]
    return [(place, place), *sides]


def _compared(terms: Array, steps: Array, direction: int) -> tuple[tuple[Quantity, ...], Sides]:
    """Return what jumps at a break, and the limits from both sides.

    Given are the terms on both sides, shape (distances, 3, 2), how far the formula's argument is from the break there,
    shape (distances, 2), and whether the prediction grows with that argument or falls.
    """
    # How each side, followed along its own slope, stands at the break.
    moved = np.zeros_like(terms)
    moved[:, :2] = terms[:, 1:] * -direction * steps[:, None]
    jumps, sides = [], []
    for order, quantity in enumerate(QUANTITIES):
        every, onward = terms[:, order], moved[:, order]
        jumping = _jumps(every[0], every[1], onward[1])
        last = -1
        if jumping and np.ptp(every[last]) < np.ptp(every[1]) / 2:
            last = 1  # the place itself is rounded, and both neighbours lie on one side of it
        if jumping:
            jumps.append(quantity)
        sides.append((_limit(every[:, 0], onward[:, 0], last), _limit(every[:, 1], onward[:, 1], last)))
    return tuple(jumps), tuple(sides)


def _limit(side: Array, onward: Array, last: int) -> float:
    """Return the limit from one side: infinite where approaching ever nearer still steepens."""
    *_, first, later, nearest = abs(side)
    if nearest > GROWTH * later > GROWTH**2 * first:
        return copysign(inf, side[-1])
    near = float(side[last])
    if not 0 < abs(onward[last]) <= LAST_BITS * abs(near):
        return near
    followed = near + float(onward[last])
    plain = float(f"{followed:.{DIGITS}g}")
    return plain if abs(plain - followed) <= ULPS * ulp(followed) else followed


def _jumps(wide: Array, close: Array, onward: Array) -> bool:
    """Tell a jump from a slope, whose rise shrinks with the distance and is what the slopes beside it say."""
    height = np.ptp(close)
    unexplained = np.ptp(close + onward) if np.isfinite(onward).all() else height
    noise = 1e-9 * abs(close).sum()
    return bool(height > noise and height > np.ptp(wide) / 2 and unexplained > height / 2)
