"""The web page: what it holds, and what a browser makes of it."""

import re
import shlex
import sys
from itertools import pairwise, product

import numpy as np
import pytest
from browser import CHROMIUM, started
from figures import figure, sampled

from losscli.cli.main import read
from losscli.outputs.page import spelled
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


def test_the_page_says_what_it_is_and_how_it_was_made(made):
    text = made(SWEEPS + " --title '$\\delta_{max}$ < 1'").read_text()
    head = text[: text.index("<style>")]
    assert '<html lang="en">' in head
    assert "<title>δ_max &lt; 1</title>" in head
    assert '<meta name="description" content="Huber loss, delta from 0.5 to 2.0, 4 values, target ' in head
    assert "<h1>δ<sub>max</sub> &lt; 1</h1>" in text
    words, _ = words_in(text.encode())
    assert read(shlex.split(words)).recipe == read(shlex.split(f"{SWEEPS} --title '$\\delta_{{max}}$ < 1'")).recipe


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"$\delta$ = 0.5", "δ = 0.5"),
        (r"$Y_{true}$ & $x^2$", "Y<sub>true</sub> &amp; x<sup>2</sup>"),
        (r"$\Sigma_i |r_i| \leq \tau$", "Σ<sub>i</sub> |r<sub>i</sub>| ≤ τ"),
        ("costs 5$ <b>", "costs 5$ &lt;b&gt;"),
        ("$<b>$", "&lt;b&gt;"),
        (r"\$ and \$", "$ and $"),
        (r"$\lambda$ & $\frac{1}{2}$", "λ &amp; 1/2"),
        (r"pre-set $10^{-3}$", "pre-set 10<sup>−3</sup>"),
    ],
)
def test_mathematics_becomes_html(text, expected):
    assert spelled(text) == expected


def drawn(page):
    """Return prediction and term of every line on the page, None where the pen lifts."""
    return page.value("figure.data.map((line) => [Array.from(line.x), Array.from(line.y)])")


def expected(line, positions):
    """Return what the lines should show, from the arrays."""
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


SET = "{{ const own = document.getElementById('sweep-{}'); own.value = {}; own.dispatchEvent(new Event('input')); }}"


@in_browser
def test_every_combination_of_the_sliders_shows_its_curves(browse):
    page = browse(SWEEPS)
    assert page.value("Array.from(document.querySelectorAll('#sweeps label'), (each) => each.textContent)") == [
        "δ",
        "Target",
    ]
    for positions in product(range(4), range(3)):
        for index, position in enumerate(positions):
            page.value(SET.format(index, position))
        assert drawn(page) == expected(SWEEPS, positions)
    assert drawn(page) != expected(SWEEPS, (0, 0)), "the comparison can fail"
    assert page.value("Array.from(document.querySelectorAll('output'), (each) => each.textContent)") == ["2.0", "1"]
    assert page.named("Runtime.exceptionThrown") == page.named("Log.entryAdded") == []


@in_browser
def test_an_infinite_value_leaves_the_panel_and_is_read_off_as_infinite(browse):
    page = browse("cross-entropy --target 0.2:0.8:3")
    ((x, y),) = drawn(page)
    _, high = page.value("figure.layout.yaxis.range")
    assert (x[0], x[-1]) == (0, 1)
    assert min(y[0], y[-1]) > high
    assert page.value("figure.data[0].customdata[0][1]") == "∞"


@in_browser
def test_a_slider_obeys_the_keyboard_and_the_axes_stay(browse):
    page = browse(SWEEPS)
    limits = "[figure.layout.xaxis.range, figure.layout.yaxis.range, figure.layout.yaxis2.range]"
    before = page.value(limits)
    page.value("document.getElementById('sweep-0').focus()")
    page.press("ArrowRight", 39)
    page.press("ArrowRight", 39)
    assert page.value("document.activeElement.getAttribute('aria-valuetext')") == "1.5"
    assert drawn(page) == expected(SWEEPS, (2, 0))
    assert page.value(limits) == before


def place(page, x, y):
    """Return where on the screen a point of the first panel stands."""
    return page.value(
        "(() => { const { left, top } = figure.getBoundingClientRect();"
        "const { xaxis, yaxis } = figure._fullLayout;"
        f"return [left + xaxis._offset + xaxis.d2p({x}), top + yaxis._offset + yaxis.d2p({y})]; }})()"
    )


@in_browser
def test_the_pointer_reads_off_prediction_value_and_gradient(browse):
    page = browse(ALONE)
    for x, y, text in (
        (0.5, 0.5, "prediction 0.5value 0.5gradient 1"),
        (-0.25, 0.25, "prediction −0.25value 0.25gradient −1"),
        (0, 0, "prediction 0value 0gradient −1 to 1"),
    ):
        page.point(*place(page, x, y))
        # A moment passes before the read-out appears, and the one before it may still stand there.
        wait = "new Promise((done) => setTimeout(() => done(document.querySelector('.hoverlayer').textContent), 100))"
        found = next(filter(lambda found: text in found, (page.value(wait) for _ in range(50))), None)
        assert found, page.value(wait)


@in_browser
def test_the_legend_hides_a_curve_in_every_panel_and_the_slider_keeps_it_hidden(browse):
    page = browse(SWEEPS)
    box = (
        "(() => { const box = document.querySelectorAll('.legendtoggle')[1].getBoundingClientRect();"
        "return [box.x + box.width / 2, box.y + box.height / 2]; })()"
    )
    page.point(*page.value(box), click=True)
    seen = "new Promise((done) => setTimeout(() => done(figure.data.map((line) => line.visible ?? true)), 100))"
    states = (page.value(seen) for _ in range(50))
    assert next((state for state in states if state == [True, "legendonly"] * 2), None)
    page.value(SET.format(0, 3))
    assert page.value(seen) == [True, "legendonly"] * 2


@in_browser
def test_marks_and_logarithms(browse):
    page = browse("huber --delta 1:2:2 l1 --mark breaks --mark floor --log x --range 0.1 10")
    page.value(SET.format(0, 1))
    ends = page.value("figure.layout.xaxis.range.map((end) => 10 ** end)")
    assert ends == pytest.approx([0.1 / 1.1, 11], rel=0.3)
    points = "figure.data.slice(2).map((line) => line.x.flatMap((x, k) => (x === null ? [] : [[x, line.y[k]]])))"
    assert page.value(points) == [[[2, 2]], [], *[[[ends[0], 0], [ends[1], 0]]] * 2]
    assert page.value("figure.layout.xaxis.type") == "log"


@in_browser
def test_marks_are_as_heavy_beside_their_curve_in_every_style(browse):
    def seen(style):
        page = browse(f"hinge --style {style} --mark minimum --mark breaks --mark floor")
        curve, flat, ring, floor = page.value("figure.data.map((line) => [line.line.width, line.marker])")
        assert ring[1]["size"] > 1.5 * flat[1]["size"]  # a kink is seen around a minimum
        return [width / curve[0] for width in (flat[0], ring[1]["line"]["width"], floor[0])]

    assert seen("slides") == pytest.approx(seen("plain"))


@in_browser
def test_minima_that_stand_apart_are_named_once(browse):
    page = browse("periodic --range -1 1 --mark minimum")
    assert page.value("figure.data[1].x") == [-1, None, 0, None, 1, None]
    assert page.value("figure.data[1].name") == "minimum 0 at −1, 0, 1"


@in_browser
def test_a_formula_is_drawn_below_the_figure(browse):
    page = browse(ALONE + " --formula")
    assert page.value("document.querySelector('div[role=img] svg').getBoundingClientRect().height") > 10
    assert "|r|" in page.value("document.querySelector('div[role=img]').ariaLabel")


@in_browser
def test_a_narrow_window_has_room_for_legend_and_panel(browse):
    page = browse("l1 l2 huber pseudo-huber log-cosh fair cauchy welsch tukey hampel --formula")
    panel = "document.querySelector('.nsewdrag').getBoundingClientRect().height"
    wide = page.value(panel)
    page.call("Emulation.setDeviceMetricsOverride", width=400, height=800, deviceScaleFactor=1, mobile=False)
    sides = "['.legend', '.modebar'].map((name) => document.querySelector(name).getBoundingClientRect())"
    fits = (
        f"new Promise((done) => setTimeout(() => {{ const [legend, bar] = {sides};"
        f"done([figure.getBoundingClientRect().width, {panel}, legend.right, bar.left]); }}, 100))"
    )
    states = (page.value(fits) for _ in range(50))
    found = (state for state in states if state[0] < 400 and state[1] > 0.7 * wide and state[2] <= state[3])
    assert next(found, None), page.value(fits)


@in_browser
def test_numbers_at_the_axes_have_no_letters(browse):
    page = browse("linex --a 1:10:2 --range -3e-5 3e-5 --points 9")
    numbers = page.value("Array.from(document.querySelectorAll('.xtick, .ytick'), (each) => each.textContent)")
    assert len(numbers) > 6
    assert not [text for text in numbers if re.search("[a-zA-Zµ]", text)]


def test_what_a_page_cannot_show_is_said(lossplot):
    done = lossplot("huber", "--delta", "1:2:9", "--as", "contour", "-o", "h.html")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "--as" in done.err


@in_browser
def test_a_curve_is_drawn_through_all_of_its_samples(browse):
    page = browse("huber --delta 0.5 --points 500 --style plain")
    path = page.value("document.querySelector('.scatterlayer .js-line').getAttribute('d')")
    assert len(re.findall("[MLHV]", path)) >= 500


@in_browser
def test_logarithmic_axes_on_both_sides_of_0_are_those_of_matplotlib(browse):
    line = "huber l1 --log both --show value --show gradient --mark minimum --mark floor"
    page = browse(line)
    panels = figure(line).axes
    rulers = [panels[0].xaxis, *(panel.yaxis for panel in panels)]
    places = [ruler.get_transform().transform for ruler in rulers]
    (x, y), *_ = drawn(page)
    trace = sampled(line).traces[0]
    assert x == pytest.approx(places[0](trace.prediction))
    assert y == pytest.approx(places[1](trace.terms["value"]))
    axes = ("xaxis", "yaxis", "yaxis2")
    for axis, ruler, place in zip(axes, rulers, places, strict=True):
        assert page.value(f"figure.layout.{axis}.type") == "linear"
        assert page.value(f"figure.layout.{axis}.range") == pytest.approx(place(ruler.get_view_interval()))
        assert page.value(f"figure.layout.{axis}.tickvals") == pytest.approx(place(ruler.get_majorticklocs()))
    assert {"0", "1"} <= set(page.value("figure.layout.yaxis.ticktext"))
    told = page.value("figure.data.map((line) => line.customdata.find((one) => one.length))")
    assert told[0] == ["−3", "2.5", "−1"]
    assert told[2] == ["minimum 0 at 0", "0", "0"]


@in_browser
def test_a_curve_leaves_a_logarithmic_axis_whose_ends_are_said(browse):
    page = browse("l2 --log y --ylim 1e-6 10 --range -1 1")
    assert page.value("figure.layout.yaxis.type") == "log"
    assert page.value("figure.layout.yaxis.range") == [-6, 1]
    ((x, y),) = drawn(page)
    assert 0 < y[x.index(0)] < 1e-9


@in_browser
def test_the_legend_says_what_the_marks_are(browse):
    page = browse("huber --delta 1:2:2 l1 --mark breaks --mark floor --show value --show gradient")
    entries = "Array.from(document.querySelectorAll('.legendtext'), (each) => each.textContent)"
    before = page.value(entries)
    assert [text for text in before if "at" in text or "floor" in text] == [
        "huber, δ = 1: Hessian jumps at −1, 1", "l1: kink at 0", "floor 0",
    ]  # fmt: skip
    page.value(SET.format(0, 1))
    assert page.value(entries) == [text.replace("= 1:", "= 2:").replace("−1, 1", "−2, 2") for text in before]


@in_browser
def test_size_font_legend_and_labels_are_those_that_are_said(browse):
    page = browse("huber l1 --size 12cm 10cm --font 'DejaVu Serif' --legend 'lower left' --label-size 18")
    box = "(() => { const { width, height } = figure.getBoundingClientRect(); return [width, height]; })()"
    assert page.value(box) == pytest.approx([12 / 2.54 * 96, 10 / 2.54 * 96], abs=1)
    assert page.value("getComputedStyle(document.body).fontFamily").startswith('"DejaVu Serif"')
    assert page.value("figure.layout.font.family").startswith('"DejaVu Serif"')
    assert page.value("figure.layout.yaxis.title.font.size") == 24
    inside = (
        "(() => { const [legend, panel] = ['.legend', '.nsewdrag'].map((name) =>"
        "document.querySelector(name).getBoundingClientRect());"
        "return [legend.left - panel.left, panel.bottom - legend.bottom]; })()"
    )
    assert all(0 <= gap < 15 for gap in page.value(inside))


@in_browser
def test_a_size_that_leaves_the_height_open_grows_with_the_panels(browse):
    page = browse("l1 --size ieee --show value --show gradient")
    box = "(() => { const { width, height } = figure.getBoundingClientRect(); return [width, height]; })()"
    assert page.value(box) == pytest.approx([336, 336 * 0.75 * 1.6], abs=1)


@in_browser
def test_the_browser_asks_for_the_file_and_nothing_else(browse):
    page = browse(SWEEPS)
    page.value(SET.format(1, 2))
    addresses = {request["request"]["url"].partition(":")[0] for request in page.named("Network.requestWillBeSent")}
    assert addresses == {"file"}


CROWD = "l2 huber l1 fair cauchy welsch tukey geman-mcclure log-cosh --mark breaks --mark minimum --range -4 4"
FIVE = "l2 huber l1 fair cauchy --range -4 4"


@in_browser
@pytest.mark.parametrize(
    "line",
    [
        f"{FIVE} --size 8cm 6cm",
        f"{FIVE} --size 8cm 6cm --legend 'upper right'",
        f"{CROWD} --legend 'lower right' --size 12cm 10cm",
        f"{CROWD} --size nature",
        f"{CROWD} --size slides",
        f"{CROWD} --size 6cm 3cm",
        "l1 l2 --size 0.5in 0.5in",
        "l1 huber --size 5cm 4cm --mark breaks --mark minimum --xlabel 'what a model says of one example' "
        "--ylabel 'what it costs to be wrong'",
    ],
)
def test_a_legend_neither_covers_a_panel_nor_is_cut_and_labels_are_whole(browse, line):
    page = browse(line)
    boxes = page.value(
        "Object.fromEntries(['#figure', '.legend', '.nsewdrag', '.xtitle', '.ytitle', '.scrollbar'].map((name) => {"
        "const { left, top, right, bottom } = document.querySelector(name)?.getBoundingClientRect() ?? {};"
        "return [name, [left, top, right, bottom]]; }))"
    )
    figure, legend, panel = (boxes[name] for name in ("#figure", ".legend", ".nsewdrag"))
    assert legend[3] <= panel[1] + 1
    assert panel[3] - panel[1] > 0.3 * (figure[3] - figure[1] - (legend[3] - legend[1]))
    texts = page.value(
        "Array.from(document.querySelectorAll('.legendtext'), (each) => each.getBoundingClientRect())"
        ".map(({ left, top, right, bottom }) => [left, top, right, bottom])"
    )
    for low_x, low_y, high_x, high_y in [legend, boxes[".xtitle"], boxes[".ytitle"], *texts]:
        assert figure[0] - 1 <= low_x < high_x <= figure[2] + 1
        assert figure[1] - 1 <= low_y < high_y <= figure[3] + 1
    assert all(legend[1] <= low and high <= legend[3] for _, low, _, high in texts)
    assert boxes[".scrollbar"][0] == boxes[".scrollbar"][2], "nothing to scroll"


@in_browser
def test_a_legend_at_a_place_that_has_room_stands_there(browse):
    page = browse("l2 huber --range -4 4 --size 12cm 10cm --legend 'upper center'")
    inside = (
        "(() => { const [legend, panel] = ['.legend', '.nsewdrag'].map((name) =>"
        "document.querySelector(name).getBoundingClientRect());"
        "return [legend.top - panel.top, panel.bottom - legend.bottom]; })()"
    )
    assert all(gap > 0 for gap in page.value(inside))


SHARED = (
    "l1 huber --delta 0.25:3:5 --target -1:1:3 --show value --show gradient --mark breaks --mark minimum --mark floor"
)
SHOWN = """new Promise((done) => setTimeout(() => done(figure.data.flatMap(({ visible, name, x, yaxis, line, mode }) =>
    visible === true && x.length ? [`${yaxis} ${mode.includes("markers") || line.dash === "dot" ? name : ""}`] : []
)), 400))"""
ENTRIES = """Array.from(document.querySelectorAll(".legend .traces"), (each) =>
    [each.querySelector(".legendtext").textContent, Number(each.style.opacity)])"""


def click(page, entry):
    """Click on an entry of the legend, and return what the panels show then, and how the legend shows its entries."""
    box = page.value(
        "Array.from(document.querySelectorAll('.legend .traces')).find((each) => "
        f"each.querySelector('.legendtext').textContent === '{entry}').querySelector('.legendtoggle')"
        ".getBoundingClientRect().toJSON()"
    )
    page.point(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, click=True)
    return page.value(SHOWN), dict(page.value(ENTRIES))


@in_browser
def test_each_entry_of_the_legend_switches_what_it_names_and_nothing_else(browse):
    page = browse(SHARED)
    everything = page.value(SHOWN)
    assert everything == [
        *["y "] * 2, *["y breaks"] * 2, *["y minimum"] * 2, *["y floor 0"] * 2, *["y2 "] * 2, *["y2 breaks"] * 2,
    ]  # fmt: skip
    names = ["l1", "huber", "breaks", "minimum", "floor 0"]
    assert [name for name, _ in page.value(ENTRIES)] == names
    for entry in ("breaks", "minimum", "floor 0"):
        shown, entries = click(page, entry)
        assert shown == [each for each in everything if entry not in each]
        assert [name for name, opacity in entries.items() if opacity < 1] == [entry]
        assert click(page, entry)[0] == everything
        page.value("new Promise((done) => setTimeout(done, 400))")
    shown, entries = click(page, "l1")
    assert sorted(shown) == sorted(set(everything))
    assert [name for name, opacity in entries.items() if opacity < 1] == ["l1"]
    page.value(SET.format(0, 3))
    assert sorted(page.value(SHOWN)) == sorted(set(everything))


@in_browser
def test_what_curves_share_has_the_colour_of_none_of_them(browse):
    page = browse(SHARED)
    colours = "figure.data.map(({ name, line, marker }) => [name, line.color ?? marker.color])"
    found = {}
    for name, colour in page.value(colours):
        found.setdefault(name, set()).add(colour)
    (l1,), (huber,), (ink,) = found["l1"], found["huber"], found["breaks"]
    assert len({l1, huber, ink}) == 3
    assert found["minimum"] == found["floor 0"] == {ink}


@in_browser
def test_a_double_click_leaves_one_curve(browse):
    page = browse("l1 l2 huber")
    seen = "figure.data.map((line) => line.visible)"
    page.value("isolate({ expandedIndex: 1 })")
    assert page.value(seen) == ["legendonly", True, "legendonly"]
    page.value("isolate({ expandedIndex: 1 })")
    assert page.value(seen) == [True, True, True]


@in_browser
def test_the_numbers_of_a_logarithmic_axis_are_those_of_matplotlib(browse):
    line = "huber l1 --log both --range 0.1 10"
    page = browse(line)
    panel = figure(line).axes[0]
    for name, axis in (("xaxis", panel.xaxis), ("yaxis", panel.yaxis)):
        assert page.value(f"figure.layout.{name}.tickvals") == pytest.approx(axis.get_majorticklocs())
        assert page.value(f"figure.layout.{name}.minor.tickvals") == pytest.approx(axis.get_minorticklocs())
    numbers = "Array.from(document.querySelectorAll('.xtick text'), (each) => each.textContent)"
    assert page.value(numbers) == ["0.1", "1", "10"]
    heights = "Array.from(document.querySelectorAll('.ytick text'), (each) => each.style.fontSize)"
    assert len({*page.value(heights)}) == 1


@in_browser
def test_zoomed_in_to_between_two_powers_of_ten_there_are_numbers_still(browse):
    page = browse("huber --delta 0.5:1:2 --log both --range 0.1 10")
    page.value("document.querySelector('[data-val=in]').dispatchEvent(new Event('click'))")
    wait = "new Promise((done) => setTimeout(() => done(document.querySelectorAll('.xtick text').length), 300))"
    assert page.value(wait) > 2
    zoomed = page.value("figure.layout.xaxis.range")
    assert zoomed == pytest.approx([-0.52, 0.52])
    page.value(SET.format(0, 1))
    assert page.value("figure.layout.xaxis.range") == zoomed, "a slider leaves the zoom as it is"


@in_browser
def test_numbers_along_a_logarithmic_axis_do_not_touch_in_a_narrow_window(browse):
    page = browse("huber l1 --log both --range 1e-9 1e9")
    page.call("Emulation.setDeviceMetricsOverride", width=390, height=800, deviceScaleFactor=1, mobile=False)
    wait = (
        "new Promise((done) => setTimeout(() => done(Array.from(document.querySelectorAll('.xtick text'), (each) =>"
        "{ const { left, right, height } = each.getBoundingClientRect(); return [left, right, height]; })), 500))"
    )
    boxes = page.value(wait)
    assert len(boxes) > 3
    assert all(before[1] < after[0] for before, after in pairwise(boxes))
    assert all(right - left > height for left, right, height in boxes), "none is turned"


@in_browser
def test_a_number_below_0_is_written_alike_everywhere(browse):
    page = browse("l1 --target -1:1:3")
    assert page.value("document.querySelector('output').textContent") == "−1"
    assert page.value("document.querySelector('input').getAttribute('aria-valuetext')") == "−1"
    assert page.value("['-1e+300', '1e-07', '-2.5', '3e+05'].map(printed)") == ["−1×10³⁰⁰", "1×10⁻⁷", "−2.5", "3×10⁵"]
    assert page.value("[-1e300, 1e-9, -0.25].map(shown)") == ["−1×10³⁰⁰", "1×10⁻⁹", "−0.25"]


@in_browser
def test_a_curve_whose_label_is_empty_has_no_entry(browse):
    page = browse("huber l1 --label '' --label b")
    assert page.value("Array.from(document.querySelectorAll('.legendtext'), (each) => each.textContent)") == ["b"]
    assert page.value("figure.data.map(({ name }) => name)") == ["", "b"]


@in_browser
def test_a_formula_stands_below_the_middle_of_a_small_figure(browse):
    page = browse("huber --size ieee --formula")
    middles = (
        "['#figure', 'div[role=img] svg'].map((name) => document.querySelector(name).getBoundingClientRect())"
        ".map(({ left, right }) => (left + right) / 2)"
    )
    figure, formula = page.value(middles)
    assert formula == pytest.approx(figure, abs=1)


@in_browser
def test_each_dashing_of_many_curves_is_its_own(browse):
    page = browse("l1 l2 huber pseudo-huber log-cosh fair cauchy")
    assert len({*page.value("figure.data.map(({ line }) => line.dash)")}) == 7


@pytest.mark.parametrize(("style", "scheme"), [("plain", "light"), ("dark", "dark")])
def test_sliders_are_dark_where_the_page_is(made, style, scheme):
    assert f"color-scheme: {scheme};" in made(f"huber --delta 1:2:2 --style {style}").read_text()
