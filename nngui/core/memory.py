"""How much memory there is still, and what is said where it was not enough.

The system's own figure is not all: a process, or the container around it, may have a bound of its
own (``ulimit -v``, cgroups).
"""

from __future__ import annotations

import logging
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from nngui.core.errors import NoMemoryError
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_NUMBERS = 16_000_000
"""Values that a layer makes at once, at most: 64 MB of float32, and two layers are held."""
MAX_ROWS = 1 << 20
ASSUMED_FREE_BYTES = 4 << 30  # where the system does not tell
CGROUPS = (  # the bound, what is in use, and a line of the statistics: what files take of that
    ("memory.max", "memory.current", "inactive_file"),
    ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes", "total_inactive_file"),
)
CGROUP_FOLDER = Path("/sys/fs/cgroup")
NO_ROOM = re.compile(  # as PyTorch says it on processors and accelerators; it has no class for it
    r"DefaultCPUAllocator|not enough memory|can't allocate memory|out of memory", re.IGNORECASE
)
_ASKED = re.compile(r"tried to allocate (\d+) bytes")
log = logging.getLogger(__name__)


def rows_at_once(widest: int) -> int:
    """Return how many samples go through a network in one piece, if there are many.

    Parameters
    ----------
    widest : int
        How many numbers its largest layer makes of a sample.
    """
    return max(min(MAX_NUMBERS // widest, MAX_ROWS), 1)


def free_memory() -> int:
    """Return how many bytes this process can still use without swapping, or being ended."""
    return max(min([_free_in_system(), *_bounds()]), 0)


def _free_in_system() -> int:
    import psutil  # when something is read or trained: the window opens without it

    try:
        return int(psutil.virtual_memory().available)
    except (OSError, psutil.Error):  # a container that hides the system's files
        log.warning("The system does not tell how much memory is free", exc_info=True)
        return ASSUMED_FREE_BYTES


def _bounds() -> Iterator[int]:
    """Yield what is left of each bound that stands around this process."""
    if sys.platform == "linux":
        import resource  # Unix only

        import psutil

        most, _ = resource.getrlimit(resource.RLIMIT_AS)
        if most != resource.RLIM_INFINITY:
            yield most - int(psutil.Process().memory_info().vms)
        for names in CGROUPS:
            yield from _left_in_cgroup(*names)


def _left_in_cgroup(most: str, used: str, files: str) -> Iterator[int]:
    try:
        bound = (CGROUP_FOLDER / most).read_text(encoding="ascii").strip()
        if bound.isdecimal():  # else there is none
            in_use = int((CGROUP_FOLDER / used).read_text(encoding="ascii"))
            statistics = (CGROUP_FOLDER / used).with_name("memory.stat").read_text(encoding="ascii")
            pages = [line.split() for line in statistics.splitlines()]
            yield int(bound) - in_use + sum(int(n) for name, n in pages if name == files)
    except (OSError, ValueError):  # not there, or written otherwise: the system's figure counts
        return


def as_no_memory(error: BaseException) -> NoMemoryError | None:
    """Return a sentence for an exception that says that there was no memory left, else None.

    Python, numpy and pandas have a class for it. PyTorch has one for accelerators only.
    """
    found: BaseException | None = error
    seen: set[int] = set()
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        if isinstance(found, NoMemoryError):
            return found
        if isinstance(found, MemoryError) or (
            isinstance(found, RuntimeError) and NO_ROOM.search(str(found))
        ):
            return _sentence(str(found))
        found = found.__cause__ or found.__context__
    return None


def _sentence(said: str) -> NoMemoryError:
    asked = _ASKED.search(said)
    if asked is None:
        text = mark(
            "core",
            "The memory is used up, so this could not be done. Smaller batches, fewer points and "
            "narrower layers need less.",
        )
        return NoMemoryError(text)
    text = mark(
        "core",
        "The memory is used up: {gb} GB more were needed at once. Smaller batches, fewer points "
        "and narrower layers need less.",
    )
    return NoMemoryError(text, gb=f"{int(asked[1]) / 1e9:,.2f}")
