"""How far a run goes, and how it goes on where all that was asked of it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.core.spec.keys import within_bounds
from nngui.core.spec.toml import with_settings

if TYPE_CHECKING:
    from nngui.core.spec import ScheduleSpec
    from nngui.core.spec.toml import AnySpec
    from nngui.core.training.endings import Ending


class GrowingSchedule:
    """What a user asked for, beside what a run's settings say once it has gone on.

    Whoever trains a run of 100 steps three times wants 100 more each time, while its settings say
    100, 200 and 300.

    Parameters
    ----------
    schedule : ScheduleSpec
        What is asked for at first.
    """

    def __init__(self, schedule: ScheduleSpec) -> None:
        self._asked = schedule
        self._at_end: ScheduleSpec | None = None  # what a run had when it had done all of it

    def ask(self, schedule: ScheduleSpec) -> None:
        """Take what a user asks for; a run that goes on grows by so much again."""
        self._asked = schedule

    def begin(self) -> None:
        """Begin another run, of which nothing is done."""
        self._at_end = None

    def end(self, schedule: ScheduleSpec, ending: Ending) -> None:
        """Note why a run ended that has such a schedule."""
        self._at_end = schedule if ending.kind == "steps" else None

    def is_exhausted(self, schedule: ScheduleSpec, steps_done: int) -> bool:
        """Return whether all that a run's schedule asks for has been done."""
        if schedule.epochs:
            return self._at_end is not None and schedule.epochs <= self._at_end.epochs
        return schedule.steps <= steps_done

    def prolonged(self, spec: AnySpec, steps_done: int, steps: int = 0) -> AnySpec | None:
        """Return a run's settings with as many steps or epochs again as were asked for.

        Parameters
        ----------
        steps : int
            So many steps in their place; 0: as many as were asked for.

        Returns
        -------
        Spec or None
            The same settings for a run that ended early: it just goes on. None where a run can be
            no longer.
        """
        schedule = spec.schedule
        if not self.is_exhausted(schedule, steps_done):
            return spec
        key, done, more = "schedule.steps", steps_done, steps or self._asked.steps
        if schedule.epochs:
            key, done = "schedule.epochs", schedule.epochs
            more = self._asked.epochs or schedule.epochs
        wanted = within_bounds(spec, key, done + more)
        return with_settings(spec, {key: wanted}) if wanted > done else None
