"""The steps of a descent in films and pages: what each frame shows, and which steps there are of many."""

import io
import json
import re
from itertools import pairwise

import numpy as np
import pytest
from browser import CHROMIUM, started
from PIL import Image

from losscli.cli.main import read
from losscli.drawing.scene import Scene
from losscli.drawing.style import setting
from losscli.outputs.film import Film
from losscli.training.descent import descend

THREE = "l1 l2 pseudo-huber --delta 0.24 --descend 0.9 --rate 0.1"
SOFTMAX = "softmax-cross-entropy --target 0.1,0.02,0.88 --descend 1,-3,10 --rate 1"


def scene(line):
    job = read([*line.split(), "-o", "a.gif"])
    return Scene(job.recipe, job.below)


def lines(figure):
    return {line.get_gid(): line for panel in figure.axes for line in panel.lines}


def test_each_frame_has_the_steps_so_far_and_where_the_path_is():
    made = scene(f"{THREE} --steps 12")
    path = descend(made.recipe.curves[1], 0.9, 0.1, 12)
    with setting(made.recipe):
        film = Film(made)
        drawn, limits = lines(film.figure), [panel.axis() for panel in film.figure.axes]
        assert film.captions == [f"Target 0\nstep {step}" for step in range(13)]
        for step in range(13):
            film.turn(step)
            assert drawn["steps-1"].get_xdata().tolist() == path.predictions[: step + 1].tolist()
            assert drawn["steps-1"].get_ydata().tolist() == path.values[: step + 1].tolist()
            assert drawn["place-1"].get_xdata().tolist() == [path.predictions[step]]
            assert drawn["above-1"].get_xdata().tolist() == [*range(step + 1)]
            np.testing.assert_allclose(drawn["above-1"].get_ydata(), path.values[: step + 1])
        assert [panel.axis() for panel in film.figure.axes] == limits


def test_a_frame_is_what_drawing_the_whole_figure_gives():
    made = scene(f"{THREE} --steps 6 --formula")
    with setting(made.recipe):
        pictures = [picture.copy() for picture in Film(made).pictures()]
        whole = Film(made)
        for index, picture in enumerate(pictures):
            whole.turn(index)
            whole.canvas.draw()
            assert (np.asarray(whole.canvas.buffer_rgba()) == picture).all()
    assert len({picture.tobytes() for picture in pictures}) == 7


@pytest.mark.parametrize("line", [THREE, SOFTMAX, f"{THREE} --log y --style dark", "l2 --descend 1 --delta 1"])
def test_a_gif_plays_the_steps(lossplot, tmp_path, line):
    line = line.replace("l2 --descend 1 --delta 1", "huber --delta 0.5:1:3 --descend 1 --optimizer adam")
    done = lossplot(*line.split(), "--steps", 5, "-o", "d.gif", "-o", "d.webp")
    assert (done.code, done.err) == (0, "")
    assert Image.open(io.BytesIO((tmp_path / "d.gif").read_bytes())).n_frames == 6
    assert Image.open(io.BytesIO((tmp_path / "d.webp").read_bytes())).n_frames == 1


def test_of_many_steps_an_odd_share_is_played_so_that_a_cycle_is_seen():
    made = scene("l1 --descend 0.95 --rate 0.1 --steps 10000")
    played = made.steps.played()
    assert (played[0], played[-1]) == (0, 10_000)
    assert len(played) <= 202
    assert {step - before for before, step in pairwise(played[:-1])} == {51}
    places = {float(made.steps.lines(step)["place-0"][0][0]) for step in played[10:-1]}
    assert len(places) == 2
    assert min(places) < 0 < max(places)


@pytest.fixture
def page(lossplot, tmp_path):
    """Make the page of a line, and return its path and what it gives to its script."""
    pytest.importorskip("plotly")

    def made(line):
        done = lossplot(*line.split(), "-o", "d.html")
        assert (done.code, done.err) == (0, "")
        text = (tmp_path / "d.html").read_text()
        found = re.search('<script type="application/json" id="figure">(.*?)</script>', text)[1]
        return tmp_path / "d.html", json.loads(found)

    return made


def shown(content, key):
    """Return the numbers of the lines of the steps in a frame of a page, for the K-th of them."""
    found = []
    for index in content["frames"][key]:
        source = content["sources"][index]
        if "part" in source:
            part = slice(*source["part"])
            found.append([content["arrays"][source[name]][part] for name in ("x", "y")])
    return found


def test_a_page_has_a_frame_for_each_step(page):
    _, content = page(f"{THREE} --steps 12 --fps 10")
    assert list(content["frames"]) == [str(step) for step in range(13)]
    slider = content["layout"]["sliders"][0]
    assert [step["label"] for step in slider["steps"]] == [str(step) for step in range(13)]
    assert (slider["active"], content["pause"]) == (12, 100)
    path = descend(read(["l2"]).recipe.curves[0], 0.9, 0.1, 12)
    steps, place, above = shown(content, "7")[3:6]
    assert steps == [path.predictions[:8].tolist(), path.values[:8].tolist()]
    assert place == [[path.predictions[7]], [path.values[7]]]
    assert above[0] == [*range(8)]
    np.testing.assert_allclose(above[1], path.values[:8])
    assert content["layout"]["yaxis2"]["type"] == "log"
    assert content["layout"]["xaxis2"]["title"]["text"] == "Step"


def test_a_page_of_several_logits_has_the_loss_per_step_alone(page):
    _, content = page(f"{SOFTMAX} --descend 0,0,0 --steps 5")
    assert "yaxis2" not in content["layout"]
    assert content["layout"]["yaxis"]["title"]["text"] == "Loss above its floor"
    assert [trace["showlegend"] for trace in content["traces"]] == [True, True]
    assert [len(y) for _, y in shown(content, "3")] == [4, 4]


def test_a_page_of_very_many_steps_keeps_those_it_plays(page):
    path, content = page("l2 --descend 0.9 --rate 1e-5 --steps 100000")
    assert path.stat().st_size < 6_000_000
    assert len(content["frames"]) <= 202
    steps = shown(content, list(content["frames"])[-1])[2][0]
    assert (steps[0], steps[-1], len(steps)) == (0, 100_000, len(content["frames"]))


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_the_button_plays_the_steps(page, tmp_path):
    file, _ = page(f"{THREE} --steps 6 --fps 50")
    with started(tmp_path / "profile") as browser:
        browser.open(file)
        length = "graph._fullData.find((line) => line.yaxis === 'y2').x.length"
        assert browser.value(length) == 7
        played = (
            "new Promise((done) => { const seen = new Set(); button.click();"
            f"const look = () => {{ seen.add({length});"
            "if (playing) setTimeout(look, 2); else done([...seen]); }; setTimeout(look, 0); })"
        )
        seen = browser.value(played)
        assert seen[-1] == 7
        assert {1, 4} <= {*seen}
        assert browser.value("button.textContent") == "Play"
        assert browser.value("document.getElementById('state').textContent") == "Step = 6"
        assert browser.named("Runtime.exceptionThrown") == browser.named("Log.entryAdded") == []
