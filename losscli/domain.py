"""Where numbers may lie, as values: intervals, sweeps, and the kinds of target that families read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from itertools import pairwise
from math import fsum, inf, isfinite, isnan
from typing import TYPE_CHECKING, Annotated, Any

from losscli.errors import UsageError
from losscli.lazy import np

if TYPE_CHECKING:
    from collections.abc import Collection

    from losscli.lazy import Array

Target = float | int | tuple[float, ...] | None


def shown(value: float | None) -> str:
    """Return the shortest text that reads back as this number: 2, 0.1, 1e-300, inf; none where there is none."""
    return "none" if value is None else repr(float(value)).removesuffix(".0")


def number(text: str) -> float:
    """Read a number; -0 is 0, and nan is none here, since it is neither inside nor outside of anything."""
    try:
        value = float(text)
    except ValueError:
        raise UsageError(f"'{text}' is not a number") from None
    if isnan(value):
        raise UsageError("nan is not a number one can use")
    return value + 0.0


SWEEP = 10**6  # numbers in one


class Sweep(tuple[float, ...]):
    """The evenly spaced numbers that `LO:HI:N` means; the text is kept, each number in its shortest form."""

    text: str

    @classmethod
    def read(cls, text: str) -> Sweep:
        """Read `0.1:3:60`."""
        ends = text.split(":")
        try:
            (low, high), (count,) = map(number, ends[:2]), map(int, ends[2:])
        except (UsageError, ValueError):
            raise UsageError(f"'{text}' is not LO:HI:N, N evenly spaced numbers") from None
        if not (isfinite(low) and isfinite(high) and 1 < count <= SWEEP):
            raise UsageError(f"LO and HI are finite numbers, N is a whole number from 2 to {SWEEP}")
        step = (high - low) / (count - 1)
        sweep = cls([*(low + step * index for index in range(count - 1)), high])
        if len({*sweep}) < count:
            raise UsageError(f"LO and HI are far enough apart for {count} different numbers")
        sweep.text = f"{shown(low)}:{shown(high)}:{count}"
        return sweep


DECIMALS = 6  # at most, of swept values
EXACT = 4  # decimals at most, where fewer would do but would not write every value as it is
SETTLED = 6  # decimals beyond those written: what the last bits of a sum say there is not the value
DIGITS = range(6, 17)  # where these are not enough
KNOWN = 1e-6  # of a number: as far as what was typed may be rounded
ROUNDING = 1e-9  # of a step: what its multiples may be off, as where they should be 0
PLAIN = 1e7  # from here on a swept value is written with an exponent


def told_apart(values: Collection[float], typed: Collection[float] = ()) -> list[str]:
    """Return swept values with equally many decimals, as many as tell them apart to a hundredth of a step.

    And from 0 to a hundredth of themselves; those that were typed are to be recognised. Where a few decimals more
    make all of them exact, these are there.
    """
    ordered = sorted(values)
    step = min((high - low for low, high in pairwise(ordered)), default=1.0)

    def suffices(value: float, decimals: int, allowed: float) -> bool:
        return abs(_rounded(value, decimals) - value) <= max(allowed, ROUNDING * step)

    if max(map(abs, ordered)) < PLAIN:
        most = {value: KNOWN * abs(value) if value in typed else min(step, abs(value)) / 100 for value in ordered}
        counts = range(DECIMALS + 1)
        enough = next(
            (count for count in counts if all(suffices(value, count, most[value]) for value in ordered)), None
        )
        if enough is not None:
            exact = (count for count in range(enough, EXACT + 1) if all(suffices(value, count, 0) for value in ordered))
            decimals = next(exact, enough)
            return [f"{_rounded(value, decimals) + 0.0:.{decimals}f}" for value in values]
    rounded = ([shown(float(f"{value:.{digits}g}")) for value in values] for digits in DIGITS)
    return next((texts for texts in rounded if len({*texts}) == len(values)), [shown(value) for value in values])


def _rounded(value: float, decimals: int) -> float:
    """Return a number rounded, a half the same way whatever the last bits of it are."""
    return round(round(value, decimals + SETTLED), decimals)


@dataclass(frozen=True)
class Interval:
    """The numbers between two ends; `ends` says which belong to it: "()", "[)", "(]" or "[]"."""

    low: float = -inf
    high: float = inf
    ends: str = "()"

    def __contains__(self, value: float) -> bool:
        above = self.low < value or (self.ends[0] == "[" and value == self.low)
        return above and (value < self.high or (self.ends[1] == "]" and value == self.high))

    def holds(self, values: Array) -> Any:
        """Return where an array lies inside: a boolean array of its shape."""
        above = np.greater_equal if self.ends[0] == "[" else np.greater
        below = np.less_equal if self.ends[1] == "]" else np.less
        return above(values, self.low) & below(values, self.high)

    def __str__(self) -> str:
        low = f"{'at least' if self.ends[0] == '[' else 'above'} {shown(self.low)}"
        high = f"{'at most' if self.ends[1] == ']' else 'below'} {shown(self.high)}"
        ends = [text for text, end in ((low, self.low), (high, self.high)) if isfinite(end)]
        finite = (self.low, self.ends[0]) != (-inf, "[") and (self.high, self.ends[1]) != (inf, "]")
        kind = "a finite number" if finite and len(ends) < len(self.ends) else "a number"
        return f"{kind} {' and '.join(ends)}".rstrip()

    def described(self, *, whole: bool) -> str:
        """Say what lies inside, of whole numbers or of all."""
        return str(self).replace(" finite ", " ").replace("a number", "a whole number") if whole else str(self)


Finite = Annotated[float, Interval()]
Positive = Annotated[float, Interval(0, inf)]
NonNegative = Annotated[float, Interval(0, inf, "[)")]


@dataclass(frozen=True)
class Scalar:
    """A target that is a number."""

    interval: Interval
    default: float = 0.0

    def __str__(self) -> str:
        return str(self.interval)

    def __contains__(self, value: float) -> bool:
        return value in self.interval

    def read(self, text: str) -> float:
        """Read `0.5`."""
        value = number(text)
        if value not in self:
            raise UsageError(f"it is {self}")
        return value


@dataclass(frozen=True)
class Label:
    """A target that is one of a few numbers."""

    values: tuple[float, ...] = (-1.0, 1.0)
    default: float = 1.0

    def __str__(self) -> str:
        *others, last = map(shown, self.values)
        return f"{', '.join(others)} or {last}"

    def __contains__(self, value: float) -> bool:
        return value in self.values

    def read(self, text: str) -> float:
        """Read `-1`."""
        value = number(text)
        if value not in self:
            raise UsageError(f"it is {self}")
        return value


@dataclass(frozen=True)
class Nothing:
    """No target: the prediction itself compares what there is to compare."""

    default: None = None

    def __str__(self) -> str:
        return "none: the loss has no target"

    def read(self, text: str) -> None:
        """Read nothing at all."""
        raise UsageError(f"'{text}' is not needed: it is {self}")


MOST_CLASSES = 1_000_000  # more than any vocabulary has, and few enough for a vector of logits


@dataclass(frozen=True)
class ClassIndex:
    """A target that names one of K classes, counted from 0."""

    default: int = 0

    def __str__(self) -> str:
        return f"a class index: 0, 1, 2, ... below {MOST_CLASSES}"

    def read(self, text: str) -> int:
        """Read `2`."""
        if not (text.isascii() and text.isdigit()) or int(text) >= MOST_CLASSES:
            raise UsageError(f"it is {self}")
        return int(text)

    def classes(self, target: Target) -> int:
        """Return how many classes a figure needs when no logits say so."""
        return max(3, int(target) + 1) if isinstance(target, int) else 3

    def fits(self, target: Target, classes: int) -> bool:
        """Tell whether the target can stand beside that many logits."""
        return isinstance(target, int) and target < classes

    def main_class(self, target: Target) -> int:
        """Return the class whose logit is varied when nothing else is said."""
        return int(target) if isinstance(target, int) else 0


@dataclass(frozen=True)
class PerClass(ABC):
    """A target that says something of each of K classes."""

    default: tuple[float, ...]

    @abstractmethod
    def holds(self, values: tuple[float, ...]) -> bool:
        """Tell whether these numbers are such a target."""

    def read(self, text: str) -> tuple[float, ...]:
        """Read `0.1,0.02,0.88`."""
        values = tuple(number(part) for part in text.split(","))
        if len(values) < 2 or not self.holds(values):  # noqa: PLR2004 - two classes at least
            raise UsageError(f"it is {self}")
        return values

    def usual(self, classes: int) -> tuple[float, ...]:
        """Return the default for so many classes."""
        return (*self.default, *(0.0,) * classes)[:classes]

    def classes(self, target: Target) -> int:
        """Return how many classes a figure needs when no logits say so."""
        return len(target) if isinstance(target, tuple) else len(self.default)

    def fits(self, target: Target, classes: int) -> bool:
        """Tell whether the target can stand beside that many logits."""
        return isinstance(target, tuple) and len(target) == classes

    def main_class(self, target: Target) -> int:
        """Return the class whose logit is varied when nothing else is said: the first of the most."""
        return target.index(max(target)) if isinstance(target, tuple) else 0


@dataclass(frozen=True)
class Distribution(PerClass):
    """A target that gives each of K classes its probability."""

    default: tuple[float, ...] = (1.0, 0.0, 0.0)

    def __str__(self) -> str:
        return "a distribution a,b,...: two numbers or more, none negative, with sum 1"

    def holds(self, values: tuple[float, ...]) -> bool:
        """Tell whether they sum to 1 up to the rounding of decimals such as 0.333333; a forgotten class is more."""
        return min(values) >= 0 and abs(fsum(values) - 1) <= 1e-5  # noqa: PLR2004 - six decimals


@dataclass(frozen=True)
class LabelSet(PerClass):
    """A target that says of each of K classes whether it applies: any number of them may."""

    default: tuple[float, ...] = (1.0, 0.0, 1.0)

    def __str__(self) -> str:
        return "labels a,b,...: 0 or 1 for each class, two classes or more"

    def holds(self, values: tuple[float, ...]) -> bool:
        """Tell whether each is 0 or 1."""
        return set(values) <= {0, 1}


Kind = Scalar | Label | Nothing | ClassIndex | Distribution | LabelSet  # of target


def written(target: Target) -> str:
    """Return a target as it is typed."""
    return ",".join(map(shown, target)) if isinstance(target, tuple) else shown(target)
