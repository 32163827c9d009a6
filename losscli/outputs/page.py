"""Write a figure as a web page that needs no network: Plotly's axes, legend, hover texts and sliders."""

from __future__ import annotations

import base64
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
from losscli.outputs.provenance import stamp
from losscli.sampling.frames import frames
from losscli.sampling.limits import drawn, outermost
from losscli.sampling.sample import sample
from losscli.wording.captions import axis_names, signed
from losscli.wording.mathematics import Html, written_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.drawing.scene import Scene
    from losscli.lazy import Array
    from losscli.model.loss import Quantity
    from losscli.sampling.sample import Sampled, Trace

HERE = Path(__file__).parent
NEEDS_PLOTLY = "an html page needs plotly; install it with: pip install 'lossplot[html]'"
DASHES = {"-": "solid", "--": "dash", "-.": "dashdot", ":": "dot"}  # Matplotlib's name: Plotly's
COLOURS = {"paper": "figure.facecolor", "panel": "axes.facecolor", "ink": "axes.labelcolor"}  # settings of a style
COLOURS |= {"line": "axes.edgecolor", "grid": "grid.color"}
PIXELS = 96  # of CSS, to an inch
TYPE = 14  # pixels, of a page without --size
HEIGHT = 480  # pixels, of one panel; each further panel adds half of it
SLIDER_HEIGHT = 80  # pixels
PANEL_GAP = 0.06  # of the height, between two panels
LOWEST_SHARE = 1e-6  # of the lower end of a logarithmic axis: where a curve is drawn that leaves the panel there
MARKS: dict[str, dict[str, Any]] = {  # a ring is seen around a diamond
    "breaks": {"mode": "markers", "marker": {"symbol": "circle-open", "size": 15, "line": {"width": 2}}},
    "minimum": {"mode": "lines+markers", "marker": {"symbol": "diamond", "size": 9}, "line": {"width": 5}},
    "floor": {"mode": "lines", "marker": {}, "line": {"dash": "dot", "width": 1.6}},
}
HOVER = "prediction %{customdata[0]}<br>value %{customdata[1]}<br>gradient %{customdata[2]}"


def render(scene: Scene, form: str) -> bytes:  # noqa: ARG001 - every output is told its format
    """Return the page in UTF-8. Raise LossplotError without Plotly, UsageError for a contour or too many frames."""
    check_moves(scene.recipe)
    with setting(scene.recipe):
        page = Page(scene)
        figure = page.described()
    paper, ink = page.colours["paper"], page.colours["ink"]
    fields = {
        "title": html.escape(scene.texts.name),
        "heading": _html(scene.texts.title),
        "description": html.escape(scene.texts.description),
        "stamp": html.escape(stamp(scene.recipe)),
        "scheme": "dark" if sum(to_rgb(paper)) < sum(to_rgb(ink)) else "light",
        "background": paper,
        "ink": ink,
        "width": f"{figure['layout']['width']}px" if scene.recipe.size else "auto",
        "formula": "<br>".join(map(_html, scene.texts.formula)),
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
        self.scene, self.recipe = scene, scene.recipe
        self.sampled: Sampled = sample(scene.recipe, "gradient")  # hover texts show the gradient, too
        bare = type(scene)(replace(scene.recipe, formula=False, size=None, legend=None))
        self.figure = joined_figure(bare, "")
        self.frames = frames(scene.recipe, self.sampled)
        self.axes = dict(zip(scene.recipe.show, self.figure.axes, strict=False))
        self.lines = lines_of(scene)
        self.arrays: dict[str, int] = {}  # the JSON of each array, with its index
        self.sources: list[dict[str, int]] = []
        rc: Any = mpl.rcParams  # its type accepts only literal names of settings
        self.colours = {part: to_hex(rc[name]) for part, name in COLOURS.items()}

    def described(self) -> dict[str, Any]:
        """Return all that the script draws from, as what JSON knows."""
        traces, columns = [], []
        for panel, quantity in enumerate(self.recipe.show):
            for place, curves in enumerate(self.lines):
                traces.append(self._line(panel, quantity, place))
                data = {curve: self._source(self._curve(quantity, curve)) for curve in curves}
                shown = (next((curve for curve in frame.curves if curve in data), None) for frame in self.frames)
                columns.append([None if curve is None else data[curve] for curve in shown])
            for kind in self.recipe.mark:
                traces.append(self._mark(panel, quantity, kind))
                columns.append([self._marked(quantity, kind, frame.curves) for frame in self.frames])
        keys = [",".join(map(str, frame.positions)) for frame in self.frames]
        return {
            "traces": traces,
            "sources": self.sources,
            "frames": {key: [column[index] for column in columns] for index, key in enumerate(keys)},
            "layout": self._layout(),
            "arrays": [json.loads(text) for text in self.arrays],
        }

    def _source(self, arrays: dict[str, Any]) -> int:
        """Keep the arrays of a trace, equal ones once; return the index of the source."""
        texts = {name: json.dumps(array, ensure_ascii=False) for name, array in arrays.items()}
        self.sources.append({name: self.arrays.setdefault(text, len(self.arrays)) for name, text in texts.items()})
        return len(self.sources) - 1

    def _curve(self, quantity: Quantity, index: int) -> dict[str, Any]:
        trace = self.sampled.traces[index]
        outside = outermost(self.recipe, self.sampled.limits.get(quantity), quantity)
        heights = drawn(trace.terms[quantity], outside)
        return {**self._placed(quantity, trace.prediction, heights), "customdata": _readings(trace)}

    def _placed(self, quantity: Quantity, x: Array, y: Array) -> dict[str, Any]:
        """Return data as Plotly draws it: on symmetric logarithmic axes, which it lacks, where Matplotlib puts it."""
        axes = self.axes[quantity]
        return {"x": _encoded(_place(axes.xaxis, x)), "y": _encoded(_place(axes.yaxis, y))}

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
            "type": "scatter", "mode": "lines", "name": _html(name), "legendgroup": f"line{place}",
            "showlegend": panel == 0 and bool(name), "yaxis": _axis_id("y", panel), "hovertemplate": HOVER,
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
            "name": kind if self.recipe.sweeps else "<br>".join(map(_html, texts)), "showlegend": panel == 0,
            "yaxis": _axis_id("y", panel),
        }  # fmt: skip

    def _layout(self) -> dict[str, Any]:
        """Return the settings of Plotly for all that is not a trace."""
        recipe, count = self.recipe, len(self.recipe.show)
        part = (1 - PANEL_GAP * (count - 1)) / count
        explains = len(self.lines) > 1 or bool(recipe.mark or recipe.label or recipe.legend)
        across = self._axis(self.figure.axes[0].xaxis, self.scene.texts.xlabel)
        layout = {
            **self._size(), "paper_bgcolor": self.colours["paper"], "plot_bgcolor": self.colours["panel"],
            "uirevision": "kept",  # zoom and hidden curves stay when a slider moves
            "hovermode": "closest", "showlegend": explains and recipe.legend != "none",
            "legend": {"orientation": "h", "x": 0.5, "xanchor": "center", "y": 1.02, "yanchor": "bottom"},
            "xaxis": {**across, "anchor": _axis_id("y", count - 1)},
            "sliders": [self._slider(index) for index in range(len(recipe.sweeps))],
            "margin": {"l": 60, "r": 40, "t": 20, "b": 50},
            "modebar": {"orientation": "v", "bgcolor": "rgba(0, 0, 0, 0)"},  # a row would cover the legend
        }  # fmt: skip
        for panel, (quantity, axes) in enumerate(self.axes.items()):
            low = 1 - (panel + 1) * part - panel * PANEL_GAP
            known = self._axis(axes.yaxis, self.scene.texts.ylabels[quantity])
            layout[_axis_id("yaxis", panel)] = {**known, "domain": [max(0.0, low), low + part]}
        return layout

    def _size(self) -> dict[str, Any]:
        """Return the size of the figure and its font; without --size the figure is as wide as the window allows."""
        recipe, font = self.recipe, mpl.rcParams["font.family"]
        width, height = (round(PIXELS * side) for side in mpl.rcParams["figure.figsize"])
        fonts = [*(f'"{name}"' for name in font[: len(recipe.font)] if '"' not in name), "system-ui", "sans-serif"]
        size = type_size() * PIXELS / POINTS if recipe.size else TYPE
        usual = height if recipe.size else HEIGHT * (1 + len(recipe.show)) // 2
        return {
            **({"width": width} if recipe.size else {"autosize": True}),
            "height": usual + len(recipe.sweeps) * SLIDER_HEIGHT,
            "font": {"color": self.colours["ink"], "family": ", ".join(fonts), "size": size},
        }

    def _axis(self, axis: Any, label: str) -> dict[str, Any]:
        """Return an axis of Plotly with the scale and the ends of one of Matplotlib's."""
        scale, ends = axis.get_scale(), np.asarray(axis.get_view_interval())
        known = {
            "title": {"text": _html(label)}, "zeroline": False, "automargin": True,
            "showgrid": bool(mpl.rcParams["axes.grid"]), "gridcolor": self.colours["grid"],
            "exponentformat": "power", "ticks": "outside",
            "showline": True, "linecolor": self.colours["line"], "tickcolor": self.colours["line"],
        }  # fmt: skip
        if scale != "symlog":
            return {**known, "type": scale, "range": (np.log10(ends) if scale == "log" else ends).tolist()}
        ticks = np.asarray(axis.get_majorticklocs())
        numbers = [_html(text) for text in axis.get_major_formatter().format_ticks(ticks)]
        return {
            **known, "range": _place(axis, ends).tolist(), "tickmode": "array",
            "tickvals": _place(axis, ticks).tolist(), "ticktext": numbers,
        }  # fmt: skip

    def _slider(self, index: int) -> dict[str, Any]:
        """Return the slider of a sweep; its steps do nothing themselves."""
        name, axis = _html(axis_names(self.recipe)[index]), self.recipe.sweeps[index]
        steps = [{"label": _html(signed(text)), "method": "skip"} for text in axis.texts]
        return {
            "active": 0, "steps": steps, "currentvalue": {"prefix": f"{name} = "},
            "pad": {"t": 50 + SLIDER_HEIGHT * index, "l": 20, "r": 20}, "bordercolor": self.colours["ink"],
            "bgcolor": self.colours["line"], "activebgcolor": self.colours["ink"], "tickcolor": self.colours["line"],
        }  # fmt: skip


def _axis_id(name: str, panel: int) -> str:
    """Return Plotly's name of the axis of a panel: y, y2, y3."""
    return name if panel == 0 else f"{name}{panel + 1}"


def _encoded(values: Array) -> dict[str, str]:
    """Return an array as Plotly reads it: base64 of its bytes."""
    return {"dtype": "f8", "bdata": base64.b64encode(np.ascontiguousarray(values, dtype="<f8").tobytes()).decode()}


def _readings(trace: Trace) -> list[list[str]]:
    """Return the hover text of each sample: prediction, value and gradient."""
    columns = trace.prediction, trace.terms["value"], trace.terms["gradient"]
    return [list(map(_number, row)) for row in np.stack(columns, axis=1).tolist()]


def _number(value: float) -> str:
    """Return a number with six digits as HTML, with the signs that the axes have."""
    text = f"{value:.6g}"
    if text == "nan":
        return "undefined"
    return _html(signed(text)) if "e" in text or "i" in text else text.replace("-", "−")


def _place(axis: Any, values: Array) -> Array:
    """Return where values stand on Plotly's axis."""
    if axis.get_scale() == "log":
        return np.where(np.asarray(values) <= 0, LOWEST_SHARE * min(axis.get_view_interval()), values)
    with np.errstate(all="ignore"):
        return np.asarray(axis.get_transform().transform(values))


def _html(text: str) -> str:
    """Return a text with its mathematics as HTML."""
    return written_out(text, Html()).replace("\n", "<br>")
