"""Write a figure as a web page that needs no network: Plotly's axes, legend, hover texts and sliders."""

from __future__ import annotations

import base64
import html
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure

from losscli.drawing.layout import POINTS, type_size
from losscli.drawing.style import setting, styles
from losscli.errors import LossplotError
from losscli.lazy import np
from losscli.outputs.film import check_moves, joined_figure, lines_of
from losscli.outputs.provenance import stamp
from losscli.sampling.frames import frames
from losscli.sampling.limits import drawn, outermost
from losscli.sampling.sample import sample
from losscli.wording.captions import axis_names
from losscli.wording.mathematics import Html, written_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.drawing.scene import Scene
    from losscli.lazy import Array
    from losscli.model.loss import Quantity
    from losscli.sampling.sample import Sampled

HERE = Path(__file__).parent
NEEDS_PLOTLY = "an html page needs plotly; install it with: pip install 'lossplot[html]'"
DASHES = {"-": "solid", "--": "dash", "-.": "dashdot", ":": "dot"}  # Matplotlib's name: Plotly's
PIXELS = 96  # of CSS, to an inch
TYPE = 14  # pixels, of a page without --size
HEIGHT = 480  # pixels, of one panel; each further panel adds half of it
SLIDER_HEIGHT = 80  # pixels
PANEL_GAP = 0.06  # of the height, between two panels
LOWEST_SHARE = 1e-6  # of the lower end of a logarithmic axis: where a curve is drawn that leaves the panel there
SYMBOLS = {"breaks": "circle-open", "minimum": "diamond", "floor": ""}  # of the marks; a floor is a line
HOVER = "%{customdata[0]:.6g}<br>value %{customdata[1]:.6g}<br>gradient %{customdata[2]:.6g}"


def render(scene: Scene, form: str) -> bytes:  # noqa: ARG001 - every output is told its format
    """Return the page in UTF-8. Raise LossplotError without Plotly, UsageError for a contour or too many frames."""
    check_moves(scene.recipe)
    with setting(scene.recipe):
        page = Page(scene)
        figure = page.described()
        formula = _formula(scene)
    paper, ink = page.colours["paper"], page.colours["ink"]
    fields = {
        "title": html.escape(scene.texts.name),
        "description": html.escape(scene.texts.description),
        "stamp": html.escape(stamp(scene.recipe)),
        "scheme": "dark" if sum(to_rgb(paper)) < sum(to_rgb(ink)) else "light",
        "background": paper,
        "ink": ink,
        "formula": formula,
        "library": _library(),
        "figure": json.dumps(figure, allow_nan=False).replace("<", "\\u003c"),
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


def _formula(scene: Scene) -> str:
    """Return the formula as an SVG element, since browsers do not read LaTeX; an empty text if there is none."""
    if not scene.texts.formula:
        return ""
    figure, buffer = Figure(), io.BytesIO()
    figure.text(0, 0, "\n".join(scene.texts.formula), fontsize=type_size())
    nothing: Any = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with mpl.rc_context({"svg.hashsalt": scene.recipe.words, "svg.fonttype": "path"}):
        figure.savefig(buffer, format="svg", metadata=nothing, bbox_inches="tight", transparent=True)
    text = buffer.getvalue().decode()
    spoken = html.escape(" ".join(map(written_out, scene.texts.formula)))
    return f'<div class="formula" role="img" aria-label="{spoken}">{text[text.index("<svg") :]}</div>'


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
        self.arrays: dict[str, int] = {}  # base64 of each array, with its index
        self.sources: list[dict[str, int]] = []
        self.colours = _colours(self.axes[scene.recipe.show[0]])

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
            "arrays": [{"dtype": "f8", "bdata": text, **_shape(text)} for text in self.arrays],
        }

    def _source(self, arrays: dict[str, Array]) -> int:
        """Keep the arrays of a trace, equal ones once; return the index of the source."""
        source = {}
        for name, array in arrays.items():
            text = base64.b64encode(np.ascontiguousarray(array, dtype="<f8").tobytes()).decode()
            if array.ndim > 1:
                text = f"{array.shape[0]}, {array.shape[1]}:{text}"
            source[name] = self.arrays.setdefault(text, len(self.arrays))
        self.sources.append(source)
        return len(self.sources) - 1

    def _curve(self, quantity: Quantity, index: int) -> dict[str, Array]:
        trace = self.sampled.traces[index]
        outside = outermost(self.recipe, self.sampled.limits.get(quantity), quantity)
        heights = drawn(trace.terms[quantity], outside)
        known = np.stack([trace.prediction, trace.terms["value"], trace.terms["gradient"]], axis=1)
        return {**self._placed(quantity, trace.prediction, heights), "customdata": known}

    def _placed(self, quantity: Quantity, x: Array, y: Array) -> dict[str, Array]:
        """Return data as Plotly draws it: on symmetric logarithmic axes, which it lacks, where Matplotlib puts it."""
        return {"x": _place(self.axes[quantity].xaxis, x), "y": _place(self.axes[quantity].yaxis, y)}

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
        given = {} if place < len(self.recipe.line) else styles(self.recipe, len(self.lines))[place]
        dash = given.get("linestyle", line.get_linestyle())  # Matplotlib names a pattern of dashes `--`
        width = line.get_linewidth() * PIXELS / POINTS
        pattern = ",".join(f"{width * part:.3g}px" for part in dash[1]) if isinstance(dash, tuple) else DASHES.get(dash)
        name = str(line.get_label())
        return {
            "type": "scatter", "mode": "lines", "name": _html(name), "legendgroup": f"line{place}",
            "showlegend": panel == 0 and bool(name), "yaxis": _axis_id("y", panel), "hovertemplate": HOVER,
            "line": {"color": to_hex(line.get_color()), "width": width, "dash": pattern or "solid"},
        }  # fmt: skip

    def _mark(self, panel: int, quantity: Quantity, kind: str) -> dict[str, Any]:
        """Return the look of the marks of a kind; without sweeps the legend has what they are and where."""
        texts = dict.fromkeys(
            text for mark, text in zip(self.sampled.marks, self.scene.texts.marks, strict=True) if mark.kind == kind
        )
        floor = kind == "floor"
        ink = self.colours["ink"]
        look: dict[str, Any] = {"line": {"color": ink, "dash": "dot"}} if floor else {
            "marker": {"color": ink, "symbol": SYMBOLS[kind], "size": 9, "line": {"width": 1.5}}
        }  # fmt: skip
        return {
            "type": "scatter", "mode": "lines" if floor else "markers", "legendgroup": kind, "hoverinfo": "skip",
            "name": kind if self.recipe.sweeps else "<br>".join(map(_html, texts)), "showlegend": panel == 0,
            "yaxis": _axis_id("y", panel), **look,
        }  # fmt: skip

    def _layout(self) -> dict[str, Any]:
        recipe, texts, count = self.recipe, self.scene.texts, len(self.recipe.show)
        width, height = (round(PIXELS * side) for side in mpl.rcParams["figure.figsize"])
        sliders = len(recipe.sweeps) * SLIDER_HEIGHT
        size = {"width": width} if recipe.size else {"autosize": True}
        families = [name for name in recipe.font if '"' not in name]
        part = (1 - PANEL_GAP * (count - 1)) / count
        layout = {
            **size,
            "height": (height if recipe.size else HEIGHT * (1 + count) // 2) + sliders,
            "title": {"text": _html(texts.title), "x": 0.5},
            "font": {
                "color": self.colours["ink"],
                "family": ", ".join([*families, "system-ui", "sans-serif"]),
                "size": type_size() * PIXELS / POINTS if recipe.size else TYPE,
            },
            "paper_bgcolor": self.colours["paper"],
            "plot_bgcolor": self.colours["panel"],
            "uirevision": "kept",  # zoom and hidden curves stay when a slider moves
            "hovermode": "closest",
            "showlegend": recipe.legend != "none" and (len(self.lines) > 1 or bool(recipe.mark or recipe.label)),
            "legend": _legend(recipe.legend),
            "xaxis": {**self._axis(self.figure.axes[0].xaxis, texts.xlabel), "anchor": _axis_id("y", count - 1)},
            "sliders": [self._slider(index) for index in range(len(recipe.sweeps))],
        }  # fmt: skip
        for panel, (quantity, axes) in enumerate(self.axes.items()):
            low = 1 - (panel + 1) * part - panel * PANEL_GAP
            domain = [max(0.0, low), low + part]
            layout[_axis_id("yaxis", panel)] = {**self._axis(axes.yaxis, texts.ylabels[quantity]), "domain": domain}
        return layout

    def _axis(self, axis: Any, label: str) -> dict[str, Any]:
        """Return an axis of Plotly with the scale and the ends of one of Matplotlib's."""
        scale, ends = axis.get_scale(), np.asarray(axis.get_view_interval())
        title: dict[str, Any] = {"text": _html(label)}
        if self.recipe.label_size is not None:
            title["font"] = {"size": self.recipe.label_size * PIXELS / POINTS}
        known = {
            "title": title, "zeroline": False, "showgrid": bool(self.colours["grid"]), "automargin": True,
            "gridcolor": self.colours["grid"] or None, "exponentformat": "power", "ticks": "outside",
        }  # fmt: skip
        if scale == "log":
            return {**known, "type": "log", "range": np.log10(ends).tolist()}
        if scale == "linear":
            return {**known, "range": ends.tolist()}
        ticks = np.asarray(axis.get_majorticklocs())
        numbers = [_html(text) for text in axis.get_major_formatter().format_ticks(ticks)]
        return {
            **known, "range": _place(axis, ends).tolist(), "tickmode": "array",
            "tickvals": _place(axis, ticks).tolist(), "ticktext": numbers,
        }  # fmt: skip

    def _slider(self, index: int) -> dict[str, Any]:
        """Return the slider of a sweep; its steps do nothing themselves."""
        name, axis = _html(axis_names(self.recipe)[index]), self.recipe.sweeps[index]
        steps = [{"label": text, "method": "skip"} for text in axis.texts]
        pad = {"t": 50 + SLIDER_HEIGHT * index}
        return {"active": 0, "steps": steps, "currentvalue": {"prefix": f"{name} = "}, "pad": pad}


def _axis_id(name: str, panel: int) -> str:
    """Return Plotly's name of the axis of a panel: y, y2, y3."""
    return name if panel == 0 else f"{name}{panel + 1}"


def _shape(text: str) -> dict[str, str]:
    """Return the shape of a kept array that has two axes."""
    shape, colon, _ = text.partition(":")
    return {"shape": shape, "bdata": text[len(shape) + 1 :]} if colon else {}


def _place(axis: Any, values: Array) -> Array:
    """Return where values stand on Plotly's axis."""
    if axis.get_scale() == "linear":
        return np.asarray(values)
    if axis.get_scale() == "log":
        return np.where(np.asarray(values) <= 0, LOWEST_SHARE * min(axis.get_view_interval()), values)
    with np.errstate(all="ignore"):
        return np.asarray(axis.get_transform().transform(values))


def _legend(place: str | None) -> dict[str, Any]:
    """Return the place of the legend: beside the panels, or inside them as `upper right` and the like say."""
    if place in (None, "best", "none"):
        return {}
    words = str(place).split()
    x, xanchor = (0.98, "right") if "right" in words else (0.02, "left") if "left" in words else (0.5, "center")
    y, yanchor = (0.98, "top") if "upper" in words else (0.02, "bottom") if "lower" in words else (0.5, "middle")
    return {"x": x, "xanchor": xanchor, "y": y, "yanchor": yanchor}


def _colours(panel: Any) -> dict[str, str]:
    """Return the colours of a figure apart from its curves; a grid that is not drawn has none."""
    grid = panel.get_xgridlines()[0]
    return {
        "paper": to_hex(panel.figure.get_facecolor()),
        "panel": to_hex(panel.get_facecolor()),
        "ink": to_hex(panel.xaxis.label.get_color()),
        "grid": to_hex(grid.get_color()) if grid.get_visible() else "",
    }


def _html(text: str) -> str:
    """Return a text with its mathematics as HTML."""
    return written_out(text, Html()).replace("\n", "<br>")
