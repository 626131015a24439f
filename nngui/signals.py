"""Signals that ask a command to end: Ctrl+C, and what a system or a terminal sends that goes away.

A command that has nothing to lose is thrown out of what it does (`Interrupted`); one that has is
asked, and ends when what is under way has come to its end. The exit code is that of a shell: 128
and the signal's number.
"""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # not all of them are there on every system
NUMBERS = tuple(int(getattr(signal, name)) for name in NAMES if hasattr(signal, name))
USUAL = (signal.SIG_DFL, signal.default_int_handler)


class Interrupted(KeyboardInterrupt):
    """Throws a command out of what it does.

    Attributes
    ----------
    code : int
        The exit code that it ends with.
    """

    def __init__(self, code: int) -> None:
        super().__init__()
        self.code = code


class StopRequest:
    """Whether a signal has asked for the end.

    Attributes
    ----------
    code : int
        The exit code of a command that ends by it; 0 before.

    Parameters
    ----------
    patient : bool
        Whether the command looks here by itself; else it is thrown out.
    code : int
        That of a signal which has come already.
    """

    def __init__(self, *, patient: bool, code: int = 0) -> None:
        self.code, self._patient = code, patient

    def is_set(self) -> bool:
        """Return whether one has come."""
        return self.code != 0

    def come(self, number: int, _frame: object = None) -> None:
        """Note a signal.

        The first one asks, where that is enough. A second Ctrl+C does not wait; other signals come
        more than once from a terminal that is closed, and from systems that shut down.
        """
        is_first = not self.code
        self.code = self.code or 128 + number
        if number == signal.SIGINT and not is_first:
            raise Interrupted(self.code)
        if is_first and not self._patient:
            raise Interrupted(self.code)


@contextmanager
def stop_signals(*, patient: bool) -> Iterator[StopRequest]:
    """Have signals ask for the end, as long as this lasts.

    What is ignored stays so, such as SIGHUP under ``nohup``; handlers of others stay theirs. Only
    the main thread can do it.

    Parameters
    ----------
    patient : bool
        Whether the command looks at the request by itself; else it is thrown out by `Interrupted`.
    """
    in_main = threading.current_thread() is threading.main_thread()
    before = {number: signal.getsignal(number) for number in NUMBERS if in_main}
    around = [_request_of(handler) for handler in before.values()]
    request = StopRequest(patient=patient, code=max((r.code for r in around if r), default=0))
    changed = [n for n, handler in before.items() if handler in USUAL or _request_of(handler)]
    for number in changed:
        signal.signal(number, request.come)
    try:
        yield request
    finally:
        for number in changed:
            signal.signal(number, before[number])


def end_at_once() -> None:
    """Have signals end the process there and then, from now on: nothing is half-written by that.

    Within a window an exception would be Qt's, which prints it and goes on.
    """
    for number in _ours():
        signal.signal(number, lambda number, _frame: os._exit(128 + number))


def leave_to_system() -> None:
    """Have signals do what they do by themselves, from now on."""
    for number in _ours():
        is_ctrl_c = number == signal.SIGINT
        signal.signal(number, signal.default_int_handler if is_ctrl_c else signal.SIG_DFL)


def ignore(*names: str) -> None:
    """Ignore signals of these names, where the system has them, from now on."""
    for name in names:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)


def _ours() -> list[int]:
    """Return the signals that ask for an end at present."""
    return [number for number in NUMBERS if _request_of(signal.getsignal(number))]


def _request_of(handler: object) -> StopRequest | None:
    owner = getattr(handler, "__self__", None)
    return owner if isinstance(owner, StopRequest) else None
