"""The article: its figures pixel for pixel, its arrays, its numbers."""

import csv
import shlex
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imread

from losscli.cli.main import read
from losscli.sampling.sample import sample

DATA = Path(__file__).parents[1] / "data" / "article"
NARROW, WIDE = np.linspace(-1.0, 1.0, 500), np.linspace(-4.0, 6.0, 500)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def cross_entropy(p, y=1.0):
    with np.errstate(all="ignore"):
        return -y * np.log(p) - (1 - y) * np.log(1 - p)


# Per figure: x, the curves as (array, format), title, words of the y label, y limits, legend texts, recorded array.
ARTICLE = {
    "l2": (NARROW, [(np.square(0 - NARROW), "b-")], "L2 loss", "true", None, ()),
    "l1": (NARROW, [(np.abs(0 - NARROW), "r-")], "L1 loss", "true", None, ()),
    "pseudo-huber": (
        NARROW,
        [(0.24**2 * (np.sqrt(1 + ((0 - NARROW) / 0.24) ** 2) - 1), "g-")],
        "Pseudo Huber loss",
        "true",
        None,
        (),
    ),
    "cross-entropy": (WIDE, [(cross_entropy(WIDE), "r-")], "Cross entropy loss", "label", (-2, 5), ()),
    "sigmoid-cross-entropy": (
        WIDE,
        [(cross_entropy(sigmoid(WIDE)), "y-")],
        "Sigmoid cross entropy loss",
        "label",
        (-2, 5),
        (),
    ),
    "weighted-cross-entropy": (
        WIDE,
        [(np.log1p(np.exp(-WIDE)), "b-"), (0.5 * np.log1p(np.exp(-WIDE)), "r--")],
        "Weighted cross entropy loss",
        "label",
        (-2, 5),
        (" weight = 1.0", "weight = 0.5"),
    ),
}
TYPED = {
    "l2": "l2 --range -1 1",
    "l1": "l1 --range -1 1 --sampling even",
    "pseudo-huber": "pseudo-huber --delta 0.24 --range -1 1",
    "cross-entropy": "cross-entropy --range -4 6 --sampling even",
    "sigmoid-cross-entropy": "sigmoid-cross-entropy --range -4 6",
    "weighted-cross-entropy": "weighted-cross-entropy --pos-weight 1 --pos-weight 0.5 --range -4 6"
    " --label ' weight = 1.0' --label 'weight = 0.5'",
}


def article_pixels(name, **changes):
    """Draw a figure with the article's own plotting calls."""
    x, curves, title, label, ylim, legend = ARTICLE[name]
    with mpl.rc_context():
        mpl.rcdefaults()
        figure = Figure()
        canvas = FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        for (y, form), text in zip(curves, legend or (None,), strict=True):
            axes.plot(x, y, changes.get("form", form), label=text)
        axes.set_xlabel(r"$Y_{pred}$", fontsize=15)
        axes.set_ylabel(rf"$Y_{{{label}}}$", fontsize=15)
        axes.set_title(title)
        if ylim:
            axes.set_ylim(ylim)
        if legend:
            axes.legend(loc=4)
        canvas.draw()
        return np.asarray(canvas.buffer_rgba())


def png_pixels(path):
    return np.rint(imread(path) * 255).astype(np.uint8)


def differing(first, second):
    return int((first != second).any(axis=-1).sum())


@pytest.fixture(scope="module")
def article(lossplot_once):
    result, folder = lossplot_once("article", "-o", "figures")
    assert (result.code, result.err) == (0, "")
    return result, folder / "figures"


def test_every_figure_is_pixel_for_pixel_the_articles(article):
    _, folder = article
    assert {
        name: differing(article_pixels(name), png_pixels(folder / f"{name}.png")) for name in ARTICLE
    } == dict.fromkeys(ARTICLE, 0)


def test_the_comparison_can_fail(article):
    _, folder = article
    assert differing(article_pixels("l2", form="b--"), png_pixels(folder / "l2.png")) > 100


@pytest.mark.parametrize("name", TYPED)
def test_typed_by_hand_it_is_the_same_figure(lossplot, tmp_path, name):
    assert lossplot(*shlex.split(TYPED[name])).out == f"{name}.png\n"
    assert differing(article_pixels(name), png_pixels(tmp_path / f"{name}.png")) == 0


def test_paths_and_numbers_are_printed(article):
    result, folder = article
    lines = result.out.splitlines()
    assert lines[:12] == [f"figures/{name}.{suffix}" for name in ARTICLE for suffix in ("png", "svg")]
    assert {path.name for path in folder.iterdir()} == {Path(line).name for line in lines[:12]}
    assert lines[12].startswith(
        "softmax-cross-entropy(label_smoothing=0) at 1,-3,10, target 0.1,0.02,0.88: value 1.160125662237664,"
    )
    assert lines[13].startswith(
        "sparse-softmax-cross-entropy(label_smoothing=0) at 1,-3,10, target 2: value 0.00012566223766394085,"
    )


def recorded(name):
    """Return the arrays that TensorFlow computed: predictions, and a column for each curve."""
    with (DATA / f"{name.replace('-', '_')}.csv").open() as file:
        rows = list(csv.reader(file))[1:]
    return np.array(rows, dtype=float).T


@pytest.mark.parametrize("name", TYPED)
def test_arrays_agree_with_tensorflow(name):
    x, *columns = recorded(name)
    sampled = sample(read(shlex.split(TYPED[name])).recipe)
    for trace, column in zip(sampled.traces, columns, strict=True):
        value = trace.terms["value"]
        np.testing.assert_array_equal(np.isnan(value), np.isnan(column))
        # float32 linspace loses half a digit of the widest prediction; the value moves by slope times that.
        loss_of_x = 2.0**-23 * np.abs(x).max()
        np.testing.assert_allclose(trace.prediction, x, rtol=0, atol=loss_of_x)
        finite = np.isfinite(column)
        slope = np.gradient(column[finite], x[finite])
        slack = 2.0**-23 * np.abs(column[finite]) + loss_of_x * (1 + np.abs(slope))
        assert (np.abs(value - column)[finite] <= slack).all()


def test_the_array_comparison_can_fail():
    with pytest.raises(AssertionError):
        np.testing.assert_array_equal(np.isnan(recorded("cross-entropy")[1]), np.isnan(recorded("l2")[1]))
