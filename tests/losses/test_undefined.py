"""Terms that are no finite double: undefined, infinite, or finite and too large for a double."""

import itertools
import json
import math
import sys
from pathlib import Path

import mpmath as mp
import numpy as np
import oracle
import pytest
from explicit import EXPLICIT
from test_exactness import SCALAR, curves, first_symbol, grid, symbols

from losscli.losses import catalogue
from losscli.model.curve import Curve
from losscli.model.loss import QUANTITIES
from losscli.model.points import overflowing

INF = math.inf
ENDS = [INF, -INF, 0.0, 1.0, 1e308]
VECTOR = [loss for loss in catalogue().values() if loss.family.vector]


def default_curve(name):
    loss = catalogue()[name]
    parameters = {item.name: item.default for item in loss.parameters}
    return Curve(loss, loss.reads(parameters).default, parameters, name)


def where_undefined(curve, prediction):
    """Return for value, gradient and Hessian whether all of it is nan; part of it never is."""
    found = [np.isnan(term) for term in curve.terms(np.array(prediction))]
    assert all(term.all() == term.any() for term in found), prediction
    return [bool(term.all()) for term in found]


@pytest.mark.parametrize("loss", catalogue().values(), ids=lambda loss: loss.name)
def test_value_gradient_and_hessian_are_undefined_together(loss):
    curve = default_curve(loss.name)
    for prediction in itertools.product(ENDS, repeat=3) if loss.family.vector else ENDS:
        assert len({*where_undefined(curve, prediction)}) == 1, prediction
    count_of_one = curve.terms(np.array([INF] * 3 if loss.family.vector else INF), 1)
    assert bool(np.isnan(count_of_one[0])) == where_undefined(curve, [INF] * 3 if loss.family.vector else INF)[0]


@pytest.mark.parametrize(
    ("name", "prediction"),
    [
        ("periodic", INF),
        ("periodic", -INF),
        *[("softmax-cross-entropy", point) for point in ([-INF] * 3, [INF, INF, 0.0])],
        *[(name, [INF, INF, 0.0]) for name in ("sparsemax", "crammer-singer", "misclassification")],
        ("weston-watkins", [INF, INF, 0.0]),
        *[(name, [-INF] * 3) for name in ("sparsemax", "crammer-singer", "misclassification")],
        ("multiclass-perceptron", [-INF] * 3),
        ("multilabel-margin", [INF, INF, 0.0]),
    ],
)
def test_points_where_a_loss_is_undefined(name, prediction):
    assert where_undefined(default_curve(name), prediction) == [True] * 3


@pytest.mark.parametrize("name", ["softmax-cross-entropy", "sparsemax", "crammer-singer", "misclassification"])
def test_one_infinite_logit_is_no_reason_to_be_undefined(name):
    for prediction in ([INF, 0.0, 1.0], [0.0, INF, 1.0], [-INF, 0.0, 1.0]):
        assert where_undefined(default_curve(name), prediction) == [False] * 3


@pytest.mark.parametrize("loss", SCALAR, ids=lambda loss: loss.name)
def test_an_infinite_term_is_told_from_one_that_is_too_large(loss):
    """The formula in arbitrary precision is the judge, over the grid and with every parameter at its extremes."""
    for curve in curves(loss, thorough=False):
        places = [x for x in grid(curve, thorough=False) if x not in curve.fact("breaks")]
        terms = np.array([np.broadcast_to(term, len(places)) for term in curve.beside(np.array(places))])
        for index in np.flatnonzero(np.isinf(terms).any(axis=0)).tolist():
            check_infinities(curve, places[index], terms[:, index])


def check_infinities(curve, argument, terms):
    formula = EXPLICIT.get(curve.loss.name, curve.loss.pieces)
    truths = oracle.exact(formula, (first_symbol(curve.loss), argument), symbols(curve))
    prediction = curve.loss.family.prediction(argument, curve.canonical_target)
    if curve.loss.family.argument(np.array(prediction), np.asarray(curve.target))[0] != argument:
        return  # no prediction has this residual
    too_large = overflowing(curve, prediction, dict(zip(QUANTITIES, terms.tolist(), strict=True)))
    for quantity, term, truth in zip(QUANTITIES, terms, truths, strict=True):
        if math.isinf(term) and not mp.isnan(truth):
            assert (quantity in too_large) == bool(mp.isfinite(truth)), (prediction, curve.target, curve.parameters)


@pytest.mark.parametrize(
    ("words", "terms"),
    [
        ("l2 --at 1e200", "value too large for a double, gradient 2e+200, hessian 2"),
        ("l2 --at inf", "value inf, gradient inf, hessian 2"),
        ("cross-entropy --at 0", "value inf, gradient -inf, hessian inf"),
        ("lp --p 1.5 --at 0", "value 0, gradient 0, hessian inf"),
        ("lp --p 1.001 --at 0", "value 0, gradient 0, hessian inf"),
        ("l2 --target 1e200 --at 0", "value too large for a double, gradient -2e+200, hessian 2"),
        ("periodic --at inf", "value undefined, gradient undefined, hessian undefined"),
        ("keras.losses.KLDivergence --at 0,1", "value inf, gradient [-inf, 0], hessian [[inf, 0], [0, 0]]"),
        ("crammer-singer --at=-1e308,1e308 --order 1", "value too large for a double, gradient [-1, 1]"),
        ("sparsemax --at inf,inf,0", "value undefined, gradient undefined, hessian undefined"),
    ],
)
def test_the_text_says_why_a_term_is_no_finite_number(lossplot, words, terms):
    assert lossplot(*words.split()).out.strip().endswith(f": {terms}")


def test_the_notes_say_why_a_term_is_no_finite_number(lossplot):
    (row,) = json.loads(lossplot("exponential", "--at=-800", "--json").out)
    large = "too large for a double"
    assert row["notes"] == {"value": large, "gradient": f"{large} (negative)", "hessian": large}
    (row,) = json.loads(lossplot("softmax-cross-entropy", "--at", "inf,inf,0", "--json").out)
    assert (row["value"], row["gradient"]) == (None, [None] * 3)
    assert {row["notes"][name] for name in ("value", "gradient[2]", "hessian[0][1]")} == {"undefined"}
    text = lossplot("weston-watkins", "--p", 2, "--at", "0,1.7e308,0").out
    assert f"gradient [{large} (negative), {large}, 2]" in text


def test_the_data_of_a_figure_says_it_too(lossplot):
    lossplot("l2", "--range", "-1e200", "1e200", "--points", 3, "--sampling", "even", "-o", "curve.json")
    (curve,) = json.loads(Path("curve.json").read_text())["curves"]
    assert curve["notes"] == dict.fromkeys(("value[0]", "value[2]"), "too large for a double")


@pytest.mark.parametrize("text", ["1e400", "-1e400", "1" + "0" * 309])
def test_a_finite_number_that_no_double_holds_is_refused(lossplot, text):
    found = lossplot("l2", f"--at={text}")
    message = f"--at {text}; it is too large for a double: at most {sys.float_info.max}, or inf; "
    assert (found.code, found.err.count("\n")) == (2, 1)
    assert message in found.err
