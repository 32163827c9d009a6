"""Suggested parameters: those that made the data are found again, and each constant is what its source says."""

from dataclasses import replace

import numpy as np
import pytest
from summarized import curve, of_arrays

from losscli.data import from_arrays, summary
from losscli.data.suggest import EFFICIENT, RULES, pulled, suggestions
from losscli.data.work import Workers

ROWS = 60_000


@pytest.fixture
def rng():
    """Return a source of random numbers that does not depend on the other tests."""
    return np.random.default_rng(11)


def suggested(name, targets, predictions):
    """Return the suggestions by loss and parameter; the first of those for the same."""
    found = {}
    for each in suggestions([curve(name)], from_arrays(targets, predictions)):
        found.setdefault((each.loss, each.parameter), each.value)
    return found


def test_constants_times_the_spread_of_the_residuals(rng):
    residuals = 5 + 3 * rng.normal(size=ROWS)
    found = suggested("l2", np.zeros(ROWS), residuals)
    for loss, (parameter, constant) in EFFICIENT.items():
        assert found[loss, parameter] == pytest.approx(3 * constant, rel=0.02)


@pytest.mark.parametrize("name", EFFICIENT)
def test_constants_have_95_percent_efficiency_under_normal_noise(name):
    parameter, constant = EFFICIENT[name]
    r = np.linspace(-12, 12, 100_001)
    density = np.exp(-r * r / 2)
    slope = replace(curve(name, **{parameter: constant}), target=0.0).terms(r, 2)[1]
    efficiency = (slope * r * density).sum() ** 2 / ((slope * slope * density).sum() * density.sum())
    assert efficiency == pytest.approx(0.95, abs=0.004)  # 0.9536 of pseudo-huber, with Huber's constant


def test_the_quantile_of_the_sizes_is_the_other_delta():
    residuals = np.linspace(-1, 3, 10_001)
    found = suggestions([curve("huber")], from_arrays(np.zeros(10_001), residuals))
    deltas = [each.value for each in found if (each.loss, each.parameter) == ("huber", "delta")]
    assert deltas[1] == pytest.approx(np.quantile(abs(residuals), 0.9), rel=1e-3)


def test_tau_is_the_level_that_the_predictions_have(rng):
    targets = rng.normal(size=ROWS)
    predictions = np.full(ROWS, np.quantile(targets, 0.8))
    found = suggested("l1", targets, predictions)
    assert found["quantile", "tau"] == pytest.approx(0.8, abs=1e-3)
    tau = found["expectile", "tau"]
    slopes = replace(curve("expectile", tau=tau), target=targets).terms(predictions, 2)[1]
    assert slopes.sum() == pytest.approx(0, abs=1e-9 * abs(slopes).sum())


@pytest.mark.parametrize("shift", [0.0, 1e6])
def test_nu_is_found_by_kurtosis(shift, rng):
    residuals = shift + rng.standard_t(12, size=400_000)
    found = suggested("l2", np.zeros(400_000), residuals)
    assert found["student-t", "nu"] == pytest.approx(12, rel=0.25)
    assert ("student-t", "nu") not in suggested("l2", np.zeros(ROWS), rng.uniform(size=ROWS))


def test_the_kurtosis_is_that_of_skewed_residuals_too(rng):
    residuals = 100 + rng.exponential(size=ROWS)
    apart = residuals - residuals.mean()
    excess = (apart**4).mean() / (apart**2).mean() ** 2 - 3
    assert suggested("l2", np.zeros(ROWS), residuals)["student-t", "nu"] == pytest.approx(4 + 6 / excess, rel=1e-6)


@pytest.mark.parametrize("power", [1, 2])
def test_the_power_is_the_slope_of_the_variance(power, rng):
    means = np.exp(rng.normal(size=ROWS))
    targets = rng.poisson(means) + 1e-9 if power == 1 else means * rng.gamma(2, 0.5, size=ROWS)
    found = suggested("poisson-nll", targets, means)
    assert found["tweedie-deviance", "power"] == pytest.approx(power, abs=0.1)
    found = suggested("poisson-nll-log", targets, np.log(means))
    assert found["tweedie-nll-log", "power"] == pytest.approx(power, abs=0.1)


@pytest.mark.parametrize("labels", [[0, 0, 0, 1], [0.0, 0.25, 0.5, 0.25]])
def test_pos_weight_is_the_ratio_of_the_classes(labels):
    found = suggested("sigmoid-cross-entropy", labels, [0.1, 0.2, 0.3, 0.4])
    assert found["weighted-cross-entropy", "pos_weight"] == pytest.approx(3)


def test_what_the_data_cannot_say_is_not_suggested():
    assert suggested("sigmoid-cross-entropy", [0, 0], [0.1, 0.2]) == {}
    assert ("student-t", "nu") not in suggested("l2", [1, 2, 3], [1, 2, 3])
    assert suggested("brier", [0, 1], [0.1, 0.2]) == {}
    assert suggested("poisson-nll", [1.0, 2.0], [1.0, 2.0]) == {}


def test_every_rule_has_a_reason_and_a_source():
    assert all(rule.reason and rule.source for rule in RULES)


def test_losses_that_few_rows_pull_are_named(rng):
    residuals = rng.standard_t(1.5, size=ROWS)
    curves = [curve("l2"), curve("huber"), curve("welsch")]
    assert pulled(summary(curves, from_arrays(np.zeros(ROWS), residuals))) == ["l2"]
    assert of_arrays("l2", np.zeros(ROWS), residuals).gradient_shares[0] > 0.1


def test_suggestions_do_not_depend_on_workers(rng):
    from concurrent.futures import ThreadPoolExecutor

    planned = from_arrays(np.zeros(3_000_000), rng.normal(size=3_000_000))
    with ThreadPoolExecutor(3) as threads:
        assert suggestions([curve("l2")], planned) == suggestions([curve("l2")], planned, workers=Workers(threads, 3))
