"""The words of an expression: Python's own syntax, of which only numbers, names, operators and a few functions remain.

Nothing here runs any of it.
"""

from __future__ import annotations

import ast
import operator
import re
import warnings
from difflib import get_close_matches
from math import inf, isfinite
from typing import TYPE_CHECKING

from losscli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_LENGTH, MAX_DEPTH = 2_000, 100  # deeper ones could exhaust Python's own stack
SHOWN = 60  # characters of an expression in a message
SMALLEST, LARGEST = {"where": 3, "clip": 3, "min": 2, "max": 2}, {"where": 3, "clip": 3, "min": inf, "max": inf}
FUNCTIONS = (
    "abs", "sqrt", "exp", "log", "log1p", "expm1", "sin", "cos", "tan", "tanh", "cosh", "sinh", "atan", "sign", "min",
    "max", "where", "clip", "sigmoid", "softplus", "erf",
)  # fmt: skip
CONSTANTS = {"pi": 3.141592653589793, "e": 2.718281828459045}
OPERATIONS: dict[type[ast.AST], Callable[..., float]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow, ast.USub: operator.neg, ast.UAdd: operator.pos,
}  # fmt: skip
COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
NAME = re.compile("[A-Za-z][A-Za-z0-9_]*")
RESERVED = {"inf", "nan"}  # no letters
ALLOWED = "it has numbers, names, + - * / **, brackets, comparisons inside where, and functions"


def parsed(text: str) -> ast.expr:
    """Return the tree of an expression, in which everything is allowed. Raise UsageError for anything else."""
    if len(text) > MAX_LENGTH:
        raise UsageError(f"{shortened(text)}: it has {len(text)} characters; an expression has {MAX_LENGTH} at most")
    try:
        with warnings.catch_warnings():  # of Python's, about what is refused below
            warnings.simplefilter("ignore")
            tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise UsageError(f"{shortened(text)}: {_syntax(text, error)}") from None
    except (RecursionError, MemoryError):
        raise UsageError(f"{shortened(text)}: {_too_deep()}") from None
    except ValueError:  # a null byte
        raise UsageError(f"{shortened(text)}: it has a letter that no expression has; {ALLOWED}") from None
    try:
        _check_depth(tree)
        _check(tree)
    except UsageError as error:
        raise UsageError(f"{shortened(text)}: {error}") from None
    return tree


def shortened(text: str) -> str:
    """Return the word of an expression as a message shows it."""
    return f"expr:{text if len(text) <= SHOWN else f'{text[:SHOWN]}...'}"


def names(tree: ast.expr) -> tuple[str, ...]:
    """Return the letters of an expression, in order: all names but those of functions and constants."""
    found = sorted(
        (node.lineno, node.col_offset, node.id)
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id not in {*FUNCTIONS, *CONSTANTS}
    )
    return tuple(dict.fromkeys(name for *_, name in found))


def called(node: ast.AST, name: str = "") -> str:
    """Return the name of the function that a node calls; nothing if it calls none, or none of this name."""
    found = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
    return found if name in ("", found) else ""


def number(node: ast.AST) -> float | None:
    """Return the number that a node is, such as 1/3 or -2*pi; None if it depends on a letter or calls a function.

    All arithmetic is of doubles: a power of whole numbers could take forever. Raise UsageError for a number that is
    not finite.
    """
    found: float | None = None
    try:
        if isinstance(node, ast.Constant):
            found = float(node.value) if isinstance(node.value, int | float) else None
        elif isinstance(node, ast.Name):
            found = CONSTANTS.get(node.id)
        elif isinstance(node, ast.UnaryOp | ast.BinOp) and type(node.op) in OPERATIONS:
            parts = [node.operand] if isinstance(node, ast.UnaryOp) else [node.left, node.right]
            values = [value for value in map(number, parts) if value is not None]
            found = OPERATIONS[type(node.op)](*values) if len(values) == len(parts) else None
    except (OverflowError, ZeroDivisionError):
        found = inf
    if isinstance(found, complex) or (found is not None and not isfinite(found)):
        raise UsageError(f"'{_source(node)}' is no finite number; a number is real, and a double")
    return found


def _check_depth(tree: ast.expr) -> None:
    """Raise UsageError if functions that call themselves for each part could go too deep."""
    level: list[ast.AST] = [tree]
    for _ in range(MAX_DEPTH):
        level = [part for node in level for part in ast.iter_child_nodes(node)]
        if not level:
            return
    raise UsageError(_too_deep())


def _check(node: ast.AST) -> None:
    """Raise UsageError unless a node and all its parts are allowed."""
    parts: list[ast.expr] = []
    if isinstance(node, ast.Call):
        parts = _arguments(node)
    elif isinstance(node, ast.Name):
        _check_name(node.id)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitXor):
        raise UsageError("^ is no power here; say **")
    elif isinstance(node, ast.UnaryOp | ast.BinOp) and type(node.op) in OPERATIONS:
        parts = [node.operand] if isinstance(node, ast.UnaryOp) else [node.left, node.right]
    elif not (isinstance(node, ast.Constant) and type(node.value) in (int, float)):
        raise UsageError(f"'{_source(node)}' is nothing an expression has; {ALLOWED}")
    for part in parts:
        _check(part)
    number(node)


def _check_condition(node: ast.expr) -> None:
    """Raise UsageError unless a node is a comparison, or several joined by and, or, not."""
    if isinstance(node, ast.BoolOp):
        for part in node.values:
            _check_condition(part)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        _check_condition(node.operand)
    elif isinstance(node, ast.Compare) and all(isinstance(item, COMPARISONS) for item in node.ops):
        for part in (node.left, *node.comparators):
            _check(part)
    else:
        raise UsageError(f"'{_source(node)}' is no condition; where(condition, this, that) wants one such as r > 0")


def _arguments(node: ast.Call) -> list[ast.expr]:
    """Return the arguments of a call that have to be checked. Raise UsageError for a call of anything else."""
    name = called(node)
    if name not in FUNCTIONS:
        near = get_close_matches(name, FUNCTIONS, 1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        raise UsageError(f"'{_source(node.func)}' is no function here; they are {', '.join(FUNCTIONS)}{hint}")
    low, high = SMALLEST.get(name, 1), LARGEST.get(name, 1)
    count = len(node.args)
    if node.keywords or not low <= count <= high:
        wanted = f"{low}{' or more' if high > low else ''} {'argument' if high == 1 else 'arguments'}"
        raise UsageError(f"'{_source(node)}' has other arguments; {name} has {wanted}")
    if name != "where":
        return node.args
    _check_condition(node.args[0])
    return node.args[1:]


def _check_name(name: str) -> None:
    if name in FUNCTIONS:
        raise UsageError(f"'{name}' is a function; it is written {name}(...)")
    if name in RESERVED or not NAME.fullmatch(name):
        raise UsageError(f"'{name}' is no name here; a name is a letter, then letters, digits or _")


def _syntax(text: str, error: SyntaxError) -> str:
    """Return what is wrong with a text that Python cannot read."""
    if re.search(r"\blambda\b", text):
        return "'lambda' is a word of Python; a letter may be called lam"
    if "nested parentheses" in str(error.msg):
        return _too_deep()
    if not text.strip():
        return f"it is empty; {ALLOWED}"
    return f"it cannot be read ({error.msg}); {ALLOWED}"


def _too_deep() -> str:
    return f"its brackets or sums lie too deep; {MAX_DEPTH} levels are allowed"


def _source(node: ast.AST) -> str:
    """Return a node in words, shortened."""
    try:
        text = ast.unparse(node)
    except (ValueError, RecursionError):  # a whole number of thousands of digits
        text = "..."
    return text if len(text) <= SHOWN // 2 else f"{text[: SHOWN // 2]}..."
