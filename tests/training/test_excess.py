"""The loss above its floor, against mpmath at every distance from the floor, and for names, sections and no floor."""

import math

import mpmath as mp
import numpy as np
import oracle
import pytest
from explicit import EXPLICIT
from test_exactness import SCALAR, curves, first_symbol, symbols
from training_curves import curve

from losscli.training.excess import excess, floor_at

BITS = 600
ROUNDINGS = 16 * 2.0**-53
DISTANCES = [sign * 10.0**power for power in (-12, -8, -5, -3, -2, -1, -0.5, 0, 0.5, 1) for sign in (1, -1)]


def is_moderate(one):
    sizes = [abs(value) for value in (*one.parameters.values(), one.target) if isinstance(value, float)]
    return all(size == 0 or 1e-2 <= size <= 1e2 for size in sizes)


def is_above_0_somewhere(one):
    floor = one.fact("floor")
    known = math.isfinite(floor.value) and floor.value != 0 and floor.attained
    return known and not floor.where.startswith("everywhere")


CASES = [
    one for loss in SCALAR for one in curves(loss, thorough=False) if is_moderate(one) and is_above_0_somewhere(one)
]


def exact_curve(one):
    """Return a function from an mpmath prediction to value, gradient and Hessian."""
    formula, known = EXPLICIT.get(one.loss.name, one.loss.pieces), symbols(one)

    def terms(prediction):
        argument = prediction - one.target if one.loss.family.name == "residual" else prediction
        return oracle.exact(formula, (first_symbol(one.loss), argument), known)

    return terms


def lowest(terms, start):
    """Return the value at the minimum near a double, which Newton's method finds to all digits; at a kink, there."""
    place = mp.mpf(start)
    value, slope, bend = terms(place)
    for _ in range(30):
        if not bend or not mp.isfinite(bend) or abs(slope) > 1e-6:
            break
        place -= slope / bend
        value, slope, bend = terms(place)
        if abs(slope) < mp.mpf(2) ** -BITS:
            break
    return value


def name(one):
    return f"{one.loss.name}({','.join(map(str, one.parameters.values()))})@{one.target}"


@pytest.mark.parametrize("one", CASES, ids=name)
def test_the_excess_is_exact_at_every_distance(one):
    """As exact as a few roundings of it, and of the prediction and the place of the floor, allow."""
    ends = np.array(one.fact("floor").at, dtype=float, ndmin=1)
    end = float(ends[np.isfinite(ends)][0])
    places = end + np.array(DISTANCES)
    places = places[one.domain.holds(places)]
    terms = exact_curve(one)
    found = excess(one, places)
    assert (found >= 0).all()
    with mp.workprec(2 * BITS):
        floor = lowest(terms, end)
        for place, got in zip(places.tolist(), found.tolist(), strict=True):
            value, slope, _ = terms(mp.mpf(place))
            if mp.isinf(value):
                assert got == math.inf
                continue
            moved = abs(slope) * max(abs(place), abs(end), abs(one.target or 0))
            inside = len(ends) > 1 and ends[0] <= place <= ends[1]
            above = mp.mpf(0) if inside else value - floor
            assert abs(got - above) <= ROUNDINGS * (abs(above) + moved), (place, got, float(above))


def total(terms):
    return mp.fsum(terms)


def cross_entropy(z, t):
    level = mp.log(total(mp.e**x for x in z))
    return total(share * (level - x) for share, x in zip(t, z, strict=True))


def of_shares(p, t):
    return total(-share * mp.log(x / total(p)) for share, x in zip(t, p, strict=True))


def divergence(p, t):
    return total(share * mp.log(share / x) for share, x in zip(t, p, strict=True))


def divergence_of_logs(x, t):
    return total(share * (mp.log(share) - one) for share, one in zip(t, x, strict=True))


def entropy(t):
    return -total(share * mp.log(share / total(t)) for share in t if share)


T = (0.1, 0.02, 0.88)
SMOOTH = tuple(0.9 * share + mp.mpf("0.1") / 3 for share in (0, 1, 0))
CLOSE = [(d * 1.0, d * -0.5, d * 0.2) for d in (1.0, 1e-2, 1e-4, 1e-6)]
SEVERAL = [
    ("softmax-cross-entropy", T, {}, cross_entropy, np.log(T), (0.0, 3.0)),
    (
        "sparse-softmax-cross-entropy",
        "1",
        {"label_smoothing": 0.1},
        cross_entropy,
        np.log([0.1 / 3, 2.8 / 3, 0.1 / 3]),
        (0.0, -5.0),
    ),
    ("categorical-cross-entropy", T, {}, of_shares, np.array(T), ()),
]


@pytest.mark.parametrize("case", SEVERAL, ids=lambda case: case[0])
def test_the_excess_of_several_numbers_is_exact_at_every_distance(case):
    name_, target, own, exact, at, shifts = case
    weights = [mp.mpf(share) for share in target] if isinstance(target, tuple) else list(SMOOTH)
    one = curve(name_, ",".join(map(str, target)) if isinstance(target, tuple) else target, **own)
    places = np.array(
        [at + shift + np.array(step) * (0.01 if not shifts else 1) for step in CLOSE for shift in shifts or (0.0,)]
    )
    found = excess(one, places)
    _, slopes, _ = one.terms(places)
    with mp.workprec(BITS):
        for place, got, slope in zip(places.tolist(), found.tolist(), slopes, strict=True):
            above = exact([mp.mpf(x) for x in place], weights) - entropy(weights)
            moved = float(abs(slope).max() * (1 + max(map(abs, place))))
            assert abs(got - above) <= ROUNDINGS * (abs(above) + 4 * moved), (place, got, float(above))


@pytest.mark.parametrize(
    ("name_", "change"),
    [
        ("softmax-poly-cross-entropy", lambda z: z + 50),
        ("softmax-focal-cross-entropy", lambda z: z + 50),
        ("categorical-cross-entropy", lambda p: 64 * p),
        ("categorical-focal-cross-entropy", lambda p: 64 * p),
    ],
)
def test_what_does_not_change_the_loss_does_not_change_the_excess(name_, change):
    """All logits higher, all probabilities a multiple: the floor is a line, and the excess is that from its nearest."""
    one = curve(name_, "0.2,0.3,0.5")
    places = np.array(one.fact("floor").at) + np.array([(d, d * -0.5, d * 0.2) for d in (1e-3, 1e-5, 1e-6)])
    found = excess(one, places)
    np.testing.assert_allclose(found[1:] / found[:-1], [1e-4, 1e-2], rtol=1e-2)
    np.testing.assert_allclose(excess(one, change(places)), found, rtol=1e-7)


def test_a_class_that_the_target_has_not_makes_the_excess_fall_as_its_share():
    """The floor is at infinity: the excess is -log(1 - p) of that class, as long as the others are right."""
    one = curve("softmax-cross-entropy", "0.25,0.75,0")
    rest = np.array([0.0, -10.0, -40.0, -200.0])
    places = np.stack([np.full(4, math.log(0.25)), np.full(4, math.log(0.75)), rest], axis=-1)
    np.testing.assert_allclose(excess(one, places)[:3], np.log1p(np.exp(rest[:3])), rtol=1e-13)
    assert 0 < excess(one, places)[3] < 1e-30


@pytest.mark.parametrize(
    ("name_", "exact", "places"),
    [
        ("distribution-kl", divergence, [(1 - 1e-9, 1 - 1e-7, 1.0), (0.2, 0.3, 0.4), (1.0, 1.0, 1.0)]),
        ("distribution-kl-log", divergence_of_logs, [(-1e-9, -1e-7, 0.0), (-0.2, -3.0, -4.0), (0.0, 0.0, 0.0)]),
    ],
)
def test_a_floor_at_the_end_of_the_domain_is_left_along_its_slope(name_, exact, places):
    weights = [mp.mpf(share) for share in T]
    found = excess(curve(name_, "0.1,0.02,0.88"), np.array(places))
    with mp.workprec(BITS):
        for place, got in zip(places, found.tolist(), strict=True):
            above = exact([mp.mpf(x) for x in place], weights) - total(share * mp.log(share) for share in weights)
            assert got == pytest.approx(float(above), rel=1e-14, abs=0)


@pytest.mark.parametrize(
    ("name_", "target", "own"),
    [
        ("torch.nn.PoissonNLLLoss", "3", {}),
        ("catboost:CrossEntropy", "0.3", {}),
        ("xgboost:tweedie-nloglik", "2", {"rho": 1.5}),
        ("sklearn._loss.loss.HalfTweedieLossIdentity", "2", {"power": 1.5}),
    ],
)
def test_the_excess_of_a_name_has_its_factor_and_not_its_constant(name_, target, own):
    one = curve(name_, target, **own)
    places = np.array([0.5, 1.5, 2.5])
    own_floor = one.fact("floor").value
    np.testing.assert_allclose(excess(one, places), one.terms(places, 1)[0] - own_floor, rtol=1e-12)
    place = one.fact("floor").at
    bend = float(one.terms(np.array(place))[2])
    assert excess(one, np.array(place + 1e-7)) == pytest.approx(bend * 1e-14 / 2, rel=1e-5)


def test_the_floor_is_that_of_as_many_classes_as_a_prediction_has():
    one = curve("sparse-softmax-cross-entropy", "0", label_smoothing=0.1)
    for classes in (2, 3, 10):
        shares = np.full(classes, 0.1 / classes)
        shares[0] += 0.9
        assert floor_at(one, shares).value == pytest.approx(-(shares * np.log(shares)).sum(), rel=1e-14)
        assert excess(one, np.log(shares)) < 1e-31


def test_along_one_logit_the_excess_is_that_of_all():
    one = curve("softmax-cross-entropy", "0.1,0.02,0.88")
    section = one.section((1.0, -3.0, 0.0), 2)
    along = np.array([2.0, 3.5, 10.0])
    every = np.stack([np.full(3, 1.0), np.full(3, -3.0), along], axis=-1)
    assert excess(section, along).tolist() == excess(one, every).tolist()


@pytest.mark.parametrize(("name_", "target"), [("l2", "0.9"), ("hinge", None), ("softmax-cross-entropy", "1,0,0")])
def test_above_a_floor_of_0_it_is_the_value(name_, target):
    one = curve(name_, target)
    places = np.array([[1.0, 2.0, -800.0]] if one.loss.family.vector else [1e-300, 0.9, 1e5])
    assert excess(one, places).tolist() == one.terms(places, 1)[0].tolist()


def test_without_a_floor_it_is_infinite_and_where_the_loss_is_undefined_it_is_not():
    assert excess(curve("wasserstein"), np.array([0.0, 1e9])).tolist() == [math.inf, math.inf]
    assert np.isnan(excess(curve("cross-entropy", "0.5"), np.array([2.0]))).all()
    assert excess(curve("cross-entropy", "0.5"), np.array([0.0, 0.5])).tolist() == [math.inf, 0.0]


def test_where_the_way_to_the_floor_crosses_a_break_the_excess_is_the_difference():
    one = curve("ppo-clip", "2", eps=0.2)
    np.testing.assert_allclose(
        excess(one, np.array([0.5, 1.2 - 1e-9, 1.2, 7.0])), [1.4, 2e-9, 0, 0], rtol=1e-6, atol=1e-16
    )
    bowl = curve("balanced-l1", "0", beta=3.0)  # its other minimum lies behind a peak
    places = np.array([-0.1, -0.5, 0.0])
    np.testing.assert_allclose(excess(bowl, places), bowl.terms(places, 1)[0] - bowl.fact("floor").value, atol=1e-16)
