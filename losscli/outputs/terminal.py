"""Sampled -> a picture of characters: braille where the terminal can show it, else plain ASCII. No Matplotlib here."""

from __future__ import annotations

import os
import shutil
import unicodedata
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import TYPE_CHECKING, NamedTuple, TextIO

from losscli.lazy import np
from losscli.outputs.canvas import Canvas, limits, takers, ticks
from losscli.recipe.recipe import LARGEST
from losscli.sampling import limits as frame
from losscli.wording.mathematics import Plain, written_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from losscli.drawing.scene import Scene
    from losscli.lazy import Array
    from losscli.model.loss import Quantity
    from losscli.outputs.canvas import Dots

LETTERS = "abcdefghijklmnopqrstuvwxyz"  # stand on curves of braille, which look alike but for their colour
MARKS = "*+xo#%@&=~"  # what curves are drawn with where there is no braille; after these, letters
COLOURS = (36, 35, 32, 31, 34, 33)  # cyan, magenta, green, red, blue, yellow, as the terminal has them
LEAST = (7, 2)  # rows and columns of a panel, however small the terminal
APART = 14  # columns between the letters on one curve
TICK_ROWS, TICK_COLUMNS = 3, 10  # room for a number at an axis
BETWEEN = "   "  # entries of the legend
AROUND = 3  # lines of a panel besides its rows: label, axis, numbers
MOST = 3  # lines of a text; of a longer one the beginning is shown


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
        """Ask the stream and the environment."""
        shown = stream.isatty()
        width, height = shutil.get_terminal_size((cls.width, cls.height))
        # A dumb terminal promises nothing, and the fonts of the Linux console have no braille.
        poor = shown and settings.get("TERM") in ("dumb", "linux")
        # Python writes UTF-8 where the locale is C, of which a terminal need not know more than ASCII.
        locale = settings.get("LC_ALL") or settings.get("LC_CTYPE") or settings.get("LANG")
        encoding = "ascii" if shown and locale in ("C", "POSIX") else stream.encoding or "ascii"
        return cls(
            width, height, encoding, not poor and encodes("\u28ff│└┤─┬", encoding), _coloured(settings, shown=shown)
        )

    @property
    def room(self) -> int:
        """The columns to write in. The last stays free: some terminals go to the next line there."""
        return self.width - 1

    @property
    def cell(self) -> tuple[int, int]:
        """The dots of a character: down and across."""
        return (4, 2) if self.braille else (1, 1)


def _coloured(settings: Mapping[str, str], *, shown: bool) -> bool:
    """Follow https://no-color.org and https://force-color.org, the first before the second as Python itself does."""
    if settings.get("NO_COLOR"):
        return False
    return bool(settings.get("FORCE_COLOR")) or (shown and settings.get("TERM") != "dumb")


def encodes(text: str, encoding: str) -> bool:
    """Tell whether a text can be written."""
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
    recipe, _sampled = scene.recipe, scene.sampled
    title, xlabel = (_broken(readable(text, screen), screen) for text in (scene.texts.title, scene.texts.xlabel))
    key = _legend(scene, screen)
    others = len(title) + len(xlabel) + len(key) + 1  # the line where one types on
    free = (screen.height - others) // len(recipe.show) - AROUND
    rows = max(LEAST[0], min(free, screen.width // 4))
    panels = [_panel(scene, quantity, rows, screen) for quantity in recipe.show]
    margin = max(len(text) for panel in panels for _, text in panel.ticks) + 1
    columns = max(LEAST[1], screen.room - margin - 1)
    seen = [x[~np.isnan(y)] for panel in panels for x, y in panel.curves]
    xlim = recipe.xlim or limits(seen, LARGEST)
    lines = [_centred(text, margin + 1, columns) for text in title]
    for panel in panels:
        lines += _drawn(panel, Canvas(rows, columns, screen.cell, xlim, panel.ylim), margin, screen)
    lines += [_centred(text, margin + 1, columns) for text in xlabel]
    return "".join(f"{line.rstrip()}\n" for line in [*lines, *key])


def _panel(scene: Scene, quantity: Quantity, rows: int, screen: Screen) -> Panel:
    recipe, sampled = scene.recipe, scene.sampled
    curves = [(trace.prediction, trace.terms[quantity]) for trace in sampled.traces]
    first = quantity == recipe.show[0]
    terms = [y for _, y in curves]
    ylim = (recipe.ylim if first else None) or sampled.limits.get(quantity) or limits(terms, LARGEST)
    out = frame.outermost(recipe, sampled.limits.get(quantity), quantity)
    curves = [(x, frame.drawn(y, out)) for x, y in curves]
    label = _cut(readable(scene.texts.ylabels[quantity], screen), screen)
    return Panel(label, curves, ylim, ticks(ylim, 1 + rows // TICK_ROWS))


def _drawn(panel: Panel, canvas: Canvas, margin: int, screen: Screen) -> list[str]:
    """Return the lines of a panel: its label, the curves beside the axis, and the axis below."""
    side, corner, bottom = "│┤", "└", "─┬"
    if not screen.braille:
        side, corner, bottom = "|+", "+", "-+"
    numbers = {canvas.row(place): text for place, text in panel.ticks}
    lines = [panel.label.rjust(margin + 1) if width(panel.label) <= margin else panel.label]
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
    """Yield the rows of a panel, each curve told apart by its own mark, or by its colour and a letter on it."""
    dots = [canvas.dots(x, y) for x, y in panel.curves]
    touched = np.stack([canvas.cells(own).any(axis=(2, 3)) for own in dots])
    taken = takers(touched)
    if screen.braille:
        shown = np.array(canvas.braille(np.logical_or.reduce(dots)))
        _set_letters(shown, taken, touched)
    else:
        shown = np.array([_mark(index, screen) for index in range(len(dots))])[taken]
    shown[taken < 0] = " "
    for characters, owners in zip(shown.tolist(), taken.tolist(), strict=True):
        yield _painted(characters, owners, screen)


def _set_letters(shown: NDArray[np.str_], taken: NDArray[np.intp], touched: Dots) -> None:
    """Put each curve's letter on it, here and there, where no other letter stands."""
    count = len(touched)
    if not 1 < count <= len(LETTERS):
        return
    apart = max(APART, 2 * count)
    places: set[tuple[int, int]] = set()
    for index, own in enumerate(touched):
        columns = np.flatnonzero(own.any(axis=0))
        first = (2 * index + 1) * apart // (2 * count)  # the letters of the curves do not stand above each other
        for column in columns[min(first, len(columns) // 2) :: apart].tolist():
            rows = np.flatnonzero(own[:, column]).tolist()
            place = rows[len(rows) // 2], column
            if place not in places:
                places.add(place)
                shown[place], taken[place] = LETTERS[index], index


def _mark(index: int, screen: Screen) -> str:
    marks = LETTERS if screen.braille else MARKS + LETTERS
    return marks[index % len(marks)]


def _painted(characters: list[str], owners: list[int], screen: Screen) -> str:
    """Return one row, with the colours of its curves if the screen has any."""
    if not screen.colour:
        return "".join(characters)
    row = ""
    for owner, group in groupby(zip(owners, characters, strict=True), key=lambda pair: pair[0]):
        row += _tinted("".join(character for _, character in group), owner)
    return row


def _tinted(text: str, owner: int) -> str:
    return text if owner < 0 else f"\x1b[{COLOURS[owner % len(COLOURS)]}m{text}\x1b[0m"


def _legend(scene: Scene, screen: Screen) -> list[str]:
    """Return lines that say which curve is which; of very many, the first and the last."""
    recipe, traces = scene.recipe, scene.sampled.traces
    if recipe.legend == "none" or (len(traces) == 1 and not recipe.label):
        return []
    labels = [readable(label, screen) for label in scene.texts.labels]
    if len(labels) > len(LETTERS):
        return _broken(f"{len(labels)} curves, from {labels[0]} to {labels[-1]}", screen)
    lines: list[str] = []
    room = 0
    for index, label in enumerate(labels):
        if not label:
            continue
        entry = _cut(f"{_mark(index, screen)} {label}", screen)
        shown = _tinted(entry, index) if screen.colour else entry
        room -= len(BETWEEN) + width(entry)
        if room < 0:
            room = screen.room - width(entry)
            lines.append(shown)
        else:
            lines[-1] += BETWEEN + shown
    return lines


def readable(text: str, screen: Screen) -> str:
    """Return a text without TeX and without what would move the cursor."""
    text = written_out(text, Plain(lambda sign: encodes(sign, screen.encoding)))
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    return text.encode(screen.encoding, "replace").decode(screen.encoding)


def width(text: str) -> int:
    """Return how many columns a text takes: two for each wide letter, none for what combines with the one before."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(unicodedata.combining(letter) > 0 for letter in text)


def _broken(text: str, screen: Screen) -> list[str]:
    """Return a text in a few lines that fit, broken at spaces where there are such."""
    lines: list[str] = []
    while width(text) > screen.room and len(lines) < MOST - 1:
        fitting = max(1, _fitting(text, screen.room))
        end = text.rfind(" ", 1, fitting + 1)
        lines.append(text[: end if end > 0 else fitting].rstrip())
        text = text[len(lines[-1]) :].lstrip()
    return [*lines, _cut(text, screen)] if text else lines


def _cut(text: str, screen: Screen) -> str:
    """Return a text in one line that fits, of a longer one the beginning."""
    if width(text) <= screen.room:
        return text
    dots = "…" if encodes("…", screen.encoding) and screen.braille else "..."
    return text[: _fitting(text, screen.room - len(dots))].rstrip() + dots


def _fitting(text: str, room: int) -> int:
    """Return how many letters of a text take no more columns than these."""
    return sum(columns <= room for columns in accumulate(map(width, text)))


def _centred(text: str, start: int, columns: int) -> str:
    """Return a text in the middle of some columns; a wider one goes as far to the left as it has to."""
    spare = columns - width(text)
    return " " * max(0, start + min(spare // 2, spare)) + text
