"""Parquet and Arrow files, also in stores such as s3://, with pyarrow: a row group or record batch is a block."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from losscli.data.stores import opened_there, pyarrow
from losscli.data.tables import Batch, Block, Described, column, rows_at_once
from losscli.errors import UsageError
from losscli.lazy import Array, np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BUFFER = 1 << 20  # bytes of a column that are held at once, where a row group may have many times as many
UNKNOWN_WIDTH = 256  # numbers in a list, where the type of a column does not say it


@contextmanager
def _parquet(file: str) -> Iterator[Any]:
    source = opened_there(file) if "://" in file else file
    with pyarrow(".parquet").ParquetFile(source, buffer_size=BUFFER) as found:
        yield found


@contextmanager
def _ipc(file: str) -> Iterator[Any]:
    """Open an Arrow file. A local one is mapped, so that a batch costs no more memory than the columns in use."""
    source = opened_there(file) if "://" in file else pyarrow().memory_map(file)
    with source, pyarrow(".ipc").open_file(source) as found:
        yield found


def describe_parquet(file: str) -> Described:
    """Return the columns and the row groups of a Parquet file."""
    with _parquet(file) as found:
        rows = [found.metadata.row_group(group).num_rows for group in range(found.num_row_groups)]
        blocks = [Block(file, "parquet", group, group + 1) for group, size in enumerate(rows) if size]
        return Described(list(found.schema_arrow.names), blocks)


def describe_ipc(file: str) -> Described:
    """Return the columns and the record batches of an Arrow file."""
    with _ipc(file) as found:
        blocks = [Block(file, "arrow", index, index + 1) for index in range(found.num_record_batches)]
        return Described(list(found.schema.names), blocks)


def read_parquet(block: Block, names: Sequence[str]) -> Iterator[Batch]:
    """Yield the rows of a row group, a few at a time: it need not fit into memory."""
    with _parquet(block.file) as found:
        rows = rows_at_once(_width(found.schema_arrow, names))
        groups, columns = list(range(block.start, block.stop)), [*{*names}]
        for part in found.iter_batches(rows, row_groups=groups, columns=columns, use_threads=False):
            yield _batch(part, names)


def read_ipc(block: Block, names: Sequence[str]) -> Iterator[Batch]:
    """Yield the rows of a record batch, a few at a time."""
    with _ipc(block.file) as found:
        rows = rows_at_once(_width(found.schema, names))
        for index in range(block.start, block.stop):
            whole = found.get_batch(index)
            for start in range(0, whole.num_rows, rows):
                yield _batch(whole.slice(start, rows), names)


def _width(schema: Any, names: Sequence[str]) -> int:
    """Return how many numbers a row has at most in one of the columns, or in all predictions together."""
    types = pyarrow().types
    widths = [1]
    for name in {*names}:
        kind = schema.field(name).type
        if types.is_fixed_size_list(kind):
            widths.append(kind.list_size)
        elif types.is_list(kind) or types.is_large_list(kind):
            widths.append(UNKNOWN_WIDTH)
    return max(*widths, len(names))


def _batch(part: Any, names: Sequence[str]) -> Batch:
    """Return the columns of a record batch as arrays of doubles."""
    found = [_column(part.column(part.schema.get_field_index(name)), name) for name in names]
    return Batch.of([array for array, _ in found], [words for _, words in found])


def _column(values: Any, name: str) -> tuple[Array, dict[int, str]]:
    """Return a column as doubles, nan where it is null, and the words that are no numbers by row."""
    types, kind = pyarrow().types, values.type
    if types.is_floating(kind) or types.is_integer(kind):
        return _numbers(values), {}
    if types.is_boolean(kind) or types.is_decimal(kind):
        return _numbers(values.cast(pyarrow().float64())), {}
    if types.is_fixed_size_list(kind) or types.is_list(kind) or types.is_large_list(kind):
        return _lists(values, name), {}
    if types.is_string(kind) or types.is_large_string(kind) or types.is_dictionary(kind) or types.is_null(kind):
        return column(values.to_pylist(), name)
    raise UsageError(f"column {name} is of type {kind}; a column holds numbers, or lists of as many numbers each")


def _numbers(values: Any) -> Array:
    """Return numbers as doubles, nan where they are null. pyarrow's own to_numpy() would import pandas first."""
    if not len(values):
        return np.empty(0)
    dtype, end = np.dtype(values.type.to_pandas_dtype()), values.offset + len(values)
    found = np.frombuffer(values.buffers()[1], dtype, end)[values.offset :].astype(float, copy=False)
    return np.where(_present(values), found, np.nan) if values.null_count else found


def _present(values: Any) -> Any:
    """Return where values are not null."""
    bits = values.buffers()[0]
    if bits is None:
        return np.ones(len(values), bool)
    end = values.offset + len(values)
    return np.unpackbits(np.frombuffer(bits, np.uint8), count=end, bitorder="little")[values.offset :].astype(bool)


def _lists(values: Any, name: str) -> Array:
    """Return lists of K numbers as an array of shape (N, K). Raise UsageError if they differ in length."""
    lengths = _numbers(pyarrow(".compute").list_value_length(values).drop_null())
    size = int(lengths.max()) if lengths.size else 1
    if (lengths != size).any():
        least = int(lengths.min())
        raise UsageError(f"column {name} has lists of {least} and of {size} numbers; all rows have as many")
    found = np.full((len(values), size), np.nan)
    found[_present(values)] = _column(values.flatten(), name)[0].reshape(-1, size)
    return found


PARQUET = (describe_parquet, read_parquet)
ARROW = (describe_ipc, read_ipc)
