"""What only a process of its own can show: imports, signals, pipes, bytes, full disks."""

import os
import resource
import shlex
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from remake import lossplot

PYTHON = (sys.executable, "-m", "losscli")


def modules_after(*words):
    code = (
        "import sys; from losscli.cli.main import main\n"
        f"code = main({list(words)!r})\n"
        "sys.stderr.write(' '.join(sys.modules)); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {*done.stderr.split()}


@pytest.mark.parametrize("words", [["--help"], ["list"], ["--version"], ["l2", "--help"], ["list", "--json"]])
def test_help_and_lists_import_nothing_heavy(words):
    assert not {"numpy", "matplotlib", "fractions", "decimal", "traceback"} & modules_after(*words)


@pytest.mark.parametrize("words", [["l2", "--at", "1"], ["info", "l2"], ["l2", "--at", "1", "--json"]])
def test_numbers_do_not_import_matplotlib(words):
    assert "matplotlib" not in modules_after(*words)


@pytest.mark.parametrize(
    "words", [["list"], ["huber", "--help"], ["huber", "--at", "1"], ["mse", "--at", "1", "--json"]]
)
def test_the_table_of_library_names_is_read_for_one_of_these_alone(words):
    assert not {"losscli.names.table", "losscli.runs.drawing"} & modules_after(*words)


def test_a_figure_does_not_import_pyplot(tmp_path):
    code = f"import sys; from losscli.cli.main import main; main(['l2', '-o', {str(tmp_path / 'a.png')!r}])\n"
    code += "assert 'matplotlib.figure' in sys.modules and 'matplotlib.pyplot' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_import_of_the_package_is_light():
    code = "import sys, losscli; assert not {'numpy', 'matplotlib', 'click'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_standard_output_holds_the_bytes_and_nothing_else(tmp_path):
    done = subprocess.run([*PYTHON, "l2", "-o", "-", "--format", "png"], capture_output=True, check=True, cwd=tmp_path)
    assert done.stdout.startswith(b"\x89PNG")
    assert done.stdout.endswith(b"IEND\xaeB`\x82")
    assert done.stderr == b""
    assert list(tmp_path.iterdir()) == []


def test_a_device_is_written_straight_and_stays_one(tmp_path):
    done = lossplot("l2", "-o", "/dev/null", "--format", "png", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert Path("/dev/null").is_char_device()


def test_a_pipe_is_written_straight(tmp_path):
    done = subprocess.run(
        ["bash", "-c", '"$0" -m losscli l2 -o >(wc -c) --format svg -q; wait', sys.executable],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert int(done.stdout) > 1000


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
@pytest.mark.parametrize("redirection", [">", ">>"])
def test_an_open_file_is_written_on_and_not_replaced(tmp_path, name, redirection):
    words = f"l2 -o {name} --format csv --points 2 --sampling even"
    (tmp_path / "log").write_text("old\n")
    line = f'{{ echo first; "$0" -m losscli {words}; echo last; }} {redirection} log'
    subprocess.run(["bash", "-c", line, sys.executable], check=True, cwd=tmp_path)
    lines = (tmp_path / "log").read_text().splitlines()
    before = ["old", "first"] if redirection == ">>" else ["first"]
    assert [line.partition(",")[0] for line in lines] == [*before, "curve", "l2", "l2", "last"]


def test_a_link_keeps_its_target_and_a_file_its_mode(tmp_path):
    real, link = tmp_path / "real.png", tmp_path / "link.png"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to("real.png")
    assert lossplot("l2", "-o", "link.png", cwd=tmp_path).returncode == 0
    assert link.is_symlink()
    assert real.read_bytes().startswith(b"\x89PNG")
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_a_full_disk_leaves_the_old_file_and_no_other(tmp_path):
    (tmp_path / "l2.png").write_text("old")
    done = lossplot("l2", cwd=tmp_path, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (999, 999)))
    assert done.returncode == 1
    assert done.stderr == "lossplot: l2.png cannot be written: File too large\n"
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("l2.png", "old")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_file_and_folder(tmp_path):
    (tmp_path / "l2.png").write_text("old")
    (tmp_path / "l2.png").chmod(0o444)
    assert "Permission denied" in lossplot("l2", cwd=tmp_path).stderr
    tmp_path.chmod(0o555)
    done = lossplot("l1", cwd=tmp_path)
    tmp_path.chmod(0o755)
    assert (done.returncode, "l1.png cannot be written: Permission denied" in done.stderr) == (1, True)


def heed_ctrl_c():
    """A job in the background ignores the signal, and hands that on to the processes it starts."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_ctrl_c_is_130_and_leaves_nothing_half_written(tmp_path):
    lines = "".join(f"l2 --title {number} -o {number}.png\n" for number in range(500))
    (tmp_path / "figures.txt").write_text(lines)
    process = subprocess.Popen(
        [*PYTHON, "batch", "figures.txt"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_ctrl_c,  # noqa: PLW1509 - no threads run here
    )
    while not list(tmp_path.glob("*.png")):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "")
    names = {path.name for path in tmp_path.iterdir()} - {"figures.txt"}
    assert 0 < len(names) < 500
    assert names == {f"{number}.png" for number in range(len(names))}
    assert len(out.splitlines()) in (len(names), len(names) - 1)


def test_a_closed_pipe_ends_quietly():
    done = subprocess.run(
        ["bash", "-c", '"$0" -m losscli l2 --at 0:1:20000 | head -1', sys.executable],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("l2 at 0,")
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("words", "closed", "code"),
    [
        ("huber -o a.png", ">&-", 1),
        ("list", ">&-", 1),
        ("huber --at 0", ">&-", 1),
        ("huber --terminal", ">&-", 1),
        ("huber -o - --format png", ">&-", 1),
        ("--help", ">&-", 1),
        ("nosuch", "2>&-", 2),
        ("l2 -o a.png --title \u0e01", "2>&-", 0),
        ("batch -", "<&-", 0),
        ("list", "<&- >&- 2>&-", 1),
    ],
)
def test_a_stream_that_is_closed(words, closed, code, tmp_path):
    line = f"{' '.join(map(shlex.quote, PYTHON))} {words} {closed}"
    done = subprocess.run(line, shell=True, cwd=tmp_path, capture_output=True, text=True, check=False)
    bad = "lossplot: standard output: Bad file descriptor\n"
    assert (done.returncode, done.stderr) == (code, bad if closed == ">&-" else "")
    assert (tmp_path / "a.png").exists() == ("a.png" in words)


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("\u00fc.png", "latin-1"), ("\u4f2a.svg", "ascii"), (os.fsdecode(b"a\xff.png"), "utf-8")],
)
def test_a_path_is_printed_as_the_folder_has_it(name, encoding, tmp_path):
    words = [*PYTHON, "l1", "-o", name]
    settings = os.environ | {"PYTHONIOENCODING": encoding}
    done = subprocess.run(words, cwd=tmp_path, env=settings, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, os.fsencode(name) + b"\n", b"")
    assert [path.name for path in tmp_path.iterdir()] == [name]
