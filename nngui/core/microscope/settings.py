"""What the step microscope looks at: points, where it starts, five optimizers. No torch here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nngui.core.spec import OptimizerSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

POINTS = 64
LINE = (1.5, 0.5)  # w and b that the points follow
NOISE = 0.6
START = (-0.6, 3.4)  # across the valley's slope, far from its end
MAX_BACK = 1000  # steps that can be taken back
FAR = 1e6  # an optimizer with a parameter beyond has left for good, and stays where it is

# Rates with which each of them shows what is its own, over some fifty steps.
DEFAULTS = {
    "sgd": OptimizerSpec(name="sgd", lr=0.06),
    "momentum": OptimizerSpec(name="momentum", lr=0.02, momentum=0.8),
    "adagrad": OptimizerSpec(name="adagrad", lr=0.5),
    "rmsprop": OptimizerSpec(name="rmsprop", lr=0.08, alpha=0.9),
    "adam": OptimizerSpec(name="adam", lr=0.15, beta1=0.9, beta2=0.99),
}


@dataclass(frozen=True)
class MicroSettings:
    """What is looked at.

    Attributes
    ----------
    seed : int
        Of the points' noise and the order of the batches.
    batch_size : int
        Points in a step; 0: all, and the gradient is no longer noisy.
    optimizers : mapping of str to OptimizerSpec
        The five, each with its own settings.
    """

    seed: int = 1
    batch_size: int = 4
    optimizers: Mapping[str, OptimizerSpec] = field(default_factory=lambda: DEFAULTS)
