"""Whether there is memory for what is about to be read."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from nngui.core.errors import FileError
from nngui.core.text import mark

if TYPE_CHECKING:
    from pathlib import Path

ASSUMED_FREE_BYTES = 4 << 30  # where the system does not tell
MAX_SHARE = 0.5  # of the free memory: what is made of a table takes as much again
log = logging.getLogger(__name__)


def check_memory(path: Path, needed: int) -> None:
    """Refuse what would take more than half of the free memory.

    Parameters
    ----------
    path : Path
        What is to be read, for the sentence.
    needed : int
        Bytes.

    Raises
    ------
    FileError
        Naming both.
    """
    free = free_memory()
    if needed > free * MAX_SHARE:
        text = mark(
            "core",
            "{path} would take {needed} GB of memory, and {free} GB are free: take a part of it.",
        )
        raise FileError(text, path=path, needed=f"{needed / 1e9:,.1f}", free=f"{free / 1e9:,.1f}")


def free_memory() -> int:
    """Return how many bytes can still be used without swapping."""
    import psutil  # when something is read: the window opens without it

    try:
        return int(psutil.virtual_memory().available)
    except (OSError, psutil.Error):  # a container that hides the system's files
        log.warning("The system does not tell how much memory is free", exc_info=True)
        return ASSUMED_FREE_BYTES
