"""A Matplotlib figure that looks in a notebook, and wherever it is saved later, as it was drawn."""

from __future__ import annotations

import io
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, cast

from matplotlib import figure

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from matplotlib.backend_bases import RendererBase


class Figure(figure.Figure):
    """A figure of `lossplot`.

    Matplotlib reads its settings again whenever it draws: ticks are made then, and fonts chosen. A figure that outlives
    the context of its style therefore enters it again.
    """

    setting: Callable[[], AbstractContextManager[None]] = nullcontext

    def draw(self, renderer: RendererBase) -> None:
        """Draw with the settings it was made with."""
        with self.setting():
            super().draw(renderer)

    def savefig(self, *args: Any, **options: Any) -> None:
        """Save with the settings it was made with."""
        with self.setting():
            super().savefig(*args, **options)

    def _repr_png_(self) -> bytes:
        """Return what IPython shows of it, with or without `%matplotlib inline`."""
        buffer = io.BytesIO()
        self.savefig(buffer, format="png")
        return buffer.getvalue()

    def __getstate__(self) -> dict[str, Any]:
        """Leave the settings behind: what makes them need not be something that pickles."""
        state = cast("dict[str, Any]", super().__getstate__())
        return {name: value for name, value in state.items() if name != "setting"}
