"""Training without a window: progress on stderr, one line of JSON on stdout."""

from __future__ import annotations

import math
import signal
import sys
import threading
import time
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from nngui.core.data.image_preparation import any_preparation_of
from nngui.core.errors import NnguiError
from nngui.core.evaluation.summary import no_better, run_summary
from nngui.core.records.history import last_values
from nngui.core.studies.folds import (
    SEEN_BEFORE,
    FoldsState,
    FoldsStudy,
    check_folds,
    summary,
)
from nngui.core.studies.loader_processes import NOT_FROZEN, can_start
from nngui.core.text import mark
from nngui.core.trainer import Trainer
from nngui.core.turbo.cache import is_on_disk
from nngui.core.turbo.support import unsupported_reason
from nngui.files.atomic import check_place, replacing
from nngui.files.models.start_weights import start_weights
from nngui.files.models.writer import save_model, save_parameters
from nngui.files.project import write_project
from nngui.files.runs.history_csv import write_batch, write_header, write_rows
from nngui.files.runs.tensorboard import TensorBoardLog, run_folder
from nngui.terminal import say_json, warn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nngui.core.arrays import Floats
    from nngui.core.spec import Spec
    from nngui.core.task import Task

CHUNK_S = 0.05  # seconds between two looks at the progress bar


@dataclass(frozen=True)
class Outputs:
    """The files that a run leaves behind; None for those that are not wanted."""

    history: Path | None = None
    model: Path | None = None
    parameters: Path | None = None
    project: Path | None = None
    tensorboard: Path | None = None


def train(
    task: Task,
    spec: Spec,
    device: str,
    outputs: Outputs,
    engine: str = "",
    folds: int | None = None,
) -> int:
    """Train to the end, or to Ctrl+C; what there is by then is written all the same.

    Where turbo does not cover the run, PyTorch trains it, with a word on stderr.

    Parameters
    ----------
    engine : str
        ``torch`` or ``turbo``; empty: PyTorch trains the run, and turbo the folds that it covers.
    folds : int, optional
        Cross-validate by so many, too.

    Raises
    ------
    NnguiError
        When the data, the device or the files are not to be had.
    """
    for path in (outputs.model, outputs.parameters):
        if path is not None:
            check_place(path)  # not only when all the training has been done
    weights = start_weights(spec)
    trainer = Trainer(task, spec, device, weights)
    _tell_before(trainer, outputs)
    _choose_engine(trainer, engine or "torch")
    study = None
    if folds is not None:
        study = FoldsStudy(task, spec, folds, device, weights, turbo=engine != "torch")
        _begin_folds(study, trainer, compiles=engine != "torch")
    log = _tensorboard_log(trainer, outputs.tensorboard)
    started, folded = time.perf_counter(), None
    with _ctrl_c() as asked:
        last = _train(trainer, outputs.history, log, asked)
        interrupted = trainer.ending is None
        trainer.end_now()
        seconds = time.perf_counter() - started
        if study is not None and not interrupted:
            folded = _cross_validate(study, task.name, asked)
    found = run_summary(trainer, last, seconds, interrupted)
    if folded is not None:
        found["folds"] = summary(folded)
        interrupted = not folded.is_complete
    say_json(found)
    worse = no_better(found)
    if worse is not None:
        warn(f"nngui: {worse}")
    _save(trainer, outputs)
    _end_log(log, trainer)
    return 130 if interrupted else 0


def _train(
    trainer: Trainer, history: Path | None, log: TensorBoardLog | None, asked: threading.Event
) -> dict[str, float]:
    """Train until the end, or until that is asked for; return the last value of each column."""
    name = trainer.state.task.name
    last: dict[str, float] = {}
    bar = Progress(
        TextColumn(name),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("loss {task.fields[loss]:.4g}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    with bar, replacing(history) if history else nullcontext() as file:
        if file:
            write_header(file, [*trainer.columns, *(() if trainer.variants else "xy")])
        shown = bar.add_task(name, total=trainer.state.total_steps, loss=math.nan)
        try:
            while trainer.ending is None and not asked.is_set():
                first = trainer.step_count + 1
                rows = trainer.advance(CHUNK_S, None if trainer.variants else 1)
                _write(file, log, trainer, first, rows)
                last |= last_values(trainer.columns, rows)
                last |= {variant.name: variant.last_loss for variant in trainer.variants}
                bar.update(shown, completed=trainer.step_count, loss=_smallest(trainer))
        except KeyboardInterrupt:
            pass
    return last


def _tell_before(trainer: Trainer, outputs: Outputs) -> None:
    """Say what is to be said before the first step, and refuse what cannot be saved."""
    if trainer.best is None and (outputs.model or outputs.parameters or outputs.project):
        raise NnguiError(mark("core", "Nothing is trained here, so there is no model to save."))
    if trainer.state.hint is not None:  # its steps take minutes: said before the first of them
        warn(f"nngui: {trainer.state.hint}")
    for note in trainer.data.notes:
        warn(f"nngui: {note}")


def _begin_folds(study: FoldsStudy, trainer: Trainer, *, compiles: bool) -> None:
    """Refuse what cannot be cross-validated before anything is trained."""
    check_folds(trainer.spec, trainer.data, study.count)
    if compiles:
        _announce_compiling(trainer)
    if trainer.spec.network.weights:
        warn(f"nngui: {SEEN_BEFORE}")
    study.begin()


def _cross_validate(study: FoldsStudy, name: str, asked: threading.Event) -> FoldsState:
    """Train all folds, or as many as there are by Ctrl+C."""
    bar = Progress(
        TextColumn(name),
        BarColumn(),
        TextColumn("fold {task.fields[fold]} of {task.fields[folds]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    with bar:
        shown = bar.add_task(name, total=1.0, fold=1, folds=study.count)
        due = 0.0
        try:
            for _ in study:
                if asked.is_set():
                    break
                if time.perf_counter() >= due:
                    state = study.state()
                    fold = min(len(state.each) + 1, state.count)
                    bar.update(shown, completed=state.done, fold=fold)
                    due = time.perf_counter() + CHUNK_S
        except KeyboardInterrupt:
            pass
    found = study.state()
    if not found.is_complete:
        warn(f"nngui: stopped: {len(found.each)} of {found.count} folds are done.")
    if found.diverged:
        warn(f"nngui: the training diverged in {found.diverged} of {found.count} folds.")
    return found


def _tensorboard_log(trainer: Trainer, folder: Path | None) -> TensorBoardLog | None:
    """Begin the run's log in a folder of its own, before the training."""
    if folder is None:
        return None
    if not trainer.variants:
        raise NnguiError(mark("core", "Nothing is trained here, so there is nothing to log."))
    place = run_folder(folder, trainer.state.task.name, datetime.now(UTC).astimezone())
    log = TensorBoardLog(place, trainer.state.task.name, trainer.spec)
    _add_parameters(log, trainer)
    return log


def _end_log(log: TensorBoardLog | None, trainer: Trainer) -> None:
    if log is not None:
        _add_parameters(log, trainer)
        log.close()
        warn(f"nngui: see it by: tensorboard --logdir {log.folder.parent}")


def _add_parameters(log: TensorBoardLog, trainer: Trainer) -> None:
    for variant in trainer.variants:
        prefix = variant.name if len(trainer.variants) > 1 else ""
        log.add_parameters(variant.net, trainer.step_count, prefix)


def _choose_engine(trainer: Trainer, engine: str) -> None:
    """Train by this engine from the first step."""
    if engine == "turbo":
        _announce_compiling(trainer)
    try:
        trainer.set_engine(engine)
    except NnguiError as error:
        warn(f"nngui: {error}")


def _announce_compiling(trainer: Trainer) -> None:
    """Say that turbo is compiled first, where it is: seconds, once on a machine."""
    if not is_on_disk() and unsupported_reason(trainer.state) is None:
        warn("nngui: compiling turbo, once for this machine ...")


def measure_workers(task: Task, spec: Spec, fetch_ms: float) -> int:
    """Measure what worker processes cost, and print it as a line of JSON.

    Parameters
    ----------
    fetch_ms : float
        Milliseconds that each sample takes to be fetched.

    Raises
    ------
    NnguiError
        When there are none, or they could not be started; never in a frozen program.
    """
    from nngui.core.studies import loader_cost as worker_start

    if not can_start():
        raise NnguiError(NOT_FROZEN)
    cost, alone = worker_start.measure(task, spec, fetch_ms / 1000)
    found = {
        "workers": spec.schedule.worker_processes,
        "start_method": worker_start.start_method(),
        "fetch_ms": fetch_ms,
        "batches": len(cost.batches),
        "first_s": cost.first,
        "first_alone_s": alone.first,
        "pass_s": cost.whole,
        "pass_alone_s": alone.whole,
        "same_batches": worker_start.alike(cost, alone),
    }
    say_json(found)
    return 0


def _write(
    file: TextIO | None, log: TensorBoardLog | None, trainer: Trainer, first: int, rows: Floats
) -> None:
    """Write steps that were done, the first of which is step `first`."""
    if file and not trainer.variants:
        _write_batch(file, trainer)
    elif file:
        write_rows(file, first, rows.tolist())
    if log is not None:
        log.add_rows(first, trainer.columns, rows)


def _write_batch(file: TextIO, trainer: Trainer) -> None:
    """Write what the batch held that came last, where nothing is trained on it."""
    x, y = trainer.batches.last
    values = x.flatten().tolist(), y.flatten().tolist()
    write_batch(file, trainer.step_count, trainer.batches.place, *values)


def _smallest(trainer: Trainer) -> float:
    losses = (variant.last_loss for variant in trainer.variants)
    return min((loss for loss in losses if not math.isnan(loss)), default=math.nan)


def _save(trainer: Trainer, outputs: Outputs) -> None:
    if trainer.best is None:
        return
    preparation = any_preparation_of(trainer.data, trainer.state.prepared)
    if outputs.model is not None:
        save_model(trainer.best.net, outputs.model, preparation)
    if outputs.parameters is not None:
        save_parameters(trainer.best.net, outputs.parameters, preparation)
    if outputs.project is not None:
        place = write_project(
            trainer.state.task,
            trainer.spec,
            trainer.best.net,
            preparation,
            outputs.project,
            trainer.data.notes,
        )
        warn(f"nngui: the project is in {place}")


@contextmanager
def _ctrl_c() -> Iterator[threading.Event]:
    """Let Ctrl+C ask for an end, so that no step is torn apart; a second one does not wait."""
    asked = threading.Event()

    def ask(*_: object) -> None:
        asked.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield asked
        return
    signal.signal(signal.SIGINT, ask)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
