"""Which colour and which dashes a curve has: from the style's cycle, or from its place in a sweep."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, Normalize, to_rgb
from matplotlib.lines import Line2D

from losscli.captions import said_of
from losscli.lazy import np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.legends import Entry
    from losscli.recipe import Recipe
    from losscli.sample import Sampled

FEW = 7  # curves that a legend still tells apart
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


def ramp(recipe: Recipe, sampled: Sampled) -> Ramp | None:
    """Return the sweep that colours the curves; None where there are few of them, or no sweep is that long."""
    sweeps = recipe.sweeps
    longest = max(range(len(sweeps)), key=lambda index: len(sweeps[index].values), default=None)
    if longest is None or len(sampled.traces) <= FEW or recipe.line or recipe.label:
        return None
    axis = sweeps[longest]
    groups = _groups(recipe, longest)
    number = len({group for group in groups if group is not None})
    if (len(axis.values) <= FEW and len(sweeps) == 1) or number > len(MORE_DASHES):
        return None
    dark = sum(to_rgb(mpl.rcParams["axes.facecolor"])) < 1.5  # noqa: PLR2004 - of three channels
    part = np.linspace(*(ON_DARK if dark else ON_LIGHT), 256)
    mappable = ScalarMappable(
        Normalize(min(axis.values), max(axis.values)), ListedColormap(mpl.colormaps[COLOURS](part))
    )
    return Ramp(longest, axis.label, mappable, groups)


def _groups(recipe: Recipe, coloured: int) -> tuple[str | None, ...]:
    """Return for each curve what it is besides its value in one sweep; None where it has no such value."""
    several = len({curve.name for curve in recipe.curves}) > 1
    found: list[str | None] = []
    for index, curve in enumerate(recipe.curves):
        others = [axis for axis in recipe.sweeps if axis is not recipe.sweeps[coloured]]
        places = [(axis, axis.positions[index]) for axis in others]
        said = [said_of(axis.name, axis.label, axis.texts[place]) for axis, place in places if place is not None]
        group = ", ".join([*([curve.name] if several else []), *said])
        found.append(None if recipe.sweeps[coloured].positions[index] is None else group)
    return tuple(found)


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
    outside = count(len(coloured.dashes))
    found = []
    for index, group in enumerate(coloured.groups):
        place = recipe.sweeps[coloured.sweep].positions[index]
        found.append(
            {"color": mpl.rcParams["text.color"], "linestyle": MORE_DASHES[next(outside) % len(MORE_DASHES)]}
            if group is None or place is None
            else coloured.style(group, values[place])
        )
    return found
