"""Losses of several numbers as textbooks and plain code have them: values of predictions (N, K) and one target.

As in textbook.py they overflow and cancel as such code does. The target is a class index, a distribution or labels of
shape (K,), as the loss reads it; the values have shape (N,). Only 0 log 0 is 0, as textbooks say. `SLOPES` has the
gradients (N, K), and the Hessians (N, K, K), of those that textbooks differentiate.
"""

import numpy as np
from textbook import exp, log, sigmoid, where, xlogy


def log_sum_exp(z):
    return log(exp(z).sum(-1))


def softmax(z):
    return exp(z) / exp(z).sum(-1, keepdims=True)


def shares(p):
    return p / p.sum(-1, keepdims=True)


def entropy(t, p):
    """Return the cross-entropy of a distribution and probabilities."""
    return -xlogy(t, p).sum(-1)


def others(z, k):
    """Return the numbers of all classes but k, shape (N, K - 1)."""
    return np.delete(z, k, axis=-1)


def one_hot(k, z):
    return (np.arange(z.shape[-1]) == k) * 1.0


def best_rival(z, k):
    return one_hot(where(one_hot(k, z) == 1, -np.inf, z).argmax(-1)[..., None], z)


def spread(p):
    """Return the derivative of the softmax p by the logits, shape (N, K, K)."""
    return p[..., None] * np.eye(p.shape[-1]) - p[..., :, None] * p[..., None, :]


def focal(p, gamma=2.0):
    return -((1 - p) ** gamma) * log(p)


def sparsemax(z, k):
    """Sort, count the support, and take its mean less its share of 1: Martins and Astudillo 2016, algorithm 1."""
    ordered = -np.sort(-z, axis=-1)
    total, count = np.cumsum(ordered, axis=-1), np.arange(1, z.shape[-1] + 1)
    size = (1 + count * ordered > total).sum(-1, keepdims=True)
    tau = (np.take_along_axis(total, size - 1, -1) - 1) / size
    return 0.5 + where(z > tau, z**2 - tau**2, 0.0).sum(-1) / 2 - z[..., k]


def entmax(z, k):
    """Find the threshold of the halved logits by bisection: Peters et al. 2019, algorithm 1, with alpha 1.5."""
    high = z.max(-1, keepdims=True) / 2
    low = high - 1
    for _ in range(100):
        tau = (low + high) / 2
        above = (np.maximum(z / 2 - tau, 0) ** 2).sum(-1, keepdims=True) > 1
        low, high = where(above, tau, low), where(above, high, tau)
    p = np.maximum(z / 2 - low, 0) ** 2
    return 4 / 3 * (1 - (p**1.5).sum(-1)) + (p * z).sum(-1) - z[..., k]


def multilabel_margin(z, y):
    pairs = np.maximum(0, 1 - z[..., y == 1, None] + z[..., None, y == 0])
    return pairs.sum((-2, -1)) / z.shape[-1]


def multilabel_soft_margin(z, y):
    return (y * log(1 + exp(-z)) + (1 - y) * log(1 + exp(z))).mean(-1)


def thresholds(z, y):
    """Return the cross-entropy of each question whether the target is above a class."""
    return log(1 + exp(z)) - (y > np.arange(z.shape[-1])) * z


def arcface(c, k):
    turned = where(one_hot(k, c) == 1, np.cos(np.arccos(c) + 0.5), c)
    return log_sum_exp(64 * turned) - 64 * turned[..., k]


def cosface(c, k):
    less = c - 0.35 * one_hot(k, c)
    return log_sum_exp(64 * less) - 64 * less[..., k]


def tversky(p, t, alpha, beta):
    shared, false, missed = (p * t).sum(-1), (p * (1 - t)).sum(-1), ((1 - p) * t).sum(-1)
    return 1 - shared / (shared + alpha * false + beta * missed)


def total(p, t):
    return (p + t).sum(-1, keepdims=True)


def own(z, k):
    return softmax(z)[..., k, None]


def pull(p, k):
    """Return minus the gradient of the probability of class k by the logits."""
    return p[..., k, None] * (p - one_hot(k, p))


OVERLAP = {
    "dice": lambda p, t: 1 - 2 * (p * t).sum(-1) / (p.sum(-1) + t.sum(-1)),
    "jaccard": lambda p, t: 1 - (p * t).sum(-1) / (p + t - p * t).sum(-1),
    "tversky": lambda p, t: tversky(p, t, 0.5, 0.5),
    "focal-tversky": lambda p, t: tversky(p, t, 0.7, 0.3) ** 0.75,
}
SEVERAL = {
    "categorical-cross-entropy": lambda p, t: entropy(t, shares(p)),
    "sparse-categorical-cross-entropy": lambda p, k: -log(shares(p)[..., k]),
    "categorical-focal-cross-entropy": lambda p, t: -((1 - shares(p)) ** 2 * xlogy(t, shares(p))).sum(-1),
    "categorical-generalized-cross-entropy": lambda p, k: (1 - p[..., k] ** 0.7) / 0.7,
    "distribution-kl": lambda p, t: xlogy(t, t / p).sum(-1),
    "distribution-kl-log": lambda x, t: (xlogy(t, t) - t * x).sum(-1),
    "generalized-kl-log": lambda x, t: (xlogy(t, t) - t * x - t + exp(x)).sum(-1),
    "softmax-cross-entropy": lambda z, t: entropy(t, softmax(z)),
    "sparse-softmax-cross-entropy": lambda z, k: log_sum_exp(z) - z[..., k],
    "nll": lambda x, k: -x[..., k],
    "crammer-singer": lambda z, k: np.maximum(0, 1 + others(z, k).max(-1) - z[..., k]),
    "weston-watkins": lambda z, k: np.maximum(0, 1 + others(z, k) - z[..., k, None]).sum(-1),
    "multiclass-perceptron": lambda z, k: z.max(-1) - z[..., k],
    "sparsemax": sparsemax,
    "entmax": entmax,
    "multilabel-margin": multilabel_margin,
    "multilabel-soft-margin": multilabel_soft_margin,
    "misclassification": lambda z, k: (z[..., k] < z.max(-1)) * 1.0,
    "coral": lambda z, y: thresholds(z, y).sum(-1),
    "corn": lambda z, y: thresholds(z, y)[..., : y + 1].sum(-1),
    "cosface": cosface,
    "arcface": arcface,
    **OVERLAP,
    **{f"sigmoid-{name}": lambda z, t, formula=formula: formula(sigmoid(z), t) for name, formula in OVERLAP.items()},
    "softmax-focal": lambda z, k: focal(softmax(z)[..., k]),
    "softmax-focal-cross-entropy": lambda z, t: (t * focal(softmax(z))).sum(-1),
    "softmax-poly-cross-entropy": lambda z, t: entropy(t, softmax(z)) + 2 * (t * (1 - softmax(z))).sum(-1),
    "symmetric-cross-entropy": lambda z, k: -0.1 * log(softmax(z)[..., k]) + 9.21 * (1 - softmax(z)[..., k]),
    "taylor-cross-entropy": lambda z, k: 1 - softmax(z)[..., k] + (1 - softmax(z)[..., k]) ** 2 / 2,
    "z-loss": lambda z, _none: 1e-4 * log_sum_exp(z) ** 2,
    "info-nce": lambda s, k: -log(softmax(s / 0.07)[..., k]),
    "distillation": lambda z, t: 4 * xlogy(t, t / softmax(z / 2)).sum(-1),
}
SLOPES = {
    "softmax-cross-entropy": (lambda z, t: softmax(z) - t, lambda z, _t: spread(softmax(z))),
    "sparse-softmax-cross-entropy": (lambda z, k: softmax(z) - one_hot(k, z), lambda z, _k: spread(softmax(z))),
    "sparse-categorical-cross-entropy": (
        lambda p, k: 1 / p.sum(-1, keepdims=True) - where(one_hot(k, p) == 1, 1 / p, 0.0),
    ),
    "distribution-kl": (lambda p, t: where(t > 0, -t / p, 0.0),),
    "distribution-kl-log": (lambda x, t: -t + 0 * x,),
    "generalized-kl-log": (lambda x, t: exp(x) - t,),
    "nll": (lambda x, k: -one_hot(k, x),),
    "crammer-singer": (
        lambda z, k: (others(z, k).max(-1) + 1 > z[..., k])[..., None] * (best_rival(z, k) - one_hot(k, z)),
    ),
    "multiclass-perceptron": (lambda z, k: one_hot(z.argmax(-1)[..., None], z) - one_hot(k, z),),
    "multilabel-soft-margin": (lambda z, y: (sigmoid(z) - y) / z.shape[-1],),
    "coral": (lambda z, y: sigmoid(z) - (y > np.arange(z.shape[-1])),),
    "cosface": (lambda c, k: 64 * (softmax(64 * (c - 0.35 * one_hot(k, c))) - one_hot(k, c)),),
    "z-loss": (lambda z, _none: 2e-4 * log_sum_exp(z)[..., None] * softmax(z),),
    "info-nce": (lambda s, k: (softmax(s / 0.07) - one_hot(k, s)) / 0.07,),
    "distillation": (lambda z, t: 2 * (softmax(z / 2) - t), lambda z, _t: spread(softmax(z / 2))),
    "dice": (lambda p, t: -2 * (t / total(p, t) - (p * t).sum(-1, keepdims=True) / total(p, t) ** 2),),
    "taylor-cross-entropy": (lambda z, k: (2 - softmax(z)[..., k, None]) * pull(softmax(z), k),),
    "softmax-focal": (
        lambda z, k: ((1 - own(z, k)) ** 2 / own(z, k) - 2 * (1 - own(z, k)) * log(own(z, k))) * pull(softmax(z), k),
    ),
}
