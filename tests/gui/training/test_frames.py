"""How often the window draws."""

from __future__ import annotations

import time

from nngui.gui.training.frames import FASTEST, NOTHING, ONE_CORE, PYTHON, FramePacer


def spend(seconds):
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def after(cost, kind, frames=20):
    rate = FramePacer()
    for _ in range(frames):
        wait = rate.next(kind)
        spend(cost)
    return wait


def test_that_cheap_frames_come_at_the_rate_of_the_screen():
    assert after(0.0002, PYTHON) == FASTEST


def test_that_costly_frames_come_less_often_so_that_the_training_goes_on():
    assert 25 <= after(0.006, PYTHON) <= 60
    assert after(0.03, PYTHON) == PYTHON.slowest


def test_that_costly_frames_take_nothing_from_a_training_that_needs_no_python():
    assert after(0.006, NOTHING) == FASTEST


def test_that_what_was_done_between_two_runs_does_not_count():
    rate = FramePacer()
    rate.next(PYTHON)
    spend(0.1)
    rate.pause()
    assert rate.next(PYTHON) == FASTEST


def test_that_a_training_on_all_cores_is_disturbed_least():
    assert after(0.006, PYTHON) < after(0.006, ONE_CORE) <= ONE_CORE.slowest
    assert after(0.03, ONE_CORE) == ONE_CORE.slowest
