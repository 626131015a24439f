"""Writing files so that the old one is whole until the new one is."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from nngui.core.errors import FileError
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """Open a text file that takes the place of `path` once everything is written.

    What is written goes to a temporary file in the same folder, is flushed to the disk, and then
    replaces `path` in one step; when anything fails, `path` is as it was. A device or a pipe is
    written to as it is.

    Raises
    ------
    FileError
        When the folder or the file cannot be written.
    """
    target = path.resolve()  # a symlink stays one: the file it points at is replaced
    temporary = None
    try:
        if path.exists() and not path.is_file():  # for a folder, this says so
            with path.open("w", encoding="utf-8", newline="\n") as file:
                yield file
            return
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
        temporary = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(target.stat().st_mode if target.exists() else 0o666 & ~_umask())
        temporary.replace(target)
    except OSError as error:
        text = mark("core", "{path} could not be written: {why}. Choose another place.")
        raise FileError(text, path=path, why=error.strerror or str(error)) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a whole text file (see `replacing`)."""
    with replacing(path) as file:
        file.write(text)


def read_text(path: Path, limit: int = 10_000_000) -> str:
    """Read a whole UTF-8 text file of at most `limit` bytes.

    Raises
    ------
    FileError
        When it cannot be read, is too large, or is not text.
    """
    try:
        if path.stat().st_size > limit:
            text = mark("core", "{path} is too large to be a settings file: at most {limit} bytes.")
            raise FileError(text, path=path, limit=limit)
        return path.read_text(encoding="utf-8")
    except OSError as error:
        text = mark("core", "{path} could not be read: {why}. Check the name.")
        raise FileError(text, path=path, why=error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        text = mark("core", "{path} is not a text file. Choose one that was saved by this program.")
        raise FileError(text, path=path) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
