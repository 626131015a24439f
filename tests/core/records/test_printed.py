"""What a script prints is held against what there is, and the first difference is told."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nngui.core.records.printed import LinesCheck, MeansCheck, StepsCheck, TableCheck

ROWS = np.array([[0.5, 1 / 3], [0.25, math.nan], [1e-12, math.inf]])
LINES = [" ".join(map(repr, row)) for row in ROWS.tolist()]
BATCHES = ["batch 1: [1. 2.\n 3.]", "batch 2: [4.]"]


def steps(**options):
    return StepsCheck(ROWS, **options), LINES, 6


def table():
    wanted = {("8", "0"): (0.5,), ("8", "1"): (0.25,), ("all", "3"): (math.nan,)}
    lines = ["8 0 0.5", "8 1 0.25", "8 2 7.5", "all 3 nan"]  # of step 2 nothing is known
    return TableCheck(wanted), lines, 3


def means():
    wanted = {
        ("1", "2"): (0.75,),
        ("1", "3"): (2.0,),
        ("2", "2"): (math.inf,),
        ("2", "end"): (0.1,),
    }
    lines = ["1 0.5", "1 1.0", "1 2.0", "1 end 5.0", "2 3.0", "2 nan", "2 end 0.1"]
    return MeansCheck(wanted, ends=(2, 3), every=2), lines, 4


def batches():
    return LinesCheck(BATCHES), "\n".join(BATCHES).splitlines(), 2


@pytest.mark.parametrize("made", [steps, table, means, batches])
def test_that_the_same_numbers_are_equal(made):
    check, lines, total = made()
    assert check.total == total
    for line in lines:
        assert check.take(line) is None
    assert check.finish() is None
    assert (check.equal, check.is_complete) == (total, True)


@pytest.mark.parametrize("made", [steps, table, means, batches])
def test_that_nothing_that_is_missing_goes_unnoticed(made):
    _, lines, _ = made()
    for count in range(len(lines)):
        check = made()[0]
        for line in lines[:count]:
            assert check.take(line) is None
        if not check.is_complete:
            assert check.finish().printed == ""
            assert check.finish().wanted


@pytest.mark.parametrize("made", [steps, table, means, batches])
@pytest.mark.parametrize(
    "wrong", [lambda s: s.replace(".", ".0", 1), lambda _: "", lambda _: "\0x"]
)
def test_that_the_first_number_that_differs_is_told(made, wrong):
    check, lines, _ = made()
    found = check.take(wrong(lines[0]))
    for line in lines[1:]:
        found = found or check.take(line)
    found = found or check.finish()
    assert found is not None
    assert found.printed != found.wanted


def test_that_the_last_bit_counts():
    check = StepsCheck(np.array([[0.1]]))
    found = check.take(repr(np.nextafter(0.1, 1).item()))
    assert (found.place, found.step, found.wanted) == ("1", 1, "0.1")


def test_that_steps_that_are_not_kept_are_not_compared():
    check = StepsCheck(ROWS, 5)
    assert [check.take("anything") for _ in range(5)] == [None] * 5
    assert check.take("wrong").step == 6


def test_that_a_run_that_is_over_has_no_further_step():
    over, open_ended = StepsCheck(ROWS, is_over=True), StepsCheck(ROWS)
    for check in (over, open_ended):
        for line in LINES:
            check.take(line)
    assert not over.is_complete
    assert over.take("0.5").wanted == ""
    assert open_ended.is_complete
    assert open_ended.take("0.5") is None


def test_that_a_step_is_told_wherever_its_number_stands():
    check = TableCheck({("3", "adam"): (0.5,)}, step=0)
    found = check.take("3 adam 0.25")
    assert (found.place, found.step, found.printed, found.wanted) == ("3 adam", 3, "0.25", "0.5")


def test_that_a_line_of_any_length_is_cut():
    found = StepsCheck(ROWS).take("x" * 10**6)
    assert len(found.printed) == 80
