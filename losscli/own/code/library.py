"""Library: what own code computes with, its arrays and its differentiation."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any

from losscli.lazy import Array, np

# From predictions, an array of the library of shape (N,) or (N, K), and the examples they belong to (None: all), to
# numbers of shape (N,) or (N, K).
Function = Callable[[Any, Array | None], Any]


class Library(ABC):
    """What own code computes with: float64 or float32 arrays."""

    differentiation: str  # in words
    mapped: Callable[[Any], Any] | None = None  # makes a function of single examples one of all of them, which is fast

    def __init__(self, dtype: str) -> None:
        self.dtype = dtype

    def session(self) -> AbstractContextManager[Any]:
        """Return a context in which the library computes in this dtype."""
        return nullcontext()

    @abstractmethod
    def array(self, values: Any) -> Any:
        """Return numbers as a new array of the library; whole numbers stay whole."""

    @abstractmethod
    def is_array(self, found: Any) -> bool:
        """Return True for an array of the library."""

    def numpy(self, found: Any) -> Array:
        """Return an array of the library as a NumPy array of float64."""
        return np.asarray(found, dtype=np.float64)

    def changed(self, found: Any) -> Any:
        """Return an object of the code, or a copy of it, that computes in this dtype."""
        return found

    def copy(self, found: Any) -> Any:
        """Return an array that the code may change in place."""
        return found

    def reshape(self, found: Any, shape: tuple[int, ...]) -> Any:
        """Return an array in another shape."""
        return found.reshape(shape)

    @abstractmethod
    def stack(self, found: Sequence[Any]) -> Any:
        """Return arrays of one shape along a new axis."""

    @abstractmethod
    def gradient(self, function: Function) -> Function:
        """Return the derivative by the predictions, of numbers that each depend on one of them: in their shape."""

    def column(self, function: Function, index: int) -> Function:
        """Return the derivative by one of the K numbers of a prediction, of shape (N,)."""
        gradient = self.gradient(function)
        return lambda x, rows: gradient(x, rows)[..., index]

    def at_once(self, call: Callable[..., list[Any]], arrays: Sequence[Any]) -> list[Any] | None:
        """Return what `call` returns for each example, computed for all at once; None if the library cannot do it."""
        with suppress(Exception):  # whatever vmap cannot do, such as follow an `if`
            return list(self.mapped(call)(*arrays)) if self.mapped else None
        return None

    def each(self, call: Callable[..., list[Any]], arrays: Sequence[Any]) -> list[Any]:
        """Return what `call` returns for each example alone, stacked."""
        found = [call(*example) for example in zip(*arrays, strict=True)]
        return [self.stack(parts) for parts in zip(*found, strict=True)]
