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


def softplus(x):
    return np.log1p(np.exp(x))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def focal(p):
    return -((1 - p[0]) ** 2) * np.log(p[0])


def outside(p, alpha, beta):
    """Return the false pixels over all that count, with the labels 1, 0, 1."""
    false = alpha * p[1] + beta * (1 - p[0] + 1 - p[2])
    return false / (p[0] + p[2] + false)


LOGITS, SHARES, PIXELS = np.array([1.0, -3, 2]), np.array([0.1, 0.7, 0.2]), np.array([0.3, 0.8, 0.6])
WITHOUT = {  # the loss without the parameters that do nothing at their default, at a prediction and the default target
    "weighted-cross-entropy": (0.7, lambda x: softplus(-x)),
    "margin-ranking": (-0.7, lambda x: max(0.0, -x)),
    "cosine-embedding": (0.7, lambda c: 1 - c),
    "softmax-cross-entropy": (LOGITS, lambda z: log_sum(z) - z[0]),
    "sparse-softmax-cross-entropy": (LOGITS, lambda z: log_sum(z) - z[0]),
    "categorical-cross-entropy": (np.array([0.1, 0.8, 0.2]), lambda p: np.log(p.sum() / p[0])),
    "softmax-focal-cross-entropy": (LOGITS, lambda z: focal(np.exp(z - log_sum(z)))),
    "categorical-focal-cross-entropy": (SHARES, focal),
    "absolute-percentage-error": (3.0, lambda f: abs(f - 1)),
    "poisson-nll": (3.0, lambda mu: mu - np.log(mu)),
    "weston-watkins": (np.array([1.0, 0.5, 2]), lambda z: sum(max(0.0, 1 - z[0] + other) for other in z[1:])),
    "dpo": (0.7, lambda h: softplus(-0.1 * h)),
    "robust-dpo": (0.7, lambda h: softplus(-0.1 * h)),
    "kto": (0.7, lambda h: sigmoid(-0.1 * h)),
    "pairwise-logistic": (0.7, lambda d: softplus(-d)),
    "dice": (PIXELS, lambda p: outside(p, 0.5, 0.5)),
    "jaccard": (PIXELS, lambda p: outside(p, 1.0, 1.0)),
    "tversky": (PIXELS, lambda p: outside(p, 0.5, 0.5)),
    "focal-tversky": (PIXELS, lambda p: outside(p, 0.7, 0.3) ** 0.75),
    "sigmoid-dice": (LOGITS, lambda z: outside(sigmoid(z), 0.5, 0.5)),
    "sigmoid-jaccard": (LOGITS, lambda z: outside(sigmoid(z), 1.0, 1.0)),
    "sigmoid-tversky": (LOGITS, lambda z: outside(sigmoid(z), 0.5, 0.5)),
    "sigmoid-focal-tversky": (LOGITS, lambda z: outside(sigmoid(z), 0.7, 0.3) ** 0.75),
}


def does_nothing(item):
    """Tell whether a parameter does nothing at its default: something added that is 0, a weight of 1, a first word."""
    return item.default == 0 or bool(item.choices) or ("weight" in item.name and item.default == 1)


def test_a_parameter_that_does_nothing_at_its_default_is_said_to_do_nothing():
    every = [(loss.name, item) for loss in catalogue().values() for item in loss.parameters]
    assert {name for name, item in every if item.idle} == set(WITHOUT)
    powers = {("weston-watkins", "p")}  # of 1
    assert {(name, item.name) for name, item in every if item.idle} == powers | {
        (name, item.name) for name, item in every if does_nothing(item)
    }
    for name, (prediction, plain) in WITHOUT.items():
        value = usual(catalogue()[name]).terms(np.array(prediction))[0]
        assert float(value) == pytest.approx(plain(prediction), rel=1e-14)
