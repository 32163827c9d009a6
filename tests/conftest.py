"""Shared by all tests: fixtures that run a lossplot command line in a temporary folder, and a browser."""

import io
import signal
import sys
from dataclasses import dataclass
from tempfile import TemporaryDirectory

import pytest
from own_fonts import use_own_fonts

FONT_LIST = TemporaryDirectory(prefix="lossplot-fonts-")  # removed when the process ends
use_own_fonts(FONT_LIST.name)

from losscli.cli.main import main  # noqa: E402 - the fonts are chosen before Matplotlib is imported


@dataclass
class Result:
    code: int
    out: str
    err: str
    raw: bytes


class Stream(io.TextIOWrapper):
    """A standard stream that keeps the bytes written to it."""

    def __init__(self):
        super().__init__(io.BytesIO(), encoding="utf-8", newline="\n", write_through=True)

    def data(self):
        self.flush()
        return self.buffer.getvalue()


def called(*words, stdin=b""):
    """Run a command line in this process and in the current folder; return exit code and output."""
    out, err = Stream(), Stream()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = main([str(word) for word in words])
    return Result(code, out.data().decode(errors="replace"), err.data().decode(), out.data())


@pytest.fixture
def hears_ctrl_c():
    """Make this process, and those it starts, hear Ctrl-C, which a shell's job in the background ignores."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def lossplot(tmp_path, monkeypatch):
    """Return a function that runs a command line; a test starts in an empty folder and stays in it."""
    monkeypatch.chdir(tmp_path)
    return called


@pytest.fixture(scope="module")
def lossplot_once(tmp_path_factory):
    """Return a function that runs a command line in a new folder, once for a module, and returns (result, folder)."""

    def run(*words):
        folder = tmp_path_factory.mktemp("once")
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder)
            return called(*words), folder

    return run


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    """Start a browser once: most of a test's time would go into that."""
    from browser import started  # which needs more than Windows has

    with started(tmp_path_factory.mktemp("profile")) as page:
        yield page
