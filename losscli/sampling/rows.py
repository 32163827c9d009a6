"""The rows of a contour or surface: the curves of one sweep, and more between them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from losscli.lazy import np
from losscli.model.loss import EVERY_QUANTITY, Quantity, resolved
from losscli.sampling.refine import Samples, axis_transform, terms_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.lazy import Array
    from losscli.model.curve import Curve
    from losscli.recipe.recipe import Recipe

ROWS = 100  # steps along the swept axis, at least; with fewer, contour lines would have corners
ROUNDING = 1e-9  # of a step
MAX_NUMBERS = 10_000_000  # in all rows; if there are more, no rows are added


class Rows(NamedTuple):
    """Swept values (S,) in increasing order, and each quantity there (S, P)."""

    values: Array
    terms: dict[Quantity, Array]


def rows(recipe: Recipe, curves: list[Curve], samples: list[Samples]) -> Rows:
    """Return the rows of a contour or surface; values that the loss does not allow have none."""
    axis = recipe.sweeps[0]
    pairs = zip(axis.positions, samples, strict=True)
    found = {axis.values[place]: item.terms for place, item in pairs if place is not None}
    prediction, count = samples[0].prediction, len(samples[0].terms)
    if ROWS * prediction.size <= MAX_NUMBERS:
        for value in _between(recipe, sorted(found)):
            curve = _varied(curves[0], axis.name, value)
            if curve.loss.require is None or resolved(curve.loss.require[0], curve.parameters):
                found[value] = terms_of(curve, prediction, count)
    values = sorted(found)
    terms = {
        quantity: np.array([found[value][order] for value in values])
        for order, quantity in enumerate(EVERY_QUANTITY[:count])
    }
    return Rows(np.array(values), terms)


def _between(recipe: Recipe, values: list[float]) -> Iterator[float]:
    """Yield values between these, so that no step along the axis is longer than a share of 1 / ROWS."""
    to, back = axis_transform(recipe, values[0], values[-1], "y")
    places = to(np.array(values))
    longest = (places[-1] - places[0]) / ROWS
    for low, high in pairwise(places.tolist()):
        parts = int(np.ceil((high - low) / longest - ROUNDING))
        yield from back(np.linspace(low, high, parts + 1)[1:-1]).tolist()


def _varied(curve: Curve, name: str, value: float) -> Curve:
    """Return a curve with another value of a parameter, or of the target."""
    if name == "target":
        return replace(curve, target=value)
    named = {item.name: known for item, known in curve.named_parameters} | {name: value}
    own = curve.spelling.canonical(named) if curve.spelling else named
    return replace(curve, named=named, parameters=own)
