"""What the program remembers from one start to the next: plain values in a TOML file.

The file carries a version. One that cannot be understood is never written over: it is set aside
under another name, and the defaults are used. One that cannot be read at all, or not be set aside,
stays as it is, and nothing is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import tomli_w

from nngui.core.errors import FileError, NnguiError, SettingError
from nngui.core.spec.toml_text import read_toml
from nngui.core.text import mark
from nngui.files.atomic import read_text, write_text

if TYPE_CHECKING:
    from pathlib import Path

VERSION = 1
MAX_NUMBER = 2**31

Value = str | list[str] | list[int]


class Preferences:
    """Texts, and lists of texts or whole numbers, by name. A missing file is a first start.

    Attributes
    ----------
    problem : NnguiError or None
        What went wrong with the file last, for the user; see `take_problem`.

    Parameters
    ----------
    path : Path
        The file; its folder need not be there yet.
    keep : bool
        Whether changes are written; if not, the file is left alone, whatever is in it.
    """

    def __init__(self, path: Path, *, keep: bool = True) -> None:
        self._path, self._keep = path, keep
        self.problem: NnguiError | None = None
        self._reported: set[str] = set()
        self._values: dict[str, Value] = {}
        self._unwritten: dict[str, Value | None] = {}
        self.reload()

    def text(self, name: str, default: str = "") -> str:
        """Return a text; the default where there is none."""
        value = self._values.get(name)
        return value if isinstance(value, str) else default

    def texts(self, name: str) -> list[str]:
        """Return a list of texts, empty where there is none."""
        value = self._values.get(name)
        return [x for x in value if isinstance(x, str)] if isinstance(value, list) else []

    def numbers(self, name: str) -> list[int]:
        """Return a list of whole numbers, empty where there is none."""
        value = self._values.get(name)
        return [x for x in value if isinstance(x, int)] if isinstance(value, list) else []

    def reload(self) -> None:
        """Take over what another window has written since."""
        try:
            self._values = _merged(self._read(), self._unwritten)
        except NnguiError as error:
            self._report(error)

    def put(self, **changes: Value | None) -> None:
        """Change values, and write the file at once; None forgets one.

        Another window may have written it since: what that changed, and this does not, stays.
        A file that cannot be written is a `problem`, and not an error: the program goes on, and
        the next change that can be written brings this one along.
        """
        self._unwritten |= changes
        self._values = _merged(self._values, changes)
        if not self._keep:
            return
        try:
            values = _merged(self._read(), self._unwritten)
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_text(self._path, tomli_w.dumps({"version": VERSION, **values}))
        except (OSError, NnguiError) as error:
            self._report(_unwritable(self._path, error))
        else:
            self._values = values
            self._unwritten.clear()
            self._reported.clear()

    def take_problem(self) -> NnguiError | None:
        """Return the problem, and forget it: it is told once."""
        problem, self.problem = self.problem, None
        return problem

    def _report(self, problem: NnguiError) -> None:
        """Have a problem to tell, but not the same one with every change."""
        if self._keep and str(problem) not in self._reported:
            self._reported.add(str(problem))
            self.problem = problem

    def _read(self) -> dict[str, Value]:
        """Return what stands in the file: nothing when it is missing or was set aside.

        Raises
        ------
        NnguiError
            When the file can neither be read nor be set aside.
        """
        try:
            values = read_toml(read_text(self._path))
        except FileError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                return {}
            if isinstance(error.__cause__, OSError):  # perhaps good, and readable the next time
                raise _unreadable(self._path, error) from error
            return self._set_aside("broken", BROKEN)
        except SettingError:
            return self._set_aside("broken", BROKEN)
        version = values.pop("version", None)
        if type(version) is not int or version != VERSION:
            return self._set_aside("other", OTHER)
        return _checked(values)

    def _set_aside(self, ending: str, sentence: str) -> dict[str, Value]:
        """Rename the file to a name that is free; return what then stands in its place."""
        if not self._keep:
            return {}
        number, aside = 1, self._path.with_name(f"{self._path.name}.{ending}")
        try:
            while aside.exists():
                number += 1
                aside = self._path.with_name(f"{self._path.name}.{ending}{number}")
            self._path.rename(aside)
        except FileNotFoundError:  # another window has just done so, and has told
            return {}
        except OSError as error:
            raise _unreadable(self._path, error) from error
        self._report(NnguiError(sentence, path=self._path, aside=aside.name))
        return {}


def _merged(values: dict[str, Value], changes: dict[str, Value | None]) -> dict[str, Value]:
    merged = {**values, **changes}
    return {name: value for name, value in merged.items() if value is not None}


def _checked(values: dict[str, object]) -> dict[str, Value]:
    """Leave out what is of another kind; of a list of mixed kinds, all but the texts."""
    checked: dict[str, Value] = {}
    for name, value in values.items():
        if isinstance(value, str):
            checked[name] = value
        elif isinstance(value, list):
            numbers = all(type(entry) is int and abs(entry) < MAX_NUMBER for entry in value)
            texts = [entry for entry in value if isinstance(entry, str)]
            checked[name] = value if numbers else texts
    return checked


BROKEN = mark(
    "core",
    "The program's settings in {path} could not be read. They were set aside as {aside}, and the "
    "defaults are used.",
)
OTHER = mark(
    "core",
    "The program's settings in {path} are of another version of nngui. They were set aside as "
    "{aside}, and the defaults are used.",
)


def _unreadable(path: Path, error: OSError | NnguiError) -> NnguiError:
    text = mark(
        "core",
        "The program's settings in {path} could not be read: {why}. The defaults are used, and "
        "nothing is kept.",
    )
    return NnguiError(text, path=path, why=_why(error))


def _unwritable(path: Path, error: OSError | NnguiError) -> NnguiError:
    text = mark(
        "core",
        "The program's settings could not be kept in {path}: {why}. The next start will not know "
        "of them.",
    )
    return NnguiError(text, path=path, why=_why(error))


def _why(error: OSError | NnguiError) -> object:
    """Return the system's words for it."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return error.values.get("why", str(error))
