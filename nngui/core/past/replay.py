"""Any step of a run, once more: from the nearest keyframe, the steps behind it are taken again.

They are taken by the engine that took them, with the edits in their places, and come to the same
bits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nngui.core.errors import NnguiError
from nngui.core.journal.edit import DeviceEdit, EngineEdit, SettingsEdit, WeightEdit
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
    from nngui.core.past.store import Keyframe, Keyframes
    from nngui.core.task import Task

SLICE_S = 0.02  # seconds of replaying between two looks whether it is still wanted


class GivenUpError(Exception):
    """Nobody waits for the step any more."""


class Replay:
    """A run that can be taken to any of its steps.

    Attributes
    ----------
    journal : Journal
        What happened to it.

    Parameters
    ----------
    keyframes : Keyframes, optional
        What was kept of it on the way.
    weights : mapping of str to Tensor, optional
        What its networks started from in place of random numbers.
    cancelled : callable, optional
        Returns whether nobody waits any more.
    """

    def __init__(
        self,
        task: Task[Any],
        journal: Journal,
        keyframes: Keyframes | None = None,
        weights: Mapping[str, Tensor] | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        self.journal = journal
        self._task, self._keyframes, self._weights = task, keyframes, weights
        self._cancelled = cancelled
        self._trainer: Trainer | None = None
        self._edits = 0  # how many of the journal's are in force in it

    @property
    def is_exact(self) -> bool:
        """Whether what was replayed last has the run's own bits: threads add up as they come."""
        trainer = self._trainer
        return trainer is None or trainer.engine == "torch" or not sees_images(trainer.state)

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
        trainer = self._start(0 if wanted is None else wanted, edits)
        for edit in self.journal.edits[self._edits : edits]:
            self._advance(trainer, edit.step, hand_out)
            apply(trainer, edit)
            self._edits += 1
        self._advance(trainer, wanted, hand_out)
        return trainer

    def _start(self, step: int, edits: int) -> Trainer:
        """Stand at the nearest place before: where it is already, at a keyframe, or at step 0."""
        frame = None if self._keyframes is None else self._keyframes.nearest(step, edits)
        trainer = self._trainer
        here = (-1, 0) if trainer is None else (trainer.step_count, self._edits)
        is_near = here <= (step, edits) and (frame is None or frame.place <= here)
        if trainer is not None and is_near:
            return trainer
        if frame is None and self.journal.known_from:
            text = mark("core", "What came before step {step} is not known any more.")
            raise NnguiError(text, step=f"{self.journal.known_from:,}")
        if trainer is None or frame is None:
            self._trainer = None
            trainer = Trainer(self._task, self.journal.spec, self.journal.device, self._weights)
        self._edits = 0
        if frame is not None:
            self._stand_at(trainer, frame)
        self._trainer = trainer
        return trainer

    def _stand_at(self, trainer: Trainer, frame: Keyframe) -> None:
        trainer.resume(self.journal.first(frame.edits), frame.state)
        self._edits = frame.edits
        for variant, seconds in zip(trainer.state.variants, frame.seconds, strict=True):
            variant.seconds = seconds

    def _advance(
        self, trainer: Trainer, step: int | None, hand_out: Callable[[Floats], None]
    ) -> None:
        while trainer.ending is None and (step is None or trainer.step_count < step):
            if self._cancelled():
                raise GivenUpError
            left = None if step is None else step - trainer.step_count
            rows = trainer.advance(SLICE_S, left)
            if len(rows):
                hand_out(rows)
        if step is not None and trainer.step_count < step:
            text = mark("core", "The run has {steps} steps: there is no step {step}.")
            steps = f"{trainer.step_count:,}"
            raise NnguiError(text, steps=steps, step=f"{step:,}")


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
