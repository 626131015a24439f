"""From the cells of a table to what a network sees.

Exported scripts hold these functions as they stand here, so that they need nothing but pandas
and torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import torch

if TYPE_CHECKING:
    from torch import Tensor


def encode(table: pd.DataFrame, numbers: list[str], categories: dict[str, list[str]]) -> Tensor:
    """Return the numbers, then a column of 0 and 1 for each category, float64; a gap is NaN."""
    parts = [torch.from_numpy(table[numbers].to_numpy("float64", copy=True))]
    for name, values in categories.items():
        codes = pd.Categorical(table[name], categories=values).codes
        codes = torch.from_numpy(codes.astype("int64"))
        ones = torch.nn.functional.one_hot(codes.clamp(min=0), len(values)).double()
        parts.append(ones.masked_fill((codes < 0).unsqueeze(1), torch.nan))
    return torch.cat(parts, 1)


def split_off(y: Tensor, share: float, classes: int) -> tuple[Tensor, Tensor]:
    """Draw the rows to keep and those to hold out: of each class the same share."""
    order = torch.randperm(len(y))
    groups = [order[y[order] == c] for c in range(classes)] if classes else [order]
    held = torch.cat([rows[: int(len(rows) * share + 0.5)] for rows in groups])
    kept = torch.ones(len(y), dtype=torch.bool)
    kept[held] = False
    return kept.nonzero().flatten(), held.sort().values


def fill_values(x: Tensor, counts: list[int]) -> Tensor:
    """Return what fills gaps: a number's mean, a category's most frequent value.

    `counts` has how many columns each category takes, behind the numbers.
    """
    fill = x.nanmean(0).nan_to_num()
    first = len(fill) - sum(counts)
    for count in counts:
        shares = fill[first : first + count]
        shares.copy_(torch.nn.functional.one_hot(shares.argmax(), count))
        first += count
    return fill


def scale_of(x: Tensor, numbers: int) -> tuple[Tensor, Tensor]:
    """Return mean and deviation of the numbers, the first columns; the others stay 0 and 1."""
    mean, std = x.mean(0), x.std(0)
    mean[numbers:], std[numbers:] = 0, 1
    std[std == 0] = 1  # the same in all rows
    return mean, std
