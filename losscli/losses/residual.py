"""Losses of the residual r = prediction - target."""

from collections.abc import Iterator
from math import inf, log, pi, sqrt
from typing import Annotated

from losscli.lazy import Array, np
from losscli.losses.numerics import erf, exact_product, expm1mx, log1p_bend, log_of_cosh, product, to_power
from losscli.model.domains import Finite, Interval, NonNegative, Positive, Scalar
from losscli.model.loss import Family, Floor, Symbol, Terms, Tutorial, loss

RESIDUAL = Family(
    "residual",
    reads="a number",
    argument=lambda f, y: (f - y,),
    prediction=lambda r, y: y + r,
    symbols="r = f - y, f the prediction, y the target",
    targets=Scalar(Interval()),
    label="Prediction",
    span=lambda y: (y - 3, y + 3),
    mirror=lambda f, y: (2 * y - f, y),
    mirrored="the residual changes its sign",
)


def at_target(y: float) -> Floor:
    """Return the floor of a loss that is 0 at its target and nowhere else."""
    return Floor(0, at=y)


def zero_within(y: float, epsilon: float) -> Floor:
    """Return the floor of a loss that is 0 up to a distance of epsilon from its target."""
    return Floor(0, at=(y - epsilon, y + epsilon) if epsilon else y)


Level = Annotated[float, Interval(0, 1)]


@loss(
    RESIDUAL,
    title="L2",
    aliases=("squared-error", "mse", "least-squares"),
    latex="r^2",
    convex="strongly",
    lipschitz=inf,
    symmetric=True,
    floor=at_target,
    tutorial=Tutorial((-1, 1), {"line": ("b-",), "title": "L2 loss"}),
)
def l2(r: Array) -> Terms:
    """The square of the residual, without a factor 1/2.

    Libraries that say "L2 loss" or "squared error" may mean half of it.
    """
    yield r * r
    yield 2 * r
    yield np.full_like(r, 2)


@loss(
    RESIDUAL,
    aliases=("half-l2", "lsgan"),
    latex=r"\frac{1}{2} r^2",
    convex="strongly",
    lipschitz=inf,
    symmetric=True,
    floor=at_target,
)
def half_squared_error(r: Array) -> Terms:
    """Half the square of the residual: its gradient is the residual itself.

    Many libraries also call this "L2 loss" or "squared error". It is the negative log-likelihood of a normal
    distribution with variance 1, without the constant. A least-squares GAN has it with target 1 for a real example and
    0 for a fake (Mao et al. 2017, arXiv:1611.04076); code that takes a mean squared error there has l2.
    """
    yield r * (r / 2)
    yield r
    yield np.ones_like(r)


@loss(
    RESIDUAL,
    title="L1",
    aliases=("absolute-error", "mae", "lad"),
    latex="|r|",
    breaks=(0.0,),
    convex="convex",
    lipschitz=1.0,
    symmetric=True,
    floor=at_target,
    tutorial=Tutorial((-1, 1), {"line": ("r-",), "title": "L1 loss"}),
)
def l1(r: Array) -> Terms:
    """The distance from the target."""
    yield abs(r)
    yield np.sign(r)
    yield np.zeros_like(r)


@loss(
    RESIDUAL,
    latex="|r|^p",
    breaks=lambda p: (0.0,) if p <= 1 else (),
    convex=lambda p: "no" if p < 1 else {1: "convex", 2: "strongly"}.get(p, "strictly"),
    lipschitz=lambda p: 1.0 if p == 1 else inf,
    symmetric=True,
    floor=at_target,
)
def lp(r: Array, p: Annotated[Positive, "power of the distance (its default lies between L1 and L2)"] = 1.5) -> Terms:
    """A power of the distance from the target: 1 is L1, 2 is L2.

    Some texts divide it by p. For p below 1 it is not convex and its slope at the target is infinite; for p between 1
    and 2 its Hessian is infinite there.
    """
    size, slope = abs(r), p - 1
    lost = p - (slope + 1)  # the rounding error of p - 1, which matters for small p
    root, bend = to_power(size, slope / 2), to_power(size, p / 4 - 0.5)
    yield to_power(size, p)
    yield product(np.sign(r), p, root, root, to_power(size, lost))
    yield product(p, slope, bend, bend, bend, bend)


@loss(
    RESIDUAL,
    latex=[(r"\frac{1}{2} r^2", r"|r| \leq \delta"), (r"\delta (|r| - \frac{1}{2} \delta)", "otherwise")],
    breaks=lambda delta: (-delta, delta),
    convex="convex",
    lipschitz=lambda delta: delta,
    symmetric=True,
    floor=at_target,
)
def huber(r: Array, delta: Annotated[Positive, "where the parabola turns into lines, and their slope"] = 1.0) -> Terms:
    """Quadratic near the target, linear far from it.

    Default delta: 1 in PyTorch, Keras and Optax, 1.345 in statsmodels (for 95 % efficiency under normal noise), 0.9 in
    LightGBM. Divided by delta it is smooth-l1. Huber 1964, doi:10.1214/aoms/1177703732.
    """
    near = np.clip(r, -delta, delta)
    yield near * (r - near / 2)
    yield near
    yield np.where(abs(r) <= delta, 1.0, 0.0)


@loss(
    RESIDUAL,
    title="Smooth L1",
    latex=[(r"r^2 / (2 \beta)", r"|r| < \beta"), (r"|r| - \frac{1}{2} \beta", "otherwise")],
    breaks=lambda beta: (-beta, beta),
    convex="convex",
    lipschitz=1.0,
    symmetric=True,
    floor=at_target,
)
def smooth_l1(r: Array, beta: Annotated[NonNegative, "where the parabola turns into lines of slope 1"] = 1.0) -> Terms:
    """L1 with its kink rounded off: the Huber loss divided by its delta.

    With beta 0 it is l1. Code for object detection has a parameter sigma, with beta = 1 / sigma^2.
    Girshick 2015, doi:10.1109/ICCV.2015.169, has beta = 1.
    """
    near = np.clip(r, -beta, beta)
    slope = near / beta if beta else np.sign(r)
    yield slope * (r - near / 2)
    yield slope
    yield np.where(abs(r) < beta, np.divide(1.0, beta), 0.0)


def bowl(r: Array, delta: float) -> Iterator[tuple[tuple[Array, ...], tuple[Array, ...]]]:
    """Yield value, gradient and Hessian of the pseudo-Huber loss, each as factors and what to divide them by."""
    size = abs(r)
    low, high = np.minimum(size, delta), np.maximum(size, delta)
    # Whichever of |r|/delta and delta/|r| is at most 1 is squared: nothing overflows, and nothing cancels near 0.
    tilt, share = low / high, delta / high
    root = np.sqrt(1 + tilt * tilt)
    yield (low, size), (share + root,)
    yield (np.copysign(low, r),), (root,)
    yield (share,) * 3, (root,) * 3


@loss(
    RESIDUAL,
    title="Pseudo-Huber",
    aliases=("charbonnier", "soft-l1"),
    latex=r"\delta^2 (\sqrt{1 + (r / \delta)^2} - 1)",
    convex="strictly",
    lipschitz=lambda delta: delta,
    symmetric=True,
    floor=at_target,
    tutorial=Tutorial((-1, 1), {"line": ("g-",), "title": "Pseudo Huber loss"}, {"delta": (0.24,)}),
)
def pseudo_huber(
    r: Array, delta: Annotated[Positive, "where the bowl turns into arms, and their slope"] = 1.0
) -> Terms:
    """A bowl near the target, straight arms far from it, smooth throughout.

    Charbonnier et al. 1997, doi:10.1109/83.551699; Hartley and Zisserman, Multiple View Geometry, A6.8.
    """
    for factors, over in bowl(r, delta):
        yield product(*factors, over=over)


@loss(
    RESIDUAL,
    title="Log-cosh",
    latex=r"\log(\cosh(r))",
    convex="strictly",
    lipschitz=1.0,
    symmetric=True,
    floor=at_target,
)
def log_cosh(r: Array) -> Terms:
    """Half the squared error near the target, L1 less log 2 far from it, smooth throughout."""
    yield log_of_cosh(abs(r))
    yield np.tanh(r)
    far = np.exp(-2 * abs(r))
    yield 4 * far / to_power(1 + far, 2)


@loss(
    RESIDUAL,
    latex=r"2 \log(\cosh(r / 2))",
    convex="strictly",
    lipschitz=1.0,
    symmetric=True,
    floor=at_target,
    unit="nats",
)
def logistic_distance(r: Array) -> Terms:
    """The negative log-likelihood of logistic noise, 0 at the target.

    It is 2 log-cosh(r / 2), so its Hessian at the target is 1/2. LossFunctions.jl calls it LogitDistLoss.
    """
    for factor, term in zip((2, 1, 0.5), log_cosh.formula(r / 2), strict=True):
        yield factor * term


@loss(
    RESIDUAL,
    latex=r"c^2 (|r| / c - \log(1 + |r| / c))",
    convex="strictly",
    lipschitz=lambda c: c,
    symmetric=True,
    floor=at_target,
)
def fair(r: Array, c: Annotated[Positive, "scale of the bowl, and slope of the arms"] = 1.0) -> Terms:
    """Half L2 near the target, nearly straight far from it: the slope is c r / (c + |r|).

    Default c: 1 in LightGBM; 1.3998 gives 95 % efficiency under normal noise. Fair 1974, "On the robust estimation of
    econometric models", Annals of Economic and Social Measurement 3(4).
    """
    size = abs(r)
    ratio = np.minimum(size, c) / np.maximum(size, c)
    multiple = np.minimum(size / c, 1e300)  # beyond 1e300 its log is negligible beside it
    far = size * (1 - np.log1p(multiple) / multiple)
    yield np.where(size <= c, size * (size * log1p_bend(ratio)), c * far)
    yield np.copysign(np.minimum(size, c), r) / (1 + ratio)
    yield to_power(np.where(size <= c, 1.0, ratio) / (1 + ratio), 2)


@loss(
    RESIDUAL,
    aliases=("pinball", "check-function"),
    latex=r"\max((1 - \tau) r, -\tau r)",
    breaks=(0.0,),
    convex="convex",
    lipschitz=lambda tau: max(tau, 1 - tau),
    symmetric=lambda tau: tau == 0.5,  # noqa: PLR2004 - the median
    floor=at_target,
)
def quantile(r: Array, tau: Annotated[Level, "which quantile of the target to predict"] = 0.5) -> Terms:
    """L1 with a weight for each side: its mean is least at a quantile of the target.

    With u = y - f it is tau u for a target above the prediction and (tau - 1) u below. At tau = 1/2 it is half the
    absolute error. Libraries call tau quantile, alpha or quantile_alpha; LightGBM's default is 0.9.
    Koenker and Bassett 1978, doi:10.2307/1913643.
    """
    yield np.maximum((1 - tau) * r, -tau * r)
    yield np.where(r > 0, 1 - tau, -tau) * abs(np.sign(r))
    yield np.zeros_like(r)


@loss(
    RESIDUAL,
    latex=[(r"(1 - \tau) r^2", "r > 0"), (r"\tau r^2", "otherwise")],
    breaks=lambda tau: () if tau == 0.5 else (0.0,),  # noqa: PLR2004 - one parabola
    convex="strongly",
    lipschitz=inf,
    symmetric=lambda tau: tau == 0.5,  # noqa: PLR2004 - one parabola
    floor=at_target,
)
def expectile(r: Array, tau: Annotated[Level, "which expectile of the target to predict"] = 0.5) -> Terms:
    """L2 with a weight for each side: its mean is least at an expectile of the target.

    At tau = 1/2 it is half-squared-error. CatBoost has this form; XGBoost and statsmodels take half of it.
    Newey and Powell 1987, doi:10.2307/1911031.
    """
    weight = np.where(r > 0, 1 - tau, tau)
    yield product(weight, r, r)
    yield 2 * weight * r
    yield 2 * weight


@loss(
    RESIDUAL,
    title="Quantile Huber",
    latex=[
        (r"|\tau - \mathbb{1}[r > 0]| \cdot \frac{1}{2} r^2", r"|r| \leq \kappa"),
        (r"|\tau - \mathbb{1}[r > 0]| \cdot \kappa (|r| - \frac{1}{2} \kappa)", "otherwise"),
    ],
    breaks=lambda tau, kappa: (-kappa, kappa) if tau == 0.5 else (-kappa, 0.0, kappa),  # noqa: PLR2004 - equal sides
    convex="convex",
    lipschitz=lambda tau, kappa: kappa * max(tau, 1 - tau),
    symmetric=lambda tau: tau == 0.5,  # noqa: PLR2004 - equal sides
    floor=at_target,
)
def quantile_huber(
    r: Array,
    tau: Annotated[Level, "level of the quantile"] = 0.5,
    kappa: Annotated[Positive, "where the parabolas turn into lines"] = 1.0,
) -> Terms:
    """The quantile loss with its kink rounded off: a Huber loss with a weight for each side.

    Quantile-based reinforcement learning (QR-DQN) uses it, often divided by kappa. Dabney et al. 2018,
    doi:10.1609/aaai.v32i1.11791.
    """
    near, weight = np.clip(r, -kappa, kappa), np.where(r > 0, 1 - tau, tau)
    yield product(weight, near, r - near / 2)
    yield weight * near
    yield np.where(abs(r) <= kappa, weight, 0.0)


@loss(
    RESIDUAL,
    title="Epsilon-insensitive",
    latex=r"\max(0, |r| - \epsilon)",
    breaks=lambda epsilon: (-epsilon, epsilon),
    convex="convex",
    lipschitz=1.0,
    symmetric=True,
    floor=zero_within,
)
def epsilon_insensitive(r: Array, epsilon: Annotated[NonNegative, "distance that costs nothing"] = 0.1) -> Terms:
    """L1 beyond a tube around the target that costs nothing: support vector regression.

    Default epsilon in scikit-learn: 0.1 in SVR and SGDRegressor, 0 in LinearSVR. With epsilon 0 it is l1.
    Vapnik, The Nature of Statistical Learning Theory, 1995.
    """
    yield np.maximum(abs(r) - epsilon, 0)
    yield np.where(abs(r) > epsilon, np.sign(r), 0.0)
    yield np.zeros_like(r)


@loss(
    RESIDUAL,
    title="Squared epsilon-insensitive",
    latex=[("0", r"|r| < \epsilon"), (r"(|r| - \epsilon)^2", "otherwise")],
    breaks=lambda epsilon: (-epsilon, epsilon) if epsilon else (),
    convex=lambda epsilon: "convex" if epsilon else "strongly",
    lipschitz=inf,
    symmetric=True,
    floor=zero_within,
)
def squared_epsilon_insensitive(
    r: Array, epsilon: Annotated[NonNegative, "distance that costs nothing"] = 0.1
) -> Terms:
    """L2 beyond a tube around the target that costs nothing.

    Default epsilon in scikit-learn: 0.1 in SGDRegressor, 0 in LinearSVR. With epsilon 0 it is l2.
    """
    beyond = np.maximum(abs(r) - epsilon, 0)
    yield beyond * beyond
    yield 2 * np.copysign(beyond, r)
    yield np.where(abs(r) >= epsilon, 2.0, 0.0)


@loss(
    RESIDUAL,
    title="LINEX",
    latex=r"e^{a r} - a r - 1",
    convex="strictly",
    lipschitz=inf,
    floor=at_target,
    require=(lambda a: a != 0, "a other than 0"),
)
def linex(r: Array, a: Annotated[Finite, "how steep; above 0, too high a prediction costs more"] = 1.0) -> Terms:
    """Exponential on one side of the target, linear on the other.

    Some texts multiply it by a factor. Varian 1975; Zellner 1986, doi:10.1080/01621459.1986.10478289.
    """
    t, rest = exact_product(a, r)
    lost = np.where(t > 1, 1 + rest, 1.0)  # below, rounding t shows in no digit
    growth = (*(np.exp(t / 4),) * 4, lost)  # e^t as factors, each of which is finite if the product with a is
    yield expm1mx(t) * lost
    steep = np.where(t > 700, product(a, *growth), a * np.expm1(t) * lost)  # noqa: PLR2004 - expm1 overflows above 709
    yield np.where(abs(t) < 1e-16, product(a, a, r), steep)  # noqa: PLR2004 - below rounding; t may be subnormal
    yield product(a, a, *growth)


@loss(
    RESIDUAL,
    title="Gaussian NLL",
    latex=r"\frac{1}{2} (\log(v) + r^2 / v)",
    convex="strongly",
    lipschitz=inf,
    symmetric=True,
    floor=lambda y, variance: Floor(log(variance) / 2, at=y, reason="half the logarithm of the variance"),
    unit="nats",
)
def gaussian_nll(r: Array, variance: Annotated[Positive, "variance of the noise", Symbol("v")] = 1.0) -> Terms:
    """The negative log-likelihood of normal noise of known variance, without 1/2 log(2 pi).

    Its floor is negative for a variance below 1. PyTorch adds the constant with full=True, and raises a
    variance below its eps to it. Nix and Weigend 1994, doi:10.1109/ICNN.1994.374138.
    """
    scaled = r / sqrt(variance)
    yield log(variance) / 2 + scaled * (scaled / 2)
    yield r / variance
    yield np.full_like(r, 1 / variance)


@loss(
    RESIDUAL,
    title="berHu",
    aliases=("reverse-huber",),
    latex=[("|r|", r"|r| \leq c"), (r"\frac{r^2 + c^2}{2 c}", "otherwise")],
    breaks=lambda c: (-c, 0.0, c),
    convex="convex",
    lipschitz=inf,
    symmetric=True,
    floor=at_target,
)
def berhu(r: Array, c: Annotated[Positive, "where the lines turn into a parabola"] = 1.0) -> Terms:
    """L1 near the target, quadratic far from it: the Huber loss reversed.

    Owen 2007, "A robust hybrid of lasso and ridge regression"; Laina et al. 2016, arXiv:1606.00373, set c to a fifth of
    the largest residual of a batch.
    """
    far = abs(r) > c
    yield np.where(far, product(0.5, r, r, over=(c,)) + c / 2, abs(r))
    yield np.where(far, r / c, np.sign(r))
    yield np.where(far, 1 / c, 0.0)


@loss(
    RESIDUAL,
    title="Beta-NLL",
    latex=r"\frac{1}{2} v^{\beta} (\log(v) + r^2 / v)",
    convex="strongly",
    lipschitz=inf,
    symmetric=True,
    floor=lambda y, variance, beta: Floor(
        variance**beta * log(variance) / 2, at=y, reason="half the logarithm of the variance, times its power"
    ),
)
def beta_nll(
    r: Array,
    variance: Annotated[Positive, "variance of the noise, held", Symbol("v")] = 1.0,
    beta: Annotated[float, Interval(0, 1, "[]"), "0: gaussian-nll; 1: gradient as of half-squared-error"] = 0.5,
) -> Terms:
    """Gaussian NLL times a power of its variance, through which no gradient goes.

    Seitzer et al. 2022, arXiv:2203.09168: examples of large variance count more than in gaussian-nll.
    """
    power = variance**beta
    yield product(power, log(variance) / 2, np.ones_like(r)) + product(0.5, power, r, r, over=(variance,))
    yield product(power, r, over=(variance,))
    yield product(power, np.ones_like(r), over=(variance,))


@loss(
    RESIDUAL,
    title="Laplace NLL",
    latex=r"|r| / b + \log(2 b)",
    breaks=(0.0,),
    convex="convex",
    lipschitz=lambda b: 1 / b,
    symmetric=True,
    floor=lambda y, b: Floor(log_double(b), at=y, reason="the logarithm of 2 b"),
    unit="nats",
)
def laplace_nll(r: Array, b: Annotated[Positive, "scale of the noise"] = 1.0) -> Terms:
    """The negative log-likelihood of Laplace's noise of known scale.

    Its floor is negative for a scale below 1/2. Laplace 1774, "Mémoire sur la probabilité des causes par les
    événemens".
    """
    yield abs(r) / b + log_double(b)
    yield np.sign(r) / b
    yield np.zeros_like(r)


def log_double(b: float) -> float:
    """Return log(2 b), also where 2 b is no double."""
    return log(2 * b) if b < 1 else log(2) + log(b)


SPREAD = "the spread of the forecast"  # why the floor of a score is not 0
AT_BEST = (sqrt(2) - 1) / sqrt(pi)  # the CRPS of a normal distribution of scale 1 for an observation at its mean


@loss(
    RESIDUAL,
    title="CRPS of a normal distribution",
    aliases=("crps",),
    latex=r"r (2 \Phi(r / \sigma) - 1) + \sigma (\sqrt{2 / \pi} e^{-r^2 / (2 \sigma^2)} - 1 / \sqrt{\pi})",
    symbols=r"\Phi the distribution function of the standard normal distribution",
    convex="strictly",
    lipschitz=1.0,
    symmetric=True,
    floor=lambda y, sigma: Floor(AT_BEST * sigma, at=y, reason=SPREAD),
)
def crps_gaussian(r: Array, sigma: Annotated[Positive, "standard deviation that is forecast"] = 1.0) -> Terms:
    """The continuous ranked probability score of a normal distribution: as an absolute error, rounded at its bottom.

    Gneiting et al. 2005, doi:10.1175/MWR2904.1. As a function of the mean alone its floor is (sqrt 2 - 1) / sqrt pi
    times sigma. With u = r / sigma it is sigma (u (2 Phi(u) - 1) + 2 phi(u) - 1 / sqrt pi).
    """
    u = r / sigma
    slope = erf(u / sqrt(2))
    fall = sqrt(2 / pi) * np.expm1(-u * u / 2)
    yield r * slope + sigma * (AT_BEST + fall)
    yield slope
    yield sqrt(2 / pi) * np.exp(-u * u / 2) / sigma


@loss(
    RESIDUAL,
    title="CRPS of a Laplace distribution",
    latex=r"|r| + b e^{-|r| / b} - \frac{3}{4} b",
    convex="strictly",
    lipschitz=1.0,
    symmetric=True,
    floor=lambda y, b: Floor(b / 4, at=y, reason=SPREAD),
)
def crps_laplace(r: Array, b: Annotated[Positive, "scale that is forecast"] = 1.0) -> Terms:
    """The continuous ranked probability score of a Laplace distribution, as a function of its median.

    Jordan, Krüger and Lerch 2019, doi:10.18637/jss.v090.i12.
    """
    size = abs(r)
    t = size / b
    decay = np.exp(-t)
    yield np.where(t < 1, b * (0.25 + expm1mx(-np.minimum(t, 1))), size + b * (decay - 0.75))
    yield np.sign(r) * -np.expm1(-t)
    yield decay / b


@loss(
    RESIDUAL,
    title="CRPS of a logistic distribution",
    latex=r"|r| + 2 s \log(1 + e^{-|r| / s}) - s",
    convex="strictly",
    lipschitz=1.0,
    symmetric=True,
    floor=lambda y, s: Floor((2 * log(2) - 1) * s, at=y, reason=SPREAD),
)
def crps_logistic(r: Array, s: Annotated[Positive, "scale that is forecast"] = 1.0) -> Terms:
    """The continuous ranked probability score of a logistic distribution, as a function of its median.

    It is s times logistic-distance of r / s, and a constant more. Jordan, Krüger and Lerch 2019,
    doi:10.18637/jss.v090.i12.
    """
    size = abs(r)
    t = size / s
    near = s * ((2 * log(2) - 1) + np.log1p(to_power(np.sinh(np.minimum(t, 1) / 2), 2)))
    yield np.where(t < 1, near, size + s * (2 * np.log1p(np.exp(-t)) - 1))
    yield np.tanh(r / s / 2)
    yield 2 * np.exp(-t) / to_power(1 + np.exp(-t), 2) / s
