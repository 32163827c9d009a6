"""The sliders of a loss and the facts that depend on them, worked out at every position: floor, domain, usual range."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

from losscli.lazy import np
from losscli.model.domains import Interval, Label, Nothing
from losscli.model.loss import argument_names
from losscli.wording.info import lowest
from losscli.wording.listing import usual

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from losscli.model.curve import Curve
    from losscli.model.loss import Loss
    from losscli.model.numbers import Value

POSITIONS = 41  # of a slider
COMBINATIONS = 10_000  # of positions, for which a fact is worked out; where that is too many, the sliders have fewer
DECADE = 10.0  # a slider of a number above 0 goes from a tenth of the default to ten times the default
REACH = 4.0  # a slider of a number without ends goes so far below and above the default
WIDE = 20.0  # an interval at least so wide counts as one without ends
DIGITS = 3  # of a position


class Slider(NamedTuple):
    """What one moves: a parameter, or the target, which has no letter here."""

    name: str
    letter: str  # LaTeX
    help: str
    positions: list[Value]
    start: int  # the index of the default


class Table(NamedTuple):
    """A fact at every combination of the positions of some sliders, in the order of nested loops over them."""

    by: list[str]
    entries: list[Any]  # each once
    which: list[int]  # the index of the entry of each combination; empty: there is one


def sliders(loss: Loss) -> list[Slider]:
    """Return the sliders of a loss of one number: its parameters, then the target if it has one."""
    curve = usual(loss)
    depends = max(len(by) for by in _dependences(loss).values())
    count = min(POSITIONS, round(COMBINATIONS ** (1 / max(depends, 1))) // 2 * 2 - 1)
    found = []
    for item in loss.parameters:
        axis = positions(item.interval, item.default, count)
        found.append(Slider(item.name, item.latex, item.help, axis, axis.index(item.default)))
    if not isinstance(curve.reads, Nothing):
        axis = _targets(curve, count)
        found.append(Slider("target", "", f"it is {curve.reads}", axis, axis.index(curve.target)))
    return found


def _targets(curve: Curve, count: int) -> list[Value]:
    kind: Any = curve.reads
    if isinstance(kind, Label):
        return list(kind.values)
    return [value for value in positions(kind.interval, kind.default, count) if value in kind]


def positions(interval: Interval, default: Value, count: int) -> list[Value]:
    """Return values of an interval in increasing order, the default among them; about `count`. None comes first."""
    low, high = interval.low, interval.high
    middle: Any = 0.0 if default is None else default
    if high - low < WIDE:
        found = np.linspace(low, high, count)
    elif low == 0:
        start = middle if middle > 0 else 1.0
        found = np.array([low, *np.geomspace(start / DECADE, start * DECADE, count)])
    else:
        found = np.linspace(middle - REACH, middle + REACH, count)
        found = np.array([-inf, *found, *np.round(found), inf])  # formulas differ at whole numbers
    rounded = {float(f"{value:.{DIGITS}g}") + 0.0 for value in found} | {float(middle)} - {default is None and middle}
    known: list[Value] = [value for value in sorted(rounded) if value in interval]
    return [None, *known] if default is None else known


def _dependences(loss: Loss) -> dict[str, list[str]]:
    """Return which sliders each fact depends on."""
    require = argument_names(loss.require[0]) if loss.require else ()
    readers = argument_names(loss.targets)
    names = {
        "floor": argument_names(loss.floor),
        "domain": argument_names(loss.domain),
        "range": argument_names(loss.span) if loss.span else ("y",),
        "fault": (*require, *readers, *(("y",) if readers else ())),
    }
    own = [*(item.name for item in loss.parameters)]
    own += [] if isinstance(usual(loss).reads, Nothing) else ["target"]
    return {fact: [name for name in own if ("y" if name == "target" else name) in by] for fact, by in names.items()}


def tables(loss: Loss) -> dict[str, Table]:
    """Return the facts of a loss for its sliders.

    floor: the value and a sentence; domain: the ends and which of them belong to it, as `[)`; range: the usual ends of
    a figure; fault: why there is no such loss, or an empty text.
    """
    axes = {item.name: item.positions for item in sliders(loss)}
    facts: dict[str, Callable[[Curve], Any]] = {
        "floor": lambda curve: None if _fault(curve) else (curve.fact("floor").value, lowest(curve)),
        "domain": lambda curve: (curve.domain.low, curve.domain.high, curve.domain.ends),
        "range": lambda curve: tuple(curve.fact("span") or loss.family.span(curve.canonical_target)),
        "fault": _fault,
    }
    by = _dependences(loss)
    return {
        name: _table(by[name], (fact(curve) for curve in _curves(loss, axes, by[name]))) for name, fact in facts.items()
    }


def _curves(loss: Loss, axes: dict[str, list[Value]], names: list[str]) -> Iterable[Curve]:
    """Yield the curves of all combinations of some positions, the other sliders at their start."""
    start = usual(loss)
    for values in product(*(axes[name] for name in names)):
        moved = dict(zip(names, values, strict=True))
        target: Any = moved.pop("target", start.target)
        yield replace(start, target=target, parameters={**start.parameters, **moved})


def _fault(curve: Curve) -> str:
    """Return why these parameters and this target do not go together."""
    loss = curve.loss
    if loss.require:
        holds, words = loss.require
        if not holds(**{name: curve.parameters[name] for name in argument_names(holds)}):
            return f"it needs {words}"
    kind: Any = loss.reads(curve.parameters)
    return "" if isinstance(kind, Nothing) or curve.target in kind else f"its target is {kind}"


def _table(by: list[str], facts: Iterable[Any]) -> Table:
    entries: dict[Any, int] = {}
    which = [entries.setdefault(fact, len(entries)) for fact in facts]
    return Table(by, [*entries], which if len(entries) > 1 else [])
