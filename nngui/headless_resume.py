"""Finding a run that was saved, and going on with it: ``nngui train TASK --resume RUN``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nngui.core.errors import FileError, SettingError
from nngui.core.spec.keys import changed_keys, restart_keys
from nngui.core.spec.refusals import short_text
from nngui.core.spec.toml import with_settings
from nngui.files.runs.recovery import before_of, read_recovery, read_summary, trainer_of
from nngui.headless_saving import FilePlace, StorePlace
from nngui.terminal import warn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nngui.core.records.history import History
    from nngui.core.records.run_record import RunRecord
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
    """

    trainer: Trainer
    history: History
    place: Place
    step: int


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
    place, path = _find(task, name, store)
    recovery = _read(path, task)
    if device not in (None, recovery.device):
        text = "The run was begun with --device {device}, and goes on there."
        raise SettingError(text, device=recovery.device)
    spec = _changed(recovery.spec, changes)
    trainer = trainer_of(recovery, task)
    step = trainer.step_count
    if changed_keys(recovery.spec, spec):
        trainer.change(spec)
    elif trainer.ending is not None:
        warn(
            f"nngui: the run has ended already, at step {step:,}. {trainer.ending} Give it more "
            "steps to go on, such as --set schedule.steps=..."
        )
    return Resumed(trainer, recovery.history, place, step)


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


def _find(task: Task, name: str, store: RunStore) -> tuple[Place, Path]:
    """Return where a run was saved: where it goes on, and the file to read."""
    runs = [run for run in store.runs(anew=True) if run.task == task.name]
    path = Path(name)
    kept = _kept(runs, name)
    is_file = path.exists() or before_of(path).exists()
    if kept is None and is_file:
        kept = next((run for run in runs if _is_of(store, run, path)), None)
        if kept is None:
            return FilePlace(path.absolute()), path
    if kept is None:
        text = "There is no run {name} of {task}: give its file, or its number in the list of runs."
        raise SettingError(text, name=short_text(name), task=task.name)
    if not kept.can_reopen:
        text = "Of run {name} only settings and curve were kept: it cannot go on."
        raise SettingError(text, name=short_text(name))
    return StorePlace(store, kept), store.path_of(kept)


def _kept(runs: list[RunRecord], name: str) -> RunRecord | None:
    """Return the run of the list that is called so."""
    for called in (
        [run for run in runs if str(run.number) == name.removeprefix("#")],
        [run for run in runs if run.name == name],
        [run for run in runs if run.id == name],
    ):
        if len(called) > 1:
            text = "Several runs are called {name}: give the id of one, {ids}."
            ids = " or ".join(run.id for run in called)
            raise SettingError(text, name=short_text(name), ids=ids)
        if called:
            return called[0]
    return None


def _is_of(store: RunStore, run: RunRecord, path: Path) -> bool:
    return run.can_reopen and store.path_of(run).resolve() == path.resolve()


def _read(path: Path, task: Task) -> Recovery:
    """Read a run; where its file is damaged or gone, the state before it."""
    try:
        return _read_one(path, task)
    except FileError as error:
        before = before_of(path)
        if not before.exists():
            raise
        recovery = _read_one(before, task)
        warn(f"nngui: {error} The state before it is taken, of step {recovery.step:,}.")
        return recovery


def _read_one(path: Path, task: Task) -> Recovery:
    named = read_summary(path).task
    if named != task.name:
        text = "{path} holds a run of {named}, not of {task}."
        raise SettingError(text, path=path, named=short_text(named), task=task.name)
    return read_recovery(path, task)
