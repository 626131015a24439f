"""How long a test may take: by processor time, of which a busy machine gives less in a while.

A limit by the clock says that a busy machine is a fault. So a test has `CPU_S` seconds of this
process's processor time. A wait for the window is over once as much has been used as it may take;
one for something that uses none, by the clock, which may say `SLOWEST` times as much where more
wants to run than there are cores. What hangs altogether is ended by pytest-timeout, whose limit by
the clock is long.

A failed wait is marked as one in the test's report: it may have come from a busy machine
(`tests/failed_waits.py`). Nothing else that fails may.
"""

from __future__ import annotations

import os
import signal
import time

import pytest

ALL = bool(os.environ.get("NNGUI_ALL"))  # whole families of tests in place of a sample
CPU_S = 1200.0 if ALL else 120.0  # seconds of processor time for a test, with its fixtures
SLOWEST = 5.0  # times slower than alone that a busy machine may be
PROGRAM_S = 300  # seconds by the clock for a program that a test starts
FAILED_WAIT = "failed wait"


class FailedWaitError(Exception):
    """What was waited for did not come."""


class CpuLimitError(Exception):
    """A test used more processor time than it may."""


class Patience:
    """Knows when to give up waiting.

    Parameters
    ----------
    seconds : float
        So much processor time of this process, and so much by the clock, at least.
    """

    def __init__(self, seconds):
        self._seconds = seconds
        self._began = time.monotonic(), time.process_time()

    @property
    def is_over(self):
        clock, processor = time.monotonic() - self._began[0], time.process_time() - self._began[1]
        if min(clock, processor) > self._seconds:
            return True
        return clock > self._seconds * (SLOWEST if is_busy() else 1.0)


def is_busy():
    """Tell whether more wants to run than there are cores; yes where the system does not say."""
    if not hasattr(os, "getloadavg"):
        return True
    return os.getloadavg()[0] > (os.cpu_count() or 1) + 0.5


def wait_patiently(wait, condition, seconds):
    """Call ``wait(condition)`` until that holds.

    Parameters
    ----------
    wait : callable
        Asks again and again, and lets what a condition raises through.

    Raises
    ------
    FailedWaitError
        When it does not come to hold.
    """
    patience = Patience(seconds)

    def holds():
        if condition():
            return True
        if patience.is_over:
            raise FailedWaitError(f"It did not come to hold within {seconds:g} s: {condition}")
        return False

    wait(holds)


# --- Hooks of pytest ------------------------------------------------------------------------------


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """End a test that uses too much; where the system has such a timer (not on Windows)."""
    if not hasattr(signal, "setitimer"):
        return (yield)

    def end(_signal, _frame):
        raise CpuLimitError(f"more than {CPU_S:g} s of processor time")

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, CPU_S)
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if call.when == "call" and call.excinfo is not None and is_failed_wait(call.excinfo.value):
        report.user_properties.append((FAILED_WAIT, call.excinfo.exconly()[:200]))
    return report


def is_failed_wait(error):
    """Tell a wait of ours, or of pytest-qt, which need not be there."""
    kind = type(error)
    is_of_qt = kind.__module__ == "pytestqt.exceptions" and kind.__name__ == "TimeoutError"
    return is_of_qt or isinstance(error, FailedWaitError)
