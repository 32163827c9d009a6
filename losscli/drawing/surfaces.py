"""Sampled -> a loss over two axes as a surface in space, seated in the figure so that its labels stand clear."""

from __future__ import annotations

from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.colors import Normalize
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox
from mpl_toolkits.mplot3d.art3d import Poly3DCollection  # type: ignore[import-untyped] # it has no types

from losscli.drawing.facets import BANDS, facets
from losscli.drawing.grid import ends, heights
from losscli.drawing.layout import no_room, type_size
from losscli.drawing.lines import COLOURS
from losscli.drawing.style import label_size
from losscli.drawing.texts import POINTS, SMALLEST, fit_across, squeeze
from losscli.lazy import np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.figure import Figure
    from matplotlib.text import Text

    from losscli.lazy import Array
    from losscli.model.loss import Quantity
    from losscli.recipe.recipe import Recipe
    from losscli.sampling.sample import Sampled
    from losscli.wording.texts import Texts

SEAM = 0.25  # points at least, else a pixel: facets reach so far over each other that nothing shows between them
TICKS = (6, 5, 4, 3, 2)  # at most so many numbers along an axis, fewer where they would touch
STEPS = (1, 2, 2.5, 5, 10)
ZERO = 0.02  # of the height: from here on an axis begins at 0
ROUNDS = 2
ZOOM = 1.1  # with it the cube fills its square
SMALLER = 0.8
LEAST = 6.0  # of type: a smaller square shows nothing
MARGIN = 0.06  # inches around a panel
TOP = 0.12  # inches below a title
GAP = 0.35  # of the type: between the numbers of an axis and its label
NEAREST, FARTHEST = -30.0, 200.0  # points
TRIAL = 10.0  # points by which a label is moved to see where that takes it
LONGEST = 1.1  # of an axis: its label


def draw_surface(
    figure: Figure, place: tuple[int, int, int], recipe: Recipe, sampled: Sampled, texts: Texts, quantity: Quantity
) -> Any:  # Matplotlib gives its axes of space no types
    """Draw the panel of one quantity; return it."""
    panel: Any = figure.add_subplot(*place, projection="3d")
    across, along, table = grid = heights(sampled, quantity)
    first, last = recipe.xlim or (across[0], across[-1])
    seen = table[:, (across >= first) & (across <= last)]
    said = recipe.ylim if quantity == recipe.show[0] else None
    low, high = said or _from_zero(*ends(seen if np.isfinite(seen).any() else table))
    box = (first, last), (along[0], along[-1]), (low, high)
    # Not by its method for collections in space, which takes ends from the memory behind polygons of fewer corners.
    panel.add_collection(_surface([*facets(grid, box)], (low, high), figure.dpi), autolim=False)
    panel.auto_scale_xyz(recipe.xlim or across, along, [low, high])
    flat = 0.0 if low < high else 0.05 * abs(low) or 1.0
    panel.set_zlim(low - flat, high + flat)
    if recipe.xlim:
        panel.set_xlim(recipe.xlim)
    _furnish(panel, recipe, texts, quantity)
    return panel


def _surface(polygons: list[Array], heights: tuple[float, float], dpi: float) -> Poly3DCollection:
    """Return facets, each in the colour of its height; axes in space do not cut what lies beyond them."""
    shades = Normalize(*heights)([polygon[:, 2].mean() for polygon in polygons])
    colours = mpl.colormaps[COLOURS].resampled(BANDS)(shades)
    width = max(SEAM, POINTS / dpi)
    return Poly3DCollection(polygons, facecolors=colours, edgecolors=colours, linewidths=width, joinstyle="bevel")


def _furnish(panel: Any, recipe: Recipe, texts: Texts, quantity: Quantity) -> None:
    """Set the labels of a panel, and what else of its look is not Matplotlib's own."""
    panel.set_xlabel(texts.xlabel, **label_size(recipe))
    panel.set_ylabel(recipe.sweeps[0].label, **label_size(recipe))
    panel.set_zlabel(texts.ylabels[quantity], rotation=90, **label_size(recipe))
    panel.zaxis.set_rotate_label(False)
    panel.set_box_aspect(None, zoom=ZOOM)
    panel.patch.set_visible(False)  # some styles have a grey square there
    if recipe.grid is not None:
        panel.grid(visible=recipe.grid)


def _from_zero(low: float, high: float) -> tuple[float, float]:
    """Return ends of which one that is nearly 0 is 0: no sample need fall upon a minimum."""
    nearly = ZERO * (high - low)
    return (0.0 if 0 < low < nearly else low), (0.0 if -nearly < high < 0 else high)


def seat(figure: Figure, panels: Sequence[Any], recipe: Recipe) -> None:
    """Give each panel its row of the figure, between title and formula, as large as its labels let it be.

    Matplotlib's own layout knows nothing of labels in space.
    """
    figure.set_layout_engine("none")
    fit_across(figure, [text for text in figure.texts if text.get_text()])
    hidden = [*panels, *(surface for panel in panels for surface in panel.collections)]
    for artist in hidden:  # surfaces lie between the axes, and take their time
        artist.set_visible(False)
    for panel, row in zip(panels, _rows(figure, len(panels)), strict=True):
        panel.set_visible(True)
        least = LEAST * type_size() * figure.dpi / POINTS
        while not _seated(panel, row, least):
            sizes = [float(axis.label.get_fontsize()) for axis in _axes(panel)]
            if max(sizes) <= SMALLEST:
                raise no_room(figure, recipe)
            for axis, size in zip(_axes(panel), sizes, strict=True):
                axis.label.set_fontsize(max(SMALLER * size, min(size, SMALLEST)))
        panel.set_visible(False)
    for artist in hidden:
        artist.set_visible(True)


def _rows(figure: Figure, count: int) -> Iterator[Bbox]:
    """Yield the room of each panel from above, in pixels: what title and formula leave, in equal parts."""
    margin = MARGIN * figure.dpi
    width, height = figure.bbox.size
    boxes = [text.get_window_extent() for text in figure.texts if text.get_text()]
    top = min([height, *(box.y0 for box in boxes if box.y0 > height / 2)]) - TOP * figure.dpi
    bottom = max([0.0, *(box.y1 for box in boxes if box.y1 <= height / 2)]) + margin
    pitch = (top - bottom) / count
    for index in range(count):
        yield Bbox([[margin, top - (index + 1) * pitch + margin / 2], [width - margin, top - index * pitch]])


def _place(panel: Any, row: Bbox, side: float, shift: tuple[float, float] = (0.0, 0.0)) -> None:
    """Put the square of a panel into the middle of a row, or beside it."""
    x, y = (row.x0 + row.x1) / 2 + shift[0], (row.y0 + row.y1) / 2 + shift[1]
    box = Bbox([[x - side / 2, y - side / 2], [x + side / 2, y + side / 2]])
    panel.set_position(box.transformed(panel.figure.transFigure.inverted()))
    panel.figure.draw_without_rendering()


def _seated(panel: Any, row: Bbox, least: float) -> bool:
    """Place numbers, labels and panel in a row, unless that leaves less than some pixels for the panel."""
    _place(panel, row, min(row.width, row.height))
    for _ in range(ROUNDS):
        _shorten(panel)
        _thin(panel)
        _set_off(panel)
        side = panel.get_window_extent().width
        for _ in range(ROUNDS):
            box = _outline(panel)
            around = box.width - side, box.height - side  # type stays as it is
            side = min(row.width - around[0], row.height - around[1])
            if side < least:
                return False
            _place(panel, row, side)
        box = _outline(panel)
        _place(panel, row, side, ((row.x0 + row.x1 - box.x0 - box.x1) / 2, (row.y0 + row.y1 - box.y0 - box.y1) / 2))
    return True


def _outline(panel: Any) -> Bbox:
    """Return what a panel takes up: its cube, its numbers and its labels, and not the square around it."""
    corners = np.array([*product(panel.get_xlim(), panel.get_ylim(), panel.get_zlim(), [1.0])])
    seen = corners @ panel.get_proj().T
    cube = Bbox.null()
    cube.update_from_data_xy(panel.transData.transform(seen[:, :2] / seen[:, 3:]))
    words = [text for axis in _axes(panel) for text in (axis.label, axis.get_offset_text(), *_numbers(axis))]
    return Bbox.union([cube, *(text.get_window_extent() for text in words if text.get_text())])


def _axes(panel: Any) -> list[Any]:
    return [panel.xaxis, panel.yaxis, panel.zaxis]


def _numbers(axis: Any) -> list[Text]:
    """Return the numbers along an axis, those within its ends."""
    low, high = sorted(axis.get_view_interval())
    return [tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]


def _thin(panel: Any) -> None:
    """Leave so many numbers on each axis that none touches the next."""
    touching = _axes(panel)
    for count in TICKS:
        for axis in touching:
            axis.set_major_locator(MaxNLocator(count, steps=STEPS))
        panel.figure.draw_without_rendering()
        touching = [axis for axis in touching if _touch(_numbers(axis))]
        if not touching:
            break


def _touch(numbers: list[Text]) -> bool:
    return any(one.overlaps(other) for one, other in pairwise(number.get_window_extent() for number in numbers))


def _set_off(panel: Any) -> None:
    """Put the label of each axis beside its numbers, however large they are."""
    before = [_clearance(axis) for axis in _axes(panel)]
    for axis in _axes(panel):
        axis.labelpad += TRIAL
    panel.figure.draw_without_rendering()
    for axis, first in zip(_axes(panel), before, strict=True):
        moved = _clearance(axis) - first
        wanted = GAP * axis.label.get_fontsize() * panel.figure.dpi / POINTS
        step = TRIAL * (wanted - first) / moved if moved > 0 else 0.0
        axis.labelpad = min(max(axis.labelpad - TRIAL + step, NEAREST), FARTHEST)
    panel.figure.draw_without_rendering()


def _clearance(axis: Any) -> float:
    """Return how far, in pixels, the label of an axis stands from its numbers: below 0 they overlap."""
    ends = _line(axis)
    direction = (ends[1] - ends[0]) / np.hypot(*(ends[1] - ends[0]))
    outward = np.array([direction[1], -direction[0]])
    middle, reach = _extent(axis.label, outward)
    sign = np.sign((middle - ends[0]) @ outward)
    numbers = [
        sign * (place - ends[0]) @ outward + half for place, half in (_extent(n, outward) for n in _numbers(axis))
    ]
    return float(sign * (middle - ends[0]) @ outward - reach - max(numbers, default=0.0))


def _line(axis: Any) -> Array:
    """Return both ends of an axis, in pixels."""
    return np.asarray(axis.axes.transData.transform(np.transpose(axis.line.get_data())[:, :2]))


def _extent(text: Text, along: Array) -> tuple[Array, float]:
    """Return the middle of a text that may be turned, and how far it reaches from there along a direction."""
    box, turned = text.get_window_extent(), text.get_rotation()
    text.set_rotation(0)
    flat = text.get_window_extent()
    text.set_rotation(turned)
    own = np.array([[np.cos(np.deg2rad(turned)), np.sin(np.deg2rad(turned))]])
    across = own[:, ::-1] * [-1, 1]
    reach = np.abs(np.concatenate([own, across]) @ along) @ [flat.width / 2, flat.height / 2]
    return np.array([box.x0 + box.x1, box.y0 + box.y1]) / 2, float(reach)


def _shorten(panel: Any) -> None:
    """Break the labels that are longer than their axes."""
    for axis in _axes(panel):
        ends, turned = _line(axis), axis.label.get_rotation()
        axis.label.set_rotation(0)
        squeeze(axis.label, LONGEST * float(np.hypot(*(ends[1] - ends[0]))))
        axis.label.set_rotation(turned)
