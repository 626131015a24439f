"""Parquet's and NumPy's files: cells as they are, and what is no cell of a table is said."""

from __future__ import annotations

import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from nngui.core.data.report import LeftOut
from nngui.core.errors import DataError, FileError
from nngui.files.tables.reader import read_table
from nngui.files.tables.script_code import read_code
from nngui.files.tables.training_data import settings_for_table, table_data
from tests.core.helpers import TASKS


def read(path, text=()):
    """Read a file as the program and as a script does."""
    table = read_table(path, text=text)
    names = {"pd": pd, "np": np, "TABLE": str(path)}
    exec("\n".join(read_code(table, text)), names)
    found = names["table"]
    assert list(found.columns) == list(table.frame.columns)
    for name in found:
        cells, others = table.frame[name], found[name]
        if cells.dtype == "category":
            assert words(cells) == words(others.map(str, na_action="ignore"))
        else:
            assert np.array_equal(_floats(cells), _floats(others), equal_nan=True)
    return table


def _floats(cells):
    return cells.to_numpy("float64", copy=True)


def words(cells):
    return [None if pd.isna(cell) else cell for cell in cells.tolist()]


def parquet_of(path, **columns):
    parquet.write_table(pa.table(columns), path)
    return path


@pytest.fixture
def path(tmp_path):
    return tmp_path / "t.parquet"


# Parquet -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("bits", [128, 256])
def test_that_decimals_are_numbers(path, bits):
    kind = pa.decimal128(9, 2) if bits == 128 else pa.decimal256(9, 2)
    cells = pa.array([Decimal("1.50"), None, Decimal("-0.25")], kind)
    frame = read(parquet_of(path, x=cells, y=[1, 2, 3])).frame
    assert frame["x"].dtype == "float64"
    assert words(frame["x"]) == [1.5, None, -0.25]


def test_that_dates_and_times_are_words_of_iso_8601(path):
    moments = [datetime.datetime(2021, 1, 1), None, datetime.datetime(2021, 1, 2, 3, 4, 5)]
    frame = read(
        parquet_of(
            path,
            when=moments,
            zoned=pa.array(moments, pa.timestamp("us", "UTC")),
            day=[datetime.date(2021, 1, 1), None, datetime.date(2021, 1, 3)],
            y=[1, 2, 3],
        )
    ).frame
    assert words(frame["when"]) == ["2021-01-01 00:00:00", None, "2021-01-02 03:04:05"]
    assert words(frame["zoned"])[0] == "2021-01-01 00:00:00+00:00"
    assert words(frame["day"]) == ["2021-01-01", None, "2021-01-03"]


def test_that_dates_are_understood(path):
    days = [datetime.datetime(2021, 1, 1) + datetime.timedelta(i) for i in range(40)]
    parquet_of(path, day=days, y=[i * 1.5 for i in range(40)])
    spec = settings_for_table(TASKS["regression"].spec, str(path))
    made = table_data(spec.data.table, classes=False)
    assert {name: how.kind for name, how in made.columns.types}["day"] == "date"


def test_that_truth_values_and_words_are_words(path):
    texts = pa.array(["NA", " b", ""] * 2)
    frame = read(
        parquet_of(
            path,
            b=[True, False, None] * 2,
            c=texts,
            d=texts.dictionary_encode(),
            raw=pa.array([b"x", None, b"\xff"] * 2),
            y=range(6),
        )
    ).frame
    assert words(frame["b"])[:3] == ["True", "False", None]
    assert words(frame["c"])[:3] == words(frame["d"])[:3] == ["NA", "b", None]
    assert words(frame["raw"])[:3] == ["x", None, "\ufffd"]


def test_that_only_null_and_nan_are_missing(path):
    frame = read(parquet_of(path, x=[1.5, None, float("nan"), 0.0], w=["nan", "None", None, "?"]))
    assert frame.frame["x"].isna().tolist() == [False, True, True, False]
    assert words(frame.frame["w"]) == ["nan", "None", None, "?"]


def test_that_whole_numbers_with_gaps_are_whole_as_words(path):
    table = read(parquet_of(path, code=[1, None, 2, 1], y=[1.0, 2.5, 3, 4]), text=["code", "y"])
    assert words(table.frame["code"]) == ["1", None, "2", "1"]
    assert words(table.frame["y"]) == ["1", "2.5", "3", "4"]


def test_that_nested_columns_are_left_out_and_said(path):
    fixed = pa.array([b"abcd", b"efgh"], pa.binary(4))
    table = read(
        parquet_of(path, a=[[1, 2], [3]], x=[1.5, 2.5], s=[{"k": 1}, {"k": 2}], f=fixed, y=[1, 2])
    )
    assert list(table.frame) == ["x", "y"]
    assert "columns a, s, f" in str(table.notes[0])
    assert table.left_out == (LeftOut("columns", 3, table.notes[0], ("a", "s", "f")),)


@pytest.mark.parametrize("name", ["city", None])
def test_that_an_index_of_pandas_is_a_column(path, name):
    index = pd.Index(["Berlin", "Wien"], name=name)
    pd.DataFrame({"x": [1, 2]}, index=index).to_parquet(path)
    frame = read(path).frame
    assert list(frame) == ["x", name or "__index_level_0__"]
    assert words(frame.iloc[:, 1]) == ["Berlin", "Wien"]


def test_that_kinds_of_pandas_are_numbers_and_words(path):
    frame = pd.DataFrame(
        {
            "i": pd.array([1, None, 3], "Int64"),
            "f": pd.array([1.5, None, 3], "Float64"),
            "b": pd.array([True, None, False], "boolean"),
            "s": pd.array(["a", None, "b"], "string"),
            "c": pd.Categorical(["a", None, "b"]),
            "n": pd.Categorical([2, None, 1]),
        }
    )
    frame.to_parquet(path)
    found = read(path).frame
    assert words(found["i"]) == [1, None, 3]
    assert words(found["b"]) == ["True", None, "False"]
    assert words(found["c"]) == ["a", None, "b"]
    assert words(found["n"]) == ["2", None, "1"]


# NumPy -------------------------------------------------------------------------------------------


def target_of(path, task="classification"):
    spec = settings_for_table(TASKS[task].spec, str(path))
    return table_data(spec.data.table, classes=task == "classification").columns.target


def test_that_the_training_part_of_flat_images_is_a_table(tmp_path):
    path = tmp_path / "t.npz"
    rng = np.random.default_rng(1)
    x = rng.integers(0, 255, (40, 9), np.uint8)
    y = np.arange(40) % 3
    np.savez(path, x_test=x[:7], y_test=y[:7], y_train=y, x_train=x)
    table = read(path)
    assert list(table.frame) == [*(f"x {i}" for i in range(1, 10)), "y"]
    assert table.frame["y"].tolist() == y.tolist()
    assert "7 rows of the arrays x_test, y_test" in str(table.notes[0])
    assert (table.left_out[0].what, table.left_out[0].count) == ("rows", 7)
    assert target_of(path) == "y"


def test_that_words_are_a_target(tmp_path):
    path = tmp_path / "t.npz"
    x = np.arange(40.0).reshape(20, 2).astype(">f8")
    np.savez(path, y=np.array(["yes", "no", "no", "yes"] * 5), X=x)
    table = read(path)
    assert words(table.frame["y"])[:3] == ["yes", "no", "no"]
    assert target_of(path) == "y"
    np.savez(path, y=np.array([b"yes", b"no"] * 10), X=x)
    assert words(read(path).frame["y"])[:2] == ["yes", "no"]


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("kind", [">f4", ">i8", "<f8", "<f2", "u1"])
def test_that_numbers_in_any_order_are_read(tmp_path, order, kind):
    numbers = np.arange(12).reshape(4, 3).astype(kind, order=order)
    np.save(tmp_path / "t.npy", numbers)
    frame = read(tmp_path / "t.npy").frame
    assert frame.to_numpy("float64").tolist() == numbers.astype(float).tolist()
    assert all(dtype.isnative for dtype in frame.dtypes)


def test_that_more_than_two_dimensions_are_columns(tmp_path):
    np.save(tmp_path / "t.npy", np.arange(24.0).reshape(4, 3, 2))
    assert read(tmp_path / "t.npy").frame.shape == (4, 6)


def test_that_arrays_of_names_are_left_out_and_said(tmp_path):
    path = tmp_path / "t.npz"
    x, y = np.arange(12.0).reshape(6, 2), np.arange(6)
    np.savez(path, data=x, target=y, feature_names=np.array(["a", "b"]), version=np.array(3))
    table = read(path)
    assert list(table.frame) == ["data 1", "data 2", "target"]
    assert "feature_names, version" in str(table.notes[0])
    np.savez(path, data=x, target=y[:4])
    with pytest.raises(FileError, match="different lengths"):
        read_table(path)


@pytest.mark.parametrize("shape", [(0,), (0, 1), (0, 3)])
def test_that_an_array_without_rows_is_told_so(tmp_path, shape):
    np.save(tmp_path / "t.npy", np.empty(shape))
    with pytest.raises(DataError, match="no rows below them"):
        read(tmp_path / "t.npy")
