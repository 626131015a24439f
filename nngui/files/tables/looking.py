"""A table that is looked at before it is taken: its beginning at once, then all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.files.tables.format import format_of
from nngui.files.tables.reader import preview_table
from nngui.files.tables.survey import Surveyor
from nngui.files.tables.training_data import read_raw_table

if TYPE_CHECKING:
    from pathlib import Path

    from nngui.core.spec.table import TableSpec
    from nngui.files.progress import Progress

ROWS = 100  # that are shown


def look_at_beginning(path: Path, spec: TableSpec) -> Surveyor:
    """Return what can be said of a table's first rows.

    Raises
    ------
    FileError, DataError
        When it cannot be read.
    """
    table = preview_table(path, format_of(spec), ROWS)
    if table.kind != "text":
        return Surveyor(table)
    names = [str(name) for name in table.frame.columns]
    raw = preview_table(path, table.format, ROWS, names).frame
    return Surveyor(table, raw if list(raw.columns) == names else None)


def look_at_whole(path: Path, spec: TableSpec, beginning: Surveyor, progress: Progress) -> Surveyor:
    """Return what can be said of all rows of a table.

    Raises
    ------
    FileError, DataError, CancelledError
        When it cannot be read.
    """
    table, _ = read_raw_table(path, format_of(spec), progress=progress)
    return Surveyor(table, beginning.raw)
