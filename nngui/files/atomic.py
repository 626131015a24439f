"""Writing files so that the old one is whole until the new one is."""

from __future__ import annotations

import errno
import io
import os
import time
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, BinaryIO, TextIO

from nngui.core.errors import FileError
from nngui.core.spec.toml_text import MAX_TOML_BYTES
from nngui.core.text import mark
from nngui.files.regular import open_regular
from nngui.files.temporary import temporary_file, temporary_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

IN_USE = (5, 32, 33)  # Windows: access denied, sharing violation, lock violation
RETRY_DELAYS_S = (0.02, 0.05, 0.1, 0.2, 0.5)  # a virus scanner lets go of a new file soon


@contextmanager
def replacing_bytes(path: Path, check: Callable[[Path], None] | None = None) -> Iterator[BinaryIO]:
    """Open a binary file that takes the place of `path` once everything is written.

    What is written goes to a temporary file in the same folder, is flushed to the disk, and then
    replaces `path` in one step; when anything fails, `path` is as it was. A device or a pipe is
    written to as it is. A symlink stays one, and the file's mode stays as it was. What a killed
    program left of an earlier writing of this file is swept away.

    Parameters
    ----------
    check : callable of Path, optional
        Reads the temporary file back before it replaces `path`; whatever it raises, the old file
        stays.

    Raises
    ------
    FileError
        When the folder or the file cannot be written.
    """
    try:
        target = path.resolve()  # a symlink stays one: the file it points at is replaced
        if path.exists() and not path.is_file():  # for a folder, this says so
            with path.open("wb") as file:
                yield file
            return
        with temporary_file(target.parent, target.name) as (handle, temporary):
            with os.fdopen(handle, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(target.stat().st_mode if target.exists() else 0o666 & ~_umask())
            if check is not None:
                check(temporary)
            _replace(temporary, target)
            flush_folder(target.parent)
    except (OSError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "Symlink loop" not in str(error):
            raise
        text = mark("core", "{path} could not be written: {why}. Choose another place.")
        why = getattr(error, "strerror", None) or str(error)
        raise FileError(text, path=path, why=why) from error


@contextmanager
def new_folder(place: Path) -> Iterator[Path]:
    """Give a folder to write into that becomes `place` once everything is written.

    When anything fails, nothing is left of it. What a killed program left of one is swept away.

    Raises
    ------
    FileExistsError
        When there is something at `place`.
    OSError
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    with temporary_folder(place.parent, place.name) as temporary:
        yield temporary
        temporary.chmod(0o777 & ~_umask())
        if os.path.lexists(place):  # an empty folder would be replaced
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(place))
        temporary.rename(place)
        flush_folder(place.parent)


@contextmanager
def replacing(path: Path, check: Callable[[Path], None] | None = None) -> Iterator[TextIO]:
    """Open a UTF-8 text file, with plain line ends, that takes the place of `path`.

    See `replacing_bytes`.
    """
    with replacing_bytes(path, check) as raw:
        text = io.TextIOWrapper(raw, encoding="utf-8", newline="\n")
        try:
            yield text
            text.flush()
        finally:
            _detach(text)


def make_folder(folder: Path) -> None:
    """Make a folder, and those that it lies in, where they are not there yet.

    Raises
    ------
    FileError
        When it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        text = mark("core", "{path} could not be written: {why}. Choose another place.")
        raise FileError(text, path=folder, why=error.strerror or str(error)) from error


def check_place(path: Path) -> None:
    """Refuse a place where no file can be written, before the work whose result it is for.

    Raises
    ------
    FileError
        When its folder is not there, or it is a folder itself.
    """
    code = 0
    if path.is_dir():
        code = errno.EISDIR
    elif not path.resolve().parent.is_dir():
        code = errno.ENOENT
    if code:
        text = mark("core", "{path} could not be written: {why}. Choose another place.")
        raise FileError(text, path=path, why=os.strerror(code))


def write_text(path: Path, text: str) -> None:
    """Write a whole text file (see `replacing`)."""
    with replacing(path) as file:
        file.write(text)


def read_text(path: Path, limit: int = MAX_TOML_BYTES) -> str:
    """Read a whole settings file: UTF-8 text of at most `limit` bytes.

    Raises
    ------
    FileError
        When it cannot be read, is too large, or is not text.
    """
    try:
        with open_regular(path, limit) as file:
            content = file.read(limit + 1).decode()
        return content.replace("\r\n", "\n").replace("\r", "\n")
    except OSError as error:
        if error.errno == errno.EFBIG:
            text = mark("core", "{path} is too large to be a settings file: at most {limit} bytes.")
            raise FileError(text, path=path, limit=limit) from None
        text = mark("core", "{path} could not be read: {why}. Check the name.")
        raise FileError(text, path=path, why=error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        text = mark("core", "{path} is not a text file. Choose one that was saved by this program.")
        raise FileError(text, path=path) from error


def _replace(temporary: Path, target: Path) -> None:
    """Put the new file in the old one's place; on Windows, wait for whoever is reading it."""
    for wait in RETRY_DELAYS_S:
        try:
            temporary.replace(target)
        except PermissionError as error:
            if getattr(error, "winerror", None) not in IN_USE:
                raise
            time.sleep(wait)
        else:
            return
    temporary.replace(target)


def flush_folder(folder: Path) -> None:
    """Have the new name itself on the disk, where the system lets a folder be flushed.

    Where it does not, the file is whole all the same: the old one or the new one.
    """
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _detach(text: IO[str]) -> None:
    """Let the binary file below outlive its text wrapper, also after a failed write."""
    assert isinstance(text, io.TextIOWrapper)
    with suppress(OSError, ValueError):
        text.detach()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
