"""A saved model applied to the rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.core.errors import DataError
from nngui.core.text import mark
from nngui.files.atomic import replacing
from nngui.files.models.reader import ModelFile, read_model
from nngui.files.tables.reader import read_table

if TYPE_CHECKING:
    from pathlib import Path
    from typing import TextIO

    import pandas as pd
    from torch import nn

    from nngui.core.arrays import Floats
    from nngui.core.data.preparation import Preparation


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
        text = mark(
            "core",
            "{path} does not tell what it takes: it was trained neither on a table nor on images "
            "here, or saved elsewhere. Train on them and save the model again.",
        )
        raise DataError(text, path=path.name)
    return file


def predict_file(model: ModelFile, data: Path) -> pd.DataFrame:
    """Return a table with what a model says of each of its rows (see `predict_table`).

    Parameters
    ----------
    model : ModelFile
        As `predictor` returns it.
    """
    assert model.net is not None
    assert model.preparation is not None
    return predict_table(model.net, model.preparation, data)


def predict_table(net: nn.Module, preparation: Preparation, data: Path) -> pd.DataFrame:
    """Return a table with what a network says of each of its rows.

    Parameters
    ----------
    data : Path
        A table with the columns that the network takes; it may have others, in any order.

    Returns
    -------
    DataFrame
        The table's own columns, then the prediction, and for classes their probabilities.

    Raises
    ------
    FileError, DataError
        When the table cannot be read, or has other columns.
    """
    import pandas as pd

    words = [name for name, _ in preparation.categories]
    frame = read_table(data, text=words).frame
    found = preparation.predict(net, frame)
    more = pd.DataFrame(index=frame.index)
    for name, values in _columns(preparation, found).items():
        more[_free(name, frame)] = values
    return pd.concat([frame, more], axis=1)


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
