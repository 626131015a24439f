"""Recovery files: a whole run, so that a crash of the program loses nothing of it."""

from __future__ import annotations

import logging
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from nngui.core.errors import MISFIT, FileError, SettingError
from nngui.core.records.history import History
from nngui.core.spec.toml import to_toml, with_settings
from nngui.core.spec.toml_text import read_toml
from nngui.core.text import mark
from nngui.files.atomic import replacing_bytes
from nngui.files.runs.array_file import (
    MAX_BYTES,
    Arrays,
    damaged,
    flatten,
    pack,
    read_content,
    rebuild,
    unpack,
)

if TYPE_CHECKING:
    from pathlib import Path

    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.core.trainer import Trainer

KIND = "nngui recovery 1"
log = logging.getLogger(__name__)
MAX_LIVE_CHANGES = 100  # changes in mid-run that are remembered, the newest


@dataclass(frozen=True)
class Recovery:
    """A run that can go on.

    Attributes
    ----------
    task : str
        Its task's name.
    spec : Spec
        Its settings.
    device : str
        Where it was asked to compute: ``auto``, ``cpu``, ...
    state : dict
        What `Trainer.capture` returned: plain values and tensors.
    history : History
        Its losses; a copy where the run goes on.
    live_changes : tuple
        The step and the keys of each change in mid-run.
    saved : datetime
        When, with its time zone.
    """

    task: str
    spec: Spec
    device: str
    state: dict[str, Any]
    history: History
    live_changes: tuple[tuple[int, list[str]], ...]
    saved: datetime


@dataclass(frozen=True, slots=True)
class Summary:
    """What the beginning of a recovery file says: the task's name, the step, and when."""

    task: str
    step: int
    saved: datetime


def write_recovery(
    path: Path, recovery: Recovery, *, pair: str = "", keep_before: bool = False
) -> None:
    """Write a run into a file of its own, read back before it replaces the last one.

    Parameters
    ----------
    pair : str
        What it bears inside, beside the `.run` file that it belongs to (see `pairs.pair_of`).
    keep_before : bool
        The last one is kept beside it (see `before_of`), unless it is damaged or what is kept there
        has come further.

    Raises
    ------
    FileError
        When it cannot be written; the file in place is as it was.
    """
    arrays: Arrays = {}
    content = {
        **({"pair": pair} if pair else {}),
        "task": recovery.task,
        "step": recovery.state["step"],
        "saved": recovery.saved.isoformat(),
        "device": recovery.device,
        "settings": to_toml(recovery.task, recovery.spec),
        "altered": [[step, keys] for step, keys in recovery.live_changes[-MAX_LIVE_CHANGES:]],
        "state": flatten(recovery.state, "state", arrays),
        "history": flatten(recovery.history.state(), "history", arrays),
    }

    def check(temporary: Path) -> None:
        unpack(temporary, KIND)
        if keep_before:
            keep_last(path)

    try:
        data = pack(KIND, content, arrays)
        with replacing_bytes(path, check) as file:
            file.write(data)
    except FileError as error:
        raise _not_saved(str(error.values.get("why", error))) from error


def check_size(parameters: int) -> None:
    """Refuse, before it is copied, a run of so many parameters that no file may hold it.

    Raises
    ------
    FileError
        Saying so.
    """
    # float32: the weights, the last good, the best and the latest ones, and two numbers of Adam's
    if 4 * 6 * parameters > MAX_BYTES:
        raise _not_saved(mark("core", "it is too large"))


def _not_saved(why: str) -> FileError:
    text = mark(
        "core",
        "The run could not be saved for the case of a crash: {why}. The training goes on, and "
        "saving is tried again.",
    )
    return FileError(text, why=why)


def before_of(path: Path) -> Path:
    """Return where the state is kept that was saved before the one in a recovery file."""
    return path.with_name(f"{path.name}.before")


def keep_last(path: Path) -> None:
    """Keep the state that was saved last beside the next one, unless a better one lies there."""
    try:
        unpack(path, KIND)
        last = read_summary(path)
    except FileError:  # there is none, or it is damaged: it must not replace a sound one
        return
    before = before_of(path)
    try:
        if read_summary(before).step > last.step:
            unpack(before, KIND)
            return
    except FileError:
        pass
    try:
        path.replace(before)
    except OSError as error:  # the new one is written all the same
        log.warning("%s could not be kept: %s", path, error.strerror or str(error))


def read_last_summary(path: Path) -> Summary:
    """Read what the newest of the two states that are kept is about (see `read_summary`).

    Raises
    ------
    FileError
        When neither is a recovery file of this version: says why the newer one is none.
    """
    try:
        return read_summary(path)
    except FileError:
        with suppress(FileError):
            return read_summary(before_of(path))
        raise


def read_summary(path: Path) -> Summary:
    """Read what a recovery file is about: quickly, without its tensors and without torch.

    Raises
    ------
    FileError
        When it is no recovery file of this version.
    """
    return _summary(path, read_content(path, KIND))


def read_recovery(path: Path, task: Task) -> Recovery:
    """Read a run of that task; this loads torch.

    Raises
    ------
    FileError
        When the file is damaged or of another kind, task or version. Whether the state fits its
        settings, `trainer_of` says.
    """
    import torch

    content, arrays = unpack(path, KIND)
    summary = _summary(path, content)
    try:
        settings = read_toml(content["settings"])
        if not summary.task == settings.pop("task") == task.name:
            raise ValueError("another task")
        spec = with_settings(task.spec, settings)
        state = rebuild(content["state"], lambda name: torch.tensor(arrays.pop(name)))
        history = History.from_state(rebuild(content["history"], arrays.pop))
        if arrays or not state["step"] == summary.step == len(history):
            raise ValueError("parts of different runs")
        live_changes, device = _live_changes(content["altered"]), content["device"]
        if not re.fullmatch(r"[a-z]{2,8}(:\d{1,3})?", device):
            raise ValueError("no device")
    except SettingError as error:
        raise FileError(error.sentence, **error.values) from error
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise damaged(path) from error
    return Recovery(task.name, spec, device, state, history, live_changes, summary.saved)


def trainer_of(recovery: Recovery, task: Task) -> Trainer:
    """Build a run that goes on exactly where the recovery was saved.

    Raises
    ------
    FileError, DataError, DeviceError
        When the parts of the recovery do not fit each other, or there is no such device.
    """
    from nngui.core.trainer import Trainer
    from nngui.core.training.state_check import load_checked

    trainer = Trainer(task, recovery.spec, recovery.device)
    if recovery.history.columns != tuple(trainer.columns):
        raise FileError(MISFIT)
    load_checked(trainer.state, recovery.state)
    if recovery.live_changes:
        known_from = recovery.live_changes[-1][0]
        trainer.state.journal = replace(trainer.journal, known_from=known_from)
    return trainer


def _summary(path: Path, content: dict[str, Any]) -> Summary:
    task, step = content.get("task"), content.get("step")
    try:
        saved = datetime.fromisoformat(content["saved"]).astimezone()
    except (KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        raise damaged(path) from error
    if not isinstance(task, str) or type(step) is not int or not 0 <= step < 2**53:
        raise damaged(path)
    return Summary(task, step, saved)


def _live_changes(pairs: Any) -> tuple[tuple[int, list[str]], ...]:
    """Check the changes in mid-run; they are shown to the user, and no more."""
    if len(pairs) > MAX_LIVE_CHANGES:
        raise ValueError("too many changes")
    for step, keys in pairs:
        if type(step) is not int or not all(re.fullmatch(r"[a-z0-9_.]{1,40}", k) for k in keys):
            raise ValueError("no change of a setting")
    return tuple((step, list(keys)) for step, keys in pairs)
