"""Paths: what they hold, that they go on together as they would alone, where and why they end, wrong starts."""

import math
import time
from dataclasses import replace

import numpy as np
import pytest
from training_curves import curve

from losscli.errors import UsageError
from losscli.losses import catalogue
from losscli.model.curve import Curve
from losscli.names.find import find
from losscli.names.frameworks import rows
from losscli.training.descent import MAX_STEPS, descend, descend_together
from losscli.training.optimizers import OPTIMIZERS


def test_a_path_has_each_place_and_the_gradient_there():
    l2 = curve("l2", "0.5")
    path = descend(l2, 0.9, 0.1, 3)
    np.testing.assert_allclose(path.predictions, 0.5 + 0.4 * 0.8 ** np.arange(4), rtol=1e-15)
    value, gradient = l2.terms(path.predictions, 2)
    assert path.values.tolist() == value.tolist()
    assert path.gradients.tolist() == gradient.tolist()
    assert (path.steps, path.ended, path.rate, path.optimizer.name) == (3, "", 0.1, "gd")


def test_a_path_of_several_numbers_moves_all_of_them():
    softmax = curve("softmax-cross-entropy", "0.1,0.02,0.88")
    path = descend(softmax, (1, -3, 10), 1, 2000)
    assert (path.predictions.shape, path.gradients.shape, path.values.shape) == ((2001, 3), (2001, 3), (2001,))
    found = np.exp(path.predictions[-1])
    np.testing.assert_allclose(found / found.sum(), [0.1, 0.02, 0.88], rtol=1e-12)
    assert path.values[-1] == pytest.approx(0.4209923363366662, rel=1e-14)
    np.testing.assert_allclose(path.predictions.sum(axis=1), 8, rtol=1e-12)  # the gradient adds up to 0


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize(
    ("name", "target", "starts"),
    [("pseudo-huber", "0.5", [0.9, -2.0, 0.5]), ("softmax-cross-entropy", "0.2,0.8", [(0, 1), (3, -2), (0.5, 0.5)])],
)
def test_paths_side_by_side_are_the_same_as_alone(name, target, starts, optimizer):
    one, rates = curve(name, target), [0.1, 0.5, 1.0]
    together = descend_together(one, starts, rates, 50, optimizer)
    for path, start, rate in zip(together, starts, rates, strict=True):
        alone = descend(one, start, rate, 50, optimizer)
        assert path.rate == rate
        np.testing.assert_allclose(path.predictions, alone.predictions, rtol=1e-13, atol=1e-15)
        np.testing.assert_allclose(path.values, alone.values, rtol=1e-12, atol=1e-15)


def default_curve(loss):
    parameters = {item.name: item.default for item in loss.parameters}
    return Curve(loss, loss.reads(parameters).default, parameters, loss.name)


@pytest.mark.parametrize("loss", catalogue().values(), ids=lambda loss: loss.name)
def test_the_gradient_of_a_step_is_that_of_the_curve(loss):
    one = default_curve(loss)
    places = np.array([0.3, 0.7, 0.45])
    places = places[None] if loss.family.vector else places
    if loss.family.name == "multiclass" and one.domain.high == 0:
        places = -places
    with np.errstate(all="ignore"):
        found = one.slope(3)(places)
    np.testing.assert_array_equal(np.broadcast_to(found, places.shape), one.terms(places, 2)[1])


@pytest.mark.parametrize("name", ["lightgbm:huber", "torch.nn.GaussianNLLLoss", "catboost:MultiClass", "tf.nn.l2_loss"])
def test_the_gradient_of_a_step_has_the_factor_of_the_name(name):
    assert name in rows()
    one = curve(name)
    places = np.array([[0.3, -1.0, 2.0, 0.5]] if find(name).loss.family.vector else [0.3, -1.0])
    np.testing.assert_array_equal(one.slope(places.shape[-1])(places), one.terms(places, 2)[1])


def test_a_cycle_goes_on_for_ever_at_once():
    began = time.process_time()
    path = descend(curve("l1"), 0.88, 0.1, MAX_STEPS)
    assert time.process_time() - began < 5
    assert path.steps == MAX_STEPS
    assert sorted(path.predictions[-2:]) == pytest.approx([-0.02, 0.08])
    assert set(path.predictions[-5::2]) == {path.predictions[-1]}
    assert (path.gradients[-2:] == np.sign(path.predictions[-2:])).all()
    np.testing.assert_array_equal(path.predictions[1:], path.predictions[:-1] - 0.1 * path.gradients[:-1])


def test_at_a_kink_the_gradient_of_the_formula_is_taken():
    path = descend(curve("l1"), 0.5, 0.25, 10)
    assert path.predictions.tolist() == [0.5, 0.25, *[0.0] * 9]
    assert path.gradients.tolist() == [1.0, 1.0, *[0.0] * 9]


@pytest.mark.parametrize(
    ("name", "target", "start", "rate", "steps", "ended"),
    [
        ("cross-entropy", "1", 0.5, 1.0, 0, "step 1 leaves the domain: 2.5 is not a number at least 0 and at most 1"),
        ("l2", None, 1.0, 1.5, 1023, "at step 1023 the gradient is infinite, at -8.98846567431158e+307"),
        ("l2", None, 1.0, 1e300, 1, "at step 2 the prediction is too large for a double"),
        ("cross-entropy", "0.5", 0.75, 0.5625, 1, "at step 1 the gradient is infinite, at 0"),
        ("distribution-kl", "0.5,0.5", (0.5, 0.5), 9.0, 0,
         "step 1 leaves the domain: 9.5,9.5 is not a number at least 0 and at most 1"),
    ],
)  # fmt: skip
def test_where_and_why_a_path_ends(name, target, start, rate, steps, ended):
    path = descend(curve(name, target), start, rate, 5000)
    assert (path.steps, path.ended) == (steps, ended)
    assert len(path.predictions) == len(path.values) == len(path.gradients) == steps + 1
    assert np.isfinite(path.predictions).all()
    assert not np.isnan(path.values).any()


def test_a_path_that_ends_does_not_end_those_beside_it():
    ends, stays = descend_together(curve("cross-entropy", "1"), [0.5, 0.5], [1.0, 1e-3], 5000)
    assert (ends.steps, stays.steps > 100) == (0, True)


def test_no_step_is_made_when_all_paths_have_ended():
    began = time.process_time()
    assert descend(curve("cross-entropy", "1"), 0.5, 1.0, MAX_STEPS).steps == 0
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("name", "target", "start", "rate", "steps", "said"),
    [
        ("cross-entropy", "1", 2.0, 0.1, 9,
         "start 2; the predictions of cross-entropy are finite, and each is a number at least 0 and at most 1"),
        ("cross-entropy", "1", 0.0, 0.1, 9,
         "start 0; the gradient of cross-entropy is -inf there, and it has to be finite"),
        ("l2", None, math.inf, 0.1, 9, "start inf; the predictions of l2 are finite, and each is a number"),
        ("l2", None, (1.0, 2.0), 0.1, 9, "start 1,2; a prediction of l2 is a number"),
        ("softmax-cross-entropy", "0.5,0.5", 1.0, 0.1, 9,
         "start 1; a prediction of softmax-cross-entropy is several logits"),
        ("softmax-cross-entropy", "0.5,0.5", (1.0, 2.0, 3.0), 0.1, 9,
         "start 1,2,3; the target of softmax-cross-entropy is 0.5,0.5"),
        ("l2", None, 1.0, 0.0, 9, "rate 0; it is a number above 0"),
        ("l2", None, 1.0, -1.0, 9, "rate -1; it is a number above 0"),
        ("l2", None, 1.0, math.nan, 9, "rate nan; it is a number above 0"),
        ("l2", None, 1.0, math.inf, 9, "rate inf; it is a number above 0"),
        ("l2", None, 1.0, 0.1, 0, "0 steps; there are at least 1 and at most 1000000"),
        ("l2", None, 1.0, 0.1, 10**9, "1000000000 steps; there are at least 1 and at most 1000000"),
    ],
)  # fmt: skip
def test_wrong_starts_rates_and_steps_are_answered_in_one_line(name, target, start, rate, steps, said):
    with pytest.raises(UsageError) as caught:
        descend(curve(name, target), start, rate, steps)
    assert str(caught.value) == said


def test_a_place_where_the_loss_is_undefined_is_no_start():
    one = curve("symmetric-percentage-error", "0")
    with pytest.raises(UsageError, match="the gradient of symmetric-percentage-error is undefined there"):
        descend(one, 0.0, 0.1, 9)
    assert descend(replace(one, target=1.0), 0.5, 1e-4, 9).steps == 9
