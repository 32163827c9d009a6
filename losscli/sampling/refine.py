"""More samples where a curve bends: where the straight line between two samples would visibly leave the curve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from losscli.lazy import np
from losscli.model.loss import EVERY_QUANTITY, QUANTITIES
from losscli.recipe.recipe import LARGEST
from losscli.sampling.limits import axis_limits
from losscli.training.excess import excess

if TYPE_CHECKING:
    from collections.abc import Callable

    from losscli.lazy import Array
    from losscli.model.curve import Curve
    from losscli.recipe.recipe import Recipe

    Transform = Callable[[Any], Any]

PANEL_HEIGHT = 350.0  # in half line widths: a smaller distance from the curve cannot be seen
MAX_BISECTIONS = 12  # of a step between two samples, which is then narrower than a pixel
LOG_RANGE = 1e-4  # of the largest value: what a logarithmic axis still tells from 0
LEVEL = 1e-9  # relative height of a curve that counts as level; its rounding errors are no bends
LINEAR_PART = 0.01  # of the largest prediction: how far around 0 a logarithmic axis is linear


class Samples(NamedTuple):
    """A curve at predictions, shape (N,), in increasing order: the first of value, gradient, Hessian, excess, (N,)."""

    prediction: Array
    terms: tuple[Array, ...]

    def with_more(self, prediction: Array, terms: tuple[Array, ...]) -> Samples:
        """Return these samples together with others."""
        before = np.searchsorted(self.prediction, prediction)
        pairs = zip(self.terms, terms, strict=True)
        return Samples(
            np.insert(self.prediction, before, prediction), tuple(np.insert(old, before, new) for old, new in pairs)
        )


def terms_of(curve: Curve, prediction: Array, count: int) -> tuple[Array, ...]:
    """Return the first `count` of value, gradient, Hessian and excess, each in the shape of `prediction`."""
    found = curve.terms(prediction, min(count, len(QUANTITIES)))
    return found if count <= len(QUANTITIES) else (*found, excess(curve, prediction))


def refined(recipe: Recipe, curve: Curve, coarse: Samples) -> Samples:
    """Add samples by bisection where the curve bends, at most as many again as `--points`.

    The first round also tries the floor and the prediction where the formula's argument is 0, since something narrow
    may stand there: a dip, or a pole.
    """
    to_axis, from_axis = axis_transform(recipe, float(coarse.prediction[0]), float(coarse.prediction[-1]))
    samples, left = coarse, recipe.points
    steps, special = np.arange(len(coarse.prediction) - 1), np.array(_special_places(curve))
    for _ in range(MAX_BISECTIONS):
        middles = from_axis((to_axis(samples.prediction[steps]) + to_axis(samples.prediction[steps + 1])) / 2)
        tried = _new_places(np.concatenate([middles, special]), samples.prediction)
        terms = terms_of(curve, tried, len(coarse.terms))
        bends = _bends(recipe, coarse, samples, Samples(tried, terms), to_axis)
        shown = np.array([terms[EVERY_QUANTITY.index(quantity)] for quantity in recipe.show])
        wanted = np.isinf(shown).any(axis=0) | recipe.is_logarithmic("y")
        bends[np.isin(tried, special) & wanted] = np.inf
        kept = np.sort(np.argsort(-bends, kind="stable")[: min(left, int((bends > 1).sum()))])
        if not len(kept):
            break
        samples = samples.with_more(tried[kept], tuple(term[kept] for term in terms))
        left -= len(kept)
        after = np.searchsorted(samples.prediction, tried[kept])
        steps, special = np.unique(np.concatenate([after - 1, after])), special[:0]
    return samples


def axis_transform(recipe: Recipe, low: float, high: float, axis: str = "x") -> tuple[Transform, Transform]:
    """Return the functions from values between two ends to places along an axis, and back."""
    if not recipe.is_logarithmic(axis):
        return (lambda x: x), (lambda u: u)
    if low > 0:
        return np.log10, lambda u: 10.0**u
    scale = linear_part(recipe, axis, low, high)
    return (lambda x: np.arcsinh(x / scale)), (lambda u: scale * np.sinh(u))


def linear_part(recipe: Recipe, axis: str, low: float, high: float) -> float:
    """Return how far around 0 a logarithmic axis of predictions, or of swept values, is linear.

    It does not reach into an axis whose given ends are positive.
    """
    given = (recipe.xlim if axis == "x" else recipe.ylim) or (low, high)
    part = LINEAR_PART * min(max(abs(low), abs(high)), max(map(abs, given)))
    return float(min(part, given[0]) if given[0] > 0 else part)


def _special_places(curve: Curve) -> list[float]:
    """Return where the floor is, and where the formula's argument is 0; none along one of several logits."""
    if curve.loss.family.vector:
        return []
    at = curve.fact("floor").at
    return [*(at if isinstance(at, tuple) else (at,)), curve.loss.family.prediction(0.0, curve.canonical_target)]


def _new_places(tried: Array, known: Array) -> Array:
    """Return the places between the first and the last known one that are not known yet, in order."""
    tried = np.unique(tried[(tried > known[0]) & (tried < known[-1])])
    return np.asarray(tried[known[np.searchsorted(known, tried)] != tried])


def _bends(recipe: Recipe, coarse: Samples, samples: Samples, new: Samples, to_axis: Transform) -> Array:
    """Return how far new samples are from the line through their neighbours, in half line widths."""
    after = np.searchsorted(samples.prediction, new.prediction)
    start, end = to_axis(samples.prediction[after - 1]), to_axis(samples.prediction[after])
    part = (to_axis(new.prediction) - start) / (end - start)
    found = np.zeros(len(new.prediction))
    for quantity in recipe.show:
        order = EVERY_QUANTITY.index(quantity)
        ylim = recipe.ylim if quantity == recipe.show[0] else None
        every = np.concatenate([samples.terms[order], new.terms[order]])
        heights = _heights(recipe, coarse.terms[order], every, ylim)
        line, here = heights(samples.terms[order]), heights(new.terms[order])
        found = np.fmax(found, abs(here - (1 - part) * line[after - 1] - part * line[after]))
    return found


def _heights(recipe: Recipe, coarse: Array, every: Array, ylim: tuple[float, float] | None) -> Transform:
    """Return the function from a quantity to heights in its panel, in half line widths; nan where nothing is drawn.

    Values outside the limits of the panel stand at its edge.
    """
    finite = every[abs(every) <= LARGEST]
    if not len(finite):
        return lambda y: np.full(len(y), np.nan)
    cut = axis_limits(recipe, [coarse], [every])
    ends = np.array(ylim or cut or (finite.min(), finite.max()))
    unit = min([LOG_RANGE * float(abs(finite).max()) or 1.0, *(end for end in ylim or () if end > 0)])
    unit = max(unit, float(abs(np.array([*finite, *ends])).max()) / LARGEST)

    def on_axis(y: Array) -> Array:
        y = y if cut else np.where(abs(y) <= LARGEST, y, np.nan)
        return np.arcsinh(y / unit) if recipe.is_logarithmic("y") else y

    low, high = on_axis(ends)
    if high - low <= LEVEL * max(abs(low), abs(high)):
        return np.zeros_like
    return lambda y: np.clip(on_axis(y), low, high) * (PANEL_HEIGHT / (high - low))
