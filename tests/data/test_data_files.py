"""Files of predictions: whatever the format, the same rows give the same numbers; each row is read once."""

import io
import sys

import numpy as np
import pytest
from summarized import curve, of_arrays, of_files

from losscli.data import from_files, npy, summary, tables, text
from losscli.errors import UsageError

RNG = np.random.default_rng(7)
TARGETS, PREDICTIONS = RNG.normal(size=(2, 3000))
WEIGHTS = RNG.uniform(size=3000)
LOGITS = RNG.normal(size=(200, 3))
CLASSES = RNG.integers(0, 3, size=200)
EXPECTED = of_arrays("huber", TARGETS, PREDICTIONS, WEIGHTS)
OF_CLASSES = of_arrays("sparse-softmax-cross-entropy", CLASSES, LOGITS)


def table(delimiter=",", end="\n", quote=""):
    rows = zip(TARGETS.tolist(), PREDICTIONS.tolist(), WEIGHTS.tolist(), strict=True)
    lines = [f"{quote}{number}, or so{quote}{delimiter}" * bool(quote) for number in range(3000)]
    body = [line + delimiter.join(map(repr, row)) for line, row in zip(lines, rows, strict=True)]
    return end.join([f"note{delimiter}" * bool(quote) + delimiter.join(["y_true", "y_pred", "w"]), *body, ""])


def write_csv(path):
    path.write_text(table())


def write_tsv_of_windows(path):
    path.write_bytes(b"\xef\xbb\xbf" + table("\t", "\r\n").encode())


def write_csv_with_quotes(path):
    path.write_text(table(";", quote='"'))


def write_csv_without_last_newline(path):
    path.write_text(table().rstrip())


def write_npz(path):
    with path.open("wb") as file:
        np.savez(file, y_true=TARGETS, y_pred=PREDICTIONS[:, None], w=WEIGHTS)


def write_packed_npz(path):
    with path.open("wb") as file:
        np.savez_compressed(file, y_true=TARGETS, y_pred=PREDICTIONS, w=WEIGHTS)


def write_records(path):
    rows = np.zeros(3000, [("y_true", "f8"), ("w", ">f8"), ("y_pred", "f8")])
    rows["y_true"], rows["w"], rows["y_pred"] = TARGETS, WEIGHTS, PREDICTIONS
    with path.open("wb") as file:
        np.save(file, rows)


def arrow_table():
    pa = pytest.importorskip("pyarrow")
    return pa.table({"w": WEIGHTS, "y_true": TARGETS, "name": ["x"] * 3000, "y_pred": PREDICTIONS})


def write_parquet(path):
    pytest.importorskip("pyarrow.parquet").write_table(arrow_table(), path)


def write_arrow(path):
    pytest.importorskip("pyarrow.feather").write_feather(arrow_table(), path, chunksize=1000)


@pytest.mark.parametrize(
    "write",
    [
        write_csv,
        write_tsv_of_windows,
        write_csv_with_quotes,
        write_csv_without_last_newline,
        write_npz,
        write_packed_npz,
        write_records,
        write_parquet,
        write_arrow,
    ],
)
def test_every_format_has_the_same_rows(tmp_path, write):
    write(tmp_path / "rows")
    found = of_files("huber", tmp_path / "rows", weight="w")
    assert found.columns == (("y_true",), ("y_pred",), "w")
    loss = found.losses[0]
    assert (found.skipped.read, found.skipped.missing, found.skipped.text) == (3000, 0, 0)
    for name in ("rows", "mean", "sum", "weighted_mean", "median", "loss_shares", "gradient_shares"):
        assert getattr(loss, name) == pytest.approx(getattr(EXPECTED, name), rel=1e-13), name


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["f8", ">f4", "i2"])
def test_npy_columns_are_counted_from_1(tmp_path, monkeypatch, order, dtype):
    rows = np.array([TARGETS * 9, PREDICTIONS * 9, WEIGHTS]).T.astype(dtype)
    np.save(tmp_path / "rows.npy", rows.copy(order))
    monkeypatch.setattr(npy, "BLOCK_ROWS", 700)
    found = of_files("l1", tmp_path / "rows.npy", columns=["2", "1"]).losses[0]
    expected = of_arrays("l1", rows[:, 1], rows[:, 0])
    assert (found.rows, found.median) == (3000, expected.median)
    assert found.mean == pytest.approx(expected.mean, rel=1e-13)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 40, 1000])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_line_belongs_to_one_block(tmp_path, monkeypatch, size, end):
    numbers = [10**position for position in range(5)]
    rows = "".join(f"0,{number}{end}" for number in numbers)
    (tmp_path / "rows.csv").write_bytes(f"y_true,y_pred{end}{end}{rows}".encode())
    monkeypatch.setattr(text, "BLOCK_BYTES", size)
    monkeypatch.setattr(text, "PIECE_BYTES", max(size // 2, 1))
    assert of_files("l1", tmp_path / "rows.csv").losses[0].sum == 11111


def test_several_files_and_folders_are_one_table_after_the_other(tmp_path):
    (tmp_path / "parts" / "more").mkdir(parents=True)
    for place, number in (("b.csv", 1), ("more/a.csv", 10), ("_SUCCESS", 0), (".hidden.csv", 0)):
        (tmp_path / "parts" / place).write_text(f"y_pred,y_true\n{number},0\n" if number else "")
    (tmp_path / "one.tsv").write_text("target\ty_true\ty_pred\n5\t0\t100\n")
    found = of_files("l1", tmp_path / "parts", tmp_path / "one.tsv")
    assert (found.losses[0].sum, found.skipped.read) == (111, 3)


def test_an_address_is_read_by_pyarrow(tmp_path):
    pytest.importorskip("pyarrow")
    for write in (write_csv, write_npz, write_records, write_parquet, write_arrow):
        write(tmp_path / write.__name__)
    found = of_files("huber", tmp_path.as_uri())
    assert found.skipped.read == 5 * 3000
    assert found.losses[0].mean == pytest.approx(EXPECTED.mean, rel=1e-13)


def test_stdin_is_a_file(monkeypatch):
    for _ in range(2):  # another stdin is another file
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(table().encode())))
        assert of_files("huber", "-").losses[0].mean == pytest.approx(EXPECTED.mean, rel=1e-13)


def test_nulls_are_missing_and_words_are_text(tmp_path):
    pa = pytest.importorskip("pyarrow")
    columns = {"y_true": [1, None, 3, 4], "y_pred": ["2", "2", "five", "4.5"]}
    pytest.importorskip("pyarrow.parquet").write_table(pa.table(columns), tmp_path / "rows.parquet")
    (tmp_path / "rows.csv").write_text("y_true,y_pred\n1,2\nNA,2\n3,five\n4,4.5\n")
    for file in ("rows.parquet", "rows.csv"):
        found = of_files("l1", tmp_path / file)
        assert (found.skipped.read, found.skipped.missing, found.skipped.text) == (4, 1, 1)
        assert found.skipped.example == "y_pred 'five'"
        assert found.losses[0].sum == 1.5


def write_numbered_csv(path):
    np.savetxt(path, np.column_stack([LOGITS[:, ::-1], CLASSES]), "%.17g", ",", header="z2,z1,z0,label", comments="")


def write_logits_npz(path):
    with path.open("wb") as file:
        np.savez(file, label=CLASSES, logits=LOGITS)


def write_lists(path, width=-1):
    pa = pytest.importorskip("pyarrow")
    lists = pa.array(LOGITS.tolist(), pa.list_(pa.float64(), width))
    rows = pa.table({"label": CLASSES, "logits": lists})
    pytest.importorskip("pyarrow.parquet").write_table(rows, path, row_group_size=70)


def write_lists_of_one_size(path):
    write_lists(path, 3)


@pytest.mark.parametrize("write", [write_numbered_csv, write_logits_npz, write_lists, write_lists_of_one_size])
def test_several_logits_are_columns_or_lists(tmp_path, write):
    write(tmp_path / "rows")
    found = of_files("sparse-softmax-cross-entropy", tmp_path / "rows")
    assert (found.columns.targets, found.losses[0].rows) == (("label",), 200)
    assert found.losses[0].mean == pytest.approx(OF_CLASSES.mean, rel=1e-13)
    assert found.losses[0].gradient_shares == pytest.approx(OF_CLASSES.gradient_shares, rel=1e-13)


@pytest.mark.parametrize(
    ("header", "name", "columns", "expected"),
    [
        ("y_true,y_pred", "l2", (), (("y_true",), ("y_pred",))),
        ("id,Target,Score,prediction", "l2", (), (("Target",), ("prediction",))),
        ("label,y", "l2", ("y", "label"), (("y",), ("label",))),
        ("Ground Truth,Y Hat", "l2", (), (("Ground Truth",), ("Y Hat",))),
        ("label,z0,z1,z10,z2", "nll", (), (("label",), ("z0", "z1", "z2", "z10"))),
        ("class,logit_1,logit_0", "nll", (), (("class",), ("logit_0", "logit_1"))),
        ("a,b0,b1", "nll", ("a", "b"), (("a",), ("b0", "b1"))),
        ("a,b0,b1", "nll", ("a", "b1", "b0"), (("a",), ("b1", "b0"))),
        ("id,score", "triplet", (), ((), ("score",))),
    ],
)
def test_columns_are_named_or_guessed(tmp_path, header, name, columns, expected):
    (tmp_path / "rows.csv").write_text(f"{header}\n")
    assert from_files([str(tmp_path / "rows.csv")], [curve(name)], columns).columns[:2] == expected


@pytest.mark.parametrize(
    ("header", "name", "columns", "message"),
    [
        ("a,b", "l2", (), "no column is named as a target or a prediction; say --columns TARGET,PREDICTION"),
        ("a,b", "triplet", (), "no column is named as a prediction; say --columns PREDICTION"),
        ("y_true,y_pred", "l2", ("y_tru", "y_pred"), "there is no column 'y_tru'; did you mean 'y_true'?"),
        ("y_true,y_pred", "l2", ("y_true",), "it names two columns, the target and then the prediction"),
        ("y,a,b", "l2", ("y", "a", "b"), "the losses read one number"),
        ("y,a,a", "l2", ("y", "a"), "2 columns are called 'a'"),
        ("y_true,Y True,y_pred", "l2", (), "columns y_true and Y True are named alike"),
        ("1,2", "l2", (), "the columns are 1, 2"),
    ],
)
def test_columns_that_are_not_there_are_one_line(tmp_path, header, name, columns, message):
    (tmp_path / "rows.csv").write_text(f"{header}\n")
    with pytest.raises(UsageError, match=message.replace("?", r"\?")) as raised:
        from_files([str(tmp_path / "rows.csv")], [curve(name)], columns)
    assert "\n" not in str(raised.value)


def test_several_losses_are_found_in_one_reading(tmp_path):
    write_csv(tmp_path / "rows.csv")
    curves = [curve("huber"), curve("l1")]
    found = summary(curves, from_files([str(tmp_path / "rows.csv")], curves))
    assert [loss.name for loss in found.losses] == ["huber", "l1"]
    assert found.losses[0].mean == pytest.approx(EXPECTED.mean, rel=1e-13)


@pytest.mark.parametrize("kind", ["float16", "float32", "int8", "uint64", "bool_", "decimal128", "dictionary"])
def test_any_type_of_number_is_read_with_nulls_and_from_the_middle(tmp_path, monkeypatch, kind):
    pa = pytest.importorskip("pyarrow")
    numbers = [1, 0, None, 1, 1, 0, None]
    if kind == "dictionary":
        column = pa.array([None if number is None else str(number) for number in numbers]).dictionary_encode()
    elif kind == "decimal128":
        column = pa.array(numbers, pa.int64()).cast(pa.decimal128(22, 2))
    else:
        as_numpy = {"float16": np.array(numbers, "f2"), "bool_": np.array([bool(one) for one in numbers])}
        nulls = np.array([one is None for one in numbers])
        column = pa.array(as_numpy.get(kind, numbers), getattr(pa, kind)(), mask=nulls if kind in as_numpy else None)
    rows = pa.table({"y_pred": column, "y_true": pa.array([0.5, 0.25, 0.5, 0.75, 0.5, 0.5, 0.25])})
    with pa.OSFile(str(tmp_path / "rows"), "wb") as file, pa.ipc.new_file(file, rows.schema) as writer:
        for batch in rows.slice(1).to_batches():
            writer.write_batch(batch)
    monkeypatch.setattr(tables, "ROWS_AT_ONCE", 3)
    found = of_files("huber", tmp_path / "rows")
    assert (found.skipped.read, found.skipped.missing, found.losses[0].rows) == (6, 2, 4)
    assert found.losses[0].sum == (0.25**2 + 0.25**2 + 0.5**2 + 0.5**2) / 2


def test_lists_may_be_null(tmp_path):
    pa = pytest.importorskip("pyarrow")
    for kind in (pa.list_(pa.float32()), pa.list_(pa.float32(), 2)):
        lists = pa.array([[1.0, 2.0], None, [3.0, 1.0], [2.0, None]], kind)
        rows = pa.table({"label": [0, 1, 0, 1], "logits": lists})
        with pa.ipc.new_file(tmp_path / "rows.arrow", rows.schema) as file:  # Parquet knows such lists of late
            file.write_table(rows)
        found = of_files("sparse-softmax-cross-entropy", tmp_path / "rows.arrow")
        assert (found.skipped.missing, found.losses[0].rows) == (2, 2)
        expected = of_arrays("sparse-softmax-cross-entropy", [0, 0], [[1.0, 2.0], [3.0, 1.0]])
        assert found.losses[0].mean == pytest.approx(expected.mean)
