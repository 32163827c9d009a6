"""Measure the summary of 10^7 predictions in a Parquet file: `python tests/benchmarks/predictions.py [RUNS]`.

Compared are whole processes in alternating runs: losscli.data with one process and with two, and a script that reads
the two columns with pandas and computes the mean Huber loss by textbook NumPy. Printed are medians of wall times and of
peak memory, the ratios, and the limits that the project has set itself. Needs pandas and pyarrow.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 7
ROWS = 10**7
LIMITS = {"time of one process / pandas": 1.5, "memory / pandas": 0.6, "time of two processes / one": 0.65}
PANDAS = """
import numpy as np, pandas as pd
rows = pd.read_parquet("rows.parquet", columns=["y_true", "y_pred"])
size = np.abs((rows["y_pred"] - rows["y_true"]).to_numpy())
print(np.where(size <= 1, 0.5 * size**2, size - 0.5).mean())
"""
OURS = """
from losscli.data import Words, from_files, summary
from losscli.data.work import processes
curves = [Words("huber", (), (("delta", 1.0),)).curve()]
with processes({jobs}) as workers:
    print(summary(curves, from_files(["rows.parquet"], curves), workers=workers).losses[0].mean)
"""
PROGRAMS = {"pandas": PANDAS, "one": OURS.format(jobs=1), "two": OURS.format(jobs=2)}


def write_rows(folder: str) -> None:
    """Write targets, and predictions with heavy-tailed errors."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(1)
    targets = 3 * rng.normal(size=ROWS)
    rows = pa.table({"id": np.arange(ROWS), "y_true": targets, "y_pred": targets + rng.standard_t(3, size=ROWS)})
    pq.write_table(rows, Path(folder, "rows.parquet"), compression="zstd")


def measured(folder: str, program: str) -> tuple[float, float, float]:
    """Return wall seconds, peak MiB and what the program printed."""
    start = time.perf_counter()
    root = str(Path(__file__).parents[2])
    process = subprocess.Popen(
        [sys.executable, "-c", program], cwd=folder, env={**os.environ, "PYTHONPATH": root}, stdout=subprocess.PIPE
    )
    printed = process.stdout.read()
    _, _, usage = os.wait4(process.pid, 0)
    return time.perf_counter() - start, usage.ru_maxrss / 1024, float(printed)


def main() -> None:
    """Print the medians and the ratios."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, __file__, "write", folder], check=True)  # its memory is no part of ours
        found = [{name: measured(folder, program) for name, program in PROGRAMS.items()} for _ in range(runs + 1)][1:]
    seconds, mebibytes = (
        {name: statistics.median(each[name][part] for each in found) for name in PROGRAMS} for part in (0, 1)
    )
    for name in PROGRAMS:
        print(f"{name:8} {seconds[name]:.2f} s {mebibytes[name]:.0f} MiB, mean {found[0][name][2]:.15g}")
    ratios = (
        seconds["one"] / seconds["pandas"],
        mebibytes["one"] / mebibytes["pandas"],
        seconds["two"] / seconds["one"],
    )
    for (name, limit), ratio in zip(LIMITS.items(), ratios, strict=True):
        print(f"{name}: {ratio:.2f}, at most {limit}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["write"]:
        write_rows(sys.argv[2])
    else:
        main()
