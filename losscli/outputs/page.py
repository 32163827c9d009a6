"""Scene -> the bytes of a web page that moves, alone and offline: sliders, what is under the pointer, a live legend."""

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

from losscli.drawing.layout import POINTS, grows, type_size
from losscli.drawing.scene import Scene
from losscli.drawing.style import setting, styles
from losscli.errors import LossplotError
from losscli.lazy import np
from losscli.outputs.film import all_curves, check_moves, one_figure
from losscli.outputs.provenance import stamp
from losscli.sampling.frames import frames
from losscli.sampling.limits import drawn, outermost
from losscli.sampling.sample import sample
from losscli.wording.captions import axis_names
from losscli.wording.mathematics import Html, written_out

if TYPE_CHECKING:
    from matplotlib.lines import Line2D

    from losscli.lazy import Array
    from losscli.model.loss import Quantity
    from losscli.model.marks import Mark
    from losscli.recipe.recipe import Recipe
    from losscli.sampling.limits import Limits as Ends
    from losscli.sampling.sample import Sampled

HERE = Path(__file__).parent
DASHES = {"-": "solid", "--": "dash", "-.": "dashdot", ":": "dot"}  # Matplotlib's word: the library's
SCRIPTS = ("page_lines.js", "page_layout.js", "page.js")
PIXELS = 96  # of CSS, to an inch
TYPE, SMALLEST = 14, 11  # pixels of the page's type, and on a small figure
FORMULA = 1.1  # of the type, for a formula, which has small letters
BELOW = 1e-6  # of the lower end of a logarithmic axis: where a curve is drawn that leaves the frame there
NEEDS = "an html page needs plotly; install it with: pip install 'lossplot[html]'"


def render(scene: Scene, form: str) -> bytes:  # noqa: ARG001 - every output is told its form
    """Return the page, in UTF-8."""
    check_moves(scene.recipe)
    sampled = sample(scene.recipe, "gradient")  # the pointer reads it off where no panel shows it
    with setting(scene.recipe):
        bare = Scene(replace(scene.recipe, formula=False, size=None))  # it need not find room for what the page sets
        content = described(bare, sampled) | furniture(scene.recipe)
        formula = formula_picture(scene)
    fields = {
        "title": html.escape(scene.texts.name),
        "description": html.escape(scene.texts.description),
        "stamp": html.escape(stamp(scene.recipe)),
        "heading": spelled(scene.texts.title),
        "background": content["colours"]["paper"],
        "ink": content["colours"]["ink"],
        "scheme": "dark" if lightness(content["colours"]["paper"]) < lightness(content["colours"]["ink"]) else "light",
        "formula": formula,
        "library": library(),
        "data": json.dumps(content, allow_nan=False).replace("<", "\\u003c"),
        "script": "\n".join((HERE / name).read_text("utf-8") for name in SCRIPTS),
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
    figure = one_figure(scene, frames(recipe, sampled), whole, scene.texts.title)
    arrays = Arrays()
    panels = dict(zip(recipe.show, whole.axes, strict=True))
    out = {quantity: outermost(recipe, sampled.limits.get(quantity), quantity) for quantity in panels}
    upright = {quantity: Ruler(panel.yaxis, out[quantity]) for quantity, panel in panels.items()}
    rulers = Ruler(whole.axes[0].xaxis), upright
    marks = sum(mark.quantity == recipe.show[0] for mark in sampled.marks)
    lines = figure.axes[0].lines[: len(figure.axes[0].lines) - marks]
    chosen = styles(recipe, len(lines))
    patterns = [own.get("linestyle") if place >= len(recipe.line) else None for place, own in enumerate(chosen)]
    return {
        "x": {"label": spelled(scene.texts.xlabel), **rulers[0].described()},
        "panels": [
            {"quantity": quantity, "label": spelled(label), **upright[quantity].described()}
            for quantity, label in scene.texts.ylabels.items()
        ],
        "legend": bool(figure.axes[0].get_legend() or figure.legends),
        "lines": [looks(line, pattern) for line, pattern in zip(lines, patterns, strict=True)],
        "kinds": list(recipe.mark),
        "colours": colours(figure),
        "sweeps": [
            {"name": spelled(name), "values": axis.texts}
            for name, axis in zip(axis_names(recipe), recipe.sweeps, strict=True)
        ],
        "curves": [curve(scene, sampled, index, rulers, arrays) for index in range(len(sampled.traces))],
        "arrays": arrays.texts,
    }


def furniture(recipe: Recipe) -> dict[str, Any]:
    """Return what is said of the page's figure itself; None, or nothing, where nothing is. Lengths are CSS pixels."""
    width, height = (PIXELS * side for side in mpl.rcParams["figure.figsize"])
    families = [f'"{name}"' for name in mpl.rcParams["font.family"][: len(recipe.font)] if '"' not in name]
    return {
        "size": [width, height] if recipe.size else None,
        "grows": bool(recipe.size and grows(recipe)),
        "font": ", ".join([*families, "system-ui", "sans-serif"]),
        "type": type_height(recipe),
        "labelSize": None if recipe.label_size is None else recipe.label_size * PIXELS / POINTS,
        "place": None if recipe.legend in ("best", "none") else recipe.legend,
    }


def type_height(recipe: Recipe) -> float:
    """Return how high the type of the page's figure is, in pixels: a size that is said has its own."""
    return max(SMALLEST, type_size() * PIXELS / POINTS) if recipe.size else TYPE


def curve(scene: Scene, sampled: Sampled, index: int, rulers: Rulers, arrays: Arrays) -> dict[str, Any]:
    """Return one curve: the places of its arrays, those of where it is drawn on the page's axes, and its marks."""
    trace, (across, upright) = sampled.traces[index], rulers
    where = {
        quantity: arrays.place(ruler.place(drawn(trace.terms[quantity], ruler.out)))
        for quantity, ruler in upright.items()
    }
    return {
        "positions": trace.positions,
        "prediction": arrays.place(trace.prediction),
        **{quantity: arrays.place(term) for quantity, term in trace.terms.items()},
        "drawn": {"x": arrays.place(across.place(trace.prediction)), **where},
        "marks": [
            marked(mark, text, rulers)
            for mark, text in zip(sampled.marks, scene.texts.marks, strict=True)
            if mark.curve == index and mark.quantity in upright
        ],
    }


def marked(mark: Mark, text: str, rulers: Rulers) -> dict[str, Any]:
    """Return a mark: what it says, its points, and where these are drawn on the page's axes."""
    x, y = np.transpose(mark.points)
    places = np.transpose([rulers[0].place(x), rulers[1][mark.quantity].place(y)]).tolist()
    said = {"kind": mark.kind, "quantity": mark.quantity, "text": spelled(text)}
    return {**said, "points": mark.points, "places": places}


class Ruler:
    """One of Matplotlib's axes as the library can have it.

    The library has no axis that is logarithmic on both sides of 0. On such a one curves stand where Matplotlib's own
    transform puts them, on a linear axis. The numbers of a logarithmic axis are Matplotlib's.
    """

    def __init__(self, axis: Any, out: Ends | None = None) -> None:
        self.axis = axis
        self.out = out  # how far beyond its ends what is infinite is drawn
        self.scale = axis.get_scale()
        self.limits = axis.get_view_interval()

    def place(self, values: Array) -> Array:
        """Return where values stand, as the library is told: on a logarithmic axis it would leave out those below."""
        if self.scale == "log":
            return np.where(values <= 0, BELOW * self.limits.min(), values)
        if self.scale != "symlog":
            return values
        with np.errstate(all="ignore"):
            return np.asarray(self.axis.get_transform().transform(values))

    def described(self) -> dict[str, Any]:
        """Return the kind of the axis, its ends, and numbers where those of the library are not to be had."""
        if self.scale == "linear":
            return {"scale": self.scale, "ends": self.limits.tolist()}
        ticks = np.asarray(self.axis.get_majorticklocs())
        texts = [spelled(text) for text in self.axis.get_major_formatter().format_ticks(ticks)]
        between = self.place(np.asarray(self.axis.get_minorticklocs())).tolist()
        numbers = {"places": self.place(ticks).tolist(), "texts": texts, "between": between}
        if self.scale == "log":
            return {"scale": self.scale, "ends": np.log10(self.limits).tolist(), "numbers": numbers}
        return {"scale": "linear", "ends": self.place(self.limits).tolist(), "numbers": numbers}


def formula_picture(scene: Scene) -> str:
    """Return the formula as an SVG element, or nothing: a browser knows no LaTeX."""
    lines = scene.texts.formula
    if not lines:
        return ""
    figure, buffer = Figure(), io.BytesIO()
    figure.text(0, 0, "\n".join(lines), fontsize=FORMULA * type_height(scene.recipe) * POINTS / PIXELS)
    nothing: Any = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with mpl.rc_context({"svg.hashsalt": scene.recipe.words, "svg.fonttype": "path"}):
        figure.savefig(buffer, format="svg", metadata=nothing, bbox_inches="tight", transparent=True)
    text = buffer.getvalue().decode()
    said = html.escape(" ".join(map(written_out, lines)))
    return f'<div role="img" aria-label="{said}">{text[text.index("<svg") :]}</div>'


def looks(line: Line2D, pattern: Any) -> dict[str, Any]:
    """Return how a curve is drawn, and what the legend calls it; a pattern is one of dashes and gaps, if any."""
    width = 1.4 * line.get_linewidth()  # points in pixels, near enough
    own = ",".join(f"{width * part:.3g}px" for part in pattern[1]) if isinstance(pattern, tuple) else None
    return {
        "name": spelled(str(line.get_label())),
        "color": to_hex(line.get_color()),
        "dash": own or DASHES.get(str(line.get_linestyle()), "solid"),
        "width": width,
    }


def lightness(colour: str) -> float:
    """Return how light a colour is."""
    return sum(to_rgb(colour))


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


Rulers = tuple[Ruler, "dict[Quantity, Ruler]"]  # of the predictions, and of each panel


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
