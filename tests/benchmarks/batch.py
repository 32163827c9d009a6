"""Measure the time of one more PNG of a batch, and the memory of batches: `python tests/benchmarks/batch.py [PAIRS]`.

A batch is paired with a loop of figure, plot, title, labels, savefig, close in a script of its own that makes the same
pixels. Both run with few and with many figures, so that what starting costs drops out, and the median of the ratios of
processor time counts. Then 240 figures, by wall time: with one process, with two, and again when they are all there.
The memory of the largest batches is printed for each format.
"""

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

PAIRS, FEW, MANY, ALL = 7, 5, 45, 240
WORDS = "l2 --range -1 1 --title 'L2 loss {number}' --label-size 15 -o batch{number}.{form}\n"
LOOP = """
import sys, numpy as np, matplotlib
matplotlib.use("agg")
import matplotlib.pyplot as plt
x = np.linspace(-1.0, 1.0, 500)
for number in range(int(sys.argv[1])):
    plt.figure()
    plt.plot(x, np.square(0 - x), "b-")
    plt.title(f"L2 loss {number}")
    plt.xlabel("$Y_{pred}$", fontsize=15)
    plt.ylabel("$Y_{true}$", fontsize=15)
    plt.savefig(f"loop{number}.png")
    plt.close()
"""
MEASURED = """
import resource, sys
from losscli.cli.main import main
main(["batch", sys.argv[1]])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def processor_time(folder: str, *words: str) -> float:
    """Return user and system seconds of a Python process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def batch(folder: str, count: int, form: str = "png") -> str:
    """Write a batch of so many figures that are not there yet; return its name."""
    for path in Path(folder).glob("batch*"):
        path.unlink()
    Path(folder, "batch.txt").write_text("".join(WORDS.format(number=number, form=form) for number in range(count)))
    return "batch.txt"


def one_more(folder: str) -> float:
    """Return the processor time of one more figure of a batch, over that of one more round of the loop."""
    own = [processor_time(folder, "-m", "losscli", "batch", batch(folder, count)) for count in (FEW, MANY)]
    loop = [processor_time(folder, "-c", LOOP, str(count)) for count in (FEW, MANY)]
    return (own[1] - own[0]) / (loop[1] - loop[0])


def wall(folder: str, *words: str) -> float:
    """Return the seconds that a Python process takes."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, check=True)
    return time.perf_counter() - start


def whole(folder: str) -> tuple[float, float, float]:
    """Return the wall time of two processes over one, of two over the loop, and of a batch that is there over one."""
    words = ("-m", "losscli", "batch", batch(folder, ALL))
    one, again = wall(folder, *words), wall(folder, *words)
    batch(folder, ALL)
    two, loop = wall(folder, *words, "--jobs", "2"), wall(folder, "-c", LOOP, str(ALL))
    return two / one, two / loop, again / one


def kilobytes(folder: str, count: int, form: str) -> int:
    """Return the most memory that a batch of so many figures takes."""
    words = [sys.executable, "-c", MEASURED, batch(folder, count, form)]
    return int(subprocess.run(words, cwd=folder, capture_output=True, check=True, text=True).stdout.split()[-1])


def main() -> None:
    """Print the ratio, and the growth of memory per figure after the first 20."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else PAIRS
    with tempfile.TemporaryDirectory() as folder:
        ratios = [one_more(folder) for _ in range(pairs)]
        last = [np.asarray(Image.open(Path(folder, f"{name}{MANY - 1}.png"))) for name in ("batch", "loop")]
        same = np.array_equal(*last)
        print(f"one more PNG: {statistics.median(ratios):.2f} of the loop, at most 0.45; same pixels: {same}")
        columns = zip(*(whole(folder) for _ in range(pairs)), strict=True)
        two, loop, again = map(statistics.median, columns)
        print(f"{ALL} PNGs with two processes: {two:.2f} of one, at most 0.6; {loop:.2f} of the loop, at most 0.28")
        print(f"the same again: {again:.3f} of drawing them, at most 0.012")
        for form in ("png", "svg", "pdf", "csv", "html"):
            growth = (kilobytes(folder, 120, form) - kilobytes(folder, 20, form)) / 100
            print(f"one more {form}: {growth:.0f} KiB, at most 150")


if __name__ == "__main__":
    main()
