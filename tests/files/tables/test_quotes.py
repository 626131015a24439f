"""Quotes that are never closed, or too late: no row is lost in a cell without a word."""

from __future__ import annotations

import csv
import io
import random

import pytest

from nngui.core.errors import FileError
from nngui.files.tables.format import TableFormat
from nngui.files.tables.reader import preview_table, read_table

WORDS = ["red", "dark grey", "süß", "on sale", "blue"]
SEPARATORS = [",", ";", "\t", "|", " "]


def random_rows(rng, separator, count):
    """Return rows of numbers, words and dates, some of the words between quotes."""
    kinds = [rng.choice("nwd") for _ in range(rng.randint(1, 5))] + ["n"]
    rng.shuffle(kinds)
    quotes = rng.choice((0, 0.05, 1))
    rows = []
    for _ in range(count):
        cells = []
        for kind in kinds:
            if kind == "n":
                cells.append(f"{rng.uniform(-9, 9):.2f}")
            elif kind == "d":
                cells.append(f"20{rng.randint(10, 25)}-{rng.randint(1, 12):02}-11")
            else:
                word = rng.choice(WORDS)
                is_quoted = rng.random() < quotes or separator == " "
                cells.append(f'"{word}"' if is_quoted else word)
        rows.append(cells)
    return [f"c{n}" for n in range(len(kinds))], rows


def written(path, separator, header, rows, end="\n"):
    path.write_text(
        end.join(separator.join(cells) for cells in [header, *rows]) + end,
        encoding="utf-8",
        newline="",
    )
    return path


@pytest.mark.parametrize("seed", range(40))
def test_that_a_quote_that_is_not_closed_never_takes_rows_in_silence(tmp_path, seed):
    rng = random.Random(seed)
    separator = SEPARATORS[seed % len(SEPARATORS)]
    count = rng.choice((12, 60, 1500))
    header, rows = random_rows(rng, separator, count)
    rows = [*rows]
    place = rng.randrange(count - 1)
    unquoted = [n for n, cell in enumerate(rows[place]) if not cell.startswith('"')]
    at = rng.choice(unquoted)
    rows[place][at] = '"' + rows[place][at]
    if rng.random() < 0.4:  # closed by a second one, at the end of a cell further below
        below = min(place + rng.randint(1, 40), count - 1)
        last = len(header) - 1 if separator != " " and rng.random() < 0.5 else at
        if not rows[below][last].startswith('"'):
            rows[below][last] += '"'
    end = rng.choice(("\n", "\r\n"))
    path = written(tmp_path / "t.csv", separator, header, rows, end)
    wanted = TableFormat(separator=separator)
    with pytest.raises(FileError) as caught:
        read_table(path, wanted)
    assert f"line {place + 2:,} of" in str(caught.value)


@pytest.mark.parametrize("separator", SEPARATORS)
def test_that_words_of_several_lines_are_cells_like_others(tmp_path, separator):
    rng = random.Random(1)
    comments = [
        "fine\nby me",
        f"one{separator}two\nthree",
        f'he said "well{separator} no"\n\nand left',
        "a\nb\nc\nd",
        f"x{separator}y{separator}z\nx{separator}y{separator}z",
        'a 5" pipe',
    ]
    rows = [[f"{rng.random():.3f}", rng.choice(("yes", "no")), comments[n % 6]] for n in range(120)]
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(
        [["x", "y", "comment"], *rows]
    )
    path = tmp_path / "t.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    table = read_table(path, TableFormat(separator=separator))
    assert table.frame["comment"].tolist() == [row[2] for row in rows]
    assert not table.notes


def test_that_a_cell_whose_lines_look_like_rows_of_words_is_noted(tmp_path):
    rng = random.Random(2)
    rows = [",".join("".join(rng.sample("abcdefgh", 6)) for _ in "ab") for _ in range(60)]
    rows[9], rows[14] = '"name,here', 'name,there"'
    path = tmp_path / "t.csv"
    path.write_text("who,where\n" + "\n".join(rows) + "\n")
    said = [str(note) for note in read_table(path).notes]
    assert said == [
        "The cell that begins in line 11 goes on to line 16, and its lines look like rows: is a "
        "quote missing there?"
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('4,"w,8', "line 4 of"),  # two cells are one: the row is short
        ('"4,w,8', "line 4 of"),
    ],
)
def test_that_a_quote_that_takes_cells_of_its_own_line_is_refused(tmp_path, line, said):
    lines = ["id,name,v", "1,w,2", "2,w,4", line + ',"9"', "5,w,10", "6,w,12"]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(lines) + "\n")
    for read in (preview_table, read_table):
        with pytest.raises(FileError, match=said):
            read(path)


def test_that_a_quote_that_is_not_closed_in_the_lines_above_is_named(tmp_path):
    lines = ['"Report of May', "", "id;name;v", *(f"{n};w{n % 3};{n}" for n in range(30))]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(FileError, match="line 1 of"):
        read_table(path)


def test_that_a_remark_in_quotes_below_the_table_is_left_out_as_before(tmp_path):
    lines = ["id,name,v", *(f"{n},w{n % 3},{n}" for n in range(30)), '"Source: A, B" and others']
    path = tmp_path / "t.csv"
    path.write_text("\n".join(lines) + "\n")
    table = read_table(path)
    assert len(table.frame) == 30
    assert table.left_out_rows == 1
