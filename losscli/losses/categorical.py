"""Cross-entropies of a vector of probabilities, one for each of K classes, that need not sum to 1."""

from dataclasses import replace
from math import inf, log

from losscli.lazy import Array, np
from losscli.losses.multiclass import HARD, SOFT, Smoothing, entropy_floor, one_hot, precise_sum, smoothed
from losscli.losses.numerics import product
from losscli.model.domains import Interval
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


def cross_entropy_terms(p: Array, t: Array) -> Terms:
    """Yield value, gradient and Hessian of sum_k t_k log(sum_j p_j / p_k); nan where all probabilities are 0."""
    others, up = scaled_sum(np.where(np.eye(p.shape[-1]), 0.0, p[..., None, :]))  # for each class
    total, grown = (part[..., None] for part in scaled_sum(p))
    ratio = others / (p / up)
    plain = (ratio < LARGE) & ((up == 1) | (p > 1))
    far = np.log(total) - np.log(p) + np.where(grown > 1, STEPS * log(2), 0.0)
    yield np.where(total[..., 0] > 0, precise_sum(product(t, np.where(plain, np.log1p(ratio), far))), np.nan)
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
    latex=r"-\sum_k \left( (1 - s) t_k + \frac{s}{K} \right) \log \frac{p_k}{\sum_j p_j}",
    convex="no",
    lipschitz=inf,
    floor=lambda y, label_smoothing: in_proportion(smoothed(np.array(y), label_smoothing), label_smoothing),
    unit="nats",
)
def categorical_cross_entropy(p: Array, t: Array, label_smoothing: Smoothing = 0.0) -> Terms:
    """The cross-entropy between a target distribution and probabilities, which it divides by their sum, in nats.

    As Keras computes it by default, apart from rounding: Keras clips the probabilities to the range from 1e-7 to
    1 - 1e-7 after dividing. It is undefined where all probabilities are 0.
    """
    yield from cross_entropy_terms(p, smoothed(t, label_smoothing))


def in_proportion(target: Array, label_smoothing: float) -> Floor:
    """Return the floor: the entropy of the target, attained at probabilities in proportion to it, zeros included."""
    where = f"probabilities in proportion to the {'smoothed ' if label_smoothing else ''}target"
    return entropy_floor(target, where)._replace(at=tuple(target.tolist()), attained=True, where=where)


@loss(
    HARD_PROBABILITIES,
    latex=r"-\log \frac{p_k}{\sum_j p_j}",
    convex="no",
    lipschitz=inf,
    floor=lambda y, classes: Floor(
        0, at=tuple(float(j == y) for j in range(classes)), where=f"probability 0 of every class but {y}"
    ),
    unit="nats",
)
def sparse_categorical_cross_entropy(p: Array, k: Array) -> Terms:
    """Minus the logarithm of the target's share of probabilities that it divides by their sum, in nats.

    As Keras computes it by default, apart from rounding: Keras clips the probabilities to the range from 1e-7 to
    1 - 1e-7 and divides then. It is undefined where all probabilities are 0.
    """
    yield from cross_entropy_terms(p, one_hot(k, p))
