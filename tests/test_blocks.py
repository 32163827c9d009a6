"""Large arrays are evaluated in blocks: the numbers that each gives alone, no more terms or memory than needed."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

import losscli
from losscli.errors import UsageError
from losscli.losses import catalogue
from losscli.losses.numerics import product, product_rest, scaled_product, square_ratio
from losscli.model import curve as curves
from losscli.model.curve import Curve
from losscli.model.domains import ClassIndex, Distribution, Label, LabelSet, Nothing

USUAL = [0.5, 0.01, 1.0, 2.5, 0.75, 3.0, 0.25, 0.125, 40.0, 0.9]
EXTREME = [0.0, -0.0, 1e-310, 5e-324, 1e-160, 1e160, 1.7e308, np.inf, -np.inf, np.nan, -0.5, -800.0, -3.0, 800.0]
CLASSES = 3


def predictions_of(loss):
    """Return usual predictions, then extreme ones, so that some blocks hold only usual ones."""
    every = np.array([*USUAL, *EXTREME])
    if not loss.family.vector:
        return every
    return np.stack([every, np.roll(every, 1) / 2, np.full_like(every, 0.25)], axis=-1) * 1.0


def targets_of(loss, parameters, count):
    """Return as many targets, of which some are usual and some are at the ends of what is allowed."""
    kind = loss.reads(parameters)
    if isinstance(kind, Nothing):
        return None
    if isinstance(kind, ClassIndex):
        return np.arange(count) % CLASSES
    if isinstance(kind, Label):
        return np.resize(kind.values, count)
    if isinstance(kind, Distribution):
        return np.resize(np.array([[0.5, 0.25, 0.25], [1, 0, 0]]), (count, CLASSES))
    if isinstance(kind, LabelSet):
        return np.resize(np.array([[1.0, 0, 1], [0, 1, 0]]), (count, CLASSES))
    return np.resize([value for value in (1.0, 0.5, 0.0, 0.25, 1e-300, 30.0) if value in kind], count)


@pytest.mark.parametrize("name", ["keras.losses.CosineSimilarity", "xgboost:gamma-nloglik"])
def test_a_name_with_a_value_of_its_own_has_it_in_blocks_too(name, monkeypatch):
    predictions, targets = np.linspace(0.1, 0.9, 50), np.linspace(1, 2, 50)
    given = (predictions,) if name.startswith("keras") else (predictions, targets)
    whole = losscli.evaluate(name, *given, order=0).value
    monkeypatch.setattr(curves, "BLOCK", 20)
    np.testing.assert_array_equal(losscli.evaluate(name, *given, order=0).value, whole)


@pytest.mark.parametrize("name", catalogue())
def test_each_number_is_what_it_is_alone(name, monkeypatch):
    loss = catalogue()[name]
    predictions = predictions_of(loss)
    parameters = {item.name: item.default for item in loss.parameters if not item.required}
    if len(parameters) < len(loss.parameters):
        pytest.skip("a parameter has no default")
    targets = targets_of(loss, parameters, len(predictions))
    alone = [
        losscli.evaluate(name, one, None if targets is None else targets[at]) for at, one in enumerate(predictions)
    ]
    together = losscli.evaluate(name, predictions, targets)
    monkeypatch.setattr(curves, "BLOCK", 20)
    in_blocks = losscli.evaluate(name, predictions, targets)
    for each, whole, blocks in zip(zip(*alone, strict=True), together, in_blocks, strict=True):
        np.testing.assert_array_equal(whole, each)
        np.testing.assert_array_equal(blocks, each)


def test_arrays_of_any_layout_are_the_same_in_blocks(monkeypatch):
    grid, targets = np.arange(24.0).reshape(4, 6) / 7, np.arange(6.0)
    logits, index = np.arange(40.0).reshape(2, 5, 4) / 9, np.array([0, 3, 1, 2, 0])
    cases = [
        ("l2", grid, targets),
        ("l2", grid.T, 1.5),
        ("huber", grid[::2, ::3], targets[:2]),
        ("l2", grid[:0], targets),
    ]
    cases += [("sparse-softmax-cross-entropy", logits, index), ("softmax-cross-entropy", logits.swapaxes(0, 1), None)]
    whole = [losscli.evaluate(*case) for case in cases]
    monkeypatch.setattr(curves, "BLOCK", 3)
    for case, expected in zip(cases, whole, strict=True):
        for found, term in zip(losscli.evaluate(*case), expected, strict=True):
            np.testing.assert_array_equal(found, term)


def numbers_of(generator, count, decades):
    return generator.normal(size=count) * 10.0 ** generator.uniform(-decades, decades, count)


def test_products_have_the_bits_of_their_mantissas():
    """In the range of doubles, products are taken plainly; beyond it, by mantissas and exponents."""
    generator, special = np.random.default_rng(1), [0.0, -0.0, 5e-324, 1e-310, 1.7e308, np.inf, np.nan, 1.0]
    with np.errstate(all="ignore"):
        for trial in range(300):
            factors = [numbers_of(generator, 20, 5 + trial) for _ in range(5)]
            factors[trial % 5][trial % 20] = special[trial % 8]
            one = float(factors[0][3])
            plain = product(one, *factors[:3], over=tuple(factors[3:]))
            np.testing.assert_array_equal(plain, scaled_product((one, *factors[:3]), tuple(factors[3:])))
            a, b = factors[0], abs(factors[1])
            for index in range(20):
                assert product_rest(a, b)[index] == pytest.approx(product_rest(a[index], b[index]), rel=0, nan_ok=True)
                alone = square_ratio(a[index : index + 1], 3.0, float(b[index]))
                np.testing.assert_array_equal(
                    alone, np.array(square_ratio(a, 3.0, float(b[index])))[:, index : index + 1]
                )


@pytest.mark.parametrize("order", [0, 1])
def test_no_term_is_computed_that_is_not_asked_for(order):
    def formula(r):
        for _ in range(order + 1):
            yield r
        raise AssertionError("a further term was asked for")

    loss = replace(catalogue()["l2"], formula=formula)
    terms = Curve(loss, 0.0, {}, "l2").terms(np.zeros(3), order + 1)
    assert len(terms) == order + 1


def peak_share(name, predictions, targets=None, order=2):
    """Return the most memory that evaluation takes at a time, as a multiple of its results."""
    losscli.evaluate(name, predictions[:1], None if targets is None else targets[:1])  # loads what is loaded once
    tracemalloc.start()
    found = losscli.evaluate(name, predictions, targets, order=order)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / sum(term.nbytes for term in found if term is not None)


@pytest.mark.parametrize("name", ["l2", "huber", "barron", "focal", "logistic", "tweedie-deviance"])
def test_evaluation_takes_little_more_memory_than_its_results(name):
    predictions = np.linspace(0.1, 5, 4_000_000)
    targets = np.resize([1.0], len(predictions))
    assert peak_share(name, predictions, order=0) < 1.3
    assert peak_share(name, predictions, targets) < 1.3


def test_a_thousand_classes_have_no_hessian_unless_it_is_asked_for():
    logits, index = np.resize(np.linspace(-3, 3, 997), (400, 1000)), np.arange(400)
    assert peak_share("sparse-softmax-cross-entropy", logits, index, order=1) < 3


def test_a_hessian_that_would_fill_the_memory_is_refused():
    logits = np.broadcast_to(0.0, (2000, 1000))
    with pytest.raises(UsageError, match="have a Hessian of 2000000000 numbers; it is given up to 268435456 of them"):
        losscli.evaluate("softmax-cross-entropy", logits)
    assert losscli.evaluate("l2", np.zeros(5)).hessian.shape == (5,)
