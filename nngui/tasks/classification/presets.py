"""Experiments of this section: what to change, and what to look at then."""

from __future__ import annotations

from nngui.core.preset import Preset
from nngui.core.text import mark

PRESETS = (
    Preset(
        "straight-line",
        mark("core", "A line is not enough"),
        mark(
            "core",
            "Without a hidden layer the boundary is a straight line, and a circle cannot be cut out by one. Add a hidden layer of 10.",
        ),
        {
            "data.kind": "circles",
            "network.hidden": (),
            "optimizer.lr": 0.2,
            "schedule.steps": 300,
        },
    ),
    Preset(
        "spirals",
        mark("core", "Spirals"),
        mark(
            "core",
            "Two layers and Adam wind the boundary between the spirals. Take a layer away, or train by SGD, and see how much longer it takes.",
        ),
        {
            "data.kind": "spirals",
            "network.hidden": (20, 20),
            "optimizer.name": "adam",
            "optimizer.lr": 0.01,
            "schedule.steps": 1000,
        },
    ),
    Preset(
        "vanishing-gradients",
        mark("core", "Vanishing gradients"),
        mark(
            "core",
            "Five layers of sigmoids: the gradient shrinks on its way through each, and the first layers learn nothing. Take Tanh, or a single layer.",
        ),
        {
            "network.hidden": (10, 10, 10, 10, 10),
            "network.activation": "sigmoid",
            "schedule.steps": 300,
        },
    ),
    Preset(
        "overfitting",
        mark("core", "Overfitting"),
        mark(
            "core",
            "The classes overlap, and a large network draws an island around every stray point: the validation loss rises. Try weight decay 0.01, dropout 0.5 or Hidden 5; or keep the best weights.",
        ),
        {
            "data.noise": 2.5,
            "network.hidden": (100, 100),
            "optimizer.name": "adam",
            "optimizer.lr": 0.01,
            "schedule.steps": 500,
            "schedule.validation": 0.3,
        },
    ),
    Preset(
        "all-zero",
        mark("core", "Weights of zero"),
        mark(
            "core",
            "Eight hidden units that start alike get the same gradient and stay alike: they do what one would, and the boundary stays a straight line. Set the initial weights to PyTorch or Xavier.",
        ),
        {
            "data.kind": "xor",
            "network.hidden": (8,),
            "network.activation": "sigmoid",
            "network.init": "zeros",
            "optimizer.name": "momentum",
            "optimizer.lr": 0.5,
            "schedule.steps": 200,
        },
    ),
    Preset(
        "large-weights",
        mark("core", "Weights too large"),
        mark(
            "core",
            "A hundred times PyTorch's weights: Tanh is at its flat ends for nearly every point, and what chance drew first is hardly changed by training. Set the initial weights to PyTorch or Xavier, or take BatchNorm.",
        ),
        {
            "data.kind": "moons",
            "network.hidden": (20, 20, 20),
            "network.activation": "tanh",
            "network.init": "scaled",
            "network.init_scale": 100.0,
            "optimizer.lr": 0.1,
            "schedule.steps": 300,
        },
    ),
    Preset(
        "batch-norm",
        mark("core", "Batch norm"),
        mark(
            "core",
            "Five layers of sigmoids, each behind a BatchNorm that brings what comes to where a sigmoid is steep: the gradient reaches the first layer. Without the norm the loss stays where it began.",
        ),
        {
            "network.hidden": (10, 10, 10, 10, 10),
            "network.activation": "sigmoid",
            "network.norm": "batch",
            "schedule.steps": 300,
        },
    ),
)
