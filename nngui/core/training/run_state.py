"""The whole state of a run: what is trained, on what, and how far it has come.

It is longer than most: what is captured and restored stands in one place.

Engines take the steps and know nothing but this. Pausing, going back, branching and recovering
from a crash stand on one pair of methods: `RunState.capture` and `RunState.restore`.
"""

from __future__ import annotations

import math
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn.utils import parameters_to_vector

from nngui.core.data.batches import Batches
from nngui.core.data.data import check, check_width
from nngui.core.data.prepare import prepare
from nngui.core.journal.edit import DeviceEdit
from nngui.core.journal.journal import Journal
from nngui.core.records.race import TrajectoryPoint
from nngui.core.records.snapshot import BestPlace
from nngui.core.training import device as devices
from nngui.core.training import optimizers
from nngui.core.training.batch_sizes import check_batches
from nngui.core.training.best import Best
from nngui.core.training.captured import captured, put_back
from nngui.core.training.endings import (
    DEAD,
    UNFOLLOWED,
    UNJUDGED,
    Ending,
    diverged,
    out_of_memory,
    out_of_patience,
    steps_done,
    target_reached,
)
from nngui.core.training.health import Health
from nngui.core.training.losses import make_loss
from nngui.core.training.memory_estimate import checked_work
from nngui.core.training.random_state import RandomState
from nngui.core.training.rates import Rates
from nngui.core.training.trajectory import Trajectory, epochs, followed
from nngui.core.training.usual_rate import gentler_rate
from nngui.core.training.validation import last_gain, note_best, validate
from nngui.core.training.variant import Variant, build_networks
from nngui.core.training.weight_by_hand import checked_weight

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from torch import Tensor

    from nngui.core.arrays import Floats
    from nngui.core.data.data import Data, Prepared
    from nngui.core.records.snapshot import RatePlan
    from nngui.core.spec import Spec
    from nngui.core.task import Task


class RunState:
    """One run as it stands: settings, data, networks, optimizers, random numbers, position.

    It has more methods than most: what is captured and restored stands in one place.

    Random numbers come in the tutorial's order: seed, data, split, networks, shuffles.

    Attributes
    ----------
    step_count : int
        Optimizer steps done.
    ending : Ending or None
        Why the run has ended; None while it can go on.
    batches : Batches
        What the steps are taken on, and where in a pass the run is.
    patient_from : int
        The epoch from which the patience counts anew, since a change in mid-run.
    journal : Journal
        What happened to it: the settings that it began with, and every edit since.
    trajectory : Trajectory or None
        Where the networks have been, for a view that has put it there.
    data, prepared : Data, Prepared
        What is learned from, in its own units and as the networks see it, on the CPU.
    train_data, held_out : tuple of Tensor
        Inputs and targets on the run's device; `held_out` is None without validation.
    loss_func : nn.Module
        What the run makes smaller; it may hold the classes' weights.
    variants : list of Variant
        The networks and their optimizers. An engine may hold newer parameters: see
        `Trainer.variants`.

    Parameters
    ----------
    weights : mapping of str to Tensor, optional
        What the networks start from in place of random numbers (see `matching.matched`).

    Raises
    ------
    DataError, DeviceError, MisfitError
        When nothing can be learned from the data, there is no such device, or the weights are
        those of another network.
    NoMemoryError
        When the run would take more memory than there is; nothing of it has been built then.
    NnguiError
        When no network can be built for these data.
    """

    def __init__(
        self, task: Task, spec: Spec, device: str, weights: Mapping[str, Tensor] | None
    ) -> None:
        self.task = task
        self.device = devices.pick(device, _work(spec))
        self.random = RandomState(spec.seed, self.device)
        self.step_count = 0
        self.ending: Ending | None = None
        self.patient_from = 0
        self.health = Health()
        self.trajectory: Trajectory | None = None
        self._notice: Ending | None = None
        self._slow: Ending | None = None
        self.batches = Batches(torch.empty(0), torch.empty(0), 0, **spec.schedule.loading)

        with self.random.in_place():
            data, prepared = self._make_data(spec)
            self._slow = checked_work(task, spec, data, prepared, self.device)
            nets = build_networks(task, spec, data, weights)
        self._derive(spec, data, prepared)
        self.journal = Journal(task.name, spec, device)
        self.variants = [
            Variant(name, net.to(self.device), settings)
            for net, (name, settings) in zip(nets, spec.optimizers().items(), strict=True)
        ]
        self.rates = Rates(self.variants, self.batches)
        self.apply_rates()

    # What is learned from --------------------------------------------------------------------

    def _make_data(self, spec: Spec) -> tuple[Data, Prepared]:
        """Draw the data and split them, from torch's default generator."""
        data = self.task.make_data(spec)
        check(data)
        return data, prepare(data, spec.schedule.validation)

    def _checked_work(self, spec: Spec, data: Data, prepared: Prepared) -> Ending | None:
        return checked_work(self.task, spec, data, prepared, self.device, is_built=True)

    def _derive(self, spec: Spec, data: Data, prepared: Prepared) -> None:
        """Make all that follows from settings and data: at the start, and whenever they change.

        All of it is made here, and all or none of it takes the old one's place: batches, the
        classes' weights in the loss, validation, what changes images at random.

        Raises
        ------
        DataError
            When a batch would be larger than the data.
        """
        x, y = (part.to(self.device) for part in prepared.train)
        held_out = prepared.held_out
        if held_out is not None:
            held_out = held_out[0].to(self.device), held_out[1].to(self.device)
        loss_func = make_loss(spec, y, len(data.classes))
        augment = self.task.augmenter(spec, x) if self.task.augmenter else None
        self._take_settings(spec, data, (x, y))

        # Nothing has been refused: from here on it is the run's.
        self.data, self.prepared = data, prepared
        self.train_data, self.held_out = (x, y), held_out
        self.loss_func, self._augment = loss_func, augment

    def _take_settings(self, spec: Spec, data: Data, train_data: tuple[Tensor, Tensor]) -> None:
        """Go on with settings and the batches that they ask for, unless those cannot be."""
        x, y = train_data
        left = self.batches.left_with(len(x), spec.schedule.batch_size)
        check_batches(self.task, spec, data, len(x), left)
        self.spec = spec
        self.batches.change(x, y, spec.schedule.batch_size)

    def next_batch(self) -> tuple[Tensor, Tensor]:
        """Return the next batch as the networks see it: with what is changed at random."""
        with self.random.in_place() if self.batches.next_uses_random else nullcontext():
            x, y = self.batches.next()
        return (self._augment(x) if self._augment else x), y

    def drawing(self) -> AbstractContextManager[None]:
        """Put the run's random numbers in place around steps, where a step draws any."""
        draws = self.spec.network.uses_random or self._augment is not None
        return self.random.in_place() if draws else nullcontext()

    # What is measured ------------------------------------------------------------------------

    @property
    def columns(self) -> list[str]:
        """What the values of a row are: ``loss``, then ``accuracy``, ``val_loss``, ...

        Of several variants each column is there for each: ``sgd``, ``adam``, ``sgd_val_loss``, ...
        Without any, the columns are ``epoch`` and ``batch``, from 0.
        """
        names = [variant.name for variant in self.variants]
        if not names:
            return ["epoch", "batch"]
        measured = ["accuracy"] if self.data.classes else []
        if self.held_out:
            measured += ["val_loss", "val_accuracy"] if self.data.classes else ["val_loss"]
        measured += ["lr"] if self.has_schedule else []
        if len(names) == 1:
            return names + measured
        return names + [f"{name}_{what}" for what in measured for name in names]

    def finish_step(self, losses: list[float], accuracies: list[float]) -> list[float]:
        """Count a step, look what it means for the run, and return its row.

        Parameters
        ----------
        losses, accuracies : list of float
            A value for each variant; NaN for one that has diverged.

        Returns
        -------
        list of float
            A value for each of `columns`.
        """
        self.step_count += 1
        if len(self.variants) == 1:
            variant = self.variants[0]
            self.health.look(variant.net, variant.last_loss, self.step_count)
        row = losses + accuracies if self.data.classes else losses
        held: list[float] = []
        if self.held_out is not None and not self.batches.left:  # the epoch ends
            held = self._validate(*self.held_out)
        self.follow(self.step_count, self.point)
        self.check_ending(losses)

        if not self.variants:
            return [float(number) for number in self.batches.place]
        rates = self._finish_rates(np.array([losses]), held)
        row = row + held
        return row + [math.nan] * (len(self.columns) - len(row) - len(rates)) + rates

    @property
    def has_schedule(self) -> bool:
        """Whether the learning rate changes on the way."""
        return self.spec.schedule.rate != "constant" and bool(self.variants)

    def apply_rates(self) -> None:
        """Give the optimizers the learning rates of the next step."""
        self.rates.apply(self.spec.schedule, self.step_count, self.total_steps)

    @property
    def rate_plan(self) -> RatePlan | None:
        """The learning rates to come, where they change on the way."""
        if not self.has_schedule:
            return None
        return self.rates.plan(self.spec.schedule, self.step_count, self.total_steps)

    def _finish_rates(self, losses: Floats, held: list[float]) -> list[float]:
        """Go on with the learning rates behind some steps; return those they were taken with."""
        if not self.has_schedule:
            return []
        schedule, steps = self.spec.schedule, self.step_count
        return self.rates.finish(schedule, steps, self.total_steps, losses, held)

    def finish_chunk(self, rows: Floats, used: Sequence[Sequence[float]]) -> Floats:
        """Look at what another loop gave, as `finish_step` looks at a single step.

        Parameters
        ----------
        rows : ndarray
            Shape (steps, losses and accuracies), float64; the steps lie within a pass.
        used : sequence of sequence of float
            The learning rates of each step, a variant each.

        Returns
        -------
        ndarray
            Shape (steps, len(columns)).
        """
        result = np.full((len(rows), len(self.columns)), np.nan)
        variants, width, held = len(self.variants), rows.shape[1], list[float]()
        result[:, :width] = rows
        if self.held_out and not self.batches.left:
            held = self._validate(*self.held_out)
            result[-1, width : width + len(held)] = held
        self.follow(self.step_count, self.point)
        self.check_ending(rows[-1, :variants].tolist())
        if self.has_schedule:
            result[:, -variants:] = used
            self._finish_rates(rows[:, :variants], held)
        return result

    def _validate(self, x: Tensor, y: Tensor) -> list[float]:
        """Return the losses, and for classes the accuracies, on the points kept out of training.

        Each network's best is noted.
        """
        losses, accuracies = validate(
            self.variants, x, y, self.loss_func, classes=bool(self.data.classes)
        )
        keeps, epoch = self.spec.schedule.keeps_best, self.batches.epoch
        note_best(self.variants, losses, epoch, self.step_count, keeps=keeps)
        return losses + accuracies

    def follow(self, step: int, locate: Callable[[], TrajectoryPoint]) -> None:
        """Record where the networks are, if somebody wants to know and it is time."""
        was_followed = self.trajectory is not None
        self.trajectory = followed(self.trajectory, step, locate)
        if was_followed and self.trajectory is None:
            self._notice = UNFOLLOWED

    @torch.no_grad()
    def point(self, vectors: Floats | None = None) -> TrajectoryPoint:
        """Return where the networks are now; nothing in it changes any more.

        Parameters
        ----------
        vectors : ndarray, optional
            Shape (variants, P), float32: their parameters, where an engine has newer ones.
        """
        if vectors is None:
            nets = [variant.net.parameters() for variant in self.variants]
            vectors = np.stack([parameters_to_vector(net).cpu().numpy() for net in nets])
        epoch = epochs(self.batches, self.batches.epoch, self.batches.position)
        return TrajectoryPoint(self.step_count, epoch, np.array(self.seconds), vectors)

    @property
    def seconds(self) -> list[float]:
        """How long each variant has computed, where several are trained."""
        return [variant.seconds for variant in self.variants]

    @property
    def diverged(self) -> tuple[bool, ...]:
        """Which of the variants have dropped out."""
        return tuple(variant.diverged for variant in self.variants)

    # How it ends -----------------------------------------------------------------------------

    @property
    def hint(self) -> Ending | None:
        """What a user should know about a run that goes on: a dead network, a full device."""
        schedule = self.spec.schedule
        asked = schedule.patience or schedule.keep != "last"
        unjudged = UNJUDGED if asked and not schedule.validation else None
        return self.health.told(self.spec.network) or self._notice or self._slow or unjudged

    @property
    def total_steps(self) -> int:
        """How many steps the run will have, unless it ends early; or has had, out of patience."""
        if self.ending is not None and self.ending.kind == "patience":
            return self.step_count
        schedule = self.spec.schedule
        if not schedule.epochs:
            return schedule.steps
        passes = max(schedule.epochs - self.batches.epoch, 0)
        return self.step_count + passes * self.batches.steps_per_epoch + self.batches.left

    def check_ending(self, losses: list[float]) -> None:
        """Notice after a step, given its losses, that the run has come to its end."""
        self.ending = self.ending_after(losses)
        if self.ending is not None:
            self._put_back_best()

    def ending_after(self, losses: list[float]) -> Ending | None:
        """Return why the run ends with a step that gave these losses, if it does."""
        target = self.spec.schedule.target_loss
        if self.ending is not None:
            return self.ending
        if self.step_count >= self.total_steps:
            return self._steps_done()
        if target and any(loss <= target for loss in losses):
            return target_reached(self.step_count, target)
        if self._is_out_of_patience:
            return out_of_patience(self.batches.epoch, last_gain(self.variants))
        return None

    def _steps_done(self) -> Ending:
        schedule = self.spec.schedule
        best = last_gain(self.variants) if schedule.keeps_best else 0
        return steps_done(self.step_count, schedule.epochs, best)

    @property
    def best_places(self) -> tuple[BestPlace, ...]:
        """Where each variant's validation loss was smallest, where the run goes by that."""
        schedule = self.spec.schedule
        if not schedule.patience_in_use and not schedule.keeps_best:
            return ()
        return tuple(BestPlace(v.best.step, v.best.epoch, v.best.loss) for v in self.variants)

    @property
    def _is_out_of_patience(self) -> bool:
        """Whether an epoch ends, and none has gained for as long as was asked for."""
        patience = self.spec.schedule.patience_in_use
        if not patience or self.held_out is None or self.batches.left:
            return False
        return self.batches.epoch - max(last_gain(self.variants), self.patient_from) >= patience

    def _put_back_best(self) -> None:
        if self.spec.schedule.keeps_best:
            for variant in self.variants:
                variant.best.put_back(variant.net)

    def end_now(self) -> None:
        """Leave the networks as they are when a run ends, though it has not: nobody goes on."""
        if self.ending is None:
            self._put_back_best()

    def drop_out(self, variant: Variant) -> None:
        """Let a variant that diverged drop out; the run ends with the last one."""
        variant.drop_out()
        if all(other.diverged for other in self.variants):
            gentler = gentler_rate(self.task, self.spec, variant.settings)
            self.ending = diverged(self.step_count + 1, variant.last_loss, gentler)

    # Changes in mid-run, and the whole of it -------------------------------------------------

    def change(self, spec: Spec) -> None:
        """Go on with other settings, none of which needs a restart (see `keys.restart_keys`).

        Raises
        ------
        DataError
            When nothing can be learned from the new data, or they are not as wide as the old ones
            (a file may have changed meanwhile); the run stays as it was.
        NoMemoryError
            When its steps would take more memory than there is; as before.
        """
        # Of other data another loss is the best; and weights of before were not kept.
        keeps = self.spec.schedule.keeps_best
        begins_anew = spec.data != self.spec.data or keeps != spec.schedule.keeps_best
        if spec.data != self.spec.data:
            # From the seed again: split as in a new run of these settings.
            with RandomState(spec.seed, self.device).in_place():
                data, prepared = self._make_data(spec)
            check_width(self.data, data)
            self._slow = self._checked_work(spec, data, prepared)
            self._derive(spec, data, prepared)
        else:  # nothing that follows from the data changes: on a device, it stays where it is
            if spec.schedule.batch_size != self.spec.schedule.batch_size:
                self._slow = self._checked_work(spec, self.data, self.prepared)
            self._take_settings(spec, self.data, self.train_data)

        out = self.diverged
        for variant, settings in zip(self.variants, spec.optimizers().values(), strict=True):
            variant.best.resume(variant.net)
            if begins_anew:
                variant.best = Best()
            variant.change(settings)
        self.patient_from = self.batches.epoch
        if all(self.diverged):
            for variant in self.variants:  # there is nothing else to go on with
                variant.diverged = False
        revived = tuple(i for i, was in enumerate(out) if was and not self.diverged[i])
        self.journal = self.journal.with_settings(self.step_count, spec, revived)
        self.ending = None  # before the rates: out of patience, its steps would be all there are
        self.apply_rates()
        if self.step_count >= self.total_steps:
            self.ending = self._steps_done()
            self._put_back_best()

    def fall_back_to_cpu(self, state: dict[str, Any]) -> None:
        """Go on with the CPU from a captured state: the device has no memory left for this run."""
        self._notice = out_of_memory(str(self.device).upper())
        self.device = torch.device("cpu")
        self._slow = self._checked_work(self.spec, self.data, self.prepared)
        self.random = RandomState(self.spec.seed, self.device)
        for variant in self.variants:
            variant.net.to(self.device)
        self._derive(self.spec, self.data, self.prepared)
        self.restore(state | {"random": state["random"][:1]})
        self.journal = self.journal.with_edit(DeviceEdit(self.step_count, str(self.device)))

    @torch.no_grad()
    def set_weight(
        self, variant: int, parameter: str, index: tuple[int, ...], value: float
    ) -> None:
        """Set a number of a network by hand.

        Parameters
        ----------
        variant : int
            Which network, from 0.
        parameter, index : str, tuple of int
            Its name in the network's ``state_dict``, and the place in it.

        Raises
        ------
        SettingError
            When there is no such number, or the value is none.
        """
        edit = checked_weight(self.variants, variant, parameter, index, value, self.step_count)
        chosen = self.variants[variant]
        edit = replace(edit, of_best=chosen.best.latest is not None)
        chosen.net.state_dict()[parameter][edit.index] = edit.value
        chosen.best.latest = None  # it goes on from what is there now
        self.journal = self.journal.with_edit(edit)

    def capture(self, *, copied: bool = True) -> dict[str, Any]:
        """Return the whole state of the run: plain values and tensors, copied.

        Parameters
        ----------
        copied : bool
            Else they are the very ones that it goes on with, for whoever copies them at once.
        """
        batches = self.batches
        return {
            "step": self.step_count,
            "epoch": batches.epoch,
            "position": batches.position,
            "order": None if batches.order is None else batches.order.clone(),
            "random": [state.clone() for state in self.random.states],
            **captured(self.variants, copied=copied),
            "patient_from": self.patient_from,
            "dead_before": self.health.dead_before,
            "dead": self.health.hint is not None,
            "ending": None if self.ending is None else self.ending.as_dict(),
        } | ({"rates": self.rates.capture()} if self.spec.schedule.rate == "plateau" else {})

    def restore(self, state: dict[str, Any]) -> None:
        """Put back what `capture` returned for a run of the same Spec, also in another process."""
        batches = self.batches
        self.step_count = state["step"]
        self.journal = self.journal.taken_back(self.step_count, self.spec)
        if self.trajectory is not None:
            self.trajectory.go_back(self.step_count)
        batches.epoch, batches.position = state["epoch"], state["position"]
        order = state["order"]
        batches.order = None if order is None else order.to(self.device, copy=True)
        self.random.states = [saved.clone() for saved in state["random"]]
        put_back(self.variants, state, self.device)
        self.patient_from = state["patient_from"]
        self.rates.restore(state.get("rates"))
        self.apply_rates()
        self.health.dead_before = state["dead_before"]
        self.health.hint = DEAD if state["dead"] else None
        self.ending = None if state["ending"] is None else Ending(**state["ending"])

    def resume(self, state: dict[str, Any]) -> None:
        """Put back a state, with the optimizers' options of the present settings."""
        self.restore(state)
        for variant in self.variants:
            optimizers.change(variant.optimizer, variant.settings)
        self.apply_rates()


def _work(spec: Spec) -> int:
    """Return the multiply-adds of a step, roughly."""
    return spec.network.work * (spec.schedule.batch_size or getattr(spec.data, "points", 1000))
