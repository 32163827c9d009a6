"""Arrays -> the ends of an axis: a curve that runs off to infinity leaves the frame and does not flatten the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.lazy import np
from losscli.recipe.recipe import LARGEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from losscli.lazy import Array
    from losscli.model.loss import Quantity
    from losscli.recipe.recipe import Recipe

    Ends = tuple[float, float]  # of an axis

BULK = 10, 90  # percent: between them lies what a frame shows in any case
BEYOND = 3.0  # heights of the bulk: how far a curve goes beyond it before it is cut
KEPT = 1.5  # heights of the bulk: how much of that is kept
STEEPENING = 1.3  # of the last step over the one before: 1.7 for a logarithm, 3 for 1/p, 1 for a line
LEAP = 10.0  # of the last value over the one before
MARGIN = 0.05  # of the height, on either side
LEAST = 5  # samples, below which nothing is said of a curve


def axis_ends(recipe: Recipe, terms: list[Array], wholes: list[Array] | None) -> Ends | None:
    """Return the ends of the axis of some curves; None where Matplotlib finds them.

    Of which `wholes` have more samples, if there are such. The tutorial's look keeps its frame; only what is infinite
    is not in it.
    """
    if recipe.is_logarithmic("y"):
        return None
    if "default" not in recipe.style:
        return limits(terms, wholes)
    infinite = any(np.isinf(_drawable(whole)).any() for whole in wholes or ())
    finite = np.concatenate([term[abs(term) <= LARGEST] for term in terms])
    if not infinite or not len(finite) or finite.min() == finite.max():
        return None
    return _with_margin(float(finite.min()), float(finite.max()))


def drawn(term: Array, ends: Ends | None = None) -> Array:
    """Return a curve as it is drawn: not at all where it is infinite, or there as far out of the frame as this."""
    return np.where(abs(term) <= LARGEST, term, np.nan if ends is None else np.clip(term, *ends))


def outermost(recipe: Recipe, ends: Ends | None, quantity: Quantity) -> Ends | None:
    """Return how far out of its panel what is infinite is drawn; evenly sampled curves have gaps there."""
    if ends is None or recipe.sampling == "even":
        return None
    said = recipe.ylim if recipe.ylim and quantity == recipe.show[0] else ends
    low, high = min(*ends, *said), max(*ends, *said)
    return 2 * low - high, 2 * high - low


def limits(terms: Iterable[Array], wholes: Iterable[Array] | None = None) -> Ends | None:
    """Return the lower and upper end of a frame for these curves; None where nothing runs out of it.

    `wholes` are the same curves with more samples, whose infinite ends are drawn out of the frame.
    """
    terms = [_drawable(term) for term in terms]
    pairs = zip(terms, [None] * len(terms) if wholes is None else map(_drawable, wholes), strict=True)
    ends = [_ends(*pair) for pair in pairs if np.isfinite(pair[0]).sum() >= LEAST]
    if not any(cut for *_, cut in ends):
        return None
    low, high = min(low for low, _, _ in ends), max(high for _, high, _ in ends)
    return _with_margin(low, high) if low < high else None


def _with_margin(low: float, high: float) -> Ends:
    return low - MARGIN * (high - low), high + MARGIN * (high - low)


def _drawable(term: Array) -> Array:
    """Return a curve that is infinite where it is too large to be drawn."""
    return np.where(abs(term) > LARGEST, np.copysign(np.inf, term), term)


def _ends(term: Array, whole: Array | None) -> tuple[float, float, bool]:
    """Return how far down and up one curve is shown, and whether that cuts it.

    Of which `whole` has more samples: such a curve is cut wherever it is infinite, also if all else of it is shown.
    """
    finite = term[np.isfinite(term)]
    infinite = np.array([]) if whole is None else whole[np.isinf(whole)]
    every = finite if whole is None else whole[np.isfinite(whole)]
    lowest, highest = float(every.min()), float(every.max())
    bottom, top = (float(value) for value in np.percentile(finite, BULK))
    height = top - bottom
    low, high = lowest, highest
    if 0 < height < np.inf:
        if (infinite > 0).any() or _leaves(term, highest - top, height):
            high = min(highest, top + KEPT * height)
        if (infinite < 0).any() or _leaves(-term, bottom - lowest, height):
            low = max(lowest, bottom - KEPT * height)
    return low, high, bool(infinite.any()) or (low, high) != (lowest, highest)


def _leaves(term: Array, beyond: float, height: float) -> bool:
    """Tell whether a curve is cut above though it is finite."""
    return beyond > BEYOND * height and any(_runs_off(run) for run in _runs(term))


def _runs(term: Array) -> Iterator[tuple[Array, float]]:
    """Yield each end of each unbroken piece of a curve: its last three values, inmost first, and what follows.

    What follows is nan at a gap and 0 where the curve is simply over.
    """
    gaps = np.flatnonzero(~np.isfinite(term))
    starts, stops = [0, *(gaps + 1)], [*gaps, len(term)]
    for start, stop in zip(starts, stops, strict=True):
        if stop - start > 2:  # noqa: PLR2004 - three values show whether it steepens
            yield term[stop - 3 : stop], float(term[stop]) if stop < len(term) else 0.0
            yield term[start : start + 3][::-1], float(term[start - 1]) if start else 0.0


def _runs_off(run: tuple[Array, float]) -> bool:
    """Tell whether one end of a curve grows without bound, upwards."""
    (first, second, last), after = run[0].tolist(), run[1]
    if after == np.inf:
        return True
    if not last > second > first:
        return False
    steepening = last - second > STEEPENING * (second - first)
    return bool(steepening if np.isnan(after) else last > LEAP * abs(second))
