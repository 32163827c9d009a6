"""Every loss against its own formula at random points: the grids of the other tests hold round numbers.

The seeds are fixed, so the points are always the same.
"""

import math
import zlib

import numpy as np
import pytest
import test_multiclass as multiclass
from test_exactness import SCALAR, check, check_point, parameter_sets, reads_target, special_arguments, worst_of

from losscli.losses import catalogue
from losscli.model.curve import Curve
from losscli.model.domains import Label

EXPONENTS = (1, 3, 20, 323)  # of the random scales: usual numbers, small and large ones, all doubles


def random_number(rng, inside, anchors=()):
    """Return a random double that is `inside`: of a random scale, in units of an anchor, or near one of them."""
    while True:
        exponent = rng.choice(EXPONENTS)
        size = rng.choice([-1, 1]) * rng.uniform(1, 10) * 10.0 ** rng.uniform(-exponent, min(exponent, 307))
        unit = abs(rng.choice([1.0, *anchors])) or 1.0
        with np.errstate(all="ignore"):
            value = float(rng.choice([0.0, unit, *anchors]) + rng.choice([size, size * unit, size / unit]))
        if math.isfinite(value) and value in inside:
            return value


def random_curve(rng, loss):
    """Return the loss with random parameters, or its default ones, and a random target."""
    default = parameter_sets(loss)[0]
    while True:
        moved = [item for item in loss.parameters if rng.integers(2)]
        parameters = default | {item.name: random_number(rng, item.interval) for item in moved}
        if not loss.require or loss.require[0](**parameters):
            break
    kind = loss.reads(parameters)
    target = kind.default
    if reads_target(loss) and rng.integers(4):
        target = float(rng.choice(kind.values)) if isinstance(kind, Label) else random_number(rng, kind)
    return Curve(loss, target, parameters, loss.name)


def random_points(loss, number, each=6):
    """Yield random curves of the loss, each with `each` random arguments in order, none of them at a break."""
    rng = np.random.default_rng(zlib.crc32(loss.name.encode()))
    for _ in range(number // each):
        curve = random_curve(rng, loss)
        anchors = [*special_arguments(curve), *(value for value in curve.parameters.values() if value)]
        if reads_target(loss):
            anchors.append(curve.target)
        found = {random_number(rng, curve.domain, anchors) for _ in range(each)}
        yield curve, sorted(found - {*curve.fact("breaks")})


@pytest.mark.parametrize("loss", SCALAR, ids=lambda loss: loss.name)
def test_random_points_are_exact(loss):
    check(worst_of(random_points(loss, 36)))


def check_random_logits(curve, number):
    rng = np.random.default_rng(zlib.crc32(multiclass.name(curve).encode()))
    for scale in 10.0 ** rng.uniform(-2, 1.5, number):
        logits = multiclass.within(curve, scale * rng.normal(size=multiclass.classes(curve)))
        pieces = curve.loss.name in multiclass.NOT_SMOOTH  # whose Hessian of 0 differences do not show
        multiclass.check(curve, logits, 2 if pieces else multiclass.orders_at(curve, logits))


@pytest.mark.parametrize("loss", multiclass.DEFINITIONS)
def test_random_logits_are_exact(loss):
    usual = [curve for curve in multiclass.CASES if curve.loss.name == loss and multiclass.is_usual(curve)]
    for curve in usual:
        check_random_logits(curve, 12 // len(usual))


@pytest.mark.thorough
@multiclass.by_curve
def test_many_random_logits_are_exact(curve):
    check_random_logits(curve, 60)


def test_random_points_cover_every_loss():
    assert {loss.name for loss in SCALAR} | {*multiclass.DEFINITIONS} == {*catalogue()}


def test_a_value_of_savage_where_its_terms_nearly_cancel():
    value = Curve(catalogue()["savage"], 1.0, {}, "savage").terms(np.array(0.03256919504174074), 1)[0]
    assert float(value) == pytest.approx(0.2419247062202586152, rel=2.0**-51)


@pytest.mark.parametrize("alpha", [-50.0, -7.0, 0.5, 3.0, 4.0, 50.0])
@pytest.mark.parametrize("c", [0.3, 1.0])
def test_barron_is_exact_whatever_rounding_alpha_would_do(alpha, c):
    curve = Curve(catalogue()["barron"], 0.0, {"alpha": alpha, "c": c}, "barron")
    for argument in 10.0 ** np.random.default_rng(11).uniform(-2, 4, 25):
        check_point(curve, float(argument), orders=2)  # its Hessian may be near 0


@pytest.mark.thorough
@pytest.mark.parametrize("loss", SCALAR, ids=lambda loss: loss.name)
def test_many_random_points_are_exact(loss):
    check(worst_of(random_points(loss, 600, each=12)))
