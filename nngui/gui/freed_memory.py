"""Giving memory that is no longer used back to the system."""

from __future__ import annotations

import ctypes
import functools
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def give_back() -> None:
    """Give back what the C library keeps of what was freed; where it is another one, do nothing.

    Each thread that asks glibc for memory gets an arena of its own, which shrinks from its end
    only: a small block there keeps all the megabytes below it, for as long as the thread lives.
    It lets go of Python's lock, and takes about a millisecond for each 10 MB.
    """
    trim = _malloc_trim()
    if trim is not None:
        trim(0)


@functools.cache
def _malloc_trim() -> Callable[[int], int] | None:
    if not sys.platform.startswith("linux"):
        return None
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none
    if trim is not None:
        trim.argtypes, trim.restype = (ctypes.c_size_t,), ctypes.c_int
    return trim
