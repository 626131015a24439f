"""Section 3: two ways to write the same network. A class with `forward`, and a Sequential."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import model_validator

from nngui.core.code_text import DataCode, float_text, function_code, points_code
from nngui.core.data.curves import CURVE_NAMES, CURVES, SHAPE_NAMES, CurveName, ShapeName
from nngui.core.networks.quick_build import CLASS, SEQUENTIAL, QuickBuild
from nngui.core.networks.quick_spec import QuickNetwork
from nngui.core.preset import Preset
from nngui.core.spec import DataSpec, OptimizerSpec, Spec, setting
from nngui.core.task import Task
from nngui.core.text import mark

if TYPE_CHECKING:
    from nngui.core.data.data import Data

Kind = Literal[ShapeName, "iris", "wine", CurveName, "diabetes"]
REAL = {"iris": (4, 3), "wine": (13, 3), "diabetes": (10, 1)}  # inputs, outputs
MADE = {"kind": (*SHAPE_NAMES, *CURVES)}
KINDS = {
    **SHAPE_NAMES,
    "iris": mark("core", "Iris"),
    "wine": mark("core", "Wine"),
    **CURVE_NAMES,
    "diabetes": mark("core", "Diabetes"),
}


class QuickData(DataSpec):
    """Classes to tell apart or a curve to fit; real data with all their columns."""

    kind: Kind = setting(
        "clouds",
        mark("core", "Data"),
        mark("core", "Classes (the first eight) or a curve: they decide the first and last sizes."),
        labels=KINDS,
    )
    points: int = setting(
        100,
        mark("core", "Points"),
        mark("core", "How many points: of each class, or on the curve."),
        ge=2,
        le=100_000,
        when=MADE,
    )
    noise: float = setting(
        1.0,
        mark("core", "Noise"),
        mark("core", "How far the points stray; a curve's by a fifth of it."),
        ge=0,
        le=20,
        when=MADE,
    )
    classes: int = setting(
        3,
        mark("core", "Classes"),
        mark("core", "How many classes there are."),
        ge=2,
        le=8,
        when={"kind": ("blobs",)},
    )

    @property
    def is_curve(self) -> bool:
        """Whether there are values to predict, not classes."""
        return self.kind in CURVES or self.kind == "diabetes"

    @property
    def sizes(self) -> tuple[int, int]:
        """How many numbers a sample has, and how many the network gives for it."""
        if self.kind in REAL:
            return REAL[self.kind]
        if self.is_curve:
            return 1, 1
        return 2, self.classes if self.kind == "blobs" else 2


class QuickSpec(Spec):
    """The settings of this section: the network of section 2, written twice."""

    data: QuickData = QuickData()
    network: QuickNetwork = QuickNetwork()
    loss: Literal["cross_entropy", "mse"] = setting(
        "cross_entropy",
        mark("core", "Loss"),
        mark("core", "It follows from the data: cross-entropy for classes, MSE for a curve."),
        labels={"cross_entropy": "CrossEntropy", "mse": "MSE"},
        derived=True,
    )
    optimizer: OptimizerSpec = OptimizerSpec(lr=0.02)

    @model_validator(mode="before")
    @classmethod
    def _choose_loss(cls, values: Any) -> Any:
        """Give classes cross-entropy and curves the squared error, whatever was written."""
        if not isinstance(values, dict):
            return values
        data = values.get("data", {})
        kind = data.get("kind", "clouds") if isinstance(data, dict) else data.kind
        curve = kind in CURVES or kind == "diabetes"
        return {**values, "loss": "mse" if curve else "cross_entropy"}

    def optimizers(self) -> dict[str, OptimizerSpec]:
        """Return the two columns: the same optimizer for both networks."""
        return {CLASS: self.optimizer, SEQUENTIAL: self.optimizer}

    @property
    def same_start(self) -> bool:
        """Whether the Sequential starts from the class's weights."""
        return self.network.same_weights


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
    inputs, outputs = d.sizes
    if d.kind in SHAPE_NAMES:
        values = ", ".join(str(value) for value in _arguments(d))
        lines = [*function_code("nngui.core.data.shapes", d.kind), f"x, y = {d.kind}({values})"]
        return DataCode(lines, (inputs,), outputs)
    if d.kind in CURVES:
        noise = float_text(_stray(d))
        lines = [
            f"x = torch.linspace(-1, 1, {d.points}).unsqueeze(1)",
            f"y = {CURVES[d.kind][1]} + {noise} * torch.rand(x.size())",
        ]
        return DataCode(lines, (inputs,), outputs)
    rows, _, _, classes = _real(d.kind)
    target = "points[:, -1].long()" if classes else "points[:, -1:]"
    lines = [*points_code("points", rows), f"x, y = points[:, :-1], {target}"]
    return DataCode(lines, (inputs,), outputs, ("x",) if classes else ("x", "y"))


def for_network(spec: QuickSpec, shape: tuple[int, ...], outputs: int) -> QuickSpec | None:
    """Return the settings for a network of these sizes, if need be with other data."""
    if (spec.data.sizes[:1], spec.data.sizes[1]) == (shape, outputs):
        return spec
    fitting = [kind for kind, sizes in REAL.items() if sizes == (*shape, outputs)]
    if (shape, outputs) == ((1,), 1):
        fitting = ["square"]
    if shape == (2,) and 2 <= outputs <= 8:
        fitting = ["clouds" if outputs == 2 else "blobs"]
    if not fitting:
        return None
    data = spec.data.model_copy(update={"kind": fitting[0], "classes": max(outputs, 2)})
    return QuickSpec.model_validate({**dict(spec), "data": data})


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


PRESETS = (
    Preset(
        "other-weights",
        mark("core", "The same network, other weights"),
        mark(
            "core",
            "Class and Sequential are the same network: only the random weights that they begin with differ here, and with them the losses.",
        ),
        {"network.same_weights": False},
    ),
    Preset(
        "no-activation",
        mark("core", "Layers without activation"),
        mark(
            "core",
            "Two linear layers after each other are one linear layer: the boundary stays a line however many there are. Give one of them an activation.",
        ),
        {
            "data.kind": "circles",
            "network.layers": (
                {"width": 10, "activation": "identity"},
                {"width": 10, "activation": "identity"},
            ),
            "schedule.steps": 300,
        },
    ),
    Preset(
        "two-layers",
        mark("core", "Two layers for two spirals"),
        mark(
            "core",
            "The second layer bends what the first has bent. Remove it and train again.",
        ),
        {
            "data.kind": "spirals",
            "network.layers": ({"width": 20}, {"width": 20}),
            "optimizer.name": "adam",
            "optimizer.lr": 0.01,
            "schedule.steps": 1000,
        },
    ),
    Preset(
        "dropout",
        mark("core", "Dropout"),
        mark(
            "core",
            "Half of the units are left out of each step, others each time: the loss trembles, and both networks tremble in their own way.",
        ),
        {
            "data.kind": "moons",
            "network.layers": ({"width": 20, "dropout": 0.5}, {"width": 20, "dropout": 0.5}),
            "optimizer.lr": 0.1,
            "schedule.steps": 300,
        },
    ),
)


TASK = Task(
    name="quick_build",
    title=mark("core", "Quick build"),
    order=3,
    icon="mdi6.layers-triple-outline",
    spec=QuickSpec(),
    network=QuickBuild(),
    redraw_every=2,
    make_data=make_data,
    data_code=data_code,
    for_network=for_network,
    presets=PRESETS,
)
