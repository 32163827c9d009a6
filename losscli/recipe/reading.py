"""Request -> Curves and Recipe: the product of losses, parameters and targets, and the look they start from."""

from __future__ import annotations

import shlex
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from losscli.recipe.rules import agreed
from losscli.recipe.canonical import canonical
from losscli.model.domains import PerClass, Target, written
from losscli.model.numbers import Sweep, number, shown
from losscli.errors import UsageError
from losscli.model.curve import Curve
from losscli.cli.options import figure_words
from losscli.recipe.recipe import flag
from losscli.recipe.recipe import OPTIONS, Recipe
from losscli.model.loss import resolved
from losscli.model.spelling import unchanged
from losscli.recipe.sweeps import axes, flat, is_swept

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from losscli.model.loss import Family
    from losscli.recipe.request import LossWord, Request
    from losscli.recipe.sweeps import Owned

MANY = 2000  # curves in one figure


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


def owned(request: Request) -> tuple[Owned, ...]:
    """Return every curve with its word: losses as given, then parameters as declared, targets innermost."""
    pairs = ((word, curve) for word in request.losses for curve in _own_curves(request, word))
    found = tuple(islice(pairs, MANY + 1))
    if len(found) > MANY:
        raise UsageError(f"more than {MANY} curves in one figure; sweep fewer values")
    return found


def curves(request: Request) -> tuple[Curve, ...]:
    """Return every curve."""
    return tuple(curve for _, curve in owned(request))


def _own_curves(request: Request, word: LossWord) -> Iterator[Curve]:
    """Yield the curves of one loss word."""
    names = [item.name for item in word.spelling.parameters]
    values = [flat(word.parameters.get(item.name) or (item.default,)) for item in word.spelling.parameters]
    for chosen in product(*values):
        said = dict(zip(names, chosen, strict=True))
        parameters = word.spelling.canonical(said)
        _check_together(word, parameters)
        for target in _targets(request, word, word.spelling.reads(said)):
            yield Curve(word.loss, target, parameters, word.typed, word.spelling, said)


def _check_together(word: LossWord, parameters: Mapping[str, float | None]) -> None:
    """Hold parameters against the condition that binds them together."""
    if word.loss.require and not resolved(word.loss.require[0], parameters):
        said = " ".join(f"{flag(name)} {shown(value)}" for name, value in parameters.items())
        raise UsageError(f"{word.typed} {said}; it needs {word.loss.require[1]}")


def _targets(request: Request, word: LossWord, kind: Any) -> list[Target]:
    """Return the targets that are given, or the usual one."""
    texts = [text for given in request.get("target", ()) for text in _target_texts(given)]
    return [_target(word, kind, text) for text in texts] or [_usual(request, kind)]


def _target(word: LossWord, kind: Any, text: str) -> Target:
    try:
        found: Target = kind.read(text)
    except UsageError:
        raise UsageError(f"--target {text}; the target of {word.typed} is {kind}") from None
    return found


def _usual(request: Request, kind: Any) -> Target:
    """Return the default of a kind of target, for as many classes as there are logits."""
    held = request.get("logits") or next(iter(request.get("at", ())), "")
    found: Target = kind.usual(held.count(",") + 1) if isinstance(kind, PerClass) and held else kind.default
    return found


def _target_texts(given: str) -> list[str]:
    if ":" not in given:
        return [given]
    try:
        return [shown(value) for value in Sweep.read(given)]
    except UsageError as error:
        raise UsageError(f"--target {given}; {error}") from None


def logits(text: str, option: str) -> tuple[float, ...]:
    """Read `1,-3,10`."""
    try:
        found = tuple(number(part) for part in text.split(","))
    except UsageError as error:
        raise UsageError(f"{option} {text}; {error}, and logits are numbers a,b,... with commas between") from None
    if len(found) == 1:
        raise UsageError(f"{option} {text}; one number is no choice: logits are two numbers or more, a,b,...")
    return found


def recipe(request: Request) -> Recipe:
    """Understand a request for a figure."""
    pairs = owned(request)
    chosen = tuple(curve for _, curve in pairs)
    options = {"style": ("plain",), **_look(request), **request.options}
    figure: dict[str, Any] = {item.name: options[item.name] for item in OPTIONS if item.name in options}
    figure |= _vector(request, chosen)
    words = canonical(request)
    if any("\ud800" <= letter <= "\udfff" for letter in words):
        raise UsageError(f"{words!a}; a text is UTF-8")
    return agreed(Recipe(chosen, words=words, sweeps=axes(request, pairs), **figure), request.options.keys())


def _look(request: Request) -> dict[str, Any]:
    """Return the options that a loss's figure starts from: when it is alone, shows its value, and no style is named."""
    word, *others = request.losses
    own = word.spelling.canonical is unchanged  # a library's name is not the tutorial's
    alone = request.get("show", ("value",)) == ("value",) and request.get("view", "curves") == "curves"
    if others or not own or not alone or is_swept(request) or "style" in request.options:
        return {}
    look = figure_words(shlex.split(word.loss.look))
    if "size" in request.options:
        look.pop("label_size", None)  # it is made for one size
    if request.get("log", "") in ("y", "both"):
        look.pop("ylim", None)  # it begins below 0, where no loss is and a logarithmic axis has to turn linear
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
                _check_as_many(request, text)
                check_classes(curve, len(points[0]))
            check_domain(curve, points[0] if vector else points, "--at")
        found += points
    return tuple(found)


def _check_as_many(request: Request, text: str) -> None:
    """Say so where no target is given, and that of the first point does not fit another."""
    first = request.options["at"][0]
    if "target" not in request.options and text.count(",") != first.count(","):
        raise UsageError(f"--at {first} and --at {text}; without --target all points have equally many logits")


def _scalars(text: str) -> list[float]:
    if "," in text:
        raise UsageError(f"--at {text}; a comma makes a vector and this loss reads one number: give --at again instead")
    try:
        return [*Sweep.read(text)] if ":" in text else [number(text)]
    except UsageError as error:
        raise UsageError(f"--at {text}; {error}; a prediction is a number, or LO:HI:N") from None
