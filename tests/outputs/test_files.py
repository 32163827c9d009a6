"""Files are whole whatever ends the process that writes them, and whoever else writes them or has put things there."""

import os
import resource
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from kills import faults, furnish
from remake import lossplot

from losscli.outputs.files import write

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals and locks")
KILLED = """
import os, signal, sys
from losscli.cli.main import main
os.{call} = lambda *_, **__: os.kill(os.getpid(), signal.{signal})
main(sys.argv[1:])
"""


def killed_at(call, ended, *words):
    """Run a command line that is killed where it first makes a call of the system."""
    code = KILLED.format(call=call, signal=ended.name)
    return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, check=False).returncode


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize("ended", [signal.SIGKILL, signal.SIGTERM])
def test_what_a_killed_process_leaves_is_used_up_by_the_next(tmp_path, monkeypatch, call, ended):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "l2.svg").write_text("old")
    assert killed_at(call, ended, "l2", "-o", "l2.svg") == -ended
    assert (tmp_path / "l2.svg").read_text() == "old"
    assert len([*tmp_path.iterdir()]) == 2
    assert lossplot("l2", "-o", "l2.svg").returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["l2.svg"]
    assert (tmp_path / "l2.svg").read_text().endswith("</svg>\n")


def test_what_is_used_up_has_no_end_of_before(tmp_path):
    (tmp_path / ".a.csv.part").write_bytes(b"x" * 1000)
    write(tmp_path / "a.csv", b"new")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.csv": b"new"}


def test_two_writers_of_one_file_leave_what_one_of_them_wrote(tmp_path):
    texts = [bytes([number]) * 300_000 for number in range(8)]

    def again(text):
        for _ in range(20):
            write(tmp_path / "a.csv", text)
            seen.append((tmp_path / "a.csv").read_bytes() in texts)

    seen = []
    threads = [threading.Thread(target=again, args=[text]) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [True] * 160
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize("kind", ["link", "second name", "folder", "pipe"])
def test_nothing_is_written_through_what_another_has_put_there(tmp_path, kind):
    kept, part = tmp_path / "kept", tmp_path / ".a.csv.part"
    kept.write_text("kept")
    {
        "link": lambda: part.symlink_to(kept),
        "second name": lambda: part.hardlink_to(kept),
        "folder": part.mkdir,
        "pipe": lambda: os.mkfifo(part),
    }[kind]()
    write(tmp_path / "a.csv", b"new")
    assert (kept.read_text(), (tmp_path / "a.csv").read_bytes()) == ("kept", b"new")
    assert {path.name for path in tmp_path.iterdir()} == {"kept", "a.csv", ".a.csv.part"}


def test_a_full_disk_ends_a_batch_with_whole_files(tmp_path):
    (tmp_path / "lines.txt").write_text("l2 --points 2 --sampling even -o a.csv\nl2 -o b.png\nl1 --at 1\n")
    done = lossplot(
        "batch",
        "lines.txt",
        cwd=tmp_path,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (999, 999)),
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == "lines.txt:2: b.png cannot be written: File too large"
    assert {path.name for path in tmp_path.iterdir()} == {"lines.txt", "a.csv"}


@pytest.mark.parametrize("words", ["l2", "l2 -o a.svg", "batch lines.txt", "batch -", "redo a.svg", "l2 --data a.csv"])
def test_a_folder_that_is_gone_is_one_line(tmp_path, words):
    line = f'mkdir gone; cd gone; rmdir ../gone; "$0" -m losscli {words} < /dev/null'
    root = Path(__file__).parents[2]
    done = subprocess.run(
        ["bash", "-c", line, sys.executable],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == (0 if words == "batch -" else done.returncode)
    assert done.returncode in (0, 1, 2)
    assert done.stderr.count("\n") == (done.returncode != 0)
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    ("words", "kind", "wait"),
    [
        ("batch lines.txt", signal.SIGKILL, 1.2),
        ("batch lines.txt --jobs 2", signal.SIGTERM, 2.5),
        ("huber --data rows.csv --jobs 2 -o rows.svg -o rows.png", signal.SIGINT, 1.0),
    ],
)
def test_after_a_kill_the_next_run_does_only_what_is_missing(tmp_path, words, kind, wait):
    furnish(tmp_path)
    assert [*faults(tmp_path, words.split(), kind, wait)] == []
