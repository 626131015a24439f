"""The loss of a network as a function of its parameters: of many networks at once, on a plane."""

from __future__ import annotations

import copy
import threading
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state, vmap
from torch.nn.utils import parameters_to_vector

from nngui.core.forward import evaluating, mean_loss
from nngui.core.surface.surface import MAX_POINTS, Surface

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nngui.core.arrays import Floats
    from nngui.core.surface.surface import Box, SurfacePlane

SIZES = (13, 25, 49)
"""Grids across and up, from coarse to fine; each holds all places of the one before it."""
AT_ONCE = 4_000_000  # numbers between two layers of all networks that are evaluated together
NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)


class Landscape:
    """A network's loss on fixed data, as a function of its parameters.

    Parameters
    ----------
    net : nn.Module
        Its shape counts; it is copied, and evaluated as in use (no dropout); BatchNorm goes by
        the data, not by its averages.
    loss_func : nn.Module
        Of predictions and targets.
    x, y : Tensor
        The data; of many points an even sample is taken.

    Attributes
    ----------
    every : int
        The sample: every so-many-th point.
    """

    def __init__(self, net: nn.Module, loss_func: nn.Module, x: Tensor, y: Tensor) -> None:
        self._net = _without_averages(copy.deepcopy(net).cpu().eval())
        self._loss_func = loss_func
        self.every = -(-len(x) // MAX_POINTS)
        self.x, self.y = x[:: self.every].cpu(), y[:: self.every].cpu()
        self._shapes = {name: p.shape for name, p in self._net.named_parameters()}
        _, self._buffers = stack_module_state([self._net])
        self._lock = threading.Lock()  # functional_call puts parameters into the copy
        widest = max((shape[0] for shape in self._shapes.values()), default=1)
        self.at_once = max(AT_ONCE // (len(self.x) * widest), 1)

    def loss(self, net: nn.Module) -> float:
        """Return the loss of a network of the same shape; it is evaluated where it is."""
        if any(isinstance(part, NORMS) for part in net.modules()):
            vector = parameters_to_vector(net.parameters()).detach().cpu().numpy()
            return float(self.losses(vector[None])[0])
        device = next(net.parameters()).device
        with evaluating(net):
            return mean_loss(net, self._loss_func, self.x.to(device), self.y.to(device))

    @torch.no_grad()
    def losses(self, vectors: Floats) -> Floats:
        """Return the losses, shape (k,), float64, of parameters, shape (k, P), all at once.

        The parameters of a row come as `torch.nn.utils.parameters_to_vector` writes them.
        """
        flat = torch.as_tensor(vectors, dtype=torch.float32)
        sizes = [shape.numel() for shape in self._shapes.values()]
        parts = torch.split(flat, sizes, dim=1)
        stacked = {
            name: part.reshape(-1, *shape)
            for (name, shape), part in zip(self._shapes.items(), parts, strict=True)
        }
        buffers = {name: b.expand(len(flat), *b.shape[1:]) for name, b in self._buffers.items()}
        with self._lock:
            found: Tensor = vmap(self._one)(stacked, buffers)
        return found.double().numpy()

    def _one(self, parameters: dict[str, Tensor], buffers: dict[str, Tensor]) -> Tensor:
        prediction = functional_call(self._net, (parameters, buffers), (self.x,))
        found: Tensor = self._loss_func(prediction, self.y)
        return found


def _without_averages(net: nn.Module) -> nn.Module:
    """Have each BatchNorm go by the data itself, so that the loss follows from the parameters.

    The averages that it keeps belong to where the training has been, and to no other place.
    """
    for part in net.modules():
        if isinstance(part, NORMS):
            part.track_running_stats = False
            part.running_mean = part.running_var = part.num_batches_tracked = None
    return net


def surfaces(
    landscape: Landscape,
    plane: SurfacePlane,
    box: Box,
    is_wanted: Callable[[], bool] = lambda: True,
) -> Iterator[Surface]:
    """Evaluate the loss over a box of a plane, coarse first, then finer and finer.

    Parameters
    ----------
    is_wanted : callable
        Asked between pieces of some milliseconds: once it says no, nothing more comes.

    Yields
    ------
    Surface
        One for each of `SIZES`.
    """
    torch.set_num_threads(1)  # of this thread: the others are for the training and the window
    left, right, bottom, top = box
    finest = SIZES[-1]
    a, b = np.linspace(left, right, finest), np.linspace(bottom, top, finest)
    loss = np.full((finest, finest), np.nan)
    for size in SIZES:
        stride = (finest - 1) // (size - 1)
        level = loss[::stride, ::stride]  # a view: what is found stays for the finer grids
        rows, columns = np.nonzero(np.isnan(level))
        for start in range(0, len(rows), landscape.at_once):
            if not is_wanted():
                return
            piece = slice(start, start + landscape.at_once)
            i, j = rows[piece], columns[piece]
            places = np.stack((a[::stride][j], b[::stride][i]), axis=1)
            found = landscape.losses(plane.at(places))
            level[i, j] = np.where(np.isnan(found), np.inf, found)
        yield Surface(plane, a[::stride].copy(), b[::stride].copy(), level.copy())
