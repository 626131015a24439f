"""Ending the processes that work beside the window, when it closes."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QProcess

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QDeadlineTimer

KILL_MS = 200  # for the system to end a process that was killed
log = logging.getLogger(__name__)


def end_processes(processes: Sequence[QProcess], deadline: QDeadlineTimer) -> bool:
    """Have all of them end by closing their input, and kill those that have not by the deadline.

    They tell nothing any more.

    Returns
    -------
    bool
        Whether all are gone. One that hangs in the system even so stays an object of Qt, which
        would wait for it for half a minute.
    """
    for process in processes:
        process.finished.disconnect()
        process.errorOccurred.disconnect()
        process.closeWriteChannel()
    for process in processes:
        if not _has_ended(process, max(deadline.remainingTime(), 0)):
            process.kill()
    for process in processes:
        if not _has_ended(process, KILL_MS):
            log.warning("A process did not end: %s", process.processId())
            process.setParent(None)
            _unending.append(process)
    return not any(process in _unending for process in processes)


_unending: list[QProcess] = []


def _has_ended(process: QProcess, wait_ms: int) -> bool:
    running = process.state() != QProcess.ProcessState.NotRunning
    return not running or process.waitForFinished(wait_ms)
