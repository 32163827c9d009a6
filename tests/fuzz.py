"""Runs made-up command lines and says which break the tool: `python tests/fuzz.py COUNT SEED`."""

import json
import os
import random
import shlex
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from contextlib import chdir, contextmanager
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import matplotlib as mpl
from conftest import called
from grammar import Grammar, furnish

from losscli.outputs.provenance import made_here, written_as
from losscli.recipe.formats import FORMATS

SECONDS, BYTES = 10, 2**30  # that a sane command line may take
HUNG = 3 * SECONDS  # of the processor
NOTE = "boxes stand for it"  # that no font has a character is said and no failure
LINES = 100  # in one folder: after these a new one, in which files of before are not found


class HungError(BaseException):
    """A command line does not end."""


@contextmanager
def watched():
    """Raise HungError in what takes too long."""

    def stop(*_):
        raise HungError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, HUNG)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def state(folder):
    """Return what tells whether a file has changed, by path."""
    found = {}
    for path in folder.rglob("*"):
        stdin = path.parent.name.startswith("lossplot-")  # a copy of it, which goes when the process ends
        if path.is_file() and "__pycache__" not in path.parts and not stdin:
            about = path.stat()
            found[path] = about.st_size, about.st_mtime_ns, about.st_ino
    return found


def faults(words, folder):
    """Run a command line in a folder and yield what is wrong with how it ends."""
    (folder / "tmp").mkdir(exist_ok=True)
    before, settings = state(folder), dict(mpl.rcParams)
    peak, start = memory(), time.process_time()
    try:
        with watched(), warnings.catch_warnings(action="error"), patch.object(tempfile, "tempdir", str(folder / "tmp")):
            result = called(*words, stdin=b"0.5\n1\n")
    except BaseException:  # noqa: BLE001 - SystemExit and the like would end the tool, too
        yield traceback.format_exc()
        return
    if (taken := time.process_time() - start) > SECONDS:
        yield f"it took {taken:.1f} seconds"
    if (grown := memory() - peak) > BYTES:
        yield f"it took {grown / 2**20:.0f} MiB"
    if dict(mpl.rcParams) != settings:
        yield "it changed Matplotlib's settings"
    yield from faults_of_words(words, result)
    after = state(folder)
    changed = [path for path in after if before.get(path) != after[path]]
    yield from faults_of_files(words, result, changed, [path for path in before if path not in after])


def memory():
    """Return the largest memory of this process since the last call, in bytes."""
    status = Path("/proc/self/status").read_text()
    found = int(status.partition("VmHWM:")[2].split()[0]) * 1024
    Path("/proc/self/clear_refs").write_text("5")
    return found


def faults_of_words(words, result):
    """Yield what is wrong with exit code, stderr and JSON."""
    several = words[:1] in (["batch"], ["redo"], ["article"])
    notes = [line for line in result.err.splitlines(keepends=True) if NOTE not in line]
    result = replace(result, err="".join(notes))
    if result.code not in (0, 1, 2):
        yield f"exit code {result.code}"
    if result.code == 0 and result.err:
        yield f"it succeeds and says {result.err!r}"
    if result.code and not several and (result.err.count("\n") != 1 or not result.err.startswith("lossplot: ")):
        yield f"it fails and says {result.err!r}"
    if "Traceback" in result.err or "\x1b" in result.err or len(result.err) > 2000 * (1 + 9 * several):
        yield f"it says {result.err[:3000]!r}"
    if "--json" in words and result.code == 0 and result.out[:1] in "[{" and result.out:
        try:
            json.loads(result.out.rpartition("}\n")[0] + "}" if "-o" in words else result.out, parse_constant=refused)
        except ValueError as error:
            yield f"its JSON is none: {error}"


def refused(word):
    raise ValueError(word)


def faults_of_files(words, result, changed, gone):
    """Yield what is wrong with the files that were written: what failed wrote none, and each is whole."""
    if gone:
        yield f"{gone} are gone"
    if result.code and changed and words[:1] not in (["batch"], ["redo"], ["check"]):
        yield f"it fails and writes {changed}"
    for path in changed:
        form, data = path.suffix[1:].lower(), path.read_bytes()
        if form not in FORMATS and path.name != "plain":
            yield f"it leaves {path}"
        elif not (made_here(data) and (not form or written_as(data, form))):
            yield f"{path} is not whole"


def sizes(rng):
    """Return an environment: the size and the colours of a terminal."""
    columns = rng.choice(["80", "20", "3", "1", "200"])
    return {"COLUMNS": columns, "LINES": rng.choice(["24", "1", "60"]), "FORCE_COLOR": rng.choice(["", "1"])}


def run(count, seed, say=lambda *_: None):
    """Run command lines; return those that break something, with what they break."""
    rng, found = random.Random(seed), {}
    with tempfile.TemporaryDirectory() as place:
        for number in range(count):
            folder = Path(place, str(number // LINES))
            if number % LINES == 0:
                shutil.rmtree(Path(place, str(number // LINES - 1)), ignore_errors=True)
                folder.mkdir()
                furnish(folder)
            with chdir(folder), patch.dict(os.environ, sizes(rng)):
                words = Grammar(rng).line()
                lines = Path("lines.txt").read_text(errors="surrogateescape") if words[0:1] == ["batch"] else ""
                wrong = [*faults(words, folder)]
            if wrong:
                found[f"{number}: {shlex.join(words)} {lines}"] = wrong
            say(number, words, wrong)
    return found


def main(count, seed):
    """Run command lines, say what breaks as it comes, and return how many did."""
    start = time.monotonic()

    def say(number, words, wrong):
        if wrong:
            print(f"{number}: lossplot {shlex.join(words)!a}", *wrong, sep="\n    ", flush=True)
        if number % 500 == 499:
            print(f"{number + 1} lines in {time.monotonic() - start:.0f} s", flush=True)

    return len(run(count, seed, say))


if __name__ == "__main__":
    sys.exit(min(1, main(int(sys.argv[1]), int(sys.argv[2]))))
