"""Saving a run now and then while it trains, so that a crash costs seconds of it and not hours.

The training thread copies the run's state, which takes microseconds to milliseconds; a thread that
lives as long as one save writes the copy to the disk.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from nngui.core.errors import FileError, NnguiError
from nngui.core.text import mark
from nngui.files.runs.recovery import (
    Recovery,
    aside_of,
    before_of,
    keep_last,
    run_of,
    write_recovery,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet
    from pathlib import Path

MIN_INTERVAL_S = 30.0  # seconds between two saves while it trains
MIN_INTERVAL_IN_SAVES = 50  # times as long as a save takes: all of them take 2 % at most
IDLE_DELAY_S = 1.5  # seconds after the last step of a run that waits or has ended
SAVE_TIMEOUT_S = 30.0  # seconds for a save to end
LAST_TIMEOUT_S = 0.5  # seconds for it where a run makes room for another one, which is waited for
POLL_INTERVAL_S = 0.25  # seconds until one looks again whether the last save is done
log = logging.getLogger(__name__)


class Autosave:
    """Decides when to save, and does so in the background.

    Attributes
    ----------
    path : Path or None
        Where; None: nowhere, and nothing is copied.

    Parameters
    ----------
    failed : callable of NnguiError
        Is told when a save failed, in the writing thread.
    keep_before : bool
        What was saved before is kept beside it (see `write_recovery`).
    unkept : set of str
        The ids of runs that are nowhere else: they make no room for another one.
    """

    def __init__(
        self,
        failed: Callable[[NnguiError], None],
        *,
        keep_before: bool = True,
        unkept: AbstractSet[str] = frozenset(),
    ) -> None:
        self.path: Path | None = None
        self._unkept = unkept
        self._failed, self._keep_before = failed, keep_before
        self._writing: threading.Thread | None = None
        self._began = 0.0  # when the last save did, or the run
        self._rested = 0.0  # when the last step was seen of a run that waits
        self._copying_took = self._writing_took = 0.0  # seconds, the last time
        self._saved_step = self._seen_step = 0
        self._tried_in_vain = False

    def begin(self, step: int = 0) -> None:
        """Note that a run begins at this step, at which there is nothing to save.

        What is counted need not be steps: anything that is another one when there is more to save.
        """
        self._saved_step = self._seen_step = step
        self._began = time.monotonic()
        self._tried_in_vain = False

    def touch(self) -> None:
        """Note that the settings are other ones: what was saved is out of date."""
        self._saved_step = self._seen_step = -1

    def seconds_until_due(self, step: int, *, training: bool) -> float | None:
        """Return the seconds until the next save; None when there is nothing to save."""
        if self.path is None or step in (0, self._saved_step):
            return None
        if self.is_writing:
            return POLL_INTERVAL_S
        now = time.monotonic()
        due = self._began + max(
            MIN_INTERVAL_S, MIN_INTERVAL_IN_SAVES * (self._copying_took + self._writing_took)
        )
        if not training and not self._tried_in_vain:
            if step != self._seen_step:
                self._seen_step, self._rested = step, now
            due = self._rested + IDLE_DELAY_S
        return max(0.0, due - now)

    def save(
        self,
        step: int,
        make: Callable[[], Recovery],
        then: Callable[[], None] = lambda: None,
    ) -> None:
        """Copy the run and have the copy written.

        Parameters
        ----------
        make : callable
            Returns the run, copied: it goes on while it is written.
        then : callable
            Is called in the writing thread once it is on the disk.
        """
        assert self.path is not None
        self._began, self._saved_step = time.monotonic(), step
        try:
            recovery = make()
            self._copying_took = time.monotonic() - self._began
            writing = threading.Thread(
                target=self._write, args=(self.path, recovery, then), name="autosave", daemon=True
            )
            writing.start()
        except NnguiError as error:
            self._report(error)
        except Exception:  # no memory perhaps, or no thread; a run that trains must not end by this
            log.exception("A run could not be copied")
            self._report(NnguiError(UNEXPECTED))
        else:
            self._writing = writing

    def forget(self, step: int) -> None:
        """Delete what was saved, if it is still what was saved at this step."""
        if step != self._saved_step:
            return
        self.finish(LAST_TIMEOUT_S)
        self._saved_step = 0
        if self.path is None or not step:
            return
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:  # it is offered, and it is there all the same
            log.warning("%s could not be removed: %s", self.path, error.strerror or str(error))

    @property
    def saved_step(self) -> int:
        """What was saved last, or is being written; 0 where nothing was, -1 when it is due."""
        return self._saved_step

    def save_last(self, step: int, make: Callable[[], Recovery]) -> None:
        """Save a run that makes room for another one, unless it is saved as it is (see `save`)."""
        if self.path is None or step in (0, self._saved_step):
            return
        if self.finish(LAST_TIMEOUT_S):  # else what is being written is seconds old: it will do
            self.save(step, make)

    def adopt(self, path: Path) -> Path:
        """Take a dead program's files over as this run's last saves; return where they are now.

        Raises
        ------
        FileError
            When it is gone.
        """
        self.finish(SAVE_TIMEOUT_S)
        if self.path is None:
            return path
        try:
            if path != self.path and not before_of(path).exists():
                keep_last(self.path)  # what was saved of the run that makes room
            for file, own in ((before_of(path), before_of(self.path)), (path, self.path)):
                if file.exists():
                    file.replace(own)
        except OSError as error:
            text = mark("core", "{path} could not be read: {why}.")
            raise FileError(text, path=path, why=error.strerror or str(error)) from error
        return self.path

    def finish(self, seconds: float) -> bool:
        """Wait for a save that is being written; return whether it is done."""
        if self._writing is not None:
            self._writing.join(seconds)
        return not self.is_writing

    @property
    def is_writing(self) -> bool:
        """Whether a save is being written."""
        return self._writing is not None and self._writing.is_alive()

    def _write(self, path: Path, recovery: Recovery, then: Callable[[], None]) -> None:
        began = time.monotonic()
        try:
            self._make_room(path, recovery.run)
            write_recovery(path, recovery, keep_before=self._keep_before)
        except NnguiError as error:
            log.warning("%s", str(error))
            self._report(error)
        except Exception:
            log.exception("A run could not be saved")
            self._report(NnguiError(UNEXPECTED))
        else:
            self._tried_in_vain = False
            then()
        finally:
            self._writing_took = time.monotonic() - began

    def _make_room(self, path: Path, run: str) -> None:
        """Put a run aside that is nowhere else, before another one takes its place."""
        last = run_of(path) if self._unkept else ""
        if last not in ("", run) and last in self._unkept:
            try:
                path.replace(aside_of(path, last))
            except OSError as error:
                log.warning("%s could not be put aside: %s", path, error.strerror or str(error))

    def _report(self, error: NnguiError) -> None:
        self._saved_step, self._tried_in_vain = -1, True  # it tries again when the time has come
        self._failed(error)


UNEXPECTED = mark(
    "core",
    "The run could not be saved for the case of a crash. The training goes on; Help, Open log has "
    "the details.",
)
