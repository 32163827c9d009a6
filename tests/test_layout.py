"""Labels find their room: long ones stay within the figure, those of stacked panels stand in a column."""

import pytest
from figures import figure, legend_of, recipe, spare

from losscli.drawing.scene import Scene
from losscli.drawing.style import setting
from losscli.outputs.film import Film


@pytest.mark.parametrize("words", ["word", "loss value of", "extraordinarily long"])
@pytest.mark.parametrize(
    "line", ["l1 l2 --size ieee", "l2 --size 3in 2in", "huber --show value --show gradient --size acm"]
)
def test_long_labels_of_both_axes_stay_within_the_figure(line, words):
    text = " ".join([words] * (60 // len(words.split())))
    drawn, left = spare(f"{line} --xlabel '{text}' --ylabel '{text}'")
    assert left >= -0.001
    said = drawn.axes[-1].get_xlabel()
    assert said.split() == text.split()
    lengths = [len(part) for part in said.split("\n")]
    assert min(lengths) > 0.6 * max(lengths), "broken from what it said at first, not from its own lines"


@pytest.mark.parametrize(
    "line", ["huber --show value --show gradient --show hessian", "huber --delta 0.001:3:9 --as contour"]
)
def test_labels_of_stacked_panels_stand_in_a_column(line):
    drawn = figure(f"{line} --show value --show gradient")
    left = [
        panel.yaxis.label.get_window_extent().x0 for panel in drawn.axes if panel.get_xlim() == drawn.axes[0].get_xlim()
    ]
    assert len(left) >= 2
    assert left == pytest.approx(left[:1] * len(left), abs=0.01)


def test_a_short_legend_outside_is_a_row_below_and_leaves_the_panel_its_width():
    film = recipe("huber --delta 0.05:3:6 l1 --mark breaks --mark minimum")
    with setting(film):
        drawn = Film(Scene(film)).figure
    legend, panel = legend_of(drawn).get_window_extent(), drawn.axes[0]
    assert panel.get_legend() is None
    assert panel.xaxis.label.get_window_extent().y0 > legend.y1 > legend.y0 >= 0
    assert panel.bbox.width > 0.85 * drawn.bbox.width
    assert legend.height < 0.08 * drawn.bbox.height
