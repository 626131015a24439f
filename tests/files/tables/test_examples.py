"""The shipped data sets: what is in them, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris, load_wine

from nngui.core.errors import FileError
from nngui.files.tables.examples import parse_dataset, read_dataset

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = ["breast_cancer", "diabetes", "iris", "wine"]


@pytest.mark.parametrize(
    ("name", "load"),
    [("iris", load_iris), ("wine", load_wine), ("breast_cancer", load_breast_cancer)],
)
def test_that_shipped_classes_and_values_are_exactly_those_of_scikit_learn(
    name: str, load: Callable[[], Any]
) -> None:
    ours, theirs = read_dataset(name), load()
    assert ours.labels is not None
    np.testing.assert_array_equal(ours.values, theirs.data, strict=True)
    np.testing.assert_array_equal(ours.labels, theirs.target.astype(np.int64), strict=True)
    assert list(ours.columns) == [column.replace("_", " ") for column in theirs.feature_names]
    assert ours.target == "class"


def test_that_shipped_diabetes_values_are_exactly_those_of_scikit_learn_in_raw_units() -> None:
    ours, theirs = read_dataset("diabetes"), load_diabetes(scaled=False)
    expected = np.column_stack((theirs.data, theirs.target))
    np.testing.assert_array_equal(ours.values, expected, strict=True)


def test_that_classes_have_readable_names() -> None:
    assert read_dataset("iris").classes == ("setosa", "versicolor", "virginica")
    assert read_dataset("wine").classes == ("cultivar 1", "cultivar 2", "cultivar 3")


def test_that_the_diabetes_target_is_one_of_the_columns() -> None:
    data = read_dataset("diabetes")
    assert data.target == data.columns[-1] == "disease progression"
    assert data.columns[:4] == ("age", "sex", "body-mass index", "blood pressure")
    assert data.labels is None
    assert data.classes == ()


@pytest.mark.parametrize("name", NAMES)
def test_that_a_licence_with_source_and_terms_stands_beside_each_data_set(name: str) -> None:
    text = files("nngui.resources.datasets").joinpath(f"{name}.LICENSE.txt").read_text("utf-8")
    assert text.startswith(f"{name}.csv\n")
    assert "https://" in text
    assert text.count("BSD 3-Clause License") == 1
    assert text.count("Redistribution and use in source and binary forms") == 1


def test_that_every_shipped_data_set_is_tested_here() -> None:
    shipped = (file.name for file in files("nngui.resources.datasets").iterdir())
    assert sorted(file[:-4] for file in shipped if file.endswith(".csv")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_that_shipped_numbers_are_written_as_short_as_they_can_be(name: str) -> None:
    content = files("nngui.resources.datasets").joinpath(f"{name}.csv").read_bytes()
    assert b"\r" not in content
    for line in content.decode().splitlines()[1:]:
        numbers = line.split(",")[: len(read_dataset(name).columns)]
        assert numbers == [repr(float(number)).removesuffix(".0") for number in numbers]


def test_that_a_data_set_is_read_once_and_cannot_be_written_to() -> None:
    data = read_dataset("iris")
    assert read_dataset("iris") is data
    with pytest.raises(ValueError, match="read-only"):
        data.values[0, 0] = 0


@pytest.mark.parametrize("name", ["tulips", "", "../iris", "iris.csv", "__init__"])
def test_that_an_unknown_name_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(FileError) as caught:
        read_dataset(name)
    assert str(caught.value) == (
        f"There is no data set {name}: choose one of breast_cancer, diabetes, iris, wine."
    )


def test_that_a_byte_order_mark_other_line_ends_and_empty_lines_do_not_matter() -> None:
    data = parse_dataset("pets", b"\xef\xbb\xbfweight,class\r\n4.5,cat\r\n\r\n30,dog\r\n5,cat\r\n")
    assert data.columns == ("weight",)
    assert data.values.tolist() == [[4.5], [30], [5]]
    assert data.classes == ("cat", "dog")
    assert data.labels is not None
    assert data.labels.tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it lacks rows"),
        (b"a,class\n", "it lacks rows"),
        (b"class\ncat\n", "it lacks rows"),
        (b"a,a\n1,2\n", "different names"),
        (b"a,,b\n1,2,3\n", "different names"),
        (b"a,b\n1,2\n3\n", "line 3 has 1 values instead of 2"),
        (b"a,b\n1,2,3\n", "line 2 has 3 values instead of 2"),
        (b"a,b\n1,2\n\n1,x\n", "line 4 has “x” for b, which is not a number"),
        (b"a,b\n1,\n", "line 2 has “” for b, which is not a number"),
        (b"a,b\nnan,1\n", "line 2 has “nan” for a, which is not a number"),
        (b"a,b\n1e999,1\n", "line 2 has “1e999” for a, which is not a number"),
        (b"a,class\n1, \n", "line 2 names no class"),
        (b'a,b\n"1,2\n', "unexpected end of data"),
        (b"a,b\n1,\xff\n", "can't decode byte 0xff"),
    ],
)
def test_that_malformed_content_is_refused_with_a_sentence(content: bytes, reason: str) -> None:
    with pytest.raises(FileError) as caught:
        parse_dataset("pets", content)
    sentence = str(caught.value)
    assert sentence.startswith("The data set pets is damaged (")
    assert reason in sentence
    assert sentence.endswith("): install the program again.")


def test_that_reading_imports_neither_torch_nor_qt() -> None:
    code = (
        "import sys; from nngui.files.tables.examples import read_dataset; read_dataset('wine');"
        "sys.exit(any(name.split('.')[0] in ('torch', 'PySide6') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
