"""Which colour and which dashes a curve has: from the style's cycle, or from its place in a sweep."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, Normalize, to_rgb
from matplotlib.lines import Line2D

from losscli.lazy import np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.legends import Entry
    from losscli.recipe import Axis, Recipe
    from losscli.sample import Sampled

FEW = 7  # curves that a legend still tells apart
DASHES: tuple[Any, ...] = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))
COLOURS = "viridis"  # its lightness grows steadily: it can be read in grey, and by colour-blind readers
ON_LIGHT, ON_DARK = (0.0, 0.9), (0.15, 1.0)  # the part of it that stands out


@dataclass(frozen=True)
class Ramp:
    """A sweep whose curves are coloured from its first value to its last; other sweeps change the dashes."""

    sweep: int  # which of the recipe's sweeps
    label: str
    mappable: ScalarMappable
    dashed: tuple[tuple[int, Axis], ...]  # the other sweeps
    positions: tuple[tuple[int | None, ...], ...]  # of each curve

    def style(self, index: int, value: float) -> dict[str, Any]:
        """Return colour and dashes of a curve by its value in the sweep."""
        place = sum(self.positions[index][sweep] or 0 for sweep, _ in self.dashed)
        return {"color": self.mappable.to_rgba(np.array(value)), "linestyle": DASHES[place % len(DASHES)]}

    def entries(self, lines: Sequence[Line2D]) -> list[Entry]:
        """Return what the colour bar leaves to the legend: curves outside of the sweep, and dashes."""
        found: list[Entry] = [
            (line, str(line.get_label()))
            for line, places in zip(lines, self.positions, strict=True)
            if places[self.sweep] is None
        ]
        grey = mpl.rcParams["axes.edgecolor"]
        for _, axis in self.dashed:
            for dashes, text in zip(DASHES, axis.texts, strict=False):
                found.append((Line2D([], [], color=grey, linestyle=dashes), f"{axis.label} = {text}"))
        return found


def ramp(recipe: Recipe, sampled: Sampled) -> Ramp | None:
    """Return the sweep that colours the curves; None where there are few of them, or no sweep is that long."""
    sweeps = recipe.sweeps
    longest = max(range(len(sweeps)), key=lambda index: len(sweeps[index].values), default=None)
    if longest is None or len(sampled.traces) <= FEW or recipe.line or recipe.label:
        return None
    axis = sweeps[longest]
    dashed = tuple((index, other) for index, other in enumerate(sweeps) if index != longest)
    if (len(axis.values) <= FEW and not dashed) or any(len(other.values) > FEW for _, other in dashed):
        return None
    dark = sum(to_rgb(mpl.rcParams["axes.facecolor"])) < 1.5  # noqa: PLR2004 - of three channels
    part = np.linspace(*(ON_DARK if dark else ON_LIGHT), 256)
    mappable = ScalarMappable(
        Normalize(min(axis.values), max(axis.values)), ListedColormap(mpl.colormaps[COLOURS](part))
    )
    return Ramp(longest, axis.label, mappable, dashed, tuple(trace.positions for trace in sampled.traces))


def styles(recipe: Recipe, sampled: Sampled, coloured: Ramp | None) -> list[dict[str, Any]]:
    """Return colour and dashes for each curve; nothing where Matplotlib's own cycle is asked for."""
    if coloured:
        return _swept(recipe, coloured)
    number = len(sampled.traces)
    if number == 1 or "default" in recipe.style:
        return [{}] * number
    cycle = list(mpl.rcParams["axes.prop_cycle"])
    return [_cycled(cycle, index) for index in range(number)]


def _cycled(cycle: list[dict[str, Any]], index: int) -> dict[str, Any]:
    """Return the style of the k-th curve; in the second round through the colours the dashes are others."""
    turn, place = divmod(index, len(cycle))
    dashes = [style.get("linestyle", DASHES[number % len(DASHES)]) for number, style in enumerate(cycle)]
    return {**cycle[place], "linestyle": dashes[(place + turn) % len(dashes)]}


def _swept(recipe: Recipe, coloured: Ramp) -> list[dict[str, Any]]:
    """Return the style of each curve: by its place in the sweep, or in the colour of text where it has none."""
    values = recipe.sweeps[coloured.sweep].values
    outside = count(1)
    found = []
    for index, positions in enumerate(coloured.positions):
        place = positions[coloured.sweep]
        plain = {"color": mpl.rcParams["text.color"]}
        found.append(
            {**plain, "linestyle": DASHES[next(outside) % len(DASHES)]}
            if place is None
            else coloured.style(index, values[place])
        )
    return found
