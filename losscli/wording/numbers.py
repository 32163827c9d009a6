"""Value, gradient and Hessian at single predictions as text, JSON and CSV."""

from __future__ import annotations

from functools import partial
from math import isfinite, isinf, isnan
from typing import TYPE_CHECKING, Any

from losscli.lazy import np
from losscli.model.domains import written
from losscli.model.loss import QUANTITIES, Quantity
from losscli.model.numbers import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from losscli.model.curve import Curve
    from losscli.model.points import Row

UNDEFINED, TOO_LARGE = "undefined", "too large for a double"


def named_values(curve: Curve) -> dict[str, float | None]:
    """Return the parameters by the names that were typed."""
    return {item.name: value for item, value in curve.named_parameters}


def plain(row: Row) -> str:
    """Return `huber(delta=1) at 0.5, target 0: value 0.125, gradient 0.5, hessian 1`."""
    given = ", ".join(f"{name}={shown(value)}" for name, value in named_values(row.curve).items() if value is not None)
    notes = row.notes
    if row.subgradient:
        notes["gradient"] = _intervals(row.subgradient)
    terms = ", ".join(f"{name} {notes.get(name) or _term(row, name)}" for name in row.terms)
    name = f"{row.curve.name}({given})" if given else row.curve.name
    target = "" if row.curve.target is None else f", target {written(row.curve.target)}"
    return f"{name} at {written(row.prediction)}{target}: {terms}"


def _intervals(slopes: Any) -> str:
    if isinstance(slopes, list):
        return f"[{', '.join(shown(low) if low == high else _intervals((low, high)) for low, high in slopes)}]"
    return f"in [{shown(slopes[0])}, {shown(slopes[1])}]"


def _nested(term: Any, text: Callable[[float], str] = shown) -> str:
    return f"[{', '.join(_nested(part, text) for part in term)}]" if isinstance(term, list) else text(term)


def _term(row: Row, name: Quantity) -> str:
    """Return a term in words and numbers; one word is enough for a gradient that is undefined as a whole."""
    return UNDEFINED if np.isnan(row.terms[name]).all() else _nested(row.terms[name], _reader(row, name))


def _reader(row: Row, name: Quantity) -> Callable[[float], str]:
    return partial(explained, too_large=name in row.overflowing)


def explained(term: float, *, too_large: bool) -> str:
    """Return a number as text, which says why one is not finite; `too_large`: its infinities are finite numbers."""
    if isinf(term) and too_large:
        return TOO_LARGE if term > 0 else f"{TOO_LARGE} (negative)"
    return UNDEFINED if isnan(term) else shown(term)


def record(row: Row) -> dict[str, Any]:
    """Return a row for JSON: numbers that are not finite are null, and the notes say why."""
    notes: dict[str, str] = {}
    parameters = {
        name: value if value is None else strict(name, value, notes) for name, value in named_values(row.curve).items()
    }
    numbers = {"prediction": strict("prediction", row.prediction, notes)}
    numbers |= {name: strict(name, term, notes, _reader(row, name)) for name, term in row.terms.items()}
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


def strict(name: str, term: Any, notes: dict[str, str], text: Callable[[float], str] = shown) -> Any:
    """Return a number or nested lists, with None for what is not finite; its `text` is added to `notes`."""
    if isinstance(term, list | tuple):
        return [strict(f"{name}[{index}]", part, notes, text) for index, part in enumerate(term)]
    if isfinite(term):
        return term
    notes[name] = text(term)
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
