"""Losses of a predicted probability."""

from math import inf

from losscli.domain import Interval, Scalar
from losscli.lazy import Array, np
from losscli.model import Family, Floor, Terms, loss
from losscli.numerics import binary_entropy, product

PROBABILITY = Family(
    "probability",
    reads="a probability",
    argument=lambda p, y: (p, y),
    symbols="p the predicted probability, y the target",
    targets=Scalar(Interval(0, 1, "[]"), default=1.0),
    label="Probability",
    span=lambda _: (0, 1),
    domain=Interval(0, 1, "[]"),
    mirror=lambda p, y: (1 - p, 1 - y),
    mirrored="probability and target are exchanged for their complements",
)


@loss(
    PROBABILITY,
    title="Cross-entropy",
    aliases=("binary-cross-entropy", "bce"),
    latex=r"-y \log(p) - (1 - y) \log(1 - p)",
    convex="strictly",
    lipschitz=inf,
    symmetric=True,
    floor=lambda y: Floor(binary_entropy(y), at=y),
    look="--style default --line r- --title 'Cross entropy loss' --xlabel '$Y_{pred}$' --ylabel '$Y_{label}$'"
    " --label-size 15 --ylim -2 5",
)
def cross_entropy(p: Array, y: Array) -> Terms:
    """Minus the log-likelihood of a binary target, in nats.

    Exactly infinite where the prediction is sure and wrong: nothing is clipped.
    """
    yield -product(y, np.log(p)) - product(1 - y, np.log1p(-p))
    yield np.where(y == 0, 1 / (1 - p), np.where(y == 1, -1 / p, (p - y) / p / (1 - p)))
    yield product(y, 1 / p, 1 / p) + product(1 - y, 1 / (1 - p), 1 / (1 - p))
