"""Networks that do not train, asked about the same places as the one that does.

They are asked in the run's thread and by the same code, so that equal parameters give equal answers
to the last bit. torch is imported where one is asked: a window can name these classes without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nngui.core.records.snapshot import Reference

if TYPE_CHECKING:
    from collections.abc import Mapping

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
            self._reference = Reference(self._name, self._loss(trainer), self.says(trainer, x))
        return self._reference

    def says(self, trainer: Trainer, x: Floats) -> Floats:
        """Return what it says at some places, as the trainer's own network would."""
        return trainer.predict_with(self._net.to(trainer.state.device), x)

    def _loss(self, trainer: Trainer) -> float:
        from nngui.core.forward import mean_loss

        net = self._net.to(trainer.state.device)
        return mean_loss(net, trainer.state.loss_func, *trainer.state.train_data)

    def _takes(self, trainer: Trainer) -> bool:
        import torch

        data = trainer.data
        outputs = len(data.classes) or data.y.shape[1]
        try:
            with torch.no_grad():
                found = self._net.to(trainer.state.device)(data.x[:1].to(trainer.state.device))
        except RuntimeError:  # a layer was given another shape than it takes
            return False
        return tuple(found.shape) == (1, outputs)


@dataclass(frozen=True, eq=False)
class Answers:
    """What several networks say of the same inputs.

    Attributes
    ----------
    step : int
        How many steps the network in training has taken.
    x : ndarray
        Shape (n, features).
    own : ndarray
        Shape (n, outputs): what the network in training says.
    others : dict of str to ndarray
        What each of the others says.
    """

    step: int
    x: Floats
    own: Floats
    others: dict[str, Floats]


class ReferenceNets:
    """Asks several of them (see `inspector.Inspector`); each once, as it stays what it is.

    Parameters
    ----------
    x : ndarray
        Shape (n, features), in the data's own units.
    nets : mapping of str to nn.Module
        They take such inputs; nobody else uses them.
    """

    def __init__(self, x: Floats, nets: Mapping[str, nn.Module]) -> None:
        self._x = x
        self._nets = {name: ReferenceNet(name, net) for name, net in nets.items()}
        self._others: dict[str, Floats] = {}

    def __call__(self, trainer: Trainer) -> Answers | None:
        """Return what all of them say; None where nothing is trained."""
        if not trainer.variants:
            return None
        if not self._others:
            self._others = {name: net.says(trainer, self._x) for name, net in self._nets.items()}
        own = trainer.predict_with(trainer.variants[0].net, self._x)
        return Answers(trainer.step_count, self._x, own, self._others)
