"""One tab's run: its settings, its state, and the worker that trains it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from typing_extensions import override

from nngui.core.spec.keys import changed_keys, restart_keys
from nngui.core.spec.toml import with_settings
from nngui.gui.training.changes import can_take, without_misfits
from nngui.gui.training.messages import Order, Probe
from nngui.gui.training.pace import paces
from nngui.gui.training.past_run import RunWithPast
from nngui.gui.training.reported_run import S
from nngui.gui.training.state import State

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtCore import QObject

    from nngui.core.arrays import Floats
    from nngui.core.inspectors.inspector import Inspector
    from nngui.core.inspectors.reference import ReferenceNet
    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.files.runs.store import RunStore

NEEDS_START = (State.ASLEEP, State.PREPARING, State.FAILED)  # there is nothing to go on with


class Run(RunWithPast[S]):
    """What the toolbar, the form and the plots of a tab stand on: what a user asks of a run.

    ``Run[RegressionSpec]`` has settings of that class. What it tells, and what is known of it, is
    written down in `ReportedRun`; its past and its lines in `RunWithPast`.

    Attributes
    ----------
    edited_on, edit_number : int
        Of the edit that `edited` tells of: the line that went on, and its number.
    """

    def __init__(self, task: Task[S], parent: QObject | None = None) -> None:
        super().__init__(task, parent)
        self._probe_id = 0
        self.edited_on = self.edit_number = 0
        self._awaiting: tuple[Spec, bool] | None = None  # an edit while another line is being made
        self.prepared.connect(self._on_line_there)

    # Where it comes from, and where it is kept ---------------------------------------------------

    def wake(self) -> None:
        """Make data and network, if that was not done yet."""
        if self.state is State.ASLEEP:
            self._restart(State.READY)

    def restore(self, path: Path, *, adopt: bool = True) -> None:
        """Take up a saved run in place of this one; `restored` says when it stands.

        Parameters
        ----------
        adopt : bool
            The file is this run's from now on, and goes with it; else it stays as it is.
        """
        self._start_anew(State.READY)
        self._restoring = True
        self._newest_line += 1
        self.line = self._newest_line
        order = Order(self._run_id, self.line)
        self._worker.restore(order, self.task, path, adopt=adopt)
        self._set_state(State.PREPARING)

    def save_to(self, path: Path | None, first: Spec | None = None) -> None:
        """Save the run there now and then, for the case of a crash; None: nowhere.

        Parameters
        ----------
        first : Spec, optional
            What the tab began with, of which nothing is saved; by default its settings of now.
        """
        self._worker.save_to(path, first or self.spec)

    def keep_in(self, store: RunStore) -> None:
        """Keep there what its runs come to; `run_stored` tells of each."""
        self._worker.keep_in(store)

    # Training ------------------------------------------------------------------------------------

    @override
    def train(self) -> None:
        """Start or go on; at the end, go on for as many steps again.

        Who looks back goes on from the step that is looked at, on another line.
        """
        if self.viewed_step is not None:
            self.branch(train=True)
            return
        if self.state in (State.ASLEEP, State.FAILED):
            self._restart(State.TRAINING)
            return
        if self.state is State.ENDED and not self._prolong():
            return
        self._target_state = State.TRAINING
        if self.state is not State.PREPARING:
            self._worker.play()
        self.state_changed.emit()

    def pause(self) -> None:
        """Stop after the current step, keep everything."""
        self._target_state = State.READY
        self._worker.pause()
        self.state_changed.emit()

    def toggle(self) -> None:
        """Train or pause, whichever it does not do now."""
        if self.will_train:
            self.pause()
        else:
            self.train()

    def step(self) -> None:
        """Take one step; pauses a run. Who looks back takes it on another line."""
        if self.viewed_step is not None:
            self.branch()
            self._worker.step()
            return
        if self.state is State.ENDED and not self._prolong(1):
            return
        self._target_state = State.READY
        if self.state in (State.ASLEEP, State.FAILED):
            self._restart(State.READY)
        self._worker.pause()  # it may train before the window has heard of it
        self._worker.step()
        if self.state in (State.READY, State.ENDED):
            self._set_state(State.PAUSED)
        else:
            self.state_changed.emit()

    def _prolong(self, steps: int = 0) -> bool:
        """Allow as many steps or epochs again; a run that ended early just goes on.

        Returns
        -------
        bool
            Whether there is anything left to train: False at the setting's own bound.
        """
        spec = self._schedule.prolonged(self.spec, self.steps_done, steps)
        if spec is None:
            self.notice.emit(
                "warning",
                self.tr("This run is as long as a run can be: Reset starts it again."),
            )
            return False
        if spec is not self.spec:
            self._set_spec(spec)
            self.spec_changed.emit()
        self._worker.change(spec)
        return True

    def set_pace(self, index: int) -> None:
        """Move the pace slider to one of `paces`."""
        self.pace_index = index
        self._worker.set_pace(paces(self.task.redraw_every)[index])
        self._measure_rate()

    def set_device(self, name: str) -> None:
        """Compute somewhere else: starts again."""
        if name != self.device:
            self.device = name
            if self.state is not State.ASLEEP:
                self._restart(State.TRAINING if self.will_train else State.READY)

    def set_turbo(self, on: bool) -> None:
        """Train by turbo where it can, from now on; or by PyTorch. The run stays where it is."""
        self.turbo = on
        self._worker.set_turbo(on)
        self.engine_changed.emit()

    # Settings ------------------------------------------------------------------------------------

    def start_from(self, spec: Spec, wanted: State = State.READY) -> None:
        """Take these settings, whatever the present ones are, and stand at step 0 of them.

        Parameters
        ----------
        wanted : State
            ``READY``, or ``TRAINING`` to begin at once.
        """
        if self._restoring:
            return
        before, self._target_state = self.spec, wanted
        if spec != before:  # else the same file, read once more
            self._set_spec(spec)
            self._schedule.ask(spec.schedule)
            self.spec_changed.emit()
        self.edited_on = self.line
        self.edit_number += 1
        self._restart(wanted, keeps_old=spec != before)
        if spec != before:
            self.edited.emit(before, False)

    def reset(self) -> None:
        """Back to step 0: the same data and the same initial weights."""
        self._restart(State.READY)

    def new_weights(self) -> None:
        """Start again with the next seed."""
        seed = (self.spec.seed + 1) % 2**32
        self.apply(with_settings(self.spec, {"network.weights": "", "seed": seed}))

    def apply(self, spec: Spec, *, keep_network: bool = False) -> None:
        """Take other settings: in mid-run where that is possible, else by starting again.

        Parameters
        ----------
        keep_network : bool
            The points were edited by hand: they join the training whatever they were before, if the
            network can take them.
        """
        if self._restoring:  # the settings come with the run: the form shows the present ones again
            self.spec_changed.emit()
            return
        if self._is_moving:  # until the other line is there
            self._awaiting = spec, keep_network or (self._awaiting or (spec, False))[1]
            return

        # What is different, and whether any of that needs another network or other data.
        before, spec = self.viewed_spec, without_misfits(self.task, self.viewed_spec, spec)
        changed, restart = changed_keys(before, spec), restart_keys(before, spec)
        if keep_network and can_take(self.task, before, spec):
            restart = [key for key in restart if not key.startswith("data.")]
        if not changed:
            return
        anew = bool(restart) or self.state in NEEDS_START
        self.edited_on = self.line
        self.edit_number += 1
        if spec.schedule != before.schedule:
            self._schedule.ask(spec.schedule)
        if self.viewed_step is not None and not anew:
            self.branch(spec, train=self.will_train)
        else:
            self._take(spec, anew=anew)
        self.edited.emit(before, keep_network)

    def _take(self, spec: Spec, *, anew: bool) -> None:
        """Go on with other settings: not yet, from step 0, or between two steps."""
        self._set_spec(spec)
        self.spec_changed.emit()
        if self.state is State.ASLEEP:
            self._taken[self.edit_number] = None
            return
        if anew:
            self._start_again()
            return
        self._worker.change(spec, self.edit_number)
        if self.state is State.ENDED and not self._is_exhausted:
            self._set_state(State.PAUSED)

    @Slot()
    def _on_line_there(self) -> None:
        """Take the settings that were asked for while another line was being made."""
        awaiting, self._awaiting = self._awaiting, None
        if awaiting is not None and not self._is_moving:
            self.apply(awaiting[0], keep_network=awaiting[1])

    def _start_again(self) -> None:
        """Begin at step 0 with other settings, and say so where that throws steps away."""
        if self.state in (State.TRAINING, State.PAUSED):
            self.notice.emit("info", self.tr("These settings need a new start: back to step 0."))
        self._restart(State.TRAINING if self.will_train else State.READY, keeps_old=True)

    @property
    def _is_exhausted(self) -> bool:
        return self._schedule.is_exhausted(self.spec.schedule, self.steps_done)

    # What views ask ------------------------------------------------------------------------------

    def ask(self, x: Floats) -> int:
        """Ask for predictions at these places, shape (m, features); return the probe's id."""
        self._probe_id += 1
        probe = Probe(self._probe_id, x)
        self._worker.set_probe(probe)
        self._past_thread.set_probe(probe)
        return self._probe_id

    def compare_with(self, reference_net: ReferenceNet | None) -> None:
        """Have another network evaluated on the same data; None: no longer."""
        self._worker.compare(reference_net)
        self._past_thread.compare(reference_net)

    def inspect_with(self, inspector: Inspector | None) -> None:
        """Put a view's own question to the trainer with every picture; None: no longer."""
        self._worker.inspect_with(inspector)
        self._past_thread.inspect_with(inspector)

    def take_network(self) -> None:
        """Ask for a copy of the network as it is shown; `network_copied` brings it."""
        if self.viewed_step is not None:
            self._past_thread.copy_network()
            return
        self.wake()
        self._worker.copy_network()
