"""A user's own code in PyTorch, JAX, TensorFlow and Keras: by each library's own differentiation, where it is there."""

import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest

import losscli
from losscli.errors import LossplotError, OwnCodeError, UsageError
from losscli.own.code import code_word
from losscli.own.code.frameworks import framework
from losscli.own.code.loading import load
from losscli.own.code.signature import Code

X = np.array([-2.0, -0.7, 0.4, 1.9])
LOGITS = np.array([[0.1, -0.4, 1.9], [0.7, 0.3, -0.7]])
CODES = {
    "torch": """
import torch, torch.nn.functional as F

class Focal(torch.nn.Module):
    def __init__(self, gamma=2.0, reduction="mean"):
        super().__init__()
        self.gamma, self.reduction = gamma, reduction
        self.register_buffer("one", torch.ones(1))

    def forward(self, inputs, targets):
        found = F.binary_cross_entropy_with_logits(inputs, targets, reduction="none")
        found = self.one * (1 - torch.exp(-found)) ** self.gamma * found
        return found if self.reduction == "none" else found.mean()

focal = Focal(gamma=2.0)
builtin = torch.nn.HuberLoss(delta=0.5)

def huber(y_pred: torch.Tensor, y_true: torch.Tensor, delta: float = 1.0):
    r = y_pred - y_true
    return torch.where(r.abs() < delta, r**2 / 2, delta * (r.abs() - delta / 2)).mean()

def changing(f, y):
    f -= y
    f[f < 0] *= -1
    return torch.where(f < 1, f**2 / 2, f - 0.5).sum()

def branch(f, y):
    r = abs(f - y)
    return r**2 / 2 if r < 1 else r - 0.5

def softmax(logits, target):
    return F.cross_entropy(logits, target)

def flat(f, y):
    return (f * y <= 0).float()
""",
    "jax": """
import jax, jax.numpy as jnp

@jax.jit
def huber(preds, y, delta=1.0):
    r = preds - y
    return jnp.where(abs(r) < delta, r**2 / 2, delta * (abs(r) - delta / 2))

def mean(preds, y):
    return jnp.mean(huber(preds, y))

def branch(f, y):
    r = abs(f - y)
    return (r**2 / 2 if r < 1 else r - 0.5).sum()

mapped = jax.vmap(huber)

@jax.custom_vjp
def clipped(r):
    return jnp.where(abs(r) < 1, r**2 / 2, abs(r) - 0.5)

clipped.defvjp(lambda r: (clipped(r), r), lambda r, slope: (slope * jnp.clip(r, -1, 1),))

def reversed_(preds, y):
    return clipped(preds - y)

def softmax(logits, target):
    return -jnp.take_along_axis(jax.nn.log_softmax(logits), target[:, None], 1)[:, 0]
""",
    "tensorflow": """
import tensorflow as tf

def huber(y_true, y_pred, delta=1.0):
    r = tf.abs(y_true - y_pred)
    return tf.where(r < delta, r**2 / 2, delta * (r - delta / 2))

def mean(y_true, y_pred):
    return tf.reduce_mean(huber(y_true, y_pred))

def branch(y_true, y_pred):
    r = tf.abs(y_true - y_pred)
    return r**2 / 2 if r < 1 else r - 0.5

def softmax(target, logits):
    return tf.nn.sparse_softmax_cross_entropy_with_logits(target, logits)

def flat(y_true, y_pred):
    return tf.cast(y_true * y_pred <= 0, tf.float32)
""",
    "keras": '''
import keras
from keras import ops

def huber(y_true, y_pred, delta=1.0):
    r = ops.abs(y_true - y_pred)
    return ops.mean(ops.where(r < delta, r**2 / 2, delta * (r - delta / 2)), axis=-1)

class Huber(keras.losses.Loss):
    """A loss of a user."""

    def __init__(self, delta=1.0, reduction="sum_over_batch_size", name="huber"):
        super().__init__(reduction=reduction, name=name)
        self.delta = delta

    def call(self, y_true, y_pred):
        return huber(y_true, y_pred, self.delta)

builtin = keras.losses.Huber(delta=0.5)
''',
}
HUBER = ("huber", {"delta": 0.5}, {})
UNIT = ("huber", {"delta": 1}, {})
SOFTMAX = ("sparse-softmax-cross-entropy", {}, {"family": "sparse-softmax-cross-entropy"})
CASES = [
    ("torch", "Focal", {"gamma": 3}, ("focal", {"gamma": 3}, {"family": "logit"})),
    ("torch", "focal", {}, ("focal", {"gamma": 2}, {"family": "logit"})),
    ("torch", "builtin", {}, HUBER),
    ("torch", "huber", {"delta": 0.5}, HUBER),
    ("torch", "changing", {}, UNIT),
    ("torch", "branch", {}, UNIT),
    ("torch", "softmax", {}, SOFTMAX),
    ("jax", "huber", {"delta": 0.5}, HUBER),
    ("jax", "mean", {}, UNIT),
    ("jax", "branch", {}, UNIT),
    ("jax", "mapped", {}, UNIT),
    ("jax", "reversed_", {}, UNIT),
    ("jax", "softmax", {}, SOFTMAX),
    ("tensorflow", "huber", {"delta": 0.5}, HUBER),
    ("tensorflow", "mean", {}, UNIT),
    ("tensorflow", "branch", {}, UNIT),
    ("tensorflow", "softmax", {}, SOFTMAX),
    ("keras", "huber", {"delta": 0.5}, HUBER),
    ("keras", "Huber", {"delta": 0.5}, HUBER),
    ("keras", "builtin", {}, HUBER),
]
# The libraries warn of themselves: of what they will change, of what is slow.
pytestmark = pytest.mark.filterwarnings("default")


def needed(name):
    """Skip the test unless a library, and for Keras one that it runs on, is installed."""
    if not all(map(find_spec, [name, *(["tensorflow"] if name == "keras" else [])])):
        pytest.skip(f"{name} is not installed")


@pytest.fixture(autouse=True)
def mine(tmp_path, monkeypatch):
    for name, code in CODES.items():
        (tmp_path / f"in_{name}.py").write_text(code)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("library", "word", "given", "reference"), CASES)
def test_own_code_agrees_with_the_loss_that_it_is(library, word, given, reference):
    needed(library)
    name, parameters, settings = reference
    predictions, target = (LOGITS, [2, 0]) if word == "softmax" else (X, 1.0 if name == "focal" else 0.25)
    found = losscli.evaluate(f"in_{library}.py:{word}", predictions, target, **given, **settings)
    for one, other in zip(found, losscli.evaluate(name, predictions, target, **parameters), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("library", CODES)
def test_one_example_of_code_that_reduces_has_derivatives(library):
    needed(library)
    word = "huber" if library == "keras" else "branch" if library == "torch" else "mean"
    assert [float(term) for term in losscli.evaluate(f"in_{library}.py:{word}", 2.0, 0.25)] == [1.25, 1.0, 0.0]


@pytest.mark.parametrize("library", ["torch", "tensorflow"])
def test_a_result_that_does_not_depend_on_the_prediction_has_derivatives_of_0(library):
    needed(library)
    found = losscli.evaluate(f"in_{library}.py:flat", X, 1, arguments="prediction,target")
    np.testing.assert_array_equal(found, [X <= 0, 0 * X, 0 * X])


@pytest.mark.parametrize("library", ["torch", "jax", "tensorflow", "keras"])
def test_float32(library):
    needed(library)
    found = losscli.evaluate(f"in_{library}.py:huber", [1 / 3], 0, dtype="float32")
    assert found[1][0] == np.float32(1 / 3)
    assert losscli.evaluate(f"in_{library}.py:huber", [1 / 3], 0)[1][0] == 1 / 3


@pytest.mark.parametrize("library", CODES)
def test_the_library_is_seen_and_named(library):
    needed(library)
    for word in [case[1] for case in CASES if case[0] == library]:
        code = Code(f"in_{library}.py:{word}", *load(f"in_{library}.py:{word}"))
        assert framework(code) == library
    said = {"torch": "PyTorch's autograd", "jax": "JAX's own differentiation"}.get(library, "GradientTape")
    loss = code_word(f"in_{library}.py:huber").build({}).loss
    assert said in loss.note
    assert loss.errors is None


def test_what_a_library_cannot_differentiate_is_one_line(mine):
    needed("torch")
    (mine / "out.py").write_text("import torch\ndef f(preds, y):\n    return abs(torch.tensor(preds.numpy()) - y)\n")
    np.testing.assert_array_equal(losscli.evaluate("out.py:f", X, 0, order=0)[0], abs(X))
    with pytest.raises(OwnCodeError, match=r"^out.py:3: RuntimeError: .*; calling out.py:f with predictions of shape"):
        losscli.evaluate("out.py:f", X, 0, order=1)


def test_code_that_refers_to_two_libraries_needs_to_be_told(mine):
    (mine / "both.py").write_text("def f(r):\n    from torch import nn\n    import torch, jax\n    return r**2\n")
    with pytest.raises(UsageError, match="refers to jax and torch; --with says"):
        code_word("both.py:f").build({})


def test_a_library_that_is_missing_is_named(mine, monkeypatch):
    (mine / "plain.py").write_text("def f(r):\n    return r**2\n")
    word = code_word("plain.py:f")
    monkeypatch.setattr("importlib.util.find_spec", lambda _name, _package=None: None)
    with pytest.raises(LossplotError, match="torch is not installed; pip install torch"):
        word.build({"with": "torch"})


def test_no_library_is_imported_for_code_of_numpy(mine):
    (mine / "plain.py").write_text("import numpy as np\ndef f(r):\n    return np.abs(r)\n")
    program = (
        "import sys, losscli; losscli.evaluate('plain.py:f', [1.0], 0, order=0);"
        "print([name for name in ('torch', 'jax', 'tensorflow', 'keras', 'scipy') if name in sys.modules])"
    )
    env = {"PYTHONPATH": ":".join(filter(None, sys.path))}
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=env)
    assert found.stdout.strip() == "[]"
