"""Marks: what is said of the least value along a curve, and how heavy markers are beside it."""

import pytest
from figures import entries, figure, legend_of, texts_of

from losscli.errors import UsageError


def minima(line):
    """Return what is said of minima, each text once."""
    return [*dict.fromkeys(text.replace("$", "") for text in texts_of(f"{line} --mark minimum").marks)]


HELD = "--logits 0.3,1.1,2.7"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("multilabel-margin --target 0,1,1 --logits 0.5,1,2 --vary 0", "minimum 0 up to 0"),
        (f"multilabel-margin {HELD} --vary 1", "minimum 0 up to -0.7"),
        (f"multilabel-margin {HELD} --vary 2", "minimum 0.6 from 2.1 on"),
        (f"crammer-singer {HELD} --vary 1", "minimum 3.4 up to 2.7"),
        (f"crammer-singer {HELD} --vary 1 --sampling even", "minimum 3.4 up to 2.7"),
        (f"crammer-singer {HELD} --vary 2", "minimum 1.8 up to 1.1"),
        (f"crammer-singer {HELD} --vary 1 --xlim -2 2", "minimum 3.4 up to 2"),
        (f"weston-watkins {HELD} --vary 1", "minimum 3.4 up to -0.7"),
        (f"multiclass-perceptron {HELD} --vary 2", "minimum 0.8 up to 1.1"),
        (f"misclassification {HELD} --vary 1", "minimum 1 everywhere"),
        ("misclassification --logits 3.3,1.1,2.7 --vary 0", "minimum 0 from 2.7 on"),
        ("misclassification --logits 3.3,1.1,2.7 --vary 0 --range -6 -3", "minimum 1 up to -3"),
        ("misclassification --logits 5,1.1,2.7 --vary 2 --sampling even", "minimum 0 up to 5"),
        (f"sparsemax {HELD} --vary 1", "minimum 2.4 up to 1.7"),
    ],
)
def test_along_one_logit_the_least_value_is_where_the_curve_is_flat(line, text):
    assert minima(line) == [text]


@pytest.mark.parametrize(
    "line",
    [
        f"crammer-singer {HELD} --vary 0 --range -6 3.5",
        f"weston-watkins {HELD} --vary 0 --range -6 2.1",  # to a kink, where it falls less steeply
        "nll --logits -0.3,-1.1,-2.7 --vary 0 --range -6 -1",
        "softmax-cross-entropy",
        "softmax-cross-entropy --logits 1000,0,0 --vary 1",  # to the last bit it is flat, and still falls
    ],
)
def test_where_a_curve_still_falls_at_the_end_of_the_range_it_has_no_minimum(line):
    with pytest.raises(UsageError, match="no minimum"):
        minima(line)


@pytest.mark.parametrize(("line", "text"), [("", "minimum 0 at 0"), ("--range 1.4 2.3", "minimum 0 at 2")])
def test_of_minima_that_come_again_one_in_view_is_marked(line, text):
    assert minima(f"periodic {line}") == [text]


def test_what_is_nearly_as_low_as_a_minimum_is_no_other():
    for line in ("lp --p 300", "lp --p 300 --range -0.05 0.05", "huber --delta 1e-20"):
        assert minima(line) == ["minimum 0 at 0"]


@pytest.mark.parametrize(
    "look", ["--style paper --size 5cm auto", "--style slides", "--style dark", "--style fivethirtyeight", "--size acm"]
)
def test_marks_are_as_heavy_beside_their_curve_in_every_style_and_size(look):
    def widths(line):
        curve, ring, flat, floor = figure(f"hinge --mark breaks --mark minimum --mark floor {line}").axes[0].lines
        unit = curve.get_linewidth()
        found = [ring.get_markeredgewidth(), flat.get_linewidth(), flat.get_markeredgewidth(), floor.get_linewidth()]
        assert ring.get_markersize() > flat.get_markersize() >= 3 * unit
        return [width / unit for width in found]

    assert widths(look) == pytest.approx(widths("--style plain"))
    assert widths("--style plain") == pytest.approx([1.4 / 1.8, 4 / 1.8, 1 / 1.8, 1.2 / 1.8])


def test_each_break_has_one_ring_of_one_size():
    drawn = figure("hinge squared-hinge ramp --mark breaks")
    rings = {line.get_markersize() for line in drawn.axes[0].lines[3:]}
    assert len(rings) == 1
    assert {handle.get_markersize() for handle in legend_of(drawn).legend_handles[3:]} == rings


def test_curves_whose_minima_coincide_have_one_entry():
    line = "zero-one ramp hinge logistic exponential squared-hinge --mark minimum"
    assert [text.replace("\n", " ") for text in entries(figure(line))[6:]] == [
        "zero-one: minimum 0 from 0 on", "ramp, hinge, $M$ = 1, squared-hinge, $M$ = 1: minimum 0 from 1 on",
    ]  # fmt: skip


def test_kinks_at_one_place_share_an_entry_that_names_their_curves():
    line = "l1 quantile --tau 0.3 l2 --mark breaks"
    for more in ("", " --show value --show gradient"):
        assert entries(figure(line + more))[3:] == [r"l1, quantile, $\tau$ = 0.3: kink at 0"]


def test_an_empty_label_leaves_its_curve_out_of_the_legend():
    assert entries(figure("huber l1 --label '' --label _hidden")) == ["_hidden"]
    assert entries(figure("huber l1 l2 --label '' --mark breaks --mark minimum"))[2:] == [
        r"Hessian jumps at $-$1, 1", "l1: kink at 0", "minimum 0 at 0",
    ]  # fmt: skip
    assert legend_of(figure("huber --label ''")) is None
    labels = [line.get_label() for line in figure("huber l1 --label '' --label _hidden").axes[0].lines]
    assert labels == ["", "_hidden"]
