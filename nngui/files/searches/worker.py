"""Working on a search: trial after trial, beside others who do the same."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from nngui.core.errors import NnguiError
from nngui.core.search.pruning import is_behind
from nngui.core.search.samplers import Sampler
from nngui.core.search.trial_run import LeftError, TrialRun, UnknownScoreError
from nngui.core.search.trials import DEFAULT, FAILED, Result
from nngui.core.text import mark
from nngui.files.models.start_weights import start_weights
from nngui.files.searches.workers import BEAT_S, own_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from nngui.core.search.trials import Trial
    from nngui.files.searches.journal import Journal

POLL_S = 0.25  # seconds until one looks again whether others have left something to do
UNEXPECTED = mark("core", "This failed unexpectedly. The log has the details.")
log = logging.getLogger(__name__)


class Worker:
    """Trains the trials of a search until all are done, or it is asked to stop.

    Parameters
    ----------
    journal : Journal
        Where it takes trials from, and tells of them.
    turbo : bool
        Whether turbo trains what it covers.
    stopped : callable
        Returns whether it is to leave what it does, and end.
    beat_s : float
        Seconds between two words that it is still there.
    """

    def __init__(
        self,
        journal: Journal,
        *,
        turbo: bool,
        stopped: Callable[[], bool],
        beat_s: float = BEAT_S,
    ) -> None:
        self.name = own_name()
        self._journal, self._turbo, self._stopped = journal, turbo, stopped
        self._sampler = Sampler(journal.plan)
        self._beat_s = beat_s

    def work(self) -> None:
        """Train trial after trial.

        Raises
        ------
        NnguiError
            When the journal cannot be written, or the search goes by a score that there is not.
        """
        ended = threading.Event()
        beating = threading.Thread(target=self._beat, args=(ended,), daemon=True)
        beating.start()
        try:
            while not self._stopped():
                trial = self._journal.claim(self.name, self._sampler)
                if trial is not None:
                    self._train(trial)
                elif self._journal.is_over:
                    return
                else:
                    time.sleep(POLL_S)
        finally:
            ended.set()

    def _beat(self, ended: threading.Event) -> None:
        while not ended.wait(self._beat_s):
            try:
                self._journal.beat(self.name)
            except NnguiError as error:  # whoever trains will be told
                log.warning("%s", str(error))

    def _train(self, trial: Trial) -> None:
        plan, journal = self._journal.plan, self._journal

        def report(epoch: int, loss: float) -> bool:
            journal.rung(self.name, trial.number, epoch, loss)
            if trial.number == DEFAULT or not (plan.prune and plan.compares_losses):
                return False
            return is_behind(epoch, loss, journal.board.in_order)

        try:
            spec = plan.settings(trial.values)
            run = TrialRun(
                plan,
                spec,
                turbo=self._turbo,
                report=report,
                left=self._stopped,
                weights=start_weights(spec),
            )
            result = run.run()
        except (LeftError, UnknownScoreError, KeyboardInterrupt) as error:
            journal.leave(self.name, trial.number)
            if not isinstance(error, LeftError):
                raise
            return
        except NnguiError as error:
            result = Result(FAILED, why=str(error))
        except Exception:  # the search goes on: the next settings may be well
            log.exception("A trial failed")
            result = Result(FAILED, why=UNEXPECTED)
        journal.end(self.name, trial.number, result)
