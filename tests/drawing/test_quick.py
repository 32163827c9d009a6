"""What is done once instead of again and again comes out the same."""

import os
import subprocess
import sys
from pathlib import Path

import matplotlib.axis
import numpy as np
import pytest
from figures import figure, recipe
from matplotlib.backends import backend_agg
from matplotlib.mathtext import MathTextParser
from PIL import Image

import losscli
from losscli.drawing.notebook import Canvas
from losscli.drawing.scene import Scene
from losscli.drawing.style import setting
from losscli.outputs import render

PACKAGE = Path(losscli.__file__).parents[1]
LINES = (
    "l2 --range -1 1 --title 'one $x^2$'",
    "l2 --range -1 1 --title two",
    "huber --delta 1:3:3 --mark breaks --show value --show gradient",
    "l2 --range -1e6 1e6 --log y --grid",
    "huber --delta 0.1:3:20 --as contour",
    "huber --delta 0.1:3:20 --as surface",
    "l2 --range -1 1 --title 'one $x^2$' --label-size 15",
    "focal --formula --size 4in 3in",
)


def read(path):
    with Image.open(path) as image:
        return image.mode, image.info, np.asarray(image)


@pytest.fixture
def counted(monkeypatch):
    """Return a function that counts the calls of a method from now on."""

    def count(owner, name):
        calls, real = [], getattr(owner, name)
        monkeypatch.setattr(owner, name, lambda *words, **options: (calls.append(words), real(*words, **options))[1])
        return calls

    return count


def test_a_batch_makes_the_pixels_and_the_metadata_of_single_runs(lossplot, tmp_path):
    lines = [f"{line} -o together{number}.png\n" for number, line in enumerate(LINES)]
    (tmp_path / "figures.txt").write_text("".join(lines))
    assert lossplot("batch", "figures.txt").code == 0
    for number, line in enumerate(LINES):
        script = "from losscli.cli.main import main; import shlex, sys; main(shlex.split(sys.argv[1]))"
        command = [sys.executable, "-c", script, f"{line} -o alone{number}.png"]
        subprocess.run(command, env=os.environ | {"PYTHONPATH": str(PACKAGE)}, check=True, capture_output=True)
        together, alone = (read(f"{name}{number}.png") for name in ("together", "alone"))
        assert together[:2] == alone[:2]
        assert np.array_equal(together[2], alone[2])


def test_a_batch_reads_a_formula_once_and_makes_one_renderer_for_figures_of_a_size(lossplot, tmp_path, counted):
    Canvas.spare.clear()
    Canvas.parser = None
    MathTextParser._parse_cached.cache_clear()
    made = counted(backend_agg, "RendererAgg")
    lines = [f"l2 --range -1 1 --title '$Y_{{own}}$' --points {50 + number} -o {number}.png\n" for number in range(5)]
    (tmp_path / "figures.txt").write_text("".join(lines))
    lossplot("batch", "figures.txt")
    assert MathTextParser._parse_cached.cache_info().misses == 3  # the title and the labels of the axes
    assert len({words[:2] for words in made}) == 1


def test_what_two_figures_that_live_show_is_their_own():
    first, second = (losscli.plot(words) for words in ("l1 --range 0 1", "l2 --range 0 1"))
    first.canvas.draw()
    before = np.array(first.canvas.buffer_rgba())
    second.canvas.draw()
    assert np.array_equal(before, first.canvas.buffer_rgba())
    assert not np.array_equal(before, second.canvas.buffer_rgba())


def test_a_figure_that_is_given_up_leaves_its_renderer_to_the_next():
    scene = Scene(recipe("l2 --range -1 1"))
    with setting(scene.recipe):
        renderer = scene.figure.canvas.get_renderer()
        given_up = scene.figure
        scene.close()
        drawn = Scene(scene.recipe).figure
    assert drawn.canvas.get_renderer() is renderer
    assert given_up.canvas.get_renderer() is not renderer


@pytest.mark.parametrize("form", ["png", "svg"])
def test_ticks_are_placed_once_in_a_drawing(counted, form):
    scene = Scene(recipe("l2 --range -1 1 --style default"))
    with setting(scene.recipe):
        assert scene.figure.get_layout_engine() is None
    placed = counted(matplotlib.axis.Axis, "_update_ticks")
    render(scene, form)
    assert len(placed) == 2


def test_ticks_follow_limits_that_change_between_two_drawings():
    drawn = figure("l2 --range -1 1")
    drawn.draw_without_rendering()
    drawn.axes[0].set_xlim(0, 100)
    drawn.draw_without_rendering()
    places = [tick.get_loc() for tick in drawn.axes[0].xaxis.get_major_ticks()]
    assert max(places) >= 100


def test_a_layout_of_the_users_may_move_the_ticks_while_it_draws():
    drawn = losscli.plot("l2 --range -1 1")
    drawn.set_layout_engine("constrained")
    drawn.set_size_inches(2, 1.5)
    drawn.axes[0].set_ylabel("two\nlines")
    again = losscli.plot("l2 --range -1 1")
    again.set_size_inches(2, 1.5)
    again.axes[0].set_ylabel("two\nlines")
    again.set_layout_engine("constrained")
    again.canvas.draw()
    again.canvas.draw()
    drawn.canvas.draw()
    assert np.array_equal(drawn.canvas.buffer_rgba(), again.canvas.buffer_rgba())
