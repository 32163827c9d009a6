"""--show excess, the loss above its floor, in figures and tables; --mark floor, which says whether that is reached."""

import csv
import io
import json
import xml.etree.ElementTree as ET
from itertools import pairwise

import mpmath as mp
import pytest

FLOORS = [  # value less excess, which is the floor
    ("weighted-cross-entropy --pos-weight 3 --target 0.9", 0.431413),
    ("sigmoid-cross-entropy --target 0.3", 0.610864),
    ("torch.nn.PoissonNLLLoss --target 3", 3 - 3 * float(mp.log(3))),
    ("torch.nn.PoissonNLLLoss --full --target 3", float(mp.log(6 * mp.pi)) / 2),
    ("softmax-cross-entropy --target 0.1,0.02,0.88", 0.42099234),
    ("sparse-softmax-cross-entropy --target 0 --label-smoothing 0.3 --logits 0,0,0", 0.6390319),
    ("sparse-softmax-cross-entropy --target 0 --label-smoothing 0.3 --smoothing-over others --logits 0,0,0", 0.8188085),
]


def columns(lossplot, folder, line):
    done = lossplot(*line.split(), "--show", "value", "--show", "excess", "-o", "curves.csv")
    assert (done.code, done.err) == (0, "")
    rows = csv.DictReader(io.StringIO((folder / "curves.csv").read_text()))
    return [[float(row[name]) for name in ("prediction", "value", "excess")] for row in rows]


@pytest.mark.parametrize(("line", "floor"), FLOORS, ids=[line for line, _ in FLOORS])
def test_it_is_the_value_less_the_floor(lossplot, tmp_path, line, floor):
    for _, value, excess in columns(lossplot, tmp_path, line):
        assert value - excess == pytest.approx(floor, rel=2e-6)
        assert excess >= 0


def test_near_the_floor_it_keeps_its_digits(lossplot, tmp_path):
    """The cross-entropy of a probability: at 0.3 + d its excess is the divergence of 0.3 from there, about 1e-18."""
    with mp.workdps(60):
        for place, _, excess in columns(
            lossplot, tmp_path, "cross-entropy --target 0.3 --range 0.299999999 0.300000001"
        ):
            target, at = mp.mpf(0.3), mp.mpf(place)
            exact = target * mp.log(target / at) + (1 - target) * mp.log((1 - target) / (1 - at))
            # an ulp of the place moves it by this
            assert abs(excess - exact) <= 1e-12 * exact + 2**-53 * abs(at - target) / (target * (1 - target)) * 2


def test_it_has_a_panel_breaks_and_words(lossplot, tmp_path):
    done = lossplot("ppo-clip", "--target", 2, "--show", "excess", "--mark", "breaks", "-o", "e.svg", "--svg-text")
    assert (done.code, done.err) == (0, "")
    root = ET.parse(tmp_path / "e.svg").getroot()
    words = " ".join(root.itertext())
    assert "Loss above its floor" in words
    assert "Shown: loss above its floor for predictions" in words
    assert any(node.get("id", "").endswith("-excess") for node in root.iter())


def test_an_infinite_excess_has_the_reason_of_the_value(lossplot, tmp_path):
    lossplot("cross-entropy", "--target", 0.3, "--show", "value", "--show", "excess", "-o", "e.json")
    (curve,) = json.loads((tmp_path / "e.json").read_text())["curves"]
    assert curve["excess"][0] is None
    assert curve["notes"]["excess[0]"] == curve["notes"]["value[0]"]


@pytest.mark.parametrize("options", ["--log y", "--log y --ylim 1e-12 1", "--as contour --delta 0.1:3:5", "--terminal"])
def test_axes_and_views_show_it(lossplot, options):
    assert lossplot("huber", "--show", "excess", *options.split()).code == 0


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("wasserstein --show excess", "wasserstein falls without end"),
        (
            "l2 mine.py:own --show excess",
            "mine.py:own has no known floor",
        ),
    ],
)
def test_a_loss_without_a_floor_is_refused(lossplot, tmp_path, line, said):
    (tmp_path / "mine.py").write_text("def own(y_pred, y_true):\n    return (y_pred - y_true) ** 2\n")
    done = lossplot(*line.split(), "-o", "e.png")
    assert (done.code, done.out, done.err) == (
        2,
        "",
        f"lossplot: --show excess is the loss above its floor, and {said}\n",
    )


def test_a_marked_floor_says_whether_it_is_reached(lossplot, tmp_path):
    lossplot("logistic", "hinge", "--mark", "floor", "-o", "m.svg", "--svg-text")
    root = ET.parse(tmp_path / "m.svg").getroot()
    description = next(node.text for node in root.iter() if node.tag.endswith("}desc"))
    assert description.endswith("Marked: logistic: floor 0, never reached; hinge, M = 1: floor 0, reached.")
    texts = [text for text in root.itertext() if text.startswith(("logistic: floor", "hinge, "))]
    assert any("never reached" in text for text in texts)


def test_samples_around_a_kink_are_those_of_the_value(lossplot, tmp_path):
    rows = columns(lossplot, tmp_path, "l1 --range -1 1")
    assert all(excess == value for _, value, excess in rows)
    assert all(one[0] < other[0] for one, other in pairwise(rows))


def test_a_batch_knows_its_own_table(lossplot, tmp_path):
    (tmp_path / "lines.txt").write_text("l1 --show excess -o a.csv\n")
    for _ in range(2):
        assert lossplot("batch", "lines.txt").code == 0
    (tmp_path / "lines.txt").write_text("l2 --show excess -o a.csv\n")
    assert lossplot("batch", "lines.txt").code == 0
    assert (tmp_path / "a.csv").read_text().splitlines()[1].startswith("l2,")
