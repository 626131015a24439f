import random
import warnings
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nngui.core.errors import DataError, FileError, NnguiError
from nngui.files import memory
from nngui.files.progress import CancelledError, Progress
from nngui.files.tables import text_reader as tables
from nngui.files.tables.columns import is_number_column
from nngui.files.tables.format import TableFormat
from nngui.files.tables.reader import paste_table, preview_table, read_table
from nngui.files.tables.script_code import read_code
from nngui.files.tables.structure.layout import guess_format

CHINESE = "年龄;收入;类别\n3,5;1,25;是\n4,0;2,5;否\n;2,5;否\n"


@pytest.fixture
def write(tmp_path):
    def write(content, name="table.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


# How it is written -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a,b,c\n1,2,x\n3,4,y\n", (",", ".", "utf-8", "yes")),
        (CHINESE.encode("gbk"), (";", ",", "gb18030", "yes")),
        (CHINESE.encode("utf-8-sig"), (";", ",", "utf-8-sig", "yes")),
        ("name\tvalue\nä\t1\nö\t2\n".encode("utf-16"), ("\t", ".", "utf-16", "yes")),
        ("a\tb\nx\t1\n".encode("utf-16-le"), ("\t", ".", "utf-16-le", "yes")),
        ("größe;höhe;art\n1,5;2;é\n".encode("cp1252"), (";", ",", "cp1252", "yes")),
        (b"1.5,2,x\n2.5,3,y\n", (",", ".", "utf-8", "no")),
        (b"1,5;2,5;3\n2,5;3,25;4\n", (";", ",", "utf-8", "no")),
        (b"1 2 3\n4  5 6\n", (" ", ".", "utf-8", "no")),
        (b"a|b\n1|2\n", ("|", ".", "utf-8", "yes")),
        (b"colour,shape\nred,round\nblue,square\n", (",", ".", "utf-8", "yes")),
        (b'"a, b";"c"\n"1,5";"x;y"\n"2,5";"z"\n', (";", ",", "utf-8", "yes")),
        (b"x\n1\n2\n", (",", ".", "utf-8", "yes")),
    ],
)
def test_that_how_it_is_written_is_told_from_the_file(write, content, expected):
    found = guess_format(write(content))
    assert (found.separator, found.decimal, found.encoding, found.header) == expected


def test_that_what_a_user_says_stands(write):
    path = write(b"1;2\n3;4\n")
    found = guess_format(path, TableFormat(separator=",", header="yes"))
    assert (found.separator, found.header, found.decimal) == (",", "yes", ".")
    assert list(read_table(path, TableFormat(header="yes")).frame.columns) == ["1", "2"]


def test_that_comments_are_told_from_names_and_colours(write):
    assert guess_format(write("# made by x\na b\n1 2\n")).comment == "#"
    table = read_table(write("# made by x\n# 2020\na,b\n1,2\n"))
    assert table.frame.to_dict("list") == {"a": [1], "b": [2]}
    colours = read_table(write("#id,colour\n1,#ff0000\n2,#00ff00\n")).frame
    assert list(colours["colour"]) == ["#ff0000", "#00ff00"]


# What is read ------------------------------------------------------------------------------------


def test_that_chinese_headers_commas_and_gaps_are_read(write):
    frame = read_table(write(CHINESE.encode("gbk"))).frame
    assert list(frame.columns) == ["年龄", "收入", "类别"]
    assert np.allclose(frame["年龄"], [3.5, 4, np.nan], equal_nan=True)
    assert list(frame["类别"]) == ["是", "否", "否"]


@pytest.mark.parametrize(
    ("content", "columns"),
    [
        ("a,a, a ,\n1,2,3,4\n", ["a", "a (2)", "a (3)", "column 4"]),
        ("1.5,2\n2.5,3\n", ["column 1", "column 2"]),
    ],
)
def test_that_each_column_has_a_name_of_its_own(write, content, columns):
    assert list(read_table(write(content)).frame.columns) == columns


@pytest.mark.parametrize(
    "content",
    [
        "a,b\n1,1\nx,2\n",  # words among numbers
        "a,b\nTrue,1\nFalse,2\n",
        "a,b\nNA,1\nn/a,2\n3,NULL\n",
        "a,b\n1,123456789012345678901234567890\n2,3\n",
        'a,b\n"x\ny",1\n"z",2\n',
        "a,b\n1,inf\n2,1e400\n3,4\n",
        "a,b\n1,2\n1,2,,\n4\n5,6\n",  # lines with more and with fewer cells
        "a,b,\n1,2,\n3,4,\n",  # a separator at each line's end
        "a,b\r1,2\r3,4\r",
        CHINESE,
        "# x\na;b\n1,5;x\n2,5;y\n",
    ],
)
def test_that_a_script_reads_the_very_same(write, content):
    same(read_table(write(content)))


def test_that_a_column_with_words_far_below_is_words_from_its_first_line(write, monkeypatch):
    monkeypatch.setattr(tables, "CHUNK", 10)
    table = read_table(write("a,b\n" + "01,2\n" * 30 + "x,3\n"))
    assert set(table.frame["a"]) == {"01", "x"}
    assert is_number_column(table.frame["b"])
    same(table)


def test_that_numbers_can_be_read_as_words(write):
    frame = read_table(write("a,b\n01,2\n02,3\n"), text=["a"]).frame
    assert list(frame["a"]) == ["01", "02"]


def test_that_a_row_whose_cells_are_shifted_is_refused_with_its_line(write):
    path = write("a,b\n1,2\n1,2,3\n4,5\n1,2,3\n")
    with pytest.raises(FileError, match=r"2 rows with more cells than its header \(lines 3, 5\)"):
        read_table(path)


@pytest.mark.parametrize("kind", ["xlsx", "parquet", "npy", "npz", "fields.npy"])
def test_that_other_kinds_are_read_and_a_script_reads_the_same(tmp_path, kind):
    path = tmp_path / f"t.{kind}"
    frame = pd.DataFrame(
        {"x": [1.5, 2, 3], "c": ["a", "b", None], "i": [1, 2, 3], "b": [True, False, True]}
    )
    numbers = np.arange(12.0).reshape(4, 3)
    writers = {
        "xlsx": lambda: frame.to_excel(path, index=False),
        "parquet": lambda: frame.to_parquet(path),
        "npy": lambda: np.save(path, numbers),
        "npz": lambda: np.savez(path, y=np.arange(4), x=numbers),
        "fields.npy": lambda: np.save(path, np.array([(1, 2.5)], [("a", "i4"), ("b", "f8")])),
    }
    writers[kind]()
    table = read_table(path)
    same(table)
    if kind in ("xlsx", "parquet"):
        assert list(table.frame["b"]) == ["True", "False", "True"]
        assert table.frame["c"].isna().tolist() == [False, False, True]
    if kind == "npz":
        assert list(table.frame.columns) == ["x 1", "x 2", "x 3", "y"]
    assert len(preview_table(path, rows=1).frame) == 1


def test_that_a_sheet_is_chosen_and_a_missing_one_named(tmp_path):
    path = tmp_path / "t.xlsx"
    with pd.ExcelWriter(path) as book:
        pd.DataFrame({"a": [1]}).to_excel(book, sheet_name="one", index=False)
        pd.DataFrame({"b": [2]}).to_excel(book, sheet_name="two", index=False)
    assert list(read_table(path, TableFormat(sheet="two")).frame.columns) == ["b"]
    with pytest.raises(FileError, match="has no sheet three: it has one, two"):
        read_table(path, TableFormat(sheet="three"))


# What cannot be read -----------------------------------------------------------------------------


def _npy(path, array):
    np.save(path, array, allow_pickle=True)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"a,b\n", "has columns, but no rows below them"),
        (b'a,b\n1,"2\n3,4\n5,6\n', "A quote that opens a cell in line 2 of .* is not closed"),
        (b"a,b\n1,\0\n", "is no table"),
        (bytes(range(256)) * 20, "is no table"),
        (b"\x1f\x8b123", "is compressed: unpack it first"),
        (b"\xd0\xcf\x11\xe0old", "is an old Excel file"),
        (b"PAR1 and then nothing", "could not be read as a table"),
        (b"PK\x03\x04broken", "could not be read as a table"),
        (b"\x93NUMPY\x01\x00v\x00{'descr'", "could not be read as a table"),
        (",".join(f"c{i}" for i in range(20_000)).encode() + b"\n1", "more than 10,000 columns"),
    ],
)
def test_that_what_is_no_table_gives_one_sentence(write, content, sentence):
    path = write(content)
    for read in (read_table, preview_table):
        with pytest.raises((FileError, DataError), match=sentence):
            read(path)


def test_that_a_folder_and_a_missing_file_give_one_sentence(tmp_path):
    for path in (tmp_path, tmp_path / "gone.csv"):
        with pytest.raises(FileError, match="could not be read"):
            read_table(path)


def test_that_python_objects_are_never_opened(write, tmp_path):
    path = write(_npy(tmp_path / "o.npy", np.array([{}, 1], object)), "o.npy")
    with pytest.raises(FileError, match="Python objects, which are never opened"):
        read_table(path)


def test_that_a_header_that_lies_takes_no_memory(write, tmp_path):
    honest = _npy(tmp_path / "t.npy", np.arange(12.0).reshape(4, 3))
    lying = honest.replace(b"(4, 3), }" + b" " * 10, b"(4000000000, 30), }")
    assert lying != honest
    with pytest.raises(FileError, match="shorter than it says"):
        read_table(write(lying, "lie.npy"))
    path = tmp_path / "lie.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x.npy", lying)
    with pytest.raises(FileError, match="shorter than it says"):
        read_table(path)


def test_that_what_does_not_fit_into_the_memory_is_refused(write, monkeypatch):
    monkeypatch.setattr(memory, "free_memory", lambda: 1000)
    with pytest.raises(FileError, match=r"MB of memory, and 0\.0 MB are free"):
        read_table(write("a,b\n" + "1,2\n" * 200))


def test_that_another_encoding_is_refused_and_named(write):
    path = write("größe\n1\n".encode("cp1252"))
    with pytest.raises(FileError, match="is not written in utf-8"):
        read_table(path, TableFormat(encoding="utf-8"))
    with pytest.raises(FileError, match="There is no encoding klingon"):
        read_table(path, TableFormat(encoding="klingon"))


def test_that_a_cell_of_ten_megabytes_is_read(write):
    table = read_table(write("a,b\n1," + "x" * 10_000_000 + "\n2,y\n"))
    assert len(table.frame["b"].iloc[0]) == 10_000_000
    assert len(preview_table(write("a,b\n1," + "x" * 1_000_000 + "\n2,y\n")).frame) == 2


# Waiting -----------------------------------------------------------------------------------------


def test_that_progress_is_told_and_cancel_obeyed(write, monkeypatch):
    monkeypatch.setattr(tables, "CHUNK", 1000)
    path = write("a,b\n" + "1.5,2.5\n" * 200_000)
    told = []
    read_table(path, progress=Progress(told.append))
    assert told == sorted(told)
    assert told[-1] == 1
    assert len(told) > 10
    looked = []
    with pytest.raises(CancelledError):
        read_table(path, progress=Progress(cancelled=lambda: looked.append(1) or len(looked) == 2))
    assert len(looked) == 2


def test_that_a_preview_looks_at_the_beginning_only(write):
    path = write("a,b\n" + "1,2\n" * 200_000)
    assert len(preview_table(path, rows=50).frame) == 50


# Pasting -----------------------------------------------------------------------------------------


def test_that_pasted_cells_become_a_file_like_any_other(tmp_path):
    first = paste_table("a\tb\n1,5\tx\n2,5\ty\n", tmp_path / "pasted")
    second = paste_table("a\tb\r\n1\t2\r\n", tmp_path / "pasted")
    assert (first.name, second.name) == ("pasted-1.tsv", "pasted-2.tsv")
    assert read_table(first).frame["a"].tolist() == [1.5, 2.5]
    for text in ("", "one cell", "\n\n"):
        with pytest.raises(DataError, match="no table in the clipboard"):
            paste_table(text, tmp_path / "pasted")


# Fuzzing -----------------------------------------------------------------------------------------


SEEDS = (
    b"a,b,c\n1,2,x\n3.5,,y\n",
    CHINESE.encode("gbk"),
    "name\tvalue\nä\t1\n".encode("utf-16"),
    b'"a";"b"\n"1,5";"x"\n',
    b"# c\n1 2\n3 4\n",
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SEEDS), st.integers(0, 2**32 - 1))
def test_that_damaged_files_give_a_table_or_one_sentence(tmp_path_factory, seed, number):
    rng = random.Random(number)
    data = bytearray(seed * rng.choice((1, 1, 3)))
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(data))
        change = rng.randrange(4)
        if change == 0:
            data[at] = rng.randrange(256)
        elif change == 1:
            del data[at : at + rng.randint(1, 4)]
        elif change == 2:
            data[at:at] = rng.choice((b'"', b"\n", b",", b";", b"\r", b"\xff", b"NaN", b"\t"))
        else:
            data[at:at] = data[: rng.randint(1, 8)]
        data = data or bytearray(b"a")
    path = tmp_path_factory.getbasetemp() / "fuzz.csv"
    path.write_bytes(data)
    read_or_refused(path)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_that_any_bytes_give_a_table_or_one_sentence(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "bytes.csv"
    path.write_bytes(data)
    read_or_refused(path)


@pytest.mark.parametrize("kind", ["xlsx", "parquet", "npy", "npz"])
def test_that_damaged_binary_files_give_a_table_or_one_sentence(tmp_path, kind):
    path = tmp_path / f"t.{kind}"
    frame = pd.DataFrame({"x": [1.5, 2.0], "c": ["a", "b"]})
    if kind in ("npy", "npz"):
        (np.save if kind == "npy" else np.savez)(path, np.arange(6.0).reshape(3, 2))
    else:
        getattr(frame, "to_excel" if kind == "xlsx" else "to_parquet")(path, index=False)
    whole = path.read_bytes()
    rng = random.Random(1)
    for _ in range(40):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 8)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        path.write_bytes(data[: rng.randint(1, len(data))] if rng.random() < 0.3 else data)
        read_or_refused(path)


# Helpers -----------------------------------------------------------------------------------------


def same(table):
    """Assert that the lines of a script read the very same table."""
    words = [name for name in table.frame.columns if not is_number_column(table.frame[name])]
    names = {"pd": pd, "np": np, "TABLE": str(table.path)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas tells of lines that are too long
        exec("\n".join(read_code(table, words)), names)
    found = names["table"]
    for name in words:
        found[name] = found[name].astype("category")
    pd.testing.assert_frame_equal(found, table.frame, check_categorical=False)
    for name in words:
        assert list(found[name].dropna()) == list(table.frame[name].dropna())


def read_or_refused(path):
    for read in (read_table, preview_table):
        try:
            found = read(path)
        except NnguiError as error:
            assert_one_sentence(str(error))
        else:
            assert len(found.frame) > 0


def assert_one_sentence(text):
    assert text.endswith((".", "?"))
    assert "\n" not in text
    assert "{" not in text.replace("{'", "")
