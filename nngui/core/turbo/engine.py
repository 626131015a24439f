"""Turbo: the same steps without Python's overhead, in between real networks and optimizers.

Parameters, optimizer state and the last good parameters are copied out of the `torch` objects into
flat memory, trained there, and copied back when somebody asks the Trainer for its variants: who
does so between two stretches sees what the plain loop would have left there, and may change it.
"""

from __future__ import annotations

import itertools
import time
import weakref
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from nngui.core.race_view import TrajectoryPoint
from nngui.core.training.endings import DEAD
from nngui.core.training.engine import Engine
from nngui.core.training.trajectory import epochs
from nngui.core.turbo import codes
from nngui.core.turbo.cache import kernel
from nngui.core.turbo.shuffle import unpacked
from nngui.core.turbo.support import layers_of, unsupported_reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from torch import Tensor

    from nngui.core.data.batches import Batches
    from nngui.core.data.data import Prepared
    from nngui.core.records.snapshot import Floats
    from nngui.core.trainer import Trainer
    from nngui.core.training.variant import Variant

MAX_STEPS = 65_536  # in a stretch, so that its rows stay small
NUMBERS = 32_768  # float32 of two neighbouring layers' values: what a fast cache holds
NARROWEST, WIDEST = 192, 512  # points in a block
PLACES = 64  # of the trajectory, that a stretch takes down at most
SHORTEST = 0.1  # of the time there is: for less it is not worth while to begin
GUESS = 2e8  # multiply-adds a second, before anything was measured


class Turbo(Engine):
    """Trains the variants of a Trainer by compiled code.

    Raises
    ------
    NnguiError
        When it does not cover the run (see `unsupported_reason`), or cannot be compiled here.
    """

    def __init__(self, trainer: Trainer) -> None:
        reason = unsupported_reason(trainer)
        if reason is not None:
            raise reason
        self._kernel = kernel()
        self._trainer: Trainer = weakref.proxy(trainer)  # whose part this is
        self._variants = trainer.variants
        self._behind = True  # the kernel's memory, behind the torch objects
        self._ahead = False  # it is ahead of them
        self._random_state = trainer.random.states[0]
        first = layers_of(self._variants[0].net)
        widths = [first[0][0].in_features, *(linear.out_features for linear, _ in first)]
        activations = [codes.ACTIVATION_CODES[activation] for _, activation in first]
        self._net = np.array(widths, np.int64), np.array(activations, np.int64)
        self._memories = [_Memory(variant) for variant in self._variants]
        self._memory = np.stack([memory.numbers for memory in self._memories])
        for memory, numbers in zip(self._memories, self._memory, strict=True):
            memory.lie_in(numbers)
        self._rules = np.array([codes.RULE_CODES[v.settings.name] for v in self._variants])
        self._loss = codes.LOSS_CODES[trainer.spec.loss]
        self._data = _points(trainer.train_data, widths[-1])
        self._held = _points(trainer.held_out, widths[-1])
        self._work = _room(widths)
        self._scale = _scale(trainer.prepared, widths[0])
        self._samples: dict[int, NDArray[np.int64]] = {}
        self._places = np.zeros((0, *self._memory[:, 0].shape), np.float32)
        self._places_course = np.zeros((0, 2), np.int64)
        work = sum(a * b for a, b in itertools.pairwise(widths)) * len(self._rules)
        self._rate = GUESS / (3 * work * max(self._count, 1))  # steps a second

    @property
    def _count(self) -> int:
        """The points in a step."""
        points = len(self._trainer.batches.x)
        return min(self._trainer.batches.batch_size or points, points)

    def advance(self, budget: float, max_steps: int | None) -> Floats:
        """Take steps for about `budget` seconds (see `Trainer.advance`)."""
        trainer, began = self._trainer, time.perf_counter()
        most = MAX_STEPS if max_steps is None else min(max_steps, MAX_STEPS)
        # Not filled, and not put together of pieces: each would have to wait for Python's lock.
        rows = np.empty((min(most, 1 + int(2 * self._rate * budget)), len(trainer.columns)))
        taken = 0
        while trainer.ending is None and taken < len(rows):
            left = budget - (time.perf_counter() - began)
            if left <= SHORTEST * budget and taken:
                break
            self._load_from_torch()
            taken += self._stretch(rows[taken : taken + max(1, int(self._rate * left))])
        return rows[:taken]

    def sync_networks(self) -> None:
        """Write back what was trained (see `engine.Engine`)."""
        self._store_to_torch()
        self._behind = True  # who asked may change it

    def predict(self, x: Floats) -> tuple[Floats, ...]:
        """Return what each variant's network says at some places (see `Trainer.predict`)."""
        self._load_from_torch()
        x = np.ascontiguousarray(x, np.float64)
        widths, _ = self._net
        said = np.empty((len(self._memory), len(x), widths[-1]), np.float32)
        classes = int(bool(self._trainer.data.classes))
        self._kernel.predict(self._net, self._memory, x, self._scale, classes, self._work, said)
        return tuple(said)

    def losses(self, every: int) -> tuple[float, ...]:
        """Return each variant's loss on every so-many-th point that is trained on."""
        self._load_from_torch()
        found = np.empty(len(self._memory))
        if every not in self._samples:
            points = len(self._trainer.batches.x)
            self._samples = {every: np.arange(0, points, every, dtype=np.int64)}
        self._kernel.losses(
            self._net, self._data, self._samples[every], self._loss, self._memory, self._work, found
        )
        return tuple(found.tolist())

    def vectors(self) -> Floats:
        """Return all parameters of each variant (see `Trainer.vectors`)."""
        self._load_from_torch()
        result: Floats = self._memory[:, codes.WEIGHTS].copy()
        return result

    def _stretch(self, rows: Floats) -> int:
        """Call the kernel once, for at most so many rows; return how many it filled in."""
        trainer = self._trainer
        most = max(1, min(len(rows), trainer.total_steps - trainer.step_count))
        due, every = self._trail_ahead()
        if trainer.trajectory is not None:
            most = min(most, due + (len(self._places) - 1) * every)
        began = time.perf_counter()
        done = self._kernel.train(
            self._net, self._data, self._held, self._order, self._course, self._random, self._loss,
            trainer.spec.schedule.target_loss or -np.inf, self._rules, self._options,
            self._standing, self._memory, self._health, rows[:most], self._work,
            (self._places, self._places_course, np.array((due, every))),
        )  # fmt: skip
        seconds = max(time.perf_counter() - began, 1e-7)
        self._ahead = True
        # Not wholly by a single measurement: the machine may just have been busy elsewhere.
        self._rate = min(max(done / seconds, self._rate / 4), 8 * self._rate)
        before = trainer.step_count
        self._end_stretch(rows[:done])
        self._note(before, done, due, every, seconds)
        self._share(seconds)
        return int(done)

    def _trail_ahead(self) -> tuple[int, int]:
        """Return after how many steps the trajectory wants a point, and how many later."""
        trajectory = self._trainer.trajectory
        if trajectory is None:
            return 1, 1
        if not len(self._places):
            _, _, numbers = self._memory.shape
            room = min(PLACES, max(NUMBERS * 64 // (len(self._variants) * numbers), 1))
            self._places = np.zeros((room, len(self._variants), numbers), np.float32)
            self._places_course = np.zeros((room, 2), np.int64)
        return max(trajectory.steps_left(self._trainer.step_count), 1), trajectory.every

    def _note(self, before: int, done: int, due: int, every: int, seconds: float) -> None:
        """Put the places that the kernel took down into the Trainer's trajectory."""
        trainer = self._trainer
        trajectory = trainer.trajectory
        if trajectory is None:
            return
        active = ~np.array(trainer.out)
        spent, each = np.array(trainer.seconds), active * seconds / done / max(active.sum(), 1)
        for place, steps in enumerate(range(due, done + 1, every)):
            if trajectory.steps_left(before + steps):
                continue  # others are kept further apart meanwhile
            # Who was rejected in the last step stands where it last was well.
            weights = self._memory[:, codes.WEIGHTS] if steps == done else self._places[place]
            position, epoch = self._places_course[place].tolist()
            passes = epochs(trainer.batches, epoch, position)
            trajectory.add(
                TrajectoryPoint(before + steps, passes, spent + each * steps, weights.copy())
            )

    def _end_stretch(self, rows: Floats) -> None:
        trainer = self._trainer
        trainer.step_count += len(rows) - 1
        trainer.batches.position = int(self._course[codes.POSITION])
        trainer.batches.epoch = int(self._course[codes.EPOCH])
        if trainer.batches.batch_size:
            trainer.batches.order = self._order_tensor
        rejected = np.flatnonzero(self._standing[:, codes.OUT] == codes.REJECTED)
        if len(rejected):
            self._store_to_torch()
            for index in rejected:
                trainer.drop_out(self._variants[index])
            self._behind = True
            self._load_from_torch()
        trainer.step_count += 1
        self._health[codes.BEGIN] = trainer.step_count
        trainer.health.dead_before = bool(self._health[codes.DEAD_BEFORE])
        trainer.health.hint = DEAD if self._health[codes.DEAD] else None
        trainer.check_ending(rows[-1, : len(self._variants)].tolist())

    def _load_from_torch(self) -> None:
        """Copy what is trained out of the torch objects, unless they have not changed."""
        trainer = self._trainer
        if not self._behind and trainer.random.states[0] is self._random_state:
            return
        self._behind = False
        for memory in self._memories:
            memory.take()
        self._options = np.array([_options(variant) for variant in self._variants])
        self._standing = np.array(
            [
                _standing(variant, memory.steps)
                for memory, variant in zip(self._memories, self._variants, strict=True)
            ]
        )
        batches, health = trainer.batches, trainer.health
        self._course = np.array(_course(batches))
        self._order = np.empty(len(batches.x) if batches.batch_size else 0, np.int64)
        if batches.order is not None and batches.batch_size:
            self._order[:] = batches.order.numpy()
        self._order_tensor = torch.from_numpy(self._order)
        self._random_state = trainer.random.states[0] = trainer.random.states[0].clone()
        self._random = unpacked(self._random_state)
        self._health = np.array([trainer.step_count, health.dead_before, health.hint is DEAD])

    def _store_to_torch(self) -> None:
        """Copy it back, unless that was done."""
        if not self._ahead:
            return
        for memory, variant, standing in zip(
            self._memories, self._variants, self._standing, strict=True
        ):
            variant.first_loss = float(standing[codes.FIRST_LOSS])
            variant.last_loss = float(standing[codes.LAST_LOSS])
            memory.give(float(standing[codes.STEPS]))
        self._ahead = False

    def _share(self, seconds: float) -> None:
        """Note the time; the variants' networks are alike, and so is what each of them takes."""
        active = [variant for variant in self._variants if not variant.out]
        for variant in active:
            variant.seconds += seconds / len(active)


class _Memory:
    """The flat memory of a variant, and where each of its tensors lies in it.

    Tensors are copied by numpy, in their own memory: each call of torch's lets go of Python's lock
    and may wait for the window before it has it back, a hundred times in a stretch.
    """

    def __init__(self, variant: Variant) -> None:
        self._variant = variant
        self._parameters = list(variant.net.parameters())
        size = sum(parameter.numel() for parameter in self._parameters)
        self.numbers = np.zeros((codes.MEMORIES, size), np.float32)
        self._known: dict[tuple[str | int, int], tuple[Tensor, NDArray[np.float32]]] = {}

    def lie_in(self, numbers: NDArray[np.float32]) -> None:
        """Lie in this memory from now on, shape (MEMORIES, parameters)."""
        self._views = [list(self._cut(row)) for row in numbers]

    def _cut(self, row: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
        at = 0
        for parameter in self._parameters:
            yield row[at : at + parameter.numel()].reshape(parameter.shape)
            at += parameter.numel()

    def _states(self) -> Iterator[tuple[int, nn.Parameter, dict[str, Any]]]:
        state = self._variant.optimizer.state
        for index, parameter in enumerate(self._parameters):
            yield index, parameter, state.get(parameter, {})

    def _array(self, what: str | int, index: int, tensor: Tensor) -> NDArray[np.float32]:
        """Return a tensor's own memory: a parameter's, or of what belongs to it."""
        known = self._known.get((what, index))
        if known is None or known[0] is not tensor:
            known = self._known[what, index] = tensor, tensor.detach().numpy()
        return known[1]

    @property
    def steps(self) -> float:
        """The steps that the optimizer has counted; 0 where it counts none."""
        counted = [
            self._array("step", index, state["step"])
            for index, _, state in self._states()
            if "step" in state
        ]
        return float(max(counted, default=0.0))

    def take(self) -> None:
        """Copy parameters, the last good ones and what the optimizer remembers."""
        good = self._variant.last_finite
        names = _NAMES[self._variant.settings.name]
        for index, parameter, state in self._states():
            self._views[codes.WEIGHTS][index][...] = self._array("weight", index, parameter)
            self._views[codes.GOOD][index][...] = self._array("good", index, good[index])
            for row, name in names.items():
                kept = self._array(row, index, state[name]) if name in state else 0.0
                self._views[row][index][...] = kept

    def give(self, steps: float) -> None:
        """Copy them back, and the gradients; `steps` are those that the optimizer has counted."""
        good = self._variant.last_finite
        for index, parameter, _ in self._states():
            self._array("weight", index, parameter)[...] = self._views[codes.WEIGHTS][index]
            self._array("good", index, good[index])[...] = self._views[codes.GOOD][index]
            if not steps:
                continue
            gradient = self._views[codes.GRADIENT][index]
            if parameter.grad is None:
                parameter.grad = torch.from_numpy(gradient.copy())
            else:
                self._array("gradient", index, parameter.grad)[...] = gradient
            self._give_state(index, parameter, steps)

    def _give_state(self, index: int, parameter: nn.Parameter, steps: float) -> None:
        variant = self._variant
        plain = variant.settings.name in _BY_SGD
        if plain and not _group(variant)["momentum"]:
            return  # torch leaves a buffer alone as long as there is no momentum
        state = variant.optimizer.state[parameter]
        if not plain and "step" in state:
            self._array("step", index, state["step"])[...] = steps
        elif not plain:
            state["step"] = torch.tensor(steps)
        for row, name in _NAMES[variant.settings.name].items():
            if name in state:
                self._array(row, index, state[name])[...] = self._views[row][index]
            else:
                state[name] = torch.from_numpy(self._views[row][index].copy())


_BY_SGD = ("sgd", "momentum", "nesterov")
_MOMENTUM = {codes.SUM: "momentum_buffer"}
_MOMENTS = {codes.SUM: "exp_avg", codes.SQUARES: "exp_avg_sq"}
_NAMES = {  # what torch.optim calls what it remembers
    **dict.fromkeys(_BY_SGD, _MOMENTUM),
    "adagrad": {codes.SQUARES: "sum"},
    "rmsprop": {codes.SQUARES: "square_avg"},
    "adam": _MOMENTS,
    "adamw": _MOMENTS,
}


def _group(variant: Variant) -> dict[str, Any]:
    group: dict[str, Any] = variant.optimizer.param_groups[0]
    return group


def _options(variant: Variant) -> list[float]:
    group = _group(variant)
    first, second = group.get("betas", (group.get("momentum", 0.0), 0.0))
    if "alpha" in group:
        first = group["alpha"]
    result = [0.0] * codes.HYPERPARAMS
    result[codes.LR], result[codes.DECAY] = group["lr"], group["weight_decay"]
    result[codes.FIRST], result[codes.SECOND] = first, second
    result[codes.EPS] = group.get("eps", 0.0)
    result[codes.NESTEROV] = float(group.get("nesterov", False))
    return result


def _standing(variant: Variant, steps: float) -> list[float]:
    result = [0.0] * codes.STATE
    result[codes.FIRST_LOSS], result[codes.LAST_LOSS] = variant.first_loss, variant.last_loss
    result[codes.STEPS] = steps
    result[codes.OUT] = codes.DROPPED_OUT if variant.out else codes.IN_TRAINING
    return result


def _course(batches: Batches) -> list[int]:
    result = [0] * codes.CURSOR
    begun = batches.order is not None or not batches.batch_size
    result[codes.POSITION] = batches.position if begun else len(batches.x)
    result[codes.EPOCH], result[codes.BATCH] = batches.epoch, batches.batch_size
    result[codes.DROP_LAST], result[codes.SHUFFLE] = batches.drop_last, batches.shuffle
    return result


def _points(data: tuple[Tensor, Tensor] | None, outputs: int) -> tuple[NDArray[Any], ...]:
    """Return inputs and targets, a row a column, and class numbers; whichever there are."""
    x, y, labels = torch.empty(0, 0), torch.empty(0, 0), torch.empty(0, dtype=torch.int64)
    if data is not None:
        x = data[0].T
        if data[1].dtype == torch.int64:
            labels = data[1]
        else:
            y = data[1].reshape(len(data[1]), outputs).T
    return x.contiguous().numpy(), y.contiguous().numpy(), labels.contiguous().numpy()


def _scale(prepared: Prepared, features: int) -> tuple[NDArray[np.float32], ...]:
    """Return how the data were prepared (see `kernel.predict`)."""
    gaps = torch.full((features,), torch.nan) if prepared.fill is None else prepared.fill
    columns = (prepared.x_mean, prepared.x_std, gaps)
    each = [np.broadcast_to(tensor.numpy().ravel(), (features,)).copy() for tensor in columns]
    return *each, torch.cat((prepared.y_mean, prepared.y_std)).numpy()


def _room(widths: list[int]) -> tuple[NDArray[Any], ...]:
    """Return the room that a block of points needs (see `kernel.train`)."""
    widest = max(a + b for a, b in itertools.pairwise(widths))
    block = min(max(NUMBERS // widest // 8 * 8, NARROWEST), WIDEST)
    neurons = sum(widths)
    return (
        np.zeros((neurons, block), np.float32),
        np.zeros((neurons, block), np.float32),
        np.zeros((widths[-1], block), np.float32),
        np.zeros(block, np.int64),
        np.zeros(block, np.float32),
        np.zeros(block, np.float32),
    )
