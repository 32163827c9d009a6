"""The texts in a figure, made from what its curves are: title, labels and legend."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from losscli.model.domains import written
from losscli.model.numbers import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.model.curve import Curve
    from losscli.model.loss import Quantity
    from losscli.recipe.recipe import Recipe

HELD = 6  # logits that a label names; of more it names the first ones
# Numbers that stand for themselves, with an exponent, below 0 or infinite: as the axes have them.
SCIENTIFIC = re.compile(r"(?<![\w.$])(-?\d[\d.]*)e([-+]?\d+)\b")
NEGATIVE = re.compile(r"(?<![\w.${])-(?=\d)")
INFINITE = re.compile(r"(?<![\w.$])(-?)inf\b")
PANELS: dict[Quantity, str] = {"value": "Loss", "gradient": "Gradient", "hessian": "Hessian"}


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
    """Return where the logits are held that do not vary."""
    others = [value for index, value in enumerate(recipe.logits) if index != recipe.vary]
    same = others[:1] if len(set(others)) == 1 else others
    more = ["..."] if len(same) > HELD else []
    values = ", ".join([*map(shown, same[: HELD - len(more)]), *more])
    return f"the other{'s' if len(others) > 1 else ''} held at {values}"


def title(recipe: Recipe) -> str:
    """Return what all curves share: the name of the figure's one loss, parameters, target.

    A name that multiplies the loss, or adds to it, stands for itself.
    """
    shared = _common(_targets(recipe))
    if _several(recipe.curves):
        return shared[0].capitalize() if shared else ""
    first, said = recipe.curves[0], recipe.curves[0].spelling
    same = said is None or (said.factor, said.shift) == (1, 0)
    return ", ".join([first.loss.title if same else first.name, *_common(_parameters(recipe)), *shared])


def legend_labels(recipe: Recipe) -> list[str]:
    """Return what tells each curve from the others: its name and parameters, or those that differ; its target."""
    several = _several(recipe.curves)
    parameters, targets = _parameters(recipe), _targets(recipe)
    said = [] if several else _common(parameters)
    said += _common(targets)
    labels = []
    for index, curve in enumerate(recipe.curves):
        own = [words for words in parameters[index] + targets[index] if words not in said]
        labels.append(", ".join([curve.name, *own] if several or not own else own))
    return labels


def signed(text: str) -> str:
    """Return a text whose numbers are in mathtext where not every font, or none, has a character for a sign of theirs.

    The digits stay in the font of the text.
    """
    text = SCIENTIFIC.sub(lambda found: power_of_ten(*found.groups()), text)
    return INFINITE.sub(r"$\1\\infty$", NEGATIVE.sub("$-$", text))


def power_of_ten(mantissa: str, exponent: str) -> str:
    """Return a number, of which these are the parts as Python writes them, in mathtext."""
    times = {"1": "", "-1": "-"}.get(mantissa, rf"{mantissa} \times ")
    return f"${times}10^{{{int(exponent)}}}$"


def _several(curves: Sequence[Curve]) -> bool:
    return len({curve.name for curve in curves}) > 1


def _common(groups: list[list[str]]) -> list[str]:
    return [words for words in groups[0] if all(words in group for group in groups)]


def _parameters(recipe: Recipe) -> list[list[str]]:
    """Return of each curve how its parameters are said."""
    found = []
    used = {item.name for curve in recipe.curves for item, value in curve.named_parameters if value is not None}
    for index, curve in enumerate(recipe.curves):
        swept = recipe.swept_texts(index)
        own = [
            pair
            for pair in curve.named_parameters
            if pair[1] is not None or (pair[0].default is None and pair[0].name in used)
        ]
        said = [(item, swept.get(item.name) or shown(value)) for item, value in own]
        found.append([said_of(item.name, f"${item.latex}$", value) for item, value in said])
    return found


def _targets(recipe: Recipe) -> list[list[str]]:
    """Return of each curve how its target is said, if it has one."""
    found = []
    for index, curve in enumerate(recipe.curves):
        value = recipe.swept_texts(index).get("target") or written(curve.target)
        found.append([] if curve.target is None else [said_of("target", "", value)])
    return found


def said_of(name: str, symbol: str, value: str) -> str:
    """Return how the target, or a parameter by its symbol, is said to have a value."""
    return f"target {signed(value)}" if name == "target" else f"{symbol} = {signed(value)}"


def frame_labels(recipe: Recipe, indices: Sequence[int]) -> list[str]:
    """Return legend texts that hold in every frame: without what is swept. The k-th `--label` is for the k-th curve."""
    curves = tuple(_unswept(recipe, index) for index in indices)
    texts = legend_labels(replace(recipe, curves=curves, sweeps=()))
    texts[: len(recipe.label)] = recipe.label[: len(texts)]
    return texts


def _unswept(recipe: Recipe, index: int) -> Curve:
    """Return a curve that says nothing of what is swept; only its words are asked for."""
    curve = recipe.curves[index]
    swept = {axis.name for axis in recipe.sweeps if axis.positions[index] is not None}
    said = {item.name: None if item.name in swept else value for item, value in curve.named_parameters}
    return replace(curve, named=said, target=None if "target" in swept else curve.target)


def axis_names(recipe: Recipe) -> list[str]:
    """Return what each sweep is called, with its losses where two sweeps are called alike."""
    names = [axis.label for axis in recipe.sweeps]
    return [
        f"{', '.join(axis.names)} {axis.label}" if names.count(axis.label) > 1 else axis.label for axis in recipe.sweeps
    ]


def group_texts(recipe: Recipe, along: int) -> tuple[str | None, ...]:
    """Return for each curve what it is besides its value in one sweep; None where it has no value in that sweep."""
    several = _several(recipe.curves)
    found: list[str | None] = []
    for index, curve in enumerate(recipe.curves):
        others = [axis for axis in recipe.sweeps if axis is not recipe.sweeps[along]]
        places = [(axis, axis.positions[index]) for axis in others]
        said = [said_of(axis.name, axis.label, axis.texts[place]) for axis, place in places if place is not None]
        group = ", ".join([*([curve.name] if several else []), *said])
        found.append(None if recipe.sweeps[along].positions[index] is None else group)
    return tuple(found)
