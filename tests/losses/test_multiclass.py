"""Losses of several logits against their definitions, and their facts against their values."""

import json
import math
import sys
from dataclasses import replace
from functools import cache
from itertools import permutations
from operator import add

import mpmath as mp
import numpy as np
import pytest

from losscli.api import evaluate
from losscli.cli.main import read
from losscli.errors import UsageError
from losscli.losses import catalogue
from losscli.losses.multiclass import precise_sum
from losscli.model.breaks import breaks
from losscli.model.curve import Curve, Section
from losscli.model.domains import LabelSet
from losscli.model.loss import Floor
from losscli.sampling.sample import sample
from losscli.wording.descriptions import curve_names, description

ULPS = 4
HESSIAN = 1e-12
LEAST = mp.mpf(2) ** -1074  # the smallest double
FAR = (-2.5, -1.0, 1.0, 5.0, 40.0)


# The definitions, as functions of mpmath numbers: the oracle reads no vectors.


def log_sum_exp(z):
    return mp.log(mp.fsum(mp.exp(x) for x in z))


def hot(size, target):
    return [mp.mpf(j == target) for j in range(size)]


def pulls(target, share, over, weight):
    """Return the smoothed target times the weights."""
    others = len(target) - (over == "others")
    smooth = [(1 - share) * t + share / others * (1 if over == "all" else 1 - t) for t in target]
    return smooth if weight is None else list(map(mp.fmul, weight, smooth))


def softmax_cross_entropy(z, target, label_smoothing=0, over="all", weight=None):
    counts = pulls(target, label_smoothing, over, weight)
    return mp.fsum(t * (log_sum_exp(z) - x) for t, x in zip(counts, z, strict=True))


def sparse_softmax_cross_entropy(z, target, *parameters):
    return softmax_cross_entropy(z, hot(len(z), target), *parameters)


def nll(z, target, weight):
    return -z[target] * (weight[target] if weight else 1)


def rivals(z, target):
    return [x for j, x in enumerate(z) if j != target]


def crammer_singer(z, target):
    return max(0, 1 + max(rivals(z, target)) - z[target])


def weston_watkins(z, target, p, margin):
    return mp.fsum(max(0, margin - z[target] + x) ** int(p) for x in rivals(z, target))


def multiclass_perceptron(z, target):
    return max(z) - z[target]


def sparsemax(z, target):
    """By the sorting of Martins and Astudillo, equations (3), (4) and (16)."""
    order = sorted(z, reverse=True)
    support = max(k for k in range(1, len(z) + 1) if 1 + k * order[k - 1] > mp.fsum(order[:k]))
    threshold = (mp.fsum(order[:support]) - 1) / support
    return (1 + mp.fsum(x**2 - threshold**2 for x in z if x > threshold)) / 2 - z[target]


def multilabel_margin(z, target):
    applies, others = ([x for x, label in zip(z, target, strict=True) if label == which] for which in (1, 0))
    return mp.fsum(max(0, 1 - x + other) for x in applies for other in others) / len(z)


def multilabel_soft_margin(z, target):
    own = [mp.log(1 + mp.exp(-x if label else x)) for x, label in zip(z, target, strict=True)]
    return mp.fsum(own) / len(z)


def misclassification(z, target):
    return mp.mpf(z[target] < max(z))


def share(z, target):
    return mp.exp(z[target] - log_sum_exp(z))


def softmax_focal(z, target, gamma, weight):
    return -(weight[target] if weight else 1) * ((1 - share(z, target)) ** gamma) * mp.log(share(z, target))


def softmax_focal_cross_entropy(z, target, gamma, *parameters):
    counts = pulls(target, *parameters)
    return mp.fsum(t * softmax_focal(z, k, gamma, None) for k, t in enumerate(counts) if t)


def softmax_poly_cross_entropy(z, target, epsilon):
    p = [share(z, k) for k in range(len(z))]
    return mp.fsum(t * (epsilon * (1 - x) - mp.log(x)) for t, x in zip(target, p, strict=True) if t)


def symmetric_cross_entropy(z, target, alpha, beta, a):
    return -alpha * mp.log(share(z, target)) - beta * a * (1 - share(z, target))


def taylor_cross_entropy(z, target, terms):
    return mp.fsum((1 - share(z, target)) ** k / k for k in range(1, int(terms) + 1))


def z_loss(z, _target, c):
    return c * log_sum_exp(z) ** 2


def info_nce(s, target, temperature):
    return sparse_softmax_cross_entropy([x / temperature for x in s], target)


def distillation(z, target, temperature):
    cold = [x / temperature for x in z]
    present = [(t, x) for t, x in zip(target, cold, strict=True) if t]
    return temperature**2 * mp.fsum(t * (mp.log(t) - x + log_sum_exp(cold)) for t, x in present)


def entmax(z, target):
    """By the sorting of Peters et al., algorithm 2."""
    order = sorted((x / 2 for x in z), reverse=True)
    for size in range(len(z), 0, -1):
        mean = mp.fsum(order[:size]) / size
        spread = (1 - mp.fsum((x - mean) ** 2 for x in order[:size])) / size
        if spread >= 0 and mean - mp.sqrt(spread) <= order[size - 1]:
            break
    p = [max(0, x / 2 - mean + mp.sqrt(spread)) ** 2 for x in z]
    return 4 * (1 - mp.fsum(x ** mp.mpf("1.5") for x in p)) / 3 + mp.fsum(map(mp.fmul, p, z)) - z[target]


def categorical_cross_entropy(p, target, *parameters):
    counts = pulls(target, *parameters)
    return mp.fsum(-t * mp.log(x / mp.fsum(p)) for t, x in zip(counts, p, strict=True) if t)


def categorical_focal_cross_entropy(p, target, gamma, *parameters):
    shares, counts = [x / mp.fsum(p) for x in p], pulls(target, *parameters)
    return mp.fsum(-t * (1 - x) ** gamma * mp.log(x) for t, x in zip(counts, shares, strict=True) if t)


def categorical_generalized_cross_entropy(p, target, q):
    return (1 - p[target] ** q) / q


def sparse_categorical_cross_entropy(p, target, weight):
    return -mp.log(p[target] / mp.fsum(p)) * (weight[target] if weight else 1)


def cosface(c, target, margin, scale):
    return sparse_softmax_cross_entropy([scale * (x - margin * (j == target)) for j, x in enumerate(c)], target)


def arcface(c, target, margin, scale):
    turned = [mp.cos(mp.acos(x) + margin) if j == target else x for j, x in enumerate(c)]
    return sparse_softmax_cross_entropy([scale * x for x in turned], target)


def coral(z, target):
    return mp.fsum(mp.log(1 + mp.exp(-x if target > k else x)) for k, x in enumerate(z))


def corn(z, target):
    return coral(z[: target + 1], target)


def tversky(p, target, alpha, beta, smooth, smooth_below):
    both = mp.fsum(x * t for x, t in zip(p, target, strict=True))
    extra = mp.fsum(x * (1 - t) for x, t in zip(p, target, strict=True))
    missing = mp.fsum((1 - x) * t for x, t in zip(p, target, strict=True))
    below = smooth if smooth_below is None else smooth_below
    return 1 - (both + smooth) / (both + alpha * extra + beta * missing + below) if both + smooth else mp.mpf(1)


def dice(p, target, smooth, smooth_below):
    return tversky(p, target, mp.mpf("0.5"), mp.mpf("0.5"), smooth / 2, smooth_below and smooth_below / 2)


def jaccard(p, target, smooth, smooth_below):
    return tversky(p, target, 1, 1, smooth, smooth_below)


def focal_tversky(p, target, alpha, beta, gamma, smooth):
    return tversky(p, target, alpha, beta, smooth, None) ** gamma


def of_logits(definition):
    return lambda z, target, *numbers: definition([1 / (1 + mp.exp(-x)) for x in z], target, *numbers)


def divergence(x, target):
    return mp.fsum(t * (mp.log(t) - log_q) for t, log_q in zip(target, x, strict=True) if t)


def distribution_kl(p, target):
    return divergence([mp.log(q) for q in p], target)


def generalized_kl_log(x, target):
    return divergence(x, target) + mp.fsum(map(mp.exp, x)) - mp.fsum(target)


DEFINITIONS = {
    item.__name__.replace("_", "-"): item
    for item in (
        softmax_cross_entropy, sparse_softmax_cross_entropy, nll, crammer_singer, weston_watkins,
        multiclass_perceptron, sparsemax, multilabel_margin, multilabel_soft_margin, misclassification,
        softmax_focal, symmetric_cross_entropy, taylor_cross_entropy, z_loss, info_nce, distillation, entmax,
        categorical_cross_entropy, sparse_categorical_cross_entropy, categorical_focal_cross_entropy, cosface,
        arcface, coral, corn, softmax_focal_cross_entropy, softmax_poly_cross_entropy,
        categorical_generalized_cross_entropy,
        distribution_kl, generalized_kl_log,
    )
} | {"distribution-kl-log": divergence}  # fmt: skip
BY_OVERLAP = {"dice": dice, "jaccard": jaccard, "tversky": tversky, "focal-tversky": focal_tversky}
DEFINITIONS |= BY_OVERLAP | {f"sigmoid-{name}": of_logits(definition) for name, definition in BY_OVERLAP.items()}
NOT_SMOOTH = (
    "crammer-singer", "weston-watkins", "multiclass-perceptron", "sparsemax", "multilabel-margin", "misclassification",
)  # fmt: skip
OVERLAP = (*BY_OVERLAP, *(f"sigmoid-{name}" for name in BY_OVERLAP))
ORDINAL = ("coral", "corn")
SMOOTHING = [
    {"label_smoothing": share, "smoothing_over": over, "weight": weight}
    for share, over, weight in (
        (0.0, "all", None), (0.1, "all", None), (1.0, "all", None), (0.9, "others", None), (0.1, "all", "some"),
        (0.3, "others", "some"),
    )
]  # fmt: skip
FOCAL = [{"gamma": gamma, **SMOOTHING[place]} for gamma, place in ((2.0, 0), (0.5, 1), (1.5, 4), (0.0, 5))]
WEIGHTS = {3: (0.3, 2.0, 5.5), 5: (0.3, 2.0, 0.0, 1.0, 0.7)}  # where a set of parameters says "some"
PARAMETERS = {
    "nll": [{"weight": weight} for weight in (None, "some")],
    "sparse-categorical-cross-entropy": [{"weight": weight} for weight in (None, "some")],
    "softmax-cross-entropy": SMOOTHING,
    "sparse-softmax-cross-entropy": SMOOTHING,
    "weston-watkins": [{"p": p, "margin": margin} for p in (1, 2) for margin in (1.0, 0.3)],
    "categorical-focal-cross-entropy": FOCAL,
    "softmax-focal-cross-entropy": FOCAL,
    "softmax-poly-cross-entropy": [{"epsilon": epsilon} for epsilon in (2.0, -1.0, 0.5, 30.0)],
    "categorical-generalized-cross-entropy": [{"q": q} for q in (0.7, 1.0, 0.1)],
    "softmax-focal": [
        {"gamma": gamma, "weight": weight}
        for gamma, weight in ((2.0, None), (0.5, None), (0.0, None), (5.0, None), (1.5, "some"))
    ],
    "symmetric-cross-entropy": [
        {"alpha": alpha, "beta": beta, "a": a}
        for alpha, beta, a in ((0.1, 1.0, -9.21), (6.0, 0.1, -4.0), (1.0, 0.0, -1.0))
    ],
    "taylor-cross-entropy": [{"terms": terms} for terms in (2, 1, 6)],
    "z-loss": [{"c": c} for c in (1e-4, 2.0)],
    "info-nce": [{"temperature": temperature} for temperature in (0.07, 0.5)],
    "distillation": [{"temperature": temperature} for temperature in (2.0, 0.3)],
    "categorical-cross-entropy": SMOOTHING,
    "cosface": [{"margin": margin, "scale": scale} for margin, scale in ((0.35, 64.0), (0.0, 1.5))],
    "arcface": [{"margin": margin, "scale": scale} for margin, scale in ((0.5, 64.0), (0.0, 8.0), (1.25, 3.0))],
}
OVERLAPS = {
    "dice": [{"smooth": smooth, "smooth_below": below} for smooth, below in ((0.0, None), (1.0, None), (0.0, 0.5))],
    "jaccard": [{"smooth": smooth, "smooth_below": below} for smooth, below in ((0.0, None), (0.3, None), (0.3, 0.5))],
    "tversky": [
        {"alpha": alpha, "beta": beta, "smooth": smooth, "smooth_below": below}
        for alpha, beta, smooth, below in ((0.5, 0.5, 0.0, None), (0.7, 0.3, 1.0, 2.0), (2.0, 1.5, 0.0, None))
    ],
    "focal-tversky": [
        {"alpha": alpha, "beta": beta, "gamma": gamma, "smooth": smooth}
        for alpha, beta, gamma, smooth in ((0.7, 0.3, 0.75, 0.0), (0.3, 0.7, 1.0, 0.0), (0.5, 0.5, 0.25, 1.0))
    ],
}
PARAMETERS |= OVERLAPS | {f"sigmoid-{name}": sets for name, sets in OVERLAPS.items()}
FEW_TARGETS = {3: [(0.0, 1.0, 0.0), (0.125, 0.25, 0.625)], 5: []}
TARGETS = {
    "softmax-cross-entropy": {
        3: [(0.1, 0.02, 0.88), (0.0, 1.0, 0.0), (0.5, 0.5, 0.0), (0.333333, 0.333333, 0.333334)],
        5: [(0.1, 0.2, 0.3, 0.1, 0.3)],
    },
    "multilabel-margin": {3: [(1.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 1.0, 1.0)], 5: [(1.0, 0.0, 0.0, 1.0, 0.0)]},
    "multilabel-soft-margin": {3: [(1.0, 0.0, 1.0), (0.0, 0.0, 0.0)], 5: [(1.0, 0.0, 0.0, 1.0, 0.0)]},
}
TARGETS |= {
    "z-loss": {3: [None], 5: []},
    "distillation": TARGETS["softmax-cross-entropy"],
    "distribution-kl": TARGETS["softmax-cross-entropy"],
    "distribution-kl-log": TARGETS["softmax-cross-entropy"],
    "generalized-kl-log": TARGETS["softmax-cross-entropy"],
    "categorical-cross-entropy": TARGETS["softmax-cross-entropy"],
    "categorical-focal-cross-entropy": FEW_TARGETS,
    "softmax-focal-cross-entropy": FEW_TARGETS,
    "softmax-poly-cross-entropy": FEW_TARGETS,
    "coral": {3: [0, 1, 2], 5: [3, 5]},
    "corn": {3: [0, 1, 2], 5: [3, 5]},
}
TARGETS |= {
    name: {3: [*TARGETS["multilabel-margin"][3], (0.0, 0.0, 0.0)], 5: [(1.0, 0.0, 0.0, 1.0, 0.0)]} for name in OVERLAP
}
CLASSES = {3: [0, 2], 5: [3]}
# Away from every kink of every loss, then ties, where only some losses are smooth.
LOGITS = {
    3: [
        (0.3, -1.2, 2.1), (2.1, 0.3, 1.8), (-0.2, 0.45, -0.61), (1e-9, 0.1, -1e-300), (30.0, -8.0, -37.5),
        (1e4, -1e4, 0.5), (-1e4, 1e4, 9e3), (1e4, 1e4 - 0.25, 1e4 - 0.75), (1e16, 1.0, -1e16),
        (700.0, -700.0, 1.5), (-700.25, -700.0, -699.1), (-745.0, 0.3, 2.0),
    ],
    5: [(0.3, 0.2, 0.71, -0.1, 0.64), (5.0, -3.3, 1e3, 1e3 - 0.3, -1e4)],
}  # fmt: skip
TIES = {3: [(0.0, 0.0, 0.0), (1e4, 1e4, -1e4), (-700.0, 700.0, 700.0)], 5: [(2.0, 2.0, 2.0, 2.0, 2.0)]}


def curves(*sizes):
    """Return every loss with every parameter set and target for these numbers of classes."""
    for name in DEFINITIONS:
        for size in sizes:
            for target in TARGETS.get(name, CLASSES)[size]:
                for parameters in PARAMETERS.get(name, [{}]):
                    weight = {"weight": WEIGHTS[size]} if parameters.get("weight") else {}
                    yield Curve(catalogue()[name], target, {**parameters, **weight}, name)


def classes(curve):
    return len(curve.target) if isinstance(curve.target, tuple) else 5 if curve.target in (3, 5) else 3


def name(curve):
    return f"{curve.loss.name}-{curve.target}-{'-'.join(map(str, curve.parameters.values()))}".replace(" ", "")


def is_usual(curve):
    """Return True if the parameters are the first set of the loss, which is compared at more logits."""
    return curve.parameters == PARAMETERS.get(curve.loss.name, [{}])[0]


CASES = list(curves(3, 5))
by_curve = pytest.mark.parametrize("curve", CASES, ids=name)


def within(curve, logits):
    """Move logits into the domain: log-probabilities are at most 0, probabilities in a ratio or below 1, cosines."""
    logits, domain = np.asarray(logits, dtype=float), curve.domain
    if (
        curve.loss.name == "generalized-kl-log"
    ):  # a sum of e^x, in which large terms would hide the differences of others
        return np.clip(logits, -20, 20)
    if (domain.low, domain.high) == (-1, 1):
        return 0.99 * logits / (1 + np.abs(logits))
    if domain.low == 0:
        found = np.exp(np.clip(logits, -700, 700))
        return found / (1 + found) if domain.high == 1 else found
    return np.minimum(logits, -np.abs(logits)) if domain.high == 0 else logits


def exact(curve, inputs, orders):
    """Return value, gradient and Hessian of the definition, differentiated in high precision, as nested lists."""
    z, target, parameters = inputs
    definition, size = DEFINITIONS[curve.loss.name], len(z)
    steps = [[int(j == i) for j in range(size)] for i in range(size)]

    def at(*point):
        return definition(list(point), target, *parameters)

    found = [[at(*z)]]
    if orders > 1:
        found.append([mp.diff(at, z, tuple(step)) for step in steps])
    if orders > 2:
        bend = cache(lambda *pair: mp.diff(at, z, pair))  # one for each two logits, in either order
        found.append([bend(*map(add, one, other)) for one in steps for other in steps])
    return found


def inputs(curve, logits):
    target = [mp.mpf(t) for t in curve.target] if isinstance(curve.target, tuple) else curve.target
    return [mp.mpf(float(x)) for x in logits], target, [precise(value) for value in curve.parameters.values()]


def precise(value):
    """Return a parameter as mpmath numbers; a word and None as they are."""
    if isinstance(value, tuple):
        return list(map(mp.mpf, value))
    return value if value is None or isinstance(value, str) else mp.mpf(value)


def moved(curve, given):
    """Return the inputs with each number in turn a little larger; labels are no rounded numbers."""
    factor = 1 + mp.mpf(2) ** -60
    exactly = {1} if isinstance(curve.loss.family.targets, LabelSet) else set()
    for part, numbers in enumerate(given):
        if part in exactly:
            continue
        for changed in moved_each(numbers, factor) if isinstance(numbers, list) else ():
            yield (*given[:part], changed, *given[part + 1 :])


def moved_each(numbers, factor):
    """Yield the list with each of its numbers in turn multiplied, those of lists in it too."""
    for index, number in enumerate(numbers):
        own = moved_each(number, factor) if isinstance(number, list) else [number]
        for one in own if not (number is None or isinstance(number, str)) else ():
            yield [*numbers[:index], one if isinstance(number, list) else one * factor, *numbers[index + 1 :]]


def check(curve, logits, orders=3):
    """Hold a loss against its definition: 4 ulp, or what one rounding of the inputs may change."""
    terms = [np.ravel(term) for term in curve.terms(np.asarray(logits), orders)]
    quantities = ("value", "gradient", "hessian")
    largest = max(map(abs, logits))
    steep = curve.parameters.get("scale", 1 / curve.parameters.get("temperature", 1))
    wide = largest >= 1e20 or (curve.domain.low == 0 and min(logits) < 1e-60)
    sharp = largest >= 40 or largest * steep >= 130
    bits = 5000 if wide else 1300 if sharp else 400  # 1 + the smallest double is not 1
    with mp.workprec(bits):
        given = inputs(curve, logits)
        truths = exact(curve, given, orders)
        condition = None
        for order, (got, truth) in enumerate(zip(terms, truths, strict=True)):
            noise = (
                max(abs(term) for lower in truths[: order + 1] for term in lower) * mp.mpf(2) ** -bits
            )  # of differences
            for index, (one, right) in enumerate(zip(got, truth, strict=True)):
                if abs(right) > sys.float_info.max:
                    assert one == math.copysign(math.inf, right)
                    continue
                assert math.isfinite(one), (quantities[order], logits, one)
                error = abs(mp.mpf(float(one)) - right)
                bound = max(
                    ULPS * mp.mpf(math.ulp(float(right))), LEAST, noise, HESSIAN * abs(right) if order == 2 else 0
                )
                if error > bound:
                    condition = condition or conditioning(curve, given, truths, orders)
                    bound = max(bound, 4 * mp.mpf(2) ** -53 * condition[order][index])
                assert error <= bound, (
                    f"{quantities[order]}[{index}] is {float(error / bound):.3g} times the bound off at {logits}: "
                    f"{one!r}, not {mp.nstr(right, 20)}"
                )


def orders_at(curve, logits):
    """Return how many of value, gradient and Hessian are finite: the value alone where a root of 0 is taken."""
    return 1 if curve.parameters.get("gamma", 1) < 1 and curve.terms(logits, 1)[0] == 0 else 3


def conditioning(curve, given, truths, orders):
    total = [[mp.mpf(0)] * len(truth) for truth in truths]
    for changed in moved(curve, given):
        for sums, new, old in zip(total, exact(curve, changed, orders), truths, strict=True):
            sums[:] = [s + abs(a - b) * mp.mpf(2) ** 60 for s, a, b in zip(sums, new, old, strict=True)]
    if curve.parameters.get("label_smoothing"):  # the gradient is p - t, and t a rounded number
        z, target, parameters = given
        rounded = pulls(target if isinstance(target, list) else hot(len(z), target), *parameters[-3:])
        total[1] = [s + abs(t) for s, t in zip(total[1], rounded, strict=True)]
    return total


@by_curve
def test_value_gradient_and_hessian_are_those_of_the_definition(curve):
    every = LOGITS[classes(curve)]
    for logits in every if is_usual(curve) else every[CASES.index(curve) % 2 :: 2]:
        at = within(curve, logits)
        check(curve, at, orders_at(curve, at))


@pytest.mark.thorough
@by_curve
def test_at_all_logits(curve):
    for logits in LOGITS[classes(curve)]:
        at = within(curve, logits)
        check(curve, at, orders_at(curve, at))
    test_equal_logits(curve, every=True)


@by_curve
def test_equal_logits(curve, *, every=False):
    smooth = curve.loss.name not in NOT_SMOOTH
    for logits in TIES[classes(curve)][: None if every or is_usual(curve) else 1]:
        check(curve, within(curve, logits), 3 if smooth else 1)


@pytest.mark.parametrize("loss", ["sparsemax", "weston-watkins", "multilabel-margin"])
def test_equal_logits_where_no_pieces_meet(loss):
    for curve in CASES:
        if curve.loss.name == loss:
            check(curve, TIES[classes(curve)][0], 2 if loss == "multilabel-margin" else 3)  # its Hessian is 0 there


@by_curve
def test_logits_at_the_ends_of_the_doubles(curve):
    if classes(curve) == 3:
        for logits in ((8e307, -5e307, 1e-310), (-5e307, 1e-310, 8e307)):
            check(curve, within(curve, logits), 1)


def faulty(loss, change):
    """Return a curve of a loss whose terms are changed."""
    right = catalogue()[loss]

    def formula(*arguments, **parameters):
        return change(*right.formula(*arguments, **parameters))

    return next(replace(curve, loss=replace(right, formula=formula)) for curve in CASES if curve.loss.name == loss)


@pytest.mark.parametrize(
    ("loss", "change", "what"),
    [
        ("weston-watkins", lambda v, g, h: (v / 3, g / 3, h / 3), "value"),
        ("sparsemax", lambda v, g, h: (v, -g, h), "gradient"),
        ("softmax-cross-entropy", lambda v, g, h: (v, g, h * (1 + 1e-11)), "hessian"),
        ("multilabel-soft-margin", lambda v, g, h: (v * (1 + 1e-14), g, h), "value"),
    ],
)
def test_the_comparison_can_fail(loss, change, what):
    with pytest.raises(AssertionError, match=what):
        test_value_gradient_and_hessian_are_those_of_the_definition(faulty(loss, change))


def test_the_textbook_softmax_does_not_pass():
    def formula(z, t, **_):
        total = np.exp(z).sum(axis=-1)
        yield np.log(total) - (t * z).sum(axis=-1)
        yield np.exp(z) / total - t

    loss = replace(catalogue()["softmax-cross-entropy"], formula=formula)
    curve = Curve(loss, (0.0, 1.0, 0.0), PARAMETERS[loss.name][0], loss.name)
    check(curve, (0.3, -1.2, 2.1), 2)
    with pytest.raises(AssertionError, match="value"):
        check(curve, (-700.0, 30.0, -8.0), 2)
    with pytest.raises(AssertionError):
        check(curve, (1e4, -1e4, 0.5), 2)


@by_curve
def test_a_batch_is_its_rows(curve):
    size = classes(curve)
    random = np.random.default_rng(1)
    logits = within(curve, random.normal(0, 3, (4, 5, size)))
    whole = curve.terms(logits)
    assert [term.shape for term in whole] == [(4, 5), (4, 5, size), (4, 5, size, size)]
    assert [term.dtype for term in whole] == [np.float64] * 3
    for row in np.ndindex(4, 5):
        for term, single in zip(whole, curve.terms(logits[row]), strict=True):
            np.testing.assert_array_equal(term[row], single)
    assert [term.shape for term in curve.terms(np.zeros((0, size)))] == [(0,), (0, size), (0, size, size)]


@by_curve
def test_infinite_logits_have_their_limits(curve):
    size = classes(curve)
    if (curve.domain.low, curve.domain.high) != (-math.inf, math.inf):
        return
    for index in range(size):
        for sign in (-1, 1):
            near, there = np.linspace(-0.4, 0.5, size), np.linspace(-0.4, 0.5, size)
            near[index], there[index] = sign * 1e12, sign * np.inf
            for almost, limit in zip(curve.terms(near), curve.terms(there), strict=True):
                close = np.isclose(almost, limit, rtol=1e-9, atol=1e-9)
                assert (close | (np.isinf(limit) & (np.abs(almost) > 1e4))).all(), (there, almost, limit)


def logits_of_all_sizes(curve, count=2000):
    random = np.random.default_rng(2)
    scale = 10.0 ** random.uniform(-1, 2.5, (count, 1))
    return within(curve, scale * random.normal(size=(count, classes(curve))))


def check_floor(curve):
    size = classes(curve)
    floor = Section(**vars(curve), logits=(0.0,) * size).fact("floor")
    assert curve.terms(logits_of_all_sizes(curve), 1)[0].min() >= floor.value - 1e-12
    at = np.array(floor.at)
    assert at.shape == (size,)
    if floor.attained:
        assert curve.terms(at, 1)[0] == pytest.approx(floor.value, abs=1e-14)
        return
    assert not np.isfinite(at).all()
    way = [curve.terms(np.clip(at, -far, far), 1)[0] for far in (5, 10, 20, 30, 700)]
    assert (np.diff(way) <= 0).all()
    assert way[0] > floor.value
    assert way[-1] == pytest.approx(floor.value, abs=1e-12)


@by_curve
def test_the_floor_is_a_lower_bound_and_is_where_it_is_said_to_be(curve):
    check_floor(curve)


@pytest.mark.parametrize("floor", [Floor(0.4, at=(0.0, 0.0, 0.0)), Floor(0.0, at=(0.0, 0.0, 0.0)), Floor(9.0, at=0.0)])
def test_a_wrong_floor_is_noticed(floor):
    curve = next(curve for curve in CASES if curve.loss.name == "softmax-cross-entropy")
    with pytest.raises(AssertionError):
        check_floor(replace(curve, loss=replace(curve.loss, floor=floor)))


def test_the_floor_of_a_smoothed_class_grows_with_the_number_of_classes(lossplot):
    curve = Curve(catalogue()["sparse-softmax-cross-entropy"], 0, SMOOTHING[1], "")
    floors = [Section(**vars(curve), logits=(0.0,) * size).fact("floor").value for size in (2, 3, 10)]
    rest = [0.1 / size for size in (2, 3, 10)]
    entropy = [-(0.9 + r) * math.log(0.9 + r) - 0.1 * (1 - r / 0.1) * math.log(r) for r in rest]
    np.testing.assert_allclose(floors, entropy, rtol=1e-14)
    said = lossplot("info", "sparse-softmax-cross-entropy", "--label-smoothing", 0.1).out
    assert f"{floors[1]!r} nats, attained at softmax(logits) = smoothed target, with 3 classes" in said


def test_the_floor_of_the_article(lossplot):
    said = lossplot("info", "softmax-cross-entropy", "--target", "0.1,0.02,0.88").out
    assert "0.4209923363366662 nats, attained at softmax(logits) = target" in said
    hard = lossplot("info", "softmax-cross-entropy", "--target", "0,1,0").out
    assert "floor      0 nats, approached, never attained" in hard


@by_curve
def test_convexity_is_what_it_is_said_to_be(curve):
    random = np.random.default_rng(3)
    ends = logits_of_all_sizes(curve), logits_of_all_sizes(curve)[random.permutation(2000)]
    first, second, middle = (curve.terms(z, 1)[0] for z in (*ends, (ends[0] + ends[1]) / 2))
    above = middle - (first + second) / 2
    noise = 1e-12 * (1 + np.abs(first) + np.abs(second))
    said = Section(**vars(curve), logits=(0.0,) * classes(curve)).fact("convex")
    assert (above > noise).any() == (said == "no")
    bends = np.linalg.eigvalsh(curve.terms(within(curve, random.normal(0, 3, (100, classes(curve)))))[2])
    flat = bends[:, 0] <= 1e-9 * bends[:, -1]
    if said == "strongly":
        assert bends[:, 0].min() > 1e-3
    else:
        assert said == "no" or (not flat.any() if said == "strictly" else flat.all())


@by_curve
def test_the_lipschitz_constant_bounds_the_slope_and_is_reached(curve):
    """Where every logit changes by at most 1, the loss changes by at most the sum of its partial slopes."""
    gradient = curve.terms(logits_of_all_sizes(curve, 20000), 2)[1]
    steepest = np.abs(gradient).sum(axis=-1).max()
    lipschitz = Section(**vars(curve), logits=(0.0,) * classes(curve)).fact("lipschitz")
    if math.isfinite(lipschitz):
        assert 0.95 * lipschitz <= steepest <= lipschitz * (1 + 1e-12)
    elif curve.loss.name != "misclassification":  # whose value jumps
        ends = np.sign(logits_of_all_sizes(curve)) * (1 - 1e-15 if curve.domain.low == -1 else 1e9)
        steepest = max(steepest, np.abs(curve.terms(ends, 2)[1]).sum(axis=-1).max()) if curve.domain.low else steepest
        assert steepest > 1e4


@by_curve
def test_classes_may_change_places(curve):
    size = classes(curve)
    if curve.loss.name in ORDINAL:
        return
    logits = logits_of_all_sizes(curve, 50)
    value, gradient, hessian = curve.terms(logits)
    for order in list(permutations(range(size)))[:30]:
        target = curve.target
        if target is not None:
            target = tuple(target[j] for j in order) if isinstance(target, tuple) else order.index(target)
        weight = curve.parameters.get("weight") and {"weight": tuple(curve.parameters["weight"][j] for j in order)}
        other = replace(curve, target=target, parameters={**curve.parameters, **(weight or {})}).terms(logits[:, order])
        expected = (value, gradient[:, order], hessian[:, order][:, :, order])
        for got, right in zip(other, expected, strict=True):
            np.testing.assert_allclose(got, right, rtol=1e-12, atol=1e-14)


AXES = {
    0.0: (0.2, 1.0, 4001),
    -1.0: (-0.95, 0.95, 12001),
}  # by where the domain begins: away from what is infinite at its ends


def sections(curve):
    """Return the curve along each logit, the others held at several places."""
    for held in [*TIES[classes(curve)][:1], *LOGITS[classes(curve)][:3], FAR[: classes(curve)]]:
        for vary in range(classes(curve)):
            yield Section(**vars(curve), logits=tuple(map(float, within(curve, held))), vary=vary)


@by_curve
def test_something_jumps_at_every_break_along_a_logit_and_nowhere_else(curve):
    for section in sections(curve):
        found = breaks(section)
        assert all(item.jumps for item in found), (section, found)
        points = np.linspace(*AXES.get(curve.domain.low, (-6.0, min(6.0, curve.domain.high), 4001)))
        terms = section.terms(points)
        places = np.array([item.prediction for item in found])
        slopes = [*map(np.abs, terms[1:]), np.zeros(points.shape)]
        for quantity, term, slope in zip(("value", "gradient", "hessian"), terms, slopes, strict=True):
            rough = 0.05 + 0.02 * np.abs(term).max()
            sudden = np.abs(np.diff(term)) > rough + 2 * (points[1] - points[0]) * np.fmax(slope[1:], slope[:-1])
            for low, high in zip(points[:-1][sudden], points[1:][sudden], strict=True):
                inside = (places >= low - 1e-9) & (places <= high + 1e-9)
                assert any(quantity in found[index].jumps for index in np.flatnonzero(inside)), (section, low)


@by_curve
def test_along_a_logit_the_terms_are_those_of_that_logit(curve):
    for section in sections(curve):
        at = section.vary
        logits = np.array(section.logits)
        logits[at] = own = float(within(curve, -0.7))
        value, gradient, hessian = curve.terms(logits)
        expected = [value, gradient[at], hessian[at, at]]
        np.testing.assert_array_equal([float(term) for term in section.terms(np.array(own))], expected)


def test_the_pen_lifts_where_the_gradient_jumps():
    for vary, place in ((0, 2.75), (2, 1.75)):
        words = f"crammer-singer --logits 0.5,1.75,-0.5 --vary {vary} --show value --show gradient"
        (trace,) = sample(read(words.split()).recipe).traces
        at = np.flatnonzero(trace.prediction == place)
        assert np.isnan(trace.terms["gradient"][at]).all()
        assert np.isfinite(trace.terms["value"]).all()
        assert np.isnan(trace.terms["gradient"]).sum() == len(at) == 1


def test_log_probabilities_are_at_most_0(lossplot):
    assert lossplot("nll", "--at=-1,0.5,-2").err == "lossplot: --at 0.5; nll reads a number at most 0\n"
    assert lossplot("nll", "--logits=-1,0.5,-2").code == 2
    curve = next(curve for curve in CASES if curve.loss.name == "nll")
    assert all(np.isnan(term).all() for term in curve.terms(np.array([-1.0, 0.5, -2.0])))


def test_targets_of_several_labels(lossplot):
    assert lossplot("multilabel-margin", "--target", "1,0,0", "--at", "1,2,3").out.startswith(
        "multilabel-margin at 1,2,3, target 1,0,0: value 1.6666666666666667"
    )
    for wrong in ("1", "1,0.5", "a,b", "2"):
        said = lossplot("multilabel-margin", "--target", wrong)
        assert (said.code, said.err.count("\n")) == (2, 1)
        assert "0 or 1 for each class" in said.err
    assert lossplot("multilabel-margin", "--target", "1,0", "--at", "1,2,3").code == 2


def test_no_definition_is_missing():
    assert set(DEFINITIONS) == {loss.name for loss in catalogue().values() if loss.family.vector}


def test_what_is_varied_is_a_whole_number(lossplot):
    result = lossplot("softmax-cross-entropy", "--vary", "0.5")
    assert result.err == "lossplot: --vary 0.5; vary is a whole number at least 0\n"


@pytest.mark.parametrize(
    "terms", [[1.0, 1e16, -1e16], [1e16, 1.0, -1e16], [1e16, 3.0, -1e16, 1.0], [0.1] * 10, [-1e16, 1.0, 1e16, 1e-3]]
)
def test_sums_are_rounded_about_once(terms):
    assert precise_sum(np.array(terms)) == pytest.approx(math.fsum(terms), rel=1e-15)


def test_a_sum_of_pairs_that_the_number_of_classes_brings_back_into_range():
    target = (1.0, *[0.0] * 39)
    logits = np.array([-1.79e308, *[0.0] * 39])
    value = Curve(catalogue()["multilabel-margin"], target, {}, "multilabel-margin").terms(logits, 1)[0]
    assert float(value) == pytest.approx(39 / 40 * 1.79e308, rel=1e-15)


def test_the_slope_of_the_multilabel_margin_counts_pairs():
    assert Curve(catalogue()["multilabel-margin"], (1.0, 1.0, 1.0, 0.0), {}, "x").fact("lipschitz") == 1.5


def test_the_floor_of_nll_says_nothing_of_the_other_classes():
    assert Curve(catalogue()["nll"], 1, {"weight": None}, "nll").fact("floor").at == (-math.inf, 0.0, -math.inf)


def test_labels_are_compared_by_what_they_are():
    target = tuple(map(float, ("1", "0", "1")))  # equal numbers that are not one object
    section = Curve(catalogue()["multilabel-margin"], target, {}, "multilabel-margin").section((0.25, -0.5, 0.75), 0)
    assert section.fact("breaks") == (0.5,)


@pytest.mark.parametrize("name", ["crammer-singer", "multiclass-perceptron", "sparsemax", "misclassification"])
def test_a_place_where_the_target_leads_by_1(name):
    assert Curve(catalogue()[name], 1, {}, name).fact("floor").at == (0.0, 1.0, 0.0)


def test_floors_that_are_only_approached(lossplot):
    floor = Curve(catalogue()["multilabel-soft-margin"], (1.0, 0.0), {}, "x").fact("floor")
    assert (floor.at, floor.attained) == ((math.inf, -math.inf), False)
    assert "softmax(logits) = target" in lossplot("info", "softmax-cross-entropy", "--target", "0.5,0.25,0.25").out
    assert "softmax(logits) tends to target" in lossplot("info", "softmax-cross-entropy", "--target", "0.5,0.5,0").out


def test_where_the_target_leads_by_just_the_margin_nothing_pulls():
    gradient = Curve(catalogue()["crammer-singer"], 0, {}, "crammer-singer").terms(np.array([1.0, 0.0, -1.0]))[1]
    assert gradient.tolist() == [0, 0, 0]


def test_no_share_of_sparsemax_is_below_0():
    gradient = Curve(catalogue()["sparsemax"], 0, {}, "sparsemax").terms(np.array([0.4, 0.1, 0.1, 0.0, -0.1]))[1]
    assert gradient.tolist()[1:] == pytest.approx([0.2, 0.2, 0.1, 0.0], abs=1e-15)
    assert (gradient[1:] >= 0).all()


def test_info_gives_the_subgradients_along_the_logit_that_a_figure_varies(lossplot):
    said = "at logit 1 = 1, the others 0: gradient jumps from -2 to 0"
    assert said in lossplot("info", "weston-watkins", "--target", 1).out
    (known,) = json.loads(lossplot("info", "weston-watkins", "--target", 1, "--json").out)
    (found,) = known["breaks"]
    assert (found["prediction"], found["subgradient"]) == (1, [-2, 0])
    assert (found["vary"], found["logits"]) == (1, [0, 0, 0])
    assert "break" not in lossplot("info", "softmax-cross-entropy").out


UNDEFINED = [
    "categorical-focal-cross-entropy",
    "categorical-cross-entropy",
    "sparse-categorical-cross-entropy",
    *BY_OVERLAP,
]


@pytest.mark.parametrize("name", UNDEFINED)
def test_what_is_undefined_is_so_in_value_gradient_and_hessian(name):
    target = {"target": (0.0, 0.0, 0.0)} if name in BY_OVERLAP else {}
    terms = evaluate(name, [[0, 0, 0], [0.5, 0.25, 0]], **target)
    assert all(np.isnan(term[0]).all() and np.isfinite(term[1]).all() for term in terms)


@pytest.mark.parametrize("name", BY_OVERLAP)
def test_a_smooth_overlap_of_nothing_with_nothing_is_perfect(name):
    assert evaluate(name, [0, 0, 0], [0, 0, 0], smooth=1).value == 0
    assert evaluate(name, [0, 0.5, 0], [0, 0, 0]).value == 1


@pytest.mark.parametrize("name", BY_OVERLAP)
def test_an_overlap_by_logits_is_that_of_their_sigmoid_also_where_it_is_the_target(name):
    logits = np.array([[0.5, -1.0, 2.0], [np.inf, -np.inf, np.inf], [np.inf, np.inf, 0.0]])
    with np.errstate(over="ignore"):
        probabilities = 1 / (1 + np.exp(-logits))
    values = [evaluate(word, x, [1, 0, 1]).value for word, x in ((f"sigmoid-{name}", logits), (name, probabilities))]
    np.testing.assert_allclose(*values, rtol=1e-14)
    assert values[0][1] == 0
    assert (evaluate(f"sigmoid-{name}", logits, [0, 0, 0]).value == 1).all()


def test_a_root_of_an_error_that_underflows_does_not():
    found = evaluate("sigmoid-focal-tversky", [1000.0, 1200.0], [1, 1], gamma=0.25, beta=0.5)
    np.testing.assert_allclose(found.value, (0.25 * math.exp(-700)) ** 0.25 * math.exp(-75), rtol=1e-13)


EXTREMES = [
    (1.7e308, 1.7e308, 1.7e308), (5e-324, 1e308, 1.0), (1e308, 5e-324, 1e-310), (5e-324, 5e-324, 5e-324),
    (1.7e308, 1e300, 1e-300), (1e-200, 1e200, 1e-200), (0.0, 0.5, 0.25), (0.25, 1e-320, 0.0), (1e-20, 1.0, 1e-18),
]  # fmt: skip


@pytest.mark.parametrize("p", EXTREMES)
@pytest.mark.parametrize("target", [(0.0, 1.0, 0.0), (0.0, 0.4, 0.6), (0.0, 0.0, 1.0)])
def test_probabilities_of_every_size(p, target):
    if any(t and not x for t, x in zip(target, p, strict=True)):
        assert evaluate("categorical-cross-entropy", p, target).value == math.inf
        return
    check(Curve(catalogue()["categorical-cross-entropy"], target, SMOOTHING[0], ""), p)
    if 1.0 in target:
        for gamma in (2.0, 0.0, 0.5) if sum(p) > max(p) else (2.0, 0.0):
            check(
                Curve(catalogue()["categorical-focal-cross-entropy"], target, {"gamma": gamma, **SMOOTHING[0]}, ""), p
            )
        check(Curve(catalogue()["sparse-categorical-cross-entropy"], target.index(1.0), {"weight": None}, ""), p)


def test_a_target_that_has_no_probability_costs_without_bound():
    value, gradient, hessian = evaluate("categorical-cross-entropy", [0, 0.5, 0.25], [0.5, 0.5, 0])
    assert (value, gradient[0], hessian[0, 0]) == (math.inf, -math.inf, math.inf)
    assert np.isfinite(gradient[1:]).all()
    assert np.isfinite(hessian[1:]).all()


def test_where_the_regions_are_the_same_the_focal_tversky_is_upright():
    value, gradient, hessian = evaluate("focal-tversky", [1, 0, 1], [1, 0, 1])
    assert (value, gradient.tolist()) == (0, [-math.inf, math.inf, -math.inf])
    assert (hessian == [[-math.inf, math.inf, -math.inf]] * 3 * np.array([[1], [-1], [1]])).all()
    assert np.isfinite(evaluate("focal-tversky", [1, 0, 1], [1, 0, 1], gamma=1).hessian).all()


@pytest.mark.parametrize("margin", [0.0, 0.35])
def test_cosface_is_steepest_where_the_target_is_farthest(margin):
    curve = Curve(catalogue()["cosface"], 0, {"margin": margin, "scale": 0.5}, "cosface")
    steepest = Section(**vars(curve), logits=(0.0,) * 3, vary=0).fact("lipschitz")
    gradient = evaluate("cosface", [-1.0, 1.0, 1.0], 0, margin=margin, scale=0.5).gradient
    assert abs(gradient).sum() == pytest.approx(steepest, rel=1e-14)


@pytest.mark.parametrize("cosine", [-1.0, 1.0])
def test_the_slope_of_arcface_is_infinite_at_the_ends(cosine):
    value, gradient, hessian = evaluate("arcface", [cosine, 0.25, -0.5], 0)
    assert np.isfinite(value)
    assert (gradient[0], hessian[0, 0]) == (-cosine * math.inf, -math.inf)
    assert np.isfinite(gradient[1:]).all()
    assert np.isfinite(evaluate("arcface", [cosine, 0.25, -0.5], 0, margin=0).hessian).all()


def test_beyond_a_half_turn_arcface_falls_again():
    values = evaluate("arcface", [[c, 0.0, 0.0] for c in (-0.8, -math.cos(0.5), -0.9, -1.0)], 0).value
    assert values[0] < values[1] > values[2] > values[3]


def test_the_highest_class_of_an_ordinal_loss_is_one_more_than_there_are_logits(lossplot):
    assert lossplot("coral", "--target", 3, "--at", "0,0,0").code == 0
    assert lossplot("corn", "--target", 4, "--at", "0,0,0").code == 2
    assert evaluate("coral", [0, 0, 0], 3).value == pytest.approx(3 * math.log(2))
    with pytest.raises(UsageError, match="target 4"):
        evaluate("coral", [0, 0, 0], 4)


def test_corn_leaves_out_the_tasks_after_the_target_s_own():
    assert evaluate("corn", [0, 7, 9], 0).value == pytest.approx(math.log(2))
    assert evaluate("corn", [0, 0, 9], 1).value == evaluate("coral", [0, 0], 1).value


def test_z_loss_has_no_target(lossplot):
    assert lossplot("z-loss", "--target", 1, "--at", "0,0").err == (
        "lossplot: --target 1; the target of z-loss is none: the loss has no target\n"
    )
    assert evaluate("z-loss", [[0, 0], [1, 2]]).gradient.shape == (2, 2)


@pytest.mark.parametrize(
    ("name", "held"), [("categorical-cross-entropy", 1 / 3), ("dice", 0.5), ("cosface", 0.0), ("coral", 0.0)]
)
def test_numbers_that_nothing_is_said_of_are_held_inside_the_domain(name, held):
    assert read([name]).recipe.logits == (held,) * 3


@pytest.mark.parametrize(
    ("name", "said"), [("info-nce", "similarity"), ("dice", "pixel's probability"), ("nll", "log-prob")]
)
def test_what_varies_is_called_what_it_is(name, said):
    recipe = read([name]).recipe
    assert said in curve_names(recipe)[0]
    assert "logit" not in description(recipe, (0, 1), ())


@pytest.mark.parametrize(
    ("loss", "parameters", "same", "others"),
    [
        ("softmax-focal", {"gamma": 0}, "sparse-softmax-cross-entropy", {}),
        ("categorical-focal-cross-entropy", {"gamma": 0}, "sparse-categorical-cross-entropy", {}),
        ("info-nce", {"temperature": 1}, "sparse-softmax-cross-entropy", {}),
        ("tversky", {"alpha": 1, "beta": 1}, "jaccard", {}),
        ("tversky", {}, "dice", {}),
        ("focal-tversky", {"gamma": 1, "alpha": 0.5, "beta": 0.5}, "dice", {}),
        ("distillation", {"temperature": 1}, "softmax-cross-entropy", {}),
        ("cosface", {"margin": 0, "scale": 1}, "arcface", {"margin": 0, "scale": 1}),
        ("taylor-cross-entropy", {"terms": 1000}, "sparse-softmax-cross-entropy", {}),
    ],
)
def test_losses_that_are_others_in_a_special_case(loss, parameters, same, others):
    for p in ([0.3, 0.2, 0.9], [0.9, 0.125, 0.25]):
        for one, other in zip(evaluate(loss, p, **parameters), evaluate(same, p, **others), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("name", ["sparse-categorical-cross-entropy", "categorical-generalized-cross-entropy"])
def test_the_floor_is_at_the_class_also_of_many(name):
    target = int("300")  # equal to the class, and another object
    parameters = {item.name: item.default for item in catalogue()[name].parameters}
    section = Section(catalogue()[name], target, parameters, name, logits=(0.5,) * 400, vary=0)
    assert [place for place, share in enumerate(section.fact("floor").at) if share == 1] == [300]


def test_log_masses_reach_their_floor_where_no_share_is_0(lossplot):
    reached, tended = (lossplot("info", "generalized-kl-log", "--target", t).out for t in ("0.2,0.8", "0,1"))
    assert "the log-masses tend to" in tended
    assert "the log-masses tend to" not in reached
