"""Write bytes to disk: a regular file is replaced as a whole or not at all, anything else is written directly."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path


def write(path: Path, data: bytes) -> None:
    """Write a file so that a reader sees the old bytes or the new ones, whatever happens in between.

    A symbolic link stays, and its target is replaced; the file keeps its mode. Standard output, devices and pipes are
    written directly: a new file in their place would destroy them. Raise OSError if the file cannot be written.
    """
    if is_stdout(str(path)):
        with os.fdopen(1, "wb", closefd=False) as stdout:
            stdout.write(data)
        return
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        mode = stat.S_IFREG | 0o666 & ~_umask()
    else:
        if not stat.S_ISREG(mode):
            with path.open("wb") as device:
                device.write(data)
            return
        if not os.access(path, os.W_OK):  # replacing needs no right to write the file, but respects its lack
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    _replace(path.resolve(), data, stat.S_IMODE(mode))


def _replace(path: Path, data: bytes, mode: int) -> None:
    """Replace a file by a new one, or leave the old one whole."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        os.replace(name, path)  # noqa: PTH105 - the name is plainer than Path.replace
    except BaseException:  # Ctrl-C too
        with suppress(OSError):
            Path(name).unlink()
        raise


def is_stdout(path: str) -> bool:
    """Return True if a path names standard output: as `-`, or as /dev/stdout or another name of the same file."""
    try:
        return path == "-" or os.path.samestat(Path(path).stat(), os.fstat(1))
    except OSError:
        return False


def _umask() -> int:
    mask = os.umask(0)  # the only way to read it
    os.umask(mask)
    return mask
