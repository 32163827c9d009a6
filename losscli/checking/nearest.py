"""Which loss of the catalogue comes nearest to a user's own, with which parameters; with a factor and a constant."""

from __future__ import annotations

from dataclasses import replace
from math import inf, isfinite, sqrt
from typing import TYPE_CHECKING, Any, NamedTuple

from losscli.checking.fitting import SAME, between, fitted, size, tried
from losscli.checking.points import default_targets
from losscli.errors import LossplotError
from losscli.lazy import Array, np
from losscli.losses import catalogue
from losscli.model.curve import Curve
from losscli.model.domains import Nothing, OneNumber
from losscli.model.loss import resolved
from losscli.model.numbers import shown
from losscli.own.families import NUMBER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from losscli.model.domains import Target
    from losscli.model.loss import Loss

MOST = 0.9  # of the predictions have to be finite
POINTS = 33  # of the figure's range, for each target
FINALISTS = 20  # losses whose parameters are fitted
ROUND_DIGITS = 9  # of distances that count as the same


class Nearest(NamedTuple):
    """The nearest loss: own = factor loss + a constant for each target, but for `distance`, relative, over the figure.

    The distance is the root mean square of the rest beside that of the own loss, both without the constants.
    """

    name: str
    parameters: Mapping[str, Any]
    changed: tuple[str, ...]  # the parameters that are not at their defaults
    factor: float
    constants: tuple[float, ...]  # one for each target
    distance: float

    @property
    def text(self) -> str:
        """The loss in the words of a command line, with its factor and constant: `2 times huber --delta 0.9`."""
        options = "".join(
            f" --{name.replace('_', '-')} {shown(float(f'{self.parameters[name]:.6g}'))}" for name in self.changed
        )
        loss = times(self.factor, f"{self.name}{options}")
        off = f", which leaves {100 * self.distance:.2g} % of it" if self.distance > SAME else ""
        if not any(self.constants):
            return f"{loss}{off}"
        same = np.ptp(self.constants) <= SAME * max(map(abs, self.constants))
        return f"{loss} plus {f'{self.constants[0]:.6g}' if same else 'a constant for each target'}{off}"


def times(factor: float, words: str) -> str:
    """Return `0.5 times l2`, or just `l2` for a factor of 1."""
    return words if abs(factor - 1) <= SAME else f"{factor:.6g} times {words}"


def with_parameters(curve: Curve, values: Mapping[str, Any]) -> Curve:
    """Return a curve with other values of some parameters, which are called as the curve's own name calls them."""
    named = {**{item.name: number for item, number in curve.named_parameters}, **values}
    return replace(curve, named=named, parameters=curve.spelling.canonical(named) if curve.spelling else named)


class _Fit(NamedTuple):
    """One loss of the catalogue beside the own loss, at all predictions of all targets, shape (N,)."""

    curve: Curve  # its target is an array
    order: int  # 0 for value, 1 for gradient
    predictions: Array
    group: Any  # the number of the target
    own: Array

    def misfit(self, parameters: Mapping[str, Any]) -> Array:
        """Return what the loss with these parameters leaves of the own one, up to a factor and constants."""
        return self.matched(parameters)[0]

    def matched(self, parameters: Mapping[str, Any]) -> tuple[Array, float, Array]:
        """Return what is left, shape (N,), relative to the own loss; the factor; and the constants."""
        loss, nothing = self.curve.loss, (np.full(self.own.shape, inf), 0.0, np.zeros(0))
        if loss.require and not resolved(loss.require[0], parameters):
            return nothing
        exact = replace(self.curve, parameters=parameters).terms(self.predictions, self.order + 1)[self.order]
        both = np.isfinite(self.own) & np.isfinite(exact)
        counts = np.bincount(self.group[both], minlength=self.group[-1] + 1)
        if both.mean() < MOST or not counts.all():
            return nothing
        terms = [np.where(both, term, 0.0) for term in (self.own, exact)]
        means = [np.bincount(self.group, term) / counts * (not self.order) for term in terms]  # gradients have none
        ours, theirs = (np.where(both, term - mean[self.group], 0.0) for term, mean in zip(terms, means, strict=True))
        whole, squares = float(np.linalg.norm(ours)), float(theirs @ theirs)
        if not (0 < whole < inf and 0 < squares < inf):
            return nothing
        factor = float(ours @ theirs) / squares
        factor = 1.0 if abs(factor - 1) <= SAME else factor
        constants = means[0] - factor * means[1]
        constants[abs(constants) <= SAME * (abs(means[0]) + whole / sqrt(both.sum()))] = 0.0
        return (ours - factor * theirs) / whole, factor, constants


def nearest(own: Curve, targets: Sequence[Target] = (), reads: str = "") -> Nearest:
    """Return the catalogue's loss of one number that comes nearest to a user's own, up to a factor and a constant.

    Losses that read the same kind of prediction are tried, or that which is given; all of one number if the own loss
    does not say what its prediction is. Without targets, each is compared at telling ones of its kind.
    Raises LossplotError if there is none.
    """
    if own.loss.family.vector or not {*own.loss.gives} & {"value", "gradient"}:
        raise LossplotError(f"{own.name}: only losses of one number that give value or gradient are looked for")
    losses = sorted(catalogue().values(), key=lambda loss: loss.family.reads != own.loss.family.reads)
    fits = [fit for loss in losses if (not reads or loss.family.reads == reads) and (fit := _fit(own, loss, targets))]
    with np.errstate(all="ignore"):
        plain = [_nearest(fit, fit.curve.parameters) for fit in fits]
        best = min(plain, key=_rank, default=None)
        if best and best.distance > SAME:
            found_near = [(*_coarse(fit), fit) for fit in fits]
            coarse = sorted(found_near, key=lambda near: round(near[0], ROUND_DIGITS))
            # The plainest first, since a loss with more parameters may be the same one with these out of sight.
            for _, start, fit in sorted(coarse[:FINALISTS], key=lambda near: len(near[2].curve.loss.parameters)):
                free = fit.curve.loss.parameters
                several = len(free) > 1
                begin = fit.curve.parameters if several else start
                found = _nearest(fit, fitted(fit.misfit, free, begin, near=not several))
                best = min(best, found, key=_rank)
                if best.distance <= SAME and best.factor == 1 and not any(best.constants):
                    break
    if best is None or not isfinite(best.distance):
        raise LossplotError(f"{own.name}: no loss of the catalogue reads {own.loss.family.reads} and such targets")
    return best


def _rank(item: Nearest) -> tuple[float, int]:
    """Return what sorts the nearest first, and among the equally near the plainest."""
    extras = (abs(item.factor - 1) > SAME) + any(item.constants) + len(item.changed)
    return (item.distance if item.distance > SAME else 0.0, int(extras))


def _fit(own: Curve, loss: Loss, targets: Sequence[Target]) -> _Fit | None:
    """Return what compares one loss with the own one; None if they do not read the same."""
    defaults = {item.name: item.default for item in loss.parameters}
    kind = loss.reads(defaults)
    chosen = [target for target in targets or default_targets(kind) if _fits(target, kind) and _fits(target, own.reads)]
    unsaid = own.loss.family.name == NUMBER.name
    if (
        loss.family.vector
        or not chosen
        or (targets and len(chosen) < len(targets))
        or not (unsaid or loss.family.reads == own.loss.family.reads)
    ):
        return None
    spans = [_span(loss, target, defaults) for target in chosen]
    group: Any = np.repeat(np.arange(len(chosen)), POINTS)
    predictions = np.concatenate([np.linspace(*span, POINTS + 2)[1:-1] for span in spans])
    target: Any = None if chosen == [None] else np.array(chosen, dtype=float)[group]
    order = 0 if "value" in own.loss.gives else 1
    ours = replace(own, target=target).terms(predictions, order + 1)[order]
    if unsaid and _goes_beyond(replace(own, target=chosen[0]), Curve(loss, chosen[0], defaults, loss.name), order):
        return None
    finite = [number for number in range(len(chosen)) if np.isfinite(ours[group == number]).mean() >= MOST]
    if len(finite) < len(chosen):  # code may not read a target, as the log of 0
        return _fit(own, loss, [chosen[number] for number in finite]) if finite else None
    return _Fit(Curve(loss, target, defaults, loss.name), order, predictions, group, ours)


def _goes_beyond(own: Curve, curve: Curve, order: int) -> bool:
    """Return True if code is finite outside the domain of a loss: then it means another kind of prediction."""
    outside = [end for end in (curve.domain.low - 1, curve.domain.high + 1) if isfinite(end)]
    return bool(outside) and bool(np.isfinite(own.terms(np.array(outside), order + 1)[order]).any())


def _fits(target: Any, kind: Any) -> bool:
    """Return True if a target is of a kind; no target is of a kind that has none."""
    return isinstance(kind, Nothing) if target is None else isinstance(kind, OneNumber) and target in kind


def _span(loss: Loss, target: Target, defaults: Mapping[str, Any]) -> tuple[float, float]:
    curve = Curve(loss, target, defaults, loss.name)
    low, high = curve.fact("span") or loss.family.span(target)
    return max(low, curve.domain.low), min(high, curve.domain.high)


def _coarse(fit: _Fit) -> tuple[float, Mapping[str, Any]]:
    """Return the smallest distance with one parameter at a time off its default, and where: at values of a fine grid.

    A loss with the right number of pieces comes near only with its parameter nearly right.
    """

    def distance(parameters: Mapping[str, Any]) -> float:
        return size(fit.misfit(parameters))

    defaults = fit.curve.parameters
    least: tuple[float, Mapping[str, Any]] = (distance(defaults), defaults)
    for item in fit.curve.loss.parameters:
        if isinstance(item.default, int | float):
            coarse = tried(item, defaults)
            finer = between(item, coarse, min(coarse, key=distance))
            least = min([least, *((distance(there), there) for there in finer)], key=lambda pair: pair[0])
    return least


def _nearest(fit: _Fit, chosen: Mapping[str, Any]) -> Nearest:
    rest, factor, constants = fit.matched(chosen)
    changed = tuple(name for name, value in chosen.items() if value != fit.curve.parameters[name])
    return Nearest(fit.curve.loss.name, chosen, changed, factor, tuple(constants.tolist()), size(rest))
