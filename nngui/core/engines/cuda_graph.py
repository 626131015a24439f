"""A training step as a CUDA graph: the device gets all of it at once, not kernel by kernel.

Source: PyTorch, "CUDA semantics", section "CUDA Graphs": warm up on another stream, record once,
replay; addresses and shapes stay, and whatever the processor did in between is not done again.
"""

from __future__ import annotations

import threading
import warnings
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor
    from torch.optim import Optimizer

    Work = Callable[[], Tensor]

WARM_UP = 3  # steps, before one is recorded

_broken = threading.Event()  # torch does not get over a failed recording: there is no other one
# What warms up, and the step that ends a chunk, are taken with the same optimizer.
warnings.filterwarnings("ignore", "This instance was constructed with capturable=True")


def prepare(optimizers: Sequence[Optimizer], *, on: bool) -> None:
    """Have optimizers count their steps on the device, so that a graph can; or no longer."""
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            if "capturable" not in group:
                continue  # SGD counts nothing; for Adagrad see `record`
            group["capturable"] = on
            for parameter in group["params"]:
                memory = optimizer.state.get(parameter, {})
                for name, value in memory.items():
                    if torch.is_tensor(value) and not value.dim():
                        memory[name] = value.to(parameter.device if on else "cpu")


def record(work: Work, optimizers: Sequence[Optimizer]) -> Work:
    """Record what `work` has the device do; return what does that again.

    Parameters
    ----------
    work : callable
        Takes a step, and returns numbers on the device. Called some times: who calls puts back
        what it changed.

    Raises
    ------
    RuntimeError
        When the device cannot record it, or could not record another one before.

    Returns
    -------
    callable
        Takes the recorded step; returns the same tensor each time, with new numbers.
    """
    if _broken.is_set():
        raise RuntimeError("an earlier recording in this process failed")
    here, aside = torch.cuda.current_stream(), torch.cuda.Stream()  # type: ignore[no-untyped-call]
    aside.wait_stream(here)
    try:
        with torch.cuda.stream(aside):
            for _ in range(WARM_UP):
                work()
    finally:
        here.wait_stream(aside)
    graph = torch.cuda.CUDAGraph()
    try:
        # In a block of its own: one that fails leaves its stream in place. And other threads may
        # use the device meanwhile: an evaluation, another run.
        with (
            torch.cuda.stream(here),
            torch.cuda.graph(graph, stream=aside, capture_error_mode="thread_local"),
        ):
            numbers = work()
    except Exception as error:  # whatever it was: the recording has begun, and was not ended well
        if not isinstance(error, torch.OutOfMemoryError):  # after this one it was
            _broken.set()
        raise
    counts = counted_here(optimizers)

    def play() -> Tensor:
        graph.replay()
        for count in counts:
            count += 1
        return numbers

    return play


def counted_here(optimizers: Sequence[Optimizer]) -> list[Tensor]:
    """Return the counts of steps that lie in the processor's memory: a graph leaves them alone.

    They are Adagrad's, which needs them for a decay of the learning rate that nngui does not use.
    """
    memories = [memory for optimizer in optimizers for memory in optimizer.state.values()]
    steps = [memory["step"] for memory in memories if torch.is_tensor(memory.get("step"))]
    return [step for step in steps if step.device.type == "cpu"]
