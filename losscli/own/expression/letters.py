"""What the letters of an expression say: which family it is of, and which of them are parameters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from losscli.errors import UsageError
from losscli.model.domains import Nothing
from losscli.own.families import NUMBER, families, family, of_prediction_and_target

if TYPE_CHECKING:
    from losscli.model.loss import Family

PREDICTION, TARGET = "f", "y"
# The letters of the arguments of each family; the first alone says which one is meant.
TELLING = {
    "residual": ("r",), "margin": ("m",), "logit": ("z", TARGET), "probability": ("p", TARGET),
    NUMBER.name: (PREDICTION, TARGET),
}  # fmt: skip
# These do so only where none of those above is used: they are usual letters of parameters too.
ALONE = {
    "positive": ("mu", TARGET), "distance": ("d", TARGET), "divergence": ("q", "x"), "similarity": ("c",),
    "preference": ("h",), "ratio": ("rho", "A"),
}  # fmt: skip
OTHERS = {"critic": ("z", TARGET)}  # by --family alone
LETTERS = {**TELLING, **ALONE, **OTHERS}
KNOWN = ", ".join(f"{letters[0]} ({name})" for name, letters in (TELLING | ALONE).items())


class Reading(NamedTuple):
    """A family, with the letters of its arguments; every other letter is a parameter."""

    family: Family
    letters: tuple[str, ...]

    def parameters(self, used: tuple[str, ...]) -> tuple[str, ...]:
        """Return which of the letters used are parameters."""
        return tuple(name for name in used if name not in self.letters)


def meant(used: tuple[str, ...]) -> str | list[str]:
    """Return the family that these letters say; several if they say several, none if they say none."""
    for letters in (TELLING, ALONE):
        found = [name for name, (first, *_) in letters.items() if first in used]
        if found:
            return found[0] if len(found) == 1 else found
    return NUMBER.name if TARGET in used else []


def reading(used: tuple[str, ...], name: str | None) -> Reading:
    """Return how the letters used are read, by the name of a family if one is given.

    Raise UsageError if they say no family or several, or do not go together.
    """
    said = meant(used) if name is None else name
    if isinstance(said, list):
        if not said:
            raise UsageError(f"no letter says what the prediction is; such letters are {KNOWN}")
        both = " and ".join(f"{LETTERS[item][0]} ({item})" for item in said)
        raise UsageError(f"{both} are of several families; --family names one, and the other letters are parameters")
    found = _arguments(family(said), used)
    _check_target(found, used)
    return found


def possible_parameters(used: tuple[str, ...]) -> tuple[str, ...]:
    """Return the letters used that may be parameters; where they say no one family, most may be."""
    said = meant(used)
    letters = LETTERS[said] if isinstance(said, str) else (PREDICTION, TARGET)
    return tuple(name for name in used if name not in letters)


def _arguments(found: Family, used: tuple[str, ...]) -> Reading:
    """Return a family as these letters take it: with arguments of its own, or with prediction and target."""
    if found.vector:
        single = ", ".join(name for name, item in families().items() if not item.vector)
        raise UsageError(f"--family {found.name} has several numbers; an expression is of one: {single}")
    own = LETTERS.get(found.name, ())
    if own and own[0] in used and own[0] != PREDICTION:
        if PREDICTION in used:
            raise UsageError(f"{own[0]} and {PREDICTION} both stand for the prediction; an expression has one of them")
        argument: Any = found.argument  # of any numbers; arrays would take NumPy
        count = len(argument(1.0, 1.0))
        return Reading(_lettered(found, own[0]), own[:count])
    if PREDICTION not in used and TARGET not in used:
        either = " nor ".join(dict.fromkeys([*own[:1], PREDICTION]))
        raise UsageError(f"it has no {either}; one of them is the prediction of the family {found.name}")
    return Reading(of_prediction_and_target(found), (PREDICTION, TARGET))


def _lettered(found: Family, letter: str) -> Family:
    """Return a family whose explanation of letters begins with this one."""
    first, space, rest = found.symbols.partition(" ")
    return found if rf"\{letter}" == first else replace(found, symbols=f"{letter}{space}{rest}")


def _check_target(found: Reading, used: tuple[str, ...]) -> None:
    """Raise UsageError for a target where the family has none, or where its letter has the target in it."""
    if TARGET not in used or (TARGET in found.letters and not isinstance(found.family.targets, Nothing)):
        return
    if isinstance(found.family.targets, Nothing):
        raise UsageError(f"{TARGET} is the target; the family {found.family.name} has none")
    raise UsageError(f"{found.letters[0]} and {TARGET} do not go together; {PREDICTION} and {TARGET} do")
