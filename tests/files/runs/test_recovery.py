"""Recovery files: what goes in comes out, and what does not fit is refused in a sentence."""

from __future__ import annotations

import errno
import json
import math
import os
from datetime import UTC, datetime

import numpy as np
import pytest
import safetensors.numpy
import torch

from nngui.core.errors import FileError
from nngui.core.records import history as histories
from nngui.core.records.history import History
from nngui.core.training.state_check import load_checked
from nngui.files.runs import array_file, journal_part
from nngui.files.runs.array_file import flatten, pack, rebuild, unpack
from nngui.files.runs.recovery import (
    KIND,
    Recovery,
    read_recovery,
    read_summary,
    run_of,
    write_recovery,
)
from tests.core.helpers import (
    BUSY,
    CORNERS,
    FOREVER,
    OPTIMIZERS,
    TASKS,
    parameters_of,
    same_parameters,
    trainer_of,
)

SAVED = datetime(2026, 11, 23, 10, 32, tzinfo=UTC)
MIDDLE = 17


def busy(optimizer="sgd"):
    return {**BUSY, "optimizer.name": optimizer, "optimizer.weight_decay": 0.01}


def begun(name="regression", settings=(), steps=MIDDLE):
    """A run after some steps, and its losses so far."""
    trainer = trainer_of(name, settings)
    history = History(trainer.columns)
    history.append(trainer.advance(FOREVER, steps))
    return trainer, history


def saved(path, trainer, history, **others):
    fields = {"journal": trainer.journal, "saved": SAVED} | others
    write_recovery(path, Recovery(state=trainer.capture(), history=history, **fields))
    return path


def restored(path, name="regression"):
    recovery = read_recovery(path, TASKS[name])
    trainer = type(trainer_of(name))(TASKS[name], recovery.spec)
    load_checked(trainer.state, recovery.state)
    return trainer, recovery


def same(one, other):
    """Whether two states are equal to the last bit, kinds of numbers included."""
    if isinstance(one, torch.Tensor):
        return one.dtype == other.dtype and torch.equal(one, other)
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        pairs = zip(one, other, strict=True)
        return type(one) is type(other) and all(same(a, b) for a, b in pairs)
    return type(one) is type(other) and (one == other or (one != one and other != other))


@pytest.fixture
def file(tmp_path):
    return tmp_path / "run.safetensors"


# --- There and back -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["regression", "classification"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_that_a_restored_run_goes_on_bit_for_bit(file, name, optimizer):
    trainer, history = begun(name, busy(optimizer))
    saved(file, trainer, history)
    other, recovery = restored(file, name)
    assert same(other.capture(), trainer.capture())
    assert recovery.spec == trainer.spec
    assert np.array_equal(recovery.history.exact(0, 99), history.exact(0, 99))
    assert np.array_equal(other.advance(FOREVER), trainer.advance(FOREVER))
    assert same_parameters(parameters_of(other), parameters_of(trainer))
    assert other.ending == trainer.ending


@pytest.mark.parametrize(
    "settings",
    [
        {"schedule.steps": 5},
        {"schedule.epochs": 2, "schedule.batch_size": 30},
        {"schedule.target_loss": 1e6},
        {"optimizer.lr": 1000, "optimizer.name": "momentum"},
        {"schedule.batch_size": 30, "schedule.validation": 0.3, "schedule.steps": 40},
        {"data.kind": "hand", "data.placed": [[-1.0, 1.0], [0.1, 0.2], [0.7, 1 / 3]]},
        {"network.hidden": []},
    ],
)
def test_that_every_kind_of_run_comes_back(file, settings):
    trainer, history = begun(settings=settings)
    saved(file, trainer, history)
    other, recovery = restored(file)
    assert same(other.capture(), trainer.capture())
    assert other.ending == trainer.ending
    assert recovery.history.columns == tuple(trainer.columns)
    rest = other.advance(FOREVER), trainer.advance(FOREVER)
    assert np.array_equal(*rest, equal_nan=True)


def test_that_a_run_whose_momentum_was_taken_away_comes_back(file):
    trainer, history = begun(settings=busy("momentum"))
    trainer.change(trainer.spec.changed("optimizer", momentum=0.0))
    history.append(trainer.advance(FOREVER, 3))
    other, _ = restored(saved(file, trainer, history))
    assert np.array_equal(other.advance(FOREVER), trainer.advance(FOREVER))


def test_that_points_added_in_mid_run_come_back(file):
    settings = {"data.kind": "hand", "data.classes": 3, "data.placed": CORNERS}
    trainer, history = begun("classification", settings)
    more = (*CORNERS, (1.0, 1.0, 2))
    trainer.change(trainer.spec.changed("data", placed=more))
    history.append(trainer.advance(FOREVER, 3))
    other, _ = restored(saved(file, trainer, history), "classification")
    assert np.array_equal(other.advance(FOREVER), trainer.advance(FOREVER))


def test_that_the_file_says_what_it_is_about(file):
    trainer, history = begun()
    saved(file, trainer, history, run="0123456789abcdef" * 2)
    summary, recovery = read_summary(file), read_recovery(file, TASKS["regression"])
    assert (summary.task, summary.step, summary.saved) == ("regression", MIDDLE, SAVED)
    assert (recovery.device, recovery.saved) == ("cpu", SAVED)
    assert (recovery.journal, recovery.run) == (trainer.journal, run_of(file))
    assert run_of(file) == "0123456789abcdef" * 2


def test_that_a_long_history_draws_the_same_curve(monkeypatch):
    monkeypatch.setattr(histories, "EXACT", 3000)
    monkeypatch.setattr(histories, "SPARE", 1000)
    monkeypatch.setattr(histories, "UNBUILT", 250)
    monkeypatch.setattr(histories, "FLOOR", 1024)
    monkeypatch.setattr(histories, "WORTH_A_FLOOR", 1024)
    for steps in (1, 1023, 1024, 3999, 4001, 50_000):
        rows = np.random.default_rng(steps).normal(size=(steps, 2)).astype(np.float32)
        history = History(("loss", "accuracy"))
        history.append(rows)
        other = History.from_state(history.state())
        for again in range(2):
            assert len(other) == len(history)
            assert other.first_exact == history.first_exact
            for column in history.columns:
                for mine, theirs in zip(
                    history.bins(100, column), other.bins(100, column), strict=True
                ):
                    assert np.array_equal(mine, theirs)
            if not again:
                history.append(rows)
                other.append(rows)


@pytest.mark.parametrize(
    "value",
    [
        [None, True, 1, 0, -0.0, 0.1, 1e-320, math.inf, -math.inf, "nan", ""],
        {"a": (1, 2.0), 0: {"b": [], "c": ()}, 1: {}, "": {}},
        {"nan": math.nan},
        [torch.tensor(1.0), torch.zeros(0, 3), torch.arange(4)[::2]],
        torch.tensor([math.nan, math.inf, -0.0]),
    ],
)
def test_that_values_come_back_exactly(value):
    arrays = {}
    tree = json.loads(json.dumps(flatten(value, "v", arrays), allow_nan=False))
    back = rebuild(tree, lambda name: torch.tensor(arrays[name]))
    if isinstance(value, torch.Tensor):
        assert torch.equal(back.view(torch.int32), value.view(torch.int32))
    else:
        assert same(back, value)
        assert repr(back) == repr(value)


# --- What is refused ------------------------------------------------------------------------------


def refused(path, name="regression"):
    with pytest.raises(FileError) as caught:
        restored(path, name)
    return str(caught.value)


@pytest.fixture
def good(file):
    trainer, history = begun(settings=busy("adam"))
    return saved(file, trainer, history)


def test_that_a_single_other_byte_is_noticed(good):
    data = bytearray(good.read_bytes())
    for place in np.random.default_rng(0).integers(0, len(data), 60):
        damaged = data.copy()
        damaged[place] ^= 4
        good.write_bytes(damaged)
        assert str(good) in refused(good)


def test_that_a_cut_file_is_noticed(good):
    data = good.read_bytes()
    for length in (0, 1, 7, 8, 9, 500, len(data) // 2, len(data) - 1):
        good.write_bytes(data[:length])
        assert "is damaged, or no saved run" in refused(good)


@pytest.mark.parametrize(
    "data",
    [
        b"loss,step\n1,2\n",
        b"PK\x03\x04" * 100,
        (2**63).to_bytes(8, "little") + b"{}",
        (2**23 + 1).to_bytes(8, "little") + bytes(2**23 + 1),
        (200_000).to_bytes(8, "little") + b"[" * 200_000,
        (2).to_bytes(8, "little") + b"[]",
        safetensors.numpy.save({"a": np.ones(3)}),
        safetensors.numpy.save({}, {"format": KIND}),
        safetensors.numpy.save({}, {"format": KIND, "content": "[" * 100_000}),
        safetensors.numpy.save({}, {"format": KIND, "content": '{"step": NaN}'}),
    ],
    ids=[
        *("table", "zip", "long header", "senseless header", "deep", "no header", "others"),
        *("no content", "deep content", "NaN"),
    ],
)
def test_that_other_files_are_none_of_ours(file, data):
    file.write_bytes(data)
    assert "is damaged, or no saved run" in refused(file)
    with pytest.raises(FileError, match="is damaged, or no saved run"):
        read_summary(file)


def test_that_a_folder_or_a_pipe_is_none_of_ours(tmp_path):
    assert "could not be read: Is a directory." in refused(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        assert "could not be read: it is not a file." in refused(tmp_path / "pipe")
    assert "could not be read" in refused(tmp_path / "missing")


def test_that_another_version_is_named_as_such(file):
    file.write_bytes(pack("nngui recovery 3", {}, {}))
    assert "another version" in refused(file)


def rewritten(path, **changes):
    """Write the file anew with parts replaced, and a checksum that is right."""
    content, arrays = unpack(path, KIND)
    for name, change in changes.items():
        if name in ("state", "history"):
            value = rebuild(content[name], arrays.pop)
            change(value)
            content[name] = flatten(value, name, arrays)
        else:
            content[name] = change
    path.write_bytes(pack(KIND, content, arrays))
    return path


def journal_text(*lines):
    """A run's journal with other lines in it, or in the place of its own."""
    own = ['format = "nngui run 1"', 'task = "regression"', f"steps = {MIDDLE}", 'device = "cpu"']
    new = "\n".join(lines)
    kept = [line for line in own if line.split(" = ")[0] not in new.split(" = ")[0]]
    return "\n".join([*kept, new])


@pytest.mark.parametrize(
    "changes",
    [
        {"task": "classification"},
        {"task": 3},
        {"step": 18},
        {"step": -1},
        {"step": True},
        {"step": 10**300},
        {"saved": "yesterday"},
        {"saved": 12},
        {"run": "../../etc/passwd"},
        {"run": 7},
        {"journal": ""},
        {"journal": 'task = "regression"\nseed = -1'},
        {"journal": journal_text("[settings]\nseed = -1")},
        {"journal": journal_text("[settings]\nbomb = 1")},
        {"journal": journal_text("steps = 18")},
        {"journal": journal_text('device = "cpu; rm"')},
        {"journal": journal_text('[[edits]]\nafter = 18\n[edits.settings]\n"optimizer.lr" = 0.1')},
        {"journal": journal_text('[[edits]]\nafter = 1\n[edits.settings]\n"{0}" = 0.1')},
        {"journal": "[" * 5000},
        {"journal": None},
    ],
)
def test_that_impossible_values_are_refused(good, changes):
    assert refused(rewritten(good, **changes))


def replace(*path, by):
    def change(value):
        for key in path[:-1]:
            value = value[key]
        value[path[-1]] = by

    return change


FLOATS = np.zeros(30, np.float32)


@pytest.mark.parametrize(
    "change",
    [
        replace("epoch", by=-1),
        replace("position", by=10**6),
        replace("position", by=1.5),
        replace("order", by=None),
        replace("order", by=np.zeros(100, np.int64)),
        replace("order", by=np.arange(99)),
        replace("order", by=np.arange(100.0)),
        replace("order", by=7),
        replace("random", by=[]),
        replace("random", 0, by=np.zeros(5056, np.uint8)),
        replace("random", 0, by=np.zeros(3, np.uint8)),
        replace("random", 0, by="0"),
        replace("networks", by=[]),
        replace("networks", by=7),
        replace("networks", 0, by=None),
        replace("networks", 0, "hidden1.weight", by=FLOATS),
        replace("networks", 0, "hidden1.bias", by=np.zeros(8)),
        replace("networks", 0, "another", by=FLOATS),
        replace("optimizers", 0, by={}),
        replace("optimizers", 0, "state", by=[]),
        replace("optimizers", 0, "state", 0, by={}),
        replace("optimizers", 0, "state", 7, by={}),
        replace("optimizers", 0, "state", 0, "exp_avg", by=FLOATS),
        replace("optimizers", 0, "state", 0, "step", by=np.array(-1, np.float32)),
        replace("optimizers", 0, "state", 0, "step", by=np.array(math.nan, np.float32)),
        replace("optimizers", 0, "state", 0, "step", by=17),
        replace("optimizers", 0, "param_groups", by=[]),
        replace("optimizers", 0, "param_groups", 0, "lr", by=5.0),
        replace("optimizers", 0, "param_groups", 0, "lr", by=FLOATS),
        replace("optimizers", 0, "param_groups", 0, "betas", by=[0.9, 0.99]),
        replace("last_finite", 0, by=[]),
        replace("last_finite", 0, 0, by=None),
        replace("first_loss", by=1.0),
        replace("first_loss", 0, by=math.inf),
        replace("first_loss", 0, by=None),
        replace("last_loss", 0, by=1),
        replace("out", by=[]),
        replace("out", 0, by=0),
        replace("dead", by=1),
        replace("ending", by={}),
        replace("ending", by=7),
        replace("ending", by={"kind": "steps", "sentence": "{steps:>9999999999}", "values": {}}),
        replace("ending", by={"kind": "stopped", "sentence": "", "values": {"a": 1}}),
        replace("more", by=1),
    ],
)
def test_that_a_state_that_does_not_fit_its_settings_is_refused_whole(good, change):
    path = rewritten(good, state=change)
    try:
        recovery = read_recovery(path, TASKS["regression"])
    except FileError:
        return
    trainer = trainer_of("regression", busy("adam"))
    before = trainer.capture()
    with pytest.raises(FileError):
        load_checked(trainer.state, recovery.state)
    assert same(trainer.capture(), before)


def test_that_an_ending_says_our_words_and_not_the_files(file):
    trainer, history = begun(settings={"schedule.steps": 5})
    saved(file, trainer, history)
    rewritten(file, state=replace("ending", "sentence", by="{steps.__class__}"))
    other, _ = restored(file)
    assert str(other.ending) == "All 5 steps done."


@pytest.mark.parametrize(
    "change",
    [
        replace("columns", by=[]),
        replace("columns", by=["loss", "accuracy"]),
        replace("columns", by=7),
        replace("tails", by=[]),
        replace("tails", 0, by=[]),
        replace("tails", 0, 0, "start", by=5),
        replace("tails", 0, 0, "start", by=-1),
        replace("tails", 0, 0, "rows", by=np.zeros((17, 1))),
        replace("tails", 0, 0, "rows", by=np.zeros((17, 2), np.float32)),
        replace("tails", 0, 0, "rows", by=np.zeros((16, 1), np.float32)),
        replace("tails", 0, 0, "rows", by=None),
        replace("tails", 0, 0, by=None),
    ],
)
def test_that_an_impossible_history_is_refused(good, change):
    assert refused(rewritten(good, history=change))


# --- Writing --------------------------------------------------------------------------------------


def test_that_a_full_disk_leaves_the_last_file_and_says_what_happened(good, monkeypatch):
    before = good.read_bytes()
    trainer, history = begun(settings=busy("adam"), steps=20)

    def full(_handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match=r"No space left on device.*The training goes on"):
        saved(good, trainer, history)
    assert good.read_bytes() == before
    assert list(good.parent.iterdir()) == [good]


def test_that_what_could_not_be_read_back_does_not_replace_the_last_file(good, monkeypatch):
    before = good.read_bytes()
    trainer, history = begun(settings=busy("adam"), steps=20)
    monkeypatch.setattr(array_file, "_checksum", lambda *_: os.urandom(4).hex())
    with pytest.raises(FileError, match="could not be saved"):
        saved(good, trainer, history)
    assert good.read_bytes() == before


def test_that_a_run_beyond_all_bounds_is_not_written(file, monkeypatch):
    monkeypatch.setattr(array_file, "MAX_BYTES", array_file.MAX_HEADER_BYTES + 1000)
    trainer, history = begun()
    with pytest.raises(FileError, match=r"could not be saved.*: it is too large"):
        saved(file, trainer, history)
    assert not file.exists()


def test_that_points_placed_by_hand_in_mid_run_are_in_its_journal(file):
    trainer, history = begun()
    placed = ((-1.0, 1.0), (0.0, 0.25), (1.0, 1.0))
    for count in (2, 3):
        trainer.change(trainer.spec.changed("data", kind="hand", placed=placed[:count]))
        history.append(trainer.advance(FOREVER, 3))
    other, recovery = restored(saved(file, trainer, history))
    assert recovery.journal == trainer.journal
    assert [edit.step for edit in recovery.journal.edits] == [MIDDLE, MIDDLE + 3]
    assert np.array_equal(other.advance(FOREVER), trainer.advance(FOREVER))


def test_that_of_a_journal_too_long_for_a_file_the_newest_edits_are_saved(file, monkeypatch):
    monkeypatch.setattr(journal_part, "MAX_JOURNAL", 12_000)
    trainer, history = begun(steps=1)
    placed = [(x / 100, 0.5) for x in range(60)]
    for count in range(20, 60, 2):
        points = tuple(placed[:count])
        trainer.change(trainer.spec.changed("data", kind="hand", placed=points))
        history.append(trainer.advance(FOREVER, 1))
    _, recovery = restored(saved(file, trainer, history))
    found, kept = recovery.journal, trainer.journal
    assert 5 <= len(found.edits) < len(kept.edits) == 20
    assert found.edits == kept.edits[-len(found.edits) :]
    assert found.known_from == kept.edits[-len(found.edits) - 1].step
    assert (found.now, found.spec_at(18)) == (kept.now, kept.spec_at(18))
