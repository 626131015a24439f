"""A run's history as a CSV file that grows beside its place, and takes it once the run has ended.

A run that is taken up again has its earlier rows from what it was saved with: the last million. Of
a longer one, those before are looked for in what a killed program left of the file, or in the file
that an ended program wrote.
"""

from __future__ import annotations

import glob
import io
import os
import stat
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, TextIO

from nngui.core.errors import FileError
from nngui.files.atomic import replacing
from nngui.files.regular import open_regular
from nngui.files.runs.history_csv import EDIT, write_exact_rows, write_header, write_rows
from nngui.files.temporary import PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from nngui.core.records.history import History

PIECE = 1 << 20  # bytes that are copied at once
MAX_LINE = 4096  # bytes of a row


class HistoryFile:
    """Rows are added while it trains; `close` puts the file into its place, whole.

    Attributes
    ----------
    path : Path
        Its place. Until it is closed, and when anything fails, what was there is there.
    first_step : int
        The step of its first row: another one than 1 where earlier rows are not there any more.

    Parameters
    ----------
    columns : sequence of str
        Behind ``step``.
    history : History, optional
        The rows so far of a run that goes on.
    edits : mapping of int to str, optional
        What was edited by now, by step, for a last column of that; None: there is no such column.

    Raises
    ------
    FileError
        When it cannot be written; so do all its methods.
    """

    def __init__(
        self,
        path: Path,
        columns: Sequence[str],
        history: History | None = None,
        edits: Mapping[int, str] | None = None,
    ) -> None:
        self.path, self.first_step = path, 1
        self._columns = [*columns, *([] if edits is None else [EDIT])]
        self._edits = edits
        self._stack = ExitStack()
        left = _left_behind(path) if history is not None and history.first_exact else []
        try:
            self._file: TextIO = self._stack.enter_context(replacing(path))
            with self._writing():
                if history is None:
                    write_header(self._file, self._columns)
                else:
                    self._take_up(history, left)
        finally:
            for one in left:
                one.file.close()

    def _take_up(self, history: History, left: list[_Left]) -> None:
        """Begin with the rows of the run so far."""
        for one in left:
            if (end := one.end_of_earlier_rows(history, self._columns, self._edits)) is not None:
                one.copy_to(self._file, end)
                write_exact_rows(self._file, history, self._edits)
                return
        write_header(self._file, self._columns)
        write_exact_rows(self._file, history, self._edits)
        self.first_step = history.first_exact + 1

    def add(self, write: Callable[[TextIO], None]) -> None:
        """Add what a function writes."""
        with self._writing():
            write(self._file)

    def flush(self) -> None:
        """Have all rows on the disk: a run that is saved behind this finds them again."""
        with self._writing():
            self._file.flush()
            handle = self._file.fileno()
            if stat.S_ISREG(os.fstat(handle).st_mode):  # a device or a pipe may not know of that
                os.fsync(handle)

    def close(self) -> None:
        """Put the file into its place."""
        self._stack.close()

    def give_up(self) -> None:
        """Write no more: what is in its place stays as it is."""
        with suppress(FileError):
            self._fail(OSError("given up"))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._fail(error)
            raise

    def _fail(self, error: OSError) -> None:
        self._stack.__exit__(type(error), error, error.__traceback__)


class _Left:
    """A file with rows of an earlier program: a killed one's, or what is in the place itself."""

    def __init__(self, path: Path) -> None:
        self.file = open_regular(path)

    def end_of_earlier_rows(
        self, history: History, columns: Sequence[str], edits: Mapping[int, str] | None
    ) -> int | None:
        """Return where the rows end that a History has forgotten; None in a file of another run."""
        header, first, exact = io.StringIO(), io.StringIO(), history.first_exact
        write_header(header, columns)
        write_rows(first, exact + 1, history.exact(exact, exact + 1).tolist(), edits)
        if self.file.readline() != header.getvalue().encode():
            return None
        end = self.file.tell()
        for step in range(1, exact + 1):
            line = self.file.readline(MAX_LINE)
            if not (line.startswith(b"%d," % step) and line.endswith(b"\n")):
                return None
            end += len(line)
        return end if self.file.readline(MAX_LINE) == first.getvalue().encode() else None

    def copy_to(self, file: TextIO, end: int) -> None:
        """Copy the beginning."""
        self.file.seek(0)
        while end > 0 and (piece := self.file.read(min(end, PIECE))):
            file.write(piece.decode())
            end -= len(piece)


def _left_behind(path: Path) -> list[_Left]:
    """Open what may hold a history's earlier rows, before anybody sweeps it away."""
    target = path.resolve()
    beside = sorted(target.parent.glob(f".{glob.escape(target.name[:PREFIX])}.*.tmp"))
    found = []
    for place in (*beside, target):
        with suppress(OSError):  # gone, or nothing that can be read: another one may do
            found.append(_Left(place))
    return found
