"""The log: what went wrong in detail, for a report; in a file that is made when there is need."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

from typing_extensions import override

from nngui.core.text import printable

if TYPE_CHECKING:
    from io import TextIOWrapper
    from pathlib import Path

MAX_BYTES = 500_000
BACKUPS = 2


class LogFile(RotatingFileHandler):
    """A rotating file; folder and file are made with the first record.

    Attributes
    ----------
    failed : bool
        Whether a record could not be written: whoever points to the log says so instead.
    """

    def __init__(self, file: Path) -> None:
        super().__init__(
            file, maxBytes=MAX_BYTES, backupCount=BACKUPS, encoding="utf-8", delay=True
        )
        self.failed = False
        self._folder = file.parent
        self.setFormatter(_Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))

    @override
    def _open(self) -> TextIOWrapper:
        self._folder.mkdir(parents=True, exist_ok=True)
        return super()._open()

    @override
    def doRollover(self) -> None:
        try:
            super().doRollover()
        except OSError:  # it grows a little longer
            self.stream = None  # opened with the next record

    @override
    def close(self) -> None:
        try:
            super().close()
        except OSError:  # a full disk: the records before told of it
            self.failed = True

    @override
    def handleError(self, record: logging.LogRecord) -> None:
        self.failed = True  # Python would print a traceback of its own


class _Formatter(logging.Formatter):
    """Writes as escapes what a terminal would obey, where logs are read; line breaks stay."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record), keep="\n\t")


def log_file(folder: Path) -> Path:
    """Return which file of a folder is the log."""
    return folder / "nngui.log"


def start_log(folder: Path) -> Path:
    """Write the log to a rotating file in a folder; return the file.

    A folder that cannot be written keeps nothing from starting.
    """
    file = log_file(folder)
    root = logging.getLogger("nngui")
    for old in root.handlers[:]:
        root.removeHandler(old)
        old.close()
    root.addHandler(LogFile(file))
    root.setLevel(logging.INFO)
    return file
