"""Section 1: fit a curve. A network with one hidden layer learns y = x² from noisy points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import model_validator

from nngui.core.code_text import DataCode, float_text, points_code
from nngui.core.data.curves import CURVE_NAMES, CURVES, CurveName
from nngui.core.errors import SettingError
from nngui.core.networks.mlp import Mlp
from nngui.core.preset import Preset
from nngui.core.spec import MlpSpec, OptimizerSpec, Spec, setting
from nngui.core.spec.schedule import MAX_POINTS
from nngui.core.spec.table import TabularData
from nngui.core.task import Task
from nngui.core.text import mark

if TYPE_CHECKING:
    from nngui.core.data.data import Data

BMI = mark("core", "body-mass index")
PROGRESSION = mark("core", "disease progression")
MADE = {"kind": tuple(CURVES)}
Kind = Literal[CurveName, "diabetes", "table", "hand"]
Noise = Literal["uniform", "normal"]
KINDS = {
    **CURVE_NAMES,
    "square": "y = a·x² + b",
    "diabetes": mark("core", "Diabetes"),
    "table": mark("core", "Own table"),
    "hand": mark("core", "By hand"),
}
NOISES = {"uniform": mark("core", "Uniform"), "normal": mark("core", "Normal")}


class RegressionData(TabularData):
    """Points of a function with noise, real measurements, a table, or points placed by hand."""

    kind: Kind = setting(
        "square",
        mark("core", "Function"),
        mark(
            "core",
            "What the points follow: made, or real (diabetes), or a table of your own. Click into the plot to place points.",
        ),
        labels=KINDS,
    )
    points: int = setting(
        100,
        mark("core", "Points"),
        mark("core", "How many points."),
        ge=2,
        le=MAX_POINTS,
        when=MADE,
    )
    a: float = setting(
        1.0,
        "a",
        mark("core", "How steep the parabola is."),
        ge=-100,
        le=100,
        when={"kind": ("square",)},
    )
    b: float = setting(
        0.0,
        "b",
        mark("core", "How high the parabola lies."),
        ge=-100,
        le=100,
        when={"kind": ("square",)},
    )
    noise: float = setting(
        0.2,
        mark("core", "Noise"),
        mark("core", "How far the points stray."),
        ge=0,
        le=100,
        when=MADE,
    )
    noise_kind: Noise = setting(
        "uniform",
        mark("core", "Noise kind"),
        mark("core", "Uniform: from 0 to the noise, as in the tutorial. Normal: around 0."),
        labels=NOISES,
        when=MADE,
    )
    low: float = setting(
        -1.0,
        mark("core", "From x"),
        mark("core", "Where the points start."),
        ge=-1000,
        le=1000,
        when=MADE,
    )
    high: float = setting(
        1.0,
        mark("core", "To x"),
        mark("core", "Where the points end."),
        ge=-1000,
        le=1000,
        when=MADE,
    )
    standardise: bool = setting(
        False,
        mark("core", "Standardise"),
        mark("core", "The network sees x and y with mean 0 and deviation 1."),
        when={"kind": ("hand", "table")},
    )
    placed: tuple[tuple[float, float], ...] = setting(
        (),
        mark("core", "Placed"),
        mark("core", "Points placed by hand, as x and y."),
        live=True,
        max_length=5000,
        when={"kind": ("hand",)},
    )

    @model_validator(mode="after")
    def _check_range(self) -> RegressionData:
        if not self.low < self.high:
            text = mark(
                "core", "data.low is {low}, but must be less than data.high, which is {high}."
            )
            raise SettingError(text, low=self.low, high=self.high)
        return self


class RegressionSpec(Spec):
    """The settings of this section; the defaults are the tutorial's."""

    data: RegressionData = RegressionData()
    network: MlpSpec = MlpSpec()
    loss: Literal["mse", "l1", "huber"] = setting(
        "mse",
        mark("core", "Loss"),
        mark("core", "How a miss counts: squared, absolute, or squared only while small (Huber)."),
        labels={"mse": "MSE", "l1": "L1", "huber": "Huber"},
    )
    optimizer: OptimizerSpec = OptimizerSpec(lr=0.2)


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


def for_network(
    spec: RegressionSpec, shape: tuple[int, ...], outputs: int
) -> RegressionSpec | None:
    """Return the settings if these data, or others here, have such inputs and one output."""
    if spec.data.kind == "table":
        code = data_code(spec)
        if (code.shape, code.outputs) == (shape, outputs):
            return spec
        spec = spec.changed("data", kind="square", standardise=False)
    return spec if (shape, outputs) == ((1,), 1) else None


def _diabetes() -> list[tuple[float, float]]:
    from nngui.files.tables.examples import read_dataset  # imports numpy

    data = read_dataset("diabetes")
    x, y = (data.columns.index(name) for name in (BMI, PROGRESSION))
    return [(float(row[x]), float(row[y])) for row in data.values]


PRESETS = (
    Preset(
        "rate-too-high",
        mark("core", "Learning rate too high"),
        mark(
            "core",
            "Each step overshoots the valley, and the loss grows instead of falling. Drag the learning rate down and start again.",
        ),
        {"optimizer.lr": 2.0},
    ),
    Preset(
        "dead-relus",
        mark("core", "Dead ReLUs"),
        mark(
            "core",
            "One large step pushes ReLUs to where they are 0 for every point: no gradient reaches them again, and the curve stays flat. Try LeakyReLU, or a smaller rate.",
        ),
        {"optimizer.lr": 0.9},
    ),
    Preset(
        "overfitting",
        mark("core", "Overfitting"),
        mark(
            "core",
            "Few noisy points and a large network: the training loss goes to nothing while the validation loss rises. Add points, or take units away.",
        ),
        {
            "data.points": 20,
            "data.noise": 1.0,
            "network.hidden": (100, 100),
            "optimizer.name": "adam",
            "optimizer.lr": 0.01,
            "schedule.steps": 1000,
            "schedule.validation": 0.3,
        },
    ),
    Preset(
        "noisy-data",
        mark("core", "Noisy data"),
        mark(
            "core",
            "The curve goes through the middle of the points, and the loss stops falling near the noise: what strays at random cannot be learned.",
        ),
        {"data.noise": 2.0},
    ),
    Preset(
        "too-small",
        mark("core", "Network too small"),
        mark(
            "core",
            "Two hidden units bend the curve twice at most: a wave does not fit. Give the network more units.",
        ),
        {
            "data.kind": "sine",
            "data.low": -2.0,
            "data.high": 2.0,
            "network.hidden": (2,),
            "optimizer.name": "adam",
            "optimizer.lr": 0.02,
            "schedule.steps": 500,
        },
    ),
)


TASK = Task(
    name="regression",
    title=mark("core", "Regression"),
    order=1,
    icon="mdi6.chart-bell-curve",
    spec=RegressionSpec(),
    network=Mlp("predict"),
    redraw_every=5,
    make_data=make_data,
    data_code=data_code,
    for_network=for_network,
    presets=PRESETS,
)
