"""Compare lossplot's GIF of a sweep with FuncAnimation and PillowWriter: `python tests/benchmarks/gif.py [RUNS]`.

Both write the same 60 frames of the same figure, each in its own process, in alternating runs; the result is the median
of the ratios. The cost of starting and importing without drawing is the same for both, so it is measured and
subtracted; the ratio of the whole processes is printed too. FuncAnimation does not repeat the layout for each frame, as
Matplotlib would by itself: that takes about twice as long. All times are processor time (user and system).
"""

import os
import shlex
import statistics
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path

COMMAND_LINE = "huber --delta 0.05:3:60"
RUNS = 5


def scene():
    """Return the scene of the command line."""
    from losscli.cli.main import read
    from losscli.drawing.scene import Scene

    return Scene(read(shlex.split(COMMAND_LINE)).recipe)


def start(_path):
    """Do what both have in common: import the modules and read the command line."""
    for name in ("matplotlib.animation", "losscli.outputs.motion", "losscli.sampling.sample"):
        import_module(name)
    scene()


def ours(path):
    """Write the GIF as lossplot does."""
    start(path)
    from losscli.outputs.motion import render

    Path(path).write_bytes(render(scene(), "gif"))


def animation(path):
    """Write the same frames with FuncAnimation, which draws the whole figure for every frame."""
    start(path)
    from matplotlib.animation import FuncAnimation, PillowWriter

    from losscli.drawing.style import setting
    from losscli.outputs.film import Film

    made = scene()
    with setting(made.recipe):
        film = Film(made)
        frames = len(film.captions)
        moving = FuncAnimation(film.figure, film.turn, frames=frames, init_func=lambda: None, blit=False)
        moving.save(path, writer=PillowWriter(fps=20))


def cpu_time(part, path):
    """Return the seconds of processor time of a process that runs one part: start, ours or animation."""
    before = os.times()
    subprocess.run([sys.executable, __file__, "--do", part, path], check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def main(runs):
    """Print each run and the median of the ratios."""
    ratios, whole = [], []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(runs):
            cost = {part: cpu_time(part, str(Path(folder, f"{part}.gif"))) for part in ("start", "ours", "animation")}
            whole.append(cost["ours"] / cost["animation"])
            ratios.append((cost["ours"] - cost["start"]) / (cost["animation"] - cost["start"]))
            print("  ".join(f"{part} {value:.2f} s" for part, value in cost.items()), f" ratio {ratios[-1]:.3f}")
    print(f"median ratio {statistics.median(ratios):.3f}; with the start of the process {statistics.median(whole):.3f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--do"]:
        {"start": start, "ours": ours, "animation": animation}[sys.argv[2]](sys.argv[3])
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else RUNS)
