"""What was given as LO:HI:N -> the axes of a figure: what is swept, which value a curve has, and how it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.model.numbers import Sweep, number, shown, told_apart
from losscli.errors import UsageError
from losscli.recipe.recipe import flag
from losscli.recipe.recipe import Axis

if TYPE_CHECKING:
    from losscli.model.curve import Curve
    from losscli.recipe.recipe import Recipe
    from losscli.recipe.request import LossWord, Request

    Owned = tuple[LossWord, Curve]  # a curve, with the word that it comes from

LEGEND_CURVES = 7  # as many curves a legend still tells apart


def flat(values: tuple[Any, ...]) -> list[Any]:
    """Return numbers and sweeps as numbers."""
    return [number for value in values for number in (value if isinstance(value, Sweep) else (value,))]


def is_swept(request: Request) -> bool:
    """Tell whether anything is."""
    parameters = [value for word in request.losses for values in word.parameters.values() for value in values]
    return any(isinstance(value, Sweep) for value in parameters) or any(":" in t for t in request.get("target", ()))


def axes(request: Request, owned: tuple[Owned, ...]) -> tuple[Axis, ...]:
    """Return what is swept: each parameter (one, where several losses sweep it alike) or the target."""
    found: dict[tuple[str, tuple[float, ...]], list[LossWord]] = {}
    for word in request.losses:
        for item in word.spelling.parameters:
            given = word.parameters.get(item.name, ())
            if any(isinstance(value, Sweep) for value in given):
                if None in given:
                    raise UsageError(f"{flag(item.name)} none is no number; it does not stand beside a sweep")
                found.setdefault((item.name, tuple(dict.fromkeys(flat(given)))), []).append(word)
    if any(":" in text for text in request.get("target", ())):
        targets = dict.fromkeys(float(curve.target) for _, curve in owned if isinstance(curve.target, float | int))
        found["target", tuple(targets)] = [*request.losses]
    return tuple(_axis(request, axis, words, owned) for axis, words in found.items())


def _axis(
    request: Request, axis: tuple[str, tuple[float, ...]], words: list[LossWord], owned: tuple[Owned, ...]
) -> Axis:
    name, values = axis
    places: dict[Any, int] = {value: index for index, value in enumerate(values)}
    positions = [
        places.get(curve.target if name == "target" else dict(curve.said or {})[name]) if word in words else None
        for word, curve in owned
    ]
    symbols = {item.name: f"${item.latex}$" for item in words[0].spelling.parameters}
    typed = tuple(dict.fromkeys(word.typed for word in words))
    texts = _value_texts(values, _alone(request, name, words))
    return Axis(name, symbols.get(name, name.capitalize()), values, typed, tuple(positions), texts)


def _alone(request: Request, name: str, words: list[LossWord]) -> set[float | None]:
    """Return what was typed as a single value beside a sweep."""
    if name == "target":
        return {number(text) for text in request.options["target"] if ":" not in text}
    given = [value for word in words for value in word.parameters[name]]
    return {value for value in given if not isinstance(value, Sweep)}


def _value_texts(values: tuple[float, ...], alone: set[float | None]) -> tuple[str, ...]:
    """Return how swept values are written: those that were typed one by one as they were typed."""
    swept = [value for value in values if value not in alone]
    ends = (min(swept), max(swept)) if swept else ()
    pairs = zip(values, told_apart(values, ends), strict=True)
    return tuple(shown(value) if value in alone else text for value, text in pairs)


def coloured(recipe: Recipe) -> int | None:
    """Return the index of the sweep that colours the curves, or None if there are few curves or they have own names."""
    sweeps = recipe.sweeps
    longest = max(range(len(sweeps)), key=lambda index: len(sweeps[index].values), default=None)
    if longest is None or len(recipe.curves) <= LEGEND_CURVES or recipe.line or recipe.label:
        return None
    return None if len(sweeps[longest].values) <= LEGEND_CURVES and len(sweeps) == 1 else longest


def has_no_legend(recipe: Recipe) -> bool:
    """Return True if a colour bar says all there is to say of a figure that stands still."""
    along = coloured(recipe)
    if along is None or recipe.mark or len(recipe.sweeps) > 1:
        return False
    return None not in recipe.sweeps[along].positions and len({curve.name for curve in recipe.curves}) == 1
