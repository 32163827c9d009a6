"""Text -> fonts that have its characters: those of the figure, else any that is installed, else one line that says so.

Matplotlib falls back from font to font for each character, but within a text that holds mathematics it asks the first
font alone (https://github.com/matplotlib/matplotlib/issues/29173): there the font that has the characters comes first.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.font_manager import FontProperties, findSystemFonts, fontManager
from matplotlib.ft2font import FT2Font
from matplotlib.mathtext import MathTextParser
from matplotlib.text import Text

from losscli.drawing.alphabets import LAST, MATHEMATICS, SPARE, in_alphabet, without
from losscli.drawing.scripts import KNOWN, advice, has_shape, named, public, script_of
from losscli.errors import UsageError, complain
from losscli.recipe.recipe import FONT_FILES
from losscli.wording.mathematics import has_mathematics

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.artist import Artist
    from matplotlib.font_manager import FontEntry

BOXES = "Last Resort"  # fonts of this name have a box for every character
# What mathematics looks like, font by font.
FACES = {"dejavusans": "DejaVu Sans", "dejavuserif": "DejaVu Serif", "stix": "STIXGeneral", "cm": "STIXGeneral"}
SERIFS = range(2, 11)  # in Panose
REGULAR = 400  # the weight
MOST = 2**28  # bytes of a font: large collections of Chinese ones have half of that


def families(names: Iterable[str]) -> list[str]:
    """Return the families of fonts given by name or file; raise UsageError for what is neither."""
    return [_of_file(name) if name.lower().endswith(FONT_FILES) else _of_name(name) for name in names]


def _of_file(path: str) -> str:
    file = Path(path)
    try:
        if file.exists() and not (file.is_file() and file.stat().st_size <= MOST):
            raise UsageError(f"--font {path}; a font is a file of at most {MOST} bytes")
        family = FT2Font(path).family_name
        place = str(file.resolve())
        if place not in {entry.fname for entry in fontManager.ttflist}:
            fontManager.addfont(place)
    except (OSError, RuntimeError, ValueError) as error:
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else "it cannot be read as a font"
        raise UsageError(f"--font {path}; {reason}; a font is a name or a {', '.join(FONT_FILES)} file") from None
    return family


def _of_name(name: str) -> str:
    if not _entries(name):
        _look_again()
    if not _entries(name):
        from difflib import get_close_matches

        known = sorted({entry.name for entry in fontManager.ttflist if not entry.name.startswith(BOXES)})
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise UsageError(f"--font {name}; {hint}the installed fonts are {', '.join(known)}")
    return name


def _entries(name: str) -> list[FontEntry]:
    return [entry for entry in fontManager.ttflist if entry.name == name]


@cache
def _look_again() -> None:
    """Take in fonts that were installed after Matplotlib made its list."""
    known = {entry.fname for entry in fontManager.ttflist}
    for path in sorted(set(findSystemFonts()) - known):
        try:
            fontManager.addfont(path)
        except (OSError, RuntimeError, ValueError):
            continue  # a broken file is of no use, and not what was asked about


def mathematics(family: str) -> dict[str, str]:
    """Return settings of mathematics that set it in a font of this family, and in a similar one what that lacks."""
    known = {face: fontset for fontset, face in reversed(FACES.items())} | {"cmr10": "cm"}
    if family in known:
        return {"mathtext.fontset": known[family]}
    fallback = "stix" if _has_serifs(family) else "stixsans"
    return {"mathtext.fontset": "custom", "mathtext.fallback": fallback, **_alphabets(_pattern(family))}


def _alphabets(face: str) -> dict[str, str]:
    """Return the settings that give the letters of mathematics one face."""
    faces = {"rm": face, "it": f"{face}:italic", "bf": f"{face}:bold", "bfit": f"{face}:italic:bold"}
    return {f"mathtext.{name}": font for name, font in faces.items()}


def _pattern(family: str) -> str:
    return re.sub(r"([-:,])", r"\\\1", family)


def _has_serifs(family: str) -> bool:
    """Ask a font for its serifs: Panose has 2 to 10 for kinds of them, 11 and more for none."""
    table: Any = FT2Font(str(fontManager.findfont(FontProperties(family=[family])))).get_sfnt_table("OS/2")
    return bool(table) and table["panose"][1] in SERIFS


def _foreign(said: str) -> set[str]:
    """Return the characters in the mathematics of a text that this would have no glyph for."""
    beyond = {letter for letter in "".join(MATHEMATICS.findall(said)) if not letter.isascii()}
    known = _letters(["DejaVu Sans", "STIXGeneral"]) if beyond else set()
    if mpl.rcParams["mathtext.fontset"] == "custom":
        known |= _charmap(str(fontManager.findfont(FontProperties(mpl.rcParams["mathtext.rm"]))))
    return beyond - known


def unset(said: str) -> str:
    """Return the characters that the mathematics of a text lacks, if one is where no alphabet can stand."""
    foreign = _foreign(said)
    try:
        MathTextParser("agg").parse(_borrowed(said, foreign)[0])
    except ValueError:
        return "".join(sorted(foreign))
    return ""


def lent(texts: Iterable[str], *, own: bool) -> dict[str, str]:
    """Return settings of mathematics that lend alphabets to fonts, for what the first font of these texts lacks.

    That is their `own` font, which was asked for, or the one that has most of their characters.
    Only a text that borrows is set with them: its letters stay what they are, its large operators get smaller.
    """
    family = mpl.rcParams["font.family"]
    mathematical = [said for said in texts if not said.isascii() and has_mathematics(said)]
    left = set[str]()
    for said in mathematical:
        wanted = _outside(said)
        left |= wanted - _letters([family[0] if own else _best(wanted, family[0])]) | _foreign(said)
    if not left:
        return {}
    fontset = mpl.rcParams["mathtext.fontset"]
    faces = {} if fontset == "custom" else _alphabets(FACES.get(fontset, "DejaVu Sans"))
    free = [name for name in SPARE if not any(rf"\math{name}" in said for said in mathematical)]
    borrowed = {f"mathtext.{name}": _pattern(font) for name, font in zip(free, _having(left, family), strict=False)}
    fallback = mpl.rcParams["mathtext.fallback"] if fontset == "custom" else "stixsans"
    return {**faces, **borrowed, "mathtext.fallback": fallback}


def cover(artist: Artist) -> set[str]:
    """Give every text in a part of a figure fonts that have its characters; return the characters that none has."""
    texts = [text for text in artist.findobj(Text) if isinstance(text, Text)]
    return {letter for text in texts for letter in _cover(text)}


def tell(missing: set[str]) -> None:
    """Say in one line which characters are drawn as boxes, and what would help."""
    apart = {letter for letter in public(missing) if any(letter in _charmap(x.fname) for x in _candidates({letter}))}
    clauses = []
    if missing - apart:
        said = "".join(sorted(missing - apart))
        clauses.append(f"no installed font has {named(said)}; boxes stand for it; {advice(said)} would do")
    if apart:
        clauses.append(
            f"no font has {named(sorted(apart))} and the rest of a text with mathematics; boxes stand for it"
        )
    if clauses:
        complain("; ".join(clauses))


def _cover(text: Text) -> set[str]:
    """Set the fonts of a text; return the characters that none of them has."""
    said = text.get_text()
    if said.isascii() or not text.get_visible():
        return set()
    own = text.get_fontfamily()
    own = [own] if isinstance(own, str) else own
    wanted = _outside(said)
    if has_mathematics(said):
        apart = _lent()
        best = max(
            (own[0], _best(wanted, own[0])),
            key=lambda name: len(wanted & _letters([name]).union(*apart.values())),
        )
        text.set_fontfamily([best, *(name for name in own if name != best)])
        borrowed, missing = _borrowed(said, wanted - _letters([best]) | _foreign(without(apart, said)))
        if borrowed != said:
            text.set(text=borrowed, math_fontfamily="custom")
        return missing
    missing = wanted - _letters(own)
    found = _having(missing) if missing else []
    text.set_fontfamily([*own, *found])
    return missing - _letters(found)


def _outside(said: str) -> set[str]:
    """Return the characters of a text beyond ASCII, without those of its mathematics."""
    outside = MATHEMATICS.sub("", said) if has_mathematics(said) else said
    return {letter for letter in outside if not letter.isascii() and has_shape(letter)}


def _lent() -> dict[str, set[str]]:
    """Return the alphabets that are lent, with the characters that they have."""
    rc: Any = mpl.rcParams
    usual: Any = mpl.rcParamsDefault
    fonts = {name: rc[f"mathtext.{name}"] for name in SPARE if rc[f"mathtext.{name}"] != usual[f"mathtext.{name}"]}
    known = {name: _charmap(str(fontManager.findfont(FontProperties(font)))) for name, font in fonts.items()}
    return {name: {letter for letter in letters if letter <= LAST} for name, letters in known.items()}


def _borrowed(said: str, letters: set[str]) -> tuple[str, set[str]]:
    """Return a text with some letters in the alphabets that are lent, and those letters that none of these has."""
    for name, known in _lent().items():
        said = in_alphabet(said, letters & known, name)
        letters = letters - known
    return said, letters


def _best(wanted: set[str], own: str) -> str:
    """Return the one family that has the most of these characters: the text's own, if no other has more."""
    wanted = public(wanted)
    best, most = own, len(wanted & _letters([own]))
    for again in (False, True):
        if most < len(wanted) and again:
            _look_again()
        for entry in _candidates(wanted) if most < len(wanted) else []:
            if len(wanted & _charmap(entry.fname)) > most:
                best, most = entry.name, len(wanted & _charmap(entry.fname))
    return best


def _letters(names: Iterable[str]) -> set[str]:
    """Return every character that one of these families has."""
    letters: set[str] = set()
    for name in names:
        generic: Any = dict(mpl.rcParams)  # sans-serif stands for a list, of which the first that is there counts
        for one in generic.get(f"font.{name}", [name]):
            if _entries(one):
                path = fontManager.findfont(FontProperties(family=[one]), fallback_to_default=False)
                letters |= _charmap(str(path))
                break
    return letters


@cache
def _charmap(path: str) -> frozenset[str]:
    try:
        return frozenset(map(chr, FT2Font(path).get_charmap()))
    except (OSError, RuntimeError, ValueError):
        return frozenset()


def _having(letters: set[str], first: Sequence[str] = ()) -> list[str]:
    """Return families that have these characters, as few as may be: of those to be taken `first`, then of all."""
    letters = public(letters)
    for again in (False, True):
        if again:
            _look_again()
        found, left = list[str](), set(letters)
        for entry in sorted(_candidates(letters), key=lambda entry: entry.name not in first):
            if left & _charmap(entry.fname):
                found.append(entry.name)
                left -= _charmap(entry.fname)
        if not left:
            break
    return found


def _candidates(letters: set[str]) -> list[FontEntry]:
    """Return upright regular fonts: those known for the script first, then by name."""
    known = [name for letter in sorted(letters) for name in KNOWN.get(script_of(letter), ())]
    upright = [
        entry for entry in fontManager.ttflist if entry.style == "normal" and not entry.name.startswith((BOXES, "."))
    ]
    rank = {name: place for place, name in reversed(list(enumerate(known)))}
    return sorted(
        upright,
        key=lambda entry: (rank.get(entry.name, len(known)), entry.weight != REGULAR, entry.name, entry.fname),
    )
