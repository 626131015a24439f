"""Recovery files: a whole run, so that a crash of the program loses nothing of it.

A file bears the run's journal, its state and its losses. Files of the version before tell what was
changed in mid-run, and not how: what came before that is not known of such a run.
"""

from __future__ import annotations

import logging
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from nngui.core.errors import MISFIT, FileError, NnguiError
from nngui.core.journal.edit import DeviceEdit, EngineEdit
from nngui.core.records.history import History
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
from nngui.files.runs.journal_part import bounded_text, journal_of
from nngui.files.runs.recovery_lines import (
    keyframes_content,
    lines_content,
    place_of,
    read_keyframes,
    read_lines,
    run_id,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch import Tensor

    from nngui.core.journal.journal import Journal
    from nngui.core.past.branches import Branch
    from nngui.core.past.store import Keyframe
    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.core.trainer import Trainer

KIND = "nngui recovery 2"
OF_BEFORE = "nngui recovery 1"
KINDS = (KIND, OF_BEFORE)
MISSHAPEN = (KeyError, IndexError, TypeError, ValueError, AttributeError)  # what was not written so
UNBEGUN = ".settings"  # in the name of a file of what is set, and not trained yet
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Recovery:
    """A run that can go on.

    Attributes
    ----------
    journal : Journal
        What happened to it.
    state : dict or None
        What `Trainer.capture` returned: plain values and tensors. None for one that has not begun,
        and follows from its settings.
    history : History
        Its losses; a copy where the run goes on.
    saved : datetime
        When, with its time zone.
    run : str
        Its id in the list of runs, once it is there; empty: not known.
    branches : tuple of Branch
        The lines of it that were left; one without a state can be taken again.
    left_out : int
        How many lines there were besides, for which there is no room.
    place : tuple
        Which line it is, which one it has left, and after how many steps (see `Branch`).
    keyframes : tuple of Keyframe
        How it stood now and then, as far as there is room for it.
    """

    journal: Journal
    state: dict[str, Any] | None
    history: History
    saved: datetime
    run: str = ""
    branches: tuple[Branch, ...] = ()
    left_out: int = 0
    place: tuple[int, int | None, int] = (0, None, 0)
    keyframes: tuple[Keyframe, ...] = ()

    @property
    def task(self) -> str:
        """Its task's name."""
        return self.journal.task

    @property
    def spec(self) -> Spec:
        """Its settings, as they are now."""
        return self.journal.now

    @property
    def device(self) -> str:
        """Where it was asked to compute: ``auto``, ``cpu``, ..."""
        return self.journal.device

    @property
    def step(self) -> int:
        """How many steps it had."""
        return 0 if self.state is None else int(self.state["step"])


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
    journal, unknown = bounded_text(recovery.journal, recovery.step)
    content = {
        **({"pair": pair} if pair else {}),
        **({"run": recovery.run} if recovery.run else {}),
        "task": recovery.task,
        "step": recovery.step,
        "saved": recovery.saved.isoformat(),
        "journal": journal,
        "state": flatten(recovery.state, "state", arrays),
        "history": flatten(recovery.history.state(), "history", arrays),
        "place": list(recovery.place),
        "lines": lines_content(recovery.branches, arrays),
        "left_out": recovery.left_out,
        "keyframes": keyframes_content(recovery.keyframes, unknown, arrays),
    }

    def check(temporary: Path) -> None:
        unpack(temporary, KINDS)
        if keep_before:
            keep_last(path)

    try:
        data = pack(KIND, content, arrays)
        with replacing_bytes(path, check) as file:
            file.write(data)
    except FileError as error:
        raise _not_saved(str(error.values.get("why", error))) from error


def write_parts(content: dict[str, Any], arrays: Arrays, path: Path, pair: str) -> None:
    """Write what `read_parts` read into a file of the list of runs, which needs no torch.

    Raises
    ------
    FileError
        When it cannot be written.
    """
    data = pack(_kind_of(content), content | {"pair": pair}, arrays)
    with replacing_bytes(path) as file:
        file.write(data)


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


def unbegun_of(path: Path) -> Path:
    """Return where what is set and not trained yet is saved, beside the run of a tab."""
    return path.with_name(f"{path.stem}{UNBEGUN}{path.suffix}")


def aside_of(path: Path, run: str) -> Path:
    """Return where a run is saved that is nowhere else, once another one has its place."""
    return path.with_name(f"{path.stem}.{run[:8]}{path.suffix}")


def is_aside(path: Path) -> bool:
    """Return whether a file is one of a run that is nowhere else."""
    return re.fullmatch(r".*\.[0-9a-f]{8}", path.stem) is not None


def is_unbegun(path: Path) -> bool:
    """Return whether a file is one of what is set and not trained yet."""
    return path.stem.endswith(UNBEGUN)


def before_of(path: Path) -> Path:
    """Return where the state is kept that was saved before the one in a recovery file."""
    return path.with_name(f"{path.name}.before")


def keep_last(path: Path) -> None:
    """Keep the state that was saved last beside the next one, unless a better one lies there."""
    try:
        unpack(path, KINDS)
        last = read_summary(path)
    except FileError:  # there is none, or it is damaged: it must not replace a sound one
        return
    before = before_of(path)
    try:
        if read_summary(before).step > last.step:
            unpack(before, KINDS)
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
    return summary_of(path, read_content(path, KINDS))


def run_of(path: Path) -> str:
    """Return the id of a saved run in the list of runs; empty where the file does not say so."""
    with suppress(FileError, ValueError, TypeError):
        return run_id(read_content(path, KINDS).get("run", ""))
    return ""


def read_parts(path: Path) -> tuple[dict[str, Any], Arrays]:
    """Read what a file holds, whole and as it was written, without torch.

    Raises
    ------
    FileError
        When it is damaged, or no recovery file of this version.
    """
    return unpack(path, KINDS)


def read_recovery(path: Path, task: Task) -> Recovery:
    """Read a run of that task; this loads torch.

    Raises
    ------
    FileError
        When the file is damaged or of another kind, task or version. Whether the state fits its
        settings, `trainer_of` says.
    """
    import torch

    content, arrays = read_parts(path)
    summary = summary_of(path, content)
    try:
        if summary.task != task.name:
            raise ValueError("another task")
        journal = journal_of(content, summary.step, task)
        tensor = lambda name: torch.tensor(arrays.pop(name))  # noqa: E731
        state = rebuild(content["state"], tensor)
        history = History.from_state(rebuild(content["history"], arrays.pop))
        step = 0 if state is None else state["step"]
        lines = read_lines(content.get("lines", []), task, tensor, arrays.pop)
        place = place_of(content.get("place", [0, None, 0]), summary.step)
        frames = content.get("keyframes", [])
        keyframes = read_keyframes(frames, summary.step, len(journal.edits), tensor)
        left_out = content.get("left_out", 0)
        if arrays or not step == summary.step == len(history):
            raise ValueError("parts of different runs")
        run = run_id(content.get("run", ""))
        if type(left_out) is not int or left_out < 0 or place[0] in {one.id for one in lines}:
            raise ValueError("lines of another run")
    except (NnguiError, *MISSHAPEN) as error:
        log.warning("%s: %s", path, str(error))
        raise damaged(path) from error
    past = lines, left_out, place, keyframes
    return Recovery(journal, state, history, summary.saved, run, *past)


def trainer_of(
    recovery: Recovery, task: Task, weights: Mapping[str, Tensor] | None = None
) -> Trainer:
    """Build a run that goes on exactly where the recovery was saved, by PyTorch.

    Parameters
    ----------
    weights : mapping of str to Tensor, optional
        What one that has not begun starts from in place of random numbers.

    Raises
    ------
    FileError, DataError, DeviceError
        When the parts of the recovery do not fit each other, or there is no such device.
    """
    from nngui.core.trainer import Trainer
    from nngui.core.training.state_check import load_checked

    journal = recovery.journal
    left = [edit.device for edit in journal.edits if isinstance(edit, DeviceEdit)]
    trainer = Trainer(task, journal.now, left[-1] if left else journal.device, weights)
    if recovery.history.columns != tuple(trainer.columns):
        raise FileError(MISFIT)
    if recovery.state is not None:
        load_checked(trainer.state, recovery.state)
    if journal.engine != trainer.engine:
        journal = journal.with_edit(EngineEdit(trainer.step_count, "torch"))
    trainer.state.journal = journal
    return trainer


def _kind_of(content: dict[str, Any]) -> str:
    return KIND if "journal" in content else OF_BEFORE


def summary_of(path: Path, content: dict[str, Any]) -> Summary:
    """Return what a file's content is about.

    Raises
    ------
    FileError
        When it does not say so.
    """
    task, step = content.get("task"), content.get("step")
    try:
        saved = datetime.fromisoformat(content["saved"]).astimezone()
    except (KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        raise damaged(path) from error
    if not isinstance(task, str) or type(step) is not int or not 0 <= step < 2**53:
        raise damaged(path)
    return Summary(task, step, saved)
