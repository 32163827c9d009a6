"""The verdict in words: what shape the difference between a user's own loss and an exact one has.

Each recogniser looks at one quantity and returns what is said of it, beginning with the verb, or None.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from losscli.checking.fitting import SAME, fitted
from losscli.checking.nearest import nearest, times, with_parameters
from losscli.checking.pieces import (
    at_points,
    capped,
    clipped,
    finite_at_poles,
    on_pieces,
    on_some_pieces,
    shifted,
    within,
)
from losscli.checking.samples import Evidence, evidence, in_single_precision, is_numerical
from losscli.checking.sums import with_terms
from losscli.errors import LossplotError
from losscli.lazy import np
from losscli.model.domains import OneNumber, written
from losscli.model.loss import QUANTITIES, Quantity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from losscli.checking.samples import Sample
    from losscli.lazy import Array
    from losscli.model.loss import Parameter

Recogniser = Callable[[Evidence], "str | None"]
MOST_VERDICTS = 3
PLURALS = {"is": "are", "has": "have", "agrees": "agree", "differs": "differ"}
AGREES = "agrees where it is finite"
UNKNOWN = "differs by nothing as plain as a factor, a term or another parameter"
ONLY_NEAREST = 1e-8  # relative distance from a loss of the catalogue that is that loss


def verdicts(samples: Sequence[Sample], failing: Sequence[Quantity], tolerance: float) -> tuple[str, ...]:
    """Return at most three lines on the quantities that differ, the most telling first; or one if all agree."""
    name, given = samples[0].exact.name, samples[0].own.loss.gives
    if not failing:
        single = [item for item in given if in_single_precision(evidence(samples, item, tolerance))]
        return (
            (f"{_subject(single, given, 'agrees')} with {name} up to float32 rounding",)
            if single
            else (f"yours agrees with {name} within {tolerance:g}",)
        )
    found: dict[str, list[Quantity]] = {}
    for quantity in failing:
        found.setdefault(_described(samples, quantity, tolerance), []).append(quantity)
    if len(found) > 1 and is_numerical(samples[0].own):  # the derivatives follow from what is said of the value
        found.pop(UNKNOWN, None)
    lines = []
    for words in sorted(found, key=lambda words: words == UNKNOWN):
        verb, _, rest = words.partition(" ")
        lines.append(f"{_subject(found[words], given, verb)} {rest}")
    return tuple(lines[:MOST_VERDICTS])


def _subject(quantities: Sequence[Quantity], given: Sequence[Quantity], verb: str) -> str:
    """Return subject and verb: `yours is` if all quantities are meant, or `value and gradient are`."""
    if len(quantities) == len(given):
        return f"yours {verb}"
    *others, last = quantities
    names = f"{', '.join(others)} and {last}" if others else last
    return f"{names.replace('hessian', 'Hessian')} {PLURALS[verb] if others else verb}"


def _described(samples: Sequence[Sample], quantity: Quantity, tolerance: float) -> str:
    """Return what is said of a quantity that differs, beginning with the verb."""
    every = _facts(samples, quantity, tolerance)
    if not every.own.size:
        return "is finite nowhere"
    known = _recognised(every, RECOGNISERS) or _of_some(samples, quantity, tolerance)
    if known == AGREES and any(_is_off_at_break(sample, quantity, tolerance) for sample in samples):
        return "differs only where its pieces meet"
    return known or _recognised(every, ROUGH) or UNKNOWN


def _of_some(samples: Sequence[Sample], quantity: Quantity, tolerance: float) -> str | None:
    """Return what holds for most targets: one that code does not mean, such as a soft one, hides what else it does."""
    told: dict[str, list[str]] = {}
    plain = [recogniser for recogniser in RECOGNISERS if recogniser is not other_loss]
    for sample in samples if len(samples) > 1 else ():
        words = _recognised(_facts([sample], quantity, tolerance), plain)
        if words and words != AGREES:
            told.setdefault(words, []).append(written(sample.own.target))
    most = max(told, key=lambda words: len(told[words]), default=None)
    return f"{most} for target {' and '.join(told[most])}" if most else None


def _is_off_at_break(sample: Sample, quantity: Quantity, tolerance: float) -> bool:
    terms = sample.terms[quantity]
    at = sample.at_break & ~sample.far & ~terms.skipped
    return bool((terms.difference(tolerance)[at] > tolerance).any())


def _facts(samples: Sequence[Sample], quantity: Quantity, tolerance: float) -> Evidence:
    """Return what is known within the figure's range; if all agrees there, also what is beyond it."""
    facts = evidence(samples, quantity, tolerance, figure=True)
    return evidence(samples, quantity, tolerance) if facts.same(facts.exact) else facts


def _recognised(facts: Evidence, recognisers: Sequence[Recogniser]) -> str | None:
    """Return the words of the first recogniser that knows a quantity."""
    if not facts.own.size:
        return None
    finite = facts.same(facts.exact)
    words = (recogniser(facts) for recogniser in recognisers if recogniser in OF_INFINITE or not finite)
    return next(filter(None, words), AGREES if finite else None)


def single_precision(facts: Evidence) -> str | None:
    """Recognise numbers of single precision."""
    return "agrees up to float32 rounding" if in_single_precision(facts) else None


def opposite_sign(facts: Evidence) -> str | None:
    """Recognise the opposite sign, as of a gradient of the wrong residual."""
    if not facts.exact.any() or not facts.same(-facts.exact):
        return None
    by = " (by y - f)" if facts.quantity == "gradient" and isinstance(facts.samples[0].exact.reads, OneNumber) else ""
    return f"has the opposite sign{by}"


def _ratio(own: Array, exact: Array) -> float:
    return float(np.median(own[exact != 0] / exact[exact != 0])) if exact.any() else np.nan


def factor(facts: Evidence) -> str | None:
    """Recognise a constant factor."""
    by = _ratio(facts.own, facts.exact)
    if not abs(by - 1) > facts.tolerance or not facts.same(by * facts.exact, by):
        return None
    return f"is {times(by, facts.samples[0].exact.name)}" if by else None


def factor_by_target(facts: Evidence) -> str | None:
    """Recognise a factor for each target, as of a weight."""
    groups = range(len(facts.samples))
    by = np.array([_ratio(facts.own[facts.group == item], facts.exact[facts.group == item]) for item in groups])
    each = by[facts.group]
    if not by.all() or not np.isfinite(by).all() or not facts.same(each * facts.exact, float(max(abs(by)))):
        return None
    name = facts.samples[0].exact.name
    targets = [written(sample.own.target) for sample in facts.samples]
    return f"is {name} times {', '.join(f'{one:.6g} for target {at}' for one, at in zip(by, targets, strict=True))}"


def constant_difference(facts: Evidence) -> str | None:
    """Recognise a constant that is added, or one for each target, as where a term of y alone is left out.

    There may also be a factor.
    """
    groups, member = np.unique(facts.group, return_inverse=True)  # code may be finite at no prediction of a target
    means = [np.array([term[facts.group == item].mean() for item in groups]) for term in (facts.own, facts.exact)]
    ours, theirs = (term - mean[member] for term, mean in zip((facts.own, facts.exact), means, strict=True))
    for factor in (1.0, float(ours @ theirs) / max(float(theirs @ theirs), np.finfo(float).tiny)):
        by = means[0] - factor * means[1]
        by[abs(by) <= SAME * abs(means[0])] = 0.0
        if factor and facts.same(factor * facts.exact + by[member], factor):
            break
    else:
        return None
    targets = [written(facts.samples[item].own.target) for item in groups.tolist()]
    each = ", ".join(f"{one:.6g} for target {at}" for one, at in zip(by, targets, strict=True))
    alike = np.ptp(by) <= facts.tolerance * max(abs(by))
    if factor == 1:
        return f"differs by a constant{f', {by[0]:.6g}' if alike else f' for each target: {each}'}"
    return f"is {times(factor, facts.samples[0].exact.name)} plus {f'{by[0]:.6g}' if alike else f'a constant: {each}'}"


def constant(facts: Evidence) -> str | None:
    """Recognise a constant that stands for what is none, such as a Hessian of 1."""
    level = float(np.median(facts.own))
    if not facts.same(np.full_like(facts.own, level)):
        return None
    exact = facts.exact[~facts.right(facts.exact)]
    if exact.size and np.ptp(exact) == 0:
        return f"is {level:.6g} where {exact[0]:.6g} is exact"
    return f"is {level:.6g} everywhere"


def other_parameter(facts: Evidence) -> str | None:
    """Recognise other values of the parameters, alone or together, and with a factor."""
    curve = facts.samples[0].exact
    free = [item for item, value in curve.named_parameters if isinstance(value, int | float)]
    several = [free] if len(free) > 1 else []
    for scaled in (False, True):
        for chosen in (*([item] for item in free), *several):
            words = _with_parameters(facts, chosen, scaled=scaled)
            if words:
                return words
    return None


def _with_parameters(facts: Evidence, free: Sequence[Parameter], *, scaled: bool) -> str | None:
    curve = facts.samples[0].exact
    start = {item.name: value for item, value in curve.named_parameters}
    whole = float(np.linalg.norm(facts.own))

    def exact(values: Mapping[str, Any]) -> tuple[Array, float]:
        found = facts.exact_by(lambda one: with_parameters(one, {item.name: values[item.name] for item in free}))
        squares = float(found @ found)
        return found, float(facts.own @ found) / squares if scaled and squares else 1.0

    def misfit(values: Mapping[str, Any]) -> Array:
        found, by = exact(values)
        return (facts.own - by * found) / whole

    if not 0 < whole < np.inf:
        return None
    with np.errstate(all="ignore"):
        values = fitted(misfit, free, start)
        found, by = exact(values)
    # Noise is that of the exact numbers: a huge factor of tiny ones must not make everything right.
    size = float(np.linalg.norm(facts.exact))
    if not facts.same(by * found, min(abs(by), max(whole / size, 1.0) if size else np.inf)) or not by:
        return None
    said = " and ".join(f"{item.name} {values[item.name]:.6g}" for item in free)
    if abs(by - 1) <= SAME:
        return f"agrees with {said}"
    return f"is {times(by, curve.name)} with {said}{_no_exponent(free, start, values, by, facts.tolerance)}"


def _no_exponent(
    free: Sequence[Parameter], start: Mapping[str, Any], values: Mapping[str, Any], by: float, tolerance: float
) -> str:
    """Say what a parameter of 1 with its old value as the factor comes from: (1 - p) * gamma for (1 - p)^gamma."""
    (name,) = [item.name for item in free] if len(free) == 1 else ("",)
    if not name or values[name] != 1 or abs(by - (start[name] or 0.0)) > tolerance * abs(by):
        return ""
    return f": {name} is a factor where it should be an exponent"


def other_loss(facts: Evidence) -> str | None:
    """Recognise another loss of the catalogue."""
    own = facts.samples[0].own
    first = next(item for item in QUANTITIES if item in own.loss.gives)
    if facts.quantity != first or first == "hessian":
        return None
    try:
        found = nearest(own, [sample.own.target for sample in facts.samples], facts.samples[0].exact.loss.family.reads)
    except LossplotError:
        return None
    return f"is {found.text}" if found.distance <= ONLY_NEAREST else None


RECOGNISERS: tuple[Recogniser, ...] = (
    finite_at_poles,
    clipped,
    shifted,
    opposite_sign,
    factor,
    constant_difference,
    constant,
    single_precision,
    capped,
    other_parameter,
    factor_by_target,
    at_points,
    on_pieces,
    other_loss,
    with_terms,
)
ROUGH: tuple[Recogniser, ...] = (on_some_pieces, within)  # if nothing else is known
OF_INFINITE = (finite_at_poles, clipped, shifted, capped)  # what may differ only where the exact curve is infinite
