"""Command lines that a grammar makes up: each ends with a known exit code and one line, and leaves whole files."""

from pathlib import Path

import pytest
from fuzz import faults, run
from grammar import furnish

FOUND = [  # by the grammar; each once ended with a traceback, a warning or after minutes
    "expr:r**2 --mark minimum -o a.svg",
    "l2 -o loop.svg",
    "softmax-cross-entropy --descend 1,2,3 --descend 1,2",
    "softmax-focal --weight 1,2 --descend 1,2,3",
    "l2 --descend -1 --rate 1e9 -o a.svg",
    "half-squared-error --descend 0.5 --rate 10 --steps 200 -o a.svg",
    "saturating-gan --data signs.csv --suggest",
    "taylor-cross-entropy --terms 20:25:2 --points 9 -o a.svg",
    "expr:sign(sin(f**2)) --target 1e3 --at 1",
    "jaccard --smooth 28 --data classes.csv -o a.jpg",
    "distribution-kl categorical-generalized-cross-entropy --q 0.7 --data classes.csv -o a.svg",
    "l2 --label-size 1 --dpi 10 -o a.png",
    "mine.py:plain --formula -o a.svg",
    "mine.py:plain huber --formula -o a.svg",
    "l2 --font cmr10 -o a.pdf",
    "quantile --target 0:2:3 --show hessian --as contour -o a.svg",
    "juliaml:PoissonLoss --target 1e-9 --xlim 2 1000 --log x -o a.svg",
    "check expr:abs(r) hit-or-miss --tolerance 50",
    "check mine.py:mean l2 --tolerance 1 --range -1 1",
    "check mine.py:objective --dtype float32 catboost:NumErrors",
]


@pytest.fixture
def furnished(lossplot, tmp_path):
    furnish(tmp_path)
    return lossplot


@pytest.mark.parametrize("line", FOUND)
@pytest.mark.usefixtures("furnished")
def test_what_broke_once_breaks_no_more(tmp_path, line):
    assert [*faults(line.split(), tmp_path)] == []


@pytest.mark.parametrize("seed", range(4))
def test_made_up_command_lines_break_nothing(seed):
    assert run(60, seed) == {}


@pytest.mark.parametrize("name", ["rate", "weights", "range", "title", "data", "view", "points"])
def test_an_option_of_own_code_may_be_called_like_one_of_the_figure(lossplot, tmp_path, name):
    code = f"def f(y_pred, y_true, {name}=1.0):\n    return {name} * (y_pred - y_true) ** 2\n"
    (tmp_path / "mine.py").write_text(code)
    result = lossplot("mine.py:f", f"--{name}", 3, "--at", 2, "--order", 0)
    assert (result.code, result.err) == (0, "")
    assert "value 12" in result.out


@pytest.mark.usefixtures("furnished")
def test_faults_are_seen(tmp_path, monkeypatch):
    def broken(*_, **__):
        raise ValueError

    monkeypatch.setattr("losscli.wording.listing.listing", broken)
    assert "ValueError" in "".join(faults(["list"], tmp_path))
    monkeypatch.setattr("losscli.runs.drawing.save", lambda _data, output, _stdout: Path(output.path).touch())
    (fault,) = faults(["l2", "-o", "half.svg"], tmp_path)
    assert fault.endswith("half.svg is not whole")
