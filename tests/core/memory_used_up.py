"""Trains with no memory left, then with enough again: `python -m tests.core.memory_used_up`.

It ends with 0 where the run was put back each time, and came to the losses of an undisturbed one.
"""

from __future__ import annotations

import resource
import sys

import numpy as np
import psutil

from nngui.core.past.keyframes import SafeTraining
from nngui.core.training.failure import FailedStepError
from tests.core.helpers import FOREVER, trainer_of

LARGE = {
    "data.points": 20_000,
    "network.hidden": [400, 400],
    "optimizer.name": "adam",
    "schedule.steps": 8,
}
ROOM = (4 << 20, 30 << 20, 60 << 20, 120 << 20)  # bytes that a step can still have


def limit(room):
    """Let this process have so many bytes more than it has; None: as many as there are."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    bound = resource.RLIM_INFINITY if room is None else psutil.Process().memory_info().vms + room
    resource.setrlimit(resource.RLIMIT_AS, (bound, hard))


def main():
    expected = trainer_of("regression", LARGE).advance(FOREVER)
    trainer, rows, said = trainer_of("regression", LARGE), [], []
    safe = SafeTraining(trainer)
    safe.advance(FOREVER, 2, rows.append)
    for room in ROOM:
        limit(room)
        try:
            safe.advance(FOREVER, 1, rows.append)
        except FailedStepError as error:
            said.append(f"{error.failure.standing}: {error.failure.why}")
        limit(None)
    while trainer.ending is None:
        safe.advance(FOREVER, None, rows.append)
    print(*said, sep="\n")
    same = np.array_equal(np.concatenate(rows), expected)
    return 0 if same and said and all(one.startswith("before: The memory") for one in said) else 1


if __name__ == "__main__":
    sys.exit(main())
