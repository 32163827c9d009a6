"""Every name of losscli.names.table against the library it is from, wherever that library is installed.

`python -m pytest tests/names/test_conformance.py`; `python tests/conformance_page.py` writes CONFORMANCE.md.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from math import ceil, log10
from pathlib import Path

import mpmath as mp
import numpy as np
import oracle
import pytest
from adapters import (
    ADAPTERS,
    MODULES,
    PACKAGES,
    REASONS,
    installed,
    installed_version,
    loaded,
    meant,
    quietly,
    reason,
    xgb_value,
)
from explicit import EXPLICIT
from test_exactness import first_symbol, symbols
from test_multiclass import DEFINITIONS, precise

from losscli.api import evaluate
from losscli.losses import catalogue
from losscli.model.domains import Distribution, LabelSet, written
from losscli.model.loss import resolved
from losscli.model.numbers import shown
from losscli.names.find import find
from losscli.names.frameworks import LIBRARIES, library, rows
from losscli.recipe.reading import curves
from losscli.recipe.request import LossWord, Request

# Single precision holds them all, and no kink of any parameter below lies there.
SIZES = [0.03125, 0.140625, 0.375, 0.640625, 0.890625, 0.984375, 1.703125, 3.296875, 6.109375, 14.0625, 30.03125]
POINTS = sorted([*SIZES, *(-size for size in SIZES)])
LOGITS = {
    3: [(0.25, -1.25, 2.125), (2.125, 0.25, 1.875), (-0.25, 0.5, -0.625), (5.0, -3.0, 1.5)],
    5: [(0.25, 0.125, 0.75, -0.125, 0.625), (5.0, -3.5, 1.0, 2.5, -1.0)],
}
TARGETS = [0.0, 0.25, 1.0, 1.5, 2.0, -1.0, -2.0]
VALUES = [0.3, 0.75, 2.0, 3.0]
WEIGHTS = [(0.25, 2.0, 1.5), (0.25, 2.0, 0.0, 1.0, 3.0)]
DISTRIBUTIONS = [(0.125, 0.125, 0.75), (0.0, 1.0, 0.0), (0.125, 0.25, 0.25, 0.125, 0.25)]
LABELS = [(1.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0, 1.0, 0.0)]


def curve(name, target, said):
    """Return the curve that words with this name mean."""
    numbers = {key: (value,) for key, value in said.items() if value is not None and not isinstance(value, bool)}
    word = LossWord(switched(name, said), numbers)
    (found,) = curves(Request((word,), {} if target is None else {"target": (written(target),)}))
    return found


def parameter_sets(name):
    """Return the library's defaults, and each parameter through a few values with the others at their default."""
    spelling = find(name)
    default = {item.name: item.default for item in spelling.parameters}
    found = [default]
    for item in spelling.parameters:
        values = WEIGHTS if item.per_class else item.choices or (*VALUES, *ADAPTERS[name].values)
        found += [default | {item.name: value} for value in values if fits(item, value)]
    weights = [said for said in found if any(isinstance(value, tuple) for value in said.values())]
    for item in spelling.parameters * bool(weights):  # how a library joins the weights with another parameter
        values = [] if item.per_class else VALUES[:1]
        found += [said | {item.name: value} for said in weights for value in values if fits(item, value)]
    for switch in spelling.switches:
        turned = {switch.name: not switch.default}
        found.append({item.name: item.default for item in spelling.switched(turned).parameters} | turned)
    return [said for said in found if is_allowed(name, said) and ADAPTERS[name].allows(**said)]


def is_allowed(name, said):
    """Return True if the loss has these parameters together."""
    spelling = switched(name, said)
    require = spelling.loss.require
    numbers = {item.name: said.get(item.name, item.default) for item in spelling.parameters}
    return not require or resolved(require[0], spelling.canonical(numbers))


def switched(name, said):
    """Return what a name means with the switches among these parameters."""
    return find(name).switched({key: value for key, value in said.items() if isinstance(value, bool)})


def fits(item, value):
    if item.per_class or item.choices:
        return value != item.default and item.holds(value)
    return value in item.interval and value != item.default and not (item.whole and value % 1)


def targets(name, said):
    """Return the targets that the loss and the library's function both read."""
    spelling = switched(name, said)
    kind = spelling.reads(said)
    if isinstance(kind, Distribution | LabelSet):
        several = DISTRIBUTIONS if isinstance(kind, Distribution) else LABELS
        return [target for target in several if ADAPTERS[name].takes(target)]
    if spelling.loss.family.vector:
        return [0, 2]
    if not hasattr(kind, "__contains__"):
        return [None]
    return [target for target in TARGETS if target in kind and ADAPTERS[name].takes(target)]


def suits(target, said):
    """Return True if a target has as many classes as there are weights."""
    counts = [len(value) for value in said.values() if isinstance(value, tuple)]
    return not isinstance(target, tuple) or not counts or len(target) == counts[0]


def predictions(name, one):
    """Return where a curve is compared: vectors, or numbers inside the domain."""
    if one.loss.family.vector:
        weights = [value for value in one.parameters.values() if isinstance(value, tuple)]
        sizes = [one.classes] if weights or isinstance(one.target, tuple) else list(LOGITS)
        found = [np.array(LOGITS[size]) for size in sizes]
        if one.domain.high == 0:
            return [-abs(x) for x in found]
        return [abs(x) / 8 if one.domain.low == 0 else x / 8 if one.domain.low == -1 else x for x in found]
    low, high = one.domain.low, one.domain.high
    found = [x for x in POINTS if low < x < high and ADAPTERS[name].reaches(x, one.target)]
    return [np.array(found[:: ADAPTERS[name].every])]


def spread(target, x):
    """Return the target of each of several examples."""
    return None if target is None else np.tile(np.asarray(target), (len(x), 1) if np.ndim(target) else len(x))


def theirs(name, x, target, said):
    """Return predictions, values and gradients by the library; it may have taken predictions of its own."""
    adapter = ADAPTERS[name]
    default = {item.name: item.default for item in (*switched(name, said).parameters, *find(name).switches)}
    options = {key: value for key, value in said.items() if value != default[key] or key in adapter.needs}
    with quietly():
        values, slopes, *own = adapter.measure(meant(name) if adapter.runs else None, x, spread(target, x), options)
    return own[0] if own else x, values, slopes


def bends(name, x, target, said):
    """Return the Hessian by the library, of each number of a prediction alone; None if it has none."""
    adapter = ADAPTERS[name]
    default = {item.name: item.default for item in find(name).parameters}
    options = {key: value for key, value in said.items() if value != default.get(key) or key in adapter.needs}
    with quietly():
        return adapter.bend(meant(name), x, spread(target, x), options) if adapter.bend else None


def trained(name, one, x):
    """Return value, gradient and the Hessian of each number alone, which the library may replace."""
    value, gradient, hessian = one.terms(x, 3)
    if one.loss.family.vector:
        hessian = np.diagonal(hessian, axis1=-2, axis2=-1)
    instead = rows()[name].instead
    if instead and instead.quantity == "hessian":
        hessian = resolved(instead.compute, {**one.known, **dict(one.named), "x": x, "y": np.asarray(one.target)})
    return value, gradient, hessian


def smooth(one, x):
    """Return where no kink is near."""
    if one.loss.family.vector:
        return np.full(len(x), fill_value=True)
    argument = one.loss.family.argument(x, np.asarray(one.canonical_target))[0]
    return np.array([all(abs(at - place) > 1e-6 for place in one.fact("breaks")) for at in argument])


def errors(name, got, own):
    """Return how far a library is off, relative to the number itself."""
    size = np.maximum(abs(own), ADAPTERS[name].scale)
    off = np.where(got == own, 0.0, abs(got - own) / np.where(size == 0, 1.0, size))
    return np.where(np.isnan(off), np.inf, off)


@cache
def compared(name):
    """Return the worst error of values, gradients and Hessians, each with where it is; None where there are none."""
    worst = [None, None, None]
    for said in parameter_sets(name):
        for target in targets(name, said):
            if not suits(target, said):
                continue
            one = curve(name, target, said)
            for points in predictions(name, one):
                x, *got = theirs(name, points, target, said)
                got.append(bends(name, x, target, said))
                for order, (their, own) in enumerate(zip(got, trained(name, one, x), strict=True)):
                    if their is None:
                        continue
                    fair = smooth(one, x) if order else np.full(len(x), fill_value=True)
                    off, where = errors(name, their, own)[fair], x[fair]
                    if off.size and (worst[order] is None or off.max() > worst[order][0]):
                        at = np.unravel_index(off.argmax(), off.shape)
                        worst[order] = (float(off[at]), {"at": where[at[0]].tolist(), "target": target, **said})
    return tuple(worst)


HERE = [name for name in rows() if name in ADAPTERS and (not ADAPTERS[name].runs or installed(library(name)))]


@pytest.mark.parametrize("name", HERE)
def test_the_name_means_what_it_does_in_its_library(name):
    found = compared(name)
    assert found != (None, None, None)
    for worst, quantity in zip(found, ("value", "gradient", "hessian"), strict=True):
        assert worst is None or worst[0] <= ADAPTERS[name].tolerance, f"{quantity} is {worst[0]:.3g} off: {worst[1]}"


@pytest.mark.skipif(not installed("torch"), reason="torch is not installed")
@pytest.mark.parametrize("share", [0.0, 0.1])
def test_weights_and_smoothing_of_a_target_of_probabilities_are_those_of_torch(share):
    torch, t, weight = loaded("torch"), (0.125, 0.125, 0.75), WEIGHTS[0]
    x = np.array(LOGITS[3])
    z, y = torch.tensor(x, requires_grad=True), torch.tensor([t] * len(x), dtype=torch.float64)
    loss = torch.nn.CrossEntropyLoss(torch.tensor(weight, dtype=z.dtype), label_smoothing=share, reduction="none")
    values = loss(z, y)
    (slopes,) = torch.autograd.grad(values.sum(), z)
    own = evaluate("softmax-cross-entropy", x, t, weight=weight, label_smoothing=share)
    np.testing.assert_allclose(values.detach().numpy(), own.value, rtol=1e-12)
    np.testing.assert_allclose(slopes.numpy(), own.gradient, rtol=1e-12, atol=1e-14)


@pytest.mark.skipif(not installed("keras"), reason="Keras is not installed")
def test_the_categorical_focal_loss_of_logits_is_that_of_keras():
    x, t, said = np.array(LOGITS[3]) / 2, (0.125, 0.125, 0.75), {"from_logits": True, "label_smoothing": 0.2}
    call = loaded("keras").losses.categorical_focal_crossentropy
    with quietly():
        theirs = np.asarray(call(np.tile(t, (len(x), 1)), x, gamma=1.5, **said))
    own = evaluate("keras.losses.CategoricalFocalCrossentropy", x, t, gamma=1.5, **said)
    np.testing.assert_allclose(theirs, own.value, rtol=1e-12)


@pytest.mark.parametrize("first", [name for name in LIBRARIES if name not in REASONS])
def test_every_name_of_an_installed_library_is_compared(first):
    own = [name for name in rows() if library(name) == first]
    assert [name for name in own if name not in ADAPTERS and not reason(name)] == []
    if any(ADAPTERS[name].runs for name in own if name in ADAPTERS) and not installed(first):
        pytest.skip(f"{MODULES.get(first, first)} is not installed")


def test_every_adapter_and_every_reason_is_of_a_name_in_the_table():
    assert set(ADAPTERS) <= set(rows())
    assert set(REASONS) <= {*rows(), *LIBRARIES}
    assert not [name for name in ADAPTERS if reason(name)]


def test_a_default_that_a_library_does_not_have_is_said_to_be_ours():
    assert [name for name in ADAPTERS if ADAPTERS[name].needs and "default" not in rows()[name].differs] == []


def test_the_versions_that_are_named_are_those_compared_with():
    (compared_with,) = re.findall(r"(?m)^Compared with (.*)\.$", PAGE.read_text(encoding="utf-8"))
    found = dict(one.split() for one in compared_with.split(", "))
    for name, called in LIBRARIES.items():
        package = PACKAGES.get(name, name)
        if package in found:
            assert f"{found[package]}.".startswith(f"{called.split()[-1]}."), name


@dataclass(frozen=True)
class Fault:
    """A place where a library is not right."""

    name: str
    at: float | tuple[float, ...]
    target: float | int | tuple[float, ...] | None
    why: str
    quantity: str = "value"
    said: dict[str, float] = field(default_factory=dict)

    def __str__(self):
        return f"{self.name}-{self.quantity}-at-{self.at}"


CANCELS = "what is left of a difference of nearly equal numbers"
OVERFLOWS = "the square is too large for a double"
MASKED = "a sum of pieces times their masks: infinity times 0"
CLIPPED = "the probability is clipped"
LOST = "1 + a small number is 1"
SINGLE = "single precision"
TINY, HUGE, WIDE = 1e-8, 1e200, (40.0, 0.0, 0.0)
FAULTS = (
    Fault("scipy.special.pseudo_huber", HUGE, 0.0, OVERFLOWS),
    Fault("scipy.special.kl_div", 1 - 1e-8, 1.0, CANCELS),
    Fault("scipy.optimize.least_squares:soft_l1", TINY, 0.0, CANCELS),
    Fault("scipy.optimize.least_squares:soft_l1", HUGE, 0.0, OVERFLOWS),
    Fault("scipy.optimize.least_squares:soft_l1", HUGE, 0.0, OVERFLOWS, "gradient"),
    Fault("scipy.optimize.least_squares:huber", HUGE, 0.0, OVERFLOWS),
    Fault("scipy.optimize.least_squares:huber", HUGE, 0.0, OVERFLOWS, "gradient"),
    Fault("scipy.optimize.least_squares:cauchy", HUGE, 0.0, OVERFLOWS),
    Fault("scipy.optimize.least_squares:cauchy", HUGE, 0.0, OVERFLOWS, "gradient"),
    Fault("sklearn.metrics.log_loss", 1e-30, 1.0, CLIPPED),
    Fault("sklearn.metrics.mean_poisson_deviance", 1 - 1e-8, 1.0, CANCELS),
    Fault("sklearn.metrics.mean_gamma_deviance", 1 - 1e-8, 1.0, CANCELS),
    Fault("sklearn._loss.loss.HalfTweedieLossIdentity", 1 - 1e-8, 1.0, CANCELS),
    Fault("sklearn.decomposition.NMF:kullback-leibler", 1 - 1e-8, 1.0, CANCELS),
    Fault("sklearn._loss.loss.HalfMultinomialLoss", WIDE, 0, LOST),
    Fault("statsmodels.robust.norms.HuberT", HUGE, 0.0, MASKED),
    Fault("statsmodels.robust.norms.TrimmedMean", HUGE, 0.0, MASKED),
    Fault("statsmodels.robust.norms.TukeyBiweight", HUGE, 0.0, MASKED),
    Fault("statsmodels.robust.norms.TukeyBiweight", HUGE, 0.0, MASKED, "gradient"),
    Fault("statsmodels.robust.norms.TukeyQuartic", HUGE, 0.0, MASKED),
    Fault("statsmodels.robust.norms.TukeyQuartic", -2.0, 0.0, "an odd power of r, not of |r|", said={"k": 3.0}),
    Fault("statsmodels.robust.norms.TukeyQuartic", -2.0, 0.0, "as its value", "gradient", {"k": 3.0}),
    Fault("statsmodels.robust.norms.RamsayE", TINY, 0.0, CANCELS),
    Fault("statsmodels.robust.norms.AndrewWave", TINY, 0.0, CANCELS),
    Fault("statsmodels.robust.norms.StudentT", TINY, 0.0, CANCELS),
    Fault("statsmodels.robust.norms.StudentT", HUGE, 0.0, OVERFLOWS),
    Fault("torch.nn.functional.soft_margin_loss", -710.0, 1.0, "the exponential is too large for a double"),
    Fault("torch.nn.functional.soft_margin_loss", -710.0, 1.0, "infinity over infinity", "gradient"),
    Fault("torch.nn.functional.binary_cross_entropy", 1e-50, 1.0, "each logarithm is cut at -100"),
    Fault("torch.nn.functional.binary_cross_entropy", 1e-50, 1.0, "p(1 - p) is raised to 1e-12", "gradient"),
    Fault("torch.nn.functional.binary_cross_entropy_with_logits", -40.0, 0.0, CANCELS),
    Fault("torch.nn.functional.binary_cross_entropy_with_logits", 40.0, 1.0, CANCELS, "gradient"),
    Fault("torch.nn.functional.cross_entropy", WIDE, 0, LOST),
    Fault("torch.nn.functional.cosine_embedding_loss", 1 - 1e-12, 1.0, "1e-12 is added to the squared norms"),
    Fault("tf.nn.weighted_cross_entropy_with_logits", -40.0, 0.0, CANCELS),
    Fault("tf.nn.weighted_cross_entropy_with_logits", 0.0, 0.0, "the slopes of |x| and max(0, x) at 0", "gradient"),
    Fault("tf.nn.sparse_softmax_cross_entropy_with_logits", WIDE, 0, LOST),
    Fault("keras.losses.log_cosh", 1e-4, 0.0, "log 2 is rounded to single precision"),
    Fault("keras.losses.binary_crossentropy", 1e-12, 1.0, CLIPPED),
    Fault("keras.losses.binary_crossentropy", 1e-12, 1.0, CLIPPED, "gradient"),
    Fault("keras.losses.mean_squared_logarithmic_error", -0.5, 1.0, "numbers below 1e-7 are raised to it"),
    Fault("keras.losses.mean_squared_logarithmic_error", -0.5, 1.0, "as its value", "gradient"),
    Fault("keras.losses.kl_divergence", (1e-12, 0.5, 0.5), (1.0, 0.0, 0.0), CLIPPED),
    Fault("keras.losses.binary_focal_crossentropy", 1 - 2.0**-40, 1.0, CLIPPED),
    Fault("keras.losses.sparse_categorical_crossentropy", (1.0, 1e-12, 0.0), 1, CLIPPED),
    Fault("optax.losses.poly_loss_cross_entropy", WIDE, (1.0, 0.0, 0.0), LOST),
    Fault("optax.losses.log_cosh", TINY, 0.0, CANCELS),
    Fault("optax.losses.huber_loss", 1e-30, 0.0, "the slope is found by a subtraction", "gradient"),
    Fault("optax.losses.softmax_cross_entropy_with_integer_labels", WIDE, 0, LOST),
    Fault("xgboost:reg:pseudohubererror", 1e-4, 0.0, f"{CANCELS}, in {SINGLE}"),
    Fault("xgboost:count:poisson", -100.0, 1.0, "the mean is raised to 1e-16"),
    Fault("xgboost:binary:logistic", 20.0, 1.0, f"{CANCELS}, in {SINGLE}", "gradient"),
    Fault("xgboost:multi:softprob", (0.0, 40.0, 0.0), 0, CLIPPED),
    Fault("xgboost:logloss", 1e-30, 1.0, CLIPPED),
    Fault("xgboost:gamma-deviance", 2.0**-20, 1.0, "1e-6 is added to mean and target"),
    Fault("lightgbm:binary_logloss", 1e-30, 1.0, CLIPPED),
    Fault("lightgbm:gamma_deviance", 1e-9, 1.0, "1e-9 is added to the mean"),
    Fault("lightgbm:fair", 1e-16, 0.0, CANCELS),
    Fault("lightgbm:poisson", -100.0, 2.0, "the mean is raised to 1e-10"),
    Fault("lightgbm:cross_entropy", 40.0, 0.0, "each logarithm is cut at that of 1e-12"),
    Fault("lightgbm:binary", -40.0, 1.0, CLIPPED),
    Fault("lightgbm:multiclass", (0.0, 40.0, 0.0), 0, CLIPPED),
)
NOTICEABLE = 1e-6


def truth(one, at, order):
    """Return value or gradient with mpmath."""
    if one.loss.family.vector:
        with mp.workprec(400):
            value = DEFINITIONS[one.loss.name](
                [mp.mpf(x) for x in at], one.target, *map(precise, one.parameters.values())
            )
        return value * mp.mpf(resolved(one.spelling.factor, one.known | {"classes": len(at)})) + one.shift
    family = one.loss.family
    argument = float(family.argument(np.asarray(at), np.asarray(one.canonical_target))[0])
    formula = EXPLICIT.get(one.loss.name, one.loss.pieces)
    found = oracle.exact(formula, (first_symbol(one.loss), argument), symbols(one))
    slope = 1.0 if family.slope is None else float(family.slope(np.asarray(one.canonical_target)))
    return found[order] * one.factor * slope**order + (0 if order else one.shift)


def measured(fault):
    """Return what the library has at the place of a fault, what we have, and what is true."""
    order = ("value", "gradient").index(fault.quantity)
    said = {item.name: item.default for item in find(fault.name).parameters} | fault.said
    one, x = curve(fault.name, fault.target, said), np.array([fault.at])
    got = theirs(fault.name, x, fault.target, said)[1:][order]
    return float(got[0]), float(one.terms(x, 2)[order][0]), truth(one, fault.at, order)


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.name in HERE], ids=str)
def test_where_a_library_is_not_right_mpmath_agrees_with_us(fault):
    their, own, exact = measured(fault)
    assert abs(own - exact) <= 1e-14 * abs(exact)
    assert not abs(their - exact) <= NOTICEABLE * abs(exact), "the library is right here now: take the fault out"


def test_sklearn_hinge_loss_takes_a_batch_of_ones_for_minus_ones():
    if not installed("sklearn"):
        pytest.skip("sklearn is not installed")
    hinge_loss = meant("sklearn.metrics.hinge_loss")
    assert hinge_loss([1, 1], [3.0, 3.0], labels=[-1, 1]) == 4  # and not 0
    assert hinge_loss([1, -1], [3.0, -3.0], labels=[-1, 1]) == 0


def test_xgboost_logloss_reads_a_raw_logit_as_a_probability():
    if not installed("xgboost"):
        pytest.skip("xgboost is not installed")
    word = meant("xgboost:binary:logitraw")[1]
    value = xgb_value(word, 0.5, 1.0, {}, "logloss", lambda value, _: value)
    assert abs(value - np.log(2)) < 1e-6  # minus the logarithm of the logit 0.5; that of its sigmoid is 0.474


PAGE = Path(__file__).parents[1] / "CONFORMANCE.md"
INTRODUCTION = """\
# Conformance

Every name that lossplot knows from another library, held against that library itself: value and, where the library has
them, gradient and Hessian, at the library's defaults and with other parameters. Written by
`python tests/conformance_page.py`; tested, for the libraries that are installed, by `python -m pytest`. With all of
them:

```sh
python3 -m venv .venv && .venv/bin/pip install '.[test,conformance]' && \\
.venv/bin/python -m pytest tests/names/test_conformance.py
```
"""
MEASURE = """
## Agreement

The worst relative error of any value, gradient or Hessian, to the next power of ten; 0 where all bits agree. Gradients
are by automatic differentiation or the library's own; those of estimators that have none follow from what they fit.
Hessians, of each number alone, are those that XGBoost, LightGBM and scikit-learn train with: where `info` says that one
is not the loss's, it is held against what `info` says. Away from kinks, and from the places further below.
"""
ALSO = """
`sklearn.metrics.hinge_loss` takes the labels of a batch for -1 where all are 1, even with `labels=[-1, 1]`: scores 3
and 3 then give 4, not 0. XGBoost's own metric `logloss` of `binary:logitraw` reads the logit as a probability.
Keras is compared on TensorFlow; on PyTorch and JAX it takes means in single precision, also of doubles.

## Not run

The formulas of robust_loss_pytorch, Sentence Transformers, TRL and MMDetection are written out from their documentation
or source, and agree.
"""


def bound(worst):
    """Return the power of ten that the larger of two errors does not exceed."""
    if not worst:
        return ""
    off = max(found[0] for found in worst if found)
    return f"1e{ceil(log10(off))}" if off else "0"


def page():
    """Yield the lines of CONFORMANCE.md."""
    yield INTRODUCTION
    libraries = [name for name in LIBRARIES if any(library(other) == name and ADAPTERS[other].runs for other in HERE)]
    yield f"Compared with {', '.join(map(installed_version, libraries))}."
    yield MEASURE
    yield from agreement(libraries)
    yield "\nWider than rounding, and why:\n"
    yield from sorted({f"- {wide(name)}" for name in HERE if ADAPTERS[name].why})
    yield "\n## Where a library is not right\n"
    yield "lossplot agrees with mpmath at each of these places; a test fails when a library comes to agree there too.\n"
    yield "| name | prediction | target | | the library | true | why |\n|---|---|---|---|---|---|---|"
    for fault in FAULTS:
        yield f"| {' | '.join(row_of(fault))} |"
    yield ALSO
    yield from (f"- {name}: {why}" for name, why in REASONS.items())


def agreement(libraries):
    """Yield the table of losses and libraries."""
    cells = defaultdict(dict)
    for name in HERE:
        if ADAPTERS[name].runs:
            cells[rows()[name].loss].setdefault(library(name), []).extend(compared(name))
    yield f"| | {' | '.join(libraries)} |"
    yield "|---" * (1 + len(libraries)) + "|"
    for loss in catalogue():
        if loss in cells:
            yield f"| {loss} | {' | '.join(bound(cells[loss].get(one, [])) for one in libraries)} |"


def wide(name):
    """Say why the numbers of a name agree to fewer digits."""
    first = library(name)
    same = all(ADAPTERS[other].why == ADAPTERS[name].why for other in HERE if library(other) == first)
    return f"{LIBRARIES[first] if same else rows()[name].names[0]}: {ADAPTERS[name].why}"


def row_of(fault):
    """Return the cells of a fault."""
    their, _, exact = measured(fault)
    said = "".join(f", {key} = {value:g}" for key, value in fault.said.items())
    at = ", ".join(map(shown, np.atleast_1d(fault.at)))
    target = "" if fault.target is None else written(fault.target)
    return (
        f"`{fault.name}`{said}",
        at,
        target,
        fault.quantity,
        f"{their:.9g}",
        mp.nstr(exact, 9),
        fault.why.replace("|", r"\|"),
    )
