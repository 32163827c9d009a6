"""CSV and TSV files: ranges of bytes are the blocks, and a line belongs to the block that its first byte is in."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any, NamedTuple

from losscli.data.stores import opened
from losscli.data.tables import Batch, Block, Described, column, numbered
from losscli.errors import UsageError
from losscli.lazy import Array, np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BLOCK_BYTES = 1 << 24
PIECE_BYTES = 1 << 19  # read at a time
MAX_LINE = 1 << 20  # bytes
DELIMITERS = (",", "\t", ";")
ENCODING = "utf-8-sig"  # UTF-8, after a byte order mark or not
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
SHOWN = 40  # characters of a line in an error


class Layout(NamedTuple):
    """How the lines of a file are to be read."""

    names: list[str]
    delimiter: str
    start: int  # the byte at which the first row begins


def _layout(stream: Any, file: str) -> Layout:
    """Read the first line: the names of the columns, or numbers if there are none. Raise UsageError if it is empty."""
    first = _line(stream, file)
    while first and not first.strip():
        first = _line(stream, file)
    if first.startswith(UTF_16):
        raise UsageError(f"{file} is in UTF-16; a CSV file is in UTF-8")
    text = first.decode(ENCODING, "replace").strip("\r\n")
    if not text.strip():
        raise UsageError(f"{file} is empty; its first line names the columns")
    if "\0" in text:
        raise UsageError(f"{file} is no text; a file of predictions is CSV or TSV, NPY, NPZ, Parquet or Arrow")
    delimiter = max(DELIMITERS, key=text.count)  # the first of those that are equally frequent
    words = [word.strip() for word in next(csv.reader([text], delimiter=delimiter))]
    if all(map(_is_number, words)):
        return Layout(numbered(len(words)), delimiter, stream.tell() - len(first))
    return Layout(words, delimiter, stream.tell())


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _line(stream: Any, file: str) -> bytes:
    """Return the rest of the line. Raise UsageError if it has no end within reason."""
    line: bytes = stream.readline(MAX_LINE)
    if len(line) == MAX_LINE:
        raise UsageError(f"{file} has a line of more than {MAX_LINE} bytes; a line is one row")
    return line


def describe(file: str) -> Described:
    """Return the columns of the file, and ranges of its bytes."""
    with opened(file) as stream:
        layout = _layout(stream, file)
        stream.seek(0, 2)
        size = stream.tell()
    starts = range(layout.start, size, BLOCK_BYTES)
    return Described(layout.names, [Block(file, "csv", at, min(at + BLOCK_BYTES, size)) for at in starts])


def read(block: Block, names: Sequence[str]) -> Iterator[Batch]:
    """Yield the rows of a range of bytes, a few at a time."""
    with opened(block.file) as stream:
        layout = _layout(stream, block.file)
        at = layout.start
        if block.start > at:  # the line that the byte before is in belongs to the block before
            stream.seek(block.start - 1)
            at = block.start - 1 + len(_line(stream, block.file))
        stream.seek(at)
        while at < block.stop:
            piece = stream.read(min(PIECE_BYTES, block.stop - at))
            if not piece:
                break
            if not piece.endswith(b"\n"):
                piece += _line(stream, block.file)
            at += len(piece)
            yield _rows(piece, layout, names, block.file)


def _rows(piece: bytes, layout: Layout, names: Sequence[str], file: str) -> Batch:
    """Return the rows of whole lines: all at once if every word is a number, else word by word."""
    wanted = [layout.names.index(name) for name in names]
    lines = piece.decode(ENCODING, "replace").split("\n")
    full = len(lines) - sum(not line or line.isspace() for line in lines)
    if full and b'"' not in piece and piece.count(layout.delimiter.encode()) == full * (len(layout.names) - 1):
        try:
            found = np.loadtxt(lines, delimiter=layout.delimiter, usecols=wanted, comments=None, ndmin=2)
        except ValueError:  # some word is no number
            pass
        else:
            return Batch([np.ascontiguousarray(array) for array in found.T])
    return _word_by_word(lines, layout, wanted, file)


def _word_by_word(lines: Sequence[str], layout: Layout, wanted: Sequence[int], file: str) -> Batch:
    """Return the rows of lines that may have quotes or words. Raise UsageError if a line has too few or too many."""
    try:
        read = csv.reader(lines, delimiter=layout.delimiter)
        rows = [row for row in read if len(row) > 1 or (row and row[0].strip())]  # lines that are not blank
    except csv.Error as error:
        raise UsageError(f"{file}: {error}; a line is one row") from None
    for row in rows:
        if len(row) != len(layout.names):
            line = layout.delimiter.join(row)
            shown = line if len(line) <= SHOWN else f"{line[:SHOWN]}..."
            counts = f"columns in line '{shown}': {len(row)}; columns in the first line: {len(layout.names)}"
            raise UsageError(f"{file}: {counts}")
    found: list[tuple[Array, dict[int, str]]] = [
        column([row[index] for row in rows], layout.names[index]) for index in wanted
    ]
    return Batch.of([array for array, _ in found], [words for _, words in found])


CSV = (describe, read)
