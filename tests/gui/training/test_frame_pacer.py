"""How often the window draws."""

from __future__ import annotations

import time

from nngui.gui.training.frame_pacer import (
    ALL_CORES,
    MIN_INTERVAL_MS,
    PYTHON_LOCK,
    UNLIMITED,
    FramePacer,
)


def spend(seconds):
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def after(cost, kind, frames=20):
    pacer = FramePacer()
    for _ in range(frames):
        wait = pacer.next(kind)
        spend(cost)
    return wait


def test_that_cheap_frames_come_at_the_pacer_of_the_screen():
    assert after(0.0002, PYTHON_LOCK) == MIN_INTERVAL_MS


def test_that_costly_frames_come_less_often_so_that_the_training_goes_on():
    assert 25 <= after(0.006, PYTHON_LOCK) <= 60
    assert after(0.03, PYTHON_LOCK) == PYTHON_LOCK.max_interval_ms


def test_that_costly_frames_take_nothing_from_a_training_that_needs_no_python():
    assert after(0.006, UNLIMITED) == MIN_INTERVAL_MS


def test_that_what_was_done_between_two_runs_does_not_count():
    pacer = FramePacer()
    pacer.next(PYTHON_LOCK)
    spend(0.1)
    pacer.pause()
    assert pacer.next(PYTHON_LOCK) == MIN_INTERVAL_MS


def test_that_a_training_on_all_cores_is_disturbed_least():
    assert after(0.006, PYTHON_LOCK) < after(0.006, ALL_CORES) <= ALL_CORES.max_interval_ms
    assert after(0.03, ALL_CORES) == ALL_CORES.max_interval_ms
