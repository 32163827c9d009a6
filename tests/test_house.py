"""The house: the size of its rooms, files and functions."""

import ast
import re
import tomllib
from pathlib import Path

HOUSE = Path(__file__).parent.parent / "losscli"
FILES = sorted(path for path in HOUSE.rglob("*") if path.suffix in {".py", ".js", ".html"})
TABLE = HOUSE / "names" / "table"
CODE = [path for path in FILES if path.parent.name != "losses" and path.parent != TABLE]
# Raised by what is new to the user alone: 8,300 before names were forgiven, files read and switches known; 1,900 for
# code of one's own, 1,100 for expressions, 1,600 for checking them, 2,600 for one's
# own predictions, 1,600 for descent, 1,200 for the explorer.
MAX_LINES = 21_700
ROOMS = [
    "cli",
    "runs",
    "outputs",
    "drawing",
    "sampling",
    "wording",
    "recipe",
    "training",
    "checking",
    "data",
    "own",
    "names",
    "losses",
    "model",
]


def functions(path):
    tree = ast.parse(path.read_text())
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def test_every_file_has_a_room_and_no_room_is_crowded():
    assert sorted(path.name for path in HOUSE.iterdir() if path.is_dir() and path.name != "__pycache__") == sorted(
        ROOMS
    )
    assert len([path for path in HOUSE.iterdir() if path.is_file()]) <= 8
    for room in ROOMS:
        modules = [path for path in FILES if path.parent == HOUSE / room and path.name != "__init__.py"]
        assert len(modules) <= {"outputs": 12, "data": 12, "losses": 18, "runs": 11}.get(room, 9), room


def test_files_and_functions_are_small():
    assert {path.name: lines for path in CODE if (lines := len(path.read_text().splitlines())) > 300} == {}
    modules = [path for path in CODE if path.suffix == ".py"]
    long = [
        f"{path.name}:{node.name}"
        for path in modules
        for node in functions(path)
        if node.end_lineno - node.lineno >= 30
    ]
    wide = [
        f"{path.name}:{node.name}"
        for path in modules
        for node in functions(path)
        if len([item for item in (*node.args.args, *node.args.kwonlyargs) if item.arg != "self"]) > 6
    ]
    assert (long, wide) == ([], [])


def test_the_house_is_small():
    """The families of losses and the table of names grow with what they know; the rest may not."""
    assert sum(len(path.read_text().splitlines()) for path in CODE) <= MAX_LINES


def test_the_lowest_versions_are_those_that_the_package_asks_for():
    """Holds tests/lowest.txt, with which the tests are run, to what the package says."""
    project = tomllib.loads((HOUSE.parent / "pyproject.toml").read_text())["project"]
    extras = [project["optional-dependencies"][name] for name in ("html", "expr", "own", "data", "cluster", "test")]
    asked = dict(re.findall(r"^([\w-]+)>=([\d.]+)", "\n".join(sum(extras, project["dependencies"])), re.MULTILINE))
    pinned = dict(re.findall(r"^([\w-]+)==([\d.]+)", (HOUSE.parent / "tests" / "lowest.txt").read_text(), re.MULTILINE))
    same = {
        name: pinned[name] for name in pinned if re.fullmatch(rf"{re.escape(asked.get(name, '-'))}(\.0)*", pinned[name])
    }
    assert same == pinned
    assert set(pinned) == set(asked)
