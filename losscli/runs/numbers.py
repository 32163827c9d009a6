"""The numbers of `--at`: value, gradient and Hessian at single predictions, as text, JSON or CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.errors import UsageError
from losscli.recipe.canonical import FIGURE_OPTIONS, option_flag
from losscli.recipe.reading import check_family, curves, predictions
from losscli.runs.job import Text

if TYPE_CHECKING:
    from losscli.recipe.request import Request

NOT_WITH_NUMBERS = (*sorted(FIGURE_OPTIONS - {"target"}), "output", "format", "terminal", "no_clobber")


def numbers(request: Request) -> Text:
    """Return the job of printing a table of numbers. Raise UsageError for options that are for figures."""
    for name in NOT_WITH_NUMBERS:
        if name in request.options:
            option = "-o" if name == "output" else option_flag(name)
            raise UsageError(f"--at prints numbers and {option} is for figures; give one or the other")
    if "json" in request.options and "csv" in request.options:
        raise UsageError("--json and --csv; give one or the other")
    check_family(request)
    chosen = curves(request)
    points = predictions(request, chosen)

    def text() -> str:
        from losscli.model.points import rows
        from losscli.wording.numbers import dumped, plain, record, separated, table

        found = rows(chosen, points)
        if "json" in request.options:
            return dumped([record(row) for row in found])
        if "csv" in request.options:
            return separated(table(found))
        return "".join(f"{plain(row)}\n" for row in found)

    return Text(text)
