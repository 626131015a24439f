"""A run without a window on its way: its steps, and what is written down of them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nngui.core.errors import NnguiError
from nngui.core.past.keyframes import SafeTraining
from nngui.core.records.history import last_values
from nngui.core.training.failure import FailedStepError
from nngui.headless_edits import EditPlan
from nngui.headless_outputs import Written
from nngui.headless_progress import TrainingShown
from nngui.terminal import tell_unexpected, warn

if TYPE_CHECKING:
    from nngui.core.arrays import Floats
    from nngui.core.records.history import History
    from nngui.core.trainer import Trainer
    from nngui.files.runs.loss_checksum import LossChecksum
    from nngui.headless_outputs import StepOutputs
    from nngui.headless_saving import RunSaver
    from nngui.signals import StopRequest

CHUNK_S = 0.05  # seconds between two looks at the progress bar


@dataclass
class Course:
    """A run on its way.

    Attributes
    ----------
    resumed_at : int, optional
        Steps that it had done when it was taken up again; None: it was begun here.
    edits : EditPlan
        What is to change on the way.
    until : int, optional
        The step after which no more are taken; None: it goes on to its end.
    checksum : LossChecksum, optional
        Of its losses, where they are to be known again.
    last : dict of str to float
        The last value of each column.
    is_whole : bool
        Whether it stands behind a step, and not within one that failed and could not be undone.
    """

    trainer: Trainer
    history: History
    written: Written = field(default_factory=Written)
    resumed_at: int | None = None
    edits: EditPlan = field(default_factory=EditPlan)
    until: int | None = None
    checksum: LossChecksum | None = None
    last: dict[str, float] = field(default_factory=dict)
    error: str = ""
    is_whole: bool = True

    @property
    def first(self) -> int:
        """Steps that it had done before it was begun, or taken up, here."""
        return self.resumed_at or 0

    @property
    def is_over(self) -> bool:
        """Whether no more steps are to be taken."""
        return self.trainer.ending is not None or self.trainer.step_count == self.until

    @property
    def most_steps(self) -> int | None:
        """How many steps may be taken at once: up to the next edit; None for as many as one likes.

        A run without networks takes each by itself, so that what its batches hold can be written.
        """
        if not self.trainer.variants:
            return 1
        step = self.trainer.step_count
        rooms = [stop - step for stop in (self.edits.next_step, self.until) if stop is not None]
        return min(rooms, default=None)


def train_on(
    course: Course,
    steps: StepOutputs,
    saver: RunSaver | None,
    asked: StopRequest,
    *,
    quiet: bool,
) -> bool:
    """Train until the end, or until that is asked for; return whether it was stopped before.

    After an error in a step the run is put back to where it was before that, and it is told.
    """
    trainer, state = course.trainer, course.trainer.state
    safe = SafeTraining(trainer)
    append = course.history.append if trainer.variants else _nothing
    shown = TrainingShown(state.task.name, course.first, state.total_steps, quiet=quiet)
    with shown:
        try:
            while not asked.is_set():
                course.edits.make_due(trainer)
                if course.is_over:
                    break
                first = trainer.step_count + 1
                rows = safe.advance(CHUNK_S, course.most_steps, append)
                _note(course, steps, first, rows)
                if saver is not None:
                    saver.save_when_due(trainer, course.history, steps.flush)
                shown.step(
                    trainer.step_count, trainer.batches.epoch, state.total_steps, _smallest(trainer)
                )
        except KeyboardInterrupt:
            course.is_whole = _is_whole(course)
            if trainer.variants and steps.rows != len(course.history):
                steps.begin_anew()  # it came while rows were written
            return True
        except FailedStepError as error:
            _note_failure(course, steps, error, first)
        except NnguiError as error:  # an edit that cannot be made after all
            course.error = str(error)
            warn(f"nngui: {error}")
        except Exception as error:  # noqa: BLE001 - beside the steps: what there is by now is written
            course.error = tell_unexpected(error, "The training failed")
            course.is_whole = _is_whole(course)
    return not course.is_over and not course.error


def _note(course: Course, steps: StepOutputs, first: int, rows: Floats) -> None:
    """Write down steps that were done, the first of which is step `first`."""
    trainer = course.trainer
    steps.add(first, rows)
    if course.checksum is not None:
        course.checksum.follow()
    course.last |= last_values(trainer.columns, rows)
    course.last |= {variant.name: variant.last_loss for variant in trainer.variants}


def _note_failure(course: Course, steps: StepOutputs, error: FailedStepError, first: int) -> None:
    """Say that a step failed, and write down those before it."""
    course.error = str(error)
    warn(f"nngui: {error}")
    trainer, history = course.trainer, course.history
    course.is_whole = error.failure.standing != "lost" and trainer.step_count <= len(history)
    if trainer.variants:
        if course.is_whole and trainer.step_count < len(history):  # it stands further back
            history.cut(trainer.step_count)
            steps.begin_anew()
        if len(history) >= first:
            _note(course, steps, first, history.exact(first - 1, len(history)))


def _is_whole(course: Course) -> bool:
    """Return whether the run stands behind the last step that was written down."""
    return course.trainer.step_count == len(course.history)


def _nothing(_rows: Floats) -> None:
    """Keep no rows: what the batches hold is written at once."""


def _smallest(trainer: Trainer) -> float:
    losses = (variant.last_loss for variant in trainer.variants)
    return min((loss for loss in losses if not math.isnan(loss)), default=math.nan)
