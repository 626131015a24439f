"""The step microscope: five optimizers, one straight line to fit, every number of every step.

Sections 5.1 to 5.5 of the tutorial. The network is a single `nn.Linear(1, 1)`: two parameters, w
and b, so that all there is to the loss fits into one picture, a long valley. Gradients come from
autograd, the steps from `torch.optim`; the rules (`core.update_rules`) are worked out beside them,
from the same numbers, and compared.
"""

from __future__ import annotations

import copy
from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from nngui.core.data.batches import Batches
from nngui.core.microscope.records import Detail, Micro, loss_at
from nngui.core.microscope.settings import (
    FAR,
    LINE,
    MAX_BACK,
    NOISE,
    POINTS,
    START,
    MicroSettings,
)
from nngui.core.microscope.update_rules import METHODS, remembered, rule
from nngui.core.training import optimizers
from nngui.core.training.random_state import RandomState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from nngui.core.spec import OptimizerSpec


class Microscope:
    """Five optimizers on the same batches, from the same place; one step at a time, and back."""

    def __init__(self, settings: MicroSettings) -> None:
        self.settings = settings
        self._random = RandomState(settings.seed, torch.device("cpu"))
        with self._random.in_place():
            self._x = torch.linspace(0, 4, POINTS).unsqueeze(1)
            self._y = LINE[0] * self._x + LINE[1] + NOISE * torch.randn(POINTS, 1)
        self._batches = Batches(self._x, self._y, settings.batch_size)
        self._nets = {name: _line() for name in METHODS}
        self._optimizers = {
            name: optimizers.build(settings.optimizers[name], net.parameters())
            for name, net in self._nets.items()
        }
        self._paths = {name: [START] for name in METHODS}
        self._past: deque[tuple[Any, ...]] = deque(maxlen=MAX_BACK)
        self._used: list[Mapping[str, OptimizerSpec]] = []
        self.now = self._look(np.empty(0, np.int64), {})

    @property
    def goes_back(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._past)

    @property
    def used(self) -> tuple[Mapping[str, OptimizerSpec], ...]:
        """The settings that each step was taken with."""
        return tuple(self._used)

    def change(self, settings: Mapping[str, OptimizerSpec]) -> None:
        """Go on with other settings of the optimizers."""
        self.settings = MicroSettings(self.settings.seed, self.settings.batch_size, settings)
        for name, optimizer in self._optimizers.items():
            optimizers.change(optimizer, settings[name])

    def step(self) -> Micro:
        """Take one step with each of them, on the same batch."""
        self._past.append(self._state())
        self._used.append(self.settings.optimizers)
        with self._random.in_place():
            x, y = self._batches.next()
        details = {name: self._step(name, x, y) for name in METHODS if not self._is_far(name)}
        for name in METHODS:
            if name not in details:
                self._paths[name].append(self._paths[name][-1])
        order, size = self._batches.order, self._batches.batch_size
        chosen = np.arange(POINTS)
        if order is not None and size:
            chosen = order[self._batches.position - size : self._batches.position].numpy()
        self.now = self._look(chosen, details)
        return self.now

    def back(self) -> Micro:
        """Take the last step back; without one, nothing happens."""
        if self._past:
            nets, states, random, batches, self.now = self._past.pop()
            for name in METHODS:
                self._nets[name].load_state_dict(nets[name])
                self._optimizers[name].load_state_dict(states[name])
                self._paths[name].pop()
            self._used.pop()
            self._random.states = random
            self._batches.order, self._batches.position, self._batches.epoch = batches
            self.change(self.settings.optimizers)  # the present ones, not those of then
        return self.now

    def _is_far(self, name: str) -> bool:
        return max(map(abs, self._paths[name][-1])) > FAR

    def _state(self) -> tuple[Any, ...]:
        nets = {name: copy.deepcopy(net.state_dict()) for name, net in self._nets.items()}
        states = {name: copy.deepcopy(o.state_dict()) for name, o in self._optimizers.items()}
        batches = self._batches.order, self._batches.position, self._batches.epoch
        return nets, states, list(self._random.states), batches, self.now

    def _step(self, name: str, x: Tensor, y: Tensor) -> Detail:
        """Take a step as the tutorial does; work it out by the rule too, and compare."""
        net, optimizer = self._nets[name], self._optimizers[name]
        loss = nn.functional.mse_loss(net(x), y)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        spec, parameters = self.settings.optimizers[name], list(net.parameters())
        gradient = [p.grad.item() for p in parameters if p.grad is not None]
        lines = tuple(
            rule(spec, p.item(), g, _memory(optimizer, p))
            for p, g in zip(parameters, gradient, strict=True)
        )
        optimizer.step()
        off = 0.0
        for parameter, found in zip(parameters, lines, strict=True):
            expected = remembered(spec, found) | {"": found[-1].value}
            actual = _memory(optimizer, parameter) | {"": parameter.item()}
            off = max(off, *(_apart(value, actual[key]) for key, value in expected.items()))
        self._paths[name].append((parameters[0].item(), parameters[1].item()))
        return Detail(np.array(gradient), (lines[0], lines[1]), off)

    def _look(self, batch: NDArray[np.int64], details: dict[str, Detail]) -> Micro:
        x, y = self._x.numpy()[:, 0], self._y.numpy()[:, 0]
        paths = {name: np.array(path) for name, path in self._paths.items()}
        losses = {name: float(loss_at(x, y, *path[-1])) for name, path in paths.items()}
        return Micro(len(self._paths["sgd"]) - 1, x, y, batch, paths, losses, details)


def _line() -> nn.Linear:
    net = nn.Linear(1, 1)
    with torch.no_grad():
        net.weight.fill_(START[0])
        net.bias.fill_(START[1])
    return net


def _memory(optimizer: torch.optim.Optimizer, parameter: nn.Parameter) -> dict[str, float]:
    """Return what the optimizer remembers of a parameter, as plain numbers."""
    state = optimizer.state.get(parameter, {})
    return {key: float(value) for key, value in state.items() if value is not None}


def _apart(one: float, other: float) -> float:
    """Return how far two numbers lie apart, relative to them; from about 0 the distance itself."""
    return abs(one - other) / max(abs(one), abs(other), 1.0)
