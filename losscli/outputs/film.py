"""Scene -> pictures: the figure of a sweep, in which only what moves is drawn anew for each frame."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from matplotlib.transforms import IdentityTransform

from losscli.draw import draw
from losscli.errors import UsageError
from losscli.frames import axis_names, frame_count, frames, labels, value_texts
from losscli.lazy import np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    from losscli.frames import Frame
    from losscli.lazy import Array
    from losscli.recipe import Recipe
    from losscli.scene import Scene

MANY = 500  # frames in one film: some take a gigabyte together
ENOUGH = 10**4  # points to choose the legend's place by


class Film:
    """The figure of a sweep: the k-th curve of every frame is one line, whose data change; all else stays.

    To be made and used inside `setting(recipe)`.
    """

    def __init__(self, scene: Scene) -> None:
        recipe, sampled = scene.recipe, scene.sampled
        total = frame_count(recipe)
        if total > MANY:
            raise UsageError(f"the sweeps make {total} frames together; a moving figure has at most {MANY}")
        self.frames = frames(recipe, sampled)
        heading = f"{sampled.title}\n " if sampled.title else " "  # the last line is left to the caption
        self.figure = one_frame(scene, fullest(self.frames), heading)
        self.canvas = cast("Any", FigureCanvasAgg(self.figure))  # Matplotlib's canvas has no types yet
        self.panels = [
            Panel(panel, full, len(sampled.traces))
            for panel, full in zip(self.figure.axes, all_curves(scene).axes, strict=True)
        ]
        for panel in self.panels:
            panel.fill()
        self.canvas.draw()
        self.figure.set_layout_engine("none")  # settled now, for all frames
        for panel in self.panels:
            panel.pin_legend()
        self.caption = Caption(recipe, self.figure, heading)

    def turn(self, index: int) -> None:
        """Make the figure show one of its frames."""
        frame = self.frames[index]
        for panel in self.panels:
            panel.turn(frame)
        self.caption.turn(frame)

    def pictures(self) -> Iterator[Array]:
        """Yield every frame: bytes of shape (height, width, 4), red, green, blue, opacity, until the next is asked for.

        They are what drawing the whole figure each time would give: what lies above a moving curve is drawn again too.
        """
        moving = [artist for panel in self.panels for artist in panel.redrawn(self.canvas)] + self.caption.numbers
        for artist in moving:
            artist.set_animated(True)
        self.canvas.draw()
        still = self.canvas.copy_from_bbox(self.figure.bbox)
        for index in range(len(self.frames)):
            self.turn(index)
            self.canvas.restore_region(still)
            for artist in moving:
                self.figure.draw_artist(artist)
            yield np.asarray(self.canvas.buffer_rgba())


def fullest(every: list[Frame]) -> Frame:
    """Return the first frame that has the most curves."""
    return max(every, key=lambda frame: len(frame.curves))


def one_frame(scene: Scene, frame: Frame, title: str) -> Figure:
    """Return the figure of one frame, its legend without the swept values."""
    recipe, sampled = scene.recipe, scene.sampled
    texts = labels(recipe, frame)
    traces = [replace(sampled.traces[own], label=text) for own, text in zip(frame.curves, texts, strict=True)]
    curves = tuple(recipe.curves[own] for own in frame.curves)
    alone = replace(recipe, curves=curves, label=recipe.label[: len(curves)], sweeps=())
    return draw(alone, replace(sampled, traces=tuple(traces), title=title))


def all_curves(scene: Scene) -> Figure:
    """Return all curves in one figure: it has the data as they are drawn, and the limits that hold them all."""
    return draw(replace(scene.recipe, sweeps=(), legend="none"), scene.sampled)


class Panel:
    """One panel of a film, with the data of each curve of the whole sweep."""

    def __init__(self, axes: Axes, full: Axes, curves: int) -> None:
        self.axes = axes
        self.data: list[Any] = [line.get_data() for line in full.lines[:curves]]
        self.lines: list[Line2D] = list(axes.lines)
        axes.set(xlim=full.get_xlim(), ylim=full.get_ylim())

    def fill(self) -> None:
        """Show where the curves of all frames go, so that the legend finds the place that suits all."""
        every = sum(len(prediction) for prediction, _ in self.data) // ENOUGH + 1
        gap = [[np.nan], [np.nan]]
        parts = [part for prediction, term in self.data for part in ([prediction[::every], term[::every]], gap)]
        self.lines[0].set_data(*np.concatenate(parts, axis=1))

    def pin_legend(self) -> None:
        """Keep the legend where it is."""
        legend = self.axes.get_legend()
        if legend:
            corner = legend.get_window_extent().min
            legend.set_loc(tuple(self.axes.transAxes.inverted().transform(corner)))

    def turn(self, frame: Frame) -> None:
        """Show the curves of a frame."""
        for place, line in enumerate(self.lines):
            line.set_visible(place < len(frame.curves))
            if line.get_visible():
                line.set_data(*self.data[frame.curves[place]])

    def redrawn(self, canvas: Any) -> list[Artist]:
        """Return what each frame draws anew: the curves, and what is drawn after them and may lie over them."""
        order = sorted(self.axes.get_children(), key=lambda artist: artist.get_zorder())
        first = min(order.index(line) for line in self.lines)
        renderer = canvas.get_renderer()

        def over(artist: Artist) -> bool:
            # An axis has its grid inside the panel, whatever extent it says.
            inside = isinstance(artist, Axis) or artist.get_window_extent(renderer).overlaps(self.axes.bbox)
            return artist in self.lines or bool(artist.get_visible() and inside)

        return [artist for artist in order[first:] if over(artist)]


class Caption:
    """The swept values of a frame, in a row below the title; only their digits change, and keep their places."""

    def __init__(self, recipe: Recipe, figure: Figure, heading: str) -> None:
        self.texts = [value_texts(axis) for axis in recipe.sweeps]
        title = next(text for text in figure.findobj(Text) if text.get_text() == heading)
        names = [f"{',   ' if index else ''}{name} = " for index, name in enumerate(axis_names(recipe))]
        widest = [max(texts, key=len) for texts in self.texts]
        row = [text for pair in zip(names, widest, strict=True) for text in pair]
        artists = [figure.text(0, 0, text, transform=IdentityTransform()) for text in row]
        for artist in artists:
            artist.set(fontproperties=title.get_fontproperties(), color=title.get_color())
        _set_in_row(artists, title)
        self.numbers = artists[1::2]

    def turn(self, frame: Frame) -> None:
        """Show the values of a frame."""
        for number, texts, position in zip(self.numbers, self.texts, frame.positions, strict=True):
            number.set_text(texts[position])


def _set_in_row(artists: list[Text], title: Text) -> None:
    """Place texts one after the other on the title's last line, as the title is aligned."""
    extents = [artist.get_window_extent() for artist in artists]
    room, width = title.get_window_extent(), sum(extent.width for extent in extents)
    free = {"left": 0.0, "center": 0.5, "right": 1.0}[title.get_horizontalalignment()]
    left = room.x0 + free * (room.width - width)
    baseline = room.y0 - extents[1].y0  # a number's extent begins below its baseline, which stands at 0
    for artist, extent in zip(artists, extents, strict=True):
        artist.set_position((round(left), round(baseline)))
        left += extent.width
