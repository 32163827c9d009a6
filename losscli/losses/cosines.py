"""Losses of the cosines between an embedding and K class centres, with a margin for the target's."""

from dataclasses import replace
from math import cos, exp, inf, log, log1p, pi
from typing import Annotated

from losscli.lazy import Array, np
from losscli.losses.multiclass import HARD, broadcast_sum, one_hot, softmax_terms
from losscli.losses.numerics import product
from losscli.model.domains import Interval, NonNegative, Positive
from losscli.model.loss import Floor, Symbol, Terms, loss

COSINES = replace(
    HARD,
    name="cosines",
    reads="several cosines",
    symbols="c the K cosines, k the target class",
    label="Cosine",
    span=lambda _: (-1, 1),
    domain=Interval(-1, 1, "[]"),
)
Scale = Annotated[Positive, "what the cosines are multiplied by", Symbol("s")]


def farthest_floor(y: int, classes: int, lead: float, scale: float) -> Floor:
    """Return the floor: the target at cosine 1 and the others at -1, which `lead` says how far apart that counts."""
    at = tuple(1.0 if j == y else -1.0 for j in range(classes))
    ahead, others = -scale * lead, classes - 1
    value = ahead + log(others) if ahead > 700 else log1p(others * exp(ahead))  # noqa: PLR2004 - e^700 is a double
    return Floor(value, at, where=f"cosine 1 of class {y} and -1 of the others")


def steepest(classes: int, lag: float, scale: float) -> float:
    """Return the steepest slope: where the target is `lag` behind all others, twice the probability of the others."""
    return 2 * scale / (1 + exp(-scale * lag) / (classes - 1))


@loss(
    COSINES,
    title="CosFace",
    latex=r"\log \left( e^{s (c_k - m)} + \sum_{j \neq k} e^{s c_j} \right) - s (c_k - m)",
    convex="convex",
    lipschitz=lambda classes, margin, scale: steepest(classes, 2 + margin, scale),
    floor=lambda y, classes, margin, scale: farthest_floor(y, classes, 2 - margin, scale),
    aliases=("am-softmax",),
    unit="nats",
)
def cosface(
    c: Array,
    k: Array,
    margin: Annotated[NonNegative, "what is taken from the target's cosine", Symbol("m")] = 0.35,
    scale: Scale = 64.0,
) -> Terms:
    """Softmax cross-entropy of scaled cosines, the target's less a margin, in nats.

    Wang et al. 2018, arXiv:1801.09414; AM-Softmax, arXiv:1801.05599, is the same with another scale, 30.
    """
    own = one_hot(k, c)
    yield from softmax_terms(c - margin * own, own, scale)


@loss(
    COSINES,
    title="ArcFace",
    latex=r"\log \left( e^{s a} + \sum_{j \neq k} e^{s c_j} \right) - s a",
    symbols=r"a = c_k \cos(m) - \sqrt{1 - c_k^2} \sin(m), the cosine of the target's angle plus m",
    convex=lambda margin: "no" if margin else "convex",
    lipschitz=lambda classes, margin, scale: inf if margin else steepest(classes, 2.0, scale),
    floor=lambda y, classes, margin, scale: farthest_floor(y, classes, 1 + cos(margin), scale),
    unit="nats",
)
def arcface(
    c: Array,
    k: Array,
    margin: Annotated[
        float, Interval(0, pi / 2, "[)"), "angle in radians that is added to the target's", Symbol("m")
    ] = 0.5,
    scale: Scale = 64.0,
) -> Terms:
    """Softmax cross-entropy of scaled cosines, the target's angle made wider by a margin, in nats.

    Deng et al. 2019, arXiv:1801.07698. Where the angle and the margin add up to more than pi the cosine of their sum
    rises again, and the loss falls towards cosine -1; libraries go on there with a straight line, such as c - m sin m.
    At cosines 1 and -1 of the target the slope is infinite.
    """
    own = one_hot(k, c) == 1
    mine = np.where(own, c, 0.0).sum(axis=-1)
    across = np.sqrt((1 - mine) * (1 + mine))  # the sine of the target's angle
    turned = broadcast_sum(mine * np.cos(margin), -across * np.sin(margin))
    value, gradient, hessian = softmax_terms(np.where(own, turned[..., None], c), one_hot(k, c), scale)
    # The derivatives of the cosine that is turned, by the target's.
    slope = np.cos(margin) + product(np.sin(margin), mine, over=(across,))
    bend = product(np.sin(margin), over=(across, across, across))
    yield value
    factor = np.where(own, slope[..., None], 1.0)
    yield product(gradient, factor)
    squared = product(hessian, factor[..., :, None], factor[..., None, :])
    fall = np.where(own, gradient, 0.0).sum(axis=-1)
    pair = own[..., :, None] & own[..., None, :]
    curved = product(fall, bend)[..., None, None]
    yield np.where(pair, np.where(np.isinf(curved), curved, squared + curved), squared)
