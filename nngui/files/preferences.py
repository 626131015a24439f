"""What the program remembers from one start to the next: plain values in a TOML file.

The file carries a version. One that cannot be understood is never written over: it is set aside
under another name, and the defaults are used.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import tomli_w

from nngui.core.errors import FileError, NnguiError
from nngui.core.text import mark
from nngui.files.atomic import read_text, write_text

if TYPE_CHECKING:
    from pathlib import Path

VERSION = 1
LARGEST = 1_000_000  # bytes


class Preferences:
    """Values by name. A missing file is a first start.

    Attributes
    ----------
    problem : NnguiError or None
        What went wrong with the file last, for the person; see `take_problem`.

    Parameters
    ----------
    path : Path
        The file; its folder need not be there yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.problem: NnguiError | None = None
        self._values = self._read()

    def text(self, name: str, default: str = "") -> str:
        """Return a text; the default where there is none."""
        value = self._values.get(name)
        return value if isinstance(value, str) else default

    def texts(self, name: str) -> list[str]:
        """Return a list of texts; what is none in it is left out."""
        value = self._values.get(name)
        return [entry for entry in value if isinstance(entry, str)] if type(value) is list else []

    def put(self, **changes: str | list[str] | None) -> None:
        """Change values, and write the file at once; None forgets one.

        Another window may have written it since: what that changed, and this does not, stays.
        A file that cannot be written is a `problem`, and not an error: the program goes on.
        """
        self._values = self._read() | changes
        self._values = {name: value for name, value in self._values.items() if value is not None}
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_text(self._path, tomli_w.dumps({"version": VERSION, **self._values}))
        except OSError as error:
            self.problem = _unwritable(self._path, error.strerror or str(error))
        except FileError as error:
            self.problem = _unwritable(self._path, error.values.get("why", ""))

    def take_problem(self) -> NnguiError | None:
        """Return the problem, and forget it: it is told once."""
        problem, self.problem = self.problem, None
        return problem

    def _read(self) -> dict[str, Any]:
        if not self._path.exists():
            return {}
        try:
            values = tomllib.loads(read_text(self._path, LARGEST))
        except (FileError, ValueError, RecursionError):
            text = mark(
                "core",
                "The program's settings in {path} could not be read. They were set aside as "
                "{aside}, and the defaults are used.",
            )
            self._set_aside("broken", text)
            return {}
        version = values.pop("version", None)
        if type(version) is not int or version != VERSION:
            text = mark(
                "core",
                "The program's settings in {path} are of another version of nngui. They were set "
                "aside as {aside}, and the defaults are used.",
            )
            self._set_aside("other", text)
            return {}
        return values

    def _set_aside(self, ending: str, sentence: str) -> None:
        """Rename the file to a name that is free."""
        number, aside = 1, self._path.with_name(f"{self._path.name}.{ending}")
        while aside.exists():
            number += 1
            aside = self._path.with_name(f"{self._path.name}.{ending}{number}")
        try:
            self._path.rename(aside)
        except OSError:  # it stays where it is, and is written over when that becomes possible
            aside = self._path
        self.problem = NnguiError(sentence, path=self._path, aside=aside.name)


def _unwritable(path: Path, why: object) -> NnguiError:
    text = mark(
        "core",
        "The program's settings could not be kept in {path}: {why}. The next start will not know "
        "of them.",
    )
    return NnguiError(text, path=path, why=why)
