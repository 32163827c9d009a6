"""Where curves are sampled: as the eye needs it, and no more."""

import numpy as np
import pytest
from figures import figure, recipe, sampled

WIDE = [
    ("welsch --range -1000 1000", "value", 0, 0.5),
    ("welsch --range -1e5 1e5 --target 3.3", "value", 0, 0.5),
    ("log-cosh --range -1000 1000 --show hessian", "hessian", 0, 1),
    ("pseudo-huber --delta 0.01 --range -100 100 --show hessian", "hessian", 0, 1),
    ("logistic --range -100000 123456 --show hessian", "hessian", 0, 0.25),
]


@pytest.mark.parametrize(("line", "quantity", "low", "high"), WIDE)
def test_what_is_narrow_is_seen_on_a_wide_range(line, quantity, low, high):
    (trace,) = sampled(line).traces
    term = trace.terms[quantity]
    assert (term.min(), term.max()) == pytest.approx((low, high), abs=1e-6)
    within = (term > low + 0.1 * (high - low)) & (term < high - 0.1 * (high - low))
    assert within.sum() > 10, "round and no needle"
    assert (np.diff(trace.prediction) > 0).all()
    assert len(term) <= 1000


def test_a_logarithmic_axis_is_reached_at_its_lowest():
    traces = sampled("itakura-saito --target 0.1:2:8 --log y").traces
    assert [trace.terms["value"].min() for trace in traces] == [0] * 8
    assert sampled("l2 --log y").traces[0].terms["value"].min() == 0


@pytest.mark.parametrize(
    "line", ["l2 --range -1 1", "l2 --style plain", "logistic", "exponential --range -1 1", "log-cosh", "cauchy"]
)
def test_an_ordinary_curve_has_its_even_samples_alone(line):
    assert len(sampled(line).traces[0].prediction) == 500


def test_no_more_samples_are_added_than_were_asked_for():
    assert len(sampled("periodic --range -1000 1000 --points 40").traces[0].prediction) <= 80
    assert len(sampled("welsch --range -1000 1000 --sampling even").traces[0].prediction) == 500


INFINITE = [
    "cross-entropy --target 0.3",
    "cross-entropy --target 0.3 --style plain",
    "cross-entropy --target 0:1:11",
    "cross-entropy --target 0 --target 1 --range 0 1",
    "itakura-saito --target 0.1:2:3 --range 0 4 --points 20",
    "cross-entropy --target 0.3 --ylim 0 50",
    "cross-entropy --target 0.5 --show value --show gradient",
]


@pytest.mark.parametrize("line", INFINITE)
def test_an_infinite_value_leaves_the_frame(line):
    made = sampled(line)
    for panel, quantity in zip(figure(line).axes, recipe(line).show, strict=False):
        low, high = panel.get_ylim()
        for trace, drawn in zip(made.traces, panel.lines, strict=False):
            term, seen = trace.terms[quantity], drawn.get_ydata()
            assert (seen[np.isposinf(term)] > high).all()
            assert (seen[np.isneginf(term)] < low).all()
            assert np.isfinite(seen).all()
        assert np.isinf([term[i] for trace in made.traces for term in [trace.terms[quantity]] for i in (0, -1)]).any()


def test_even_samples_have_a_gap_where_the_loss_is_infinite():
    line = "cross-entropy --target 0.3 --sampling even --range 0 1 --style plain"
    assert np.isnan(figure(line).axes[0].lines[0].get_ydata()[[0, -1]]).all()
