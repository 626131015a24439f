"""Finding a run that was saved, and going on with it: ``nngui train TASK --resume RUN``."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from nngui.core.errors import SettingError
from nngui.core.spec.keys import restart_keys
from nngui.core.spec.toml import with_settings
from nngui.files.runs.journal_file import is_journal
from nngui.files.runs.recovery import trainer_of
from nngui.headless_found import locate, read_saved
from nngui.headless_saving import FilePlace, StorePlace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nngui.core.records.history import History
    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.core.trainer import Trainer
    from nngui.files.runs.recovery import Recovery
    from nngui.files.runs.store import RunStore
    from nngui.headless_saving import Place


@dataclass(frozen=True, slots=True)
class Resumed:
    """A run that goes on.

    Attributes
    ----------
    history : History
        Its rows so far.
    place : Place
        Where it was saved, and will be.
    step : int
        Where it goes on.
    another : callable
        Builds the same trainer once more.
    """

    trainer: Trainer
    history: History
    place: Place
    step: int
    another: Callable[[], Trainer]


def resume(
    task: Task, name: str, store: RunStore, changes: Mapping[str, Any], device: str | None
) -> Resumed:
    """Go on with a run, with some settings changed.

    Parameters
    ----------
    name : str
        A file; or a number, name or id of the list of runs.
    changes : mapping
        New settings: keys and values, of which none may need a new start.

    Raises
    ------
    NnguiError
        When there is no such run, it cannot be read, or a setting cannot be changed in mid-run.
    """
    kept, path = locate(name, store, task)
    if kept is None and os.path.lexists(path) and is_journal(path):
        text = (
            "{path} holds how a run was trained, and not where it stood: nngui replay trains it "
            "again. To go on with a run, save it by --run."
        )
        raise SettingError(text, path=path)
    recovery = read_saved(path, {task.name: task}, task)
    if device not in (None, recovery.device):
        text = "The run was begun with --device {device}, and goes on there."
        raise SettingError(text, device=recovery.device)
    spec = _changed(recovery.spec, changes)
    another = partial(_built, recovery, task, spec)
    trainer = another()
    place: Place = FilePlace(path.absolute()) if kept is None else StorePlace(store, kept)
    return Resumed(trainer, recovery.history, place, trainer.step_count, another)


def _built(recovery: Recovery, task: Task, spec: Spec) -> Trainer:
    """Build the run as it was saved, with the settings that it goes on with."""
    trainer = trainer_of(recovery, task)
    if spec != trainer.spec:
        trainer.change(spec)
    return trainer


def _changed(spec: Spec, changes: Mapping[str, Any]) -> Spec:
    """Return other settings for a run that goes on.

    Raises
    ------
    SettingError
        When one of them needs a new start.
    """
    changed = with_settings(spec, dict(changes)) if changes else spec
    if keys := restart_keys(spec, changed):
        text = "{keys} cannot change in mid-run: leave it out, or train anew, without --resume."
        raise SettingError(text, keys=", ".join(keys))
    return changed
