"""Reading a person's own tables: text files here, other kinds in `table_kinds`. pandas parses.

A column is numbers, or it is words as they stand in the file. What a script of `read_code` reads
is the same to the last bit.
"""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nngui.core.code_text import value_code
from nngui.core.errors import DataError, FileError, NnguiError
from nngui.core.text import mark
from nngui.files.atomic import write_text
from nngui.files.progress import NOBODY, Progress
from nngui.files.tables.format import (
    LOOKED_AT,
    NO,
    NONE,
    TableFormat,
    beginning,
    decoded,
    guess,
    split,
    whole_lines,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import pandas as pd

FEW = 20  # lines
LONG = 1 << 26  # bytes
CHUNK = 50_000  # lines between two looks at progress and Cancel
MAX_COLUMNS = 10_000
PER_BYTE = 2  # bytes of memory that a byte of text takes while it is read, of numbers
WITHOUT_KNOWING = 4 << 30  # bytes of memory that are counted on where the system does not tell


@dataclass(frozen=True, eq=False)
class Table:
    """A table in memory.

    Attributes
    ----------
    path : Path
    frame : DataFrame
        Columns of numbers (float64 or whole), and of words (category); gaps are missing values.
    format : TableFormat
        How the file is written, if it is a text.
    kind : str
        ``text``, ``excel``, ``parquet``, ``npy`` or ``npz``.
    notes : tuple of NnguiError
        What was left out, a sentence each.
    """

    path: Path
    frame: pd.DataFrame
    format: TableFormat
    kind: str = "text"
    notes: tuple[NnguiError, ...] = ()


def read_table(
    path: Path,
    wanted: TableFormat | None = None,
    text: Collection[str] = (),
    progress: Progress = NOBODY,
) -> Table:
    """Read a whole table.

    Parameters
    ----------
    wanted : TableFormat, optional
        How it is written, as far as that is known.
    text : collection of str
        Columns whose cells are words, whatever they look like.
    watch : Progress, optional
        Who waits for it.

    Raises
    ------
    FileError, DataError
        When it cannot be read, is no table, or is too large for the memory.
    CancelledError
    """
    start = beginning(path)
    kind = kind_of(path, start)
    if kind == "text":
        return _Reader(path, start, wanted or TableFormat()).read(text, progress)
    from nngui.files.tables import binary as table_kinds

    frame = table_kinds.read(path, kind, wanted or TableFormat())
    return Table(path, as_words(_checked(path, frame), text), wanted or TableFormat(), kind)


def preview_table(path: Path, wanted: TableFormat | None = None, rows: int = 100) -> Table:
    """Read the first rows of a table: of a text file in no time, however long it is.

    Raises
    ------
    FileError, DataError
        See `read_table`.
    """
    start = beginning(path)
    kind = kind_of(path, start)
    if kind == "text":
        return _Reader(path, start, wanted or TableFormat()).preview(rows)
    table = read_table(path, wanted)
    return Table(path, table.frame.head(rows), table.format, kind)


def read_code(table: Table, text: Collection[str]) -> list[str]:
    """Return lines of a script that read a table, of the file ``TABLE``.

    Parameters
    ----------
    text : collection of str
        The columns whose cells are words, of those that the script uses.
    """
    if table.kind != "text":
        from nngui.files.tables import binary as table_kinds

        return table_kinds.code(table, text)
    options = text_options(table.format, list(map(str, table.frame.columns)))
    if text:
        options["dtype"] = dict.fromkeys(text, "str")
    names = options.pop("names")
    lines = [*value_code("names", names), "table = pd.read_csv(", "    TABLE, names=names,"]
    lines += [f"    {line}" for name, value in options.items() for line in _argument(name, value)]
    return [*lines, ")"]


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
    lines = whole_lines(text, cut=False)
    if len(lines) < 2:
        message = mark(
            "core",
            "There is no table in the clipboard: copy cells with their header from a spreadsheet.",
        )
        raise DataError(message)
    folder.mkdir(parents=True, exist_ok=True)
    numbers = [int(found[1]) for p in folder.glob("pasted*.tsv") if (found := PASTED.match(p.name))]
    path = folder / f"pasted-{max(numbers, default=0) + 1}.tsv"
    write_text(path, "\n".join(text.splitlines()) + "\n")
    return path


PASTED = re.compile(r"pasted-(\d{1,9})\.tsv$")


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
    packed = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"\x28\xb5\x2f\xfd")
    if start.startswith(packed):
        raise FileError(mark("core", "{path} is compressed: unpack it first."), path=path)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        text = mark("core", "{path} is an old Excel file: save it as .xlsx or .csv first.")
        raise FileError(text, path=path)
    return "text"


def as_words(frame: pd.DataFrame, text: Collection[str]) -> pd.DataFrame:
    """Return a table whose columns are numbers, or words as categories."""
    import pandas as pd

    columns = {}
    for name in frame.columns:
        column = frame[name]
        if name in text or not is_number_column(column):
            words = column.map(str, na_action="ignore")
            columns[name] = words.astype("category")
        else:
            columns[name] = column
    return pd.DataFrame(columns, index=frame.index)


def is_number_column(column: pd.Series) -> bool:
    """Return whether a column holds numbers; true and false are words."""
    from pandas.api.types import is_bool_dtype, is_complex_dtype, is_numeric_dtype

    kind = column.dtype
    return is_numeric_dtype(kind) and not is_bool_dtype(kind) and not is_complex_dtype(kind)


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


def text_options(form: TableFormat, names: list[str]) -> dict[str, Any]:
    """Return what `pandas.read_csv` is told about a text file."""
    options: dict[str, Any] = {"names": names, "header": None if form.header == NO else 0}
    options["sep"] = r"\s+" if form.separator == " " else form.separator
    if form.decimal != ".":
        options["decimal"] = form.decimal
    if form.encoding not in ("utf-8", "utf-8-sig"):
        options["encoding"] = form.encoding
    if form.comment != NONE:
        options["comment"] = form.comment
    return options | {"index_col": False, "skipinitialspace": True, "on_bad_lines": "skip"}


def _argument(name: str, value: object) -> list[str]:
    first, *rest = value_code(name, value)
    lines = [first.replace(" = ", "=", 1), *rest]
    return [*lines[:-1], f"{lines[-1]},"]


def _checked(path: Path, frame: pd.DataFrame) -> pd.DataFrame:
    if frame.shape[1] > MAX_COLUMNS:
        raise _too_wide(path)
    if not len(frame):
        raise DataError(mark("core", "{path} has columns, but no rows below them."), path=path)
    frame.columns = unique_names([str(name) for name in frame.columns])
    return frame


def _too_wide(path: Path) -> DataError:
    text = mark("core", "{path} has more than {most} columns: leave some out.")
    return DataError(text, path=path, most=f"{MAX_COLUMNS:,}")


class _Reader:
    """Reads one text file."""

    def __init__(self, path: Path, start: bytes, wanted: TableFormat) -> None:
        self.path, self.start = path, start
        self.format = guess(path, start, wanted)
        self.names = self._names()
        self.skipped = 0

    def _names(self) -> list[str]:
        text = decoded(self.path, self.start, self.format.encoding)
        lines = whole_lines(text, cut=len(self.start) == LOOKED_AT)
        if self.format.comment != NONE:
            lines = [line for line in lines if not line.lstrip().startswith(self.format.comment)]
        first = next(iter(split(lines, self.format.separator)), [])
        if len(first) > MAX_COLUMNS:
            raise _too_wide(self.path)
        return unique_names([""] * len(first) if self.format.header == NO else first)

    def preview(self, rows: int) -> Table:
        """Return the first rows."""
        start = self.start
        if len(start) == LOOKED_AT:  # where a few lines are as long as that, more of them
            text = decoded(self.path, start, self.format.encoding)
            if text.count("\n") < FEW:
                with self.path.open("rb") as file:
                    start = file.read(LONG)
        parts = list(self._parse(io.BytesIO(start), {"nrows": rows}))
        return self._table(parts, ())

    def read(self, text: Collection[str], progress: Progress) -> Table:
        """Return all rows."""
        size = self.path.stat().st_size
        check_memory(self.path, PER_BYTE * size)
        words = [name for name in self.names if name in text]
        parts: list[pd.DataFrame] = []
        try:
            with self.path.open("rb") as file:
                options: dict[str, Any] = {"chunksize": CHUNK, "low_memory": False}
                for part in self._parse(file, options | {"dtype": dict.fromkeys(words, "str")}):
                    parts.append(_compact(part))
                    progress.at(file.tell() / max(size, 1))
        except OSError as error:
            why = error.strerror or str(error)
            raise FileError(
                mark("core", "{path} could not be read: {why}."), path=self.path, why=why
            ) from error
        mixed = _mixed(parts)
        if mixed:  # numbers here, words there: words, as they stand in the file
            return self.read([*words, *mixed], progress)
        return self._table(parts, words)

    def _parse(self, file: Any, more: dict[str, Any]) -> Any:
        """Yield parts of the table; what pandas cannot read becomes a sentence."""
        import pandas as pd

        options = text_options(self.format, self.names) | more | {"on_bad_lines": "warn"}
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            try:
                found = pd.read_csv(file, **options)
                yield from [found] if isinstance(found, pd.DataFrame) else found
            except pd.errors.EmptyDataError:
                return
            except UnicodeError as error:
                text = mark("core", "{path} is not written in {encoding}: choose another encoding.")
                raise FileError(text, path=self.path, encoding=self.format.encoding) from error
            except (ValueError, OverflowError, TypeError) as error:
                raise self._unreadable(error) from error
            except MemoryError as error:
                text = mark(
                    "core", "{path} does not fit into the memory: leave out rows or columns."
                )
                raise FileError(text, path=self.path) from error
        self.skipped += sum(str(note.message).count("Skipping line") for note in told)

    def _unreadable(self, error: Exception) -> FileError:
        line = re.search(r"(?:row|line) (\d+)", str(error))
        if line:
            text = mark("core", "{path} could not be read beyond line {line}: is a quote missing?")
            return FileError(text, path=self.path, line=f"{int(line[1]) + 1:,}")
        text = mark("core", "{path} could not be read as a table: {why}.")
        return FileError(text, path=self.path, why=str(error).strip().rstrip(".")[:200])

    def _table(self, parts: list[pd.DataFrame], words: Collection[str]) -> Table:
        if not parts:
            raise DataError(
                mark("core", "{path} has columns, but no rows below them."), path=self.path
            )
        frame = as_words(_joined(parts), words)
        if not len(frame):
            raise DataError(
                mark("core", "{path} has columns, but no rows below them."), path=self.path
            )
        notes: tuple[NnguiError, ...] = ()
        if self.skipped:
            text = mark("core", "{n} lines with more cells than columns are left out.")
            notes = (DataError(text, n=f"{self.skipped:,}"),)
        return Table(self.path, frame, self.format, notes=notes)


def _compact(part: pd.DataFrame) -> pd.DataFrame:
    """Keep words once, however often they stand in a part."""
    words = {name: "category" for name in part.columns if part[name].dtype in ("str", "object")}
    return part.astype(words) if words else part


def _mixed(parts: list[pd.DataFrame]) -> list[str]:
    """Return the columns that are numbers in some parts and words in others, or truth values."""
    from pandas.api.types import is_bool_dtype

    found = []
    for name in parts[0].columns if parts else ():
        columns = [part[name] for part in parts if part[name].notna().any()]
        kinds = {is_number_column(column) for column in columns}
        if len(kinds) > 1 or any(is_bool_dtype(column.dtype) for column in columns):
            found.append(str(name))
    return found


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd
    from pandas.api.types import union_categoricals

    if len(parts) == 1:
        return parts[0]
    columns: dict[str, Any] = {}
    for name in list(parts[0].columns):
        found = [part.pop(name) for part in parts]  # so that a column is not there twice for long
        if any(column.dtype == "category" for column in found):
            words = [column.astype("str").astype("category") for column in found]
            columns[str(name)] = union_categoricals(words)
        else:
            columns[str(name)] = pd.concat(found, ignore_index=True)
    return pd.DataFrame(columns)


def check_memory(path: Path, needed: int) -> None:
    """Refuse what would take more than half of the free memory.

    Raises
    ------
    FileError
        Naming both.
    """
    free = free_memory()
    if needed > free / 2:
        text = mark(
            "core",
            "{path} would take {needed} GB of memory, and {free} GB are free: take a part of it.",
        )
        raise FileError(text, path=path, needed=f"{needed / 1e9:,.1f}", free=f"{free / 1e9:,.1f}")


def free_memory() -> int:
    """Return how many bytes can still be used, where the system tells."""
    try:
        found = re.search(r"MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text("ascii"))
    except OSError:
        found = None
    return int(found[1]) * 1024 if found else WITHOUT_KNOWING
