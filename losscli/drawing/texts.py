"""Long texts made to fit: broken into lines, then set smaller."""

from __future__ import annotations

import re
import unicodedata
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.text import Text

from losscli.wording.mathematics import has_mathematics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from matplotlib.figure import Figure

LETTER = 0.62  # width of one, in its height: an estimate from above
SURELY = 0.75  # of a side: what by that estimate is shorter fits without a measurement
FILLED = 0.98  # of a side
APART = 0.92  # of the distance between panels, for labels that stand above each other
NEARLY = 0.01  # pixels
SMALLEST = 5.0  # points
SMALLER = 0.95
FEW, MANY = 3, 12  # lines: of a text at ease, and of one that would else be smaller than the smallest
TRIES = 3
POINTS = 72.0  # to an inch
WIDE = "\u1100-\u11ff\u2e80-\u2fff\u3041-\u9fff\uac00-\ud7af\uf900-\ufaff\uff10-\uff5a"  # scripts without spaces
CLOSING = "\u3001\u3002\uff01\uff09\uff0c\uff0e\uff1a\uff1b\uff1f\u300d\u300f\u3011"  # never first in a line
SINGLE = rf"[{WIDE}{CLOSING}][{CLOSING}]*"
ONE = rf"(?:{SINGLE}|\$\\math\w+{{{SINGLE}}}\$)"  # such a letter, in an alphabet of mathematics where this is beside it
# A word: no space but inside of mathematics and around an equals sign; or one letter of a script without spaces.
WORD = re.compile(rf"(?:(?!{ONE})(?:\$[^$]*\$|[^\s$]|\$| (?==)|(?<==) ))+[{CLOSING}]*\s*|{ONE}\s*|\s+")

STRONG = {"L": "left to right", "R": "right to left", "AL": "right to left"}  # letters that have a direction
MARKS = {"left to right": "\N{LEFT-TO-RIGHT MARK}", "right to left": "\N{RIGHT-TO-LEFT MARK}"}  # have one, and no ink


def title_of(panel: Any) -> Text:
    """Return the title of a panel, wherever the style puts it."""
    said = panel.get_title(mpl.rcParams["axes.titlelocation"])
    titles = (child for child in panel.get_children() if isinstance(child, Text) and child.get_text() == said)
    return next(titles, panel.title)


def may_be_long(figure: Figure, panels: Sequence[Any]) -> bool:
    """Tell whether any text may not fit, by an estimate of its length."""
    width, height = (side * POINTS for side in figure.get_size_inches())
    across, upright = _texts(figure, panels)
    return any(_length(text) > SURELY * width for text in across) or any(
        _length(text) > SURELY * height / len(panels) for text in upright
    )


class Fitting:
    """Makes the titles and labels of a figure fit, each from what it said at first."""

    def __init__(self, figure: Figure, panels: Sequence[Any]) -> None:
        self.figure, self.panels = figure, panels
        self.said = {text: (text.get_text(), text.get_fontsize()) for text in chain(*_texts(figure, panels))}

    def fit(self) -> bool:
        """Make texts fit where they stand now; tell whether any changed, after which they may stand elsewhere."""
        across, upright = _texts(self.figure, self.panels)
        rooms = [_room_across(self.figure, text) for text in across]
        heights = self._heights(upright)
        changed = [self._squeezed(text, room) for text, room in zip(across, rooms, strict=True)]
        changed += [self._squeezed(text, room, upright=True) for text, room in zip(upright, heights, strict=True)]
        return any(changed)

    def _heights(self, upright: Sequence[Text]) -> list[float]:
        """Return how long upright texts may be where they stand."""
        height = self.figure.bbox.height
        middles = sorted({round(sum(panel.bbox.intervaly) / 2) for panel in self.panels})
        pitch = min((above - below for below, above in pairwise(middles)), default=height / APART)
        ends = [sum(text.get_window_extent().intervaly) for text in upright]
        return [min(end, 2 * height - end, APART * pitch) for end in ends]

    def _squeezed(self, text: Text, room: float, *, upright: bool = False) -> bool:
        box = text.get_window_extent()
        if (box.height if upright else box.width) <= room + NEARLY:
            return False
        said, size = self.said.get(text, (text.get_text(), text.get_fontsize()))
        text.set(text=said, fontsize=size)
        squeeze(text, room, upright=upright)
        return True


def fit_across(figure: Figure, texts: Iterable[Text]) -> None:
    """Make texts fit the width of a figure, each where it stands."""
    for text in texts:
        squeeze(text, _room_across(figure, text))


def _texts(figure: Figure, panels: Sequence[Any]) -> tuple[list[Text], list[Text]]:
    across = [title_of(panels[0]), panels[-1].xaxis.label, *figure.texts]
    upright = [axes.yaxis.label for axes in figure.axes]  # a colour bar has one too
    return [text for text in across if text.get_text()], [text for text in upright if text.get_text()]


def _length(text: Text) -> float:
    """Return in points how long a text is at most; LaTeX commands count as a letter."""
    lines = re.sub(r"\\[a-zA-Z]+|[{}$^_]", "x", text.get_text()).split("\n")
    return max(map(len, lines)) * LETTER * float(text.get_fontsize())


def _room_across(figure: Figure, text: Text) -> float:
    """Return how wide a text may be where it stands."""
    box, width = text.get_window_extent(), figure.bbox.width
    spare = (1 - FILLED) / 2 * width
    left, right = box.x0 - spare, width - spare - box.x1
    if text.get_horizontalalignment() == "center":
        return float(box.width + 2 * min(left, right))
    return float(box.width + (right if text.get_horizontalalignment() == "left" else left))


def squeeze(text: Text, room: float, *, upright: bool = False) -> None:
    """Make a text no longer than some room, in pixels: break it into a few lines, then set it smaller."""

    def length(line: str) -> float:
        text.set_text(line)
        box = text.get_window_extent()
        return float(box.height if upright else box.width)

    said = text.get_text()
    if length(said) <= room:
        return
    found = said
    for size, most in _ways(float(text.get_fontsize())):
        text.set_fontsize(size)
        found = "\n".join(chain.from_iterable(_wrapped(line, most, room, length) for line in said.split("\n")))
        if length(found) <= room:
            return
    for _ in range(TRIES):  # a word that no space breaks; letters have whole pixels, and do not shrink evenly
        size *= room / length(found)
        text.set_fontsize(size)
        if length(found) <= room:
            return
        size *= SMALLER


def _ways(size: float) -> Iterator[tuple[float, int]]:
    """Yield sizes of type and most lines to try, the best first."""
    while size > SMALLEST:
        yield size, FEW
        size *= SMALLER
    yield from ((min(size, SMALLEST), most) for most in (FEW, MANY))


def _wrapped(line: str, most: int, room: float, length: Callable[[str], float]) -> list[str]:
    """Break a line into as few as fit, at most so many."""
    words = WORD.findall(line)
    parts = [line]
    for number in range(1, min(most, len(words)) + 1):
        parts = _continued(_broken(words, number)) if number > 1 else [line]
        if all(length(part) <= room for part in parts):
            break
    return parts


def _broken(words: list[str], lines: int) -> list[str]:
    """Return words in so many lines, as equally long as they come."""
    total = sum(map(len, words))
    found, length = [""], 0
    for word in words:
        if found[-1] and length + len(word) / 2 > total * len(found) / lines:
            found.append("")
        found[-1] += word
        length += len(word)
    return [line.strip() for line in found]


def _continued(lines: list[str]) -> list[str]:
    """Return lines of which each runs as the first one does, whatever the first letter of each is.

    Matplotlib takes every line for a text of its own; in mathematics nothing runs from the right.
    """
    first = _direction(lines[0])
    return [line if has_mathematics(line) or _direction(line) == first else MARKS[first] + line for line in lines]


def _direction(text: str) -> str:
    """Return which way a text runs: as its first letter that has a direction."""
    kinds = map(unicodedata.bidirectional, text)
    return next((STRONG[kind] for kind in kinds if kind in STRONG), "left to right")
