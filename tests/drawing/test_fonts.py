"""Text in any language: fonts by name and by file, and what is said where no font has a character."""

import os
import shlex
import string
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import pytest
from figures import figure, recipe, texts
from fonts import build_font
from matplotlib import font_manager
from matplotlib.mathtext import MathTextParser

from losscli.drawing import fonts
from losscli.drawing.style import setting

OWN = Path(mpl.get_data_path()) / "fonts" / "ttf"
CHINESE = "伪Huber损失 $\\delta=0.24$"


@pytest.fixture(autouse=True)
def few_fonts(monkeypatch):
    """Let a test add fonts that Matplotlib forgets afterwards; find none on the machine."""
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [*font_manager.fontManager.ttflist])
    monkeypatch.setattr(fonts, "findSystemFonts", list)
    fonts._add_new_fonts.cache_clear()
    yield
    fonts._add_new_fonts.cache_clear()


@pytest.fixture
def chinese_font(tmp_path):
    """Add a font that has the Chinese characters of these tests, and Latin letters."""
    path = build_font(tmp_path / "small.ttf", "Small Chinese", "伪损失" + string.ascii_letters + string.digits)
    font_manager.fontManager.addfont(path)
    return "Small Chinese"


def family(title, words=""):
    return figure(f"l1 l2 --title {shlex.quote(title)} {words}").axes[0].title.get_fontfamily()


def test_no_test_sees_fonts_of_the_machine(tmp_path_factory):
    places = Path(mpl.get_data_path()), tmp_path_factory.getbasetemp().resolve()  # the second has what tests have built
    known = [Path(entry.fname) for entry in font_manager.fontManager.ttflist]
    assert [path for path in known if not any(path.is_relative_to(place) for place in places)] == []


def test_a_font_by_file_and_by_name():
    drawn = figure(f"l1 l2 --font {OWN / 'STIXGeneral.ttf'}")
    assert {text.get_fontfamily()[0] for text in texts(drawn)} == {"STIXGeneral"}
    named = figure("l1 l2 --font 'DejaVu Serif' --font 'DejaVu Sans Mono'")
    assert named.axes[0].title.get_fontfamily()[:2] == ["DejaVu Serif", "DejaVu Sans Mono"]
    assert named.axes[0].xaxis.get_ticklabels()[0].get_fontfamily()[0] == "DejaVu Serif"


def test_a_font_of_ones_own_by_file(lossplot, tmp_path):
    path = build_font(tmp_path / "own.ttf", "Own Letters", "\ue444")
    assert "no installed font has \\ue444" in lossplot("l1", "--title", "a\ue444").err
    result = lossplot("l1", "--title", "a\ue444", "--font", path)
    assert (result.code, result.err) == (0, "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("bad.ttf", "--font bad.ttf; it cannot be read as a font; a font is a name or a .ttf, .otf, .ttc file"),
        ("none.ttf", "--font none.ttf; there is no such file; a font is a name or a .ttf, .otf, .ttc file"),
        ("folder.ttf", f"--font folder.ttf; a font is a file of at most {fonts.MAX_BYTES} bytes"),
        ("DejaVu Sant", "--font DejaVu Sant; did you mean DejaVu Sans? the installed fonts are "),
    ],
)
def test_what_is_no_font_is_refused_in_one_line(lossplot, tmp_path, words, said):
    (tmp_path / "bad.ttf").write_text("bad")
    (tmp_path / "folder.ttf").mkdir()
    result = lossplot("l2", "--font", words)
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert result.err.startswith(f"lossplot: {said}")


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_a_font_is_a_file_that_ends(lossplot, tmp_path, kind):
    path = tmp_path / "a.ttf"
    {"pipe": os.mkfifo, "device": lambda at: at.symlink_to("/dev/zero")}[kind](path)
    assert "a font is a file of at most" in lossplot("l2", "--font", "a.ttf").err


def test_a_font_that_matplotlib_cannot_scale(lossplot, monkeypatch):
    def refuse(_path):
        raise NotImplementedError("Non-scalable fonts are not supported")  # as of Noto Color Emoji

    monkeypatch.setattr(font_manager.fontManager, "addfont", refuse)
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [])
    result = lossplot("l2", "--font", OWN / "DejaVuSans.ttf")
    assert (result.code, "cannot be read as a font" in result.err) == (2, True)


def test_a_font_is_that_of_mathematics_too():
    for line, prefix in (("l2", "DejaVuSans"), ("l2 --font 'DejaVu Serif'", "DejaVuSerif")):
        with setting(recipe(line)):
            found = MathTextParser("path").parse(r"$Y_{true} = 12\,\mathrm{log}\,\delta \cdot \mathbf{x}$", 72)
        assert {Path(font.fname).stem.partition("-")[0] for font, *_ in found.glyphs} == {prefix}


@pytest.mark.parametrize("title", [CHINESE, "伪损失"])
def test_without_a_font_one_line_says_so(lossplot, title):
    result = lossplot("l1", "l2", "--title", title, "--label", "伪", "-o", "a.png", "-o", "a.svg", "-o", "a.pdf")
    assert result.code == 0
    assert (
        result.err
        == "lossplot: no installed font has 伪失损; boxes stand for it; --font takes a file of one that has\n"
    )


@pytest.mark.parametrize(
    ("title", "lines"), [("\N{THUMBS UP SIGN}", 1), ("a\u0378", 1), ("a\u200b\u00ad\u2060\u00a0", 0)]
)
def test_what_nobody_sees_is_not_missed(lossplot, title, lines):
    result = lossplot("l2", "--title", title)
    assert (result.code, result.err.count("\n")) == (0, lines)


def test_a_font_that_has_the_characters_is_added_behind_the_others(chinese_font):
    found = family("伪损失 costs $5")
    assert (found[-1], found[0]) == (chinese_font, "sans-serif")


def test_beside_mathematics_it_comes_first(chinese_font, lossplot):
    assert family(CHINESE)[0] == chinese_font
    result = lossplot("l1", "l2", "--title", CHINESE, "-o", "a.svg", "-o", "a.pdf", "-o", "a.png")
    assert (result.code, result.err) == (0, "")
    assert family(CHINESE, "--font 'DejaVu Serif'")[0] == chinese_font


def test_letters_that_mathematics_lacks_are_refused(lossplot):
    result = lossplot("l1", "--title", "$L_{伪}$")
    assert (result.code, result.err) == (
        2,
        "lossplot: --title $L_{伪}$; mathematics has no 伪: write it outside of the dollar signs\n",
    )
    assert lossplot("l1", "--title", "$αβ ≤ γ$").code == 0


def test_nothing_of_matplotlibs_own_is_said(tmp_path):
    words = [sys.executable, "-m", "losscli", "l2", "--title", f"{CHINESE} \U00012000", "-o", "a.png"]
    done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, env=os.environ, check=True)
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("lossplot: no installed font has ")


@pytest.mark.parametrize("flag", ["--title", "--label"])
@pytest.mark.parametrize("letter", ["\a", "\x1b", "\0", "\x85", "\t", "\r\n", "\u2028"])
def test_control_characters_are_no_text(lossplot, tmp_path, flag, letter):
    result = lossplot("l1", f"{flag}=a{letter}b")
    assert (result.code, result.out, result.err.count("\n"), list(tmp_path.iterdir())) == (2, "", 1, [])
    assert result.err.endswith("; a text has no tabs and no control characters; line breaks are \\n\n")
    assert letter not in result.err
