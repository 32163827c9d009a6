"""Pieces: a user's own loss that agrees with an exact one on a part of the predictions, and what it is elsewhere."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from math import isfinite
from typing import TYPE_CHECKING, Any

from losscli.checking.samples import Evidence, evidence
from losscli.lazy import np
from losscli.model.breaks import places

if TYPE_CHECKING:
    from losscli.lazy import Array
    from losscli.model.curve import Curve

BISECTIONS = 60
SMALLEST = 1e-300  # a clip that is looked for
LARGEST = 0.5
MOST = 0.9  # of the predictions are wrong: then the others agree by chance
ENOUGH = 0.5  # of the predictions agree, if a part is told
FEW = 6  # predictions that are too few to tell a shape


def clipped(facts: Evidence) -> str | None:
    """Recognise predictions that are kept away from the ends of their domain: log(max(p, eps))."""
    eps = _distance_from_end(facts)
    if eps is None:
        return None
    every = evidence(facts.samples, facts.quantity, facts.tolerance, infinite=True)
    f = every.prediction
    for high in (1 - eps, np.inf):
        held = np.clip(f, eps, high)
        exact = _exact_at(every, held)
        flat = np.where(held == f, exact, 0.0)  # the derivative of the clip is 0
        if every.same(exact) or (facts.order and every.same(flat)):
            return f"is {eps:.3g}-clipped"
    return None


def shifted(facts: Evidence) -> str | None:
    """Recognise a small number that is added within: log(p + eps), and log(1 - p + eps) at the other end."""
    eps = _distance_from_end(facts)
    if eps is None:
        return None
    every = evidence(facts.samples, facts.quantity, facts.tolerance, infinite=True)
    exact = _exact_at(every, every.prediction + eps)
    right = every.right(exact) | every.right(exact - eps)  # the term f beside y log f is not moved
    if facts.samples[0].exact.domain.high == 1:
        ends = [_exact_at(every, every.prediction + side * eps, target) for side, target in ((1, 1), (-1, 0))]
        right = every.right(every.target * ends[0] + (1 - every.target) * ends[1])
    return f"has {eps:.3g} added within, as in log(p + {eps:.3g})" if right.all() else None


def _distance_from_end(facts: Evidence) -> float | None:
    """Return how far from 0 the exact value is what the own one is at 0, where the exact one is infinite; or None."""
    for sample in facts.samples:
        value = sample.terms["value"]
        at = np.flatnonzero((sample.predictions == 0) if sample.predictions.ndim == 1 else np.zeros(0))
        if not at.size or not np.isfinite(value.own[at[0]]) or np.isfinite(value.exact[at[0]]):
            continue
        low, high, level = np.log(SMALLEST), np.log(LARGEST), float(value.own[at[0]])
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            larger = float(sample.exact.terms(np.array([np.exp(middle)]), 1)[0][0]) > level
            low, high = (middle, high) if larger else (low, middle)
        return float(f"{np.exp(low):.3g}")
    return None


def _exact_at(facts: Evidence, predictions: Array, target: float | None = None) -> Array:
    """Return the exact numbers at other predictions, in the order of the evidence's own; maybe at another target.

    Just beyond an end of the domain they go on with the slope that they have there.
    """
    found = np.empty_like(predictions)
    for index, sample in enumerate(facts.samples):
        chosen = facts.group == index
        curve = sample.exact if target is None else replace(sample.exact, target=target)
        held = np.clip(predictions[chosen], curve.domain.low, curve.domain.high)
        terms = curve.terms(held, facts.order + 2)[facts.order :]
        beyond = predictions[chosen] - held
        with np.errstate(all="ignore"):
            found[chosen] = np.where(beyond == 0, terms[0], terms[0] + terms[-1] * beyond)
    return found


def finite_at_poles(facts: Evidence) -> str | None:
    """Recognise values that are right but where they should be infinite."""
    if facts.quantity != "value" or facts.samples[0].exact.loss.family.vector or not facts.same(facts.exact):
        return None
    every = evidence(facts.samples, facts.quantity, facts.tolerance, infinite=True)
    poles = every.own[np.isinf(every.exact) & (every.own != every.exact)]
    return f"is at most {poles.max():.6g} where inf is exact" if poles.size and np.isfinite(poles).all() else None


def capped(facts: Evidence) -> str | None:
    """Recognise values that are cut off at a largest one."""
    if facts.quantity != "value" or facts.samples[0].exact.loss.family.vector:
        return None
    every = evidence(facts.samples, facts.quantity, facts.tolerance, infinite=True)
    cap = float(every.own.max())
    cut = every.exact > cap + facts.tolerance * abs(cap)
    return (
        f"is cut off at {cap:.6g}" if cut.any() and isfinite(cap) and every.same(np.minimum(every.exact, cap)) else None
    )


def on_pieces(facts: Evidence) -> str | None:
    """Recognise agreement on some pieces, as breaks and 0 divide the curve, and a plain shape on the others."""
    parts = _wrong_parts(facts)
    told = [f"{where}, where it is {shape}" for where, shape in parts]
    return f"agrees except for {', and for '.join(told)}" if told and all(shape for _, shape in parts) else None


def at_points(facts: Evidence) -> str | None:
    """Recognise agreement everywhere but where pieces meet, or at 0, as of code that has abs there."""
    thresholds = _thresholds(facts) or []
    wrong = np.unique(facts.argument[~facts.right(facts.exact)]) if thresholds else np.zeros(0)
    if not wrong.size or not np.isin(wrong, thresholds).all():
        return None
    curve = facts.samples[0].exact
    own = [facts.own[facts.argument == at] for at in wrong]
    told = [f"{_symbol(curve)} = {_named(curve, at)}" for at in wrong.tolist()]
    is_one = len(told) == 1 and np.ptp(own[0]) == 0
    return f"agrees except at {' and '.join(told)}{f', where it is {own[0][0]:.6g}' if is_one else ''}"


def on_some_pieces(facts: Evidence) -> str | None:
    """Recognise agreement on some of these pieces, whatever it is elsewhere."""
    parts = _wrong_parts(facts)
    return f"agrees except for {' and '.join(where for where, _ in parts)}" if parts else None


def _wrong_parts(facts: Evidence) -> list[tuple[str, str]]:
    """Return the neighbouring pieces where the curves differ, if there are others: a condition, and the own shape."""
    thresholds = _thresholds(facts)
    if thresholds is None:
        return []
    piece, right = np.searchsorted(thresholds, facts.argument), facts.right(facts.exact)
    wrong = [item for item in range(len(thresholds) + 1) if not right[piece == item].all()]
    if not wrong or np.isin(piece, wrong).mean() > MOST:
        return []
    curve, parts = facts.samples[0].exact, []
    for _, run in groupby(enumerate(wrong), key=lambda pair: pair[1] - pair[0]):
        pieces = [item for _, item in run]
        low = _named(curve, thresholds[pieces[0] - 1]) if pieces[0] else ""
        high = _named(curve, thresholds[pieces[-1]]) if pieces[-1] < len(thresholds) else ""
        parts.append((_condition(_symbol(curve), low, high), _shape(facts, np.isin(piece, pieces), _symbol(curve))))
    return parts


def _symbol(curve: Curve) -> str:
    """Return the letter of the formula's argument, such as r."""
    return curve.loss.family.symbols.split()[0].lstrip("\\").rstrip(",")


def _condition(symbol: str, low: str, high: str) -> str:
    if low and high:
        return f"{low} < {symbol} < {high}"
    return f"{symbol} < {high}" if high else f"{symbol} > {low}"


def _thresholds(facts: Evidence) -> list[float] | None:
    """Return the arguments where pieces of the exact curve meet, and 0; None if they differ from target to target."""
    if facts.samples[0].exact.loss.family.vector:
        return None
    each = {tuple(sorted({0.0, *places(sample.exact)})) for sample in facts.samples}
    return list(each.pop()) if len(each) == 1 else None


def _named(curve: Curve, threshold: float) -> str:
    """Return a threshold by the parameter that it is, if it is one: `-delta (-1)`."""
    sign = "-" if threshold < 0 else ""
    names = [item.name for item, value in curve.named_parameters if value == abs(threshold)]
    return f"{sign}{names[0]} ({threshold:.6g})" if names and threshold else f"{threshold:.6g}"


def _shape(facts: Evidence, part: Any, symbol: str) -> str:
    """Return what the own curve is on a part, if it is plain: a number, a multiple of the exact one, a polynomial."""
    own, exact, argument = facts.own[part], facts.exact[part], facts.argument[part]
    here = facts._replace(own=own, exact=exact, noise=facts.noise[part], group=facts.group[part])
    level = float(np.median(own))
    if here.same(np.full_like(own, level)):
        return f"{level:.6g}" if abs(level) > here.noise.max() else "0"
    ratio = float(np.median(own[exact != 0] / exact[exact != 0])) if exact.any() else 0.0
    if ratio and here.same(ratio * exact, ratio):
        return "the negative of the exact one" if ratio == -1 else f"{ratio:.6g} times the exact one"
    for degree in (1, 2):
        powers = np.vander(argument, degree + 1)
        weight = 1 / np.maximum(abs(own), here.noise.max() / facts.tolerance)
        factors = np.linalg.lstsq(powers * weight[:, None], own * weight, rcond=None)[0]
        if len(own) > FEW and here.same(powers @ factors):
            return _polynomial(factors.tolist(), symbol)
    return ""


def _polynomial(factors: list[float], symbol: str) -> str:
    """Return a polynomial with its highest power first: `0.5 r^2 - r`."""
    largest, text = max(map(abs, factors)), ""
    for power, factor in zip(range(len(factors) - 1, -1, -1), factors, strict=True):
        size = float(f"{abs(factor):.6g}")
        if size <= 1e-6 * largest:
            continue
        letters = {0: "", 1: symbol}.get(power, f"{symbol}^{power}")
        number = "" if size == 1 and letters else f"{size:g}"
        sign = ("-" if factor < 0 else "") if not text else (" - " if factor < 0 else " + ")
        text += sign + " ".join(filter(None, (number, letters)))
    return text


def within(facts: Evidence) -> str | None:
    """Recognise agreement between two arguments, and tell if the own curve is constant beyond them."""
    if facts.samples[0].exact.loss.family.vector:
        return None
    order = np.argsort(facts.argument, kind="stable")
    argument, right = facts.argument[order], facts.right(facts.exact)[order]
    runs, start = [], 0
    for agrees, run in groupby(right.tolist()):
        count = len([*run])
        runs.append((count if agrees else 0, start, start + count - 1))
        start += count
    count, first, last = max(runs)
    if count < ENOUGH * len(right):
        return None
    symbol = _symbol(facts.samples[0].exact)
    ends = [
        f" from {argument[first]:.4g}" if first else "",
        f" to {argument[last]:.4g}" if last < len(right) - 1 else "",
    ]
    own = facts.own[order]
    beyond = [part for part in (own[:first], own[last + 1 :]) if part.size]
    flat = all(np.ptp(part) <= facts.tolerance * abs(part).max() for part in beyond)
    return f"agrees for {symbol}{''.join(ends)}{', and is constant beyond' if flat else ' only'}"
