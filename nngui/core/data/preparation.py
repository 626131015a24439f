"""What a network that was trained on a table expects of its inputs, and what its outputs mean.

It is saved with the network, so that the model can be used on the table's own columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from nngui.core.errors import DataError, NnguiError
from nngui.core.spec import Frozen
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
    """

    version: Literal[1] = 1
    numbers: Names
    categories: Annotated[tuple[tuple[Name, Names], ...], Field(max_length=10_000)]
    target: Name
    classes: Names
    fill: Numbers
    mean: Numbers
    std: Numbers
    y_mean: float = 0.0
    y_std: float = 1.0

    @model_validator(mode="after")
    def _check(self) -> Self:
        inputs = len(self.numbers) + sum(len(values) for _, values in self.categories)
        if not inputs or not inputs == len(self.fill) == len(self.mean) == len(self.std):
            raise ValueError("each input has a fill, a mean and a deviation")
        if not all(std > 0 for std in (*self.std, self.y_std)) or len(self.classes) == 1:
            raise ValueError("deviations are positive, and classes are several")
        return self

    @property
    def columns(self) -> list[str]:
        """The columns of a table that it takes."""
        return [*self.numbers, *(name for name, _ in self.categories)]

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
            When a column is missing, or holds words in place of numbers.
        """
        import torch

        from nngui.core.data.table_math import encode

        for name in self.columns:
            if name not in table.columns:
                text = mark("core", "There is no column {name}, which the model needs.")
                raise DataError(text, name=name)
        for name in self.numbers:
            _check_numbers(table[name])
        categories = {name: list(values) for name, values in self.categories}
        x = encode(table, list(self.numbers), categories)
        fill, mean, std = (torch.tensor(part) for part in (self.fill, self.mean, self.std))
        return (torch.where(x.isnan(), fill, x) - mean) / std

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
        out = out.softmax(1) if self.classes else out * self.y_std + self.y_mean
        found: Floats = out.numpy()
        return found


def _check_numbers(column: pd.Series) -> None:
    import pandas as pd

    if pd.api.types.is_numeric_dtype(column) or not column.notna().any():
        return
    words = column[pd.to_numeric(column, errors="coerce").isna() & column.notna()]
    text = mark("core", "The column {name} holds {word}, where the model takes numbers.")
    raise DataError(
        text, name=column.name, word=repr(str((words if len(words) else column).iloc[0])[:40])
    )


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
