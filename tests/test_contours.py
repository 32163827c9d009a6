"""Contours: the levels follow what is shown, and each number stands on its line, in the panel, over nothing else."""

from itertools import pairwise

import numpy as np
import pytest
from figures import figure, sampled
from matplotlib.contour import ContourSet

from losscli.contours import number
from losscli.views import levels

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
    for level, pieces in zip(lines.levels, bands, strict=True):
        assert len(pieces) in (0, 2 + numbers.count(number(level)))
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
    assert [number(level) for level in (0, 0.25, -2, 20000, 1e5, -1e-7, 2.5e9)] == [
        "0",
        "0.25",
        "\N{MINUS SIGN}2",
        "20000",
        "$10^{5}$",
        "$-10^{-7}$",
        r"$2.5 \times 10^{9}$",
    ]
