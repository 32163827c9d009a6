"""Work on many workers: the same result to the last digit, also when one of them is killed; memory stays small."""

import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest
from summarized import curve, of_files

from losscli.data import npy, text, work
from losscli.data.work import AHEAD, Workers, cluster, processes, reduced, results
from losscli.errors import LossplotError

ROWS = 2_500_000


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """Return two files, of several blocks each, whose sums depend on the order in which they are added."""
    folder = tmp_path_factory.mktemp("rows")
    rng = np.random.default_rng(5)
    numbers = rng.normal(size=(3, ROWS)) * 10 ** rng.uniform(-6, 6, size=ROWS)
    targets, predictions, weights = numbers
    np.save(folder / "one.npy", np.column_stack([targets, predictions, abs(weights)]))
    np.savetxt(folder / "two.csv", numbers[:, :20_000].T, "%.17g", ",")
    return folder / "one.npy", folder / "two.csv"


def found(rows, workers=None, progress=None):
    return of_files("huber", *rows, columns=("1", "2"), arguments=True, workers=workers, progress=progress)


def described(summary):
    """Return everything in a summary as text, to the last digit."""
    buckets = {label: histogram.buckets()[:2] for label, histogram in summary.arguments.items()}
    return repr((summary.losses, summary.columns, summary.skipped, str(buckets)))


def test_any_number_of_workers_finds_the_same_digits(rows, monkeypatch):
    monkeypatch.setattr(npy, "BLOCK_ROWS", 1 << 19)
    monkeypatch.setattr(text, "BLOCK_BYTES", 1 << 20)
    expected = described(found(rows))
    for number in (2, 3):
        with processes(number) as workers:
            assert described(found(rows, workers)) == expected
    with ThreadPoolExecutor(2) as threads:
        assert described(found(rows, Workers(threads, 2))) == expected
    backwards = found(rows[::-1])
    assert backwards.losses[0].sum == found(rows).losses[0].sum


def test_progress_counts_every_block(rows):
    seen = []
    found(rows, progress=lambda done, total: seen.append((done, total)))
    blocks = seen[0][1]
    assert seen == [(done, blocks) for done in range(1, blocks + 1)]


class Counted:
    """A part that counts how many were made and are not merged yet."""

    waiting = most = 0

    def __init__(self):
        Counted.waiting += 1
        Counted.most = max(Counted.most, Counted.waiting)

    def merge(self, other):
        Counted.waiting -= 1


def test_few_parts_wait_to_be_merged():
    def task(block):
        time.sleep(0.05 if block == 0 else 0)
        return Counted()

    with ThreadPoolExecutor(2) as threads:
        reduced(task, range(500), Workers(threads, 2))
    assert Counted.waiting == 1
    assert Counted.most <= AHEAD * 2 + 2


def killed(_block):
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_process_that_is_ended_is_one_line():
    with (
        pytest.raises(LossplotError, match="a worker process was ended; fewer jobs need less memory"),
        processes(2) as workers,
    ):
        reduced(killed, [1, 2, 3], workers)


def test_wrong_rows_are_found_on_workers_too(tmp_path):
    (tmp_path / "rows.csv").write_text("y_true,y_pred\n1,2\n1\n")
    with pytest.raises(LossplotError, match="columns in line '1': 1"), processes(2) as workers:
        of_files("l2", tmp_path / "rows.csv", workers=workers)


CLUSTER = """
import os, signal, sys
from distributed import LocalCluster
from losscli.data.work import cluster
sys.path.insert(0, sys.argv[1])
from test_data_workers import described, found

if __name__ == "__main__":
    expected = described(found(sys.argv[2:]))
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True) as local:
        def kill(done, total):
            if done == 1:
                os.kill(next(iter(local.workers.values())).pid, signal.SIGKILL)

        with cluster(local.scheduler_address) as workers:
            print(workers.number, described(found(sys.argv[2:], workers)) == expected)
            print(described(found(sys.argv[2:], workers, kill)) == expected)
"""


def test_a_cluster_finds_the_same_digits_also_when_a_worker_is_killed(rows, tmp_path):
    pytest.importorskip("distributed")
    here = os.path.dirname(__file__)  # noqa: PTH120 - a path of a module
    path = os.pathsep.join([os.path.join(here, part) for part in ("../..", "..")])  # noqa: PTH118
    (tmp_path / "run.py").write_text(CLUSTER)
    command = [sys.executable, "run.py", here, *map(str, rows)]
    environment = os.environ | {"PYTHONPATH": path}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.stdout.split() == ["2", "True", "True"], done.stderr


@pytest.mark.parametrize("listens", [True, False])
def test_a_scheduler_that_does_not_answer_is_one_line(monkeypatch, listens):
    pytest.importorskip("distributed")
    monkeypatch.setattr(work, "WAIT", 1)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        if listens:
            silent.listen()
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(LossplotError, match=f"{address}: no Dask scheduler answers") as raised, cluster(address):
            pass
    assert "\n" not in str(raised.value)


def test_what_needs_dask_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(LossplotError, match=r"pip install 'lossplot\[cluster\]'"), cluster("tcp://127.0.0.1:1"):
        pass


MEMORY = """
import re, sys
from pathlib import Path
from summarized import of_files
found = of_files("huber", sys.argv[1], columns=("1", "2"))
peak = re.search(r"VmHWM:\\s*(\\d+) kB", Path("/proc/self/status").read_text())[1]
print(found.losses[0].rows, int(peak) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc")
@pytest.mark.parametrize("count", [10**7, pytest.param(10**8, marks=pytest.mark.thorough)])
def test_memory_does_not_grow_with_the_rows(tmp_path, count):
    with (tmp_path / "rows.npy").open("wb") as file:
        np.lib.format.write_array_header_1_0(file, {"descr": "<f8", "fortran_order": False, "shape": (count, 2)})
        file.truncate(file.tell() + count * 16)  # zeros that take no space
    here = os.path.dirname(__file__)  # noqa: PTH120
    path = os.pathsep.join([os.path.join(here, part) for part in ("../..", "..")])  # noqa: PTH118
    command = [sys.executable, "-c", MEMORY, str(tmp_path / "rows.npy")]
    environment = os.environ | {"PYTHONPATH": path}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600, check=True)
    rows, mebibytes = map(int, done.stdout.split())
    assert rows == count
    assert mebibytes < 100  # the rows alone have 150 and more


def test_curves_are_made_again_from_their_words():
    import pickle

    from losscli.data.passes import Words
    from losscli.names.find import find

    spelling = find("torch.nn.PoissonNLLLoss").switched({"full": True})
    named = {item.name: item.default for item in spelling.parameters}
    made = Words(spelling.name, (("full", True),), tuple(named.items())).curve()
    again = pickle.loads(pickle.dumps(Words.of(made))).curve()
    assert (again.name, again.parameters) == (made.name, made.parameters)
    assert again.name == "torch.nn.PoissonNLLLoss(full=True)"
    assert Words.of(curve("huber", delta=3.0)).curve().parameters == {"delta": 3.0}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.usefixtures("hears_ctrl_c")
def test_ctrl_c_while_processes_start_is_heard(monkeypatch):
    start = ProcessPoolExecutor.submit

    def submit(*given):
        os.kill(os.getpid(), signal.SIGINT)
        return start(*given)

    monkeypatch.setattr(ProcessPoolExecutor, "submit", submit)
    with pytest.raises(KeyboardInterrupt), processes(2) as workers:
        list(results(abs, [1, 2], workers))
