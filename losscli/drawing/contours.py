"""Lines of equal loss -> their numbers: each where its line is straight, clear of the frame and of other lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matplotlib.contour import ContourSet
from matplotlib.ticker import Formatter

from losscli.drawing.texts import POINTS
from losscli.drawing.ticks import power_of_ten
from losscli.lazy import np
from losscli.model.numbers import told_apart

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from matplotlib.path import Path

    from losscli.lazy import Array

SIZE = 0.9  # of the numbers at the axes
AROUND = 0.35  # of the height of a number: the room that is left around it,
AROUND_MINUS = 1.0  # and where there are numbers below 0: more, for a minus is no piece of a line
BENT = 0.03  # how much shorter the way across a number may be than the line below it
STEP = 0.2  # of that height: between points at which a number is tried
PLAIN = (1e-4, 1e5)  # numbers between these are written without a power of ten
EVEN = 1e-9  # of all levels: by less their steps do not differ
MOST = 60  # numbers in a panel
TRIED = 40  # places for one number, of all that would do
EDGE = 9  # points along one side of a number
DOWN, UPRIGHT = 270, 10  # degrees: how a text turns that is read from above, and how far a line may lean
FAR = 1e9  # pixels


def written(levels: Array) -> list[str]:
    """Return levels as they are written at their lines and at the colour bar: evenly spaced ones alike."""
    plain = (levels == 0) | (PLAIN[0] <= abs(levels)) & (abs(levels) < PLAIN[1])
    if np.allclose(np.diff(levels, 2), 0, atol=EVEN * np.ptp(levels)):
        if plain.all():
            return [Formatter.fix_minus(text) for text in told_apart(levels.tolist())]
        plain = levels == 0
    pairs = zip(levels.tolist(), plain, strict=True)
    return [Formatter.fix_minus(f"{level:g}") if short else power_of_ten(level, 3) for level, short in pairs]


@dataclass(frozen=True)
class Piece:
    """An unbroken line in pixels, as points evenly spaced along it, and the size of its number."""

    points: Array  # (N, 2)
    width: float
    height: float
    room: float  # that is left before and behind the number

    @property
    def reach(self) -> int:
        """How many points a number covers to either side of its middle, with the room around it."""
        return int(np.ceil((self.width / 2 + self.room) / (STEP * self.height)))


def label_lines(panel: Any) -> None:
    """Set the numbers of a panel's lines, once it has its size; a line without room for its number has none."""
    size = SIZE * float(panel.xaxis.get_ticklabels()[0].get_fontsize())
    for lines in [one for one in panel.findobj(ContourSet) if isinstance(one, ContourSet) and not one.filled]:
        levels = np.asarray(lines.levels)
        texts = dict(zip(levels.tolist(), written(levels), strict=True))
        around = AROUND if levels.min() >= 0 else AROUND_MINUS
        pieces = [*_pieces(panel, zip(texts.values(), lines.get_paths(), strict=True), around, size)]
        spots = panel.transData.inverted().transform(_places(pieces, panel))
        spacing = around * size * panel.figure.dpi / POINTS
        for text in panel.clabel(lines, fmt=texts, fontsize=size, manual=spots.tolist(), inline_spacing=spacing):
            if DOWN <= text.get_rotation() < DOWN + UPRIGHT:  # on upright lines all are read from below
                text.set_rotation(text.get_rotation() - 180)


def align_bars(bars: list[Any]) -> None:
    """Set the labels of colour bars below each other, once the bars have their places."""
    ends = [bar.yaxis.get_tightbbox().x1 for bar in bars]
    for bar, end in zip(bars, ends, strict=True):
        bar.yaxis.labelpad += (max(ends) - end) * POINTS / bar.figure.dpi


def _pieces(panel: Any, lines: Iterable[tuple[str, Path]], around: float, size: float) -> Iterator[Piece]:
    for text, path in lines:
        sample = panel.text(0, 0, text, fontsize=size, transform=None)
        box = sample.get_window_extent()
        sample.remove()
        for points in panel.transData.transform_path(path).to_polygons(closed_only=False):
            yield Piece(_even(points, STEP * box.height), box.width, box.height, around * box.height)


def _even(points: Array, step: float) -> Array:
    """Return points along a line at equal distances."""
    along = np.concatenate([[0.0], np.hypot(*np.diff(points, axis=0).T).cumsum()])
    places = np.arange(0.0, along[-1], step)
    return np.stack([np.interp(places, along, column) for column in points.T], axis=-1)


def _places(pieces: list[Piece], panel: Any) -> Array:
    """Return the middles of the numbers that find a place, shape (numbers, 2): those of the longest lines first."""
    taken = np.concatenate([np.empty((0, 2)), *(piece.points for piece in pieces)])  # lines, then numbers
    starts = np.cumsum([0, *(len(piece.points) for piece in pieces)]).tolist()
    found = []
    for piece, start in sorted(zip(pieces, starts, strict=False), key=lambda pair: -len(pair[0].points))[:MOST]:
        for spot in _candidates(piece, panel):
            away = taken - spot.middle
            away[start + spot.first : start + spot.first + 2 * piece.reach + 1] = FAR  # what the number stands on
            if not spot.holds(away).any():
                found.append(spot.middle)
                taken = np.concatenate([taken, spot.outline()])
                break
    return np.array(found).reshape(-1, 2)


@dataclass(frozen=True)
class Spot:
    """A place for a number: a box along its line."""

    middle: Array
    along: Array  # the direction of the line
    half: Array  # of the length and the height of the box
    first: int  # the first point of the line below it

    def holds(self, away: Array) -> Array:
        """Tell which points, seen from the middle, lie in the box."""
        across = np.array([-self.along[1], self.along[0]])
        inside: Array = (abs(away @ self.along) < self.half[0]) & (abs(away @ across) < self.half[1])
        return inside

    def outline(self) -> Array:
        """Return points on the edge of the box."""
        across = np.array([-self.along[1], self.along[0]]) * self.half[1]
        steps = np.linspace(-1, 1, EDGE)[:, None] * self.along * self.half[0]
        return np.concatenate([self.middle + steps - across, self.middle + steps + across])


def _candidates(piece: Piece, panel: Any) -> Iterator[Spot]:
    """Yield places on a line that are straight and within the panel, those in its middle first."""
    points, reach = piece.points, piece.reach
    if len(points) <= 2 * reach:
        return
    room = panel.get_window_extent()
    frame = np.array([room.width, room.height])
    off = abs(points[reach:-reach] - [room.x0, room.y0] - frame / 2)
    chords = points[2 * reach :] - points[: -2 * reach]
    length = np.hypot(*chords.T)
    along = chords / np.maximum(length, 1.0)[:, None]
    bend = 1 - length / (2 * reach * STEP * piece.height)
    half = np.array([piece.width, piece.height]) / 2 + [piece.room, AROUND * piece.height]
    extent = half[0] * abs(along) + half[1] * abs(along[:, ::-1])
    good = (off + extent < frame / 2).all(axis=-1) & (bend < BENT)
    cost = (off / frame).sum(axis=-1) + bend / BENT
    for index in np.argsort(np.where(good, cost, np.inf))[: good.sum() : 1 + good.sum() // TRIED]:
        yield Spot(points[index + reach], along[index], half, int(index))
