"""Contours and surfaces: what they show, how their levels follow the values, and the options they take."""

import numpy as np
import pytest
from figures import figure, sampled
from matplotlib.contour import ContourSet
from mpl_toolkits.mplot3d.art3d import Poly3DCollection

from losscli.drawing.views import levels
from losscli.errors import UsageError


def contour_sets(panel):
    """Return the filled contours of a panel, and its lines or None."""
    sets = [one for one in panel.findobj(ContourSet) if isinstance(one, ContourSet)]
    return next(one for one in sets if one.filled), next((one for one in sets if not one.filled), None)


def test_contour_is_labelled_with_what_it_shows():
    panel, bar = figure("huber --delta 0.1:3:20 --range -3 3 --as contour").axes
    assert (panel.get_xlabel(), panel.get_ylabel(), bar.get_ylabel()) == ("Prediction", r"$\delta$", "Loss")
    assert panel.get_title() == "Huber, target 0"
    assert {float(text.get_text()) for text in panel.texts} <= set(np.arange(0, 5, 0.5))
    assert panel.texts
    named = figure("huber --delta 0.1:3:20 --as contour --ylabel mine --show value --show gradient").axes
    assert sorted(axes.get_ylabel() for axes in named) == ["Gradient", "Loss", "mine", "mine"]


@pytest.mark.parametrize(
    "line",
    [
        "huber --delta 0.1:3:40 --size ieee --style paper",
        "quantile --tau 0.05:0.95:30 --show gradient",
        "focal --gamma 0:5:30",
        "linex --a 0.1:10:50",
        "poisson-nll-log --target 0:5:30 --range -10 30",
        "cross-entropy --target 0:1:20",
    ],
)
def test_levels_are_increasing_and_cover_the_values(line):
    filled, lines = contour_sets(figure(f"{line} --as contour").axes[0])
    assert 4 < len(filled.levels) < 24
    assert (np.diff(filled.levels) > 0).all()
    assert {*lines.levels} <= {*filled.levels}
    values = sampled(f"{line} --as contour").rows.terms["gradient" if "gradient" in line else "value"]
    values = values[np.isfinite(values)]
    assert filled.levels[0] <= values.min() or filled.extend in ("min", "both")
    assert filled.levels[-1] >= values.max() or filled.extend in ("max", "both")


def test_levels_are_even_or_grow_with_values_over_many_decades():
    np.testing.assert_allclose(levels(np.linspace(0, 4.5, 200)[None, :]), np.arange(0, 5, 0.5))
    assert {10.0, 20.0, 50.0, 100.0} <= {*levels(np.exp(np.linspace(0, 9, 200))[None, :])}
    both = levels(np.array([np.exp(np.linspace(0, 20, 200)), -np.exp(np.linspace(0, 20, 200))]))
    np.testing.assert_allclose(np.diff(both), both[1] - both[0])
    assert len(levels(np.ones((3, 9)))) > 1


def test_only_what_is_shown_counts_for_the_levels():
    for words, highest in (("--xlim -1 1", 1), ("--ylim 0.5 1", 3.6)):
        filled, _ = contour_sets(figure(f"lp --p 0.5:3:40 {words} --as contour").axes[0])
        assert filled.levels[-1] <= highest
    with pytest.raises(UsageError, match="--xlim 100 200; there is nothing to draw"):
        figure("huber --delta 0.1:3:9 --xlim 100 200 --as contour")


def test_infinite_parts_are_blank():
    line = "cross-entropy --target 0:1:30 --points 21"
    filled, lines = contour_sets(figure(f"{line} --as contour").axes[0])
    for target, probability in ((0.5, 0.02), (0.5, 0.98)):
        assert not any(path.contains_point((probability, target)) for path in filled.get_paths())
    across = np.concatenate([path.vertices[:, 0] for path in lines.get_paths()])
    assert 0.0499 < across.min() < across.max() < 0.9501
    low, high = figure(f"{line} --as surface --show gradient").axes[0].get_zlim()
    assert -100 < low < high < 100


def test_options_of_contours():
    drawn = figure("huber --delta 0.1:3:9 --as contour --show value --show gradient --xlim -1 1 --ylim 0.5 2")
    panels = [panel for panel in drawn.axes if panel.get_xlabel()]
    assert [(panel.get_xlim(), panel.get_ylim()) for panel in panels] == [((-1, 1), (0.5, 2))] * 2
    for words, seen in (("", False), ("--no-grid", False), ("--grid", True), ("--style dark", False)):
        panel = figure(f"huber --delta 0.1:3:9 --as contour {words}").axes[0]
        assert panel.get_xgridlines()[0].get_visible() == seen
        assert not seen or not panel.get_axisbelow()
    line = "huber --delta 0.01:3:20 --as contour --range 0.01 10 --log both --points 4"
    assert (figure(line).axes[0].get_xscale(), figure(line).axes[0].get_yscale()) == ("log", "log")
    np.testing.assert_allclose(sampled(line).traces[0].prediction, [0.01, 0.1, 1, 10])


def test_a_surface_is_labelled_and_stays_within_its_limits():
    (panel,) = figure("huber --delta 0.1:3:20 --range -3 3 --as surface").axes
    assert (panel.get_xlabel(), panel.get_ylabel(), panel.get_zlabel()) == ("Prediction", r"$\delta$", "Loss")
    assert panel.get_zlim() == pytest.approx((0, 4.5), rel=0.05)
    (panel,) = figure("huber --delta 0.1:3:20 --xlim -1 1 --ylim 0 0.4 --as surface").axes
    assert (panel.get_xlim(), panel.get_zlim()) == ((-1, 1), (0, 0.4))
    (surface,) = [one for one in panel.findobj(Poly3DCollection) if len(one.get_facecolor()) > 10]
    box = surface.get_datalim(panel.transData)
    assert np.isfinite(box.get_points()).all()


@pytest.mark.parametrize("line", ["barron --alpha -4:2:40", "lp --p 0.5:3:40", "chi-squared --target 0.5:2:30"])
def test_the_axis_of_a_surface_begins_at_0_whether_or_not_a_sample_does(line):
    assert figure(f"{line} --as surface").axes[0].get_zlim()[0] == 0


@pytest.mark.parametrize("words", ["", "--size ieee --style paper", "--size slides --style slides", "--show gradient"])
def test_labels_of_a_surface_are_within_the_figure(words):
    drawn = figure(f"huber --delta 0.1:3:9 --show value --as surface {words}")
    for panel in drawn.axes:
        for axis in (panel.xaxis, panel.yaxis, panel.zaxis):
            box = axis.label.get_window_extent()
            assert drawn.bbox.x0 <= box.x0 < box.x1 <= drawn.bbox.x1
            assert drawn.bbox.y0 <= box.y0 < box.y1 <= drawn.bbox.y1


@pytest.mark.parametrize("view", ["contour", "surface"])
def test_huge_values_are_drawn(view):
    words = "lp --p 1:61.6:10 --range -1e5 1e5 --points 50 --show value --show gradient"
    assert figure(f"{words} --as {view}").axes


def test_only_what_is_drawn_has_more_curves_than_were_asked_for():
    drawn = sampled("huber --delta 0.1:3:4 --as contour --log y")
    assert len(drawn.traces) == 4
    values = drawn.rows.values
    assert len(values) > 100
    assert np.isclose(values[:, None], np.linspace(0.1, 3, 4), rtol=1e-12).any(axis=0).all()
    assert np.ptp(np.diff(np.log(values))) < 0.02
    assert 0 not in sampled("linex --a -1:1:2 --as contour").rows.values


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
