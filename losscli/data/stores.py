"""Files of this machine and of stores such as s3://: opening them, listing folders, and what is said if that fails."""

from __future__ import annotations

import zlib
from contextlib import contextmanager
from importlib import import_module
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from losscli.errors import LossplotError, UsageError, one_line, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

READABLE = "a file of predictions is CSV or TSV, NPY, NPZ, Parquet or Arrow"


def pyarrow(module: str = "") -> Any:
    """Return pyarrow or a module of it. Raise LossplotError if it is not installed."""
    try:
        return import_module(f"pyarrow{module}")
    except ImportError:
        what = "Parquet, Arrow and addresses such as s3:// need pyarrow"
        raise LossplotError(f"{what}; pip install 'lossplot[data]'") from None


def files_in(folder: str) -> list[str] | None:
    """Return the files in a folder and its folders, in the order of their names; None if it is no folder.

    Hidden ones, and what writers of tables leave beside them (such as _SUCCESS), are left out.
    """
    inside = _files_there(folder) if "://" in folder else _files_here(folder)
    if inside is None:
        return None
    return sorted(name for name, below in inside if not any(part[0] in "._" for part in below))


def _files_here(folder: str) -> list[tuple[str, Sequence[str]]] | None:
    """Return the files in a folder, each with the parts of its path below it."""
    if not Path(folder).is_dir():
        return None
    return [(str(path), path.relative_to(folder).parts) for path in Path(folder).rglob("*") if path.is_file()]


def _files_there(folder: str) -> list[tuple[str, Sequence[str]]] | None:
    """Return the addresses in a folder of a store, each with the parts of its path below it."""
    fs = pyarrow(".fs")
    system, path = _system(folder)
    if system.get_file_info(path).type != fs.FileType.Directory:
        return None
    head = folder.removesuffix("/").removesuffix(path.removesuffix("/"))
    inside = system.get_file_info(fs.FileSelector(path, recursive=True))
    files = [item.path for item in inside if item.type == fs.FileType.File]
    return [(head + file, file[len(path) :].strip("/").split("/")) for file in files]


def _system(address: str) -> tuple[Any, str]:
    """Return the file system of an address, and the path in it. Raise UsageError if there is no such file system."""
    fs = pyarrow(".fs")
    try:
        found: tuple[Any, str] = fs.FileSystem.from_uri(address)
    except (ValueError, NotImplementedError) as error:
        raise UsageError(f"{address}; {one_line(error)}; addresses begin as s3://, gs:// or file:// do") from None
    return found


def opened(file: str) -> Any:
    """Return an open binary file, of this machine or of a store such as s3:// that pyarrow reads."""
    return BufferedReader(opened_there(file)) if "://" in file else Path(file).open("rb")


def opened_there(address: str) -> Any:
    """Return an open file of a store, as pyarrow has it."""
    system, path = _system(address)
    return system.open_input_file(path)


@contextmanager
def reading(file: str) -> Iterator[None]:
    """Raise what goes wrong with a file as one line that names the file."""
    try:
        yield
    except OSError as error:
        if error.strerror and not isinstance(error, EOFError):
            raise unreadable(file, error, READABLE) from None
        raise LossplotError(f"{file}: {one_line(error)}; {READABLE}") from None
    except (ValueError, EOFError, BadZipFile, zlib.error) as error:  # pyarrow's own errors are ValueErrors
        raise LossplotError(f"{file}: {one_line(error)}; the file is broken, or breaks off") from None
