"""One's own predictions at any size: what losses say of the rows of files or arrays, in constant memory.

The way: files to blocks (sources), blocks to rows (tables), rows to sums (passes), merged in order (work), to numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Any, NamedTuple

from losscli.data.arrays import arrays_of
from losscli.data.columns import chosen
from losscli.data.passes import Classes, FirstPass, FromArrays, FromFiles, LossSums, Reader, Remade, SecondPass, Words
from losscli.data.sources import described, expanded
from losscli.data.statistics import Place, added, place
from losscli.data.stores import READABLE
from losscli.data.work import Workers, reduced
from losscli.errors import UsageError
from losscli.model.domains import Nothing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from losscli.data.statistics import Fine
    from losscli.data.tables import Block, Columns, Skipped
    from losscli.model.curve import Curve

SHARES = (0.01, 0.1)  # of the rows, those with the largest values


class Planned(NamedTuple):
    """Rows to be read: how, in which blocks, and of which columns."""

    reader: Reader
    blocks: Sequence[Block]
    columns: Columns


@dataclass(frozen=True)
class LossSummary:
    """What one loss says of the rows at which its value is finite; `rows` is how many these are.

    The shares are those of SHARES: how much of the sum of the values, and of the sizes of the gradients, the rows with
    the largest values carry. They are nan of a sum of 0, and of gradients that are infinite or not known.
    """

    name: str
    parameters: dict[str, float | None]
    rows: int
    mean: float
    sum: float
    weighted_mean: float  # nan without weights
    median: float  # exact for few rows; of many, its rank is right to a thousandth
    loss_shares: tuple[float, ...]
    gradient_shares: tuple[float, ...]
    infinite: int
    undefined: int
    refused: int  # rows with a target that the loss does not allow
    refused_example: str
    renamed: int  # rows whose label 0 was read as -1, or -1 as 0


class Summary(NamedTuple):
    """What losses say of one's own predictions."""

    losses: tuple[LossSummary, ...]
    columns: Columns
    skipped: Skipped  # how many rows were read, and how many of them left out
    arguments: Classes  # the distribution of what the first loss reads, by label; empty unless it was asked for


def from_files(
    files: Sequence[str], curves: Sequence[Curve], columns: Sequence[str] = (), weight: str | None = None
) -> Planned:
    """Return the rows of files, folders, addresses of a store, or `-` for stdin; files follow one another.

    Raises UsageError if the columns are not there or cannot be guessed, LossplotError if a file cannot be read.
    """
    found: Columns | None = None
    blocks: list[Block] = []
    targets = any(not isinstance(curve.reads, Nothing) for curve in curves)
    several = any(curve.loss.family.vector for curve in curves)
    for file in expanded(files):
        names, inside = described(file)
        try:
            if found is None:
                found = chosen(names, columns, weight, targets=targets, several=several)
            chosen(names, [*found.targets, *found.predictions], weight, targets=targets, several=several)
        except UsageError as error:
            raise UsageError(f"{file}: {error}") from None
        blocks += inside
    if found is None:
        raise UsageError(f"no file is named; {READABLE}")
    return Planned(FromFiles(found), blocks, found)


def from_arrays(targets: Any, predictions: Any, weights: Any = None) -> Planned:
    """Return rows in memory: arrays, lists, pandas or polars columns. Raise UsageError if their lengths differ."""
    arrays = arrays_of(targets, predictions, weights)
    return Planned(FromArrays(arrays), arrays.blocks, arrays.columns)


def summary(
    curves: Sequence[Curve],
    planned: Planned,
    *,
    remade: Sequence[Remade] | None = None,
    workers: Workers | None = None,
    arguments: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Summary:
    """Return what losses say of rows: the same, to the last digit, for any number of workers.

    `remade` says how a worker makes the curves, where their names alone do not. With `arguments` the distribution of
    what the first loss reads is found as well. `progress` is called with the blocks that are done, and with all.
    Raises UsageError if no row can be used, or a column does not go with a loss.
    """
    words = tuple(remade or map(Words.of, curves))
    workers = workers or Workers()
    sums = reduced(FirstPass(planned.reader, words, arguments), planned.blocks, workers, progress)
    if sums is None or not sums.skipped.read:
        raise UsageError("the data has no rows; each row is a prediction and its target")
    if sums.skipped.read == sums.skipped.missing + sums.skipped.text:
        example = f", such as {sums.skipped.example}" if sums.skipped.example else ""
        raise UsageError(f"none of the {sums.skipped.read} rows has a number in every column{example}")
    for curve, loss in zip(curves, sums.losses, strict=True):
        _check_targets(curve, loss)
    medians = _medians(sums.losses, SecondPass(planned.reader, words, ()), planned, workers, progress)
    found = [_finished(*each) for each in zip(curves, sums.losses, medians, strict=True)]
    return Summary(tuple(found), planned.columns, sums.skipped, sums.arguments)


def _check_targets(curve: Curve, loss: LossSums) -> None:
    """Raise UsageError if a loss allows no target of the data, or if labels -1, 0 and 1 are all there."""
    if loss.refused and not loss.rows + loss.infinite + loss.undefined:
        raise UsageError(f"target {loss.refused_example} in the data; the target of {curve.name} is {curve.reads}")
    if loss.renamed and loss.kept:
        raise UsageError(f"targets -1, 0 and 1 in the data; the target of {curve.name} is {curve.reads}")


def _medians(
    losses: Sequence[LossSums],
    second: SecondPass,
    planned: Planned,
    workers: Workers,
    progress: Callable[[int, int], None] | None,
) -> list[float]:
    """Return the median of each loss's values, nan of none. Rows are read again if one is not known well enough.

    Most are: a bucket of the histogram seldom has a thousandth of many rows. Few rows, or values that are nearly the
    same, need the second pass, which knows the values of such buckets to nine digits.
    """
    middles = [_middle(loss) for loss in losses]
    buckets = tuple(frozenset(each.bucket for each in middle if not each.near) for middle in middles)
    details: list[Fine | None] = [None] * len(losses)
    if any(buckets):
        task = SecondPass(second.reader, second.losses, buckets)
        found = reduced(task, planned.blocks, workers, progress)
        details = [*found.losses] if found else details
    return [_median(*pair) for pair in zip(middles, details, strict=True)]


def _middle(loss: LossSums) -> list[Place]:
    """Return where the one or two numbers in the middle of a loss's values are."""
    ranks = {(loss.rows - 1) // 2, loss.rows // 2} if loss.rows else set()
    return [place(loss.histogram, rank) for rank in sorted(ranks)]


def _median(middle: Sequence[Place], details: Fine | None) -> float:
    """Return the mean of the numbers in the middle; nan if there are none."""
    found = [each.mean if each.near or details is None else details.at_rank(each.bucket, each.rank) for each in middle]
    return found[0] + (found[-1] - found[0]) / 2 if found else nan


def _finished(curve: Curve, loss: LossSums, median: float) -> LossSummary:
    """Return the numbers of one loss."""
    total, weights = added(loss.values), added(loss.weights)
    shares = [loss.histogram.share_of_largest(share) for share in SHARES]
    return LossSummary(
        name=curve.name,
        parameters={item.name: value for item, value in curve.named_parameters},
        rows=loss.rows,
        mean=total / loss.rows if loss.rows else nan,
        sum=total,
        weighted_mean=added(loss.weighted) / weights if weights else nan,
        median=median,
        loss_shares=tuple(share[0] for share in shares),
        gradient_shares=tuple(share[1] for share in shares),
        infinite=loss.infinite,
        undefined=loss.undefined,
        refused=loss.refused,
        refused_example=loss.refused_example,
        renamed=loss.renamed,
    )
