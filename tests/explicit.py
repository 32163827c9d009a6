"""Losses whose LaTeX does not say everything: their mathematics as functions of Jets, by the name of the loss.

A function takes a dict from the symbols of the formula (the first argument and the parameters, as written in LaTeX) to
Jets, and returns the loss as a Jet.
"""

from functools import partial

from oracle import piece

from losscli.losses import catalogue


def focal(known, name="focal"):
    """Evaluate the LaTeX; without alpha, both weights are 1: alpha of target 1 and 1 - alpha of target 0."""
    return piece(catalogue()[name].pieces, {r"\alpha": known["y"], **known})


EXPLICIT = {"focal": focal, "probability-focal": partial(focal, name="probability-focal")}
