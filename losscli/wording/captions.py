"""The texts in a figure, made from what its curves and marks are: title, labels and legend."""

from __future__ import annotations

import re
from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING

from losscli.model.domains import written
from losscli.model.numbers import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.model.curve import Curve
    from losscli.model.loss import Quantity
    from losscli.model.marks import Mark
    from losscli.recipe.recipe import Recipe

HELD_VALUES = 6  # that a label lists; of more logits it lists the first
HELD_LENGTH = 10  # characters of such a value; a longer one was computed, such as 1/3
# Numbers in a text, apart from words: with an exponent, negative, infinite.
SCIENTIFIC = re.compile(r"(?<![\w.$])(-?\d[\d.]*)e([-+]?\d+)\b")
NEGATIVE = re.compile(r"(?<![\w.${])-(?=\d)")
INFINITE = re.compile(r"(?<![\w.$])(-?)inf\b")
NAMED_CURVES = 7  # of a figure with more curves the legend names each kind of mark once
TYPED_LENGTH = 10  # characters of a target; a longer one was computed, as in a sweep
BREAKS: dict[Quantity | None, tuple[str, str]] = {  # by what jumps there: one such break, several
    "value": ("jump at", "jumps at"),
    "gradient": ("kink at", "kinks at"),
    "hessian": ("Hessian jumps at", "Hessian jumps at"),
    None: ("break at", "breaks at"),
}
PANELS: dict[Quantity, str] = {
    "value": "Loss", "gradient": "Gradient", "hessian": "Hessian", "excess": "Loss above its floor"
}  # fmt: skip


def panel_labels(recipe: Recipe) -> dict[Quantity, str]:
    """Return the label of the vertical axis of each panel; in a contour `--ylabel` names the swept parameter."""
    found = {quantity: PANELS[quantity] for quantity in recipe.show}
    if recipe.ylabel is not None and recipe.view != "contour":
        found[recipe.show[0]] = recipe.ylabel
    return found


def axis_label(recipe: Recipe) -> str:
    """Return the label of the horizontal axis: what the losses read."""
    family = recipe.curves[0].loss.family
    if not family.vector:
        return family.label
    return f"{family.label} {recipe.vary}, {signed(held(recipe))}"


def held(recipe: Recipe) -> str:
    """Return the values of the numbers that do not vary, in words."""
    others = [value for index, value in enumerate(recipe.logits) if index != recipe.vary]
    same = others[:1] if len(set(others)) == 1 else others
    more = ["..."] if len(same) > HELD_VALUES else []
    texts = [shown(value) if len(shown(value)) <= HELD_LENGTH else f"{value:.4g}" for value in same]
    values = ", ".join([*texts[: HELD_VALUES - len(more)], *more])
    return f"the other{'s' if len(others) > 1 else ''} held at {values}"


def title(recipe: Recipe) -> str:
    """Return what all curves share: the title of the figure's one loss, parameters and target.

    A library's name that multiplies the loss or adds to it takes the place of the loss's title.
    """
    shared = _common(_targets(recipe))
    if _several(recipe.curves):
        return shared[0].capitalize() if shared else ""
    first, spelling = recipe.curves[0], recipe.curves[0].spelling
    same = spelling is None or (spelling.factor, spelling.shift) == (1, 0)
    return ", ".join([first.loss.title if same else first.name, *_common(_parameters(recipe)), *shared])


def legend_labels(recipe: Recipe) -> list[str]:
    """Return what distinguishes each curve: its name, if there are several, and parameters and targets that differ."""
    several = _several(recipe.curves)
    parameters, targets = _parameters(recipe), _targets(recipe)
    shared = [] if several else _common(parameters)
    shared += _common(targets)
    labels = []
    for index, curve in enumerate(recipe.curves):
        own = [words for words in parameters[index] + targets[index] if words not in shared]
        labels.append(", ".join([curve.name, *own] if several or not own else own))
    return labels


def signed(text: str) -> str:
    """Return a text with minus signs, powers of ten and infinity as mathtext, which has them whatever the font is."""
    text = SCIENTIFIC.sub(lambda found: power_of_ten(*found.groups()), text)
    return INFINITE.sub(r"$\1\\infty$", NEGATIVE.sub("$-$", text))


def power_of_ten(mantissa: str, exponent: str) -> str:
    """Return a number in mathtext, given the two parts of Python's `1e-05`."""
    times = {"1": "", "-1": "-"}.get(mantissa, rf"{mantissa} \times ")
    return f"${times}10^{{{int(exponent)}}}$"


def _several(curves: Sequence[Curve]) -> bool:
    return len({curve.name for curve in curves}) > 1


def _common(groups: list[list[str]]) -> list[str]:
    return [words for words in groups[0] if all(words in group for group in groups)]


def _parameters(recipe: Recipe) -> list[list[str]]:
    """Return for each curve its parameters as text, without those that do nothing in all curves and the swept ones."""
    found = []
    used = {
        item.name
        for curve in recipe.curves
        for item, value in curve.named_parameters
        if value is not None and not item.is_off(value)
    }
    for index, curve in enumerate(recipe.curves):
        swept = recipe.swept_texts(index)
        pairs = [
            (item, swept.get(item.name) or shown(value))
            for item, value in curve.named_parameters
            if not item.is_off(value) or item.name in used
            if value is not None or item.default is None
        ]
        found.append([equation(item.name, f"${item.latex}$", text) for item, text in pairs])
    return found


def _targets(recipe: Recipe) -> list[list[str]]:
    """Return for each curve its target as text, if it has one."""
    found = []
    for index, curve in enumerate(recipe.curves):
        value = recipe.swept_texts(index).get("target") or written(curve.target)
        found.append([] if curve.target is None else [equation("target", "", value)])
    return found


def equation(name: str, symbol: str, value: str) -> str:
    """Return `target 1`, or a parameter's symbol with its value."""
    return f"target {signed(value)}" if name == "target" else f"{symbol} = {signed(value)}"


def frame_labels(recipe: Recipe, indices: Sequence[int]) -> list[str]:
    """Return legend labels without the swept values, so that they hold in every frame of a moving figure."""
    curves = tuple(_unswept(recipe, index) for index in indices)
    texts = legend_labels(replace(recipe, curves=curves, sweeps=()))
    texts[: len(recipe.label)] = recipe.label[: len(texts)]
    return texts


def _unswept(recipe: Recipe, index: int) -> Curve:
    """Return a curve without the parameters and the target that are swept; it serves for its label only."""
    curve = recipe.curves[index]
    swept = {axis.name for axis in recipe.sweeps if axis.positions[index] is not None}
    named = {item.name: None if item.name in swept else value for item, value in curve.named_parameters}
    return replace(curve, named=named, target=None if "target" in swept else curve.target)


def axis_names(recipe: Recipe) -> list[str]:
    """Return the label of each sweep, with its losses if two sweeps have the same label."""
    names = [axis.label for axis in recipe.sweeps]
    return [
        f"{', '.join(axis.names)} {axis.label}" if names.count(axis.label) > 1 else axis.label for axis in recipe.sweeps
    ]


def group_texts(recipe: Recipe, along: int) -> tuple[str | None, ...]:
    """Return for each curve what distinguishes it besides its value in one sweep; None for curves not in that sweep."""
    several = _several(recipe.curves)
    found: list[str | None] = []
    for index, curve in enumerate(recipe.curves):
        others = [axis for axis in recipe.sweeps if axis is not recipe.sweeps[along]]
        places = [(axis, axis.positions[index]) for axis in others]
        values = [equation(axis.name, axis.label, axis.texts[place]) for axis, place in places if place is not None]
        group = ", ".join([*([curve.name] if several else []), *values])
        found.append(None if recipe.sweeps[along].positions[index] is None else group)
    return tuple(found)


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
        return f"floor {short(mark.points[0][1])}{over}{', reached' if mark.attained else ', never reached'}"
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
