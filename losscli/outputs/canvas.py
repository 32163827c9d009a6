"""Arrays -> dots and characters: where a curve runs in a grid, and which numbers stand at its axes."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10
from typing import TYPE_CHECKING

from losscli.lazy import np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from losscli.lazy import Array

    Dots = NDArray[np.bool_]

BRAILLE = 0x2800  # the first of its 256 characters; a bit for each dot, in this order
BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
FAR = 1e9  # dots: what leads beyond, or to infinity, leaves the frame upright
NEAR = 1e-9  # of a step: what misses a round number by its own rounding
ROUNDING = 1e-12  # relative: a smaller difference is nothing to see
PLAIN = (1e-4, 1e6)  # numbers between these are written without an exponent
TINY = 1e-300
ROUND = 0.49  # a dot reaches this far around its middle


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
        """Return the column that shows a place of the horizontal axis."""
        return int(np.rint(_placed(np.array(x), self.xlim, self.size[1]))) // self.cell[1]

    def row(self, y: float) -> int:
        """Return the row, counted from the top, that shows a place of the vertical axis."""
        down = self.size[0]
        return int(down - 1 - np.rint(_placed(np.array(y), self.ylim, down))) // self.cell[0]

    def dots(self, x: Array, y: Array) -> Dots:
        """Return which dots a line through these points touches, first row on top; nan lifts the pen."""
        height, width = self.size
        points = np.stack([_placed(x, self.xlim, width), _placed(y, self.ylim, height)], axis=-1)
        known: Dots = ~np.isnan(points.sum(axis=-1))
        together = known[:-1] & known[1:]
        starts, ends = _clipped(points[:-1][together], points[1:][together], np.array([width, height]))
        found = np.zeros((height, width), dtype=bool)
        across, up = np.rint(_between(starts, ends)).astype(int).T
        found[height - 1 - up, across] = True
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


def _clipped(starts: Array, ends: Array, size: Array) -> tuple[Array, Array]:
    """Return the part of each line that lies on the grid (Liang and Barsky); lines outside are left out."""
    low, high = -ROUND, size - 1 + ROUND
    way = ends - starts
    with np.errstate(all="ignore"):
        enters = (np.where(way > 0, low, high) - starts) / way
        leaves = (np.where(way > 0, high, low) - starts) / way
    inside = (starts >= low) & (starts <= high)
    first = np.where(way == 0, np.where(inside, 0, np.inf), enters).max(axis=1).clip(min=0)
    last = np.where(way == 0, 1, leaves).min(axis=1).clip(max=1)
    seen = first <= last
    starts, way, first, last = starts[seen], way[seen], first[seen, None], last[seen, None]
    return starts + way * first, starts + way * last


def _between(starts: Array, ends: Array) -> Array:
    """Return points along each line, no further than a dot from each other."""
    counts = np.ceil(abs(ends - starts).max(axis=1, initial=0)).astype(int) + 1
    line = np.repeat(np.arange(len(counts)), counts)
    step = np.arange(len(line)) - np.repeat(counts.cumsum() - counts, counts)
    share = step / np.maximum(counts[line] - 1, 1)
    points: Array = starts[line] + (ends - starts)[line] * share[:, None]
    return points


def takers(touched: Dots) -> NDArray[np.intp]:
    """Return who has each cell, -1 for nobody: curves that share cells take turns along them.

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
    if high - low > ROUNDING * max(abs(low), abs(high)):
        return low, high
    room = abs(low) / 10 or 1.0
    return low - room, high + room


def ticks(ends: tuple[float, float], most: int) -> list[tuple[float, str]]:
    """Return round numbers between two ends, a few of them and two at least, and how they are written."""
    low, high = ends
    power = 10.0 ** floor(log10(max((high - low) / most, TINY)))
    ladders = [_steps(ends, power * nice) for nice in (10, 5, 2, 1)]
    enough = [ladder for ladder in ladders if len(ladder) > 1] or [[low, high]]
    places = max((ladder for ladder in enough if len(ladder) <= most), key=len, default=enough[0])
    return [*zip(places, _written(places), strict=True)]


def _steps(ends: tuple[float, float], step: float) -> list[float]:
    first, last = ceil(ends[0] / step - NEAR), floor(ends[1] / step + NEAR)
    return [*dict.fromkeys(number * step for number in range(first, last + 1))]  # a double may be as wide as a step


def _written(places: list[float]) -> list[str]:
    """Return numbers with as many digits as tell them apart."""
    largest, step = max(map(abs, places)), places[1] - places[0]
    if PLAIN[0] <= largest < PLAIN[1]:
        digits = max(0, -floor(log10(step) + NEAR))
        return [f"{place:.{digits}f}" for place in places]
    digits = max(1, ceil(log10(largest / step) - NEAR) + 1)
    return [f"{place:.{digits}g}" for place in places]
