"""Whether a network can be trained on batches of a size: BatchNorm takes no single point."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import torch
from torch import nn

from nngui.core.data.data import check_batch_size
from nngui.core.errors import DataError
from nngui.core.forward import evaluating
from nngui.core.text import mark
from nngui.core.training.outline import outline

if TYPE_CHECKING:
    from nngui.core.data.data import Data
    from nngui.core.spec import Spec
    from nngui.core.task import Task

    Shape = tuple[int, ...]

NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)


def check_batches(task: Task, spec: Spec, data: Data, points: int, left: int = 0) -> None:
    """Refuse batches larger than all there is to train on, and ones that the network cannot take.

    BatchNorm compares the points of a batch: of one alone PyTorch refuses to make anything, in the
    middle of a pass. One alone is in a batch of size 1, or in the last one of a pass.

    Parameters
    ----------
    points : int
        How many are trained on.
    left : int
        How many the present pass goes on with, in mid-run; 0: a new one begins.

    Raises
    ------
    DataError
        Naming the batch size and what is possible.
    """
    size, optional = spec.schedule.batch_size, bool(spec.optimizers())
    check_batch_size(size, points, optional=optional)
    drops_last = spec.schedule.loading["drop_last"]
    is_last_alone = bool(left) and has_single(size, left, drops_last=drops_last)
    if not optional or not (is_last_alone or has_single(size, points, drops_last=drops_last)):
        return
    shape, outputs = tuple(data.x.shape[1:]), len(data.classes) or data.y.shape[1]
    norm = single_valued_norm(outline(task, spec, shape, outputs), shape)
    if norm and points == 1:
        text = mark(
            "core",
            "There is a single point to train on, and {norm} compares the points of a batch: take "
            "more points, or no batch norm.",
        )
        raise DataError(text, norm=norm)
    if norm and is_last_alone and not has_single(size, points, drops_last=drops_last):
        text = mark(
            "core",
            "{n} points of the present pass are left: with a batch size of {size} one of them is "
            "in a batch of its own, and {norm} compares the points of a batch. Take another size, "
            "or wait for the end of the pass.",
        )
        raise DataError(text, n=f"{left:,}", size=size, norm=norm)
    if norm:
        others = (other for other in itertools.count(size + 1) if points % other != 1)
        text = mark(
            "core",
            "With a batch size of {size} one of the {n} points is in a batch of its own, and "
            "{norm} compares the points of a batch: set it to {other}, or take no batch norm.",
        )
        values = {"size": size, "n": f"{points:,}", "norm": norm}
        raise DataError(text, **values, other=min(next(others), points))


def has_single(size: int, points: int, *, drops_last: bool) -> bool:
    """Return whether a point is in a batch of its own; size 0: all are taken at once."""
    if points == 1 or size == 1:
        return True
    return bool(size) and points % size == 1 and not drops_last


def single_valued_norm(net: nn.Module, shape: Shape) -> str:
    """Return the class of the first norm that gets one value a channel of one sample, or nothing.

    Parameters
    ----------
    net : nn.Module
        On the ``meta`` device (see `outline`).
    shape : tuple of int
        A sample's.
    """
    norms = [part for part in net.modules() if isinstance(part, NORMS)]
    found: list[str] = []

    def note(norm: nn.Module, inputs: tuple[torch.Tensor], _output: object) -> None:
        if inputs[0].numel() == inputs[0].shape[1]:
            found.append(type(norm).__name__)

    if norms:
        for norm in norms:
            norm.register_forward_hook(note)
        with evaluating(net):
            net(torch.empty((1, *shape), device="meta"))
    return next(iter(found), "")
