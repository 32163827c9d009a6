"""Bytes -> disk: a regular file is replaced whole or not at all, anything else is written straight."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path


def write(path: Path, data: bytes) -> None:
    """Write a file so that a reader sees the old bytes or the new ones, whatever happens in between.

    A symbolic link stays one, and its target is what is replaced; the file keeps its mode. Devices and pipes cannot be
    replaced: a new file in their place would destroy them.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        mode = stat.S_IFREG | 0o666 & ~_umask()
    else:
        if not stat.S_ISREG(mode):
            with path.open("wb") as device:
                device.write(data)
            return
        if not os.access(path, os.W_OK):  # replacing needs no right to the file, but who took that right away meant it
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    path = path.resolve()
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(stat.S_IMODE(mode))
        os.replace(name, path)  # noqa: PTH105 - says what it does better than Path.replace
    except BaseException:  # Ctrl-C too
        with suppress(OSError):
            Path(name).unlink()
        raise


def _umask() -> int:
    mask = os.umask(0)  # the only way to read it
    os.umask(mask)
    return mask
