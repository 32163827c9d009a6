"""Numbers of single precision: code that says it computes in double and does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.checking.points import own_dtype
from losscli.checking.samples import evidence, is_numerical
from losscli.lazy import np
from losscli.model.breaks import break_predictions

if TYPE_CHECKING:
    from losscli.checking.samples import Evidence

SINGLE = 1e-6  # relative: what is left of a number in single precision after some arithmetic
ROUNDED = 1e-11  # relative: double precision differs by less
OFTEN = 0.3  # of all numbers are off by more than double precision, where code computes in single


def in_single_precision(facts: Evidence) -> bool:
    """Return True if the numbers are those of code that computes in single precision but says double."""
    own = facts.samples[0].own
    if own_dtype(own) != "float64" or not facts.own.size or (facts.order and is_numerical(own)):
        return False
    every = evidence(facts.samples, facts.quantity, facts.tolerance, infinite=True)
    if not (every.own == every.exact)[np.isinf(every.exact)].all():
        return False
    with np.errstate(all="ignore"):
        off = abs(facts.own - facts.exact)
        coarser = facts.noise * (float(np.finfo(np.float32).eps) / float(np.finfo(float).eps))
        near = off <= np.maximum(SINGLE * abs(facts.exact), coarser)
        rounded = off > ROUNDED * np.maximum(abs(facts.exact), facts.noise)
    return bool((near | _beside_break(facts)).all() and rounded.mean() > OFTEN)


def _beside_break(facts: Evidence) -> Any:
    """Return which predictions single precision cannot tell from a break."""
    beside: Any = np.zeros(len(facts.own), dtype=bool)
    if facts.samples[0].exact.loss.family.vector:
        return beside
    for index, sample in enumerate(facts.samples):
        for place in break_predictions(sample.exact):
            beside |= (facts.group == index) & (abs(facts.prediction - place) <= SINGLE * (1 + abs(place)))
    return beside


def single_precision(facts: Evidence) -> str | None:
    """Recognise numbers of single precision."""
    return "agrees up to float32 rounding" if in_single_precision(facts) else None
