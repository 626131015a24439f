"""A run as it is remembered, made from the run itself."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from nngui.core.records.changes import changes_of
from nngui.core.records.run_record import RunRecord, figures_of

if TYPE_CHECKING:
    from nngui.core.records.history import History
    from nngui.core.trainer import Trainer


def record_of(
    trainer: Trainer,
    history: History,
    run_id: str,
    scores: dict[str, float],
) -> RunRecord:
    """Return what is to be remembered of a run as it is now.

    Parameters
    ----------
    scores : dict of str to float
        What the network is worth on the rows kept out of training.
    """
    return RunRecord(
        id=run_id,
        task=trainer.state.task.name,
        spec=trainer.spec,
        number=0,
        name="",
        ended=datetime.now().astimezone(),
        steps=trainer.step_count,
        ending=trainer.ending.kind if trainer.ending else "",
        figures=figures_of(history, trainer.batches.steps_per_epoch, _kept_step(trainer)),
        live_changes=tuple(sorted(trainer.journal.keys)),
        changes=changes_of(trainer.journal),
        journal=trainer.journal,
        scores=scores,
    )


def _kept_step(trainer: Trainer) -> int:
    """Return the step whose weights a run was given back at its end; 0: its last ones stayed."""
    found = [variant.best for variant in trainer.variants]
    return found[0].step if len(found) == 1 and found[0].latest is not None else 0
