"""Numbers along an axis: as many as its length holds, at any size of the figure and of its type."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath
from matplotlib.ticker import Formatter, Locator, MaxNLocator, NullFormatter, NullLocator

from losscli.drawing.texts import POINTS
from losscli.lazy import np
from losscli.wording import captions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from losscli.lazy import Array

MOST = 9  # numbers along an axis
FEW = 3  # of powers of ten, fewer of which have numbers between them
BETWEEN = (range(1, 10), (1, 2, 3, 5), (1, 2, 5), (1, 3))  # times a power of ten
STRIDES = (1, 2, 3, 4, 5, 10, 20, 25, 50, 100, 200)  # from one power of ten to the next that has a number
NARROW = 3.0  # the ratio of the ends: within less there are hardly powers of ten
STEPS = (1, 2, 5, 10)
EVEN_STEPS = (1, 2, 2.5, 5, 10)
APART = 0.7  # of the type: between two numbers beside each other
LINE = 2.0  # of the type: from one number to the next above it
PLAIN = (1e-3, 1e3)  # an axis whose numbers lie between these has no powers of ten written
DIGITS = 12
NEARLY = 1e-8
ABOUT = {".": 0.36, "\N{MINUS SIGN}": 0.86}  # of the type: how wide a letter of a number is at most in usual fonts,
DIGIT = 0.66  # and any other


def space_numbers(panel: Any) -> None:
    """Leave out numbers of linear axes where they would touch, whenever the axes are drawn."""
    for axis in (panel.xaxis, panel.yaxis):
        usual = axis.get_major_locator()
        if axis.get_scale() == "linear" and not isinstance(usual, Ticks):  # panels above each other share theirs
            axis.set_major_locator(EvenTicks(usual))


def number_axis(axis: Any, least: float = 0.0) -> None:
    """Put numbers along a logarithmic axis, one that is linear below `least`, whenever it is drawn."""
    axis.set_major_locator(LogarithmicTicks(axis.get_major_locator(), least))
    axis.set_major_formatter(Numbers())
    axis.set_minor_formatter(NullFormatter())
    if least:  # whose own are powers of ten, wherever these have no number
        axis.set_minor_locator(NullLocator())


def power_of_ten(value: float, digits: int) -> str:
    """Return a number as so many digits behind the point, less zeros, times a power of ten."""
    mantissa, _, exponent = f"{value:.{digits}e}".partition("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return captions.power_of_ten(mantissa, exponent)


class Numbers(Formatter):
    """Writes the numbers of an axis alike: all plain, or all as powers of ten.

    Where they are powers of ten alone they follow the other logarithmic axes of the figure.
    """

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """Return the numbers of an axis."""
        plain = _plain(values) and not (_powers(values) and self._beside_powers())
        return [
            self.fix_minus(f"{value:.{DIGITS}g}") if plain or not value else power_of_ten(value, DIGITS)
            for value in values
        ]

    def _beside_powers(self) -> bool:
        """Tell whether another axis has numbers that cannot be plain; the places of those ask for no other axis."""
        figure: Any = self.axis.axes.figure  # type: ignore[union-attr] # an axis it has by now
        axes = [axis for panel in figure.axes for axis in (panel.xaxis, panel.yaxis)]
        others = [axis for axis in axes if isinstance(axis.get_major_formatter(), Numbers)]
        return any(not _plain(axis.get_majorticklocs()) for axis in others if axis.get_major_formatter() is not self)

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Return a number alone."""
        return self.format_ticks([x])[0]


def _plain(values: Sequence[float]) -> bool:
    """Tell whether numbers can do without powers of ten."""
    return all(value == 0 or PLAIN[0] <= abs(value) <= PLAIN[1] for value in values)


def _powers(values: Sequence[float]) -> bool:
    """Tell whether numbers are powers of ten, of either sign, and 0."""
    return all(value == 0 or float(f"{abs(value):.{DIGITS}e}".partition("e")[0]) == 1 for value in values)


class Ticks(Locator):
    """Finds the places of numbers that do not touch, for the length that an axis has when it is asked."""

    def __init__(self, usual: Locator) -> None:
        self.usual = usual
        self.font = FontProperties(size=mpl.rcParams["xtick.labelsize"])
        self.widths: dict[str, float] = {}
        self.found: tuple[Any, list[float]] = (None, [])

    def nonsingular(self, v0: float, v1: float) -> tuple[float, float]:
        """Return ends that an axis may have, as Matplotlib's own do."""
        return self.usual.nonsingular(v0, v1)

    def view_limits(self, vmin: float, vmax: float) -> tuple[float, float]:
        """Return the ends for these data, as Matplotlib's own do."""
        return self.usual.view_limits(vmin, vmax)

    def __call__(self) -> list[float]:
        """Return the places for the axis as it is."""
        return self.tick_values(*self.axis.get_view_interval())  # type: ignore[union-attr] # an axis it has by now

    def tick_values(self, vmin: float, vmax: float) -> list[float]:
        """Return the places between two ends: the first choice whose numbers do not touch."""
        key = (vmin, vmax, self._length())
        if self.found[0] != key:
            self.found = key, self._chosen(min(vmin, vmax), max(vmin, vmax)).tolist()
        return self.found[1]

    def _chosen(self, low: float, high: float) -> Array:
        raise NotImplementedError

    def _thinned(self, ticks: Array, low: float, high: float) -> Array:
        """Return 0 and then the largest of some ticks that have room."""
        kept: list[float] = []
        for tick in sorted(ticks, key=lambda value: -abs(value) if value else -np.inf):
            trial = np.sort([*kept, tick])
            if not _touch(*self._measured(trial, low, high)):
                kept.append(tick)
        return np.sort(kept)

    def _measured(
        self, ticks: Array, low: float, high: float, width: Callable[[str], float] | None = None
    ) -> tuple[Array, Array]:
        """Return where numbers stand along the axis and how long they are there with the gap, in points."""
        axis: Any = self.axis
        first, last, *places = axis.get_transform().transform(np.array([low, high, *ticks])).tolist()
        along = (np.array(places) - first) / (last - first) * self._length()
        size = self.font.get_size_in_points()
        if axis.axis_name == "y":
            return along, np.full(len(ticks), LINE * size)
        texts = axis.get_major_formatter().format_ticks(ticks.tolist())
        return along, np.array([(width or self._width)(text) + APART * size for text in texts])

    def _width(self, text: str) -> float:
        if text not in self.widths:
            size = self.font.get_size_in_points()
            self.widths[text] = float(TextPath((0, 0), text, size, prop=self.font).get_extents().width)
        return self.widths[text]

    def _length(self) -> float:
        axis: Any = self.axis
        box = axis.axes.bbox
        pixels = box.width if axis.axis_name == "x" else box.height
        return float(pixels / axis.figure.dpi * POINTS)


class EvenTicks(Ticks):
    """Those of a linear axis: the usual ones, or fewer where their numbers touch."""

    def _chosen(self, low: float, high: float) -> Array:
        usual = np.asarray(self.usual.tick_values(low, high))
        if self._apart(usual, low, high):
            return usual
        kept = usual
        for count in range(len(usual) - 1, 0, -1):
            kept = np.asarray(MaxNLocator(count, steps=EVEN_STEPS).tick_values(low, high))
            if self._apart(kept, low, high):
                return kept
        return self._thinned(kept[_within(kept, low, high)], low, high)

    def _apart(self, ticks: Array, low: float, high: float) -> bool:
        """Tell whether numbers stand apart; they are measured only where an estimate leaves it open."""
        inside = _within(ticks, low, high)
        for width in (self._estimated, self._width):
            places, sizes = self._measured(ticks, low, high, width)
            if not _touch(places[inside], sizes[inside]):
                return True
        return False

    def _estimated(self, text: str) -> float:
        return self.font.get_size_in_points() * sum(ABOUT.get(letter, DIGIT) for letter in text)


class LogarithmicTicks(Ticks):
    """Those of a logarithmic axis, one that is linear below `least`."""

    def __init__(self, usual: Locator, least: float) -> None:
        super().__init__(usual)
        self.least = least

    def _chosen(self, low: float, high: float) -> Array:
        choices = [choice for choice in _choices(low, high, self.least) if len(choice)]
        for choice in choices:
            places, sizes = self._measured(choice, low, high)
            clear = _clear_of_zero(choice, places, sizes)
            kept: Array = choice[clear]
            if min(2, len(choice)) <= len(kept) <= MOST and not _touch(places[clear], sizes[clear]):
                return kept
        return self._thinned(choices[0], low, high) if choices else np.array([])


def _touch(places: Array, sizes: Array) -> bool:
    """Tell whether any of some numbers, in their order along the axis, touches the next."""
    return bool((np.diff(places) < (sizes[1:] + sizes[:-1]) / 2).any())


def _within(ticks: Array, low: float, high: float) -> Any:
    """Tell which ticks an axis has; it takes those at its very ends for inside."""
    slack = NEARLY * (high - low)
    return (ticks >= low - slack) & (ticks <= high + slack)


def _clear_of_zero(ticks: Array, places: Array, sizes: Array) -> Array:
    """Tell of each number whether it is clear of that of 0, around which powers of ten crowd."""
    zero = np.flatnonzero(ticks == 0)
    if not len(zero):
        return np.full(len(ticks), True)
    clear: Array = (abs(places - places[zero]) >= (sizes + sizes[zero]) / 2) | (ticks == 0)
    return clear


def _choices(low: float, high: float, least: float) -> Iterator[Array]:
    """Yield ticks to choose from, the best first: of few powers of ten with some between them, of many only some."""
    sizes = sorted((abs(low), abs(high)))
    if sizes[1] <= least or ((low > 0) == (high > 0) and sizes[1] < NARROW * sizes[0]):
        for count in range(MOST, 0, -1):
            ticks = np.asarray(MaxNLocator(count, steps=STEPS).tick_values(low, high))
            yield ticks[(ticks >= low) & (ticks <= high)]
        return
    powers = _multiples((1,), low, high, least)
    if len(powers) < FEW:
        for between in BETWEEN:
            yield _multiples(between, low, high, least)
    for stride in STRIDES:
        yield _multiples((1,), low, high, least, stride)


def _multiples(times: Sequence[int], low: float, high: float, least: float, stride: int = 1) -> Array:
    """Return the multiples of powers of ten between two ends, on both sides of 0, and 0."""
    above = _positive(times, max(low, least), high, stride)
    below = _positive(times, max(-high, least), -low, stride)
    zero = [0.0] if low <= 0 <= high else []
    return np.array([*(-value for value in reversed(below)), *zero, *above])


def _positive(times: Sequence[int], low: float, high: float, stride: int) -> list[float]:
    if not 0 < low < high:
        return []
    first, last = (int(np.floor(np.log10(end))) for end in (low, high))
    powers = (power for power in range(first, last + 2) if power % stride == 0)
    found = chain.from_iterable((float(f"{value}e{power}") for value in times) for power in powers)
    return [value for value in found if low * (1 - NEARLY) <= value <= high * (1 + NEARLY)]
