"""What a run's script tells, and what it has to print: losses, or the batches that were loaded."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from nngui.core.spec.keys import fixed_keys
from nngui.gui.training.state import State

if TYPE_CHECKING:
    from nngui.core.journal.journal import Journal
    from nngui.core.records.history import History
    from nngui.core.records.printed import Check
    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.gui.training.run import Run

MAX_BATCHES = 2000  # that a loader brought, and that are gone through again to be compared


def course_of(run: Run[Any], step: int | None = None) -> Spec | Journal:
    """Return what a run's script tells: what happened to it, up to the step that is looked at.

    Settings alone where nobody touched it, and where another run is being made of them. What the
    worker has not yet told of an edit is told as it will.

    Parameters
    ----------
    step : int, optional
        Up to this one in place of that which is looked at.
    """
    spec: Spec = run.spec
    if run.is_under_way or run.state in (State.ASLEEP, State.FAILED):
        return spec
    journal, at = run.journal, run.viewed_step if step is None else step
    if at is not None and at < run.steps_done:
        journal = journal.until(at)
    elif fixed_keys(journal.now, spec):  # another run is about to be made
        return spec
    elif journal.now != spec:
        last = journal.edits[-1].step if journal.edits else journal.known_from
        journal = journal.with_settings(max(run.steps_done, last), spec)
    return journal if journal.is_touched else journal.now


def run_check(
    task: Task, spec: Spec, history: History, stop: int | None = None, *, is_over: bool
) -> Check:
    """Return what the script of a run is compared with.

    Parameters
    ----------
    stop : int, optional
        How many steps count: all of the history by default.
    is_over : bool
        Whether the run has ended after them: its script must end there, too.
    """
    from nngui.core.records.history import training_losses  # numpy: not at the window's start
    from nngui.core.records.printed import LinesCheck, StepsCheck

    stop = len(history) if stop is None else stop
    if not spec.optimizers():
        return LinesCheck(_batches(task, spec, min(stop, MAX_BATCHES)))
    places = [history.columns.index(name) for name in training_losses(history.columns)]
    first = min(history.first_exact, stop)
    rows = history.exact(first, stop)[:, places]
    return StepsCheck(rows, stop - len(rows), is_over=is_over)


def _batches(task: Task, spec: Spec, count: int) -> list[str]:
    """Return what the script prints of each batch, as NumPy writes it."""
    import numpy as np

    from nngui.core.inspectors.loader import replay_batches

    texts = []
    for _, (epoch, step), x, y in islice(replay_batches(task, spec, 1, count), count):
        of_x, of_y = np.array(x, np.float32), np.array(y, np.float32)
        texts.append(f"Epoch: {epoch} | Step: {step} | batch x: {of_x} | batch y: {of_y}")
    return texts
