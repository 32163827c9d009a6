"""Numbers, texts, and the steps of a descent as Plotly reads them."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from matplotlib.colors import to_hex

from losscli.drawing.layout import POINTS
from losscli.lazy import np
from losscli.wording.captions import signed
from losscli.wording.mathematics import Html, written_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure

    from losscli.drawing.below import Descents
    from losscli.lazy import Array
    from losscli.sampling.sample import Trace

DASHES = {"-": "solid", "--": "dash", "-.": "dashdot", ":": "dot"}  # Matplotlib's name: Plotly's
PIXELS = 96  # of CSS, to an inch
LOWEST_SHARE = 1e-6  # of the lower end of a logarithmic axis: where a curve is drawn that leaves the panel there
MAX_KEPT = 10_000  # steps of which a page keeps all; of more it keeps those that it plays
HOVERS = {
    "above": "step %{x}<br>loss above its floor %{y:.6g}",
    "steps": "prediction %{x:.6g}<br>value %{y:.6g}",
    "place": "prediction %{x:.6g}<br>value %{y:.6g}",
}


def axis_id(name: str, panel: int) -> str:
    """Return Plotly's name of the axis of a panel: y, y2, y3."""
    return name if panel == 0 else f"{name}{panel + 1}"


def encoded(values: Array) -> dict[str, str]:
    """Return an array as Plotly reads it: base64 of its bytes."""
    return {"dtype": "f8", "bdata": base64.b64encode(np.ascontiguousarray(values, dtype="<f8").tobytes()).decode()}


def readings(trace: Trace) -> list[list[str]]:
    """Return the hover text of each sample: prediction, value and gradient."""
    columns = trace.prediction, trace.terms["value"], trace.terms["gradient"]
    return [list(map(number, row)) for row in np.stack(columns, axis=1).tolist()]


def number(value: float) -> str:
    """Return a number with six digits as HTML, with the signs that the axes have."""
    text = f"{value:.6g}"
    if text == "nan":
        return "undefined"
    return hypertext(signed(text)) if "e" in text or "i" in text else text.replace("-", "−")


def placed(axis: Any, values: Array) -> Array:
    """Return where values stand on Plotly's axis."""
    if axis.get_scale() == "log":
        return np.where(np.asarray(values) <= 0, LOWEST_SHARE * min(axis.get_view_interval()), values)
    with np.errstate(all="ignore"):
        return np.asarray(axis.get_transform().transform(values))


def hypertext(text: str) -> str:
    """Return a text with its mathematics as HTML."""
    return written_out(text, Html()).replace("\n", "<br>")


class Played:
    """The lines of the steps; `frames` are the steps at which a page may stand."""

    def __init__(self, steps: Descents, figure: Figure) -> None:
        self.steps, self.frames = steps, steps.played()
        self.lines = steps.drawn_in(figure)
        self.kept = np.arange(steps.last + 1) if steps.last <= MAX_KEPT else np.array(self.frames)

    @property
    def names(self) -> list[str]:
        """The ids of the lines."""
        return list(self.steps.parts(0))

    def numbers(self, name: str) -> dict[str, list[float | None]]:
        """Return all numbers of a line, None for those that are not drawn."""
        x, y = self.steps.whole(name)
        kept = self.kept[self.kept < len(x)]
        return {"x": _plain(x[kept]), "y": _plain(y[kept])}

    def parts(self, name: str) -> Iterator[tuple[int, int]]:
        """Yield for each frame from where up to where a line shows its numbers."""
        for step in self.frames:
            part = self.steps.parts(step)[name]
            start, stop = np.searchsorted(self.kept, [part.start, part.stop]).tolist()
            yield start, stop

    def look(self, name: str, axes: tuple[str, str]) -> dict[str, Any]:
        """Return the look of a line on these axes. The legend has the path if no curve stands for it alone."""
        kind, number = name.split("-")
        line, path = self.lines[name], int(number)
        own = self.steps.alone or len({*self.steps.curves}) < len(self.steps.paths)
        colour, width = to_hex(line.get_color()), line.get_linewidth() * PIXELS / POINTS
        dash = DASHES.get(str(line.get_linestyle()), "solid")
        return {
            "type": "scatter", "mode": {"above": "lines", "steps": "lines+markers"}.get(kind, "markers"),
            "name": hypertext(self.steps.labels[path]), "showlegend": own and kind == "above",
            "legendgroup": f"path{path}" if own else f"line{self.steps.curves[path]}", "hovertemplate": HOVERS[kind],
            "xaxis": axes[0], "yaxis": axes[1], "opacity": line.get_alpha() or 1,
            "line": {"color": colour, "width": width, "dash": dash, "simplify": False},
            "marker": {"color": colour, "size": line.get_markersize() * PIXELS / POINTS},
        }  # fmt: skip

    def slider(self) -> dict[str, Any]:
        """Return what the slider says; it begins at the end, where all is seen."""
        steps = [{"label": str(step), "method": "skip"} for step in self.frames]
        return {"active": len(steps) - 1, "steps": steps, "currentvalue": {"prefix": "Step = "}}


def _plain(values: Array) -> list[float | None]:
    return [value if np.isfinite(value) else None for value in values.tolist()]
