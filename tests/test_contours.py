"""Contours: the levels follow what is shown, and each number stands on its line, in the panel, over nothing else."""

from itertools import pairwise

import numpy as np
import pytest
from figures import figure, sampled
from matplotlib.collections import QuadMesh
from matplotlib.contour import ContourSet

from losscli.drawing.contours import written
from losscli.drawing.views import levels
from losscli.errors import UsageError

LINES = [
    "huber --delta 0.1:3:40",
    "lp --p 0.5:3:40 --size ieee --style paper",
    "hit-or-miss --tolerance 0.1:3:30",
    "quantile --tau 0.05:0.95:30 --show value --show gradient --show hessian",
    "tweedie-deviance --power 1.1:1.9:20 --log both",
    "periodic --c 1:6:40 --style dark",
    "linex --a -5:5:30 --show value --show gradient --size acm",
]


def contours(line):
    """Return each panel of a contour with its lines, None where it has shades alone."""
    found = []
    for panel in figure(f"{line} --as contour").axes:
        sets = [one for one in panel.findobj(ContourSet) if not one.filled]
        if panel.get_xlabel():
            found.append((panel, sets[0] if sets else None))
    return found


def pixels(panel, lines):
    """Return the points of all lines, close to each other."""
    pieces = [
        piece
        for path in lines.get_paths()
        for piece in panel.transData.transform_path(path).to_polygons(closed_only=False)
    ]
    return np.concatenate([np.linspace(a, b, 9) for piece in pieces for a, b in pairwise(piece)])


@pytest.mark.parametrize("line", LINES)
def test_a_number_is_within_its_panel_and_upon_no_line(line):
    for panel, lines in contours(line):
        frame = panel.get_window_extent()
        assert (lines is None) == (not panel.texts)
        for text in panel.texts:
            box, middle = text.get_window_extent(), panel.transData.transform(text.get_position())
            assert frame.x0 <= box.x0 < box.x1 <= frame.x1
            assert frame.y0 <= box.y0 < box.y1 <= frame.y1
            away = np.hypot(*(pixels(panel, lines) - middle).T)
            assert away.min() > 0.4 * min(box.width, box.height)
            others = [panel.transData.transform(other.get_position()) for other in panel.texts if other is not text]
            assert all(np.hypot(*(other - middle)) > min(box.width, box.height) for other in others)


def test_a_line_is_cut_for_its_number_and_nowhere_else():
    ((panel, lines),) = contours("huber --delta 0.1:3:40")
    bands = [path.to_polygons(closed_only=False) for path in lines.get_paths()]
    numbers = [text.get_text() for text in panel.texts]
    for text, pieces in zip(written(lines.levels), bands, strict=True):
        assert len(pieces) in (0, 2 + numbers.count(text))
    assert numbers.count("1.6") == 2


def test_numbers_on_upright_lines_are_all_read_from_below():
    ((panel, _),) = contours("huber --delta 0.1:3:40")
    turns = [text.get_rotation() for text in panel.texts if text.get_text() == "0.8"]
    assert len(turns) == 2
    assert all(80 <= turn <= 100 for turn in turns)


def test_only_what_is_shown_counts_for_the_levels():
    line = "lp --p 0.5:3:40 --xlim -1 1"
    ((_, lines),) = contours(line)
    assert lines.levels.max() == 1
    assert len(lines.levels) > 6
    ((_, lines),) = contours("huber --delta 0.1:3:30 --ylim 0.1 0.5")
    assert lines.levels.max() <= 2
    ((_, lines),) = contours("huber --delta 0.1:3:30 --xlim 100 200")
    assert len(lines.levels) > 6


def test_a_staircase_has_a_shade_for_each_step():
    (panel, lines), *_ = contours("hit-or-miss --tolerance 0.1:3:30 --show value --show hessian")
    assert lines is None
    bar = next(axes for axes in panel.figure.axes if axes.get_ylabel() == "Loss")
    assert [text.get_text() for text in bar.get_yticklabels()] == ["0", "1"]
    np.testing.assert_array_equal(levels(np.array([[0.0, 1, 3]])), [-0.5, 0.5, 2, 4])
    np.testing.assert_array_equal(levels(np.array([[2.0, np.inf, 2.0 + 1e-15]])), [1, 3])


def test_levels_grow_to_both_sides_of_zero():
    table = next(iter(sampled("linex --a -5:5:30 --as contour --show gradient").traces)).terms["gradient"]
    found = levels(np.array([table, -table]))
    assert 6 < len(found) < 24
    np.testing.assert_array_equal(found, -found[::-1])
    assert {-100, 0, 100} <= set(found)


def test_numbers_are_plain_or_have_a_power_of_ten():
    assert written(np.array([0, 0.25, -2, 20000, 1e5, -1e-7, 2.5e9])) == [
        "0",
        "0.25",
        "\N{MINUS SIGN}2",
        "20000",
        "$10^{5}$",
        "$-10^{-7}$",
        r"$2.5 \times 10^{9}$",
    ]


def test_evenly_spaced_levels_are_written_alike():
    assert written(np.arange(-2, 4) * 0.8) == ["\N{MINUS SIGN}1.6", "\N{MINUS SIGN}0.8", "0.0", "0.8", "1.6", "2.4"]
    assert written(np.array([0.0, 50, 100])) == ["0", "50", "100"]
    assert written(np.array([0, 5e4, 1e5])) == ["0", r"$5 \times 10^{4}$", "$10^{5}$"]
    assert written(np.array([0, 0.5, 1, 2, 5])) == ["0", "0.5", "1", "2", "5"]
    panel, bar = figure("huber --delta 0.1:3:30 --as contour").axes
    assert {text.get_text() for text in panel.texts} <= {text.get_text() for text in bar.get_yticklabels()}
    assert {len(text.get_text()) for text in bar.get_yticklabels()} == {3}


@pytest.mark.parametrize(
    "line", ["wing --w 5:15:20 --show gradient", "cross-entropy --target 0.1:0.9:20 --show gradient"]
)
def test_a_line_ends_well_before_a_minus(line):
    ((panel, lines),) = contours(line)
    below = [text for text in panel.texts if text.get_text().startswith("\N{MINUS SIGN}")]
    assert below
    for text in below:
        turned = text.get_rotation()
        text.set_rotation(0)
        box = text.get_window_extent()
        text.set_rotation(turned)
        away = pixels(panel, lines) - panel.transData.transform(text.get_position())
        along = np.array([np.cos(np.deg2rad(turned)), np.sin(np.deg2rad(turned))])
        beside = abs(away @ [-along[1], along[0]]) < box.height / 4
        assert abs(away[beside] @ along).min() > box.width / 2 + 0.7 * box.height


@pytest.mark.parametrize("count", [2, 7, 30])
def test_lines_bend_between_the_values_asked_for(count):
    """Along a line of equal loss the loss is the same also where no curve was asked for."""
    ((panel, lines),) = contours(f"focal --gamma 0:5:{count}")
    for level, path in zip(lines.levels, lines.get_paths(), strict=True):
        logit, gamma = path.vertices.T if len(path.vertices) else np.empty((2, 0))
        share = 1 / (1 + np.exp(-logit))
        assert abs(-((1 - share) ** gamma) * np.log(share) - level).max(initial=0) <= 0.02 * level
    assert panel.get_ylim() == (0, 5)


def test_only_what_is_drawn_has_more_curves_than_were_asked_for():
    drawn = sampled("huber --delta 0.1:3:4 --as contour --log y")
    assert len(drawn.traces) == 4
    values = drawn.rows.values
    assert len(values) > 100
    assert {0.1, 3} <= {*values}
    assert np.isclose(values[:, None], np.linspace(0.1, 3, 4), rtol=1e-12).any(axis=0).all()
    assert np.ptp(np.diff(np.log(values))) < 0.02
    assert len(sampled("huber --delta 0.1:3:150 --as contour").rows.values) == 150
    assert "4 values" in drawn.description


def test_values_that_a_loss_does_not_take_are_left_out_between_those_asked_for():
    assert 0 not in sampled("linex --a -1:1:2 --as contour").rows.values
    values = sampled("tweedie-deviance --power 0:2:3 --as surface").rows.values
    assert not ((values > 0) & (values < 1)).any()


@pytest.mark.parametrize("view", ["contour", "surface"])
@pytest.mark.parametrize(
    ("line", "allowed"),
    [
        ("sparse-softmax-cross-entropy --target 0:2:3", "--target of sparse-softmax-cross-entropy is a class index"),
        ("hinge --target -1:1:2", "--target of hinge is -1 or 1"),
        ("weston-watkins --p 1:2:2", "--p of weston-watkins is a whole number at least 1 and at most 2"),
    ],
)
def test_there_is_nothing_between_two_classes(line, allowed, view):
    with pytest.raises(UsageError, match=f"--as {view} needs a sweep of numbers .*; {allowed}"):
        sampled(f"{line} --as {view}")


def test_a_grid_lies_over_the_shades_where_it_is_asked_for():
    for words, seen in (("", False), ("--no-grid", False), ("--grid", True), ("--style dark", False)):
        panel = figure(f"huber --delta 0.1:3:9 --as contour {words}").axes[0]
        assert panel.get_xgridlines()[0].get_visible() == seen
        assert not seen or not panel.get_axisbelow()


def test_the_ends_of_the_axes_are_those_of_every_panel():
    panels = contours("huber --delta 0.1:3:9 --show value --show gradient --xlim -1 1 --ylim 0.5 2")
    assert [(panel.get_xlim(), panel.get_ylim()) for panel, _ in panels] == [((-1, 1), (0.5, 2))] * 2


def shades(panel):
    return next(one for one in panel.findobj(ContourSet) if one.filled)


@pytest.mark.parametrize(
    "line",
    ["truncated-squared --c 0.5:2:20", "hampel --a 0.5:2:20", "tukey --c 1:4:20", "welsch --c 1:3:9 --range -50 50"],
)
def test_what_is_exactly_0_has_the_shade_of_neither_side(line):
    ((panel, lines),) = contours(f"{line} --show gradient")
    np.testing.assert_allclose(lines.levels, -lines.levels[::-1])
    assert abs(lines.levels).min() > 0
    middle = len(shades(panel).get_paths()) // 2
    inside = [
        path.contains_point((0.99 * panel.get_xlim()[side], 1.2))
        for path in shades(panel).get_paths()
        for side in (0, 1)
    ]
    assert inside == [index // 2 == middle for index in range(len(inside))]


def test_levels_around_a_plateau_are_round_and_evenly_spaced():
    ((_, lines),) = contours("tukey --c 1:4:20 --show gradient")
    np.testing.assert_allclose(lines.levels, np.arange(-1.4, 1.5, 0.4))
    ((_, lines),) = contours("huber --delta 0.1:3:40 --show gradient")
    assert 0 in lines.levels


def test_the_lowest_level_has_a_line_around_a_plateau_and_none_where_it_is_just_touched():
    for line, seen in (("huber --delta 0.1:3:20 --points 501", False), ("epsilon-insensitive --epsilon 0:1:11", True)):
        ((_, lines),) = contours(line)
        assert lines.levels[0] == 0
        assert bool(len(lines.get_paths()[0].vertices)) == seen


def test_lines_do_not_pile_up_where_values_leap_to_infinity():
    ((_, lines),) = contours("cross-entropy --target 0:1:30 --points 21")
    assert lines.levels.max() > 2
    across = np.concatenate([path.vertices[:, 0] for path in lines.get_paths()])
    assert 0.0499 < across.min() < across.max() < 0.9501


def test_a_colour_bar_has_an_arrow_where_there_is_more_in_sight():
    for line, extend in (
        ("huber --delta 0.1:3:20 --xlim -1 1 --ylim 0 1", "neither"),
        ("cross-entropy --target 0:1:20", "max"),
        ("cross-entropy --target 0:1:20 --show gradient", "both"),
    ):
        ((panel, lines),) = contours(line)
        assert (lines.get_edgecolors()[-1][3] == 0) == (extend == "neither")
        assert shades(panel).norm.extend == extend
        assert panel.figure.axes[1]._colorbar.extend == extend
        low, high = panel.get_xlim()
        vertices = np.concatenate([path.vertices for path in shades(panel).get_paths()])
        assert vertices[:, 0].min() <= low < high <= vertices[:, 0].max()


def test_labels_of_colour_bars_stand_below_each_other():
    drawn = figure("huber --delta 0.1:3:40 --as contour --show value --show gradient --show hessian")
    bars = [panel for panel in drawn.axes if not panel.get_xlabel()]
    widths = {max(text.get_window_extent().width for text in bar.get_yticklabels()) for bar in bars}
    assert len(widths) == 3
    assert np.ptp([bar.yaxis.label.get_window_extent().x1 for bar in bars]) < 0.5


def test_a_colour_bar_has_all_shades_of_values_over_many_decades():
    bar = figure("lp --p 1:40:10 --range -1e5 1e5 --points 50 --as contour --show gradient").axes[1]
    (mesh,) = bar.findobj(QuadMesh)
    assert np.ptp(np.diff(bar.transData.transform(mesh.get_coordinates()[:, 0])[:, 1])) < 1e-6


def test_huge_values_have_levels():
    for view in ("contour", "surface"):
        assert figure(f"lp --p 1:61.6:10 --range -1e5 1e5 --points 50 --as {view} --show value --show gradient").axes
