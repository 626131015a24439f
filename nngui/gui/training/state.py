"""What a run can be doing."""

from __future__ import annotations

from enum import Enum


class State(Enum):
    """What a run is doing."""

    ASLEEP = "asleep"  # the tab was never looked at
    PREPARING = "preparing"  # data and network are made; at the first start torch is loaded
    READY = "ready"
    TRAINING = "training"
    PAUSED = "paused"
    ENDED = "ended"
    FAILED = "failed"
