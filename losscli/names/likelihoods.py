"""Factors, constants and values of libraries' losses that differ from the catalogue's by a function of the target.

The rows of the table use them. All work elementwise on floats or arrays. LATEX says each in mathtext.
"""

from __future__ import annotations

from math import inf, lgamma, log, pi
from typing import Any

from losscli.lazy import np
from losscli.losses.positive import half_poisson


def tweedie_rest(power: float, y: Any) -> Any:
    """Return minus those terms of half a Tweedie deviance that do not depend on the prediction mu."""
    if power == 0:
        return 0.0
    if power == 1:
        return y - y * np.log(np.where(np.equal(y, 0), 1.0, y))
    if power == 2:  # noqa: PLR2004 - the gamma distribution
        return gamma_rest(y)
    with np.errstate(all="ignore"):
        return -(np.maximum(y, 0.0) ** (2 - power)) / ((1 - power) * (2 - power))


def tweedie_likelihood(mu: Any, y: Any, power: float) -> Any:
    """Return half a Tweedie deviance without the terms that do not depend on mu."""
    if power == 0:
        return (mu - y) * ((mu - y) / 2)
    if power == 1:
        return mu - y * np.log(mu)
    if power == 2:  # noqa: PLR2004 - the gamma distribution
        return gamma_likelihood(mu, y)
    share = np.where(np.equal(y, 0), 0.0, y / mu)  # also at a mean of 0
    near = mu ** (2 - power) * (1 / (2 - power) - share / (1 - power))
    return np.where(np.isfinite(share), near, -y * mu ** (1 - power) / (1 - power))


def gamma_likelihood(mu: Any, y: Any) -> Any:
    """Return the negative log-likelihood of the gamma distribution without the terms that do not depend on mu."""
    return np.log(mu) + y / mu


def gamma_rest(y: Any) -> Any:
    """Return minus those terms of half the gamma deviance that do not depend on mu."""
    return 1 + np.log(y)


def bernoulli_divergence(p: Any, y: Any) -> Any:
    """Return the Kullback-Leibler divergence of a probability p from the share y of label 1."""
    return next(half_poisson(p, y)) + next(half_poisson(1 - p, 1 - y))


def bernoulli_rest(y: Any) -> Any:
    """Return minus the entropy of a label that is 1 with probability y."""
    return sum(share * np.log(np.where(np.equal(share, 0), 1.0, share)) for share in (y, 1 - y))


def log_factorial(y: Any) -> Any:
    """Return log(y!) = log(Gamma(y + 1)) for any real y >= 0."""
    return np.vectorize(lambda count: lgamma(count + 1) if count < 1e305 else inf, otypes=[float])(y)  # noqa: PLR2004 - lgamma overflows above


def stirling(y: Any) -> Any:
    """Return Stirling's approximation of log(y!), y log(y) - y + log(2 pi y) / 2, for y above 1, else 0."""
    large = np.maximum(y, 1.0)
    return np.where(np.greater(y, 1), large * np.log(large) - large + np.log(2 * pi * large) / 2, 0.0)


def student_norm(nu: float, s: float) -> float:
    """Return minus the logarithm of the normalizing constant of Student's t distribution."""
    a = nu / 2
    low = lgamma(a) if a else log(2) - log(nu)
    far = a > 100  # noqa: PLR2004 - here Stirling's series is exact, and the difference of two lgamma cancels
    rise = (log(a) - (1 / 4 - 1 / (96 * a * a)) / a) / 2 if far else lgamma(a + 0.5) - low
    return log(s) + (log(pi) + log(nu)) / 2 - rise


def per_class(classes: int) -> float:
    """Return the factor that turns a sum over the classes into their mean."""
    return 1 / classes


def each_class(classes: int) -> float:
    """Return the factor that turns a mean over the classes into their sum."""
    return float(classes)


def has_region(y: Any) -> Any:
    """Return 1 if a pixel of a target is inside its region, else 0."""
    return np.any(np.equal(y, 1), axis=-1).astype(float)


def label_weight(y: Any, scale_pos_weight: float) -> Any:
    """Return the weight of an example with this label."""
    return np.where(np.greater(y, 0), scale_pos_weight, 1.0)


def background_weight(y: Any, alpha: float | None) -> Any:
    """Return Kornia's weight of a target class."""
    return 1.0 if alpha is None else np.where(np.asarray(y) == 0, 1 - alpha, alpha)


def at_least(value: float, eps: float) -> float:
    """Return a parameter that a library raises to its eps."""
    return max(value, eps)


def always_1(x: Any) -> Any:
    """Return 1 for each prediction."""
    return np.ones_like(x)


def softmax_bend(x: Any) -> Any:
    """Return p (1 - p) of the softmax p of logits."""
    powers = np.exp(x - np.max(x, axis=-1, keepdims=True))
    p = powers / powers.sum(axis=-1, keepdims=True)
    return p * (1 - p)


def shares(x: Any) -> float:
    """Return K / (K - 1) for K logits."""
    return float(np.shape(x)[-1] / (np.shape(x)[-1] - 1))


def squared_log_bend(x: Any, y: Any) -> Any:
    """Return the Hessian of half the squared difference of log(1 + x) and log(1 + y), raised to at least 1e-6."""
    return np.maximum((1 - np.log1p(x) + np.log1p(y)) / (1 + x) / (1 + x), 1e-6)


# What depends on the target, for any target: mathtext, or (mathtext, condition) pairs.
LATEX: dict[Any, str | list[tuple[Any, str]]] = {
    tweedie_likelihood: [
        (r"\frac{1}{2} (\mu - y)^2", "p = 0"),
        (r"\mu - y \log(\mu)", "p = 1"),
        (r"\log(\mu) + y / \mu", "p = 2"),
        (r"\frac{\mu^{2 - p}}{2 - p} - \frac{y \mu^{1 - p}}{1 - p}", "otherwise"),
    ],
    bernoulli_divergence: r"y \log(y / p) + (1 - y) \log((1 - y) / (1 - p))",
    gamma_likelihood: r"\log(\mu) + y / \mu",
    log_factorial: r"\log(y!)",
    per_class: r"\frac{1}{K}",
    each_class: "K",
    label_weight: [(r"\mathrm{scale\_pos\_weight}", "y > 0"), (1, "otherwise")],
}
