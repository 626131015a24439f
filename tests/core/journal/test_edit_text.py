"""Edits in a line of text."""

from __future__ import annotations

from nngui.core.journal.edit import DeviceEdit, EngineEdit, SettingsEdit, WeightEdit
from nngui.core.journal.edit_text import edit_text, edits_by_row, is_told
from nngui.core.journal.journal import Journal
from tests.core.helpers import spec_of

R = "regression"


def test_that_each_kind_of_edit_has_its_words():
    points = tuple((i / 7, 1.0) for i in range(1200))
    told = [
        (SettingsEdit(3, {"optimizer.lr": 0.05}), "optimizer.lr=0.05"),
        (SettingsEdit(3, {"schedule.keep": "best"}), "schedule.keep=best"),
        (SettingsEdit(3, {"data.placed": points}), "data.placed=[1,200 values]"),
        (SettingsEdit(3, {}), "it went on"),
        (
            SettingsEdit(3, {"optimizer.lr": 0.1}, (1,)),
            "optimizer.lr=0.1; network 2 takes part again",
        ),
        (EngineEdit(3, "turbo"), "engine=turbo"),
        (DeviceEdit(3, "cpu"), "device=cpu"),
        (WeightEdit(3, 1, "out.bias", (2,), 0.5), "network 2: out.bias[2]=0.5"),
    ]
    assert [edit_text(edit) for edit, _ in told] == [text for _, text in told]


def test_that_edits_at_one_place_stand_in_one_row():
    journal = Journal(R, spec_of(R))
    for edit in (SettingsEdit(4, {"optimizer.l1": 0.1}), SettingsEdit(4, {"schedule.steps": 9})):
        journal = journal.with_edit(edit)
    assert edits_by_row(journal) == {5: "optimizer.l1=0.1; schedule.steps=9"}
    assert is_told(journal)


def test_that_an_engine_chosen_for_all_of_a_run_is_no_edit_to_tell_of():
    journal = Journal(R, spec_of(R)).with_edit(EngineEdit(0, "turbo"))
    assert not is_told(journal)
    assert is_told(journal.with_edit(EngineEdit(7, "torch")))
