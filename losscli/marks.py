"""Curve -> Marks: the facts of a loss that stand on its curve, as points and words. A part of sampling."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from math import inf, isfinite
from typing import TYPE_CHECKING

from losscli.domain import shown, told_apart
from losscli.errors import UsageError
from losscli.facts import break_predictions, breaks
from losscli.lazy import np
from losscli.model import QUANTITIES, Curve, Quantity, Section

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from losscli.lazy import Array
    from losscli.recipe import MarkKind

DEEPEST = 8  # dips between the samples that are looked into
NOTHING = 1e-6  # of the nearest sample: a dip that deep is one to 0
FAR = 1e9  # a prediction beyond all breaks
ROUNDED = 2.0**-48  # of numbers: as far as sums of some of them are rounded
LEVEL = 1e-12  # of all the height of a curve: as high as its floor
LISTED = 7  # places of one minimum; of more one is named
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


def rings(marks: Iterable[Mark]) -> dict[str, int]:
    """Return by the words of breaks how many rings of others are within theirs, at a place that they share."""
    places: dict[str, set[tuple[float, float]]] = {}
    for mark in marks:
        if mark.kind == "breaks":
            places.setdefault(mark.text, set()).update(mark.points)
    found: dict[str, int] = {}
    for text, own in places.items():
        taken = {found[other] for other in found if own & places[other]}
        found[text] = next(number for number in count() if number not in taken)
    return found


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
    """Find the least value: where it is known or seen to be, else inside the sampled range."""
    if not np.isfinite(value).any():
        return
    if isinstance(curve, Section):
        part, again, height = _lowest_part(curve, prediction, value), [], float(np.nanmin(value))
    else:
        part, again = _attained(curve, prediction), _again(curve, prediction, value)
        height = curve.fact("floor").value
    if part or again:
        ends = tuple(dict.fromkeys(np.clip(part or [], prediction[0], prediction[-1]).tolist()))
        places = sorted({*ends, *again})
        text = _several_text(curve, height, places) if again or not part else _flat_text(curve, height, *part)
        for apart in [(place,) for place in places] if again else [ends]:
            yield Mark("minimum", "value", tuple((place, height) for place in apart), text)
        return
    index = int(np.nanargmin(value))
    if 0 < index < len(value) - 1 and np.isfinite(value[index - 1 : index + 2]).all():
        place, height = _refined(curve, float(prediction[index - 1]), float(prediction[index + 1]))
        yield Mark("minimum", "value", ((place, height),), f"minimum {short(height)} at {short(place)}")


def _attained(curve: Curve, prediction: Array) -> tuple[float, float] | None:
    """Return the ends of where a floor is attained, if a part of it lies within the range."""
    floor = curve.fact("floor")
    if not floor.attained:
        return None
    first, last = floor.at if isinstance(floor.at, tuple) else (floor.at, floor.at)
    return (first, last) if max(first, prediction[0]) <= min(last, prediction[-1]) else None


def _lowest_part(curve: Section, prediction: Array, value: Array) -> tuple[float, float] | None:
    """Return the ends of where a curve along one logit is at its least: on a flat part, at a kink, or on its floor.

    Along one logit a curve falls, is flat and rises. The floor is that over all logits, and often lower.
    """
    low, high = float(prediction[0]), float(prediction[-1])
    meeting = [place for place in break_predictions(curve) if low < place < high]
    places = np.unique([*prediction, *meeting])
    least = float(np.nanmin(value))
    flat = places[_is_lowest(curve, places, least, meeting)]
    if not len(flat):
        return None
    rounding = _rounding(curve)
    first, last = (next((at for at in meeting if abs(at - end) <= rounding), float(end)) for end in flat[[0, -1]])
    beyond = _is_lowest(curve, np.array([-FAR, FAR]), least, [])
    return -inf if first == low and beyond[0] else first, inf if last == high and beyond[1] else last


def _is_lowest(curve: Section, places: Array, least: float, meeting: list[float]) -> Array:
    """Tell where a curve along one logit is at its least and falls no more; a smooth one may, where its slope is 0."""
    rounding = _rounding(curve)
    values, slopes = curve.terms(places, 2)
    floor = curve.fact("floor")
    level = (slopes == 0) & bool(curve.loss.breaks)
    attained = (values == floor.value) & floor.attained
    found: Array = (abs(values - least) <= rounding) & (level | attained | np.isin(places, meeting))
    return found


def _rounding(curve: Section) -> float:
    """Return how far breaks, sums of logits, and values, made of differences of logits, are rounded at most."""
    return ROUNDED * max([1.0, *(abs(logit) for logit in curve.logits if isfinite(logit))])


def _again(curve: Curve, prediction: Array, value: Array) -> list[float]:
    """Return where else in the range a curve comes down to a floor that is known to be attained at one prediction."""
    floor = curve.fact("floor")
    if not floor.attained or isinstance(floor.at, tuple):
        return []
    level = floor.value + LEVEL * np.ptp(value[np.isfinite(value)])
    high = value > level
    ends = ((0, 1), (-1, -2))
    found = [float(prediction[end]) for end, beside in ends if value[end] == floor.value and high[beside]]
    down = high[:-2] & high[2:] & (value[1:-1] <= value[:-2]) & (value[1:-1] < value[2:])
    for index in np.flatnonzero(down) + 1:
        before, after = float(prediction[index - 1]), float(prediction[index + 1])
        place, height = _refined(curve, before, after)
        if height <= level and not before <= floor.at <= after:
            found.append(place)
    return [place for place in found if place != floor.at]


def _flat_text(curve: Curve, height: float, first: float, last: float) -> str:
    said = _place_texts(curve, first, last)
    if first == last:
        return f"minimum {short(height)} at {said[first]}"
    if first == -inf:
        return f"minimum {short(height)} {'everywhere' if last == inf else f'up to {said[last]}'}"
    return f"minimum {short(height)} from {said[first]} {'on' if last == inf else f'to {said[last]}'}"


def _several_text(curve: Curve, height: float, places: list[float]) -> str:
    said = _place_texts(curve, *places)
    if len(places) <= LISTED:
        return f"minimum {short(height)} at {', '.join(said[place] for place in places)}"
    own = min(places, key=lambda place: abs(place - curve.fact("floor").at))
    return f"minimum {short(height)} at {said[own]} and elsewhere"


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
    if not order and not curve.loss.family.vector and _attained(curve, prediction):
        found.append(curve.fact("floor").value)
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
