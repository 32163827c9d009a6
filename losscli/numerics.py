"""What several formulas need: elementary functions that neither overflow, cancel nor round to a wrong 0.

All take and return arrays or floats of any shape, elementwise.
"""

from __future__ import annotations

from math import inf, log

from losscli.lazy import Array, np


def product(*factors: Array | float) -> Array:
    """Multiply so that nothing overflows or underflows on the way, and 0 beats infinity: a term of weight 0 is absent."""
    mantissa, exponent = np.float64(1), np.int64(0)
    for factor in factors:
        part, power = np.frexp(factor)
        mantissa, exponent = mantissa * part, exponent + power
    absent = np.logical_or.reduce(np.broadcast_arrays(*[np.equal(factor, 0) for factor in factors]))
    return np.where(absent, 0.0, np.ldexp(mantissa, exponent))


def softplus(t: Array, *weights: Array | float) -> Array:
    """Return log(1 + e^t) times weights; below t = -37 this is e^t, taken in two halves so that it stays normal."""
    half = np.exp(np.minimum(t, 0) / 2)
    plain = np.maximum(t, 0) + np.log1p(np.exp(-abs(t)))
    return np.where(t < -37, product(*weights, half, half), product(*weights, plain))  # noqa: PLR2004 - e^-37 < 2^-53


def sigmoid(t: Array, *weights: Array | float) -> Array:
    """Return 1 / (1 + e^-t) times weights, exact for small and large t alike."""
    half = np.exp(np.minimum(t, 0) / 2)
    return product(*weights, half, half, 1 / (1 + np.exp(-abs(t))))


def log_odds(positive: float, negative: float) -> float:
    """Return the log of the ratio of two weights that are not both 0."""
    if positive == 0 or negative == 0:
        return inf if positive else -inf
    return log(positive) - log(negative)


def binary_entropy(y: float) -> float:
    """Return the entropy of (y, 1 - y) in nats: what no prediction of it can get below."""
    return -sum(p * log(p) for p in (y, 1 - y) if p > 0)
