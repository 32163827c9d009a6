"""Numbers without a figure: terms up to an order, predictions from files, pairs of prediction and target."""

import csv
import io
import json
import tracemalloc
from itertools import product

import numpy as np
import pytest

import losscli
from losscli.losses import catalogue
from losscli.model.curve import Curve
from losscli.model.domains import ClassIndex, Distribution, Label, LabelSet, Nothing, NothingOfSeveral, Scalar

SCALARS = [name for name, loss in catalogue().items() if not loss.family.vector]
VECTORS = [name for name, loss in catalogue().items() if loss.family.vector]
LOGITS = ["1,1,0", "0,0,0", "2,1,0", "0.3,0.5,-2", "-1,-2,-0.5", "0,-1,1"]


def default_curve(name):
    loss = catalogue()[name]
    parameters = {item.name: item.default for item in loss.parameters}
    return Curve(loss, loss.reads(parameters).default, parameters, name)


def usual_targets(name):
    """Return a few targets of a loss, as text."""
    curve = default_curve(name)
    kind = curve.loss.reads(curve.parameters)
    if isinstance(kind, Scalar):
        return [text for text in ("0", "0.1", "0.75", "1", "3", "-2") if float(text) in kind]
    if isinstance(kind, Label):
        return [f"{value:g}" for value in kind.values]
    return {
        Nothing: [],
        NothingOfSeveral: [],
        ClassIndex: ["0", "2"],
        Distribution: ["1,0,0", "0.1,0.02,0.88"],
        LabelSet: ["1,0,1", "0,1,0"],
    }[type(kind)]


def usual_predictions(name, target=None):
    """Return predictions of a loss, among them those at its breaks and those that are infinite."""
    curve = default_curve(name)
    if curve.loss.family.vector:
        return [text for text in LOGITS if curve.domain.holds(np.array([*map(float, text.split(","))])).all()]
    at = curve.loss.family.prediction
    value = curve.target if target is None else float(target)
    known = {**curve.parameters, "y": value}
    breaks = curve.loss.breaks
    places = breaks(**{word: known[word] for word in breaks.__code__.co_varnames}) if callable(breaks) else breaks
    numbers = [*(at(place, value) for place in places), -3.3, -1.0, 0.0, 0.1, 0.75, 1.0, 2.5, 40.0, np.inf, -np.inf]
    return [repr(float(number)) for number in numbers if number in curve.domain]


@pytest.mark.parametrize(("order", "terms"), [(0, ["value"]), (1, ["value", "gradient"]), (2, ["value", "gradient"])])
def test_order_chooses_the_terms_everywhere(lossplot, order, terms):
    terms = [*terms, "hessian"] if order == 2 else terms
    words = ("huber", "l1", "--at", "0:1:3", "--order", order)
    for line in lossplot(*words).out.splitlines():
        assert [part.split()[0] for part in line.partition(": ")[2].split(", ") if part[0].isalpha()] == terms
    for record in json.loads(lossplot(*words, "--json").out):
        assert [name for name in ("value", "gradient", "hessian") if name in record] == terms
        assert ("subgradient" in record) == (order > 0 and record["prediction"] == 0 and record["loss"] == "l1")
        assert set(record.get("notes", {})) <= set(terms)
    header, *rows = csv.reader(io.StringIO(lossplot(*words, "--csv").out))
    ends = ["subgradient_low", "subgradient_high"] if order else []
    assert header == ["loss", "name", "delta", "target", "prediction", *terms, *ends]
    assert {len(row) for row in rows} == {len(header)}
    logits = ("softmax-cross-entropy", "--at", "1,2,3", "--order", order, "--json")
    assert [np.ndim(json.loads(lossplot(*logits).out)[0][name]) for name in terms] == [*range(len(terms))]


def test_a_lower_order_prints_the_same_as_far_as_it_goes(lossplot):
    for name in ("l1", "hit-or-miss", "huber", "truncated-squared"):
        whole = lossplot(name, "--at", "-3:3:13").out.splitlines()
        for order, after in ((0, ", gradient"), (1, ", hessian")):
            assert lossplot(name, "--at", "-3:3:13", "--order", order).out.splitlines() == [
                line.partition(after)[0] for line in whole
            ]


def test_the_order_is_two_unless_it_is_given(lossplot):
    assert lossplot("l1", "huber", "--at", "-1:1:5", "--order", 2).raw == lossplot("l1", "huber", "--at", "-1:1:5").raw
    value, gradient, hessian = losscli.evaluate("huber", [0.5, 3.0])
    assert [value.tolist(), gradient.tolist(), hessian.tolist()] == [[0.125, 2.5], [0.5, 1.0], [1.0, 0.0]]


@pytest.mark.parametrize("name", ["huber", "torch.nn.SmoothL1Loss", "lightgbm:poisson", "sparsemax"])
def test_evaluate_leaves_out_the_terms_beyond_the_order(name):
    prediction = [0.5, 3.0, 1.0]
    every = losscli.evaluate(name, prediction)
    for order in (0, 1, 2):
        found = losscli.evaluate(name, prediction, order=order)
        assert [term is None for term in found] == [index > order for index in range(3)]
        for mine, other in zip(found[: order + 1], every, strict=False):
            np.testing.assert_array_equal(mine, other)


@pytest.mark.parametrize("order", [3, -1, "1", None, 1.5, np.nan, np.array([0, 1])])
def test_evaluate_refuses_other_orders(order):
    with pytest.raises(losscli.UsageError, match=r"^order=.*; order is 0, 1 or 2$"):
        losscli.evaluate("l2", 1.0, order=order)


@pytest.mark.parametrize("name", ["softmax-cross-entropy", "crammer-singer", "weston-watkins", "nll"])
def test_no_hessian_is_made_for_a_lower_order(lossplot, tmp_path, name):
    """A Hessian of 1,000 classes is 8 MB; tracemalloc counts NumPy's arrays. No logit is at a break."""
    (tmp_path / "logits.txt").write_text(",".join(f"{-index / 7.7!r}" for index in range(1000)))

    def peak(order):
        losscli.evaluate(name, [-1.0, -2.0], order=order)  # whatever is made once is not counted
        tracemalloc.start()
        done = lossplot(name, "--at", "logits.txt", "--order", order)
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (done.code, done.err) == (0, "")
        return size

    assert peak(0) < 2e6
    assert peak(1) < 2e6
    if name == "nll":
        assert peak(2) > 8e6


@pytest.mark.parametrize("form", [(), ("--json",), ("--csv",)])
@pytest.mark.parametrize("order", [0, 1, 2])
def test_a_file_says_what_its_words_would(lossplot, tmp_path, form, order):
    (tmp_path / "numbers.txt").write_text(
        "\ufeff# predictions\n1\n\n  -1.50\t\n-0\r\n  # more\n0.25\ninf\n1e-320\n1_0\n"
    )
    words = [word for text in ("1", "-1.5", "0", "0.25", "inf", "1e-320", "10") for word in ("--at", text)]
    losses = ("l1", "huber", "hit-or-miss", "--target", 0, "--target", 0.25, "--order", order, *form)
    assert lossplot(*losses, "--at", "numbers.txt").raw == lossplot(*losses, *words).raw
    (tmp_path / "logits.txt").write_text("1,2,3\n 1 1 0\n#\n0.5\t0.5 , 0.5\n-1, 2,1e3\n")
    words = [word for text in ("1,2,3", "1,1,0", "0.5,0.5,0.5", "-1,2,1e3") for word in ("--at", text)]
    losses = ("crammer-singer", "sparsemax", "--target", 1, "--order", order, *form)
    assert lossplot(*losses, "--at", "logits.txt").raw == lossplot(*losses, *words).raw


def test_predictions_come_from_stdin_and_beside_words(lossplot):
    alone = lossplot("l1", "--at", 1, "--at", 2, "--at", 3)
    assert lossplot("l1", "--at", "-", stdin=b"1\n2\n3\n").raw == alone.raw
    assert lossplot("l1", "--at", 1, "--at", "-", "--at", 3, stdin=b"2").raw == alone.raw
    one = lossplot("softmax-cross-entropy", "--at", "-", "--order", 1, stdin=b"1,2,3,4\n").out
    assert "target 1,0,0,0:" in one  # as many classes as the file has


def test_a_number_is_a_number_even_if_a_file_is_called_so(lossplot, tmp_path):
    for name in ("1", "0:1:3"):
        (tmp_path / name).write_text("7\n")
        assert "at 7" not in lossplot("l1", "--at", name).out
    (tmp_path / "1,2").write_text("7\n")
    assert "at 7" not in lossplot("softmax-cross-entropy", "--at", "1,2").out
    (tmp_path / "a:b,c").write_text("7\n")
    assert "at 7" in lossplot("l1", "--at", "a:b,c").out


WRONG = {  # the words, and the file `f`: what the one line of error says
    ("l1 --at f", b"1\n# 2\n3 x\n"): ("--at f:3: 3 x;", "'x' is not a number"),
    ("l1 --at f", b"1\nnan\n"): ("--at f:2: nan;", "nan is not a number one can use"),
    ("l1 --at f", b"1\n1,2\n"): ("--at f:2: 1,2;", "2 numbers", "one number"),
    ("l1 --at f", b"1\n1,\n"): ("--at f:2: 1,;", "'' is not a number"),
    ("l1 --at f", b""): ("--at f:", "no numbers"),
    ("l1 --at f", b"# nothing\n\n"): ("--at f:", "no numbers"),
    ("l1 --at f", b"\x89PNG\r\n\xff"): ("--at f:", "not a text file"),
    ("l1 --at f", b"\0\0\0\1" * 1000): ("--at f:", "not a text file"),
    ("l1 --at f", b"1\n" + b"w" * 1000): ("--at f:2: www", "...' is not a number"),
    ("l1 --at f", b"word " * 1000): ("--at f:1: word", "...;"),
    ("l1 --at -", b"1\nx\n"): ("--at <stdin>:2: x;", "'x' is not a number"),
    ("l1 --at -", b""): ("--at <stdin>:", "no numbers"),
    ("l1 --at .", b""): ("--at .:", "a file of numbers"),
    ("l1 --at missing.txt", b""): ("--at missing.txt;", "a file"),
    ("nll --at f", b"-1,-2\n-1,-2,-3\n"): ("--at f:2: -1,-2,-3;", "3 numbers", "2 numbers"),
    ("nll --at f", b"-1\n-2\n"): ("--at f:1: -1;", "1 number;", "two numbers or more"),
    ("nll --at f", b"-1,-2\n-1 2\n"): ("--at f:2: -1 2;", "nll reads a number at most 0"),
    ("nll --at missing.txt", b""): ("--at missing.txt;", "a file"),
    ("bce --at f", b"0.5\n1.5\n"): ("--at f:2: 1.5;", "bce reads a number at least 0 and at most 1"),
    ("sparsemax --at f --target 2", b"1,2\n"): ("--target 2", "2 logits"),
    ("l1 --pairs f", b"1 2\n3\n"): ("--pairs f:2: 3;", "a prediction and a target"),
    ("l1 --pairs f", b"1 2\n3 4 5\n"): ("--pairs f:2: 3 4 5;", "a prediction and a target"),
    ("l1 --pairs f", b"1 2\n3;4;5\n"): ("--pairs f:2: 3;4;5;", "a prediction and a target"),
    ("l1 --pairs f", b"1 2\nx 4\n"): ("--pairs f:2: x 4;", "'x' is not a number"),
    ("l1 --pairs f", b"1 2\n3 x\n"): ("--pairs f:2: 3 x;", "the target of l1 is a finite number"),
    ("l1 --pairs f", b"1 2\n3 nan\n"): ("--pairs f:2: 3 nan;", "the target of l1"),
    ("logistic hinge --pairs f", b"1 1\n3 0\n"): ("--pairs f:2: 3 0;", "the target of logistic is -1 or 1"),
    ("bce --pairs f", b"0.5 1\n2 0\n"): ("--pairs f:2: 2 0;", "bce reads"),
    ("soft-triplet --pairs f", b"1 1\n"): ("--pairs f:1: 1 1;", "no target"),
    ("sparsemax --pairs f", b"1,2 1\n1,2 2\n"): ("--pairs f:2: 1,2 2;", "does not fit 2 logits"),
    ("sparsemax --pairs f", b"1,2 1\n1,2\n"): ("--pairs f:2: 1,2;", "logits a,b,... and a target"),
    ("sparsemax --pairs f", b"1,2 1\n1,2 0.5\n"): ("--pairs f:2: 1,2 0.5;", "a class index"),
    ("softmax-cross-entropy --pairs f", b"1,2 0.5,0.6\n"): ("--pairs f:1:", "a distribution"),
    ("l1 --pairs f", b""): ("--pairs f:", "no numbers"),
    ("l1 --pairs f", b"\xff\xfe"): ("--pairs f:", "not a text file"),
    ("l1 --pairs missing.txt", b""): ("--pairs missing.txt:", "a file of numbers"),
    ("l1 --pairs f --target 1", b"1 2\n"): ("--pairs", "--target"),
    ("l1 --pairs f --at 1", b"1 2\n"): ("--pairs", "--at"),
    ("l1 --pairs f -o a.png", b"1 2\n"): ("--pairs", "-o"),
    ("l1 --pairs f --range 0 1", b"1 2\n"): ("--pairs", "--range"),
    ("l1 --order 1", b""): ("--order", "--at or --pairs"),
    ("l1 --at 1 --order 3", b""): ("--order 3", "0, 1, 2"),
}


@pytest.mark.parametrize(("words", "data"), WRONG)
def test_what_is_wrong_is_said_in_one_line(lossplot, tmp_path, words, data):
    (tmp_path / "f").write_bytes(data)
    done = lossplot(*words.split(), stdin=data)
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1
    assert len(done.err) < 250
    for part in WRONG[words, data]:
        assert part in done.err


@pytest.mark.parametrize("name", [*SCALARS, *VECTORS])
def test_pairs_print_what_each_target_and_prediction_prints(lossplot, tmp_path, name):
    """Every loss, at its breaks too, whether they move with the target or not, and where they are rounded."""
    targets = usual_targets(name)
    if not targets:
        pytest.skip("the loss has no target")
    pairs = [(at, target) for target in targets for at in usual_predictions(name, target)]
    pairs += [
        (at, target) for at, target in product(LOGITS if name in VECTORS else [], targets) if (at, target) in pairs
    ]
    pairs = pairs[::2] + pairs[1::2]  # the rows of one target are apart
    (tmp_path / "pairs.txt").write_text("".join(f"{at} {target}\n" for at, target in pairs))
    for form in ((), ("--csv",)):
        one = [lossplot(name, f"--at={at}", "--target", target, *form).out for at, target in pairs]
        expected = "".join([one[0], *(text.partition("\n")[2] for text in one[1:])] if form else one)
        assert lossplot(name, "--pairs", "pairs.txt", *form).out == expected


@pytest.mark.parametrize("separator", [" ", ",", "\t", " , ", ";", "; "])
def test_pairs_are_separated_as_one_likes(lossplot, tmp_path, separator):
    (tmp_path / "f").write_text(f"1{separator}0.5\n# comment\n\n -2{separator}0 \n")
    assert lossplot("l1", "--pairs", "f", "--order", 0).out == (
        "l1 at 1, target 0.5: value 0.5\nl1 at -2, target 0: value 2\n"
    )


@pytest.mark.parametrize(
    "line", ["1,2,3 0.5,0.25,0.25", "1 2 3; 0.5 0.25 0.25", "1, 2, 3\t0.5,0.25,0.25", "1,2,3;.5,.25,.25"]
)
def test_logits_and_distribution_are_separated_as_one_likes(lossplot, line):
    printed = lossplot("softmax-cross-entropy", "--pairs", "-", "--order", 0, "--csv", stdin=line.encode()).out
    assert printed.splitlines()[1].startswith(
        'softmax-cross-entropy,softmax-cross-entropy,0,all,,"0.5,0.25,0.25","1,2,3",'
    )


def test_every_loss_is_evaluated_at_every_pair(lossplot):
    printed = lossplot("l1", "huber", "--delta", 1, "--delta", 2, "--pairs", "-", "--order", 0, stdin=b"1 0\n5 2\n").out
    assert [line.partition(":")[0] for line in printed.splitlines()] == [
        f"{name} at {at}, target {target}"
        for name in ("l1", "huber(delta=1)", "huber(delta=2)")
        for at, target in ((1, 0), (5, 2))
    ]


@pytest.mark.parametrize("name", [*SCALARS, *VECTORS])
def test_many_predictions_have_the_bits_of_single_ones(name):
    curve = default_curve(name)
    rng = np.random.default_rng(3)
    if name in VECTORS:
        drawn = [*rng.normal(size=(40, 3)) * 3, *rng.normal(size=(10, 3)) * 200]
        drawn = [-abs(logits) if name == "nll" else logits for logits in drawn]
    else:
        drawn = [
            *rng.normal(size=200),
            *rng.normal(size=200) * 20,
            *rng.uniform(size=200),
            *np.exp(rng.normal(size=99) * 8),
        ]
        drawn = [number for number in drawn if number in curve.domain]
    together = losscli.evaluate(name, np.array(drawn))
    for index, prediction in enumerate(drawn):
        for many, one in zip(together, losscli.evaluate(name, prediction), strict=True):
            np.testing.assert_array_equal(many[index], one)


@pytest.mark.parametrize("name", ["l1", "huber", "hit-or-miss", "wing", "quantile", "truncated-squared", "zero-one"])
def test_breaks_are_noted_wherever_they_are_hit(lossplot, tmp_path, name):
    """Among many predictions, again and again, and at none of the neighbours."""
    texts = usual_predictions(name)
    near = [repr(float(np.nextafter(float(text), side))) for text in texts for side in (-1e9, 1e9)]
    (tmp_path / "f").write_text("\n".join([*texts, *near] * 30))
    single = {text: lossplot(name, f"--at={text}").out for text in [*texts, *near]}
    printed = lossplot(name, "--at", "f").out
    assert printed == "".join(single[text] for text in [*texts, *near]) * 30
    assert "jumps" in printed


def test_rows_beyond_one_part_of_the_work_are_all_printed(lossplot):
    printed = lossplot("l1", "--at", "-150000:150000:300001", "--csv", "--order", 1).out.splitlines()
    assert len(printed) == 300002
    assert printed[1] == "l1,l1,0,-150000,150000,-1,,"
    assert printed[150001] == "l1,l1,0,0,0,,-1,1"
    assert printed[-1] == "l1,l1,0,150000,150000,1,,"
