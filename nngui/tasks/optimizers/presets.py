"""Experiments of this section: what to change, and what to look at then."""

from __future__ import annotations

from nngui.core.preset import Preset
from nngui.core.text import mark

RACING = ("sgd", "momentum", "adagrad", "rmsprop", "adam")


PRESETS = (
    Preset(
        "rate-too-high",
        mark("core", "Learning rate too high"),
        mark(
            "core",
            "At 0.5 RMSprop and Adam jump about, and end worse than at 0.01. AdaGrad, slow before, ends better, and mostly SGD, too.",
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
            "racers.sgd.lr": 0.3,
            "racers.momentum.lr": 0.06,
            "racers.adagrad.lr": 0.2,
            "racers.rmsprop.lr": 0.005,
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
