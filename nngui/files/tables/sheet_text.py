"""The cells of a sheet as a text: each row is a line, each cell what `str` makes of it.

So a sheet is read by the same means as a text file (see `sheet_reader`).
"""

from __future__ import annotations

import csv
import io
import re
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nngui.files.progress import check_cancelled
from nngui.files.tables.format import BEGINNING_BYTES
from nngui.files.tables.layout import LINES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nngui.files.tables.excel import Cells

MAX_WHOLE = 1 << 63  # beyond it, pandas takes digits for a word
MIN_PART, PART, PART_CELLS = 20, 1000, 1 << 16  # rows that are written at a time; fewer wide ones
NUMBER_LIKE = re.compile(r"[-+]?(\d|\.\d|inf|nan)", re.IGNORECASE)


@dataclass
class SheetText:
    """A sheet as lines, in UTF-8, with commas between the cells.

    Attributes
    ----------
    data : bytes
    start : int
        How many bytes its first rows take.
    width : int
        The most cells that a row has.
    empty : array of int
        The rows without any cell, from 0.
    padded : set of int
        The columns in which blanks stood around a text; they are gone here.
    numbers : dict of int to array of int
        The rows in which a text stands that looks like a number, by column.
    huge : set of int
        The columns with a number of so many digits that pandas takes it for a word.
    """

    data: bytes = b""
    start: int = 0
    width: int = 0
    empty: array[int] = field(default_factory=lambda: array("l"))
    padded: set[int] = field(default_factory=set)
    numbers: dict[int, array[int]] = field(default_factory=dict)
    huge: set[int] = field(default_factory=set)


def sheet_text(cells: Cells) -> SheetText:
    """Return the rows as lines; they are taken out of `cells`, so that they are not there twice."""
    found = SheetText(width=max(map(len, cells.rows), default=0))
    whole = io.BytesIO()
    rows = cells.rows
    step = max(MIN_PART, min(PART, PART_CELLS // max(found.width, 1)))
    for first in range(0, len(rows), step):
        check_cancelled()
        part = io.StringIO(newline="")
        writer = csv.writer(part, lineterminator="\r\n")
        for number in range(first, min(first + step, len(rows))):
            row, rows[number] = rows[number], []
            if row:
                writer.writerow(_written(found, number, row))
            else:
                found.empty.append(number)
                part.write("\r\n")
        whole.write(part.getvalue().encode())
        if first < LINES and found.start < BEGINNING_BYTES:
            found.start = whole.tell()
    found.data = whole.getvalue()
    return found


def _written(found: SheetText, number: int, row: list[Any]) -> Iterator[Any]:
    """Yield what `csv` is to write for the cells of a row."""
    for place, value in enumerate(row):
        kind = type(value)
        if kind is str:
            text = value.strip()
            if len(text) < len(value):
                found.padded.add(place)
            if text and NUMBER_LIKE.match(text):
                found.numbers.setdefault(place, array("l")).append(number)
            yield text
        elif kind is float:
            yield value if value == value else ""
        elif kind is int:
            if not -MAX_WHOLE <= value < MAX_WHOLE:
                found.huge.add(place)
            yield value
        else:
            yield str(value)
