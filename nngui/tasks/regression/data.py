"""The points of section 1: made, measured, of a table, or placed by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nngui.core.code_text import DataCode, float_text, points_code
from nngui.core.data.curves import CURVES
from nngui.core.text import mark

if TYPE_CHECKING:
    from nngui.core.data.data import Data
    from nngui.tasks.regression.settings import RegressionSpec


BMI = mark("core", "body-mass index")
PROGRESSION = mark("core", "disease progression")


def make_data(spec: RegressionSpec) -> Data:
    """Draw the points: x evenly spaced, y the function's value and some noise."""
    import torch

    from nngui.core.data.data import Data

    d = spec.data
    if d.kind in CURVES:
        x = torch.linspace(d.low, d.high, d.points).unsqueeze(1)
        y = CURVES[d.kind][0](x)
        if d.kind == "square":
            y = d.a * y + d.b
        y = y + d.noise * (
            torch.rand(x.size()) if d.noise_kind == "uniform" else torch.randn(x.size())
        )
        return Data(x, y)
    if d.kind == "diabetes":
        points = torch.tensor(_diabetes(), dtype=torch.float32)
        return Data(
            points[:, :1],
            points[:, 1:],
            (BMI,),
            PROGRESSION,
            standardise=True,
        )
    if d.kind == "table":
        from nngui.files.tables.training_data import training_data  # imports pandas

        return training_data(d.table, classes=False, standardise=d.standardise)
    points = torch.tensor(d.placed, dtype=torch.float32).reshape(-1, 2)
    return Data(points[:, :1], points[:, 1:], standardise=d.standardise)


def data_code(spec: RegressionSpec) -> DataCode:
    """Return the lines that draw the same points in a plain script."""
    d = spec.data
    if d.kind in CURVES:
        ends = f"{float_text(d.low)}, {float_text(d.high)}, {d.points}"
        value = CURVES[d.kind][1]
        if d.kind == "square" and (d.a, d.b) != (1, 0):
            value = f"{d.a} * {value} + {d.b}"
        draw = "rand" if d.noise_kind == "uniform" else "randn"
        lines = [
            f"x = torch.linspace({ends}).unsqueeze(1)",
            f"y = {value} + {d.noise} * torch.{draw}(x.size())",
        ]
        return DataCode(lines, (1,), 1)
    if d.kind == "table":
        from nngui.files.tables.script_code import table_code  # imports pandas

        return table_code(spec, d.table, classes=False, standardise=d.standardise)
    points = _diabetes() if d.kind == "diabetes" else d.placed
    lines = [*points_code("points", points), "x, y = points[:, :1], points[:, 1:]"]
    standardise = ("x", "y") if d.kind == "diabetes" or d.standardise else ()
    return DataCode(lines, (1,), 1, standardise)


def sample_shape(spec: RegressionSpec) -> tuple[tuple[int, ...], int]:
    """Return the shape of x, and how many values the network gives for it."""
    if spec.data.kind != "table":
        return (1,), 1
    from nngui.files.tables.training_data import table_shape  # imports pandas

    return table_shape(spec.data.table, classes=False)


def shape_in_memory(spec: RegressionSpec) -> tuple[tuple[int, ...], int] | None:
    """Return the same, unless a table would have to be read for it."""
    if spec.data.kind != "table":
        return sample_shape(spec)
    from nngui.files.tables.training_data import cached_table_shape  # imports pandas

    return cached_table_shape(spec.data.table, classes=False)


def data_for_network(
    spec: RegressionSpec, shape: tuple[int, ...], outputs: int
) -> dict[str, Any] | None:
    """Return what to change so that the data have such inputs and one output."""
    if sample_shape(spec) == (shape, outputs):
        return {}
    if (shape, outputs) != ((1,), 1):
        return None
    return {"data.kind": "square", "data.standardise": False}


def _diabetes() -> list[tuple[float, float]]:
    from nngui.files.tables.examples import read_dataset  # imports numpy

    data = read_dataset("diabetes")
    x, y = (data.columns.index(name) for name in (BMI, PROGRESSION))
    return [(float(row[x]), float(row[y])) for row in data.values]
