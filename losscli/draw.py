"""Sampled -> Figure. Draws what it is given, and never asks what a loss is."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib.style
from matplotlib.mathtext import MathTextParser

from losscli.errors import UsageError
from losscli.lazy import np
from losscli.notebook import Figure
from losscli.recipe import LARGEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes

    from losscli.model import Quantity
    from losscli.recipe import Recipe
    from losscli.sample import Sampled, Trace

STYLES = Path(__file__).parent / "styles"
PANEL_HEIGHT = 0.6  # of every panel after the first, in heights of a figure of one


def style_names() -> list[str]:
    """Return every style sheet by name, ours first."""
    return [*sorted(sheet.stem for sheet in STYLES.glob("*.mplstyle")), "default", *sorted(matplotlib.style.available)]


@contextmanager
def styled(names: tuple[str, ...]) -> Iterator[None]:
    """Draw and render with these style sheets alone, whatever the settings of the user or the caller."""
    known = style_names()
    for name in names:
        if name not in known:
            raise UsageError(f"--style {name}; the style sheets are {', '.join(known)}")
    own = [STYLES / f"{name}.mplstyle" for name in names]
    sheets: list[Any] = [sheet if sheet.exists() else name for sheet, name in zip(own, names, strict=True)]
    with matplotlib.style.context(sheets, after_reset=True):
        yield


def draw(recipe: Recipe, sampled: Sampled) -> Figure:
    """Draw a figure: one panel for each quantity, the first with the legend."""
    check_texts(recipe)
    figure = Figure()
    panels = list(sampled.ylabels)
    width, height = figure.get_size_inches()
    figure.set_size_inches(width, height * (1 + PANEL_HEIGHT * (len(panels) - 1)))
    axes = figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
    for panel, quantity in zip(axes, panels, strict=True):
        for index, trace in enumerate(sampled.traces):
            _plot(panel, trace, quantity, recipe.line[index : index + 1])
        panel.set_ylabel(sampled.ylabels[quantity], fontsize=recipe.label_size)
    axes[-1].set_xlabel(sampled.xlabel, fontsize=recipe.label_size)
    _furnish(axes[0], recipe, sampled)
    _settle(figure)
    return figure


def _settle(figure: Figure) -> None:
    """Lay the figure out once: every format would do it again, from where the last one left it."""
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
        figure.set_layout_engine("none")


def _plot(panel: Axes, trace: Trace, quantity: Quantity, form: tuple[str, ...]) -> None:
    term = trace.terms[quantity]
    try:
        drawn = np.where(abs(term) <= LARGEST, term, np.nan)
        panel.plot(trace.prediction, drawn, *form, label=trace.label, gid=trace.identifier(quantity))
    except ValueError as error:
        raise UsageError(f"--line {form[0]}; {error}") from None


def check_texts(recipe: Recipe) -> None:
    """Set every text with mathematics in it once, to say which of them cannot be read."""
    parser = MathTextParser("agg")
    named = [("--title", recipe.title), ("--xlabel", recipe.xlabel), ("--ylabel", recipe.ylabel)]
    for flag, text in [*named, *(("--label", label) for label in recipe.label)]:
        if text and text.count("$") > 1:
            try:
                parser.parse(text)
            except ValueError as error:
                raise UsageError(f"{flag} {text}; {str(error).splitlines()[-1].partition(': ')[2]}") from None


def _furnish(panel: Axes, recipe: Recipe, sampled: Sampled) -> None:
    panel.set_title(sampled.title)
    if recipe.xlim:
        panel.set_xlim(recipe.xlim)
    if recipe.ylim:
        panel.set_ylim(recipe.ylim)
    place = recipe.legend or ("best" if len(sampled.traces) > 1 or recipe.label else "none")
    if place != "none":
        panel.legend(loc=place)
