"""Experiments of this section: what to change, and what to look at then."""

from __future__ import annotations

from nngui.core.preset import Preset
from nngui.core.text import mark

PRESETS = (
    Preset(
        "other-weights",
        mark("core", "The same network, other weights"),
        mark(
            "core",
            "Class and Sequential are the same network: only the random weights that they begin with differ here, and with them the losses.",
        ),
        {"network.same_weights": False},
    ),
    Preset(
        "no-activation",
        mark("core", "Layers without activation"),
        mark(
            "core",
            "Two linear layers after each other are one linear layer: the boundary stays a line however many there are. Give one of them an activation.",
        ),
        {
            "data.kind": "circles",
            "network.layers": (
                {"width": 10, "activation": "identity"},
                {"width": 10, "activation": "identity"},
            ),
            "schedule.steps": 300,
        },
    ),
    Preset(
        "two-layers",
        mark("core", "Two layers for two spirals"),
        mark(
            "core",
            "The second layer bends what the first has bent. Remove it: one layer gets there, too, in two or more times as many steps.",
        ),
        {
            "data.kind": "spirals",
            "network.layers": ({"width": 20}, {"width": 20}),
            "optimizer.name": "adam",
            "optimizer.lr": 0.01,
            "schedule.steps": 1000,
        },
    ),
    Preset(
        "dropout",
        mark("core", "Dropout"),
        mark(
            "core",
            "Half of the units are left out of each step, others each time: the loss trembles, and both networks tremble in their own way.",
        ),
        {
            "data.kind": "moons",
            "network.layers": ({"width": 20, "dropout": 0.5}, {"width": 20, "dropout": 0.5}),
            "optimizer.lr": 0.1,
            "schedule.steps": 300,
        },
    ),
)
