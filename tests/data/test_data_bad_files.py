"""Files that cannot be read: one line says what is wrong, and nothing is left out in silence."""

import zipfile
from io import BytesIO

import numpy as np
import pytest
from summarized import of_files

from losscli.errors import LossplotError, UsageError


def saved(write, *arrays, **named):
    file = BytesIO()
    write(file, *arrays, **named)
    return file.getvalue()


def bomb():
    """Zeros that unpack to a thousand times what they take."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("y_true.npy", "w") as member:
        np.lib.format.write_array_header_1_0(member, {"descr": "<f8", "fortran_order": False, "shape": (150_000_000,)})
        for _ in range(120):
            member.write(bytes(10_000_000))
    return file.getvalue()


def with_false_length():
    """An array whose head says that it has far more rows than the file could hold."""
    file = BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": "<f8", "fortran_order": False, "shape": (10**15, 2)})
    return file.getvalue() + bytes(100)


PAIRS = np.array([[1.0, 2.0], [2.0, 4.0]])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty; its first line names the columns"),
        (b"\n \n\n", "is empty; its first line names the columns"),
        (b"y_true,y_pred\n", "the data has no rows"),
        (b"y_true,y_pred\na,b\nc,d\n", "no row of 2 has numbers: one has y_true 'a'"),
        (b"y_true,y_pred\n,\n,\n", "no row of 2 has numbers;"),
        (b"y_true,y_pred\n1,2\n1\n", "columns in line '1': 1; columns in the first line: 2"),
        (b"y_true,y_pred\n1,2\n1,5,2,5\n", "columns in line '1,5,2,5': 4"),
        (b"y_true,y_pred\n" + b"1" * 3_000_000, "has a line of more than 1048576 bytes"),
        (b"1" * 3_000_000, "has a line of more than 1048576 bytes"),
        ("y_true,y_pred\n1,2\n".encode("utf-16"), "is in UTF-16; a CSV file is in UTF-8"),
        (b"\x1f\x8b" + bytes(20), "is packed by gzip; unpack it"),
        (bytes(range(256)) * 9, "is no text"),
        (saved(np.save, np.array([{}, 1], object)), "it holds Python objects as a pickle, which is never loaded"),
        (saved(np.savez, y_true=np.array([{}], object), y_pred=[1.0]), "as a pickle, which is never loaded"),
        (saved(np.save, PAIRS)[:-5], "it has 27 bytes of numbers where its head says 32"),
        (saved(np.save, PAIRS)[:60], "the file is broken, or breaks off"),
        (with_false_length(), "it has 100 bytes of numbers where its head says 16000000000000000"),
        (saved(np.save, np.array(["a", "b"])), "columns are numbers of shape"),
        (saved(np.save, np.zeros((2, 2, 2))), "columns are numbers of shape"),
        (saved(np.savez, y_true=[1, 2], y_pred=[1, 2, 3]), "arrays of different lengths: y_true 2, y_pred 3"),
        (saved(np.savez, y_true=[1, 2], y_pred=[1, 2])[:-40], "the file is broken, or breaks off"),
        (saved(np.savez, other=[1, 2]), "no column is named as a target or a prediction"),
        (b"PAR1" + bytes(40), "the file is broken, or breaks off"),
        (b"ARROW1" + bytes(40), "the file is broken, or breaks off"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(tmp_path, content, message):
    if content[:5] in (b"PAR1\0", b"ARROW"):
        pytest.importorskip("pyarrow")
    path = tmp_path / "rows"
    path.write_bytes(content)
    with pytest.raises(LossplotError) as raised:
        of_files("l2", path)
    assert str(path) in str(raised.value) or content.startswith(b"y_true")
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_an_archive_that_unpacks_to_far_more_is_refused(tmp_path):
    (tmp_path / "rows.npz").write_bytes(bomb())
    with pytest.raises(UsageError, match=r"y_true\.npy unpacks to 1200000128 bytes, .* it is taken for a trap"):
        of_files("l2", tmp_path / "rows.npz")


@pytest.mark.parametrize("kind", ["parquet", "feather"])
@pytest.mark.parametrize("damage", ["cut", "holes"])
def test_a_damaged_file_of_columns_is_one_line(tmp_path, kind, damage):
    pa = pytest.importorskip("pyarrow")
    module = pytest.importorskip(f"pyarrow.{kind}")
    rng = np.random.default_rng(3)
    rows = pa.table({"y_true": rng.normal(size=9000), "y_pred": rng.normal(size=9000)})
    getattr(module, "write_table" if kind == "parquet" else "write_feather")(rows, tmp_path / "rows")
    content = (tmp_path / "rows").read_bytes()
    (tmp_path / "rows").write_bytes(content[:-30] if damage == "cut" else content[:8] + bytes(900) + content[908:])
    with pytest.raises(LossplotError, match=str(tmp_path)) as raised:
        of_files("l2", tmp_path / "rows")
    assert "\n" not in str(raised.value)


def test_lists_have_as_many_numbers_in_each_row(tmp_path):
    pa = pytest.importorskip("pyarrow")
    rows = pa.table({"label": [0, 1], "logits": [[1.0, 2.0, 3.0], [1.0, 5.0]]})
    pytest.importorskip("pyarrow.parquet").write_table(rows, tmp_path / "rows")
    with pytest.raises(UsageError, match="column logits has lists of 2 and of 3 numbers; all rows have as many"):
        of_files("nll", tmp_path / "rows")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.csv", "missing.csv: No such file or directory; a file of predictions is CSV"),
        ("", "is a folder without files"),
    ],
)
def test_a_file_that_is_not_there_is_one_line(tmp_path, name, message):
    with pytest.raises(UsageError, match=message):
        of_files("l2", tmp_path / name)


def test_an_address_of_no_store_is_one_line():
    pytest.importorskip("pyarrow")
    with pytest.raises(UsageError, match="addresses begin as s3://, gs:// or file:// do") as raised:
        of_files("l2", "nowhere://a/b")
    assert "\n" not in str(raised.value)


def test_what_needs_pyarrow_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow.parquet", None)
    (tmp_path / "rows").write_bytes(b"PAR1" + bytes(40))
    with pytest.raises(LossplotError, match=r"need pyarrow; pip install 'lossplot\[data\]'"):
        of_files("l2", tmp_path / "rows")
