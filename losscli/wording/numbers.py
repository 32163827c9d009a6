"""Value, gradient and Hessian at single predictions as text, JSON and CSV."""

from __future__ import annotations

from functools import partial
from itertools import islice
from math import isfinite, isinf, isnan
from typing import TYPE_CHECKING, Any

from losscli.lazy import np
from losscli.model.domains import written
from losscli.model.loss import QUANTITIES, Quantity
from losscli.model.numbers import Value, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Sequence

    from losscli.model.curve import Curve
    from losscli.model.points import Row

ROWS_PER_PART = 1000  # of a CSV text
UNDEFINED, TOO_LARGE, NOT_GIVEN = "undefined", "too large for a double", "not given"


def named_values(curve: Curve) -> dict[str, Value]:
    """Return the parameters by the names that were typed."""
    return {item.name: value for item, value in curve.named_parameters}


def plain(curve: Curve, found: Iterable[Row]) -> Iterator[str]:
    """Yield lines such as `huber(delta=1) at 0.5, target 0: value 0.125, gradient 0.5, hessian 1`."""
    name = with_parameters(curve)
    among: Container[Quantity] = ()
    for row in found:
        among, notes = row.terms, row.notes | _not_given(curve, row)
        if row.subgradient:
            notes["gradient"] = _intervals(row.subgradient)
        terms = ", ".join(f"{name} {notes.get(name) or _term(row, name)}{_error(row, name)}" for name in row.terms)
        target = "" if row.target is None else f", target {written(row.target)}"
        yield f"{name} at {written(row.prediction)}{target}: {terms}\n"
    notes_of_training = _training_notes(curve, among).values()
    yield from (f"note: {note}; the numbers are those of the loss\n" for note in notes_of_training)


def with_parameters(curve: Curve) -> str:
    """Return the name of a curve with its parameters: `huber(delta=1)`."""
    listed = [(item, value) for item, value in curve.named_parameters if item.is_listed(value)]
    given = ", ".join(f"{item.name}={shown(value)}" for item, value in listed)
    return f"{curve.name}({given})" if given else curve.name


def _training_notes(curve: Curve, among: Container[Quantity]) -> dict[str, str]:
    """Return what the library of a name takes for a derivative in training; the loss's own names have no library."""
    if curve.name in (curve.loss.name, *curve.loss.aliases):
        return {}
    from losscli.names.frameworks import training_notes  # the table of all names, which takes a while to read

    return training_notes(curve.name, among)


def _not_given(curve: Curve, row: Row) -> dict[str, str]:
    """Return a note for each term that a loss does not have, as an objective that gives derivatives alone."""
    return {name: NOT_GIVEN for name in row.terms if name not in curve.loss.gives}


def _error(row: Row, name: Quantity) -> str:
    """Return ` (numerical, estimated error 1e-14)` for a term that is a difference of values."""
    if name not in row.errors or not np.isfinite(row.errors[name]).all():
        return ""
    return f" (numerical, estimated error {_nested(row.errors[name], '{:.1g}'.format)})"


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


def records(curve: Curve, found: Iterable[Row]) -> Iterator[dict[str, Any]]:
    """Yield rows for JSON: numbers that are not finite are null, and the notes say why."""
    own: dict[str, str] = {}  # notes of the parameters
    parameters = {
        name: value if value is None else strict(name, value, own) for name, value in named_values(curve).items()
    }
    same = {"loss": curve.loss.name, "name": curve.name, "parameters": parameters}
    for row in found:
        notes = {**_training_notes(curve, row.terms), **own}
        numbers = {"prediction": strict("prediction", row.prediction, notes)}
        numbers |= {name: strict(name, term, notes, _reader(row, name)) for name, term in row.terms.items()}
        numbers |= dict.fromkeys(row.notes)
        notes |= row.notes | _not_given(curve, row)
        record = {**same, "target": row.target, **numbers}
        if row.subgradient:
            notes.pop("gradient")
            record["subgradient"] = strict("subgradient", row.subgradient, notes)
        if row.errors:
            record["estimated_errors"] = {name: strict(name, error, {}) for name, error in row.errors.items()}
        yield record | ({"notes": notes} if notes else {})


def strict(name: str, term: Any, notes: dict[str, str], text: Callable[[float], str] = shown) -> Any:
    """Return a number or nested lists, with None for what is not finite; its `text` is added to `notes`."""
    if isinstance(term, list | tuple):
        return [strict(f"{name}[{index}]", part, notes, text) for index, part in enumerate(term)]
    if isinstance(term, str) or isfinite(term):
        return term
    notes[name] = text(term)
    return None


def parameter_names(curves: Iterable[Curve]) -> list[str]:
    """Return the names of the parameters of all curves, each once."""
    return list(dict.fromkeys(name for curve in curves for name in named_values(curve)))


def table(found: Sequence[tuple[Curve, Iterable[Row]]], count: int) -> Iterator[list[str]]:
    """Yield the header for CSV and the rows of all curves, with the first `count` terms."""
    names = parameter_names(curve for curve, _ in found)
    ends = ["subgradient_low", "subgradient_high"] if "gradient" in QUANTITIES[:count] else []
    yield ["loss", "name", *names, "target", "prediction", *QUANTITIES[:count], *ends]
    for curve, rows in found:
        parameters = named_values(curve)
        own = ["" if parameters.get(name) is None else shown(parameters[name]) for name in names]
        yield from ([curve.loss.name, curve.name, *own, *_cells(row)] for row in rows)


def _cells(row: Row) -> list[str]:
    target, notes = "" if row.target is None else written(row.target), row.notes
    terms = ["" if name in notes else _nested(term) for name, term in row.terms.items()]
    return [target, written(row.prediction), *terms, *(_ends(row.subgradient) if "gradient" in row.terms else [])]


def _ends(slopes: Any) -> list[str]:
    """Return the lower and upper ends of subgradients, two empty texts if there are none."""
    if isinstance(slopes, list):
        return [_nested([pair[side] for pair in slopes]) for side in (0, 1)]
    return [shown(slope) for slope in slopes] if slopes else ["", ""]


def dumped(data: Any) -> str:
    """Return strict JSON."""
    import json

    return json.dumps(data, indent=2, allow_nan=False, ensure_ascii=False) + "\n"


def listed(found: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield the parts of the strict JSON of a list of at least one record."""
    begin = "[\n"
    for record in found:
        yield begin + dumped([record])[2:-3]  # without the brackets and line breaks around it
        begin = ",\n"
    yield "\n]\n"


def separated(lines: Iterable[list[str]]) -> Iterator[str]:
    """Yield the parts of a CSV text."""
    import csv
    import io

    rest, buffer = iter(lines), io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    while part := list(islice(rest, ROWS_PER_PART)):
        writer.writerows(part)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
