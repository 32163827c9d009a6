"""Pictures of characters: what a terminal can show, and that they show the curves."""

import io
import os
import re
import shlex
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest

from losscli.cli.main import read
from losscli.drawing.scene import Scene
from losscli.outputs.canvas import Canvas, limits, owners, ticks
from losscli.outputs.terminal import LETTERS, MARKS, Screen, picture, readable

ASCII = Screen(encoding="ascii", braille=False)


def drawn(line, screen=Screen()):  # noqa: B008 - it is frozen
    return picture(Scene(read(shlex.split(line)).recipe), screen)


def curves(text):
    """Return the rows of the curves, without what stands left of the axis."""
    rows = [line for line in text.splitlines() if re.match(r" *[-\d.e+]* ?[│┤|+]", line)]
    return [re.split(r"[│┤|]|(?<!e)\+", line, maxsplit=1)[1] for line in rows]


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
    assert "".join(tall.braille(tall.dots(np.array([0.0, 0.4]), np.array([0.0, 3.4])))[0]) == "⡇⠀"


def test_a_curve_covers_the_dots_that_it_runs_through():
    """Compare with the same curve walked in small steps, each rounded by itself; dots of one are beside the other's."""
    random = np.random.default_rng(1)
    size = canvas(5, 10)
    for _ in range(20):
        x, y = np.sort(random.uniform(-20, 40, 6)), random.uniform(-30, 50, 6)
        across, up = (np.concatenate([np.linspace(*pair, 20_000) for pair in pairwise(each)]) for each in (x, y))
        inside = (across > -0.49) & (across < 19.49) & (up > -0.49) & (up < 19.49)
        walked = np.zeros((20, 20), dtype=bool)
        walked[19 - np.rint(up[inside]).astype(int), np.rint(across[inside]).astype(int)] = True
        found = size.dots(x, y)
        for one, other in ((found, walked), (walked, found)):
            near = np.pad(other, 1)
            near = np.logical_or.reduce([near[a : a + 20, b : b + 20] for a in range(3) for b in range(3)])
            assert not (one & ~near)[1:-1, 1:-1].any()  # a curve may just touch the edge


def test_nan_makes_a_gap_and_infinity_leaves_the_frame():
    size = canvas(1, 4, (4, 1))
    assert not size.dots(np.array([0.0, 1.0, 3.0]), np.array([0.0, np.nan, 3.0])).any()
    up = size.dots(np.array([0.0, 1.0, 2.0]), np.array([0.0, 0.0, np.inf]))
    assert up[:, 1].all()
    assert not up[:3, 0].any()
    assert size.dots(np.array([0.0, 1.0]), np.array([1e300, -1e300])).any(axis=1).all()


def test_curves_take_turns_in_characters_they_share():
    touched = np.array([[[1, 1, 1, 0, 0]], [[1, 1, 0, 1, 0]]], dtype=bool)
    np.testing.assert_array_equal(owners(touched), [[0, 1, 0, 1, -1]])
    rows = "".join(curves(drawn("l1 l1 --label one --label two", ASCII)))
    assert rows.count("*") == pytest.approx(rows.count("+"), rel=0.2)


@pytest.mark.parametrize(
    ("ends", "most", "texts"),
    [
        ((-3, 3), 7, ["-3", "-2", "-1", "0", "1", "2", "3"]),
        ((0, 1), 6, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        ((-499, 499), 3, ["-400", "-200", "0", "200", "400"]),  # at least two
        ((-1e-7, 1e-7), 3, ["-1e-07", "0", "1e-07"]),
        ((1e9, 1e9 + 2), 5, ["1000000000.0", "1000000000.5", "1000000001.0", "1000000001.5", "1000000002.0"]),
        ((-1e300, 1e300), 3, ["-1e+300", "0", "1e+300"]),
    ],
)
def test_ticks_are_round_numbers_that_differ(ends, most, texts):
    found = ticks(ends, most)
    assert [float(text) for _, text in found] == [float(text) for text in texts]
    assert [float(text) for text in texts] == pytest.approx([place for place, _ in found])


@pytest.mark.parametrize("ends", [(0, 5e-324), (1, 1 + 2**-52), (-1e300, 1e300), (0.1, 0.1001), (-7e5, 3e6)])
def test_every_axis_has_two_numbers(ends):
    texts = [text for _, text in ticks(ends, 6)]
    assert 2 <= len(set(texts)) == len(texts) < 30


def test_limits_show_what_is_finite_and_have_a_height():
    assert limits([np.array([1, np.nan, np.inf, -2, 1e301])], 1e300) == (-2, 1)
    assert limits([np.array([5.0, 5.0])], 1e300) == (4.5, 5.5)
    assert limits([np.array([0.0]), np.array([])], 1e300) == (-1, 1)
    assert limits([np.array([np.nan])], 1e300) == (0, 1)


def test_a_jump_is_a_gap():
    rows = curves(drawn("zero-one --points 50", ASCII))
    assert rows[0].startswith("***")
    assert rows[-2].endswith("***")
    assert not any("*" in row for row in rows[1:-2])
    assert "*" in "".join(curves(drawn("hinge", ASCII))[1:-2])  # a kink is none


def test_an_infinity_leaves_the_frame():
    rows = curves(drawn("cross-entropy --ylim 0 3", ASCII))
    assert rows[0].lstrip().startswith("*")
    ends = [place.end() for place in map(re.compile(r".*\*").match, rows[:3]) if place]
    assert max(ends) <= 8  # close to the axis, where the probability is 0
    top = curves(drawn("exponential --range -1000 1000"))[0]
    assert len(top.strip()) == 1  # and nothing along the upper edge


def test_the_numbers_stand_where_the_curve_has_them():
    """|x| = 2 where the columns of -2 and 2 meet the row of 2."""
    lines = drawn("l1 --range -3 3", ASCII).splitlines()
    row = next(line for line in lines if line.startswith("2.0"))
    below = next(line for line in lines if re.fullmatch(r"[-\d\s]+", line))
    columns = [below.index("-2") + 1, below.rindex("2")]
    assert [row[column - 1 : column + 2].count("*") > 0 for column in columns] == [True, True]
    assert row[below.index("0")] == " "


def test_curves_have_marks_in_ascii_and_letters_in_braille():
    text = drawn("l1 l2 pseudo-huber --delta 0.5", ASCII)
    assert text.isascii()
    assert text.splitlines()[-3:] == ["* l1", "+ l2", "x pseudo-huber, delta = 0.5"]
    assert all(any(mark in row for row in curves(text)) for mark in MARKS[:3])
    text = drawn("l1 l2 pseudo-huber --delta 0.5")
    assert text.splitlines()[-3:] == ["a l1", "b l2", "c pseudo-huber, δ = 0.5"]
    assert all("".join(curves(text)).count(letter) > 1 for letter in "abc")
    assert not set("".join(curves(drawn("l1 --legend best")))) & set(LETTERS)


def test_the_legend():
    names = "l1 l2 huber log-cosh cauchy fair welsch tukey-biweight"
    assert [entry[2:].split(",")[0] for entry in drawn(names).splitlines()[-8:]] == names.split()
    assert drawn("huber --delta 0.05:3:60").splitlines()[-1] == "60 curves, from δ = 0.05 to δ = 3.00"
    assert "a l1" not in drawn("l1 l2 --legend none")
    assert drawn("huber l1 --label '' --label b", ASCII).splitlines()[-1] == "+ b"


@pytest.mark.parametrize("columns", [20, 60, 120])
@pytest.mark.parametrize("braille", [True, False])
def test_it_is_as_wide_and_high_as_the_terminal(columns, braille):
    screen = Screen(columns, 24, "utf-8" if braille else "ascii", braille)
    lines = drawn("l2 l1 --title ''", screen).splitlines()
    axis = [line for line in lines if re.search("[─-]{4}", line)]
    assert [len(line) for line in axis] == [columns - 1]
    assert all(len(line) < columns for line in lines)
    assert columns == 20 or len(lines) == 23 or columns // 4 < 23  # the prompt is in the 24th
    text = drawn("l1 --show value --show gradient --show hessian", screen)
    labels = [line.strip() for line in text.splitlines() if line.strip() in ("Loss", "Gradient", "Hessian")]
    assert labels == ["Loss", "Gradient", "Hessian"]


@pytest.mark.parametrize("word", ["word ", "wordword", "损失"])
def test_long_texts_are_no_wider_than_the_terminal(word):
    screen = Screen(40)
    line = shlex.join(["l1", "l2", *(f"--{name}={word * 150}" for name in ("title", "xlabel", "ylabel", "label"))])
    lines = drawn(line, screen).splitlines()
    assert max(map(len, lines)) <= 39
    assert sum(text.endswith("…") for text in lines) == 4
    assert lines[2].endswith("…")  # the title has three lines


def test_texts_and_limits_are_those_of_the_figure():
    text = drawn("l2 --title Mine --xlabel across --ylabel up --xlim -1 1 --ylim 0 2 --label only", ASCII)
    first, *_, across, legend = text.splitlines()
    assert (first.strip(), across.strip(), legend) == ("Mine", "across", "* only")
    assert re.search(r"(?m)^ *-1\.0 .* 1\.0$", text)


def test_texts_are_written_without_tex():
    given = r"Huber, $\delta$ = 1, $\mathrm{pos\_weight}$, $Y_{true}$"
    assert readable(given, Screen()) == "Huber, δ = 1, pos_weight, Y_true"
    assert readable(r"$\delta \Lambda$ é", ASCII) == "delta Lambda ?"
    assert readable("a\x1b[31mb\nc", Screen()) == "a [31mb c"


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
    ],
)
def test_colour_is_for_terminals_and_for_those_who_want_it(settings, terminal, coloured):
    screen = Screen.of(Stream(terminal=terminal), settings)
    assert screen.colour is coloured
    text = drawn("l1 l2", screen)
    assert ("\x1b[" in text) is coloured
    assert re.sub(r"\x1b\[\d+m", "", text) == drawn("l1 l2", Screen(braille=screen.braille))


@pytest.mark.parametrize(
    ("encoding", "settings", "braille"),
    [
        ("utf-8", {}, True),
        ("ascii", {}, False),
        ("cp1252", {}, False),
        ("utf-8", {"TERM": "linux"}, False),
        ("utf-8", {"LC_ALL": "C", "LANG": "en_GB.UTF-8"}, False),
        ("utf-8", {"LC_ALL": "", "LC_CTYPE": "C.UTF-8", "LANG": "C"}, True),
        (None, {}, False),
    ],
)
def test_braille_is_for_terminals_that_can_show_it(encoding, settings, braille):
    screen = Screen.of(Stream(encoding), settings)
    assert screen.braille is braille
    drawn("l1 l2 --title '损失 é'", screen).encode(encoding or "ascii")
    assert Screen.of(Stream(encoding, terminal=False), settings).braille is (encoding == "utf-8")


def test_it_prints_a_picture_and_writes_what_it_is_told_to(lossplot, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    alone = lossplot("l2", "--terminal")
    assert (alone.code, alone.err, list(tmp_path.iterdir())) == (0, "", [])
    assert alone.out == drawn("l2")
    assert lossplot("l2", "--terminal", "-o", "a.svg").out == alone.out + "a.svg\n"
    assert lossplot("l2", "--terminal", "-o", "a.svg", "-q").out == alone.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("l2 --terminal -o -", "-o - and --terminal"),
        ("l2 --terminal --at 1", "--at prints numbers and --terminal"),
        ("l2 --terminal --format svg", "--format svg is for files"),
        ("l2 --terminal --log y", "--log changes nothing in the terminal"),
        ("huber --delta 1:2:3 --terminal --as contour", "--as changes nothing in the terminal"),
    ],
)
def test_what_does_not_go_together_is_refused(lossplot, words, message):
    result = lossplot(*words.split())
    assert (result.code, result.out) == (2, "")
    assert message in result.err


def test_it_does_not_import_matplotlib():
    code = "import sys; from losscli.cli.main import main; main(['l1', '--terminal', '--show', 'gradient'])\n"
    code += "assert 'numpy' in sys.modules and 'matplotlib' not in sys.modules and 'PIL' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def settings_for(**own):
    dropped = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR")
    return {name: value for name, value in os.environ.items() if name not in dropped} | own


def test_in_a_pipe_it_has_80_columns_and_no_colour():
    words = [sys.executable, "-m", "losscli", "l1", "l2", "--terminal"]
    settings = settings_for(PYTHONIOENCODING="utf-8", TERM="xterm-256color")
    done = subprocess.run(words, capture_output=True, check=True, env=settings, stdin=subprocess.DEVNULL)
    assert done.stdout.decode() == drawn("l1 l2")


def test_on_a_terminal_of_its_own_it_is_that_wide_and_in_colour():
    fcntl, pty, struct, termios = (pytest.importorskip(name) for name in ("fcntl", "pty", "struct", "termios"))
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 60, 0, 0))
    words = [sys.executable, "-m", "losscli", "l1", "l2", "--terminal"]
    settings = settings_for(PYTHONIOENCODING="utf-8", TERM="xterm", LC_ALL="C.UTF-8")
    with subprocess.Popen(words, stdout=follower, env=settings) as process:
        os.close(follower)
        data = b""
        try:
            while part := os.read(leader, 65536):
                data += part
        except OSError:  # how Linux says that the other end is closed
            pass
    os.close(leader)
    assert process.returncode == 0
    assert data.decode().replace("\r\n", "\n") == drawn("l1 l2", Screen(60, 30, colour=True))
