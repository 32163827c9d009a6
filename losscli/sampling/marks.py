"""The facts of a loss that stand on its curve, as points: breaks, minima and the floor."""

from __future__ import annotations

from dataclasses import replace
from math import inf, isfinite
from typing import TYPE_CHECKING

from losscli.errors import UsageError
from losscli.lazy import np
from losscli.model.breaks import break_predictions, breaks
from losscli.model.curve import Curve, Section
from losscli.model.loss import QUANTITIES
from losscli.model.marks import Mark, MarkKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.lazy import Array

SAME_HEIGHT = 1e-12  # of the height of a curve: as close to its lowest value as rounding leaves it
SEARCHES = 12  # of a minimum: each narrows the bracket to a sixteenth
GRID = 33  # places in a bracket


def find_marks(curve: Curve, kind: MarkKind, prediction: Array) -> list[Mark]:
    """Return the marks of one kind on a curve, within the range of its predictions, shape (N,), in increasing order."""
    finders = {"breaks": _breaks, "minimum": _minima, "floor": _floor}
    return list(finders[kind](curve, prediction))


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
    low, high = float(prediction[0]), float(prediction[-1])
    places = np.unique([*prediction, *(place for place in break_predictions(curve) if low < place < high)])
    values = curve.terms(places, 1)[0]
    if not np.isfinite(values).any():
        return
    floor = curve.fact("floor")
    attained = floor.attained and not isinstance(curve, Section)  # the floor is that over all logits
    if attained:
        first, last = floor.at if isinstance(floor.at, tuple) else (floor.at, floor.at)
        if max(first, low) <= min(last, high):
            seen = dict.fromkeys((max(first, low), min(last, high)))
            yield Mark("minimum", "value", tuple((end, floor.value) for end in seen), interval=(first, last))
    elif curve.loss.breaks and isinstance(curve, Section) and (flat := _flat_part(places, values)):
        height = float(np.nanmin(values))
        ends = (-inf if flat[0] == low else flat[0], inf if flat[1] == high else flat[1])
        yield Mark("minimum", "value", tuple((end, height) for end in dict.fromkeys(flat)), interval=ends)
        return
    least = floor.value if attained else float(np.nanmin(values))
    level = least + SAME_HEIGHT * np.ptp(values[np.isfinite(values)])
    for index in _dips(values):
        place, height = lowest_between(curve, float(places[index - 1]), float(places[index + 1]))
        if attained and (height > level or first <= place <= last or places[index - 1] < first < places[index + 1]):
            continue
        if attained or values[index] == np.nanmin(values):
            yield Mark("minimum", "value", ((place, height),), interval=(place, place))


def _flat_part(places: Array, values: Array) -> tuple[float, float] | None:
    """Return the ends of the stretch, of two places or more or inside the range, on which a curve is at its least."""
    height = np.ptp(values[np.isfinite(values)])
    flat = np.flatnonzero(values <= np.nanmin(values) + SAME_HEIGHT * max(height, 1.0))
    if len(flat) == 1 and flat[0] in (0, len(places) - 1):
        return None
    return float(places[flat[0]]), float(places[flat[-1]])


def _dips(values: Array) -> list[int]:
    """Return the indices at which a value is lower than before and no higher than after."""
    down = (values[1:-1] < values[:-2]) & (values[1:-1] <= values[2:])
    return [int(index) + 1 for index in np.flatnonzero(down)]


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


def on_curve(marks: list[Mark], index: int) -> list[Mark]:
    """Return the marks as those of the curve with this index."""
    return [replace(mark, curve=index) for mark in marks]
