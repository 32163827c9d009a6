"""Text with mathematics -> the same in mathtext, with letters of other scripts in alphabets lent to their fonts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from losscli.drawing.texts import WORD
from losscli.wording.mathematics import DOLLAR

if TYPE_CHECKING:
    from collections.abc import Iterable

PROSE = re.compile(r"\\(?:text|mathrm) *\{([^{}$]*)\}")  # in mathematics
MATHEMATICS = re.compile(f"{DOLLAR.pattern}.*?{DOLLAR.pattern}", re.DOTALL)
SPARE = ("tt", "sf", "cal")  # alphabets of mathematics that may stand for other fonts
LAST = "\U0001ffff"  # character that mathtext reads


def without(names: Iterable[str], said: str) -> str:
    """Return a text without what is in these alphabets by now."""
    return re.sub(rf"\\math({'|'.join(names) or '-'}){{[^{{}}]*}}", "", said)


def in_alphabet(said: str, letters: set[str], name: str) -> str:
    """Return a text with these letters, outside of its mathematics and inside, in an alphabet of that."""
    if not letters:
        return said
    letter = f"[{re.escape(''.join(sorted(letters)))}]"
    own = f"({letter}+)"

    def inside(found: re.Match[str]) -> str:
        if found[1] is None:  # a letter alone: what is below or above another is no more than this
            return rf"{{\math{name}{{{found[0]}}}}}"
        parts = re.split(own, found[1])
        runs = [
            rf"\math{name}{{{part}}}" if place % 2 else rf"\text{{{part}}}" for place, part in enumerate(parts) if part
        ]
        return "{" + "".join(runs) + "}" if len(parts) > 1 else found[0]

    def run(found: re.Match[str]) -> str:
        if found[1] is None:
            return re.sub(f"{PROSE.pattern}|{letter}", inside, found[0])
        return "".join(rf"$\math{name}{{{word}}}$" for word in WORD.findall(found[1]))

    return re.sub(f"{MATHEMATICS.pattern}|{own}", run, said, flags=re.DOTALL)
