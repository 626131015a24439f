"""Turbo: the same steps without Python's overhead, in between real networks and optimizers.

Parameters, optimizer state and the last good parameters are copied out of the `torch` objects into
flat memory, trained there, and copied back when somebody asks the Trainer for its variants: who
does so between two chunks sees what the plain loop would have left there, and may change it.
"""

from __future__ import annotations

import functools
import itertools
import time
from typing import TYPE_CHECKING

import numpy as np
import torch

from nngui.core.records.race import TrajectoryPoint
from nngui.core.training.endings import DEAD
from nngui.core.training.engine import Engine
from nngui.core.training.trajectory import epochs
from nngui.core.turbo import codes
from nngui.core.turbo.cache import kernel
from nngui.core.turbo.memory import (
    VariantMemory,
    cursor,
    hyperparams,
    pace,
    points_of,
    room,
    scale_of,
    status,
)
from nngui.core.turbo.shuffle import unpacked
from nngui.core.turbo.support import layers_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nngui.core.arrays import Floats
    from nngui.core.training.run_state import RunState

MAX_CHUNK_STEPS = 65_536  # so that the rows stay small
PLACES = 64  # of the trajectory, that a chunk records at most
PLACE_NUMBERS = 64 * 32_768  # float32, that all of them hold at most
SHORTEST = 0.1  # of the time there is: for less it is not worth while to begin
GUESS = 2e8  # multiply-adds a second, before anything was measured


class Turbo(Engine):
    """Trains the networks of a run by compiled code; of a run that `unsupported_reason` allows.

    Raises
    ------
    NnguiError
        When it cannot be compiled here.
    """

    def __init__(self, state: RunState) -> None:
        self._kernel = kernel()
        self._state = state
        self._variants = state.variants
        self._behind = True  # the kernel's memory is older than the torch objects
        self._ahead = False  # the kernel's memory is newer than they are
        self._random_state = state.random.states[0]
        first = layers_of(self._variants[0].net)
        widths = [first[0][0].in_features, *(linear.out_features for linear, _ in first)]
        activations = [codes.ACTIVATION_CODES[activation] for _, activation in first]
        self._net = np.array(widths, np.int64), np.array(activations, np.int64)
        self._memories = [VariantMemory(variant) for variant in self._variants]
        self._memory = np.stack([memory.numbers for memory in self._memories])
        for memory, numbers in zip(self._memories, self._memory, strict=True):
            memory.lie_in(numbers)
        self._rules = np.array([codes.RULE_CODES[v.settings.name] for v in self._variants])
        self._loss = codes.LOSS_CODES[state.spec.loss]
        self._data = points_of(state.train_data, widths[-1])
        self._held = points_of(state.held_out, widths[-1])
        self._work = room(widths)
        self._scale = scale_of(state.prepared, widths[0])
        self._samples: dict[int, NDArray[np.int64]] = {}
        self._point_weights = np.zeros((0, *self._memory[:, 0].shape), np.float32)
        self._points_cursor = np.zeros((0, 2), np.int64)
        work = sum(a * b for a, b in itertools.pairwise(widths)) * len(self._rules)
        self._rate = GUESS / (3 * work * max(self._count, 1))  # steps a second

    @property
    def _count(self) -> int:
        """The points in a step."""
        points = len(self._state.batches.x)
        return min(self._state.batches.batch_size or points, points)

    def advance(self, budget: float, max_steps: int | None = None) -> Floats:
        """Take steps for about `budget` seconds (see `Engine.advance`)."""
        state, began = self._state, time.perf_counter()
        most = MAX_CHUNK_STEPS if max_steps is None else min(max_steps, MAX_CHUNK_STEPS)
        # Room for the losses of twice as many steps as will be taken at the rate of now. It is one
        # array, not filled: each piece of several would have to wait for Python's lock.
        rows = np.empty((min(most, 1 + int(2 * self._rate * budget)), len(state.columns)))
        taken = 0
        while state.ending is None and taken < len(rows):
            # Stop where what is left of the time is not worth another call of the kernel.
            left = budget - (time.perf_counter() - began)
            if left <= SHORTEST * budget and taken:
                break
            # As many steps as fit into it. In between the torch objects may have been changed.
            self._load_from_torch()
            taken += self._run_chunk(rows[taken : taken + max(1, int(self._rate * left))])
        return rows[:taken]

    def sync_networks(self) -> None:
        """Write back what was trained (see `engine.Engine`)."""
        self._store_to_torch()
        self._behind = True  # whoever asked may change the networks

    def write_networks(self) -> None:
        """Write back what was trained; the kernel goes on with what it has (see `Engine`)."""
        self._store_to_torch()

    def forget(self) -> None:
        """Take the networks from the torch objects (see `engine.Engine`)."""
        self._ahead, self._behind = False, True

    def predict(self, x: Floats) -> tuple[Floats, ...]:
        """Return what each variant's network says at some places (see `Trainer.predict`)."""
        self._load_from_torch()
        x = np.ascontiguousarray(x, np.float64)
        widths, _ = self._net
        prepared, classes = self._state.prepared, int(bool(self._state.data.classes))
        if prepared.is_float64:  # of a table: as exactly as PyTorch does it, outside the kernel
            x = prepared.seen_inputs(torch.from_numpy(np.asarray(x, np.float64))).double().numpy()
        said = np.empty((len(self._memory), len(x), widths[-1]), np.float32)
        self._kernel.predict(self._net, self._memory, x, self._scale, classes, self._work, said)
        if prepared.is_float64 and not classes:
            return tuple(said * prepared.y_std.numpy() + prepared.y_mean.numpy())
        return tuple(said)

    def losses(self, every: int) -> tuple[float, ...]:
        """Return each variant's loss on every so-many-th point that is trained on."""
        self._load_from_torch()
        found = np.empty(len(self._memory))
        if every not in self._samples:
            points = len(self._state.batches.x)
            self._samples = {every: np.arange(0, points, every, dtype=np.int64)}
        self._kernel.losses(
            self._net, self._data, self._samples[every], self._loss, self._memory, self._work, found
        )
        return tuple(found.tolist())

    def vectors(self) -> Floats:
        """Return all parameters of each variant (see `Engine.vectors`)."""
        self._load_from_torch()
        result: Floats = self._memory[:, codes.WEIGHTS].copy()
        return result

    def _run_chunk(self, rows: Floats) -> int:
        """Call the kernel once, for at most so many rows; return how many it filled in."""
        state = self._state
        most = max(1, min(len(rows), state.total_steps - state.step_count))
        due, every = self._next_point()
        if state.trajectory is not None:
            most = min(most, due + (len(self._point_weights) - 1) * every)
        paced = pace(state, most)
        began = time.perf_counter()
        done = self._kernel.train(
            self._net, self._data, self._held, self._order, self._cursor, self._random, self._loss,
            state.spec.schedule.target_loss or -np.inf, self._rules, self._hyperparams,
            self._status, self._memory, self._health, rows[:most], self._work,
            (self._point_weights, self._points_cursor, np.array((due, every))), self._stopping(),
            paced,
        )  # fmt: skip
        seconds = max(time.perf_counter() - began, 1e-7)
        self._ahead = True
        # Not wholly by a single measurement: the machine may just have been busy elsewhere.
        self._rate = min(max(done / seconds, self._rate / 4), 8 * self._rate)
        before = state.step_count
        self._finish_chunk(rows[:done], paced[1])
        self._record_points(before, done, due, every, seconds)
        self._share(seconds)
        return int(done)

    def _stopping(self) -> NDArray[np.int64]:
        """Return when to stop early, as `codes.PATIENCE` and the others number it."""
        state, schedule = self._state, self._state.spec.schedule
        result = np.array((schedule.patience_in_use, schedule.keeps_best, state.patient_from))
        return result.astype(np.int64)

    def _next_point(self) -> tuple[int, int]:
        """Return after how many steps the trajectory wants a point, and how many later."""
        trajectory = self._state.trajectory
        if trajectory is None:
            return 1, 1
        if not len(self._point_weights):
            _, _, numbers = self._memory.shape
            places = min(PLACES, max(PLACE_NUMBERS // (len(self._variants) * numbers), 1))
            self._point_weights = np.zeros((places, len(self._variants), numbers), np.float32)
            self._points_cursor = np.zeros((places, 2), np.int64)
        return max(trajectory.steps_left(self._state.step_count), 1), trajectory.every

    def _record_points(self, before: int, done: int, due: int, every: int, seconds: float) -> None:
        """Put the points that the kernel wrote down into the trajectory."""
        state = self._state
        if state.trajectory is None:
            return
        active = ~np.array(state.diverged)
        spent, each = np.array(state.seconds), active * seconds / done / max(active.sum(), 1)

        def point(place: int, steps: int) -> TrajectoryPoint:
            # Who was rejected in the last step stands where it last was well.
            last = steps == done
            weights = self._memory[:, codes.WEIGHTS] if last else self._point_weights[place]
            position, epoch = self._points_cursor[place].tolist()
            passes = epochs(state.batches, epoch, position)
            return TrajectoryPoint(before + steps, passes, spent + each * steps, weights.copy())

        for place, steps in enumerate(range(due, done + 1, every)):
            state.follow(before + steps, functools.partial(point, place, steps))

    def _finish_chunk(self, rows: Floats, plateaus: Floats) -> None:
        state = self._state
        state.step_count += len(rows) - 1
        for variant, standing in zip(self._variants, self._status, strict=True):
            best = variant.best
            best.loss = float(standing[codes.BEST_LOSS])
            best.epoch, best.step = int(standing[codes.BEST_EPOCH]), int(standing[codes.BEST_STEP])
        state.batches.position = int(self._cursor[codes.POSITION])
        state.batches.epoch = int(self._cursor[codes.EPOCH])
        if state.batches.batch_size:
            state.batches.order = self._order_tensor
        rejected = np.flatnonzero(self._status[:, codes.OUT] == codes.REJECTED)
        if len(rejected):
            self._store_to_torch()
            for index in rejected:
                state.drop_out(self._variants[index])
            self._behind = True
            self._load_from_torch()
        state.step_count += 1
        self._health[codes.BEGIN] = state.step_count
        state.health.dead_before = bool(self._health[codes.DEAD_BEFORE])
        state.health.hint = DEAD if self._health[codes.DEAD] else None
        if state.has_schedule:
            state.rates.restore(plateaus.tolist())
            state.apply_rates()
        losses = rows[-1, : len(self._variants)].tolist()
        if state.ending_after(losses) is not None:
            self._store_to_torch()  # the best weights may take their place there
            self._behind = True
        state.check_ending(losses)

    def _load_from_torch(self) -> None:
        """Copy what is trained out of the torch objects, unless they have not changed."""
        state = self._state
        if not self._behind and state.random.states[0] is self._random_state:
            return
        self._behind = False
        for memory in self._memories:
            memory.load()
        self._hyperparams = np.array([hyperparams(variant) for variant in self._variants])
        self._status = np.array(
            [
                status(variant, memory.steps)
                for memory, variant in zip(self._memories, self._variants, strict=True)
            ]
        )
        batches, health = state.batches, state.health
        self._cursor = np.array(cursor(batches))
        self._order = np.empty(len(batches.x) if batches.batch_size else 0, np.int64)
        if batches.order is not None and batches.batch_size:
            self._order[:] = batches.order.numpy()
        self._order_tensor = torch.from_numpy(self._order)
        self._random_state = state.random.states[0] = state.random.states[0].clone()
        self._random = unpacked(self._random_state)
        self._health = np.array([state.step_count, health.dead_before, health.hint is DEAD])

    def _store_to_torch(self) -> None:
        """Copy it back, unless that was done."""
        if not self._ahead:
            return
        for memory, variant, standing in zip(
            self._memories, self._variants, self._status, strict=True
        ):
            variant.first_loss = float(standing[codes.FIRST_LOSS])
            variant.last_loss = float(standing[codes.LAST_LOSS])
            memory.store(float(standing[codes.STEPS]))
            memory.store_best(keeps=self._state.spec.schedule.keeps_best)
        self._ahead = False

    def _share(self, seconds: float) -> None:
        """Note the time; the variants' networks are alike, and so is what each of them takes."""
        active = [variant for variant in self._variants if not variant.diverged]
        for variant in active:
            variant.seconds += seconds / len(active)
