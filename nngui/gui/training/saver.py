"""What becomes of a run on the disk: saved for the case of a crash, and stored when it ends."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from nngui.core.records.history import History
from nngui.files.runs.recovery import Recovery, check_size
from nngui.gui.training.autosave import Autosave
from nngui.gui.training.recorder import RunRecorder

if TYPE_CHECKING:
    from pathlib import Path

    from nngui.core.trainer import Trainer
    from nngui.files.runs.store import RunStore
    from nngui.gui.training.training_thread import TrainingThread

LiveChanges = tuple[tuple[int, list[str]], ...]
"""The step and the keys of each change of settings in mid-run."""


class RunSaver:
    """Has the run in training saved now and then, and put into the list of runs.

    All of it is done in the thread that trains, but for the writing.

    Parameters
    ----------
    signals : TrainingThread
        Tells of what was stored, and of what could not be saved.
    """

    def __init__(self, signals: TrainingThread) -> None:
        self._trainer: Trainer | None = None
        self._history = History(("loss",))
        self._device = "auto"
        self._live_changes: LiveChanges = ()
        self._autosave = Autosave(signals.unsaved.emit)
        self._recorder = RunRecorder(signals.run_stored.emit, signals.run_not_stored.emit)

    def begin(
        self, trainer: Trainer, history: History, device: str, live_changes: LiveChanges
    ) -> None:
        """Save this run from now on; where it stands, there is nothing to save.

        Parameters
        ----------
        device : str
            Where it was asked to compute: ``auto``, ``cpu``, ...
        """
        self._trainer, self._history = trainer, history
        self._device, self._live_changes = device, live_changes
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

    def note_change(self, live_changes: LiveChanges) -> None:
        """Note that the settings are other ones: what was saved is out of date."""
        self._live_changes = live_changes
        self._autosave.touch()

    def seconds_until_due(self, *, training: bool) -> float | None:
        """Return the seconds until it should be saved; None when there is nothing to save."""
        if self._trainer is None:
            return None
        return self._autosave.seconds_until_due(self._trainer.step_count, training=training)

    def save_when_due(self, *, training: bool) -> None:
        """Save the run, if it is time."""
        if self._trainer is not None and self.seconds_until_due(training=training) == 0:
            self._autosave.save(self._trainer.step_count, self._copy)

    def store(self) -> None:
        """Store what the run has come to, if that is worth it."""
        if self._trainer is not None:
            live_changes = (key for _, keys in self._live_changes for key in keys)
            self._recorder.record(self._trainer, self._history, live_changes, self._copy)

    def keep_failed(self) -> None:
        """Store and save a run that cannot go on, as it was before the step that failed."""
        if self._trainer is None:
            return
        self._complete_history(self._trainer)
        self.store()
        self._autosave.save_last(self._trainer.step_count, self._copy)

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

    def _complete_history(self, trainer: Trainer) -> None:
        """Have as many rows as steps: what an engine had not handed over when it failed is NaN.

        A run whose history ends elsewhere could not be read again.
        """
        lost = trainer.step_count - len(self._history)
        if lost > 0:
            self._history.append(np.full((lost, len(self._history.columns)), np.nan))

    def _copy(self) -> Recovery:
        """Return all of the run, copied."""
        trainer = self._trainer
        assert trainer is not None
        check_size(parameters_of(trainer))
        history = History.from_state(self._history.state())
        parts = trainer.state.task.name, trainer.spec, self._device, trainer.capture(), history
        return Recovery(*parts, self._live_changes, datetime.now(UTC))


def parameters_of(trainer: Trainer) -> int:
    """Return how many numbers a network of the run learns: all its networks are alike."""
    nets = [variant.net for variant in trainer.variants[:1]]
    return sum(p.numel() for net in nets for p in net.parameters())
