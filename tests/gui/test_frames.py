"""How often the window draws."""

from __future__ import annotations

import time

from nngui.gui.frames import FASTEST, SLOWEST, Frames


def spend(seconds):
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def after(cost, frames=20, **options):
    rate = Frames()
    for _ in range(frames):
        wait = rate.next(**options)
        spend(cost)
    return wait


def test_that_cheap_frames_come_at_the_rate_of_the_screen():
    assert after(0.0002, shared=True) == FASTEST


def test_that_costly_frames_come_less_often_so_that_the_training_goes_on():
    assert 25 <= after(0.006, shared=True) <= 60
    assert after(0.03, shared=True) == SLOWEST


def test_that_costly_frames_take_nothing_from_a_training_that_needs_no_python():
    assert after(0.006, shared=False) == FASTEST


def test_that_what_was_done_between_two_runs_does_not_count():
    rate = Frames()
    rate.next(shared=True)
    spend(0.1)
    rate.pause()
    assert rate.next(shared=True) == FASTEST
