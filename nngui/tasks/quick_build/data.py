"""The points of section 3: those of sections 1 and 2, and real data with all columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nngui.core.code_text import DataCode, float_text, function_code, points_code
from nngui.core.data.curves import CURVES, SHAPE_NAMES
from nngui.tasks.quick_build.settings import REAL, QuickData, QuickSpec

if TYPE_CHECKING:
    from nngui.core.data.data import Data


def make_data(spec: QuickSpec) -> Data:
    """Draw the points as sections 1 and 2 do, or read the real ones."""
    import torch

    from nngui.core.data import shapes
    from nngui.core.data.data import Data

    d = spec.data
    if d.kind in SHAPE_NAMES:
        x, y = getattr(shapes, d.kind)(*_arguments(d))
        return Data(x, y, ("x", "y"), "class", tuple(str(i) for i in range(d.sizes[1])))
    if d.kind in CURVES:
        x = torch.linspace(-1, 1, d.points).unsqueeze(1)
        return Data(x, CURVES[d.kind][0](x) + _stray(d) * torch.rand(x.size()))
    rows, names, target, classes = _real(d.kind)
    points = torch.tensor(rows, dtype=torch.float32)
    x, y = points[:, :-1], points[:, -1].long() if classes else points[:, -1:]
    return Data(x, y, names, target, classes, standardise=True)


def data_code(spec: QuickSpec) -> DataCode:
    """Return the lines that draw the same points in a plain script."""
    d = spec.data
    shape, outputs = sample_shape(spec)
    if d.kind in SHAPE_NAMES:
        values = ", ".join(str(value) for value in _arguments(d))
        lines = [*function_code("nngui.core.data.shapes", d.kind), f"x, y = {d.kind}({values})"]
        return DataCode(lines, shape, outputs)
    if d.kind in CURVES:
        noise = float_text(_stray(d))
        lines = [
            f"x = torch.linspace(-1, 1, {d.points}).unsqueeze(1)",
            f"y = {CURVES[d.kind][1]} + {noise} * torch.rand(x.size())",
        ]
        return DataCode(lines, shape, outputs)
    rows, _, _, classes = _real(d.kind)
    target = "points[:, -1].long()" if classes else "points[:, -1:]"
    lines = [*points_code("points", rows), f"x, y = points[:, :-1], {target}"]
    return DataCode(lines, shape, outputs, ("x",) if classes else ("x", "y"))


def sample_shape(spec: QuickSpec) -> tuple[tuple[int, ...], int]:
    """Return the shape of a sample, and how many values the network gives for it."""
    inputs, outputs = spec.data.sizes
    return (inputs,), outputs


def data_for_network(
    spec: QuickSpec, shape: tuple[int, ...], outputs: int
) -> dict[str, Any] | None:
    """Return which data a network of these sizes takes."""
    if sample_shape(spec) == (shape, outputs):
        return {}
    fitting = [kind for kind, sizes in REAL.items() if sizes == (*shape, outputs)]
    if (shape, outputs) == ((1,), 1):
        fitting = ["square"]
    if shape == (2,) and 2 <= outputs <= 8:
        fitting = ["clouds" if outputs == 2 else "blobs"]
    if not fitting:
        return None
    return {"data.kind": fitting[0], "data.classes": max(outputs, 2)}


def _arguments(d: QuickData) -> list[float]:
    return [d.points, d.noise, d.classes] if d.kind == "blobs" else [d.points, d.noise]


def _stray(d: QuickData) -> float:
    return d.noise / 5  # 0.2 as in section 1


def _real(kind: str) -> tuple[list[list[float]], tuple[str, ...], str, tuple[str, ...]]:
    """Return the rows of real data, their target last; the names of columns and classes."""
    from nngui.files.tables.examples import read_dataset  # imports numpy

    data = read_dataset(kind)
    if data.labels is not None:
        pairs = zip(data.values.tolist(), data.labels.tolist(), strict=True)
        return [[*row, label] for row, label in pairs], data.columns, data.target, data.classes
    target = data.columns.index(data.target)
    order = [place for place in range(len(data.columns)) if place != target]
    names = tuple(data.columns[place] for place in order)
    return data.values[:, [*order, target]].tolist(), names, data.target, ()
