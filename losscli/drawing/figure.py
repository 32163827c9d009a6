"""Sampled -> Figure. Draws what it is given, and never asks what a loss is."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.mathtext import MathTextParser

from losscli.drawing.layout import arrange, grows
from losscli.drawing.notebook import Figure
from losscli.drawing.scales import scale_curves
from losscli.drawing.style import label_size
from losscli.drawing.texts import POINTS
from losscli.errors import UsageError
from losscli.lazy import np
from losscli.recipe.sizes import SHORTEST as LEAST
from losscli.sampling import limits
from losscli.wording.marks import NAMED_CURVES
from losscli.wording.mathematics import DOLLAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D
    from matplotlib.typing import ColorType

    from losscli.drawing.legends import Entry
    from losscli.drawing.lines import Ramp
    from losscli.lazy import Array
    from losscli.model.loss import Quantity
    from losscli.model.marks import Mark
    from losscli.recipe.recipe import Recipe
    from losscli.sampling.sample import Sampled, Trace
    from losscli.wording.texts import Texts

PANEL_HEIGHT = 0.6  # of every panel after the first, in heights of a figure of one
PIXELS = 2**16  # a side; of more Matplotlib makes no image
CROWDED = 0.55  # of the usual size, where marks stand close together
FAR = 1e8  # times the end of a logarithmic axis
RING = 1.7  # of the usual size of a marker
LARGE = 3.0  # widths of a curve: a marker is at least as large
WIDTH = 1.8  # points: of the curves that these widths stand beside; they change as a style and a size change those
MARKERS: dict[str, dict[str, Any]] = {
    "breaks": {"marker": "o", "fillstyle": "none", "markeredgewidth": 1.4},
    "minimum": {"marker": "D", "markeredgewidth": 1.0, "linewidth": 4.0, "solid_capstyle": "butt"},
    "floor": {"linestyle": (0, (1, 1.5)), "linewidth": 1.2},
}


def draw(recipe: Recipe, sampled: Sampled, texts: Texts) -> Figure:
    """Draw a figure, inside `setting(recipe)`: one panel for each quantity, the first with title and legend."""
    _check_texts(recipe)
    figure = _sheet(recipe, len(texts.ylabels))
    entries: list[Entry] = []
    if recipe.view == "curves":
        panels: list[Any] = list(figure.subplots(len(texts.ylabels), 1, sharex=True, squeeze=False)[:, 0])
        entries = _curves(panels, recipe, sampled, texts)
    else:
        from losscli.drawing.views import draw_view

        panels = draw_view(figure, recipe, sampled, texts)
    _furnish(figure, panels, recipe, texts)
    _settle(figure, panels, entries, recipe, texts)
    if recipe.view == "contour":
        from losscli.drawing.contours import align_bars, label_lines

        for panel in panels:
            label_lines(panel)
        align_bars([each for each in figure.axes if each not in panels])
    if recipe.transparent:
        for part in (figure, *panels):
            part.patch.set_alpha(0)
    return figure


def _settle(figure: Figure, panels: Sequence[Any], entries: list[Entry], recipe: Recipe, texts: Texts) -> None:
    """Find fonts for every text, a place for the legend, and room for all of it."""
    said = [texts.title, texts.xlabel, recipe.ylabel or "", *texts.ylabels.values(), *texts.formula]
    plain = all(text.isascii() for text in [*said, *(text for _, text in entries)])
    if not plain:
        from losscli.drawing.fonts import cover, tell

        cover(figure)
    if recipe.view == "surface":
        from losscli.drawing.surfaces import seat

        seat(figure, panels, recipe)
    else:
        arrange(figure, panels, entries, recipe)
    if not plain:
        tell(cover(figure))


def _sheet(recipe: Recipe, panels: int) -> Figure:
    """Return an empty figure; every panel makes it higher, unless its height is said."""
    try:
        figure = Figure()
    except ValueError as error:  # of sizes and margins in a style sheet of one's own
        raise UsageError(f"--style {' '.join(recipe.style)}; {error}") from None
    if not recipe.size and min(figure.get_size_inches()) < LEAST:
        raise UsageError(f"--style {' '.join(recipe.style)}; a figure is at least {LEAST:g}in wide and high")
    width, height = figure.get_size_inches()
    if grows(recipe):
        figure.set_size_inches(width, height * (1 + PANEL_HEIGHT * (panels - 1)))
    if max(figure.get_size_inches()) * figure.dpi >= PIXELS:
        raise UsageError(f"--dpi {figure.dpi:g}; in this size a side would have {PIXELS} pixels or more")
    if mpl.rcParams["font.size"] * figure.dpi < POINTS:
        raise UsageError(f"--dpi {figure.dpi:g}; in this size a letter would be smaller than a pixel")
    return figure


def _curves(panels: Sequence[Axes], recipe: Recipe, sampled: Sampled, texts: Texts) -> list[Entry]:
    """Draw curves and marks; return what the legend has to explain."""
    coloured, chosen = _styles(recipe, sampled, texts)
    drawn = [
        _panel(panel, recipe, sampled, texts, quantity, chosen)
        for panel, quantity in zip(panels, texts.ylabels, strict=True)
    ]
    panels[-1].set_xlabel(texts.xlabel, **label_size(recipe))
    if coloured:
        figure: Any = panels[0].figure
        figure.set_layout_engine("constrained")  # before there is a colour bar, or never
        figure.colorbar(coloured.mappable, ax=list(panels), label=coloured.label)
    return _entries(recipe, sampled, texts, drawn, coloured)


def _entries(
    recipe: Recipe, sampled: Sampled, texts: Texts, drawn: list[list[Line2D]], coloured: Ramp | None
) -> list[Entry]:
    """Return the lines of each panel, those of curves and then those of marks, that have a text, each text once."""
    number = len(sampled.traces)
    first = drawn[0][:number]
    marked = {str(line.get_label()): line for lines in reversed(drawn) for line in reversed(lines[number:])}
    if number == 1 and not recipe.label and not marked and recipe.legend is None:
        return []
    entries = coloured.entries(first) if coloured else [(line, str(line.get_label())) for line in first]
    pairs = zip(sampled.marks, texts.marks, strict=True)
    ordered = dict.fromkeys(text for mark, text in sorted(pairs, key=lambda pair: recipe.mark.index(pair[0].kind)))
    return [
        *((line, text) for line, text in entries if text),
        *((marked[text], text) for text in ordered if text in marked),
    ]


def _styles(recipe: Recipe, sampled: Sampled, texts: Texts) -> tuple[Ramp | None, list[dict[str, Any]]]:
    if len(sampled.traces) == 1:
        return None, [{}]
    from losscli.drawing.lines import ramp, styles  # one curve does not wait for it

    coloured = ramp(recipe, sampled, texts.groups)
    return coloured, styles(recipe, sampled, coloured)


def _panel(
    panel: Axes, recipe: Recipe, sampled: Sampled, texts: Texts, quantity: Quantity, chosen: list[dict[str, Any]]
) -> list[Line2D]:
    """Draw one quantity; return the lines of the curves, then those of the marks."""
    marks = [(mark, text) for mark, text in zip(sampled.marks, texts.marks, strict=True) if mark.quantity == quantity]
    scale_curves(panel, recipe, sampled, quantity)
    ends = sampled.limits.get(quantity)
    out = limits.outermost(recipe, ends, quantity)
    lines = [
        _plot(panel, trace, limits.drawn(trace.terms[quantity], out), recipe.line[index : index + 1], chosen[index])
        for index, trace in enumerate(sampled.traces)
    ]
    for index, line in enumerate(lines):
        line.set_gid(texts.identifier(index, quantity))
        line.set_label(texts.labels[index])  # an empty label would have been replaced
    for mark, text in marks:  # a mark of several curves has the colour of none of them
        several = len({other.curve for other, same in marks if same == text}) > 1
        colour = mpl.rcParams["text.color"] if several else lines[mark.curve].get_color()
        _mark(panel, mark, text, colour, crowded=len(sampled.traces) > NAMED_CURVES)
    lines = list(panel.lines)
    panel.set_ylabel(texts.ylabels[quantity], **label_size(recipe))
    if ends:
        heights = [y for mark, _ in marks for _, y in mark.points]
        panel.set_ylim(min([ends[0], *heights]), max([ends[1], *heights]))
    if recipe.is_logarithmic("y") and recipe.sampling == "fit":
        terms = [trace.terms[quantity] for trace in sampled.traces]
        _run_out(panel, lines[: len(terms)], terms, recipe.ylim or ())
    return lines


def _run_out(panel: Axes, lines: list[Line2D], terms: list[Array], said: Sequence[float]) -> None:
    """Draw what is infinite out of the ends that a logarithmic axis has without it, and of those that are said."""
    panel.set_ylim(panel.get_ylim())
    far = min(FAR * float(np.abs([*panel.get_ylim(), *said]).max()), sys.float_info.max)
    for line, term in zip(lines, terms, strict=True):
        line.set_ydata(limits.drawn(term, (-far, far)))


def _plot(panel: Axes, trace: Trace, term: Array, form: tuple[str, ...], style: dict[str, Any]) -> Line2D:
    if style:  # what the format leaves open comes from the cycle
        panel.set_prop_cycle(**{name: [value] for name, value in style.items()})
    try:
        (line,) = panel.plot(trace.prediction, term, *form)
    except ValueError as error:
        raise UsageError(f"--line {form[0]}; {error}") from None
    return line


def _mark(panel: Axes, mark: Mark, text: str, colour: ColorType, *, crowded: bool) -> None:
    """Draw a mark; a smaller one if the figure has many curves."""
    x, y = zip(*mark.points, strict=True)
    rc: Any = mpl.rcParams
    form = dict(MARKERS[mark.kind])
    for name in form.keys() & {"linewidth", "markeredgewidth"}:
        form[name] *= rc["lines.linewidth"] / WIDTH
    if mark.kind == "floor":
        panel.axhline(y[0], color=colour, label=text, **form)
        return
    form["linestyle"] = "-" if mark.kind == "minimum" and len(x) > 1 else "none"
    form["markersize"] = max(rc["lines.markersize"], LARGE * rc["lines.linewidth"])
    if mark.kind == "breaks":  # wide enough to be seen around a minimum
        form["markersize"] *= RING
    if crowded:
        for name in ("markersize", "markeredgewidth"):
            form[name] *= CROWDED
    panel.plot(x, y, color=colour, label=text, zorder=4, **form)


def _free_marks(panel: Any) -> None:
    """Let markers lie over the frame, without those of the same curve beyond it; what ends beyond it stays cut."""
    ends = np.sort([panel.get_xlim(), panel.get_ylim()])
    for line in panel.lines:
        if line.get_gid() is None and line.get_marker() not in ("None", "", None):
            points = line.get_xydata()
            inside = ((points >= ends[:, 0]) & (points <= ends[:, 1])).all(axis=-1)
            alone = line.get_linestyle() == "None" and inside.any()
            if alone:
                line.set_data(*points[inside].T)
            line.set_clip_on(not (alone or inside.all()))


def _check_texts(recipe: Recipe) -> None:
    """Set every text with mathematics in it once, to say which of them cannot be read."""
    parser = MathTextParser("agg")
    named = [("--title", recipe.title), ("--xlabel", recipe.xlabel), ("--ylabel", recipe.ylabel)]
    for flag, text in [*named, *(("--label", label) for label in recipe.label)]:
        if text and len(DOLLAR.findall(text)) > 1:
            try:
                parser.parse(text)
            except ValueError as error:
                raise UsageError(f"{flag} {text}; {str(error).splitlines()[-1].partition(': ')[2]}") from None
            _check_letters(flag, text)


def _check_letters(flag: str, text: str) -> None:
    if not text.isascii():
        from losscli.drawing.fonts import unset

        if unset(text):
            raise UsageError(f"{flag} {text}; mathematics has no {unset(text)} there: it goes outside of the dollars")


def _furnish(figure: Figure, panels: Sequence[Any], recipe: Recipe, texts: Texts) -> None:
    """Set title and formula, and the ends of the axes; markers may lie over the frame that these make."""
    panel = panels[0]
    if recipe.view == "surface":  # whose panel is a square that says nothing of where its row ends
        size, weight = mpl.rcParams["axes.titlesize"], mpl.rcParams["axes.titleweight"]
        figure.suptitle(texts.title, fontsize=size, fontweight=weight)
    else:
        panel.set_title(texts.title)
    if recipe.xlim:
        panel.set_xlim(recipe.xlim)
    if recipe.ylim and recipe.view != "surface":
        panel.set_ylim(recipe.ylim)
    for each in panels:
        _free_marks(each)
    if texts.formula:
        size = mpl.rcParams["xtick.labelsize"]  # some styles leave the usual size of type as it was
        figure.supxlabel("\n".join(texts.formula), multialignment="left", fontsize=size)
        figure.set_layout_engine("constrained")
