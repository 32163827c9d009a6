"""Draw the frames of a moving figure: the figure once, and then for each frame only what differs in it."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from losscli.drawing.figure import draw
from losscli.drawing.layout import title_of
from losscli.errors import UsageError
from losscli.lazy import np
from losscli.sampling.frames import frames
from losscli.wording.captions import axis_names, frame_labels, signed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    from losscli.drawing.below import Descents
    from losscli.drawing.scene import Scene
    from losscli.lazy import Array
    from losscli.sampling.frames import Frame
    from losscli.sampling.sample import Trace

MAX_FRAMES = 500  # of a common size they take half a gigabyte of memory


class Moving(NamedTuple):
    """A line of the figure, and the data that it shows in each frame: x and y, (N,) each; in some it may be hidden."""

    line: Line2D
    data: list[tuple[Any, Any] | None]


class Film:
    """A figure whose lines have other data in each frame.

    Of a sweep the k-th curves of all frames are one line; of a descent the lines of the steps grow. Make and use it
    inside `setting(recipe)`.
    """

    def __init__(self, scene: Scene) -> None:
        check_moves(scene)
        steps, every = scene.steps, [] if scene.steps else frames(scene.recipe, scene.sampled)
        self.captions = step_captions(scene, steps) if steps else captions(scene, every)
        longest = max(self.captions, key=len)
        self.figure = played_figure(scene, longest) if steps else joined_figure(scene, longest)
        self.canvas = cast("Any", self.figure.canvas)  # Matplotlib has no types for its canvas
        self.figure.draw_without_rendering()
        for panel in self.figure.axes:
            _pin_legend(panel)
        self.moving = played_lines(steps, self.figure) if steps else moving_lines(scene, every, self.figure)
        self.caption = title_of(self.figure.axes[0])

    def turn(self, index: int) -> None:
        """Make the figure show one of its frames."""
        for line, data in self.moving:
            shown = data[index]
            line.set_visible(shown is not None)
            if shown is not None:
                line.set_data(*shown)
        self.caption.set_text(self.captions[index])

    def pictures(self) -> Iterator[Array]:
        """Yield each frame as bytes, shape (height, width, 4): red, green, blue, opacity. The next one overwrites them.

        Each is what drawing the whole figure would give: what lies above a moving line is drawn again, too.
        """
        redrawn = [artist for panel in self.figure.axes for artist in self._redrawn(panel)] + [self.caption]
        for artist in redrawn:
            artist.set_animated(True)
        self.canvas.draw()
        still = self.canvas.copy_from_bbox(self.figure.bbox)
        for index in range(len(self.captions)):
            self.turn(index)
            self.canvas.restore_region(still)
            for artist in redrawn:
                self.figure.draw_artist(artist)
            yield np.asarray(self.canvas.buffer_rgba())

    def _redrawn(self, panel: Axes) -> list[Artist]:
        """Return what each frame draws again of a panel, in order: its lowest moving line and all that is above it."""
        order = sorted(panel.get_children(), key=lambda artist: artist.get_zorder())
        first = min(order.index(line) for line, _ in self.moving if line.axes is panel)
        return [artist for artist in order[first:] if artist is not self.caption]


def check_moves(scene: Scene) -> None:
    """Raise UsageError if a figure does not show curves, or has too many frames."""
    recipe = scene.recipe
    if recipe.view != "curves":
        raise UsageError(f"--as {recipe.view} shows the whole sweep at once; what moves or has sliders shows curves")
    if scene.steps:  # whose steps are played, however many curves there are
        return
    total = prod(len(axis.values) for axis in recipe.sweeps)
    if total > MAX_FRAMES:
        raise UsageError(f"the sweeps make {total} frames together; a moving figure has at most {MAX_FRAMES}")


def lines_of(scene: Scene) -> list[list[int]]:
    """Return for each line of a moving figure the curves that it shows: the k-th line has the k-th of each frame."""
    every = frames(scene.recipe, scene.sampled)
    places = {curve: place for frame in every for place, curve in enumerate(frame.curves)}
    count = max(len(frame.curves) for frame in every)
    return [[curve for curve, own in places.items() if own == place] for place in range(count)]


def joined_figure(scene: Scene, title: str) -> Figure:
    """Return a figure whose k-th line shows the k-th curves of all frames, one after the other, with gaps between.

    So Matplotlib finds limits and a place for the legend that suit all frames. Labels leave out the swept values.
    """
    recipe, sampled = scene.recipe, scene.sampled
    lines = lines_of(scene)
    places = {curve: place for place, line in enumerate(lines) for curve in line}
    fullest = max((frame.curves for frame in frames(recipe, sampled)), key=len)
    shown = sampled._replace(
        traces=tuple(_joined([sampled.traces[curve] for curve in line]) for line in lines),
        marks=tuple(mark._replace(curve=places[mark.curve]) for mark in sampled.marks),
    )
    texts = scene.texts._replace(
        title=title,
        labels=tuple(frame_labels(recipe, fullest)),
        marks=tuple(mark.kind for mark in sampled.marks),
        groups=(),
    )
    curves = tuple(recipe.curves[curve] for curve in fullest)
    still = replace(recipe, curves=curves, label=recipe.label[: len(lines)], sweeps=())
    return draw(still, shown, texts, scene.below)


def _joined(traces: Sequence[Trace]) -> Trace:
    """Return several curves as one, with a gap after each."""
    prediction = np.concatenate([np.append(trace.prediction, trace.prediction[-1]) for trace in traces])
    terms = {
        quantity: np.concatenate([np.append(trace.terms[quantity], np.nan) for trace in traces])
        for quantity in traces[0].terms
    }
    return traces[0]._replace(prediction=prediction, terms=terms)


def moving_lines(scene: Scene, every: Sequence[Frame], figure: Figure) -> list[Moving]:
    """Return the lines of a joined figure, each with its data in each frame."""
    found = []
    for quantity, panel in zip(scene.recipe.show, figure.axes, strict=True):
        for line, known in _by_curve(scene, quantity, panel):
            shown = (next((curve for curve in frame.curves if curve in known), None) for frame in every)
            found.append(Moving(line, [None if curve is None else known[curve] for curve in shown]))
    return found


def _by_curve(scene: Scene, quantity: str, panel: Axes) -> list[tuple[Line2D, dict[int, tuple[Any, Any]]]]:
    """Return the lines of a panel of the joined figure, each with its data for each curve, and the marks likewise."""
    found: list[tuple[Line2D, dict[int, tuple[Any, Any]]]] = []
    for line, curves in zip(panel.lines, lines_of(scene), strict=False):  # marks follow the curves
        x, y = (np.asarray(data) for data in line.get_data())
        lengths = [len(scene.sampled.traces[curve].prediction) + 1 for curve in curves]
        ends = np.cumsum(lengths).tolist()
        pieces = [slice(end - length, end - 1) for end, length in zip(ends, lengths, strict=True)]
        found.append((line, {curve: (x[own], y[own]) for curve, own in zip(curves, pieces, strict=True)}))
    marks = [mark for mark in scene.sampled.marks if mark.quantity == quantity]
    for line, mark in zip(panel.lines[len(found) :], marks, strict=True):
        found.append((line, {mark.curve: cast("tuple[Any, Any]", line.get_data())}))
    return found


def played_figure(scene: Scene, title: str) -> Figure:
    """Return the figure of a descent with all its steps, which its limits and legends suit."""
    return draw(scene.recipe, scene.sampled, scene.texts._replace(title=title), scene.below)


def played_lines(steps: Descents, figure: Figure) -> list[Moving]:
    """Return the lines of the steps, each with its data in each frame."""
    shown = [steps.lines(step) for step in steps.played()]
    lines = steps.drawn_in(figure)
    return [Moving(lines[name], [frame[name] for frame in shown]) for name in shown[0]]


def step_captions(scene: Scene, steps: Descents) -> list[str]:
    """Return the title of each frame of a descent: that of the figure, and below it the number of the step."""
    title = scene.texts.title
    return [f"{title}\nstep {step}" if title else f"step {step}" for step in steps.played()]


def _pin_legend(panel: Axes) -> None:
    """Keep the legend of a panel at its place, whatever the lines show later."""
    legend = panel.get_legend()
    if legend:
        corner = legend.get_window_extent().min
        legend.set_loc(tuple(panel.transAxes.inverted().transform(corner)))


def captions(scene: Scene, every: Sequence[Frame]) -> list[str]:
    """Return the title of each frame: that of the figure, and below it the swept values, a line for each sweep."""
    recipe, title = scene.recipe, scene.texts.title
    names = axis_names(recipe)
    texts = [[signed(text) for text in axis.texts] for axis in recipe.sweeps]
    found = []
    for frame in every:
        values = [own[place] for own, place in zip(texts, frame.positions, strict=True)]
        lines = [f"{name} = {value}" for name, value in zip(names, values, strict=True)]
        found.append("\n".join([*([title] if title else []), *lines]))
    return found
