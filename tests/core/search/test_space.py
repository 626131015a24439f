"""Over which settings a search goes."""

import math
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nngui.core.errors import SettingError
from nngui.core.search.plan import make_plan
from nngui.core.search.proposals import proposals
from nngui.core.search.space import grid_of, read_axis, read_space, split_values, without_effect
from nngui.core.spec.keys import flat
from nngui.core.spec.toml import with_settings
from nngui.tasks import all_tasks
from nngui.tasks.regression import TASK

BASE = with_settings(TASK.spec, {"schedule.validation": 0.2, "optimizer.name": "adam"})


def test_that_a_range_by_decades_is_gone_through_by_decades():
    axis = read_axis("optimizer.lr=0.001..0.1:log", BASE)
    assert [axis.at(share) for share in (0, 0.5, 1)] == [0.001, 0.01, 0.1]
    assert axis.grid() == [0.001, 0.003162, 0.01, 0.03162, 0.1]
    assert read_axis("optimizer.lr=0.001..0.1:log:3", BASE).grid() == [0.001, 0.01, 0.1]


def test_that_the_ends_of_whole_numbers_come_up_as_often_as_the_others():
    axis = read_axis("schedule.batch_size=8..11", BASE)
    found = [axis.at(i / 1000) for i in range(1001)]
    assert {n: round(found.count(n) / 1001, 2) for n in set(found)} == dict.fromkeys(
        range(8, 12), 0.25
    )


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("network.hidden=[16],[64],[64,64]", [(16,), (64,), (64, 64)]),
        ("network.hidden=[16], [64, 64]", [(16,), (64, 64)]),
        ("network.activation=relu,tanh", ["relu", "tanh"]),
        ('network.activation="relu",tanh', ["relu", "tanh"]),
        ("network.hidden=8..32:log:3", [(8,), (16,), (32,)]),
        ("optimizer.lr=.5,1e-3", [0.5, 0.001]),
    ],
)
def test_that_values_are_those_that_the_settings_have(text, values):
    axis = read_axis(text, BASE)
    assert axis.grid() == values
    for value in values:
        assert flat(with_settings(BASE, {axis.key: value}))[axis.key] == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("optimizer.lr", "no setting to search over"),
        ("=1,2", "no setting to search over"),
        ("optimizer.lr=" + "1" * 5000, "no setting to search over"),
        ("optimzer.lr=1..2", "Did you mean optimizer.lr"),
        ("optimizer=1,2", "is a group of settings"),
        ("optimizer.lr=1..5000", "optimizer.lr is 5000, but must be a number above 0"),
        ("optimizer.lr=0..1:log", "optimizer.lr is 0, but must be a number above 0"),
        ("optimizer.weight_decay=0..1:log", "by decades a range begins above 0"),
        ("optimizer.lr=0.1..0.01", "the first must be the smaller one"),
        ("optimizer.lr=0.1..1:lin", "behind a range stands :log"),
        ("optimizer.lr=0.1..1:log:log", "behind a range stands :log"),
        ("optimizer.lr=0.1..1:1", "from 2 to 100"),
        ("optimizer.lr=0.1", "a single value"),
        ("optimizer.lr=0.1,0.10", "twice"),
        ("optimizer.lr=[0.1],[0.2]", "must be a number above 0"),
        ("network.hidden=[0],[3]", "network.hidden[0] is 0"),
        ("network.activation=relu..tanh", "must be one of"),
        ("schedule.batch_size=1.5..3", "must be a whole number"),
        ("seed=1,2", "measured on other points"),
        ("data.noise=0.1,0.2", "measured on other points"),
        ("schedule.validation=0.1,0.2", "measured on other points"),
        ("loss=mse,l1", "changes the loss itself"),
        ("optimizer.lr=" + ",".join(f"0.{n:04}1" for n in range(101)), "101 values"),
    ],
)
def test_that_what_cannot_be_searched_is_refused_by_name(text, words):
    with pytest.raises(SettingError) as caught:
        read_space([text], BASE)
    assert words in str(caught.value)


def test_that_a_setting_stands_once():
    with pytest.raises(SettingError, match="twice"):
        read_space(["optimizer.lr=0.1,0.2", "optimizer.lr=0.1..1"], BASE)


def test_that_another_loss_is_compared_by_a_score():
    (axis,) = read_space(["loss=mse,l1"], BASE, "r2")
    assert axis.choices == ("mse", "l1")


def test_that_what_does_nothing_is_said():
    momentum = read_space(["optimizer.momentum=0.1..0.9"], BASE)
    assert without_effect(momentum, BASE) == ["optimizer.momentum"]
    both = read_space(["optimizer.momentum=0.1..0.9", "optimizer.name=adam,momentum"], BASE)
    assert without_effect(both, BASE) == []
    _, notes = make_plan(TASK, BASE, ["optimizer.momentum=0.1..0.9"])
    assert "optimizer.momentum does nothing" in str(notes[0])


def test_that_validation_points_are_kept_and_that_is_said():
    plan, notes = make_plan(TASK, TASK.spec, ["optimizer.lr=0.1,0.2"])
    assert plan.spec.schedule.validation == 0.2
    assert "schedule.validation is 0.2" in str(notes[0])


@given(st.text(max_size=40))
def test_that_no_text_does_more_than_be_refused(text):
    for written in (text, f"optimizer.lr={text}", f"network.hidden={text}"):
        try:
            axis = read_axis(written, BASE)
        except SettingError:
            continue
        else:
            assert len(axis.grid()) >= 2


@given(st.floats(1e-6, 10), st.floats(1.01, 1e4), st.floats(0, 1), st.booleans())
def test_that_every_value_lies_within_the_range_and_knows_its_place(low, times, share, is_log):
    high = min(low * times, 1000)
    axis = read_axis(f"optimizer.lr={low!r}..{high!r}{':log' if is_log else ''}", BASE)
    value = axis.at(share)
    assert low <= value <= high
    assert math.isclose(axis.place_of(low), 0, abs_tol=1e-9)
    assert math.isclose(axis.place_of(high), 1, rel_tol=1e-9)
    assert -1e-9 <= axis.place_of(value) <= 1 + 1e-9


def test_that_commas_in_brackets_and_quotes_belong_to_a_value():
    assert split_values('[1, 2],"a,b", c,[[1],[2]]') == ["[1, 2]", '"a,b"', "c", "[[1],[2]]"]


def test_that_a_grid_has_every_combination_once():
    axes = read_space(["optimizer.lr=0.1,0.2", "network.hidden=[4],[8],[16]"], BASE)
    found = grid_of(axes)
    assert len(found) == 6
    assert len({repr(values) for values in found}) == 6


def test_that_a_grid_beyond_all_bounds_is_refused_before_it_is_made():
    over = [f"optimizer.{name}=0.1..0.9:100" for name in ("lr", "beta1", "beta2", "weight_decay")]
    with pytest.raises(SettingError, match=r"1,000,000 settings or more"):
        make_plan(TASK, BASE, over, sampler="grid")


def test_that_a_plan_needs_neither_torch_nor_optuna(run_without):
    code = (
        "import sys; from nngui.tasks.regression import TASK;"
        "from nngui.core.search.plan import make_plan;"
        "from nngui.core.search.samplers import Sampler;"
        "plan, _ = make_plan(TASK, TASK.spec, ['optimizer.lr=0.1,0.2']);"
        "print(Sampler(plan).values(1, []), 'torch' in sys.modules, 'optuna' in sys.modules)"
    )
    assert run_without(code).strip().endswith("False False")


@pytest.fixture
def run_without():
    import subprocess

    def run(code):
        return subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout

    return run


@pytest.mark.parametrize("task", [t for t in all_tasks() if len(t.spec.optimizers()) == 1])
def test_that_whatever_is_proposed_can_be_searched(task):
    spec = with_settings(task.spec, {"schedule.validation": 0.2})
    found = proposals(spec)
    assert {"optimizer.lr", "network.hidden"} <= {one.key for one in found if one.ticked}
    for one in found:
        axis = read_axis(f"{one.key}={one.values}", spec)
        for value in axis.grid():
            with_settings(spec, {one.key: value})
