"""What can be set in section 4: the points of the parabola."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from nngui.core.spec import DataSpec, MlpSpec, Spec, setting
from nngui.core.spec.fields import check_range
from nngui.core.spec.schedule import MAX_POINTS
from nngui.core.text import mark


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
        check_range(self.low, self.high)
        return self


class SaveRestoreSpec(Spec):
    """The settings of this section. `TASK` has the tutorial's values."""

    data: SaveRestoreData = SaveRestoreData()
    network: MlpSpec = MlpSpec()
    loss: Literal["mse"] = setting("mse", mark("core", "Loss"))
