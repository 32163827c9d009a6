"""Sizes, styles, frames, legends, labels: nothing clipped, nothing covered, nothing flattened; and what is refused."""

import re
import shlex
import struct
from io import BytesIO
from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest
from figures import figure, legend_of, recipe, sampled, spare, texts, texts_of
from matplotlib.image import imread
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image

from losscli.drawing.style import own_styles, style_names
from losscli.errors import UsageError
from losscli.recipe.formats import OPAQUE
from losscli.recipe.recipe import LARGEST
from losscli.recipe.sizes import NAMED, inches
from losscli.sampling import limits as frame

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
    "l1 l2 --size 20cm 1.5cm": "--size 20cm 1.5cm; it has no room",
    "l2 --size 0.5in 0.5in --show value --show gradient --show hessian --style plain": "no room",
    "l2 --dpi 9999 --size slides": "--dpi 9999",
    "l2 --dpi 1.5": "whole number",
    "l2 --dpi 3": "at least 10",
    "l2 --dpi 10 --size 0.5in": "smaller than a pixel",
    "l2 --size 200in 40in --dpi 100 -o a.webp": "webp of 20000 x 4000 pixels; it has at most 16383 along a side",
    "l2 --target 0:1:2 --size 200in 40in --dpi 82 -o a.webp": "webp of 16400 x 3280 pixels",
    "l2 --target 0:1:2 --size 200in 40in --dpi 82 -o a.mp4": "mp4 of 16400 x 3280 pixels",
    "l2 --log z": "x, y, both",
    "l2 --font nosuch": "the installed fonts are",
    "l2 --font nosuch.ttf": "no such file",
    "l2 --font 'DejaVu Sens'": "did you mean DejaVu Sans?",
    "l2 --style papre": "paper",
    "l2 --style plain --range 0 1e-290": "too narrow",
    "l1 --style plain --range 1e16 10000000000000010": "too narrow",
}


@pytest.mark.parametrize("line", VIEWS | WRONG)
def test_what_makes_no_sense_is_said_in_one_line(lossplot, line):
    result = lossplot(*shlex.split(line))
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert (VIEWS | WRONG)[line] in result.err


def test_dollars_that_are_no_mathematics_are_drawn():
    for title in (r"$5 to \$6", r"\$5 to \$6", "$5"):
        drawn = figure(shlex.join(["l2", "--title", title]))
        drawn.draw_without_rendering()
        assert drawn.axes[0].get_title() == title


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
    "cosine-embedding --formula",
    "l2 --label-size 20 --show value --show gradient --show hessian",
    "huber --target 1 --target -1 --mark minimum --mark breaks --formula",
    "l1 l2 --label 'a label that needs much of the room in any figure at all' --label 'another, even longer than that'",
    "l2",
]


@pytest.mark.parametrize(
    ("line", "size"),
    [
        pytest.param(line, size, marks=() if (number + turn) % 3 == 0 else pytest.mark.thorough)
        for number, line in enumerate(LABELLED)
        for turn, size in enumerate(NAMED)
    ],
)
def test_nothing_is_clipped_at_any_named_size(line, size):
    drawn, left = spare(f"{line} --size {size}")
    assert left >= -0.01
    assert min(text.get_fontsize() for text in texts(drawn)) >= 4.9


@pytest.mark.parametrize("style", ["default", "fivethirtyeight", "classic"])
@pytest.mark.parametrize(
    "line",
    [
        "l2 --label-size 30",
        "huber --delta 0.1:3:20",
        "softmax-cross-entropy --title 'A title that is much too long for a single line of a narrow column of text'",
    ],
)
def test_nothing_is_clipped_in_a_style_without_layout(line, style):
    assert spare(f"{line} --style {style}")[1] >= -0.01


def ink(text):
    """Return the box of an upright or lying text, without the air above and below its letters."""
    box = text.get_window_extent()
    air = 0.12 * text.get_fontsize() * text.get_figure(root=True).dpi / 72
    return Bbox([[box.x0 + air, box.y0 + air], [box.x1 - air, box.y1 - air]])


@pytest.mark.parametrize("size", ["--size ieee", "--size 3in 2in", "--size slides --style classic"])
@pytest.mark.parametrize(
    "line",
    [
        "huber --delta 0.1:3:20 --as surface",
        "softmax-cross-entropy --label-smoothing 0.1:0.8:20 --as surface",
        "l1 l2 huber pseudo-huber --mark minimum",
        "exponential --log y --range -300 300 --show gradient",
        "l2 --label-size 30 --show value --show gradient --title 'A title that is too long for one line of a column'",
    ],
)
def test_no_text_lies_upon_another(monkeypatch, line, size):
    seen = []
    monkeypatch.setattr(Text, "draw", lambda text, _renderer: seen.append(text))
    drawn = figure(f"{line} {size}")
    seen.clear()
    drawn.draw_without_rendering()
    shown = [text for text in seen if text.get_text().strip() and text.get_visible() and text.get_rotation() % 90 == 0]
    assert len(shown) > 5
    touching = [(one, other) for one, other in combinations(shown, 2) if ink(one).overlaps(ink(other))]
    assert [(one.get_text(), other.get_text()) for one, other in touching] == []


def test_a_figure_grows_for_what_stands_below_it_and_says_when_it_may_not():
    crowded = "huber --target 1 --target -1 --mark minimum --mark breaks --formula"
    width, height = figure(f"{crowded} --size nature").get_size_inches()
    assert width == pytest.approx(89 / 25.4)
    assert height > 0.75 * width
    with pytest.raises(UsageError, match="no room"):
        figure(f"{crowded} --size 2in 1in")
    assert tuple(figure(f"{crowded} --size slides").get_size_inches()) == pytest.approx((40 / 3, 7.5))


def test_type_follows_the_size():
    sizes = [figure(f"l1 l2 --size {size}").axes[0].xaxis.label.get_fontsize() for size in ("acm", "8in", "slides")]
    assert sizes == sorted(sizes)
    assert 7 < sizes[0] < 10
    assert sizes[2] > 16


def test_resolution_and_transparency(lossplot):
    words = ["l2", "-o", "-", "--format", "png"]
    assert png_size(lossplot(*words, "--dpi", "50").raw) == (320, 240)
    for style in ("plain", "dark", "classic", "grayscale"):
        clear = imread(BytesIO(lossplot(*words, "--transparent", "--style", style).raw))
        solid = imread(BytesIO(lossplot(*words, "--style", style).raw))
        assert (clear[2, 2, 3], solid[2, 2, 3]) == (0, 1)


@pytest.mark.parametrize("form", OPAQUE)
def test_what_cannot_be_clear_is_not_said_to_be(lossplot, tmp_path, form):
    result = lossplot(*["huber", "--delta", "1:2:3", "--transparent", "-o", "a.png", "-o"], f"a.{form}")
    assert (result.code, result.out, result.err.count("\n"), list(tmp_path.iterdir())) == (2, "", 1, [])
    assert f"{form} has no clear background, {OPAQUE[form]}; png, webp, tiff, svg, pdf, eps, pgf have one" in result.err


def test_what_can_be_clear_is(lossplot):
    for form, words in (("webp", ["l1"]), ("tif", ["l1"]), ("webp", ["huber", "--delta", "0.1:3:3"])):
        image = Image.open(BytesIO(lossplot(*words, "--transparent", "-o", "-", "--format", form).raw))
        for frame_number in range(image.n_frames):
            image.seek(frame_number)
            clear = np.asarray(image.convert("RGBA"))[..., 3]
            assert (clear[2, 2], clear.max()) == (0, 255)
    paper = re.compile(r'id="patch_1">\s*<path[^>]*fill: none|id="patch_1">\s*<path[^>]*opacity: 0')
    for words, found in (([], False), (["--transparent"], True)):
        assert bool(paper.search(lossplot("l1", *words, "-o", "-", "--format", "svg").out)) == found
    assert lossplot("l1", "--transparent", "-o", "a.csv", "-o", "a.json", "-o", "a.npz", "-o", "a.eps").code == 0


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


def test_a_style_sheet_of_one_s_own(lossplot, tmp_path):
    (tmp_path / "my.mplstyle").write_text("lines.linewidth: 7  # wide\ntext.usetex: False\n")
    words = ["l1", "l2", "--style", "plain", "--style", "./my.mplstyle", "-o"]
    assert lossplot(*words, "a.png").code == 0
    assert lossplot(*words, "b.png").code == 0
    before = (tmp_path / "a.png").read_bytes()
    assert before == (tmp_path / "b.png").read_bytes()
    (tmp_path / "my.mplstyle").write_text("lines.linewidth: 1\n")
    assert lossplot("redo", "a.png").code == 0
    assert (tmp_path / "a.png").read_bytes() != before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"lines.linewidth: 1\nlines.fatness: 7\n", "Bad key lines.fatness"),
        (b"lines.linewidth: fat\n", "Could not convert 'fat'"),
        (b"no colon\n", "Missing colon"),
        (b"\xff\n", "not UTF-8"),
        (b"text.usetex: True\n", "it sets text.usetex"),
        (b"text.latex.preamble: x\n", "it sets text.latex.preamble"),
        (b"figure.hooks: os:getcwd\n", "it sets figure.hooks"),
        (b"backend: tkagg\n", "it sets backend"),
        (b"font.size: inf\n", "cannot be drawn with"),
        (b"figure.figsize: 0, 0\n", "at least 0.5in"),
        (b"figure.subplot.left: 0.95\n", "left cannot be >= right"),
        (b"grid.alpha: 7\n", "cannot be drawn with"),
        (b"#" * 2**16 + b"\n", "at most 65536 bytes"),
        (None, "there is no such file"),
    ],
)
def test_a_style_sheet_that_is_none_is_said_in_one_line(lossplot, tmp_path, content, words):
    if content is not None:
        (tmp_path / "my.mplstyle").write_bytes(content)
    result = lossplot("l1", "l2", "--style", "my.mplstyle", "-o", "a.png")
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert words in result.err
    assert not (tmp_path / "a.png").exists()


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


@pytest.mark.parametrize(
    "line",
    [
        "poisson-nll --target 2 --range 0 10",
        "poisson-deviance --target 2 --range 0 10 --show value --show gradient --show hessian",
        "itakura-saito --range 0 5 --show value --show gradient --show hessian",
        "lp --range -1 10 --show hessian",
    ],
)
def test_what_is_infinite_is_drawn_out_of_the_frame(line):
    shown = sampled(line)
    for quantity, panel in zip(recipe(line).show, figure(line).axes, strict=True):
        term, drawn = shown.traces[0].terms[quantity], panel.lines[0].get_ydata()
        low, high = panel.get_ylim()
        infinite = abs(term) > LARGEST
        assert infinite.any()
        assert ((drawn < low) | (drawn > high))[infinite].all()
        assert ((drawn >= low) & (drawn <= high)).sum() > 100


def test_a_curve_that_is_level_or_infinite_has_matplotlibs_own_frame():
    level = np.array([np.inf, *[1.0] * 9])
    assert frame.limits([level], [level]) is None


def test_a_logarithmic_axis_of_the_article_has_no_ends_below_zero():
    for line in ("cross-entropy --target 0.5 --log y", "sigmoid-cross-entropy --log both"):
        low, high = figure(f"{line} --style tutorial").axes[0].get_ylim()
        assert 0 <= low < high, line
    assert figure("cross-entropy --log x --style tutorial").axes[0].get_ylim() == (-2, 5)


def test_a_logarithmic_axis_does_not_make_a_finite_curve_leave_its_frame():
    line = "cross-entropy --target 0 --target 1 --show gradient --log x"
    assert figure(f"{line} --range 0.001 0.999").axes[0].get_ylim() == pytest.approx((-1100, 1100), rel=1e-3)
    low, high = figure(f"{line} --range 0.000001 0.999999999").axes[0].get_ylim()
    assert low == pytest.approx(-1e6, rel=0.1)
    assert high < 1e6
    low, high = figure(f"{line} --range 0 1").axes[0].get_ylim()
    assert -1e3 < low < high < 1e3


def test_the_look_of_the_article_has_matplotlibs_own_frame():
    assert figure("cross-entropy --show gradient --style default --sampling even").axes[0].get_ylim()[0] < -400


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
def test_a_legend_outside_of_the_panels_lies_upon_nothing(line, style):
    drawn = figure(f"{line} --style {style}")
    if drawn.axes[0].get_legend():
        return
    box = legend_of(drawn).get_window_extent()
    assert not any(box.overlaps(axes.get_window_extent()) for axes in drawn.axes)
    assert not any(box.overlaps(text.get_window_extent()) for text in drawn.texts)
    assert box.x0 >= 0
    assert box.x1 <= drawn.bbox.width


def test_a_long_legend_stands_outside_and_a_short_one_where_it_is_asked_for():
    assert figure("l1 l2 huber pseudo-huber log-cosh fair cauchy welsch tukey").axes[0].get_legend() is None
    assert figure("l1 l2 huber --legend 'lower center'").axes[0].get_legend()
    assert legend_of(figure("l1 l2 --legend none")) is None


# The label of logits


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("--target 0.1,0.02,0.88 --logits 1,-3,10 --vary 2", "Logit 2, the others held at 1, $-$3"),
        ("--target 1,0 --vary 0", "Logit 0, the other held at 0"),
        ("", "Logit 0, the others held at 0"),
        ("--target 1,0,0,0,0,0,0,0,0 --logits 0,1,2,3,4,5,6,7,8", "Logit 0, the others held at 1, 2, 3, 4, 5, ..."),
    ],
)
def test_the_label_says_which_logits_are_held(line, label):
    assert texts_of(f"softmax-cross-entropy {line}").xlabel == label
