"""Figure -> the bytes of an image, the same for the same words: no clock, no host, no version of another's."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import matplotlib as mpl

from losscli.draw import setting

if TYPE_CHECKING:
    from losscli.scene import Scene

# What Matplotlib would write by itself: its version, which changes the bytes with every release, or the time.
METADATA: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": "lossplot"},
    "pdf": {"CreationDate": None, "Creator": "lossplot", "Producer": None},
}


def render(scene: Scene, form: str) -> bytes:
    """Return a figure as png, svg or pdf."""
    figure, recipe = scene.figure, scene.recipe
    buffer = io.BytesIO()
    # Ids in an SVG are hashes with this salt; the words make them differ between figures put into one page.
    with setting(recipe), mpl.rc_context({"svg.hashsalt": recipe.words}):
        figure.savefig(buffer, format=form, metadata=METADATA[form])
    return buffer.getvalue()
