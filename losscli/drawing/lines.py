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
from losscli.recipe.sweeps import coloured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.drawing.legends import Entry
    from losscli.recipe.recipe import Recipe
    from losscli.sampling.sample import Sampled

DASHES: tuple[Any, ...] = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))
MORE_DASHES: tuple[Any, ...] = (  # for as many kinds of curve as a legend may stand beside a colour bar
    *DASHES, (0, (8, 2, 2, 2)), (0, (8, 2, 1, 2, 1, 2)), (0, (8, 4)), (0, (3, 3)), (0, (3, 2, 1, 2, 1, 2)),
)  # fmt: skip
COLOURS = "viridis"  # its lightness grows steadily: it can be read in grey, and by colour-blind readers
ON_LIGHT, ON_DARK = (0.0, 0.9), (0.15, 1.0)  # the part of it that stands out


@dataclass(frozen=True)
class Ramp:
    """A sweep whose curves are coloured from its first value to its last; loss and other sweeps change the dashes."""

    sweep: int  # which of the recipe's sweeps
    label: str
    mappable: ScalarMappable
    groups: tuple[str | None, ...]  # of each curve, what its dashes say; None: it takes no part

    @property
    def dashes(self) -> dict[str, Any]:
        """The dashes of each group."""
        return dict(zip(dict.fromkeys(group for group in self.groups if group is not None), MORE_DASHES, strict=False))

    def style(self, group: str, value: float) -> dict[str, Any]:
        """Return colour and dashes of a curve by its group and its value in the sweep."""
        return {"color": self.mappable.to_rgba(np.array(value)), "linestyle": self.dashes[group]}

    def entries(self, lines: Sequence[Line2D]) -> list[Entry]:
        """Return what the colour bar leaves to the legend: curves outside of the sweep, and dashes."""
        grey = mpl.rcParams["axes.edgecolor"]
        said = [(Line2D([], [], color=grey, linestyle=dashes), group) for group, dashes in self.dashes.items() if group]
        outside = [line for line, group in zip(lines, self.groups, strict=True) if group is None]
        return [*((line, str(line.get_label())) for line in outside), *said]


def ramp(recipe: Recipe, sampled: Sampled, groups: tuple[str | None, ...]) -> Ramp | None:
    """Return the sweep that colours the curves; None where there are few of them, or no sweep is that long."""
    longest = coloured(recipe) if len(sampled.traces) == len(recipe.curves) else None
    if longest is None:
        return None
    if len({group for group in groups if group is not None}) > len(MORE_DASHES):
        return None
    axis = recipe.sweeps[longest]
    dark = sum(to_rgb(mpl.rcParams["axes.facecolor"])) < 1.5  # noqa: PLR2004 - of three channels
    part = np.linspace(*(ON_DARK if dark else ON_LIGHT), 256)
    mappable = ScalarMappable(
        Normalize(min(axis.values), max(axis.values)), ListedColormap(mpl.colormaps[COLOURS](part))
    )
    return Ramp(longest, axis.label, mappable, groups)


def styles(recipe: Recipe, sampled: Sampled, bar: Ramp | None) -> list[dict[str, Any]]:
    """Return colour and dashes for each curve; nothing where Matplotlib's own cycle is asked for."""
    if bar:
        return _swept(recipe, bar)
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


def _swept(recipe: Recipe, bar: Ramp) -> list[dict[str, Any]]:
    """Return the style of each curve: by its place in the sweep, or in the colour of text where it has none."""
    values = recipe.sweeps[bar.sweep].values
    outside = count(len(bar.dashes))
    found = []
    for index, group in enumerate(bar.groups):
        place = recipe.sweeps[bar.sweep].positions[index]
        found.append(
            {"color": mpl.rcParams["text.color"], "linestyle": MORE_DASHES[next(outside) % len(MORE_DASHES)]}
            if group is None or place is None
            else bar.style(group, values[place])
        )
    return found
