"""--descend on the command line: sentences, steps, figures, and what does not go with it."""

import csv
import io
import json
import xml.etree.ElementTree as ET

import pytest

from losscli.training.optimizers import OPTIMIZERS, parameter_options


def test_each_path_is_told_in_a_line(lossplot):
    done = lossplot("l1", "l2", "--descend", 0.9, "--rate", 0.1)
    first, second = done.out.splitlines()
    assert (done.code, done.err) == (0, "")
    assert first.startswith("l1: oscillates between ")
    assert first.endswith("the gradient of l1 never shrinks")
    assert "shrinks by a factor of 0.8 each step" in second


def test_a_rate_that_is_too_high_is_said_with_the_limit(lossplot):
    assert "the rate 1.1 is above 2/curvature = 1" in lossplot("l2", "--descend", 0.9, "--rate", 1.1).out


def test_steps_are_numbers_in_csv_and_json(lossplot):
    words = ("l2", "--descend", 1, "--rate", 0.25, "--steps", 2)
    rows = list(csv.DictReader(io.StringIO(lossplot(*words, "--csv").out)))
    assert [(row["step"], row["prediction"], row["value"], row["gradient"]) for row in rows] == [
        ("0", "1", "1", "2"), ("1", "0.5", "0.25", "1"), ("2", "0.25", "0.0625", "0.5")
    ]  # fmt: skip
    (path,) = json.loads(lossplot(*words, "--json").out)
    assert (path["optimizer"], path["rate"], path["predictions"]) == ("gd", 0.25, [1, 0.5, 0.25])


def test_starts_rates_and_optimizers_are_paths_of_their_own(lossplot):
    done = lossplot("l2", "--descend", 1, "--descend", 2, "--rate", 0.1, "--rate", 0.2, "--optimizer", "gd",
                    "--optimizer", "adam", "--beta1", 0.5)  # fmt: skip
    names = [line.partition(":")[0] for line in done.out.splitlines()]
    assert len(names) == len({*names}) == 8
    assert "l2, from 2, rate 0.2, adam" in names


def test_a_softmax_descends_in_all_its_logits(lossplot, tmp_path):
    words = ("softmax-cross-entropy", "--target", "0.1,0.02,0.88", "--descend", "1,-3,10", "--rate", 1)
    (path,) = json.loads(lossplot(*words, "--json").out)
    assert len(path["predictions"][-1]) == 3
    assert lossplot(*words, "-o", "soft.svg", "--svg-text").code == 0
    assert "Loss above its floor" in "".join(ET.parse(tmp_path / "soft.svg").getroot().itertext())


def test_the_figure_has_the_steps_on_each_curve_and_can_be_redone(lossplot, tmp_path):
    done = lossplot("l1", "l2", "--descend", 0.9, "-o", "down.svg", "--svg-text")
    assert done.out.splitlines()[-1] == "down.svg"
    drawn = (tmp_path / "down.svg").read_bytes()
    assert all(f'id="steps-{number}"'.encode() in drawn for number in (0, 1))
    assert b"Step" in drawn
    assert lossplot("redo", "down.svg", "-o", "again.svg").code == 0
    assert (tmp_path / "again.svg").read_bytes() == drawn


@pytest.mark.parametrize("option", parameter_options())
def test_every_parameter_of_an_optimizer_is_an_option_that_a_figure_keeps(lossplot, tmp_path, option):
    flag = f"--{option.replace('_', '-')}"
    owner = next(name for name, one in OPTIMIZERS.items() if parameter_options()[option] in one.parameters)
    done = lossplot("l2", "--descend", 1, "--optimizer", owner, flag, 0.25, "-o", "down.svg")
    assert (done.code, done.err) == (0, "")
    assert f"{flag} 0.25" in (tmp_path / "down.svg").read_text()
    assert "needs --descend" in lossplot("l2", flag, 0.25).err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("cross-entropy --descend 2", "2"),
        ("l2 --descend 1 --rate 0", "--rate 0"),
        ("l2 --descend 1 --rate nan", "--rate nan"),
        ("l2 --descend 1 --steps 0", "--steps 0"),
        ("l2 --descend 1 --steps 1000000000", "--steps"),
        ("l2 --descend 1 --optimizer adm", "did you mean adam"),
        ("l2 --descend 1 --beta1 0.5", "--beta1"),
        ("l2 --descend 1 --at 2", "--at"),
        ("l2 --descend 1 -o a.csv", "-o a.csv; a figure of a descent is one of png, svg"),
        ("l2 --rate 1", "--descend"),
        ("softmax-cross-entropy --descend 1", "--descend 1"),
        ("l2 --descend 1,2", "--descend 1,2"),
    ],
)
def test_wrong_words(lossplot, line, said):
    done = lossplot(*line.split())
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert said in done.err


def test_starts_and_rates_may_be_swept(lossplot, tmp_path):
    swept = lossplot("l2", "--descend", "-1:1:3", "--rate", "0.25:0.75:2", "--steps", 5, "--csv").out
    starts = [word for start in (-1, 0, 1) for word in ("--descend", start)]
    assert swept == lossplot("l2", *starts, "--rate", 0.25, "--rate", 0.75, "--steps", 5, "--csv").out
    lossplot("l2", "--descend", 1, "--rate", "0.25:0.75:2", "-o", "a.svg")
    assert "--rate 0.25:0.75:2" in (tmp_path / "a.svg").read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--rate 0:1:3", "--rate 0; rate is a finite number above 0"),
        ("--rate 1:2", "--rate 1:2; '1:2' is not LO:HI:N"),
    ],
)
def test_a_wrong_sweep_is_one_line(lossplot, words, said):
    done = lossplot("l2", "--descend", 1, *words.split())
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert said in done.err
