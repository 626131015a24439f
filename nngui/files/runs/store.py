"""The runs that are kept: two files each, one to list and compare it by, one to reopen it from."""

from __future__ import annotations

import logging
import math
import threading
import uuid
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from nngui.core.errors import FileError, NnguiError, SettingError
from nngui.core.records.run_record import FIGURES, LOSS, SCORES, VALIDATION, Curves, RunRecord
from nngui.core.spec.keys import flat
from nngui.core.spec.toml import to_toml, with_settings
from nngui.core.spec.toml_text import read_toml
from nngui.core.text import mark
from nngui.files.atomic import replacing_bytes
from nngui.files.runs.array_file import Arrays, damaged, pack, unpack
from nngui.files.runs.recovery import write_recovery

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nngui.core.task import Task
    from nngui.files.runs.recovery import Recovery

KIND = "nngui run 1"
ABOUT, WHOLE = ".run", ".safetensors"  # what it is about; the run itself, as after a crash
MAX_RUNS = 200  # runs that are kept of a task; those with a name or a note do not count
MAX_GROUPED = 400  # of those that are parts of searches, which push out none of the others
MAX_NAME = 120  # characters
MAX_NOTE = 500  # characters
log = logging.getLogger(__name__)


class RunStore:
    """The runs in a folder. Its methods may be called by any thread.

    Parameters
    ----------
    folder : Path
        Made when the first run is kept.
    """

    def __init__(self, folder: Path, tasks: Sequence[Task]) -> None:
        self.folder = folder
        self._tasks = {task.name: task for task in tasks}
        self._lock = threading.RLock()
        self._runs: dict[str, RunRecord] | None = None
        self._unreadable = 0

    def runs(self, *, anew: bool = False) -> list[RunRecord]:
        """Return all runs that can be read, the newest first.

        Parameters
        ----------
        anew : bool
            Look into the folder again: another window may have kept some.
        """
        with self._lock:
            if anew:
                self._runs = None
            return sorted(self._all().values(), key=lambda run: run.ended, reverse=True)

    @property
    def unreadable(self) -> int:
        """How many files the last reading found damaged, or of another version."""
        return self._unreadable

    def keep(self, run: RunRecord, curves: Curves, recovery: Recovery | None) -> RunRecord:
        """Keep a run, in place of an older state of it, or of one that came to the same.

        Parameters
        ----------
        run : RunRecord
            With number 0: it gets the next one.
        curves : dict
            Its curves; they are not kept in memory.
        recovery : Recovery or None
            All of it, to reopen it from; None where that is too large.

        Returns
        -------
        RunRecord
            As it stands in the list; its id may be that of the one it replaces.

        Raises
        ------
        FileError
            When it cannot be written.
        """
        with self._lock:
            known = self.runs()
            same = next((k for k in known if k.id == run.id or k.repeats(run)), None)
            if same is not None:
                run = _in_place_of(same, run)
            else:
                numbers = (k.number for k in known if k.task == run.task)
                run = replace(run, number=1 + max(numbers, default=0))
            self._make_folder()
            run = replace(run, scores=_known(run.scores), group=_one_line(run.group, MAX_NAME))
            run = replace(run, can_reopen=self._write_whole(run, recovery), curves=tuple(curves))
            self._write(run, curves)
            self._forget_old(run.task)
            return run

    def rename(self, run: RunRecord, name: str) -> RunRecord:
        """Give a run a name; an empty one gives it back its number.

        Raises
        ------
        FileError
            When its file cannot be read, or written.
        """
        with self._lock:
            return self._rewrite(run, name=_one_line(name, MAX_NAME))

    def annotate(self, run: RunRecord, note: str) -> RunRecord:
        """Write a note on a run, in place of the one that it has; an empty one takes it away.

        Raises
        ------
        FileError
            When its file cannot be read, or written.
        """
        with self._lock:
            return self._rewrite(run, note=_one_line(note, MAX_NOTE))

    def _rewrite(self, run: RunRecord, **changes: str) -> RunRecord:
        known = self._all().get(run.id, run)  # it may have gone on since it was listed
        changed = replace(known, **changes)  # type: ignore[arg-type]  # texts, all of them
        self._write(changed, self.curves(known))
        return changed

    def curves(self, run: RunRecord) -> Curves:
        """Read a run's curves.

        Raises
        ------
        FileError
            When its file cannot be read, or is damaged.
        """
        path = self._about(run)
        with self._lock:
            _, arrays = unpack(path, KIND)
        try:
            return _curves(arrays)
        except (KeyError, ValueError) as error:
            raise damaged(path) from error

    def delete(self, run: RunRecord) -> None:
        """Delete a run's files, if they are still there.

        Raises
        ------
        FileError
            When they cannot be deleted.
        """
        with self._lock:
            for path in (self._about(run), self.path_of(run)):
                _remove(path)
            self._all().pop(run.id, None)

    def path_of(self, run: RunRecord) -> Path:
        """Return the file from which a run can be restored."""
        return self.folder / f"{run.id}{WHOLE}"

    # The files -----------------------------------------------------------------------------------

    def _all(self) -> dict[str, RunRecord]:
        if self._runs is None:
            self._runs = self._read()
        return self._runs

    def _about(self, run: RunRecord) -> Path:
        return self.folder / f"{run.id}{ABOUT}"

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            text = mark("core", "{path} could not be written: {why}. Choose another place.")
            why = error.strerror or str(error)
            raise FileError(text, path=self.folder, why=why) from error

    def _write(self, run: RunRecord, curves: Curves) -> None:
        arrays: Arrays = {}
        for name, (steps, losses) in curves.items():
            arrays[f"{name}/steps"], arrays[f"{name}/losses"] = steps, losses
        content = {
            "task": run.task,
            "settings": to_toml(run.task, run.spec),
            "number": run.number,
            "name": run.name,
            "ended": run.ended.isoformat(),
            "steps": run.steps,
            "ending": run.ending,
            "altered": list(run.live_changes),
            "figures": {name: repr(value) for name, value in run.figures.items()},
            "scores": {name: repr(value) for name, value in run.scores.items()},
            "note": run.note,
            "group": run.group,
        }
        with replacing_bytes(self._about(run)) as file:
            file.write(pack(KIND, content, arrays))
        self._all()[run.id] = run

    def _write_whole(self, run: RunRecord, recovery: Recovery | None) -> bool:
        """Write what a run is reopened from; return whether it is there."""
        path = self.path_of(run)
        try:
            if recovery is not None:
                write_recovery(path, recovery)
                return True
        except FileError as error:  # too large, perhaps; its settings and its curve are kept
            log.warning("%s", str(error))
        _remove(path)  # an older state would be another run than the list says
        return False

    def _forget_old(self, task: str) -> None:
        for run in too_old(self.runs(), task):
            self.delete(run)

    def _read(self) -> dict[str, RunRecord]:
        found: dict[str, RunRecord] = {}
        self._unreadable = 0
        try:
            paths = sorted(self.folder.glob(f"*{ABOUT}"))
        except OSError as error:
            log.warning("%s: %s", self.folder, error.strerror)
            return found
        for path in paths:
            try:
                run = self._read_one(path)
            except NnguiError as error:
                log.warning("%s", str(error))
                self._unreadable += 1
            else:
                found[run.id] = run
        return found

    def _read_one(self, path: Path) -> RunRecord:
        content, arrays = unpack(path, KIND)
        try:
            task = self._tasks[content["task"]]
            settings = read_toml(content["settings"])
            settings.pop("task")
            numbers = content["number"], content["steps"]
            texts = content["name"], content["ending"]
            if not all(type(n) is int and 0 <= n < 2**53 for n in numbers):
                raise ValueError("no number")
            if not all(_is_text(text, MAX_NAME) for text in texts):
                raise ValueError("no text")
            note, group = (content.get(name, "") for name in ("note", "group"))  # later than `KIND`
            if not _is_text(note, MAX_NOTE) or not _is_text(group, MAX_NAME):
                raise ValueError("no text")
            return RunRecord(
                id=path.name.removesuffix(ABOUT),
                task=task.name,
                spec=with_settings(task.spec, settings),
                number=numbers[0],
                name=texts[0],
                ended=datetime.fromisoformat(content["ended"]).astimezone(),
                steps=numbers[1],
                ending=texts[1],
                figures={
                    name: float(content["figures"][name])
                    for name in FIGURES
                    if name in content["figures"]
                },
                curves=tuple(_curves(arrays)),
                live_changes=tuple(key for key in flat(task.spec) if key in content["altered"]),
                can_reopen=path.with_suffix(WHOLE).exists(),
                scores=_scores(content.get("scores", {})),
                note=note,
                group=group,
            )
        except (
            SettingError,
            KeyError,
            TypeError,
            ValueError,
            AttributeError,
            OverflowError,
            OSError,
        ) as error:
            raise damaged(path) from error


def too_old(runs: Sequence[RunRecord], task: str) -> list[RunRecord]:
    """Return the runs of a task that are not kept any longer; the newest come first in `runs`."""
    plain = [run for run in runs if run.task == task and not run.name and not run.note]
    alone = [run for run in plain if not run.group]
    grouped = [run for run in plain if run.group]
    return alone[MAX_RUNS:] + grouped[MAX_GROUPED:]


def _in_place_of(same: RunRecord, run: RunRecord) -> RunRecord:
    """Return a run as it takes the place of an older state of it: what the user wrote stays."""
    user = {"name": same.name, "note": same.note, "group": run.group or same.group}
    return replace(run, id=same.id, number=same.number, **user)  # type: ignore[arg-type]


def _one_line(text: str, longest: int) -> str:
    return " ".join(text.split())[:longest]


def _is_text(text: Any, longest: int) -> bool:
    return type(text) is str and len(text) <= longest


def _scores(content: Any) -> dict[str, float]:
    if not isinstance(content, dict):
        raise ValueError("no scores")
    found = {name: float(content[name]) for name in SCORES if name in content}
    if _known(found) != found:
        raise ValueError("no score")
    return found


def _known(scores: dict[str, float]) -> dict[str, float]:
    """Return the scores that are there, and are numbers."""
    return {name: scores[name] for name in SCORES if math.isfinite(scores.get(name, math.nan))}


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        text = mark("core", "{name} could not be deleted: {why}.")
        raise FileError(text, name=path, why=error.strerror or str(error)) from error


def new_id() -> str:
    """Return an id for a run that no other one has."""
    return uuid.uuid4().hex


def _curves(arrays: dict[str, Any]) -> Curves:
    curves: Curves = {}
    for name in (LOSS, VALIDATION):
        if f"{name}/steps" in arrays:
            steps, losses = arrays[f"{name}/steps"], arrays[f"{name}/losses"]
            if (steps.dtype, losses.dtype) != (np.int64, np.float32) or steps.ndim != 1:
                raise ValueError("no curve")
            if steps.shape != losses.shape or bool((np.diff(steps) <= 0).any()):
                raise ValueError("no curve")
            curves[name] = (steps, losses)
    return curves
