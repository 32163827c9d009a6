"""Losses of the overlap of two regions: a probability for each pixel, and labels 1 inside the target's region."""

from collections.abc import Iterator
from dataclasses import replace
from math import inf
from typing import Annotated

from losscli.lazy import Array, np
from losscli.losses.multiclass import MULTILABEL, precise_sum
from losscli.losses.numerics import product
from losscli.model.domains import Interval, NonNegative, Positive
from losscli.model.loss import Convexity, Floor, Symbol, Terms, loss

PIXELS = replace(
    MULTILABEL,
    name="overlap",
    reads="several pixels' probabilities",
    symbols="p the probability of each pixel, t its label",
    label="Pixel's probability",
    span=lambda _: (0, 1),
    domain=Interval(0, 1, "[]"),
    held=lambda _: 0.5,
)
COUNTS = r"P = \sum_i p_i t_i, F = \sum_i p_i (1 - t_i), N = \sum_i (1 - p_i) t_i"
Smooth = Annotated[NonNegative, "added to numerator and denominator", Symbol("s")]


def overlap_terms(p: Array, t: Array, alpha: float, beta: float, smooth: float) -> Terms:
    """Yield value, gradient and Hessian of 1 - (P + s) / (P + alpha F + beta N + s); nan where that is 0 / 0."""
    inside = t == 1
    shared = precise_sum(np.concatenate([np.where(inside, p, 0.0), np.full_like(p[..., :1], smooth)], axis=-1))
    wrong = precise_sum(np.where(inside, product(beta, 1 - p), product(alpha, p)))
    total = shared + wrong
    yield np.where(total > 0, product(wrong, over=(total,)), np.nan)
    missed = beta * shared + wrong
    shared, wrong, total, missed = (term[..., None] for term in (shared, wrong, total, missed))
    yield np.where(inside, -product(missed, over=(total, total)), product(alpha, shared, over=(total, total)))
    shared, wrong, total, missed = (term[..., None] for term in (shared, wrong, total, missed))
    both, neither = inside[..., :, None] & inside[..., None, :], ~(inside[..., :, None] | inside[..., None, :])
    cube = (total, total, total)
    apart = wrong - (1 - 2 * beta) * shared
    mixed = product(alpha, apart, over=cube)
    yield np.where(
        both,
        product(2, 1 - beta, missed, over=cube),
        np.where(neither, -product(2, alpha, alpha, shared, over=cube), mixed),
    )


def overlap_convexity(y: tuple[float, ...], beta: float, smooth: float, gamma: float) -> Convexity:
    """Return the convexity: with labels of both kinds never; with one kind it depends on a single sum."""
    if 0 in y:
        return "no" if 1 in y or smooth > 0 else "convex"  # without both the loss is 1
    return "convex" if beta <= 1 and gamma == 1 else "no"


def overlap_floor(y: tuple[float, ...], smooth: float) -> Floor:
    """Return the floor: 0 at the target itself, or 1 where no pixel is inside and nothing is smooth."""
    if 1 not in y and smooth == 0:
        return Floor(1, at=(1.0,) * len(y), where="everywhere but at 0 of all pixels, where the loss is undefined")
    return Floor(0, at=y, where="the target")


def overlap_slope(y: tuple[float, ...], alpha: float, beta: float, smooth: float) -> float:
    """Return the steepest slope: the largest sum of the partial slopes of all pixels.

    They depend on the sums P and F alone. The largest lies on an edge of the rectangle of these; along each edge it is
    (c + e x) / (d + h x)^2, with x from 0 to `top`.
    """
    inside, outside = y.count(1), y.count(0)
    if inside == 0 and smooth == 0:
        return 0.0

    def edges() -> Iterator[tuple[float, float, float, float, float]]:
        for p in (0, inside):
            shared = p + smooth
            c = outside * alpha * shared + inside * beta * (inside + smooth)
            yield c, inside * alpha, shared + beta * (inside - p), alpha, outside
        for f in (0, outside):
            c = outside * alpha * smooth + inside * (beta * (inside + smooth) + alpha * f)
            yield c, outside * alpha, smooth + alpha * f + beta * inside, 1 - beta, inside

    steepest = 0.0
    for c, e, d, h, top in edges():
        turn = (e * d - 2 * h * c) / (e * h) if e * h else 0.0
        steepest = max(steepest, *((c + e * x) / (d + h * x) ** 2 for x in (0, top, min(max(turn, 0.0), top))))
    return steepest


@loss(
    PIXELS,
    title="Dice",
    latex=r"1 - \frac{2 P + s}{2 P + F + N + s}",
    symbols=COUNTS,
    convex=lambda y, smooth: overlap_convexity(y, 0.5, smooth, 1.0),
    lipschitz=lambda y, smooth: overlap_slope(y, 0.5, 0.5, smooth / 2),
    floor=overlap_floor,
    aliases=("soft-dice",),
)
def dice(p: Array, t: Array, smooth: Smooth = 0.0) -> Terms:
    """One minus the Dice coefficient of a soft region and the target's: twice what they share over what both have.

    Milletari et al. 2016, arXiv:1606.04797, have squares in the denominator; this is the plain sum that MONAI and
    segmentation_models_pytorch take. Where no pixel is inside either region it is undefined unless smooth is above 0.
    """
    yield from overlap_terms(p, t, 0.5, 0.5, smooth / 2)


@loss(
    PIXELS,
    title="Jaccard",
    latex=r"1 - \frac{P + s}{P + F + N + s}",
    symbols=COUNTS,
    convex=lambda y, smooth: overlap_convexity(y, 1.0, smooth, 1.0),
    lipschitz=lambda y, smooth: overlap_slope(y, 1.0, 1.0, smooth),
    floor=overlap_floor,
    aliases=("iou", "soft-iou"),
)
def jaccard(p: Array, t: Array, smooth: Smooth = 0.0) -> Terms:
    """One minus the Jaccard index of a soft region and the target's: what they share over what either has.

    Rahman and Wang 2016, doi:10.1007/978-3-319-50835-1_22. Where no pixel is inside either region it is undefined
    unless smooth is above 0.
    """
    yield from overlap_terms(p, t, 1.0, 1.0, smooth)


@loss(
    PIXELS,
    title="Tversky",
    latex=r"1 - \frac{P + s}{P + \alpha F + \beta N + s}",
    symbols=COUNTS,
    convex=lambda y, beta, smooth: overlap_convexity(y, beta, smooth, 1.0),
    lipschitz=overlap_slope,
    floor=overlap_floor,
)
def tversky(
    p: Array,
    t: Array,
    alpha: Annotated[Positive, "weight of what is predicted and not there"] = 0.5,
    beta: Annotated[Positive, "weight of what is there and not predicted"] = 0.5,
    smooth: Smooth = 0.0,
) -> Terms:
    """The overlap with both kinds of error weighted: alpha = beta = 0.5 is Dice, 1 is Jaccard.

    Salehi et al. 2017, arXiv:1706.05721, with 0.3 and 0.7. Where no pixel is inside either region it is undefined
    unless smooth is above 0.
    """
    yield from overlap_terms(p, t, alpha, beta, smooth)


@loss(
    PIXELS,
    title="Focal Tversky",
    latex=r"\left( 1 - \frac{P + s}{P + \alpha F + \beta N + s} \right)^\gamma",
    symbols=COUNTS,
    convex=overlap_convexity,
    lipschitz=lambda y, alpha, beta, smooth, gamma: (
        inf if gamma < 1 and (1 in y or smooth > 0) else overlap_slope(y, alpha, beta, smooth)
    ),
    floor=overlap_floor,
)
def focal_tversky(
    p: Array,
    t: Array,
    alpha: Annotated[Positive, "weight of what is predicted and not there"] = 0.7,
    beta: Annotated[Positive, "weight of what is there and not predicted"] = 0.3,
    gamma: Annotated[float, Interval(0, 1, "(]"), "power"] = 0.75,
    smooth: Smooth = 0.0,
) -> Terms:
    """A power of the Tversky loss, below 1: small regions that are nearly right still count.

    Abraham and Khan 2018, arXiv:1810.07842, who write the power as 1 / gamma and take gamma 4/3, which is this 0.75.
    Where the regions are the same its slope is infinite.
    """
    value, gradient, hessian = overlap_terms(p, t, alpha, beta, smooth)
    yield value**gamma
    scaled = value[..., None]
    yield product(gamma, scaled ** (gamma - 1), gradient)
    scaled = scaled[..., None]
    pair = product(gamma, gamma - 1, scaled ** (gamma - 2), gradient[..., :, None], gradient[..., None, :])
    plain = product(gamma, scaled ** (gamma - 1), hessian)
    yield np.where((scaled > 0) | (gamma == 1), plain + pair, pair)
