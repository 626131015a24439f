"""Files of runs as text: read by their bounds, refused in a sentence, known again by checksums."""

from __future__ import annotations

import re
import time
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nngui.core.errors import FileError
from nngui.core.journal.edit import SettingsEdit
from nngui.core.journal.journal import MAX_EDITS, Journal
from nngui.core.journal.journal_text import JournalFile, checksum_of, to_text
from nngui.core.records import history as histories
from nngui.core.records.history import History
from nngui.files.runs import journal_file
from nngui.files.runs.journal_file import is_journal, read_journal, write_journal
from nngui.files.runs.loss_checksum import LossChecksum
from tests.core.helpers import ALL, TASKS
from tests.files.fuzz.good import journals
from tests.files.runs.test_recovery import begun, saved

SPECS = {name: task.spec for name, task in TASKS.items()}
JOURNAL = Journal(
    "regression", SPECS["regression"], edits=(SettingsEdit(50, {"optimizer.lr": 0.05}),)
)
TEXT = to_text(JOURNAL, 100)
MAX_CPU_S = 4.0
DOCUMENT = Path(__file__).parents[3] / "docs" / "run_files.md"


def read_from(path, text):
    path.write_text(text, encoding="utf-8")
    return read_journal(path, SPECS)


def refused(path, text):
    """Return the sentence with which a text is refused, without the file's name."""
    began = time.process_time()
    with pytest.raises(FileError) as caught:
        read_from(path, text)
    assert time.process_time() - began < MAX_CPU_S
    sentence = str(caught.value)
    assert sentence.startswith(str(path))
    assert "\n" not in sentence
    assert len(sentence) < 2000
    return sentence.removeprefix(str(path))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "r.nnrun"


def test_that_what_is_written_is_read_again(path):
    for data in journals().values():
        found = read_from(path, data.decode())
        write_journal(path, found)
        assert path.read_bytes() == data
        assert read_journal(path, SPECS) == found


def test_that_other_versions_and_unknown_parts_are_refused(path):
    def changed(old, new):
        assert old in TEXT
        return refused(path, TEXT.replace(old, new, 1))

    assert "another version of the program: nngui run 2" in changed("nngui run 1", "nngui run 2")
    assert 'no line format = "nngui run 1"' in changed('format = "nngui run 1"', "")
    assert 'no line format = "nngui run 1"' in changed('"nngui run 1"', "[1]")
    assert "a part optimiser, which is not known" in changed(
        "steps = 100", "steps = 100\noptimiser = 1"
    )
    assert "There is no setting data.pints" in changed("points = 100", "pints = 100")
    assert "There is no such task" in changed('"regression"', '"cooking"')


KINDS = "An edit after step 1 is not one of a kind."
RATE = "Of what changed after step 1: optimizer.lr is"
HUGE = "0x" + "f" * 5000


@pytest.mark.parametrize(
    ("edits", "sentence"),
    [
        ("after = 101\nsettings = {}", "An edit after step 101 lies behind its end, at step 100."),
        ("after = -1\nsettings = {}", "edits.after is not a whole number from 0"),
        ("after = 1.5\nsettings = {}", "edits.after is not a whole number from 0"),
        ("after = true\nsettings = {}", "edits.after is not a whole number from 0"),
        ("settings = {}", "edits.after is not a whole number from 0"),
        ("after = 1", KINDS),
        ('after = 1\nsettings = {}\nengine = "turbo"', KINDS),
        ("after = 1\nrun = 'rm'", "edits.run is not what it has to be."),
        ("after = 1\nengine = 'cuda'", "edits.engine is not what it has to be."),
        ("after = 1\ndevice = 'a b; rm'", "edits.device is not what it has to be."),
        ("after = 1\nsettings = {seed = 2}", "seed cannot change in mid-run, as after step 1."),
        ("after = 1\nsettings = {a = 2}", "There is no setting a."),
        ("after = 1\nsettings = {optimizer = {lr = -1}}", RATE),
        ("after = 1\nsettings = {'optimizer.lr' = nan}", RATE),
        ("after = 1\nsettings = 3", "edits.settings is not what it has to be."),
        ("after = 1\nweight = {network = 0}", "edits.weight.parameter is not what it has to be."),
        (
            "after = 1\nweight = {network = 0, parameter = 'a', place = [0], value = inf}",
            "edits.weight.value is not what it has to be.",
        ),
        (
            "after = 1\nweight = {network = 0, parameter = 'a', place = [-1], value = 1}",
            "edits.weight.place is not a whole number",
        ),
        (
            "after = 1\nweight = {network = 0, parameter = 'a;b', place = [1], value = 1}",
            "edits.weight.parameter is not what it has to be.",
        ),
        (
            f"after = 1\nweight = {{network = 0, parameter = 'a', place = [1], value = {HUGE}}}",
            "edits.weight.value is not what it has to be.",
        ),
        ("after = 9\nsettings = {}\n[[edits]]\nafter = 3\nsettings = {}", "out of order: 3 comes"),
        ("after = 1\nsettings = {'\x1b[2J' = 1}", "not valid TOML"),
        ('after = 1\nsettings = {"\\u001b[2J" = 1}', "There is no setting"),
        ("after = 1\nsettings = {data = " + "[" * 3000, "more than 8 lists are in each other"),
        ("after = " + "9" * 5000, "a number has more than 100 digits"),
    ],
    ids=lambda text: text[:40],
)  # fmt: skip
def test_that_an_edit_that_can_be_none_is_refused_in_a_sentence(path, edits, sentence):
    before = to_text(replace(JOURNAL, edits=(), _specs=()), 100)
    assert sentence in refused(path, f"{before}\n[[edits]]\n{edits}\n")


def test_that_more_than_is_read_is_refused_at_once(path):
    one = "[[edits]]\nafter = 1\nsettings = {}\n"
    text = TEXT.partition("[[edits]]")[0]
    assert "more than 5,100 tables" in refused(path, text + one * 6000)
    assert "more than 50,000 names" in refused(path, text + one * 30_000)
    assert "at most 4000000 bytes" in refused(path, text + one * 10**6)
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(FileError, match="too large"):
        read_journal(path, SPECS)


@pytest.mark.parametrize(
    "spoilt", [b"", b"\xff\xfe", b"\0" * 100, TEXT.encode()[:300], b"[", b"a=1"]
)
def test_that_a_damaged_file_is_refused_in_a_sentence(path, spoilt):
    path.write_bytes(spoilt)
    with pytest.raises(FileError) as caught:
        read_journal(path, SPECS)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_that_as_many_edits_as_there_may_be_are_written_and_read(path):
    count = MAX_EDITS if ALL else MAX_EDITS // 20
    edits = [SettingsEdit(step, {"optimizer.lr": 0.1 + step / 1e6}) for step in range(count)]
    found = JournalFile(Journal("regression", JOURNAL.spec, edits=tuple(edits)), 10_000)
    write_journal(path, found)
    began = time.process_time()
    assert read_journal(path, SPECS) == found
    assert time.process_time() - began < MAX_CPU_S


def test_that_a_run_that_no_file_would_hold_is_not_written(path, monkeypatch):
    monkeypatch.setattr(journal_file, "MAX_TEXT_BYTES", 5000)
    path.write_text("old")
    points = tuple((i / 7, -i / 9) for i in range(200))
    journal = Journal("regression", JOURNAL.spec, edits=(SettingsEdit(1, {"data.placed": points}),))
    with pytest.raises(FileError, match="what was changed in the run takes more than 5,000 bytes"):
        write_journal(path, JournalFile(journal, 100))
    assert path.read_text() == "old"


def test_that_the_two_kinds_of_files_are_told_apart(tmp_path, path):
    write_journal(path, JournalFile(JOURNAL, 100))
    recovery = saved(tmp_path / "a.run", *begun())
    assert is_journal(path)
    assert not is_journal(recovery)


def test_that_the_example_of_the_documents_is_a_run(path):
    example = re.search(r"```toml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.S)[1]
    found = read_from(path, example)
    assert found.journal == JOURNAL
    assert tomllib.loads(example)["edits"] == [{"after": 50, "settings": {"optimizer.lr": 0.05}}]
    named = set(tomllib.loads(example)) | {"known_from"}
    told = DOCUMENT.read_text(encoding="utf-8")
    assert all(f"`{name}`" in told for name in named)


# Checksums ----------------------------------------------------------------------------------------


def rows_of(count, seed=0):
    rows = np.random.default_rng(seed).random((count, 2), np.float32).astype(float)
    rows[::7, 0] = np.nan
    return rows


def test_that_a_checksum_is_that_of_all_losses_however_they_come():
    rows = rows_of(1000)
    for size in (1, 37, 1000):
        history = History(["loss", "accuracy"])
        checksum = LossChecksum(history)
        for begin in range(0, 1000, size):
            history.append(rows[begin : begin + size])
            checksum.follow()
        assert checksum.columns == ("loss",)
        assert checksum.value == checksum_of(rows[:, :1])


def test_that_a_checksum_begins_anew_where_rows_are_taken_back():
    history, rows = History(["loss", "val_loss"]), rows_of(100)
    checksum = LossChecksum(history)
    history.append(rows)
    checksum.follow()
    history.cut(60)
    assert checksum.value == checksum_of(rows[:60, :1])


def test_that_losses_that_are_forgotten_before_they_were_seen_have_no_checksum(monkeypatch):
    monkeypatch.setattr(histories, "EXACT", 1000)
    history = History(["loss"])
    seen, late = LossChecksum(history), LossChecksum(history)
    parts = [rows_of(300, seed)[:, :1] for seed in range(10)]
    for part in parts:
        history.append(part)
        seen.follow()
    assert history.first_exact > 0
    expected = checksum_of(np.concatenate(parts))
    assert (seen.value, late.value) == (expected, "")
