"""A saved model applied to the rows of a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nngui.core.errors import DataError, NnguiError
from nngui.core.text import mark
from nngui.files.atomic import replacing
from nngui.files.models.reader import ModelFile, read_model, with_preparation_beside
from nngui.files.tables.new_rows import read_new_rows

if TYPE_CHECKING:
    from pathlib import Path
    from typing import TextIO

    import pandas as pd
    from torch import nn

    from nngui.core.arrays import Floats
    from nngui.core.data.preparation import Preparation
    from nngui.files.tables.format import TableFormat

MARKS = "notes"  # the column that says of a row what was filled or is new in it


@dataclass(frozen=True, eq=False)
class Predictions:
    """What a model says of the rows of a table.

    Attributes
    ----------
    frame : DataFrame
        The table's own columns as they are written, then the prediction, for classes their
        probabilities, and what is to be said of single rows.
    notes : tuple of NnguiError
        What was filled, is new, or read in another way than in training, a sentence each.
    """

    frame: pd.DataFrame
    notes: tuple[NnguiError, ...] = ()


def predictor(path: Path) -> ModelFile:
    """Return a saved model that can be applied to a table, or to pictures.

    Raises
    ------
    ModelFileError
        When it cannot be opened.
    DataError
        When it holds no whole network, or was trained neither on a table nor on images here.
    """
    file = read_model(path)
    if file.net is None:
        text = mark("core", "{path} holds parameters only: predicting takes a whole model.")
        raise DataError(text, path=path.name)
    if file.preparation is None and file.images is None:
        file = with_preparation_beside(file)
    if file.preparation is None and file.images is None:
        text = mark(
            "core",
            "{path} does not tell what it takes: it was trained neither on a table nor on images "
            "here, or saved elsewhere. Train on them and save the model again.",
        )
        raise DataError(text, path=path.name)
    return file


def predict_file(model: ModelFile, data: Path, wanted: TableFormat | None = None) -> Predictions:
    """Return a table with what a model says of each of its rows (see `predict_table`).

    Parameters
    ----------
    model : ModelFile
        As `predictor` returns it.
    """
    assert model.net is not None
    assert model.preparation is not None
    return predict_table(model.net, model.preparation, data, wanted)


def predict_table(
    net: nn.Module, preparation: Preparation, data: Path, wanted: TableFormat | None = None
) -> Predictions:
    """Return a table with what a network says of each of its rows.

    Parameters
    ----------
    data : Path
        A table with the columns that the network takes; it may have others, in any order.
    wanted : TableFormat, optional
        How it is written, as far as that is known; else it is tried to be written as the table
        was that the network was trained on.

    Raises
    ------
    FileError, DataError
        When the table cannot be read, has other columns, or would lose a row.
    """
    import pandas as pd

    rows = read_new_rows(preparation, data, wanted)
    found = preparation.predict(net, rows.cells)
    more = pd.DataFrame(index=rows.written.index)
    for name, values in _columns(preparation, found).items():
        more[_free(name, rows.written)] = values
    if any(rows.marks):
        more[_free(MARKS, rows.written)] = rows.marks
    return Predictions(pd.concat([rows.written, more], axis=1), rows.notes)


def write_predictions(frame: pd.DataFrame, file: TextIO) -> None:
    """Write a table as comma-separated text, floats so that they read back exactly."""
    frame.to_csv(file, index=False, lineterminator="\n")


def save_predictions(frame: pd.DataFrame, path: Path) -> None:
    """Write a table to a file, in UTF-8; an old one is replaced as a whole.

    Raises
    ------
    FileError
        When it cannot be written.
    """
    with replacing(path) as file:
        write_predictions(frame, file)


def _columns(made: Preparation, found: Floats) -> dict[str, object]:
    name = f"predicted {made.target}"
    if not made.classes:
        return {name: found[:, 0]}
    classes = [made.classes[number] for number in found.argmax(1)]
    shares = {f"P({value})": found[:, number] for number, value in enumerate(made.classes)}
    return {name: classes, **shares}


def _free(name: str, frame: pd.DataFrame) -> str:
    """Return a name that no column has yet: a file may be predicted twice."""
    found, number = name, 2
    while found in frame.columns:
        found, number = f"{name} ({number})", number + 1
    return found
