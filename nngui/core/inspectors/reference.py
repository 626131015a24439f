"""Networks that do not train, asked about a run's data beside the run's own.

They are asked in the same thread and by the same code as those in training, so that equal
parameters give equal answers to the last bit; and once, as they stay what they are. torch is
imported where one is asked: the window names these classes before it is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nngui.core.records.snapshot import Reference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import nn

    from nngui.core.arrays import Floats
    from nngui.core.trainer import Trainer


class ReferenceNet:
    """A network to compare with. What it says is worked out once, until `forget`.

    Parameters
    ----------
    net : nn.Module
        Ready to predict; nobody trains it, and nobody else uses it.
    """

    def __init__(self, name: str, net: nn.Module) -> None:
        self._name, self._net = name, net.eval()
        self._predictions: Floats | None = None
        self._reference: Reference | None = None

    def forget(self) -> None:
        """Ask the network anew next time: for other places, other data, or another run."""
        self._predictions = self._reference = None

    def predictions(self, trainer: Trainer, x: Floats) -> Floats:
        """Return what it says at some places, as `Trainer.predict` does of the run's own."""
        if self._predictions is None:
            self._predictions = trainer.predict_with(self._net.to(trainer.state.device), x)
        return self._predictions

    def reference(self, trainer: Trainer, x: Floats) -> Reference | None:
        """Return what it says of the trainer's data, and at some places.

        Returns None where it is a network for other data: other inputs, or other outputs.
        """
        from nngui.core.forward import mean_loss

        if self._reference is None and self._takes(trainer):
            predictions = self.predictions(trainer, x)
            loss = mean_loss(self._net, trainer.state.loss_func, *trainer.state.train_data)
            self._reference = Reference(self._name, loss, predictions)
        return self._reference

    def _takes(self, trainer: Trainer) -> bool:
        from nngui.core.forward import evaluating

        data, net = trainer.data, self._net.to(trainer.state.device)
        outputs = len(data.classes) or data.y.shape[1]
        try:
            with evaluating(net):
                found = net(data.x[:1].float().to(trainer.state.device))
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
    """Asks (see `Inspector`) the network in training and others that do not train.

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

    def __call__(self, trainer: Trainer) -> Answers | None:
        """Return what all of them say; None where nothing is trained."""
        variants = trainer.variants
        if not variants:
            return None
        others = {name: net.predictions(trainer, self._x) for name, net in self._nets.items()}
        own = trainer.predict_with(variants[0].net, self._x)
        return Answers(trainer.step_count, self._x, own, others)
