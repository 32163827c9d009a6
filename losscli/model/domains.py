"""Where numbers may lie: intervals, and the kinds of target that the families of losses read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import fsum, inf, isfinite
from typing import TYPE_CHECKING, Annotated, Any

from losscli.errors import UsageError
from losscli.lazy import np
from losscli.model.numbers import number, shown

if TYPE_CHECKING:
    from losscli.lazy import Array

Target = float | int | tuple[float, ...] | None


@dataclass(frozen=True)
class Interval:
    """The numbers between `low` and `high`; `ends` is "()", "[)", "(]" or "[]" and says which end belongs to it."""

    low: float = -inf
    high: float = inf
    ends: str = "()"

    def __contains__(self, value: float) -> bool:
        above = self.low < value or (self.ends[0] == "[" and value == self.low)
        return above and (value < self.high or (self.ends[1] == "]" and value == self.high))

    def holds(self, values: Array) -> Any:
        """Return a boolean array that is True where `values` lie inside."""
        above = np.greater_equal if self.ends[0] == "[" else np.greater
        below = np.less_equal if self.ends[1] == "]" else np.less
        return above(values, self.low) & below(values, self.high)

    def covers(self, values: Array) -> bool:
        """Return True if all of some values lie inside, none of which is nan then."""
        anywhere_below = self.high == inf and self.ends[1] == "]"
        return values.min() in self and (anywhere_below or values.max() in self)

    def __str__(self) -> str:
        low = f"{'at least' if self.ends[0] == '[' else 'above'} {shown(self.low)}"
        high = f"{'at most' if self.ends[1] == ']' else 'below'} {shown(self.high)}"
        ends = [text for text, end in ((low, self.low), (high, self.high)) if isfinite(end)]
        finite = (self.low, self.ends[0]) != (-inf, "[") and (self.high, self.ends[1]) != (inf, "]")
        kind = "a finite number" if finite and len(ends) < len(self.ends) else "a number"
        return f"{kind} {' and '.join(ends)}".rstrip()

    def described(self, *, whole: bool) -> str:
        """Return the interval in words, as one of whole numbers if `whole`."""
        return str(self).replace(" finite ", " ").replace("a number", "a whole number") if whole else str(self)


@dataclass(frozen=True)
class Shared(Interval):
    """Where each of several numbers may lie that are divided by their sum: it must not be 0."""

    low: float = 0
    ends: str = "[)"

    def holds(self, values: Array) -> Any:
        """Return a boolean array that is True where `values`, of shape (..., K), lie inside and are not all 0."""
        return super().holds(values) & np.any(values, axis=-1, keepdims=True)

    def __str__(self) -> str:
        return f"{super().__str__()}, and not all are 0"


Finite = Annotated[float, Interval()]
Positive = Annotated[float, Interval(0, inf)]
NonNegative = Annotated[float, Interval(0, inf, "[)")]


class OneNumber(ABC):
    """A target that is one number."""

    @abstractmethod
    def __contains__(self, value: float) -> bool: ...

    @abstractmethod
    def allowed(self, targets: Array, classes: int) -> Any:
        """Return a boolean array of shape (N,) that is True for the targets, of shape (N,), that are allowed."""

    def read(self, text: str) -> float:
        """Return the target that a text such as `0.5` gives; raise UsageError if it is not allowed."""
        value = number(text)
        if value not in self:
            raise UsageError(f"it is {self}")
        return value


class Scalar(OneNumber):
    """A target that is any number of an interval."""

    def __init__(self, interval: Interval, default: float = 0.0) -> None:
        self.interval, self.default = interval, default

    def __str__(self) -> str:
        return str(self.interval)

    def __contains__(self, value: float) -> bool:
        return value in self.interval

    def allowed(self, targets: Array, classes: int) -> Any:
        """Return where targets lie in the interval."""
        return self.interval.holds(targets)


class Label(OneNumber):
    """A target that is one of a few numbers."""

    def __init__(self, values: tuple[float, ...] = (-1.0, 1.0), default: float = 1.0) -> None:
        self.values, self.default = values, default

    def __str__(self) -> str:
        *others, last = map(shown, self.values)
        return f"{', '.join(others)} or {last}"

    def __contains__(self, value: float) -> bool:
        return value in self.values

    def allowed(self, targets: Array, classes: int) -> Any:
        """Return where targets are one of the numbers."""
        return np.logical_or.reduce([targets == value for value in self.values])


class Nothing:
    """No target: the prediction is itself a comparison, such as a distance."""

    default: None = None

    def __str__(self) -> str:
        return "none: the loss has no target"

    def read(self, text: str) -> None:
        """Raise UsageError: there is no target to read."""
        raise UsageError(f"'{text}' is not needed: it is {self}")


class NothingOfSeveral(Nothing):
    """No target, where the prediction is a vector of numbers."""

    def usual(self, classes: int) -> None:
        """Return no target."""

    def classes(self, target: Target) -> int:
        """Return how many numbers a figure has that is given none."""
        return 3

    def fits(self, target: Target, classes: int) -> bool:
        """Return True: no target goes with any number of numbers."""
        return target is None

    def main_class(self, target: Target) -> int:
        """Return the number that varies by default."""
        return 0


MOST_CLASSES = 1_000_000  # more than any vocabulary has; a vector of so many logits still fits into memory


class ClassIndex:
    """A target that is the index of one of K classes, from 0; there are `more` more classes than numbers."""

    def __init__(self, default: int = 0, more: int = 0) -> None:
        self.default, self.more = default, more

    def __str__(self) -> str:
        return f"a class index: 0, 1, 2, ... below {MOST_CLASSES}"

    def read(self, text: str) -> int:
        """Return the class index that a text such as `2` gives; raise UsageError if it is not allowed."""
        if not (text.isascii() and text.isdigit()) or int(text) >= MOST_CLASSES:
            raise UsageError(f"it is {self}")
        return int(text)

    def allowed(self, targets: Array, classes: int) -> Any:
        """Return where targets, of shape (N,), are indices of one of so many classes."""
        return (targets >= 0) & (targets < classes + self.more) & (targets % 1 == 0)

    def classes(self, target: Target) -> int:
        """Return the number of classes of a figure that is given no logits."""
        return max(3, int(target) + 1 - self.more) if isinstance(target, int) else 3

    def fits(self, target: Target, classes: int) -> bool:
        """Return True if the target goes with that many logits."""
        return isinstance(target, int) and target < classes + self.more

    def main_class(self, target: Target) -> int:
        """Return the class whose logit varies by default."""
        return max(0, int(target) - self.more) if isinstance(target, int) else 0


class PerClass(ABC):
    """A target with a number for each of K classes."""

    default: tuple[float, ...]

    @abstractmethod
    def holds(self, values: tuple[float, ...]) -> bool:
        """Return True if these numbers are such a target."""

    @abstractmethod
    def allowed(self, targets: Array, classes: int) -> Any:
        """Return a boolean array of shape (N,) that is True for the targets, of shape (N, K), that are allowed."""

    def read(self, text: str) -> tuple[float, ...]:
        """Return the numbers of a text such as `0.1,0.02,0.88`; raise UsageError if they are not allowed."""
        values = tuple(number(part) for part in text.split(","))
        if len(values) < 2 or not self.holds(values):  # noqa: PLR2004 - two classes at least
            raise UsageError(f"it is {self}")
        return values

    def usual(self, classes: int) -> tuple[float, ...]:
        """Return the default target for this number of classes."""
        return (*self.default, *(0.0,) * classes)[:classes]

    def classes(self, target: Target) -> int:
        """Return the number of classes of a figure that is given no logits."""
        return len(target) if isinstance(target, tuple) else len(self.default)

    def fits(self, target: Target, classes: int) -> bool:
        """Return True if the target goes with that many logits."""
        return isinstance(target, tuple) and len(target) == classes

    def main_class(self, target: Target) -> int:
        """Return the class whose logit varies by default: the first with the largest number."""
        return target.index(max(target)) if isinstance(target, tuple) else 0


ROUNDING = 1e-5  # of the sum of a distribution's decimals: six each


class Distribution(PerClass):
    """A target that gives a probability to each of K classes."""

    default: tuple[float, ...] = (1.0, 0.0, 0.0)

    def __str__(self) -> str:
        return "a distribution a,b,...: two numbers or more, none negative, with sum 1"

    def holds(self, values: tuple[float, ...]) -> bool:
        """Return True if they sum to 1, up to the rounding of decimals such as 0.333333."""
        return min(values) >= 0 and abs(fsum(values) - 1) <= ROUNDING

    def allowed(self, targets: Array, classes: int) -> Any:
        """Return where targets sum to 1, up to the rounding of decimals."""
        return (targets >= 0).all(axis=1) & (abs(targets.sum(axis=1) - 1) <= ROUNDING)


class LabelSet(PerClass):
    """A target that is 1 for each of K classes that applies, and 0 for the others."""

    default: tuple[float, ...] = (1.0, 0.0, 1.0)

    def __str__(self) -> str:
        return "labels a,b,...: 0 or 1 for each class, two classes or more"

    def holds(self, values: tuple[float, ...]) -> bool:
        """Return True if each is 0 or 1."""
        return set(values) <= {0, 1}

    def allowed(self, targets: Array, classes: int) -> Any:
        """Return where each of the numbers is 0 or 1."""
        return ((targets == 0) | (targets == 1)).all(axis=1)


Several = NothingOfSeveral | ClassIndex | PerClass  # of target, where a prediction is a vector
Kind = Scalar | Label | Nothing | ClassIndex | Distribution | LabelSet  # of target


def written(target: Target) -> str:
    """Return a target as one would type it."""
    return ",".join(map(shown, target)) if isinstance(target, tuple) else shown(target)
