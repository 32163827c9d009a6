"""The size of a figure as text: lengths with units, and the named widths that publishers ask for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

from losscli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

UNITS = {"in": 1.0, "cm": 1 / 2.54, "mm": 1 / 25.4, "pt": 1 / 72.27}  # in inches; pt is TeX's
AUTO = "auto"
# Width and height in inches; None: in proportion. All but ieee-wide (two columns) and slides (16:9) are one column.
NAMED: dict[str, tuple[float, float | None]] = {
    "ieee": (3.5, None),
    "ieee-wide": (7.16, None),
    "acm": (3.33, None),
    "nature": (89 / 25.4, None),
    "slides": (40 / 3, 7.5),
}
ALLOWED = f"a length is a number with {', '.join(UNITS)}, such as 8cm; or auto; or a width {', '.join(NAMED)}"
LENGTH = re.compile(rf"([0-9]+\.?[0-9]*|\.[0-9]+)({'|'.join(UNITS)})")
SHORTEST, LONGEST = 0.5, 200.0  # inches: no axis fits into less, and no printer takes more


class LengthReader:
    """Reads a length such as `8cm`. It is part of the type of such a field."""

    def read(self, text: str) -> float | None:
        """Return inches; None for `auto` and for the name of a width. Raise UsageError for anything else."""
        if text == AUTO or text in NAMED:
            return None
        match = LENGTH.fullmatch(text)
        if not match:
            raise UsageError(ALLOWED)
        inches = float(match[1]) * UNITS[match[2]]
        if not SHORTEST <= inches <= LONGEST:
            raise UsageError(f"a length is at least {SHORTEST:g}in and at most {LONGEST:g}in")
        return inches


Length = Annotated[str, LengthReader()]


def inches(size: tuple[str, str], usual: tuple[float, float]) -> tuple[float, float]:
    """Return width and height in inches; a side that is left open follows from the proportions of `usual`."""
    named = NAMED.get(size[0], (None, None))
    width = LengthReader().read(size[0]) or named[0]
    height = LengthReader().read(size[1]) or named[1]
    ratio = usual[1] / usual[0]
    if width is None:
        width = usual[0] if height is None else height / ratio
    return width, width * ratio if height is None else height


def leaves_height_open(size: tuple[str, str]) -> bool:
    """Return True if a size gives the width alone."""
    return size[1] == AUTO and NAMED.get(size[0], (None, None))[1] is None


def completed(words: Iterable[str]) -> list[str]:
    """Return the words with `auto` after a `--size` of one word: `--size ieee` means `--size ieee auto`."""
    found: list[str] = []
    widths = 0  # how many words of a --size are still to come
    for word in words:
        if widths == 1 and not _is_length(word):
            found.append(AUTO)
        widths = max(0, widths - 1)
        if word == "--size":
            widths = 2
        elif word.startswith("--size="):
            widths = 1
        found.append(word)
    return [*found, AUTO] if widths == 1 else found


def _is_length(word: str) -> bool:
    return word == AUTO or word in NAMED or word[:1] in set("0123456789.")
