"""What the field says for a loss that no library calls so; names said of several losses; and what no loss here is.

Names stand in their normal form: lower case, without hyphens, dots, spaces and a last `loss` (see forgiven.py).
"""

from __future__ import annotations

# By loss. A nickname of a loss that the catalogue does not have is none.
NICKNAMES = {
    "l1": "absolute absolute-deviation least-absolute-deviation least-absolute-deviations l1-norm",
    "l2": "ols",
    "cauchy": "lorentz",
    "barron": "adaptive-robust barron-robust",
    "half-squared-error": "half-mse",
    "zero-one": "0-1",
    "hinge": "svm svc l1-svm soft-margin-svm",
    "squared-hinge": "l2-svm l2-hinge hinge2",
    "smoothed-hinge": "smooth-hinge",
    "exponential": "adaboost exp",
    "logistic": "logitboost logistic-regression",
    "ramp": "truncated-hinge",
    "epsilon-insensitive": "svr vapnik eps-insensitive epsilon-tube",
    "tukey-biweight": "biweight tukeys-biweight tukey-bisquare",
    "quantile": "tilted tilted-absolute check-function",
    "log-cosh": "ln-cosh log-hyperbolic-cosine",
    "welsch": "correntropy maximum-correntropy",
    "student-t": "student students-t t-distribution",
    "gaussian-nll": "gaussian-log-likelihood gaussian-negative-log-likelihood normal-nll nll-gaussian",
    "relative-entropy": "kl kullback-leibler",
    "generalized-kl": "generalized-kullback-leibler",
    "jensen-shannon": "js jsd js-div js-divergence jensen-shannon-divergence",
    "itakura-saito": "is-divergence",
    "squared-hellinger": "hellinger-squared",
    "andrews": "andrews-sine",
    "chi-squared": "chi2 chi-square pearson-chi-squared pearson-chi-square",
    "total-variation": "tv tv-distance total-variation-distance",
    "cross-entropy": "binary-log-loss bernoulli-nll",
    "brier": "brier-score",
    "negative-binomial-nll": "negbin negative-binomial",
    "sparse-categorical-cross-entropy": "mlogloss multi-logloss",
    "poly-cross-entropy": "poly poly1",
    "generalized-cross-entropy": "gce",
    "sigmoid-cross-entropy": "gan-discriminator vanilla-gan bce-logits sigmoid-bce bce-with-logit",
    "sparse-softmax-cross-entropy": "cox cox-partial cox-ph cox-partial-likelihood sparse-ce sparse-cross-entropy",
    "softmax-cross-entropy": "softmax-ce soft-cross-entropy soft-target-cross-entropy",
    "triplet": "facenet",
    "contrastive": "siamese",
    "focal": "retinanet binary-focal",
    "absolute-percentage-error": "percentage-error",
    # Losses of today.
    "asymmetric": "asl",
    "jaccard": "iou soft-iou jaccard-index",
    "dice": "soft-dice sorensen-dice dsc",
    "info-nce": "nt-xent simclr moco",
    "pairwise-logistic": "ranknet bradley-terry bpr lambdarank rank:pairwise pair-logit",
    "crps-gaussian": "crps",
    "adaptive-wing": "awing",
    "berhu": "reverse-huber",
    "symmetric-cross-entropy": "sce",
    "cosface": "am-softmax lmcl",
    "arcface": "additive-angular-margin",
    "ppo-clip": "ppo",
    "wasserstein": "wgan",
    "dpo": "cdpo direct-preference-optimization",
    "distillation": "kd knowledge-distillation",
}

# Names that the field gives to several losses, with the exact names of those: whoever types one is asked which. A last
# `loss` counts for `l2-loss` alone, since `l2` means one.
AMBIGUOUS = {
    "log": ("cross-entropy", "logistic"),
    "l2-loss squared square quadratic": ("l2", "half-squared-error"),
    "l1-l2": ("pseudo-huber", "smooth-l1"),
    "categorical-crossentropy": ("keras.losses.CategoricalCrossentropy", "softmax-cross-entropy"),
    "sparse-categorical-crossentropy": (
        "keras.losses.SparseCategoricalCrossentropy",
        "sparse-softmax-cross-entropy",
    ),
    "ce xent xentropy": ("torch.nn.CrossEntropyLoss", "softmax-cross-entropy", "cross-entropy"),
    "kld kullback-leibler-divergence": ("keras.losses.KLDivergence", "relative-entropy", "torch.nn.KLDivLoss"),
    "log-likelihood negative-log-likelihood neg-log-likelihood": ("torch.nn.NLLLoss", "gaussian-nll", "poisson-nll"),
    "poisson": ("poisson-nll-log", "poisson-nll", "poisson-deviance"),
    "multiclass-svm": ("crammer-singer", "weston-watkins"),
    "gan": ("non-saturating-gan", "saturating-gan", "lsgan", "hinge-gan", "wasserstein"),
    "robust": ("barron", "robust-dpo"),
}

ROOT = "the root is taken over all examples at once, and a figure shows the loss of one"
OVER_ALL = "it is taken over all examples at once, and a figure shows the loss of one"
SCORE = "it scores a whole data set and has no value for one example"
PAIRS = "it counts the pairs of a whole data set that are in the right order"
OVERLAP_SUM = "it is a sum of two losses; draw each as a curve of its own"
BETWEEN_SETS = "it compares two sets of examples, and a figure shows the loss of one"
BOXES = "it compares two boxes of four numbers each, and a figure varies one number"
PIXELS = "it compares whole images by windows or features, and a figure shows the loss of one prediction"

# Names that people type for what is no loss of one example, with the reason.
NO_LOSS = {
    "rmse root-mean-squared-error root-mean-square-error": f"{ROOT}: see l2",
    "rmsle root-mean-squared-log-error": f"{ROOT}: see squared-log-error",
    "r2 r2-score r-squared explained-variance": f"{SCORE}; it is 1 less a share of the squared error: see l2",
    "auc roc roc-auc auroc roc-auc-score aucpr auc-roc average-precision": (
        f"{PAIRS}; see margin-ranking for one pair"
    ),
    "accuracy accuracy-score categorical-accuracy binary-accuracy": f"{SCORE}; for one example see misclassification",
    "f1 f1-score f-beta precision recall mcc map ndcg mrr yeti-rank d2-pinball-score d2-absolute-error-score": SCORE,
    "wmape mdape": f"{OVER_ALL}: see absolute-percentage-error",
    "query-rmse multi-rmse l2-root": f"{ROOT}: see l2",
    "l2-norm euclidean euclidean-distance": "the norm of one residual is its absolute value: see l1",
    "hellinger hellinger-distance": "the root is taken over all classes at once: see squared-hellinger",
    "label-smoothing label-smoothing-cross-entropy": (
        "it is a parameter; say sparse-softmax-cross-entropy --label-smoothing 0.1"
    ),
    "mase": "it is a share of the error of a naive forecast over all examples: see l1",
    "perplexity": f"{SCORE}; it is the exponential of the mean of sparse-softmax-cross-entropy",
    "median-absolute-error max-error": f"{OVER_ALL}: see l1",
    "ctc rnnt rnn-transducer": "it sums over all alignments of a sequence, and a figure shows one prediction",
    "lovasz lovasz-softmax lovasz-hinge": "it sorts the errors of a whole image, and a figure shows one prediction",
    "mutual-information mi mine nmi": "it belongs to a joint distribution, not to one prediction; see relative-entropy",
    "dice-bce bce-dice dice-ce dice-focal combo": OVERLAP_SUM,
    "elbo vae": "it is a sum of a reconstruction and a divergence; draw each as a curve of its own",
    "mmd fid kid sinkhorn chamfer emd earth-mover earth-movers-distance": BETWEEN_SETS,
    "giou diou ciou box-iou generalized-box-iou distance-box-iou complete-box-iou": BOXES,
    "ssim ms-ssim lpips perceptual style gram": PIXELS,
    "barlow-twins vicreg center deep-infomax": f"{OVER_ALL}: it needs the statistics of a batch",
    "entropy": "it belongs to one distribution and compares nothing; see relative-entropy and cross-entropy",
    "neg-mean-squared-error neg-mean-absolute-error neg-log": "a score is minus a loss; see l2, l1 and cross-entropy",
    "concordance-index c-index": PAIRS,
    "adaptive-log-softmax-with": "it has weights of its own that are learned; see sparse-softmax-cross-entropy",
}
