"""Measure the numbers of 100,000 predictions as CSV: `python tests/benchmarks/evaluation.py [RUNS]`.

An installed lossplot is compared with a short Python program that evaluates the same predictions with
`losscli.evaluate` and writes them with `csv.writer`, in alternating runs. Printed are the processor times, the median
ratio and the limit that the project has set itself.
"""

import statistics
import sys
import tempfile
from pathlib import Path

from startup import processor_time

RUNS = 7
MAX_RATIO = 5.0
LOW, HIGH, COUNT = -1e3, 1e3, 100_000
PROGRAM = f"""
import csv, os, losscli, numpy as np
predictions = np.linspace({LOW}, {HIGH}, {COUNT})
terms = losscli.evaluate("huber", predictions)
with open(os.devnull, "w") as file:
    rows = csv.writer(file)
    rows.writerow(["prediction", "value", "gradient", "hessian"])
    for row in zip(predictions.tolist(), *(term.tolist() for term in terms)):
        rows.writerow([repr(number) for number in row])
"""
COMMANDS = {
    "--at LO:HI:N": ("huber", "--at", f"{LOW}:{HIGH}:{COUNT}", "--csv"),
    "--at FILE": ("huber", "--at", "predictions.txt", "--csv"),
    "--pairs FILE": ("huber", "--pairs", "pairs.txt", "--csv"),
}


def write_files(folder: str) -> None:
    """Write the predictions, and pairs of them with as many different targets."""
    step = (HIGH - LOW) / (COUNT - 1)
    predictions = [LOW + step * index for index in range(COUNT)]
    Path(folder, "predictions.txt").write_text("".join(f"{number!r}\n" for number in predictions))
    Path(folder, "pairs.txt").write_text("".join(f"{number!r},{number / 2!r}\n" for number in predictions))


def main() -> None:
    """Print one line per command."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    with tempfile.TemporaryDirectory() as folder:
        write_files(folder)
        for name, words in COMMANDS.items():
            pair = (("-m", "losscli", *words), ("-c", PROGRAM))
            for command in pair:
                processor_time(folder, *command)  # not counted: fills the file caches
            times = [tuple(processor_time(folder, *command) for command in pair) for _ in range(runs)]
            ours, theirs = (statistics.median(column) for column in zip(*times, strict=True))
            ratio = statistics.median(mine / other for mine, other in times)
            print(f"{name:13} {ours:.2f} s against {theirs:.2f} s: {ratio:.2f} times, at most {MAX_RATIO}")


if __name__ == "__main__":
    main()
