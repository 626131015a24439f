"""``.nnrun`` files: a run as its journal, which a person and any other program can read.

The text itself is made and read in `core.journal.journal_text`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from nngui.core.errors import FileError
from nngui.core.journal.journal_text import MAX_TEXT_BYTES, JournalFile, to_text
from nngui.core.journal.journal_text import read_text as journal_of_text
from nngui.core.spec.keys import flat
from nngui.core.spec.table import EXAMPLE
from nngui.core.spec.toml import with_settings
from nngui.core.text import mark
from nngui.files.atomic import read_text, replacing
from nngui.files.regular import open_regular
from nngui.files.settings_file import NAMING_FILES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nngui.core.spec import Spec

_HEAD_BYTES = 16


def write_journal(path: Path, found: JournalFile) -> None:
    """Write a run's journal, read back before it takes the place of another file.

    Raises
    ------
    FileError
        When it cannot be written, or is longer than any that is read; the file in place stays.
    """
    text = to_text(found.journal, found.steps, found.facts)
    if len(text.encode()) > MAX_TEXT_BYTES:
        why = mark(
            "core",
            "{path} is not written: what was changed in the run takes more than {most} bytes.",
        )
        raise FileError(why, path=path, most=f"{MAX_TEXT_BYTES:,}")

    def check(temporary: Path) -> None:
        why: object = mark("core", "it does not read back")
        try:
            again = _read(temporary, {found.journal.task: found.journal.spec})
            if to_text(again.journal, again.steps, again.facts) == text:
                return
        except FileError as error:  # it names the temporary file
            why = error.values.get("why", error)
        words = mark("core", "{path} could not be written: {why}. Choose another place.")
        raise FileError(words, path=path, why=why)

    with replacing(path, check) as file:
        file.write(text)


def read_journal(path: Path, specs: Mapping[str, Spec]) -> JournalFile:
    """Read a run's journal; files of its that have gone are looked for beside it.

    Parameters
    ----------
    specs : mapping of str to Spec
        The tasks' own settings by their names: what the file leaves out is as there.

    Raises
    ------
    FileError
        When it cannot be read, is damaged, or of another version.
    """
    found = _read(path, specs)
    spec = _with_files_beside(found.journal.spec, Path(path).absolute().parent)
    return replace(found, journal=replace(found.journal, spec=spec))


def _read(path: Path, specs: Mapping[str, Spec]) -> JournalFile:
    text = read_text(path, MAX_TEXT_BYTES)  # its errors name the file by themselves
    try:
        return journal_of_text(text, specs)
    except FileError as error:
        raise FileError(mark("core", "{path}: {why}"), path=path, why=error) from error


def is_journal(path: Path) -> bool:
    """Return whether a file is a text: other files of runs hold numbers as they are.

    Raises
    ------
    FileError
        When it cannot be read.
    """
    try:
        with open_regular(path) as file:
            return b"\0" not in file.read(_HEAD_BYTES)
    except OSError as error:
        text = mark("core", "{path} could not be read: {why}. Check the name.")
        raise FileError(text, path=path, why=error.strerror or str(error)) from error


def named_files(spec: Spec) -> dict[str, str]:
    """Return the files that settings name, by their keys: data, and weights to start from."""
    values = flat(spec)
    names = {key: values.get(key, "") for key in (".".join(parts) for parts in NAMING_FILES)}
    return {
        key: name
        for key, name in names.items()
        if isinstance(name, str) and name and not name.startswith(EXAMPLE)
    }


def _with_files_beside(spec: Spec, folder: Path) -> Spec:
    """Return settings whose files lie beside the journal, where they are not where they were."""
    moved: dict[str, str] = {}
    for key, name in named_files(spec).items():
        beside = folder / Path(name).name
        if "\0" not in name and not Path(name).exists() and beside.exists():
            moved[key] = str(beside)
    return with_settings(spec, moved) if moved else spec
