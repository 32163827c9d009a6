"""Family, Parameter, Floor and Loss: what a catalogue entry consists of.

Nothing in this room knows Click or Matplotlib.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf
from typing import Any, Literal, cast, get_args, get_type_hints

from losscli.lazy import Array
from losscli.model.domains import ClassIndex, Distribution, Interval, Kind, LabelSet

Terms = Iterator[Array]  # exactly three: value, gradient, Hessian
Pieces = str | list[tuple[str, str]]  # LaTeX, or (piece, condition) pairs
Convexity = Literal["no", "convex", "strictly", "strongly"]
Quantity = Literal["value", "gradient", "hessian"]
QUANTITIES: tuple[Quantity, ...] = ("value", "gradient", "hessian")


def resolved(fact: Any, known: Mapping[str, Any]) -> Any:
    """Return a fact that may be a function of parameters or target, by their names."""
    return fact(**{word: known[word] for word in inspect.signature(fact).parameters}) if callable(fact) else fact


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
