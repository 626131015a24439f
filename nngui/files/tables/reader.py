"""Reading a user's own tables: texts in `text_reader`, Excel in `sheet_reader`, others in `binary`.

A column is numbers, or it is words as they stand in the file. What a script of
`script_code.read_code` reads is the same to the last bit.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from nngui.core.errors import DataError, FileError
from nngui.core.text import mark
from nngui.files.atomic import make_folder, write_text
from nngui.files.progress import NO_PROGRESS, Progress
from nngui.files.tables.format import TableFormat, beginning
from nngui.files.tables.formats import binary
from nngui.files.tables.sheet_reader import read_sheet
from nngui.files.tables.table import Table, file_version, kind_of
from nngui.files.tables.text_reader import preview_text, read_text

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

PASTED = re.compile(r"pasted-(\d{1,9})\.tsv$")


def read_table(
    path: Path,
    wanted: TableFormat | None = None,
    text: Collection[str] = (),
    progress: Progress = NO_PROGRESS,
) -> Table:
    """Read a whole table as it is written: a cell is a number, a word, or empty.

    A column is numbers where each cell is one that `pandas` reads; else each of its cells is the
    word that stands in the file, without the blanks around it. What the words mean, and which
    stand for a gap, is for `meaning` to say.

    Parameters
    ----------
    wanted : TableFormat, optional
        How it is written, as far as that is known.
    text : collection of str
        Columns whose cells are words, whatever they look like.
    progress : Progress, optional
        Who waits for it.

    Raises
    ------
    FileError, DataError
        When it cannot be read, is no table, or is too large for the memory.
    CancelledError
    """
    wanted = wanted or TableFormat()
    version = file_version(path)  # before it is read: what is written meanwhile is another version
    start = beginning(path)
    kind = kind_of(path, start)
    if kind == "text":
        return read_text(path, start, wanted, version, text, progress)
    if kind == "excel":
        return read_sheet(path, wanted, version, text, progress)
    found = binary.read(path, kind, text, progress)
    return Table(
        path,
        found.frame,
        wanted,
        kind,
        notes=found.notes,
        version=version,
        left_out=found.left_out,
        code=found.code,
        padded=found.padded,
    )


def preview_table(
    path: Path,
    wanted: TableFormat | None = None,
    rows: int = 100,
    text: Collection[str] = (),
) -> Table:
    """Read the first rows of a table: of a text file in no time, however long it is.

    Parameters
    ----------
    text : collection of str
        Columns whose cells are words, whatever they look like.

    Raises
    ------
    FileError, DataError
        See `read_table`.
    """
    start = beginning(path)
    if kind_of(path, start) == "text":
        return preview_text(path, start, wanted or TableFormat(), rows, text)
    table = read_table(path, wanted, text)
    return replace(table, frame=table.frame.head(rows))


def paste_table(text: str, folder: Path) -> Path:
    """Write cells that were copied from a spreadsheet to a file like any other.

    Parameters
    ----------
    text : str
        Cells with tabs between them, or in any other way that `guess_format` understands.

    Raises
    ------
    DataError
        When there is no table in it.
    FileError
        When the file cannot be written.
    """
    if sum(bool(line.strip()) for line in text.splitlines()) < 2:
        message = mark(
            "core",
            "There is no table in the clipboard: copy cells with their header from a spreadsheet.",
        )
        raise DataError(message)
    make_folder(folder)
    path = _free_place(folder)
    write_text(path, "\n".join(text.splitlines()) + "\n")
    return path


def _free_place(folder: Path) -> Path:
    """Return a name that no table that was pasted before has."""
    try:
        found = [PASTED.match(path.name) for path in folder.iterdir()]
    except OSError as error:
        text = mark("core", "{path} could not be read: {why}.")
        raise FileError(text, path=folder, why=error.strerror or str(error)) from error
    return folder / f"pasted-{max((int(name[1]) for name in found if name), default=0) + 1}.tsv"
