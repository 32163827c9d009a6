"""Own code as a loss word: `mine.py:focal` and `package.module:focal`, in NumPy, PyTorch, JAX, TensorFlow or Keras."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from losscli.errors import OwnCodeError, UsageError
from losscli.lazy import Array, np
from losscli.losses.residual import RESIDUAL
from losscli.model.domains import ClassIndex, Nothing, OneNumber
from losscli.model.loss import QUANTITIES, OwnLoss, Quantity
from losscli.model.spelling import Spelling
from losscli.own.code.calls import Calls
from losscli.own.code.derivatives import Derivatives
from losscli.own.code.frameworks import WORDS, framework, library
from losscli.own.code.loading import load, place_of
from losscli.own.code.numeric import Numpy
from losscli.own.code.signature import ORDERS, Code
from losscli.own.families import FAMILY, NUMBER, family, of_prediction_and_target
from losscli.own.word import OwnWord, Setting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from losscli.model.loss import Family

NAMES = {"gradient": "Gradient", "hessian": "Hessian"}
DTYPES = ("float64", "float32")
SETTINGS = (
    FAMILY,
    Setting("arguments", "ORDER", f"what the arguments are, in the order of the code: {' or '.join(ORDERS)}", ORDERS),
    Setting(
        "returns", "LIST", "what the code returns, in its order, such as value,gradient; a pair is gradient,hessian"
    ),
    Setting("with", "LIBRARY", "what the code computes with; seen from the code unless it is given", WORDS),
    Setting("dtype", "DTYPE", "the numbers that the code computes with: float64 unless it is given", DTYPES),
)


def code_word(word: str) -> OwnWord:
    """Return the loss word of `FILE.py:NAME` or `package.module:NAME`, which is loaded here.

    Raises UsageError if there is nothing of that name, and OwnCodeError if its import fails.
    """
    found, place = load(word)
    own = place_of(found)
    return _word(Code(word, found, place._replace(line=own.line) if own.file == place.file else place))


def function_word(word: str, found: Any) -> OwnWord:
    """Return the loss word of a function, class or object that Python code hands over under this word."""
    if not callable(found):
        raise UsageError(f"{word} is of type {type(found).__name__}; a loss is a function, a class or callable")
    return _word(Code(word, found, place_of(found)))


def _word(code: Code) -> OwnWord:
    return OwnWord(code.word, code.parameters, SETTINGS, *_text(code), partial(_build, code))


def _text(code: Code) -> tuple[str, str]:
    """Return the first line of the docstring, and the rest."""
    summary, _, note = (code.help or f"Own code, {code.where}.").partition("\n")
    return summary, note.strip("\n")


def _build(code: Code, given: Mapping[str, str]) -> Spelling:
    """Return what the word means with these settings. Raise UsageError if the code cannot be read so."""
    for item in SETTINGS:
        if item.choices and given.get(item.name, item.choices[0]) not in item.choices:
            raise UsageError(f"--{item.name} {given[item.name]}; it is {' or '.join(item.choices)}")
    roles = code.roles(given.get("arguments"))
    found = _family(code, given.get("family"), roles)
    chosen = library(given.get("with") or framework(code), given.get("dtype", DTYPES[0]), found.domain)
    calls = Calls(replace(code, change=chosen.changed), roles, chosen, found.vector, _returns(given.get("returns")))
    # Parameters without a default may not like the number 1. The code says so again when it is given their values.
    with suppress(OwnCodeError), calls.computing():
        calls.find_way(*_two_examples(found, roles), calls.caller(_usual(code)))
    return Spelling(code.word, _loss(code, found, calls), code.parameters, settings=dict(given))


def _loss(code: Code, found: Family, calls: Calls) -> OwnLoss:
    """Return the loss of code that is read and called in one way."""
    names = calls.names or QUANTITIES
    gives = tuple(name for name in QUANTITIES if QUANTITIES.index(name) >= min(map(QUANTITIES.index, names)))
    derived = [NAMES[name] for name in gives if name not in (*names, "value")]
    note = f"{' and '.join(derived)} by {calls.library.differentiation}." if derived else ""
    summary, more = _text(code)
    terms = Derivatives(calls, found)
    return OwnLoss(
        name=code.word,
        family=found,
        formula=terms.formula,
        latex="",
        title=code.word,
        declared=code.parameters,
        text=(summary, "\n\n".join(filter(None, (more, note)))),
        gives=gives,
        errors=terms.errors if derived and isinstance(calls.library, Numpy) else None,
        dtype=calls.library.dtype,
        where=code.where,
    )


def _family(code: Code, name: str | None, roles: Mapping[str, str]) -> Family:
    """Return the family as the code reads it: prediction and target, or the one argument of the family's formulas."""
    if "prediction" in roles.values():
        found = family(name or NUMBER.name)
        if isinstance(found.targets, Nothing):
            raise UsageError(f"--family {name}; {code.word} takes a target, and losses of this family have none")
        return of_prediction_and_target(found)
    found = family(name or RESIDUAL.name)
    if len(found.argument(np.ones(2), np.ones(2))) > 1:
        raise UsageError(
            f"--family {name}; {code.word} takes one argument, and losses of this family take a target too"
        )
    return found


def _returns(text: str | None) -> tuple[Quantity, ...] | None:
    if text is None:
        return None
    names = text.split(",")
    if not {*names} <= {*QUANTITIES} or len({*names}) < len(names):
        raise UsageError(f"--returns {text}; it is a list of {', '.join(QUANTITIES)}, in the order of the code")
    return tuple(cast("list[Quantity]", names))


def _usual(code: Code) -> dict[str, Any]:
    return {item.name: 1.0 if item.required else item.default for item in code.parameters}


def _two_examples(found: Family, roles: Mapping[str, str]) -> tuple[Array, Array | None]:
    """Return two predictions within the usual range, and targets, to see how the code is called."""
    kind: Any = found.targets
    low, high = found.span(kind.default)
    places = np.array([0.23, 0.61])
    if found.vector:  # numbers that differ from class to class
        places = places[:, None] + 0.1 * np.arange(kind.classes(kind.default))
    x = low + (high - low) * places
    if "residual" in roles.values():
        return x, None
    # Two that differ, where the kind has others, to see whether examples depend on each other's targets.
    if isinstance(kind, ClassIndex):
        return x, np.array([kind.default, kind.default + 1])
    others = [value for value in (1.0, 0.0, 0.5) if isinstance(kind, OneNumber) and value in kind]
    second = next((value for value in others if value != kind.default), kind.default)
    return x, np.array([kind.default, second], dtype=np.float64)
