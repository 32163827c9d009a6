"""Characters -> the script they belong to, and the fonts that are known for it."""

from __future__ import annotations

import unicodedata

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
FREE = ("Noto", "WenQuanYi", "IPA", "Nanum", "Symbola")  # how fonts begin that anyone may install
NAMED = 2  # fonts in the line that says which would do


def script_of(letter: str) -> str:
    """Return the script of a character as Unicode names it, or what it is instead."""
    first = unicodedata.name(letter, "SYMBOL").partition(" ")[0]
    if first in ("IDEOGRAPHIC", "FULLWIDTH"):
        return "CJK"
    written = unicodedata.category(letter)[0] in "LM" or unicodedata.category(letter) == "Nd"
    if written and first not in OPEN_TO_ALL:
        return first
    return "EMOJI" if ord(letter) >= EMOJI else "SYMBOL"


def advice(letters: str) -> str:
    """Name fonts that have such characters."""
    names: list[str] = []
    for script in dict.fromkeys(map(script_of, letters)):
        known = [name for name in KNOWN.get(script, ()) if name.startswith(FREE)]
        names += [known[0].removesuffix(" SC"), known[-1]][:NAMED] if known else [f"a Noto font for {script.title()}"]
    return " or ".join(dict.fromkeys(names))
