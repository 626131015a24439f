"""Where a run computes."""

from __future__ import annotations

import functools
import math
import time

import torch

from nngui.core.errors import DeviceError
from nngui.core.text import mark

# Multiply-adds in a step below which launching it on an accelerator takes longer than doing it
# here, on any machine: no trial is needed.
TOO_SMALL = 1_000_000
MAX_TRIED = 2_000_000_000  # a trial of more would take seconds, and the accelerator wins
BATCH = 64  # points in a step of the trial
TRIALS = 4  # steps; the first warms up


def available() -> list[str]:
    """Return the devices of this machine, the CPU first."""
    found = ["cpu"]
    if torch.cuda.is_available():
        found.append("cuda")
    if torch.backends.mps.is_available():
        found.append("mps")
    return found


def pick(name: str, work: int) -> torch.device:
    """Return the device to train on.

    Parameters
    ----------
    name : str
        ``cpu``, ``cuda``, ``mps``, or ``auto``: the quickest, found out by a short trial.
    work : int
        Multiply-adds in a step, roughly: points in a batch times parameters.

    Raises
    ------
    DeviceError
        When the machine has no such device.
    """
    found = available()
    if name == "auto":
        if len(found) == 1 or work < TOO_SMALL:
            return torch.device("cpu")
        size = 2 ** round(math.log2(min(work, MAX_TRIED)))  # the trial is kept for the like
        return torch.device(min(found, key=lambda device: step_seconds(device, size)))
    if name not in found:
        text = mark("core", "There is no device {name} on this machine: choose one of {found}.")
        raise DeviceError(text, name=name, found=", ".join(["auto", *found]))
    return torch.device(name)


@functools.cache
def step_seconds(device: str, work: int) -> float:
    """Return how long a training step of some size takes on a device, by trying.

    Draws no random numbers: those of the run stay as they are.

    Parameters
    ----------
    work : int
        Multiply-adds in a step.
    """
    width = max(int(math.sqrt(work / BATCH)), 1)
    x = torch.ones(BATCH, width, device=device)
    weights = torch.full((width, width), 1e-3, device=device, requires_grad=True)
    fastest = math.inf
    for trial in range(TRIALS):
        began = time.perf_counter()
        loss = torch.relu(x @ weights).square().mean()
        (gradient,) = torch.autograd.grad(loss, weights)
        with torch.no_grad():
            weights -= 1e-3 * gradient
        loss.item()  # waits until it is done
        if trial:
            fastest = min(fastest, time.perf_counter() - began)
    return fastest
