"""All that writes a file: how it writes version 0 and version 1 of something, and reads it.

`WRITERS` needs neither torch nor Qt; `torch_writers` and `window_writers` have the others. A new
writer takes its place in one of them: `test_every_writer` looks for it in the sources.
"""

from __future__ import annotations

import logging
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nngui.core.errors import FileError
from nngui.core.journal.edit import SettingsEdit
from nngui.core.journal.journal import Journal as RunJournal
from nngui.core.journal.journal_text import JournalFile
from nngui.core.search.plan import make_plan
from nngui.core.search.samplers import Sampler
from nngui.core.search.trials import DONE, Result
from nngui.core.spec.toml import to_toml, with_settings
from nngui.core.spec.toml_text import read_toml
from nngui.files.atomic import new_folder, read_text, replacing, write_text
from nngui.files.images.pixel_table import write_pixels
from nngui.files.log import LogFile
from nngui.files.predictions import save_predictions
from nngui.files.preferences import Preferences
from nngui.files.runs import store as run_store
from nngui.files.runs.history_csv import write_history, write_rows
from nngui.files.runs.history_file import HistoryFile
from nngui.files.runs.journal_file import read_journal, write_journal
from nngui.files.runs.recovery import read_summary, write_recovery
from nngui.files.runs.runs_csv import write_curves, write_runs
from nngui.files.runs.store import RunStore
from nngui.files.searches.journal import Journal
from nngui.files.searches.places import path_for
from nngui.files.searches.workers import own_name
from nngui.files.tables.reader import paste_table
from nngui.gui.window.session import Session
from tests.files.runs.test_pairs import a_recovery
from tests.files.runs.test_store import CURVES, SPEC, TASKS, a_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from nngui.core.errors import NnguiError

TASK = next(task for task in TASKS if task.name == "regression")


class BrokenError(Exception):
    """What lies there is neither the old nor the new."""


@dataclass(frozen=True)
class Writer:
    """Writes into a folder of its own.

    Attributes
    ----------
    prepare : callable of Path
        Writes version 0.
    write : callable of Path
        Writes version 1 over it; raises, or returns, what a user is told.
    read : callable of Path
        Returns the version that is there; raises where it is none.
    covers : tuple of str
        The functions of the program that are behind it, as ``module:function``.
    is_quiet : bool
        It tells nobody: nobody is there, or it is what would be told through.
    parts : tuple of str
        Beginnings of the names of files that may lie there.
    """

    prepare: Callable[[Path], object]
    write: Callable[[Path], NnguiError | None]
    read: Callable[[Path], int]
    covers: tuple[str, ...]
    is_quiet: bool = False
    parts: tuple[str, ...] = ()
    around: Callable[[], object] = field(default=nullcontext)


def version_in(text: str) -> int:
    """Return the version of which a text is 5,000 letters."""
    if len(text) != 5000 or len(set(text)) != 1:
        raise BrokenError(text[:20])
    return int(text[0])


# --- Single files ---------------------------------------------------------------------------------


def single(name: str, write, read, *covers: str) -> Writer:
    """A file that is replaced as a whole, by `write(path, version)`."""
    return Writer(
        lambda folder: write(folder / name, 0),
        lambda folder: write(folder / name, 1),
        lambda folder: read(folder / name),
        covers,
        parts=(name,),
    )


def spec_of(version: int):
    return with_settings(SPEC, {"optimizer.lr": 0.1 + version})


def journal_of(version: int) -> RunJournal:
    return RunJournal(
        "regression", spec_of(version), edits=(SettingsEdit(9, {"optimizer.lr": 0.7}),)
    )


def version_of_settings(path: Path) -> int:
    document = read_toml(read_text(path))
    document.pop("task")
    return [spec_of(0), spec_of(1)].index(with_settings(SPEC, document))


def history_of(version: int):
    return a_recovery(200 + version).history


def write_losses(path: Path, version: int) -> None:
    with replacing(path) as file:
        write_history(file, history_of(version))


def write_while_training(path: Path, version: int) -> None:
    file = HistoryFile(path, ["loss"])
    for first in (1, 101):
        rows = np.ones((100 + version * (first > 1), 1)).tolist()
        file.add(lambda text, first=first, rows=rows: write_rows(text, first, rows))
        file.flush()
    file.close()


def rows_in(first: int, rows: int) -> Callable[[Path], int]:
    """Read a CSV that has so many rows, and one more in version 1."""

    def read(path: Path) -> int:
        lines = path.read_text(encoding="utf-8").split("\n")
        if lines[-1] or any(line.count(",") != lines[0].count(",") for line in lines[:-1]):
            raise BrokenError(lines[-1])
        return [first + rows, first + rows + 1].index(len(lines) - 1)

    return read


def write_list(path: Path, version: int) -> None:
    runs = [a_run(0.1 + n) for n in range(20 + version)]
    with replacing(path) as file:
        write_runs(file, runs, {run.id: "run" for run in runs})


def write_drawn(path: Path, version: int) -> None:
    runs = [a_run()]
    drawn = {"loss": tuple(part.repeat(50 + version)[: 50 + version] for part in CURVES["loss"])}
    with replacing(path) as file:
        write_curves(file, runs, {runs[0].id: "run"}, lambda _: drawn)


def frame_of(version: int) -> pd.DataFrame:
    return pd.DataFrame({"x": np.arange(100.0 + version), "predicted": 0.5})


def write_images(path: Path, version: int) -> None:
    cells = np.full((5 + version, 49), version, np.int64)
    frame = pd.DataFrame(cells, columns=[f"pixel{n}" for n in range(49)])
    write_pixels(path, frame.assign(label=1), "label")


def version_of_pasted(folder: Path) -> int:
    texts = {read_text(path) for path in (folder / "pasted").glob("*.tsv")}
    if texts > {"x\ty\n" + "1\t2\n" * 500}:
        raise BrokenError(len(texts))
    return len(texts)


def version_of_images(path: Path) -> int:
    with np.load(path) as found:
        images, labels = found["images"], found["labels"]
    if len(images) != len(labels):
        raise BrokenError(len(labels))
    return [5, 6].index(len(images))


# --- The list of runs -----------------------------------------------------------------------------


def store_in(folder: Path) -> RunStore:
    return RunStore(folder / "runs", TASKS)


RUN = replace(a_run(), id="1" * 32)


def version_of_run(folder: Path, *, name: str = "") -> int:
    """Return the version of the pair; both its files have to be of one."""
    store = store_in(folder)
    runs = store.runs()
    if store.unreadable or len(runs) != 1:
        raise BrokenError([run.id for run in runs])
    step = read_summary(store.path_of(runs[0])).step
    if step != runs[0].steps or (name and runs[0].name not in ("", name)):
        raise BrokenError(step)
    return int(runs[0].name == name) if name else [200, 201].index(step)


def keep(folder: Path, version: int, run=RUN) -> NnguiError | None:
    """Keep a run; what its record says is what the window says."""
    steps = 200 + version
    kept = store_in(folder).keep(replace(run, steps=steps), CURVES, a_recovery(steps))
    return None if kept.can_reopen else FileError("without its network")


def save(folder: Path) -> None:
    """Leave a run as a killed window leaves it, beside an older state of it in the list."""
    keep(folder, 0)
    found = a_recovery(201)
    state = {"step": 201, "networks": [{}], "order": None, "ending": None, "best": []}
    write_recovery(folder / "saved", replace(found, state=state, run=RUN.id))


def rename(folder: Path) -> None:
    store_in(folder).rename(RUN, "mine")


def delete(folder: Path) -> None:
    store = store_in(folder)
    store.delete(RUN)
    if store.runs():
        raise BrokenError("it is still listed")


def number_left(folder: Path) -> int:
    runs = store_in(folder).runs()
    if any(not run.can_reopen for run in runs):
        raise BrokenError("a list entry without its network")
    return 1 - len(runs)


@contextmanager
def only_one() -> Iterator[None]:
    """Have runs be forgotten as soon as there are two."""
    before, run_store.MAX_RUNS = run_store.MAX_RUNS, 1
    try:
        yield
    finally:
        run_store.MAX_RUNS = before


def which_is_left(folder: Path) -> int:
    runs = store_in(folder).runs()
    if not runs or any(not run.can_reopen for run in runs if run.id == RUN.id):
        raise BrokenError("nothing is left, or not all of it")
    return int(runs[0].id != RUN.id)  # the newest first; the old one may have stayed


# --- What the program remembers -------------------------------------------------------------------


def prefer(folder: Path, version: int) -> NnguiError | None:
    preferences = Preferences(folder / "settings" / "nngui.toml")
    preferences.put(theme=f"{version}" * 5000)
    return preferences.take_problem()


def version_of_preferences(folder: Path) -> int:
    return version_in(Preferences(folder / "settings" / "nngui.toml").text("theme"))


def break_preferences(folder: Path) -> None:
    write_text(folder / "nngui.toml", "version = [")


def set_aside(folder: Path) -> NnguiError | None:
    preferences = Preferences(folder / "nngui.toml")
    preferences.put(theme="1" * 5000)
    return preferences.take_problem()


def version_of_set_aside(folder: Path) -> int:
    texts = [read_text(path) for path in folder.glob("nngui.toml*")]
    if "version = [" not in texts:
        raise BrokenError(texts)
    found = Preferences(folder / "nngui.toml", keep=False).text("theme")
    return version_in(found) if found else 0


def save_session(folder: Path, version: int) -> None:
    Session(folder / "session").save(SimpleNamespace(task=TASK, spec=spec_of(version)))


def forget_session(folder: Path) -> None:
    Session(folder / "session").save(SimpleNamespace(task=TASK, spec=TASK.spec))


def version_of_session(folder: Path) -> int:
    found = [TASK.spec]
    run = SimpleNamespace(task=TASK, spec=TASK.spec, apply=found.append)
    Session(folder / "session").restore(run)
    return 1 if found[-1] == TASK.spec else [spec_of(0), spec_of(1)].index(found[-1])


# --- What is only ever added to -------------------------------------------------------------------

PLAN = make_plan(
    TASK,
    with_settings(SPEC, {"schedule.validation": 0.3, "schedule.batch_size": 16}),
    ["optimizer.lr=0.001..0.1:log"],
    trials=3,
    seeds=1,
)[0]


def search(folder: Path, trials: int) -> None:
    journal = Journal(path_for(PLAN, folder / "searches"), {TASK.name: TASK}, PLAN)
    with closing(journal):
        worker, sampler = own_name(), Sampler(PLAN)
        for _ in range(trials):
            trial = journal.claim(worker, sampler)
            journal.rung(worker, trial.number, 8, 0.5)
            journal.end(worker, trial.number, Result(DONE, float(trial.number), 0.1))


def ended_trials(folder: Path) -> int:
    """Return 1 when both trials have ended; what was there before is there in any case."""
    journal = Journal(path_for(PLAN, folder / "searches"), {TASK.name: TASK})
    try:
        ended = [trial.number for trial in journal.board.in_order if trial.state == DONE]
    finally:
        journal.close()
    if ended[:1] != [0]:
        raise BrokenError(ended)
    return int(len(ended) > 1)


def begun_search(folder: Path) -> int:
    path = path_for(PLAN, folder / "searches")
    if not path.exists() or not path.read_bytes().endswith(b"\n"):
        return 0  # none, or one that begins anew
    Journal(path, {TASK.name: TASK}).close()
    return 1


def write_log(folder: Path, words: list[str]) -> None:
    handler = LogFile(folder / "logs" / "nngui.log")
    handler.maxBytes = 280  # it goes over to another file once
    try:
        for word in words:
            handler.emit(logging.LogRecord("nngui", logging.INFO, "", 0, word, None, None))
    finally:
        handler.close()


def version_of_log(folder: Path) -> int:
    lines = "".join(path.read_text() for path in sorted((folder / "logs").glob("nngui.log*")))
    if "first" not in lines:
        raise BrokenError(lines)
    return int("last" in lines)


# --- The table ------------------------------------------------------------------------------------


def make_folder(folder: Path) -> None:
    """Make a folder of two files, as the exported project does, in a place that is free."""
    places = (folder / f"made-{number}" for number in range(100))
    try:
        with new_folder(next(place for place in places if not place.exists())) as inside:
            for name in "ab":
                write_text(inside / name, "1" * 5000)
    except (OSError, FileError) as error:
        raise FileError("not made") from error


def version_of_folder(folder: Path) -> int:
    for place in folder.glob("made-*"):
        if {version_in(read_text(place / name)) for name in "ab"} != {1}:
            raise BrokenError(place)
    return int(any(folder.glob("made-*")))


ATOMIC = "nngui.files.atomic"
WRITERS = {
    "text": single(
        "a.txt",
        lambda path, version: write_text(path, f"{version}" * 5000),
        lambda path: version_in(read_text(path)),
        f"{ATOMIC}:write_text",
        f"{ATOMIC}:replacing",
        f"{ATOMIC}:replacing_bytes",
    ),
    "folder": Writer(
        lambda folder: None,
        make_folder,
        version_of_folder,
        (f"{ATOMIC}:new_folder",),
        parts=("made-",),
    ),
    "settings file": single(
        "s.nngui.toml",
        lambda path, version: write_text(path, to_toml("regression", spec_of(version))),
        version_of_settings,
        "nngui.gui.controllers.documents:save_settings",
    ),
    "run's journal": single(
        "r.nnrun",
        lambda path, version: write_journal(path, JournalFile(journal_of(version), 100)),
        lambda path: [spec_of(0), spec_of(1)].index(
            read_journal(path, {"regression": SPEC}).journal.spec
        ),
        "nngui.files.runs.journal_file:write_journal",
    ),
    "history": single("h.csv", write_losses, rows_in(201, 0)),
    "history of a run": single(
        "h.csv",
        write_while_training,
        rows_in(201, 0),
        "nngui.files.runs.history_file:__init__",
        "nngui.files.runs.history_file:flush",
    ),
    "list of runs": single("r.csv", write_list, rows_in(21, 0)),
    "curves": single("c.csv", write_drawn, rows_in(51, 0)),
    "predictions": single(
        "p.csv",
        lambda path, version: save_predictions(frame_of(version), path),
        rows_in(101, 0),
        "nngui.files.predictions:save_predictions",
    ),
    "images of a table": single(
        "i.npz", write_images, version_of_images, "nngui.files.images.pixel_table:write_pixels"
    ),
    "pasted table": Writer(
        lambda folder: None,
        lambda folder: paste_table("x\ty\n" + "1\t2\n" * 500, folder / "pasted") and None,
        version_of_pasted,
        ("nngui.files.tables.reader:paste_table",),
        parts=("pasted",),
    ),
    "recovery": single(
        "run.safetensors",
        lambda path, version: write_recovery(path, a_recovery(200 + version)),
        lambda path: [200, 201].index(read_summary(path).step),
        "nngui.files.runs.recovery:write_recovery",
    ),
    "kept run": Writer(
        lambda folder: keep(folder, 0),
        lambda folder: keep(folder, 1),
        version_of_run,
        (
            "nngui.files.runs.store:_keep",
            "nngui.files.runs.store:keep",
            "nngui.files.runs.store:_write",
            f"{ATOMIC}:make_folder",
            "nngui.files.runs.pairs:remove",
        ),
        parts=("runs",),
    ),
    "kept run, from a save": Writer(
        save,
        lambda folder: store_in(folder).keep_saved(folder / "saved") and None,
        version_of_run,
        ("nngui.files.runs.recovery:write_parts",),
        parts=("runs", "saved"),
    ),
    "run that pushes out another": Writer(
        lambda folder: keep(folder, 0),
        lambda folder: keep(folder, 1, replace(a_run(0.7), id="2" * 32)),
        which_is_left,
        (),
        parts=("runs",),
        around=only_one,
    ),
    "renamed run": Writer(
        lambda folder: keep(folder, 0),
        rename,
        lambda folder: version_of_run(folder, name="mine"),
        (),
        parts=("runs",),
    ),
    "deleted run": Writer(lambda folder: keep(folder, 0), delete, number_left, (), parts=("runs",)),
    "preferences": Writer(
        lambda folder: prefer(folder, 0),
        lambda folder: prefer(folder, 1),
        version_of_preferences,
        ("nngui.files.preferences:put",),
        parts=("settings",),
    ),
    "preferences set aside": Writer(
        break_preferences,
        set_aside,
        version_of_set_aside,
        ("nngui.files.preferences:_set_aside",),
        parts=("nngui.toml",),
    ),
    "session": Writer(
        lambda folder: save_session(folder, 0),
        lambda folder: save_session(folder, 1),
        version_of_session,
        ("nngui.gui.window.session:save",),
        is_quiet=True,
        parts=("session",),
    ),
    "session of the tutorial's settings": Writer(
        lambda folder: save_session(folder, 0),
        forget_session,
        version_of_session,
        (),
        is_quiet=True,
        parts=("session",),
    ),
    "search": Writer(
        lambda folder: search(folder, 1),
        lambda folder: search(folder, 1),
        ended_trials,
        (
            "nngui.files.searches.journal:__init__",
            "nngui.files.searches.journal:_add",
            "nngui.files.searches.places:path_for",
            "nngui.files.regular:open_to_append",
        ),
        parts=("searches",),
    ),
    "new search": Writer(
        lambda folder: None,
        lambda folder: search(folder, 0),
        begun_search,
        (),
        parts=("searches",),
    ),
    "log": Writer(
        lambda folder: write_log(folder, ["first"]),
        lambda folder: write_log(folder, ["second" * 15, "third" * 10, "last"]),
        version_of_log,
        ("nngui.files.log:_open",),
        is_quiet=True,
        parts=("logs",),
    ),
}
