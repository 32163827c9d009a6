"""Names as people type them: what each means, which are asked about, and which are no loss, with one line each."""

import shlex
import subprocess
import sys

import numpy as np
import pytest

import losscli
from losscli.cli.main import ROOT
from losscli.errors import UsageError
from losscli.losses import catalogue, names
from losscli.names.find import find
from losscli.names.forgiven import CLASS_NAME, candidates, folded, nicknames, normal, parts
from losscli.names.frameworks import rows
from losscli.names.nicknames import AMBIGUOUS, NICKNAMES, NO_LOSS
from losscli.names.suggestions import unknown_loss
from losscli.names.switches import SAME, SWITCHES

# What people type, and the exact name that it stands for.
MEANT = {
    # PyTorch.
    "MSELoss": "torch.nn.MSELoss",
    "nn.MSELoss": "torch.nn.MSELoss",
    "torch.MSELoss": "torch.nn.MSELoss",
    "torch.nn.modules.loss.MSELoss": "torch.nn.MSELoss",
    "F.mse_loss": "torch.nn.functional.mse_loss",
    "nn.functional.mse_loss": "torch.nn.functional.mse_loss",
    "mse_loss": "mse",
    "MSE": "mse",
    "MSE Loss": "mse",
    "L1Loss": "torch.nn.L1Loss",
    "l1_loss": "l1",
    "F.l1_loss": "torch.nn.functional.l1_loss",
    "MAE": "mae",
    "smooth_l1": "smooth-l1",
    "Smooth L1": "smooth-l1",
    "smooth_l1_loss": "smooth-l1",
    "SmoothL1Loss": "torch.nn.SmoothL1Loss",
    "F.smooth_l1_loss": "torch.nn.functional.smooth_l1_loss",
    "huber_loss": "huber",
    "Huber": "huber",
    "HuberLoss": "torch.nn.HuberLoss",
    "F.huber_loss": "torch.nn.functional.huber_loss",
    "CrossEntropyLoss": "torch.nn.CrossEntropyLoss",
    "nn.CrossEntropyLoss": "torch.nn.CrossEntropyLoss",
    "F.cross_entropy": "torch.nn.functional.cross_entropy",
    "NLLLoss": "torch.nn.NLLLoss",
    "F.nll_loss": "torch.nn.functional.nll_loss",
    "nll_loss": "nll",
    "BCELoss": "torch.nn.BCELoss",
    "BCE": "bce",
    "binary_cross_entropy": "binary-cross-entropy",
    "F.binary_cross_entropy": "torch.nn.functional.binary_cross_entropy",
    "BCEWithLogitsLoss": "torch.nn.BCEWithLogitsLoss",
    "bce_with_logits": "bce-with-logits",
    "F.binary_cross_entropy_with_logits": "torch.nn.functional.binary_cross_entropy_with_logits",
    "KLDivLoss": "torch.nn.KLDivLoss",
    "nn.KLDivLoss": "torch.nn.KLDivLoss",
    "F.kl_div": "torch.nn.functional.kl_div",
    "PoissonNLLLoss": "torch.nn.PoissonNLLLoss",
    "F.poisson_nll_loss": "torch.nn.functional.poisson_nll_loss",
    "GaussianNLLLoss": "torch.nn.GaussianNLLLoss",
    "gaussian_nll_loss": "torch.nn.functional.gaussian_nll_loss",  # its parameter is var
    "HingeEmbeddingLoss": "torch.nn.HingeEmbeddingLoss",
    "MarginRankingLoss": "torch.nn.MarginRankingLoss",
    "margin_ranking_loss": "margin-ranking",
    "TripletMarginLoss": "torch.nn.TripletMarginLoss",
    "triplet_loss": "triplet",
    "SoftMarginLoss": "torch.nn.SoftMarginLoss",
    "MultiMarginLoss": "torch.nn.MultiMarginLoss",
    "MultiLabelSoftMarginLoss": "torch.nn.MultiLabelSoftMarginLoss",
    "CosineEmbeddingLoss": "torch.nn.CosineEmbeddingLoss",
    # Keras and TensorFlow.
    "MeanSquaredError": "keras.losses.MeanSquaredError",
    "mean_squared_error": "keras.losses.mean_squared_error",
    "tf.losses.MeanSquaredError": "tf.keras.losses.MeanSquaredError",
    "tf.keras.losses.mean_squared_error": "tf.keras.losses.MeanSquaredError",
    "keras.losses.mse": "tf.keras.losses.mse",
    "keras.metrics.MeanAbsoluteError": "keras.losses.MeanAbsoluteError",
    "tensorflow.keras.losses.Huber": "tf.keras.losses.Huber",
    "tf.losses.Huber": "tf.keras.losses.Huber",
    "LogCosh": "keras.losses.LogCosh",
    "log_cosh": "log-cosh",
    "logcosh": "log-cosh",
    "BinaryCrossentropy": "keras.losses.BinaryCrossentropy",
    "binary_crossentropy": "keras.losses.binary_crossentropy",  # it has label_smoothing
    "CategoricalCrossentropy": "keras.losses.CategoricalCrossentropy",
    "SparseCategoricalCrossentropy": "keras.losses.SparseCategoricalCrossentropy",
    "tf.losses.CategoricalCrossentropy": "tf.keras.losses.CategoricalCrossentropy",
    "MeanAbsolutePercentageError": "keras.losses.MeanAbsolutePercentageError",
    "MeanSquaredLogarithmicError": "keras.losses.MeanSquaredLogarithmicError",
    "KLDivergence": "keras.losses.KLDivergence",
    "CosineSimilarity": "keras.losses.CosineSimilarity",
    "cosine_similarity": "keras.losses.cosine_similarity",
    "BinaryFocalCrossentropy": "keras.losses.BinaryFocalCrossentropy",
    "Hinge": "keras.losses.Hinge",  # it takes a target 0 as well
    "squared_hinge": "keras.losses.squared_hinge",
    "sigmoid_cross_entropy_with_logits": "tf.nn.sigmoid_cross_entropy_with_logits",
    "softmax_cross_entropy_with_logits": "tf.nn.softmax_cross_entropy_with_logits",
    "nn.l2_loss": "tf.nn.l2_loss",
    # JAX.
    "optax.huber": "optax.losses.huber_loss",
    "optax.losses.safe_softmax_cross_entropy_loss": "optax.losses.safe_softmax_cross_entropy",
    "sigmoid_binary_cross_entropy": "optax.losses.sigmoid_binary_cross_entropy",
    "softmax_cross_entropy": "softmax-cross-entropy",
    "softmax_cross_entropy_with_integer_labels": "optax.losses.softmax_cross_entropy_with_integer_labels",
    "cosine_distance": "cosine-distance",
    "squared_error": "squared-error",
    # scikit-learn, SciPy, statsmodels.
    "hinge_loss": "hinge",
    "metrics.log_loss": "sklearn.metrics.log_loss",
    "sklearn.log_loss": "sklearn.metrics.log_loss",
    "brier_score_loss": "sklearn.metrics.brier_score_loss",
    "mean_pinball_loss": "sklearn.metrics.mean_pinball_loss",
    "mean_poisson_deviance": "sklearn.metrics.mean_poisson_deviance",
    "zero_one_loss": "zero-one",
    "modified_huber": "modified-huber",
    "epsilon_insensitive": "epsilon-insensitive",
    "SGDClassifier:hinge": "sklearn.linear_model.SGDClassifier:hinge",
    "LinearSVC:squared_hinge": "sklearn.svm.LinearSVC:squared_hinge",
    "SVR": "sklearn.svm.SVR",
    "soft_l1": "soft-l1",
    "least_squares:soft_l1": "scipy.optimize.least_squares:soft_l1",
    "HuberT": "statsmodels.robust.norms.HuberT",
    "sm.robust.norms.HuberT": "statsmodels.robust.norms.HuberT",
    "norms.AndrewWave": "statsmodels.robust.norms.AndrewWave",
    # XGBoost, LightGBM, CatBoost.
    "reg:squarederror": "xgboost:reg:squarederror",
    "xgb:reg:squarederror": "xgboost:reg:squarederror",
    "reg:pseudohubererror": "xgboost:reg:pseudohubererror",
    "binary:logistic": "xgboost:binary:logistic",
    "multi:softprob": "xgboost:multi:softprob",
    "lgb:huber": "lightgbm:huber",
    "lightgbm.huber": "lightgbm:huber",
    "LightGBM:Fair": "lightgbm:fair",
    "regression_l1": "lightgbm:regression_l1",
    "RMSEWithUncertainty": "catboost:RMSEWithUncertainty",
    "cb:Quantile": "catboost:Quantile",
    "LogLinQuantile": "catboost:LogLinQuantile",
    # Papers.
    "kl": "relative-entropy",
    "KL": "relative-entropy",
    "js": "jensen-shannon",
    "svm": "hinge",
    "SVM loss": "hinge",
    "svr": "epsilon-insensitive",
    "0-1": "zero-one",
    "0-1 loss": "zero-one",
    "Tukey": "tukey",
    "Bisquare": "bisquare",
    "biweight": "tukey-biweight",
    "Correntropy": "correntropy",
    "gan-discriminator": "sigmoid-cross-entropy",
    "cox-partial": "sparse-softmax-cross-entropy",
    "adaboost": "exponential",
    "L2": "l2",
    "PseudoHuber": "pseudo-huber",
    "Pseudo_Huber": "pseudo-huber",
    "pseudo huber loss": "pseudo-huber",
    "charbonnier_loss": "charbonnier",
    "PolyLoss": "poly-cross-entropy",
    "chi2": "chi-squared",
    "smp.losses.JaccardLoss": "segmentation_models_pytorch.losses.JaccardLoss",
    "Focal": "focal",
    "Pinball": "pinball",
}

# What people type that has several meanings, with the beginning of what is said: the most used library stands first.
ASKED = {
    "cross_entropy": "torch.nn.functional.cross_entropy (sparse-softmax-cross-entropy of several logits",
    "cross-entropy-loss": "torch.nn.functional.cross_entropy (sparse-softmax-cross-entropy of several logits",
    "categorical-crossentropy": "keras.losses.CategoricalCrossentropy (",
    "categorical_crossentropy": "keras.losses.CategoricalCrossentropy (",
    "sparse_categorical_crossentropy": "keras.losses.SparseCategoricalCrossentropy (",
    "poisson_nll_loss": "torch.nn.functional.poisson_nll_loss (poisson-nll-log",
    "kl_div": "torch.nn.functional.kl_div (",
    "MAPE": "tf.keras.losses.MAPE (absolute-percentage-error; epsilon is 1e-07; multiplied by 100",
    "mean_absolute_percentage_error": "keras.losses.mean_absolute_percentage_error (",
    "sigmoid_focal_loss": "optax.losses.sigmoid_focal_loss (",
    "L2Loss": "l2 and of half-squared-error",
    "l2_loss": "l2 and of half-squared-error",
    "logloss": "cross-entropy (of a probability) and of logistic (of a score)",
    "log_loss": "cross-entropy (of a probability) and of logistic (of a score)",
    "Poisson": "poisson-nll-log (of a log-mean) and of poisson-nll (of a positive mean) and of",
    "ce": "torch.nn.CrossEntropyLoss (",
    "poisson_loss": "poisson-nll-log (of a log-mean) and of poisson-nll (of a positive mean) and of",
    "PoissonLoss": "poisson-nll-log (of a log-mean) and of poisson-nll (of a positive mean) and of",
    "kld_loss": "keras.losses.KLDivergence (distribution-kl of several probabilities",
    "kullback_leibler_divergence": "keras.losses.KLDivergence (distribution-kl of several probabilities",
    "FocalLoss": "monai.losses.FocalLoss (focal of a logit) and of kornia.losses.FocalLoss (softmax-focal",
    "WelschLoss": "welsch and of kornia.losses.WelschLoss (",
    "Gan": "non-saturating-gan (sigmoid-cross-entropy of a logit) and of saturating-gan (of a logit) and of",
    "sklearn.huber": "sklearn._loss.loss.HuberLoss (huber; delta is 0.5 by default)",
}

# What people type that is no loss of one example, and a word of the reason.
NO_LOSS_OF_ONE = {
    "rmse": "the root is taken over all examples",
    "RMSE": "see l2",
    "catboost:RMSE": "the root",
    "root_mean_squared_error": "see l2",
    "l2_root": "see l2",
    "lightgbm:metric:rmse": "see l2",
    "RMSLE": "see squared-log-error",
    "r2": "a whole data set",
    "r2_score": "a whole data set",
    "auc": "pairs",
    "xgboost:auc": "pairs",
    "roc_auc_score": "pairs",
    "ctc": "alignments",
    "CTCLoss": "alignments",
    "nn.CTCLoss": "alignments",
    "F.ctc_loss": "alignments",
    "lovasz": "sorts",
    "LovaszLoss": "sorts",
    "lovasz_softmax": "sorts",
    "mutual-information": "joint distribution",
    "dice+bce": "a sum of two losses",
    "bce-dice": "a sum of two losses",
    "BCEDiceLoss": "a sum of two losses",
    "l1+l2": "a sum of losses",
    "accuracy": "misclassification",
    "SSIM": "images",
    "CategoricalHinge": "crammer-singer",
    "wmape": "see absolute-percentage-error",
    "GIoULoss": "boxes",
    "LabelSmoothingCrossEntropy": "--label-smoothing 0.1",
    "tf.losses.CategoricalHinge": "crammer-singer",
}


@pytest.mark.parametrize("word", MEANT)
def test_what_people_type_stands_for_an_exact_name(word):
    assert word not in names()
    assert word not in rows()
    assert find(word).name == MEANT[word]


@pytest.mark.parametrize("word", ASKED)
def test_what_has_several_meanings_is_asked_about(word):
    assert find(word) is None
    assert unknown_loss(word).startswith(f"'{word}' is said of {ASKED[word]}")
    assert unknown_loss(word).endswith("; name the one you mean")


@pytest.mark.parametrize(("words", "meant"), AMBIGUOUS.items())
def test_a_name_of_several_losses_is_asked_about_however_it_is_spelled(words, meant):
    assert len({find(name).loss.name for name in meant}) == len(meant)
    for word in words.split():
        forms = {word, word.upper(), word.title(), word.replace("-", "_"), word.replace("-", " ")}
        forms |= set() if word.endswith("loss") else {f"{form}{end}" for form in forms for end in ("-loss", "_LOSS")}
        for form in forms - {*names()}:
            assert find(form) is None
            assert candidates(form) == meant


@pytest.mark.parametrize("word", NO_LOSS_OF_ONE)
def test_what_is_no_loss_of_one_example_gets_the_reason(word):
    assert find(word) is None
    said = unknown_loss(word)
    assert said.startswith(f"{word} is none of the losses here: ")
    assert NO_LOSS_OF_ONE[word] in said
    assert "did you mean" not in said


def test_what_one_sees_to_go_by_a_reason_is_there():
    seen = {word for text in NO_LOSS.values() if "see " in text for word in text.partition("see ")[2].split()}
    assert seen - {"and", "for", "one", "pair"} <= {*names(), *(f"{name}," for name in names())}


@pytest.mark.parametrize(
    "word",
    ["dice", "coral", "infonce", "awing", "nmse", "iou", "elastic", "l2.png", "crps", "JsdCrossEntropy"],
)
def test_no_name_is_offered_that_is_merely_spelled_alike(word):
    assert find(word) or unknown_loss(word) == f"no loss is called '{word}'; lossplot list shows them all"


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("jax.nn.huber", "huber"),
        ("tf.compat.v1.losses.huber_loss", "huber"),
        ("tf.losses.sigmoid_cross_entropy", "sigmoid-cross-entropy"),
        ("fastai.losses.FocalLoss", "monai.losses.FocalLoss or kornia.losses.FocalLoss"),
        ("LinearSVR", "sklearn.svm.LinearSVR:epsilon_insensitive or sklearn.svm.LinearSVR:squared_epsilon_insensitive"),
        ("Tweedie", "tweedie-nll-log or tweedie-deviance or xgboost:reg:tweedie"),
        ("tweedie_loss", "tweedie-nll-log or tweedie-deviance or xgboost:reg:tweedie"),
        ("sgd:hinge", "hinge"),
        ("nn.HuberLoss(delta=2)", "torch.nn.HuberLoss"),
        ("inverse gaussian", "inverse-gaussian-deviance"),
        ("hubber", "huber"),
        ("kears.losses.Huber", "huber"),
    ],
)
def test_what_is_offered_means_what_was_said(word, meant):
    assert find(word) is None
    assert unknown_loss(word) == f"no loss is called '{word}'; did you mean {meant}? lossplot list shows them all"


@pytest.mark.parametrize("word", ["0.1", "01", "1,2", "1:2:3", "./l2", "l2/", "l2:", "list", "Draw", "nn.hubr", "loss"])
def test_what_is_no_name_is_not_taken_for_one(word):
    assert find(word) is None


@pytest.mark.parametrize(("nick", "loss"), [(nick, loss) for loss in NICKNAMES for nick in NICKNAMES[loss].split()])
def test_a_nickname_means_its_loss_or_nothing(nick, loss):
    if loss in catalogue():
        assert find(nick).loss.name == loss
    elif find(nick) is None:
        assert "did you mean" not in unknown_loss(nick)


def test_tables_of_words_do_not_contradict_each_other():
    nicks = [normal(nick) for nicks in NICKNAMES.values() for nick in nicks.split()]
    reasons = [normal(name) for words in NO_LOSS for name in words.split()]
    asked = [folded(word) for words in AMBIGUOUS for word in words.split()]
    every = [*nicks, *reasons, *asked]
    assert len(every) == len(set(every))
    assert not {*reasons} & {normal(name) for name in names()}
    assert not set(SAME) & set(SWITCHES)
    assert set(SAME.values()) <= set(SWITCHES)


def variants(name):
    """Return other spellings of a name, with the same normal form."""
    words = name.replace("_", "-")
    found = {name.upper(), name.title(), name.lower(), words, words.replace("-", "")}
    found |= set() if name.lower().endswith("loss") else {f"{name}_loss", f"{name}Loss"}
    return {word for word in found if word not in names() and word not in rows()}


@pytest.mark.parametrize("name", [*names(), *rows()])
def test_an_exact_name_keeps_its_meaning_and_no_other_spelling_of_it_hides_it(name):
    """Another spelling means the same curve, or all that it may mean is listed, or it is a class spelled exactly so."""
    assert find(name).name == name
    for word in variants(name):
        meant = candidates(word)
        spelled = CLASS_NAME.match(word) and [parts(other)[1] for other in meant] == [parts(word)[1]]
        # An option such as lightgbm:l2 without its library is no name; with it, it is found.
        assert spelled or name in meant or any(alike(name, other) for other in meant) or folded(word) in ASKED_FORMS


ASKED_FORMS = {folded(word) for words in AMBIGUOUS for word in words.split()}


def alike(one, other):
    """Return True if two names have the same value, gradient and Hessian with their defaults."""
    return all(np.array_equal(first, second, equal_nan=True) for first, second in zip(at(one), at(other), strict=True))


def at(name):
    """Return the numbers of a name at predictions of all sizes."""
    values = np.array([-30.0, -2.5, -1.0, -0.3, 0.0, 0.2, 0.5, 0.9, 1.0, 1.7, 40.0])
    vector = find(name).loss.family.vector
    return losscli.evaluate(name, np.stack([values, -values / 7, np.sin(values)], -1) if vector else values)


FORMS = sorted({form(parts(name)[1]) for name in (*names(), *rows()) for form in (folded, normal)})


@pytest.mark.parametrize("form", FORMS)
def test_a_form_that_is_accepted_has_one_curve(form):
    """The numbers of every public name of this form are those of the name that the form stands for."""
    if form in names() or form in rows() or form in nicknames() or find(form) is None:
        return
    last = {name: folded(parts(name)[1]) for name in (*names(), *rows()) if ":" not in name and "._" not in name}
    for name in (name for name in last if last[name] == form):
        assert alike(name, form), name


def test_the_same_figure_has_the_same_words_and_bytes(lossplot, tmp_path):
    for index, words in enumerate(["nn.HuberLoss --delta 2 Tukey", "torch.nn.HuberLoss --delta 2 tukey"]):
        assert lossplot(*shlex.split(words), "-o", f"{index}.svg", "-q").code == 0
    assert (tmp_path / "0.svg").read_bytes() == (tmp_path / "1.svg").read_bytes()
    assert "nn.HuberLoss" in (tmp_path / "0.svg").read_text()
    assert lossplot("smooth_l1", "-q").code == lossplot("smooth-l1", "-o", "exact.png", "-q").code == 0
    assert (tmp_path / "smooth-l1.png").read_bytes() == (tmp_path / "exact.png").read_bytes()


def test_a_forgiven_name_holds_in_info_in_batches_and_in_python(lossplot, tmp_path):
    assert lossplot("info", "MSELoss").out == lossplot("info", "torch.nn.MSELoss").out
    (tmp_path / "lines.txt").write_text("F.mse_loss -o a.png\nrmse\n")
    result = lossplot("batch", "lines.txt")
    assert result.out == "a.png\n"
    assert result.err.startswith("lines.txt:2: rmse is none of the losses here: ")
    assert losscli.evaluate("SmoothL1Loss", 3.0, 0, beta=0.5) == losscli.evaluate("smooth-l1", 3.0, 0, beta=0.5)
    with pytest.raises(UsageError, match="'cross_entropy' is said of torch"):
        losscli.evaluate("cross_entropy", 0.5)


def test_no_verb_is_taken_for_a_loss():
    assert not [verb for verb in ROOT.commands if find(verb)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("huber --reduction mean", "one example has no reduction"),
        ("nn.MSELoss --size-average 1", "one example has no reduction"),
        ("nn.MultiMarginLoss --weight 2", "multiply the numbers by the weight of that class"),
        ("optax.softmax_cross_entropy --weight 1,2,3", "softmax-cross-entropy has it"),
        ("nn.BCELoss --weight 2", "weighted-cross-entropy --pos-weight"),
        ("huber --sample-weight 2", "it is a factor"),
        ("nn.CrossEntropyLoss --ignore-index 1", "leave it out"),
        ("poisson-nll --full", "torch.nn.functional.poisson_nll_loss with --no-log-input has --full"),
        ("tf.nn.log_poisson_loss --compute-full-loss", "torch.nn.functional.poisson_nll_loss has --full"),
        ("gaussian-nll --full", "catboost:RMSEWithUncertainty adds log(2 pi) / 2"),
        ("poisson-nll-log --no-log-input", "poisson_nll_loss with --no-log-input is poisson-nll"),
        ("relative-entropy --log-target", "relative-entropy-logs reads the logs of both masses"),
        ("relative-entropy-log --log-target", "kl_div with --log-target is relative-entropy-logs"),
        ("cross-entropy --from-logits", "binary_crossentropy with --from-logits is sigmoid-cross-entropy"),
        ("softmax-cross-entropy --from-logits", "categorical_crossentropy with --from-logits is softmax-cross-entropy"),
        ("sigmoid-cross-entropy --label-smoothing 0.1", "binary_crossentropy with --from-logits has it"),
        ("keras.losses.BinaryFocalCrossentropy --label-smoothing 0.1", "; for label_smoothing = 0; see"),
        ("keras.losses.Hinge --margin 2", "margin is 1 there; hinge has it"),
        ("cross-entropy --eps 1e-7", "the loss is exact here"),
        ("smp.losses.DiceLoss --eps 1e-7", "eps changes nothing at its default of 1e-7"),
        ("nn.TripletMarginWithDistanceLoss --distance-function abs", "the distances are given here"),
        ("sigmoid-cross-entropy --pos-weight 2", "weighted-cross-entropy has it"),
        ("focal --apply-class-balancing", "focal --alpha 0.25"),
        ("huber --multioutput 1", "one output"),
        ("softmax-cross-entropy --dim 1", "one axis"),
    ],
)
def test_a_switch_that_is_refused_gets_what_gives_the_same(lossplot, line, said):
    result = lossplot(*shlex.split(line))
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert said in result.err
    assert "did you mean" not in result.err
    name, option = shlex.split(line)[:2]
    with pytest.raises(UsageError) as caught:
        losscli.evaluate(name, 0.5, **{option[2:].replace("-", "_"): 1.0})
    in_python, expected = (text.replace("--", "").replace("-", "_") for text in (str(caught.value), said))
    assert expected.removesuffix("; see") in in_python


@pytest.mark.parametrize("option", ["--log-target", "--from-logits", "--full", "--weight", "--smooth"])
def test_an_option_is_not_sent_to_one_that_is_merely_spelled_alike(lossplot, option):
    for words in (["l2", option, "1"], [option, "1", "l2"]):
        result = lossplot(*words)
        assert (result.code, result.err.count("\n")) == (2, 1)
        assert "did you mean" not in result.err


def test_what_is_said_of_switches_names_what_gives_the_same_numbers():
    """The names and words that a hint sends to: their numbers are the library's, by its formula."""
    y, mu, r = 3.0, 1.7, 0.8
    whole = losscli.evaluate("xgboost:poisson-nloglik", mu, y).value
    assert whole == pytest.approx(mu - y * np.log(mu) + np.log(6.0), rel=1e-14)
    full = losscli.evaluate("catboost:RMSEWithUncertainty", r, 0, variance=2).value
    assert full == pytest.approx(0.5 * (np.log(2.0) + r * r / 2 + np.log(2 * np.pi)), rel=1e-14)
    logit = losscli.evaluate("sigmoid-cross-entropy", 0.4, 1).value
    assert logit == pytest.approx(losscli.evaluate("cross-entropy", 1 / (1 + np.exp(-0.4)), 1).value, rel=1e-14)


def test_the_normal_form_is_not_worked_out_before_an_exact_name_is_missed():
    lines = [["--help"], ["list"], ["huber", "--at", "1"], ["torch.nn.MSELoss", "--at", "1"]]
    program = f"""
import sys
from losscli.cli.main import main
for words in {lines}:
    assert main(words) == 0
early = {{*sys.modules}}
assert main(["MSELoss", "--at", "1"]) == 0
modules = {{"losscli.names.forgiven", "losscli.names.nicknames"}}
sys.exit(bool(modules & early) or not modules <= {{*sys.modules}})
"""
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).returncode == 0
