"""What `info` says: one block for a sweep, the formula of a name for any target, how two losses differ."""

import json
import re
from math import lgamma

import numpy as np
import oracle
import pytest
from test_exactness import first_symbol, symbols

from losscli.cli.main import read
from losscli.names.find import find
from losscli.names.frameworks import rows
from losscli.names.likelihoods import LATEX, each_class, label_weight, log_factorial, per_class
from losscli.recipe.reading import curves
from losscli.recipe.request import LossWord, Request
from losscli.wording.formulas import letters, pieces

CONSTANTS = {name: [c for c in (row.factor, row.shift, row.value) if c in LATEX] for name, row in rows().items()}
DEPENDENT = [name for name, found in CONSTANTS.items() if found]


def test_every_formula_of_a_constant_is_used_by_a_name():
    assert {constant for found in CONSTANTS.values() for constant in found} == set(LATEX)


@pytest.mark.parametrize("name", [name for name in DEPENDENT if not {per_class, each_class} & {*CONSTANTS[name]}])
def test_the_formula_of_a_name_holds_for_any_target(name):
    spelling = find(name)
    kind = spelling.reads({item.name: item.default for item in spelling.parameters})
    targets = next(two for two in (("0.5", "4"), ("0.5", "0.75"), ("0", "1")) if all(float(y) in kind for y in two))
    own = {"scale_pos_weight": (3.0,), "sigmoid": (2.0,)} if label_weight in CONSTANTS[name] else {}
    found = curves(Request((LossWord(spelling, own),), {"target": targets}))
    latex = pieces(found[0])
    assert [pieces(curve) for curve in found] == [latex] * 2
    for curve in found:
        letter = first_symbol(curve.loss)
        known = symbols(curve) | {"y": curve.canonical_target}
        factorial = repr(lgamma(curve.target + 1)) if log_factorial in CONSTANTS[name] else ""
        plain = [(piece.replace(r"\log(y!)", factorial).replace(WEIGHT, "3"), when) for piece, when in latex]
        x = np.array(1.7 if curve.domain.high > 1.7 else 0.6)
        (argument,) = (np.asarray(term).item() for term in curve.arguments(x)[:1])
        if letter == "m":
            known["y"] = curve.target
        value, *_ = oracle.exact(plain, (letter, argument), known)
        assert float(curve.terms(x)[0]) == pytest.approx(float(value), rel=1e-14)


@pytest.mark.parametrize("name", [name for name, row in rows().items() if row.targets])
def test_what_a_library_makes_of_a_target_is_said_for_any_target(name):
    spelling = find(name)
    own = {"sigmoid": (2.0,), "label_smoothing": (0.1,)}
    own = {item.name: own[item.name] for item in spelling.parameters if item.name in own}
    targets = [text for text in ("-1", "0", "0.3", "1") if float(text) in spelling.reads({})]
    found = curves(Request((LossWord(spelling, own),), {"target": targets}))
    (said_of_y,) = {dict(letters(curve)).get("y", "") for curve in found}
    even = re.fullmatch(r"(\S+) \+ (\S+) t for the target t", said_of_y)
    changed = re.findall(r"(\S+) for the target ([^,t]+)", said_of_y)
    for curve in found:
        labels = {float(target): float(y) for y, target in changed}
        y = float(even[1]) + float(even[2]) * curve.target if even else labels.get(curve.target, curve.target)
        assert curve.canonical_target == pytest.approx(y, rel=1e-12)


WEIGHT = r"\mathrm{scale\_pos\_weight}"


def said(line):
    job = read(["info", *line.split()])
    return "".join(job.parts())


def test_a_sweep_is_one_block():
    text = said("lp --p 0.5:3:6 --target 1")
    assert text.count("formula ") == 1
    assert "here 0.5 to 3.0, 6 values" in text
    assert "  convexity  p 0.5: not convex\n             p 1.0: convex, not strictly\n" in text
    assert "             p 1.5 to 3.0: no bound on the slope\n" in text
    assert "floor      0, attained at prediction 1\n" in text
    assert said("l2 --target 0:2:3").count("floor ") == 1
    assert "target 0 to 2" not in said("l2 --target 0 --target 2")
    both = said("huber l1 --delta 1:9:9")
    assert (both.count("formula "), both.count("\n             ...\n")) == (2, 2)
    assert "delta 1: slope at most 1\n             ...\n             delta 9: slope at most 9\n" in both


@pytest.mark.parametrize(
    ("line", "line_said"),
    [
        ("torch.nn.HuberLoss lightgbm:huber",
         "alpha 0.9 instead of delta 1; alpha is delta itself; LightGBM's Hessian is 1"),
        ("lightgbm:l1 torch.nn.L1Loss", "LightGBM's Hessian is 1"),
        ("huber huber --delta 2", "delta 2 instead of delta 1"),
        ("l2 half-squared-error", "half-squared-error is 0.5 times l2"),
        ("huber smooth-l1", "in nothing but the name"),
        ("mse l2", "in nothing but the name"),
        ("huber pseudo-huber", "the formula; strictly convex, not strongly instead of convex, not strictly"),
        ("cross-entropy sigmoid-cross-entropy", "cross-entropy reads a probability, sigmoid-cross-entropy a logit"),
        ("probability-focal bce",
         "bce is cross-entropy, probability-focal is probability-focal; strongly convex instead of strictly convex,"
         " not strongly; its target is a number at least 0 and at most 1 instead of 0 or 1"),
        ("l1 huber", "the formula; no kink instead of a kink"),
        ("torch.nn.CrossEntropyLoss optax.losses.softmax_cross_entropy_with_integer_labels",
         "torch.nn.CrossEntropyLoss: a target of probabilities makes it softmax-cross-entropy"),
        ("tf.nn.l2_loss mse", "mse is 2 times tf.nn.l2_loss; TensorFlow sums over the whole tensor"),
        ("torch.nn.L1Loss mse", "mse is l2, torch.nn.L1Loss is l1; strongly convex instead of convex, not strictly; "
         "no kink instead of a kink; no bound on the slope instead of slope at most 1"),
    ],
)  # fmt: skip
def test_two_names_end_with_how_they_differ(line, line_said):
    assert said(line).splitlines()[-1] == f"differ: {line_said}"


@pytest.mark.parametrize("line", ["huber", "huber l1 l2", "huber l1 --delta 1:2:3", "l1 l2 --json"])
def test_only_two_losses_are_compared(line):
    assert ("\ndiffer: " in said(line)) == (line == "huber l1 --delta 1:2:3")


@pytest.mark.parametrize("name", rows())
def test_every_name_can_be_compared_with_its_loss(name):
    assert said(f"{name} {rows()[name].loss}").splitlines()[-1].startswith("differ: ")


WRONG = " A loss of 0 here would mean a wrong computation."


@pytest.mark.parametrize(
    ("line", "line_said"),
    [
        ("softmax-cross-entropy --target 0.1,0.02,0.88",
         f"It can get to 0.42099234 nats and no lower: the entropy of the target.{WRONG}"),
        ("softmax-cross-entropy --target 0.3,0.7,0",
         f"It can get as near as one likes to 0.6108643 nats and no lower: the entropy of the target.{WRONG}"),
        ("sparse-softmax-cross-entropy --label-smoothing 0.1",
         f"It can get to 0.29113984 nats and no lower: the entropy of the smoothed target.{WRONG}"),
        ("sparse-softmax-cross-entropy --label-smoothing 0.1 --smoothing-over others",
         f"It can get to 0.39439769 nats and no lower: the entropy of the smoothed target.{WRONG}"),
        ("weighted-cross-entropy --pos-weight 3 --target 0.9",
         f"It can get to 0.43141309 nats and no lower: the entropy of the weighted target.{WRONG}"),
        ("cross-entropy --target 0.9",
         f"It can get to 0.32508297 nats and no lower: the entropy of the target.{WRONG}"),
        ("poisson-nll --target 3",
         "It can get to -0.29583687 nats, below 0, and no lower: terms of the target alone are left out."
         " A loss of 0 is not its best."),
        ("torch.nn.PoissonNLLLoss --full --target 3", f"It can get to 1.4682447 nats and no lower.{WRONG}"),
        ("gaussian-nll --variance 3",
         f"It can get to 0.54930614 nats and no lower: half the logarithm of the variance.{WRONG}"),
        ("l2 --target 0.9", "It gets to 0 at prediction 0.9."),
        ("hinge", "It gets to 0 from prediction 1 to inf."),
        ("logistic", "It gets as near to 0 as one likes, never to it, as the prediction tends to inf."),
        ("multiclass-hinge", "It gets to 0 at logit 0 by 1 or more above all others."),
        ("weighted-cross-entropy --pos-weight 0", "It gets to 0 everywhere: the only term has weight 0."),
        ("wasserstein", "It falls without end as the prediction tends to inf."),
        ("arcface", "It can get to 1.2999009e-52 nats and no lower."),
    ],
)  # fmt: skip
def test_info_ends_with_how_low_the_loss_can_get(line, line_said):
    assert said(line).splitlines()[-1].split(maxsplit=1) == ["lowest", line_said]
    assert json.loads(said(f"{line} --json"))[0]["lowest"] == line_said


def test_how_low_an_own_loss_gets_is_not_known():
    pytest.importorskip("sympy")
    assert said("expr:r**2").splitlines()[-1] == "  lowest     How low it can get is not known."


def test_of_a_sweep_it_is_said_for_each_value():
    assert said("l2 --target 0:2:3").splitlines()[-3:] == [
        "  lowest     target 0: It gets to 0 at prediction 0.",
        "             target 1: It gets to 0 at prediction 1.",
        "             target 2: It gets to 0 at prediction 2.",
    ]
