"""The only thing that crosses threads: a QThread that trains and obeys.

The window calls its methods, which queue commands; the thread carries them out between chunks of
training. What it measures goes into the History and the Mailbox, from where the window pulls it.
"""

from __future__ import annotations

import logging
import queue
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal
from typing_extensions import override

from nngui.core.errors import NnguiError
from nngui.core.history import History
from nngui.core.snapshot import DataView, Floats, Snapshot
from nngui.core.text import mark
from nngui.gui.pace import Pace

if TYPE_CHECKING:
    from collections.abc import Callable

    from nngui.core.mailbox import Mailbox
    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.core.trainer import Trainer

UNEXPECTED = mark(
    "core",
    "The training failed unexpectedly. Help, Open log has the details; Reset starts again.",
)
CHUNK = 0.008  # seconds of training between two looks at the queue
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ready:
    """A run that was built and can start.

    Attributes
    ----------
    view : DataView
        The data to draw.
    history : History
        Where the losses will be.
    device : str
        Where it computes.
    parameters : int
        How many numbers the network learns.
    """

    view: DataView
    history: History
    device: str
    parameters: int


@dataclass(frozen=True, slots=True)
class Probe:
    """Where a view wants to know what the network says: `x` has shape (m, features)."""

    id: int
    x: Floats


class TrainingWorker(QThread):
    """Trains one run at a time, in chunks, and obeys between them.

    Signals
    -------
    ready : int, Ready
        A run was built. The first value is always the run's id.
    began, paused : int
        Training goes on; it waits.
    ended : int, Ending
        It came to an end.
    hinted : int, Ending or None
        Something is wrong with a run that goes on, or no longer.
    updated : int
        There is a new picture in the mailbox, though it does not train.
    data_changed : int, DataView
        Other points joined in mid-run.
    refused : int, NnguiError
        A change could not be made; the run is as it was.
    failed : int, NnguiError
        The run cannot go on.
    """

    ready = Signal(int, object)
    began = Signal(int)
    paused = Signal(int)
    ended = Signal(int, object)
    hinted = Signal(int, object)
    updated = Signal(int)
    data_changed = Signal(int, object)
    refused = Signal(int, object)
    failed = Signal(int, object)

    def __init__(self, mailbox: Mailbox[Snapshot], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mailbox = mailbox
        self._commands: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._closing = False
        self._run_id = self._newest = 0
        self._trainer: Trainer | None = None
        self._history = History(("loss",))
        self._last: dict[str, float] = {}
        self._playing = False
        self._pace = Pace(1, 0.0)
        self._probe: Probe | None = None
        self._hint: object = None
        self._due = 0.0
        self._left_in_stretch = 0

    # What the window asks for: each returns at once -------------------------------------------

    def build(self, run_id: int, task: Task, spec: Spec, device: str) -> None:
        """Make data and networks for a new run, in place of the old one."""
        self._newest = run_id
        self._commands.put(lambda: self._build(run_id, task, spec, device))

    def play(self) -> None:
        """Train until it ends or `pause` is called."""
        self._commands.put(self._play)

    def pause(self) -> None:
        """Stop training after the current chunk, and wait."""
        self._commands.put(self._pause)

    def step(self) -> None:
        """Take a single step."""
        self._commands.put(self._step)

    def change(self, spec: Spec) -> None:
        """Go on with other settings."""
        self._commands.put(lambda: self._change(spec))

    def set_pace(self, pace: Pace) -> None:
        """Go faster or slower."""
        self._commands.put(lambda: self._set_pace(pace))

    def set_probe(self, probe: Probe) -> None:
        """Ask for predictions at other places."""
        self._commands.put(lambda: self._set_probe(probe))

    def close(self, seconds: float = 30.0) -> bool:
        """End the thread; return whether it ended within that time."""
        self._closing = True
        self._commands.put(lambda: None)
        return self.wait(int(seconds * 1000))

    # In the thread -----------------------------------------------------------------------------

    @override
    def run(self) -> None:
        while not self._closing:
            try:
                self._obey()
                if self._playing and not self._closing:
                    self._train()
            except NnguiError as error:
                self._fail(error)
            except Exception:
                log.exception("A run failed")
                self._fail(NnguiError(UNEXPECTED))
        self._trainer = None

    def _fail(self, error: NnguiError) -> None:
        self._playing = False
        self._trainer = None
        self.failed.emit(self._run_id, error)

    def _obey(self) -> None:
        """Carry out what was asked for; wait for more while there is nothing to train."""
        while not self._closing:
            wait = max(0.0, self._due - time.perf_counter()) if self._playing else None
            try:
                command = self._commands.get(block=wait != 0.0, timeout=wait)
            except queue.Empty:
                return
            command()

    def _build(self, run_id: int, task: Task, spec: Spec, device: str) -> None:
        if run_id != self._newest:
            return  # another one was asked for since
        from nngui.core.trainer import Trainer  # imports torch: seconds, here and not in the window

        self._run_id, self._trainer, self._playing = run_id, None, False
        self._last, self._hint = {}, None
        self._mailbox.collect()
        trainer = self._trainer = Trainer(task, spec, device)
        self._history = History(trainer.columns)
        parameters = sum(p.numel() for p in trainer.variants[0].net.parameters())
        ready = Ready(trainer.view(), self._history, str(trainer.device), parameters)
        self.ready.emit(run_id, ready)

    def _play(self) -> None:
        if self._trainer is not None:
            self._playing, self._due, self._left_in_stretch = True, time.perf_counter(), 0
            self.began.emit(self._run_id)

    def _pause(self) -> None:
        if self._playing:
            self._playing = False
            self._publish()
            self.paused.emit(self._run_id)

    def _step(self) -> None:
        if self._trainer is not None:
            self._advance(self._trainer, 1)
            self._publish()

    def _change(self, spec: Spec) -> None:
        if self._trainer is None:
            return
        data = self._trainer.spec.data
        try:
            self._trainer.change(spec)
        except NnguiError as error:
            self.refused.emit(self._run_id, error)
            return
        if spec.data != data:
            self.data_changed.emit(self._run_id, self._trainer.view())
        self._publish()

    def _set_pace(self, pace: Pace) -> None:
        self._pace, self._due, self._left_in_stretch = pace, time.perf_counter(), 0

    def _set_probe(self, probe: Probe) -> None:
        self._probe = probe
        self._publish()

    def _train(self) -> None:
        trainer, pace = self._trainer, self._pace
        assert trainer is not None
        if pace.unlimited:
            self._advance(trainer, None)
            if self._mailbox.is_empty:
                self._publish()
            return
        if not self._left_in_stretch:
            self._left_in_stretch = pace.steps
            # Never try to catch up: a slow step makes the run slower, not the next ones hasty.
            self._due = max(self._due, time.perf_counter() - pace.seconds)
        self._left_in_stretch -= self._advance(trainer, self._left_in_stretch)
        if self._left_in_stretch <= 0 and self._playing:
            self._publish()
            self._due += pace.seconds

    def _advance(self, trainer: Trainer, max_steps: int | None) -> int:
        rows = trainer.advance(CHUNK, max_steps)
        if len(rows):
            self._history.append(rows)
            values = dict(zip(trainer.columns, rows[-1].tolist(), strict=True))
            # What is measured once an epoch stays until it is measured again.
            self._last |= {k: v for k, v in values.items() if v == v or k == "loss"}
        if trainer.hint is not self._hint:
            self._hint = trainer.hint
            self.hinted.emit(self._run_id, trainer.hint)
        if trainer.ending is not None:
            self._playing = False
            self._publish()
            self.ended.emit(self._run_id, trainer.ending)
        return len(rows)

    def _publish(self) -> None:
        trainer = self._trainer
        if trainer is None:
            return
        predictions = trainer.predict(self._probe.x) if self._probe else ()
        self._mailbox.put(
            Snapshot(
                run_id=self._run_id,
                step=trainer.step_count,
                total_steps=trainer.total_steps,
                epoch=trainer.batches.epoch,
                losses=dict(self._last),
                probe_id=self._probe.id if self._probe else 0,
                predictions=predictions,
            )
        )
        if not self._playing:
            self.updated.emit(self._run_id)
