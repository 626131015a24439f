"""What was read last, kept: a run is often built again from the same images."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")


class LastRead(Generic[T]):
    """The things that were read last, so many of them.

    Unlike `functools.lru_cache` it keeps nothing of who waited for them.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: dict[Hashable, T] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, read: Callable[[], T]) -> T:
        """Return what was read for a key, or read it."""
        with self._lock:
            found = self._found.pop(key, None)
        found = read() if found is None else found
        with self._lock:
            self._found[key] = found
            while len(self._found) > self._most:
                del self._found[next(iter(self._found))]
        return found
