"""Value, gradient and Hessian of own code: what it gives, and the rest by the library's differentiation."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from losscli.lazy import Array, np
from losscli.model.domains import ClassIndex, PerClass
from losscli.model.loss import QUANTITIES, Quantity, Terms
from losscli.own.code.numeric import Numpy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from losscli.model.loss import Family
    from losscli.own.code.calls import Calls
    from losscli.own.code.library import Function


@dataclass(frozen=True)
class Derivatives:
    """Own code as a formula: from the arguments of a family, as NumPy arrays, and parameters to the three terms."""

    calls: Calls
    family: Family
    last: list[Examples] = field(default_factory=list, compare=False)  # whose errors are asked for after their terms

    def formula(self, *arguments: Array, **values: Any) -> Terms:
        """Yield value, gradient and Hessian by the first argument; each is computed when it is asked for."""
        examples = self._examples(arguments, values)
        for quantity in QUANTITIES:
            yield examples.term(quantity)

    def errors(self, *arguments: Array, **values: Any) -> tuple[Array, Array]:
        """Return the estimated absolute errors of gradient and Hessian; 0 of what is no difference of values."""
        examples = self._examples(arguments, values)
        return examples.error("gradient"), examples.error("hessian")

    def _examples(self, arguments: tuple[Array, ...], values: Mapping[str, Any]) -> Examples:
        found = Examples(self.calls, self.family, arguments, values)
        if not self.last or not self.last[0].is_same(found):
            self.last[:] = [found]
        return self.last[0]


class Examples:
    """The examples of one call of a formula: rows of predictions and of targets.

    What is outside of the domain has nan, and the code does not see it.
    """

    def __init__(self, calls: Calls, family: Family, arguments: tuple[Array, ...], values: Mapping[str, Any]) -> None:
        self.calls, self.library, self.call, self.values = calls, calls.library, calls.caller(values), values
        self.differences: dict[Quantity, Array] = {}  # derivatives and their errors, along a new last axis
        x, *targets = map(np.asarray, arguments)
        lead = x.ndim - family.vector
        # Only a distribution has a number for each class; a class index is one whole number.
        own = int(isinstance(family.targets, PerClass))
        leads = [target.shape[: target.ndim - own] for target in targets]
        self.classes = x.shape[lead:]
        self.shape = np.broadcast_shapes(x.shape[:lead], *leads)
        rows = np.broadcast_to(x, (*self.shape, *self.classes)).reshape(-1, *self.classes)
        self.inside = family.domain.holds(rows).reshape(len(rows), -1).all(axis=1)
        self.x, self.y = rows[self.inside].astype(np.float64), None
        for target in targets:
            each = np.broadcast_to(target, (*self.shape, *target.shape[target.ndim - own :]))
            kept = each.reshape(-1, *each.shape[len(self.shape) :])[self.inside]
            self.y = kept.astype(np.int64 if isinstance(family.targets, ClassIndex) else np.float64)

    def is_same(self, other: Examples) -> bool:
        """Return True if other examples are these."""
        arrays = zip((self.inside, self.x, self.y), (other.inside, other.x, other.y), strict=True)
        alike = all(one is two or np.array_equal(one, two) for one, two in arrays)
        return alike and (self.shape, self.values) == (other.shape, other.values)

    def term(self, quantity: Quantity) -> Array:
        """Return a quantity in the shape of the arguments; nan if there is nothing to take it from."""
        with self._computing():
            found: Any = np.nan
            if quantity in self.calls.names:
                found = self._computed([self._given(quantity)])
            elif isinstance(self.library, Numpy):
                found = self._differences(quantity)[..., 0]
            elif parts := self._parts(quantity):
                found = self._computed([self.library.gradient(part) for part in parts])
        return self._spread(found, quantity)

    def error(self, quantity: Quantity) -> Array:
        """Return the estimated absolute error of a quantity in the shape of the arguments; 0 if it is no difference."""
        with self._computing():
            found = self._differences(quantity)[..., 1]
        return self._spread(found, quantity)

    def _differences(self, quantity: Quantity) -> Array:
        """Return a quantity that NumPy code does not give, and its error, along a new last axis; nan and 0 if none."""
        if quantity not in self.differences:
            parts = self._parts(quantity)
            several = [partial(_with_error, self.library, part) for part in parts]
            self.differences[quantity] = self._computed(several) if parts else np.array([np.nan, 0.0])
        return self.differences[quantity]

    @contextmanager
    def _computing(self) -> Iterator[None]:
        with self.calls.computing():
            if len(self.x):
                self.calls.find_way(self.x, self.y, self.call)
            yield

    def _given(self, quantity: Quantity) -> Function:
        """Return a quantity that the code gives as a function of the predictions."""

        def called(x: Any, rows: Array | None) -> Any:
            y = self.y if self.y is None or rows is None else self.y[rows]
            return self.calls(x, None if y is None else self.library.array(y), self.call, quantity)

        return called

    def _parts(self, quantity: Quantity) -> list[Function]:
        """Return the functions whose gradients are a quantity that is to be differentiated; for vectors K of them."""
        names = self.calls.names
        known = [name for name in QUANTITIES[: QUANTITIES.index(quantity)] if name in names]
        if quantity in names or not known or not len(self.x):
            return []
        function, order = self._given(known[-1]), QUANTITIES.index(quantity) - QUANTITIES.index(known[-1])
        if not self.classes:
            return [function if order == 1 else self.library.gradient(function)]
        if quantity == "gradient":
            return [function]
        if order == 1:
            return [partial(_entry, function, index) for index in range(*self.classes)]
        return [self.library.column(function, index) for index in range(*self.classes)]

    def _computed(self, functions: Sequence[Function]) -> Array:
        """Return what functions have for the examples; of several, one row for each."""
        every = [np.array([index]) for index in range(len(self.x))] if self.calls.apart else [None]
        found = []
        for rows in every:
            x = self.library.array(self.x if rows is None else self.x[rows])
            found.append([self.library.numpy(function(x, rows)) for function in functions])
        whole = [np.concatenate(parts) for parts in zip(*found, strict=True)]
        return whole[0] if len(whole) == 1 else np.stack(whole, 1)

    def _spread(self, found: Any, quantity: Quantity) -> Array:
        """Return a quantity of the examples in the shape of the arguments, nan outside of the domain."""
        whole = np.full((len(self.inside), *self.classes * QUANTITIES.index(quantity)), np.nan)
        if len(self.x):
            whole[self.inside] = found
        return whole.reshape((*self.shape, *whole.shape[1:]))


def _entry(function: Function, index: int, x: Any, rows: Array | None) -> Any:
    """Return one of the K numbers that a function has for each example."""
    return function(x, rows)[..., index]


def _with_error(library: Any, function: Function, x: Any, rows: Array | None) -> Array:
    """Return the derivative of a function, and its estimated error, along a new last axis."""
    return np.stack(library.differences(function, x, rows), -1)
