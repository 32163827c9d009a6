"""Draw a figure: put the curves, marks and texts of a recipe into Matplotlib's panels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.lines import Line2D
from matplotlib.mathtext import MathTextParser

from losscli.drawing.layout import POINTS, add_formula, add_legend, grows, lay_out
from losscli.drawing.notebook import Canvas, Figure
from losscli.drawing.style import label_size, styles, sweep_colours
from losscli.drawing.ticks import length_of, scale_curves, space_numbers
from losscli.errors import UsageError
from losscli.recipe.sizes import SHORTEST
from losscli.sampling import limits
from losscli.wording.captions import NAMED_CURVES
from losscli.wording.mathematics import has_mathematics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.typing import ColorType

    from losscli.drawing.below import Below
    from losscli.drawing.layout import Entry
    from losscli.drawing.style import SweepColours
    from losscli.lazy import Array
    from losscli.model.loss import Quantity
    from losscli.model.marks import Mark
    from losscli.recipe.recipe import Recipe
    from losscli.sampling.sample import Sampled
    from losscli.wording.texts import Texts

PANEL_HEIGHT = 0.6  # of each panel after the first, of the height of a figure with one
MAX_PIXELS = 2**16  # along a side; Matplotlib makes no larger image
SMALL_MARK = 0.55  # of the usual size
CURVE_WIDTH = 1.8  # points; the line widths of marks suit this, and change as it does
MARKER_WIDTHS = 3.0  # widths of a curve: a marker is at least as large
RING = 1.7  # a ring, of the size of other markers, so that both are seen at one place
MARKERS: dict[str, dict[str, Any]] = {
    "breaks": {"marker": "o", "fillstyle": "none", "markeredgewidth": 1.4},
    "minimum": {"marker": "D", "markeredgewidth": 1.0, "linewidth": 4.0, "solid_capstyle": "butt"},
    "floor": {"linestyle": (0, (1, 1.5)), "linewidth": 1.2},
}


def draw(recipe: Recipe, sampled: Sampled, texts: Texts, below: Below | None = None) -> Figure:
    """Draw a figure, inside `setting(recipe)`: one panel for each quantity, the first with title and legend.

    With `below` there is one more panel, which it draws, and it may draw onto the others.

    Raise UsageError if a text, a line format or the size cannot be drawn.
    """
    try:
        return _drawn(recipe, sampled, texts, below)
    except ValueError:
        _check_mathematics(recipe)
        raise


def draw_into(panel: Axes, recipe: Recipe, sampled: Sampled, texts: Texts) -> None:
    """Draw the one panel of a recipe into axes of somebody's own, in the style that these have.

    Raise UsageError if a text or a line format cannot be drawn.
    """
    _check_mathematics(recipe)
    _draw_curves([panel], recipe, sampled, texts)
    panel.set_title(texts.title)
    _set_ends(panel, recipe)


def _drawn(recipe: Recipe, sampled: Sampled, texts: Texts, below: Below | None) -> Figure:
    with mpl.rc_context(_fonts(recipe, texts)):
        number = 0 if below and below.alone else len(texts.ylabels)
        figure = _empty_figure(recipe, number + (below is not None))
        if recipe.view == "curves":
            panels = _panels(figure, number, below)
            if number:
                _draw_curves(panels if below and below.shares_axis else panels[:number], recipe, sampled, texts)
        else:
            from losscli.drawing.views import draw_view

            panels = draw_view(figure, recipe, sampled, texts)
        _finish(figure, panels, recipe, texts, below)
    if recipe.transparent:
        for part in (figure, *panels):
            part.patch.set_alpha(0)
    return figure


def _panels(figure: Figure, number: int, below: Below | None) -> list[Any]:
    """Return so many panels with one axis of predictions, and one more if there is something below."""
    shared = below is None or below.shares_axis
    panels: list[Any] = list(figure.subplots(number + (below is not None), 1, sharex=shared, squeeze=False)[:, 0])
    for panel in () if shared else panels[1:-1]:
        panel.sharex(panels[0])
    return panels


def _fonts(recipe: Recipe, texts: Texts) -> dict[Any, Any]:
    """Return the setting that adds fonts for characters that those of the style lack."""
    every = [texts.title, texts.xlabel, *texts.ylabels.values(), *texts.labels, *texts.marks, *texts.formula]
    every += [recipe.ylabel or "", *(axis.label for axis in recipe.sweeps)]
    if all(text.isascii() for text in every):
        return {}
    from losscli.drawing.fonts import check_mathematics, fallbacks

    for flag, text in _given_texts(recipe):
        check_mathematics(flag, text)
    rc: Any = mpl.rcParams
    return {"font.family": fallbacks(every) or rc["font.family"]}


def _check_mathematics(recipe: Recipe) -> None:
    """Raise UsageError for a text whose mathematics Matplotlib cannot read."""
    for flag, text in _given_texts(recipe):
        try:
            MathTextParser("agg").parse(text if has_mathematics(text) else "")
        except ValueError as error:
            raise UsageError(f"{flag} {text}; {str(error).splitlines()[-1].partition(': ')[2]}") from None


def _given_texts(recipe: Recipe) -> list[tuple[str, str]]:
    """Return the texts that the user gave, each with its option."""
    given = [("--title", recipe.title), ("--xlabel", recipe.xlabel), ("--ylabel", recipe.ylabel)]
    return [(flag, text) for flag, text in [*given, *(("--label", label) for label in recipe.label)] if text]


def _empty_figure(recipe: Recipe, panels: int) -> Figure:
    """Return an empty figure; each panel makes it higher, unless its height is given."""
    try:
        figure = Figure()
    except ValueError as error:  # of sizes and margins in a style sheet of the user's
        raise UsageError(f"--style {' '.join(recipe.style)}; {error}") from None
    Canvas(figure)  # measures texts, which without a canvas would need a drawing each time
    width, height = figure.get_size_inches()
    if not recipe.size and min(width, height) < SHORTEST:
        raise UsageError(f"--style {' '.join(recipe.style)}; a figure is at least {SHORTEST:g}in wide and high")
    if grows(recipe):
        figure.set_size_inches(width, height * (1 + PANEL_HEIGHT * (panels - 1)))
    if max(figure.get_size_inches()) * figure.dpi >= MAX_PIXELS:
        raise UsageError(f"--dpi {figure.dpi:g}; in this size a side would have {MAX_PIXELS} pixels or more")
    if mpl.rcParams["font.size"] * figure.dpi < POINTS:
        raise UsageError(f"--dpi {figure.dpi:g}; in this size a letter would be smaller than a pixel")
    return figure


def _draw_curves(panels: Sequence[Axes], recipe: Recipe, sampled: Sampled, texts: Texts) -> None:
    """Draw curves, marks, legend and the colour bar of a long sweep."""
    figure: Any = panels[0].figure
    sweep = sweep_colours(recipe, texts.groups)
    chosen = sweep.styles if sweep else styles(recipe, len(sampled.traces))
    for panel, quantity in zip(panels, texts.ylabels, strict=False):  # one more panel may show rows
        _draw_panel(panel, recipe, sampled, texts, quantity, chosen)
    panels[-1].set_xlabel(texts.xlabel, **label_size(recipe))
    if sweep:
        if isinstance(figure, Figure):
            figure.set_layout_engine("constrained")  # Matplotlib does not change the engine once there is a colour bar
        figure.colorbar(sweep.mappable, ax=list(panels), label=sweep.label)
    add_legend(figure, panels[0], _entries(panels, recipe, sampled, texts, sweep), recipe)


def _draw_panel(
    panel: Axes, recipe: Recipe, sampled: Sampled, texts: Texts, quantity: Quantity, chosen: list[dict[str, Any]]
) -> None:
    """Draw the curves of one quantity and their marks."""
    scale_curves(panel, recipe, sampled, quantity)
    ends = sampled.limits.get(quantity)
    far = limits.outermost(recipe, ends, quantity)
    lines = []
    for index, trace in enumerate(sampled.traces):
        heights = limits.drawn(trace.terms[quantity], far)
        line = _plot(panel, trace.prediction, heights, recipe.line[index : index + 1], chosen[index])
        line.set_label(texts.labels[index])
        line.set_gid(texts.identifier(index, quantity))
        lines.append(line)
    own = [(mark, text) for mark, text in zip(sampled.marks, texts.marks, strict=True) if mark.quantity == quantity]
    for mark, text in own:
        curves = {other.curve for other, label in own if label == text}
        colour = lines[mark.curve].get_color() if len(curves) == 1 else mpl.rcParams["text.color"]
        _mark(panel, mark, text, colour, SMALL_MARK if len(lines) > NAMED_CURVES else 1.0)
    panel.set_ylabel(texts.ylabels[quantity], **label_size(recipe))
    if ends:
        marked = [y for mark, _ in own for _, y in mark.points]
        panel.set_ylim(min([ends[0], *marked]), max([ends[1], *marked]))


def _plot(panel: Axes, x: Array, y: Array, form: tuple[str, ...], style: dict[str, Any]) -> Line2D:
    if style:  # a format such as "r" leaves the dashes to the cycle
        panel.set_prop_cycle(**{name: [value] for name, value in style.items()})
    try:
        (line,) = panel.plot(x, y, *form)
    except ValueError as error:
        raise UsageError(f"--line {form[0]}; {error}") from None
    return line


def _mark(panel: Axes, mark: Mark, text: str, colour: ColorType, size: float) -> None:
    """Draw a mark: a ring at a break, a diamond or thick line at a minimum, a dotted line at the height of a floor."""
    x, y = zip(*mark.points, strict=True)
    rc: Any = mpl.rcParams
    form = dict(MARKERS[mark.kind])
    for name in form.keys() & {"linewidth", "markeredgewidth"}:
        form[name] *= rc["lines.linewidth"] / CURVE_WIDTH * (size if name == "markeredgewidth" else 1)
    if mark.kind == "floor":
        panel.axhline(y[0], color=colour, label=text, **form)
        return
    form["linestyle"] = "-" if mark.kind == "minimum" and len(x) > 1 else "none"
    form["markersize"] = size * max(rc["lines.markersize"], MARKER_WIDTHS * rc["lines.linewidth"])
    if mark.kind == "breaks":
        form["markersize"] *= RING
    panel.plot(x, y, color=colour, label=text, zorder=4, **form)


def _entries(
    panels: Sequence[Axes], recipe: Recipe, sampled: Sampled, texts: Texts, sweep: SweepColours | None
) -> list[Entry]:
    """Return the entries of the legend, curves and then marks, each text once."""
    number = len(sampled.traces)
    if number == 1 and not (recipe.label or sampled.marks or recipe.legend):
        return []
    curves = zip(panels[0].lines[:number], texts.labels, strict=True)
    entries: list[Entry] = [(line, text) for line, text in curves if text]
    if sweep:  # whose curves the colour bar explains
        entries = [entry for entry, group in zip(entries, texts.groups, strict=True) if group is None]
        grey = mpl.rcParams["axes.edgecolor"]
        entries += [(Line2D([], [], color=grey, linestyle=dash), text) for text, dash in sweep.dashes.items() if text]
    marked = {str(line.get_label()): line for panel in panels for line in panel.lines[number:]}
    kinds = {text: recipe.mark.index(mark.kind) for mark, text in zip(sampled.marks, texts.marks, strict=True)}
    return [*entries, *((marked[text], text) for text in sorted(kinds, key=lambda text: kinds[text]) if text in marked)]


def _finish(figure: Figure, panels: Sequence[Any], recipe: Recipe, texts: Texts, below: Below | None) -> None:
    """Add title and formula, set the ends of the axes, and lay the figure out."""
    if recipe.view == "surface":  # the square panel of a surface leaves no room above it
        size, weight = mpl.rcParams["axes.titlesize"], mpl.rcParams["axes.titleweight"]
        figure.suptitle(texts.title, fontsize=size, fontweight=weight)
    else:
        panels[0].set_title(texts.title)
    _set_ends(panels[0], recipe)
    if below is not None:
        below.draw(panels)
    if texts.formula:
        add_formula(figure, texts.formula, recipe)
    lay_out(figure, panels, recipe)
    if recipe.view != "surface" and ("default" not in recipe.style or recipe.size):
        space_numbers(panels[-1].xaxis, length_of(panels[-1]))


def _set_ends(panel: Axes, recipe: Recipe) -> None:
    """Set the ends of the axes that were given."""
    if recipe.xlim:
        panel.set_xlim(recipe.xlim)
    if recipe.ylim and recipe.view != "surface":
        panel.set_ylim(recipe.ylim)
