"""The points of section 2: drawn, measured, of a table, or placed by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nngui.core.code_text import DataCode, function_code, points_code
from nngui.core.text import mark
from nngui.tasks.classification.settings import (
    MADE,
    MAX_CLASSES,
    ClassificationData,
    ClassificationSpec,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nngui.core.data.data import Data


IRIS = (mark("core", "petal length (cm)"), mark("core", "petal width (cm)"))


def make_data(spec: ClassificationSpec) -> Data:
    """Draw the points: x holds the two coordinates, y the number of the class."""
    import torch

    from nngui.core.data import shapes
    from nngui.core.data.data import Data

    d = spec.data
    if d.kind in MADE["kind"]:
        x, y = getattr(shapes, d.kind)(*_arguments(d))
        return Data(x, y, ("x", "y"), "class", tuple(str(i) for i in range(int(y.max()) + 1)))
    if d.kind == "table":
        from nngui.files.tables.training_data import training_data  # imports pandas

        return training_data(d.table, classes=True, standardise=d.standardise)
    points = torch.tensor(_points(d), dtype=torch.float32).reshape(-1, 3)
    x, y = points[:, :2], points[:, 2].long()
    features, classes = _names(d)
    return Data(x, y, features, "class", classes, standardise=d.standardise or d.kind != "hand")


def data_code(spec: ClassificationSpec) -> DataCode:
    """Return the lines that draw the same points in a plain script."""
    d = spec.data
    if d.kind in MADE["kind"]:
        values = ", ".join(str(value) for value in _arguments(d))
        function = function_code("nngui.core.data.shapes", d.kind)
        return DataCode([*function, f"x, y = {d.kind}({values})"], *sample_shape(spec))
    if d.kind == "table":
        from nngui.files.tables.script_code import table_code  # imports pandas

        return table_code(spec, d.table, classes=True, standardise=d.standardise)
    lines = [*points_code("points", _points(d)), "x, y = points[:, :2], points[:, 2].long()"]
    standardise = ("x",) if d.standardise or d.kind != "hand" else ()
    return DataCode(lines, *sample_shape(spec), standardise)


def sample_shape(spec: ClassificationSpec) -> tuple[tuple[int, ...], int]:
    """Return the shape of a point, and how many classes there are."""
    d = spec.data
    if d.kind == "table":
        from nngui.files.tables.training_data import table_shape  # imports pandas

        return table_shape(d.table, classes=True)
    if d.kind in MADE["kind"]:
        return (2,), d.classes if d.kind == "blobs" else 2
    return (2,), len(_names(d)[1])


def shape_in_memory(spec: ClassificationSpec) -> tuple[tuple[int, ...], int] | None:
    """Return the same, unless a table would have to be read for it."""
    if spec.data.kind != "table":
        return sample_shape(spec)
    from nngui.files.tables.training_data import cached_table_shape  # imports pandas

    return cached_table_shape(spec.data.table, classes=True)


def data_for_network(
    spec: ClassificationSpec, shape: tuple[int, ...], outputs: int
) -> dict[str, Any] | None:
    """Return what to change so that there are two inputs and so many classes."""
    if sample_shape(spec) == (shape, outputs):
        return {}
    if shape != (2,) or not 2 <= outputs <= MAX_CLASSES:
        return None
    return {"data.kind": "clouds" if outputs == 2 else "blobs", "data.classes": outputs}


def _arguments(d: ClassificationData) -> list[float]:
    return [d.points, d.noise, d.classes] if d.kind == "blobs" else [d.points, d.noise]


def _columns(d: ClassificationData) -> tuple[str, str]:
    return (d.horizontal, d.vertical) if d.kind == "wine" else IRIS


def _points(d: ClassificationData) -> Sequence[tuple[float, float, int]]:
    if d.kind == "hand":
        return d.placed
    from nngui.files.tables.examples import read_dataset  # imports numpy

    data = read_dataset(d.kind)
    x, y = (data.columns.index(name) for name in _columns(d))
    assert data.labels is not None
    rows = zip(data.values, data.labels, strict=True)
    return [(float(row[x]), float(row[y]), int(label)) for row, label in rows]


def _names(d: ClassificationData) -> tuple[tuple[str, str], tuple[str, ...]]:
    """Return what the two inputs and the classes are called."""
    if d.kind == "hand":
        return ("x", "y"), tuple(str(i) for i in range(d.classes))
    from nngui.files.tables.examples import read_dataset  # imports numpy

    return _columns(d), read_dataset(d.kind).classes
