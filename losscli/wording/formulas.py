"""Formulas as they stand below a figure and in `info`: a library's factor and constant included, letters explained."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from losscli.model.domains import Label
from losscli.model.numbers import shown
from losscli.model.spelling import unchanged
from losscli.names.arithmetic import scaled
from losscli.names.likelihoods import LATEX
from losscli.wording.captions import signed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.model.curve import Curve

LISTED = 4  # values of a letter: of so many the first and the last
OPERATORS = "log|exp|cos|sin|cosh|max|min"
UNCHANGED = "the target"  # what the letter y is where a library changes no target
VARYING = {"F": "the factor of each curve", "C": "the constant of each curve"}  # where there is no one number


def formula(curves: Sequence[Curve]) -> tuple[str, ...]:
    """Return the formulas of the losses in mathtext, a line for each piece, and lines that explain their letters.

    Of code no formula is known.
    """
    curves = [curve for curve in curves if curve.loss.latex]
    found: dict[str, list[str]] = {}
    varying: dict[str, str] = {}
    for name in dict.fromkeys(curve.name for curve in curves):
        alike = [curve for curve in curves if curve.name == name]
        factor, shift = _constants(alike)
        varying |= {letter: word for letter, word in VARYING.items() if letter in (factor, shift)}
        lines = _lines(_pieces(alike, factor, shift))
        known = ", ".join(f"${letter}$ = {value}" for letter, value in _known(alike))
        lines += [f"with {known}"] if known else []
        found[name] = lines
    if len(found) > 1:
        found = {name: [f"{name}: {line}" for line in lines] for name, lines in found.items()}
    meanings = _meanings(curves) | dict.fromkeys(f"${letter}$ {word}" for letter, word in varying.items())
    return (*(line for lines in found.values() for line in lines), *meanings)


def general(curve: Curve) -> tuple[list[str], list[str]]:
    """Return the formula for any target and parameters in mathtext, a line for each piece, and what its letters are."""
    return _lines(pieces(curve)), [*_meanings([curve])]


def _lines(pieces: Sequence[tuple[str, str]]) -> list[str]:
    return [f"${_spaced(piece)}${_condition(condition)}" for piece, condition in pieces]


def _meanings(curves: Sequence[Curve]) -> dict[str, None]:
    """Return the lines that explain the letters of the losses and of their families, each once."""
    own = [_lettered(curve.loss.symbols) for curve in curves if curve.loss.symbols]
    return dict.fromkeys([*map(symbols, curves), *own])


def pieces(curve: Curve) -> list[tuple[str, str]]:
    """Return the formula for any target as (piece, condition) pairs, with the factor and the constant of the name."""
    name = curve.spelling
    if name is None or name.canonical is unchanged:  # then it shows weights that are off, too
        return curve.loss.pieces
    if name.value in LATEX:
        return _applying(curve, _paired(LATEX[name.value]))
    shift: Any = LATEX.get(name.shift, curve.shift)
    return [
        (piece, " and ".join(filter(None, (when, condition))))
        for factor, when in _paired(LATEX.get(name.factor, curve.factor))
        for piece, condition in _pieces([curve], factor, shift)
    ]


def _paired(pieces: Any) -> list[tuple[Any, str]]:
    """Return (piece, condition) pairs of what may be one piece."""
    return pieces if isinstance(pieces, list) else [(pieces, "")]


def _constants(curves: Sequence[Curve]) -> tuple[float | str, float | str]:
    """Return the common factor and constant of these curves; a letter for what differs."""
    factors, shifts = {curve.factor for curve in curves}, {curve.shift for curve in curves}
    factor, shift = VARYING
    return factors.pop() if len(factors) == 1 else factor, shifts.pop() if len(shifts) == 1 else shift


def _pieces(curves: Sequence[Curve], factor: float | str, shift: float | str) -> list[tuple[str, str]]:
    """Return the pieces of the formula for curves of one name, scaled and shifted."""
    every = [_applying(curve, curve.loss.pieces, words_alone=shift == 0) for curve in curves]
    chosen = every[0] if all(one == every[0] for one in every) else curves[0].loss.pieces
    found = [(_present(curves, piece), when) for piece, when in chosen]
    return found if (factor, shift) == (1, 0) else [(scaled(piece, factor, shift), when) for piece, when in found]


def _present(curves: Sequence[Curve], piece: str) -> str:
    """Return a piece without the weights that all of these curves have switched off."""
    for item in curves[0].loss.parameters:
        if all(curve.parameters[item.name] is None for curve in curves):
            letter = re.escape(item.latex) + r"(?:_\w)?" * item.per_class
            piece = re.sub(rf"({letter}|\(1 - {letter}\)) ", "", piece)
    return piece


def _applying(curve: Curve, pieces: list[tuple[str, str]], *, words_alone: bool = False) -> list[tuple[str, str]]:
    """Return the pieces that hold for the parameters of this curve; a constant belongs to these alone.

    `words_alone`: only parameters that are words decide.
    """
    known = [item for item in curve.loss.parameters if item.choices or not words_alone]
    values = {item.latex: shown(curve.parameters[item.name]) for item in known}
    others = []
    for piece, condition in pieces:
        letter, equals, value = condition.partition(" = ")
        if not (equals and letter in values):
            others.append((piece, condition))
        elif values[letter] == re.sub(r"\\mathrm\{(\w+)\}", r"\1", value):
            return [(piece, "")]
    return others if len(others) > 1 else [(others[0][0], "")]


def letters(curve: Curve) -> list[tuple[str, str]]:
    """Return the letters of the formula, with what they are, that differ from the parameters and target of the name."""
    named = [(item.latex, shown(value)) for item, value in curve.named_parameters] + [("y", "")]
    return [pair for pair in _own(curve) if pair not in named and pair[1] != shown(None)]


def _own(curve: Curve) -> list[tuple[str, str]]:
    """Return the letters of the loss with their values."""
    return [
        *((item.latex, shown(curve.parameters[item.name])) for item in curve.loss.parameters if not item.choices),
        ("y", _changed_target(curve)),
    ]


def _changed_target(curve: Curve) -> str:
    """Return what the loss takes for a target by this name, for any target: `-1 for the target 0`.

    Return an empty string if its library changes none. Numbers are changed evenly, as by smoothing.
    """
    name, kind = curve.spelling, curve.reads
    if name is None or name.targets is None:
        return ""
    named = {item.name: value for item, value in curve.named_parameters}
    if isinstance(kind, Label):
        pairs = [(target, name.canonical_target(target, named)) for target in kind.values]
        return ", ".join(f"{shown(own)} for the target {shown(target)}" for target, own in pairs if own != target)
    first, last = (name.canonical_target(end, named) for end in (0.0, 1.0))
    return "" if (first, last) == (0, 1) else f"{first:.6g} + {last - first:.6g} t for the target t"


def _known(curves: Sequence[Curve]) -> list[tuple[str, str]]:
    """Return the letters of a formula with what they are in these curves: a few numbers, or the first and the last."""
    found = dict.fromkeys(letter for curve in curves for letter, _ in letters(curve))
    every = [dict(_own(curve)) for curve in curves]
    values = {letter: [*dict.fromkeys(own[letter] or UNCHANGED for own in every)] for letter in found}
    several = {letter: own if len(own) < LISTED else [own[0], "...", own[-1]] for letter, own in values.items()}
    return [(letter, signed(", ".join(own))) for letter, own in several.items()]


def _condition(text: str) -> str:
    if not text:
        return ""
    return "   otherwise" if text == "otherwise" else f"   if ${_spaced(text)}$"


def _spaced(latex: str) -> str:
    r"""Add the space that TeX sets before an operator such as log, and mathtext does not.

    It stands after a letter, a Greek letter, a digit or a closing bracket. Two sums get more space between them, so
    that their limits do not run together.
    """
    latex = re.sub(r"(\\sum_\{[^{}]*\}) ?(?=\\sum_\{)", r"\1\\quad ", latex)
    behind = r"((?<![a-zA-Z\\])[a-zA-Z]|\\(?:mu|nu|epsilon|delta|alpha|gamma|sigma|tau)|[)}\d])"
    return re.sub(rf"{behind} ?(?=\\(?:{OPERATORS})\b)", r"\1\, ", latex)


def symbols(curve: Curve) -> str:
    r"""Return the explanation of a formula's letters: `$r = f - y$, $f$ the prediction, $y$ the target`.

    A family may give two letters, `\mu (or f)`; the one that the formula uses is kept.
    """
    text = curve.loss.family.symbols
    either = re.match(r"(\S+) \(or (\S+)\)", text)
    if either:
        first = any(either[1] in piece for piece, _ in curve.loss.pieces)
        text = text.replace(either[0], either[1] if first else either[2])
    return _lettered(text)


def _lettered(text: str) -> str:
    """Return a text with its single letters and its equations as mathtext."""
    letter = r"(?<![\w\\])(\\\w+|(?!a )[A-Za-z])(?!\w)"
    clauses = text.split(", ")
    return ", ".join(f"${clause}$" if " = " in clause else re.sub(letter, r"$\1$", clause) for clause in clauses)
