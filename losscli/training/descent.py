"""Descent: one prediction, or one vector of them, follows the gradient of a loss by the steps of an optimizer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from losscli.errors import UsageError
from losscli.lazy import Array, np
from losscli.model.domains import Interval, written
from losscli.model.numbers import shown
from losscli.training.optimizers import Optimizer, optimizer_called

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from losscli.model.curve import Curve

MAX_STEPS = 10**6
RATES = Interval(0)
BLOCK = 1000  # steps between two looks at whether a path goes on


class Path(NamedTuple):
    """The way of one prediction down one curve: S steps, and fewer than were asked for if it ended early."""

    curve: Curve
    optimizer: Optimizer
    parameters: Mapping[str, float]  # of the optimizer, all of them
    rate: float
    predictions: Array  # (S + 1,), or (S + 1, K) for K numbers each; the first is the start
    values: Array  # (S + 1,)
    gradients: Array  # as the predictions; what each step has used, and at last the gradient where it ends
    ended: str = ""  # why it ended early

    @property
    def steps(self) -> int:
        """The number of steps."""
        return len(self.predictions) - 1


def descend(
    curve: Curve,
    start: float | Sequence[float],
    rate: float,
    steps: int,
    optimizer: str = "gd",
    parameters: Mapping[str, float] | None = None,
) -> Path:
    """Return the path from a start; `start` has K numbers for a loss of several numbers.

    Raises UsageError for a start outside the domain or without a finite gradient, and for wrong numbers and names.
    """
    return descend_together(curve, [start], [rate], steps, optimizer, parameters)[0]


def descend_together(
    curve: Curve,
    starts: Sequence[float | Sequence[float]],
    rates: Sequence[float],
    steps: int,
    optimizer: str = "gd",
    parameters: Mapping[str, float] | None = None,
) -> list[Path]:
    """Return a path for each of P starts, all of equally many numbers, with each its own rate.

    They make each step together, as arrays: a hundred paths take little longer than one. A step takes as long as the
    loss takes for one prediction, from 5 microseconds for l2 to 300 for the cross-entropies.
    """
    chosen = optimizer_called(optimizer)
    complete = chosen.complete(parameters or {})
    if steps not in range(1, MAX_STEPS + 1):
        raise UsageError(f"{shown(steps)} steps; there are at least 1 and at most {MAX_STEPS}")
    for _, rate in zip(starts, rates, strict=True):
        if rate not in RATES:
            raise UsageError(f"rate {shown(rate)}; it is a number above 0")
    walker = _Walker(curve, _checked(curve, starts), np.array(rates, dtype=float), chosen, complete)
    walker.walk(steps)
    return [walker.path(index) for index in range(len(starts))]


def _checked(curve: Curve, starts: Sequence[Any]) -> Array:
    """Return the starts as an array, (P,) or (P, K); raise UsageError for one that no path can begin at."""
    kind: Any = curve.loss.family.targets
    sizes = {np.size(start): start for start in starts}
    if len(sizes) > 1:
        raise UsageError(f"starts {' and '.join(map(written, sizes.values()))}; each has equally many numbers")
    for start in starts:
        if curve.loss.family.vector == isinstance(start, float | int):
            raise UsageError(f"start {written(start)}; a prediction of {curve.name} is {curve.loss.family.reads}")
        if curve.loss.family.vector and not kind.fits(curve.target, len(start)):
            raise UsageError(f"start {written(start)}; the target of {curve.name} is {written(curve.target)}")
    found = np.array(starts, dtype=float)
    gradients = curve.terms(found, 2)[1]
    for start, place, gradient in zip(starts, found, gradients, strict=True):
        said = written(start if isinstance(start, float | int) else tuple(start))
        if not (curve.domain.holds(place).all() and np.isfinite(place).all()):
            raise UsageError(f"start {said}; the predictions of {curve.name} are finite, and each is {curve.domain}")
        if not np.isfinite(gradient).all():
            text = written(tuple(np.atleast_1d(gradient).tolist())).replace("nan", "undefined")
            raise UsageError(f"start {said}; the gradient of {curve.name} is {text} there, and it has to be finite")
    return found


class _Walker:
    """Walks P paths side by side."""

    def __init__(
        self, curve: Curve, starts: Array, rates: Array, optimizer: Optimizer, parameters: Mapping[str, float]
    ) -> None:
        self.curve, self.optimizer, self.parameters, self.rates = curve, optimizer, parameters, rates
        self.predictions, self.gradients = starts[None], np.empty_like(starts)[None]

    def walk(self, steps: int) -> None:
        """Make the steps until no path goes on; each is cut later, where it has ended."""
        rates = self.rates.reshape(-1, *[1] * (self.predictions.ndim - 2))
        shape = (steps + 1, *self.predictions.shape[1:])
        place, self.predictions, self.gradients = self.predictions[0], np.empty(shape), np.empty(shape)
        rule = self.optimizer.steps(rates, self.parameters)
        slope = self.curve.slope(shape[-1])
        with np.errstate(all="ignore"):
            for start in range(0, steps + 1, BLOCK):
                end = min(start + BLOCK, steps + 1)
                for step in range(start, end):
                    self.predictions[step] = place
                    self.gradients[step] = gradient = slope(place)
                    place = place - rule.send(gradient)
                if self._repeats(end):
                    self._repeat(end)
                    return
                if not self._on(self.predictions[start:end], self.gradients[start:end]).all(axis=0).any():
                    self.predictions, self.gradients = self.predictions[:end], self.gradients[:end]
                    return

    def _on(self, predictions: Array, gradients: Array) -> Any:
        """Return where a path can go on: inside the domain, with a finite gradient."""
        on = self._inside(predictions) & np.isfinite(gradients)
        return on.all(axis=-1) if self.curve.loss.family.vector else on

    def _inside(self, predictions: Array) -> Any:
        return self.curve.domain.holds(predictions) & np.isfinite(predictions)

    def _repeats(self, end: int) -> bool:
        """Return True if all paths are where they were two steps ago, and so for ever go to and fro or stay."""
        if not self.optimizer.forgets or end < 3:  # noqa: PLR2004 - there are two steps before
            return False
        return np.array_equal(self.predictions[end - 1], self.predictions[end - 3], equal_nan=True)

    def _repeat(self, end: int) -> None:
        """Copy the last two steps to all that were not made."""
        for array in (self.predictions, self.gradients):
            array[end::2], array[end + 1 :: 2] = array[end - 2], array[end - 1]

    def path(self, index: int) -> Path:
        """Return one of the paths, up to where it ends."""
        predictions, gradients = self.predictions[:, index], self.gradients[:, index]
        parts = range(0, len(predictions), BLOCK)
        values = np.concatenate([self.curve.terms(predictions[at : at + BLOCK], 1)[0] for at in parts])
        on = self._on(predictions, gradients)
        if "value" in self.curve.loss.gives:
            on &= ~np.isnan(values)
        last, ended = len(on) - 1, ""
        if not on.all():
            last = int(np.argmin(on))
            ended = self._reason(last, predictions[last], gradients[last])
            if not self._inside(predictions[last]).all() or np.isnan(values[last]):
                last -= 1  # a place with an infinite gradient is still a place
        kept = slice(0, last + 1)
        return Path(
            self.curve, self.optimizer, self.parameters, float(self.rates[index]),
            predictions[kept], values[kept], gradients[kept], ended,
        )  # fmt: skip

    def _reason(self, step: int, prediction: Array, gradient: Array) -> str:
        """Return why a path ends at a step."""
        if not np.isfinite(prediction).all():
            return f"at step {step} the prediction is too large for a double"
        place = written(tuple(prediction.tolist())) if prediction.ndim else shown(float(prediction))
        if not self.curve.domain.holds(prediction).all():
            return f"step {step} leaves the domain: {place} is not {self.curve.domain}"
        what = "infinite" if np.isinf(gradient).any() else "undefined"
        return f"at step {step} the gradient is {what}, at {place}"
