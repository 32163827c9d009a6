"""Simulate 10^10 rows and 10^6 figures on clusters, from what is measured here: `python tests/benchmarks/scale.py`.

Measured are the seconds of a block of rows and of a figure, what merging and sending a result takes, and what a Dask
scheduler adds to each task. Then tasks are handed out in order to W workers as losscli.data.work does it, one task in a
hundred takes five times as long, and the results come back to one process that takes them in order. Printed is a table
for docs/scale.md. Needs pyarrow and distributed.
"""

import heapq
import os
import pickle
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

from losscli.data import Words, from_files
from losscli.data.passes import FirstPass, FromFiles
from losscli.data.work import AHEAD

ROWS_A_BLOCK, ALL_ROWS, ALL_FIGURES = 2**20, 10**10, 10**6
WORKERS = (1, 10, 100, 1000)
TOGETHER = (1, 16)  # blocks or figures in one task: today one; more would need a task that merges what it finds
BANDWIDTH = 1.25e9  # bytes in a second that reach the one process: 10 Gbit/s
SLOW, SLOWER = 0.01, 5.0  # the share of tasks that are slow, and by how much
FEW, MANY, TASKS = 5, 65, 2000


class Task(NamedTuple):
    """What one piece of work takes: seconds of a worker, seconds of the process that collects, bytes between."""

    worker: float
    collector: float
    size: int


def median(run, times=5):
    """Return the median of the seconds of a call."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def block(folder: str) -> Task:
    """Measure a block of rows of a Parquet file, for Huber's loss."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(1)
    targets = rng.normal(size=ROWS_A_BLOCK)
    rows = {"y_true": targets, "y_pred": targets + rng.standard_t(3, size=ROWS_A_BLOCK)}
    path = str(Path(folder, "rows.parquet"))
    pq.write_table(pa.table(rows), path, compression="zstd")
    curves = [Words("huber", (), (("delta", 1.0),)).curve()]
    planned = from_files([path], curves)
    task = FirstPass(FromFiles(planned.columns), (Words.of(curves[0]),))
    whole, sent = task(planned.blocks[0]), pickle.dumps(task(planned.blocks[0]), -1)
    seconds = median(lambda: task(planned.blocks[0]))
    return Task(seconds, median(lambda: whole.merge(pickle.loads(sent)), 50), len(sent))


def figure(folder: str) -> Task:
    """Measure one more PNG of a batch; its bytes stay where the worker writes them."""
    seconds = []
    for count in (FEW, MANY):
        lines = (f"l2 --range -1 1 --title 'L2 loss {number}' -o {count}-{number}.png\n" for number in range(count))
        Path(folder, "batch.txt").write_text("".join(lines))
        words = [sys.executable, "-m", "losscli", "batch", "batch.txt"]
        start = time.perf_counter()
        subprocess.run(words, cwd=folder, capture_output=True, check=True)
        seconds.append(time.perf_counter() - start)
    return Task((seconds[1] - seconds[0]) / (MANY - FEW), 0.0, 100)


def scheduling() -> float:
    """Measure what a Dask scheduler and its client add to a task, in seconds."""
    from distributed import Client

    with Client(n_workers=2, threads_per_worker=1, dashboard_address=None) as client:
        executor = client.get_executor()
        return median(lambda: [*executor.map(abs, range(TASKS))], 3) / TASKS


def simulated(task: Task, count: int, workers: int) -> float:
    """Return the seconds until the last result is taken, in order, by the one process that collects them."""
    rng = np.random.default_rng(0)
    seconds = task.worker * np.where(rng.random(count) < SLOW, SLOWER, 1.0)
    free, ends, now = [0.0] * workers, [], 0.0
    for number in range(count):
        # A task is handed out when the result `AHEAD * workers` before it was taken.
        handed = ends[number - AHEAD * workers] if number >= AHEAD * workers else 0.0
        done = max(heapq.heappop(free), handed) + seconds[number]
        heapq.heappush(free, done)
        now = max(now, done) + task.collector + task.size / BANDWIDTH
        ends.append(now)
    return now


def grouped(task: Task, together: int, added: float) -> Task:
    """Return several tasks as one, for which the scheduler is asked once and one result comes back."""
    return Task(task.worker * together, task.collector + added, task.size)


def told(seconds: float) -> str:
    """Return a duration as one says it."""
    for size, unit in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} s"


def main() -> None:
    """Print what was measured, and the table."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PYTHONPATH"] = str(Path(__file__).parents[2])
        rows, drawn, added = block(folder), figure(folder), scheduling()
    print(f"a block of {ROWS_A_BLOCK} rows: {1000 * rows.worker:.0f} ms of a worker, {rows.size / 1e6:.2f} MB back,")
    print(f"{1000 * rows.collector:.2f} ms to take it; a figure: {1000 * drawn.worker:.0f} ms;")
    print(f"the scheduler adds {1000 * added:.2f} ms to a task")
    print(
        "\n| workers | in a task | 10^10 rows | of the ideal | 10^6 figures | of the ideal |\n|---|---|---|---|---|---|"
    )
    for workers, together in ((workers, together) for together in TOGETHER for workers in WORKERS):
        cells = []
        for task, count in ((rows, ALL_ROWS // ROWS_A_BLOCK), (drawn, ALL_FIGURES)):
            whole = simulated(grouped(task, together, added), -(-count // together), workers)
            mean = task.worker * (1 + SLOW * (SLOWER - 1))
            cells += [told(whole), f"{whole * workers / (mean * count):.2f}"]
        print(f"| {workers} | {together} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
