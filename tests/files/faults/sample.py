"""Which of a writer's calls are tried: each kind once, and all of them with ``NNGUI_ALL=1``."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from tests.files.faults.check import Bench, changing
from tests.files.faults.faults import ERRORS, SHORT, TAKES_ROOM

ALL = bool(os.environ.get("NNGUI_ALL"))
IN_MEMORY = Path("/dev/shm")  # nothing waits for a disk there; what counts is the order of calls


def folder_for(tests_own: Path):
    """Return a context of a folder, in memory where there is such a place."""
    able = IN_MEMORY.is_dir() and os.access(IN_MEMORY, os.W_OK)
    return tempfile.TemporaryDirectory(dir=IN_MEMORY if able else tests_own, prefix="nngui-")


def chosen(calls: list[str]) -> list[int]:
    """Return the numbers of the calls that are tried."""
    numbers = changing(calls)
    if ALL:
        return list(range(1, len(calls) + 1))
    kinds = {calls[number - 1]: number for number in reversed(numbers)}
    last = {calls[number - 1]: number for number in numbers}
    return sorted({*kinds.values(), *list(last.values())[-3:]})


def faults_of(writer, folder: Path) -> list[str]:
    """Return what is wrong with a writer when its calls fail, one after the other."""
    bench = Bench(writer, folder)
    calls, wrong = bench.count(), []
    for number in chosen(calls):
        errors = (*ERRORS, SHORT) if ALL else (ERRORS[number % len(ERRORS)],)
        if not ALL and calls[number - 1] == "write":
            errors = (*errors, SHORT)
        for error in errors:
            wrong += bench.try_fault(number, error) or ()
    for number in chosen(calls) if ALL else changing(calls)[:: max(len(calls) // 4, 1)]:
        wrong += bench.try_fault(number, ERRORS[0], lasting=TAKES_ROOM) or ()
    return wrong
