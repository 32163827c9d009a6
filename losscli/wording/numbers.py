"""Value, gradient and Hessian at single predictions as text, JSON and CSV."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from losscli.model.domains import written
from losscli.model.loss import QUANTITIES
from losscli.model.numbers import shown

if TYPE_CHECKING:
    from losscli.model.curve import Curve
    from losscli.model.points import Row


def named_values(curve: Curve) -> dict[str, float | None]:
    """Return the parameters by the names that were typed."""
    return {item.name: value for item, value in curve.named_parameters}


def plain(row: Row) -> str:
    """Return `huber(delta=1) at 0.5, target 0: value 0.125, gradient 0.5, hessian 1`."""
    given = ", ".join(f"{name}={shown(value)}" for name, value in named_values(row.curve).items() if value is not None)
    notes = row.notes
    if row.subgradient:
        notes["gradient"] = _intervals(row.subgradient)
    terms = ", ".join(f"{name} {notes.get(name) or _nested(term)}" for name, term in row.terms.items())
    name = f"{row.curve.name}({given})" if given else row.curve.name
    target = "" if row.curve.target is None else f", target {written(row.curve.target)}"
    return f"{name} at {written(row.prediction)}{target}: {terms}"


def _intervals(slopes: Any) -> str:
    if isinstance(slopes, list):
        return f"[{', '.join(shown(low) if low == high else _intervals((low, high)) for low, high in slopes)}]"
    return f"in [{shown(slopes[0])}, {shown(slopes[1])}]"


def _nested(term: Any) -> str:
    return f"[{', '.join(map(_nested, term))}]" if isinstance(term, list) else shown(term)


def record(row: Row) -> dict[str, Any]:
    """Return a row for JSON: numbers that are not finite are null, and the notes say why."""
    notes: dict[str, str] = {}
    parameters = {
        name: value if value is None else strict(name, value, notes) for name, value in named_values(row.curve).items()
    }
    numbers = {"prediction": strict("prediction", row.prediction, notes)}
    numbers |= {name: strict(name, term, notes) for name, term in row.terms.items()}
    numbers |= dict.fromkeys(row.notes)
    notes |= row.notes
    found = {
        "loss": row.curve.loss.name,
        "name": row.curve.name,
        "parameters": parameters,
        "target": row.curve.target,
        **numbers,
    }
    if row.subgradient:
        notes.pop("gradient")
        found["subgradient"] = strict("subgradient", row.subgradient, notes)
    return found | ({"notes": notes} if notes else {})


def strict(name: str, term: Any, notes: dict[str, str]) -> Any:
    """Return a number or nested lists, with None for what is not finite; the reason is added to `notes`."""
    if isinstance(term, list | tuple):
        return [strict(f"{name}[{index}]", part, notes) for index, part in enumerate(term)]
    if isfinite(term):
        return term
    notes[name] = shown(term)
    return None


def table(found: list[Row]) -> list[list[str]]:
    """Return the rows for CSV, with a header: a column for each parameter of any of the losses."""
    names = list(dict.fromkeys(name for row in found for name in named_values(row.curve)))
    header = ["loss", "name", *names, "target", "prediction", *QUANTITIES, "subgradient_low", "subgradient_high"]
    return [header, *(_cells(row, names) for row in found)]


def _cells(row: Row, names: list[str]) -> list[str]:
    curve, slopes = row.curve, row.subgradient
    parameters = named_values(curve)
    several = isinstance(slopes, list)
    ends = [_nested([pair[side] for pair in slopes]) if several else shown(slopes[side]) for side in (0, 1) if slopes]
    return [
        curve.loss.name,
        curve.name,
        *("" if parameters.get(name) is None else shown(parameters[name]) for name in names),
        "" if curve.target is None else written(curve.target),
        written(row.prediction),
        *("" if name in row.notes else _nested(term) for name, term in row.terms.items()),
        *(ends or ["", ""]),
    ]


def dumped(data: Any) -> str:
    """Return strict JSON."""
    import json

    return json.dumps(data, indent=2, allow_nan=False, ensure_ascii=False) + "\n"


def separated(lines: list[list[str]]) -> str:
    """Return CSV."""
    import csv
    import io

    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(lines)
    return buffer.getvalue()
