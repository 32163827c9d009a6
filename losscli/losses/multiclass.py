"""Losses of a vector of logits, one for each of K classes."""

from dataclasses import replace
from math import fsum, inf, log

from losscli.domain import ClassIndex, Distribution
from losscli.lazy import Array, np
from losscli.model import Family, Floor, Terms, loss
from losscli.numerics import product

SOFT = Family(
    "multiclass",
    reads="several logits",
    argument=lambda z, t: (z, t),
    symbols="z the logits, t the target distribution",
    targets=Distribution(),
    label="Logit",
    span=lambda _: (-6, 6),
)
HARD = replace(
    SOFT,
    symbols="z the logits, k the target class",
    targets=ClassIndex(),
)


def others(p: Array) -> Array:
    """Return for every class the sum over all other classes, without subtracting from a total."""
    return p @ (1 - np.eye(p.shape[-1]))


def precise_sum(terms: Array) -> Array:
    """Return the sum over the last axis, rounded about once: what each addition loses is kept and added last.

    Neumaier's variant of Kahan's summation, doi:10.1002/zamm.19740540106.
    """
    total, lost = np.zeros(terms.shape[:-1]), np.zeros(terms.shape[:-1])
    for term in np.moveaxis(terms, -1, 0):
        new = total + term
        gain = new - total
        lost, total = lost + (total - (new - gain)) + (term - gain), new
    return np.where(np.isfinite(total), total + lost, total)


def softmax_terms(z: Array, t: Array) -> Terms:
    """Yield value, gradient and Hessian of sum_k t_k log(sum_j e^(z_j - z_k)).

    The largest logit is taken out of the sum and out of the logarithm, so that what is left neither overflows nor
    drowns in a 1, and every term of the value is positive.
    """
    top = np.arange(z.shape[-1]) == z.argmax(axis=-1)[..., None]
    behind = np.where(top, 0.0, z.max(axis=-1, keepdims=True) - z)
    rest = np.where(top, 0.0, np.exp(-behind)).sum(axis=-1)
    last = t.sum(axis=-1) * np.log1p(rest)
    yield precise_sum(np.concatenate([product(t, behind), last[..., None]], axis=-1))
    p = np.exp(-behind) / (1 + rest)[..., None]
    yield others(t) * p - t * others(p)
    own = np.eye(z.shape[-1])
    total = t.sum(axis=-1)[..., None, None]
    yield total * (own * (p * others(p))[..., None] - (1 - own) * (p[..., :, None] * p[..., None, :]))


def entropy_floor(y: tuple[float, ...]) -> Floor:
    """Return the entropy of a distribution, which its own softmax alone attains."""
    return Floor(
        -fsum(p * log(p) for p in y if p > 0),
        at=tuple(log(p) if p > 0 else -inf for p in y),
        attained=min(y) > 0,
        where="softmax(logits) = target",
    )


@loss(
    SOFT,
    title="Softmax cross-entropy",
    latex=r"\sum_k t_k \left( \log \sum_j e^{z_j} - z_k \right)",
    convex="convex",  # adding one number to all logits changes nothing, so never strictly
    lipschitz=lambda y: 2 * (1 - min(y)),
    floor=entropy_floor,
)
def softmax_cross_entropy(z: Array, t: Array) -> Terms:
    """The cross-entropy between a target distribution and the softmax of the logits, in nats."""
    yield from softmax_terms(z, t)


@loss(
    HARD,
    title="Sparse softmax cross-entropy",
    latex=r"\log \sum_j e^{z_j} - z_k",
    convex="convex",
    lipschitz=2.0,
    floor=lambda y: Floor(0, at=inf, attained=False, where=f"logit {y} far above all others"),
)
def sparse_softmax_cross_entropy(z: Array, k: Array) -> Terms:
    """The softmax cross-entropy of a target that is one class, in nats."""
    yield from softmax_terms(z, np.eye(z.shape[-1])[k])
