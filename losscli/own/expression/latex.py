r"""An expression as LaTeX that Matplotlib's mathtext can draw: as it was typed, in the style of the catalogue."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, cast

from losscli.own.expression.syntax import called
from losscli.own.letters import letter

if TYPE_CHECKING:
    from losscli.model.loss import Pieces

SUM, SIGN, PRODUCT, POWER, ATOM = range(5)  # how tightly the parts of a text hold together
ON_ONE_LINE = 16  # characters of a ratio
COMPARISONS: dict[type[ast.AST], str] = {
    ast.Lt: "<", ast.LtE: r"\leq", ast.Gt: ">", ast.GtE: r"\geq", ast.Eq: "=", ast.NotEq: r"\neq",
}  # fmt: skip
NAMED = {name: rf"\{name}" for name in ("log", "sin", "cos", "tan", "tanh", "cosh", "sinh", "min", "max")}
NAMED["atan"] = r"\arctan"
Part = tuple[str, int]  # LaTeX, and how tightly it holds together


def pieces(tree: ast.expr) -> Pieces:
    """Return the LaTeX of an expression; (piece, condition) pairs of one that is a `where` as a whole."""
    if not called(tree, "where"):
        return _part(tree)[0]
    found: list[tuple[str, str]] = []
    while isinstance(tree, ast.Call) and called(tree, "where"):
        condition, piece, tree = tree.args
        found.append((_part(piece)[0], _condition(condition)))
    return [*found, (_part(tree)[0], "otherwise")]


def _part(node: ast.expr) -> Part:
    """Return the LaTeX of a node, and how tightly it holds together."""
    if isinstance(node, ast.Constant):
        return _number(node.value)
    if isinstance(node, ast.Name):
        return ("e" if node.id == "e" else letter(node.id)), ATOM
    if isinstance(node, ast.UnaryOp):
        return f"{'-' if isinstance(node.op, ast.USub) else '+'}{_bound(_part(node.operand), PRODUCT)}", SIGN
    if isinstance(node, ast.BinOp):
        return _operation(node, _part(node.left), _part(node.right))
    name, (first, *rest) = called(node), cast("ast.Call", node).args
    return _call(name, [(_condition(first), SUM) if name == "where" else _part(first), *map(_part, rest)])


def _number(value: object) -> Part:
    mantissa, _, power = repr(value).partition("e")
    mantissa = mantissa.removesuffix(".0")
    if not power:
        return mantissa, ATOM
    ten = f"10^{{{int(power)}}}"
    return (ten, POWER) if mantissa == "1" else (rf"{mantissa} \cdot {ten}", PRODUCT)


def _operation(node: ast.BinOp, left: Part, right: Part) -> Part:
    if isinstance(node.op, ast.Pow):
        return _raised(_bound(left, ATOM), right[0]), POWER
    if isinstance(node.op, ast.Div):
        return _ratio(left, right, whole=_is_whole(node.left) and _is_whole(node.right))
    if isinstance(node.op, ast.Mult):
        second = _bound(right, POWER)
        times = r" \cdot " if second[0].isdigit() else " "
        return f"{_bound(left, SIGN)}{times}{second}", PRODUCT if left[1] != SIGN else SIGN
    sign = "+" if isinstance(node.op, ast.Add) else "-"
    return f"{left[0]} {sign} {_bound(right, PRODUCT)}", SUM


def _raised(base: str, exponent: str) -> str:
    return f"{base}^{exponent}" if len(exponent) == 1 else f"{base}^{{{exponent}}}"


def _ratio(top: Part, bottom: Part, *, whole: bool) -> Part:
    """Return a ratio: a fraction of whole numbers or of long parts, else on one line, as r / delta."""
    if not whole and min(top[1], bottom[1]) == ATOM and len(top[0] + bottom[0]) <= ON_ONE_LINE:
        return f"{top[0]} / {bottom[0]}", PRODUCT
    return rf"\frac{{{top[0]}}}{{{bottom[0]}}}", POWER


def _is_whole(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int)


def _call(name: str, parts: list[Part]) -> Part:
    """Return a call, as mathematics writes it."""
    first = parts[0][0]
    usual: dict[str, Part] = {
        "abs": (f"|{first}|", ATOM),
        "sqrt": (rf"\sqrt{{{first}}}", ATOM),
        "exp": (_raised("e", first), POWER),
        "log1p": (rf"\log(1 + {_bound(parts[0], PRODUCT)})", ATOM),
        "expm1": (f"{_raised('e', first)} - 1", SUM),
        "softplus": (rf"\log(1 + {_raised('e', first)})", ATOM),
    }
    function = NAMED.get(name, rf"\mathrm{{{name}}}")
    return usual.get(name) or (f"{function}({', '.join(text for text, _ in parts)})", ATOM)


def _condition(node: ast.expr) -> str:
    """Return a condition: a comparison, or several joined by and, or, not."""
    if isinstance(node, ast.BoolOp):
        word = "and" if isinstance(node.op, ast.And) else "or"
        return rf"\ \mathrm{{{word}}}\ ".join(_joined(part) for part in node.values)
    if isinstance(node, ast.UnaryOp):
        return rf"\mathrm{{not}}\ ({_condition(node.operand)})"
    compared = cast("ast.Compare", node)
    signs = [COMPARISONS[type(item)] for item in compared.ops]
    rest = [f" {sign} {_part(part)[0]}" for sign, part in zip(signs, compared.comparators, strict=True)]
    return "".join([_part(compared.left)[0], *rest])


def _joined(node: ast.expr) -> str:
    return f"({_condition(node)})" if isinstance(node, ast.BoolOp) else _condition(node)


def _bound(part: Part, level: int) -> str:
    """Return the text of a part that has to hold together at this level: in brackets if it holds less."""
    text, own = part
    return text if own >= level else f"({text})"
