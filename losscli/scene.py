"""A recipe on its way to files: sampled once, drawn once, and only if an output asks for it."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.notebook import Figure
    from losscli.recipe import Recipe
    from losscli.sample import Sampled


@contextmanager
def collector_off() -> Iterator[None]:
    """Import large libraries without the garbage collector, which would find nothing in them and take its time.

    In the process of `lossplot`, that is: main() has turned it off. Anyone else's is left alone.
    """
    if gc.isenabled() and not gc.get_freeze_count():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


class Scene:
    """What an output starts from: the recipe, its arrays, its figure."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe

    @cached_property
    def sampled(self) -> Sampled:
        """The curves as arrays."""
        with collector_off():
            from losscli.sample import sample
        return sample(self.recipe)

    @cached_property
    def figure(self) -> Figure:
        """The figure; whoever renders it does so inside `setting(recipe)`, as it was drawn."""
        with collector_off():
            from losscli.draw import draw
            from losscli.look import setting
        with setting(self.recipe):
            return draw(self.recipe, self.sampled)
