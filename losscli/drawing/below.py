"""What a figure shows in a panel below its curves: where one's own predictions lie, or the steps of a descent."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import matplotlib as mpl

from losscli.data.statistics import Histogram, quantile, smallest
from losscli.lazy import np
from losscli.model.numbers import shown
from losscli.training.excess import excess
from losscli.wording.captions import PANELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    from losscli.data.passes import Classes
    from losscli.lazy import Array
    from losscli.training.descent import Path

NUMBER_OF_BARS = 60
PALE = 0.45  # how opaque a bar is, so that the bars of two classes are both seen
MOST = 0.995  # of the values of a loss lie on the axis that shows them
MIN_SHARE = 5e-4  # of the rows outside of the axis; less is not told
DRAWN = (1e-180, 1e100)  # above a floor; the ticks of a logarithmic axis of more decades end beyond the doubles
MAX_MARKED = 200  # steps that are marked on a curve; more run into each other
MAX_PLAYED = 200  # steps that a moving figure plays

Line = tuple["Array", "Array"]  # x and y, of shape (N,)


class Below(Protocol):
    """What a figure shows in one more panel, below its curves."""

    @property
    def shares_axis(self) -> bool:
        """Whether the panel has the axis of the predictions."""

    @property
    def alone(self) -> bool:
        """Whether it is the only panel: the curves are of several numbers and have no axis here."""

    def draw(self, panels: Sequence[Axes]) -> None:
        """Draw into the last panel, and onto the others if it belongs there."""

    def told(self, low: float, high: float) -> str:
        """Return a sentence on what is drawn, for who cannot see it; `low` and `high` are the ends of the axis."""


@dataclass(frozen=True)
class Rows:
    """The rows of one's own predictions: the argument of the loss, by label where there are labels."""

    rows: Classes
    shares_axis: bool = True
    alone: bool = False

    def draw(self, panels: Sequence[Axes]) -> None:
        """Draw into the last panel how many rows have each value of the loss's argument within the axis.

        A dashed line is the median; the share of rows left and right of the axis stands above the panel.
        """
        panel, rows, whole = panels[-1], self.rows, self._whole
        low, high = panel.get_xlim()
        edges = np.linspace(low, high, NUMBER_OF_BARS + 1)
        colours = mpl.rcParams["axes.prop_cycle"].by_key()["color"]
        for place, label in enumerate(sorted(rows, key=lambda value: -np.inf if value is None else value)):
            heights = counts(rows[label], edges)
            text = None if label is None else f"target {shown(label)}"
            style: dict[str, Any] = {"color": colours[place % len(colours)], "alpha": PALE if len(rows) > 1 else 0.7}
            panel.stairs(heights, edges, fill=True, label=text, **style)
        panel.axvline(quantile(whole, 0.5), color=mpl.rcParams["text.color"], linestyle="--", linewidth=1)
        panel.set_ylabel("Rows")
        panel.set_title(_spread(whole, low, high, " (dashed)"), fontsize="small", loc="left")
        if len(rows) > 1:
            panel.legend(loc="best", fontsize="small")

    def told(self, low: float, high: float) -> str:
        """Return how many rows there are, by label if there are labels, and where they lie."""
        labels = [f"{rows.total} of target {shown(label)}" for label, rows in self.rows.items() if label is not None]
        by_label = f", {' and '.join(sorted(labels))}" if labels else ""
        return f"Below: the distribution of {self._whole.total} rows{by_label}: {_spread(self._whole, low, high)}."

    @cached_property
    def _whole(self) -> Histogram:
        """The rows of all labels together."""
        found = Histogram(1)
        for rows in self.rows.values():
            found.merge(rows)
        return found


@dataclass(frozen=True)
class Values:
    """The values of losses that read several numbers, whose rows have no place on one axis."""

    values: Sequence[Histogram]
    labels: Sequence[str]
    shares_axis: bool = False
    alone: bool = True

    def draw(self, panels: Sequence[Axes]) -> None:
        """Draw how many rows have each value of each loss, with its median in the legend."""
        panel = panels[-1]
        low, high = self._ends()
        edges = np.linspace(low, high, NUMBER_OF_BARS + 1)
        for rows, label in zip(self.values, self.labels, strict=True):
            panel.stairs(counts(rows, edges), edges, label=f"{label}: median {quantile(rows, 0.5):.3g}", linewidth=1.5)
        panel.set_xlabel(f"Loss of a row, without the largest {100 - 100 * MOST:g} %")
        panel.set_ylabel("Rows")
        panel.legend(loc="best", fontsize="small")

    def told(self, low: float, high: float) -> str:
        """Return how many rows there are, and where the values of each loss lie."""
        ends = self._ends()
        each = (f"{label}, {_spread(rows, *ends)}" for rows, label in zip(self.values, self.labels, strict=True))
        return f"Shown: the distribution of the losses of {self.values[0].total} rows: {'. '.join(each)}."

    def _ends(self) -> tuple[float, float]:
        """Return the ends of an axis that shows nearly all values of all losses."""
        ends = [(quantile(rows, 0.0), quantile(rows, MOST)) for rows in self.values]
        low, high = min(low for low, _ in ends), max(high for _, high in ends)
        return (low, high) if high > low else (low, low + 1)


def counts(rows: Histogram, edges: Array) -> Array:
    """Return how many rows lie between each two edges, of shape (edges - 1,)."""
    names, held, _ = rows.buckets()
    middles = np.array([smallest(int(name)) / 2 + smallest(int(name) + 1) / 2 for name in names])
    found, _ = np.histogram(middles, edges, weights=held.astype(float))
    return np.asarray(found)


def _spread(rows: Histogram, low: float, high: float, line: str = "") -> str:
    """Return `median 0.12; of the rows 0.4 % left and 0.1 % right of the axis`; `line` says how it is drawn."""
    names, held, _ = rows.buckets()
    starts = np.array([smallest(int(name)) for name in names])
    outside = {"left": held[starts < low].sum() / held.sum(), "right": held[starts > high].sum() / held.sum()}
    shares = [f"{100 * share:.2g} % {side}" for side, share in outside.items() if share > MIN_SHARE]
    rest = f"; of the rows {' and '.join(shares)} of the axis" if shares else ""
    return f"median {quantile(rows, 0.5):.3g}{line}{rest}"


ON_CURVES: dict[str, dict[str, Any]] = {  # how steps look, and where a path is
    "steps": {"marker": "o", "markersize": 3.5, "linewidth": 0.6, "alpha": 0.8},
    "place": {"marker": "o", "markersize": 7.0, "linestyle": "none", "zorder": 4},
}


@dataclass(frozen=True)
class Descents:
    """The paths of a figure, each with its text for the legend and the index of its curve."""

    paths: Sequence[Path]
    labels: Sequence[str]
    curves: Sequence[int]
    shares_axis: bool = False

    @property
    def alone(self) -> bool:
        """Whether the paths are of several numbers."""
        return self.paths[0].predictions.ndim > 1

    @cached_property
    def above(self) -> list[Array]:
        """The loss above its floor at each step of each path, where a logarithmic axis can show it; else nan."""
        found = [excess(path.curve, path.predictions) for path in self.paths]
        return [np.where((above > DRAWN[0]) & (above < DRAWN[1]), above, np.nan) for above in found]

    @property
    def last(self) -> int:
        """The number of steps of the longest path."""
        return max(path.steps for path in self.paths)

    def played(self) -> list[int]:
        """Return the steps that a moving figure plays, up to the last.

        Of many it is every k-th with an odd k: with an even one a path that goes to and fro would seem to stand.
        """
        apart = -(-self.last // MAX_PLAYED) | 1
        return [*range(0, self.last, apart), self.last]

    def whole(self, name: str) -> Line:
        """Return all the numbers of a line, by its id: those of the steps on the curve, or the loss per step."""
        kind, number = name.split("-")
        path, above = self.paths[int(number)], self.above[int(number)]
        return (np.arange(len(above), dtype=float), above) if kind == "above" else (path.predictions, path.values)

    def parts(self, step: int) -> dict[str, slice]:
        """Return which of its numbers each line shows after so many steps, by the id of the line.

        `steps-K` has the steps of path K on its curve, `place-K` where it is, `above-K` the loss above its floor.
        """
        found: dict[str, slice] = {}
        for number, path in enumerate(self.paths):
            end = min(step, path.steps) + 1
            if not self.alone:
                found[f"steps-{number}"] = slice(0, min(end, MAX_MARKED))
                found[f"place-{number}"] = slice(end - 1, end)
            found[f"above-{number}"] = slice(0, end)
        return found

    def lines(self, step: int) -> dict[str, Line]:
        """Return what each line shows after so many steps, by the id of the line."""
        every = {name: (self.whole(name), part) for name, part in self.parts(step).items()}
        return {name: (x[part], y[part]) for name, ((x, y), part) in every.items()}

    def drawn_in(self, figure: Figure) -> dict[str, Line2D]:
        """Return the lines that were drawn into a figure, by their ids."""
        return {str(line.get_gid()): line for panel in figure.axes for line in panel.lines}

    def draw(self, panels: Sequence[Axes]) -> None:
        """Draw the steps onto the curves of the first panel, and the loss above its floor into the last one.

        The ids of the lines are those of `lines`.
        """
        *upper, below = panels
        data = self.lines(self.last)
        for number, (label, colour) in enumerate(zip(self.labels, self._colours(upper), strict=True)):
            for kind, look in ON_CURVES.items() if not self.alone else ():
                upper[0].plot(*data[f"{kind}-{number}"], color=colour, gid=f"{kind}-{number}", **look)
            below.plot(*data[f"above-{number}"], color=colour, label=label, gid=f"above-{number}")
        below.set_yscale("log")
        below.set_xlabel("Step")
        below.set_ylabel(PANELS["excess"])
        below.legend(loc="best", fontsize="small")

    def told(self, low: float, high: float) -> str:
        """Return what descends."""
        return f"Below: the loss above its floor in each of {self.last} steps of {'; '.join(self.labels)}."

    def _colours(self, upper: Sequence[Axes]) -> list[Any]:
        """Return the colour of each path: that of its curve, or if curves have several paths each its own."""
        if upper and len({*self.curves}) == len(self.paths):
            return [upper[0].lines[curve].get_color() for curve in self.curves]
        cycle = mpl.rcParams["axes.prop_cycle"].by_key()["color"]
        return [cycle[number % len(cycle)] for number in range(len(self.paths))]
