"""Tables that are in memory: a file is read once, however many runs and threads want it.

What is known of a file has two parts. How it is read (`TableSource`) decides about the cells; what
they are used for (`Use`) decides about the numbers that are made of them. When only the second
changes, the file is not read again.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar
from weakref import WeakValueDictionary

from nngui.files.progress import check_cancelled
from nngui.files.tables.format import format_of
from nngui.files.tables.table import FileVersion, Table, file_version

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nngui.core.spec.table import TableSpec
    from nngui.files.tables.format import TableFormat

POLL_INTERVAL_S = 0.05  # seconds between two looks whether one who waits has given up
Made = TypeVar("Made")
Use: TypeAlias = Hashable


@dataclass(frozen=True)
class TableSource:
    """A file and how it is written, as far as the settings say.

    Attributes
    ----------
    version : FileVersion or None
        The file as it is now; None where it cannot be found.
    format : TableFormat
    """

    version: FileVersion | None
    format: TableFormat


def source_of(spec: TableSpec, path: Path) -> TableSource:
    """Return what the table of some settings is read from."""
    return TableSource(file_version(path), format_of(spec))


@dataclass(frozen=True, eq=False)
class CachedTable(Generic[Made]):
    """A table that was read, and what was made of it.

    Attributes
    ----------
    source : TableSource
    words : frozenset of str
        The columns whose cells were to be kept as they are written.
    table : Table
    use : hashable
        What it was made for.
    made : object
    """

    source: TableSource
    words: frozenset[str]
    table: Table
    use: Use
    made: Made


class TableCache(Generic[Made]):
    """The newest table of each kind of task: one at a time, as they may be large.

    Only `reading` waits; everything else returns at once, also while a file is being read.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()  # of what follows; never held while something is read
        self._newest: dict[Hashable, CachedTable[Made]] = {}
        self._readers: WeakValueDictionary[TableSource, threading.Lock] = WeakValueDictionary()

    @contextmanager
    def reading(self, source: TableSource) -> Iterator[None]:
        """Let one thread at a time read a file: the others wait, and then find it read.

        Raises
        ------
        CancelledError
            When one who waits has given up.
        """
        with self._lock:
            reader = self._readers.setdefault(source, threading.Lock())
        while not reader.acquire(timeout=POLL_INTERVAL_S):
            check_cancelled()
        try:
            yield
        finally:
            reader.release()

    def find(self, source: TableSource, use: Use) -> Made | None:
        """Return what was made of a file for the same use."""
        with self._lock:
            for cached in self._newest.values():
                if cached.source == source and cached.use == use:
                    return cached.made
        return None

    def tables_of(self, source: TableSource) -> list[tuple[Table, frozenset[str]]]:
        """Return the tables read from a file, each with the columns that were to be words."""
        with self._lock:
            found = [cached for cached in self._newest.values() if cached.source == source]
        return [(cached.table, cached.words) for cached in found]

    def put(self, kind: Hashable, cached: CachedTable[Made]) -> None:
        """Keep a table in place of the last one of a kind of task."""
        with self._lock:
            self._newest[kind] = cached
