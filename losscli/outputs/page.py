"""Write a figure as a web page that needs no network: Plotly's axes, legend, hover texts and sliders."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.colors import to_hex, to_rgb

from losscli.drawing.layout import POINTS, type_size
from losscli.drawing.style import setting, styles
from losscli.errors import LossplotError
from losscli.lazy import np
from losscli.outputs.film import check_moves, joined_figure, lines_of
from losscli.outputs.plotted import DASHES, PIXELS, Played, axis_id, encoded, hypertext, placed, readings
from losscli.outputs.provenance import stamp
from losscli.sampling.frames import frames
from losscli.sampling.limits import drawn, outermost
from losscli.sampling.sample import sample
from losscli.wording.captions import axis_names, signed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from losscli.drawing.scene import Scene
    from losscli.lazy import Array
    from losscli.model.loss import Quantity
    from losscli.sampling.sample import Sampled

HERE = Path(__file__).parent
NEEDS_PLOTLY = "an html page needs plotly; install it with: pip install 'lossplot[html]'"
COLOURS = {"paper": "figure.facecolor", "panel": "axes.facecolor", "ink": "axes.labelcolor"}  # settings of a style
COLOURS |= {"line": "axes.edgecolor", "grid": "grid.color"}
TYPE = 14  # pixels, of a page without --size
HEIGHT = 480  # pixels, of one panel; each further panel adds half of it
SLIDER_HEIGHT = 80  # pixels
PANEL_GAP = 0.06  # of the height, between two panels
AXIS_ROOM = 0.08  # of the height, for an axis between them
MARKS: dict[str, dict[str, Any]] = {  # a ring is seen around a diamond
    "breaks": {"mode": "markers", "marker": {"symbol": "circle-open", "size": 15, "line": {"width": 2}}},
    "minimum": {"mode": "lines+markers", "marker": {"symbol": "diamond", "size": 9}, "line": {"width": 5}},
    "floor": {"mode": "lines", "marker": {}, "line": {"dash": "dot", "width": 1.6}},
}
HOVER = "prediction %{customdata[0]}<br>value %{customdata[1]}<br>gradient %{customdata[2]}"


def render(scene: Scene, form: str) -> bytes:  # noqa: ARG001 - every output is told its format
    """Return the page in UTF-8. Raise LossplotError without Plotly, UsageError for a contour or too many frames."""
    check_moves(scene)
    with setting(scene.recipe):
        page = Page(scene)
        figure = page.described()
    paper, ink = page.colours["paper"], page.colours["ink"]
    fields = {
        "title": html.escape(scene.texts.name),
        "heading": hypertext(scene.texts.title),
        "description": html.escape(scene.texts.description),
        "stamp": html.escape(stamp(scene.recipe)),
        "scheme": "dark" if sum(to_rgb(paper)) < sum(to_rgb(ink)) else "light",
        "background": paper,
        "ink": ink,
        "width": f"{figure['layout']['width']}px" if scene.recipe.size else "auto",
        "formula": "<br>".join(map(hypertext, scene.texts.formula)),
        "library": _library(),
        "figure": json.dumps(figure, allow_nan=False, ensure_ascii=False).replace("<", "\\u003c"),
        "script": (HERE / "page.js").read_text("utf-8"),
    }
    template = (HERE / "page.html").read_text("utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda found: fields[found[1]], template).encode()


def _library() -> str:
    """Return the JavaScript of Plotly."""
    try:
        from plotly.offline import get_plotlyjs
    except ImportError:
        raise LossplotError(NEEDS_PLOTLY) from None
    return str(get_plotlyjs())


class Page:
    """The figure of a page as JSON: traces without data, the data of each curve, and which data each frame shows.

    Looks, limits and scales are those of the Matplotlib figure of the same recipe. Make it inside `setting(recipe)`.
    """

    def __init__(self, scene: Scene) -> None:
        steps = scene.steps
        if steps:  # which are played; all curves of a sweep stand
            scene = type(scene)(replace(scene.recipe, sweeps=()), steps)
        self.scene, self.recipe = scene, scene.recipe
        self.sampled: Sampled = sample(scene.recipe, "gradient")  # hover texts show the gradient, too
        bare = type(scene)(replace(scene.recipe, formula=False, size=None, legend=None), steps)
        self.figure = joined_figure(bare, "")
        self.played = Played(steps, self.figure) if steps else None
        self.frames = frames(scene.recipe, self.sampled) * (len(self.played.frames) if self.played else 1)
        shown = () if steps and steps.alone else scene.recipe.show
        self.axes: dict[Quantity, Any] = dict(zip(shown, self.figure.axes, strict=False))
        self.lines = lines_of(scene)
        self.arrays: dict[str, int] = {}  # the JSON of each array, with its index
        self.sources: list[dict[str, Any]] = []
        rc: Any = mpl.rcParams  # its type accepts only literal names of settings
        self.colours = {part: to_hex(rc[name]) for part, name in COLOURS.items()}

    def described(self) -> dict[str, Any]:
        """Return all that the script draws from, as what JSON knows."""
        traces: list[dict[str, Any]] = []
        columns: list[Sequence[int | None]] = []
        for panel, quantity in enumerate(self.axes):
            for place, curves in enumerate(self.lines):
                traces.append(self._line(panel, quantity, place))
                data = {curve: self._source(self._curve(quantity, curve)) for curve in curves}
                shown = (next((curve for curve in frame.curves if curve in data), None) for frame in self.frames)
                columns.append([None if curve is None else data[curve] for curve in shown])
            for kind in self.recipe.mark:
                traces.append(self._mark(panel, quantity, kind))
                columns.append([self._marked(quantity, kind, frame.curves) for frame in self.frames])
        for trace, column in self._steps(self.played) if self.played else ():
            traces.append(trace)
            columns.append(column)
        positions = [(index,) if self.played else frame.positions for index, frame in enumerate(self.frames)]
        keys = [",".join(map(str, own)) for own in positions]
        return {
            "traces": traces,
            "sources": self.sources,
            "frames": {key: [column[index] for column in columns] for index, key in enumerate(keys)},
            "layout": self._layout(),
            "pause": 1000 / self.recipe.fps,
            "arrays": [json.loads(text) for text in self.arrays],
        }

    def _source(self, arrays: dict[str, Any], part: tuple[int, int] | None = None) -> int:
        """Keep the arrays of a trace, equal ones once, or a part of each; return the index of the source."""
        texts = {name: json.dumps(array, ensure_ascii=False) for name, array in arrays.items()}
        source: dict[str, Any] = {name: self.arrays.setdefault(text, len(self.arrays)) for name, text in texts.items()}
        self.sources.append(source | ({"part": part} if part else {}))
        return len(self.sources) - 1

    def _steps(self, played: Played) -> Iterator[tuple[dict[str, Any], list[int]]]:
        """Yield the look of each line of steps, and its source in each frame."""
        below = axis_id("x", int(bool(self.axes))), axis_id("y", len(self.axes))
        for name in played.names:
            look = played.look(name, below if name.startswith("above") else ("x", "y"))
            numbers = played.numbers(name)
            yield look, [self._source(numbers, part) for part in played.parts(name)]

    def _curve(self, quantity: Quantity, index: int) -> dict[str, Any]:
        trace = self.sampled.traces[index]
        outside = outermost(self.recipe, self.sampled.limits.get(quantity), quantity)
        heights = drawn(trace.terms[quantity], outside)
        return {**self._placed(quantity, trace.prediction, heights), "customdata": readings(trace)}

    def _placed(self, quantity: Quantity, x: Array, y: Array) -> dict[str, Any]:
        """Return data as Plotly draws it: on symmetric logarithmic axes, which it lacks, where Matplotlib puts it."""
        axes = self.axes[quantity]
        return {"x": encoded(placed(axes.xaxis, x)), "y": encoded(placed(axes.yaxis, y))}

    def _marked(self, quantity: Quantity, kind: str, curves: Sequence[int]) -> int | None:
        """Return the source of the marks of a kind on these curves, None if there are none."""
        marks = [m for m in self.sampled.marks if (m.kind, m.quantity) == (kind, quantity) and m.curve in curves]
        if not marks:
            return None
        ends = self.axes[quantity].get_xlim()
        points = [[(end, mark.points[0][1]) for end in ends] if kind == "floor" else mark.points for mark in marks]
        x, y = np.array([point for group in points for point in (*group, (np.nan, np.nan))]).T
        return self._source(self._placed(quantity, x, y))

    def _line(self, panel: int, quantity: Quantity, place: int) -> dict[str, Any]:
        """Return the look of a line; panels share an entry of the legend."""
        line = self.axes[quantity].lines[place]
        cycled = styles(self.recipe, len(self.lines))[place].get("linestyle")  # a Line2D does not tell its dashes
        dash = cycled if cycled and place >= len(self.recipe.line) else line.get_linestyle()
        width = line.get_linewidth() * PIXELS / POINTS
        pattern = ",".join(f"{width * part:.3g}px" for part in dash[1]) if isinstance(dash, tuple) else DASHES.get(dash)
        name = str(line.get_label())
        return {
            "type": "scatter", "mode": "lines", "name": hypertext(name), "legendgroup": f"line{place}",
            "showlegend": panel == 0 and bool(name), "yaxis": axis_id("y", panel), "hovertemplate": HOVER,
            "line": {"color": to_hex(line.get_color()), "width": width, "dash": pattern or "solid", "simplify": False},
        }  # fmt: skip

    def _mark(self, panel: int, quantity: Quantity, kind: str) -> dict[str, Any]:
        """Return the look of the marks of a kind; without sweeps the legend has what they are and where."""
        texts = dict.fromkeys(
            text for mark, text in zip(self.sampled.marks, self.scene.texts.marks, strict=True) if mark.kind == kind
        )
        form = MARKS[kind]
        look = {part: {**form.get(part, {}), "color": self.colours["ink"]} for part in ("line", "marker")}
        return {
            "type": "scatter", "mode": form["mode"], "legendgroup": kind, "hoverinfo": "skip", **look,
            "name": kind if self.recipe.sweeps else "<br>".join(map(hypertext, texts)), "showlegend": panel == 0,
            "yaxis": axis_id("y", panel),
        }  # fmt: skip

    def _layout(self) -> dict[str, Any]:
        """Return the settings of Plotly for all that is not a trace."""
        recipe, panels = self.recipe, self.figure.axes
        gap = PANEL_GAP if self.played is None else PANEL_GAP + AXIS_ROOM
        part = (1 - gap * (len(panels) - 1)) / len(panels)
        several = len(self.lines) > 1 or (self.played is not None and len(self.played.steps.paths) > 1)
        explains = several or bool(recipe.mark or recipe.label or recipe.legend)
        layout = {
            **self._size(), "paper_bgcolor": self.colours["paper"], "plot_bgcolor": self.colours["panel"],
            "uirevision": "kept",  # zoom and hidden curves stay when a slider moves
            "hovermode": "closest", "showlegend": explains and recipe.legend != "none",
            "legend": {"orientation": "h", "x": 0.5, "xanchor": "center", "y": 1.02, "yanchor": "bottom"},
            "sliders": self._sliders(),
            "margin": {"l": 60, "r": 40, "t": 20, "b": 50},
            "modebar": {"orientation": "v", "bgcolor": "rgba(0, 0, 0, 0)"},  # a row would cover the legend
        }  # fmt: skip
        labels = [self.scene.texts.ylabels[quantity] for quantity in self.axes]
        labels += [panel.get_ylabel() for panel in panels[len(labels) :]]
        for panel, (axes, label) in enumerate(zip(panels, labels, strict=True)):
            low = 1 - (panel + 1) * part - panel * gap
            known = self._axis(axes.yaxis, label)
            anchor = axis_id("x", int(0 < len(self.axes) <= panel))
            layout[axis_id("yaxis", panel)] = {**known, "domain": [max(0.0, low), low + part], "anchor": anchor}
        return layout | self._axes_across()

    def _axes_across(self) -> dict[str, Any]:
        """Return the axis of predictions, of the panels that have it, and that of the steps."""
        panels, count = self.figure.axes, len(self.axes)
        found = [(panels[0], self.scene.texts.xlabel, count - 1)] if count else []
        found += [(panel, panel.get_xlabel(), count) for panel in panels[count:]]
        return {
            axis_id("xaxis", place): {**self._axis(axes.xaxis, label), "anchor": axis_id("y", under)}
            for place, (axes, label, under) in enumerate(found)
        }

    def _size(self) -> dict[str, Any]:
        """Return the size of the figure and its font; without --size the figure is as wide as the window allows."""
        recipe, font = self.recipe, mpl.rcParams["font.family"]
        width, height = (round(PIXELS * side) for side in mpl.rcParams["figure.figsize"])
        fonts = [*(f'"{name}"' for name in font[: len(recipe.font)] if '"' not in name), "system-ui", "sans-serif"]
        size = type_size() * PIXELS / POINTS if recipe.size else TYPE
        usual = height if recipe.size else HEIGHT * (1 + len(self.figure.axes)) // 2
        return {
            **({"width": width} if recipe.size else {"autosize": True}),
            "height": usual + len(self._sliders()) * SLIDER_HEIGHT,
            "font": {"color": self.colours["ink"], "family": ", ".join(fonts), "size": size},
        }

    def _axis(self, axis: Any, label: str) -> dict[str, Any]:
        """Return an axis of Plotly with the scale and the ends of one of Matplotlib's."""
        scale, ends = axis.get_scale(), np.asarray(axis.get_view_interval())
        known = {
            "title": {"text": hypertext(label)}, "zeroline": False, "automargin": True,
            "showgrid": bool(mpl.rcParams["axes.grid"]), "gridcolor": self.colours["grid"],
            "exponentformat": "power", "ticks": "outside",
            "showline": True, "linecolor": self.colours["line"], "tickcolor": self.colours["line"],
        }  # fmt: skip
        if scale != "symlog":
            return {**known, "type": scale, "range": (np.log10(ends) if scale == "log" else ends).tolist()}
        ticks = np.asarray(axis.get_majorticklocs())
        numbers = [hypertext(text) for text in axis.get_major_formatter().format_ticks(ticks)]
        return {
            **known, "range": placed(axis, ends).tolist(), "tickmode": "array",
            "tickvals": placed(axis, ticks).tolist(), "ticktext": numbers,
        }  # fmt: skip

    def _sliders(self) -> list[dict[str, Any]]:
        """Return the sliders of the sweeps, or the one of the steps, one below the other."""
        known = [self.played.slider()] if self.played else list(map(self._slider, range(len(self.recipe.sweeps))))
        look = {
            "bordercolor": self.colours["ink"], "bgcolor": self.colours["line"],
            "activebgcolor": self.colours["ink"], "tickcolor": self.colours["line"],
        }  # fmt: skip
        pads = ({"t": 50 + SLIDER_HEIGHT * index, "l": 20, "r": 20} for index in range(len(known)))
        return [{**one, "pad": pad, **look} for one, pad in zip(known, pads, strict=True)]

    def _slider(self, index: int) -> dict[str, Any]:
        """Return what the slider of a sweep says; its steps do nothing themselves."""
        name, axis = hypertext(axis_names(self.recipe)[index]), self.recipe.sweeps[index]
        steps = [{"label": hypertext(signed(text)), "method": "skip"} for text in axis.texts]
        return {"active": 0, "steps": steps, "currentvalue": {"prefix": f"{name} = "}}
