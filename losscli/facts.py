"""What follows from a Curve: where its pieces meet, and which of value, gradient and Hessian jump there."""

from __future__ import annotations

from dataclasses import dataclass

from losscli.lazy import np
from losscli.model import QUANTITIES, Curve, Quantity

Sides = tuple[tuple[float, float], ...]  # for value, gradient and Hessian: from the left, from the right


@dataclass(frozen=True)
class Break:
    """A point where two pieces of a curve meet."""

    prediction: float
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


def breaks(curve: Curve) -> list[Break]:
    """Return the breaks of a curve, in order of prediction."""
    places = sorted(set(curve.fact("breaks")))
    family = curve.loss.family
    found = []
    for place in places:
        scale = min([1.0, *(abs(place - other) for other in (0.0, *places) if other != place)])
        near, wide = _across(curve, place, 0.0), _across(curve, place, scale * 2.0**-20)
        narrow = _across(curve, place, scale * 2.0**-40)
        jumps = tuple(
            quantity
            for order, quantity in enumerate(QUANTITIES)
            if _jumps(wide[order], narrow[order])
        )
        sides = near if family.prediction(1.0, curve.target) >= family.prediction(0.0, curve.target) else _mirror(near)
        found.append(Break(family.prediction(place, curve.target), sides, jumps))
    return sorted(found, key=lambda item: item.prediction)


def _across(curve: Curve, place: float, distance: float) -> Sides:
    left = min(place - distance, float(np.nextafter(place, -np.inf)))
    right = max(place + distance, float(np.nextafter(place, np.inf)))
    pairs = zip(curve.beside(left), curve.beside(right), strict=True)
    return tuple((float(below), float(above)) for below, above in pairs)


def _jumps(wide: tuple[float, float], narrow: tuple[float, float]) -> bool:
    """Tell a jump, whose height stays as the two sides close in, from a slope, whose rise shrinks with them."""
    rise, height = abs(wide[1] - wide[0]), abs(narrow[1] - narrow[0])
    noise = 1e-9 * (abs(narrow[0]) + abs(narrow[1]))
    return bool(height > noise and height > rise / 2)


def _mirror(sides: Sides) -> Sides:
    return tuple((right, left) for left, right in sides)
