"""The only thing that crosses threads: a QThread that trains and obeys.

The window calls its methods, which queue commands; the thread carries them out between chunks of
training (see `session`). What it measures goes into the History and the Mailbox, from where the
window pulls it.
"""

from __future__ import annotations

import logging
import math
import queue
import threading
import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QThread
from typing_extensions import override

from nngui.core.abandoned import CLOSE_TIMEOUT_S, abandon
from nngui.core.errors import NnguiError
from nngui.files.progress import CancelledError
from nngui.gui.training.session import TrainingSession
from nngui.gui.training.training_thread import TrainingThread

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtCore import QObject

    from nngui.core.inspectors.inspector import Inspector
    from nngui.core.inspectors.reference import ReferenceNet
    from nngui.core.records.mailbox import Mailbox
    from nngui.core.records.snapshot import Snapshot
    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.files.runs.store import RunStore
    from nngui.gui.training.messages import Order, Probe
    from nngui.gui.training.pace import Pace

LOADING_TIMEOUT_S = 0.5  # seconds for data or torch, which are just being read, when one closes
POLL_INTERVAL_S = 0.02  # seconds between two looks what the thread is at
log = logging.getLogger(__name__)


class TrainingWorker(TrainingThread):
    """Trains one run at a time, in chunks, and obeys between them.

    What is asked of it returns at once. What it tells is written down in `TrainingThread`. It has
    more methods than most: one for each command.

    Attributes
    ----------
    is_kept : bool
        Whether what its last run came to is on the disk, once it is closed. A run that is only
        being loaded has come to nothing, and the one before it is stored.
    asking : threading.Lock
        Is held while views' questions are answered (see `Publisher`).
    """

    def __init__(self, mailbox: Mailbox[Snapshot], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._commands: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._closing = threading.Event()
        self._stopped_at = 0.0
        self.is_kept = False
        self._newest = self._wishes = 0
        self.asking = threading.Lock()
        parts = mailbox, self.asking, self, self._closing.is_set
        self._session = TrainingSession(*parts, lambda: self._wishes)

    # What the window asks for --------------------------------------------------------------------

    def build(self, order: Order, task: Task[Any], spec: Spec, device: str) -> None:
        """Make data and networks for a new run, in place of the old one."""
        self._make(order.run_id, lambda: self._session.build(order, task, spec, device))

    def restore(self, order: Order, task: Task[Any], path: Path, *, adopt: bool) -> None:
        """Take up a saved run, in place of the old one; `adopt`: its file is this run's now."""
        self._make(order.run_id, lambda: self._session.restore(order, task, path, adopt=adopt))

    def branch(self, order: Order, step: int, spec: Spec) -> None:
        """Go on from a step of the run with these settings; it stays as a line that was left."""

        def is_outdated() -> bool:
            return self._closing.is_set() or order.run_id != self._newest

        self._make(order.run_id, lambda: self._session.branch(order, step, spec, is_outdated))

    def switch(self, order: Order) -> None:
        """Go on with a line that was left, from exactly where it stood."""
        self._make(order.run_id, lambda: self._session.switch(order))

    def _make(self, run_id: int, make: Callable[[], None]) -> None:
        self._newest = run_id
        self._wishes += 1
        self._commands.put(lambda: self._unless_outdated(run_id, make))

    def watch(self, *, on: bool) -> None:
        """Make pictures of the run as it is now; or none, while nobody looks at it."""
        self._commands.put(lambda: self._session.watch(on=on))

    def keep_in(self, store: RunStore) -> None:
        """Keep what runs come to there."""
        self._commands.put(lambda: self._session.saver.store_in(store))

    def save_to(self, path: Path | None, first: Spec) -> None:
        """Save the run there now and then, for the case of a crash; None: nowhere.

        Parameters
        ----------
        first : Spec
            What the tab began with: of those settings nothing is saved before the first step.
        """
        self._commands.put(lambda: self._session.saver.save_to(path, first))

    def play(self) -> None:
        """Train until it ends or `pause` is called."""
        self._wishes += 1
        self._commands.put(self._session.play)

    def pause(self) -> None:
        """Stop training after the current chunk, and wait."""
        self._commands.put(self._session.pause)

    def step(self) -> None:
        """Take a single step."""
        self._wishes += 1
        self._commands.put(self._session.step)

    def change(self, spec: Spec, number: int = 0) -> None:
        """Go on with other settings; `taken` tells of the change by its number."""
        self._wishes += 1
        self._commands.put(lambda: self._session.change(spec, number))

    def compare(self, reference_net: ReferenceNet | None) -> None:
        """Evaluate another network on the same data too; None: no longer."""
        self._commands.put(lambda: self._session.compare(reference_net))

    def copy_network(self) -> None:
        """Hand out a copy of the network."""
        self._commands.put(self._session.copy_network)

    def copy_line(self, line: int) -> None:
        """Hand out a copy of the network that a line which was left has come to."""
        self._commands.put(lambda: self._session.copy_line(line))

    def set_pace(self, pace: Pace) -> None:
        """Go faster or slower."""
        self._commands.put(lambda: self._session.set_pace(pace))

    def set_turbo(self, on: bool) -> None:
        """Train by turbo from now on, where it covers the run and has been compiled; or not."""
        self._commands.put(lambda: self._session.set_turbo(on))

    def set_probe(self, probe: Probe) -> None:
        """Ask for predictions at other places."""
        self._commands.put(lambda: self._session.set_probe(probe))

    def inspect_with(self, inspector: Inspector | None) -> None:
        """Put a view's own question to the trainer with every picture; None: no longer."""
        self._commands.put(lambda: self._session.inspect_with(inspector))

    @override
    def start(self, priority: QThread.Priority = QThread.Priority.InheritPriority) -> None:
        """Begin, unless the window has closed meanwhile: nobody would wait for its end."""
        if not self._closing.is_set():
            super().start(priority)

    def stop(self) -> None:
        """Have the thread end, without waiting for it."""
        if not self._closing.is_set():
            self._stopped_at = time.monotonic()
            self._closing.set()
            self._commands.put(lambda: None)  # it may wait for a command

    def close(self, timeout_s: float = CLOSE_TIMEOUT_S) -> bool:
        """End the thread; return whether all has ended, and is on the disk.

        It is waited for while it takes its last step, or anything is being written. While it loads
        data or torch, it has only `LOADING_TIMEOUT_S` since it was told to stop. Then it is
        abandoned, and tells nothing more; `is_kept` says whether anything was lost by that.

        Parameters
        ----------
        timeout_s : float
            At most so many seconds in all.
        """
        self.stop()
        until = time.monotonic() + timeout_s
        saver = self._session.saver
        ended = self._wait_for_thread(until)
        if ended or self._session.loading.is_under_way:  # the run before may still be written
            stored = saver.finish_storing(until - time.monotonic())
            saved = saver.finish_saving(max(0.0, until - time.monotonic()))
            self.is_kept = stored and saved
        if not self.is_alive():
            return True
        log.warning("A training was abandoned as its window closed; kept: %s", self.is_kept)
        self.blockSignals(True)
        self.setParent(None)  # else Qt would destroy it with the window, and abort the process
        abandon([self])
        return False

    def _wait_for_thread(self, until: float) -> bool:
        loaded_until = min(until, self._stopped_at + LOADING_TIMEOUT_S)
        while not self.wait(int(POLL_INTERVAL_S * 1000)):
            now = time.monotonic()
            if now >= until or (self._session.loading.is_under_way and now >= loaded_until):
                return False
        return True

    @property
    def is_closing(self) -> bool:
        """Whether it was told to end."""
        return self._closing.is_set()

    @property
    def is_whole(self) -> bool:
        """Whether all of the run, as it was stored last, is in the list of runs."""
        return self._session.saver.is_whole

    def is_alive(self) -> bool:
        """Return whether it runs, or anything of it is being written."""
        return self.isRunning() or self._session.saver.is_writing

    def join(self, timeout: float | None = None) -> None:
        """Wait until it has ended and all is written, at most so many seconds."""
        until = math.inf if timeout is None else time.monotonic() + timeout
        while self.is_alive() and time.monotonic() < until:
            time.sleep(POLL_INTERVAL_S)

    # In the thread -------------------------------------------------------------------------------

    @override
    def run(self) -> None:
        session = self._session
        try:
            while not self._closing.is_set():
                self._watched(self._run_commands, session.note_trouble)
                if session.is_playing and not self._closing.is_set():
                    self._watched(session.train, session.stop_by)
                self._watched(
                    lambda: session.saver.save_when_due(training=session.is_playing),
                    session.note_trouble,
                )
            session.close()
        except BaseException:  # the thread ends here: `finished` tells the window
            log.critical("The thread that trains has ended", exc_info=True)

    def _watched(self, work: Callable[[], None], tell: Callable[[Exception], bool]) -> None:
        """Do a part of the work; have an error told that nobody saw to, and logged if it is new."""
        try:
            work()
        except CancelledError:  # the window has closed: nobody is there to be told
            log.info("What was being read was given up")
        except Exception as error:
            if tell(error):
                log.exception("Something went wrong beside the training")

    def _run_commands(self) -> None:
        """Carry out what was asked for; wait for more while there is nothing to train."""
        while not self._closing.is_set():
            wait = self._session.seconds_until_due()
            try:
                command = self._commands.get(block=wait != 0.0, timeout=wait)
            except queue.Empty:
                return
            command()

    def _unless_outdated(self, run_id: int, make: Callable[[], None]) -> None:
        """Make a run, unless another one was asked for since."""
        if run_id != self._newest:
            return
        try:
            make()
        except CancelledError:
            raise
        except NnguiError as error:
            self._session.fail(run_id, error)
        except Exception as error:
            log.exception("A run could not be made")
            self._session.fail(run_id, error)
