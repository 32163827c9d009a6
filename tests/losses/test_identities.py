"""Identities between losses of the catalogue: the same curve by two formulas."""

import numpy as np
import pytest

from losscli.cli.main import read
from losscli.losses import catalogue
from losscli.wording.listing import usual

RESIDUALS = np.concatenate([-np.geomspace(1e-8, 1e3, 60), [0.0], np.geomspace(1e-8, 1e3, 60)])
POSITIVE = np.geomspace(1e-6, 1e6, 121)
CASES = [
    ("modified-huber", 4, "smoothed-hinge --gamma 2", RESIDUALS, 0.0),
    ("modified-huber", 4, "binary-sparsemax", RESIDUALS, 0.0),
    ("smooth-l1 --beta 0.7", 1 / 0.7, "huber --delta 0.7", RESIDUALS, 1e-15),
    ("pseudo-huber --delta 3", 9, "barron --alpha 1 --c 3", RESIDUALS, 1e-14),
    ("sigmoid-cross-entropy --target 1", 1, "logistic --target 1", RESIDUALS, 1e-15),
    ("sigmoid-cross-entropy --target 1", 1, "focal --gamma 0 --target 1", RESIDUALS, 1e-15),
    ("half-squared-error", 1, "huber --delta 1e9", RESIDUALS, 0.0),
    ("l2", 2, "half-squared-error", RESIDUALS, 0.0),
    ("l1", 2, "quantile --tau 0.5", RESIDUALS, 0.0),
    ("poisson-deviance --target 2", 2, "generalized-kl --target 2", POSITIVE, 1e-15),
    ("gamma-deviance --target 2", 2, "itakura-saito --target 2", POSITIVE, 1e-15),
    ("tweedie-deviance --power 1.5 --target 2", 2, "beta-divergence --beta 0.5 --target 2", POSITIVE, 1e-15),
    ("tweedie-deviance --power 3 --target 2", 1, "inverse-gaussian-deviance --target 2", POSITIVE, 1e-13),
    ("tweedie-deviance --power 0 --target 2", 1, "l2 --target 2", POSITIVE, 1e-13),
]


def terms(line, prediction):
    (curve,) = read(line.split()).recipe.curves
    return curve.terms(prediction)


@pytest.mark.parametrize(("first", "factor", "second", "points", "tolerance"), CASES, ids=lambda case: str(case)[:40])
def test_identity(first, factor, second, points, tolerance):
    for ours, theirs in zip(terms(first, points), terms(second, points), strict=True):
        np.testing.assert_allclose(ours, factor * theirs, rtol=max(tolerance, 4.5e-16), atol=0)


def test_logistic_distance_is_twice_log_cosh_of_half_the_residual():
    for order, (ours, theirs) in enumerate(
        zip(terms("logistic-distance", RESIDUALS), terms("log-cosh", RESIDUALS / 2), strict=True)
    ):
        np.testing.assert_allclose(ours, theirs * 2 / 2**order, rtol=4.5e-16, atol=0)


def test_an_identity_can_fail():
    with pytest.raises(AssertionError):
        np.testing.assert_allclose(terms("l2", RESIDUALS)[0], terms("huber", RESIDUALS)[0], rtol=1e-3)


def log_sum(z):
    return np.log(np.exp(z).sum())


WITHOUT = {  # the loss without the parameter that does nothing at its default, at a prediction and the default target
    ("weighted-cross-entropy", "pos_weight"): (0.7, lambda x: np.log1p(np.exp(-x))),
    ("margin-ranking", "margin"): (-0.7, lambda x: max(0.0, -x)),
    ("cosine-embedding", "margin"): (0.7, lambda c: 1 - c),
    ("softmax-cross-entropy", "label_smoothing"): (np.array([1.0, -3, 2]), lambda z: log_sum(z) - z[0]),
    ("sparse-softmax-cross-entropy", "label_smoothing"): (np.array([1.0, -3, 2]), lambda z: log_sum(z) - z[0]),
    ("categorical-cross-entropy", "label_smoothing"): (np.array([0.1, 0.8, 0.2]), lambda p: np.log(p.sum() / p[0])),
    ("absolute-percentage-error", "epsilon"): (3.0, lambda f: abs(f - 1)),
    ("weston-watkins", "p"): (np.array([1.0, 0.5, 2]), lambda z: sum(max(0.0, 1 - z[0] + other) for other in z[1:])),
}


def test_a_parameter_said_to_do_nothing_at_its_default_does_nothing():
    idle = {(loss.name, item.name) for loss in catalogue().values() for item in loss.parameters if item.idle}
    assert idle == set(WITHOUT)
    for (name, _), (prediction, plain) in WITHOUT.items():
        value = usual(catalogue()[name]).terms(np.array(prediction))[0]
        assert float(value) == pytest.approx(plain(prediction), rel=1e-14)
