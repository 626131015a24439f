"""Networks that are asked and not trained: no gradient, no dropout, bounded memory."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from nngui.core.memory import rows_at_once

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MIN_ROWS = 32  # rows that are not worth a look at how wide the network is


@contextmanager
def evaluating(*nets: nn.Module) -> Iterator[None]:
    """Let networks predict: without dropout and gradients; then each part is as it was before.

    Also when something fails within: a network must not go on training without its dropout.
    """
    before = [(part, part.training) for net in nets for part in net.modules()]
    try:
        with torch.no_grad():
            for net in nets:
                net.eval()
            yield
    finally:
        for part, training in before:
            part.training = training


@torch.no_grad()
def forward_in_batches(net: nn.Module, x: Tensor) -> Tensor:
    """Return what a network gives for all samples, so many at a time that memory is bounded.

    No gradient can be taken from it. Up to `memory.MAX_NUMBERS` values of the widest layer the
    samples go through in one piece, so that the last bits are those of a plain call.

    Parameters
    ----------
    x : Tensor
        Shape (n, ...): n samples.

    Returns
    -------
    Tensor
        Shape (n, outputs).
    """
    rows = MIN_ROWS if len(x) <= MIN_ROWS else rows_at_once(widest(net, x))
    first: Tensor = net(x[:rows])
    if len(x) <= rows:
        return first
    # Written into place: a list of pieces, put together, would hold all of them twice.
    result = first.new_empty((len(x), *first.shape[1:]))
    result[:rows] = first
    for begin in range(rows, len(x), rows):
        result[begin : begin + rows] = net(x[begin : begin + rows])
    return result


def mean_loss(
    net: nn.Module, loss_func: Callable[[Tensor, Tensor], Tensor], x: Tensor, y: Tensor
) -> float:
    """Return a network's loss over all samples, in bounded memory; `evaluating` is the caller's.

    Parameters
    ----------
    x, y : Tensor
        Shape (n, ...) and (n, outputs), or (n,) class numbers, on the network's device.
    """
    with torch.no_grad():
        return float(loss_func(forward_in_batches(net, x), y))


def widest(net: nn.Module, x: Tensor) -> int:
    """Return how many numbers the largest layer makes of one of these samples."""
    sample = x[0].numel()
    if x.ndim == 2 and all(parameter.ndim <= 2 for parameter in net.parameters()):
        layers = (part for part in net.modules() if isinstance(part, nn.Linear))
        return max((layer.out_features for layer in layers), default=sample)
    return max(sample, _largest_output(net, x[:1]))


def _largest_output(net: nn.Module, sample: Tensor) -> int:
    """Send a sample through and measure: of convolutions, the sizes follow from each other."""
    sizes = [0]

    def note(_part: nn.Module, _inputs: object, output: object) -> None:
        if isinstance(output, Tensor):
            sizes.append(output.numel())

    leaves = [part for part in net.modules() if not list(part.children())]
    handles = [part.register_forward_hook(note) for part in leaves]
    try:
        with evaluating(net):
            net(sample)
    finally:
        for handle in handles:
            handle.remove()
    return max(sizes)
