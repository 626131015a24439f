"""New rows, read by an exported project: as the training file was written, or not at all.

The project's script holds these functions as they stand here, so that it needs nothing but pandas.
What this program would read in another way, or leave out, raises there: no number comes out that
`nngui predict` would not give.
"""

from __future__ import annotations

import csv
import io
import math
import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from nngui.core.data.cells import number_of, word_key
from nngui.core.data.clean import clean_table
from nngui.files.tables.kinds.gap_words import is_gap
from nngui.files.tables.structure.rows import TOTALS
from nngui.files.tables.table import unique_names

if TYPE_CHECKING:
    from types import SimpleNamespace

FUNCTIONS = (
    "text_of",
    "text_rows",
    "sheet_rows",
    "names_in",
    "find_rows",
    "holds_rows",
    "check_rows",
    "framed",
    "known_cells",
    "check_cells",
)


def text_of(data: bytes, encoding: str, asked: str = "") -> str:
    """Return a file as text: in UTF-8 or UTF-16 if it is that, else as the training file was."""
    marks = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    marked = [name for start, name in marks.items() if data.startswith(start)]
    for name in [asked] if asked else [*marked, "utf-8", encoding]:
        try:
            text = data.decode(name)
        except UnicodeError:
            continue
        if "\0" not in text:
            text = text.removeprefix("\ufeff")
            is_old = "\r" in text.replace("\r\n", "")
            return text.replace("\r\n", "\n").replace("\r", "\n") if is_old else text
    raise ValueError("it is no text in that encoding: name another with --encoding")


def text_rows(text: str, separator: str) -> list[tuple[int, list[str]]]:
    """Return the lines that hold something, by their numbers, as cells."""
    lines: Any = io.StringIO(text, newline="")
    if separator == " ":  # any white space
        lines = (line.replace("\t", " ").strip(" \r\n") + "\n" for line in lines)
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True)
    found: list[tuple[int, list[str]]] = []
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return found
        except csv.Error as error:
            raise ValueError(f"a quote in line {line} is not closed where its cell ends") from error
        if len(cells) > 1 or any(cell.strip() for cell in cells):
            found.append((line, [cell.strip() for cell in cells]))


def sheet_rows(path: Any, sheet: Any) -> list[tuple[int, list[str]]]:
    """Return the rows of a sheet that hold something, by their numbers, as cells."""
    options: dict[str, Any] = {"dtype": "str", "keep_default_na": False, "na_values": [""]}
    table = pd.read_excel(path, sheet_name=sheet, header=None, **options).fillna("")
    rows = ([str(cell).strip() for cell in row] for row in table.itertuples(index=False))
    return [(line, cells) for line, cells in enumerate(rows, 1) if any(cells)]


def names_in(cells: list[str], how: SimpleNamespace) -> list[list[str]]:
    """Return the names of columns that a line may hold: as it stands, or behind a comment sign."""
    front = ["row names"] if how.row_names else []
    ways = [[*front, *cells]]
    if how.comment and cells and cells[0].startswith(how.comment):
        first = cells[0].removeprefix(how.comment).strip()
        ways.append([*front, first, *cells[1:]] if first else [*front, *cells[1:]])
    days = [[re.sub(r"^(\d{4}-\d\d-\d\d) 00:00:00$", r"\1", name) for name in way] for way in ways]
    return [unique_names(way) for way in days]


def find_rows(
    rows: list[tuple[int, list[str]]], needed: list[str], how: SimpleNamespace
) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the names of the columns, and the rows below them."""
    if how.header == "no":
        counts = [len(cells) for _, cells in rows[len(rows) // 2 :]]
        width = max(counts, key=counts.count, default=0)
        first = next((i for i, (_, cells) in enumerate(rows) if len(cells) >= width), 0)
        names, below = unique_names([""] * width), rows[first:]
        if set(needed) <= set(names):
            return names, below
    for place, (_, cells) in enumerate(rows[:1000]):
        for names in names_in(cells, how) if how.header != "no" else ():
            if set(needed) <= set(names):
                return names, rows[place + 1 :]
    ways = [names for _, cells in rows[:1000] for names in names_in(cells, how)]
    best = max(ways, key=lambda names: len(set(names) & set(needed)), default=[])
    missing = [name for name in needed if name not in best]
    raise ValueError(f"it lacks columns that the model needs: {', '.join(missing)}")


def holds_rows(cell: str, width: int, separator: str) -> bool:
    """Return whether a cell seems to have swallowed rows, by a quote that stands there alone."""
    lines = cell.splitlines()
    inner = list(csv.reader(lines[1:-1], delimiter=separator)) if len(lines) > 2 else []
    ends = [next(csv.reader([line], delimiter=separator), []) for line in (lines[0], lines[-1])]
    return all(len(cells) == width for cells in inner) and sum(map(len, ends)) == width + 1


def check_rows(
    names: list[str], rows: list[tuple[int, list[str]]], how: SimpleNamespace, separator: str
) -> None:
    """Raise a sentence where a line is no row, or its cells are not below their names."""
    width = len(names)
    sign = how.comment or "#"
    signed = [line for line, cells in rows if cells[0].startswith(sign) and not is_gap(cells[0])]
    if 0 < len(signed) <= len(rows) / 2:
        raise ValueError(f"line {signed[0]} seems to be a comment: take it out")
    for line, cells in rows:
        if not any(cells):
            raise ValueError(f"line {line} is empty: take it out")
        if any(cells[width:]) or (how.row_names and len(cells) < width):
            raise ValueError(f"line {line} has {len(cells)} cells, and there are {width} columns")
        named = [(cell, name) for cell, name in zip(cells, names, strict=False) if cell]
        if len(named) > width / 2 and all(cell == name for cell, name in named):
            raise ValueError(f"line {line} repeats the header: take it out")
        for cell in cells if separator and width > 1 else ():
            if ("\n" in cell or "\r" in cell) and holds_rows(cell, width, separator):
                raise ValueError(f"a cell in line {line} seems to hold rows: is a quote missing?")
    last = rows[-1][1] if rows else []
    totals = {place: cell for place, cell in enumerate(last) if TOTALS.fullmatch(cell)}
    if totals and not any(
        cells[place : place + 1] == [cell]
        for place, cell in totals.items()
        for _, cells in rows[:-1]
    ):
        raise ValueError(f"line {rows[-1][0]} seems to be a total: take it out")


def framed(names: list[str], rows: list[tuple[int, list[str]]]) -> pd.DataFrame:
    """Return rows as a table of words by the numbers of their lines; only empty cells are gaps."""
    width = len(names)
    cells = [(found + [""] * (width - len(found)))[:width] for _, found in rows]
    table = pd.DataFrame(cells, columns=names, index=[line for line, _ in rows], dtype="str")
    table = table.where(table != "")
    bare = [name for place, name in enumerate(names, 1) if name == f"column {place}"]
    return table.drop(columns=[name for name in bare if table[name].isna().all()])


def known_cells(
    table: pd.DataFrame, types: list[tuple[str, Any]], values: dict[str, list[str]]
) -> pd.DataFrame:
    """Return which cells hold what the model knows: a number, a date, a word of training."""
    clean = clean_table(table, types, values)
    known = pd.DataFrame(index=table.index)
    for name, how in types:
        first = next(part for part in clean if part == name or str(part).startswith(f"{name} ("))
        known[name] = clean[first].notna()
        if how.kind == "category" and how.other:
            words = {word_key(word) for word in values[name]}
            known[name] &= table[name].map(word_key, na_action="ignore").isin(words)
    return known


def check_cells(
    table: pd.DataFrame, known: pd.DataFrame, types: list[tuple[str, Any]], how: SimpleNamespace
) -> pd.DataFrame:
    """Return the table without rows of units; raise where a cell may mean something all the same.

    A row in which nothing is known is none of the table's; a cell with a digit in it may be a
    number, or a date, in another way than those of training.
    """
    marks = {name: set(kind.gaps) for name, kind in types}
    gaps = pd.DataFrame(
        {
            name: table[name].isna() | table[name].map(lambda w, m=m: w in m or is_gap(str(w)))
            for name, m in marks.items()
        }
    )
    lost = ~known & ~gaps
    strange = lost.any(axis=1) & ~known.any(axis=1)
    units = 0
    while how.units and units < min(3, len(table) - 1) and strange.iloc[units]:
        units += 1
    table, lost, strange = table.iloc[units:], lost.iloc[units:], strange.iloc[units:]
    ends = strange.iloc[[*range(3), *range(-20, 0)] if len(strange) > 23 else slice(None)]
    if ends.any():
        raise ValueError(f"line {ends.idxmax()} holds nothing that the model knows: correct it")
    last = table.iloc[-1]
    if not known.iloc[-1].any() and last.notna().sum() == 1 and len(last) > 2:
        raise ValueError(f"line {table.index[-1]} seems to be a remark: take it out")
    for name, kind in types:
        if kind.kind == "number" and lost[name].any() and not known[name].any():
            cell = table.loc[lost[name], name].iloc[0]
            raise ValueError(f"the column {name} holds {cell!r}, where the model takes numbers")
        for line, cell in table.loc[lost[name], name].items() if kind.kind != "category" else ():
            written = kind.decimal, kind.thousands, kind.unit
            if kind.kind == "number" and not math.isnan(number_of(cell, *written)):
                continue  # too large for a measurement: a gap
            if re.search(r"\d", str(cell)):
                raise ValueError(
                    f"{name} in line {line} is {cell!r}: no {kind.kind} as in training"
                )
    return table
