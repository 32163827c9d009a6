"""The job of `--descend`: the steps of an optimizer on the losses, in words, as numbers and as a figure."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

from losscli.errors import UsageError
from losscli.model.domains import written
from losscli.model.numbers import number, shown
from losscli.recipe.canonical import option_flag
from losscli.recipe.reading import check_family, curves, read_logits
from losscli.runs.drawing import FOR_ROWS, drawing
from losscli.runs.job import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.model.curve import Curve
    from losscli.recipe.request import Request
    from losscli.runs.job import Job
    from losscli.training.descent import Path

STILL = ("png", "jpg", "jpeg", "webp", "tif", "tiff", "svg", "pdf", "eps", "pgf")
NOT_WITH_STEPS = ("at", "pairs", "data", *FOR_ROWS, "order", "terminal", "view", "show", "logits", "vary")
RATE, STEPS = 0.1, 40  # unless others are given
MAX_PATHS = 100
AROUND = 0.3  # of the width of the steps, on each side of them


def descending(request: Request, into: str) -> Job:
    """Return the job of --descend. Raise UsageError for options that do not go with it, and for wrong starts."""
    for name in NOT_WITH_STEPS:
        if name in request.options:
            raise UsageError(f"{option_flag(name)} does not go with --descend")
    if {"json", "csv"} <= request.options.keys():
        raise UsageError("--json and --csv; give one or the other")
    found = _paths(request)
    form = next((name for name in ("json", "csv") if name in request.options), "text")
    if "output" not in request.options:
        return Text(lambda: _parts(found, form))
    if form != "text":
        raise UsageError(f"--{form} prints the steps and -o draws them; give one or the other")
    return _figure(request, found, into)


def _paths(request: Request) -> list[tuple[int, Path, str]]:
    """Return every path with the index of its curve and its text: each curve from each start, by rate and optimizer."""
    from losscli.training.descent import descend_together

    vector = check_family(request).vector
    starts: list[Any] = [_start(text, vector=vector) for text in request.options["descend"]]
    chosen = curves(request._replace(classes=len(starts[0]) if vector else 0))
    rates = request.get("rate", (RATE,))
    optimizers = request.get("optimizer", ("gd",))
    if len(chosen) * len(starts) * len(rates) * len(optimizers) > MAX_PATHS:
        raise UsageError(f"more than {MAX_PATHS} paths in one figure; give fewer starts, rates or optimizers")
    found = []
    for (index, curve), name in product(enumerate(chosen), optimizers):
        pairs = [*product(starts, rates)]
        steps = int(request.get("steps", STEPS))
        begin, speed = [start for start, _ in pairs], [rate for _, rate in pairs]
        own = descend_together(curve, begin, speed, steps, name, _parameters(request, name, optimizers))
        several = {"from": len(starts) > 1, "rate": len(rates) > 1, "": len(optimizers) > 1}
        for (start, rate), path in zip(pairs, own, strict=True):
            texts = {"from": f"from {written(start)}", "rate": f"rate {shown(rate)}", "": name}
            found.append(
                (index, path, ", ".join([_name(curve), *(texts[key] for key, more in several.items() if more)]))
            )
    return found


def _start(text: str, *, vector: bool) -> Any:
    if vector:
        return read_logits(text, "--descend")
    try:
        return number(text)
    except UsageError as error:
        raise UsageError(f"--descend {text}; {error}") from None


def _parameters(request: Request, name: str, optimizers: tuple[str, ...]) -> dict[str, float]:
    """Return the parameters given for an optimizer; one that none of the optimizers has is refused."""
    from losscli.training.optimizers import optimizer_called

    known = {one: {item.name for item in optimizer_called(one).parameters} for one in optimizers}
    options = {"momentum": "momentum", "beta1": "beta1", "beta2": "beta2", "optimizer_epsilon": "epsilon"}
    for option, parameter in options.items():
        if option in request.options and not any(parameter in own for own in known.values()):
            raise UsageError(f"{option_flag(option)} is no parameter of {' or '.join(optimizers)}")
    return {
        parameter: request.options[option]
        for option, parameter in options.items()
        if option in request.options and parameter in known[name]
    }


def _name(curve: Curve) -> str:
    """Return a curve with its parameters, for a line or a legend: `pseudo-huber(delta=0.24)`."""
    listed = [(item, value) for item, value in curve.named_parameters if item.is_listed(value)]
    given = ", ".join(f"{item.name}={shown(value)}" for item, value in listed)
    return f"{curve.name}({given})" if given else curve.name


def _parts(found: list[tuple[int, Path, str]], form: str) -> Iterator[str]:
    """Yield what is printed: a sentence for each path, or all steps as JSON or CSV."""
    from losscli.wording.numbers import listed, separated

    if form == "csv":
        yield from separated(_table(found))
    elif form == "json":
        yield from listed(_record(path, text) for _, path, text in found)
    else:
        yield from _sentences(found)


def _sentences(found: list[tuple[int, Path, str]]) -> Iterator[str]:
    from losscli.training.behaviour import behaviour

    return (f"{text}: {behaviour(path)}\n" for _, path, text in found)


def _table(found: list[tuple[int, Path, str]]) -> Iterator[list[str]]:
    yield ["path", "step", "prediction", "value", "gradient"]
    for _, path, text in found:
        columns = (path.predictions.tolist(), path.values.tolist(), path.gradients.tolist())
        for step, (place, value, gradient) in enumerate(zip(*columns, strict=True)):
            yield [text, str(step), _cell(place), shown(value), _cell(gradient)]


def _cell(value: Any) -> str:
    return written(tuple(value) if isinstance(value, list) else value)


def _record(path: Path, text: str) -> dict[str, Any]:
    from losscli.training.behaviour import behaviour
    from losscli.wording.numbers import strict

    notes: dict[str, str] = {}
    numbers = {
        "predictions": path.predictions.tolist(), "values": path.values.tolist(), "gradients": path.gradients.tolist()
    }  # fmt: skip
    record = {"path": text, "rate": path.rate, "optimizer": path.optimizer.name, "parameters": dict(path.parameters)}
    record |= {name: strict(name, values, notes) for name, values in numbers.items()}
    return record | {"behaviour": behaviour(path)} | ({"notes": notes} if notes else {})


def _figure(request: Request, found: list[tuple[int, Path, str]], into: str) -> Job:
    """Return the drawing of the steps on the curves, in a range that has them all."""
    from losscli.drawing.below import Descents

    options = {name: value for name, value in request.options.items() if name != "quiet"}
    vector = found[0][1].predictions.ndim > 1
    if not vector and "range" not in options:
        options["range"] = _range(found)
    if vector:
        options["logits"] = ",".join(map(shown, found[0][1].predictions[0].tolist()))
    drawn = drawing(request._replace(options={**request.options, **options}), into, steps=True)
    for output in drawn.outputs:
        if output.format not in STILL:
            raise UsageError(f"-o {output.path}; a figure of a descent is a still one: {', '.join(STILL)}")
    below = Descents([path for _, path, _ in found], [text for *_, text in found], [index for index, *_ in found])
    return replace(drawn, below=below, lines=tuple(_sentences(found)))


def _range(found: list[tuple[int, Path, str]]) -> tuple[float, float]:
    """Return a range that has the starts, and as many of the steps as lie in the usual range of the first curve."""
    first = found[0][1].curve
    low, high = first.fact("span") or first.loss.family.span(first.canonical_target)
    usual = [place for _, path, _ in found for place in path.predictions.tolist() if low <= place <= high]
    every = [*usual, *(float(path.predictions[0]) for _, path, _ in found)]
    wide = AROUND * (max(every) - min(every) or 1.0)
    return max(min(every) - wide, first.domain.low), min(max(every) + wide, first.domain.high)
