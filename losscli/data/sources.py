"""What the files of --data are: their formats, told by their first bytes, and the blocks that they are read in."""

from __future__ import annotations

import shutil
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from losscli.data.columns import target_column
from losscli.data.stores import READABLE, files_in, opened, reading
from losscli.data.tables import Columns, Described, rows_of
from losscli.errors import UsageError
from losscli.lazy import np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from losscli.data.tables import Block, Rows
    from losscli.lazy import Array

FORMATS = {  # by name: the module, and what in it describes and reads such a file
    "parquet": ("losscli.data.arrow", "PARQUET"),
    "arrow": ("losscli.data.arrow", "ARROW"),
    "npy": ("losscli.data.npy", "NPY"),
    "npz": ("losscli.data.npy", "NPZ"),
    "csv": ("losscli.data.text", "CSV"),
}
MAGIC = {b"PAR1": "parquet", b"ARROW1": "arrow", b"\x93NUMPY": "npy", b"PK\x03\x04": "npz", b"PK\x05\x06": "npz"}
PACKED = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bzip2", b"\xfd7zXZ": "xz"}
STDIN = "-"


def _format(name: str) -> Any:
    module, found = FORMATS[name]
    return getattr(import_module(module), found)


def described(file: str) -> Described:
    """Return the columns and the blocks of a file. Raise LossplotError if it cannot be read."""
    with reading(file):
        with opened(file) as stream:
            head = stream.read(8)
        for first, packer in PACKED.items():
            if head.startswith(first):
                raise UsageError(f"{file} is packed by {packer}; unpack it, or use Parquet, which is packed as well")
        kind = next((name for first, name in MAGIC.items() if head.startswith(first)), "csv")
        found: Described = _format(kind)[0](file)
    return found


def rows(block: Block, columns: Columns) -> Iterator[Rows]:
    """Yield the rows of a block, a few at a time, without those that have no numbers."""
    with reading(block.file):
        for batch in _format(block.format)[1](block, columns.names):
            yield rows_of(batch, columns)


def targets_in(files: Sequence[str], wanted: str | None, most: int) -> Array:
    """Return the targets in files, of shape (N,), without missing ones. Raise UsageError for none, or more than most.

    `wanted` is the name of their column; None stands for the one that has a usual name.
    """
    parts: list[Array] = []
    for file in expanded(files):
        names, blocks = described(file)
        try:
            columns = Columns((), (target_column(names, wanted),))
        except UsageError as error:
            raise UsageError(f"{file}: {error}") from None
        for block in blocks:
            parts += [found.predictions for found in rows(block, columns)]
            if sum(map(len, parts)) > most:
                raise UsageError(f"{file}: more than {most} targets; a constant prediction descends on at most {most}")
    found = np.concatenate(parts) if parts else np.empty(0)
    if found.ndim > 1 or not len(found) or not np.isfinite(found).all():
        raise UsageError(f"{', '.join(files)}: a target is one finite number, and there is at least one")
    return found


def expanded(files: Sequence[str]) -> list[str]:
    """Return the files that are named: those in a folder in the order of their names, and a copy of stdin for `-`.

    Raises UsageError if a folder has none.
    """
    found: list[str] = []
    for file in files:
        if file == STDIN:
            found.append(_copied_stdin())
            continue
        with reading(file):
            inside = files_in(file)
        if inside == []:
            raise UsageError(f"{file} is a folder without files; {READABLE}")
        found += inside or [file]
    return found


@cache
def _stdin_folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="lossplot-")  # removed when the process ends


def _copied_stdin() -> str:
    """Copy stdin to a file, since rows may have to be read more than once, and in several processes."""
    path = Path(_stdin_folder().name) / "stdin"
    with path.open("wb") as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy)
    return str(path)
