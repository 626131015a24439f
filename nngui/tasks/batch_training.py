"""Section 5: batches. Ten numbers show what a DataLoader does; 1,000 points, what it is good for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import model_validator
from typing_extensions import override

from nngui.core.code_text import DataCode, float_text
from nngui.core.errors import SettingError
from nngui.core.networks.mlp import Mlp
from nngui.core.preset import Preset
from nngui.core.spec import DataSpec, MlpSpec, OptimizerSpec, ScheduleSpec, Spec, setting
from nngui.core.spec.schedule import MAX_POINTS, LoaderOptions
from nngui.core.task import Task
from nngui.core.text import mark

if TYPE_CHECKING:
    from nngui.core.data.data import Data

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
    """The settings of this section; the defaults are the tutorial's."""

    data: BatchData = BatchData()
    network: MlpSpec = MlpSpec(hidden=(20,))
    loss: Literal["mse", "l1", "huber"] = setting(
        "mse",
        mark("core", "Loss"),
        mark("core", "How a miss counts: squared, absolute, or squared only while small (Huber)."),
        labels={"mse": "MSE", "l1": "L1", "huber": "Huber"},
    )
    optimizer: OptimizerSpec = OptimizerSpec()
    schedule: LoaderSchedule = LoaderSchedule()

    @override
    def optimizers(self) -> dict[str, OptimizerSpec]:
        return {} if self.data.kind == "numbers" else {"loss": self.optimizer}

    @property
    @override
    def idle(self) -> tuple[str, ...]:
        if self.data.kind == "points":
            loader = ("schedule.shuffle", "schedule.drop_last", "schedule.workers")
            return ("data.count", *(() if self.schedule.batch_size else loader))
        trains = ("network", "optimizer", "loss", "schedule.target_loss")
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


def make_data(spec: BatchSpec) -> Data:
    """Count up and down; or draw the points: y = x² and normal noise."""
    import torch

    from nngui.core.data.data import Data

    d = spec.data
    if d.kind == "numbers":
        x = torch.linspace(1, d.count, d.count).unsqueeze(1)
        return Data(x, torch.linspace(d.count, 1, d.count).unsqueeze(1))
    x = torch.linspace(-1, 1, d.points).unsqueeze(1)
    return Data(x, x.pow(2) + d.noise * torch.normal(torch.zeros(x.size())))


def data_code(spec: BatchSpec) -> DataCode:
    """Return the lines that make the same data in a plain script."""
    d = spec.data
    if d.kind == "numbers":
        n = d.count
        lines = [f"x = torch.linspace(1, {n}, {n})", f"y = torch.linspace({n}, 1, {n})"]
        return DataCode(lines, (1,), 1)
    lines = [
        f"x = torch.linspace(-1, 1, {d.points}).unsqueeze(1)",
        f"noise = {float_text(d.noise)} * torch.normal(torch.zeros(x.size()))",
        "y = x.pow(2) + noise",
    ]
    return DataCode(lines, (1,), 1)


def for_network(spec: BatchSpec, shape: tuple[int, ...], outputs: int) -> BatchSpec | None:
    """Return the settings, with the points to train on, if a network has one input and output."""
    return spec.changed("data", kind="points") if (shape, outputs) == ((1,), 1) else None


PRESETS = (
    Preset(
        "last-batch",
        mark("core", "A batch that is not full"),
        mark(
            "core",
            "Ten numbers in batches of 8: the second batch of each epoch has two. Tick Drop last, and it is left out.",
        ),
        {"schedule.batch_size": 8},
    ),
    Preset(
        "not-shuffled",
        mark("core", "Not shuffled"),
        mark(
            "core",
            "The points come from left to right in every epoch: the network forgets the left while it learns the right, and the loss goes up and down.",
        ),
        {
            "data.kind": "points",
            "schedule.batch_size": 32,
            "schedule.epochs": 12,
            "schedule.shuffle": False,
        },
    ),
    Preset(
        "one-by-one",
        mark("core", "One point a step"),
        mark(
            "core",
            "A step for each point follows every stray one: fast at first, restless for ever. Compare with batches of 32.",
        ),
        {"data.kind": "points", "schedule.batch_size": 1, "schedule.epochs": 1},
    ),
    Preset(
        "all-at-once",
        mark("core", "All points at once"),
        mark(
            "core",
            "One step an epoch: the loss falls smoothly, and far more slowly for the same work. Compare with batches of 32.",
        ),
        {"data.kind": "points", "schedule.batch_size": 1000, "schedule.epochs": 50},
    ),
)


TASK = Task(
    name="batch_training",
    title=mark("core", "Batch training"),
    order=5,
    icon="mdi6.view-grid-outline",
    spec=BatchSpec(),
    network=Mlp("predict"),
    redraw_every=1,
    make_data=make_data,
    data_code=data_code,
    for_network=for_network,
    presets=PRESETS,
)
