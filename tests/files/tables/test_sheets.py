"""Sheets of Excel files as people have them: the same table as in a text, the same said."""

from __future__ import annotations

import csv
import datetime
import io
import random
import subprocess
import sys

import numpy as np
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nngui.core.data.preparation import preparation_of
from nngui.core.errors import FileError, NnguiError
from nngui.core.spec.toml import with_settings
from nngui.core.trainer import Trainer
from nngui.files.predictions import predict_table
from nngui.files.script_files import write_script
from nngui.files.tables.format import TableFormat
from nngui.files.tables.reader import read_table
from nngui.files.tables.structure.data_lines import lines_of
from nngui.files.tables.training_data import settings_for_table
from tests.core.helpers import TASKS
from tests.files.tables.test_awkward import SHORT, clean_table
from tests.files.tables.test_excel import assert_script_reads_the_same

NAMES = ["height", "width", "colour", "price"]
UNITS = ["m", "m", "", "EUR"]


def rows(n=30):
    """Return rows of numbers and words, some of them whole floats."""
    return [
        [10 + i * 7 % 13 / 4, (i * 5 % 11 - 5) / 8, ("red", "blue", "green")[i * 4 % 3], 20.0 + i]
        for i in range(n)
    ]


def save(path, **sheets):
    """Write a workbook with the given rows in each sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    book.save(path)
    return path


def cells(frame):
    return {
        str(name): [None if cell != cell else cell for cell in frame[name].tolist()]
        for name in frame.columns
    }


def read(path, **wanted):
    """Read a sheet as the program and as a script does."""
    table = read_table(path, TableFormat(**wanted))
    assert_script_reads_the_same(table)
    return table


def said(table):
    return " ".join(map(str, table.notes))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "t.xlsx"


@pytest.fixture
def clean(tmp_path):
    return cells(read(save(tmp_path / "clean.xlsx", S=[NAMES, *rows()])).frame)


# What is no row, and no column -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (["Report: sales per shop", "Exported: 2024-03-01 12:00", ""], []),
        (["# made by x, y and z", "# 2024"], []),
        ([], ["", "Total,12.5,,99"]),
        ([], ["Total:,,,630.5"]),
        ([], ["Source: the bureau of statistics"]),
        ([], ["平均,1,,20"]),
        ([], ["", "# end, of it"]),
        ([], [",".join(NAMES)]),
        (["Report", "", ""], ["", "", "Total,1,,9"]),
    ],
)
def test_that_rows_above_and_below_are_left_out_and_said(path, clean, above, below):
    parted = [[line] if "# " in line or ": " in line else line.split(",") for line in above + below]
    typed = [[_typed(cell) for cell in line] for line in parted]
    table = read(save(path, S=[*typed[: len(above)], NAMES, *rows(), *typed[len(above) :]]))
    assert cells(table.frame) == clean
    assert table.kind == "excel"
    lines = [i for i, line in enumerate(above, 1) if line]
    lines += [len(above) + 31 + i for i, line in enumerate(below, 1) if line]
    assert [int(line) for part in table.left_out for line in part.names] == lines
    assert lines_of(table, [0, 29]) == [len(above) + 2, len(above) + 31]


def _typed(cell):
    try:
        return float(cell)
    except ValueError:
        return cell or None


def test_that_empty_rows_and_comments_in_between_are_left_out(path, clean):
    body = rows()
    lines = [NAMES, *body[:9], [], ["# batch 1"], *body[9:20], [], [], *body[20:]]
    table = read(save(path, S=lines))
    assert cells(table.frame) == clean
    assert [part.names for part in table.left_out] == [("12",)]
    assert lines_of(table, [0, 8, 9, 19, 20, 29]) == [2, 10, 13, 23, 26, 35]
    assert len(read(path, comment="none").frame) == 31


def test_that_units_are_kept_apart(path, clean):
    table = read(save(path, S=[NAMES, UNITS, *rows()]))
    assert cells(table.frame) == clean
    assert table.units == {"height": "m", "width": "m", "price": "EUR"}
    assert len(read(path, units="no").frame) == 31


def test_that_a_table_may_begin_in_any_column(path, clean):
    lines = [[], [None, None, *NAMES], *([None, None, *row] for row in rows())]
    table = read(save(path, S=lines))
    assert cells(table.frame) == clean
    assert "columns 1, 2" in said(table)


def test_that_names_in_front_of_rows_are_found(path, clean):
    table = read(save(path, S=[NAMES, *([f"shop {i}", *row] for i, row in enumerate(rows()))]))
    assert list(table.frame) == ["row names", *NAMES]
    assert {name: cells(table.frame)[name] for name in NAMES} == clean


def test_that_remarks_are_a_column_of_their_own(path, clean):
    lines = [NAMES, *rows()]
    lines[4] = [*lines[4], "looked at twice"]
    lines[9] = [*lines[9], None, "broken"]
    table = read(save(path, S=lines))
    assert list(table.frame) == [*NAMES, "remarks", "remarks (2)"]
    assert {name: cells(table.frame)[name] for name in NAMES} == clean
    assert "lines 5, 10" in said(table)


def test_that_a_column_without_a_name_is_kept(path, clean):
    table = read(
        save(path, S=[NAMES, *([*row, i % 3] for i, row in enumerate(rows()))]), row_names="no"
    )
    assert list(table.frame) == [*NAMES, "column 5"]
    assert {name: cells(table.frame)[name] for name in NAMES} == clean


def test_that_how_it_is_laid_out_can_be_said(path):
    lines = [["a", "b"], [1, 2], ["x", "y"], *([i, 2 * i] for i in range(9))]
    save(path, S=lines)
    assert list(read(path, skip=2).frame) == ["x", "y"]
    assert list(read(path, skip=0, header="no").frame) == ["column 1", "column 2"]
    assert len(read(path, skip=0, header="yes", totals="no").frame) == 11
    save(path, S=[["Report", 2024], ["a", "b"], *([i, 2 * i] for i in range(9))])
    assert list(read(path).frame) == ["a", "b"]
    assert list(read(path, skip=0, header="yes").frame) == ["Report", "2024"]


# Cells -------------------------------------------------------------------------------------------


def test_that_words_of_pandas_for_gaps_are_words(path):
    lines = [["class", "x"], *([word, i] for i, word in enumerate(["NA", "None", "null", "a"] * 5))]
    table = read(save(path, S=lines))
    assert table.frame["class"].tolist() == ["NA", "None", "null", "a"] * 5


def test_that_numbers_written_as_text_stay_as_they_are_written(path):
    lines = [["code", "n", "x"], *([f"0{i % 3}", str(i), i] for i in range(9)), [7, 8, None]]
    table = read(save(path, S=lines))
    assert table.frame["code"].tolist() == [*(f"0{i % 3}" for i in range(9)), "7"]
    assert table.frame["n"].tolist() == list("0123456788")
    assert table.frame["x"].tolist()[:9] == list(range(9))


def test_that_truth_values_and_dates_are_words(path):
    day = datetime.datetime(2021, 1, 1)
    lines = [
        ["yes", "mixed", "when", "x"],
        *([i % 2 == 0, i % 2 == 0 or i, day + datetime.timedelta(i), i / 2] for i in range(9)),
    ]
    frame = read(save(path, S=lines)).frame
    assert frame["yes"].tolist()[:2] == ["True", "False"]
    assert frame["mixed"].tolist()[:4] == ["True", "1", "True", "3"]
    assert frame["when"].tolist()[:2] == ["2021-01-01 00:00:00", "2021-01-02 00:00:00"]
    assert frame["x"].dtype == "float64"


def test_that_blanks_around_words_are_none(path):
    lines = [
        ["a", "x"],
        *([word, i] for i, word in enumerate([" red", "red ", "\u00a0red", "  "] * 3)),
    ]
    table = read(save(path, S=lines))
    assert table.frame["a"].astype("str").fillna("").tolist() == ["red", "red", "red", ""] * 3


def test_that_large_numbers_are_numbers(path):
    lines = [["mass", "x"], *([10.0 ** (i + 25), i] for i in range(5)), [None, 5]]
    table = read(save(path, S=lines))
    assert table.frame["mass"].tolist()[:5] == [10.0 ** (i + 25) for i in range(5)]


# Sheets ------------------------------------------------------------------------------------------

PAGES = {
    "empty": [],
    "a cell": [["See the next sheet."]],
    "a text": [["About these data"], ["They were measured in May."], [], ["By me."]],
    "pairs": [["Author", "Bob"], ["Shop", "Berlin"], ["Made with", "care"]],
    "a header": [NAMES],
}


@pytest.mark.parametrize("page", PAGES)
def test_that_the_first_sheet_that_is_a_table_is_read(path, clean, page):
    lines = [NAMES, *rows()]
    table = read(save(path, About=PAGES[page], Data=lines, More=lines[:9]))
    assert cells(table.frame) == clean
    assert table.format.sheet == "Data"
    assert said(table).startswith("The sheet Data is read")
    assert "About, More" in said(table)
    chosen = read(path, sheet="More")
    assert (len(chosen.frame), said(chosen)) == (8, "")


def test_that_the_first_sheet_is_read_in_silence(path):
    table = read(save(path, One=[NAMES, *rows()], Two=[NAMES, *rows(9)]))
    assert (table.format.sheet, said(table)) == ("One", "")


def test_that_a_sheet_that_is_not_there_is_refused(path):
    save(path, One=[NAMES, *rows()], Two=[NAMES, *rows(9)])
    with pytest.raises(FileError, match="has no sheet Three: it has One, Two"):
        read_table(path, TableFormat(sheet="Three"))


# The same as in a text file ----------------------------------------------------------------------


def laid_out(rng, columns):
    """Return the rows of a sheet with a table in it, laid out in some awkward way."""
    names = list(columns)
    body = [list(row) for row in zip(*columns.values(), strict=True)]
    lines = []
    if rng.random() < 0.3:
        lines += [["Report of the shop"], ["Exported", "2024-03-01"], []][: rng.randint(1, 3)]
    lines.append(names)
    if rng.random() < 0.2:
        numbers = [isinstance(cell, float) for cell in body[0]]
        lines.append(["kg" if number else None for number in numbers])
    for _ in range(rng.choice((0, 0, 1, 3))):
        at = rng.randrange(1, len(body))
        body.insert(at, rng.choice((["# batch 1"], ["# measured by me"], [])))
    if rng.random() < 0.2:
        body += [[], ["Total", *[99.0] * (len(names) - 1)]]
    if rng.random() < 0.1:
        body.append(["Source: the bureau of statistics"])
    return [*lines, *body]


def as_text(lines):
    file = io.StringIO(newline="")
    csv.writer(file).writerows(lines)
    return file.getvalue()


def trained(path, **table):
    """Return what a table is trained on and its losses; or the sentence that refuses it."""
    try:
        spec = settings_for_table(TASKS["regression"].spec, str(path), **table)
        trainer = Trainer(TASKS["regression"], with_settings(spec, SHORT))
        return trainer, trainer.advance(1e9)[:, 0]
    except NnguiError as error:
        return str(error), None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32 - 1))
def test_that_a_sheet_is_the_same_table_as_a_text(tmp_path_factory, number):
    rng = random.Random(number)
    columns = clean_table(rng, rng.randint(30, 60))
    lines = laid_out(rng, columns)
    folder = tmp_path_factory.getbasetemp()
    text, sheet = folder / "same.csv", save(folder / "same.xlsx", S=lines)
    text.write_bytes(as_text(lines).encode())
    *features, target = columns
    asked = {"target": target, "features": tuple(features)}
    (usual, losses), (other, others) = trained(text, **asked), trained(sheet, **asked)
    if losses is None or others is None:
        assert str(usual).replace(text.name, sheet.name) == other
        return
    assert np.array_equal(usual.data.x.numpy(), other.data.x.numpy(), equal_nan=True)
    assert np.array_equal(usual.data.y.numpy(), other.data.y.numpy(), equal_nan=True)
    assert losses.tolist() == others.tolist()
    assert_script_reads_the_same(read_table(sheet))


def test_that_numbers_to_predict_are_numbers_however_the_training_table_writes_them(tmp_path):
    """A point groups thousands in the text; in the sheet there is 2.944."""
    values = [1000.5 + 1.75 * i for i in range(40)]
    german = [f"{v:,.2f}".translate(str.maketrans(",.", ".,")) for v in values]
    lines = [f"{cell};{i % 3};{i}" for i, cell in enumerate(german)]
    text = tmp_path / "train.csv"
    text.write_text("\n".join(["size;code;price", *lines]))
    trainer, _ = trained(text, target="price", features=("size", "code"), categories=("code",))
    new = [[2.944, 1], [3.125, 2], [1.001, None]]
    sheet = save(tmp_path / "new.xlsx", S=[["size", "code"], *new])
    plain = tmp_path / "new.csv"
    plain.write_text("size;code\n2,944;1\n3,125;2\n1,001;\n")
    preparation = preparation_of(trainer.data, trainer.state.prepared)
    net = trainer.variants[0].net
    frames = [predict_table(net, preparation, path).frame for path in (sheet, plain)]
    said = [frame["predicted price"].tolist() for frame in frames]
    assert said[0] == said[1]
    assert frames[0]["code"].astype("str").tolist()[:2] == ["1", "2"]


@pytest.mark.parametrize("number", [3, 8])
def test_that_a_script_of_a_sheet_has_the_same_losses(tmp_path, number):
    rng = random.Random(number)
    columns = clean_table(rng, 40)
    path = save(tmp_path / "t.xlsx", S=[["Report"], [], *laid_out(rng, columns)])
    *features, target = columns
    trainer, losses = trained(path, target=target, features=tuple(features))
    write_script(TASKS["regression"], trainer.spec, tmp_path / "train.py")
    run = subprocess.run(
        [sys.executable, "train.py"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert [float(line.split()[-1]) for line in run.stdout.splitlines()] == losses.tolist()
