"""Section 4: save and restore. A trained network is written to disk, whole or as parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import model_validator

from nngui.core.code_text import DataCode, float_text
from nngui.core.errors import SettingError
from nngui.core.networks.mlp import Mlp
from nngui.core.preset import Preset
from nngui.core.spec import DataSpec, MlpSpec, OptimizerSpec, ScheduleSpec, Spec, setting
from nngui.core.spec.schedule import MAX_POINTS
from nngui.core.task import Task
from nngui.core.text import mark

if TYPE_CHECKING:
    from nngui.core.data.data import Data


class SaveRestoreData(DataSpec):
    """Points of a parabola with noise."""

    kind: Literal["parabola"] = setting("parabola", mark("core", "Function"))
    points: int = setting(
        200,
        mark("core", "Points"),
        mark("core", "How many points."),
        ge=2,
        le=MAX_POINTS,
    )
    noise: float = setting(
        0.5,
        mark("core", "Noise"),
        mark("core", "How far the points stray."),
        ge=0,
        le=100,
    )
    low: float = setting(
        -2.0,
        mark("core", "From x"),
        mark("core", "Where the points start."),
        ge=-1000,
        le=1000,
    )
    high: float = setting(
        2.0,
        mark("core", "To x"),
        mark("core", "Where the points end."),
        ge=-1000,
        le=1000,
    )

    @model_validator(mode="after")
    def _check_range(self) -> SaveRestoreData:
        if not self.low < self.high:
            text = mark(
                "core", "data.low is {low}, but must be less than data.high, which is {high}."
            )
            raise SettingError(text, low=self.low, high=self.high)
        return self


class SaveRestoreSpec(Spec):
    """The settings of this section; the defaults are the tutorial's."""

    data: SaveRestoreData = SaveRestoreData()
    network: MlpSpec = MlpSpec(activation="tanh")
    loss: Literal["mse"] = setting("mse", mark("core", "Loss"))
    optimizer: OptimizerSpec = OptimizerSpec(lr=0.05)
    schedule: ScheduleSpec = ScheduleSpec(steps=50_000)


def make_data(spec: SaveRestoreSpec) -> Data:
    """Draw the points: x evenly spaced, y = x² + 3x - 2 and some noise."""
    import torch

    from nngui.core.data.data import Data

    d = spec.data
    x = torch.linspace(d.low, d.high, d.points).unsqueeze(1)
    y = x.pow(2) + 3 * x - 2 + d.noise * torch.rand(x.size())
    return Data(x, y)


def data_code(spec: SaveRestoreSpec) -> DataCode:
    """Return the lines that draw the same points in a plain script."""
    d = spec.data
    ends = f"{float_text(d.low)}, {float_text(d.high)}, {d.points}"
    lines = [
        f"x = torch.linspace({ends}).unsqueeze(1)",
        f"y = x.pow(2) + 3 * x - 2 + {d.noise} * torch.rand(x.size())",
    ]
    return DataCode(lines, (1,), 1)


def for_network(
    spec: SaveRestoreSpec, shape: tuple[int, ...], outputs: int
) -> SaveRestoreSpec | None:
    """Return the settings if a network has one input and one output."""
    return spec if (shape, outputs) == ((1,), 1) else None


PRESETS = (
    Preset(
        "half-trained",
        mark("core", "Saved half trained"),
        mark(
            "core",
            "A network is saved as it stands: after 200 steps the copy fits no better than the network did. Save, train on, and restore: the old curve is back.",
        ),
        {"schedule.steps": 200},
    ),
    Preset(
        "relu",
        mark("core", "Corners instead of curves"),
        mark(
            "core",
            "ReLU puts the curve together from straight pieces. Parameters saved from Tanh fit this network too: only the activation tells them apart.",
        ),
        {"network.activation": "relu", "schedule.steps": 2000},
    ),
    Preset(
        "adam",
        mark("core", "Trained by Adam"),
        mark(
            "core",
            "Adam comes to the loss of thousands of steps within hundreds. The saved file does not tell who trained it.",
        ),
        {"optimizer.name": "adam", "optimizer.lr": 0.02, "schedule.steps": 2000},
    ),
)


TASK = Task(
    name="save_restore",
    title=mark("core", "Save & restore"),
    order=4,
    icon="mdi6.content-save-outline",
    spec=SaveRestoreSpec(),
    network=Mlp(),  # its layers are numbered, as in the tutorial's fast way of building
    redraw_every=0,
    make_data=make_data,
    data_code=data_code,
    for_network=for_network,
    presets=PRESETS,
)
