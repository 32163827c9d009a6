"""What was given as `LO:HI:N`: the parameters or the target that take several values, and which curve has which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.errors import UsageError
from losscli.model.numbers import Sweep, told_apart
from losscli.recipe.recipe import Axis, flag

if TYPE_CHECKING:
    from losscli.model.curve import Curve
    from losscli.recipe.recipe import Recipe
    from losscli.recipe.request import LossWord, Request

    OwnedCurve = tuple[LossWord, Curve]  # a curve with the loss word that it comes from

LEGEND_CURVES = 7  # with more curves a sweep is explained by a colour bar


def flattened(values: tuple[Any, ...]) -> list[Any]:
    """Return single values and the values of sweeps in one list."""
    return [number for value in values for number in (value if isinstance(value, Sweep) else (value,))]


def is_swept(request: Request) -> bool:
    """Return True if a parameter or the target is swept."""
    parameters = [value for word in request.losses for values in word.parameters.values() for value in values]
    return any(isinstance(value, Sweep) for value in parameters) or any(":" in t for t in request.get("target", ()))


def axes(request: Request, owned: tuple[OwnedCurve, ...]) -> tuple[Axis, ...]:
    """Return every sweep; a parameter that several losses sweep over the same values is one sweep."""
    found: dict[tuple[str, tuple[float, ...]], list[LossWord]] = {}
    for word in request.losses:
        for item in word.spelling.parameters:
            given = word.parameters.get(item.name, ())
            if any(isinstance(value, Sweep) for value in given):
                if None in given:
                    raise UsageError(f"{flag(item.name)} none is no number; it does not stand beside a sweep")
                found.setdefault((item.name, tuple(dict.fromkeys(flattened(given)))), []).append(word)
    if any(":" in text for text in request.get("target", ())):
        targets = dict.fromkeys(float(curve.target) for _, curve in owned if isinstance(curve.target, float | int))
        found["target", tuple(targets)] = [*request.losses]
    return tuple(_axis(axis, words, owned) for axis, words in found.items())


def _axis(axis: tuple[str, tuple[float, ...]], words: list[LossWord], owned: tuple[OwnedCurve, ...]) -> Axis:
    """Return the sweep of these loss words over a parameter, given as its name and values."""
    name, values = axis
    places: dict[Any, int] = {value: index for index, value in enumerate(values)}
    positions = [
        places.get(curve.target if name == "target" else dict(curve.named or {})[name]) if word in words else None
        for word, curve in owned
    ]
    symbols = {item.name: f"${item.latex}$" for item in words[0].spelling.parameters}
    names = tuple(dict.fromkeys(word.typed for word in words))
    texts = tuple(told_apart(values))
    return Axis(name, symbols.get(name, name.capitalize()), values, names, tuple(positions), texts)


def coloured(recipe: Recipe) -> int | None:
    """Return the index of the sweep that colours the curves, or None if there are few curves or they have own names."""
    sweeps = recipe.sweeps
    longest = max(range(len(sweeps)), key=lambda index: len(sweeps[index].values), default=None)
    if longest is None or len(recipe.curves) <= LEGEND_CURVES or recipe.line or recipe.label:
        return None
    return None if len(sweeps[longest].values) <= LEGEND_CURVES and len(sweeps) == 1 else longest
