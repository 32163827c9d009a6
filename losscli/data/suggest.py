"""Parameters that suit one's own predictions: each with the reason for it, and where the rule comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite, nan
from typing import TYPE_CHECKING, NamedTuple

from losscli.data.passes import LossSums, Reader, Remade, Words
from losscli.data.statistics import Histogram, added, quantile, slope_of_logs
from losscli.data.work import Workers, reduced
from losscli.errors import UsageError
from losscli.lazy import Array, np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from losscli.data import Planned, Summary
    from losscli.data.tables import Block
    from losscli.model.curve import Curve

NORMAL_MAD = 0.6744897501960817  # median absolute deviation of a normal distribution of standard deviation 1
PULL = 0.1  # of the sum of gradients: 1 % of the rows that carry more than this decide where the minimum is
GROUP_BITS = 8  # of a bucket's name that are left out: groups of predictions within a quarter of each other
GROUP_ROWS = 30  # that a variance needs
MIN_GROUPS = 3  # for a slope
HOLLAND_WELSCH = "Holland and Welsch 1977, doi:10.1080/03610927708827533"
NINE_TENTHS = "alpha 0.9 of scikit-learn's GradientBoostingRegressor, huber_alpha of H2O"
NEWEY_POWELL = "Newey and Powell 1987, doi:10.2307/1911031"
DAVIDIAN_CARROLL = "pseudo-likelihood; Davidian and Carroll 1987, Journal of the American Statistical Association 82"


class Suggestion(NamedTuple):
    """A value for a parameter of a loss of the catalogue."""

    loss: str
    parameter: str
    value: float
    reason: str
    source: str


@dataclass
class Sight:
    """What suggestions need of some blocks: sums have one number for each block."""

    rows: int = 0
    above: int = 0  # rows whose prediction is at least the target
    powers: tuple[list[float], ...] = field(default_factory=lambda: tuple([] for _ in range(5)))  # of residuals, 0 to 4
    targets: list[float] = field(default_factory=list)
    excess: list[float] = field(default_factory=list)  # of prediction over target, where it is above
    residuals: Histogram = field(default_factory=lambda: Histogram(1))
    distances: Histogram = field(default_factory=lambda: Histogram(1))  # sizes of residuals
    variances: Histogram = field(default_factory=lambda: Histogram(2))  # by mean: sums of means and of r^2

    def merge(self, other: Sight) -> None:
        """Add what was seen of later blocks."""
        self.rows += other.rows
        self.above += other.above
        for mine, theirs in zip(self._sums(), other._sums(), strict=True):
            mine.extend(theirs)
        for name in ("residuals", "distances", "variances"):
            getattr(self, name).merge(getattr(other, name))

    def _sums(self) -> tuple[list[float], ...]:
        return *self.powers, self.targets, self.excess

    def add(self, means: Array, targets: Array, center: float, scale: float) -> None:
        """Add rows, with their residuals less `center` in units of `scale`."""
        with np.errstate(all="ignore"):
            residuals = means - targets
            kept = np.isfinite(residuals) & np.isfinite(means)
            means, targets, residuals = means[kept], targets[kept], residuals[kept]
            scaled, power = (residuals - center) / scale, np.ones_like(residuals)
            for sums in self.powers:
                sums.append(float(power.sum()))
                power *= scaled
            self.variances.add(means, means, residuals * residuals)
        self.rows += len(targets)
        self.above += int(np.count_nonzero(residuals >= 0))
        self.targets.append(float(targets.sum()))
        self.excess.append(float(residuals[residuals > 0].sum()))
        self.residuals.add(residuals, residuals)
        distances = abs(residuals - center)
        self.distances.add(distances, distances)


@dataclass(frozen=True)
class Look:
    """A pass over rows; a second one knows the center and the scale of the residuals from the first."""

    reader: Reader
    loss: Remade  # that says how targets are read
    center: float = 0.0
    scale: float = 1.0

    def __call__(self, block: Block) -> Sight:
        """Return what a block has."""
        curve = self.loss.curve()
        sight = Sight()
        for found in self.reader.rows(block):
            usable = LossSums().usable(curve, found)
            predictions = usable.predictions
            with np.errstate(over="ignore"):
                means = np.exp(predictions) if curve.loss.family.reads == "a log-mean" else predictions
            targets = np.broadcast_to(np.asarray(usable.curve.canonical_target, float), means.shape)  # nan: it has none
            sight.add(means, targets, self.center, self.scale)
        return sight


@dataclass(frozen=True)
class Facts:
    """What the rules read: of a first look, and of a second around the median of the residuals."""

    first: Sight
    second: Sight

    @property
    def spread(self) -> float:
        """The normalised MAD of the residuals: their standard deviation, if they are normal."""
        return quantile(self.second.distances, 0.5) / NORMAL_MAD

    @property
    def excess_kurtosis(self) -> float:
        """The fourth central moment of the residuals in units of the variance's square, less 3."""
        one, two, three, four = (added(sums) / self.second.rows for sums in self.second.powers[1:])
        variance = two - one**2
        fourth = four - 4 * one * three + 6 * one**2 * two - 3 * one**4
        return fourth / variance**2 - 3 if variance > 0 else nan

    @property
    def power(self) -> float:
        """The power of the mean that the variance grows with: nan unless there are a few groups of means."""
        names, counts, sums = self.first.variances.buckets()
        groups, at = np.unique(names >> GROUP_BITS, return_inverse=True)
        rows, means, squares = (np.bincount(at.reshape(-1), each, len(groups)) for each in (counts, *sums))
        kept = (rows >= GROUP_ROWS) & (means > 0)
        if np.count_nonzero(kept) < MIN_GROUPS or not squares[kept].any():
            return nan
        weights = rows[kept].astype(float)
        return slope_of_logs(np.log(means[kept] / weights), squares[kept] / weights, weights)


class Rule(NamedTuple):
    """How a parameter is found, why so, and who says it."""

    loss: str
    parameter: str
    value: Callable[[Facts], float]
    reason: str
    source: str


def _times_spread(constant: float) -> Callable[[Facts], float]:
    return lambda facts: constant * facts.spread


def _expectile_level(facts: Facts) -> float:
    """Return the level at which the expectile loss's gradients sum to 0."""
    above = added(facts.first.excess)
    below = above - added(facts.first.powers[1])
    return above / (above + below) if above + below > 0 else nan


def _class_ratio(facts: Facts) -> float:
    ones = added(facts.first.targets)
    return (facts.first.rows - ones) / ones if ones > 0 else nan


def _power(facts: Facts) -> float:
    """Return the power, or the nearest one of a distribution: there is none between 0 and 1."""
    found = facts.power
    return float(round(found)) if 0 < found < 1 else found


def _degrees(facts: Facts) -> float:
    """Return the degrees of freedom at which Student's t distribution has the residuals' kurtosis."""
    excess = facts.excess_kurtosis
    return 4 + 6 / excess if excess > 0 else nan


EFFICIENT = {  # loss: parameter, and the multiple of the spread at which the loss has 95 % efficiency
    "huber": ("delta", 1.345),
    "pseudo-huber": ("delta", 1.345),
    "tukey-biweight": ("c", 4.685),
    "cauchy": ("c", 2.385),
    "welsch": ("c", 2.985),
    "fair": ("c", 1.4),
    "andrews": ("a", 1.339),
}
SPREAD = "{constant} times the normalised MAD of the residuals: 95 % efficiency under normal noise"
RULES = (
    *(
        Rule(loss, name, _times_spread(constant), SPREAD.format(constant=constant), HOLLAND_WELSCH)
        for loss, (name, constant) in EFFICIENT.items()
    ),
    *(
        Rule(
            loss,
            "delta",
            lambda facts: quantile(facts.first.distances, 0.9),
            "the 0.9 quantile of the residuals' sizes: a tenth of the rows lies beyond",
            NINE_TENTHS,
        )
        for loss in ("huber", "pseudo-huber")
    ),
    Rule(
        "quantile",
        "tau",
        lambda facts: facts.first.above / facts.first.rows,
        "the share of targets that lie at or below their prediction: it is a quantile of this level",
        "Koenker and Bassett 1978, doi:10.2307/1913643",
    ),
    Rule("expectile", "tau", _expectile_level, "the level at which the gradients sum to 0", NEWEY_POWELL),
    Rule(
        "student-t",
        "nu",
        _degrees,
        "4 + 6 / the excess kurtosis of the residuals: the distribution then has the same kurtosis",
        "method of moments; Lange, Little and Taylor 1989, doi:10.1080/01621459.1989.10478852",
    ),
    Rule(
        "weighted-cross-entropy",
        "pos_weight",
        _class_ratio,
        "negative rows for each positive one: both classes then weigh the same",
        "pos_weight of PyTorch's BCEWithLogitsLoss",
    ),
    *(
        Rule(
            loss,
            "power",
            _power,
            "the power of the mean with which the squared residuals grow, in groups of similar predictions",
            DAVIDIAN_CARROLL,
        )
        for loss in ("tweedie-deviance", "tweedie-nll-log")
    ),
)


def suggestions(
    curves: Sequence[Curve],
    planned: Planned,
    *,
    remade: Sequence[Remade] | None = None,
    workers: Workers | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Suggestion]:
    """Return the parameters that the data suggests for losses that read what the first curve reads.

    The rows are read twice: moments, and distances from the median, need the median. A rule whose result the parameter
    does not allow (no slope without several groups, no kurtosis below a normal distribution's) suggests nothing.
    """
    from losscli.losses import catalogue

    reads = curves[0].loss.family.reads
    known = catalogue()
    rules = [rule for rule in RULES if known[rule.loss].family.reads == reads]
    if not rules:
        return []
    words = remade[0] if remade else Words.of(curves[0])
    workers = workers or Workers()
    first = reduced(Look(planned.reader, words), planned.blocks, workers, progress)
    if first is None or not first.rows:
        raise UsageError("the data has no rows to suggest parameters from; each row is a prediction and its target")
    center, scale = quantile(first.residuals, 0.5), quantile(first.distances, 0.9) or 1.0
    second = reduced(Look(planned.reader, words, center, scale), planned.blocks, workers, progress)
    facts = Facts(first, second or Sight())
    found = [Suggestion(rule.loss, rule.parameter, rule.value(facts), rule.reason, rule.source) for rule in rules]
    return [each for each in found if _is_allowed(each)]


def _is_allowed(found: Suggestion) -> bool:
    """Return True if the loss takes the value of its parameter."""
    from losscli.losses import catalogue
    from losscli.model.loss import resolved

    loss = catalogue()[found.loss]
    parameter = next(item for item in loss.parameters if item.name == found.parameter)
    values = {item.name: item.default for item in loss.parameters} | {found.parameter: found.value}
    if not isfinite(found.value) or found.value not in parameter.interval:
        return False
    return loss.require is None or bool(resolved(loss.require[0], values))


def pulled(found: Summary) -> list[str]:
    """Return the names of the losses whose gradients come for more than a tenth from 1 % of the rows."""
    return [loss.name for loss in found.losses if loss.gradient_shares[0] > PULL]
