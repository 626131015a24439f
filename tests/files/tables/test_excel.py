"""Excel files: cells are counted, what is far away is left out and said, bombs are refused."""

from __future__ import annotations

import datetime
import random
import threading

import numpy as np
import openpyxl
import pandas as pd
import pytest

from nngui.core.errors import DataError, FileError
from nngui.files import memory
from nngui.files.progress import CancelledError, Progress
from nngui.files.tables.formats import excel
from nngui.files.tables.formats.binary import sheets
from nngui.files.tables.formats.excel import read_cells
from nngui.files.tables.reader import preview_table, read_table
from nngui.files.tables.script_code import read_code
from tests.files.measured import Measured
from tests.files.tables.workbooks import GOOD, MAIN, stray, workbook


@pytest.fixture
def path(tmp_path):
    return tmp_path / "t.xlsx"


def told(table):
    return [str(note) for note in table.notes]


def script_reads(table):
    names = {"pd": pd, "np": np, "TABLE": str(table.path)}
    exec("\n".join(read_code(table, [])), names)
    return names["table"]


def assert_script_reads_the_same(table):
    found = script_reads(table)
    assert list(found.columns) == list(table.frame.columns)
    for name in found:
        cells, others = table.frame[name], found[name]
        if cells.dtype == "category":
            cells, others = cells.astype("str"), others.astype("str")
        pd.testing.assert_series_equal(cells, others, check_dtype=False, check_exact=True)


def assert_as_pandas_reads(path):
    """Each cell is what `str` makes of what pandas reads; the table begins where it begins."""
    table = read_table(path)
    whole = pd.read_excel(path, header=None, dtype=object, keep_default_na=False, na_values=[""])
    whole = whole.drop(index=[i for i in whole.index if i < table.layout.first])
    whole = whole.drop(index=[i for i in whole.index if i in table.layout.more])
    whole = whole[list(table.layout.places)]
    assert len(whole) == len(table.frame)
    for name, place in zip(table.frame, whole, strict=True):
        expected = [None if cell != cell else str(cell).strip() or None for cell in whole[place]]
        cells = table.frame[name]
        if cells.dtype == "category":
            found = [None if cell != cell else cell for cell in cells.astype("str")]
        else:
            expected = [None if cell is None else float(cell) for cell in expected]
            found = [None if cell != cell else cell for cell in cells.astype("float64")]
        assert found == expected
    assert_script_reads_the_same(table)


# Cells far away ----------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["XFD1048576", "A1048576", "XFD9", "C1004", "CZ3"])
def test_that_a_cell_far_from_the_table_is_left_out_and_named(path, cell):
    table = read_table(workbook(path, [GOOD, stray(cell)]))
    assert table.frame.shape == (2, 2)
    assert told(table) == [f"A cell far from the table is left out: {cell}."]


@pytest.mark.parametrize("cell", ["XFD1048576", "A1048576", "XFD3", "C1004"])
def test_that_a_script_leaves_out_the_same_cells(path, cell):
    table = read_table(workbook(path, [GOOD, stray(cell)]))
    assert_script_reads_the_same(table)


def test_that_several_cells_far_away_are_counted(path):
    rows = [GOOD, stray("XFD3"), stray("B2000"), stray("A9000")]
    table = read_table(workbook(path, rows))
    assert told(table) == ["3 cells far from the table are left out: XFD3 and more."]
    assert_script_reads_the_same(table)


@pytest.mark.parametrize("cell", ["A1003", "CX3", "C3"])
def test_that_a_cell_behind_a_smaller_gap_belongs_to_the_table(path, cell):
    names = '<row><c t="str"><v>a</v></c><c t="str"><v>b</v></c></row>'
    row = "<row><c><v>1</v></c><c><v>2</v></c></row>"
    table = read_table(workbook(path, [names, row, stray(cell), row, row, row]))
    assert told(table) == []
    assert_as_pandas_reads(path)


def test_that_columns_that_grow_row_by_row_are_one_table(path):
    book = openpyxl.Workbook()
    for row in range(1, 9):
        book.active.cell(row, 60 * row, row)
        book.active.cell(9 - row, 30 * row, row)
    book.save(path)
    cells = read_cells(path)
    assert cells.notes == []
    assert max(map(len, cells.rows)) == 480
    assert_as_pandas_reads(path)


def test_that_a_table_may_begin_anywhere(path):
    book = openpyxl.Workbook()
    for row, values in enumerate([["a", "b"], [1, 2], [3, 4]]):
        for column, value in enumerate(values):
            book.active.cell(30 + row, 300 + column, value)
    book.save(path)
    assert_as_pandas_reads(path)


@pytest.mark.parametrize("row", ["<row/>", '<row ht="15"><c s="0"/></row>'])
def test_that_empty_rows_behind_the_table_are_no_rows(path, row):
    table = read_table(workbook(path, [GOOD, row * 20_000]))
    assert table.frame.shape == (2, 2)
    assert told(table) == []


def test_that_what_a_sheet_says_of_its_size_counts_for_nothing(path):
    for size in ("A1:XFD1048576", "A1:A1"):
        workbook(path, [GOOD], before=f'<dimension ref="{size}"/>')
        assert read_table(path).frame.shape == (2, 2)


# Cells as they are -------------------------------------------------------------------------------

VALUES = (
    *(1, 2.0, 2.5, -1e30, True, False, "a", "1", "TRUE", "NA", "", " ", None, 10**18, "ä" * 40),
    *(datetime.datetime(2024, 2, 29), datetime.datetime(1999, 1, 2, 3, 4, 5)),
    *(datetime.date(2000, 1, 1), datetime.time(12, 30), datetime.timedelta(hours=30), "#DIV/0!"),
)


@pytest.mark.parametrize("seed", range(15))
def test_that_any_cells_are_what_pandas_reads(path, seed):
    rng = random.Random(seed)
    book = openpyxl.Workbook()
    width = rng.randint(1, 8)
    book.active.append([f"c{rng.randrange(5)}" if rng.random() < 0.9 else None] * width)
    for _ in range(rng.randint(1, 30)):
        book.active.append([rng.choice(VALUES) for _ in range(rng.randint(0, width))])
    book.active.append(["the last"])
    book.save(path)
    assert_as_pandas_reads(path)


def test_that_errors_are_gaps_and_are_told_of(path):
    book = openpyxl.Workbook()
    for row in (["a", "b"], [1, "#DIV/0!"], ["#N/A", 2], [3, 4]):
        book.active.append(row)
    book.save(path)
    table = read_table(path)
    assert told(table) == ["2 cells hold errors of Excel, the first B2: they count as gaps."]
    assert table.frame["b"].isna().tolist() == [True, False, False]


def test_that_headers_are_words(path):
    book = openpyxl.Workbook()
    book.active.append([datetime.datetime(2024, 1, 31), True, 2020.0, "x"])
    book.active.append([1, 2, 3, 4])
    book.save(path)
    table = read_table(path)
    assert list(table.frame.columns) == ["2024-01-31", "True", "2020", "x"]
    assert_script_reads_the_same(table)


def test_that_a_sheet_is_taken_by_its_name_or_its_place(path):
    with pd.ExcelWriter(path) as book:
        for name in ("one", "two"):
            pd.DataFrame({name: [1]}).to_excel(book, sheet_name=name, index=False)
    assert excel.sheet_names(path) == ["one", "two"]
    assert read_cells(path, "two").rows == read_cells(path, 1).rows == [["two"], [1]]


def test_that_a_long_name_of_a_sheet_is_cut(path):
    workbook(path, [GOOD])
    with pytest.raises(FileError) as caught:
        read_cells(path, "x" * 500)
    assert "has no sheet x" in str(caught.value)
    assert len(str(caught.value)) < len(str(path)) + 150


def test_that_reading_is_given_up(path):
    workbook(path, [GOOD, '<row><c r="A3"><v>1</v></c></row>'])
    stop = threading.Event()
    stop.set()
    with pytest.raises(CancelledError):
        read_table(path, progress=Progress(cancelled=stop.is_set))


# Bombs -------------------------------------------------------------------------------------------

BOMBS = {
    "a million cells in a row": (["<row>", "<c/>" * 1_000_000, "</row>"], {}),
    "rows within rows": ([("<row>" + "<c/>" * 1000) * 2000], {}),
    "rows in a comment": (["<row>", ("<c/>" * 1000 + "<!--<row></row>-->") * 2000, "</row>"], {}),
    "two million rows": (["<row/>" * 2_000_000], {}),
    "a row beyond Excel": ([stray("A999999999999")], {}),
    "every row is far and wide": ([stray(f"XFD{i}") for i in range(3, 4000)], {}),
    "tags behind the rows": ([], {"after": ["<x/>" * 1_000_000]}),
    "tags before the rows": ([], {"before": ["<x/>" * 1_000_000]}),
    "styles": ([], {"styles": f'<styleSheet xmlns="{MAIN}">{"<xf/>" * 2_000_000}</styleSheet>'}),
    "a shared text in every cell": (
        ['<row><c t="s"><v>0</v></c></row>' * 5000],
        {"shared": ["<si><t>", "A" * 10_000_000, "</t></si>"]},
    ),
    "a shared text of tags": ([], {"shared": ["<si>", "<r/>" * 1_000_000, "</si>"]}),
    "a shared text without end": ([], {"shared": ["<si><t>", *["A" * 10**6] * 120, "</t></si>"]}),
    "a long text in a row": (
        ['<row><c t="str"><v>', *["A" * 10**6] * 120, "</v></c></row>"],
        {},
    ),
    "many shared texts": ([], {"shared": ["<si/>" * 1_000_000] * 5}),
}


@pytest.mark.parametrize("name", BOMBS)
def test_that_a_bomb_is_refused_before_it_takes_memory(path, monkeypatch, name):
    monkeypatch.setattr(memory, "MAX_BYTES", 500_000_000)
    rows, more = BOMBS[name]
    workbook(path, [GOOD, *rows], **more)
    for read in (read_table, preview_table):
        with Measured() as spent, pytest.raises((FileError, DataError)) as caught:
            read(path)
        assert "could not be read" not in str(caught.value)  # it is said what is too much
        assert spent.bytes < 100_000_000
        assert spent.seconds < 8


def test_that_the_sheets_of_a_bomb_are_not_listed(path):
    workbook(path, ["<row>", "<c/>" * 1_000_000, "</row>"], sheets=2)
    with pytest.raises(FileError, match="longer than Excel can hold"):
        sheets(path)


def test_that_a_part_that_poses_as_a_sheet_is_read_as_what_it_is(path):
    """The manifest calls the styles a sheet, so that their tags seem to be read row by row."""
    tags = "<row/>" * 900_000 + "<xf/>" * 200_000
    workbook(path, [GOOD], styles=f'<styleSheet xmlns="{MAIN}">{tags}</styleSheet>', sheets=1)
    with pytest.raises(FileError, match=r"xl/styles\.xml that is too large"):
        read_table(path)
