"""A Matplotlib figure that looks everywhere as it was drawn, and a canvas; they do nothing twice."""

from __future__ import annotations

import io
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, ClassVar, cast

from matplotlib import figure
from matplotlib.backends.backend_agg import FigureCanvasAgg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from matplotlib.backend_bases import RendererBase

PLACED = ("_update_ticks", "_get_ticklabel_bboxes")  # what Matplotlib asks of an axis again and again in one drawing


class Figure(figure.Figure):
    """A figure of `lossplot`.

    Matplotlib reads its settings again whenever it draws: ticks are made then, and fonts chosen. A figure that outlives
    the context of its style therefore enters it again.
    """

    setting: Callable[[], AbstractContextManager[None]] = nullcontext

    def draw(self, renderer: RendererBase) -> None:
        """Draw with the settings it was made with."""
        with self.setting(), ticks_placed_once(self):
            super().draw(renderer)

    def savefig(self, *args: Any, **options: Any) -> None:
        """Save with the settings it was made with."""
        with self.setting():
            super().savefig(*args, **options)

    def _repr_png_(self) -> bytes:
        """Return what IPython shows of it, with or without `%matplotlib inline`."""
        buffer = io.BytesIO()
        self.savefig(buffer, format="png")
        return buffer.getvalue()

    def __getstate__(self) -> dict[str, Any]:
        """Leave the settings behind: what makes them need not be something that pickles."""
        state = cast("dict[str, Any]", super().__getstate__())
        return {name: value for name, value in state.items() if name != "setting"}


class Canvas(FigureCanvasAgg):
    """A canvas that hands its renderer on, and with it the texts that were measured and the formulas that were read.

    Matplotlib keeps both with a renderer, and makes one for each figure.
    """

    spare: ClassVar[dict[tuple[float, ...], Any]] = {}  # the last one that was handed on, by its size and resolution
    parser: ClassVar[Any] = None  # of formulas; it is the same for every size

    def get_renderer(self) -> Any:
        """Return the renderer of the figure's present size: the one that was handed on, if it has that size."""
        before = getattr(self, "renderer", None)
        found = super().get_renderer()  # type: ignore[no-untyped-call]
        if found is not before:
            found = self.renderer = self.spare.pop(_size(found), found)
            Canvas.parser = found.mathtext_parser = self.parser or found.mathtext_parser
        return found

    def hand_on(self) -> None:
        """Hand the renderer on to a later figure; this figure would get another one."""
        renderer = self.get_renderer()
        self.spare.clear()
        self.spare[_size(renderer)] = renderer
        FigureCanvasAgg(self.figure)


def _size(renderer: Any) -> tuple[float, ...]:
    return renderer.width, renderer.height, renderer.dpi


@contextmanager
def ticks_placed_once(drawn: Figure) -> Iterator[None]:
    """Draw a figure in which nothing moves any more: for each axis its ticks are placed and measured once.

    A layout that is still to come moves them while the figure is drawn, and so do panels that keep an aspect.
    """
    still = drawn.get_layout_engine() is None
    panels = [panel for panel in drawn.axes if still and panel.name == "rectilinear" and panel.get_aspect() == "auto"]
    axes = [axis for panel in panels for axis in (panel.xaxis, panel.yaxis)]
    for axis in axes:
        for name in PLACED:
            setattr(axis, name, _once(getattr(axis, name)))
    try:
        yield
    finally:
        for axis in axes:
            for name in PLACED:
                delattr(axis, name)


def _once(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that answers every call as the first one."""
    answers: list[Any] = []

    def answer(*arguments: Any, **options: Any) -> Any:
        if not answers:
            answers.append(function(*arguments, **options))
        return answers[0]

    return answer
