"""Where a user's own loss is compared with an exact one: the targets, and for each the predictions that break code."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

from losscli.lazy import np
from losscli.model.breaks import break_predictions
from losscli.model.domains import ClassIndex, Label, LabelSet, PerClass, Scalar

if TYPE_CHECKING:
    from losscli.lazy import Array
    from losscli.model.curve import Curve
    from losscli.model.domains import Interval, Kind, Several, Target

FIGURE_POINTS = 81  # evenly spaced over the range of the figure
WIDER = 20  # the predictions within this many half widths of the range must agree too, unless the range was given
BESIDE = tuple(10.0**-power for power in range(1, 9))  # distances from a break or a target, in half widths of the range
SIZES = (
    1e-300,
    1e-154,
    1e-100,
    1e-38,
    1e-16,
    1e-8,
    1e2,
    200.0,
    500.0,
    1e3,
    1e4,
    1e6,
    1e8,
    1e16,
    1e38,
    1e77,
    1e154,
    1e300,
)
SCALES = (1.0, 10.0, 1e3, 1e100)  # by which vectors of numbers are multiplied where the domain has no end
ORDINARY_SCALE = 10.0  # unless the range was given: then 1
VECTORS = 24  # of each scale


class Places(NamedTuple):
    """The predictions to compare at, shape (N,) or (N, K), and which of them are far from the figure, shape (N,)."""

    predictions: Array
    far: Any


def default_targets(kind: Kind | Several) -> tuple[Target, ...]:
    """Return targets of a kind that show what code gets wrong: hard and soft ones, 0, both signs."""
    if isinstance(kind, Scalar):
        low, high = kind.interval.low, kind.interval.high
        usual = (0.0, 1.0, 0.3) if (low, high) == (0, 1) else (0.0, 0.5, 3.0) if low >= 0 else (0.0, 1.0, -2.5)
        return tuple(value for value in usual if value in kind) or (kind.default,)
    if isinstance(kind, Label):
        return kind.values
    if isinstance(kind, ClassIndex):
        return (0, 1)
    if isinstance(kind, LabelSet):
        return ((1.0, 0.0, 1.0), (0.0, 1.0, 0.0))
    if isinstance(kind, PerClass):
        return ((1.0, 0.0, 0.0), (0.2, 0.5, 0.3))
    return (None,)


def figure_range(curve: Curve, span: tuple[float, float] | None) -> tuple[float, float]:
    """Return the range of predictions that was given, or else the usual one of the curve; within its domain."""
    low, high = span or curve.fact("span") or curve.loss.family.span(curve.canonical_target)
    return max(low, curve.domain.low), min(high, curve.domain.high)


def places(own: Curve, exact: Curve, span: tuple[float, float] | None) -> Places:
    """Return where to compare two curves of one target: predictions in the domain of the exact one.

    Ordinary ones are those of the figure's range (and, if none was given, of a decade around it): the range itself,
    each break, the target and 0, with what lies beside them. The far ones go to the ends of the dtype of the own code.
    """
    if exact.loss.family.vector:
        return _vectors(exact, span)
    low, high = figure_range(exact, span)
    half, middle = (high - low) / 2, (high + low) / 2
    telling = special(own, exact)
    beside = [at + side * half * step for at in telling for step in BESIDE for side in (-1, 1)]
    neighbours = [np.nextafter(at, side) for at in telling for side in (-np.inf, np.inf)]
    around = [middle + side * half * step for step in (1.25, 1.5, 2, 3, 5, 7, 10, 15, WIDER) for side in (-1, 1)]
    towards_0 = [low / step for step in (3, 10, 100, 1000)] if exact.domain.low == 0 else []
    limits = np.finfo(own_dtype(own))
    dtype_ends = (float(limits.max), float(limits.tiny), float(limits.smallest_subnormal))
    sizes = [size for size in (*SIZES, *dtype_ends) if size <= dtype_ends[0]]
    ends = [side * size for size in sizes for side in (-1, 1)]
    every = np.array(
        [*np.linspace(low, high, FIGURE_POINTS), *telling, *beside, *neighbours, *around, *towards_0, *ends]
    )
    predictions = np.unique(every[_inside(exact.domain, every)] + 0.0)
    return Places(predictions, _far(predictions, (low, high), [*telling, *towards_0], given=span is not None))


def own_dtype(own: Curve) -> str:
    """Return the name of the floating-point type that an own loss computes in."""
    return getattr(own.loss, "dtype", "float64")


def special(own: Curve, exact: Curve) -> list[float]:
    """Return the finite predictions that a comparison must not miss: breaks, the target, 0, the ends of the domain."""
    target = exact.canonical_target
    numbers = [0.0, exact.domain.low, exact.domain.high]
    numbers += [] if target is None else [float(target)]
    numbers += [place for curve in (own, exact) for place in break_predictions(curve)]
    return sorted({place for place in numbers if isfinite(place)})


def _inside(domain: Interval, predictions: Array) -> Array:
    found: Array = domain.holds(predictions) & np.isfinite(predictions)
    return found


def _far(predictions: Array, ends: tuple[float, float], telling: list[float], *, given: bool) -> Array:
    """Return which predictions are far: outside the range that was given, or a decade beyond the usual one.

    Also far are those that are tiny beside the range and at no special place, such as 1e-300.
    """
    low, high = ends
    half, middle = (high - low) / 2, (high + low) / 2
    reach = half if given else WIDER * half
    outside = (predictions < middle - reach) | (predictions > middle + reach)
    tiny = (predictions != 0) & (abs(predictions) < BESIDE[-1] * half / 2)
    return np.array(outside | (tiny & ~np.isin(predictions, telling)))


def _vectors(exact: Curve, span: tuple[float, float] | None) -> Places:
    """Return vectors of K numbers, always the same: random ones, one hot ones and all alike, of several sizes.

    Their numbers are of the range that was given, or the usual one; probabilities are then divided by their sum.
    """
    family: Any = exact.loss.family
    count = family.targets.classes(exact.canonical_target)
    low, high = figure_range(exact, span)
    spread = np.random.default_rng(0).uniform(low, high, (VECTORS, count))
    every = np.concatenate([spread, np.clip(high * np.eye(count), low, high), np.full((1, count), (low + high) / 2)])
    if family.domain.low == -np.inf and family.domain.high == np.inf:
        scaled = np.concatenate([scale * every for scale in SCALES])
        return Places(scaled, np.repeat(np.array(SCALES) > (1 if span else ORDINARY_SCALE), len(every)))
    positive = np.exp(every) if "log" in family.reads else every
    if "probabilities" in family.reads and "pixels" not in family.reads:
        positive = positive / positive.sum(axis=-1, keepdims=True)
    with np.errstate(divide="ignore"):
        found = np.log(positive) if "log" in family.reads else positive
    return Places(found, np.zeros(len(found), dtype=bool))
