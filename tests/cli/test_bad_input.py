"""Wrong words and broken machines: one line that names the word and what is allowed, and no file touched."""

import shlex

import pytest

from losscli.cli.declared import drawing_options
from losscli.cli.messages import INSTEAD, TRIED
from losscli.losses import catalogue
from losscli.names.find import find
from losscli.names.frameworks import rows
from losscli.recipe.recipe import flag

WRONG = {
    "pseudo-hubr": ("pseudo-hubr", "pseudo-huber"),
    "nothing-like-it": ("nothing-like-it", "lossplot list"),
    "log-loss": ("log-loss", "cross-entropy (of a probability) and of logistic (of a score)"),
    "l2-loss --at 1": ("l2-loss", "l2 and of half-squared-error"),
    "huber --epsilon 1": ("--epsilon", "what sklearn.linear_model.SGDRegressor:huber calls epsilon is --delta"),
    "lightgbm:huber --delta 1": ("--delta", "--alpha"),
    "lightgbm:huber --alpha -1": ("--alpha -1", "above 0"),
    "torch.nn.HuberLos": ("torch.nn.HuberLos", "torch.nn.HuberLoss"),
    "l1 --delta 1": ("--delta", "huber and pseudo-huber have it"),
    "quantile --q 0.5": ("--q", "its parameters are --tau; see"),
    "tf.nn.softmax_cross_entropy_with_logits --label-smoothing 0.1": (
        "label_smoothing is 0 there",
        "softmax-cross-entropy",
    ),
    "catboost:Lq --q 0.5": ("--q 0.5", "at least 1"),
    "catboost:RMSE": ("catboost:RMSE", "see l2"),
    "sparse-softmax-cross-entropy --target 1000000": ("--target 1000000", "below 1000000"),
    "list --framework ''": ("--framework ''", "torch"),
    "list --framework torch --family nosuch": ("--family nosuch", "residual"),
    "list --framework torch nosuchword": ("nosuchword", "lossplot list"),
    "sigmoid-cross-entropy --target -0.5": ("--target -0.5", "at least 0"),
    "sigmoid-cross-entropy --target 1.5": ("--target 1.5", "at most 1"),
    "brier --target -0.5": ("--target -0.5", "at least 0"),
    "beta-divergence --beta -0.5 --target 0": ("--target 0", "above 0"),
    "tweedie-deviance --power 3 --target 0": ("--target 0", "above 0"),
    "scipy.special.entr": ("scipy.special.entr", "see relative-entropy"),
    "hampel --a 5 --b 4": ("--a 5", "0 < a <= b < c"),
    "hampel --b 4 --c 4": ("--c 4", "0 < a <= b < c"),
    "focal --target 0.5": ("--target 0.5", "0 or 1"),
    "hinge --target 0.5": ("--target 0.5", "-1 or 1"),
    "cosine-embedding --target -2": ("--target -2", "-1 or 1"),
    "contrastive --target -1": ("--target -1", "0 or 1"),
    "gamma-deviance --target -1": ("--target -1", "above 0"),
    "tweedie-deviance --power 2 --target 0": ("--target 0", "above 0"),
    "tweedie-deviance --power 1.5 --target -1": ("--target -1", "at least 0"),
    "beta-divergence --beta 0 --target 0": ("--target 0", "above 0"),
    "triplet --target 1": ("--target 1", "no target"),
    "multilabel-margin --target 1,2": ("1,2", "0 or 1"),
    "gamma-deviance --target 0": ("--target 0", "above 0"),
    "tweedie-deviance --power 0.5": ("--power 0.5", "power"),
    "huber --delta 1:2": ("--delta 1:2", "LO:HI:N"),
    "huber --delta -1:2:4": ("--delta -1", "above 0"),
    "huber --delta 1:1:3": ("--delta 1:1:3", "far enough apart for 3 different numbers"),
    "l2 --target 0:1:x": ("--target 0:1:x", "LO:HI:N"),
    "list --family nosuch": ("--family nosuch", "residual"),
    "list --framework nosuch": ("--framework nosuch", "torch"),
    "list nosuchword": ("nosuchword", "lossplot list"),
    "l2 --delta 1": ("--delta", "no parameters"),
    "pseudo-huber --dleta 1": ("--dleta", "--delta"),
    "--delta 1 pseudo-huber": ("--delta", "follows its loss"),
    "l2 --delta 1 pseudo-huber": ("--delta", "l2"),
    "pseudo-huber --delta 0": ("--delta 0", "above 0"),
    "pseudo-huber --delta -1": ("--delta -1", "above 0"),
    "pseudo-huber --delta nan": ("--delta nan", "above 0"),
    "pseudo-huber --delta inf": ("--delta inf", "finite"),
    "pseudo-huber --delta x": ("--delta x", "number"),
    "weighted-cross-entropy --pos-weight -1": ("--pos-weight -1", "at least 0"),
    "l2 --range 1 -1": ("--range 1 -1", "below"),
    "l2 --range 1 1": ("--range 1 1", "below"),
    "l2 --range nan 1": ("--range nan", "number"),
    "l2 --range 0 inf": ("--range inf", "number"),
    "l2 --range 1": ("--range", "2 arguments"),
    "cross-entropy --range 2 3": ("--range 2 3", "at most 1"),
    "cross-entropy --range 2 3 --sampling even": ("--range 2 3", "finite at none of the samples"),
    "l2 --range 1e200 1e201": ("--range", "finite at none of the samples"),
    "l1 --show hessian --log y": ("--log y", "the hessian is 0 at all samples; a logarithmic axis has no 0"),
    "hinge --range 2 3 --log both": ("--log both", "the value is 0 at all samples"),
    "l2 --points 1": ("--points 1", "at least 2"),
    "l2 --points 0": ("--points 0", "at least 2"),
    "l2 --points 1000000000000": ("--points 1000000000000", "at most 1000000"),
    "l2 --points 2.5": ("--points 2.5", "whole"),
    "l2 --sampling odd": ("--sampling odd", "fit, even"),
    "l2 --show slope": ("--show slope", "gradient"),
    "l2 --legend nowhere": ("--legend nowhere", "best"),
    "l2 --line zz": ("--line zz", "format"),
    "l2 --style nosuch": ("--style nosuch", "plain"),
    "l2 --title '$\\nosuch$'": ("--title", "\\nosuch"),
    "l2 --label a --label b": ("--label", "1"),
    "l2 --target nan": ("--target nan", "finite"),
    "l2 --target inf": ("--target inf", "finite"),
    "l2 --target x": ("--target x", "number"),
    "cross-entropy --target 1.5": ("--target 1.5", "at most 1"),
    "softmax-cross-entropy --target 0.5,0.6": ("0.5,0.6", "sum 1"),
    "softmax-cross-entropy --target 1.5,-0.5": ("1.5,-0.5", "none negative"),
    "softmax-cross-entropy --target 1": ("--target 1", "distribution"),
    "softmax-cross-entropy --target 0.5,0.5 --logits 1,2,3": ("0.5,0.5", "3 logits"),
    "sparse-softmax-cross-entropy --target 3 --logits 1,2,3": ("--target 3", "3 logits"),
    "sparse-softmax-cross-entropy --target -1": ("--target -1", "class index"),
    "sparse-softmax-cross-entropy --target 3 --at 1,2,3": ("--target 3", "3 logits"),
    "sparse-softmax-cross-entropy --vary 3": ("--vary 3", "0 to 2"),
    "softmax-cross-entropy --logits 1": ("--logits 1;", "two numbers or more"),
    "sparse-softmax-cross-entropy --at 5": ("--at 5;", "two numbers or more"),
    "softmax-cross-entropy --at 1,2 --at 1,2,3": ("--target 1,0", "3 logits"),
    "softmax-cross-entropy --target 1,0 --at 1,2 --at 1,2,3": ("--target 1,0", "3 logits"),
    "softmax-cross-entropy --logits 1,x": ("--logits 1,x", "numbers"),
    "softmax-cross-entropy --at 1,nan,2": ("--at 1,nan,2", "numbers"),
    "l2 --logits 1,2": ("--logits", "several logits"),
    "l2 --vary 1": ("--vary", "several logits"),
    "l2 cross-entropy": ("cross-entropy", "same kind"),
    "cross-entropy sigmoid-cross-entropy": ("a logit", "same kind"),
    "l2 -o picture.xyz": (".xyz", "png"),
    "l2 -o picture": ("picture", "--format"),
    "l2 -o picture.png --format svg": ("--format svg", "picture.png"),
    "l2 -o - --format xyz": ("--format xyz", "png"),
    "l2 -o nowhere/l2.png": ("nowhere", "folder"),
    "l2 -o folder": ("folder", "folder"),
    "l2 -o folder.png": ("folder.png", "folder"),
    "l2 -o a.png -o ./a.png": ("a.png", "twice"),
    "l2 --at 1 -o a.png": ("-o", "--at"),
    "l2 --at 1 --show value": ("--show", "--at"),
    "l2 --at 1 --range 0 1": ("--range", "--at"),
    "l2 --at 1 --json --csv": ("--json", "--csv"),
    "l2 --at nan": ("--at nan", "number"),
    "l2 --at 1,2": ("--at 1,2", "comma"),
    "l2 --at 0:1": ("--at 0:1", "LO:HI:N"),
    "l2 --at 0:1:1": ("--at 0:1:1", "2"),
    "l2 --at 0:inf:5": ("--at 0:inf:5", "finite"),
    "cross-entropy --at 2": ("--at 2", "at most 1"),
    "l2 --json": ("--json", "--at"),
    "l2 --csv": ("--csv", "--at"),
    "l2 list": ("list", "stands first"),
    "l2 plot": ("plot", "stands first"),
    "l1 --delta 2 huber": ("--delta", "l1 has no option --delta; it has no parameters"),
    "info huber --out x": ("--out", "its parameters are --delta"),
    "l2 --at": ("--at", "requires an argument"),
    "l2 --range 0": ("--range", "requires 2 arguments"),
    "l2 --show": ("--show", "requires an argument"),
    "l2 --json=3": ("--json", "does not take a value"),
    "l2 --at 1 2": ("'2'", "say the option again"),
    "huber --delta 1:2:100 --points 1000000": ("100 curves with 1000000 points are", "at most 50000000"),
    "nll --target 900000": ("1 curves with 500 points of 900001 logits", "at most 50000000"),
    "help": ("'help'", "did you mean --help?"),
    "logcsh": ("'logcsh'", "did you mean log-cosh?"),
    "0.1": ("'0.1'", "say the option again"),
    "redo ''": ("redo ''", "give the name of a figure"),
    "info l2 --at 1": ("--at", "lossplot l2 has it"),
    "info huber -o x.png": ("-o", "lossplot huber has it"),
    "weighted-cross-entropy --pos_weight 2": ("--pos_weight", "did you mean --pos-weight?"),
    "huber --Delta 2": ("--Delta", "did you mean --delta?"),
    "l2 --at 1 --logits 1,2": ("--logits", "--at"),
    "l2 --at 1 --title x": ("--title", "--at"),
    "l2 --at 1 --as contour": ("--as", "--at"),
    "l2 --at 1 --no-grid": ("--grid", "--at"),
    "l2 --at 1 --no-clobber": ("--no-clobber", "--at"),
    "huber delta=1": ("'delta=1'", "--delta 1"),
    "huber --delta 1:2:3:4": ("1:2:3:4", "not LO:HI:N"),
    "list l2 l1": ("'l1'", "list --help"),
    "cross_entropy": ("'cross_entropy'", "torch.nn.functional.cross_entropy (sparse-softmax-cross-entropy of several"),
    "keras.losses.CategoricalCrossentropy --at 0,0,0": ("--at 0", "at least 0, and not all are 0"),
    "tversky --alpha 1e301": ("--alpha 1e301", "below 1e+300"),
    "symmetric-cross-entropy --a=-1e200 --beta 1e200 --at 0,1": ("--beta 1e+200", "a * beta finite"),
    "keras.losses.MSLE --at -2": ("--at -2", "at least -1 here; there negative predictions and targets are raised"),
    "smp.losses.DiceLoss --at 3,2 --no-from-logits": ("--at 3", "reads a number at least 0 and at most 1\n"),
    "nn.CrossEntropyLoss --at 3,2 --target .5,.5": ("--target .5,.5", "a target of probabilities makes it softmax-cr"),
    "keras.losses.BinaryCrossentropy --range 2 3": ("--range 2 3", "here; there the probability is clipped"),
    "torch.nn.BCELoss --at 1.5": ("--at 1.5", "reads a number at least 0 and at most 1\n"),
    "keras.losses.BinaryFocalCrossentropy bce --alpha 0.3": ("--alpha", "needs --apply-class-balancing"),
    "l2 --at ''": ("''", "predictions are a number"),
    "softmax --at 1,2": ("'softmax'", "did you mean softmax-cross-entropy or softmax-focal"),
    "F.l2_loss": ("'F.l2_loss'", "lossplot list"),
    "draw": ("no loss", "lossplot list"),
    "info": ("no loss", "lossplot list"),
    "info pseudo-hubr": ("pseudo-hubr", "pseudo-huber"),
    "info l2 --range 0 1": ("--range", "info"),
    "list --nosuch": ("--nosuch", "list"),
    "batch": ("FILE", "batch --help"),
    "batch missing.txt": ("missing.txt", "file of command lines"),
    "batch folder": ("folder", "file of command lines"),
    "batch rubbish.bin": ("rubbish.bin", "not a text file"),
    "batch lines.txt --into kept.txt": ("kept.txt", "folder"),
}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "rubbish.bin").write_bytes(bytes(range(256)))
    (tmp_path / "kept.txt").write_text("kept")
    (tmp_path / "lines.txt").write_text("l2\n")
    (tmp_path / "l2.png").write_text("kept")
    return tmp_path


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("line", WRONG)
def test_one_line_names_the_word_and_what_is_allowed(lossplot, folder, line):
    before = contents(folder)
    result = lossplot(*shlex.split(line))
    word, allowed = WRONG[line]
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("lossplot: ")
    assert result.err.count("\n") == 1
    assert word in result.err
    assert allowed in result.err
    assert contents(folder) == before


@pytest.mark.parametrize("option", INSTEAD)
def test_an_option_that_people_try_is_refused_with_the_words_that_do_it(lossplot, folder, option):
    said = f"lossplot: {option}; say {INSTEAD[option]}\n"
    for words in ((option, "3", "huber"), ("huber", "l1", f"{option}=3"), ("plot", "huber", option.upper())):
        assert lossplot(*words).err.lower() == said.lower()
    words = INSTEAD[option].partition(",")[0].replace("FILE", "my")
    (folder / "my.mplstyle").write_text(INSTEAD[option].rpartition("the line ")[2] if "FILE" in words else "")
    sweep = ["--target", "0:1:2"] if "sweep" in INSTEAD[option] or "figure." in words or "fps" in words else []
    end = ["-o", "-", "--format", "gif"] if "fps" in words else []
    done = lossplot("huber", *sweep, *shlex.split(words), *end)
    assert (done.code, done.err) == (0, "") or ("mp4" in words and "ffmpeg" in done.err)


def test_what_people_try_most_is_among_them():
    tried = "out save file color width height theme xrange yrange no-legend logy lw name png svg pdf"
    assert {f"--{word}" for word in tried.split()} <= set(INSTEAD)
    assert sum(len(options.split()) for options in TRIED.values()) == len(INSTEAD)


def test_no_option_that_people_try_is_one_that_lossplot_has():
    known = {name for option in drawing_options() for name in (*option.opts, *option.secondary_opts)}
    spellings = [*map(find, rows()), *catalogue().values()]
    known |= {flag(item.name) for spelling in spellings for item in spelling.parameters}
    assert not known & set(INSTEAD)


def test_words_with_line_breaks_stay_one_line(lossplot):
    assert lossplot("no\nsuch\nloss").err.count("\n") == 1


def test_a_text_that_cannot_be_set_is_one_line(lossplot):
    result = lossplot("l2", "--title", f"${'{' * 3000}{'}' * 3000}$")
    assert (result.code, result.out, result.err.count("\n")) == (1, "", 1)
    assert "nested too deeply" in result.err


def test_the_machine_at_fault_is_exit_1(lossplot):
    result = lossplot("l2", "-o", "/dev/full", "--format", "png")
    assert (result.code, result.err) == (1, "lossplot: /dev/full cannot be written: No space left on device\n")


@pytest.mark.parametrize("path", ["/dev/fd/99999999999", "/dev/fd/4294967296", "/dev/fd/77"])
def test_a_file_that_nobody_has_opened(lossplot, path):
    result = lossplot("l2", "-o", path, "--format", "svg")
    assert (result.code, result.out, result.err.count("\n")) == (1, "", 1)
    assert result.err.startswith(f"lossplot: {path} cannot be written: ")


def test_no_clobber_keeps_a_file(lossplot, folder):
    result = lossplot("l2", "--no-clobber")
    assert (result.code, (folder / "l2.png").read_text()) == (1, "kept")
    assert "--no-clobber" in result.err


def test_an_output_without_a_name(lossplot):
    assert lossplot("l2", "-o", "").err == "lossplot: -o ''; give the name of a file, or - for standard output\n"
