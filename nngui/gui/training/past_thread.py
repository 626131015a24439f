"""The thread that looks back: it takes the steps of a run again while the run itself goes on."""

from __future__ import annotations

import logging
import math
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QThread, Signal
from typing_extensions import override

from nngui.core.abandoned import CLOSE_TIMEOUT_S, abandon
from nngui.core.errors import NnguiError
from nngui.core.memory import as_no_memory
from nngui.core.text import mark
from nngui.core.training.failure import sentence_of
from nngui.files.progress import CancelledError, cancellable
from nngui.gui.training.guard import Guard
from nngui.gui.training.network_copy import copy_of
from nngui.gui.training.publisher import Publisher
from nngui.gui.training.warm_up import load_torch

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject

    from nngui.core.arrays import Floats
    from nngui.core.inspectors.inspector import Inspector
    from nngui.core.inspectors.reference import ReferenceNet
    from nngui.core.past.replay import Replay
    from nngui.core.records.history import History
    from nngui.core.records.mailbox import Mailbox
    from nngui.core.records.snapshot import Snapshot
    from nngui.core.spec import DataSpec
    from nngui.core.task import Task
    from nngui.core.trainer import Trainer
    from nngui.gui.training.messages import Probe, Wish

QUICK_S = 0.02  # seconds of replay that a hand on the cursor does not notice
REST_S = 0.15  # seconds without a newer wish: the hand rests
POLL_INTERVAL_S = 0.02  # seconds between two looks whether it has ended
PROGRESS_S = 0.5  # seconds of a long replay between two pictures of how far it is
FAILED = mark(
    "core",
    "Step {step} could not be shown: {what} The run itself goes on; Live shows it. Help, Open log "
    "has the details.",
)
log = logging.getLogger(__name__)


class PastThread(QThread):
    """Makes pictures of a run as it was, from its journal and its keyframes.

    What is asked of it returns at once, and only the newest wish counts: a replay for an older one
    is given up on the way. It trains nothing that anybody goes on with, and what fails here ends
    nothing but a picture.

    Signals
    -------
    shown : int
        A picture for this wish is in the mailbox: of its step, or of one near it.
    data_changed : int, DataView
        The run had other data then: the next picture for this wish is of these.
    failed : int, NnguiError
        There is no picture for this wish.
    question_failed : NnguiError
        What a view asked failed, and is not asked again.
    network_copied : NetworkCopy
        A copy of the network as it was at the step of the newest wish.

    Parameters
    ----------
    asking : threading.Lock
        See `Publisher`.
    """

    shown = Signal(int)
    data_changed = Signal(int, object)
    failed = Signal(int, object)
    question_failed = Signal(object)
    network_copied = Signal(object)

    def __init__(
        self,
        task: Task[Any],
        mailbox: Mailbox[Snapshot],
        asking: threading.Lock,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._task, self._mailbox = task, mailbox
        self._guard = Guard(self.question_failed.emit)
        self._publisher = Publisher(mailbox, self._guard, asking)
        self._news = threading.Condition()
        self._questions: list[Callable[[], None]] = []
        self._wish: Wish | None = None
        self._is_new = self._is_dropped = self._wants_copy = False
        self._closing = threading.Event()
        # Of the thread alone:
        self._replay: Replay | None = None
        self._shown: tuple[Wish, Trainer, bool] | None = None
        self._data: DataSpec | None = None
        self._began = False

    # What the window asks for --------------------------------------------------------------------

    def show(self, wish: Wish) -> None:
        """Make a picture for this wish; those for older ones are given up."""
        with self._news:
            self._wish, self._is_new = wish, True
            self._news.notify()
        if not self.isRunning() and not self._closing.is_set():
            self.start()

    def leave(self) -> None:
        """Make no more pictures, and let go of the run."""
        with self._news:
            self._wish, self._is_new, self._is_dropped = None, False, True
            self._wants_copy = False
            self._news.notify()

    def copy_network(self) -> None:
        """Hand out a copy of the network of the step that is wished for, once it is there."""
        with self._news:
            self._wants_copy = True
            self._news.notify()

    def set_probe(self, probe: Probe) -> None:
        """Ask for predictions at other places."""
        self._ask(lambda: self._publisher.set_probe(probe))

    def compare(self, reference_net: ReferenceNet | None) -> None:
        """Evaluate another network on the same data too; None: no longer."""
        self._ask(lambda: self._publisher.compare(reference_net))

    def inspect_with(self, inspector: Inspector | None) -> None:
        """Put a view's own question to the run with every picture; None: no longer."""
        self._ask(lambda: self._publisher.inspect_with(inspector))

    def _ask(self, change: Callable[[], None]) -> None:
        with self._news:
            self._questions.append(change)
            self._news.notify()

    def stop(self) -> None:
        """Have the thread end, without waiting for it."""
        self._closing.set()
        with self._news:
            self._news.notify()

    def close(self, timeout_s: float = CLOSE_TIMEOUT_S) -> bool:
        """End the thread; return whether it has ended. Else it is abandoned, and tells nothing.

        Nothing is lost by that: it writes nothing, and nobody goes on with what it trains.
        """
        self.stop()
        if self.wait(int(timeout_s * 1000)):
            return True
        self.blockSignals(True)
        self.setParent(None)  # else Qt would destroy it with the window, and abort the process
        abandon([self])
        return False

    def is_alive(self) -> bool:
        """Return whether it runs."""
        return self.isRunning()

    def join(self, timeout: float | None = None) -> None:
        """Wait until it has ended, at most so many seconds."""
        until = math.inf if timeout is None else time.monotonic() + timeout
        while self.isRunning() and time.monotonic() < until:
            time.sleep(POLL_INTERVAL_S)

    # In the thread -------------------------------------------------------------------------------

    @override
    def run(self) -> None:
        load_torch()
        from nngui.core.past.replay import GivenUpError

        while not self._closing.is_set():
            wish, is_new = self._next()
            try:
                if self._closing.is_set():
                    break
                if wish is not None and is_new:
                    self._carry_out(wish)
                elif wish is not None:
                    self._show_again()
                self._hand_out(wish)
            except (
                CancelledError,
                GivenUpError,
            ):  # there is a newer wish, or nobody looks any more
                continue
            except Exception as error:
                self._replay = self._shown = None
                self._wants_copy = False
                if not isinstance(error, NnguiError):
                    log.exception("A step could not be taken again")
                self._fail(wish, error)
        self._replay = self._shown = None

    def _next(self) -> tuple[Wish | None, bool]:
        """Wait for a wish or a question; return the wish, and whether it is a new one."""
        with self._news:
            while not (self._is_new or self._questions or self._is_dropped or self._wants_copy):
                if self._closing.is_set():
                    return None, False
                self._news.wait()
            questions, self._questions = self._questions, []
            wish, is_new, is_dropped = self._wish, self._is_new, self._is_dropped
            self._is_new = self._is_dropped = False
        if is_dropped:
            self._replay = self._shown = self._data = None
        for change in questions:
            change()
        return wish, is_new

    def _is_outdated(self) -> bool:
        """Return whether what is under way is no longer wanted."""
        return self._is_new or self._is_dropped or self._closing.is_set()

    def _rests(self) -> bool:
        """Return whether no newer wish comes for a while."""
        with self._news:
            return not self._news.wait_for(self._is_outdated, REST_S)

    def _carry_out(self, wish: Wish) -> None:
        """Show the step that is wished for; at first one near it, where that is quicker."""
        with cancellable(self._is_outdated):
            replay = self._replay_of(wish)
            if replay.seconds_to(wish.step) > QUICK_S:
                self._show(wish, replay.go_near(wish.step), is_exact=False)
                if not self._rests():
                    return
            trainer = replay.go_near(wish.step)
            while trainer.step_count != wish.step:
                trainer = replay.go_on(wish.step, PROGRESS_S)
                if trainer.step_count != wish.step:
                    self._show(wish, trainer, is_exact=False)
            self._show(wish, trainer, is_exact=replay.is_exact)

    def _replay_of(self, wish: Wish) -> Replay:
        """Return what replays the wish's run, kept from one wish to the next."""
        from nngui.core.past.replay import Replay
        from nngui.files.models.start_weights import start_weights

        past, journal = wish.past, wish.past.journal
        if self._replay is None or self._replay.keyframes is not past.keyframes:
            self._guard.begin()
            self._publisher.forget()
            weights = start_weights(journal.spec)
            parts = self._task, journal, past.keyframes, weights, self._is_outdated
            self._replay = Replay(*parts, lambda step, rows: is_known(wish.history, step, rows))
        self._replay.journal = journal
        return self._replay

    def _show(self, wish: Wish, trainer: Trainer, *, is_exact: bool) -> None:
        """Make a picture, unless there is a newer wish."""
        from nngui.core.past.replay import GivenUpError

        if self._is_outdated():
            raise GivenUpError
        known = self._shown
        if known is None or known[1] is not trainer:
            self._publisher.begin(trainer)
        data = trainer.spec.data
        if data != (wish.data if self._data is None else self._data):
            self._publisher.forget_reference()
            self.data_changed.emit(wish.id, trainer.view())
        self._data, self._shown = data, (wish, trainer, is_exact)
        self._publish()

    def _show_again(self) -> None:
        """Make the last picture anew: a view asks something else."""
        if self._shown is not None:
            self._publish()

    def _hand_out(self, wish: Wish | None) -> None:
        """Hand out a copy of the network, if one is wanted and its step is there."""
        if not self._wants_copy or wish is None or self._shown is None or self._is_new:
            return
        self._wants_copy = False
        trainer = self._shown[1]
        if trainer.step_count == wish.step:
            self.network_copied.emit(copy_of(trainer))

    def _publish(self) -> None:
        assert self._shown is not None
        wish, trainer, is_exact = self._shown
        self._remember(wish, trainer)
        step, past = trainer.step_count, wish.past.trajectory()
        trainer.state.trajectory = None if past is None else past.until(step)
        try:
            picture = self._publisher.picture(trainer, wish.run_id)
        finally:
            trainer.state.trajectory = None  # what is taken again is not to be followed
        picture = replace(picture, total_steps=wish.total_steps, is_past=True, is_exact=is_exact)
        self._mailbox.put(picture)
        self.shown.emit(wish.id)

    def _remember(self, wish: Wish, trainer: Trainer) -> None:
        """Have the picture tell the losses of its step."""
        step, per_epoch = trainer.step_count, trainer.batches.steps_per_epoch
        self._publisher.forget_values()
        rows = wish.history.exact(max(step - per_epoch - 1, 0), step)
        if step >= wish.history.first_exact:
            self._publisher.remember(trainer.columns, rows)

    def _fail(self, wish: Wish | None, error: Exception) -> None:
        if wish is None:
            return
        what = as_no_memory(error) or (error if isinstance(error, NnguiError) else None)
        shown = NnguiError(FAILED, step=f"{wish.step:,}", what=what or sentence_of(error))
        self.failed.emit(wish.id, shown)


def is_known(history: History, step: int, rows: Floats) -> bool:
    """Return whether rows are those that a run had behind a step, as far as these are kept."""
    skipped = max(history.first_exact - step, 0)
    own = history.exact(step, step + len(rows))
    again = rows[skipped : skipped + len(own)]
    return np.array_equal(own.astype(np.float32), again.astype(np.float32), equal_nan=True)
