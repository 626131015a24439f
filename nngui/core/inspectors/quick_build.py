"""What the tab of the quick build sees of its pair while it trains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nngui.core.networks.quick_spec import shown_neurons

if TYPE_CHECKING:
    from torch import Tensor

    from nngui.core.arrays import Floats
    from nngui.core.trainer import Trainer

SAMPLES = 1000
"""On how many points at most the outputs are compared."""


@dataclass(frozen=True, slots=True, eq=False)
class PairInspection:
    """The pair after a step.

    Attributes
    ----------
    prints : (str, str)
        What ``print(net)`` says of the class and of the Sequential.
    weights, outputs : float
        The largest difference between the two: of a weight or bias, and of an output for the
        training data, without dropout.
    links : tuple of ndarray
        For each Linear of the class its weights between the drawn neurons, shape (drawn
        outputs, drawn inputs).
    """

    prints: tuple[str, str]
    weights: float
    outputs: float
    links: tuple[Floats, ...]


def inspect_pair(trainer: Trainer) -> PairInspection:
    """Compare the two networks (see `inspector.Inspector`)."""
    from nngui.core.forward import evaluating

    first, second = (variant.net for variant in trainer.variants)
    x = trainer.state.train_data[0][:SAMPLES]
    with evaluating(first, second):
        pairs = zip(first.parameters(), second.parameters(), strict=True)
        weights = max(_largest(mine, other) for mine, other in pairs)
        outputs = _largest(first(x), second(x))
        links = tuple(_drawn(weight) for weight in first.parameters() if weight.dim() == 2)
    return PairInspection((str(first), str(second)), weights, outputs, links)


def _largest(one: Tensor, other: Tensor) -> float:
    return float((one - other).abs().max())


def _drawn(weight: Tensor) -> Floats:
    outputs, inputs = ([i for i in shown_neurons(size) if i is not None] for size in weight.shape)
    result: Floats = weight[outputs][:, inputs].cpu().numpy()
    return result
