"""Reading a user's own tables: text files here, other kinds in `binary`. pandas parses.

A column is numbers, or it is words as they stand in the file. What a script of
`script_code.read_code` reads is the same to the last bit.
"""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nngui.core.errors import DataError, FileError, NnguiError
from nngui.core.spec.refusals import short_text
from nngui.core.text import mark
from nngui.files.atomic import write_text
from nngui.files.memory import Budget
from nngui.files.progress import NO_PROGRESS, Progress
from nngui.files.regular import open_regular
from nngui.files.tables import binary
from nngui.files.tables.columns import is_number_column
from nngui.files.tables.format import (
    BEGINNING_BYTES,
    NO,
    NONE,
    TableFormat,
    beginning,
    decoded,
    guess,
    split,
    text_options,
    whole_lines,
)
from nngui.files.tables.table import (
    MAX_COLUMNS,
    FileVersion,
    Table,
    checked_frame,
    file_version,
    kind_of,
    no_rows,
    too_wide,
    unique_names,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path
    from typing import IO

    import pandas as pd

MIN_PREVIEW_LINES = 20
MAX_PREVIEW_BYTES = 1 << 26
CHUNK = 50_000  # lines between two looks at progress and Cancel
MIN_CHUNK, CHUNK_CELLS = 200, 1 << 21  # of a wide table fewer lines
COPIES = 2  # of what is read: in parts, and joined
PASTED = re.compile(r"pasted-(\d{1,9})\.tsv$")


def read_table(
    path: Path,
    wanted: TableFormat | None = None,
    text: Collection[str] = (),
    progress: Progress = NO_PROGRESS,
) -> Table:
    """Read a whole table.

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
        return _TextReader(path, start, wanted, version).read(text, progress)
    found, notes = binary.read(path, kind, wanted, progress)
    frame = as_words(checked_frame(path, found), text)
    return Table(path, frame, wanted, kind, notes=tuple(notes), version=version)


def preview_table(path: Path, wanted: TableFormat | None = None, rows: int = 100) -> Table:
    """Read the first rows of a table: of a text file in no time, however long it is.

    Raises
    ------
    FileError, DataError
        See `read_table`.
    """
    start = beginning(path)
    if kind_of(path, start) == "text":
        return _TextReader(path, start, wanted or TableFormat()).preview(rows)
    table = read_table(path, wanted)
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


class _TextReader:
    """Reads one text file.

    Parameters
    ----------
    start : bytes
        How it begins: from this follow its format and the names of its columns.
    """

    def __init__(
        self, path: Path, start: bytes, wanted: TableFormat, version: FileVersion | None = None
    ) -> None:
        self.path, self.start, self.version = path, start, version
        self.format = guess(path, start, wanted)
        self.names = self._names()
        self.skipped = 0

    def _names(self) -> list[str]:
        text = decoded(self.path, self.start, self.format.encoding)
        lines = whole_lines(text, cut=len(self.start) == BEGINNING_BYTES)
        if self.format.comment != NONE:
            lines = [line for line in lines if not line.lstrip().startswith(self.format.comment)]
        first = next(iter(split(lines, self.format.separator)), [])
        if len(first) > MAX_COLUMNS:
            raise too_wide(self.path)
        return unique_names([""] * len(first) if self.format.header == NO else first)

    def preview(self, rows: int) -> Table:
        """Return the first rows."""
        start = self.start
        if len(start) == BEGINNING_BYTES:  # where a few lines are as long as that, more of them
            text = decoded(self.path, start, self.format.encoding)
            if text.count("\n") < MIN_PREVIEW_LINES:
                with open_regular(self.path) as file:
                    start = file.read(MAX_PREVIEW_BYTES)
        parts = list(self._parse(io.BytesIO(start), {"nrows": rows}))
        return self._table(parts, ())

    def read(self, text: Collection[str], progress: Progress) -> Table:
        """Return all rows."""
        size = self.path.stat().st_size
        budget = Budget(self.path)
        budget.check(size)
        words = [name for name in self.names if name in text]
        parts: list[pd.DataFrame] = []
        try:
            with open_regular(self.path) as file:
                lines = max(MIN_CHUNK, min(CHUNK, CHUNK_CELLS // max(len(self.names), 1)))
                options: dict[str, Any] = {"chunksize": lines, "low_memory": False}
                for part in self._parse(file, options | {"dtype": dict.fromkeys(words, "str")}):
                    parts.append(_compact(part))
                    budget.take(COPIES * int(parts[-1].memory_usage(deep=True).sum()))
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

    def _parse(self, file: IO[bytes], more: dict[str, Any]) -> Iterator[pd.DataFrame]:
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
        return FileError(text, path=self.path, why=short_text(str(error).strip().rstrip(".")))

    def _table(self, parts: list[pd.DataFrame], words: Collection[str]) -> Table:
        if not any(len(part) for part in parts):
            raise no_rows(self.path)
        frame = as_words(_joined(parts), words)
        notes: tuple[NnguiError, ...] = ()
        if self.skipped:
            text = mark("core", "{n} lines with more cells than columns are left out.")
            notes = (DataError(text, n=f"{self.skipped:,}"),)
        return Table(self.path, frame, self.format, notes=notes, version=self.version)


def _compact(part: pd.DataFrame) -> pd.DataFrame:
    """Keep words once, however often they stand in a part."""
    kinds = part.dtypes.items()  # a column at a time would take long for thousands of them
    words = {name: "category" for name, kind in kinds if kind in ("str", "object")}
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
