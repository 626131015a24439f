"""Tables that are no text: Excel, Parquet and NumPy files. Nothing in them is ever executed."""

from __future__ import annotations

import importlib.util
import sys
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

from nngui.core.code_text import value_code
from nngui.core.errors import DataError, FileError
from nngui.core.spec.refusals import short_text
from nngui.core.text import mark
from nngui.files.memory import Budget
from nngui.files.npy import read_array
from nngui.files.progress import NO_PROGRESS, CancelledError, Progress
from nngui.files.regular import open_regular, size_of
from nngui.files.tables.excel import (
    ChosenSheetError,
    FarCellsError,
    first_table,
    read_frame,
    sheet_names,
)

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path
    from typing import IO

    import pandas as pd
    from numpy.typing import NDArray
    from pyarrow import DataType
    from pyarrow.parquet import FileMetaData

    from nngui.core.errors import NnguiError
    from nngui.files.tables.format import TableFormat
    from nngui.files.tables.table import Table

    Found = tuple[pd.DataFrame, list[NnguiError]]

HOW_TO_GET = 'pip install "nngui[tables]"'
PACKAGES = {"excel": "openpyxl", "parquet": "pyarrow"}
NUMBER_BYTES = 16  # of a number: in pages and in a column
FRAME_COPIES = 3  # of what Parquet's batches hold
BATCH_ROWS = 1 << 15
TARGETS = ("y", "Y", "target", "targets", "label", "labels")  # among the arrays of an .npz file


def read(
    path: Path, kind: str, wanted: TableFormat, progress: Progress = NO_PROGRESS
) -> tuple[pd.DataFrame, list[NnguiError]]:
    """Return the table in a file of this kind (see `table.kind_of`), and what was left out.

    Raises
    ------
    FileError
        When it is damaged, too large, holds no table, or a package is missing.
    """
    package = PACKAGES.get(kind)
    if package is not None and importlib.util.find_spec(package) is None:
        if getattr(sys, "frozen", False):
            text = mark("core", "{path} is of a kind that is not opened here: save it as CSV.")
            raise FileError(text, path=path)
        text = mark("core", "{path} takes a package that is not here. Get it by: {command}")
        raise FileError(text, path=path, command=HOW_TO_GET)
    readers = {"excel": _excel, "parquet": _parquet, "npy": _npy, "npz": _npz}
    try:
        return readers[kind](path, wanted, progress)
    except (FileError, DataError, CancelledError):
        raise
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    except Exception as error:
        raise _unreadable(path, str(error)) from error


def code(table: Table, text: Collection[str]) -> list[str]:
    """Return lines of a script that read the same (see `script_code.read_code`)."""
    names = list(map(str, table.frame.columns))
    lines = {
        "excel": [f"table = pd.read_excel(TABLE, {_excel_options(table)})"],
        "parquet": ["table = pd.read_parquet(TABLE)"],
        "npy": ["table = pd.DataFrame(np.load(TABLE))"],
        "npz": [
            "arrays = np.load(TABLE)",
            f"parts = [arrays[name] for name in {_parts(table)!r}]",
            "parts = [part.reshape(len(part), -1) for part in parts]",
            "table = pd.concat(map(pd.DataFrame, parts), axis=1)",
        ],
    }[table.kind]
    lines = [*lines, *value_code("table.columns", names)]
    for name in text:
        lines.append(f"table[{name!r}] = table[{name!r}].map(str, na_action='ignore')")
    return lines


def _excel_options(table: Table) -> str:
    """Return what pandas is told of a sheet, so that it leaves out the same cells."""
    options = [f"sheet_name={table.format.sheet or 0!r}"]
    for note in table.notes:
        if isinstance(note, FarCellsError):
            options += [f"nrows={note.rows}"] if note.rows is not None else []
            options += [f"usecols={note.columns!r}"] if note.columns else []
    return ", ".join(options)


def sheets(path: Path) -> list[str]:
    """Return the names of the sheets of an Excel file.

    Raises
    ------
    FileError
        When it cannot be read.
    """
    try:
        return sheet_names(path)
    except FileError:
        raise
    except Exception as error:
        raise _unreadable(path, str(error)) from error


def _excel(path: Path, wanted: TableFormat, progress: Progress) -> Found:
    sheet = wanted.sheet or first_table(path)
    frame, notes = read_frame(path, sheet or 0, progress)
    chosen = [ChosenSheetError(sheet)] if sheet and not wanted.sheet else []
    return frame, [*chosen, *notes]


def _parquet(path: Path, _wanted: TableFormat, progress: Progress) -> Found:
    """Read batches of rows: pandas would decode a word that a dictionary holds for every row."""
    import pyarrow as pa
    from pyarrow import parquet

    budget = Budget(path)
    with open_regular(path) as file:
        about = parquet.read_metadata(file)
        # What the file says of itself first; and then what has been made of it.
        budget.check(max(NUMBER_BYTES * about.num_rows * about.num_columns, _unpacked(about)))
        schema = about.schema.to_arrow_schema()
        words = [column.name for column in schema if _is_text(column.type)]
        file.seek(0)
        whole = parquet.ParquetFile(file, read_dictionary=words)
        batches = []
        for batch in whole.iter_batches(batch_size=BATCH_ROWS, use_threads=False):
            budget.take(FRAME_COPIES * batch.nbytes)
            batches.append(batch)
            progress.at(len(batches) * BATCH_ROWS / max(about.num_rows, 1))
        table = pa.Table.from_batches(batches, whole.schema_arrow if not batches else None)
        return table.unify_dictionaries().to_pandas(), []


def _unpacked(about: FileMetaData) -> int:
    """Return how many bytes the pages of a file are, as it says itself."""
    return sum(about.row_group(group).total_byte_size for group in range(about.num_row_groups))


def _is_text(kind: DataType) -> bool:
    from pyarrow import types

    return bool(
        types.is_string(kind)
        or types.is_large_string(kind)
        or types.is_binary(kind)
        or types.is_large_binary(kind)
    )


def _npy(path: Path, _wanted: TableFormat, _progress: Progress) -> Found:
    with open_regular(path) as file:
        return _frame(path, _array(Budget(path), path, file, size_of(file)), "column"), []


def _npz(path: Path, _wanted: TableFormat, _progress: Progress) -> Found:
    import pandas as pd

    arrays: dict[str, NDArray[Any]] = {}
    try:
        with open_regular(path) as whole, zipfile.ZipFile(whole) as archive:
            budget = Budget(path)
            budget.check(2 * sum(entry.file_size for entry in archive.infolist()))
            for entry in archive.infolist():
                with archive.open(entry) as file:
                    name = entry.filename.removesuffix(".npy")
                    arrays[name] = _array(budget, path, file, entry.file_size)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        # The last is zipfile's word for a compression that it does not know.
        raise _unreadable(path, str(error)) from error
    frames = [_frame(path, arrays[name], name) for name in _ordered(arrays)]
    if len({len(frame) for frame in frames}) != 1:
        text = mark("core", "{path} holds no table: its arrays have different lengths.")
        raise FileError(text, path=path)
    return pd.concat(frames, axis=1), []


def _parts(table: Table) -> list[str]:
    if table.kind != "npz":
        return []
    with open_regular(table.path) as file, zipfile.ZipFile(file) as archive:
        return _ordered([name.removesuffix(".npy") for name in archive.namelist()])


def _ordered(names: Collection[str]) -> list[str]:
    """Return the arrays in order, the target as the last."""
    return sorted(names, key=lambda name: name in TARGETS)


def _array(budget: Budget, path: Path, file: IO[bytes], size: int) -> NDArray[Any]:
    return read_array(path, file, size, lambda needed: budget.take(2 * needed))


def _frame(path: Path, array: NDArray[Any], name: str) -> pd.DataFrame:
    """Return an array as columns: one for each field, or each number of a row."""
    import pandas as pd

    if array.dtype.names:
        return pd.DataFrame({field: array[field] for field in array.dtype.names})
    if array.ndim == 0 or array.dtype.kind not in "biufU":
        text = mark("core", "{path} holds no table of numbers.")
        raise FileError(text, path=path)
    rows = array.reshape(len(array), -1) if len(array) else array.reshape(0, 1)
    many = rows.shape[1] > 1
    names = [f"{name} {i + 1}" if many else name for i in range(rows.shape[1])]
    return pd.DataFrame(rows, columns=names)


def _unreadable(path: Path, why: str) -> FileError:
    text = mark("core", "{path} could not be read as a table: {why}.")
    words = " ".join(why.split()).rstrip(".")
    return FileError(text, path=path, why=short_text(words or mark("core", "it is damaged")))
