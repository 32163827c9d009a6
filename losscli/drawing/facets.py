"""Heights over a grid -> the facets of a surface, cut where they leave its box."""

from __future__ import annotations

from itertools import pairwise, product
from typing import TYPE_CHECKING

from losscli.lazy import np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from losscli.lazy import Array

FACETS = 60  # of a surface, along each side
FAR = 2.0  # heights of the box: how far beyond it is as good as any further
CORNERS = 3  # of a polygon: with fewer it is a line
BANDS = 64  # of its height, each of one colour


def facets(grid: tuple[Array, Array, Array], box: Sequence[tuple[float, float]]) -> Iterator[Array]:
    """Yield polygons (N, 3) within a box, of predictions (P,), swept values (S,) and heights (S, P).

    None is where heights are infinite or undefined.
    """
    across, along, table = grid
    low, high = box[2]
    far = FAR * (high - low)
    heights = np.where(np.isfinite(table), np.clip(table, low - far, high + far), np.nan)
    points = np.stack([*np.meshgrid(across, along), heights], axis=-1)
    levels = np.linspace(low, high, BANDS + 1)
    for (up, down), (left, right) in product(_steps(len(along)), _steps(len(across))):
        for part in _straight(points[[up, down], left : right + 1], levels[1] - levels[0]):
            ring = np.concatenate([part[0], part[1, ::-1]])
            ring = ring[np.isfinite(ring[:, 2])]
            for axis, ends in enumerate(box):
                ring = _between(ring, axis, ends)
            if len(ring) >= CORNERS:
                yield from _banded(ring, levels)


def _straight(strip: Array, bend: float) -> Iterator[Array]:
    """Yield two neighbouring lines of a surface (2, N, 3), in pieces where they bend by more than this or have holes.

    There a single polygon would lie folded over itself.
    """
    first, last = strip[:, :1], strip[:, -1:]
    share = (strip[..., 0] - first[..., 0]) / (last[..., 0] - first[..., 0])
    off = abs(strip[..., 2] - first[..., 2] - share * (last[..., 2] - first[..., 2]))
    pieces = [(0, strip.shape[1] - 1)] if (off <= bend).all() else pairwise(range(strip.shape[1]))
    for left, right in pieces:
        yield strip[:, left : right + 1]


def _banded(ring: Array, levels: Array) -> Iterator[Array]:
    """Yield the parts of a polygon between levels: each has one colour, which changes along lines of equal height."""
    above = int(np.searchsorted(levels, ring[:, 2].min(), "right"))
    reached = int(np.searchsorted(levels, ring[:, 2].max(), "left"))
    if reached <= above:  # a single band has all of it, or it is as flat as a level
        yield ring
    else:
        for ends in pairwise(levels[above - 1 : reached + 1].tolist()):
            yield _between(ring, 2, ends)


def _steps(count: int) -> list[tuple[int, int]]:
    """Return pairs of indices: the sides of facets along one axis."""
    return [*pairwise(np.unique(np.linspace(0, count - 1, FACETS + 1).round().astype(int)).tolist())]


def _between(ring: Array, axis: int, ends: tuple[float, float]) -> Array:
    """Return the part of a polygon between two planes."""
    return _cut(_cut(ring, axis, ends[0], -1), axis, ends[1], 1)


def _cut(ring: Array, axis: int, end: float, side: int) -> Array:
    """Return the part of a polygon on one side of a plane (Sutherland and Hodgman)."""
    place = side * (ring[:, axis] - end)
    inside = place <= 0
    if inside.all():
        return ring
    crosses = inside != np.roll(inside, -1)
    step = np.where(crosses, np.roll(place, -1) - place, np.inf)
    crossing = ring - (place / step)[:, None] * (np.roll(ring, -1, axis=0) - ring)
    crossing[:, axis] = end
    both = np.stack([ring, crossing], axis=1)
    return np.asarray(both[np.stack([inside, crosses], axis=1)])
