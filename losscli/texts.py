"""Long texts made to fit: broken into lines, then set smaller."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any

from losscli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure
    from matplotlib.text import Text

LETTER = 0.62  # width of one, in its height: an estimate from above
SURELY = 0.75  # of a side: what by that estimate is shorter fits without a measurement
FILLED = 0.98  # of a side
SMALLEST = 5.0  # points
POINTS = 72.0  # to an inch


def fit(figure: Figure, panels: Sequence[Any], *, small: bool) -> None:
    """Make titles and labels fit the figure; a `small` one is laid out once, to see that anything fits."""
    width, height = (side * POINTS for side in figure.get_size_inches())
    across = [panels[0].title, panels[-1].xaxis.label, *figure.texts]
    upright = [panel.yaxis.label for panel in panels]
    long = [(text, True) for text in across if _length(text) > SURELY * width]
    long += [(text, False) for text in upright if _length(text) > SURELY * height / len(panels)]
    if small or long:
        _lay_out(figure)
    for text, horizontal in long:
        _fit(figure, text, horizontal=horizontal)
    if long and small:
        _lay_out(figure)


def _length(text: Text) -> float:
    """Return in points how long a text is at most; LaTeX commands count as a letter."""
    lines = re.sub(r"\\[a-zA-Z]+|[{}$^_]", "x", text.get_text()).split("\n")
    return max(map(len, lines)) * LETTER * float(text.get_fontsize())


def _lay_out(figure: Figure) -> None:
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="constrained_layout not applied")
        try:
            figure.draw_without_rendering()
        except UserWarning:
            width, height = figure.get_size_inches()
            message = f"--size {width:.3g}in {height:.3g}in; it has no room for the panels beside their labels"
            raise UsageError(message) from None


def _fit(figure: Figure, text: Text, *, horizontal: bool) -> None:
    """Break a text at its spaces until it fits, then make it smaller."""
    words = _words(text.get_text())
    for lines in range(1, 4):
        if not _over(figure, text, horizontal=horizontal) or lines > len(words):
            break
        if lines > 1 and "\n" not in text.get_text():
            text.set_text(_broken(words, lines))
    size = float(text.get_fontsize())
    while _over(figure, text, horizontal=horizontal) and size > SMALLEST:
        size *= 0.95
        text.set_fontsize(size)


def _over(figure: Figure, text: Text, *, horizontal: bool) -> bool:
    """Tell whether a text leaves the figure."""
    box, room = text.get_window_extent(), figure.bbox
    if horizontal:
        spare = (1 - FILLED) / 2 * room.width
        return bool(box.x0 < spare or box.x1 > room.width - spare)
    return bool(box.y0 < 0 or box.y1 > room.height)


def _words(text: str) -> list[str]:
    """Split a text at spaces that lie outside of mathematics, and not around an equals sign."""
    return re.findall(r"(?:\$[^$]*\$|[^\s$]|\$| (?==)|(?<==) )+", text)


def _broken(words: list[str], lines: int) -> str:
    """Return words in so many lines, as equally long as they come."""
    total = sum(len(word) + 1 for word in words)
    found, length = [""], 0
    for word in words:
        if found[-1] and length + len(word) / 2 > total * len(found) / lines:
            found.append("")
        found[-1] = f"{found[-1]} {word}".lstrip()
        length += len(word) + 1
    return "\n".join(found)
