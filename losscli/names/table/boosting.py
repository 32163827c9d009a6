"""The names of XGBoost, LightGBM and CatBoost: objectives and metrics."""

from __future__ import annotations

from math import inf, log, pi

from losscli.lazy import np
from losscli.model.domains import Interval, Label
from losscli.model.loss import Parameter
from losscli.model.spelling import Targets
from losscli.names.likelihoods import (
    bernoulli_divergence,
    bernoulli_rest,
    each_class,
    gamma_likelihood,
    gamma_rest,
    label_weight,
    log_factorial,
    shares,
    softmax_bend,
    squared_log_bend,
    tweedie_likelihood,
    tweedie_rest,
)
from losscli.names.table.row import ALWAYS_1, MEAN, NO_DEFAULT, ZERO_ONE, Instead, row

ONE_LABEL = "its target is a class, the one with the label 1 here"
LEFT_OUT = "the terms of the target alone are left out"
TWEEDIE_POWERS = Interval(1, 2)  # allowed powers: the omitted terms are infinite at 1 and 2
HARD = Targets(lambda y: y, Label((0.0, 1.0)))
STEEPNESS = Parameter("sigmoid", 1.0, Interval(0, inf), "what scores are multiplied by", r"\mathrm{sigmoid}", idle=True)
POSITIVE_WEIGHT = Parameter(
    "scale_pos_weight", 1.0, Interval(0, inf), "weight of label 1", r"\mathrm{scale\_pos\_weight}", idle=True
)
LARGER_MEAN = Instead("hessian", "e^(x + 0.7), where max_delta_step is 0.7", lambda x: np.exp(x + 0.7))
DOUBLED = Instead("hessian", "2 p (1 - p) of each logit alone, p its softmax", lambda x: 2 * softmax_bend(x))
SHARED = Instead(
    "hessian", "K / (K - 1) p (1 - p) of each logit alone, p its softmax", lambda x: softmax_bend(x) * shares(x)
)
WHERE_WRONG = Instead(
    "hessian", "1 where the loss is above 0, else 0", lambda x, y: np.where((2 * y - 1) * x < 1, 1, 0)
)
RAISED = Instead("hessian", "that of the loss, raised to at least 1e-6", squared_log_bend)

ROWS = (
    # XGBoost: objectives.
    row("xgboost:reg:squarederror", "half-squared-error"),
    row("xgboost:reg:absoluteerror", "l1").but(instead=ALWAYS_1),
    row("xgboost:reg:squaredlogerror", "squared-log-error").but(factor=0.5, instead=RAISED),
    row("xgboost:reg:pseudohubererror", "pseudo-huber", delta=("huber_slope", 1.0)),
    row("xgboost:reg:quantileerror", "quantile", "it has no default quantile", tau=("quantile_alpha", 0.5)).but(
        instead=ALWAYS_1
    ),
    row("xgboost:reg:expectileerror", "expectile", "from 3.3 on; it has no default", tau=("expectile_alpha", 0.5)).but(
        factor=0.5
    ),
    row(
        "xgboost:binary:logistic xgboost:reg:logistic xgboost:binary:logitraw",
        "weighted-cross-entropy",
        pos_weight=("scale_pos_weight", 1.0),
    ),
    row("xgboost:binary:hinge", "hinge", margin=1.0).but(targets=ZERO_ONE, instead=WHERE_WRONG),
    row("xgboost:count:poisson", "poisson-nll-log", "its metric adds log y!").but(instead=LARGER_MEAN),
    row("xgboost:multi:softprob xgboost:multi:softmax", "sparse-softmax-cross-entropy", label_smoothing=0.0).but(
        instead=DOUBLED
    ),
    row("xgboost:reg:gamma", "gamma-nll-log"),
    row("xgboost:reg:tweedie", "tweedie-nll-log", power=("tweedie_variance_power", 1.5, float, TWEEDIE_POWERS)),
    # XGBoost: metrics.
    row("xgboost:gamma-deviance", "gamma-deviance", f"{MEAN}; 1e-6 is added to mean and target"),
    row("xgboost:gamma-nloglik", "gamma-deviance", f"{MEAN}; {LEFT_OUT}").but(
        factor=0.5, shift=gamma_rest, value=gamma_likelihood
    ),
    row(
        "xgboost:tweedie-nloglik",
        "tweedie-deviance",
        f"{MEAN}; {LEFT_OUT}; it is written tweedie-nloglik@1.5 there, and has no default",
        power=("rho", 1.5, float, TWEEDIE_POWERS),
    ).but(factor=0.5, shift=tweedie_rest, value=tweedie_likelihood),
    row("xgboost:poisson-nloglik", "poisson-nll", f"{MEAN}; log y! is added").but(shift=log_factorial),
    row("xgboost:mape", "absolute-percentage-error", MEAN),
    row("xgboost:mphe", "pseudo-huber", MEAN, delta=("huber_slope", 1.0)),
    row("xgboost:logloss", "cross-entropy", f"{MEAN}; each logarithm is cut at that of 1e-16"),
    row(
        "xgboost:mlogloss",
        "sparse-categorical-cross-entropy",
        f"{MEAN}; its probabilities add up to 1; each logarithm is cut at that of 1e-16",
    ),
    row("xgboost:mae", "l1", MEAN),
    row("xgboost:quantile", "quantile", f"{MEAN}; it has no default quantile", tau=("quantile_alpha", 0.5)),
    row("xgboost:error", "probability-zero-one", MEAN),
    row("xgboost:merror", "misclassification", f"{MEAN}; of equal logits it takes the first"),
    # LightGBM: objectives.
    row(
        "lightgbm:{regression regression_l2 l2 mean_squared_error mse}",
        "half-squared-error",
        "it reports the whole square",
    ),
    row(
        "lightgbm:{l2_root root_mean_squared_error rmse}",
        "half-squared-error",
        "it reports the root of the mean of the whole squares",
    ),
    row("lightgbm:{regression_l1 l1 mean_absolute_error mae}", "l1").but(instead=ALWAYS_1),
    row("lightgbm:huber", "huber", "alpha is delta itself", delta=("alpha", 0.9)).but(instead=ALWAYS_1),
    row("lightgbm:fair", "fair", c=("fair_c", 1.0)),
    row("lightgbm:poisson", "poisson-nll-log").but(instead=LARGER_MEAN),
    row("lightgbm:quantile", "quantile", tau=("alpha", 0.9)).but(instead=ALWAYS_1),
    row("lightgbm:binary", "logistic", "the margin is multiplied by sigmoid").but(
        factor=label_weight,
        targets=Targets(lambda y, sigmoid: sigmoid * (2 * y - 1), Label((0.0, 1.0))),
        extra=(STEEPNESS, POSITIVE_WEIGHT),
    ),
    row("lightgbm:gamma", "gamma-nll-log"),
    row("lightgbm:tweedie", "tweedie-nll-log", power=("tweedie_variance_power", 1.5, float, TWEEDIE_POWERS)),
    row("lightgbm:{mape mean_absolute_percentage_error}", "absolute-percentage-error", epsilon=1.0).but(
        instead=ALWAYS_1
    ),
    row("lightgbm:{cross_entropy xentropy}", "sigmoid-cross-entropy"),
    row("lightgbm:{cross_entropy_lambda xentlambda}", "sigmoid-cross-entropy", "of examples that have no weight"),
    row("lightgbm:{multiclass softmax}", "sparse-softmax-cross-entropy", label_smoothing=0.0).but(instead=SHARED),
    row(
        "lightgbm:{multiclassova multiclass_ova ova ovr}",
        "multilabel-soft-margin",
        f"for sigmoid = 1; {ONE_LABEL}",
    ).but(factor=each_class),
    # LightGBM: metrics; those that share the name of an objective have the word metric in theirs.
    row("lightgbm:metric:{regression regression_l2 l2 mean_squared_error mse}", "l2", MEAN),
    row("lightgbm:metric:{regression_l1 l1 mean_absolute_error mae}", "l1", MEAN),
    row("lightgbm:metric:huber", "huber", f"{MEAN}; alpha is delta itself", delta=("alpha", 0.9)),
    row("lightgbm:metric:fair", "fair", MEAN, c=("fair_c", 1.0)),
    row("lightgbm:metric:quantile", "quantile", MEAN, tau=("alpha", 0.9)),
    row("lightgbm:metric:{mape mean_absolute_percentage_error}", "absolute-percentage-error", MEAN, epsilon=1.0),
    row("lightgbm:metric:poisson", "poisson-nll", f"{MEAN}; a mean below 1e-10 is raised to it"),
    row("lightgbm:metric:gamma", "gamma-deviance", f"{MEAN}; {LEFT_OUT}").but(
        factor=0.5, shift=gamma_rest, value=gamma_likelihood
    ),
    row(
        "lightgbm:metric:tweedie",
        "tweedie-deviance",
        f"{MEAN}; {LEFT_OUT}",
        power=("tweedie_variance_power", 1.5, float, TWEEDIE_POWERS),
    ).but(factor=0.5, shift=tweedie_rest, value=tweedie_likelihood),
    row(
        "lightgbm:metric:{cross_entropy xentropy}",
        "cross-entropy",
        f"{MEAN}; each logarithm is cut at that of 1e-12",
    ),
    row(
        "lightgbm:{kullback_leibler kldiv}",
        "cross-entropy",
        f"{MEAN}; the entropy of the target is taken off; each logarithm is cut at that of 1e-12",
    ).but(shift=bernoulli_rest, value=bernoulli_divergence),
    row("lightgbm:gamma_deviance", "gamma-deviance", "it sums over the rows; 1e-9 is added to the mean"),
    row(
        "lightgbm:{binary_logloss metric:binary}", "cross-entropy", f"{MEAN}; each logarithm is cut at that of 1e-15"
    ).but(targets=HARD),
    row("lightgbm:binary_error", "probability-zero-one", MEAN),
    row(
        "lightgbm:multi_logloss lightgbm:metric:{multiclass softmax multiclassova multiclass_ova ova ovr}",
        "sparse-categorical-cross-entropy",
        f"{MEAN}; its probabilities add up to 1; each logarithm is cut at that of 1e-15",
    ),
    row("lightgbm:multi_error", "misclassification", f"{MEAN}; of equal logits none is right"),
    # CatBoost: objectives and metrics.
    row("catboost:MAE", "l1"),
    row("catboost:Quantile", "quantile", tau=("alpha", 0.5)),
    row("catboost:Expectile", "expectile", tau=("alpha", 0.5)),
    row("catboost:LogCosh", "log-cosh"),
    row("catboost:Lq", "lp", NO_DEFAULT, p=("q", 2.0, float, Interval(1, inf, "[)"))),
    row("catboost:Huber", "huber", "delta has no default", delta=("delta", 1.0)),
    row("catboost:FairLoss", "fair", c=("smoothness", 1.0)),
    row("catboost:Poisson", "poisson-nll-log"),
    row("catboost:Tweedie", "tweedie-nll-log", NO_DEFAULT, power=("variance_power", 1.5, float, TWEEDIE_POWERS)),
    row("catboost:MAPE", "absolute-percentage-error", epsilon=1.0),
    row(
        "catboost:RMSEWithUncertainty",
        "gaussian-nll",
        "log(2 pi) / 2 is added; the log of the standard deviation is learned too",
        variance=("variance", 1.0),
    ).but(
        instead=Instead("gradient", "f - y, the loss's times the variance", lambda x, y: x - y), shift=log(2 * pi) / 2
    ),
    row("catboost:MSLE", "squared-log-error"),
    row("catboost:SMAPE", "symmetric-percentage-error"),
    row("catboost:LogLinQuantile", "log-linear-quantile", tau=("alpha", 0.5)),
    row("catboost:NumErrors", "hit-or-miss", NO_DEFAULT, tolerance=("greater_than", 1.0)),
    row("catboost:Logloss catboost:CrossEntropy", "sigmoid-cross-entropy"),
    row("catboost:MultiClass", "sparse-softmax-cross-entropy", label_smoothing=0.0),
    row("catboost:MultiClassOneVsAll", "multilabel-soft-margin", ONE_LABEL),
    row("catboost:{MultiLogloss MultiCrossEntropy}", "multilabel-soft-margin"),
    row("catboost:Focal", "focal", NO_DEFAULT, gamma=("focal_gamma", 2.0), alpha=("focal_alpha", 0.25)),
    row("catboost:{PairLogit PairLogitPairwise}", "pairwise-logistic", margin=0.0),
)
