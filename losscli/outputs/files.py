"""Write bytes to disk: a regular file is replaced as a whole or not at all, anything else is written directly."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

try:
    import fcntl
except ImportError:  # on Windows
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterator


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
    with _begun(path) as (handle, name):
        try:
            with os.fdopen(handle, "wb") as file:
                file.truncate()
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(mode)
            os.replace(name, path)  # noqa: PTH105 - the name is plainer than Path.replace
        except BaseException:  # Ctrl-C too
            with suppress(OSError):
                Path(name).unlink()
            raise


@contextmanager
def _begun(path: Path) -> Iterator[tuple[int, str]]:
    """Provide the file that is to become `path`, as a descriptor, which the caller closes, and its name.

    Its name is always the same, so that what a killed process has left is used up by the next one; a lock makes two
    writers wait for each other. Where there are no locks, or such a file is another user's, it has a name of its own.
    """
    folder, prefix = path.parent, f".{path.name[:40]}."
    name = str(folder / f"{prefix}part")
    handle = _locked(name)
    if handle is None:
        yield tempfile.mkstemp(dir=folder, prefix=prefix, suffix=".part")
        return
    try:
        yield os.dup(handle), name
    finally:
        os.close(handle)


def _locked(name: str) -> int | None:
    """Return the descriptor of a file that is ours alone, new or left by a killed process, or None if there is none.

    Nothing is written through a link, nor into a file that has another name or owner.
    """
    if fcntl is None:
        return None
    while True:
        try:
            handle = os.open(name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
        except OSError:
            return None
        ours = False
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            about = os.fstat(handle)
            if os.path.samestat(about, Path(name).lstat()):  # else who had the lock has made it the figure
                ours = stat.S_ISREG(about.st_mode) and about.st_uid == os.geteuid() and about.st_nlink == 1
                return handle if ours else None
        except FileNotFoundError:
            continue
        except OSError:
            return None
        finally:
            if not ours:
                os.close(handle)


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
