"""The lines of a tab's runs, in the thread that trains: left, gone back to, let go."""

from __future__ import annotations

import weakref
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from nngui.core.errors import NnguiError
from nngui.core.past.branches import Branch, Branches
from nngui.core.records.history import History
from nngui.core.text import mark
from nngui.gui.training.messages import BranchInfo

if TYPE_CHECKING:
    from collections.abc import Callable

    from nngui.core.journal.journal import Journal
    from nngui.core.past.store import Keyframes
    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.core.trainer import Trainer
    from nngui.core.training.trajectory import Trajectory
    from nngui.files.runs.recovery import Recovery

TOO_FAR_BACK = mark(
    "core",
    "Step {step} is too far back to go on from: only the last {kept} losses are kept exactly. "
    "Steps from {first} on can be gone on from.",
)
GONE = mark("core", "That line was let go; look for it in the list of runs.")
LET_GO = mark(
    "core",
    "The line of this run that was left at step {step} was let go: there is room for {most} of "
    "them. It is in the list of runs.",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Which line goes on, and which one it has left after how many steps."""

    id: int = 0
    parent: int | None = None
    since: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """A line that can be gone on with: the run, its losses, which line it is, and its past."""

    trainer: Trainer
    history: History
    place: Place
    keyframes: Keyframes


class Lines:
    """The line that goes on, and those that were left.

    Attributes
    ----------
    now : Place
        The line that goes on.
    keyframes : Keyframes
        How it stood now and then.

    Parameters
    ----------
    tell : callable of NnguiError
        Is told which line was let go.
    """

    def __init__(self, tell: Callable[[NnguiError], None]) -> None:
        self._tell = tell
        self._branches = Branches()
        self._task: Task[Any] | None = None
        self._foreign: set[int] = set()  # lines whose states come from a file
        self.now = Place()

    def begin(self, place: Place, keyframes: Keyframes | None = None) -> None:
        """Go on with a line; without keyframes it is another run."""
        from nngui.core.past.store import Keyframes  # imports torch

        self.now, self.keyframes = place, Keyframes() if keyframes is None else keyframes

    def take(self, line: int) -> None:
        """Note that a line will go on: it is none of those that were left."""
        self._branches.take(line)

    def leave(self, trainer: Trainer, history: History) -> None:
        """Keep the line that goes on as it stands now: another one takes its place."""
        from nngui.core.past.store import MAX_LEFT_BYTES

        self._task = trainer.state.task
        self._foreign.discard(self.now.id)
        branch = Branch(
            self.now.id,
            self.now.parent,
            self.now.since,
            trainer.journal,
            history,
            trainer.capture(),
            trajectory=trainer.state.trajectory,
            keyframes=self.keyframes,
        )
        self.keyframes.shrink(MAX_LEFT_BYTES)
        for gone in self._branches.add(branch):
            step, most = f"{len(gone.history):,}", len(self._branches)
            self._tell(NnguiError(LET_GO, step=step, most=most))

    def forget(self) -> None:
        """Let go of all lines."""
        self._branches.clear()
        self._foreign.clear()

    def take_up(self, first: int, recovery: Recovery, trainer: Trainer) -> None:
        """Have the lines of a saved run, and its keyframes, in place of all others.

        Parameters
        ----------
        first : int
            The number that the oldest of them gets; the others get those behind it.
        trainer : Trainer
            The run as it was built.
        """
        from nngui.files.runs.recovery_lines import checked_keyframes

        self.forget()
        self._task = trainer.state.task
        ids = sorted([recovery.place[0], *(branch.id for branch in recovery.branches)])
        numbers = {old: first + rank for rank, old in enumerate(ids)}

        def place(old: int, parent: int | None, since: int) -> Place:
            return Place(numbers[old], *((numbers[parent], since) if parent in numbers else ()))

        self.begin(place(*recovery.place), checked_keyframes(recovery.keyframes, trainer))
        for one in recovery.branches:
            found = place(one.id, one.parent, one.since)
            branch = replace(one, id=found.id, parent=found.parent, since=found.since)
            self._branches.add(branch, self.now.parent)
            self._foreign.add(branch.id)

    @property
    def left(self) -> tuple[Branch, ...]:
        """The lines that were left, the one that was left first before the others."""
        return tuple(self._branches)

    # Another line --------------------------------------------------------------------------------

    def branched(
        self,
        trainer: Trainer,
        history: History,
        place: tuple[int, int],
        spec: Spec,
        cancelled: Callable[[], bool],
    ) -> Standing:
        """Return a run that stands where the one that goes on stood after so many steps.

        Parameters
        ----------
        trainer, history : Trainer, History
            The one that goes on.
        place : int, int
            After how many steps, and the number of the new line.
        spec : Spec
            What it goes on with.

        Raises
        ------
        GivenUpError
            When nobody waits any more.
        NnguiError
            When it cannot be made.
        """
        from nngui.core.past.replay import Replay
        from nngui.files.models.start_weights import start_weights

        (step, line), first = place, history.first_exact
        if step and step <= first:
            counts = {"step": f"{step:,}", "kept": f"{len(history) - first:,}"}
            raise NnguiError(TOO_FAR_BACK, **counts, first=f"{first + 1:,}")
        journal, keyframes = trainer.journal, self.keyframes.copy()
        keyframes.forget_after(step, journal.count_before(step))
        weights = start_weights(journal.spec)
        found = Replay(trainer.state.task, journal, keyframes, weights, cancelled).go_to(step)
        if spec != found.spec:
            found.change(spec)
        past = trainer.state.trajectory
        found.state.trajectory = None if past is None else past.until(step)
        own = History.from_state(history.state())
        own.cut(step)
        return Standing(found, own, Place(line, self.now.id, step), keyframes)

    def resumed(self, line: int, cancelled: Callable[[], bool] = lambda: False) -> Standing:
        """Return a line that was left as it stood then.

        Raises
        ------
        NnguiError
            When it is not kept, or cannot be made.
        """
        from nngui.core.past.store import MAX_BYTES
        from nngui.core.trainer import Trainer

        branch = self._branches.find(line)
        if branch is None or self._task is None:
            raise NnguiError(GONE)
        if branch.state is None or line in self._foreign:
            trainer = self._taken_up(branch, self._task, cancelled)
        else:
            trainer = Trainer(self._task, branch.journal.spec, branch.journal.device)
            trainer.resume(branch.journal, branch.state)
        trainer.state.trajectory = branch.trajectory
        branch.keyframes.shrink(MAX_BYTES)
        place = Place(branch.id, branch.parent, branch.since)
        return Standing(trainer, branch.history, place, branch.keyframes)

    def _taken_up(self, branch: Branch, task: Task[Any], cancelled: Callable[[], bool]) -> Trainer:
        """Return a line that comes from a file: checked, or taken again."""
        from nngui.core.past.replay import Replay
        from nngui.files.models.start_weights import start_weights
        from nngui.files.runs.recovery import Recovery, trainer_of

        journal, weights = branch.journal, start_weights(branch.journal.spec)
        if branch.state is None:
            replay = Replay(task, journal, branch.keyframes, weights, cancelled)
            return replay.go_to(None, last=len(branch.history))
        found = Recovery(journal, branch.state, branch.history, datetime.now(UTC))
        return trainer_of(found, task)

    # For the eyes --------------------------------------------------------------------------------

    def shown(self, journal: Journal | None, history: History) -> tuple[BranchInfo, ...]:
        """Return all lines in the order of their numbers.

        Parameters
        ----------
        journal : Journal, optional
            Of the line that goes on; there may be none.
        """
        left = [
            BranchInfo(b.id, b.parent, b.since, len(b.history), "", False, b.history, b.journal)
            for b in self._branches
        ]
        now, steps = self.now, len(history)
        if journal is not None:
            parts = now.id, now.parent, now.since, steps, "", True, history, journal
            left.append(BranchInfo(*parts))
        return tuple(sorted(left, key=lambda line: line.id))


def trajectory_of(trainer: Trainer) -> Callable[[], Trajectory | None]:
    """Return what tells another thread where a run's networks have been."""
    known = weakref.ref(trainer.state)

    def find() -> Trajectory | None:
        state = known()
        return None if state is None else state.trajectory

    return find
