"""Tables that are no text: Excel, Parquet and NumPy files. Nothing in them is ever executed."""

from __future__ import annotations

import importlib.util
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nngui.core.errors import DataError, FileError
from nngui.core.spec.refusals import short_text
from nngui.core.text import mark
from nngui.files.progress import NO_PROGRESS, CancelledError, Progress
from nngui.files.tables.formats.excel import sheet_names
from nngui.files.tables.formats.numpy_file import read_npy, read_npz
from nngui.files.tables.formats.parquet import read_parquet

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from nngui.files.tables.formats.found import Found

HOW_TO_GET = 'pip install "nngui[tables]"'
PACKAGES = {"excel": "openpyxl", "parquet": "pyarrow"}


def read(
    path: Path, kind: str, text: Collection[str] = (), progress: Progress = NO_PROGRESS
) -> Found:
    """Return the table in a file of this kind (see `table.kind_of`): numbers and words.

    Parameters
    ----------
    text : collection of str
        Columns whose cells are words, whatever they look like.

    Raises
    ------
    FileError, DataError
        When it is damaged, too large, holds no table, or a package is missing.
    """
    readers = {"parquet": read_parquet, "npy": read_npy, "npz": read_npz}
    with readable(path, kind):
        return readers[kind](path, progress).cleaned(path, text)


@contextmanager
def readable(path: Path, kind: str) -> Iterator[None]:
    """Turn what is raised while a file of this kind is read into a sentence.

    Raises
    ------
    FileError
        When it is damaged, or a package is missing.
    """
    package = PACKAGES.get(kind)
    if package is not None and importlib.util.find_spec(package) is None:
        if getattr(sys, "frozen", False):
            text = mark("core", "{path} is of a kind that is not opened here: save it as CSV.")
            raise FileError(text, path=path)
        text = mark("core", "{path} takes a package that is not here. Get it by: {command}")
        raise FileError(text, path=path, command=HOW_TO_GET)
    try:
        yield
    except (FileError, DataError, CancelledError):
        raise
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    except Exception as error:
        raise _unreadable(path, str(error)) from error


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


def _unreadable(path: Path, why: str) -> FileError:
    text = mark("core", "{path} could not be read as a table: {why}.")
    words = " ".join(why.split()).rstrip(".")
    return FileError(text, path=path, why=short_text(words or mark("core", "it is damaged")))
