"""One run's own place in torch's random numbers.

torch has one default generator per process and device. Two runs side by side would take numbers
from each other, and neither could be reproduced. So each run keeps the generators' states as its
own and puts them in place, under a lock, around whatever draws.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Iterator

_in_use = threading.RLock()


class RandomState:
    """The state of torch's default generators, as one run sees them.

    Attributes
    ----------
    states : list of torch.Tensor
        The CPU's generator, and the CUDA device's where the run is on one (uint8, as
        `torch.get_rng_state` returns them).
    """

    def __init__(self, seed: int, device: torch.device) -> None:
        self._device = device if device.type == "cuda" else None
        self._are_in_place = False
        with _in_use:
            others = self._take()
            torch.manual_seed(seed)
            self.states = self._take()
            self._put(others)

    def _take(self) -> list[torch.Tensor]:
        states = [torch.get_rng_state()]
        if self._device is not None:
            states.append(torch.cuda.get_rng_state(self._device))
        return states

    def _put(self, states: list[torch.Tensor]) -> None:
        torch.set_rng_state(states[0])
        if self._device is not None:
            torch.cuda.set_rng_state(states[1], self._device)

    @property
    def now(self) -> list[torch.Tensor]:
        """The run's states at this moment, also in the middle of drawing."""
        return self._take() if self._are_in_place else self.states

    @now.setter
    def now(self, states: list[torch.Tensor]) -> None:
        if self._are_in_place:
            self._put(states)
        else:
            self.states = states

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Let everything inside draw from this run's numbers, and nobody else's.

        Inside itself it changes nothing: the numbers are in place already.
        """
        with _in_use:
            if self._are_in_place:
                yield
                return
            others = self._take()
            self._put(self.states)
            self._are_in_place = True
            try:
                yield
            finally:
                self._are_in_place = False
                self.states = self._take()
                self._put(others)
