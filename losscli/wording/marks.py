"""What the marks of a figure are called in its legend."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from losscli.model.numbers import shown
from losscli.wording.captions import signed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.model.curve import Curve
    from losscli.model.loss import Quantity
    from losscli.model.marks import Mark
    from losscli.recipe.recipe import Recipe

NAMED_CURVES = 7  # of a figure with more curves the legend names each kind of mark once
TYPED_LENGTH = 10  # characters of a target; a longer one was computed, as in a sweep
BREAKS: dict[Quantity | None, tuple[str, str]] = {  # by what jumps there: one such break, several
    "value": ("jump at", "jumps at"),
    "gradient": ("kink at", "kinks at"),
    "hessian": ("Hessian jumps at", "Hessian jumps at"),
    None: ("break at", "breaks at"),
}


def mark_texts(recipe: Recipe, marks: Sequence[Mark], labels: Sequence[str]) -> tuple[str, ...]:
    """Return the legend text of each mark.

    A text that is true of some of the curves only begins with their labels. Marks of equal text share an entry.
    """
    if len(recipe.curves) > NAMED_CURVES:
        return tuple(mark.kind for mark in marks)
    plain = [_text(recipe.curves[mark.curve], mark, marks) for mark in marks]
    owners: dict[str, list[int]] = {}
    for mark, text in zip(marks, plain, strict=True):
        owners.setdefault(text, []).append(mark.curve)
    found = []
    for text in plain:
        curves = sorted({*owners[text]})
        names = [labels[index] for index in curves if labels[index]] if len(curves) < len(recipe.curves) else []
        found.append(f"{', '.join(names)}: {signed(text)}" if names else signed(text))
    return tuple(found)


def _text(curve: Curve, mark: Mark, marks: Sequence[Mark]) -> str:
    if mark.kind == "floor":
        family = curve.loss.family
        over = f" over all {family.nouns}" if family.vector else ""
        return f"floor {short(mark.points[0][1])}{over}{'' if mark.attained else ', never reached'}"
    alike = [other for other in marks if (other.kind, other.curve, other.jump) == (mark.kind, mark.curve, mark.jump)]
    if mark.kind == "breaks":
        places = sorted({place for other in alike for place, _ in other.points})
        return f"{BREAKS[mark.jump][len(places) > 1]} {', '.join(_places(curve, places))}"
    return f"minimum {short(mark.points[0][1])} {_where(curve, mark)}"


def _where(curve: Curve, minimum: Mark) -> str:
    """Return where a minimum is: `at 0`, `from -1 to 1`, `up to 1`, `from 1 on` or `everywhere`."""
    first, last = minimum.interval or (minimum.points[0][0], minimum.points[-1][0])
    low, high = _places(curve, (first, last))
    if first == last:
        return f"at {low}"
    if first == -inf:
        return "everywhere" if last == inf else f"up to {high}"
    return f"from {low} on" if last == inf else f"from {low} to {high}"


def _places(curve: Curve, places: Sequence[float]) -> list[str]:
    """Return predictions as text: four digits, or more where two would be alike; the target as it was typed."""
    exact = list(map(shown, places))
    typed = [
        place == curve.canonical_target and len(text) <= TYPED_LENGTH for place, text in zip(places, exact, strict=True)
    ]
    texts = [text if own else short(place) for place, text, own in zip(places, exact, typed, strict=True)]
    return texts if len({*texts}) == len({*places}) else exact


def short(value: float) -> str:
    """Return a number with at most four digits."""
    text = f"{value:.4g}"
    return "0" if text == "-0" else text
