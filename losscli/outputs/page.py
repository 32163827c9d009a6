"""Scene -> the bytes of a web page that moves, alone and offline: sliders, what is under the pointer, a live legend."""

from __future__ import annotations

import base64
import html
import io
import json
import math
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from losscli.draw import outermost
from losscli.errors import LossplotError, UsageError
from losscli.frames import axis_names, frames
from losscli.lazy import np
from losscli.look import setting
from losscli.mathematics import Html, written_out
from losscli.outputs.film import all_curves, check_moves, one_figure
from losscli.provenance import stamp
from losscli.sample import sample
from losscli.scene import Scene

if TYPE_CHECKING:
    from matplotlib.lines import Line2D

    from losscli.lazy import Array
    from losscli.sample import Sampled, Trace

HERE = Path(__file__).parent
DASHES = {"-": "solid", "--": "dash", "-.": "dashdot", ":": "dot"}  # Matplotlib's word: the library's
NEEDS = "an html page needs plotly; install it with: pip install 'lossplot[html]'"


def render(scene: Scene, form: str) -> bytes:  # noqa: ARG001 - every output is told its form
    """Return the page, in UTF-8."""
    check_moves(scene.recipe)
    sampled = sample(scene.recipe, "gradient")  # the pointer reads it off where no panel shows it
    with setting(scene.recipe):
        bare = Scene(replace(scene.recipe, formula=False, size=None))  # it need not find room for what the page sets
        content = described(bare, sampled)
        formula = formula_picture(scene)
    fields = {
        "title": html.escape(sampled.name),
        "description": html.escape(sampled.description),
        "stamp": html.escape(stamp(scene.recipe)),
        "heading": spelled(sampled.title),
        "background": content["colours"]["paper"],
        "ink": content["colours"]["ink"],
        "formula": formula,
        "library": library(),
        "data": json.dumps(content, allow_nan=False).replace("<", "\\u003c"),
        "script": (HERE / "page.js").read_text("utf-8"),
    }
    page = (HERE / "page.html").read_text("utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda found: fields[found[1]], page).encode()


def library() -> str:
    """Return the JavaScript of plotly."""
    try:
        from plotly.offline import get_plotlyjs
    except ImportError:
        raise LossplotError(NEEDS) from None
    return str(get_plotlyjs())


def described(scene: Scene, sampled: Sampled) -> dict[str, Any]:
    """Return all that the page's script draws from, as what JSON knows."""
    recipe = scene.recipe
    whole = all_curves(scene)
    figure = one_figure(scene, frames(recipe, sampled), whole, sampled.title)
    arrays = Arrays()
    panels = zip(sampled.ylabels.items(), whole.axes, strict=True)
    marks = sum(mark.quantity == recipe.show[0] for mark in sampled.marks)
    lines = figure.axes[0].lines
    return {
        "xlabel": spelled(sampled.xlabel),
        "x": scale(whole.axes[0].get_xscale(), whole.axes[0].get_xlim()),
        "panels": [
            {
                "quantity": quantity,
                "label": spelled(label),
                **scale(panel.get_yscale(), panel.get_ylim()),
                "beyond": outermost(recipe, sampled.frames.get(quantity), quantity),
            }
            for (quantity, label), panel in panels
        ],
        "legend": bool(figure.axes[0].get_legend() or figure.legends),
        "lines": [looks(line) for line in lines[: len(lines) - marks]],
        "colours": colours(figure),
        "sweeps": [
            {"name": spelled(name), "values": axis.texts}
            for name, axis in zip(axis_names(recipe), recipe.sweeps, strict=True)
        ],
        "curves": [curve(trace, sampled, index, arrays) for index, trace in enumerate(sampled.traces)],
        "arrays": arrays.texts,
    }


def curve(trace: Trace, sampled: Sampled, index: int, arrays: Arrays) -> dict[str, Any]:
    """Return one curve: the places of its arrays, and its marks."""
    return {
        "positions": trace.positions,
        "prediction": arrays.place(trace.prediction),
        **{quantity: arrays.place(term) for quantity, term in trace.terms.items()},
        "marks": [
            {"kind": mark.kind, "quantity": mark.quantity, "points": mark.points, "text": spelled(mark.text)}
            for mark in sampled.marks
            if index in mark.traces
        ],
    }


def scale(name: str, limits: tuple[float, float]) -> dict[str, Any]:
    """Return the kind of an axis, and its ends as the library has them."""
    if name == "symlog":
        raise UsageError(
            "--log; a page has no axis that is logarithmic and shows 0 or less: give --range or leave --log"
        )
    ends = [math.log10(end) for end in limits] if name == "log" else list(limits)
    return {"scale": name, "ends": ends}


def formula_picture(scene: Scene) -> str:
    """Return the formula as an SVG element, or nothing: a browser knows no LaTeX."""
    lines = scene.sampled.formula
    if not lines:
        return ""
    figure, buffer = Figure(), io.BytesIO()
    figure.text(0, 0, "\n".join(lines), fontsize="large")
    nothing: Any = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with mpl.rc_context({"svg.hashsalt": scene.recipe.words, "svg.fonttype": "path"}):
        figure.savefig(buffer, format="svg", metadata=nothing, bbox_inches="tight", transparent=True)
    text = buffer.getvalue().decode()
    said = html.escape(" ".join(map(written_out, lines)))
    return f'<div role="img" aria-label="{said}">{text[text.index("<svg") :]}</div>'


def looks(line: Line2D) -> dict[str, Any]:
    """Return how a curve is drawn, and what the legend calls it."""
    return {
        "name": spelled(str(line.get_label())),
        "color": to_hex(line.get_color()),
        "dash": DASHES.get(str(line.get_linestyle()), "solid"),
        "width": 1.4 * line.get_linewidth(),  # points in pixels, near enough
    }


def colours(figure: Figure) -> dict[str, str]:
    """Return the colours of a figure that are not those of its curves; a grid that is not drawn has none."""
    panel = figure.axes[0]
    grid = panel.get_xgridlines()[0]
    return {
        "paper": to_hex(figure.get_facecolor()),
        "panel": to_hex(panel.get_facecolor()),
        "ink": to_hex(panel.xaxis.label.get_color()),
        "grid": to_hex(grid.get_color()) if grid.get_visible() else "",
    }


class Arrays:
    """Arrays as base64 of their bytes, 64 bits a number, little end first; what is equal is kept once."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.places: dict[str, int] = {}

    def place(self, array: Array) -> int:
        """Keep an array and return its place."""
        text = base64.b64encode(np.ascontiguousarray(array, dtype="<f8").tobytes()).decode()
        if text not in self.places:
            self.places[text] = len(self.texts)
            self.texts.append(text)
        return self.places[text]


def spelled(text: str) -> str:
    """Return a text with mathematics in it as HTML."""
    return written_out(text, Html())
