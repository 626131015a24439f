"""The records of a text file, counted as `pandas.read_csv` counts them for its ``skiprows``."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, NamedTuple

from nngui.files.progress import check_cancelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_CELL = 1 << 24  # characters
OFTEN = 10_000  # records between two looks at Cancel


class Record(NamedTuple):
    """A line with its cells; or several, where a quoted cell holds line ends.

    Attributes
    ----------
    number : int
        From 0, lines without anything counted too.
    line : int
        The line in the file at which it begins, from 1.
    cells : list of str
        Without their quotes.
    text : str
        The line as it stands there.
    whole : str
        All its lines.
    """

    number: int
    line: int
    cells: list[str]
    text: str
    whole: str = ""

    @property
    def has_lines(self) -> bool:
        """Whether it is more than one line of the file."""
        return len(self.whole) > len(self.text)


class EndlessCellError(csv.Error):
    """A cell is longer than any can be.

    Parameters
    ----------
    line : int
        The line in the file at which its record begins, from 1.
    """

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def records(lines: Iterable[str], separator: str) -> Iterator[Record]:
    """Yield the records of a file that hold something.

    Parameters
    ----------
    lines : iterable of str
        With their ends, as a file opened with ``newline=""`` has them.
    separator : str
        A space means any white space.

    Raises
    ------
    EndlessCellError
        When a cell is longer than any can be.
    CancelledError
    """
    csv.field_size_limit(MAX_CELL)
    held: list[str] = []
    white = separator == " "

    def held_lines() -> Iterator[str]:
        for line in lines:
            held.append(line)
            yield line.replace("\t", " ").rstrip(" \r\n") + "\n" if white else line

    reader = csv.reader(held_lines(), delimiter=separator, skipinitialspace=True)
    blanks = " \r\n" if separator == "\t" else " \t\r\n"
    number = 0
    while True:
        held.clear()
        first = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise EndlessCellError(first) from error
        if cells is None:
            return
        if number % OFTEN == 0:
            check_cancelled()
        if len(held) > 1 or held[0].strip(blanks):
            whole = held[0] if len(held) == 1 else "".join(held)
            yield Record(number, first, cells, held[0], whole)
        number += 1
