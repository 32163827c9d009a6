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

HELD = 6  # logits that a label names; of more it names the first ones
NUMBERED = 7  # curves; the marks of more have no names of their own
PANELS: dict[Quantity, str] = {"value": "Loss", "gradient": "Gradient", "hessian": "Hessian"}


def panel_label(quantity: Quantity) -> str:
    """Return the label of the vertical axis of a panel."""
    return PANELS[quantity]


def axis_label(recipe: Recipe) -> str:
    """Return the label of the horizontal axis: what the losses read."""
    family = recipe.curves[0].loss.family
    if not family.vector:
        return family.label
    held = [value for index, value in enumerate(recipe.logits) if index != recipe.vary]
    same = held[:1] if len(set(held)) == 1 else held
    more = ["..."] if len(same) > HELD else []
    values = ", ".join([*map(shown, same[: HELD - len(more)]), *more])
    return f"{family.label} {recipe.vary}, the other{'s' if len(held) > 1 else ''} held at {values}"


def title(curves: Sequence[Curve]) -> str:
    """Return what all curves share: the name of the figure's one loss, parameters, target."""
    first = curves[0]
    shared = _common([_target(curve) for curve in curves])
    if _several(curves):
        return shared[0].capitalize() if shared else ""
    return ", ".join([first.loss.title, *_common([_parameters(curve) for curve in curves]), *shared])


def legend_labels(curves: Sequence[Curve]) -> list[str]:
    """Return what tells each curve from the others: its name and parameters, or those that differ; its target."""
    several = _several(curves)
    said = [] if several else _common([_parameters(curve) for curve in curves])
    said += _common([_target(curve) for curve in curves])
    labels = []
    for curve in curves:
        own = [words for words in _parameters(curve) + _target(curve) if words not in said]
        labels.append(", ".join([curve.name, *own] if several or not own else own))
    return labels


def named_marks(marks: Sequence[Mark], labels: Sequence[str]) -> list[Mark]:
    """Return marks whose words say which curve they are on: none of one curve, none by name of many."""
    found = []
    for mark in marks:
        alike = {other.trace for other in marks if other.text == mark.text}
        own = mark.text if len(alike) == len(labels) else f"{labels[mark.trace]}: {mark.text}"
        found.append(replace(mark, text=own if len(labels) <= NUMBERED or own == mark.text else mark.kind))
    return found


def formula(curves: Sequence[Curve]) -> tuple[str, ...]:
    """Return the formulas of the losses in mathtext, a line for each piece, and what their letters mean."""
    found: dict[str, list[str]] = {}
    for curve in curves:
        lines = [f"${piece}${_condition(condition)}" for piece, condition in pieces(curve)]
        lines += [f"with {', '.join(f'${letter}$ = {value}' for letter, value in letters(curve))}"] * bool(
            letters(curve)
        )
        found.setdefault(curve.name, lines)
    if len(found) > 1:
        found = {name: [f"{name}: {line}" for line in lines] for name, lines in found.items()}
    symbols = dict.fromkeys(_typeset(curve.loss.family.symbols) for curve in curves)
    return (*(line for lines in found.values() for line in lines), *symbols)


def pieces(curve: Curve) -> list[tuple[str, str]]:
    """Return the formula as (piece, condition) pairs, with the factor and the constant of a library's name."""
    return [(_scaled(curve, piece), condition) for piece, condition in curve.loss.pieces]


def letters(curve: Curve) -> list[tuple[str, str]]:
    """Return the letters of the formula with their values, where a library's name calls them otherwise."""
    own = [(item.latex, curve.parameters[item.name]) for item in curve.loss.parameters]
    said = [(item.latex, value) for item, value in curve.spoken]
    return [(letter, shown(value)) for letter, value in own if value is not None and (letter, value) not in said]


def _scaled(curve: Curve, piece: str) -> str:
    times = piece if curve.factor == 1 else rf"{curve.factor:.6g} \cdot ({piece})"
    return times if curve.shift == 0 else f"{times} {'-' if curve.shift < 0 else '+'} {abs(curve.shift):.6g}"


def _condition(text: str) -> str:
    if not text:
        return ""
    return "   otherwise" if text == "otherwise" else f"   if ${text}$"


def _typeset(symbols: str) -> str:
    """Set the letters in a sentence such as `r = f - y, f the prediction` as mathematics."""
    clauses = symbols.split(", ")
    letter = r"^(log )?(\\\w+|\w)(?= )"
    marked = [f"${clause}$" if " = " in clause else re.sub(letter, r"\1$\2$", clause) for clause in clauses]
    return ", ".join(marked)


def _several(curves: Sequence[Curve]) -> bool:
    return len({curve.name for curve in curves}) > 1


def _common(groups: list[list[str]]) -> list[str]:
    return [words for words in groups[0] if all(words in group for group in groups)]


def _parameters(curve: Curve) -> list[str]:
    said = [(item.latex, value) for item, value in curve.spoken]
    return [f"${latex}$ = {shown(value)}" for latex, value in said if value is not None]


def _target(curve: Curve) -> list[str]:
    return [] if curve.target is None else [f"target {written(curve.target)}"]
