"""A figure drawn again from its own words, whatever else they say."""

import re
import shlex
from pathlib import Path

import pytest
from kinds_of_files import STILL
from PIL import Image

from losscli.outputs.provenance import words_in
from losscli.version import __version__

WORDED = [form for form in STILL if form != "csv"]
LINE = "l1 pseudo-huber --delta 0.5 --title 'two  words; $(touch x) é' --show value --show gradient --range -1 1"


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def drawn(lossplot_once):
    result, folder = lossplot_once(*shlex.split(LINE), *(word for form in STILL for word in ("-o", f"a.{form}")))
    assert result.code == 0
    return contents(folder)


@pytest.fixture
def figures(drawn, tmp_path):
    for name, data in drawn.items():
        (tmp_path / name).write_bytes(data)
    return drawn


def test_every_format_again_in_place(lossplot, figures, tmp_path):
    names = [f"a.{form}" for form in WORDED]
    for name in names:
        (tmp_path / name).touch()
    result = lossplot("redo", *names)
    assert (result.code, result.err, result.out.split()) == (0, "", names)
    assert contents(tmp_path) == figures


@pytest.mark.parametrize("form", WORDED)
def test_from_any_format_into_any_other(lossplot, figures, tmp_path, form):
    result = lossplot("redo", f"a.{form}", "-o", "b.svg")
    assert (result.code, result.out) == (0, "b.svg\n")
    assert contents(tmp_path) == figures | {"b.svg": figures["a.svg"]}
    assert lossplot("redo", f"a.{form}", "-o", "-", "--format", "csv").raw == figures["a.csv"]


def test_an_article_figure_and_a_sweep(lossplot, tmp_path):
    lossplot("article", "-o", ".")
    lossplot("huber", "--delta", "0.1:3:5", "--svg-text", "-o", "sweep.svg")
    before = contents(tmp_path)
    assert lossplot("redo", *sorted(before)).code == 0
    assert contents(tmp_path) == before


def with_words(lossplot, folder, words, version=__version__):
    """Put other words into a figure."""
    from html import escape

    lossplot("-q", "l1", "-o", "evil.svg")
    text = (folder / "evil.svg").read_text()
    changed = re.sub("<dc:source>.*</dc:source>", f"<dc:source>lossplot {version}: @</dc:source>", text)
    (folder / "evil.svg").write_text(changed.replace("@</dc:source>", f"{escape(words)}</dc:source>"))


EVIL = [
    "l2 -o other.svg",
    "-o other.svg l2",
    "l2 -o evil.svg",
    "l2 --output other.svg",
    "l2 -o",
    "l2 --title",
    "l2 --title --output=other.svg -o other.svg",
    "l2 -o -",
    "l2 --format png",
    "l2 --no-clobber",
    "l2 -q",
    "l2 --terminal",
    "l2 --at 1",
    "l2 --at 1 --json",
    "l2 --help",
    "--help",
    "--version",
    "batch lines.txt",
    "article",
    "article -o other",
    "redo evil.svg",
    "redo other.svg -o evil.svg",
    "info l2",
    "list",
    "draw l2",
    "l2 article",
    "os:system",
    "losscli.cli.main:main",
    "l3",
    "l2 'open",
    "l2 --points 99999999999",
    '"not json',
    '"l2 -o other.svg"',
    '"\\u001b[31m"',
]


@pytest.mark.parametrize("words", EVIL)
def test_words_in_a_file_write_nothing_elsewhere_and_run_nothing(lossplot, tmp_path, words):
    (tmp_path / "lines.txt").write_text("l2 -o other.svg\n")
    with_words(lossplot, tmp_path, words)
    before = contents(tmp_path)
    result = lossplot("redo", "evil.svg")
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("lossplot: evil.svg holds ")
    assert result.err.count("\n") == 1
    assert "\x1b" not in result.err
    assert contents(tmp_path) == before


def test_words_that_fail_at_work_are_blamed_with_their_file(lossplot, tmp_path):
    with_words(lossplot, tmp_path, "l2 --font x.ttf")
    assert lossplot("redo", "evil.svg").err.startswith("lossplot: evil.svg: --font x.ttf; there is no such file")


@pytest.mark.parametrize("words", [f"l2 --{'a' * 9999}", "l2 " * 3000, f"l2 --title '{'x' * 9999}' -o b.svg"])
def test_long_words_are_not_told_whole(lossplot, tmp_path, words):
    with_words(lossplot, tmp_path, words)
    result = lossplot("redo", "evil.svg")
    assert (result.code, result.err.count("\n")) == (1, 1)
    assert len(result.err) < 1100
    assert result.err.startswith("lossplot: evil.svg holds words that are ")


def test_words_that_cannot_be_set_are_blamed_with_their_file(lossplot, tmp_path):
    with_words(lossplot, tmp_path, f"l2 --title '${'{' * 3000}{'}' * 3000}$'")
    assert lossplot("redo", "evil.svg").err.startswith("lossplot: evil.svg: a text is nested too deeply")


def test_words_of_another_version_and_in_another_order_are_read(lossplot, tmp_path):
    with_words(lossplot, tmp_path, "--range -1 1 l2 --points 50", "99.0")
    lossplot("-q", "l2", "--range", "-1", "1", "--points", "50", "-o", "want.svg")
    assert lossplot("redo", "evil.svg").code == 0
    assert (tmp_path / "evil.svg").read_bytes() == (tmp_path / "want.svg").read_bytes()


def test_a_title_that_looks_like_words_is_a_title(lossplot, tmp_path):
    title = "lossplot 9.9: l1</dc:source><dc:source>lossplot 9.9: l1"
    names = [f"a.{form}" for form in WORDED]
    lossplot("l2", "--title", title, *(word for name in names for word in ("-o", name)))
    before = contents(tmp_path)
    assert lossplot("redo", *names).err == ""
    assert contents(tmp_path) == before


@pytest.mark.parametrize("name", ["foreign.png", "foreign.txt", "empty.svg", "a.csv"])
@pytest.mark.usefixtures("figures")
def test_a_file_without_words(lossplot, tmp_path, name):
    if name != "a.csv":
        (tmp_path / name).write_bytes(b"" if name == "empty.svg" else b"\x89PNG\r\n\x1a\n something else")
    before = contents(tmp_path)
    result = lossplot("redo", name)
    assert (result.code, result.out) == (1, "")
    assert result.err == (
        f"lossplot: {name} holds no words of lossplot; only a figure that carries them can be redone\n"
    )
    assert contents(tmp_path) == before


@pytest.mark.usefixtures("figures")
def test_those_that_can_be_redone_are(lossplot, tmp_path):
    (tmp_path / "foreign.png").write_bytes(b"x")
    result = lossplot("redo", "missing.svg", "a.svg", "foreign.png", "a.png")
    assert (result.code, result.out) == (1, "a.svg\na.png\n")
    lines = result.err.splitlines()
    assert [line.partition(";")[0] for line in lines] == [
        "lossplot: redo missing.svg: No such file or directory",
        "lossplot: foreign.png holds no words of lossplot",
        "lossplot: 2 of the 4 figures could not be redone",
    ]


WRONG = {
    "redo": ("FIGURE", ""),
    "redo missing.svg": ("missing.svg", "No such file"),
    "redo .": ("redo .", "directory"),
    "redo a.svg a.png -o b.svg": ("-o", "one figure"),
    "redo a.svg -o b": ("b", "--format"),
    "redo a.svg -o b.xyz": (".xyz", "png"),
    "redo a.svg -o nowhere/b.svg": ("nowhere", "folder"),
    "redo a.svg --dpi 3": ("--dpi", "redo --help"),
}


@pytest.mark.parametrize("line", WRONG)
def test_wrong_words(lossplot, figures, tmp_path, line):
    result = lossplot(*line.split())
    word, allowed = WRONG[line]
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert word in result.err
    assert allowed in result.err
    assert contents(tmp_path) == figures


def test_a_parameter_that_is_switched_off_is_so_in_the_words_too(lossplot):
    assert (
        lossplot("focal", "--alpha", "none", "--alpha", "0.25", "--points", 9, "-o", "f.csv", "-o", "f.json").code == 0
    )
    before = Path("f.json").read_bytes()
    assert b"--alpha none" in before
    assert lossplot("redo", "f.json").code == 0
    assert Path("f.json").read_bytes() == before


def test_a_figure_of_more_pixels_than_pillow_likes_to_open_knows_its_words(lossplot, tmp_path, monkeypatch):
    lossplot("l2", "-o", "a.png", "-o", "a.tiff", "-o", "a.jpg")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    for name in ("a.png", "a.tiff", "a.jpg"):
        assert words_in((tmp_path / name).read_bytes()).words == "l2"


def test_an_svg_that_an_editor_has_saved_knows_its_words(lossplot, tmp_path):
    lossplot("l2", "-o", "a.svg")
    assert words_in(b"\xef\xbb\xbf" + (tmp_path / "a.svg").read_bytes()).words == "l2"


def test_a_moving_webp_has_its_words_as_plain_exif(lossplot, tmp_path):
    lossplot("huber", "--delta", "1:2:2", "-o", "a.webp")
    data = (tmp_path / "a.webp").read_bytes()
    assert words_in(data).words == "huber --delta 1:2:2"
    assert data.partition(b"EXIF")[2][4:8] in (b"II*\0", b"MM\0*")
