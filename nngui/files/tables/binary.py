"""Tables that are no text: Excel, Parquet and NumPy files. Nothing in them is ever executed."""

from __future__ import annotations

import importlib.util
import sys
import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from nngui.core.code_text import value_code
from nngui.core.errors import FileError
from nngui.core.spec.refusals import short_text
from nngui.core.text import mark
from nngui.files.memory import check_memory
from nngui.files.npy import read_array
from nngui.files.regular import open_regular, size_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path
    from typing import IO

    import pandas as pd
    from numpy.typing import NDArray

    from nngui.files.tables.format import TableFormat
    from nngui.files.tables.table import Table

HOW_TO_GET = 'pip install "nngui[tables]"'
PACKAGES = {"excel": "openpyxl", "parquet": "pyarrow"}
SHEET_ROWS = 50  # that tell whether a sheet is a table
MIN_FILLED = 0.5  # share of their cells
TARGETS = ("y", "Y", "target", "targets", "label", "labels")  # among the arrays of an .npz file


def read(path: Path, kind: str, wanted: TableFormat) -> tuple[pd.DataFrame, str]:
    """Return the table in a file of this kind (see `table.kind_of`), and the sheet it is on.

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
    readers = {"parquet": _parquet, "npy": _npy, "npz": _npz}
    try:
        return _excel(path, wanted) if kind == "excel" else (readers[kind](path), "")
    except FileError:
        raise
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    except Exception as error:
        raise _unreadable(path, str(error)) from error


def code(table: Table, text: Collection[str]) -> list[str]:
    """Return lines of a script that read the same (see `script_code.read_code`)."""
    names = list(map(str, table.frame.columns))
    lines = {
        "excel": [f"table = pd.read_excel(TABLE, sheet_name={table.format.sheet or 0!r})"],
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


def sheets(path: Path) -> list[str]:
    """Return the names of the sheets of an Excel file.

    Raises
    ------
    FileError
        When it cannot be read.
    """
    import pandas as pd

    try:
        with open_regular(path) as file, pd.ExcelFile(file, engine="openpyxl") as book:
            return [str(name) for name in book.sheet_names]
    except Exception as error:
        raise _unreadable(path, str(error)) from error


@contextmanager
def _book(path: Path) -> Iterator[pd.ExcelFile]:
    """Open an Excel file that fits into the memory."""
    import pandas as pd

    with open_regular(path) as file, zipfile.ZipFile(file) as archive:
        if not any(name.startswith("xl/") for name in archive.namelist()):
            text = mark(
                "core",
                "{path} is an archive, and no table: unpack it, or open a CSV or Excel file.",
            )
            raise FileError(text, path=path)
        check_memory(path, 10 * sum(entry.file_size for entry in archive.infolist()))
    with open_regular(path) as file, pd.ExcelFile(file, engine="openpyxl") as book:
        yield book


def _first_sheet(book: pd.ExcelFile) -> str:
    """Return the first sheet that is a table; else the first one.

    A table has at least two columns with names, rows, and most of their cells are filled.
    """
    import pandas as pd

    names = [str(name) for name in book.sheet_names]
    for name in names if len(names) > 1 else ():
        part = pd.read_excel(book, sheet_name=name, nrows=SHEET_ROWS)
        named = sum(not str(column).startswith("Unnamed") for column in part.columns)
        is_full = part.size and part.notna().to_numpy().mean() >= MIN_FILLED
        if part.shape[1] > 1 and 2 * named > part.shape[1] and is_full:
            return name
    return names[0]


def _excel(path: Path, wanted: TableFormat) -> tuple[pd.DataFrame, str]:
    import pandas as pd

    with _book(path) as book:
        names = [str(name) for name in book.sheet_names]
        if wanted.sheet and wanted.sheet not in names:
            text = mark("core", "{path} has no sheet {name}: it has {known}.")
            known = ", ".join(names[:10])
            raise FileError(text, path=path, name=short_text(wanted.sheet), known=known)
        sheet = wanted.sheet or _first_sheet(book)
        return pd.read_excel(book, sheet_name=sheet), sheet


def _parquet(path: Path) -> pd.DataFrame:
    import pandas as pd
    from pyarrow import parquet

    with open_regular(path) as file:
        about = parquet.read_metadata(file)
        check_memory(path, 2 * 8 * about.num_rows * max(about.num_columns, 1))
        file.seek(0)
        return pd.read_parquet(file)


def _npy(path: Path) -> pd.DataFrame:
    with open_regular(path) as file:
        return _frame(path, _array(path, file, size_of(file)), "column")


def _npz(path: Path) -> pd.DataFrame:
    import pandas as pd

    arrays: dict[str, NDArray[Any]] = {}
    try:
        with open_regular(path) as whole, zipfile.ZipFile(whole) as archive:
            check_memory(path, 2 * sum(entry.file_size for entry in archive.infolist()))
            for entry in archive.infolist():
                with archive.open(entry) as file:
                    name = entry.filename.removesuffix(".npy")
                    arrays[name] = _array(path, file, entry.file_size)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        # The last is zipfile's word for a compression that it does not know.
        raise _unreadable(path, str(error)) from error
    frames = [_frame(path, arrays[name], name) for name in _ordered(arrays)]
    if len({len(frame) for frame in frames}) != 1:
        text = mark("core", "{path} holds no table: its arrays have different lengths.")
        raise FileError(text, path=path)
    return pd.concat(frames, axis=1)


def _parts(table: Table) -> list[str]:
    if table.kind != "npz":
        return []
    with open_regular(table.path) as file, zipfile.ZipFile(file) as archive:
        return _ordered([name.removesuffix(".npy") for name in archive.namelist()])


def _ordered(names: Collection[str]) -> list[str]:
    """Return the arrays in order, the target as the last."""
    return sorted(names, key=lambda name: name in TARGETS)


def _array(path: Path, file: IO[bytes], size: int) -> NDArray[Any]:
    return read_array(path, file, size, lambda needed: check_memory(path, 2 * needed))


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
    return FileError(text, path=path, why=" ".join(why.split()).rstrip(".")[:200])
