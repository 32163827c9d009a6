"""The panel below the curves that shows where one's own predictions lie: a histogram on the same axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import matplotlib as mpl

from losscli.data.statistics import Histogram, quantile, smallest
from losscli.lazy import np
from losscli.model.numbers import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from losscli.data.passes import Classes
    from losscli.lazy import Array

NUMBER_OF_BARS = 60
PALE = 0.45  # how opaque a bar is, so that the bars of two classes are both seen
MIN_SHARE = 5e-4  # of the rows outside of the axis; less is not told


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
        panel, rows = panels[-1], self.rows
        low, high = panel.get_xlim()
        edges = np.linspace(low, high, NUMBER_OF_BARS + 1)
        whole = Histogram(1)
        colours = mpl.rcParams["axes.prop_cycle"].by_key()["color"]
        for place, label in enumerate(sorted(rows, key=lambda value: -np.inf if value is None else value)):
            heights = counts(rows[label], edges)
            text = None if label is None else f"target {shown(label)}"
            style: dict[str, Any] = {"color": colours[place % len(colours)], "alpha": PALE if len(rows) > 1 else 0.7}
            panel.stairs(heights, edges, fill=True, label=text, **style)
            whole.merge(rows[label])
        panel.axvline(quantile(whole, 0.5), color=mpl.rcParams["text.color"], linestyle="--", linewidth=1)
        panel.set_ylabel("Rows")
        panel.set_title(_told(whole, low, high), fontsize="small", loc="left")
        if len(rows) > 1:
            panel.legend(loc="best", fontsize="small")


def counts(rows: Histogram, edges: Array) -> Array:
    """Return how many rows lie between each two edges, of shape (edges - 1,)."""
    names, held, _ = rows.buckets()
    middles = np.array([smallest(int(name)) / 2 + smallest(int(name) + 1) / 2 for name in names])
    found, _ = np.histogram(middles, edges, weights=held.astype(float))
    return np.asarray(found)


def _told(rows: Histogram, low: float, high: float) -> str:
    """Return `median 0.12; 0.4 % of the rows lie left of the axis, 0.1 % right of it`."""
    names, held, _ = rows.buckets()
    starts = np.array([smallest(int(name)) for name in names])
    outside = {"left": held[starts < low].sum() / held.sum(), "right": held[starts > high].sum() / held.sum()}
    shares = [f"{100 * share:.2g} % {side}" for side, share in outside.items() if share > MIN_SHARE]
    rest = f"; of the rows {' and '.join(shares)} of the axis" if shares else ""
    return f"median {quantile(rows, 0.5):.4g} (dashed){rest}"
