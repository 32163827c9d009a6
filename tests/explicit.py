"""The losses whose LaTeX cannot say it all: the same mathematics as functions of Jets, by the loss's name.

Each takes the symbols of the formula (the first argument and the parameters, as written in LaTeX) as Jets and returns
the list of terms whose sum is the loss.
"""

EXPLICIT = {}
