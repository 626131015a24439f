"""What can be set in section 5: what is loaded, and how the loader makes batches."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator
from typing_extensions import override

from nngui.core.errors import SettingError
from nngui.core.spec import DataSpec, MlpSpec, OptimizerSpec, ScheduleSpec, Spec, setting
from nngui.core.spec.schedule import MAX_POINTS, RATE_KEYS, LoaderOptions
from nngui.core.text import mark

Kind = Literal["numbers", "points"]


class BatchData(DataSpec):
    """Numbers that are only loaded, or points that a network is trained on."""

    kind: Kind = setting(
        "numbers",
        mark("core", "Data"),
        mark(
            "core",
            "Numbers: x counts up and y down, to see which come in which batch; nothing is trained. "
            "Parabola: points with noise, to train on.",
        ),
        labels={"numbers": mark("core", "Numbers"), "points": mark("core", "Parabola")},
    )
    count: int = setting(
        10,
        mark("core", "Numbers"),
        mark("core", "How many pairs of numbers there are to load."),
        ge=2,
        le=200,
        when={"kind": ("numbers",)},
    )
    points: int = setting(
        1000,
        mark("core", "Points"),
        mark("core", "How many points."),
        ge=2,
        le=MAX_POINTS,
        when={"kind": ("points",)},
    )
    noise: float = setting(
        0.1,
        mark("core", "Noise"),
        mark("core", "How far the points stray."),
        ge=0,
        le=100,
        when={"kind": ("points",)},
    )


class LoaderSchedule(ScheduleSpec):
    """How long to train, and how the loader makes its batches."""

    epochs: int = setting(
        3,
        mark("core", "Epochs"),
        mark("core", "Passes over all training data; when set, it replaces the number of steps."),
        live=True,
        ge=0,
        le=1_000_000,
        zero=mark("core", "by steps"),
    )
    batch_size: int = setting(
        5,
        mark("core", "Batch size"),
        mark("core", "Points in each step, drawn as the DataLoader shuffles them."),
        ge=0,
        le=MAX_POINTS,
        zero=mark("core", "all at once"),
    )
    shuffle: bool = setting(
        True,
        mark("core", "Shuffle"),
        mark("core", "Every pass has an order of its own; off, the data come as they stand."),
    )
    drop_last: bool = setting(
        False,
        mark("core", "Drop last"),
        mark("core", "Leave out the last batch of a pass when it is smaller than the others."),
    )

    workers: int = setting(
        0,
        mark("core", "Workers"),
        mark(
            "core",
            "Processes that fetch the batches, as num_workers in the script. The batches stay the "
            "same; what starting the processes costs can be measured below the picture.",
        ),
        live=True,
        result_neutral=True,
        ge=0,
        le=4,
        zero=mark("core", "none"),
    )

    @property
    @override
    def worker_processes(self) -> int:
        return self.workers

    @property
    @override
    def loading(self) -> LoaderOptions:
        return {"shuffle": self.shuffle, "drop_last": self.drop_last}


class BatchSpec(Spec):
    """The settings of this section. `TASK` has the tutorial's values."""

    data: BatchData = BatchData()
    network: MlpSpec = MlpSpec()
    loss: Literal["mse", "l1", "huber"] = setting(
        "mse",
        mark("core", "Loss"),
        mark("core", "How a miss counts: squared, absolute, or squared only while small (Huber)."),
        labels={"mse": "MSE", "l1": "L1", "huber": "Huber"},
    )
    schedule: LoaderSchedule = LoaderSchedule()

    @override
    def optimizers(self) -> dict[str, OptimizerSpec]:
        return {} if self.data.kind == "numbers" else {"loss": self.optimizer}

    @property
    @override
    def idle(self) -> tuple[str, ...]:
        if self.data.kind == "points":
            loader = ("schedule.shuffle", "schedule.drop_last", "schedule.workers")
            hidden = ("data.count", *(() if self.schedule.batch_size else loader))
            return (*super().idle, *hidden)
        trains = ("network", "optimizer", "loss", "schedule.target_loss", *RATE_KEYS)
        return (*trains, "data.points", "data.noise")

    @property
    def to_load(self) -> int:
        """How many numbers or points there are in a pass."""
        total = self.data.count if self.data.kind == "numbers" else self.data.points
        return total - int(total * self.schedule.validation)

    @model_validator(mode="after")
    def _check_batches(self) -> BatchSpec:
        size, schedule = self.schedule.batch_size, self.schedule
        numbers = self.data.kind == "numbers"
        if numbers and not size:
            raise SettingError(
                mark("core", "A loader needs batches: set the batch size to 1 or more.")
            )
        left = self.to_load
        if schedule.drop_last and size > left:
            text = mark(
                "core",
                "Drop last leaves no batch: of {n} points none fills a batch of {size}. Make the "
                "batches smaller, or keep the last one.",
            )
            raise SettingError(text, n=left, size=size)
        return self
