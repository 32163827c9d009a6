"""The ends of every domain, infinite ones too: value and gradient are the limits from inside, never nan."""

import math

import numpy as np
import pytest
from test_exactness import SCALAR, curves
from test_facts import name

CASES = [
    (curve, side)
    for loss in SCALAR
    for curve in curves(loss, thorough=False)
    if not 0 < abs(curve.target or 0) < 1e-3  # what then happens nearer the end than doubles reach
    and all(value is None or value == 0 or 1e-3 <= abs(value) <= 1e3 for value in curve.parameters.values())
    for side in (-1, 1)
]


def approach(end, side):
    """Return predictions that come near an end from inside, the nearest last."""
    if math.isinf(end):
        return side * np.geomspace(1e2, 1e300, 60)
    return end - side * np.geomspace(1e-2, 1e-300 if end == 0 else 1e-15, 60)


def is_limit(end, near):
    """Tell whether values tend to what stands at the end."""
    if math.isnan(end):
        return False
    if math.isinf(end):
        return near[-1] == end or np.sign(end) * (near[-1] - near[30]) > 0.5  # a finite limit is nearer by then
    return abs(near[-1] - end) <= 1e-3 * max(1e-3, abs(end)) + 1e-3 * abs(near[0] - end)


@pytest.mark.parametrize(
    ("curve", "side"), CASES, ids=lambda item: name(item) if hasattr(item, "loss") else f"{item:+}"
)
def test_the_end_of_the_domain_is_the_limit_from_inside(curve, side):
    domain = curve.domain
    end, closed = (domain.low, domain.ends[0] == "[") if side < 0 else (domain.high, domain.ends[1] == "]")
    there = curve.terms(np.array([end]))
    if not closed:
        assert all(math.isnan(term[0]) for term in there)
        return
    if periodic(curve, end):
        return
    points = approach(end, side)
    for term, values in zip(there, curve.terms(points[domain.holds(points)]), strict=True):
        near = values[~np.isnan(values)]
        assert is_limit(float(term[0]), near), f"{term[0]} after {near[-3:]}"


def periodic(curve, end):
    """The one loss that has no limit far away."""
    return curve.loss.name == "periodic" and math.isinf(end)


def test_a_wrong_limit_is_noticed():
    assert is_limit(0.0, 1 / approach(math.inf, 1))
    assert not is_limit(1.0, 1 / approach(math.inf, 1))
    assert not is_limit(math.nan, 1 / approach(math.inf, 1))
    assert is_limit(math.inf, approach(math.inf, 1))
    assert not is_limit(-math.inf, approach(math.inf, 1))
