"""The training loop of the tutorial, in plain sight.

`Trainer.step` is the loop's body: predict, loss, zero_grad, backward, step. The rest says what
to train (`__init__`), how long (`advance`), and takes and puts back the whole state of a run.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import parameters_to_vector

from nngui.core.data.batches import Batches
from nngui.core.data.data import check, check_batch_size, check_width
from nngui.core.data.prepare import prepare, table_view
from nngui.core.engines.accelerated import Accelerated
from nngui.core.forward import forward_in_batches
from nngui.core.networks.matching import matched, shapes_of
from nngui.core.records.snapshot import DataView, Floats
from nngui.core.training import device as devices
from nngui.core.training import run_state
from nngui.core.training.endings import Ending, diverged, out_of_memory, steps_done, target_reached
from nngui.core.training.health import Health
from nngui.core.training.losses import make_loss
from nngui.core.training.random_state import RandomState
from nngui.core.training.variant import Variant, start_alike
from nngui.core.turbo.support import turbo_for, unsupported_reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nngui.core.spec import Spec
    from nngui.core.surface.loss_surface import Landscape
    from nngui.core.task import Task
    from nngui.core.training.engine import Engine
    from nngui.core.training.trajectory import Trajectory


class Trainer:
    """One run: built from a Spec, trained by `advance`, its whole state at hand.

    Random numbers come in the tutorial's order: seed, data, split, networks, shuffles.

    Attributes
    ----------
    step_count : int
        Optimizer steps done.
    ending : Ending or None
        Why the run has ended; None while it can go on.
    trajectory : Trajectory or None
        Takes down where the networks are, for a view that has put it there.

    Parameters
    ----------
    weights : mapping of str to Tensor, optional
        What the networks start from in place of random numbers (see `matching.matched`).

    Raises
    ------
    DataError, DeviceError, MisfitError
        When nothing can be learned from the data, there is no such device, or the weights are
        those of another network.
    NnguiError
        When no network can be built for these data.
    """

    def __init__(
        self,
        task: Task,
        spec: Spec,
        device: str = "cpu",
        weights: Mapping[str, Tensor] | None = None,
    ) -> None:
        torch.set_num_threads(1)  # per thread; another number gives other last bits, and is slower
        self.task, self.spec = task, spec
        self.device = devices.pick(device, _work(spec))
        self.random = RandomState(spec.seed, self.device)
        self.step_count = 0
        self.ending: Ending | None = None
        self.health = Health()
        self.trajectory: Trajectory | None = None
        self._engine: Engine | None = None  # in place of the plain loop
        self._is_turbo = False
        self._notice: Ending | None = None
        with self.random.in_place():
            self._make_data()
            nets = self._build_networks(weights)
        columns = spec.optimizers().items()
        self._variants = [
            Variant(name, net.to(self.device), settings)
            for net, (name, settings) in zip(nets, columns, strict=True)
        ]
        self.loss_func = make_loss(spec, self.train_data[1], len(self.data.classes))
        self._check_batch_size(spec)
        schedule = spec.schedule
        self.batches = Batches(*self.train_data, schedule.batch_size, **schedule.loading)
        self.set_engine("torch")

    def _make_data(self) -> None:
        data = self.task.make_data(self.spec)
        check(data)
        prepared = prepare(data, self.spec.schedule.validation)
        self.data, self.prepared = data, prepared
        x, y = prepared.train
        self.train_data: tuple[Tensor, Tensor] = x.to(self.device), y.to(self.device)
        held = prepared.held_out
        self.held_out = (held[0].to(self.device), held[1].to(self.device)) if held else None
        make = self.task.augmenter
        self._augment = make(self.spec, self.train_data[0]) if make else None

    def _check_batch_size(self, spec: Spec) -> None:
        size, points = spec.schedule.batch_size, len(self.train_data[0])
        check_batch_size(size, points, optional=bool(spec.optimizers()))

    def _build_networks(self, weights: Mapping[str, Tensor] | None) -> list[nn.Module]:
        """Draw the networks one after the other, as a script does; then see where they start."""
        outputs = len(self.data.classes) or self.data.y.shape[1]
        shape = tuple(self.data.x.shape[1:])
        nets = [
            self.task.network.build(self.spec, shape, outputs, name)
            for name in self.spec.optimizers()
        ]
        if weights is not None:  # drawn all the same: what is drawn after them stays the same
            for net in nets:
                net.load_state_dict(matched(weights, shapes_of(net.state_dict())))
        elif self.spec.same_start:
            start_alike(nets)
        return nets

    # The loop ------------------------------------------------------------------------------

    def step(self) -> list[float]:
        """Take one optimizer step with every variant, on the same batch.

        Returns
        -------
        list of float
            A value for each of `columns`; NaN for a variant that dropped out.
        """
        x, y = self.next_batch()
        losses = [math.nan] * len(self._variants)
        accuracies = list(losses)
        for i, variant in enumerate(self._variants):
            if variant.out:
                continue
            began = time.perf_counter()
            prediction = variant.net(x)
            loss = self.loss_func(prediction, y)
            losses[i] = loss.item()
            if self.data.classes:
                accuracies[i] = _accuracy(prediction, y)
            if not variant.accepts(losses[i]):
                self.drop_out(variant)
                continue
            variant.optimizer.zero_grad()
            loss.backward()
            variant.keep()
            variant.optimizer.step()
            variant.seconds += time.perf_counter() - began
        self.step_count += 1
        if len(self._variants) == 1:
            self.health.look(self._variants[0], self.step_count)
        self.check_ending(losses)
        if self.trajectory is not None:
            self.trajectory.record(self)
        return self._row(losses, accuracies)

    def advance(self, budget: float, max_steps: int | None = None) -> Floats:
        """Take steps for about `budget` seconds, at least one, at most `max_steps`.

        Returns
        -------
        ndarray
            Shape (steps taken, len(columns)), float64: a row per step. Empty once `ending` is set.
        """
        take_steps = self.advance_eager if self._engine is None else self._engine.advance
        return take_steps(budget, max_steps)

    def advance_eager(self, budget: float, max_steps: int | None = None) -> Floats:
        """Take steps by the plain loop, whatever the engine (see `advance`)."""
        rows: list[list[float]] = []
        if self.spec.network.uses_random or self._augment is not None:
            with self.random.in_place():
                self._advance(rows, budget, max_steps)
        else:
            self._advance(rows, budget, max_steps)
        return np.asarray(rows, dtype=np.float64).reshape(len(rows), len(self.columns))

    @property
    def engine(self) -> str:
        """What takes the steps: ``torch``, the plain loop above, or ``turbo``."""
        return "turbo" if self._is_turbo else "torch"

    def set_engine(self, name: str) -> None:
        """Go on with another engine, from exactly where the run is.

        Raises
        ------
        NnguiError
            When turbo does not cover this run, saying why; the engine stays as it was.
        """
        if name == "torch":
            if self._engine is not None:
                self._engine.sync_networks()
            self._is_turbo = False
            self.batches.x = self.train_data[0]
            self._engine = None if self.device.type == "cpu" else Accelerated(self)
        elif not self._is_turbo:
            self._engine = turbo_for(self)
            self._is_turbo = True

    def _advance(self, rows: list[list[float]], budget: float, max_steps: int | None) -> None:
        until = time.perf_counter() + budget
        while self.ending is None and (max_steps is None or len(rows) < max_steps):
            rows.append(self.step())
            if time.perf_counter() >= until:
                break

    def next_batch(self) -> tuple[Tensor, Tensor]:
        """Return the next batch as the networks see it: with what is changed at random."""
        if self.batches.next_uses_random:
            with self.random.in_place():
                x, y = self.batches.next()
        else:
            x, y = self.batches.next()
        return (self._augment(x) if self._augment else x), y

    def finish_chunk(self, rows: Floats) -> Floats:
        """Look at what another loop gave, as `step` looks at what it gave itself.

        Parameters
        ----------
        rows : ndarray
            Shape (steps, losses and accuracies), float64; the steps lie within a pass.

        Returns
        -------
        ndarray
            Shape (steps, len(columns)).
        """
        self.check_ending(rows[-1, : len(self._variants)].tolist())
        if self.trajectory is not None:
            self.trajectory.record(self)
        result = np.full((len(rows), len(self.columns)), np.nan)
        result[:, : rows.shape[1]] = rows
        if self.held_out and self._epoch_ends():
            result[-1, rows.shape[1] :] = self._validate(*self.held_out)
        return result

    def fall_back_to_cpu(self, state: dict[str, Any]) -> None:
        """Go on with the CPU from a state: the device has no memory left for this run."""
        left = str(self.device).upper()
        self._notice = out_of_memory(left)
        self.device = torch.device("cpu")
        self.random = RandomState(self.spec.seed, self.device)
        state = state | {"random": state["random"][:1]}
        self.train_data, self.held_out = self.prepared.train, self.prepared.held_out
        for variant in self.variants:
            variant.net.to(self.device)
        self.loss_func.to(self.device)  # it may hold the classes' weights
        self.batches.x, self.batches.y = self.train_data
        self.set_engine("torch")
        self.load_state(state)

    # The networks ---------------------------------------------------------------------------

    @property
    def variants(self) -> list[Variant]:
        """The networks that are trained, in lockstep (see `Spec.optimizers`), as they are now.

        Ask anew after steps: turbo trains copies, and writes them back when somebody asks.
        """
        if self._engine is not None:
            self._engine.sync_networks()
        return self._variants

    @property
    def seconds(self) -> list[float]:
        """How long each of them has computed, where several are trained."""
        return [variant.seconds for variant in self._variants]

    @property
    def out(self) -> tuple[bool, ...]:
        """Which of them have dropped out."""
        return tuple(variant.out for variant in self._variants)

    @torch.no_grad()
    def vectors(self) -> Floats:
        """Return all parameters of each variant, as `parameters_to_vector` writes them.

        Returns
        -------
        ndarray
            Shape (variants, P), float32.
        """
        found = self._engine.vectors() if self._engine is not None else None
        if found is None:
            nets = [variant.net.parameters() for variant in self.variants]
            found = np.stack([parameters_to_vector(net).cpu().numpy() for net in nets])
        return found

    # What is measured ----------------------------------------------------------------------

    @property
    def best(self) -> Variant | None:
        """The variant to keep: the smallest last loss among those that open anywhere.

        A network of a class of its own opens only where that class is (see `nn.Sequential`).
        """
        able = [variant for variant in self.variants if isinstance(variant.net, nn.Sequential)]
        return min(able, key=lambda variant: (variant.out, _rank(variant.last_loss)), default=None)

    @property
    def columns(self) -> list[str]:
        """What the values of a row are: ``loss``, then ``accuracy``, ``val_loss``, ...

        Of several variants each column is there for each: ``sgd``, ``adam``, ``sgd_val_loss``, ...
        Without any, the columns are ``epoch`` and ``batch``, from 0.
        """
        names = [variant.name for variant in self._variants]
        if not names:
            return ["epoch", "batch"]
        measured = ["accuracy"] if self.data.classes else []
        if self.held_out:
            measured += ["val_loss", "val_accuracy"] if self.data.classes else ["val_loss"]
        if len(names) == 1:
            return names + measured
        return names + [f"{name}_{what}" for what in measured for name in names]

    def _row(self, losses: list[float], accuracies: list[float]) -> list[float]:
        if not self._variants:
            return [float(number) for number in self.batches.place]
        row = losses
        if self.data.classes:
            row = row + accuracies
        if self.held_out:
            missing = [math.nan] * (len(self.columns) - len(row))
            row = row + (self._validate(*self.held_out) if self._epoch_ends() else missing)
        return row

    def _epoch_ends(self) -> bool:
        return not self.batches.left

    @torch.no_grad()
    def _validate(self, x: Tensor, y: Tensor) -> list[float]:
        """Return the losses, and for classes the accuracies, on the points kept out of training."""
        losses, accuracies = [], []
        for variant in self.variants:
            net = variant.net.eval()
            prediction = forward_in_batches(net, x)
            net.train()
            losses.append(self.loss_func(prediction, y).item())
            if self.data.classes:
                accuracies.append(_accuracy(prediction, y))
        return losses + accuracies

    @torch.no_grad()
    def predict(self, x: Floats) -> tuple[Floats, ...]:
        """Return what each variant's network says at some places.

        Parameters
        ----------
        x : ndarray
            Shape (m, features), in the data's own units.

        Returns
        -------
        tuple of ndarray
            A variant each, shape (m, outputs): values in the data's own units, or the classes'
            probabilities.
        """
        said = self._engine.predict(x) if self._engine is not None else None
        if said is None:
            said = tuple(self.predict_with(variant.net, x) for variant in self.variants)
        return said

    @torch.no_grad()
    def predict_with(self, net: nn.Module, x: Floats) -> Floats:
        """Return what any network for these data says at some places (see `predict`)."""
        p = self.prepared
        seen = p.seen_inputs(torch.as_tensor(x, dtype=torch.float32)).to(self.device)
        training = net.training
        net.eval()
        out = forward_in_batches(net, seen).cpu()
        net.train(training)
        # Many short rows: down the columns torch takes a seventh of the time of softmax(1).
        out = out.T.softmax(0).T if self.data.classes else out * p.y_std + p.y_mean
        result: Floats = out.contiguous().numpy()
        return result

    def losses_on(self, landscape: Landscape) -> tuple[float, ...]:
        """Return each variant's loss on a landscape of this run's training data."""
        found = self._engine.losses(landscape.every) if self._engine is not None else None
        return found or tuple(landscape.loss(variant.net) for variant in self.variants)

    def view(self) -> DataView:
        """Return the data as plots want them."""
        data = self.data
        return DataView(
            x=self.prepared.filled(data.x).numpy(),
            y=data.y.numpy().reshape(len(data.y)),
            features=data.features,
            target=data.target,
            classes=data.classes,
            table=table_view(data, self.prepared),
        )

    # How it ends ---------------------------------------------------------------------------

    @property
    def hint(self) -> Ending | None:
        """What a person should know about a run that goes on: a dead network, a full device."""
        return self.health.hint or self._notice

    @property
    def total_steps(self) -> int:
        """How many steps the run will have, unless it ends early."""
        schedule = self.spec.schedule
        if not schedule.epochs:
            return schedule.steps
        passes = max(schedule.epochs - self.batches.epoch, 0)
        return self.step_count + passes * self.batches.steps_per_epoch + self.batches.left

    def check_ending(self, losses: list[float]) -> None:
        """Notice after a step, given its losses, that the run has come to its end."""
        target = self.spec.schedule.target_loss
        if self.ending is not None:
            return
        if self.step_count >= self.total_steps:
            self.ending = steps_done(self.step_count, self.spec.schedule.epochs)
        elif target and any(loss <= target for loss in losses):
            self.ending = target_reached(self.step_count, target)

    def drop_out(self, variant: Variant) -> None:
        """Let a variant drop out; the run ends with the last one."""
        variant.drop_out()
        if all(other.out for other in self._variants):
            self.ending = diverged(self.step_count + 1, variant.last_loss, variant.settings.lr)

    # Changes in mid-run, and the whole state -----------------------------------------------

    def change(self, spec: Spec) -> None:
        """Go on with other settings, none of which needs a restart (see `spec.restart_keys`).

        Raises
        ------
        DataError
            When nothing can be learned from the new data, or they are not as wide as the old ones
            (a file may have changed meanwhile); the run stays as it was.
        """
        spec_before, data_before = self.spec, self.spec.data
        before = self.data, self.prepared, self.train_data, self.held_out, self._augment
        self.spec = spec
        try:
            if spec.data != data_before:
                # From the seed again: split as in a new run of these settings.
                with RandomState(spec.seed, self.device).in_place():
                    self._make_data()
                check_width(before[0], self.data)
            self._check_batch_size(spec)
        except Exception:
            self.spec = spec_before
            self.data, self.prepared, self.train_data, self.held_out, self._augment = before
            raise
        for variant, settings in zip(self.variants, spec.optimizers().values(), strict=True):
            variant.change(settings)
        if all(variant.out for variant in self.variants):
            for variant in self.variants:  # there is nothing else to go on with
                variant.out = False
        self.batches.change(*self.train_data, spec.schedule.batch_size)
        if self._is_turbo:
            self.set_engine("torch")
            if unsupported_reason(self) is None:
                self.set_engine("turbo")  # with the new data
        self.ending = None
        if self.step_count >= self.total_steps:
            self.ending = steps_done(self.step_count, spec.schedule.epochs)

    def state(self) -> dict[str, Any]:
        """Return the whole state of the run: plain values and tensors, copied."""
        return run_state.take(self)

    def load_state(self, state: dict[str, Any]) -> None:
        """Put back what `state` returned for a run of the same Spec, also in another process."""
        run_state.put_back(self, state)


def _work(spec: Spec) -> int:
    """Return the multiply-adds of a step, roughly."""
    return spec.network.work * (spec.schedule.batch_size or getattr(spec.data, "points", 1000))


def _accuracy(prediction: Tensor, y: Tensor) -> float:
    return float((prediction.argmax(1) == y).sum()) / len(y)


def _rank(loss: float) -> float:
    return math.inf if math.isnan(loss) else loss
