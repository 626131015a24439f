"""Experiments of this section: what to change, and what to look at then."""

from __future__ import annotations

from nngui.core.preset import Preset
from nngui.core.text import mark

PRESETS = (
    Preset(
        "no-convolution",
        mark("core", "Without convolutions"),
        mark(
            "core",
            "A single layer sees pixels, not strokes: it needs longer and ends lower. Add a convolution, and compare the accuracy on the test images.",
        ),
        {"network.conv": (), "network.hidden": ()},
    ),
    Preset(
        "rate-too-high",
        mark("core", "Learning rate too high"),
        mark(
            "core",
            "At 0.1 Adam throws the weights about, and the network ends by guessing: one in ten is right. Divide the rate by 100.",
        ),
        {"optimizer.lr": 0.1, "network.batch_norm": False},
    ),
    Preset(
        "few-images",
        mark("core", "Few images"),
        mark(
            "core",
            "With 200 images all of the training images are soon right, and the others are not: it learns them by heart. More images help most: take 800. Shifting and rotating them does not make up for that.",
        ),
        {
            "data.images": 200,
            "network.batch_norm": False,
            "schedule.batch_size": 32,
            "schedule.epochs": 20,
        },
    ),
    Preset(
        "turned",
        mark("core", "Turned images"),
        mark(
            "core",
            "Digits turned by any angle are harder: a 6 becomes a 9. See in the confusion matrix which of them are taken for each other.",
        ),
        {"data.rotate": 180.0},
    ),
)
