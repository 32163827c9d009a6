"""The facts of a loss that stand on its curve, as points: breaks, minima and the floor."""

from __future__ import annotations

from math import inf, isfinite
from typing import TYPE_CHECKING

from losscli.errors import UsageError
from losscli.lazy import np
from losscli.model.breaks import break_predictions, breaks
from losscli.model.curve import Curve, Section
from losscli.model.loss import QUANTITIES
from losscli.model.marks import Mark, MarkKind
from losscli.training.excess import excess

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from losscli.lazy import Array

SAME_HEIGHT = 1e-12  # of the height of a curve: as close to its lowest value as rounding leaves it
SAME_PLACE = 1e-12  # distance of a prediction from a break that is rounding error
BEYOND = 1e9  # a prediction beyond all breaks
SEARCHES = 12  # of a minimum: each narrows the bracket to a sixteenth
GRID = 33  # places in a bracket


def find_marks(curve: Curve, kind: MarkKind, prediction: Array) -> list[Mark]:
    """Return the marks of one kind on a curve, within the range of its predictions, shape (N,), in increasing order."""
    finders = {"breaks": _breaks, "minimum": _minima, "floor": _floor}
    return list(finders[kind](curve, prediction))


def on_excess(curve: Curve, marks: Sequence[Mark]) -> list[Mark]:
    """Return the marks of the breaks among these once more, on the curve of the excess."""
    found = []
    for mark in marks:
        if (mark.kind, mark.quantity) == ("breaks", "value"):
            at = mark.points[0][0]
            places = np.nextafter(at, [-inf, inf]) if mark.jump == "value" else np.array([at])
            points = tuple((at, height) for height in excess(curve, places).tolist() if isfinite(height))
            found += [mark._replace(quantity="excess", points=points)] if points else []
    return found


def check_found(kinds: tuple[MarkKind, ...], found: list[Mark]) -> None:
    """Raise UsageError if a kind of mark that was asked for stands on none of the curves."""
    for kind in kinds:
        if not any(mark.kind == kind for mark in found):
            reason = "no finite floor" if kind == "floor" else f"no {kind.removesuffix('s')} within the range"
            raise UsageError(f"--mark {kind}; the curves of this figure have {reason}")


def _breaks(curve: Curve, prediction: Array) -> Iterator[Mark]:
    """Yield a mark for each break and each quantity: on both sides where it jumps, else on the curve."""
    for item in breaks(curve):
        if not prediction[0] <= item.prediction <= prediction[-1]:
            continue
        jump = next((quantity for quantity in QUANTITIES if quantity in item.jumps), None)
        for quantity, sides, here in zip(QUANTITIES, item.sides, item.here, strict=True):
            heights = sides if quantity in item.jumps else (here,)
            points = tuple((item.prediction, height) for height in heights if isfinite(height))
            if points:
                yield Mark("breaks", quantity, points, jump=jump)


def _minima(curve: Curve, prediction: Array) -> Iterator[Mark]:
    """Yield the lowest places of a curve: where the floor is attained, or else where the curve is seen to be lowest."""
    meeting = np.array([place for place in break_predictions(curve) if prediction[0] < place < prediction[-1]])
    places = np.unique([*prediction, *meeting])
    values = curve.terms(places, 1)[0]
    if not np.isfinite(values).any():
        return
    if isinstance(curve, Section):  # whose floor is that over all logits
        yield from _lowest_of_section(curve, places, values, meeting)
        return
    attained = list(_where_attained(curve, places))
    yield from attained or _lowest_dip(curve, places, values)


def _where_attained(curve: Curve, places: Array) -> Iterator[Mark]:
    """Yield a mark where the floor is known to be."""
    floor = curve.fact("floor")
    if not floor.attained:  # of a user's own loss nothing is known
        return
    first, last = floor.at if isinstance(floor.at, tuple) else (floor.at, floor.at)
    low, high = float(max(first, places[0])), float(min(last, places[-1]))
    if low <= high:
        points = tuple((end, floor.value) for end in dict.fromkeys((low, high)))
        yield Mark("minimum", "value", points, interval=(first, last))


def _lowest_of_section(curve: Section, places: Array, values: Array, meeting: Array) -> Iterator[Mark]:
    """Yield the lowest part of a curve along one logit, on which it may be flat, as far as its range goes."""
    least = float(np.nanmin(values))
    level = least + SAME_HEIGHT * max(np.ptp(values[np.isfinite(values)]), 1.0)
    flat = places[values <= level].tolist()
    flat = [next((at for at in meeting.tolist() if abs(at - end) < SAME_PLACE), end) for end in flat]
    if not curve.loss.breaks or len(flat) == 1:
        yield from _lowest_dip(curve, places, values)
    else:
        beyond = abs(curve.terms(np.array([-BEYOND, BEYOND]), 1)[0] - least) <= level - least
        first = -inf if beyond[0] and flat[0] == places[0] else flat[0]
        last = inf if beyond[1] and flat[-1] == places[-1] else flat[-1]
        yield Mark("minimum", "value", ((flat[0], least), (flat[-1], least)), interval=(first, last))


def _lowest_dip(curve: Curve, places: Array, values: Array) -> Iterator[Mark]:
    """Yield the lowest place of a curve, if it is inside of the range, or where the domain ends."""
    index = int(np.nanargmin(values))
    if places[index] in (curve.domain.low, curve.domain.high):
        yield _point(float(places[index]), float(values[index]))
    if 0 < index < len(values) - 1 and np.isfinite(values[index - 1 : index + 2]).all():
        yield _point(*lowest_between(curve, float(places[index - 1]), float(places[index + 1])))


def _point(place: float, height: float) -> Mark:
    return Mark("minimum", "value", ((place, height),), interval=(place, place))


def lowest_between(curve: Curve, low: float, high: float) -> tuple[float, float]:
    """Return where between two predictions the value is lowest, and how low."""
    place, height = low, inf
    for _ in range(SEARCHES):
        grid = np.linspace(low, high, GRID)
        values = curve.terms(grid, 1)[0]
        index = int(np.nanargmin(values))
        place, height = float(grid[index]), float(values[index])
        low, high = float(grid[max(index - 1, 0)]), float(grid[min(index + 1, GRID - 1)])
    return place, height


def _floor(curve: Curve, _prediction: Array) -> Iterator[Mark]:
    """Yield the floor, if it is finite."""
    floor = curve.fact("floor")
    if isfinite(floor.value):
        yield Mark("floor", "value", ((0.0, floor.value),), attained=floor.attained)
