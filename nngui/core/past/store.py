"""States kept on the way of a run, within a budget of memory: every other one goes when it is full.

Any step can be had from the nearest one before it (see `replay`). The threads that train and that
look back share it.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_BYTES = 64 << 20  # of a run's keyframes


@dataclass(frozen=True, slots=True)
class Keyframe:
    """A run as it stood once.

    Attributes
    ----------
    step : int
        Steps done by then.
    edits : int
        How many edits of its journal were in force.
    state : dict
        What `Trainer.capture` returned; nobody changes anything in it.
    seconds : tuple of float
        How long each variant had computed.
    """

    step: int
    edits: int
    state: dict[str, Any]
    seconds: tuple[float, ...]

    @property
    def place(self) -> tuple[int, int]:
        """Where it lies among others."""
        return self.step, self.edits


class Keyframes:
    """The keyframes of a run, by their place.

    Parameters
    ----------
    max_bytes : int
        What they may take.
    """

    def __init__(self, max_bytes: int = MAX_BYTES, frames: Iterable[Keyframe] = ()) -> None:
        self.max_bytes = max_bytes
        self._lock = threading.Lock()
        self._frames: dict[tuple[int, int], Keyframe] = {}
        self._sizes: dict[tuple[int, int], int] = {}
        for frame in frames:
            self.add(frame)

    def add(self, frame: Keyframe) -> None:
        """Keep a state; where that is too much, every other one of the older ones goes."""
        size = nbytes_of(frame.state)
        with self._lock:
            self._frames[frame.place], self._sizes[frame.place] = frame, size
            while sum(self._sizes.values()) > self.max_bytes and len(self._frames) > 1:
                places = sorted(self._frames)
                for place in places[1::2] if len(places) > 2 else places[:1]:
                    del self._frames[place], self._sizes[place]

    def nearest(self, step: int, edits: int) -> Keyframe | None:
        """Return the last keyframe at a place or before it; None without one."""
        with self._lock:
            place = max((p for p in self._frames if p <= (step, edits)), default=None)
            return None if place is None else self._frames[place]

    def forget_after(self, step: int, edits: int) -> None:
        """Let go what lies behind a place: the run goes on otherwise from there."""
        with self._lock:
            for place in [p for p in self._frames if p > (step, edits)]:
                del self._frames[place], self._sizes[place]

    def copy(self) -> Keyframes:
        """Return the same keyframes, to which others may come."""
        with self._lock:
            frames = list(self._frames.values())
        return Keyframes(self.max_bytes, frames)

    @property
    def places(self) -> list[tuple[int, int]]:
        """Where there are some, in their order."""
        with self._lock:
            return sorted(self._frames)

    @property
    def nbytes(self) -> int:
        """The memory that they take."""
        with self._lock:
            return sum(self._sizes.values())


def nbytes_of(state: object) -> int:
    """Return the memory of all tensors in a captured state."""
    if isinstance(state, dict):
        return sum(map(nbytes_of, state.values()))
    if isinstance(state, list | tuple):
        return sum(map(nbytes_of, state))
    return int(getattr(state, "nbytes", 64))
