"""A user's own loss: code in a file or a module, or an expression, as a loss word; and how it is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from losscli.own.word import OwnWord

EXPRESSION = "expr:"


def find_own(word: str) -> OwnWord | None:
    """Return the user's own loss that a word names, or None if it names none.

    `expr:` begins an expression; `FILE.py:NAME` and `package.module:NAME` name code, which is loaded here. Raises
    UsageError for an expression or code that cannot be read.
    """
    if word.startswith(EXPRESSION):
        from losscli.own.expression import expression_word

        return expression_word(word)
    from losscli.own.code import code_word, is_code

    return code_word(word) if is_code(word) else None
