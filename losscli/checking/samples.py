"""A user's own loss and an exact one, evaluated side by side: what differs, and which differences say something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from losscli.checking.points import figure_range, own_dtype, places, special
from losscli.lazy import np
from losscli.model.breaks import break_predictions, breaks
from losscli.model.loss import QUANTITIES, OwnLoss, Quantity

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from losscli.lazy import Array
    from losscli.model.curve import Curve

ROUNDINGS = 64  # of the natural size of a quantity: what plain code may lose where its terms cancel
BREAK_ROUNDINGS = 8  # how many roundings a prediction may be away from the break that it is at
ERRORS = 10  # estimated errors of numerical differentiation: a smaller difference is no failure
SMALL_STEP = 1e-3  # half widths of the figure: numerical differentiation takes steps about as small
SINGLE = 1e-6  # relative: what is left of a number in single precision after some arithmetic
ROUNDED = 1e-11  # relative: double precision differs by less
OFTEN = 0.3  # of all numbers are off by more than double precision, where code computes in single
BLURRED = 0.02  # half widths: it may step over a break, a target or an end of the domain that is as near


class Terms(NamedTuple):
    """One quantity of both curves at N predictions of one target.

    All arrays have the shape of the quantity: (N,), and (N, K) or (N, K, K) for derivatives by K numbers. The exact
    one may lie anywhere from `low` to `high`: they differ at a break. `noise` is the absolute difference that says
    nothing: what plain code loses to rounding, and the error of numerical differentiation.
    """

    own: Array
    exact: Array
    low: Array
    high: Array
    noise: Array
    skipped: Any  # shape (N,): nothing can be said here

    def difference(self, tolerance: float) -> Array:
        """Return the relative difference, for which a difference as large as the noise is one of `tolerance`.

        So a wrong last bit is no failure where the exact number is all but 0: near a minimum, plain code subtracts
        numbers of the natural size of the loss, and is right only up to their rounding.
        """
        with np.errstate(all="ignore"):
            off = np.maximum(np.maximum(self.low - self.own, self.own - self.high), 0.0)
            found = off / np.maximum(abs(self.exact), self.noise / tolerance)
        return np.where((self.own >= self.low) & (self.own <= self.high), 0.0, np.where(np.isnan(found), np.inf, found))


class Sample(NamedTuple):
    """Both curves of one target, and their terms by quantity."""

    own: Curve
    exact: Curve
    predictions: Array
    far: Any
    figure: Any  # which predictions are within the range of the figure
    at_break: Any  # which lie at a break, up to its rounding
    terms: dict[Quantity, Terms]


def is_numerical(own: Curve) -> bool:
    """Return True if the derivatives of a loss are differences of its values."""
    return isinstance(own.loss, OwnLoss) and own.loss.errors is not None


def sampled(own: Curve, exact: Curve, span: tuple[float, float] | None) -> Sample:
    """Evaluate both curves, which have the same target, at the predictions of checking/points.py."""
    predictions, far = places(own, exact, span)
    with np.errstate(all="ignore"):
        ours, theirs = own.terms(predictions), exact.terms(predictions)
        low, high = figure_range(exact, span)
        vector = exact.loss.family.vector
        figure: Any = ~far if vector else (predictions >= low) & (predictions <= high)
        noise = _noise(own, exact, predictions, theirs, figure)
        lower, upper, blurred, at_break = _allowed(own, exact, predictions, theirs, (high - low) / 2)
    terms = {
        quantity: Terms(ours[order], theirs[order], lower[order], upper[order], noise[order], blurred[order])
        for order, quantity in enumerate(QUANTITIES)
    }
    return Sample(own, exact, predictions, far, figure, at_break, terms)


def _noise(own: Curve, exact: Curve, predictions: Array, theirs: tuple[Array, ...], figure: Any) -> list[Array]:
    """Return the differences of value, gradient and Hessian that say nothing.

    Rounding: that of terms of a quantity's natural size, which is the usual size of the quantity in the figure or of
    its neighbours over the width of the figure; and that of prediction and target, times the next derivative.
    """
    vector = exact.loss.family.vector
    half = float(np.ptp(predictions[figure])) / 2
    least = 1.0 if vector else half  # vectors are of several sizes, from about 1 to the width of the figure
    usual = [_median(term[figure]) for term in theirs]
    natural = [
        max(size * (half if other > order else least) ** (other - order) for other, size in enumerate(usual))
        for order in range(len(usual))
    ]
    sizes = [np.full(term.shape, size) for size, term in zip(natural, theirs, strict=True)]
    place = abs(predictions) if vector else abs(predictions) + abs(float(exact.canonical_target or 0))
    for order, slope in enumerate(theirs[1:]):
        moved = np.nan_to_num(abs(slope), posinf=0.0) * (place[(slice(None), *[None] * order)] if vector else place)
        sizes[order] = np.maximum(sizes[order], moved.sum(axis=-1) if vector else moved)
    noise = [ROUNDINGS * float(np.finfo(own_dtype(own)).eps) * size for size in sizes]
    errors = own.loss.errors if isinstance(own.loss, OwnLoss) else None
    if errors:
        estimated = errors(*own.arguments(predictions), **own.parameters)
        for order, error in enumerate(estimated, 1):  # which do not know the rounding of the values
            value = noise[0][(..., *[None] * order)] if vector else noise[0]
            noise[order] = noise[order] + ERRORS * np.nan_to_num(error) + value / (SMALL_STEP * least) ** order
    return noise


def _median(term: Array) -> float:
    """Return the usual size of a quantity where it is finite and not 0; 0 if it never is."""
    sizes = abs(term[np.isfinite(term) & (term != 0)])
    return float(np.median(sizes)) if sizes.size else 0.0


def _allowed(
    own: Curve, exact: Curve, predictions: Array, theirs: tuple[Array, ...], half: float
) -> tuple[list[Array], list[Array], list[Any], Any]:
    """Return the lowest and highest right numbers of each quantity, where nothing can be said of it, and the breaks.

    At a break, and as near as its own rounding, either side is right, and for a kink each subgradient in between.
    """
    lower, upper = ([term.copy() for term in theirs] for _ in range(2))
    skipped: list[Any] = [np.zeros(len(predictions), dtype=bool) for _ in theirs]
    at_break: Any = np.zeros(len(predictions), dtype=bool)
    if exact.loss.family.vector:
        at_kink = _vector_kinks(exact, predictions)
        unsure = at_kink | (_beside_end(exact, predictions, BLURRED * half) & is_numerical(own))
        return lower, upper, [skipped[0], unsure, unsure], at_kink
    target = abs(float(exact.canonical_target or 0))
    for item in breaks(exact):
        distance = abs(predictions - item.prediction)
        rounding = float(np.finfo(own_dtype(own)).eps) * (abs(item.prediction) + abs(item.argument) + target)
        at = distance <= max(BREAK_ROUNDINGS * rounding, float(np.finfo(own_dtype(own)).smallest_subnormal))
        at_break |= at
        for order, (left, right) in enumerate(item.sides):
            lower[order][at] = np.fmin(lower[order][at], min(left, right))
            upper[order][at] = np.fmax(upper[order][at], max(left, right))
            jumped = any(quantity in item.jumps for quantity in QUANTITIES[:order])
            # A derivative of what jumps is a number of neither side.
            skipped[order] |= at & jumped
    if is_numerical(own):
        blurred = np.any([abs(predictions - place) < BLURRED * half for place in special(own, exact)], axis=0)
        skipped[1:] = [item | blurred for item in skipped[1:]]
    return lower, upper, skipped, at_break


def _beside_end(exact: Curve, predictions: Array, distance: float) -> Any:
    """Return which vectors have a number nearer than this to an end of the domain."""
    ends = np.array([exact.domain.low, exact.domain.high])
    near: Any = abs(predictions[..., None] - ends) < distance
    return near.any(axis=(-2, -1))


def _vector_kinks(exact: Curve, predictions: Array) -> Array:
    """Return which vectors lie at a break along any of their numbers; there, each subgradient is right."""
    found = np.zeros(len(predictions), dtype=bool)
    if exact.loss.breaks == ():
        return found
    for row, numbers in enumerate(predictions.tolist()):
        for vary, number in enumerate(numbers):
            section = exact.section(tuple(numbers), vary)
            found[row] |= any(item.jumps for item in breaks(section, number))
    return found


class Evidence(NamedTuple):
    """One quantity at all ordinary predictions of all targets where both curves are finite, but at no break.

    The arrays have shape (M,): of K numbers at a prediction, each is one of M.
    """

    quantity: Quantity
    samples: tuple[Sample, ...]
    rows: tuple[Any, ...]  # for each sample, the predictions that are taken
    own: Array
    exact: Array
    noise: Array
    group: Any  # the number of the sample
    tolerance: float

    @property
    def order(self) -> int:
        """The number of the quantity: 0 for the value."""
        return QUANTITIES.index(self.quantity)

    @property
    def argument(self) -> Array:
        """The formula's argument; only for predictions of one number."""
        pairs = zip(self.samples, self.rows, strict=True)
        return np.concatenate([sample.exact.arguments(sample.predictions[rows])[0] for sample, rows in pairs])

    @property
    def prediction(self) -> Array:
        """The predictions; only if they are of one number."""
        return np.concatenate([sample.predictions[rows] for sample, rows in zip(self.samples, self.rows, strict=True)])

    @property
    def target(self) -> Any:
        """The targets; nan where there is none. Only for predictions of one number."""
        targets = [sample.exact.canonical_target for sample in self.samples]
        return np.array([np.nan if target is None else target for target in targets], dtype=float)[self.group]

    def right(self, other: Array, factor: float = 1.0) -> Any:
        """Return where the own numbers are these others, which are `factor` times as noisy as the exact ones."""
        with np.errstate(all="ignore"):
            allowed = np.maximum(self.tolerance * abs(other), abs(factor) * self.noise)
            return (self.own == other) | (abs(self.own - other) <= allowed)

    def same(self, other: Array, factor: float = 1.0) -> bool:
        """Return True if all own numbers are these others."""
        return bool(self.right(other, factor).all())

    def exact_by(self, change: Callable[[Curve], Curve]) -> Array:
        """Return the numbers of the exact curves after a change, such as another parameter."""
        count = self.order + 1
        pairs = zip(self.samples, self.rows, strict=True)
        terms = [change(sample.exact).terms(sample.predictions[rows], count)[self.order] for sample, rows in pairs]
        return np.concatenate([term.ravel() for term in terms])


def evidence(
    samples: Sequence[Sample], quantity: Quantity, tolerance: float, *, infinite: bool = False, figure: bool = False
) -> Evidence:
    """Collect one quantity of several samples.

    With `infinite`, also where the curves are infinite; with `figure`, only in the range of the figure.
    """
    rows: list[Any] = []
    for sample in samples:
        terms = sample.terms[quantity]
        kept: Any = ~sample.far & ~terms.skipped & (sample.figure | (not figure))
        for array in (terms.own, terms.exact):
            kept &= (~np.isnan(array) if infinite else np.isfinite(array)).reshape(len(array), -1).all(axis=1)
        rows.append(np.flatnonzero(kept & ~sample.at_break))
    both = list(zip(samples, rows, strict=True))
    own, exact, noise = (
        np.concatenate([getattr(sample.terms[quantity], name)[index].ravel() for sample, index in both])
        for name in ("own", "exact", "noise")
    )
    sizes = [sample.terms[quantity].own[index].size for sample, index in both]
    group: Any = np.repeat(np.arange(len(rows)), sizes)
    return Evidence(quantity, tuple(samples), tuple(rows), own, exact, noise, group, tolerance)


def in_single_precision(facts: Evidence) -> bool:
    """Return True if the numbers are those of code that computes in single precision but says double."""
    own = facts.samples[0].own
    if own_dtype(own) != "float64" or not facts.own.size or (facts.order and is_numerical(own)):
        return False
    every = evidence(facts.samples, facts.quantity, facts.tolerance, infinite=True)
    if not (every.own == every.exact)[np.isinf(every.exact)].all():
        return False
    with np.errstate(all="ignore"):
        off = abs(facts.own - facts.exact)
        coarser = facts.noise * (float(np.finfo(np.float32).eps) / float(np.finfo(float).eps))
        near = off <= np.maximum(SINGLE * abs(facts.exact), coarser)
        rounded = off > ROUNDED * np.maximum(abs(facts.exact), facts.noise)
    return bool((near | _beside_break(facts)).all() and rounded.mean() > OFTEN)


def _beside_break(facts: Evidence) -> Any:
    """Return which predictions single precision cannot tell from a break."""
    beside: Any = np.zeros(len(facts.own), dtype=bool)
    if facts.samples[0].exact.loss.family.vector:
        return beside
    for index, sample in enumerate(facts.samples):
        for place in break_predictions(sample.exact):
            beside |= (facts.group == index) & (abs(facts.prediction - place) <= SINGLE * (1 + abs(place)))
    return beside
