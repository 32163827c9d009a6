"""The README and the sample outputs: what they show is what lossplot does."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from numbers_alike import same_numbers
from remake import FOLDER, GALLERY, OWN, gallery, remake, versions

from losscli.losses import catalogue

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
BLOCKS = [block for page in PAGES for block in re.findall(r"```sh\n(.*?)```", page.read_text(), re.DOTALL)]
LINES = [line for block in BLOCKS for line in block.splitlines() if line.startswith("lossplot ")]
INLINE = [line for page in PAGES for line in re.findall(r"`(lossplot [^`]+)`", page.read_text())]
LINK = re.compile(r"\]\(([^)#:]+)(?:#([^)]*))?\)")
MOST_LINES = 200  # of the README, which is read in a few minutes


@pytest.mark.parametrize("line", dict.fromkeys(LINES + INLINE))
def test_every_command_line_of_readme_and_docs_runs(lossplot, tmp_path, line):
    for name in OWN:
        shutil.copy(FOLDER / name, tmp_path)
    figures = [line for line in (FOLDER / "figures.txt").read_text().splitlines() if not line.startswith("mine.py:")]
    (tmp_path / "figures.txt").write_text("\n".join(figures))
    if not set(line) & set("|&;<>$*~\\"):  # what any shell reads alike needs no process of its own
        _, *words = shlex.split(line, comments=True)
        done = lossplot(*words)
        assert (done.code, done.err) == (0, "")
        return
    shell = f'set -euo pipefail; lossplot() {{ "{sys.executable}" -m losscli "$@"; }}; {line}'
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_readme_shows_two_set_up_commands_and_is_short():
    text = (ROOT / "README.md").read_text()
    assert text.count("\npython3 -m venv") == 2
    assert len(text.splitlines()) <= MOST_LINES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_picture_is_there(page):
    for path, section in LINK.findall(page.read_text()):
        there = page.parent / path
        assert there.exists(), path
        if section:
            headings = re.findall(r"^#+ (.*)$", there.read_text(), re.MULTILINE)
            assert section in {re.sub(r"[^a-z0-9 -]", "", one.lower()).replace(" ", "-") for one in headings}


def test_the_readme_states_what_is_printed(lossplot):
    text = (ROOT / "README.md").read_text()
    article = (ROOT / "losscli" / "runs" / "recipes" / "article.txt").read_text().splitlines()
    printed = "".join(lossplot(*shlex.split(line)).out for line in article if " --at " in line)
    for value in re.findall(r"value ([0-9.e-]+)", printed):
        assert f"| {value} |" in text


def test_every_figure_of_the_sample_outputs_is_shown():
    page = (FOLDER / "README.md").read_text()
    for path in filter(Path.is_file, FOLDER.iterdir()):
        assert path.name == "README.md" or f"]({path.name})" in page, path.name


def test_the_sample_outputs_begin_with_the_article():
    article = (ROOT / "losscli" / "runs" / "recipes" / "article.txt").read_text().splitlines()
    kept = (FOLDER / "figures.txt").read_text().splitlines()
    lines = [line for line in article if line and not line.startswith("#")]
    assert lines == [line for line in kept if line and not line.startswith("#")][: len(lines)]


def test_remade_they_are_the_same(tmp_path):
    """Byte for byte with the versions they were made with; elsewhere the same files, and the same numbers to 8 ulp."""
    printed = remake(tmp_path)
    same_numbers(printed, (FOLDER / "printed.txt").read_text())
    recipes = {"README.md", "figures.txt", "make_data.py", "printed.txt", "versions.json", *OWN}
    kept = {path.name for path in FOLDER.iterdir() if path.is_file()} - recipes
    assert {path.name for path in tmp_path.iterdir() if path.is_file()} - recipes == kept
    if json.loads((FOLDER / "versions.json").read_text()) == versions():
        different = [name for name in sorted(kept) if (FOLDER / name).read_bytes() != (tmp_path / name).read_bytes()]
        assert different == []


@pytest.mark.parametrize("every", [9, pytest.param(1, marks=pytest.mark.thorough)])
def test_the_gallery_remade_is_the_same(tmp_path, every):
    gallery(tmp_path, every)
    kept = {path.name for path in GALLERY.iterdir()}
    assert kept == {"README.md", "figures.txt", *(f"{name}.svg" for name in catalogue())}
    made = {path.name for path in tmp_path.iterdir()}
    assert made <= kept
    assert len(made) >= len(catalogue()) / every
    for page in ("README.md", "figures.txt"):
        assert (tmp_path / page).read_text() == (GALLERY / page).read_text()
    if json.loads((FOLDER / "versions.json").read_text()) == versions():
        different = [name for name in sorted(made) if (GALLERY / name).read_bytes() != (tmp_path / name).read_bytes()]
        assert different == []


def test_a_figure_of_the_gallery_is_small():
    sizes = {path.name: path.stat().st_size for path in GALLERY.glob("*.svg")}
    assert {name: size for name, size in sizes.items() if size >= 40_000} == {}


def test_the_comparison_of_numbers_can_fail():
    same_numbers("value 1.0000000000000002", "value 1")
    with pytest.raises(AssertionError):
        same_numbers("value 1.00000000000001", "value 1")
    with pytest.raises(AssertionError):
        same_numbers("value 1", "gradient 1")
