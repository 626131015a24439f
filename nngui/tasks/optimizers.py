"""Section 6: the optimizer race. The same network and the same batches, another rule for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from pydantic import model_validator
from typing_extensions import override

from nngui.core.code_text import DataCode
from nngui.core.data.curves import CURVE_NAMES, CURVES
from nngui.core.errors import SettingError
from nngui.core.networks.mlp import Mlp
from nngui.core.preset import Preset
from nngui.core.spec import DataSpec, Frozen, MlpSpec, OptimizerSpec, ScheduleSpec, Spec, setting
from nngui.core.spec.optimizer import OptimizerName
from nngui.core.spec.schedule import MAX_POINTS
from nngui.core.spec.torch_names import OPTIMIZER_NAMES
from nngui.core.task import Task
from nngui.core.text import mark

if TYPE_CHECKING:
    from nngui.core.data.data import Data

Kind = Literal["square", "sine", "step", "x_sin_x"]
KINDS = {name: CURVE_NAMES[name] for name in get_args(Kind)}


class RaceData(DataSpec):
    """Points of a function from -1 to 1, with normal noise."""

    kind: Kind = setting(
        "square", mark("core", "Function"), mark("core", "What the points follow."), labels=KINDS
    )
    points: int = setting(
        1000, mark("core", "Points"), mark("core", "How many points."), ge=2, le=MAX_POINTS
    )
    noise: float = setting(
        0.1, mark("core", "Noise"), mark("core", "How far the points stray."), ge=0, le=100
    )


class RaceSpec(Frozen):
    """Who takes part, and where they start."""

    optimizers: tuple[OptimizerName, ...] = setting(
        ("sgd", "momentum", "adagrad", "rmsprop", "adam"),
        mark("core", "Racers"),
        mark("core", "Who takes part, in the order in which the networks are built."),
        labels=OPTIMIZER_NAMES,
        max_length=len(OPTIMIZER_NAMES),
    )
    fair_start: bool = setting(
        True,
        mark("core", "Fair start"),
        mark("core", "All start from the same weights. Off: each draws its own, as the tutorial."),
    )

    @model_validator(mode="after")
    def _check_names(self) -> RaceSpec:
        if not self.optimizers:
            raise SettingError(mark("core", "race.optimizers is empty: a race needs a racer."))
        for name in self.optimizers:
            if self.optimizers.count(name) > 1:
                text = mark("core", "race.optimizers names {name} more than once.")
                raise SettingError(text, name=name)
        return self


class RacersSpec(Frozen):
    """The settings of each racer; the defaults are the tutorial's, for all that it races."""

    sgd: OptimizerSpec = OptimizerSpec(name="sgd")
    momentum: OptimizerSpec = OptimizerSpec(name="momentum")
    nesterov: OptimizerSpec = OptimizerSpec(name="nesterov")
    adagrad: OptimizerSpec = OptimizerSpec(name="adagrad")
    rmsprop: OptimizerSpec = OptimizerSpec(name="rmsprop")
    adam: OptimizerSpec = OptimizerSpec(name="adam")
    adamw: OptimizerSpec = OptimizerSpec(name="adamw", weight_decay=0.01)
    adamax: OptimizerSpec = OptimizerSpec(name="adamax")
    nadam: OptimizerSpec = OptimizerSpec(name="nadam")
    radam: OptimizerSpec = OptimizerSpec(name="radam")

    @model_validator(mode="after")
    def _check_rules(self) -> RacersSpec:
        for racer in type(self).model_fields:
            found = getattr(self, racer).name
            if found != racer:
                text = mark(
                    "core", "racers.{racer}.name is {found}, but a racer's rule cannot be changed."
                )
                raise SettingError(text, racer=racer, found=found)
        return self


class OptimizersSpec(Spec):
    """The settings of this section; the defaults are the tutorial's."""

    data: RaceData = RaceData()
    network: MlpSpec = MlpSpec(hidden=(20,))
    race: RaceSpec = RaceSpec()
    racers: RacersSpec = RacersSpec()
    loss: Literal["mse", "l1", "huber"] = setting(
        "mse",
        mark("core", "Loss"),
        mark("core", "How a miss counts: squared, absolute, or squared only while small (Huber)."),
        labels={"mse": "MSE", "l1": "L1", "huber": "Huber"},
    )
    schedule: ScheduleSpec = ScheduleSpec(epochs=12, batch_size=32)

    @model_validator(mode="after")
    def _check_optimizer(self) -> OptimizersSpec:
        if self.optimizer != OptimizerSpec():
            text = mark(
                "core",
                "optimizer.* has no meaning in a race: each racer has its own settings, such as "
                "racers.sgd.lr.",
            )
            raise SettingError(text)
        return self

    @classmethod
    @override
    def parts(cls) -> list[str]:
        return [part for part in super().parts() if part != "optimizer"]

    @override
    def optimizers(self) -> dict[str, OptimizerSpec]:
        return {name: getattr(self.racers, name) for name in self.race.optimizers}

    @property
    @override
    def same_start(self) -> bool:
        return self.race.fair_start


def make_data(spec: OptimizersSpec) -> Data:
    """Draw the points: x evenly spaced, y the function's value and some normal noise."""
    import torch

    from nngui.core.data.data import Data

    d = spec.data
    x = torch.linspace(-1, 1, d.points).unsqueeze(1)
    y = CURVES[d.kind][0](x) + d.noise * torch.normal(torch.zeros(x.size()))
    return Data(x, y)


def data_code(spec: OptimizersSpec) -> DataCode:
    """Return the lines that draw the same points in a plain script."""
    d = spec.data
    lines = [
        f"x = torch.linspace(-1, 1, {d.points}).unsqueeze(1)",
        f"y = {CURVES[d.kind][1]}",
        f"y = y + {d.noise} * torch.normal(torch.zeros(x.size()))",
    ]
    return DataCode(lines, (1,), 1)


def for_network(
    spec: OptimizersSpec, shape: tuple[int, ...], outputs: int
) -> OptimizersSpec | None:
    """Return the settings if a network has one input and one output."""
    return spec if (shape, outputs) == ((1,), 1) else None


RACING = ("sgd", "momentum", "adagrad", "rmsprop", "adam")

PRESETS = (
    Preset(
        "rate-too-high",
        mark("core", "Learning rate too high"),
        mark(
            "core",
            "At 0.5 Momentum, RMSprop and Adam jump about, while SGD and AdaGrad, the slow ones before, come out first.",
        ),
        {f"racers.{name}.lr": 0.5 for name in RACING},
    ),
    Preset(
        "rate-too-low",
        mark("core", "Learning rate too low"),
        mark(
            "core",
            "At 0.0005 hardly anybody moves: what RMSprop and Adam do with the gradient's size makes up for much of it, AdaGrad brakes.",
        ),
        {f"racers.{name}.lr": 0.0005 for name in RACING},
    ),
    Preset(
        "own-rates",
        mark("core", "Each at its own rate"),
        mark(
            "core",
            "With a learning rate that suits each of them, the five end close together: much of the tutorial's lead is the choice of the rate.",
        ),
        {
            "racers.sgd.lr": 0.5,
            "racers.momentum.lr": 0.1,
            "racers.adagrad.lr": 0.2,
        },
    ),
    Preset(
        "unfair-start",
        mark("core", "An unfair start"),
        mark(
            "core",
            "Each network begins with weights of its own, as in the tutorial: who leads may only have begun nearer to the goal.",
        ),
        {"race.fair_start": False},
    ),
)


TASK = Task(
    name="optimizers",
    title=mark("core", "Optimizer race"),
    order=6,
    icon="mdi6.flag-checkered",
    spec=OptimizersSpec(),
    network=Mlp("predict"),
    redraw_every=2,
    make_data=make_data,
    data_code=data_code,
    for_network=for_network,
    presets=PRESETS,
)
