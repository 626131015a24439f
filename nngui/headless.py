"""Training without a window: progress on stderr, one line of JSON on stdout."""

from __future__ import annotations

import shlex
import time
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from nngui.command_edits import check_settings, still_to_come
from nngui.core.errors import NnguiError
from nngui.core.evaluation.summary import no_better, run_summary
from nngui.core.records.history import History, last_values
from nngui.core.studies.folds import (
    SEEN_BEFORE,
    FoldsState,
    FoldsStudy,
    check_folds,
    summary,
)
from nngui.core.studies.loader_processes import NOT_FROZEN, can_start
from nngui.core.trainer import Trainer
from nngui.core.turbo.cache import is_on_disk
from nngui.core.turbo.support import unsupported_reason
from nngui.files.models.start_weights import start_weights
from nngui.headless_course import Course, train_on
from nngui.headless_edits import EditPlan, rehearse, tell_left
from nngui.headless_journal import JournalWriter
from nngui.headless_outputs import (
    JOURNAL,
    RUN,
    Outputs,
    StepOutputs,
    print_summary,
    save_networks,
)
from nngui.headless_progress import FoldsShown
from nngui.headless_saving import RunSaver
from nngui.signals import stop_signals
from nngui.terminal import say_json, tell_unexpected, warn

if TYPE_CHECKING:
    from nngui.core.journal.edit import Edit
    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.headless_resume import Resumed
    from nngui.headless_saving import Place
    from nngui.signals import StopRequest

AUTOSAVE_S = 60.0  # seconds between two saves of a run that was taken up again
CHUNK_S = 0.05  # seconds between two looks at the progress bar
FAILED = 1  # the exit code where something went wrong on the way, and the rest was written
INTERRUPTED = 130  # Ctrl+C without a signal: of a test


@dataclass(frozen=True)
class How:
    """How a run is gone through.

    Attributes
    ----------
    engine : str
        ``torch`` or ``turbo``; empty: PyTorch trains the run, and turbo the folds that it covers.
    folds : int, optional
        Cross-validate by so many, too.
    place : Place, optional
        Where the run is saved, so that it can go on.
    autosave_s : float, optional
        Seconds between two saves on the way; 0: only at the end; None: `AUTOSAVE_S` for a run that
        was saved before, else 0.
    resume_command : str
        What goes on with it, with a place for its name.
    edits : tuple of Edit
        What is to change on the way (see `command_edits`).
    quiet : bool
        Nothing is said of how far it is.
    """

    engine: str = ""
    folds: int | None = None
    place: Place | None = None
    autosave_s: float | None = None
    resume_command: str = "{name}"
    edits: tuple[Edit, ...] = ()
    quiet: bool = False


def train(
    task: Task,
    spec: Spec,
    device: str,
    outputs: Outputs,
    how: How | None = None,
) -> int:
    """Train to the end, or until a signal asks for it; what there is by then is written.

    Where turbo does not cover the run, PyTorch trains it, with a word on stderr.

    Raises
    ------
    NnguiError
        When the data, the device or the files are not to be had.
    """
    outputs.check_places()
    how = how or How()
    weights = start_weights(spec)
    edits = check_settings(spec, how.edits)
    if edits:
        rehearse(Trainer(task, spec, device, weights), edits)
    trainer = Trainer(task, spec, device, weights)
    course = Course(trainer, History(trainer.columns), edits=EditPlan(edits))
    study = None
    if how.folds is not None:
        turbo = how.engine != "torch"
        study = FoldsStudy(task, spec, how.folds, device, weights, turbo=turbo)
    saver = None
    if how.place is not None:
        tell = partial(_tell_unsaved, course)
        saver = RunSaver(how.place, how.autosave_s or 0.0, tell)
    return _go(course, outputs, how, saver, study)


def go_on(run: Resumed, outputs: Outputs, how: How) -> int:
    """Train a run that was saved from there to its end (see `train`)."""
    outputs.check_places()
    trainer, steps = run.trainer, run.step
    left, engine = still_to_come(trainer.journal, steps, how.edits)
    edits = check_settings(trainer.spec, left)
    if edits:
        rehearse(run.another(), edits)
    elif trainer.ending is not None:
        warn(
            f"nngui: the run has ended already, at step {steps:,}. {trainer.ending} Give it more "
            "steps to go on, such as --set schedule.steps=..."
        )
    how = replace(how, engine=engine or how.engine)
    course = Course(trainer, run.history, resumed_at=steps, edits=EditPlan(edits))
    rows = run.history.exact(run.history.first_exact, steps)
    course.last = last_values(trainer.columns, rows)
    study = None
    if how.folds is not None:
        spec, turbo = trainer.spec, how.engine != "torch"
        weights = start_weights(spec)
        study = FoldsStudy(
            trainer.state.task, spec, how.folds, trainer.journal.device, weights, turbo=turbo
        )
    place = how.place or run.place
    tell = partial(_tell_unsaved, course)
    often_s = AUTOSAVE_S if how.autosave_s is None else how.autosave_s
    saver = RunSaver(place, often_s, tell)
    return _go(course, outputs, how, saver, study)


def _go(
    course: Course,
    outputs: Outputs,
    how: How,
    saver: RunSaver | None,
    study: FoldsStudy | None,
) -> int:
    """Train, and write all that is wanted; return the exit code."""
    trainer, written = course.trainer, course.written
    outputs.check(trainer)
    _tell_before(trainer)
    _choose_engine(trainer, how.engine or "torch")
    if study is not None:
        _begin_folds(study, trainer, compiles=how.engine != "torch")
    is_edited = bool(course.edits.left)
    steps = StepOutputs(outputs, trainer, course.history, written, is_edited=is_edited)
    journal = _journal_of(course, outputs)
    folded: FoldsState | None = None
    with stop_signals(patient=True) as asked:
        if saver is not None:
            _begin_saving(saver, course, how)
        began = time.perf_counter()
        try:
            is_stopped = train_on(course, steps, saver, asked, quiet=how.quiet)
            seconds = time.perf_counter() - began
            if saver is not None:
                _save_last(saver, course, how)
            trainer.end_now()
            steps.close()
        finally:
            steps.give_up()
        save_networks(trainer, outputs, written)
        _save_journal(journal, course)
        if study is not None and not is_stopped and not course.error:
            folded = _cross_validate(study, trainer.state.task.name, asked, quiet=how.quiet)
        found = _summary(course, seconds, is_stopped=is_stopped)
        tell_left(course.edits, trainer)
        if folded is not None:
            found["folds"] = summary(folded)
            is_stopped = not folded.is_complete
        if saver is not None:
            found |= saver.place.summary()
        print_summary(found | written.summary(), may_fail=asked.is_set())
        if (worse := no_better(found)) is not None:
            warn(f"nngui: {worse}")
    if course.error or written.failed:
        return FAILED
    return asked.code or (INTERRUPTED if is_stopped else 0)


def _begin_saving(saver: RunSaver, course: Course, how: How) -> None:
    """Save the run as it begins, and say how to go on."""
    if not course.trainer.variants:
        raise NnguiError("Nothing is trained here, so there is no run to save.")
    if course.resumed_at is None or how.place is not None:  # else it is saved there as it is
        saver.begin(course.trainer, course.history)
    if saver.interval_s and course.trainer.ending is None:
        warn(f"nngui: saved every {saver.interval_s:g} s; go on by: {_command(saver, how)}")


def _save_last(saver: RunSaver, course: Course, how: How) -> None:
    """Save the run as it ends; one that stands within a step stays as it was saved last."""
    if not course.is_whole:
        warn("nngui: the run stands within a step: it is kept as it was saved last.")
        return
    save = partial(saver.save_last, course.trainer, course.history)
    is_open = course.written.attempt(RUN, save) and course.trainer.ending is None
    if is_open and not saver.interval_s:  # else it was said at the beginning
        warn(f"nngui: go on by: {_command(saver, how)}")


def _journal_of(course: Course, outputs: Outputs) -> JournalWriter | None:
    """Return what notes how the run is trained, where that is to be written."""
    if outputs.journal is None:
        return None
    journal = JournalWriter(outputs.journal, course.trainer, course.history)
    course.checksum = journal.checksum
    return journal


def _save_journal(journal: JournalWriter | None, course: Course) -> None:
    """Write how the run was trained; of one that stands within a step that cannot be said."""
    if journal is None:
        return
    if course.is_whole:
        course.written.attempt(JOURNAL, journal.write)
    else:
        why = NnguiError("The run stands within a step: {path} is not written.", path=journal.path)
        course.written.note_failure(JOURNAL, why)


def _command(saver: RunSaver, how: How) -> str:
    return how.resume_command.replace("{name}", shlex.quote(saver.place.name))


def _tell_unsaved(course: Course, error: Exception) -> None:
    course.written.note_failure(RUN, error, "The training goes on, and it is tried again.")


def _summary(course: Course, seconds: float, *, is_stopped: bool) -> dict[str, Any]:
    """Return what the run has come to; what cannot be found out of it is told, and left out."""
    trainer = course.trainer
    stopped = is_stopped or bool(course.error)
    try:
        found = run_summary(trainer, course.last, seconds, stopped, course.first)
    except Exception as error:  # noqa: BLE001 - no memory perhaps: the files are written all the same
        course.error = course.error or tell_unexpected(error, "Scoring the network failed")
        found = {"task": trainer.state.task.name, "steps": trainer.step_count}
    found |= {} if course.resumed_at is None else {"resumed_at": course.resumed_at}
    found |= {"edits": course.edits.made} if course.edits.made else {}
    return found | ({"error": course.error} if course.error else {})


def _tell_before(trainer: Trainer) -> None:
    """Say what is to be said before the first step."""
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


def _cross_validate(study: FoldsStudy, name: str, asked: StopRequest, *, quiet: bool) -> FoldsState:
    """Train all folds, or as many as there are when a signal comes."""
    with FoldsShown(name, study.count, quiet=quiet) as shown:
        due = 0.0
        try:
            for _ in study:
                if asked.is_set():
                    break
                if time.perf_counter() >= due:
                    state = study.state()
                    shown.fold(min(len(state.each) + 1, state.count), state.done)
                    due = time.perf_counter() + CHUNK_S
        except KeyboardInterrupt:
            pass
    found = study.state()
    if not found.is_complete:
        warn(f"nngui: stopped: {len(found.each)} of {found.count} folds are done.")
    if found.diverged:
        warn(f"nngui: the training diverged in {found.diverged} of {found.count} folds.")
    return found


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
