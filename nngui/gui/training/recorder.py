"""Keeping what a run came to, when it ends or makes room for another one.

The training thread takes the figures and copies the run; a thread that writes one run after the
other puts them onto the disk.
"""

from __future__ import annotations

import logging
import math
import queue
import threading
import time
from typing import TYPE_CHECKING

from nngui.core.errors import NnguiError
from nngui.core.evaluation.recorded import record_of
from nngui.core.records.run_record import curves_of
from nngui.core.text import mark
from nngui.files.runs.replacing import StillOlderError
from nngui.files.runs.store import RunStore, new_id
from nngui.gui.training.native_memory import trim_heap

if TYPE_CHECKING:
    from collections.abc import Callable

    from nngui.core.records.history import History
    from nngui.core.records.run_record import Curves, RunRecord
    from nngui.core.trainer import Trainer
    from nngui.files.runs.recovery import Recovery

MAX_PENDING = 4  # runs to be written: where the disk is slower, the training thread waits
POLL_INTERVAL_S = 0.002  # seconds until one looks again whether all is written
MIN_STEPS = 10  # of a run that did not come to its end; a shorter one has hardly begun
MAX_PARAMETERS = 4_000_000  # of a larger network settings and curve are kept, but no state
UNEXPECTED = mark("core", "The run is not in the list of runs; Help, Open log has the details.")
NO_NETWORK = mark(
    "core", "The run is in the list of runs without its network; Help, Open log has the details."
)
log = logging.getLogger(__name__)


class RunRecorder:
    """Decides which runs are worth keeping, and has them written.

    Attributes
    ----------
    unkept : set of str
        The ids of runs that could not be written: what was saved of them is all there is.

    Parameters
    ----------
    kept : callable of RunRecord
        Is told of each, in the writing thread.
    failed : callable of NnguiError
        Is told when one could not be kept, or not all of it.
    """

    def __init__(
        self, kept: Callable[[RunRecord], None], failed: Callable[[NnguiError], None]
    ) -> None:
        self._kept, self._failed = kept, failed
        self._store: RunStore | None = None
        self._pending: queue.Queue[Callable[[], None] | None] = queue.Queue(MAX_PENDING)
        self._writing: threading.Thread | None = None
        self._id = ""
        self._from = self._recorded = 0
        self._is_whole = True
        self.unkept: set[str] = set()

    def keep_in(self, store: RunStore) -> None:
        """Keep runs there."""
        self._store = store

    def begin(self, step: int, run_id: str = "") -> None:
        """Note that a run begins, or is taken up at a step that it has been at before.

        Parameters
        ----------
        run_id : str
            Its id, where it is in the list already, and goes on as what it was.
        """
        self._id = run_id or new_id()
        self._from = self._recorded = step
        self._is_whole = True

    def take_up(self, run_id: str) -> None:
        """Note that a run goes on that may not be in the list, as a window was killed.

        Parameters
        ----------
        run_id : str
            Its id; empty: not known.
        """
        self._id = run_id or new_id()
        self._from, self._recorded = 0, -1

    @property
    def run_id(self) -> str:
        """The id of the run, in the list or once it is there."""
        return self._id

    @property
    def is_whole(self) -> bool:
        """Whether all of what `record` was last told of is in the list, or need not be."""
        return self._is_whole

    def record(
        self,
        trainer: Trainer,
        history: History,
        copy: Callable[[], Recovery],
    ) -> None:
        """Keep the run as it is now, unless it is kept so already or has hardly begun.

        Parameters
        ----------
        copy : callable
            Returns all of the run, copied.
        """
        steps = trainer.step_count
        early = trainer.ending is None and steps - self._from < MIN_STEPS
        if self._store is None or steps == self._recorded or early:
            return
        self._recorded, self._is_whole = steps, not trainer.variants
        try:
            if trainer.variants:
                run = record_of(trainer, history, self._id, _scores(trainer))
                curves = curves_of(history, trainer.batches.steps_per_epoch)
                recovery, is_lost = self._copied(trainer, copy)
                self._submit(self._store, run, curves, recovery, is_lost=is_lost)
        except Exception:  # no memory perhaps; the run itself, and the next one, go on
            log.exception("A run could not be kept")
            self._failed(NnguiError(UNEXPECTED))

    def finish(self, timeout_s: float | None = None) -> bool:
        """Wait for what is being written; return whether all is. Nothing more is.

        Parameters
        ----------
        timeout_s : float, optional
            At most so many seconds; else as long as it takes.
        """
        until = math.inf if timeout_s is None else time.monotonic() + timeout_s
        asked = False
        while self.is_writing:  # `join` would list this thread of Qt's as Python's
            if not asked and not self._pending.full():
                self._pending.put(None)
                asked = True
            if time.monotonic() >= until:
                return False
            time.sleep(POLL_INTERVAL_S)
        return True

    @property
    def is_writing(self) -> bool:
        """Whether runs are being written, or more are waited for."""
        return self._writing is not None and self._writing.is_alive()

    def _copied(
        self, trainer: Trainer, copy: Callable[[], Recovery]
    ) -> tuple[Recovery | None, bool]:
        """Return all of the run, and whether it could not be copied; None for one too large."""
        parameters = sum(p.numel() for v in trainer.variants for p in v.net.parameters())
        if parameters > MAX_PARAMETERS:
            return None, False
        try:
            return copy(), False
        except Exception:  # no memory perhaps; the figures and the curve take little
            log.exception("A run could not be copied")
            return None, True

    def _submit(
        self,
        store: RunStore,
        run: RunRecord,
        curves: Curves,
        recovery: Recovery | None,
        *,
        is_lost: bool,
    ) -> None:
        if self._writing is None:
            # Said to be a daemon, it does not ask which of Python's threads this one of Qt's is.
            writing = threading.Thread(target=self._work, name="keep-runs", daemon=True)
            writing.start()
            self._writing = writing  # it runs: without one, a full queue would hold up the training
        self._pending.put(lambda: self._write(store, run, curves, recovery, is_lost=is_lost))

    def _work(self) -> None:
        while (write := self._pending.get()) is not None:
            write()
            del write  # with the run's copy
            trim_heap()

    def _write(
        self,
        store: RunStore,
        run: RunRecord,
        curves: Curves,
        recovery: Recovery | None,
        *,
        is_lost: bool,
    ) -> None:
        """Write a run; say what of it is not kept.

        Parameters
        ----------
        is_lost : bool
            Whether its network could not be copied.
        """
        problem: NnguiError | None = None
        try:
            self.unkept.add(run.id)
            kept = store.keep(run, curves, recovery)
            self.unkept.discard(run.id)
            if is_lost or (recovery is not None and not kept.can_reopen):
                problem = NnguiError(NO_NETWORK)
            elif (run.id, run.steps) == (self._id, self._recorded):
                self._is_whole = kept.can_reopen  # the largest networks are not kept
            self._kept(kept)
        except StillOlderError as error:
            log.warning("%s", str(error))
            problem = error
        except NnguiError as error:
            log.warning("%s", str(error))
            why = error.values.get("why", error)
            problem = NnguiError(
                mark("core", "The run is not in the list of runs: {why}."), why=why
            )
        except Exception:
            log.exception("A run could not be kept")
            problem = NnguiError(UNEXPECTED)
        if problem is not None:
            if (run.id, run.steps) == (self._id, self._recorded):
                self._recorded = -1  # it is tried again when it stops, or the window closes
            self._failed(problem)


def _scores(trainer: Trainer) -> dict[str, float]:
    """Return what the network is worth; nothing where that cannot be found out."""
    from nngui.core.evaluation.scoring import recorded_scores  # imports torch

    try:
        return recorded_scores(trainer)
    except Exception:  # no memory perhaps; the run is kept all the same
        log.exception("A run could not be scored")
        return {}
