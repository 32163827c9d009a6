"""The sentence about a path: each kind of path, and that its numbers are right."""

import math
import re

import numpy as np
import pytest
from training_curves import curve

from losscli.losses import catalogue
from losscli.training.behaviour import behaviour
from losscli.training.descent import descend

SAID = [
    ("l1 --target 0", 0.88, 0.1, 40, "gd",
     "oscillates between -0.02 and 0.08, 0.1 apart: the gradient of l1 never shrinks"),
    ("l2 --target 0", 0.9, 0.1, 400, "gd",
     "gets within 1e-12 of its floor after 62 steps; the distance to the target shrinks by a factor of 0.8 each step"),
    ("l2 --target 0", 0.9, 0.5, 40, "gd", "gets to its floor after 1 step"),
    ("l2 --target 0", 0.0, 0.5, 40, "gd", "gets to its floor at its start"),
    ("l2 --target 0", 0.9, 1.1, 40, "gd",
     "diverges: the distance to the target grows by a factor of 1.2 each step: the rate 1.1 is above 2/curvature = 1"),
    ("l2 --target 0", 0.9, 1.0, 40, "gd", "oscillates between -0.9 and 0.9, 1.8 apart: the rate 1 is 2/curvature = 1"),
    ("l2 --target 0", 1.0, 2.0, 100, "momentum",
     "diverges: the distance to the target grows by a factor of 1.5 each step: the rate 2 is above"
     " 3.8/curvature = 1.9"),
    ("l2 --target 0", 1.0, 1e300, 100, "gd",
     "diverges: at step 2 the prediction is too large for a double; the rate 1e+300 is above 2/curvature = 1"),
    ("l2 --target 0", 1.0, 0.1, 400, "momentum",
     "gets within 1e-12 of its floor after 261 steps; the distance to the target shrinks by a factor of about 0.95"
     " a step"),
    ("pseudo-huber --delta 0.24 --target 0", 0.9, 3.0, 4000, "gd",
     "oscillates between -0.268328 and 0.268328, 0.536656 apart: the rate 3 is above 2/curvature = 2"),
    ("lp --p 1.5 --target 0", 1.0, 0.1, 400, "gd",
     "oscillates between -0.005625 and 0.005625, 0.01125 apart: the curvature of lp at the target is infinite,"
     " any rate is too high"),
    ("tukey --target 0", 9.0, 0.1, 40, "gd",
     "stays at 9 from step 0 on: there is no gradient there, and the loss is 3.6582 above its floor"),
    ("l1 --target 0", 0.5, 0.25, 40, "gd",
     "gets to its floor after 2 steps; at the kink 0 it takes 0 of the subgradients [-1, 1]"),
    ("hinge --target 1", -1.0, 0.3, 4, "gd", "after 4 steps the loss is 0.8 above its floor; each step is 0.3 long"),
    ("logistic --target 1", -1.0, 0.5, 40, "gd", "after 40 steps the loss is 0.0565667 above its floor"),
    ("logistic --target 1", -1.0, 0.5, 1000, "gd",
     "after 1000 steps the loss is 0.00201958 above its floor: slow, the last step took off 0.1 % of that"),
    ("sigmoid-cross-entropy --target 0.3", 1.0, 1.0, 400, "gd",
     "gets within 1e-12 of its floor after 56 steps; the distance to the minimum at -0.847298 shrinks by a factor of"
     " 0.79 each step"),
    ("wasserstein --target 1", 0.0, 1.0, 40, "gd", "falls without end: after 40 steps the loss is -40"),
    ("cross-entropy --target 1", 0.5, 1.0, 40, "gd",
     "step 1 leaves the domain: 2.5 is not a number at least 0 and at most 1"),
    ("softmax-cross-entropy --target 0.1,0.02,0.88", (1, -3, 10), 1.0, 4000, "gd",
     "gets within 1e-12 of its floor after 594 steps; the loss above its floor shrinks by a factor of 0.944 each step"),
    ("multiclass-hinge --target 0", (1, 2, 3), 0.1, 400, "gd",
     "gets to its floor after 17 steps; each step is 0.141421 long"),
]  # fmt: skip


def of_words(words):
    name, *given = words.split()
    own = {flag[2:]: text for flag, text in zip(given[::2], given[1::2], strict=True)}
    target = own.pop("target", None)
    return curve(name, target, **{key: float(text) for key, text in own.items()})


@pytest.mark.parametrize(("words", "start", "rate", "steps", "optimizer", "said"), SAID)
def test_what_is_said_of_a_path(words, start, rate, steps, optimizer, said):
    assert behaviour(descend(of_words(words), start, rate, steps, optimizer)) == said


def test_the_factor_is_that_of_the_curvature():
    """Near the minimum gradient descent multiplies the distance by 1 - rate times curvature."""
    one = curve("sigmoid-cross-entropy", "0.3")
    said = behaviour(descend(one, 1, 1.5, 400))
    curvature = float(one.terms(np.array(one.fact("floor").at))[2])
    assert float(re.search(r"factor of (\S+)", said)[1]) == pytest.approx(1 - 1.5 * curvature, rel=1e-2)


def test_momentum_shrinks_the_distance_by_the_root_of_the_momentum():
    said = behaviour(descend(curve("l2"), 1, 0.1, 400, "momentum", {"momentum": 0.8}))
    assert float(re.search(r"factor of about (\S+)", said)[1]) == pytest.approx(math.sqrt(0.8), abs=0.01)


def test_an_oscillation_that_is_no_cycle_is_one_too():
    said = behaviour(descend(curve("l1"), 1, 0.1, 400, "adam"))
    pattern = r"goes on oscillating between (\S+) and (\S+) in the last 100 steps: the gradient of l1 never shrinks"
    low, high = map(float, re.fullmatch(pattern, said).groups())
    assert -0.1 < low < 0 < high < 0.1


def test_too_high_a_rate_for_several_logits_is_said_with_the_largest_curvature():
    one = curve("softmax-cross-entropy", "0.1,0.02,0.88")
    said = behaviour(descend(one, (1, -3, 10), 30, 400))
    shares = np.array([0.1, 0.02, 0.88])
    curvature = np.linalg.eigvalsh(np.diag(shares) - np.outer(shares, shares))[-1]
    found = re.search(r"^goes on oscillating, its loss between .* the rate 30 is above 2/curvature = (\S+)$", said)
    assert float(found[1]) == pytest.approx(2 / curvature, rel=1e-5)


def test_of_an_own_loss_no_floor_is_known():
    pytest.importorskip("sympy")
    path = descend(curve("expr:r**2"), 1, 0.25, 3)
    assert path.predictions.tolist() == [1, 0.5, 0.25, 0.125]
    assert behaviour(path) == "after 3 steps the loss is 0.015625; its floor is not known"


@pytest.mark.parametrize("loss", catalogue().values(), ids=lambda loss: loss.name)
def test_something_is_said_of_every_loss(loss):
    one = curve(loss.name)
    start = {True: (-0.3, -0.7, -0.2), False: (0.3, 0.7, 0.2)}[one.domain.high == 0]
    start = start if loss.family.vector else start[0]
    for rate in (1e-3, 1.0, 1e3):
        said = behaviour(descend(one, start, rate, 30))
        assert said
        assert "nan" not in said


@pytest.mark.parametrize("optimizer", ["adagrad", "rmsprop", "adam"])
def test_no_rate_is_called_too_high_for_an_optimizer_that_sets_its_own_length(optimizer):
    assert "curvature" not in behaviour(descend(curve("l2"), 1, 5, 40, optimizer))
