"""Measure how fast numbers are made: `python tests/benchmarks/evaluation.py [RUNS]`.

`losscli.evaluate` is compared with the fastest stable forms of 20 losses that NumPy, SciPy and scikit-learn give (see
stable_forms.py), with SciPy's softmax of 1,000 classes, and its memory with its results. Then the numbers of 100,000
predictions as CSV: an installed lossplot is compared with a short Python program that evaluates the same predictions
with `losscli.evaluate` and writes them with `csv.writer`, in alternating runs. Printed are the processor times, the
median ratio and the limit that the project has set itself. SciPy and scikit-learn are needed.
"""

import statistics
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

import numpy as np
from scipy.special import log_softmax, softmax
from stable_forms import FORMS, draws
from startup import processor_time

import losscli

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


def seconds(call, *given) -> float:
    """Return the processor time of a call."""
    start = time.process_time()
    call(*given)
    return time.process_time() - start


def ratio(runs: int, ours, *others) -> float:
    """Return the median ratio of alternating runs against the fastest of some other functions."""
    times = [[seconds(call) for call in (ours, *others)] for _ in range(runs + 1)][1:]
    medians = [statistics.median(column) for column in zip(*times, strict=True)]
    best = min(range(1, len(medians)), key=medians.__getitem__)
    return statistics.median(row[0] / row[best] for row in times)


def compare_formulas(runs: int, order: int, limit: float) -> None:
    """Print a line for each of the 20 losses, and how many are as fast as the other forms."""
    ratios = {}
    for name, (kind, *forms) in FORMS.items():
        given = draws(kind)
        others = [lambda form=form, given=given: form(*given, order) for form in forms]
        ratios[name] = ratio(runs, lambda name=name, given=given: losscli.evaluate(name, *given, order=order), *others)
        print(f"  {name:22} {ratios[name]:.2f}")
    fast, slowest = sum(one <= 1 for one in ratios.values()), max(ratios, key=ratios.get)
    print(f"order {order}: {fast} of {len(ratios)} at most 1.0, {slowest} {ratios[slowest]:.2f}, at most {limit}")


def compare_classes(runs: int) -> None:
    """Print the ratio for 1,000 classes, value and gradient."""
    generator = np.random.default_rng(1)
    logits, index = generator.normal(0, 3, (2000, 1000)), generator.integers(0, 1000, 2000)
    found = ratio(
        runs,
        lambda: losscli.evaluate("sparse-softmax-cross-entropy", logits, index, order=1),
        lambda: (log_softmax(logits, axis=1), softmax(logits, axis=1)),
    )
    print(f"1,000 classes, 2,000 rows, value and gradient: {found:.2f} times, at most 2.0")


def compare_memory() -> None:
    """Print the most memory that evaluation takes, beside its results."""
    predictions = np.linspace(-5, 5, 10**7)
    for order in (0, 2):
        tracemalloc.start()
        found = losscli.evaluate("huber", predictions, order=order)
        share = tracemalloc.get_traced_memory()[1] / sum(term.nbytes for term in found if term is not None)
        tracemalloc.stop()
        print(f"memory of 10^7 predictions, order {order}: {share:.2f} times its results, at most 1.3")


def main() -> None:
    """Print one line per measure."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    with np.errstate(all="ignore"):
        compare_formulas(runs, 0, 2.5)
        compare_formulas(runs, 2, 5.0)
        compare_classes(runs)
    compare_memory()
    with tempfile.TemporaryDirectory() as folder:
        write_files(folder)
        for name, words in COMMANDS.items():
            pair = (("-m", "losscli", *words), ("-c", PROGRAM))
            for command in pair:
                processor_time(folder, *command)  # not counted: fills the file caches
            times = [tuple(processor_time(folder, *command) for command in pair) for _ in range(runs)]
            ours, theirs = (statistics.median(column) for column in zip(*times, strict=True))
            median = statistics.median(mine / other for mine, other in times)
            print(f"{name:13} {ours:.2f} s against {theirs:.2f} s: {median:.2f} times, at most {MAX_RATIO}")


if __name__ == "__main__":
    main()
