"""Any step of a run, once more: from the nearest keyframe, the steps behind it are taken again.

They are taken by the engine that took them, with the edits in their places, and come to the same
bits.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import numpy as np

from nngui.core.errors import NnguiError
from nngui.core.journal.edit import DeviceEdit, EngineEdit, SettingsEdit, WeightEdit
from nngui.core.past.store import Keyframe, Keyframes
from nngui.core.spec.toml import with_settings
from nngui.core.text import mark
from nngui.core.trainer import Trainer
from nngui.core.turbo.support import sees_images

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from torch import Tensor

    from nngui.core.arrays import Floats
    from nngui.core.journal.edit import Edit
    from nngui.core.journal.journal import Journal
    from nngui.core.task import Task

SLICE_S = 0.02  # seconds of replaying between two looks whether it is still wanted
KEPT_EVERY_S = 0.05  # seconds of replaying between two keyframes that are kept of it
MAX_IDLE_BYTES = 32 << 20  # of data that a run may hold which nobody looks back at
FIRST_RATE = 1000.0  # steps a second, before anything was measured


class GivenUpError(Exception):
    """Nobody waits for the step any more."""


class Replay:
    """A run that can be taken to any of its steps.

    It stays at the step it was taken to last: the next one is often near.

    Attributes
    ----------
    keyframes : Keyframes
        What was kept of it on the way; a long replay adds to it.

    Parameters
    ----------
    journal : Journal
        What happened to the run.
    keyframes : Keyframes, optional
        As above.
    weights : mapping of str to Tensor, optional
        What its networks started from in place of random numbers.
    cancelled : callable, optional
        Returns whether nobody waits any more.
    known : callable, optional
        Is given how many steps were done, and the rows of those behind them; returns whether these
        are the run's own.
    """

    def __init__(
        self,
        task: Task[Any],
        journal: Journal,
        keyframes: Keyframes | None = None,
        weights: Mapping[str, Tensor] | None = None,
        cancelled: Callable[[], bool] = lambda: False,
        known: Callable[[int, Floats], bool] = lambda _step, _rows: True,
    ) -> None:
        self.keyframes = Keyframes() if keyframes is None else keyframes
        self._task, self._journal, self._weights = task, journal, weights
        self._cancelled, self._known = cancelled, known
        self._trainer: Trainer | None = None
        self._edits = 0  # how many of the journal's are in force in it
        self._is_same = True
        self._rate, self._since_kept = FIRST_RATE, 0.0

    @property
    def journal(self) -> Journal:
        """What happened to the run; it may be replaced by what it has grown to."""
        return self._journal

    @journal.setter
    def journal(self, journal: Journal) -> None:
        own = self._journal.edits[: self._edits]
        if own != journal.edits[: self._edits] or journal.spec != self._journal.spec:
            self._trainer = None  # it stands where this run never was
        self._journal = journal

    @property
    def is_small(self) -> bool:
        """Whether it may stay, as its data take little memory."""
        trainer = self._trainer
        if trainer is None:
            return True
        data = trainer.state.train_data
        return sum(part.nbytes for part in (*data, trainer.data.x)) <= MAX_IDLE_BYTES

    @property
    def is_exact(self) -> bool:
        """Whether it stands where the run stood, to the last bit.

        It does not where steps that were taken again have come to other losses than the run's, and
        may not where threads of turbo add up as they come.
        """
        trainer = self._trainer
        by_one_thread = (
            trainer is None or trainer.engine == "torch" or not sees_images(trainer.state)
        )
        return self._is_same and (by_one_thread or self._stands_at_keyframe)

    @property
    def _stands_at_keyframe(self) -> bool:
        assert self._trainer is not None
        return (self._trainer.step_count, self._edits) in self.keyframes

    def go_to(
        self,
        step: int | None = None,
        hand_out: Callable[[Floats], None] = lambda _rows: None,
        last: int | None = None,
    ) -> Trainer:
        """Return the run as it stood when so many steps were done.

        Parameters
        ----------
        step : int, optional
            None: behind all edits, `last` steps done, or as far as it goes.
        hand_out : callable of ndarray, optional
            Is given the rows of the steps that are taken again, in their order.

        Raises
        ------
        GivenUpError
            When nobody waits any more; it can be asked again.
        NnguiError
            When the run did not come so far, or its beginning is not known.
        """
        edits = len(self.journal.edits) if step is None else self.journal.count_before(step)
        wanted = last if step is None else step
        self._start(0 if wanted is None else wanted, edits)
        return self._go_on(wanted, edits, math.inf, hand_out)

    # In parts, for whoever looks on --------------------------------------------------------------

    def seconds_to(self, step: int) -> float:
        """Return about how long it takes to go to a step."""
        edits = self.journal.count_before(step)
        frame = self._nearest_frame(step, edits)
        nearest = 0 if frame is None else frame.step
        if self._is_near(frame, step, edits):
            assert self._trainer is not None
            nearest = self._trainer.step_count
        return (step - nearest) / self._rate

    def go_near(self, step: int) -> Trainer:
        """Return the run at the last place before a step where it can stand at once."""
        return self._start(step, self.journal.count_before(step))

    def go_on(self, step: int, seconds: float) -> Trainer:
        """Take steps from there towards a step, for about so long."""
        return self._go_on(step, self.journal.count_before(step), seconds, lambda _rows: None)

    # How it goes ---------------------------------------------------------------------------------

    def _nearest_frame(self, step: int, edits: int) -> Keyframe | None:
        return self.keyframes.nearest(step, edits)

    def _is_near(self, frame: Keyframe | None, step: int, edits: int) -> bool:
        """Return whether nothing is nearer before a step than where it stands."""
        if self._trainer is None:
            return False
        here = self._trainer.step_count, self._edits
        return here <= (step, edits) and (frame is None or frame.place <= here)

    def _start(self, step: int, edits: int) -> Trainer:
        """Stand at the nearest place before: where it is already, at a keyframe, or at step 0."""
        frame, trainer = self._nearest_frame(step, edits), self._trainer
        if trainer is not None and self._is_near(frame, step, edits):
            return trainer
        if frame is None and self.journal.known_from:
            text = mark("core", "What came before step {step} is not known any more.")
            raise NnguiError(text, step=f"{self.journal.known_from:,}")
        if trainer is None or frame is None:
            self._trainer = None
            trainer = Trainer(self._task, self.journal.spec, self.journal.device, self._weights)
        self._edits, self._is_same, self._since_kept = 0, True, 0.0
        if frame is not None:
            self._stand_at(trainer, frame)
        self._trainer = trainer
        return trainer

    def _stand_at(self, trainer: Trainer, frame: Keyframe) -> None:
        trainer.resume(self.journal.first(frame.edits), frame.state)
        self._edits = frame.edits
        for variant, seconds in zip(trainer.state.variants, frame.seconds, strict=True):
            variant.seconds = seconds

    def _go_on(
        self, step: int | None, edits: int, seconds: float, hand_out: Callable[[Floats], None]
    ) -> Trainer:
        trainer, until = self._trainer, time.perf_counter() + seconds
        assert trainer is not None
        for edit in self.journal.edits[self._edits : edits]:
            if not self._advance(trainer, edit.step, until, hand_out):
                return trainer
            apply(trainer, edit)
            self._edits += 1
            trainer.state.journal = self.journal.first(self._edits)
        self._advance(trainer, step, until, hand_out)
        return trainer

    def _advance(
        self,
        trainer: Trainer,
        step: int | None,
        until: float,
        hand_out: Callable[[Floats], None],
    ) -> bool:
        """Take steps up to one; return whether there was time for all of them."""
        while trainer.ending is None and (step is None or trainer.step_count < step):
            if self._cancelled():
                raise GivenUpError
            began, first = time.perf_counter(), trainer.step_count
            if began >= until:
                return False
            rows = trainer.advance(SLICE_S, None if step is None else step - first)
            if len(rows):
                hand_out(rows)
                self._is_same = self._is_same and self._known(first, rows)
                self._note(trainer, len(rows), time.perf_counter() - began)
        if step is not None and trainer.step_count < step:
            text = mark("core", "The run has {steps} steps: there is no step {step}.")
            steps = f"{trainer.step_count:,}"
            raise NnguiError(text, steps=steps, step=f"{step:,}")
        return True

    def _note(self, trainer: Trainer, steps: int, seconds: float) -> None:
        """Note how fast it goes, and keep a keyframe now and then."""
        self._rate = 0.7 * self._rate + 0.3 * steps / max(seconds, 1e-6)
        self._since_kept += seconds
        if self._since_kept >= KEPT_EVERY_S and self.is_exact:
            self._since_kept = 0.0
            place = trainer.step_count, self._edits
            like = self.keyframes.nearest(*place)
            frame = Keyframe.of(place, trainer.capture(copied=False), trainer.state.seconds, like)
            self.keyframes.add(frame)


def apply(trainer: Trainer, edit: Edit) -> None:
    """Do to a run what was done to it when it stood here.

    Raises
    ------
    NnguiError
        When its data can't be had any more, or turbo does not cover it here.
    """
    if isinstance(edit, SettingsEdit):
        values = edit.values
        trainer.change(with_settings(trainer.spec, values) if values else trainer.spec)
    elif isinstance(edit, EngineEdit):
        trainer.set_engine(edit.engine)
    elif isinstance(edit, WeightEdit):
        trainer.set_weight(edit.variant, edit.parameter, edit.index, edit.value)
    else:
        assert isinstance(edit, DeviceEdit)


def rows_of(replay: Replay, last: int) -> Floats:
    """Return the rows of all steps of a run up to one, shape (last, columns)."""
    parts: list[Floats] = []
    replay.go_to(last, parts.append)
    return np.concatenate(parts)
