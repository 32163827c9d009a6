"""What `lossplot info` prints: the facts about a loss, as text and as JSON."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from losscli.model.breaks import breaks
from losscli.model.curve import Section
from losscli.model.domains import Interval, written
from losscli.model.numbers import shown
from losscli.names.frameworks import library_names
from losscli.wording.formulas import letters, pieces, symbols
from losscli.wording.mathematics import Plain, written_out
from losscli.wording.numbers import strict

if TYPE_CHECKING:
    from losscli.model.breaks import Break
    from losscli.model.curve import Curve
    from losscli.model.loss import Loss


def facts(curve: Curve) -> dict[str, Any]:
    """Return the facts about a loss with this target and these parameters, ready for JSON."""
    loss, notes = curve.loss, dict[str, str]()
    lipschitz = curve.fact("lipschitz")
    return {
        "loss": loss.name,
        "name": curve.name,
        "summary": loss.summary,
        "note": loss.note,
        "family": loss.family.name,
        "symbols": symbols(curve),
        "formula": [{"piece": piece, "condition": condition} for piece, condition in pieces(curve)],
        "letters": dict(letters(curve)),
        "parameters": _parameters(curve, notes),
        "target": curve.target,
        "targets": str(curve.reads),
        "predictions": f"{loss.family.reads} a,b,..., each {curve.domain}" if loss.family.vector else str(curve.domain),
        "breaks": _breaks(curve, notes),
        "convex": curve.fact("convex"),
        "symmetric": curve.fact("symmetric"),
        "lipschitz": lipschitz if isfinite(lipschitz) else None,
        "floor": _floor(curve, notes),
        "aliases": list(loss.aliases),
        "elsewhere": [{"name": name, "differs": differs} for name, differs in library_names(loss)],
    }


def _parameters(curve: Curve, notes: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "name": item.name,
            "value": value if value is None else strict(f"parameters.{item.name}", value, notes),
            "default": item.default,
            "interval": interval_notation(item.interval),
            "help": item.help,
        }
        for item, value in curve.named_parameters
    ]


def _breaks(curve: Curve, notes: dict[str, str]) -> list[dict[str, Any]]:
    section = _section(curve)
    along = {"vary": section.vary, "logits": list(section.logits)} if isinstance(section, Section) else {}
    return [
        {"prediction": item.prediction, "jumps": list(item.jumps), "notes": item.notes}
        | ({"subgradient": strict("subgradient", item.subgradient, notes)} if item.subgradient else {})
        | along
        for item in breaks(section)
    ]


def _section(curve: Curve) -> Curve:
    """Return the curve as a function of one number; several are held as in a figure, except one."""
    kind: Any = curve.loss.family.targets
    if not curve.loss.family.vector:
        return curve
    classes = curve.known["classes"]
    return curve.section((curve.loss.family.held(classes),) * classes, kind.main_class(curve.target))


def _floor(curve: Curve, notes: dict[str, str]) -> dict[str, Any]:
    """Return the floor, with the notes that give the reason for each null."""
    floor = curve.fact("floor")
    known = {
        "value": strict("value", floor.value, notes),
        "unit": curve.unit or None,
        "at": strict("at", floor.at, notes),
        "attained": floor.attained,
        "where": floor.where,
    }
    return known | ({"notes": notes} if notes else {})


def elsewhere(loss: Loss) -> list[str]:
    """Return a line for each library's name for a loss, with what differs."""
    return [f"{name}{f'  ({differs})' if differs else ''}" for name, differs in library_names(loss)]


def interval_notation(interval: Interval) -> str:
    """Return `(0, inf)`."""
    return f"{interval.ends[0]}{shown(interval.low)}, {shown(interval.high)}{interval.ends[1]}"


CONVEXITY = {"no": "not convex", "convex": "convex, not strictly", "strictly": "strictly convex, not strongly"}


def described(curve: Curve) -> str:
    """Return the facts about a loss as text."""
    loss, known = curve.loss, facts(curve)
    alias = "" if curve.name == loss.name else f" is {loss.name}"
    lines = [f"{curve.name}{alias}: {loss.summary}"]
    lines += [f"  {line}" for line in loss.note.splitlines()]
    lipschitz, section = known["lipschitz"], _section(curve)
    entries = [
        ("family", f"{loss.family.name}: {written_out(known['symbols'], Plain(str.isascii))}"),
        *(("formula", f"{piece}{_when(condition)}") for piece, condition in pieces(curve)),
        *([("formula", f"with {', '.join(map(' = '.join, letters(curve)))}")] if letters(curve) else []),
        *(("parameter", _parameter_line(item)) for item in known["parameters"]),
        ("target", known["targets"] + ("" if curve.target is None else f"; here {written(curve.target)}")),
        *(("break", _break_line(item, section)) for item in breaks(section)),
        ("convexity", CONVEXITY.get(known["convex"], "strongly convex")),
        ("Lipschitz", "no bound on the slope" if lipschitz is None else f"slope at most {shown(lipschitz)}"),
        *([("symmetry", f"unchanged when {loss.family.mirrored}")] if curve.fact("symmetric") else []),
        ("floor", _floor_line(curve)),
        ("aliases", ", ".join(loss.aliases) or "none"),
        *(("elsewhere", line) for line in elsewhere(loss)),
    ]
    width = max(len(name) for name, _ in entries) + 2
    shown_already = ""
    for name, text in entries:
        lines.append(f"  {'' if name == shown_already else name:<{width}}{text}")
        shown_already = name
    return "\n".join(lines)


def _when(condition: str) -> str:
    if not condition:
        return ""
    return f"   {condition}" if condition == "otherwise" else f"   if {condition}"


def _parameter_line(item: dict[str, Any]) -> str:
    text = f"--{item['name'].replace('_', '-')} in {item['interval']}, default {shown(item['default'])}: {item['help']}"
    return text if item["value"] == item["default"] else f"{text}; here {shown(item['value'])}"


def _break_line(item: Break, curve: Curve) -> str:
    slopes = item.subgradient
    notes = ", ".join(f"{name} {note}" for name, note in item.notes.items())
    subgradient = f"; subgradients [{shown(slopes[0])}, {shown(slopes[1])}]" if slopes else ""
    at = shown(item.prediction)
    place = f"prediction {at}"
    if isinstance(curve, Section):
        place = f"{curve.loss.family.noun} {curve.vary} = {at}, the others {shown(curve.logits[0])}"
    return f"at {place}: {notes or 'value, gradient and hessian continue'}{subgradient}"


def _floor_line(curve: Curve) -> str:
    """Return the floor in words: the answer to "can this loss converge to 0?"."""
    floor = curve.fact("floor")
    if floor.where.startswith("everywhere"):
        place = floor.where
    elif floor.where:
        place = f"{'at' if floor.attained else 'as'} {floor.where}"
    elif isinstance(floor.at, tuple):
        place = f"from prediction {shown(floor.at[0])} to {shown(floor.at[1])}"
    else:
        place = f"{'at prediction' if floor.attained else 'as the prediction tends to'} {shown(floor.at)}"
    value = f"{shown(floor.value)} {curve.unit}".rstrip()
    return f"{value}, {'attained' if floor.attained else 'approached, never attained,'} {place}"
