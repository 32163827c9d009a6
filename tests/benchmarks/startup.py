"""Measure how long an installed, compiled lossplot takes to start: `python tests/benchmarks/startup.py [RUNS]`.

Each command is compared with a small Python program in alternating runs. Printed are the median ratio of their
processor times and the limit that the project has set itself.
"""

import resource
import statistics
import subprocess
import sys
import tempfile

RUNS = 15
TUTORIAL = """
import numpy as np, matplotlib.pyplot as plt
x = np.linspace(-1.0, 1.0, 500)
plt.plot(x, np.square(0 - x), "b-")
plt.xlabel("$Y_{pred}$", fontsize=15); plt.ylabel("$Y_{true}$", fontsize=15); plt.title("L2 loss")
plt.savefig("tutorial.png")
"""
PAIRS = [  # arguments of lossplot, the Python program to compare with, the largest ratio allowed
    (("--help",), "import click", 1.6),
    (("list",), "import click", 1.6),
    (("pseudo-huber", "--at", "1"), "import click, numpy", 1.1),
    (("l2", "--range", "-1", "1", "-q"), TUTORIAL, 0.85),
]


def processor_time(folder: str, *words: str) -> float:
    """Return the seconds of processor time (user and system) of a Python process with these arguments."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print one line per pair."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    with tempfile.TemporaryDirectory() as folder:
        for words, program, max_ratio in PAIRS:
            pair = (("-m", "losscli", *words), ("-c", program))
            for command in pair:
                processor_time(folder, *command)  # not counted: fills the file caches
            ratios = [processor_time(folder, *pair[0]) / processor_time(folder, *pair[1]) for _ in range(runs)]
            name = " ".join(words)
            print(f"lossplot {name:26} {statistics.median(ratios):5.2f} times, at most {max_ratio}")


if __name__ == "__main__":
    main()
