"""The facts of `info`: what is known of losses, as text or JSON, and how two of them differ."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any

from losscli.lazy import np
from losscli.model.breaks import breaks
from losscli.model.loss import CONVEXITY
from losscli.model.numbers import shown
from losscli.names.frameworks import called, own_notes
from losscli.recipe.reading import owned_curves
from losscli.recipe.sweeps import is_swept
from losscli.runs.job import Text
from losscli.wording.info import bounded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.model.curve import Curve
    from losscli.recipe.request import Request


SAMPLES = 41  # predictions at which two losses are compared
SAME = 1e-12  # relative difference below which two values count as equal


def information(request: Request) -> Text:
    """Return the job of describing losses."""

    def text() -> Iterator[str]:
        from losscli.wording.info import described, facts
        from losscli.wording.numbers import dumped

        blocks = _blocks(request)
        if request.get("json"):
            yield dumped([facts(curve) for block in blocks for curve in block])
            return
        parts = [described(block) for block in blocks]
        if len(request.losses) == len(blocks) == 2:  # noqa: PLR2004 - the two that are compared
            parts.append(difference(blocks[0][0], blocks[1][0]))
        yield "\n\n".join(parts) + "\n"

    return Text(text)


def _blocks(request: Request) -> list[list[Curve]]:
    """Return the curves that are described together: those of a loss word if a value is swept, else each alone."""
    owned = owned_curves(request)
    if not is_swept(request):
        return [[curve] for _, curve in owned]
    return [[curve for own, curve in owned if own is word] for word in request.losses]


def difference(first: Curve, second: Curve) -> str:
    """Return `differ: ...`: in what the second loss differs from the first."""
    if first.loss.family.reads != second.loss.family.reads:
        found = [f"{first.name} reads {first.loss.family.reads}, {second.name} {second.loss.family.reads}"]
    elif first.loss is second.loss:
        found = [*_parameters(first, second), *_constants(first, second)]
    else:
        found = _different_losses(first, second)
    if str(first.reads) != str(second.reads):
        found.append(f"its target is {second.reads} instead of {first.reads}")
    ours, theirs = own_notes(first.name), own_notes(second.name)
    found += [note for note in theirs if note not in ours]
    found += [f"{first.name}: {note}" if note[0].islower() else note for note in ours if note not in theirs]
    return f"differ: {'; '.join(found) or 'in nothing but the name'}"


def _parameters(first: Curve, second: Curve) -> list[str]:
    """Return `alpha 0.9 instead of delta 1` for each parameter of one loss that has another name or value."""
    found = []
    for item in first.loss.parameters:
        texts = [_parameter(curve, item.name) for curve in (first, second)]
        if texts[0] != texts[1]:
            found.append(f"{texts[1]} instead of {texts[0]}")
    return found


def _parameter(curve: Curve, name: str) -> str:
    """Return a parameter of the loss as the name calls it, with its value by that name."""
    named = {item.name: value for item, value in curve.named_parameters}
    own = called(curve.name, name)
    return f"{own} {shown(named[own])}" if own in named else f"{name} {shown(curve.parameters[name])}"


def _constants(first: Curve, second: Curve) -> list[str]:
    """Return the factor and the constant between two names of one loss."""
    found = []
    if first.factor != second.factor:
        found.append(f"multiplied by {second.factor / first.factor:.6g}" if first.factor else "another factor")
    if first.shift != second.shift:
        found.append("another constant is added")
    return found


def _different_losses(first: Curve, second: Curve) -> list[str]:
    """Return the factor between two losses, or else which facts about the second differ."""
    factor = None if first.loss.family.vector else _factor(first, second)
    if factor is not None:
        return [] if factor == 1 else [f"{second.name} is {factor:.6g} times {first.name}"]
    named = (first.name, second.name) != (first.loss.name, second.loss.name)
    found = [f"{second.name} is {second.loss.name}, {first.name} is {first.loss.name}" if named else "the formula"]
    convex = [CONVEXITY[curve.fact("convex")] for curve in (first, second)]
    slopes = [curve.fact("lipschitz") for curve in (first, second)]
    floors = [curve.fact("floor").value for curve in (first, second)]
    corners = [_corner(first), _corner(second)]
    for facts, word in ((convex, ""), (corners, ""), ([*map(bounded, slopes)], ""), ([*map(_known, floors)], "floor ")):
        if facts[0] != facts[1]:
            found.append(f"{word}{facts[1]} instead of {facts[0]}")
    return found


def _known(floor: float) -> str:
    return "not known" if isnan(floor) else shown(floor)


def _corner(curve: Curve) -> str:
    """Return what the first derivative does, or the value: the loss is smooth, has a kink or a jump."""
    jumping = {quantity for item in breaks(curve) for quantity in item.jumps} if not curve.loss.family.vector else set()
    return "a jump" if "value" in jumping else "a kink" if "gradient" in jumping else "no kink"


def _factor(first: Curve, second: Curve) -> float | None:
    """Return the number that makes the second loss of the first, or None if there is none."""
    low, high = first.loss.family.span(first.canonical_target)
    predictions = np.linspace(low, high, SAMPLES)
    values: list[Any] = [curve.terms(predictions, 1)[0] for curve in (first, second)]
    known = np.isfinite(values[0]) & np.isfinite(values[1])
    largest = int(np.argmax(np.where(known, abs(values[0]), -1.0)))
    if not known.any() or values[0][largest] == 0:
        return None
    factor = float(values[1][largest] / values[0][largest])
    same = abs(values[1][known] - factor * values[0][known]) <= SAME * abs(values[1][largest])
    return factor if bool(same.all()) and (np.isfinite(values[0]) == np.isfinite(values[1])).all() else None
