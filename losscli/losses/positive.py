"""Losses of a positive mean, or of its log: for counts, sizes and durations, and for relative errors."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial, reduce
from math import fsum, inf, log, log1p
from typing import Annotated, Any

from losscli.lazy import Array, np
from losscli.losses.numerics import either, log1p_bend, log1p_ratio, log_quotient, log_ratio, product, to_power
from losscli.model.domains import Finite, Interval, NonNegative, Positive, Scalar
from losscli.model.loss import Convexity, Family, Floor, Idle, Symbol, Terms, loss

SIZE, COUNT = Scalar(Interval(0, inf), default=1.0), Scalar(Interval(0, inf, "[)"), default=1.0)
POSITIVE = Family(
    "positive",
    reads="a positive mean",
    argument=lambda mu, y: (mu, y),
    symbols=r"\mu (or f) the predicted mean, y the target",
    targets=SIZE,
    label="Prediction",
    # From a quarter of the target to four times it: nearer to 0 most of these losses grow so large that they dwarf the
    # rest of the curve.
    span=lambda y: (y / 4, 4 * y) if y > 0 else (2 * y, 1 - y),
    domain=Interval(0, inf, "[]"),
)
LOG_MEAN = replace(
    POSITIVE,
    reads="a log-mean",
    symbols="x the log of the predicted mean, y the target",
    label="Log of the prediction",
    span=lambda y: (log(y) - 3, log(y) + 3) if y > 0 else (-3, 3),
    domain=Interval(-inf, inf, "[]"),
)

MIDDLE = 1.5  # the power between a Poisson and a gamma distribution that boosting libraries have as default
TARGET_ALONE = "terms of the target alone are left out"  # why a floor is not 0
TINY = 1e-17  # 1 + t is rounded to 1 for smaller t


class NonZero(Scalar):
    """A target that the loss divides by: any number except 0."""

    def __init__(self) -> None:
        super().__init__(Interval(), default=1.0)

    def __str__(self) -> str:
        return f"{self.interval} other than 0"

    def __contains__(self, value: float) -> bool:
        return value != 0 and value in self.interval

    def allowed(self, targets: Array, classes: int) -> Any:
        """Return where targets are finite and not 0."""
        return self.interval.holds(targets) & (targets != 0)


def at_target(y: float) -> Floor:
    """Return the floor of a loss that is 0 at its target and nowhere else."""
    return Floor(0, at=y)


def relative(mu: Array, y: Array) -> Array:
    """Return (mu - y) / mu, with its limit 1 where the mean is infinite or the target is 0."""
    return np.where(np.isinf(mu) | np.equal(y, 0), 1.0, (mu - y) / mu)


def t_minus_log1p(t: Array, log_of_more: Callable[[], Array]) -> Array:
    """Return t - log(1 + t). `log_of_more` gives that logarithm; it is used where the difference does not cancel."""
    near = (t >= -2 / 3) & (t <= 2)  # noqa: PLR2004 - log1p_bend's range
    return either(near, lambda: t * t * log1p_bend(t), lambda: t - log_of_more())


def bregman(y: Array, more: Array, mu: Array) -> Array:
    """Return y log(y / mu) + more for mu = y + more. If `more` is exact, the result is accurate near mu = y."""
    t, log_of_more = more / y, cache(partial(log_quotient, mu, y))
    return either(
        t <= 1,
        lambda: y * t_minus_log1p(t, log_of_more),
        lambda: np.where(np.isinf(more), inf, more - product(y, log_of_more())),  # t may overflow, and y may be 0
    )


def exp_less(x: Array, y: Array) -> Array:
    """Return e^x - y, which does not cancel for a target near 1."""
    near = (abs(y - 1) <= 0.5) & (abs(x) < 1)  # noqa: PLR2004 - there y - 1 is exact
    return either(near, lambda: np.expm1(x) - (y - 1), lambda: np.exp(x) - y)


LARGE = 600.0  # e^x of a smaller x does not show beside numbers that nearly overflow
BEYOND = 2000.0  # of a larger x, e^x is larger than y x for any double y


def factored(x: Array, y: Array, by: Array | float) -> Array:
    """Return e^x less `by` times y, with `by` factored out: both may overflow where their difference does not."""
    half = np.exp(np.minimum(x, BEYOND) / 2)
    return by * (half / by * half - y)


def half_poisson(mu: Array, y: Array) -> Terms:
    """Yield value, gradient and Hessian of y log(y / mu) - y + mu."""
    yield bregman(y, mu - y, mu)
    yield relative(mu, y)
    yield product(y, over=(mu, mu))


def half_gamma(mu: Array, y: Array) -> Terms:
    """Yield value, gradient and Hessian of log(mu / y) + y / mu - 1."""
    t = (y - mu) / mu
    yield np.where(t < inf, t_minus_log1p(t, partial(log_quotient, y, mu)), inf)
    yield relative(mu, y) / mu
    yield product(2, 0.5 - relative(mu, y), over=(mu, mu))


def doubled(terms: Terms) -> Terms:
    """Yield each term doubled; a term is computed only when it is asked for."""
    for term in terms:
        yield 2 * term


@loss(
    LOG_MEAN,
    title="Poisson NLL of the log-mean",
    latex="e^x - y x",
    convex="strictly",
    lipschitz=inf,
    floor=lambda y: Floor(y - y * log(y), at=log(y), reason=TARGET_ALONE) if y else Floor(0, at=-inf, attained=False),
    unit="nats",
    targets=COUNT,
)
def poisson_nll_log(x: Array, y: Array) -> Terms:
    """Negative log-likelihood of a count, given the log of its mean; log y! is left out.

    This is the Poisson loss of PyTorch's poisson_nll_loss, TensorFlow's log_poisson_loss and the boosting libraries.
    Without log y! its minimum, y - y log y, is not 0. McCullagh and Nelder 1989, doi:10.1201/9780203753736.
    """
    growth = np.exp(x)
    yield either(x > LARGE, lambda: factored(x, y, np.minimum(x, BEYOND)), lambda: growth - product(y, x))
    yield either(x > LARGE, lambda: factored(x, y / 2, 2.0), lambda: exp_less(x, y))
    yield growth


def poisson_nll_floor(y: float, eps: float) -> Floor:
    """Return the floor, where mean and eps together are the target, or at a mean of 0 if the target is smaller."""
    if y <= eps:
        return Floor(-y * log(eps) if y else 0, at=0.0, reason=TARGET_ALONE)
    return Floor(y - eps - y * log(y), at=y - eps, reason=TARGET_ALONE)


@loss(
    POSITIVE,
    title="Poisson NLL",
    latex=r"\mu - y \log(\mu + \epsilon)",
    convex=lambda y: "strictly" if y else "convex",
    lipschitz=lambda y, eps: max(1.0, y / eps - 1) if eps else inf if y else 1.0,
    floor=poisson_nll_floor,
    unit="nats",
    targets=COUNT,
    require=(lambda eps: eps == 0 or eps >= 1e-100, "eps 0 or at least 1e-100"),  # noqa: PLR2004 - it is squared
)
def poisson_nll(
    mu: Array,
    y: Array,
    # Above 1 the loss of a target 1 would cross 0, and need more digits of the logarithm there than a double has.
    eps: Annotated[
        float, Interval(0, 1, "[]"), "added to the mean in the logarithm", Symbol(r"\epsilon"), Idle()
    ] = 0.0,
) -> Terms:
    """Negative log-likelihood of a count, given its mean; log y! is left out.

    Keras adds 1e-7 to the mean in the logarithm, and PyTorch, with log_input=False, 1e-8. Without log y! its minimum,
    y - y log y, is not 0: the Poisson deviance is twice the difference from that minimum.
    """
    raised = mu + eps
    rest = np.where(np.isfinite(raised), np.minimum(mu, eps) - (raised - np.maximum(mu, eps)), 0.0)  # of the sum
    log_mean = np.log(raised) + np.where(rest == 0, 0.0, rest / raised)
    share = np.where(mu < inf, product(y, log_mean, over=(mu,)), 0.0)  # y log mu may overflow
    # At an infinite mean the plain difference is one of infinities; with eps the factored one has fewer digits.
    factored = (mu == inf) | ((mu > 1) & (eps == 0))
    yield np.where(factored, mu * (1 - share), mu - product(y, log_mean))
    yield np.where(np.isinf(mu) | np.equal(y, 0), 1.0, ((raised - y) + rest) / raised)
    yield product(y, over=(raised, raised))


@loss(
    POSITIVE,
    latex=r"2 (y \log(y / \mu) - y + \mu)",
    convex=lambda y: "strictly" if y else "convex",
    lipschitz=lambda y: inf if y else 2.0,
    floor=at_target,
    targets=COUNT,
)
def poisson_deviance(mu: Array, y: Array) -> Terms:
    """Twice the amount by which a count's log-likelihood falls short of the best possible: 0 at the target.

    It has the factor 2, as in scikit-learn's metric; half of it is the generalized Kullback-Leibler divergence.
    McCullagh and Nelder 1989, doi:10.1201/9780203753736, section 2.3.
    """
    yield from doubled(half_poisson(mu, y))


@loss(
    POSITIVE,
    latex=r"2 (\log(\mu / y) + y / \mu - 1)",
    convex="no",
    lipschitz=inf,
    floor=at_target,
)
def gamma_deviance(mu: Array, y: Array) -> Terms:
    """For positive sizes: only the ratio of target and mean counts.

    It has the factor 2, as in scikit-learn's and XGBoost's metrics; half of it is the Itakura-Saito divergence. It is
    convex in the mean up to twice the target. McCullagh and Nelder 1989, doi:10.1201/9780203753736, section 2.3.
    """
    yield from doubled(half_gamma(mu, y))


@loss(
    POSITIVE,
    title="Inverse-Gaussian deviance",
    latex=r"\frac{(y - \mu)^2}{y \mu^2}",
    convex="no",
    lipschitz=inf,
    floor=at_target,
)
def inverse_gaussian_deviance(mu: Array, y: Array) -> Terms:
    """For positive sizes with a heavy upper tail: the Tweedie deviance of power 3.

    McCullagh and Nelder 1989, doi:10.1201/9780203753736, section 2.3.
    """
    share = relative(mu, y)
    yield product(share, share, over=(y,))
    yield product(2, share, over=(mu, mu))
    yield product(6, 1 / 3 - share, over=(mu, mu, mu))


@cache
def gauss_legendre() -> tuple[tuple[float, float, float], ...]:
    """Return for each point x of the 10-point Gauss-Legendre rule on [0, 1]: x, 1 - x and its weight."""
    places, weights = np.polynomial.legendre.leggauss(10)
    return tuple(((1 + place) / 2, (1 - place) / 2, weight / 2) for place, weight in zip(places, weights, strict=True))


def decay_integral(a: float, w: Array) -> Array:
    """Return the integral of e^(-a s) for s from 0 to w."""
    return np.where(a * w >= 1e-25, -np.expm1(-a * w) / a, w)  # noqa: PLR2004 - below, only w counts


def rising_integral(a: float, w: Array) -> tuple[Array, tuple[float, ...]]:
    """Return the integral of e^(-a s) (1 - e^-s) for s from 0 to w, a >= 0, and the numbers to divide it by."""
    over = (a, a + 1) if a >= 1 else ()
    far = 1 - np.exp(-a * w) * (1 - a * np.expm1(-w)) if over else decay_integral(a, w) - decay_integral(a + 1, w)
    near = (weight * np.exp(-a * place * w) * -np.expm1(-place * w) for place, _, weight in gauss_legendre())
    return closed_or_quadrature(a, w, near, far, over)


def falling_integral(a: float, w: Array) -> tuple[Array, tuple[float, ...]]:
    """Return the integral of e^(-a s) (1 - e^-(w - s)) for s from 0 to w, a >= 0, and the numbers to divide it by."""
    over = (a, a - 1) if a >= 2 else ()  # noqa: PLR2004 - below 2, the difference would cancel
    if over:
        far = np.expm1(-a * w) - a * np.expm1(-w)
    else:
        beside = np.exp(-min(a, 1) * w) * decay_integral(abs(1 - a), w)
        far = np.where(w < inf, decay_integral(a, w) - beside, np.divide(1.0, a))
    near = (weight * np.exp(-a * place * w) * -np.expm1(-other * w) for place, other, weight in gauss_legendre())
    return closed_or_quadrature(a, w, near, far, over)


def closed_or_quadrature(
    a: float, w: Array, near: Iterator[Array], far: Array, over: tuple[float, ...]
) -> tuple[Array, tuple[float, ...]]:
    """Return the closed form `far` of an integral or, where that would cancel, its quadrature: exact there to 2^-60."""
    cancels = (w < 2) & (a * w < 2)  # noqa: PLR2004
    return either(cancels, lambda: reduce(np.multiply, over, reduce(np.add, near) * w), lambda: far), over


def power_factors(base: Array, exponent: float, shift: float) -> tuple[Array, ...]:
    """Return factors of base^(exponent + shift): several, as it may overflow; the last corrects the rounded sum."""
    total = exponent + shift
    whole, lost = to_power(base, total), fsum((exponent, shift, -total))
    inside = (whole > 1e-300) & (whole < inf) | np.equal(base, 0)  # noqa: PLR2004 - normal double or exactly 0
    if not lost and inside.all():
        return (whole,)
    quarter = to_power(base, total / 4)
    rest = to_power(np.clip(base, 5e-324, 1.7976931348623157e308), lost)
    part = np.where(inside, 1.0, quarter)
    rest = np.where(quarter < inf, rest, 1.0)  # it does not matter beside infinity
    return np.where(inside, whole, quarter), part, part, part, rest


def half_tweedie(mu: Array, y: Array, exponent: float, shift: float) -> Terms:
    """Yield value, gradient and Hessian of half the Tweedie deviance of power p = 2 - (exponent + shift).

    It is the integral of (m - y) m^-p for m from y to mu. Its closed form cancels near mu = y, p = 1 and p = 2.
    """
    if fsum((exponent, shift, -2)) == 0:
        yield from ((mu - y) * ((mu - y) / 2), mu - y, np.ones_like(mu))
        return
    first, second = exponent + (shift - 1), exponent + (shift - 2)  # 1 - p and -p
    yield middle_tweedie(mu, y) if second == -MIDDLE else tweedie_value(mu, y, exponent, shift)
    share = relative(mu, y)  # with mu factored out, both ends of the domain get their limits
    up, down = power_factors(mu, exponent, shift - 1), power_factors(mu, exponent, shift - 2)
    yield np.where(np.isfinite(share), product(*up, share), product(*down, mu - y))
    close = abs(share) < 0.5  # noqa: PLR2004 - of two forms of 1 - p + p y / mu, take the one that does not cancel
    bend = np.where(close, 1 + product(second, share), first - product(second, y, over=(mu,)))
    far = power_factors(mu, exponent, shift - 3)
    yield np.where(np.isfinite(bend), product(*down, bend), -product(*far, second, y))


def middle_tweedie(mu: Array, y: Array) -> Array:
    """Return half the Tweedie deviance of power 3/2, whose closed form does not cancel."""
    root = np.sqrt(mu)
    both = root + np.sqrt(y)
    apart = product(2, mu - y, mu - y, over=(both, both, root))
    return either(np.equal(mu, y) | np.isinf(mu), lambda: np.where(np.isinf(mu), inf, 0.0), lambda: apart)


def tweedie_value(mu: Array, y: Array, exponent: float, shift: float) -> Array:
    """Return half the Tweedie deviance: a power of mu or y, whichever is in range, times an integral over log m."""
    second, first = exponent + shift, exponent + (shift - 1)  # 2 - p and 1 - p
    w = abs(log_ratio(mu, y))
    base = mu if second >= 0 else y
    part, over = falling_integral(second, w) if second >= 0 else rising_integral(-second, w)
    above = product(*power_factors(base, exponent, shift), part, over=over)
    part, over = rising_integral(first, w) if first >= 0 else falling_integral(-first, w)
    lead = power_factors(y, exponent, shift) if first >= 0 else (y, *power_factors(mu, exponent, shift - 1))
    below = product(*lead, part, over=over)
    negative = product(*power_factors(mu, exponent, shift - 1), mu / second - y / first)  # without y's own term
    return np.where(np.equal(mu, y), 0.0, np.where(y < 0, negative, np.where(mu > y, above, below)))


def tweedie_targets(power: float) -> Scalar:
    """Return the targets of a distribution of this power: any number, counts including 0, or positive sizes."""
    if power <= 0:
        return Scalar(Interval(), default=1.0)
    return COUNT if power < 2 else SIZE  # noqa: PLR2004 - 2 is the gamma distribution


def tweedie_convexity(power: float, y: float) -> Convexity:
    """Return the convexity, from the sign of the Hessian 2 ((1 - p) mu + p y) / mu^(1 + p)."""
    if power == 0:
        return "strongly"
    if power == 1:
        return "strictly" if y else "convex"
    if power > 1 or y > 0:
        return "no"
    return "strongly" if y < 0 and power >= -1 else "strictly"


@loss(
    POSITIVE,
    latex=[
        (r"(y - \mu)^2", "p = 0"),
        (r"2 (y \log(y / \mu) - y + \mu)", "p = 1"),
        (r"2 (\log(\mu / y) + y / \mu - 1)", "p = 2"),
        (
            r"2 \left( \frac{\max(y, 0)^{2 - p}}{(1 - p) (2 - p)} - \frac{y \mu^{1 - p}}{1 - p}"
            r" + \frac{\mu^{2 - p}}{2 - p} \right)",
            "otherwise",
        ),
    ],
    convex=tweedie_convexity,
    lipschitz=lambda power, y: 2.0 if power == 1 and y == 0 else inf,
    domain=lambda power: Interval(0 if power else -inf, inf, "[]"),
    floor=lambda power, y: Floor(0, at=max(y, 0.0) if power else y),
    targets=tweedie_targets,
    require=(lambda power: power <= 0 or power >= 1, "power at most 0 or at least 1"),
)
def tweedie_deviance(
    mu: Array, y: Array, power: Annotated[Finite, "0 normal, 1 Poisson, 2 gamma, 3 inverse Gaussian", Symbol("p")] = 1.5
) -> Terms:
    """From squared error (power 0) over counts (1) to positive sizes (2, 3).

    The variance is proportional to this power of the mean. It has the factor 2, as in scikit-learn's metric, whose
    default power is 0; gradient boosting in scikit-learn and other libraries has 1.5. Boosting leaves out the term
    without mu, and so its loss grows without bound near power 1 and 2. Between 0 and 1 there is no such distribution.
    For powers below 0 the term without mu is 0 if the target is negative, as in scikit-learn. Jorgensen 1987,
    doi:10.1111/j.2517-6161.1987.tb01685.x.
    """
    yield from doubled(half_tweedie(mu, y, -power, 2))


@loss(
    POSITIVE,
    aliases=("msle",),
    latex=r"(\log(1 + f) - \log(1 + y))^2",
    convex="no",
    lipschitz=inf,
    floor=at_target,
    domain=Interval(-1, inf, "[]"),
    targets=Scalar(Interval(-1, inf), default=1.0),
)
def squared_log_error(f: Array, y: Array) -> Terms:
    """The squared difference of log(1 + prediction) and log(1 + target).

    For sizes above 1 it depends mostly on the ratio of prediction and target. XGBoost has a factor 1/2; here there is
    none. The square root of its mean is known as RMSLE. Keras replaces negative numbers by 1e-7.
    """
    d = log1p_ratio(f, y)
    yield d * d
    yield np.where(f < inf, 2 * d / (1 + f), 0.0)
    yield np.where(f < inf, 2 * (1 - d) / (1 + f) / (1 + f), 0.0)


@loss(
    POSITIVE,
    aliases=("mape",),
    latex=r"\frac{|f - y|}{\max(|y|, \epsilon)}",
    breaks=lambda y: (y,),
    convex="convex",
    lipschitz=lambda y, epsilon: 1 / max(abs(y), epsilon),
    floor=at_target,
    domain=Interval(-inf, inf, "[]"),
    targets=lambda epsilon: Scalar(Interval(), default=1.0) if epsilon else NonZero(),
)
def absolute_percentage_error(
    f: Array, y: Array, epsilon: Annotated[NonNegative, "least size that the target counts with", Idle()] = 0.0
) -> Terms:
    """The distance from the target as a share of the target.

    It is a share, as in scikit-learn and XGBoost; Keras multiplies it by 100. A target of 0 needs an epsilon, which
    differs between libraries. De Myttenaere et al. 2016, doi:10.1016/j.neucom.2015.12.114.
    """
    size = np.maximum(abs(y), epsilon)
    apart = f * np.sign(y) < 0  # then f - y may overflow
    yield np.where(apart, abs(f / size) + abs(y) / size, abs((f - y) / size))
    yield np.sign(f - y) / size
    yield np.zeros_like(f)


@loss(
    POSITIVE,
    aliases=("smape",),
    latex=r"\frac{200 |f - y|}{|y| + |f|}",
    breaks=lambda y: (0.0, y) if y else (),
    convex=lambda y: "no" if y else "convex",
    lipschitz=lambda y: 400 / abs(y) if y else 0.0,
    floor=lambda y: (
        at_target(y) if y else Floor(200, at=(-inf, inf), where="everywhere but at 0, where the loss is undefined")
    ),
    domain=Interval(-inf, inf, "[]"),
    targets=Scalar(Interval(), default=1.0),
)
def symmetric_percentage_error(f: Array, y: Array) -> Terms:
    """The distance from the target in percent of the mean of both sizes.

    It is at most 200, which it reaches wherever the signs differ. This is CatBoost's form; others omit the factor 100,
    or take half of it. For a target of 0 it is 200, but undefined at a prediction of 0. Makridakis 1993,
    doi:10.1016/0169-2070(93)90079-3.
    """
    side, size = np.sign(y), abs(y)
    towards = f * side
    high, low = np.maximum(towards, size), np.minimum(towards, size)
    total = (high, 1 + low / high)  # factors of |y| + |f|
    none = np.where((f == 0) & (size == 0), np.nan, 200.0)  # of the target's size
    yield np.where(towards > 0, 200 * (np.where(high < inf, (high - low) / high, 1.0) / total[1]), none)
    away = np.sign(towards - size)
    yield np.where(towards > 0, product(400, side * away, size, over=total * 2), 0.0)
    yield np.where(towards > 0, product(-800, away, size, over=total * 3), 0.0)


@loss(
    LOG_MEAN,
    latex=[(r"\tau (y - e^x)", "e^x < y"), (r"(1 - \tau) (e^x - y)", "otherwise")],
    breaks=lambda y: (float(np.log(y)),),
    convex="no",
    lipschitz=inf,
    floor=lambda y: Floor(0, at=float(np.log(y))),
)
def log_linear_quantile(
    x: Array, y: Array, tau: Annotated[float, Interval(0, 1), "which quantile is sought"] = 0.5
) -> Terms:
    """A quantile of a positive target, whose log is predicted.

    It is the quantile loss of e^prediction: CatBoost's LogLinQuantile. With tau 1/2 it is half the absolute error.
    """
    half = np.exp(x / 2)  # e^x itself may overflow where its product with a weight does not
    weight = np.where(x < np.log(y), -tau, 1 - tau)
    far = 2 * (weight * half * (half / 2) - weight * (y / 2))
    yield np.maximum(np.where(x < 700, weight * exp_less(x, y), far), 0.0)  # noqa: PLR2004 - e^709 is finite
    yield weight * half * half
    yield weight * half * half


def negative_binomial_floor(y: float, alpha: float) -> Floor:
    """Return the floor, at the target."""
    if y == 0:
        return Floor(0, at=0.0)
    t = alpha * y  # it may underflow or overflow
    share = log1p(1 / t) if t > TINY else -log(alpha) - log(y)
    growth = y if t < TINY else (log1p(t) if t < inf else log(alpha) + log(y)) / alpha
    return Floor(y * share + growth, at=y, reason=TARGET_ALONE)


@loss(
    POSITIVE,
    title="Negative binomial NLL",
    latex=r"y \log(1 + 1 / (\alpha \mu)) + \log(1 + \alpha \mu) / \alpha",
    convex="no",
    lipschitz=lambda y: inf if y else 1.0,
    floor=negative_binomial_floor,
    unit="nats",
    targets=COUNT,
)
def negative_binomial_nll(
    mu: Array, y: Array, alpha: Annotated[Positive, "overdispersion: the variance is mu + alpha mu^2"] = 1.0
) -> Terms:
    """Negative log-likelihood of a count that varies more than Poisson's, without the terms of the target alone.

    It is the NB2 of statsmodels, whose default is alpha 1 too. As alpha tends to 0 it tends to poisson-nll, a constant
    of the target apart. Its Hessian turns negative for large means: it is convex in neither the mean nor, for a target
    of 0, anywhere. Hilbe 2011, doi:10.1017/CBO9780511973420.
    """
    t = alpha * mu
    inverse = 1 / t
    log_t = log(alpha) + np.log(mu)
    growth = np.where(t < inf, np.log1p(t), log_t) / alpha
    small = product(y, over=(alpha, mu))  # y / t, where t may overflow
    share = np.where(inverse > TINY, product(y, np.where(inverse < inf, np.log1p(inverse), -log_t)), small)
    yield share + np.where(t < TINY, mu, growth)
    whole = np.isinf(mu) | np.equal(y, 0)  # then (mu - y) / mu is 1
    away, base = np.where(whole, 1.0, mu - y), np.where(whole, 1.0, mu)
    yield np.where(t > 1, product(away, over=(base, alpha, mu, 1 + inverse)), product(away, over=(base, 1 + t)))
    near = product(y, over=(mu, mu, 1 + t)) - product(away, alpha, over=(base, 1 + t, 1 + t))
    far = product(y, over=(mu, 1 + inverse)) - product(away, over=(base, 1 + inverse, 1 + inverse))
    yield np.where(t > 1, product(far, over=(alpha, mu, mu)), near)
