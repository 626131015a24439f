"""One tab's run: its settings, its state, and the worker that trains it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from nngui.core.errors import NnguiError
from nngui.core.records.history import History
from nngui.core.records.mailbox import Mailbox
from nngui.core.spec.keys import affects_result, changed_keys, restart_keys, within_bounds
from nngui.core.spec.toml import with_settings
from nngui.gui.style.translation import shown_sentence
from nngui.gui.training.frames import NOTHING, ONE_CORE, PYTHON, DrawBudget
from nngui.gui.training.messages import EngineInfo, Probe
from nngui.gui.training.pace import first_pace, paces
from nngui.gui.training.state import State
from nngui.gui.training.worker import TrainingWorker

if TYPE_CHECKING:
    from pathlib import Path

    from nngui.core.arrays import Floats
    from nngui.core.evaluation.hints import Hint
    from nngui.core.inspectors.inspector import Inspector
    from nngui.core.inspectors.reference import ReferenceNet
    from nngui.core.records.snapshot import DataView, Snapshot
    from nngui.core.spec import ScheduleSpec, Spec
    from nngui.core.task import Task
    from nngui.core.training.endings import Ending
    from nngui.files.runs.recovery import Recovery
    from nngui.files.runs.store import RunStore
    from nngui.gui.training.messages import Ready


class Run(QObject):
    """What the toolbar, the form and the plots of a tab stand on.

    Signals
    -------
    state_changed
        `state` is another one.
    spec_changed
        `spec` is another one.
    edited : Spec, bool
        The person changed the settings, which were these before; whether the network was kept.
    prepared : DataView
        A new run was built (or other points joined it): draw these data.
    updated
        There is a new picture, though it does not train.
    engine_changed
        `turbo` or `engine` is another one.
    ended : Ending
        The run came to an end; the last picture is in the mailbox.
    advised : list of Hint
        What there is to say of the run that ended, the most important first; often nothing.
    notice : str, str
        A level (``info``, ``warning``, ``error``) and a sentence for the person.
    restored : NnguiError or None
        A saved run stands here as it was; or why it does not, and the tab's own one is back.
    network_taken : Taken or None
        A copy of the network, as `take_network` asked for; None where there is none.
    unsaved : NnguiError
        The run could not be saved for the case of a crash, and goes on.
    kept : RunRecord
        A run that ended, or made room for another one, is in the list of runs.
    unkept : NnguiError
        Such a run could not be put there.
    """

    state_changed = Signal()
    spec_changed = Signal()
    edited = Signal(object, bool)
    prepared = Signal(object)
    updated = Signal()
    engine_changed = Signal()
    ended = Signal(object)
    advised = Signal(object)
    notice = Signal(str, str)
    restored = Signal(object)
    unsaved = Signal(object)
    network_taken = Signal(object)
    kept = Signal(object)
    unkept = Signal(object)

    def __init__(self, task: Task, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.task = task
        self.spec = task.spec
        self.state = State.ASLEEP
        self.device = "auto"
        self.device_in_use = "cpu"
        self.turbo = False  # whether it is wanted
        self.engine = EngineInfo()
        self.parameters = 0
        self.total_steps = self.spec.schedule.steps
        self.history = History(("loss",))
        self.mailbox: Mailbox[Snapshot] = Mailbox()
        self.pace_index = first_pace(task.redraw_every)
        self.live_changes: list[tuple[int, list[str]]] = []  # (step, keys) changed in mid-run
        self.outcome: Ending | None = None
        self._target_state = State.READY  # or TRAINING: what the person asked for last
        self._run_id = 0
        self._prepared_id = 0  # the run that `prepared` told of
        self._probe_id = 0
        self._base_schedule = (
            self.spec.schedule
        )  # by the person; it grows when a finished run goes on
        self._end_schedule: ScheduleSpec | None = None
        self._stretch: tuple[float, int] = (0.0, 0)
        self._restoring = False
        self._worker = TrainingWorker(self.mailbox, self)
        self._connect()

    def _connect(self) -> None:
        worker = self._worker
        worker.ready.connect(self._on_ready)
        worker.began.connect(self._on_began)
        worker.paused.connect(self._on_paused)
        worker.ended.connect(self._on_ended)
        worker.advised.connect(self._on_advised)
        worker.hinted.connect(self._on_hinted)
        worker.updated.connect(self._on_updated)
        worker.data_changed.connect(self._on_data_changed)
        worker.refused.connect(self._on_refused)
        worker.engine_chosen.connect(self._on_engine_chosen)
        worker.failed.connect(self._on_failed)
        worker.unsaved.connect(self.unsaved)
        worker.kept.connect(self.kept)
        worker.unkept.connect(self.unkept)
        worker.taken.connect(self.network_taken)

    # What a person asks for --------------------------------------------------------------------

    def wake(self) -> None:
        """Make data and network, if that was not done yet."""
        if self.state is State.ASLEEP:
            self._restart(State.READY)

    def restore(self, path: Path, *, adopt: bool = True) -> None:
        """Take up a saved run in place of this one; `restored` says when it stands.

        Parameters
        ----------
        adopt : bool
            The file is this run's from now on, and goes with it; else it stays as it is.
        """
        self._start_anew(State.READY)
        self._restoring = True
        self._worker.restore(self._run_id, self.task, path, adopt=adopt)
        self._set_state(State.PREPARING)

    def save_to(self, path: Path | None) -> None:
        """Save the run there now and then, for the case of a crash; None: nowhere."""
        self._worker.save_to(path)

    def keep_in(self, store: RunStore) -> None:
        """Keep there what its runs come to; `kept` tells of each."""
        self._worker.keep_in(store)

    def train(self) -> None:
        """Start or go on; at the end, go on for as many steps again."""
        if self.state in (State.ASLEEP, State.FAILED):
            self._restart(State.TRAINING)
            return
        if self.state is State.ENDED and not self._prolong():
            return
        self._target_state = State.TRAINING
        if self.state is not State.PREPARING:
            self._worker.play()
        self.state_changed.emit()

    def pause(self) -> None:
        """Stop after the current step, keep everything."""
        self._target_state = State.READY
        self._worker.pause()
        self.state_changed.emit()

    def toggle(self) -> None:
        """Train or pause, whichever it does not do now."""
        if self.will_train:
            self.pause()
        else:
            self.train()

    def step(self) -> None:
        """Take one step; pauses a run."""
        if self.state is State.ENDED and not self._prolong(1):
            return
        self._target_state = State.READY
        if self.state in (State.ASLEEP, State.FAILED):
            self._restart(State.READY)
        self._worker.pause()  # it may train before the window has heard of it
        self._worker.step()
        if self.state in (State.READY, State.ENDED):
            self._set_state(State.PAUSED)
        else:
            self.state_changed.emit()

    def take_network(self) -> None:
        """Ask for a copy of the network as it is now; `network_taken` brings it."""
        self.wake()
        self._worker.take()

    def compare_with(self, compared: ReferenceNet | None) -> None:
        """Have another network evaluated on the same data; None: no longer."""
        self._worker.compare(compared)

    def inspect_with(self, inspector: Inspector | None) -> None:
        """Put a view's own question to the trainer with every picture; None: no longer."""
        self._worker.inspect_with(inspector)

    def start_from(self, spec: Spec, wanted: State = State.READY) -> None:
        """Take these settings, whatever the present ones are, and stand at step 0 of them.

        Parameters
        ----------
        wanted : State
            ``READY``, or ``TRAINING`` to begin at once.
        """
        if self._restoring:
            return
        before, self._target_state = self.spec, wanted
        if spec != before:  # else the same file, read once more
            self.spec, self._base_schedule = spec, spec.schedule
            self.spec_changed.emit()
            self.edited.emit(before, False)
        self._restart(wanted)

    def reset(self) -> None:
        """Back to step 0: the same data and the same initial weights."""
        self._restart(State.READY)

    def new_weights(self) -> None:
        """Start again with the next seed."""
        seed = (self.spec.seed + 1) % 2**32
        self.apply(with_settings(self.spec, {"network.weights": "", "seed": seed}))

    def apply(self, spec: Spec, *, keep_network: bool = False) -> None:
        """Take other settings: in mid-run where that is possible, else by starting again.

        Parameters
        ----------
        keep_network : bool
            The points were edited by hand: they join the training whatever they were before, if the
            network can take them.
        """
        if self._restoring:  # other settings are on their way
            self.spec_changed.emit()
            return
        before = self.spec
        self.spec = spec = _without_misfits(self.task, before, spec)
        changed, restart = changed_keys(before, spec), restart_keys(before, spec)
        if keep_network and _can_take(self.task, before, spec):
            restart = [key for key in restart if not key.startswith("data.")]
        if not changed:
            return
        if spec.schedule != before.schedule:
            self._base_schedule = spec.schedule
        anew = bool(restart) or self.state in (State.ASLEEP, State.PREPARING, State.FAILED)
        told = [key for key in changed if affects_result(spec, key)]
        if self.steps_done and told and not anew:
            self.live_changes.append((self.steps_done, told))
        self.spec_changed.emit()
        self.edited.emit(before, keep_network)
        if self.state is State.ASLEEP:
            return
        if anew:
            wanted = State.TRAINING if self.will_train else State.READY
            if self.state in (State.TRAINING, State.PAUSED):
                self.notice.emit(
                    "info", self.tr("These settings need a new start: back to step 0.")
                )
            self._restart(wanted)
            return
        self._worker.change(spec, tuple(self.live_changes))
        if self.state is State.ENDED and not self._exhausted():
            self._set_state(State.PAUSED)

    def set_pace(self, index: int) -> None:
        """Move the pace slider to one of `paces`."""
        self.pace_index = index
        self._worker.set_pace(paces(self.task.redraw_every)[index])
        self._stretch = (time.perf_counter(), self.steps_done)

    def set_device(self, name: str) -> None:
        """Compute somewhere else: starts again."""
        if name != self.device:
            self.device = name
            if self.state is not State.ASLEEP:
                self._restart(State.TRAINING if self.will_train else State.READY)

    def set_turbo(self, on: bool) -> None:
        """Train by turbo where it can, from now on; or by PyTorch. The run stays where it is."""
        self.turbo = on
        self._worker.set_turbo(on)
        self.engine_changed.emit()

    def ask(self, x: Floats) -> int:
        """Ask for predictions at these places, shape (m, features); return the probe's id."""
        self._probe_id += 1
        self._worker.set_probe(Probe(self._probe_id, x))
        return self._probe_id

    def collect(self) -> Snapshot | None:
        """Take the newest picture of this run, if there is one that was not taken yet.

        There is none before `prepared`: nobody who draws it knows its data until then.
        """
        if self._prepared_id != self._run_id:
            return None
        snapshot = self.mailbox.collect()
        return snapshot if snapshot is not None and snapshot.run_id == self._run_id else None

    def close(self) -> bool:
        """End the worker; return whether it ended in time."""
        return not self._worker.isRunning() or self._worker.close()

    # What it is doing --------------------------------------------------------------------------

    @property
    def will_train(self) -> bool:
        """Whether it trains, or will as soon as it is prepared."""
        return self._target_state is State.TRAINING

    @property
    def drawing_costs(self) -> DrawBudget:
        """What the window takes from the training: nothing unless that goes as fast as it can."""
        if not self.hurries:
            return NOTHING
        if self.engine.all_cores:
            return ONE_CORE
        return PYTHON if self.engine.name == "torch" else NOTHING

    @property
    def hurries(self) -> bool:
        """Whether nothing but the work itself holds the training back."""
        return paces(self.task.redraw_every)[self.pace_index].unlimited

    @property
    def steps_done(self) -> int:
        """How many steps have been taken."""
        return len(self.history)

    @property
    def steps_per_second(self) -> float:
        """The rate since training began or the pace changed; 0 when it does not train."""
        began, first = self._stretch
        seconds = time.perf_counter() - began
        if self.state is not State.TRAINING or seconds < 0.2:
            return 0.0
        return (self.steps_done - first) / seconds

    # What the worker says ------------------------------------------------------------------------

    def _restart(self, wanted: State) -> None:
        if self._restoring:
            return
        self._start_anew(wanted)
        self._worker.build(self._run_id, self.task, self.spec, self.device)
        self._set_state(State.PREPARING)

    def _start_anew(self, wanted: State) -> None:
        self._run_id += 1
        self._target_state = wanted
        self.live_changes = []
        self.outcome = None
        self._end_schedule = None
        if not self._worker.isRunning():
            self._worker.start()
            self._worker.set_pace(paces(self.task.redraw_every)[self.pace_index])

    def _prolong(self, steps: int = 0) -> bool:
        """Allow as many steps or epochs again; a run that ended early just goes on.

        Returns
        -------
        bool
            Whether there is anything left to train: False at the setting's own bound.
        """
        if self._exhausted():
            schedule, asked = self.spec.schedule, self._base_schedule
            key, done, more = "schedule.steps", self.steps_done, steps or asked.steps
            if schedule.epochs:
                key, done = "schedule.epochs", schedule.epochs
                more = asked.epochs or schedule.epochs
            wanted = within_bounds(self.spec, key, done + more)
            if wanted <= done:
                self.notice.emit(
                    "warning",
                    self.tr("This run is as long as a run can be: Reset starts it again."),
                )
                return False
            self.spec = with_settings(self.spec, {key: wanted})
            self.spec_changed.emit()
        self._worker.change(self.spec, tuple(self.live_changes))
        return True

    def _exhausted(self) -> bool:
        """Whether all that the schedule asks for has been done."""
        schedule, at_end = self.spec.schedule, self._end_schedule
        if schedule.epochs:
            return at_end is not None and schedule.epochs <= at_end.epochs
        return schedule.steps <= self.steps_done

    def _set_state(self, state: State) -> None:
        self.state = state
        self.state_changed.emit()

    @Slot(int, object)
    def _on_ready(self, run_id: int, ready: Ready) -> None:
        if run_id != self._run_id:
            return
        self.history, self.device_in_use = ready.history, ready.device
        self.parameters, self.total_steps = ready.parameters, ready.total_steps
        if ready.recovery is not None:
            self._take_over(ready.recovery)
        self._set_state(State.READY)
        self._prepared_id = run_id
        self.prepared.emit(ready.view)
        if ready.recovery is not None:
            self.restored.emit(None)
        if self._target_state is State.TRAINING:
            self._worker.play()

    def _take_over(self, recovery: Recovery) -> None:
        self._restoring = False
        self.spec, self.device = recovery.spec, recovery.device
        self.live_changes = list(recovery.live_changes)
        self._base_schedule = self.spec.schedule
        self.spec_changed.emit()

    @Slot(int)
    def _on_began(self, run_id: int) -> None:
        if run_id == self._run_id:
            self._stretch = (time.perf_counter(), self.steps_done)
            self._set_state(State.TRAINING)

    @Slot(int)
    def _on_paused(self, run_id: int) -> None:
        if run_id == self._run_id:
            self._set_state(State.PAUSED)

    @Slot(int, object)
    def _on_ended(self, run_id: int, ending: Ending) -> None:
        if run_id == self._run_id:
            self.outcome = ending
            self._end_schedule = self.spec.schedule if ending.kind == "steps" else None
            self._target_state = State.READY
            self._set_state(State.ENDED)
            self.ended.emit(ending)
            if ending.kind == "diverged":
                self.notice.emit("error", shown_sentence(ending))

    @Slot(int, object)
    def _on_advised(self, run_id: int, hints: list[Hint]) -> None:
        if run_id == self._run_id and self.state is State.ENDED:
            self.advised.emit(hints)

    @Slot(int, object)
    def _on_hinted(self, run_id: int, hint: Ending | None) -> None:
        if run_id == self._run_id and hint is not None:
            self.notice.emit("warning", shown_sentence(hint))

    @Slot(int)
    def _on_updated(self, run_id: int) -> None:
        if run_id == self._run_id:
            if self.state is State.READY and self.steps_done:  # a step asked for while preparing
                self._set_state(State.PAUSED)
            self.updated.emit()

    @Slot(int, object)
    def _on_data_changed(self, run_id: int, view: DataView) -> None:
        if run_id == self._run_id:
            self.prepared.emit(view)

    @Slot(int, object)
    def _on_engine_chosen(self, run_id: int, engine: EngineInfo) -> None:
        if run_id == self._run_id:
            self._stretch = (time.perf_counter(), self.steps_done)  # at another rate from here
            self.engine = engine
            self.engine_changed.emit()

    @Slot(int, object)
    def _on_refused(self, run_id: int, error: NnguiError) -> None:
        if run_id == self._run_id:
            self.notice.emit("warning", shown_sentence(error))

    @Slot(int, object)
    def _on_failed(self, run_id: int, error: NnguiError) -> None:
        if run_id == self._run_id:
            if self._restoring:
                self._restoring = False
                self._restart(self._target_state)
                self.restored.emit(error)
                return
            self._target_state = State.READY
            self._set_state(State.FAILED)
            self.notice.emit("error", shown_sentence(error))


def _without_misfits(task: Task, before: Spec, spec: Spec) -> Spec:
    """Let go of a model file whose parameters are no longer those of the network."""
    weights = spec.network.weights
    if not weights or weights != before.network.weights:
        return spec
    same = spec.network.layout == before.network.layout and _as_wide(task, before, spec)
    return spec if same else spec.changed("network", weights="")


def _can_take(task: Task, before: Spec, spec: Spec) -> bool:
    """Return whether the network for some data takes points that were edited by hand."""
    kinds = [getattr(one.data, "kind", "") for one in (before, spec)]
    return kinds[0] == kinds[1] or _as_wide(task, before, spec)


def _as_wide(task: Task, before: Spec, spec: Spec) -> bool:
    """Return whether other data have as many inputs and outputs as those before."""
    if spec.data == before.data:
        return True
    try:
        return task.sample_shape(before) == task.sample_shape(spec)
    except NnguiError:  # there are no such data
        return False
