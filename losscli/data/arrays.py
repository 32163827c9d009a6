"""Columns in memory: arrays, lists, pandas and polars columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from losscli.data.tables import Batch, Block, Columns, column, rows_at_once, rows_of
from losscli.errors import UsageError
from losscli.lazy import Array, np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from losscli.data.tables import Rows
    from losscli.model.curve import Curve

BLOCK_ROWS = 1 << 20


@dataclass(frozen=True, eq=False)
class Arrays:
    """Columns in memory, read in blocks like those of a file."""

    columns: Columns
    arrays: tuple[Array, ...]  # of shape (N,) or (N, K)
    words: tuple[Mapping[int, str], ...]  # in each array, those that are no numbers, by row

    @property
    def blocks(self) -> list[Block]:
        """Fixed numbers of rows."""
        rows = len(self.arrays[0])
        return [Block("", "memory", at, min(at + BLOCK_ROWS, rows)) for at in range(0, rows, BLOCK_ROWS)]

    def read(self, block: Block) -> Iterator[Batch]:
        """Yield the rows of a block, a few at a time."""
        step = rows_at_once(max(array[:1].size for array in self.arrays))
        for start in range(block.start, block.stop, step):
            part = slice(start, min(start + step, block.stop))
            rows = range(part.start, part.stop)
            words = [{row: found[row] for row in rows if row in found} if found else {} for found in self.words]
            yield Batch.of([np.ascontiguousarray(array[part], dtype=float) for array in self.arrays], words)

    def rows(self, block: Block) -> Iterator[Rows]:
        """Yield the rows of a block, a few at a time, without those that have no numbers."""
        for batch in self.read(block):
            yield rows_of(batch, self.columns)


def arrays_of(targets: Any, predictions: Any, weights: Any = None) -> Arrays:
    """Return columns of arrays, lists, pandas or polars columns. Raise UsageError if their lengths differ.

    Targets may be None for losses that have none. None and what pandas calls NA are missing numbers.
    """
    given = {"targets": targets, "predictions": predictions, "weights": weights}
    found = {name: _column(values, name) for name, values in given.items() if values is not None}
    sizes = {name: len(array) for name, (array, _) in found.items()}
    if len({*sizes.values()}) > 1:
        said = ", ".join(f"{name} {size}" for name, size in sizes.items())
        raise UsageError(f"columns of different lengths: {said}; each row has a number in every column")
    columns = Columns(
        ("targets",) if targets is not None else (), ("predictions",), "weights" if weights is not None else None
    )
    return Arrays(columns, tuple(array for array, _ in found.values()), tuple(words for _, words in found.values()))


def _column(values: Any, name: str) -> tuple[Array, Mapping[int, str]]:
    """Return an array of numbers, nan for what is none, and the words by row. Raise UsageError if it is no column."""
    array = np.asarray(np.ma.filled(values.astype(float), np.nan) if np.ma.is_masked(values) else values)
    if array.ndim not in (1, 2):
        raise UsageError(f"{name} of shape {array.shape}; a column has one number a row or several: (N,) or (N, K)")
    if array.dtype.kind in "biuf":
        return array, {}
    if array.dtype.kind not in "OUS":
        raise UsageError(f"{name} of type {array.dtype}; a column is of numbers")
    found, words = column(array.ravel().tolist(), name)
    width = array[:1].size or 1
    return found.reshape(array.shape), {at // width: word for at, word in words.items()}


class Held(NamedTuple):
    """A curve that is made again where it is, such as that of a function: it cannot be sent to other processes."""

    held: Curve

    def curve(self) -> Curve:
        """Return the curve."""
        return self.held
