"""Text in any language: fonts by name and by file, and what is said where no font has a character."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import pytest
from figures import figure, recipe, texts
from matplotlib import font_manager
from matplotlib.mathtext import MathTextParser

from losscli.drawing import fonts
from losscli.drawing.style import quiet, setting

FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
CHINESE = "伪Huber损失 $\\delta=0.24$"


def test_a_file_that_is_no_font(lossplot, tmp_path):
    (tmp_path / "bad.ttf").write_text("bad")
    result = lossplot("l2", "--font", "bad.ttf")
    assert (result.code, "cannot be read as a font" in result.err) == (2, True)


def test_a_font_by_file_and_by_name():
    drawn = figure(f"l1 l2 --font {FONTS / 'STIXGeneral.ttf'}")
    assert {text.get_fontfamily()[0] for text in texts(drawn)} == {"STIXGeneral"}
    named = figure("l1 l2 --font 'DejaVu Serif' --font 'DejaVu Sans Mono'")
    assert named.axes[0].title.get_fontfamily()[:2] == ["DejaVu Serif", "DejaVu Sans Mono"]
    ticks = named.axes[0].xaxis.get_ticklabels()
    assert ticks[0].get_fontfamily()[0] == "DejaVu Serif"


@pytest.fixture
def few_fonts(monkeypatch):
    """Leave Matplotlib the fonts it brings along, as on a machine without any other."""
    own = [entry for entry in font_manager.fontManager.ttflist if str(FONTS.parent) in entry.fname]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", own)
    monkeypatch.setattr(fonts, "findSystemFonts", list)
    fonts._look_again.cache_clear()
    font_manager.fontManager._findfont_cached.cache_clear()
    yield
    fonts._look_again.cache_clear()
    font_manager.fontManager._findfont_cached.cache_clear()


@pytest.mark.usefixtures("few_fonts")
@pytest.mark.parametrize("title", [CHINESE, "伪损失"])
def test_without_a_font_one_line_says_which_would_do(lossplot, title):
    result = lossplot("l1", "l2", "--title", title, "--label", "伪", "-o", "a.png", "-o", "a.svg", "-o", "a.pdf")
    assert result.code == 0
    assert result.err == (
        "lossplot: no installed font has 伪失损; boxes stand for it; Noto Sans CJK or WenQuanYi Zen Hei would do\n"
    )
    assert "Devanagari" in lossplot("l2", "--title", "नमस्ते").err


@pytest.mark.usefixtures("few_fonts")
@pytest.mark.parametrize(
    ("title", "fonts"),
    [
        ("\N{OLD PERSIAN SIGN A} \N{DEVANAGARI DIGIT ONE}", "a Noto font for Devanagari or a Noto font for Old"),
        ("\N{THUMBS UP SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-4}", "Noto Emoji or Symbola"),
        ("\N{SLIGHTLY SMILING FACE}", "Noto Emoji or Symbola"),
        ("\N{MUSICAL SYMBOL G CLEF}", "Noto Sans Symbols 2 or Symbola"),
        ("\N{SYMBOL FOR NULL} \N{MATHEMATICAL BOLD ITALIC SMALL A}", "Noto Sans Symbols 2 or Symbola"),
        ("\N{IDEOGRAPHIC FULL STOP}", "Noto Sans CJK or WenQuanYi Zen Hei"),
    ],
)
def test_signs_have_no_script_that_a_font_would_be_called_after(lossplot, title, fonts):
    assert lossplot("l2", "--title", title).err.endswith(f"; boxes stand for it; {fonts} would do\n")


def test_a_font_that_matplotlib_cannot_scale(lossplot, monkeypatch):
    def refuse(_path):
        raise NotImplementedError("Non-scalable fonts are not supported")  # as of Noto Color Emoji

    monkeypatch.setattr(font_manager.fontManager, "addfont", refuse)
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [])
    result = lossplot("l2", "--font", FONTS / "DejaVuSans.ttf")
    assert (result.code, "cannot be read as a font" in result.err) == (2, True)


def math_fonts(line):
    """Return the files of the fonts that a formula with text, letters, numbers and a root is set in."""
    with setting(recipe(line)):
        found = MathTextParser("path").parse(r"$Y_{true} = 12\,\mathrm{log}\,\delta \cdot \mathbf{x}$", 72)
        return [Path(font.fname).stem for font, *_ in found.glyphs]


@pytest.mark.usefixtures("few_fonts")
def test_a_font_is_that_of_mathematics_too():
    assert {name[:10] for name in math_fonts("l2 --font 'DejaVu Serif'")} == {"DejaVuSeri"}
    assert {name[:7] for name in math_fonts("l2")} == {"DejaVuS"}
    assert {name[:4] for name in math_fonts("l2 --font STIXGeneral")} == {"STIX"}
    assert {name[:2] for name in math_fonts("l2 --font cmr10")} == {"cm"}
    assert set(math_fonts("l2 --font 'DejaVu Sans Mono'")) == {
        "DejaVuSansMono", "DejaVuSansMono-Oblique", "DejaVuSansMono-Bold",
    }  # fmt: skip


@pytest.mark.usefixtures("few_fonts")
def test_what_a_font_of_ones_own_lacks_comes_from_one_with_its_serifs():
    def fonts_of(line):
        with setting(recipe(line)):
            return {Path(font.fname).stem for font, *_ in MathTextParser("path").parse(r"$\aleph \beth$", 72).glyphs}

    assert fonts.mathematics("DejaVu Sans Mono")["mathtext.fallback"] == "stixsans"
    assert fonts.mathematics("cmss10")["mathtext.fallback"].startswith("stix")
    assert fonts_of("l2 --font 'DejaVu Sans Display'") <= {"STIXGeneral"}


@pytest.mark.usefixtures("few_fonts")
def test_a_letter_that_the_first_font_lacks_comes_from_another_that_is_there():
    letter = "\N{MATHEMATICAL DOUBLE-STRUCK CAPITAL A}"
    assert not {letter} <= fonts._charmap(str(FONTS / "cmr10.ttf"))
    drawn = figure(f"l2 --style plain --font cmr10 --title '{letter} $x$'")
    title = drawn.axes[0].title
    assert title.get_fontfamily()[0] == "cmr10"
    assert title.get_text() == rf"$\mathtt{{{letter}}}$ $x$"
    with setting(recipe(f"l2 --font cmr10 --title '{letter} $x$'")):
        assert letter in fonts._lent()["tt"]
    alone = figure(f"l2 --style plain --font cmr10 --title '{letter}'").axes[0].title.get_fontfamily()
    assert alone[0] == "cmr10"
    assert letter in fonts._letters(alone)


def chinese_font():
    fonts._look_again()
    return any(
        "伪" in fonts._charmap(entry.fname)
        for entry in font_manager.fontManager.ttflist
        if not entry.name.startswith(fonts.BOXES)
    )


@pytest.mark.skipif(not chinese_font(), reason="no installed font has Chinese characters")
@pytest.mark.parametrize("title", [CHINESE, "伪损失", "伪损失 costs $5"])
def test_chinese_is_drawn_where_a_font_has_it(lossplot, tmp_path, title):
    result = lossplot("l1", "l2", "--title", title, "-o", "a.svg")
    assert (result.code, result.err) == (0, "")
    drawn = figure(f"l1 l2 --title {shlex.quote(title)}")
    family = drawn.axes[0].title.get_fontfamily()
    assert {"伪", "损"} <= fonts._letters(family[:1] if "delta" in title else family)
    assert "LastResort" not in (tmp_path / "a.svg").read_text()


def test_nothing_of_matplotlibs_own_is_said(tmp_path):
    words = [sys.executable, "-m", "losscli", "l2", "--title", f"{CHINESE} \U00012000", "-o", "a.png"]
    done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, env=os.environ, check=True)
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("lossplot: no installed font has ")


SOME, OTHER = "\u0627\u0628", "\u1d81"  # DejaVu Sans has the two, STIXGeneral the one; neither has all three


@pytest.mark.usefixtures("few_fonts")
@pytest.mark.parametrize("form", ["png", "svg", "pdf", "gif"])
def test_beside_mathematics_several_fonts_stand_together(lossplot, form):
    words = ["huber", "--delta", "1:2:2", "--title", f"{SOME}{OTHER}$x$", "--label", f"{OTHER} {SOME} $x$"]
    result = lossplot(*words, "-o", f"a.{form}")
    assert (result.code, result.err) == (0, "")


@pytest.mark.usefixtures("few_fonts")
def test_what_the_first_font_lacks_is_an_alphabet_of_mathematics():
    drawn = figure(f"l1 --title '{SOME}{OTHER} $x$'")
    title = drawn.axes[0].title
    assert title.get_text() == rf"{SOME}$\mathtt{{{OTHER}}}$ $x$"
    assert title.get_math_fontfamily() == "custom"
    assert drawn.axes[0].xaxis.label.get_math_fontfamily() == "dejavusans"


@pytest.mark.usefixtures("few_fonts")
def test_lent_alphabets_leave_letters_numbers_and_relations_as_they_look():
    def glyphs(fontset):
        prop = font_manager.FontProperties(size=12, math_fontfamily=fontset)
        formula = r"$\delta_1 = \frac{1}{2} r^2 \leq \mathbf{x} \cdot \mathrm{log}(\pi)$"
        found = MathTextParser("path").parse(formula, 72, prop).glyphs
        return [(font.fname, size, character) for font, size, character, *_ in found]

    with quiet(), mpl.rc_context(fonts.lent([f"{SOME}{OTHER} $x$"], own=False)):
        assert "STIXGeneral" in mpl.rcParams["mathtext.tt"]
        assert glyphs("custom") == glyphs("dejavusans")


@pytest.mark.usefixtures("few_fonts")
def test_prose_in_mathematics_is_in_an_alphabet_that_has_it(lossplot):
    letter = "\u2383"  # DejaVu Sans Mono has it, and neither font of mathematics
    assert letter not in fonts._letters(["DejaVu Sans", "STIXGeneral"])
    said = rf"$L_\text{{a {letter}}} = \mathrm{{b}}$"
    result = lossplot("l1", "--title", said, "-o", "a.png")
    assert (result.code, result.err) == (0, "")
    title = figure(f"l1 --title '{said}'").axes[0].title
    assert title.get_text() == rf"$L_{{\text{{a }}\mathtt{{{letter}}}}} = \mathrm{{b}}$"
    with setting(recipe(f"l1 --title '{said}'")):
        prop = font_manager.FontProperties(math_fontfamily=title.get_math_fontfamily())
        found = {
            chr(code): font.fname
            for font, _, code, *_ in MathTextParser("path").parse(title.get_text(), 72, prop).glyphs
        }
    assert "Mono" in found[letter]
    assert "Mono" not in found["b"]
    assert lossplot("l1", "--title", f"$L_{letter}$").err == ""
    assert "Javanese would do" in lossplot("l1", "--title", "$L_\\text{\ua98f}$").err


@pytest.mark.usefixtures("few_fonts")
@pytest.mark.parametrize(
    ("said", "set_as"),
    [
        ("$L_{@a@}^@$", r"$L_{{\mathtt{@}}a{\mathtt{@}}}^{\mathtt{@}}$"),
        (r"$\frac{@}{2}$ @", r"$\frac{{\mathtt{@}}}{2}$ $\mathtt{@}$"),
        (r"$\text {@ a}$", r"${\mathtt{@}\text{ a}}$"),
        (r"$\mathtt{@} @@$", r"$\mathtt{{\mathsf{@}}} {\mathsf{@}}{\mathsf{@}}$"),
    ],
)
def test_letters_that_mathematics_lacks_are_in_an_alphabet_that_has_them(lossplot, said, set_as):
    letter = "\u2383"
    said, set_as = said.replace("@", letter), set_as.replace("@", letter)
    drawn = figure(f"l1 --xlabel '{said}'").axes[0].xaxis.label
    assert drawn.get_text() == set_as
    result = lossplot("l1", "--xlabel", said, "--svg-text", "-o", "a.svg", "-o", "a.pdf")
    assert (result.code, result.err) == (0, "")
    assert lossplot("redo", "a.svg").err == ""
    for command in (rf"\boldsymbol{{{letter}}}", rf"\substack{{{letter}\\b}}"):
        refused = lossplot("l1", "--title", f"${command}$")
        assert refused.code == 2
        assert refused.err.endswith(f"; mathematics has no {letter} there: it goes outside of the dollars\n")
    told = lossplot("l1", "--title", "$L_\ua98f$")
    assert (told.code, "no installed font has \ua98f; boxes stand for it" in told.err) == (0, True)


WIDE = "\u4f2a\u635f\u5931"


@pytest.fixture
def a_wide_font(monkeypatch):
    """Give a font the Chinese characters that the others lack."""
    known = fonts._charmap

    def charmap(path):
        return known(path) | (frozenset(WIDE) if Path(path).stem == "DejaVuSansMono" else frozenset())

    monkeypatch.setattr(fonts, "_charmap", charmap)


@pytest.mark.usefixtures("few_fonts", "a_wide_font")
def test_a_font_that_is_said_is_that_of_every_letter_it_has_beside_mathematics():
    def title(words):
        return figure(f"l1 l2 --title '{WIDE[:2]} Huber $x$' {words}").axes[0].title

    said = title("--font 'DejaVu Serif'")
    assert said.get_fontfamily()[0] == "DejaVu Serif"
    assert said.get_text() == rf"$\mathtt{{{WIDE[0]}}}$$\mathtt{{{WIDE[1]}}}$ Huber $x$"
    both = title("--font STIXGeneral --font 'DejaVu Sans Mono'")
    assert (both.get_fontfamily()[0], both.get_text()) == ("STIXGeneral", said.get_text())
    usual = title("")
    assert (usual.get_fontfamily()[0], usual.get_text()) == ("DejaVu Sans Mono", f"{WIDE[:2]} Huber $x$")


@pytest.mark.usefixtures("few_fonts", "a_wide_font")
def test_a_title_in_alphabets_is_broken_between_its_letters():
    def title(text):
        return figure(f"l1 l2 --font 'DejaVu Serif' --title '{text} Huber $x$'").axes[0].title

    broken = title(WIDE * 30)
    assert broken.get_text().count("\n") == 1
    assert broken.get_fontsize() == title(WIDE).get_fontsize()


@pytest.mark.usefixtures("few_fonts")
def test_where_all_alphabets_are_taken_the_rest_is_told_once(lossplot):
    taken = r"$\mathtt{a} \mathsf{b} \mathcal{c}$"
    for name in ("a.png", "a.gif"):
        result = lossplot("huber", "--delta", "1:2:2", "--title", f"{SOME}{OTHER} {taken}", "-o", name)
        assert result.code == 0
        assert f"no font has {OTHER} and the rest" in result.err
        assert result.err.count("\n") == 1
        assert SOME[0] not in result.err


@pytest.mark.usefixtures("few_fonts")
@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("a\U0001fae9", "no installed font has U+1FAE9; boxes stand for it; Noto Emoji or Symbola would do"),
        ("a\u0378", "U+0378; boxes stand for it; a font of one's own that has it (--font FILE) would do"),
        ("a\ue000", "U+E000; boxes stand for it; a font of one's own that has it (--font FILE) would do"),
        ("a\ue000 $x$", "U+E000; boxes stand for it; a font of one's own that has it (--font FILE) would do"),
        ("a\u200b\u00ad\u2060\u00a0\ufe0f\U000e0100b", ""),  # none of which is drawn
    ],
)
def test_what_python_does_not_know_is_told_before_boxes_are_drawn(lossplot, title, said):
    if title[1].isprintable():  # to a newer Python
        said = said.replace("U+1FAE9", title[1])
    result = lossplot("l1", "--title", title)
    assert result.code == 0
    assert result.err.count("\n") == bool(said)
    assert said in result.err
    assert lossplot("redo", "l1.png").err == result.err


def test_a_private_character_is_drawn_by_the_font_that_is_said_to_have_it(lossplot):
    has = next(path for path in sorted(FONTS.glob("*.ttf")) if "\ue000" in fonts._charmap(str(path)))
    assert "U+E000" in lossplot("l1", "--title", "a\ue000").err
    assert lossplot("l1", "--title", "a\ue000", "--font", has).err == ""


@pytest.mark.parametrize("flag", ["--title", "--xlabel", "--ylabel", "--label"])
@pytest.mark.parametrize("letter", ["\a", "\x1b", "\0", "\x7f", "\x85", "\v"])
def test_control_characters_are_no_text(lossplot, tmp_path, flag, letter):
    result = lossplot("l1", f"{flag}=a{letter}b")
    assert (result.code, result.out, result.err.count("\n"), list(tmp_path.iterdir())) == (2, "", 1, [])
    assert result.err.endswith("; a text has no control characters but tabs and line breaks\n")
    assert letter not in result.err
    (tmp_path / "lines.txt").write_bytes(f"l1 {flag} 'a{letter}b'\n".encode())
    if letter not in "\0\x85\v":  # of which one makes it no text, and the others end a line
        assert "no control characters" in lossplot("batch", "lines.txt").err


def test_a_tab_is_a_space_and_every_line_break_the_same(lossplot):
    tidy = lossplot("l1", "--title", "a b\nc", "--label", "x y", "-o", "-", "--format", "png").raw
    for line_break in ("\r\n", "\r", "\u2028"):
        words = ["l1", "--title", f"a\tb{line_break}c", "--label", "x\ty"]
        result = lossplot(*words, "-o", "-", "--format", "png")
        assert (result.code, result.err) == (0, "")
        assert result.raw == tidy


@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
def test_a_font_is_a_file_that_ends(lossplot, tmp_path, kind):
    path = tmp_path / "a.ttf"
    {"pipe": os.mkfifo, "device": lambda at: at.symlink_to("/dev/zero"), "folder": Path.mkdir}[kind](path)
    result = lossplot("l2", "--font", "./a.ttf")
    said = f"lossplot: --font ./a.ttf; a font is a file of at most {fonts.MOST} bytes\n"
    assert (result.code, result.err) == (2, said)
