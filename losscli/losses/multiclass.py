"""Losses of a vector of numbers, one for each of K classes: logits, scores or log-probabilities."""

from collections.abc import Iterable
from dataclasses import replace
from math import fsum, inf, log, log1p
from typing import Annotated, Any, Literal

from losscli.lazy import Array, np
from losscli.losses.numerics import either, expm1mx, product, sigmoid, sigmoid_slope, softplus, sum_rest
from losscli.model.domains import ClassIndex, Distribution, Interval, LabelSet, Positive
from losscli.model.loss import Family, Floor, Idle, Symbol, Terms, loss

SOFT = Family(
    "multiclass",
    reads="several logits",
    argument=lambda z, t: (z, t),
    symbols="z the K logits, t the target distribution",
    targets=Distribution(),
    label="Logit",
    span=lambda _: (-6, 6),
)
HARD = replace(
    SOFT,
    symbols="z the K logits, k the target class",
    targets=ClassIndex(),
)
MULTILABEL = replace(
    SOFT,
    symbols="z the K logits, y the labels: 1 for each class that applies",
    targets=LabelSet(),
)
LOG_PROBABILITIES = replace(
    HARD,
    reads="several log-probabilities",
    symbols="log p the K log-probabilities, k the target class",
    label="Log-probability",
    span=lambda _: (-6, 0),
    domain=Interval(-inf, 0, "[]"),
)
Smoothing = Annotated[
    float, Interval(0, 1, "[]"), "share of the target that is spread evenly over the classes", Symbol("s"), Idle()
]
Over = Annotated[
    Literal["all", "others"],
    "where label smoothing spreads: over all K classes, or over the K - 1 others",
    Symbol(r"\mathrm{smoothing\_over}"),
    Idle(),
]
OTHERS = r"\mathrm{smoothing\_over} = \mathrm{others}"  # a condition of formulas
Weight = Annotated[tuple[float, ...] | None, Interval(0, inf, "[)"), "weight of each class", Symbol("w")]


def one_hot(index: Array | int, z: Array) -> Array:
    """Return an array in the shape of the logits: 1 for the class of this index, 0 for the others."""
    return np.broadcast_to(np.arange(z.shape[-1]) == np.asarray(index)[..., None], z.shape).astype(float)


def sum_of_others(p: Array) -> Array:
    """Return for every class the sum over all other classes, of numbers that are not negative.

    The largest one is left out, since subtracting it from the total would cancel; for any other one it does not.
    """
    top = np.arange(p.shape[-1]) == p.argmax(axis=-1)[..., None]
    rest = precise_sum(np.where(top, 0.0, p))[..., None]
    return np.where(top, rest, (p.max(axis=-1, keepdims=True) - p) + rest)


def zero_hessian(z: Array) -> Array:
    """Return the Hessian of a loss that is piecewise linear in the logits: 0, in the shape (..., K, K)."""
    return np.zeros((*z.shape, z.shape[-1]))


def precise_sum(terms: Array) -> Array:
    """Return the sum over the last axis, rounded about once.

    Halves of the terms are added to each other until one is left, and what the additions lose likewise.
    """
    total = np.ascontiguousarray(np.moveaxis(terms, -1, 0))
    lost = np.zeros((1, *total.shape[1:]))
    while (half := len(total) // 2) > 0:
        first, second, last = total[:half], total[half : 2 * half], total[2 * half :]
        rest = sum_rest(first, second)
        if len(lost) > 1:
            rest += lost[:half] + lost[half : 2 * half]
        total = np.concatenate([first + second, last])
        lost = np.concatenate([rest, lost[len(lost) - len(last) :]])
    return rounded(total[0], lost[0])


def rounded(total: Array, lost: Array) -> Array:
    """Return a sum with what its roundings have lost; an infinite one stays."""
    return either(np.isfinite(total), lambda: total + lost, lambda: total)


def total_of(numbers: Array | list[float]) -> float:
    """Return the sum of numbers that are not negative, rounded once; infinity if it is too large for a double."""
    try:
        return fsum(numbers)
    except OverflowError:
        return inf


def running_sum(terms: Iterable[Array]) -> Array:
    """Return the sum of arrays of one shape, rounded about once: the errors of the additions are added at the end.

    Neumaier's variant of Kahan's summation, doi:10.1002/zamm.19740540106.
    """
    total, lost = np.zeros(()), np.zeros(())
    for term in terms:
        new = total + term
        gain = new - total
        lost, total = lost + (total - (new - gain)) + (term - gain), new
    return rounded(total, lost)


def broadcast_sum(*terms: Array | float) -> Array:
    """Return the sum of arrays after broadcasting, rounded about once, so that even its sign is right."""
    return running_sum(np.broadcast_arrays(*terms))


def weighted(t: Array, weight: tuple[float, ...] | None) -> Array:
    """Return the target distribution times the weight of each class."""
    return t if weight is None else t * np.array(weight)


def pulls(t: Array, label_smoothing: float, smoothing_over: str, weight: tuple[float, ...] | None) -> Array:
    """Return how much each class counts: its weight times its share of the smoothed target distribution.

    With label smoothing s the share is (1 - s) t + s / K; over the others only, (1 - s) t + s (1 - t) / (K - 1).
    """
    classes: int = t.shape[-1]
    spread = label_smoothing / classes if smoothing_over == "all" else label_smoothing * ((1 - t) / (classes - 1))
    return weighted((1 - label_smoothing) * t + spread, weight)


def hard_pulls(
    y: int, classes: int, label_smoothing: float, smoothing_over: str, weight: tuple[float, ...] | None
) -> Array:
    """Return how much each class counts if the target is class `y`."""
    return pulls(one_hot(y, np.empty(classes)), label_smoothing, smoothing_over, weight)


def behind_the_top(z: Array) -> tuple[Array, Array]:
    """Return which logit is the largest one, the first of equals, and half of how far each is below it.

    Logits are halved before they are subtracted, because their difference may overflow.
    """
    top = np.arange(z.shape[-1]) == z.argmax(axis=-1)[..., None]
    return top, np.where(top, 0.0, z.max(axis=-1, keepdims=True) / 2 - z / 2)


def softmax_terms(z: Array, t: Array, scale: float = 1.0, *, over: float = 1.0) -> Terms:
    """Yield value, gradient and Hessian of sum_k t_k log(sum_j e^(z_j - z_k)), for logits times scale / over.

    The largest logit is factored out of the sum, and the 1 that is left of it goes into log1p. So nothing overflows, no
    small term is rounded away, and every term of the value is positive.
    """
    half, power, rest = softmax_parts(z, scale, over)
    last = t.sum(axis=-1) * np.log1p(rest)
    yield precise_sum(np.concatenate([product(t, half, 2.0), last[..., None]], axis=-1))
    p = scaled_softmax(half, power, rest)
    yield product(scale, sum_of_others(t) * p - t * sum_of_others(p), 2.0**-500, over=(over,))
    yield product(scale, scale, t.sum(axis=-1)[..., None, None], softmax_bend(p), 2.0**-1000, over=(over, over))


def hard_softmax_terms(z: Array, k: Array, scale: float = 1.0, *, over: float = 1.0) -> Terms:
    """Yield the terms of `softmax_terms` for a target that is the class k alone, whose sums are shorter."""
    own, (half, power, rest) = np.arange(z.shape[-1]) == k[..., None], softmax_parts(z, scale, over)
    index: Any = np.broadcast_to(k, z.shape[:-1])[..., None]
    yield 2 * np.take_along_axis(half, index, axis=-1)[..., 0] + np.log1p(rest)
    p = scaled_softmax(half, power, rest)
    at_own = np.take_along_axis(power, index, axis=-1)[..., 0]
    others = either(
        rest > 1e-290,  # noqa: PLR2004 - of a smaller sum, terms that show may be no normal doubles
        lambda: np.where(index[..., 0] == z.argmax(axis=-1), rest, 1 + (rest - at_own)) / (1 + rest) * 2.0**500,
        lambda: precise_sum(np.where(own, 0.0, p)),
    )
    yield product(np.where(own, -others[..., None], p), scale, 2.0**-500, over=(over,))
    yield product(scale, scale, softmax_bend(p), 2.0**-1000, over=(over, over))


def softmax_parts(z: Array, scale: float, over: float) -> tuple[Array, Array, Array]:
    """Return half of how far each logit is below the largest, its power of e, and the sum of these but the largest."""
    top, half = behind_the_top(z)
    half = product(half, scale, over=(over,))
    power = np.exp(-2 * half)
    return half, power, np.where(top, 0.0, power).sum(axis=-1)


def scaled_softmax(half: Array, power: Array, rest: Array) -> Array:
    """Return the softmax times 2^500: what is small may be no normal double until it is scaled."""
    usual = half < 350  # noqa: PLR2004 - e^-700 is a normal double
    scaled = either(usual, lambda: power * 2.0**500, lambda: (np.exp(-half) * 2.0**250) ** 2)
    return np.asarray(scaled / (1 + rest)[..., None])


def softmax_bend(p: Array) -> Array:
    """Return the matrix with p_j times the sum of the others on its diagonal, and -p_j p_k elsewhere."""
    bend = -p[..., :, None] * p[..., None, :]
    each = np.arange(p.shape[-1])
    bend[..., each, each] = p * sum_of_others(p)
    return bend


def softmax_excess(z: Array, pulls: Array) -> Array:
    """Return how much the cross-entropy of these pulls is above its floor: their sum times a divergence.

    It is the Kullback-Leibler divergence of the softmax from the shares of the pulls, without a term below 0.
    """
    total = precise_sum(pulls)[..., None]
    lead = z - z.max(axis=-1, keepdims=True)
    top = np.arange(z.shape[-1]) == z.argmax(axis=-1)[..., None]
    logs = lead - np.log1p(np.where(top, 0.0, np.exp(lead)).sum(axis=-1, keepdims=True))
    apart = logs - np.where(pulls > 0, np.log(pulls / total), 0.0)
    return precise_sum(np.where(pulls > 0, product(pulls, expm1mx(apart)), product(total, np.exp(logs))))


def entropy(pulls: Array) -> float:
    """Return the sum of the numbers times the entropy of their shares in it, in nats; every term is positive."""
    *rest, top = sorted(pulls.tolist())
    height = log(total_of(pulls)) if top > 0 else 0.0
    first = [top * log1p(total_of(rest) / top)] if top > 0 else []
    return total_of([*first, *(p * (height - log(p)) for p in rest if p > 0)])


def entropy_floor(pulls: Array, words: str, where: str) -> Floor:
    """Return the floor of the softmax cross-entropy: attained where the softmax is in proportion to these numbers.

    `words` say what they are: "target", "smoothed target".
    """
    if not pulls.any():
        return Floor(0, at=(0.0,) * len(pulls), where="everywhere: the classes of the target have weight 0")
    attained = bool(min(pulls) > 0)
    return Floor(
        entropy(pulls),
        at=tuple(log(p) if p > 0 else -inf for p in pulls.tolist()),
        attained=attained,
        where=where if attained else where.replace("=", "tends to"),
        reason=f"the entropy of the {words}",
    )


def target_words(label_smoothing: float, weight: tuple[float, ...] | None) -> str:
    """Return what a distribution is that is in proportion to the pulls: `target`, `weighted smoothed target`."""
    return f"{'weighted ' if weight else ''}{'smoothed ' if label_smoothing else ''}target"


def soft_floor(
    y: tuple[float, ...], label_smoothing: float, smoothing_over: str, weight: tuple[float, ...] | None
) -> Floor:
    """Return the floor for a target distribution: the entropy of how much each class counts."""
    words = target_words(label_smoothing, weight)
    counts = pulls(np.array(y), label_smoothing, smoothing_over, weight)
    return entropy_floor(counts, words, f"softmax(logits) = {words}")


def hard_floor(
    y: int, classes: int, label_smoothing: float, smoothing_over: str, weight: tuple[float, ...] | None
) -> Floor:
    """Return the floor for a target class: 0, or an entropy with label smoothing, which grows with the classes."""
    words = target_words(label_smoothing, weight)
    soft = f"softmax(logits) = {words}, with {classes} classes"
    condition = soft if label_smoothing else f"logit {y} rises far above all others"
    return entropy_floor(hard_pulls(y, classes, label_smoothing, smoothing_over, weight), words, condition)


def cross_entropy_slope(pulls: Array) -> float:
    """Return the Lipschitz constant of the softmax cross-entropy: reached where the softmax is the class of least pull.

    The gradient is the softmax times the sum of the pulls, less the pulls.
    """
    return 2 * total_of(np.sort(pulls)[1:])


@loss(
    SOFT,
    title="Softmax cross-entropy",
    latex=[
        (
            r"\sum_k w_k \left( (1 - s) t_k + \frac{s}{K - 1} (1 - t_k) \right)"
            r" \left( \log \sum_j e^{z_j} - z_k \right)",
            OTHERS,
        ),
        (
            r"\sum_k w_k \left( (1 - s) t_k + \frac{s}{K} \right) \left( \log \sum_j e^{z_j} - z_k \right)",
            "otherwise",
        ),
    ],
    convex="convex",  # never strictly: adding one number to all logits changes nothing
    lipschitz=lambda y, label_smoothing, smoothing_over, weight: cross_entropy_slope(
        pulls(np.array(y), label_smoothing, smoothing_over, weight)
    ),
    floor=soft_floor,
    excess=lambda z, t, label_smoothing, smoothing_over, weight: softmax_excess(
        z, pulls(t, label_smoothing, smoothing_over, weight)
    ),
    unit="nats",
)
def softmax_cross_entropy(
    z: Array, t: Array, label_smoothing: Smoothing = 0.0, smoothing_over: Over = "all", weight: Weight = None
) -> Terms:
    """The cross-entropy between a target distribution and the softmax of the logits, in nats.

    Label smoothing spreads its share over all K classes, as Szegedy et al. 2016, doi:10.1109/CVPR.2016.308, and today's
    libraries do; older code spreads it over the others than the target's. Weights multiply the terms after it, as in
    PyTorch.
    """
    yield from softmax_terms(z, pulls(t, label_smoothing, smoothing_over, weight))


@loss(
    HARD,
    title="Sparse softmax cross-entropy",
    latex=[
        (
            r"(1 - s) w_k \left( \log \sum_j e^{z_j} - z_k \right)"
            r" + \frac{s}{K - 1} \sum_{i \neq k} w_i \left( \log \sum_j e^{z_j} - z_i \right)",
            OTHERS,
        ),
        (
            r"(1 - s) w_k \left( \log \sum_j e^{z_j} - z_k \right)"
            r" + \frac{s}{K} \sum_i w_i \left( \log \sum_j e^{z_j} - z_i \right)",
            "otherwise",
        ),
    ],
    convex="convex",
    lipschitz=lambda y, classes, label_smoothing, smoothing_over, weight: cross_entropy_slope(
        hard_pulls(y, classes, label_smoothing, smoothing_over, weight)
    ),
    floor=hard_floor,
    excess=lambda z, k, label_smoothing, smoothing_over, weight: softmax_excess(
        z, pulls(one_hot(k, z), label_smoothing, smoothing_over, weight)
    ),
    unit="nats",
)
def sparse_softmax_cross_entropy(
    z: Array, k: Array, label_smoothing: Smoothing = 0.0, smoothing_over: Over = "all", weight: Weight = None
) -> Terms:
    """The softmax cross-entropy of a target that is one class, in nats.

    Of risk scores it is the term of one event in Cox's partial likelihood: the scores of all at risk, and whose it was.
    """
    if label_smoothing or weight:
        yield from softmax_terms(z, pulls(one_hot(k, z), label_smoothing, smoothing_over, weight))
    else:
        yield from hard_softmax_terms(z, k)


@loss(
    LOG_PROBABILITIES,
    title="Negative log-likelihood",
    latex=r"-w_k \log p_k",
    convex="convex",
    lipschitz=lambda y, weight: weight[y] if weight else 1.0,
    floor=lambda y, classes: Floor(
        0, at=tuple(0.0 if j == y else -inf for j in range(classes)), where=f"a log-probability 0 of class {y}"
    ),
    unit="nats",
)
def nll(log_p: Array, k: Array, weight: Weight = None) -> Terms:
    """Minus the log-probability of the target class, in nats.

    It reads log-probabilities, which are at most 0, and takes no logarithm itself. It does not check that the
    probabilities add up to 1.
    """
    own = weighted(one_hot(k, log_p), weight)
    yield product(own, -log_p).sum(axis=-1)
    yield 0.0 - own
    yield zero_hessian(log_p)


def best_rival_hinge(z: Array, k: Array, lead: float) -> Terms:
    """Yield value, gradient and Hessian of max(0, lead + max_{j != k} z_j - z_k)."""
    own = one_hot(k, z)
    rivals = np.where(own, -np.inf, z)
    behind = broadcast_sum(lead, rivals.max(axis=-1), -np.where(own, z, 0.0).sum(axis=-1))
    yield np.maximum(behind, 0.0)
    yield np.where((behind > 0)[..., None], one_hot(rivals.argmax(axis=-1), z) - own, 0.0)
    yield zero_hessian(z)


def best_rival_breaks(logits: tuple[float, ...], vary: int, y: int, lead: float) -> tuple[float, ...]:
    """Return the breaks of `best_rival_hinge` along logit `vary`: where it becomes, or ceases to be, the best rival.

    For the target's own logit it is where the hinge reaches 0.
    """
    held = [logit - (lead if j == y else 0) for j, logit in enumerate(logits) if j != vary]
    return (max(held) + (lead if vary == y else 0),) if held else ()


def leading_floor(y: int, classes: int, lead: float, words: str) -> Floor:
    """Return the floor 0. `at` is one point that attains it, with a lead of `lead`; `where` describes all of them."""
    return Floor(0, at=tuple(lead if j == y else 0.0 for j in range(classes)), where=f"logit {y} {words} all others")


@loss(
    HARD,
    title="Crammer-Singer",
    latex=r"\max \left( 0, 1 + \max_{j \neq k} z_j - z_k \right)",
    breaks=lambda logits, vary, y: best_rival_breaks(logits, vary, y, 1.0),
    convex="convex",
    lipschitz=2.0,
    floor=lambda y, classes: leading_floor(y, classes, 1.0, "by 1 or more above"),
)
def crammer_singer(z: Array, k: Array) -> Terms:
    """The hinge for several classes: 0 once the target leads every other class by 1.

    Crammer and Singer 2001, Journal of Machine Learning Research 2, 265-292. Keras's categorical hinge differs where
    all rivals are below 0: it takes the maximum of the rivals and 0.
    """
    yield from best_rival_hinge(z, k, 1.0)


@loss(
    HARD,
    title="Weston-Watkins",
    latex=r"\sum_{j \neq k} \max(0, m - z_k + z_j)^p",
    breaks=lambda logits, vary, y, margin: (
        tuple(logit + margin for j, logit in enumerate(logits) if j != y) if vary == y else (logits[y] - margin,)
    ),
    convex="convex",
    lipschitz=lambda p, classes: 2.0 * (classes - 1) if p == 1 else inf,
    floor=lambda y, classes, margin: leading_floor(y, classes, margin, "by the margin or more above"),
)
def weston_watkins(
    z: Array,
    k: Array,
    p: Annotated[int, Interval(1, 2, "[]"), "power of each term", Idle()] = 1,
    margin: Annotated[Positive, "lead of the target over every other class", Symbol("m")] = 1.0,
) -> Terms:
    """A hinge for each other class, summed: 0 once the target leads by the margin.

    Weston and Watkins 1999, Support vector machines for multi-class pattern recognition (ESANN). It is the plain sum;
    torch's `multi_margin_loss` divides it by the number of classes.
    """
    own = one_hot(k, z)
    behind = np.where(own, 0.0, broadcast_sum(margin, z, -np.where(own, z, 0.0).sum(axis=-1, keepdims=True)))
    late = np.maximum(behind, 0.0)
    yield precise_sum(late**p)
    slope = np.where(late > 0, p * late ** (p - 1), 0.0)
    yield np.where(own, 0.0 - precise_sum(slope)[..., None], slope)
    # The sum over j of bend_j (e_j - e_k) (e_j - e_k)^T; the bend of the target's own class is 0.
    bend = np.where(late > 0, 2.0 * (p - 1), 0.0)
    row, column = own[..., :, None], own[..., None, :]
    beside = bend[..., :, None] * column + row * bend[..., None, :]
    yield np.eye(z.shape[-1]) * bend[..., None] - beside + row * column * bend.sum(axis=-1)[..., None, None]


@loss(
    HARD,
    title="Multiclass perceptron",
    latex=r"\max_j z_j - z_k",
    breaks=lambda logits, vary, y: best_rival_breaks(logits, vary, y, 0.0),
    convex="convex",
    lipschitz=2.0,
    floor=lambda y, classes: leading_floor(y, classes, 1.0, "as high as or above"),
)
def multiclass_perceptron(z: Array, k: Array) -> Terms:
    """How far the target's logit lies below the highest: 0 as soon as none is above it.

    Collins 2002, doi:10.3115/1118693.1118694.
    """
    yield from best_rival_hinge(z, k, 0.0)


def sparsemax_breaks(logits: tuple[float, ...], vary: int) -> tuple[float, ...]:
    """Return the breaks of sparsemax along the logit `vary`: where it enters S, or another class leaves S."""
    held = [logit for j, logit in enumerate(logits) if j != vary]
    short = {logit: sum(max(other - logit, 0) for other in held) for logit in held}
    supported = [logit for logit in held if short[logit] < 1]
    if not supported:
        return ()
    return ((sum(supported) - 1) / len(supported), *(logit + (1 - short[logit]) for logit in supported))


@loss(
    HARD,
    title="Sparsemax",
    latex=r"\frac{1}{2} + \frac{1}{2} \sum_{j \in S} (z_j^2 - \tau^2) - z_k",
    symbols=r"S the classes whose logits exceed \tau, \tau such that what they exceed it by sums to 1",
    breaks=sparsemax_breaks,
    convex="convex",
    lipschitz=2.0,
    floor=lambda y, classes: leading_floor(y, classes, 1.0, "by 1 or more above"),
)
def sparsemax(z: Array, k: Array) -> Terms:
    """Fits the sparsemax, a softmax with exact zeros: 0 once the target leads by 1.

    S holds the classes with a positive share p_j = z_j - tau, and tau is such that the shares sum to 1.
    Martins and Astudillo 2016, arXiv:1602.02068.
    """
    own = one_hot(k, z)
    lead = np.where(np.eye(z.shape[-1]), 0.0, z[..., :, None] - z[..., None, :])
    inside = np.maximum(-lead, 0.0).sum(axis=-1) < 1
    # z_j - tau, from differences of logits only. The value is |p - e_k|^2 / 2 + max(0, tau - z_k): no term is negative.
    above = broadcast_sum(1.0, *np.moveaxis(np.where(inside[..., None, :], lead, 0.0), -1, 0))
    support = inside.sum(axis=-1, keepdims=True)  # 0 where the largest logits are equal infinities
    above = above / np.where(support, support, np.nan)
    p = np.where(inside, np.maximum(above, 0.0), 0.0)
    rest = np.where(own, 0.0, p)
    short = np.maximum(-np.where(own, above, 0.0).sum(axis=-1), 0.0)
    yield (precise_sum(rest) ** 2 + precise_sum(rest**2)) / 2 + short
    yield np.where(own, 0.0 - precise_sum(rest)[..., None], p)
    share = inside / inside.sum(axis=-1, keepdims=True)
    yield np.eye(z.shape[-1]) * inside[..., None] - inside[..., :, None] * share[..., None, :]


@loss(
    MULTILABEL,
    title="Multilabel margin",
    latex=r"\frac{1}{K} \sum_{j: y_j = 1} \sum_{i: y_i = 0} \max(0, 1 - z_j + z_i)",
    breaks=lambda logits, vary, y: tuple(
        logit + 2 * y[vary] - 1 for label, logit in zip(y, logits, strict=True) if label != y[vary]
    ),
    convex="convex",
    lipschitz=lambda y: 2 * y.count(1) * y.count(0) / len(y),
    floor=lambda y: Floor(0, at=y, where="logits of label 1 by 1 or more above those of label 0"),
)
def multilabel_margin(z: Array, y: Array) -> Terms:
    """A hinge for every pair of a class that applies and one that does not, divided by K.

    The division by the number of classes follows torch's `multilabel_margin_loss`.
    """
    pair = (y[..., :, None] == 1) & (y[..., None, :] == 0)
    classes: int = z.shape[-1]
    scale = 0.5 ** classes.bit_length()  # of all terms: their sum may overflow before it is divided by K
    late = np.where(pair, np.maximum(broadcast_sum(scale, -scale * z[..., :, None], scale * z[..., None, :]), 0.0), 0.0)
    yield precise_sum(late.reshape(*z.shape[:-1], classes * classes)) / (classes * scale)
    yield ((late > 0).sum(axis=-2) - (late > 0).sum(axis=-1)) / classes
    yield zero_hessian(z)


@loss(
    MULTILABEL,
    title="Multilabel soft margin",
    latex=r"\frac{1}{K} \sum_j \left( y_j \log(1 + e^{-z_j}) + (1 - y_j) \log(1 + e^{z_j}) \right)",
    convex="strictly",
    lipschitz=1.0,
    floor=lambda y: Floor(
        0,
        at=tuple(inf if label else -inf for label in y),
        attained=False,
        where="logits of label 1 rise and those of label 0 fall without bound",
    ),
    unit="nats",
)
def multilabel_soft_margin(z: Array, y: Array) -> Terms:
    """The sigmoid cross-entropy of each class with its label, divided by K, in nats.

    The division by the number of classes and the name follow torch's `multilabel_soft_margin_loss`; the loss has no
    margin.
    """
    classes = z.shape[-1]
    wrong = np.where(y == 1, -z, z)
    yield precise_sum(softplus(wrong, 1 / classes))
    yield np.where(y == 1, -1.0, 1.0) * sigmoid(wrong, 1 / classes)
    yield np.eye(classes) * sigmoid_slope(z, 1 / classes)[..., None]


@loss(
    HARD,
    title="Misclassification",
    latex=r"\mathbb{1}[z_k < \max_j z_j]",
    breaks=lambda logits, vary, y: tuple(
        place for place in best_rival_breaks(logits, vary, y, 0.0) if vary == y or place == logits[y]
    ),
    convex="no",
    lipschitz=inf,
    floor=lambda y, classes: leading_floor(y, classes, 1.0, "as high as or above"),
)
def misclassification(z: Array, k: Array) -> Terms:
    """1 where another class has a higher logit than the target, else 0.

    A tie with the target is not an error here; a library that predicts the first of equal logits may count one.
    """
    yield np.sign(next(best_rival_hinge(z, k, 0.0)))
    yield np.zeros_like(z)
    yield zero_hessian(z)
