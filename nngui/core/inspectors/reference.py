"""A second network, which does not train, evaluated on a run's data beside the run's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from nngui.core.forward import forward_in_batches
from nngui.core.records.snapshot import Reference

if TYPE_CHECKING:
    from torch import nn

    from nngui.core.records.snapshot import Floats
    from nngui.core.trainer import Trainer


class ReferenceNet:
    """A network to compare with. What it says is worked out once, until `forget`.

    Parameters
    ----------
    net : nn.Module
        Ready to predict; nobody trains it.
    """

    def __init__(self, name: str, net: nn.Module) -> None:
        self._name, self._net = name, net.eval()
        self._reference: Reference | None = None

    def forget(self) -> None:
        """Ask the network anew next time: for other places, other data, or another run."""
        self._reference = None

    def reference(self, trainer: Trainer, x: Floats) -> Reference | None:
        """Return what it says of the trainer's data, and at some places.

        Returns None where it is a network for other data: other inputs, or other outputs.
        """
        if self._reference is None and self._takes(trainer):
            self._net.to(trainer.state.device)
            values = trainer.predict_with(self._net, x)
            self._reference = Reference(self._name, self._loss(trainer), values)
        return self._reference

    @torch.no_grad()
    def _loss(self, trainer: Trainer) -> float:
        inputs, targets = trainer.state.train_data
        return float(trainer.state.loss_func(forward_in_batches(self._net, inputs), targets))

    def _takes(self, trainer: Trainer) -> bool:
        data = trainer.data
        outputs = len(data.classes) or data.y.shape[1]
        try:
            with torch.no_grad():
                found = self._net.to(trainer.state.device)(data.x[:1].to(trainer.state.device))
        except RuntimeError:  # a layer was given another shape than it takes
            return False
        return tuple(found.shape) == (1, outputs)
