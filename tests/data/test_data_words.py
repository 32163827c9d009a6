"""--data on the command line: the table, the figure, the formats, and what does not go with it."""

import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest

import losscli

ROWS = "y_true,y_pred,w\n0,0.5,1\n1,3,2\n2,2,1\n0,-4,1\n"


@pytest.fixture
def rows(lossplot, tmp_path):
    (tmp_path / "rows.csv").write_text(ROWS)
    (tmp_path / "labels.csv").write_text("label,logit\n1,2\n0,-1\n1,-0.5\n0,-3\n")
    return lossplot


def test_a_table_has_a_row_for_each_loss(rows):
    done = rows("huber", "--delta", 1, "--delta", 2, "l1", "--data", "rows.csv")
    lines = done.out.splitlines()
    assert (done.code, done.err) == (0, "")
    assert lines[0] == "columns: target y_true; prediction y_pred"
    assert [line.split()[0] for line in lines[2:]] == ["huber", "huber", "l1"]
    assert "1.2" in lines[2]  # (0.125 + 1.5 + 0 + 3.5) / 4 = 1.28125


def test_numbers_are_those_of_evaluate(rows):
    (found,) = json.loads(rows("huber", "--delta", 1, "--data", "rows.csv", "--weights", "w", "--json").out)["losses"]
    values = losscli.evaluate("huber", [0.5, 3, 2, -4], [0, 1, 2, 0], delta=1, order=0).value
    assert found["mean"] == pytest.approx(values.mean(), rel=1e-15)
    assert found["weighted_mean"] == pytest.approx(np.average(values, weights=[1, 2, 1, 1]), rel=1e-15)
    assert found["median"] == np.median(values)
    assert losscli.summarize("huber", [0, 1, 2, 0], [0.5, 3, 2, -4], delta=1).mean == found["mean"]
    table = rows("huber", "--data", "rows.csv", "--csv").out.splitlines()
    assert table[0].startswith("loss,rows,mean,sum,weighted_mean,median,loss_of_worst_1_percent")
    assert table[1].startswith("huber --delta 1,4,1.28125,5.125,,")


def test_the_digits_are_the_same_for_any_number_of_processes(rows):
    one, two = (rows("huber", "l2", "--data", "rows.csv", "--jobs", jobs, "--json").out for jobs in (1, 2))
    assert one == two


def test_a_loss_of_ones_own_reads_rows_too(rows, tmp_path):
    (tmp_path / "mine.py").write_text(
        "def squared(y_pred, y_true, scale=1.0):\n    return scale * (y_pred - y_true) ** 2\n"
    )
    words = ("mine.py:squared", "--scale", 2, "l2", "expr:abs(r)**a", "--a", 2, "--data", "rows.csv", "--json")
    for jobs in (1, 2):
        mine, exact, typed = json.loads(rows(*words, "--jobs", jobs).out)["losses"]
        assert mine["mean"] == 2 * exact["mean"] == 2 * typed["mean"]


def test_suggestions_have_a_reason_and_a_source(rows):
    out = rows("huber", "--data", "rows.csv", "--suggest").out
    assert "suggestion: huber --delta " in out
    assert "doi:" in out
    found = json.loads(rows("huber", "--data", "rows.csv", "--suggest", "--json").out)["suggestions"]
    assert {"huber", "quantile"} <= {item["loss"] for item in found}


def test_the_figure_shows_the_rows_on_the_axis_of_the_curves(rows, tmp_path):
    done = rows("huber", "l1", "--data", "rows.csv", "-o", "rows.svg", "--svg-text")
    assert done.out.splitlines()[-1] == "rows.svg"
    text = "".join(ET.parse(tmp_path / "rows.svg").getroot().itertext())
    assert all(word in text for word in ("Residual", "Rows", "median", "rows.csv"))
    rows("sigmoid-cross-entropy", "--data", "labels.csv", "-o", "labels.svg", "--svg-text")
    text = "".join(ET.parse(tmp_path / "labels.svg").getroot().itertext())
    assert all(word in text for word in ("Logit", "target 0", "target 1"))


def test_the_figure_of_losses_of_several_numbers_shows_the_losses_of_the_rows(rows, tmp_path):
    (tmp_path / "logits.csv").write_text("label,z0,z1\n" + "0,1,0\n" * 30 + "1,1,0\n" * 10)
    done = rows(
        "sparse-softmax-cross-entropy", "taylor-cross-entropy", "--data", "logits.csv", "-o", "a.svg", "--svg-text"
    )
    assert (done.code, done.err) == (0, "")
    root = ET.parse(tmp_path / "a.svg").getroot()
    text = "".join(root.itertext())
    assert "sparse-softmax-cross-entropy: median 0.313" in text  # log(1 + 1 / e)
    assert "taylor-cross-entropy --terms 2: median 0.305" in text  # 1 - p + (1 - p)^2 / 2 for p = 1 / (1 + 1 / e)
    assert "the distribution of the losses of 40 rows" in root[1].text


def test_the_description_says_where_the_rows_lie(rows, tmp_path):
    rows("huber", "--data", "rows.csv", "-o", "rows.svg")
    assert "the distribution of 4 rows: median 0" in ET.parse(tmp_path / "rows.svg").getroot()[1].text
    rows("sigmoid-cross-entropy", "--data", "labels.csv", "-o", "labels.svg")
    assert "4 rows, 2 of target 0 and 2 of target 1" in ET.parse(tmp_path / "labels.svg").getroot()[1].text
    rows("l1", "--descend", 0.9, "--steps", 7, "-o", "steps.svg")
    assert "the loss above its floor in each of 7 steps of l1" in ET.parse(tmp_path / "steps.svg").getroot()[1].text


def test_one_row_is_no_rows(rows, tmp_path):
    (tmp_path / "one.csv").write_text("y_true,y_pred\n1,\n-1,1\n1,2\n")
    out = rows("poisson-nll", "--data", "one.csv").out
    assert "poisson-nll: 1 row left out" in out
    assert "left out of 3 rows: 1 without a number" in out


def test_suggested_parameters_are_drawn_if_a_figure_is_asked_for(rows, tmp_path):
    rows("huber", "--data", "rows.csv", "-o", "one.svg", "--svg-text")
    rows("huber", "--data", "rows.csv", "--suggest", "-o", "more.svg", "--svg-text")
    one, more = ("".join(ET.parse(tmp_path / name).getroot().itertext()) for name in ("one.svg", "more.svg"))
    assert more.count("Huber loss") > one.count("Huber loss")


def test_a_batch_takes_such_lines(rows, tmp_path):
    (tmp_path / "lines.txt").write_text("huber --data rows.csv -o a.svg\nl1 --data rows.csv\n")
    done = rows("batch", "lines.txt")
    assert (done.code, done.err, "a.svg" in done.out) == (0, "", True)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("huber --data nowhere.csv", "nowhere.csv"),
        ("huber --data rows.csv --columns y_tru,y_pred", "y_true"),
        ("huber --data rows.csv --target 1", "--target"),
        ("huber --data rows.csv --at 1", "--at"),
        ("huber --data rows.csv --title a", "-o FILE"),
        ("huber --data rows.csv -o a.gif", "is one of png"),
        ("huber --data rows.csv --jobs 0", "--jobs 0"),
        ("huber --data rows.csv --jobs 2 --dask x", "one or the other"),
        ("huber --suggest", "--data"),
        ("softmax-cross-entropy --data rows.csv -o a.png", "one number"),
        ("softmax-cross-entropy --data rows.csv --range 0 1 -o a.png", "--range is for losses of one number"),
    ],
)
def test_wrong_words(rows, line, said):
    done = rows(*line.split())
    assert (done.code in (1, 2), done.out, done.err.count("\n")) == (True, "", 1)
    assert said in done.err
