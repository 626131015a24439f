"""Whether a network still learns: a dead one shows a flat loss, and no error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nngui.core.training.endings import ALL_ZERO, DEAD, Ending

if TYPE_CHECKING:
    from torch import nn

    from nngui.core.spec import NetworkSpec

LOOK_EVERY = 25  # steps
MAX_LOSS_FACTOR = 1e12  # times the first loss: none came back from there; float32 ends at 3e38
GOOD_LOSS_FACTOR = 100.0  # times the first loss: beyond, weights are finite still, but spoilt


@dataclass
class Health:
    """Looks at the gradients now and then.

    Attributes
    ----------
    hint : Ending or None
        What a user should know about a run that goes on.
    dead_before : bool
        Whether the last look found no gradient: twice in a row counts.
    """

    hint: Ending | None = None
    dead_before: bool = False

    def look(self, net: nn.Module, loss: float, step: int) -> None:
        """Notice hidden layers that get no gradient at all, twice in a row.

        Parameters
        ----------
        loss : float
            The last step's: a network without any error has no gradient either.
        """
        if step % LOOK_EVERY or loss == 0:
            return
        hidden = list(net.parameters())[:-2]  # without the output's weight and bias
        if not hidden:
            return
        dead = not any(p.grad is not None and bool(p.grad.any()) for p in hidden)
        self.hint = DEAD if dead and self.dead_before else None
        self.dead_before = dead

    def told(self, network: NetworkSpec) -> Ending | None:
        """Return the hint, in the words for what the network started from."""
        if self.hint and network.init == "zeros" and not network.weights:
            return ALL_ZERO
        return self.hint
