"""Where a run computes."""

from __future__ import annotations

import torch

from nngui.core.errors import DeviceError
from nngui.core.text import mark

# Multiply-adds in a step below which a launch on an accelerator costs more than the arithmetic.
WORTH_A_GPU = 50_000_000


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
        ``cpu``, ``cuda``, ``mps``, or ``auto``: an accelerator where the work is worth it.
    work : int
        Multiply-adds in a step, roughly: points in a batch times parameters.

    Raises
    ------
    DeviceError
        When the machine has no such device.
    """
    found = available()
    if name == "auto":
        return torch.device(found[-1] if work >= WORTH_A_GPU else "cpu")
    if name not in found:
        text = mark("core", "There is no device {name} on this machine: choose one of {found}.")
        raise DeviceError(text, name=name, found=", ".join(["auto", *found]))
    return torch.device(name)
