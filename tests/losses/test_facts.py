"""The facts of each loss, checked against its values: convexity, Lipschitz constant, floor, symmetry, breaks."""

import math
from dataclasses import replace
from itertools import pairwise

import mpmath as mp
import numpy as np
import pytest
from test_exactness import curves, reads_target

from losscli.losses import catalogue
from losscli.model.breaks import breaks
from losscli.model.curve import Curve
from losscli.model.domains import Label


def both_labels(loss):
    """Return the curves of the loss, also for the targets that reach its formula only through its argument."""
    usual = next(curves(loss, thorough=False))
    for curve in curves(loss, thorough=False):
        yield curve
        if loss.family.slope and not reads_target(loss):
            others = set(loss.family.targets.values) - {curve.target}
            yield from (replace(curve, target=other) for other in others)
    if loss.family.name == "residual" and not reads_target(loss):
        yield replace(usual, target=2.5)


SCALAR = [loss for loss in catalogue().values() if not loss.family.vector]
CASES = [
    curve
    for loss in SCALAR
    for curve in both_labels(loss)
    if all(
        value is None or 1e-3 <= abs(value) <= 1e3 or value in (0, -math.inf, math.inf)
        for value in curve.parameters.values()
    )
    if np.ptp(loss.family.span(curve.target)) > 1e-3  # reach() would step over all that a narrower figure shows
]


def name(curve):
    given = ",".join(f"{key}={value}" for key, value in curve.parameters.items())
    return f"{curve.loss.name}({given})@{curve.target}"


def is_moderate(curve):
    """Return True for the default parameters with any target, and for others with a label or the usual target."""
    default = {item.name: item.default for item in curve.loss.parameters}
    kind = curve.loss.reads(curve.parameters)
    labels = isinstance(kind, Label) and reads_target(curve.loss)
    return labels or curve.parameters == default or curve.target == kind.default


by_curve = pytest.mark.parametrize(
    "curve",
    [pytest.param(curve, marks=() if is_moderate(curve) else pytest.mark.thorough) for curve in CASES],
    ids=name,
)


def reach(curve):
    """Return predictions of every magnitude, dense around everything that happens, within the domain."""
    centres = [curve.fact("floor").at, *(item.prediction for item in breaks(curve))]
    centres = [
        c for centre in centres for c in (centre if isinstance(centre, tuple) else (centre,)) if math.isfinite(c)
    ]
    steps = np.concatenate([np.linspace(-8, 8, 1601), *(sign * np.geomspace(1e-6, 1e6, 241) for sign in (-1, 1))])
    points = np.unique(np.concatenate([steps, *(centre + steps for centre in centres), centres]))
    return points[curve.domain.holds(points)]


@by_curve
def test_no_value_is_below_the_floor(curve):
    floor = curve.fact("floor")
    value = curve.terms(reach(curve), 1)[0]
    assert value[np.isfinite(value)].min() >= floor.value - 1e-12 * (1 + abs(floor.value))


@by_curve
def test_the_floor_is_where_it_is_said_to_be(curve):
    floor = curve.fact("floor")
    at = np.array(floor.at, dtype=float, ndmin=1)
    if floor.attained:
        finite = at[np.isfinite(at)] if np.isfinite(at).any() else np.full(1, 0.5)  # at 0 a ratio may be undefined
        np.testing.assert_allclose(curve.terms(finite, 1)[0], floor.value, rtol=1e-12, atol=1e-13)
        outside = np.array([at[0] - 1e-2, at[-1] + 1e-2])
        outside = outside[np.isfinite(outside) & curve.domain.holds(outside)]
        assert (curve.terms(outside, 1)[0] > floor.value).all(), "it is as low further on"
        if len(at) > 1:  # the ends of a flat part: inside it is as low
            assert at[0] < at[1]
            inside = np.clip(np.concatenate([finite - 100, finite - 1, finite + 1, finite + 100]), *at)
            np.testing.assert_allclose(curve.terms(inside, 1)[0], floor.value, rtol=1e-12, atol=1e-13)
        if len(finite) > 1:
            np.testing.assert_allclose(
                curve.terms(finite.mean(keepdims=True), 1)[0], floor.value, rtol=1e-12, atol=1e-13
            )
    else:
        values = [float(value) for value in curve.terms(towards(curve, float(at[0])), 1)[0]]
        assert all(later <= earlier for earlier, later in pairwise(values)), values
        if floor.value == -math.inf:  # like a logarithm or faster: equal steps of scale go on bringing it down
            assert values[-2] - values[-1] > 0.9 * (values[0] - values[1]) > 0
            return
        assert values[0] > floor.value
        assert values[-1] == pytest.approx(floor.value, abs=1e-6 * (1 + values[0]))


def towards(curve, limit):
    """Return predictions that approach a limit, finite or not, from inside the domain."""
    if math.isinf(limit):
        return math.copysign(1, limit) * np.geomspace(20, 1e100, 80)
    steps = np.geomspace(1e-3, 1e-15, 20)
    side = limit + steps
    return side if curve.domain.holds(side).all() else limit - steps


@by_curve
def test_the_prediction_of_an_argument_is_its_inverse(curve):
    family = curve.loss.family
    for argument in (-2.0, 0.25, 3.0):
        prediction = family.prediction(argument, curve.target)
        found = family.argument(np.array(prediction), np.asarray(curve.target))[0]
        rounded = curve.target is not None and curve.target % 0.25  # the sum with such a target is no double
        assert abs(found - argument) <= (math.ulp(3.0) if rounded else 0)


@by_curve
def test_convexity_is_what_it_is_said_to_be(curve):
    """Convex: slopes between neighbours never fall. Not convex: somewhere they do. Strictly: nowhere flat in slope."""
    points = reach(curve)
    value, gradient, hessian = curve.terms(points)
    said = curve.fact("convex")
    apart = np.diff(points, prepend=-math.inf) > 1e-9  # the chord between closer points is rounding alone
    usable = np.isfinite(value) & np.isfinite(gradient) & apart
    points, value, gradient, hessian = (array[usable] for array in (points, value, gradient, hessian))
    chord = np.diff(value) / np.diff(points)
    noise = 1e-7 * (np.abs(chord[1:]) + np.abs(chord[:-1])) + 1e-9 * np.abs(value[1:-1]) / np.diff(points)[1:]
    noise += 1e-9 * np.abs(value[1:-1]) / np.diff(points)[:-1]
    falls = np.diff(chord) < -noise
    assert falls.any() == (said == "no"), f"slopes fall at {points[1:-1][falls][:5]}"
    low, high = curve.loss.family.span(curve.canonical_target)
    near = np.abs(points - np.clip(0, low, high)) <= 8
    near |= not near.any()
    if said == "strictly":
        assert (hessian[near] >= 0).all()
        rising = gradient[near & (np.abs(gradient) < np.abs(gradient).max())]  # the others are rounded to their limit
        assert (np.diff(rising) > 0).mean() > 0.5
    if said == "strongly":
        assert np.nanmin(hessian) > 1e-9 * min(1.0, abs(curve.target or 1))
    elif said == "strictly":
        assert np.nanmin(hessian) < 1e-3
    elif said == "convex":
        assert (hessian[near] == 0).any()


@by_curve
def test_the_lipschitz_constant_bounds_the_slope_and_is_reached(curve):
    lipschitz = curve.fact("lipschitz")
    points = reach(curve)
    _, gradient = curve.terms(points, 2)
    steepest = np.abs(gradient[np.isfinite(gradient)]).max()
    if math.isinf(lipschitz):
        upright = any("value" in item.jumps or math.isinf(np.ptp(item.sides[1])) for item in breaks(curve))
        assert upright or steepest > 1e2 or not np.isfinite(gradient).all()
    else:
        assert steepest <= lipschitz * (1 + 1e-12)
        assert steepest >= lipschitz * 0.99
        assert not any("value" in item.jumps for item in breaks(curve))


@by_curve
def test_symmetry_is_what_it_is_said_to_be(curve):
    mirror = curve.loss.family.mirror
    if mirror is None:
        assert curve.fact("symmetric") is False
        return
    points = reach(curve)
    points = points[np.abs(points) <= 8]
    mirrored, target = mirror(points, curve.target)
    exactly = mirror(mirrored, target)[0] == points
    mirrored, target = (np.broadcast_to(item, points.shape)[exactly] for item in (mirrored, target))
    points = points[exactly]
    other = Curve(curve.loss, target, curve.parameters, curve.name)
    usable = np.isfinite(curve.terms(points, 1)[0]) & np.isfinite(other.terms(mirrored, 1)[0])
    assert usable.any()
    same = np.allclose(curve.terms(points, 1)[0][usable], other.terms(mirrored, 1)[0][usable], rtol=1e-9, atol=1e-9)
    if curve.fact("symmetric"):
        assert same
    elif curve.target == curve.loss.family.targets.default:
        assert not same


@by_curve
def test_something_jumps_at_every_break_and_nowhere_else(curve):
    """A break where nothing meets the eye is allowed only in a higher derivative."""
    places = breaks(curve)
    inside = [item for item in places if curve.domain.low < item.prediction < curve.domain.high]
    assert all(item.jumps or bends(curve, item.prediction) for item in inside)
    points = reach(curve)
    points = points[np.abs(points) <= 8]
    terms = curve.terms(points)
    for order in range(2):
        value, slope = terms[order], terms[order + 1]
        step = np.diff(points)
        rise = np.abs(np.diff(value))
        steepest = np.fmax(np.abs(slope[1:]), np.abs(slope[:-1]))
        with np.errstate(invalid="ignore"):
            sudden = np.isfinite(rise) & (rise > 20 * steepest * step + 1e-3 * (1 + np.abs(value[1:])))
        for low, high in zip(points[:-1][sudden], points[1:][sudden], strict=True):
            assert any(low - 1e-9 <= item.prediction <= high + 1e-9 for item in places), (
                f"a jump between {low} and {high}"
            )


@by_curve
def test_every_jump_of_the_hessian_is_a_break(curve):
    """A step between two samples that is much higher than the steps beside it."""
    points = np.linspace(-8, 8, 4001) + 1e-4  # off the round numbers where breaks lie
    points = points[curve.domain.holds(points)]
    hessian = curve.terms(points)[2]
    with np.errstate(invalid="ignore"):
        rise = np.abs(np.diff(hessian))
        beside = np.fmax(rise[:-2], rise[2:])
        sudden = np.isfinite(rise[1:-1]) & (rise[1:-1] > 20 * beside + 1e-3 * (1 + np.abs(hessian[1:-2])))
    places = [item.prediction for item in breaks(curve)]
    for low, high in zip(points[1:-2][sudden], points[2:-1][sudden], strict=True):
        assert any(low <= place <= high for place in places), f"a jump of the Hessian between {low} and {high}"


def bends(curve, place):
    """Tell whether the Hessian, though it continues, changes its slope here: the mildest kind of break."""
    step = 1e-4
    at = curve.terms(place + step * np.array([-2, -1, 1, 2]))[2]
    left, right = at[1] - at[0], at[3] - at[2]
    return abs(left - right) > 0.1 * max(abs(left), abs(right)) > 0


@by_curve
def test_gradient_and_hessian_are_the_derivatives_by_the_prediction(curve):
    """The exactness test differentiates by the formula's argument; this one by the prediction."""
    points = reach(curve)
    points = points[(np.abs(points) <= 8)]
    rough = [*(item.prediction for item in breaks(curve)), *points[np.isinf(curve.terms(points)[2])]]
    rough += [place for place in np.ravel(curve.fact("floor").at) if np.isfinite(place)]  # |r|^2.5 bends sharply there
    distance = np.min([np.abs(points - place) for place in rough] or [np.ones_like(points)], axis=0)
    step = 1e-5
    points = points[(distance > 1e-3) & curve.domain.holds(points - 2 * step) & curve.domain.holds(points + 2 * step)]
    _, gradient, hessian = curve.terms(points)
    before, after = curve.terms(points - step), curve.terms(points + step)
    for order, derivative in enumerate((gradient, hessian)):
        found = (after[order] - before[order]) / (2 * step)
        scale = 1 + np.abs(derivative) + np.abs(after[order]) + np.abs(terms_or_zero(hessian))
        usable = np.isfinite(found) & (scale < 1e4)
        assert (np.abs(found - derivative)[usable] <= 1e-3 * scale[usable]).all()


def terms_or_zero(term):
    return np.where(np.isfinite(term), term, 0)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("hinge --margin 1e10 --at 1e10", "value 0, gradient in [-1, 0], hessian undefined"),
        ("epsilon-insensitive --epsilon 1e-320 --at 1e-320", "value 0, gradient in [0, 1], hessian undefined"),
        ("huber --delta 1e-320 --at 1e-320", "hessian jumps from 1 to 0"),
        ("tukey-biweight --c 1e17 --at 1e17", "gradient 0, hessian 0"),
        ("lp --p 0.999999 --at 0", "gradient in [-inf, inf]"),
        ("epsilon-insensitive --target 1e10 --epsilon 1e-7 --at 1e10", "value 0, gradient 0, hessian 0"),
        ("hit-or-miss --target 1000000 --tolerance 1e-11 --at 1000000", "value 0, gradient 0, hessian 0"),
        ("wing --target 1e17 --w 1 --at 1e17", "value 0, gradient in [-0.5, 0.5]"),
        ("huber --target 0.1 --delta 0.2 --at 0.30000000000000004", "hessian jumps from 1 to 0"),
        ("crammer-singer --at 1e17,1e17 --target 0", "value 1, gradient [in [-1, 0], in [0, 1]]"),
        ("truncated-squared --at 2", "value 2, gradient in [0, 2], hessian undefined"),
        ("wing --at 10", "gradient in [0.8333333333333334, 1]"),
        ("symmetric-percentage-error --target 0.1 --at 0.1", "gradient in [-1000, 1000]"),
        ("log-linear-quantile --target 3 --at 1.0986122886681098", "gradient in [-1.5, 1.5]"),
    ],
)
def test_what_jumps_at_breaks_of_any_size(lossplot, line, said):
    assert said in lossplot(*line.split()).out


@pytest.mark.parametrize(
    "line",
    [
        "huber --delta 1e160",
        "smooth-l1 --beta 1.7e308 --target 1.7e308",
        "contrastive --margin 1.7e308 --target 0",
        "squared-hinge --margin 1e160",
    ],
)
def test_facts_of_the_largest_parameters_are_said_without_a_warning(lossplot, line):
    result = lossplot("info", *line.split())
    assert (result.code, result.err) == (0, "")
    assert "break" in result.out


@pytest.mark.parametrize("gamma", [0.0, 0.005, 0.01, 0.05, 0.3, 2, 30, 1e4])
def test_the_steepest_slope_of_the_focal_loss(gamma):
    """It is the largest (1 - p)^gamma (1 - p + gamma p s) with p = e^-s, here searched for from scratch."""

    def slope(s):
        p = mp.exp(-s)
        return (1 - p) ** gamma * (1 - p + gamma * p * s)

    with mp.workdps(40):
        steps = [mp.mpf(10) ** (mp.mpf(k) / 20) for k in range(-60, 60)]
        middle = max(range(1, len(steps) - 1), key=lambda k: slope(steps[k]))
        low, high = steps[middle - 1], steps[middle + 1]
        for _ in range(120):
            left, right = low + (high - low) / 3, high - (high - low) / 3
            low, high = (left, high) if slope(left) < slope(right) else (low, right)
        most = max(slope(low), mp.mpf(1))
    parameters = {"gamma": gamma, "alpha": 0.25}
    found = Curve(catalogue()["focal"], 1.0, parameters, "focal").fact("lipschitz")
    assert found == pytest.approx(0.25 * float(most), rel=1e-14)


def test_a_slope_is_bounded_whatever_the_scale(lossplot):
    assert "slope at most 5e+159\n" in lossplot("info", "student-t", "--nu", "1e300", "--s", "1e-10").out
    assert "slope at most 4.86568391" in lossplot("info", "tukey-biweight", "--c", "1.7e308").out


@pytest.mark.parametrize("alpha", [-math.inf, -1.0, 0.0, 0.5, 1.0])
def test_barrons_slope_is_in_units_of_c(alpha):
    one, three = (Curve(catalogue()["barron"], 0.0, {"alpha": alpha, "c": c}, "barron") for c in (1.0, 3.0))
    assert three.fact("lipschitz") == pytest.approx(one.fact("lipschitz") / 3, rel=1e-15)


@pytest.mark.parametrize(
    ("name", "parameters", "places"),
    [
        ("tukey-biweight", {"c": 2.0}, [-2.0, 2.0]),
        ("tukey-quartic", {"c": 2.0, "k": 0.5}, [-2.0, 0.0, 2.0]),
        ("tukey-quartic", {"c": 2.0, "k": 1.0}, [-2.0, 0.0, 2.0]),
        ("tukey-quartic", {"c": 2.0, "k": 1.5}, [-2.0, 2.0]),
    ],
)
def test_pieces_that_meet_without_a_jump_are_breaks_too(name, parameters, places):
    found = breaks(Curve(catalogue()[name], 0.0, parameters, name))
    assert [item.prediction for item in found] == places
    assert not any(item.jumps for item in found)


@pytest.mark.parametrize(
    ("power", "target", "convexity"),
    [(-1.0, -0.5, "strongly"), (-1.5, -0.5, "strictly"), (-0.5, -2.0, "strongly"), (-1.0, 0.0, "strictly")],
)
def test_how_convex_tweedie_is_of_targets_that_are_not_positive(power, target, convexity):
    """Its Hessian is 2 ((1 - p) mu + p y) / mu^(1 + p)."""
    curve = Curve(catalogue()["tweedie-deviance"], target, {"power": power}, "tweedie-deviance")
    assert curve.fact("convex") == convexity
    bends = curve.terms(np.array([0.0, 1e-9, 1e9, 1e200]))[2]
    assert (bends.min() > 1e-3) is np.bool_(convexity == "strongly")


def test_the_slope_of_the_symmetric_percentage_error():
    assert Curve(catalogue()["symmetric-percentage-error"], -2.0, {}, "smape").fact("lipschitz") == 200


def test_asymmetric_is_symmetric_where_both_powers_are_equal():
    def said(positive, negative, clip):
        given = {"gamma_positive": float(positive), "gamma_negative": float(negative), "clip": clip}
        return Curve(catalogue()["asymmetric"], 1.0, given, "asymmetric").fact("symmetric")

    assert said("1000", "1000", 0.0)  # two objects
    assert not any(said(*powers, clip) for *powers, clip in ((2, 1, 0.0), (1, 2, 0.0), (2, 2, 0.1)))


def test_no_loss_is_excused_from_more_than_its_last_digits():
    assert max(loss.tolerance for loss in catalogue().values()) < 1e-13
