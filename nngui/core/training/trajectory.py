"""The way several networks take through parameter space, in bounded memory."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from nngui.core.data.batches import Batches
    from nngui.core.records.race import TrajectoryPoint

KEPT = 200
"""Points that are kept for each network."""
NUMBERS = 16_000_000  # float32 values that all points hold together, at most
log = logging.getLogger(__name__)


class Trajectory:
    """Keeps a point every so many steps; twice as many steps apart whenever there are too many.

    Attributes
    ----------
    points : list of TrajectoryPoint
        From the first one it was given, at equal distances.
    every : int
        How many steps they are apart.

    Parameters
    ----------
    first : TrajectoryPoint
        Where the networks are now.
    """

    def __init__(self, first: TrajectoryPoint) -> None:
        self.points = [first]
        self.every = 1
        self._most = max(min(KEPT, NUMBERS // max(first.vectors.size, 1)), 8)

    def steps_left(self, step: int) -> int:
        """Return how many steps after this one it is time for the next point."""
        return max(self.points[-1].step + self.every - step, 0)

    def record(self, point: TrajectoryPoint) -> None:
        """Keep a point, if it is time for one."""
        if self.steps_left(point.step):
            return
        self.points.append(point)
        if len(self.points) > self._most:
            self.every *= 2
            self.points = self.points[::2]

    def go_back(self, step: int) -> None:
        """Forget where the networks were after a step; the first point stays."""
        self.points = self.points[:1] + [point for point in self.points[1:] if point.step <= step]

    def until(self, step: int) -> Trajectory | None:
        """Return another one that has come as far as a step; None where it began behind that."""
        points = [point for point in self.points if point.step <= step]
        if not points:
            return None
        result = Trajectory(points[0])
        result.points, result.every = points, self.every
        return result


def followed(
    trajectory: Trajectory | None, step: int, locate: Callable[[], TrajectoryPoint]
) -> Trajectory | None:
    """Have a trajectory keep where the networks are, if it is time for that.

    A view wanted to know, and that must not end the run: where it fails, the run goes on without
    the trajectory, and says so (see `RunState.follow`). The view asks for another one.

    Parameters
    ----------
    locate : callable
        Returns where the networks are.
    """
    try:
        if trajectory is not None and not trajectory.steps_left(step):
            trajectory.record(locate())
    except Exception:  # whatever it is: a view's wish, and not the training
        log.exception("A trajectory could not be recorded")
        return None
    return trajectory


def epochs(batches: Batches, epoch: int, position: int) -> float:
    """Return how often the data were gone through at a position of a pass, with parts of one."""
    if batches.batch_size and batches.order is not None:
        return epoch + min(position / len(batches.x), 1.0) - 1.0
    return float(epoch)
