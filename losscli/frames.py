"""Sampled -> frames: which curves of a sweep stand together, and what is written beside them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from losscli.captions import legend_labels

if TYPE_CHECKING:
    from losscli.model import Curve
    from losscli.recipe import Recipe
    from losscli.sample import Sampled


@dataclass(frozen=True)
class Frame:
    """One picture of a sweep: which value of each sweep it shows, and which of the curves have these values."""

    positions: tuple[int, ...]
    curves: tuple[int, ...]


def frame_count(recipe: Recipe) -> int:
    """Return how many frames there are: one for each combination of swept values."""
    return prod(len(axis.values) for axis in recipe.sweeps)


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


def labels(recipe: Recipe, frame: Frame) -> list[str]:
    """Return legend texts that hold in every frame: without what is swept. The k-th `--label` is for the k-th curve."""
    curves = tuple(_unswept(recipe, index) for index in frame.curves)
    texts = legend_labels(replace(recipe, curves=curves, sweeps=()))
    texts[: len(recipe.label)] = recipe.label[: len(texts)]
    return texts


def _unswept(recipe: Recipe, index: int) -> Curve:
    """Return a curve that says nothing of what is swept; only its words are asked for."""
    curve = recipe.curves[index]
    swept = {axis.name for axis in recipe.sweeps if axis.positions[index] is not None}
    said = {item.name: None if item.name in swept else value for item, value in curve.spoken}
    return replace(curve, said=said, target=None if "target" in swept else curve.target)


def axis_names(recipe: Recipe) -> list[str]:
    """Return what each sweep is called, with its losses where two sweeps are called alike."""
    names = [axis.label for axis in recipe.sweeps]
    return [
        f"{', '.join(axis.names)} {axis.label}" if names.count(axis.label) > 1 else axis.label for axis in recipe.sweeps
    ]
