"""Searching settings without a window: progress on stderr, one line of JSON on stdout."""

from __future__ import annotations

import csv
import math
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

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
from nngui.terminal import ctrl_c, say_json, warn

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from nngui.core.search.plan import Plan
    from nngui.core.search.trials import Trial
    from nngui.core.task import Task

INTERRUPTED = 130


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
    """

    workers: int = 0
    turbo: bool = True
    output: Path | None = None
    table: Path | None = None
    shared: bool = False


def join(path: Path, tasks: Mapping[str, Task], *, turbo: bool) -> int:
    """Work on a search that another process has begun, as long as that one is there."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for whoever started this one
    stopped = stopped_by_input()
    give_way()
    journal = Journal(path, tasks)
    try:
        Worker(journal, turbo=turbo, stopped=stopped.is_set).work()
    finally:
        journal.close()
    return 0


def search(path: Path, tasks: Mapping[str, Task], plan: Plan | None, how: How) -> int:
    """Go through a search to its end, or to Ctrl+C; what there is by then is told and kept.

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
    journal = Journal(path, tasks, plan)
    try:
        if how.turbo and not is_on_disk():
            warn("nngui: compiling turbo, once for this machine ...")
        began, known = time.perf_counter(), _ended(journal)
        if known:
            warn(f"nngui: going on with {known} trials that are there already: {path}")
        interrupted = _work(journal, how)
        seconds = time.perf_counter() - began
        journal.refresh()
        return _tell(journal, how, seconds, interrupted=interrupted)
    finally:
        journal.close()


def _work(journal: Journal, how: How) -> bool:
    """Train all trials, here and in other processes; return whether Ctrl+C came."""
    others = _Others(journal, how)
    bar = Progress(
        TextColumn("search"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("best {task.fields[best]}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    mirrored = -1
    with ctrl_c() as asked, bar:
        shown = bar.add_task("search", total=journal.board.wanted + 1, best="–")

        def look() -> bool:
            nonlocal mirrored
            ended = _ended(journal)
            if ended != mirrored:
                mirrored = ended
                best = best_of(journal.board.in_order, journal.plan)
                bar.update(shown, completed=ended, best=f"{best.score:.4g}" if best else "–")
            others.look()
            return asked.is_set()

        try:
            Worker(journal, turbo=how.turbo, stopped=look).work()
        except KeyboardInterrupt:
            asked.set()
        finally:
            others.end()
        return asked.is_set()


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


def _tell(journal: Journal, how: How, seconds: float, *, interrupted: bool) -> int:
    """Print what the search came to, and write its files."""
    plan, trials = journal.plan, journal.board.in_order
    best = best_of(trials, plan)
    say_json(_summary(journal, best, seconds))
    if how.output is not None and best is not None:
        write_text(how.output, to_toml(plan.task.name, plan.settings(best.values)))
    if how.table is not None:
        write_table(how.table, plan, trials)
    if how.shared and plan.sampler == TPE:
        from nngui.files.searches.optuna_storage import storage_path, write_study

        write_study(journal)
        warn(f"nngui: the trials for Optuna's dashboard: {storage_path(journal.path)}")
    if journal.board.unreadable:
        warn(f"nngui: lines of the journal that were left out: {journal.board.unreadable}")
    if interrupted:
        ended, wanted = _ended(journal), journal.board.wanted + 1
        warn(f"nngui: stopped: {ended} of {wanted} trials are kept; the same command goes on.")
        return INTERRUPTED
    if best is None:
        why = next((t.result.why for t in trials if t.result and t.result.why), "")
        raise NnguiError(mark("core", "No trial could be trained to its end. {why}"), why=why)
    if best.number == DEFAULT:
        warn("nngui: no trial was better than the settings as they are.")
    if len(trials) <= journal.board.wanted:
        warn(f"nngui: all settings that there are have been tried: {len(trials) - 1}.")
    return 0


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
