"""What an expression comes to in numbers: its value, gradient and Hessian, and where its pieces meet."""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING, Any

from losscli.lazy import Array, np
from losscli.own.expression.breaks import Breaks
from losscli.own.expression.letters import TARGET
from losscli.own.expression.syntax import called

if TYPE_CHECKING:
    from collections.abc import Callable

    from losscli.model.loss import Loss, Terms
    from losscli.own.expression.symbolic import Functions

PIECEWISE = ("abs", "sign", "min", "max", "where", "clip")


class Formula:
    """An expression of these arguments and parameters; it is differentiated by the first argument."""

    def __init__(self, tree: ast.expr, arguments: tuple[str, ...], parameters: tuple[str, ...]) -> None:
        self.tree, self.arguments, self.parameters = tree, arguments, parameters

    @cached_property
    def functions(self) -> Functions:
        """Its functions of arrays, derived when the first is needed, because importing SymPy takes time."""
        from losscli.own.expression.symbolic import derived

        return derived(self.tree, (*self.arguments, *self.parameters))

    def terms(self, *arguments: Array, **parameters: float) -> Terms:
        """Yield value, gradient and Hessian, each in the common shape of the arguments."""
        shape = np.broadcast_shapes(*map(np.shape, arguments))
        known = [*map(np.asarray, arguments), *(np.float64(parameters[name]) for name in self.parameters)]
        yield _filled(self.functions.value(*known), shape)
        for term in self.functions.derivatives(*known):
            yield _filled(term, shape)

    def breaks(self, loss: Callable[..., Loss]) -> Breaks | tuple[()]:
        """Return where its pieces meet, as a function of target and parameters; `loss` makes the loss with breaks."""
        if not any(called(node) in PIECEWISE for node in ast.walk(self.tree)):
            return ()
        target = (TARGET,) if self.arguments[1:] else ()
        return Breaks((*target, *self.parameters), lambda: self.functions.meetings, loss)


def _filled(term: Any, shape: tuple[int, ...]) -> Array:
    """Return a term, which may be the same number everywhere, in its full shape."""
    return np.array(np.broadcast_to(term, shape), float)
