"""How long to train, and on how much at a time."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from nngui.core.spec.fields import NOT_ZERO, Frozen, setting
from nngui.core.text import mark

MAX_POINTS = 1_000_000
MAX_STEPS = 100_000_000

Rate = Literal["constant", "step", "exponential", "cosine", "one_cycle", "warm_up", "plateau"]
RATES = {
    "constant": mark("core", "constant"),
    "step": mark("core", "in steps"),
    "exponential": mark("core", "exponential"),
    "cosine": mark("core", "cosine"),
    "one_cycle": mark("core", "one cycle"),
    "warm_up": mark("core", "warm-up"),
    "plateau": mark("core", "on plateaus"),
}


Keep = Literal["last", "best"]


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
    patience: int = setting(
        0,
        mark("core", "Patience"),
        mark(
            "core",
            "Stop after so many epochs in which the validation loss found no new smallest value.",
        ),
        live=True,
        when={"validation": NOT_ZERO},
        ge=0,
        le=1_000_000,
        zero=mark("core", "off"),
    )
    keep: Keep = setting(
        "last",
        mark("core", "Weights kept"),
        mark(
            "core",
            "What the network has when the run ends: the last weights, or those with which the "
            "validation loss was smallest.",
        ),
        live=True,
        when={"validation": NOT_ZERO},
        labels={"last": mark("core", "the last"), "best": mark("core", "the best")},
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

    rate: Rate = setting(
        "constant",
        mark("core", "Rate schedule"),
        mark(
            "core",
            "How the learning rate changes on the way. In steps, exponential, on plateaus: epoch "
            "by epoch. Cosine: down to zero at the run's end. One cycle: up from a 25th in the "
            "first 30 %, then down. Warm-up: up from a tenth, then constant.",
        ),
        labels=RATES,
        advanced=True,
    )
    rate_every: int = setting(
        10,
        mark("core", "Every"),
        mark("core", "After how many epochs the rate is multiplied by the factor."),
        live=True,
        when={"rate": ("step",)},
        ge=1,
        le=1_000_000,
        advanced=True,
    )
    rate_decay: float = setting(
        0.99,
        mark("core", "Per epoch"),
        mark("core", "What the rate is multiplied by after each epoch."),
        live=True,
        when={"rate": ("exponential",)},
        gt=0,
        le=1,
        advanced=True,
    )
    rate_factor: float = setting(
        0.1,
        mark("core", "Factor"),
        mark("core", "What the rate is multiplied by, each time."),
        live=True,
        when={"rate": ("step", "plateau")},
        ge=0,
        lt=1,
        advanced=True,
    )
    rate_patience: int = setting(
        10,
        mark("core", "Rate's patience"),
        mark(
            "core",
            "How many epochs without a better loss are borne before the rate is multiplied by the "
            "factor: the validation loss, or the epoch's mean where nothing is held out.",
        ),
        live=True,
        when={"rate": ("plateau",)},
        ge=0,
        le=1_000_000,
        advanced=True,
    )
    rate_warm_up: int = setting(
        20,
        mark("core", "Warm-up steps"),
        mark("core", "In how many steps the rate grows from a tenth to the whole."),
        live=True,
        when={"rate": ("warm_up",)},
        ge=1,
        le=MAX_STEPS,
        advanced=True,
    )

    @property
    def loading(self) -> LoaderOptions:
        """How the points come in batches: as the tutorial's loader brings them, shuffled."""
        return {"shuffle": True, "drop_last": False}

    @property
    def patience_in_use(self) -> int:
        """The epochs without gain after which a run stops; 0 for none.

        Only what is held out of training can tell, and never the test.
        """
        return self.patience if self.validation else 0

    @property
    def keeps_best(self) -> bool:
        """Whether the weights with the smallest validation loss are put back at the end."""
        return self.keep == "best" and bool(self.validation)

    @property
    def worker_processes(self) -> int:
        """How many processes fetch the batches; the batches are the same with any number."""
        return 0


RATE_KEYS = tuple(f"schedule.{name}" for name in ScheduleSpec.model_fields if name[:4] == "rate")
"""The settings of how the learning rate changes on the way."""
PER_EPOCH = ("step", "exponential", "plateau")
"""Schedules that count epochs; the others count steps."""
START_FACTOR = 0.1
"""Of the rate, what a warm-up begins with."""
