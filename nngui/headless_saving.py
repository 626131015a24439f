"""A run without a window that is saved, so that a job of hours survives its machine.

It is written into a file that was named, or into the list of runs that the window shows. The
training waits for that: it takes less than a tenth of a second for all but the largest networks,
and beside the steps of a small one, which hold Python's lock, it took a hundred times as long.
"""

from __future__ import annotations

import logging
import os
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from nngui.core.errors import FileError, NnguiError
from nngui.core.evaluation.recorded import record_of
from nngui.core.evaluation.scoring import recorded_scores
from nngui.core.records.run_record import Curves, curves_of
from nngui.core.text import mark
from nngui.files.atomic import check_place, flush_folder
from nngui.files.runs.recovery import Recovery, before_of, check_size, write_recovery
from nngui.files.runs.store import new_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nngui.core.records.history import History
    from nngui.core.records.run_record import RunRecord
    from nngui.core.trainer import Trainer
    from nngui.files.runs.store import RunStore

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Copy:
    """A run, history, to be written while it goes on."""

    recovery: Recovery
    record: RunRecord
    curves: Curves


class Place(Protocol):
    """Where a run is saved."""

    @property
    def name(self) -> str:
        """What ``--resume`` is given to find it."""
        ...

    def keep(self, copy: Copy) -> None:
        """Write a run in place of an older state of it.

        Raises
        ------
        NnguiError
            When it cannot be written; the older state stays.
        """
        ...

    def summary(self) -> dict[str, Any]:
        """Return where it is, as JSON has it."""
        ...


class FilePlace:
    """A file of its own; the state before the last one lies beside it.

    Raises
    ------
    FileError
        When no file can be written there.
    """

    def __init__(self, path: Path) -> None:
        check_place(path)
        self._path = path

    @property
    def name(self) -> str:
        """The file."""
        return str(self._path)

    def keep(self, copy: Copy) -> None:
        """Write a run (see `Place.keep`)."""
        path = self._path.resolve()  # a symlink stays one
        fresh = path.with_name(f"{path.name}.new")
        try:
            write_recovery(fresh, copy.recovery)
        except FileError as error:
            raise _unwritten(self._path, str(error.values.get("why", error))) from error
        _remember(path)
        _move(fresh, path)

    def summary(self) -> dict[str, Any]:
        """Return where it is."""
        return {"run": str(self._path)}


class StorePlace:
    """The list of runs that the window shows.

    Parameters
    ----------
    run : RunRecord, optional
        The run that goes on there; else it is a new one.
    """

    def __init__(self, store: RunStore, run: RunRecord | None = None) -> None:
        self._store, self._run, self._id = store, run, new_id() if run is None else run.id

    @property
    def name(self) -> str:
        """The run's number; its id where another run bears that number too."""
        run = self._run
        if run is None:
            return ""
        others = [r for r in self._store.runs() if (r.task, r.number) == (run.task, run.number)]
        return str(run.number) if len(others) == 1 else run.id

    def keep(self, copy: Copy) -> None:
        """Write a run (see `Place.keep`)."""
        run = self._store.keep(replace(copy.record, id=self._id), copy.curves, copy.recovery)
        self._run, self._id = run, run.id
        if not run.can_reopen:
            raise NnguiError(NO_STATE)

    def summary(self) -> dict[str, Any]:
        """Return where it is: its number, and its file."""
        run = self._run
        if run is None:
            return {}
        return {"run": str(self._store.path_of(run)), "run_number": run.number}


class RunSaver:
    """Saves a run now and then, and at its end.

    Parameters
    ----------
    interval_s : float
        Seconds between two saves; 0: only at the end.
    flush : callable
        Has what lies beside the run on the disk, before the run itself.
    failed : callable of Exception
        Is told of a save that failed.
    """

    def __init__(
        self,
        place: Place,
        interval_s: float,
        failed: Callable[[Exception], None],
    ) -> None:
        self.place, self.interval_s = place, interval_s
        self._failed = failed
        self._due = time.monotonic() + interval_s

    def begin(self, trainer: Trainer, history: History) -> None:
        """Save a run that begins, so that what cannot be is known before the training.

        Raises
        ------
        NnguiError
            Saying why.
        """
        self.place.keep(self._copy(trainer, history))

    def save_when_due(self, trainer: Trainer, history: History, flush: Callable[[], None]) -> None:
        """Save the run, if it is time; a failure is told, and the training goes on."""
        if not self.interval_s or time.monotonic() < self._due:
            return
        began = time.monotonic()
        try:
            flush()
            self.place.keep(self._copy(trainer, history))
        except Exception as error:  # noqa: BLE001 - no memory perhaps: it is tried again
            self._failed(error)
        ended = time.monotonic()
        self._due = ended + max(self.interval_s, ended - began)  # at least half the time it trains

    def save_last(self, trainer: Trainer, history: History) -> None:
        """Save the run as it ends.

        Raises
        ------
        Exception
            When it cannot be saved; what was saved last stays.
        """
        try:
            scores = recorded_scores(trainer)
        except Exception:  # no memory perhaps; the run is kept all the same
            log.exception("A run could not be scored")
            scores = {}
        self.place.keep(self._copy(trainer, history, scores))

    def _copy(
        self, trainer: Trainer, history: History, scores: dict[str, float] | None = None
    ) -> Copy:
        parameters = sum(p.numel() for v in trainer.variants[:1] for p in v.net.parameters())
        check_size(parameters)
        recovery = Recovery(trainer.journal, trainer.capture(), history, datetime.now(UTC))
        record = record_of(trainer, history, "", scores or {})
        return Copy(recovery, record, curves_of(history, trainer.batches.steps_per_epoch))


def _remember(path: Path) -> None:
    """Have the last state beside the place of the new one; at any time both places are whole."""
    if not path.is_file():
        return
    before = before_of(path)
    made = before.with_name(f"{before.name}.new")
    with suppress(OSError):  # no room: the last state stays until the new one takes its place
        made.unlink(missing_ok=True)
        try:
            os.link(path, made)
        except OSError:  # a drive without links
            shutil.copyfile(path, made)
        made.replace(before)
    with suppress(OSError):
        made.unlink(missing_ok=True)


def _move(fresh: Path, path: Path) -> None:
    try:
        fresh.replace(path)
    except OSError as error:
        raise _unwritten(path, error.strerror or str(error)) from error
    flush_folder(path.parent)


def _unwritten(path: Path, why: str) -> FileError:
    text = mark("core", "{path} could not be written: {why}. Choose another place.")
    return FileError(text, path=path, why=why)


NO_STATE = "The run is too large to be kept in the list of runs. Name a file for it: --run FILE."
