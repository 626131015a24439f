"""Writing by turns: a lock on an open file, which ends with the process that has it.

No clock plays a part: a lock says whether somebody is there, whatever the time is.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

BEYOND = 2**30  # a byte that no journal reaches: on Windows what is locked cannot be read
RETRY_S = 0.01


if sys.platform == "win32":
    import msvcrt

    def try_lock(handle: int) -> bool:
        """Have an open file alone, without waiting; return whether that is so."""
        os.lseek(handle, BEYOND, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except PermissionError:  # somebody else has it
            return False
        return True

    def _unlock(handle: int) -> None:
        os.lseek(handle, BEYOND, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def try_lock(handle: int) -> bool:
        """Have an open file alone, without waiting; return whether that is so."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:  # somebody else has it
            return False
        return True

    def _unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)


def wait_for_lock(handle: int, patience_s: float) -> bool:
    """Have an open file alone, until it is closed; return whether that is so, at last.

    Raises
    ------
    OSError
        When the place has no locks.
    """
    until = time.monotonic() + patience_s
    while not try_lock(handle):
        if time.monotonic() > until:
            return False
        time.sleep(RETRY_S)
    return True


@contextmanager
def locked(handle: int, patience_s: float) -> Iterator[None]:
    """Have an open file alone, among all who ask in this way; also over a network's drive.

    Raises
    ------
    TimeoutError
        When somebody else has it for so long.
    OSError
        When the place has no locks.
    """
    if not wait_for_lock(handle, patience_s):
        raise TimeoutError
    try:
        yield
    finally:
        _unlock(handle)
