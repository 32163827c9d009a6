"""Robust losses of the residual: they limit the influence of outliers, and most of them are not convex."""

from dataclasses import replace
from math import exp, expm1, inf, log, log1p, pi, prod, sqrt
from typing import Annotated, Any

from losscli.lazy import Array, np
from losscli.losses.numerics import (
    SHOWN,
    either,
    exact_product,
    exp_factors,
    expm1mx,
    log1p_bend,
    log_ratio,
    product,
    product_rest,
    square_ratio,
    sum_rest,
    to_power,
)
from losscli.losses.residual import RESIDUAL, at_target, bowl
from losscli.model.domains import Interval, Positive, Scalar
from losscli.model.loss import Convexity, Floor, Symbol, Terms, loss

SMALL = 1e-8  # 1 + x^2 is rounded to 1 for smaller x
TINY = 1e-290  # smaller numbers may be no normal doubles
HUGE = 1e150  # x^2 may overflow for larger x
PI_REST = 1.2246467991473532e-16  # pi less the double that is called so
PARABOLA = 2.0  # the alpha for which Barron's loss is half the squared error
LIMIT_ALPHA = 1e25  # for larger |alpha|, Barron's loss in doubles equals its limit


def ratio_at_most_one(r: Array, *scale: float) -> tuple[Any, Array]:
    """Return whether |r| <= c, and whichever of |r| / c and c / |r| is at most 1; c is the product of `scale`."""
    v = product(abs(r), over=scale)
    near = v <= 1
    return near, either(near, lambda: v, lambda: product(*scale, over=(abs(r),)))


def half_log(size: Array, v: Array, scale: tuple[float, ...]) -> Array:
    """Return log(1 + v^2) / 2 for v = size / c; c, the product of `scale`, may overflow or underflow."""
    return either(v < HUGE, lambda: np.log1p(v * v) * 0.5, lambda: np.log(size) - sum(map(log, scale)))


def log_bowl(r: Array, scale: tuple[float, ...], *height: float) -> Terms:
    """Yield value, gradient and Hessian of H log(1 + (r / c)^2) / 2, with c the product of `scale`, H of `height`."""
    square, size = (*scale, *scale), abs(r)
    v = product(size, over=scale)
    yield either(
        v < SMALL,
        lambda: product(0.5, *height, r, r, over=square),
        lambda: product(half_log(size, v, scale), *height),
    )
    near, v = ratio_at_most_one(r, *scale)
    share = 1 / (1 + v * v)
    yield np.where(near, product(*height, r, share, over=square), product(*height, share, over=(r,)))
    c = prod(scale)
    short = np.where(near, 1, -1) * (c - size) / np.maximum(c, size)  # 1 - v; c - |r| is exact where |r| is near c
    bend = np.where((abs(short) < 0.5) & (c > 1e-300), short, 1 - v) * (1 + v) * share * share  # noqa: PLR2004 - c is normal
    yield np.where(near, product(*height, bend, over=square), product(*height, -bend, over=(r, r)))


@loss(
    RESIDUAL,
    aliases=("lorentzian",),
    latex=r"\frac{c^2}{2} \log(1 + (r / c)^2)",
    convex="no",
    lipschitz=lambda c: c / 2,
    symmetric=True,
    floor=at_target,
)
def cauchy(r: Array, c: Annotated[Positive, "residual at which the slope is steepest"] = 1.0) -> Terms:
    """Logarithmic far from the target: an outlier counts little, but never nothing.

    SciPy's least_squares has this form. Barron and kornia write log(1 + (r / c)^2 / 2): that is this loss with
    sqrt(2) c in place of c, divided by c^2. For 95 % efficiency under normal noise c = 2.3849.
    Black and Anandan 1996, doi:10.1006/cviu.1996.0006.
    """
    yield from log_bowl(r, (c,), c, c)


@loss(
    RESIDUAL,
    title="Student's t",
    latex=r"\frac{\nu + 1}{2} \log(1 + \frac{r^2}{\nu s^2})",
    convex="no",
    lipschitz=lambda nu, s: (nu + 1) / 2 / sqrt(nu) / s,
    symmetric=True,
    floor=at_target,
    unit="nats",
)
def student_t(
    r: Array,
    nu: Annotated[Positive, "degrees of freedom: the fewer, the heavier the tails"] = 4.0,
    s: Annotated[Positive, "scale of the residuals"] = 1.0,
) -> Terms:
    """Negative log-likelihood of Student's t distribution, less its constant.

    statsmodels' StudentT has the same shape, scaled to a Hessian of 1 at the target; the default of nu comes from it.
    Lange, Little and Taylor 1989, doi:10.1080/01621459.1989.10478852.
    """
    yield from log_bowl(r, (s, sqrt(nu)), nu + 1)


@loss(
    RESIDUAL,
    title="Geman-McClure",
    latex=r"\frac{r^2 / 2}{1 + (r / c)^2}",
    convex="no",
    lipschitz=lambda c: 9 / 16 / sqrt(3) * c,
    symmetric=True,
    floor=at_target,
)
def geman_mcclure(r: Array, c: Annotated[Positive, "residual at which the loss is half of its bound"] = 1.0) -> Terms:
    """Level far from the target: the bound c^2/2 is approached slowly.

    The classical r^2 / (1 + r^2) is twice this with c = 1. Barron and kornia write 2 (r / c)^2 / ((r / c)^2 + 4): that
    is this loss with 2 c in place of c, divided by c^2. Geman and McClure 1987, Bulletin of the International
    Statistical Institute 52 (4), 5-21.
    """
    near, v = ratio_at_most_one(r, c)
    whole = 1 + v * v
    share = 1 / whole
    yield np.where(near, product(0.5, r, r, share), product(0.5, c, c, share))
    yield np.where(near, r / to_power(whole, 2), product(c, c, c, c, over=(r, r, r, to_power(whole, 2))))
    far = product(c, c, c, c, (v * v - 3) * to_power(share, 3), over=(r, r, r, r))
    yield np.where(near, (1 - 3 * v * v) * to_power(share, 3), far)


@loss(
    RESIDUAL,
    aliases=("leclerc", "correntropy"),
    latex=r"\frac{c^2}{2} (1 - \exp(-(r / c)^2))",
    convex="no",
    lipschitz=lambda c: c * exp(-0.5) / sqrt(2),
    symmetric=True,
    floor=at_target,
)
def welsch(r: Array, c: Annotated[Positive, "width of the bowl"] = 1.0) -> Terms:
    """An upturned bell: quadratic near the target, and soon level at c^2/2.

    Barron and kornia write 1 - exp(-(r / c)^2 / 2): that is this loss with sqrt(2) c in place of c, divided by c^2.
    For 95 % efficiency under normal noise c = 2.9846. Dennis and Welsch 1978, doi:10.1080/03610917808812083;
    Leclerc 1989, doi:10.1007/BF00054839; Liu, Pokharel and Principe 2007, doi:10.1109/TSP.2007.896065.
    """
    near = to_power(r / c, 2)
    yield either(near < SMALL**2, lambda: product(0.5, r, r), lambda: product(-0.5, c, c, np.expm1(-near)))
    square, rest = square_ratio(r, c, 1.0)
    half = np.exp(-square / 2)  # square root of the exponential, which may underflow where its product with r does not
    yield product(r, half, half, 1 - np.where(square < SHOWN, rest, 0.0))
    yield product(half, half, 1 - 2 * square)


def barron_convexity(alpha: float) -> Convexity:
    """Return the convexity of Barron's loss."""
    return "no" if alpha < 1 else "strictly" if alpha < PARABOLA else "strongly"


def barron_lipschitz(alpha: float, c: float) -> float:
    """Return the steepest slope of Barron's loss. For alpha < 1 it is at (r / c)^2 = (2 - alpha) / (1 - alpha)."""
    if alpha == -inf:
        return exp(-0.5) / c
    return inf if alpha > 1 else exp((alpha - 1) / 2 * log1p(1 / (1 - alpha))) / c if alpha < 1 else 1 / c


def barron_bowl(r: Array, c: float) -> Terms:
    """Yield Barron's loss for alpha = 1, the pseudo-Huber loss in units of c."""
    for factors, over in bowl(r, c):
        yield product(*factors, over=(*over, c, c))


def barron_limit(r: Array, alpha: float, c: float) -> Terms:
    """Yield Barron's loss for alpha = 2, and for |alpha| so large that its powers become exponentials."""
    v = abs(r) / c
    power = product(0.5 * ((alpha > PARABOLA) - (alpha < PARABOLA)), v, v)
    quarter = np.exp(power / 4)
    left = 0.0 if alpha == PARABOLA else -1 / alpha  # what remains of the Hessian at |r| = c, where the rest cancels
    yield product(0.5, r, r, over=(c, c)) if alpha == PARABOLA else abs(np.expm1(power))
    yield product(r, quarter, quarter, quarter, quarter, over=(c, c))
    yield product(quarter, quarter, quarter, quarter, 1 + 2 * power + left, over=(c, c))


class Hypotenuse:
    """h = sqrt(1 + r^2 / (c^2 b)), whose powers are as exact as if h had twice the precision of a double."""

    def __init__(self, r: Array, c: float, b: float) -> None:
        self.lengths = abs(r), c, sqrt(b)
        high, low = square_ratio(r, c, b)
        self.square = 1 + high
        lost = np.where(high < 1, (1 - self.square) + high, (high - self.square) + 1)
        self.rest = np.where(high < inf, (lost + low) / self.square, 0.0)  # as a share of the square
        far = np.log(abs(r)) - log(c) - log(b) / 2
        self.log = np.where(high < inf, (np.log1p(high) + low / self.square) / 2, far)

    def power(self, power: float) -> list[Array]:
        """Return h^power as four factors. Three of them are 1, unless h^power is out of range itself."""
        size, *scale = self.lengths
        factors = []
        for part in (power, power / 4):
            powers = np.power(size, part), *(np.power(length, -part) for length in scale)
            distant = np.where(np.isnan(prod(powers)), np.nan, product(*powers))  # nan: 0 times infinity
            found = np.power(self.square, part / 2) * np.exp(part / 2 * self.rest)
            found = np.where(np.isinf(self.square), distant, found)
            factors.append(np.where(np.isnan(found), np.exp(part * self.log), found))
        whole, quarter = factors
        usual = (whole > 1e-300) & (whole < inf)  # noqa: PLR2004 - a normal double
        return [np.where(usual, whole, quarter), *[np.where(usual, 1.0, quarter)] * 3]


def barron_power(r: Array, alpha: float, c: float) -> Terms:
    """Yield Barron's loss for any other alpha.

    With b = |alpha - 2| and h^2 = 1 + (r / c)^2 / b, value, gradient and Hessian are b (h^alpha - 1) / alpha,
    r h^alpha / (c h)^2 and (1 + (alpha - 1) (h^2 - 1)) h^alpha / (c h^2)^2.
    """
    v, b = abs(r) / c, abs(alpha - PARABOLA)
    h = Hypotenuse(r, c, b)
    power, steps = h.power(alpha), product(alpha, h.log)
    low = np.where(abs(steps) < SMALL**2, b * h.log, product(b, np.expm1(steps), over=(alpha or 1.0,)))
    usual = np.equal(power[1], 1) | (steps < 0)
    high = np.where(usual, product(b, prod(power) - 1, over=(alpha or 1.0,)), product(b, *power, over=(alpha or 1.0,)))
    yield np.where(v < SMALL, product(0.5, r, r, over=(c, c)), np.where(abs(steps) < 1, low, high))
    near, t = ratio_at_most_one(v, sqrt(b))
    share = 1 / (1 + t * t)  # the larger of 1 and h^2 - 1, divided by h^2
    inner = product(r, *h.power(alpha - PARABOLA), over=(c, c))
    slope = np.where(near, inner, product(b, share, *power, over=(r,)))
    yield np.where(np.isinf(r), np.copysign(0.0 if alpha < 1 else 1 / c if alpha == 1 else inf, r), slope)
    cosine, sine = np.where(near, 1, t), np.where(near, t, 1)
    bend = (cosine, cosine) if alpha == 1 else (cosine * cosine + (alpha - 1) * sine * sine,)
    inner = product(share, share, *power, *bend, over=(c, c))
    outer = product(b, share, share, *power, *bend, over=(r, r))
    yield np.where(np.isinf(r), 0.0 if alpha < PARABOLA else inf, np.where(near, inner, outer))


@loss(
    RESIDUAL,
    aliases=("general-robust",),
    latex=[
        (r"\frac{1}{2} (r / c)^2", r"\alpha = 2"),
        (r"\log(1 + \frac{1}{2} (r / c)^2)", r"\alpha = 0"),
        (r"(1 - \exp(-\frac{1}{2} (r / c)^2))", r"\alpha = -\infty"),
        (r"(\exp(\frac{1}{2} (r / c)^2) - 1)", r"\alpha = \infty"),
        (
            r"\frac{|\alpha - 2|}{\alpha} ((1 + \frac{(r / c)^2}{|\alpha - 2|})^{\alpha / 2} - 1)",
            "otherwise",
        ),
    ],
    convex=barron_convexity,
    lipschitz=barron_lipschitz,
    symmetric=True,
    floor=at_target,
)
def barron(
    r: Array,
    alpha: Annotated[float, Interval(-inf, inf, "[]"), "shape: the lower, the less an outlier counts"] = 1.0,
    c: Annotated[Positive, "width of the bowl"] = 1.0,
) -> Terms:
    """One formula from Welsch's loss to beyond the parabola, by its shape alpha.

    In units of c, alpha 2 gives half the squared error, 1 the pseudo-Huber loss, 0 Cauchy's, -2 that of Geman and
    McClure, -inf Welsch's, each up to its own scale and factor. No library has a default for alpha; when the paper
    learns it, it starts at 1. Barron 2019, doi:10.1109/CVPR.2019.00446.
    """
    at_limit = alpha == PARABOLA or abs(alpha) > LIMIT_ALPHA
    yield from (barron_bowl(r, c) if alpha == 1 else (barron_limit if at_limit else barron_power)(r, alpha, c))


@loss(
    RESIDUAL,
    aliases=("tukey", "bisquare"),
    latex=[
        (r"\frac{c^2}{6} (1 - (1 - (r / c)^2)^3)", r"|r| \leq c"),
        (r"\frac{c^2}{6}", "|r| > c"),
    ],
    breaks=lambda c: (-c, c),
    convex="no",
    lipschitz=lambda c: 16 / 25 / sqrt(5) * c,
    symmetric=True,
    floor=at_target,
)
def tukey_biweight(r: Array, c: Annotated[Positive, "residual from which on the loss is level"] = 4.685) -> Terms:
    """A bowl that is level beyond c, where an outlier no longer pulls at all.

    The default has 95 % efficiency under normal noise. Some texts divide by c^2/6, so that the bound is 1.
    Beaton and Tukey 1974, doi:10.1080/00401706.1974.10489171.
    """
    near, w = abs(r) <= c, to_power(r / c, 2)
    yield either(near, lambda: product(0.5, r, r, 1 - w + w * w / 3), lambda: product(c, c, 1 / 6))
    edge = (c - abs(r)) / c * (1 + abs(r) / c)  # 1 - w, without cancellation near |r| = c
    rest = np.where(w < 0.25, 1 - w, edge)  # noqa: PLR2004 - from c/2 on, c - |r| is exact
    yield np.where(near, r * rest * rest, 0.0)
    yield np.where(near, rest * (1 - 5 * w), 0.0)


@loss(
    RESIDUAL,
    latex=r"\frac{c^2}{2} \arctan((r / c)^2)",
    convex="no",
    lipschitz=lambda c: 0.75 * 3**-0.25 * c,
    symmetric=True,
    floor=at_target,
)
def arctan(r: Array, c: Annotated[Positive, "width of the bowl"] = 1.0) -> Terms:
    """Quadratic near the target, level far from it: the bound is pi c^2/4.

    SciPy's least_squares has this form. The parameter of Ceres' ArctanLoss is c^2.
    """
    near, v = ratio_at_most_one(r, c)
    w = v * v
    share = 1 / (1 + w * w)
    angle = np.where(near, np.arctan(w), pi / 2 - np.arctan(w))
    yield np.where(abs(r) / c < SMALL, product(0.5, r, r), product(0.5, c, c, angle))
    yield np.where(near, r * share, product(c, c, c, c, share, over=(r, r, r)))
    far = product(c, c, c, c, (w * w - 3) * share * share, over=(r, r, r, r))
    yield np.where(near, (1 - 3 * w * w) * share * share, far)


@loss(
    RESIDUAL,
    title="Andrews' wave",
    latex=[
        (r"a^2 (1 - \cos(r / a))", r"|r| \leq \pi a"),
        (r"2 a^2", r"|r| > \pi a"),
    ],
    breaks=lambda a: (-pi * a, pi * a),
    convex="no",
    lipschitz=lambda a: a,
    symmetric=True,
    floor=at_target,
)
def andrews(r: Array, a: Annotated[Positive, "the loss is level from pi a on"] = 1.339) -> Terms:
    """One wave of a cosine, level beyond its crests.

    The default has 95 % efficiency under normal noise. Andrews 1974, doi:10.1080/00401706.1974.10489233.
    """
    crest, v = pi * a, r / a
    near, small, half = abs(r) <= crest, abs(v) < SMALL, np.sin(v / 2)
    yield np.where(near, np.where(small, product(0.5, r, r), product(2, a, a, half, half)), product(2, a, a))
    # The distance from the crest, with what rounding pi and its product loses; it has the same sine.
    left = (crest - abs(r)) + (product_rest(pi, a) + PI_REST * a)
    sine = np.where(abs(v) < 2, np.sin(v), np.copysign(np.sin(left / a), r))  # noqa: PLR2004 - near the crest
    yield np.where(near, np.where(small, r, a * sine), 0.0)
    yield np.where(near, np.cos(v), 0.0)


@loss(
    RESIDUAL,
    latex=[
        (r"\frac{1}{2} r^2", r"|r| \leq a"),
        (r"a |r| - \frac{a^2}{2}", r"a < |r| \leq b"),
        (r"\frac{a}{2} (b + c - a) - \frac{a (c - |r|)^2}{2 (c - b)}", r"b < |r| \leq c"),
        (r"\frac{a}{2} (b + c - a)", "|r| > c"),
    ],
    breaks=lambda a, b, c: (-c, -b, -a, a, b, c),
    convex="no",
    lipschitz=lambda a: a,
    symmetric=True,
    floor=at_target,
    require=(lambda a, b, c: a <= b < c, "0 < a <= b < c"),
)
def hampel(
    r: Array,
    a: Annotated[Positive, "where the parabola turns into a line"] = 2.0,
    b: Annotated[Positive, "where the line starts to bend down"] = 4.0,
    c: Annotated[Positive, "residual from which on the loss is level"] = 8.0,
) -> Terms:
    """A parabola, a line, a curve bent down, then level: the pull rises, rests, fades.

    The defaults are those of statsmodels. Hampel, Ronchetti, Rousseeuw and Stahel 1986, Robust Statistics, 2.6.
    """
    size = abs(r)
    pieces, left = [size <= a, size <= b, size <= c], (c - size) / (c - b)
    bent = a * ((b - a / 2) + (size - b) * (1 + left) / 2)
    yield np.select(pieces, [r * (r / 2), a * (size - a / 2), bent], a * ((b - a / 2) + (c - b) / 2))
    yield np.sign(r) * np.select(pieces, [size, a, a * left], 0.0)
    yield np.select(pieces, [1.0, 0.0, -a / (c - b)], 0.0)


@loss(
    RESIDUAL,
    aliases=("talwar",),
    latex=[(r"\frac{1}{2} r^2", r"|r| \leq c"), (r"\frac{1}{2} c^2", "|r| > c")],
    breaks=lambda c: (-c, c),
    convex="no",
    lipschitz=lambda c: c,
    symmetric=True,
    floor=at_target,
)
def truncated_squared(r: Array, c: Annotated[Positive, "residual from which on the loss is level"] = 2.0) -> Terms:
    """Half of the squared error, cut off at c: beyond it an outlier pulls no more.

    The default is that of statsmodels' TrimmedMean; for 95 % efficiency under normal noise c = 2.795.
    Hinich and Talwar 1975, Journal of the American Statistical Association 70, 113-119.
    """
    near, size = abs(r) <= c, np.minimum(abs(r), c)
    yield size * (size / 2)
    yield np.where(near, r, 0.0)
    yield np.where(near, 1.0, 0.0)


@loss(
    RESIDUAL,
    title="Ramsay's Ea",
    latex=r"\frac{1 - e^{-a |r|} (1 + a |r|)}{a^2}",
    breaks=(0.0,),
    convex="no",
    lipschitz=lambda a: exp(-1) / a,
    symmetric=True,
    floor=at_target,
)
def ramsay(r: Array, a: Annotated[Positive, "how fast the pull of an outlier decays"] = 0.3) -> Terms:
    """A bowl whose slope r exp(-a |r|) dies away far from the target.

    The default is that of statsmodels' RamsayE.
    Ramsay 1977, Journal of the American Statistical Association 72, 608-615.
    """
    u, lost = exact_product(a, abs(r))
    half = np.exp(-u / 2)
    far = -np.expm1(-u) - np.minimum(u, 1000) * np.exp(-u)  # capped: infinity times 0 is nan
    rest = np.where(u < 2, np.exp(-u) * expm1mx(u), far)  # noqa: PLR2004 - below 2, `far` would cancel
    yield np.where(u < SMALL**2, product(0.5, r, r), product(rest, over=(a, a)))
    yield product(r, half, half, 1 - lost)
    yield product(half, half, 1 - u)


def quartic_lipschitz(c: float, k: float) -> float:
    """Return the steepest slope of Tukey's quartic, which is at (|r| / c)^k = 1 / (2 k + 1)."""
    return c * exp(-log1p(2 * k) / k) * (k / (k + 0.5)) ** 2


@loss(
    RESIDUAL,
    latex=[
        (r"\frac{r^2}{2} (1 - \frac{4}{k + 2} (|r| / c)^k + \frac{1}{k + 1} (|r| / c)^{2 k})", r"|r| \leq c"),
        (r"\frac{c^2 k^2}{2 (k + 1) (k + 2)}", "|r| > c"),
    ],
    breaks=lambda c, k: (-c, 0.0, c) if k <= 1 else (-c, c),
    convex="no",
    lipschitz=quartic_lipschitz,
    symmetric=True,
    floor=at_target,
)
def tukey_quartic(
    r: Array,
    c: Annotated[Positive, "residual from which on the loss is level"] = 3.61752,
    k: Annotated[Positive, "power of |r|/c in the weight; 2 is the biweight"] = 4.0,
) -> Terms:
    """Tukey's biweight with another power: more of a parabola, and a harder edge.

    The weight of a residual is (1 - (|r| / c)^k)^2. Name and defaults are those of statsmodels.
    """
    near, depth = abs(r) <= c, -log_ratio(abs(r), c)
    t, s = np.exp(-k * depth), -np.expm1(-k * depth)
    q, below = np.where(k * depth < SMALL**2, depth, s / k), (k + 1, k + 2)
    inner = product(0.5, r, r, k, k, 1 + 2 * q + (k + 2) * q * q, over=below)  # 1 - 4 t/(k + 2) + ..., no term negative
    yield np.where(near, inner, product(0.5, c, c, k, k, over=below))
    yield np.where(near, product(r, s, s), 0.0)
    yield np.where(near, product(s, s - 2 * (k * t)), 0.0)


@loss(
    RESIDUAL,
    latex=r"1 - \cos(2 \pi r / c)",
    convex="no",
    lipschitz=lambda c: 2 * pi / c,
    symmetric=True,
    floor=lambda y: Floor(0, at=y, where="the target, and every whole number of c away from it"),
)
def periodic(
    r: Array, c: Annotated[Positive, "the circumference: residuals that differ by it are equal"] = 1.0
) -> Terms:
    """For angles, hours and other periodic quantities: a residual of c counts as 0.

    The default is that of LossFunctions.jl.
    """
    turn = np.fmod(r, c)  # exact, as is the next difference
    x = np.where(abs(turn) > c / 2, turn - np.copysign(c, turn), turn)
    u = abs(x / c)
    half, sine = np.sin(pi * u), np.sin(2 * pi * np.minimum(u, 0.5 - u))
    cosine, small = np.sin(2 * pi * (0.25 - u)), u < SMALL
    yield np.where(small, product(2 * pi * pi, x, x, over=(c, c)), 2 * half * half)
    straight = product(4 * pi * pi, x, over=(c, c))
    yield np.where(small, straight, product(2 * pi, np.copysign(sine, x), over=(c,)))
    yield product(4 * pi * pi, cosine, over=(c, c))


@loss(
    RESIDUAL,
    latex=[
        (r"w \log(1 + |r| / \epsilon)", "|r| < w"),
        (r"|r| - w + w \log(1 + w / \epsilon)", r"|r| \geq w"),
    ],
    breaks=lambda w: (-w, 0.0, w),
    convex="no",
    lipschitz=lambda w, epsilon: max(w / epsilon, 1.0),
    symmetric=True,
    floor=at_target,
)
def wing(
    r: Array,
    w: Annotated[Positive, "residual from which on the loss is a line of slope 1"] = 10.0,
    epsilon: Annotated[Positive, "the smaller, the sharper the point at the target"] = 2.0,
) -> Terms:
    """Steepest at the target, so that small errors count too.

    It is made for facial landmarks that are nearly right. The defaults are the paper's: Feng et al. 2018,
    arXiv:1711.06753.
    """
    size = abs(r)
    near, inner = size < w, np.minimum(size, w)
    v = inner / epsilon
    log = np.where(v < HUGE, np.log1p(v), log_ratio(inner, epsilon))
    yield np.where(v < SMALL**2, product(w, inner, over=(epsilon,)), product(w, log)) + np.where(near, 0.0, size - w)
    share = 0.5 if epsilon > 1 else 1.0  # epsilon + |r| may overflow, half of it does not
    total = share * epsilon + share * inner
    yield np.where(near, product(np.sign(r), w, share, over=(total,)), np.sign(r))
    yield np.where(near, product(-w, share, share, over=(total, total)), 0.0)


HEATMAP = replace(RESIDUAL, argument=lambda f, y: (f - y, y), targets=Scalar(Interval(0, 1, "[]")))


def adaptive_peak(y: float, theta: float, epsilon: float, alpha: float) -> tuple[float, bool]:
    """Return the largest slope for omega = 1, and whether it is where the lines start: then the loss is convex.

    The slope of the curve is largest where (|r| / epsilon)^(alpha - y) = alpha - y - 1.
    """
    p = alpha - y
    level = p * (log(theta) - log(epsilon))
    if level <= log(p - 1):
        share = 1 / (1 + exp(-level)) if level > -700 else 0.0  # noqa: PLR2004 - below, e^-level is no double
        return p * share / theta, True
    return exp((1 - 1 / p) * log(p - 1)) / epsilon, False


@loss(
    HEATMAP,
    title="Adaptive wing",
    latex=[
        (r"\omega \log(1 + (|r| / \epsilon)^{\alpha - y})", r"|r| < \theta"),
        (
            r"\omega \frac{\alpha - y}{1 + (\theta / \epsilon)^{y - \alpha}} (|r| / \theta - 1)"
            r" + \omega \log(1 + (\theta / \epsilon)^{\alpha - y})",
            "otherwise",
        ),
    ],
    breaks=lambda theta: (-theta, theta),
    convex=lambda y, theta, epsilon, alpha: "convex" if adaptive_peak(y, theta, epsilon, alpha)[1] else "no",
    lipschitz=lambda y, omega, theta, epsilon, alpha: omega * adaptive_peak(y, theta, epsilon, alpha)[0],
    symmetric=True,
    floor=at_target,
)
def adaptive_wing(
    r: Array,
    y: Array,
    omega: Annotated[Positive, "height"] = 14.0,
    theta: Annotated[Positive, "residual from which on the loss is a line"] = 0.5,
    epsilon: Annotated[Positive, "scale of the curve near the target"] = 1.0,
    alpha: Annotated[float, Interval(2, inf), "how much flatter the bottom is for a target of 0 than of 1"] = 2.1,
) -> Terms:
    """The wing loss for heatmaps: pointed where the target is 1, flat at the bottom where it is 0.

    Wang, Bo and Fuxin 2019, arXiv:1904.07399. Value and slope join where the lines start, so that the paper's A is
    omega (alpha - y) u / (theta (1 + u)) with u = (theta / epsilon)^(alpha - y). Its alpha is slightly above 2, which
    makes the power exceed 1 for any target: there is no kink at the bottom.
    """
    size, p = abs(r), alpha - y
    near, inner = size < theta, np.minimum(size, theta)
    v = product(inner, over=(epsilon,))
    # v^p or, where that is above 1, its inverse; it may underflow, and then it is known by its fourth root.
    least = np.where(v <= 1, v, 1 / v)
    log_v = log_ratio(inner, epsilon)
    lost = np.exp(np.clip(product(sum_rest(alpha, -y), -abs(log_v)), -1, 1) / 4)  # by rounding p, its fourth root
    power, low, scale = to_power(least, p) * to_power(lost, 4), v <= 1, 2.0**600
    raised = np.minimum(product(inner, scale, over=(epsilon,)), scale)
    raised = np.where(raised < TINY, np.exp(p * log_v / 4), to_power(raised, p / 4) * to_power(scale, -p / 4))
    root = np.where(v < TINY, raised, to_power(least, p / 4)) * lost
    first, more = np.where(power > TINY, power, root), np.where(power > TINY, 1.0, root)
    share = (*(np.where(low, part, 1.0) for part in (first, more, more, more)), 1 / (1 + power))  # v^p / (1 + v^p)
    rest = np.where(low, 1.0, power) / (1 + power)  # 1 / (1 + v^p)
    log = product(omega, np.log1p(power)) + np.where(low, 0.0, product(omega, p, log_v))
    height = np.where(low & (power < TINY), product(omega, *share), log)
    yield height + product(omega, p, *share, np.maximum(size - theta, 0), over=(inner,))
    yield product(np.sign(r), omega, p, *share, over=(inner,))
    bend = product(omega, p, *share, p * rest - 1, over=(inner, inner))
    beyond = (alpha - 2) - y  # of the power above 2, with its right sign also where the power is rounded to 2
    bottom = np.where(beyond == 0, 2 * (omega / epsilon / epsilon), np.where(beyond < 0, inf, 0.0))
    yield np.where(r == 0, bottom, np.where(near, bend, 0.0))


def balanced_slopes(alpha: float, gamma: float, beta: float) -> tuple[float, float]:
    """Return the slopes of the curve just above the target, and just below beta above it; gamma is that of the line."""
    start = alpha * ((1 - beta) / beta)
    return start, gamma + start * exp(-gamma / alpha)


def balanced_floor(y: float, alpha: float, gamma: float, beta: float) -> Floor:
    """Return the floor. For beta above 1 it is beside the target: s log s = 1 - 1 / beta with s = 1 + b |r| / beta."""
    if beta <= 1:
        return Floor(0, at=y)
    level, growth = (beta - 1) / beta, expm1(gamma / alpha)
    s = 1 + level
    for _ in range(60):  # Newton's method
        s -= (s * log(s) - level) / (1 + log(s))
    away = beta * ((s - 1) / growth) if growth > s - 1 else beta  # there the line starts, and it rises
    with np.errstate(all="ignore"):
        value = next(balanced_l1.formula(np.array(away), alpha, gamma, beta))
    return Floor(float(value), at=y + away, where=f"the residuals {away:.6g} and {-away:.6g}")


@loss(
    RESIDUAL,
    title="Balanced L1",
    latex=[
        (r"\frac{\alpha}{b} (b |r| + 1) \log(b |r| / \beta + 1) - \alpha |r|", r"|r| < \beta"),
        (r"\gamma |r| + \gamma / b - \alpha \beta", "otherwise"),
    ],
    symbols=r"b = e^{\gamma / \alpha} - 1",
    breaks=lambda beta: (-beta, beta) if beta == 1 else (-beta, 0.0, beta),
    convex=lambda beta: "convex" if beta == 1 else "no",
    lipschitz=lambda alpha, gamma, beta: max(gamma, *map(abs, balanced_slopes(alpha, gamma, beta))),
    symmetric=True,
    floor=balanced_floor,
    # Beyond, b is no double, and the bowl is narrower than any.
    require=(lambda alpha, gamma, beta: gamma <= 700 * alpha, "gamma at most 700 times alpha"),  # noqa: ARG005 - all are given
)
def balanced_l1(
    r: Array,
    alpha: Annotated[Positive, "the smaller, the more examples that are nearly right count"] = 0.5,
    gamma: Annotated[Positive, "slope of the lines"] = 1.5,
    beta: Annotated[Positive, "residual from which on the loss is a line"] = 1.0,
) -> Terms:
    """Smooth L1 with a steeper bowl, so that boxes that are nearly right count more.

    Pang et al. 2019, arXiv:1904.02701, have beta 1. With b = e^(gamma / alpha) - 1 the slope of the curve is
    alpha (log(1 + b |r| / beta) + (1 - beta) / (beta + b |r|)). For another beta, which mmdet offers, only the values
    join: at beta the slope jumps by alpha (1 - beta) / (beta (1 + b)), and at the target there is a kink. For beta
    above 1 that is a peak, and the minimum is beside it, below 0.
    """
    size, g = abs(r), gamma / alpha
    near, inner = size < beta, np.minimum(size, beta)
    # Factors of b and what they are divided by: b itself may be no double.
    b: tuple[Any, ...] = (
        (gamma, np.expm1(g) / g if g else 1.0) if g < 1 else (*exp_factors(np.asarray(g)), -np.expm1(-g))
    )
    over: tuple[float, ...] = (alpha,) if g < 1 else ()
    z = product(inner, *b, over=(beta, *over))
    curved = np.minimum(z, 1)
    bend = log1p_bend(curved)
    far = np.where(z < inf, alpha * np.log1p(z), gamma + alpha * (np.log(-np.expm1(-g)) + log_ratio(inner, beta)))
    ahead, tilt = 1 - (1 + curved) * bend, 1 - curved * bend
    log = np.where(z <= 1, product(alpha, inner, *b, tilt, over=(beta, *over)), far)  # times alpha
    if beta > 1:  # both terms may overflow, and their difference not
        bowl = product(alpha, inner, curved * ahead + (1 - beta) / beta * tilt)
    else:
        bowl = product(alpha, inner, inner, *b, ahead, over=(beta, *over))
        bowl = bowl + product(alpha, inner, 1 - beta, tilt, over=(beta,))
    wide = inner * (log - alpha) + product(log, *over, over=b)
    lost = product(alpha, expm1mx(np.asarray(g)), over=(np.expm1(g),))
    joint = (gamma - alpha) * beta + product(gamma, over=b)  # the value at beta
    unit = np.where(size > HUGE, 1 / HUGE, 1.0)  # the sum may be a double where gamma |r| is none
    flat = product(gamma * (size * unit) + (alpha * ((1 - beta) * unit) - lost * unit), 1 / unit)
    line = flat if g < 1 else gamma * (size - beta) + joint
    yield np.where(near, np.where(z <= 1, bowl, wide), line)
    slope = log + product(alpha, 1 - beta, over=(beta, 1 + z))
    yield product(np.sign(r), np.where(near, slope, gamma))
    tight = product(4, alpha, *b, z * (beta / 4) + (beta / 2 - 0.25), over=(beta, beta, *over, 1 + z, 1 + z))
    part = product(2, beta - 0.5, *over, over=(inner, *b))
    loose = product(alpha, 1 + part, over=(inner, 1 + 1 / z, 1 + 1 / z))
    yield np.where(near, np.where(z <= 1, tight, loose), 0.0)


@loss(
    RESIDUAL,
    title="Hit or miss",
    latex=[("0", r"|r| \leq t"), ("1", "|r| > t")],
    breaks=lambda tolerance: (-tolerance, tolerance),
    convex="no",
    lipschitz=inf,
    symmetric=True,
    floor=lambda tolerance, y: Floor(0, at=(y - tolerance, y + tolerance)),
)
def hit_or_miss(
    r: Array, tolerance: Annotated[Positive, "how far off is still a hit; no library has a default", Symbol("t")] = 1.0
) -> Terms:
    """1 for a prediction that is off by more than the tolerance, else 0.

    CatBoost's NumErrors is its mean.
    """
    yield np.where(abs(r) > tolerance, 1.0, 0.0)
    yield np.zeros_like(r)
    yield np.zeros_like(r)
