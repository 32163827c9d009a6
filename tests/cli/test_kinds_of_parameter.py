"""Parameters that are no single number: one number for each class, and a word of a few."""

import json

import numpy as np
import pytest

import losscli
from losscli.errors import UsageError
from losscli.losses import catalogue

WEIGHTS = (1.0, 2.0, 0.5)
Z = np.array([1.0, -3.0, 10.0])
MINUS_LOGS = np.log(np.exp(Z).sum()) - Z


def counts(target, share, over, weight=WEIGHTS):
    t = np.eye(3)[target]
    spread = share / 3 if over == "all" else share / 2 * (1 - t)
    return np.array(weight) * ((1 - share) * t + spread)


@pytest.mark.parametrize("over", ["all", "others"])
@pytest.mark.parametrize("share", [0, 0.1, 1])
def test_weights_and_label_smoothing_are_joined_as_in_pytorch(lossplot, share, over):
    words = ("--label-smoothing", share, "--smoothing-over", over, "--weight", "1,2,.5", "--at", "1,-3,10", "--json")
    (hard,) = json.loads(lossplot("sparse-softmax-cross-entropy", "--target", 1, *words).out)
    (soft,) = json.loads(lossplot("softmax-cross-entropy", "--target", "0,1,0", *words).out)
    expected = counts(1, share, over) @ MINUS_LOGS
    assert hard["value"] == pytest.approx(expected, rel=1e-13)
    assert soft["value"] == pytest.approx(expected, rel=1e-13)
    assert hard["parameters"] == {"label_smoothing": share, "smoothing_over": over, "weight": [1, 2, 0.5]}


def test_the_floor_says_which_convention_it_is_of(lossplot):
    for over in ("all", "others"):
        words = ("info", "softmax-cross-entropy", "--target", "0,1,0", "--label-smoothing", 0.1, "--json")
        (known,) = json.loads(lossplot(*words, "--smoothing-over", over).out)
        t = counts(1, 0.1, over, (1, 1, 1))
        assert known["floor"]["value"] == pytest.approx(-(t * np.log(t)).sum(), rel=1e-14)
    (known,) = json.loads(lossplot(*words, "--weight", "1,2,0.5").out)
    t = counts(1, 0.1, "all")
    assert known["floor"]["value"] == pytest.approx(-(t * np.log(t / t.sum())).sum(), rel=1e-14)
    assert known["floor"]["where"] == "softmax(logits) = weighted smoothed target"
    (weight,) = [item for item in known["parameters"] if item["name"] == "weight"]
    assert (weight["value"], weight["default"], weight["interval"]) == ([1, 2, 0.5], None, "[0, inf)^K")


def test_where_the_target_has_weight_0_the_floor_is_everywhere(lossplot):
    text = lossplot("info", "softmax-cross-entropy", "--target", "0,1,0", "--weight", "1,0,1").out
    assert "0 nats, attained everywhere: the classes of the target have weight 0" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--weight 1:2:3", "--weight 1:2:3; weight is numbers a,b,..., one for each class, each a finite number"),
        ("--weight 1,-2,3", "--weight 1,-2,3; weight is numbers"),
        ("--weight 1", "--weight 1; weight is numbers"),
        ("--weight 1,a", "--weight 1,a; weight is numbers"),
        ("--weight 1,2 --logits 1,2,3", "--weight 1,2 does not fit 3 logits; it is a number for each class"),
        ("--weight 1,2 --at 1,2,3", "--weight 1,2 does not fit 3 logits; it is a number for each class"),
        ("--weight 1,2 --target 2", "--weight 1,2 does not fit --target 2; it is a number for each class"),
        ("--smoothing-over some", "--smoothing-over some; smoothing-over is one of all, others"),
        ("--smoothing-over 0:1:3", "--smoothing-over 0:1:3; smoothing-over is one of all, others"),
    ],
)
def test_what_is_not_allowed_is_one_line(lossplot, words, said):
    result = lossplot("sparse-softmax-cross-entropy", *words.split())
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert result.err.startswith(f"lossplot: {said}")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"weight": [1, 2]}, "weight=[1.0, 2.0]; weight is numbers a,b,..., one for each class"),
        ({"weight": 2}, "weight=2; weight is numbers"),
        ({"weight": [1, 2, -3]}, "weight="),
        ({"weight": "1,2,3"}, "weight='1,2,3'; weight is numbers"),
        ({"smoothing_over": "some"}, "smoothing_over='some'; smoothing_over is one of all, others"),
        ({"smoothing_over": 1}, "smoothing_over=1; smoothing_over is one of all, others"),
    ],
)
def test_evaluate_says_what_is_allowed(given, said):
    with pytest.raises(UsageError) as caught:
        losscli.evaluate("softmax-cross-entropy", Z, [0, 1, 0], **given)
    assert str(caught.value).startswith(said)


def test_evaluate_takes_lists_and_arrays_of_weights():
    for weight in (list(WEIGHTS), WEIGHTS, np.array(WEIGHTS)):
        found = losscli.evaluate("torch.nn.CrossEntropyLoss", [Z, Z], [0, 1], weight=weight, label_smoothing=0.1)
        assert found.value == pytest.approx([counts(k, 0.1, "all") @ MINUS_LOGS for k in (0, 1)], rel=1e-13)


def test_several_values_are_several_curves_whose_words_are_kept(lossplot, tmp_path):
    words = "sparse-softmax-cross-entropy --weight 1,2,3 --weight none --smoothing-over others --label-smoothing 0.1"
    assert lossplot(*words.split(), "-o", tmp_path / "a.json", "-o", tmp_path / "a.svg").code == 0
    known = json.loads((tmp_path / "a.json").read_text())
    assert [curve["parameters"]["weight"] for curve in known["curves"]] == [[1, 2, 3], None]
    assert "--weight 1,2,3 --weight none" in known["words"]
    assert "--smoothing-over others" in known["words"]
    assert lossplot("redo", tmp_path / "a.svg", "-o", tmp_path / "b.svg").code == 0
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_a_figure_without_logits_has_as_many_as_there_are_weights(lossplot, tmp_path):
    for name in ("nll", "softmax-cross-entropy"):
        lossplot(name, "--weight", "1,2,3,4", "-o", tmp_path / "a.json")
        (curve,) = json.loads((tmp_path / "a.json").read_text())["curves"]
        assert len(curve["logits"]) == 4


def test_titles_show_them_only_where_they_do_something():
    axes = losscli.plot("softmax-cross-entropy").axes[0]
    assert axes.get_title() == "Softmax cross-entropy, target 1,0,0"
    axes = losscli.plot("softmax-cross-entropy --weight 1,2,3 --label-smoothing 0.1 --smoothing-over others").axes[0]
    title = " ".join(axes.get_title().split())
    assert "$w$ = 1,2,3" in title
    assert "= others" in title


def test_the_formula_of_a_figure_is_that_of_the_convention():
    for over, share in (("all", r"\frac{s}{K}"), ("others", r"\frac{s}{K - 1}")):
        figure = losscli.plot(f"categorical-cross-entropy --label-smoothing 0.1 --smoothing-over {over} --formula")
        texts = [text.get_text() for text in figure.texts]
        assert [share in text for text in texts if r"\frac{s}" in text] == [True]


def test_every_loss_with_weights_weighs_by_the_class_of_the_target():
    for loss in catalogue().values():
        if "weight" in (item.name for item in loss.parameters):
            p = [-1.0, -2.0, -0.5] if loss.name == "nll" else [0.5, 0.25, 0.125]
            target = 1 if str(loss.reads({})).startswith("a class index") else [0, 1, 0]
            plain, double = (losscli.evaluate(loss.name, p, target, weight=[7, w, 9]) for w in (1, 2))
            for one, two in zip(plain, double, strict=True):
                np.testing.assert_allclose(two, 2 * one, rtol=1e-14)
