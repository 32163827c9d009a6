"""Samples -> more of them where the line through them would be seen to leave the curve. A part of sampling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from losscli.lazy import np
from losscli.model.loss import QUANTITIES
from losscli.recipe.recipe import LARGEST
from losscli.sampling import limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from losscli.lazy import Array
    from losscli.model.curve import Curve
    from losscli.recipe.recipe import Recipe

    Change = Callable[[Any], Any]

FINE = 350.0  # halves of a line's width in the height of a panel: what bends by less looks straight
ROUNDS = 12  # of halving: a step becomes that much narrower than any pixel
LOWEST = 1e-4  # of the largest value: what a logarithmic axis still tells from 0
NOISE = 1e-9  # of the size of a curve that is level: its last bits are no bends
LINEAR = 0.01  # of the largest prediction: how far around 0 a logarithmic axis is linear


@dataclass(frozen=True)
class Samples:
    """A curve at some predictions, in increasing order: the first of value, gradient and Hessian."""

    prediction: Array
    terms: tuple[Array, ...]

    def with_more(self, prediction: Array, terms: tuple[Array, ...]) -> Samples:
        """Return these samples and others, in order."""
        before = np.searchsorted(self.prediction, prediction)
        pairs = zip(self.terms, terms, strict=True)
        return Samples(
            np.insert(self.prediction, before, prediction), tuple(np.insert(old, before, new) for old, new in pairs)
        )


def refined(recipe: Recipe, curve: Curve, coarse: Samples) -> Samples:
    """Add at most as many samples again as were asked for: at known places, and in the middle of bends."""
    to, back = across(recipe, float(coarse.prediction[0]), float(coarse.prediction[-1]))
    samples, left = coarse, recipe.points
    floors, places = _places(curve)
    steps = np.arange(len(coarse.prediction) - 1)
    for turn in range(ROUNDS):
        middles = back((to(samples.prediction[steps]) + to(samples.prediction[steps + 1])) / 2)
        tried = _new(np.array([*middles, *([] if turn else places)]), samples.prediction)
        terms = curve.terms(tried, len(coarse.terms))
        bends = _bends(recipe, coarse, samples, (tried, terms), to)
        if not turn and recipe.is_logarithmic("y"):  # whose lowest point is what such an axis is for
            bends[np.isin(tried, floors)] = np.inf
        if not turn:  # a pole between two samples, both of which may be out of the frame already
            bends[np.isin(tried, places) & _infinite(recipe, terms)] = np.inf
        kept = np.sort(np.argsort(-bends, kind="stable")[: min(left, int((bends > 1).sum()))])
        if not len(kept):
            break
        samples = samples.with_more(tried[kept], tuple(term[kept] for term in terms))
        left -= len(kept)
        after = np.searchsorted(samples.prediction, tried[kept])
        steps = np.unique(np.concatenate([after - 1, after]))
    return samples


def across(recipe: Recipe, low: float, high: float, axis: str = "x") -> tuple[Change, Change]:
    """Return what turns predictions into places along the axis that will show them, and the way back."""
    if not recipe.is_logarithmic(axis):
        return (lambda x: x), (lambda x: x)
    if low > 0:
        return np.log10, lambda u: 10.0**u
    scale = linear_part(recipe, axis, low, high)
    return (lambda x: np.arcsinh(x / scale)), (lambda u: scale * np.sinh(u))


def linear_part(recipe: Recipe, axis: str, low: float, high: float) -> float:
    """Return how far around 0 a logarithmic axis of predictions, or of a view, is linear: not within its said ends.

    Where these are positive, that is where the samples beyond them are no further apart than those within.
    """
    said = (recipe.xlim if axis == "x" else recipe.ylim) or (low, high)
    part = LINEAR * min(max(abs(low), abs(high)), max(map(abs, said)))
    return float(min(part, said[0]) if said[0] > 0 else part)


def _places(curve: Curve) -> tuple[tuple[float, ...], list[float]]:
    """Return where the floor is, and all the places at which something narrow may stand: also where nothing is amiss.

    Along one of several logits the floor of the whole loss says nothing.
    """
    if curve.loss.family.vector:
        return (), []
    at = curve.fact("floor").at
    floors = at if isinstance(at, tuple) else (at,)
    return floors, [*floors, curve.loss.family.prediction(0.0, curve.canonical_target)]


def _new(tried: Array, known: Array) -> Any:
    """Return which places are within the samples and none of them, in order."""
    tried = np.unique(tried[(tried > known[0]) & (tried < known[-1])])
    return tried[known[np.searchsorted(known, tried)] != tried]


def _infinite(recipe: Recipe, terms: tuple[Array, ...]) -> Any:
    """Tell where any quantity that is shown is infinite."""
    return np.isinf([terms[QUANTITIES.index(quantity)] for quantity in recipe.show]).any(axis=0)


def _bends(recipe: Recipe, coarse: Samples, samples: Samples, new: tuple[Array, tuple[Array, ...]], to: Change) -> Any:
    """Return how far new points are from the line through their neighbours, in halves of a line's width."""
    tried, terms = new
    after = np.searchsorted(samples.prediction, tried)
    start, end = to(samples.prediction[after - 1]), to(samples.prediction[after])
    part = (to(tried) - start) / (end - start)
    found = np.zeros(len(tried))
    for quantity in recipe.show:
        order = QUANTITIES.index(quantity)
        ylim = recipe.ylim if quantity == recipe.show[0] else None
        every = np.concatenate([samples.terms[order], terms[order]])
        drawn = _heights(recipe, coarse.terms[order], every, ylim)
        line, here = drawn(samples.terms[order]), drawn(terms[order])
        chord = (1 - part) * line[after - 1] + part * line[after]
        found = np.fmax(found, abs(here - chord))
    return found


def _heights(recipe: Recipe, coarse: Array, every: Array, ylim: tuple[float, float] | None) -> Change:
    """Return what turns a quantity into heights in its panel, in halves of a line's width; nan where nothing is drawn.

    What is beyond the frame counts as standing at its edge, if there is a frame.
    """
    finite = every[abs(every) <= LARGEST]
    if not len(finite):
        return lambda y: np.full(len(y), np.nan)
    cut = limits.axis_ends(recipe, [coarse], [every])
    ends = np.array(ylim or cut or (finite.min(), finite.max()))
    unit = min([LOWEST * float(abs(finite).max()) or 1.0, *(end for end in ylim or () if end > 0)])
    unit = max(unit, float(abs(np.array([*finite, *ends])).max()) / LARGEST)

    def seen(y: Array) -> Array:
        y = y if cut else np.where(abs(y) <= LARGEST, y, np.nan)
        return np.arcsinh(y / unit) if recipe.is_logarithmic("y") else y

    low, high = seen(ends)
    if high - low <= NOISE * max(abs(low), abs(high)):
        return np.zeros_like
    return lambda y: np.clip(seen(y), low, high) * (FINE / (high - low))
