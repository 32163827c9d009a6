"""What follows from a Curve: where its pieces meet, and which of value, gradient and Hessian jump there."""

from __future__ import annotations

from dataclasses import dataclass
from math import copysign, inf, isfinite, nextafter

from losscli.lazy import Array, np
from losscli.model import QUANTITIES, Curve, Quantity

GROWTH = 1.5  # of a logarithm, the slowest that matters, it is 2

Sides = tuple[tuple[float, float], ...]  # for value, gradient and Hessian: from the left, from the right


@dataclass(frozen=True)
class Break:
    """A point where two pieces of a curve meet."""

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
            if quantity in self.jumps:
                left, right = self.sides[order]
                notes[quantity] = f"jumps from {left:.12g} to {right:.12g}"
            elif order and QUANTITIES[order - 1] in notes:
                notes[quantity] = f"undefined: the {QUANTITIES[order - 1]} jumps"
        if "value" in notes:
            notes["hessian"] = "undefined: the value jumps"
        return notes


def places(curve: Curve) -> list[float]:
    """Return where the pieces of a curve meet: arguments of the formula, in increasing order."""
    return sorted({place for place in curve.fact("breaks") if isfinite(place)})


def break_predictions(curve: Curve) -> list[float]:
    """Return the predictions at the breaks of a curve, without looking at what jumps there."""
    return [curve.loss.family.prediction(place, curve.target) for place in places(curve)]


def breaks(curve: Curve) -> list[Break]:
    """Return the breaks of a curve, in order of prediction."""
    meeting = places(curve)
    if not meeting:
        return []
    around = np.array([_around(place, meeting) for place in meeting])
    terms = np.array([np.broadcast_to(term, around.shape) for term in curve.beside(around)])
    found = [_break(curve, place, terms[:, index]) for index, place in enumerate(meeting)]
    return sorted(found, key=lambda item: item.prediction)


def _around(place: float, meeting: list[float]) -> list[tuple[float, float]]:
    """Return a break, twice, then both sides of it from three distances within what its neighbours leave free."""
    scale = min([1.0, *(abs(place - other) for other in (0.0, *meeting) if other != place)])
    low, high = nextafter(place, -inf), nextafter(place, inf)
    distances = (0.0, scale * 2.0**-40, scale * 2.0**-20)
    return [(place, place), *((min(place - far, low), max(place + far, high)) for far in distances)]


def _break(curve: Curve, place: float, terms: Array) -> Break:
    """Compare both sides of one break; each quantity is given as `_around` has the arguments, shape (3, 4, 2)."""
    nearest, close, wide = (tuple((left, right) for left, right in terms[:, at].tolist()) for at in (1, 2, 3))
    jumps = tuple(name for name, far, near in zip(QUANTITIES, wide, close, strict=True) if _jumps(far, near))
    sides = tuple(
        _sides(*three, jumping=name in jumps) for name, *three in zip(QUANTITIES, wide, close, nearest, strict=True)
    )
    at = curve.loss.family.prediction
    if at(1.0, curve.target) < at(0.0, curve.target):
        sides = tuple((right, left) for left, right in sides)
    return Break(at(place, curve.target), tuple(terms[:, 0, 0].tolist()), sides, jumps)


def _sides(
    far: tuple[float, float], near: tuple[float, float], nearest: tuple[float, float], *, jumping: bool
) -> tuple[float, float]:
    """Return the limits from both sides: infinite where approaching a million times nearer still steepens."""
    if jumping and _height(nearest) < _height(near) / 2:
        nearest = near  # the place itself is rounded, and both neighbours lie on one side of it
    left, right = (
        copysign(inf, last) if abs(last) > GROWTH * abs(later) > GROWTH**2 * abs(first) else last
        for first, later, last in zip(far, near, nearest, strict=True)
    )
    return left, right


def _jumps(wide: tuple[float, float], narrow: tuple[float, float]) -> bool:
    """Tell a jump, whose height stays as the two sides close in, from a slope, whose rise shrinks with them."""
    rise, height = _height(wide), _height(narrow)
    noise = 1e-9 * (abs(narrow[0]) + abs(narrow[1]))
    return bool(height > noise and height > rise / 2)


def _height(sides: tuple[float, float]) -> float:
    return abs(sides[1] - sides[0])
