"""Cross-entropies of a vector of probabilities, one for each of K classes, that need not sum to 1."""

from dataclasses import replace
from math import fsum, inf, log
from typing import Annotated, Any

from losscli.lazy import Array, np
from losscli.losses import probability
from losscli.losses.logit import Easing
from losscli.losses.multiclass import (
    HARD,
    LOG_PROBABILITIES,
    OTHERS,
    SOFT,
    Over,
    Smoothing,
    Weight,
    entropy_floor,
    one_hot,
    precise_sum,
    pulls,
    target_words,
    weighted,
    zero_hessian,
)
from losscli.losses.numerics import expm1mx, log_ratio, product
from losscli.losses.softmax import listed, lowest_focal, sum_over_classes
from losscli.model.domains import Interval, Shared
from losscli.model.loss import Floor, Terms, loss

PROBABILITIES = replace(
    SOFT,
    name="probabilities",
    reads="several probabilities",
    symbols="p the K probabilities, t the target distribution",
    label="Probability",
    span=lambda _: (0, 1),
    domain=Interval(0, inf, "[)"),
    held=lambda classes: 1 / classes,
)
HARD_PROBABILITIES = replace(PROBABILITIES, symbols="p the K probabilities, k the target class", targets=HARD.targets)
LARGE, STEPS = 1e290, 64  # numbers above it are scaled by 2^-64 before they are summed


def scaled_sum(terms: Array) -> tuple[Array, Array]:
    """Return the sum over the last axis as a number and a power of two to multiply it by; the sum may overflow."""
    large = terms.max(axis=-1) > LARGE
    factor = np.where(large, 2.0**-STEPS, 1.0)
    return precise_sum(terms * factor[..., None]), 1 / factor


def minus_log_shares(p: Array) -> Array:
    """Return for each class minus the logarithm of its share of the sum."""
    others, up = scaled_sum(np.where(np.eye(p.shape[-1]), 0.0, p[..., None, :]))
    total, grown = (part[..., None] for part in scaled_sum(p))
    ratio = others / (p / up)
    plain = (ratio < LARGE) & ((up == 1) | (p > 1))
    return np.where(plain, np.log1p(ratio), np.log(total) - np.log(p) + np.where(grown > 1, STEPS * log(2), 0.0))


def cross_entropy_terms(p: Array, t: Array) -> Terms:
    """Yield value, gradient and Hessian of sum_k t_k log(sum_j p_j / p_k); nan where all probabilities are 0."""
    others, up = scaled_sum(np.where(np.eye(p.shape[-1]), 0.0, p[..., None, :]))  # for each class
    total, grown = (part[..., None] for part in scaled_sum(p))
    yield np.where(total[..., 0] > 0, precise_sum(product(t, minus_log_shares(p))), np.nan)
    rest = precise_sum(np.where(np.eye(p.shape[-1]), 0.0, t[..., None, :]))  # of the target, for each class
    pull = product(t, others, up, over=(p,))
    alone = -product(t, others, up, over=(p, total, grown))
    yield np.where(pull < inf, product(rest - pull, over=(total, grown)), alone)
    # Of each class with itself: t_k (1 / p_k^2 - 1 / sum^2) - rest / sum^2.
    both = p / grown + total
    push = product(t, others, up, both, grown, over=(p, p))
    alone = product(t, others, up, both, grown, over=(p, p, total, grown, total, grown))
    own = np.where(push < inf, product(push - rest, over=(total, grown, total, grown)), alone)
    pair = product(-precise_sum(t)[..., None], over=(total, grown, total, grown))
    yield np.where(np.eye(p.shape[-1]), own[..., None], pair[..., None])


@loss(
    PROBABILITIES,
    latex=[
        (
            r"-\sum_k w_k \left( (1 - s) t_k + \frac{s}{K - 1} (1 - t_k) \right) \log \frac{p_k}{\sum_j p_j}",
            OTHERS,
        ),
        (r"-\sum_k w_k \left( (1 - s) t_k + \frac{s}{K} \right) \log \frac{p_k}{\sum_j p_j}", "otherwise"),
    ],
    convex="no",
    domain=Shared(),
    lipschitz=inf,
    floor=lambda y, label_smoothing, smoothing_over, weight: in_proportion(
        pulls(np.array(y), label_smoothing, smoothing_over, weight), target_words(label_smoothing, weight)
    ),
    unit="nats",
)
def categorical_cross_entropy(
    p: Array, t: Array, label_smoothing: Smoothing = 0.0, smoothing_over: Over = "all", weight: Weight = None
) -> Terms:
    """The cross-entropy between a target distribution and probabilities, which it divides by their sum, in nats.

    As Keras computes it by default, apart from rounding: Keras clips the probabilities to the range from 1e-7 to
    1 - 1e-7 after dividing. Not all probabilities may be 0.
    """
    yield from cross_entropy_terms(p, pulls(t, label_smoothing, smoothing_over, weight))


def in_proportion(pulls: Array, words: str) -> Floor:
    """Return the floor: the entropy of the pulls, attained at probabilities in proportion to them, zeros included."""
    found = entropy_floor(pulls, words, "")
    at = pulls.tolist() if pulls.any() else (1.0,) * len(pulls)
    return found._replace(
        at=tuple(at), attained=True, where=found.where or f"probabilities in proportion to the {words}"
    )


@loss(
    HARD_PROBABILITIES,
    latex=r"-w_k \log \frac{p_k}{\sum_j p_j}",
    convex="no",
    domain=Shared(),
    lipschitz=inf,
    floor=lambda y, classes: Floor(
        0, at=tuple(float(j == y) for j in range(classes)), where=f"probability 0 of every class but {y}"
    ),
    unit="nats",
)
def sparse_categorical_cross_entropy(p: Array, k: Array, weight: Weight = None) -> Terms:
    """Minus the logarithm of the target's share of probabilities that it divides by their sum, in nats.

    As Keras computes it by default, apart from rounding: Keras clips the probabilities to the range from 1e-7 to
    1 - 1e-7 and divides then. Not all probabilities may be 0.
    """
    yield from cross_entropy_terms(p, weighted(one_hot(k, p), weight))


@loss(
    PROBABILITIES,
    latex=[
        (
            r"\sum_k w_k \left( (1 - s) t_k + \frac{s}{K - 1} (1 - t_k) \right)"
            r" \left( 1 - \frac{p_k}{\sum_j p_j} \right)^\gamma \log \frac{\sum_j p_j}{p_k}",
            OTHERS,
        ),
        (
            r"\sum_k w_k \left( (1 - s) t_k + \frac{s}{K} \right)"
            r" \left( 1 - \frac{p_k}{\sum_j p_j} \right)^\gamma \log \frac{\sum_j p_j}{p_k}",
            "otherwise",
        ),
    ],
    convex="no",
    domain=Shared(),
    lipschitz=inf,
    floor=lambda y, gamma, label_smoothing, smoothing_over, weight: focal_floor(
        pulls(np.array(y), label_smoothing, smoothing_over, weight), gamma
    ),
)
def categorical_focal_cross_entropy(
    p: Array,
    t: Array,
    gamma: Easing = 2.0,
    label_smoothing: Smoothing = 0.0,
    smoothing_over: Over = "all",
    weight: Weight = None,
) -> Terms:
    """The categorical cross-entropy, with each term times a power of its error: easy examples count little.

    Lin et al. 2017, arXiv:1708.02002, as Keras computes it, apart from two things: Keras clips the probabilities to the
    range from 1e-7 to 1 - 1e-7, and multiplies by alpha, 0.25. Not all probabilities may be 0.
    """
    counts = pulls(np.asarray(t), label_smoothing, smoothing_over, weight)
    # Only ratios matter, so small probabilities are scaled up: else terms that nearly cancel would overflow one by one.
    up = np.maximum(-np.frexp(p.max(axis=-1))[1], 0)
    scaled = np.ldexp(p, up[..., None])
    terms = sum_over_classes(counts, lambda one: focal_terms(scaled, one_hot(one, p) == 1, gamma))
    for order, term in enumerate(terms):
        yield np.ldexp(term, order * up[(..., *[None] * order)])


def focal_floor(counts: Array, gamma: float) -> Floor:
    """Return the floor, which is that of the softmax focal loss, in probabilities: zeros are attained."""
    value, p = lowest_focal(counts, gamma)
    return Floor(value, at=tuple(p.tolist()), where=f"probabilities in proportion to {listed(p)}")


def focal_terms(p: Array, own: Any, gamma: float) -> Terms:
    """Yield value, gradient and Hessian of the focal loss of one class: where `own`, of the shape of `p`, is true."""
    (others, up), (total, grown) = scaled_sum(np.where(own, 0.0, p)), scaled_sum(p)
    mine = np.where(own, p, 0.0).sum(axis=-1)
    once, twice = (total, grown), (total, grown, total, grown)
    right, wrong = product(mine, over=once), product(others, up, over=once)
    # The square root of the power of the error, which may be as small as 2^-2100.
    lifted = product(others, up, 2.0**1000, 2.0**900, over=once)
    root = np.where(wrong > 1 / LARGE, wrong ** (gamma / 2), lifted ** (gamma / 2) * np.exp2(-950 * gamma))
    steep = np.where(own, minus_log_shares(p), 0.0).sum(axis=-1)
    yield np.where(total > 0, product(root, root, steep), np.nan)
    ratio = np.where(wrong > 1e-17, product(right, steep, over=(wrong,)), 1.0)  # noqa: PLR2004 - 1 as the error vanishes
    rise = 1 + gamma * ratio
    up_others = product(root, root, rise, over=once)[..., None]
    yield np.where(own, -product(root, root, rise, others, up, over=(mine, *once))[..., None], up_others)
    bent = 2 * gamma + 1 + gamma * (gamma * ratio)
    weight = right * bent - product(gamma, right, steep) + rise
    both = product(root, root, weight, others, up, over=(mine, mine, *once))
    across = -product(root, root, bent - product(gamma, steep), over=twice)
    lean = product(gamma, right, 2 + (gamma - 1) * ratio)
    inner = product(lean, total, grown, over=(others, up)) - (1 + 2 * gamma * ratio)
    plain = product(root, root, np.where(inner < inf, inner, 1.0), over=twice)
    apart = np.where(inner < inf, plain, product(root, root, lean, over=(others, up, *once)))
    certain = product(gamma, gamma + 1, np.zeros_like(mine) ** (gamma - 1), over=twice) - product(
        root, root, over=twice
    )
    apart = np.where(others > 0, apart, certain)
    first, second = own[..., :, None], own[..., None, :]
    both, across, apart = (term[..., None, None] for term in (both, across, apart))
    yield np.where(first & second, both, np.where(first | second, across, apart))


@loss(
    HARD_PROBABILITIES,
    title="Categorical generalized cross-entropy",
    latex="(1 - p_k^q) / q",
    convex="convex",
    lipschitz=lambda q: inf if q < 1 else 1.0,
    floor=lambda y, classes: Floor(
        0, at=tuple(float(j == y) for j in range(classes)), where=f"a probability 1 of class {y}"
    ),
    domain=Interval(0, 1, "[]"),
)
def categorical_generalized_cross_entropy(
    p: Array, k: Array, q: Annotated[float, Interval(0, 1, "(]"), "1: absolute error; towards 0: cross-entropy"] = 0.7
) -> Terms:
    """Between cross-entropy and absolute error, of the probability of the target's class: wrong labels pull it less.

    Zhang and Sabuncu 2018, arXiv:1805.07836. The other probabilities do not matter, and nothing divides by their sum.
    The default q of 0.7 is theirs; Keras has 0.5.
    """
    own = one_hot(k, p) == 1
    right = np.where(own, p, 0.0).sum(axis=-1)
    value, slope, bend = probability.generalized_cross_entropy.formula(right, np.ones_like(right), q)
    yield value
    yield np.where(own, slope[..., None], 0.0)
    yield np.where(own[..., None] & np.eye(p.shape[-1], dtype=bool), bend[..., None, None], 0.0)


LOG_SHARES = replace(
    LOG_PROBABILITIES, symbols="x the K log-probabilities, t the target distribution", targets=SOFT.targets
)
LOG_MASSES = replace(
    LOG_SHARES,
    reads="several log-masses",
    symbols="x the K log-masses, t the target distribution",
    label="Log-mass",
    span=lambda _: (-6, 6),
    domain=Interval(-inf, inf, "[]"),
)


def lowest_divergence(y: tuple[float, ...], at: float, what: str) -> Floor:
    """Return the floor, minus the entropy of the target: nothing makes the predictions sum to 1."""
    value = fsum(share * log(share) for share in y if share > 0)
    return Floor(value, at=tuple(at for _ in y), where=f"{what} of every class: nothing makes them sum to 1")


@loss(
    PROBABILITIES,
    title="Kullback-Leibler divergence of distributions",
    latex=r"\sum_k t_k \log(t_k / p_k)",
    convex=lambda y: "strongly" if min(y) > 0 else "convex",
    lipschitz=inf,
    floor=lambda y: lowest_divergence(y, 1.0, "a probability 1"),
    domain=Interval(0, 1, "[]"),
    unit="nats",
)
def distribution_kl(p: Array, t: Array) -> Terms:
    """The Kullback-Leibler divergence between a target distribution and probabilities as they are, in nats.

    Unlike in the cross-entropy of Keras, nothing divides them by their sum. Kullback and Leibler 1951,
    doi:10.1214/aoms/1177729694.
    """
    yield precise_sum(product(t, log_ratio(t, p)))
    yield -product(t, over=(p,))
    yield np.where(np.eye(p.shape[-1]), product(t, over=(p, p))[..., None], 0.0)


@loss(
    LOG_SHARES,
    title="Kullback-Leibler divergence of log-probabilities",
    latex=r"\sum_k t_k (\log(t_k) - x_k)",
    convex="convex",
    lipschitz=1.0,
    floor=lambda y: lowest_divergence(y, 0.0, "a log-probability 0"),
    unit="nats",
)
def distribution_kl_log(x: Array, t: Array) -> Terms:
    """The Kullback-Leibler divergence between a target distribution and log-probabilities, in nats: Optax's.

    It is linear in them: only what makes them sum to 1 keeps it from falling.
    """
    yield precise_sum(product(t, np.log(t) - x))
    yield np.broadcast_to(-np.asarray(t, dtype=float), x.shape)
    yield zero_hessian(x)


@loss(
    LOG_MASSES,
    title="Generalized Kullback-Leibler divergence of log-masses",
    latex=r"\sum_k \left( t_k (\log(t_k) - x_k) - t_k + e^{x_k} \right)",
    convex="strictly",
    lipschitz=inf,
    floor=lambda y: Floor(
        0,
        at=tuple(log(share) if share else -inf for share in y),
        attained=min(y) > 0,
        where="the logarithms of the target" if min(y) > 0 else "the log-masses tend to the logarithms of the target",
    ),
    unit="nats",
)
def generalized_kl_log(x: Array, t: Array) -> Terms:
    """The Kullback-Leibler divergence of log-masses that need not sum to 1, in nats: Optax's.

    No term is negative. Csiszar 1991, doi:10.1214/aos/1176348385.
    """
    lead = x - np.log(t)  # of the prediction over the target
    yield precise_sum(np.where(t > 0, product(t, expm1mx(lead)), np.exp(x)))
    yield np.where(t > 0, product(t, np.expm1(lead)), np.exp(x))
    yield np.where(np.eye(x.shape[-1]), np.exp(x)[..., None], 0.0)
