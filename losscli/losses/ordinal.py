"""Losses of ordered classes: K - 1 logits, the k-th for the target being above k."""

from dataclasses import replace
from math import inf

from losscli.lazy import Array, np
from losscli.losses.multiclass import HARD, precise_sum
from losscli.losses.numerics import sigmoid, softplus
from losscli.model.domains import ClassIndex
from losscli.model.loss import Floor, Terms, loss

THRESHOLDS = replace(
    HARD,
    name="thresholds",
    reads="several ordinal logits",
    symbols="z the K - 1 logits, y the target class",
    targets=ClassIndex(default=1, more=1),
    label="Ordinal logit",
)


def threshold_terms(z: Array, y: Array, counts: Array) -> Terms:
    """Yield value, gradient and Hessian of the sigmoid cross-entropies that ask if the target is above k."""
    above = np.arange(z.shape[-1]) < np.asarray(y)[..., None]
    wrong = np.where(above, -z, z)
    yield precise_sum(softplus(wrong, counts))
    yield np.where(above, -1.0, 1.0) * sigmoid(wrong, counts)
    yield np.eye(z.shape[-1]) * sigmoid(abs(z), sigmoid(-abs(z), counts))[..., None]


def far_apart(y: int, used: int, classes: int, others: str) -> Floor:
    """Return the floor 0, of the first `used` of this many logits; `others` says what the ones not below y do."""
    at = tuple(0.0 if j >= used else inf if j < y else -inf for j in range(classes))
    return Floor(0, at=at, attained=False, where=f"the logits below {y} rise and {others} without bound")


@loss(
    THRESHOLDS,
    title="CORAL",
    latex=r"\sum_j \left( \log(1 + e^{z_j}) - \mathbb{1}[y > j] z_j \right)",
    convex="strictly",
    lipschitz=lambda classes: 1.0 * classes,
    floor=lambda y, classes: far_apart(y, classes, classes, "the others fall"),
    unit="nats",
)
def coral(z: Array, y: Array) -> Terms:
    """Asks of every class but the last whether the target is above it: a sum of cross-entropies, in nats.

    Cao et al. 2020, arXiv:1901.07884. There one score with several biases makes all logits; here they are given.
    """
    yield from threshold_terms(z, y, np.ones_like(z))


@loss(
    THRESHOLDS,
    title="CORN",
    latex=r"\sum_{j \leq y} \left( \log(1 + e^{z_j}) - \mathbb{1}[y > j] z_j \right)",
    convex=lambda y, classes: "strictly" if y >= classes - 1 else "convex",
    lipschitz=lambda y, classes: float(min(y + 1, classes)),
    floor=lambda y, classes: far_apart(y, min(y + 1, classes), classes, f"logit {y} falls"),
    unit="nats",
)
def corn(z: Array, y: Array) -> Terms:
    """Asks of every class up to the target whether the target is above it: a sum of cross-entropies, in nats.

    The tasks after the target's own are left out, so that each logit is conditional on the one before. Shi et al. 2021,
    arXiv:2111.08851; coral-pytorch divides the sum over a batch by the number of examples of all tasks together.
    """
    yield from threshold_terms(z, y, np.where(np.arange(z.shape[-1]) <= np.asarray(y)[..., None], 1.0, 0.0))
