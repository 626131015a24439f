"""The best weights of a network so far, judged on the points kept out of training."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor, nn

    Weights = dict[str, Tensor]


@dataclass
class Best:
    """Where the validation loss of a network was smallest, and the weights it had there.

    Early stopping waits for a gain over it (L. Prechelt: "Early Stopping - But When?", 1998).
    A run that ends gets the best weights back; one that goes on after its end goes on from its
    latest ones, as if it had never ended.

    Attributes
    ----------
    loss : float
        The smallest validation loss; infinite before the first.
    epoch, step : int
        Passes and steps done by then; 0 before the first.
    weights : dict of str to Tensor, or None
        The network's state there; None where it is not kept.
    latest : dict of str to Tensor, or None
        The network's state before the best one was put back; None otherwise.
    """

    loss: float = math.inf
    epoch: int = 0
    step: int = 0
    weights: Weights | None = None
    latest: Weights | None = None

    def note(self, loss: float, epoch: int, step: int, net: nn.Module | None) -> None:
        """Note a validation loss; what is not smaller, or no number, is no gain.

        Parameters
        ----------
        net : nn.Module, optional
            Whose weights are kept where this is the best; None: they are not asked for.
        """
        if not loss < self.loss:
            return
        self.loss, self.epoch, self.step = loss, epoch, step
        self.weights = None if net is None else copied(net.state_dict())

    def put_back(self, net: nn.Module) -> None:
        """Give a network its best weights, if they were kept; the latest are remembered."""
        if self.weights is None or self.latest is not None:
            return
        self.latest = copied(net.state_dict())
        net.load_state_dict(self.weights)

    def resume(self, net: nn.Module) -> None:
        """Give a network its latest weights again: its run goes on."""
        if self.latest is not None:
            net.load_state_dict(self.latest)
            self.latest = None

    def capture(self) -> dict[str, Any]:
        """Return all of it, copied."""
        return copy.deepcopy(vars(self))

    @classmethod
    def restored(cls, state: dict[str, Any]) -> Best:
        """Return what `capture` was taken from."""
        return cls(**copy.deepcopy(state))


def copied(state: Weights) -> Weights:
    """Return a copy of a network's state that training does not change."""
    return {name: tensor.detach().clone() for name, tensor in state.items()}
