"""Numbers as text and text as numbers: single ones, and the evenly spaced ones that `LO:HI:N` means."""

from __future__ import annotations

from itertools import pairwise
from math import isfinite, isnan
from typing import TYPE_CHECKING

from losscli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection


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
