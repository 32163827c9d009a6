"""Losses of one's own on the command line and in Python: wherever a name may stand, and when code may run."""

import json
from functools import partial

import matplotlib.pyplot as plt
import numpy as np
import pytest

import losscli

CODE = '''
import numpy as np

def huber(y_pred, y_true, delta=2.0):
    """Huber loss."""
    r = y_pred - y_true
    near = abs(r) <= delta
    return np.where(near, r * r / 2, delta * (abs(r) - delta / 2)), np.clip(r, -delta, delta), np.where(near, 1.0, 0.0)

def halved(y_pred, y_true):
    yield (y_pred - y_true) ** 2 / 2
    yield y_pred - y_true
    yield np.ones_like(y_pred)

def objective(preds, dtrain):
    r = preds - dtrain.get_label()
    return -r, np.ones_like(r)

def nowhere(y_pred, y_true):
    return y_pred * np.nan

def mean(y_true, y_pred):
    return y_pred - y_true * np.log(y_pred)

def broken(y_pred, y_true):
    raise ValueError("no such thing")

print("imported")
'''


@pytest.fixture
def own(lossplot, tmp_path):
    (tmp_path / "mine.py").write_text(CODE)
    return lossplot


def test_code_stands_beside_a_loss_and_has_its_numbers(own):
    lines = own("mine.py:huber", "huber", "--delta", 2, "--at", 0.5).out.splitlines()
    numbers = "value 0.125, gradient 0.5, hessian 1"
    assert lines == [f"{name}(delta=2) at 0.5, target 0: {numbers}" for name in ("mine.py:huber", "huber")]


def test_what_code_prints_is_no_output(own):
    done = own("mine.py:huber", "--at", 1)
    assert done.out == "mine.py:huber(delta=2) at 1, target 0: value 0.5, gradient 1, hessian 1\n"
    assert done.err in ("", "imported\n")  # once in a process


@pytest.mark.parametrize("form", ["svg", "csv", "json", "html", "gif"])
def test_code_and_expressions_sweep_in_every_form(own, tmp_path, form):
    done = own("mine.py:huber", "--delta", "0.5:2:3", "expr:a*r**2", "--a", 1, "-o", f"own.{form}")
    assert (done.code, done.out) == (0, f"own.{form}\n")
    assert (tmp_path / f"own.{form}").stat().st_size > 1000


def test_a_figure_without_a_name_is_called_after_the_loss(own):
    assert own("mine.py:huber", "l2").out == "mine-py-huber-l2.png\n"


def test_info_tells_what_is_not_known(own):
    known = own("info", "mine.py:huber").out
    assert known.startswith("mine.py:huber: Huber loss.\n")
    assert "floor      not known\n" in known
    facts = json.loads(own("info", "mine.py:huber", "--json").out)[0]
    assert (facts["floor"]["value"], facts["lipschitz"]) == (None, None)


def test_an_expression_needs_its_letters(own):
    done = own("expr:a*r**2", "--at", 1)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "--a NUMBER" in done.err
    assert own("expr:a*r**2", "--a", 3, "--at", 2).out.endswith("value 12, gradient 12, hessian 6\n")


def test_words_in_a_file_run_code_only_if_that_is_allowed(own, tmp_path):
    (tmp_path / "lines.txt").write_text("mine.py:huber -o a.svg\nexpr:r**2 -o b.svg\n")
    done = own("batch", "lines.txt")
    assert (done.code, "--allow-code" in done.err) == (1, True)
    assert {path.name for path in tmp_path.glob("*.svg")} == {"b.svg"}
    assert own("batch", "lines.txt", "--allow-code").code == 0
    assert (tmp_path / "a.svg").exists()
    done = own("redo", "a.svg")
    assert (done.code, "--allow-code" in done.err) == (1, True)
    assert own("redo", "a.svg", "--allow-code", "-o", "c.svg").out == "c.svg\n"
    assert own("redo", "b.svg").code == 0


def test_a_batch_draws_again_what_code_may_have_changed(own, tmp_path):
    (tmp_path / "lines.txt").write_text("mine.py:halved -o a.svg\nexpr:r**2 -o b.svg\n")
    own("batch", "lines.txt", "--allow-code")
    drawn, kept = (tmp_path / "a.svg").read_bytes(), (tmp_path / "b.svg").stat().st_mtime_ns
    (tmp_path / "mine.py").write_text(CODE.replace("** 2 / 2", "** 2 / 4"))
    own("batch", "lines.txt", "--allow-code")
    assert (tmp_path / "a.svg").read_bytes() != drawn
    assert (tmp_path / "b.svg").stat().st_mtime_ns == kept


def test_settings_are_among_the_words_of_a_figure(own, tmp_path):
    own("mine.py:huber", "--family", "logit", "--target", 1, "-o", "a.json")
    assert "--family logit" in json.loads((tmp_path / "a.json").read_text())["words"]


def test_an_error_of_the_code_is_one_line_with_its_place(own):
    done = own("mine.py:broken", "--at", 1)
    assert (done.code, done.out) == (1, "")
    assert "mine.py:26: ValueError: no such thing" in done.err.splitlines()[-1]
    assert "Traceback" not in done.err
    assert "Traceback" in own("mine.py:broken", "--at", 1, "--traceback").err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("mine.py:nothing", "huber"),
        ("nowhere.py:huber", "nowhere.py"),
        ("mine.py:huber --family nothing", "families"),
        ("expr:d*m --family distance --m 3 --d 2", "--d"),
        ("expr:__import__('os')", "expr:"),
        ("check huber l2", "your own"),
        ("check mine.py:huber --delta 1 --delta 2 huber", "one value"),
        ("check mine.py:huber -o a.png", "-o"),
        ("mine.py:objective --at 1 --show value", "--show"),
        (
            "mine.py:objective --show value",
            "mine.py:15: mine.py:objective gives no value; it gives gradient and hessian",
        ),
        ("mine.py:nowhere", "mine.py:19: the value of mine.py:nowhere is finite at none of the samples from -3 to 3"),
        ("mine.py:nowhere huber", "mine.py:19: the value of mine.py:nowhere is finite at none"),
        ("mine.py:mean poisson-nll", "say mine.py:mean --family poisson-nll"),
        ("check mine.py:huber huber --range 1 -1", "--range 1 -1"),
        ("check mine.py:mean --family positive poisson-nll --range -2 -1", "reads a number at least 0"),
    ],
)
def test_wrong_words(own, line, said):
    done = own(*line.split())
    assert (done.code, done.out) == (2, "")
    assert said in done.err.splitlines()[-1]


def test_check_agrees_and_differs(own, tmp_path):
    done = own("check", "mine.py:huber", "huber", "--delta", 2)
    assert (done.code, done.out.splitlines()[-1]) == (0, "verdict: yours agrees with huber within 1e-06")
    done = own("check", "mine.py:halved", "l2", "-o", "both.svg")
    assert (done.code, done.out.splitlines()[-2:]) == (1, ["verdict: yours is 0.5 times l2", "both.svg"])
    assert done.err.splitlines()[-1] == "lossplot: mine.py:halved differs from l2"
    drawn = (tmp_path / "both.svg").read_text()
    assert all(f">{name}<" in drawn or name in drawn for name in ("l2", "mine.py:halved", "difference"))


def test_check_speaks_json(own):
    found = json.loads(own("check", "mine.py:objective", "half-squared-error", "--json").out)
    assert not found["within"]
    assert [item["quantity"] for item in found["quantities"]] == ["gradient", "hessian"]
    assert "opposite sign" in found["verdicts"][0]


def test_an_objective_shows_what_it_gives(own, tmp_path):
    assert own("mine.py:objective", "l2", "-o", "a.json").code == 0
    assert "gradient" in json.loads((tmp_path / "a.json").read_text())["curves"][0]
    assert "value not given, gradient -1, hessian 1" in own("mine.py:objective", "--at", 1).out
    assert own("check", "mine.py:objective", "half-squared-error", "-o", "both.svg").out.endswith("both.svg\n")


def test_a_family_is_what_its_plainest_loss_reads(own):
    done = own("check", "mine.py:mean", "--family", "positive", "poisson-nll", "--target", 1)
    assert done.out.splitlines()[-1] == "verdict: yours agrees with poisson-nll within 1e-06"
    same = own("mine.py:mean", "--family", "torch.nn.BCELoss", "--at", 2)
    assert "number at least 0 and at most 1" in same.err


def test_check_without_a_reference_finds_one(own):
    found = json.loads(own("check", "mine.py:halved", "--json").out)
    assert (found["nearest"], found["factor"]) == ("half-squared-error", 1)
    assert own("check", "mine.py:halved").out == "mine.py:halved comes nearest to half-squared-error\n"


def squared(y_pred, y_true, scale=1.0):
    return scale * (y_pred - y_true) ** 2


def test_python_takes_functions():
    found = losscli.evaluate(squared, np.array([1.0, 2.0]), 0, scale=3.0, order=0)
    assert found.value.tolist() == [3.0, 12.0]
    losscli.check(squared, "l2")
    with pytest.raises(AssertionError, match=r"yours is 2 times l2"):
        losscli.check(squared, "l2", scale=2.0)
    with pytest.raises(losscli.UsageError, match=r"has no parameter delta"):
        losscli.check(squared, "l2", delta=2.0)
    with pytest.raises(losscli.UsageError, match=r"of your own"):
        losscli.check("huber", "l2")
    with pytest.raises(losscli.UsageError, match=r"is called by its name"):
        losscli.check(squared, squared)
    with pytest.raises(losscli.UsageError, match=r"--tolerance -1"):
        losscli.check(squared, "l2", tolerance=-1)


def test_a_function_has_a_name_of_ones_choice():
    figure = losscli.plot({"mine": lambda r: r**2, "doubled": squared}, "--scale 2", partial(squared, scale=3), "l1")
    names = [text.get_text().partition(",")[0] for text in figure.axes[0].get_legend().get_texts()]
    assert names == ["mine", "doubled", "own:squared", "l1"]
    for wrong in ({"-x": squared}, {"": squared}, {3: squared}, {"mine": 3}):
        with pytest.raises(losscli.UsageError):
            losscli.plot(wrong)


def test_python_draws_functions_and_into_axes_of_ones_own():
    figure = losscli.plot(squared, "--scale 1 --scale 2 l1")
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()][-1] == "l1"
    mine, axes = plt.subplots(1, 2)
    assert losscli.plot("huber l1", ax=axes[1]) is axes[1]
    assert (len(axes[0].lines), len(axes[1].lines)) == (0, 2)
    assert axes[1].get_ylabel() == "Loss"
    plt.close(mine)
    with pytest.raises(losscli.UsageError, match="one Axes"):
        losscli.plot(squared, ax=axes)
    for words in ("l1 --show value --show gradient", "l1 --size 8cm", "l1 --style dark"):
        with pytest.raises(losscli.UsageError, match="your own axes"):
            losscli.plot(words, ax=axes[0])
