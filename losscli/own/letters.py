"""The LaTeX of the names of parameters."""

from __future__ import annotations

import re

GREEK = (
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi",
    "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega",
)  # fmt: skip
SPELLED = {"lam": r"\lambda", "lambda_": r"\lambda", "eps": r"\epsilon"}


def letter(name: str) -> str:
    r"""Return the LaTeX of a name: `\delta` for delta, `c_{1}` for c1 or c_1, upright words."""
    if name in SPELLED or name in GREEK:
        return SPELLED.get(name, rf"\{name}")
    indexed = re.fullmatch(r"([A-Za-z]+?)_?(\d+)", name) or re.fullmatch(r"([A-Za-z]+)_([A-Za-z0-9]+)", name)
    if indexed:
        index = indexed[2] if indexed[2].isdigit() or len(indexed[2]) == 1 else letter(indexed[2])
        return f"{letter(indexed[1])}_{{{index}}}"
    return name if len(name) == 1 else rf"\mathrm{{{name.replace('_', ' ').strip().replace(' ', '-')}}}"
