"""One slot between two threads: the latest wins."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """Holds one thing, put by one thread and collected by another.

    The worker asks `is_empty` before it makes something costly to put in, so that predictions
    cost what the frames cost. What was not collected is replaced, never queued.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._content: T | None = None

    @property
    def is_empty(self) -> bool:
        """Whether the last thing put in was collected."""
        with self._lock:
            return self._content is None

    def put(self, content: T) -> None:
        """Leave something, in place of what is there."""
        with self._lock:
            self._content = content

    def collect(self) -> T | None:
        """Take what is there, or None."""
        with self._lock:
            content, self._content = self._content, None
            return content
