"""How people's files are laid out: what is no row is found out, left out, and said."""

import random
import warnings

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nngui.core.errors import NnguiError
from nngui.files.tables.format import TableFormat
from nngui.files.tables.reader import preview_table, read_table
from nngui.files.tables.script_code import read_code
from nngui.files.tables.structure.data_lines import lines_of


def script_table(table):
    """Return what the lines of a script read."""
    names = {"pd": pd, "TABLE": str(table.path)}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exec("\n".join(read_code(table, [])), names)
    return names["table"]


def cells(frame):
    """Return the cells of each column: numbers, words, and None where there is none."""
    return {
        str(name): [None if cell != cell else cell for cell in frame[name].tolist()]
        for name in frame.columns
    }


def read(path, **wanted):
    """Read a file as the program does, as a script does, and its beginning: all are the same."""
    table = read_table(path, TableFormat(**wanted))
    assert cells(script_table(table)) == cells(table.frame)
    first = preview_table(path, TableFormat(**wanted)).frame
    assert list(first.columns) == list(table.frame.columns)
    return table


def read_or_none(path, *words):
    """Read a file; None where a sentence with these words refuses it."""
    try:
        return read(path)
    except NnguiError as error:
        sentence = str(error)
    assert all(word in sentence for word in (*words, path.name))
    return None


@pytest.fixture
def write(tmp_path):
    def write(content, encoding="utf-8"):
        path = tmp_path / "table.csv"
        path.write_bytes(content.encode(encoding))
        return path

    return write


def rows(n=30, separator=",", decimal="."):
    """Return lines of a height, a width, a colour and a price."""
    lines = []
    for i in range(n):
        numbers = [f"{10 + i * 7 % 13 / 4:.2f}", f"{(i * 5 % 11 - 5) / 8:.3f}"]
        colour, price = ("red", "blue", "green")[i * 4 % 3], f"{20 + i * 3 % 17 / 5:.1f}"
        cells = [*numbers, colour, price]
        lines.append(separator.join(cell.replace(".", decimal) for cell in cells))
    return lines


HEADER = "height,width,colour,price"
NAMES = HEADER.split(",")


def clean(write):
    return cells(read_table(write("\n".join([HEADER, *rows()]) + "\n")).frame)


# What a user expects of each kind of file ----------------------------------------------------


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (["Report: sales per shop", "Exported: 2024-03-01 12:00", ""], []),
        (["Report,,,", "Exported,2024-03-01,,"], []),
        (["# made by x, y and z", "# 2024"], []),
        (["# made by Bob, Berlin, Germany, EU"], []),
        ([], ["", "Total,12.5,,99"]),
        ([], ["Total:,,,630.5"]),
        ([], ["Source: the bureau of statistics"]),
        ([], ["平均,1,,20"]),
        ([], [",,,", ",,,"]),
        ([], ["", " ", "# end"]),
        ([], [HEADER]),
    ],
)
def test_that_lines_above_and_below_are_left_out_and_said(write, above, below):
    expected = clean(write)
    table = read(write("\n".join([*above, HEADER, *rows(), *below]) + "\n"))
    assert cells(table.frame) == expected
    lines = [len(above) + 31 + i for i, line in enumerate(below, 1) if line.strip()]
    lines = [i for i, line in enumerate(above, 1) if line] + lines
    assert [int(line) for part in table.left_out for line in part.names] == lines
    assert all(str(line) in " ".join(map(str, table.notes)) for line in lines)


@pytest.mark.parametrize(
    ("rows", "has_header"),
    [
        ("shade,size|blue,small|red,tall|green,low", True),
        ("red,big|blue,small|red,tall|green,low", False),  # a word that comes again is a cell
        ("red,big|blue,small|green,tall|red,low", False),
        ("red,red|blue,small|green,tall|grey,low", False),
    ],
)
def test_that_in_a_table_of_words_the_names_are_words_that_do_not_come_again(
    write, rows, has_header
):
    table = read(write(rows.replace("|", "\n") + "\n"))
    assert len(table.frame) == 4 - has_header
    assert next(iter(table.frame)) == ("shade" if has_header else "column 1")


def test_that_a_line_says_the_separator(write):
    expected = clean(write)
    text = "\n".join(["sep=;", HEADER.replace(",", ";"), *rows(30, ";", ",")])
    table = read(write(text))
    assert cells(table.frame) == expected
    assert (table.format.separator, table.format.decimal, table.format.skip) == (";", ",", 1)


def test_that_comments_in_between_are_left_out(write):
    expected = clean(write)
    body = rows()
    lines = [HEADER, *body[:9], "# batch 1", *body[9:20], "# batch 2, by me", *body[20:]]
    table = read(write("\n".join(lines)))
    assert cells(table.frame) == expected
    assert [part.names for part in table.left_out] == [("11", "23")]
    kept = read(write("\n".join(lines)), comment="none").frame
    assert len(kept) == 32
    long = write("\n".join([HEADER, *rows(60), "# batch 1", *rows(90)]))
    assert (len(read(long).frame), len(preview_table(long).frame)) == (150, 99)


def test_that_a_comment_sign_in_a_cell_is_none(write):
    lines = ["# colours", "id,colour", *(f"{i},#ff000{i}" for i in range(9)), "9,C# and F#"]
    table = read(write("\n".join(lines)))
    assert table.frame["colour"].tolist()[-1] == "C# and F#"
    errors = [HEADER, *rows(), "#DIV/0!,1.5,red,20", *rows(3)]
    assert len(read(write("\n".join(errors))).frame) == 34
    hashed = ["tag,n", *(f"#{word},{i}" for i, word in enumerate("abcdefgh"))]
    assert len(read(write("\n".join(hashed))).frame) == 8


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("#,width,colour,price", ["#", "width", "colour", "price"]),
        ("#id,width,colour,price", ["#id", "width", "colour", "price"]),
        ("# height,width,colour,price", NAMES),
    ],
)
def test_that_a_header_may_begin_with_a_comment_sign(write, header, names):
    expected = clean(write)
    table = read(write("\n".join([header, *rows()])))
    assert list(table.frame.columns) == names
    assert list(cells(table.frame).values()) == list(expected.values())
    assert not table.left_out


def test_that_a_commented_header_of_words_between_blanks_is_the_header(write):
    table = read(write("# made by x\n# x y z\n1 2 3\n4  5 6\n7 8  9\n"))
    assert cells(table.frame) == {"x": [1, 4, 7], "y": [2, 5, 8], "z": [3, 6, 9]}


@pytest.mark.parametrize("units", ["m,mm,,EUR", "[m],[mm],-,[€]", "float,float,str,float"])
def test_that_a_row_of_units_is_kept_apart(write, units):
    expected = clean(write)
    lines = [HEADER, units, *rows()]
    table = read(write("\n".join(lines)))
    assert cells(table.frame) == expected
    found = {name: unit for name, unit in zip(NAMES, units.split(","), strict=True) if unit}
    assert table.units == found
    assert table.left_out[0].names == ("2",)
    assert len(read(write("\n".join(lines)), units="no").frame) == 31


def test_that_a_bad_cell_in_the_first_row_is_no_unit(write):
    lines = ["name,height", "Bob,unknown", *(f"n{i},1.{i}" for i in range(20))]
    assert len(read(write("\n".join(lines))).frame) == 21
    assert len(read(write("\n".join(lines)), units="yes").frame) == 20


@pytest.mark.parametrize("quote", ['"', ""])
@pytest.mark.parametrize("separator", [",", " ", "\t"])
def test_that_names_of_rows_as_r_writes_them_shift_nothing(write, quote, separator):
    expected = clean(write)
    body = [f"{quote}{i}{quote},{line}" for i, line in enumerate(rows(), 1)]
    text = "\n".join([HEADER, *body]).replace(",", separator)
    table = read(write(text))
    found = cells(table.frame)
    assert found.pop("row names") == list(range(1, 31))
    assert found == expected
    assert "row names" in str(table.notes[0])


def test_that_separators_at_the_ends_make_no_columns(write):
    expected = clean(write)
    for header, end in ((HEADER + ";;", ";;"), (HEADER, ";"), (HEADER + ";", ""), (HEADER, ";;")):
        lines = [header.replace(",", ";"), *(row + end for row in rows(30, ";"))]
        table = read(write("\n".join([*lines, ";;;;;;" if end else ""])))
        assert cells(table.frame) == expected, (header, end)


def test_that_remarks_behind_rows_become_a_column(write):
    expected = clean(write)
    body = [row + ",see note" if i % 5 == 2 else row for i, row in enumerate(rows())]
    table = read(write("\n".join([HEADER, *body])))
    found = cells(table.frame)
    assert found.pop("remarks") == ["see note" if i % 5 == 2 else None for i in range(30)]
    assert found == expected
    assert table.left_out[0].names == ("4", "9", "14", "19", "24", "29")


@pytest.mark.parametrize(
    "row",
    [
        "1,5,2.0,red,20",  # a decimal comma
        "1.5,2.0,red, dark,20",  # a comma in a word
        "1.5,2.0,red,1,234",  # thousands
        "1.5,2.0,red,20,,,,,,,,,1",
    ],
)
@pytest.mark.parametrize("at", [0, 29])
def test_that_a_cut_cell_is_refused_with_its_line(write, row, at):
    body = rows()
    body[at] = row
    with pytest.raises(NnguiError, match=rf"with more cells than its header \(lines {at + 2}\)"):
        read_table(write("\n".join([HEADER, *body])))


def test_that_a_row_to_predict_with_a_remark_is_kept_or_refused(write):
    for n in (1, 2, 3, 9):
        body = ["10,0,red", "11,0,red,note", "12,0,green", "13,1,red"]
        body = (body * 3)[: n + 1][1:]
        table = read_or_none(write("\n".join(["height,width,colour", *body])), "than its header")
        if table is not None:
            assert len(table.frame) == n
            assert list(table.frame.columns[:3]) == ["height", "width", "colour"]


def test_that_one_column_may_have_decimal_commas(write):
    assert cells(read(write("x\n1,5\n2,5\n10,25\n")).frame) == {"x": [1.5, 2.5, 10.25]}


def test_that_words_stay_as_they_are_written(write):
    words = ["NA", "nan", "?", "1,000", "-", "None", "01", "1.50", "TRUE", "1e", "#N/A", "2"]
    table = read(write("a;b\n" + "\n".join(f"{word};{i}" for i, word in enumerate(words))))
    assert table.frame["a"].tolist() == words
    assert cells(read(write("a,b\nTRUE,1\nFalse,2\n")).frame)["a"] == ["TRUE", "False"]


def test_that_blanks_around_words_go_and_blank_cells_are_gaps(write):
    table = read(write('a,b\n red ,1\n"  ",2\nred,3\n\tblue\xa0,4\n'))
    assert cells(table.frame)["a"] == ["red", None, "red", "blue"]


def test_that_an_encoding_that_shows_late_is_found(write):
    lines = ["a,b", *(f"plain {i % 7},{i}" for i in range(30_000)), "größe,1"]
    table = read(write("\n".join(lines), "cp1252"))
    assert table.frame["a"].tolist()[-1] == "größe"
    assert table.format.encoding == "cp1252"


def test_that_the_lines_of_rows_are_known(write):
    body = rows()
    lines = ["Report", "", HEADER, *body[:5], "# x", "", *body[5:], "Total,,,1"]
    table = read(write("\n".join(lines)))
    assert lines_of(table, [0, 4, 5, 29]) == [4, 8, 11, 35]


def test_that_what_a_user_says_of_the_structure_counts(write):
    text = "\n".join(["x,y,z", "a,b,c", *(f"{i},{i * i},w{i}" for i in range(20)), "Total,9,"])
    assert list(read(write(text), skip=1).frame.columns) == ["a", "b", "c"]
    assert len(read(write(text), skip=0, totals="no", units="no").frame) == 22
    assert read(write(text), skip=1).frame["a"].tolist() == list(range(20))
    named = read(write("a,b\n5,1,x\n3,2,y\n"), row_names="yes").frame
    assert cells(named) == {"row names": [5, 3], "a": [1, 2], "b": ["x", "y"]}


# Any table, written in any of these ways -----------------------------------------------------

WORDS = {
    "utf-8": ["red", "blue", "naïve é", "红", "a b", "it's"],
    "cp1252": ["red", "größe", "é", "a b"],
    "gb18030": ["红色", "蓝色", "绿", "红"],
}
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030", "cp1252")


def random_columns(rng, encoding):
    """Return columns with a name and cells each: at least one of numbers."""
    words = WORDS.get(encoding, WORDS["utf-8"])
    n = rng.randint(20, 60)
    columns = []
    for place in range(rng.randint(2, 6)):
        kind = rng.choice(("float", "int", "word", "float")) if place else "float"
        if kind == "float":
            column = [f"{rng.uniform(-50, 50):.{rng.randint(1, 3)}f}" for _ in range(n)]
        elif kind == "int":
            column = [str(rng.randint(-5, 2000)) for _ in range(n)]
        else:
            column = [rng.choice(words) for _ in range(n)]
        if rng.random() < 0.3 and place:  # no row is empty
            column = [cell if rng.random() < 0.9 else "" for cell in column]
        columns.append((f"{rng.choice(('size', 'x', 'height of it', 'T (C)'))} {place}", column))
    rng.shuffle(columns)
    return columns


def lines_of_cells(rng, columns, separator, decimal):
    """Return the header and the rows of a table, quoted in some way; and where numbers stand."""
    quotes = {"none": 0.0, "all": 1.0, "some": 0.3}[rng.choice(("none", "all", "some"))]
    numbers = [any(cell and cell.lstrip("-")[0].isdigit() for cell in c) for _, c in columns]

    def line(cells):
        found = []
        for cell in cells:
            must = separator in cell or (separator == " " and not cell)
            found.append(f'"{cell}"' if must or rng.random() < quotes else cell)
        return separator.join(found)

    body = []
    for row in zip(*(cells for _, cells in columns), strict=True):
        pairs = zip(row, numbers, strict=True)
        body.append(line(cell.replace(".", decimal) if number else cell for cell, number in pairs))
    return line([name for name, _ in columns]), body, numbers


def lines_above(rng, separator):
    if rng.random() < 0.15 and separator != " ":
        return [f"sep={separator}"]
    if rng.random() < 0.3:
        above = rng.sample(["Report of sales", "Exported: 2024-03-01 12:00", "by: me"], 2)
        return above + [""] * rng.randint(0, 1)
    return []


def written(rng, columns, separator, decimal):
    """Return the lines of a file with a table in it; and whether rows have names in front."""
    header, body, numbers = lines_of_cells(rng, columns, separator, decimal)
    above, units, end = lines_above(rng, separator), [], ""
    if rng.random() < 0.2 and sum(numbers) > 1:
        units = [separator.join(rng.choice(("m", "kg", "[s]", "%")) if n else "-" for n in numbers)]
    if rng.random() < 0.2 and separator != " ":
        end = separator * rng.randint(1, 2)
        header += end * rng.randint(0, 1)
    row_names = rng.random() < 0.2 and not end and not units
    if row_names:
        body = [f'"{number}"{separator}{row}' for number, row in enumerate(body, 1)]
    body = [row + end for row in body]
    for _ in range(rng.choice((0, 0, 1, 3))):
        at = rng.randrange(len(body) + 1)
        body.insert(at, rng.choice(("# batch 1", "# measured by me; and you, too", "", "  ")))
    if rng.random() < 0.2 and separator != " ":
        body.append(separator.join(["Total", *["99"] * (len(columns) - 1)]))
    if rng.random() < 0.1:
        body.append("Source: the bureau of statistics")
    return [*above, header, *units, *body], row_names


@settings(max_examples=120, derandomize=True, deadline=None)
@example(1725)  # tabs, and commas of decimals between quotes
@given(st.integers(0, 2**32 - 1))
def test_that_a_table_written_in_awkward_ways_has_the_same_cells_or_is_refused(
    tmp_path_factory, number
):
    rng = random.Random(number)
    encoding = rng.choice(ENCODINGS)
    columns = random_columns(rng, encoding)
    separator = rng.choice((",", ";", "\t", "|", " "))
    decimal = rng.choice(".,") if separator != "," else "."
    lines, row_names = written(rng, columns, separator, decimal)
    folder = tmp_path_factory.getbasetemp()
    ends = rng.choice(("\n", "\r\n", "\r"))
    path = folder / "awkward.csv"
    path.write_bytes((ends.join(lines) + rng.choice(("", ends))).encode(encoding))
    expected = {name: [cell or None for cell in column] for name, column in columns}
    table = read_or_none(path)
    if table is None:
        return
    found = cells(table.frame)
    if row_names:
        found.pop("row names", None)
    assert list(found) == list(expected)
    for name, column in expected.items():
        assert len(found[name]) == len(column)
        for cell, wanted in zip(found[name], column, strict=True):
            same = cell == wanted or (wanted is not None and cell == float(wanted))
            assert same, (name, cell, wanted)
