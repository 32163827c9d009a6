"""Summaries of columns in memory: every number against NumPy, and what is counted beside them."""

from dataclasses import replace

import numpy as np
import pytest
from summarized import curve, of_arrays

import losscli
from losscli.data import from_arrays, summary
from losscli.errors import UsageError
from losscli.losses import catalogue
from losscli.model.domains import Nothing

RNG = np.random.default_rng(20)
ROWS = 200_000
TARGETS = RNG.normal(size=ROWS)
PREDICTIONS = TARGETS + RNG.standard_t(3, size=ROWS)
WEIGHTS = RNG.uniform(size=ROWS)


@pytest.mark.parametrize(("name", "parameters"), [("huber", {"delta": 0.7}), ("welsch", {}), ("l2", {}), ("linex", {})])
def test_numbers_are_those_of_numpy(name, parameters):
    value, gradient, _ = losscli.evaluate(name, PREDICTIONS, TARGETS, order=1, **parameters)
    found = of_arrays(name, TARGETS, PREDICTIONS, WEIGHTS, **parameters)
    assert (found.rows, found.infinite, found.undefined, found.refused) == (ROWS, 0, 0, 0)
    assert found.mean == pytest.approx(value.mean(), rel=1e-13)
    assert found.sum == pytest.approx(value.sum(), rel=1e-13)
    assert found.weighted_mean == pytest.approx(np.average(value, weights=WEIGHTS), rel=1e-12)
    assert abs((value < found.median).mean() - 0.5) < 0.001
    worst = np.argsort(-value, kind="stable")
    for share, loss, slope in zip((0.01, 0.1), found.loss_shares, found.gradient_shares, strict=True):
        chosen = worst[: int(share * ROWS)]
        assert loss == pytest.approx(value[chosen].sum() / value.sum(), rel=1e-4)
        assert slope == pytest.approx(abs(gradient[chosen]).sum() / abs(gradient).sum(), rel=1e-3, abs=1e-9)


@pytest.mark.parametrize(
    "residuals",
    [
        [3.0],
        [1.0, 2.0],
        [0.0, 0.0, 0.0, 5.0],
        [0.1] * 7 + [0.3] * 7,
        [1000 + 1e-4 * step**2 for step in range(50)],
        [-2.0, 1.0, 1.0],
        [1e-200, 1e200, 1e-30, 3.0],
        [0.0, 1e-160, 1.0, 2.0],
        [*np.linspace(1, 1.02, 5001) ** 0.03],
    ],
)
def test_the_median_of_few_or_similar_values_is_exact(residuals):
    found = of_arrays("l1", [0.0] * len(residuals), residuals)
    assert found.median == pytest.approx(np.median(np.abs(residuals)), rel=1e-8)


@pytest.mark.parametrize("count", [5, 20, 5001])
def test_the_median_of_negative_values_is_that_of_numpy(count):
    logs = np.linspace(0.5, 1.6, count)
    value = losscli.evaluate("poisson-nll-log", logs, 3.0, order=0).value
    assert value.min() < np.median(value) < 0 < value.max()
    found = of_arrays("poisson-nll-log", [3.0] * count, logs)
    assert found.median == pytest.approx(
        np.median(value), rel=1e-3 if count > 5000 else 1e-8, abs=1e-4 if count > 5000 else 0
    )
    exact = np.interp(count / 10, range(count + 1), [0, *np.sort(value)[::-1].cumsum()]) / value.sum()
    assert found.loss_shares[1] == pytest.approx(exact, rel=1e-2)


def test_rows_of_the_same_loss_share_what_they_carry():
    labels = [1.0] * 90 + [-1.0] * 10
    found = of_arrays("zero-one", labels, [2.0] * 100)
    assert found.mean == pytest.approx(0.1)
    assert found.loss_shares == pytest.approx((0.1, 1.0))
    assert found.median == 0


def test_shares_of_nothing_are_no_numbers():
    found = of_arrays("l2", [1.0, 2.0], [1.0, 2.0])
    assert np.isnan([*found.loss_shares, *found.gradient_shares]).all()
    assert (found.mean, found.median) == (0, 0)


def test_infinite_undefined_and_refused_rows_are_counted_and_in_no_sum():
    found = of_arrays("cross-entropy", [1, 1, 1, 1, 7], [0.5, 0.0, 2.0, 0.5, 0.5])
    assert (found.rows, found.infinite, found.undefined, found.refused) == (2, 1, 1, 1)
    assert found.refused_example == "7"
    assert found.mean == pytest.approx(np.log(2))


def test_missing_numbers_and_text_are_counted():
    columns = from_arrays([1, None, 3, 4, "five"], [1.5, 2, float("nan"), "4", 5])
    skipped = summary([curve("l2")], columns).skipped
    assert (skipped.read, skipped.missing, skipped.text, skipped.example) == (5, 2, 1, "targets 'five'")


def test_labels_are_read_as_the_loss_calls_them():
    scores = [0.5, -2.0, 3.0, 0.1]
    plain = of_arrays("hinge", [1, -1, -1, 1], scores)
    renamed = of_arrays("hinge", [1, 0, 0, 1], scores)
    assert (plain.renamed, renamed.renamed) == (0, 2)
    assert replace(renamed, renamed=0) == replace(plain, weighted_mean=renamed.weighted_mean)
    assert of_arrays("focal", [1, -1, -1, 1], scores).mean == of_arrays("focal", [1, 0, 0, 1], scores).mean
    with pytest.raises(UsageError, match="targets -1, 0 and 1 in the data; the target of hinge is -1 or 1"):
        of_arrays("hinge", [1, 0, -1], [1.0, 2.0, 3.0])


def test_classes_are_indices_or_distributions():
    logits = RNG.normal(size=(50, 4))
    classes = RNG.integers(0, 4, size=50)
    value, gradient, _ = losscli.evaluate("sparse-softmax-cross-entropy", logits, classes, order=1)
    by_index = of_arrays("sparse-softmax-cross-entropy", classes, logits)
    assert by_index.mean == pytest.approx(value.mean(), rel=1e-13)
    worst = np.argsort(-value)[:5]
    sizes = np.linalg.norm(gradient, axis=1)
    assert by_index.gradient_shares[1] == pytest.approx(sizes[worst].sum() / sizes.sum(), rel=1e-9)
    spread = of_arrays("softmax-cross-entropy", np.eye(4)[classes], logits)
    assert spread.mean == pytest.approx(by_index.mean, rel=1e-13)
    assert of_arrays("softmax-cross-entropy", classes, logits).mean == spread.mean
    assert of_arrays("sparse-softmax-cross-entropy", [0, 4, 1.5], logits[:3]).refused == 2
    assert of_arrays("softmax-cross-entropy", [[0.5, 0.5], [0.5, 0.6]], [[1.0, 2.0]] * 2).refused == 1


@pytest.mark.parametrize("name", catalogue())
def test_the_mean_is_that_of_evaluate(name):
    chosen = curve(name)
    kind, vector = chosen.reads, chosen.loss.family.vector
    if vector:
        predictions = RNG.dirichlet([1.0] * 3, size=20)
        predictions = -predictions if "log" in chosen.loss.family.reads else predictions  # logs of probabilities
        target = (
            None if isinstance(kind, Nothing) else [np.asarray(kind.usual(3) if hasattr(kind, "usual") else 1)] * 20
        )
    else:
        predictions = np.linspace(0.1, 0.9, 20)
        target = None if isinstance(kind, Nothing) else [kind.default] * 20
    value = losscli.evaluate(name, predictions, target, order=0).value
    assert of_arrays(name, target, predictions).mean == pytest.approx(value[np.isfinite(value)].mean(), rel=1e-12)


def test_a_column_of_one_number_each_is_a_column():
    assert of_arrays("l2", [[1.0], [2.0]], [[2.0], [4.0]]).mean == 2.5


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_columns_of_a_library_are_columns(library):
    frames = pytest.importorskip(library)
    column = frames.Series([1, None, 3])
    found = summary([curve("l2")], from_arrays(column, frames.Series([2.0, 2.0, 5.0])))
    assert (found.losses[0].mean, found.skipped.missing) == (2.5, 1)
    if library == "pandas":
        column = frames.array([1, frames.NA, 3], dtype="Int64")
        assert summary([curve("l2")], from_arrays(column, [2.0, 2.0, 5.0])).losses == found.losses


def test_a_masked_number_is_missing():
    masked = np.ma.array([1, 2, 3], mask=[False, True, False])
    found = summary([curve("l2")], from_arrays(masked, [2.0, 2.0, 5.0]))
    assert (found.losses[0].mean, found.skipped.missing) == (2.5, 1)


@pytest.mark.parametrize(
    ("name", "targets", "predictions", "message"),
    [
        ("l2", [1, 2], [1, 2, 3], "columns of different lengths: targets 2, predictions 3"),
        ("l2", [], [], "the data has no rows"),
        ("l2", ["a", "b"], [1, 2], "no row of 2 has numbers: one has targets 'a'"),
        ("l2", [1, 2], [[1, 2], [3, 4]], "a prediction is 2 numbers in the data; l2 reads a number"),
        ("l2", [[1, 2], [3, 4]], [1, 2], "a target of 2 numbers"),
        ("l2", None, [1, 2], "no target is in the data; the target of l2 is a finite number"),
        ("nll", [1, 2], [1, 2], "a prediction is one number in the data; nll reads several log-probabilities"),
        ("hinge", [3, 4], [1, 2], "target 3 in the data; the target of hinge is -1 or 1"),
        ("softmax-cross-entropy", [[1, 0, 0]], [[1, 2]], "a target of 3 numbers and a prediction of 2 numbers"),
        ("l2", 1.0, 2.0, r"targets of shape \(\)"),
        ("l2", [1j], [2], "targets of type complex128"),
    ],
)
def test_wrong_columns_are_one_line(name, targets, predictions, message):
    with pytest.raises(UsageError, match=message) as raised:
        of_arrays(name, targets, predictions)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("weight", [-1.0, float("inf")])
def test_a_weight_is_finite_and_not_negative(weight):
    with pytest.raises(UsageError, match="weights are finite and not below 0"):
        of_arrays("l2", [1.0, 2.0], [1.0, 2.0], [1.0, weight])


def test_arguments_are_counted_by_label():
    found = summary([curve("logistic")], from_arrays([1, -1, 1], [2.0, 3.0, -4.0]), arguments=True).arguments
    margins = {label: histogram.buckets()[1].sum() for label, histogram in found.items()}
    assert margins == {1.0: 2, -1.0: 1}
    residuals = summary([curve("l2")], from_arrays([1, 2, 3], [2.0, 3.0, -4.0]), arguments=True).arguments
    assert [*residuals] == [None]
    assert residuals[None].total == 3
