"""A Request to a Recipe: losses with parameters and targets to curves, then logits, sweeps, the look and the rules."""

from __future__ import annotations

import re
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from losscli.errors import UsageError
from losscli.model.curve import Curve
from losscli.model.domains import PerClass, Target, written
from losscli.model.loss import QUANTITIES, OwnLoss, resolved
from losscli.model.numbers import Sweep, Value, number, shown
from losscli.model.spelling import unchanged
from losscli.recipe.canonical import canonical
from losscli.recipe.recipe import OPTIONS, TUTORIAL_STYLE, Recipe, flag
from losscli.recipe.rules import check_options
from losscli.recipe.sweeps import axes, flattened, is_swept

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from losscli.model.loss import Family, Tutorial
    from losscli.model.spelling import Spelling
    from losscli.recipe.request import LossWord, Request
    from losscli.recipe.sweeps import OwnedCurve

MAX_CURVES = 2000


def recipe(request: Request) -> Recipe:
    """Return the figure that a request describes. Raise UsageError for what cannot be drawn."""
    check_family(request)
    owned = owned_curves(request)
    chosen = tuple(curve for _, curve in owned)
    options = _with_look(request, chosen)
    figure: dict[str, Any] = {item.name: options[item.name] for item in OPTIONS if item.name in options}
    figure |= _logit_axis(request, chosen)
    words = canonical(request)
    if any("\ud800" <= letter <= "\udfff" for letter in words):
        raise UsageError(f"{words!a}; a text is UTF-8")
    found = Recipe(chosen, words=words, sweeps=axes(request, owned), **figure)
    check_options(found, request.options.keys())
    return found


def curves(request: Request) -> tuple[Curve, ...]:
    """Return every curve of a request."""
    return tuple(curve for _, curve in owned_curves(request))


def check_family(request: Request) -> Family:
    """Return the family of the first loss. Raise UsageError if the losses read different kinds of prediction."""
    first, *others = request.losses
    for other in others:
        if other.loss.family.reads != first.loss.family.reads:
            raise UsageError(
                f"{first.typed} reads {first.loss.family.reads}, {other.typed} {other.loss.family.reads}; "
                f"losses of one figure read the same kind of prediction{_as_read(first, other)}"
            )
    return first.loss.family


def _as_read(first: LossWord, other: LossWord) -> str:
    """Return how to say that an own loss reads what the other one does."""
    own, exact = (first, other) if isinstance(first.loss, OwnLoss) else (other, first)
    named = isinstance(own.loss, OwnLoss) and not isinstance(exact.loss, OwnLoss)
    return f" (if {own.typed} does, say {own.typed} --family {exact.typed})" if named else ""


def owned_curves(request: Request) -> tuple[OwnedCurve, ...]:
    """Return every curve with its loss word: losses as given, then parameters as declared, targets innermost."""
    pairs = ((word, curve) for word in request.losses for curve in _curves_of(request, word))
    found = tuple(islice(pairs, MAX_CURVES + 1))
    if len(found) > MAX_CURVES:
        raise UsageError(f"more than {MAX_CURVES} curves in one figure; sweep fewer values")
    return found


def _curves_of(request: Request, word: LossWord) -> Iterator[Curve]:
    """Yield the curves of one loss word."""
    names = [item.name for item in word.spelling.parameters]
    for item in word.spelling.parameters:
        if item.required and item.name not in word.parameters:
            raise UsageError(f"{word.typed} has a parameter {item.name}; give it a value, {flag(item.name)} NUMBER")
    values = [flattened(word.parameters.get(item.name) or (item.default,)) for item in word.spelling.parameters]
    for chosen in product(*values):
        named = dict(zip(names, chosen, strict=True))
        parameters = word.spelling.canonical(named)
        _check_condition(word, parameters)
        for target in _targets(request, word, named):
            curve = Curve(word.loss, target, parameters, word.spelling.label, word.spelling, named)
            _check_per_class(curve)
            yield curve


def _check_condition(word: LossWord, parameters: Mapping[str, Value]) -> None:
    """Raise UsageError if parameters break the condition that binds them, such as a < b."""
    if word.loss.require and not resolved(word.loss.require[0], parameters):
        given = " ".join(f"{flag(name)} {shown(value)}" for name, value in parameters.items())
        raise UsageError(f"{word.typed} {given}; it needs {word.loss.require[1]}")


def _check_per_class(curve: Curve) -> None:
    """Raise UsageError if a parameter has not as many numbers as the target has classes."""
    kind: Any = curve.reads
    for item, value in curve.named_parameters:
        if isinstance(value, tuple) and not kind.fits(curve.target, len(value)):
            target = f"--target {written(curve.target)}"
            raise UsageError(f"{flag(item.name)} {shown(value)} does not fit {target}; it is a number for each class")


def _targets(request: Request, word: LossWord, named: Mapping[str, Value]) -> list[Target]:
    """Return the targets that are given, or the default one."""
    kind: Any = word.spelling.reads(named)
    texts = [text for given in request.get("target", ()) for text in _target_texts(given)]
    classes = [len(value) for value in named.values() if isinstance(value, tuple)]
    return [_target(word, kind, text) for text in texts] or [_default_target(request, kind, *classes)]


def _target(word: LossWord, kind: Any, text: str) -> Target:
    try:
        found: Target = kind.read(text)
    except UsageError:
        library = _otherwise(word.spelling, "targets?")
        raise UsageError(f"--target {text}; the target of {word.typed} is {kind}{library}") from None
    return found


def _default_target(request: Request, kind: Any, *per_class: int) -> Target:
    """Return the default of a kind of target, for as many classes as there are logits, or numbers for each class."""
    logits = request.get("logits", "")
    classes = request.classes or (logits.count(",") + 1 if logits else max(per_class, default=0))
    found: Target = kind.usual(classes) if isinstance(kind, PerClass) and classes else kind.default
    return found


def _target_texts(given: str) -> list[str]:
    """Return the texts of the targets in `LO:HI:N`, or the one text."""
    if ":" not in given:
        return [given]
    try:
        return [shown(value) for value in Sweep.read(given)]
    except UsageError as error:
        raise UsageError(f"--target {given}; {error}") from None


def _logit_axis(request: Request, chosen: tuple[Curve, ...]) -> dict[str, Any]:
    """Return where the logits are held and which one varies, for losses of several logits."""
    first = request.losses[0]
    if not first.loss.family.vector:
        for name in ("logits", "vary"):
            if name in request.options:
                read = first.loss.family.reads
                raise UsageError(f"--{name} is for losses of several logits; {first.typed} reads {read}")
        return {}
    kind: Any = chosen[0].reads
    if "logits" in request.options:
        held = read_logits(request.options["logits"], "--logits")
    else:
        classes = max(curve.classes for curve in chosen)
        held = (first.loss.family.held(classes),) * classes
    for curve in chosen:
        check_classes(curve, len(held))
        check_domain(curve, held, "--logits")
    vary = request.get("vary", kind.main_class(chosen[0].target))
    if not vary < len(held):
        raise UsageError(f"--vary {vary}; the {len(held)} logits are numbered 0 to {len(held) - 1}")
    return {"logits": held, "vary": vary}


def read_logits(text: str, option: str) -> tuple[float, ...]:
    """Return the numbers of `1,-3,10`, two or more."""
    try:
        found = tuple(number(part) for part in text.split(","))
    except UsageError as error:
        raise UsageError(f"{option} {text}; {error}, and logits are numbers a,b,... with commas between") from None
    if len(found) == 1:
        raise UsageError(f"{option} {text}; one number is no choice: logits are two numbers or more, a,b,...")
    return found


def check_classes(curve: Curve, classes: int) -> None:
    """Raise UsageError if a target, or a parameter with a number for each class, does not fit that many logits."""
    kind: Any = curve.reads
    if not kind.fits(curve.target, classes):
        read = f"{classes} {curve.loss.family.nouns}"
        raise UsageError(f"--target {written(curve.target)} does not fit {read}; {curve.name} takes {kind}")
    for item, value in curve.named_parameters:
        if isinstance(value, tuple) and len(value) != classes:
            given = f"{flag(item.name)} {shown(value)}"
            raise UsageError(f"{given} does not fit {classes} {curve.loss.family.nouns}; it is a number for each class")


def check_domain(curve: Curve, values: Iterable[float], option: str) -> None:
    """Raise UsageError if a loss is not defined for one of these predictions, or for a number of one."""
    outside = [value for value in values if value not in curve.domain]
    if outside:
        raise UsageError(f"{option} {shown(outside[0])}; {domain_of(curve)}")


def domain_of(curve: Curve) -> str:
    """Return what a name reads: `bce reads a number at least 0 and at most 1`, and what its library does with others.

    The domain is that of the exact loss. A library may clip what lies outside, or read logits in its stead.
    """
    return f"{curve.name} reads {curve.domain}{_otherwise(curve.spelling, 'reads|clipped|raised')}"


def _otherwise(spelling: Spelling | None, words: str) -> str:
    """Return ` here; there ...`: what the library of a name does that has one of these words, or an empty string."""
    from losscli.names.frameworks import own_notes  # few command lines need the table

    name = spelling.name if spelling else ""
    notes = [note for note in own_notes(name) if re.search(rf"\b({words})\b", note)]
    return f" here; there {'; '.join(notes)}" if notes else ""


BASE = "default"  # Matplotlib's style, in which the tutorial is drawn
# The options that the tutorial's figures share; that the value is labelled `$Y_{true}$` is the tutorial's own slip.
TUTORIAL = {"style": (BASE,), "xlabel": "$Y_{pred}$", "ylabel": "$Y_{true}$", "label_size": 15.0}


def _with_look(request: Request, curves: Sequence[Curve]) -> dict[str, Any]:
    """Return the options of a request together with those of its look."""
    options = {"style": ("plain",), **_shown(curves), **_tutorial(request, curves), **request.options}
    return options | {"style": tuple(BASE if name == TUTORIAL_STYLE else name for name in options["style"])}


def _shown(curves: Sequence[Curve]) -> dict[str, Any]:
    """Return what is shown of curves that do not all have a value: the first quantity that they all give."""
    given = [item for item in QUANTITIES if all(item in curve.loss.gives for curve in curves)]
    return {} if "value" in given or not given else {"show": (given[0],)}


def _tutorial(request: Request, curves: Sequence[Curve]) -> dict[str, Any]:
    """Return the options of the tutorial's look, if the figure is the tutorial's or is to look like it."""
    value_alone = request.get("show", ("value",)) == ("value",) and request.get("view", "curves") == "curves"
    word, *others = request.losses
    by_its_own_name = word.spelling.canonical is unchanged and not others
    own = word.loss.tutorial if by_its_own_name and value_alone and not is_swept(request) else None
    same = own is not None and _is_tutorials(request, curves, own)
    if TUTORIAL_STYLE not in request.get("style", () if not same else (TUTORIAL_STYLE,)):
        return {}
    look = {**TUTORIAL, **(own.look if own else {})}
    if "size" in request.options:
        look.pop("label_size")  # it suits the tutorial's own size
    if not value_alone:
        look.pop("ylabel")
    if request.get("log") in ("y", "both"):
        look.pop("ylim", None)  # the tutorial's axis begins below 0
    if not same or "size" in request.options:
        look.pop("legend", None)  # the tutorial's place is free in its own figure only
    return look


def _is_tutorials(request: Request, curves: Sequence[Curve], own: Tutorial) -> bool:
    """Return True if a figure of one loss shows what the tutorial's figure of this loss shows, and nothing more."""
    targets = [curve.target for curve in curves]
    return (
        request.losses[0].parameters == own.parameters
        and request.get("range") == own.range
        and targets == [curves[0].reads.default] * max([1, *map(len, own.parameters.values())])
        and not any(request.get(name) for name in ("log", "mark", "formula"))
    )
