"""Which library own code computes with: seen by its class, its annotations, and what it refers to."""

from __future__ import annotations

import importlib.util
import inspect
import re
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any

from losscli.errors import LossplotError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.model.domains import Interval
    from losscli.own.code.library import Library
    from losscli.own.code.signature import Code

FRAMEWORKS = {"torch": "torch", "jax": "jax", "jaxlib": "jax", "tensorflow": "tensorflow", "keras": "keras"}
FRAMEWORKS |= {"tf_keras": "tensorflow", "optax": "jax", "flax": "jax", "numpy": "numpy", "scipy": "numpy"}
WORDS = ("numpy", "torch", "jax", "tensorflow", "keras")


def framework(code: Code) -> str:
    """Return the library that own code computes with. Raise UsageError if it may be one of several.

    What the class says comes first, then what annotations and code refer to, then what the code's module imports.
    """
    found = {word for kind in code.kind.__mro__ if (word := _of(kind.__module__))}
    found = found or {word for function in code.functions for word in _mentioned(function)}
    found = found or {word for function in code.functions for word in _imported(function)}
    if "tensorflow" in found:  # TensorFlow code that calls Keras
        found.discard("keras")
    if len(found) > 1:  # the others read NumPy's arrays
        found.discard("numpy")
    if len(found) > 1:
        raise UsageError(f"{code.word} refers to {' and '.join(sorted(found))}; --with says which of them computes it")
    return found.pop() if found else "numpy"


def library(word: str, dtype: str, domain: Interval) -> Library:
    """Return the library of a word of --with. Raise LossplotError if it is not installed."""
    if word == "numpy":
        from losscli.own.code.numeric import Numpy

        return Numpy(dtype, domain)
    if importlib.util.find_spec(word) is None:
        raise LossplotError(f"{word} is not installed; pip install {word}")
    if word == "keras":
        import keras

        return library(keras.backend.backend(), dtype, domain)
    from losscli.own.code.tensors import Jax, TensorFlow, Torch

    if word == "torch":
        return Torch(dtype)
    return Jax(dtype) if word == "jax" else TensorFlow(dtype)


def _of(module: Any) -> str | None:
    return FRAMEWORKS.get(module.split(".")[0]) if isinstance(module, str) else None


def _mentioned(function: Any, *, deeper: bool = True) -> Iterator[str]:
    """Yield the libraries of a function's annotations and code, then those of its module's functions."""
    function = _plain(function)
    if function is None:
        return
    for hint in function.__annotations__.values():
        roots = re.findall(r"\b(\w+)\.", hint) if isinstance(hint, str) else [getattr(hint, "__module__", "")]
        yield from filter(None, map(_of, roots))
    known = {**function.__globals__, **inspect.getclosurevars(function).nonlocals}
    for name in _names(function.__code__):
        item = known.get(name)
        word = _of(name) if item is None else _library_of(item)  # a name that is not known: the function imports it
        if word:
            yield word
        elif deeper and getattr(item, "__module__", None) == function.__module__:
            yield from _mentioned(item, deeper=False)


def _imported(function: Any) -> Iterator[str]:
    """Yield the libraries that a function's module imports."""
    function = _plain(function)
    for item in () if function is None else function.__globals__.values():
        word = _of(item.__name__) if isinstance(item, ModuleType) else None
        if word:
            yield word


def _plain(function: Any) -> Any:
    """Return the function of Python code within a method or what decorators made of a function; None if none is."""
    found = inspect.unwrap(getattr(function, "__func__", function))
    return found if inspect.isfunction(found) else None


def _library_of(item: Any) -> str | None:
    """Return the library of a module, of a function or a class by its module, or of an object by its class."""
    if isinstance(item, ModuleType):
        return _of(item.__name__)
    return _of(getattr(item, "__module__", None)) or _of(type(item).__module__)


def _names(code: CodeType) -> Iterator[str]:
    """Yield the names that code refers to, and those of the functions within it."""
    yield from (*code.co_names, *code.co_freevars)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
