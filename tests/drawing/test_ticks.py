"""Numbers along axes: none touches another at any size, and a logarithmic axis is smooth where it turns linear."""

from itertools import combinations

import numpy as np
import pytest
from figures import figure, recipe
from matplotlib.figure import Figure
from matplotlib.ticker import AutoLocator

from losscli.drawing.scene import Scene
from losscli.drawing.style import setting
from losscli.drawing.ticks import set_scale
from losscli.errors import UsageError
from losscli.outputs.film import Film

CROWDED = [
    "l1 l2 --log x --size ieee",
    "l1 l2 --log both --size acm",
    "l1 l2 --log both --size slides",
    "gamma-deviance poisson-deviance --target 1 --log x --size nature",
    "huber --delta 0.3:4:20 --as contour --log both --size ieee",
    "l1 --size 8cm auto --log x",
    "l1 --size 1.5in 1.5in --log both",
    "beta-divergence --beta -1:3:9 --target 1 --log both",
    "exponential --log both --range -300 300 --show value --show gradient",
    "l2 --log both --range 1e-140 1e5 --size acm",
    "l2 --log both --range 1.001 1.002 --size acm",
    "l2 --log both --range 100000 200000 --size acm",
    "l2 --log both --xlim 0.5 3 --size acm --font 'DejaVu Sans Mono' --style plain",
    "l2 --log both --xlim -0.01 0.01 --ylim 0 1e-4",
]


RANGES = ["-1e-3 1e-3", "-0.1 0.1", "-1e-4 1e-4", "-9e5 9e5", "999 1001", "0.9999 1.0001"]
LINEAR = [
    *(f"huber --range {ends} --size {size}" for ends in RANGES for size in ("auto 4.8in", "acm", "1.5in 1.2in")),
    "huber --range -0.01 0.01 --size ieee --style paper",
    "l1 l2 --target 100 --range 99.9 100.1 --size acm",
    "huber --delta 1:3:20 --range -1e-3 1e-3 --as contour --size nature",
    "huber --delta 1e-6:2e-6:20 --range -1e5 1e5 --log y --as contour --size acm",
    "huber --range -1e-3 1e-3 --size 2in auto --show value --show gradient --show hessian",
    "huber --range -1e-3 1e-3 --font 'DejaVu Sans Mono'",
]


def numbers(axis):
    """Return the numbers along an axis within its ends, with their boxes."""
    low, high = sorted(axis.get_view_interval())
    ticks = [tick for tick in axis.get_major_ticks() + axis.get_minor_ticks() if low <= tick.get_loc() <= high]
    labels = [label for tick in ticks for label in (tick.label1, tick.label2)]
    return [
        (label.get_text(), label.get_window_extent()) for label in labels if label.get_text() and label.get_visible()
    ]


def assert_apart(drawn):
    for panel in drawn.axes:
        for axis in (panel.xaxis, panel.yaxis):
            found = numbers(axis)
            assert not [(one, other) for (one, a), (other, b) in combinations(found, 2) if a.overlaps(b)]


@pytest.mark.parametrize("line", CROWDED)
def test_no_number_of_a_logarithmic_axis_touches_another(line):
    with setting(recipe(line)):
        drawn = figure(line)
        assert_apart(drawn)
        assert len(numbers(drawn.axes[-1].xaxis) + numbers(drawn.axes[-1].yaxis)) > 2


@pytest.mark.parametrize("line", LINEAR)
def test_no_number_of_a_linear_axis_touches_another(line):
    with setting(recipe(line)):
        drawn = figure(line)
        assert_apart(drawn)
        assert len(numbers(drawn.axes[0].xaxis) or numbers(drawn.axes[-1].xaxis)) > 2


def test_a_linear_axis_whose_numbers_stand_apart_is_matplotlibs_own():
    for line in ("l2 --range -1 1", "l1 l2", "cosine-distance"):
        panel = figure(line).axes[0]
        for axis in (panel.xaxis, panel.yaxis):
            usual = AutoLocator()
            usual.set_axis(axis)
            assert np.array_equal(axis.get_majorticklocs(), usual.tick_values(*axis.get_view_interval()))


def test_what_all_numbers_leave_out_is_said_beside_an_axis_of_fewer():
    axis = figure("l1 l2 --target 100 --range 99.9 100.1 --size acm").axes[0].xaxis
    assert [text for text, _ in numbers(axis)] == ["−0.10", "−0.05", "0.00", "0.05", "0.10"]
    assert axis.get_offset_text().get_text() == "+1e2"


def test_no_number_of_a_film_touches_another():
    for ends in ("-3 3 --log both", "-1e-3 1e-3"):
        words = recipe(f"huber --delta 0.5:2:3 --range {ends} --size acm --show value --show gradient")
        with setting(words):
            assert_apart(Film(Scene(words)).figure)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("l1 l2 --log x --size ieee", ["−1", "−0.1", "0", "0.1", "1"]),
        ("l2 --log x --range 0.25 4", ["0.5", "1", "2"]),
        ("l2 --log x --range 0.01 100", ["0.01", "0.1", "1", "10", "100"]),
    ],
)
def test_numbers_are_those_one_would_write(line, expected):
    assert [text for text, _ in numbers(figure(line).axes[0].xaxis)] == expected


@pytest.mark.parametrize("line", ["l2 --log both --range 1e-150 1e150", "l2 --log both --ylim 1e-300 1e300"])
def test_a_logarithmic_axis_ends_within_the_doubles(line):
    with pytest.raises(UsageError, match="it has at most 290"):
        figure(line)


def test_an_axis_turns_linear_without_a_bend():
    panel = Figure().subplots()
    set_scale(panel, "y", (0.0, 100.0), None, 0.01)
    places = panel.yaxis.get_transform().transform(0.01 + 1e-7 * np.array([-1.0, 0.0, 1.0]))
    below, above = np.diff(places)
    assert below == pytest.approx(above, rel=1e-4)


def test_ticks_without_a_number_are_the_shorter_ones_at_any_size():
    for size in ("1.2in 1.2in", "acm", "slides"):
        axis = figure(f"l2 --log x --range 0.25 4 --style plain --size {size}").axes[0].xaxis
        major, minor = (
            ticks[0].tick1line.get_markersize() for ticks in (axis.get_major_ticks(), axis.get_minor_ticks())
        )
        assert minor < 0.7 * major


@pytest.mark.parametrize(
    ("line", "axis", "expected"),
    [
        ("l2 --log x --range -1 1 --xlim 0.001 1", "x", ["0.001", "0.01", "0.1", "1"]),
        ("huber --delta 0.1:3:20 --as contour --log both --xlim 0.01 3", "x", ["0.01", "0.1", "1"]),
    ],
)
def test_an_axis_whose_ends_are_said_to_be_positive_is_logarithmic_as_far_as_these(line, axis, expected):
    with setting(recipe(line)):
        panel = figure(f"{line} --style plain").axes[0]
        found = panel.xaxis if axis == "x" else panel.yaxis
        assert found.get_scale() == "log"
        texts = [text for text, _ in numbers(found)]
    assert [text.removeprefix("$10^{").removesuffix("}$") for text in texts] == expected


def test_what_is_not_positive_leaves_a_logarithmic_frame():
    panel = figure("l2 --log y --ylim 1e-8 10 --xlim -1 1 --mark minimum").axes[0]
    curve, mark = panel.lines
    x, y = panel.transData.transform(curve.get_xydata()).T
    assert y.min() < panel.bbox.y0
    assert np.ptp(x[y > panel.bbox.y0]) > 0.99 * panel.bbox.width
    assert mark.get_clip_on()


def test_samples_reach_the_end_that_is_said_of_a_logarithmic_axis():
    (curve,) = figure("l2 --log both --ylim 1e-16 1 --xlim 1e-8 1 --style plain").axes[0].lines
    x = curve.get_xdata()
    assert np.diff(np.log10(x[(x > 1e-8) & (x < 1)])).max() < 0.2


def test_a_limit_that_is_not_positive_leaves_an_axis_linear_around_zero():
    for line in ("--ylim 0 10", "--ylim -1 10"):
        assert figure(f"l2 --log y {line}").axes[0].get_yscale() == "symlog"
    assert figure("huber --log x --xlim 0 2").axes[0].get_xscale() == "symlog"


@pytest.mark.parametrize(
    "line",
    [
        "linex --log y --range -30 30",
        "linex --log y --range -60 60",
        "exponential squared-hinge --log y --range -60 2",
        "l1 l2 --log y --range -1e-5 1e5",
        "huber --log both --show value --show gradient",
        "cauchy --log both --range -1e6 1e6",
        "lp --p 20 --log y",
    ],
)
def test_little_of_any_curve_lies_where_an_axis_is_linear(line):
    for panel in figure(line).axes:
        linear = panel.yaxis.get_transform().linthresh
        for curve in panel.lines:
            sizes = abs(curve.get_ydata())
            assert np.mean(sizes[sizes > 0] < linear) <= 0.101


def test_what_has_died_away_takes_no_decades():
    panel = figure("welsch --log y --range -30 30 --show gradient").axes[0]
    assert 1e-17 < panel.yaxis.get_transform().linthresh < 1e-4
    assert figure("exponential hinge --log y --range -690 690").axes[0].get_ylim()[1] < np.inf
