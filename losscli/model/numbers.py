"""Numbers as text and text as numbers: single ones, and the evenly spaced ones that `LO:HI:N` means."""

from __future__ import annotations

import sys
from itertools import pairwise
from math import isfinite, isinf, isnan
from typing import TYPE_CHECKING

from losscli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

Value = float | tuple[float, ...] | str | None  # of a parameter: a number, one for each class, a word; None: off


def shown(value: Value | list[float]) -> str:
    """Return the shortest text that reads back as this value, such as 2, 1e-300, inf or 1,0.5; `none` for None."""
    if isinstance(value, tuple | list):
        return ",".join(map(shown, value))
    if isinstance(value, str):
        return value
    return "none" if value is None else repr(float(value)).removesuffix(".0")


def number(text: str) -> float:
    """Return the number that a text gives, with 0 for -0. Raise UsageError for anything else, nan included."""
    try:
        value = float(text)
    except ValueError:
        raise UsageError(f"'{text}' is not a number") from None
    if isnan(value):
        raise UsageError("nan is not a number one can use")
    if isinf(value) and any(map(str.isdigit, text)):
        raise UsageError(f"it is too large for a double: at most {sys.float_info.max}, or inf")
    return value + 0.0


MAX_SWEEP = 10**6  # numbers in a sweep


class Sweep(tuple[float, ...]):
    """The N evenly spaced numbers of `LO:HI:N`; `text` keeps these words, with each number in its shortest form."""

    text: str

    @classmethod
    def read(cls, text: str) -> Sweep:
        """Return the sweep of a text such as `0.1:3:60`; raise UsageError if it is none."""
        ends = text.split(":")
        try:
            (low, high), (count,) = map(number, ends[:2]), map(int, ends[2:])
        except (UsageError, ValueError):
            raise UsageError(f"'{text}' is not LO:HI:N, N evenly spaced numbers") from None
        if not (isfinite(low) and isfinite(high) and 1 < count <= MAX_SWEEP):
            raise UsageError(f"LO and HI are finite numbers, N is a whole number from 2 to {MAX_SWEEP}")
        step = (high - low) / (count - 1)
        sweep = cls([*(low + step * index for index in range(count - 1)), high])
        if len({*sweep}) < count:
            raise UsageError(f"LO and HI are far enough apart for {count} different numbers")
        sweep.text = f"{shown(low)}:{shown(high)}:{count}"
        return sweep

    def of(self, numbers: Iterable[float]) -> Sweep:
        """Return the sweep with its numbers as others that are equal: the whole ones as int."""
        found = Sweep(numbers)
        found.text = self.text
        return found


MAX_DECIMALS = 6  # of swept values
LARGEST_PLAIN = 1e7  # larger swept values are written with an exponent
TOLERANCE = 0.01  # of the step between two values, or of the value itself: how far it may be rounded
ROUNDING = 1e-9  # of a step: how far its multiples may be off


def told_apart(values: Collection[float]) -> list[str]:
    """Return numbers as text with equally many decimals: as few as tell all of them apart.

    Numbers that would need more than six decimals are written with as many digits as they need.
    """
    ordered = sorted({*values})
    step = min((high - low for low, high in pairwise(ordered)), default=1.0)
    if max(map(abs, ordered)) < LARGEST_PLAIN:
        for decimals in range(MAX_DECIMALS + 1):
            texts = {value: f"{round(value, decimals) + 0.0:.{decimals}f}" for value in ordered}
            off = {value: abs(float(text) - value) for value, text in texts.items()}
            if all(off[value] <= max(TOLERANCE * min(step, abs(value)), ROUNDING * step) for value in ordered):
                return [texts[value] for value in values]
    texts = {value: f"{value:.6g}" for value in ordered}
    return [texts[value] if len({*texts.values()}) == len(ordered) else shown(value) for value in values]
