"""Edits of a run without a window: tried out before it begins, and made when it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from nngui.command_edits import at_step
from nngui.core.errors import SettingError
from nngui.core.journal.edit import EngineEdit
from nngui.core.past.replay import apply
from nngui.core.turbo.support import unsupported_reason
from nngui.terminal import warn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nngui.core.data.batches import Batches
    from nngui.core.journal.edit import Edit
    from nngui.core.trainer import Trainer


class EditPlan:
    """The edits that a run has before it.

    Attributes
    ----------
    left : list of Edit
        The next one first.
    made : int
        How many have been made.

    Parameters
    ----------
    edits : sequence of Edit
        By their steps.
    """

    def __init__(self, edits: Sequence[Edit] = ()) -> None:
        self.left, self.made = list(edits), 0

    @property
    def next_step(self) -> int | None:
        """The step at which the next one is made; None: there is none."""
        return self.left[0].step if self.left else None

    def make_due(self, trainer: Trainer) -> None:
        """Make the edits that are due where the run stands.

        Raises
        ------
        SettingError
            When one cannot be made; those before it are.
        """
        while self.left and self.left[0].step <= trainer.step_count:
            with at_step(self.left[0].step):
                apply(trainer, self.left[0])
            del self.left[0]
            self.made += 1


def rehearse(trainer: Trainer, edits: Sequence[Edit]) -> None:
    """Make all edits of a run without its steps, so that it is known whether they can be made.

    Parameters
    ----------
    trainer : Trainer
        Of the same settings as the run, where it begins or goes on; it is of no use afterwards.

    Raises
    ------
    SettingError
        For the first one that cannot be made, or that lies beyond the run's end.
    """
    state = trainer.state
    for edit in edits:
        with at_step(edit.step):
            if edit.step > state.total_steps:
                text = "the run ends before, with step {last}. Give it more steps, or leave it out."
                raise SettingError(text, last=f"{state.total_steps:,}")
            _go_ahead(state.batches, edit.step - state.step_count)
            state.step_count = edit.step
            if not isinstance(edit, EngineEdit):
                apply(trainer, edit)
            elif edit.engine == "turbo" and (why := unsupported_reason(state)) is not None:
                raise why


def _go_ahead(batches: Batches, steps: int) -> None:
    """Have batches stand where they do behind so many steps."""
    if not batches.batch_size:
        batches.epoch += steps
        return
    left = batches.left
    if steps > left:  # in one of the passes behind this one
        passes, before = divmod(steps - left - 1, batches.steps_per_epoch)
        batches.order = torch.arange(len(batches.x))
        batches.epoch, batches.position = batches.epoch + passes + 1, 0
        steps = before + 1
    batches.position += steps * batches.batch_size


def tell_left(plan: EditPlan, trainer: Trainer) -> None:
    """Say which edits were not made, as the run has ended before."""
    if not plan.left:
        return
    steps = ", ".join(f"{step:,}" for step in sorted({edit.step for edit in plan.left})[:10])
    warn(
        f"nngui: The run has ended with step {trainer.step_count:,}: what was to change at step "
        f"{steps} was not changed."
    )
