"""The fastest forms of 20 losses that neither overflow nor divide by 0, by NumPy, SciPy or scikit-learn.

Each takes predictions and targets and returns the value, or with `order` 2 value, gradient and Hessian. Of several
forms the fastest one counts. Unlike losscli's, some lose digits: where the loss is near 0, and where terms cancel.
"""

from functools import partial

import numpy as np
from scipy.special import expit, log_softmax
from sklearn._loss import loss as sk

ROWS, CLASSES = 10**6, 10


def draws(kind):
    """Return predictions and targets of a kind, 10^6 numbers each."""
    generator = np.random.default_rng(1)
    if kind == "distribution":
        rows = ROWS // CLASSES
        return generator.normal(0, 3, (rows, CLASSES)), generator.dirichlet(np.ones(CLASSES), rows)
    targets = {
        "number": lambda: generator.normal(0, 2, ROWS),
        "0 or 1": lambda: generator.integers(0, 2, ROWS) * 1.0,
        "-1 or 1": lambda: generator.integers(0, 2, ROWS) * 2.0 - 1,
        "count": lambda: generator.poisson(2, ROWS) * 1.0,
        "size": lambda: generator.gamma(2, 1, ROWS) + 1e-3,
    }[kind]()
    return (generator.gamma(2, 1, ROWS) + 1e-3 if kind == "size" else generator.normal(0, 2, ROWS)), targets


def sklearn(loss, predictions, targets, order):
    """Return the terms as scikit-learn gives them, in one thread."""
    value = loss.loss(targets, predictions, n_threads=1)
    return (value, *loss.gradient_hessian(targets, predictions, n_threads=1)) if order else (value,)


def plain(value, slopes, predictions, targets, order):
    """Return the terms by one function for the value, and one for gradient and Hessian."""
    found = value(predictions, targets)
    return (found, *slopes(predictions, targets)) if order else (found,)


def of_residual(value, slopes):
    """Return a form of functions of the residual."""
    return partial(plain, lambda f, y: value(f - y), lambda f, y: slopes(f - y))


def of_margin(value, slopes):
    """Return a form of functions of the margin, the latter of margin and label."""
    return partial(plain, lambda f, y: value(y * f), lambda f, y: slopes(y * f, y))


def softplus(t):
    return np.maximum(t, 0) + np.log1p(np.exp(-abs(t)))


def focal_slopes(x, y):
    u = (2 * y - 1) * x
    p, q, cost = expit(u), expit(-u), softplus(-u)
    return (1 - 2 * y) * q * q * (q + 2 * p * cost), q * q * p * (5 * q + 2 * cost * (2 * p - q))


def sigmoid_slopes(x, y):
    p = expit(x)
    return p - y, p * (1 - p)


def logistic_slopes(m, y):
    p = expit(-m)
    return -y * p, p * (1 - p)


def softmax(z, t, order):
    logs = log_softmax(z, axis=1)
    value = -(t * logs).sum(axis=1)
    if not order:
        return (value,)
    p, total = np.exp(logs), t.sum(axis=1, keepdims=True)
    bend = np.eye(z.shape[1]) * p[:, :, None] - p[:, :, None] * p[:, None, :]
    return value, p * total - t, total[..., None] * bend


def tukey(r, c=4.685):
    return c * c / 6 * (1 - (1 - np.minimum((r / c) ** 2, 1)) ** 3)


def tukey_slopes(r, c=4.685):
    w = np.minimum((r / c) ** 2, 1)
    return r * (1 - w) ** 2, (1 - w) * (1 - 5 * w)


def bowl(r):
    return r * r / (1 + np.sqrt(1 + r * r))


def bowl_slopes(r):
    h = np.sqrt(1 + r * r)
    return r / h, h**-3


def huber(delta=1.0):
    found = sk.HuberLoss(delta=delta)
    found.closs = type(found.closs)(delta=delta)
    return found


FORMS = {
    "l2": ("number", of_residual(np.square, lambda r: (2 * r, np.full_like(r, 2)))),
    "l1": ("number", of_residual(abs, lambda r: (np.sign(r), np.zeros_like(r))), partial(sklearn, sk.AbsoluteError())),
    "huber": (
        "number",
        of_residual(
            lambda r: np.clip(r, -1, 1) * (r - 0.5 * np.clip(r, -1, 1)),
            lambda r: (np.clip(r, -1, 1), 1.0 * (abs(r) <= 1)),
        ),
        partial(sklearn, huber()),
    ),
    "pseudo-huber": ("number", of_residual(bowl, bowl_slopes)),
    "log-cosh": (
        "number",
        of_residual(
            lambda r: abs(r) + np.log1p(np.exp(-2 * abs(r))) - np.log(2), lambda r: (np.tanh(r), 1 - np.tanh(r) ** 2)
        ),
    ),
    "quantile": (
        "number",
        of_residual(lambda r: np.maximum(0.5 * r, -0.5 * r), lambda r: (np.where(r > 0, 0.5, -0.5), np.zeros_like(r))),
        partial(sklearn, sk.PinballLoss(quantile=0.5)),
    ),
    "cauchy": (
        "number",
        of_residual(lambda r: 0.5 * np.log1p(r * r), lambda r: (r / (1 + r * r), (1 - r * r) / (1 + r * r) ** 2)),
    ),
    "welsch": (
        "number",
        of_residual(
            lambda r: -0.5 * np.expm1(-r * r), lambda r: (r * np.exp(-r * r), np.exp(-r * r) * (1 - 2 * r * r))
        ),
    ),
    "tukey-biweight": ("number", of_residual(tukey, tukey_slopes)),
    "barron": ("number", of_residual(bowl, bowl_slopes)),
    "sigmoid-cross-entropy": (
        "0 or 1",
        partial(plain, lambda x, y: softplus(x) - y * x, sigmoid_slopes),
        partial(sklearn, sk.HalfBinomialLoss()),
    ),
    "focal": (
        "0 or 1",
        partial(plain, lambda x, y: expit((1 - 2 * y) * x) ** 2 * softplus((1 - 2 * y) * x), focal_slopes),
    ),
    "hinge": (
        "-1 or 1",
        of_margin(lambda m: np.maximum(1 - m, 0), lambda m, y: (np.where(m < 1, -y, 0), np.zeros_like(m))),
    ),
    "squared-hinge": (
        "-1 or 1",
        of_margin(
            lambda m: np.maximum(1 - m, 0) ** 2, lambda m, y: (-2 * y * np.maximum(1 - m, 0), np.where(m < 1, 2.0, 0))
        ),
    ),
    "logistic": ("-1 or 1", of_margin(lambda m: softplus(-m), logistic_slopes)),
    "exponential": ("-1 or 1", of_margin(lambda m: np.exp(-m), lambda m, y: (-y * np.exp(-m), np.exp(-m)))),
    "poisson-nll-log": (
        "count",
        partial(plain, lambda x, y: np.exp(x) - y * x, lambda x, y: (np.exp(x) - y, np.exp(x))),
        partial(sklearn, sk.HalfPoissonLoss()),
    ),
    "gamma-deviance": (
        "size",
        partial(
            plain,
            lambda m, y: 2 * (np.log(m / y) + y / m - 1),
            lambda m, y: (2 * (m - y) / (m * m), 2 * (2 * y - m) / (m * m * m)),
        ),
    ),
    "tweedie-deviance": (
        "size",
        partial(
            plain,
            lambda m, y: 4 * (m - 2 * np.sqrt(y * m) + y) / np.sqrt(m),
            lambda m, y: (2 * (m - y) / (m * np.sqrt(m)), (3 * y - m) / (m * m * np.sqrt(m))),
        ),
    ),
    "softmax-cross-entropy": ("distribution", softmax),
}
