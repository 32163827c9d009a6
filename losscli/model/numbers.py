"""Numbers as text and text as numbers: single ones, and the evenly spaced ones that `LO:HI:N` means."""

from __future__ import annotations

from itertools import pairwise
from math import isfinite, isnan
from typing import TYPE_CHECKING

from losscli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection


def shown(value: float | None) -> str:
    """Return the shortest text that reads back as this number, such as 2, 0.1, 1e-300 or inf; `none` for None."""
    return "none" if value is None else repr(float(value)).removesuffix(".0")


def number(text: str) -> float:
    """Return the number that a text gives, with 0 for -0. Raise UsageError for anything else, nan included."""
    try:
        value = float(text)
    except ValueError:
        raise UsageError(f"'{text}' is not a number") from None
    if isnan(value):
        raise UsageError("nan is not a number one can use")
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


MAX_DECIMALS = 6  # of swept values
EXACT_DECIMALS = 4  # up to so many are used if they make all values exact
GUARD_DECIMALS = 6  # to round at first, so that the last bits of a sum do not decide how a half is rounded
SIGNIFICANT_DIGITS = range(6, 17)  # tried one after the other if the decimals are too many
TYPED_ROUNDING = 1e-6  # relative: how far a value that was typed may be rounded
ROUNDING = 1e-9  # of a step: how far its multiples may be off
LARGEST_PLAIN = 1e7  # larger swept values are written with an exponent


def told_apart(values: Collection[float], typed: Collection[float] = ()) -> list[str]:
    """Return swept values as text, with the same number of decimals: as few as tell all of them apart.

    A value may be rounded by a hundredth of a step or of itself; one that was typed stays recognisable. A few more
    decimals are used if they make all values exact.
    """
    ordered = sorted(values)
    step = min((high - low for low, high in pairwise(ordered)), default=1.0)

    def suffices(value: float, decimals: int, allowed: float) -> bool:
        return abs(_rounded(value, decimals) - value) <= max(allowed, ROUNDING * step)

    if max(map(abs, ordered)) < LARGEST_PLAIN:
        most = {
            value: TYPED_ROUNDING * abs(value) if value in typed else min(step, abs(value)) / 100 for value in ordered
        }
        counts = range(MAX_DECIMALS + 1)
        enough = next(
            (count for count in counts if all(suffices(value, count, most[value]) for value in ordered)), None
        )
        if enough is not None:
            exact = (
                count
                for count in range(enough, EXACT_DECIMALS + 1)
                if all(suffices(value, count, 0) for value in ordered)
            )
            decimals = next(exact, enough)
            return [f"{_rounded(value, decimals) + 0.0:.{decimals}f}" for value in values]
    rounded = ([shown(float(f"{value:.{digits}g}")) for value in values] for digits in SIGNIFICANT_DIGITS)
    return next((texts for texts in rounded if len({*texts}) == len(values)), [shown(value) for value in values])


def _rounded(value: float, decimals: int) -> float:
    """Return a rounded number; a half is rounded the same way whatever its last bits are."""
    return round(round(value, decimals + GUARD_DECIMALS), decimals)
