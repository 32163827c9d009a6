"""The web page: what it holds, and what a browser makes of it."""

import base64
import json
import re
import shlex
import sys

import numpy as np
import pytest
from browser import CHROMIUM, started

from losscli.cli.main import read
from losscli.outputs.provenance import words_in
from losscli.sampling.sample import sample

pytest.importorskip("plotly", reason="plotly, of the extra html, is not installed")
in_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")

SWEEPS = "huber --delta 0.5:2:4 l1 --target -1:1:3 --points 40 --show value --show gradient"
ALONE = "l1 --range -1 1 --points 41 --style plain"


@pytest.fixture
def made(lossplot, tmp_path):
    """Make the page of a line."""

    def make(line):
        done = lossplot(*shlex.split(line), "-o", "figure.html")
        assert (done.code, done.err) == (0, "")
        return tmp_path / "figure.html"

    return make


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """Start a browser once: most of a test's time would go into that."""
    with started(tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture
def browse(made, browser):
    """Open the page of a line in the browser."""

    def browsed(line):
        browser.open(made(line))
        return browser

    return browsed


def test_same_words_same_bytes(made):
    first = made(SWEEPS).read_bytes()
    assert made(SWEEPS).read_bytes() == first
    assert made(SWEEPS + " --points 41").read_bytes() != first


def test_nothing_is_loaded_from_elsewhere(made):
    text = made(SWEEPS).read_text()
    own = re.sub("<script>.*?</script>", "", text, count=1, flags=re.DOTALL)  # the library's texts name addresses
    assert not re.search(r"https?:|[\"'(]//|src=|@import|url\(", own)
    assert "default-src 'none'" in text


def test_without_the_library_the_error_names_the_extra(lossplot, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "plotly.offline", None)
    done = lossplot("l2", "-o", "l2.html")
    assert (done.code, done.err) == (
        1,
        "lossplot: an html page needs plotly; install it with: pip install 'lossplot[html]'\n",
    )
    assert list(tmp_path.iterdir()) == []


def figure_of(path):
    """Return the figure of a page as its script reads it."""
    return json.loads(re.search('<script type="application/json" id="figure">(.*?)</script>', path.read_text())[1])


def shown(figure, key):
    """Return the data of each trace in a frame, as (x, y), None for a trace that is empty there."""

    def numbers(index):
        array = figure["arrays"][index]
        return np.frombuffer(base64.b64decode(array["bdata"]), "<f8")

    sources = [None if index is None else figure["sources"][index] for index in figure["frames"][key]]
    return [source and (numbers(source["x"]), numbers(source["y"])) for source in sources]


def test_the_page_says_what_it_is_and_how_it_was_made(made):
    text = made(SWEEPS + " --title '$\\delta_{max}$ < 1'").read_text()
    head = text[: text.index("<style>")]
    assert '<html lang="en">' in head
    assert "<title>δ_max &lt; 1</title>" in head
    assert '<meta name="description" content="Huber loss, ' in head
    words, _ = words_in(text.encode())
    assert read(shlex.split(words)).recipe == read(shlex.split(f"{SWEEPS} --title '$\\delta_{{max}}$ < 1'")).recipe


def test_every_combination_of_the_sliders_shows_its_curves(made):
    figure = figure_of(made(SWEEPS))
    sampled = sample(read(shlex.split(SWEEPS)).recipe, "gradient")
    assert [len(slider["steps"]) for slider in figure["layout"]["sliders"]] == [4, 3]
    assert len(figure["frames"]) == 12
    for key in figure["frames"]:
        positions = tuple(map(int, key.split(",")))
        own = [t for t in sampled.traces if all(p in (None, q) for p, q in zip(t.positions, positions, strict=True))]
        expected = [(t.prediction, t.terms[quantity]) for quantity in ("value", "gradient") for t in own]
        for (x, y), (prediction, term) in zip(shown(figure, key), expected, strict=True):
            np.testing.assert_array_equal(x, prediction)
            np.testing.assert_array_equal(y, term)


def test_looks_and_axes_are_those_of_the_figure(made):
    figure = figure_of(made("l1 l2 --line r-- --style dark --label mine --ylim 0 4 --xlabel '$x^2$' --size 8cm 6cm"))
    first, second = figure["traces"]
    assert (first["line"]["color"], first["line"]["dash"], first["name"]) == ("#ff0000", "dash", "mine")
    assert second["name"] == "l2"
    layout = figure["layout"]
    assert layout["yaxis"]["range"] == [0, 4]
    assert layout["xaxis"]["title"]["text"] == "x<sup>2</sup>"
    assert (layout["width"], layout["height"]) == (302, 227)
    assert int(layout["paper_bgcolor"][1:3], 16) < 64
    assert layout["showlegend"]
    assert not figure_of(made("l1 l2 --legend none"))["layout"]["showlegend"]


def test_logarithmic_axes_are_plotlys_own_or_have_matplotlibs_numbers(made):
    figure = figure_of(made("exponential --log y"))
    assert figure["layout"]["yaxis"]["type"] == "log"
    around = figure_of(made("l2 --style plain --log y"))["layout"]["yaxis"]
    assert "type" not in around
    assert "0" in around["ticktext"]


def test_marks_and_infinite_values(made):
    figure = figure_of(made("huber l1 --mark breaks --mark minimum --mark floor"))
    assert [trace["name"] for trace in figure["traces"][2:]] == [
        "huber, δ = 1: Hessian jumps at −1, 1<br>l1: kink at 0", "minimum 0 at 0", "floor 0",
    ]  # fmt: skip
    low, high = (page := figure_of(made("cross-entropy --target 0.3 --style plain")))["layout"]["yaxis"]["range"]
    ((_, heights),) = shown(page, "")
    assert heights[[0, -1]].min() > high > low


def test_the_formula_stands_below(made):
    assert 'class="formula" role="img" aria-label="1/2 r^2   if |r| ≤ δ' in made("huber --formula").read_text()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("huber --delta 1:2:9 --as contour", "--as contour shows the whole sweep at once"),
        ("huber --delta 1:2:40 --target 0:1:40", "the sweeps make 1600 frames together"),
        ("l1 --transparent", "--transparent; an html has no clear background"),
    ],
)
def test_what_a_page_cannot_show_is_said(lossplot, line, words):
    done = lossplot(*shlex.split(line), "-o", "a.html")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert words in done.err


@in_browser
def test_a_browser_draws_it_and_the_sliders_move_its_curves(browse):
    page = browse(SWEEPS)
    count = "document.querySelectorAll('.scatterlayer .trace').length"
    page.value("new Promise((done) => setTimeout(done, 1000))")
    assert page.value(count) == 4
    before = page.value("graph.data[0].y.bdata")
    page.value("page.layout.sliders[0].active = 3; draw().then(() => true)")
    assert page.value("graph.data[0].y.bdata") != before
    assert [event for event in page.named("Log.entryAdded") if event["entry"]["level"] == "error"] == []
    asked = [event["request"]["url"] for event in page.named("Network.requestWillBeSent")]
    assert all(url.startswith(("file:", "data:", "blob:")) for url in asked)
