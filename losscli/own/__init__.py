"""A user's own loss: code in a file or a module, or an expression, as a loss word; and how it is checked."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from losscli.own.word import OwnWord

EXPRESSION = "expr:"
CODE = re.compile(r".+\.py:[^:]*|[^\W\d][\w.]*:[^\W\d][\w.]*")  # a file, or a module, and a name in it


def is_expression(word: str) -> bool:
    """Return True if a word is an expression."""
    return word.startswith(EXPRESSION)


def is_own(word: str) -> bool:
    """Return True if a word names the user's own code or is an expression; no name of a library is either."""
    if is_expression(word):
        return True
    if not CODE.fullmatch(word):
        return False
    from losscli.names.find import of_library

    return word.partition(":")[0].endswith(".py") or not of_library(word)


def find_own(word: str) -> OwnWord:
    """Return the user's own loss that a word names: `is_own` holds for it. Code is loaded here.

    Raises UsageError for an expression or code that cannot be read.
    """
    if is_expression(word):
        from losscli.own.expression import expression_word

        return expression_word(word)
    from losscli.own.code import code_word

    return code_word(word)


def function_name(function: Callable[..., Any], taken: Container[str]) -> str:
    """Return the word that stands for a function that Python code handed over, such as `own:asymmetric`."""
    while isinstance(function, partial):
        function = function.func
    name = getattr(function, "__name__", type(function).__name__).strip("<>")
    words = (f"own:{name}", *(f"own:{name}{number}" for number in range(2, 1000)))
    return next(word for word in words if word not in taken)
