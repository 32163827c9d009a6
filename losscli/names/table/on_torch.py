"""The names of libraries that build on PyTorch, and of TRL's preferences."""

from __future__ import annotations

from math import radians, sqrt

from losscli.lazy import np
from losscli.model.domains import Interval
from losscli.model.loss import Parameter
from losscli.model.spelling import Switch
from losscli.names.likelihoods import background_weight, has_region
from losscli.names.table.row import FROM_LOGITS, SUMMED, row

REGION = (
    "where no pixel is inside the target it is 0; its eps changes nothing at its default of 1e-7, below the denominator"
)
BACKGROUND = Parameter(
    "alpha", None, Interval(0, 1, "[]"), "weight of every class but 0, and 1 less it of class 0", r"\mathrm{alpha}"
)
OF_LOGITS = Switch("from_logits", True, FROM_LOGITS.help)
SIGMOID = Switch("sigmoid", False, "whether the prediction is a logit instead of a probability")

ROWS = (
    row(
        "torchvision.ops.sigmoid_focal_loss",
        "focal",
        "alpha = -1 switches it off",
        gamma=("gamma", 2.0),
        alpha=("alpha", 0.25, lambda alpha: None if alpha < 0 else alpha, Interval(-1, 1, "[]")),
    ),
    row("kornia.losses.charbonnier_loss kornia.losses.CharbonnierLoss", "pseudo-huber", delta=1.0),
    row("kornia.losses.welsch_loss kornia.losses.WelschLoss", "welsch", c=sqrt(2)),
    row("kornia.losses.cauchy_loss kornia.losses.CauchyLoss", "cauchy", c=sqrt(2)),
    row("kornia.losses.geman_mcclure_loss kornia.losses.GemanMcclureLoss", "geman-mcclure", c=2.0),
    row(
        "kornia.losses.focal_loss kornia.losses.FocalLoss",
        "softmax-focal",
        "alpha has no default, and 1 - alpha is the weight of class 0",
        gamma=("gamma", 2.0),
    ).but(factor=background_weight, extra=(BACKGROUND,)),
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
        "sentence_transformers.losses.BatchHardSoftMarginTripletLoss",
        "soft-triplet",
        "it takes the mean over the batch, for each anchor with the farthest positive and the nearest negative",
    ),
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
    row("trl:RewardTrainer", "pairwise-logistic", "the margin is a column of the data set", margin=("margin", 0.0)),
    row(
        "timm.loss.AsymmetricLossMultiLabel",
        "asymmetric",
        "the terms are summed; probabilities below eps = 1e-8 are raised to it in the logarithm",
        gamma_positive=("gamma_pos", 1.0),
        gamma_negative=("gamma_neg", 4.0),
        clip=("clip", 0.05),
    ),
    row("mmdet.BalancedL1Loss", "balanced-l1", alpha=("alpha", 0.5), gamma=("gamma", 1.5), beta=("beta", 1.0)),
    row("monai.losses.DiceLoss", "dice", smooth=("smooth_nr", 1e-5), smooth_below=("smooth_dr", 1e-5)).but(
        switches={SIGMOID: {"loss": "sigmoid-dice"}}
    ),
    row(
        "monai.losses.TverskyLoss",
        "tversky",
        alpha=("alpha", 0.5),
        beta=("beta", 0.5),
        smooth=("smooth_nr", 1e-5),
        smooth_below=("smooth_dr", 1e-5),
    ).but(switches={SIGMOID: {"loss": "sigmoid-tversky"}}),
    row("monai.losses.FocalLoss", "focal", gamma=("gamma", 2.0), alpha=("alpha", None)),
    row(
        "segmentation_models_pytorch.losses.DiceLoss",
        "sigmoid-dice",
        REGION,
        smooth=("smooth", 0.0, lambda smooth: 2 * smooth),
    ).but(factor=has_region, switches={OF_LOGITS: {"loss": "dice"}}),
    row("segmentation_models_pytorch.losses.JaccardLoss", "sigmoid-jaccard", REGION, smooth=("smooth", 0.0)).but(
        factor=has_region, switches={OF_LOGITS: {"loss": "jaccard"}}
    ),
    row(
        "segmentation_models_pytorch.losses.TverskyLoss",
        "sigmoid-focal-tversky",
        REGION,
        alpha=("alpha", 0.5),
        beta=("beta", 0.5),
        gamma=("gamma", 1.0),
        smooth=("smooth", 0.0),
    ).but(factor=has_region, switches={OF_LOGITS: {"loss": "focal-tversky"}}),
    row("segmentation_models_pytorch.losses.FocalLoss", "focal", gamma=("gamma", 2.0), alpha=("alpha", None)).but(
        switches={OF_LOGITS: {"loss": "probability-focal", "differs": "the probability is clipped to [1e-7, 1 - 1e-7]"}}
    ),
    row("pytorch_metric_learning.losses.CosFaceLoss", "cosface", margin=("margin", 0.35), scale=("scale", 64.0)),
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
    row("coral_pytorch.losses.corn_loss", "corn", "divided by the number of tasks of the example").but(
        factor=lambda y, classes: 1 / np.minimum(y + 1, classes)
    ),
)
