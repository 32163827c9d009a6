"""Kills batches and runs over data at random moments and looks at what is left: `python tests/kills.py COUNT SEED`."""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from losscli.outputs.provenance import made_here

PYTHON = [sys.executable, "-m", "losscli"]
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
FIGURES = [f"{number}.{form}" for number, form in enumerate(["svg", "png", "npz", "json", "pdf", "svg", "png", "gif"])]
RUNS = {
    "batch of one process": ["batch", "lines.txt"],
    "batch of two": ["batch", "lines.txt", "--jobs", "2"],
    "data": ["huber", "l1", "--data", "rows.csv", "-o", "rows.svg", "-o", "rows.png"],
    "data in two processes": ["huber", "l1", "--data", "rows.csv", "--jobs", "2", "-o", "rows.svg", "-o", "rows.png"],
}
ROWS = 200_000


def furnish(folder):
    """Make what the runs read."""
    (folder / "tmp").mkdir()
    lines = [f"huber --delta {number + 1}:9:3 --points 60 -o {name}\n" for number, name in enumerate(FIGURES)]
    (folder / "lines.txt").write_text("".join(lines))
    rows = "".join(f"{number % 7},{number % 11}\n" for number in range(ROWS))
    (folder / "rows.csv").write_text(f"y_true,y_pred\n{rows}")


def heed_ctrl_c():
    """A job in the background ignores the signal, and hands that on to the processes it starts."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def started(folder, words):
    environment = os.environ | {"TMPDIR": str(folder / "tmp")}
    pipe = subprocess.DEVNULL
    return subprocess.Popen(
        [*PYTHON, *words],
        cwd=folder,
        env=environment,
        stdout=pipe,
        stderr=pipe,
        preexec_fn=heed_ctrl_c,  # noqa: PLW1509 - no threads run here
    )


def made(folder):
    """Return the figures that are there, with what tells whether one was written again."""
    names = [*FIGURES, "rows.svg", "rows.png"]
    return {name: (folder / name).stat().st_ino for name in names if (folder / name).exists()}


def faults(folder, words, kind, wait):
    """Kill a run, run it again, and yield what is wrong after each."""
    process = started(folder, words)
    time.sleep(wait)
    process.send_signal(kind)
    process.wait(60)
    there = made(folder)
    yield from (f"{name} is half a file" for name in there if not made_here((folder / name).read_bytes()))
    again = started(folder, words)
    if again.wait(300) != 0:
        yield f"the next run fails with {again.returncode}"
    after = made(folder)
    expected = FIGURES if words[0] == "batch" else ["rows.svg", "rows.png"]
    yield from (f"{name} is missing" for name in {*expected} - after.keys())
    if words[0] == "batch":
        yield from (f"{name} is drawn again" for name in there if there[name] != after[name])
    known = {"tmp", "lines.txt", "rows.csv", *after}
    left = [*(path for path in folder.iterdir() if path.name not in known), *(folder / "tmp").iterdir()]
    yield from (f"{path} is left" for path in left)


def main(count, seed):
    """Kill so many runs, say what is wrong, and return how many are."""
    rng, wrong, finished = random.Random(seed), 0, 0
    for number in range(count):
        name = [*RUNS][number % len(RUNS)]
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            furnish(folder)
            kind, wait = SIGNALS[number % 3], rng.uniform(0.3, 6 if "two" in name else 4)
            found = [*faults(folder, RUNS[name], kind, wait)]
            wrong += bool(found)
            for fault in found:
                print(f"{number}: {name}, {kind.name} after {wait:.3f} s: {fault}", flush=True)
        finished += 1
    print(f"{finished} kills, {wrong} with faults")
    return wrong


if __name__ == "__main__":
    sys.exit(min(1, main(int(sys.argv[1]), int(sys.argv[2]))))
