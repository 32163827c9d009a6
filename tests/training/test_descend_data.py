"""--data with --descend: one constant prediction on the mean loss of a file's targets, and where that is lowest."""

import csv
import io
import json

import numpy as np
import pytest
from PIL import Image
from training_curves import curve

from losscli.errors import UsageError
from losscli.training.mean import mean_curve

TARGETS = np.round(np.random.default_rng(7).gamma(2, 1.5, 301), 3)


@pytest.fixture
def file(tmp_path):
    (tmp_path / "t.csv").write_text("y_true,else\n" + "".join(f"{value},0\n" for value in TARGETS))
    return "t.csv"


def test_mean_median_and_quantile_are_where_l2_l1_and_quantile_are_lowest(lossplot, file):
    done = lossplot(
        "l2", "l1", "quantile", "--tau", 0.9, "--data", file, "--descend", 5, "--rate", 0.2, "--steps", 2000
    )
    head, l2, l1, quantile = done.out.splitlines()
    assert head == f"301 targets: mean {TARGETS.mean():.6g}, median {np.median(TARGETS):.6g}"
    assert l2.endswith(
        f"ends at {TARGETS.mean():.6g}; the mean loss is lowest at {TARGETS.mean():.6g}, the mean of the targets"
    )
    assert l1.endswith(f"the mean loss is lowest at {np.median(TARGETS):.6g}, the median of the targets")
    assert f"lowest at {np.quantile(TARGETS, 0.9, method='inverted_cdf'):.6g}, above 90 % of the targets" in quantile


def test_it_is_the_mean_of_value_gradient_and_hessian():
    one = mean_curve(curve("pseudo-huber", delta=0.7), TARGETS)
    places = np.array([[0.5, 3.0], [-2.0, 9.0]])
    for order, found in enumerate(one.terms(places)):
        each = [[curve("pseudo-huber", repr(float(y)), delta=0.7).terms(places)[order] for y in TARGETS]]
        np.testing.assert_allclose(found, np.mean(each[0], axis=0), rtol=1e-13, atol=1e-16)


def test_a_factor_that_depends_on_the_target_is_in_the_mean():
    """CatBoost's MAPE divides each residual by its target."""
    one = mean_curve(curve("catboost:MAPE", "2"), TARGETS)
    expected = np.mean(abs(3 - TARGETS) / np.maximum(abs(TARGETS), 1))
    assert float(one.terms(np.array(3.0), 1)[0]) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(
    ("name", "targets", "lowest"),
    [
        ("sigmoid-cross-entropy", [0, 1, 1, 1], np.log(3)),
        ("logistic", [0, 1, 1, 1], np.log(3)),  # labels 0 are read as -1
        ("cross-entropy", [0, 1, 1, 1], 0.75),
        ("torch.nn.PoissonNLLLoss", [2, 4, 9], np.log(5)),
        ("l2", [100, 101, 1e6], np.mean([100, 101, 1e6])),
    ],
)
def test_the_lowest_place_of_other_families(name, targets, lowest):
    found = mean_curve(curve(name), np.array(targets, dtype=float)).fact("floor")
    assert found.attained
    assert found.at == pytest.approx(lowest, rel=1e-6)


def test_a_mean_loss_that_falls_for_ever_has_no_lowest_place(lossplot, tmp_path):
    (tmp_path / "ones.csv").write_text("y_true\n1\n1\n")
    done = lossplot("logistic", "hinge", "--data", "ones.csv", "--descend", 0)
    _, logistic, hinge = done.out.splitlines()
    assert logistic.endswith("; the mean loss is lowest nowhere")
    assert hinge.endswith("; the mean loss is lowest from 1 to inf")


def test_steps_are_those_of_the_mean_gradient(lossplot, file):
    words = ("l2", "--data", file, "--descend", 5, "--rate", 0.25, "--steps", 2)
    rows = list(csv.DictReader(io.StringIO(lossplot(*words, "--csv").out)))
    places = [float(row["prediction"]) for row in rows]
    assert places == pytest.approx([5, (5 + TARGETS.mean()) / 2, (5 + 3 * TARGETS.mean()) / 4], rel=1e-14)
    assert float(rows[0]["value"]) == pytest.approx(np.mean((5 - TARGETS) ** 2), rel=1e-14)
    (path,) = json.loads(lossplot(*words, "--json").out)
    assert path["predictions"] == places


def test_the_figure_has_the_mean_losses_and_moves(lossplot, tmp_path, file):
    done = lossplot(
        "l2", "l1", "--data", file, "--descend", 5, "--steps", 4, "-o", "d.svg", "-o", "d.gif", "--svg-text"
    )
    assert (done.code, done.err) == (0, "")
    drawn = (tmp_path / "d.svg").read_text()
    for text in ("Mean loss", "Constant prediction", "t.csv", 'id="steps-1"', 'id="place-0"'):
        assert text in drawn
    with Image.open(tmp_path / "d.gif") as film:
        assert film.n_frames == 5


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("l2 --columns nowhere", "there is no column 'nowhere'"),
        ("l2 --target 1", "--target does not go with --descend"),
        ("l2 --suggest", "--suggest does not go with --descend"),
        ("softmax-cross-entropy", "one constant prediction needs a loss of a number and its target"),
        ("cross-entropy", "in the data; the target of cross-entropy is"),
        ("l2 --columns else,y_true", "there is no column 'else,y_true'"),
    ],
)
def test_wrong_words_are_one_line(lossplot, file, line, said):
    start = "1,2,3" if line.startswith("softmax") else "0.5"
    done = lossplot(*line.split(), "--data", file, "--descend", start)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert said in done.err


def test_more_targets_than_fit_are_refused(monkeypatch, lossplot, file):
    monkeypatch.setattr("losscli.runs.descending.MAX_TARGETS", 300)
    done = lossplot("l2", "--data", file, "--descend", 1)
    assert done.err == "lossplot: t.csv: more than 300 targets; a constant prediction descends on at most 300\n"


def test_labels_of_both_kinds_are_refused():
    with pytest.raises(UsageError, match="targets -1, 0 and 1 in the data"):
        mean_curve(curve("logistic"), np.array([-1.0, 0.0, 1.0]))
