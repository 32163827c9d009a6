"""A figure in words, for who cannot see it: its name, a description made from the facts, and an id for each curve."""

from __future__ import annotations

import re
from math import isfinite
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
    from losscli.recipe.recipe import Axis, Recipe

DESCRIBED = 6  # curves, each in a sentence; of the others their number is said
VIEWS = {
    "curves": "{} for",
    "contour": "lines of equal {} over",
    "surface": "a surface of the {} over",
}
CONVEXITY = {"no": "not convex", "convex": "convex"}


def identifiers(curves: Sequence[Curve]) -> list[str]:
    """Return an XML name for each curve that says which it is, the same whatever stands beside it.

    It is made of the loss's name, its parameters, and the target where that is not the default: `huber-delta-1`.
    Only a curve that is there twice is numbered.
    """
    found: list[str] = []
    for curve in curves:
        words = [
            curve.name,
            *(f"{item.name}-{shown(value)}" for item, value in curve.named_parameters if value is not None),
        ]
        if curve.target != curve.reads.default:
            words.append(f"target-{written(curve.target)}")
        name = re.sub(r"[^A-Za-z0-9.-]", "_", "-".join(words))
        known, number = name, 1
        while name in found:
            number += 1
            name = f"{known}_{number}"
        found.append(name)
    return found


def figure_name(recipe: Recipe) -> str:
    """Return the title, or what the curves have in common, as plain text: `Pseudo-Huber loss, delta 0.24, target 0`."""
    letters = (letter if letter.isprintable() else " " for letter in written_out(recipe.title or ""))
    given = " ".join("".join(letters).split())
    if given:
        return given
    names = list(dict.fromkeys(_loss_name(curve) for curve in recipe.curves))
    if len(names) > DESCRIBED:
        names[DESCRIBED - 1 :] = [f"{len(names) - DESCRIBED + 1} more"]
    said = [_details(recipe, index) for index in range(len(recipe.curves))]
    shared = [words for words in said[0] if all(words in other for other in said)]
    return ", ".join([f"{_listed(names)} loss{'es' if len(names) > 1 else ''}", *shared])


def curve_names(recipe: Recipe) -> list[str]:
    """Return what each curve is called where it is listened to: its own label, or its loss, parameters and target.

    Of several logits also which one varies.
    """
    own = [" ".join(written_out(label).split()) for label in recipe.label[: len(recipe.curves)]]
    own += [""] * (len(recipe.curves) - len(own))
    along = [f"along logit {recipe.vary}, {held(recipe)}"] if recipe.curves[0].loss.family.vector else []
    named = [
        ", ".join([f"{_loss_name(curve)} loss", *_details(recipe, index), *along])
        for index, curve in enumerate(recipe.curves)
    ]
    return [label or name for label, name in zip(own, named, strict=True)]


def description(recipe: Recipe, low: float, high: float) -> str:
    """Return a sentence for each curve, or of many for each sweep, from the facts, and one on what is shown."""
    every = [[index] for index in range(len(recipe.curves))]
    groups = every if len(every) <= DESCRIBED and recipe.view == "curves" else _alike(recipe)
    sentences = [f"{_sentence(recipe, group)}." for group in groups[:DESCRIBED]]
    left = sum(map(len, groups[DESCRIBED:]))
    if left:
        sentences.append(f"And {left} curve{'s' if left > 1 else ''} more.")
    ends = f"from {_number(low)} to {_number(high)}"
    return " ".join([*sentences, f"Shown: {_shown(recipe)} {ends}{_along(recipe)}."])


def _shown(recipe: Recipe) -> str:
    axis = f"logit {recipe.vary}" if recipe.curves[0].loss.family.vector else "predictions"
    return f"{VIEWS[recipe.view].format(_listed(recipe.show))} {axis}"


def _along(recipe: Recipe) -> str:
    """Return the second axis of a view, and of several logits where those are that are on no axis."""
    second = "" if recipe.view == "curves" else f" and {_run(recipe.sweeps[0])}"
    return second + (f", {held(recipe)}" if recipe.curves[0].loss.family.vector else "")


def _run(axis: Axis) -> str:
    return f"{axis.name.replace('_', ' ')} from {axis.texts[0]} to {axis.texts[-1]}"


def _alike(recipe: Recipe) -> list[list[int]]:
    """Return the curves in groups that differ in swept values only."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for index, curve in enumerate(recipe.curves):
        groups.setdefault((curve.name, *recipe.swept_texts(index), *_details(recipe, index, swept=False)), []).append(
            index
        )
    return list(groups.values())


def _listed(words: Sequence[str]) -> str:
    """Return `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _number(value: float) -> str:
    """Return a number to be listened to: six digits."""
    return f"{value:.6g}".replace("inf", "infinity").replace("-i", "minus i")


def _loss_name(curve: Curve) -> str:
    same = curve.name in (curve.loss.name, *curve.loss.aliases)
    return curve.loss.title if same else f"{curve.loss.title} ({curve.name})"


def _details(recipe: Recipe, index: int, *, swept: bool = True) -> list[str]:
    """Return the parameters and the target of a curve, with or without those that are swept."""
    curve, values = recipe.curves[index], recipe.swept_texts(index)
    known = {item.name: _number(value) for item, value in curve.named_parameters if value is not None}
    target = {} if curve.target is None else {"target": written(curve.target)}
    said = known | target | ({} if swept else dict.fromkeys(values, ""))
    return [f"{name.replace('_', ' ')} {values.get(name) or text}" for name, text in said.items() if text]


def _sentence(recipe: Recipe, group: list[int]) -> str:
    """Return `Huber loss, delta 1, target 0: minimum 0 at prediction 0, convex, gradient at most 1 in size`.

    Of a sweep, what holds all along it comes first, then what is said of its first and its last curve alone.
    """
    facts = [_facts(recipe.curves[index]) for index in group]
    common = [fact for fact in facts[0] if all(fact in other for other in facts)]
    alone = len(group) == 1
    axes = [axis for axis in recipe.sweeps if axis.positions[group[0]] is not None]
    runs = [f"{_run(axis)}, {len(axis.values)} values" for axis in axes]
    said = [f"{_loss_name(recipe.curves[group[0]])} loss", *_details(recipe, group[0], swept=alone)]
    clauses = [", ".join(common)] if common else []
    for index, own in () if alone else ((group[0], facts[0]), (group[-1], facts[-1])):
        rest = [fact for fact in own if fact not in common]
        values = [f"{name.replace('_', ' ')} {text}" for name, text in recipe.swept_texts(index).items()]
        clauses += [f"with {_listed(values)} {', '.join(rest)}"] if rest else []
    return f"{', '.join(said + ([] if alone else runs))}: {'; '.join(clauses)}"


def _facts(curve: Curve) -> list[str]:
    slope = curve.fact("lipschitz")
    return [
        ("over all logits " if curve.loss.family.vector else "") + _lowest(curve.fact("floor")),
        CONVEXITY.get(curve.fact("convex"), f"{curve.fact('convex')} convex"),
        *([f"gradient at most {_number(slope)} in size"] if isfinite(slope) else []),
        *_corners(curve),
    ]


def _lowest(floor: Floor) -> str:
    if not isfinite(floor.value):
        return f"no minimum, it falls without end as {_place(floor)}"
    if floor.attained:
        return f"minimum {_number(floor.value)} {_place(floor)}"
    return f"never as low as {_number(floor.value)}, which it tends to as {_place(floor)}"


def _corners(curve: Curve) -> list[str]:
    """Say where the value or the gradient jumps."""
    if curve.loss.family.vector:
        return []
    found = []
    for quantity, word in (("value", "jump"), ("gradient", "kink")):
        places = [_number(item.prediction) for item in breaks(curve) if item.jumps[:1] == (quantity,)]
        if places:
            plural = "s" if len(places) > 1 else ""
            found.append(f"with {'' if plural else 'a '}{word}{plural} at prediction{plural} {_listed(places)}")
    return found


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
