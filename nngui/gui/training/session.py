"""What is done in the thread that trains: one run at a time, in chunks.

It is longer than most: what the window asks for stands in one place.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from nngui.core.errors import NnguiError, NoMemoryError
from nngui.core.memory import as_no_memory
from nngui.core.records.history import History
from nngui.core.text import mark
from nngui.core.training.failure import FailedStepError, sentence_of
from nngui.core.turbo import cache as turbo_cache
from nngui.files.progress import CancelledError
from nngui.gui.training.engine_choice import choose_engine
from nngui.gui.training.guard import Guard
from nngui.gui.training.lines import Lines, Place, Standing, trajectory_of
from nngui.gui.training.loading import Loading
from nngui.gui.training.messages import Order, Past, Ready
from nngui.gui.training.native_memory import trim_heap
from nngui.gui.training.network_copy import copy_of
from nngui.gui.training.pace import Pace
from nngui.gui.training.publisher import PICTURE, Publisher
from nngui.gui.training.restoring import lines_told, read_saved
from nngui.gui.training.saver import RunSaver, parameters_of
from nngui.gui.training.settling import beside_the_steps, not_made, settled
from nngui.gui.training.warm_up import load_torch

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from pathlib import Path

    from nngui.core.inspectors.inspector import Inspector
    from nngui.core.inspectors.reference import ReferenceNet
    from nngui.core.journal.journal import Journal
    from nngui.core.past.keyframes import SafeTraining
    from nngui.core.records.mailbox import Mailbox
    from nngui.core.records.snapshot import Snapshot
    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.core.trainer import Trainer
    from nngui.core.training.failure import Failure
    from nngui.files.runs.recovery import Recovery
    from nngui.gui.training.messages import Probe
    from nngui.gui.training.training_thread import TrainingThread

CHUNK_S = 0.008  # seconds of training between two looks at the queue
OFFER_TIMEOUT_S = 2.0  # seconds for a save to end before its run is offered
TURBO_CHUNK_S = 0.03  # with turbo: what lies between two chunks waits for Python's lock
ADVICE = mark("core", "No advice could be worked out for this run. Help, Open log has the details.")
COPY = mark(
    "core", "The network could not be copied. The training goes on; Help, Open log has the details."
)
BESIDE = mark(
    "core",
    "Something went wrong beside the training: {what} The run is as it was; Help, Open log has the "
    "details.",
)
NO_LINE = mark("core", "The run goes on as it was: there is no other line of it. {what}")
LINE_LOST = mark(
    "core",
    "The line of the run that was left cannot be gone back to; it is in the list of runs. Help, "
    "Open log has the details.",
)
REFUSED = mark("core", "The settings could not be changed: {what} Help, Open log has the details.")
log = logging.getLogger(__name__)


class TrainingSession:
    """Carries out, between two chunks of training, what the window asks for.

    It belongs to the thread that trains: nobody else calls it. It has more methods than most: one
    for each thing that the window asks for.

    Attributes
    ----------
    is_playing : bool
        Whether it trains, until the run ends or is paused.
    loading : Loading
        Says whether a run is still being loaded.
    publisher : Publisher
        Makes the pictures; what views ask is handed to it.
    saver : RunSaver
        Has the run saved and stored.

    Parameters
    ----------
    signals : TrainingThread
        Tells the window what happens.
    closing : callable
        Returns whether the window has closed: what is being loaded is given up.
    wishes : callable
        Returns how often the user has asked for something: advice that is being tried out then
        gives way.
    """

    def __init__(
        self,
        mailbox: Mailbox[Snapshot],
        asking: threading.Lock,
        signals: TrainingThread,
        closing: Callable[[], bool],
        wishes: Callable[[], int],
    ) -> None:
        self.is_playing, self.loading = False, Loading(closing)
        self._signals, self._closing, self._wishes = signals, closing, wishes
        self._run_id = 0
        self._trainer: Trainer | None = None
        self._safe: SafeTraining | None = None
        self._history = History(("loss",))
        self._pace = Pace(1, 0.0)
        self._due = 0.0
        self._left_in_stretch = 0
        self._hint: object = None
        self._turbo = False
        self._guard = Guard(lambda error: signals.question_failed.emit(self._run_id, error))
        self.publisher = Publisher(mailbox, self._guard, asking)
        self._lines = Lines(lambda error: signals.told.emit(self._run_id, error))
        self.saver = RunSaver(signals, self._lines)
        self._journal: Journal | None = None  # what the window knows of

    # Runs come and go ----------------------------------------------------------------------------

    def build(self, order: Order, task: Task[Any], spec: Spec, device: str) -> None:
        """Make data and networks for a new run, in place of the old one."""
        with self.loading.under_way():
            load_torch()
            from nngui.core.trainer import Trainer  # imports torch: seconds, not in the window
            from nngui.files.models.start_weights import start_weights

        self._forget(order)
        self._lines.begin(Place(order.line))
        with self.loading.under_way():
            trainer = Trainer(task, spec, device, start_weights(spec))
        history = History(trainer.columns)
        self.saver.begin(trainer, history)
        self._begin(trainer, history)
        self._tell_hint(trainer)  # before a step or a picture that may take long
        self.publish()  # before the first step: what a view follows, it follows from the start

    def restore(self, order: Order, task: Task[Any], path: Path, *, adopt: bool) -> None:
        """Put a saved run in place of the old one, once all of it is known to fit.

        Where it does not, the old one goes on as it was.
        """
        with self.loading.under_way():
            load_torch()
        try:
            try:
                with self.loading.under_way():
                    recovery, trainer, damage = read_saved(path, task, or_before=adopt)
            except NoMemoryError:
                if self._trainer is None:
                    raise
                self._forget(order)  # the old one may have had it; it is in the list of runs
                with self.loading.under_way():
                    recovery, trainer, damage = read_saved(path, task, or_before=adopt)
        except CancelledError:
            raise
        except Exception as error:
            log.exception("A run could not be restored")
            if self._trainer is None:
                raise
            self._go_on(order.run_id, self._trainer, as_no_memory(error) or sentence_of(error))
            return
        self._forget(order)
        self._lines.take_up(order.line, recovery, trainer)
        if adopt:
            self._guard.ask(lambda: self.saver.adopt(path), BESIDE)
        self.saver.begin(trainer, recovery.history)
        self._begin(trainer, recovery.history, recovery)
        self._show_as_it_stands(trainer, recovery.history)
        for told in (damage, lines_told(recovery)):
            if told is not None:
                self._signals.told.emit(self._run_id, told)

    def branch(self, order: Order, step: int, spec: Spec, is_outdated: Callable[[], bool]) -> None:
        """Go on from a step of the run with these settings; it stays as a line that was left."""

        def made(lines: Lines, old: Trainer | None) -> Standing | None:
            if old is None:
                return None
            return lines.branched(old, self._history, (step, order.line), spec, is_outdated)

        self._move(order, made)

    def switch(self, order: Order) -> None:
        """Go on with a line that was left, from exactly where it stood."""
        self._move(order, lambda lines, _: lines.resumed(order.line, self._closing))

    def _move(self, order: Order, make: Callable[[Lines, Trainer | None], Standing | None]) -> None:
        """Go on with another line; where it cannot be made, with the run as it is."""
        from nngui.core.past.replay import GivenUpError

        old, lines = self._trainer, self._lines
        try:
            with self.loading.under_way():
                made = make(lines, old)
        except (CancelledError, GivenUpError):  # the window has closed, or wants another run
            return
        except Exception as error:
            if old is None:
                raise
            self._stay(order.run_id, old, error)
            return
        if made is None:
            return
        lines.take(made.place.id)
        self._forget(order)
        lines.begin(made.place, made.keyframes)
        self.saver.begin(made.trainer, made.history)
        self.saver.note_change()  # what was saved has another line going on
        self._begin(made.trainer, made.history)
        self._show_as_it_stands(made.trainer, made.history)

    def _show_as_it_stands(self, trainer: Trainer, history: History) -> None:
        # The values of the last pass: what is measured once a pass is among them.
        steps = len(history)
        rows = history.exact(max(steps - trainer.batches.steps_per_epoch - 1, 0), steps)
        self.publisher.remember(trainer.columns, rows)
        self.publish()
        self._tell_hint(trainer)

    def _stay(self, run_id: int, trainer: Trainer, error: Exception) -> None:
        """Go on with the run as it is: another line of it could not be made."""
        if not isinstance(error, NnguiError):
            log.exception("A line of a run could not be gone on with")
        told = as_no_memory(error) or (error if isinstance(error, NnguiError) else None)
        self._go_on(run_id, trainer, NnguiError(NO_LINE, what=told or sentence_of(error)))

    def _go_on(self, run_id: int, trainer: Trainer, error: NnguiError) -> None:
        """Say that another run could not take this one's place, which stands as it was."""
        self._run_id = run_id
        self._begin(trainer, self._history, self.saver.as_it_is(), error)
        self.publish()

    def _forget(self, order: Order) -> None:
        """Let go of the run: another one takes its place."""
        trainer, history, self._run_id = self._trainer, self._history, order.run_id
        self.saver.keep()
        self.saver.let_go()
        if trainer is not None and trainer.step_count and order.keeps_old:
            self._guard.ask(lambda: self._lines.leave(trainer, history), LINE_LOST)
        self._trainer, self._safe, self.is_playing = None, None, False
        self._hint = None
        self._guard.begin()
        self.publisher.forget()

    def _begin(
        self,
        trainer: Trainer,
        history: History,
        recovery: Recovery | None = None,
        error: NnguiError | None = None,
    ) -> None:
        from nngui.core.past.keyframes import SafeTraining

        if trainer is not self._trainer:
            self._safe = SafeTraining(trainer, self._closing, self._lines.keyframes)
            self._safe.keep()
        self._trainer, self._history, self.is_playing = trainer, history, False
        self.publisher.begin(trainer)
        device, total = str(trainer.state.device), trainer.state.total_steps
        size, ending = parameters_of(trainer), trainer.ending
        parts = trainer.view(), history, device, size, total, recovery, ending, error
        past = Past(trainer.journal, self._lines.keyframes, trajectory_of(trainer))
        self._journal = trainer.journal
        self._tell_lines()
        self._signals.ready.emit(self._run_id, Ready(*parts, past, self._lines.now.id))
        self._choose_engine(trainer)
        trim_heap()  # what the run before took

    def fail(self, run_id: int, error: Exception) -> None:
        """Say that a run could not be made; the one before has made room, and is kept."""
        if not isinstance(error, NnguiError):
            error = not_made(error)
        if self._run_id != run_id:  # it had not come so far as to make room for it
            self._forget(Order(run_id, self._lines.now.id))
        self.is_playing, self._trainer, self._safe = False, None, None
        self.saver.let_go()
        if not self.saver.finish_saving(OFFER_TIMEOUT_S):  # the window offers what was saved
            log.warning("A save was still being written when its run was given up")
        self._tell_lines()  # the run before may be gone back to
        self._signals.failed.emit(run_id, error)

    def note_trouble(self, error: Exception) -> bool:
        """Tell of an error beside the training, which goes on; return whether it is new."""
        is_new = self._guard.is_new(BESIDE)
        self._guard.tell_once(error, BESIDE)
        return is_new

    def stop_by(self, error: Exception) -> bool:
        """Pause the run after an error in what surrounds its steps; return that it is new."""
        assert self._trainer is not None
        self._stop(self._trainer, beside_the_steps(error, self._trainer))
        return True

    def _stop(self, trainer: Trainer, failure: Failure) -> None:
        """Pause after an error in a step."""
        self.is_playing = False
        failure = settled(
            failure, trainer, self._history, lambda: self.saver.last_saved(trainer.state.task)
        )
        self.saver.is_held = failure.standing == "lost"
        rows = self._history.exact(len(self._history) - 1, len(self._history))
        self._guard.ask(lambda: self.publisher.remember(trainer.columns, rows), PICTURE)
        self.publish()
        self._signals.stopped.emit(self._run_id, failure)
        self.saver.store()

    def close(self) -> None:
        """Store the run, and let it go."""
        self.saver.close()
        self._trainer = None

    # What the window asks for --------------------------------------------------------------------

    def play(self) -> None:
        """Train until it ends or is paused."""
        if self._trainer is not None:
            self.is_playing, self._due, self._left_in_stretch = True, time.perf_counter(), 0
            self._signals.began.emit(self._run_id)

    def pause(self) -> None:
        """Wait."""
        if self.is_playing:
            self.is_playing = False
            self.publish()
            self._signals.paused.emit(self._run_id)

    def step(self) -> None:
        """Take a single step."""
        if self._trainer is not None:
            self._advance(self._trainer, 1)
            if self._trainer.ending is None:  # else its last picture is there already
                self.publish()

    def change(self, spec: Spec, number: int) -> None:
        """Go on with other settings, or as before where they cannot be taken."""
        trainer = self._trainer
        if trainer is None:
            self._signals.taken.emit(self._run_id, number, None)
            return
        data, before = trainer.spec.data, trainer.journal
        try:
            trainer.change(spec)
        except NnguiError as error:
            self._signals.refused.emit(self._run_id, error)
            return
        except Exception as error:
            log.exception("Settings could not be changed")
            refused = NnguiError(REFUSED, what=sentence_of(error))
            self._signals.refused.emit(self._run_id, refused)
            return
        finally:
            edits = () if trainer.journal is before else trainer.journal.edits[-1:]
            self._signals.taken.emit(self._run_id, number, edits[0] if edits else None)
        self._choose_engine(trainer)
        self._tell_journal(trainer)
        self.saver.note_change()
        if spec.data != data:
            self.publisher.forget_reference()
            self._signals.data_changed.emit(self._run_id, trainer.view())
        self.publish()

    def watch(self, *, on: bool) -> None:
        """Make pictures of the run as it is now, and at once; or none: nobody looks at it."""
        self.publisher.is_watched = on
        if on:
            self.publish()

    def set_probe(self, probe: Probe) -> None:
        """Predict at other places."""
        self.publisher.set_probe(probe)
        self.publish()

    def compare(self, reference_net: ReferenceNet | None) -> None:
        """Evaluate another network on the same data too; None: no longer."""
        self.publisher.compare(reference_net)
        self.publish()

    def inspect_with(self, inspector: Inspector | None) -> None:
        """Put a view's own question to the trainer with every picture; None: no longer."""
        self.publisher.inspect_with(inspector)
        self.publish()

    def copy_network(self) -> None:
        """Hand out a copy of the network."""
        signal = self._signals.network_copied
        self._guard.ask(
            lambda: signal.emit(copy_of(self._trainer)), COPY, lambda: signal.emit(None)
        )

    def copy_line(self, line: int) -> None:
        """Hand out a copy of the network that a line which was left has come to."""
        signal = self._signals.line_copied

        def copy() -> None:
            signal.emit(line, copy_of(self._lines.resumed(line).trainer))

        self._guard.ask(copy, COPY, lambda: signal.emit(line, None))

    def set_pace(self, pace: Pace) -> None:
        """Go faster or slower."""
        self._pace, self._due, self._left_in_stretch = pace, time.perf_counter(), 0

    def set_turbo(self, on: bool) -> None:
        """Train by turbo from now on, where it covers the run and has been compiled; or not."""
        self._turbo = on
        if self._trainer is not None:
            self._choose_engine(self._trainer)

    def _choose_engine(self, trainer: Trainer) -> None:
        engine = choose_engine(trainer, self._guard, turbo=self._turbo)
        self._signals.engine_chosen.emit(self._run_id, engine)
        self._tell_journal(trainer)

    def _tell_journal(self, trainer: Trainer) -> None:
        """Tell the window what was done to the run, if there is anything new."""
        if trainer.journal is not self._journal:
            self._journal = trainer.journal
            self._signals.journal_changed.emit(self._run_id, self._journal)

    def _tell_lines(self) -> None:
        journal = None if self._trainer is None else self._trainer.journal
        self._signals.lines_changed.emit(self._run_id, self._lines.shown(journal, self._history))

    # Training ------------------------------------------------------------------------------------

    def seconds_until_due(self) -> float | None:
        """Return how long there is nothing to train or to save; None: until something is asked."""
        if self.is_playing:
            return max(0.0, self._due - time.perf_counter())
        return self.saver.seconds_until_due(training=False)

    def train(self) -> None:
        """Take the steps of one chunk, and make a picture when it is time for one."""
        trainer, pace = self._trainer, self._pace
        if trainer is None:
            self.is_playing = False
            return
        if pace.unlimited:
            self._advance(trainer, None)
            if self.is_playing:  # else its last picture is there already
                self.publisher.publish_if_cheap(trainer, self._run_id)
            return
        if not self._left_in_stretch:
            self._left_in_stretch = pace.steps
            # Never try to catch up: a slow step makes the run slower, not the next ones hasty.
            self._due = max(self._due, time.perf_counter() - pace.seconds)
        self._left_in_stretch -= self._advance(trainer, self._left_in_stretch)
        if self._left_in_stretch <= 0 and self.is_playing:
            self.publish()
            self._due += pace.seconds

    def _advance(self, trainer: Trainer, max_steps: int | None) -> int:
        """Take steps for about a chunk's time; return how many."""
        chunk = TURBO_CHUNK_S if trainer.engine == "turbo" else CHUNK_S
        assert self._safe is not None
        try:
            rows = self._safe.advance(chunk, max_steps, self._history.append)
        except FailedStepError as error:
            self._stop(trainer, error.failure)
            return 0
        self.saver.is_held = False
        self.publisher.remember(trainer.columns, rows)
        self._tell_hint(trainer)
        self._tell_journal(trainer)  # its device may have had no memory left
        if trainer.ending is not None:
            self.is_playing = False
            self.publish()
            self._signals.ended.emit(self._run_id, trainer.ending)
            self.saver.store()
            self._guard.ask(lambda: self._advise(trainer), ADVICE)
        return len(rows)

    def _advise(self, trainer: Trainer) -> None:
        from nngui.core.evaluation.hints import find_hints
        from nngui.files.models.start_weights import start_weights

        wishes = self._wishes()
        found = find_hints(
            trainer,
            self._history,
            weights=start_weights(trainer.spec),
            turbo=self._turbo and turbo_cache.is_loaded(),
            cancelled=lambda: self._closing() or self._wishes() != wishes,
        )
        self._signals.advised.emit(self._run_id, found)

    def _tell_hint(self, trainer: Trainer) -> None:
        if trainer.state.hint is not self._hint:
            self._hint = trainer.state.hint
            self._signals.hinted.emit(self._run_id, trainer.state.hint)

    def publish(self) -> None:
        """Make a picture of the run as it is, if there is one."""
        if self._trainer is not None:
            self.publisher.publish(self._trainer, self._run_id)
            if not self.is_playing:
                self._signals.updated.emit(self._run_id)
