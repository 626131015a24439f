"""The `.run` file of a kept run: what it is listed, compared and found by."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from nngui.core.errors import NnguiError, SettingError
from nngui.core.records.changes import MAX_CHANGES, MAX_TEXT, Change, Value
from nngui.core.records.run_record import FIGURES, LOSS, SCORES, VALIDATION, Curves, RunRecord
from nngui.core.spec.keys import flat
from nngui.core.spec.toml import to_toml, with_settings
from nngui.core.spec.toml_text import read_toml
from nngui.files.runs.array_file import Arrays, damaged, pack, unpack
from nngui.files.runs.journal_part import bounded_text, journal_of
from nngui.files.runs.pairs import ABOUT, is_state, state_path

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from nngui.core.journal.journal import Journal
    from nngui.core.task import Task

KIND = "nngui run 1"
MAX_NAME = 120  # characters
MAX_NOTE = 500  # characters
MAX_COUNT = 2**53 - 1  # of steps, and of runs: what JSON holds exactly


def pack_run(run: RunRecord, curves: Curves) -> bytes:
    """Return the file's bytes.

    Raises
    ------
    FileError
        When it would be too large to be read again.
    """
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
        "changes": [[c.step, c.key, _packed(c.before), _packed(c.after)] for c in run.changes],
        "figures": {name: repr(value) for name, value in run.figures.items()},
        "scores": {name: repr(value) for name, value in run.scores.items()},
        "note": run.note,
        "group": run.group,
        "sequence": run.sequence,
    }
    if run.journal is not None:
        content["journal"] = bounded_text(run.journal, run.steps)[0]
    if run.state or not run.can_reopen:  # else its network lies where earlier versions put it
        content["state"] = run.state
    return pack(KIND, content, arrays)


def read_run(path: Path, tasks: Mapping[str, Task]) -> RunRecord:
    """Read what a run is listed by.

    Raises
    ------
    FileError
        When the file cannot be read, is damaged, or of another version.
    """
    content, arrays = unpack(path, KIND)
    try:
        return _run(path, content, arrays, tasks)
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


def read_journal(path: Path, tasks: Mapping[str, Task]) -> Journal | None:
    """Read all that happened to a run; None where an earlier version kept it.

    Raises
    ------
    FileError
        When its file cannot be read, or is damaged.
    """
    content, _ = unpack(path, KIND)
    if "journal" not in content:
        return None
    try:
        return journal_of(content, content["steps"], tasks[content["task"]])
    except (NnguiError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise damaged(path) from error


def read_curves(path: Path) -> Curves:
    """Read a run's curves.

    Raises
    ------
    FileError
        When its file cannot be read, or is damaged.
    """
    _, arrays = unpack(path, KIND)
    try:
        return _curves(arrays)
    except (KeyError, ValueError) as error:
        raise damaged(path) from error


def known(scores: dict[str, float]) -> dict[str, float]:
    """Return the scores that are there, and are numbers."""
    return {name: scores[name] for name in SCORES if math.isfinite(scores.get(name, math.nan))}


def _run(
    path: Path, content: dict[str, Any], arrays: Arrays, tasks: Mapping[str, Task]
) -> RunRecord:
    task, run_id = tasks[content["task"]], path.name.removesuffix(ABOUT)
    settings = read_toml(content["settings"])
    settings.pop("task")
    counts = content["number"], content["steps"], content.get("sequence", 0)
    texts = content["name"], content["ending"]
    if not all(type(n) is int and 0 <= n <= MAX_COUNT for n in counts):
        raise ValueError("no number")
    if not all(_is_text(text, MAX_NAME) for text in texts):
        raise ValueError("no text")
    note, group = (content.get(name, "") for name in ("note", "group"))  # later than `KIND`
    if not _is_text(note, MAX_NOTE) or not _is_text(group, MAX_NAME):
        raise ValueError("no text")
    state = content.get("state", "")
    if not is_state(state):
        raise ValueError("no name of a network's file")
    is_named = bool(state) or "state" not in content
    return RunRecord(
        id=run_id,
        task=task.name,
        spec=with_settings(task.spec, settings),
        number=counts[0],
        name=texts[0],
        ended=datetime.fromisoformat(content["ended"]).astimezone(),
        steps=counts[1],
        ending=texts[1],
        figures={
            name: float(content["figures"][name]) for name in FIGURES if name in content["figures"]
        },
        curves=tuple(_curves(arrays)),
        live_changes=tuple(key for key in flat(task.spec) if key in content["altered"]),
        changes=_changes(content.get("changes", []), task),
        can_reopen=is_named and state_path(path.parent, run_id, state).exists(),
        scores=_scores(content.get("scores", {})),
        note=note,
        group=group,
        sequence=counts[2],
        state=state,
    )


def _is_text(text: Any, longest: int) -> bool:
    return type(text) is str and len(text) <= longest


def _packed(value: Value) -> Any:
    """Return a value as JSON can hold it."""
    return repr(value) if isinstance(value, float) and not math.isfinite(value) else value


def _changes(content: Any, task: Task) -> tuple[Change, ...]:
    if not isinstance(content, list) or len(content) > MAX_CHANGES:
        raise ValueError("no changes")
    keys, found = flat(task.spec), []
    for step, key, before, after in content:
        if type(step) is not int or not 0 <= step <= MAX_COUNT or key not in keys:
            raise ValueError("no change of a setting")
        if not all(_is_short(value) for value in (before, after)):
            raise ValueError("no value of a setting")
        found.append(Change(step, key, before, after))
    return tuple(found)


def _is_short(value: Any) -> bool:
    return _is_text(value, MAX_TEXT) or value is None or type(value) in (bool, int, float)


def _scores(content: Any) -> dict[str, float]:
    if not isinstance(content, dict):
        raise ValueError("no scores")
    found = {name: float(content[name]) for name in SCORES if name in content}
    if known(found) != found:
        raise ValueError("no score")
    return found


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
