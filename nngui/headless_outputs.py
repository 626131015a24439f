"""What a run without a window leaves behind: each file on its own, so that none costs another."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TextIO

from nngui.core.data.image_preparation import any_preparation_of
from nngui.core.errors import NnguiError
from nngui.core.journal.edit_text import edits_by_row, is_told
from nngui.core.memory import as_no_memory
from nngui.core.text import mark
from nngui.files.atomic import check_place
from nngui.files.models.writer import save_model, save_parameters
from nngui.files.project import write_project
from nngui.files.runs.history_csv import write_batch, write_rows
from nngui.files.runs.history_file import HistoryFile
from nngui.files.runs.tensorboard import TensorBoardLog, run_folder
from nngui.terminal import let_go, say_json, tell_unexpected, warn

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nngui.core.arrays import Floats
    from nngui.core.journal.journal import Journal
    from nngui.core.records.history import History
    from nngui.core.trainer import Trainer

HISTORY, TENSORBOARD, RUN, JOURNAL = "history", "tensorboard", "run", "journal"


@dataclass(frozen=True)
class Outputs:
    """The files that a run leaves behind; None for those that are not wanted."""

    history: Path | None = None
    model: Path | None = None
    parameters: Path | None = None
    project: Path | None = None
    tensorboard: Path | None = None
    journal: Path | None = None

    def check_places(self) -> None:
        """Refuse places where nothing can be written, before the work whose result it is for.

        Raises
        ------
        FileError
            Saying why.
        """
        for path in (self.model, self.parameters, self.journal):
            if path is not None:
                check_place(path)

    def check(self, trainer: Trainer) -> None:
        """Refuse what there will not be.

        Raises
        ------
        NnguiError
            Saying why.
        """
        if trainer.best is None and (self.model or self.parameters or self.project):
            raise NnguiError(mark("core", "Nothing is trained here, so there is no model to save."))
        if not trainer.variants and self.journal:
            raise NnguiError(mark("core", "Nothing is trained here, so there is no run to save."))
        if not trainer.variants and self.tensorboard:
            raise NnguiError(mark("core", "Nothing is trained here, so there is nothing to log."))


class Written:
    """Which files were written, and which could not be: each is tried, and each is told.

    Attributes
    ----------
    failed : dict of str to str
        Why not, by the file's kind: ``history``, ``model``, ...
    """

    def __init__(self) -> None:
        self.failed: dict[str, str] = {}
        self._done: list[str] = []

    def attempt(self, kind: str, write: Callable[[], object], then: str = "") -> bool:
        """Write a file, or say why that cannot be; return whether it is there.

        Parameters
        ----------
        then : str
            What is to be said behind the reason.
        """
        try:
            write()
        except Exception as error:  # noqa: BLE001 - whatever it is: it is told, and the others are written
            self.note_failure(kind, error, then)
            return False
        if kind not in self._done:
            self._done.append(kind)
        self.failed.pop(kind, None)
        return True

    def note_failure(self, kind: str, error: Exception, then: str = "") -> None:
        """Say why a file could not be written, unless that was said of it before."""
        if kind in self._done:
            self._done.remove(kind)
        known = error if isinstance(error, NnguiError) else as_no_memory(error)
        before = self.failed.get(kind)
        if known is not None:
            self.failed[kind] = str(known)
            if before != str(known):
                warn(f"nngui: {known} {then}".rstrip())
        elif before is None:
            what = f"Writing the {kind} failed unexpectedly"
            self.failed[kind] = tell_unexpected(error, what, then)

    def summary(self) -> dict[str, Any]:
        """Return what was written and what not, where not everything was."""
        if not self.failed:
            return {}
        return {"written": self._done, "not_written": self.failed}


class StepOutputs:
    """What is written of each step: the history's rows, and TensorBoard's log.

    One that fails is told at once, and the training goes on; of the history it is tried once more
    at the end.

    Parameters
    ----------
    history : History
        The rows so far, and those to come: whoever adds them there hands them over here, too.
    journal : Journal, optional
        What happens to the run, where that is known before; else what has happened by then.
    is_edited : bool
        The run will be edited, or may be.

    Attributes
    ----------
    rows : int
        How many are written.

    Raises
    ------
    NnguiError
        When one cannot be begun.
    """

    def __init__(
        self,
        outputs: Outputs,
        trainer: Trainer,
        history: History,
        written: Written,
        journal: Journal | None = None,
        *,
        is_edited: bool = False,
    ) -> None:
        self._trainer, self._history, self._written = trainer, history, written
        self._journal = journal
        self._tells_edits = bool(trainer.variants) and (is_edited or is_told(self._known))
        self._path, self._file, self.rows = outputs.history, None, len(history)
        self._log: TensorBoardLog | None = None
        if outputs.history is not None:
            self._file = self._begun_file(outputs.history)
        if outputs.tensorboard is not None:
            name, now = trainer.state.task.name, datetime.now(UTC).astimezone()
            place = run_folder(outputs.tensorboard, name, now)
            self._log = TensorBoardLog(place, name, trainer.spec)
            self._add_parameters(self._log)

    def _begun_file(self, path: Path) -> HistoryFile:
        trainer = self._trainer
        columns = [*trainer.columns, *(() if trainer.variants else "xy")]
        history = self._history if len(self._history) else None
        file = HistoryFile(path, columns, history, self._edits)
        if file.first_step > 1:
            warn(
                f"nngui: {path} begins with step {file.first_step:,}: the rows before are not "
                "there any more."
            )
        return file

    @property
    def _known(self) -> Journal:
        return self._trainer.journal if self._journal is None else self._journal

    @property
    def _edits(self) -> dict[int, str] | None:
        """What is known of the run's edits, by row; None for a run that nobody touches."""
        return edits_by_row(self._known) if self._tells_edits else None

    def add(self, first: int, rows: Floats) -> None:
        """Write steps that were done, the first of which is step `first`."""
        if (file := self._file) is not None:
            self._try_history(lambda: file.add(self._writer(first, rows)))
        self.rows = first - 1 + len(rows)
        if self._log is not None:
            try:
                self._log.add_rows(first, self._trainer.columns, rows)
            except Exception as error:  # noqa: BLE001 - its own thread's: whatever ended that
                self._written.note_failure(TENSORBOARD, error, "The training goes on.")
                self._log.give_up()
                self._log = None

    def _try_history(self, write: Callable[[], None]) -> None:
        try:
            write()
        except Exception as error:  # noqa: BLE001 - the training goes on, whatever it is
            text = "The training goes on, and it is tried again at its end."
            self._written.note_failure(HISTORY, error, text)
            self.give_up()

    def _writer(self, first: int, rows: Floats) -> Callable[[TextIO], None]:
        trainer = self._trainer
        if trainer.variants:
            return partial(write_rows, first=first, rows=rows.tolist(), edits=self._edits)
        x, y = trainer.batches.last
        values = x.flatten().tolist(), y.flatten().tolist()
        return partial(
            _write_batch, step=trainer.step_count, place=trainer.batches.place, values=values
        )

    def flush(self) -> None:
        """Have the history's rows on the disk, before the run is saved that goes on behind them."""
        if self._file is not None:
            self._try_history(self._file.flush)

    def close(self) -> None:
        """Put the files into their places."""
        if self._path is not None:
            self._written.attempt(HISTORY, partial(self._close_file, self._path))
        if self._log is not None:
            log = self._log
            if self._written.attempt(TENSORBOARD, partial(self._close_log, log)):
                warn(f"nngui: see it by: tensorboard --logdir {log.folder.parent}")
            else:
                log.give_up()

    def _close_file(self, path: Path) -> None:
        """End the history; one that failed is written anew, as far as its rows are there."""
        file, self._file = self._file, None
        if file is not None:
            file.close()
        elif self._trainer.variants:
            self._begun_file(path).close()
            warn(f"nngui: {path} could be written in the end.")
        else:  # what the batches held is not there any more
            raise NnguiError("{why}", why=self._written.failed[HISTORY])

    def _close_log(self, log: TensorBoardLog) -> None:
        self._add_parameters(log)
        log.add_edits(self._edits or {})
        log.close()

    def _add_parameters(self, log: TensorBoardLog) -> None:
        variants = self._trainer.variants
        for variant in variants:
            prefix = variant.name if len(variants) > 1 else ""
            log.add_parameters(variant.net, self._trainer.step_count, prefix)

    def begin_anew(self) -> None:
        """Write the history from the run's own rows: some that were written count no more."""
        if self._file is not None:
            self.give_up()
            if self._path is not None:
                path = self._path
                self._try_history(lambda: setattr(self, "_file", self._begun_file(path)))
        self.rows = len(self._history)

    def give_up(self) -> None:
        """Write no more of the history: what is in its place stays."""
        if self._file is not None:
            self._file.give_up()
            self._file = None


def _write_batch(
    file: TextIO, step: int, place: tuple[int, int], values: tuple[list[float], list[float]]
) -> None:
    """Write what the batch held that came last, where nothing is trained on it."""
    write_batch(file, step, place, *values)


def save_networks(trainer: Trainer, outputs: Outputs, written: Written) -> None:
    """Save the best network in all ways that are wanted."""
    best = trainer.best
    if best is None:
        return
    preparation = any_preparation_of(trainer.data, trainer.state.prepared)
    task, journal, notes = trainer.state.task, trainer.journal, trainer.data.notes
    if outputs.model is not None:
        written.attempt("model", partial(save_model, best.net, outputs.model, preparation))
    if outputs.parameters is not None:
        save = partial(save_parameters, best.net, outputs.parameters, preparation)
        written.attempt("parameters", save)
    if (folder := outputs.project) is not None:

        def write() -> None:
            place = write_project(task, journal, best.net, preparation, folder, notes)
            warn(f"nngui: the project is in {place}")

        written.attempt("project", write)


def print_summary(values: dict[str, Any], *, may_fail: bool) -> None:
    """Print the line of JSON.

    Parameters
    ----------
    may_fail : bool
        Whether its reader may be gone: a terminal that was closed.
    """
    try:
        say_json(values)
    except OSError:
        if not may_fail:
            raise
        let_go(sys.stdout)
