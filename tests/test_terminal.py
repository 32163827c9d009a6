"""Pictures of characters: what a terminal can show, and that they show the curves."""

import io
import os
import re
import shlex
import subprocess
import sys

import numpy as np
import pytest

from losscli.cli.main import read
from losscli.drawing.scene import Scene
from losscli.outputs.canvas import Canvas, limits, takers, ticks
from losscli.outputs.terminal import LETTERS, MARKS, Screen, picture, readable, width

ASCII = Screen(encoding="ascii", braille=False)


def drawn(line, screen=Screen()):  # noqa: B008 - it is frozen
    return picture(Scene(read(shlex.split(line)).recipe), screen)


def curves(text):
    """Return the rows of the curves, without what stands left of the axis."""
    return [
        re.split(r"[│┤|]|(?<!e)\+", line, maxsplit=1)[1]
        for line in text.splitlines()
        if re.match(r" *[-\d.e+]* ?[│┤|+]", line)
    ]


class Stream(io.StringIO):
    """A standard stream of some encoding, on a terminal or not."""

    def __init__(self, encoding="utf-8", *, terminal=True):
        super().__init__()
        self.coding, self.terminal = encoding, terminal

    encoding = property(lambda self: self.coding)

    def isatty(self):
        return self.terminal


def canvas(rows, columns, cell=(4, 2)):
    return Canvas(rows, columns, cell, (0.0, columns * cell[1] - 1.0), (0.0, rows * cell[0] - 1.0))


def test_braille_has_a_bit_for_each_dot():
    tall = canvas(1, 2)
    assert "".join(tall.braille(tall.dots(np.array([0.0, 3.0]), np.array([0.0, 3.0])))[0]) == "⡠⠊"
    assert "".join(tall.braille(tall.dots(np.array([0.0, 0.0]), np.array([0.0, 3.0])))[0]) == "⡇⠀"


@pytest.mark.parametrize("seed", range(20))
def test_a_line_touches_the_dots_that_it_runs_through(seed):
    """Against the same line walked in steps of a thousandth of a dot, each step rounded by itself."""
    random = np.random.default_rng(seed)
    size = canvas(5, 10)
    x, y = random.uniform(-20, 40, 6), random.uniform(-30, 50, 6)
    share = np.linspace(0, 1, 100_000)
    found = size.dots(x, y)
    walked = np.zeros_like(found)
    for k in range(5):
        across, up = (v[k] + (v[k + 1] - v[k]) * share for v in (x, y))
        inside = (across > -0.49) & (across < 19.49) & (up > -0.49) & (up < 19.49)
        walked[19 - np.rint(up[inside]).astype(int), np.rint(across[inside]).astype(int)] = True
    assert found.any()
    assert not (found & ~walked).any()  # a walk may touch corners that the drawn line steps across
    near = found.copy()
    near[1:] |= found[:-1]
    near[:-1] |= found[1:]
    near[:, 1:] |= found[:, :-1]
    near[:, :-1] |= found[:, 1:]
    assert not (walked & ~near).any()


def test_nan_lifts_the_pen_and_infinity_leaves_the_frame():
    size = canvas(1, 4, (4, 1))
    assert not size.dots(np.array([0.0, 1.0, 3.0]), np.array([0.0, np.nan, 3.0])).any()
    up = size.dots(np.array([0.0, 1.0, 2.0]), np.array([0.0, 0.0, np.inf]))
    np.testing.assert_array_equal(up.astype(int), [[0, 1, 0, 0], [0, 1, 0, 0], [0, 1, 0, 0], [1, 1, 0, 0]])
    huge = size.dots(np.array([0.0, 1.0]), np.array([1e300, -1e300]))
    assert huge.any(axis=1).all()


def test_curves_take_turns_in_cells_they_share():
    touched = np.array([[[1, 1, 1, 0, 0]], [[1, 1, 0, 1, 0]]], dtype=bool)
    np.testing.assert_array_equal(takers(touched), [[0, 1, 0, 1, -1]])


@pytest.mark.parametrize(
    ("ends", "most", "texts"),
    [
        ((-3, 3), 7, ["-3", "-2", "-1", "0", "1", "2", "3"]),
        ((0, 1), 6, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        ((0, 9), 4, ["0", "5"]),
        ((-499, 499), 3, ["-400", "-200", "0", "200", "400"]),  # two at least
        ((-1e-7, 1e-7), 3, ["-1e-07", "0", "1e-07"]),
        ((1e9, 1e9 + 4), 5, ["1000000000", "1000000001", "1000000002", "1000000003", "1000000004"]),
        ((-1e300, 1e300), 3, ["-1e+300", "0", "1e+300"]),
    ],
)
def test_ticks_are_round_numbers_that_differ(ends, most, texts):
    found = ticks(ends, most)
    assert [text for _, text in found] == texts
    assert [float(text) for text in texts] == pytest.approx([place for place, _ in found])


@pytest.mark.parametrize("ends", [(0, 5e-324), (1, 1 + 2**-52), (-1e300, 1e300), (0.1, 0.1001), (-7e5, 3e6)])
def test_every_axis_has_two_numbers(ends):
    texts = [text for _, text in ticks(ends, 6)]
    assert 2 <= len(set(texts)) == len(texts) < 30


def test_limits_show_the_finite_and_open_where_there_is_no_height():
    assert limits([np.array([1, np.nan, np.inf, -2, 1e301])], 1e300) == (-2, 1)
    assert limits([np.array([5.0, 5.0])], 1e300) == (4.5, 5.5)
    assert limits([np.array([0.0]), np.array([])], 1e300) == (-1, 1)
    assert limits([np.array([np.nan])], 1e300) == (0, 1)


def test_a_jump_lifts_the_pen():
    rows = curves(drawn("zero-one --points 50", ASCII))
    assert rows[0].startswith("***")
    assert rows[-2].endswith("***")
    assert not any("*" in row for row in rows[1:-2])
    assert "*" in "".join(curves(drawn("hinge", ASCII))[1:-2])  # where nothing jumps the line is drawn


def test_an_infinity_leaves_the_frame():
    rows = curves(drawn("cross-entropy --ylim 0 3", ASCII))
    assert rows[0].lstrip().startswith("*")
    ends = [place.end() for place in map(re.compile(r".*\*").match, rows[:3]) if place]
    assert max(ends) <= 8  # close to the axis, where the probability is 0


def test_where_a_curve_is_infinite_nothing_is_drawn():
    """Neither along the edge nor as a dot in the corner, as in every other format."""
    top = curves(drawn("exponential --range -1000 1000"))[0]
    assert len(top.split()) == 1
    assert len(top.lstrip()) == 1
    rows = curves(drawn("cross-entropy --show hessian"))
    starts = [len(row) - len(row.lstrip()) for row in rows if row.strip()]
    assert starts == sorted(starts)
    assert starts[0] > 0


def test_the_numbers_stand_where_the_curve_has_them():
    """|x| = 2 where the columns of -2 and 2 meet the row of 2."""
    lines = drawn("l1 --range -3 3", ASCII).splitlines()
    row = next(line for line in lines if line.startswith("2.0"))
    below = next(line for line in lines if re.fullmatch(r"[-\d\s]+", line))
    columns = [below.index("-2") + 1, below.rindex("2")]
    assert [row[column - 1 : column + 2].count("*") > 0 for column in columns] == [True, True]
    assert row[below.index("0")] == " "


def test_ascii_has_a_mark_for_each_curve():
    text = drawn("l1 l2 pseudo-huber --delta 0.5", ASCII)
    assert text.isascii()
    assert text.splitlines()[-1] == "* l1   + l2   x pseudo-huber, delta = 0.5"
    assert all(any(mark in row for row in curves(text)) for mark in MARKS[:3])


def test_braille_has_a_letter_on_each_curve():
    text = drawn("l1 l2 pseudo-huber --delta 0.5")
    assert text.splitlines()[-1] == "a l1   b l2   c pseudo-huber, δ = 0.5"
    assert all("".join(curves(text)).count(letter) > 1 for letter in "abc")
    alone = drawn("l1 --legend best")
    assert not set("".join(curves(alone))) & set(LETTERS)


def test_curves_that_coincide_are_both_seen():
    rows = "".join(curves(drawn("l1 l1 --label one --label two", ASCII)))
    assert rows.count("*") == pytest.approx(rows.count("+"), rel=0.2)


def test_a_long_legend_is_several_lines_and_a_very_long_one_is_short():
    names = "l1 l2 huber log-cosh cauchy fair welsch tukey-biweight"
    text = drawn(names)
    entries = [entry for line in text.splitlines()[-3:] for entry in re.split("   +", line)]
    assert [entry[2:].split(",")[0] for entry in entries if re.match("[a-h] ", entry)] == names.split()
    assert drawn("huber --delta 0.05:3:60").splitlines()[-1] == "60 curves, from δ = 0.05 to δ = 3.00"
    assert "a l1" not in drawn("l1 l2 --legend none")


@pytest.mark.parametrize("columns", [20, 60, 80, 120])
@pytest.mark.parametrize(
    "words", ["cross-entropy --target 0 --target 1 --show value --show gradient", "l2 l1", "exponential"]
)
@pytest.mark.parametrize("braille", [True, False])
def test_it_is_as_wide_as_the_terminal(columns, words, braille):
    screen = Screen(columns, 24, "utf-8" if braille else "ascii", braille)
    lines = drawn(f"{words} --title ''", screen).splitlines()
    axis = [line for line in lines if re.search("[─-]{4}", line)]
    assert {len(line) for line in axis} <= {columns - 1, max(len(line) for line in axis)}
    assert columns > 20 or len(axis[0]) < 30
    assert all(len(line) <= columns for line in lines if columns > 20)
    assert len(axis) == words.count("--show") or len(axis) == 1


@pytest.mark.parametrize("columns", [12, 40])
@pytest.mark.parametrize("braille", [True, False])
@pytest.mark.parametrize("word", ["word ", "wordword", "损失", "e\u0301"])
def test_long_texts_are_no_wider_than_the_terminal(columns, braille, word):
    """They go on in the next line, and at last are cut."""
    screen = Screen(columns, 24, "utf-8", braille)
    long = word * 150
    line = shlex.join(["l1", "l2", *(f"--{name}={long}" for name in ("title", "xlabel", "ylabel", "label"))])
    lines = drawn(line, screen).splitlines()
    assert max(map(width, lines)) == columns - 1
    cut = [text for text in lines if text.endswith("…" if braille else "...")]
    assert len(cut) == 4
    assert lines.index(cut[0]) == 2  # of three
    assert all(width(text) > columns - 8 for text in cut)
    assert drawn("huber --delta 0.05:3:60", screen).replace("\n", "").endswith("= 3.00") is (columns > 12)


def test_one_panel_fits_the_height_and_several_stand_below_each_other():
    assert len(drawn("l1 l2").splitlines()) == 23  # the line where one types on is the 24th
    text = drawn("l1 --show value --show gradient --show hessian")
    labels = [line.strip() for line in text.splitlines() if line.strip() in ("Loss", "Gradient", "Hessian")]
    assert labels == ["Loss", "Gradient", "Hessian"]


def test_a_curve_whose_label_is_empty_has_no_entry():
    assert drawn("huber l1 --label '' --label b", ASCII).splitlines()[-1] == "+ b"
    assert drawn("huber l1 --label '' --label ''", ASCII).splitlines()[-1].split() == ["Prediction"]


def test_title_labels_and_limits_are_those_of_the_figure():
    text = drawn("l2 --title Mine --xlabel across --ylabel up --xlim -1 1 --ylim 0 2 --label only", ASCII)
    first, *_, across, legend = text.splitlines()
    assert (first.strip(), across.strip(), legend) == ("Mine", "across", "* only")
    assert re.search(r"(?m)^ *-1\.0 .* 1\.0$", text)


def test_texts_are_read_as_a_terminal_shows_them():
    assert (
        readable(r"Huber, $\delta$ = 1, $\mathrm{pos\_weight}$, $Y_{true}$", Screen())
        == "Huber, δ = 1, pos_weight, Y_true"
    )
    assert readable(r"$\delta \Lambda$ é", ASCII) == "delta Lambda ?"
    assert readable(r"$\frac{1}{2}$ costs $5", Screen()) == r"$\frac{1}{2}$ costs $5"
    assert readable("a\x1b[31mb\nc", Screen()) == "a [31mb c"
    assert width("损失 é") == 6


@pytest.mark.parametrize(
    ("settings", "terminal", "coloured"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": ""}, True, True),
        ({"NO_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
        ({"FORCE_COLOR": ""}, False, False),
    ],
)
def test_colour_is_for_terminals_and_for_those_who_want_it(settings, terminal, coloured):
    screen = Screen.of(Stream(terminal=terminal), settings)
    assert screen.colour is coloured
    assert ("\x1b[" in drawn("l1 l2", screen)) is coloured


@pytest.mark.parametrize(
    ("encoding", "settings", "braille"),
    [
        ("utf-8", {}, True),
        ("utf-16", {}, True),
        ("ascii", {}, False),
        ("latin-1", {}, False),
        ("cp1252", {}, False),
        ("utf-8", {"TERM": "dumb"}, False),
        ("utf-8", {"TERM": "linux"}, False),
        ("utf-8", {"LC_ALL": "C", "LANG": "en_GB.UTF-8"}, False),
        ("utf-8", {"LC_CTYPE": "POSIX"}, False),
        ("utf-8", {"LC_ALL": "", "LC_CTYPE": "C.UTF-8", "LANG": "C"}, True),
        (None, {}, False),
    ],
)
def test_braille_is_for_terminals_that_can_show_it(encoding, settings, braille):
    screen = Screen.of(Stream(encoding), settings)
    assert screen.braille is braille
    drawn("l1 l2 --title '损失 é'", screen).encode(encoding or "ascii")
    assert Screen.of(Stream(encoding, terminal=False), settings).braille is (encoding in ("utf-8", "utf-16"))
    assert drawn("l1 huber", screen).isascii() or "C" not in settings.values() or braille


def test_colour_changes_nothing_else():
    coloured = drawn("l1 l2 huber --show value --show gradient", Screen(colour=True))
    assert re.sub(r"\x1b\[\d+m", "", coloured) == drawn("l1 l2 huber --show value --show gradient")


def test_it_prints_a_picture_and_writes_what_it_is_told_to(lossplot, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    alone = lossplot("l2", "--terminal")
    assert (alone.code, alone.err, list(tmp_path.iterdir())) == (0, "", [])
    assert alone.out == drawn("l2")
    both = lossplot("l2", "--terminal", "-o", "a.svg")
    assert both.out == alone.out + "a.svg\n"
    assert lossplot("l2", "--terminal", "-o", "a.svg", "-q").out == alone.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("l2 --terminal -o -", "-o - and --terminal"),
        ("l2 --terminal --at 1", "--at prints numbers and --terminal"),
        ("l2 --terminal --format svg", "--format svg is for files"),
        ("l2 --terminal --log y", "--log is for files"),
        ("l2 --terminal --mark breaks", "--mark is for files"),
        ("l2 --terminal --formula", "--formula is for files"),
        ("huber --delta 1:2:3 --terminal --as contour", "--as is for files"),
    ],
)
def test_what_does_not_go_together_is_refused(lossplot, words, said):
    result = lossplot(*words.split())
    assert (result.code, result.out) == (2, "")
    assert said in result.err


def test_it_does_not_import_matplotlib():
    code = "import sys; from losscli.cli.main import main; main(['l1', '--terminal', '--show', 'gradient'])\n"
    code += "assert 'numpy' in sys.modules and 'matplotlib' not in sys.modules and 'PIL' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_in_a_pipe_it_has_80_columns_and_no_colour():
    settings = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "FORCE_COLOR")}
    done = subprocess.run(
        [sys.executable, "-m", "losscli", "l1", "l2", "--terminal"],
        capture_output=True,
        check=True,
        env=settings | {"PYTHONIOENCODING": "utf-8", "TERM": "xterm-256color"},
        stdin=subprocess.DEVNULL,
    )
    assert done.stdout.decode() == drawn("l1 l2")
    assert b"\x1b" not in done.stdout


@pytest.mark.parametrize("columns", [60, 120])
def test_on_a_terminal_of_its_own_it_is_that_wide_and_in_colour(columns):
    fcntl, pty, struct, termios = (pytest.importorskip(name) for name in ("fcntl", "pty", "struct", "termios"))
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
    dropped = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR")
    settings = {name: value for name, value in os.environ.items() if name not in dropped}
    with subprocess.Popen(
        [sys.executable, "-m", "losscli", "l1", "l2", "--terminal"],
        stdout=follower,
        env=settings | {"PYTHONIOENCODING": "utf-8", "TERM": "xterm", "LC_ALL": "C.UTF-8"},
    ) as process:
        os.close(follower)
        data = b""
        try:
            while part := os.read(leader, 65536):
                data += part
        except OSError:  # how Linux says that the other end is closed
            pass
    os.close(leader)
    assert process.returncode == 0
    assert data.decode().replace("\r\n", "\n") == drawn("l1 l2", Screen(columns, 30, colour=True))
