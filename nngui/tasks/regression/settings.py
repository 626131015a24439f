"""What can be set in section 1: where the points come from, and the loss."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from nngui.core.data.curves import CURVE_NAMES, CURVES, CurveName
from nngui.core.spec import MlpSpec, Spec, setting
from nngui.core.spec.fields import check_range
from nngui.core.spec.schedule import MAX_POINTS
from nngui.core.spec.table import TabularData
from nngui.core.text import mark

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
        check_range(self.low, self.high)
        return self


class RegressionSpec(Spec):
    """The settings of this section. `TASK` has the tutorial's values."""

    data: RegressionData = RegressionData()
    network: MlpSpec = MlpSpec()
    loss: Literal["mse", "l1", "huber"] = setting(
        "mse",
        mark("core", "Loss"),
        mark("core", "How a miss counts: squared, absolute, or squared only while small (Huber)."),
        labels={"mse": "MSE", "l1": "L1", "huber": "Huber"},
    )
