"""The Python interface: `plot` and `evaluate`, with the words and names of the command line."""

from __future__ import annotations

import reprlib
from contextlib import suppress
from dataclasses import replace
from functools import partial
from math import nan
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

from losscli.errors import UsageError
from losscli.lazy import np
from losscli.model.domains import ClassIndex, Label, Nothing, PerClass, Scalar
from losscli.model.loss import QUANTITIES
from losscli.model.numbers import shown
from losscli.names.find import find
from losscli.names.suggestions import unknown_loss
from losscli.recipe.reading import curves
from losscli.recipe.request import LossWord, Request, split_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike

    from losscli.drawing.notebook import Figure
    from losscli.lazy import Array
    from losscli.model.curve import Curve
    from losscli.model.loss import Parameter
    from losscli.model.numbers import Value
    from losscli.recipe.recipe import Recipe


class Evaluation(NamedTuple):
    """A loss and its derivatives with respect to the prediction, elementwise.

    Each has the shape of prediction and target broadcast together. Where a prediction is K logits, of shape (..., K),
    the value has shape (...), the gradient (..., K) and the Hessian (..., K, K). Terms beyond the order that was asked
    for are None.
    """

    value: Array
    gradient: Array | Any = None  # Any: whoever asks for it need not check for None
    hessian: Array | Any = None


def plot(words: str) -> Figure:
    """Return the figure that `lossplot WORDS` draws; nothing is written.

    A notebook shows it, and `savefig` saves it in the style that it is drawn with. Raises UsageError for wrong words.
    """
    from losscli.drawing.scene import Scene
    from losscli.drawing.style import setting
    from losscli.runs.drawing import within_limits

    recipe = _figure_recipe(words)
    with within_limits(), setting(recipe):
        figure = Scene(recipe).figure
    figure.setting = partial(setting, recipe)
    return figure


def _figure_recipe(words: Any) -> Recipe:
    """Return the recipe that the words describe. Raise UsageError if they do not describe one figure."""
    from losscli.cli.main import read
    from losscli.recipe.rules import unused_option
    from losscli.runs.drawing import Drawing

    if not isinstance(words, str):
        raise UsageError(f"{words!r}; plot() takes the words of a figure, such as 'huber --delta 1'")
    try:
        given = split_words(words)
    except UsageError as error:
        raise UsageError(f"{words}; {error}") from None
    if not given or {"-h", "--help", "--version"} & {*given}:  # these would print
        raise UsageError(f"'{words}' draws nothing; plot() takes the words of a figure, such as 'huber --delta 1'")
    found = read(given)
    if not isinstance(found, Drawing):
        raise UsageError(f"'{words}' draws nothing; plot() takes the words of a figure, and evaluate() gives numbers")
    if found.terminal or not found.unnamed:
        raise UsageError(f"'{words}'; plot() returns the figure and writes nothing: leave out -o and --terminal")
    unused = unused_option(found.options, ("png", "svg"))  # the formats in which a notebook shows it
    if unused:
        raise UsageError(f"'{words}'; {unused}")
    return found.recipe


def evaluate(
    name: str,
    prediction: ArrayLike,
    /,
    target: ArrayLike | None = None,
    *,
    order: Literal[0, 1, 2] = 2,
    **parameters: ArrayLike | bool | None,
) -> Evaluation:
    """Return value, gradient and Hessian of a loss, up to `order`: of each example, no mean and no reduction.

    `name` is any that the command line knows, a library's too, and the parameters are spelled as there. Targets are
    broadcast against predictions; where predictions are K logits, of shape (..., K), they are class indices of shape
    (...), or of shape (..., K) where the loss reads distributions or labels. Without a target it is that of the command
    line. Lists, arrays of any type of number and a pandas Series are accepted, and doubles are returned; an array with
    masked numbers is refused. Where a loss is not defined all three are nan; at a kink the gradient is one of the
    subgradients. Raises UsageError for a name, parameter or target that is not allowed; its message says what is.
    """
    count = _count(order)
    curve = _curve(name, parameters)
    predictions = _numbers(prediction, "prediction")
    _check_logits(curve, predictions)
    _check_per_class(curve, predictions)
    targets = _targets(curve, target, predictions)
    if targets is not None:  # formulas take arrays of them as well
        predictions, targets = _together(predictions, targets, classes=isinstance(curve.reads, ClassIndex))
        curve = replace(curve, target=targets)
    return Evaluation(*(np.asarray(term)[()] for term in curve.terms(predictions, count)))


def _check_logits(curve: Curve, predictions: Array) -> None:
    """Raise UsageError if a loss of several logits is given predictions without an axis of them."""
    if curve.loss.family.vector and predictions.shape[-1:] < (2,):
        got = f"of shape {predictions.shape}" if predictions.ndim else predictions
        what = f"{curve.name} reads {curve.loss.family.reads}"
        raise UsageError(f"prediction {got}; {what}: the last axis has one each, of two classes or more")


def _check_per_class(curve: Curve, predictions: Array) -> None:
    """Raise UsageError if a parameter has not as many numbers as the predictions have classes."""
    for item, value in curve.named_parameters:
        if isinstance(value, tuple) and len(value) != predictions.shape[-1]:
            given = f"{item.name}={_brief(list(value))}"
            raise UsageError(f"{given}; {item.name} is {item.allowed}: of {predictions.shape[-1]} classes")


def _count(order: Any) -> int:
    """Return the number of terms up to an order of derivatives. Raise UsageError if it is none."""
    try:
        return range(len(QUANTITIES)).index(order) + 1
    except ValueError:
        raise UsageError(f"order={_brief(order)}; order is 0, 1 or 2") from None


def _curve(name: str, given: Mapping[str, Any]) -> Curve:
    """Return the curve of a loss with these parameters and the default target."""
    if not isinstance(name, str):
        raise UsageError(f"{name!r}; evaluate() takes the name of a loss, such as 'huber'")
    spelling = find(name)
    if spelling is None:
        raise UsageError(unknown_loss(name))
    switches = {item.name: given[item.name] for item in spelling.switches if given.get(item.name) is not None}
    for switch, value in switches.items():
        if not isinstance(value, bool | np.bool_):
            raise UsageError(f"{switch}={_brief(value)}; {switch} is True or False")
    given = {key: value for key, value in given.items() if key not in switches}
    spelling = spelling.switched(switches)
    known = {item.name: item for item in spelling.parameters}
    for parameter in given:
        if parameter not in known:
            from losscli.names.switches import missing_parameter

            every = [*known, *(item.name for item in spelling.switches)]
            own = f"its parameters are {', '.join(every)}" if every else "it has none"
            hint = missing_parameter(spelling, parameter).removesuffix("; ")
            raise UsageError(f"{name} has no parameter {parameter}; {own}{hint and f'; {hint}'}")
    values: dict[str, tuple[Value, ...]] = {
        key: (_allowed(known[key], value),) for key, value in given.items() if value is not None
    }
    return curves(Request((LossWord(spelling, values),), {}))[0]


def _allowed(parameter: Parameter, value: Any) -> Value:
    """Return a parameter as a number, as numbers or as a word. Raise UsageError if it is not allowed."""
    with suppress(TypeError, ValueError, OverflowError, UsageError):
        if parameter.per_class:
            value = tuple(_numbers(value, parameter.name).tolist())
        if parameter.choices or parameter.per_class:
            if parameter.holds(value):
                return cast("Value", value)
        else:
            number = float(value) if np.ndim(value) == 0 and not np.ma.is_masked(value) else nan
            if number in parameter.interval and not (parameter.whole and number % 1):
                return int(number) if parameter.whole else number
    raise UsageError(f"{parameter.name}={_brief(value)}; {parameter.name} is {parameter.allowed}")


def _array(values: Any, what: str) -> Any:
    """Return an array of any type of number. Raise UsageError if the values are no numbers."""
    if np.ma.is_masked(values):
        raise UsageError(f"{what} is an array with masked numbers; leave them out, as its compressed() does")
    with suppress(TypeError, ValueError, RuntimeError):  # RuntimeError: a PyTorch tensor that requires a gradient
        found = np.asarray(values)
        if values is not None and found.dtype.kind in "biufO":
            return found
    raise UsageError(f"{what} {_brief(values)}; it is a number or an array of numbers")


def _numbers(values: Any, what: str) -> Array:
    """Return an array of doubles. Raise UsageError if the values are no numbers."""
    try:
        with np.errstate(over="ignore"):  # a longer number may be infinite as a double
            return np.asarray(_array(values, what).astype(float, copy=False))
    except (TypeError, ValueError, OverflowError):
        raise UsageError(f"{what} {_brief(values)}; it is a number or an array of numbers") from None


def _brief(value: Any) -> str:
    """Return a short representation on one line."""
    return " ".join(reprlib.repr(value).split())


def _targets(curve: Curve, target: Any, predictions: Array) -> Any:
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
        found = _numbers(target, "target")
        wrong = _outside(kind, found) if isinstance(kind, Scalar | Label) else _misfits(kind, found, predictions)
    if wrong:
        beside = f", of {predictions.shape[-1]} classes" if curve.loss.family.vector else ""
        got = shown(wrong[0]) if isinstance(wrong[0], float) else _brief(wrong[0])
        raise UsageError(f"target {got}; the target of {curve.name} is {kind}{beside}")
    return found


def _outside(kind: Scalar | Label, targets: Array) -> list[float]:
    """Return the targets that are not allowed: of all labels, or of the smallest and largest number and 0."""
    if isinstance(kind, Label):
        found = np.unique(targets).tolist()
    else:
        found = [*{targets.min(), targets.max()}, *([0.0] if (targets == 0).any() else [])] if targets.size else []
    return [float(value) for value in found if value not in kind]


def _misfits(kind: Any, targets: Array, predictions: Array) -> list[Any]:
    """Return the rows that are not a distribution, or not labels, of as many classes as the predictions have."""
    if not targets.ndim or targets.shape[-1] != predictions.shape[-1]:
        return [targets.tolist()]
    return [row for row in targets.reshape(-1, targets.shape[-1]).tolist() if not kind.holds(tuple(row))]


def _together(predictions: Array, targets: Array, *, classes: bool) -> tuple[Array, Any]:
    """Broadcast predictions and targets; without the last axis of the predictions if targets are class indices."""
    rest = predictions.shape[-1:] if classes else ()
    outer = predictions.shape[: predictions.ndim - len(rest)]
    try:
        shape = np.broadcast_shapes(outer, targets.shape)
    except ValueError:
        got = f"predictions of shape {predictions.shape} and targets of shape {targets.shape}"
        raise UsageError(f"{got}; they are broadcast against each other, and these cannot be") from None
    return np.broadcast_to(predictions, (*shape, *rest)), np.broadcast_to(targets, shape)
