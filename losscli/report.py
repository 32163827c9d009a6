"""Curves -> text: numbers at given predictions, and what is known of a loss; for people, JSON and CSV."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from losscli.domain import Interval, shown, written
from losscli.facts import Break, breaks
from losscli.frameworks import whose
from losscli.lazy import np
from losscli.model import QUANTITIES, Curve, Loss, Pieces, Quantity

if TYPE_CHECKING:
    from collections.abc import Iterable


Prediction = float | tuple[float, ...]


@dataclass(frozen=True)
class Row:
    """One curve at one prediction."""

    curve: Curve
    prediction: Prediction
    terms: dict[Quantity, Any]  # numbers, or nested lists of them for several logits
    kink: Break | None  # where a term has no single value


def rows(curves: Iterable[Curve], predictions: tuple[Prediction, ...]) -> list[Row]:
    """Evaluate every curve at every prediction."""
    found = []
    for curve in curves:
        places = {} if curve.loss.family.vector else {item.prediction: item for item in breaks(curve) if item.jumps}
        for prediction in predictions:
            terms = curve.terms(np.array(prediction, dtype=float))
            numbers = {name: np.asarray(term).tolist() for name, term in zip(QUANTITIES, terms, strict=True)}
            found.append(Row(curve, prediction, numbers, places.get(prediction)))  # type: ignore[arg-type]
    return found


def spoken(curve: Curve) -> dict[str, float | None]:
    """Return the parameters as they were called."""
    return {item.name: value for item, value in curve.spoken}


def plain(row: Row) -> str:
    """Return `huber(delta=1) at 0.5, target 0: value 0.125, gradient 0.5, hessian 1`."""
    given = ", ".join(f"{name}={shown(value)}" for name, value in spoken(row.curve).items() if value is not None)
    notes = dict(row.kink.notes) if row.kink else {}
    if row.kink and row.kink.subgradient:
        low, high = row.kink.subgradient
        notes["gradient"] = f"in [{shown(low)}, {shown(high)}]"
    terms = ", ".join(f"{name} {notes.get(name) or _nested(term)}" for name, term in row.terms.items())
    name = f"{row.curve.name}({given})" if given else row.curve.name
    return f"{name} at {written(row.prediction)}, target {written(row.curve.target)}: {terms}"


def _nested(term: Any) -> str:
    return f"[{', '.join(map(_nested, term))}]" if isinstance(term, list) else shown(term)


def record(row: Row) -> dict[str, Any]:
    """Return a row for JSON: only finite numbers, and beside each null the reason."""
    notes: dict[str, str] = {}
    numbers = {"prediction": _strict("prediction", row.prediction, notes)}
    numbers |= {name: _strict(name, term, notes) for name, term in row.terms.items()}
    if row.kink:
        notes |= {str(name): note for name, note in row.kink.notes.items()}
        numbers |= dict.fromkeys(row.kink.notes)
    found = {
        "loss": row.curve.loss.name,
        "name": row.curve.name,
        "parameters": spoken(row.curve),
        "target": row.curve.target,
        **numbers,
    }
    if row.kink and row.kink.subgradient:
        notes.pop("gradient")
        found["subgradient"] = _strict("subgradient", row.kink.subgradient, notes)
    return found | ({"notes": notes} if notes else {})


def _strict(name: str, term: Any, notes: dict[str, str]) -> Any:
    """Return a number, or lists of them, with null for what JSON has no number for."""
    if isinstance(term, list | tuple):
        return [_strict(f"{name}[{index}]", part, notes) for index, part in enumerate(term)]
    if isfinite(term):
        return term
    notes[name] = shown(term)
    return None


def table(found: list[Row]) -> list[list[str]]:
    """Return the rows for CSV, with a header: a column for each parameter of any of the losses."""
    names = list(dict.fromkeys(name for row in found for name in spoken(row.curve)))
    header = ["loss", "name", *names, "target", "prediction", *QUANTITIES, "subgradient_low", "subgradient_high"]
    lines = [header]
    for row in found:
        curve = row.curve
        unsure = row.kink.notes if row.kink else {}
        slopes = (row.kink.subgradient if row.kink else None) or ()
        lines.append(
            [
                curve.loss.name,
                curve.name,
                *("" if spoken(curve).get(name) is None else shown(spoken(curve)[name]) for name in names),
                written(curve.target),
                written(row.prediction),
                *("" if name in unsure else _nested(term) for name, term in row.terms.items()),
                *([shown(slope) for slope in slopes] or ["", ""]),
            ]
        )
    return lines


def pieces(latex: Pieces) -> list[tuple[str, str]]:
    """Return a formula as (piece, condition) pairs."""
    return [(latex, "")] if isinstance(latex, str) else latex


def facts(curve: Curve) -> dict[str, Any]:
    """Return what `info` says of a loss with this target and these parameters, ready for JSON."""
    loss, floor, notes = curve.loss, curve.fact("floor"), dict[str, str]()
    lipschitz = curve.fact("lipschitz")
    return {
        "loss": loss.name,
        "name": curve.name,
        "summary": loss.summary,
        "note": loss.note,
        "family": loss.family.name,
        "symbols": loss.family.symbols,
        "formula": [{"piece": piece, "condition": condition} for piece, condition in pieces(loss.latex)],
        "parameters": [
            {
                "name": item.name,
                "value": value,
                "default": item.default,
                "interval": interval_notation(item.interval),
                "help": item.help,
            }
            for item, value in curve.spoken
        ],
        "target": curve.target,
        "targets": str(loss.reads(curve.parameters)),
        "predictions": f"{loss.family.reads} a,b,..., each {curve.domain}" if loss.family.vector else str(curve.domain),
        "breaks": [
            {"prediction": item.prediction, "jumps": list(item.jumps), "notes": item.notes}
            | ({"subgradient": _strict("subgradient", item.subgradient, notes)} if item.subgradient else {})
            for item in ([] if loss.family.vector else breaks(curve))
        ],
        "convex": curve.fact("convex"),
        "symmetric": curve.fact("symmetric"),
        "lipschitz": lipschitz if isfinite(lipschitz) else None,
        "floor": {
            "value": _strict("value", floor.value, notes),
            "at": _strict("at", floor.at, notes),
            "attained": floor.attained,
            "where": floor.where,
        }
        | ({"notes": notes} if notes else {}),
        "aliases": list(loss.aliases),
        "elsewhere": [{"name": name, "differs": differs} for name, differs in whose(loss)],
    }


def elsewhere(loss: Loss) -> list[str]:
    """Return a line for each library's name, with what differs."""
    return [f"{name}{f'  ({differs})' if differs else ''}" for name, differs in whose(loss)]


def interval_notation(interval: Interval) -> str:
    """Return `(0, inf)`."""
    return f"{interval.ends[0]}{shown(interval.low)}, {shown(interval.high)}{interval.ends[1]}"


CONVEXITY = {"no": "not convex", "convex": "convex, not strictly", "strictly": "strictly convex, not strongly"}


def described(curve: Curve) -> str:
    """Return what `info` says, for people."""
    loss, known = curve.loss, facts(curve)
    alias = "" if curve.name == loss.name else f" is {loss.name}"
    lines = [f"{curve.name}{alias}: {loss.summary}"]
    lines += [f"  {line}" for line in loss.note.splitlines()]
    lipschitz = known["lipschitz"]
    entries = [
        ("family", f"{loss.family.name}: {loss.family.symbols}"),
        *(("formula", f"{piece}{_when(condition)}") for piece, condition in pieces(loss.latex)),
        *(("parameter", _parameter_line(item)) for item in known["parameters"]),
        ("target", known["targets"] + ("" if curve.target is None else f"; here {written(curve.target)}")),
        *(("break", _break_line(item)) for item in ([] if loss.family.vector else breaks(curve))),
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


def _break_line(item: Break) -> str:
    slopes = item.subgradient
    notes = ", ".join(f"{name} {note}" for name, note in item.notes.items())
    subgradient = f"; subgradients [{shown(slopes[0])}, {shown(slopes[1])}]" if slopes else ""
    return f"at prediction {shown(item.prediction)}: {notes or 'value, gradient and hessian continue'}{subgradient}"


def _floor_line(curve: Curve) -> str:
    """Answer "can this loss converge to 0?"."""
    floor = curve.fact("floor")
    if floor.where:
        place = f"{'at' if floor.attained else 'as'} {floor.where}"
    elif isinstance(floor.at, tuple):
        place = f"from prediction {shown(floor.at[0])} to {shown(floor.at[1])}"
    else:
        place = f"{'at prediction' if floor.attained else 'as the prediction tends to'} {shown(floor.at)}"
    return f"{shown(floor.value)}, {'attained' if floor.attained else 'approached, never attained,'} {place}"
