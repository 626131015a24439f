"""Which engine trains a run, of what the user wants and what can be."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from nngui.core.text import mark
from nngui.core.training.failure import sentence_of
from nngui.core.turbo import cache as turbo_cache
from nngui.gui.training.messages import EngineInfo

if TYPE_CHECKING:
    from nngui.core.trainer import Trainer
    from nngui.gui.training.guard import Guard

ENGINE = mark(
    "core",
    "Turbo could not be started: {what} PyTorch trains the run; Help, Open log has the details.",
)
log = logging.getLogger(__name__)


def choose_engine(trainer: Trainer, guard: Guard, *, turbo: bool) -> EngineInfo:
    """Have a run trained by turbo where that is wanted, possible and compiled; else by PyTorch."""
    from nngui.core.turbo.support import sees_images, unsupported_reason

    reason = unsupported_reason(trainer.state)
    turbo = turbo and reason is None and turbo_cache.is_loaded()
    try:
        trainer.set_engine("turbo" if turbo else "torch")
    except Exception as error:  # it cannot be compiled here, or there is no memory for it
        log.exception("The engine could not be changed")
        guard.tell_once(error, ENGINE)
        turbo, reason = False, sentence_of(error)
    return EngineInfo(trainer.engine, reason, all_cores=turbo and sees_images(trainer.state))
