"""A run that is trained again, as its journal says: the network as it was after any step."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from nngui import __version__
from nngui.core.errors import FileError, SettingError
from nngui.core.evaluation.summary import run_summary
from nngui.core.journal.edit import EngineEdit
from nngui.core.past.replay import GivenUpError, Replay
from nngui.core.records.history import History, last_values, training_losses
from nngui.core.turbo.cache import is_on_disk
from nngui.files.models.start_weights import start_weights
from nngui.files.runs.journal_file import named_files
from nngui.files.runs.loss_checksum import LossChecksum
from nngui.headless_journal import start_of
from nngui.headless_outputs import StepOutputs, Written, print_summary, save_networks
from nngui.headless_progress import TrainingShown
from nngui.signals import stop_signals
from nngui.terminal import warn

if TYPE_CHECKING:
    from nngui.core.arrays import Floats
    from nngui.core.trainer import Trainer
    from nngui.headless_found import FoundRun
    from nngui.headless_journal import Start
    from nngui.headless_outputs import Outputs
    from nngui.signals import StopRequest

FAILED = 1  # the exit code where something went wrong, or where losses differ that may not


@dataclass(frozen=True)
class How:
    """How a run is replayed.

    Attributes
    ----------
    step : int, optional
        How many steps are taken; None: all.
    device : str, optional
        Where it computes; None: where the run did.
    strict : bool
        Whether other losses than the run's are a failure; then all its steps are taken.
    quiet : bool
        Nothing is said of how far it is.
    """

    step: int | None = None
    device: str | None = None
    strict: bool = False
    quiet: bool = False


def replay(run: FoundRun, outputs: Outputs, how: How) -> int:
    """Train a run again, as far as is wanted, and write what it was then; return the exit code.

    Raises
    ------
    NnguiError
        When the data, the device or the files are not to be had, or the data are others now.
    """
    outputs.check_places()
    total = run.steps if how.step is None else how.step
    if not 0 <= total <= run.steps:
        text = "The run has {steps} steps: there is no step {step}."
        raise SettingError(text, steps=f"{run.steps:,}", step=f"{total:,}")
    again = _Again(run, how)
    outputs.check(again.trainer)
    _check_start(run, again.start)
    _tell_before(run, again.trainer)
    steps = StepOutputs(outputs, again.trainer, again.history, again.written, run.journal)
    with stop_signals(patient=True) as asked:
        try:
            again.go(how.step, asked, steps, quiet=how.quiet)
            steps.close()
        except GivenUpError:
            warn(f"nngui: stopped after {len(again.history):,} steps: nothing is written.")
            return asked.code
        finally:
            steps.give_up()
        save_networks(again.trainer, outputs, again.written)
        found = again.summary()
        if how.strict and how.step is not None:
            again.go(None, asked, None, quiet=how.quiet)
        found["same_losses"] = _compared(run, again)
        print_summary(found | again.written.summary(), may_fail=asked.is_set())
        if how.strict and found["same_losses"] is None:
            warn("nngui: The losses of the run were not kept, so there is nothing to compare with.")
    if again.written.failed or (how.strict and not found["same_losses"]):
        return FAILED
    return asked.code


class _Again:
    """A run on its way once more.

    Attributes
    ----------
    trainer : Trainer
        As it stands.
    history : History
        Its losses so far.
    start : Start
        What it began with.
    is_whole : bool
        Whether all its steps were taken, as far as it goes.
    """

    def __init__(self, run: FoundRun, how: How) -> None:
        self._run = run
        journal = run.journal if how.device is None else replace(run.journal, device=how.device)
        self._asked: StopRequest | None = None
        weights = start_weights(journal.spec)
        self._replay = Replay(run.task, journal, None, weights, self._is_given_up)
        self.trainer = self._replay.go_to(0)
        self.start = start_of(self.trainer)
        self.history = History(self.trainer.columns)
        self.checksum = LossChecksum(self.history)
        self.written = Written()
        self.seconds = 0.0
        self.is_whole = False

    def _is_given_up(self) -> bool:
        return self._asked is not None and self._asked.is_set()

    def go(
        self, step: int | None, asked: StopRequest, steps: StepOutputs | None, *, quiet: bool
    ) -> None:
        """Take the run to a step, or to where it has come to.

        Raises
        ------
        GivenUpError
            When a signal asks for it.
        """
        total = self._run.steps if step is None else step
        self._asked, began = asked, time.perf_counter()
        shown = TrainingShown(self._run.task.name, len(self.history), total, quiet=quiet)

        def take(rows: Floats) -> None:
            first = len(self.history) + 1
            self.history.append(rows)
            self.checksum.follow()
            if steps is not None:
                steps.add(first, rows)
            shown.step(len(self.history), self.trainer.batches.epoch, total, float(rows[-1, 0]))

        with shown:
            self.trainer = self._replay.go_to(step, take, self._run.steps)
        if step is None:
            self.trainer.end_now()  # as what was saved of it
            self.is_whole = True
        self.seconds += time.perf_counter() - began

    @property
    def is_exact(self) -> bool:
        """Whether it has to come to the run's own bits, on the same machine."""
        return self._replay.is_exact

    def summary(self) -> dict[str, Any]:
        """Return what the run has come to."""
        rows = self.history.exact(self.history.first_exact, len(self.history))
        last = last_values(self.trainer.columns, rows)
        found = run_summary(self.trainer, last, self.seconds, interrupted=False)
        if self.trainer.ending is None:
            found["reason"] = f"Replayed up to step {self.trainer.step_count:,}."
        return found


def _tell_before(run: FoundRun, trainer: Trainer) -> None:
    """Say what is to be said before the first step."""
    for note in trainer.data.notes:
        warn(f"nngui: {note}")
    engines = {edit.engine for edit in run.journal.edits if isinstance(edit, EngineEdit)}
    if "turbo" in engines and not is_on_disk():
        warn("nngui: compiling turbo, once for this machine ...")


def _check_start(run: FoundRun, start: Start) -> None:
    """Refuse files that have changed since: what they would train is another run.

    Raises
    ------
    FileError
        Naming the file.
    """
    spec, facts = run.journal.spec, run.facts
    other = facts.data and facts.data != start.data
    files = [path for key, path in named_files(spec).items() if key.startswith("data.")]
    if not (other and files):
        other = facts.parameters and facts.parameters != start.parameters
        files = [spec.network.weights] if spec.network.weights else []
    if other and files:
        text = (
            "{path} has changed since the run: what it would train now is another one. Put the old "
            "file back, or train anew."
        )
        raise FileError(text, path=files[0])


def _compared(run: FoundRun, again: _Again) -> bool | None:
    """Return whether the losses are those of the run, to the last bit; None: it is not known.

    Where they are not, it is said.
    """
    steps = len(again.history)
    if again.is_whole and steps < run.steps:
        return _tell_others(run, again, f" from step {steps + 1:,} on, where it ends")
    if run.history is not None and run.history.first_exact == 0:
        one, other = (_losses(history, steps) for history in (run.history, again.history))
        is_other = ~((one == other) | (np.isnan(one) & np.isnan(other))).all(axis=1)
        since = f" from step {int(is_other.argmax()) + 1:,} on"
        return _tell_others(run, again, since) if is_other.any() else True
    if not run.facts.losses or steps < run.steps:
        return None
    return again.checksum.value == run.facts.losses or _tell_others(run, again, "")


def _losses(history: History, steps: int) -> Floats:
    columns = [history.columns.index(name) for name in training_losses(history.columns)]
    return history.exact(0, steps)[:, columns]


def _tell_others(run: FoundRun, again: _Again, since: str) -> bool:
    """Say that the losses are others, and what may be the reason; return that they are."""
    warn(f"nngui: The losses are not those of the run{since}. {_reason(run, again)}")
    return False


def _reason(run: FoundRun, again: _Again) -> str:
    facts = run.facts
    if not again.is_exact:
        return "Turbo shares images between threads, which add up as they come."
    if facts.torch not in ("", str(torch.__version__)) or facts.nngui not in ("", __version__):
        trained, here = (
            f"nngui {nngui} and PyTorch {version}"
            for nngui, version in ((facts.nngui, facts.torch), (__version__, torch.__version__))
        )
        return f"It was trained by {trained}; here are {here}, which may round differently."
    return (
        "The file was changed since, or another processor or device took the steps, which rounds "
        "differently."
    )
