"""How much memory a run will take, and how long its steps: told before anything of it is built.

What a step keeps is asked of autograd itself: the network goes once forward on torch's ``meta``
device, where tensors have shapes and no numbers, and whatever is kept for the way back is counted.
So it holds for any layer, and for each version of PyTorch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import nn

from nngui.core.errors import NoMemoryError
from nngui.core.memory import MAX_NUMBERS, free_memory
from nngui.core.text import mark
from nngui.core.training.endings import Ending, slow_look, slow_step
from nngui.core.training.outline import outline

if TYPE_CHECKING:
    from torch import Tensor

    from nngui.core.data.data import Data, Prepared
    from nngui.core.spec import Spec
    from nngui.core.task import Task

    Shape = tuple[int, ...]

MAX_SHARE = 0.9  # of the free memory
FLOAT = 4  # bytes of a float32
REMEMBERED = {  # numbers that an optimizer keeps for each parameter (torch.optim's documentation)
    "sgd": 0,
    "momentum": 1,
    "nesterov": 1,
    "adagrad": 1,
    "rmsprop": 1,
}
BY_MOMENTS = 2  # the same for Adam and its kin
SLOW_S = 60.0  # seconds of a step from which on they are told before it
WORK_PER_S = 2e10  # multiply-adds of float32, about: convolutions on one core (Linear has 4e10)


@dataclass(frozen=True, slots=True)
class RunEstimate:
    """What a run takes, by its parts: bytes; and what its steps have to do.

    Attributes
    ----------
    data : int
        The points as they were drawn or read, as the network sees them, and a batch of them.
    networks : int
        Parameters, their gradients, the last good ones, and what the optimizers remember.
    activations : int
        What the layers make of a batch, kept for the way back, and the gradients on that way. Of
        several networks one at a time goes forward and back.
    evaluation : int
        What goes through a network at once where it is only asked.
    parameters : int
        How many numbers all networks learn.
    step_work, look_work : int
        Multiply-adds of a step, forward and back, and of a look at all points.
    """

    data: int
    networks: int
    activations: int
    evaluation: int
    parameters: int
    step_work: int
    look_work: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.data + self.to_come

    @property
    def to_come(self) -> int:
        """All that is not there yet once the points are."""
        return self.networks + max(self.activations, self.evaluation)


def estimate(
    task: Task, spec: Spec, shape: Shape, outputs: int, points: int, *, asked: int = 0
) -> RunEstimate:
    """Return what a run of these settings takes.

    Parameters
    ----------
    shape : tuple of int
        A sample's.
    outputs : int
        How many values the network gives for it.
    points : int
        How many are trained on.
    asked : int
        How many are kept out of training, and only looked at.
    """
    optimizers = spec.optimizers()
    sample = int(torch.Size(shape).numel())
    batch = min(spec.schedule.batch_size or points, points)
    drawn = (points + asked) * (sample + 1) * FLOAT
    copied = batch * (sample + 1) * FLOAT + points * 8 if spec.schedule.batch_size else 0
    data = 2 * drawn + copied
    if not optimizers:
        return RunEstimate(data, 0, 0, 0, 0, 0, 0)

    net = outline(task, spec, shape, outputs)
    sizes = [parameter.numel() for parameter in net.parameters()]
    parameters = sum(sizes)
    each = 3 + 2 * (spec.schedule.keeps_best)  # the best, and the latest in their place
    numbers = sum(each + REMEMBERED.get(o.name, BY_MOMENTS) for o in optimizers.values())
    networks = (parameters * numbers + 2 * max(sizes, default=0)) * FLOAT
    kept, widest, work = _passage(net, shape, batch)
    everyone = len(optimizers)
    evaluated = 2 * min((points + asked) * widest, max(MAX_NUMBERS, widest)) * FLOAT
    return RunEstimate(
        data,
        networks,
        kept + 2 * batch * widest * FLOAT,
        evaluated,
        parameters * everyone,
        3 * work * batch * everyone,  # as much again for the gradients of inputs and of weights
        work * (points + asked) * everyone,
    )


def estimate_of(task: Task, spec: Spec, data: Data, prepared: Prepared) -> RunEstimate:
    """Return what a run on these data takes (see `estimate`)."""
    held_out = 0 if prepared.held_out is None else len(prepared.held_out[0])
    outputs = len(data.classes) or data.y.shape[1]
    shape, points = tuple(data.x.shape[1:]), len(prepared.train[0])
    return estimate(task, spec, shape, outputs, points, asked=held_out)


def checked_work(
    task: Task,
    spec: Spec,
    data: Data,
    prepared: Prepared,
    device: torch.device,
    *,
    is_built: bool = False,
) -> Ending | None:
    """Return what is to be said of the length of a run's steps, unless it would fill the memory.

    An accelerator is tried: a run leaves one that is too small (see `engines.accelerated`).

    Raises
    ------
    NoMemoryError
        See `check_run`.
    """
    if device.type != "cpu":
        return None
    found = estimate_of(task, spec, data, prepared)
    check_run(found, spec, len(prepared.train[0]), is_built=is_built)
    return slowness(found)


def slowness(found: RunEstimate) -> Ending | None:
    """Return what is to be said of a run whose steps take minutes; None of others.

    It is as long as the run needs, so it is told and not refused.
    """
    seconds = found.step_work / WORK_PER_S
    if seconds >= SLOW_S:
        return slow_step(seconds, found.step_work)
    seconds = found.look_work / WORK_PER_S
    return slow_look(seconds, found.look_work) if seconds >= SLOW_S else None


def _passage(net: nn.Module, shape: Shape, batch: int) -> tuple[int, int, int]:
    """Send a batch without numbers through a network without numbers.

    Returns
    -------
    int, int, int
        The bytes that are kept of it for the way back; how many numbers the largest layer makes of
        a sample; and the multiply-adds for a sample.
    """
    kept: dict[int, int] = {}
    made: list[int] = [1]
    work: list[int] = []

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        kept[storage._cdata] = storage.nbytes()
        held.append(tensor)  # while it lives, no other one is taken for it
        return tensor

    def note(layer: nn.Module, _inputs: object, output: object) -> None:
        if isinstance(output, torch.Tensor):
            made.append(output[0].numel())
            weight = getattr(layer, "weight", None)
            if isinstance(layer, nn.Linear | nn.Conv1d | nn.Conv2d) and weight is not None:
                work.append(weight.numel() * output[0].numel() // output.shape[1])

    held: list[Tensor] = []
    leaves = [part for part in net.modules() if not list(part.children())]
    handles = [part.register_forward_hook(note) for part in leaves]
    x = torch.empty((max(batch, 2), *shape), device="meta")  # batch norm takes no single point
    try:
        with (
            torch.device("meta"),
            torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor),
        ):
            net(x)
    finally:
        for handle in handles:
            handle.remove()
    for tensor in (x, *net.parameters(), *net.buffers()):  # counted elsewhere
        kept.pop(tensor.untyped_storage()._cdata, None)
    return sum(kept.values()), max(made), sum(work)


def check_run(found: RunEstimate, spec: Spec, points: int, *, is_built: bool = False) -> None:
    """Refuse a run that would take more memory than there is.

    Parameters
    ----------
    found : RunEstimate
    points : int
        How many are trained on.
    is_built : bool
        Whether the networks are there already: then only what their steps take is to come.

    Raises
    ------
    NoMemoryError
        Naming the largest part, and what to lower.
    """
    there = free_memory() * MAX_SHARE
    needed = found.to_come - (found.networks if is_built else 0)
    if needed <= there:
        return
    values = {"needed": _gb(needed), "free": _gb(int(there))}
    batch = min(spec.schedule.batch_size or points, points)
    if found.activations >= found.networks or is_built:
        text = mark(
            "core",
            "This run would take {needed} GB of memory, and {free} GB can be had: {part} GB of it "
            "are what the layers make of {batch} points at once. Set a smaller batch size "
            "(schedule.batch_size), or make the layers narrower.",
        )
        raise NoMemoryError(text, **values, part=_gb(found.activations), batch=f"{batch:,}")
    text = mark(
        "core",
        "This run would take {needed} GB of memory, and {free} GB can be had: {part} GB of it are "
        "{n} parameters and what the optimizer remembers of them. Make the layers narrower, or "
        "take away a layer.",
    )
    raise NoMemoryError(text, **values, part=_gb(found.networks), n=f"{found.parameters:,}")


def _gb(count: int) -> str:
    return f"{count / 1e9:,.1f}"
