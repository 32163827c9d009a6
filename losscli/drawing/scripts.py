"""Characters -> whether they have a shape, the script they belong to, and the fonts that are known for it."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Tried before other fonts, and named where there are none, for the scripts whose names begin like the key.
KNOWN: dict[str, tuple[str, ...]] = {
    "CJK": ("Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei"),
    "HIRAGANA": ("Noto Sans CJK JP", "IPAexGothic", "TakaoPGothic", "WenQuanYi Micro Hei"),
    "KATAKANA": ("Noto Sans CJK JP", "IPAexGothic", "TakaoPGothic", "WenQuanYi Micro Hei"),
    "HANGUL": ("Noto Sans CJK KR", "NanumGothic", "WenQuanYi Micro Hei"),
    "EMOJI": ("Noto Emoji", "Symbola"),  # outlines: Matplotlib draws no fonts of coloured pictures
    "SYMBOL": ("Noto Sans Symbols 2", "Symbola"),
}
OPEN_TO_ALL = ("MATHEMATICAL", "VARIATION", "COMBINING")  # first words of letters that are of no script
EMOJI = 0x1F000  # from here on
PRIVATE = "PRIVATE"  # what Unicode leaves to anyone, or has given to nothing
FREE = ("Noto", "WenQuanYi", "IPA", "Nanum", "Symbola")  # how fonts begin that anyone may install
NAMED = 2  # fonts in the line that says which would do
# What needs no glyph: categories of characters that are spaces, or shape others; and selectors of other shapes.
BARE = ("Cc", "Cf", "Zs", "Zl", "Zp")
SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def has_shape(letter: str) -> bool:
    """Tell whether a character is drawn, even one that Python does not know: a font may be newer, or one's own."""
    return unicodedata.category(letter) not in BARE and not SELECTORS.match(letter)


def public(letters: Iterable[str]) -> set[str]:
    """Return characters without the private ones: what these are, no font says but that which they are meant for."""
    return {letter for letter in letters if unicodedata.category(letter) != "Co"}


def named(letters: Iterable[str]) -> str:
    """Return characters to be read, and the numbers of those that Python does not know."""
    return "".join(letter if letter.isprintable() else f"U+{ord(letter):04X} " for letter in letters).strip()


def script_of(letter: str) -> str:
    """Return the script of a character as Unicode names it, or what it is instead."""
    first = unicodedata.name(letter, "SYMBOL").partition(" ")[0]
    if first in ("IDEOGRAPHIC", "FULLWIDTH"):
        return "CJK"
    written = unicodedata.category(letter)[0] in "LM" or unicodedata.category(letter) == "Nd"
    if written and first not in OPEN_TO_ALL:
        return first
    if unicodedata.category(letter) == "Co" or (unicodedata.category(letter) == "Cn" and ord(letter) < EMOJI):
        return PRIVATE
    return "EMOJI" if ord(letter) >= EMOJI else "SYMBOL"


def advice(letters: str) -> str:
    """Name fonts that have such characters."""
    names: list[str] = []
    for script in dict.fromkeys(map(script_of, letters)):
        if script == PRIVATE:
            names.append("a font of one's own that has it (--font FILE)")
            continue
        known = [name for name in KNOWN.get(script, ()) if name.startswith(FREE)]
        names += [known[0].removesuffix(" SC"), known[-1]][:NAMED] if known else [f"a Noto font for {script.title()}"]
    return " or ".join(dict.fromkeys(names))
