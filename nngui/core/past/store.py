"""How a run stood now and then: states kept on the way, within a budget of memory.

Any step can be had from the nearest one before it (see `replay`). The threads that train and that
look back share them.
"""

from __future__ import annotations

import bisect
import threading
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nngui.core.memory import free_memory
from nngui.core.past.packed import Packed, pack, unpack

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_BYTES = 64 << 20
"""Bytes that the keyframes of a run hold, at most."""
MAX_ALL_BYTES = 256 << 20
"""Bytes that the keyframes of all runs hold together, at most."""
MAX_LEFT_BYTES = 2 << 20
"""Bytes of those of a line that was left, at most."""
SHARE_OF_FREE = 8  # times as much as the keyframes of a run may take has to be free
SHARE_OF_ROOM = 4  # keyframes that there must be room for; larger ones are not kept
LOOKS_EVERY = 64  # keyframes between two looks how much memory is free


@dataclass(frozen=True, slots=True, eq=False)
class Keyframe:
    """A run as it stood once.

    Attributes
    ----------
    step : int
        Steps done by then.
    edits : int
        How many edits of its journal were in force.
    packed : Packed
        What `Trainer.capture` returned.
    seconds : tuple of float
        How long each variant had computed.
    """

    step: int
    edits: int
    packed: Packed
    seconds: tuple[float, ...]

    @classmethod
    def of(
        cls,
        place: tuple[int, int],
        state: dict[str, Any],
        seconds: Sequence[float],
        like: Keyframe | None = None,
    ) -> Keyframe:
        """Return a keyframe of a step and so many edits; `like` is another one of the run."""
        packed = pack(state, None if like is None else like.packed)
        return cls(*place, packed, tuple(seconds))

    @property
    def state(self) -> dict[str, Any]:
        """What `Trainer.capture` returned; nobody else's."""
        result: dict[str, Any] = unpack(self.packed)
        return result

    @property
    def place(self) -> tuple[int, int]:
        """Where it lies among others."""
        return self.step, self.edits


class Keyframes:
    """The keyframes of a run, by their place.

    Where there is no more room, they are thinned to half of it: those go that lie closest to the
    one before them.

    Parameters
    ----------
    max_bytes : int
        What they may take; it is less where memory is short, or other runs have much.
    """

    def __init__(self, max_bytes: int = MAX_BYTES, frames: Sequence[Keyframe] = ()) -> None:
        self.max_bytes = max_bytes
        self._lock = threading.Lock()
        self._frames = list(frames)
        self._places = [frame.place for frame in frames]
        self._nbytes = sum(frame.packed.nbytes for frame in frames)
        self._free = self._looks = 0
        with _listing:
            _all.add(self)

    def add(self, frame: Keyframe) -> None:
        """Keep a state; where there is no room for it, others are let go."""
        room = self._room()
        with self._lock:
            if SHARE_OF_ROOM * frame.packed.nbytes > room:
                return
            index = bisect.bisect_left(self._places, frame.place)
            if index < len(self._places) and self._places[index] == frame.place:
                self._nbytes -= self._frames[index].packed.nbytes
                self._frames[index] = frame
            else:
                self._places.insert(index, frame.place)
                self._frames.insert(index, frame)
            self._nbytes += frame.packed.nbytes
            if self._nbytes > room:
                self._thin(room // 2)

    def __contains__(self, place: tuple[int, int]) -> bool:
        """Return whether there is one at a place."""
        with self._lock:
            index = bisect.bisect_left(self._places, place)
            return index < len(self._places) and self._places[index] == place

    def nearest(self, step: int, edits: int) -> Keyframe | None:
        """Return the last keyframe at a place or before it; None without one."""
        with self._lock:
            index = bisect.bisect_right(self._places, (step, edits))
            return self._frames[index - 1] if index else None

    def forget_after(self, step: int, edits: int) -> None:
        """Let go what lies behind a place: the run goes on otherwise from there."""
        with self._lock:
            self._put(self._frames[: bisect.bisect_right(self._places, (step, edits))])

    def copy(self) -> Keyframes:
        """Return the same keyframes, to which others may come."""
        with self._lock:
            return Keyframes(self.max_bytes, self._frames)

    def shrink(self, max_bytes: int) -> None:
        """Go on with less room."""
        with self._lock:
            self.max_bytes = max_bytes
            if self._nbytes > max_bytes:
                self._thin(max_bytes // 2)

    @property
    def places(self) -> list[tuple[int, int]]:
        """Where there are some, in their order."""
        with self._lock:
            return list(self._places)

    @property
    def frames(self) -> list[Keyframe]:
        """All of them, in their order."""
        with self._lock:
            return list(self._frames)

    @property
    def nbytes(self) -> int:
        """The memory that they take."""
        return self._nbytes

    def _room(self) -> int:
        """Return how many bytes they may take now."""
        if self._looks % LOOKS_EVERY == 0:
            self._free = free_memory()
        self._looks += 1
        with _listing:
            others = [one.nbytes for one in _all if one is not self]
        fair = MAX_ALL_BYTES // (1 + sum(bool(size) for size in others))
        rest = max(MAX_ALL_BYTES - sum(others), fair)
        return min(self.max_bytes, rest, (self._free + self._nbytes) // SHARE_OF_FREE)

    def _thin(self, room: int) -> None:
        """Let go of those that lie closest to the one before; the first and the last stay."""
        frames = self._frames
        apart = max((frames[-1].step - frames[0].step) // len(frames), 1)
        while self._nbytes > room and len(frames) > 2:
            kept = frames[:1]
            for frame in frames[1:-1]:
                if frame.step - kept[-1].step >= apart:
                    kept.append(frame)
            frames, apart = [*kept, frames[-1]], 2 * apart
            self._put(frames)

    def _put(self, frames: list[Keyframe]) -> None:
        self._frames, self._places = frames, [frame.place for frame in frames]
        self._nbytes = sum(frame.packed.nbytes for frame in frames)


_all: weakref.WeakSet[Keyframes] = weakref.WeakSet()
_listing = threading.Lock()
