"""How each library computes the loss of single examples: ADAPTERS by library name, and REASONS for names without one.

An adapter calls the function or class that the name stands for in the installed library, on doubles and without
reduction. It returns values and, where the library has them, gradients by the prediction; either may be None. Libraries
are imported when they are called.
"""

import os
import warnings
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from inspect import isclass
from math import exp, lgamma, log, pi
from unittest import mock

import numpy as np

from losscli.names.frameworks import expanded, library

MODULES = {"tf": "tensorflow"}  # the module to import, where its name is not that of the library
PACKAGES = {"sklearn": "scikit-learn", "tf": "tensorflow"}
SETTINGS = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0", "KERAS_BACKEND": "tensorflow"}
NEEDS = {"keras": ("keras", "tensorflow"), "optax": ("optax", "jax")}


def installed(name):
    """Return True if a library can be imported, without importing it."""
    return all(map(find_spec, NEEDS.get(name, (MODULES.get(name, name),))))


def installed_version(name):
    """Return the package name and version of a library, such as `scikit-learn 1.9.1`."""
    packages = [PACKAGES.get(name, name), f"{MODULES.get(name, name)}-cpu"]
    for package in packages:
        try:
            return f"{PACKAGES.get(name, name)} {version(package).partition('+')[0]}"
        except ModuleNotFoundError:
            continue
    raise ModuleNotFoundError(name)


@contextmanager
def quietly():
    """Suppress all warnings, such as those of a library on import or in a call."""
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("always")
        yield


@cache
def loaded(module):
    """Import a module, and switch its library to double precision where that is not the default."""
    os.environ.update(SETTINGS)
    with quietly():
        found = import_module(module)
        if module == "jax":
            found.config.update("jax_enable_x64", True)
            with mock.patch("os.register_at_fork"):  # else JAX warns at every fork of later tests
                found.devices()
        if module == "optax":
            loaded("jax")
        if module in ("keras", "tensorflow") and find_spec("keras"):
            import_module("keras").config.set_floatx("float64")
        return found


def meant(name):
    """Return what a name stands for in its library: a function, a class, or either with the word after a colon."""
    dotted, _, word = name.partition(":")
    first, *rest = dotted.split(".")
    found = loaded(MODULES.get(first, first))
    with quietly():
        for index, part in enumerate(rest):
            if not hasattr(found, part):
                import_module(".".join([MODULES.get(first, first), *rest[: index + 1]]))
            found = getattr(found, part)
    return (found, word) if word else found


@dataclass(frozen=True)
class Adapter:
    """How the function of one name is called, and for which inputs it is compared."""

    measure: Callable  # (what the name stands for, predictions, targets, parameters) -> values, gradients
    takes: Callable = lambda _target: True  # whether the function can read a target
    allows: Callable = lambda **_: True  # whether it can read these parameters
    needs: tuple[str, ...] = ()  # parameters without a default in the library; others are passed only if not at default
    reaches: Callable = lambda _x, _target: True  # whether it is compared at a prediction
    tolerance: float = 1e-11  # relative error
    scale: float = 0.0  # errors of numbers smaller than this are taken relative to it
    why: str = ""  # the reason for a wider tolerance
    every: int = 1  # compare only every so many predictions
    values: tuple[float, ...] = ()  # values of its parameters, besides those that all names are compared with
    runs: bool = True  # whether it calls the library


def applied(thing, arguments, options, reduction=None):
    """Call a function with options, or an object of a class made with the same options."""
    options = dict(options) if reduction is None else {**options, "reduction": reduction}
    return thing(**options)(*arguments) if isclass(thing) else thing(*arguments, **options)


# Automatic differentiation of a call that returns the losses of the examples.


def by_torch(call):
    def measure(thing, x, y, options):
        torch = loaded("torch")
        z = torch.tensor(x, dtype=torch.float64, requires_grad=True)
        values = call(thing, z, None if y is None else torch.from_numpy(np.ascontiguousarray(y)), **options)
        (slopes,) = torch.autograd.grad(values.sum(), z)
        return values.detach().numpy(), slopes.numpy()

    return measure


def by_jax(call):
    def measure(thing, x, y, options):
        jax = loaded("jax")
        z, y = jax.numpy.asarray(x), None if y is None else jax.numpy.asarray(y)
        slopes = jax.grad(lambda z: call(thing, z, y, **options).sum())(z)
        return np.asarray(call(thing, z, y, **options)), np.asarray(slopes)

    return measure


def by_tensorflow(call):
    def measure(thing, x, y, options):
        tf = loaded("tensorflow")
        z = tf.constant(x)
        with tf.GradientTape() as tape:
            tape.watch(z)
            values = call(thing, z, None if y is None else tf.constant(y), **options)
        return values.numpy(), tf.convert_to_tensor(tape.gradient(values, z)).numpy()

    return measure


# PyTorch.


def torch_plain(thing, x, y, **options):
    return applied(thing, (x, y), options, "none")


def torch_gaussian(thing, x, y, var):
    return applied(thing, (x, y, x.new_full(x.shape, var)), {}, "none")


def torch_weighted(thing, x, y, **options):
    return applied(thing, (x, y), {name: x.new_tensor(value) for name, value in options.items()}, "none")


def torch_class_weights(thing, x, y, weight=None, **options):
    given = {} if weight is None else {"weight": x.new_tensor(weight)}
    return applied(thing, (x, y), {**options, **given}, "none")


def torch_multi_margin(thing, x, y, **options):
    return applied(thing, (x, y), {**options, **({"p": int(options["p"])} if "p" in options else {})}, "none")


def torch_multilabel(thing, x, y):
    """Pass labels as torch reads them: the indices of the classes that apply, padded with -1."""
    indices = y.new_full(y.shape, -1).long()
    for row, labels in enumerate(y):
        applies = labels.nonzero()[:, 0]
        indices[row, : len(applies)] = applies
    return applied(thing, (x, indices), {}, "none")


def torch_ranking(thing, x, y, **options):
    return applied(thing, (x, x.new_zeros(x.shape), y), options, "none")


FAR = 16.0  # distance of anchor and negative in triplets; that of anchor and positive is larger by the prediction


def torch_triplet(thing, x, _, **options):
    anchor = x.new_zeros((len(x), 1))
    return applied(thing, (anchor, -(FAR + x)[:, None], anchor - FAR), options, "none")


def torch_cosine(thing, x, y, **options):
    """Pass two unit vectors with the prediction as the cosine of their angle."""
    one = x.new_tensor([[1.0, 0.0]]).repeat(len(x), 1)
    other = loaded("torch").stack([x, (1 - x * x).sqrt()], dim=-1)
    return applied(thing, (one, other, y), options, "none")


# TensorFlow.


def tf_each(thing, x, y):
    """Call a function that sums over its tensor once per example."""
    tf = loaded("tensorflow")
    return tf.stack([thing(x[i] - y[i]) for i in range(len(x))])


def tf_labels(thing, x, y, **options):
    return thing(labels=y, logits=x, **options)


def tf_weighted(thing, x, y, pos_weight):
    return thing(labels=y, logits=x, pos_weight=np.float64(pos_weight))


def tf_poisson(thing, x, y):
    return thing(targets=y, log_input=x)


# Keras, on TensorFlow: it takes the mean over the last axis, which has one element here.


def keras_reduction(thing):
    return "none" if isclass(thing) else None


def keras_plain(thing, x, y, **options):
    return applied(thing, (y[:, None], x[:, None]), options, keras_reduction(thing))


def keras_cosine(thing, x, _):
    ops = loaded("keras").ops
    one = ops.stack([ops.ones_like(x), ops.zeros_like(x)], axis=-1)
    other = ops.stack([x, ops.sqrt(1 - x * x)], axis=-1)
    return applied(thing, (one, other), {}, keras_reduction(thing))


def keras_shares(thing, x, y, **options):
    return applied(thing, (y, x), options, keras_reduction(thing))


# Optax.


def plain(thing, x, y, **options):
    return thing(x, y, **options)


def optax_cosine(thing, x, _):
    jnp = loaded("jax").numpy
    one = jnp.stack([jnp.ones_like(x), jnp.zeros_like(x)], axis=-1)
    return thing(one, jnp.stack([x, jnp.sqrt(1 - x * x)], axis=-1))


def optax_triplet(thing, x, _, **options):
    zeros = loaded("jax").numpy.zeros((len(x), 1))
    return thing(zeros, -(FAR + x)[:, None], zeros - FAR, **options)


# scikit-learn.


def nmf(thing, x, y, options):
    """Return the divergence that the factorisation minimises, for matrices of one number each."""
    estimator, word = thing if isinstance(thing, tuple) else (thing, "")
    beta = options.get("beta_loss", word or estimator().beta_loss)
    divergence = import_module(estimator.__module__)._beta_divergence
    return np.array([divergence(*map(np.atleast_2d, (a, b, 1.0)), beta) for a, b in zip(y, x, strict=True)]), None


def metric(thing, x, y, options):
    """Call a metric once per example."""
    with quietly():
        return np.array([thing([target], [point], **options) for point, target in zip(x, y, strict=True)]), None


def log_loss(thing, x, y, options):
    return metric(partial(thing, labels=[0, 1]), x, y, options)


def hinge_pair(thing, x, y, _):
    """Pass each example with its mirror image: if all labels are 1 the function takes them for -1."""
    return np.array([thing([target, -target], [point, -point]) for point, target in zip(x, y, strict=True)]), None


def brier(thing, x, y, options):
    return metric(partial(thing, pos_label=1), x, y.astype(int), options)


def base_loss(thing, x, y, options):
    """Return value and gradient of a loss object."""
    classes = {"n_classes": x.shape[1]} if x.ndim > 1 else {}
    y, x = np.ascontiguousarray(y, dtype=float), np.ascontiguousarray(x)
    return thing(**classes, **options).loss_gradient(y_true=y, raw_prediction=x)


def sgd(thing, x, y, options):
    """Return value and gradient of the loss of a stochastic gradient descent estimator, given by a word."""
    estimator, word = thing
    kind, *defaults = estimator.loss_functions[word]
    loss = kind(*options.values()) if options else kind(*defaults)
    if hasattr(loss, "py_loss"):
        both = [(loss.py_loss(p, t), loss.py_dloss(p, t)) for p, t in zip(x.tolist(), y.tolist(), strict=True)]
        return tuple(np.array(both).T)
    y = np.maximum(y, 0) if word == "log_loss" else y  # the estimator turns -1 into 0 itself
    values, slopes = np.empty_like(x), np.empty_like(x)
    loss.loss_gradient(np.ascontiguousarray(y), np.ascontiguousarray(x), None, values, slopes, 1)
    return values, slopes


STRENGTHS = (0.03, 0.1, 0.25)  # values of C, the weight of the loss beside the penalty


def linear_model(thing, _, y, options):
    """Return slopes, and the predictions they belong to, from linear models fitted to the examples (1, y) and (-1, -y).

    The prediction is the weight w. The fit minimises w^2 / 2 + 2 C loss(w), so the slope at its w is -w / 2C.
    """
    estimator, word = thing if isinstance(thing, tuple) else (thing, "")
    fixed = {"loss": word, "fit_intercept": False, "max_iter": 10**6} if word else {"kernel": "linear"}
    places, slopes = [], []
    for strength in STRENGTHS:
        model = estimator(C=strength, tol=1e-10, **fixed, **options)
        with quietly():
            model.fit([[1.0], [-1.0]], [y[0], -y[0]])
        places.append(float(model.coef_[0] if model.coef_.ndim == 1 else model.coef_[0, 0]))
        slopes.append(-places[-1] / (2 * strength))
    return None, np.array(slopes), np.array(places)


# SciPy.


def of_residual(parameter):
    return lambda thing, x, y, options: (thing(options[parameter], x - y), None)


def of_pair(thing, x, y, _):
    return thing(y, x), None


def least_squares(thing, x, y, options):
    """Return cost and gradient at the prediction, where the solver starts and is stopped at once."""
    solve, word = thing
    found = []
    for point, target in zip(x, y, strict=True):
        residual = lambda f, target=target: f - target  # noqa: E731 - one line of mathematics
        done = solve(residual, [point], jac=lambda _: [[1.0]], loss=word, max_nfev=1, **options)
        assert done.x[0] == point
        found.append((done.cost, done.grad[0]))
    return tuple(np.array(found).T)


# statsmodels.


def norm(thing, x, y, options):
    loss = thing(**options)
    return loss.rho(x - y), loss.psi(x - y)


def quantile_norm(thing, x, y, options):
    """Pass the residual as target minus prediction."""
    kind, word = thing
    base = {name: value for name, value in options.items() if name != "q"}
    loss = kind(options["q"], getattr(loaded("statsmodels.robust.norms"), word)(**base))
    return loss.rho(y - x), -loss.psi(y - x)


# XGBoost, in single precision: values from its metrics for one row, gradients from a tree with one leaf.

HUGE_LAMBDA = 1e20  # L2 regularisation: a leaf's value -gradient / (Hessian + lambda) becomes -gradient / lambda


def xgb_row(x, target):
    """Return data of one row with its prediction and its target."""
    xgboost = loaded("xgboost")
    data = xgboost.DMatrix(np.zeros((1, 1)), label=[target])
    data.set_base_margin(np.float32(x).reshape(1, -1))
    return data


def xgb_value(word, x, target, options, name, change):
    xgboost = loaded("xgboost")
    data = xgb_row(x, target)
    booster = xgboost.Booster(
        {"objective": word, "eval_metric": name, "base_score": 0.5, "nthread": 1, **options}, [data]
    )
    return change(float(booster.eval(data).rpartition(":")[2]), target)


def xgb_slope(word, x, target, options):
    xgboost = loaded("xgboost")
    settings = {"objective": word, "reg_lambda": HUGE_LAMBDA, "min_child_weight": 0, "max_delta_step": 0, "eta": 1}
    booster = xgboost.train({**settings, "base_score": 0.5, "nthread": 1, **options}, xgb_row(x, target), 1)
    leaf = booster.predict(xgb_row(np.zeros_like(x), target), output_margin=True)
    return -HUGE_LAMBDA * leaf.astype(float).reshape(np.shape(x))


XGB = {"tolerance": 1e-5, "scale": 0.1, "why": "single precision", "every": 3}


def xgb(metric="", change=lambda value, _: value, *, slope=True, **adjust):
    def measure(thing, x, y, options):
        word = thing[1]
        options = {**options, **({"num_class": x.shape[1]} if x.ndim > 1 else {})}
        pairs = list(zip(x, y, strict=True))
        values = np.array([xgb_value(word, *pair, options, metric, change) for pair in pairs]) if metric else None
        slopes = np.array([xgb_slope(word, *pair, options) for pair in pairs]) if slope else None
        return values, slopes

    return Adapter(measure, **XGB, **adjust)


def xgb_power(metric, **adjust):
    """Return the adapter of an XGBoost objective whose metric has a power in its name."""

    def measure(thing, x, y, options):
        power = options.get("tweedie_variance_power", 1.5)
        return xgb(metric.format(power)).measure(thing, x, y, options)

    return Adapter(measure, **XGB, **adjust)


def xgb_metric(objective="reg:squarederror", **adjust):
    """Return the adapter of an XGBoost metric, with an objective under which it reads the prediction itself."""

    def measure(thing, x, y, options):
        settings = {name: value for name, value in options.items() if name != "rho"}
        name = f"{thing[1]}@{options['rho']}" if "rho" in options else thing[1]
        settings |= {"num_class": x.shape[1]} if x.ndim > 1 else {}
        same = lambda value, _: value  # noqa: E731 - one line
        return np.array([xgb_value(objective, *pair, settings, name, same) for pair in zip(x, y, strict=True)]), None

    return Adapter(measure, **{**XGB, **adjust})


# LightGBM: values from its metrics for one row, gradients (in single precision) from a tree with two leaves.


def lgb_booster(word, data, options):
    settings = {"objective": word, "verbosity": -1, "num_threads": 1, "boost_from_average": False, **options}
    return loaded("lightgbm").Booster(settings, data)


def lgb_data(x, targets):
    settings = {"min_data_in_bin": 1, "feature_pre_filter": False, "verbosity": -1}
    rows = np.not_equal(targets, targets[0])[:, None].astype(float)
    start = np.asarray(x, dtype=float).reshape(len(targets), -1)
    return loaded("lightgbm").Dataset(
        rows, label=targets, init_score=start if start.shape[1] > 1 else start[:, 0], params=settings
    )


def lgb_value(word, x, target, options, name):
    booster = lgb_booster(word, lgb_data([x], [target]), {**options, "metric": name})
    return booster.eval_train()[0][2]


COPIES = 64  # rows per example: LightGBM estimates row counts from the Hessian, and could count a single row as none


def lgb_slope(word, x, target, options, against):
    """Return the gradient from the example's leaf; a row with target `against`, of opposite slope, makes a split."""
    least = {"min_data_in_leaf": 1, "min_sum_hessian_in_leaf": 0, "lambda_l2": HUGE_LAMBDA, "learning_rate": 1.0}
    data = lgb_data([x] * 2 * COPIES, [target] * COPIES + [against] * COPIES)
    booster = lgb_booster(word, data, {**options, **least, "num_leaves": 2})
    booster.update()
    leaf = booster.predict([[0.0]], raw_score=True)
    return -HUGE_LAMBDA * leaf.reshape(np.shape(x)) / COPIES


def lgb_slopes(word, x, target, options):
    """Return the gradient class by class; the second example has that class, or another one for the target's class."""
    rivals = [k if k != target else (k + 1) % len(x) for k in range(len(x))]
    return [lgb_slope(word, x, target, options, rival)[k] for k, rival in enumerate(rivals)]


def lgb(metric="", other=None, **adjust):
    def measure(thing, x, y, options):
        word = thing[1]
        pairs = list(zip(x, y, strict=True))
        if x.ndim > 1:
            options = {**options, "num_class": x.shape[1]}
            slopes = np.array([lgb_slopes(word, *pair, options) for pair in pairs])
        else:
            slopes = np.array([lgb_slope(word, *pair, options, other(*pair)) for pair in pairs]) if other else None
        values = np.array([lgb_value(word, *pair, options, metric) for pair in pairs]) if metric else None
        return values, slopes

    return Adapter(measure, **LGB, **adjust)


LGB = {"tolerance": 1e-6, "scale": 0.1, "why": "single precision", "every": 3}


def lgb_binary(thing, x, y, options):
    """Return slopes for any options, but values only without options, because the metric ignores them."""
    values, slopes = lgb("binary_logloss", opposite_label).measure(thing, x, y, options)
    return None if options else values, slopes


def lgb_metric(objective="regression", **adjust):
    """Return the adapter of a LightGBM metric, with an objective under which it reads the prediction itself."""

    def measure(thing, x, y, options):
        return np.array(
            [lgb_value(objective, *pair, options, thing[1].removeprefix("metric:")) for pair in zip(x, y, strict=True)]
        ), None

    return Adapter(measure, **LGB, **adjust)


# These return a target for which the slope at the same prediction has the opposite sign.


def across(x, target):
    return 2 * x - target


def other_count(x, target):
    return max(0.0, 2 * exp(x) - target)


def other_size(x, target):
    return exp(2 * x) / target


def opposite_label(_, target):
    return 1 - target


def opposite_share(x, target):
    return 1.0 if 1 / (1 + exp(-x)) > target else 0.0


# Libraries that are not run: their formulas, copied from their documentation.


def formula(call, **adjust):
    return Adapter(lambda _, x, y, options: (call(x, y, **options), None), runs=False, **adjust)


def torchvision_focal(x, y, gamma=2.0, alpha=0.25):
    p = 1 / (1 + np.exp(-x))
    right = p * y + (1 - p) * (1 - y)
    return (alpha * y + (1 - alpha) * (1 - y)) * (1 - right) ** gamma * -np.log(right)


def kornia_charbonnier(x, y):
    return np.sqrt((x - y) ** 2 + 1) - 1


def kornia_welsch(x, y):
    return 1 - np.exp(-((x - y) ** 2) / 2)


def kornia_cauchy(x, y):
    return np.log((x - y) ** 2 / 2 + 1)


def kornia_geman_mcclure(x, y):
    return 2 * (x - y) ** 2 / ((x - y) ** 2 + 4)


def barron(x, y, alpha, scale):
    z = ((x - y) / scale) ** 2
    if alpha == 2:
        return z / 2
    side = abs(alpha - 2)
    return side / alpha * ((z / side + 1) ** (alpha / 2) - 1)


def kornia_share(p, q):
    return np.where(p > 0, p * np.log(np.where(p > 0, p, 1.0) / q), 0.0)


def kornia_jensen_shannon(x, y):
    return kornia_share(y, (x + y) / 2) / 2 + kornia_share(x, (x + y) / 2) / 2


def kornia_kullback_leibler(x, y):
    return kornia_share(y, x)


def barron_student(x, y, df, scale):
    rest = log(scale) + lgamma(df / 2) - lgamma(df / 2 + 0.5) + log(pi) / 2
    return ((df + 1) * np.log1p(((x - y) / scale) ** 2 / df) + log(df)) / 2 + rest


def softmax(x):
    shares = np.exp(x - x.max(axis=-1, keepdims=True))
    return shares / shares.sum(axis=-1, keepdims=True)


def of_class(x, y):
    return np.take_along_axis(x, y.astype(int)[:, None], axis=-1)[:, 0]


def kornia_focal(x, y, alpha=None, gamma=2.0):
    p = of_class(softmax(x), y)
    weight = 1 if alpha is None else np.where(y == 0, 1 - alpha, alpha)
    return -weight * (1 - p) ** gamma * np.log(p)


def tversky_score(p, t, alpha, beta, smooth):
    """As segmentation_models_pytorch has it, from the sums and the sum of absolute differences."""
    shared = (p.sum(axis=-1) + t.sum(axis=-1) - abs(p - t).sum(axis=-1)) / 2
    return (shared + smooth) / (shared + alpha * (p.sum(axis=-1) - shared) + beta * (t.sum(axis=-1) - shared) + smooth)


def smp_dice(p, t, smooth=0.0):
    return 1 - tversky_score(p, t, 0.5, 0.5, smooth)


def smp_jaccard(p, t, smooth=0.0):
    return 1 - tversky_score(p, t, 1, 1, smooth)


def smp_tversky(p, t, alpha=0.5, beta=0.5, gamma=1.0, smooth=0.0):
    return (1 - tversky_score(p, t, alpha, beta, smooth)) ** gamma


def monai_dice(p, t, smooth_nr=1e-5):
    return 1 - (2 * (p * t).sum(axis=-1) + smooth_nr) / (p.sum(axis=-1) + t.sum(axis=-1) + smooth_nr)


def monai_tversky(p, t, alpha=0.5, beta=0.5, smooth_nr=1e-5):
    both, extra, missing = ((part).sum(axis=-1) for part in (p * t, p * (1 - t), (1 - p) * t))
    return 1 - (both + smooth_nr) / (both + alpha * extra + beta * missing + smooth_nr)


def optax_dice(p, t, alpha=0.5, beta=0.5, smooth=1.0):
    return 1 - tversky_score(p, t, alpha, beta, smooth)


def optax_binary_dice(p, t, smooth=1.0):
    return optax_dice(p, t, smooth=smooth)


def pml_margin(x, y, own, scale):
    others = np.where(np.arange(x.shape[-1]) == y[:, None], -np.inf, x)
    return np.log1p(np.exp(scale * (others - own[:, None])).sum(axis=-1))


def pml_cosface(x, y, margin=0.35, scale=64.0):
    return pml_margin(x, y, of_class(x, y) - margin, scale)


def pml_arcface(x, y, margin=28.6, scale=64.0):
    return pml_margin(x, y, np.cos(np.arccos(of_class(x, y)) + np.radians(margin)), scale)


def pml_ntxent(x, y, temperature=0.07):
    return pml_margin(x, y, of_class(x, y), 1 / temperature)


def entmax15(x, y):
    """By bisection of the threshold, as entmax_bisect_loss does with alpha 1.5."""
    low, high = x.max(axis=-1) / 2 - 1, x.max(axis=-1) / 2
    for _ in range(80):
        middle = (low + high) / 2
        more = (np.maximum(x / 2 - middle[:, None], 0) ** 2).sum(axis=-1) >= 1
        low, high = np.where(more, middle, low), np.where(more, high, middle)
    p = np.maximum(x / 2 - low[:, None], 0) ** 2
    return (1 - (p * np.sqrt(p)).sum(axis=-1)) / 0.75 + (p * x).sum(axis=-1) - of_class(x, y)


def entmax_sparse(x, y):
    ordered = -np.sort(-x, axis=-1)
    sums, count = np.cumsum(ordered, axis=-1) - 1, np.arange(1, x.shape[-1] + 1)
    size = (count * ordered > sums).sum(axis=-1)
    p = np.maximum(x - (of_class(sums, size - 1) / size)[:, None], 0)
    return (1 - (p**2).sum(axis=-1)) / 2 + (p * x).sum(axis=-1) - of_class(x, y)


def log_sigmoid(x):
    return -np.log1p(np.exp(-x))


def coral_sum(x, y):
    levels = np.arange(x.shape[-1]) < y[:, None]
    return -(log_sigmoid(x) * levels + (log_sigmoid(x) - x) * (1 - levels)).sum(axis=-1)


def corn_mean(x, y):
    tasks, levels = (np.arange(x.shape[-1]) < bound[:, None] for bound in (y + 1, y))
    each = -(log_sigmoid(x) * levels + (log_sigmoid(x) - x) * (1 - levels))
    return (each * tasks).sum(axis=-1) / tasks.sum(axis=-1)


def soft_triplet(x, _):
    return np.log1p(np.exp(x))


def is_hard(target):
    return target in (0, 1)


def inside(x, _):
    return abs(x) < 1


def within(limit):
    return lambda x, _: abs(x) <= limit


def near_log(x, target):
    return abs(x - log(target)) <= log(8)


MODERATE = within(7)  # for larger predictions some libraries suffer from cancellation: see test_conformance.FAULTS
NORMS_PLUS_EPSILON = {"tolerance": 1e-8, "why": "1e-12 is added to the squared norms"}
KERAS_LOG_2 = {"tolerance": 1e-8, "scale": 1.0, "why": "log 2 is rounded to single precision"}
KERAS_CLIPS = {
    "reaches": lambda q, _: max(q) < 1,
    "tolerance": 1e-5,
    "scale": 1.0,
    "why": "a target of 0 is raised to 1e-7",
}
KERAS_POSITIVE = {"reaches": lambda x, _: x > 0, "takes": lambda target: target > 0}


def names(text):
    return tuple(expanded(text))


def torch(text, call=torch_plain, **adjust):
    functions, modules = [], []
    for word in text.split():
        (modules if word[0].isupper() else functions).append(word)
    return names(f"torch.nn.functional.{{{' '.join(functions)}}} torch.nn.{{{' '.join(modules)}}}"), Adapter(
        by_torch(call), **adjust
    )


def keras(text, call=keras_plain, prefix="{keras.losses. tf.keras.losses.}", **adjust):
    return names(f"{prefix}{{{text}}}"), Adapter(by_tensorflow(call), **adjust)


def optax(text, call=plain, prefix="{optax.losses. optax.}", **adjust):
    return names(f"{prefix}{{{text}}}"), Adapter(by_jax(call), **adjust)


def given(text, measure, **adjust):
    return names(text), Adapter(measure, **adjust)


DECLARED = (
    torch("mse_loss l1_loss huber_loss smooth_l1_loss MSELoss L1Loss HuberLoss SmoothL1Loss"),
    torch("soft_margin_loss SoftMarginLoss hinge_embedding_loss HingeEmbeddingLoss"),
    torch("poisson_nll_loss PoissonNLLLoss"),
    torch("gaussian_nll_loss GaussianNLLLoss", torch_gaussian, needs=("var",)),
    torch("binary_cross_entropy BCELoss"),
    torch("binary_cross_entropy_with_logits BCEWithLogitsLoss", torch_weighted, reaches=MODERATE),
    torch("cross_entropy CrossEntropyLoss nll_loss NLLLoss", torch_class_weights),
    torch("multi_margin_loss MultiMarginLoss", torch_multi_margin),
    torch("multilabel_margin_loss MultiLabelMarginLoss", torch_multilabel),
    torch("multilabel_soft_margin_loss MultiLabelSoftMarginLoss"),
    torch("kl_div KLDivLoss"),
    torch("margin_ranking_loss MarginRankingLoss", torch_ranking),
    torch("triplet_margin_loss TripletMarginLoss", torch_triplet, reaches=within(FAR / 2)),
    torch("cosine_embedding_loss CosineEmbeddingLoss", torch_cosine, reaches=inside, **NORMS_PLUS_EPSILON),
    (names("tf.nn.l2_loss"), Adapter(by_tensorflow(tf_each))),
    (
        names("tf.nn.{sigmoid_ softmax_ sparse_softmax_}cross_entropy_with_logits"),
        Adapter(by_tensorflow(tf_labels)),
    ),
    (
        names("tf.nn.weighted_cross_entropy_with_logits"),
        Adapter(by_tensorflow(tf_weighted), reaches=MODERATE, needs=("pos_weight",)),
    ),
    (names("tf.nn.log_poisson_loss"), Adapter(by_tensorflow(tf_poisson))),
    keras("MeanSquaredError MeanAbsoluteError MeanAbsolutePercentageError"),
    keras("mean_squared_error mean_absolute_error mean_absolute_percentage_error", prefix="keras.losses."),
    keras("mse MSE mae MAE mape MAPE", prefix="tf.keras.losses."),
    keras("LogCosh", **KERAS_LOG_2),
    keras("log_cosh", prefix="keras.losses.", **KERAS_LOG_2),
    keras("logcosh", prefix="tf.keras.losses.", **KERAS_LOG_2),
    keras("KLDivergence", keras_shares, **KERAS_CLIPS),
    keras("kl_divergence", keras_shares, prefix="keras.losses.", **KERAS_CLIPS),
    keras("kld KLD kullback_leibler_divergence", keras_shares, prefix="tf.keras.losses.", **KERAS_CLIPS),
    keras("MeanSquaredLogarithmicError", **KERAS_POSITIVE),
    keras("mean_squared_logarithmic_error", prefix="keras.losses.", **KERAS_POSITIVE),
    keras("msle MSLE", prefix="tf.keras.losses.", **KERAS_POSITIVE),
    keras("huber Huber hinge Hinge squared_hinge SquaredHinge"),
    keras("binary_crossentropy BinaryCrossentropy"),
    keras("poisson Poisson", tolerance=1e-5, scale=1.0, why="1e-7 is added to the mean in the logarithm"),
    keras("cosine_similarity CosineSimilarity", keras_cosine, reaches=inside),
    keras("binary_focal_crossentropy BinaryFocalCrossentropy"),
    keras("categorical_focal_crossentropy CategoricalFocalCrossentropy", keras_shares),
    keras("categorical_crossentropy CategoricalCrossentropy", keras_shares),
    keras("sparse_categorical_crossentropy SparseCategoricalCrossentropy", keras_shares),
    keras("CategoricalGeneralizedCrossEntropy", keras_shares),
    keras("categorical_generalized_cross_entropy", keras_shares, needs=("q",)),
    optax("squared_error l2_loss huber_loss log_cosh hinge_loss sigmoid_binary_cross_entropy sigmoid_focal_loss"),
    optax("softmax_cross_entropy safe_softmax_cross_entropy softmax_cross_entropy_with_integer_labels"),
    optax("poly_loss_cross_entropy", prefix="optax.losses."),
    optax("perceptron_loss", prefix="optax.losses."),
    optax("multiclass_hinge_loss multiclass_perceptron_loss multiclass_sparsemax_loss", prefix="optax.losses."),
    optax("sparsemax_loss", prefix="optax.losses."),
    optax("kl_divergence"),
    optax("generalized_kl_divergence", prefix="optax.losses."),
    optax("cosine_distance", optax_cosine, reaches=inside),
    optax(
        "triplet_margin_loss",
        optax_triplet,
        "optax.losses.",
        reaches=within(FAR / 2),
        tolerance=1e-6,
        why="1e-6 is added to the squared norms",
    ),
    given(
        "sklearn.metrics.mean_{squared_error absolute_error pinball_loss poisson_deviance gamma_deviance"
        " tweedie_deviance squared_log_error absolute_percentage_error}",
        metric,
    ),
    given("sklearn.metrics.log_loss", log_loss, takes=is_hard),
    given("sklearn.metrics.hinge_loss", hinge_pair),
    given("sklearn.metrics.brier_score_loss", brier, takes=is_hard),
    given(
        "sklearn._loss.loss.{HalfSquaredError AbsoluteError PinballLoss HuberLoss HalfPoissonLoss"
        " HalfTweedieLossIdentity HalfBinomialLoss HalfMultinomialLoss ExponentialLoss}",
        base_loss,
    ),
    given("sklearn._loss.loss.{HalfGammaLoss HalfTweedieLoss}", base_loss),
    given("sklearn.decomposition.NMF sklearn.decomposition.NMF:{frobenius kullback-leibler itakura-saito}", nmf),
    given(
        "sklearn.linear_model.SGDRegressor:{squared_error huber epsilon_insensitive squared_epsilon_insensitive}"
        " sklearn.linear_model.SGDClassifier:{hinge squared_hinge log_loss modified_huber perceptron}",
        sgd,
    ),
    given(
        "sklearn.svm.LinearSVC:{hinge squared_hinge} sklearn.svm.SVR"
        " sklearn.svm.LinearSVR:{epsilon_insensitive squared_epsilon_insensitive}",
        linear_model,
        takes=bool,
        tolerance=1e-8,  # that of the solver
    ),
    given("scipy.special.{huber pseudo_huber}", of_residual("delta"), needs=("delta",)),
    given("scipy.special.{rel_entr kl_div}", of_pair),
    given("scipy.optimize.least_squares:{linear soft_l1 huber cauchy arctan}", least_squares),
    given(
        "statsmodels.robust.norms.{LeastSquares HuberT RamsayE AndrewWave TrimmedMean Hampel TukeyBiweight StudentT}",
        norm,
        tolerance=1e-10,
    ),
    given("statsmodels.robust.norms.TukeyQuartic", norm, allows=lambda k, **_: k % 2 == 0),
    given("statsmodels.robust.norms.MQuantileNorm:{HuberT LeastSquares}", quantile_norm, needs=("q",)),
    (names("xgboost:reg:squarederror"), xgb()),
    (names("xgboost:reg:absoluteerror"), xgb("mae", slope=False)),
    (names("xgboost:reg:squaredlogerror"), xgb("rmsle", lambda value, _: value * value / 2)),
    (names("xgboost:reg:pseudohubererror"), xgb("mphe")),
    (names("xgboost:reg:quantileerror"), xgb("quantile", slope=False, needs=("quantile_alpha",))),
    (names("xgboost:{binary:logistic reg:logistic binary:logitraw}"), xgb(takes=is_hard)),
    (names("xgboost:binary:hinge"), xgb()),
    (names("xgboost:count:poisson"), xgb("poisson-nloglik", lambda value, y: value - lgamma(y + 1))),
    (names("xgboost:multi:{softprob softmax}"), xgb("mlogloss")),
    (names("xgboost:reg:gamma"), xgb("gamma-nloglik", reaches=near_log)),
    (names("xgboost:reg:tweedie"), xgb_power("tweedie-nloglik@{}", values=(1.125, 1.875))),
    (names("xgboost:{gamma-nloglik poisson-nloglik mape mphe logloss}"), xgb_metric()),
    (
        names("xgboost:gamma-deviance"),
        xgb_metric(tolerance=1e-4, why="single precision, and 1e-6 is added to mean and target"),
    ),
    (names("xgboost:tweedie-nloglik"), xgb_metric(needs=("rho",), values=(1.125, 1.875))),
    (names("xgboost:error"), xgb_metric()),
    (names("xgboost:merror"), xgb_metric("multi:softprob")),
    (names("lightgbm:{regression l2}"), lgb(other=across)),
    (names("lightgbm:{regression_l1 l1}"), lgb("l1")),
    (names("lightgbm:huber"), lgb("huber", across)),
    (names("lightgbm:fair"), lgb("fair", across)),
    (names("lightgbm:quantile"), lgb("quantile")),
    (names("lightgbm:poisson"), lgb("poisson", other_count, takes=bool, reaches=MODERATE)),
    (names("lightgbm:binary"), Adapter(lgb_binary, reaches=MODERATE, **LGB)),
    (names("lightgbm:gamma"), lgb("gamma", other_size, reaches=near_log)),
    (names("lightgbm:tweedie"), lgb("tweedie", other_count, takes=bool, reaches=near_log, values=(1.125, 1.875))),
    (names("lightgbm:mape"), lgb("mape")),
    (names("lightgbm:{gamma_deviance binary_logloss}"), lgb_metric()),
    (names("lightgbm:{binary_error metric:l2 metric:cross_entropy}"), lgb_metric()),
    (names("lightgbm:metric:{poisson gamma tweedie}"), lgb_metric(takes=bool, values=(1.125, 1.875))),
    (names("lightgbm:cross_entropy"), lgb("cross_entropy", opposite_share, reaches=MODERATE)),
    (names("lightgbm:multiclass"), lgb("multi_logloss")),
    (names("torchvision.ops.sigmoid_focal_loss"), formula(torchvision_focal, reaches=MODERATE)),
    (names("kornia.losses.{charbonnier_loss CharbonnierLoss}"), formula(kornia_charbonnier)),
    (names("kornia.losses.{welsch_loss WelschLoss}"), formula(kornia_welsch)),
    (names("kornia.losses.{cauchy_loss CauchyLoss}"), formula(kornia_cauchy)),
    (names("kornia.losses.{geman_mcclure_loss GemanMcclureLoss}"), formula(kornia_geman_mcclure)),
    (names("kornia.losses.{focal_loss FocalLoss}"), formula(kornia_focal, needs=("alpha",))),
    (names("monai.losses.DiceLoss"), formula(monai_dice)),
    (names("monai.losses.TverskyLoss"), formula(monai_tversky)),
    (names("segmentation_models_pytorch.losses.DiceLoss"), formula(smp_dice)),
    (names("segmentation_models_pytorch.losses.JaccardLoss"), formula(smp_jaccard)),
    (names("segmentation_models_pytorch.losses.TverskyLoss"), formula(smp_tversky)),
    (names("optax.losses.dice_loss"), formula(optax_dice)),
    (names("optax.losses.binary_dice_loss"), formula(optax_binary_dice)),
    (names("pytorch_metric_learning.losses.CosFaceLoss"), formula(pml_cosface)),
    (names("pytorch_metric_learning.losses.ArcFaceLoss"), formula(pml_arcface, values=(20.0, 45.0))),
    (names("pytorch_metric_learning.losses.NTXentLoss"), formula(pml_ntxent)),
    (names("entmax.{entmax15_loss Entmax15Loss}"), formula(entmax15)),
    (names("entmax.{sparsemax_loss SparsemaxLoss}"), formula(entmax_sparse)),
    (names("coral_pytorch.losses.coral_loss"), formula(coral_sum)),
    (names("coral_pytorch.losses.corn_loss"), formula(corn_mean)),
    (names("kornia.losses.js_div_loss_2d"), formula(kornia_jensen_shannon)),
    (names("kornia.losses.kl_div_loss_2d"), formula(kornia_kullback_leibler)),
    (names("sentence_transformers.losses.BatchHardSoftMarginTripletLoss"), formula(soft_triplet)),
    (
        names("jonbarron:students_t_nll robust_loss_pytorch.util.students_t_nll"),
        formula(barron_student, needs=("df", "scale")),
    ),
    (names("jonbarron:lossfun robust_loss_pytorch.general.lossfun"), formula(barron, needs=("alpha", "scale"))),
)
ADAPTERS = {name: adapter for declared, adapter in DECLARED for name in declared}
REASONS = {
    "xgboost:reg:expectileerror": "it is new in XGBoost 3.3",
    "catboost": "its trainer cannot be asked for one example",
    "tfa": "the library has ended, and needs an old TensorFlow",
    "juliaml": "it is written in Julia",
    "ceres": "it is written in C++",
    "trl": "its losses are branches of a trainer's method; its formulas are compared by hand",
    "mmdet": "it needs an old PyTorch; its formula is compared by hand",
    "timm": "it is not among the libraries that are compared yet",
    "scoringrules": "it is not among the libraries that are compared yet",
    "properscoring": "the library has ended; scoringrules has taken its place",
}


def reason(name):
    """Return why a name has no adapter, or an empty string."""
    return REASONS.get(name) or REASONS.get(library(name), "")
