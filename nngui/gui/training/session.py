"""What is done in the thread that trains: one run at a time, in chunks."""

from __future__ import annotations

import copy
import time
from typing import TYPE_CHECKING, Any

from nngui.core.data.image_preparation import any_preparation_of
from nngui.core.errors import NnguiError
from nngui.core.records.history import History
from nngui.core.text import mark
from nngui.core.turbo import cache as turbo_cache
from nngui.files.runs.recovery import read_recovery, trainer_of
from nngui.gui.training.guard import Guard
from nngui.gui.training.loading import Loading
from nngui.gui.training.messages import EngineInfo, NetworkCopy, Ready
from nngui.gui.training.native_memory import trim_heap
from nngui.gui.training.pace import Pace
from nngui.gui.training.publisher import Publisher
from nngui.gui.training.saver import LiveChanges, RunSaver, parameters_of
from nngui.gui.training.warm_up import load_torch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nngui.core.inspectors.inspector import Inspector
    from nngui.core.inspectors.reference import ReferenceNet
    from nngui.core.records.mailbox import Mailbox
    from nngui.core.records.snapshot import Snapshot
    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.core.trainer import Trainer
    from nngui.files.runs.recovery import Recovery
    from nngui.gui.training.messages import Probe
    from nngui.gui.training.training_thread import TrainingThread

CHUNK_S = 0.008  # seconds of training between two looks at the queue
TURBO_CHUNK_S = 0.03  # with turbo: what lies between two chunks waits for Python's lock
ADVICE = mark("core", "No advice could be worked out for this run. Help, Open log has the details.")
COPY = mark(
    "core", "The network could not be copied. The training goes on; Help, Open log has the details."
)
NOT_KEPT = mark(
    "core",
    "What the failed run had come to could not be kept. Help, Open log has the details.",
)


class TrainingSession:
    """Carries out, between two chunks of training, what the window asks for.

    It belongs to the thread that trains: nobody else calls it.

    Attributes
    ----------
    is_playing : bool
        Whether it trains, until the run ends or is paused.
    loading : Loading
        Says whether a run is still being loaded.
    publisher : Publisher
        Makes the pictures; what views ask is handed to it.
    saver : RunSaver
        Has the run saved and stored.

    Parameters
    ----------
    signals : TrainingThread
        Tells the window what happens.
    closing : callable
        Returns whether the window has closed: what is being loaded is given up.
    wishes : callable
        Returns how often the user has asked for something: advice that is being tried out then
        gives way.
    """

    def __init__(
        self,
        mailbox: Mailbox[Snapshot],
        signals: TrainingThread,
        closing: Callable[[], bool],
        wishes: Callable[[], int],
    ) -> None:
        self.is_playing, self.loading = False, Loading(closing)
        self._signals, self._closing, self._wishes = signals, closing, wishes
        self._run_id = 0
        self._trainer: Trainer | None = None
        self._history = History(("loss",))
        self._pace = Pace(1, 0.0)
        self._due = 0.0
        self._left_in_stretch = 0
        self._hint: object = None
        self._turbo = False
        self._guard = Guard(lambda error: signals.question_failed.emit(self._run_id, error))
        self.publisher = Publisher(mailbox, self._guard)
        self.saver = RunSaver(signals)

    # Runs come and go ----------------------------------------------------------------------------

    def build(self, run_id: int, task: Task[Any], spec: Spec, device: str) -> None:
        """Make data and networks for a new run, in place of the old one."""
        with self.loading.under_way():
            load_torch()
            from nngui.core.trainer import Trainer  # imports torch: seconds, not in the window
            from nngui.files.models.start_weights import start_weights

        self._forget(run_id)
        with self.loading.under_way():
            trainer = Trainer(task, spec, device, start_weights(spec))
        history = History(trainer.columns)
        self.saver.begin(trainer, history, device, ())
        self._begin(trainer, history)
        self._tell_hint(trainer)  # before a step or a picture that may take long
        self.publish()  # before the first step: what a view follows, it follows from the start

    def restore(self, run_id: int, task: Task[Any], path: Path, *, adopt: bool) -> None:
        """Put a saved run in place of the old one, once all of it is known to fit."""
        with self.loading.under_way():
            load_torch()
        self._forget(run_id)
        path = self.saver.adopt(path) if adopt else path
        with self.loading.under_way():
            recovery = read_recovery(path, task)
            trainer = trainer_of(recovery, task)
        self.saver.begin(trainer, recovery.history, recovery.device, recovery.live_changes)
        self._begin(trainer, recovery.history, recovery)
        # The values of the last pass: what is measured once a pass is among them.
        steps = len(recovery.history)
        rows = recovery.history.exact(steps - trainer.batches.steps_per_epoch - 1, steps)
        if len(rows):
            self.publisher.remember(trainer.columns, rows)
        self.publish()
        self._tell_hint(trainer)

    def _forget(self, run_id: int) -> None:
        self.saver.store()
        self.saver.let_go()
        self._run_id, self._trainer, self.is_playing = run_id, None, False
        self._hint = None
        self._guard.begin()
        self.publisher.forget()

    def _begin(self, trainer: Trainer, history: History, recovery: Recovery | None = None) -> None:
        self._trainer, self._history = trainer, history
        self.publisher.begin(trainer)
        device, total = str(trainer.state.device), trainer.state.total_steps
        size, ending = parameters_of(trainer), trainer.ending
        ready = Ready(trainer.view(), history, device, size, total, recovery, ending)
        self._signals.ready.emit(self._run_id, ready)
        self._choose_engine(trainer)
        trim_heap()  # what the run before took

    def fail(self, error: NnguiError) -> None:
        """Let a run go that cannot go on, once what it came to is kept."""
        self.is_playing = False
        self._guard.ask(self.saver.keep_failed, NOT_KEPT)
        self.saver.let_go()
        self._trainer = None
        self._signals.failed.emit(self._run_id, error)

    def close(self) -> None:
        """Store the run, and let it go."""
        self.saver.store()
        self.saver.finish_storing()
        self.saver.let_go()
        self._trainer = None

    # What the window asks for --------------------------------------------------------------------

    def play(self) -> None:
        """Train until it ends or is paused."""
        if self._trainer is not None:
            self.is_playing, self._due, self._left_in_stretch = True, time.perf_counter(), 0
            self._signals.began.emit(self._run_id)

    def pause(self) -> None:
        """Wait."""
        if self.is_playing:
            self.is_playing = False
            self.publish()
            self._signals.paused.emit(self._run_id)

    def step(self) -> None:
        """Take a single step."""
        if self._trainer is not None:
            self._advance(self._trainer, 1)
            if self._trainer.ending is None:  # else its last picture is there already
                self.publish()

    def change(self, spec: Spec, live_changes: LiveChanges) -> None:
        """Go on with other settings, or as before where they cannot be taken."""
        trainer = self._trainer
        if trainer is None:
            return
        self.saver.note_change(live_changes)
        data = trainer.spec.data
        try:
            trainer.change(spec)
        except NnguiError as error:
            self._signals.refused.emit(self._run_id, error)
            return
        self._choose_engine(trainer)
        if spec.data != data:
            self.publisher.forget_reference()
            self._signals.data_changed.emit(self._run_id, trainer.view())
        self.publish()

    def set_probe(self, probe: Probe) -> None:
        """Predict at other places."""
        self.publisher.set_probe(probe)
        self.publish()

    def compare(self, reference_net: ReferenceNet | None) -> None:
        """Evaluate another network on the same data too; None: no longer."""
        self.publisher.compare(reference_net)
        self.publish()

    def inspect_with(self, inspector: Inspector | None) -> None:
        """Put a view's own question to the trainer with every picture; None: no longer."""
        self.publisher.inspect_with(inspector)
        self.publish()

    def copy_network(self) -> None:
        """Hand out a copy of the network."""
        signal = self._signals.network_copied
        self._guard.ask(lambda: signal.emit(self._network_copy()), COPY, lambda: signal.emit(None))

    def _network_copy(self) -> NetworkCopy | None:
        from nngui.files.models.assumed import assumptions_behind

        trainer = self._trainer
        best = trainer.best if trainer is not None else None
        if trainer is None or best is None:
            return None
        net = copy.deepcopy(best.net).cpu()
        standardised, step = trainer.data.standardise, trainer.step_count
        return NetworkCopy(
            net,
            standardised,
            step,
            tuple(trainer.data.x.shape[1:]),
            any_preparation_of(trainer.data, trainer.state.prepared),
            assumptions_behind(trainer.spec),
            trainer.data.notes,
        )

    def set_pace(self, pace: Pace) -> None:
        """Go faster or slower."""
        self._pace, self._due, self._left_in_stretch = pace, time.perf_counter(), 0

    def set_turbo(self, on: bool) -> None:
        """Train by turbo from now on, where it covers the run and has been compiled; or not."""
        self._turbo = on
        if self._trainer is not None:
            self._choose_engine(self._trainer)

    def _choose_engine(self, trainer: Trainer) -> None:
        from nngui.core.turbo.support import sees_images, unsupported_reason

        reason = unsupported_reason(trainer.state)
        turbo = self._turbo and reason is None and turbo_cache.is_loaded()
        trainer.set_engine("turbo" if turbo else "torch")
        engine = EngineInfo(trainer.engine, reason, all_cores=turbo and sees_images(trainer.state))
        self._signals.engine_chosen.emit(self._run_id, engine)

    # Training ------------------------------------------------------------------------------------

    def seconds_until_due(self) -> float | None:
        """Return how long there is nothing to train or to save; None: until something is asked."""
        if self.is_playing:
            return max(0.0, self._due - time.perf_counter())
        return self.saver.seconds_until_due(training=False)

    def train(self) -> None:
        """Take the steps of one chunk, and make a picture when it is time for one."""
        trainer, pace = self._trainer, self._pace
        assert trainer is not None
        if pace.unlimited:
            self._advance(trainer, None)
            if self.is_playing:  # else its last picture is there already
                self.publisher.publish_if_cheap(trainer, self._run_id)
            return
        if not self._left_in_stretch:
            self._left_in_stretch = pace.steps
            # Never try to catch up: a slow step makes the run slower, not the next ones hasty.
            self._due = max(self._due, time.perf_counter() - pace.seconds)
        self._left_in_stretch -= self._advance(trainer, self._left_in_stretch)
        if self._left_in_stretch <= 0 and self.is_playing:
            self.publish()
            self._due += pace.seconds

    def _advance(self, trainer: Trainer, max_steps: int | None) -> int:
        """Take steps for about a chunk's time; return how many."""
        chunk = TURBO_CHUNK_S if trainer.engine == "turbo" else CHUNK_S
        rows = trainer.advance(chunk, max_steps)
        if len(rows):
            self._history.append(rows)
            self.publisher.remember(trainer.columns, rows)
        self._tell_hint(trainer)
        if trainer.ending is not None:
            self.is_playing = False
            self.publish()
            self._signals.ended.emit(self._run_id, trainer.ending)
            self.saver.store()
            self._guard.ask(lambda: self._advise(trainer), ADVICE)
        return len(rows)

    def _advise(self, trainer: Trainer) -> None:
        from nngui.core.evaluation.hints import find_hints
        from nngui.files.models.start_weights import start_weights

        wishes = self._wishes()
        found = find_hints(
            trainer,
            self._history,
            weights=start_weights(trainer.spec),
            turbo=self._turbo and turbo_cache.is_loaded(),
            cancelled=lambda: self._closing() or self._wishes() != wishes,
        )
        self._signals.advised.emit(self._run_id, found)

    def _tell_hint(self, trainer: Trainer) -> None:
        if trainer.state.hint is not self._hint:
            self._hint = trainer.state.hint
            self._signals.hinted.emit(self._run_id, trainer.state.hint)

    def publish(self) -> None:
        """Make a picture of the run as it is, if there is one."""
        if self._trainer is not None:
            self.publisher.publish(self._trainer, self._run_id)
            if not self.is_playing:
                self._signals.updated.emit(self._run_id)
