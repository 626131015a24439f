"""How the cells of a table's column are read; saved with a model that takes such columns."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from nngui.core.spec import Frozen
from nngui.core.spec.table import DATE_PARTS, DatePart

MAX_GAPS = 1000
Text = Annotated[str, Field(max_length=10_000)]
Mark = Annotated[str, Field(max_length=100)]


class ColumnType(Frozen):
    """How the cells of a column are read (see `cells`).

    Attributes
    ----------
    kind : str
        ``number``, ``category`` or ``date``.
    decimal, thousands, unit : str
        How numbers are written.
    gaps : tuple of str
        Cells that stand for a gap, besides empty ones; of numbers, all that is no number is one.
    other : str
        The category of all words that are none of the others; empty: there is none.
    pattern : str
        How dates are written, as `strptime` has it; empty: ISO 8601.
    parts : tuple of str
        The numbers that are made of a date, of `spec.table.DATE_PARTS`.
    first : str
        The date from which its days are counted.
    """

    kind: Literal["number", "category", "date"] = "number"
    decimal: Mark = "."
    thousands: Mark = ""
    unit: Mark = ""
    gaps: Annotated[tuple[Text, ...], Field(max_length=MAX_GAPS)] = ()
    other: Text = ""
    pattern: Mark = ""
    parts: Annotated[tuple[DatePart, ...], Field(max_length=len(DATE_PARTS))] = ()
    first: Mark = ""


def part_name(name: str, part: str) -> str:
    """Return what an input is called that is a part of a date: ``sold_on (year)``."""
    return f"{name} ({part})"
