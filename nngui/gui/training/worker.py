"""The only thing that crosses threads: a QThread that trains and obeys.

The window calls its methods, which queue commands; the thread carries them out between chunks of
training. What it measures goes into the History and the Mailbox, from where the window pulls it.
"""

from __future__ import annotations

import copy
import logging
import queue
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal
from typing_extensions import override

from nngui.core.data.preparation import preparation_of
from nngui.core.errors import NnguiError
from nngui.core.records.history import History, last_values
from nngui.core.records.snapshot import Snapshot
from nngui.core.text import mark
from nngui.core.turbo import cache as turbo_cache
from nngui.files.runs.recovery import Recovery, check_size, read_recovery, trainer_of
from nngui.gui.training.autosave import FINISH, Autosave
from nngui.gui.training.messages import EngineInfo, NetworkCopy, Probe, Ready
from nngui.gui.training.native_memory import trim_heap
from nngui.gui.training.pace import Pace
from nngui.gui.training.recorder import RunRecorder
from nngui.gui.training.warm_up import load_torch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nngui.core.arrays import Floats
    from nngui.core.inspectors.inspector import Inspector
    from nngui.core.inspectors.reference import ReferenceNet
    from nngui.core.records.mailbox import Mailbox
    from nngui.core.records.snapshot import Reference
    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.core.trainer import Trainer
    from nngui.files.runs.store import RunStore

UNEXPECTED = mark(
    "core",
    "The training failed unexpectedly. Help, Open log has the details; Reset starts again.",
)
CHUNK_S = 0.008  # seconds of training between two looks at the queue
TURBO_CHUNK_S = 0.03  # with turbo: what lies between two chunks waits for Python's lock
TRAINING_PER_PICTURE = 9  # times as long as a picture took, it trains before the next one
MAX_PICTURE_INTERVAL_S = 0.25  # seconds between two pictures, at most
log = logging.getLogger(__name__)


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
    advised : int, list of Hint
        What there is to say of a run that has ended.
    hinted : int, Ending or None
        Something is wrong with a run that goes on, or no longer.
    updated : int
        There is a new picture in the mailbox, though it does not train.
    data_changed : int, DataView
        Other points joined in mid-run.
    refused : int, NnguiError
        A change could not be made; the run is as it was.
    engine_chosen : int, Engine
        What trains it from now on.
    taken : Taken or None
        A copy of the network; None where there is none.
    failed : int, NnguiError
        The run cannot go on.
    unsaved : NnguiError
        It could not be saved for the case of a crash, and goes on.
    kept : RunRecord
        A run that ended, or made room for another one, is in the list of runs.
    unkept : NnguiError
        Such a run could not be put there.
    """

    ready = Signal(int, object)
    began = Signal(int)
    paused = Signal(int)
    ended = Signal(int, object)
    advised = Signal(int, object)
    hinted = Signal(int, object)
    updated = Signal(int)
    data_changed = Signal(int, object)
    refused = Signal(int, object)
    engine_chosen = Signal(int, object)
    taken = Signal(object)
    failed = Signal(int, object)
    unsaved = Signal(object)
    kept = Signal(object)
    unkept = Signal(object)

    def __init__(self, mailbox: Mailbox[Snapshot], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mailbox = mailbox
        self._commands: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._closing = False
        self._run_id = self._newest = 0
        self._trainer: Trainer | None = None
        self._history = History(("loss",))
        self._last: dict[str, float] = {}
        self._trained: set[str] = set()  # the columns that have a value at every step
        self._playing = False
        self._pace = Pace(1, 0.0)
        self._probe: Probe | None = None
        self._compared: ReferenceNet | None = None
        self._inspector: Inspector | None = None
        self._hint: object = None
        self._due = self._next_picture = 0.0
        self._left_in_stretch = 0
        self._device = "auto"
        self._turbo = False
        self._live_changes: tuple[tuple[int, list[str]], ...] = ()
        self._parameters = 0
        self._autosave = Autosave(self.unsaved.emit)
        self._recorder = RunRecorder(self.kept.emit, self.unkept.emit)

    # What the window asks for: each returns at once -------------------------------------------

    def build(self, run_id: int, task: Task, spec: Spec, device: str) -> None:
        """Make data and networks for a new run, in place of the old one."""
        self._newest = run_id
        self._commands.put(lambda: self._build(run_id, task, spec, device))

    def restore(self, run_id: int, task: Task, path: Path, *, adopt: bool) -> None:
        """Take up a saved run, in place of the old one; `adopt`: its file is this run's now."""
        self._newest = run_id
        self._commands.put(lambda: self._restore(run_id, task, path, adopt=adopt))

    def keep_in(self, store: RunStore) -> None:
        """Keep what runs come to there."""
        self._commands.put(lambda: self._recorder.keep_in(store))

    def save_to(self, path: Path | None) -> None:
        """Save the run there now and then, for the case of a crash; None: nowhere."""
        self._commands.put(lambda: self._save_to(path))

    def play(self) -> None:
        """Train until it ends or `pause` is called."""
        self._commands.put(self._play)

    def pause(self) -> None:
        """Stop training after the current chunk, and wait."""
        self._commands.put(self._pause)

    def step(self) -> None:
        """Take a single step."""
        self._commands.put(self._step)

    def change(self, spec: Spec, live_changes: tuple[tuple[int, list[str]], ...] = ()) -> None:
        """Go on with other settings; `live_changes` tells of all changes in mid-run."""
        self._commands.put(lambda: self._change(spec, live_changes))

    def compare(self, compared: ReferenceNet | None) -> None:
        """Evaluate another network on the same data too; None: no longer."""
        self._commands.put(lambda: self._compare(compared))

    def take(self) -> None:
        """Hand out a copy of the network."""
        self._commands.put(self._take)

    def set_pace(self, pace: Pace) -> None:
        """Go faster or slower."""
        self._commands.put(lambda: self._set_pace(pace))

    def set_turbo(self, on: bool) -> None:
        """Train by turbo from now on, where it covers the run and has been compiled; or not."""
        self._commands.put(lambda: self._set_turbo(on))

    def set_probe(self, probe: Probe) -> None:
        """Ask for predictions at other places."""
        self._commands.put(lambda: self._set_probe(probe))

    def inspect_with(self, inspector: Inspector | None) -> None:
        """Put a view's own question to the trainer with every picture; None: no longer."""
        self._commands.put(lambda: self._inspect_with(inspector))

    def close(self, seconds: float = 30.0) -> bool:
        """End the thread; return whether it ended within that time."""
        self._closing = True
        self._commands.put(lambda: None)
        return self.wait(int(seconds * 1000)) and self._autosave.finish(FINISH)

    # In the thread -----------------------------------------------------------------------------

    @override
    def run(self) -> None:
        while not self._closing:
            try:
                self._run_commands()
                if self._playing and not self._closing:
                    self._train()
                self._save_when_due()
            except NnguiError as error:
                self._fail(error)
            except Exception:
                log.exception("A run failed")
                self._fail(NnguiError(UNEXPECTED))
        self._record()
        self._recorder.finish()
        self._trainer = None

    def _fail(self, error: NnguiError) -> None:
        self._playing = False
        self._trainer = None
        self.failed.emit(self._run_id, error)

    def _run_commands(self) -> None:
        """Carry out what was asked for; wait for more while there is nothing to train."""
        while not self._closing:
            wait = self._until_next_save()
            if self._playing:
                wait = max(0.0, self._due - time.perf_counter())
            try:
                command = self._commands.get(block=wait != 0.0, timeout=wait)
            except queue.Empty:
                return
            command()

    def _build(self, run_id: int, task: Task, spec: Spec, device: str) -> None:
        if run_id != self._newest:
            return  # another one was asked for since
        load_torch()
        from nngui.core.trainer import Trainer  # imports torch: seconds, here and not in the window
        from nngui.files.models.start_weights import start_weights

        self._forget(run_id)
        trainer = Trainer(task, spec, device, start_weights(spec))
        self._device, self._live_changes = device, ()
        self._begin(trainer, History(trainer.columns))
        self._publish()  # before the first step: what a view follows, it follows from the start

    def _record(self) -> None:
        """Keep what the run has come to, if that is worth it."""
        if self._trainer is not None:
            live_changes = (key for _, keys in self._live_changes for key in keys)
            self._recorder.record(self._trainer, self._history, live_changes, self._copy)

    def _forget(self, run_id: int) -> None:
        self._record()
        self._run_id, self._trainer, self._playing = run_id, None, False
        self._last, self._hint = {}, None
        self._mailbox.collect()

    def _begin(self, trainer: Trainer, history: History, recovery: Recovery | None = None) -> None:
        self._trainer, self._history = trainer, history
        self._trained = {variant.name for variant in trainer.variants}
        self._forget_reference()
        nets = [variant.net for variant in trainer.variants[:1]]
        self._parameters = sum(p.numel() for net in nets for p in net.parameters())
        self._autosave.begin(trainer.step_count)
        self._recorder.begin(trainer.step_count)
        device, total = str(trainer.state.device), trainer.state.total_steps
        ready = Ready(trainer.view(), history, device, self._parameters, total, recovery)
        self.ready.emit(self._run_id, ready)
        self._choose_engine(trainer)
        trim_heap()  # what the run before took

    def _restore(self, run_id: int, task: Task, path: Path, *, adopt: bool) -> None:
        """Put a saved run in place of the old one, once all of it is known to fit."""
        if run_id != self._newest:
            return
        load_torch()
        self._forget(run_id)
        recovery = read_recovery(self._autosave.adopt(path) if adopt else path, task)
        trainer = trainer_of(recovery, task)
        self._device, self._live_changes = recovery.device, recovery.live_changes
        self._begin(trainer, recovery.history, recovery)
        steps = len(recovery.history)
        rows = recovery.history.exact(steps - trainer.batches.steps_per_epoch - 1, steps)
        if len(rows):
            self._remember(trainer.columns, rows)
        self._publish()
        self._tell_hint(trainer)
        if trainer.ending is None:
            self.paused.emit(run_id)
        else:
            self.ended.emit(run_id, trainer.ending)

    def _save_to(self, path: Path | None) -> None:
        self._autosave.path = path

    def _until_next_save(self) -> float | None:
        """Return the seconds until it should be saved; None when there is nothing to save."""
        if self._trainer is None:
            return None
        return self._autosave.seconds_until_due(self._trainer.step_count, training=self._playing)

    def _save_when_due(self) -> None:
        if self._until_next_save() == 0 and self._trainer is not None:
            self._autosave.save(self._trainer.step_count, self._copy)

    def _copy(self) -> Recovery:
        """Return all of the run, copied."""
        trainer = self._trainer
        assert trainer is not None
        check_size(self._parameters)
        history = History.from_state(self._history.state())
        parts = trainer.state.task.name, trainer.spec, self._device, trainer.capture(), history
        return Recovery(*parts, self._live_changes, datetime.now(UTC))

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
            if self._trainer.ending is None:  # else its last picture is there already
                self._publish()

    def _change(self, spec: Spec, live_changes: tuple[tuple[int, list[str]], ...]) -> None:
        if self._trainer is None:
            return
        self._live_changes = live_changes
        self._autosave.touch()
        data = self._trainer.spec.data
        try:
            self._trainer.change(spec)
        except NnguiError as error:
            self.refused.emit(self._run_id, error)
            return
        self._choose_engine(self._trainer)
        if spec.data != data:
            self._forget_reference()
            self.data_changed.emit(self._run_id, self._trainer.view())
        self._publish()

    def _compare(self, compared: ReferenceNet | None) -> None:
        self._compared = compared
        self._publish()

    def _evaluate_reference(self, trainer: Trainer) -> Reference | None:
        probe = self._fitting_probe(trainer)
        if self._compared is None or probe is None:
            return None
        return self._compared.reference(trainer, probe.x)

    def _fitting_probe(self, trainer: Trainer) -> Probe | None:
        """Return the probe, unless it is still one for other data than the run's."""
        probe = self._probe
        fits = probe is not None and probe.x.shape[1:] == trainer.data.x.shape[1:]
        return probe if fits else None

    def _forget_reference(self) -> None:
        if self._compared is not None:
            self._compared.forget()

    def _take(self) -> None:
        best = self._trainer.best if self._trainer else None
        if self._trainer is None or best is None:
            self.taken.emit(None)
            return
        net = copy.deepcopy(best.net).cpu()
        trainer = self._trainer
        taken = NetworkCopy(
            net,
            trainer.data.standardise,
            trainer.step_count,
            preparation_of(trainer.data, trainer.state.prepared),
        )
        self.taken.emit(taken)

    def _set_pace(self, pace: Pace) -> None:
        self._pace, self._due, self._left_in_stretch = pace, time.perf_counter(), 0

    def _set_turbo(self, on: bool) -> None:
        self._turbo = on
        if self._trainer is not None:
            self._choose_engine(self._trainer)

    def _choose_engine(self, trainer: Trainer) -> None:
        from nngui.core.turbo.support import sees_images, unsupported_reason

        reason = unsupported_reason(trainer.state)
        turbo = self._turbo and reason is None and turbo_cache.is_loaded()
        trainer.set_engine("turbo" if turbo else "torch")
        engine = EngineInfo(trainer.engine, reason, all_cores=turbo and sees_images(trainer.state))
        self.engine_chosen.emit(self._run_id, engine)

    def _set_probe(self, probe: Probe) -> None:
        self._probe = probe
        self._forget_reference()
        self._publish()

    def _inspect_with(self, inspector: Inspector | None) -> None:
        self._inspector = inspector
        self._publish()

    def _train(self) -> None:
        trainer, pace = self._trainer, self._pace
        assert trainer is not None
        if pace.unlimited:
            self._advance(trainer, None)
            if self._playing:  # else its last picture is there already
                self._publish_if_cheap()
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
        chunk = TURBO_CHUNK_S if trainer.engine == "turbo" else CHUNK_S
        rows = trainer.advance(chunk, max_steps)
        if len(rows):
            self._history.append(rows)
            self._remember(trainer.columns, rows)
        self._tell_hint(trainer)
        if trainer.ending is not None:
            self._playing = False
            self._publish()
            self.ended.emit(self._run_id, trainer.ending)
            self._record()
            self._advise(trainer)
        return len(rows)

    def _advise(self, trainer: Trainer) -> None:
        from nngui.core.evaluation.hints import find_hints

        try:
            hints = find_hints(trainer, self._history)
        except Exception:  # an odd network, perhaps; the run itself is as good as it was
            log.exception("No advice could be found")
            return
        self.advised.emit(self._run_id, hints)

    def _remember(self, columns: list[str], rows: Floats) -> None:
        """Keep the last values; what is measured once an epoch stays until the next one."""
        self._last |= last_values(columns, rows)
        values = zip(columns, rows[-1].tolist(), strict=True)
        self._last |= {name: value for name, value in values if name in self._trained}

    def _tell_hint(self, trainer: Trainer) -> None:
        if trainer.state.hint is not self._hint:
            self._hint = trainer.state.hint
            self.hinted.emit(self._run_id, trainer.state.hint)

    def _publish_if_cheap(self) -> None:
        """Make a picture if one is wanted, unless the last one has cost the training too much."""
        began = time.perf_counter()
        if self._mailbox.is_empty and began >= self._next_picture:
            self._publish()
            now = time.perf_counter()
            self._next_picture = now + min(
                TRAINING_PER_PICTURE * (now - began), MAX_PICTURE_INTERVAL_S
            )

    def _publish(self) -> None:
        trainer = self._trainer
        if trainer is None:
            return
        probe = self._fitting_probe(trainer)
        predictions = trainer.predict(probe.x) if probe else ()
        self._mailbox.put(
            Snapshot(
                run_id=self._run_id,
                step=trainer.step_count,
                total_steps=trainer.state.total_steps,
                epoch=trainer.batches.epoch,
                losses=dict(self._last),
                probe_id=probe.id if probe else 0,
                predictions=predictions,
                reference=self._evaluate_reference(trainer),
                inspector=self._inspector,
                inspection=self._inspector(trainer) if self._inspector else None,
            )
        )
        if not self._playing:
            self.updated.emit(self._run_id)
