"""The nouns of the catalogue: Family, Loss, Curve. Nothing here knows of Click or Matplotlib."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from itertools import islice
from math import inf
from typing import Any, Literal, cast, get_args, get_type_hints

from losscli.domain import ClassIndex, Distribution, Interval, Kind, LabelSet, Target
from losscli.lazy import Array, np
from losscli.spelling import Constant, Spelling, resolved

Terms = Iterator[Array]  # exactly three: value, gradient, Hessian
Pieces = str | list[tuple[str, str]]  # LaTeX, or (piece, condition) pairs
Convexity = Literal["no", "convex", "strictly", "strongly"]
Quantity = Literal["value", "gradient", "hessian"]
QUANTITIES: tuple[Quantity, ...] = ("value", "gradient", "hessian")


@dataclass(frozen=True)
class Family:
    """What the losses of one file have in common: how prediction and target reach the formula.

    `argument` turns (prediction, target) into what the formula takes; the formula differentiates by the first of
    these. `slope` is d argument / d prediction (None is 1), `prediction` the prediction at which that argument stands.
    """

    name: str
    reads: str  # the kind of prediction: losses that read different kinds share no figure
    argument: Callable[[Array, Array], tuple[Array, ...]]
    symbols: str  # of what the formula takes, in LaTeX, e.g. "r = f - y"
    targets: Kind
    label: str  # of the horizontal axis
    span: Callable[[Any], tuple[float, float]]  # target -> the range a figure shows
    slope: Callable[[Array], Array] | None = None
    prediction: Callable[[float, Any], float] = lambda argument, _target: argument
    domain: Interval = Interval(-inf, inf, "[]")  # of the prediction
    # (prediction, target) -> where else a symmetric loss has the same value; and that in words
    mirror: Callable[[Any, Any], tuple[Any, Any]] | None = None
    mirrored: str = ""

    @property
    def vector(self) -> bool:
        """Whether a prediction is one number for each of several classes."""
        return isinstance(self.targets, ClassIndex | Distribution | LabelSet)


@dataclass(frozen=True)
class Symbol:
    """How a parameter is written in LaTeX, where its name is not enough."""

    latex: str


@dataclass(frozen=True)
class Parameter:
    """One parameter of a loss, read off the signature of its formula."""

    name: str
    default: float | None  # None: the parameter is switched off
    interval: Interval
    help: str
    latex: str
    whole: bool = False


@dataclass(frozen=True)
class Floor:
    """The infimum of a loss over all predictions, for a given target and parameters.

    `at` is where: a prediction, the two ends of the flat part, or one vector of logits. Where the infimum is only
    approached, the loss tends to it as the prediction tends to `at`.
    """

    value: float
    at: float | tuple[float, ...]
    attained: bool = True
    where: str = ""  # said in words where numbers say less

    def scaled(self, factor: float, shift: float) -> Floor:
        """Return the floor of the loss times a factor, plus a constant."""
        return replace(self, value=factor * self.value + shift)


@dataclass(frozen=True)
class Loss:
    """A catalogue entry: a formula and the facts about it.

    A fact that depends on parameters or on the target is a function of them, by their names (the target is `y`, the
    number of classes is `classes`). The breaks of a loss of several logits lie along one of them: they may ask for all
    `logits`, and for the index `vary` of the one that is not held.
    """

    name: str
    family: Family
    formula: Callable[..., Terms]
    latex: Pieces
    convex: Convexity | Callable[..., Convexity]
    lipschitz: float | Callable[..., float]  # in the prediction (logits: the largest change); inf: none
    floor: Floor | Callable[..., Floor]
    unit: str = ""  # of the value, where it has one
    symbols: str = ""  # of letters of the LaTeX that are no argument and no parameter: what they are
    symmetric: bool | Callable[..., bool] = False  # under the family's mirror
    breaks: tuple[float, ...] | Callable[..., tuple[float, ...]] = ()  # where pieces meet, in the formula's argument
    aliases: tuple[str, ...] = ()
    title: str = ""
    domain: Interval | Callable[..., Interval] | None = None  # of the prediction, where it is not the family's
    targets: Kind | Callable[..., Kind] | None = None  # where they are not the family's
    require: tuple[Callable[..., bool], str] | None = None  # across parameters: a condition of them, and its words
    tolerance: float = 0.0  # relative, where value and gradient cannot be within 4 ulp; its reason stands beside it
    look: str = ""  # option words that a figure of this loss alone starts from

    @cached_property
    def summary(self) -> str:
        """The first line of the formula's docstring."""
        return (self.formula.__doc__ or "").partition("\n")[0]

    @cached_property
    def note(self) -> str:
        """The rest of the docstring: conventions, source."""
        return inspect.cleandoc((self.formula.__doc__ or "").partition("\n")[2])

    @property
    def pieces(self) -> list[tuple[str, str]]:
        """The formula as (piece, condition) pairs."""
        return [(self.latex, "")] if isinstance(self.latex, str) else self.latex

    def reads(self, parameters: Mapping[str, float | None]) -> Kind:
        """Return the kind of target for these parameters."""
        return cast("Kind | None", resolved(self.targets, parameters)) or self.family.targets

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The arguments of the formula that have a default."""
        hints = get_type_hints(self.formula, include_extras=True)
        signature = inspect.signature(self.formula).parameters.values()
        return tuple(_parameter(p.name, p.default, hints[p.name]) for p in signature if p.default is not p.empty)


def _parameter(name: str, default: float | None, hint: Any) -> Parameter:
    notes = {type(note): note for note in hint.__metadata__}
    symbol = notes.get(Symbol, Symbol(name if len(name) == 1 else rf"\{name}"))
    whole = int in (hint.__origin__, *get_args(hint.__origin__))  # also in int | None
    return Parameter(name, default, notes[Interval], notes[str], symbol.latex, whole=whole)


def loss(family: Family, **facts: Any) -> Callable[[Callable[..., Terms]], Loss]:
    """Make a Loss of a generator that yields value, gradient and Hessian; its name is the command."""

    def decorate(formula: Callable[..., Terms]) -> Loss:
        name = formula.__name__.replace("_", "-")
        title = facts.pop("title", name.replace("-", " ").capitalize())
        return Loss(name=name, family=family, formula=formula, title=title, **facts)

    return decorate


@dataclass(frozen=True)
class Curve:
    """A loss with its target and parameters chosen: a function of the prediction alone."""

    loss: Loss
    target: Target  # as the name reads it
    parameters: Mapping[str, float | None]
    name: str  # as typed
    spelling: Spelling | None = None  # what the name means; None: the loss as it is
    said: Mapping[str, float | None] | None = None  # the parameters by that name, where they are others

    @property
    def _spelling(self) -> Spelling:
        return self.spelling or Spelling(self.name, self.loss, self.loss.parameters)

    @property
    def _said(self) -> Mapping[str, float | None]:
        return self.parameters if self.said is None else self.said

    @property
    def spoken(self) -> list[tuple[Parameter, float | None]]:
        """The parameters by the name as typed, with their values."""
        return [(item, self._said[item.name]) for item in self._spelling.parameters]

    @property
    def reads(self) -> Kind:
        """The kind of target by the name as typed."""
        return self._spelling.reads(self._said)

    @property
    def meant(self) -> Any:
        """The target as the loss reads it."""
        return self._spelling.meant(self.target, self._said)

    @property
    def factor(self) -> float:
        """What the name multiplies the loss by."""
        return float(self._constant(self._spelling.factor))

    @property
    def shift(self) -> float:
        """What the name adds to the loss."""
        return float(self._constant(self._spelling.shift))

    def _constant(self, constant: Constant, **known: Any) -> Any:
        """Return a number of the name: one, or of an array of targets one for each."""
        return resolved(constant, {**self.known, **self._said, **known})

    @property
    def unit(self) -> str:
        """The unit of the value; a factor of one's own leaves none."""
        return self.loss.unit if self.factor == 1 else ""

    @property
    def known(self) -> dict[str, Any]:
        """What a fact may ask for."""
        kind: Any = self.loss.family.targets
        classes = {"classes": kind.classes(self.meant)} if self.loss.family.vector else {}
        return {**self.parameters, **classes, "y": self.meant}

    def fact(self, name: str) -> Any:
        """Return one of the loss's facts for this target and these parameters."""
        found = resolved(getattr(self.loss, name), self.known)
        if name == "floor":
            return found.scaled(self.factor, self.shift)
        if name == "symmetric":
            return found and self._is_weighted_alike()
        return found * self.factor * float(abs(self._steepness)) if name == "lipschitz" else found

    @property
    def _steepness(self) -> Any:
        """How fast the formula's argument grows with the prediction."""
        slope = self.loss.family.slope
        return 1.0 if slope is None else slope(np.asarray(self.meant))

    def _is_weighted_alike(self) -> bool:
        """Tell whether the name multiplies the loss by as much where its family's mirror shows it."""
        mirror = self.loss.family.mirror
        return (
            mirror is None or float(self._constant(self._spelling.factor, y=mirror(0.0, self.meant)[1])) == self.factor
        )

    @property
    def domain(self) -> Interval:
        """The predictions that the loss is defined for."""
        return cast("Interval", self.fact("domain") or self.loss.family.domain)

    def section(self, logits: tuple[float, ...], vary: int) -> Section:
        """Return this curve of several logits along one of them, the others held."""
        known = {item.name: getattr(self, item.name) for item in fields(self)}
        return Section(**known, logits=logits, vary=vary)

    def terms(self, prediction: Array, count: int = 3) -> tuple[Array, ...]:
        """Return the first `count` of value, gradient, Hessian with respect to the prediction.

        Predictions of shape (...) give (...) each; vectors of K logits, shape (..., K), give (...), (..., K) and
        (..., K, K). Outside the domain all are nan.
        """
        family = self.loss.family
        terms = self._run(self.arguments(prediction), count)
        inside = self.domain.holds(prediction)
        if family.vector:  # inside with all its numbers; each derivative has one more axis
            inside = np.asarray(inside.all(axis=-1))
            return tuple(np.where(inside[(..., *[None] * order)], term, np.nan) for order, term in enumerate(terms))
        return tuple(np.where(inside, term, np.nan) for term in terms)

    def beside(self, argument: Array) -> tuple[Array, ...]:
        """Return value, gradient, Hessian where the formula's argument, not the prediction, is given."""
        return self._run((argument, *self.arguments(argument)[1:]), len(QUANTITIES))

    def arguments(self, prediction: Array) -> tuple[Array, ...]:
        """Return what the formula takes at a prediction; the first of these is what it differentiates by."""
        with np.errstate(all="ignore"):
            return self.loss.family.argument(prediction, np.asarray(self.meant))

    def _run(self, arguments: tuple[Array, ...], count: int) -> tuple[Array, ...]:
        # The one place that runs a formula. The guard stands around the iteration: a generator's body runs there.
        with np.errstate(all="ignore"):
            terms = tuple(islice(self.loss.formula(*arguments, **self.parameters), count))
            # Adding 0 turns -0 into 0: nobody asks from which side.
            name = self._spelling
            # As many classes as there are logits here, not in a figure.
            known = {"classes": arguments[0].shape[-1]} if self.loss.family.vector else {}
            constants = (self._constant(name.shift, **known), 0.0, 0.0)
            factor, steepness = self._constant(name.factor, **known), self._steepness
            slopes = [factor * steepness**order for order in range(len(terms))]
            found = [term * by + constant for term, by, constant in zip(terms, slopes, constants, strict=False)]
            if name.value:
                wanted = [*inspect.signature(name.value).parameters][len(arguments) :]
                found[0] = name.value(*arguments, **{word: self.parameters[word] for word in wanted}) + 0.0
            return tuple(found)


@dataclass(frozen=True)
class Section(Curve):
    """A curve of several logits along one of them, the others held: a function of one number."""

    logits: tuple[float, ...] = ()  # the one that varies stands among them, unused
    vary: int = 0

    @property
    def known(self) -> dict[str, Any]:
        """What a fact may ask for."""
        return {**super().known, "classes": len(self.logits), "logits": self.logits, "vary": self.vary}

    def terms(self, prediction: Array, count: int = 3) -> tuple[Array, ...]:
        """Return value, gradient and Hessian by the logit that varies, in the shape of what is given for it."""
        at = self.vary
        logits = np.where(np.arange(len(self.logits)) == at, np.asarray(prediction)[..., None], self.logits)
        own: list[Any] = [(..., *[at] * order) for order in range(count)]  # [...], [..., at], [..., at, at]
        return tuple(term[index] for term, index in zip(super().terms(logits, count), own, strict=True))

    def beside(self, argument: Array) -> tuple[Array, ...]:
        """Return value, gradient, Hessian there."""
        return self.terms(argument)
