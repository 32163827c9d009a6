"""The words beside a curve, made from what it is: title, legend, axis labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.domain import shown, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.model import Curve, Quantity
    from losscli.recipe import Recipe

PANELS: dict[Quantity, str] = {"value": "Loss", "gradient": "Gradient", "hessian": "Hessian"}


def panel_label(quantity: Quantity) -> str:
    """Return the label of the vertical axis of a panel."""
    return PANELS[quantity]


def axis_label(recipe: Recipe) -> str:
    """Return the label of the horizontal axis: what the losses read."""
    family = recipe.curves[0].loss.family
    return f"{family.label} {recipe.vary}" if family.vector else family.label


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


def _several(curves: Sequence[Curve]) -> bool:
    return len({curve.name for curve in curves}) > 1


def _common(groups: list[list[str]]) -> list[str]:
    return [words for words in groups[0] if all(words in group for group in groups)]


def _parameters(curve: Curve) -> list[str]:
    said = [(item.latex, value) for item, value in curve.spoken]
    return [f"${latex}$ = {shown(value)}" for latex, value in said if value is not None]


def _target(curve: Curve) -> list[str]:
    return [] if curve.target is None else [f"target {written(curve.target)}"]
