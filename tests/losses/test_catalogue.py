"""The catalogue: every loss of the field by every name, and every library's name for one."""

import json
import math
import re
from functools import partial

import mpmath as mp
import numpy as np
import pytest
from numbers_alike import same_numbers

import losscli
from losscli.api import evaluate
from losscli.cli.declared import drawing_options
from losscli.cli.main import read
from losscli.cli.options import figure_options
from losscli.losses import catalogue, names
from losscli.model.curve import Curve
from losscli.model.numbers import shown
from losscli.names.find import find
from losscli.names.frameworks import LIBRARIES, REFUSED, library, rows, training_notes
from losscli.names.nicknames import AMBIGUOUS
from losscli.names.table import TABLE
from losscli.wording.captions import legend_labels
from losscli.wording.formulas import formula
from losscli.wording.info import allowed_values, interval_notation

# What the tool promises: command (aliases) [parameters].
PROMISED = """
distribution-kl · distribution-kl-log · generalized-kl-log · l2 (squared-error, mse, least-squares) · l1
(absolute-error, mae, lad) · lp [p] · huber [delta] · smooth-l1 [beta] · pseudo-huber (charbonnier, soft-l1) [delta] ·
log-cosh · logistic-distance · quantile (pinball, check-function) [tau] · expectile [tau] · squared-epsilon-insensitive
[epsilon] · cauchy (lorentzian) [c] · student-t [nu, s] · geman-mcclure [c] · welsch (leclerc, correntropy) [c] ·
barron (general-robust) [alpha, c] · tukey-biweight (tukey, bisquare) [c] · fair [c] · arctan [c] · andrews [a] ·
hampel [a, b, c] · truncated-squared (talwar) [c] · ramsay [a] · tukey-quartic [c, k] · periodic [c] · quantile-huber
[tau, kappa] · linex [a] · wing [w, epsilon] · gaussian-nll [variance] · hit-or-miss [tolerance] · poisson-nll-log ·
gamma-nll-log · tweedie-nll-log [power] · relative-entropy-log · relative-entropy-logs · probability-focal [gamma,
alpha] · probability-zero-one · poisson-nll [eps] · poisson-deviance · gamma-deviance · inverse-gaussian-deviance ·
tweedie-deviance [power] · squared-log-error (msle) · absolute-percentage-error (mape) [epsilon] ·
symmetric-percentage-error (smape) · log-linear-quantile [tau] · zero-one · perceptron · squared-hinge [margin] ·
smoothed-hinge [gamma] · modified-huber · binary-sparsemax · logistic (soft-margin) · exponential · squared-margin ·
sigmoid-margin · dwd [q] · savage · tangent · ramp · cross-entropy (binary-cross-entropy, bce) ·
weighted-cross-entropy [pos_weight] · focal [gamma, alpha] · brier · poly-cross-entropy [epsilon] ·
generalized-cross-entropy (generalised-cross-entropy) [q] · softmax-cross-entropy [label_smoothing, smoothing_over,
weight] · sparse-softmax-cross-entropy [label_smoothing, smoothing_over, weight] · nll [weight] · crammer-singer ·
weston-watkins [p, margin] · multiclass-perceptron · sparsemax · multilabel-margin · multilabel-soft-margin ·
misclassification · relative-entropy (kl-divergence) · generalized-kl (i-divergence, generalised-kl) · jensen-shannon
· itakura-saito · beta-divergence [beta] · squared-hellinger · chi-squared · total-variation · contrastive [margin] ·
triplet [margin] · soft-triplet · hinge-embedding [margin] · margin-ranking [margin] · cosine-distance ·
cosine-embedding [margin] · categorical-cross-entropy [label_smoothing, smoothing_over, weight] ·
sparse-categorical-cross-entropy [weight] · categorical-focal-cross-entropy [gamma, label_smoothing, smoothing_over,
weight] · softmax-focal [gamma, weight] · softmax-focal-cross-entropy [gamma, label_smoothing, smoothing_over, weight]
· softmax-poly-cross-entropy [epsilon] · categorical-generalized-cross-entropy [q] · symmetric-cross-entropy [alpha,
beta, a] · taylor-cross-entropy [terms] · entmax (entmax15) · info-nce (nt-xent) [temperature] · cosface (am-softmax)
[margin, scale] · arcface [margin, scale] · z-loss [c] · distillation [temperature] · coral · corn · dice (soft-dice)
[smooth, smooth_below] · jaccard (iou, soft-iou) [smooth, smooth_below] · tversky [alpha, beta, smooth, smooth_below]
· focal-tversky [alpha, beta, gamma,
smooth] · sigmoid-dice [smooth, smooth_below] · sigmoid-jaccard [smooth, smooth_below] · sigmoid-tversky
[alpha, beta, smooth, smooth_below] · sigmoid-focal-tversky [alpha, beta, gamma, smooth] · half-squared-error
(half-l2, lsgan) · epsilon-insensitive [epsilon] · hinge (hinge-gan) [margin] ·
sigmoid-cross-entropy (bce-with-logits, non-saturating-gan) · dpo (cdpo) [beta, label_smoothing] · robust-dpo [beta,
label_smoothing] · ipo [beta] · slic [beta] · exo-pair [beta, label_smoothing] · discopop [beta, tau] · kto [beta, z0,
desirable_weight, undesirable_weight] · simpo [beta, gamma] · pairwise-logistic (ranknet, bradley-terry, bpr,
lambdarank) [margin] · ppo-clip [eps, eps_high] · saturating-gan · wasserstein · adaptive-wing [omega, theta, epsilon,
alpha] · balanced-l1 [alpha, gamma, beta] · berhu (reverse-huber) [c] · beta-nll [variance, beta] · laplace-nll [b] ·
crps-gaussian (crps) [sigma] · crps-laplace [b] · crps-logistic [s] · negative-binomial-nll [alpha] · asymmetric (asl)
[gamma_positive, gamma_negative, clip]
"""
# Where a parameter is not a positive number that is 1 by default: its interval and its default.
INTERVALS = """
categorical-focal-cross-entropy label_smoothing [0, 1] 0 · categorical-focal-cross-entropy smoothing_over {all,
others} all · categorical-focal-cross-entropy weight [0, inf)^K none · softmax-focal-cross-entropy label_smoothing [0,
1] 0 · softmax-focal-cross-entropy smoothing_over {all, others} all · softmax-focal-cross-entropy weight [0, inf)^K
none · softmax-cross-entropy smoothing_over {all, others} all · softmax-cross-entropy weight [0, inf)^K none ·
sparse-softmax-cross-entropy smoothing_over {all, others} all · sparse-softmax-cross-entropy weight [0, inf)^K none ·
categorical-cross-entropy smoothing_over {all, others} all · categorical-cross-entropy weight [0, inf)^K none · nll
weight [0, inf)^K none · sparse-categorical-cross-entropy weight [0, inf)^K none · softmax-focal weight [0, inf)^K
none · softmax-focal-cross-entropy gamma [0, inf) 2 · softmax-poly-cross-entropy epsilon [-1, inf) 2 ·
categorical-generalized-cross-entropy q (0, 1] 0.7 · absolute-percentage-error epsilon [0, inf) 0 · poisson-nll eps
[0, 1] 0 · margin-ranking
margin [0, inf) 0 · beta-divergence beta (-inf, inf) 2 · weighted-cross-entropy pos_weight [0, inf) 1 · focal gamma
[0, inf) 2 · focal alpha [0, 1] none · poly-cross-entropy epsilon [-1, inf) 2 · hinge margin [0, inf) 1 ·
squared-hinge margin [0, inf) 1 · softmax-cross-entropy label_smoothing [0, 1] 0 · sparse-softmax-cross-entropy
label_smoothing [0, 1] 0 · weston-watkins p [1, 2] 1 · tweedie-deviance power (-inf, inf) 1.5 · tweedie-nll-log power
(-100, 100) 1.5 · probability-focal gamma [0, inf) 2 · probability-focal alpha [0, 1] none · log-linear-quantile tau
(0, 1) 0.5 · generalized-cross-entropy q (0, 1] 0.7 · lp p (0, inf) 1.5 · quantile tau (0, 1) 0.5 · expectile tau (0,
1) 0.5 · quantile-huber tau (0, 1) 0.5 · epsilon-insensitive epsilon [0, inf) 0.1 · squared-epsilon-insensitive
epsilon [0, inf) 0.1 · linex a (-inf, inf) 1 · student-t nu (0, inf) 4 · barron alpha [-inf, inf] 1 · tukey-biweight c
(0, inf) 4.685 · andrews a (0, inf) 1.339 · hampel a (0, inf) 2 · hampel b (0, inf) 4 · hampel c (0, inf) 8 ·
truncated-squared c (0, inf) 2 · ramsay a (0, inf) 0.3 · tukey-quartic c (0, inf) 3.61752 · tukey-quartic k (0, inf) 4
· wing w (0, inf) 10 · smooth-l1 beta [0, inf) 1 · wing epsilon (0, inf) 2 · cosine-embedding margin (-1, 1) 0 ·
categorical-cross-entropy label_smoothing [0, 1] 0 · categorical-focal-cross-entropy gamma [0, inf) 2 · softmax-focal
gamma [0, inf) 2 · symmetric-cross-entropy alpha (0, inf) 0.1 · symmetric-cross-entropy beta [0, inf) 1 ·
symmetric-cross-entropy a (-inf, 0) -9.21 · taylor-cross-entropy terms [1, 1000] 2 · info-nce temperature (0, inf)
0.07 · cosface margin [0, inf) 0.35 · cosface scale (0, inf) 64 · arcface margin [0, 1.5707963267948966) 0.5 · arcface
scale (0, inf) 64 · z-loss c (0, inf) 0.0001 · distillation temperature (0, inf) 2
· dice smooth [0, inf) 0 · dice smooth_below [0, inf) none · jaccard smooth [0, inf) 0 · jaccard smooth_below [0, inf)
none · tversky smooth [0, inf) 0 · tversky smooth_below [0, inf) none · focal-tversky smooth [0, inf) 0 · sigmoid-dice
smooth [0, inf) 0 · sigmoid-dice smooth_below [0, inf) none · sigmoid-jaccard smooth [0, inf) 0 · sigmoid-jaccard
smooth_below [0, inf) none · sigmoid-tversky smooth [0, inf) 0 · sigmoid-tversky smooth_below [0, inf) none ·
sigmoid-focal-tversky smooth [0, inf) 0 · tversky alpha (0, 1e+300) 0.5 · tversky beta (0, 1e+300) 0.5 · focal-tversky
alpha (0, 1e+300) 0.7 · focal-tversky beta (0, 1e+300) 0.3 · focal-tversky gamma (0, 1] 0.75 · sigmoid-tversky alpha
(0, 1e+300) 0.5 · sigmoid-tversky beta (0, 1e+300) 0.5 · sigmoid-focal-tversky alpha (0, 1e+300) 0.7 ·
sigmoid-focal-tversky beta (0, 1e+300) 0.3 · sigmoid-focal-tversky gamma (0, 1] 0.75
· dpo beta (0, inf) 0.1 · dpo label_smoothing [0, 0.5) 0 · robust-dpo beta (0, inf) 0.1 · robust-dpo
label_smoothing [0, 0.5) 0 · ipo beta (0, inf) 0.1 · slic beta (0, inf) 0.1 · exo-pair beta (0, inf) 0.1 · exo-pair
label_smoothing (0, 0.5) 0.001 · discopop beta (0, inf) 0.1 · discopop tau (0, inf) 0.05 · kto beta (0, inf) 0.1 · kto
z0 [0, inf) 0 · simpo beta (0, inf) 2 · simpo gamma [0, inf) 1 · pairwise-logistic margin [0, inf) 0 · ppo-clip eps
(0, 1) 0.2 · ppo-clip eps_high (0, inf) none · adaptive-wing omega (0, inf) 14 · adaptive-wing theta (0, inf) 0.5 ·
adaptive-wing alpha (2, inf) 2.1 · balanced-l1 alpha (0, inf) 0.5 · balanced-l1 gamma (0, inf) 1.5 · beta-nll beta [0,
1] 0.5 · asymmetric gamma_positive [0, inf) 1 · asymmetric gamma_negative [0, inf) 4 · asymmetric clip [0, 1) 0.05
"""
ENTRY = re.compile(r"^(?P<name>[\w-]+)(?: \((?P<aliases>.*)\))?(?: \[(?P<parameters>.*)\])?$")


def promised():
    entries = [ENTRY.match(entry.strip()) for entry in " ".join(PROMISED.split()).split("·")]
    return [(e["name"], (e["aliases"] or "").split(", "), (e["parameters"] or "").split(", ")) for e in entries]


@pytest.mark.parametrize(("name", "aliases", "parameters"), promised())
def test_every_loss_that_is_promised_has_its_names_and_parameters(name, aliases, parameters):
    loss = catalogue()[name]
    assert set(loss.aliases) == set(filter(None, aliases))
    assert [item.name for item in loss.parameters] == list(filter(None, parameters))


def test_every_parameter_has_its_interval_and_default():
    told = {}
    for entry in " ".join(INTERVALS.split()).split(" · "):
        loss, parameter, interval, default = re.fullmatch(r"(\S+) (\S+) (.+) (\S+)", entry).groups()
        told[loss, parameter] = (interval, default)
    for loss in catalogue().values():
        for item in loss.parameters:
            found = (allowed_values(item), shown(item.default))
            assert found == told.pop((loss.name, item.name), ("(0, inf)", "1")), f"{loss.name} {item.name}"
    assert not told


@pytest.mark.parametrize(
    "line",
    [
        "tweedie-deviance --power 1.5 --target 0",
        "tweedie-deviance --power 1 --target 0",
        "tweedie-deviance --power 0 --target -1",
        "tweedie-deviance --power -1 --target -1",
        "beta-divergence --beta 0.5 --target 0",
        "cosine-embedding --target -1",
        "contrastive --target 0",
        "cross-entropy --target 0",
        "brier --target 0.3",
        "generalized-cross-entropy --target 0",
        "sigmoid-cross-entropy --target 0",
        "sigmoid-cross-entropy --target 0.3",
        "absolute-percentage-error --target -1",
        "symmetric-percentage-error --target -1",
        "focal --target 0",
        "multilabel-margin --target 1,0,0",
    ],
)
def test_the_ends_of_what_targets_may_be(lossplot, line):
    at = "0.2,0.3,0.5" if "multi" in line else "0.5"
    assert lossplot(*line.split(), "--at", at).code == 0


REQUIRED = {
    "balanced-l1": (
        [{"alpha": 0.5, "gamma": 1.5, "beta": 1}, {"alpha": 1, "gamma": 700, "beta": 1}],
        [{"alpha": 0.5, "gamma": 351, "beta": 1}],
    ),
    "poisson-nll": ([{"eps": 0}, {"eps": 1e-8}, {"eps": 1}], [{"eps": 1e-101}]),
    "symmetric-cross-entropy": ([{"a": -9, "beta": 1e307}], [{"a": -1e155, "beta": 1e155}]),
    "linex": ([{"a": -1}, {"a": 0.5}, {"a": 1}], [{"a": 0}]),
    "hampel": (
        [{"a": 1, "b": 2, "c": 3}, {"a": 2, "b": 2, "c": 3}],
        [{"a": 2.5, "b": 2, "c": 3}, {"a": 1, "b": 3, "c": 3}, {"a": 1, "b": 3, "c": 2}],
    ),
    "tweedie-deviance": ([{"power": power} for power in (-1, 0, 1, 1.5)], [{"power": power} for power in (0.1, 0.9)]),
    "tweedie-nll-log": ([{"power": power} for power in (-1, 0, 1, 1.5)], [{"power": power} for power in (0.1, 0.9)]),
} | {
    name: (
        [{"smooth": 1, "smooth_below": None}, {"smooth": 1, "smooth_below": 1}, {"smooth": 0, "smooth_below": 0.5}],
        [{"smooth": 1, "smooth_below": 0.5}],
    )
    for name in catalogue()
    if any(item.name == "smooth_below" for item in catalogue()[name].parameters)
}


def test_what_parameters_must_be_together():
    conditions = {loss.name: loss.require[0] for loss in catalogue().values() if loss.require}
    assert set(conditions) == set(REQUIRED)
    for name, (allowed, refused) in REQUIRED.items():
        assert all(conditions[name](**parameters) for parameters in allowed), name
        assert not any(conditions[name](**parameters) for parameters in refused), name


SPANS = """
l2 0 -3 3 · huber 5 2 8 · l1 -2.5 -5.5 0.5 · poisson-nll 1 0.25 4 · gamma-deviance 2 0.5 8 · tweedie-deviance 0 0 1 ·
absolute-percentage-error -1 -2 2 · poisson-nll-log 1 -3 3 · poisson-nll-log 0 -3 3 · poisson-nll-log 4
-1.613705638880109 4.386294361119891 · log-linear-quantile 1 -3 3 · relative-entropy 2 0.5 8 · hinge -1 -3 3 ·
logistic 1 -3 3 · brier 1 0 1 · focal 1 -6 6 · cosine-distance none -1 1 · cosine-embedding 1 -1 1 · contrastive 1 0 3
· triplet none -3 3 · hinge-embedding 1 0 3 · margin-ranking 1 -3 3 · nll 0 -6 0 · crammer-singer 0 -6 6 · coral 1 -6
6 · info-nce 0 -1 1 · arcface 0 -1 1 · sparse-categorical-cross-entropy 0 0 1 · z-loss none -6 6 · dpo none -100 100 ·
simpo none -5 5 · kto 1 -100 100 · pairwise-logistic none -6 6
"""


@pytest.mark.parametrize("entry", " ".join(SPANS.split()).split(" · "))
def test_the_range_that_a_figure_shows(entry):
    name, target, low, high = entry.split()
    loss = catalogue()[name]
    parameters = {item.name: item.default for item in loss.parameters}
    one = Curve(loss, None if target == "none" else float(target), parameters, name)
    span = one.fact("span") or loss.family.span(one.target)
    assert span == pytest.approx((float(low), float(high)), rel=1e-15)


DOMAINS = """
distribution-kl categorical-generalized-cross-entropy [0, 1] · distribution-kl-log [-inf, 0] ·
contrastive hinge-embedding relative-entropy generalized-kl jensen-shannon itakura-saito beta-divergence
squared-hellinger chi-squared total-variation poisson-nll poisson-deviance gamma-deviance inverse-gaussian-deviance
tweedie-deviance negative-binomial-nll ppo-clip [0, inf] · nll [-inf, 0] · squared-log-error [-1, inf] · cross-entropy
brier generalized-cross-entropy probability-focal probability-zero-one dice jaccard tversky focal-tversky [0, 1] ·
cosine-distance cosine-embedding cosface arcface [-1, 1] · categorical-cross-entropy sparse-categorical-cross-entropy
categorical-focal-cross-entropy [0, inf)
"""


def test_what_predictions_each_loss_reads():
    told = {}
    for entry in " ".join(DOMAINS.split()).split(" · "):
        losses, _, interval = entry.partition(" [")
        told |= dict.fromkeys(losses.split(), f"[{interval.strip()}")
    for loss in catalogue().values():
        parameters = {item.name: item.default for item in loss.parameters}
        domain = Curve(loss, loss.reads(parameters).default, parameters, loss.name).domain
        assert interval_notation(domain) == told.pop(loss.name, "[-inf, inf]"), loss.name
    assert not told


KINDS = """
distribution-kl distribution-kl-log generalized-kl-log categorical-focal-cross-entropy softmax-focal-cross-entropy
softmax-poly-cross-entropy: a distribution a,b,...: two numbers or more, none negative, with sum 1 · contrastive focal
poly-cross-entropy generalized-cross-entropy probability-focal probability-zero-one kto wasserstein asymmetric: 0 or 1
· triplet soft-triplet cosine-distance z-loss dpo robust-dpo ipo slic exo-pair discopop simpo pairwise-logistic
saturating-gan: none: the loss has no target · hinge-embedding margin-ranking zero-one perceptron hinge squared-hinge
smoothed-hinge modified-huber binary-sparsemax logistic exponential squared-margin sigmoid-margin dwd savage tangent
ramp cosine-embedding: -1 or 1 · relative-entropy generalized-kl jensen-shannon beta-divergence squared-hellinger
chi-squared total-variation poisson-nll-log poisson-nll poisson-deviance tweedie-deviance tweedie-nll-log
relative-entropy-log negative-binomial-nll: a finite number at least 0 · itakura-saito gamma-deviance
inverse-gaussian-deviance log-linear-quantile gamma-nll-log: a finite number above 0 · sigmoid-cross-entropy
weighted-cross-entropy cross-entropy brier adaptive-wing: a number at least 0 and at most 1 · softmax-cross-entropy
categorical-cross-entropy distillation: a distribution a,b,...: two numbers or more, none negative, with sum 1 ·
sparse-softmax-cross-entropy nll crammer-singer weston-watkins multiclass-perceptron sparsemax misclassification
sparse-categorical-cross-entropy categorical-generalized-cross-entropy softmax-focal symmetric-cross-entropy
taylor-cross-entropy entmax info-nce cosface arcface coral corn: a class index: 0, 1, 2, ... below 1000000 ·
multilabel-margin multilabel-soft-margin dice jaccard tversky focal-tversky sigmoid-dice sigmoid-jaccard
sigmoid-tversky sigmoid-focal-tversky: labels a,b,...: 0 or 1 for each class,
two classes or more · squared-log-error: a finite number above -1 · absolute-percentage-error: a finite number other
than 0
"""


def test_what_targets_each_loss_reads():
    told = {}
    for entry in " ".join(KINDS.split()).split(" · "):
        losses, _, kind = entry.partition(": ")
        told |= dict.fromkeys(losses.split(), kind)
    for loss in catalogue().values():
        parameters = {item.name: item.default for item in loss.parameters}
        assert str(loss.reads(parameters)) == told.pop(loss.name, "a finite number"), loss.name
    assert not told


def test_the_usual_target_where_it_is_not_that_of_the_family():
    found = {
        loss.name: loss.reads({item.name: item.default for item in loss.parameters}) for loss in catalogue().values()
    }
    assert {
        name: kind.default for name, kind in found.items() if kind.default != catalogue()[name].family.targets.default
    } == {}


def test_the_usual_target_of_a_mean_that_may_be_negative():
    assert catalogue()["tweedie-deviance"].reads({"power": 0.0}).default == 1


def test_a_break_at_0_has_no_sign(lossplot):
    assert "at prediction 0:" in lossplot("info", "perceptron", "--target", -1).out
    assert "at prediction 0:" in lossplot("info", "margin-ranking", "--target", -1).out


SEVERAL_KINDS = ("critic", "distance", "multiclass", "preference", "similarity")  # of target


def test_the_usual_target_of_each_family():
    usual = {loss.family.name: loss.family.targets.default for loss in catalogue().values() if loss.targets is None}
    assert usual == {
        "critic": 1.0,
        "distance": 1.0,
        "divergence": 1.0,
        "logit": 1.0,
        "margin": 1.0,
        "multiclass": 0,
        "positive": 1.0,
        "preference": 1.0,
        "probability": 1.0,
        "ratio": 1.0,
        "residual": 0.0,
        "similarity": 1.0,
        "similarities": 0,
        "cosines": 0,
        "thresholds": 1,
        "overlap": (1.0, 0.0, 1.0),
    } | {
        name: usual[name]
        for name in ("distance", "divergence", "multiclass", "preference", "probabilities", "similarity")
    }  # several kinds of target each
    assert {loss.family.targets.default for loss in catalogue().values() if loss.family.name == "distance"} <= {
        1.0,
        None,
    }


def test_no_other_loss_is_there():
    assert set(catalogue()) == {name for name, _, _ in promised()}
    assert len(catalogue()) == 145


def test_an_ambiguous_name_is_no_name():
    assert not set(AMBIGUOUS) & (set(names()) | set(rows()))
    assert {name for meant in AMBIGUOUS.values() for name in meant} <= set(names()) | set(rows())


def test_no_parameter_is_called_like_an_option():
    options = {option.name for option in (*drawing_options(), *figure_options())}
    parameters = {item.name for name in (*names(), *rows()) for item in find(name).parameters}
    assert not options & parameters


def test_every_name_of_a_library_belongs_to_a_library_and_to_one_loss():
    every = [name for row in TABLE for name in row.names]
    assert len(every) == len(set(every))
    assert not set(every) & (set(names()) | set(REFUSED))
    assert {library(name) or "robust_loss_pytorch" for name in every} <= {*LIBRARIES, "robust_loss_pytorch"}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.names[0])
def test_a_row_speaks_of_parameters_that_its_loss_has(row):
    known = {item.name: item for item in catalogue()[row.loss].parameters}
    assert set(row.parameters) <= set(known)
    for name in row.names:
        spelling = find(name)
        said = {item.name: item.default for item in spelling.parameters}
        for parameter, value in spelling.canonical(said).items():
            known_as = known[parameter]
            special = known_as.choices or known_as.per_class
            assert value is None or (known_as.holds(value) if special else value in known_as.interval)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("torch.nn.SmoothL1Loss --beta 0.5", 1.75),
        ("torch.nn.HuberLoss --delta 0.5", 0.875),
        ("tf.nn.l2_loss", 2),
        ("sklearn.metrics.mean_squared_error", 4),
        ("lightgbm:huber --alpha 0.9", 1.395),
        ("jonbarron:lossfun --alpha 0 --scale 1", 1.0986122886681098),
        ("kornia.losses.cauchy_loss", 1.0986122886681098),
        ("scipy.optimize.least_squares:cauchy", 0.8047189562170503),
        ("ceres:ArctanLoss --a 0.5", 0.36161033306203383),
        ("xgboost:reg:expectileerror --expectile-alpha 0.25", 1.5),
        ("catboost:Expectile --alpha 0.25", 3),
    ],
)
def test_conventions_that_trip_people(lossplot, line, value):
    """At residual 2, from the libraries' own sources."""
    printed = lossplot(*line.split(), "--at", "2").out
    assert float(re.search(r"value ([0-9.e-]+)", printed)[1]) == pytest.approx(value, rel=1e-14)


TARGETS = {
    "keras.losses.Hinge": "hinge",
    "tf.keras.losses.squared_hinge": "squared-hinge",
    "xgboost:binary:hinge": "hinge",
    "optax.losses.sparsemax_loss": "binary-sparsemax",
    "sklearn._loss.loss.ExponentialLoss": "exponential",
}


@pytest.mark.parametrize("name", TARGETS)
def test_a_label_is_said_as_the_library_says_it(lossplot, name):
    for theirs, ours in ((0, -1), (1, 1)):
        said, *notes = lossplot(name, "--target", theirs, "--at", 0.25).out.splitlines()
        assert notes == [f"note: {note}; the numbers are those of the loss" for note in training_notes(name).values()]
        assert said.startswith(f"{name} at 0.25, target {theirs}: ")
        own = lossplot(TARGETS[name], "--target", ours, "--at", 0.25).out
        same_numbers(said.partition(": ")[2], own.partition(": ")[2].rstrip())
        with_arrays = losscli.evaluate(name, [0.25, 2], theirs)
        np.testing.assert_equal(with_arrays, losscli.evaluate(TARGETS[name], [0.25, 2], ours))
    assert f"target {'-1, 0' if 'keras' in name else '0'} or 1; here 1\n" in re.sub(
        " +", " ", lossplot("info", name).out
    )
    refused = lossplot(name, "--target", -2).err
    assert refused == f"lossplot: --target -2; the target of {name} is {'-1, 0' if 'keras' in name else '0'} or 1\n"


def test_a_label_may_be_said_as_it_is_and_no_share_of_it(lossplot):
    """LightGBM's binary reads labels, and the loss that it is here any probability."""
    own = lossplot("weighted-cross-entropy", "--pos-weight", 3, "--target", 1, "--at", 0.25).out
    said = lossplot("lightgbm:binary", "--scale-pos-weight", 3, "--target", 1, "--at", 0.25).out
    same_numbers(said.partition(": ")[2], own.partition(": ")[2])
    refused = lossplot("lightgbm:binary", "--target", 0.5).err
    assert refused == "lossplot: --target 0.5; the target of lightgbm:binary is 0 or 1\n"


CONSTANTS = {
    "sklearn._loss.loss.HalfGammaLoss --target 2": 1 + math.log(2),
    "xgboost:gamma-nloglik --target 0.5": 1 - math.log(2),
    "lightgbm:tweedie --tweedie-variance-power 1.5 --target 4": 8.0,
    "sklearn._loss.loss.HalfTweedieLoss --power 0 --target -3": 4.5,
    "sklearn._loss.loss.HalfTweedieLoss --power 1 --target 2": 2 - 2 * math.log(2),
    "sklearn._loss.loss.HalfTweedieLoss --power 1 --target 0": 0.0,
    "sklearn._loss.loss.HalfTweedieLoss --power 2 --target 2": 1 + math.log(2),
    "sklearn._loss.loss.HalfTweedieLoss --power 3 --target 2": -1 / 4,
    "sklearn._loss.loss.HalfTweedieLoss --power -1 --target -2": 0.0,
    "xgboost:poisson-nloglik --target 3": 3 - 3 * math.log(3) + math.log(6),
    "xgboost:poisson-nloglik --target 0": 0.0,
    "catboost:RMSEWithUncertainty": math.log(2 * math.pi) / 2,
    "jonbarron:students_t_nll --df 1 --scale 2": math.log(2 * math.pi),
    "jonbarron:students_t_nll --df 1e300": math.log(2 * math.pi) / 2,
    "keras.losses.CosineSimilarity": -1.0,
}


@pytest.mark.parametrize("line", CONSTANTS)
def test_a_floor_has_what_a_name_adds(lossplot, line):
    """A number, or what a target and parameters make of it: the least value, since that of the loss alone is 0 here."""
    floor = json.loads(lossplot("info", *line.split(), "--json").out)[0]["floor"]
    assert floor["value"] == pytest.approx(CONSTANTS[line], rel=1e-6, abs=1e-15)


@pytest.mark.parametrize("df", [0.01, 1.0, 199.9, 200.1, 1e4, 1e8])
def test_the_constant_of_student_s_t(df):
    with mp.workdps(50):
        half = mp.mpf(df) / 2
        exact = mp.loggamma(half) - mp.loggamma(half + 0.5) + mp.log(mp.pi * df) / 2
    assert losscli.evaluate("jonbarron:students_t_nll", 1, 1, df=df).value == pytest.approx(float(exact), rel=2e-13)


def test_what_a_name_adds_and_multiplies_by_goes_with_each_target_of_an_array():
    targets = [0.5, 2.0, 3.0]
    for name, parameters in (("xgboost:gamma-nloglik", {}), ("xgboost:reg:tweedie", {"tweedie_variance_power": 1.2})):
        together = losscli.evaluate(name, 1.25, targets, **parameters)
        alone = [losscli.evaluate(name, 1.25, target, **parameters) for target in targets]
        np.testing.assert_allclose(together, np.array(alone).T, rtol=1e-15)  # powers of one number, and of many
    together = losscli.evaluate("xgboost:poisson-nloglik", [[1.25], [3]], targets)
    assert together.value.shape == (2, 3)


@pytest.mark.parametrize("power", ["1", "2", "0.5", "3"])
@pytest.mark.parametrize("name", ["xgboost:reg:tweedie --tweedie-variance-power", "catboost:Tweedie --variance-power"])
def test_a_power_at_which_a_term_that_is_left_out_is_infinite_is_refused(lossplot, name, power):
    flag = name.split()[1]
    assert lossplot(*name.split(), power).err == (
        f"lossplot: {flag} {power}; {flag[2:]} is a number above 1 and below 2\n"
    )


def test_a_library_s_smoothing_moves_the_target(lossplot):
    """As Keras has it: y (1 - smoothing) + smoothing / 2."""
    name = "keras.losses.BinaryCrossentropy"
    for said, meant in ((1, 0.9), (0, 0.1), (0.5, 0.5)):
        smoothed = lossplot(name, "--label-smoothing", 0.2, "--target", said, "--at", 0.3).out
        assert smoothed.startswith(f"{name}(label_smoothing=0.2) at 0.3, target {said}: ")
        assert smoothed.partition(": ")[2] == lossplot("bce", "--target", meant, "--at", 0.3).out.partition(": ")[2]
        np.testing.assert_equal(
            losscli.evaluate(name, [0.3, 0.6], said, label_smoothing=0.2), losscli.evaluate("bce", [0.3, 0.6], meant)
        )
    known = lossplot("info", name, "--label-smoothing", 0.2).out
    assert "with y = 0.1 + 0.8 t for the target t\n" in known
    assert "attained at prediction 0.9" in known
    assert "keras.losses.binary_crossentropy has it" in lossplot("bce", "--label-smoothing", 0.1).err


def test_a_switch_changes_what_a_name_means(lossplot):
    poisson = "torch.nn.PoissonNLLLoss"
    at = lambda *words: lossplot(*words, "--target", 3, "--at", 0.5).out.partition(": ")[2]  # noqa: E731 - one line
    assert at(poisson) == at("poisson-nll-log") == at(poisson, "--log-input")
    assert at(poisson, "--no-log-input") == at("poisson-nll", "--eps", "1e-8")
    assert losscli.evaluate(poisson, 0.5, 3, log_input=False) == losscli.evaluate("poisson-nll", 0.5, 3, eps=1e-8)
    full = losscli.evaluate(poisson, 0.5, [0, 1, 3], full=True).value - losscli.evaluate(poisson, 0.5, [0, 1, 3]).value
    stirling = 3 * math.log(3) - 3 + math.log(2 * math.pi * 3) / 2
    np.testing.assert_allclose(full, [0, 0, stirling], rtol=1e-14)
    focal = "keras.losses.BinaryFocalCrossentropy"
    needs = lossplot(focal, "--alpha", 0.3, "--at", 0.3)
    assert needs.err == f"lossplot: --alpha of {focal} needs --apply-class-balancing\n"
    logit = lossplot(focal, "--from-logits", "--apply-class-balancing", "--alpha", 0.3, "--at", 0.3).out
    assert logit.partition(": ")[2] == lossplot("focal", "--alpha", 0.3, "--at", 0.3).out.partition(": ")[2]
    wrong = lossplot("l2", focal, "--from-logits", "--at", 0.3)
    assert (wrong.code, wrong.err.count("\n")) == (2, 1)
    with pytest.raises(losscli.UsageError, match="full=3; full is True or False"):
        losscli.evaluate(poisson, 0.5, 3, full=3)


def test_a_switch_is_in_the_words_of_a_figure_and_in_info(lossplot):
    words = ["torch.nn.PoissonNLLLoss", "--full", "--no-log-input"]
    made = lossplot(*words, "-o", "-", "--format", "json").out
    assert json.loads(made)["words"] == "torch.nn.PoissonNLLLoss --full --no-log-input"
    assert "--full, default off" in lossplot("info", "torch.nn.PoissonNLLLoss").out
    assert "here on" in lossplot("info", *words).out


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lightgbm:mape", 3.0),
        ("catboost:MAPE", 3.0),
        ("keras.losses.MeanAbsolutePercentageError", 3e9),
        ("sklearn.metrics.mean_absolute_percentage_error", 3 * 2.0**52),
    ],
)
def test_a_target_of_0_has_the_size_that_the_library_gives_it(name, value):
    assert losscli.evaluate(name, 3, 0).value == pytest.approx(value, rel=1e-15)


def test_a_steeper_margin_and_a_weight_of_one_label(lossplot):
    words = ("lightgbm:binary", "--sigmoid", 2, "--scale-pos-weight", 3)
    (row,) = json.loads(lossplot(*words, "--target", 1, "--at", 0.5, "--json").out)
    sigma = 1 / (1 + math.exp(1))
    assert row["value"] == pytest.approx(3 * math.log1p(math.exp(-1)), rel=1e-15)
    assert (row["gradient"], row["hessian"]) == pytest.approx((-6 * sigma, 12 * sigma * (1 - sigma)), rel=1e-15)
    (known,) = json.loads(lossplot("info", *words, "--target", 0, "--json").out)
    assert (known["lipschitz"], known["symmetric"], known["floor"]["notes"]) == (2, False, {"at": "-inf"})
    (known,) = json.loads(lossplot("info", "lightgbm:binary", "--json").out)
    assert (known["lipschitz"], known["symmetric"]) == (1, True)


def test_likelihoods_and_entropies_are_in_nats(lossplot):
    told = {loss.name for loss in catalogue().values() if re.search(r"in nats|log-likelihood of", loss.summary)}
    assert told | {"nll", "gaussian-nll", "poisson-nll", "poisson-nll-log", "student-t", "generalized-kl"} <= {
        loss.name for loss in catalogue().values() if loss.unit == "nats"
    }
    assert not {"l2", "hinge", "focal", "gamma-deviance", "savage"} & {
        loss.name for loss in catalogue().values() if loss.unit
    }
    floors = [json.loads(lossplot("info", name, "--json").out)[0]["floor"] for name in ("bce", "l2")]
    assert [floor["unit"] for floor in floors] == ["nats", None]
    assert "floor 0, attained" in re.sub(" +", " ", lossplot("info", "statsmodels.robust.norms.StudentT").out)


def test_what_the_letters_mean_is_said_without_tex_and_of_two_names_one(lossplot):
    assert "family     positive: mu the predicted mean, y the target" in lossplot("info", "poisson-nll").out
    assert "d = d_ap - d_an, the distance" in lossplot("info", "triplet").out
    assert r'"symbols": "$\\mu$ the predicted mean, $y$ the target"' in lossplot("info", "poisson-nll", "--json").out


def gamma_likelihood(mu, y):
    return [mp.log(mu), y / mu]


def tweedie_likelihood(mu, y, power):
    if power in (1, 2):
        return [mu, -y * mp.log(mu)] if power == 1 else gamma_likelihood(mu, y)
    return [mu ** (2 - power) / (2 - power), -y * mu ** (1 - power) / (1 - power)]


EXACT = [
    *((name, {}, gamma_likelihood) for name in rows() if rows()[name].loss == "gamma-deviance" and rows()[name].shift),
    *(
        ("xgboost:tweedie-nloglik", {"rho": power}, partial(tweedie_likelihood, power=mp.mpf(power)))
        for power in (1.125, 1.5, 1.875)
    ),
    ("lightgbm:metric:tweedie", {"tweedie_variance_power": 1.25}, partial(tweedie_likelihood, power=mp.mpf(1.25))),
]


@pytest.mark.parametrize(("name", "said", "terms"), EXACT)
@pytest.mark.parametrize("target", [1e-300, 1e-17, 0.25, 1.0, 3.0, 1e10])
def test_what_a_library_leaves_out_takes_nothing_of_what_it_keeps(name, said, terms, target):
    at = np.array([1e-3, 0.5, 1.0, 2.0, 700.0])
    for x, value in zip(at.tolist(), evaluate(name, at, target, **said).value.tolist(), strict=True):
        with mp.workdps(400):
            found = [mp.mpf(term) for term in terms(mp.mpf(x), mp.mpf(target))]
            exact = sum(found)
        assert abs(value - exact) <= 16 * 2.0**-53 * sum(map(abs, found)), (x, value, exact)


def test_minus_the_cosine_is_exact():
    (found,) = evaluate("keras.losses.CosineSimilarity", [1e-20]).value
    assert found == -1e-20


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("info statsmodels.robust.norms.StudentT --c 1e200", r"formula    \infty \frac{\nu + 1}{2}"),
        ("jonbarron:students_t_nll --df 5e-324 --at 0.5", "gradient 2, hessian -4"),
        ("info tweedie-deviance --power -1e160 --target 3", "not convex"),
        ("info ceres:TukeyLoss", "a is 1 here; it has no default"),
        ("list --framework robust_loss_pytorch", "robust_loss_pytorch.util.students_t_nll"),
    ],
)
def test_names_with_constants_at_the_ends(lossplot, line, said):
    result = lossplot(*line.split())
    assert (result.code, result.err) == (0, "")
    assert said in result.out


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("lightgbm:huber --alpha 0.5 --alpha 1", [r"with $\delta$ = 0.5, 1"]),
        ("keras.losses.hinge --target 0 --target 1", ["with $M$ = 1, $y$ = $-$1 for the target 0"]),
        ("ceres:ArctanLoss --a 1 --a 4", ["with $c$ = 1, 2"]),
        ("keras.losses.BinaryCrossentropy --label-smoothing 0.1", ["with $y$ = 0.05 + 0.9 t for the target t"]),
        ("lightgbm:huber", [r"with $\delta$ = 0.9"]),
    ],
)
def test_a_formula_says_what_its_letters_are_in_all_curves(line, lines):
    found = formula(read(line.split()).recipe.curves)
    assert [text for text in found if text.startswith("with ")] == lines


def test_a_formula_has_the_pieces_of_all_curves():
    line = "sklearn._loss.loss.HalfTweedieLossIdentity --target 2 --power"
    both = formula(read([*line.split(), "1", "--power", "1.5"]).recipe.curves)
    assert [text.partition("if ")[2] for text in both[:3]] == ["$p = 0$", "$p = 1$", "$p = 2$"]


@pytest.mark.parametrize("line", ["focal", "torchvision.ops.sigmoid_focal_loss --alpha -1", "focal --alpha none"])
def test_a_weight_that_is_switched_off_is_in_no_formula(line):
    assert not any("alpha" in text for text in formula(read(line.split()).recipe.curves))
    assert any("alpha" in text for text in formula(read(["focal", "--alpha", "0.25"]).recipe.curves))


def test_a_legend_says_which_curve_has_a_parameter_switched_off():
    words = ["optax.losses.sigmoid_focal_loss", "--alpha", "0.25", "--alpha", "none"]
    assert legend_labels(read(words).recipe) == [r"$\alpha$ = 0.25", r"$\alpha$ = none"]


def test_a_formula_explains_letters_of_its_own():
    last = formula(read(["sparsemax"]).recipe.curves)[-1]
    assert last == r"$S$ the classes whose logits exceed $\tau$, $\tau$ such that what they exceed it by sums to 1"


def test_a_derivative_that_a_library_trains_with_is_noted_and_the_numbers_are_the_losses(lossplot):
    said = lossplot("lightgbm:huber", "--at", 2).out.splitlines()
    assert said[0].endswith("gradient 0.9, hessian 0")
    assert said[1:] == ["note: LightGBM's Hessian is 1; the numbers are those of the loss"]
    (record,) = json.loads(lossplot("xgboost:multi:softprob", "--at", "0,0", "--json").out)
    assert record["notes"] == {"hessian in training": f"XGBoost's {DOUBLED}"}
    assert record["hessian"] == [[0.25, -0.25], [-0.25, 0.25]]
    assert f"training   XGBoost's {DOUBLED}\n" in lossplot("info", "xgboost:multi:softmax").out


@pytest.mark.parametrize(("name", "order"), [("lightgbm:huber", 2), ("catboost:RMSEWithUncertainty", 1)])
def test_a_derivative_that_a_library_trains_with_is_noted_only_beside_that_of_the_loss(lossplot, name, order):
    for asked in (0, 1, 2):
        words = (name, "--at", 2, "--order", asked)
        assert ("note: " in lossplot(*words).out) == (asked >= order)
        assert ("notes" in json.loads(lossplot(*words, "--json").out)[0]) == (asked >= order)


DOUBLED = "Hessian is 2 p (1 - p) of each logit alone, p its softmax"


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("torch.nn.PoissonNLLLoss --no-log-input --eps 0.5 --target 2 --at 0.5", 0.5),
        ("torch.nn.GaussianNLLLoss --var 1e-9 --eps 1 --at 2", 2.0),
        ("keras.losses.Poisson --target 1 --at 0", -math.log(1e-7)),
        ("catboost:SMAPE --target 0 --at 3", 200.0),
        ("segmentation_models_pytorch.losses.DiceLoss --target 1,0 --at 0,0", 0.5),
        ("segmentation_models_pytorch.losses.DiceLoss --target 1,0 --at 0,0 --no-from-logits", 1.0),
        ("segmentation_models_pytorch.losses.JaccardLoss --target 0,0 --at 0,0", 0.0),
        ("monai.losses.DiceLoss --target 1,0 --at 0,0 --sigmoid --smooth-nr 0 --smooth-dr 2", 0.75),
    ],
)
def test_a_name_reads_what_its_library_reads(lossplot, line, value):
    (record,) = json.loads(lossplot(*line.split(), "--json").out)
    assert record["value"] == pytest.approx(value, rel=1e-15)


def test_a_number_below_the_line_that_is_too_small_is_refused(lossplot):
    refused = lossplot("monai.losses.DiceLoss", "--smooth-dr", 0, "--target", "1,0", "--at", "1,0").err
    assert "smooth_below at least smooth" in refused
    assert refused.count("\n") == 1
