"""The web page: what it holds, and what a browser makes of it."""

import base64
import json
import re
import shlex
import sys
from itertools import product

import numpy as np
import pytest
from browser import CHROMIUM

from losscli.cli.main import read
from losscli.outputs.provenance import words_in
from losscli.sampling.sample import sample

pytest.importorskip("plotly", reason="plotly, of the extra html, is not installed")
in_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")

SWEEPS = "huber --delta 0.5:2:4 l1 --target -1:1:3 --points 40 --show value --show gradient"


@pytest.fixture
def made(lossplot, tmp_path):
    """Make the page of a line."""

    def make(line):
        done = lossplot(*shlex.split(line), "-o", "figure.html")
        assert (done.code, done.err) == (0, "")
        return tmp_path / "figure.html"

    return make


@pytest.fixture
def content(made):
    """Return what the page of a line gives to its script."""

    def found(line):
        text = made(line).read_text()
        return json.loads(re.search('<script type="application/json" id="figure">(.*?)</script>', text)[1])

    return found


@pytest.fixture
def browse(made, chromium):
    """Open the page of a line in the browser."""

    def browsed(line):
        chromium.open(made(line))
        return chromium

    return browsed


def numbers(array):
    """Return an array of the page as a list, with None for what is undefined."""
    values = np.frombuffer(base64.b64decode(array["bdata"]), array["dtype"])
    return [None if np.isnan(value) else value for value in values.tolist()]


def shown(page, key):
    """Return x and y of each trace in a frame."""
    sources = [page["sources"][index] for index in page["frames"][key] if index is not None]
    return [[numbers(page["arrays"][source[name]]) for name in ("x", "y")] for source in sources]


def expected(line, positions):
    """Return what the traces should show, from the arrays."""
    recipe = read(shlex.split(line)).recipe
    chosen = [
        trace
        for trace in sample(recipe, "gradient").traces
        if all(own in (None, here) for own, here in zip(trace.positions, positions, strict=True))
    ]
    return [
        [trace.prediction.tolist(), [None if np.isnan(one) else one for one in trace.terms[quantity].tolist()]]
        for quantity in recipe.show
        for trace in chosen
    ]


def test_the_page_says_what_it_is_and_how_it_was_made(made):
    line = SWEEPS + " --title '$\\delta_{max}$ < 1'"
    text = made(line).read_text()
    head = text[: text.index("<style>")]
    assert '<html lang="en">' in head
    assert "<title>δ_max &lt; 1</title>" in head
    assert '<meta name="description" content="Huber' in head
    assert "<h1>δ<sub>max</sub> &lt; 1</h1>" in text
    assert 'role="group" aria-label="Huber' in text
    words, _ = words_in(text.encode())
    assert read(shlex.split(words)).recipe == read(shlex.split(line)).recipe


def test_same_words_same_bytes(made):
    first = made(SWEEPS).read_bytes()
    assert made(SWEEPS).read_bytes() == first
    assert made(SWEEPS + " --points 41").read_bytes() != first


def test_nothing_is_loaded_from_elsewhere(made):
    text = made(SWEEPS).read_text()
    own = re.sub("<script>.*?</script>", "", text, count=1, flags=re.DOTALL)  # the library's texts name addresses
    assert not re.search(r"https?:|[\"'(]//|src=|@import|url\(", own)
    assert "default-src 'none'" in text


def test_a_text_cannot_end_the_script(made):
    text = made("huber l1 --label '</script><script>alert(1)</script>'").read_text()
    assert "<script>alert" not in text


def test_without_the_library_the_error_names_the_extra(lossplot, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "plotly.offline", None)
    done = lossplot("l2", "-o", "l2.html")
    needs = "lossplot: an html page needs plotly; install it with: pip install 'lossplot[html]'\n"
    assert (done.code, done.err) == (1, needs)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("huber --delta 1:2:9 --as contour", "--as contour shows the whole sweep at once"),
        ("huber --delta 1:2:40 --target 0:1:40", "the sweeps make 1600 frames together"),
        ("l1 --transparent", "--transparent; html has no clear background"),
    ],
)
def test_what_a_page_cannot_show_is_refused(lossplot, line, words):
    done = lossplot(*shlex.split(line), "-o", "h.html")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert words in done.err


def test_every_combination_of_the_sliders_has_its_curves(content):
    page = content(SWEEPS)
    assert [slider["currentvalue"]["prefix"] for slider in page["layout"]["sliders"]] == ["δ = ", "Target = "]
    assert [step["label"] for step in page["layout"]["sliders"][1]["steps"]] == ["−1", "0", "1"]
    for positions in product(range(4), range(3)):
        assert shown(page, ",".join(map(str, positions))) == expected(SWEEPS, positions)
    assert shown(page, "3,2") != expected(SWEEPS, (0, 0)), "the comparison can fail"


def test_an_infinite_value_leaves_the_panel_and_is_read_as_infinite(content):
    page = content("cross-entropy --target 0.2:0.8:3")
    ((x, y),) = shown(page, "0")
    assert (x[0], x[-1]) == (0, 1)
    assert min(y[0], y[-1]) > page["layout"]["yaxis"]["range"][1]
    first = page["sources"][page["frames"]["0"][0]]
    assert page["arrays"][first["customdata"]][0] == ["0", "∞", "−∞"]


def test_the_pointer_reads_the_samples(content):
    page = content("l1 --range -1e-9 1e-9 --points 41")
    texts = page["arrays"][page["sources"][0]["customdata"]]
    assert texts[0] == ["−10<sup>−9</sup>", "10<sup>−9</sup>", "−1"]
    assert ["0", "0", "undefined"] in texts


def test_a_curve_has_the_colour_the_dashes_and_the_width_of_the_figure(content):
    lines = [trace["line"] for trace in content("l1 l2 huber pseudo-huber log-cosh fair cauchy --line r:")["traces"]]
    assert (lines[0]["color"], lines[0]["dash"]) == ("#ff0000", "dot")
    assert (lines[1]["color"], lines[1]["dash"]) == ("#d55e00", "dash")
    assert len({line["dash"] for line in lines[1:]}) == 6
    assert {line["width"] for line in lines} == {1.8 * 96 / 72}


def test_marks_and_a_logarithmic_axis(content):
    page = content("huber l1 --mark breaks --mark floor --log x --range 0.1 10")
    assert page["layout"]["xaxis"]["type"] == "log"
    names = [trace["name"] for trace in page["traces"]]
    assert names[:2] == ["huber, δ = 1", "l1"]
    assert "floor 0, reached" in names
    floor = shown(page, "")[-1]
    assert np.log10(floor[0][:2]) == pytest.approx(page["layout"]["xaxis"]["range"])


def test_the_legend_says_what_the_marks_are(content):
    traces = content("huber l1 --mark breaks --mark minimum --mark floor")["traces"]
    assert [trace["name"] for trace in traces[2:]] == [
        "huber, δ = 1: Hessian jumps at −1, 1<br>l1: kink at 0", "minimum 0 at 0", "floor 0, reached",
    ]  # fmt: skip


def test_an_axis_that_is_logarithmic_on_both_sides_of_0_has_the_numbers_of_matplotlib(content):
    page = content("huber l1 --log both")
    axis = page["layout"]["xaxis"]
    assert axis.get("type", "linear") == "linear"
    assert {"−1", "0", "1"} <= set(axis["ticktext"])
    (x, _), *_ = shown(page, "")
    assert axis["range"][0] < x[0] < 0 < x[-1] < axis["range"][1]


def test_a_curve_leaves_a_logarithmic_axis_whose_ends_are_given(content):
    page = content("l2 --log y --ylim 1e-6 10 --range -1 1")
    assert page["layout"]["yaxis"]["range"] == [-6, 1]
    ((x, y),) = shown(page, "")
    assert 0 < y[x.index(0)] < 1e-9


def test_size_font_and_labels_are_those_that_are_given(content):
    line = "huber l1 --size 12cm 10cm --font 'DejaVu Serif' --xlabel '$x^2$' --ylim 0 4"
    layout = content(line)["layout"]
    assert (layout["width"], layout["height"]) == pytest.approx((12 / 2.54 * 96, 10 / 2.54 * 96), abs=1)
    assert layout["font"]["family"].startswith('"DejaVu Serif"')
    assert (layout["xaxis"]["title"]["text"], layout["yaxis"]["range"]) == ("x<sup>2</sup>", [0, 4])
    assert not content(f"{line} --legend none")["layout"]["showlegend"]


def test_a_curve_whose_label_is_empty_has_no_entry(content):
    traces = content("huber l1 --label '' --label b")["traces"]
    assert [(trace["name"], trace["showlegend"]) for trace in traces] == [("", False), ("b", True)]


@pytest.mark.parametrize(("style", "scheme"), [("plain", "light"), ("dark", "dark")])
def test_a_dark_style_makes_a_dark_page(made, style, scheme):
    assert f"color-scheme: {scheme};" in made(f"huber --delta 1:2:2 --style {style}").read_text()


def test_a_formula_stands_below_the_figure(made):
    assert "|r|" in made("l1 --formula").read_text().rpartition('class="formula"')[2]


DRAWN = "graph.data.map((line) => [Array.from(line.x), Array.from(line.y, (y) => Number.isNaN(y) ? null : y)])"
DRAWN = DRAWN.replace("graph.data", "graph._fullData.filter(({ x }) => x.length)")


@in_browser
def test_the_keys_move_the_sliders_and_axes_and_hidden_curves_stay(browse):
    page = browse(SWEEPS)
    limits = "[graph.layout.xaxis.range, graph.layout.yaxis.range, graph.layout.yaxis2.range]"
    before = page.value(limits)
    assert page.value(DRAWN) == expected(SWEEPS, (0, 0))
    page.value("graph.focus()")
    for key, code in (("ArrowRight", 39), ("ArrowRight", 39), ("ArrowDown", 40), ("ArrowRight", 39)):
        page.press(key, code)
    assert page.value(DRAWN) == expected(SWEEPS, (2, 1))
    assert page.value("document.getElementById('state').textContent") == "δ = 1.5, Target = 0"
    assert page.value(limits) == before
    box = "document.querySelectorAll('.legendtoggle')[1].getBoundingClientRect().toJSON()"
    found = page.value(box)
    page.point(found["x"] + found["width"] / 2, found["y"] + found["height"] / 2, click=True)
    seen = "new Promise((done) => setTimeout(() => done(graph._fullData.map((line) => line.visible)), 100))"
    states = (page.value(seen) for _ in range(50))
    assert next((state for state in states if state == [True, "legendonly"] * 2), None)
    page.value("graph.focus()")
    page.press("ArrowLeft", 37)
    assert page.value(seen) == [True, "legendonly"] * 2
    assert page.value("document.querySelectorAll('.modebar-btn').length") == 6, "none sends the figure elsewhere"
    assert page.named("Runtime.exceptionThrown") == page.named("Log.entryAdded") == []
    addresses = {request["request"]["url"].partition(":")[0] for request in page.named("Network.requestWillBeSent")}
    assert addresses == {"file"}


@in_browser
def test_a_slider_is_drawn_by_the_pointer_too(browse):
    page = browse(SWEEPS)
    end = page.value("document.querySelectorAll('.slider-rail-touch-rect')[0].getBoundingClientRect().toJSON()")
    page.point(end["x"] + end["width"] - 3, end["y"] + end["height"] / 2, click=True)
    found = f"new Promise((done) => setTimeout(() => done({DRAWN}), 100))"
    assert next((True for _ in range(50) if page.value(found) == expected(SWEEPS, (3, 0))), None)


@in_browser
def test_the_pointer_reads_prediction_value_and_gradient(browse):
    page = browse("l1 --range -1 1 --points 41 --style plain")
    for x, y, text in ((0.5, 0.5, "prediction 0.5value 0.5gradient 1"), (0, 0, "prediction 0value 0gradient −1 to 1")):
        place = page.value(
            "(() => { const { left, top } = graph.getBoundingClientRect(); const { xaxis, yaxis } = graph._fullLayout;"
            f"return [left + xaxis._offset + xaxis.d2p({x}), top + yaxis._offset + yaxis.d2p({y})]; }})()"
        )
        page.point(*place)
        # A moment passes before the text appears, and the one before it may still stand there.
        wait = "new Promise((done) => setTimeout(() => done(document.querySelector('.hoverlayer').textContent), 100))"
        assert next((found for _ in range(50) if text in (found := page.value(wait))), None), page.value(wait)


@in_browser
def test_a_narrow_window_has_room_for_legend_and_panel(browse):
    page = browse("l1 l2 huber pseudo-huber log-cosh fair cauchy welsch tukey hampel --formula")
    page.call("Emulation.setDeviceMetricsOverride", width=400, height=800, deviceScaleFactor=1, mobile=False)
    fits = (
        "new Promise((done) => setTimeout(() => { const [all, legend, panel] = ['#graph', '.legend', '.nsewdrag'].map("
        "(name) => document.querySelector(name).getBoundingClientRect());"
        "done([all.width, legend.right - all.right, panel.width, panel.height, legend.bottom - panel.top]); }, 100))"
    )
    states = (page.value(fits) for _ in range(50))
    assert next((one for one in states if one[0] <= 400 and one[1] <= 0 and min(one[2:4]) > 150 and one[4] <= 1), None)
    page.call("Emulation.clearDeviceMetricsOverride")
