"""Curve -> Marks: the facts of a loss that stand on its curve, as points and words. A part of sampling."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, isfinite
from typing import TYPE_CHECKING

from losscli.domain import shown, told_apart
from losscli.errors import UsageError
from losscli.facts import break_predictions, breaks
from losscli.lazy import np
from losscli.model import QUANTITIES, Curve, Quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.lazy import Array
    from losscli.model import Floor
    from losscli.recipe import MarkKind

DEEPEST = 8  # dips between the samples that are looked into
NOTHING = 1e-6  # of the nearest sample: a dip that deep is one to 0
FAR = 1e9  # a prediction beyond all breaks
REFINED = 12  # times that the bracket around a minimum shrinks to an eighth or less
# What a break is called, by the first quantity that jumps there: of one break, of several.
WORDS = {
    "value": ("jump at", "jumps at"),
    "gradient": ("kink at", "kinks at"),
    "hessian": ("Hessian jumps at", "Hessian jumps at"),
}
TYPED = 9  # digits, at most, of a target that someone typed; of a swept one that was computed there are more
UNREACHED = ", never reached"
NAMELESS = ("break at", "breaks at")


@dataclass(frozen=True)
class Mark:
    """Points of one curve in the panel of one quantity, and what they are; a floor is a line at the height of one."""

    kind: MarkKind
    quantity: Quantity
    points: tuple[tuple[float, float], ...]  # (prediction, quantity there)
    text: str
    trace: int = 0  # which curve it belongs to
    shared: tuple[int, ...] = ()  # and which others

    @property
    def traces(self) -> tuple[int, ...]:
        """All curves that it belongs to."""
        return (self.trace, *self.shared)


def marks(curve: Curve, kind: MarkKind, prediction: Array, value: Array) -> list[Mark]:
    """Return what a kind of mark finds on a curve that is sampled at these predictions with these values."""
    if kind == "breaks":
        return list(_breaks(curve, float(prediction[0]), float(prediction[-1])))
    if kind == "minimum":
        return list(_minimum(curve, prediction, value))
    return list(_floor(curve))


def with_floors_joined(found: list[Mark]) -> list[Mark]:
    """Return marks of which no two are a floor of one height: curves share that."""
    floors: dict[float, list[Mark]] = {}
    for mark in found:
        if mark.kind == "floor":
            floors.setdefault(mark.points[0][1], []).append(mark)
    joined = []
    for first, *others in floors.values():
        text = first.text
        if any(mark.text != text for mark in others):
            text = f"{text.removesuffix(UNREACHED)}, reached by some"
        joined.append(replace(first, text=text, shared=tuple(mark.trace for mark in others)))
    return [*(mark for mark in found if mark.kind != "floor"), *joined]


def check_found(kinds: tuple[MarkKind, ...], found: list[Mark]) -> None:
    """Say so where a mark that was asked for is on none of the curves."""
    for kind in kinds:
        if not any(mark.kind == kind for mark in found):
            reason = "no finite floor" if kind == "floor" else f"no {kind.removesuffix('s')} within the range"
            raise UsageError(f"--mark {kind}; the curves of this figure have {reason}")


def _breaks(curve: Curve, low: float, high: float) -> Iterator[Mark]:
    groups: dict[tuple[str, str], list[tuple[float, list[tuple[Quantity, tuple[float, ...]]]]]] = {}
    for item in breaks(curve):
        if low <= item.prediction <= high:
            word = next((WORDS[quantity] for quantity in QUANTITIES if quantity in item.jumps), NAMELESS)
            heights: list[tuple[Quantity, tuple[float, ...]]] = [
                (quantity, sides if quantity in item.jumps else (here,))
                for quantity, sides, here in zip(QUANTITIES, item.sides, item.here, strict=True)
            ]
            groups.setdefault(word, []).append((item.prediction, heights))
    said = _place_texts(curve)
    for word, places in groups.items():
        text = f"{word[len(places) > 1]} {', '.join(said[place] for place, _ in places)}"
        for order, quantity in enumerate(QUANTITIES):
            points = [(place, y) for place, heights in places for y in heights[order][1] if isfinite(y)]
            if points:
                yield Mark("breaks", quantity, tuple(points), text)


def _minimum(curve: Curve, prediction: Array, value: Array) -> Iterator[Mark]:
    """Find the least value: where the floor is known to be attained, else inside the sampled range."""
    floor = curve.fact("floor")
    flat = _attained(curve, floor, prediction, value)
    if flat:
        first, last = flat
        low, high = float(prediction[0]), float(prediction[-1])
        ends = dict.fromkeys(((max(first, low), floor.value), (min(last, high), floor.value)))
        yield Mark("minimum", "value", tuple(ends), _flat_text(curve, floor.value, first, last))
        return
    if not np.isfinite(value).any():
        return
    index = int(np.nanargmin(value))
    if 0 < index < len(value) - 1 and np.isfinite(value[index - 1 : index + 2]).all():
        place, height = _refined(curve, float(prediction[index - 1]), float(prediction[index + 1]))
        yield Mark("minimum", "value", ((place, height),), f"minimum {short(height)} at {short(place)}")


def _attained(curve: Curve, floor: Floor, prediction: Array, value: Array) -> tuple[float, float] | None:
    """Return the ends of where a floor is attained, if a part of it lies within the range."""
    if not floor.attained:
        return None
    if curve.loss.family.vector:
        return _sampled_flat(curve, floor.value, prediction, value)
    first, last = floor.at if isinstance(floor.at, tuple) else (floor.at, floor.at)
    return (first, last) if max(first, prediction[0]) <= min(last, prediction[-1]) else None


def _sampled_flat(curve: Curve, least: float, prediction: Array, value: Array) -> tuple[float, float] | None:
    """Return where the samples along one logit attain a floor; flat to the end of the range, they may be so on."""
    places = prediction[value == least]
    if not len(places):
        return None
    # At a jump there is no sample, only beside it; the jump itself may belong to the flat part.
    near = np.array([np.nextafter(places[0], -inf), *places, np.nextafter(places[-1], inf)])
    flat = near[curve.terms(near, 1)[0] == least]
    first, last = (float(np.clip(end, prediction[0], prediction[-1])) for end in (flat[0], flat[-1]))
    beyond = curve.terms(np.array([-FAR, FAR]), 1)[0]
    return (
        -inf if first == prediction[0] and beyond[0] == least else first,
        inf if last == prediction[-1] and beyond[1] == least else last,
    )


def _flat_text(curve: Curve, height: float, first: float, last: float) -> str:
    said = _place_texts(curve, first, last)
    if first == last:
        return f"minimum {short(height)} at {said[first]}"
    if first == -inf:
        return f"minimum {short(height)} {'everywhere' if last == inf else f'up to {said[last]}'}"
    return f"minimum {short(height)} from {said[first]} {'on' if last == inf else f'to {said[last]}'}"


def _place_texts(curve: Curve, *others: float) -> dict[float, str]:
    """Return how breaks and other predictions are written: told apart, and from the target, which stands as typed.

    Those of several logits have no target that is one of them.
    """
    own = [] if curve.loss.family.vector or curve.meant is None else [float(curve.meant)]
    places = [place for place in dict.fromkeys([*break_predictions(curve), *others, *own]) if isfinite(place)]
    texts = [short(place) for place in places]
    if len({*texts}) < len(places):
        texts = told_apart(places)
    typed = [place for place in own if float(f"{place:.{TYPED}g}") == place]
    return dict(zip(places, texts, strict=True)) | {place: shown(place) for place in typed}


def lowest(curve: Curve, prediction: Array, values: Array, order: int) -> float:
    """Return the least of a quantity in the range, whether or not a sample falls upon it; 0 for what comes to 0."""
    low, high = float(prediction[0]), float(prediction[-1])
    found = [float(np.nanmin(values))] if np.isfinite(values).any() else []
    for item in breaks(curve):
        if low <= item.prediction <= high:
            found += [item.here[order], *item.sides[order]]
    floor = curve.fact("floor")
    if not order and _attained(curve, floor, prediction, values):
        found.append(floor.value)
    lower = (values[1:-1] <= values[:-2]) & (values[1:-1] < values[2:])  # of two that are equal, the second
    deepest = sorted(np.flatnonzero(lower) + 1, key=lambda index: values[index])[:DEEPEST]
    for index in deepest:
        _, height = _refined(curve, float(prediction[index - 1]), float(prediction[index + 1]), order)
        found.append(0.0 if abs(height) < NOTHING * abs(values[index]) else height)
    return min((value for value in found if isfinite(value)), default=inf)


def _refined(curve: Curve, low: float, high: float, order: int = 0) -> tuple[float, float]:
    """Close in on the minimum of a quantity between two predictions."""
    place, height = low, inf
    for _ in range(REFINED):
        grid = np.linspace(low, high, 33)
        values = curve.terms(grid, order + 1)[order]
        index = int(np.nanargmin(values))
        place, height = float(grid[index]), float(values[index])
        low, high = float(grid[max(index - 1, 0)]), float(grid[min(index + 1, 32)])
    return place, height


def _floor(curve: Curve) -> Iterator[Mark]:
    floor = curve.fact("floor")
    if isfinite(floor.value):
        over = " over all logits" if curve.loss.family.vector else ""
        reached = "" if floor.attained else UNREACHED
        yield Mark("floor", "value", ((0.0, floor.value),), f"floor {short(floor.value)}{over}{reached}")


def short(value: float) -> str:
    """Return a number as a label has it: four digits."""
    text = f"{value:.4g}"
    return "0" if text == "-0" else text
