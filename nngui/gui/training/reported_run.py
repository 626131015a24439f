"""What the window knows of a tab's run: what its worker has told of it.

It is longer than most: a signal or a slot for each thing that the worker says.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Generic, cast

from PySide6.QtCore import QObject, Signal, Slot
from typing_extensions import TypeVar

from nngui.core.records.history import History
from nngui.core.records.mailbox import Mailbox
from nngui.core.spec import Spec
from nngui.gui.style.translation import shown_sentence
from nngui.gui.training.frame_pacer import ALL_CORES, PYTHON_LOCK, UNLIMITED, DrawBudget
from nngui.gui.training.messages import EngineInfo, Order
from nngui.gui.training.pace import first_pace, paces
from nngui.gui.training.schedule import GrowingSchedule
from nngui.gui.training.state import State
from nngui.gui.training.worker import TrainingWorker

if TYPE_CHECKING:
    from nngui.core.errors import NnguiError
    from nngui.core.evaluation.hints import Hint
    from nngui.core.journal.edit import Edit
    from nngui.core.journal.journal import Journal
    from nngui.core.records.snapshot import DataView, Snapshot
    from nngui.core.task import Task
    from nngui.core.training.endings import Ending
    from nngui.core.training.failure import Failure
    from nngui.files.runs.recovery import Recovery
    from nngui.gui.training.messages import BranchInfo, Past, Ready

MAX_TAKEN = 5000  # changes of settings of which it is remembered when they took effect
MIN_STRETCH_S = 0.2  # seconds of training until its rate can be told
S = TypeVar("S", bound=Spec, default=Spec, covariant=True)


class ReportedRun(QObject, Generic[S]):
    """A run's state as its worker reports it; `Run` adds what a user asks for.

    The worker's thread may be a run behind: what it says of an older one is dropped. It has more
    methods than most: a slot for each thing that the worker says.

    Signals
    -------
    state_changed
        `state` is another one.
    spec_changed
        `spec` is another one.
    edited : Spec, bool
        The user changed the settings, which were these before; whether the network was kept.
    prepared : DataView
        A new run was built (or other points joined it): draw these data.
    updated
        There is a new picture, though it does not train.
    view_moved : int or None
        Another step is looked at; None: the run as it is now.
    journal_changed, branches_changed
        `journal` has grown, or is another run's; `branches` are others.
    engine_changed
        `turbo` or `engine` is another one.
    stopped : Failure
        A step failed; the run has been put back, and waits.
    ended : Ending
        The run came to an end; the last picture is in the mailbox.
    advised : list of Hint
        What there is to say of the run that ended, the most important first; often nothing.
    notice : str, str
        A level (``info``, ``warning``, ``error``) and a sentence for the user.
    restored : NnguiError or None
        A saved run stands here as it was; or why it does not, and the tab's own one is back.
    line_copied : int, NetworkCopy or None
        What `take_line` asked for; None: it cannot be had.
    network_copied : NetworkCopy or None
        A copy of the network, as `take_network` asked for; None where there is none.
    unsaved : NnguiError
        The run could not be saved for the case of a crash, and goes on.
    run_stored : RunRecord
        A run that ended, or made room for another one, is in the list of runs.
    run_not_stored : NnguiError
        Such a run could not be put there, or not all of it.
    """

    state_changed = Signal()
    spec_changed = Signal()
    edited = Signal(object, bool)
    prepared = Signal(object)
    updated = Signal()
    view_moved = Signal(object)
    journal_changed = Signal()
    branches_changed = Signal()
    engine_changed = Signal()
    stopped = Signal(object)
    ended = Signal(object)
    advised = Signal(object)
    notice = Signal(str, str)
    restored = Signal(object)
    unsaved = Signal(object)
    network_copied = Signal(object)
    line_copied = Signal(int, object)
    run_stored = Signal(object)
    run_not_stored = Signal(object)

    def __init__(self, task: Task[S], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.task = task
        self.spec: S = task.spec
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
        self.outcome: Ending | None = None
        self._target_state = State.READY  # or TRAINING: what the user asked for last
        self._run_id = 0
        self._prepared_id = 0  # the run that `prepared` told of
        self._schedule = GrowingSchedule(self.spec.schedule)
        self._stretch: tuple[float, int] = (0.0, 0)  # when it began, and at which step
        self._restoring = False
        self.line = self._newest_line = 0  # which of the tab's lines goes on; the newest of all
        self._lines: tuple[BranchInfo, ...] = ()
        self._is_moving = False  # to another line
        self._taken: dict[int, Edit | None] = {}  # the edit that each change of settings was
        self._past: Past | None = None  # what the run's past is made from
        self._live_view: DataView | None = None
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
        worker.journal_changed.connect(self._on_journal_changed)
        worker.lines_changed.connect(self._on_lines_changed)
        worker.taken.connect(self._on_taken)
        worker.refused.connect(self._on_warning)
        worker.told.connect(self._on_warning)
        worker.stopped.connect(self._on_stopped)
        worker.finished.connect(self._on_finished)
        worker.question_failed.connect(self._on_warning)
        worker.engine_chosen.connect(self._on_engine_chosen)
        worker.failed.connect(self._on_failed)
        worker.unsaved.connect(self.unsaved)
        worker.run_stored.connect(self.run_stored)
        worker.run_not_stored.connect(self.run_not_stored)
        worker.network_copied.connect(self.network_copied)
        worker.line_copied.connect(self.line_copied)

    # What it is doing ----------------------------------------------------------------------------

    @property
    def will_train(self) -> bool:
        """Whether it trains, or will as soon as it is prepared."""
        return self._target_state is State.TRAINING

    @property
    def draw_budget(self) -> DrawBudget:
        """What the window may take from the training, which wants all there is at full pace."""
        if not self.hurries:
            return UNLIMITED
        if self.engine.all_cores:
            return ALL_CORES
        return PYTHON_LOCK if self.engine.name == "torch" else UNLIMITED

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
        if self.state is not State.TRAINING or seconds < MIN_STRETCH_S:
            return 0.0
        return (self.steps_done - first) / seconds

    @property
    def is_whole(self) -> bool:
        """Whether all of the run, as it was stored last, is in the list of runs."""
        return self._worker.is_whole

    def collect(self) -> Snapshot | None:
        """Take the newest picture of this run, if there is one that was not taken yet.

        There is none before `prepared`: nobody who draws it knows its data until then.
        """
        if self._prepared_id != self._run_id:
            return None
        snapshot = self.mailbox.collect()
        if snapshot is not None and snapshot.run_id == self._run_id:
            self.total_steps = snapshot.total_steps  # others may have been set
            return snapshot
        return None

    def train(self) -> None:
        """Start or go on, once the run stands."""
        raise NotImplementedError

    # Beginning another run -----------------------------------------------------------------------

    def _restart(self, wanted: State, *, keeps_old: bool = False) -> None:
        """Begin at step 0.

        Parameters
        ----------
        keeps_old : bool
            The run that makes room can be gone back to (see `SettingsHistory`).
        """
        if self._restoring:
            return
        self._start_anew(wanted)
        self._newest_line += 1
        self.line = self._newest_line
        order = Order(self._run_id, self.line, keeps_old)
        self._worker.build(order, self.task, self.spec, self.device)
        self._set_state(State.PREPARING)

    def _start_anew(self, wanted: State) -> None:
        self._run_id += 1
        self._target_state = wanted
        self._is_moving = False
        self.outcome = None
        self._schedule.begin()
        if not self._worker.isRunning():
            self._worker.start()
            self._worker.set_pace(paces(self.task.redraw_every)[self.pace_index])

    def _set_state(self, state: State) -> None:
        self.state = state
        self.state_changed.emit()

    def _set_spec(self, spec: Spec) -> None:
        self.spec = cast("S", spec)  # of the task's own class, as all that comes from its form is

    def _measure_rate(self) -> None:
        """Measure the steps per second from here on."""
        self._stretch = (time.perf_counter(), self.steps_done)

    # What the worker says ------------------------------------------------------------------------

    @Slot(int, object)
    def _on_ready(self, run_id: int, ready: Ready) -> None:
        if run_id != self._run_id:
            return
        self.history, self.device_in_use = ready.history, ready.device
        self._past, self._live_view, self.line = ready.past, ready.view, ready.line
        self.parameters, self.total_steps = ready.parameters, ready.total_steps
        was_moving, self._is_moving = self._is_moving, False
        if ready.recovery is not None:
            self._take_over(ready.recovery)
        wanted = self.will_train and not (was_moving and ready.ending is not None)
        self._set_state(State.READY)
        self._prepared_id = run_id
        self.prepared.emit(ready.view)
        self.journal_changed.emit()
        if ready.recovery is not None or was_moving:
            # It stands where it was from this moment on: who presses Train now goes on from there.
            if ready.ending is None and self.steps_done:
                self._on_paused(run_id)
            elif ready.ending is not None:
                self._on_ended(run_id, ready.ending)
        if was_moving:
            if ready.error is not None:
                self.notice.emit("warning", shown_sentence(ready.error))
        elif ready.recovery is not None:
            self.restored.emit(ready.error)
        self.branches_changed.emit()
        if wanted:
            self.train()

    def _take_over(self, recovery: Recovery) -> None:
        self._restoring = False
        self._set_spec(recovery.spec)
        self.device = recovery.device
        self._schedule.ask(self.spec.schedule)
        self.spec_changed.emit()

    @Slot(int)
    def _on_began(self, run_id: int) -> None:
        if run_id == self._run_id:
            self._measure_rate()
            self._set_state(State.TRAINING)

    @Slot(int)
    def _on_paused(self, run_id: int) -> None:
        if run_id == self._run_id:
            self._set_state(State.PAUSED)

    @Slot(int, object)
    def _on_stopped(self, run_id: int, failure: Failure) -> None:
        if run_id == self._run_id:
            self._target_state = State.READY
            self._set_state(State.PAUSED if self.steps_done else State.READY)
            self.stopped.emit(failure)

    @Slot()
    def _on_finished(self) -> None:
        """Say that the thread has ended though nobody asked it to; the next run has another one."""
        if not self._worker.is_closing and self.state is not State.ASLEEP:
            self._restoring, self._target_state = False, State.READY
            self._set_state(State.FAILED)
            self.notice.emit("error", self.tr("The training has ended by an unforeseen error."))

    @Slot(int, object)
    def _on_ended(self, run_id: int, ending: Ending) -> None:
        if run_id == self._run_id:
            self.outcome = ending
            self._schedule.end(self.spec.schedule, ending)
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
            self._live_view = view
            self.prepared.emit(view)

    @Slot(int, object)
    def _on_journal_changed(self, run_id: int, journal: Journal) -> None:
        if run_id == self._run_id and self._past is not None:
            self._past = replace(self._past, journal=journal)
            self.journal_changed.emit()

    @Slot(int, int, object)
    def _on_taken(self, run_id: int, number: int, edit: Edit | None) -> None:
        if number:
            self._taken[number] = edit
            self._taken.pop(number - MAX_TAKEN, None)

    @Slot(int, object)
    def _on_lines_changed(self, run_id: int, lines: tuple[BranchInfo, ...]) -> None:
        if run_id == self._run_id:
            self._lines = lines
            self._newest_line = max(self._newest_line, *(line.id for line in lines), 0)
            self.branches_changed.emit()

    @Slot(int, object)
    def _on_engine_chosen(self, run_id: int, engine: EngineInfo) -> None:
        if run_id == self._run_id:
            self._measure_rate()
            self.engine = engine
            self.engine_changed.emit()

    @Slot(int, object)
    def _on_warning(self, run_id: int, error: NnguiError) -> None:
        if run_id == self._run_id:
            self.notice.emit("warning", shown_sentence(error))

    @Slot(int, object)
    def _on_failed(self, run_id: int, error: NnguiError) -> None:
        if run_id == self._run_id:
            if self._restoring:  # back to the tab's own run
                self._restoring = False
                self._restart(self._target_state)
                self.restored.emit(error)
                return
            self._target_state = State.READY
            self._set_state(State.FAILED)
            self.notice.emit("error", shown_sentence(error))
