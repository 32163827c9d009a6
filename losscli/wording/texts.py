"""A recipe to its texts: all that is written in a figure or said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from losscli.recipe.sweeps import coloured
from losscli.wording.captions import axis_label, group_texts, legend_labels, mark_texts, panel_labels, title
from losscli.wording.descriptions import description, figure_name, identifiers
from losscli.wording.formulas import formula

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.model.loss import Quantity
    from losscli.model.marks import Mark
    from losscli.recipe.recipe import Recipe


class Texts(NamedTuple):
    """The texts of a figure; where there is one for each curve or mark, in the order of these."""

    title: str
    xlabel: str
    ylabels: dict[Quantity, str]  # a panel each
    labels: tuple[str, ...]  # of the curves, in the legend
    marks: tuple[str, ...]  # of the marks, in the legend
    formula: tuple[str, ...]  # lines below the figure
    groups: tuple[str | None, ...]  # of the curves of a coloured sweep: what their dashes say; None: not in the sweep
    identifiers: tuple[str, ...]  # of the curves, for SVG and tables: huber-delta-1
    name: str  # of the whole figure, for who cannot see it
    description: str  # and what there is to see

    def identifier(self, index: int, quantity: Quantity) -> str:
        """Return the id of a curve's line in the panel of a quantity."""
        return f"curve-{self.identifiers[index]}" + ("" if quantity == "value" else f"-{quantity}")


def texts(recipe: Recipe, ends: tuple[float, float], marks: Sequence[Mark]) -> Texts:
    """Return the texts of a figure that shows predictions from the first of `ends` to the second, and these marks."""
    labels = legend_labels(recipe)
    labels[: len(recipe.label)] = recipe.label
    along, marked = coloured(recipe), mark_texts(recipe, marks, labels)
    return Texts(
        title=title(recipe) if recipe.title is None else recipe.title,
        xlabel=axis_label(recipe) if recipe.xlabel is None else recipe.xlabel,
        ylabels=panel_labels(recipe),
        labels=tuple(labels),
        marks=marked,
        formula=formula(recipe.curves) if recipe.formula else (),
        groups=() if along is None else group_texts(recipe, along),
        identifiers=tuple(identifiers(recipe.curves)),
        name=figure_name(recipe),
        description=description(recipe, ends, marked),
    )
