"""A copy of a run's network, for whoever writes or looks at it while the training goes on."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from nngui.core.data.image_preparation import any_preparation_of
from nngui.gui.training.messages import NetworkCopy

if TYPE_CHECKING:
    from nngui.core.trainer import Trainer


def copy_of(trainer: Trainer | None) -> NetworkCopy | None:
    """Return a copy of the variant to keep; None where there is none."""
    from nngui.files.models.assumed import assumptions_behind

    best = trainer.best if trainer is not None else None
    if trainer is None or best is None:
        return None
    net = copy.deepcopy(best.net).cpu()
    standardised, step = trainer.data.standardise, trainer.step_count
    return NetworkCopy(
        net,
        standardised,
        step,
        tuple(trainer.data.x.shape[1:]),
        any_preparation_of(trainer.data, trainer.state.prepared),
        assumptions_behind(trainer.spec),
        trainer.data.notes,
    )
