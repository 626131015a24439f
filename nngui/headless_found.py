"""Finding a run that was saved: a file of either kind, or one in the list of runs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nngui.core.errors import FileError, SettingError
from nngui.core.journal.journal_text import Facts
from nngui.core.spec.refusals import short_text
from nngui.files.runs.journal_file import is_journal, read_journal
from nngui.files.runs.recovery import before_of, read_recovery, read_summary
from nngui.terminal import warn

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nngui.core.journal.journal import Journal
    from nngui.core.records.history import History
    from nngui.core.records.run_record import RunRecord
    from nngui.core.task import Task
    from nngui.files.runs.recovery import Recovery
    from nngui.files.runs.store import RunStore


@dataclass(frozen=True, slots=True)
class FoundRun:
    """A run as it was, that can be replayed or written as a script.

    Attributes
    ----------
    name : str
        What it was asked for by.
    steps : int
        How many it has come to.
    facts : Facts
        What is known of it beside its journal.
    history : History, optional
        Its losses, where they were saved with it.
    """

    name: str
    task: Task
    journal: Journal
    steps: int
    facts: Facts
    history: History | None = None


def find_run(
    name: str, store: RunStore, tasks: Mapping[str, Task], task: Task | None = None
) -> FoundRun:
    """Find a run by its file, or by its number, name or id in the list of runs.

    Parameters
    ----------
    task : Task, optional
        The one that it is a run of; None: of any.

    Raises
    ------
    NnguiError
        When there is no such run, or it cannot be read.
    """
    kept, path = locate(name, store, task)
    if kept is None and os.path.lexists(path) and is_journal(path):
        found = read_journal(path, {one.name: one.spec for one in tasks.values()})
        _check_task(path, found.journal.task, task)
        return FoundRun(name, tasks[found.journal.task], found.journal, found.steps, found.facts)
    recovery = read_saved(path, tasks, task)
    task = tasks[recovery.task]
    return FoundRun(name, task, recovery.journal, recovery.step, Facts(), recovery.history)


def locate(name: str, store: RunStore, task: Task | None) -> tuple[RunRecord | None, Path]:
    """Return the run of the list that is called so, and its file; or no run, and another file.

    Raises
    ------
    SettingError
        When there is neither, or nothing of the run was kept that can be opened.
    """
    runs = [run for run in store.runs(anew=True) if task is None or run.task == task.name]
    path = Path(name)
    kept = _called(runs, name)
    if kept is None and (os.path.lexists(path) or before_of(path).exists()):
        kept = next((run for run in runs if _is_of(store, run, path)), None)
        if kept is None:
            return None, path
    if kept is None:
        text = "There is no run {name}{of}: give its file, or its number in the list of runs."
        of = "" if task is None else f" of {task.name}"
        raise SettingError(text, name=short_text(name), of=of)
    if not kept.can_reopen:
        text = "Of run {name} only settings and curve were kept: it cannot go on."
        raise SettingError(text, name=short_text(name))
    return kept, store.path_of(kept)


def _called(runs: Iterable[RunRecord], name: str) -> RunRecord | None:
    """Return the run of the list that is called so."""
    runs = list(runs)
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
    if not run.can_reopen or run.id not in path.name:  # whose other file may be damaged
        return False
    return store.path_of(run).resolve() == path.resolve()


def read_saved(path: Path, tasks: Mapping[str, Task], task: Task | None) -> Recovery:
    """Read a run that can go on; where its file is damaged or gone, the state before it.

    Raises
    ------
    NnguiError
        When neither can be read, or it is one of another task.
    """
    try:
        return _read_one(path, tasks, task)
    except FileError as error:
        before = before_of(path)
        if not before.exists():
            raise
        recovery = _read_one(before, tasks, task)
        warn(f"nngui: {error} The state before it is taken, of step {recovery.step:,}.")
        return recovery


def _read_one(path: Path, tasks: Mapping[str, Task], task: Task | None) -> Recovery:
    named = read_summary(path).task
    _check_task(path, named, task)
    if named not in tasks:
        raise SettingError("There is no task {name} here.", name=short_text(named))
    return read_recovery(path, tasks[named])


def _check_task(path: Path, named: str, task: Task | None) -> None:
    if task is not None and named != task.name:
        text = "{path} holds a run of {named}, not of {task}."
        raise SettingError(text, path=path, named=short_text(named), task=task.name)
