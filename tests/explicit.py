"""The losses whose LaTeX cannot say it all: the same mathematics as functions of Jets, by the loss's name.

Each takes the symbols of the formula (the first argument and the parameters, as written in LaTeX) as Jets and returns
the loss as one.
"""

from oracle import piece

from losscli.losses import catalogue


def focal(known):
    """The LaTeX, in which the weight alpha of target 1 and 1 - alpha of target 0 are both 1 where there is no alpha."""
    return piece(catalogue()["focal"].pieces, {r"\alpha": known["y"], **known})


EXPLICIT = {"focal": focal}
