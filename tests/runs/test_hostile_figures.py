"""Figures that were made to harm: their words are data, and what would unpack to any size is not unpacked."""

import io
import resource
import struct
import subprocess
import sys
import zipfile
import zlib

import numpy as np
import pytest
from test_redo import with_words

from losscli.outputs.provenance import words_in

BOMB = zlib.compress(b"lossplot 1: l2" + b" " * 200_000_000, 9)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*texts):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(texts) + chunk(b"IDAT", BOMB) + chunk(b"IEND", b"")


def archive(size, dtype):
    """An NPZ whose words are `size` zeros, or say so."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("lossplot.npy", "w") as member:
        np.lib.format.write_array_header_1_0(member, {"descr": dtype, "fortran_order": False, "shape": ()})
        for _ in range(size // 1_000_000):
            member.write(bytes(1_000_000))
    return file.getvalue()


ENTITIES = "".join(f'<!ENTITY a{number} "{f"&a{number - 1};" * 10}">' for number in range(1, 20))
BOMBS = {
    "a.png": png(chunk(b"zTXt", b"lossplot\0\0" + BOMB)),
    "b.png": png(chunk(b"iTXt", b"lossplot\0\1\0\0\0" + BOMB)),
    "a.npz": archive(400_000_000, "<U100000000"),
    "b.npz": archive(0, "<U500000000"),
    "pickle.npz": archive(0, "|O"),
    "a.svg": f"<!DOCTYPE svg [{ENTITIES}]><svg><metadata><dc:source>&a19;</dc:source></metadata></svg>".encode(),
    "b.svg": b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg><dc:source>lossplot 1: &x;</dc:source>',
    "a.json": b'{"words": ' + b"[" * 200_000,
    "a.gif": b"GIF89a" + struct.pack("<HHBBB", 65535, 65535, 0, 0, 0) + b"\x21\xfe" + b"\xffl" * 500,
}


def limited():
    resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are those of Linux")
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_in_one_line(tmp_path, name):
    (tmp_path / name).write_bytes(BOMBS[name])
    done = subprocess.run(
        [sys.executable, "-m", "losscli", "redo", name],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        preexec_fn=limited,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"lossplot: {name} holds ")
    assert done.stderr.count("\n") == 1
    assert (tmp_path / name).read_bytes() == BOMBS[name]


def test_the_words_of_an_archive_are_read(lossplot, tmp_path):
    lossplot("l2", "--title", "x" * 100_000, "-o", "a.npz")
    assert len(words_in((tmp_path / "a.npz").read_bytes()).words) > 100_000


@pytest.mark.parametrize(
    "words",
    [
        "l2 --at /dev/zero",
        "l2 --pairs /dev/zero",
        "l2 --data /dev/zero -o a.svg",
        "l2 --at -",
        "l2 --data - --dask tcp://x",
    ],
)
def test_words_of_a_figure_read_no_predictions(lossplot, tmp_path, words):
    with_words(lossplot, tmp_path, words)
    before = (tmp_path / "evil.svg").read_bytes()
    result = lossplot("redo", "evil.svg")
    assert (result.code, result.out) == (1, "")
    assert "the words of a figure read none" in result.err
    assert (tmp_path / "evil.svg").read_bytes() == before


@pytest.mark.parametrize("option", ["--title", "--xlabel", "--label"])
@pytest.mark.parametrize("form", ["svg", "html"])
def test_markup_in_a_text_is_text(lossplot, tmp_path, option, form):
    lossplot("huber", "--delta", "1:2:2", option, "</title><script>alert(1)</script><img src=x>", "-o", f"a.{form}")
    text = (tmp_path / f"a.{form}").read_text()
    assert "alert(1)" in text
    assert "<script>alert" not in text
    assert "<img src=x" not in text
