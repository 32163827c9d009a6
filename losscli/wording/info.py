"""What `lossplot info` prints: the facts about a loss, as text and as JSON."""

from __future__ import annotations

from itertools import pairwise
from math import inf, isfinite, isnan
from typing import TYPE_CHECKING, Any

from losscli.model.breaks import breaks
from losscli.model.curve import Section
from losscli.model.domains import Interval, written
from losscli.model.loss import CONVEXITY, UNKNOWN_FLOOR
from losscli.model.numbers import shown, told_apart
from losscli.names.frameworks import library_names, training_notes
from losscli.recipe.recipe import flag
from losscli.wording.formulas import letters, pieces, symbols
from losscli.wording.mathematics import Plain, written_out
from losscli.wording.numbers import strict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from losscli.model.breaks import Break
    from losscli.model.curve import Curve
    from losscli.model.loss import Floor, Loss, Parameter


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
        "lowest": lowest(curve),
        "training": training_notes(curve.name),
        "aliases": list(loss.aliases),
        "elsewhere": [{"name": name, "differs": differs} for name, differs in library_names(loss)],
    }


def _parameters(curve: Curve, notes: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "name": item.name,
            "value": value if value is None else strict(f"parameters.{item.name}", value, notes),
            "default": item.default,
            "required": item.required,
            "interval": allowed_values(item),
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
    if isnan(floor.value):
        notes["value"] = floor.where
    known = {
        "value": None if "value" in notes else strict("value", floor.value, notes),
        "unit": curve.unit or None,
        "at": strict("at", floor.at, notes),
        "attained": floor.attained,
        "where": floor.where,
    }
    return known | ({"notes": notes} if notes else {})


def elsewhere(loss: Loss) -> list[str]:
    """Return a line for each library's name for a loss, with what differs."""
    return [f"{name}{f'  ({differs})' if differs else ''}" for name, differs in library_names(loss)]


def allowed_values(item: Parameter) -> str:
    """Return the values of a parameter as a set: `(0, inf)`, `[0, inf)^K` for K classes, `{all, others}`."""
    if item.choices:
        return f"{{{', '.join(item.choices)}}}"
    return f"{interval_notation(item.interval)}{'^K' * item.per_class}"


def interval_notation(interval: Interval) -> str:
    """Return `(0, inf)`."""
    return f"{interval.ends[0]}{shown(interval.low)}, {shown(interval.high)}{interval.ends[1]}"


MAX_RUNS = 5  # of more values that differ, the first and the last are shown
ROUNDED_AWAY = 1e-6  # a floor that is not larger may be 0 where a library rounds to single precision
LETTERS = "letters"  # the lines below the formula


def described(curves: Sequence[Curve]) -> str:
    """Return the facts about a loss as one text; of several curves, such as a sweep, each fact with where it holds."""
    first, loss = curves[0], curves[0].loss
    alias = "" if first.name == loss.name else f" is {loss.name}"
    lines = [f"{first.name}{alias}: {loss.summary}"]
    lines += [f"  {line}".rstrip() for line in loss.note.splitlines()]
    entries = _merged(curves)
    width = max(len(name) for name, _ in entries) + 2
    shown_already = ""
    for name, text in entries:
        lines.append(f"  {'' if name == shown_already else name:<{width}}{text}")
        shown_already = name
    return "\n".join(lines)


def _merged(curves: Sequence[Curve]) -> list[tuple[str, str]]:
    """Return the (name, text) lines of all curves: once what is the same for all, else with the values it holds for."""
    found: list[tuple[str, str]] = []
    here = dict(_varying(curves))
    every = [_entries(curve, here) for curve in curves]
    for key in dict.fromkeys(key for entries in every for key in entries):
        texts = [entries.get(key, ["none"]) for entries in every]
        starts = [place for place, own in enumerate(texts) if place == 0 or own != texts[place - 1]]
        runs = [(start, end - 1) for start, end in pairwise([*starts, len(texts)])]
        title = "formula" if key == LETTERS else key
        for start, end in runs if len(runs) <= MAX_RUNS else (runs[0], runs[-1]):
            ends = ", ".join(f"{name} {_run(values[start], values[end])}" for name, values in here.items())
            found += [(title, "...")] if start > 0 and len(runs) > MAX_RUNS else []
            found += [(title, text if len(runs) == 1 else f"{ends}: {text}") for text in texts[start]]
    return found


def _varying(curves: Sequence[Curve]) -> Iterator[tuple[str, list[str]]]:
    """Yield the parameters that differ between curves of one name, and the target if it does, with all values."""
    for place, (item, _) in enumerate(curves[0].named_parameters):
        values = [curve.named_parameters[place][1] for curve in curves]
        if len({*values}) > 1:
            numbers = [value for value in values if isinstance(value, float | int)]
            texts: dict[Any, str] = dict(zip(numbers, told_apart(numbers), strict=True)) if numbers else {}
            yield item.name, [texts.get(value) or shown(value) for value in values]
    targets = [curve.target for curve in curves]
    if len({*targets}) > 1:
        yield "target", list(map(written, targets))


def _run(first: str, last: str) -> str:
    return first if first == last else f"{first} to {last}"


def _entries(curve: Curve, here: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return the lines about a curve by their name; `here` has what varies."""
    loss, known, section = curve.loss, facts(curve), _section(curve)
    target = "" if curve.target is None else written(curve.target)
    entries = {
        "family": [f"{loss.family.name}: {written_out(known['symbols'], Plain(str.isascii))}"],
        "formula": [f"{piece}{_when(condition)}" for piece, condition in pieces(curve) if piece],
        LETTERS: [f"with {', '.join(map(' = '.join, letters(curve)))}"] if letters(curve) else [],
        "parameter": [_parameter_line(item, here.get(item["name"])) for item in known["parameters"]],
        "switch": _switch_lines(curve),
        "target": [known["targets"] + (f"; here {_values(here.get('target')) or target}" if target else "")],
        "break": [_break_line(item, section) for item in breaks(section)],
        "convexity": [CONVEXITY[known["convex"]]],
        "Lipschitz": [bounded(curve.fact("lipschitz"))],
        "symmetry": [f"unchanged when {loss.family.mirrored}"] if curve.fact("symmetric") else [],
        "floor": [_floor_line(curve)],
        "training": [*training_notes(curve.name).values()],
        "aliases": [", ".join(loss.aliases) or "none"],
        "elsewhere": elsewhere(loss),
        "lowest": [known["lowest"]],
    }
    return {name: lines for name, lines in entries.items() if lines}


def _values(varying: list[str] | None) -> str:
    """Return `0.1 to 3, 20 values`, or an empty string for what does not vary."""
    if varying is None:
        return ""
    different = list(dict.fromkeys(varying))
    return f"{different[0]} to {different[-1]}, {len(different)} values"


def _when(condition: str) -> str:
    if not condition:
        return ""
    return f"   {condition}" if condition == "otherwise" else f"   if {condition}"


def _parameter_line(item: dict[str, Any], varying: list[str] | None) -> str:
    usual = "needed" if item["required"] else f"default {shown(item['default'])}"
    text = f"{flag(item['name'])} in {item['interval']}, {usual}: {item['help']}"
    if varying is None and item["value"] == item["default"]:
        return text
    return f"{text}; here {_values(varying) or shown(item['value'])}"


def _switch_lines(curve: Curve) -> list[str]:
    """Return a line for each switch that the library leaves to its users."""
    found = []
    for item in curve.spelling.switches if curve.spelling else ():
        default, here = item.default, ((curve.spelling and curve.spelling.chosen) or {}).get(item.name, item.default)
        text = f"{flag(item.name)}, default {'on' if default else 'off'}: {item.help}"
        found.append(text if here == default else f"{text}; here {'on' if here else 'off'}")
    return found


def _break_line(item: Break, curve: Curve) -> str:
    slopes = item.subgradient
    notes = ", ".join(f"{name} {note}" for name, note in item.notes.items())
    subgradient = f"; subgradients [{shown(slopes[0])}, {shown(slopes[1])}]" if slopes else ""
    at = shown(item.prediction)
    place = f"prediction {at}"
    if isinstance(curve, Section):
        place = f"{curve.loss.family.noun} {curve.vary} = {at}, the others {shown(curve.logits[0])}"
    return f"at {place}: {notes or 'value, gradient and hessian continue'}{subgradient}"


def bounded(bound: float) -> str:
    """Return a Lipschitz constant in words."""
    if isnan(bound):
        return "no known bound on the slope"
    return f"slope at most {shown(bound)}" if isfinite(bound) else "no bound on the slope"


def _floor_line(curve: Curve) -> str:
    """Return the floor as a number and a place."""
    floor = curve.fact("floor")
    if isnan(floor.value):
        return UNKNOWN_FLOOR.where
    value = f"{shown(floor.value)} {curve.unit}".rstrip()
    return f"{value}, {'attained' if floor.attained else 'approached, never attained,'} {_floor_place(floor)}"


def _floor_place(floor: Floor) -> str:
    """Return `at prediction 1`, `from prediction -1 to 1`, `as the prediction tends to inf`."""
    if floor.where.startswith("everywhere"):
        return floor.where
    if floor.where:
        return f"{'at' if floor.attained else 'as'} {floor.where}"
    if isinstance(floor.at, tuple):
        return f"from prediction {shown(floor.at[0])} to {shown(floor.at[1])}"
    return f"{'at prediction' if floor.attained else 'as the prediction tends to'} {shown(floor.at)}"


def lowest(curve: Curve) -> str:
    """Return the answer to "can this loss converge to 0?" as a sentence or two."""
    floor = curve.fact("floor")
    if isnan(floor.value):
        return "How low it can get is not known."
    place = _floor_place(floor)
    if floor.value == -inf:
        return f"It falls without end {place}."
    if floor.value == 0:
        return (
            f"It gets to 0 {place}." if floor.attained else f"It gets as near to 0 as one likes, never to it, {place}."
        )
    value = f"{floor.value:.8g} {curve.unit}".rstrip()
    gets = f"It can get {'to' if floor.attained else 'as near as one likes to'} {value}"
    why = f": {floor.reason}" if floor.reason else ""
    if floor.value < 0:
        return f"{gets}, below 0, and no lower{why}. A loss of 0 is not its best."
    wrong = " A loss of 0 here would mean a wrong computation." if floor.value > ROUNDED_AWAY else ""
    return f"{gets} and no lower{why}.{wrong}"
