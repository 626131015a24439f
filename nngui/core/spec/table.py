"""A user's own table as settings: the file, how it is written, and what its columns are for."""

from __future__ import annotations

from typing import Any, Literal, TypeVar

from pydantic import model_validator

from nngui.core.errors import SettingError
from nngui.core.spec.fields import Frozen, setting
from nngui.core.spec.refusals import short_text
from nngui.core.spec.spec import DataSpec, Spec
from nngui.core.spec.table_defaults import fitting_settings
from nngui.core.text import mark

SomeSpec = TypeVar("SomeSpec", bound=Spec)
Missing = Literal["fill", "drop"]
YesNo = Literal["", "yes", "no"]
DatePart = Literal["year", "month", "weekday", "day of year", "days", "hour"]
DATE_PARTS: tuple[DatePart, ...] = ("year", "month", "weekday", "day of year", "days", "hour")
EXAMPLE = "example:"  # before the name of a table that comes with the program
MAX_NAME = 4096
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "gb18030", "big5", "shift_jis", "cp1252", "latin-1")


def is_text_encoding(name: str) -> bool:
    """Return whether Python knows a text encoding of that name; ``zip`` and ``hex`` are none."""
    try:
        "a".encode(name)
    except UnicodeError:  # it is one that has no such letter
        return name.isascii()
    except (LookupError, ValueError):  # none at all, one from bytes to bytes, or a name with a NUL
        return False
    return name.isascii()


class TableSpec(Frozen):
    """Which table, and how it is read; without a path there is none.

    An empty text for how the file is written means: found out by looking at it.
    """

    path: str = setting(
        "",
        mark("core", "Table"),
        mark("core", "The file, or example:iris and the like for a table that comes along."),
        max_length=MAX_NAME,
    )
    target: str = setting(
        "",
        mark("core", "Target"),
        mark("core", "The column to predict; empty: the last one."),
        max_length=MAX_NAME,
    )
    features: tuple[str, ...] = setting(
        (),
        mark("core", "Features"),
        mark("core", "The columns to predict it from; empty: all that can be used."),
        max_length=10_000,
    )
    categories: tuple[str, ...] = setting(
        (),
        mark("core", "Categories"),
        mark("core", "Columns of numbers that are names, such as a postal code."),
        max_length=10_000,
    )
    numbers: tuple[str, ...] = setting(
        (),
        mark("core", "Numbers"),
        mark("core", "Columns that are numbers; every cell that is none is a gap."),
        max_length=10_000,
    )
    dates: tuple[str, ...] = setting(
        (),
        mark("core", "Dates"),
        mark("core", "Columns that are dates."),
        max_length=10_000,
    )
    date_parts: tuple[DatePart, ...] = setting(
        DATE_PARTS,
        mark("core", "Parts of dates"),
        mark("core", "The numbers that are made of a date."),
        max_length=len(DATE_PARTS),
    )
    day_first: YesNo = setting(
        "",
        mark("core", "Day first"),
        mark("core", "Whether 03/04 is a day in April; empty: found out."),
    )
    left_out: tuple[str, ...] = setting(
        (),
        mark("core", "Left out"),
        mark("core", "Columns that are not used."),
        max_length=10_000,
    )
    gaps: tuple[str, ...] = setting(
        (),
        mark("core", "Marks of gaps"),
        mark("core", "What stands for a gap, such as -999 or unknown, in any column."),
        max_length=1000,
    )
    words: tuple[str, ...] = setting(
        (),
        mark("core", "Words"),
        mark("core", "What is a word, although it looks like a gap, such as NA."),
        max_length=1000,
    )
    thousands: str = setting(
        "",
        mark("core", "Thousands"),
        mark("core", "What groups thousands, or none; empty: found out."),
        max_length=4,
    )
    missing: Missing = setting(
        "fill",
        mark("core", "Gaps"),
        mark(
            "core",
            "Fill: by the mean, or the most frequent category, of the training rows. Drop: leave "
            "out the rows with gaps.",
        ),
        labels={"fill": mark("core", "Fill"), "drop": mark("core", "Drop rows")},
    )
    test: float = setting(
        0.2,
        mark("core", "Test"),
        mark("core", "The share of the rows that training never sees: they test the result."),
        ge=0,
        le=0.9,
        zero=mark("core", "off"),
    )
    separator: str = setting(
        "",
        mark("core", "Separator"),
        mark("core", "What stands between cells, one character; a space is any white space."),
        max_length=1,
    )
    decimal: Literal["", ".", ","] = setting(
        "", mark("core", "Decimal sign"), mark("core", "A point or a comma.")
    )
    encoding: str = setting(
        "", mark("core", "Encoding"), mark("core", "Such as utf-8 or cp1252."), max_length=40
    )
    header: YesNo = setting(
        "",
        mark("core", "Header line"),
        mark("core", "Whether a line names the columns: yes or no."),
    )
    comment: str = setting(
        "",
        mark("core", "Comment sign"),
        mark("core", "What a comment begins with, one character; or none."),
        max_length=4,
    )
    sheet: str = setting(
        "", mark("core", "Sheet"), mark("core", "Of an Excel file."), max_length=MAX_NAME
    )
    skip: int = setting(
        -1,
        mark("core", "Lines above"),
        mark("core", "How many lines stand above the header; -1: found out."),
        ge=-1,
        le=1_000_000,
    )
    units: YesNo = setting(
        "",
        mark("core", "Row of units"),
        mark("core", "Yes: the row below the header holds units, and is no data."),
    )
    row_names: YesNo = setting(
        "",
        mark("core", "Row names"),
        mark("core", "Yes: the rows have names in front, and the header has none for them."),
    )
    totals: YesNo = setting(
        "",
        mark("core", "Totals"),
        mark(
            "core",
            "Yes: totals and remarks below the rows, and headers repeated between them, are no "
            "data.",
        ),
    )

    @model_validator(mode="after")
    def _check_encoding(self) -> TableSpec:
        if self.encoding and not is_text_encoding(self.encoding):
            text = mark("core", "{key} is {value}, but must be a text encoding, such as {known}.")
            key, known = "data.table.encoding", ", ".join(ENCODINGS)
            raise SettingError(text, key=key, value=short_text(self.encoding), known=known)
        return self


FORMAT_FIELDS = (
    "separator", "decimal", "encoding", "header", "comment", "sheet", "skip", "units", "row_names",
    "totals",
)  # fmt: skip
"""Those that say how the file is written."""
TABLE_FIELDS = tuple(
    name for name in TableSpec.model_fields if name not in ("path", "target", "features")
)
"""Those that have an option of their own on the command line, besides these three."""


class TabularData(DataSpec):
    """Data that may come from a table."""

    table: TableSpec = TableSpec()


def table_settings(rows: int = 0, inputs: int = 0, **table: object) -> dict[str, Any]:
    """Return the settings that train on a table, for `toml.with_settings`.

    Parameters
    ----------
    rows, inputs : int
        Of the table, where they are known: how it is trained follows from them (see
        `table_defaults`).
    **table
        Fields of a `TableSpec`.
    """
    return {
        **fitting_settings(rows, inputs),
        "data.kind": "table",
        "data.standardise": True,
        **{f"data.table.{name}": value for name, value in table.items()},
    }
