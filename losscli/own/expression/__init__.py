"""A formula on the command line as a loss: `expr:delta**2*(sqrt(1+(r/delta)**2)-1)`."""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING

from losscli.errors import LossplotError, UsageError
from losscli.model.domains import Interval
from losscli.model.loss import OwnLoss, Parameter
from losscli.model.spelling import Spelling
from losscli.own.expression import latex, letters
from losscli.own.expression.formula import Formula
from losscli.own.expression.syntax import names, parsed, shortened
from losscli.own.families import FAMILY
from losscli.own.letters import letter
from losscli.own.word import OwnWord

if TYPE_CHECKING:
    import ast
    from collections.abc import Mapping

NEEDS_SYMPY = "an expression needs SymPy; install it with: pip install 'lossplot[expr]'"
NOTE = "Its gradient and its Hessian are exact. Letters that are not of its family are parameters."


def expression_word(word: str) -> OwnWord:
    """Return the loss that a word such as `expr:r**2` is. Raise UsageError if it is no expression."""
    text = word.partition(":")[2]
    tree = parsed(text)

    def build(settings: Mapping[str, str]) -> Spelling:
        if find_spec("sympy") is None:
            raise LossplotError(NEEDS_SYMPY)
        try:
            found = letters.reading(names(tree), settings.get(FAMILY.name))
        except UsageError as error:
            raise UsageError(f"{shortened(text)}: {error}") from None
        return _spelling(word, tree, found)

    parameters = tuple(map(_parameter, letters.possible_parameters(names(tree))))
    return OwnWord(word, parameters, (FAMILY,), _summary(text), NOTE, build)


def _spelling(word: str, tree: ast.expr, found: letters.Reading) -> Spelling:
    """Return the loss of an expression whose letters are understood."""
    text = word.partition(":")[2].strip()
    parameters = found.parameters(names(tree))
    formula = Formula(tree, found.letters, parameters)
    loss = partial(
        OwnLoss,
        name=word,
        family=found.family,
        formula=formula.terms,
        latex=latex.pieces(tree),
        title=text,
        declared=tuple(map(_parameter, parameters)),
        text=(_summary(text), NOTE),
    )
    made = loss(breaks=formula.breaks(loss))
    return Spelling(word, made, made.parameters)


def _summary(text: str) -> str:
    return f"The formula {text.strip()}."


def _parameter(name: str) -> Parameter:
    """Return the parameter that a letter stands for; any finite number will do."""
    return Parameter(name, None, Interval(), "a letter of the expression", letter(name), required=True)
