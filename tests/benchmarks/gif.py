"""Measure a GIF of a sweep against Matplotlib's FuncAnimation with PillowWriter: `python tests/benchmarks/gif.py [RUNS]`.

Both make the same 60 frames of the same figure, each in a process of its own; they take turns, and the median of the
ratios counts. What a process costs that starts and imports, and draws nothing, is measured too and taken off, since
both pay it alike; the ratio of the whole processes is printed beside it. FuncAnimation is spared the layout, which
lossplot settles once: with it, as Matplotlib would do by itself for each frame, it takes about twice as long. The times
are those that the system charges to the processes (user and system), not the clock.
"""

import os
import shlex
import statistics
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path

LINE = "huber --delta 0.05:3:60"
RUNS = 5


def scene():
    """Return the scene of the line."""
    from losscli.cli.main import read
    from losscli.drawing.scene import Scene

    return Scene(read(shlex.split(LINE)).recipe)


def start(_path):
    """Import what both need."""
    for name in ("matplotlib.animation", "losscli.outputs.motion", "losscli.sampling.sample"):
        import_module(name)
    scene()


def ours(path):
    """Make the GIF as lossplot does."""
    start(path)
    from losscli.outputs.motion import render

    Path(path).write_bytes(render(scene(), "gif"))


def animation(path):
    """Make the same frames with FuncAnimation: the same figure, every frame drawn whole."""
    start(path)
    from matplotlib.animation import FuncAnimation, PillowWriter

    from losscli.drawing.style import setting
    from losscli.outputs.film import Film

    made = scene()
    with setting(made.recipe):
        film = Film(made)
        frames = len(film.frames)
        moving = FuncAnimation(film.figure, film.turn, frames=frames, init_func=lambda: None, blit=False)
        moving.save(path, writer=PillowWriter(fps=20))


def seconds(part, path):
    """Return what a process that does one part costs, in seconds of processor time."""
    before = os.times()
    subprocess.run([sys.executable, __file__, "--do", part, path], check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def main(runs):
    """Print each run and the median of the ratios."""
    ratios, whole = [], []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(runs):
            cost = {part: seconds(part, str(Path(folder, f"{part}.gif"))) for part in ("start", "ours", "animation")}
            whole.append(cost["ours"] / cost["animation"])
            ratios.append((cost["ours"] - cost["start"]) / (cost["animation"] - cost["start"]))
            print("  ".join(f"{part} {value:.2f} s" for part, value in cost.items()), f" ratio {ratios[-1]:.3f}")
    print(f"median ratio {statistics.median(ratios):.3f}; with the start of the process {statistics.median(whole):.3f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--do"]:
        {"start": start, "ours": ours, "animation": animation}[sys.argv[2]](sys.argv[3])
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else RUNS)
