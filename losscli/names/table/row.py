"""A row of the table: what a library's name means, and how its conventions differ from the catalogue's.

A row holds the names as users import them (`a.{b c}` is short for `a.b a.c`), the catalogue's loss, and a note on other
differences. Keywords hold the parameters of that loss: either a number that the library fixes, or a tuple with the
library's name, its default and, if the values differ, a function from the library's value to the loss's and the allowed
interval. `but` holds the columns that few rows have. The conventions were read from the sources of the versions in
LIBRARIES, or measured.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict, Unpack

from losscli.model.domains import Interval, Label
from losscli.model.numbers import Value
from losscli.model.spelling import Constant, Switch, Targets
from losscli.names.likelihoods import always_1

if TYPE_CHECKING:
    from losscli.model.loss import Parameter, Quantity

# From the library's value of a parameter, and others by their names, to the loss's.
Conversion = Callable[..., Value]
Named = tuple[str, Value] | tuple[str, Value, Conversion] | tuple[str, Value, Conversion, Interval]
RowParameter = float | str | None | Named


class Instead(NamedTuple):
    """A derivative that a library trains with where it is not that of its loss."""

    quantity: Quantity
    words: str
    compute: Callable[..., Any]  # by the names of its arguments: the prediction x, the target y, the parameters


class Columns(TypedDict, total=False):
    """The columns of a row that most do not have, and that a switch may change."""

    loss: str
    parameters: Mapping[str, RowParameter]
    differs: str
    factor: Constant
    shift: Constant
    value: Callable[..., Any] | None
    targets: Targets | None
    extra: tuple[Parameter, ...]
    switches: Mapping[Switch, Columns]
    instead: Instead | None


@dataclass(frozen=True)
class Row:
    """One row of the table."""

    names: tuple[str, ...]
    loss: str  # the canonical name of the catalogue's loss
    parameters: Mapping[str, RowParameter]
    differs: str
    factor: Constant = 1.0
    shift: Constant = 0.0
    value: Callable[..., Any] | None = None
    targets: Targets | None = None
    extra: tuple[Parameter, ...] = ()  # parameters of factor, shift and targets that the loss does not have
    switches: Mapping[Switch, Columns] = field(default_factory=dict)  # with what changes when each is turned
    instead: Instead | None = None  # the derivative that the library trains with, if it is not that of the loss

    def but(self, **columns: Unpack[Columns]) -> Row:
        """Return the row with these columns."""
        return replace(self, **columns)


def row(names: str, loss: str, differs: str = "", **own: RowParameter) -> Row:
    """Return a row with the columns that most have."""
    return Row(tuple(expanded(names)), loss, own, differs)


def expanded(names: str) -> list[str]:
    """Return `{a. b.}{c d} e` as a.c, a.d, b.c, b.d, e."""
    found = []
    for word in re.findall(r"(?:\{[^}]*\}|[^\s{}])+", names):
        parts = [group.split() or [plain] for group, plain in re.findall(r"\{([^}]*)\}|([^{}]+)", word)]
        found += ["".join(choice) for choice in product(*parts)]
    return found


# What rows of several libraries say.
NO_DEFAULT = "it has no default"
SUMMED = "the terms are summed"
MEAN = "it takes the mean over the batch; here is one example"
ZERO_ONE = Targets(lambda y: 2 * y - 1, Label((0.0, 1.0)))
ALWAYS_1 = Instead("hessian", "1", always_1)  # what gradient boosting divides by where the Hessian is 0
FROM_LOGITS = Switch("from_logits", False, "whether the prediction is a logit instead of a probability")
