"""One run that trains: its state, and the engine that takes its steps.

The loop of the tutorial stands in `training/plain_loop.py`, what it works on in
`training/run_state.py`. Turbo and accelerators do the same steps in other ways (`engines`).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from nngui.core.data.prepare import data_view
from nngui.core.engines.choose import eager_engine, turbo_engine
from nngui.core.forward import evaluating, forward_in_batches
from nngui.core.journal.edit import EngineEdit
from nngui.core.training.run_state import RunState
from nngui.core.training.state_check import load_checked
from nngui.core.turbo.support import unsupported_reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

    from nngui.core.arrays import Floats
    from nngui.core.data.batches import Batches
    from nngui.core.data.data import Data
    from nngui.core.journal.journal import Journal
    from nngui.core.records.race import TrajectoryPoint
    from nngui.core.records.snapshot import DataView
    from nngui.core.spec import Spec
    from nngui.core.surface.loss_surface import Landscape
    from nngui.core.task import Task
    from nngui.core.training.endings import Ending
    from nngui.core.training.engine import Engine, Unreturned
    from nngui.core.training.variant import Variant


class Trainer:
    """One run: built from a Spec, trained by `advance`, its whole state at hand.

    It has more methods than most: a one-liner for each thing that views ask.

    Attributes
    ----------
    state : RunState
        What is trained, on what, and how far it has come.
    revision : int
        How often it was changed from outside: other settings, another engine, another state.

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
        self.state = RunState(task, spec, device, weights)
        self._engine: Engine = eager_engine(self.state)
        self._is_turbo = False
        self.revision = 0

    # Training --------------------------------------------------------------------------------

    def advance(self, budget: float, max_steps: int | None = None) -> Floats:
        """Take steps for about `budget` seconds, at least one, at most `max_steps`.

        Returns
        -------
        ndarray
            Shape (steps taken, len(columns)), float64: a row per step. Empty once `ending` is set.
        """
        return self._engine.advance(budget, max_steps)

    @property
    def engine(self) -> str:
        """What takes the steps: ``torch``, PyTorch itself, or ``turbo``."""
        return "turbo" if self._is_turbo else "torch"

    def set_engine(self, name: str) -> None:
        """Go on with another engine, from exactly where the run is.

        Raises
        ------
        NnguiError
            When turbo does not cover this run, saying why; the engine stays as it was.
        """
        if name != self.engine:
            self._take_engine(name)
            self._note_engine()

    def _note_engine(self) -> None:
        edit = EngineEdit(self.step_count, "turbo" if self._is_turbo else "torch")
        self.state.journal = self.state.journal.with_edit(edit)

    def _take_engine(self, name: str) -> None:
        self.revision += 1
        if name == "turbo":
            engine = turbo_engine(self.state)
        else:
            self._engine.leave()
            engine = eager_engine(self.state)
        self._engine, self._is_turbo = engine, name == "turbo"

    def change(self, spec: Spec) -> None:
        """Go on with other settings, none of which needs a restart (see `keys.restart_keys`).

        Raises
        ------
        DataError
            When nothing can be learned from the new data, or they are not as wide as the old ones
            (a file may have changed meanwhile); the run stays as it was.
        """
        self._engine.sync_networks()
        self.revision += 1
        self.state.change(spec)
        if self._is_turbo:  # with the new data; or not, where it does not cover them
            self._begin_turbo_anew()

    def set_weight(
        self, variant: int, parameter: str, index: tuple[int, ...], value: float
    ) -> None:
        """Set a number of a network by hand (see `RunState.set_weight`).

        Raises
        ------
        SettingError
            When there is no such number, or the value is none.
        """
        self._engine.sync_networks()
        self.revision += 1
        self.state.set_weight(variant, parameter, index, value)
        if self._is_turbo:
            self._begin_turbo_anew()

    def _begin_turbo_anew(self) -> None:
        """Have turbo take over what the networks and the data are now, if it still covers them."""
        self._take_engine("torch")
        if unsupported_reason(self.state) is None:
            self._take_engine("turbo")
        else:
            self._note_engine()

    def capture(self, *, copied: bool = True) -> dict[str, Any]:
        """Return the whole state of the run: plain values and tensors (see `RunState.capture`)."""
        self._engine.write_networks()
        return self.state.capture(copied=copied)

    def restore(self, state: dict[str, Any]) -> None:
        """Put back what `capture` returned for a run of the same Spec, also in another process."""
        self._engine.sync_networks()
        self.revision += 1
        self.state.restore(state)

    def resume(self, journal: Journal, state: dict[str, Any]) -> None:
        """Stand where a run of the same task was captured: with its settings and its engine.

        Parameters
        ----------
        journal : Journal
            What had happened to it by then.
        state : dict
            What `capture` returned.

        Raises
        ------
        NnguiError
            When its data cannot be had any more; this run stays as it was.
        """
        self._engine.sync_networks()
        if self._is_turbo:
            self._take_engine("torch")
        self.revision += 1
        if journal.now != self.spec:
            self.state.change(journal.now)
        self.state.resume(state)
        if journal.engine == "turbo" and unsupported_reason(self.state) is None:
            self._take_engine("turbo")
        self.state.journal = journal

    def put_back(self, state: dict[str, Any]) -> None:
        """Restore a state after an error: what the engine holds of the networks is spoilt."""
        self._engine.forget()
        self.state.restore(state)

    def put_back_checked(self, state: dict[str, Any]) -> None:
        """Put back a state that comes from a file, after an error (see `load_checked`).

        Raises
        ------
        FileError
            When it is not one of a run of these settings.
        """
        self._engine.forget()
        self.revision += 1
        load_checked(self.state, state)

    @property
    def unreturned(self) -> Unreturned | None:
        """What an `advance` had done that failed (see `Engine.unreturned`)."""
        return self._engine.unreturned

    def end_now(self) -> None:
        """Leave the networks as the end of the run would: nobody goes on with it."""
        self._engine.sync_networks()
        self.state.end_now()

    # How it stands ---------------------------------------------------------------------------

    @property
    def spec(self) -> Spec:
        """The settings, as they are now."""
        return self.state.spec

    @property
    def journal(self) -> Journal:
        """What happened to it: the settings that it began with, and every edit since."""
        return self.state.journal

    @property
    def data(self) -> Data:
        """What is learned from, in its own units."""
        return self.state.data

    @property
    def batches(self) -> Batches:
        """What the steps are taken on, and where in a pass the run is."""
        return self.state.batches

    @property
    def step_count(self) -> int:
        """Optimizer steps done."""
        return self.state.step_count

    @property
    def columns(self) -> list[str]:
        """What the values of a row are (see `RunState.columns`)."""
        return self.state.columns

    @property
    def ending(self) -> Ending | None:
        """Why the run has ended; None while it can go on."""
        return self.state.ending

    # The networks ----------------------------------------------------------------------------

    @property
    def variants(self) -> list[Variant]:
        """The networks that are trained, in lockstep (see `Spec.optimizers`), as they are now.

        Ask anew after steps: turbo trains copies, and writes them back when somebody asks.
        """
        self._engine.sync_networks()
        return self.state.variants

    @property
    def best(self) -> Variant | None:
        """The variant to keep: the smallest last loss among those that open anywhere.

        A network of a class of its own opens only where that class is (see `nn.Sequential`).
        """
        able = [variant for variant in self.variants if isinstance(variant.net, nn.Sequential)]
        return min(able, key=_rank, default=None)

    def point(self) -> TrajectoryPoint:
        """Return where the networks are now; nothing in it changes any more."""
        vectors = self._engine.vectors()
        if vectors is None:
            self._engine.sync_networks()
        return self.state.point(vectors)

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
        found = self._engine.predict(x)
        if found is None:
            found = tuple(self.predict_with(variant.net, x) for variant in self.variants)
        return found

    def predict_with(self, net: nn.Module, x: Floats) -> Floats:
        """Return what any network for these data says at some places (see `predict`)."""
        state, p = self.state, self.state.prepared
        inputs = p.seen_inputs(torch.as_tensor(x, dtype=p.x_mean.dtype)).to(state.device)
        with evaluating(net):
            out = forward_in_batches(net, inputs).cpu()
        # Many short rows: down the columns torch takes a seventh of the time of softmax(1).
        out = out.T.softmax(0).T if state.data.classes else out * p.y_std + p.y_mean
        result: Floats = out.contiguous().numpy()
        return result

    def losses_on(self, landscape: Landscape) -> tuple[float, ...]:
        """Return each variant's loss on a landscape of this run's training data."""
        found = self._engine.losses(landscape.every)
        return found or tuple(landscape.loss(variant.net) for variant in self.variants)

    def view(self) -> DataView:
        """Return the data as plots want them."""
        return data_view(self.state.data, self.state.prepared)


def _rank(variant: Variant) -> tuple[bool, float]:
    loss = variant.last_loss
    return variant.diverged, math.inf if math.isnan(loss) else loss
