"""The way of several networks is kept in few points, at equal distances."""

from __future__ import annotations

import numpy as np

from nngui.core.records.race import TrajectoryPoint
from nngui.core.training.trajectory import KEPT, NUMBERS, Trajectory


def at(step, size=2):
    return TrajectoryPoint(step, 0.0, np.zeros(1), np.broadcast_to(np.float32(0), (1, size)))


def after(steps, size=2):
    found = Trajectory(at(0, size))
    for step in range(1, steps + 1):
        found.record(at(step, size))
    return found


def steps_of(trajectory):
    return [point.step for point in trajectory.points]


def test_that_whenever_there_are_too_many_points_they_stand_twice_as_far_apart():
    assert steps_of(after(KEPT - 1)) == list(range(KEPT))
    found = after(KEPT)
    assert (found.every, steps_of(found)) == (2, list(range(0, KEPT + 1, 2)))
    assert [found.steps_left(step) for step in (KEPT, KEPT + 1, KEPT + 2)] == [2, 1, 0]
    assert len(after(10, size=NUMBERS).points) <= 8  # of large networks fewer


def test_that_going_back_keeps_the_point_of_that_very_step_and_the_first():
    for step, left in ((5, [0, 1, 2, 3, 4, 5]), (0, [0]), (-1, [0])):
        found = after(8)
        found.go_back(step)
        assert steps_of(found) == left
