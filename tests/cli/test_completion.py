"""What the TAB key offers, in bash, zsh and fish; and the examples of the help, which one may copy."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from losscli.cli.completion import VARIABLE
from losscli.cli.main import ROOT, main, read
from losscli.losses import catalogue, names
from losscli.names.frameworks import LIBRARIES, rows
from losscli.recipe.formats import SUFFIXES
from losscli.recipe.sizes import AUTO, NAMED

HERE = Path(__file__).parents[2]
VERBS = [name for name, command in ROOT.commands.items() if not command.hidden]


@pytest.fixture
def tab(monkeypatch, capfdbinary):
    """Return what is offered for a line, as zsh is told it: names, and what is said of each."""

    def offer(line):
        words = line.split(" ")
        for name, value in ((VARIABLE, "zsh_complete"), ("COMP_WORDS", line), ("COMP_CWORD", str(len(words) - 1))):
            monkeypatch.setenv(name, value)
        assert main() == 0
        said = capfdbinary.readouterr()
        assert said.err == b""
        lines = said.out.decode().strip("\n").splitlines()
        return {name.replace("\\:", ":"): (kind, text) for kind, name, text in zip(*[iter(lines)] * 3, strict=True)}

    return offer


def test_verbs_then_every_name_of_a_loss_come_first(tab):
    offered = tab("lossplot ")
    assert set(VERBS) <= set(offered)
    assert set(names()) <= set(offered)
    assert not {"draw", "look"} & set(offered)
    assert offered["huber"] == ("plain", catalogue()["huber"].summary)
    assert next(iter(offered)) in VERBS


@pytest.mark.parametrize(
    "before", ["", "draw ", "info ", "l1 ", "l1 --show value ", "--range -1 1 ", "l1 hinge --margin 2 "]
)
def test_losses_are_offered_wherever_one_may_stand(tab, before):
    assert list(tab(f"lossplot {before}hub")) == ["huber"]
    assert set(tab(f"lossplot {before}ms")) == {name for name in names() if name.startswith("ms")}
    assert list(tab(f"lossplot {before}zzz")) == []


@pytest.mark.parametrize("prefix", ["torch.", "torch.nn.Sm", "xgboost:", "xgboost:reg:", "tf.keras.losses.M", "tor"])
def test_the_names_of_a_library_are_offered_after_its_own(tab, prefix):
    offered = tab(f"lossplot {prefix}")
    assert list(offered) == [name for name in rows() if name.startswith(prefix)]
    assert all(text == rows()[name].loss for name, (_, text) in offered.items())


def test_options_are_those_of_the_loss_and_of_the_figure(tab):
    offered = tab("lossplot huber --")
    assert {"--delta", "--range", "--terminal", "--output", "--help"} <= set(offered)
    assert "--beta" in tab("lossplot torch.nn.SmoothL1Loss --")
    assert "--delta" not in tab("lossplot l2 --")
    assert {"--version", "--help", "--range"} <= set(tab("lossplot --"))
    assert list(tab("lossplot list --fa")) == ["--family"]
    assert set(tab("lossplot info l2 --")) == {"--target", "--json", "--help"}


def test_an_option_that_stands_once_is_not_offered_again(tab):
    assert "--title" not in tab("lossplot l2 --title T --")
    assert {"--delta", "--label", "--output"} <= set(tab("lossplot huber --delta 2 --label a -o b.png --"))


def test_values_that_are_one_of_a_few_are_offered(tab):
    assert list(tab("lossplot huber --show ")) == ["value", "gradient", "hessian", "excess"]
    assert list(tab("lossplot huber --legend lower")) == ["lower left", "lower right", "lower center"]
    assert list(tab("lossplot huber --legend=b")) == ["--legend=best"]
    assert list(tab("lossplot huber --sampling ")) == ["fit", "even"]
    assert list(tab("lossplot huber --format ")) == SUFFIXES.split(", ")
    assert list(tab("lossplot list --family ")) == list(
        dict.fromkeys(loss.family.name for loss in catalogue().values())
    )
    assert list(tab("lossplot list --framework ")) == list(LIBRARIES)
    assert list(tab("lossplot huber --size ie")) == ["ieee", "ieee-wide"]
    assert list(tab("lossplot huber --delta ")) == []
    assert list(tab("lossplot focal --alpha ")) == ["none"]


def test_every_offered_style_is_one_and_every_style_is_offered(tab):
    from losscli.drawing.style import style_names

    assert set(tab("lossplot huber --style ")) == set(style_names())


def test_a_size_begins_with_a_width(tab):
    assert set(tab("lossplot l2 --size ")) == {*NAMED, AUTO} == set(tab("lossplot --size "))


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("batch ", "file"),
        ("batch f.txt --into ", "dir"),
        ("article -o ", "dir"),
        ("l2 -o ", "file"),
        ("l2 --output=a", "file"),
    ],
)
def test_files_and_folders_are_left_to_the_shell(tab, line, kind):
    assert [found for found, _ in tab(f"lossplot {line}").values()] == [kind]


@pytest.mark.parametrize(
    "line",
    [
        "huber --bogus ",
        "--bogus x ",
        "l2 --points many --",
        "nosuch ",
        "list x y z ",
        "'l2 ",
        "batch --",
        "draw --target",
    ],
)
def test_nothing_that_is_typed_breaks_it(tab, line):
    tab(f"lossplot {line}")


def test_a_question_that_is_none_is_refused(lossplot, monkeypatch, capfd):
    for asked in ("tcsh_source", "powershell_source", "bash_", "bash", "x"):
        monkeypatch.setenv(VARIABLE, asked)
        assert main() == 2
        assert f"{VARIABLE}={asked}; it is one of bash_source, zsh_source, fish_source" in capfd.readouterr().err
    assert lossplot("--version").code == 0  # words that are handed over are no question of a shell


@pytest.fixture
def shell(tmp_path):
    """Run a script in a shell that finds lossplot on its path."""
    program = tmp_path / "bin" / "lossplot"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m losscli "$@"\n')
    program.chmod(0o755)
    settings = os.environ | {
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join([str(HERE), *filter(None, [os.environ.get("PYTHONPATH")])]),
        "HOME": str(tmp_path),
    }

    def run(*words):
        if shutil.which(words[0]) is None:
            pytest.skip(f"{words[0]} is not installed")
        done = subprocess.run(
            words, capture_output=True, text=True, env=settings, cwd=tmp_path, timeout=60, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    return run


BASH = """
eval "$(_LOSSPLOT_COMPLETE=bash_source lossplot)"
complete -p lossplot
compopt() { local IFS=' '; echo "compopt $*"; }  # outside of a completion bash has none
try() {  # the words as readline takes the line apart
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
    _lossplot_completion lossplot
    printf '%s|' "${COMPREPLY[@]}"; echo
}
"""


def test_bash(shell):
    tries = {
        "lossplot hub": "huber|",
        "lossplot xgboost:reg:squarede": "xgboost:reg:squarederror|",
        "lossplot ceres:Hu": "ceres:HuberLoss|",
        "lossplot torch.nn.Smooth": "torch.nn.SmoothL1Loss|",
        "lossplot huber --legend lower": r"lower\ left|lower\ right|lower\ center|",
        """lossplot huber --legend "'lower r" """: "lower right|",
        "lossplot huber --legend=bes": "--legend=best|",
        "lossplot \"'two words'\" --style petroff1": "petroff10|",
        "lossplot batch x": "compopt -o default\n|",
        "lossplot article -o x": "compopt -o dirnames\n|",
    }
    script = "\n".join([BASH, *(f"try {line}" for line in tries), "echo $COMP_WORDBREAKS"])
    registered, out = shell("bash", "--norc", "-c", script).split("\n", 1)
    assert registered == "complete -o nosort -F _lossplot_completion lossplot"
    assert out.startswith("\n".join([*tries.values(), ""]))
    assert not {*":="} & {*out.splitlines()[-1]}  # at these readline would take names and options apart


ZSH = """
compdef() { registered="$*" }
_describe() { for each in "${(@P)3}"; do print -r -- "described $each"; done }
compadd() { for each in "${(@P)${@[-1]}}"; do print -r -- "added $each"; done }
_path_files() { print -r -- "files $*" }
autoload -U colors
eval "$(_LOSSPLOT_COMPLETE=zsh_source lossplot)"
print -r -- "$registered"
try() { words=("$@"); CURRENT=$#; _lossplot_completion }
try lossplot hub
try lossplot xgboost:reg:squarede
try lossplot huber --legend best
try lossplot huber --show=v
try lossplot batch x
"""


def test_zsh(shell):
    assert shell("zsh", "-f", "-c", ZSH).splitlines() == [
        "_lossplot_completion lossplot",
        f"described huber:{catalogue()['huber'].summary}",
        r"described xgboost\:reg\:squarederror:half-squared-error",
        "added best",
        "added --show=value",
        "files -f",
    ]


FISH = """
_LOSSPLOT_COMPLETE=fish_source lossplot | source
for line in 'lossplot hub' 'lossplot xgboost:reg:squarede' 'lossplot huber --legend bes' 'lossplot huber --show=v' \
    'lossplot batch figs'
    complete -C "$line"
end
"""


def test_fish(shell, tmp_path):
    (tmp_path / "figs.txt").touch()
    assert shell("fish", "--no-config", "-c", FISH).splitlines() == [
        f"huber\t{catalogue()['huber'].summary}",
        "xgboost:reg:squarederror\thalf-squared-error",
        "best",
        "--show=value",
        "figs.txt",
    ]


def question(line):
    return {VARIABLE: "zsh_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1)}


@pytest.mark.parametrize("line", ["lossplot ", "lossplot torch.", "lossplot huber --", "lossplot huber --style "])
def test_completion_imports_nothing_heavy(line):
    code = "import sys; from losscli.cli.main import main; main(); sys.stderr.write(' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ | question(line)
    )
    assert done.stdout
    assert not {"numpy", "matplotlib"} & {name.partition(".")[0] for name in done.stderr.split()}


def example(text):
    """Return the command line that a help shows."""
    (found,) = re.findall(r"(?m)^ *Example: lossplot (.*)$", text)
    return shlex.split(found)


HUBER = """
import numpy as np

def huber(y_pred, y_true, delta=2.0):
    r = y_pred - y_true
    yield np.where(abs(r) <= delta, r * r / 2, delta * (abs(r) - delta / 2))
    yield np.clip(r, -delta, delta)
    yield np.where(abs(r) <= delta, 1.0, 0.0)
"""


@pytest.mark.parametrize("verb", ["", *ROOT.commands])
def test_the_example_of_every_verb_works(lossplot, tmp_path, verb):
    (tmp_path / "figures.txt").write_text("l2 -o l2.svg\n")
    (tmp_path / "mine.py").write_text(HUBER)
    lossplot("l2", "-o", "figure.svg")
    text = lossplot(*verb.split(), "--help").out
    result = lossplot(*example(text))
    assert (result.code, result.err) == (0, "")
    assert result.out
    for path in re.findall(r"(?m)^\S+\.(?:png|svg|pdf)$", result.out):
        assert (tmp_path / path).stat().st_size > 1000


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if number % 9 == 0 else pytest.mark.thorough)
        for number, name in enumerate(catalogue())
    ],
)
def test_the_example_of_every_loss_works(lossplot, tmp_path, name):
    words = example(lossplot(name, "--help").out)
    result = lossplot(*words)
    assert (result.code, result.err, result.out) == (0, "", f"{name}.png\n")
    assert (tmp_path / f"{name}.png").stat().st_size > 1000


@pytest.mark.parametrize("name", [*names(), *rows()])
def test_the_example_of_every_name_is_understood(lossplot, name):
    words = example(lossplot(name, "--help").out)
    assert words[0] == name
    (curve,) = read(words).recipe.curves
    assert curve.loss is (names().get(name) or catalogue()[rows()[name].loss])


@pytest.mark.parametrize("name", ["l1", "huber", "keras.losses.Huber", "crammer-singer"])
def test_the_example_of_info_is_of_info(lossplot, name):
    text = lossplot("info", name, "--help").out
    assert f"Usage: lossplot info {name} " in text
    words = example(text)
    assert words[:2] == ["info", name]
    assert lossplot(*words).out.startswith(name)


def test_an_example_that_does_not_work_is_found(lossplot):
    assert lossplot(*example("  Example: lossplot huber --detla 1\n")).code == 2
    with pytest.raises(ValueError, match="not enough values"):
        example("no example here")


@pytest.mark.parametrize(
    ("shell", "words", "place"),
    [("bash", None, None), ("zsh", None, None), ("fish", None, None), ("zsh", "lossplot", "x")],
)
def test_a_question_without_words_is_one_line(monkeypatch, capfd, shell, words, place):
    monkeypatch.setenv("_LOSSPLOT_COMPLETE", f"{shell}_complete")
    for name, value in (("COMP_WORDS", words), ("COMP_CWORD", place)):
        monkeypatch.delenv(name, raising=False)
        if value:
            monkeypatch.setenv(name, value)
    assert main() == 2
    allowed = "a shell asks so, with COMP_WORDS and COMP_CWORD"
    assert capfd.readouterr().err == f"lossplot: _LOSSPLOT_COMPLETE={shell}_complete; {allowed}\n"


@pytest.mark.parametrize(
    ("beginning", "usual"),
    [
        ("nn.MSE", {"nn.MSELoss"}),
        ("F.smooth", {"F.smooth_l1_loss"}),
        ("MSEL", {"MSELoss"}),
        ("tf.losses.Log", {"tf.losses.LogCosh"}),
        ("sv", {"svm", "svc", "svr"}),
        ("lgb:hu", {"lgb:huber"}),
        ("binary:", {"binary:logistic", "binary:logitraw", "binary:hinge"}),
    ],
)
def test_usual_spellings_are_offered_where_no_exact_name_begins_so(tab, beginning, usual):
    offered = tab(f"lossplot {beginning}")
    assert set(offered) == usual
    assert not {"cross_entropy", "poisson_nll_loss"} & set(tab("lossplot c") | tab("lossplot poisson_"))
