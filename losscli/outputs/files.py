"""Bytes -> disk: a regular file is replaced whole or not at all, anything else is written straight."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

DESCRIPTORS = 2**31  # more than a process can have open
LINKS = 40  # behind each other; more are a circle


def write(path: Path, data: bytes) -> None:
    """Write a file so that a reader sees the old bytes or the new ones, whatever happens in between.

    A symbolic link stays one, and its target is what is replaced; the file keeps its mode. Devices and pipes cannot be
    replaced: a new file in their place would destroy them. Nor can what a shell has opened for us, whatever it leads
    to: others have written there, and will.
    """
    opened = descriptor(path)
    if opened is not None:
        with os.fdopen(opened, "wb", closefd=False) as file:
            file.write(data)
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
        if not os.access(path, os.W_OK):  # replacing needs no right to the file, but who took that right away meant it
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    _replace(path.resolve(), data, stat.S_IMODE(mode))


def _replace(path: Path, data: bytes, mode: int) -> None:
    """Put a new file in the place of what is there, or leave that whole."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        os.replace(name, path)  # noqa: PTH105 - says what it does better than Path.replace
    except BaseException:  # Ctrl-C too
        with suppress(OSError):
            Path(name).unlink()
        raise


def descriptor(path: Path) -> int | None:
    """Return which open file of this process a path names, as /dev/stdout, /dev/fd/N and /proc/self/fd/N do."""
    folders = (Path("/dev/fd"), Path("/proc", str(os.getpid()), "fd"))
    for _ in range(LINKS):
        path = path.parent.resolve() / path.name
        if path.parent in folders and path.name.isdecimal() and int(path.name) < DESCRIPTORS:
            return int(path.name)
        if not path.is_symlink():
            break
        path = path.parent / path.readlink()
    return None


def is_stdout(path: str) -> bool:
    """Return True if a path names standard output: as `-`, or as a device such as /dev/stdout."""
    return path == "-" or descriptor(Path(path)) == 1


def _umask() -> int:
    mask = os.umask(0)  # the only way to read it
    os.umask(mask)
    return mask
