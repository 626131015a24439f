"""A journal given as a whole says what one says that grew; and which settings took steps."""

from __future__ import annotations

import pytest

from nngui.core.errors import FileError
from nngui.core.journal.edit import EngineEdit, SettingsEdit
from nngui.core.journal.journal import Journal
from nngui.core.journal.journal_text import read_text, to_text
from tests.core.helpers import TASKS, spec_of

SPEC = TASKS["regression"].spec
RATE, MOMENTUM = "optimizer.lr", "optimizer.momentum"
EDITS = (
    SettingsEdit(0, {RATE: 0.1}),
    EngineEdit(20, "turbo"),
    SettingsEdit(20, {RATE: 0.05}),
    SettingsEdit(20, {MOMENTUM: 0.5}),
    SettingsEdit(30, {RATE: 0.01}),
)


def test_that_a_journal_given_at_once_has_the_settings_of_one_that_grew():
    whole, grown = Journal("regression", SPEC, edits=EDITS[1:]), Journal("regression", SPEC)
    for edit in EDITS[1:]:
        grown = grown.with_edit(edit)
    assert len(whole.specs) == 4
    assert whole.specs == grown.specs
    assert whole.now == grown.now == spec_of("regression", {RATE: 0.01, MOMENTUM: 0.5})
    for step in range(21, 40):
        assert whole.spec_at(step) == grown.spec_at(step)


def test_that_only_settings_that_took_steps_are_known():
    rates = [spec.optimizer.lr for spec in Journal("regression", SPEC, edits=EDITS).known]
    assert rates == [0.1, 0.05, 0.01]  # that of the beginning took none
    late = Journal("regression", SPEC, edits=EDITS[1:], known_from=20)
    assert [spec.optimizer.lr for spec in late.known] == [0.05, 0.01]
    assert Journal("regression", SPEC).known == [SPEC]


def test_that_a_text_without_its_format_is_no_run():
    text = to_text(Journal("regression", SPEC), 10)
    (line,) = (line for line in text.splitlines() if line.startswith("format"))
    with pytest.raises(FileError, match="no line format"):
        read_text(text.replace(line, ""), {"regression": SPEC})
