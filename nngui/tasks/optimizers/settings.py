"""What can be set in section 6: who takes part, and the settings of each racer."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import model_validator
from typing_extensions import override

from nngui.core.data.curves import CURVE_NAMES
from nngui.core.errors import SettingError
from nngui.core.spec import DataSpec, Frozen, MlpSpec, OptimizerSpec, Spec, setting
from nngui.core.spec.optimizer import OptimizerName
from nngui.core.spec.schedule import MAX_POINTS
from nngui.core.spec.torch_names import OPTIMIZER_NAMES
from nngui.core.text import mark

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
    """The settings of this section. `TASK` has the tutorial's values."""

    data: RaceData = RaceData()
    network: MlpSpec = MlpSpec()
    race: RaceSpec = RaceSpec()
    racers: RacersSpec = RacersSpec()
    loss: Literal["mse", "l1", "huber"] = setting(
        "mse",
        mark("core", "Loss"),
        mark("core", "How a miss counts: squared, absolute, or squared only while small (Huber)."),
        labels={"mse": "MSE", "l1": "L1", "huber": "Huber"},
    )

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

    @override
    def rate_key(self, name: str) -> str:
        return f"racers.{name}.lr"

    @property
    @override
    def same_start(self) -> bool:
        return self.race.fair_start
