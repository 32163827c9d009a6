"""The job of `--descend`: the steps of an optimizer on the losses, in words, as numbers and as a figure."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

from losscli.errors import UsageError
from losscli.lazy import np
from losscli.model.domains import written
from losscli.model.numbers import Sweep, number, shown
from losscli.recipe.canonical import FOR_ROWS, FOR_STEPS, canonical, option_flag
from losscli.recipe.formats import STILL
from losscli.recipe.reading import check_classes, check_family, curves, read_logits
from losscli.recipe.sweeps import flattened
from losscli.runs.drawing import check_formats, drawing
from losscli.runs.job import Text
from losscli.wording.numbers import listed, separated, strict, with_parameters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from losscli.lazy import Array
    from losscli.recipe.request import Request
    from losscli.runs.job import Job
    from losscli.training.descent import Path

NOT_WITH_STEPS = ("at", "pairs", "order", "terminal", "view", "show", "logits", "vary")
RATE, STEPS = 0.1, 40  # unless others are given
MAX_PATHS = 100
MAX_TARGETS = 10**6
AROUND = 0.3  # of the width of the steps, on each side of them


def descending(request: Request, into: str) -> Job:
    """Return the job of --descend. Raise UsageError for options that do not go with it, and for wrong starts."""
    data = "data" in request.options
    only = [name for name in FOR_ROWS if name != "columns" or not data]
    for name in (*NOT_WITH_STEPS, *only, *(["target"] if data else [])):
        if name in request.options:
            raise UsageError(f"{option_flag(name)} does not go with --descend")
    form = request.one_of("json", "csv") or "text"
    targets = _targets(request) if data else None
    found = _paths(request, targets)
    if "output" not in request.options:
        return Text(lambda: _parts(found, form, targets))
    if form != "text":
        raise UsageError(f"--{form} prints the steps and -o draws them; give one or the other")
    return _figure(request, found, into, targets)


def _targets(request: Request) -> Array:
    """Return the targets of --data."""
    from losscli.data.sources import targets_in

    return targets_in(request.options["data"], request.get("columns"), MAX_TARGETS)


def _paths(request: Request, targets: Array | None) -> list[tuple[int, Path, str]]:
    """Return every path with the index of its curve and its text: each curve from each start, by rate and optimizer."""
    from losscli.training.descent import descend_together

    vector = check_family(request).vector
    starts: list[Any] = [start for text in request.options["descend"] for start in _starts(text, vector=vector)]
    chosen = curves(request._replace(classes=len(starts[0]) if vector else 0))
    for curve, start in product(chosen, starts) if vector else ():
        check_classes(curve, len(start))
    if targets is not None:
        from losscli.training.mean import mean_curve

        chosen = tuple(mean_curve(curve, targets) for curve in chosen)
    rates = flattened(request.get("rate", (RATE,)))
    optimizers = request.get("optimizer", ("gd",))
    if len(chosen) * len(starts) * len(rates) * len(optimizers) > MAX_PATHS:
        raise UsageError(f"more than {MAX_PATHS} paths in one figure; give fewer starts, rates or optimizers")
    steps, parameters = int(request.get("steps", STEPS)), _parameters(request, optimizers)
    found = []
    for (index, curve), name in product(enumerate(chosen), optimizers):
        pairs = [*product(starts, rates)]
        begin, speed = [start for start, _ in pairs], [rate for _, rate in pairs]
        own = descend_together(curve, begin, speed, steps, name, parameters[name])
        several = {"from": len(starts) > 1, "rate": len(rates) > 1, "": len(optimizers) > 1}
        for (start, rate), path in zip(pairs, own, strict=True):
            texts = {"from": f"from {written(start)}", "rate": f"rate {shown(rate)}", "": name}
            told = [with_parameters(curve), *(texts[key] for key, more in several.items() if more)]
            found.append((index, path, ", ".join(told)))
    return found


def _starts(text: str, *, vector: bool) -> Sequence[Any]:
    """Return the start that a text is, or those of a sweep."""
    if vector:
        return [read_logits(text, "--descend")]
    try:
        return Sweep.read(text) if ":" in text else [number(text)]
    except UsageError as error:
        raise UsageError(f"--descend {text}; {error}") from None


def _parameters(request: Request, optimizers: tuple[str, ...]) -> dict[str, dict[str, float]]:
    """Return the parameters given for each optimizer; one that none of them has is refused."""
    from losscli.training.optimizers import optimizer_called, parameter_options

    found: dict[str, dict[str, float]] = {name: {} for name in optimizers}
    for option, item in parameter_options().items():
        if option not in request.options:
            continue
        owners = [name for name in optimizers if item.name in (one.name for one in optimizer_called(name).parameters)]
        if not owners:
            raise UsageError(f"{option_flag(option)} is no parameter of {' or '.join(optimizers)}")
        for name in owners:
            found[name][item.name] = request.options[option]
    return found


def _parts(found: list[tuple[int, Path, str]], form: str, targets: Array | None) -> Iterator[str]:
    """Yield what is printed: a sentence for each path, or all steps as JSON or CSV."""
    if form == "csv":
        yield from separated(_table(found))
    elif form == "json":
        yield from listed(_record(path, text) for _, path, text in found)
    else:
        yield from _sentences(found, targets)


def _sentences(found: list[tuple[int, Path, str]], targets: Array | None) -> Iterator[str]:
    """Yield a line for each path; before them one about the targets, if there are many."""
    from losscli.training.behaviour import behaviour, short

    if targets is not None:
        yield f"{len(targets)} targets: mean {short(targets.mean())}, median {short(np.median(targets))}\n"
    for _, path, text in found:
        end = "" if targets is None else f"; {_end(path, targets)}"
        yield f"{text}: {behaviour(path)}{end}\n"


def _end(path: Path, targets: Array) -> str:
    """Return where a path ends, and where the mean loss is lowest."""
    from losscli.training.behaviour import short
    from losscli.training.mean import place_among

    end, lowest = f"ends at {short(path.predictions[-1])}; the mean loss is lowest", path.curve.fact("floor")
    if not lowest.attained:
        return f"{end} nowhere"
    if isinstance(lowest.at, tuple):
        return f"{end} from {short(lowest.at[0])} to {short(lowest.at[1])}"
    return f"{end} at {short(lowest.at)}, {place_among(lowest.at, targets)}"


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

    notes: dict[str, str] = {}
    numbers = {
        "predictions": path.predictions.tolist(), "values": path.values.tolist(), "gradients": path.gradients.tolist()
    }  # fmt: skip
    record = {"path": text, "rate": path.rate, "optimizer": path.optimizer.name, "parameters": dict(path.parameters)}
    record |= {name: strict(name, values, notes) for name, values in numbers.items()}
    return record | {"behaviour": behaviour(path)} | ({"notes": notes} if notes else {})


def _figure(request: Request, found: list[tuple[int, Path, str]], into: str, targets: Array | None) -> Job:
    """Return the drawing of the steps on the curves, in a range that has them all."""
    from losscli.drawing.below import Descents

    options = dict(request.options)
    vector = found[0][1].predictions.ndim > 1
    if not vector and "range" not in options:
        options["range"] = _range(found)
    if vector:
        options["logits"] = ",".join(map(shown, found[0][1].predictions[0].tolist()))
    if targets is not None:
        texts = {"title": ", ".join(options["data"]), "xlabel": "Constant prediction", "ylabel": "Mean loss"}
        options = texts | options
    drawn = drawing(request._replace(options=options), into)
    if targets is not None:  # the words of the figure have no data, as those of other figures with --data
        means = {index: path.curve for index, path, _ in found}
        kept = {name: value for name, value in request.options.items() if name not in ("descend", *FOR_STEPS)}
        words = canonical(request._replace(options=kept))
        drawn = replace(drawn, recipe=replace(drawn.recipe, curves=tuple(means.values()), words=words))
    check_formats(drawn, "of a descent", (*STILL, "gif", "mp4", "html"))
    below = Descents([path for _, path, _ in found], [text for *_, text in found], [index for index, *_ in found])
    return replace(drawn, below=below, lines=tuple(_sentences(found, targets)))


def _range(found: list[tuple[int, Path, str]]) -> tuple[float, float]:
    """Return a range that has the starts, and as many of the steps as lie in the usual range of the first curve."""
    first = found[0][1].curve
    low, high = first.fact("span") or first.loss.family.span(first.canonical_target)
    usual = [place for _, path, _ in found for place in path.predictions.tolist() if low <= place <= high]
    every = [*usual, *(float(path.predictions[0]) for _, path, _ in found)]
    wide = AROUND * (max(every) - min(every) or 1.0)
    return max(min(every) - wide, first.domain.low), min(max(every) + wide, first.domain.high)
