"""The y-limits of a panel in which a curve runs off to infinity, and how such a curve is drawn out of the panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.lazy import np
from losscli.recipe.recipe import LARGEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.lazy import Array
    from losscli.model.loss import Quantity
    from losscli.recipe.recipe import Recipe

    Limits = tuple[float, float]

BULK = (10, 90)  # percentiles between which most of a curve lies
FAR_BEYOND = 3.0  # heights of the bulk: a curve that goes further beyond it, next to a gap, diverges
SHOWN_BEYOND = 1.5  # heights of the bulk: how much of a diverging curve is shown beyond it
LEAP = 10.0  # a first or last sample so many times the next one also diverges
MARGIN = 0.05  # of the height, above and below
ENOUGH = 5  # finite samples; of fewer nothing can be concluded


def axis_limits(recipe: Recipe, coarse: Sequence[Array], fine: Sequence[Array] | None = None) -> Limits | None:
    """Return the y-limits for these curves, or None if none diverges and Matplotlib's own limits will do.

    `coarse` are evenly spaced samples, from which the bulk of a curve is seen; `fine` are the same curves with more.
    Evenly sampled figures, such as the tutorial's, and logarithmic axes keep Matplotlib's limits.
    """
    if recipe.is_logarithmic("y") or recipe.sampling == "even":
        return None
    return limits(coarse, fine)


def limits(coarse: Sequence[Array], fine: Sequence[Array] | None = None) -> Limits | None:
    """Return limits that keep a diverging curve from flattening the others, or None if no curve diverges."""
    pairs = zip(coarse, coarse if fine is None else fine, strict=True)
    ends = [
        _ends(finite_or_infinite(one), finite_or_infinite(other), infinite=fine is not None) for one, other in pairs
    ]
    known = [found for found in ends if found]
    if not any(diverges for *_, diverges in known):
        return None
    low, high = min(low for low, _, _ in known), max(high for _, high, _ in known)
    margin = MARGIN * (high - low)
    return (low - margin, high + margin) if low < high else None


def _ends(coarse: Array, fine: Array, *, infinite: bool) -> tuple[float, float, bool] | None:
    """Return how far down and up a curve is shown, and whether it diverges; None for too few samples.

    A curve diverges if it is infinite (with `infinite`), or goes far beyond its bulk beside a gap.
    """
    finite = coarse[np.isfinite(coarse)]
    if len(finite) < ENOUGH:
        return None
    every = fine[np.isfinite(fine)]
    low, high = float(every.min()), float(every.max())
    bottom, top = np.percentile(finite, BULK).tolist()
    reach, height = FAR_BEYOND * (top - bottom), SHOWN_BEYOND * (top - bottom)
    beside_gap = fine[np.isfinite(fine) & _next_to_gap(fine)]
    up = bool((infinite and (fine == np.inf).any()) or (beside_gap > top + reach).any())
    down = bool((infinite and (fine == -np.inf).any()) or (beside_gap < bottom - reach).any())
    if height > 0:
        high = min(high, top + height) if up else high
        low = max(low, bottom - height) if down else low
    return low, high, up or down


def _next_to_gap(term: Array) -> Any:
    """Return where the sample before or after is not finite; and the ends that are many times larger than the next."""
    leaps = [abs(term[end]) > LEAP * abs(term[inner]) > 0 for end, inner in ((0, 1), (-1, -2))]
    gap = np.concatenate([leaps[:1], ~np.isfinite(term), leaps[1:]])
    return gap[:-2] | gap[2:]


def finite_or_infinite(term: Array) -> Array:
    """Return a curve that is infinite where it is too large to be drawn."""
    return np.where(abs(term) > LARGEST, np.copysign(np.inf, term), term)


def drawn(term: Array, outside: Limits | None = None) -> Array:
    """Return a curve as it is drawn: infinite values at these values outside the panel, or not at all."""
    return np.where(abs(term) <= LARGEST, term, np.nan if outside is None else np.clip(term, *outside))


def outermost(recipe: Recipe, found: Limits | None, quantity: Quantity) -> Limits | None:
    """Return values outside a panel with these limits, at which infinite values are drawn; None to leave gaps."""
    if found is None:
        return None
    given = recipe.ylim if recipe.ylim and quantity == recipe.show[0] else found
    low, high = min(*found, *given), max(*found, *given)
    return 2 * low - high, 2 * high - low
