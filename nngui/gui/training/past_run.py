"""Looking back at a run, and going on from where it once was: its past, in the window's thread."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QDeadlineTimer, QObject, QTimer, Slot
from typing_extensions import override

from nngui.core.journal.journal import Journal
from nngui.core.records.mailbox import Mailbox
from nngui.gui.background import seconds_left
from nngui.gui.style.translation import shown_sentence
from nngui.gui.training.line_label import label_of
from nngui.gui.training.messages import Order, Wish
from nngui.gui.training.pace import paces
from nngui.gui.training.past_thread import PastThread
from nngui.gui.training.reported_run import ReportedRun, S
from nngui.gui.training.state import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nngui.core.errors import NnguiError
    from nngui.core.records.snapshot import DataView, Snapshot
    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.gui.training.messages import BranchInfo

log = logging.getLogger(__name__)
PLAY_INTERVAL_MS = 33  # between two pictures where the pace has no limit
PLAYED_PICTURES = 300  # that a run is played in then, whatever its length


class RunWithPast(ReportedRun[S]):
    """A run that can be looked back at, and left for another line from any step of it.

    While one looks back, the run itself goes on, and no pictures of it are made: `collect` hands
    out those of the step that is looked at. It has more methods than most: each does one thing that
    the timeline asks for.

    Attributes
    ----------
    viewed_step : int or None
        The step that is looked at; None: the run as it is now.
    """

    def __init__(self, task: Task[S], parent: QObject | None = None) -> None:
        super().__init__(task, parent)
        self.viewed_step: int | None = None
        self._past_mailbox: Mailbox[Snapshot] = Mailbox()
        self._wish_id = 0
        self._is_awaited = False  # no picture has come for the last wish
        self._shows_past_data = False
        self._told_unknown = False
        self._direction = 0
        self._player = QTimer(self)
        self._player.timeout.connect(self._play_on)
        self.stopped.connect(self._on_run_put_back)
        self._past_thread = PastThread(task, self._past_mailbox, self._worker.asking, self)
        self._past_thread.shown.connect(self._on_past_shown)
        self._past_thread.data_changed.connect(self._on_past_data_changed)
        self._past_thread.failed.connect(self._on_past_failed)
        self._past_thread.network_copied.connect(self.network_copied)
        self._past_thread.question_failed.connect(self._on_past_question_failed)

    @property
    def is_under_way(self) -> bool:
        """Whether another run, or another line, is being made."""
        return self.state not in (State.ASLEEP, State.FAILED) and (
            self._is_moving or self._prepared_id != self._run_id
        )

    # What is seen --------------------------------------------------------------------------------

    @property
    def journal(self) -> Journal:
        """What was done to the run that goes on, as far as the worker has told."""
        is_of_another = self._prepared_id != self._run_id and not self._is_moving
        if self._past is not None and not is_of_another:
            return self._past.journal
        return Journal(self.task.name, self.spec, self.device)

    @property
    def viewed_spec(self) -> S:
        """The settings of the step that is looked at."""
        if self.viewed_step is None:
            return self.spec
        return cast("S", self.journal.spec_at(self.viewed_step))

    @override
    def collect(self) -> Snapshot | None:
        """Take the newest picture: of the run, or of the step of it that is looked at."""
        if self.viewed_step is None:
            return super().collect()
        snapshot = self._past_mailbox.collect()
        return snapshot if snapshot is not None and snapshot.run_id == self._run_id else None

    # Looking back --------------------------------------------------------------------------------

    def look_back(self, step: int) -> None:
        """Show the run as it was after so many steps; the run itself goes on.

        The picture comes soon, and `updated` tells of it: at first perhaps that of a step near it.
        """
        if self._prepared_id != self._run_id or self._past is None or not self.steps_done:
            return
        first = self._first_known
        if step < first and not self._told_unknown:
            self._told_unknown = True
            text = self.tr("What this run was before step {step} is not known: no file has it.")
            self.notice.emit("info", text.format(step=f"{first:,}"))
        step = min(max(step, first), self.steps_done)
        if step == self.steps_done and self.state is not State.TRAINING:
            self.go_live()
        elif step != self.viewed_step:
            if self.viewed_step is None:
                self._worker.watch(on=False)
            self.viewed_step = step
            self._ask_past()
            self.view_moved.emit(step)

    def go_live(self) -> None:
        """Show the run as it is now."""
        if self.viewed_step is None:
            return
        self._leave_past()
        if self._shows_past_data and self._live_view is not None:
            self.prepared.emit(self._live_view)
        self._shows_past_data = False

    def play_past(self, direction: int) -> None:
        """Go through the past at the run's pace: +1 forwards, -1 backwards, 0: stand still."""
        self._direction = direction
        if not direction or not self.steps_done:
            self._player.stop()
            return
        if self.viewed_step is None:
            self.look_back(self.steps_done - 1 if direction < 0 else 0)
        self._player.start(self._play_interval_ms)

    @property
    def _play_interval_ms(self) -> int:
        pace = paces(self.task.redraw_every)[self.pace_index]
        return int(1000 * pace.seconds) or PLAY_INTERVAL_MS

    @property
    def plays_past(self) -> int:
        """The direction in which the past is played; 0: it stands still."""
        return self._direction if self._player.isActive() else 0

    @Slot()
    def _play_on(self) -> None:
        if self.viewed_step is None:
            self._player.stop()
            return
        self._player.setInterval(self._play_interval_ms)
        if self._is_awaited:  # nobody would see a step whose picture is given up for the next one
            return
        pace = paces(self.task.redraw_every)[self.pace_index]
        stride = max(1, self.steps_done // PLAYED_PICTURES) if pace.unlimited else pace.steps
        step = self.viewed_step + self._direction * stride
        if step <= self._first_known:
            self._player.stop()
        if step >= self.steps_done:
            self.go_live()
        else:
            self.look_back(max(step, self._first_known))

    @property
    def _first_known(self) -> int:
        """The first step that can be shown: of a run from an older file, one that was kept."""
        if self._past is None or not self._past.journal.known_from:
            return 0
        places = self._past.keyframes.places
        return places[0][0] if places else self.steps_done

    def _ask_past(self) -> None:
        assert self._past is not None
        assert self.viewed_step is not None
        self._wish_id += 1
        self._is_awaited = True
        total = max(self.total_steps, self.steps_done)
        parts = self._wish_id, self._run_id, self.viewed_step, self._past, self.history, total
        self._past_thread.show(Wish(*parts, self.spec.data))

    def _leave_past(self) -> None:
        """Look back no more."""
        if self.viewed_step is None:
            return
        self.viewed_step = None
        self._direction = 0
        self._player.stop()
        self._past_thread.leave()
        self._past_mailbox.collect()
        self._worker.watch(on=True)
        self.view_moved.emit(None)

    @override
    def _start_anew(self, wanted: State) -> None:
        super()._start_anew(wanted)
        self._leave_past()
        self._shows_past_data = self._told_unknown = False

    # What the thread that looks back says --------------------------------------------------------

    def _is_of_now(self, wish_id: int) -> bool:
        return wish_id == self._wish_id and self.viewed_step is not None

    @Slot()
    def _on_run_put_back(self) -> None:
        """See to it that no step is looked at which the run has lost by an error."""
        if self.viewed_step is not None and self.viewed_step >= self.steps_done:
            self.go_live()

    @Slot(int)
    def _on_past_shown(self, wish_id: int) -> None:
        if self._is_of_now(wish_id):
            self._is_awaited = False
            self.updated.emit()

    @Slot(int, object)
    def _on_past_data_changed(self, wish_id: int, view: DataView) -> None:
        if self._is_of_now(wish_id):
            self._shows_past_data = True
            self.prepared.emit(view)

    @Slot(int, object)
    def _on_past_failed(self, wish_id: int, error: NnguiError) -> None:
        if self._is_of_now(wish_id):
            self._is_awaited = False
            self._player.stop()
            self.notice.emit("warning", shown_sentence(error))

    @Slot(object)
    def _on_past_question_failed(self, error: NnguiError) -> None:
        if self.viewed_step is not None:
            self.notice.emit("warning", shown_sentence(error))

    # Lines ---------------------------------------------------------------------------------------

    @property
    def branches(self) -> tuple[BranchInfo, ...]:
        """The lines of this run that can be gone to, the one that goes on among them.

        There is one as long as nobody has left it.
        """
        root = self._root(self.line)
        return tuple(
            replace(line, label=label_of(line.journal, line.since))
            if not line.is_now
            else replace(
                line,
                label=label_of(self.journal, line.since),
                steps=self.steps_done,
                journal=self.journal,
            )
            for line in self._lines
            if self._root(line.id) == root
        )

    def _root(self, line: int) -> int:
        """Return the line that began at step 0 and led to another one."""
        parents = {one.id: one.parent for one in self._lines}
        while (parent := parents.get(line)) is not None:
            line = parent
        return line

    def branch(self, spec: Spec | None = None, *, train: bool = False) -> None:
        """Go on from the step that is looked at, on a line of its own; the old one stays, whole.

        Parameters
        ----------
        spec : Spec, optional
            With these settings, none of which needs a new start; else with those of that step.
        train : bool
            Train at once.
        """
        if self._past is None or self._prepared_id != self._run_id:
            return
        step = self.steps_done if self.viewed_step is None else self.viewed_step
        self._branch_at(step, spec or self.viewed_spec, train=train)

    def _branch_at(self, step: int, spec: Spec, *, train: bool) -> None:
        self._newest_line += 1
        self.line = self._newest_line
        self._move(spec, train=train)
        self._worker.branch(Order(self._run_id, self.line, keeps_old=True), step, spec)
        self._set_state(State.PREPARING)

    def is_told(self, numbers: Sequence[int]) -> bool:
        """Return whether the worker has told when these changes of settings took effect."""
        return all(number in self._taken for number in numbers)

    def undo_edits(self, numbers: Sequence[int]) -> bool:
        """Go on from where a change of settings took effect, without it and what came after.

        Parameters
        ----------
        numbers : sequence of int
            Of the change, or of those that are one to the user.

        Returns
        -------
        bool
            Whether steps were taken since; else there is nothing to go back to.
        """
        edits = [self._taken.get(number) for number in numbers]
        journal = self.journal
        index = next((i for i, one in enumerate(journal.edits) if one in edits), None)
        if index is None or self._prepared_id != self._run_id or self._past is None:
            return False
        step = journal.edits[index].step
        if not 0 < step < self.steps_done:
            return False
        self._branch_at(step, journal.first(index).now, train=self.will_train)
        return True

    def switch_branch(self, branch_id: int, *, train: bool = False) -> bool:
        """Go on with another line, from exactly where it stood; return whether it is there."""
        line = next((one for one in self._lines if one.id == branch_id and not one.is_now), None)
        if line is None or self._is_moving:
            return False
        self.line = branch_id
        self._move(line.journal.now, train=train)
        self._worker.switch(Order(self._run_id, branch_id, keeps_old=True))
        self._set_state(State.PREPARING)
        return True

    def take_line(self, branch_id: int) -> None:
        """Ask for a copy of the network that a line has come to; `line_copied` brings it."""
        self._worker.copy_line(branch_id)

    def undo_branch(self) -> bool:
        """Go back to the line that this one has left; return whether there is one."""
        now = next((one for one in self._lines if one.is_now), None)
        return now is not None and now.parent is not None and self.switch_branch(now.parent)

    def _move(self, spec: Spec, *, train: bool) -> None:
        """Expect another line with these settings."""
        self._start_anew(State.TRAINING if train else State.READY)
        self._is_moving = True
        self._set_spec(spec)
        self.spec_changed.emit()

    # The end -------------------------------------------------------------------------------------

    def stop(self) -> None:
        """Have the threads end for good, without waiting for them."""
        self._past_thread.stop()
        self._worker.stop()

    def close(self, deadline: QDeadlineTimer | None = None) -> bool:
        """End the threads; return whether nothing of the run is lost (see `TrainingWorker`)."""
        self._past_thread.stop()
        kept = self._worker.close(seconds_left(deadline)) or self._worker.is_kept
        if not self._past_thread.close(seconds_left(deadline)):
            log.warning("A look back was abandoned as its window closed; nothing is lost by that")
        return kept
