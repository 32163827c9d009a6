"""Remake sample_outputs/ in place: `python tests/remake.py`. The tests remake it in another folder and compare."""

import json
import os
import platform
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from own_fonts import use_own_fonts

FOLDER = Path(__file__).parent.parent / "sample_outputs"


def versions():
    """Return what the bytes of a figure depend on: library versions, the machine, and NumPy's SIMD kernels on it."""
    libraries = {name: version(name) for name in ("matplotlib", "numpy", "pillow", "plotly")}
    kernels = {
        name: info["dd"]["current"] for name, info in np.lib.introspect.opt_func_info("^(exp|log|tanh)$", "d").items()
    }
    return libraries | {"system": platform.system(), "machine": platform.machine(), "kernels": kernels}


def lossplot(*words, **settings):
    """Run lossplot in a new process; return its CompletedProcess with the output as text."""
    return subprocess.run(
        [sys.executable, "-m", "losscli", *words], capture_output=True, text=True, check=False, **settings
    )


OWN = ("mine.py", "line.csv", "logits.csv")  # losses and predictions of one's own, which the figures show
CHECK = ("check", "mine.py:one_sided_huber", "huber", "--delta", "2")  # which has a mistake


def remake(folder):
    """Make all figures of sample_outputs/figures.txt in a folder and return what was printed."""
    if folder != FOLDER:
        for name in OWN:
            shutil.copy(FOLDER / name, folder)
    words = ("batch", str(FOLDER / "figures.txt"), "--into", ".", "--force", "--allow-code")
    done = lossplot(*words, cwd=folder, env=os.environ)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    checked = lossplot(*CHECK, cwd=folder, env=os.environ)
    assert checked.returncode == 1, checked.stderr
    return f"{done.stdout}{checked.stdout}"


GALLERY = FOLDER / "gallery"


def gallery(folder, every=1):
    """Make the gallery in a folder: figures for every `every`-th loss, and the page that shows all losses."""
    losses = json.loads(lossplot("list", "--json").stdout)
    options = "--show value --show gradient --points 300 --svg-text"
    lines = [f"{entry['loss']} {options} -o {entry['loss']}.svg" for entry in losses]
    (folder / "figures.txt").write_text("\n".join(lines[::every]) + "\n")
    done = lossplot("batch", "figures.txt", "--force", cwd=folder)
    (folder / "figures.txt").write_text("\n".join(lines) + "\n")
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    known = json.loads(lossplot("info", "--json", *(entry["loss"] for entry in losses)).stdout)
    (folder / "README.md").write_text("\n".join(page(known)))


def page(known):
    """Yield the lines of the gallery's page, given the entries of `lossplot info --json`."""
    yield "# Every loss"
    yield ""
    yield "By family: name, formula, what it does, value and gradient for its default parameters and target. Made from"
    yield "the catalogue by `python tests/remake.py`; the figures' command lines are in [figures.txt](figures.txt)."
    family = None
    for loss in known:
        if loss["family"] != family:
            family = loss["family"]
            yield f"\n## {family.capitalize()}"
        yield f"\n### {loss['loss']}\n"
        yield f"{loss['summary']} Here {loss['symbols']}."
        if loss["aliases"]:
            yield f"Also called {', '.join(loss['aliases'])}."
        yield f"\n$${display(loss['formula'])}$$\n"
        yield f"![{loss['loss']}]({loss['loss']}.svg)"
    yield ""


def display(formula):
    """Return a formula as LaTeX; several pieces become a cases environment."""
    if len(formula) == 1:
        return formula[0]["piece"]
    rows = [f"{piece['piece']} & {condition(piece['condition'])}" for piece in formula]
    return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"


def condition(text):
    return r"\text{otherwise}" if text == "otherwise" else rf"\text{{if }} {text}"


if __name__ == "__main__":
    fonts = TemporaryDirectory()
    use_own_fonts(fonts.name)
    (FOLDER / "printed.txt").write_text(remake(FOLDER))
    GALLERY.mkdir(exist_ok=True)
    gallery(GALLERY)
    (FOLDER / "versions.json").write_text(json.dumps(versions(), indent=2) + "\n")
