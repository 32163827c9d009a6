"""Labels find their room: those of stacked panels stand in a column."""

import pytest
from figures import figure, spare


def test_a_long_label_is_broken_into_lines():
    text = " ".join(["word"] * 30)
    drawn, left = spare(f"l1 l2 --xlabel '{text}'")
    assert left >= -0.001
    assert drawn.axes[-1].get_xlabel().split() == text.split()
    assert "\n" in drawn.axes[-1].get_xlabel()


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
