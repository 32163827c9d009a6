"""SVG -> SVG whose mathematics is read as it is written: words in their order, where Matplotlib sets letter by letter.

It writes a <tspan> for each glyph at its own place, sorted by font: a legend entry cannot be found or edited then.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape, unescape
from itertools import groupby, islice
from math import nan
from typing import TYPE_CHECKING, Any, NamedTuple

from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font

from losscli.wording.mathematics import written_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Style = dict[str, str]  # CSS

LINE = re.compile(
    r"<!-- (?P<said>.*?) -->\n *<g (?P<group>[^>]*)>\n(?P<indent> *)<text>\n"
    r"(?P<glyphs>(?: *<tspan .*</tspan>\n)+) *</text>\n(?P<bars>(?: *<rect .*/>\n)*)"
)
GLYPHS = re.compile(r"<tspan (.*?)>(.*?)</tspan>")
ATTRIBUTE = re.compile(r'(\w+)="(.*?)"')
SHORT = re.compile(r"(italic|oblique)? ?(small-caps)? ?(\d+(?!\S))? ?(\S+px) (.*)")  # what CSS calls `font`
BAR = re.compile(r'<rect x="(?P<x>.*?)" y="(?P<y>.*?)" width="(?P<width>.*?)" height="(?P<height>.*?)"/>')
NEAR = 0.03  # heights of the type: the spaces of mathematics are wider
SPACE = 0.15  # heights of the type: a gap that separates words
NEARLY = 1e-3
FACE = ("style", "variant", "weight", "stretch")  # of a font, in CSS and in Matplotlib
FONT = ("font-style", "font-variant", "font-weight", "font-size", "font-family")
BLANK = "\xa0"


class Glyph(NamedTuple):
    """A letter where its baseline begins; y goes down."""

    x: float
    y: float
    style: str
    letter: str

    @property
    def end(self) -> float:
        """Where the next letter would stand."""
        return self.x + _advance(self.letter, self.style)

    def gap(self, after: Glyph) -> float:
        """Return the room between this and a glyph before it, in heights of the type; nan on another line."""
        alike = (self.y, _size(self.style)) == (after.y, _size(after.style))
        return (self.x - after.end) / _size(self.style) if alike else nan


class Bar(NamedTuple):
    """The line of a fraction."""

    x: float
    y: float
    width: float
    height: float

    def text(self) -> str:
        """Return it as SVG."""
        return '<rect x="{:.7g}" y="{:.7g}" width="{:.7g}" height="{:.7g}"/>'.format(*self)


def in_words(svg: bytes) -> bytes:
    """Set the mathematics of an SVG again, where each line of it stands."""
    return LINE.sub(_line, svg.decode("utf-8")).encode("utf-8")


def _line(found: re.Match[str]) -> str:
    glyphs = [glyph for part in GLYPHS.findall(found["glyphs"]) for glyph in _glyphs(*part)]
    bars = [Bar(*map(float, item.groups())) for item in BAR.finditer(found["bars"])]
    # Matplotlib sets a bar as if it were 1 high, and so too high for the thinner ones that there are.
    bars = [bar._replace(y=bar.y + 1 - bar.height) for bar in bars]
    glyphs, group, indent = _ordered(glyphs, bars), found["group"], found["indent"]
    said = " ".join(written_out(unescape(found["said"])).split())
    if _signs(said) != _signs("".join(glyph.letter for glyph in glyphs)):  # a script, or a font with codes of its own
        group += f' role="graphics-symbol img" aria-label="{escape(said)}"'
    lines = [_set(_runs(glyphs)), *(bar.text() for bar in bars)]
    below = "".join(f"{indent}{line}\n" for line in lines)
    return f"<!-- {found['said']} -->\n{indent[:-1]}<g {group}>\n{below}"


def _glyphs(attributes: str, letters: str) -> Iterator[Glyph]:
    """Yield the glyphs of a <tspan>; in Matplotlib 3.9 it holds all that are of one font."""
    said = dict(ATTRIBUTE.findall(attributes))
    xs, ys = said["x"].split(), said["y"].split()
    for x, y, letter in zip(xs, ys if len(ys) > 1 else ys * len(xs), unescape(letters), strict=True):
        yield Glyph(float(x), float(y), said["style"], letter)


def _signs(text: str) -> str:
    """Return what is to be compared of a text."""
    return re.sub(r"\s", "", text).replace("-", "\N{MINUS SIGN}")


def _ordered(glyphs: Sequence[Glyph], bars: Sequence[Bar]) -> list[Glyph]:
    """Return glyphs as they are read: from the left, of a fraction what is above its bar and then what is below."""
    if not bars:
        return sorted(glyphs)
    widest = max(bars, key=lambda bar: bar.width)

    def where(item: Glyph | Bar) -> int:
        if item.x < widest.x - NEARLY:
            return 0
        if item.x > widest.x + widest.width - NEARLY:
            return 3
        return 1 if item.y < widest.y else 2

    others = [bar for bar in bars if bar is not widest]
    return [
        glyph
        for part in range(4)
        for glyph in _ordered(
            [glyph for glyph in glyphs if where(glyph) == part], [bar for bar in others if where(bar) == part]
        )
    ]


def _runs(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Return glyphs in runs of which each letter stands where the one before ends; scripts are runs of their own."""
    runs: list[list[Glyph]] = []
    for glyph in glyphs:
        joined = next((run for run in reversed(runs) if abs(glyph.gap(run[-1])) < NEAR), None)
        if joined is None:
            runs.append([glyph])
        else:
            joined.append(glyph)
    return runs


def _set(runs: Sequence[Sequence[Glyph]]) -> str:
    """Return runs as one <text>, in the style with the fewest words, from which others differ."""
    base = min((_declared(glyph.style) for run in runs for glyph in run), key=len)
    text = ""
    for before, run in zip([runs[0], *runs], runs, strict=False):
        text += " " if run[0].gap(before[-1]) > SPACE else ""
        text += _placed(f'x="{run[0].x:.7g}" y="{run[0].y:.7g}"', _parts(run, base))
    return f'<text style="{_css(base)}; font-kerning: none">{text}</text>'  # letters stand as far apart as outlines


def _parts(run: Sequence[Glyph], base: Style) -> list[tuple[str, str]]:
    """Return what a run says, style by style: how that differs, and the letters."""
    letters = iter(_spaced("".join(glyph.letter for glyph in run)))
    styles = groupby(run, key=lambda glyph: glyph.style)
    return [
        (_css(_differing(_declared(style), base)), escape("".join(islice(letters, len([*part]))), quote=False))
        for style, part in styles
    ]


def _placed(place: str, parts: Sequence[tuple[str, str]]) -> str:
    """Return a run where it begins."""
    if len(parts) == 1 and parts[0][0]:
        place += f' style="{parts[0][0]}"'
        parts = [("", parts[0][1])]
    inside = "".join(f'<tspan style="{style}">{said}</tspan>' if style else said for style, said in parts)
    return f"<tspan {place}>{inside}</tspan>"


def _spaced(letters: str) -> str:
    """Return letters with spaces that a reader can search for; XML keeps none at an end or beside another."""
    return re.sub(rf"(?<=\S){BLANK}(?=\S)", " ", letters)


def _differing(style: Style, base: Style) -> Style:
    return {name: value for name, value in style.items() if base.get(name) != value} | {
        name: "normal" for name in base if name not in style
    }


def _declared(style: str) -> Style:
    """Return what a style declares; a `font` by its parts."""
    pairs = (item.partition(":") for item in unescape(style).split(";"))
    said = {name.strip(): value.strip() for name, _, value in pairs}
    short = SHORT.fullmatch(said.pop("font", ""))
    return said | ({name: value for name, value in zip(FONT, short.groups(), strict=True) if value} if short else {})


def _css(style: Style) -> str:
    said = "; ".join(f"{name}: {value}" for name, value in style.items())
    return escape(said, quote=False).replace('"', "&quot;")  # names of fonts stand in single quotes


@cache
def _size(style: str) -> float:
    return float(_declared(style)["font-size"].removesuffix("px"))


@cache
def _advance(letter: str, style: str) -> float:
    """Return how far the next letter stands from this, in a font that Matplotlib knows; nan without one."""
    declared = _declared(style)
    face = {name: declared[f"font-{name}"] for name in FACE if f"font-{name}" in declared}
    font = _font(declared["font-family"].strip("'\""), **face)
    if font is None or not font.get_char_index(ord(letter)):
        return nan
    font.set_size(_size(style), 72)
    return float(font.load_char(ord(letter)).linearHoriAdvance) / 2**16


@cache
def _font(family: str, **face: Any) -> FT2Font | None:
    try:
        return FT2Font(str(findfont(FontProperties(family=[family], **face), fallback_to_default=False)))
    except (OSError, RuntimeError, ValueError):
        return None
