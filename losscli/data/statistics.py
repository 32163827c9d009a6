"""What is counted and summed over rows: parts of it are made block by block, anywhere, and merged in order.

Counts are exact. A sum is one number per block, and these are added exactly (math.fsum): blocks are the same however
many workers share them, so the sum is too, in any order.
"""

from __future__ import annotations

from math import fsum, nan
from typing import TYPE_CHECKING, NamedTuple

from losscli.lazy import Array, np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

# A bucket of the histogram is named by the leading 22 bits of a double: sign, exponent, and 10 bits of the mantissa.
# So buckets are the same for all data and can be merged, and none is wider than a thousandth of its numbers.
BUCKET_BITS = 42  # that are left out
PAGE_BITS = 10  # a page is the buckets with the same exponent
PAGE = 1 << PAGE_BITS
FINE_BITS = 22  # that are left out when a bucket is looked into: then it is 1e-9 of its numbers wide
MAX_STEPS, CONVERGED = 100, 1e-6  # of the search for a slope
MAX_SHARE = 0.001  # of all rows in a bucket that a quantile is read from as it is


def ordered(values: Array) -> Whole:
    """Return the bits of doubles as whole numbers in the order of the doubles; 0 and -0 are the same."""
    bits: Whole = (values + 0.0).view(np.int64)
    if bits.size and bits.min() < 0:
        bits = np.where(bits < 0, bits ^ np.int64(2**63 - 1), bits)
    return bits


def smallest(bucket: int) -> float:
    """Return the smallest double in a bucket."""
    bits = np.array(bucket << BUCKET_BITS, np.int64)
    return float(np.where(bits < 0, bits ^ np.int64(2**63 - 1), bits).view(np.float64))


class Histogram:
    """Counts of numbers in buckets of a fixed relative width, and sums of weights of the numbers in each.

    `pages` are the exponents that occur, in order; `counts` has shape (pages, 1024), `sums` (weights, pages, 1024).
    """

    def __init__(self, weights: int = 0) -> None:
        self.pages = np.zeros(0, np.int64)
        self.counts = np.zeros((0, PAGE), np.int64)
        self.sums = np.zeros((weights, 0, PAGE))

    def add(self, values: Array, *weights: Array) -> None:
        """Count finite values, and add their weights; all of shape (N,)."""
        if not values.size:
            return
        buckets = ordered(values) >> BUCKET_BITS
        pages = buckets >> PAGE_BITS
        first = int(pages.min())
        present = np.flatnonzero(np.bincount(pages - first))
        self._widen(present + first)
        slots = np.zeros(int(present[-1]) + 1, np.int64)
        slots[present] = np.searchsorted(self.pages, present + first) << PAGE_BITS
        index = slots[pages - first] | (buckets & (PAGE - 1))
        np.add.at(self.counts.reshape(-1), index, 1)
        for sums, weight in zip(self.sums, weights, strict=True):
            np.add.at(sums.reshape(-1), index, weight)

    def merge(self, other: Histogram) -> None:
        """Add what another histogram counted."""
        self._widen(other.pages)
        at = np.searchsorted(self.pages, other.pages)
        self.counts[at] += other.counts
        self.sums[:, at] += other.sums

    def _widen(self, pages: Whole) -> None:
        """Make room for more pages; most often all are there."""
        if {*pages.tolist()} <= {*self.pages.tolist()}:
            return
        wanted = np.union1d(self.pages, pages)
        at = np.searchsorted(wanted, self.pages)
        counts, sums = np.zeros((len(wanted), PAGE), np.int64), np.zeros((len(self.sums), len(wanted), PAGE))
        counts[at], sums[:, at] = self.counts, self.sums
        self.pages, self.counts, self.sums = wanted, counts, sums

    @property
    def total(self) -> int:
        """How many numbers were counted."""
        return int(self.counts.sum())

    @property
    def totals(self) -> Array:
        """The sum of each of the weights, of shape (weights,)."""
        found: Array = self.sums.sum(axis=(1, 2))
        return found

    def buckets(self) -> tuple[Whole, Whole, Array]:
        """Return the buckets that are not empty, in order: names of shape (B,), counts (B,) and sums (weights, B)."""
        counts = self.counts.reshape(-1)
        held = np.flatnonzero(counts)
        names = (self.pages[held >> PAGE_BITS] << PAGE_BITS) | (held & (PAGE - 1))
        return names, counts[held], self.sums.reshape(len(self.sums), counts.size)[:, held]

    def cut(self, share: float) -> Cut | None:
        """Return where the largest numbers, a share of all, end; None if there are no numbers."""
        names, counts, sums = self.buckets()
        if not counts.size:
            return None
        total = int(counts.sum())
        above, at, rest = largest(counts, sums, share * total)
        count = int(counts[at])
        return Cut(int(names[at]), rest, above, sums[:, at] * (rest / count), count <= max(1, MAX_SHARE * total))


class Cut(NamedTuple):
    """The largest numbers of a histogram: those of all buckets above one, and some of the numbers in that one."""

    bucket: int
    rest: float  # how many of the numbers in the bucket belong to them
    above: Array  # the sums of all buckets above, of shape (weights,)
    inside: Array  # the sums of the rest, if all numbers in the bucket have the same weights
    near: bool  # whether that will do: few rows are in the bucket


def largest(counts: Whole, sums: Array, rows: float) -> tuple[Array, int, float]:
    """Return the sums of all buckets in which only the largest rows are, the next lower bucket, and the rows it adds.

    Counts are (B,) and sums (weights, B), by bucket from the smallest numbers to the largest.
    """
    above = counts[::-1].cumsum()
    full = min(int(np.searchsorted(above, rows, side="right")), len(counts) - 1)
    rest = rows - (above[full - 1] if full else 0)
    return sums[:, len(counts) - full :].sum(axis=1), len(counts) - 1 - full, float(rest)


class Fine:
    """Numbers of some buckets, counted in buckets that are a millionth as wide, and sums of their weights.

    `names` and `counts` have shape (B,), `sums` (weights, B).
    """

    def __init__(self, weights: int) -> None:
        self.names = np.zeros(0, np.int64)
        self.counts = np.zeros(0, np.int64)
        self.sums = np.zeros((weights, 0))

    def add(self, buckets: Iterable[int], values: Array, *weights: Array) -> None:
        """Count those of the values that lie in the buckets, and add their weights; all of shape (N,)."""
        bits = ordered(values)
        inside = np.isin(bits >> BUCKET_BITS, list(buckets))
        part = Fine(len(weights))
        part.names, at, part.counts = np.unique(bits[inside] >> FINE_BITS, return_inverse=True, return_counts=True)
        part.sums = np.zeros((len(weights), len(part.names)))
        for sums, weight in zip(part.sums, weights, strict=True):
            np.add.at(sums, at.reshape(-1), weight[inside])
        self.merge(part)

    def merge(self, other: Fine) -> None:
        """Add what was counted elsewhere."""
        names = np.union1d(self.names, other.names)
        counts, sums = np.zeros(len(names), np.int64), np.zeros((len(self.sums), len(names)))
        for each in (self, other):
            at = np.searchsorted(names, each.names)
            counts[at] += each.counts
            sums[:, at] += each.sums
        self.names, self.counts, self.sums = names, counts, sums

    def _inside(self, bucket: int) -> tuple[Whole, Array]:
        """Return the counts and sums of the numbers of one bucket."""
        inside = self.names >> (BUCKET_BITS - FINE_BITS) == bucket
        return self.counts[inside], self.sums[:, inside]

    def at_rank(self, bucket: int, rank: int) -> float:
        """Return the number with this rank, from 0, among those of one bucket; the first weights are the numbers."""
        counts, sums = self._inside(bucket)
        at = int(np.searchsorted(counts.cumsum(), rank, side="right"))
        return float(sums[0, at] / counts[at])

    def largest(self, bucket: int, rows: float) -> Array:
        """Return the sums of the largest numbers of one bucket, so many rows."""
        counts, sums = self._inside(bucket)
        above, at, rest = largest(counts, sums, rows)
        return above + (sums[:, at] * (rest / counts[at]) if rest else 0)


class Place(NamedTuple):
    """Where the number of a rank is in a histogram."""

    bucket: int
    rank: int  # from 0, among the numbers in the bucket
    mean: float  # of the numbers in the bucket
    near: bool  # whether the mean will do: few rows are in the bucket, or all of its numbers are the same


def place(histogram: Histogram, rank: int) -> Place:
    """Return where the number of a rank, from 0, is in a histogram whose first weights are the numbers."""
    names, counts, sums = histogram.buckets()
    ends = counts.cumsum()
    at = int(np.searchsorted(ends, rank, side="right"))
    bucket, count, total = int(names[at]), int(counts[at]), float(sums[0, at])
    same = count == 1 or total == count * smallest(bucket)
    return Place(bucket, rank - int(ends[at] - count), total / count, same or count <= MAX_SHARE * int(ends[-1]))


def quantile(histogram: Histogram, share: float) -> float:
    """Return the quantile of a share of the numbers, right to a thousandth of it."""
    return place(histogram, min(int(share * histogram.total), histogram.total - 1)).mean


def slope_of_logs(x: Array, y: Array, weights: Array) -> float:
    """Return the slope b of y = e^(a + b x), of shape (groups,) each, by the likelihood of gamma noise.

    Few rows make a variance noisy, and its logarithm biased; this needs no logarithm of it. By Fisher's scoring.
    """
    x = x - np.average(x, weights=weights)
    level, slope = np.log(np.average(y, weights=weights)), 0.0
    for _ in range(MAX_STEPS):
        misfit = y / np.exp(level + slope * x) - 1
        step = (weights * x * misfit).sum() / (weights * x * x).sum()
        level, slope = level + np.clip(np.average(misfit, weights=weights), -1, 1), slope + np.clip(step, -1, 1)
    return float(slope) if abs(step) < CONVERGED else nan


def added(parts: Iterable[float]) -> float:
    """Return the exact sum of numbers, rounded once; infinite if it is too large for a double."""
    numbers = list(parts)
    try:
        return fsum(numbers)
    except (OverflowError, ValueError):  # too large on the way, or infinities of both signs
        with np.errstate(all="ignore"):
            return float(np.sum(numbers))
