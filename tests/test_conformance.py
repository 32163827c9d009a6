"""Every name of losscli.frameworks against the library it is from, wherever that library is installed.

`python -m pytest tests/test_conformance.py`; `python tests/test_conformance.py` writes CONFORMANCE.md.
"""

from functools import cache

import numpy as np
import pytest
from adapters import ADAPTERS, installed, meant, quietly

from losscli.domain import Distribution, LabelSet, written
from losscli.frameworks import LIBRARIES, library, rows
from losscli.losses import find
from losscli.model import resolved
from losscli.words import LossWord, Request, curves

# Single precision holds them all, and no kink of any parameter below lies there.
SIZES = [0.03125, 0.140625, 0.375, 0.640625, 0.890625, 0.984375, 1.703125, 3.296875, 6.109375, 14.0625, 30.03125]
POINTS = sorted([*SIZES, *(-size for size in SIZES)])
LOGITS = {
    3: [(0.25, -1.25, 2.125), (2.125, 0.25, 1.875), (-0.25, 0.5, -0.625), (5.0, -3.0, 1.5)],
    5: [(0.25, 0.125, 0.75, -0.125, 0.625), (5.0, -3.5, 1.0, 2.5, -1.0)],
}
TARGETS = [0.0, 0.25, 1.0, 1.5, 2.0, -1.0, -2.0]
VALUES = [0.3, 0.75, 2.0, 3.0]
DISTRIBUTIONS = [(0.125, 0.125, 0.75), (0.0, 1.0, 0.0), (0.125, 0.25, 0.25, 0.125, 0.25)]
LABELS = [(1.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0, 1.0, 0.0)]


def curve(name, target, said):
    """Return the curve that words with this name mean."""
    word = LossWord(find(name), {key: (value,) for key, value in said.items() if value is not None})
    (found,) = curves(Request((word,), {} if target is None else {"target": (written(target),)}))
    return found


def parameter_sets(name):
    """Return the library's defaults, and each parameter through a few values with the others at their default."""
    spelling = find(name)
    default = {item.name: item.default for item in spelling.parameters}
    found = [default]
    for item in spelling.parameters:
        found += [default | {item.name: value} for value in VALUES if fits(item, value)]
    require = spelling.loss.require
    found = [said for said in found if not require or resolved(require[0], spelling.canonical(said))]
    return [said for said in found if ADAPTERS[name].allows(**said)]


def fits(item, value):
    return value in item.interval and value != item.default and not (item.whole and value % 1)


def targets(name, said):
    """Return the targets that the loss and the library's function both read."""
    spelling = find(name)
    kind = spelling.loss.reads(spelling.canonical(said))
    if isinstance(kind, Distribution):
        return DISTRIBUTIONS
    if isinstance(kind, LabelSet):
        return LABELS
    if spelling.loss.family.vector:
        return [0, 2]
    if not hasattr(kind, "__contains__"):
        return [None]
    return [target for target in TARGETS if target in kind and ADAPTERS[name].takes(target)]


def predictions(name, one):
    """Return where a curve is compared: vectors, or numbers inside the domain."""
    if one.loss.family.vector:
        sizes = [len(one.target)] if isinstance(one.target, tuple) else list(LOGITS)
        found = [np.array(LOGITS[size]) for size in sizes]
        return [-abs(x) if one.domain.high == 0 else x for x in found]
    low, high = one.domain.low, one.domain.high
    found = [x for x in POINTS if low < x < high and ADAPTERS[name].reaches(x, one.target)]
    return [np.array(found[:: ADAPTERS[name].every])]


def spread(target, x):
    """Return the target of each of several examples."""
    return None if target is None else np.tile(np.asarray(target), (len(x), 1) if np.ndim(target) else len(x))


def theirs(name, x, target, said):
    """Return predictions, values and gradients by the library; it may have taken predictions of its own."""
    options = {key: value for key, value in said.items() if value is not None}
    with quietly():
        values, slopes, *own = ADAPTERS[name].measure(meant(name), x, spread(target, x), options)
    return own[0] if own else x, values, slopes


def smooth(one, x):
    """Return where no kink is near."""
    if one.loss.family.vector:
        return np.full(len(x), fill_value=True)
    argument = one.loss.family.argument(x, np.asarray(one.target))[0]
    return np.array([all(abs(at - place) > 1e-6 for place in one.fact("breaks")) for at in argument])


def errors(name, got, own):
    """Return how far a library is off, relative to the number itself."""
    size = np.maximum(abs(own), ADAPTERS[name].scale)
    return np.where(got == own, 0.0, abs(got - own) / np.where(size == 0, 1.0, size))


@cache
def compared(name):
    """Return the worst error of values and of gradients, each with where it is; None where the library has neither."""
    worst = [None, None]
    for said in parameter_sets(name):
        for target in targets(name, said):
            one = curve(name, target, said)
            for points in predictions(name, one):
                x, *got = theirs(name, points, target, said)
                for order, (their, own) in enumerate(zip(got, one.terms(x, 2), strict=True)):
                    if their is None:
                        continue
                    off = errors(name, their, own)
                    if order:
                        off = off[smooth(one, x)]
                    if off.size and (worst[order] is None or not off.max() <= worst[order][0]):
                        at = np.unravel_index(np.nanargmax(np.where(np.isnan(off), np.inf, off)), off.shape)
                        worst[order] = (float(off[at]), {"at": x[at[0]].tolist(), "target": target, **said})
    return tuple(worst)
