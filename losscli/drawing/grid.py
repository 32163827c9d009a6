"""Sampled -> the grid of a view: a quantity over predictions and swept values, and the ends of what is told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.lazy import np
from losscli.recipe.recipe import LARGEST
from losscli.sampling import limits

if TYPE_CHECKING:
    from losscli.lazy import Array
    from losscli.model.loss import Quantity
    from losscli.sampling.sample import Sampled


def heights(sampled: Sampled, quantity: Quantity) -> tuple[Array, Array, Array]:
    """Return predictions (P,), swept values (S,) in increasing order, and the quantity there (S, P).

    What is too large to be drawn is infinite.
    """
    rows: Any = sampled.rows  # which every view has
    table = rows.terms[quantity]
    drawn = np.where(abs(table) > LARGEST, np.copysign(np.inf, table), table)
    return sampled.traces[0].prediction, rows.values, drawn


def ends(table: Array) -> tuple[float, float]:
    """Return the least and the largest value that a view distinguishes: what runs off to infinity is cut."""
    cut = limits.limits(list(table))
    finite = table[np.isfinite(table)]
    low, high = float(finite.min()), float(finite.max())
    return (low, high) if cut is None else (max(low, cut[0]), min(high, cut[1]))
