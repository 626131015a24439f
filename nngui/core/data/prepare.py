"""The data split into what is trained on and what is not, and standardised."""

from __future__ import annotations

from dataclasses import replace

import torch

from nngui.core.data.columns import VALIDATION
from nngui.core.data.data import Data, Prepared, check
from nngui.core.errors import DataError
from nngui.core.records.snapshot import DataView, ImagesView, TableView
from nngui.core.text import mark


def prepare(data: Data, validation: float) -> Prepared:
    """Split and standardise, in the order of the exported script.

    The split draws one permutation from torch's default generator, and only when it is on.
    Mean and standard deviation are those of the training part.

    Raises
    ------
    DataError
        When the split would leave too few points on either side.
    """
    if data.columns is not None:
        from nngui.core.data.table import prepare_table  # imports pandas

        return prepare_table(data, validation)
    x, y = data.x, data.y
    held_out, parts = data.held_out, None
    if validation:
        held = int(len(x) * validation)
        if held < 1 or len(x) - held < 2:
            text = mark(
                "core",
                "{n} points are too few to keep {share} of them out: use more or turn it off.",
            )
            raise DataError(text, n=len(x), share=f"{validation:.0%}")
        order = torch.randperm(len(x))
        held_out = (x[order[:held]], y[order[:held]])
        x, y = x[order[held:]], y[order[held:]]
        parts = torch.zeros(len(order), dtype=torch.int8)
        parts[order[:held]] = VALIDATION
        check(replace(data, x=x, y=y))
    if not data.standardise:
        zeros, ones = torch.zeros(x.shape[1:]), torch.ones(x.shape[1:])
        none = torch.zeros(1), torch.ones(1)
        return Prepared((x, y), held_out, zeros, ones, *none, parts=parts)
    x_mean, x_std = (x.mean(), x.std()) if x.ndim > 2 else (x.mean(0), x.std(0))
    y_mean, y_std = (torch.zeros(1), torch.ones(1)) if data.classes else (y.mean(0), y.std(0))

    raw = Prepared((x, y), held_out, x_mean, x_std, y_mean, y_std, parts=parts)
    return replace(raw, train=raw.seen(x, y), held_out=raw.seen(*held_out) if held_out else None)


def data_view(data: Data, prepared: Prepared) -> DataView:
    """Return the data as plots want them."""
    return DataView(
        x=prepared.filled(data.x).numpy(),
        y=data.y.numpy().reshape(len(data.y)),
        features=data.features,
        target=data.target,
        classes=data.classes,
        table=_table_view(data, prepared),
        images=_images_view(data, prepared),
        parts=None if prepared.parts is None else prepared.parts.numpy(),
    )


def _images_view(data: Data, prepared: Prepared) -> ImagesView | None:
    """Return what views know of images; None of other data."""
    if data.pictures is None:
        return None
    test = data.held_out[1] if data.held_out is not None else data.y[:0]
    training, tests = (
        tuple(torch.bincount(y, minlength=len(data.classes)).tolist()) for y in (data.y, test)
    )
    mean, std = (float(part.flatten()[0]) for part in (prepared.x_mean, prepared.x_std))
    files = tuple(name for one in data.left_out for name in one.names)
    return ImagesView(training, tests, mean, std, files, data.notes)


def _table_view(data: Data, prepared: Prepared) -> TableView | None:
    """Return what views know of the rows of a table; None of other data."""
    if data.columns is None:
        return None
    assert prepared.parts is not None
    assert prepared.fill is not None
    assert data.rows is not None
    x = prepared.filled(data.x)[prepared.parts == 0]
    return TableView(
        rows=data.rows.numpy(),
        numbers=len(data.columns.numbers),
        mean=x.mean(0).numpy(),
        std=x.std(0).numpy(),
        fill=prepared.fill.numpy(),
    )
