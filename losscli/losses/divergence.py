"""Divergences between masses or probabilities: each loss is the term of one mass in the sum over all of them."""

from math import inf, log
from typing import Annotated

from losscli.lazy import Array, np
from losscli.losses.numerics import log_ratio, product
from losscli.losses.positive import POSITIVE, at_target, bregman, half_gamma, half_poisson, half_tweedie, relative
from losscli.model.domains import Finite, Interval, Scalar
from losscli.model.loss import Convexity, Family, Floor, Terms, loss

DIVERGENCE = Family(
    "divergence",
    reads="a mass",
    argument=lambda q, x: (q, x),
    symbols="q the predicted mass, x the target mass",
    targets=Scalar(Interval(0, inf, "[)"), default=1.0),
    label="Predicted mass",
    span=POSITIVE.span,
    domain=Interval(0, inf, "[]"),
    mirror=lambda q, x: (x, q),
    mirrored="prediction and target are exchanged",
)
POSITIVE_MASS = Scalar(Interval(0, inf), default=1.0)


@loss(
    DIVERGENCE,
    aliases=("kl-divergence",),
    latex=r"x \log(x / q)",
    convex=lambda y: "strictly" if y else "convex",
    lipschitz=lambda y: inf if y else 0.0,
    floor=lambda y: (
        Floor(-inf, at=inf, attained=False)
        if y
        else Floor(0, at=(0.0, inf), where="everywhere: the only term has weight 0")
    ),
    unit="nats",
)
def relative_entropy(q: Array, x: Array) -> Terms:
    """A term of the Kullback-Leibler divergence, in nats.

    A single term is negative where the prediction is above the target. The sum over two distributions is never
    negative; in the generalized form no term is. SciPy calls this rel_entr, and the generalized form kl_div. Kullback
    and Leibler 1951, doi:10.1214/aoms/1177729694.
    """
    yield product(x, log_ratio(x, q))
    yield -product(x, over=(q,))
    yield product(x, over=(q, q))


@loss(
    DIVERGENCE,
    title="Generalized Kullback-Leibler divergence",
    aliases=("generalised-kl", "i-divergence"),
    latex=r"x \log(x / q) - x + q",
    convex=lambda y: "strictly" if y else "convex",
    lipschitz=lambda y: inf if y else 1.0,
    floor=at_target,
    unit="nats",
)
def generalized_kl(q: Array, x: Array) -> Terms:
    """The Kullback-Leibler divergence of masses that need not add up to 1.

    No term is negative. It is SciPy's kl_div, and half the Poisson deviance. Csiszar 1991, doi:10.1214/aos/1176348385.
    """
    yield from half_poisson(q, x)


@loss(
    DIVERGENCE,
    title="Jensen-Shannon divergence",
    latex=r"\frac{x}{2} \log(\frac{2 x}{x + q}) + \frac{q}{2} \log(\frac{2 q}{x + q})",
    convex=lambda y: "strictly" if y else "convex",
    lipschitz=lambda y: inf if y else log(2) / 2,
    symmetric=True,
    floor=at_target,
    unit="nats",
)
def jensen_shannon(q: Array, x: Array) -> Terms:
    """The mean divergence of target and prediction from their midpoint, in nats.

    It is symmetric, and finite for a prediction of 0. SciPy's jensenshannon is the square root of the sum of these
    terms. Lin 1991, doi:10.1109/18.61115.
    """
    times = np.where(q + x < inf, 2.0, 1.0)
    total, half = np.where(times > 1, q + x, q / 2 + x / 2), (q - x) / 2  # total = times * midpoint
    both = bregman(x, half, total / times) + bregman(q, -half, total / times)  # their linear terms cancel
    yield np.where(q < inf, both / 2, inf)
    edge, share = np.equal(x, 0) | np.isinf(q), (q - x) * (times / 2) / total
    slope = np.where(2 * share > -1, np.log1p(share), log_ratio(times * q, total))  # log1p is exact near 0
    yield np.where(edge, log(2), slope) / 2
    yield product(times / 4, x, over=(q, total))


@loss(
    DIVERGENCE,
    title="Itakura-Saito divergence",
    latex=r"x / q - \log(x / q) - 1",
    convex="no",
    lipschitz=inf,
    floor=at_target,
    targets=POSITIVE_MASS,
)
def itakura_saito(q: Array, x: Array) -> Terms:
    """Compares spectra: only the ratio of target and prediction counts.

    Loud and quiet parts have the same weight. It is half the gamma deviance, and convex up to twice the target.
    Fevotte, Bertin and Durrieu 2009, doi:10.1162/neco.2008.04-08-771.
    """
    yield from half_gamma(q, x)


def beta_convexity(beta: float, y: float) -> Convexity:
    """Return the convexity, from the sign of the Hessian q^(beta - 3) ((beta - 1) q + (2 - beta) x)."""
    if beta == 2:  # noqa: PLR2004 - squared error
        return "strongly"
    if y == 0:
        return "convex" if beta == 1 else "strictly" if beta > 1 else "no"
    return "strictly" if 1 <= beta < 2 else "no"  # noqa: PLR2004 - between Kullback-Leibler and squared error


def beta_slope(beta: float, y: float) -> float:
    """Return the Lipschitz constant: it is finite only for beta 1 and a target of 0, where the loss is q."""
    return 1.0 if beta == 1 and y == 0 else inf


@loss(
    DIVERGENCE,
    latex=[
        (r"x \log(x / q) - x + q", r"\beta = 1"),
        (r"x / q - \log(x / q) - 1", r"\beta = 0"),
        (
            r"\frac{x^\beta}{\beta (\beta - 1)} + \frac{q^\beta}{\beta} - \frac{x q^{\beta - 1}}{\beta - 1}",
            "otherwise",
        ),
    ],
    convex=beta_convexity,
    lipschitz=beta_slope,
    symmetric=lambda beta: beta == 2,  # noqa: PLR2004 - squared error
    floor=at_target,
    targets=lambda beta: DIVERGENCE.targets if beta > 0 else POSITIVE_MASS,
)
def beta_divergence(
    q: Array, x: Array, beta: Annotated[Finite, "0 Itakura-Saito, 1 generalized KL, 2 half the squared error"] = 2.0
) -> Terms:
    """From Itakura-Saito (beta 0) over generalized KL (1) to half the squared error (2).

    It is half the Tweedie deviance of power 2 - beta. The default is scikit-learn's; torchnmf has 1. Fevotte and Idier
    2011, doi:10.1162/NECO_a_00168; Basu et al. 1998, doi:10.1093/biomet/85.3.549, leave out a factor that depends on
    beta.
    """
    yield from half_tweedie(q, x, beta, 0)


@loss(
    DIVERGENCE,
    latex=r"(\sqrt{x} - \sqrt{q})^2",
    convex=lambda y: "strictly" if y else "convex",
    lipschitz=lambda y: inf if y else 1.0,
    symmetric=True,
    floor=at_target,
)
def squared_hellinger(q: Array, x: Array) -> Terms:
    """The squared difference of the roots of two masses.

    It is symmetric, and finite for a prediction of 0. Many texts include a factor 1/2, so that the sum over two
    distributions is at most 1; here there is none. Hellinger 1909, doi:10.1515/crll.1909.136.210.
    """
    root = np.sqrt(q)
    apart = np.where(np.equal(q, x), 0.0, (q - x) / (root + np.sqrt(x)))
    yield np.where(q < inf, apart * apart, inf)
    yield np.where(np.equal(x, 0) | np.isinf(q), 1.0, apart / root)
    yield product(0.5, np.sqrt(x), over=(q, root))


@loss(
    DIVERGENCE,
    title="Chi-squared divergence",
    latex=r"\frac{(x - q)^2}{q}",
    convex=lambda y: "strictly" if y else "convex",
    lipschitz=lambda y: inf if y else 1.0,
    floor=at_target,
)
def chi_squared(q: Array, x: Array) -> Terms:
    """Pearson's statistic: the squared difference as a share of the prediction.

    Neyman's statistic divides by the target, the symmetric one by the sum of both. Pearson 1900,
    doi:10.1080/14786440009463897.
    """
    yield np.where(q < inf, product(q - x, q - x, over=(q,)), inf)
    share = relative(q, x)
    yield share * (2 - share)
    yield product(2, x, x, over=(q, q, q))


@loss(
    DIVERGENCE,
    latex=r"\frac{1}{2} |q - x|",
    breaks=lambda y: (y,) if y else (),
    convex="convex",
    lipschitz=0.5,
    symmetric=True,
    floor=at_target,
)
def total_variation(q: Array, x: Array) -> Terms:
    """Half the distance of two masses.

    The sum over two distributions is the largest difference in the probability of any event. Some texts leave out the
    1/2. Levin, Peres and Wilmer 2009, Markov Chains and Mixing Times, section 4.1.
    """
    yield abs(q - x) / 2
    yield np.where(np.equal(x, 0), 0.5, np.sign(q - x) / 2)
    yield np.zeros_like(q)
