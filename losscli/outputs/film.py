"""Scene -> pictures: the figure of a sweep, in which only what moves is drawn anew for each frame."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import matplotlib as mpl
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.transforms import IdentityTransform

from losscli.drawing.figure import draw
from losscli.drawing.layout import title_of
from losscli.errors import UsageError
from losscli.lazy import np
from losscli.sampling.frames import frame_count, frames
from losscli.wording.captions import axis_names, frame_labels, signed

FILLED = 0.98  # of the width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from matplotlib.text import Text

    from losscli.drawing.scene import Scene
    from losscli.lazy import Array
    from losscli.recipe.recipe import Recipe
    from losscli.sampling.frames import Frame
    from losscli.sampling.sample import Sampled, Trace

MANY = 500  # frames in one film: some take a gigabyte together


class Film:
    """The figure of a sweep: the k-th curve of every frame is one line, whose data change; all else stays.

    To be made and used inside `setting(recipe)`.
    """

    def __init__(self, scene: Scene) -> None:
        recipe, sampled = scene.recipe, scene.sampled
        check_moves(recipe)
        self.frames = frames(recipe, sampled)
        title = scene.texts.title
        heading = f"{title}\n " if title else " "  # the last line is left to the caption
        whole = all_curves(scene)
        self.figure = one_figure(scene, self.frames, whole, heading)
        self.canvas = cast("Any", FigureCanvasAgg(self.figure))  # Matplotlib's canvas has no types yet
        self.panels = [
            Panel(panel, full, [(mark.curve,) for mark in sampled.marks if mark.quantity == quantity], sampled)
            for quantity, panel, full in zip(recipe.show, self.figure.axes, whole.axes, strict=True)
        ]
        self.figure.draw_without_rendering()
        self.figure.set_layout_engine("none")  # settled now, for all frames
        for panel in self.panels:
            panel.pin_legend()
        self.caption = Caption(recipe, self.figure)

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


def check_moves(recipe: Recipe) -> None:
    """Say so where a recipe does not move, or too long."""
    if recipe.view != "curves":
        raise UsageError(f"--as {recipe.view} shows the whole sweep at once; what moves or has sliders shows curves")
    total = frame_count(recipe)
    if total > MANY:
        raise UsageError(f"the sweeps make {total} frames together; a moving figure has at most {MANY}")


def all_curves(scene: Scene) -> Figure:
    """Return all curves in one figure: it has the data as they are drawn, and the limits that hold them all."""
    with mpl.rc_context({"figure.constrained_layout.use": False, "figure.autolayout": False}):  # nobody will see it
        silent = replace(scene.texts, title="", xlabel="", ylabels=dict.fromkeys(scene.recipe.show, ""), formula=())
        return draw(replace(scene.recipe, sweeps=(), legend="none", size=None), scene.sampled, silent)


def one_figure(scene: Scene, every: list[Frame], whole: Figure, title: str) -> Figure:
    """Return a figure with as many lines as a frame has curves, the k-th showing all that are k-th in some frame.

    So drawing finds the place for the legend that suits all frames. Whatever the curves are called and marked by says
    nothing of the swept values. It is opaque, since most of what moves cannot be otherwise.
    """
    recipe, sampled = scene.recipe, scene.sampled
    fullest = max(every, key=lambda frame: len(frame.curves))
    places = {own: place for frame in every for place, own in enumerate(frame.curves)}
    lines = [[own for own, at in places.items() if at == place] for place in range(len(fullest.curves))]
    names = frame_labels(recipe, fullest.curves)
    shown = replace(
        sampled,
        traces=tuple(joined([sampled.traces[own] for own in line]) for line in lines),
        marks=tuple(replace(mark, curve=places[mark.curve]) for mark in sampled.marks),
    )
    texts = replace(
        scene.texts,
        title=title,
        labels=tuple(names),
        marks=tuple(mark.kind for mark in sampled.marks),
        identifiers=scene.texts.identifiers[: len(lines)],
        groups=(),
    )
    first, *others = whole.axes
    ends: Any = {"xlim": first.get_xlim(), "ylim": first.get_ylim()}
    curves = tuple(recipe.curves[own] for own in fullest.curves)
    alone = replace(recipe, curves=curves, label=recipe.label[: len(curves)], sweeps=(), transparent=False, **ends)
    figure = draw(alone, shown, texts)
    for panel, full in zip(figure.axes[1:], others, strict=True):
        panel.set_ylim(full.get_ylim())
    return figure


def joined(traces: list[Trace]) -> Trace:
    """Return several curves as one that lifts the pen between them."""
    if len(traces) == 1:
        return traces[0]
    prediction = np.concatenate([np.append(trace.prediction, trace.prediction[-1]) for trace in traces])
    terms = {
        quantity: np.concatenate([np.append(trace.terms[quantity], np.nan) for trace in traces])
        for quantity in traces[0].terms
    }
    return replace(traces[0], prediction=prediction, terms=terms)


class Panel:
    """One panel of a film, with the data of each curve of the whole sweep, and the curves that each mark belongs to."""

    def __init__(self, axes: Axes, full: Axes, marks: list[tuple[int, ...]], sampled: Sampled) -> None:
        curves = len(sampled.traces)
        self.axes = axes
        self.data: list[Any] = [line.get_data() for line in full.lines[:curves]]
        drawn: list[Line2D] = list(axes.lines)
        first = len(drawn) - len(marks)
        self.lines, self.marks = drawn[:first], [*zip(drawn[first:], marks, strict=True)]

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
        for line, curves in self.marks:
            line.set_visible(any(curve in frame.curves for curve in curves))

    def redrawn(self, canvas: Any) -> list[Artist]:
        """Return what each frame draws anew: the curves, and what is drawn after them and may lie over them."""
        order = sorted(self.axes.get_children(), key=lambda artist: artist.get_zorder())
        moving = {*self.lines, *(line for line, _ in self.marks)}
        first = min(order.index(line) for line in moving)
        renderer = canvas.get_renderer()

        def over(artist: Artist) -> bool:
            # An axis has its grid inside the panel, whatever extent it says.
            inside = isinstance(artist, Axis) or artist.get_window_extent(renderer).overlaps(self.axes.bbox)
            return artist in moving or bool(artist.get_visible() and inside)

        return [artist for artist in order[first:] if over(artist)]


class Caption:
    """The swept values of a frame, in a row below the title; only their digits change, and keep their places."""

    def __init__(self, recipe: Recipe, figure: Figure) -> None:
        self.texts = [[signed(text) for text in axis.texts] for axis in recipe.sweeps]
        title = title_of(figure.axes[0])
        names = [f"{',   ' if index else ''}{name} = " for index, name in enumerate(axis_names(recipe))]
        widest = [max(texts, key=len) for texts in self.texts]
        row = [text for pair in zip(names, widest, strict=True) for text in pair]
        artists = [figure.text(0, 0, text, transform=IdentityTransform()) for text in row]
        for artist in artists:
            artist.set(fontproperties=title.get_fontproperties(), color=title.get_color())
        last = sorted(self.texts[-1], key=len)
        _set_in_row(artists, title, figure.bbox.width, last[len(last) // 2])
        self.numbers = artists[1::2]

    def turn(self, frame: Frame) -> None:
        """Show the values of a frame."""
        for number, texts, position in zip(self.numbers, self.texts, frame.positions, strict=True):
            number.set_text(texts[position])


def _set_in_row(artists: list[Text], title: Text, across: float, usual: str) -> None:
    """Place texts one after the other on the title's last line, as the title is aligned, within the figure.

    There is room for the widest of the last number, and the row looks right with the `usual` one.
    """
    room = title.get_window_extent()
    width = sum(artist.get_window_extent().width for artist in artists)
    if width > FILLED * across:
        for artist in artists:
            artist.set_fontsize(float(artist.get_fontsize()) * FILLED * across / width)
    extents = [artist.get_window_extent() for artist in artists]
    width = sum(extent.width for extent in extents)
    artists[-1].set_text(usual)
    seen = width - extents[-1].width + artists[-1].get_window_extent().width
    free = {"left": 0.0, "center": 0.5, "right": 1.0}[title.get_horizontalalignment()]
    left = max(0.0, min(room.x0 + free * (room.width - seen), across - width))
    baseline = room.y0 - extents[1].y0  # a number's extent begins below its baseline, which stands at 0
    for artist, extent in zip(artists, extents, strict=True):
        artist.set_position((round(left), round(baseline)))
        left += extent.width
