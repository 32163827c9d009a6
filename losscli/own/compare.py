"""How a user's own loss differs from an exact one: quantity by quantity, at the predictions of own/points.py."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from losscli.lazy import np
from losscli.model.loss import QUANTITIES, Quantity
from losscli.model.numbers import shown
from losscli.own.points import default_targets, own_dtype
from losscli.own.samples import Sample, gives, is_numerical, sampled
from losscli.own.verdicts import verdicts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from losscli.lazy import Array
    from losscli.model.curve import Curve
    from losscli.model.domains import Target

TOLERANCES = {"float64": 1e-6, "float32": 1e-4}  # relative: the usual ones
WORST = 5  # points that are kept of each quantity


class Point(NamedTuple):
    """One quantity at one prediction; `difference` is relative to the exact one, `ulp` in units of its last place."""

    target: Target
    prediction: Any  # a float, or a tuple of K of them
    own: Any  # a float; for K predictions a tuple (gradient), or a tuple of tuples (Hessian)
    exact: Any
    difference: float
    ulp: float


class QuantityResult(NamedTuple):
    """How one quantity agrees in the ordinary range."""

    quantity: Quantity
    worst: tuple[Point, ...]  # up to five, the largest difference first; both sides are finite
    agrees: bool
    nan_points: tuple[Point, ...]  # where yours is nan and the exact one is not
    infinite_points: tuple[Point, ...]  # where one of them is infinite and the other is not, or of another sign
    count: int  # the predictions that were compared


class Comparison(NamedTuple):
    """The whole comparison; `within` says that all quantities agree within `tolerance` in the ordinary range."""

    quantities: tuple[QuantityResult, ...]
    verdicts: tuple[str, ...]
    within: bool
    targets: tuple[Target, ...]
    tolerance: float
    notes: tuple[str, ...]  # what differs far from the figure's range, where a difference is no failure


def usual_tolerance(own: Curve) -> float:
    """Return the relative difference that is allowed unless another is said."""
    return TOLERANCES.get(own_dtype(own), TOLERANCES["float32"])


def compare(
    own: Curve, exact: Curve, targets: Sequence[Target], span: tuple[float, float] | None, tolerance: float
) -> Comparison:
    """Compare a user's own loss with an exact one for each of the targets; without any, for telling ones of its kind.

    `span` is the range of predictions that was asked for, or None for the usual one and a decade around it.
    """
    chosen = tuple(targets) or default_targets(exact.reads)
    samples = [sampled(replace(own, target=target), replace(exact, target=target), span) for target in chosen]
    given = [quantity for quantity in QUANTITIES if quantity in gives(own)]
    results = tuple(_result(samples, quantity, tolerance) for quantity in given)
    failing = [result.quantity for result in results if not result.agrees]
    found = verdicts(samples, failing, tolerance)
    return Comparison(results, found, not failing, chosen, tolerance, tuple(_notes(samples, given, tolerance)))


def _result(samples: list[Sample], quantity: Quantity, tolerance: float) -> QuantityResult:
    """Compare one quantity over all targets, in the ordinary range."""
    finite: list[Point] = []
    nans: list[Point] = []
    infinite: list[Point] = []
    count = 0
    for sample in samples:
        terms = sample.terms[quantity]
        known = ~sample.far & ~terms.skipped & ~_any(np.isnan(terms.exact))
        count += int(known.sum())
        off = terms.difference(tolerance)
        nan = known & _any(np.isnan(terms.own))
        unlike = known & ~nan & _any(np.isinf(off))
        plain = known & ~nan & ~unlike & ~_any(np.isinf(terms.exact))
        nans += _points(sample, quantity, np.flatnonzero(nan), off)
        infinite += _points(sample, quantity, np.flatnonzero(unlike), off)
        largest = _largest(off)
        worst = np.flatnonzero(plain)[np.argsort(-largest[plain], kind="stable")[:WORST]]
        finite += _points(sample, quantity, worst, off)
    finite.sort(key=lambda point: -point.difference)
    agrees = not nans and not infinite and all(point.difference <= tolerance for point in finite)
    return QuantityResult(quantity, tuple(finite[:WORST]), agrees, tuple(nans), tuple(infinite), count)


def _largest(terms: Array) -> Array:
    """Return the largest of each prediction's numbers."""
    return np.asarray(terms.reshape(len(terms), -1).max(axis=1))


def _any(terms: Array) -> Array:
    return np.asarray(terms.reshape(len(terms), -1).any(axis=1))


def _points(sample: Sample, quantity: Quantity, rows: Array, off: Array) -> list[Point]:
    terms = sample.terms[quantity]
    dtype = own_dtype(sample.own)
    found = []
    with np.errstate(all="ignore"):
        units = abs(terms.own - terms.exact) / abs(np.spacing(terms.exact.astype(dtype)).astype(float))
    for row in rows.tolist():
        numbers = [_frozen(array[row].tolist()) for array in (sample.predictions, terms.own, terms.exact)]
        sizes = float(np.max(off[row])), float(np.max(units[row]))
        found.append(Point(sample.own.target, *numbers, *sizes))
    return found


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _notes(samples: list[Sample], given: list[Quantity], tolerance: float) -> list[str]:
    """Return in words what differs far from the figure: for each quantity, the nearest large and tiny predictions."""
    if samples[0].exact.loss.family.vector:
        return []
    ends: list[tuple[str, Callable[[Array], Array]]] = [
        ("from {} on", lambda x: np.where(x >= 1, x, np.nan)),
        ("from {} on", lambda x: np.where(x <= -1, -x, np.nan)),
        ("from {} towards 0", lambda x: np.where((abs(x) < 1) & (x != 0), 1 / np.maximum(abs(x), 1e-300), np.nan)),
    ]
    found = []
    for quantity in given[: 1 if is_numerical(samples[0].own) else None]:
        for words, size in ends:
            point = _nearest_far(samples, quantity, tolerance, size)
            if point:
                at = words.format(f"the prediction {shown(point.prediction)}")
                found.append(f"far off, {at}: {quantity} is {point.own:.6g}, exact {point.exact:.6g}")
    return found


def _nearest_far(
    samples: list[Sample], quantity: Quantity, tolerance: float, size: Callable[[Array], Array]
) -> Point | None:
    """Return the far point where a quantity differs that is nearest to the figure, by `size`; None if all agree."""
    found: list[tuple[float, Point]] = []
    for sample in samples:
        terms = sample.terms[quantity]
        off = terms.difference(tolerance)
        with np.errstate(all="ignore"):
            sizes = size(sample.predictions)
        wrong = np.flatnonzero(sample.far & ~terms.skipped & ~np.isnan(terms.exact) & (off > tolerance) & (sizes > 0))
        if wrong.size:
            row = wrong[np.argmin(sizes[wrong])]
            found.append((float(sizes[row]), _points(sample, quantity, np.array([row]), off)[0]))
    return min(found, key=lambda pair: pair[0])[1] if found else None
