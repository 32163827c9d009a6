"""Family, Parameter, Floor and Loss: what a catalogue entry consists of.

Nothing in this room knows Click or Matplotlib.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from math import inf, nan
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast, get_args, get_origin, get_type_hints

from losscli.lazy import Array
from losscli.model.domains import Interval, Kind, Several

if TYPE_CHECKING:
    from losscli.model.numbers import Value

Terms = Iterator[Array]  # exactly three: value, gradient, Hessian
Pieces = str | list[tuple[str, str]]  # LaTeX, or (piece, condition) pairs
Convexity = Literal["no", "convex", "strictly", "strongly", "unknown"]
CONVEXITY: dict[Convexity, str] = {
    "no": "not convex",
    "convex": "convex, not strictly",
    "strictly": "strictly convex, not strongly",
    "strongly": "strongly convex",
    "unknown": "not known",
}
Quantity = Literal["value", "gradient", "hessian", "excess"]
QUANTITIES: tuple[Quantity, ...] = ("value", "gradient", "hessian")  # what a formula yields
EVERY_QUANTITY: tuple[Quantity, ...] = (*QUANTITIES, "excess")  # and the loss above its floor


def documented(formula: Callable[..., Any]) -> tuple[str, str]:
    """Return the first line of a docstring, and the rest: conventions and source."""
    first, _, rest = (formula.__doc__ or "").partition("\n")
    return first, inspect.cleandoc(rest)


@cache
def argument_names(fact: Any) -> tuple[str, ...]:
    """Return what a fact depends on: the names of the arguments of a function, and nothing for anything else."""
    return tuple(inspect.signature(fact).parameters) if callable(fact) else ()


def resolved(fact: Any, known: Mapping[str, Any]) -> Any:
    """Return a fact; if it is a function, call it with the known values that its arguments name."""
    return fact(**{word: known[word] for word in argument_names(fact)}) if callable(fact) else fact


@dataclass(frozen=True)
class Family:
    """What the losses of one file have in common: how prediction and target become the arguments of the formula.

    `argument` turns (prediction, target) into these arguments; the formula differentiates by the first. `slope` is
    d argument / d prediction (None: 1). `prediction` is the inverse: the prediction that belongs to an argument.
    """

    name: str
    reads: str  # the kind of prediction, in words; losses of one figure read the same kind
    argument: Callable[[Array, Array], tuple[Array, ...]]
    symbols: str  # the arguments of the formula in LaTeX, such as "r = f - y"
    targets: Kind
    label: str  # of the horizontal axis
    span: Callable[[Any], tuple[float, float]]  # from a target to the usual range of a figure
    slope: Callable[[Array], Array] | None = None
    prediction: Callable[[float, Any], float] = lambda argument, _target: argument
    domain: Interval = Interval(-inf, inf, "[]")  # of the prediction
    held: Callable[[int], float] = lambda _classes: 0.0  # where each of K numbers is held unless another is said
    # From (prediction, target) to the place where a symmetric loss has the same value; and the symmetry in words.
    mirror: Callable[[Any, Any], tuple[Any, Any]] | None = None
    mirrored: str = ""

    @property
    def vector(self) -> bool:
        """Whether a prediction is one number for each of several classes."""
        return isinstance(self.targets, Several)

    @property
    def noun(self) -> str:
        """What one of several numbers of a prediction is called, such as logit."""
        return self.label.lower()

    @property
    def nouns(self) -> str:
        """What several numbers of a prediction are called together, such as logits."""
        return self.reads.removeprefix("several ")


class Symbol(NamedTuple):
    """The LaTeX of a parameter, if it is not that of its name."""

    latex: str


class Idle(NamedTuple):
    """Says of a parameter that it does nothing at its default, as a weight of 1."""


class Parameter(NamedTuple):
    """A parameter of a loss, made from the signature of its formula: a number, a number for each class, or a word."""

    name: str
    default: Value  # None: switched off
    interval: Interval  # of the number, or of each
    help: str
    latex: str
    whole: bool = False
    idle: bool = False  # it does nothing at its default, as a weight of 1
    per_class: bool = False  # annotated as tuple[float, ...]
    choices: tuple[str, ...] = ()  # the words, annotated as Literal
    required: bool = False  # it has no default: a value has to be given

    @property
    def allowed(self) -> str:
        """What it may be, in words."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        number = self.interval.described(whole=self.whole)
        return f"numbers a,b,..., one for each class, each {number}" if self.per_class else number

    def holds(self, value: Any) -> bool:
        """Return True if a word, or numbers for two classes or more, are an allowed value."""
        if self.choices:
            return isinstance(value, str) and value in self.choices
        return len(value) > 1 and all(one in self.interval for one in value)

    def is_off(self, value: Value) -> bool:
        """Return True if the parameter does nothing at this value; no text of a figure has it then."""
        return value == self.default and (value is None or self.idle)

    def is_listed(self, value: Value) -> bool:
        """Return True if lists of parameters have this value: it is not off; a number at its default stays."""
        return value is not None and not (self.choices and self.is_off(value))


class Floor(NamedTuple):
    """The infimum of a loss over all predictions, for a given target and parameters.

    `at` is where it is: a prediction, the two ends of a flat part, or a vector of logits. An infimum that is not
    attained is approached as the prediction tends to `at`.
    """

    value: float
    at: float | tuple[float, ...]
    attained: bool = True
    where: str = ""  # in words, if numbers cannot say it
    reason: str = ""  # what the value is, if it is not 0, such as "the entropy of the target"

    def scaled(self, factor: float, shift: float) -> Floor:
        """Return the floor of the loss times a factor, plus a constant."""
        reason = self.reason if (factor, shift) == (1, 0) else ""
        return self._replace(value=factor * self.value + shift, reason=reason)


UNKNOWN_FLOOR = Floor(nan, at=(), attained=False, where="not known")


class Tutorial(NamedTuple):
    """The tutorial's figure of a loss: what it shows, and the options of its look besides those that all share.

    Its target is the default one.
    """

    range: tuple[float, float]
    look: Mapping[str, Any]
    parameters: Mapping[str, tuple[float, ...]] = MappingProxyType({})


@dataclass(frozen=True)
class Loss:
    """A catalogue entry: a formula and the facts about it.

    A fact may be a function; its arguments name what it depends on: parameters, the target `y`, the number of
    `classes`. The breaks of a loss of several logits lie along one of them; they may also depend on all `logits` and
    on the index `vary` of the logit that varies.
    """

    name: str
    family: Family
    formula: Callable[..., Terms]
    latex: Pieces
    convex: Convexity | Callable[..., Convexity]
    lipschitz: (
        float | Callable[..., float]
    )  # a Lipschitz constant in the prediction (for logits in the maximum norm); inf: none; nan: not known
    floor: Floor | Callable[..., Floor]
    unit: str = ""  # of the value, where it has one
    symbols: str = ""  # explains the letters of the LaTeX that are neither arguments nor parameters
    symmetric: bool | Callable[..., bool] = False  # under the family's mirror
    breaks: (
        tuple[float, ...] | Callable[..., tuple[float, ...]]
    ) = ()  # where pieces meet: values of the formula's argument
    aliases: tuple[str, ...] = ()
    title: str = ""
    domain: Interval | Callable[..., Interval] | None = None  # of the prediction; None: the family's
    span: Callable[..., tuple[float, float]] | None = None  # the usual range of a figure; None: the family's
    targets: Kind | Callable[..., Kind] | None = None  # None: the family's
    require: tuple[Callable[..., bool], str] | None = None  # a condition on several parameters, and its words
    tolerance: float = (
        0.0  # relative error, if value and gradient cannot be within 4 ulp; the reason is given beside it
    )
    tutorial: Tutorial | None = None
    # From the arguments of the formula and its parameters to the loss above its floor, where the difference of the two
    # would cancel and the floor may lie at infinity; None: there is a general way.
    excess: Callable[..., Array] | None = None
    gives: tuple[Quantity, ...] = QUANTITIES  # of the three terms; what a loss does not give is nan in every place

    @cached_property
    def summary(self) -> str:
        """The first line of the formula's docstring."""
        return documented(self.formula)[0]

    @cached_property
    def note(self) -> str:
        """The rest of the docstring: conventions and source."""
        return documented(self.formula)[1]

    @property
    def pieces(self) -> list[tuple[str, str]]:
        """The formula as (piece, condition) pairs."""
        return [(self.latex, "")] if isinstance(self.latex, str) else self.latex

    def reads(self, parameters: Mapping[str, Value]) -> Kind:
        """Return the kind of target for these parameters."""
        return cast("Kind | None", resolved(self.targets, parameters)) or self.family.targets

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The arguments of the formula that have a default."""
        return declared_parameters(self.formula)


@dataclass(frozen=True)
class OwnLoss(Loss):
    """A loss that a user brings, as code or as an expression; most facts about it are not known.

    Its formula takes the arguments of its family, then its parameters by name, and yields value, gradient and Hessian
    like those of the catalogue. What it does not give is nan in every place.
    """

    convex: Convexity = "unknown"
    lipschitz: float = nan
    floor: Floor = UNKNOWN_FLOOR
    declared: tuple[Parameter, ...] = ()
    text: tuple[str, str] = ("", "")  # the first line of its help, and the rest
    # From the arguments of the formula and its parameters to the estimated absolute errors of gradient and Hessian, if
    # these are differences of values.
    errors: Callable[..., tuple[Array, Array]] | None = None
    dtype: str = "float64"  # in which it computes
    where: str = ""  # the file and the line of code

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters that it was found to have."""
        return self.declared

    @property
    def summary(self) -> str:
        """The first line of its help."""
        return self.text[0]

    @property
    def note(self) -> str:
        """The rest of its help."""
        return self.text[1]


def declared_parameters(formula: Callable[..., Any]) -> tuple[Parameter, ...]:
    """Return the arguments of a function that have a default, with the interval and help of their annotations."""
    hints = get_type_hints(formula, include_extras=True)
    signature = inspect.signature(formula).parameters.values()
    return tuple(_parameter(p.name, p.default, hints[p.name]) for p in signature if p.default is not p.empty)


def _parameter(name: str, default: Value, hint: Any) -> Parameter:
    notes = {type(note): note for note in hint.__metadata__}
    symbol = notes.get(Symbol, Symbol(name if len(name) == 1 else rf"\{name}"))
    types = (hint.__origin__, *get_args(hint.__origin__))  # also of int | None
    choices = get_args(hint.__origin__) if get_origin(hint.__origin__) is Literal else ()
    return Parameter(
        name, default, notes.get(Interval, Interval()), notes[str], symbol.latex,
        int in types, Idle in notes, any(get_origin(one) is tuple for one in types), choices,
    )  # fmt: skip


def loss(family: Family, **facts: Any) -> Callable[[Callable[..., Terms]], Loss]:
    """Make a Loss of a generator that yields value, gradient and Hessian. The generator's name is the command."""

    def decorate(formula: Callable[..., Terms]) -> Loss:
        name = formula.__name__.replace("_", "-")
        title = facts.pop("title", name.replace("-", " ").capitalize())
        return Loss(name=name, family=family, formula=formula, title=title, **facts)

    return decorate
