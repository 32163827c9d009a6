"""Sums: what a user's own loss has too much or too little, as terms of prediction and target."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from losscli.lazy import np

if TYPE_CHECKING:
    from collections.abc import Callable

    from losscli.checking.samples import Evidence
    from losscli.lazy import Array

MOST_TERMS = 2
TERMS: dict[str, Callable[[Array, Array], Array]] = {
    "1": lambda f, _y: np.ones_like(f),
    "f": lambda f, _y: f,
    "y": lambda _f, y: y,
    "(f - y)": lambda f, y: f - y,
    "|f - y|": lambda f, y: abs(f - y),
    "(f - y)^2": lambda f, y: (f - y) ** 2,
    "f^2": lambda f, _y: f * f,
    "y f": lambda f, y: y * f,
    "log f": lambda f, _y: np.log(f),
    "y log f": lambda f, y: y * np.log(f),
    "log(1 - f)": lambda f, _y: np.log1p(-f),
    "log y": lambda _f, y: np.log(y),
    "log(f / y)": lambda f, y: np.log(f / y),
    "y log(y / f)": lambda f, y: y * np.log(y / f),
    "y log y": lambda _f, y: y * np.log(y),
    "y / f": lambda f, y: y / f,
    "1 / f": lambda f, _y: 1 / f,
    "y / f^2": lambda f, y: y / f**2,
    "1 / f^2": lambda f, _y: 1 / f**2,
    "e^f": lambda f, _y: np.exp(f),
    "e^-f": lambda f, _y: np.exp(-f),
    "y e^-f": lambda f, y: y * np.exp(-f),
}


def with_terms(facts: Evidence) -> str | None:
    """Recognise one or two terms that were added: what is left of a term with a wrong factor, or of one left out."""
    curve = facts.samples[0].exact
    if curve.loss.family.vector:
        return None
    names, terms = _terms(facts)
    weight = 1 / np.maximum(abs(facts.exact), np.maximum(facts.noise / facts.tolerance, np.finfo(float).tiny))
    off = facts.own - facts.exact
    with np.errstate(all="ignore"):
        weighted, needed = terms * weight[:, None], off * weight
    if not (np.isfinite(weighted).all() and np.isfinite(needed).all()):
        return None
    for count in range(1, MOST_TERMS + 1):
        for chosen in combinations(range(len(names)), count):
            factors = np.linalg.lstsq(weighted[:, chosen], needed, rcond=None)[0]
            added = terms[:, chosen] @ factors
            if facts.same(facts.exact + added):
                said = [_said(one, names[at]) for one, at in zip(factors.tolist(), chosen, strict=True)]
                return f"is {curve.name} {' '.join(said)}"
    return None


def _terms(facts: Evidence) -> tuple[list[str], Array]:
    """Return the terms that are finite and not all 0 at these predictions: names, and an array of shape (M, T)."""
    f, y = facts.prediction, facts.target
    known = dict(TERMS)
    power: Any = facts.samples[0].exact.parameters.get("power")
    if power is not None:  # of a deviance: its three terms
        known |= {
            f"y f^{1 - power:g}": lambda f, y: y * f ** (1 - power),
            f"f^{2 - power:g}": lambda f, _y: f ** (2 - power),
            f"y^{2 - power:g}": lambda _f, y: y ** (2 - power),
            f"y f^{-power:g}": lambda f, y: y * f**-power,
        }
    with np.errstate(all="ignore"):
        found = {name: np.broadcast_to(term(f, y), f.shape) for name, term in known.items()}
    kept = {name: term for name, term in found.items() if np.isfinite(term).all() and term.any()}
    return list(kept), np.array([*kept.values()]).T


def _said(by: float, name: str) -> str:
    """Return one term with its sign: `minus 0.5 (f - y)`."""
    size = float(f"{abs(by):.6g}")
    return f"{'plus' if by > 0 else 'minus'} {'' if size == 1 else f'{size:g} '}{name}"
