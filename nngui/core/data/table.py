"""The rows of a table split, their gaps filled, and standardised."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from nngui.core.data.columns import TEST, TRAIN, VALIDATION
from nngui.core.data.data import Prepared, check
from nngui.core.data.table_math import fill_values, scale_of, split_off
from nngui.core.errors import DataError
from nngui.core.text import mark

if TYPE_CHECKING:
    from torch import Tensor

    from nngui.core.data.data import Data


def prepare_table(data: Data, validation: float) -> Prepared:
    """Split the rows of a table, then fill gaps and standardise by the training rows alone.

    All of it is worked out in float64, and only what the network sees is float32: of large numbers
    with small differences, such as times, float32 would leave next to nothing.

    Parameters
    ----------
    data : Data
        With `columns`; a gap in x is NaN.
    validation : float
        The share of the rows that are not for the test.

    Raises
    ------
    DataError
        When too few rows are left to train on.
    """
    columns = data.columns
    assert columns is not None
    classes = len(columns.classes)
    x, y = data.x, data.y
    rows = torch.arange(len(x))
    parts = torch.zeros(len(x), dtype=torch.int8)
    held: dict[int, tuple[Tensor, Tensor]] = {}
    for part, share in ((TEST, data.test), (VALIDATION, validation)):
        if not share:
            continue
        kept, out = split_off(y, share, classes)
        _check_shares(len(data.x), len(kept), len(out), share)
        parts[rows[out]] = part
        held[part] = x[out], y[out]
        x, y, rows = x[kept], y[kept], rows[kept]
    check(replace(data, x=x, y=y))
    fill = fill_values(x, columns.counts)
    x = torch.where(x.isnan(), fill, x)
    x_mean, x_std = torch.zeros_like(x[0]), torch.ones_like(x[0])
    y_mean, y_std = torch.zeros(1, dtype=torch.float64), torch.ones(1, dtype=torch.float64)
    if data.standardise:
        x_mean, x_std = scale_of(x, len(columns.numbers))
        if not classes:
            y_mean, y_std = scale_of(y, 1)
    prepared = Prepared((x, y), None, x_mean, x_std, y_mean, y_std, fill=fill, parts=parts)
    seen = {part: prepared.seen(*both) for part, both in {TRAIN: (x, y), **held}.items()}
    return replace(prepared, train=seen[TRAIN], held_out=seen.get(VALIDATION), test=seen.get(TEST))


def _check_shares(rows: int, kept: int, out: int, share: float) -> None:
    if out < 1 or kept < 2:
        text = mark(
            "core", "{n} rows are too few to keep {share} of them out: use more or turn it off."
        )
        raise DataError(text, n=rows, share=f"{share:.0%}")
