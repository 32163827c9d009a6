"""Predictions, targets and parameters that Python code hands over: checked, arrays of numbers as doubles."""

from __future__ import annotations

import reprlib
from contextlib import suppress
from math import nan
from typing import TYPE_CHECKING, Any, cast

from losscli.errors import UsageError
from losscli.lazy import np
from losscli.model.domains import ClassIndex, Label, Nothing, PerClass, Scalar
from losscli.model.loss import QUANTITIES
from losscli.model.numbers import shown

if TYPE_CHECKING:
    from losscli.lazy import Array
    from losscli.model.curve import Curve
    from losscli.model.loss import Parameter
    from losscli.model.numbers import Value


def allowed(parameter: Parameter, value: Any) -> Value:
    """Return a parameter as a number, as numbers or as a word. Raise UsageError if it is not allowed."""
    with suppress(TypeError, ValueError, OverflowError, UsageError):
        if parameter.per_class:
            value = tuple(numbers(value, parameter.name).tolist())
        if parameter.choices or parameter.per_class:
            if parameter.holds(value):
                return cast("Value", value)
        else:
            number = float(value) if np.ndim(value) == 0 and not np.ma.is_masked(value) else nan
            if number in parameter.interval and not (parameter.whole and number % 1):
                return int(number) if parameter.whole else number
    raise UsageError(f"{parameter.name}={brief(value)}; {parameter.name} is {parameter.allowed}")


LARGEST_HESSIAN = 2**28  # numbers, of 2 GiB: one matrix for each prediction of several logits


def check_logits(curve: Curve, predictions: Array, count: int) -> None:
    """Raise UsageError if a loss of several logits is given predictions without an axis of them, or too many.

    Only the Hessian, the third of `count` terms, may be too large.
    """
    if curve.loss.family.vector and count == len(QUANTITIES) and predictions.ndim:
        size = predictions.size * predictions.shape[-1]
        if size > LARGEST_HESSIAN:
            many = f"predictions of shape {predictions.shape} have a Hessian of {size} numbers"
            raise UsageError(f"{many}; it is given up to {LARGEST_HESSIAN} of them, value and gradient by order=1")
    if curve.loss.family.vector and predictions.shape[-1:] < (2,):
        got = f"of shape {predictions.shape}" if predictions.ndim else predictions
        what = f"{curve.name} reads {curve.loss.family.reads}"
        raise UsageError(f"prediction {got}; {what}: the last axis has one each, of two classes or more")


def _array(values: Any, what: str) -> Any:
    """Return an array of any type of number. Raise UsageError if the values are no numbers."""
    if np.ma.is_masked(values):
        raise UsageError(f"{what} is an array with masked numbers; leave them out, as its compressed() does")
    with suppress(TypeError, ValueError, RuntimeError):  # RuntimeError: a PyTorch tensor that requires a gradient
        found = np.asarray(values)
        if values is not None and found.dtype.kind in "biufO":
            return found
    raise UsageError(f"{what} {brief(values)}; it is a number or an array of numbers")


def numbers(values: Any, what: str) -> Array:
    """Return an array of doubles. Raise UsageError if the values are no numbers."""
    try:
        with np.errstate(over="ignore"):  # a longer number may be infinite as a double
            return np.asarray(_array(values, what).astype(float, copy=False))
    except (TypeError, ValueError, OverflowError):
        raise UsageError(f"{what} {brief(values)}; it is a number or an array of numbers") from None


def brief(value: Any) -> str:
    """Return a short representation on one line."""
    return " ".join(reprlib.repr(value).split())


def targets_of(curve: Curve, target: Any, predictions: Array) -> Any:
    """Return the targets as an array, or None for a loss without target. Raise UsageError for wrong targets."""
    kind: Any = curve.reads
    if target is None and not isinstance(kind, Nothing):
        target = kind.usual(predictions.shape[-1]) if isinstance(kind, PerClass) else kind.default
    if isinstance(kind, Nothing):
        found, wrong = None, [] if target is None else [target]
    elif isinstance(kind, ClassIndex):
        found = _array(target, "target")
        whole = np.issubdtype(found.dtype, np.integer)
        classes = predictions.shape[-1]
        wrong = found[(found < 0) | (found >= classes + kind.more)].tolist() if whole else [target]
    else:
        found = numbers(target, "target")
        wrong = _outside(kind, found) if isinstance(kind, Scalar | Label) else _misfits(kind, found, predictions)
    if wrong:
        beside = f", of {predictions.shape[-1]} classes" if curve.loss.family.vector else ""
        got = shown(wrong[0]) if isinstance(wrong[0], float) else brief(wrong[0])
        raise UsageError(f"target {got}; the target of {curve.name} is {kind}{beside}")
    return found


def _outside(kind: Scalar | Label, targets: Array) -> list[float]:
    """Return the targets that are not allowed: of labels, or of the smallest and largest number and 0."""
    if isinstance(kind, Label):
        right = kind.allowed(targets, 1)
        found = [] if right.all() else np.unique(targets[~right]).tolist()
    else:
        zero = [0.0] if 0.0 not in kind and (targets == 0).any() else []
        found = [*{targets.min(), targets.max()}, *zero] if targets.size else []
    return [float(value) for value in found if value not in kind]


def _misfits(kind: Any, targets: Array, predictions: Array) -> list[Any]:
    """Return the rows that are not a distribution, or not labels, of as many classes as the predictions have."""
    if not targets.ndim or targets.shape[-1] != predictions.shape[-1]:
        return [targets.tolist()]
    rows = targets.reshape(-1, targets.shape[-1])
    return [row for row in rows[~kind.allowed(rows, rows.shape[-1])].tolist() if not kind.holds(tuple(row))]


def together(predictions: Array, targets: Array, *, classes: bool) -> tuple[Array, Any]:
    """Broadcast predictions and targets; without the last axis of the predictions if targets are class indices."""
    rest = predictions.shape[-1:] if classes else ()
    outer = predictions.shape[: predictions.ndim - len(rest)]
    try:
        shape = np.broadcast_shapes(outer, targets.shape)
    except ValueError:
        got = f"predictions of shape {predictions.shape} and targets of shape {targets.shape}"
        raise UsageError(f"{got}; they are broadcast against each other, and these cannot be") from None
    if not targets.ndim:  # one for all
        return predictions, targets
    return np.broadcast_to(predictions, (*shape, *rest)), np.broadcast_to(targets, shape)
