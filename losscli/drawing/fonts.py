"""Find fonts: those that `--font` names, and those that have the characters which the fonts of a style lack."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.font_manager import FontProperties, findSystemFonts, fontManager
from matplotlib.ft2font import FT2Font

from losscli.errors import UsageError, complain
from losscli.recipe.recipe import FONT_FILES
from losscli.wording.mathematics import DOLLAR, has_mathematics

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.font_manager import FontEntry

MAX_BYTES = 2**28  # of a font file; large Chinese collections have half of that
PLACEHOLDERS = "Last Resort"  # a family with a box for every character
MATHEMATICS = ("DejaVu Sans", "STIXGeneral")  # the fonts of formulas, unless --font names another
REGULAR = 400  # the weight
INVISIBLE = ("Cc", "Cf", "Mn", "Zs", "Zl", "Zp")  # categories of characters that need no glyph of their own


def families(names: Iterable[str]) -> list[str]:
    """Return the families of fonts given by name or by file. Raise UsageError if there is no such font."""
    return [_family_of_file(name) if name.lower().endswith(FONT_FILES) else _installed(name) for name in names]


def _family_of_file(path: str) -> str:
    """Return the family of a font file, after adding it to Matplotlib's list."""
    file = Path(path)
    try:
        if file.exists() and not (file.is_file() and file.stat().st_size <= MAX_BYTES):
            raise UsageError(f"--font {path}; a font is a file of at most {MAX_BYTES} bytes")
        family = FT2Font(path).family_name
        place = str(file.resolve())
        if place not in {entry.fname for entry in fontManager.ttflist}:
            fontManager.addfont(place)
    except (OSError, RuntimeError, ValueError) as error:
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else "it cannot be read as a font"
        raise UsageError(f"--font {path}; {reason}; a font is a name or a {', '.join(FONT_FILES)} file") from None
    return family


def _installed(name: str) -> str:
    """Return the name of a family if it is installed."""
    known = {entry.name for entry in fontManager.ttflist if not entry.name.startswith(PLACEHOLDERS)}
    if name not in known:
        known |= _add_new_fonts()
    if name not in known:
        from difflib import get_close_matches

        near = get_close_matches(name, sorted(known), n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise UsageError(f"--font {name}; {hint}the installed fonts are {', '.join(sorted(known))}")
    return name


@cache
def _add_new_fonts() -> set[str]:
    """Add fonts that were installed after Matplotlib made its list; return their families."""
    before = list(fontManager.ttflist)
    for path in sorted({*findSystemFonts()} - {entry.fname for entry in before}):
        try:
            fontManager.addfont(path)
        except (OSError, RuntimeError, ValueError):
            continue  # a broken font file is not what the user asked about
    return {entry.name for entry in fontManager.ttflist[len(before) :]}


def check_mathematics(flag: str, text: str) -> None:
    """Raise UsageError if the mathematics of a text has a character that the fonts of formulas lack."""
    inside = {letter for letter in "".join(DOLLAR.split(text)[1::2]) if not letter.isascii()}
    if not inside or not has_mathematics(text):
        return
    missing = inside - _characters(MATHEMATICS)
    if missing and mpl.rcParams["mathtext.fontset"] == "custom":
        missing -= _charmap(str(fontManager.findfont(FontProperties(mpl.rcParams["mathtext.rm"]))))
    if missing:
        letters = "".join(sorted(missing))
        raise UsageError(f"{flag} {text}; mathematics has no {letters}: write it outside of the dollar signs")


def fallbacks(texts: Iterable[str]) -> list[str]:
    """Return the setting `font.family`, with installed fonts added that have what its own fonts lack.

    Matplotlib falls back from font to font for each character, except in a text with mathematics, where it asks the
    first font alone (https://github.com/matplotlib/matplotlib/issues/29173): such characters decide the first font.
    Characters that no font has are named in one line on stderr.
    """
    own = list(mpl.rcParams["font.family"])
    every, beside = set[str](), set[str]()
    for text in texts:
        needed = _needed(text)
        every |= needed
        beside |= needed if has_mathematics(text) else set()
    first = _having(beside - _characters(own[:1]), beside)[:1]
    family = [*first, *own]
    missing = every - _characters(family)
    found = _having(missing)
    missing -= _characters(found)
    if missing:
        letters = "".join(sorted(missing))
        complain(f"no installed font has {letters}; boxes stand for it; --font takes a file of one that has")
    return [*family, *found]


def _needed(text: str) -> set[str]:
    """Return the visible characters beyond ASCII in a text, without those of its mathematics."""
    outside = "".join(DOLLAR.split(text)[::2]) if has_mathematics(text) else text
    return {letter for letter in outside if not letter.isascii() and unicodedata.category(letter) not in INVISIBLE}


def _having(letters: set[str], first: set[str] | None = None) -> list[str]:
    """Return families that have these characters; the first has most of them, or most of those in `first`."""
    found: list[str] = []
    left, wanted = set(letters), first or letters
    fonts = _upright() if left else []
    if not left <= {letter for entry in fonts for letter in _charmap(entry.fname)}:
        _add_new_fonts()
        fonts = _upright()
    while left:
        best = max(fonts, key=lambda entry: len(wanted & _charmap(entry.fname)))
        if not left & _charmap(best.fname):
            break
        found.append(best.name)
        left = wanted = left - _charmap(best.fname)
    return found


def _upright() -> list[FontEntry]:
    """Return the installed upright fonts, regular weight first, in a settled order."""
    upright = [entry for entry in fontManager.ttflist if entry.style == "normal"]
    named = [entry for entry in upright if not entry.name.startswith((PLACEHOLDERS, "."))]
    return sorted(named, key=lambda entry: (entry.weight != REGULAR, entry.name, entry.fname))


def _characters(names: Iterable[str]) -> set[str]:
    """Return every character that one of these families has; a generic one stands for the first that is installed."""
    rc: Any = dict(mpl.rcParams)
    installed = {entry.name for entry in fontManager.ttflist}
    letters: set[str] = set()
    for name in names:
        family = next((one for one in rc.get(f"font.{name}", [name]) if one in installed), None)
        if family:
            letters |= _charmap(str(fontManager.findfont(FontProperties(family=[family]))))
    return letters


@cache
def _charmap(path: str) -> frozenset[str]:
    try:
        return frozenset(map(chr, FT2Font(path).get_charmap()))
    except (OSError, RuntimeError, ValueError):
        return frozenset()
