"""The job of `--data`: what losses make of one's own predictions, as a table and as a figure."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from losscli.errors import LossplotError, UsageError
from losscli.model.numbers import shown
from losscli.recipe.canonical import FIGURE_OPTIONS, canonical, option_flag
from losscli.recipe.reading import check_family, curves
from losscli.recipe.request import LossWord, Request
from losscli.runs.drawing import check_formats, drawing
from losscli.runs.job import Job

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.data import Summary
    from losscli.data.suggest import Suggestion
    from losscli.model.curve import Curve
    from losscli.recipe.formats import Output
    from losscli.runs.drawing import Drawing

NOT_WITH_ROWS = ("target", "at", "pairs", "order", "terminal", "logits", "vary", "view")
NOT_WITH_SEVERAL = ("range", "show", "mark")
OUTER = 0.005  # share of the rows on each side that the axis may leave out
MARGIN = 0.05  # of the width of what it shows, on each side


@dataclass(frozen=True)
class Predicting(Job):
    """One's own predictions, the losses, and the figure of both, if one was asked for."""

    request: Request
    curves: tuple[Curve, ...]
    into: str
    planned: Drawing | None  # the figure in the losses' own range

    @property
    def writes(self) -> tuple[Output, ...]:
        """The files of the figure."""
        return self.planned.writes if self.planned else ()

    def perform(self) -> None:
        """Read the data, print the table and draw the figure."""
        from losscli.data import from_files, summary
        from losscli.data.suggest import pulled, suggestions

        options = self.request.options
        with (
            _workers(self.request) as workers,
            click.progressbar(length=1, file=sys.stderr, hidden=not sys.stderr.isatty(), label="data") as bar,
        ):
            asked = self.request.get("columns", "").split(",") if "columns" in options else ()
            planned = from_files(options["data"], self.curves, asked, self.request.get("weights"))
            bar.length = len(planned.blocks)

            def progress(done: int, _all: int) -> None:
                bar.update(done - bar.pos)

            same: dict[str, Any] = {"workers": workers, "progress": progress}
            found = summary(self.curves, planned, arguments=self.planned is not None, **same)
            suggested = suggestions(self.curves, planned, **same) if "suggest" in options else []
        self._print(found, suggested, pulled(found) if "suggest" in options else [])
        if self.planned:
            self._figure(found, suggested).perform()

    def _print(self, found: Summary, suggested: Sequence[Suggestion], few: Sequence[str]) -> None:
        from losscli.wording.numbers import dumped, separated
        from losscli.wording.reports import rows_records, rows_report, rows_table, suggestions_report

        names = [_words(curve) for curve in self.curves]
        if "json" in self.request.options:
            more = {"suggestions": [item._asdict() for item in suggested]} if suggested else {}
            sys.stdout.write(dumped(rows_records(found, names) | more))
        elif "csv" in self.request.options:
            sys.stdout.writelines(separated(rows_table(found, names)))
        else:
            sys.stdout.writelines(rows_report(found, names))
            sys.stdout.writelines(suggestions_report(suggested, few))

    def _figure(self, found: Summary, suggested: Sequence[Suggestion]) -> Drawing:
        """Return the drawing in the range of the data, with the suggested parameters of its losses as more curves."""
        from losscli.drawing.below import Rows, Values

        drawable = [(rows, _words(curve)) for rows, curve in zip(found.values, self.curves, strict=True) if rows.total]
        if not drawable:
            raise LossplotError("no row has a finite loss; there is nothing to draw")
        words = tuple(_with_suggestions(word, suggested) for word in self.request.losses)
        options = dict(self.request.options)
        vector = self.curves[0].loss.family.vector
        if not vector:
            options.setdefault("range", _range(found, self.curves[0]))
            options.setdefault("xlabel", _axis(self.curves[0]))
        options.setdefault("title", ", ".join(Path(file).name or file for file in options["data"]))
        labels = [shown(label) for label in sorted(found.arguments, key=str) if label is not None]
        if labels and not _joins(self.curves[0]):
            options["target"] = tuple(labels)
        drawn = drawing(Request(words, _of_figure(options)), self.into)
        recipe = replace(drawn.recipe, words=canonical(self.request))
        quiet = drawn.quiet or bool({"json", "csv"} & options.keys())
        values, names = [rows for rows, _ in drawable], [name for _, name in drawable]
        below = Values(values, names) if vector else Rows(found.arguments)
        return replace(drawn, recipe=recipe, quiet=quiet, below=below)


def predictions(request: Request, into: str) -> Predicting:
    """Return the job of --data. Raise UsageError for options that do not go with it, before any file is read."""
    _check_options(request)
    vector = check_family(request).vector
    planned = None
    if "output" in request.options:
        for name in NOT_WITH_SEVERAL if vector else ():
            if name in request.options:
                raise UsageError(
                    f"{option_flag(name)} is for losses of one number; of others the losses of rows are shown"
                )
        planned = drawing(Request(request.losses, _of_figure(request.options)), into)
        check_formats(planned, "with --data")
    return Predicting(request, curves(request), into, planned)


def _check_options(request: Request) -> None:
    given = request.options.keys()
    for name in NOT_WITH_ROWS:
        if name in given:
            raise UsageError(f"{option_flag(name)} does not go with --data, whose rows have targets and predictions")
    request.one_of("json", "csv")
    request.one_of("jobs", "dask")
    for name in sorted(FIGURE_OPTIONS & given) if "output" not in given else ():
        raise UsageError(f"{option_flag(name)} is for a figure, and --data alone prints a table; add -o FILE")


def _of_figure(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options of a figure among these."""
    kept = {*FIGURE_OPTIONS, "output", "format", "no_clobber", "quiet"}
    return {name: value for name, value in options.items() if name in kept}


def _workers(request: Request) -> Any:
    """Return a context that provides who does the work."""
    from losscli.data.work import Workers, cluster, processes

    if "dask" in request.options:
        return cluster(request.options["dask"])
    jobs = int(request.get("jobs", 1))
    return processes(jobs) if jobs > 1 else nullcontext(Workers())


def _words(curve: Curve) -> str:
    """Return a curve as words of a command line."""
    listed = [(item.name, value) for item, value in curve.named_parameters if not item.is_off(value)]
    given: dict[str, tuple[Any, ...]] = {name: (value,) for name, value in listed}
    assert curve.spelling is not None  # noqa: S101 - of a request
    return canonical(Request((LossWord(curve.spelling, given),), {}))


def _with_suggestions(word: LossWord, suggested: Sequence[Suggestion]) -> LossWord:
    """Return a loss word with the values that are suggested for its parameters, each another curve."""
    own = [item for item in suggested if item.loss == word.loss.name and word.spelling.name == word.loss.name]
    more = dict(word.parameters)
    for item in own:
        known = next(one for one in word.spelling.parameters if one.name == item.parameter)
        before = more.get(item.parameter) or (known.default,)
        more[item.parameter] = (*before, float(f"{item.value:.4g}"))
    return LossWord(word.spelling, more)


def _range(found: Summary, curve: Curve) -> tuple[float, float]:
    """Return the range of predictions that shows all but a few of the rows, and where the curve's argument is 0."""
    from losscli.data.statistics import Histogram, quantile

    whole = Histogram(1)
    for rows in found.arguments.values():
        whole.merge(rows)
    low, high = (quantile(whole, share) for share in (OUTER, 1 - OUTER))
    low, high = min(low, 0.0), max(high, 0.0)
    wide = MARGIN * (high - low or 1.0)
    domain, target = curve.domain, curve.canonical_target
    ends = (curve.loss.family.prediction(end, target) for end in (low - wide, high + wide))
    first, last = sorted(ends)
    return max(first, domain.low), min(last, domain.high)


def _axis(curve: Curve) -> str:
    """Return the label of the axis: what the formula reads, such as the residual: the prediction at target 0."""
    family = curve.loss.family
    return family.name.capitalize() if _joins(curve) else family.label


def _joins(curve: Curve) -> bool:
    """Return True if the formula reads one number made of prediction and target, such as the residual r = f - y."""
    return " = " in curve.loss.family.symbols.partition(",")[0]
