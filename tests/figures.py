"""A command line in, what it comes to on the way to a file: recipe, arrays, figure and what stands in it."""

import shlex

from matplotlib.text import Text

from losscli.cli.main import read
from losscli.drawing.scene import Scene
from losscli.drawing.style import setting
from losscli.sampling.sample import sample


def recipe(line):
    return read(shlex.split(line)).recipe


def sampled(line):
    return sample(recipe(line))


def figure(line):
    found = recipe(line)
    with setting(found):
        drawn = Scene(found).figure
        drawn.draw_without_rendering()
    return drawn


def texts_of(line):
    """Return all that is written in a figure or said of it."""
    return Scene(recipe(line)).texts


def spare(line):
    """Return a figure, and how many inches are left between what it shows and its edges."""
    found = recipe(line)
    with setting(found):  # ticks are made again whenever they are measured
        drawn = figure(line)
        box, (width, height) = drawn.get_tightbbox(), drawn.get_size_inches()
    return drawn, min(box.x0, box.y0, width - box.x1, height - box.y1)


def texts(drawn):
    return [text for text in drawn.findobj(Text) if text.get_text() and text.get_visible()]


def legend_of(drawn):
    return drawn.axes[0].get_legend() or next(iter(drawn.legends), None)


def entries(drawn):
    legend = legend_of(drawn)
    return [text.get_text() for text in legend.get_texts()] if legend else []
