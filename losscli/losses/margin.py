"""Losses of the margin: the score times the label -1 or 1. It is positive where the score has the right sign."""

from collections.abc import Callable
from math import exp, inf, log, log1p
from typing import Annotated

from losscli.lazy import Array, np
from losscli.losses.numerics import sigmoid, sigmoid_powers, sigmoid_slope, softplus, to_power
from losscli.model.domains import Label, NonNegative, Positive
from losscli.model.loss import Family, Floor, Symbol, Terms, loss

MARGIN = Family(
    "margin",
    reads="a score",
    argument=lambda f, y: (y * f,),
    slope=lambda y: y,
    prediction=lambda m, y: m * y + 0.0,  # adding 0 turns -0 into 0
    symbols="m = y f, f the score, y the label",
    targets=Label(),
    label="Score",
    span=lambda _: (-3, 3),
    mirror=lambda f, y: (-f, -y),
    mirrored="score and label change their signs",
)


def zero_from(margin: float) -> Callable[[float], Floor]:
    """Return the floor, as a function of the label, of a loss that is 0 from this margin on."""
    return lambda y: Floor(0, at=(margin, inf) if y > 0 else (-inf, 0.0 - margin))


def zero_at_infinity(y: float) -> Floor:
    """Return the floor of a loss that tends to 0 as the margin grows."""
    return Floor(0, at=y * inf, attained=False)


@loss(
    MARGIN,
    title="Zero-one",
    latex=r"\mathbb{1}[m < 0]",
    breaks=(0.0,),
    convex="no",
    lipschitz=inf,
    symmetric=True,
    floor=zero_from(0.0),
)
def zero_one(m: Array) -> Terms:
    """1 for a score of the wrong sign, else 0: what the other margin losses stand for.

    Many texts count a margin of 0 as an error; here it is not one.
    """
    yield np.where(m < 0, 1.0, 0.0)
    yield np.zeros_like(m)
    yield np.zeros_like(m)


@loss(
    MARGIN,
    latex=r"\max(0, -m)",
    breaks=(0.0,),
    convex="convex",
    lipschitz=1.0,
    symmetric=True,
    floor=zero_from(0.0),
)
def perceptron(m: Array) -> Terms:
    """Linear on the wrong side of 0, and 0 on the right side: the hinge without a margin.

    Rosenblatt 1958, doi:10.1037/h0042519.
    """
    yield np.maximum(0 - m, 0)
    yield np.where(m < 0, -1.0, 0.0)
    yield np.zeros_like(m)


@loss(
    MARGIN,
    aliases=("hinge-gan",),
    latex=r"\max(0, M - m)",
    breaks=lambda margin: (margin,),
    convex="convex",
    lipschitz=1.0,
    symmetric=True,
    floor=lambda y, margin: zero_from(margin)(y),
)
def hinge(m: Array, margin: Annotated[NonNegative, "from where on the loss is 0", Symbol("M")] = 1.0) -> Terms:
    """Linear up to the margin and 0 beyond: the loss of the support vector machine.

    Cortes and Vapnik 1995, doi:10.1007/BF00994018. Some libraries first convert labels 0 and 1 to -1 and 1.
    The critic of a hinge GAN has it with label 1 for a real example and -1 for a fake (Lim and Ye 2017,
    arXiv:1705.02894); the generator's loss is that of wasserstein.
    """
    yield np.maximum(margin - m, 0)
    yield np.where(m < margin, -1.0, 0.0)
    yield np.zeros_like(m)


@loss(
    MARGIN,
    title="Squared hinge",
    latex=r"\max(0, M - m)^2",
    breaks=lambda margin: (margin,),
    convex="convex",
    lipschitz=inf,
    symmetric=True,
    floor=lambda y, margin: zero_from(margin)(y),
)
def squared_hinge(m: Array, margin: Annotated[NonNegative, "from where on the loss is 0", Symbol("M")] = 1.0) -> Terms:
    """The square of the hinge loss: smooth where it reaches 0, and ever steeper.

    Some texts include a factor 1/2; here there is none.
    """
    lack = np.maximum(margin - m, 0)
    yield lack * lack
    yield -2 * lack
    yield np.where(m < margin, 2.0, 0.0)


@loss(
    MARGIN,
    title="Smoothed hinge",
    latex=[
        ("0", r"m \geq 1"),
        (r"(1 - m)^2 / (2 \gamma)", r"1 - \gamma \leq m < 1"),
        (r"(1 - m - \gamma / 2)", r"m < 1 - \gamma"),
    ],
    breaks=lambda gamma: (1 - gamma, 1.0),
    convex="convex",
    lipschitz=1.0,
    symmetric=True,
    floor=zero_from(1.0),
)
def smoothed_hinge(m: Array, gamma: Annotated[Positive, "width of the parabola between the two lines"] = 1.0) -> Terms:
    """The hinge loss with a parabola in place of its kink.

    With gamma 1 it is the loss of Rennie and Srebro 2005, "Loss Functions for Preference Levels"; with any gamma it is
    that of Shalev-Shwartz and Zhang 2013, arXiv:1209.1873.
    """
    lack = np.maximum(1 - m, 0)
    curved = m >= 1 - gamma
    line = lack - gamma / 2 if gamma < 1 else (1 - gamma / 2) - m  # the order with less rounding error
    yield np.where(curved, lack * (lack / gamma) / 2, line)
    yield np.where(curved, -lack / gamma, -1.0)
    yield np.where(curved & (m < 1), 1 / gamma, 0.0)


@loss(
    MARGIN,
    title="Modified Huber",
    latex=[(r"\max(0, 1 - m)^2", r"m \geq -1"), (r"-4 m", r"m < -1")],
    breaks=(-1.0, 1.0),
    convex="convex",
    lipschitz=4.0,
    symmetric=True,
    floor=zero_from(1.0),
)
def modified_huber(m: Array) -> Terms:
    """The squared hinge near the margin, a line for scores that are far wrong.

    Zhang 2004, doi:10.1145/1015330.1015332. It is 4 times the smoothed hinge with gamma 2.
    """
    lack = np.maximum(1 - m, 0)
    yield np.where(m >= -1, lack * lack, -4 * m)
    yield np.where(m >= -1, -2 * lack, -4.0)
    yield np.where((m >= -1) & (m < 1), 2.0, 0.0)


@loss(
    MARGIN,
    title="Binary sparsemax",
    latex=[("0", r"m \geq 1"), (r"(1 - m)^2 / 4", r"-1 \leq m < 1"), ("-m", r"m < -1")],
    breaks=(-1.0, 1.0),
    convex="convex",
    lipschitz=1.0,
    symmetric=True,
    floor=zero_from(1.0),
)
def binary_sparsemax(m: Array) -> Terms:
    """The sparsemax loss of two classes: a line, a parabola, and 0 from 1 on.

    Martins and Astudillo 2016, arXiv:1602.02068. It is the smoothed hinge with gamma 2.
    """
    lack = np.maximum(1 - m, 0)
    yield np.where(m < -1, -m, lack * lack / 4)
    yield np.where(m < -1, -1.0, -lack / 2)
    yield np.where((m >= -1) & (m < 1), 0.5, 0.0)


@loss(
    MARGIN,
    aliases=("soft-margin",),
    latex=r"\log(1 + e^{-m})",
    convex="strictly",
    lipschitz=1.0,
    symmetric=True,
    floor=zero_at_infinity,
    unit="nats",
)
def logistic(m: Array) -> Terms:
    """The cross-entropy of a label -1 or 1, in nats: smooth, and never quite 0.

    Some texts take the logarithm to base 2, so that the loss is 1 at a margin of 0. Others use the deviance: twice the
    loss of twice the margin.
    """
    yield softplus(-m)
    yield -sigmoid(-m)
    yield sigmoid_slope(m)


@loss(
    MARGIN,
    latex="e^{-m}",
    convex="strictly",
    lipschitz=inf,
    symmetric=True,
    floor=zero_at_infinity,
)
def exponential(m: Array) -> Terms:
    """The loss of AdaBoost: it grows without bound, and fast, with a wrong score.

    Freund and Schapire 1997, doi:10.1006/jcss.1997.1504; described as a loss by Friedman, Hastie and Tibshirani 2000,
    doi:10.1214/aos/1016218223.
    """
    yield np.exp(-m)
    yield -np.exp(-m)
    yield np.exp(-m)


@loss(
    MARGIN,
    title="Squared margin",
    latex="(1 - m)^2",
    convex="strongly",
    lipschitz=inf,
    symmetric=True,
    floor=lambda y: Floor(0, at=y),
)
def squared_margin(m: Array) -> Terms:
    """The squared distance of score and label: what is too right costs as well."""
    yield (1 - m) * (1 - m)
    yield -2 * (1 - m)
    yield np.full_like(m, 2)


@loss(
    MARGIN,
    title="Sigmoid margin",
    latex=r"\frac{2}{1 + e^{2 m}}",
    convex="no",
    lipschitz=1.0,
    symmetric=True,
    floor=zero_at_infinity,
)
def sigmoid_margin(m: Array) -> Terms:
    """A smooth step from 2 down to 0, which no outlier can pull far: 1 - tanh(m).

    Mason et al. 1999, "Boosting Algorithms as Gradient Descent". Half of this loss at half the margin, 1 / (1 + e^m),
    is also common.
    """
    yield sigmoid(-2 * m, 2)
    yield -sigmoid_slope(2 * m, 4)
    yield sigmoid_slope(2 * m, np.tanh(m), 8)


def tail_start(q: float) -> float:
    """Return q / (q + 1), the margin where the tail of dwd starts. Division of integers makes it rounded only once."""
    upper, lower = q.as_integer_ratio()
    return upper / (upper + lower)


@loss(
    MARGIN,
    title="Distance-weighted discrimination",
    latex=[
        ("1 - m", r"m \leq q / (q + 1)"),
        (r"\frac{1}{q + 1} (\frac{q}{(q + 1) m})^q", r"m > q / (q + 1)"),
    ],
    breaks=lambda q: (tail_start(q),),
    convex="convex",
    lipschitz=1.0,
    symmetric=True,
    floor=zero_at_infinity,
)
def dwd(m: Array, q: Annotated[Positive, "power with which the tail falls"] = 1.0) -> Terms:
    """A line, then a tail that falls like a power of the margin.

    Marron, Todd and Ahn 2007, doi:10.1198/016214507000001120, have q = 1; Wang and Zou 2018, doi:10.1111/rssb.12244,
    any q. The Hessian jumps where line and tail meet.
    """
    place = tail_start(q)
    scale = place**q if q < 1 else exp(-q * log1p(1 / q))  # both are (q / (q + 1))^q, the factor of the tail
    tail = scale * to_power(m, -q)
    yield np.where(m <= place, 1 - m, tail / (q + 1))
    yield np.where(m <= place, -1.0, -tail * (place / m))
    yield np.where(m <= place, 0.0, tail * (q / m / m))


LOG_2_REST = 2.3190468138462996e-17  # log(2) less the double that is nearest to it


@loss(
    MARGIN,
    latex=r"\frac{1}{(1 + e^m)^2}",
    convex="no",
    lipschitz=8 / 27,
    symmetric=True,
    floor=zero_at_infinity,
)
def savage(m: Array) -> Terms:
    """A smooth step from 1 down to 0 that gives up on scores that are far wrong.

    Masnadi-Shirazi and Vasconcelos 2008, "On the Design of Loss Functions for Classification", double the margin; other
    texts have 4 times this loss.
    """
    yield sigmoid_powers(m, 0, 2)
    yield -sigmoid_powers(m, 1, 2, 2)
    # (2 e^m - 1) / (1 + e^m), whose zero is at -log 2; the sum with the rest has twice the precision of a double.
    bend = np.where(m > 0, 2 - np.exp(-m), np.expm1((m + log(2)) + LOG_2_REST)) / (1 + np.exp(-abs(m)))
    yield sigmoid_powers(m, 1, 2, 2, bend)


# The tangent loss is 0 at the margin tan(1/2) = ROOT + REST; the sum of both has twice the precision of a double.
ROOT, REST = 0.5463024898437905, 2.9096576216837176e-17


@loss(
    MARGIN,
    latex=r"(2 \arctan(m) - 1)^2",
    convex="no",
    lipschitz=6.168571308828052,  # the steepest slope, at m = -0.5132
    symmetric=True,
    floor=lambda y: Floor(0, at=y * ROOT),
)
def tangent(m: Array) -> Terms:
    """Bounded on both sides: scores that are too right cost as well, though less.

    Masnadi-Shirazi, Mahadevan and Vasconcelos 2010, doi:10.1109/CVPR.2010.5540136.
    """
    away = (m - ROOT) - REST
    # Near its zero, arctan(m) - 1/2 would cancel; it equals the arctan of a quotient, which does not.
    angle = 2 * np.where(abs(away) < 0.25, np.arctan(away / (1 + ROOT * m)), np.arctan(m) - 0.5)  # noqa: PLR2004
    slant = np.hypot(1, m)
    yield angle * angle
    yield 4 * angle / slant / slant
    yield 8 * (1 / slant - angle * np.sin(np.arctan(m))) / slant / slant / slant


@loss(
    MARGIN,
    latex=r"\min(1, \max(0, 1 - m))",
    breaks=(0.0, 1.0),
    convex="no",
    lipschitz=1.0,
    symmetric=True,
    floor=zero_from(1.0),
)
def ramp(m: Array) -> Terms:
    """The hinge loss cut off at 1: a wrong score costs the same however wrong it is.

    Collobert et al. 2006, doi:10.1145/1143844.1143870. Texts differ in the height at which they cut it off.
    """
    yield np.clip(1 - m, 0, 1)
    yield np.where((m > 0) & (m < 1), -1.0, 0.0)
    yield np.zeros_like(m)
