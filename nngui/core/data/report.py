"""What was made of the data: what was read, left out, filled, and what else is to be said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nngui.core.errors import NnguiError

MAX_NAMED = 10  # names in a list; how many there are in all stands beside them
Thing = Literal["rows", "columns", "cells", "lines", "files", "classes"]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What is not used, and why.

    Attributes
    ----------
    what : str
        ``rows``, ``columns``, ``cells``, ``lines``, ``files`` or ``classes``.
    count : int
        How many.
    why : NnguiError
        A sentence that names them.
    names : tuple of str
        Of columns, files, or lines by their numbers: the first of them, or all.
    """

    what: Thing
    count: int
    why: NnguiError
    names: tuple[str, ...] = ()

    def summary(self) -> dict[str, Any]:
        """Return it for a line of JSON: the same of rows, columns, cells, lines and files."""
        return {
            "what": self.what,
            "count": self.count,
            "names": list(self.names[:MAX_NAMED]),
            "why": str(self.why),
        }


@dataclass(frozen=True, slots=True)
class ColumnReport:
    """A column of a table as it is used.

    Attributes
    ----------
    name : str
    kind : str
        See `column_type.KINDS`.
    use : str
        ``target``, ``feature`` or ``left out``.
    reason : NnguiError
        Why it is taken for that kind, or left out.
    gaps : int
        Cells without a value among the rows that are used.
    """

    name: str
    kind: str
    use: str
    reason: NnguiError
    gaps: int = 0


@dataclass(frozen=True, slots=True)
class DataReport:
    """What was made of a file.

    Attributes
    ----------
    read, used : int
        Rows or images in the file, and those that are trained or tested on.
    left_out : tuple of LeftOut
    filled : mapping of str to int
        The gaps that are filled, by column.
    notes : tuple of NnguiError
        All that is to be said, a sentence each; also of what is left out and filled.
    columns : tuple of ColumnReport
        Of a table, in its order.
    """

    read: int
    used: int
    left_out: tuple[LeftOut, ...] = ()
    filled: Mapping[str, int] | None = None
    notes: tuple[NnguiError, ...] = ()
    columns: tuple[ColumnReport, ...] = ()

    def summary(self) -> dict[str, Any]:
        """Return it for a line of JSON."""
        return {
            "rows": {"read": self.read, "used": self.used},
            "left_out": [one.summary() for one in self.left_out],
            "filled": dict(self.filled or {}),
            "notes": [str(note) for note in self.notes],
        }


def listed(names: list[str] | tuple[str, ...], most: int = MAX_NAMED) -> str:
    """Return names with commas between them; of many the first, and how many more there are."""
    more = f", … (+{len(names) - most})" if len(names) > most else ""
    return ", ".join(names[:most]) + more
