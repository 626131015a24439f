"""What takes the steps of a run."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nngui.core.arrays import Floats


@dataclass(frozen=True, slots=True)
class Unreturned:
    """What was done by an `advance` that ended in an error.

    Attributes
    ----------
    rows : ndarray
        Of the steps before the one that failed.
    intact : bool
        The run stands behind them, to the last bit; else the step that failed has changed it.
    """

    rows: Floats
    intact: bool


class Engine(ABC):
    """Takes steps; answers questions about the networks, where it knows more than they do.

    An engine knows the run's state (see `RunState`) and nothing of who asks for steps. One that
    trains copies has the newest parameters. It need not write them back to be asked.
    """

    @abstractmethod
    def advance(self, budget: float, max_steps: int | None = None) -> Floats:
        """Take steps for about `budget` seconds, at least one, at most `max_steps`.

        Returns
        -------
        ndarray
            Shape (steps taken, len(columns)), float64: a row per step. Empty once the run has
            ended.
        """

    def sync_networks(self) -> None:  # noqa: B027 - nothing to do where the networks are trained
        """Bring the run's networks and optimizers up to date: somebody looks, or changes them.

        What they hold at the next `advance` counts.
        """

    def write_networks(self) -> None:
        """Bring the run's networks and optimizers up to date for somebody who only reads them."""
        self.sync_networks()

    def leave(self) -> None:
        """Hand the run over to another engine, as the plain loop would have left it."""
        self.sync_networks()

    def forget(self) -> None:  # noqa: B027 - nothing to do where the networks are trained
        """Hold what it knows of the networks for nothing: an error has spoilt it, others come."""

    @property
    def unreturned(self) -> Unreturned | None:
        """What the last `advance` had done when it failed; None where that is not known."""
        return None

    def predict(self, x: Floats) -> tuple[Floats, ...] | None:
        """Return what `Trainer.predict` does; None: the networks themselves are to be asked."""
        return None

    def losses(self, every: int) -> tuple[float, ...] | None:
        """Return each network's loss on every so-many-th point that is trained on, or None."""
        return None

    def vectors(self) -> Floats | None:
        """Return the parameters of each network, shape (networks, P), float32, or None."""
        return None
