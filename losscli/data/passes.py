"""A pass over rows: what is worked out of one block, by a worker that is given words and numbers alone."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from losscli.data.sources import rows
from losscli.data.statistics import Fine, Histogram, added
from losscli.data.tables import Skipped
from losscli.errors import UsageError
from losscli.lazy import Array, np
from losscli.model.curve import Curve
from losscli.model.domains import ClassIndex, Label, Nothing, PerClass, Scalar
from losscli.model.numbers import shown
from losscli.model.spelling import Spelling
from losscli.names.find import find
from losscli.own import find_own, is_own

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.data.arrays import Arrays
    from losscli.data.tables import Block, Columns, Rows
    from losscli.model.numbers import Value

NEGATIVE = {(-1.0, 1.0): (0.0, -1.0), (0.0, 1.0): (-1.0, 0.0)}  # the label of data -> that of the loss, by its labels


class Remade(Protocol):
    """What can be sent to another process, and makes a curve there."""

    def curve(self) -> Curve:
        """Return the curve."""


@dataclass(frozen=True)
class Words:
    """A curve by the name, switches and parameters that were typed; one of the user's own also by its settings."""

    name: str
    switches: tuple[tuple[str, bool], ...]
    parameters: tuple[tuple[str, Value], ...]
    settings: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, curve: Curve) -> Words:
        """Return what makes this curve again, with another target."""
        spelling = curve.spelling or Spelling(curve.name, curve.loss, curve.loss.parameters)
        named = tuple((item.name, value) for item, value in curve.named_parameters)
        return cls(spelling.name, tuple(spelling.chosen.items()), named, tuple(spelling.settings.items()))

    def curve(self) -> Curve:
        """Return the curve. Loads the code, if the name names code."""
        spelling = find_own(self.name).build(dict(self.settings)) if is_own(self.name) else find(self.name)
        if spelling is None:
            raise UsageError(
                f"no loss is called '{self.name}' where this is worked out; use the same version everywhere"
            )
        spelling, named = spelling.switched(dict(self.switches)), dict(self.parameters)
        return Curve(spelling.loss, None, spelling.canonical(named), spelling.label, spelling, named)


class FromFiles(NamedTuple):
    """Reads the blocks of files."""

    columns: Columns

    def rows(self, block: Block) -> Iterator[Rows]:
        """Yield the rows of a block, a few at a time."""
        return rows(block, self.columns)


class FromArrays(NamedTuple):
    """Reads the blocks of columns in memory."""

    arrays: Arrays

    def rows(self, block: Block) -> Iterator[Rows]:
        """Yield the rows of a block, a few at a time."""
        return self.arrays.rows(block)


Reader = FromFiles | FromArrays


class Usable(NamedTuple):
    """The rows whose targets a loss allows: a curve with these targets, predictions, and weights or None."""

    curve: Curve
    predictions: Array
    weights: Array | None


@dataclass
class LossSums:
    """What is counted and summed of one loss. Infinite and undefined values are in no sum."""

    rows: int = 0
    infinite: int = 0
    undefined: int = 0
    refused: int = 0  # targets that the loss does not allow
    refused_example: str = ""
    renamed: int = 0  # labels 0 that a loss of -1 and 1 reads as -1, or the other way round
    kept: int = 0  # labels that are called as the loss calls them, where others are renamed
    values: list[float] = field(default_factory=list)  # a sum for each block, as the next two
    weighted: list[float] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    histogram: Histogram = field(default_factory=lambda: Histogram(2))  # of the values; sums of values and |gradients|

    def merge(self, other: LossSums) -> None:
        """Add what was counted and summed of later blocks."""
        for name in ("rows", "infinite", "undefined", "refused", "renamed", "kept", "values", "weighted", "weights"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.refused_example = self.refused_example or other.refused_example
        self.histogram.merge(other.histogram)

    def add(self, values: Array, slopes: Array, weights: Array | None) -> None:
        """Add values of the loss, sizes of its gradients, and weights, of shape (N,)."""
        finite = np.isfinite(values)
        if not finite.all():
            self.infinite += int(np.isinf(values).sum())
            self.undefined += int(np.isnan(values).sum())
            values, slopes = values[finite], slopes[finite]
            weights = None if weights is None else weights[finite]
        self.rows += len(values)
        self.values.append(float(values.sum()))
        if weights is not None:
            self.weighted.append(float(values @ weights))
            self.weights.append(float(weights.sum()))
        self.histogram.add(values, values, slopes)

    def closed(self) -> LossSums:
        """Return this with one number for the sums of its block."""
        values, weighted, weights = ([added(parts)] for parts in (self.values, self.weighted, self.weights))
        return replace(self, values=values, weighted=weighted, weights=weights)

    def usable(self, curve: Curve, found: Rows) -> Usable:
        """Return the rows whose targets the loss allows, and count the others. Raise UsageError for wrong shapes."""
        kind: Any = curve.reads
        predictions, targets = found.predictions, found.targets
        check_shapes(curve, predictions, targets)
        if isinstance(kind, Nothing) or targets is None:
            return Usable(curve, predictions, found.weights)
        classes = predictions.shape[-1]
        if isinstance(kind, Label):
            targets = self._renamed(kind, targets)
        by_index = isinstance(kind, PerClass) and targets.ndim == 1
        allowed = (ClassIndex() if by_index else kind).allowed(targets, classes)
        weights = found.weights
        if not allowed.all():
            self._refuse(targets[~allowed])
            targets, predictions = targets[allowed], predictions[allowed]
            weights = None if weights is None else weights[allowed]
        if by_index:  # the target of a loss that reads a distribution is all of it in one class
            targets = (targets[:, None] == np.arange(classes)).astype(float)
        elif isinstance(kind, ClassIndex):
            targets = targets.astype(np.int64)
        target: Any = targets  # formulas take arrays as well
        return Usable(replace(curve, target=target), predictions, weights)

    def _renamed(self, kind: Label, targets: Array) -> Array:
        """Return labels 0 and 1 as -1 and 1 for a loss that reads those, and the other way round."""
        if kind.values not in NEGATIVE:
            return targets
        theirs, ours = NEGATIVE[kind.values]
        renamed = targets == theirs
        self.renamed += int(np.count_nonzero(renamed))
        self.kept += int(np.count_nonzero(targets == ours))
        return np.where(renamed, ours, targets)

    def _refuse(self, targets: Array) -> None:
        self.refused += len(targets)
        first = targets[0].tolist()
        self.refused_example = self.refused_example or (shown(first) if isinstance(first, float) else str(first))


def check_shapes(curve: Curve, predictions: Array, targets: Array | None) -> None:
    """Raise UsageError if a loss reads as many numbers as the columns do not have."""
    kind: Any = curve.reads
    reads = curve.loss.family.reads
    several = f"{predictions.shape[1]} numbers" if predictions.ndim > 1 else "one number"
    if curve.loss.family.vector != (predictions.ndim > 1):
        raise UsageError(f"a prediction is {several} in the data; {curve.name} reads {reads}")
    if isinstance(kind, Nothing):
        return
    if targets is None:
        raise UsageError(f"no target is in the data; the target of {curve.name} is {kind}")
    if targets.ndim > 1 and (not isinstance(kind, PerClass) or targets.shape != predictions.shape):
        beside = f" and a prediction of {several}" if isinstance(kind, PerClass) else ""
        raise UsageError(f"a target of {targets.shape[1]} numbers{beside}; the target of {curve.name} is {kind}")


def sizes(slopes: Array) -> Array:
    """Return the sizes of gradients, of shape (N,): of one number, or the Euclidean norm of several."""
    if slopes.ndim == 1:
        return abs(slopes)
    with np.errstate(over="ignore"):
        found: Array = np.sqrt((slopes * slopes).sum(axis=1))
    return found


Classes = dict[float | None, Histogram]  # the arguments of the formula, by label; None where there are no classes


@dataclass
class Sums:
    """What a first pass finds in some blocks."""

    skipped: Skipped
    losses: list[LossSums]
    arguments: Classes

    def merge(self, other: Sums) -> None:
        """Add what was found in later blocks."""
        self.skipped.merge(other.skipped)
        for mine, theirs in zip(self.losses, other.losses, strict=True):
            mine.merge(theirs)
        for label, histogram in other.arguments.items():
            self.arguments.setdefault(label, Histogram(1)).merge(histogram)


@dataclass(frozen=True)
class FirstPass:
    """Sums of every loss, and if wanted the distribution of what the first one's formula reads."""

    reader: Reader
    losses: tuple[Remade, ...]
    arguments: bool = False

    def __call__(self, block: Block) -> Sums:
        """Return what a block has."""
        curves = [item.curve() for item in self.losses]
        sums = Sums(Skipped(), [LossSums() for _ in curves], {})
        for found in self.reader.rows(block):
            sums.skipped.merge(found.skipped)
            for position, (curve, loss) in enumerate(zip(curves, sums.losses, strict=True)):
                usable = loss.usable(curve, found)
                values, slopes = usable.curve.terms(usable.predictions, 2)
                loss.add(values, sizes(slopes), usable.weights)
                if self.arguments and not position:
                    _add_arguments(sums.arguments, usable)
        return replace(sums, losses=[loss.closed() for loss in sums.losses])


def _add_arguments(found: Classes, usable: Usable) -> None:
    """Count what the formula reads (a residual, a margin, a logit, ...), by label if targets are labels."""
    curve = usable.curve
    if curve.loss.family.vector:
        return
    argument = np.asarray(curve.arguments(usable.predictions)[0], dtype=float)
    kind, target = curve.reads, np.asarray(curve.target)
    binary = isinstance(kind, Label) or (isinstance(kind, Scalar) and (kind.interval.low, kind.interval.high) == (0, 1))
    labels = np.unique(np.rint(target)).tolist() if binary else [None]
    finite = np.isfinite(argument)
    for label in labels:
        chosen = finite if label is None else finite & (np.rint(target) == label)
        found.setdefault(label, Histogram(1)).add(argument[chosen], argument[chosen])


@dataclass
class Details:
    """What a second pass finds in some blocks: of each loss the values in a few buckets, with their gradients."""

    losses: list[Fine]

    def merge(self, other: Details) -> None:
        """Add what was found in later blocks."""
        for mine, theirs in zip(self.losses, other.losses, strict=True):
            mine.merge(theirs)


@dataclass(frozen=True)
class SecondPass:
    """A closer look at a few buckets of each loss's values."""

    reader: Reader
    losses: tuple[Remade, ...]
    buckets: tuple[frozenset[int], ...]

    def __call__(self, block: Block) -> Details:
        """Return what a block has."""
        curves = [item.curve() for item in self.losses]
        details = Details([Fine(2) for _ in curves])
        for found in self.reader.rows(block):
            for curve, fine, buckets in zip(curves, details.losses, self.buckets, strict=True):
                if buckets:
                    usable = LossSums().usable(curve, found)
                    values, slopes = usable.curve.terms(usable.predictions, 2)
                    finite = np.isfinite(values)
                    fine.add(buckets, values[finite], values[finite], sizes(slopes)[finite])
        return details
