"""Losses for metric learning and ranking: of a distance, a difference of distances, or a difference of scores."""

from dataclasses import replace
from math import inf
from typing import Annotated

from losscli.lazy import Array, np
from losscli.losses.numerics import sigmoid, sigmoid_slope, softplus
from losscli.model.domains import Interval, Label, NonNegative, Nothing, Positive
from losscli.model.loss import Family, Floor, Idle, Symbol, Terms, loss

DISTANCE = Family(
    "distance",
    reads="a distance",
    argument=lambda d, y: (d, y),
    symbols="d the distance of two points, y the target: 1 where they belong together, else -1",
    targets=Label((-1.0, 1.0)),
    label="Distance",
    span=lambda _: (0, 3),
    domain=Interval(0, inf, "[]"),
)
PAIR = replace(
    DISTANCE,
    symbols="d the distance of two points, y the target: 1 where they belong together, else 0",
    targets=Label((0.0, 1.0)),
)
TRIPLET = Family(
    "distance",
    reads="a difference of distances",
    argument=lambda d, _: (d,),
    symbols="d = d_{ap} - d_{an}, the distance of the anchor from the positive less that from the negative",
    targets=Nothing(),
    label="Difference of distances",
    span=lambda _: (-3, 3),
)
RANKING = Family(
    "distance",
    reads="a difference of scores",
    argument=lambda x, y: (x, y),
    symbols="x = x_1 - x_2, the difference of two scores, y the target: 1 where the first should be higher, else -1",
    targets=Label((-1.0, 1.0)),
    label="Difference of scores",
    span=lambda _: (-3, 3),
    mirror=lambda x, y: (-x, -y),
    mirrored="the difference and the target change their sign",
)


@loss(
    PAIR,
    latex=r"y d^2 + (1 - y) \max(0, m - d)^2",
    breaks=lambda y, margin: () if y else (margin,),
    convex=lambda y: "strongly" if y else "convex",
    lipschitz=lambda y, margin: inf if y else 2 * margin,
    floor=lambda y, margin: Floor(0, at=0.0 if y else (margin, inf)),
)
def contrastive(
    d: Array, y: Array, margin: Annotated[Positive, "how far apart different points should be", Symbol("m")] = 1.0
) -> Terms:
    """The squared distance of like points, and the squared amount by which unlike points fall short of the margin.

    Hadsell, Chopra and LeCun 2006, doi:10.1109/CVPR.2006.100, take half of it; their target for points that belong
    together is 0.
    """
    short = np.maximum(margin - d, 0.0)
    yield np.where(y == 1, d * d, short * short)
    yield np.where(y == 1, 2 * d, -2 * short)
    yield np.where((y == 1) | (short > 0), 2.0, 0.0)


@loss(
    TRIPLET,
    latex=r"\max(0, d + m)",
    breaks=lambda margin: (-margin,),
    convex="convex",
    lipschitz=1.0,
    floor=lambda margin: Floor(0, at=(-inf, -margin)),
)
def triplet(
    d: Array, margin: Annotated[Positive, "how much nearer the positive should be", Symbol("m")] = 1.0
) -> Terms:
    """0 once the anchor is nearer to its own kind than to the other by the margin.

    Schroff, Kalenichenko and Philbin 2015 (FaceNet), doi:10.1109/CVPR.2015.7298682, use squared distances and a margin
    of 0.2; the libraries' default is 1.
    """
    yield np.maximum(d + margin, 0.0)
    yield np.where(d > -margin, 1.0, 0.0)
    yield np.zeros_like(d)


@loss(
    TRIPLET,
    title="Soft triplet",
    latex=r"\log(1 + e^d)",
    convex="strictly",
    lipschitz=1.0,
    floor=Floor(0, at=-inf, attained=False),
)
def soft_triplet(d: Array) -> Terms:
    """The triplet loss with a soft corner in place of the margin.

    Hermans, Beyer and Leibe 2017, arXiv:1703.07737.
    """
    yield softplus(d)
    yield sigmoid(d)
    yield sigmoid_slope(d)


@loss(
    DISTANCE,
    title="Hinge embedding",
    latex=[("d", "y = 1"), (r"\max(0, m - d)", "y = -1")],
    breaks=lambda y, margin: () if y == 1 else (margin,),
    convex="convex",
    lipschitz=1.0,
    floor=lambda y, margin: Floor(0, at=0.0 if y == 1 else (margin, inf)),
)
def hinge_embedding(
    d: Array, y: Array, margin: Annotated[Positive, "how far apart different points should be", Symbol("m")] = 1.0
) -> Terms:
    """The distance of points that belong together, and the amount by which others fall short of the margin.

    It is the contrastive loss without the squares, and not the hinge loss of a margin y f.
    """
    yield np.where(y == 1, d, np.maximum(margin - d, 0.0))
    yield np.where(y == 1, 1.0, np.where(d < margin, -1.0, 0.0))
    yield np.zeros_like(d)


@loss(
    RANKING,
    title="Margin ranking",
    latex=r"\max(0, m - y x)",
    breaks=lambda y, margin: (y * margin + 0.0,),  # adding 0 turns -0 into 0
    convex="convex",
    lipschitz=1.0,
    symmetric=True,
    floor=lambda y, margin: Floor(0, at=(margin, inf) if y == 1 else (-inf, 0.0 - margin)),
)
def margin_ranking(
    x: Array,
    y: Array,
    margin: Annotated[NonNegative, "lead that the better score should have", Symbol("m"), Idle()] = 0.0,
) -> Terms:
    """0 once the score that should be higher leads by the margin.

    The default margin is 0, as in torch; elsewhere a ranking hinge has a margin of 1.
    """
    yield np.maximum(margin - y * x, 0.0)
    yield np.where(y * x < margin, -y, 0.0)
    yield np.zeros_like(x)
