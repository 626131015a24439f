"""What to train, and nothing else: frozen, validated, readable. Two equal Specs train alike.

The bounds, titles and hints of the fields become the form's ranges, labels and tooltips.
"""

from __future__ import annotations

from typing import Any, Literal, Self

from nngui.core.spec.fields import Frozen, setting
from nngui.core.spec.network import NetworkSpec
from nngui.core.spec.optimizer import OptimizerSpec
from nngui.core.spec.schedule import ScheduleSpec
from nngui.core.text import mark

LossName = Literal["mse", "l1", "huber", "cross_entropy"]


class DataSpec(Frozen):
    """Where the data come from. Each task has a subclass of its own, with its kinds."""

    kind: str = ""


ClassWeights = Literal["equal", "balanced"]
EQUAL: ClassWeights = "equal"
BALANCED: ClassWeights = "balanced"


def class_weights_setting() -> Any:
    """Return the field of a task that tells classes apart, by which they count in the loss."""
    return setting(
        EQUAL,
        mark("core", "Class weights"),
        mark(
            "core",
            "None: each point counts alike. Balanced: all classes count alike, so a point of a "
            "rare one counts for more.",
        ),
        labels={EQUAL: mark("core", "none"), BALANCED: mark("core", "balanced")},
    )


def label_smoothing_setting() -> Any:
    """Return the field of a task that tells classes apart, by which a label is less than sure."""
    return setting(
        0.0,
        mark("core", "Label smoothing"),
        mark(
            "core",
            "The share of each label that is spread evenly over all classes, so that the network "
            "does not become too sure. Every loss shown has it, on held-out points too.",
        ),
        advanced=True,
        ge=0,
        le=0.9,
        zero=mark("core", "off"),
    )


class Spec(Frozen):
    """All that decides a run. Each task has a subclass with its own data and defaults."""

    seed: int = setting(
        1,
        mark("core", "Seed"),
        mark(
            "core", "Where the random numbers start: the same seed gives the same run, bit for bit."
        ),
        ge=0,
        le=2**32 - 1,
    )
    data: DataSpec = DataSpec()
    network: NetworkSpec = NetworkSpec()
    loss: LossName = setting("mse", mark("core", "Loss"))
    optimizer: OptimizerSpec = OptimizerSpec()
    schedule: ScheduleSpec = ScheduleSpec()

    def optimizers(self) -> dict[str, OptimizerSpec]:
        """Return what is trained: a loss column, and the optimizer of its network.

        Most tasks train one network. Several train in lockstep, on the same batches; without any
        the batches are only gone through.
        """
        return {"loss": self.optimizer}

    def rate_key(self, name: str) -> str:
        """Return the key of the learning rate with which a network is trained, by its column."""
        return "optimizer.lr"

    @property
    def balances_classes(self) -> bool:
        """Whether all classes count alike in the loss, however many points they have."""
        weights: ClassWeights = getattr(self, "class_weights", EQUAL)
        return weights == BALANCED

    @property
    def smoothing(self) -> float:
        """The share of each label that is spread over all classes; 0 without classes."""
        share: float = getattr(self, "label_smoothing", 0.0)
        return share if self.loss == "cross_entropy" else 0.0

    @property
    def same_start(self) -> bool:
        """Whether several networks start from the first one's parameters."""
        return True

    @classmethod
    def parts(cls) -> list[str]:
        """Return the fields that have a meaning in this task: those that the form shows."""
        return list(cls.model_fields)

    @property
    def idle(self) -> tuple[str, ...]:
        """The parts and keys that do nothing with the present settings: the form hides them."""
        return ("network.init", "network.init_scale") if self.network.weights else ()

    def changed(self, part: str, **values: object) -> Self:
        """Return a copy with fields of one part replaced, all of it validated (see `replaced`)."""
        return self.replaced(**{part: dict(getattr(self, part)) | values})
