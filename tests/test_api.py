"""`import losscli`: figures for a notebook, and arrays."""

import io
import json
import pickle
import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

import losscli
from losscli.losses import catalogue, names
from losscli.model.curve import Curve
from losscli.model.domains import ClassIndex, Distribution, Label, LabelSet, Nothing, Scalar
from losscli.names.find import find
from losscli.names.frameworks import rows

PREDICTIONS = np.array([-2.0, -0.5, 0.0, 0.25, 1.0, 3.0])
LOGITS = np.array([[1.0, -3.0, 10.0], [0.0, 0.5, 0.5], [-1.0, 0.0, -2.0]])
PER_CLASS = {
    Distribution: [[0.1, 0.02, 0.88], [0, 0, 1], [0.5, 0.5, 0]],
    LabelSet: [[1, 0, 1], [0, 0, 0], [1, 1, 0]],
}


def targets(kind):
    """Return targets of a kind, three of them that differ."""
    if isinstance(kind, ClassIndex):
        return [0, 2, 1]
    if isinstance(kind, Label):
        return [kind.values[0], kind.values[-1], kind.values[0]]
    if isinstance(kind, Scalar):
        return [value for value in (1.0, 0.5, 0.25) if value in kind]
    return PER_CLASS[type(kind)]


def one(curve, prediction):
    return [np.asarray(term) for term in curve.terms(np.asarray(prediction))]


@pytest.mark.parametrize("name", [*names(), *rows()])
def test_arrays_of_targets_give_what_each_gives_alone(name):
    spelling = find(name)
    said = {item.name: item.default for item in spelling.parameters}
    parameters = spelling.canonical(said)
    kind, vector = spelling.reads(said), spelling.loss.family.vector
    if isinstance(kind, Nothing):
        found = losscli.evaluate(name, PREDICTIONS)
        alone = one(Curve(spelling.loss, None, parameters, name, spelling, said), PREDICTIONS)
        for own, term in zip(alone, found, strict=True):
            np.testing.assert_array_equal(own, term)
        return
    predictions = LOGITS if vector else PREDICTIONS
    all_targets = targets(kind)
    shaped = np.array(all_targets)[:, None]
    found = losscli.evaluate(name, predictions[None] if vector else predictions, shaped)
    for index, target in enumerate(all_targets):
        read = tuple(map(float, target)) if isinstance(target, list) else target
        curve = Curve(spelling.loss, read, parameters, name, spelling, said)
        for own, term in zip(one(curve, predictions), found, strict=True):
            np.testing.assert_array_equal(term[index], own)


def test_value_gradient_and_hessian_have_names_and_shapes():
    found = losscli.evaluate("huber", [[0.5], [2.0]], [0, 1, -1], delta=1)
    np.testing.assert_array_equal(found.value, [[0.125, 0.125, 1.0], [1.5, 0.5, 2.5]])
    np.testing.assert_array_equal(found.gradient, [[0.5, -0.5, 1], [1, 1, 1]])
    np.testing.assert_array_equal(found.hessian, [[1, 1, 0], [0, 1, 0]])
    value, gradient, hessian = losscli.evaluate("huber", 0.5)
    assert (value, gradient, hessian) == (0.125, 0.5, 1)
    assert np.ndim(value) == 0
    assert losscli.evaluate("l2", np.zeros((0, 2))).gradient.shape == (0, 2)


@pytest.mark.parametrize(
    ("logits", "target", "shape"),
    [((3,), (), ()), ((5, 3), (), (5,)), ((5, 3), (5,), (5,)), ((3,), (4,), (4,)), ((5, 1, 3), (4,), (5, 4))],
)
def test_logits_and_class_indices_are_broadcast(logits, target, shape):
    found = losscli.evaluate("sparse-softmax-cross-entropy", np.zeros(logits), np.ones(target, dtype=int))
    assert [np.shape(term) for term in found] == [shape, (*shape, 3), (*shape, 3, 3)]
    np.testing.assert_allclose(found.value, np.log(3))
    soft = losscli.evaluate("softmax-cross-entropy", np.zeros(logits), np.full((*target, 3), 1 / 3))
    assert [np.shape(term) for term in soft] == [shape, (*shape, 3), (*shape, 3, 3)]


@pytest.mark.parametrize(("name", "target"), [("softmax-cross-entropy", [1, 0, 0, 0]), ("multilabel-margin", [1, 0])])
def test_the_default_target_has_as_many_classes_as_there_are_logits(name, target):
    logits = np.arange(len(target)) / 3
    np.testing.assert_equal(losscli.evaluate(name, logits), losscli.evaluate(name, logits, target))


def test_it_gives_what_the_command_line_gives(lossplot):
    line = ("softmax-cross-entropy", "--target", "0.1,0.02,0.88", "--at", "1,-3,10", "--json")
    (row,) = json.loads(lossplot(*line).out)
    found = losscli.evaluate("softmax-cross-entropy", [1, -3, 10], [0.1, 0.02, 0.88])
    assert [term.tolist() for term in found] == [row["value"], row["gradient"], row["hessian"]]


def test_parameters_are_spelled_as_the_name_spells_them():
    own = losscli.evaluate("torch.nn.SmoothL1Loss", PREDICTIONS, 0.5, beta=2)
    np.testing.assert_array_equal(own, losscli.evaluate("smooth-l1", PREDICTIONS, 0.5, beta=2))
    weighted = losscli.evaluate("torch.nn.BCEWithLogitsLoss", 0.5, 1, pos_weight=3)
    np.testing.assert_array_equal(weighted, losscli.evaluate("weighted-cross-entropy", 0.5, 1, pos_weight=3))
    two = losscli.evaluate("weston-watkins", [1, 2, 3], 0, p=2)
    assert two.value == (1 + 1) ** 2 + (1 + 2) ** 2
    five = losscli.evaluate("torch.nn.MultiMarginLoss", [1, 2, 3, 4, 5], 0)
    assert five.value == pytest.approx((2 + 3 + 4 + 5) / 5)


class Series:
    """A column of a table, as pandas has it."""

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.values, dtype)


@pytest.mark.parametrize(
    "given",
    [
        [1, 2, 3],
        (1.0, 2.0, 3.0),
        range(1, 4),
        np.array([1, 2, 3], dtype="u1"),
        np.array([1, 2, 3], dtype="f4"),
        np.array([1, 2, 3], dtype="f2"),
        np.array([1, 2, 3], dtype=np.longdouble),
        np.array([1, 2, 3], dtype=object),
        np.array([3, 2, 1])[::-1],
        np.ma.array([1, 2, 3], mask=False),
        Series([1, 2, 3]),
    ],
)
def test_whatever_has_numbers_in_it_will_do(given):
    found = losscli.evaluate("huber", given, given, delta=np.float32(0.5))
    np.testing.assert_equal(found, losscli.evaluate("huber", [1.0, 2.0, 3.0], [1.0, 2.0, 3.0], delta=0.5))
    assert {(type(term), term.dtype) for term in found} == {(np.ndarray, np.dtype(float))}


def test_what_is_given_is_not_changed():
    given, target = np.array([-1.0, 0.0, 5.0]), np.array(0.5)
    losscli.evaluate("hinge", given, [1, -1, 1])
    losscli.evaluate("l1", given, target)
    assert (given.tolist(), target.tolist()) == ([-1, 0, 5], 0.5)


@pytest.mark.parametrize("shape", [(0,), (2, 0), (0, 2, 3)])
def test_of_no_examples_there_are_no_numbers(shape):
    assert [term.shape for term in losscli.evaluate("hinge", np.zeros(shape), 1)] == [shape] * 3
    rows = losscli.evaluate("softmax-cross-entropy", np.zeros((*shape, 4)))
    assert [term.shape for term in rows] == [shape, (*shape, 4), (*shape, 4, 4)]


def test_outside_of_the_domain_is_nan_and_at_its_ends_infinity_stays():
    found = losscli.evaluate("cross-entropy", [-1, 0, 0.5, 2, np.nan], 1)
    np.testing.assert_array_equal(np.isnan(found), [[True, False, False, True, True]] * 3)
    assert found.value[1] == np.inf


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: losscli.evaluate("hubr", 1), "no loss is called 'hubr'; did you mean huber"),
        (lambda: losscli.evaluate("log-loss", 1), "cross-entropy (of a probability) and of logistic (of a score)"),
        (lambda: losscli.evaluate("huber", 1, detla=2), "huber has no parameter detla; its parameters are delta"),
        (lambda: losscli.evaluate("l2", 1, delta=2), "l2 has no parameter delta; it has none"),
        (
            lambda: losscli.evaluate("lightgbm:huber", 1, 0, delta=1),
            "its parameters are alpha; what torch.nn.functional.huber_loss calls delta is alpha here",
        ),
        (
            lambda: losscli.evaluate("catboost:Tweedie", 1, tweedie_variance_power=1.5),
            "what xgboost:reg:tweedie calls tweedie_variance_power is variance_power here",
        ),
        (lambda: losscli.evaluate("huber", 1, delta=-2), "delta=-2; delta is a finite number above 0"),
        (lambda: losscli.evaluate("huber", 1, delta=[1, 2]), "delta=[1, 2]; delta is"),
        (lambda: losscli.evaluate("huber", 1, delta=float("nan")), "delta=nan; delta is"),
        (lambda: losscli.evaluate("weston-watkins", [1, 2], 0, p=1.5), "p=1.5; p is a whole number"),
        (lambda: losscli.evaluate("hampel", 1, a=3, b=2, c=1), "it needs 0 < a <= b < c"),
        (lambda: losscli.evaluate("huber", "x"), "prediction 'x'; it is a number or an array of numbers"),
        (lambda: losscli.evaluate("huber", 1, "x"), "target 'x'; it is a number"),
        (lambda: losscli.evaluate("huber", 1, np.nan), "target nan; the target of huber is a finite number"),
        (lambda: losscli.evaluate("huber", np.ma.array([1, 2], mask=[0, 1])), "prediction is an array with masked"),
        (lambda: losscli.evaluate("nll", [-1, -2], np.ma.array([0, 1], mask=[0, 1])), "target is an array with masked"),
        (lambda: losscli.evaluate("huber", 1, delta=np.ma.masked), "delta="),
        (lambda: losscli.evaluate("huber", 1, delta=np.array([[1.0], [2.0]])), "delta=array([[1.],"),
        (lambda: losscli.evaluate("huber", 1, delta=10**400), "; delta is"),
        (lambda: losscli.evaluate("huber", 10**400), "it is a number or an array of numbers"),
        (lambda: losscli.evaluate("huber", None), "prediction None; it is a number"),
        (lambda: losscli.evaluate("huber", [1, 2j]), "prediction [1, 2j]; it is a number"),
        (lambda: losscli.evaluate("huber", ["1", "2"] * 99), "prediction ['1', '2', '1', '2', '1', '2', ...]; it is"),
        (lambda: losscli.evaluate("huber", np.full((9, 9), "x")), "it is a number or an array of numbers"),
        (lambda: losscli.evaluate("huber", np.array(["2026-01-01"], "M8[D]")), "it is a number or an array"),
        (lambda: losscli.evaluate("huber", [[1, 2], [3]]), "prediction [[1, 2], [3]]; it is a number"),
        (lambda: losscli.evaluate("nll", np.zeros((9, 0)), 0), "prediction of shape (9, 0); nll reads several"),
        (lambda: losscli.evaluate("nll", np.zeros((9, 2)), np.full((9, 9), 0.5)), "target array([[0.5"),
        (lambda: losscli.evaluate("huber", [1, 2], [1, 2, 3]), "shape (2,) and targets of shape (3,)"),
        (lambda: losscli.evaluate("hinge", 1, [1, 0]), "target 0; the target of hinge is -1 or 1"),
        (lambda: losscli.evaluate("absolute-percentage-error", 1, [1, 0, -1]), "target 0; the target of absolute"),
        (lambda: losscli.evaluate("poisson-nll", 1, [3, -1]), "target -1; the target of poisson-nll is"),
        (lambda: losscli.evaluate("triplet", 1, 2), "target 2; the target of triplet is none"),
        (lambda: losscli.evaluate("softmax-cross-entropy", 1), "prediction 1.0; softmax-cross-entropy reads several"),
        (lambda: losscli.evaluate("nll", [[-1], [-2]], 0), "prediction of shape (2, 1); nll reads several"),
        (lambda: losscli.evaluate("softmax-cross-entropy", [1, 2, 3, 4], [1, 0, 0]), "target [1.0, 0.0, 0.0]; the"),
        (lambda: losscli.evaluate("softmax-cross-entropy", [1, 2, 3], [0.5] * 3), "with sum 1, of 3 classes"),
        (lambda: losscli.evaluate("softmax-cross-entropy", [1, 2, 3], 0), "target 0; the target of"),
        (lambda: losscli.evaluate("multilabel-margin", [1, 2, 3], [1, 0, 0.5]), "0 or 1 for each class"),
        (lambda: losscli.evaluate("nll", [-1, -2], [0, 2]), "target 2; the target of nll is a class index"),
        (lambda: losscli.evaluate("nll", [-1, -2], -1), "target -1; the target of nll is a class index"),
        (lambda: losscli.evaluate("nll", [-1, -2], 0.5), "target 0.5; the target of nll is a class index"),
        (lambda: losscli.plot("hubr"), "no loss is called 'hubr'"),
        (lambda: losscli.plot("huber --delta 0"), "--delta 0; delta is"),
        (lambda: losscli.plot("huber --style nosuch"), "--style nosuch; the style sheets are"),
        (lambda: losscli.plot("huber 'x"), "a quote is opened"),
        (lambda: losscli.plot("huber \\"), "it ends in a backslash"),
        (lambda: losscli.plot(""), "draws nothing"),
        (lambda: losscli.plot("huber --help"), "draws nothing"),
        (lambda: losscli.plot("list"), "draws nothing"),
        (lambda: losscli.plot("batch figures.txt"), "draws nothing"),
        (lambda: losscli.plot("l2 --at 1"), "evaluate() gives numbers"),
        (lambda: losscli.plot("l2 -o l2.png"), "leave out -o"),
        (lambda: losscli.plot("l2 --terminal"), "leave out -o and --terminal"),
        (
            lambda: losscli.plot("huber --delta 1 --fps 10"),
            "--delta 1 --fps 10'; --fps changes nothing in png, svg; it is for",
        ),
        (
            lambda: losscli.plot("huber --delta 1:2:3 --loop --format gif"),
            "--loop changes nothing in png, svg; it is for",
        ),
    ],
)
def test_what_is_wrong_is_raised_and_not_printed(call, said, capfd, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(losscli.UsageError) as raised:
        call()
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 600
    assert isinstance(raised.value, losscli.LossplotError)
    assert capfd.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_drawn_is_raised_as_ours():
    with pytest.raises(losscli.LossplotError, match="nested too deeply"):
        losscli.plot(f"l2 --title '${'{' * 3000}{'}' * 3000}$'")


def test_a_figure_is_matplotlib_s_own_and_is_not_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    figure = losscli.plot("l1 l2 pseudo-huber --delta 0.5")
    assert isinstance(figure, Figure)
    assert [line.get_label() for line in figure.axes[0].lines] == ["l1", "l2", r"pseudo-huber, $\delta$ = 0.5"]
    assert list(tmp_path.iterdir()) == []


def saved(figure, form="png"):
    buffer = io.BytesIO()
    figure.savefig(buffer, format=form, metadata={"Software": None})
    return buffer.getvalue()


@pytest.mark.parametrize(
    "words", ["l2 --range -1 1", "huber --delta 1", "l1 l2 --style dark_background", "l1 --style ggplot"]
)
def test_saved_later_it_looks_as_the_command_line_draws_it(words, lossplot, tmp_path):
    figure = losscli.plot(words)
    lossplot(*words.split(), "-o", "file.png")
    with mpl.rc_context({"xtick.major.size": 20, "savefig.dpi": 33, "text.color": "red", "font.size": 20}):
        later = saved(figure)
        shown = figure._repr_png_()
    drawn = mpl.image.imread(tmp_path / "file.png")
    np.testing.assert_array_equal(mpl.image.imread(io.BytesIO(later)), drawn)
    np.testing.assert_array_equal(mpl.image.imread(io.BytesIO(shown)), drawn)


def test_settings_of_others_do_change_a_figure_that_forgets_its_own():
    figure = losscli.plot("l1 --style ggplot")
    kept = saved(figure)
    del figure.setting
    with mpl.rc_context({"xtick.major.size": 20, "savefig.dpi": 33}):
        assert saved(figure) != kept


def test_a_figure_can_be_changed_and_pickled():
    figure = losscli.plot("huber")
    figure.axes[0].set_title("Mine")
    again = pickle.loads(pickle.dumps(figure))
    assert again.axes[0].get_title() == "Mine"
    assert again._repr_png_().startswith(b"\x89PNG")


def test_a_notebook_shows_it():
    formatters = pytest.importorskip("IPython.core.formatters", reason="IPython is not installed")
    data, _ = formatters.DisplayFormatter().format(losscli.plot("huber"))
    assert data["image/png"].startswith(b"\x89PNG")


def test_the_collector_and_the_settings_of_the_caller_are_left_alone():
    code = """
import gc, losscli
losscli.plot("huber --style ggplot")
losscli.evaluate("huber", 1)
assert gc.isenabled() and gc.get_freeze_count() == 0
import sys, matplotlib
assert "matplotlib.pyplot" not in sys.modules
assert matplotlib.rcParams["axes.grid"] is False
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_numbers_do_not_import_matplotlib():
    code = "import sys, losscli; losscli.evaluate('huber', 1); assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_package_says_what_it_offers():
    assert {"plot", "evaluate", "Evaluation", "LossplotError", "UsageError"} <= set(dir(losscli))
    assert losscli.plot.__doc__
    with pytest.raises(AttributeError, match="has no attribute 'draw_everything'"):
        losscli.draw_everything  # noqa: B018 - what is asked for is the point
    assert all(hasattr(losscli, name) for name in losscli.__all__)


def test_the_comparison_of_arrays_can_fail():
    curve = Curve(catalogue()["l2"], 0.0, {}, "l2")
    with pytest.raises(AssertionError):
        np.testing.assert_array_equal(losscli.evaluate("l2", PREDICTIONS, 0.5).value, one(curve, PREDICTIONS)[0])


def test_what_is_no_text_is_said_in_one_line():
    with pytest.raises(losscli.UsageError, match=r"^None; plot\(\) takes the words"):
        losscli.plot(None)
    with pytest.raises(losscli.UsageError, match=r"^None; a loss is called by its name"):
        losscli.evaluate(None, 0)


def test_text_stays_text_in_an_svg_that_is_saved_later(tmp_path):
    for words, kept in (("l1 --svg-text --style plain", True), ("l1 --style plain", False)):
        losscli.plot(words).savefig(tmp_path / "x.svg")
        assert (">Prediction</text>" in (tmp_path / "x.svg").read_text("utf-8")) == kept
