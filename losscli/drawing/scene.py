"""Scene: where the numbers and the texts of a recipe come together, and become a figure once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from losscli.recipe.formats import MOVING, STILL, moves

if TYPE_CHECKING:
    from losscli.drawing.below import Below, Descents
    from losscli.drawing.notebook import Figure
    from losscli.recipe.recipe import Recipe
    from losscli.sampling.sample import Sampled
    from losscli.wording.texts import Texts


class Scene:
    """A recipe with its numbers, its texts and its figure, each made when an output first asks for it.

    `below` is what a figure shows in a panel below the curves.
    """

    def __init__(self, recipe: Recipe, below: Below | None = None) -> None:
        self.recipe, self.below = recipe, below

    @property
    def steps(self) -> Descents | None:
        """The steps of a descent, which a figure that moves plays."""
        if self.below is None:
            return None
        from losscli.drawing.below import Descents

        return self.below if isinstance(self.below, Descents) else None

    def moves(self, form: str) -> bool:
        """Return True if the figure moves in a format: steps are played, or else a sweep is."""
        if self.below is None:
            return moves(self.recipe, form)
        return self.steps is not None and form in MOVING and form not in STILL

    @cached_property
    def sampled(self) -> Sampled:
        """The curves as arrays."""
        from losscli.sampling.sample import sample

        return sample(self.recipe)

    @cached_property
    def texts(self) -> Texts:
        """All that is written in the figure or said of it."""
        from losscli.wording.texts import texts

        found = texts(self.recipe, self.sampled.range, self.sampled.marks)
        if not self.below:
            return found
        more = self.below.told(*self.sampled.range)
        return found._replace(description=more if self.below.alone else f"{found.description} {more}")

    @cached_property
    def figure(self) -> Figure:
        """The figure; draw and render it inside `setting(recipe)`."""
        from losscli.drawing.figure import draw

        return draw(self.recipe, self.sampled, self.texts, self.below)

    def close(self) -> None:
        """Give up the figure; the next one is drawn with its renderer."""
        figure = self.__dict__.pop("figure", None)
        if figure is not None:
            figure.canvas.hand_on()
