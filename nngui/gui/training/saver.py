"""What becomes of a run on the disk: saved for the case of a crash, and stored when it ends."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from nngui.core.errors import FileError
from nngui.core.journal.edit import EngineEdit
from nngui.core.records.history import History
from nngui.files.runs.recovery import (
    Recovery,
    before_of,
    check_size,
    is_unbegun,
    read_recovery,
    run_of,
    unbegun_of,
)
from nngui.files.runs.recovery_lines import thinned, within_budget
from nngui.gui.training.autosave import SAVE_TIMEOUT_S, Autosave
from nngui.gui.training.recorder import RunRecorder

if TYPE_CHECKING:
    from pathlib import Path

    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.core.trainer import Trainer
    from nngui.files.runs.store import RunStore
    from nngui.gui.training.lines import Lines
    from nngui.gui.training.training_thread import TrainingThread


class RunSaver:
    """Has the run in training saved now and then, and put into the list of runs.

    All of it is done in the thread that trains, but for the writing. What is set for a run that has
    not begun is saved in a file of its own: that of the run before it stays.

    Attributes
    ----------
    is_held : bool
        Whether the run stands as it should not be kept: nothing of it is saved or stored.

    Parameters
    ----------
    signals : TrainingThread
        Tells of what was stored, and of what could not be saved.
    lines : Lines
        Knows which line of the run goes on, and those that were left.
    """

    def __init__(self, signals: TrainingThread, lines: Lines) -> None:
        self._lines = lines
        self._ids: dict[int, str] = {}  # of the lines, in the list of runs
        self._trainer: Trainer | None = None
        self._history = History(("loss",))
        self._unbegun = Autosave(signals.unsaved.emit, keep_before=False)
        self._first: Spec | None = None  # what the tab began with
        self._settings = 0  # counts how often there were others, before the first step
        self._adopted: Path | None = None  # what the run to begin was taken up from
        self._is_unsaved = False  # it could not be taken over
        self._recorder = RunRecorder(signals.run_stored.emit, signals.run_not_stored.emit)
        self._autosave = Autosave(signals.unsaved.emit, unkept=self._recorder.unkept)
        self.is_held = False

    def begin(self, trainer: Trainer, history: History) -> None:
        """Save this run from now on; where it stands, there is nothing to save.

        A run that was taken up after a crash (see `adopt`) goes on as what it was.
        """
        adopted, self._adopted = self._adopted, None
        self._trainer, self._history = trainer, history
        self.is_held = False
        self._autosave.begin(trainer.step_count)
        self._ids |= {line.id: line.run for line in self._lines.left if line.run}
        self._recorder.begin(trainer.step_count, self._ids.get(self._lines.now.id, ""))
        self._ids[self._lines.now.id] = self._recorder.run_id
        self._settings += 1
        if adopted is not None and trainer.step_count:
            self._recorder.take_up(run_of(adopted))
            self._ids[self._lines.now.id] = self._recorder.run_id
        elif adopted is not None:
            self._unbegun.begin(self._settings)
        if self._is_unsaved:
            self._is_unsaved = False
            self._autosave.touch()

    def let_go(self) -> None:
        """Save nothing more of this run."""
        self._trainer = None

    def store_in(self, store: RunStore) -> None:
        """Store there what runs come to."""
        self._recorder.keep_in(store)

    def save_to(self, path: Path | None, first: Spec) -> None:
        """Save the run there now and then, for the case of a crash; None: nowhere.

        Parameters
        ----------
        first : Spec
            What the tab began with: of those settings nothing is saved before the first step.
        """
        self._first = first
        self._autosave.path = path
        self._unbegun.path = None if path is None else unbegun_of(path)

    def adopt(self, path: Path) -> Path:
        """Take a dead program's file over as the next run's own (see `Autosave.adopt`)."""
        self._is_unsaved = True
        autosave = self._unbegun if is_unbegun(path) else self._autosave
        self._adopted = autosave.adopt(path)
        self._is_unsaved = False
        return self._adopted

    def note_change(self) -> None:
        """Note that the run was changed: what was saved is out of date."""
        self._autosave.touch()
        self._settings += 1

    @property
    def _is_set(self) -> bool:
        """Whether a run that has not begun has other settings than the tab began with."""
        trainer = self._trainer
        if trainer is None or trainer.step_count or self._first is None:
            return False
        return trainer.spec != self._first or _is_edited(trainer)

    def seconds_until_due(self, *, training: bool) -> float | None:
        """Return the seconds until it should be saved; None when there is nothing to save."""
        if self._trainer is None or self.is_held:
            return None
        if self._is_set:
            return self._unbegun.seconds_until_due(self._settings, training=False)
        if not self._trainer.step_count:
            return 0.0 if self._unbegun.saved_step else None  # it is set no more
        return self._autosave.seconds_until_due(self._trainer.step_count, training=training)

    def save_when_due(self, *, training: bool) -> None:
        """Save the run, if it is time."""
        if self._trainer is None or self.seconds_until_due(training=training) != 0:
            return
        if self._is_set:
            self._unbegun.save(self._settings, self._copy_unbegun)
        elif not self._trainer.step_count:
            self._unbegun.forget(self._unbegun.saved_step)
        else:
            forget = partial(self._unbegun.forget, self._unbegun.saved_step)
            self._autosave.save(self._trainer.step_count, self._copy, forget)

    def store(self) -> None:
        """Store what the run has come to, if that is worth it."""
        if self._trainer is not None and not self.is_held:
            self._recorder.record(self._trainer, self._history, self._copy_kept)

    def keep(self) -> None:
        """Store a run that makes room for another one, and save it: that one may fail."""
        self.store()
        if self._trainer is not None and not self.is_held:
            self._autosave.save_last(self._trainer.step_count, self._copy)

    def close(self) -> None:
        """Store the run as its window closes, or save it, where it cannot be stored; let it go."""
        self.store()
        self.finish_storing()
        if self._trainer is not None and not self.is_whole and not self.is_held:
            self._autosave.save_last(self._trainer.step_count, self._copy)
        self.let_go()

    @property
    def is_whole(self) -> bool:
        """Whether all of the run, as it was stored last, is in the list of runs."""
        return self._recorder.is_whole

    def as_it_is(self) -> Recovery | None:
        """Return what is known of the run besides its state, which stays where it is."""
        if self._trainer is None:
            return None
        return Recovery(self._trainer.journal, None, self._history, datetime.now(UTC))

    def last_saved(self, task: Task) -> Recovery | None:
        """Return the newest state that was saved of the run and can be read; None without one."""
        path = self._autosave.path
        if path is None or not self._autosave.finish(SAVE_TIMEOUT_S):
            return None
        for file in (path, before_of(path)):
            with suppress(FileError):
                return read_recovery(file, task)
        return None

    def finish_storing(self, timeout_s: float | None = None) -> bool:
        """Wait until what is to be stored is on the disk; return whether it is. Nothing more is."""
        return self._recorder.finish(timeout_s)

    def finish_saving(self, timeout_s: float) -> bool:
        """Wait for a save that is being written; return whether it is done."""
        return self._autosave.finish(timeout_s)

    @property
    def is_writing(self) -> bool:
        """Whether anything has not come to the disk yet."""
        parts = self._recorder, self._autosave, self._unbegun
        return any(part.is_writing for part in parts)

    def _copy(self) -> Recovery:
        """Return all of the run, copied, with the lines of it that were left."""
        found, left_out = within_budget(self._lines.left)
        copied = tuple(
            replace(one, history=_copied(one.history), run=self._ids.get(one.id, ""))
            for one in found
        )
        now = self._lines.now
        place = now.id, now.parent, now.since
        return replace(self._copy_alone(), branches=copied, left_out=left_out, place=place)

    def _copy_kept(self) -> Recovery:
        """Return all of the run, copied, with some states of its past; its lines are others."""
        return replace(self._copy_alone(), keyframes=tuple(thinned(self._lines.keyframes.frames)))

    def _copy_alone(self) -> Recovery:
        trainer = self._trainer
        assert trainer is not None
        check_size(parameters_of(trainer))
        history = _copied(self._history)
        state, saved = trainer.capture(), datetime.now(UTC)
        return Recovery(trainer.journal, state, history, saved, self._recorder.run_id)

    def _copy_unbegun(self) -> Recovery:
        """Return what is set for a run that has not begun; its state follows from that, mostly."""
        trainer = self._trainer
        assert trainer is not None
        if _is_edited(trainer):
            return self._copy_alone()
        return Recovery(trainer.journal, None, History(trainer.columns), datetime.now(UTC))


def _copied(history: History) -> History:
    return History.from_state(history.state())


def _is_edited(trainer: Trainer) -> bool:
    """Return whether a run that has not begun is another one than its settings make."""
    return any(not isinstance(edit, EngineEdit) for edit in trainer.journal.edits)


def parameters_of(trainer: Trainer) -> int:
    """Return how many numbers a network of the run learns: all its networks are alike."""
    nets = [variant.net for variant in trainer.variants[:1]]
    return sum(p.numel() for net in nets for p in net.parameters())
