"""What becomes of a run on the disk: saved for the case of a crash, and stored when it ends."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from nngui.core.errors import FileError
from nngui.core.records.history import History
from nngui.files.runs.recovery import Recovery, before_of, check_size, read_recovery
from nngui.gui.training.autosave import SAVE_TIMEOUT_S, Autosave
from nngui.gui.training.recorder import RunRecorder

if TYPE_CHECKING:
    from pathlib import Path

    from nngui.core.task import Task
    from nngui.core.trainer import Trainer
    from nngui.files.runs.store import RunStore
    from nngui.gui.training.training_thread import TrainingThread


class RunSaver:
    """Has the run in training saved now and then, and put into the list of runs.

    All of it is done in the thread that trains, but for the writing.

    Attributes
    ----------
    is_held : bool
        Whether the run stands as it should not be kept: nothing of it is saved or stored.

    Parameters
    ----------
    signals : TrainingThread
        Tells of what was stored, and of what could not be saved.
    """

    def __init__(self, signals: TrainingThread) -> None:
        self._trainer: Trainer | None = None
        self._history = History(("loss",))
        self._device = "auto"
        self._autosave = Autosave(signals.unsaved.emit)
        self._recorder = RunRecorder(signals.run_stored.emit, signals.run_not_stored.emit)
        self.is_held = False

    def begin(self, trainer: Trainer, history: History, device: str) -> None:
        """Save this run from now on; where it stands, there is nothing to save.

        Parameters
        ----------
        device : str
            Where it was asked to compute: ``auto``, ``cpu``, ...
        """
        self._trainer, self._history = trainer, history
        self._device = device
        self.is_held = False
        self._autosave.begin(trainer.step_count)
        self._recorder.begin(trainer.step_count)

    def let_go(self) -> None:
        """Save nothing more of this run."""
        self._trainer = None

    def store_in(self, store: RunStore) -> None:
        """Store there what runs come to."""
        self._recorder.keep_in(store)

    def save_to(self, path: Path | None) -> None:
        """Save the run there now and then, for the case of a crash; None: nowhere."""
        self._autosave.path = path

    def adopt(self, path: Path) -> Path:
        """Take a dead program's file over as the next run's own (see `Autosave.adopt`)."""
        return self._autosave.adopt(path)

    def note_change(self) -> None:
        """Note that the settings are other ones: what was saved is out of date."""
        self._autosave.touch()

    def seconds_until_due(self, *, training: bool) -> float | None:
        """Return the seconds until it should be saved; None when there is nothing to save."""
        if self._trainer is None or self.is_held:
            return None
        return self._autosave.seconds_until_due(self._trainer.step_count, training=training)

    def save_when_due(self, *, training: bool) -> None:
        """Save the run, if it is time."""
        if self._trainer is not None and self.seconds_until_due(training=training) == 0:
            self._autosave.save(self._trainer.step_count, self._copy)

    def store(self) -> None:
        """Store what the run has come to, if that is worth it."""
        if self._trainer is not None and not self.is_held:
            keys = self._trainer.journal.keys
            self._recorder.record(self._trainer, self._history, keys, self._copy)

    def keep(self) -> None:
        """Store a run that makes room for another one, and save it: that one may fail."""
        self.store()
        if self._trainer is not None and not self.is_held:
            self._autosave.save_last(self._trainer.step_count, self._copy)

    def as_it_is(self) -> Recovery | None:
        """Return what is known of the run besides its state, which stays where it is."""
        trainer = self._trainer
        if trainer is None:
            return None
        parts = trainer.state.task.name, trainer.spec, self._device, dict[str, Any]()
        return Recovery(*parts, self._history, live_changes_of(trainer), datetime.now(UTC))

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
        return self._recorder.is_writing or self._autosave.is_writing

    def _copy(self) -> Recovery:
        """Return all of the run, copied."""
        trainer = self._trainer
        assert trainer is not None
        check_size(parameters_of(trainer))
        history = History.from_state(self._history.state())
        parts = trainer.state.task.name, trainer.spec, self._device, trainer.capture(), history
        return Recovery(*parts, live_changes_of(trainer), datetime.now(UTC))


def parameters_of(trainer: Trainer) -> int:
    """Return how many numbers a network of the run learns: all its networks are alike."""
    nets = [variant.net for variant in trainer.variants[:1]]
    return sum(p.numel() for net in nets for p in net.parameters())


def live_changes_of(trainer: Trainer) -> tuple[tuple[int, list[str]], ...]:
    """Return the step and the keys of each change of settings in mid-run."""
    edits = trainer.journal.edits
    return tuple((edit.step, list(edit.keys)) for edit in edits if edit.step and edit.keys)
