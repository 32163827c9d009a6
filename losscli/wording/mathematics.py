r"""Mathtext as plain text or HTML: `$\frac{1}{2} r^2$` becomes `1/2 r^2`; for names, terminals and pages."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

DOLLAR = re.compile(r"(?<!\\)\$")
TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)
FACTOR = re.compile(r"\w|\\(?!right)[A-Za-z]")  # after a fraction, such a token needs a space before it
FRACTIONS = {"frac", "dfrac", "tfrac", "genfrac"}
# TeX commands: the sign, and ASCII to use if the reader's encoding lacks the sign.
SIGNS = {
    **dict.fromkeys((",", ":", ";", ">", " ", "quad", "qquad"), (" ", " ")),
    **dict.fromkeys(("!", "/", "left", "right", "displaystyle", "limits"), ("", "")),
    "leq": ("≤", "<="), "le": ("≤", "<="), "geq": ("≥", ">="), "ge": ("≥", ">="), "neq": ("≠", "!="), "ne": ("≠", "!="),
    "approx": ("≈", "~"), "sim": ("∼", "~"), "equiv": ("≡", "="), "propto": ("∝", "~"), "in": ("∈", "in"),
    "cdot": ("·", "*"), "times": ("×", "x"), "pm": ("±", "+-"), "mp": ("∓", "-+"), "to": ("→", "->"),
    "rightarrow": ("→", "->"), "leftarrow": ("←", "<-"), "mid": ("|", "|"), "vert": ("|", "|"), "Vert": ("‖", "||"),
    "|": ("‖", "||"), "infty": ("∞", "inf"), "partial": ("∂", "d"), "nabla": ("∇", "grad "), "sum": ("∑", "sum"),
    "prod": ("∏", "prod"), "int": ("∫", "int"), "ell": ("ℓ", "l"), "ldots": ("…", "..."), "cdots": ("⋯", "..."),
    "dots": ("…", "..."), "langle": ("⟨", "<"), "rangle": ("⟩", ">"), "prime": ("′", "'"), "circ": ("∘", "o"),
}  # fmt: skip
GREEK = {"varepsilon": "ε", "varphi": "φ", "vartheta": "ϑ", "varsigma": "ς", "varrho": "ϱ", "varpi": "ϖ", "phi": "ϕ"}
ACCENTS = {"hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "overline": "\u0304", "tilde": "\u0303",
           "widetilde": "\u0303", "dot": "\u0307", "ddot": "\u0308", "vec": "\u20d7"}  # fmt: skip


def _always(_text: str) -> bool:
    return True


@dataclass(frozen=True)
class Plain:
    """Writes plain text in one line."""

    encodes: Callable[[str], bool] = field(default=_always)  # whether the reader's encoding has a character

    def text(self, text: str) -> str:
        """Return text outside of mathematics."""
        return text

    def script(self, mark: str, text: str) -> str:
        """Return an index or an exponent."""
        return mark + (text if re.fullmatch(r"[-−]?[^\W_]+|.", text) else f"({text})")


@dataclass(frozen=True)
class Html(Plain):
    """Writes HTML."""

    def text(self, text: str) -> str:
        """Return escaped text; it may not stand in an attribute."""
        return html.escape(text, quote=False)

    def script(self, mark: str, text: str) -> str:
        """Return an index or an exponent."""
        tag = {"_": "sub", "^": "sup"}[mark]
        return f"<{tag}>{text}</{tag}>"


def has_mathematics(text: str) -> bool:
    """Return True if Matplotlib reads a part of the text as mathematics: if its dollar signs come in pairs."""
    dollars = len(DOLLAR.findall(text))
    return dollars > 0 and dollars % 2 == 0


def written_out(text: str, writer: Plain | None = None) -> str:
    """Return a text with its mathematics, which stands between dollar signs, written without TeX."""
    writer = writer or Plain()
    parts = DOLLAR.split(text) if has_mathematics(text) else [text]
    return "".join(
        _Reader(part, writer).formula() if place % 2 else writer.text(part.replace(r"\$", "$"))
        for place, part in enumerate(parts)
    )


class _Reader:
    """Converts one formula, from its first token to its last."""

    def __init__(self, formula: str, writer: Plain) -> None:
        self.tokens = TOKEN.findall(formula)
        self.writer = writer

    def formula(self) -> str:
        """Return the whole formula, with single spaces."""
        return re.sub(r"\s+", " ", "".join(self._items())).strip()

    def _items(self) -> Iterable[str]:
        """Yield the converted tokens up to the end, or to the brace that closes the group."""
        while self.tokens:
            part = self.tokens.pop(0)
            if part == "}":
                return
            yield self._item(part)

    def _item(self, part: str) -> str:
        if part == "{":
            return "".join(self._items()).strip()
        if part in ("_", "^"):
            return self.writer.script(part, self._argument())
        if part == "-":
            return self._either("−", part)
        return self._command(part[1:]) if part[0] == "\\" and len(part) > 1 else self.writer.text(part)

    def _argument(self) -> str:
        while self.tokens and self.tokens[0].isspace():
            self.tokens.pop(0)
        return self._item(self.tokens.pop(0)) if self.tokens else ""

    def _command(self, name: str) -> str:
        if name in FRACTIONS:
            fraction = f"{_bound(self._argument())}/{_bound(self._argument())}"
            return f"{fraction} " if self.tokens and FACTOR.match(self.tokens[0]) else fraction
        if name == "sqrt":
            return self._root()
        if name in ACCENTS:
            return unicodedata.normalize("NFC", self._argument() + ACCENTS[name])
        known = SIGNS.get(name) or _greek(name)
        if not known and self.tokens[:1] == ["{"]:  # a font
            return self._argument()
        return self._either(*(known or (name, name)))

    def _root(self) -> str:
        degree = ""
        if self.tokens[:1] == ["["] and "]" in self.tokens:
            end = self.tokens.index("]")
            degree, self.tokens = "".join(self.tokens[1:end]), self.tokens[end + 1 :]
        inside = _bound(self._argument())
        sign = self._either("√", "sqrt")
        return f"{degree}{sign}{inside if sign == '√' or inside[:1] == '(' else f'({inside})'}"

    def _either(self, sign: str, instead: str) -> str:
        return self.writer.text(sign if self.writer.encodes(sign) else instead)


def _bound(text: str) -> str:
    """Return a text in parentheses, unless it is one word."""
    return text if re.fullmatch(r"[\w.∞]*(\^\w)?|\([^()]*\)|\|[^|]*\|", text) else f"({text})"


def _greek(name: str) -> tuple[str, str] | None:
    """Return the Greek letter with this TeX name, and the name as its ASCII form; None if there is none."""
    case = "CAPITAL" if name[0].isupper() else "SMALL"
    spelled = {"LAMBDA": "LAMDA"}.get(name.upper(), name.upper())  # Unicode's spelling
    try:
        return GREEK.get(name) or unicodedata.lookup(f"GREEK {case} LETTER {spelled}"), name
    except KeyError:
        return None
