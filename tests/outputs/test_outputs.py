"""Every format: its bytes, the words and the description in it, and the curves as numbers."""

import io
import json
import os
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import remake
from browser import CHROMIUM, started
from kinds_of_files import BEGINNINGS, STILL
from PIL import Image

from losscli.cli.main import read
from losscli.drawing.scene import Scene
from losscli.losses import catalogue
from losscli.outputs.provenance import words_in
from losscli.recipe.formats import RENDERERS
from losscli.version import __version__

FIGURE = ["l1", "pseudo-huber", "--delta", "2", "--show", "value", "--show", "gradient"]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def made(lossplot, tmp_path):
    """Make a figure in every format and return the bytes by format."""

    def make(*words, forms=STILL):
        names = [word for form in forms for word in ("-o", f"made.{form}")]
        result = lossplot(*words, *names)
        assert (result.code, result.err) == (0, "")
        return {form: (tmp_path / f"made.{form}").read_bytes() for form in forms}

    return make


@pytest.fixture(scope="module")
def together(lossplot_once):
    """The figure in every format, made by one command."""
    result, folder = lossplot_once(*FIGURE, *(word for form in BEGINNINGS for word in ("-o", f"made.{form}")))
    assert (result.code, result.err) == (0, "")
    return {form: (folder / f"made.{form}").read_bytes() for form in BEGINNINGS}


@pytest.mark.parametrize("form", BEGINNINGS)
def test_every_format_begins_as_it_should(together, form):
    assert together[form].startswith(BEGINNINGS[form])


@pytest.mark.parametrize("form", ["png", "svg", "json"])
def test_standard_output_holds_the_bytes_of_the_file(lossplot, together, form):
    result = lossplot(*FIGURE, "-o", "-", "--format", form)
    assert (result.code, result.err, result.raw) == (0, "", together[form])


def test_every_format_is_tested_here():
    assert set(BEGINNINGS) | {"pgf"} == {form for form, module in RENDERERS.items() if module in ("image", "table")}


def test_same_words_same_bytes(tmp_path):
    """In another second, folder, name and order, with other settings of the user, alone or beside other formats."""
    for number, settings in enumerate(({"PYTHONHASHSEED": "1"}, {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo"})):
        folder = tmp_path / str(number)
        folder.mkdir()
        names = [f"name{number}.{form}" for form in (reversed(STILL) if number else STILL)]
        if number:
            (folder / "matplotlibrc").write_text("lines.linewidth: 9\n")
            time.sleep(1.1)
        words = [word for name in names for word in ("-o", name)]
        done = remake.lossplot(*FIGURE, *words, cwd=folder, env=os.environ | settings)
        assert (done.returncode, done.stderr) == (0, "")
    first, second = ({form: (tmp_path / n / f"name{n}.{form}").read_bytes() for form in STILL} for n in "01")
    assert [form for form in STILL if first[form] != second[form]] == []


def test_other_words_are_other_bytes(together, made):
    forms = [form for form in STILL if form not in ("eps", "pdf")]
    other = made(*("1.5" if word == "2" else word for word in FIGURE), forms=forms)
    assert [form for form in forms if together[form] == other[form]] == []


@pytest.mark.parametrize(
    "title", ["a <b> & \"c\" 'd' -- (e) \\n $\\delta$ 50% Ċ é ⡜" + "x" * 300, "two\nlines and more"]
)
@pytest.mark.filterwarnings("ignore:Glyph")
def test_every_file_knows_its_words(made, title):
    words = ["l1", "--title", title, "--range", "-1", "1"]
    known = read(words).recipe.words
    for form, data in made(*words).items():
        assert words_in(data) == (None if form == "csv" else (known, __version__)), form


def test_a_damaged_file_has_no_words_or_those_it_had(made):
    random = np.random.default_rng(1)
    for form, data in made("l1", "--points", "20").items():
        whole = words_in(data)
        for cut in random.integers(0, len(data), 10):
            assert words_in(data[:cut]) in (None, whole), form
        for place in random.integers(0, min(len(data), 2000), 30):
            words_in(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :])


def test_foreign_files_have_no_words():
    for start in (b"\x89PNG", b"GIF89a", b"RIFF", b"II*\0", b"%PDF-1.4", b"%!PS", b"PK\x03\x04", b"{", b"<", b"", b"x"):
        assert words_in(start) is None
        assert words_in(start + bytes(range(256))) is None
    assert words_in(b'{"words": 1}') is None
    assert words_in(b"[" * 100_000) is None
    assert words_in(b'{"words":' + b"[" * 100_000) is None


def test_eps_is_ascii_in_short_lines_without_a_date(made):
    data = made("l1", "--title", "é" * 300, forms=["eps"])["eps"]
    assert data.isascii()
    head = data[: data.index(b"%%EndComments")].splitlines()
    assert max(map(len, head)) <= 255
    assert not re.search(rb"Date|Matplotlib|/tmp", data[: data.index(b"%%BeginProlog")])


@pytest.mark.parametrize("form", ["jpg", "webp", "tiff"])
def test_pixels_are_those_of_the_png(together, form):
    png, other = (np.asarray(Image.open(io.BytesIO(together[f])).convert("RGB"), dtype=int) for f in ("png", form))
    assert abs(png - other).max() <= (60 if form == "jpg" else 0)
    assert abs(png - other).mean() < 0.5
    assert abs(png - other[::-1]).mean() > 1  # upside down it is another picture


def engine(folder):
    """Put a program into a folder that measures texts as TeX would be asked to."""
    program = folder / "xelatex"
    program.write_text(
        f"#!{sys.executable}\n"
        "import sys\n"
        "for line in sys.stdin:\n"
        "    if 'pgf_backend_query_start' in line:\n"
        "        print('*pgf_backend_query_start\\n*', end='', flush=True)\n"
        "    elif 'the\\\\wd0' in line:\n"
        "        print('20.0pt,7.0pt,2.0pt\\n\\n*', end='', flush=True)\n"
    )
    program.chmod(0o755)


def test_pgf_needs_a_tex_engine_and_says_so(tmp_path):
    done = remake.lossplot("l1", "-o", "a.pgf", cwd=tmp_path, env=os.environ | {"PATH": str(tmp_path)})
    assert (done.returncode, list(tmp_path.iterdir())) == (1, [])
    assert done.stderr == ("lossplot: pgf: TeX has to measure the texts; install one of xelatex, lualatex, pdflatex\n")


def test_pgf_with_an_engine(tmp_path):
    """The engine is a stand-in: what is tested is what is made around its answers."""
    engine(tmp_path)
    for name in ("a.pgf", "b.pgf"):
        done = remake.lossplot(*FIGURE, "-o", name, cwd=tmp_path, env=os.environ | {"PATH": str(tmp_path)})
        assert (done.returncode, done.stderr) == (0, "")
    data = (tmp_path / "a.pgf").read_bytes()
    assert b"\\begin{pgfpicture}" in data
    assert words_in(data) == (read(FIGURE).recipe.words, __version__)
    assert b".ttf" not in data
    assert data == (tmp_path / "b.pgf").read_bytes()


def test_pgf_says_what_the_engine_did_not_like(tmp_path):
    program = tmp_path / "pdflatex"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    done = remake.lossplot("l1", "-o", "a.pgf", cwd=tmp_path, env=os.environ | {"PATH": str(tmp_path)})
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("lossplot: pgf: TeX cannot set the texts")


@pytest.mark.parametrize("form", ["csv", "json", "npz"])
def test_numbers_do_not_import_matplotlib(tmp_path, form):
    code = (
        f"import sys; from losscli.cli.main import main; main(['l1', '-o', {str(tmp_path / f'a.{form}')!r}])\n"
        "assert 'numpy' in sys.modules and 'matplotlib' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def arrays(line):
    scene = Scene(read(line.split()).recipe)
    return [(trace.prediction, *(trace.terms[q] for q in scene.recipe.show)) for trace in scene.sampled.traces]


LINES = [
    "l1 pseudo-huber --delta 0.3 --show value --show gradient",
    "cross-entropy --range -4 6 --sampling even",
    "softmax-cross-entropy --target 0.1,0.02,0.88 --logits 1,-3,10 --show value --show hessian",
    "zero-one --range -1 1 --points 7 --show value --show hessian",
    "huber --delta 0.1:3:4",
]


@pytest.mark.parametrize("line", LINES)
def test_tables_hold_the_sampled_curves_to_the_last_bit(made, line):
    data = made(*line.split(), forms=["csv", "json", "npz"])
    want = arrays(line)
    found = np.load(io.BytesIO(data["npz"]), allow_pickle=False)
    shows = read(line.split()).recipe.show
    for index, columns in enumerate(want):
        for name, column in zip(("prediction", *shows), columns, strict=True):
            np.testing.assert_array_equal(found[f"{name}_{index}"], column)
    header, *rows = [row.split(",") for row in re.sub(r'"[^"]*"', "vector", data["csv"].decode()).splitlines()]
    assert header[-1 - len(shows) :] == ["prediction", *shows]
    numbers = [[float(text or "nan") for text in row[-1 - len(shows) :]] for row in rows]
    np.testing.assert_array_equal(numbers, np.vstack([np.column_stack(columns) for columns in want]))
    kept = json.loads(data["json"])["curves"]
    for curve, columns in zip(kept, want, strict=True):
        for name, column in zip(("prediction", *shows), columns, strict=True):
            finite = np.isfinite(column)
            np.testing.assert_array_equal(np.array(curve[name], dtype=float)[finite], column[finite])
            assert [number is None for number in curve[name]] == (~finite).tolist()


def test_json_is_strict_and_says_why_there_is_no_number(made):
    def never(word):
        raise AssertionError(word)

    def curve(*words):
        text = made(*words, forms=["json"])["json"].decode()
        (found,) = json.loads(text, parse_constant=never)["curves"]
        return found

    kink = curve("l1", "--range", "-1", "1", "--points", "3", "--show", "gradient")
    assert kink["gradient"] == [-1, -1, None, 1, 1]
    assert kink["notes"] == {"gradient[2]": "jumps from -1 to 1"}
    outside = curve("cross-entropy", "--range", "-1", "1", "--points", "3", "--sampling", "even")
    assert outside["value"] == [None, None, 0]
    assert outside["notes"] == {"value[0]": "cross-entropy reads a number at least 0 and at most 1", "value[1]": "inf"}
    jump = curve("zero-one", "--range", "-1", "1", "--points", "2")
    assert jump["notes"] == {"value[2]": "jumps from 1 to 0"}


def test_json_says_what_the_curves_are(made):
    data = json.loads(made("nll", "--logits", "0,-1,-2", "--vary", "1", forms=["json"])["json"])
    assert (data["lossplot"], data["words"]) == (__version__, "nll --logits 0,-1,-2 --vary 1")
    assert data["description"].startswith("Negative log-likelihood loss, target 0: ")
    (curve,) = data["curves"]
    assert (curve["logits"], curve["vary"], curve["target"], curve["parameters"]) == (
        [0, -1, -2],
        1,
        0,
        {"weight": None},
    )


NASTY = 'a <b> & "c" ]]> <!-- -- é'


@pytest.mark.parametrize("text", [[], ["--svg-text"]])
@pytest.mark.filterwarnings("ignore:Glyph")
def test_svg_is_xml_and_says_what_it_shows(made, text):
    data = made("l1", "--title", NASTY, "--label", NASTY, *text, forms=["svg"])["svg"]
    root = ET.fromstring(data)
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    title, description = root[0], root[1]
    assert root.get("role") == "graphics-document document"
    assert root.get("aria-labelledby") == title.get("id")
    assert root.get("aria-describedby") == description.get("id")
    assert title.text == 'a <b> & "c" ]]> <!-- -- é'
    assert description.text.startswith("L1 loss, target 0: minimum 0 at prediction 0, convex, ")
    every = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(every) == len(set(every))
    assert bool(list(root.iter(f"{SVG}text"))) == bool(text)


def test_two_svgs_in_one_page_share_no_name(made):
    names = [re.search(rb'<title id="(.*?)"', made("l1", "--points", n, forms=["svg"])["svg"])[1] for n in ("10", "11")]
    assert names[0] != names[1]


def test_each_curve_is_a_group_with_a_name(made):
    line = "huber l2 huber --target 0 --target -1.5 --show value --show gradient"
    root = ET.fromstring(made(*line.split(), forms=["svg"])["svg"])
    found = [group.get("id") for group in root.iter(f"{SVG}g") if (group.get("id") or "").startswith("curve-")]
    names = [
        *("huber-delta-1", "huber-delta-1-target--1.5", "l2", "l2-target--1.5"),
        *("huber-delta-1_2", "huber-delta-1-target--1.5_2"),
    ]
    assert found == [f"curve-{name}" for name in names] + [f"curve-{name}-gradient" for name in names]


def named_groups(svg):
    return {
        group.get("id"): group.get("aria-label") for group in ET.fromstring(svg).iter(f"{SVG}g") if group.get("role")
    }


def test_each_curve_says_which_it_is(made):
    words = ["huber", "l1", "--label", 'a <b> & "c" $\\delta$']
    assert named_groups(made(*words, forms=["svg"])["svg"]) == {
        "curve-huber-delta-1": 'a <b> & "c" δ',
        "curve-l1": "L1 loss, target 0",
    }
    two = ["torch.nn.SmoothL1Loss", "--beta", "2", "--target", "1", "--show", "value", "--show", "gradient"]
    assert named_groups(made(*two, forms=["svg"])["svg"]) == {
        "curve-torch.nn.SmoothL1Loss-beta-2-target-1": (
            "Smooth L1 (torch.nn.SmoothL1Loss) loss, beta 2, target 1: value"
        ),
        "curve-torch.nn.SmoothL1Loss-beta-2-target-1-gradient": (
            "Smooth L1 (torch.nn.SmoothL1Loss) loss, beta 2, target 1: gradient"
        ),
    }


def test_text_in_an_svg_can_be_found(made):
    """As Matplotlib writes it: a text with mathematics is one element, glyph by glyph."""
    words = ["huber", "--delta", "0.5", "--formula", "--svg-text", "--title", r"A title $x_i^2$"]
    svg = made(*words, forms=["svg"])["svg"]
    texts = ["".join(text.itertext()) for text in ET.fromstring(svg).iter(f"{SVG}text")]
    assert {"Prediction", "Loss"} <= {*texts}
    assert any({*"xi2"} <= {*text} for text in texts)
    assert "DejaVu Sans" in svg.decode()


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_a_browser_tells_the_figure_and_its_curves(lossplot, tmp_path):
    lossplot("l1", "huber", "--delta", "0.5", "--svg-text", "-o", "made.svg")
    with started(tmp_path / "profile") as page:
        page.open(tmp_path / "made.svg")
        nodes = page.call("Accessibility.getFullAXTree")["nodes"]
    told = [(node["role"]["value"], node.get("name", {}).get("value")) for node in nodes if not node["ignored"]]
    assert ("graphics-document", "L1 and Huber losses, target 0") in told
    assert [name for role, name in told if role == "graphics-symbol"] == [
        "L1 loss, target 0",
        "Huber loss, delta 0.5, target 0",
    ]
    assert ("StaticText", "Prediction") in told


def described(line):
    texts = Scene(read(line.split()).recipe).texts
    return texts.name, texts.description


def test_names_and_descriptions_of_every_loss():
    for loss in catalogue():
        texts = Scene(read([loss, "--points", "2"]).recipe).texts
        assert re.fullmatch(r"curve-[A-Za-z0-9_.-]+", texts.identifier(0, "value"))  # an XML name without a namespace
        for text in (texts.name, texts.description):
            assert text.isascii()
            assert not re.search(r"nan|None|\$|\\|\binf\b|  |,,|at at|:\s*:", text), text
        assert texts.description.count(". Shown: value for ") == 1


def test_descriptions_of_several_curves():
    assert described("pseudo-huber --delta 0.24 --range -1 1 --style plain") == (
        "Pseudo-Huber loss, delta 0.24, target 0",
        "Pseudo-Huber loss, delta 0.24, target 0: minimum 0 at prediction 0, strictly convex, "
        "gradient at most 0.24 in size. Shown: value for predictions from -1 to 1.",
    )
    assert described("l1 l2 huber")[0] == "L1, L2 and Huber losses, target 0"
    assert described("huber --delta 0.05:3:60")[1] == (
        "Huber loss, target 0, delta from 0.05 to 3.00, 60 values: minimum 0 at prediction 0, convex. "
        "Shown: value for predictions from -3.75 to 3.75."
    )
    assert "And 2 curves more." in described("l1 l2 huber fair cauchy welsch arctan ramsay")[1]
    assert "with kinks at predictions -0.1 and 0.1" in described("epsilon-insensitive")[1]
    assert "never as low as 0, which it tends to as the prediction tends to infinity" in described("logistic")[1]


def test_a_view_is_described_by_both_of_its_axes():
    surface = described("quantile --tau 0.1:0.9:9 --as surface --show gradient")[1]
    assert surface.endswith("Shown: a surface of the gradient over predictions from -3 to 3 and tau from 0.1 to 0.9.")


def test_of_several_logits_it_is_said_where_the_others_are_held(made):
    """The least over all logits is no point of the curve along one of them."""
    line = "softmax-cross-entropy --target 0.1,0.02,0.88 --logits 1,-3,10 --vary 2"
    svg = made(*line.split(), forms=["svg"])["svg"]
    assert ET.fromstring(svg)[1].text == (
        "Softmax cross-entropy loss, target 0.1,0.02,0.88: "
        "over all logits minimum 0.420992 at softmax(logits) = target, convex, gradient at most 1.96 in size. "
        "Shown: value for logit 2 from -6 to 6, the others held at 1, -3."
    )
    assert list(named_groups(svg).values()) == [
        "Softmax cross-entropy loss, target 0.1,0.02,0.88, along logit 2, the others held at 1, -3"
    ]
    never = described("softmax-cross-entropy --logits 0,1")[1]
    assert "over all logits never as low as 0, which it tends to as softmax(logits) tends to target" in never
    assert never.endswith("from -6 to 6, the other held at 1.")


def test_words_that_are_not_utf8_are_refused(lossplot):
    result = lossplot("l2", "--title", "a\udcffb")
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert "UTF-8" in result.err


@pytest.mark.parametrize("form", ["pdf", "eps"])
def test_fonts_are_those_that_journals_take(lossplot, form):
    data = lossplot("l2", "--title", "µ and $\\alpha$", "-o", "-", "--format", form).raw
    if form == "eps":  # after the Type 42 font Matplotlib 3.9 writes another for interpreters that cannot read it
        kinds = re.findall(rb"/FontName /\S+ def.*?/FontType (\d+) def", data, re.DOTALL)
        assert set(kinds) == {b"42"}
    else:
        assert b"/Subtype /CIDFontType2" in data
        assert b"/Subtype /Type3" not in data


UNHEARD = {
    "l1 --dpi 70 -o a.html": "--dpi changes nothing in html; it is for png, jpg, webp, tiff, svg, pdf, ",
    "l1 --svg-text -o a.html -o a.png": "--svg-text changes nothing in html, png; it is for svg\n",
    "l1 --title T -o a.csv": "--title changes nothing in csv; it is for png, jpg, ",
    "l1 --label a --legend none -o a.csv": "--label changes nothing in csv; ",
    "l1 --mark breaks -o a.csv": "--mark changes nothing in csv; ",
    "l1 --fps 5": "--fps changes nothing in png; it is for a moving gif, a moving webp, a moving mp4, a moving html\n",
    "l1 --no-loop -o a.webp": "--no-loop changes nothing in webp; it is for a moving gif, a moving webp\n",
    "huber --delta 1:2:3 --as contour --fps 5 -o a.webp": "--fps changes nothing in webp; ",
    "huber --fps 5 -o a.html": "--fps changes nothing in html; ",
    "huber --delta 1:2:3 --dpi 70 --no-loop -o a.mp4": "--no-loop changes nothing in a moving mp4; ",
    **{
        f"l1 l2 {option} --terminal": f"{option.split()[0]} changes nothing in the terminal; it is for "
        for option in (
            "--size 8cm", "--font cmr10", "--grid", "--no-grid", "--dpi 70", "--transparent",
            "--svg-text", "--line r:", "--label-size 9", "--legend best", "--fps 3", "--loop",
        )
    },
    "l1 --dpi 70 --terminal -o a.html": "--dpi changes nothing in html, the terminal; ",
}  # fmt: skip


@pytest.mark.parametrize("line", UNHEARD)
def test_an_option_that_no_output_has_any_use_for_is_refused(lossplot, tmp_path, line):
    result = lossplot(*line.split())
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert UNHEARD[line] in result.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "line",
    [
        "l1 --svg-text --dpi 30 -o a.png -o a.svg",
        "huber --delta 1:2:2 --fps 5 --no-loop -o a.gif -o a.svg",
        "l1 --dpi 30 -o a.png --terminal",
        "l1 l2 --legend none --terminal",
        "l2 --style plain --terminal",
        "l1 --size ieee --fps 5 --svg-text -o a.json",
        "huber --delta 0.1:3:20 --legend none",
        "huber --delta 0.1:3:9 --as contour --legend none",
        "huber --delta 0.1:3:9 --mark breaks --legend right",
        "huber --delta 0.1:3:9 --legend right -o a.html -o a.png",
    ],
)
def test_an_option_that_one_output_has_a_use_for_is_taken(lossplot, line):
    result = lossplot(*line.split())
    assert (result.code, result.err) == (0, "")


def test_words_of_another_format_are_no_mistake_in_redo_and_batch(lossplot, tmp_path):
    lossplot("l1", "--svg-text", "-o", "a.png", "-o", "a.svg")
    assert lossplot("redo", "a.png", "-o", "b.pdf").code == lossplot("redo", "a.png").code == 0
    (tmp_path / "figures.txt").write_text("l1 --svg-text -o a.png -o a.svg\nl1 --svg-text -o c.png\n")
    (tmp_path / "a.png").unlink()
    result = lossplot("batch", "figures.txt")
    assert (result.out, result.err.splitlines()[0]) == (
        "a.png\n", "figures.txt:2: --svg-text changes nothing in png; it is for svg",
    )  # fmt: skip


def test_a_page_shows_every_option_that_it_is_said_to_show(made):
    pytest.importorskip("plotly", reason="plotly, of the extra html, is not installed")
    plain = made("l1", "l2", forms=["html"])["html"].split(b"<body>")[1]
    for words in ("--font cmr10", "--size 8cm", "--grid", "--line r:"):
        own = made("l1", "l2", *words.replace("--grid", "--no-grid").split(), forms=["html"])["html"]
        assert own.split(b"<body>")[1] != plain, words
