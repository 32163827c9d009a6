"""The derivatives of an expression by SymPy, and its functions of NumPy arrays.

SymPy's own parser, which evaluates text, is never used: the objects are built from the checked tree. Each operation is
one small step between symbols: its value, and by the chain rule its first and second derivative. So no expression
swells, whatever it is a product of; and where pieces meet, each side has its own derivatives, without pulses.
"""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import sympy as sp

from losscli.lazy import Array, np
from losscli.losses import numerics
from losscli.own.expression.stable import stable
from losscli.own.expression.syntax import called, number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LARGEST_WHOLE = 10**6  # beyond it a whole number is a double, so that products of them stay small
FIRST, SECOND = PLACES = sp.symbols("u0 u1")  # of the operands of one operation
BINARY: dict[type[ast.AST], Any] = {
    ast.Add: FIRST + SECOND, ast.Sub: FIRST - SECOND, ast.Mult: FIRST * SECOND, ast.Div: FIRST / SECOND,
    ast.Pow: FIRST**SECOND,
}  # fmt: skip
COMPARING: dict[type[ast.AST], str] = {
    ast.Lt: "less", ast.LtE: "less_equal", ast.Gt: "greater", ast.GtE: "greater_equal", ast.Eq: "equal",
    ast.NotEq: "not_equal",
}  # fmt: skip
CHOOSING = {"max": ("maximum", "greater_equal"), "min": ("minimum", "less_equal")}


def power(base: Array, exponent: Array, order: int) -> Array:
    """Return the derivative of base^exponent by the base of this order; 0 where its factor is 0, at base 0 too."""
    factor = np.prod([exponent - lower for lower in range(order)], axis=0)
    return np.where(factor == 0, 0.0, factor * np.float_power(base, exponent - order))


def side(number: Array) -> Array:
    """Return the slope of the absolute value; at 0 that from above, not 0, or a square of it had no curvature."""
    return np.where(number >= 0, 1.0, -1.0)


def _function(name: str) -> Any:
    """Return a function that SymPy knows by its name alone."""
    return sp.Function(name)


def _slope_of_sigmoid() -> Any:
    return _function("sigmoid")(FIRST) * _function("sigmoid")(-FIRST)


# Value, first and second derivative, where SymPy has none or one that loses digits.
KNOWN: dict[str, tuple[Any, Any, Any]] = {
    "abs": (_function("abs")(FIRST), _function("side")(FIRST), sp.S.Zero),
    "sign": (_function("sign")(FIRST), sp.S.Zero, sp.S.Zero),
    "log1p": (_function("log1p")(FIRST), 1 / (1 + FIRST), -1 / (1 + FIRST) ** 2),
    "expm1": (_function("expm1")(FIRST), sp.exp(FIRST), sp.exp(FIRST)),
    "tanh": (sp.tanh(FIRST), sp.cosh(FIRST) ** -2, -2 * sp.tanh(FIRST) * sp.cosh(FIRST) ** -2),
    "sigmoid": (_function("sigmoid")(FIRST), _slope_of_sigmoid(), -sp.tanh(FIRST / 2) * _slope_of_sigmoid()),
    "softplus": (_function("softplus")(FIRST), _function("sigmoid")(FIRST), _slope_of_sigmoid()),
}


# The functions that the steps name besides those of SymPy.
ARRAYS = (
    *COMPARING.values(), *(name for pair in CHOOSING.values() for name in pair), "logical_and", "logical_or",
    "logical_not", "where", "float64", "abs", "sign", "log1p", "expm1",
)  # fmt: skip
NUMERIC = {
    **{name: getattr(np, name) for name in ARRAYS},
    **{name: getattr(numerics, name) for name in ("erf", "sigmoid", "softplus")},
    "power": power,
    "side": side,
}


class Functions(NamedTuple):
    """An expression as functions of its arguments and parameters, which are arrays or doubles, in order."""

    value: Callable[..., Any]
    derivatives: Callable[..., Any]  # the first and the second, by the first argument
    meetings: Callable[..., Any]  # what is compared anywhere: differences that are 0 where pieces meet


class Dual(NamedTuple):
    """A part of the expression with its first and second derivative: each a symbol or a number."""

    value: Any
    slope: Any = sp.S.Zero
    bend: Any = sp.S.Zero

    @property
    def fixed(self) -> bool:
        """Whether it does not change with the argument."""
        return bool(self.slope == 0 and self.bend == 0)


def derived(tree: ast.expr, names: Sequence[str]) -> Functions:
    """Return the functions of an expression; the first name is the argument that it is differentiated by."""
    steps = _Steps(names)
    whole = steps.dual(stable(tree))
    return Functions(
        steps.compiled(whole.value), steps.compiled([whole.slope, whole.bend]), steps.compiled(steps.meetings)
    )


class _Steps:
    """The steps of a computation, each a new symbol and the expression that it stands for."""

    def __init__(self, names: Sequence[str]) -> None:
        # No name of the user's reaches the code that SymPy writes.
        self.inputs = {name: sp.Symbol(f"x{place}") for place, name in enumerate(names)}
        self.argument = names[0]
        self.steps: list[tuple[Any, Any]] = []
        self.meetings: list[Any] = []

    def dual(self, node: ast.expr) -> Dual:
        """Return a part of the expression, having added the steps to it."""
        value = number(node)
        if value is not None:
            return Dual(_exact(value))
        if isinstance(node, ast.Name):
            return Dual(self.inputs[node.id], sp.Integer(int(node.id == self.argument)))
        if isinstance(node, ast.UnaryOp):
            inside = self.dual(node.operand)
            return inside if isinstance(node.op, ast.UAdd) else Dual(*(self.keep(-part) for part in inside))
        if isinstance(node, ast.BinOp):
            return self.operation(node.op, self.dual(node.left), self.dual(node.right))
        return self.call(cast("ast.Call", node))  # nothing else passes the check of the syntax

    def operation(self, operator: ast.operator, left: Dual, right: Dual) -> Dual:
        """Return a sum, difference, product, ratio or power."""
        whole = BINARY[type(operator)]
        if isinstance(operator, ast.Div):
            right = self.named(right)  # it may be 0
        if isinstance(operator, ast.Pow):
            left = self.named(left)
            if right.value.is_number:
                return self.chained(whole.xreplace({SECOND: right.value}), [left])
            if right.fixed:
                orders = [_function("power")(FIRST, SECOND, order) for order in (1, 2)]
                return self.chained(whole, [left, right], {FIRST: orders[0]}, {(FIRST, FIRST): orders[1]})
        return self.chained(whole, [left, right])

    def call(self, node: ast.Call) -> Dual:
        """Return a function of its arguments."""
        name = called(node)
        if name == "where":
            return self.chosen(self.condition(node.args[0]), self.dual(node.args[1]), self.dual(node.args[2]))
        parts = [self.dual(part) for part in node.args]
        if name == "clip":
            return self.extreme("min", self.extreme("max", parts[0], parts[1]), parts[2])
        if name in CHOOSING:
            found = parts[0]
            for part in parts[1:]:
                found = self.extreme(name, found, part)
            return found
        inside = self.named(parts[0])
        if name in ("abs", "sign"):
            self.compare(inside, Dual(sp.S.Zero))
        if name not in KNOWN:
            return self.chained(getattr(sp, name)(FIRST), [inside])
        value, slope, bend = KNOWN[name]
        return self.chained(value, [inside], {FIRST: slope}, {(FIRST, FIRST): bend})

    def chained(
        self,
        whole: Any,
        parts: list[Dual],
        slopes: dict[Any, Any] | None = None,
        bends: dict[tuple[Any, Any], Any] | None = None,
    ) -> Dual:
        """Return a function of parts by the chain rule; SymPy derives the derivatives by a part that are not given."""
        at = {place: part.value for place, part in zip(PLACES, parts, strict=False)}
        moving = [(place, part) for place, part in zip(PLACES, parts, strict=False) if not part.fixed]
        slope = bend = sp.S.Zero
        for place, part in moving:
            first = slopes[place] if slopes else _by(whole, place)
            by = self.keep(first.xreplace(at))
            slope += by * part.slope
            bend += by * part.bend
            for other, beside in moving:
                second = bends[place, other] if bends else _by(first, other)
                bend += second.xreplace(at) * part.slope * beside.slope
        return Dual(self.keep(whole.xreplace(at)), self.keep(slope), self.keep(bend))

    def extreme(self, name: str, left: Dual, right: Dual) -> Dual:
        """Return the larger or the smaller of two parts; the first where they are equal."""
        function, holds = CHOOSING[name]
        self.compare(left, right)
        left, right = self.named(left), self.named(right)
        chosen = self.chosen(self.keep(_function(holds)(left.value, right.value)), left, right)
        return chosen._replace(value=self.keep(_function(function)(left.value, right.value)))

    def chosen(self, condition: Any, left: Dual, right: Dual) -> Dual:
        """Return one part where a condition holds, and the other elsewhere."""
        terms = zip(left, right, strict=True)
        return Dual(
            *(one if one == other else self.keep(_function("where")(condition, one, other)) for one, other in terms)
        )

    def condition(self, node: ast.expr) -> Any:
        """Return a condition: comparisons, joined by and, or, not."""
        if isinstance(node, ast.UnaryOp):
            return self.keep(_function("logical_not")(self.condition(node.operand)))
        if isinstance(node, ast.BoolOp):
            join = "logical_and" if isinstance(node.op, ast.And) else "logical_or"
            return self.joined(join, [self.condition(part) for part in node.values])
        compared = cast("ast.Compare", node)  # nothing else passes the check of the syntax
        parts = [self.named(self.dual(part)) for part in (compared.left, *compared.comparators)]
        found = []
        for operator, left, right in zip(compared.ops, parts[:-1], parts[1:], strict=True):
            self.compare(left, right)
            found.append(self.keep(_function(COMPARING[type(operator)])(left.value, right.value)))
        return self.joined("logical_and", found)

    def joined(self, name: str, conditions: list[Any]) -> Any:
        """Return several conditions joined by a function of two."""
        found = conditions[0]
        for each in conditions[1:]:
            found = self.keep(_function(name)(found, each))
        return found

    def compare(self, left: Dual, right: Dual) -> None:
        """Note that pieces meet where two parts are equal."""
        if not (left.fixed and right.fixed):
            self.meetings.append(self.keep(left.value - right.value))

    def keep(self, found: Any) -> Any:
        """Return a symbol for an expression from here on; a symbol or a number stands for itself."""
        if found.is_Atom:
            return _exact(float(found)) if found.is_Integer else found
        symbol = sp.Symbol(f"t{len(self.steps)}")
        self.steps.append((symbol, found))
        return symbol

    def named(self, part: Dual) -> Dual:
        """Return a part as a symbol, so that NumPy and not SymPy does arithmetic with a number."""
        if part.value.is_Symbol:
            return part
        return part._replace(value=self.keep(_function("float64")(part.value)))

    def compiled(self, wanted: Any) -> Callable[..., Any]:
        """Return a function of the inputs: the steps that these results need."""
        needed = set().union(*(item.free_symbols for item in (wanted if isinstance(wanted, list) else [wanted])))
        steps: list[tuple[Any, Any]] = []
        for symbol, found in reversed(self.steps):
            if symbol in needed:
                steps.insert(0, (symbol, found))
                needed |= found.free_symbols
        made: Callable[..., Any] = sp.lambdify(
            [*self.inputs.values()], wanted, [NUMERIC, "numpy"], cse=lambda _: (steps, wanted)
        )
        return made


@cache
def _by(whole: Any, place: Any) -> Any:
    """Return the derivative of an operation by one of its operands."""
    return whole.diff(place)


def _exact(value: float) -> Any:
    """Return a number for SymPy: whole if it is a small one, so that r**2 has the derivative 2 r, else a double."""
    return sp.Integer(int(value)) if value == int(value) and abs(value) <= LARGEST_WHOLE else sp.Float(value)
