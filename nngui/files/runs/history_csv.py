"""Losses as CSV: a header, then a row per optimizer step, floats that read back exactly.

Of a run that was touched there is a last column, ``edit``: in the row of the first step that was
taken with it, what was changed.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TextIO

from nngui.core.journal.edit_text import edits_by_row, is_told
from nngui.core.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nngui.core.journal.journal import Journal
    from nngui.core.records.history import History


EDIT = "edit"


def write_header(file: TextIO, columns: Sequence[str]) -> None:
    """Write ``step`` and the columns' names."""
    file.write(",".join(["step", *columns]) + "\n")


def write_rows(
    file: TextIO,
    first: int,
    rows: Iterable[Iterable[float]],
    edits: Mapping[int, str] | None = None,
) -> None:
    """Write rows, the first of which is step `first`; what was not measured stays empty.

    Parameters
    ----------
    edits : mapping of int to str, optional
        What was edited, by step (see `edit_text.edits_by_row`); None: there is no such column.
    """
    for step, row in enumerate(rows, start=first):
        cells = ["" if math.isnan(v) and i else repr(float(v)) for i, v in enumerate(row)]
        cells += [] if edits is None else [_quoted(edits.get(step, ""))]
        file.write(f"{step}," + ",".join(cells) + "\n")


def _quoted(text: str) -> str:
    """Return a text as a cell: on one line, in quotation marks where it needs them."""
    text = printable(text)
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"') else text


def write_batch(file: TextIO, step: int, place: tuple[int, int], *values: list[float]) -> None:
    """Write the row of a batch: its pass and number in it, from 0, and lists of its values."""
    lists = (" ".join(map(repr, numbers)) for numbers in values)
    file.write(",".join([str(step), *map(str, place), *lists]) + "\n")


def write_history(file: TextIO, history: History, journal: Journal | None = None) -> None:
    """Write all that a History holds exactly: the last million steps, or all of a shorter run.

    Parameters
    ----------
    journal : Journal, optional
        What happened to the run: if it was touched, the rows say where.
    """
    edits = edits_by_row(journal) if journal is not None and is_told(journal) else None
    write_header(file, [*history.columns, *([] if edits is None else [EDIT])])
    write_exact_rows(file, history, edits)


def write_exact_rows(
    file: TextIO, history: History, edits: Mapping[int, str] | None = None
) -> None:
    """Write the rows that a History holds exactly, without a header."""
    stop, piece = len(history), 10_000
    for first in range(history.first_exact, stop, piece):
        rows = history.exact(first, min(first + piece, stop)).tolist()
        write_rows(file, first + 1, rows, edits)
