"""Lines that were left: as many as there is room for; none that another one has left is let go."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from nngui.core.journal.journal import Journal
from nngui.core.past.branches import Branch, Branches
from nngui.core.past.store import Keyframes
from nngui.core.records.history import History
from tests.core.helpers import TASKS


def line(number, parent=None, size=100):
    state = {"networks": [torch.zeros(size, dtype=torch.uint8)], "random": (np.zeros(3),)}
    journal = Journal("regression", TASKS["regression"].spec)
    return Branch(number, parent, 0, journal, History(("loss",)), state, Keyframes())


def test_that_the_oldest_line_that_nobody_left_is_let_go():
    lines = Branches(max_branches=3)
    for number, parent in ((1, None), (2, 1), (3, 1)):
        assert lines.add(line(number, parent)) == ()
    gone = lines.add(line(4, 3))
    assert [one.id for one in gone] == [2]
    assert [one.id for one in lines] == [1, 3, 4]
    assert lines.find(2) is None
    assert lines.find(None) is None


def test_that_lines_take_no_more_memory_than_there_is_for_them():
    lines = Branches(max_bytes=2 * line(0).nbytes + 2000)
    for number in range(5):
        lines.add(line(number, size=1000))
        assert len(lines) <= 2
    assert lines.find(4) is not None


def test_that_a_line_that_is_gone_on_with_is_none_that_was_left():
    lines = Branches()
    lines.add(line(1))
    taken = lines.take(1)
    assert taken is not None
    assert taken.id == 1
    assert lines.take(1) is None
    assert len(lines) == 0


@given(
    parents=st.lists(st.integers(0, 30), min_size=1, max_size=30),
    most=st.integers(1, 6),
    again=st.lists(st.integers(0, 30), max_size=5),
)
def test_that_the_newest_line_is_there_and_few_are_too_many(parents, most, again):
    lines = Branches(max_branches=most)
    for number, parent in enumerate(parents, 1):
        known = parent if lines.find(parent) is not None else None
        gone = lines.add(line(number, known))
        assert lines.find(number) is not None
        assert all(lines.find(one.id) is None for one in gone)
        left = {one.parent for one in lines}
        assert not any(one.id in left for one in gone)
        chain = len({one.id for one in lines if one.id in left}) + 1
        assert len(lines) <= max(most, chain)
    for one in again:
        lines.take(one)
    lines.clear()
    assert len(lines) == 0
