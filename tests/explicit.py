"""Losses whose LaTeX does not say everything: their mathematics as functions of Jets, by the name of the loss.

A function takes a dict from the symbols of the formula (the first argument and the parameters, as written in LaTeX) to
Jets, and returns the loss as a Jet.
"""

from oracle import piece

from losscli.losses import catalogue


def focal(known):
    """Evaluate the LaTeX; without alpha, both weights are 1: alpha of target 1 and 1 - alpha of target 0."""
    return piece(catalogue()["focal"].pieces, {r"\alpha": known["y"], **known})


def ppo_clip(known):
    """Evaluate the LaTeX; without an upper clip of its own, the lower one holds."""
    return piece(catalogue()["ppo-clip"].pieces, {r"\epsilon_h": known[r"\epsilon"], **known})


EXPLICIT = {"focal": focal, "ppo-clip": ppo_clip}
