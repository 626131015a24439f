"""The journal of a run: what was in force at each step, and as text that a person can read."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nngui.core.errors import FileError, SettingError
from nngui.core.journal import journal as journal_module
from nngui.core.journal.edit import DeviceEdit, EngineEdit, SettingsEdit, WeightEdit
from nngui.core.journal.journal import Journal
from nngui.core.journal.journal_text import Facts, checksum_of, read_text, to_text
from nngui.core.spec.toml import with_settings
from tests.core.helpers import TASKS

SPECS = {name: task.spec for name, task in TASKS.items()}
SPEC = TASKS["regression"].spec
FACTS = Facts("ab" * 32, ("loss",), "cd" * 32, "", "1.0", "2.13.0")
PLAIN = Journal("regression", SPEC)
RATE = "optimizer.lr"

numbers = st.floats(1e-4, 10, allow_nan=False)
settings_edits = st.builds(
    lambda step, values: SettingsEdit(step, values),
    st.integers(0, 200),
    st.one_of(
        st.just({}),
        st.fixed_dictionaries({RATE: numbers}),
        st.fixed_dictionaries({"optimizer.momentum": st.floats(0, 0.99)}),
        st.fixed_dictionaries({"data.placed": st.lists(st.tuples(numbers, numbers), max_size=5)}),
        st.fixed_dictionaries({"schedule.steps": st.integers(1, 10**6), RATE: numbers}),
    ),
)
other_edits = st.one_of(
    st.builds(EngineEdit, st.integers(0, 200), st.sampled_from(["torch", "turbo"])),
    st.builds(DeviceEdit, st.integers(0, 200), st.just("cpu")),
    st.builds(
        WeightEdit,
        st.integers(0, 200),
        st.integers(0, 3),
        st.sampled_from(["hidden.weight", "predict.bias"]),
        st.tuples(st.integers(0, 9), st.integers(0, 9)),
        st.floats(-1e6, 1e6),
    ),
)
edits_in_order = st.lists(st.one_of(settings_edits, other_edits), max_size=8).map(
    lambda edits: tuple(sorted(edits, key=lambda edit: edit.step))
)


def with_rates(*changes):
    journal = PLAIN
    for step, rate in changes:
        journal = journal.with_edit(SettingsEdit(step, {RATE: rate}))
    return journal


def test_that_an_edit_is_in_force_from_the_step_behind_it():
    journal = with_rates((37, 0.05), (60, 0.01))
    assert [journal.spec_at(step).optimizer.lr for step in (0, 1, 37, 38, 60, 61)] == [
        *(0.2, 0.2, 0.2, 0.05, 0.05, 0.01)
    ]
    assert journal.now.optimizer.lr == 0.01
    assert journal.until(37) == PLAIN
    assert journal.until(38) == with_rates((37, 0.05))
    assert journal.keys == (RATE,)


def test_that_what_is_changed_before_the_first_step_is_what_the_run_begins_with():
    journal = with_rates((0, 0.7))
    assert journal.edits == ()
    assert journal.spec.optimizer.lr == 0.7
    assert not journal.is_touched


def test_that_points_placed_before_the_first_step_are_an_edit():
    # the networks were drawn behind the data that were there
    spec = with_settings(SPEC, {"data.kind": "hand", "data.placed": [[0, 0], [1, 1]]})
    journal = PLAIN.with_settings(0, spec)
    assert journal.spec == SPEC
    assert journal.now == spec
    assert journal.is_touched


def test_that_a_slider_dragged_between_two_steps_is_one_edit():
    assert with_rates((5, 0.1), (5, 0.3), (5, 0.4)).edits == (SettingsEdit(5, {RATE: 0.4}),)
    back = with_rates((5, 0.1), (5, 0.2))
    assert back.now == SPEC  # and yet a network that had diverged takes part again
    assert len(back.edits) == 2


def test_that_an_engine_that_was_there_before_is_no_touch():
    assert not PLAIN.with_edit(EngineEdit(3, "torch")).is_touched
    turbo = PLAIN.with_edit(EngineEdit(3, "turbo"))
    assert turbo.is_touched
    assert (turbo.engine_at(3), turbo.engine_at(4)) == ("torch", "turbo")


def test_that_a_run_put_back_forgets_what_came_behind():
    journal = with_rates((37, 0.05), (60, 0.01))
    assert journal.taken_back(37, journal.spec_at(40)) == with_rates((37, 0.05))
    assert journal.taken_back(10, journal.now) == with_rates((10, 0.01))


def test_that_more_edits_than_are_kept_are_not_known_and_that_it_says_so(monkeypatch):
    monkeypatch.setattr(journal_module, "MAX_EDITS", 20)
    journal = PLAIN
    for step in range(1, 23):
        journal = journal.with_edit(SettingsEdit(step, {RATE: 0.1 + step / 1e6}))
    assert len(journal.edits) == 20
    assert journal.known_from == 2
    assert journal.spec.optimizer.lr == 0.1 + 2 / 1e6


def test_that_edits_out_of_order_are_refused():
    with pytest.raises(ValueError, match="out of order"):
        with_rates((37, 0.05), (36, 0.01))


def test_that_settings_that_there_are_not_are_refused():
    with pytest.raises(SettingError):
        PLAIN.with_edit(SettingsEdit(3, {"optimizer.lrr": 1}))


# As text ------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(edits_in_order)
def test_that_a_journal_is_read_back_as_it_was_written(edits):
    journal = Journal("regression", SPEC, "auto", edits)
    found = read_text(to_text(journal, 200, FACTS), SPECS)
    assert found.journal.spec == SPEC
    assert (found.steps, found.facts) == (200, FACTS)
    for step in range(0, 201, 7):
        assert found.journal.spec_at(step) == journal.spec_at(step)
        assert found.journal.engine_at(step) == journal.engine_at(step)
    assert to_text(found.journal, 200) == to_text(journal, 200)


def test_that_points_by_hand_in_place_of_others_are_read_back():
    placed = ((0.0, 1.0), (1.0, 2.0), (2.0, 2.5))
    by_hand = {"data.kind": "hand", "data.placed": placed}
    journal = PLAIN.with_edit(SettingsEdit(5, by_hand, (0,)))
    journal = journal.with_edit(WeightEdit(7, 0, "hidden.weight", (1, 0), 0.5, of_best=True))
    assert read_text(to_text(journal, 9), SPECS).journal == journal


def test_that_another_program_can_read_it():
    content = tomllib.loads(to_text(with_rates((37, 0.05)), 100))
    assert content["settings"]["optimizer"]["lr"] == 0.2
    assert content["edits"] == [{"after": 37, "settings": {RATE: 0.05}}]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": "nngui run 2"}, "another version"),
        ({"task": "cooking"}, "no such task"),
        ({"steps": 30}, "behind its end"),
        ({"steps": -1}, "steps is not a whole number"),
        ({"device": "a b; rm"}, "device is not what"),
        ({"losses_sha256": "xyz"}, "losses_sha256 is not"),
        ({"edits": [{"after": 9, "engine": "turbo"}, {"after": 3, "engine": "torch"}]}, "order"),
        ({"edits": [{"after": 9, "settings": {"optimizer.lr": -1}}]}, "lr"),
        ({"edits": [{"after": 9, "run": "rm"}]}, "edits.run is not"),
        ({"edits": 3}, "edits is not"),
    ],
)
def test_that_what_is_no_run_gets_a_sentence(change, said):
    import tomli_w

    content = tomllib.loads(to_text(with_rates((37, 0.05)), 100)) | change
    with pytest.raises(FileError, match=said):
        read_text(tomli_w.dumps(content), SPECS)


def test_that_the_checksum_tells_last_bits_apart_and_takes_all_nans_for_one():
    rows = np.array([[0.1, np.nan], [0.3, 0.4]])
    other = rows.copy()
    other[0, 1] = -np.nan
    assert checksum_of(rows) == checksum_of(other)
    other[0, 0] = np.nextafter(0.1, 1)
    assert checksum_of(rows) != checksum_of(other)
