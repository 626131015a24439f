"""A table in memory: its columns, and the file that it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from nngui.core.errors import DataError, FileError, NnguiError
from nngui.core.spec.table import EXAMPLE
from nngui.core.text import mark
from nngui.files.regular import stat_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from nngui.core.data.report import LeftOut
    from nngui.core.spec.table import TableSpec
    from nngui.files.tables.format import TableFormat

MAX_COLUMNS = 10_000
PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"\x28\xb5\x2f\xfd")


@dataclass(frozen=True)
class FileVersion:
    """A file as it is at one time: another size or time says that it was changed.

    Attributes
    ----------
    path : Path
    size : int
        Bytes.
    changed_ns : int
        When it was written last, in nanoseconds since 1970.
    """

    path: Path
    size: int
    changed_ns: int


@dataclass(frozen=True)
class Layout:
    """Where in a text file, or a sheet, its table lies.

    Attributes
    ----------
    header : tuple of str
        The names of its columns as the file has them; empty ones too.
    first : int
        How many records stand above the first row: lines, those with nothing in them too; a line
        end within quotes ends none.
    more : tuple of int
        Further records that are no rows, from 0.
    places : tuple of int
        Which cells of a row are the columns of the table.
    stripped : frozenset of str
        The columns of words with blanks around some of them.
    is_wider : bool
        Some rows have empty cells beyond the header's.
    has_old_ends : bool
        Lines end with a carriage return alone, of which pandas makes other rows here and there.
    is_sheet : bool
        The records are the rows of a sheet.
    """

    header: tuple[str, ...]
    first: int
    more: tuple[int, ...] = ()
    places: tuple[int, ...] = ()
    stripped: frozenset[str] = frozenset()
    is_wider: bool = False
    has_old_ends: bool = False
    is_sheet: bool = False


@dataclass(frozen=True, eq=False)
class Table:
    """A table in memory.

    Attributes
    ----------
    path : Path
    frame : DataFrame
        Columns of numbers (float64 or whole), and of words (category); gaps are missing values.
    format : TableFormat
        How the file is written, if it is a text; and its sheet, if it has some.
    kind : str
        ``text``, ``excel``, ``parquet``, ``npy`` or ``npz``.
    notes : tuple of NnguiError
        What was left out, a sentence each.
    version : FileVersion or None
        The file as it was before it was read.
    left_out : tuple of LeftOut
        What of the file is not in the table.
    units : dict of str to str
        The columns' units, where a row below the header names them.
    layout : Layout or None
        Where in a text file, or a sheet, the table lies.
    has_more_rows : bool
        Far below the table in its sheet are cells that are left out.
    code, padded
        Of what is neither text nor sheet: see `found.Found`.
    """

    path: Path
    frame: pd.DataFrame
    format: TableFormat
    kind: str = "text"
    notes: tuple[NnguiError, ...] = ()
    version: FileVersion | None = None
    left_out: tuple[LeftOut, ...] = ()
    units: dict[str, str] = field(default_factory=dict)
    layout: Layout | None = None
    has_more_rows: bool = False
    code: tuple[str, ...] = ()
    padded: tuple[str, ...] = ()

    @property
    def left_out_rows(self) -> int:
        """How many rows of the file are not in the table."""
        return sum(one.count for one in self.left_out if one.what == "rows")


def table_path(spec: TableSpec) -> Path:
    """Return where the table is, also one that comes with the program.

    Raises
    ------
    DataError
        When none is chosen.
    """
    if not spec.path:
        text = mark(
            "core",
            "No table is chosen yet: open a CSV, Excel, Parquet or NumPy file, or choose other "
            "data.",
        )
        raise DataError(text)
    if not spec.path.startswith(EXAMPLE):
        return Path(spec.path)
    name = spec.path.removeprefix(EXAMPLE)
    folder = files("nngui.resources.datasets")
    known = sorted(file.name[:-4] for file in folder.iterdir() if file.name.endswith(".csv"))
    if name not in known:
        text = mark("core", "There is no data set {name}: choose one of {known}.")
        raise FileError(text, name=name, known=", ".join(known))
    return Path(str(folder.joinpath(f"{name}.csv")))


def file_version(path: Path) -> FileVersion | None:
    """Return a file as it is now; None where it cannot be found: whoever reads it says why."""
    try:
        now = stat_of(path)
    except OSError:
        return None
    return FileVersion(path, now.st_size, now.st_mtime_ns)


def kind_of(path: Path, start: bytes) -> str:
    """Return what a file is, by how it begins.

    Raises
    ------
    FileError
        When it is none of the kinds that can be read, naming what to do.
    """
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(b"\x93NUMPY"):
        return "npy"
    if start.startswith(b"PK\x03\x04"):
        return "npz" if path.suffix.lower() == ".npz" or b".npy" in start[:120] else "excel"
    if start.startswith(PACKED):
        raise FileError(mark("core", "{path} is compressed: unpack it first."), path=path)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        text = mark("core", "{path} is an old Excel file: save it as .xlsx or .csv first.")
        raise FileError(text, path=path)
    return "text"


def unique_names(names: Sequence[str]) -> list[str]:
    """Return names for columns: those without one are numbered, those there twice too."""
    found: list[str] = []
    taken: set[str] = set()
    for place, raw in enumerate(names, 1):
        plain = raw.strip() or f"column {place}"
        name, number = plain, 2
        while name in taken:
            name, number = f"{plain} ({number})", number + 1
        taken.add(name)
        found.append(name)
    return found


def checked_frame(path: Path, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a file's columns under names of their own.

    Raises
    ------
    DataError
        When there are no rows, or too many columns.
    """
    if frame.shape[1] > MAX_COLUMNS:
        raise too_wide(path)
    if not len(frame):
        raise no_rows(path)
    frame.columns = unique_names([str(name) for name in frame.columns])
    return frame


def too_wide(path: Path) -> DataError:
    """Say that a table has too many columns."""
    text = mark("core", "{path} has more than {most} columns: leave some out.")
    return DataError(text, path=path, most=f"{MAX_COLUMNS:,}")


def no_rows(path: Path) -> DataError:
    """Say that a table has a header at most."""
    return DataError(mark("core", "{path} has columns, but no rows below them."), path=path)
