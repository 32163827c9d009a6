"""The numbers of `--at` and `--pairs`: value, gradient and Hessian at single predictions, as text, JSON or CSV."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from losscli.errors import UsageError
from losscli.model.loss import QUANTITIES
from losscli.recipe.canonical import FIGURE_OPTIONS, FOR_ROWS, option_flag
from losscli.recipe.predictions import matched, read_points
from losscli.recipe.reading import check_family, curves
from losscli.runs.job import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from losscli.lazy import Array
    from losscli.model.curve import Curve
    from losscli.recipe.request import Request

NOT_WITH_NUMBERS = (
    *sorted(FIGURE_OPTIONS - {"target"}),
    "output",
    "format",
    "terminal",
    "no_clobber",
    "data",
    *FOR_ROWS,
)


def numbers(request: Request) -> Text:
    """Return the job of printing a table of numbers. Raise UsageError for options that are for figures."""
    _check_options(request)
    form = request.one_of("json", "csv") or "text"
    points = read_points(request, vector=check_family(request).vector)
    _, *classes = points[0].values.shape
    found = matched(points, curves(request._replace(classes=sum(classes))))
    count = int(request.get("order", len(QUANTITIES) - 1)) + 1
    return Text(lambda: _parts(found, form, count))


def _check_options(request: Request) -> None:
    source = "--pairs" if "pairs" in request.options else "--at"
    for name in NOT_WITH_NUMBERS:
        if name in request.options:
            option = "-o" if name == "output" else option_flag(name)
            raise UsageError(f"{source} prints numbers and {option} is for figures; give one or the other")
    for name in ("target", "at"):
        if source == "--pairs" and name in request.options:
            raise UsageError(f"--pairs gives predictions and targets, and so does --{name}; give one or the other")


def _parts(found: list[tuple[Curve, Array]], form: str, count: int) -> Iterable[str]:
    """Yield the text for each curve at its predictions, with the first `count` of its terms."""
    from losscli.model.points import rows
    from losscli.wording.numbers import listed, plain, records, separated, table

    evaluated = [(curve, rows(curve, predictions, count)) for curve, predictions in found]
    if form == "csv":
        return separated(table(evaluated, count))
    if form == "json":
        return listed(chain.from_iterable(records(*own) for own in evaluated))
    return chain.from_iterable(plain(*own) for own in evaluated)
