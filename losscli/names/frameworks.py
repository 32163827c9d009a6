"""The table of the names that other libraries give to losses, and the functions that look names up in it.

A row holds the names as users import them (`a.{b c}` is short for `a.b a.c`) and the catalogue's loss. Keywords hold
the parameters of that loss: either a number that the library fixes, or a tuple with the library's name, its default
and, if the values differ, a function from the library's value to the loss's and the allowed interval. Further columns
hold the factor and the constant (numbers, or functions of target and parameters), the library's targets, parameters
that the loss does not have, and a note on other differences. The conventions were read from the sources of the versions
in LIBRARIES, or measured.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import product
from math import inf, log, pi, radians, sqrt
from typing import Any, NamedTuple

from losscli.lazy import np
from losscli.losses import catalogue
from losscli.model.domains import Interval, Label
from losscli.model.loss import Loss, Parameter, Quantity, argument_names
from losscli.model.numbers import Value, shown
from losscli.model.spelling import Constant, Spelling, Switch, Targets
from losscli.names.likelihoods import (
    always_1,
    at_least,
    gamma_likelihood,
    gamma_rest,
    has_region,
    label_weight,
    log_factorial,
    per_class,
    shares,
    softmax_bend,
    squared_log_bend,
    stirling,
    student_norm,
    tweedie_likelihood,
    tweedie_rest,
)

LIBRARIES = {
    "torch": "PyTorch 2.13",
    "tf": "TensorFlow 2.21",
    "keras": "Keras 3.15",
    "optax": "Optax 0.2.8",
    "sklearn": "scikit-learn 1.9",
    "scipy": "SciPy 1.17",
    "xgboost": "XGBoost 3.2",
    "lightgbm": "LightGBM 4.7",
    "catboost": "CatBoost 1.2",
    "statsmodels": "statsmodels 0.15",
    "torchvision": "torchvision 0.29",
    "tfa": "TensorFlow Addons 0.23",
    "kornia": "Kornia 0.9",
    "monai": "MONAI 1.6",
    "segmentation_models_pytorch": "segmentation_models_pytorch 0.6",
    "pytorch_metric_learning": "pytorch_metric_learning 2.9",
    "entmax": "entmax 1.3",
    "coral_pytorch": "coral-pytorch 1.4",
    "sentence_transformers": "Sentence Transformers",
    "jonbarron": "robust_loss_pytorch",
    "ceres": "Ceres Solver 2.2, half of rho(r^2)",
    "juliaml": "LossFunctions.jl 1.2",
    "trl": "TRL, loss_type of DPOConfig",
    "timm": "timm 1.0",
    "mmdet": "MMDetection 3.3",
    "scoringrules": "scoringrules 0.8",
    "properscoring": "properscoring 0.1",
}
ALSO = {"robust_loss_pytorch": "jonbarron"}  # the name under which a library is imported, if it is another

# From the library's value of a parameter, and others by their names, to the loss's.
Conversion = Callable[..., Value]
Named = tuple[str, Value] | tuple[str, Value, Conversion] | tuple[str, Value, Conversion, Interval]
RowParameter = float | str | None | Named


class Instead(NamedTuple):
    """A derivative that a library trains with where it is not that of its loss."""

    quantity: Quantity
    words: str
    compute: Callable[..., Any]  # by the names of its arguments: the prediction x, the target y, the parameters


@dataclass(frozen=True)
class Row:
    """One row of the table."""

    names: tuple[str, ...]
    loss: str  # the canonical name of the catalogue's loss
    parameters: Mapping[str, RowParameter]
    factor: Constant
    shift: Constant
    value: Callable[..., Any] | None
    targets: Targets | None
    extra: tuple[Parameter, ...]  # parameters of factor, shift and targets that the loss does not have
    switches: Mapping[Switch, Mapping[str, Any]]  # with the columns of the row that each changes when it is turned
    instead: Instead | None  # the derivative that the library trains with, if it is not that of the loss
    differs: str


def row(  # noqa: PLR0913 - each argument is a column of the table
    names: str,
    loss: str,
    differs: str = "",
    *,
    factor: Constant = 1.0,
    shift: Constant = 0.0,
    value: Callable[..., Any] | None = None,
    targets: Targets | None = None,
    extra: tuple[Parameter, ...] = (),
    switches: Mapping[Switch, Mapping[str, Any]] | None = None,
    instead: Instead | None = None,
    **own: RowParameter,
) -> Row:
    """Return one row of the table."""
    return Row(
        tuple(expanded(names)), loss, own, factor, shift, value, targets, extra, switches or {}, instead, differs
    )


def expanded(names: str) -> list[str]:
    """Return `{a. b.}{c d} e` as a.c, a.d, b.c, b.d, e."""
    found = []
    for word in re.findall(r"(?:\{[^}]*\}|[^\s{}])+", names):
        parts = [group.split() or [plain] for group, plain in re.findall(r"\{([^}]*)\}|([^{}]+)", word)]
        found += ["".join(choice) for choice in product(*parts)]
    return found


SHARES_CLIPPED = "the probabilities are clipped to the range from 1e-7 to 1 - 1e-7"
NOTHING_INSIDE = "where no pixel is inside the target it is 0"
NO_DEFAULT = "it has no default"
LEFT_OUT = "the terms of the target alone are left out"
SUMMED = "the terms are summed"
TWEEDIE_POWERS = Interval(1, 2)  # allowed powers: the omitted terms are infinite at 1 and 2
HARD = Targets(lambda y: y, Label((0.0, 1.0)))
ZERO_ONE = Targets(lambda y: 2 * y - 1, Label((0.0, 1.0)))
OR_ZERO = Targets(lambda y: y - (y == 0), Label((-1.0, 0.0, 1.0)))
SMOOTHING = Parameter(
    "label_smoothing",
    0.0,
    Interval(0, 1, "[]"),
    "share of the target that is spread evenly over both classes",
    r"\mathrm{label\_smoothing}",
    idle=True,
)
SMOOTHED = Targets(lambda y, label_smoothing: y + label_smoothing * (0.5 - y))
CLASS_WEIGHT = Parameter("alpha", 0.25, Interval(0, inf), "weight of every class alike", r"\mathrm{alpha}")
STEEPNESS = Parameter("sigmoid", 1.0, Interval(0, inf), "what scores are multiplied by", r"\mathrm{sigmoid}", idle=True)
BACKGROUND = Parameter(
    "alpha", None, Interval(0, 1, "[]"), "weight of every class but 0, and 1 less it of class 0", r"\mathrm{alpha}"
)
LEAST_VARIANCE = Parameter("eps", 1e-6, Interval(0, inf), "the least variance that counts", r"\epsilon", idle=True)
POSITIVE_WEIGHT = Parameter(
    "scale_pos_weight", 1.0, Interval(0, inf), "weight of label 1", r"\mathrm{scale\_pos\_weight}", idle=True
)


def background_weight(y: Any, alpha: float | None) -> Any:
    """Return Kornia's weight of a target class."""
    return 1.0 if alpha is None else np.where(np.asarray(y) == 0, 1 - alpha, alpha)


# What gradient boosting divides by where the Hessian is 0, or to take shorter steps.
ALWAYS_1 = Instead("hessian", "1", always_1)
LARGER_MEAN = Instead("hessian", "e^(x + 0.7), where max_delta_step is 0.7", lambda x: np.exp(x + 0.7))
DOUBLED = Instead("hessian", "2 p (1 - p) of each logit alone, p its softmax", lambda x: 2 * softmax_bend(x))
SHARED = Instead(
    "hessian", "K / (K - 1) p (1 - p) of each logit alone, p its softmax", lambda x: softmax_bend(x) * shares(x)
)
WHERE_WRONG = Instead(
    "hessian", "1 where the loss is above 0, else 0", lambda x, y: np.where((2 * y - 1) * x < 1, 1, 0)
)
RAISED = Instead("hessian", "that of the loss, raised to at least 1e-6", squared_log_bend)

BATCH = "a label 0 stands for -1, but only if the whole batch is of 0 and 1"
MEAN = "it takes the mean over the batch; here is one example"
FROM_LOGITS = Switch("from_logits", False, "whether the prediction is a logit instead of a probability")
OF_LOGITS = Switch("from_logits", True, FROM_LOGITS.help)
SIGMOID = Switch("sigmoid", False, "whether the prediction is a logit instead of a probability")
LOG_INPUT = Switch("log_input", True, "whether the prediction is the log of the mean instead of the mean")
LOG_TARGET = Switch("log_target", False, "whether the target is the log of a mass instead of a mass")
FULL = Switch("full", False, "whether Stirling's approximation of log(y!) is added, for targets above 1")
BALANCING = Switch("apply_class_balancing", False, "whether alpha weights target 1, and 1 - alpha target 0")

TABLE = (
    # PyTorch: functions and modules.
    row("torch.nn.functional.mse_loss torch.nn.MSELoss", "l2"),
    row("torch.nn.functional.l1_loss torch.nn.L1Loss", "l1"),
    row("torch.nn.functional.huber_loss torch.nn.HuberLoss", "huber", delta=("delta", 1.0)),
    row("torch.nn.functional.smooth_l1_loss torch.nn.SmoothL1Loss", "smooth-l1", beta=("beta", 1.0)),
    row(
        "torch.nn.functional.gaussian_nll_loss torch.nn.GaussianNLLLoss",
        "gaussian-nll",
        NO_DEFAULT,
        extra=(LEAST_VARIANCE,),
        variance=("var", 1.0, at_least),
    ),
    row(
        "torch.nn.functional.poisson_nll_loss torch.nn.PoissonNLLLoss",
        "poisson-nll-log",
        switches={
            LOG_INPUT: {"loss": "poisson-nll", "parameters": {"eps": ("eps", 1e-8)}},
            FULL: {"shift": stirling},
        },
    ),
    row("torch.nn.functional.soft_margin_loss torch.nn.SoftMarginLoss", "logistic"),
    row("torch.nn.functional.binary_cross_entropy torch.nn.BCELoss", "cross-entropy", "each logarithm is cut at -100"),
    row(
        "torch.nn.functional.binary_cross_entropy_with_logits torch.nn.BCEWithLogitsLoss",
        "weighted-cross-entropy",
        pos_weight=("pos_weight", 1.0),
    ),
    row(
        "torch.nn.functional.cross_entropy torch.nn.CrossEntropyLoss",
        "sparse-softmax-cross-entropy",
        "a target of probabilities makes it softmax-cross-entropy",
        label_smoothing=("label_smoothing", 0.0),
        weight=("weight", None),
    ),
    row("torch.nn.functional.nll_loss torch.nn.NLLLoss", "nll", weight=("weight", None)),
    row(
        "torch.nn.functional.multi_margin_loss torch.nn.MultiMarginLoss",
        "weston-watkins",
        "divided by the number of classes",
        factor=per_class,
        p=("p", 1),
        margin=("margin", 1.0),
    ),
    row("torch.nn.functional.multilabel_margin_loss torch.nn.MultiLabelMarginLoss", "multilabel-margin"),
    row("torch.nn.functional.multilabel_soft_margin_loss torch.nn.MultiLabelSoftMarginLoss", "multilabel-soft-margin"),
    row(
        "torch.nn.functional.kl_div torch.nn.KLDivLoss",
        "relative-entropy-log",
        switches={LOG_TARGET: {"loss": "relative-entropy-logs"}},
    ),
    row(
        "torch.nn.functional.hinge_embedding_loss torch.nn.HingeEmbeddingLoss",
        "hinge-embedding",
        margin=("margin", 1.0),
    ),
    row("torch.nn.functional.margin_ranking_loss torch.nn.MarginRankingLoss", "margin-ranking", margin=("margin", 0.0)),
    row("torch.nn.functional.triplet_margin_loss torch.nn.TripletMarginLoss", "triplet", margin=("margin", 1.0)),
    row(
        "torch.nn.functional.cosine_embedding_loss torch.nn.CosineEmbeddingLoss",
        "cosine-embedding",
        margin=("margin", 0.0),
    ),
    # TensorFlow.
    row("tf.nn.l2_loss", "half-squared-error", "it sums over the whole tensor"),
    row("tf.nn.sigmoid_cross_entropy_with_logits", "sigmoid-cross-entropy"),
    row(
        "tf.nn.weighted_cross_entropy_with_logits",
        "weighted-cross-entropy",
        f"{NO_DEFAULT}; its gradient at a logit of exactly 0 is not the loss's",
        pos_weight=("pos_weight", 1.0),
    ),
    row("tf.nn.softmax_cross_entropy_with_logits", "softmax-cross-entropy", label_smoothing=0.0),
    row("tf.nn.sparse_softmax_cross_entropy_with_logits", "sparse-softmax-cross-entropy", label_smoothing=0.0),
    row("tf.nn.log_poisson_loss", "poisson-nll-log"),
    # Keras, under both of its import paths: functions and classes.
    row(
        "keras.losses.mean_squared_error {keras.losses. tf.keras.losses.}MeanSquaredError tf.keras.losses.{mse MSE}",
        "l2",
    ),
    row(
        "keras.losses.mean_absolute_error {keras.losses. tf.keras.losses.}MeanAbsoluteError tf.keras.losses.{mae MAE}",
        "l1",
    ),
    row("{keras.losses. tf.keras.losses.}{huber Huber}", "huber", delta=("delta", 1.0)),
    row(
        "keras.losses.log_cosh {keras.losses. tf.keras.losses.}LogCosh tf.keras.losses.{logcosh}",
        "log-cosh",
        "its log 2 is rounded to single precision",
    ),
    row(
        "{keras.losses. tf.keras.losses.}{hinge Hinge}",
        "hinge",
        BATCH,
        targets=OR_ZERO,
        margin=1.0,
    ),
    row(
        "{keras.losses. tf.keras.losses.}{squared_hinge SquaredHinge}",
        "squared-hinge",
        BATCH,
        targets=OR_ZERO,
        margin=1.0,
    ),
    row(
        "{keras.losses. tf.keras.losses.}{binary_crossentropy BinaryCrossentropy}",
        "cross-entropy",
        "the probability is clipped to [1e-7, 1 - 1e-7]",
        targets=SMOOTHED,
        extra=(SMOOTHING,),
        switches={FROM_LOGITS: {"loss": "sigmoid-cross-entropy", "differs": ""}},
    ),
    row("{keras.losses. tf.keras.losses.}{poisson Poisson}", "poisson-nll", eps=1e-7),
    row(
        "keras.losses.mean_squared_logarithmic_error {keras.losses. tf.keras.losses.}MeanSquaredLogarithmicError"
        " tf.keras.losses.{msle MSLE}",
        "squared-log-error",
        "negative predictions and targets are raised to 1e-7",
    ),
    row(
        "keras.losses.mean_absolute_percentage_error {keras.losses. tf.keras.losses.}MeanAbsolutePercentageError"
        " tf.keras.losses.{mape MAPE}",
        "absolute-percentage-error",
        factor=100.0,
        epsilon=1e-7,
    ),
    row(
        "keras.losses.kl_divergence {keras.losses. tf.keras.losses.}KLDivergence"
        " tf.keras.losses.{kld KLD kullback_leibler_divergence}",
        "distribution-kl",
        "both probabilities are clipped to [1e-7, 1]",
    ),
    row(
        "{keras.losses. tf.keras.losses.}{cosine_similarity CosineSimilarity}",
        "cosine-distance",
        "minus the cosine",
        shift=-1.0,
        value=lambda c: -c,
    ),
    row(
        "{keras.losses. tf.keras.losses.}{binary_focal_crossentropy BinaryFocalCrossentropy}",
        "probability-focal",
        "the probability is clipped to [1e-7, 1 - 1e-7]; for label_smoothing = 0",
        switches={
            FROM_LOGITS: {"loss": "focal", "differs": "for label_smoothing = 0"},
            BALANCING: {"parameters": {"gamma": ("gamma", 2.0), "alpha": ("alpha", 0.25)}},
        },
        gamma=("gamma", 2.0),
        alpha=None,
    ),
    row(
        "{keras.losses. tf.keras.losses.}{categorical_focal_crossentropy CategoricalFocalCrossentropy}",
        "categorical-focal-cross-entropy",
        SHARES_CLIPPED,
        switches={FROM_LOGITS: {"loss": "softmax-focal-cross-entropy"}},
        factor=lambda alpha: alpha,
        extra=(CLASS_WEIGHT,),
        gamma=("gamma", 2.0),
        label_smoothing=("label_smoothing", 0.0),
    ),
    row(
        "{keras.losses. tf.keras.losses.}{categorical_crossentropy CategoricalCrossentropy}",
        "categorical-cross-entropy",
        SHARES_CLIPPED,
        switches={FROM_LOGITS: {"loss": "softmax-cross-entropy", "differs": ""}},
        label_smoothing=("label_smoothing", 0.0),
    ),
    row(
        "{keras.losses. tf.keras.losses.}{sparse_categorical_crossentropy SparseCategoricalCrossentropy}",
        "sparse-categorical-cross-entropy",
        SHARES_CLIPPED,
        switches={
            FROM_LOGITS: {
                "loss": "sparse-softmax-cross-entropy",
                "differs": "",
                "parameters": {"label_smoothing": 0.0},
            }
        },
    ),
    row(
        "{keras.losses. tf.keras.losses.}categorical_generalized_cross_entropy",
        "categorical-generalized-cross-entropy",
        NO_DEFAULT,
        q=("q", 0.5),
    ),
    row(
        "{keras.losses. tf.keras.losses.}CategoricalGeneralizedCrossEntropy",
        "categorical-generalized-cross-entropy",
        q=("q", 0.5),
    ),
    # Optax, under both of its import paths.
    row("{optax.losses. optax.}squared_error", "l2"),
    row("{optax.losses. optax.}l2_loss", "half-squared-error"),
    row("{optax.losses. optax.}huber_loss", "huber", delta=("delta", 1.0)),
    row("{optax.losses. optax.}log_cosh", "log-cosh"),
    row("{optax.losses. optax.}hinge_loss", "hinge", margin=1.0),
    row("optax.losses.perceptron_loss", "perceptron"),
    row("optax.losses.sparsemax_loss", "binary-sparsemax", targets=ZERO_ONE),
    row("{optax.losses. optax.}sigmoid_binary_cross_entropy", "sigmoid-cross-entropy"),
    row("{optax.losses. optax.}sigmoid_focal_loss", "focal", gamma=("gamma", 2.0), alpha=("alpha", None)),
    row(
        "optax.losses.poly_loss_cross_entropy",
        "softmax-poly-cross-entropy",
        epsilon=("epsilon", 2.0),
    ),
    row("{optax.losses. optax.}softmax_cross_entropy", "softmax-cross-entropy", label_smoothing=0.0),
    row("{optax.losses. optax.}safe_softmax_cross_entropy", "softmax-cross-entropy", label_smoothing=0.0),
    row(
        "{optax.losses. optax.}softmax_cross_entropy_with_integer_labels",
        "sparse-softmax-cross-entropy",
        label_smoothing=0.0,
    ),
    row("optax.losses.multiclass_hinge_loss", "crammer-singer"),
    row("optax.losses.multiclass_perceptron_loss", "multiclass-perceptron"),
    row("optax.losses.multiclass_sparsemax_loss", "sparsemax"),
    row("{optax.losses. optax.}kl_divergence", "distribution-kl-log"),
    row("optax.losses.generalized_kl_divergence", "generalized-kl-log"),
    row("{optax.losses. optax.}cosine_distance", "cosine-distance"),
    row("optax.losses.triplet_margin_loss", "triplet", margin=("margin", 1.0)),
    # scikit-learn: metrics, the loss objects behind its estimators, and the `loss` arguments of estimators.
    row("sklearn.metrics.mean_squared_error", "l2", MEAN),
    row("sklearn.metrics.mean_absolute_error", "l1", MEAN),
    row("sklearn.metrics.mean_pinball_loss", "quantile", MEAN, tau=("alpha", 0.5)),
    row("sklearn.metrics.mean_poisson_deviance", "poisson-deviance", MEAN),
    row("sklearn.metrics.mean_gamma_deviance", "gamma-deviance", MEAN),
    row("sklearn.metrics.mean_tweedie_deviance", "tweedie-deviance", MEAN, power=("power", 0.0)),
    row("sklearn.metrics.mean_squared_log_error", "squared-log-error", MEAN),
    row(
        "sklearn.metrics.mean_absolute_percentage_error",
        "absolute-percentage-error",
        MEAN,
        epsilon=2.0**-52,
    ),
    row("sklearn.metrics.log_loss", "cross-entropy", f"{MEAN}; the probability is clipped by the float type's epsilon"),
    row("sklearn.metrics.brier_score_loss", "brier", MEAN),
    row("sklearn.metrics.hinge_loss", "hinge", f"{MEAN}; where all labels are 1 it takes them for -1", margin=1.0),
    row("sklearn._loss.loss.HalfSquaredError", "half-squared-error"),
    row("sklearn._loss.loss.AbsoluteError", "l1", instead=ALWAYS_1),
    row("sklearn._loss.loss.PinballLoss", "quantile", instead=ALWAYS_1, tau=("quantile", 0.5)),
    row("sklearn._loss.loss.HuberLoss", "huber", delta=("delta", 0.5)),
    row("sklearn._loss.loss.HalfPoissonLoss", "poisson-nll-log"),
    row("sklearn._loss.loss.HalfTweedieLossIdentity", "tweedie-deviance", factor=0.5, power=("power", 1.5)),
    row("sklearn._loss.loss.HalfGammaLoss", "gamma-nll-log"),
    row("sklearn._loss.loss.HalfTweedieLoss", "tweedie-nll-log", power=("power", 1.5)),
    row("sklearn._loss.loss.HalfBinomialLoss", "sigmoid-cross-entropy"),
    row("sklearn._loss.loss.ExponentialLoss", "exponential", targets=ZERO_ONE),
    row("sklearn._loss.loss.HalfMultinomialLoss", "sparse-softmax-cross-entropy", label_smoothing=0.0),
    row("sklearn.linear_model.SGDRegressor:squared_error", "half-squared-error"),
    row("sklearn.linear_model.SGDRegressor:huber", "huber", delta=("epsilon", 0.1)),
    row("sklearn.linear_model.SGDRegressor:epsilon_insensitive", "epsilon-insensitive", epsilon=("epsilon", 0.1)),
    row(
        "sklearn.linear_model.SGDRegressor:squared_epsilon_insensitive",
        "squared-epsilon-insensitive",
        epsilon=("epsilon", 0.1),
    ),
    row("sklearn.linear_model.SGDClassifier:hinge", "hinge", margin=1.0),
    row(
        "sklearn.linear_model.SGDClassifier:squared_hinge sklearn.svm.LinearSVC:squared_hinge",
        "squared-hinge",
        margin=1.0,
    ),
    row("sklearn.svm.LinearSVC:hinge", "hinge", margin=1.0),
    row("sklearn.linear_model.SGDClassifier:log_loss", "logistic"),
    row("sklearn.linear_model.SGDClassifier:modified_huber", "modified-huber"),
    row("sklearn.linear_model.SGDClassifier:perceptron", "perceptron"),
    row("sklearn.svm.SVR", "epsilon-insensitive", epsilon=("epsilon", 0.1)),
    row("sklearn.svm.LinearSVR:epsilon_insensitive", "epsilon-insensitive", epsilon=("epsilon", 0.0)),
    row("sklearn.svm.LinearSVR:squared_epsilon_insensitive", "squared-epsilon-insensitive", epsilon=("epsilon", 0.0)),
    row("sklearn.decomposition.NMF", "beta-divergence", SUMMED, beta=("beta_loss", 2.0)),
    row("sklearn.decomposition.NMF:frobenius", "half-squared-error", SUMMED),
    row("sklearn.decomposition.NMF:kullback-leibler", "generalized-kl", SUMMED),
    row("sklearn.decomposition.NMF:itakura-saito", "itakura-saito", SUMMED),
    # SciPy.
    row("scipy.special.huber", "huber", NO_DEFAULT, delta=("delta", 1.0)),
    row("scipy.special.pseudo_huber", "pseudo-huber", NO_DEFAULT, delta=("delta", 1.0)),
    row("scipy.special.rel_entr", "relative-entropy"),
    row("scipy.special.kl_div", "generalized-kl"),
    row("scipy.optimize.least_squares:linear", "half-squared-error"),
    row("scipy.optimize.least_squares:soft_l1", "pseudo-huber", delta=("f_scale", 1.0)),
    row("scipy.optimize.least_squares:huber", "huber", delta=("f_scale", 1.0)),
    row("scipy.optimize.least_squares:cauchy", "cauchy", c=("f_scale", 1.0)),
    row("scipy.optimize.least_squares:arctan", "arctan", c=("f_scale", 1.0)),
    # XGBoost: objectives.
    row("xgboost:reg:squarederror", "half-squared-error"),
    row("xgboost:reg:absoluteerror", "l1", instead=ALWAYS_1),
    row("xgboost:reg:squaredlogerror", "squared-log-error", factor=0.5, instead=RAISED),
    row("xgboost:reg:pseudohubererror", "pseudo-huber", delta=("huber_slope", 1.0)),
    row(
        "xgboost:reg:quantileerror",
        "quantile",
        "it has no default quantile",
        instead=ALWAYS_1,
        tau=("quantile_alpha", 0.5),
    ),
    row(
        "xgboost:reg:expectileerror",
        "expectile",
        "from 3.3 on; it has no default",
        factor=0.5,
        tau=("expectile_alpha", 0.5),
    ),
    row(
        "xgboost:binary:logistic xgboost:reg:logistic xgboost:binary:logitraw",
        "weighted-cross-entropy",
        pos_weight=("scale_pos_weight", 1.0),
    ),
    row("xgboost:binary:hinge", "hinge", targets=ZERO_ONE, instead=WHERE_WRONG, margin=1.0),
    row("xgboost:count:poisson", "poisson-nll-log", "its metric adds log y!", instead=LARGER_MEAN),
    row(
        "xgboost:multi:softprob xgboost:multi:softmax",
        "sparse-softmax-cross-entropy",
        instead=DOUBLED,
        label_smoothing=0.0,
    ),
    row("xgboost:reg:gamma", "gamma-nll-log"),
    row("xgboost:reg:tweedie", "tweedie-nll-log", power=("tweedie_variance_power", 1.5, float, TWEEDIE_POWERS)),
    # XGBoost: metrics.
    row("xgboost:gamma-deviance", "gamma-deviance", f"{MEAN}; 1e-6 is added to mean and target"),
    row(
        "xgboost:gamma-nloglik",
        "gamma-deviance",
        f"{MEAN}; {LEFT_OUT}",
        factor=0.5,
        shift=gamma_rest,
        value=gamma_likelihood,
    ),
    row(
        "xgboost:tweedie-nloglik",
        "tweedie-deviance",
        f"{MEAN}; {LEFT_OUT}; it is written tweedie-nloglik@1.5 there, and has no default",
        factor=0.5,
        shift=tweedie_rest,
        value=tweedie_likelihood,
        power=("rho", 1.5, float, TWEEDIE_POWERS),
    ),
    row("xgboost:poisson-nloglik", "poisson-nll", f"{MEAN}; log y! is added", shift=log_factorial),
    row("xgboost:mape", "absolute-percentage-error", MEAN),
    row("xgboost:mphe", "pseudo-huber", MEAN, delta=("huber_slope", 1.0)),
    row("xgboost:logloss", "cross-entropy", f"{MEAN}; each logarithm is cut at that of 1e-16"),
    row("xgboost:error", "probability-zero-one", MEAN),
    row("xgboost:merror", "misclassification", f"{MEAN}; of equal logits it takes the first"),
    # LightGBM: objectives.
    row("lightgbm:regression lightgbm:l2", "half-squared-error", "it reports the whole square"),
    row("lightgbm:regression_l1 lightgbm:l1", "l1", instead=ALWAYS_1),
    row("lightgbm:huber", "huber", "alpha is delta itself", instead=ALWAYS_1, delta=("alpha", 0.9)),
    row("lightgbm:fair", "fair", c=("fair_c", 1.0)),
    row("lightgbm:poisson", "poisson-nll-log", instead=LARGER_MEAN),
    row("lightgbm:quantile", "quantile", instead=ALWAYS_1, tau=("alpha", 0.9)),
    row(
        "lightgbm:binary",
        "logistic",
        "the margin is multiplied by sigmoid",
        factor=label_weight,
        targets=Targets(lambda y, sigmoid: sigmoid * (2 * y - 1), Label((0.0, 1.0))),
        extra=(STEEPNESS, POSITIVE_WEIGHT),
    ),
    row("lightgbm:gamma", "gamma-nll-log"),
    row("lightgbm:tweedie", "tweedie-nll-log", power=("tweedie_variance_power", 1.5, float, TWEEDIE_POWERS)),
    row("lightgbm:mape", "absolute-percentage-error", instead=ALWAYS_1, epsilon=1.0),
    row("lightgbm:cross_entropy", "sigmoid-cross-entropy"),
    row("lightgbm:multiclass", "sparse-softmax-cross-entropy", instead=SHARED, label_smoothing=0.0),
    # LightGBM: metrics; those that share the name of an objective have the word metric in theirs.
    row("lightgbm:metric:l2", "l2", MEAN),
    row("lightgbm:metric:poisson", "poisson-nll", f"{MEAN}; a mean below 1e-10 is raised to it"),
    row(
        "lightgbm:metric:gamma",
        "gamma-deviance",
        f"{MEAN}; {LEFT_OUT}",
        factor=0.5,
        shift=gamma_rest,
        value=gamma_likelihood,
    ),
    row(
        "lightgbm:metric:tweedie",
        "tweedie-deviance",
        f"{MEAN}; {LEFT_OUT}",
        factor=0.5,
        shift=tweedie_rest,
        value=tweedie_likelihood,
        power=("tweedie_variance_power", 1.5, float, TWEEDIE_POWERS),
    ),
    row("lightgbm:metric:cross_entropy", "cross-entropy", f"{MEAN}; each logarithm is cut at that of 1e-12"),
    row("lightgbm:gamma_deviance", "gamma-deviance", "it sums over the rows; 1e-9 is added to the mean"),
    row("lightgbm:binary_logloss", "cross-entropy", f"{MEAN}; each logarithm is cut at that of 1e-15", targets=HARD),
    row("lightgbm:binary_error", "probability-zero-one", MEAN),
    # CatBoost: objectives and metrics.
    row("catboost:MAE", "l1"),
    row("catboost:Quantile", "quantile", tau=("alpha", 0.5)),
    row("catboost:Expectile", "expectile", tau=("alpha", 0.5)),
    row("catboost:LogCosh", "log-cosh"),
    row("catboost:Lq", "lp", NO_DEFAULT, p=("q", 2.0, float, Interval(1, inf, "[)"))),
    row("catboost:Huber", "huber", "delta has no default", delta=("delta", 1.0)),
    row("catboost:FairLoss", "fair", c=("smoothness", 1.0)),
    row("catboost:Poisson", "poisson-nll-log"),
    row(
        "catboost:Tweedie",
        "tweedie-nll-log",
        NO_DEFAULT,
        power=("variance_power", 1.5, float, TWEEDIE_POWERS),
    ),
    row("catboost:MAPE", "absolute-percentage-error", epsilon=1.0),
    row(
        "catboost:RMSEWithUncertainty",
        "gaussian-nll",
        "log(2 pi) / 2 is added; the log of the standard deviation is learned too",
        instead=Instead("gradient", "f - y, the loss's times the variance", lambda x, y: x - y),
        shift=log(2 * pi) / 2,
        variance=("variance", 1.0),
    ),
    row("catboost:MSLE", "squared-log-error"),
    row("catboost:SMAPE", "symmetric-percentage-error"),
    row("catboost:LogLinQuantile", "log-linear-quantile", tau=("alpha", 0.5)),
    row("catboost:NumErrors", "hit-or-miss", NO_DEFAULT, tolerance=("greater_than", 1.0)),
    row("catboost:Logloss catboost:CrossEntropy", "sigmoid-cross-entropy"),
    row("catboost:MultiClass", "sparse-softmax-cross-entropy", label_smoothing=0.0),
    # statsmodels.
    row("statsmodels.robust.norms.LeastSquares", "half-squared-error"),
    row("statsmodels.robust.norms.HuberT", "huber", delta=("t", 1.345)),
    row("statsmodels.robust.norms.RamsayE", "ramsay", a=("a", 0.3)),
    row("statsmodels.robust.norms.AndrewWave", "andrews", a=("a", 1.339)),
    row("statsmodels.robust.norms.TrimmedMean", "truncated-squared", c=("c", 2.0)),
    row("statsmodels.robust.norms.Hampel", "hampel", a=("a", 2.0), b=("b", 4.0), c=("c", 8.0)),
    row("statsmodels.robust.norms.TukeyBiweight", "tukey-biweight", c=("c", 4.685)),
    row("statsmodels.robust.norms.TukeyQuartic", "tukey-quartic", "k is even there", c=("c", 3.61752), k=("k", 4.0)),
    row(
        "statsmodels.robust.norms.StudentT",
        "student-t",
        "multiplied by c^2 df / (df + 1), so that its Hessian is 1 at the target",
        factor=lambda c, df: c * c * df / (df + 1),
        nu=("df", 4.0),
        s=("c", 2.3849),
    ),
    row(
        "statsmodels.robust.norms.MQuantileNorm:HuberT",
        "quantile-huber",
        "it reads y - f, and q has no default",
        tau=("q", 0.5),
        kappa=("t", 1.345),
    ),
    row(
        "statsmodels.robust.norms.MQuantileNorm:LeastSquares",
        "expectile",
        "it reads y - f, and q has no default",
        factor=0.5,
        tau=("q", 0.5),
    ),
    # Smaller libraries.
    row(
        "torchvision.ops.sigmoid_focal_loss",
        "focal",
        "alpha = -1 switches it off",
        gamma=("gamma", 2.0),
        alpha=("alpha", 0.25, lambda alpha: None if alpha < 0 else alpha, Interval(-1, 1, "[]")),
    ),
    row("tfa.losses.pinball_loss tfa.losses.PinballLoss", "quantile", tau=("tau", 0.5)),
    row(
        "tfa.losses.sigmoid_focal_crossentropy tfa.losses.SigmoidFocalCrossEntropy",
        "probability-focal",
        switches={FROM_LOGITS: {"loss": "focal"}},
        gamma=("gamma", 2.0),
        alpha=("alpha", 0.25),
    ),
    row("tfa.losses.contrastive_loss tfa.losses.ContrastiveLoss", "contrastive", margin=("margin", 1.0)),
    row("kornia.losses.charbonnier_loss kornia.losses.CharbonnierLoss", "pseudo-huber", delta=1.0),
    row("kornia.losses.welsch_loss kornia.losses.WelschLoss", "welsch", c=sqrt(2)),
    row("kornia.losses.cauchy_loss kornia.losses.CauchyLoss", "cauchy", c=sqrt(2)),
    row("kornia.losses.geman_mcclure_loss kornia.losses.GemanMcclureLoss", "geman-mcclure", c=2.0),
    row(
        "kornia.losses.focal_loss kornia.losses.FocalLoss",
        "softmax-focal",
        "alpha has no default, and 1 - alpha is the weight of class 0",
        factor=background_weight,
        extra=(BACKGROUND,),
        gamma=("gamma", 2.0),
    ),
    row("kornia.losses.binary_focal_loss_with_logits", "focal", gamma=("gamma", 2.0), alpha=("alpha", 0.25)),
    row(
        "kornia.losses.BinaryFocalLossWithLogits",
        "focal",
        "alpha has no default",
        gamma=("gamma", 2.0),
        alpha=("alpha", 0.25),
    ),
    row("kornia.losses.js_div_loss_2d", "jensen-shannon", SUMMED),
    row("kornia.losses.kl_div_loss_2d", "relative-entropy", SUMMED),
    row(
        "jonbarron:lossfun robust_loss_pytorch.general.lossfun",
        "barron",
        "alpha and scale have no default",
        alpha=("alpha", 1.0),
        c=("scale", 1.0),
    ),
    row(
        "jonbarron:students_t_nll robust_loss_pytorch.util.students_t_nll",
        "student-t",
        "df and scale have no default; the logarithm of the density's constant is there",
        shift=student_norm,
        nu=("df", 4.0),
        s=("scale", 1.0),
    ),
    row(
        "sentence_transformers.losses.BatchHardSoftMarginTripletLoss",
        "soft-triplet",
        "it takes the mean over the batch, for each anchor with the farthest positive and the nearest negative",
    ),
    row("ceres:TrivialLoss", "half-squared-error"),
    row("ceres:HuberLoss", "huber", NO_DEFAULT, delta=("a", 1.0)),
    row("ceres:SoftLOneLoss", "pseudo-huber", NO_DEFAULT, delta=("a", 1.0)),
    row("ceres:CauchyLoss", "cauchy", NO_DEFAULT, c=("a", 1.0)),
    row("ceres:ArctanLoss", "arctan", f"a is the square of c; {NO_DEFAULT}", c=("a", 1.0, sqrt)),
    row("ceres:TukeyLoss", "tukey-biweight", NO_DEFAULT, c=("a", 1.0)),
    row("juliaml:L2DistLoss", "l2"),
    row("juliaml:L1DistLoss", "l1"),
    row("juliaml:LPDistLoss", "lp", NO_DEFAULT, p=("P", 2.0)),
    row("juliaml:HuberLoss", "huber", delta=("d", 1.0)),
    row("juliaml:LogCoshLoss", "log-cosh"),
    row("juliaml:LogitDistLoss", "logistic-distance"),
    row("juliaml:QuantileLoss", "quantile", NO_DEFAULT, tau=("tau", 0.5)),
    row("juliaml:L1EpsilonInsLoss", "epsilon-insensitive", NO_DEFAULT, epsilon=("epsilon", 0.1)),
    row("juliaml:L2EpsilonInsLoss", "squared-epsilon-insensitive", NO_DEFAULT, epsilon=("epsilon", 0.1)),
    row("juliaml:PeriodicLoss", "periodic", c=("c", 1.0)),
    row("juliaml:PoissonLoss", "poisson-nll-log"),
    row("juliaml:ZeroOneLoss", "zero-one"),
    row("juliaml:PerceptronLoss", "perceptron"),
    row("juliaml:L1HingeLoss", "hinge", margin=1.0),
    row("juliaml:L2HingeLoss", "squared-hinge", margin=1.0),
    row("juliaml:SmoothedL1HingeLoss", "smoothed-hinge", NO_DEFAULT, gamma=("gamma", 1.0)),
    row("juliaml:ModifiedHuberLoss", "modified-huber"),
    row("juliaml:LogitMarginLoss", "logistic"),
    row("juliaml:ExpLoss", "exponential"),
    row("juliaml:L2MarginLoss", "squared-margin"),
    row("juliaml:SigmoidLoss", "sigmoid-margin"),
    row("juliaml:DWDMarginLoss", "dwd", NO_DEFAULT, q=("q", 1.0)),
    row("juliaml:CrossEntropyLoss", "cross-entropy"),
    # Losses of preferences, by TRL's loss_type; beta and label_smoothing are fields of its DPOConfig.
    row("trl:sigmoid", "dpo", beta=("beta", 0.1), label_smoothing=("label_smoothing", 0.0)),
    row("trl:robust", "robust-dpo", beta=("beta", 0.1), label_smoothing=("label_smoothing", 0.0)),
    row("trl:ipo", "ipo", "log-probabilities are divided by the length of the answer", beta=("beta", 0.1)),
    row("trl:hinge", "slic", beta=("beta", 0.1)),
    row(
        "trl:exo_pair",
        "exo-pair",
        beta=("beta", 0.1),
        label_smoothing=("label_smoothing", 0.0, lambda share: share or 1e-3, Interval(0, 0.5, "[)")),
    ),
    row("trl:discopop", "discopop", beta=("beta", 0.1), tau=("discopop_tau", 0.05)),
    row(
        "trl:kto",
        "kto",
        "of KTOConfig; z0 is estimated from the batch",
        beta=("beta", 0.1),
        z0=("kl", 0.0),
        desirable_weight=("desirable_weight", 1.0),
        undesirable_weight=("undesirable_weight", 1.0),
    ),
    row("trl:simpo", "simpo", "of CPOConfig", beta=("beta", 0.1), gamma=("simpo_gamma", 0.5)),
    row(
        "trl:RewardTrainer",
        "pairwise-logistic",
        "the margin is a column of the data set",
        margin=("margin", 0.0),
    ),
    row(
        "timm.loss.AsymmetricLossMultiLabel",
        "asymmetric",
        "the terms are summed; probabilities below eps = 1e-8 are raised to it in the logarithm",
        gamma_positive=("gamma_pos", 1.0),
        gamma_negative=("gamma_neg", 4.0),
        clip=("clip", 0.05),
    ),
    row(
        "mmdet.BalancedL1Loss",
        "balanced-l1",
        alpha=("alpha", 0.5),
        gamma=("gamma", 1.5),
        beta=("beta", 1.0),
    ),
    row("scoringrules.crps_normal", "crps-gaussian", NO_DEFAULT, sigma=("sigma", 1.0)),
    row("scoringrules.crps_laplace", "crps-laplace", NO_DEFAULT, b=("scale", 1.0)),
    row("scoringrules.crps_logistic", "crps-logistic", NO_DEFAULT, s=("sigma", 1.0)),
    row("properscoring.crps_gaussian", "crps-gaussian", NO_DEFAULT, sigma=("sig", 1.0)),
    row("juliaml:MisclassLoss", "misclassification"),
    row(
        "monai.losses.DiceLoss",
        "dice",
        switches={SIGMOID: {"loss": "sigmoid-dice"}},
        smooth=("smooth_nr", 1e-5),
        smooth_below=("smooth_dr", 1e-5),
    ),
    row(
        "monai.losses.TverskyLoss",
        "tversky",
        switches={SIGMOID: {"loss": "sigmoid-tversky"}},
        alpha=("alpha", 0.5),
        beta=("beta", 0.5),
        smooth=("smooth_nr", 1e-5),
        smooth_below=("smooth_dr", 1e-5),
    ),
    row("monai.losses.FocalLoss", "focal", gamma=("gamma", 2.0), alpha=("alpha", None)),
    row(
        "segmentation_models_pytorch.losses.DiceLoss",
        "sigmoid-dice",
        NOTHING_INSIDE,
        factor=has_region,
        switches={OF_LOGITS: {"loss": "dice"}},
        smooth=("smooth", 0.0, lambda smooth: 2 * smooth),
    ),
    row(
        "segmentation_models_pytorch.losses.JaccardLoss",
        "sigmoid-jaccard",
        NOTHING_INSIDE,
        factor=has_region,
        switches={OF_LOGITS: {"loss": "jaccard"}},
        smooth=("smooth", 0.0),
    ),
    row(
        "segmentation_models_pytorch.losses.TverskyLoss",
        "sigmoid-focal-tversky",
        NOTHING_INSIDE,
        factor=has_region,
        switches={OF_LOGITS: {"loss": "focal-tversky"}},
        alpha=("alpha", 0.5),
        beta=("beta", 0.5),
        gamma=("gamma", 1.0),
        smooth=("smooth", 0.0),
    ),
    row(
        "segmentation_models_pytorch.losses.FocalLoss",
        "focal",
        switches={
            OF_LOGITS: {"loss": "probability-focal", "differs": "the probability is clipped to [1e-7, 1 - 1e-7]"}
        },
        gamma=("gamma", 2.0),
        alpha=("alpha", None),
    ),
    row(
        "optax.losses.dice_loss",
        "sigmoid-tversky",
        "of several classes it takes the softmax and the mean over the classes",
        alpha=("alpha", 0.5),
        beta=("beta", 0.5),
        smooth=("smooth", 1.0),
    ),
    row("optax.losses.binary_dice_loss", "sigmoid-dice", smooth=("smooth", 1.0, lambda smooth: 2 * smooth)),
    row(
        "pytorch_metric_learning.losses.CosFaceLoss",
        "cosface",
        margin=("margin", 0.35),
        scale=("scale", 64.0),
    ),
    row(
        "pytorch_metric_learning.losses.ArcFaceLoss",
        "arcface",
        "margin in degrees; where the angle and the margin add up to more than pi it takes c - m sin m instead",
        margin=("margin", 28.6, radians, Interval(0, 90, "[)")),
        scale=("scale", 64.0),
    ),
    row("pytorch_metric_learning.losses.NTXentLoss", "info-nce", temperature=("temperature", 0.07)),
    row("entmax.entmax15_loss entmax.Entmax15Loss", "entmax"),
    row("entmax.sparsemax_loss entmax.SparsemaxLoss", "sparsemax"),
    row(
        "coral_pytorch.losses.coral_loss",
        "coral",
        "its target is the labels 1 of the classes below, as levels_from_labelbatch gives them",
    ),
    row(
        "coral_pytorch.losses.corn_loss",
        "corn",
        "divided by the number of tasks of the example",
        factor=lambda y, classes: 1 / np.minimum(y + 1, classes),
    ),
)

# Names that users may type but that no loss of the catalogue stands for, with the reason.
REFUSALS = {
    "sklearn.linear_model.HuberRegressor": "it minimises sigma + 2 huber(r / sigma) sigma over sigma too; see huber",
    "sklearn.ensemble.GradientBoostingRegressor:huber": "its alpha is a quantile of |r|, not delta; see huber",
    "{keras.losses. tf.keras.losses.}{CategoricalHinge categorical_hinge}": (
        "it takes the maximum over a vector that contains a 0; see crammer-singer"
    ),
    "catboost:RMSE xgboost:{rmse rmsle}": "the root is taken over all examples; see l2 and squared-log-error",
    "sklearn.metrics.zero_one_loss": "it compares labels that are already decided; see zero-one and misclassification",
    "kornia.losses.{dice_loss DiceLoss tversky_loss TverskyLoss}": (
        "it takes the softmax of several classes at each pixel; see sigmoid-dice and sigmoid-tversky"
    ),
    "scipy.special.entr": "it is the entropy of one number, and compares nothing; see relative-entropy",
    "scipy.spatial.distance.jensenshannon": "it is the square root of a sum over classes; see jensen-shannon",
}
REFUSED = {name: reason for names, reason in REFUSALS.items() for name in expanded(names)}


@cache
def rows() -> dict[str, Row]:
    """Return the rows by library name."""
    return {name: row for row in TABLE for name in row.names}


def spelling(name: str) -> Spelling | None:
    """Return what a library's name stands for, or None if no library has the name."""
    found = rows().get(name)
    return None if found is None else _spelling(name, found, {})


def _spelling(name: str, found: Row, chosen: Mapping[str, bool]) -> Spelling:
    """Return what a name of a row stands for with these switches."""
    switches = found.switches.items()
    turned = [change for item, change in switches if chosen.get(item.name, item.default) != item.default]
    meant = replace(found, **{column: value for change in turned for column, value in change.items()})
    loss = catalogue()[meant.loss]
    parameters = (*(_spelled(item, own) for item, own in _named(meant, loss)), *meant.extra)

    def canonical(named: Mapping[str, Value]) -> dict[str, Value]:
        own: dict[str, Any] = {item.name: meant.parameters.get(item.name, item.default) for item in loss.parameters}
        return {key: _value(value, named) if isinstance(value, tuple) else value for key, value in own.items()}

    return Spelling(
        name, loss, parameters, canonical, meant.factor, meant.shift, meant.value, meant.targets,
        tuple(found.switches), partial(_spelling, name, found), chosen,
    )  # fmt: skip


def _named(found: Row, loss: Loss) -> list[tuple[Parameter, RowParameter]]:
    own = [(item, found.parameters.get(item.name)) for item in loss.parameters]
    return [(item, value) for item, value in own if isinstance(value, tuple)]


def _spelled(item: Parameter, own: RowParameter) -> Parameter:
    assert isinstance(own, tuple)  # noqa: S101 - _named lets nothing else through
    name, default = own[:2]
    roman = name.replace("_", r"\_")
    interval = own[3] if len(own) > 3 else item.interval  # noqa: PLR2004 - name, default, change, interval
    latex = item.latex if name == item.name else rf"\mathrm{{{roman}}}"
    idle = item.idle and default == item.default
    return item._replace(name=name, default=default, latex=latex, interval=interval, idle=idle)


def _value(own: RowParameter, named: Mapping[str, Value]) -> Value:
    assert isinstance(own, tuple)  # noqa: S101 - canonical() lets nothing else through
    value = named[own[0]]
    if len(own) == 2 or value is None:  # noqa: PLR2004 - name, default, change
        return value
    others = argument_names(own[2])[1:]
    return own[2](value, *(named[name] for name in others))


def library(name: str) -> str:
    """Return the library that a name belongs to, given by its first word, or an empty string."""
    first = name.replace(":", ".").partition(".")[0]
    first = ALSO.get(first, first)
    return first if first in LIBRARIES else ""


def convention_notes(found: Row) -> str:
    """Return a sentence on how the conventions of a row's names differ from those of the catalogue's loss."""
    loss = catalogue()[found.loss]
    notes = []
    for item in loss.parameters:
        own: Any = found.parameters.get(item.name, item.default)
        if isinstance(own, tuple):
            if own[0] != item.name:
                notes.append(f"{item.name} is called {own[0]}")
            if own[1] != item.default:
                notes.append(f"{own[0]} is {_plain(own[1])} {'here' if NO_DEFAULT in found.differs else 'by default'}")
        elif own != item.default:
            notes.append(f"{item.name} is {_plain(own)}")
    if not callable(found.factor) and found.factor != 1:
        notes.append(f"multiplied by {_plain(found.factor)}")
    if found.targets:
        notes += [f"its target is {found.targets.kind}, here {loss.family.targets}"] if found.targets.kind else []
    notes += [f"it has {item.name}" for item in found.extra]
    notes += [_instead(found)] if found.instead else []
    return "; ".join([*notes, *([found.differs] if found.differs else [])])


def _instead(found: Row) -> str:
    """Return `its Hessian is 1` of a row with such a derivative."""
    assert found.instead  # noqa: S101 - asked for by the callers
    quantity = "Hessian" if found.instead.quantity == "hessian" else found.instead.quantity
    return f"its {quantity} is {found.instead.words}"


def training_notes(name: str) -> dict[str, str]:
    """Return what the library of a name takes for a derivative in training, if it is not the loss's; by quantity."""
    found = rows().get(name)
    if not (found and found.instead):
        return {}
    return {f"{found.instead.quantity} in training": _made_by(name, _instead(found))}


def _plain(value: Value) -> str:
    return f"{value:.6g}" if isinstance(value, float | int) else shown(value)


def called(name: str, parameter: str) -> str:
    """Return what a name calls a parameter of its loss; the same for a name of the catalogue or one that fixes it."""
    found = rows().get(name)
    own = found.parameters.get(parameter) if found else None
    return own[0] if isinstance(own, tuple) else parameter


def own_notes(name: str) -> list[str]:
    """Return what else the library of a name does in its own way, such as `LightGBM's Hessian is 1`."""
    found = rows().get(name)
    notes = found.differs.split("; ") if found and found.differs else []
    return [*(_made_by(name, note) for note in notes), *training_notes(name).values()]


def _made_by(name: str, note: str) -> str:
    """Return a note with the library that makes a name instead of `it` or `its`."""
    maker = re.sub(r" [\d.]+(,.*)?$", "", LIBRARIES[library(name)])
    return re.sub(r"^its\b", f"{maker}'s", re.sub(r"^it\b", maker, note))


def library_names(loss: Loss) -> list[tuple[str, str]]:
    """Return the (name, convention notes) pairs of a loss in all libraries."""
    return [(name, convention_notes(found)) for name, found in rows().items() if found.loss == loss.name]
