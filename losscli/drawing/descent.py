"""Descent in a figure: the steps on the curves, and below them the loss above its floor at each step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import matplotlib as mpl

from losscli.lazy import np
from losscli.training.excess import excess

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from losscli.training.descent import Path

MAX_MARKED = 200  # steps that are marked on a curve; more run into each other


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

    def draw(self, panels: Sequence[Axes]) -> None:
        """Draw the steps onto the curves of the first panel, and the loss above its floor into the last one."""
        *upper, below = panels
        marked = dict.fromkeys(self.curves, 0)
        several = len(self.paths) > len(marked)
        colours = mpl.rcParams["axes.prop_cycle"].by_key()["color"]
        for number, (path, label, curve) in enumerate(zip(self.paths, self.labels, self.curves, strict=True)):
            line = upper[0].lines[curve] if upper else None
            colour = colours[number % len(colours)] if several or line is None else line.get_color()
            if line is not None and path.predictions.ndim == 1:
                shown = slice(None, MAX_MARKED)
                upper[0].plot(
                    path.predictions[shown], path.values[shown], "o-", color=colour, markersize=3.5, linewidth=0.6,
                    alpha=0.8, gid=f"steps-{number}",
                )  # fmt: skip
            above = excess(path.curve, path.predictions)
            below.plot(np.arange(len(above)), np.where(above > 0, above, np.nan), color=colour, label=label)
        below.set_yscale("log")
        below.set_xlabel("Step")
        below.set_ylabel("Loss above its floor")
        below.legend(loc="best", fontsize="small")
