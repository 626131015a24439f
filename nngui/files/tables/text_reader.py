"""Reading a table from a text file: pandas parses, and what is no row of the table is left out.

A file is read once where each of its records is a row. Otherwise those that are none are looked
for in what was read (`rows`), found again in the file (`records`), and it is read without them.
"""

from __future__ import annotations

import io
import re
import warnings
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

from nngui.core.errors import DataError, FileError
from nngui.core.text import mark
from nngui.files.memory import Budget
from nngui.files.progress import NO_PROGRESS, Progress
from nngui.files.regular import open_regular
from nngui.files.tables import words as word_columns
from nngui.files.tables.format import (
    BEGINNING_BYTES,
    YES,
    TableFormat,
    decoded,
    encoding_below,
)
from nngui.files.tables.options import text_options
from nngui.files.tables.structure.data_lines import data_records, with_usual_ends
from nngui.files.tables.structure.layout import endless_cell, find_layout, left_out
from nngui.files.tables.structure.records import EndlessCellError
from nngui.files.tables.structure.rows import COMMENT, Strange, find_strange
from nngui.files.tables.table import (
    FileVersion,
    Table,
    file_version,
    no_rows,
    unique_names,
)
from nngui.files.tables.text_checks import RowChecks, raise_unclosed, unclear_ends

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

    import pandas as pd

    from nngui.core.data.report import LeftOut
    from nngui.core.errors import NnguiError
    from nngui.files.tables.structure.layout import Beginning
    from nngui.files.tables.structure.records import Record
    from nngui.files.tables.structure.rows import Strange
    from nngui.files.tables.table import Layout

MIN_PREVIEW_LINES = 20
MAX_PREVIEW_BYTES = 1 << 26
CHUNK = 50_000  # lines between two looks at progress and Cancel
MIN_CHUNK, CHUNK_CELLS = 200, 1 << 21  # of a wide table fewer lines
COPIES = 2  # of what is read: in parts, and joined
MAX_MORE = 100  # cells of a row beyond the header's
REMARKS = "remarks"
MIDNIGHT = " 00:00:00"
DAY = re.compile(rf"\d{{4}}-\d\d-\d\d{MIDNIGHT}")  # a date that is a name, in Excel
UNNAMED = mark("core", "Left out, as they have no name and no cells: columns {which}.")


class _WrongEncodingError(Exception):
    """The file is not written as its beginning says."""


def read_text(
    path: Path,
    start: bytes,
    wanted: TableFormat,
    version: FileVersion | None = None,
    text: Collection[str] = (),
    progress: Progress = NO_PROGRESS,
) -> Table:
    """Read the table in a text file (see `reader.read_table`).

    Parameters
    ----------
    start : bytes
        How it begins.
    """
    told = find_layout(path, start, wanted)
    size = path.stat().st_size
    Budget(path).check(size)

    def opened() -> IO[bytes]:
        return open_regular(path)

    options = chunk_of(max(told.longest, len(told.layout.header), 1))
    try:
        reader = TextReader(path, told, opened, options, progress, size)
        return reader.read(text, version, is_whole=True)
    except _WrongEncodingError as error:
        encoding = encoding_below(path)
        if wanted.encoding or encoding == told.format.encoding:
            raise _not_written_so(path, told.format.encoding) from error
        other = replace(wanted, encoding=encoding)
        return read_text(path, start, other, version, text, progress)
    except OSError as error:
        why = error.strerror or str(error)
        raise FileError(
            mark("core", "{path} could not be read: {why}."), path=path, why=why
        ) from error


def chunk_of(cells: int) -> dict[str, Any]:
    """Return what pandas is told so that it reads rows of so many cells in parts."""
    lines = max(MIN_CHUNK, min(CHUNK, CHUNK_CELLS // cells))
    return {"chunksize": lines, "low_memory": False}


def preview_text(
    path: Path, start: bytes, wanted: TableFormat, rows: int, words: Collection[str] = ()
) -> Table:
    """Read the first rows of the table in a text file (see `reader.preview_table`)."""
    told = find_layout(path, start, wanted)
    text = decoded(path, start, told.format.encoding)
    is_cut = len(start) == BEGINNING_BYTES
    if is_cut and text.count("\n") < MIN_PREVIEW_LINES:  # a few lines are as long as that
        with open_regular(path) as file:
            start = file.read(MAX_PREVIEW_BYTES)
        is_cut = len(start) == MAX_PREVIEW_BYTES
        text = decoded(path, start, told.format.encoding, is_whole=not is_cut)
    end = max(text.rfind("\n"), text.rfind("\r")) + 1
    text = text[:end] if is_cut and end else text

    def opened() -> IO[str]:
        return io.StringIO(text, newline="")

    reader = TextReader(path, told, opened, {"nrows": rows}, NO_PROGRESS, len(text))
    try:
        return reader.read(words, file_version(path), is_whole=not is_cut)
    except _WrongEncodingError as error:
        raise _not_written_so(path, told.format.encoding) from error


@dataclass
class TextReader:
    """Reads one text file.

    Parameters
    ----------
    told : Beginning
        What its beginning tells.
    opened : callable
        Opens it, from the beginning.
    options : dict
        What pandas is told besides.
    size : int
        How many bytes it has.
    """

    path: Path
    told: Beginning
    opened: Callable[[], IO[Any]]
    options: dict[str, Any]
    progress: Progress
    size: int

    def read(self, text: Collection[str], version: FileVersion | None, *, is_whole: bool) -> Table:
        """Return the rows, as many as the options say."""
        layout = self.told.layout
        named, other = self._names(layout, REMARKS), self._names(layout, "")
        asked = [
            place
            for place, names in enumerate(zip(named, other, strict=True))
            if names[0] in text or (layout.is_sheet and names[1] in text)
        ]
        width = max(len(layout.header), self.told.longest)
        frame = self._frame(layout, width, self.told.words, asked)
        checks = RowChecks(self.path, self.told, self._records, self._data)
        checks.check_first(frame)
        is_whole = is_whole and len(frame) < self.options.get("nrows", len(frame) + 1)
        strange = find_strange(frame, self.told, is_whole=is_whole)
        said = [*self._told(), *checks.check_quotes(frame, strange)]
        remarks = checks.checked(frame, strange)
        named = named if remarks or not layout.is_sheet else other
        notes = [*self.told.left_out, *remarks]
        if strange.all:
            found = self._records(strange.all, len(frame))
            notes += _left_out_rows(strange, found)
            numbers = tuple(found[row].number for row in sorted(strange.all))
            layout = replace(layout, more=numbers)
            before = frame.drop(index=sorted(strange.all))
            frame = self._frame(layout, frame.shape[1], (), asked)
            if "nrows" in self.options:  # more rows, in place of those that are left out
                frame = frame.head(len(before))
            checks.check_same(before, frame)
        if not len(frame):
            raise no_rows(self.path)
        return self._table(frame, layout, named, said, notes, version)

    def _names(self, layout: Layout, beyond: str) -> list[str]:
        """Return names for all cells that a row may have, also those beyond the header's."""
        names = list(layout.header)
        if layout.is_sheet:
            names = [name.removesuffix(MIDNIGHT) if DAY.fullmatch(name) else name for name in names]
        more = max(MAX_MORE, self.told.longest - len(names))
        return unique_names([*names, *[beyond] * more])

    def _table(
        self,
        frame: pd.DataFrame,
        layout: Layout,
        named: Sequence[str],
        said: Sequence[NnguiError],
        notes: list[LeftOut],
        version: FileVersion | None,
    ) -> Table:
        """Return the table of rows that were read, without columns that are none."""
        width = len(layout.header)
        empty = [place for place in frame.columns if not frame[place].notna().any()]
        bare = [p for p in empty if p < width and not layout.header[p]]
        if bare:
            notes.append(left_out("columns", [p + 1 for p in bare], UNNAMED))
        leave = {*bare, *(place for place in empty if place >= width)}
        places = tuple(place for place in frame.columns if place not in leave)
        layout = replace(layout, places=places, is_wider=frame.shape[1] > width)
        frame = frame[list(places)].set_axis([named[place] for place in places], axis=1)
        blank = [
            name
            for name in frame.columns
            if frame[name].dtype == "category" and word_columns.has_blanks(frame[name])
        ]
        if blank:
            frame = frame.assign(**{name: word_columns.stripped(frame[name]) for name in blank})
        units = {name: unit for name, unit in zip(named, self.told.units, strict=False) if unit}
        return Table(
            self.path,
            word_columns.as_words(frame, ()),
            self.told.format,
            notes=(*said, *(note.why for note in notes)),
            version=version,
            left_out=tuple(notes),
            units={name: unit for name, unit in units.items() if name in frame.columns},
            layout=replace(layout, stripped=frozenset(blank)),
        )

    def _told(self) -> list[DataError]:
        if self.told.format.row_names != YES:
            return []
        text = mark("core", "The names in front of the rows are the column {name}.")
        return [DataError(text, name=self.told.layout.header[0])]

    def _records(self, rows: Collection[int], count: int) -> dict[int, Record]:
        """Return where in the file rows are that were read; `count` in all."""
        found: dict[int, Record] = {}
        row = -1
        try:
            for row, record in enumerate(self._data()):
                if row in rows:
                    found[row] = record
        except EndlessCellError as error:
            raise endless_cell(self.path, error) from error
        if row + 1 != count:  # what pandas and this program take for a row differs
            raise unclear_ends(self.path)
        return found

    def _data(self) -> Iterator[Record]:
        """Yield the records that are rows, as far as the beginning tells: as many as are read."""
        with self.opened() as file:
            found = data_records(file, self.told.format, self.told.layout)
            yield from islice(found, self.options.get("nrows"))

    def _frame(
        self, layout: Layout, width: int, told: Collection[int], asked: Collection[int]
    ) -> pd.DataFrame:
        """Return what pandas reads, its columns named by their places."""
        as_text = sorted({place for place in (*told, *asked) if place < width})
        try:
            parts = list(self._parts(layout, width, as_text))
        except _TooManyCellsError as error:
            longest = self._longest()
            if not width < longest <= len(layout.header) + MAX_MORE:
                raise self._unreadable(error.__cause__ or error) from error
            return self._frame(layout, longest, told, asked)
        if not any(len(part) for part in parts):
            raise no_rows(self.path)
        mixed = word_columns.mixed_columns(parts)
        if mixed:  # numbers here, words there: words, as they stand in the file
            return self._frame(layout, width, [*as_text, *mixed], asked)
        return word_columns.joined(parts)

    def _parts(self, layout: Layout, width: int, as_text: Sequence[int]) -> Iterator[pd.DataFrame]:
        options = self.options | {"dtype": dict.fromkeys(as_text, "str")}
        budget = Budget(self.path)
        with self.opened() as file:
            source = file
            if layout.has_old_ends:
                source = with_usual_ends(file, self.told.format.encoding)
            for part in self._parse(source, layout, list(range(width)), options):
                compact = word_columns.compact(part)
                budget.take(COPIES * int(compact.memory_usage(deep=True).sum()))
                yield compact
                self.progress.at(file.tell() / max(self.size, 1))

    def _longest(self) -> int:
        return max((len(record.cells) for record in self._data()), default=0)

    def _parse(
        self, file: IO[Any], layout: Layout, names: list[Any], more: dict[str, Any]
    ) -> Iterator[pd.DataFrame]:
        """Yield parts of the table; what pandas cannot read becomes a sentence."""
        import pandas as pd

        options = text_options(self.told.format, layout, names) | more
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of columns that are read once more, as words
            warnings.filterwarnings("error", "Length of header or names")  # cells would be lost
            try:
                found = pd.read_csv(file, **options)
                yield from [found] if isinstance(found, pd.DataFrame) else found
            except pd.errors.EmptyDataError:
                return
            except UnicodeError as error:
                raise _WrongEncodingError from error
            except pd.errors.ParserWarning as error:
                raise _TooManyCellsError from error
            except (ValueError, OverflowError, TypeError) as error:
                if "Expected" in str(error) and "saw" in str(error):
                    raise _TooManyCellsError from error
                raise self._unreadable(error) from error
            except MemoryError as error:
                text = mark(
                    "core", "{path} does not fit into the memory: leave out rows or columns."
                )
                raise FileError(text, path=self.path) from error

    def _unreadable(self, error: BaseException) -> FileError:
        if "EOF inside string" in str(error):
            with suppress(EndlessCellError):
                raise_unclosed(self.path, self._data(), self.told.format.separator)
        line = re.search(r"(?:row|line) (\d+)", str(error))
        if line:
            text = mark("core", "{path} could not be read beyond line {line}: is a quote missing?")
            return FileError(text, path=self.path, line=f"{int(line[1]) + 1:,}")
        text = mark("core", "{path} could not be read as a table: {why}.")
        return FileError(text, path=self.path, why=str(error).strip().rstrip(".")[:200])


class _TooManyCellsError(Exception):
    """A row has more cells than were expected."""


def _left_out_rows(strange: Strange, found: dict[int, Record]) -> list[LeftOut]:
    """Return what is said of rows that are none."""
    return [
        left_out("lines" if why == COMMENT else "rows", [found[row].line for row in rows], why)
        for why, rows in strange.rows.items()
    ]


def _not_written_so(path: Path, encoding: str) -> FileError:
    text = mark("core", "{path} is not written in {encoding}: choose another encoding.")
    return FileError(text, path=path, encoding=encoding)
