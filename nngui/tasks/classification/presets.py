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
)
