"""Sweeps in colour, logarithmic axes, marks and formulas."""

import matplotlib as mpl
import numpy as np
import pytest
from figures import entries, figure, legend_of, recipe, sampled, texts_of
from matplotlib.mathtext import MathTextParser

from losscli.drawing.scene import Scene
from losscli.errors import UsageError
from losscli.losses import catalogue
from losscli.wording.captions import signed
from losscli.wording.formulas import formula

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
    assert [text.get_text() for text in panel.get_legend().get_texts()] == ["l2", "huber"]
    swept = [mpl.colors.to_rgb(line.get_color()) for line in panel.lines[:20]]
    lightness = [0.299 * red + 0.587 * green + 0.114 * blue for red, green, blue in swept]
    assert lightness == sorted(lightness)
    assert bar.get_ylim() == (0.1, 3)


def test_a_second_sweep_changes_the_dashes():
    drawn = figure("barron --alpha -4:2:12 --c 0.5:2:3")
    assert entries(drawn) == ["$c$ = 0.50", "$c$ = 1.25", "$c$ = 2.00"]
    assert len({str(line._dash_pattern) for line in drawn.axes[0].lines}) == 3
    assert drawn.axes[1].get_ylabel() == r"$\alpha$"


def test_two_losses_swept_alike_are_told_apart():
    drawn = figure("huber --delta 0.3:3:15 pseudo-huber --delta 0.3:3:15")
    assert entries(drawn) == ["huber", "pseudo-huber"]
    patterns = [str(line._dash_pattern) for line in drawn.axes[0].lines]
    assert patterns == [patterns[0]] * 15 + [patterns[15]] * 15
    assert patterns[0] != patterns[15]
    assert [str(line._dash_pattern) for line in legend_of(drawn).get_lines()] == [patterns[0], patterns[15]]
    assert entries(figure("huber --delta 0.3:3:15 l1 l2")) == ["l1", "l2", "huber"]
    crossed = figure("huber --delta 0.3:3:9 pseudo-huber --delta 0.3:3:9 --target 0:1:4")
    assert len(entries(crossed)) == len({str(line._dash_pattern) for line in crossed.axes[0].lines}) == 8


def test_a_sweep_of_the_target():
    assert figure("l2 --target -2:2:9").axes[1].get_ylabel() == "Target"


def test_swept_values_are_as_short_wherever_they_are_read():
    assert entries(figure("huber --delta 0.1:3:4")) == [
        rf"$\delta$ = {value}" for value in ("0.10", "1.07", "2.03", "3.00")
    ]


def test_labels_or_lines_of_ones_own_have_a_legend():
    assert len(figure("l2 --target -2:2:9 --label mine").axes) == 1


# Logarithmic axes


@pytest.mark.parametrize(
    "line",
    ["l2 --style plain", "l1 --style plain", "lp --p 4", "lp --p 4 --show hessian", "periodic", "huber --log both"],
)
def test_a_logarithmic_axis_follows_the_curve_and_not_the_samples(line):
    for points in (500, 501):
        assert figure(f"{line} --points {points} --log y").axes[0].get_yscale() == "symlog", points
    for curve in ("exponential", "cross-entropy --range 0.1 0.9 --style plain", "l2 --range 0.5 2", "logistic"):
        assert figure(f"{curve} --log y").axes[0].get_yscale() == "log"


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
    here = np.logspace(-3, 3, 7)
    np.testing.assert_allclose(x[np.searchsorted(x, here * 0.999)], here)
    middles = np.sqrt(here[:-1] * here[1:])  # where the parabola bends, more stand between them
    assert np.isclose(x[:, None], middles[-2:]).any(axis=0).all()
    around = sampled("l2 --log x --range -100 100 --points 101").traces[0].prediction
    assert (around[0], around[-1]) == (-100, 100)
    assert (np.diff(around) > 0).all()
    assert (abs(around) < 1).sum() > 10
    even = sampled("l2 --log x --range 1 7 --points 7 --sampling even").traces[0].prediction
    np.testing.assert_array_equal(even, np.arange(1, 8))


# Marks


def marks(line):
    found = Scene(recipe(line))
    return [(mark.kind, mark.quantity, text) for mark, text in zip(found.sampled.marks, found.texts.marks, strict=True)]


def test_marks_are_facts_in_words():
    line = "huber --delta 0.5 --target 1 --mark breaks --mark minimum --mark floor"
    assert set(marks(line)) == {
        ("breaks", "value", "Hessian jumps at 0.5, 1.5"),
        ("breaks", "gradient", "Hessian jumps at 0.5, 1.5"),
        ("breaks", "hessian", "Hessian jumps at 0.5, 1.5"),
        ("minimum", "value", "minimum 0 at 1"),
        ("floor", "value", "floor 0, reached"),
    }
    drawn = figure(line)
    assert entries(drawn)[1:] == ["Hessian jumps at 0.5, 1.5", "minimum 0 at 1", "floor 0, reached"]
    points = [point for line in drawn.axes[0].lines[1:4] for point in line.get_xydata().tolist()]
    np.testing.assert_allclose(points, [[0.5, 0.125], [1.5, 0.125], [1, 0]], atol=1e-12)


def test_places_far_from_0_are_told_apart_and_the_target_is_as_it_was_typed():
    line = "huber --delta 0.5 --target 12345.678 --mark minimum --mark breaks"
    assert {text for *_, text in marks(line)} == {
        "minimum 0 at 12345.678",
        "Hessian jumps at 12345.178, 12346.178",
    }
    assert marks("l2 --target 0.1234567 --mark minimum") == [("minimum", "value", "minimum 0 at 0.1234567")]


def test_curves_that_share_a_floor_share_its_text():
    drawn = figure("hinge logistic exponential savage tangent --mark floor")
    assert not {line.get_color() for line in drawn.axes[0].lines[5:]} & {
        line.get_color() for line in drawn.axes[0].lines[:5]
    }
    assert [text.replace("\n", " ") for text in entries(drawn)[5:]] == [
        "hinge, $M$ = 1, tangent: floor 0, reached",
        "logistic, exponential, savage: floor 0, never reached",
    ]
    apart = {text for *_, text in marks("cross-entropy --target 0 --target 0.5 --target 1 --mark floor")}
    assert apart == {"target 0, target 1: floor 0, reached", "target 0.5: floor 0.6931, reached"}


def test_a_jump_is_marked_on_both_sides():
    line = "l1 --mark breaks --show value --show gradient"
    found = {mark.quantity: mark for mark in sampled(line).marks}
    assert found["gradient"].points == ((0, -1), (0, 1))
    assert found["value"].points == ((0, 0),)
    assert texts_of(line).marks[0] == "kink at 0"


def test_a_flat_minimum_and_a_floor_that_is_approached():
    assert marks("epsilon-insensitive --epsilon 1 --mark minimum") == [("minimum", "value", "minimum 0 from $-$1 to 1")]
    assert marks("hinge --mark minimum") == [("minimum", "value", "minimum 0 from 1 on")]
    assert marks("logistic --mark floor") == [("floor", "value", "floor 0, never reached")]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("misclassification", "minimum 0 from 0 on"),
        ("nll", "minimum 0 at 0"),
        ("crammer-singer", "minimum 0 from 1 on"),
        ("weston-watkins", "minimum 0 from 1 on"),
        ("multiclass-perceptron", "minimum 0 from 0 on"),
        ("sparsemax", "minimum 0 from 1 on"),
        ("tangent", "minimum 0 at 0.5463"),
    ],
)
def test_the_minimum_is_the_floor_where_that_is_in_the_range(line, text):
    assert marks(f"{line} --mark minimum") == [("minimum", "value", text)]


def test_the_minimum_along_one_logit_is_closed_in_on():
    line = "softmax-cross-entropy --target 0.1,0.02,0.88 --logits 1,-3,10 --vary 2 --mark minimum --mark floor"
    low, _ = sampled(line).marks
    # d/dz of log(sum exp z) - t z is 0 where the softmax of this logit is 0.88.
    exact = np.log(0.88 / 0.12 * (np.exp(1) + np.exp(-3)))
    assert low.points[0][0] == pytest.approx(exact, abs=1e-6)
    assert texts_of(line).marks[1] == "floor 0.421 over all logits, reached"


def test_marks_of_several_curves_say_whose_they_are():
    texts = [text for *_, text in marks("l1 huber --mark breaks --mark minimum")]
    assert "minimum 0 at 0" in texts
    assert "l1: kink at 0" in texts
    assert {text for *_, text in marks("huber --delta 1:2:9 --mark breaks")} == {"breaks"}


# The formula


@pytest.mark.parametrize("name", catalogue())
def test_every_formula_can_be_set(name):
    parser = MathTextParser("agg")
    lines = formula(recipe(name).curves)
    for line in lines:
        parser.parse(line)
    loss = catalogue()[name]
    words = any(item.choices for item in loss.parameters)  # of which one chooses the piece
    assert len(lines) >= (2 if words or isinstance(loss.latex, str) else len(loss.latex) + 1)


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


def test_what_lies_beyond_the_ends_of_the_axis_is_not_marked():
    line = "wing --w 3 --mark breaks --mark minimum"
    assert {text for _, _, text in marks(line)} == {"kinks at $-$3, 0, 3", "minimum 0 at 0"}
    assert {text for _, _, text in marks(f"{line} --xlim -1 3")} == {"kinks at 0, 3", "minimum 0 at 0"}
    with pytest.raises(UsageError, match="no break within the range"):
        marks("wing --w 3 --mark breaks --xlim 1 2")
    with pytest.raises(UsageError, match="no break within the range"):
        marks("wing --w 3 --mark breaks --xlim 100 200")


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("kinks at -1, 0, 2.5", "kinks at $-$1, 0, 2.5"),
        ("minimum 0 from -inf to -0.5", r"minimum 0 from $-\infty$ to $-$0.5"),
        ("1e-300", "$10^{-300}$"),
        ("-1e+16, 2.5e+299", r"$-10^{16}$, $2.5 \times 10^{299}$"),
        ("-7.5e-07", r"$-7.5 \times 10^{-7}$"),
        ("0.25,-2,3", "0.25,$-$2,3"),
        ("$r^{-1}$ and L-1", "$r^{-1}$ and L-1"),
    ],
)
def test_numbers_have_the_signs_that_those_of_the_axes_have(text, want):
    assert signed(text) == want


def test_swept_and_fixed_values_are_written_as_those_of_the_axes():
    assert entries(figure("huber --delta 1e-300:1e300:3")) == [
        rf"$\delta$ = {value}" for value in ("$10^{-300}$", r"$5 \times 10^{299}$", "$10^{300}$")
    ]
    assert texts_of("huber --delta 1e308").title == r"Huber, $\delta$ = $10^{308}$, target 0"


def test_a_swept_target_is_said_alike_in_every_legend():
    assert entries(figure("huber --delta 0.1:3:12 --target 0:1:3")) == ["target 0.0", "target 0.5", "target 1.0"]
    assert entries(figure("huber --target 0:1:3")) == ["target 0.0", "target 0.5", "target 1.0"]


def test_operators_stand_apart_and_letters_are_mathematics():
    assert formula(recipe("cross-entropy").curves)[0] == r"$-y\, \log(p) - (1 - y)\, \log(1 - p)$"
    assert formula(recipe("poisson-nll").curves)[-1] == r"$\mu$ the predicted mean, $y$ the target"
    assert formula(recipe("nll").curves)[-1] == "log $p$ the $K$ log-probabilities, $k$ the target class"
    assert r"\sum_{j: y_j = 1}\quad \sum_{i: y_i = 0}\, \max" in formula(recipe("multilabel-margin").curves)[0]


def test_marks_of_many_curves_have_no_curve_s_colour_and_stand_by_kind():
    drawn = figure("l1 huber --mark breaks --mark minimum --mark floor")
    assert entries(drawn)[2:] == [
        "l1: kink at 0",
        r"huber, $\delta$ = 1: Hessian jumps at $-$1, 1",
        "minimum 0 at 0",
        "floor 0, reached",
    ]
    curves, marked = drawn.axes[0].lines[:2], drawn.axes[0].lines[2:]
    colours = {line.get_label(): line.get_color() for line in marked}
    assert colours["minimum 0 at 0"] not in {line.get_color() for line in curves}
    assert colours["l1: kink at 0"] == curves[0].get_color()


def test_a_kink_is_seen_around_a_minimum():
    _, ring, diamond = figure("l1 --mark breaks --mark minimum").axes[0].lines
    assert ring.get_markersize() > 2**0.5 * diamond.get_markersize()
