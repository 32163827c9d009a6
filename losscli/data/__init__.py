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
from losscli.data.statistics import Cut, Histogram, Place, added, place
from losscli.data.stores import READABLE
from losscli.data.work import Workers, reduced
from losscli.errors import UsageError
from losscli.lazy import np
from losscli.model.domains import Nothing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from losscli.data.passes import Sums
    from losscli.data.statistics import Fine
    from losscli.data.tables import Block, Columns, Skipped
    from losscli.lazy import Array
    from losscli.model.curve import Curve
    from losscli.model.numbers import Value

NO_ROWS = "the data has no rows; each row is a prediction and its target"
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
    parameters: dict[str, Value]
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
    values: tuple[Histogram, ...]  # the distribution of the values of each loss


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
    if sums is None:
        raise UsageError(NO_ROWS)
    _check(sums, curves)
    marks = [_marks(loss) for loss in sums.losses]
    second = SecondPass(planned.reader, words, tuple(each.unclear for each in marks))
    details = reduced(second, planned.blocks, workers, progress) if any(second.buckets) else None
    fine: Sequence[Fine | None] = details.losses if details else [None] * len(words)
    found = [_finished(*each) for each in zip(curves, sums.losses, marks, fine, strict=True)]
    values = tuple(loss.histogram for loss in sums.losses)
    return Summary(tuple(found), planned.columns, sums.skipped, sums.arguments, values)


def _check(sums: Sums, curves: Sequence[Curve]) -> None:
    """Raise UsageError if no row has numbers, a loss allows no target, or labels -1, 0 and 1 are all there."""
    read = sums.skipped.read
    if not read:
        raise UsageError(NO_ROWS)
    if read == sums.skipped.missing + sums.skipped.text:
        example = f": one has {sums.skipped.example}" if sums.skipped.example else ""
        raise UsageError(f"no row of {read} has numbers{example}; a row is a prediction and its target")
    for curve, loss in zip(curves, sums.losses, strict=True):
        if loss.refused and not loss.rows + loss.infinite + loss.undefined:
            raise UsageError(f"target {loss.refused_example} in the data; the target of {curve.name} is {curve.reads}")
        if loss.renamed and loss.kept:
            raise UsageError(f"targets -1, 0 and 1 in the data; the target of {curve.name} is {curve.reads}")


class Marks(NamedTuple):
    """Where in the histogram of a loss's values what is wanted of them lies: the median, and the largest ones.

    A bucket seldom has a thousandth of many rows, and then it is known well enough from one pass. Of few rows, and of
    values that are nearly the same (a bounded loss's far from the target), a second pass looks into the buckets.
    """

    middle: Sequence[Place]  # the one or two numbers in the middle
    cuts: Sequence[Cut]

    @property
    def unclear(self) -> frozenset[int]:
        """The buckets to look into."""
        both: list[Place | Cut] = [*self.middle, *self.cuts]
        return frozenset(each.bucket for each in both if not each.near)

    def median(self, fine: Fine | None) -> float:
        """Return the mean of the numbers in the middle; nan if there are none."""
        found = [fine.at_rank(each.bucket, each.rank) if fine and not each.near else each.mean for each in self.middle]
        return found[0] + (found[-1] - found[0]) / 2 if found else nan

    def shares(self, totals: Array, fine: Fine | None) -> list[tuple[float, ...]]:
        """Return how much of each total the largest values carry, for each of SHARES."""
        with np.errstate(all="ignore"):
            parts = [
                each.above + (fine.largest(each.bucket, each.rest) if fine and not each.near else each.inside)
                for each in self.cuts
            ]
            found = [tuple((part / totals).tolist()) for part in parts]
        return [*zip(*found, strict=True)] or [(nan,) * len(SHARES)] * len(totals)


def _marks(loss: LossSums) -> Marks:
    ranks = {(loss.rows - 1) // 2, loss.rows // 2} if loss.rows else set()
    cuts = [loss.histogram.cut(share) for share in SHARES]
    return Marks([place(loss.histogram, rank) for rank in sorted(ranks)], [cut for cut in cuts if cut])


def _finished(curve: Curve, loss: LossSums, marks: Marks, fine: Fine | None) -> LossSummary:
    """Return the numbers of one loss."""
    total, weights = added(loss.values), added(loss.weights)
    loss_shares, gradient_shares = marks.shares(loss.histogram.totals, fine)
    return LossSummary(
        name=curve.name,
        parameters={item.name: value for item, value in curve.named_parameters},
        rows=loss.rows,
        mean=total / loss.rows if loss.rows else nan,
        sum=total,
        weighted_mean=added(loss.weighted) / weights if weights else nan,
        median=marks.median(fine),
        loss_shares=loss_shares,
        gradient_shares=gradient_shares,
        infinite=loss.infinite,
        undefined=loss.undefined,
        refused=loss.refused,
        refused_example=loss.refused_example,
        renamed=loss.renamed,
    )
