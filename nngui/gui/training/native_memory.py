"""Keeping the C library from holding memory that is no longer used.

glibc gives threads arenas of their own, eight for each core. Each keeps the megabytes that were
freed at its end, up to 64 of them, for as long as the program lives, and pages that are free in
its middle. A window whose threads come and go is soon a gigabyte large, with a third of it in use.
"""

from __future__ import annotations

import ctypes
import functools
import sys

MAX_ARENAS = 2  # the window's, and one for all other threads: two of them seldom ask at once
TRIM_THRESHOLD_BYTES = 16 << 20  # what is free at an arena's end beyond them is given back at once
MMAP_THRESHOLD_BYTES = 32 << 20  # the most that can be set: what is larger is in no arena
# glibc would raise the two by itself, to 64 MB and 32 MB, when a large block is freed.
SETTINGS = {  # by their numbers in <malloc.h>
    -8: MAX_ARENAS,  # M_ARENA_MAX
    -1: TRIM_THRESHOLD_BYTES,  # M_TRIM_THRESHOLD
    -3: MMAP_THRESHOLD_BYTES,  # M_MMAP_THRESHOLD
}


def limit_arenas() -> None:
    """Have few arenas, with little at their ends; to be called before there are threads."""
    library = _glibc()
    if library is not None:
        for setting, value in SETTINGS.items():
            library.mallopt(ctypes.c_int(setting), ctypes.c_int(value))


def trim_heap() -> None:
    """Give free pages back to the system, at about a millisecond for each 10 MB."""
    library = _glibc()
    if library is not None:
        library.malloc_trim(ctypes.c_size_t(0))  # lets go of Python's lock


@functools.cache
def _glibc() -> ctypes.CDLL | None:
    """Return the C library if it is glibc: others keep less, and have no such functions."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "malloc_trim") and hasattr(library, "mallopt") else None
