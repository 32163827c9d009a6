"""Losses of a predicted probability."""

from math import inf, log

from losscli.domain import Interval, Scalar
from losscli.lazy import Array, np
from losscli.model import Family, Floor, Terms, loss

PROBABILITY = Family(
    "probability",
    reads="a probability",
    argument=lambda p, y: (p, y),
    symbols="p the predicted probability, y the target",
    targets=Scalar(Interval(0, 1, "[]"), default=1.0),
    label="Probability",
    span=lambda _: (0, 1),
    domain=Interval(0, 1, "[]"),
)


def weigh(weight: Array, term: Array) -> Array:
    """Return weight * term, and 0 where the weight is 0 even if the term is infinite."""
    return np.where(weight == 0, 0.0, weight * term)


def binary_entropy(y: float) -> float:
    """Return the entropy of (y, 1 - y) in nats: what no prediction of it can get below."""
    return -sum(p * log(p) for p in (y, 1 - y) if p > 0)


@loss(
    PROBABILITY,
    title="Cross-entropy",
    aliases=("binary-cross-entropy", "bce"),
    latex=r"-y \log(p) - (1 - y) \log(1 - p)",
    convex="strictly",
    lipschitz=inf,
    floor=lambda y: Floor(binary_entropy(y), at=y),
    look="--style default --line r- --title 'Cross entropy loss' --xlabel '$Y_{pred}$' --ylabel '$Y_{label}$'"
    " --label-size 15 --ylim -2 5",
)
def cross_entropy(p: Array, y: Array) -> Terms:
    """Minus the log-likelihood of a binary target, in nats.

    Exactly infinite where the prediction is sure and wrong: nothing is clipped.
    """
    yield -weigh(y, np.log(p)) - weigh(1 - y, np.log1p(-p))
    yield np.where(y == 0, 1 / (1 - p), np.where(y == 1, -1 / p, (p - y) / p / (1 - p)))
    yield weigh(y, 1 / p / p) + weigh(1 - y, 1 / (1 - p) / (1 - p))
