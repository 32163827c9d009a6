"""The explorer: what its page holds, what a browser makes of it, and its numbers against those of Python."""

import json
import re
import shlex

import numpy as np
import pytest
from browser import CHROMIUM

import losscli
from losscli.cli.main import read
from losscli.errors import UsageError
from losscli.losses import catalogue
from losscli.sampling.sample import along
from losscli.wording.info import lowest
from losscli.wording.listing import usual

in_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
LARGEST_PAGE = 12e6  # bytes
ONE = [loss for loss in catalogue().values() if not loss.family.vector]
SEVERAL = [loss for loss in catalogue().values() if loss.family.vector]
EXACT = 1e-12  # of the largest number of a curve
BETWEEN = (1e-5, 1e-5, 1e-2)  # value, gradient and Hessian of losses of several numbers, which are drawn from samples
PLACES = 40  # predictions at which a curve is compared
NUMBERS = """(jobs) => jobs.map(([name, texts, places]) => {
    const curve = curveOf(losses.get(name), texts);
    const f = functionOf(curve);
    const known = (number) => Number.isFinite(number) ? number : null;
    return places.map((x) => f(x).map(known));
})"""


@pytest.fixture(scope="module")
def whole(lossplot_once):
    """Make the page of all losses."""
    done, folder = lossplot_once("explore")
    assert (done.code, done.out, done.err) == (0, "losses.html\n", "")
    return folder / "losses.html"


@pytest.fixture
def browser(chromium, whole):
    """Open the page of all losses; nothing goes wrong in it, and it asks for nothing else."""
    chromium.open(whole)
    yield chromium
    chromium.value("0")
    assert chromium.named("Runtime.exceptionThrown") == []
    assert chromium.named("Log.entryAdded") == []
    assert {sent["request"]["url"].partition("#")[0] for sent in chromium.named("Network.requestWillBeSent")} == {
        whole.as_uri()
    }


def text(browser, selector):
    """Return the texts of all elements of a selector."""
    return browser.value(f"[...document.querySelectorAll({selector!r})].map((found) => found.textContent)")


def click(browser, selector):
    """Click on the first element of a selector."""
    place = "({ left, top, width, height }) => [left + width / 2, top + height / 2]"
    found = f"document.querySelector({selector!r})"
    browser.value(f"{found}.scrollIntoView({{ block: 'center' }})")
    browser.point(*browser.value(f"({place})({found}.getBoundingClientRect())"), click=True)


def point_at(browser, share):
    """Point at a place of the figure: 0 is the left end of its axis, 1 the right end."""
    browser.value("document.querySelector('#figure').scrollIntoView()")
    left, top, right = browser.value(
        "(({ left, top }) => [left + LEFT, top + 30, left + panels[0].right])(svg.getBoundingClientRect())"
    )
    browser.point(left + share * (right - left), top)


def readings(browser):
    """Return the prediction that is pointed at, and value, gradient and Hessian of each curve by its name."""
    rows = browser.value(
        "[...document.querySelectorAll('#readings tr')].map((row) => [...row.cells].map((c) => c.textContent))"
    )
    return text(browser, "#at")[0], {name: numbers for name, *numbers in rows}


def search(browser, words):
    """Type words into the search."""
    click(browser, "#search")
    browser.call("Input.insertText", text=words)


def settings(browser, loss):
    """Return the defaults of a loss, and its sliders one after the other at two thirds of their way, by name."""
    sliders = browser.value(f"losses.get({loss.name!r}).sliders.map((own) => [own.name, own.positions.map(shown)])")
    return [{}, *({name: positions[2 * len(positions) // 3]} for name, positions in sliders)]


def curve_of(loss, texts):
    """Return the curve of a loss with values that the page wrote as texts."""
    start = usual(loss)
    values = {name: None if word == "none" else float(word) for name, word in texts.items()}
    target = values.pop("target", start.target)
    return type(start)(loss, target, {**start.parameters, **values}, loss.name)


def evaluated(curve, places):
    """Return the numbers of Python's `evaluate`, or None for parameters or a target that it refuses."""
    try:
        return np.array(losscli.evaluate(curve.name, places, curve.target, **curve.parameters))
    except UsageError:
        return None


@in_browser
def test_every_loss_of_one_number_has_the_numbers_of_python(browser):
    rng = np.random.default_rng(0)
    jobs, expected = [], []
    for loss in ONE:
        for texts in settings(browser, loss):
            curve = curve_of(loss, texts)
            low, high = curve.fact("span") or loss.family.span(curve.canonical_target)
            places = rng.uniform(low, high, PLACES)
            jobs.append((loss.name, texts, places.tolist()))
            expected.append(evaluated(curve, places))
    found = browser.value(f"({NUMBERS})({json.dumps(jobs)})")
    assert len(jobs) > 2 * len(ONE)
    for job, numbers, truth in zip(jobs, found, expected, strict=True):
        if truth is None:
            assert np.isnan(np.array(numbers, float)).all(), job
            continue
        for own, exact in zip(np.array(numbers, float).T, np.where(np.isfinite(truth), truth, np.nan), strict=True):
            largest = np.nanmax(abs(exact), initial=0.0)
            np.testing.assert_allclose(own, exact, rtol=0, atol=EXACT * largest, err_msg=str(job[:2]))
    assert sum(truth is None for truth in expected) < 5


@in_browser
def test_losses_of_several_numbers_are_as_exact_as_the_page_says(browser):
    rng = np.random.default_rng(0)
    jobs, expected = [], []
    for loss in SEVERAL:
        figure = read([loss.name]).recipe
        section = along(figure, figure.curves[0])
        low, high = section.fact("span") or loss.family.span(section.canonical_target)
        places = rng.uniform(low + (high - low) / 50, high - (high - low) / 50, PLACES)
        jobs.append((loss.name, {}, places.tolist()))
        expected.append(section.terms(places))
    found = browser.value(f"({NUMBERS})({json.dumps(jobs)})")
    for job, numbers, truth in zip(jobs, found, expected, strict=True):
        for own, exact, bound in zip(np.array(numbers, float).T, truth, BETWEEN, strict=True):
            known = np.isfinite(exact)
            largest = np.max(abs(exact[known]), initial=0.0)
            np.testing.assert_allclose(own[known], exact[known], rtol=0, atol=bound * largest, err_msg=job[0])


@in_browser
def test_the_floor_is_that_of_the_sliders(browser):
    for loss in ONE:
        for texts in settings(browser, loss):
            curve = curve_of(loss, texts)
            if evaluated(curve, [0.5]) is not None:
                found = browser.value(f"lowestOf(curveOf(losses.get({loss.name!r}), {json.dumps(texts)}))[1]")
                assert found == lowest(curve), (loss.name, texts)


@in_browser
def test_a_loss_is_searched_by_a_librarys_name_chosen_moved_and_read(browser):
    search(browser, "torch.nn.HuberLoss")
    assert text(browser, "#losses b") == ["huber"]
    assert text(browser, "#losses i") == ["torch.nn.HuberLoss"]
    click(browser, "#losses button")
    assert text(browser, ".card h2 code")[3] == "huber"
    point_at(browser, 0.9)
    assert readings(browser) == ("prediction 2.4", {**readings(browser)[1], "huber": ["1.9", "1", "0"]})
    before = browser.value("document.querySelector('.curve.c3').getAttribute('d')")
    click(browser, ".card.c3 input")  # the middle is the default
    for _ in range(6):
        browser.press("ArrowRight", 39)
    delta = float(text(browser, ".card.c3 output")[0])
    value, gradient, hessian = losscli.evaluate("huber", 2.4, 0, delta=delta)
    assert delta > 1
    assert readings(browser)[1]["huber"] == [f"{value:.6g}", f"{gradient:.6g}", f"{hessian:.6g}"]
    assert browser.value("document.querySelector('.curve.c3').getAttribute('d')") != before
    click(browser, ".card.c3 .away")
    assert list(readings(browser)[1]) == ["l2", "l1", "pseudo-huber"]


@in_browser
def test_the_link_keeps_the_choice(browser):
    search(browser, "cauchy")
    click(browser, "#losses button")
    click(browser, "#show [value=hessian]")
    browser.value(
        "document.querySelector('#to').value = '5.5'; document.querySelector('#to').dispatchEvent(new Event('change'))"
    )
    click(browser, ".card.c3 input")
    browser.press("ArrowLeft", 37)
    point_at(browser, 0.5)
    link, seen, said = (
        browser.value("document.querySelector('#link').href"),
        readings(browser),
        text(browser, ".card output"),
    )
    assert link == browser.value("location.href")
    browser.value("location.hash = ''")
    browser.value("new Promise((done) => setTimeout(done, 50))")
    assert list(readings(browser)[1]) == ["l2", "l1", "pseudo-huber"]
    browser.value(f"location.hash = {json.dumps('#' + link.partition('#')[2])}")
    browser.value("new Promise((done) => setTimeout(done, 50))")
    point_at(browser, 0.5)
    assert (readings(browser), text(browser, ".card output")) == (seen, said)
    assert browser.value("[...document.querySelectorAll('.axis')].map((axis) => axis.textContent)") == [
        "Loss", "Hessian", "Prediction",
    ]  # fmt: skip


@in_browser
def test_a_link_that_is_wrong_leaves_out_what_is_not_known(browser):
    browser.value("restore('loss=nothing&loss=huber+delta:x+theta:1+target:0.5&loss=hinge&show=colour&from=x&to=4')")
    assert list(readings(browser)[1]) == ["huber"]  # hinge reads scores
    assert text(browser, ".card output") == ["1", "0.4"]  # the nearest position of the slider
    assert browser.value("endsOf()") == [-2.6, 4]


@in_browser
def test_six_curves_are_the_most_and_another_kind_starts_anew(browser):
    for _ in range(4):
        browser.value("choose(losses.get('huber'))")
    assert (
        list(browser.value("state.curves.map(({ loss }) => loss.name)")) == ["l2", "l1", "pseudo-huber"] + ["huber"] * 3
    )
    assert "6 curves are the most" in text(browser, "#said")[0]
    search(browser, "hinge")
    assert browser.value("document.querySelector('#losses button').className") == "apart"
    click(browser, "#losses button")
    assert list(readings(browser)[1]) == ["hinge"]


@in_browser
def test_a_jump_is_read_from_both_sides_and_drawn_with_a_gap(browser):
    browser.value("restore('loss=l1&loss=crammer-singer&show=value+gradient')")
    point_at(browser, 0.5)
    assert readings(browser) == ("prediction 0", {"l1": ["0", "−1 | 1", "0"]})
    paths = browser.value(
        "[...document.querySelectorAll('.curve')].map((path) => path.getAttribute('d').split('M').length - 1)"
    )
    assert paths == [1, 2]
    browser.value("restore('loss=crammer-singer&show=gradient&from=0&to=2')")
    point_at(browser, 0.5)
    assert readings(browser) == ("prediction 1", {"crammer-singer": ["0", "−1 | 0", "0"]})
    assert browser.value("document.querySelector('.curve').getAttribute('d').split('M').length") == 3


@in_browser
def test_parameters_that_do_not_go_together_are_said_not_drawn(browser):
    browser.value("restore('loss=hampel+a:9&show=value')")
    assert text(browser, ".lowest") == ["There is no such loss: it needs 0 < a <= b < c."]
    assert browser.value("document.querySelector('.curve').getAttribute('d')") == ""


@in_browser
def test_infinite_values_leave_the_panel(browser):
    browser.value("restore('loss=cross-entropy&show=value')")
    bottom, top = browser.value("panels[0].ends")
    assert bottom < 0 < top < 8
    assert browser.value("Math.min(...drawn[0].runs[0].map(({ jet }) => panels[0].outside(jet[0])))") < 0


@in_browser
@pytest.mark.parametrize("width", [320, 420, 900])
def test_a_narrow_page_does_not_scroll_sideways(browser, width):
    browser.value(
        "restore('loss=sparse-softmax-cross-entropy&loss=multilabel-soft-margin&show=value+gradient+hessian')"
    )
    browser.call("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False)
    wide = browser.value("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    browser.call("Emulation.clearDeviceMetricsOverride")
    assert wide[0] == wide[1]


def test_the_page_is_of_all_losses_and_not_too_large(whole):
    data = whole.read_text()
    assert len(data.encode()) < LARGEST_PAGE
    assert all(f'"name":"{name}"' in data for name in catalogue())


def test_nothing_is_loaded_from_elsewhere_and_no_text_is_code(whole):
    data = whole.read_text()
    assert not re.search(r"src=|@import|url\((?!#)", data)
    assert "default-src 'none'" in data
    assert data.count("<script") == data.count("</script") == 1


def test_a_page_has_the_losses_that_are_named_by_any_name(lossplot, tmp_path):
    done = lossplot("explore", "hinge", "torch.nn.HuberLoss", "huber", "-o", "few.html")
    assert (done.code, done.out, done.err) == (0, "few.html\n", "")
    page = (tmp_path / "few.html").read_text()
    assert re.findall(r'"name":"([^"]+)","title"', page) == ["hinge", "huber"]
    assert lossplot("explore", "hinge", "huber", "-o", "-").raw == page.encode()


def test_a_batch_may_have_pages(lossplot, tmp_path):
    (tmp_path / "lines.txt").write_text("explore l1 -o l1.html\n")
    assert lossplot("batch", "lines.txt", "--into", "pages").code == 0
    assert (tmp_path / "pages" / "l1.html").read_text().startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("hubr", "no loss is called 'hubr'; did you mean huber? lossplot list shows them all"),
        ("mine.py:f", "mine.py:f is a loss of your own; explore shows those of the catalogue"),
        ("huber --delta 2", "explore has no option --delta; see lossplot explore --help"),
        ("huber -o huber.png", "-o huber.png; the page is an .html file, or - for standard output"),
        ("huber -o ''", "-o ''; the page is an .html file, or - for standard output"),
        ("huber -o none/huber.html", "-o none/huber.html: there is no folder none; make it first"),
    ],
)
def test_what_is_not_understood_is_one_line(lossplot, tmp_path, line, error):
    done = lossplot("explore", *shlex.split(line))
    assert (done.code, done.out, done.err) == (2, "", f"lossplot: {error}\n")
    assert list(tmp_path.iterdir()) == []


def test_a_page_that_cannot_be_made_leaves_the_old_one(lossplot, tmp_path, monkeypatch):
    (tmp_path / "losses.html").write_text("old")
    monkeypatch.setattr(
        "losscli.outputs.files.os.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left"))
    )
    done = lossplot("explore", "l1")
    assert (done.code, done.err) == (1, "lossplot: losses.html cannot be written: No space left\n")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("losses.html", "old")]
