"""Losses of the overlap of two regions: a probability or a logit for each pixel, and labels 1 inside the target."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from math import inf
from typing import Annotated

from losscli.lazy import Array, np
from losscli.losses.multiclass import MULTILABEL, precise_sum, sum_of_others
from losscli.losses.numerics import exp_factors, product, product_rest, sigmoid, sum_rest, to_power
from losscli.model.domains import Interval, NonNegative
from losscli.model.loss import Convexity, Floor, Idle, Symbol, Terms, loss

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
SUMS = r"P = \sum_i p_i t_i, F = \sum_i p_i (1 - t_i), N = \sum_i (1 - p_i) t_i"
COUNTS = f"{SUMS}, d the number s unless smooth_below is given"
Factor = Annotated[float, Interval(0, 1e300)]  # below the largest double: a sum over many pixels is finite
PredictedAlone = Annotated[Factor, "weight of what is predicted and not there"]
ThereAlone = Annotated[Factor, "weight of what is there and not predicted"]
Smooth = Annotated[NonNegative, "added to numerator and denominator", Symbol("s"), Idle()]
Below = Annotated[float | None, Interval(0, inf, "[)"), "added to the denominator instead of smooth", Symbol("d")]
EMPTY = "everywhere but at 0 of all pixels, where the loss is undefined"
ORDERED = (lambda smooth, smooth_below: smooth_below is None or smooth_below >= smooth, "smooth_below at least smooth")


def excess(smooth: float, smooth_below: float | None) -> float:
    """Return by how much more is added to the denominator than to the numerator."""
    return 0.0 if smooth_below is None else smooth_below - smooth


def overlap_terms(p: Array, t: Array, alpha: float, beta: float, smooth: float, more: float) -> Terms:
    """Yield value, gradient and Hessian of 1 - (P + s) / (P + alpha F + beta N + s + more); nan where that is 0 / 0."""
    inside = t == 1
    shared = sum_with(np.where(inside, p, 0.0), smooth)
    wrong = sum_with(np.where(inside, product(beta, 1 - p), product(alpha, p)), more)
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


def sum_with(terms: Array, constant: float) -> Array:
    """Return the sum over the last axis plus a constant, rounded about once."""
    return precise_sum(np.concatenate([terms, np.full_like(terms[..., :1], constant)], axis=-1))


def overlap_convexity(y: tuple[float, ...], beta: float, smooth: float, gamma: float) -> Convexity:
    """Return the convexity: with labels of both kinds never; with one kind it depends on a single sum."""
    if 0 in y:
        return "no" if 1 in y or smooth > 0 else "convex"  # without both the loss is 1
    return "convex" if beta <= 1 and gamma == 1 else "no"


def overlap_floor(y: tuple[float, ...], smooth: float, smooth_below: float | None) -> Floor:
    """Return the floor, at the target itself; where no pixel is inside and nothing is smooth the loss is always 1."""
    more = excess(smooth, smooth_below)
    if 1 not in y and smooth == 0:
        return Floor(1, at=(1.0,) * len(y), where="everywhere" if more else EMPTY)
    return Floor(more / (y.count(1) + smooth + more), at=y, where="the target")


def overlap_slope(
    y: tuple[float, ...], alpha: float, beta: float, smooth: float, smooth_below: float | None = None
) -> float:
    """Return the steepest slope: the largest sum of the partial slopes of all pixels.

    They depend on the sums P and F alone. The largest lies on an edge of the rectangle of these; along each edge it is
    (c + e x) / (d + h x)^2, with x from 0 to `top`. It is reckoned in fractions: squares of doubles may be none.
    """
    from fractions import Fraction  # starting is quicker without it

    inside, outside, more = y.count(1), y.count(0), Fraction(excess(smooth, smooth_below))
    if inside == 0 and smooth == 0:
        return 0.0
    a, b, s = Fraction(alpha), Fraction(beta), Fraction(smooth)

    def edges() -> Iterator[tuple[Fraction, Fraction, Fraction, Fraction, Fraction]]:
        for p in (0, inside):
            shared = p + s
            c = outside * a * shared + inside * (b * (inside + s) + more)
            yield c, inside * a, shared + b * (inside - p) + more, a, Fraction(outside)
        for f in (0, outside):
            c = outside * a * s + inside * (b * (inside + s) + a * f + more)
            yield c, outside * a, s + a * f + b * inside + more, 1 - b, Fraction(inside)

    steepest = zero = Fraction(0)
    for c, e, d, h, top in edges():
        turn = (e * d - 2 * h * c) / (e * h) if e * h else zero
        steepest = max(steepest, *((c + e * x) / (d + h * x) ** 2 for x in (zero, top, min(max(turn, zero), top))))
    return float(steepest) if steepest < sys.float_info.max else inf


def halved(smooth: float, smooth_below: float | None) -> tuple[float, float | None]:
    """Return what Dice adds, which counts the shared pixels twice, as Tversky adds it."""
    return smooth / 2, None if smooth_below is None else smooth_below / 2


@loss(
    PIXELS,
    title="Dice",
    latex=r"1 - \frac{2 P + s}{2 P + F + N + d}",
    symbols=COUNTS,
    convex=lambda y, smooth: overlap_convexity(y, 0.5, smooth, 1.0),
    lipschitz=lambda y, smooth, smooth_below: overlap_slope(y, 0.5, 0.5, *halved(smooth, smooth_below)),
    floor=lambda y, smooth, smooth_below: overlap_floor(y, *halved(smooth, smooth_below)),
    require=ORDERED,
    aliases=("soft-dice",),
)
def dice(p: Array, t: Array, smooth: Smooth = 0.0, smooth_below: Below = None) -> Terms:
    """One minus the Dice coefficient of a soft region and the target's: twice what they share over what both have.

    Milletari et al. 2016, arXiv:1606.04797, have squares in the denominator; this is the plain sum that MONAI and
    segmentation_models_pytorch take. Where no pixel is inside either region it is undefined unless smooth is above 0.
    """
    yield from overlap_terms(p, t, 0.5, 0.5, smooth / 2, excess(smooth, smooth_below) / 2)


@loss(
    PIXELS,
    title="Jaccard",
    latex=r"1 - \frac{P + s}{P + F + N + d}",
    symbols=COUNTS,
    convex=lambda y, smooth: overlap_convexity(y, 1.0, smooth, 1.0),
    lipschitz=lambda y, smooth, smooth_below: overlap_slope(y, 1.0, 1.0, smooth, smooth_below),
    floor=overlap_floor,
    require=ORDERED,
    aliases=("iou", "soft-iou"),
)
def jaccard(p: Array, t: Array, smooth: Smooth = 0.0, smooth_below: Below = None) -> Terms:
    """One minus the Jaccard index of a soft region and the target's: what they share over what either has.

    Rahman and Wang 2016, doi:10.1007/978-3-319-50835-1_22. Where no pixel is inside either region it is undefined
    unless smooth is above 0.
    """
    yield from overlap_terms(p, t, 1.0, 1.0, smooth, excess(smooth, smooth_below))


@loss(
    PIXELS,
    title="Tversky",
    latex=r"1 - \frac{P + s}{P + \alpha F + \beta N + d}",
    symbols=COUNTS,
    convex=lambda y, beta, smooth: overlap_convexity(y, beta, smooth, 1.0),
    lipschitz=overlap_slope,
    floor=overlap_floor,
    require=ORDERED,
)
def tversky(
    p: Array,
    t: Array,
    alpha: PredictedAlone = 0.5,
    beta: ThereAlone = 0.5,
    smooth: Smooth = 0.0,
    smooth_below: Below = None,
) -> Terms:
    """The overlap with both kinds of error weighted: alpha = beta = 0.5 is Dice, 1 is Jaccard.

    Salehi et al. 2017, arXiv:1706.05721, with 0.3 and 0.7. Where no pixel is inside either region it is undefined
    unless smooth is above 0.
    """
    yield from overlap_terms(p, t, alpha, beta, smooth, excess(smooth, smooth_below))


@loss(
    PIXELS,
    title="Focal Tversky",
    latex=r"\left( 1 - \frac{P + s}{P + \alpha F + \beta N + s} \right)^\gamma",
    symbols=SUMS,
    convex=overlap_convexity,
    lipschitz=lambda y, alpha, beta, smooth, gamma: (
        inf if gamma < 1 and (1 in y or smooth > 0) else overlap_slope(y, alpha, beta, smooth)
    ),
    floor=lambda y, smooth: overlap_floor(y, smooth, None),
)
def focal_tversky(
    p: Array,
    t: Array,
    alpha: PredictedAlone = 0.7,
    beta: ThereAlone = 0.3,
    gamma: Annotated[float, Interval(0, 1, "(]"), "power"] = 0.75,
    smooth: Smooth = 0.0,
) -> Terms:
    """A power of the Tversky loss, below 1: small regions that are nearly right still count.

    Abraham and Khan 2018, arXiv:1810.07842, who write the power as 1 / gamma and take gamma 4/3, which is this 0.75.
    Where the regions are the same its slope is infinite.
    """
    value, gradient, hessian = overlap_terms(p, t, alpha, beta, smooth, 0.0)
    yield value**gamma
    scaled = value[..., None]
    yield product(gamma, scaled ** (gamma - 1), gradient)
    scaled = scaled[..., None]
    pair = product(gamma, gamma - 1, scaled ** (gamma - 2), gradient[..., :, None], gradient[..., None, :])
    plain = product(gamma, scaled ** (gamma - 1), hessian)
    yield np.where((scaled > 0) | (gamma == 1), plain + pair, pair)


PIXEL_LOGITS = replace(
    PIXELS,
    reads="several pixels' logits",
    symbols="z the logit of each pixel, t its label",
    label="Pixel's logit",
    span=lambda _: (-6, 6),
    domain=Interval(ends="[]"),
    held=lambda _: 0.0,
)
LINK = r"p_i = 1 / (1 + e^{-z_i})"
TINY = 1e-300  # below, numbers have few digits
Numbers = tuple[float, float, float, float, float]  # alpha, beta, smooth, what more is below, gamma


def divided(top: Array, whole: Array, lost: Array) -> tuple[Array, Array]:
    """Return top / (whole + lost), where `lost` is far smaller than `whole`, and what rounding it loses."""
    found = top / whole
    return found, ((top - found * whole) - product_rest(found, whole) - found * lost) / whole


def logits_terms(z: Array, t: Array, numbers: Numbers) -> Terms:
    """Yield value, gradient and Hessian of (1 - (P + s) / (P + alpha F + beta N + s + more))^gamma.

    Where every pixel is nearly right all errors underflow, but not their power; so e^-lead is kept apart, with `lead`
    the smallest logit by which a pixel is right.
    """
    alpha, beta, smooth, more, gamma = numbers
    inside = t == 1
    y = np.where(inside, z, -z)  # positive where a pixel is right
    weight, small = np.where(inside, beta, alpha), np.exp(-abs(y))
    whole = 1 + small
    lost = small - (whole - 1)  # by rounding `whole`
    least = y.min(axis=-1, keepdims=True)
    constant = (smooth == 0) & ~inside.any(axis=-1, keepdims=True)  # nothing to share: the loss is always 1
    lead = np.where((least > 0) & np.isfinite(least) & ~constant & (more == 0), least, 0.0)
    right, right_rest = divided(np.exp(np.minimum(y, 0)), whole, lost)  # the sigmoid of y
    error, error_rest = divided(np.exp(lead - np.maximum(y, 0)), whole, lost)  # that of -y, times e^lead
    rise = np.exp(lead - abs(y)) / (whole * whole + 2 * lost * whole)  # the slope of both, times e^lead

    weighed, weighed_rest = weight * error, product_rest(weight, error) + weight * error_rest
    apart = sum_with(np.concatenate([weighed, weighed_rest], axis=-1), more)  # what is wrong, times e^lead
    shared = sum_with(np.where(np.tile(inside, 2), np.concatenate([right, right_rest], axis=-1), 0.0), smooth)
    wrong = product(apart, *exp_factors(-lead[..., 0]))
    total = shared + wrong
    value, fall = np.where(constant[..., 0], 1.0, product(apart, over=(total,))), exp_factors(-gamma * lead[..., 0])
    yield product(to_power(value, gamma), *fall)

    value, total, shared, wrong = (term[..., None] for term in (value, total, shared, wrong))
    fall = tuple(term[..., None] for term in fall)
    missed = beta * shared + wrong
    own = np.where(inside, missed, product(alpha, shared))
    kept = 1 - 2 * sum_rest(shared, wrong) / total  # of the square of the total, by rounding it
    slope = np.where(inside, -1, 1) * product(own, rise, kept, over=(total, total))
    outer = product(gamma, to_power(value, gamma - 1), *fall)
    yield product(outer, slope)

    far = error * np.exp(-lead)
    rest = sum_of_others(np.where(inside, right, 0.0) + weight * far) + (smooth + more)
    bend = np.tanh(y / 2) * (rest + inside) + np.where(inside, 1 - beta, -alpha) * far
    straight = np.eye(z.shape[-1]) * product(own, rise, bend, over=(total, total, total))[..., None]
    value, total, shared, wrong, missed = (term[..., None] for term in (value, total, shared, wrong, missed))
    both, neither = inside[..., :, None] & inside[..., None, :], ~(inside[..., :, None] | inside[..., None, :])
    mixed = product(alpha, wrong - (1 - 2 * beta) * shared)
    factor = np.where(both, product(2, 1 - beta, missed), np.where(neither, -product(2, alpha, alpha, shared), mixed))
    near = rise * np.exp(-lead)
    crossed = product(factor, rise[..., :, None], near[..., None, :], over=(total, total, total))
    power = product(gamma - 1, slope[..., :, None], slope[..., None, :], over=(value,))
    curved = straight + np.where(np.eye(z.shape[-1]) == 1, 0.0, crossed)
    yield product(outer[..., None], curved + power)


def logits_convexity(y: tuple[float, ...], smooth: float) -> Convexity:
    """Return the convexity: a loss with bounds is convex only where it is constant."""
    return "no" if 1 in y or smooth > 0 else "convex"


def logits_floor(y: tuple[float, ...], smooth: float, smooth_below: float | None) -> Floor:
    """Return the floor, approached as the probabilities tend to the target."""
    if 1 not in y and smooth == 0:
        return Floor(1, at=(0.0,) * len(y), where="everywhere")
    more = excess(smooth, smooth_below)
    at = tuple(np.where(np.equal(y, 1), np.inf, -np.inf).tolist())
    least = more / (y.count(1) + smooth + more)
    return Floor(least, at=at, attained=False, where="sigmoid(logits) tends to the target")


def logits_slope(y: tuple[float, ...], numbers: Numbers) -> float:
    """Return the steepest slope: the largest sum of the partial slopes of all pixels, found on a grid that closes in.

    It depends on the sums P and F, and is the largest where each side has one logit for all of its pixels.
    """
    (alpha, beta, smooth, more, gamma), inside, outside = numbers, y.count(1), y.count(0)
    if inside == 0 and smooth == 0:
        return 0.0
    counted = (alpha if outside else 0.0, beta if inside else 0.0, smooth, more, 1.0)
    alpha, beta, smooth, more, one = (number / max(counted) for number in counted)  # so that no sum overflows
    side = np.expm1(np.linspace(0, 6.6, 100))  # up to 735, the logits of the smallest normal probabilities
    within = without = np.concatenate([-side[:0:-1], side])
    best = 0.0
    for _ in range(12):
        p, q, f, g = (sigmoid(x) for x in (within[:, None], -within[:, None], without[None, :], -without[None, :]))
        shared, wrong = one * inside * p + smooth, beta * inside * q + alpha * outside * f + more
        total = shared + wrong
        lost = product(alpha, shared, outside, f, g, over=(total, total))
        gained = product(beta * shared + one * wrong, inside, p, q, over=(total, total))
        value = np.maximum(wrong / total, TINY)  # of the loss without the power, which is less steep where that is tiny
        slopes = gamma * value**gamma * ((lost + gained) / value)
        row, column = np.unravel_index(slopes.argmax(), slopes.shape)
        best = float(slopes[row, column])
        within, without = (
            np.linspace(x[max(int(at) - 1, 0)], x[min(int(at) + 1, len(x) - 1)], 41)
            for x, at in ((within, row), (without, column))
        )
    return best


@loss(
    PIXEL_LOGITS,
    title="Dice of logits",
    latex=r"1 - \frac{2 P + s}{2 P + F + N + d}",
    symbols=f"{COUNTS}, {LINK}",
    convex=logits_convexity,
    lipschitz=lambda y, smooth, smooth_below: logits_slope(
        y, (0.5, 0.5, smooth / 2, excess(smooth, smooth_below) / 2, 1.0)
    ),
    floor=lambda y, smooth, smooth_below: logits_floor(y, *halved(smooth, smooth_below)),
    require=ORDERED,
)
def sigmoid_dice(z: Array, t: Array, smooth: Smooth = 0.0, smooth_below: Below = None) -> Terms:
    """One minus the Dice coefficient of the regions, given the logits of the pixels.

    segmentation_models_pytorch and Optax compute this by default. Where no pixel is inside the target and smooth is 0
    it is 1.
    """
    yield from logits_terms(z, t, (0.5, 0.5, smooth / 2, excess(smooth, smooth_below) / 2, 1.0))


@loss(
    PIXEL_LOGITS,
    title="Jaccard of logits",
    latex=r"1 - \frac{P + s}{P + F + N + d}",
    symbols=f"{COUNTS}, {LINK}",
    convex=logits_convexity,
    lipschitz=lambda y, smooth, smooth_below: logits_slope(y, (1.0, 1.0, smooth, excess(smooth, smooth_below), 1.0)),
    floor=logits_floor,
    require=ORDERED,
)
def sigmoid_jaccard(z: Array, t: Array, smooth: Smooth = 0.0, smooth_below: Below = None) -> Terms:
    """One minus the Jaccard index of the regions, given the logits of the pixels.

    segmentation_models_pytorch computes this by default. Where no pixel is inside the target and smooth is 0 it is 1.
    """
    yield from logits_terms(z, t, (1.0, 1.0, smooth, excess(smooth, smooth_below), 1.0))


@loss(
    PIXEL_LOGITS,
    title="Tversky of logits",
    latex=r"1 - \frac{P + s}{P + \alpha F + \beta N + d}",
    symbols=f"{COUNTS}, {LINK}",
    convex=logits_convexity,
    lipschitz=lambda y, alpha, beta, smooth, smooth_below: logits_slope(
        y, (alpha, beta, smooth, excess(smooth, smooth_below), 1.0)
    ),
    floor=logits_floor,
    require=ORDERED,
)
def sigmoid_tversky(
    z: Array,
    t: Array,
    alpha: PredictedAlone = 0.5,
    beta: ThereAlone = 0.5,
    smooth: Smooth = 0.0,
    smooth_below: Below = None,
) -> Terms:
    """The overlap with both kinds of error weighted, given the logits of the pixels: alpha = beta = 0.5 is Dice.

    Optax and MONAI compute this. Where no pixel is inside the target and smooth is 0 it is 1.
    """
    yield from logits_terms(z, t, (alpha, beta, smooth, excess(smooth, smooth_below), 1.0))


@loss(
    PIXEL_LOGITS,
    title="Focal Tversky of logits",
    latex=r"\left( 1 - \frac{P + s}{P + \alpha F + \beta N + s} \right)^\gamma",
    symbols=f"{SUMS}, {LINK}",
    convex=logits_convexity,
    lipschitz=lambda y, alpha, beta, smooth, gamma: logits_slope(y, (alpha, beta, smooth, 0.0, gamma)),
    floor=lambda y, smooth: logits_floor(y, smooth, None),
)
def sigmoid_focal_tversky(
    z: Array,
    t: Array,
    alpha: PredictedAlone = 0.7,
    beta: ThereAlone = 0.3,
    gamma: Annotated[float, Interval(0, 1, "(]"), "power"] = 0.75,
    smooth: Smooth = 0.0,
) -> Terms:
    """A power of the Tversky loss, below 1, given the logits of the pixels.

    segmentation_models_pytorch computes this with gamma = 1. Where no pixel is inside the target and smooth is 0 it
    is 1.
    """
    yield from logits_terms(z, t, (alpha, beta, smooth, 0.0, gamma))
