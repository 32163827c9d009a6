"""Curves for the tests of training, from a name, a target and parameters."""

from losscli.names.find import find
from losscli.own import find_own, is_own
from losscli.recipe.reading import curves
from losscli.recipe.request import LossWord, Request


def curve(name, target=None, **parameters):
    given = {key: (value,) for key, value in parameters.items()}
    word = LossWord(find_own(name).build({}) if is_own(name) else find(name), given)
    return curves(Request((word,), {"target": (target,)} if target else {}))[0]
