"""What the signature of own code says: which arguments are prediction and target, which are parameters."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, field
from functools import cached_property, partial
from math import inf, isnan
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, NamedTuple

from losscli.errors import UsageError
from losscli.model.domains import Interval
from losscli.model.loss import Parameter
from losscli.own.code.loading import Place, blame, blamed
from losscli.own.letters import letter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

# What an argument is called, whole, or in one of its words: y_true, true_labels.
PREDICTION = {
    *(
        "f",
        "z",
        "p",
        "m",
        "mu",
        "pred",
        "preds",
        "predicted",
        "prediction",
        "predictions",
        "predt",
        "ypred",
        "yhat",
        "hat",
    ),
    *("input", "inputs", "output", "outputs", "logit", "logits", "score", "scores", "estimate", "estimates"),
    *("prob", "probs", "probability", "probabilities"),
}
TARGET = {
    *("y", "t", "target", "targets", "label", "labels", "true", "ytrue", "truth", "gt"),
    *("actual", "actuals", "observed", "expected"),
}
DATA = {
    "dtrain",
    "dtest",
    "dmatrix",
    "train_data",
    "train_set",
    "dataset",
    "data",
}  # an object that holds the targets: XGBoost's
RESIDUAL = {"r", "residual", "residuals", "e", "err", "error", "errors", "diff", "difference"}
LETTERS = 2  # names as short as this say what they are only as a whole
ORDERS = ("prediction,target", "target,prediction", "residual")
EVERY_FINITE, EVERY = Interval(), Interval(-inf, inf, "[]")
TAKEN = ("family", "arguments", "returns", "with", "dtype")  # what options of these names mean already

Items = tuple[inspect.Parameter, ...]


@dataclass(frozen=True)
class Code:
    """Own code: a function, a callable object, or a class whose objects are called."""

    word: str
    found: Any
    place: Place
    change: Callable[[Any], Any] = lambda found: found  # of an object before it is called, such as to other numbers
    objects: dict[tuple[Any, ...], Any] = field(default_factory=dict, init=False, compare=False)

    @cached_property
    def method(self) -> str:
        """The method that is called, and whose arguments are read; of a function it is empty."""
        if inspect.isroutine(self.found) or isinstance(self.found, partial) or hasattr(self.found, "__wrapped__"):
            return ""
        bases = {(base.__module__.split(".")[0], base.__name__) for base in inspect.getmro(self.kind)}
        if ("torch", "Module") in bases:
            return "forward"
        keras = {(library, "Loss") for library in ("keras", "tf_keras", "tensorflow")}
        return "call" if bases & keras else "__call__"

    @property
    def is_class(self) -> bool:
        """Whether it is a class, of which an object is made."""
        return inspect.isclass(self.found)

    @property
    def kind(self) -> type:
        """The class, or that of the object."""
        return self.found if self.is_class else type(self.found)

    @cached_property
    def maker(self) -> Items:
        """The arguments of the class; none of a function or an object."""
        return _items(self.found) if self.is_class else ()

    @cached_property
    def items(self) -> Items:
        """The arguments of the call."""
        if not self.method:
            return _items(self.found)
        found = _items(getattr(self.found, self.method, None))
        return found[1:] if self.is_class else found

    @cached_property
    def functions(self) -> list[Any]:
        """The functions whose code runs."""
        if not self.method:
            return [self.found.func if isinstance(self.found, partial) else inspect.unwrap(self.found)]
        return [getattr(self.kind, name, None) for name in (self.method, "__init__")]

    @property
    def where(self) -> str:
        """The file and the line where the code begins."""
        return f"{self.place.shown}:{self.place.line}" if self.place.shown else self.word

    @property
    def help(self) -> str:
        """The docstring; of a library's class its first paragraph, and none that a class has from another."""
        found = self.kind if self.method else self.functions[0]
        text = inspect.cleandoc(found.__doc__ or "")
        if _file(found) == self.place.file:
            return text
        return " ".join(text.partition("\n\n")[0].split())

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters: arguments with a number as default, and those without a default that are needed."""
        needed = [item for item in self.maker if _is_needed(item)]
        roles = self._roles()
        needed += [item for item in _needed(self.items) if item.name not in roles]
        optional = [item for item in (*self.maker, *self.items) if _is_number(item.default) and item.name[0] != "_"]
        unique = {item.name: item for item in (*needed, *optional) if item.name not in TAKEN}
        return tuple(_parameter(item, self.word) for item in unique.values())

    def _roles(self) -> dict[str, str]:
        """Return what the arguments are that make no parameters: as their names say, else the first two."""
        found = roles_by_name(_needed(self.items))
        return found or dict.fromkeys([item.name for item in _needed(self.items)][:2], "")

    def roles(self, order: str | None) -> dict[str, str]:
        """Return what each argument is: prediction, target, data (an object with the targets) or residual.

        `order` is one of ORDERS, or None: the names say it. Raises UsageError if they do not.
        """
        needed = [item.name for item in _needed(self.items)]
        if order:
            words = order.split(",")
            if order not in ORDERS:
                raise UsageError(f"--arguments {order}; it is {' or '.join(ORDERS)}")
            if not self.items:  # its signature cannot be read: arguments by their place alone
                return dict(zip(words, words, strict=True))
            if len(needed) < len(words):
                raise UsageError(f"--arguments {order}; {self.word} needs {len(needed)}: {', '.join(needed)}")
            return dict(zip(needed, words, strict=False))
        found = roles_by_name(_needed(self.items))
        if found:
            return found
        if self.method == "__call__" and not any("__call__" in vars(base) for base in self.kind.__mro__):
            raise UsageError(f"{self.word} has no __call__; a loss is a function, or a class whose objects are called")
        takes = f"takes ({', '.join(needed)}), and the names do not" if needed else "has no named arguments that"
        raise UsageError(
            f"{self.word} {takes} say what prediction and target are; call them y_pred and y_true, or give "
            "--arguments prediction,target (in the order of the code)"
        )

    def caller(self, roles: Mapping[str, str], values: Mapping[str, Any]) -> Callable[[Mapping[str, Any], str], Any]:
        """Return what calls the code with parameters: from its other arguments by their roles, and what is being done.

        Raises OwnCodeError, here if an object cannot be made, there if the code fails.
        """
        defaults = {item.name: item.default for item in (*self.maker, *self.items)}
        chosen = {name: _whole(value, defaults.get(name)) for name, value in values.items()}
        with blamed(self.place, f"making an object of {self.word}"):
            found = self._object(chosen)
            called = found.call if self.method == "call" else found
        slots = {name: Slot(role) for name, role in roles.items()}
        places, named = _bound(self.items, {**chosen, **slots}) if self.items else ([*slots.values()], {})

        def call(given: Mapping[str, Any], doing: str) -> Any:
            by_place = [given[item.role] if isinstance(item, Slot) else item for item in places]
            by_name = {name: given[item.role] if isinstance(item, Slot) else item for name, item in named.items()}
            try:
                return called(*by_place, **by_name)
            except (Exception, SystemExit) as error:
                raise blame(error, self.place, f"calling {self.word} {doing}") from error

        return call

    def _object(self, values: Mapping[str, Any]) -> Any:
        """Return what is called: the function, the object, or one of the class, made once for the same parameters."""
        own = {name: value for name, value in values.items() if name in {item.name for item in self.maker}}
        key = tuple(sorted(own.items()))
        if key not in self.objects:
            places, named = _bound(self.maker, own)
            self.objects[key] = self.change(self.found(*places, **named) if self.is_class else self.found)
        return self.objects[key]


class Slot(NamedTuple):
    """Stands for prediction, target or another role among the arguments of a call."""

    role: str


def roles_by_name(items: Iterable[inspect.Parameter]) -> dict[str, str]:
    """Return what the arguments are by their names: one prediction and one target, or the one residual; else none."""
    names = [item.name for item in items]
    if len(names) == 1:
        return {names[0]: "residual"}
    for test in (_is_whole, _has_word):
        predictions = [name for name in names if test(name, PREDICTION)]
        data = [name for name in names if name.lower() in DATA]
        targets = data or [name for name in names if test(name, TARGET)]
        predictions = [name for name in predictions if name not in targets]
        if len(predictions) == len(targets) == 1:
            return {predictions[0]: "prediction", targets[0]: "data" if data else "target"}
    residuals = [name for name in names if name.lower() in RESIDUAL]
    return {residuals[0]: "residual"} if len(residuals) == 1 and not predictions and not targets else {}


def _is_whole(name: str, words: set[str]) -> bool:
    return name.lower().replace("_", "") in words


def _has_word(name: str, words: set[str]) -> bool:
    parts = re.findall(r"[A-Z]?[a-z]+", name)
    return _is_whole(name, words) or any(part.lower() in words and len(part) > LETTERS for part in parts)


def _file(function: Any) -> str:
    try:
        return inspect.getsourcefile(function) or ""
    except TypeError:
        return ""


def _items(function: Any) -> Items:
    """Return the arguments; none if they cannot be read, as of functions that are written in C, or are *args."""
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return ()
    return tuple(item for item in found if item.kind not in {item.VAR_POSITIONAL, item.VAR_KEYWORD})


def _is_needed(item: inspect.Parameter) -> bool:
    return item.default is item.empty


def _needed(items: Items) -> list[inspect.Parameter]:
    return [item for item in items if _is_needed(item) and item.name != "reduction"]


def _is_number(default: Any) -> bool:
    return isinstance(default, Real) and not isinstance(default, bool) and not isnan(default)


def _parameter(item: inspect.Parameter, word: str) -> Parameter:
    required = item.default is item.empty
    default = None if required else float(item.default)
    interval = EVERY if default is not None and abs(default) == inf else EVERY_FINITE
    return Parameter(item.name, default, interval, f"a parameter of {word}", letter(item.name), required=required)


def _whole(value: Any, default: Any) -> Any:
    """Return a value as a whole number where the default is one."""
    whole = isinstance(default, Integral) and isinstance(value, float) and value.is_integer()
    return int(value) if whole else value


def _is_usual(item: inspect.Parameter, value: Any) -> bool:
    """Return True for a number that is the default: what a decorator made may not take it as an argument."""
    return _is_number(item.default) and _is_number(value) and bool(value == item.default)


def _bound(items: Items, values: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Return the arguments of a call by place and by name; without a value, an argument keeps its default."""
    places: list[Any] = []
    named: dict[str, Any] = {}
    for item in items:
        if item.name == "reduction" and item.name not in values:
            value: Any = "none"
        elif item.name in values and not _is_usual(item, values[item.name]):
            value = values[item.name]
        elif item.kind is item.POSITIONAL_ONLY and item.default is not item.empty:
            value = item.default
        else:
            continue
        # By place as long as none is left out: a wrapper may pass on places alone.
        if item.kind is not item.KEYWORD_ONLY and len(places) == items.index(item):
            places.append(value)
        else:
            named[item.name] = value
    return places, named
