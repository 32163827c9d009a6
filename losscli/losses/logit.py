"""Losses of a logit, the log-odds of a binary target."""

from math import inf
from typing import Annotated

from losscli.domain import Interval, NonNegative, Scalar
from losscli.lazy import Array
from losscli.model import Family, Floor, Symbol, Terms, loss
from losscli.numerics import binary_entropy, log_odds, sigmoid, softplus

LOGIT = Family(
    "logit",
    reads="a logit",
    argument=lambda x, y: (x, y),
    symbols="x the logit, y the target",
    targets=Scalar(Interval(0, 1, "[]"), default=1.0),
    label="Logit",
    span=lambda _: (-6, 6),
    mirror=lambda x, y: (-x, 1 - y),
    mirrored="the logit changes its sign and the target is exchanged for its complement",
)


@loss(
    LOGIT,
    title="Sigmoid cross-entropy",
    aliases=("bce-with-logits",),
    latex=r"y \log(1 + e^{-x}) + (1 - y) \log(1 + e^x)",
    convex="strictly",
    lipschitz=lambda y: max(y, 1 - y),
    symmetric=True,
    floor=lambda y: Floor(binary_entropy(y), at=log_odds(y, 1 - y), attained=0 < y < 1),
    look="--style default --line y- --title 'Sigmoid cross entropy loss' --xlabel '$Y_{pred}$' --ylabel '$Y_{label}$'"
    " --label-size 15 --ylim -2 5",
)
def sigmoid_cross_entropy(x: Array, y: Array) -> Terms:
    """The cross-entropy of the sigmoid of a logit, in nats."""
    yield softplus(-x, y) + softplus(x, 1 - y)
    yield sigmoid(x, 1 - y) - sigmoid(-x, y)
    yield sigmoid(abs(x), sigmoid(-abs(x)))


def weighted_floor(y: float, pos_weight: float) -> Floor:
    """Return the least mean of the two terms, weighted w y and 1 - y, over all logits."""
    positive, negative = pos_weight * y, 1 - y
    if positive == negative == 0:
        return Floor(0, at=(-inf, inf), where="everywhere: the only term has weight 0")
    total = positive + negative
    return Floor(
        total * binary_entropy(positive / total),
        at=log_odds(positive, negative),
        attained=positive > 0 and negative > 0,
    )


@loss(
    LOGIT,
    title="Weighted cross-entropy",
    latex=r"w y \log(1 + e^{-x}) + (1 - y) \log(1 + e^x)",
    convex=lambda pos_weight, y: "strictly" if pos_weight * y + 1 - y > 0 else "convex",
    lipschitz=lambda pos_weight, y: max(pos_weight * y, 1 - y),
    symmetric=lambda pos_weight: pos_weight == 1,
    floor=weighted_floor,
    look="--style default --line b- --line r-- --title 'Weighted cross entropy loss' --xlabel '$Y_{pred}$'"
    " --ylabel '$Y_{label}$' --label-size 15 --ylim -2 5 --legend 'lower right'",
)
def weighted_cross_entropy(
    x: Array, y: Array, pos_weight: Annotated[NonNegative, "weight of the positive term", Symbol("w")] = 1.0
) -> Terms:
    """The sigmoid cross-entropy with the term of the positive target weighted."""
    yield softplus(-x, pos_weight, y) + softplus(x, 1 - y)
    yield sigmoid(x, 1 - y) - sigmoid(-x, pos_weight, y)
    yield sigmoid(abs(x), sigmoid(-abs(x), pos_weight * y + (1 - y)))
