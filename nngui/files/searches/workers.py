"""Who works on a search, and whether they are still there."""

from __future__ import annotations

import os
import socket
import sys
import time
import uuid
from contextlib import suppress
from pathlib import Path

import psutil

from nngui.files.regular import open_regular

LEASE_S = 60.0  # seconds without a word, after which a worker elsewhere is given up
PROC = Path("/proc")
MAX_STAT = 4096  # bytes that say what a process is doing
BEAT_S = 12.0  # seconds between two words of one


def own_name() -> str:
    """Return a name for a worker of this process: its machine, its number there, since when."""
    return f"{_machine()} {os.getpid()} {_started(os.getpid())} {uuid.uuid4().hex[:8]}"


class Attendance:
    """Notes when each worker was last heard of, by this process's own clock.

    Clocks of several machines differ; so the times that they would write down are not compared.

    Parameters
    ----------
    lease_s : float
        For so long a worker that says nothing is believed to be there.
    """

    def __init__(self, lease_s: float = LEASE_S) -> None:
        self._lease_s = lease_s
        self._heard: dict[str, float] = {}

    def hear(self, worker: str) -> None:
        """Note that a worker has said something."""
        self._heard[worker] = time.monotonic()

    def is_lost(self, worker: str) -> bool:
        """Return whether a worker is gone: killed on this machine, or silent for too long."""
        if _has_ended(worker):
            return True
        return time.monotonic() - self._heard.setdefault(worker, time.monotonic()) > self._lease_s


def _has_ended(worker: str) -> bool:
    """Return whether a worker's process ran on this machine, and does not any more."""
    machine, _, rest = worker.rpartition(" ")[0].rpartition(" ")[0].rpartition(" ")
    started = worker.split(" ")[-2] if worker.count(" ") >= 3 else ""
    if machine != _machine() or not (rest.isascii() and rest.isdecimal() and len(rest) < 12):
        return False
    return _started(int(rest)) != started


def _started(number: int) -> str:
    """Return when a process of this machine began; nothing where there is no such process.

    Linux counts from its own start: a time of day would be another one once the clock is set.
    """
    if sys.platform != "linux":
        with suppress(psutil.Error, OverflowError):
            process = psutil.Process(number)
            if process.status() != psutil.STATUS_ZOMBIE:
                return f"{process.create_time():.1f}"
        return ""
    try:
        with open_regular(PROC / f"{number}/stat") as file:
            # The second field is the program's name, in brackets, and may hold anything.
            fields = file.read(MAX_STAT).rpartition(b")")[2].split()
        return "" if fields[0] == b"Z" else f"{_boot()}{int(fields[19])}"
    except (OSError, ValueError, IndexError):
        return ""


def _boot() -> str:
    """Return what tells this start of the machine from all others, where it says so."""
    with suppress(OSError), open_regular(PROC / "sys/kernel/random/boot_id") as file:
        return file.read(8).decode(errors="replace") + "."
    return ""


def _machine() -> str:
    """Return this machine's name, and which of its numberings of processes this one is in."""
    space = ""
    if sys.platform == "linux":  # containers may share a name
        with suppress(OSError):
            space = os.readlink("/proc/self/ns/pid").strip("pid:[]")  # noqa: PTH115
    return f"{socket.gethostname()[:100].replace(' ', '_')}/{space}"
