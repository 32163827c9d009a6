"""Sweeps in colour, views over two axes, logarithmic axes, marks and formulas."""

import matplotlib as mpl
import numpy as np
import pytest
from figures import entries, figure, legend_of, recipe, sampled
from matplotlib.mathtext import MathTextParser
from mpl_toolkits.mplot3d.art3d import Poly3DCollection

from losscli.drawing.facets import facets
from losscli.drawing.views import levels
from losscli.errors import UsageError
from losscli.losses import catalogue
from losscli.model.numbers import told_apart
from losscli.sampling.marks import short
from losscli.wording.captions import formula, signed

# Sweeps

TARGETS = "0.000", "0.333", "0.667", "1.000", "0.4375"


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
    mixed = sampled("l2 --target 0:1:4 --target 0.4375 --mark minimum")
    assert [trace.label for trace in mixed.traces] == [f"target {value}" for value in TARGETS]
    assert [mark.text for mark in mixed.marks][1] == "target 0.333: minimum 0 at 0.3333"
    assert all(f"L2 loss, target {value}: minimum" in mixed.description for value in TARGETS)


@pytest.mark.parametrize(
    ("sweep", "texts"),
    [
        ("huber --delta 0.1:3:5", ["0.100", "0.825", "1.550", "2.275", "3.000"]),
        ("huber --delta 3:0.1:5", ["3.000", "2.275", "1.550", "0.825", "0.100"]),
        ("truncated-squared --c 0.5:2:5", ["0.500", "0.875", "1.250", "1.625", "2.000"]),
        ("huber --delta 0.1:1.55:5", ["0.1000", "0.4625", "0.8250", "1.1875", "1.5500"]),
        ("huber --delta 0.1:3:4", ["0.10", "1.07", "2.03", "3.00"]),  # thirds are exact in no decimals
    ],
)
def test_swept_values_are_exact_where_a_decimal_more_makes_them_so(sweep, texts):
    assert list(recipe(sweep).sweeps[0].texts) == texts


def test_a_half_is_rounded_alike_from_both_ends():
    half = 0.1 + (3 - 0.1) / 4, 3 - (3 - 0.1) / 4 * 3
    assert half[0] != half[1]
    assert len({told_apart([value, 10 / 3])[0] for value in half}) == 1


def test_labels_or_lines_of_ones_own_have_a_legend():
    assert len(figure("l2 --target -2:2:9 --label mine").axes) == 1


# Views


def test_contour_is_labelled_with_what_it_shows():
    panel, bar = figure("huber --delta 0.1:3:20 --range -3 3 --as contour").axes
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


@pytest.mark.parametrize(
    "line", ["linex --a 0.1:10:50", "lp --p 1:8:40 --range -1e5 1e5", "poisson-nll-log --target 0:5:30 --range -10 30"]
)
def test_contour_levels_grow_with_values_over_many_decades(line):
    drawn = sampled(f"{line} --as contour")
    table = np.array([trace.terms["value"] for trace in drawn.traces])
    found = levels(table)
    assert 6 < len(found) < 22
    assert (np.diff(found) > 0).all()
    assert (found[2:] >= 2 * found[1:-1]).all()
    assert 1e-4 < found[-1] / table.max() <= 1


def test_surface():
    (panel,) = figure("huber --delta 0.1:3:20 --range -3 3 --as surface").axes
    assert (panel.get_xlabel(), panel.get_ylabel(), panel.get_zlabel()) == ("Prediction", r"$\delta$", "Loss")
    assert panel.findobj(Poly3DCollection)
    assert panel.get_zlim()[1] == pytest.approx(4.5, rel=0.05)
    low, high = figure("cross-entropy --target 0:1:20 --as surface --show gradient").axes[0].get_zlim()
    assert -100 < low < high < 100


def test_a_view_has_logarithmic_axes():
    panel = figure("huber --delta 0.01:3:20 --as contour --log y").axes[0]
    assert (panel.get_xscale(), panel.get_yscale()) == ("linear", "log")
    line = "huber --delta 0.01:3:20 --as contour --range 0.01 10 --log both --points 4"
    assert (figure(line).axes[0].get_xscale(), figure(line).axes[0].get_yscale()) == ("log", "log")
    np.testing.assert_allclose(sampled(line).traces[0].prediction, [0.01, 0.1, 1, 10])


# Logarithmic axes


@pytest.mark.parametrize(
    "line",
    ["l2 --style plain", "l1 --style plain", "lp --p 4", "lp --p 4 --show hessian", "periodic", "huber --log both"],
)
def test_a_logarithmic_axis_follows_the_curve_and_not_the_samples(line):
    for sampling in ("--points 500", "--points 501", "--points 500 --sampling even", "--points 501 --sampling even"):
        assert figure(f"{line} {sampling} --log y").axes[0].get_yscale() == "symlog", sampling
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


def test_places_far_from_0_are_told_apart_and_the_target_is_as_it_was_typed():
    line = "huber --delta 0.5 --target 12345.678 --mark minimum --mark breaks"
    assert {text for *_, text in marks(line)} == {
        "minimum 0 at 12345.678",
        "Hessian jumps at 12345.178, 12346.178",
    }
    assert marks("l2 --target 0.1234567 --mark minimum") == [("minimum", "value", "minimum 0 at 0.1234567")]


def test_curves_that_share_a_floor_have_one_line_of_it():
    drawn = figure("hinge logistic exponential savage tangent --mark floor")
    (line,) = drawn.axes[0].lines[5:]
    assert line.get_color() not in [curve.get_color() for curve in drawn.axes[0].lines[:5]]
    assert entries(drawn)[5:] == ["floor 0, reached by some"]
    apart = [text for *_, text in marks("cross-entropy --target 0 --target 0.5 --target 1 --mark floor")]
    assert apart == ["target 0, target 1: floor 0", "target 0.5: floor 0.6931"]


def test_a_jump_is_marked_on_both_sides():
    found = {mark.quantity: mark for mark in sampled("l1 --mark breaks --show value --show gradient").marks}
    assert found["gradient"].points == ((0, -1), (0, 1))
    assert found["value"].points == ((0, 0),)
    assert found["value"].text == "kink at 0"


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


def test_a_marker_on_the_frame_is_whole_and_one_beyond_it_is_left_out_or_cut():
    words = "huber --delta 0.1:3:5 --show gradient --show hessian --mark breaks"
    whole = [line for panel in figure(words).axes for line in panel.lines if not line.get_gid()]
    narrow = [line for line in figure(f"{words} --ylim -1 1").axes[0].lines if not line.get_gid()]
    assert not any(line.get_clip_on() for line in whole)
    assert {line.get_clip_on() for line in narrow} == {True, False}
    _, ring, diamond = figure("wing --w 3 --ylim 0 2 --mark breaks --mark minimum").axes[0].lines
    assert [ring.get_xydata().tolist(), diamond.get_xydata().tolist()] == [[[0, 0]], [[0, 0]]]
    assert not ring.get_clip_on()
    flat = figure("epsilon-insensitive --epsilon 1 --ylim -1 1 --xlim -0.5 3 --mark minimum").axes[0].lines[1]
    assert flat.get_xdata().tolist() == [-0.5, 1]


def test_what_lies_beyond_the_ends_of_the_axis_is_not_marked():
    line = "wing --w 3 --mark breaks --mark minimum"
    assert {text for _, _, text in marks(line)} == {"kinks at $-$3, 0, 3", "minimum 0 at 0"}
    assert {text for _, _, text in marks(f"{line} --xlim -1 3")} == {"kinks at 0, 3", "minimum 0 at 0"}
    with pytest.raises(UsageError, match="no break within the range"):
        marks("wing --w 3 --mark breaks --xlim 1 2")
    with pytest.raises(UsageError, match="no break within the range"):
        marks("wing --w 3 --mark breaks --xlim 100 200")


@pytest.fixture
def surface(monkeypatch):
    """Return the facets of a surface, the panel of its last quantity, and the corners of all facets in that."""

    def of(line):
        drawn = []

        def watched(grid, box):
            drawn.append([*facets(grid, box)])
            return drawn[-1]

        monkeypatch.setattr("losscli.drawing.surfaces.facets", watched)
        panel = figure(f"{line} --as surface").axes[-1]
        return drawn[-1], panel, np.concatenate(drawn[-1])

    return of


def test_a_surface_stays_within_its_limits_and_reaches_them(surface):
    _, _, corners = surface("huber --delta 0.1:3:20 --xlim -1 1 --ylim 0 0.4")
    np.testing.assert_array_equal(corners.max(axis=0), [1, 3, 0.4])
    np.testing.assert_array_equal(corners[:, :2].min(axis=0), [-1, 0.1])
    assert 0 <= corners[:, 2].min() < 1e-3


def test_a_surface_ends_in_a_line_where_it_leaves_the_frame(surface):
    _, _, corners = surface("lp --p 0.5:3:12 --ylim 0 8")
    for side in (-1, 1):
        edge = np.unique(corners[(side * corners[:, 0] > 0) & (corners[:, 2] == 8)], axis=0)
        order = np.argsort(edge[:, 1])
        assert edge[:, 1].max() == 3
        assert edge[:, 1].min() == pytest.approx(np.log(8) / np.log(3), abs=0.05)
        assert np.diff(edge[order, 1]).max() < 0.05
        np.testing.assert_allclose(abs(edge[:, 0]) ** edge[:, 1], 8, rtol=0.02)


def test_what_is_infinite_has_no_wall(surface):
    _, _, corners = surface("cross-entropy --target 0:1:30")
    assert {*corners[corners[:, 0] == 0, 1]} == {0}
    assert {*corners[corners[:, 0] == 1, 1]} == {1}
    _, panel, corners = surface("cross-entropy --target 0:1:30 --show gradient")
    low, high = panel.get_zlim()
    assert (corners[:, 2].min(), corners[:, 2].max()) == (low, high)


def area(polygon, *axes):
    """Return the area of a polygon as it is seen along the third axis."""
    across, up = polygon[:, axes].T
    return (np.roll(across, -1) @ up - across @ np.roll(up, -1)) / 2


@pytest.mark.parametrize(
    "line",
    [
        "hinge --margin 0.1:2:12",
        "epsilon-insensitive --epsilon 0:1:11",
        "hit-or-miss --tolerance 0.5:2:20",
        "cosine-embedding --margin 0:0.5:5 --target -1",
        "hinge --margin 0:2:12 --show gradient",
        "l1 --target 0:1:5 --show gradient",
        "hinge --margin 0.1:2:5 --show hessian",
        "l2 --target 0:1:5 --show hessian",
        "lp --p 0.5:3:12 --show gradient",
    ],
)
def test_a_surface_has_its_flat_parts_and_no_holes(line, surface):
    polygons, _, corners = surface(line)
    width, depth = np.ptp(corners[:, :2], axis=0)
    drawn = sampled(f"{line} --as surface")
    assert (width, depth) == (np.ptp(drawn.traces[0].prediction), np.ptp(drawn.rows.values))
    assert abs(sum(area(polygon, 0, 1) for polygon in polygons)) == pytest.approx(width * depth)


def test_a_wall_is_whole(surface):
    polygons, *_ = surface("lp --p 0.5:3:40 --show gradient")
    near = 3 / 499  # the samples next to 0, between which the gradient leaps
    wall = [each for each in polygons if (abs(each[:, 0]) <= 1.001 * near).all() and each[:, 1].max() <= 1]
    p = np.linspace(0.5, max(each[:, 1].max() for each in wall), 1000)
    assert p[-1] > 0.95
    seen = sum(abs(area(each, 1, 2)) for each in wall)
    assert seen == pytest.approx(np.mean(2 * p * near ** (p - 1)) * np.ptp(p), rel=0.02)


def test_a_polygon_has_three_corners_and_none_at_infinity(surface):
    polygons, _, corners = surface("lp --p 0.5:3:40 --points 501 --show hessian")
    assert min(map(len, polygons)) >= 3
    assert np.isfinite(corners).all()


@pytest.mark.parametrize("line", ["huber --delta 0.1:3:2", "cross-entropy --target 0:1:30 --show gradient"])
def test_a_facet_has_one_height_and_thus_one_colour(line, surface):
    polygons, panel, _ = surface(line)
    assert max(np.ptp(polygon[:, 2]) for polygon in polygons) <= 1.001 * np.ptp(panel.get_zlim()) / 64


@pytest.mark.parametrize(
    "line", ["barron --alpha -4:2:40", "lp --p 0.5:3:40", "huber --delta 0.1:3:40", "chi-squared --target 0.5:2:30"]
)
def test_the_axis_of_a_surface_begins_at_0_whether_or_not_a_sample_does(line):
    assert figure(f"{line} --as surface").axes[0].get_zlim()[0] == 0
    assert figure("cross-entropy --target 0.3:0.7:9 --as surface").axes[0].get_zlim()[0] > 0.6
    low, high = figure("wing --w 5:15:20 --as surface --show hessian").axes[0].get_zlim()
    assert low < -1
    assert high == 0


def test_a_surface_has_lines_behind_it_unless_they_are_unwanted():
    ends = []
    for words in ("", "--grid", "--no-grid"):
        panel = figure(f"huber --delta 0.1:3:9 --show value --show gradient --xlim -2 2 --as surface {words}").axes[1]
        ends.append((panel.get_xlim(), panel._draw_grid))
    assert ends == [((-2, 2), True), ((-2, 2), True), ((-2, 2), False)]


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
    assert sampled("huber --delta 1e308").title == r"Huber, $\delta$ = $10^{308}$, target 0"


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
        "floor 0",
    ]
    curves, marked = drawn.axes[0].lines[:2], drawn.axes[0].lines[2:]
    colours = {line.get_label(): line.get_color() for line in marked}
    assert colours["minimum 0 at 0"] not in {line.get_color() for line in curves}
    assert colours["l1: kink at 0"] == curves[0].get_color()


def test_a_kink_is_seen_around_a_minimum():
    _, ring, diamond = figure("l1 --mark breaks --mark minimum").axes[0].lines
    assert ring.get_markersize() > 2**0.5 * diamond.get_markersize()
