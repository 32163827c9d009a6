"""The Python interface: `plot`, `evaluate`, `check` and `summarize`, with the words and names of the command line."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, NoReturn

from losscli.errors import UsageError
from losscli.lazy import np
from losscli.model.arrays import allowed, brief, check_logits, numbers, targets_of, together
from losscli.model.domains import ClassIndex, written
from losscli.model.loss import QUANTITIES
from losscli.names.suggestions import named
from losscli.own import find_own, function_name, is_own
from losscli.recipe.reading import curves
from losscli.recipe.recipe import flag
from losscli.recipe.request import LossWord, Request, split_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import ArrayLike

    from losscli.data import LossSummary
    from losscli.lazy import Array
    from losscli.model.curve import Curve
    from losscli.model.numbers import Value
    from losscli.model.spelling import Spelling
    from losscli.runs.drawing import Drawing


class Evaluation(NamedTuple):
    """A loss and its derivatives with respect to the prediction, elementwise.

    Each has the shape of prediction and target broadcast together. Where a prediction is K logits, of shape (..., K),
    the value has shape (...), the gradient (..., K) and the Hessian (..., K, K). Terms beyond the order that was asked
    for are None.
    """

    value: Array
    gradient: Array | Any = None  # Any: whoever asks for it need not check for None
    hessian: Array | Any = None


def plot(*words: str | Callable[..., Any] | Mapping[str, Callable[..., Any]], ax: Any = None) -> Any:
    """Return the figure that `lossplot WORDS` draws; nothing is written.

    A function among the words is a loss of your own, with its parameters in the words after it:
    `plot(my_huber, "--delta 2 huber --delta 2")`; in a dict it has a name of your choice, such as
    `plot({"squares": lambda r: r**2}, "l1")`. A notebook shows the figure, and `savefig` saves it in the style that
    it is drawn with. With `ax`, Matplotlib axes of your own, one panel is drawn into these, in their style, and they
    are returned. Raises UsageError for wrong words.
    """
    from losscli.drawing.scene import Scene
    from losscli.drawing.style import setting
    from losscli.runs.drawing import within_limits

    if ax is not None and not hasattr(ax, "plot"):
        raise UsageError(f"ax={brief(ax)}; ax is one Axes of Matplotlib")
    found = _drawing(words, own_axes=ax is not None)
    recipe, scene = found.recipe, Scene(found.recipe)
    if ax is not None:
        from losscli.drawing.figure import draw_into

        with within_limits():
            draw_into(ax, recipe, scene.sampled, scene.texts)
        return ax
    with within_limits(), setting(recipe):
        figure = scene.figure
    figure.setting = partial(setting, recipe)
    return figure


WHOLE_FIGURE = ("style", "size", "dpi", "transparent", "font", "formula")  # options that one panel has no use for


def _drawing(given: tuple[Any, ...], *, own_axes: bool) -> Drawing:
    """Return the drawing that the words describe. Raise UsageError if they do not describe one figure."""
    from losscli.cli.main import read
    from losscli.cli.own import Origin
    from losscli.recipe.rules import unused_option
    from losscli.runs.drawing import Drawing

    words, functions = _words(given)
    said = " ".join(words)
    if not words or {"-h", "--help", "--version"} & {*words}:  # these would print
        raise UsageError(f"'{said}' draws nothing; plot() takes the words of a figure, such as 'huber --delta 1'")
    found = read(words, Origin(code=True, functions=functions))
    if not isinstance(found, Drawing):
        raise UsageError(f"'{said}' draws nothing; plot() takes the words of a figure, and evaluate() gives numbers")
    if found.terminal or not found.unnamed:
        raise UsageError(f"'{said}'; plot() returns the figure and writes nothing: leave out -o and --terminal")
    unused = unused_option(found.options, ("png", "svg"))  # the formats in which a notebook shows it
    if unused:
        raise UsageError(f"'{said}'; {unused}")
    if own_axes:
        _check_one_panel(found)
    return found


def _words(given: tuple[Any, ...]) -> tuple[list[str], dict[str, Callable[..., Any]]]:
    """Return the words of a command line, and the functions among them by the words that stand for them."""
    words: list[str] = []
    functions: dict[str, Callable[..., Any]] = {}
    for item in given:
        if callable(item):
            words.append(function_name(item, functions))
            functions[words[-1]] = item
        elif isinstance(item, dict) and all(isinstance(name, str) and name[:1] not in ("", "-") for name in item):
            words += item
            functions |= item
        elif isinstance(item, str):
            try:
                words += split_words(item)
            except UsageError as error:
                raise UsageError(f"{item}; {error}") from None
        else:
            raise UsageError(f"{item!r}; plot() takes the words of a figure, such as 'huber --delta 1', and functions")
    return words, functions


def _check_one_panel(found: Drawing) -> None:
    """Raise UsageError for what does not fit into axes of somebody's own."""
    for name in WHOLE_FIGURE:
        if name in found.options:
            raise UsageError(f"{flag(name)} is for a whole figure; your own axes have theirs")
    if len(found.recipe.show) > 1 or found.recipe.view != "curves":
        raise UsageError("your own axes are one panel of curves; show one of value, gradient and hessian")


def evaluate(
    name: str | Callable[..., Any],
    prediction: ArrayLike,
    /,
    target: ArrayLike | None = None,
    *,
    order: Literal[0, 1, 2] = 2,
    **parameters: ArrayLike | bool | None,
) -> Evaluation:
    """Return value, gradient and Hessian of a loss, up to `order`: of each example, no mean and no reduction.

    `name` is any that the command line knows, a library's too, or a function of your own; the parameters are spelled as
    there, and so are the settings that say how to read your own (`family="margin"`). Targets are
    broadcast against predictions; where predictions are K logits, of shape (..., K), they are class indices of shape
    (...), or of shape (..., K) where the loss reads distributions or labels. Without a target it is that of the command
    line. Lists, arrays of any type of number and a pandas Series are accepted, and doubles are returned; an array with
    masked numbers is refused. Where a loss is not defined all three are nan; at a kink the gradient is one of the
    subgradients. Raises UsageError for a name, parameter or target that is not allowed, and for a Hessian of more
    numbers than 2^28; its message says what is allowed.
    """
    count = _count(order)
    curve = _curve(name, parameters)
    predictions = numbers(prediction, "prediction")
    check_logits(curve, predictions, count)
    _check_per_class(curve, predictions)
    targets = targets_of(curve, target, predictions)
    if targets is not None:  # formulas take arrays of them as well
        predictions, targets = together(predictions, targets, classes=isinstance(curve.reads, ClassIndex))
        curve = replace(curve, target=targets)
    return Evaluation(*(np.asarray(term)[()] for term in curve.terms(predictions, count)))


def _check_per_class(curve: Curve, predictions: Array) -> None:
    """Raise UsageError if a parameter has not as many numbers as the predictions have classes."""
    for item, value in curve.named_parameters:
        if isinstance(value, tuple) and len(value) != predictions.shape[-1]:
            given = f"{item.name}={brief(list(value))}"
            raise UsageError(f"{given}; {item.name} is {item.allowed}: of {predictions.shape[-1]} classes")


def _count(order: Any) -> int:
    """Return the number of terms up to an order of derivatives. Raise UsageError if it is none."""
    try:
        return range(len(QUANTITIES)).index(order) + 1
    except ValueError:
        raise UsageError(f"order={brief(order)}; order is 0, 1 or 2") from None


def check(
    own: str | Callable[..., Any],
    reference: str,
    /,
    target: Any = None,
    *,
    tolerance: float | None = None,
    span: tuple[float, float] | None = None,
    **parameters: Any,
) -> None:
    """Check a loss of your own, a function or its word, against a loss by any name that the command line knows.

    Value, gradient and Hessian are compared, as far as the function gives them, where implementations fail: for
    `target`, or for telling targets of its kind, and over the predictions of `span` and beyond. A parameter goes to
    both losses if both have it; settings such as `family="margin"` say how to read your own. Raises AssertionError with
    the table and the verdict of `lossplot check` if they differ by more than `tolerance`, which is relative (1e-6; in
    float32 1e-4). Raises UsageError for a name, parameter or target that is not allowed.
    """
    from losscli.runs.checking import checking
    from losscli.wording.reports import report

    words = _both(own, reference, parameters)
    options = {"tolerance": tolerance, "range": span, "target": target if target is None else (written(target),)}
    request = Request(words, {name: value for name, value in options.items() if value is not None})
    found = checking(request, "").compared()
    if not found.within:
        raise AssertionError("".join(report(words[0].typed, words[1].typed, found)))


def _both(own: Any, reference: Any, parameters: Mapping[str, Any]) -> tuple[LossWord, ...]:
    """Return a loss of one's own and a reference; a parameter goes to both if both have it."""
    first, rest = _own(own, parameters)
    second, rest = _named(reference, rest)
    known = [{item.name for item in spelling.parameters} for spelling in (first, second)]
    for name in rest.keys() - known[0] - known[1]:
        _refuse_parameter(second, name)
    return tuple(
        _loss_word(spelling, {name: value for name, value in rest.items() if name in names})
        for spelling, names in zip((first, second), known, strict=True)
    )


def summarize(
    name: str | Callable[..., Any],
    targets: ArrayLike,
    predictions: ArrayLike,
    weights: ArrayLike | None = None,
    **parameters: Any,
) -> LossSummary:
    """Return what a loss makes of predictions: rows, mean, sum, median, and what the worst rows carry.

    Targets, predictions and weights are lists, arrays, or columns of pandas or polars, of as many rows each;
    predictions of several logits have shape (rows, K). Loss and parameters are as for `evaluate`. Raises UsageError for
    a name, parameter or target that is not allowed, and for lengths that differ.
    """
    from losscli.data import from_arrays, summary
    from losscli.data.arrays import Held

    curve = _curve(name, parameters)
    return summary([curve], from_arrays(targets, predictions, weights), remade=[Held(curve)]).losses[0]


def _curve(name: Any, given: Mapping[str, Any]) -> Curve:
    """Return the curve of a loss with these parameters and the default target."""
    own = callable(name) or (isinstance(name, str) and is_own(name))
    spelling, rest = (_own if own else _named)(name, given)
    return curves(Request((_loss_word(spelling, rest),), {}))[0]


def _loss_word(spelling: Spelling, given: Mapping[str, Any]) -> LossWord:
    """Return a name with these parameters. Raise UsageError for one that it lacks or that is not allowed."""
    known = {item.name: item for item in spelling.parameters}
    for name in given:
        if name not in known:
            _refuse_parameter(spelling, name)
    values: dict[str, tuple[Value, ...]] = {
        key: (allowed(known[key], value),) for key, value in given.items() if value is not None
    }
    return LossWord(spelling, values)


def _refuse_parameter(spelling: Spelling, parameter: str) -> NoReturn:
    """Raise UsageError for a parameter that a name lacks."""
    from losscli.names.switches import missing_parameter

    every = [*(item.name for item in spelling.parameters), *(item.name for item in spelling.switches)]
    own = f"its parameters are {', '.join(every)}" if every else "it has none"
    hint = missing_parameter(spelling, parameter).removesuffix("; ")
    raise UsageError(f"{spelling.name} has no parameter {parameter}; {own}{hint and f'; {hint}'}")


def _named(name: Any, given: Mapping[str, Any]) -> tuple[Spelling, dict[str, Any]]:
    """Return what a name means with the switches among these values, and the other values."""
    if not isinstance(name, str):
        raise UsageError(f"{brief(name)}; a loss is called by its name, such as 'huber', or is a function of yours")
    spelling = named(name)
    switches = {item.name: given[item.name] for item in spelling.switches if given.get(item.name) is not None}
    for switch, value in switches.items():
        if not isinstance(value, bool | np.bool_):
            raise UsageError(f"{switch}={brief(value)}; {switch} is True or False")
    return spelling.switched(switches), {key: value for key, value in given.items() if key not in switches}


def _own(name: Any, given: Mapping[str, Any]) -> tuple[Spelling, dict[str, Any]]:
    """Return a loss of the user's own, read by the settings among these values, and the other values."""
    if not callable(name) and not (isinstance(name, str) and is_own(name)):
        raise UsageError(f"{brief(name)}; a loss of your own is a function, or its word such as 'mine.py:huber'")
    if callable(name):
        from losscli.own.code import function_word

        word = function_word(function_name(name, ()), name)
    else:
        word = find_own(name)
    settings = {item.name: str(given[item.name]) for item in word.settings if given.get(item.name) is not None}
    return word.build(settings), {key: value for key, value in given.items() if key not in settings}
