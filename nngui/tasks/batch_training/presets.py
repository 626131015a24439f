"""Experiments of this section: what to change, and what to look at then."""

from __future__ import annotations

from nngui.core.preset import Preset
from nngui.core.text import mark

PRESETS = (
    Preset(
        "last-batch",
        mark("core", "A batch that is not full"),
        mark(
            "core",
            "Ten numbers in batches of 8: the second batch of each epoch has two. Tick Drop last, and it is left out.",
        ),
        {"schedule.batch_size": 8},
    ),
    Preset(
        "not-shuffled",
        mark("core", "Not shuffled"),
        mark(
            "core",
            "The points come from left to right in every epoch: the network forgets the left while it learns the right, and the loss goes up and down.",
        ),
        {
            "data.kind": "points",
            "schedule.batch_size": 32,
            "schedule.epochs": 12,
            "schedule.shuffle": False,
        },
    ),
    Preset(
        "one-by-one",
        mark("core", "One point a step"),
        mark(
            "core",
            "A step for each point follows every stray one: fast at first, restless for ever. Compare with batches of 32.",
        ),
        {"data.kind": "points", "schedule.batch_size": 1, "schedule.epochs": 1},
    ),
    Preset(
        "all-at-once",
        mark("core", "All points at once"),
        mark(
            "core",
            "One step an epoch: the loss falls smoothly, and far more slowly for the same work. Compare with batches of 32.",
        ),
        {"data.kind": "points", "schedule.batch_size": 1000, "schedule.epochs": 50},
    ),
)
