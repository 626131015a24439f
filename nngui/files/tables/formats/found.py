"""What was found in a file that is no text: its columns, and how a script reads them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from nngui.core.code_text import value_code
from nngui.files.tables import words as word_columns
from nngui.files.tables.table import checked_frame

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    import pandas as pd

    from nngui.core.data.report import LeftOut
    from nngui.core.errors import NnguiError

WHOLE = (
    "lambda cell: str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)"
)
STRIPPED = (
    "for name in words:",
    "    cells = table[name].map(str.strip, na_action='ignore')",
    "    table[name] = cells.where(cells != '')",
)


@dataclass(frozen=True, eq=False)
class Found:
    """The columns of a file.

    Attributes
    ----------
    frame : DataFrame
    code : tuple of str
        Lines of a script that make the same ``table`` of the file ``TABLE``; the columns' names
        are not among them.
    notes : tuple of NnguiError
        What else is to be said, a sentence each.
    left_out : tuple of LeftOut
    padded : tuple of str
        The columns of words with blanks around some of them.
    """

    frame: pd.DataFrame
    code: tuple[str, ...]
    notes: tuple[NnguiError, ...] = ()
    left_out: tuple[LeftOut, ...] = field(default=())
    padded: tuple[str, ...] = ()

    def cleaned(self, path: Path, text: Collection[str]) -> Found:
        """Return the columns under names of their own, each of numbers or of words.

        Raises
        ------
        DataError
            When there are no rows, or too many columns.
        """
        frame = word_columns.as_words(checked_frame(path, self.frame), text)
        words = [name for name in frame if frame[name].dtype == "category"]
        padded = [name for name in words if word_columns.has_blanks(frame[name])]
        frame = frame.assign(**{name: word_columns.stripped(frame[name]) for name in padded})
        return replace(self, frame=frame, padded=tuple(padded))


def found_code(
    names: list[str], code: Collection[str], padded: Collection[str], text: Collection[str]
) -> list[str]:
    """Return lines of a script that read a file's columns.

    Parameters
    ----------
    names : list of str
        Of the columns.
    code, padded
        See `Found`.
    text : collection of str
        The columns whose cells are words.
    """
    lines = [*code, *value_code("table.columns", names)]
    words = [name for name in names if name in text or name in padded]
    if words:
        lines += [
            *value_code("words", words),
            "for name in words:",
            "    table[name] = table[name].map(",
            f"        {WHOLE},",
            "        na_action='ignore',",
            "    )",
        ]
    blank = [name for name in words if name in padded]
    return [*lines, *value_code("words", blank), *STRIPPED] if blank else lines
