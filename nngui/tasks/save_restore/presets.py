"""Experiments of this section: what to change, and what to look at then."""

from __future__ import annotations

from nngui.core.preset import Preset
from nngui.core.text import mark

PRESETS = (
    Preset(
        "half-trained",
        mark("core", "Saved half trained"),
        mark(
            "core",
            "A network is saved as it stands: after 200 steps the copy fits no better than the network did. Save, train on, and restore: the old curve is back.",
        ),
        {"schedule.steps": 200},
    ),
    Preset(
        "relu",
        mark("core", "Corners instead of curves"),
        mark(
            "core",
            "ReLU puts the curve together from straight pieces. Parameters saved from Tanh fit this network too: only the activation tells them apart.",
        ),
        {"network.activation": "relu", "schedule.steps": 2000},
    ),
    Preset(
        "adam",
        mark("core", "Trained by Adam"),
        mark(
            "core",
            "Adam comes to the loss of thousands of steps within hundreds. The saved file does not tell who trained it.",
        ),
        {"optimizer.name": "adam", "optimizer.lr": 0.02, "schedule.steps": 2000},
    ),
)
