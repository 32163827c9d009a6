"""The reference for all exactness tests: evaluates a loss's LaTeX and its derivatives in arbitrary precision.

`Jet` is a number with its first two derivatives (mpmath numbers). `Formula` parses the subset of LaTeX that Matplotlib
draws too, and evaluates it on Jets. `exact` raises the precision until two evaluations agree.
"""

import re
from dataclasses import dataclass
from functools import cache

import mpmath as mp

MIN_BITS = 1280  # enough to tell 1 + the smallest double from 1
MIN_BITS_FOR_ZERO = 5120  # enough to tell 1 + its fourth power from 1
MAX_BITS = 20480
FAR_OUT = 10**4  # 1 - Phi(10^4) is below 2^-MAX_BITS
LARGE_EXPONENT = 10**12  # mpmath computes larger integer powers by multiplication, which would take too long


@dataclass(frozen=True)
class Jet:
    """A value `v` with its first and second derivative, `d` and `dd`, by one variable."""

    v: mp.mpf
    d: mp.mpf = mp.mpf(0)
    dd: mp.mpf = mp.mpf(0)

    @property
    def parts(self):
        return (self.v, self.d, self.dd)

    def chain(self, f, df, ddf):
        """Return f(self) by the chain rule, given f, f' and f'' at `self.v`."""
        if self.d == self.dd == 0:
            return Jet(f)
        return Jet(f, df * self.d, ddf * self.d**2 + df * self.dd)

    def __add__(self, other):
        return Jet(*(a + b for a, b in zip(self.parts, other.parts, strict=True)))

    def __neg__(self):
        return Jet(-self.v, -self.d, -self.dd)

    def __sub__(self, other):
        return self + -other

    def __mul__(self, other):
        if not any(self.parts) or not any(other.parts):
            return Jet(mp.mpf(0))  # even if the other factor is infinite: a term of weight 0 is absent
        return Jet(
            self.v * other.v,
            self.d * other.v + self.v * other.d,
            self.dd * other.v + 2 * self.d * other.d + self.v * other.dd,
        )

    def __truediv__(self, other):
        if not any(self.parts):
            return self
        return self * other.chain(_power(other.v, -1), -_power(other.v, -2), 2 * _power(other.v, -3))

    def __pow__(self, other):
        if other.d == other.dd == 0:
            n = other.v
            f = mp.mpf(1) if n == 0 else _power(self.v, n)
            df = n * _power(self.v, n - 1) if n != 0 and (self.v != 0 or not 0 < n < 1) else mp.mpf(0)
            ddf = mp.mpf(0)
            if n not in (0, 1) and (self.v != 0 or not 0 < n < 2):
                ddf = n * (n - 1) * _power(self.v, n - 2)
            if self.v == 0 and self.d != 0 and 1 < n < 2:
                ddf = mp.inf
            if self.v == 0 and self.d != 0 and 0 < n < 1:
                df, ddf = mp.inf, -mp.inf
            return self.chain(f, df, ddf)
        return FUNCTIONS["exp"](other * FUNCTIONS["log"](self))

    def __abs__(self):
        return -self if self.v < 0 else self


def _power(v, n):
    """Return v^n; 0 to a negative power is infinity, the limit from the right, as divisors are positive in a domain."""
    if v == 0 and n < 0:
        return mp.inf
    if v <= 0 or not mp.isfinite(v) or not LARGE_EXPONENT < abs(n) < mp.inf:
        return v**n
    with mp.extraprec(mp.mag(n) + 20):
        power = mp.exp(n * mp.log(v))
    return +power


def _tan(x):
    t = mp.tan(x.v)
    return x.chain(t, 1 + t**2, 2 * t * (1 + t**2))


def _tanh(x):
    # 1 - tanh^2 would cancel completely for large arguments.
    t, c = mp.tanh(x.v), mp.cosh(x.v)
    return x.chain(t, 1 / c**2, -2 * t / c**2)


def _log(x):
    return x.chain(mp.log(x.v) if x.v else -mp.inf, *((1 / x.v, -1 / x.v**2) if x.v else (mp.inf, -mp.inf)))


def _exp(v):
    """Return e^v."""
    if not LARGE_EXPONENT < abs(v) < mp.inf:
        return mp.exp(v)
    with mp.workprec(min(mp.mp.prec, MIN_BITS) + mp.mag(v) + 10):  # it overflows or underflows a double anyway
        third = mp.mpf(1) / 3
        return mp.exp(v + third) / mp.exp(third)


def _normal_distribution(x):
    """Return the distribution function of the standard normal distribution; far out it is 0 or 1 to any precision."""
    density = _exp(-(x.v**2) / 2) / mp.sqrt(2 * mp.pi)
    return x.chain(mp.ncdf(x.v) if abs(x.v) < FAR_OUT else mp.mpf(int(x.v > 0)), density, -x.v * density)


FUNCTIONS = {
    "log": _log,
    "exp": lambda x: x.chain(*[_exp(x.v)] * 3),
    "sqrt": lambda x: x ** Jet(mp.mpf(1) / 2),
    "Phi": _normal_distribution,
    "sin": lambda x: x.chain(mp.sin(x.v), mp.cos(x.v), -mp.sin(x.v)),
    "cos": lambda x: x.chain(mp.cos(x.v), -mp.sin(x.v), -mp.cos(x.v)),
    "tan": _tan,
    "sinh": lambda x: x.chain(mp.sinh(x.v), mp.cosh(x.v), mp.sinh(x.v)),
    "cosh": lambda x: x.chain(mp.cosh(x.v), mp.sinh(x.v), mp.cosh(x.v)),
    "tanh": _tanh,
    "arctan": lambda x: x.chain(mp.atan(x.v), 1 / (1 + x.v**2), -2 * x.v / (1 + x.v**2) ** 2),
}
RELATIONS = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "=": lambda a, b: a == b,
    r"\leq": lambda a, b: a <= b,
    r"\geq": lambda a, b: a >= b,
    r"\neq": lambda a, b: a != b,
}
TOKEN = re.compile(r"\s*(\\operatorname\{\w+\}|\\[a-zA-Z]+|\\[,; ]|[0-9]+(?:\.[0-9]+)?|[a-zA-Z]|.)")
SPACING = (r"\left", r"\right", r"\,", r"\;", r"\ ", r"\quad")
CLOSING = {")": "(", "]": "[", "}": "{"}


@cache
def tokens(latex):
    return [token for token in TOKEN.findall(latex) if token.strip() and token not in SPACING]


class Formula:
    """A recursive-descent parser of LaTeX that evaluates as it reads; unknown input raises ValueError."""

    def __init__(self, latex, variables):
        self.tokens = tokens(latex)
        self.variables = variables
        self.position = 0
        self.bars = 0  # the number of | that are open at this depth of brackets

    @property
    def token(self):
        return self.tokens[self.position] if self.position < len(self.tokens) else ""

    def take(self, expected=None):
        token = self.token
        if expected is not None and token != expected:
            raise ValueError(f"expected {expected!r}, not {token!r}, in {' '.join(self.tokens)}")
        self.position += 1
        return token

    def whole(self, part):
        result = part()
        if self.token:
            raise ValueError(f"{self.token!r} is left over in {' '.join(self.tokens)}")
        return result

    def sum(self):
        result = self.product()
        while self.token in ("+", "-"):
            sign = self.take()
            term = self.product()
            result = result + (term if sign == "+" else -term)
        return result

    def product(self):
        result = self.signed()
        while self.starts_factor():
            if self.token == "/":
                self.take()
                result = result / self.power()
            else:
                if self.token == r"\cdot":
                    self.take()
                result = result * self.power()
        return result

    def starts_factor(self):
        token = self.token
        return not (token in ("", "+", "-", ",", ")", "]", "}", *RELATIONS) or (token == "|" and self.bars % 2 == 1))

    def signed(self):
        if self.token == "-":
            self.take()
            return -self.signed()
        return self.power()

    def power(self):
        base = self.atom()
        if self.token == "^":
            self.take()
            base = base ** self.argument()
        return base

    def argument(self):
        """Read {...} or a single token."""
        if self.token == "{":
            return self.inside("{", "}")
        return self.atom()

    def inside(self, left, right):
        self.take(left)
        bars, self.bars = self.bars, 0
        result = self.sum()
        self.bars = bars
        self.take(right)
        return result

    def atom(self):
        token = self.token
        if token in ("(", "["):
            return self.inside(token, {"(": ")", "[": "]"}[token])
        if token == "{":
            return self.inside("{", "}")
        if token == "|":
            self.take()
            self.bars += 1
            result = abs(self.sum())
            self.bars -= 1
            self.take("|")
            return result
        self.take()
        if token[0].isdigit():
            return Jet(mp.mpf(token))
        if token == r"\frac":
            return self.argument() / self.argument()
        if token in (r"\max", r"\min"):
            return self.extreme(token)
        if token == r"\mathbb":
            return self.indicator()
        name = token.removeprefix("\\").removeprefix("operatorname{").removesuffix("}")
        if name in FUNCTIONS:
            return self.applied(FUNCTIONS[name])
        if self.token == "_":
            self.take()
            token += "_" + self.take()
        return self.symbol(token)

    def symbol(self, token):
        if token in self.variables:
            return self.variables[token]
        if token == r"\pi":
            return Jet(mp.pi)
        if token == r"\infty":
            return Jet(mp.inf)
        if token == "e":
            return Jet(mp.e)
        raise ValueError(f"{token!r} means nothing in {' '.join(self.tokens)}")

    def applied(self, function):
        """Read the argument of a function; an exponent may come before it, as in sin^2(x)."""
        exponent = None
        if self.token == "^":
            self.take()
            exponent = self.argument()
        result = function(self.argument())
        return result if exponent is None else result**exponent

    def extreme(self, token):
        self.take("(")
        found = [self.sum()]
        while self.token == ",":
            self.take()
            found.append(self.sum())
        self.take(")")
        pick = max if token == r"\max" else min
        return pick(found, key=lambda item: item.v)

    def indicator(self):
        """Read {1}[condition], which follows \\mathbb."""
        self.take("{")
        self.take("1")
        self.take("}")
        self.take("[")
        holds = self.condition()
        self.take("]")
        return Jet(mp.mpf(int(holds)))

    def condition(self):
        """Read chains of relations such as -1 < m < 1, separated by commas; return whether all hold."""
        holds = True
        while True:
            left = self.sum()
            while self.token in RELATIONS:
                relation = RELATIONS[self.take()]
                right = self.sum()
                holds, left = holds and relation(left.v, right.v), right
            if self.token != ",":
                return holds
            self.take()


def piece(pieces, variables):
    """Return the value of the piece whose condition holds for these variables, as a Jet."""
    for text, condition in pieces:
        reader = Formula(condition, variables)
        if condition in ("", "otherwise") or reader.whole(reader.condition):
            reader = Formula(text, variables)
            return reader.whole(reader.sum)
    raise ValueError(f"no piece of {pieces} holds for {variables}")


def evaluated_with(evaluate, bits):
    with mp.workprec(bits):
        return evaluate()


def evaluated_exactly(evaluate):
    """Return what `evaluate` returns at a precision that suffices: doubled until two evaluations agree.

    A large number that still differs at MAX_BITS is the rounding error of huge terms whose exact sum is 0.
    """
    bits, last = MIN_BITS, evaluated_with(evaluate, MIN_BITS)
    while True:
        bits *= 2
        new = evaluated_with(evaluate, bits)
        agreed = [agree(a, b, bits) for a, b in zip(last, new, strict=True)]
        if all(agreed) or bits >= MAX_BITS:
            return tuple(mp.mpf(0) if _is_noise(*parts) else parts[1] for parts in zip(agreed, new, strict=True))
        last = new


def _is_noise(same, part):
    return not same and mp.isfinite(part) and abs(part) > 1


def agree(a, b, bits):
    if a == b == 0:  # both may be 0 by rounding, unless the precision shows even ratios of extreme doubles
        return bits >= MIN_BITS_FOR_ZERO
    return a == b or abs(a - b) <= abs(b) * mp.mpf(2) ** -120


def exact(formula, argument, variables):
    """Return value, gradient and Hessian of a formula by its first argument, as mpmath numbers.

    `formula` is a list of (LaTeX, condition) pairs, or a function of the symbols' Jets where LaTeX is not enough (see
    explicit.py). `argument` is a pair of symbol and value; `variables` maps the other symbols to doubles.
    """

    def evaluate():
        known = {symbol: Jet(mp.mpf(value)) for symbol, value in variables.items() if value is not None}
        known[argument[0]] = Jet(mp.mpf(argument[1]), mp.mpf(1))
        return (formula(known) if callable(formula) else piece(formula, known)).parts

    return evaluated_exactly(evaluate)
