"""Parsed words -> Curves and Recipe: the product of losses, parameters and targets, and the look they start from."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, fields
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from losscli.agreement import agreed
from losscli.domain import Sweep, Target, number, shown, told_apart, written
from losscli.errors import UsageError
from losscli.model import Curve, Family, Loss, Spelling, resolved, unchanged
from losscli.options import figure_words, flag
from losscli.recipe import Axis, Recipe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

NARROWEST = 1e-13  # an axis, of its ends: in less Matplotlib finds no places for numbers
SHORTEST = 1e-285  # an axis: the same
MANY = 2000  # curves in one figure


@dataclass(frozen=True)
class LossWord:
    """A loss as typed, with the values given for each of its parameters."""

    spelling: Spelling
    parameters: dict[str, tuple[float, ...]]

    @property
    def typed(self) -> str:
        """The name as typed."""
        return self.spelling.name

    @property
    def loss(self) -> Loss:
        """The loss that the name means."""
        return self.spelling.loss


@dataclass(frozen=True)
class Request:
    """All that one command line says, read but not yet understood."""

    losses: tuple[LossWord, ...]
    options: dict[str, Any]  # only those given

    def get(self, name: str, default: Any = None) -> Any:
        """Return the value of an option, or the default where it was not given."""
        return self.options.get(name, default)


def family(request: Request) -> Family:
    """Return the family of the figure, or say which losses cannot stand in one."""
    first, *others = request.losses
    for other in others:
        if other.loss.family.reads != first.loss.family.reads:
            raise UsageError(
                f"{first.typed} reads {first.loss.family.reads}, {other.typed} {other.loss.family.reads}; "
                "losses of one figure read the same kind of prediction"
            )
    return first.loss.family


def curves(request: Request) -> tuple[Curve, ...]:
    """Return every curve: losses as given, then parameters as declared, targets innermost."""
    found = tuple(islice((curve for word in request.losses for curve in _own_curves(request, word)), MANY + 1))
    if len(found) > MANY:
        raise UsageError(f"more than {MANY} curves in one figure; sweep fewer values")
    return found


def _own_curves(request: Request, word: LossWord) -> Iterator[Curve]:
    """Yield the curves of one loss word."""
    names = [item.name for item in word.spelling.parameters]
    values = [_flat(word.parameters.get(item.name) or (item.default,)) for item in word.spelling.parameters]
    for chosen in product(*values):
        said = dict(zip(names, chosen, strict=True))
        parameters = word.spelling.canonical(said)
        _check_together(word, parameters)
        for target in _targets(request, word, word.loss.reads(parameters)):
            yield Curve(word.loss, target, parameters, word.typed, word.spelling, said)


def _flat(values: tuple[Any, ...]) -> list[Any]:
    """Return numbers and sweeps as numbers."""
    return [number for value in values for number in (value if isinstance(value, Sweep) else (value,))]


def sweeps(request: Request, chosen: tuple[Curve, ...]) -> tuple[Axis, ...]:
    """Return what is swept: each parameter (one, where several losses sweep it alike) or the target."""
    axes: dict[tuple[str, tuple[float, ...]], list[LossWord]] = {}
    for word in request.losses:
        for item in word.spelling.parameters:
            given = word.parameters.get(item.name, ())
            if any(isinstance(value, Sweep) for value in given):
                axes.setdefault((item.name, tuple(dict.fromkeys(_flat(given)))), []).append(word)
    if any(":" in text for text in request.get("target", ())):
        targets = dict.fromkeys(float(curve.target) for curve in chosen if isinstance(curve.target, float | int))
        axes["target", tuple(targets)] = [*request.losses]
    owners = [word for word in request.losses for _ in _own_curves(request, word)] if axes else []
    owned = [*zip(owners, chosen, strict=True)] if axes else []
    return tuple(_axis(request, axis, words, owned) for axis, words in axes.items())


def _axis(
    request: Request,
    axis: tuple[str, tuple[float, ...]],
    words: list[LossWord],
    owned: list[tuple[LossWord, Curve]],
) -> Axis:
    name, values = axis
    places: dict[Any, int] = {value: index for index, value in enumerate(values)}
    positions = [
        places.get(curve.target if name == "target" else dict(curve.said or {})[name]) if word in words else None
        for word, curve in owned
    ]
    symbols = {item.name: f"${item.latex}$" for item in words[0].spelling.parameters}
    typed = tuple(dict.fromkeys(word.typed for word in words))
    texts = _value_texts(values, _alone(request, name, words))
    return Axis(name, symbols.get(name, name.capitalize()), values, typed, tuple(positions), texts)


def _alone(request: Request, name: str, words: list[LossWord]) -> set[float]:
    """Return what was typed as a single value beside a sweep."""
    if name == "target":
        return {number(text) for text in request.options["target"] if ":" not in text}
    given = [value for word in words for value in word.parameters[name]]
    return {value for value in given if not isinstance(value, Sweep)}


def _value_texts(values: tuple[float, ...], alone: set[float]) -> tuple[str, ...]:
    """Return how swept values are written: those that were typed one by one as they were typed."""
    pairs = zip(values, told_apart(values), strict=True)
    return tuple(shown(value) if value in alone else text for value, text in pairs)


def _check_together(word: LossWord, parameters: Mapping[str, float | None]) -> None:
    """Hold parameters against the condition that binds them together."""
    if word.loss.require and not resolved(word.loss.require[0], parameters):
        said = " ".join(f"{flag(name)} {shown(value)}" for name, value in parameters.items())
        raise UsageError(f"{word.typed} {said}; it needs {word.loss.require[1]}")


def _targets(request: Request, word: LossWord, kind: Any) -> list[Target]:
    texts = [text for given in request.get("target", ()) for text in _target_texts(given)]
    try:
        return [kind.read(text) for text in texts] or [kind.default]
    except UsageError:
        wrong = next(text for text in texts if not _reads(kind, text))
        raise UsageError(f"--target {wrong}; the target of {word.typed} is {kind}") from None


def _target_texts(given: str) -> list[str]:
    if ":" not in given:
        return [given]
    try:
        return [shown(value) for value in Sweep.read(given)]
    except UsageError as error:
        raise UsageError(f"--target {given}; {error}") from None


def _reads(kind: Any, text: str) -> bool:
    try:
        kind.read(text)
    except UsageError:
        return False
    return True


def logits(text: str, option: str) -> tuple[float, ...]:
    """Read `1,-3,10`."""
    try:
        return tuple(number(part) for part in text.split(","))
    except UsageError as error:
        raise UsageError(f"{option} {text}; {error}, and logits are numbers a,b,... with commas between") from None


def recipe(request: Request) -> Recipe:
    """Understand a request for a figure."""
    chosen = curves(request)
    options = {**_look(request), **request.options}
    options.setdefault("style", ("plain",))
    known = {item.name for item in fields(Recipe) if item.metadata}
    vector = _vector(request, chosen)
    figure = {name: value for name, value in options.items() if name in known}
    for name in ("range", "xlim", "ylim"):
        low, high = figure.get(name) or (0, 1)
        if not low < high:
            raise UsageError(f"--{name} {shown(low)} {shown(high)}; the first end lies below the second")
        if high - low < max(NARROWEST * max(abs(low), abs(high)), SHORTEST):
            raise UsageError(
                f"--{name} {shown(low)} {shown(high)}; it is too narrow: an axis cannot tell its ends apart"
            )
    show = tuple(dict.fromkeys(figure.pop("show", ("value",))))
    for name in ("label", "line"):
        if len(figure.get(name, ())) > len(chosen) and name in request.options:
            raise UsageError(f"--{name} stands {len(figure[name])} times; the figure has fewer curves: {len(chosen)}")
    words = canonical(request)
    if any("\ud800" <= letter <= "\udfff" for letter in words):
        raise UsageError(f"{words!a}; a text is UTF-8")
    found = Recipe(chosen, words=words, sweeps=sweeps(request, chosen), show=show, **vector, **figure)
    return agreed(found, request.options.keys())


def _sweeps(request: Request) -> bool:
    parameters = [value for word in request.losses for values in word.parameters.values() for value in values]
    return any(isinstance(value, Sweep) for value in parameters) or any(":" in t for t in request.get("target", ()))


def _look(request: Request) -> dict[str, Any]:
    """Return the options that a loss's figure starts from: when it is alone, shows its value, and no style is named."""
    word, *others = request.losses
    own = word.spelling.canonical is unchanged  # a library's name is not the tutorial's
    plain = request.get("show", ("value",)) == ("value",) and "view" not in request.options and not _sweeps(request)
    if others or not own or not plain or "style" in request.options:
        return {}
    look = figure_words(shlex.split(word.loss.look))
    if "size" in request.options:
        look.pop("label_size", None)  # it is made for one size
    if {"size", "target", "mark", "formula"} & request.options.keys():
        look.pop("legend", None)  # it is made for two curves, and for nothing beside them
    return look


def _vector(request: Request, chosen: tuple[Curve, ...]) -> dict[str, Any]:
    """Read --logits and --vary against the targets."""
    first = request.losses[0]
    if not family(request).vector:
        for name in ("logits", "vary"):
            if name in request.options:
                read = first.loss.family.reads
                raise UsageError(f"--{name} is for losses of several logits; {first.typed} reads {read}")
        return {}
    kinds: list[Any] = [curve.loss.family.targets for curve in chosen]
    if "logits" in request.options:
        held = logits(request.options["logits"], "--logits")
    else:
        held = (0.0,) * max(kind.classes(curve.target) for kind, curve in zip(kinds, chosen, strict=True))
    for curve in chosen:
        check_classes(curve, len(held))
        check_domain(curve, held, "--logits")
    vary = request.get("vary", kinds[0].main_class(chosen[0].target))
    if not vary < len(held):
        raise UsageError(f"--vary {vary}; the {len(held)} logits are numbered 0 to {len(held) - 1}")
    return {"logits": held, "vary": vary}


def check_classes(curve: Curve, classes: int) -> None:
    """Say so where a target cannot stand beside that many logits."""
    kind: Any = curve.loss.family.targets
    if not kind.fits(curve.target, classes):
        raise UsageError(f"--target {written(curve.target)} does not fit {classes} logits; {curve.name} takes {kind}")


def check_domain(curve: Curve, values: Iterable[float], flag: str) -> None:
    """Say so where a loss is not defined for one of these predictions, or for a number of one."""
    outside = [value for value in values if value not in curve.domain]
    if outside:
        raise UsageError(f"{flag} {shown(outside[0])}; {curve.name} reads {curve.domain}")


def predictions(request: Request, chosen: tuple[Curve, ...]) -> tuple[Any, ...]:
    """Read every --at: a number, `LO:HI:N`, or `a,b,...` for several logits."""
    vector = family(request).vector
    found: list[Any] = []
    for text in request.options["at"]:
        points: list[Any] = [logits(text, "--at")] if vector else [*_scalars(text)]
        for curve in chosen:
            if vector:
                check_classes(curve, len(points[0]))
            check_domain(curve, points[0] if vector else points, "--at")
        found += points
    return tuple(found)


def _scalars(text: str) -> list[float]:
    if "," in text:
        raise UsageError(f"--at {text}; a comma makes a vector and this loss reads one number: give --at again instead")
    try:
        return [*Sweep.read(text)] if ":" in text else [number(text)]
    except UsageError as error:
        raise UsageError(f"--at {text}; {error}; a prediction is a number, or LO:HI:N") from None


def canonical(request: Request) -> str:
    """Return the words that say the same figure, wherever it goes, in a settled order, as one line for a shell."""
    words: list[str] = []
    for word in request.losses:
        words.append(word.typed)
        for name, values in word.parameters.items():
            words += [part for value in values for part in (flag(name), _text(value))]
    for name, value in sorted(request.options.items()):
        if name not in SAYS_THE_FIGURE:
            continue
        if isinstance(value, bool):
            words.append(_flag(name) if value else flag(f"no_{name}"))
            continue
        for item in value if isinstance(value, tuple) and name not in PAIRS else (value,):
            words += [_flag(name), *map(_text, item if isinstance(item, tuple) else (item,))]
    return shlex.join(words)


PAIRS = ("range", "xlim", "ylim", "size")
FLAGS = {item.name: item.metadata["flag"] for item in fields(Recipe) if item.metadata and item.metadata["flag"]}
SAYS_THE_FIGURE = {"target", "logits", "vary", *(item.name for item in fields(Recipe) if item.metadata)}


def _flag(name: str) -> str:
    return str(FLAGS.get(name, flag(name)))


def _text(value: Any) -> str:
    if isinstance(value, Sweep):
        return value.text
    return shown(value) if isinstance(value, float) else str(value)
