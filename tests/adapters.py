"""How each library computes the loss of single examples: ADAPTERS by library name, and REASONS for names without one.

An adapter calls the function or class that the name stands for in the installed library, on doubles and without
reduction. It returns values and, where the library has them, gradients by the prediction; either may be None. Libraries
are imported when they are called.
"""

import json
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

from losscli.names.frameworks import library
from losscli.names.table.row import expanded

MODULES = {"tf": "tensorflow"}  # the module to import, where its name is not that of the library
PACKAGES = {"sklearn": "scikit-learn", "tf": "tensorflow"}
SETTINGS = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0", "KERAS_BACKEND": "tensorflow"}
NEEDS = {"keras": ("keras", "tensorflow"), "optax": ("optax", "jax"), "scoringrules": ("scoringrules", "torch")}


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
    bend: Callable | None = None  # as measure, but it returns the Hessian of each number alone


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


def torch_gaussian(thing, x, y, var, **options):
    return applied(thing, (x, y, x.new_full(x.shape, var)), options, "none")


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


def torch_triplet_by(thing, x, _, **options):
    """Pass triplets with a distance of their own, which is exact for numbers."""
    apart = lambda a, b: (a - b).abs()[:, 0]  # noqa: E731 - one line of mathematics
    return torch_triplet(thing, x, _, distance_function=apart, **options)


def torch_cosine(thing, x, y, **options):
    """Pass two unit vectors with the prediction as the cosine of their angle."""
    one = x.new_tensor([[1.0, 0.0]]).repeat(len(x), 1)
    other = loaded("torch").stack([x, (1 - x * x).sqrt()], dim=-1)
    return applied(thing, (one, other, y), options, "none")


# Libraries on PyTorch.


def torch_column(thing, x, y, **options):
    """Pass each example as a row of one number."""
    return applied(thing, (x[:, None], y[:, None]), options, "none")[:, 0]


def torch_classes(thing, x, y, **options):
    """Return the sum over the classes, of which only that of the target is not 0."""
    return applied(thing, (x, y), options, "none").sum(dim=1)


def kornia_heatmap(thing, x, y):
    """Pass each example as a heatmap of one cell."""
    return thing(x[:, None, None, None], y[:, None, None, None], reduction="none")[:, 0]


def monai_region(thing, x, y, **options):
    return applied(thing, (x[:, None], y[:, None]), options, "none").reshape(len(x))


def smp_region(thing, x, y, **options):
    """Pass images of one row, one at a time: the sums run over a batch."""
    torch, loss = loaded("torch"), thing(mode="binary", **options)
    return torch.stack([loss(x[i][None, None, None], y[i][None, None, None]) for i in range(len(x))])


def smp_focal(thing, x, y, **options):
    return thing(mode="binary", reduction="none", **options)(x, y)


def pml_each(thing, x, y, call, **options):
    return loaded("torch").stack([call(thing, x[i], int(y[i]), **options) for i in range(len(x))])


def pml_classes(thing, x, y, **options):
    """Pass a unit vector whose cosines with the weights of the classes are the prediction."""
    torch, size = loaded("torch"), len(x)
    loss = thing(num_classes=size, embedding_size=size + 1, **options)
    loss.W.data = torch.eye(size + 1, dtype=x.dtype)[:, :size]
    return loss(torch.cat([x, (1 - (x * x).sum()).sqrt()[None]])[None], torch.tensor([y]))


def pml_pairs(thing, x, y, **options):
    """Pass an anchor, its positive and its negatives, as unit vectors in a plane."""
    torch, size = loaded("torch"), len(x)
    others = torch.tensor([1 + k for k in range(size) if k != y])
    vectors = torch.cat([x.new_tensor([[1.0, 0.0]]), torch.stack([x, (1 - x * x).sqrt()], dim=-1)])
    pairs = torch.tensor([0]), torch.tensor([1 + y]), torch.zeros_like(others), others
    return thing(**options)(vectors, torch.arange(size + 1), pairs)


def pml_similar(thing, x, y, options):
    """Compare cosines, which the library takes for similarities."""
    return *by_torch(partial(pml_each, call=pml_pairs))(thing, x / 8, y, options), x / 8


def entmax_loss(thing, x, y):
    return applied(thing, (x, y), {}, "none" if isclass(thing) else None)


def coral_levels(thing, x, y):
    levels = meant("coral_pytorch.dataset.levels_from_labelbatch")(y, x.shape[1] + 1)
    return thing(x, levels, reduction=None)


def corn_each(thing, x, y):
    torch = loaded("torch")
    return torch.stack([thing(x[i : i + 1], y[i : i + 1], x.shape[1] + 1) for i in range(len(x))])


def crps(thing, x, y, options):
    return thing(y, x, *options.values()), None


# CatBoost: its metrics.


def catboost_metric(thing, x, y, options):
    """Evaluate the metric that has the name of an objective, once per example."""
    evaluate, word = meant("catboost.utils.eval_metric"), thing[1]
    given = ";".join(f"{name}={value}" for name, value in options.items())
    classes = list(map(int, y)) if x.ndim > 1 else y.tolist()
    name = f"{word}:{given}" if given else word
    return np.array([evaluate([t], [row], name)[0] for t, row in zip(classes, x.tolist(), strict=True)]), None


def catboost_labels(thing, x, y, _):
    evaluate, word = meant("catboost.utils.eval_metric"), thing[1]
    return np.array([evaluate([t], [row], word)[0] for t, row in zip(y.tolist(), x.tolist(), strict=True)]), None


def catboost_class(thing, x, y, options):
    """Pass the one class that applies instead of its labels."""
    return catboost_metric(thing, x, y.argmax(axis=1), options)


def catboost_pair(thing, x, _y, _):
    """Pass two rows, the first of which should be ahead, with the prediction as the difference of their scores."""
    evaluate, word = meant("catboost.utils.eval_metric"), thing[1]
    both = {"group_id": [0, 0], "pairs": [[0, 1]]}
    return np.array([evaluate([1, 0], [score, 0.0], word, **both)[0] for score in x.tolist()]), None


def catboost_uncertain(thing, x, y, options):
    """Pass the prediction with the log of the standard deviation, which the metric reads beside it."""
    evaluate, word = meant("catboost.utils.eval_metric"), thing[1]
    spread = log(options.get("variance", 1.0)) / 2
    return np.array([evaluate([t], [[f, spread]], word)[0] for t, f in zip(y.tolist(), x.tolist(), strict=True)]), None


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


def optax_logs(thing, x, y):
    return thing(x, loaded("jax").numpy.log(y))


def optax_relevances(thing, x, y):
    return thing(x, y, reduce_fn=None)


def optax_pairs(thing, x, y, **options):
    """Pass an anchor and its positive, with the prediction as their cosine and that of each with the negatives.

    Both pairs that they make have the same loss then, which is the mean that the function takes.
    """
    jnp = loaded("jax").numpy

    def one(row, positive):
        others = jnp.delete(row, positive, assume_unique_indices=True)
        along, across = jnp.sqrt((1 + row[positive]) / 2), jnp.sqrt((1 - row[positive]) / 2)
        up = others / along
        negatives = jnp.stack([up, jnp.zeros_like(up), jnp.sqrt(1 - up * up)], axis=-1)
        pair = jnp.stack([jnp.stack([along, side, 0 * side]) for side in (across, -across)])
        return thing(jnp.concatenate([pair, negatives]), jnp.array([0, *range(len(row))]), **options)

    return jnp.stack([one(x[i], int(y[i])) for i in range(len(x))])


def optax_similar(thing, x, y, options):
    """Compare cosines, which the library takes for similarities."""
    return *by_jax(optax_pairs)(thing, x / 8, y, options), x / 8


def optax_region(thing, x, y, **options):
    return thing(x[..., None], y[..., None], **options)


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


def base_bend(thing, x, y, options):
    """Return the Hessian of a loss object, that of several logits for each of them alone."""
    classes = {"n_classes": x.shape[1]} if x.ndim > 1 else {}
    y, x = np.ascontiguousarray(y, dtype=float), np.ascontiguousarray(x)
    return thing(**classes, **options).gradient_hessian(y_true=y, raw_prediction=x)[1]


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


def xgb_bend(thing, x, y, options):
    """Return the Hessian, which XGBoost writes into a tree's leaf as its cover."""
    settings = {"objective": thing[1], "min_child_weight": 0, "base_score": 0.5, "nthread": 1, **options}
    settings |= {"num_class": x.shape[1]} if x.ndim > 1 else {}
    found = []
    for pair in zip(x, y, strict=True):
        booster = loaded("xgboost").train(settings, xgb_row(*pair), 1)
        trees = [json.loads(tree) for tree in booster.get_dump(with_stats=True, dump_format="json")]
        found.append(np.reshape([tree["cover"] for tree in trees], np.shape(pair[0])))
    return np.array(found)


XGB = {"tolerance": 1e-5, "scale": 0.1, "why": "single precision", "every": 3}


def xgb(metric="", change=lambda value, _: value, *, slope=True, **adjust):
    def measure(thing, x, y, options):
        word = thing[1]
        options = {**options, **({"num_class": x.shape[1]} if x.ndim > 1 else {})}
        pairs = list(zip(x, y, strict=True))
        values = np.array([xgb_value(word, *pair, options, metric, change) for pair in pairs]) if metric else None
        slopes = np.array([xgb_slope(word, *pair, options) for pair in pairs]) if slope else None
        return values, slopes

    return Adapter(measure, bend=xgb_bend, **XGB, **adjust)


def xgb_power(metric, **adjust):
    """Return the adapter of an XGBoost objective whose metric has a power in its name."""

    def measure(thing, x, y, options):
        power = options.get("tweedie_variance_power", 1.5)
        return xgb(metric.format(power)).measure(thing, x, y, options)

    return Adapter(measure, bend=xgb_bend, **XGB, **adjust)


def xgb_metric(objective="reg:squarederror", *, shares=False, **adjust):
    """Return the adapter of an XGBoost metric, with an objective under which it reads the prediction itself.

    `shares`: of which it reads the softmax, so that the logs of probabilities are passed.
    """

    def measure(thing, x, y, options):
        settings = {name: value for name, value in options.items() if name != "rho"}
        name = f"{thing[1]}@{options['rho']}" if "rho" in options else thing[1]
        settings |= {"num_class": x.shape[1]} if x.ndim > 1 else {}
        x = np.log(x) if shares else x
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


def lgb_split(word, x, target, options, against):
    """Return a tree that splits the example from a row with target `against`, of opposite slope."""
    least = {"min_data_in_leaf": 1, "min_sum_hessian_in_leaf": 0, "lambda_l2": HUGE_LAMBDA, "learning_rate": 1.0}
    data = lgb_data([x] * 2 * COPIES, [target] * COPIES + [against] * COPIES)
    booster = lgb_booster(word, data, {**options, **least, "num_leaves": 2})
    booster.update()
    return booster


def lgb_slope(word, x, target, options, against):
    """Return the gradient from the example's leaf."""
    leaf = lgb_split(word, x, target, options, against).predict([[0.0]], raw_score=True)
    return -HUGE_LAMBDA * leaf.reshape(np.shape(x)) / COPIES


def lgb_cover(word, x, target, options, against):
    """Return the Hessian, which is the weight of the example's leaf, of each tree that has leaves."""
    trees = lgb_split(word, x, target, options, against).dump_model()["tree_info"]
    leaves = [tree["tree_structure"].get("left_child", {}) for tree in trees]
    return np.reshape([leaf.get("leaf_weight", np.nan) / COPIES for leaf in leaves], np.shape(x))


def lgb_by_class(measured, word, x, target, options):
    """Measure class by class; the second example has that class, or another one for the target's class."""
    rivals = [k if k != target else (k + 1) % len(x) for k in range(len(x))]
    return [measured(word, x, target, options, rival)[k] for k, rival in enumerate(rivals)]


def lgb(metric="", other=None, **adjust):
    def measure(thing, x, y, options):
        word = thing[1]
        pairs = list(zip(x, y, strict=True))
        if x.ndim > 1:
            options = {**options, "num_class": x.shape[1]}
            slopes = np.array([lgb_by_class(lgb_slope, word, *pair, options) for pair in pairs])
        else:
            slopes = np.array([lgb_slope(word, *pair, options, other(*pair)) for pair in pairs]) if other else None
        values = np.array([lgb_value(word, *pair, options, metric) for pair in pairs]) if metric else None
        return values, slopes

    def bend(thing, x, y, options):
        pairs = list(zip(x, y, strict=True))
        if x.ndim > 1:
            options = {**options, "num_class": x.shape[1]}
            return np.array([lgb_by_class(lgb_cover, thing[1], *pair, options) for pair in pairs])
        return np.array([lgb_cover(thing[1], *pair, options, (other or across)(*pair)) for pair in pairs])

    return Adapter(measure, **{"bend": bend, **LGB, **adjust})


def lgb_slopes_of_labels(thing, x, y, options):
    """Pass the one class that applies instead of its labels; LightGBM has no metric of this objective."""
    return None, lgb().measure(thing, x, y.argmax(axis=1), options)[1]


def lgb_bends_of_labels(thing, x, y, options):
    return lgb().bend(thing, x, y.argmax(axis=1), options)


LGB = {"tolerance": 1e-6, "scale": 0.1, "why": "single precision", "every": 3}


def lgb_binary(thing, x, y, options):
    """Return slopes for any options, but values only without options, because the metric ignores them."""
    values, slopes = lgb("binary_logloss", opposite_label).measure(thing, x, y, options)
    return None if options else values, slopes


def lgb_metric(objective="regression", *, shares=False, **adjust):
    """Return the adapter of a LightGBM metric, with an objective under which it reads the prediction itself.

    `shares`: of which it reads the softmax, so that the logs of probabilities are passed.
    """

    def measure(thing, x, y, options):
        settings = {**options, **({"num_class": x.shape[1]} if x.ndim > 1 else {})}
        x, name = np.log(x) if shares else x, thing[1].removeprefix("metric:")
        return np.array([lgb_value(objective, *pair, settings, name) for pair in zip(x, y, strict=True)]), None

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


def barron(x, y, alpha, scale):
    z = ((x - y) / scale) ** 2
    if alpha == 2:
        return z / 2
    side = abs(alpha - 2)
    return side / alpha * ((z / side + 1) ** (alpha / 2) - 1)


def barron_student(x, y, df, scale):
    rest = log(scale) + lgamma(df / 2) - lgamma(df / 2 + 0.5) + log(pi) / 2
    return ((df + 1) * np.log1p(((x - y) / scale) ** 2 / df) + log(df)) / 2 + rest


def log_sigmoid(x):
    return -np.log1p(np.exp(-x))


def trl_sigmoid(x, _, beta=0.1, label_smoothing=0.0):
    return -log_sigmoid(beta * x) * (1 - label_smoothing) - log_sigmoid(-beta * x) * label_smoothing


def trl_robust(x, _, beta=0.1, label_smoothing=0.0):
    own = -log_sigmoid(beta * x) * (1 - label_smoothing) + log_sigmoid(-beta * x) * label_smoothing
    return own / (1 - 2 * label_smoothing)


def trl_hinge(x, _, beta=0.1):
    return np.maximum(1 - beta * x, 0)


def trl_ipo(x, _, beta=0.1):
    return (x - 1 / (2 * beta)) ** 2


def trl_exo(x, _, beta=0.1, label_smoothing=0.0):
    share = label_smoothing or 1e-3
    right, wrong = log_sigmoid(beta * x), log_sigmoid(-beta * x)
    return np.exp(right) * (right - log(1 - share)) + np.exp(wrong) * (wrong - log(share))


def trl_discopop(x, _, beta=0.1, discopop_tau=0.05):
    share = np.exp(log_sigmoid(beta * x / discopop_tau))
    return -log_sigmoid(beta * x) * (1 - share) + np.exp(-beta * x) * share


def trl_kto(x, y, beta=0.1, kl=0.0, desirable_weight=1.0, undesirable_weight=1.0):
    chosen = desirable_weight * np.exp(log_sigmoid(beta * (kl - x)))
    rejected = undesirable_weight * np.exp(log_sigmoid(beta * (x - kl)))
    return np.where(y == 1, chosen, rejected)


def trl_simpo(x, _, beta=0.1, simpo_gamma=0.5):
    return -log_sigmoid(beta * (x - simpo_gamma / beta))


def trl_reward(x, _, margin=0.0):
    return -log_sigmoid(x - margin)


def mmdet_balanced(x, y, alpha=0.5, gamma=1.5, beta=1.0):
    apart, b = abs(x - y), exp(gamma / alpha) - 1
    near = alpha / b * (b * apart + 1) * np.log(b * apart / beta + 1) - alpha * apart
    return np.where(apart < beta, near, gamma * apart + gamma / b - alpha * beta)


def soft_triplet(x, _):
    return np.log1p(np.exp(x))


def is_hard(target):
    return target in (0, 1)


def one_label(labels):
    return sum(labels) == 1


def inside(x, _):
    return abs(x) < 1


def within(limit):
    return lambda x, _: abs(x) <= limit


def near_log(x, target):
    return abs(x - log(target)) <= log(8)


MODERATE = within(7)  # for larger predictions some libraries suffer from cancellation: see test_conformance.FAULTS
SINGLE = {"tolerance": 1e-5, "scale": 0.1, "why": "single precision", "reaches": MODERATE}
CATBOOST = {"tolerance": 1e-5, "scale": 1.0, "why": "its metrics add 1e-6 or round to single precision"}
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


def of_torch(text, call, **adjust):
    return names(text), Adapter(by_torch(call), **adjust)


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
    torch("triplet_margin_with_distance_loss TripletMarginWithDistanceLoss", torch_triplet_by, reaches=within(FAR / 2)),
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
    keras("poisson Poisson"),
    keras("cosine_similarity CosineSimilarity", keras_cosine, reaches=inside),
    keras("binary_focal_crossentropy BinaryFocalCrossentropy", reaches=MODERATE),
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
    optax("convex_kl_divergence"),
    optax("kl_divergence_with_log_targets", optax_logs, "optax.losses.", takes=all),
    optax("ranking_softmax_loss", optax_relevances, "optax.losses."),
    given("{optax.losses. optax.}ntxent", optax_similar, scale=1.0),
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
        bend=base_bend,
    ),
    given("sklearn._loss.loss.{HalfGammaLoss HalfTweedieLoss}", base_loss, bend=base_bend),
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
    (names("xgboost:{gamma-nloglik poisson-nloglik mae mape mphe logloss}"), xgb_metric()),
    (
        names("xgboost:gamma-deviance"),
        xgb_metric(tolerance=1e-4, why="single precision, and 1e-6 is added to mean and target"),
    ),
    (names("xgboost:tweedie-nloglik"), xgb_metric(needs=("rho",), values=(1.125, 1.875))),
    (names("xgboost:error"), xgb_metric()),
    (names("xgboost:quantile"), xgb_metric(needs=("quantile_alpha",))),
    (names("xgboost:merror"), xgb_metric("multi:softprob")),
    (names("xgboost:mlogloss"), xgb_metric("multi:softprob", shares=True)),
    (
        names("lightgbm:{regression regression_l2 l2 mean_squared_error mse l2_root root_mean_squared_error rmse}"),
        lgb(other=across),
    ),
    (names("lightgbm:{regression_l1 l1 mean_absolute_error mae}"), lgb("l1")),
    (names("lightgbm:huber"), lgb("huber", across)),
    (names("lightgbm:fair"), lgb("fair", across)),
    (names("lightgbm:quantile"), lgb("quantile")),
    (names("lightgbm:poisson"), lgb("poisson", other_count, takes=bool, reaches=MODERATE)),
    (names("lightgbm:binary"), Adapter(lgb_binary, reaches=MODERATE, **LGB)),
    (names("lightgbm:gamma"), lgb("gamma", other_size, reaches=near_log)),
    (names("lightgbm:tweedie"), lgb("tweedie", other_count, takes=bool, reaches=near_log, values=(1.125, 1.875))),
    (names("lightgbm:{mape mean_absolute_percentage_error}"), lgb("mape")),
    (names("lightgbm:{gamma_deviance binary_logloss metric:binary kullback_leibler kldiv}"), lgb_metric()),
    (names("lightgbm:{binary_error metric:cross_entropy metric:xentropy}"), lgb_metric()),
    (names("lightgbm:metric:{regression regression_l2 l2 mean_squared_error mse}"), lgb_metric()),
    (names("lightgbm:metric:{regression_l1 l1 mean_absolute_error mae}"), lgb_metric()),
    (names("lightgbm:metric:{huber fair quantile mape mean_absolute_percentage_error}"), lgb_metric()),
    (names("lightgbm:multi_error"), lgb_metric("multiclass")),
    (
        names("lightgbm:multi_logloss lightgbm:metric:{multiclass softmax multiclassova multiclass_ova ova ovr}"),
        lgb_metric("multiclass", shares=True),
    ),
    (names("lightgbm:metric:{poisson gamma tweedie}"), lgb_metric(takes=bool, values=(1.125, 1.875))),
    (names("lightgbm:{cross_entropy xentropy}"), lgb("cross_entropy", opposite_share, reaches=MODERATE)),
    (
        names("lightgbm:{cross_entropy_lambda xentlambda}"),
        lgb("cross_entropy_lambda", opposite_share, reaches=MODERATE),
    ),
    (names("lightgbm:{multiclass softmax}"), lgb("multi_logloss")),
    (
        names("lightgbm:{multiclassova multiclass_ova ova ovr}"),
        Adapter(lgb_slopes_of_labels, takes=one_label, bend=lgb_bends_of_labels, **LGB),
    ),
    of_torch("torchvision.ops.sigmoid_focal_loss", plain, reaches=MODERATE),
    of_torch("kornia.losses.{charbonnier_loss CharbonnierLoss welsch_loss WelschLoss}", torch_plain),
    of_torch("kornia.losses.{cauchy_loss CauchyLoss geman_mcclure_loss GemanMcclureLoss}", torch_plain),
    of_torch("kornia.losses.{focal_loss FocalLoss}", torch_classes, needs=("alpha",)),
    of_torch("kornia.losses.binary_focal_loss_with_logits", torch_column),
    of_torch("kornia.losses.BinaryFocalLossWithLogits", torch_column, needs=("alpha",)),
    of_torch("kornia.losses.{js_div_loss_2d kl_div_loss_2d}", kornia_heatmap),
    of_torch("monai.losses.{DiceLoss TverskyLoss}", monai_region),
    of_torch("monai.losses.FocalLoss", torch_column, **SINGLE),
    of_torch("segmentation_models_pytorch.losses.{DiceLoss JaccardLoss TverskyLoss}", smp_region),
    of_torch("segmentation_models_pytorch.losses.FocalLoss", smp_focal, reaches=MODERATE),
    of_torch("pytorch_metric_learning.losses.CosFaceLoss", partial(pml_each, call=pml_classes), scale=1.0),
    of_torch(
        "pytorch_metric_learning.losses.ArcFaceLoss",
        partial(pml_each, call=pml_classes),
        scale=1.0,
        values=(20.0, 45.0),
    ),
    given("pytorch_metric_learning.losses.NTXentLoss", pml_similar, scale=1.0),
    of_torch("entmax.{entmax15_loss Entmax15Loss sparsemax_loss SparsemaxLoss}", entmax_loss),
    of_torch("coral_pytorch.losses.coral_loss", coral_levels),
    of_torch("coral_pytorch.losses.corn_loss", corn_each),
    of_torch(
        "timm.loss.AsymmetricLossMultiLabel", torch_column, allows=lambda gamma_neg, **_: gamma_neg >= 1, **SINGLE
    ),
    given("scoringrules.crps_normal", crps, needs=("sigma",)),
    given("scoringrules.crps_laplace", crps, needs=("scale",)),
    given("scoringrules.crps_logistic", crps, needs=("sigma",)),
    optax("dice_loss binary_dice_loss", optax_region, "optax.losses."),
    (names("trl:sigmoid"), formula(trl_sigmoid)),
    (names("trl:robust"), formula(trl_robust)),
    (names("trl:hinge"), formula(trl_hinge)),
    (names("trl:ipo"), formula(trl_ipo)),
    (names("trl:exo_pair"), formula(trl_exo)),
    (names("trl:discopop"), formula(trl_discopop)),
    (names("trl:kto"), formula(trl_kto)),
    (names("trl:simpo"), formula(trl_simpo)),
    (names("trl:RewardTrainer"), formula(trl_reward)),
    (names("mmdet.BalancedL1Loss"), formula(mmdet_balanced)),
    given("catboost:{FairLoss Poisson MAPE SMAPE}", catboost_metric),
    given("catboost:{MAE Quantile Expectile LogLinQuantile MSLE}", catboost_metric, **CATBOOST),
    given("catboost:MultiClass", catboost_metric),
    given("catboost:MultiClassOneVsAll", catboost_class, takes=one_label),
    given("catboost:{MultiLogloss MultiCrossEntropy}", catboost_labels),
    given(
        "catboost:Focal",
        catboost_metric,
        needs=("focal_alpha", "focal_gamma"),
        takes=is_hard,
        reaches=MODERATE,
        **CATBOOST,
    ),
    given("catboost:PairLogit", catboost_pair, reaches=MODERATE),
    given("catboost:RMSEWithUncertainty", catboost_uncertain),
    given("catboost:Lq", catboost_metric, needs=("q",)),
    given("catboost:Huber", catboost_metric, needs=("delta",), **CATBOOST),
    given("catboost:Tweedie", catboost_metric, needs=("variance_power",), takes=bool, reaches=near_log),
    given("catboost:NumErrors", catboost_metric, needs=("greater_than",)),
    given("catboost:{Logloss CrossEntropy}", catboost_metric, takes=is_hard, reaches=MODERATE, **CATBOOST),
    (names("sentence_transformers.losses.BatchHardSoftMarginTripletLoss"), formula(soft_triplet)),
    (
        names("jonbarron:students_t_nll robust_loss_pytorch.util.students_t_nll"),
        formula(barron_student, needs=("df", "scale")),
    ),
    (names("jonbarron:lossfun robust_loss_pytorch.general.lossfun"), formula(barron, needs=("alpha", "scale"))),
)
ADAPTERS = {name: adapter for declared, adapter in DECLARED for name in declared}
REASONS = {
    "catboost:LogCosh": "its metric is rough, and 1e-4 off",
    "catboost:PairLogitPairwise": "it is no metric, only the objective of another way to train with PairLogit",
    "xgboost:reg:expectileerror": "it is new in XGBoost 3.3",
    "tfa": "the library has ended, and needs an old TensorFlow",
    "juliaml": "it is written in Julia",
    "ceres": "it is written in C++",
    "properscoring": "the library has ended; scoringrules has taken its place",
}


def reason(name):
    """Return why a name has no adapter, or an empty string."""
    return REASONS.get(name) or REASONS.get(library(name), "")
