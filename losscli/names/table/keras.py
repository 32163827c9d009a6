"""The names of TensorFlow, of Keras under both of its import paths, and of TensorFlow Addons."""

from __future__ import annotations

from math import inf

from losscli.model.domains import Interval, Label
from losscli.model.loss import Parameter
from losscli.model.spelling import Switch, Targets
from losscli.names.table.row import FROM_LOGITS, NO_DEFAULT, row

SHARES_CLIPPED = "the probabilities are clipped to the range from 1e-7 to 1 - 1e-7"
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
BATCH = "a label 0 stands for -1, but only if the whole batch is of 0 and 1"
BALANCING = Switch("apply_class_balancing", False, "whether alpha weights target 1, and 1 - alpha target 0")

ROWS = (
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
    # Keras: functions and classes.
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
    row("{keras.losses. tf.keras.losses.}{hinge Hinge}", "hinge", BATCH, margin=1.0).but(targets=OR_ZERO),
    row("{keras.losses. tf.keras.losses.}{squared_hinge SquaredHinge}", "squared-hinge", BATCH, margin=1.0).but(
        targets=OR_ZERO
    ),
    row(
        "{keras.losses. tf.keras.losses.}{binary_crossentropy BinaryCrossentropy}",
        "cross-entropy",
        "the probability is clipped to [1e-7, 1 - 1e-7]",
    ).but(
        targets=SMOOTHED, extra=(SMOOTHING,), switches={FROM_LOGITS: {"loss": "sigmoid-cross-entropy", "differs": ""}}
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
        epsilon=1e-7,
    ).but(factor=100.0),
    row(
        "keras.losses.kl_divergence {keras.losses. tf.keras.losses.}KLDivergence"
        " tf.keras.losses.{kld KLD kullback_leibler_divergence}",
        "distribution-kl",
        "both probabilities are clipped to [1e-7, 1]",
    ),
    row(
        "{keras.losses. tf.keras.losses.}{cosine_similarity CosineSimilarity}", "cosine-distance", "minus the cosine"
    ).but(shift=-1.0, value=lambda c: -c),
    row(
        "{keras.losses. tf.keras.losses.}{binary_focal_crossentropy BinaryFocalCrossentropy}",
        "probability-focal",
        "the probability is clipped to [1e-7, 1 - 1e-7]; for label_smoothing = 0",
        gamma=("gamma", 2.0),
        alpha=None,
    ).but(
        switches={
            FROM_LOGITS: {"loss": "focal", "differs": "for label_smoothing = 0"},
            BALANCING: {"parameters": {"gamma": ("gamma", 2.0), "alpha": ("alpha", 0.25)}},
        }
    ),
    row(
        "{keras.losses. tf.keras.losses.}{categorical_focal_crossentropy CategoricalFocalCrossentropy}",
        "categorical-focal-cross-entropy",
        SHARES_CLIPPED,
        gamma=("gamma", 2.0),
        label_smoothing=("label_smoothing", 0.0),
    ).but(
        switches={FROM_LOGITS: {"loss": "softmax-focal-cross-entropy"}},
        factor=lambda alpha: alpha,
        extra=(CLASS_WEIGHT,),
    ),
    row(
        "{keras.losses. tf.keras.losses.}{categorical_crossentropy CategoricalCrossentropy}",
        "categorical-cross-entropy",
        SHARES_CLIPPED,
        label_smoothing=("label_smoothing", 0.0),
    ).but(switches={FROM_LOGITS: {"loss": "softmax-cross-entropy", "differs": ""}}),
    row(
        "{keras.losses. tf.keras.losses.}{sparse_categorical_crossentropy SparseCategoricalCrossentropy}",
        "sparse-categorical-cross-entropy",
        SHARES_CLIPPED,
    ).but(
        switches={
            FROM_LOGITS: {
                "loss": "sparse-softmax-cross-entropy",
                "differs": "",
                "parameters": {"label_smoothing": 0.0},
            }
        }
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
    row("tfa.losses.pinball_loss tfa.losses.PinballLoss", "quantile", tau=("tau", 0.5)),
    row(
        "tfa.losses.sigmoid_focal_crossentropy tfa.losses.SigmoidFocalCrossEntropy",
        "probability-focal",
        gamma=("gamma", 2.0),
        alpha=("alpha", 0.25),
    ).but(switches={FROM_LOGITS: {"loss": "focal"}}),
    row("tfa.losses.contrastive_loss tfa.losses.ContrastiveLoss", "contrastive", margin=("margin", 1.0)),
)
