"""Losses of a predicted probability."""

from math import inf
from typing import Annotated

from losscli.lazy import Array, np
from losscli.losses.numerics import binary_entropy, product
from losscli.model.domains import Interval, Label, Scalar
from losscli.model.loss import Family, Floor, Terms, Tutorial, loss

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
    convex="strongly",  # the Hessian is at least 1 between 0 and 1
    lipschitz=inf,
    symmetric=True,
    floor=lambda y: Floor(binary_entropy(y), at=y, reason="the entropy of the target"),
    unit="nats",
    tutorial=Tutorial(
        (-4, 6), {"line": ("r-",), "title": "Cross entropy loss", "ylabel": "$Y_{label}$", "ylim": (-2.0, 5.0)}
    ),
)
def cross_entropy(p: Array, y: Array) -> Terms:
    """Minus the log-likelihood of a binary target, in nats.

    It is infinite for a prediction of 0 or 1 that is wrong: nothing is clipped.
    """
    yield -product(y, np.log(p)) - product(1 - y, np.log1p(-p))
    yield np.where(y == 0, 1 / (1 - p), np.where(y == 1, -1 / p, (p - y) / p / (1 - p)))
    yield product(y, over=(p, p)) + product(1 - y, over=(1 - p, 1 - p))


@loss(
    PROBABILITY,
    latex="(p - y)^2",
    convex="strongly",
    lipschitz=lambda y: 2 * max(y, 1 - y),
    symmetric=True,
    floor=lambda y: Floor(0, at=y),
)
def brier(p: Array, y: Array) -> Terms:
    """The squared distance of probability and target: bounded even for a wrong prediction of 0 or 1.

    Brier 1950, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2, sums over the two classes, which gives twice this.
    """
    yield (p - y) * (p - y)
    yield 2 * (p - y)
    yield np.full_like(p, 2)


@loss(
    PROBABILITY,
    title="Generalized cross-entropy",
    aliases=("generalised-cross-entropy",),
    latex=[("(1 - p^q) / q", "y = 1"), ("(1 - (1 - p)^q) / q", "y = 0")],
    convex=lambda q: "strongly" if q < 1 else "convex",
    lipschitz=lambda q: inf if q < 1 else 1.0,
    symmetric=True,
    floor=lambda y: Floor(0, at=y),
    targets=Label((0.0, 1.0)),
)
def generalized_cross_entropy(
    p: Array, y: Array, q: Annotated[float, Interval(0, 1, "(]"), "1: absolute error; towards 0: cross-entropy"] = 0.7
) -> Terms:
    """Between cross-entropy and absolute error: wrong labels in the data pull it less.

    Zhang and Sabuncu 2018, arXiv:1805.07836. The default q of 0.7 is theirs; Keras has 0.5.
    """
    right = np.where(y == 1, p, 1 - p)  # the probability of the target
    log_right = np.where(y == 1, np.log(p), np.log1p(-p))
    yield np.where(abs(q * log_right) < 1e-16, -log_right, -np.expm1(q * log_right) / q)  # noqa: PLR2004 - below rounding
    # Rounding q - 1 would change the power of a small probability noticeably, so p^q is divided by p.
    power = right**q
    slope = np.where(power > 1e-300, power / right, right ** (q - 1))  # noqa: PLR2004 - a subnormal has too few digits
    yield np.where(y == 1, -slope, slope)
    yield product(1 - q, slope, over=(right,))
