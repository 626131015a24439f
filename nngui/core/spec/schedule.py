"""How long to train, and on how much at a time."""

from __future__ import annotations

from typing_extensions import TypedDict

from nngui.core.spec.fields import Frozen, setting
from nngui.core.text import mark

MAX_POINTS = 1_000_000
MAX_STEPS = 100_000_000


class LoaderOptions(TypedDict):
    """How a loader makes its batches."""

    shuffle: bool
    drop_last: bool


class ScheduleSpec(Frozen):
    """How long to train, on how much at a time, and when to stop early."""

    steps: int = setting(
        100,
        mark("core", "Steps"),
        mark("core", "How many optimizer steps the run has."),
        live=True,
        ge=1,
        le=MAX_STEPS,
    )
    epochs: int = setting(
        0,
        mark("core", "Epochs"),
        mark("core", "Passes over all training data; when set, it replaces the number of steps."),
        live=True,
        ge=0,
        le=1_000_000,
        zero=mark("core", "by steps"),
    )
    batch_size: int = setting(
        0,
        mark("core", "Batch size"),
        mark("core", "Points in each step, drawn as the DataLoader shuffles them."),
        live=True,
        ge=0,
        le=MAX_POINTS,
        zero=mark("core", "all at once"),
    )
    validation: float = setting(
        0.0,
        mark("core", "Validation"),
        mark(
            "core",
            "The share of the points kept out of training, to test the network on.",
        ),
        ge=0,
        le=0.9,
        zero=mark("core", "off"),
    )
    target_loss: float = setting(
        0.0,
        mark("core", "Target loss"),
        mark("core", "Stop as soon as the training loss is this small."),
        live=True,
        ge=0,
        le=1e6,
        zero=mark("core", "off"),
    )

    @property
    def loading(self) -> LoaderOptions:
        """How the points come in batches: as the tutorial's loader brings them, shuffled."""
        return {"shuffle": True, "drop_last": False}

    @property
    def worker_processes(self) -> int:
        """How many processes fetch the batches; the batches are the same with any number."""
        return 0
