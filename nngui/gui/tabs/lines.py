"""The lines of a run, as its timeline shows them: what they have in common, what they came to."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nngui.core.records.history import training_losses

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nngui.core.records.history import History
    from nngui.gui.training.messages import BranchInfo


def common_steps(lines: Sequence[BranchInfo], one: int, other: int) -> int:
    """Return how many steps two lines of a run, by id, have in common."""
    reach = _reach(lines, one)
    return max((min(steps, reach.get(line, 0)) for line, steps in _reach(lines, other).items()))


def _reach(lines: Sequence[BranchInfo], line: int) -> dict[int, int]:
    """Return, for a line and those that led to it, up to which of their steps it has them."""
    known = {info.id: info for info in lines}
    found, steps, at = {}, known[line].steps, known.get(line)
    while at is not None and at.id not in found:
        found[at.id] = steps
        steps = min(steps, at.since)
        at = known.get(at.parent) if at.parent is not None else None
    return found


def last_loss(history: History) -> float | None:
    """Return the last loss of a run, the smallest one of several; None where there is none."""
    rows = history.exact(max(len(history) - 1, 0), len(history))
    if not len(rows):
        return None
    values = dict(zip(history.columns, rows[-1].tolist(), strict=True))
    losses = [values[name] for name in training_losses(history.columns)]
    finite = [loss for loss in losses if math.isfinite(loss)]
    return min(finite, default=None)
