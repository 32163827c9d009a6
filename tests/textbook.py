"""Losses as textbooks and plain code have them: NumPy functions of prediction and target, by the name of the loss.

Each is the formula as one writes it down, with the value and mostly the gradient; they overflow and cancel as such code
does. `SPANS` has the predictions within which a formula is right where the usual range and a decade around it are not.
"""

from math import erf

import numpy as np

log, exp, sqrt, where, tanh = np.log, np.exp, np.sqrt, np.where, np.tanh


def sigmoid(x):
    return 1 / (1 + exp(-x))


def of_residual(*formulas):
    return tuple(lambda f, y, formula=formula: formula(f - y) for formula in formulas)


def of_margin(value, slope):
    return (lambda f, y: value(y * f), lambda f, y: y * slope(y * f))


def xlogy(x, y):
    return where(x == 0, 0.0, x * log(where(x == 0, 1.0, y)))


def piecewise(r, inside, outside, width=1.0):
    return where(abs(r) <= width, inside, outside)


def biweight(r, c=4.685):
    return where(abs(r) <= c, c**2 / 6 * (1 - (1 - (r / c) ** 2) ** 3), c**2 / 6)


def hampel(r, a=2.0, b=4.0, c=8.0):
    size = abs(r)
    third = a * (b + c - a) / 2 - a * (c - size) ** 2 / (2 * (c - b))
    pieces = [r**2 / 2, a * size - a**2 / 2, third]
    return np.select([size <= a, size <= b, size <= c], pieces, a * (b + c - a) / 2)


def wing(r, w=10.0, epsilon=2.0):
    size = abs(r)
    return where(size < w, w * log(1 + size / epsilon), size - w + w * log(1 + w / epsilon))


def tukey_quartic(r, c=3.61752, k=4.0):
    size = abs(r) / c
    bowl = r**2 / 2 * (1 - 4 / (k + 2) * size**k + size ** (2 * k) / (k + 1))
    return where(size <= 1, bowl, c**2 * k**2 / (2 * (k + 1) * (k + 2)))


def balanced_l1(r, alpha=0.5, gamma=1.5):
    size, b = abs(r), exp(gamma / alpha) - 1
    return where(
        size < 1, alpha / b * (b * size + 1) * log(b * size + 1) - alpha * size, gamma * size + gamma / b - alpha
    )


def adaptive_wing(f, y, omega=14.0, theta=0.5, alpha=2.1):
    size, power = abs(f - y), alpha - y
    slope = omega * power * theta ** (power - 1) / (1 + theta**power)
    inside = omega * log(1 + size**power)
    return where(size < theta, inside, slope * size - (theta * slope - omega * log(1 + theta**power)))


def crps_gaussian(r):
    below = (1 + np.vectorize(erf)(r / sqrt(2))) / 2
    return r * (2 * below - 1) + 2 * exp(-(r**2) / 2) / sqrt(2 * np.pi) - 1 / sqrt(np.pi)


def exo_pair(h, _y, beta=0.1, epsilon=0.001):
    first, second = -log(1 + exp(-beta * h)), -log(1 + exp(beta * h))
    return exp(first) * (first - log(1 - epsilon)) + exp(second) * (second - log(epsilon))


def discopop(h, _y, beta=0.1, tau=0.05):
    share = sigmoid(beta * h / tau)
    return (1 - share) * log(1 + exp(-beta * h)) + share * exp(-beta * h)


def asymmetric(x, y):
    shifted = np.maximum(sigmoid(x) - 0.05, 0)
    return where(y == 1, -(1 - sigmoid(x)) * log(sigmoid(x)), -(shifted**4) * log(1 - shifted))


RESIDUAL = {
    "l2": of_residual(lambda r: r**2, lambda r: 2 * r, lambda r: 2 + 0 * r),
    "half-squared-error": of_residual(lambda r: r**2 / 2, lambda r: r, lambda r: 1 + 0 * r),
    "l1": of_residual(abs, np.sign),
    "lp": of_residual(lambda r: abs(r) ** 1.5, lambda r: 1.5 * np.sign(r) * abs(r) ** 0.5),
    "huber": of_residual(
        lambda r: piecewise(r, r**2 / 2, abs(r) - 0.5),
        lambda r: where(abs(r) < 1, r, np.sign(r)),
        lambda r: where(abs(r) < 1, 1.0, 0.0),
    ),
    "smooth-l1": of_residual(lambda r: where(abs(r) < 1, 0.5 * r * r, abs(r) - 0.5), lambda r: np.clip(r, -1, 1)),
    "pseudo-huber": of_residual(
        lambda r: sqrt(1 + r**2) - 1, lambda r: r / sqrt(1 + r**2), lambda r: (1 + r**2) ** -1.5
    ),
    "log-cosh": of_residual(lambda r: log(np.cosh(r)), tanh, lambda r: 1 - tanh(r) ** 2),
    "logistic-distance": of_residual(lambda r: -log(4 * exp(r) / (1 + exp(r)) ** 2), lambda r: tanh(r / 2)),
    "fair": of_residual(lambda r: abs(r) - log(1 + abs(r)), lambda r: r / (1 + abs(r))),
    "quantile": of_residual(lambda r: np.maximum(0.5 * -r, -0.5 * -r), lambda r: where(r > 0, 0.5, -0.5)),
    "expectile": of_residual(lambda r: where(r > 0, 0.5, 0.5) * r**2, lambda r: 2 * where(r > 0, 0.5, 0.5) * r),
    "quantile-huber": of_residual(lambda r: abs(0.5 - (r > 0)) * piecewise(r, r**2 / 2, abs(r) - 0.5)),
    "epsilon-insensitive": of_residual(
        lambda r: np.maximum(0, abs(r) - 0.1), lambda r: where(abs(r) > 0.1, np.sign(r), 0.0)
    ),
    "squared-epsilon-insensitive": of_residual(
        lambda r: np.maximum(0, abs(r) - 0.1) ** 2, lambda r: 2 * np.sign(r) * np.maximum(0, abs(r) - 0.1)
    ),
    "linex": of_residual(lambda r: exp(r) - r - 1, lambda r: exp(r) - 1, exp),
    "gaussian-nll": of_residual(lambda r: (log(1.0) + r**2) / 2, lambda r: r),
    "cauchy": of_residual(
        lambda r: log(1 + r**2) / 2, lambda r: r / (1 + r**2), lambda r: (1 - r**2) / (1 + r**2) ** 2
    ),
    "student-t": of_residual(lambda r: 2.5 * log(1 + r**2 / 4), lambda r: 5 * r / (4 + r**2)),
    "geman-mcclure": of_residual(lambda r: r**2 / 2 / (1 + r**2), lambda r: r / (1 + r**2) ** 2),
    "welsch": of_residual(lambda r: (1 - exp(-(r**2))) / 2, lambda r: r * exp(-(r**2))),
    "barron": of_residual(lambda r: sqrt(1 + r**2) - 1, lambda r: r / sqrt(1 + r**2)),
    "tukey-biweight": of_residual(biweight, lambda r: where(abs(r) <= 4.685, r * (1 - (r / 4.685) ** 2) ** 2, 0.0)),
    "arctan": of_residual(lambda r: np.arctan(r**2) / 2, lambda r: r / (1 + r**4)),
    "andrews": of_residual(lambda r: where(abs(r) <= np.pi * 1.339, 1.339**2 * (1 - np.cos(r / 1.339)), 2 * 1.339**2)),
    "hampel": of_residual(hampel),
    "truncated-squared": of_residual(lambda r: np.minimum(r**2, 4) / 2, lambda r: where(abs(r) < 2, r, 0.0)),
    "ramsay": of_residual(
        lambda r: (1 - exp(-0.3 * abs(r)) * (1 + 0.3 * abs(r))) / 0.09, lambda r: r * exp(-0.3 * abs(r))
    ),
    "periodic": of_residual(lambda r: 1 - np.cos(2 * np.pi * r), lambda r: 2 * np.pi * np.sin(2 * np.pi * r)),
    "wing": of_residual(wing),
    "hit-or-miss": of_residual(lambda r: (abs(r) > 1) * 1.0),
    "berhu": of_residual(lambda r: where(abs(r) <= 1, abs(r), (r**2 + 1) / 2)),
    "laplace-nll": of_residual(lambda r: abs(r) + log(2.0), np.sign),
    "beta-nll": of_residual(lambda r: 1.0**0.5 * (log(1.0) + r**2 / 1.0) / 2),
    "crps-gaussian": of_residual(crps_gaussian),
    "crps-laplace": of_residual(lambda r: abs(r) + exp(-abs(r)) - 0.75),
    "crps-logistic": of_residual(lambda r: abs(r) + 2 * log(1 + exp(-abs(r))) - 1),
    "tukey-quartic": of_residual(tukey_quartic),
    "balanced-l1": of_residual(balanced_l1),
    "adaptive-wing": (adaptive_wing,),
}
POSITIVE = {
    "poisson-nll-log": (lambda x, y: exp(x) - y * x, lambda x, y: exp(x) - y, lambda x, _y: exp(x)),
    "poisson-nll": (lambda f, y: f - y * log(f), lambda f, y: 1 - y / f, lambda f, y: y / f**2),
    "poisson-deviance": (lambda f, y: 2 * (xlogy(y, y / f) - y + f), lambda f, y: 2 * (1 - y / f)),
    "gamma-deviance": (lambda f, y: 2 * (log(f / y) + y / f - 1), lambda f, y: 2 * (1 / f - y / f**2)),
    "inverse-gaussian-deviance": (lambda f, y: (y - f) ** 2 / (y * f**2), lambda f, y: 2 * (f - y) / f**3),
    "tweedie-deviance": (
        lambda f, y: 2 * (y**0.5 / (-0.5 * 0.5) - y * f**-0.5 / -0.5 + f**0.5 / 0.5),
        lambda f, y: 2 * (-y * f**-1.5 + f**-0.5),
    ),
    "squared-log-error": (
        lambda f, y: (log(1 + f) - log(1 + y)) ** 2,
        lambda f, y: 2 * (log(1 + f) - log(1 + y)) / (1 + f),
    ),
    "absolute-percentage-error": (lambda f, y: abs(f - y) / abs(y), lambda f, y: np.sign(f - y) / abs(y)),
    "symmetric-percentage-error": (lambda f, y: 200 * abs(f - y) / (abs(y) + abs(f)),),
    "log-linear-quantile": (lambda x, y: 0.5 * abs(y - exp(x)),),
    "gamma-nll-log": (lambda x, y: y * exp(-x) + x, lambda x, y: 1 - y * exp(-x), lambda x, y: y * exp(-x)),
    "relative-entropy": (lambda q, x: xlogy(x, x / q), lambda q, x: -x / q),
    "generalized-kl": (lambda q, x: xlogy(x, x / q) - x + q, lambda q, x: 1 - x / q),
    "jensen-shannon": (lambda q, x: xlogy(x, 2 * x / (x + q)) / 2 + xlogy(q, 2 * q / (x + q)) / 2,),
    "itakura-saito": (lambda q, x: x / q - log(x / q) - 1, lambda q, x: 1 / q - x / q**2),
    "beta-divergence": (lambda q, x: (x - q) ** 2 / 2, lambda q, x: q - x),
    "squared-hellinger": (lambda q, x: (sqrt(x) - sqrt(q)) ** 2,),
    "chi-squared": (lambda q, x: (x - q) ** 2 / q,),
    "total-variation": (lambda q, x: abs(x - q) / 2,),
    "tweedie-nll-log": (lambda x, y: exp(0.5 * x) / 0.5 - y * exp(-0.5 * x) / -0.5,),
    "relative-entropy-log": (lambda x, y: xlogy(y, y) - y * x,),
    "relative-entropy-logs": (lambda x, t: exp(t) * (t - x),),
    "negative-binomial-nll": (lambda f, y: y * log(1 + 1 / f) + log(1 + f),),
    "ppo-clip": (lambda rho, advantage: -np.minimum(rho * advantage, np.clip(rho, 0.8, 1.2) * advantage),),
}
MARGIN = {
    "zero-one": (lambda f, y: (y * f < 0) * 1.0,),
    "perceptron": of_margin(lambda m: np.maximum(0, -m), lambda m: where(m < 0, -1.0, 0.0)),
    "hinge": of_margin(lambda m: np.maximum(0, 1 - m), lambda m: where(m < 1, -1.0, 0.0)),
    "squared-hinge": of_margin(lambda m: np.maximum(0, 1 - m) ** 2, lambda m: -2 * np.maximum(0, 1 - m)),
    "smoothed-hinge": of_margin(
        lambda m: np.select([m >= 1, m >= 0], [0.0, (1 - m) ** 2 / 2], 0.5 - m), lambda m: -np.clip(1 - m, 0, 1)
    ),
    "modified-huber": of_margin(
        lambda m: where(m >= -1, np.maximum(0, 1 - m) ** 2, -4 * m),
        lambda m: where(m >= -1, -2 * np.maximum(0, 1 - m), -4.0),
    ),
    "binary-sparsemax": of_margin(
        lambda m: np.select([m >= 1, m > -1], [0.0, (1 - m) ** 2 / 4], -m), lambda m: -np.clip((1 - m) / 2, 0, 1)
    ),
    "logistic": of_margin(lambda m: log(1 + exp(-m)), lambda m: -1 / (1 + exp(m))),
    "exponential": of_margin(lambda m: exp(-m), lambda m: -exp(-m)),
    "squared-margin": of_margin(lambda m: (1 - m) ** 2, lambda m: -2 * (1 - m)),
    "sigmoid-margin": of_margin(lambda m: 1 - tanh(m), lambda m: -(1 - tanh(m) ** 2)),
    "dwd": of_margin(lambda m: where(m <= 0.5, 1 - m, 1 / (4 * m)), lambda m: where(m <= 0.5, -1.0, -1 / (4 * m**2))),
    "savage": of_margin(lambda m: 1 / (1 + exp(m)) ** 2, lambda m: -2 * exp(m) / (1 + exp(m)) ** 3),
    "tangent": of_margin(lambda m: (2 * np.arctan(m) - 1) ** 2, lambda m: 4 * (2 * np.arctan(m) - 1) / (1 + m**2)),
    "ramp": of_margin(lambda m: np.minimum(1, np.maximum(0, 1 - m)), lambda m: where((m > 0) & (m < 1), -1.0, 0.0)),
}
BINARY = {
    "cross-entropy": (
        lambda p, y: -y * log(p) - (1 - y) * log(1 - p),
        lambda p, y: -y / p + (1 - y) / (1 - p),
        lambda p, y: y / p**2 + (1 - y) / (1 - p) ** 2,
    ),
    "brier": (lambda p, y: (p - y) ** 2, lambda p, y: 2 * (p - y)),
    "generalized-cross-entropy": (lambda p, y: (1 - where(y == 1, p, 1 - p) ** 0.7) / 0.7,),
    "sigmoid-cross-entropy": (
        lambda x, y: log(1 + exp(x)) - y * x,
        lambda x, y: sigmoid(x) - y,
        lambda x, _y: sigmoid(x) * (1 - sigmoid(x)),
    ),
    "weighted-cross-entropy": (lambda x, y: y * log(1 + exp(-x)) + (1 - y) * log(1 + exp(x)),),
    "focal": (
        lambda x, y: -y * (1 - sigmoid(x)) ** 2 * log(sigmoid(x)) - (1 - y) * sigmoid(x) ** 2 * log(1 - sigmoid(x)),
    ),
    "contrastive": (lambda d, y: y * d**2 + (1 - y) * np.maximum(0, 1 - d) ** 2,),
    "hinge-embedding": (lambda d, y: where(y == 1, d, np.maximum(0, 1 - d)),),
    "margin-ranking": (lambda x, y: np.maximum(0, -y * x),),
    "cosine-embedding": (lambda c, y: where(y == 1, 1 - c, np.maximum(0, c)),),
    "wasserstein": (lambda f, y: where(y == 1, -f, f),),
    "probability-focal": (lambda p, y: where(y == 1, -((1 - p) ** 2) * log(p), -(p**2) * log(1 - p)),),
    "probability-zero-one": (lambda p, y: (where(p > 0.5, 1, 0) != y) * 1.0,),
    "poly-cross-entropy": (lambda x, y: log(1 + exp(x)) - y * x + 2 * abs(y - sigmoid(x)),),
    "asymmetric": (asymmetric,),
    "kto": (lambda h, y: where(y == 1, 1 - sigmoid(0.1 * h), 1 - sigmoid(-0.1 * h)),),
}
WITHOUT_TARGET = {
    "triplet": (lambda x, _y: np.maximum(0, x + 1), lambda x, _y: where(x > -1, 1.0, 0.0)),
    "soft-triplet": (lambda x, _y: log(1 + exp(x)), lambda x, _y: sigmoid(x)),
    "cosine-distance": (lambda c, _y: 1 - c, lambda c, _y: -1 + 0 * c),
    "saturating-gan": (lambda x, _y: -log(1 + exp(x)), lambda x, _y: -sigmoid(x)),
    "dpo": (lambda x, _y: -log(sigmoid(0.1 * x)),),
    "ipo": (lambda x, _y: (x - 5) ** 2, lambda x, _y: 2 * (x - 5)),
    "slic": (lambda x, _y: np.maximum(0, 1 - 0.1 * x),),
    "pairwise-logistic": (lambda x, _y: log(1 + exp(-x)),),
    "robust-dpo": (lambda h, _y: -log(sigmoid(0.1 * h)),),
    "simpo": (lambda h, _y: -log(sigmoid(2 * h - 1)),),
    "exo-pair": (exo_pair,),
    "discopop": (discopop,),
}
TEXTBOOK = {**RESIDUAL, **POSITIVE, **MARGIN, **BINARY, **WITHOUT_TARGET}
SPANS = {
    # At the ends, 0 times log 0 is not a number; further out, 1 - sigmoid(x) is 0.
    "cross-entropy": (0.001, 0.999),
    "focal": (-6, 6),
    # Further out, 1 less the index is a rounding or 0, and the power 3/4 makes that large.
    "sigmoid-focal-tversky": (-6, 6),
    # At 0, code divides 0 by 0, or subtracts infinities.
    **dict.fromkeys(("gamma-deviance", "itakura-saito", "poisson-nll", "inverse-gaussian-deviance"), (0.001, 100)),
    **dict.fromkeys(("tweedie-deviance", "relative-entropy", "generalized-kl", "chi-squared"), (0.001, 100)),
    **dict.fromkeys(("jensen-shannon", "poisson-deviance"), (0.001, 100)),
    **dict.fromkeys(("symmetric-percentage-error", "negative-binomial-nll"), (0.001, 100)),
}
