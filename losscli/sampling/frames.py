"""The frames of a moving figure: which curves of a sweep are shown together."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from losscli.recipe.recipe import Recipe
    from losscli.sampling.sample import Sampled


class Frame(NamedTuple):
    """One picture of a sweep: which value of each sweep it shows, and which of the curves have these values."""

    positions: tuple[int, ...]
    curves: tuple[int, ...]


def frames(recipe: Recipe, sampled: Sampled) -> list[Frame]:
    """Return the frames; the last sweep runs fastest. A curve that takes no part in a sweep stands in all of it."""
    places: dict[tuple[int | None, ...], list[int]] = {}
    for index, trace in enumerate(sampled.traces):
        places.setdefault(trace.positions, []).append(index)
    found = []
    for positions in product(*(range(len(axis.values)) for axis in recipe.sweeps)):
        patterns = product(*((position, None) for position in positions))
        curves = sorted(index for pattern in patterns for index in places.get(pattern, ()))
        found.append(Frame(positions, tuple(curves)))
    return found
