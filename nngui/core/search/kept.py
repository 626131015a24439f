"""A trial as a run in the list of runs: its settings, scores and curve, without its network."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from nngui.core.records.run_record import SCORE_NAMES, VALIDATION, Curves, RunRecord
from nngui.core.search.plan import SCORES

if TYPE_CHECKING:
    from nngui.core.search.plan import Plan
    from nngui.core.search.trials import Result, Trial

NAMED = 6  # characters of a search's identity that its group is known by
PARTS = {"val": "validation", "test": "test"}


def run_of(plan: Plan, trial: Trial, group: str) -> tuple[RunRecord, Curves]:
    """Return a trial that was trained to its end as `RunStore.keep` takes it.

    Its figures are means over the seeds; its curve is the first seed's.

    Parameters
    ----------
    group : str
        What the list calls the search.
    """
    result = trial.result
    assert result is not None
    record = RunRecord(
        id=uuid.uuid4().hex,
        task=plan.task.name,
        spec=plan.settings(trial.values),
        number=0,
        name="",
        ended=datetime.now().astimezone(),
        steps=result.steps,
        ending="steps",
        figures={VALIDATION: loss} if (loss := _loss(result)) is not None else {},
        can_reopen=False,
        scores={
            f"{short}_{name}": result.scores[part][SCORES[name]]
            for short, part in PARTS.items()
            for name in SCORE_NAMES
            if name in SCORES and SCORES[name] in result.scores.get(part, {})
        },
        group=group,
    )
    return record, _curves(result)


def _loss(result: Result) -> float | None:
    return result.scores.get("validation", {}).get("Loss")


def _curves(result: Result) -> Curves:
    if not result.curve:
        return {}
    epochs = np.array([epoch for epoch, _ in result.curve], np.int64)
    losses = np.array([loss for _, loss in result.curve], np.float32)
    each = max(round(result.steps / max(int(epochs[-1]), 1)), 1)
    return {VALIDATION: (epochs * each, losses)}
