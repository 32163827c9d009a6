r"""A formula in mathtext times a number, plus a number: half of `2 (a + b)` is `a + b`, `1 - c` minus 1 is `-c`."""

from __future__ import annotations

import re
from math import isfinite

TOKEN = re.compile(r"\\(?:left|right)\W|\\[A-Za-z]+|\\.|.", re.DOTALL)
LEADING = re.compile(r"(\d+) (?=\\left\W|\()")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
SMALL_DENOMINATOR = 10  # a fraction with a smaller one is easier to read than decimals
LARGE_DENOMINATOR = 1000  # fractions with a smaller one are used for numbers whose decimals do not end


def scaled(latex: str, factor: float | str, shift: float | str) -> str:
    """Return the formula times a factor plus a constant; either may be a letter that stands for a number."""
    leading = LEADING.match(latex) if len(terms(latex)) == 1 else None
    if leading and isinstance(factor, float | int):
        factor, latex = factor * int(leading[1]), latex[leading.end() :]
    every = terms(unwrapped(latex))
    if factor != 1 and every != ["0"]:
        single = len(every) == 1 and every[0][0] != "-"
        inside = every[0] if single else rf"\left( {unwrapped(latex)} \right)"
        dot = r" \cdot" if inside[0].isdigit() else r" \," if inside.startswith(r"\sum") else ""
        every = [f"{written(factor)}{dot} {inside}"]
    return joined(every, shift)


def joined(every: list[str], shift: float | str) -> str:
    """Return a sum of terms plus a constant; all numbers are added into one, which stands last."""
    if shift == 0:
        return " ".join(every)
    if isinstance(shift, str):
        return " ".join([*every, f"+ {shift}"])
    numbers = [term for term in every if NUMBER.fullmatch(term.lstrip("+- "))]
    rest = [term for term in every if term not in numbers]
    total = shift + sum(float(term.replace(" ", "")) for term in numbers)
    size = f"{abs(total):.6g}" if isfinite(total) else r"\infty"
    last = [] if size == "0" else [f"{'-' if total < 0 else '+'} {exponent(size)}"]
    found = " ".join([*rest, *last])
    return re.sub(r"^- ", "-", found.removeprefix("+ ")) or "0"


def written(number: float | str) -> str:
    r"""Return a factor: 2, `\frac{1}{3}`, or six digits; a letter as it is."""
    if isinstance(number, str):
        return number
    if not isfinite(number):
        return r"\infty"
    from fractions import Fraction  # few names need it

    fraction, decimals = Fraction(number).limit_denominator(LARGE_DENOMINATOR), f"{number:.6g}"
    exact = float(fraction) == number and fraction.denominator > 1
    if exact and (fraction.denominator < SMALL_DENOMINATOR or float(decimals) != number):
        return rf"\frac{{{fraction.numerator}}}{{{fraction.denominator}}}"
    return exponent(decimals)


def exponent(decimals: str) -> str:
    r"""Return `1e+20` as `1 \cdot 10^{20}`."""
    mantissa, _, power = decimals.partition("e")
    return rf"{mantissa} \cdot 10^{{{int(power)}}}" if power else mantissa


def unwrapped(latex: str) -> str:
    """Return a formula without the parentheses around the whole of it."""
    inside = re.fullmatch(r"(?:\\left)?\((.*?)(?:\\right)?\)", latex)
    return inside[1].strip() if inside and _closes_last(latex) else latex


def _closes_last(latex: str) -> bool:
    """Return True if the first parenthesis closes with the last token."""
    depths = [depth for _, depth in _levels(latex)]
    return 0 not in depths[:-1]


def terms(latex: str) -> list[str]:
    """Return the terms of a sum; all but the first begin with their sign."""
    found = [""]
    for part, depth in _levels(latex):
        if depth == 0 and part in "+-" and found[-1].strip():
            found.append("")
        found[-1] += part
    return [term.strip() for term in found]


def _levels(latex: str) -> list[tuple[str, int]]:
    """Return each token with the number of brackets open after it; bars | open and close in turn."""
    depth, barred, found = 0, False, []
    for part in TOKEN.findall(latex):
        if part[-1] in "([{" and part[:6] != "\\right":
            depth += 1
        elif part[-1] in ")]}" and part[:5] != "\\left":
            depth -= 1
        elif part == "|":
            depth += -1 if barred else 1
            barred = not barred
        found.append((part, depth))
    return found
