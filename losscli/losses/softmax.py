"""Losses of the softmax of K logits beside the cross-entropy: focal, noise-robust, sparse, regularising, distilling."""

from collections.abc import Callable
from dataclasses import replace
from math import fsum, inf, isfinite, log
from typing import Annotated

from losscli.lazy import Array, np
from losscli.losses import logit
from losscli.losses.logit import Easing
from losscli.losses.multiclass import (
    HARD,
    OTHERS,
    SOFT,
    Over,
    Smoothing,
    Weight,
    behind_the_top,
    broadcast_sum,
    hard_softmax_terms,
    leading_floor,
    one_hot,
    precise_sum,
    pulls,
    running_sum,
    softmax_terms,
    sum_of_others,
    total_of,
    weighted,
)
from losscli.losses.numerics import exact_sum, expm1mx, product, sigmoid, sigmoid_factors, softplus, softplus_factors
from losscli.model.domains import Interval, NonNegative, NothingOfSeveral, Positive
from losscli.model.loss import Floor, Symbol, Terms, loss

SIMILARITIES = replace(
    HARD,
    name="similarities",
    reads="several similarities",
    symbols="s the K similarities, k the index of the positive one",
    label="Similarity",
    span=lambda _: (-1, 1),
)
NO_TARGET = replace(SOFT, symbols="z the K logits", argument=lambda z, _: (z,), targets=NothingOfSeveral())
SHARE = r"p_k = e^{z_k} / \sum_j e^{z_j}"


def lead_and_rivals(z: Array, k: Array) -> tuple[Array, ...]:
    """Return u, e, its root and total: the target's probability is sigmoid(u), another class has e / total of the rest.

    u is the target's logit less the log-sum-exp of the others. e may underflow, and is 0 for the target itself.
    """
    own = one_hot(k, z) == 1
    rivals = np.where(own, -np.inf, z)
    top = np.arange(z.shape[-1]) == rivals.argmax(axis=-1)[..., None]
    highest = rivals.max(axis=-1)
    gap = np.where(np.isneginf(rivals), -np.inf, rivals / 2 - highest[..., None] / 2)  # may overflow if not halved
    gap = np.where(top, 0.0, gap)
    power, root = np.exp(2 * gap), np.exp(gap)
    rest = np.where(top, 0.0, power).sum(axis=-1)
    u = broadcast_sum(np.where(own, z, 0.0).sum(axis=-1), -highest, -np.log1p(rest))
    return u, power, root, 1 + rest


def of_the_lead(k: Array, rivals: list[Array], terms: tuple[Array, ...]) -> Terms:
    """Yield value, gradient and Hessian by the logits of a loss f(u) of the lead u, see `lead_and_rivals`.

    `terms` are f, -f', f'' and f'' + f', the last of which would cancel if it were subtracted here.
    """
    (power, root, total), (value, fall, bend, apart) = rivals, terms
    own, total = one_hot(k, power) == 1, total[..., None]
    yield value
    small = product(root, root, fall[..., None], over=(total,))
    slope = np.where(power < 1e-290, small, product(power, fall[..., None], over=(total,)))  # noqa: PLR2004 - subnormal
    yield np.where(own, -fall[..., None], slope)
    share = power / total
    fall, bend, apart = (term[..., None, None] for term in (fall, bend, apart))
    first, second = share[..., :, None], share[..., None, :]
    both = np.where(
        np.eye(power.shape[-1]), first * second * bend + first * sum_of_others(share)[..., None] * fall, 0.0
    )
    both = np.where(np.eye(power.shape[-1]), both, first * second * apart)
    mine, other = own[..., :, None], own[..., None, :]
    yield np.where(mine & other, bend, np.where(mine, -second * bend, np.where(other, -first * bend, both)))


def towards_class(y: int, classes: int) -> Floor:
    """Return the floor 0 of a loss that tends to 0 as the target's logit rises above all others."""
    return Floor(
        0, at=tuple(0.0 if j == y else -inf for j in range(classes)), attained=False,
        where=f"logit {y} rises far above all others",
    )  # fmt: skip


def sum_over_classes(counts: Array, terms_of: Callable[[int], Terms]) -> Terms:
    """Yield value, gradient and Hessian of a sum over the classes: of how much each counts times its own loss.

    `counts` has the shape of the logits or broadcasts to it; `terms_of` gives the terms of a class. A class that counts
    for nothing in all examples is left out.
    """
    shares = np.moveaxis(counts, -1, 0)
    present = [(index, share) for index, share in enumerate(shares) if np.any(share)] or [(0, shares[0])]
    every = [(share, terms_of(index)) for index, share in present]
    for order in range(3):
        axes = (..., *[None] * order)
        yield running_sum([product(share[axes], next(terms)) for share, terms in every])


def listed(shares: Array) -> str:
    """Return shares as text, with six digits each."""
    return ", ".join(f"{share:.6g}" for share in shares.tolist())


def share_floor(value: float, shares: Array) -> Floor:
    """Return the floor of a loss of the softmax that lies where the softmax is these shares."""
    attained = bool(min(shares) > 0)
    return Floor(
        value,
        at=tuple(log(share) if share > 0 else -inf for share in shares.tolist()),
        attained=attained,
        where=f"softmax(logits) {'=' if attained else 'tends to'} {listed(shares)}",
    )


def rest_of(shares: Array) -> Array:
    """Return 1 less each of the shares of a distribution; a share above one half is subtracted as the others' sum."""
    top = int(shares.argmax())
    return np.where(np.arange(len(shares)) == top, np.delete(shares, top).sum(), 1 - shares)


def minus_logs(shares: Array, rest: Array) -> Array:
    """Return minus the logarithms of shares, given 1 less each of them."""
    with np.errstate(all="ignore"):
        return np.where(rest < 0.5, -np.log1p(-rest), -np.log(shares))  # noqa: PLR2004 - else the share is exact enough


@loss(
    HARD,
    title="Softmax focal",
    latex=r"-w_k (1 - p_k)^\gamma \log p_k",
    symbols=SHARE,
    convex=lambda gamma: "convex" if gamma == 0 else "no",
    lipschitz=lambda y, gamma, weight: 2 * logit.focal_slope(1.0, gamma, None) * (weight[y] if weight else 1.0),
    floor=towards_class,
)
def softmax_focal(
    z: Array,
    k: Array,
    gamma: Easing = 2.0,
    weight: Weight = None,
) -> Terms:
    """Softmax cross-entropy times a power of the error: easy examples count little.

    Lin et al. 2017, arXiv:1708.02002, for several classes. It has no weight alpha: Keras multiplies by one, 0.25 for
    every class, and so does Kornia where it is given one.
    """
    u, *rivals = lead_and_rivals(z, k)
    scale = weighted(one_hot(k, z), weight).sum(axis=-1)
    yield from of_the_lead(k, rivals, tuple(product(scale, term) for term in focal_terms(u, gamma)))


def focal_terms(u: Array, gamma: float) -> tuple[Array, ...]:
    """Return f, -f', f'' and f'' + f' of the focal loss of the lead u, for `of_the_lead`."""
    value, slope, bend = logit.focal.formula(u, np.ones_like(u), gamma)
    # With p, q, L = sigmoid(u), 1 - p, -log p:  f'' + f' = q^gamma (gamma p (2 q + (gamma - 1) p L - 2 q L) - q^2).
    half = np.exp(-softplus(u, gamma) / 2)
    p, q, steep = sigmoid_factors(u), sigmoid_factors(-u), softplus_factors(-u)
    apart = product(2, gamma, *p, *q, half, half) - product(*q, *q, half, half)
    apart = (
        apart + product(gamma, gamma - 1, *p, *p, *steep, half, half) - product(2, gamma, *p, *q, *steep, half, half)
    )
    return value, -slope, bend, apart


def lowest_focal(counts: Array, gamma: float) -> tuple[float, Array]:
    """Return the least sum of counts times focal losses of the shares, and the shares where it is, by Newton's method.

    The focal loss is convex in the share of its class, so a stationary point of the sum is its minimum: all slopes are
    equal there. Newton's method makes their logarithms equal, which are nearly lines whatever gamma is.
    """
    present, gamma = counts > 0, min(gamma, 1e100)  # beyond, all shares are equal, and their losses no double but 0
    if present.sum() <= 1:
        return 0.0, np.where(present, 1.0, 0.0) if present.any() else np.full(len(counts), 1 / len(counts))
    weight = np.log(counts[present]) - log(counts.max())
    p = np.exp(weight)
    with np.errstate(all="ignore"):
        for _ in range(250):
            p = np.maximum(p / p.sum(), 1e-300)  # a normal double, whose loss is too small to count
            q = rest_of(p)
            odds, steep = p / q, minus_logs(p, q)
            # The logarithm of minus the slope, and its derivative by log p.
            height = weight - gamma * minus_logs(q, p) + np.log1p(gamma * (odds * steep)) - np.log(p)
            fall = 1 + gamma * odds - (steep * (1 + odds) - 1) / (1 / (gamma * odds) + steep)
            level = (p * height / fall).sum() / (p / fall).sum()
            p = p * np.exp(np.clip((height - level) / fall, -4, 4))
        p = p / p.sum()
        q = rest_of(p)
        found = np.zeros(len(counts))
        found[present] = p
        return total_of(counts[present] * np.exp(-gamma * minus_logs(q, p)) * minus_logs(p, q)), found


def steepest_focal(counts: Array, gamma: float) -> float:
    """Return the Lipschitz constant of a sum of counts times focal losses, in the maximum norm of the logits.

    The gradient adds up to 0, so its norm is twice what it has above 0. That is largest where only the class m that
    counts least has some: x = p_m times the sum of c_k h(p_k) over the others, less (1 - x) c_m h(x), where h(p) is
    -f' / (1 - p) of the focal loss f of a lead. For every x the best p_k are where the slopes c_k h'(p_k) are equal to
    one number, through which we search. As it is a maximum, it is right to 12 digits where they are to 6.
    """
    least, *others = np.sort(counts).tolist()
    most, many = np.unique([count for count in others if count > 0], return_counts=True)
    if gamma == 0 or not len(most):
        return 2 * total_of(others)

    def height(p: Array) -> Array:
        found: Array = np.exp(gamma * np.log1p(-p)) * (1 - gamma * (p * np.log(p) / (1 - p)))
        return found

    def norm(slopes: Array) -> Array:
        p = np.exp(np.interp(slopes[:, None] / most, rise[::-1], logs[::-1]))
        x = 1 - (many * p).sum(axis=-1)
        own = least * height(np.clip(x, 1e-300, 1 - 1e-16)) if least else 0.0
        return np.where(x > 0, x * (many * most * height(p)).sum(axis=-1) - (1 - x) * own, -inf)

    with np.errstate(all="ignore"):
        near = log(max(gamma, 1)) + np.linspace(-8, 8, 20_000)  # the top of h is near p = 1 / gamma
        logs = -np.unique(np.concatenate([np.geomspace(1e-9, 745, 20_000), near[near > 1e-9]]))[::-1]  # noqa: PLR2004
        q = -np.expm1(logs)
        # h' / gamma; h rises with p ever more slowly, until it falls.
        rise = np.exp((gamma - 2) * np.log(q)) * (-logs * (1 - gamma * np.exp(logs)) - 2 * q)
        end = int(np.argmax(~(rise > 0))) + 1
        logs, rise = logs[:end], rise[:end]
        slopes = np.linspace(0, min(60 * (1 + 1 / gamma), 745), 60) * max(most)
        for _ in range(8):
            best = int(np.nanargmax(norm(slopes)))
            slopes = np.linspace(slopes[max(best - 1, 0)], slopes[min(best + 1, len(slopes) - 1)], 60)
        return 2 * float(np.nanmax(norm(slopes)))


@loss(
    SOFT,
    title="Softmax focal cross-entropy",
    latex=[
        (
            r"-\sum_k w_k \left( (1 - s) t_k + \frac{s}{K - 1} (1 - t_k) \right) (1 - p_k)^\gamma \log p_k",
            OTHERS,
        ),
        (r"-\sum_k w_k \left( (1 - s) t_k + \frac{s}{K} \right) (1 - p_k)^\gamma \log p_k", "otherwise"),
    ],
    symbols=SHARE,
    convex=lambda gamma: "convex" if gamma == 0 else "no",
    lipschitz=lambda y, gamma, label_smoothing, smoothing_over, weight: steepest_focal(
        pulls(np.array(y), label_smoothing, smoothing_over, weight), gamma
    ),
    floor=lambda y, gamma, label_smoothing, smoothing_over, weight: share_floor(
        *lowest_focal(pulls(np.array(y), label_smoothing, smoothing_over, weight), gamma)
    ),
)
def softmax_focal_cross_entropy(
    z: Array,
    t: Array,
    gamma: Easing = 2.0,
    label_smoothing: Smoothing = 0.0,
    smoothing_over: Over = "all",
    weight: Weight = None,
) -> Terms:
    """The softmax cross-entropy with a target distribution, with each term times a power of its error.

    Lin et al. 2017, arXiv:1708.02002, as Keras computes it from logits: a sum over the classes, of which
    softmax-focal has the term of the target. Keras multiplies by alpha, 0.25.
    """

    def terms_of(one: int) -> Terms:
        k = np.full(z.shape[:-1], one)
        u, *rivals = lead_and_rivals(z, k)
        yield from of_the_lead(k, rivals, focal_terms(u, gamma))

    yield from sum_over_classes(pulls(np.asarray(t), label_smoothing, smoothing_over, weight), terms_of)


def poly_slope(y: tuple[float, ...], epsilon: float) -> float:
    """Return the Lipschitz constant: twice the largest x - t_m + c x (1 - x); x is the share of the rarest class m."""
    c = epsilon * (max(y) - min(y))
    return 2 * (((1 + 1 / c) * (1 / 4 + c / 4) if c > 1 else 1.0) - min(y))


def poly_floor(y: tuple[float, ...], epsilon: float) -> Floor:
    """Return the floor, where each share of the softmax is t / (a - epsilon t); a is found by bisection."""
    t = np.array(y)
    apart = np.where(t > 0, max(epsilon * t[t > 0]) - epsilon * t, 0.0)
    low, high = t[t > 0].min() / 2, t.sum() * 2
    for _ in range(1100):
        middle = (low + high) / 2
        low, high = (middle, high) if (t / (middle + apart))[t > 0].sum() > 1 else (low, middle)
    p = np.where(t > 0, t / (high + apart), 0.0)
    p = p / p.sum()
    rest = rest_of(p)
    costs = np.where(t > 0, minus_logs(p, rest), 0.0) + epsilon * rest
    return share_floor(total_of(t * costs), p)


@loss(
    SOFT,
    title="Softmax poly cross-entropy",
    latex=r"\sum_k t_k \left( -\log p_k + \epsilon (1 - p_k) \right)",
    symbols=SHARE,
    convex=lambda y, epsilon: "convex" if abs(epsilon) * (max(y) - min(y)) <= 1 else "no",
    lipschitz=poly_slope,
    floor=poly_floor,
)
def softmax_poly_cross_entropy(
    z: Array, t: Array, epsilon: Annotated[float, Interval(-1, inf, "[)"), "weight of the error added"] = 2.0
) -> Terms:
    """The softmax cross-entropy plus a multiple of the probability of the wrong answer, for a target distribution.

    Leng et al. 2022, arXiv:2204.12511, call it Poly-1. The default is that of Optax.
    """

    def terms_of(one: int) -> Terms:
        k = np.full(z.shape[:-1], one)
        u, *rivals = lead_and_rivals(z, k)
        value, slope, bend = logit.poly_cross_entropy.formula(u, np.ones_like(u), epsilon)
        p, q = sigmoid_factors(u), sigmoid_factors(-u)
        yield from of_the_lead(k, rivals, (value, -slope, bend, -product(*q, *q, 1 + product(2, epsilon, *p))))

    yield from sum_over_classes(np.asarray(t), terms_of)


def symmetric_slope(alpha: float, beta: float, a: float) -> float:
    """Return the steepest slope: of (alpha + c p) (1 - p), c = -a beta, at the best probability p of the target."""
    c = -a * beta
    return 2 * ((1 + alpha / c) * (alpha / 4 + c / 4) if c > alpha else alpha)


@loss(
    HARD,
    latex=r"-\alpha \log p_k - \beta A (1 - p_k)",
    symbols=SHARE,
    convex=lambda alpha, beta, a: "no" if -a * beta > alpha else "convex",
    lipschitz=symmetric_slope,
    floor=towards_class,
    require=(lambda beta, a: isfinite(a * beta), "a * beta finite"),
)
def symmetric_cross_entropy(
    z: Array,
    k: Array,
    alpha: Annotated[Positive, "weight of the cross-entropy"] = 0.1,
    beta: Annotated[NonNegative, "weight of the reverse cross-entropy"] = 1.0,
    a: Annotated[float, Interval(-inf, 0), "what stands for log 0", Symbol("A")] = -9.21,
) -> Terms:
    """Cross-entropy plus reverse cross-entropy, which wrong labels mislead less.

    The reverse one takes the logarithm of the target, A where that is 0. Wang et al. 2019, arXiv:1908.06112, whose code
    has A = log 0.0001, about -9.21; the paper also writes A = -4.
    """
    u, *rivals = lead_and_rivals(z, k)
    c = -a * beta
    p, q = sigmoid_factors(u), sigmoid_factors(-u)
    value = softplus(-u, alpha) + sigmoid(-u, c)
    fall = sigmoid(-u, alpha + product(c, *p))
    # Two forms of alpha + c (p - q); the first cancels for large |u|, the second for large c.
    level = np.where(abs(u) < 1, alpha + c * np.tanh(u / 2), sigmoid(u, alpha + c) + sigmoid(-u, alpha - c))
    bend, apart = product(*p, *q, level), -product(*q, *q, alpha + product(2, c, *p))
    yield from of_the_lead(k, rivals, (value, fall, bend, apart))


@loss(
    HARD,
    latex=r"\sum_{i=1}^t \frac{(1 - p_k)^i}{i}",
    symbols=SHARE,
    convex="no",
    lipschitz=lambda terms: 2 * (terms + 1.0) ** (-1 / terms) * terms / (terms + 1),
    floor=towards_class,
)
def taylor_cross_entropy(
    z: Array,
    k: Array,
    terms: Annotated[int, Interval(1, 1000, "[]"), "how many terms of the series are kept", Symbol("t")] = 2,
) -> Terms:
    """The first terms of the Taylor series of the cross-entropy: bounded, so that a wrong label cannot dominate.

    One term is the absolute error of the probability, infinitely many the cross-entropy. Feng et al. 2020,
    doi:10.24963/ijcai.2020/305.
    """
    u, *rivals = lead_and_rivals(z, k)
    p, q = sigmoid_factors(u), sigmoid_factors(-u)
    wrong = sigmoid(-u)
    value = precise_sum(np.stack([wrong**power / power for power in range(1, terms + 1)], axis=-1))
    # 1 - q^t is a sum of positive terms, p (1 + q + ... + q^(t - 1)); without its first one it is in f'' + f'.
    last = (terms + 1) * wrong**terms
    series = precise_sum(np.stack([np.zeros_like(wrong), *(wrong**power for power in range(1, terms))], axis=-1))
    fall, bend, apart = (product(*p, *q, factor) for factor in (1 + series, 1 - last, -(last + series)))
    yield from of_the_lead(k, rivals, (value, fall, bend, apart))


@loss(
    NO_TARGET,
    title="Z-loss",
    latex=r"c \left( \log \sum_j e^{z_j} \right)^2",
    convex="no",
    lipschitz=inf,
    floor=lambda classes: Floor(0, at=(-log(classes),) * classes, where=r"logits whose exponentials sum to 1"),
)
def z_loss(z: Array, c: Annotated[Positive, "weight"] = 1e-4) -> Terms:
    """Keeps the logarithm of the softmax's denominator near 0; it is added to a cross-entropy and has no target.

    Chowdhery et al. 2022, arXiv:2204.02311 (PaLM), section 5.
    """
    top = np.arange(z.shape[-1]) == z.argmax(axis=-1)[..., None]
    half = np.where(top, 0.0, z.max(axis=-1, keepdims=True) / 2 - z / 2)
    root = np.exp(-half)  # square root of the terms of the denominator, which may underflow
    rest = np.where(top, 0.0, np.exp(-2 * half)).sum(axis=-1)  # the square of a root would be off by twice as much
    (height, lost), total = exact_sum(z.max(axis=-1), np.log1p(rest)), (1 + rest)[..., None]
    yield product(c, height, height) + product(2, c, height, lost)
    yield product(2, c, height[..., None], root, root, over=(total,))
    p, high = root**2 / total, height[..., None, None]
    others = np.where(np.eye(z.shape[-1]), sum_of_others(p)[..., None], -p[..., None, :])
    yield product(2, c, p[..., :, None], p[..., None, :] + product(high, others))


@loss(
    SIMILARITIES,
    title="InfoNCE",
    latex=r"\log \sum_j e^{s_j / \tau} - s_k / \tau",
    convex="convex",
    lipschitz=lambda temperature: 2 / temperature,
    floor=lambda y, classes: towards_class(y, classes)._replace(where=f"similarity {y} rises far above all others"),
    aliases=("nt-xent",),
    unit="nats",
)
def info_nce(s: Array, k: Array, temperature: Annotated[Positive, "temperature", Symbol(r"\tau")] = 0.07) -> Terms:
    """Tells the positive among K similarities by a softmax at a temperature, in nats.

    van den Oord et al. 2018, arXiv:1807.03748. Temperature 0.07 is that of MoCo; SimCLR, which calls it NT-Xent, has
    0.5. Cosine similarities lie between -1 and 1, and then the loss does not come near 0.
    """
    yield from hard_softmax_terms(s, k, over=temperature)


def distillation_floor(y: tuple[float, ...], temperature: float) -> Floor:
    """Return the floor: 0, where the softmax at this temperature is the target."""
    total = fsum(y)  # decimal fractions may not add up to exactly 1
    return Floor(
        temperature * (temperature * (total * log(total))),
        at=tuple(temperature * log(p) if p > 0 else -inf for p in y),
        attained=min(y) > 0,
        where=f"softmax(logits / temperature) {'=' if min(y) > 0 else 'tends to'} target",
    )


@loss(
    SOFT,
    title="Distillation",
    latex=r"T^2 \sum_k t_k \left( \log t_k - \frac{z_k}{T} + \log \sum_j e^{z_j / T} \right)",
    convex="convex",
    lipschitz=lambda y, temperature: 2 * temperature * (1 - min(y)),
    floor=distillation_floor,
)
def distillation(z: Array, t: Array, temperature: Annotated[Positive, "temperature", Symbol("T")] = 2.0) -> Terms:
    """The squared temperature times the divergence of the softmax at that temperature from the teacher's distribution.

    The target is the teacher's distribution at the same temperature. Hinton et al. 2015, arXiv:1503.02531; no library
    sets a default temperature, and 2 is one of those tried there.
    """
    t = np.broadcast_to(t, z.shape)
    top, half = behind_the_top(z)
    below = product(2, half, over=(temperature,))
    _, slope, bend = softmax_terms(-below, t)
    rest = np.where(top, 0.0, np.exp(-below)).sum(axis=-1, keepdims=True)
    p, present = np.exp(-below) / (1 + rest), t > 0
    # log(t / p). Where it is small t (e^-log(t/p) - 1 + log(t/p)) does not cancel; these terms add p and take away t.
    height = broadcast_sum(np.log(np.where(present, t, 1.0)), np.log1p(rest))
    apart = height + below
    close = present & (abs(apart) <= 0.5)  # noqa: PLR2004 - expm1mx is exact there
    terms = np.where(close, t * expm1mx(-np.where(close, apart, 0.0)), np.where(present, t * (height - 1) + p, p))
    surplus = broadcast_sum(precise_sum(t), -1.0)[..., None]
    low, high = min(temperature, 1.0), max(temperature, 1.0)  # the temperature is their product; no term overflows
    lines = np.where(close, 0.0, product(2, low, t, half, over=(high,)))
    total = precise_sum(np.concatenate([product(low, low, terms), product(low, low, surplus), lines], axis=-1))
    yield product(high, high, total)
    yield product(temperature, slope)
    yield bend


@loss(
    HARD,
    title="1.5-entmax",
    latex=r"\frac{4}{3} \left( 1 - \sum_j p_j^{3/2} \right) + \sum_j p_j z_j - z_k",
    symbols=r"p_j = [z_j / 2 - \tau]_+^2, \tau such that they sum to 1",
    convex="convex",
    lipschitz=2.0,
    floor=lambda y, classes: leading_floor(y, classes, 2.0, "by 2 or more above"),
    aliases=("entmax15",),
)
def entmax(z: Array, k: Array) -> Terms:
    """Fits the 1.5-entmax, between softmax and sparsemax: smooth, with exact zeros, and 0 once the target leads by 2.

    The Fenchel-Young loss of the Tsallis entropy with alpha 1.5. Peters et al. 2019, arXiv:1905.05702.
    """
    own, count = one_hot(k, z) == 1, np.arange(1, z.shape[-1] + 1)
    top = np.arange(z.shape[-1]) == z.argmax(axis=-1)[..., None]
    below = np.where(top, 0.0, z / 2 - z.max(axis=-1, keepdims=True) / 2)
    near = np.maximum(below, -2.0)  # what lies more than 1 below the highest has no share
    order = -np.sort(-near, axis=-1)
    mean = np.cumsum(order, axis=-1) / count
    spread = np.maximum((1 - np.cumsum(order**2, axis=-1) + count * mean**2) / count, 0.0)
    threshold = mean - np.sqrt(spread)  # if the first 1, 2, ... of the sorted logits have a share
    support = (threshold <= order).sum(axis=-1, keepdims=True)
    inside = near >= np.take_along_axis(order, support - 1, axis=-1)
    mean = precise_sum(np.where(inside, near, 0.0))[..., None] / support
    spread = 1 - precise_sum(np.where(inside, near - mean, 0.0) ** 2)[..., None]
    above = broadcast_sum(below, -mean, np.sqrt(spread / support))
    root = np.maximum(above, 0.0)  # of the share
    p = root**2
    mine = np.where(own, root, 0.0).sum(axis=-1)
    others = np.where(own, 0.0, p)
    rest = precise_sum(others)
    short = np.maximum(-np.where(own, above, 0.0).sum(axis=-1), 0.0)
    # The shares sum to 1, so all terms can be written as positive ones.
    lack = rest / (1 + mine)
    yield 2 / 3 * (lack**2 * (2 + mine) + precise_sum(others * root)) + 2 * short
    yield np.where(own, -rest[..., None], p)
    total = root.sum(axis=-1)[..., None, None]
    rivals = np.where(np.eye(z.shape[-1]), sum_of_others(root)[..., None], -root[..., None, :])
    yield root[..., :, None] * rivals / total
