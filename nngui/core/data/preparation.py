"""What a network that was trained on a table expects of its inputs, and what its outputs mean.

It is saved with the network, so that the model can be used on the table's own columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from nngui.core.data.column_type import ColumnType
from nngui.core.errors import DataError, NnguiError
from nngui.core.spec import Frozen
from nngui.core.spec.table import MAX_NAME
from nngui.core.text import mark

if TYPE_CHECKING:
    import pandas as pd
    from torch import Tensor, nn

    from nngui.core.arrays import Floats
    from nngui.core.data.columns import Columns
    from nngui.core.data.data import Data, Prepared

LONGEST = 4_000_000  # characters of a saved one
Name = Annotated[str, Field(max_length=10_000)]
Names = Annotated[tuple[Name, ...], Field(max_length=10_000)]
Numbers = Annotated[tuple[float, ...], Field(max_length=10_000)]


class Preparation(Frozen):
    """The columns, and how they become inputs; frozen, and checked when it is read.

    Attributes
    ----------
    numbers, categories, target, classes
        See `columns.Columns`.
    fill, mean, std : tuple of float
        For each input: what stands for a gap, and what is subtracted and divided by.
    y_mean, y_std : float
        The outputs are multiplied by `y_std`, and `y_mean` is added; 0 and 1 with classes.
    types, dates
        See `columns.Columns`; files written by earlier versions have none, and plain numbers.
    separator, decimal : str
        How the training table was written, if it was a text: tables to predict are likely alike.
    sheet, units
        See `columns.Columns`.
    """

    version: Literal[1, 2] = 2
    numbers: Names
    categories: Annotated[tuple[tuple[Name, Names], ...], Field(max_length=10_000)]
    target: Name
    classes: Names
    fill: Numbers
    mean: Numbers
    std: Numbers
    y_mean: float = 0.0
    y_std: float = 1.0
    types: Annotated[tuple[tuple[Name, ColumnType], ...], Field(max_length=10_001)] = ()
    dates: Annotated[tuple[tuple[Name, Names], ...], Field(max_length=10_000)] = ()
    separator: Annotated[str, Field(max_length=10)] = ""
    decimal: Annotated[str, Field(max_length=10)] = ""
    sheet: Annotated[str, Field(max_length=MAX_NAME)] = ""
    units: bool = False

    @model_validator(mode="after")
    def _check(self) -> Self:
        inputs = len(self.numbers) + sum(len(values) for _, values in self.categories)
        if not inputs or not inputs == len(self.fill) == len(self.mean) == len(self.std):
            raise ValueError("each input has a fill, a mean and a deviation")
        if not all(std > 0 for std in (*self.std, self.y_std)) or len(self.classes) == 1:
            raise ValueError("deviations are positive, and classes are several")
        return self

    @property
    def features(self) -> dict[str, ColumnType]:
        """The columns of a table that it takes, and how their cells are read."""
        if self.types:
            return {name: how for name, how in self.types if name != self.target}
        numbers = dict.fromkeys(self.numbers, ColumnType())
        words = (name for name, _ in self.categories)
        return numbers | dict.fromkeys(words, ColumnType(kind="category"))

    @property
    def columns(self) -> list[str]:
        """The names of the columns of a table that it takes."""
        return list(self.features)

    def values_of(self, name: str) -> tuple[str, ...]:
        """Return the categories of a column of words."""
        return dict(self.categories)[name]

    @property
    def outputs(self) -> int:
        """How many values the network gives for a row."""
        return len(self.classes) or 1

    def is_of(self, columns: Columns) -> bool:
        """Return whether it is for a table with these columns."""
        mine = (self.numbers, self.categories, self.target, self.classes)
        return mine == (columns.numbers, columns.categories, columns.target, columns.classes)

    def inputs(self, table: pd.DataFrame) -> Tensor:
        """Return the rows of a table as the network sees them, shape (n, inputs), float32.

        Raises
        ------
        DataError
            When a column is missing.
        """
        import torch

        from nngui.core.data.table_math import encode

        clean = self.clean(table)
        categories = {name: list(values) for name, values in self.categories}
        x = encode(clean, list(self.numbers), categories)
        fill, mean, std = (
            torch.tensor(part, dtype=torch.float64) for part in (self.fill, self.mean, self.std)
        )
        return ((torch.where(x.isnan(), fill, x) - mean) / std).float()

    def clean(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the columns that it takes as they are used (see `clean.clean_table`).

        Raises
        ------
        DataError
            When a column is missing.
        """
        from nngui.core.data.clean import clean_table

        for name in self.features:
            if name not in table.columns:
                text = mark("core", "There is no column {name}, which the model needs.")
                raise DataError(text, name=name)
        return clean_table(table, self.features.items(), dict(self.categories))

    def predict(self, net: nn.Module, table: pd.DataFrame) -> Floats:
        """Return what the network says of the rows of a table.

        Returns
        -------
        ndarray
            Shape (n, 1), in the target's own units; or the classes' probabilities, (n, classes).

        Raises
        ------
        DataError
            See `inputs`.
        """
        from nngui.core.forward import evaluating, forward_in_batches

        x = self.inputs(table)
        with evaluating(net):
            out = forward_in_batches(net, x)
        out = out.softmax(1) if self.classes else out.double() * self.y_std + self.y_mean
        found: Floats = out.numpy()
        return found


def preparation_of(data: Data, prepared: Prepared) -> Preparation | None:
    """Return what a run's networks expect of a table's rows; None without a table."""
    columns, p = data.columns, prepared
    if columns is None or p.fill is None:
        return None
    return Preparation(
        numbers=columns.numbers,
        categories=columns.categories,
        target=columns.target,
        classes=columns.classes,
        fill=tuple(p.fill.tolist()),
        mean=tuple(p.x_mean.tolist()),
        std=tuple(p.x_std.tolist()),
        y_mean=p.y_mean.item(),
        y_std=p.y_std.item(),
        types=columns.types,
        dates=columns.dates,
        separator=columns.separator,
        decimal=columns.decimal,
        sheet=columns.sheet,
        units=columns.units,
    )


def read_preparation(text: str | bytes) -> Preparation:
    """Read what `Preparation.model_dump_json` wrote.

    Raises
    ------
    NnguiError
        When it makes no sense.
    """
    try:
        return Preparation.model_validate_json(text)
    except ValidationError as error:
        raise NnguiError(mark("core", "its description of the table makes no sense")) from error
