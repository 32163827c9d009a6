"""Losses of models that learn from feedback: from preferences between two answers, from rewards, from a critic."""

from dataclasses import replace
from functools import cache
from math import inf, log, log1p, tanh
from typing import Annotated

from losscli.lazy import Array, np
from losscli.losses.numerics import (
    SHOWN,
    binary_entropy,
    exact_product,
    exact_sum,
    exp_factors,
    expm1mx,
    log1p_bend,
    precise_log_odds,
    product,
    product_rest,
    sigmoid,
    sigmoid_factors,
    softplus,
    steepest,
    sum_rest,
)
from losscli.model.domains import Interval, Label, NonNegative, Nothing, Positive, Scalar
from losscli.model.loss import Family, Floor, Idle, Symbol, Terms, loss

PREFERENCE = Family(
    "preference",
    reads="a difference of scores",
    argument=lambda h, _: (h,),
    symbols="h the log-ratio of policy and reference of the answer preferred, less that of the other answer",
    targets=Nothing(),
    label="Difference of log-ratios",
    span=lambda _: (-6, 6),
)
ANSWER = replace(
    PREFERENCE,
    argument=lambda h, y: (h, y),
    symbols="h the log-ratio of policy and reference of an answer, y the target: 1 where it is desirable, else 0",
    targets=Label((0.0, 1.0)),
    label="Log-ratio",
    mirror=lambda h, y: (-h, 1 - y),
    mirrored="the log-ratio changes its sign and the target is exchanged for its complement",
)
UNREFERENCED = replace(
    PREFERENCE,
    symbols="h the mean log-probability of a token of the answer preferred, less that of the other answer",
    label="Difference of mean log-probabilities",
)
SCORES = replace(
    PREFERENCE,
    argument=lambda d, _: (d,),
    symbols="d the score of the item preferred, less that of the other item",
    label="Difference of scores",
)

Beta = Annotated[Positive, "strength of the reference: how fast the loss changes with the log-ratio"]
Smoothing = Annotated[
    float, Interval(0, 0.5, "[)"), "share of preferences taken to be wrong", Symbol(r"\epsilon"), Idle()
]
TINY = 1e-300  # numbers below may be no normal doubles
WIDEST = 1e300  # the largest range of a figure; its ends and their difference are doubles


def usual_range(beta: float) -> tuple[float, float]:
    """Return the range of a figure: ten units of beta h on both sides of 0."""
    return -min(10 / beta, WIDEST), min(10 / beta, WIDEST)


def preferred_odds(label_smoothing: float) -> tuple[float, float]:
    """Return log((1 - e) / e), the log-odds at which a preference of which a share e is wrong is met, as a precise sum.

    For e = 0 it is infinite.
    """
    whole, rest = precise_log_odds(label_smoothing) if label_smoothing else (-inf, 0.0)
    return -whole, -rest


AT_INFINITY = Floor(0, at=inf, attained=False)


@loss(
    PREFERENCE,
    title="DPO",
    aliases=("cdpo",),
    latex=r"(1 - \epsilon) \log(1 + e^{-\beta h}) + \epsilon \log(1 + e^{\beta h})",
    convex="strictly",
    lipschitz=lambda beta, label_smoothing: beta * (1 - label_smoothing),
    floor=lambda beta, label_smoothing: Floor(
        binary_entropy(label_smoothing),
        at=preferred_odds(label_smoothing)[0] / beta,
        attained=label_smoothing > 0,
        reason="the entropy of the smoothed label",
    ),
    span=usual_range,
    unit="nats",
)
def dpo(h: Array, beta: Beta = 0.1, label_smoothing: Smoothing = 0.0) -> Terms:
    """Cross-entropy of the answer preferred: direct preference optimization.

    Rafailov et al. 2023, arXiv:2305.18290. With label smoothing it is Mitchell's conservative DPO (cDPO, 2023), which
    has its minimum inside, at h = log((1 - e) / e) / beta: the entropy of (e, 1 - e). Without, the loss tends to 0 as h
    grows without bound.
    """
    u, rest = exact_product(beta, h)
    line = product(np.where(h > 0, label_smoothing, label_smoothing - 1), beta, h)  # also where beta h is no double
    both = softplus(-u, 1 - label_smoothing, rest=-rest) + softplus(u, label_smoothing, rest=rest)
    yield np.where(np.isfinite(u), both, line)
    level, more = preferred_odds(label_smoothing)
    away = (u - level) + (rest - more)
    # The sigmoid of u less 1 - e, that of the level, without the difference.
    above = sigmoid(u, beta, label_smoothing, -np.expm1(-away), rest=rest)
    yield np.where(away > 0, above, sigmoid(-u, beta, 1 - label_smoothing, np.expm1(away), rest=-rest))
    yield sigmoid(abs(u), sigmoid(-abs(u), beta, beta))


@loss(
    PREFERENCE,
    title="Robust DPO",
    latex=r"\frac{(1 - \epsilon) \log(1 + e^{-\beta h}) - \epsilon \log(1 + e^{\beta h})}{1 - 2 \epsilon}",
    convex="strictly",
    lipschitz=lambda beta, label_smoothing: beta * ((1 - label_smoothing) / (1 - 2 * label_smoothing)),
    floor=lambda label_smoothing: Floor(-inf, at=inf, attained=False) if label_smoothing else AT_INFINITY,
    span=usual_range,
    unit="nats",
)
def robust_dpo(h: Array, beta: Beta = 0.1, label_smoothing: Smoothing = 0.0) -> Terms:
    """DPO without the bias of preferences that are wrong at random, of which the share is known.

    Chowdhury, Kini and Natarajan 2024, arXiv:2403.00409. With label smoothing e it equals the DPO loss less the line
    e / (1 - 2 e) beta h. Hence it is convex, and for e > 0 unbounded below as h grows: it falls for ever with a slope
    of at least beta e / (1 - 2 e). Only its mean over preferences that are wrong that often is bounded.
    """
    (u, rest), tilt = exact_product(beta, h), label_smoothing / (1 - 2 * label_smoothing)
    yield softplus(-u, rest=-rest) - product(tilt, beta, h)
    yield -sigmoid(-u, beta, rest=-rest) - product(tilt, beta, np.ones_like(h))
    yield sigmoid(abs(u), sigmoid(-abs(u), beta, beta))


@loss(
    PREFERENCE,
    title="IPO",
    latex=r"(h - \frac{1}{2 \beta})^2",
    convex="strongly",
    lipschitz=inf,
    floor=lambda beta: Floor(0, at=0.5 / beta),
    span=usual_range,
)
def ipo(h: Array, beta: Beta = 0.1) -> Terms:
    """The squared distance from a margin of 1 / (2 beta): identity preference optimization.

    Azar et al. 2023, arXiv:2310.12036. Its minimum is at a finite difference, so that the policy stays near its
    reference even where every preference is certain. Their tau is beta.
    """
    place = 0.5 / beta
    # What rounding takes from 1 / (2 beta) matters where little else is left.
    rest = ((place * beta - 0.5) + product_rest(place, beta)) / beta if place < inf else 0.0
    away = (h - place) + rest
    yield away * away
    yield 2 * away
    yield np.full_like(h, 2)


@loss(
    PREFERENCE,
    title="SLiC",
    latex=r"\max(0, 1 - \beta h)",
    breaks=lambda beta: (1 / beta,),
    convex="convex",
    lipschitz=lambda beta: beta,
    floor=lambda beta: Floor(0, at=(1 / beta, inf)),
    span=usual_range,
)
def slic(h: Array, beta: Beta = 0.1) -> Terms:
    """The hinge of beta h: 0 once the answer preferred leads by 1 / beta.

    Zhao et al. 2023, arXiv:2305.10425, have a margin of the log-likelihoods themselves (SLiC-HF); TRL has this form.
    """
    u, rest = exact_product(beta, h)
    yield np.maximum((1 - u) - rest, 0)
    yield np.where(h < 1 / beta, -beta, 0.0)
    yield np.zeros_like(h)


@cache
def exo_slope(label_smoothing: float) -> float:
    """Return the largest p (1 - p) |u - log((1 - e) / e)|, p the sigmoid of u.

    Its derivative is 0 where (w + log((1 - e) / e)) tanh(w / 2) = 1, w = -u; w is found by bisection.
    """
    level, low, high = preferred_odds(label_smoothing)[0], 0.0, 2.0
    for _ in range(100):
        w = (low + high) / 2
        low, high = (w, high) if (w + level) * tanh(w / 2) < 1 else (low, w)
    return (1 - tanh(w / 2) ** 2) / 4 * (w + level)


@loss(
    PREFERENCE,
    title="EXO of pairs",
    latex=r"\frac{-\log(1 + e^{-\beta h}) - \log(1 - \epsilon)}{1 + e^{-\beta h}}"
    r" + \frac{-\log(1 + e^{\beta h}) - \log(\epsilon)}{1 + e^{\beta h}}",
    convex="no",
    lipschitz=lambda beta, label_smoothing: beta * exo_slope(label_smoothing),
    floor=lambda beta, label_smoothing: Floor(0, at=preferred_odds(label_smoothing)[0] / beta),
    span=usual_range,
    unit="nats",
)
def exo_pair(
    h: Array,
    beta: Beta = 0.1,
    label_smoothing: Annotated[
        float, Interval(0, 0.5), "share of preferences taken to be wrong", Symbol(r"\epsilon")
    ] = 0.001,
) -> Terms:
    """Relative entropy of the policy's preference from the one that was given: efficient exact optimization.

    Ji et al. 2024, arXiv:2402.00856. It is the reverse of the divergence that dpo with label smoothing has: bounded on
    both sides, by -log(1 - e) and -log e, and 0 at h = log((1 - e) / e) / beta. TRL takes 0.001 where label_smoothing
    is 0.
    """
    (u, rest), (level, more) = exact_product(beta, h), preferred_odds(label_smoothing)
    away = (u - level) + (rest - more)
    # Where u is near its level all terms of the sum cancel. Written with the smaller probability they do not.
    turn = np.where(u > 0, 1.0, -1.0)
    near, small = np.clip(turn * away, -1, 1), sigmoid(-abs(u), rest=-turn * rest)
    grown = small * np.expm1(near)  # at most 0.86, so that log1p_bend holds
    close = product(small, expm1mx(near)) - grown * grown * log1p_bend(grown)
    yes = product(-softplus(-u) - log1p(-label_smoothing), *sigmoid_factors(u))
    no = product(-softplus(u) - log(label_smoothing), *sigmoid_factors(-u))
    yield np.where(abs(away) < 1, close, yes + no)
    both = (*sigmoid_factors(u, rest), *sigmoid_factors(-u, -rest))
    yield product(beta, away, *both)
    yield product(beta, beta, 1 - product(away, np.tanh(u / 2)), *both)


@cache
def discopop_slope(tau: float) -> float:
    """Return the steepest slope for beta = 1 and tau at most 1; beyond, there is none."""
    scale = np.geomspace(max(1e-4 * min(tau, 1.0), TINY), 1e6, 4001)
    return steepest(lambda u: discopop.formula(u, 1.0, tau), np.concatenate([-scale[::-1], scale]))


# The tau between which discopop is convex: at each end the Hessian is 0 at one place, and positive elsewhere.
CONVEX_TAU = ((0.42275073810672875, 0.7975573004443171), (1.1772120111787092, inf))


@loss(
    PREFERENCE,
    title="DiscoPOP",
    latex=r"\frac{\log(1 + e^{-\beta h})}{1 + e^{\beta h / \tau}} + \frac{e^{-\beta h}}{1 + e^{-\beta h / \tau}}",
    convex=lambda tau: "strictly" if any(low <= tau <= high for low, high in CONVEX_TAU) else "no",
    lipschitz=lambda beta, tau: beta * discopop_slope(tau) if tau <= 1 else inf,
    floor=AT_INFINITY,
    span=usual_range,
)
def discopop(
    h: Array, beta: Beta = 0.1, tau: Annotated[Positive, "width of the step from one loss to the other"] = 0.05
) -> Terms:
    """The logistic loss for negative differences, the exponential loss for positive ones, and a smooth step between.

    Lu et al. 2024, arXiv:2406.08414, found it by a search of a language model (the log-ratio modulated loss). With a
    narrow step it has a hollow and a hump near 0. It is convex for tau from 0.42275 to 0.79756 and from 1.17721 on. For
    tau above 1 it grows exponentially as h falls.
    """
    (u, lost), w = exact_product(beta, h), product(beta, h, over=(tau,))
    larger = 1 / (1 + np.exp(-abs(w)))
    wrong, other = sigmoid(-u, rest=-lost), (*exp_factors(np.minimum(-w, 0)), larger)
    # sigmoid(w) e^-u, as factors: where u is negative, the one may underflow while the other overflows.
    rising = (*exp_factors(np.where(h < 0, product(beta, h, 1 - tau, over=(tau,)), -u)), larger)
    x = np.exp(-np.maximum(u, -700))
    rest = np.where(x < 2, x * log1p_bend(np.minimum(x, 2)), 1 - np.log1p(x) / x)  # noqa: PLR2004 - log1p_bend's range
    yield softplus(-u, rest=-lost) + product(rest, *rising)
    if tau < 1:
        tilt = product(beta, rest, *other, *rising, over=(tau,)) - product(beta, wrong, *rising)
    else:  # both terms may overflow, and their difference not
        tilt = product(product(beta, rest, *other, over=(tau,)) - product(beta, wrong), *rising)
    yield tilt - product(beta, wrong)
    # The Hessian's terms share scales that keep them doubles: beta^2 may overflow, and 1 / tau^2.
    n, m, inner, outer = min(tau, 1.0), min(max(tau, 1e-150), 1.0), min(beta, 1.0), max(beta, 1.0)
    last = product(wrong, 1 + sigmoid(u))
    bend = product(-np.tanh(w / 2), rest, *other, n, m, over=(tau, tau)) - product(2, wrong, *other, n, m, over=(tau,))
    # Far to the left the three terms are nearly 1 / tau^2, -2 / tau and 1, and cancel for tau near 1.
    p, s, share = sigmoid(u), sigmoid(w), np.log1p(x) / x
    left = product(1 - tau, 1 - tau, n, m, over=(tau, tau)) + product(2, p + s - p * s, n, m, over=(tau,))
    left = left - product(s * (3 - 2 * s) + share * (1 - s) * (1 - 2 * s), n, m, over=(tau, tau)) - p * p * n * m
    far = u < -2  # noqa: PLR2004 - where p, s and what is lost begin to be small
    bend = np.where(far, left, bend if n < 1 else bend + last)
    alone = np.where(far, 0.0, last if n < 1 else 0.0)
    whole = sigmoid(abs(u), sigmoid(-abs(u), inner, inner)) + product(inner, inner, alone, *rising)
    yield product(outer, outer, whole + product(inner, inner, bend, *rising, over=(n, m)))


@loss(
    ANSWER,
    title="KTO",
    latex=[
        (r"w_d / (1 + e^{\beta (h - z_0)})", "y = 1"),
        (r"w_u / (1 + e^{-\beta (h - z_0)})", "y = 0"),
    ],
    convex="no",
    lipschitz=lambda y, beta, desirable_weight, undesirable_weight: (
        beta / 4 * (desirable_weight if y else undesirable_weight)
    ),
    symmetric=lambda z0, desirable_weight, undesirable_weight: z0 == 0 and desirable_weight == undesirable_weight,
    floor=lambda y: Floor(0, at=inf if y else -inf, attained=False),
    span=usual_range,
)
def kto(
    h: Array,
    y: Array,
    beta: Beta = 0.1,
    z0: Annotated[
        NonNegative, "reference point: the divergence of the policy from the reference", Symbol("z_0"), Idle()
    ] = 0.0,
    desirable_weight: Annotated[Positive, "weight of a desirable answer", Symbol("w_d"), Idle()] = 1.0,
    undesirable_weight: Annotated[Positive, "weight of an undesirable answer", Symbol("w_u"), Idle()] = 1.0,
) -> Terms:
    """A step down for an answer that is desirable, up for one that is not: Kahneman-Tversky optimization.

    Ethayarajh et al. 2024, arXiv:2402.01306. It needs no pairs of answers. The paper estimates z0 from the batch and
    lets no gradient through it.
    """
    away = h - z0
    whole, rest = exact_product(beta, away)
    v = np.where(np.isfinite(away), whole, product(2, beta, h / 2 - z0 / 2))  # the difference may overflow
    rest = rest + np.where(abs(v) < SHOWN, beta * sum_rest(h, -z0), 0.0)
    small = abs(v) < TINY  # then tanh(v / 2) is v / 2, as factors
    tilt = (np.where(small, 0.5, np.tanh(v / 2)), np.where(small, beta, 1.0), np.where(small, away, 1.0))
    sign, weight = np.where(y == 1, -1.0, 1.0), np.where(y == 1, desirable_weight, undesirable_weight)
    both = (*sigmoid_factors(v, rest), *sigmoid_factors(-v, -rest))
    yield sigmoid(sign * v, weight, rest=sign * rest)
    yield product(sign, beta, weight, *both)
    yield product(-sign, beta, beta, weight, *tilt, *both)


@loss(
    UNREFERENCED,
    title="SimPO",
    latex=r"\log(1 + e^{\gamma - \beta h})",
    convex="strictly",
    lipschitz=lambda beta: beta,
    floor=AT_INFINITY,
    span=usual_range,
    unit="nats",
)
def simpo(
    h: Array,
    beta: Beta = 2.0,
    gamma: Annotated[NonNegative, "margin by which the answer preferred should lead, in units of beta h"] = 1.0,
) -> Terms:
    """The logistic loss with a margin, without a reference: simple preference optimization.

    Meng, Xia and Chen 2024, arXiv:2405.14734: there is no reference policy, and log-probabilities are divided by the
    length of the answer. Their ratio gamma / beta is 0.5, as here.
    """
    whole, rest = exact_product(beta, h)
    u, more = exact_sum(whole, -gamma)
    rest = rest + more
    yield softplus(-u, rest=-rest)
    yield -sigmoid(-u, beta, rest=-rest)
    yield sigmoid(abs(u), sigmoid(-abs(u), beta, beta))


@loss(
    SCORES,
    title="Pairwise logistic",
    aliases=("ranknet", "bradley-terry", "bpr", "lambdarank"),
    latex="\\log(1 + e^{m - d})",
    convex="strictly",
    lipschitz=1.0,
    floor=AT_INFINITY,
    unit="nats",
)
def pairwise_logistic(
    d: Array, margin: Annotated[NonNegative, "by how much the item preferred should lead", Symbol("m"), Idle()] = 0.0
) -> Terms:
    """The negative log-likelihood of a preference under Bradley and Terry's model: RankNet, and reward models.

    Bradley and Terry 1952, doi:10.2307/2334029; Burges et al. 2005, doi:10.1145/1102351.1102363; as BPR Rendle et al.
    2009, arXiv:1205.2618. The margin is that of Llama 2, arXiv:2307.09288. LambdaRank multiplies it, for each pair, by
    the change of the ranking's measure, which is no function of one pair and is left out.
    """
    u = d - margin
    yield softplus(-u)
    yield -sigmoid(-u)
    yield sigmoid(abs(u), sigmoid(-abs(u)))


RATIO = Family(
    "ratio",
    reads="a ratio of probabilities",
    argument=lambda rho, A: (rho, A),  # noqa: N803 - as the papers have it
    symbols=r"\rho the probability of an action under the new policy over that under the old one, A the advantage",
    targets=Scalar(Interval(), default=1.0),
    label="Ratio of probabilities",
    span=lambda _: (0, 2),
    domain=Interval(0, inf, "[]"),
)


def clip_ends(eps: float, eps_high: float | None) -> tuple[float, float]:
    """Return the two ratios between which nothing is clipped."""
    return 1 - eps, 1 + (eps if eps_high is None else eps_high)


def ratio_floor(y: float, eps: float, eps_high: float | None) -> Floor:
    """Return the floor, which is flat: beyond the end that the sign of the advantage chooses."""
    low, high = clip_ends(eps, eps_high)
    if y == 0:
        return Floor(0, at=(0, inf), where="everywhere: the advantage is 0")
    reason = "the advantage times the ratio at which it is clipped"
    return Floor(-y * high, at=(high, inf), reason=reason) if y > 0 else Floor(-y * low, at=(0, low), reason=reason)


@loss(
    RATIO,
    title="PPO-clip",
    latex=r"-\min(\rho A, \max(1 - \epsilon, \min(\rho, 1 + \epsilon_h)) A)",
    breaks=lambda y, eps, eps_high: () if y == 0 else (clip_ends(eps, eps_high)[1 if y > 0 else 0],),
    convex="convex",
    lipschitz=lambda y: max(y, -y),
    floor=ratio_floor,
    symbols=r"\epsilon_h = \epsilon where it is none",
)
def ppo_clip(
    rho: Array,
    A: Array,  # noqa: N803 - as the papers have it
    eps: Annotated[float, Interval(0, 1), "how far the ratio may be from 1", Symbol(r"\epsilon")] = 0.2,
    eps_high: Annotated[
        float | None, Interval(0, inf), "how far it may be above 1; none: as far as below", Symbol(r"\epsilon_h")
    ] = None,
) -> Terms:
    """Minus the advantage times the ratio, flat once the ratio has left 1 in the direction that the advantage asks for.

    Schulman et al. 2017, arXiv:1707.06347, maximize it without the minus. As a maximum of a line and a constant it is
    convex. The higher clip of its own is that of DAPO, Yu et al. 2025, arXiv:2503.14476 (0.28).
    """
    low, high = clip_ends(eps, eps_high)
    held = np.where(A > 0, np.minimum(rho, high), np.maximum(rho, low))
    moves = np.where(A > 0, rho < high, rho > low)
    yield product(-A, held)
    yield np.where(moves, -A, 0.0)
    yield np.zeros_like(rho)


CRITIC = Family(
    "critic",
    reads="a score",
    argument=lambda z, y: (z, y),
    symbols="z the critic's score, y the target: 1 for a real example, 0 for a fake",
    targets=Label((0.0, 1.0)),
    label="Score",
    span=lambda _: (-6, 6),
    mirror=lambda z, y: (-z, 1 - y),
    mirrored="the score changes its sign, and real and fake are exchanged",
)
FAKE = replace(
    CRITIC,
    reads="a logit",
    argument=lambda z, _: (z,),
    symbols="z the discriminator's logit of a fake",
    targets=Nothing(),
    label="Logit",
    mirror=None,
)


@loss(
    FAKE,
    title="Saturating GAN",
    latex=r"-\log(1 + e^z)",
    convex="no",
    lipschitz=1.0,
    floor=Floor(-inf, at=inf, attained=False),
    unit="nats",
)
def saturating_gan(z: Array) -> Terms:
    """The generator's loss in the first form of a GAN: log(1 - D), D the sigmoid of the logit.

    Goodfellow et al. 2014, arXiv:1406.2661. It is concave and unbounded below, and flat where the discriminator is sure
    of a fake; hence the paper's other form, -log D: non-saturating-gan, the sigmoid-cross-entropy of target 1. The
    discriminator's own loss is gan-discriminator, the sigmoid-cross-entropy of both targets.
    """
    yield -softplus(z)
    yield -sigmoid(z)
    yield -sigmoid(abs(z), sigmoid(-abs(z)))


@loss(
    CRITIC,
    title="Wasserstein",
    latex="(1 - 2 y) z",
    convex="convex",
    lipschitz=1.0,
    symmetric=True,
    floor=lambda y: Floor(-inf, at=inf if y else -inf, attained=False),
)
def wasserstein(z: Array, y: Array) -> Terms:
    """The critic's score of a fake, and minus that of a real example.

    Arjovsky, Chintala and Bottou 2017, arXiv:1701.07875. It has no minimum: the critic is held by a bound on its slope
    instead. The generator's loss is that of target 1, for fakes; with it goes hinge-gan too, whose generator has it.
    """
    yield np.where(y == 1, -z, z)
    yield np.where(y == 1, np.full_like(z, -1), 1.0)
    yield np.zeros_like(z)
