"""How a user's own loss differs from an exact one: quantity by quantity, at the predictions of checking/points.py."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from losscli.checking.points import default_targets, own_dtype
from losscli.checking.samples import Sample, is_numerical, sampled
from losscli.checking.verdicts import MOST_VERDICTS, verdicts
from losscli.lazy import np
from losscli.model.loss import QUANTITIES, Quantity
from losscli.model.numbers import shown

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


@dataclass(frozen=True)
class QuantityResult:
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
    given = [quantity for quantity in QUANTITIES if quantity in own.loss.gives]
    results = tuple(_result(samples, quantity, tolerance) for quantity in given)
    failing = [result.quantity for result in results if not result.agrees]
    found = verdicts(samples, failing, tolerance)
    found = (*found, *_not_finite(results))[:MOST_VERDICTS]
    return Comparison(results, found, not failing, chosen, tolerance, tuple(_notes(samples, results, tolerance)))


def _not_finite(results: Sequence[QuantityResult]) -> list[str]:
    """Say of the first quantity with such numbers where yours is nan or infinite and the exact one is finite."""
    for result in results:
        points = [point for point in (*result.nan_points, *result.infinite_points) if not np.isfinite(point.own).all()]
        if points and not isinstance(points[0].own, tuple):
            example = f"{points[0].own:g} at {shown(points[0].prediction)}, where {points[0].exact:.6g} is exact"
            others = f", and not finite at {len(points) - 1} more" if len(points) > 1 else ""
            return [f"{result.quantity.replace('hessian', 'Hessian')} is {example}{others}"]
    return []


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
        largest = off.reshape(len(off), -1).max(axis=1)
        worst = np.flatnonzero(plain)[np.argsort(-largest[plain], kind="stable")[:WORST]]
        finite += _points(sample, quantity, worst, off)
    finite.sort(key=lambda point: -point.difference)
    agrees = not nans and not infinite and all(point.difference <= tolerance for point in finite)
    return QuantityResult(quantity, tuple(finite[:WORST]), agrees, tuple(nans), tuple(infinite), count)


def _any(numbers: Any) -> Any:
    """Return for which predictions any of their numbers is true."""
    return numbers.reshape(len(numbers), -1).any(axis=1)


def _points(sample: Sample, quantity: Quantity, rows: Any, off: Array) -> list[Point]:
    terms = sample.terms[quantity]
    dtype = own_dtype(sample.own)
    found = []
    with np.errstate(all="ignore"):
        units = abs(terms.own - terms.exact) / abs(np.spacing(terms.exact.astype(dtype)).astype(float))
    for row in rows.tolist():
        at, ours, theirs = (_frozen(array[row].tolist()) for array in (sample.predictions, terms.own, terms.exact))
        found.append(Point(sample.own.target, at, ours, theirs, float(np.max(off[row])), float(np.max(units[row]))))
    return found


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _notes(samples: list[Sample], results: Sequence[QuantityResult], tolerance: float) -> list[str]:
    """Return in words what differs only far from the figure, a line for a quantity: the nearest predictions that do.

    Of a quantity that differs anyway, only numbers that are not finite are told.
    """
    if samples[0].exact.loss.family.vector:
        return []
    ends: list[tuple[str, Callable[[Array], Array]]] = [
        ("on", lambda x: np.where(x >= 1, x, np.nan)),
        ("on", lambda x: np.where(x <= -1, -x, np.nan)),
        ("towards 0", lambda x: np.where((abs(x) < 1) & (x != 0), 1 / np.maximum(abs(x), 1e-300), np.nan)),
    ]
    found = []
    for result in results[: 1 if is_numerical(samples[0].own) else None]:
        points = [(where, _nearest_far(samples, result, tolerance, size)) for where, size in ends]
        told = [
            f"{point.own:.6g} from {shown(point.prediction)} {where} (exact {point.exact:.6g})"
            for where, point in points
            if point
        ]
        if told:
            found.append(f"far off, {result.quantity.replace('hessian', 'Hessian')} is {', and '.join(told)}")
    return found


def _nearest_far(
    samples: list[Sample], result: QuantityResult, tolerance: float, size: Callable[[Array], Array]
) -> Point | None:
    """Return the far point where a quantity differs that is nearest to the figure, by `size`; None if all agree."""
    found: list[tuple[float, Point]] = []
    for sample in samples:
        terms = sample.terms[result.quantity]
        off = terms.difference(tolerance)
        told: Any = result.agrees | ~np.isfinite(terms.own)
        with np.errstate(all="ignore"):
            sizes = size(sample.predictions)
        wrong = sample.far & told & ~terms.skipped & ~np.isnan(terms.exact) & (off > tolerance) & (sizes > 0)
        if wrong.any():
            row = np.flatnonzero(wrong)[np.argmin(sizes[wrong])]
            found.append((float(sizes[row]), _points(sample, result.quantity, np.array([row]), off)[0]))
    return min(found, key=lambda pair: pair[0])[1] if found else None
