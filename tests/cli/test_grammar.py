"""Words in, recipe and arrays and artists out."""

import json
import re
import shlex
from dataclasses import replace

import numpy as np
import pytest
from figures import figure, sampled, texts_of
from numbers_alike import same_numbers

from losscli.cli.declared import drawing_options
from losscli.cli.main import ROOT, read
from losscli.losses import catalogue, names
from losscli.recipe.recipe import GROUPS
from losscli.version import __version__


def drawing(line):
    return read(shlex.split(line))


def curves(line):
    return [(c.name, dict(c.parameters), c.target) for c in drawing(line).recipe.curves]


def test_losses_then_parameters_then_targets_innermost():
    assert curves("l1 pseudo-huber --delta 1 --delta 2 --target 0 --target 3") == [
        ("l1", {}, 0.0),
        ("l1", {}, 3.0),
        ("pseudo-huber", {"delta": 1.0}, 0.0),
        ("pseudo-huber", {"delta": 1.0}, 3.0),
        ("pseudo-huber", {"delta": 2.0}, 0.0),
        ("pseudo-huber", {"delta": 2.0}, 3.0),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "--range -1 1 l1 pseudo-huber --delta 2 --title T",
        "l1 --range -1 1 --title T pseudo-huber --delta 2",
        "draw l1 pseudo-huber --title T --delta 2 --range -1 1",
        "l1 --title old pseudo-huber --range=-1 1 --delta 2 --title T",
    ],
)
def test_figure_options_stand_anywhere(line):
    recipe = drawing(line).recipe
    assert (recipe.range, recipe.title, recipe.curves[1].parameters) == ((-1.0, 1.0), "T", {"delta": 2.0})


def test_a_parameter_belongs_to_the_loss_before_it():
    assert curves("pseudo-huber --delta 2 pseudo-huber --delta 3") == [
        ("pseudo-huber", {"delta": 2.0}, 0.0),
        ("pseudo-huber", {"delta": 3.0}, 0.0),
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("huber l1 --delta 2", "huber --delta 2 l1"),
        ("huber --delta 1 l1 --delta 2", "huber --delta 1 --delta 2 l1"),
        ("huber pseudo-huber l1 --delta 2", "huber pseudo-huber --delta 2 l1"),
        ("hampel huber l1 --c 9 --delta 1:2:3", "hampel --c 9 huber --delta 1:2:3 l1"),
        ("nn.PoissonNLLLoss poisson-nll --no-log-input", "nn.PoissonNLLLoss --no-log-input poisson-nll"),
        (
            "BinaryFocalCrossentropy bce --alpha 0.3 --apply-class-balancing",
            "BinaryFocalCrossentropy --apply-class-balancing --alpha 0.3 bce",
        ),
        ("huber lightgbm:huber --delta 2 --alpha 3 l2", "huber --delta 2 lightgbm:huber --alpha 3 l2"),
    ],
)
def test_a_parameter_belongs_to_the_nearest_loss_before_it_that_has_it(lossplot, line, words):
    assert drawing(line).recipe.words == drawing(words).recipe.words
    assert curves(line) == curves(words)
    assert lossplot("info", *line.split()).out == lossplot("info", *words.split()).out


def test_a_parameter_of_a_loss_before_is_checked_as_there(lossplot):
    assert lossplot("huber", "l1", "--delta", "-1").err == "lossplot: --delta -1; delta is a finite number above 0\n"


@pytest.mark.parametrize("verb", ["plot", "compare"])
def test_verbs_that_people_try_draw(verb):
    assert drawing(f"{verb} huber l2 --delta 2") == drawing("huber l2 --delta 2")


def test_an_alias_is_the_same_loss_under_its_own_name():
    assert drawing("mse").recipe.curves[0].loss is catalogue()["l2"]
    assert texts_of("mse l1").labels == ("mse", "l1")


def test_no_loss_is_called_like_a_verb_and_no_name_belongs_to_two():
    claimed = [name for loss in catalogue().values() for name in (loss.name, *loss.aliases)]
    assert not set(claimed) & set(ROOT.commands)
    assert len(claimed) == len(set(claimed)) == len(names())


def test_fit_sampling_takes_the_domain_and_both_sides_of_a_break():
    trace = sampled("l1 --target 0.25 --show value --show gradient").traces[0]
    x, gradient = trace.prediction, trace.terms["gradient"]
    at = int(np.flatnonzero(x == 0.25)[0])
    assert (np.diff(x) > 0).all()
    assert (gradient[at - 1], gradient[at + 1]) == (-1, 1)
    assert np.isnan(gradient[at])
    assert trace.terms["value"][at] == 0
    inside = sampled("cross-entropy --range -4 6").traces[0].prediction
    assert (inside[0], inside[-1]) == (0, 1)
    assert np.isin(np.linspace(0, 1, 500), inside).all()


def test_even_sampling_takes_exactly_these_points():
    trace = sampled("l1 --range -1 1 --sampling even --points 7").traces[0]
    np.testing.assert_array_equal(trace.prediction, np.linspace(-1, 1, 7))
    outside = sampled("cross-entropy --range -4 6 --sampling even --points 11").traces[0]
    np.testing.assert_array_equal(np.isfinite(outside.terms["value"]), outside.prediction == 1)


def test_one_logit_varies_and_the_others_are_held():
    trace = sampled(
        "softmax-cross-entropy --target 0.1,0.02,0.88 --logits 1,-3,10 --vary 2 --range 9 11 --points 3"
    ).traces[0]
    assert trace.terms["value"][1] == pytest.approx(1.16012566223766394, rel=1e-15)
    hessian = sampled("sparse-softmax-cross-entropy --target 1 --show hessian").traces[0].terms["hessian"]
    assert (hessian > 0).all()


def test_labels_and_lines_go_to_the_curves_in_order():
    axes = figure("l1 l2 --label first --line r-- --line g:").axes[0]
    assert [line.get_label() for line in axes.lines] == ["first", "l2"]
    assert [line.get_color() for line in axes.lines] == ["r", "g"]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["first", "l2"]


def test_the_clean_default_has_words_for_everything():
    axes = figure("pseudo-huber --delta 0.5 --show value --show gradient --show hessian").axes
    assert [panel.get_ylabel() for panel in axes] == ["Loss", "Gradient", "Hessian"]
    assert axes[0].get_title() == r"Pseudo-Huber, $\delta$ = 0.5, target 0"
    assert axes[-1].get_xlabel() == "Prediction"
    assert axes[0].get_legend() is None


TUTORIALS = {
    "l2 --range -1 1": "true",
    "l1 --range -1 1": "true",
    "pseudo-huber --delta 0.24 --range -1 1": "true",
    "cross-entropy --range -4 6": "label",
    "sigmoid-cross-entropy --range -4 6": "label",
    "weighted-cross-entropy --pos-weight 1 --pos-weight 0.5 --range -4 6": "label",
}
SAME_FIGURE = ["", "--size 8cm 6cm", "--dpi 50", "--show value", "--as curves", "--no-formula", "--target {target}"]
ANOTHER_FIGURE = [
    "--range -1 2", "--show gradient", "--show value --show gradient", "--log y", "--mark floor", "--formula",
    "--style plain", "--target 0.5", "--target {target} --target 0.5", "l2" # a second loss
]  # fmt: skip


@pytest.mark.parametrize("line", TUTORIALS)
def test_the_tutorials_look_is_the_tutorials_alone(line):
    target = 0 if TUTORIALS[line] == "true" else 1
    for more in SAME_FIGURE:
        assert figure(f"{line} {more.format(target=target)}").axes[0].get_ylabel() == f"$Y_{{{TUTORIALS[line]}}}$"
    for more in [*ANOTHER_FIGURE[: -1 if target else None], "--pos-weight 2" if "pos" in line else "--range 0 1"]:
        assert figure(f"{line} {more.format(target=target)}").axes[0].get_ylabel() in ("Loss", "Gradient")
    assert drawing(line.partition(" ")[0]).recipe.style == ("plain",)


def test_the_tutorials_look_may_be_asked_for():
    assert figure("l2 --title Mine --range -1 1").axes[0].get_title() == "Mine"
    same = drawing("l2 --range -1 1 --style tutorial").recipe
    assert replace(same, words="") == replace(drawing("l2 --range -1 1").recipe, words="")
    assert drawing(same.words).recipe == same
    panel = figure("huber l2 --style tutorial").axes[0]
    assert (panel.get_xlabel(), panel.get_ylabel(), panel.xaxis.label.get_size()) == ("$Y_{pred}$", "$Y_{true}$", 15)
    assert figure("l1 --style tutorial --range -2 2").axes[0].lines[0].get_color() == "r"
    assert figure("huber --style tutorial --show gradient").axes[0].get_ylabel() == "Gradient"
    drawn = figure("huber --style tutorial --style dark --delta 1:2:9")
    assert drawn.get_facecolor() != figure("huber --style tutorial").get_facecolor()


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("softmax-cross-entropy", "Softmax cross-entropy, target 1,0,0"),
        ("softmax-cross-entropy --label-smoothing 0.1", "Softmax cross-entropy, $s$ = 0.1, target 1,0,0"),
        ("margin-ranking", "Margin ranking, target 1"),
        ("margin-ranking --margin 1", "Margin ranking, $m$ = 1, target 1"),
        ("weighted-cross-entropy --pos-weight 1", "Weighted cross-entropy, target 1"),
        ("hinge", "Hinge, $M$ = 1, target 1"),
        ("keras.losses.BinaryCrossentropy", "Cross-entropy, target 1"),
        ("lightgbm:binary --scale-pos-weight 2", r"lightgbm:binary, $\mathrm{scale\_pos\_weight}$ = 2, target 1"),
    ],
)
def test_a_parameter_that_does_nothing_is_in_no_title(line, title):
    assert texts_of(line).title == title


def test_a_parameter_that_does_nothing_is_in_no_legend_unless_it_tells_curves_apart():
    assert texts_of("margin-ranking margin-ranking --margin 1").labels == ("$m$ = 0", "$m$ = 1")
    assert texts_of("torch.nn.CrossEntropyLoss sparse-softmax-cross-entropy").labels == (
        "torch.nn.CrossEntropyLoss",
        "sparse-softmax-cross-entropy",
    )
    both = texts_of("weighted-cross-entropy --pos-weight 1 --pos-weight 0.5").labels
    assert both == ("$w$ = 1", "$w$ = 0.5")


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("keras.losses.CosineSimilarity", "keras.losses.CosineSimilarity"),
        ("torch.nn.MultiMarginLoss", "torch.nn.MultiMarginLoss, $m$ = 1, target 0"),
        ("xgboost:gamma-nloglik --target 2", "xgboost:gamma-nloglik, target 2"),
        ("optax.losses.cosine_distance", "Cosine distance"),
        ("torch.nn.HuberLoss", r"Huber, $\delta$ = 1, target 0"),
    ],
)
def test_a_name_that_multiplies_or_adds_is_its_own_title(line, title):
    assert figure(line).axes[0].get_title() == title


def test_a_formula_speaks_of_the_letters_in_it():
    assert texts_of("absolute-percentage-error --formula").formula[-1] == "$f$ the predicted mean, $y$ the target"
    assert texts_of("poisson-nll --formula").formula[-1] == r"$\mu$ the predicted mean, $y$ the target"


def test_a_constant_that_differs_between_curves_has_a_letter():
    lines = texts_of("xgboost:gamma-nloglik --target 2 --target 3 --formula").formula
    assert lines[0] == r"$\log(\mu / y) + y / \mu - 1 + C$"
    assert lines[-1] == "$C$ the constant of each curve"
    lines = texts_of("lightgbm:binary --scale-pos-weight 3 --target 0 --target 1 --formula").formula
    assert lines[0].startswith(r"$F\, \log(")
    assert lines[-1] == "$F$ the factor of each curve"
    lines = texts_of("xgboost:gamma-nloglik gamma-deviance --target 2 --formula").formula
    assert lines[0] == r"xgboost:gamma-nloglik: $\log(\mu / y) + y / \mu + 0.693147$"
    assert not [line for line in lines if "each curve" in line]


def test_legend_limits_and_label_size():
    axes = figure("l2 --legend 'lower right' --ylim 0 2 --xlim -1 1 --label-size 7 --xlabel x --ylabel y").axes[0]
    assert (axes.get_xlim(), axes.get_ylim()) == ((-1, 1), (0, 2))
    assert (axes.xaxis.label.get_size(), axes.xaxis.label.get_text(), axes.yaxis.label.get_text()) == (7, "x", "y")
    assert axes.get_legend()._get_loc() == 4  # what Matplotlib calls 'lower right'


def test_numbers_for_people(lossplot):
    same_numbers(
        lossplot("pseudo-huber", "--delta", 0.5, "--target", 1, "--at", -2, "--at", 1).out,
        "pseudo-huber(delta=0.5) at -2, target 1: value 1.2706906325745548, gradient -0.4931969619160718, "
        "hessian 0.0044432158731177625\n"
        "pseudo-huber(delta=0.5) at 1, target 1: value 0, gradient 0, hessian 1\n",
    )


def test_numbers_at_a_kink(lossplot):
    assert (
        lossplot("l1", "--at", 0).out
        == "l1 at 0, target 0: value 0, gradient in [-1, 1], hessian undefined: the gradient jumps\n"
    )
    (row,) = json.loads(lossplot("l1", "--at", 0, "--json").out)
    assert (row["gradient"], row["subgradient"], row["hessian"]) == (None, [-1, 1], None)


def test_a_kink_of_several_logits_has_an_interval_for_each(lossplot):
    printed = lossplot("multiclass-perceptron", "--target", 0, "--at", "1,1,0").out
    assert "gradient [in [-1, 0], in [0, 1], 0]" in printed
    (row,) = strict(lossplot("multiclass-perceptron", "--target", 0, "--at", "1,1,0", "--json").out)
    assert (row["gradient"], row["subgradient"]) == (None, [[-1, 0], [0, 1], [0, 0]])


def test_infinite_parameters_and_missing_targets_are_strict_too(lossplot):
    (row,) = strict(lossplot("barron", "--alpha", "inf", "--at", 1, "--json").out)
    assert (row["parameters"]["alpha"], row["notes"]["alpha"]) == (None, "inf")
    assert strict(lossplot("info", "barron", "--alpha", "-inf", "--json").out)
    assert lossplot("soft-triplet", "--at", 0).out.startswith("soft-triplet at 0: value 0.69")


def strict(text):
    def refuse(word):
        raise AssertionError(word)

    return json.loads(text, parse_constant=refuse)


def test_json_is_strict_and_says_what_null_means(lossplot):
    (row,) = strict(lossplot("bce", "--target", 1, "--at", 0, "--json").out)
    assert row == {
        "loss": "cross-entropy",
        "name": "bce",
        "parameters": {},
        "target": 1.0,
        "prediction": 0.0,
        "value": None,
        "gradient": None,
        "hessian": None,
        "notes": {"value": "inf", "gradient": "-inf", "hessian": "inf"},
    }


def test_json_of_several_logits_has_lists(lossplot):
    (row,) = strict(lossplot("sparse-softmax-cross-entropy", "--target", 2, "--at", "1,-3,10", "--json").out)
    assert (row["prediction"], row["target"]) == ([1, -3, 10], 2)
    assert row["value"] == pytest.approx(0.000125662237663940836, rel=4e-16)
    assert np.shape(row["gradient"]) == (3,)
    assert np.shape(row["hessian"]) == (3, 3)


def test_csv_has_a_column_for_each_parameter(lossplot):
    same_numbers(
        lossplot("l1", "pseudo-huber", "--at", "0:1:2", "--csv").out,
        "loss,name,delta,target,prediction,value,gradient,hessian,subgradient_low,subgradient_high\n"
        "l1,l1,,0,0,0,,,-1,1\n"
        "l1,l1,,0,1,1,1,0,,\n"
        "pseudo-huber,pseudo-huber,1,0,0,0,0,1,,\n"
        "pseudo-huber,pseudo-huber,1,0,1,0.4142135623730951,0.7071067811865475,0.3535533905932737,,\n",
    )


@pytest.mark.parametrize("name", names())
def test_info_knows_every_loss(lossplot, name):
    plain = lossplot("info", name)
    assert (plain.code, plain.err) == (0, "")
    assert plain.out.startswith(name)
    (known,) = strict(lossplot("info", name, "--json").out)
    assert known["loss"] == names()[name].name
    assert {"formula", "parameters", "breaks", "convex", "lipschitz", "floor", "aliases", "symmetric"} <= set(known)


def test_info_answers_the_title_of_the_tutorial(lossplot):
    (known,) = strict(lossplot("info", "softmax-cross-entropy", "--target", "0.1,0.02,0.88", "--json").out)
    assert known["floor"]["value"] == pytest.approx(0.42099234, abs=5e-9)
    assert known["floor"]["attained"] is True
    assert re.search(
        r"floor +0\.42099233\d+ nats, attained at softmax\(logits\) = target",
        lossplot("info", "softmax-cross-entropy", "--target", "0.1,0.02,0.88").out,
    )
    (hard,) = strict(lossplot("info", "sigmoid-cross-entropy", "--json").out)
    assert (hard["floor"]["value"], hard["floor"]["attained"], hard["floor"]["notes"]) == (0, False, {"at": "inf"})


def test_list_names_every_loss_once(lossplot):
    listed = [line.split()[0] for line in lossplot("list").out.splitlines() if line.startswith("  ")]
    assert listed == list(catalogue())
    assert [entry["loss"] for entry in strict(lossplot("list", "--json").out)] == list(catalogue())


def test_the_filters_of_a_list_hold_together(lossplot):
    def names(*words):
        return [entry.get("name", entry["loss"]) for entry in strict(lossplot("list", *words, "--json").out)]

    assert names("smooth_l1_loss") == ["smooth-l1"]
    assert names("--framework", "torch", "huber_loss") == ["torch.nn.functional.huber_loss"]
    convex = names("--framework", "sklearn", "--family", "margin", "--convex")
    assert "sklearn.svm.LinearSVC:hinge" in convex
    assert not {"sklearn.metrics.mean_squared_error", "sklearn.metrics.brier_score_loss"} & set(convex)


@pytest.mark.parametrize(
    ("line", "formula"),
    [
        ("keras.losses.CosineSimilarity", "formula    -c\n"),
        ("torch.nn.MultiMarginLoss", r"formula    \frac{1}{K} \, \sum_{j"),
        ("xgboost:gamma-nloglik --target 2", r"formula    \log(\mu) + y / \mu"),
        ("xgboost:tweedie-nloglik --target 4", "}{1 - p}\n             with p = 1.5"),
        ("lightgbm:mape --target 0.5", "{\\max(|y|, \\epsilon)}\n             with \\epsilon = 1"),
        (
            "lightgbm:binary",
            "\\log(1 + e^{-m})   if y > 0\n             \\log(1 + e^{-m})   otherwise\n"
            "             with y = -1 for the target 0",
        ),
        (
            "keras.losses.CategoricalFocalCrossentropy",
            r"formula    \frac{1}{4} \, \sum_k \left( (1 - s) t_k + \frac{s}{K} \right) \left( 1 - \frac{p_k}{",
        ),
        ("statsmodels.robust.norms.StudentT", r"with \nu = 4, s = 2.3849"),
        ("ceres:ArctanLoss --a 4", "with c = 2"),
        ("torch.nn.HuberLoss", r"r| \leq \delta"),
    ],
)
def test_info_has_the_formula_of_the_name(lossplot, line, formula):
    said = lossplot("info", *line.split()).out
    assert formula in said
    assert ("with" in formula) == ("\n             with " in said)


def test_a_name_may_have_words_of_its_own_for_none(lossplot):
    off = lossplot("torchvision.ops.sigmoid_focal_loss", "--alpha", "-1", "--at", 0.3).out
    assert off.partition(": ")[2] == lossplot("focal", "--at", 0.3).out.partition(": ")[2]


def test_the_floor_of_many_classes(lossplot):
    assert "logit 50000 rises" in lossplot("info", "torch.nn.CrossEntropyLoss", "--target", 50000).out
    assert "attained everywhere" in lossplot("info", "relative-entropy", "--target", 0).out


def test_help_and_version(lossplot):
    bare = lossplot()
    assert (bare.code, bare.err) == (0, "")
    assert bare.out == lossplot("--help").out == lossplot("-h").out
    assert all(f"\n  {name} " in bare.out for name in catalogue())
    assert lossplot("--version").out == f"lossplot {__version__}\n"


@pytest.mark.parametrize("verb", ROOT.commands)
def test_the_help_of_every_verb_shows_an_example(lossplot, verb):
    assert "Example: lossplot" in lossplot(verb, "--help").out


@pytest.mark.parametrize("name", catalogue())
def test_the_help_of_every_loss_shows_its_parameters_and_domain(lossplot, name):
    text = lossplot(name, "--help").out
    assert catalogue()[name].summary.split()[0] in text
    for item in catalogue()[name].parameters:
        takes = "|".join(item.choices) or ("A,B,..." if item.per_class else "NUMBER|LO:HI:N")
        assert f"--{item.name.replace('_', '-')} {takes}" in text
    assert "--target TARGET|LO:HI:N" in text


@pytest.mark.parametrize("name", ["huber", "l2", "lightgbm:huber", "draw"])
def test_help_shows_parameters_first_and_then_every_option_in_a_named_group(lossplot, name):
    text = lossplot(name, "--help").out
    found = re.findall(r"^([A-Z][a-z ]+):$", text, re.MULTILINE)
    own = ["Parameters"] if "huber" in name else []
    assert [title for title in found if title != "Commands"] == [*own, *GROUPS, "Help"]
    for option in drawing_options():
        assert option.group in GROUPS
        assert len(re.findall(rf"^  (?:-\S, )?{option.opts[-1]}\b(?!-)", text, re.MULTILINE)) == 1
    assert "--delta" not in re.split("What is shown", lossplot("huber", "l1", "--help").out)[1]


SAME = {
    "huber --delta 0.1:1:3": ["huber --delta 0.10:1.0:03", "huber --delta .1:1:3", "draw huber --delta=1e-1:1:3"],
    "hampel --a 1 --b 2 --c 3": ["hampel --c 3 --b 2.0 --a 1", "hampel --b 2 --a 1 --c 3.0"],
    "l2 --range -1 1": ["--range -1.0 1 l2", "l2 --range=-1 1", "l2 --range 0 9 --range -1 1e0"],
    "l2 --target 0": ["l2 --target -0", "l2 --target 0.00"],
    "l2 --target 0:1:3": ["l2 --target -0:1.0:3"],
    "sparse-softmax-cross-entropy --target 2": ["sparse-softmax-cross-entropy --target 02"],
    "softmax-cross-entropy --target 0.1,0.9 --logits 1,2": [
        "softmax-cross-entropy --target 0.10,.90 --logits 1.0,+2",
        "--logits '1, 2' softmax-cross-entropy --target '0.1, 9e-1'",
    ],
    "l2 --size ieee": ["l2 --size ieee auto", "--size=ieee l2"],
    "l1 --show value --show gradient": ["l1 --show value --show gradient --show value --show value"],
    "l1 --mark floor --mark breaks": ["l1 --mark floor --mark breaks --mark floor"],
    "l1 --grid --no-loop": ["l1 --no-grid --grid --grid --no-loop", "--no-loop l1 --grid"],
}


@pytest.mark.parametrize(("line", "other"), [(line, other) for line, others in SAME.items() for other in others])
def test_what_means_the_same_has_the_same_words_and_so_the_same_bytes(line, other):
    same, recipe = drawing(line).recipe, drawing(other).recipe
    assert recipe == same
    assert drawing(same.words).recipe == same


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("softmax-cross-entropy", (1, 0, 0, 0)),
        ("softmax-cross-entropy", (1, 0)),
        ("multilabel-margin", (1, 0, 1, 0)),
        ("sparse-softmax-cross-entropy", 0),
    ],
)
def test_the_default_target_has_as_many_classes_as_there_are_logits(lossplot, name, target):
    logits = "4,3,2,1"[: 2 * len(np.atleast_1d(target)) - 1] if isinstance(target, tuple) else "4,3,2,1"
    assert drawing(f"{name} --logits {logits}").recipe.curves[0].target == target
    (row,) = strict(lossplot(name, "--at", logits, "--json").out)
    assert row["target"] == (list(target) if isinstance(target, tuple) else target)


def test_a_parameter_that_can_be_off_is_switched_off_by_none(lossplot):
    both = lossplot("focal", "--alpha", "none", "--alpha", "0.25", "--at", 1).out.splitlines()
    assert both == [
        *lossplot("focal", "--at", 1).out.splitlines(),
        *lossplot("focal", "--alpha", 0.25, "--at", 1).out.splitlines(),
    ]
    assert "at most 1 or none" in lossplot("focal", "--alpha", "x", "--at", 1).err
    assert "does not stand beside a sweep" in lossplot("focal", "--alpha", "none", "--alpha", "0:1:3").err
    assert lossplot("huber", "--delta", "none", "--at", 1).code == 2
