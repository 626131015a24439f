"""Settings that the program changes by itself are validated like those that a user types in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nngui
from nngui.core.errors import SettingError
from nngui.core.spec import OptimizerSpec
from nngui.core.spec.keys import flat, within_bounds
from nngui.core.spec.schedule import MAX_STEPS
from nngui.core.spec.toml import to_toml, with_settings
from nngui.core.spec.toml_text import read_toml
from tests.core.helpers import TASKS, spec_of

KEYS = [
    (name, key) for name, task in TASKS.items() for key in flat(task.spec) if key.count(".") == 1
]
NUMBERS = st.one_of(
    st.integers(-(2**70), 2**70), st.floats(), st.sampled_from([0, 1, 2, 0.5, 1_000_001])
)
VALUES = st.one_of(NUMBERS, st.booleans(), st.text(max_size=5), st.lists(NUMBERS, max_size=3))


@settings(max_examples=400, deadline=None)
@given(place=st.sampled_from(KEYS), value=VALUES)
def test_that_a_change_is_refused_or_can_be_written_down_and_read_again(place, value):
    name, key = place
    part, _, field = key.partition(".")
    try:
        changed = spec_of(name).changed(part, **{field: value})
    except SettingError:
        return
    document = read_toml(to_toml(name, changed))
    document.pop("task")
    assert with_settings(TASKS[name].spec, document) == changed


@pytest.mark.parametrize(
    ("part", "values", "sentence"),
    [
        (
            "schedule",
            {"epochs": 2_000_000},
            "schedule.epochs is 2000000, but must be a whole number from 0 to 1000000.",
        ),
        (
            "optimizer",
            {"lr": 0.0},
            "optimizer.lr is 0.0, but must be a number above 0, at most 1000.",
        ),
        ("optimizer", {"lr": float("nan")}, "optimizer.lr is nan, but must be a finite number."),
        (
            "data",
            {"low": 5.0},
            "data.low is 5.0, but must be less than data.high, which is 1.0.",
        ),
    ],
)
def test_that_a_change_out_of_bounds_is_refused_in_a_sentence(part, values, sentence):
    with pytest.raises(SettingError) as refused:
        spec_of("regression").changed(part, **values)
    assert str(refused.value) == sentence


def test_that_a_part_alone_is_validated_too():
    assert OptimizerSpec().replaced(lr=0.5).lr == 0.5
    with pytest.raises(SettingError, match="lr is -1, but must be a number above 0"):
        OptimizerSpec().replaced(lr=-1)
    with pytest.raises(SettingError, match=r"There is no setting lrr\. Did you mean lr"):
        OptimizerSpec().replaced(lrr=1)


def test_that_what_did_not_change_is_shared_with_the_settings_before():
    spec = spec_of("classification", {"data.kind": "hand", "data.placed": [[0, 0, 0]] * 5000})
    assert spec.changed("schedule", steps=5).data is spec.data


@pytest.mark.parametrize(
    ("key", "value", "held"),
    [
        ("schedule.steps", MAX_STEPS + 1, MAX_STEPS),
        ("schedule.steps", 10 * MAX_STEPS, MAX_STEPS),
        ("schedule.steps", 0, 1),
        ("schedule.steps", 77, 77),
        ("schedule.epochs", 2_000_000, 1_000_000),
        ("seed", 2**32, 2**32 - 1),
    ],
)
def test_that_a_value_is_held_at_its_bounds(key, value, held):
    for name in TASKS:
        assert within_bounds(spec_of(name), key, value) == held


def test_that_nothing_in_the_program_goes_round_the_validation():
    """A copy by pydantic's own means believes what it is given."""
    files = Path(nngui.__file__).parent.rglob("*.py")
    texts = {file.name: file.read_text(encoding="utf-8") for file in files}
    found = [name for name, text in texts.items() if re.search(r"\.model_(copy|construct)\(", text)]
    assert found == ["toml.py"]  # where equal parts take each other's place
