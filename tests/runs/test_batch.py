"""Many command lines in one file."""

import gc
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import matplotlib as mpl
import pytest

from losscli.data import work as workers
from losscli.drawing.notebook import Figure
from losscli.runs import batch
from losscli.runs import drawing as work

FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
PACKAGE = Path(batch.__file__).parents[2]


def test_every_line_that_can_be_done_is_done(lossplot, tmp_path):
    (tmp_path / "figures.txt").write_text(
        "# a comment\n\nl2 --range -1 1   # after words too\nl3\n"
        "l1 --title 'two words' -o named.svg\nl2 --at 1\nl1 --title 'open\n"
    )
    result = lossplot("batch", "figures.txt", "--into", "out/deep")
    assert result.code == 1
    assert result.out.splitlines() == [
        "out/deep/l2.png",
        "out/deep/named.svg",
        "l2 at 1, target 0: value 1, gradient 2, hessian 2",
    ]
    errors = result.err.splitlines()
    assert errors[0].startswith("figures.txt:4: no loss is called 'l3'")
    assert errors[1] == "figures.txt:7: a quote is opened and never closed"
    assert errors[2] == "lossplot: 2 of the 5 lines of figures.txt failed"
    assert {path.name for path in (tmp_path / "out/deep").iterdir()} == {"l2.png", "named.svg"}


def test_a_line_as_it_stands_in_a_script(lossplot, tmp_path):
    (tmp_path / "figures.txt").write_text("lossplot l2\nl2 \\\n--range 0 1\n")
    first, second, third, _ = lossplot("batch", "figures.txt").err.splitlines()
    assert first.startswith("figures.txt:1: no loss is called 'lossplot'; that is this program")
    assert second == "figures.txt:2: it ends in a backslash; a figure is one line"
    assert third.startswith("figures.txt:3: ")


def test_a_fault_that_repeats_is_told_once_with_its_lines(lossplot, tmp_path):
    (tmp_path / "figures.txt").write_text("l3\nl1 --at 1\n\nl3\nl1 --no-legend\nl3 # again\n")
    result = lossplot("batch", "figures.txt")
    first, second, last = result.err.splitlines()
    assert first.startswith("figures.txt:1, 4, 6: no loss is called 'l3'")
    assert second == "figures.txt:5: --no-legend; say --legend none"
    assert last == "lossplot: 4 of the 5 lines of figures.txt failed"
    assert (result.code, result.out) == (1, "l1 at 1, target 0: value 1, gradient 1, hessian 0\n")


def test_faults_are_told_before_an_interruption_ends_the_batch(lossplot, tmp_path, monkeypatch):
    def render(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(work, "render", render)
    (tmp_path / "figures.txt").write_text("l3\nl2\nl3\n")
    result = lossplot("batch", "figures.txt")
    assert (result.code, result.err.count("\n")) == (130, 1)
    assert result.err.startswith("figures.txt:1: no loss is called 'l3'")


def test_standard_input(lossplot):
    result = lossplot("batch", "-", stdin=b"\xef\xbb\xbfl2\r\nl3\r\n")
    assert result.out == "l2.png\n"
    assert result.err.startswith("<stdin>:2: no loss")


def test_a_batch_inside_a_batch_is_refused(lossplot, tmp_path):
    (tmp_path / "figures.txt").write_text("batch figures.txt\narticle\n")
    result = lossplot("batch", "figures.txt")
    assert result.code == 1
    assert result.err.count("a batch inside a batch") == 2
    assert [path.name for path in tmp_path.iterdir()] == ["figures.txt"]


def test_two_lines_that_write_one_file(lossplot, tmp_path):
    (tmp_path / "figures.txt").write_text("l2\nl1 -o ./l2.png\nl2 --range 0 1 -o -\n")
    result = lossplot("batch", "figures.txt")
    assert (result.code, result.out) == (1, "l2.png\n")
    assert "figures.txt:2: l2.png is written by line 1" in result.err
    assert "figures.txt:3: -o -" in result.err


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1"])
def test_standard_output_by_another_name(lossplot, tmp_path, name):
    (tmp_path / "figures.txt").write_text(f"l2 -o {name} --format png\n")
    result = lossplot("batch", "figures.txt")
    assert (result.code, result.out) == (1, "")
    assert f"figures.txt:1: -o {name} would mix" in result.err


def test_a_line_that_needs_too_much_memory_does_not_stop_the_others(lossplot, tmp_path, monkeypatch):
    def render(scene, form):
        if scene.recipe.points == 77:
            raise MemoryError
        return form.encode()

    monkeypatch.setattr(work, "render", render)
    (tmp_path / "figures.txt").write_text("l2 --points 77 -o a.svg\nl2 -o b.svg\n")
    result = lossplot("batch", "figures.txt")
    assert (result.code, result.out) == (1, "b.svg\n")
    assert result.err.startswith("figures.txt:1: out of memory; fewer --points or curves need less\n")


def test_progress_is_shown_on_a_terminal_only(lossplot, tmp_path, monkeypatch):
    (tmp_path / "figures.txt").write_text("l2 --at 1\n")
    assert lossplot("batch", "figures.txt").err == ""
    from conftest import Stream

    monkeypatch.setattr(Stream, "isatty", lambda _: True)
    assert "figures.txt" in lossplot("batch", "figures.txt").err


def changed(path):
    return path.stat().st_mtime_ns


def test_a_figure_that_is_there_is_left_alone(lossplot, tmp_path):
    (tmp_path / "figures.txt").write_text("l2 -o a.svg -o a.png\nl1 --at 1\n")
    assert lossplot("batch", "figures.txt").out.splitlines()[:2] == ["a.svg", "a.png"]
    (tmp_path / "a.png").unlink()
    before = changed(tmp_path / "a.svg")
    result = lossplot("batch", "figures.txt")
    assert (result.code, result.err) == (0, "")
    assert result.out == "a.png\nl1 at 1, target 0: value 1, gradient 1, hessian 0\n"
    assert changed(tmp_path / "a.svg") == before
    assert lossplot("batch", "figures.txt", "--force").out.splitlines()[:2] == ["a.svg", "a.png"]
    assert changed(tmp_path / "a.svg") != before


def test_other_words_and_another_version_are_drawn_again(lossplot, tmp_path):
    (tmp_path / "figures.txt").write_text("l2 -o a.svg\nl2 -o b.svg\n")
    lossplot("batch", "figures.txt")
    kept = (tmp_path / "b.svg").read_bytes()
    (tmp_path / "b.svg").write_text(kept.decode().replace(">lossplot 0", ">lossplot 9"))
    (tmp_path / "figures.txt").write_text("l2 --points 90 -o a.svg\nl2 -o b.svg\n")
    assert lossplot("batch", "figures.txt").out == "a.svg\nb.svg\n"
    assert (tmp_path / "b.svg").read_bytes() == kept
    assert lossplot("batch", "figures.txt").out == ""


def test_a_file_of_another_is_replaced_by_force_only(lossplot, tmp_path):
    (tmp_path / "figures.txt").write_text("l2 -o a.svg -o b.svg\nl1 -o c.csv\n")
    (tmp_path / "b.svg").write_text("<svg/>")
    (tmp_path / "c.csv").write_text("name,curve\n")
    result = lossplot("batch", "figures.txt")
    assert (result.code, result.out) == (1, "")
    assert result.err.splitlines()[:2] == [
        "figures.txt:1: b.svg is there and lossplot did not make it; --force overwrites it",
        "figures.txt:2: c.csv is there and lossplot did not make it; --force overwrites it",
    ]
    assert (tmp_path / "b.svg").read_text() == "<svg/>"
    assert not (tmp_path / "a.svg").exists()
    assert lossplot("batch", "figures.txt", "--force").out == "a.svg\nb.svg\nc.csv\n"


def test_a_table_of_curves_is_known_as_ours_and_made_again(lossplot, tmp_path):
    (tmp_path / "figures.txt").write_text("l1 -o c.csv\n")
    lossplot("batch", "figures.txt")
    assert lossplot("batch", "figures.txt").out == "c.csv\n"


def test_what_was_left_alone_is_counted_on_a_terminal_only(lossplot, tmp_path, monkeypatch):
    (tmp_path / "figures.txt").write_text("l2 -o a.svg -o a.png\nl1\n")
    lossplot("batch", "figures.txt")
    from conftest import Stream

    assert lossplot("batch", "figures.txt").err == ""
    monkeypatch.setattr(Stream, "isatty", lambda _: True)
    result = lossplot("batch", "figures.txt")
    assert result.out == ""
    assert result.err.endswith("3 files were there already; --force draws them again\n")


def test_redo_inside_a_batch_is_refused(lossplot, tmp_path):
    lossplot("l2", "-o", "a.svg")
    (tmp_path / "figures.txt").write_text("redo a.svg\n")
    assert "figures.txt:1: redo cannot stand in a file of lines" in lossplot("batch", "figures.txt").err


def test_a_figure_in_another_format_is_not_there(lossplot, tmp_path):
    lines = "l2 -o a.svg -o a.tif -o a.jpeg -o a.webp\nhuber --delta 1:2:3 -o b.gif -o b.webp -o b.html\n"
    (tmp_path / "figures.txt").write_text(lines)
    lossplot("batch", "figures.txt", "--force")
    assert lossplot("batch", "figures.txt").out == ""
    lossplot("l2", "-o", "a.png")
    (tmp_path / "a.png").replace(tmp_path / "a.svg")
    lossplot("huber", "--delta", "1:2:3", "-o", "b.svg")
    (tmp_path / "b.svg").replace(tmp_path / "b.html")
    assert lossplot("batch", "figures.txt").out == "a.svg\nb.html\n"
    assert (tmp_path / "a.svg").read_bytes().startswith(b"<?xml")
    assert (tmp_path / "b.html").read_bytes().startswith(b"<!doctype html>")
    (tmp_path / "tables.txt").write_text("l2 -o a.csv -o a.png\n")
    lossplot("l2", "-o", "a.csv")
    (tmp_path / "a.csv").replace(tmp_path / "a.png")
    assert lossplot("batch", "tables.txt").out == "a.csv\na.png\n"


def test_a_line_that_clobbers_nothing_leaves_what_is_there_and_fails_at_what_is_another(lossplot, tmp_path):
    (tmp_path / "figures.txt").write_text("l2 --no-clobber -o a.svg -o b.svg\n")
    assert lossplot("batch", "figures.txt").out == "a.svg\nb.svg\n"
    (tmp_path / "b.svg").unlink()
    result = lossplot("batch", "figures.txt")
    assert (result.code, result.out) == (0, "b.svg\n")
    (tmp_path / "figures.txt").write_text("l2 --points 90 --no-clobber -o a.svg -o c.svg\nl1 -o d.svg\n")
    for words in ((), ("--force",)):
        result = lossplot("batch", "figures.txt", *words)
        assert result.code == 1
        assert result.err.startswith("figures.txt:1: a.svg is there already, and --no-clobber keeps it\n")
        assert not (tmp_path / "c.svg").exists()


def test_the_article_is_drawn_again_but_over_nothing_of_another(lossplot, tmp_path, monkeypatch):
    (tmp_path / "article.txt").write_text("l2 -o l2.svg\nl1 -o l1.png -o l1.svg\nl1 --at 0\n")
    monkeypatch.setattr(batch, "ARTICLE", tmp_path / "article.txt")
    first = lossplot("article", "-o", "out").out
    assert lossplot("article", "-o", "out").out == first
    (tmp_path / "out" / "l1.svg").write_text("mine")
    result = lossplot("article", "-o", "out")
    assert result.code == 1
    assert "article.txt:2: out/l1.svg is there and lossplot did not make it; --force overwrites it\n" in result.err
    assert result.out.splitlines() == [line for line in first.splitlines() if "l1." not in line]
    assert (tmp_path / "out" / "l1.svg").read_text() == "mine"
    assert lossplot("article", "-o", "out", "--force").out == first


@pytest.mark.parametrize("words", ["--style ./own.mplstyle", "--font own.ttf"])
def test_what_is_drawn_with_a_file_is_drawn_again(lossplot, tmp_path, words):
    (tmp_path / "own.mplstyle").write_text("lines.linewidth: 5\n")
    shutil.copy(FONTS / "DejaVuSerif.ttf", tmp_path / "own.ttf")
    (tmp_path / "figures.txt").write_text(f"l2 {words} -o a.png\nl1 -o b.png\n")
    assert lossplot("batch", "figures.txt").out == "a.png\nb.png\n"
    before = (tmp_path / "a.png").read_bytes()
    (tmp_path / "own.mplstyle").write_text("lines.linewidth: 1\n")
    shutil.copy(FONTS / "STIXGeneral.ttf", tmp_path / "own.ttf")
    assert lossplot("batch", "figures.txt").out == "a.png\n"
    assert (tmp_path / "a.png").read_bytes() != before


@pytest.mark.parametrize("header", ["curve,loss,name,mine", "curve,loss,name,target,prediction", "curve,loss,name"])
def test_a_table_of_another_that_begins_like_ours_is_kept(lossplot, tmp_path, header):
    (tmp_path / "l1.csv").write_text(f"{header}\n1,2,3,4\n")
    (tmp_path / "figures.txt").write_text("l1 -o l1.csv\n")
    result = lossplot("batch", "figures.txt")
    assert (result.code, (tmp_path / "l1.csv").read_text()) == (1, f"{header}\n1,2,3,4\n")
    assert "lossplot did not make it" in result.err


@pytest.mark.parametrize("form", ["png", "svg", "pdf", "gif"])
def test_a_batch_does_not_keep_its_figures(lossplot, tmp_path, form):
    lines = [f"huber --delta {1 + number}:{2 + number}:2 --points 9 -o {number}.{form}\n" for number in range(4)]
    (tmp_path / "figures.txt").write_text("".join(lines))
    gc.collect()
    before = sum(isinstance(item, Figure) for item in gc.get_objects())
    gc.disable()  # as a program that is started without its collector
    try:
        assert lossplot("batch", "figures.txt").code == 0
        assert gc.isenabled()
        frozen = gc.get_freeze_count()
    finally:
        gc.enable()
    gc.collect()
    assert sum(isinstance(item, Figure) for item in gc.get_objects()) == before
    assert frozen == 0


def test_the_collector_leaves_out_what_was_there_after_the_first_figure_until_the_batch_ends(
    lossplot, tmp_path, monkeypatch
):
    (tmp_path / "figures.txt").write_text("l1 --at 1\nl2\nl1\nhinge\n")
    left_out = []
    monkeypatch.setattr(work, "render", lambda *_: left_out.append(gc.get_freeze_count()) or b"")
    lossplot("batch", "figures.txt")
    first, second, third = left_out
    assert first == 0
    assert min(second, third) > 10_000
    assert gc.get_freeze_count() == 0


OWN = """
import multiprocessing, os, signal, sys, time
from pathlib import Path

print("loaded")
worker = multiprocessing.parent_process() is not None

def square(r):
    return r * r

def waits(r):
    if worker:
        Path(f"worker{os.getpid()}").touch()
        time.sleep(100)
    return r * r

def dies(r):
    if worker:
        os.kill(os.getpid(), signal.SIGKILL)
    return r * r

def dies_once(r):
    if worker and not Path("died").exists():
        Path("died").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return r * r
"""
EVERY_KIND = """l2 -o a.svg -o a.png
l3
l1 --at 1
own.py:square -o own.svg
l2 --terminal
l1 --title '\u4f2a' -o boxes.png
info --help
# nothing
own.py:square --at 2 --order 0
check expr:r**2 l2 -o checked.pdf
check expr:r**2/2 l2
l1 -o ./a.svg
l1 -o - --format png
l2 --at -
batch figures.txt
huber --delta 1:2:3 -o films/huber.gif
l3
l2 --sampling even -o table.csv --fps 3
l1 -q -o quiet.svg
l1 --title 'open
hinge
"""


def test_any_number_of_processes_makes_the_same_files_and_says_the_same(lossplot, tmp_path, monkeypatch):
    found = []
    for jobs in ("1", "2", "3"):
        folder = tmp_path / jobs
        (folder / "out" / "films").mkdir(parents=True)
        monkeypatch.chdir(folder)
        Path("own.py").write_text(OWN)
        Path("figures.txt").write_text(EVERY_KIND)
        first = lossplot("batch", "figures.txt", "--into", "out", "--jobs", jobs, "--allow-code", stdin=b"3\n")
        Path("out/hinge.png").unlink()
        again = lossplot("batch", "figures.txt", "--into", "out", "--jobs", jobs, stdin=b"3\n")
        files = {path.name: path.read_bytes() for path in Path("out").rglob("*.*")}
        found.append((first, again, files))
    assert found[1:] == [found[0]] * 2
    first, again, files = found[0]
    assert {"a.svg", "a.png", "own.svg", "boxes.png", "checked.pdf", "huber.gif", "quiet.svg", "hinge.png"} <= {*files}
    assert first.out.startswith(
        "out/a.svg\nout/a.png\nl1 at 1, target 0: value 1, gradient 1, hessian 0\nout/own.svg\n"
    )
    assert first.out.endswith("out/films/huber.gif\nout/hinge.png\n")
    assert first.err.startswith("loaded\nlossplot: no installed font has \u4f2a")
    assert "figures.txt:2, 17: no loss is called 'l3'" in first.err
    assert "figures.txt:12: out/a.svg is written by line 1" in first.err
    assert "figures.txt:13: -o - would mix" in first.err
    assert "figures.txt:4, 9: own.py:square is code" not in first.err
    assert "own.py:square is code, which a file of words may not run" in again.err
    assert again.out.endswith("\nout/hinge.png\n")
    assert "a.svg\n" not in again.out


def test_a_line_is_refused_before_an_earlier_one_with_its_file_is_done(lossplot, tmp_path):
    """The first of two lines has the file, also if the second is quicker."""
    lines = ["huber --delta 1:2:40 -o a.gif", *(f"l1 -o {number}.svg" for number in range(6)), "l2 -o ./a.gif"]
    (tmp_path / "figures.txt").write_text("\n".join(lines))
    result = lossplot("batch", "figures.txt", "--jobs", "2")
    assert "figures.txt:8: a.gif is written by line 1" in result.err
    assert b"huber" in (tmp_path / "a.gif").read_bytes()


def test_no_process_is_started_for_figures_that_are_there(lossplot, tmp_path, monkeypatch):
    (tmp_path / "figures.txt").write_text("l2\nl1\nl2 --at 1\n")
    lossplot("batch", "figures.txt")

    def submit(*_):
        raise AssertionError

    monkeypatch.setattr(workers.Processes, "submit", submit)
    result = lossplot("batch", "figures.txt", "--jobs", "2")
    assert (result.code, result.out) == (0, "l2 at 1, target 0: value 1, gradient 2, hessian 2\n")
    with pytest.raises(AssertionError):
        lossplot("batch", "figures.txt", "--jobs", "2", "--force")


@pytest.mark.parametrize("jobs", ["0", "-1", "two", "1.5", "nan"])
def test_a_number_of_processes_is_a_whole_one(lossplot, jobs):
    result = lossplot("batch", "figures.txt", "--jobs", jobs)
    assert (result.code, result.err) == (2, f"lossplot: --jobs {jobs}; jobs is a whole number at least 1\n")


def test_processes_and_a_cluster_exclude_each_other(lossplot):
    result = lossplot("batch", "figures.txt", "--jobs", "2", "--dask", "tcp://127.0.0.1:1")
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert "give one or the other" in result.err


def test_a_process_that_is_killed_is_one_line(lossplot, tmp_path):
    (tmp_path / "own.py").write_text(OWN)
    (tmp_path / "figures.txt").write_text("l3\nown.py:dies -o a.svg\nl2\n")
    result = lossplot("batch", "figures.txt", "--jobs", "2", "--allow-code")
    loaded, fault, last = result.err.splitlines()
    assert (result.code, loaded) == (1, "loaded")
    assert fault.startswith("figures.txt:1: no loss is called 'l3'")
    assert last.startswith("lossplot: a worker process was ended; fewer jobs need less memory")


def alive(process):
    try:
        os.kill(process, 0)
        return "Z" not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2]
    except (ProcessLookupError, FileNotFoundError):
        return False


def until(condition):
    """Wait until something holds; return whether it came to hold in a minute."""
    end = time.monotonic() + 60
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return bool(condition())


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no /proc")
@pytest.mark.usefixtures("hears_ctrl_c")
@pytest.mark.parametrize("ended", [signal.SIGINT, signal.SIGKILL])
def test_the_processes_end_with_the_batch(tmp_path, ended):
    (tmp_path / "own.py").write_text(OWN)
    (tmp_path / "figures.txt").write_text("".join(f"own.py:waits -o {number}.svg\n" for number in range(20)))
    command = [sys.executable, "-m", "losscli", "batch", "figures.txt", "--jobs", "2", "--allow-code"]
    environment = os.environ | {"PYTHONPATH": str(PACKAGE)}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert until(lambda: len([*tmp_path.glob("worker*")]) == 2)
        found = [int(path.name.removeprefix("worker")) for path in tmp_path.glob("worker*")]
        if ended == signal.SIGINT:
            os.killpg(process.pid, ended)  # as a terminal does
        else:
            process.kill()
        said = process.communicate(timeout=60)[1]
    assert until(lambda: not any(map(alive, found)))
    if ended == signal.SIGINT:
        assert (process.returncode, said) == (130, "loaded\n")


CLUSTER = """
import subprocess, sys
from distributed import LocalCluster

if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=2, dashboard_address=None, processes=True) as local:
        command = [sys.executable, "-m", "losscli", "batch", "figures.txt", "--allow-code"]
        alone = subprocess.run([*command, "--into", "alone"], cwd=sys.argv[1], capture_output=True, text=True)
        command = [*command, "--into", "together", "--dask", local.scheduler_address]
        together = subprocess.run(command, cwd=sys.argv[1], capture_output=True, text=True)
        same = alone.stdout.replace("alone/", "together/") == together.stdout
        print(alone.returncode, together.returncode, same, alone.stderr == together.stderr, together.stderr)
"""


def test_a_cluster_makes_the_same_files_also_when_a_worker_is_killed(tmp_path):
    pytest.importorskip("distributed")
    (tmp_path / "elsewhere").mkdir()  # the workers of a cluster run in a folder of their own
    (tmp_path / "elsewhere" / "run.py").write_text(CLUSTER)
    (tmp_path / "own.py").write_text(OWN)
    lines = [*(f"l2 --points {number} -o {number}.svg" for number in range(50, 70)), "own.py:dies_once -o own.svg"]
    (tmp_path / "figures.txt").write_text("\n".join([*lines, "l1 --at 1", "l3"]))
    done = subprocess.run(
        [sys.executable, "run.py", str(tmp_path)],
        cwd=tmp_path / "elsewhere",
        env=os.environ | {"PYTHONPATH": str(PACKAGE)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.stdout.startswith("1 1 True True loaded\nfigures.txt:23: no loss is called 'l3'"), done.stderr
    alone, together = (
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("alone", "together")
    )
    assert alone == together
    assert len(alone) == 21
    assert (tmp_path / "died").exists()


def test_a_cluster_that_does_not_answer_is_one_line(lossplot, tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(workers, "WAIT", 1)
    (tmp_path / "figures.txt").write_text("l2\n")
    result = lossplot("batch", "figures.txt", "--dask", "nowhere:1")
    assert (result.code, result.err.count("\n")) == (1, 1)
    assert "nowhere:1: no Dask scheduler answers" in result.err


@pytest.fixture
def kept_running(tmp_path):
    """Return a batch that reads its lines from a pipe, and a function that gives it one and returns its answer."""
    command = [sys.executable, "-m", "losscli", "batch", "-"]
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    environment = os.environ | {"PYTHONPATH": str(PACKAGE)}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, text=True, bufsize=1, **pipes) as process:

        def ask(line, stream=process.stdout):
            process.stdin.write(f"{line}\n")
            return stream.readline()

        yield process, ask
        process.kill()


def test_a_batch_answers_each_line_of_a_pipe_that_stays_open(kept_running, tmp_path):
    process, ask = kept_running
    assert ask("l2 --range -1 1 -o a.png") == "a.png\n"
    assert (tmp_path / "a.png").exists()
    assert ask("# nothing\n\nl3", process.stderr).startswith("<stdin>:4: no loss is called 'l3'")
    assert ask("l2 --at 1") == "l2 at 1, target 0: value 1, gradient 2, hessian 2\n"
    assert ask("l3", process.stderr).startswith("<stdin>:6: no loss is called 'l3'")  # a fault that repeats, too
    assert ask("l2 --at -", process.stderr).startswith("<stdin>:7: ")  # which may not take the lines to come
    assert ask("l1 -o a.png", process.stderr).startswith("<stdin>:8: a.png is written by line 1")
    assert ask("l1 -o b.svg") == "b.svg\n"
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (1, "", "lossplot: 4 of the 7 lines of <stdin> failed\n")
