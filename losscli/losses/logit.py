"""Losses of a logit, the log-odds of a binary target."""

from math import exp, expm1, inf, log, log1p
from typing import Annotated, Any

from losscli.lazy import Array, np
from losscli.losses.numerics import (
    binary_entropy,
    exact_product,
    exact_sum,
    exp_factors,
    log1p_bend,
    log_odds,
    log_of_cosh,
    precise_log_odds,
    product,
    sigmoid,
    sigmoid_factors,
    sigmoid_powers,
    sigmoid_slope,
    softplus,
    softplus_bend,
    softplus_factors,
    steepest,
    to_power,
)
from losscli.model.domains import Interval, Label, NonNegative, Scalar
from losscli.model.loss import Convexity, Family, Floor, Idle, Symbol, Terms, Tutorial, loss

TINY = 1e-300  # -log(1 - q) / q is 1 for smaller q

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
    aliases=("bce-with-logits", "non-saturating-gan"),
    latex=r"y \log(1 + e^{-x}) + (1 - y) \log(1 + e^x)",
    convex="strictly",
    lipschitz=lambda y: max(y, 1 - y),
    symmetric=True,
    floor=lambda y: Floor(
        binary_entropy(y), at=log_odds(y, 1 - y), attained=0 < y < 1, reason="the entropy of the target"
    ),
    unit="nats",
    tutorial=Tutorial(
        (-4, 6),
        {"line": ("y-",), "title": "Sigmoid cross entropy loss", "ylabel": "$Y_{label}$", "ylim": (-2.0, 5.0)},
    ),
)
def sigmoid_cross_entropy(x: Array, y: Array) -> Terms:
    """The cross-entropy of the sigmoid of a logit, in nats.

    In a GAN it is the discriminator's loss with target 1 for a real example and 0 for a fake, and with target 1 for
    fakes the generator's loss that does not saturate (Goodfellow et al. 2014, arXiv:1406.2661).
    """
    bend = softplus_bend(x)
    yield product(y, *softplus_factors(-x, bend=bend)) + product(1 - y, *softplus_factors(x, bend=bend))
    yield sigmoid(x, 1 - y) - sigmoid(-x, y)
    yield sigmoid_slope(x)


def weighted_floor(y: float, pos_weight: float) -> Floor:
    """Return the infimum over all logits of the two terms together, weighted by w y and 1 - y."""
    positive, negative = pos_weight * y, 1 - y
    if positive == negative == 0:
        return Floor(0, at=(-inf, inf), where="everywhere: the only term has weight 0")
    total = positive + negative
    return Floor(
        total * binary_entropy(positive / total),
        at=log_odds(positive, negative),
        attained=positive > 0 and negative > 0,
        reason=f"the entropy of the {'' if pos_weight == 1 else 'weighted '}target",
    )


@loss(
    LOGIT,
    title="Weighted cross-entropy",
    latex=r"w y \log(1 + e^{-x}) + (1 - y) \log(1 + e^x)",
    convex=lambda pos_weight, y: "strictly" if pos_weight * y + 1 - y > 0 else "convex",
    lipschitz=lambda pos_weight, y: max(pos_weight * y, 1 - y),
    symmetric=lambda pos_weight: pos_weight == 1,
    floor=weighted_floor,
    unit="nats",
    tutorial=Tutorial(
        (-4, 6),
        {
            "line": ("b-", "r--"),
            "title": "Weighted cross entropy loss",
            "ylabel": "$Y_{label}$",
            "ylim": (-2.0, 5.0),
            "legend": "lower right",
        },
        {"pos_weight": (1, 0.5)},
    ),
)
def weighted_cross_entropy(
    x: Array, y: Array, pos_weight: Annotated[NonNegative, "weight of the positive term", Symbol("w"), Idle()] = 1.0
) -> Terms:
    """The sigmoid cross-entropy with the term of the positive target weighted."""
    yield softplus(-x, pos_weight, y) + softplus(x, 1 - y)
    yield sigmoid(x, 1 - y) - sigmoid(-x, pos_weight, y)
    yield sigmoid_slope(x, pos_weight * y + (1 - y))


Easing = Annotated[NonNegative, "how much less an easy example counts; 0: cross-entropy"]
Balance = Annotated[float | None, Interval(0, 1, "[]"), "weight of target 1, and 1 less it of target 0"]
HARD = Label((0.0, 1.0))
LOG_2_LESS_HALF = 0.1931471805599453


def towards_target(y: float) -> Floor:
    """Return the floor of a loss that tends to 0 as the logit goes to infinity towards its target."""
    return Floor(0, at=inf if y == 1 else -inf, attained=False)


def focal_weight(y: float, alpha: float | None) -> float:
    """Return the weight of the term of this target: alpha, 1 - alpha, or 1 if there is no alpha."""
    return 1.0 if alpha is None else alpha if y == 1 else 1 - alpha


def focal_convexity(y: float, gamma: float, alpha: float | None) -> Convexity:
    """Return the convexity: with a power of the error (gamma > 0) the loss is not convex unless its weight is 0."""
    if focal_weight(y, alpha) == 0:
        return "convex"
    return "strictly" if gamma == 0 else "no"


def focal_floor(y: float, alpha: float | None, ends: tuple[float, float]) -> Floor:
    """Return the floor 0 at an end of the domain; if the only term has weight 0, it is attained everywhere."""
    if focal_weight(y, alpha) == 0:
        return Floor(0, at=ends, where="everywhere: the only term has weight 0")
    return Floor(0, at=ends[int(y)], attained=ends[1] < inf)


def focal_slope(y: float, gamma: float, alpha: float | None) -> float:
    """Return the steepest slope, which lies where the Hessian changes its sign; s = -log p is found by bisection.

    p is the probability of the target. As p goes to 0 the slope tends to the weight; it is slightly larger before.
    """
    if gamma < 0.01:  # noqa: PLR2004 - the slope exceeds the weight by less than e^-100 of it
        return focal_weight(y, alpha)
    low, high = 0.0, 2 * (2 + 1 / gamma) + log1p(gamma)
    for _ in range(100):
        s = (low + high) / 2
        p, q = exp(-s), -expm1(-s)
        low, high = (s, high) if q * (2 + 1 / gamma) > s * (q - gamma * p) else (low, s)
    return focal_weight(y, alpha) * exp(gamma * log1p(-p)) * (q + gamma * p * s)


@loss(
    LOGIT,
    latex=[
        (r"\alpha (1 + e^x)^{-\gamma} \log(1 + e^{-x})", "y = 1"),
        (r"(1 - \alpha) (1 + e^{-x})^{-\gamma} \log(1 + e^x)", "y = 0"),
    ],
    convex=focal_convexity,
    lipschitz=focal_slope,
    symmetric=lambda alpha: alpha in (None, 0.5),
    floor=lambda y, alpha: focal_floor(y, alpha, (-inf, inf)),
    targets=HARD,
)
def focal(
    x: Array,
    y: Array,
    gamma: Easing = 2.0,
    alpha: Balance = None,
) -> Terms:
    """Sigmoid cross-entropy times a power of the error: easy examples count little.

    Lin et al. 2017, arXiv:1708.02002. Without alpha neither target is weighted: the factors alpha and 1 - alpha are
    absent. Libraries differ: by default torchvision weights with alpha 0.25, Keras and Optax do not weight.
    """
    u: Array = np.where(y == 1, x, -x)
    weight = 1.0 if alpha is None else np.where(y == 1, alpha, 1 - alpha)
    # Factors of the power of the error, the exponential of -gamma log(1 + e^u). The large part of the log is exact.
    large, lost = exact_product(gamma, np.maximum(u, 0))
    t, more = exact_sum(large, product(gamma, np.log1p(np.exp(-abs(u)))))
    common: tuple[Any, ...] = (*exp_factors(-t), 1 - (lost + more), weight)
    yield softplus(-u, *common)
    bent: tuple[Any, ...] = (gamma, *sigmoid_factors(u), *softplus_factors(-u))
    yield (1 - 2 * y) * (sigmoid(-u, *common) + product(*bent, *common))
    curved = sigmoid_slope(u, 2, gamma + 0.5, *common)
    yield curved + sigmoid(u, *bent, gamma, *common) - sigmoid(-u, *bent, *common)


@loss(
    LOGIT,
    title="Poly cross-entropy",
    latex=[
        (r"\log(1 + e^{-x}) + \epsilon / (1 + e^x)", "y = 1"),
        (r"\log(1 + e^x) + \epsilon / (1 + e^{-x})", "y = 0"),
    ],
    convex=lambda epsilon: "strictly" if abs(epsilon) <= 1 else "no",
    lipschitz=lambda epsilon: (1 + epsilon) / (4 * epsilon) * (1 + epsilon) if epsilon > 1 else 1.0,
    symmetric=True,
    floor=towards_target,
    targets=HARD,
)
def poly_cross_entropy(
    x: Array, y: Array, epsilon: Annotated[float, Interval(-1, inf, "[)"), "weight of the error added"] = 2.0
) -> Terms:
    """Sigmoid cross-entropy plus a multiple of the probability of the wrong answer.

    Leng et al. 2022, arXiv:2204.12511, call it Poly-1. The default is that of Optax.
    """
    u: Array = np.where(y == 1, x, -x)
    wrong = sigmoid(-u)
    # log(1 + e^-u) minus the error, without cancellation where the error is small. For epsilon -1 it is the whole loss.
    w = np.maximum(-u, 0) / 2  # below, log(1 + e^-u) is log 2 + w + log cosh w, and the error is (1 + tanh w) / 2
    large = (LOG_2_LESS_HALF + (w - np.tanh(w) / 2)) + log_of_cosh(w)
    rest = np.where(u < 0, large, sigmoid_powers(u, 0, 2, log1p_bend(-np.minimum(wrong, 0.5))))
    yield sigmoid(-u, 1 + epsilon) + rest
    spread = sigmoid_slope(u, 1 + epsilon)
    yield (1 - 2 * y) * (spread + sigmoid_powers(u, 0, 2))
    # Two forms of 1 + epsilon (2 sigmoid(u) - 1): the first cancels for large |u|, the second for large epsilon.
    bend = np.where(abs(u) < 1, 1 + epsilon * np.tanh(u / 2), sigmoid(u, 1 + epsilon) + sigmoid(-u, 1 - epsilon))
    yield sigmoid_slope(u, bend)


def clipped_slope(gamma: float, clip: float) -> float:
    """Return the steepest slope of the term of target 0, whose probability is clipped; it lies beyond the kink."""
    kink, _ = precise_log_odds(clip)
    points = kink + np.concatenate([np.geomspace(1e-12, 1, 500), np.linspace(1, 800, 8000)])
    return max(steepest(lambda x: clipped_focal(x, gamma, clip), points), 0.0 if gamma else clip)


def error_and_clip(x: Array, clip: float) -> tuple[tuple[Array, ...], Array, Array]:
    """Return factors of the sum of 1 - p and the clip, p the sigmoid of x, its logarithm, and the clip's share of it.

    The larger one is factored out, since both may be subnormal.
    """
    wrong = sigmoid_factors(-x)
    ratio = product(clip, over=wrong)
    near = ratio < 1
    least = np.where(near, ratio, 1 / ratio)
    factors = (*(np.where(near, part, 1.0) for part in wrong), np.where(near, 1.0, clip), 1 + least)
    return factors, np.where(near, -softplus(x), log(clip)) + np.log1p(least), np.where(near, least, 1) / (1 + least)


def clipped_focal(x: Array, gamma: float, clip: float) -> Terms:
    """Yield value, gradient and Hessian of -q^gamma log(1 - q), with q = max(p - clip, 0) and p the sigmoid of x."""
    kink, more = precise_log_odds(clip)
    past = np.maximum((x - kink) - more, 0)
    # p - clip, without the difference, of which little is left near the kink.
    grown = -np.expm1(-past)
    parts: tuple[Array | float, ...] = (*sigmoid_factors(x), 1 - clip, grown)
    share = (1 - clip) * grown  # of p
    q = np.where(share < 0.5, product(clip, share, over=(1 - share,)), sigmoid(x) - clip)  # noqa: PLR2004
    rest, log_rest, clipped = error_and_clip(x, clip)
    ratio = np.where(q < TINY, 1.0, np.where(q < 0.5, -np.log1p(-q), -log_rest) / np.maximum(q, TINY))  # noqa: PLR2004
    # Square root of the power, which may underflow; near 1, q itself has lost digits of its logarithm.
    large = np.exp(gamma / 2 * np.log1p(-np.minimum(product(*rest), 0.5)))
    tiny = np.exp(gamma / 2 * (log1p(-clip) - softplus(-x) + np.log(grown)))
    half = np.where(q < 0.5, np.where(q < TINY, tiny, to_power(q, gamma / 2)), large)  # noqa: PLR2004 - as above
    yield product(q, half, half, ratio)
    slopes = (*sigmoid_factors(x), *sigmoid_factors(-x))
    spread = (half, half, *slopes)
    slope = product(gamma, ratio, *spread) + product(*spread, over=rest)
    yield np.where(past > 0, slope, 0.0)
    both = (*spread, *slopes)
    bend = product(gamma, gamma - 1, ratio, *both, over=parts) + product(2, gamma, *both, over=(*parts, *rest))
    # p (1 - p) / rest^2 - (2 p - 1) / rest, of which little is left for a small clip.
    bend = bend + product(sigmoid(-x) - sigmoid(x, clipped), *spread, over=rest)
    yield np.where(past > 0, bend - product(np.tanh(x / 2), gamma, ratio, *spread), 0.0)


def asymmetric_convexity(y: float, gamma_positive: float, gamma_negative: float, clip: float) -> Convexity:
    """Return the convexity; a clipped term levels off on both sides."""
    return "strictly" if (gamma_positive if y == 1 else gamma_negative + clip) == 0 else "no"


def asymmetric_slope(y: float, gamma_positive: float, gamma_negative: float, clip: float) -> float:
    """Return the steepest slope."""
    if y == 0 and clip > 0:
        return clipped_slope(gamma_negative, clip)
    return focal_slope(1.0, gamma_positive if y == 1 else gamma_negative, None)


@loss(
    LOGIT,
    aliases=("asl",),
    latex=[
        (r"(1 + e^x)^{-\gamma_+} \log(1 + e^{-x})", "y = 1"),
        (r"-q^{\gamma_-} \log(1 - q)", "y = 0"),
    ],
    symbols="q = \\max(1 / (1 + e^{-x}) - m, 0)",
    breaks=lambda y, clip: precise_log_odds(clip)[:1] if y == 0 and clip > 0 else (),
    convex=asymmetric_convexity,
    lipschitz=asymmetric_slope,
    symmetric=lambda gamma_positive, gamma_negative, clip: gamma_positive == gamma_negative and clip == 0,
    floor=lambda y, clip: Floor(0, at=(-inf, precise_log_odds(clip)[0])) if y == 0 and clip > 0 else towards_target(y),
    targets=HARD,
    tolerance=4e-15,  # at the kink: q is right to 2 ulp, and its power gamma only to gamma times as many
)
def asymmetric(
    x: Array,
    y: Array,
    gamma_positive: Annotated[NonNegative, "how much less an easy positive counts", Symbol(r"\gamma_+")] = 1.0,
    gamma_negative: Annotated[NonNegative, "how much less an easy negative counts", Symbol(r"\gamma_-")] = 4.0,
    clip: Annotated[float, Interval(0, 1, "[)"), "probability at which a negative costs nothing", Symbol("m")] = 0.05,
) -> Terms:
    """Focal loss with a power for each target, and no loss for negatives that are nearly sure.

    Its q is the probability of target 1 less the clip m, or 0 where that is negative.
    Ridnik et al. 2021, arXiv:2009.14119, for images with several labels; they recommend gamma_positive 0, timm takes 1.
    Without clip and with equal powers it is focal. A negative whose probability is at most the clip costs nothing, and
    one that is surely wrong at most -(1 - m)^gamma log m.
    """
    negative = clipped_focal(x, gamma_negative, clip) if clip else focal.formula(x, np.zeros_like(y), gamma_negative)
    for one, other in zip(focal.formula(x, np.ones_like(y), gamma_positive), negative, strict=True):
        yield np.where(y == 1, one, other)
