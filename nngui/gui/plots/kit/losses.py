"""Losses on an axis: by decades or evenly, and what they can be drawn against."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nngui.gui.plots.kit.axes import round_down, round_up

if TYPE_CHECKING:
    from nngui.core.arrays import Floats

AXES = ("step", "epoch", "second")
"""What losses can be drawn against."""
FAR = 100.0  # times beyond a run's own losses, up to which others widen the axis
SMALLEST = 1e-12  # a loss of exactly zero is drawn here on a logarithmic axis


def by_decades(losses: Floats) -> Floats:
    """Return where losses stand on a logarithmic axis."""
    result: Floats = np.log10(np.maximum(losses, SMALLEST))
    return result


def loss_range(low: float, high: float, *, logarithmic: bool) -> tuple[float, float]:
    """Return the vertical range for losses from `low` to `high`, with some room at both ends.

    It ends at round numbers, so that it grows in jumps and the labels are not made for every frame.
    Where there are no losses, `low` is more than `high`.
    """
    if not low <= high:
        bottom, top = (-2.0, 0.0) if logarithmic else (0.0, 1.0)
    elif logarithmic:
        bottom = math.log10(round_down(max(low, SMALLEST)))
        top = max(math.log10(round_up(max(high, 2 * SMALLEST))), bottom + 0.3)
    else:
        bottom, top = 0.0, round_up(max(high, SMALLEST))
    room = 0.04 * (top - bottom)
    return bottom - room, top + room


def with_ghosts(own: tuple[float, float], others: tuple[float, float]) -> tuple[float, float]:
    """Return the range of a run's own losses, widened for those of others as far as is bearable.

    One that diverged would press all the rest into a line.
    """
    (low, high), (least, most) = own, others
    if not least <= most:
        return own
    if not low <= high:
        return others
    return min(low, max(least, low / FAR)), max(high, min(most, high * FAR))
