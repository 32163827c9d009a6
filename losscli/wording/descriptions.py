"""A figure in words, for who cannot see it: its name, a description from facts, and an identifier for each curve."""

from __future__ import annotations

import re
from math import isfinite, isnan
from typing import TYPE_CHECKING

from losscli.model.breaks import breaks
from losscli.model.domains import written
from losscli.model.numbers import shown
from losscli.wording.captions import held
from losscli.wording.mathematics import written_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.model.curve import Curve
    from losscli.model.loss import Floor
    from losscli.model.numbers import Value
    from losscli.recipe.recipe import Axis, Recipe

MAX_SENTENCES = 6  # a description ends with the number of curves that have none
SHOWN = {"curves": "{} for", "contour": "lines of equal {} over", "surface": "a surface of the {} over"}
EXCESS = {"excess": "loss above its floor"}
CONVEXITY = {"no": "not convex", "convex": "convex"}


def identifiers(curves: Sequence[Curve]) -> list[str]:
    """Return a name for each curve that XML allows, such as `huber-delta-1`.

    It has the loss, its parameters, and the target unless that is the default. A curve that occurs twice is numbered.
    """
    found: list[str] = []
    for curve in curves:
        named = [f"{item.name}-{shown(value)}" for item, value in curve.named_parameters if item.is_listed(value)]
        words = [curve.name, *named]
        if curve.target != curve.reads.default:
            words.append(f"target-{written(curve.target)}")
        first = name = re.sub(r"[^A-Za-z0-9.-]", "_", "-".join(words))
        number = 1
        while name in found:
            number += 1
            name = f"{first}_{number}"
        found.append(name)
    return found


def figure_name(recipe: Recipe) -> str:
    """Return the title, or what the curves have in common, as plain text: `Pseudo-Huber loss, delta 0.24, target 0`."""
    letters = (letter if letter.isprintable() else " " for letter in written_out(recipe.title or ""))
    title = " ".join("".join(letters).split())
    if title:
        return title
    names = list(dict.fromkeys(_loss_name(curve) for curve in recipe.curves))
    if len(names) > MAX_SENTENCES:
        names[MAX_SENTENCES - 1 :] = [f"{len(names) - MAX_SENTENCES + 1} more"]
    details = [_details(recipe, index) for index in range(len(recipe.curves))]
    shared = [words for words in details[0] if all(words in other for other in details)]
    return ", ".join([f"{_listed(names)} loss{'es' if len(names) > 1 else ''}", *shared])


def curve_names(recipe: Recipe) -> list[str]:
    """Return the name of each curve for a screen reader: its label, or its loss, parameters, target and logits."""
    labels = [" ".join(written_out(label).split()) for label in recipe.label[: len(recipe.curves)]]
    labels += [""] * (len(recipe.curves) - len(labels))
    family = recipe.curves[0].loss.family
    along = [f"along {family.noun} {recipe.vary}, {held(recipe)}"] if family.vector else []
    return [
        label or ", ".join([f"{_loss_name(curve)} loss", *_details(recipe, index), *along])
        for index, (label, curve) in enumerate(zip(labels, recipe.curves, strict=True))
    ]


def description(recipe: Recipe, ends: tuple[float, float], marks: Sequence[str]) -> str:
    """Return a sentence for each curve, or for each sweep if there are many, and one on what is shown.

    `ends` are the first and the last prediction; `marks` are the texts of what is marked.
    """
    groups = _groups(recipe)
    sentences = [f"{_sentence(recipe, group)}." for group in groups[:MAX_SENTENCES]]
    left = sum(map(len, groups[MAX_SENTENCES:]))
    if left:
        sentences.append(f"And {left} curve{'s' if left > 1 else ''} more.")
    family = recipe.curves[0].loss.family
    axis = f"{family.noun} {recipe.vary}" if family.vector else "predictions"
    second = "" if recipe.view == "curves" else f" and {_run(recipe.sweeps[0])}"
    second += f", {held(recipe)}" if family.vector else ""
    marked = [f"Marked: {'; '.join(written_out(text) for text in dict.fromkeys(marks))}."] if marks else []
    shows = SHOWN[recipe.view].format(_listed([EXCESS.get(name, name) for name in recipe.show]))
    return " ".join(
        [*sentences, f"Shown: {shows} {axis} from {_number(ends[0])} to {_number(ends[1])}{second}.", *marked]
    )


def _groups(recipe: Recipe) -> list[list[int]]:
    """Return the indices of the curves that share a sentence: each alone, or if there are many, those of a sweep."""
    if len(recipe.curves) <= MAX_SENTENCES and recipe.view == "curves":
        return [[index] for index in range(len(recipe.curves))]
    groups: dict[tuple[str, ...], list[int]] = {}
    for index, curve in enumerate(recipe.curves):
        key = curve.name, *recipe.swept_texts(index), *_details(recipe, index, swept=False)
        groups.setdefault(key, []).append(index)
    return list(groups.values())


def _sentence(recipe: Recipe, group: list[int]) -> str:
    """Return `Huber loss, delta 1, target 0: minimum 0 at prediction 0, convex`; of a sweep what all curves share."""
    facts = [_facts(recipe.curves[index]) for index in group]
    shared = [fact for fact in facts[0] if all(fact in other for other in facts)]
    alone = len(group) == 1
    axes = [axis for axis in recipe.sweeps if axis.positions[group[0]] is not None and not alone]
    runs = [f"{_run(axis)}, {len(axis.values)} values" for axis in axes]
    words = [f"{_loss_name(recipe.curves[group[0]])} loss", *_details(recipe, group[0], swept=alone), *runs]
    return f"{', '.join(words)}: {', '.join(shared)}" if shared else ", ".join(words)


def _facts(curve: Curve) -> list[str]:
    slope, convexity, floor = curve.fact("lipschitz"), curve.fact("convex"), curve.fact("floor")
    everywhere = f"over all {curve.loss.family.nouns} " if curve.loss.family.vector else ""
    return [
        *([] if isnan(floor.value) else [everywhere + _floor(floor)]),
        *([] if convexity == "unknown" else [CONVEXITY.get(convexity, f"{convexity} convex")]),
        *([f"gradient at most {_number(slope)} in size"] if isfinite(slope) else []),
        *_corners(curve),
    ]


def _floor(floor: Floor) -> str:
    if not isfinite(floor.value):
        return f"no minimum, it falls without end as {_place(floor)}"
    if floor.attained:
        return f"minimum {_number(floor.value)} {_place(floor)}"
    return f"never as low as {_number(floor.value)}, which it tends to as {_place(floor)}"


def _place(floor: Floor) -> str:
    """Return where a floor is: `at prediction 0`, `from prediction -1 to 1`, `the prediction tends to infinity`."""
    if floor.where:
        plain = not floor.attained or floor.where.startswith("everywhere")
        return floor.where if plain else f"at {floor.where}"
    if not isinstance(floor.at, tuple):
        return f"{'at prediction' if floor.attained else 'the prediction tends to'} {_number(floor.at)}"
    low, high = floor.at
    if isfinite(low) and isfinite(high):
        return f"from prediction {_number(low)} to {_number(high)}"
    return f"at predictions of {_number(low)} and above" if isfinite(low) else f"up to prediction {_number(high)}"


def _corners(curve: Curve) -> list[str]:
    """Return where the value or the gradient jumps, in words."""
    if curve.loss.family.vector:
        return []
    found = []
    for quantity, word in (("value", "jump"), ("gradient", "kink")):
        places = [_number(item.prediction) for item in breaks(curve) if item.jumps[:1] == (quantity,)]
        if places:
            plural = "s" if len(places) > 1 else ""
            found.append(f"with {'' if plural else 'a '}{word}{plural} at prediction{plural} {_listed(places)}")
    return found


def _details(recipe: Recipe, index: int, *, swept: bool = True) -> list[str]:
    """Return the parameters and the target of a curve as text, with or without those that are swept."""
    curve, texts = recipe.curves[index], recipe.swept_texts(index)
    given = ((item, value) for item, value in curve.named_parameters if value is not None)
    values = {item.name: _number(value) for item, value in given if not item.is_off(value)}
    if curve.target is not None:
        values["target"] = written(curve.target)
    pairs = ((name, texts.get(name, text)) for name, text in values.items() if swept or name not in texts)
    return [f"{name.replace('_', ' ')} {text}" for name, text in pairs]


def _run(axis: Axis) -> str:
    return f"{axis.name.replace('_', ' ')} from {axis.texts[0]} to {axis.texts[-1]}"


def _loss_name(curve: Curve) -> str:
    same = curve.name in (curve.loss.name, *curve.loss.aliases)
    return curve.loss.title if same else f"{curve.loss.title} ({curve.name})"


def _listed(words: Sequence[str]) -> str:
    """Return `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _number(value: Value) -> str:
    """Return a number as it is read aloud, with at most six digits; numbers for each class and words as typed."""
    return (
        shown(value)
        if not isinstance(value, float | int)
        else f"{value:.6g}".replace("inf", "infinity").replace("-i", "minus i")
    )
