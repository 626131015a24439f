"""What takes the steps of a run in place of the plain loop."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nngui.core.records.snapshot import Floats


class Engine(ABC):
    """Takes steps; answers questions about the networks, where it knows more than they do.

    One that trains copies has the newest parameters. It need not write them back to be asked.
    """

    @abstractmethod
    def advance(self, budget: float, max_steps: int | None) -> Floats:
        """Take steps for about `budget` seconds (see `Trainer.advance`)."""

    def sync_networks(self) -> None:  # noqa: B027 - nothing to do where the networks are trained
        """Bring the Trainer's networks and optimizers up to date: somebody looks, or changes them.

        What they hold at the next `advance` counts.
        """

    def predict(self, x: Floats) -> tuple[Floats, ...] | None:
        """Return what `Trainer.predict` does; None: the networks themselves are to be asked."""
        return None

    def losses(self, every: int) -> tuple[float, ...] | None:
        """Return each variant's loss on every so-many-th point that is trained on, or None."""
        return None

    def vectors(self) -> Floats | None:
        """Return what `Trainer.vectors` does, or None."""
        return None
