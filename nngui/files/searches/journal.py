"""A search's journal: lines of JSON that are only ever added, by all who work on it.

What was written stays: a trial that has ended is flushed to the disk before the next one begins. A
line that a killed process left half written is passed over. Nothing in it is run, and all of it is
checked, for it may come from anywhere.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from nngui.core.errors import FileError, SettingError
from nngui.core.search import board as lines
from nngui.core.search.board import MAX_ATTEMPTS, Board, end_line
from nngui.core.search.plan import Plan, plan_from
from nngui.core.search.trials import FAILED, LEFT, RUNNING, Result, Trial
from nngui.core.text import mark
from nngui.files.atomic import flush_folder
from nngui.files.lock import locked
from nngui.files.regular import open_to_append
from nngui.files.searches.workers import LEASE_S, Attendance

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from nngui.core.search.samplers import Sampler
    from nngui.core.task import Task

KIND = "search 1"
MAX_BYTES = 64_000_000
MAX_LINE = 1_000_000  # bytes
READ = 1 << 20
PATIENCE_S = 30.0  # seconds that others may take to write
log = logging.getLogger(__name__)


class Journal:
    """The journal of a search, open. Its methods may be called by any thread.

    Parameters
    ----------
    path : Path
        Made where it is not there, and a plan is given.
    tasks : mapping of str to Task
        By name.
    plan : Plan, optional
        What is searched; without one, what the journal says.
    lease_s : float
        See `Attendance`.

    Attributes
    ----------
    board : Board
        What is known of the trials, as of the last `refresh`.
    plan : Plan

    Raises
    ------
    FileError
        When it cannot be opened, is none of ours, or is damaged in its first line.
    SettingError
        When it is the journal of another search than the plan's.
    """

    def __init__(
        self,
        path: Path,
        tasks: Mapping[str, Task],
        plan: Plan | None = None,
        lease_s: float = LEASE_S,
    ) -> None:
        self.path = path
        self._attendance = Attendance(lease_s)
        self._turn = threading.RLock()
        self._offset, self._rest = 0, b""
        self._is_exhausted = False  # all trials that there are to be have been begun
        with self._told():
            if plan is None and not path.exists():
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
            self._handle = open_to_append(path, MAX_BYTES)
        try:
            self._begin(tasks, plan)
        except BaseException:
            os.close(self._handle)
            raise

    def _begin(self, tasks: Mapping[str, Task], plan: Plan | None) -> None:
        with self.alone():
            with self._told():
                is_new = os.fstat(self._handle).st_size == 0
            if is_new:
                if plan is None:
                    raise self._no_search()
                self._add({"nngui": KIND, **plan.header()}, sync=True)
                flush_folder(self.path.parent)
            found = self._read_header(tasks)
            if plan is not None and plan.identity != found.identity:
                text = mark(
                    "core",
                    "{path} is the journal of another search ({what} differ): give the same "
                    "settings as before, or another --storage.",
                )
                raise SettingError(text, path=self.path, what=", ".join(_differing(plan, found)))
            self.plan = plan or found
            self.board = Board(self.plan)
            self.board.wanted = found.trials
            self._take_lines()
            if plan is not None and plan.trials > self.board.wanted:
                self._add({"is": lines.MORE, "trials": plan.trials}, sync=True)
                self._take_lines()

    def close(self) -> None:
        """Close the file; nothing more can be asked of the disk."""
        with self._turn:
            if self._handle >= 0:
                handle, self._handle = self._handle, -1
                try:
                    os.close(handle)
                except OSError as error:  # what has to be on the disk was flushed before
                    log.warning("%s: %s", self.path, error.strerror)

    # What is asked, and written -----------------------------------------------------------------

    def refresh(self) -> None:
        """Take up what the others have written."""
        with self._turn, self._told():
            self._take_lines()

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to be done, as of the last look; nobody trains any more."""
        return self._is_exhausted and not self.board.open_trials

    def claim(self, worker: str, sampler: Sampler) -> Trial | None:
        """Take up a trial that nobody trains: one that was given up, or the next.

        Returns
        -------
        Trial or None
            None where all have ended, or others train what is left: see `is_over`.
        """
        with self.alone():
            for trial in self.board.open_trials:
                if trial.state == RUNNING and not self._attendance.is_lost(trial.worker):
                    continue
                if trial.state != LEFT and trial.attempts >= MAX_ATTEMPTS:
                    self._give_up(trial, worker)
                    continue
                return self._started(trial.number, worker, trial.values)
            number = self.board.next_number
            values = None if number is None else sampler.values(number, self.board.in_order)
            self._is_exhausted = values is None
            if number is None or values is None:
                return None
            return self._started(number, worker, values)

    def _started(self, number: int, worker: str, values: Mapping[str, Any]) -> Trial:
        line = {"is": lines.BEGIN, "trial": number, "worker": worker, "values": dict(values)}
        self._add(line, sync=True)
        self._take_lines()
        return self.board.trials[number]

    def _give_up(self, trial: Trial, worker: str) -> None:
        text = mark("core", "Whoever trained it was ended {n} times: it may need too much memory.")
        result = Result(FAILED, why=text.format(n=trial.attempts))
        self._add(end_line(result) | {"trial": trial.number, "worker": worker}, sync=True)
        self._take_lines()

    def rung(self, worker: str, number: int, epoch: int, loss: float) -> None:
        """Note a trial's mean validation loss at an epoch."""
        line = {"is": lines.RUNG, "trial": number, "worker": worker, "epoch": epoch, "loss": loss}
        self._write(line)

    def end(self, worker: str, number: int, result: Result) -> None:
        """Note what a trial has come to; it is on the disk when this returns."""
        self._write(end_line(result) | {"trial": number, "worker": worker}, sync=True)

    def leave(self, worker: str, number: int) -> None:
        """Note that a trial is to be trained anew, by anybody."""
        self._write({"is": lines.LEAVE, "trial": number, "worker": worker}, sync=True)

    def beat(self, worker: str) -> None:
        """Say that a worker is still there."""
        self._write({"is": lines.ALIVE, "worker": worker})

    # The file ------------------------------------------------------------------------------------

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Have the file alone, and know all that is in it."""
        with self._turn, self._told(), locked(self._handle, PATIENCE_S):
            if hasattr(self, "board"):
                self._take_lines()
            yield

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except TimeoutError:
            text = mark("core", "{path} is in use by another program for too long. Try again.")
            raise FileError(text, path=self.path) from None
        except OSError as error:
            text = mark("core", "{path} could not be used: {why}. Choose another place.")
            why = error.strerror or str(error)
            raise FileError(text, path=self.path, why=why) from error

    def _write(self, line: Mapping[str, Any], *, sync: bool = False) -> None:
        with self.alone():
            self._add(line, sync=sync)
            self._take_lines()

    def _add(self, line: Mapping[str, Any], *, sync: bool) -> None:
        """Add a line; of one that somebody was killed in, the rest of it is made a line before."""
        text = json.dumps(line, allow_nan=False).encode() + b"\n"
        size = os.lseek(self._handle, 0, os.SEEK_END)
        if size + len(text) > MAX_BYTES:
            raise OSError(errno.EFBIG, mark("core", "it is too large"))
        if size:
            os.lseek(self._handle, size - 1, os.SEEK_SET)
            if os.read(self._handle, 1) != b"\n":
                text = b"\n" + text
        while text:
            text = text[os.write(self._handle, text) :]
        if sync:
            os.fsync(self._handle)

    def _take_lines(self) -> None:
        for raw in self._new_lines():
            line = _parsed(raw)
            if line is None:
                self.board.unreadable += 1
            elif "is" in line:
                worker = self.board.take(line)
                if worker:
                    self._attendance.hear(worker)

    def _new_lines(self) -> Iterator[bytes]:
        """Yield the whole lines that were added since, without those that are none."""
        while True:
            os.lseek(self._handle, self._offset, os.SEEK_SET)
            piece = os.read(self._handle, READ)
            if not piece:
                return
            self._offset += len(piece)
            *whole, self._rest = (self._rest + piece).split(b"\n")
            if len(self._rest) > MAX_LINE:
                raise OSError(errno.EFBIG, mark("core", "a line of it is too long"))
            yield from (line for line in whole if line.strip())

    def _read_header(self, tasks: Mapping[str, Task]) -> Plan:
        os.lseek(self._handle, 0, os.SEEK_SET)
        first = os.read(self._handle, MAX_LINE).partition(b"\n")[0]
        header = _parsed(first)
        if header is None or header.get("nngui") != KIND:
            raise self._no_search()
        try:
            return plan_from(header, tasks)
        except SettingError as error:
            text = mark("core", "{path} holds no search that can be gone on with: {why}")
            raise FileError(text, path=self.path, why=str(error)) from error
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise self._no_search() from error

    def _no_search(self) -> FileError:
        text = mark("core", "{path} is no journal of a search. Choose another file, or a new name.")
        return FileError(text, path=self.path)


def _parsed(raw: bytes) -> dict[str, Any] | None:
    """Return the object that a line holds; None where it holds none."""
    try:
        found = json.loads(raw, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _refuse(word: str) -> float:
    raise ValueError(word)


def _differing(one: Plan, other: Plan) -> list[str]:
    """Return the parts in which two plans differ, as the command line calls them."""
    mine, theirs = one.header(), other.header()
    differ = [name for name in mine if mine[name] != theirs[name] and name != "trials"]
    return differ or ["settings"]
