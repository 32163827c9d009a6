"""The words beside a curve, made from what it is: title, legend, axis labels."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from losscli.arithmetic import scaled
from losscli.domain import shown, written
from losscli.spelling import unchanged

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from losscli.marks import Mark
    from losscli.model import Curve, Quantity
    from losscli.recipe import Recipe

OPERATORS = "log|exp|cos|sin|cosh|max|min"
HELD = 6  # logits that a label names; of more it names the first ones
NUMBERED = 7  # curves; the marks of more have no names of their own
# Numbers that stand for themselves, with an exponent, below 0 or infinite: as the axes have them.
SCIENTIFIC = re.compile(r"(?<![\w.$])(-?\d[\d.]*)e([-+]?\d+)\b")
NEGATIVE = re.compile(r"(?<![\w.${])-(?=\d)")
INFINITE = re.compile(r"(?<![\w.$])(-?)inf\b")
VARYING = {"F": "the factor of each curve", "C": "the constant of each curve"}  # where there is no one number
PANELS: dict[Quantity, str] = {"value": "Loss", "gradient": "Gradient", "hessian": "Hessian"}


def panel_label(quantity: Quantity) -> str:
    """Return the label of the vertical axis of a panel."""
    return PANELS[quantity]


def axis_label(recipe: Recipe) -> str:
    """Return the label of the horizontal axis: what the losses read."""
    family = recipe.curves[0].loss.family
    if not family.vector:
        return family.label
    return f"{family.label} {recipe.vary}, {signed(held(recipe))}"


def held(recipe: Recipe) -> str:
    """Return where the logits are held that do not vary."""
    others = [value for index, value in enumerate(recipe.logits) if index != recipe.vary]
    same = others[:1] if len(set(others)) == 1 else others
    more = ["..."] if len(same) > HELD else []
    values = ", ".join([*map(shown, same[: HELD - len(more)]), *more])
    return f"the other{'s' if len(others) > 1 else ''} held at {values}"


def title(recipe: Recipe) -> str:
    """Return what all curves share: the name of the figure's one loss, parameters, target.

    A name that multiplies the loss, or adds to it, stands for itself.
    """
    shared = _common(_targets(recipe))
    if _several(recipe.curves):
        return shared[0].capitalize() if shared else ""
    first, said = recipe.curves[0], recipe.curves[0].spelling
    same = said is None or (said.factor, said.shift) == (1, 0)
    return ", ".join([first.loss.title if same else first.name, *_common(_parameters(recipe)), *shared])


def legend_labels(recipe: Recipe) -> list[str]:
    """Return what tells each curve from the others: its name and parameters, or those that differ; its target."""
    several = _several(recipe.curves)
    parameters, targets = _parameters(recipe), _targets(recipe)
    said = [] if several else _common(parameters)
    said += _common(targets)
    labels = []
    for index, curve in enumerate(recipe.curves):
        own = [words for words in parameters[index] + targets[index] if words not in said]
        labels.append(", ".join([curve.name, *own] if several or not own else own))
    return labels


def named_marks(marks: Sequence[Mark], labels: Sequence[str]) -> list[Mark]:
    """Return marks whose words say which curves they are on: none of one curve, none by name of many.

    Those of several curves that coincide in value, gradient and Hessian have words together.
    """
    found = []
    for mark in marks:
        alike = {trace for other in marks if other.text == mark.text for trace in other.traces}
        text = signed(mark.text)
        if len(alike) < len(labels) > NUMBERED:
            text = mark.kind
        elif len(alike) < len(labels):
            places = _places(marks, mark.text, mark.trace)
            owners = {*mark.traces, *(trace for trace in alike if _places(marks, mark.text, trace) == places)}
            names = [labels[trace] for trace in sorted(owners) if labels[trace]]
            text = f"{', '.join(names)}: {text}" if names else text
        found.append(replace(mark, text=text))
    return found


def _places(marks: Sequence[Mark], text: str, trace: int) -> set[tuple[Quantity, tuple[tuple[float, float], ...]]]:
    """Return where the marks of a curve stand that say this."""
    return {(mark.quantity, mark.points) for mark in marks if trace in mark.traces and mark.text == text}


def signed(text: str) -> str:
    """Return a text whose numbers are in mathtext where not every font, or none, has a character for a sign of theirs.

    The digits stay in the font of the text.
    """
    text = SCIENTIFIC.sub(lambda found: power_of_ten(*found.groups()), text)
    return INFINITE.sub(r"$\1\\infty$", NEGATIVE.sub("$-$", text))


def power_of_ten(mantissa: str, exponent: str) -> str:
    """Return a number, of which these are the parts as Python writes them, in mathtext."""
    times = {"1": "", "-1": "-"}.get(mantissa, rf"{mantissa} \times ")
    return f"${times}10^{{{int(exponent)}}}$"


def formula(curves: Sequence[Curve]) -> tuple[str, ...]:
    """Return the formulas of the losses in mathtext, a line for each piece, and what their letters mean."""
    found: dict[str, list[str]] = {}
    varying: dict[str, str] = {}
    for name in dict.fromkeys(curve.name for curve in curves):
        alike = [curve for curve in curves if curve.name == name]
        factor, shift = _constants(alike)
        varying |= {letter: word for letter, word in VARYING.items() if letter in (factor, shift)}
        lines = [f"${_spaced(piece)}${_condition(condition)}" for piece, condition in _pieces(alike, factor, shift)]
        known = ", ".join(f"${letter}$ = {value}" for letter, value in _known(alike))
        lines += [f"with {known}"] if known else []
        found[name] = lines
    if len(found) > 1:
        found = {name: [f"{name}: {line}" for line in lines] for name, lines in found.items()}
    meanings = dict.fromkeys(map(symbols, curves))
    meanings |= dict.fromkeys(_lettered(curve.loss.symbols) for curve in curves if curve.loss.symbols)
    meanings |= dict.fromkeys(f"${letter}$ {word}" for letter, word in varying.items())
    return (*(line for lines in found.values() for line in lines), *meanings)


def pieces(curve: Curve) -> list[tuple[str, str]]:
    """Return the formula as (piece, condition) pairs, with the factor and the constant of a library's name."""
    own = curve.spelling is None or curve.spelling.canonical is unchanged
    # Of the loss's own name with its weights, whichever of them is switched off here.
    return curve.loss.pieces if own else _pieces([curve], curve.factor, curve.shift)


def _constants(curves: Sequence[Curve]) -> tuple[float | str, float | str]:
    """Return factor and constant of all of these, or the letters for what differs."""
    factors, shifts = {curve.factor for curve in curves}, {curve.shift for curve in curves}
    factor, shift = VARYING
    return factors.pop() if len(factors) == 1 else factor, shifts.pop() if len(shifts) == 1 else shift


def _pieces(curves: Sequence[Curve], factor: float | str, shift: float | str) -> list[tuple[str, str]]:
    """Return the pieces of the curves of one name; those that hold for all of them, where a constant is added."""
    every = [curve.loss.pieces if shift == 0 else _applying(curve) for curve in curves]
    chosen = every[0] if all(one == every[0] for one in every) else curves[0].loss.pieces
    found = [(_present(curves, piece), when) for piece, when in chosen]
    return found if (factor, shift) == (1, 0) else [(scaled(piece, factor, shift), when) for piece, when in found]


def _present(curves: Sequence[Curve], piece: str) -> str:
    """Return a piece without the weights that are switched off in all of these curves."""
    for item in curves[0].loss.parameters:
        if all(curve.parameters[item.name] is None for curve in curves):
            letter = re.escape(item.latex)
            piece = re.sub(rf"({letter}|\(1 - {letter}\)) ", "", piece)
    return piece


def _applying(curve: Curve) -> list[tuple[str, str]]:
    """Return the pieces without those for other values of a parameter: a constant goes with one of them alone."""
    values = {item.latex: curve.parameters[item.name] for item in curve.loss.parameters}
    others = []
    for piece, condition in curve.loss.pieces:
        letter, equals, value = condition.partition(" = ")
        if not (equals and letter in values):
            others.append((piece, condition))
        elif values[letter] == float(value):
            return [(piece, "")]
    return others if len(others) > 1 else [(others[0][0], "")]


def letters(curve: Curve) -> list[tuple[str, str]]:
    """Return the letters of the formula with their values, where a library's name calls them otherwise."""
    said = [(item.latex, value) for item, value in curve.spoken] + [("y", curve.target)]
    return [
        (letter, shown(value)) for letter, value in _own(curve) if value is not None and (letter, value) not in said
    ]


def _own(curve: Curve) -> list[tuple[str, Any]]:
    """Return the letters of the loss with their values."""
    return [*((item.latex, curve.parameters[item.name]) for item in curve.loss.parameters), ("y", curve.meant)]


def _known(curves: Sequence[Curve]) -> list[tuple[str, str]]:
    """Return what a formula's letters are in these curves of one name: each a number, a parameter, or several."""
    found = dict.fromkeys(letter for curve in curves for letter, _ in letters(curve))
    every = [dict(_own(curve)) for curve in curves]
    return [(letter, _one_of(curves, dict.fromkeys(shown(own[letter]) for own in every))) for letter in found]


def _one_of(curves: Sequence[Curve], values: Collection[str]) -> str:
    """Return the one value, or the parameter of the name that has all of them, or the values."""
    if len(values) > 1:
        for item, _ in curves[0].spoken:
            own = {shown(value) for curve in curves for other, value in curve.spoken if other.name == item.name}
            if own == {*values}:
                return f"${item.latex}$"
    return ", ".join(map(signed, values))


def _condition(text: str) -> str:
    if not text:
        return ""
    return "   otherwise" if text == "otherwise" else f"   if ${_spaced(text)}$"


def _spaced(latex: str) -> str:
    r"""Put the thin space before operators that TeX puts behind a letter or a parenthesis, and mathtext does not.

    A letter at the end of a command counts where that is a letter itself, `\mu`, and not where it is `\cdot`.
    Two sums whose limits are words stand further apart, so that these do not run together.
    """
    latex = re.sub(r"(\\sum_\{[^{}]*\}) ?(?=\\sum_\{)", r"\1\\quad ", latex)
    behind = r"((?<![a-zA-Z\\])[a-zA-Z]|\\(?:mu|nu|epsilon|delta|alpha|gamma|sigma|tau)|[)}\d])"
    return re.sub(rf"{behind} ?(?=\\(?:{OPERATORS})\b)", r"\1\, ", latex)


def symbols(curve: Curve) -> str:
    r"""Return what the letters of a formula are: `$r = f - y$, $f$ the prediction, $y$ the target`.

    Of two that stand for one thing, `\mu (or f)`, the one that is in the formula.
    """
    said = curve.loss.family.symbols
    either = re.match(r"(\S+) \(or (\S+)\)", said)
    if either:
        first = any(either[1] in piece for piece, _ in curve.loss.pieces)
        said = said.replace(either[0], either[1] if first else either[2])
    return _lettered(said)


def _lettered(said: str) -> str:
    """Return a sentence with its letters and equations as mathematics."""
    letter = r"(?<![\w\\])(\\\w+|(?!a )[A-Za-z])(?!\w)"
    clauses = said.split(", ")
    return ", ".join(f"${clause}$" if " = " in clause else re.sub(letter, r"$\1$", clause) for clause in clauses)


def _several(curves: Sequence[Curve]) -> bool:
    return len({curve.name for curve in curves}) > 1


def _common(groups: list[list[str]]) -> list[str]:
    return [words for words in groups[0] if all(words in group for group in groups)]


def _parameters(recipe: Recipe) -> list[list[str]]:
    """Return of each curve how its parameters are said."""
    found = []
    used = {item.name for curve in recipe.curves for item, value in curve.spoken if value is not None}
    for index, curve in enumerate(recipe.curves):
        swept = recipe.swept(index)
        own = [
            pair for pair in curve.spoken if pair[1] is not None or (pair[0].default is None and pair[0].name in used)
        ]
        said = [(item, swept.get(item.name) or shown(value)) for item, value in own]
        found.append([said_of(item.name, f"${item.latex}$", value) for item, value in said])
    return found


def _targets(recipe: Recipe) -> list[list[str]]:
    """Return of each curve how its target is said, if it has one."""
    found = []
    for index, curve in enumerate(recipe.curves):
        value = recipe.swept(index).get("target") or written(curve.target)
        found.append([] if curve.target is None else [said_of("target", "", value)])
    return found


def said_of(name: str, symbol: str, value: str) -> str:
    """Return how the target, or a parameter by its symbol, is said to have a value."""
    return f"target {signed(value)}" if name == "target" else f"{symbol} = {signed(value)}"
