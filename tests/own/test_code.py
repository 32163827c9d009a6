"""A user's own code as a loss word: how it is found, read, called and differentiated, here with NumPy."""

import math
import sys

import numpy as np
import pytest

import losscli
from losscli.errors import LossplotError, OwnCodeError, UsageError
from losscli.own.code import code_word

X = np.array([-2.0, -0.7, 0.4, 1.9])
P = np.array([0.05, 0.3, 0.5, 0.9])
CODE = '''"""Losses of a user."""
import math
from functools import wraps
import numpy as np

def huber(y_true, y_pred, delta=1.0):
    """A Huber loss.

    With a note.
    """
    r = y_pred - y_true
    return np.where(abs(r) < delta, r**2 / 2, delta * (abs(r) - delta / 2))

def mean(preds, labels):
    return np.mean((preds - labels) ** 2)

def centred(preds, labels):
    return (preds - labels) ** 2 + 0 * preds + (preds - preds.mean()) ** 2

def spread(preds, labels):
    return (preds - labels) ** 2 / (1 + labels.std())

def changing(preds, labels):
    preds -= labels
    preds *= preds
    return preds

def numbers(r, delta=1):
    return delta**2 * (math.sqrt(1 + (r / delta) ** 2) - 1)

def branch(f, y, delta=1.0):
    r = abs(f - y)
    if r < delta:
        return r**2 / 2
    return delta * (r - delta / 2)

def listed(f, y):
    return [(a - b) ** 2 for a, b in zip(f, y)]

class Silent:
    def loss(self, y_true, y_pred):
        return (y_true - y_pred) ** 2

silent = Silent()

def empty():
    return 1

@wraps(huber)
def as_huber(y_true, y_pred):
    return huber(y_true, y_pred)

def objective(predt, dtrain):
    preds = predt
    y, w = dtrain.get_label(), dtrain.get_weight()
    p = 1 / (1 + np.exp(-preds))
    return w * (p - y), w * p * (1 - p)

def with_gradient(f, y):
    return (f - y) ** 4, 4 * (f - y) ** 3

def three(r):
    return r**4, 4 * r**3, 12 * r**2

def generator(r):
    yield r**4
    yield 4 * r**3
    yield 12 * r**2

def cross_entropy(p, y):
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))

def strict(p, y):
    assert (0 <= p).all() and (p <= 1).all()
    return (p - y) ** 2, 2 * (p - y), 2 + 0 * p

def scaled_pair(y_pred, y_true, scale):
    return scale * (y_pred - y_true), scale + 0 * y_pred

def softmax(target, logits):
    top = logits.max(-1, keepdims=True)
    return (top[:, 0] + np.log(np.exp(logits - top).sum(-1))) - np.take_along_axis(logits, target[:, None], -1)[:, 0]

def soft(target, logits):
    top = logits.max(-1)
    return top + np.log(np.exp(logits - top[:, None]).sum(-1)) - (target * logits).sum(-1)

def scaled(y_pred, y_true, scale):
    return scale * (y_pred - y_true) ** 2

def whole(r, power=2, flag=True, name="x", _hidden=1.0, nothing=None):
    assert type(power) is (int if power == 3 else float), type(power)
    return abs(r) ** power

def reduced(r, reduction="mean"):
    assert reduction == "none"
    return r**2

def hinge(m):
    return np.maximum(0, 1 - m)

class Scaled:
    """A class."""

    def __init__(self, scale=2.0, reduction="mean"):
        self.scale = scale
        assert reduction == "none"

    def __call__(self, y_pred, y_true, shift=0.0):
        return self.scale * (y_pred - y_true) ** 2 + shift

    @staticmethod
    def plain(r):
        return r**2

made = Scaled(3.0, "none")
number = 3

def loud(r):
    print("a word")
    return r**2

def unknown(a, b):
    return a - 2 * b

def fails(p, y):
    raise ValueError("no such\\nloss\\n\\nand advice")

def stops(r):
    raise SystemExit(3)

def complex_(r):
    return r * 1j

def nothing(r):
    print(r)

def four(r):
    return r, r, r, r

def wrong(f, y):
    return np.ones((2, 3))
'''


@pytest.fixture(autouse=True)
def mine(tmp_path, monkeypatch):
    (tmp_path / "mine.py").write_text(CODE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def close(found, expected, tolerance=1e-7):
    given = [term for term in found if term is not None]
    for one, other in zip(given, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(
    ("word", "given", "reference", "factor"),
    [
        ("huber", {"delta": 0.5}, ("huber", {"delta": 0.5}), 1),
        ("mean", {}, ("l2", {}), 1),
        ("changing", {}, ("l2", {}), 1),
        ("numbers", {"delta": 0.5}, ("pseudo-huber", {"delta": 0.5}), 1),
        ("branch", {"delta": 0.5}, ("huber", {"delta": 0.5}), 1),
        ("listed", {}, ("l2", {}), 1),
        ("scaled", {"scale": 3}, ("l2", {}), 3),
        ("reduced", {}, ("l2", {}), 1),
        ("Scaled", {"scale": 5}, ("l2", {}), 5),
        ("Scaled.plain", {}, ("l2", {}), 1),
        ("made", {}, ("l2", {}), 3),
        ("loud", {}, ("l2", {}), 1),
        ("hinge", {"family": "margin"}, ("hinge", {}), 1),
    ],
)
def test_own_code_agrees_with_the_loss_that_it_is(word, given, reference, factor):
    name, parameters = reference
    target = 1 if word == "hinge" else 0.25
    expected = losscli.evaluate(name, X, target, **parameters)
    close(losscli.evaluate(f"mine.py:{word}", X, target, **given), [factor * term for term in expected])


def test_predictions_keep_their_shape_and_have_a_target_each():
    found = losscli.evaluate("mine.py:huber", X.reshape(2, 2), [[0.0, 1.0], [2.0, 3.0]])
    close(found, losscli.evaluate("huber", X.reshape(2, 2), [[0.0, 1.0], [2.0, 3.0]]))
    close(losscli.evaluate("mine.py:huber", 3.0, 1.0), losscli.evaluate("huber", 3.0, 1.0))


def test_code_whose_examples_depend_on_each_other_is_called_with_one_at_a_time():
    close(losscli.evaluate("mine.py:centred", X, 0.25, order=0), [(X - 0.25) ** 2])
    close(losscli.evaluate("mine.py:spread", X, [0, 1, 2, 3], order=0), [(X - [0, 1, 2, 3]) ** 2])


def test_derivatives_of_a_probability_stay_within_its_domain():
    found = losscli.evaluate("mine.py:cross_entropy", [-0.5, *P, 1.5], 1, family="probability")
    expected = losscli.evaluate("cross-entropy", P, 1)
    assert all(np.isnan(term[[0, -1]]).all() for term in found)
    close([term[1:-1] for term in found], expected, 1e-6)


def test_code_sees_no_prediction_outside_of_the_domain():
    found = losscli.evaluate("mine.py:strict", [-0.5, 0.25, 1.5], 1, family="probability")
    close(found, [[np.nan, 0.5625, np.nan], [np.nan, -1.5, np.nan], [np.nan, 2, np.nan]])


def test_a_vector_of_logits_has_a_gradient_and_a_hessian():
    logits = np.array([[0.1, -0.4, 1.2], [2.0, 0.3, -0.7]])
    found = losscli.evaluate("mine.py:softmax", logits, [2, 0], family="sparse-softmax-cross-entropy")
    assert [term.shape for term in found] == [(2,), (2, 3), (2, 3, 3)]
    close(found, losscli.evaluate("sparse-softmax-cross-entropy", logits, [2, 0]))


def test_a_distribution_is_a_target_with_a_number_for_each_class():
    found = losscli.evaluate("mine.py:soft", [[0.1, -0.4, 1.2]], [[0.1, 0.2, 0.7]], family="multiclass")
    close(found, losscli.evaluate("softmax-cross-entropy", [[0.1, -0.4, 1.2]], [[0.1, 0.2, 0.7]]))


@pytest.mark.parametrize("word", ["three", "generator"])
def test_what_the_code_returns_is_taken_as_it_is(word):
    close(losscli.evaluate(f"mine.py:{word}", X, 0), (X**4, 4 * X**3, 12 * X**2), 1e-9)


def test_a_method_of_an_object_is_a_loss():
    close(losscli.evaluate("mine.py:silent.loss", X, 1, order=0), [(X - 1) ** 2])


def test_a_default_is_left_out_of_the_call():
    """A decorated function may have fewer arguments than its signature says."""
    close(losscli.evaluate("mine.py:as_huber", X, 0, order=0), losscli.evaluate("huber", X, 0, order=0)[:1])
    with pytest.raises(OwnCodeError, match="TypeError"):
        losscli.evaluate("mine.py:as_huber", X, 0, delta=2)


def test_a_pair_is_gradient_and_hessian_unless_returns_says_other():
    found = losscli.evaluate("mine.py:objective", X, 1, family="logit")
    expected = losscli.evaluate("sigmoid-cross-entropy", X, 1)
    assert np.isnan(found[0]).all()
    close(found[1:], expected[1:], 1e-12)
    assert code_word("mine.py:objective").build({}).loss.gives == ("gradient", "hessian")
    assert code_word("mine.py:scaled_pair").build({}).loss.gives == ("gradient", "hessian")
    close(losscli.evaluate("mine.py:with_gradient", X, 0, returns="gradient,hessian")[1:], (X**4, 4 * X**3))
    close(losscli.evaluate("mine.py:with_gradient", X, 0, returns="value,gradient"), (X**4, 4 * X**3, 12 * X**2))


def test_order_of_arguments():
    close(losscli.evaluate("mine.py:unknown", X, 1, arguments="prediction,target")[:1], [X - 2])
    close(losscli.evaluate("mine.py:unknown", X, 1, arguments="target,prediction")[:1], [1 - 2 * X])


def test_a_generator_is_not_asked_for_more_than_is_needed(mine):
    (mine / "lazy.py").write_text(
        "def f(r, strict=0):\n    yield r**2\n    assert not strict\n    yield 2 * r\n    yield 0 * r\n"
    )
    close(losscli.evaluate("lazy.py:f", X, 0, order=0, strict=1), [X**2])
    with pytest.raises(OwnCodeError, match="AssertionError"):
        losscli.evaluate("lazy.py:f", X, 0, order=1, strict=1)


def test_a_value_alone_is_not_differentiated(mine):
    (mine / "count.py").write_text(
        "calls = []\ndef f(y_pred, y_true):\n    calls.append(1)\n    return y_pred - y_true\n"
    )
    word = code_word("count.py:f").build({})
    calls = word.loss.formula.__self__.calls.code.found.__globals__["calls"]
    calls.clear()
    next(word.loss.formula(X, np.zeros(4)))
    assert len(calls) == 1


def test_parameters_and_help():
    word = code_word("mine.py:huber")
    assert [(item.name, item.default, item.latex) for item in word.parameters] == [("delta", 1.0, r"\delta")]
    assert (word.summary, word.note) == ("A Huber loss.", "\nWith a note.".strip("\n"))
    assert [item.name for item in code_word("mine.py:whole").parameters] == ["power"]
    assert [item.name for item in code_word("mine.py:Scaled").parameters] == ["scale", "shift"]
    (needed,) = code_word("mine.py:scaled").parameters
    assert (needed.name, needed.required, needed.latex) == ("scale", True, r"\mathrm{scale}")


def test_a_whole_default_is_given_as_a_whole_number():
    close(losscli.evaluate("mine.py:whole", X, 0, power=3, order=0), [abs(X) ** 3])
    close(losscli.evaluate("mine.py:whole", X, 0, power=2.5, order=0), [abs(X) ** 2.5])


def test_numerical_derivatives_say_so_and_estimate_their_errors():
    loss = code_word("mine.py:numbers").build({}).loss
    assert "numerical" in loss.note
    errors = loss.errors(X, delta=1.0)
    exact = losscli.evaluate("pseudo-huber", X, 0, delta=1)
    found = losscli.evaluate("mine.py:numbers", X, 0)
    for error, one, other in zip(errors, found[1:], exact[1:], strict=True):
        assert (error < 1e-7).all()
        assert (abs(one - other) <= 100 * error + 1e-14).all()
    assert code_word("mine.py:three").build({}).loss.errors is None
    errors = code_word("mine.py:with_gradient").build({"returns": "value,gradient"}).loss.errors(X, np.zeros(4))
    assert (errors[0] == 0).all()
    assert (errors[1] > 0).any()


def test_derivatives_near_the_ends_of_a_domain_and_far_out():
    near = np.array([1e-9, 1e-4, 1 - 1e-4])
    close(losscli.evaluate("mine.py:cross_entropy", near[1:], 1, family="probability")[1:2], [-1 / near[1:]], 1e-5)
    far = np.array([1e4, 1e8])
    close([losscli.evaluate("mine.py:mean", far, 0)[1] / far], [[2, 2]])


def test_float32():
    found = losscli.evaluate("mine.py:mean", 1 / 3, 0, dtype="float32", order=0)[0]
    assert found == np.float32(np.float32(1 / 3) ** 2)
    assert code_word("mine.py:mean").build({"dtype": "float32"}).loss.dtype == "float32"


def test_derivatives_without_scipy_name_what_to_install(monkeypatch):
    for name in [key for key in sys.modules if key.startswith("scipy")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "scipy", None)
    close(losscli.evaluate("mine.py:huber", X, 0, order=0), losscli.evaluate("huber", X, 0, order=0)[:1])
    with pytest.raises(LossplotError, match=r"pip install 'lossplot\[own\]'"):
        losscli.evaluate("mine.py:huber", X, 0)


def test_what_code_prints_is_no_output(lossplot):
    found = lossplot("mine.py:loud", "--at", "2", "--order", "0")
    assert (found.code, found.out.count("\n"), "a word" in found.out, "a word" in found.err) == (0, 1, False, True)


@pytest.mark.parametrize(
    ("word", "settings", "line", "texts"),
    [
        (
            "fails",
            {},
            "raise ValueError",
            ["ValueError: no such loss; calling mine.py:fails with predictions of shape"],
        ),
        ("stops", {}, "raise SystemExit", ["SystemExit: 3; calling mine.py:stops"]),
        ("complex_", {}, "def complex_", ["returns complex numbers"]),
        ("nothing", {}, "def nothing", ["returns NoneType"]),
        ("four", {}, "def four", ["returns 4 arrays", "--returns"]),
        ("wrong", {}, "def wrong", ["shape (2, 3)"]),
        ("mean", {"returns": "value,gradient"}, "def mean", ["returns 1 arrays", "--returns"]),
    ],
)
def test_failing_code_is_one_line_with_the_line_of_the_code(word, settings, line, texts):
    with pytest.raises(OwnCodeError) as caught:
        losscli.evaluate(f"mine.py:{word}", X, 0, **settings)
    at = next(index for index, text in enumerate(CODE.splitlines(), 1) if line in text)
    said = str(caught.value)
    assert said.startswith(f"mine.py:{at}: ")
    assert "\n" not in said
    assert all(text in said for text in texts), said


def test_the_cause_is_kept():
    with pytest.raises(OwnCodeError) as caught:
        losscli.evaluate("mine.py:fails", X, 0)
    assert isinstance(caught.value.__cause__, ValueError)


@pytest.mark.parametrize(
    ("word", "settings", "texts"),
    [
        ("mine.py:hubert", {}, ["mine.py has no hubert", "did you mean huber?", "objective"]),
        ("mine.py:Scaled.other", {}, ["has no Scaled.other"]),
        ("mine.py:", {}, ["huber"]),
        ("mine.py:Silent", {}, ["Silent has no __call__"]),
        ("mine.py:Silent.loss", {}, ["Silent.loss is a method", "x = Silent()"]),
        ("mine.py:empty", {}, ["empty has no named arguments"]),
        ("mine.py:number", {}, ["of type int"]),
        ("none.py:huber", {}, ["none.py: No such file", "FILE.py:NAME"]),
        ("nomodule_:huber", {}, ["no module nomodule_"]),
        ("mine.py:unknown", {}, ["(a, b)", "y_pred", "--arguments prediction,target"]),
        ("mine.py:mean", {"arguments": "both"}, ["--arguments both", "target,prediction"]),
        ("mine.py:numbers", {"arguments": "prediction,target"}, ["needs 1: r"]),
        ("mine.py:mean", {"returns": "loss"}, ["--returns loss", "value, gradient, hessian"]),
        ("mine.py:mean", {"dtype": "float16"}, ["--dtype float16", "float32"]),
        ("mine.py:mean", {"family": "margins"}, ["--family margins", "did you mean margin?"]),
        ("mine.py:mean", {"family": "similarity"}, ["--family similarity", "takes a target"]),
        ("mine.py:numbers", {"family": "logit"}, ["--family logit", "takes one argument"]),
    ],
)
def test_what_cannot_be_read_is_said_with_what_is_allowed(word, settings, texts):
    with pytest.raises(UsageError) as caught:
        code_word(word).build(settings)
    assert all(text in str(caught.value) for text in texts), str(caught.value)


@pytest.mark.parametrize(
    ("text", "line", "texts"),
    [
        ("x = 1\nx = y\n", 2, ["NameError", "importing broken.py"]),
        ("x = 1\n\ndef f(:\n", 3, ["SyntaxError"]),
        ("import sys\nsys.exit('done')\n", 2, ["SystemExit: done"]),
        ("import nomodule_\n", 1, ["ModuleNotFoundError", "nomodule_"]),
        ("from mine import nothing_\n", 1, ["ImportError"]),
    ],
)
def test_a_failing_import_is_one_line_with_the_line_of_the_code(mine, text, line, texts):
    (mine / "broken.py").write_text(text)
    with pytest.raises(OwnCodeError) as caught:
        code_word("broken.py:f")
    assert str(caught.value).startswith(f"broken.py:{line}: ")
    assert all(part in str(caught.value) for part in texts), str(caught.value)


def test_a_changed_file_is_read_again_and_its_folder_is_found_by_its_imports(mine):
    (mine / "deep").mkdir()
    (mine / "deep" / "beside_.py").write_text("FACTOR = 3\n")
    file = mine / "deep" / "own.py"
    file.write_text("from beside_ import FACTOR\ndef f(r):\n    return FACTOR * r\n")
    close(losscli.evaluate("deep/own.py:f", X, 0, order=0), [3 * X])
    file.write_text("def f(r):\n    from beside_ import FACTOR\n    return 2 * FACTOR * r\n")
    assert str(mine / "deep") not in sys.path
    close(losscli.evaluate("deep/own.py:f", X, 0, order=0), [6 * X])
    assert str(mine / "deep") not in sys.path


def test_code_of_a_module_of_this_folder(mine):
    (mine / "package_").mkdir()
    (mine / "package_" / "__init__.py").write_text("")
    (mine / "package_" / "losses.py").write_text("from .part import half\n\ndef f(r):\n    return half(r)\n")
    (mine / "package_" / "part.py").write_text("def half(r):\n    return r**2 / 2\n")
    close(losscli.evaluate("package_.losses:f", X, 0), (X**2 / 2, X, np.ones(4)))
    with pytest.raises(UsageError, match="has no g; it has f"):
        code_word("package_.losses:g")


def test_a_function_of_python_is_a_loss():
    def asymmetric(y_true, y_pred, tau=0.3):
        r = y_pred - y_true
        return np.where(r > 0, 1 - tau, -tau) * r

    close(losscli.evaluate(asymmetric, X, 0.25, tau=0.2)[:1], [np.where(X > 0.25, 0.8, -0.2) * (X - 0.25)])


def test_a_figure_of_own_code(lossplot):
    found = lossplot(
        "mine.py:huber", "--delta", "0.5", "huber", "--show", "value", "--show", "gradient", "-o", "own.svg"
    )
    assert (found.code, found.err) == (0, "")
    assert math.isfinite(len(found.out))


def test_code_without_a_signature_needs_the_order_of_its_arguments(mine):
    (mine / "bare.py").write_text("def f(*args):\n    return args[0] - 2 * args[1]\n")
    with pytest.raises(UsageError, match="no named arguments"):
        code_word("bare.py:f").build({})
    close(losscli.evaluate("bare.py:f", X, 1, arguments="prediction,target", order=0), [X - 2])


def test_an_error_in_a_module_of_a_package_names_its_file(mine):
    (mine / "broken_").mkdir()
    (mine / "broken_" / "__init__.py").write_text("")
    (mine / "broken_" / "losses.py").write_text("x = 1\nx = y\n")
    with pytest.raises(OwnCodeError, match=r"^broken_.losses.py:2: NameError: .*; importing broken_.losses$"):
        code_word("broken_.losses:f")
    with pytest.raises(UsageError, match=r"no module broken_\.other;"):
        code_word("broken_.other:f")
