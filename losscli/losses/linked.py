"""Losses of other files, read through a link: of the log of a mean or of a mass, or of a probability.

Libraries compute them so. Each has formulas of its own, since by the chain rule gradient and Hessian would cancel and
overflow.
"""

from dataclasses import replace
from math import exp, inf, log, nextafter
from typing import Annotated

from losscli.lazy import Array, np
from losscli.losses import positive
from losscli.losses.divergence import DIVERGENCE
from losscli.losses.logit import HARD, Balance, Easing, focal_floor, focal_weight
from losscli.losses.numerics import exp_factors, precise_log_ratio, product, to_power
from losscli.losses.positive import LOG_MEAN, SIZE, TARGET_ALONE, tweedie_targets
from losscli.losses.probability import PROBABILITY
from losscli.model.domains import Interval, Scalar
from losscli.model.loss import Convexity, Floor, Symbol, Terms, loss

LOG_MASS = replace(
    DIVERGENCE,
    reads="a log-mass",
    symbols="x the log of the predicted mass, y the target mass",
    label="Log of the predicted mass",
    span=lambda y: (log(y or 1) - 3, log(y or 1) + 3),
    domain=Interval(-inf, inf, "[]"),
    mirror=None,
    mirrored="",
)
LOG_MASSES = replace(
    LOG_MASS,
    symbols="x the log of the predicted mass, t the log of the target mass",
    targets=Scalar(Interval()),
    span=lambda t: (t - 3, t + 3) if abs(t) < inf else (-3, 3),
)


def falling(x: Array, y: Array) -> Array:
    """Return y e^-x, which neither overflows nor underflows before its time."""
    return product(y, *exp_factors(-x))


@loss(
    LOG_MEAN,
    title="Gamma NLL of the log-mean",
    latex="x + y e^{-x}",
    convex="strictly",
    lipschitz=inf,
    floor=lambda y: Floor(1 + log(y), at=log(y), reason=TARGET_ALONE),
    unit="nats",
    targets=SIZE,
)
def gamma_nll_log(x: Array, y: Array) -> Terms:
    """Negative log-likelihood of a size with a gamma distribution, given the log of its mean.

    The terms of the target alone are left out. scikit-learn's HalfGammaLoss and the gamma objectives of XGBoost and
    LightGBM compute this. McCullagh and Nelder 1989, doi:10.1201/9780203753736.
    """
    near = (abs(y - 1) <= 0.5) & (abs(x) < 1)  # noqa: PLR2004 - there y - 1 is exact
    yield np.where(np.isfinite(x), x + falling(x, y), inf)
    yield np.where(near, -np.expm1(-x) - falling(x, y - 1), 1 - falling(x, y))
    yield falling(x, y)


def tweedie_floor(power: float, y: float) -> Floor:
    """Return the floor, at a mean of y; for a target that is not positive the loss falls towards a mean of 0."""
    if y <= 0:
        return Floor(y * y / 2 if power == 0 else 0, at=-inf, attained=False)
    if power == 0:
        return Floor(0, at=log(y))
    if power == 1:
        return Floor(y - y * log(y), at=log(y), reason=TARGET_ALONE)
    if power == 2:  # noqa: PLR2004 - the gamma distribution
        return Floor(1 + log(y), at=log(y), reason=TARGET_ALONE)
    with np.errstate(all="ignore"):  # where plain floats would raise
        size = float(np.float64(y) ** (2 - power))
    return Floor(-size / ((1 - power) * (2 - power)), at=log(y), reason=TARGET_ALONE)


def tweedie_convexity(power: float, y: float) -> Convexity:
    """Return the convexity: from Poisson to gamma both terms of the Hessian are positive, each growing on one side."""
    if 1 < power < 2 and y > 0:  # noqa: PLR2004 - 2 is the gamma distribution
        return "strongly"
    return "strictly" if 1 <= power <= 2 or (power <= 0 and y <= 0) else "no"  # noqa: PLR2004 - as above


@loss(
    LOG_MEAN,
    title="Tweedie NLL of the log-mean",
    latex=[
        ("(e^x - y)^2 / 2", "p = 0"),
        ("e^x - y x", "p = 1"),
        ("x + y e^{-x}", "p = 2"),
        (r"\frac{e^{(2 - p) x}}{2 - p} - \frac{y e^{(1 - p) x}}{1 - p}", "otherwise"),
    ],
    convex=tweedie_convexity,
    lipschitz=inf,
    floor=tweedie_floor,
    targets=tweedie_targets,
    require=(lambda power: power <= 0 or power >= 1, "power at most 0 or at least 1"),
)
def tweedie_nll_log(
    x: Array,
    y: Array,
    power: Annotated[float, Interval(-100, 100), "0 normal, 1 Poisson, 2 gamma, 3 inverse Gaussian", Symbol("p")] = 1.5,
) -> Terms:
    """Half the Tweedie deviance, given the log of the mean, without the terms of the target alone.

    scikit-learn's HalfTweedieLoss and the tweedie objectives of XGBoost, LightGBM and CatBoost compute this. Jorgensen
    1987, doi:10.1111/j.2517-6161.1987.tb01685.x.
    """
    if power in (1, 2):
        yield from (positive.poisson_nll_log if power == 1 else gamma_nll_log).formula(x, y)
        return
    first, second = 1 - power, 2 - power
    near = (abs(y - 1) <= 0.5) & (abs(x) < 1)  # noqa: PLR2004 - there y - 1 is exact
    excess = np.where(near, np.expm1(x) - (y - 1), np.exp(x) - y)  # of the mean
    up, down = np.exp(second * x), np.exp(first * x)

    rise, fall = np.exp(second * x / 2), np.exp(first * x / 2)  # halves, since the whole may overflow
    log_y = np.log(y)
    rounding = y * np.exp(-log_y) - 1  # of the logarithm
    lead = (x - log_y) - np.where(np.isfinite(rounding), rounding, 0.0)

    def joined(of_mean: float, of_target: float, gap: float) -> Array:
        """Return the first number times e^(2 - p)x less the second times y e^(1 - p)x; `gap` is their difference."""
        plain = up * of_mean - product(y, down, of_target)
        rises = product(rise, rise, gap - of_target * np.expm1(-lead))  # with the larger term factored out
        falls = product(y, fall, fall, gap + of_mean * np.expm1(lead))
        ordinary = (abs(first * x) < 600) & (abs(second * x) < 600) & (y > 1e-100)  # noqa: PLR2004 - e^600 is a double
        ordinary = ordinary & (abs(lead) > 0.5)  # noqa: PLR2004 - nearer, the terms are alike
        return np.where(ordinary | (y <= 0), plain, np.where(lead > 0, rises, falls))

    def value() -> Array:
        """Return the value; where its terms all but cancel, they are one term times how far they are apart."""
        found = joined(1 / second, 1 / first, -1 / (first * second))
        root, rest = precise_log_ratio(power, 2, 1)  # where the value is 0, if the target is 1
        apart = (lead - root) - rest
        close = (y > 0) & (first * second > 0) & (abs(apart) < 0.5)  # noqa: PLR2004 - where expm1 keeps more digits
        return np.where(close, product(y, down, np.expm1(apart), over=(first,)), found)

    yield excess * (excess / 2) if power == 0 else value()
    yield np.where(near, down * excess, joined(1, 1, 0))
    yield joined(second, first, 1)


@loss(
    LOG_MASS,
    title="Relative entropy of the log-mass",
    latex=r"y (\log(y) - x)",
    convex="convex",
    lipschitz=lambda y: y,
    floor=lambda y: (
        Floor(-inf, at=inf, attained=False)
        if y
        else Floor(0, at=(-inf, inf), where="everywhere: the only term has weight 0")
    ),
    unit="nats",
)
def relative_entropy_log(x: Array, y: Array) -> Terms:
    """A term of the Kullback-Leibler divergence, in nats, given the log of the predicted mass: PyTorch's kl_div.

    It is linear in the log, and a single term is negative where the prediction is above the target.
    """
    yield product(y, np.log(y) - x)
    yield np.full_like(x, -1) * y
    yield np.zeros_like(x)


@loss(
    LOG_MASSES,
    title="Relative entropy of two log-masses",
    latex="e^t (t - x)",
    convex="convex",
    lipschitz=lambda y: exp(y) if y < 709 else inf,  # noqa: PLR2004 - e^709 is a double
    floor=lambda y: (
        Floor(-inf, at=inf, attained=False)
        if y > -745  # noqa: PLR2004 - e^-745 is a double
        else Floor(0, at=(-inf, inf), where="everywhere: the only term has weight 0")
    ),
    unit="nats",
)
def relative_entropy_logs(x: Array, t: Array) -> Terms:
    """A term of the Kullback-Leibler divergence, in nats, of two masses that are both given by their logs.

    PyTorch's kl_div computes it with log_target.
    """
    yield product(np.exp(t), t - x)
    yield np.full_like(x, -1) * np.exp(t)
    yield np.zeros_like(x)


def focal_convexity(y: float, gamma: float, alpha: float | None) -> Convexity:
    """Return the convexity: where the probability is right the Hessian tends to 0 only for gamma above 1."""
    if focal_weight(y, alpha) == 0:
        return "convex"
    return "strongly" if gamma <= 1 else "strictly"


@loss(
    PROBABILITY,
    title="Focal loss of the probability",
    latex=[
        (r"-\alpha (1 - p)^{\gamma} \log(p)", "y = 1"),
        (r"-(1 - \alpha) p^{\gamma} \log(1 - p)", "y = 0"),
    ],
    convex=focal_convexity,
    lipschitz=lambda y, alpha: inf if focal_weight(y, alpha) else 0.0,
    symmetric=lambda alpha: alpha in (None, 0.5),
    floor=lambda y, alpha: focal_floor(y, alpha, (0.0, 1.0)),
    targets=HARD,
)
def probability_focal(
    p: Array,
    y: Array,
    gamma: Easing = 2.0,
    alpha: Balance = None,
) -> Terms:
    """The focal loss of a predicted probability, as Keras reads it by default.

    Unlike that of the logit it is convex. Lin et al. 2017, arXiv:1708.02002.
    """
    right, wrong = np.where(y == 1, p, 1.0 - p), np.where(y == 1, 1.0 - p, p)
    log_right = np.where(y == 1, np.log(p), np.log1p(-p))
    weight = 1.0 if alpha is None else np.where(y == 1, alpha, 1 - alpha)
    ratio = np.where(wrong > 0, log_right / wrong, -1.0)  # of the logarithm to the error, with its limit

    def power(exponent: float) -> Array:
        """Return a power of the error; for target 1 and small p the error 1 - p is rounded and its logarithm is not."""
        rounded = (y == 1) & (p < 0.5)  # noqa: PLR2004 - from here on 1 - p is exact
        return np.where(rounded, np.exp(exponent * np.log1p(-p)), to_power(wrong, exponent))

    yield -product(weight, power(gamma), log_right)
    slope = product(weight, gamma, power(gamma), ratio) - product(weight, power(gamma), over=(right,))
    yield np.where(y == 1, slope, -slope)
    curved = weight, gamma, 2 - np.where(right > 0, (gamma - 1) * (ratio * right), 0.0)
    steep, factored = power(gamma - 1), product(*curved, power(gamma), over=(right, np.where(wrong > 0, wrong, 1.0)))
    bent = np.where((wrong > 0) & np.isinf(steep), factored, product(*curved, steep, over=(right,)))
    yield bent + product(weight, power(gamma), over=(right, right))


@loss(
    PROBABILITY,
    title="Zero-one of the probability",
    latex=[(r"\mathbb{1}[p \leq \frac{1}{2}]", "y = 1"), (r"\mathbb{1}[p > \frac{1}{2}]", "y = 0")],
    breaks=(0.5,),
    convex="no",
    lipschitz=inf,
    floor=lambda y: Floor(0, at=(nextafter(0.5, 1), 1.0) if y else (0.0, 0.5)),
    targets=HARD,
)
def probability_zero_one(p: Array, y: Array) -> Terms:
    """1 for a probability on the wrong side of a half, else 0: the error rate of boosting libraries' metrics.

    A probability of exactly a half decides for 0, as in XGBoost and LightGBM.
    """
    yield np.where((p > 0.5) == (y == 1), 0.0, 1.0)  # noqa: PLR2004 - a half
    yield np.zeros_like(p)
    yield np.zeros_like(p)
