"""The runs that are kept: two files each, one to list and compare it by, one to reopen it from."""

from __future__ import annotations

import functools
import logging
import threading
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from nngui.core.errors import FileError, NnguiError
from nngui.files.atomic import make_folder, replacing_bytes
from nngui.files.runs.pairs import (
    ABOUT,
    about_path,
    alone_in,
    check_pair,
    new_state,
    pair_of,
    remove,
    state_path,
    states_of,
    sweep_runs,
    try_to_remove,
)
from nngui.files.runs.recovery import KINDS, write_parts, write_recovery
from nngui.files.runs.replacing import (
    NOT_COPIED,
    in_place_of,
    one_line,
    still_older,
)
from nngui.files.runs.replacing import StillOlderError as StillOlderError
from nngui.files.runs.run_file import (
    KIND,
    MAX_COUNT,
    MAX_NAME,
    MAX_NOTE,
    known,
    pack_run,
    read_curves,
    read_journal,
    read_run,
)
from nngui.files.runs.saved import Listing, read_listings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from nngui.core.journal.journal import Journal
    from nngui.core.records.run_record import Curves, RunRecord
    from nngui.core.task import Task
    from nngui.files.runs.recovery import Recovery

    WriteState = Callable[[Path, str], None]
    """Writes the whole run into a file, which bears a name inside (see `pairs.pair_of`)."""

MAX_RUNS = 200  # runs that are kept of a task; those with a name or a note do not count
MAX_GROUPED = 400  # of those that are parts of searches, which push out none of the others
PATIENCE_S = 10.0  # seconds that another window may take to write
DELETING_PATIENCE_S = 0.5  # this window may be closing
log = logging.getLogger(__name__)


class RunStore:
    """The runs in a folder. Its methods may be called by any thread.

    It has more methods than most: what each writing has to leave whole stands in one place.

    Parameters
    ----------
    folder : Path
        Made when the first run is kept.
    """

    def __init__(self, folder: Path, tasks: Sequence[Task]) -> None:
        self.folder = folder
        self._tasks = {task.name: task for task in tasks}
        self._lock = threading.RLock()
        self._runs: dict[str, RunRecord] | None = None
        self._left_out: set[str] = set()  # names of files that could not be read
        self._lent: set[Path] = set()  # states that somebody is about to read

    def runs(self, *, anew: bool = False) -> list[RunRecord]:
        """Return all runs that can be read, the newest first.

        Parameters
        ----------
        anew : bool
            Look into the folder again: another window may have kept some.
        """
        with self._lock:
            if anew:
                self._runs = None
            newest_first = sorted(self._all().values(), key=lambda run: run.ended, reverse=True)
            return sorted(newest_first, key=lambda run: run.sequence, reverse=True)

    @property
    def unreadable(self) -> int:
        """How many files the last reading found damaged, or of another version."""
        return len(self._left_out)

    def keep(self, run: RunRecord, curves: Curves, recovery: Recovery | None) -> RunRecord:
        """Keep a run, in place of an older state of it, or of one that came to the same.

        Parameters
        ----------
        run : RunRecord
            With number 0: it gets the next one.
        curves : dict
            Its curves; they are not kept in memory.
        recovery : Recovery or None
            All of it, to reopen it from; None where that is too large.

        Returns
        -------
        RunRecord
            As it stands in the list; its id may be that of the one it replaces. Where its network
            could not be written, and none was there before, `can_reopen` says so.

        Raises
        ------
        FileError
            When it cannot be written; a `StillOlderError` where an older state of it stays, whole.
        """
        if recovery is None:
            return self._keep(run, curves, None)
        return self._keep(run, curves, lambda path, pair: write_recovery(path, recovery, pair=pair))

    def keep_saved(self, path: Path) -> RunRecord:
        """Keep a run that was saved for the case of a crash, with each line of it that was left.

        What is here already, as far or further, stays as it is; so does the file.

        Raises
        ------
        FileError
            When it cannot be read, or not all of it can be kept.
        """
        run, *lines = read_listings(path, self._tasks)
        for line in lines:
            self._keep_listed(line)
        kept = self._keep_listed(run)
        if not kept.can_reopen:
            raise FileError(NOT_COPIED, why=NOT_COPIED)
        return kept

    def _keep_listed(self, one: Listing) -> RunRecord:
        with self._lock, alone_in(self.folder, PATIENCE_S):
            self._all()
            self._catch_up()
            same = self._same(one.run)
        if same is not None and same.steps >= one.run.steps and same.can_reopen >= one.is_whole:
            return same
        write = functools.partial(write_parts, one.content, one.arrays)
        return self._keep(one.run, one.curves, write if one.is_whole else None)

    def _keep(self, run: RunRecord, curves: Curves, write: WriteState | None) -> RunRecord:
        with self._lock:
            self._all()  # sweeps, once
            make_folder(self.folder)
            with alone_in(self.folder, PATIENCE_S):
                self._catch_up()
                same = self._same(run)
                run = self._numbered(run, same)
                try:
                    run = self._write_pair(run, curves, write, same)
                except FileError as error:
                    if same is None:
                        raise
                    raise still_older(same, error) from error
                self._remove_states(run, same)
                self._forget_old(run.task)
            return run

    def rename(self, run: RunRecord, name: str) -> RunRecord:
        """Give a run a name; an empty one gives it back its number.

        Raises
        ------
        FileError
            When its file cannot be read, or written.
        """
        return self._rewrite(run, name=one_line(name, MAX_NAME))

    def annotate(self, run: RunRecord, note: str) -> RunRecord:
        """Write a note on a run, in place of the one that it has; an empty one takes it away.

        Raises
        ------
        FileError
            When its file cannot be read, or written.
        """
        return self._rewrite(run, note=one_line(note, MAX_NOTE))

    def _rewrite(self, run: RunRecord, **changes: str) -> RunRecord:
        with self._lock, alone_in(self.folder, PATIENCE_S):
            about = self._about(run)
            # It may have gone on since it was listed, in another window, too.
            changed = replace(read_run(about, self._tasks), **changes)  # type: ignore[arg-type]
            journal = read_journal(about, self._tasks)
            self._write(replace(changed, journal=journal), read_curves(about))
            return changed

    def curves(self, run: RunRecord) -> Curves:
        """Read a run's curves.

        Raises
        ------
        FileError
            When its file cannot be read, or is damaged.
        """
        with self._lock:
            return read_curves(self._about(run))

    def journal(self, run: RunRecord) -> Journal | None:
        """Read all that happened to a run; None where an earlier version kept it.

        Raises
        ------
        FileError
            When its file cannot be read, or is damaged.
        """
        with self._lock:
            return read_journal(self._about(run), self._tasks)

    def delete(self, run: RunRecord) -> None:
        """Delete a run's files, if they are still there.

        Raises
        ------
        FileError
            When they cannot be deleted.
        """
        with self._lock, alone_in(self.folder, DELETING_PATIENCE_S):
            self._delete(run)

    def path_of(self, run: RunRecord) -> Path:
        """Return the file from which a run can be restored: it stays until the next start.

        It waits for nobody who writes.

        Raises
        ------
        FileError
            When it is another run's.
        """
        try:
            run = read_run(self._about(run), self._tasks)
        except FileError as error:  # deleted by another window; whoever reads the state says more
            log.info("%s", str(error))
        path = self._state(run)
        self._lent.add(path)
        if path.exists():
            check_pair(path, run.id, run.state, KINDS)
        return path

    def sweep(self) -> None:
        """Delete what killed programs left; not while another window writes."""
        with self._lock, alone_in(self.folder, 0) as is_alone:
            if is_alone:
                sweep_runs(self.folder, KIND)

    # The files -----------------------------------------------------------------------------------

    def _all(self) -> dict[str, RunRecord]:
        if self._runs is None:
            self.sweep()
            self._runs = {}
            self._left_out = set()
            self._catch_up()
        return self._runs

    def _catch_up(self) -> None:
        """Take up the runs that other windows have kept since, and let go those they deleted."""
        assert self._runs is not None
        try:
            paths = {path.name: path for path in sorted(self.folder.glob(f"*{ABOUT}"))}
        except OSError as error:
            log.warning("%s: %s", self.folder, error.strerror)
            return
        listed = {self._about(run).name: run_id for run_id, run in self._runs.items()}
        for name in listed.keys() - paths.keys():
            del self._runs[listed[name]]
        self._left_out &= paths.keys()
        for name, path in paths.items():
            if name not in listed and name not in self._left_out:
                try:
                    run = read_run(path, self._tasks)
                except NnguiError as error:
                    log.warning("%s", str(error))
                    self._left_out.add(name)
                else:
                    self._runs[run.id] = run

    def _about(self, run: RunRecord) -> Path:
        return about_path(self.folder, run.id)

    def _state(self, run: RunRecord) -> Path:
        return state_path(self.folder, run.id, run.state)

    def _same(self, run: RunRecord) -> RunRecord | None:
        """Return the run that this one takes the place of, as it is on the disk now."""
        runs = self._all()
        found = runs.get(run.id) or next((one for one in self.runs() if one.repeats(run)), None)
        if found is None:
            return None
        try:
            return read_run(self._about(found), self._tasks)
        except FileError as error:
            log.warning("%s", str(error))
            return found

    def _numbered(self, run: RunRecord, same: RunRecord | None) -> RunRecord:
        runs = self._all().values()
        # Those that cannot be read just now count, too.
        least = len(runs) + len(self._left_out)
        sequence = 1 + max((one.sequence for one in runs), default=0)
        run = replace(run, scores=known(run.scores), group=one_line(run.group, MAX_NAME))
        run = replace(run, sequence=min(max(sequence, 1 + least), MAX_COUNT))
        if same is not None:
            return in_place_of(same, run)
        number = 1 + max((one.number for one in runs if one.task == run.task), default=0)
        return replace(run, number=min(number, MAX_COUNT))

    def _write_pair(
        self, run: RunRecord, curves: Curves, write: WriteState | None, same: RunRecord | None
    ) -> RunRecord:
        """Write the state, if there is one, and then the file that names it."""
        run = replace(run, curves=tuple(curves), state="", can_reopen=False)
        was_whole = same is not None and same.can_reopen
        if write is None and was_whole:
            assert same is not None
            if not same.repeats(run):
                raise FileError(NOT_COPIED, why=NOT_COPIED)
            run = replace(run, state=same.state, can_reopen=True)  # that is its network
        path = None
        try:
            if write is not None:
                state = new_state()
                path = state_path(self.folder, run.id, state)
                try:
                    write(path, pair_of(run.id, state))
                    run = replace(run, state=state, can_reopen=True)
                except FileError as error:  # too large, perhaps; settings and curve are kept
                    if was_whole:
                        raise
                    log.warning("%s", str(error))
            self._write(run, curves)
        except FileError:  # the list still names the older state
            if path is not None:
                try_to_remove(path)
            raise
        return run

    def _write(self, run: RunRecord, curves: Curves) -> None:
        with replacing_bytes(self._about(run)) as file:
            file.write(pack_run(run, curves))
        self._all()[run.id] = replace(run, journal=None)  # of hundreds it would take too much

    def _remove_states(self, run: RunRecord, same: RunRecord | None) -> None:
        """Remove the older states of a run; one that is just being read goes at the next start."""
        kept = self._state(run)
        older = {self._state(same)} if same is not None else set()
        for path in older.union(states_of(self.folder, run.id)) - self._lent - {kept}:
            try_to_remove(path)

    def _forget_old(self, task: str) -> None:
        for run in too_old(list(self._all().values()), task):
            try:
                self._delete(run)
            except FileError as error:  # one too many; what was to be kept is kept
                log.warning("%s", str(error))

    def _delete(self, run: RunRecord) -> None:
        known = self._all().get(run.id, run)
        remove(self._about(run))  # first: what then stays is no run any more, and is swept
        self._all().pop(run.id, None)
        for path in {self._state(known), *states_of(self.folder, run.id)}:
            remove(path)


def too_old(runs: Sequence[RunRecord], task: str) -> list[RunRecord]:
    """Return the runs of a task that are not kept any longer: those kept first, whatever the time.

    What was kept last is not among them.
    """
    plain = [run for run in runs if run.task == task and not run.name and not run.note]
    plain.sort(key=lambda run: (run.sequence, run.number), reverse=True)
    alone = [run for run in plain if not run.group]
    grouped = [run for run in plain if run.group]
    return alone[MAX_RUNS:] + grouped[MAX_GROUPED:]


def new_id() -> str:
    """Return an id for a run that no other one has."""
    return uuid.uuid4().hex
