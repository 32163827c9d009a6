"""The words beside a curve, made from what it is: title, legend, axis labels."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from losscli.domain import shown, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.marks import Mark
    from losscli.model import Curve, Quantity
    from losscli.recipe import Recipe

OPERATORS = "log|exp|cos|sin|cosh|max|min"
HELD = 6  # logits that a label names; of more it names the first ones
NUMBERED = 7  # curves; the marks of more have no names of their own
# A number below 0, or infinite, that stands for itself: with the sign that the numbers at the axes have.
NEGATIVE = re.compile(r"(?<![\w.$])-(\d[\d.]*)(?![\d.e])")
INFINITE = re.compile(r"(?<![\w.$])(-?)inf\b")
PANELS: dict[Quantity, str] = {"value": "Loss", "gradient": "Gradient", "hessian": "Hessian"}


def panel_label(quantity: Quantity) -> str:
    """Return the label of the vertical axis of a panel."""
    return PANELS[quantity]


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
    """Return what all curves share: the name of the figure's one loss, parameters, target."""
    shared = _common(_targets(recipe))
    if _several(recipe.curves):
        return shared[0].capitalize() if shared else ""
    return ", ".join([recipe.curves[0].loss.title, *_common(_parameters(recipe)), *shared])


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


def named_marks(marks: Sequence[Mark], labels: Sequence[str]) -> list[Mark]:
    """Return marks whose words say which curve they are on: none of one curve, none by name of many."""
    found = []
    for mark in marks:
        alike = {trace for other in marks if other.text == mark.text for trace in other.traces}
        shared, text = len(alike) == len(labels), signed(mark.text)
        own = text if shared else f"{', '.join(labels[trace] for trace in mark.traces)}: {text}"
        found.append(replace(mark, text=own if shared or len(labels) <= NUMBERED else mark.kind))
    return found


def signed(text: str) -> str:
    """Return numbers in mathtext where characters alone have no sign for them."""
    return INFINITE.sub(r"$\1\\infty$", NEGATIVE.sub(r"$-\1$", text))


def formula(curves: Sequence[Curve]) -> tuple[str, ...]:
    """Return the formulas of the losses in mathtext, a line for each piece, and what their letters mean."""
    found: dict[str, list[str]] = {}
    for curve in curves:
        lines = [f"${_spaced(piece)}${_condition(condition)}" for piece, condition in pieces(curve)]
        known = ", ".join(f"${letter}$ = {signed(value)}" for letter, value in letters(curve))
        lines += [f"with {known}"] if known else []
        found.setdefault(curve.name, lines)
    if len(found) > 1:
        found = {name: [f"{name}: {line}" for line in lines] for name, lines in found.items()}
    symbols = dict.fromkeys(_typeset(_symbols(curve)) for curve in curves)
    return (*(line for lines in found.values() for line in lines), *symbols)


def pieces(curve: Curve) -> list[tuple[str, str]]:
    """Return the formula as (piece, condition) pairs, with the factor and the constant of a library's name."""
    return [(_scaled(curve, piece), condition) for piece, condition in curve.loss.pieces]


def letters(curve: Curve) -> list[tuple[str, str]]:
    """Return the letters of the formula with their values, where a library's name calls them otherwise."""
    own = [(item.latex, curve.parameters[item.name]) for item in curve.loss.parameters]
    said = [(item.latex, value) for item, value in curve.spoken]
    own += [] if curve.meant == curve.target else [("y", curve.meant)]
    return [(letter, shown(value)) for letter, value in own if value is not None and (letter, value) not in said]


def _scaled(curve: Curve, piece: str) -> str:
    times = piece if curve.factor == 1 else rf"{curve.factor:.6g} \cdot ({piece})"
    return times if curve.shift == 0 else f"{times} {'-' if curve.shift < 0 else '+'} {abs(curve.shift):.6g}"


def _condition(text: str) -> str:
    if not text:
        return ""
    return "   otherwise" if text == "otherwise" else f"   if ${_spaced(text)}$"


def _spaced(latex: str) -> str:
    r"""Put the thin space before operators that TeX puts behind a letter or a parenthesis, and mathtext does not.

    A letter at the end of a command counts where that is a letter itself, `\mu`, and not where it is `\cdot`.
    Two sums whose limits are words stand further apart, so that these do not run together.
    """
    latex = re.sub(r"(\\sum_\{[^{}]*\}) ?(?=\\sum_\{)", r"\1\\quad ", latex)
    behind = r"((?<![a-zA-Z\\])[a-zA-Z]|\\(?:mu|nu|epsilon|delta|alpha|gamma|sigma|tau)|[)}\d])"
    return re.sub(rf"{behind} ?(?=\\(?:{OPERATORS})\b)", r"\1\, ", latex)


def _symbols(curve: Curve) -> str:
    r"""Return what the letters are; of two that stand for one thing, `\mu (or f)`, the one that is in the formula."""
    said = curve.loss.family.symbols
    either = re.match(r"(\S+) \(or (\S+)\)", said)
    if not either:
        return said
    first = any(either[1] in piece for piece, _ in curve.loss.pieces)
    return said.replace(either[0], either[1] if first else either[2])


def _typeset(symbols: str) -> str:
    """Set the letters in a sentence such as `r = f - y, f the prediction` as mathematics."""
    clauses = symbols.split(", ")
    letter = r"(?<![\w\\])(\\\w+|(?!a )[A-Za-z])(?!\w)"
    marked = [f"${clause}$" if " = " in clause else re.sub(letter, r"$\1$", clause) for clause in clauses]
    return ", ".join(marked)


def _several(curves: Sequence[Curve]) -> bool:
    return len({curve.name for curve in curves}) > 1


def _common(groups: list[list[str]]) -> list[str]:
    return [words for words in groups[0] if all(words in group for group in groups)]


def _parameters(recipe: Recipe) -> list[list[str]]:
    """Return of each curve how its parameters are said."""
    found = []
    for index, curve in enumerate(recipe.curves):
        swept = recipe.swept(index)
        said = [(item, value) for item, value in curve.spoken if value is not None]
        found.append([f"${item.latex}$ = {signed(swept.get(item.name) or shown(value))}" for item, value in said])
    return found


def _targets(recipe: Recipe) -> list[list[str]]:
    """Return of each curve how its target is said, if it has one."""
    return [
        [] if curve.target is None else [f"target {signed(recipe.swept(index).get('target') or written(curve.target))}"]
        for index, curve in enumerate(recipe.curves)
    ]
