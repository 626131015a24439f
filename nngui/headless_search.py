"""Searching settings without a window: progress on stderr, one line of JSON on stdout."""

from __future__ import annotations

import csv
import math
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from nngui.core.errors import NnguiError
from nngui.core.search.plan import TPE
from nngui.core.search.trials import DEFAULT, DONE, ENDED, FAILED, PRUNED, best_of, counts
from nngui.core.spec.keys import flat
from nngui.core.spec.toml import to_toml
from nngui.core.text import mark
from nngui.core.turbo.cache import is_on_disk
from nngui.files.atomic import check_place, replacing, write_text
from nngui.files.searches.journal import Journal
from nngui.files.searches.processes import (
    PATIENCE_S,
    cores,
    give_way,
    stopped_by_input,
    worker_command,
)
from nngui.files.searches.worker import Worker
from nngui.headless_outputs import Written, print_summary
from nngui.headless_progress import SearchShown
from nngui.signals import ignore, stop_signals
from nngui.terminal import warn

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from nngui.core.search.plan import Plan
    from nngui.core.search.trials import Trial
    from nngui.core.task import Task
    from nngui.signals import StopRequest


UNWRITTEN = 1  # the exit code where a file could not be written
INTERRUPTED = 130  # Ctrl+C without a signal: of a test
APART: dict[str, Any] = {"process_group": 0}  # Ctrl+C in the terminal is for whoever started them
if sys.platform == "win32":
    APART = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}


@dataclass(frozen=True)
class How:
    """How a search is gone through, and what it leaves behind.

    Attributes
    ----------
    workers : int
        Processes, this one included; 0: as many as there are cores.
    turbo : bool
        Whether turbo trains what it covers.
    output, table : Path, optional
        The best settings, and a row for each trial.
    shared : bool
        Whether the journal was given a place by name.
    quiet : bool
        Nothing is said of how far it is.
    """

    workers: int = 0
    turbo: bool = True
    output: Path | None = None
    table: Path | None = None
    shared: bool = False
    quiet: bool = False


def join(path: Path, tasks: Mapping[str, Task], *, turbo: bool) -> int:
    """Work on a search that another process has begun, as long as that one is there."""
    ignore("SIGINT", "SIGHUP")  # these are for whoever started this one, who then tells it to leave
    stopped = stopped_by_input()
    give_way()
    with stop_signals(patient=True) as asked:
        journal = Journal(path, tasks)
        try:
            Worker(journal, turbo=turbo, stopped=lambda: stopped.is_set() or asked.is_set()).work()
        finally:
            journal.close()
    return asked.code


def search(path: Path, tasks: Mapping[str, Task], plan: Plan | None, how: How) -> int:
    """Go through a search to its end, or until a signal asks; what there is is told and kept.

    Parameters
    ----------
    plan : Plan, optional
        None: what the journal says.

    Raises
    ------
    NnguiError
        When the journal cannot be used, or a file cannot be written.
    """
    for file in (how.output, how.table):
        if file is not None:
            check_place(file)  # not only when all the training has been done
    with stop_signals(patient=True) as asked:
        journal = Journal(path, tasks, plan)
        try:
            if how.turbo and not is_on_disk():
                warn("nngui: compiling turbo, once for this machine ...")
            began, known = time.perf_counter(), _ended(journal)
            if known:
                warn(f"nngui: going on with {known} trials that are there already: {path}")
            is_stopped = _work(journal, how, asked)
            seconds = time.perf_counter() - began
            journal.refresh()
            is_told = _tell(journal, how, seconds, is_stopped=is_stopped)
        finally:
            journal.close()
    if not is_told:
        return UNWRITTEN
    return asked.code or (INTERRUPTED if is_stopped else 0)


def _work(journal: Journal, how: How, asked: StopRequest) -> bool:
    """Train all trials, here and in other processes; return whether it was stopped before."""
    others = _Others(journal, how)
    wanted, mirrored, is_stopped = journal.board.wanted + 1, -1, False
    best = "–"
    with SearchShown(wanted, quiet=how.quiet) as shown:

        def look() -> bool:
            nonlocal mirrored, best
            ended = _ended(journal)
            if ended != mirrored:
                mirrored = ended
                found = best_of(journal.board.in_order, journal.plan)
                best = f"{found.score:.4g}" if found else "–"
            shown.trials(ended, best)
            if not asked.is_set():  # else they may have been asked, too
                others.look()
            return asked.is_set()

        try:
            Worker(journal, turbo=how.turbo, stopped=look).work()
        except KeyboardInterrupt:
            is_stopped = True
        finally:
            others.end()
    return is_stopped or asked.is_set()


class _Others:
    """The processes that work on the search beside this one; none for what is nearly done."""

    def __init__(self, journal: Journal, how: How) -> None:
        board = journal.board
        left = board.wanted + 1 - _ended(journal)
        count = min((how.workers or cores()), left) - 1
        command = worker_command(journal.path, turbo=how.turbo)
        self._processes = [
            subprocess.Popen(  # our own program, with a path of ours
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                **APART,
            )
            for _ in range(max(count, 0))
        ]

    def look(self) -> None:
        """Say so where one has ended before its time; the search goes on without it."""
        for process in list(self._processes):
            code = process.poll()
            if code is not None:
                self._processes.remove(process)
                if code:
                    text = "nngui: a process that helped has ended (code {code}): the others go on."
                    warn(text.format(code=code))

    def end(self) -> None:
        """Have all of them leave, soon."""
        for process in self._processes:
            assert process.stdin is not None
            process.stdin.close()
        for process in self._processes:
            try:
                process.wait(PATIENCE_S + 2)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes.clear()


def _ended(journal: Journal) -> int:
    return sum(trial.state in ENDED for trial in journal.board.in_order)


def _tell(journal: Journal, how: How, seconds: float, *, is_stopped: bool) -> bool:
    """Write a search's files, and print what it came to; return whether all were written."""
    plan, trials, written = journal.plan, journal.board.in_order, Written()
    best = best_of(trials, plan)
    if how.output is not None and best is not None:
        text = to_toml(plan.task.name, plan.settings(best.values))
        written.attempt("settings", partial(write_text, how.output, text))
    if how.table is not None:
        written.attempt("table", partial(write_table, how.table, plan, trials))
    if how.shared and plan.sampler == TPE:
        from nngui.files.searches.optuna_storage import storage_path, write_study

        if written.attempt("study", partial(write_study, journal)):
            warn(f"nngui: the trials for Optuna's dashboard: {storage_path(journal.path)}")
    found = _summary(journal, best, seconds) | written.summary()
    print_summary(found, may_fail=is_stopped)
    if journal.board.unreadable:
        warn(f"nngui: lines of the journal that were left out: {journal.board.unreadable}")
    if is_stopped:
        ended, wanted = _ended(journal), journal.board.wanted + 1
        warn(f"nngui: stopped: {ended} of {wanted} trials are kept; the same command goes on.")
        return not written.failed
    if best is None:
        why = next((t.result.why for t in trials if t.result and t.result.why), "")
        raise NnguiError(mark("core", "No trial could be trained to its end. {why}"), why=why)
    if best.number == DEFAULT:
        warn("nngui: no trial was better than the settings as they are.")
    if len(trials) <= journal.board.wanted:
        warn(f"nngui: all settings that there are have been tried: {len(trials) - 1}.")
    return not written.failed


def _summary(journal: Journal, best: Trial | None, seconds: float) -> dict[str, Any]:
    plan, trials = journal.plan, journal.board.in_order
    found = counts(trials)
    default = journal.board.trials.get(DEFAULT)
    return {
        "task": plan.task.name,
        "sampler": plan.sampler,
        "by": plan.by,
        "seeds": plan.seed_list,
        "best": _about(best),
        "default": _about(default),
        "trials": found[DONE] + found[PRUNED] + found[FAILED],
        "done": found[DONE],
        "pruned": found[PRUNED],
        "failed": found[FAILED],
        "seconds": round(seconds, 2),
        "training_seconds": round(sum(t.result.seconds for t in trials if t.result), 2),
        "storage": str(journal.path),
    }


def _about(trial: Trial | None) -> dict[str, Any] | None:
    """Return a trial as JSON has it; None where there is none that was trained to its end."""
    if trial is None or trial.result is None or trial.state != DONE:
        return None
    result = trial.result
    return {
        "trial": trial.number,
        "settings": {key: _plain(value) for key, value in trial.values.items()},
        "score": _known(result.score),
        "deviation": _known(result.deviation),
        **{
            part: {n: _known(v) for n, v in scores.items()}
            for part, scores in result.scores.items()
        },
        "epochs": round(result.epochs, 1),
        "engine": result.engine,
    }


def write_table(path: Path, plan: Plan, trials: list[Trial]) -> None:
    """Write a row for each trial.

    Raises
    ------
    FileError
        When it cannot be written.
    """
    parts = {
        part: sorted({n for t in trials if t.result for n in t.result.scores.get(part, {})})
        for part in ("validation", "test")
    }
    keys = [axis.key for axis in plan.axes]
    scores = [(part, name) for part, names in parts.items() for name in names]
    with replacing(path) as file:
        writer = csv.writer(file, lineterminator="\n")
        head = ["trial", "state", "score", "deviation", *keys]
        head += [f"{part} {name}" for part, name in scores]
        writer.writerow([*head, "epochs", "seconds", "engine", "why"])
        for trial in trials:
            writer.writerow(_row(plan, trial, keys, scores))


def _row(plan: Plan, trial: Trial, keys: list[str], scores: list[tuple[str, str]]) -> list[Any]:
    values = flat(plan.spec) | trial.values
    row: list[Any] = [trial.number, trial.state]
    result = trial.result
    if result is None:
        return [*row, "", "", *(_plain(values[key]) for key in keys)]
    row += [_cell(result.score), _cell(result.deviation), *(_plain(values[key]) for key in keys)]
    row += [_cell(result.scores.get(part, {}).get(name, math.nan)) for part, name in scores]
    return [*row, f"{result.epochs:g}", f"{result.seconds:.3f}", result.engine, result.why]


def _cell(value: float) -> str:
    return repr(value) if math.isfinite(value) else ""


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
