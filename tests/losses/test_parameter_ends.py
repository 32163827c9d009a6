"""Losses with parameters at the ends of the doubles: their facts, and the terms of those of several numbers."""

import inspect
import itertools
import math

import mpmath as mp
import numpy as np
import pytest
import test_multiclass as multiclass
from test_exactness import EDGES, reads_target

from losscli.losses import catalogue
from losscli.losses.softmax import lowest_focal
from losscli.model.curve import Curve

COMBINED = 16  # combinations of parameters of one loss, at most
FACTS = ("floor", "lipschitz", "convex", "breaks", "domain", "symmetric")
VECTORS = [loss for loss in catalogue().values() if loss.family.vector]
LOGITS = [0.25, -1.25, 2.0]  # times a power of 2 they are exact


def values(item):
    """Return what a parameter may be at its most extreme."""
    if item.choices:
        return item.choices
    if item.per_class:
        return [None, (1.0, 1e-300, 1e300), (0.0, 1.0, 2.0)]
    if item.whole:
        return [item.default]
    numbers = [value for value in (*EDGES, 0.0, *(-edge for edge in EDGES)) if value in item.interval]
    return [None, *numbers] if item.default is None else numbers


def extreme(loss):
    """Yield curves of the loss with combinations of extreme parameters, for a few targets each."""
    names = [item.name for item in loss.parameters]
    combined = [dict(zip(names, one, strict=True)) for one in itertools.product(*map(values, loss.parameters))]
    required, _ = loss.require or (lambda: True, "")
    for one in combined[:: len(combined) // COMBINED + 1]:
        if required(**{name: one[name] for name in inspect.signature(required).parameters}):
            for target in targets(loss, one):
                yield Curve(loss, target, one, loss.name)


def targets(loss, parameters):
    kind = loss.reads(parameters)
    if loss.family.vector:
        return multiclass.TARGETS.get(loss.name, multiclass.CLASSES)[3]
    return [value for value in (0.0, 0.3, 1.0, 1e300, -1.0) if value in kind] if reads_target(loss) else [kind.default]


@pytest.mark.parametrize("loss", catalogue().values(), ids=lambda loss: loss.name)
def test_facts_are_numbers(loss):
    for curve in extreme(loss):
        one = curve.section((0.0,) * 3, 0) if loss.family.vector else curve
        found = {name: one.fact(name) for name in FACTS}
        floor = found["floor"]
        told = [floor.value, *np.ravel(floor.at), found["lipschitz"], *found["breaks"]]
        assert not np.isnan(np.array(told, dtype=float)).any(), (curve.target, curve.parameters, found)


@pytest.mark.parametrize("loss", VECTORS, ids=lambda loss: loss.name)
def test_terms_can_be_computed(loss):
    for curve in extreme(loss):
        terms = curve.terms(np.array([multiclass.within(curve, logits) for logits in (LOGITS, [1e300, 1.0, 2.0])]))
        assert [term.shape for term in terms] == [(2,), (2, 3), (2, 3, 3)]


@pytest.mark.parametrize("power", [-1060, -1000, -600, 600, 1000, 1020])
@pytest.mark.parametrize(
    ("name", "target", "powers"),  # of the temperature that value, gradient and Hessian are multiplied by
    [("info-nce", 2, (0, -1, -2)), ("info-nce", 0, (0, -1, -2)), ("distillation", (0.5, 0.25, 0.25), (2, 1, 0))],
)
def test_a_temperature_is_a_unit_of_the_logits(power, name, target, powers):
    unit = 2.0**power
    plain, scaled = (Curve(catalogue()[name], target, {"temperature": t}, name) for t in (1.0, unit))
    expected = plain.terms(np.array(LOGITS))
    found = scaled.terms(np.array(LOGITS) * unit)
    for term, one, times in zip(found, expected, powers, strict=True):
        with np.errstate(all="ignore"):
            np.testing.assert_allclose(term, np.ldexp(one, power * times), rtol=1e-15, atol=5e-324)


def test_a_scale_of_cosines_is_one_over_a_unit():
    for power in (1, 600, 1000, 1020):
        plain, scaled = (
            Curve(catalogue()["cosface"], 0, {"margin": margin, "scale": scale}, "cosface")
            for margin, scale in ((0.5, 2.0), (2.0**-power, 2.0**power))
        )
        cosines = np.array(LOGITS) / 4
        expected = plain.terms(cosines)
        found = scaled.terms(cosines * 2.0 ** (1 - power))
        for order, (term, one) in enumerate(zip(found, expected, strict=True)):
            with np.errstate(all="ignore"):
                np.testing.assert_allclose(term, np.ldexp(one, order * (power - 1)), rtol=1e-15)


def test_small_terms_of_a_steep_softmax_keep_their_digits():
    curve = Curve(catalogue()["info-nce"], 0, {"temperature": 0.07}, "info-nce")
    multiclass.check(curve, (17.02964103, -12.02104577, -4.46059899))


@pytest.mark.parametrize("gamma", [0.0, 0.3, 2.0, 30.0, 1000.0, 1e6, 1e300])
@pytest.mark.parametrize(
    "counts", [(0.1, 0.02, 0.88), (0.5, 0.5, 0.0), (1e-300, 0.25, 0.75), (3e200, 1e200, 1e190), (0.2,) * 5]
)
def test_at_the_floor_of_the_focal_loss_all_slopes_are_equal(counts, gamma):
    """The loss is convex in the shares, so that this is the lowest place; the slopes by a share are c f'(p)."""
    value, shares = lowest_focal(np.array(counts), gamma)
    present = [(mp.mpf(count), share) for count, share in zip(counts, shares.tolist(), strict=True) if count]
    gamma = mp.mpf(min(gamma, 1e100))
    with mp.workdps(400):
        top = max(range(len(present)), key=lambda one: present[one][1])
        exact = [mp.mpf(share) for _, share in present]
        exact[top] = 1 - mp.fsum(share for one, share in enumerate(exact) if one != top)
        apart = [count for count, _ in present]
        slopes = [
            mp.log(count) + gamma * mp.log(1 - p) + mp.log(1 / p - gamma * mp.log(p) / (1 - p))
            for count, p in zip(apart, exact, strict=True)
        ]
        steep = [1 + gamma * p / (1 - p) for p in exact]  # how much a rounded share changes it
        middle = mp.fsum(slope / by for slope, by in zip(slopes, steep, strict=True)) / mp.fsum(1 / by for by in steep)
        assert all(abs(slope - middle) <= 1e-12 * by for slope, by in zip(slopes, steep, strict=True))
        lowest = mp.fsum(-count * (1 - p) ** gamma * mp.log(p) for count, p in zip(apart, exact, strict=True))
        assert abs(lowest - value) <= 1e-12 * lowest + 5e-324


@pytest.mark.parametrize("gamma", [1e-300, 0.01, 0.5, 2.0, 30.0, 1e6, 1e50, 1e300, 1.7e308])
def test_the_slope_of_both_focal_losses_of_a_class_is_one(gamma):
    """One is searched for on a grid, the other by bisection."""
    parameters = {"gamma": gamma, "label_smoothing": 0.0, "smoothing_over": "all", "weight": None}
    name = "softmax-focal-cross-entropy"
    ours = Curve(catalogue()[name], (0.0, 1.0, 0.0), parameters, name)
    other = Curve(catalogue()["softmax-focal"], 1, {"gamma": gamma, "weight": None}, "softmax-focal")
    assert ours.fact("lipschitz") == pytest.approx(other.fact("lipschitz"), rel=1e-13)


@pytest.mark.parametrize("gamma", [0.002, 0.05])
def test_the_slope_of_a_small_power_of_an_overlap(gamma):
    name = "sigmoid-focal-tversky"
    curve = Curve(catalogue()[name], (1.0, 0.0), {"alpha": 0.7, "beta": 0.3, "gamma": gamma, "smooth": 0.0}, name)
    right = np.linspace(0, 700, 7001)  # how far each pixel's logit is on its own side
    gradient = curve.terms(np.array([(right + more, -right) for more in (-1.0, 0.0, 1.0)]).swapaxes(1, 2), 2)[1]
    steepest = np.abs(gradient).sum(axis=-1).max()
    assert 0.99 <= steepest / curve.fact("lipschitz") <= 1 + 1e-12


def test_the_floor_of_cosines_whose_margin_is_too_wide():
    floor = Curve(catalogue()["cosface"], 0, {"margin": 3.0, "scale": 1e160}, "cosface").fact("floor")
    assert floor.value == pytest.approx(1e160, rel=1e-15)
    assert math.isfinite(floor.value)
