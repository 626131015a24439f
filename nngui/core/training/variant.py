"""A network in training: its optimizer, and the last parameters that were good."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch

from nngui.core.networks.initial_weights import draw_initial_weights
from nngui.core.networks.matching import matched, shapes_of
from nngui.core.training import optimizers
from nngui.core.training.best import Best
from nngui.core.training.health import GOOD_LOSS_FACTOR, MAX_LOSS_FACTOR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor, nn

    from nngui.core.data.data import Data
    from nngui.core.spec import OptimizerSpec, Spec
    from nngui.core.task import Task


@dataclass
class Variant:
    """A network and its optimizer. Most tasks train one, a comparison several in lockstep.

    Attributes
    ----------
    name : str
        Its loss column.
    last_finite : list of Tensor
        Copies of the parameters that last gave a sensible loss, and of the buffers with them.
    first_loss : float
        The first loss that was a finite number; 0 before.
    last_loss : float
        The loss of the last step; NaN before the first.
    diverged : bool
        It has dropped out, and waits with its last good parameters.
    best : Best
        Where its validation loss was smallest; only what is held out tells.
    seconds : float
        How long it has computed, where several are trained; not a part of the saved state.
    """

    name: str
    net: nn.Module
    settings: OptimizerSpec
    optimizer: torch.optim.Optimizer = field(init=False)
    last_finite: list[Tensor] = field(init=False)
    first_loss: float = 0.0
    last_loss: float = math.nan
    diverged: bool = False
    best: Best = field(default_factory=Best)
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.optimizer = optimizers.build(self.settings, self.net.parameters())
        self.last_finite = [tensor.detach().clone() for tensor in self._tensors()]

    def _tensors(self) -> list[Tensor]:
        """Return parameters and buffers, such as the averages that a BatchNorm keeps."""
        return [*self.net.parameters(), *self.net.buffers()]

    @property
    def rate(self) -> float:
        """The learning rate of the next step (see `rates`)."""
        return float(self.optimizer.param_groups[0]["lr"])

    def set_rate(self, rate: float) -> None:
        """Take steps at this rate from now on."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate

    def accepts(self, loss: float) -> bool:
        """Note the loss of a step; return whether the network can go on from it."""
        self.last_loss = loss
        if not self.first_loss and math.isfinite(loss):
            self.first_loss = loss
        return loss < MAX_LOSS_FACTOR * max(self.first_loss, 1.0)  # NaN is not smaller either

    @torch.no_grad()
    def keep(self) -> None:
        """Remember the parameters, if they still gave a sensible loss."""
        if self.last_loss <= GOOD_LOSS_FACTOR * self.first_loss:
            for kept, tensor in zip(self.last_finite, self._tensors(), strict=True):
                kept.copy_(tensor)

    @torch.no_grad()
    def drop_out(self) -> None:
        """Put the last good parameters back; what the optimizer remembers is spoilt: drop it."""
        self.diverged = True
        for tensor, kept in zip(self._tensors(), self.last_finite, strict=True):
            tensor.copy_(kept)
        self.optimizer = optimizers.build(self.settings, self.net.parameters())

    def known(self) -> tuple[float, float, list[Tensor]]:
        """Return what a step notes before anything moves: losses, and a BatchNorm's averages."""
        buffers = [buffer.clone() for buffer in self.net.buffers()]
        return self.first_loss, self.last_loss, buffers

    @torch.no_grad()
    def put_back(self, known: tuple[float, float, list[Tensor]]) -> None:
        """Put back what `known` returned."""
        self.first_loss, self.last_loss, buffers = known
        for buffer, kept in zip(self.net.buffers(), buffers, strict=True):
            buffer.copy_(kept)

    def change(self, settings: OptimizerSpec) -> None:
        """Go on with other settings; with them, one that dropped out takes part again."""
        if settings != self.settings:
            self.diverged = False
        self.settings = settings
        optimizers.change(self.optimizer, settings)


def build_networks(
    task: Task, spec: Spec, data: Data, weights: Mapping[str, Tensor] | None
) -> list[nn.Module]:
    """Draw the networks one after the other, as a script does; then see where they start."""
    outputs = len(data.classes) or data.y.shape[1]
    shape = tuple(data.x.shape[1:])
    nets = [task.network.build(spec, shape, outputs, name) for name in spec.optimizers()]
    if weights is not None:  # drawn all the same: what is drawn after them stays the same
        for net in nets:
            net.load_state_dict(matched(weights, shapes_of(net.state_dict())))
        return nets
    for net in nets:
        draw_initial_weights(net, spec.network)
    if spec.same_start:
        start_alike(nets)
    return nets


@torch.no_grad()
def start_alike(nets: list[nn.Module]) -> None:
    """Give all networks the first one's parameters, in their order."""
    for net in nets[1:]:
        for mine, first in zip(net.parameters(), nets[0].parameters(), strict=True):
            mine.copy_(first)
