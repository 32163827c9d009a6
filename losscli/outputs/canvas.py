"""Arrays to characters: the dots that a curve covers in a grid, and round numbers for its axes."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10
from typing import TYPE_CHECKING

from losscli.lazy import np
from losscli.model.numbers import told_apart

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from losscli.lazy import Array

    Dots = NDArray[np.bool_]

BRAILLE = 0x2800  # the first of 256 characters; a bit for each dot, in this order
BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
FAR = 1e9  # dots: a curve that goes further, or to infinity, leaves the grid upright all the same
ROUNDING = 1e-9  # of a step: what misses a round number by its own rounding
SAME = 1e-12  # relative: two numbers that differ by less are drawn as one
LEAST_STEP = 1e-300


@dataclass(frozen=True)
class Canvas:
    """A grid of characters, each a cell of dots, that shows a part of the plane."""

    rows: int
    columns: int
    cell: tuple[int, int]  # dots in a character: down and across
    xlim: tuple[float, float]
    ylim: tuple[float, float]

    @property
    def size(self) -> tuple[int, int]:
        """The number of dots: down and across."""
        return self.rows * self.cell[0], self.columns * self.cell[1]

    def column(self, x: float) -> int:
        """Return the column of characters at a place of the horizontal axis."""
        return int(np.rint(_placed(np.array(x), self.xlim, self.size[1]))) // self.cell[1]

    def row(self, y: float) -> int:
        """Return the row of characters, counted from the top, at a place of the vertical axis."""
        down = self.size[0]
        return int(down - 1 - np.rint(_placed(np.array(y), self.ylim, down))) // self.cell[0]

    def dots(self, x: Array, y: Array) -> Dots:
        """Return the dots that a curve covers, first row on top; x is in increasing order, and nan makes a gap.

        In each column these are the dots between the lowest and the highest place of the curve, and the middle one.
        """
        height, width = self.size
        rows = np.arange(height)[::-1, None]
        found = np.zeros((height, width), dtype=bool)
        for piece in _pieces(_placed(x, self.xlim, width), _placed(y, self.ylim, height)):
            low, high = _extent(*piece, width)
            with np.errstate(invalid="ignore"):  # of columns without a curve
                found |= ((rows >= low) & (rows <= high)) | (rows == np.rint((low + high) / 2))
        return found

    def cells(self, dots: Dots) -> Dots:
        """Return the dots sorted into characters, of shape (rows, columns, down, across)."""
        down, across = self.cell
        return dots.reshape(self.rows, down, self.columns, across).swapaxes(1, 2)

    def braille(self, dots: Dots) -> list[list[str]]:
        """Return the rows of characters that show these dots."""
        codes = BRAILLE + (self.cells(dots) * np.array(BITS)).sum(axis=(2, 3))
        return [[chr(code) for code in row] for row in codes.tolist()]


def _placed(values: Array, limits: tuple[float, float], count: int) -> Array:
    """Return places on an axis in dots, counted from its low end."""
    low, high = limits
    with np.errstate(over="ignore"):
        return np.clip((values - low) / (high - low) * (count - 1), -FAR, FAR)


def _pieces(x: Array, y: Array) -> Iterator[tuple[Array, Array]]:
    """Yield the parts of a curve between its gaps."""
    gaps = np.flatnonzero(np.isnan(x + y))
    for start, stop in zip([0, *(gaps + 1)], [*gaps, len(x)], strict=True):
        if stop - start > 1:
            yield x[start:stop], y[start:stop]


def _extent(x: Array, y: Array, width: int) -> tuple[Array, Array]:
    """Return the lowest and the highest place of a curve in each column, shape (width,); inf and -inf where it is not.

    They are among its samples, and where it enters and leaves the column.
    """
    columns = np.arange(width)
    places = np.concatenate([x, columns - 0.5, columns + 0.5])
    column = np.concatenate([np.rint(x).astype(int), columns, columns])
    heights = np.interp(places, x, y, left=np.nan, right=np.nan)
    seen = (column >= 0) & (column < width) & ~np.isnan(heights)
    low, high = np.full(width, np.inf), np.full(width, -np.inf)
    np.minimum.at(low, column[seen], heights[seen])
    np.maximum.at(high, column[seen], heights[seen])
    return low, high


def owners(touched: Dots) -> NDArray[np.intp]:
    """Return the curve that is shown in each character, -1 for none; curves that share characters take turns.

    `touched` has shape (curves, rows, columns).
    """
    rank = touched.cumsum(axis=0, dtype=np.int16) - 1
    turn = np.arange(touched.shape[2]) % np.maximum(rank[-1] + 1, 1)
    return np.where(rank[-1] < 0, -1, (touched & (rank == turn)).argmax(axis=0))


def limits(arrays: Iterable[Array], largest: float) -> tuple[float, float]:
    """Return the ends of an axis that shows every finite number up to a largest one."""
    finite = [array[abs(array) <= largest] for array in arrays]
    low = min((float(array.min()) for array in finite if array.size), default=0.0)
    high = max((float(array.max()) for array in finite if array.size), default=1.0)
    if high - low > SAME * max(abs(low), abs(high)):
        return low, high
    room = abs(low) / 10 or 1.0
    return low - room, high + room


def ticks(ends: tuple[float, float], most: int) -> list[tuple[float, str]]:
    """Return round numbers between two ends, at least two and if possible no more than `most`, and their texts."""
    low, high = ends
    power = 10.0 ** floor(log10(max((high - low) / most, LEAST_STEP)))
    steps = [_multiples(ends, power * nice) for nice in (10, 5, 2, 1)]
    enough = [places for places in steps if len(places) > 1] or [[low, high]]
    places = max((places for places in enough if len(places) <= most), key=len, default=enough[0])
    return [*zip(places, told_apart(places), strict=True)]


def _multiples(ends: tuple[float, float], step: float) -> list[float]:
    first, last = ceil(ends[0] / step - ROUNDING), floor(ends[1] / step + ROUNDING)
    return [*dict.fromkeys(number * step for number in range(first, last + 1))]  # tiny steps may give one float twice
