"""A run that survives an error in a step: it is put back to where it stood before that step.

A copy of the whole state is taken now and then, a keyframe. After an error it is put back, and the
steps since are taken again: a run repeats itself to the last bit. What the plain loop can undo by
itself (all that happens before the optimizer) needs none of that.
"""

from __future__ import annotations

import logging
import time
import traceback
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nngui.core.memory import free_memory
from nngui.core.past.store import Keyframe, Keyframes
from nngui.core.training.failure import FailedStepError, Failure, sentence_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from nngui.core.arrays import Floats
    from nngui.core.trainer import Trainer

MAX_KEYFRAME_BYTES = 512 << 20
"""Bytes of a state of which a copy is held; of a larger one, what was saved last is put back."""
SMALL_BYTES = 16 << 20  # for which nobody asks how much memory is free
SHARE_OF_FREE = 4  # times as much as a keyframe takes has to be free
MIN_INTERVAL_S = 0.02  # seconds of the processor's time between two keyframes
MIN_INTERVAL_IN_COPIES = 100  # times as long as taking one: all of them take 1 % at most
COLD = 20  # times as long as the others the first keyframe takes, at most
SLICE_S = 0.05  # seconds of replaying between two looks whether it is still wanted
log = logging.getLogger(__name__)


class SafeTraining:
    """Takes a run's steps; after an error in one, puts the run back to where it was before it.

    Parameters
    ----------
    trainer : Trainer
        The run. Whatever changes it goes on doing so itself (see `Trainer.revision`).
    cancelled : callable, optional
        Returns whether nobody waits any more; what is replayed is given up then.
    keyframes : Keyframes, optional
        Where the run's past is kept, for whoever looks back.
    """

    def __init__(
        self,
        trainer: Trainer,
        cancelled: Callable[[], bool] = lambda: False,
        keyframes: Keyframes | None = None,
    ) -> None:
        self._trainer, self._cancelled = trainer, cancelled
        self.keyframes = Keyframes() if keyframes is None else keyframes
        self._keyframe: Keyframe | None = None
        self._like: Keyframe | None = None  # the newest one, whatever was changed since
        self._kept_of: object = None  # what the keyframe holds for: it is taken anew after changes
        self._last: tuple[int, Floats] | None = None  # the step known last, and its row
        self._trained = self._copying_took = 0.0  # seconds since the keyframe; to take it
        self._took_before: float | None = None
        self._in_vain = False  # the last try to take one failed
        self._lost: Failure | None = None  # the run could not be put back after this

    def advance(
        self,
        budget: float,
        max_steps: int | None = None,
        hand_out: Callable[[Floats], None] = lambda _rows: None,
    ) -> Floats:
        """Take steps (see `Trainer.advance`).

        Parameters
        ----------
        hand_out : callable of ndarray, optional
            Is given the rows before they are returned, and those of before a failure; all of them
            or, by an exception, none: then the run is put back to before them.

        Raises
        ------
        FailedStepError
            After an error in a step: the run has been put back, and is told how it stands.
        """
        if self._lost is not None:
            self._put_back_lost(self._lost)
        self._keep_when_due()
        trainer, first, began = self._trainer, self._trainer.step_count, time.thread_time()
        try:
            rows = trainer.advance(budget, max_steps)
            if len(rows):
                hand_out(rows)
        except Exception as error:
            log.exception("A step behind %d failed", first)
            failure = self._failure(first, error, hand_out)
        except BaseException:  # Ctrl+C
            self._put_back(first, first, None)
            raise
        else:
            if len(rows):
                self._last = trainer.step_count, rows[-1]
            return rows
        finally:
            self._trained += time.thread_time() - began
        raise FailedStepError(failure)  # without its cause, which holds the step's tensors

    # Keyframes -----------------------------------------------------------------------------------

    @property
    def _is_of_now(self) -> bool:
        """Whether nothing but steps has changed the run since the keyframe was due."""
        return self._kept_of == (self._trainer.revision, self._trainer.state.device)

    def keep(self) -> None:
        """Take the first keyframe, before a step: whoever looks back finds the run as it stands."""
        self._keep_when_due()

    def _keep_when_due(self) -> None:
        """Take a keyframe, if the last one is of before a change, or is old enough."""
        trainer = self._trainer
        if not self._is_of_now:
            self._keyframe, self._last, self._in_vain = None, None, False
        elif self._trained < max(MIN_INTERVAL_S, MIN_INTERVAL_IN_COPIES * self._copying_took):
            return
        self._kept_of, self._trained = (trainer.revision, trainer.state.device), 0.0
        began = time.thread_time()  # what others did meanwhile is not its cost
        try:
            if _fits(trainer):
                place = trainer.step_count, len(trainer.journal.edits)
                self._like = Keyframe.of(
                    place, trainer.capture(copied=False), trainer.state.seconds, self._like
                )
                self._keyframe = self._like
                self.keyframes.add(self._keyframe)
                self._in_vain = False
        except Exception:  # no memory perhaps: the one before holds as well, with more to replay
            if not self._in_vain:
                log.exception("A run could not be copied at step %d", trainer.step_count)
            self._in_vain = True
        # The first one is slow, and is for once: the two last ones tell what the next one takes.
        took, before = time.thread_time() - began, self._took_before
        self._copying_took = took / COLD if before is None else min(took, before)
        self._took_before = took

    # After an error ------------------------------------------------------------------------------

    def _failure(self, first: int, error: Exception, hand_out: Callable[[Floats], None]) -> Failure:
        """Put the run back; return what is to be said of it."""
        trainer, details = self._trainer, "".join(traceback.format_exception(error))
        why = sentence_of(error)
        _release(error)
        done = trainer.unreturned
        rows = self._no_rows() if done is None else done.rows
        good, standing = first + len(rows), "before"
        if done is None or not done.intact or trainer.step_count != good:
            standing, rows = self._put_back(first, good, rows)
        if len(rows):
            try:
                hand_out(rows)
                self._last = trainer.step_count, rows[-1]
            except Exception:  # no memory for the rows perhaps: back to what was handed out
                log.exception("What was done before step %d could not be noted", good + 1)
                standing, rows = self._put_back(first, first, None)
        failure = Failure(good + 1, trainer.step_count, standing, rows, first, why, details)
        self._lost = failure if standing == "lost" else None
        return failure

    def _no_rows(self) -> Floats:
        return np.empty((0, len(self._trainer.columns)))

    def _put_back_lost(self, failure: Failure) -> None:
        """Try once more to put back a run that could not be: there may be memory again.

        Raises
        ------
        FailedStepError
            When it does not stand behind all that was handed out.
        """
        self._lost = None
        if not self._is_of_now:  # it was given another state since
            return
        standing, rows = self._put_back(failure.handed_out, failure.handed_out, None)
        if standing in ("before", "alike"):
            return
        failure = replace(failure, at=self._trainer.step_count, standing=standing, rows=rows)
        self._lost = failure if standing == "lost" else None
        raise FailedStepError(failure)

    def _put_back(self, first: int, good: int, rows: Floats | None) -> tuple[str, Floats]:
        """Put the keyframe back, and take the steps up to `good` again.

        Parameters
        ----------
        first : int
            Steps that have been handed out.
        rows : ndarray, optional
            Of the steps behind them up to `good`.

        Returns
        -------
        str, ndarray
            How the run stands now (see `STANDINGS`), and the rows behind those handed out.
        """
        trainer, keyframe = self._trainer, self._keyframe
        if keyframe is None or not self._is_of_now:
            return "lost", self._no_rows()
        try:
            self._restore(keyframe)
            again = self._replayed(keyframe, good)
        except Exception:  # no memory perhaps; it is told as lost, and tried again
            log.exception("Step %d could not be put back", keyframe.step)
            return "lost", self._no_rows()
        if trainer.step_count != keyframe.step + len(again):
            return "lost", self._no_rows()
        same = self._is_same(keyframe.step, again, first, self._no_rows() if rows is None else rows)
        if trainer.step_count < good:
            return "earlier", again[max(first - keyframe.step, 0) :]
        return ("before" if same else "alike"), again[first - keyframe.step :]

    def _restore(self, keyframe: Keyframe) -> None:
        trainer = self._trainer
        trainer.put_back(keyframe.state)
        for variant, seconds in zip(trainer.state.variants, keyframe.seconds, strict=True):
            variant.seconds = seconds

    def _replayed(self, keyframe: Keyframe, good: int) -> Floats:
        """Take the steps behind a keyframe again, as far as they can be; return their rows."""
        trainer, parts = self._trainer, [self._no_rows()]
        while trainer.step_count < good and not self._cancelled():
            try:
                taken = trainer.advance(SLICE_S, good - trainer.step_count)
            except Exception as error:
                log.exception("The steps behind %d could not be taken again", keyframe.step)
                _release(error)
                done = trainer.unreturned
                if done is not None and done.intact:
                    return np.concatenate([*parts, done.rows])
                self._restore(keyframe)
                return parts[0]
            if not len(taken):  # it ended where it had not: something else than these steps
                break
            parts.append(taken)
        return np.concatenate(parts)

    def _is_same(self, begin: int, again: Floats, first: int, rows: Floats) -> bool:
        """Return whether steps that were taken again have come to what is known of them."""
        known = {first + i + 1: row for i, row in enumerate(rows)}
        if self._last is not None:
            known[self._last[0]] = self._last[1]
        return all(
            np.array_equal(again[step - begin - 1], row, equal_nan=True)
            for step, row in known.items()
            if begin < step <= begin + len(again)
        )


def _fits(trainer: Trainer) -> bool:
    """Return whether there is room for a copy of a run beside it."""
    order = trainer.batches.order
    size = 0 if order is None else order.nbytes
    for variant in trainer.state.variants:  # weights, the last good ones, two numbers of Adam's
        copies = 6 if variant.best.weights else 4  # and the best and the latest ones
        size += copies * sum(p.nbytes for p in variant.net.parameters())
    if size > MAX_KEYFRAME_BYTES:
        return False
    return size <= SMALL_BYTES or SHARE_OF_FREE * size <= free_memory()


def _release(error: BaseException) -> None:
    """Let go of what the frames of an error hold: a step's tensors, perhaps all of the memory."""
    found: BaseException | None = error
    seen: set[int] = set()
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        traceback.clear_frames(found.__traceback__)
        found.__traceback__ = None
        found = found.__cause__ or found.__context__
