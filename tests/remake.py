"""Remake sample_outputs/ in place: `python tests/remake.py`. The tests remake it elsewhere and compare."""

import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "sample_outputs"


def versions():
    """Return what the bytes of a figure depend on."""
    machine = {"system": platform.system(), "machine": platform.machine()}
    return {name: version(name) for name in ("matplotlib", "numpy", "pillow")} | machine


def lossplot(*words, **settings):
    """Run lossplot in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "losscli", *words], capture_output=True, text=True, check=False, **settings
    )


def remake(folder):
    """Make every figure in a folder and return what was printed."""
    done = lossplot("batch", str(FOLDER / "figures.txt"), "--into", ".", cwd=folder, env=os.environ)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


if __name__ == "__main__":
    (FOLDER / "printed.txt").write_text(remake(FOLDER))
    (FOLDER / "versions.json").write_text(json.dumps(versions(), indent=2) + "\n")
