"""Optax's names, under both of its import paths."""

from __future__ import annotations

from losscli.names.table.row import MEAN, ZERO_ONE, row

ANY_SUM = "its relevances need not add up to 1"
PAIRS = "it takes the mean over all pairs of a batch with one label; here is one"

ROWS = (
    row("{optax.losses. optax.}squared_error", "l2"),
    row("{optax.losses. optax.}l2_loss", "half-squared-error"),
    row("{optax.losses. optax.}huber_loss", "huber", delta=("delta", 1.0)),
    row("{optax.losses. optax.}log_cosh", "log-cosh"),
    row("{optax.losses. optax.}hinge_loss", "hinge", margin=1.0),
    row("optax.losses.perceptron_loss", "perceptron"),
    row("optax.losses.sparsemax_loss", "binary-sparsemax").but(targets=ZERO_ONE),
    row("{optax.losses. optax.}sigmoid_binary_cross_entropy", "sigmoid-cross-entropy"),
    row("{optax.losses. optax.}sigmoid_focal_loss", "focal", gamma=("gamma", 2.0), alpha=("alpha", None)),
    row("optax.losses.poly_loss_cross_entropy", "softmax-poly-cross-entropy", epsilon=("epsilon", 2.0)),
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
    row(
        "{optax.losses. optax.}convex_kl_divergence",
        "generalized-kl-log",
        "its newer name is generalized_kl_divergence",
    ),
    row("optax.losses.kl_divergence_with_log_targets", "distribution-kl-log", "its target is the logs of the one here"),
    row("optax.losses.ranking_softmax_loss", "softmax-cross-entropy", f"{MEAN}; {ANY_SUM}", label_smoothing=0.0),
    row("{optax.losses. optax.}ntxent", "info-nce", PAIRS, temperature=("temperature", 0.07)),
    row("{optax.losses. optax.}cosine_distance", "cosine-distance"),
    row("optax.losses.triplet_margin_loss", "triplet", margin=("margin", 1.0)),
    row(
        "optax.losses.dice_loss",
        "sigmoid-tversky",
        "of several classes it takes the softmax and the mean over the classes",
        alpha=("alpha", 0.5),
        beta=("beta", 0.5),
        smooth=("smooth", 1.0),
    ),
    row("optax.losses.binary_dice_loss", "sigmoid-dice", smooth=("smooth", 1.0, lambda smooth: 2 * smooth)),
)
