"""Tables: how a user's own loss agrees with an exact one, and what losses make of a user's own predictions."""

from __future__ import annotations

from dataclasses import asdict
from math import isfinite, isnan
from typing import TYPE_CHECKING, Any

from losscli.model.domains import written
from losscli.model.numbers import shown
from losscli.wording.numbers import strict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from losscli.checking.compare import Comparison, Point, QuantityResult
    from losscli.checking.nearest import Nearest
    from losscli.data import LossSummary, Summary
    from losscli.data.suggest import Suggestion

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
    yield from (f"verdict: {verdict}\n" for verdict in found.verdicts)


def _listed(found: Comparison) -> str:
    return "none" if found.targets == (None,) else ", ".join(map(written, found.targets))


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
        "verdicts": list(found.verdicts),
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


ROWS_HEADER = (
    "",
    "rows",
    "mean",
    "sum",
    "median",
    "worst 1 %",
    "worst 10 %",
    "of |gradient|",
    "",
    "infinite",
    "undefined",
)


def rows_report(found: Summary, names: Sequence[str]) -> Iterator[str]:
    """Yield the lines of the table for one's own predictions: a row for each loss, then what was left out.

    `names` are the losses in words. The worst 1 % and 10 % are the rows with the largest loss; the table has the share
    of the whole loss, and of the sum of the sizes of all gradients, that they carry.
    """
    columns = found.columns
    target = f"target {', '.join(columns.targets)}; " if columns.targets else ""
    weight = f"; weights {columns.weight}" if columns.weight else ""
    yield f"columns: {target}prediction {', '.join(columns.predictions)}{weight}\n"
    weighted = bool(columns.weight)
    header = [*ROWS_HEADER[:4], *(["weighted mean"] if weighted else []), *ROWS_HEADER[4:]]
    yield from _aligned(
        [tuple(header), *(_summary_row(*pair, weighted) for pair in zip(names, found.losses, strict=True))]
    )
    skipped = found.skipped
    left = {"without a number": skipped.missing, f"with text, such as {skipped.example}": skipped.text}
    told = [f"{count} {why}" for why, count in left.items() if count]
    if told:
        yield f"left out of {_counted(skipped.read, 'row')}: {', '.join(told)}\n"
    for name, loss in zip(names, found.losses, strict=True):
        if loss.refused:
            yield f"{name}: {_counted(loss.refused, 'row')} left out, since it takes no target {loss.refused_example}\n"
        if loss.renamed:
            yield f"{name}: read as labels of its own: {_counted(loss.renamed, 'label')} of the other class\n"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _summary_row(name: str, loss: LossSummary, weighted: bool) -> tuple[str, ...]:
    shares = [f"{100 * share:.3g} %" if share == share else "-" for share in (*loss.loss_shares, *loss.gradient_shares)]  # noqa: PLR0124 - nan
    means = [loss.mean, loss.sum, *([loss.weighted_mean] if weighted else []), loss.median]
    return (
        name,
        str(loss.rows),
        *(f"{value:.7g}" for value in means),
        *shares,
        str(loss.infinite),
        str(loss.undefined),
    )


def rows_records(found: Summary, names: Sequence[str]) -> dict[str, Any]:
    """Return the same for JSON: numbers that are not finite are null."""
    losses = []
    for words, loss in zip(names, found.losses, strict=True):
        record = {"words": words, **asdict(loss)}
        for key in ("loss_shares", "gradient_shares"):
            record[key] = dict(zip(("worst_1_percent", "worst_10_percent"), record[key], strict=True))
        losses.append({key: _finite(value) for key, value in record.items()})
    skipped = found.skipped
    left = {"read": skipped.read, "without_number": skipped.missing, "with_text": skipped.text}
    return {"columns": found.columns._asdict(), "rows": left, "losses": losses}


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    return None if isinstance(value, float) and not isfinite(value) else value


def rows_table(found: Summary, names: Sequence[str]) -> Iterator[list[str]]:
    """Yield the header and the rows for CSV."""
    shares = [f"{quantity}_of_worst_{share}_percent" for quantity in ("loss", "gradient") for share in (1, 10)]
    plain = ("rows", "mean", "sum", "weighted_mean", "median")
    counts = ("infinite", "undefined", "refused")
    yield ["loss", *plain, *shares, *counts]
    for words, loss in zip(names, found.losses, strict=True):
        numbers = [getattr(loss, name) for name in plain] + [*loss.loss_shares, *loss.gradient_shares]
        yield [
            words,
            *("" if isnan(value) else shown(value) for value in numbers),
            *(str(getattr(loss, name)) for name in counts),
        ]


def suggestions_report(found: Sequence[Suggestion], pulled: Sequence[str]) -> Iterator[str]:
    """Yield a line for each suggested parameter, and the losses that few rows decide."""
    for item in found:
        words = f"{item.loss} --{item.parameter.replace('_', '-')} {item.value:.6g}"
        yield f"suggestion: {words}: {item.reason} ({item.source})\n"
    if pulled:
        yield f"1 % of the rows carry more than a tenth of all gradients of {', '.join(pulled)}\n"
