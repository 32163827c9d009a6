"""Sampled -> the grid of a view: a quantity over predictions and swept values, and the ends of what is told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli import frame
from losscli.lazy import np

if TYPE_CHECKING:
    from losscli.lazy import Array
    from losscli.model import Quantity
    from losscli.recipe import Recipe
    from losscli.sample import Sampled


def heights(recipe: Recipe, sampled: Sampled, quantity: Quantity) -> tuple[Array, Array, Array]:
    """Return predictions (P,), swept values (S,) in increasing order, and the quantity there (S, P)."""
    axis = recipe.sweeps[0]
    rows = {trace.positions[0]: trace.terms[quantity] for trace in sampled.traces}
    order = sorted(range(len(axis.values)), key=lambda index: axis.values[index])
    table = np.array([rows[index] for index in order if index in rows])
    return sampled.traces[0].prediction, np.array([axis.values[index] for index in order if index in rows]), table


def ends(table: Array) -> tuple[float, float]:
    """Return the least and the largest value that a view distinguishes: what runs off to infinity is cut."""
    cut = frame.limits(list(table))
    finite = table[np.isfinite(table)]
    low, high = float(finite.min()), float(finite.max())
    return (low, high) if cut is None else (max(low, cut[0]), min(high, cut[1]))
