"""What the columns of a table are for, and to which part a row belongs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nngui.core.data.column_type import ColumnType

TRAIN, VALIDATION, TEST = 0, 1, 2
"""The parts of the rows, as in `Prepared.parts`."""


@dataclass(frozen=True)
class Columns:
    """What the columns of a table are for.

    Attributes
    ----------
    numbers : tuple of str
        The inputs that are numbers: columns, and behind them the parts of dates.
    categories : tuple of (str, tuple of str)
        The features that are names, and the names that there are.
    target : str
    classes : tuple of str
        What the target can be; empty where it is a number.
    types : tuple of (str, ColumnType)
        How the cells of each column are read, the target's too.
    dates : tuple of (str, tuple of str)
        The features that are dates, and the inputs that are made of each.
    separator, decimal : str
        How the file is written, if it is a text.
    sheet : str
        In which of its sheets the table is, if it has some.
    units : bool
        There is a row of units below the header.
    """

    numbers: tuple[str, ...]
    categories: tuple[tuple[str, tuple[str, ...]], ...]
    target: str
    classes: tuple[str, ...] = ()
    types: tuple[tuple[str, ColumnType], ...] = ()
    dates: tuple[tuple[str, tuple[str, ...]], ...] = ()
    separator: str = ""
    decimal: str = ""
    sheet: str = ""
    units: bool = False

    @property
    def counts(self) -> list[int]:
        """How many inputs each category takes."""
        return [len(values) for _, values in self.categories]

    @property
    def inputs(self) -> tuple[str, ...]:
        """What the network's inputs are called: ``age``, ``colour=red``."""
        ones = (f"{name}={value}" for name, values in self.categories for value in values)
        return (*self.numbers, *ones)

    @property
    def features(self) -> list[tuple[str, slice]]:
        """Each feature with the inputs that it takes."""
        plain = len(self.numbers) - sum(len(inputs) for _, inputs in self.dates)
        found = [(name, slice(i, i + 1)) for i, name in enumerate(self.numbers[:plain])]
        first = plain
        for name, values in (*self.dates, *self.categories):
            found.append((name, slice(first, first + len(values))))
            first += len(values)
        return found
