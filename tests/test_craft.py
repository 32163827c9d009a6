"""Sweeps, views, marks, sizes, styles, fonts: whole words in, artists or bytes out."""

import os
import shlex
import struct
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import font_manager
from matplotlib.mathtext import MathTextParser
from matplotlib.text import Text
from mpl_toolkits.mplot3d.art3d import Poly3DCollection

from losscli import fonts, frame, legends
from losscli.captions import formula
from losscli.cli import read
from losscli.draw import draw, setting
from losscli.look import own_styles, style_names
from losscli.losses import catalogue
from losscli.marks import short
from losscli.sample import sample
from losscli.sizes import NAMED, inches
from losscli.views import levels

FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
CHINESE = "伪Huber损失 $\\delta=0.24$"


def recipe(line):
    return read(shlex.split(line)).recipe


def sampled(line):
    return sample(recipe(line))


def figure(line):
    found = recipe(line)
    with setting(found):
        drawn = draw(found, sample(found))
        drawn.draw_without_rendering()
    return drawn


def texts(drawn):
    return [text for text in drawn.findobj(Text) if text.get_text() and text.get_visible()]


def legend_of(drawn):
    return drawn.axes[0].get_legend() or next(iter(drawn.legends), None)


def entries(drawn):
    legend = legend_of(drawn)
    return [text.get_text() for text in legend.get_texts()] if legend else []


# Sweeps


def test_a_few_curves_have_a_legend_and_each_its_dashes():
    lines = figure("huber --delta 0.5:3:4").axes[0].lines
    assert len(lines) == 4
    assert len({(line.get_color(), line.get_linestyle()) for line in lines}) == 4
    assert len({str(line._dash_pattern) for line in lines}) == 4


@pytest.mark.parametrize("style", ["plain", "ggplot", "dark", "paper", "tableau-colorblind10"])
def test_no_two_of_many_losses_look_alike(style):
    drawn = figure(f"l1 l2 huber pseudo-huber log-cosh fair cauchy welsch tukey hampel --style {style}")
    looks = [(line.get_color(), str(line._dash_pattern)) for line in drawn.axes[0].lines]
    assert len(set(looks)) == 10


def test_many_curves_of_one_sweep_have_a_colour_bar():
    panel, bar = figure("huber --delta 0.1:3:20 l2").axes
    assert bar.get_ylabel() == r"$\delta$"
    assert panel.get_legend().get_texts()[0].get_text() == "l2"
    assert len(panel.get_legend().get_texts()) == 1
    swept = [mpl.colors.to_rgb(line.get_color()) for line in panel.lines[:20]]
    lightness = [0.299 * red + 0.587 * green + 0.114 * blue for red, green, blue in swept]
    assert lightness == sorted(lightness)
    assert bar.get_ylim() == (0.1, 3)


def test_a_second_sweep_changes_the_dashes():
    drawn = figure("barron --alpha -4:2:12 --c 0.5:2:3")
    assert entries(drawn) == ["$c$ = 0.5", "$c$ = 1.25", "$c$ = 2"]
    assert len({str(line._dash_pattern) for line in drawn.axes[0].lines}) == 3
    assert drawn.axes[1].get_ylabel() == r"$\alpha$"


def test_a_sweep_of_the_target():
    assert figure("l2 --target -2:2:9").axes[1].get_ylabel() == "Target"


def test_labels_or_lines_of_ones_own_have_a_legend():
    assert len(figure("l2 --target -2:2:9 --label mine").axes) == 1


# Views


def test_contour_is_labelled_with_what_it_shows():
    panel, bar = figure("huber --delta 0.1:3:20 --as contour").axes
    assert (panel.get_xlabel(), panel.get_ylabel(), bar.get_ylabel()) == ("Prediction", r"$\delta$", "Loss")
    assert panel.get_title() == "Huber, target 0"
    numbers = [text.get_text() for text in panel.texts]
    assert numbers
    assert {float(text) for text in numbers} <= set(np.arange(0, 5, 0.5))
    named = figure("huber --delta 0.1:3:20 --as contour --ylabel mine --show value --show gradient").axes
    assert sorted(axes.get_ylabel() for axes in named) == ["Gradient", "Loss", "mine", "mine"]


def test_contour_levels_are_sensible_where_values_reach_infinity():
    drawn = sampled("cross-entropy --target 0:1:20 --as contour --show value --show gradient")
    for quantity, most in (("value", 10), ("gradient", 60)):
        table = np.array([trace.terms[quantity] for trace in drawn.traces])
        assert np.isinf(table).any()
        found = levels(table)
        assert 4 < len(found) < 20
        assert np.isfinite(found).all()
        assert (np.diff(found) > 0).all()
        assert np.abs(found).max() < most
    steep = levels(np.exp(np.linspace(0, 9, 200))[None, :])
    assert set(steep[1:]) >= {10.0, 20.0, 50.0, 100.0}
    assert len(levels(np.ones((3, 9)))) > 1


def test_surface():
    (panel,) = figure("huber --delta 0.1:3:20 --as surface").axes
    assert (panel.get_xlabel(), panel.get_ylabel(), panel.get_zlabel()) == ("Prediction", r"$\delta$", "Loss")
    assert panel.findobj(Poly3DCollection)
    assert panel.get_zlim()[1] == pytest.approx(4.5, rel=0.05)
    low, high = figure("cross-entropy --target 0:1:20 --as surface --show gradient").axes[0].get_zlim()
    assert -100 < low < high < 100


VIEWS = {
    "l2 --as contour": "exactly one sweep",
    "barron --alpha 0:2:3 --c 1:2:3 --as surface": "exactly one sweep",
    "l2 l1 --target 0:1:3 --as contour": "one loss",
    "huber --delta 1:2:3 --target 0 --target 1 --as contour": "one curve for each delta",
    "huber --delta 1:2:3 --as contour --mark floor": "--mark",
    "huber --delta 1:2:3 --as contour --label a": "--label",
    "huber --delta 1:2:3 --as surface --log x": "--log x",
    "huber --delta 1:2:3 --as box": "curves, contour, surface",
}
WRONG = {
    "l2 --mark breaks": "no break",
    "linex --range 1 2 --mark minimum": "no minimum",
    "l2 --mark floor --show gradient": "--show value",
    "l2 --size 3": "a length is a number with in, cm, mm, pt",
    "l2 --size 3in 3km": "3km",
    "l2 --size 0.1in": "at least 0.5in",
    "l2 --size 3in ieee": "stands first",
    "l2 --size auto": "one of width and height",
    "l2 --size 0.5in 0.5in --show value --show gradient --show hessian --style plain": "no room",
    "l2 --dpi 9999 --size slides": "--dpi 9999",
    "l2 --dpi 1.5": "whole number",
    "l2 --log z": "x, y, both",
    "l2 --font nosuch": "the installed fonts are",
    "l2 --font nosuch.ttf": "no such file",
    "l2 --font 'DejaVu Sens'": "did you mean DejaVu Sans?",
    "l2 --style papre": "paper",
    "l2 --title '$伪$'": "outside of the dollars",
}


@pytest.mark.parametrize("line", VIEWS | WRONG)
def test_what_makes_no_sense_is_said_in_one_line(lossplot, line):
    result = lossplot(*shlex.split(line))
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert (VIEWS | WRONG)[line] in result.err


def test_a_file_that_is_no_font(lossplot, tmp_path):
    (tmp_path / "bad.ttf").write_text("bad")
    result = lossplot("l2", "--font", "bad.ttf")
    assert (result.code, "cannot be read as a font" in result.err) == (2, True)


# Logarithmic axes


def test_log_axes_are_linear_around_zero_where_values_are_not_positive():
    panel = figure("exponential --log y").axes[0]
    assert (panel.get_xscale(), panel.get_yscale()) == ("linear", "log")
    assert figure("l1 --log y").axes[0].get_yscale() == "symlog"
    panel = figure("l1 --log both --range 0.001 10").axes[0]
    assert (panel.get_xscale(), panel.get_yscale()) == ("log", "log")
    assert figure("l1 --log x").axes[0].get_xscale() == "symlog"
    assert figure("l2 --log y --style plain --show value --show gradient").axes[1].get_yscale() == "symlog"
    low, high = figure("l1 l2 --log y --mark floor").axes[0].get_ylim()
    assert -0.1 < low <= 0
    assert high < 20


def test_samples_are_spread_as_the_axis_is():
    x = sampled("l2 --log x --range 0.001 1000 --points 7").traces[0].prediction
    np.testing.assert_allclose(x, np.logspace(-3, 3, 7))
    around = sampled("l2 --log x --range -100 100 --points 101").traces[0].prediction
    assert (around[0], around[-1]) == (-100, 100)
    assert (np.diff(around) > 0).all()
    assert (abs(around) < 1).sum() > 10
    even = sampled("l2 --log x --range 1 7 --points 7 --sampling even").traces[0].prediction
    np.testing.assert_array_equal(even, np.arange(1, 8))


# Marks


def marks(line):
    return [(mark.kind, mark.quantity, mark.text) for mark in sampled(line).marks]


def test_marks_are_facts_in_words():
    line = "huber --delta 0.5 --target 1 --mark breaks --mark minimum --mark floor"
    assert marks(line) == [
        ("breaks", "value", "Hessian jumps at 0.5, 1.5"),
        ("breaks", "gradient", "Hessian jumps at 0.5, 1.5"),
        ("breaks", "hessian", "Hessian jumps at 0.5, 1.5"),
        ("minimum", "value", "minimum 0 at 1"),
        ("floor", "value", "floor 0"),
    ]
    drawn = figure(line)
    assert entries(drawn)[1:] == ["Hessian jumps at 0.5, 1.5", "minimum 0 at 1", "floor 0"]
    assert [tuple(line.get_xdata()) for line in drawn.axes[0].lines[1:3]] == [(0.5, 1.5), (1,)]
    np.testing.assert_allclose(drawn.axes[0].lines[1].get_ydata(), [0.125, 0.125])


def test_a_jump_is_marked_on_both_sides():
    found = {mark.quantity: mark for mark in sampled("l1 --mark breaks --show value --show gradient").marks}
    assert found["gradient"].points == ((0, -1), (0, 1))
    assert found["value"].points == ((0, 0),)
    assert found["value"].text == "kink at 0"


def test_a_flat_minimum_and_a_floor_that_is_approached():
    assert marks("epsilon-insensitive --epsilon 1 --mark minimum") == [("minimum", "value", "minimum 0 from -1 to 1")]
    assert marks("hinge --mark minimum") == [("minimum", "value", "minimum 0 from 1 on")]
    assert marks("logistic --mark floor") == [("floor", "value", "floor 0, never reached")]


def test_the_minimum_along_one_logit_is_closed_in_on():
    line = "softmax-cross-entropy --target 0.1,0.02,0.88 --logits 1,-3,10 --vary 2 --mark minimum --mark floor"
    low, floor = sampled(line).marks
    # d/dz of log(sum exp z) - t z is 0 where the softmax of this logit is 0.88.
    exact = np.log(0.88 / 0.12 * (np.exp(1) + np.exp(-3)))
    assert low.points[0][0] == pytest.approx(exact, abs=1e-6)
    assert floor.text == "floor 0.421 over all logits"


def test_marks_of_several_curves_say_whose_they_are():
    texts = [text for *_, text in marks("l1 huber --mark breaks --mark minimum")]
    assert "minimum 0 at 0" in texts
    assert "l1: kink at 0" in texts
    assert {text for *_, text in marks("huber --delta 1:2:9 --mark breaks")} == {"breaks"}
    assert short(-0.0) == "0"


# The formula


@pytest.mark.parametrize("name", catalogue())
def test_every_formula_can_be_set(name):
    parser = MathTextParser("agg")
    lines = formula(recipe(name).curves)
    for line in lines:
        parser.parse(line)
    latex = catalogue()[name].latex
    assert len(lines) >= (2 if isinstance(latex, str) else len(latex) + 1)


def test_the_formula_stands_below_the_figure_in_all_its_pieces():
    drawn = figure("huber --formula --mark breaks")
    assert drawn.get_supxlabel().splitlines() == [
        r"$\frac{1}{2} r^2$   if $|r| \leq \delta$",
        r"$\delta (|r| - \frac{1}{2} \delta)$   otherwise",
        "$r = f - y$, $f$ the prediction, $y$ the target",
    ]
    box = drawn.texts[0].get_window_extent()
    assert box.y1 < drawn.axes[0].xaxis.label.get_window_extent().y0
    assert figure("l1 l2 --formula").get_supxlabel().startswith("l1: $|r|$\nl2: $r^2$\n")
    assert figure("torch.nn.SmoothL1Loss --formula").get_supxlabel()


# Size, grid, style


def png_size(data):
    return struct.unpack(">II", data[16:24])


@pytest.mark.parametrize(
    ("words", "width", "height"),
    [
        ("8cm 6cm", 8 / 2.54, 6 / 2.54),
        ("3in 120mm", 3, 120 / 25.4),
        ("252pt 3in", 252 / 72.27, 3),
        ("ieee", 3.5, 2.625),
        ("ieee-wide 3in", 7.16, 3),
        ("acm", 3.33, 2.4975),
        ("nature", 89 / 25.4, 89 / 25.4 * 0.75),
        ("slides", 40 / 3, 7.5),
        ("auto 3in", 4, 3),
    ],
)
def test_sizes(lossplot, tmp_path, words, width, height):
    result = lossplot("l2", "--size", *words.split(), "l1", "--dpi", 100, "-o", "a.png")
    assert (result.code, result.err) == (0, "")
    found = png_size((tmp_path / "a.png").read_bytes())
    assert found == pytest.approx((100 * width, 100 * height), abs=1)


def test_panels_grow_a_figure_unless_its_height_is_said():
    three = "l2 --show value --show gradient --show hessian"
    assert figure(f"{three} --size 4in").get_size_inches()[1] == pytest.approx(3 * 2.2)
    assert figure(f"{three} --size 4in 5in").get_size_inches()[1] == 5
    assert figure(f"{three} --size slides").get_size_inches()[1] == 7.5
    assert inches(("auto", "3in"), (6.4, 4.8)) == pytest.approx((4, 3))


LABELLED = [
    "l1 l2 huber pseudo-huber --delta 0.5 --mark minimum",
    "cross-entropy --target 0 --target 1 --show value --show gradient --show hessian",
    "softmax-cross-entropy --target 0.1,0.02,0.88 --logits 1,-3,10 --vary 2 --formula",
    "huber --delta 0.1:3:20 --title 'A title that is much too long for a single line of a narrow column of text'",
    "huber --delta 0.1:3:20 --as contour",
    "huber --delta 0.1:3:20 --as surface",
    "l2",
]


@pytest.mark.parametrize("size", NAMED)
@pytest.mark.parametrize("line", LABELLED)
def test_nothing_is_clipped_at_any_named_size(line, size):
    drawn = figure(f"{line} --size {size}")
    box, (width, height) = drawn.get_tightbbox(), drawn.get_size_inches()
    assert min(box.x0, box.y0, width - box.x1, height - box.y1) >= -0.01
    assert min(text.get_fontsize() for text in texts(drawn)) >= 4.9


def test_type_follows_the_size():
    sizes = [figure(f"l1 l2 --size {size}").axes[0].xaxis.label.get_fontsize() for size in ("acm", "8in", "slides")]
    assert sizes == sorted(sizes)
    assert 7 < sizes[0] < 10
    assert sizes[2] > 16


def test_resolution_and_transparency(lossplot):
    words = ["l2", "-o", "-", "--format", "png"]
    assert png_size(lossplot(*words, "--dpi", "50").raw) == (320, 240)
    from io import BytesIO

    from matplotlib.image import imread

    for style in ("plain", "dark", "classic", "grayscale"):
        clear = imread(BytesIO(lossplot(*words, "--transparent", "--style", style).raw))
        solid = imread(BytesIO(lossplot(*words, "--style", style).raw))
        assert (clear[2, 2, 3], solid[2, 2, 3]) == (0, 1)


def test_grid_whatever_the_style():
    def lines(line):
        return figure(line).axes[0].xaxis.get_gridlines()[0].get_visible()

    assert [lines(f"l2 l1 --style plain{flag}") for flag in ("", " --grid", " --no-grid")] == [True, True, False]
    assert [lines(f"l2 l1 --style default{flag}") for flag in ("", " --grid")] == [False, True]


def test_the_words_say_all_of_it():
    line = "huber --delta 1:2:3 --as surface --dpi 90 --formula --no-grid --size 3in auto --transparent --show value"
    found = recipe(line)
    assert recipe(found.words) == found
    for part in ("--as surface", "--no-grid", "--size 3in auto", "--formula", "--dpi 90", "--transparent"):
        assert part in found.words


def test_styles_build_upon_plain_and_go_in_order():
    assert own_styles() == ["dark", "paper", "plain", "slides"]
    drawn = figure("l1 l2 --style paper --style dark")
    assert tuple(drawn.get_size_inches()) == (3.5, 2.6)
    assert mpl.colors.to_hex(drawn.get_facecolor()) == "#16191d"
    assert not drawn.axes[0].spines["top"].get_visible()


@pytest.mark.parametrize("style", style_names())
def test_every_style_draws(lossplot, style):
    result = lossplot("l1", "l2", "--style", style, "-o", "a.png")
    assert (result.code, result.err) == (0, "")


# Frame


@pytest.mark.parametrize("name", ["l2 --style plain", "l1 --style plain", "huber", "exponential", "logistic", "linex"])
def test_an_ordinary_curve_is_shown_whole(name):
    for quantity in ("value", "gradient", "hessian"):
        terms = [trace.terms[quantity] for trace in sampled(f"{name} --show {quantity}").traces]
        assert frame.limits(terms) is None, quantity


def test_a_curve_without_bound_leaves_the_frame():
    for line, most in (("cross-entropy", 40), ("lp --p 0.5", 5), ("cross-entropy --range 1e-6 1", 40)):
        drawn = figure(f"{line} --style plain --show gradient")
        low, high = drawn.axes[0].get_ylim()
        assert max(-low, high) < most, line
        assert np.nanmax(np.abs(drawn.axes[0].lines[0].get_ydata())) > most
    x = np.linspace(-5, 1000, 500)
    assert frame.limits([np.logaddexp(0, -x)]) is None
    x = np.linspace(-1, 1, 501)
    assert frame.limits([1 / (1e-4 + x * x)]) is None, "a peak is no pole"
    with np.errstate(divide="ignore"):
        assert frame.limits([1 / (x * x)]) is not None


def test_the_look_of_the_article_has_matplotlibs_own_frame():
    assert figure("cross-entropy --show gradient --style default").axes[0].get_ylim()[0] < -400


# Legend


CROWDED = [
    "l1 l2 huber",
    "l1 l2 --title x --label 'a label that needs much of the room in any figure at all'",
    "cross-entropy --target 0 --target 0.3 --target 0.5 --target 0.7 --target 1 --size acm",
    "l1 l2 huber pseudo-huber log-cosh fair cauchy welsch tukey hampel --mark minimum",
    "huber --delta 0.1:3:7 --range 0 3 --size nature",
    "l1 l2 huber --size ieee-wide --formula --mark breaks",
]


@pytest.mark.parametrize("line", CROWDED)
@pytest.mark.parametrize("style", ["plain", "default", "paper"])
def test_no_legend_covers_a_curve(line, style):
    drawn = figure(f"{line} --style {style}")
    legend = legend_of(drawn)
    panel = drawn.axes[0]
    if panel.get_legend():
        assert not legends.covers(panel, legend)
        return
    box = legend.get_window_extent()
    assert not any(box.overlaps(axes.get_window_extent()) for axes in drawn.axes)
    assert not any(box.overlaps(text.get_window_extent()) for text in drawn.texts)
    assert box.x0 >= 0
    assert box.x1 <= drawn.bbox.width


def test_a_place_that_is_said_is_kept_even_upon_a_curve():
    drawn = figure("l1 l2 huber --legend 'lower center'")
    assert legends.covers(drawn.axes[0], drawn.axes[0].get_legend())
    assert figure("l1 l2 --legend none").axes[0].get_legend() is None


# The label of logits


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("--target 0.1,0.02,0.88 --logits 1,-3,10 --vary 2", "Logit 2, the others held at 1, -3"),
        ("--target 1,0 --vary 0", "Logit 0, the other held at 0"),
        ("", "Logit 0, the others held at 0"),
        ("--target 1,0,0,0,0,0,0,0,0 --logits 0,1,2,3,4,5,6,7,8", "Logit 0, the others held at 1, 2, 3, 4, 5, ..."),
    ],
)
def test_the_label_says_which_logits_are_held(line, label):
    assert sampled(f"softmax-cross-entropy {line}").xlabel == label


# Text in any language


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
def test_a_letter_that_the_first_font_lacks_comes_from_another_that_is_there():
    letter = "\N{MATHEMATICAL DOUBLE-STRUCK CAPITAL A}"
    assert not {letter} <= fonts._charmap(str(FONTS / "cmr10.ttf"))
    drawn = figure(f"l2 --style plain --font cmr10 --title '{letter} $x$'")
    first = drawn.axes[0].title.get_fontfamily()[0]
    assert first != "cmr10"
    assert letter in fonts._letters([first])
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
