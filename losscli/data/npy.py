"""NPY and NPZ files, read in order, a few rows at a time: neither need fit into memory, and no pickle is loaded."""

from __future__ import annotations

from contextlib import ExitStack
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple
from zipfile import ZipFile

from losscli.data.stores import opened
from losscli.data.tables import Batch, Block, Described, numbered, rows_at_once
from losscli.errors import UsageError
from losscli.lazy import Array, np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BLOCK_ROWS = 1 << 20
MAX_RATIO, LARGE = 200, 1 << 30  # numbers are seldom packed so tightly; what is, and is larger, is taken for a trap


class Header(NamedTuple):
    """What the head of an array says: rows, numbers in a row, type, and whether columns come one after the other."""

    rows: int
    width: int | None  # None: an array of one dimension
    dtype: Any
    by_column: bool

    @property
    def row_bytes(self) -> int:
        """The bytes of a row."""
        return int(self.dtype.itemsize) * (self.width or 1)


def _header(stream: Any, name: str) -> Header:
    """Read the head of an array. Raise UsageError for anything but numbers in one or two dimensions."""
    version = np.lib.format.read_magic(stream)
    readers = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
    if version not in readers:
        raise ValueError(f"NPY of version {version[0]}.{version[1]}")
    shape, by_column, dtype = readers[version](stream)
    if dtype.hasobject:
        raise UsageError(f"{name}: it holds Python objects as a pickle, which is never loaded; save arrays of numbers")
    parts = [dtype[index] for index in range(len(dtype.names))] if dtype.names else [dtype]
    if len(shape) not in (1, 2) or any(part.kind not in "biuf" for part in parts):
        raise UsageError(
            f"{name}: it is of type {dtype} and shape {shape}; columns are numbers of shape (N,) or (N, K)"
        )
    return Header(shape[0], shape[1] if len(shape) > 1 else None, dtype, by_column and len(shape) > 1)


def describe_npy(file: str) -> Described:
    """Return the columns of an array, and blocks of its rows. Raise ValueError if the file breaks off."""
    with opened(file) as stream:
        header = _header(stream, file)
        start = stream.tell()
        there = stream.seek(0, 2) or stream.tell()
    needed = header.rows * header.row_bytes
    if there - start < needed:
        raise ValueError(f"it has {there - start} bytes of numbers where its head says {needed}")
    names = list(header.dtype.names or numbered(header.width or 1))
    starts = range(0, header.rows, BLOCK_ROWS)
    return Described(names, [Block(file, "npy", at, min(at + BLOCK_ROWS, header.rows)) for at in starts])


def read_npy(block: Block, names: Sequence[str]) -> Iterator[Batch]:
    """Yield rows of an array."""
    with ExitStack() as stack:
        stream = stack.enter_context(opened(block.file))
        header = _header(stream, block.file)
        begin, size, rows = stream.tell(), header.dtype.itemsize, rows_at_once(header.width or 1)
        if header.by_column:
            streams = [stack.enter_context(opened(block.file)) for _ in names]
            for name, each in zip(names, streams, strict=True):
                each.seek(begin + ((int(name) - 1) * header.rows + block.start) * size)
        else:
            stream.seek(begin + block.start * header.row_bytes)
        for at in range(block.start, block.stop, rows):
            count = min(rows, block.stop - at)
            if header.by_column:
                yield Batch([_numbers(each, header.dtype, (count,)) for each in streams])
            else:
                yield Batch(_picked(_numbers(stream, header.dtype, (count, header.width or 1)), names))


def _picked(table: Any, names: Sequence[str]) -> list[Array]:
    """Return the columns of these names: fields, or numbers counted from 1."""
    fields = table.dtype.names
    found = [table[:, 0][name] if fields else table[:, int(name) - 1] for name in names]
    return [np.ascontiguousarray(array, dtype=float) for array in found]


def _numbers(stream: Any, dtype: Any, shape: tuple[int, ...]) -> Array:
    """Read an array. Raise EOFError if the file ends before."""
    wanted = dtype.itemsize * prod(shape)
    found = stream.read(wanted)
    if len(found) < wanted:
        raise EOFError("it ends before its last row")
    array = np.frombuffer(found, dtype).reshape(shape)
    return array if dtype.names else array.astype(float)


def describe_npz(file: str) -> Described:
    """Return the arrays of an archive as columns, and the archive as one block: what is packed has no middle.

    Raises UsageError if they differ in length, or if the archive unpacks to far more than it holds.
    """
    with opened(file) as raw, ZipFile(raw) as archive:
        for item in archive.infolist():
            if item.file_size > max(LARGE, MAX_RATIO * item.compress_size):
                ratio = item.file_size // max(item.compress_size, 1)
                said = f"{item.filename} unpacks to {item.file_size} bytes, {ratio} times what it holds"
                raise UsageError(f"{file}: {said}; it is taken for a trap, and save() without compression is read")
        headers = {}
        for name in _members(archive):
            with archive.open(f"{name}.npy") as stream:
                headers[name] = _header(stream, f"{file}: {name}")
    return Described([*headers], [Block(file, "npz", 0, max((item.rows for item in headers.values()), default=0))])


def _members(archive: ZipFile) -> list[str]:
    return [name.removesuffix(".npy") for name in archive.namelist() if name.endswith(".npy")]


def read_npz(block: Block, names: Sequence[str]) -> Iterator[Batch]:
    """Yield rows of the arrays of these names. Raise UsageError if they differ in length."""
    with opened(block.file) as raw, ZipFile(raw) as archive, ExitStack() as stack:
        streams = [stack.enter_context(archive.open(f"{name}.npy")) for name in names]
        headers = [_header(stream, block.file) for stream in streams]
        sizes = [header.rows for header in headers]
        if len({*sizes}) > 1:
            said = ", ".join(f"{name} {size}" for name, size in zip(names, sizes, strict=True))
            raise UsageError(f"{block.file}: arrays of different lengths: {said}; each row has a number in every one")
        if any(header.by_column or header.dtype.names for header in headers):
            raise UsageError(f"{block.file}: an array is in Fortran's order or of records; save it in C's order")
        rows = rows_at_once(max(header.width or 1 for header in headers))
        shapes = [() if header.width is None else (header.width,) for header in headers]
        for at in range(0, sizes[0], rows):
            count = min(rows, sizes[0] - at)
            parts = zip(streams, headers, shapes, strict=True)
            yield Batch([_numbers(stream, header.dtype, (count, *shape)) for stream, header, shape in parts])


NPY = (describe_npy, read_npy)
NPZ = (describe_npz, read_npz)
