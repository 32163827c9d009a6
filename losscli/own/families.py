"""The families that a user's own loss may be of: those of the catalogue, by their names."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING

from losscli.errors import UsageError
from losscli.losses import catalogue
from losscli.losses.residual import RESIDUAL
from losscli.names.find import find
from losscli.own.word import Setting

if TYPE_CHECKING:
    from losscli.model.loss import Family, Loss

FAMILY = Setting(
    "family", "FAMILY", "what the prediction is: a family of lossplot list, such as margin, or any name of a loss of it"
)
NUMBER = replace(
    RESIDUAL,
    name="number",
    argument=lambda f, y: (f, y),
    prediction=lambda f, _y: f,
    symbols="f the prediction, y the target",
    mirror=None,
    mirrored="",
)


@cache
def families() -> dict[str, Family]:
    """Return every family of the catalogue by its name, as the first loss of its own file has it; and any number.

    Of a mean and the logarithm of one, the mean itself is taken.
    """
    found: dict[str, Family] = {NUMBER.name: NUMBER}

    def is_variant(loss: Loss) -> tuple[bool, bool]:
        return not loss.formula.__module__.endswith(f".{loss.family.name}"), "log-" in loss.family.reads

    for loss in sorted(catalogue().values(), key=is_variant):
        found.setdefault(loss.family.name, loss.family)
    return found


def family(name: str) -> Family:
    """Return the family of a name, or of the loss of a name. Raise UsageError if there is none."""
    if name not in families():
        spelling = find(name)
        if spelling:
            return spelling.loss.family
        near = get_close_matches(name, families(), 1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        raise UsageError(f"--family {name}; the families are {', '.join(families())}, or a loss that has it{hint}")
    return families()[name]


def of_prediction_and_target(found: Family) -> Family:
    """Return a family whose formulas take prediction and target as they are, and differentiate by the prediction."""
    if found.argument is NUMBER.argument:
        return found
    return replace(
        found,
        argument=lambda f, y: (f, y),
        prediction=lambda f, _y: f,
        slope=None,
        symbols="f the prediction, y the target",
        mirror=None,
        mirrored="",
    )
