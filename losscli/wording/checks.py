"""What `lossplot check` prints: how a user's own loss agrees with an exact one, as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.model.domains import written
from losscli.model.numbers import shown
from losscli.wording.numbers import strict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.checking.compare import Comparison, Point, QuantityResult
    from losscli.checking.nearest import Nearest

HEADER = ("", "", "points", "worst relative", "ulp", "prediction", "target", "yours", "exact")


def report(own: str, exact: str, found: Comparison) -> Iterator[str]:
    """Yield the lines of the table, the worst points of what differs, the verdicts and the notes."""
    targets = "".join(f", target{'s' if len(found.targets) > 1 else ''} {_listed(found)}" for _ in found.targets[:1])
    yield f"{own} against {exact}{targets}; tolerance {shown(found.tolerance)} relative\n"
    yield from _aligned([HEADER, *map(_row, found.quantities)])
    for result in found.quantities:
        if not result.agrees:
            yield from _failures(result)
    yield from (f"note: {note}\n" for note in found.notes)
    yield from (f"verdict: {verdict}\n" for verdict in found.verdicts or (_plain_verdict(found),))


def _listed(found: Comparison) -> str:
    return "none" if found.targets == (None,) else ", ".join(map(written, found.targets))


def _plain_verdict(found: Comparison) -> str:
    """Return the verdict where the difference has no shape that is known."""
    wrong = [result.quantity for result in found.quantities if not result.agrees]
    return f"{' and '.join(wrong)} differ{'s' if len(wrong) == 1 else ''}" if wrong else "agrees"


def _row(result: QuantityResult) -> tuple[str, ...]:
    state = "agrees" if result.agrees else "differs"
    worst = _cells(result.worst[0]) if result.worst else ("",) * 6
    return (result.quantity, state, str(result.count), *worst)


def _cells(point: Point) -> tuple[str, ...]:
    target = "" if point.target is None else written(point.target)
    numbers = [_nested(value) for value in (point.own, point.exact)]
    return (f"{point.difference:.2g}", f"{point.ulp:.2g}", written(point.prediction), target, *numbers)


def _nested(value: Any) -> str:
    return f"[{', '.join(map(_nested, value))}]" if isinstance(value, tuple) else shown(value)


def _failures(result: QuantityResult) -> Iterator[str]:
    """Yield the worst points of a quantity: the finite ones, then those that are nan or infinite on one side."""
    groups = (
        ("worst", result.worst),
        ("yours is not a number", result.nan_points),
        ("infinite on one side", result.infinite_points),
    )
    for title, points in groups:
        if points:
            yield f"{result.quantity}, {title}:\n"
            yield from _aligned([HEADER[3:], *map(_cells, points[:5])])


def _aligned(rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Yield rows as lines, each column as wide as its longest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n"


def record(own: str, exact: str, found: Comparison) -> dict[str, Any]:
    """Return the comparison for JSON: numbers that are not finite are null, and the notes of a point say why."""
    return {
        "own": own,
        "reference": exact,
        "targets": [list(target) if isinstance(target, tuple) else target for target in found.targets],
        "tolerance": found.tolerance,
        "within": found.within,
        "verdicts": list(found.verdicts) or [_plain_verdict(found)],
        "notes": list(found.notes),
        "quantities": [
            {
                "quantity": result.quantity,
                "agrees": result.agrees,
                "points": result.count,
                "worst": [_point(point) for point in result.worst],
                "nan": [_point(point) for point in result.nan_points],
                "infinite": [_point(point) for point in result.infinite_points],
            }
            for result in found.quantities
        ],
    }


def nearest_record(own: str, found: Nearest) -> dict[str, Any]:
    """Return the nearest loss of the catalogue for JSON."""
    return {
        "own": own,
        "nearest": found.name,
        "parameters": dict(found.parameters),
        "factor": found.factor,
        "constants": list(found.constants),
        "distance": found.distance,
        "text": found.text,
    }


def _point(point: Point) -> dict[str, Any]:
    notes: dict[str, str] = {}
    numbers = {name: strict(name, value, notes) for name, value in point._asdict().items() if value is not None}
    return numbers | ({"notes": notes} if notes else {})
