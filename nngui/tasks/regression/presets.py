"""Experiments of this section: what to change, and what to look at then."""

from __future__ import annotations

from nngui.core.preset import Preset
from nngui.core.text import mark

PRESETS = (
    Preset(
        "rate-too-high",
        mark("core", "Learning rate too high"),
        mark(
            "core",
            "Each step overshoots the valley, and the loss grows instead of falling. Drag the learning rate down to 0.2, and start again.",
        ),
        {"optimizer.lr": 2.0},
    ),
    Preset(
        "dead-relus",
        mark("core", "Dead ReLUs"),
        mark(
            "core",
            "One large step pushes ReLUs to where they are 0 for every point: no gradient reaches them again, and the curve stays flat. Halve the rate, and start again. LeakyReLU does not help here: the step is too large for it, too.",
        ),
        {"optimizer.lr": 0.9},
    ),
    Preset(
        "overfitting",
        mark("core", "Overfitting"),
        mark(
            "core",
            "Few noisy points and a large network: the training loss goes to nothing while the validation loss rises. Take 200 points, or 10 units; or keep the best weights.",
        ),
        {
            "data.points": 20,
            "data.noise": 1.0,
            "network.hidden": (100, 100),
            "optimizer.name": "adam",
            "optimizer.lr": 0.01,
            "schedule.steps": 1000,
            "schedule.validation": 0.3,
        },
    ),
    Preset(
        "noisy-data",
        mark("core", "Noisy data"),
        mark(
            "core",
            "The curve goes through the middle of the points, and the loss stops falling near the noise: what strays at random cannot be learned.",
        ),
        {"data.noise": 2.0},
    ),
    Preset(
        "too-small",
        mark("core", "Network too small"),
        mark(
            "core",
            "Two hidden units bend the curve twice at most: a wave does not fit. Give the network 20 units.",
        ),
        {
            "data.kind": "sine",
            "data.low": -2.0,
            "data.high": 2.0,
            "network.hidden": (2,),
            "optimizer.name": "adam",
            "optimizer.lr": 0.02,
            "schedule.steps": 500,
        },
    ),
    Preset(
        "small-weights",
        mark("core", "Weights too small"),
        mark(
            "core",
            "A hundredth of PyTorch's weights: the curve starts flat, the gradient of a layer is as small as the weights behind it, and the loss stays on a plateau. Set the initial weights to PyTorch or Xavier.",
        ),
        {
            "network.hidden": (20, 20),
            "network.activation": "tanh",
            "network.init": "scaled",
            "network.init_scale": 0.01,
            "schedule.steps": 300,
        },
    ),
)
