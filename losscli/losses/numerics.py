"""Elementary functions that several formulas need; they do not overflow, cancel or round to a wrong 0.

All work elementwise on arrays or floats of any shape.
"""

from __future__ import annotations

from functools import cache, reduce
from itertools import islice
from math import factorial, inf, log, pi, sqrt
from typing import TYPE_CHECKING, Any

from losscli.lazy import Array, np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SHOWN = 1e6  # of a larger exponent the rounding shows in no exponential that is a double
POWERS = 6  # twice the largest power that is multiplied instead of being taken by logarithms
HALVES = 2.0**27 + 1  # splits the 53 bits of a double into two parts, products of which are exact
# A polynomial in x that is 1/3 + x/5 + x^2/7 + ... up to 2^-60 for 0 <= x <= 1/4, which takes half as many terms: it
# interpolates that series at the 15 Chebyshev nodes of the interval.
ARTANH_BEND = (
    0.3333333333333333, 0.19999999999999934, 0.14285714285734208, 0.11111111108774245, 0.09090909234076455,
    0.07692302426298539, 0.0666679262425516, 0.05880296593962229, 0.05286736995315698, 0.0456935407180027,
    0.05468265249637927, -0.0057836459205199055, 0.1636684124104195, -0.1845062778348167, 0.22653799107253966,
)  # fmt: skip
ERF_SLOPE_LESS_1 = 0.12837916709551258  # 2 / sqrt(pi) - 1, to more digits than the difference would have


def either(condition: Any, yes: Callable[[], Any], no: Callable[[], Any]) -> Array:
    """Return what `yes` gives where a condition is true, and what `no` gives elsewhere.

    Each is called only if the condition asks for it somewhere. The result has at least the shape of the condition.
    """
    everywhere = condition.all()
    mixed = condition.any() and not everywhere
    found: Array = np.where(condition, yes(), no()) if mixed else np.asarray(yes() if everywhere else no())
    return found if found.ndim else np.broadcast_to(found, np.shape(condition))


def plainly(compute: Callable[[], Any]) -> Any:
    """Return what a computation gives, or None if a step of it may be wrong because it left the range of doubles.

    Within that range a product of numbers has the same bits as that of their mantissas, which takes far longer. The
    processor reports what overflows, what loses digits below the normal doubles, and what is undefined.
    """
    try:
        with np.errstate(all="raise"):
            return compute()
    except FloatingPointError:
        return None


def product(*factors: Array | float, over: tuple[Array | float, ...] = ()) -> Array:
    """Return the product of `factors` divided by all of `over`; no intermediate result overflows or underflows.

    If a factor is 0 the result is 0, even if another one is infinite: a term of weight 0 is absent.
    """
    more = [factor for factor in factors[1:] if not isinstance(factor, float | int) or factor != 1]
    less = [divisor for divisor in over if not isinstance(divisor, float | int) or divisor != 1]
    if not more and not less:
        return np.add(factors[0], 0.0)  # -0 becomes 0, as that of a term of weight 0
    plain = plainly(lambda: reduce(np.divide, less, reduce(np.multiply, more, factors[0])) + np.float64(0))  # no -0
    if plain is None or np.isnan(plain).any():  # maybe 0 times nan
        return scaled_product(factors, over)
    return np.asarray(plain)


def scaled_product(factors: tuple[Array | float, ...], over: tuple[Array | float, ...]) -> Array:
    """Return what `product` does, by mantissas and exponents."""
    mantissa: Array | float = 1.0
    exponent: Any = 0
    absent: Any = False
    for factor in factors:
        part, power = np.frexp(factor)
        mantissa, exponent = mantissa * part, exponent + power
        absent = absent | np.equal(factor, 0)
    for divisor in over:
        part, power = np.frexp(divisor)
        mantissa, exponent = mantissa / part, exponent - power
    return np.where(absent, 0.0, np.ldexp(mantissa, exponent)) + 0.0


def to_power(base: Array | float, exponent: Array | float) -> Array:
    """Return base^exponent with the same bits for a single number as for the same number in an array.

    `**` has them only by chance: NumPy squares arrays, and has faster, less exact powers for them on some processors.
    Small multiples of 1/2 are square roots and products, which are faster.
    """
    if np.ndim(exponent) or abs(twice := float(2 * exponent)) > POWERS or twice % 1 or not twice:
        return np.float_power(base, exponent)
    step, change = (np.multiply, 1.0) if twice > 0 else (np.divide, -1.0)
    root = np.sqrt(np.add(base, 0.0)) if twice % 2 else None  # of -0 it would be -0
    start = root if change > 0 else step(1.0, 1.0 if root is None else root)
    times = int(abs(twice) // 2)
    if start is None:
        start, times = np.asarray(base, dtype=float), times - 1
    return reduce(step, [base] * times, start)


def product_rest(a: Array | float, b: Array | float) -> Array:
    """Return a b less its rounded value, which is exact (Dekker 1971, doi:10.1007/BF01397083)."""
    plain = plainly(lambda: split_rest(np.asarray(a), np.asarray(b)))
    if plain is not None:
        return np.asarray(plain)
    (first, power), (second, more) = np.frexp(a), np.frexp(b)
    whole: Array = np.ldexp(split_rest(first, second), power + more)
    return whole


def split_rest(a: Array, b: Array) -> Array:
    """Return a b less its rounded value for numbers whose parts and products are normal doubles."""
    high, upper = (HALVES * part - (HALVES * part - part) for part in (a, b))  # 26 bits; so have the others
    low, lower = a - high, b - upper
    rest: Array = ((high * upper - a * b) + (high * lower + low * upper)) + low * lower
    return rest


def sum_rest(a: Array | float, b: Array | float) -> Array:
    """Return a + b less its rounded value, which is exact (Knuth, The Art of Computer Programming 2, 4.2.2)."""
    whole: Array = np.add(a, b)
    of_b = whole - a
    return (a - (whole - of_b)) + (b - of_b)


def exact_product(a: Array | float, b: Array | float) -> tuple[Array, Array]:
    """Return a b for an exponent, and what rounding it loses, or 0 where that does not show."""
    whole = product(a, b)
    rest = product_rest(a, b)
    return whole, np.where((abs(whole) < SHOWN) & np.isfinite(rest), rest, 0.0)


def exact_sum(a: Array | float, b: Array | float) -> tuple[Array, Array]:
    """Return a + b for an exponent, and what rounding it loses, or 0 where that does not show."""
    whole: Array = np.add(a, b)
    return whole, np.where(abs(whole) < SHOWN, sum_rest(a, b), 0.0)


def exp_factors(t: Array) -> tuple[Array, ...]:
    """Return factors of e^t: e^t itself, or where it is too large or small for a normal double e^(t/4) four times."""
    usual = abs(t) < 700  # noqa: PLR2004 - e^700 is a double, and e^-700 a normal one
    if usual.all():
        return (np.exp(t),)
    quarter = np.exp(t / 4)
    return np.where(usual, np.exp(t), quarter), *(np.where(usual, 1.0, quarter),) * 3


def softplus_bend(t: Array) -> Array:
    """Return log(1 + e^-|t|), by which log(1 + e^t) is above max(t, 0)."""
    return np.log1p(np.exp(-abs(t)))


def softplus_factors(t: Array, rest: Array | float = 0.0, bend: Array | None = None) -> tuple[Array | float, ...]:
    """Return factors of log(1 + e^(t + rest)); `rest` is what rounding t has lost, `bend` softplus_bend(t) if known.

    Below t = -37 they are e^(t/2) twice, because e^t itself may underflow.
    """
    tiny = t < -37  # noqa: PLR2004 - e^-37 < 2^-53
    plain = np.maximum(t, 0) + (softplus_bend(t) if bend is None else bend)
    if not tiny.any():
        return plain, lifted(t, rest)
    half = np.exp(np.minimum(t, 0) / 2)
    return np.where(tiny, half, plain), np.where(tiny, half, 1.0) * lifted(t, rest)


def lifted(t: Array, rest: Array | float) -> Array | float:
    """Return the factor e^rest of what is near e^t for t below 0; it does not show above."""
    return 1.0 if isinstance(rest, float) and not rest else np.where(t < 0, 1.0 + rest, 1.0)


def softplus(t: Array, *weights: Array | float, rest: Array | float = 0.0) -> Array:
    """Return log(1 + e^(t + rest)) times the weights."""
    return product(*weights, *softplus_factors(t, rest))


def sigmoid_factors(t: Array, rest: Array | float = 0.0) -> tuple[Array, ...]:
    """Return factors of 1 / (1 + e^-(t + rest)) that are accurate for all t; `rest` is what rounding t has lost."""
    return *exp_factors(np.minimum(t, 0)), lifted(t, rest) / (1 + np.exp(-abs(t)))


def sigmoid(t: Array, *weights: Array | float, rest: Array | float = 0.0) -> Array:
    """Return 1 / (1 + e^-(t + rest)) times the weights."""
    return product(*weights, *sigmoid_factors(t, rest))


def sigmoid_powers(t: Array, a: int, b: int, *weights: Array | float) -> Array:
    """Return s^a (1 - s)^b times the weights, with s = 1 / (1 + e^-t)."""
    t = np.clip(t, -2000, 2000)  # where the result is 0 or no longer changes
    small, n = np.exp(-abs(t)), a + b
    whole = 1 + small
    lost = small - (whole - 1)  # by rounding `whole`; its power would lose n times as much
    power = to_power(whole, n) + n * lost * to_power(whole, n - 1)
    return product(*weights, *exp_factors(np.where(t > 0, -b * t, a * t)), over=(power,))


def sigmoid_slope(t: Array, *weights: Array | float) -> Array:
    """Return s (1 - s), the derivative of s = 1 / (1 + e^-t), times the weights."""
    return sigmoid_powers(t, 1, 1, *weights)


def log1p_bend(t: Array) -> Array:
    """Return (t - log(1 + t)) / t^2 for -2/3 <= t <= 2 (1/2 at 0); the plain formula would cancel or underflow.

    With s = t / (2 + t), log(1 + t) = 2 artanh(s) = 2 (s + s^3/3 + s^5/5 + ...): Abramowitz and Stegun 4.1.27.
    """
    square = to_power(t / (2 + t), 2)
    series = np.full_like(square, ARTANH_BEND[-1])
    for coefficient in ARTANH_BEND[-2::-1]:
        series *= square
        series += coefficient
    return (1 - 2 * t / to_power(2 + t, 2) * series) / (2 + t)


def expm1mx(t: Array) -> Array:
    """Return e^t - 1 - t. For |t| <= 1/2, where the difference would cancel, it is a Taylor series."""
    series = np.zeros_like(t)
    for term in range(16, 2, -1):  # the omitted terms are below 2^-57 of the first
        series = (1 + series) * t / term
    near = abs(t) <= 0.5  # noqa: PLR2004
    # e^t is infinite beyond 1000; t is capped because infinity minus infinity would be nan.
    return either(near, lambda: t * (t / 2) * (1 + series), lambda: np.expm1(t) - np.minimum(t, 1000))


def erf(t: Array) -> Array:
    """Return the error function, 2 / sqrt(pi) times the integral of e^(-s^2) from 0 to t.

    Up to |t| = 1.25 it is its Taylor series, Abramowitz and Stegun 7.1.5; beyond, where there is less of it to lose,
    1 less the continued fraction 7.1.14.
    """
    size, split = abs(t), 1.25
    small, large = np.minimum(size, split), np.clip(size, split, 6)  # 1 - erf(6) < 2^-53
    series, fraction = np.zeros_like(size), np.zeros_like(size)
    for term in range(25, 0, -1):  # the omitted terms are below 2^-57 of the first
        series = (series + (-1) ** term / (factorial(term) * (2 * term + 1))) * (small * small)
    for term in range(150, 0, -1):
        fraction = term / 2 / (large + fraction)
    near = small + small * (ERF_SLOPE_LESS_1 + (1 + ERF_SLOPE_LESS_1) * series)
    far = 1 - np.exp(-large * large) / sqrt(pi) / (large + fraction)
    return np.copysign(np.where(size < split, near, far), t) + 0.0


def log_quotient(a: Array, b: Array | float) -> Array:
    """Return log(a / b) of positive numbers that are not close, also if a / b overflows or underflows."""
    ratio = a / b
    inside = (ratio > 1e-300) & (ratio < inf)  # noqa: PLR2004 - a normal double
    return either(inside, lambda: np.log(ratio), lambda: np.log(a) - np.log(b))


def log_ratio(a: Array, b: Array | float) -> Array:
    """Return log(a / b) of positive numbers, accurate also if they are close or if a / b overflows or underflows."""
    ratio = a / b
    close = (ratio > 0.5) & (ratio < 2)  # noqa: PLR2004 - a - b is exact there
    return either(close, lambda: np.log1p((a - b) / b), lambda: log_quotient(a, b))


def log1p_ratio(a: Array, b: Array) -> Array:
    """Return log((1 + a) / (1 + b)) for a, b >= -1. It divides by the smaller of 1 + a and 1 + b."""
    low, apart = np.minimum(a, b), abs(a - b)
    t = apart / (1 + low)
    return np.sign(a - b) * np.where(t < inf, np.log1p(t), np.log(apart) - np.log1p(low))


def log_of_cosh(size: Array) -> Array:
    """Return log(cosh(size)) for size >= 0."""
    # The cosine less 1 is twice the square of sinh(size / 2), which overflows above 700.
    return either(size < 700, lambda: np.log1p(2 * to_power(np.sinh(size * 0.5), 2)), lambda: size - log(2))  # noqa: PLR2004


def log_odds(positive: float, negative: float) -> float:
    """Return log(positive / negative) for two weights that are not both 0."""
    if positive == 0 or negative == 0:
        return inf if positive else -inf
    return log(positive) - log(negative)


@cache
def precise_log_ratio(p: float, a: int, b: int) -> tuple[float, float]:
    """Return log |(p - a) / (p - b)| as the sum of two numbers, which has twice the precision of a double."""
    from decimal import Decimal, localcontext  # starting is quicker without it

    with localcontext(prec=400):  # enough to tell 1 - p from 1, unless that changes neither number
        ratio = abs((Decimal(p) - a) / (Decimal(p) - b)).ln()
        return float(ratio), float(ratio - Decimal(float(ratio)))


def precise_log_odds(p: float) -> tuple[float, float]:
    """Return log(p / (1 - p)) likewise."""
    return precise_log_ratio(p, 0, 1)


def binary_entropy(y: float) -> float:
    """Return the entropy of (y, 1 - y) in nats: the smallest cross-entropy that a prediction can have."""
    return -sum(p * log(p) for p in (y, 1 - y) if p > 0)


def square_ratio(a: Array, c: float, b: float) -> tuple[Array, Array]:
    """Return a^2 / (c^2 b) for positive c and b, and what rounding it loses; their sum has twice the precision."""
    plain = plainly(lambda: square_quotient(a, np.asarray(c), np.asarray(b)))
    if plain is not None and np.isfinite(plain[0]).all():
        return plain[0], plain[1]
    (top, power), (bottom, down), (width, narrow) = np.frexp(a), np.frexp(c), np.frexp(b)
    exponent = 2 * (power - down) - narrow
    high, low = (np.ldexp(part, exponent) for part in square_quotient(top, bottom, width))
    return np.where(np.isinf(a), inf, high), np.where(np.isinf(a) | np.isinf(high), 0.0, low)


def square_quotient(a: Array, c: Array, b: Array) -> tuple[Array, Array]:
    """Return a^2 / (c^2 b) and what rounding it loses, for numbers whose parts and products are normal doubles."""
    ratio = a / c
    lost = ((a - ratio * c) - split_rest(ratio, c)) / c
    square, rest = ratio * ratio, split_rest(ratio, ratio) + 2 * ratio * lost
    found = square / b
    return found, ((square - found * b) - split_rest(found, b) + rest) / b


def steepest(terms: Callable[[Array], Iterator[Array]], points: Array) -> float:
    """Return the largest |gradient| of a smooth loss, given its terms: the largest at these points, then between them.

    The points are in increasing order, and so dense that the largest one is beside the maximum.
    """
    with np.errstate(all="ignore"):
        for _ in range(8):
            slope = abs(next(islice(terms(points), 1, None)))
            best = int(np.nanargmax(slope))
            points = np.linspace(points[max(best - 1, 0)], points[min(best + 1, len(points) - 1)], 101)
        return float(np.nanmax(slope))
