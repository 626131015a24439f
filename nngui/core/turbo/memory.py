"""What the compiled code works on: torch's objects as flat memory and numbers."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from nngui.core.spec.schedule import PER_EPOCH
from nngui.core.training.rates import shape
from nngui.core.turbo import codes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from torch import Tensor

    from nngui.core.data.batches import Batches
    from nngui.core.data.data import Prepared
    from nngui.core.training.run_state import RunState
    from nngui.core.training.variant import Variant

NUMBERS = 32_768  # float32 of two neighbouring layers' values: what a fast cache holds
NARROWEST, WIDEST = 192, 512  # points in a block


class VariantMemory:
    """The flat memory of a variant, and where each of its tensors lies in it.

    Tensors are copied by numpy, in their own memory: each call of torch's lets go of Python's lock
    and may wait for the window before it has it back, a hundred times in a chunk.
    """

    def __init__(self, variant: Variant) -> None:
        self._variant = variant
        self._parameters = list(variant.net.parameters())
        size = sum(parameter.numel() for parameter in self._parameters)
        self.numbers = np.zeros((codes.MEMORIES, size), np.float32)
        self._known: dict[tuple[str | int, int], tuple[Tensor, NDArray[np.float32]]] = {}
        self._best_step = 0  # whose weights are in torch's best ones

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

    def load(self) -> None:
        """Copy parameters, the last good ones and what the optimizer remembers."""
        good, best = self._variant.last_finite, self._variant.best
        self._best_step = best.step
        if best.weights is not None:
            for view, tensor in zip(self._views[codes.BEST], best.weights.values(), strict=True):
                view[...] = tensor.numpy()
        names = _NAMES[self._variant.settings.name]
        for index, parameter, state in self._states():
            self._views[codes.WEIGHTS][index][...] = self._array("weight", index, parameter)
            self._views[codes.GOOD][index][...] = self._array("good", index, good[index])
            for row, name in names.items():
                kept = self._array(row, index, state[name]) if name in state else 0.0
                self._views[row][index][...] = kept

    def store_best(self, *, keeps: bool) -> None:
        """Copy the best weights back, where others were kept since they were loaded."""
        best = self._variant.best
        if keeps and best.step != self._best_step:
            names = self._variant.net.state_dict()
            views = self._views[codes.BEST]
            best.weights = {
                name: torch.from_numpy(view.copy()) for name, view in zip(names, views, strict=True)
            }
        self._best_step = best.step

    def store(self, steps: float) -> None:
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
            self._store_state(index, parameter, steps)

    def _store_state(self, index: int, parameter: nn.Parameter, steps: float) -> None:
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


def hyperparams(variant: Variant) -> list[float]:
    """Return what its optimizer is set to, as `codes.LR` and the others number it."""
    group = _group(variant)
    first, second = group.get("betas", (group.get("momentum", 0.0), 0.0))
    if "alpha" in group:
        first = group["alpha"]
    result = [0.0] * codes.HYPERPARAMS
    result[codes.LR], result[codes.DECAY] = group["lr"], group["weight_decay"]
    result[codes.FIRST], result[codes.SECOND] = first, second
    result[codes.EPS] = group.get("eps", 0.0)
    result[codes.NESTEROV] = float(group.get("nesterov", False))
    settings = variant.settings
    result[codes.BASE_LR], result[codes.L1_PENALTY] = settings.lr, settings.l1
    result[codes.CLIP], result[codes.CLIP_AT] = codes.CLIP_CODES[settings.clip], settings.clip_at
    return result


def pace(state: RunState, steps: int) -> tuple[NDArray[Any], ...]:
    """Return how the learning rates go in the next so many steps (see `stepping.prepare_step`)."""
    schedule, how = state.spec.schedule, np.zeros(codes.PACE, np.int64)
    plateaus = np.array(state.rates.capture(), np.float64)
    if not state.has_schedule:
        return np.empty(0), plateaus, how
    if schedule.rate == "plateau":
        how[codes.COUNTED_BY], how[codes.BEARS] = codes.PLATEAUS, schedule.rate_patience
        return np.array([schedule.rate_factor]), plateaus, how
    first, counted = state.step_count, steps
    if schedule.rate in PER_EPOCH:
        # The pass of the next step, and those that the steps may reach.
        first = state.rates.epochs_done
        counted = steps // state.batches.steps_per_epoch + 2
        how[codes.COUNTED_BY], how[codes.FROM] = codes.EPOCHS_DONE, first
    factors = shape(schedule, range(first, first + counted), state.total_steps)
    return factors, plateaus, how


def status(variant: Variant, steps: float) -> list[float]:
    """Return how a variant stands, as `codes.FIRST_LOSS` and the others number it."""
    result = [0.0] * codes.STATE
    result[codes.FIRST_LOSS], result[codes.LAST_LOSS] = variant.first_loss, variant.last_loss
    result[codes.STEPS] = steps
    result[codes.BEST_LOSS] = variant.best.loss
    result[codes.BEST_EPOCH], result[codes.BEST_STEP] = variant.best.epoch, variant.best.step
    result[codes.OUT] = codes.DROPPED_OUT if variant.diverged else codes.IN_TRAINING
    return result


def cursor(batches: Batches) -> list[int]:
    """Return where in the data a run is, as `codes.POSITION` and the others number it."""
    result = [0] * codes.CURSOR
    begun = batches.order is not None or not batches.batch_size
    result[codes.POSITION] = batches.position if begun else len(batches.x)
    result[codes.EPOCH], result[codes.BATCH] = batches.epoch, batches.batch_size
    result[codes.DROP_LAST], result[codes.SHUFFLE] = batches.drop_last, batches.shuffle
    return result


def points_of(data: tuple[Tensor, Tensor] | None, outputs: int) -> tuple[NDArray[Any], ...]:
    """Return inputs and targets, a row a column, and class numbers; whichever there are."""
    x, y, labels = torch.empty(0, 0), torch.empty(0, 0), torch.empty(0, dtype=torch.int64)
    if data is not None:
        x = data[0].T
        if data[1].dtype == torch.int64:
            labels = data[1]
        else:
            y = data[1].reshape(len(data[1]), outputs).T
    return x.contiguous().numpy(), y.contiguous().numpy(), labels.contiguous().numpy()


def scale_of(prepared: Prepared, features: int) -> tuple[NDArray[np.float32], ...]:
    """Return how the data were prepared (see `kernel.predict`).

    Those of a table are prepared in float64, before and after the kernel: here nothing is left.
    """
    if prepared.is_float64:
        zeros, ones = np.zeros(features, np.float32), np.ones(features, np.float32)
        return zeros, ones, np.full_like(zeros, np.nan), np.array((0, 1), np.float32)
    gaps = torch.full((features,), torch.nan) if prepared.fill is None else prepared.fill
    columns = (prepared.x_mean, prepared.x_std, gaps)
    each = [np.broadcast_to(tensor.numpy().ravel(), (features,)).copy() for tensor in columns]
    return *each, torch.cat((prepared.y_mean, prepared.y_std)).numpy()


def room(widths: list[int]) -> tuple[NDArray[Any], ...]:
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
