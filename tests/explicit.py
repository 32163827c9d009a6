"""Losses whose LaTeX does not say everything: their mathematics as functions of Jets, by the name of the loss.

A function takes a dict from the symbols of the formula (the first argument and the parameters, as written in LaTeX) to
Jets, and returns the loss as a Jet.
"""

from functools import partial

import mpmath as mp
from oracle import FUNCTIONS, Jet, piece

from losscli.losses import catalogue


def focal(known, name="focal"):
    """Evaluate the LaTeX; without alpha, both weights are 1: alpha of target 1 and 1 - alpha of target 0."""
    return piece(catalogue()[name].pieces, {r"\alpha": known["y"], **known})


def ppo_clip(known):
    """Evaluate the LaTeX; without an upper clip of its own, the lower one holds."""
    return piece(catalogue()["ppo-clip"].pieces, {r"\epsilon_h": known[r"\epsilon"], **known})


def asymmetric(known):
    """Evaluate the LaTeX with its q; 1 - q is formed without p, which no precision tells from 1 for large logits."""
    one, exp = Jet(mp.mpf(1)), FUNCTIONS["exp"]
    if known["y"].v == 1:
        return piece(catalogue()["asymmetric"].pieces, known)
    q = one / (one + exp(-known["x"])) - known["m"]
    if q.v <= 0:
        return Jet(mp.mpf(0))
    return -(q ** known[r"\gamma_-"]) * FUNCTIONS["log"](one / (one + exp(known["x"])) + known["m"])


def balanced_l1(known):
    """Evaluate the LaTeX with its b."""
    b = FUNCTIONS["exp"](known[r"\gamma"] / known[r"\alpha"]) - Jet(mp.mpf(1))
    return piece(catalogue()["balanced-l1"].pieces, {"b": b, **known})


EXPLICIT = {
    "asymmetric": asymmetric,
    "balanced-l1": balanced_l1,
    "focal": focal,
    "ppo-clip": ppo_clip,
    "probability-focal": partial(focal, name="probability-focal"),
}
