"""How a view sees inside a run: a question that is put to the Trainer with every picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from nngui.core.trainer import Trainer


class Inspector(Protocol):
    """Something a view wants to know of a run, beyond losses and predictions.

    It is asked in the thread that trains, between two steps: it reads, changes nothing, draws no
    random numbers, and takes a few milliseconds at most. What it returns crosses to the window:
    a frozen record of plain values and numpy arrays that nobody writes to any more.
    """

    def __call__(self, trainer: Trainer) -> object:
        """Return what is seen, or None where there is nothing to see."""
