"""Curves of one sweep -> the rows of a view: those asked for, and more between them. A part of sampling."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from losscli.lazy import np
from losscli.model.loss import QUANTITIES, Quantity, resolved
from losscli.sampling.refine import Samples, across

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.lazy import Array
    from losscli.model.curve import Curve
    from losscli.recipe.recipe import Recipe

ROWS = 100  # steps along the axis that a view is drawn with, at least: with fewer its lines have corners
NEARLY = 1e-9  # of a step: as far as rounding makes it longer
MOST = 10_000_000  # numbers in all rows: with more there are none between those asked for


@dataclass(frozen=True)
class Rows:
    """Swept values (S,) in increasing order, and each quantity there (S, P)."""

    values: Array
    terms: dict[Quantity, Array]


def rows(recipe: Recipe, curves: list[Curve], samples: list[Samples]) -> Rows:
    """Return the rows of a view; a value between those asked for that the loss does not take has none."""
    axis = recipe.sweeps[0]
    pairs = zip(axis.positions, samples, strict=True)
    found = {axis.values[place]: item.terms for place, item in pairs if place is not None}
    prediction, count = samples[0].prediction, len(samples[0].terms)
    if ROWS * prediction.size <= MOST:
        for value in _between(recipe, sorted(found)):
            curve = _varied(curves[0], axis.name, value)
            if curve.loss.require is None or resolved(curve.loss.require[0], curve.parameters):
                found[value] = curve.terms(prediction, count)
    values = sorted(found)
    terms = {
        quantity: np.array([found[value][order] for value in values])
        for order, quantity in enumerate(QUANTITIES[:count])
    }
    return Rows(np.array(values), terms)


def _between(recipe: Recipe, values: list[float]) -> Iterator[float]:
    """Yield values between these such that no step along the axis is longer than one of the many."""
    to, back = across(recipe, values[0], values[-1], "y")
    places = to(np.array(values))
    longest = (places[-1] - places[0]) / ROWS
    for low, high in pairwise(places.tolist()):
        parts = int(np.ceil((high - low) / longest - NEARLY))
        yield from back(np.linspace(low, high, parts + 1)[1:-1]).tolist()


def _varied(curve: Curve, name: str, value: float) -> Curve:
    """Return a curve with another value of a parameter, or of the target."""
    if name == "target":
        return replace(curve, target=value)
    said = {item.name: known for item, known in curve.named_parameters} | {name: value}
    own = curve.spelling.canonical(said) if curve.spelling else said
    return replace(curve, named=said, parameters=own)
