"""Other networks asked about the same inputs as the one in training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import nn

    from nngui.core.records.snapshot import Floats
    from nngui.core.trainer import Trainer


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
    """A look (see `inspector.Inspector`) at networks that do not train beside the one that does.

    They are asked in the same thread and by the same code, so that equal parameters give equal
    answers to the last bit; and once, as they stay what they are.

    Parameters
    ----------
    x : ndarray
        Shape (n, features), in the data's own units.
    nets : mapping of str to nn.Module
        They take such inputs; nobody else uses them.
    """

    def __init__(self, x: Floats, nets: Mapping[str, nn.Module]) -> None:
        self._x, self._nets = x, dict(nets)
        self._others: dict[str, Floats] = {}

    def __call__(self, trainer: Trainer) -> Answers | None:
        """Return what all of them say; None where nothing is trained."""
        if not trainer.variants:
            return None
        if not self._others:
            for name, net in self._nets.items():
                self._others[name] = trainer.predict_with(net.to(trainer.state.device), self._x)
        own = trainer.predict_with(trainer.variants[0].net, self._x)
        return Answers(trainer.step_count, self._x, own, self._others)
