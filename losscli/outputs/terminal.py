"""Draw a figure with characters: braille where the terminal can show it, else ASCII. Matplotlib is not imported."""

from __future__ import annotations

import os
import shutil
import textwrap
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple, TextIO

from losscli.lazy import np
from losscli.outputs.canvas import Canvas, limits, owners, ticks
from losscli.recipe.recipe import LARGEST
from losscli.sampling.limits import drawn, outermost
from losscli.wording.mathematics import Plain, written_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from losscli.drawing.scene import Scene
    from losscli.lazy import Array
    from losscli.model.loss import Quantity
    from losscli.outputs.canvas import Dots

LETTERS = "abcdefghijklmnopqrstuvwxyz"  # on curves of braille, which differ in nothing but colour
MARKS = "*+xo#%@&=~"  # what curves are drawn with in ASCII; after these, letters
COLOURS = (36, 35, 32, 31, 34, 33)  # of the terminal: cyan, magenta, green, red, blue, yellow
LEAST_ROWS, LEAST_COLUMNS = 7, 2  # of a panel, however small the terminal is
LETTER_DISTANCE = 14  # columns between the letters on one curve
TICK_ROWS, TICK_COLUMNS = 3, 10  # room for a number at an axis
ROWS_AROUND = 3  # of a panel: its label, the axis and the numbers below
MAX_LINES = 3  # of a title or label


@dataclass(frozen=True)
class Screen:
    """What a terminal can show."""

    width: int = 80
    height: int = 24
    encoding: str = "utf-8"
    braille: bool = True
    colour: bool = False

    @classmethod
    def of(cls, stream: TextIO, settings: Mapping[str, str] = os.environ) -> Screen:
        """Return what a stream can show, as far as it and the environment say."""
        shown = stream.isatty()
        width, height = shutil.get_terminal_size((cls.width, cls.height))
        # The fonts of the Linux console have no braille.
        poor = shown and settings.get("TERM") in ("dumb", "linux")
        # In the C locale Python writes UTF-8, but the terminal may know ASCII only.
        locale = settings.get("LC_ALL") or settings.get("LC_CTYPE") or settings.get("LANG")
        encoding = "ascii" if shown and locale in ("C", "POSIX") else stream.encoding or "ascii"
        braille = not poor and encodes("\u28ff│└┤─┬", encoding)
        return cls(width, height, encoding, braille, _in_colour(settings, shown=shown))

    @property
    def room(self) -> int:
        """The columns to write in. The last one stays free: some terminals begin a new line there."""
        return self.width - 1

    @property
    def cell(self) -> tuple[int, int]:
        """The dots of a character: down and across."""
        return (4, 2) if self.braille else (1, 1)


def _in_colour(settings: Mapping[str, str], *, shown: bool) -> bool:
    """Follow https://no-color.org and https://force-color.org; the first takes precedence, as in Python itself."""
    forced = bool(settings.get("FORCE_COLOR")) or (shown and settings.get("TERM") != "dumb")
    return forced and not settings.get("NO_COLOR")


def encodes(text: str, encoding: str) -> bool:
    """Return True if an encoding has all characters of a text."""
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


class Panel(NamedTuple):
    """One quantity of a figure."""

    label: str
    curves: list[tuple[Array, Array]]
    ylim: tuple[float, float]
    ticks: list[tuple[float, str]]


def picture(scene: Scene, screen: Screen) -> str:
    """Return a figure as lines of characters: title, a panel for each quantity, legend."""
    recipe, texts = scene.recipe, scene.texts
    title, xlabel = (_wrapped(readable(text, screen), screen) for text in (texts.title, texts.xlabel))
    legend = _legend(scene, screen)
    others = len(title) + len(xlabel) + len(legend) + 1  # the prompt of the shell
    free = (screen.height - others) // len(recipe.show) - ROWS_AROUND
    rows = max(LEAST_ROWS, min(free, screen.width // 4))
    panels = [_panel(scene, quantity, rows, screen) for quantity in recipe.show]
    margin = max(len(text) for panel in panels for _, text in panel.ticks) + 1
    columns = max(LEAST_COLUMNS, screen.room - margin - 1)
    seen = [x[~np.isnan(y)] for panel in panels for x, y in panel.curves]
    xlim = recipe.xlim or limits(seen, LARGEST)
    lines = [_centred(text, margin + 1, columns) for text in title]
    for panel in panels:
        lines += _drawn(panel, Canvas(rows, columns, screen.cell, xlim, panel.ylim), margin, screen)
    lines += [_centred(text, margin + 1, columns) for text in xlabel]
    return "".join(f"{line.rstrip()}\n" for line in [*lines, *legend])


def _panel(scene: Scene, quantity: Quantity, rows: int, screen: Screen) -> Panel:
    recipe, sampled = scene.recipe, scene.sampled
    found = sampled.limits.get(quantity)
    terms = [trace.terms[quantity] for trace in sampled.traces]
    given = recipe.ylim if quantity == recipe.show[0] else None
    ylim = given or found or limits(terms, LARGEST)
    outside = outermost(recipe, found, quantity)
    curves = [(trace.prediction, drawn(term, outside)) for trace, term in zip(sampled.traces, terms, strict=True)]
    label = "".join(_wrapped(readable(scene.texts.ylabels[quantity], screen), screen, 1))
    return Panel(label, curves, ylim, ticks(ylim, 1 + rows // TICK_ROWS))


def _drawn(panel: Panel, canvas: Canvas, margin: int, screen: Screen) -> list[str]:
    """Return the lines of a panel: its label, the curves beside the axis, and the axis below."""
    side, corner, bottom = ("│┤", "└", "─┬") if screen.braille else ("|+", "+", "-+")
    numbers = {canvas.row(place): text for place, text in panel.ticks}
    lines = [panel.label.rjust(margin + 1) if len(panel.label) <= margin else panel.label]
    for row, text in enumerate(_curves(panel, canvas, screen)):
        lines.append(f"{numbers.get(row, ''):>{margin - 1}} {side[row in numbers]}{text}")
    along = {canvas.column(place): text for place, text in ticks(canvas.xlim, 1 + canvas.columns // TICK_COLUMNS)}
    lines.append(" " * margin + corner + "".join(bottom[column in along] for column in range(canvas.columns)))
    below = ""
    for column, text in along.items():
        start = max(0, min(margin + 1 + column - len(text) // 2, margin + 1 + canvas.columns - len(text)))
        if start > len(below) or not below:
            below += " " * (start - len(below)) + text
    return [*lines, below]


def _curves(panel: Panel, canvas: Canvas, screen: Screen) -> Iterator[str]:
    """Yield the rows of a panel; its curves differ in their characters, or in colour and in the letters on them."""
    dots = [canvas.dots(x, y) for x, y in panel.curves]
    touched = np.stack([canvas.cells(own).any(axis=(2, 3)) for own in dots])
    owned = owners(touched)
    if screen.braille:
        shown = np.array(canvas.braille(np.logical_or.reduce(dots)))
        _set_letters(shown, owned, touched)
    else:
        shown = np.array([_mark(index, screen) for index in range(len(dots))])[owned]
    shown[owned < 0] = " "
    for row, curves in zip(shown.tolist(), owned.tolist(), strict=True):
        pairs = groupby(zip(curves, row, strict=True), key=lambda pair: pair[0])
        yield "".join(_coloured("".join(letter for _, letter in part), curve, screen) for curve, part in pairs)


def _set_letters(shown: NDArray[np.str_], owned: NDArray[np.intp], touched: Dots) -> None:
    """Put the letter of each curve on it, at regular distances."""
    count = len(touched)
    if not 1 < count <= len(LETTERS):
        return
    distance = max(LETTER_DISTANCE, 2 * count)
    for index, own in enumerate(touched):
        columns = np.flatnonzero(own.any(axis=0))
        first = (2 * index + 1) * distance // (2 * count)  # the letters of different curves are in different columns
        for column in columns[min(first, len(columns) // 2) :: distance].tolist():
            rows = np.flatnonzero(own[:, column]).tolist()
            place = rows[len(rows) // 2], column
            shown[place], owned[place] = LETTERS[index], index


def _mark(index: int, screen: Screen) -> str:
    marks = LETTERS if screen.braille else MARKS + LETTERS
    return marks[index % len(marks)]


def _coloured(text: str, curve: int, screen: Screen) -> str:
    """Return a text in the colour of a curve, -1 for none."""
    return f"\x1b[{COLOURS[curve % len(COLOURS)]}m{text}\x1b[0m" if screen.colour and curve >= 0 else text


def _legend(scene: Scene, screen: Screen) -> list[str]:
    """Return the lines of the legend; for more curves than there are letters, the first and the last label."""
    recipe = scene.recipe
    if recipe.legend == "none" or (len(recipe.curves) == 1 and not recipe.label):
        return []
    labels = [readable(text, screen) for text in scene.texts.labels]
    if len(labels) > len(LETTERS):
        return _wrapped(f"{len(labels)} curves, from {labels[0]} to {labels[-1]}", screen)
    entries = [(index, f"{_mark(index, screen)} {label}") for index, label in enumerate(labels) if label]
    return [_coloured("".join(_wrapped(entry, screen, 1)), index, screen) for index, entry in entries]


def readable(text: str, screen: Screen) -> str:
    """Return a text without TeX, without control characters, in letters that the screen has."""
    text = written_out(text, Plain(lambda sign: encodes(sign, screen.encoding)))
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    return text.encode(screen.encoding, "replace").decode(screen.encoding)


def _wrapped(text: str, screen: Screen, lines: int = MAX_LINES) -> list[str]:
    """Return a text in lines that fit the screen; the end is cut off if they are too many."""
    dots = "…" if screen.braille and encodes("…", screen.encoding) else "..."
    return textwrap.wrap(text, max(screen.room, len(dots)), max_lines=lines, placeholder=dots)


def _centred(text: str, start: int, columns: int) -> str:
    """Return a text in the middle of some columns; a wider one begins further to the left."""
    spare = columns - len(text)
    return " " * max(0, start + min(spare // 2, spare)) + text
