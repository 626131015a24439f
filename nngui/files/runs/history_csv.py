"""Losses as CSV: a header, then a row per optimizer step, floats that read back exactly."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nngui.core.records.history import History


def write_header(file: TextIO, columns: Sequence[str]) -> None:
    """Write ``step`` and the columns' names."""
    file.write(",".join(["step", *columns]) + "\n")


def write_rows(file: TextIO, first: int, rows: Iterable[Iterable[float]]) -> None:
    """Write rows, the first of which is step `first`; what was not measured stays empty."""
    for step, row in enumerate(rows, start=first):
        cells = ("" if math.isnan(v) and i else repr(float(v)) for i, v in enumerate(row))
        file.write(f"{step}," + ",".join(cells) + "\n")


def write_batch(file: TextIO, step: int, place: tuple[int, int], *values: list[float]) -> None:
    """Write the row of a batch: its pass and number in it, from 0, and lists of its values."""
    lists = (" ".join(map(repr, numbers)) for numbers in values)
    file.write(",".join([str(step), *map(str, place), *lists]) + "\n")


def write_history(file: TextIO, history: History) -> None:
    """Write all that a History holds exactly: the last million steps, or all of a shorter run."""
    write_header(file, history.columns)
    write_exact_rows(file, history)


def write_exact_rows(file: TextIO, history: History) -> None:
    """Write the rows that a History holds exactly, without a header."""
    stop, piece = len(history), 10_000
    for first in range(history.first_exact, stop, piece):
        write_rows(file, first + 1, history.exact(first, min(first + piece, stop)).tolist())
