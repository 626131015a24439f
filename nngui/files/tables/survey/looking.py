"""A table that is looked at before it is taken: its beginning at once, then all of it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from nngui.files.regular import open_regular
from nngui.files.tables.format import format_of
from nngui.files.tables.reader import preview_table
from nngui.files.tables.structure.data_lines import data_records
from nngui.files.tables.survey.surveyor import Surveyor, short_cell
from nngui.files.tables.training_data import read_raw_table

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from nngui.core.spec.table import TableSpec
    from nngui.files.progress import Progress
    from nngui.files.tables.table import Table

ROWS = 100  # that are shown


def look_at_beginning(path: Path, spec: TableSpec) -> Surveyor:
    """Return what can be said of a table's first rows.

    Raises
    ------
    FileError, DataError
        When it cannot be read.
    """
    table = preview_table(path, format_of(spec), ROWS)
    return Surveyor(table, _raw_cells(table))


def _raw_cells(table: Table) -> pd.DataFrame:
    """Return a table's first rows as words, as they stand in the file."""
    import pandas as pd

    names = [str(name) for name in table.frame.columns]
    if table.kind != "text" or table.layout is None:
        values = table.frame.head(ROWS).to_numpy(object)
        rows = [["" if cell != cell else short_cell(cell) for cell in row] for row in values]
    else:
        places = table.layout.places
        with open_regular(table.path) as file:
            data = data_records(file, table.format, table.layout)
            rows = [
                [record.cells[p].strip() if p < len(record.cells) else "" for p in places]
                for record in islice(data, len(table.frame))
            ]
    return pd.DataFrame(rows, columns=names, dtype=object)


def look_at_whole(path: Path, spec: TableSpec, beginning: Surveyor, progress: Progress) -> Surveyor:
    """Return what can be said of all rows of a table.

    Raises
    ------
    FileError, DataError, CancelledError
        When it cannot be read.
    """
    table, _ = read_raw_table(path, format_of(spec), progress=progress)
    return Surveyor(table, beginning.raw)
