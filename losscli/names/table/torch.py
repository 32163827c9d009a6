"""PyTorch's names: functions and modules."""

from __future__ import annotations

from math import inf

from losscli.model.domains import Interval
from losscli.model.loss import Parameter
from losscli.model.spelling import Switch
from losscli.names.likelihoods import at_least, per_class, stirling
from losscli.names.table.row import NO_DEFAULT, row

LEAST_VARIANCE = Parameter("eps", 1e-6, Interval(0, inf), "the least variance that counts", r"\epsilon", idle=True)
LOG_INPUT = Switch("log_input", True, "whether the prediction is the log of the mean instead of the mean")
LOG_TARGET = Switch("log_target", False, "whether the target is the log of a mass instead of a mass")
FULL = Switch("full", False, "whether Stirling's approximation of log(y!) is added, for targets above 1")

ROWS = (
    row("torch.nn.functional.mse_loss torch.nn.MSELoss", "l2"),
    row("torch.nn.functional.l1_loss torch.nn.L1Loss", "l1"),
    row("torch.nn.functional.huber_loss torch.nn.HuberLoss", "huber", delta=("delta", 1.0)),
    row("torch.nn.functional.smooth_l1_loss torch.nn.SmoothL1Loss", "smooth-l1", beta=("beta", 1.0)),
    row(
        "torch.nn.functional.gaussian_nll_loss torch.nn.GaussianNLLLoss",
        "gaussian-nll",
        NO_DEFAULT,
        variance=("var", 1.0, at_least),
    ).but(extra=(LEAST_VARIANCE,)),
    row("torch.nn.functional.poisson_nll_loss torch.nn.PoissonNLLLoss", "poisson-nll-log").but(
        switches={
            LOG_INPUT: {"loss": "poisson-nll", "parameters": {"eps": ("eps", 1e-8)}},
            FULL: {"shift": stirling},
        }
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
        p=("p", 1),
        margin=("margin", 1.0),
    ).but(factor=per_class),
    row("torch.nn.functional.multilabel_margin_loss torch.nn.MultiLabelMarginLoss", "multilabel-margin"),
    row("torch.nn.functional.multilabel_soft_margin_loss torch.nn.MultiLabelSoftMarginLoss", "multilabel-soft-margin"),
    row("torch.nn.functional.kl_div torch.nn.KLDivLoss", "relative-entropy-log").but(
        switches={LOG_TARGET: {"loss": "relative-entropy-logs"}}
    ),
    row(
        "torch.nn.functional.hinge_embedding_loss torch.nn.HingeEmbeddingLoss",
        "hinge-embedding",
        margin=("margin", 1.0),
    ),
    row("torch.nn.functional.margin_ranking_loss torch.nn.MarginRankingLoss", "margin-ranking", margin=("margin", 0.0)),
    row(
        "torch.nn.{functional.triplet_margin_loss TripletMarginLoss}"
        " torch.nn.{functional.triplet_margin_with_distance_loss TripletMarginWithDistanceLoss}",
        "triplet",
        margin=("margin", 1.0),
    ),
    row(
        "torch.nn.functional.cosine_embedding_loss torch.nn.CosineEmbeddingLoss",
        "cosine-embedding",
        margin=("margin", 0.0),
    ),
)
