"""How often to draw: at the screen's rate, or less often where drawing would slow the training."""

from __future__ import annotations

import time

FASTEST, SLOWEST = 16, 100  # ms between two frames
SHARE = 0.12  # of the window's time that drawing takes at most from a training in Python
RECENT = 0.2  # the weight of the last frame in the mean


class Frames:
    """Chooses the time between two frames by what the last ones took.

    Training by PyTorch and drawing share Python's lock: what the one uses, the other waits for, and
    a small network's steps are nearly all Python. Turbo needs no lock, so nothing is held back.
    """

    def __init__(self) -> None:
        self._cost = 0.0
        self._before: float | None = None

    def pause(self) -> None:
        """Leave out what is done from now to the next frame."""
        self._before = None

    def next(self, *, shared: bool) -> int:
        """Begin a frame, and return the time to the next one, in ms.

        Parameters
        ----------
        shared : bool
            Whether the training wants all the time that Python has.
        """
        now = time.thread_time()  # waiting for the lock costs the training nothing
        if self._before is not None:
            self._cost += RECENT * (now - self._before - self._cost)
        self._before = now
        wanted = round(1000 * self._cost / SHARE) if shared else 0
        return min(max(wanted, FASTEST), SLOWEST)
