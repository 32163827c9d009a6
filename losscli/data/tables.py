"""Rows of targets, predictions and weights as arrays: what every kind of file is read to, a few rows at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from losscli.errors import UsageError
from losscli.lazy import Array, np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROWS_AT_ONCE = 16_384  # their arrays stay in a processor's own cache, which makes every step over them faster
NUMBERS_AT_ONCE = 1 << 18  # of rows with many numbers each
MAX_SHOWN = 30  # characters of a word that is no number


class Columns(NamedTuple):
    """The names of the columns that hold targets, predictions and weights.

    Several names of targets or predictions are one number each; a single name may be a column of lists.
    """

    targets: tuple[str, ...]  # none: the losses have no target
    predictions: tuple[str, ...]
    weight: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """All names, in the order in which a file's batches have their arrays."""
        return *self.targets, *self.predictions, *((self.weight,) if self.weight else ())


class Block(NamedTuple):
    """A part of a file that is one unit of work: parts `start` to `stop`, which the format counts as it likes."""

    file: str
    format: str
    start: int
    stop: int


class Described(NamedTuple):
    """What a file says of itself: the names of its columns, and its blocks."""

    names: list[str]
    blocks: list[Block]


class Batch(NamedTuple):
    """A few rows of a file, as read: an array for each name, of shape (N,) or (N, K), with nan where nothing is."""

    arrays: Sequence[Array]
    text: int = 0  # rows with a word where a number belongs; they have nan there
    example: str = ""  # the first such word, and its column

    @classmethod
    def of(cls, arrays: Sequence[Array], words: Sequence[Mapping[int, str]]) -> Batch:
        """Return a batch of arrays, and of the words in each of them that are no numbers, by row."""
        rows = {row: word for found in reversed(words) for row, word in found.items()}
        return cls(arrays, len(rows), rows[min(rows)] if rows else "")


@dataclass
class Skipped:
    """How many rows were read, and how many of them have no numbers to go on with."""

    read: int = 0
    missing: int = 0
    text: int = 0
    example: str = ""  # the first word where a number belongs

    def merge(self, other: Skipped) -> None:
        """Add what was counted in later rows."""
        self.read += other.read
        self.missing += other.missing
        self.text += other.text
        self.example = self.example or other.example


class Rows(NamedTuple):
    """Rows without missing numbers: targets and predictions of shape (N,) or (N, K), weights of shape (N,)."""

    targets: Array | None
    predictions: Array
    weights: Array | None
    skipped: Skipped


def rows_of(batch: Batch, columns: Columns) -> Rows:
    """Return the rows of a batch in which no number is missing. Raise UsageError for a weight below 0."""
    split = len(columns.targets)
    end = split + len(columns.predictions)
    targets = together(batch.arrays[:split]) if split else None
    predictions = together(batch.arrays[split:end])
    weights = batch.arrays[end] if columns.weight else None
    given = [array for array in (targets, predictions, weights) if array is not None]
    skipped = Skipped(len(predictions), 0, batch.text, batch.example)
    if any(np.isnan(array).any() for array in given):
        kept = ~np.any([np.isnan(array).reshape(len(array), -1).any(axis=1) for array in given], axis=0)
        skipped.missing = int(np.count_nonzero(~kept)) - batch.text
        predictions = predictions[kept]
        targets, weights = (None if array is None else array[kept] for array in (targets, weights))
    if weights is not None and weights.size and not (weights.min() >= 0 and weights.max() < np.inf):
        wrong = weights[~((weights >= 0) & (weights < np.inf))][0]
        raise UsageError(f"{columns.weight}: a weight is {wrong:g}; weights are finite and not below 0")
    return Rows(targets, predictions, weights, skipped)


def together(arrays: Sequence[Array]) -> Array:
    """Return one column as it is, and several as the columns of one array; lists of one number are that number."""
    found = arrays[0] if len(arrays) == 1 else np.column_stack(arrays)
    return found[:, 0] if found.shape[1:] == (1,) else found


def rows_at_once(width: int) -> int:
    """Return how many rows to read at a time, if one has so many numbers in the widest column."""
    return max(1, min(ROWS_AT_ONCE, NUMBERS_AT_ONCE // width))


def numbered(count: int) -> list[str]:
    """Return the names of columns that have none: they are counted from 1."""
    return [str(number) for number in range(1, count + 1)]


def column(values: Sequence[Any], name: str) -> tuple[Array, dict[int, str]]:
    """Return values as doubles, nan where they are no numbers, and the words that are none by row."""
    found, words = np.empty(len(values)), {}
    for row, value in enumerate(values):
        try:
            found[row] = value
        except (TypeError, ValueError):
            found[row] = np.nan
            if isinstance(value, str | bytes) and not _is_missing(str(value)):
                words[row] = f"{name} '{value[:MAX_SHOWN]!s}'"
    return found, words


MISSING = "na n/a nan null none nil missing . - ? #n/a #na <na>"  # in small letters; or nothing


def _is_missing(word: str) -> bool:
    """Return True if a word says that there is no number."""
    return not word.strip() or word.strip().lower() in MISSING.split()
