"""What a recovery file bears beside the run: the lines that were left, and states on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest

from nngui.core.errors import FileError
from nngui.core.past.branches import MAX_BRANCHES, Branch
from nngui.core.past.replay import Replay
from nngui.core.past.store import Keyframe, Keyframes
from nngui.core.records.history import History
from nngui.files.runs import recovery_lines
from nngui.files.runs.array_file import flatten, pack, rebuild, unpack
from nngui.files.runs.recovery import KIND, Recovery, read_recovery, trainer_of, write_recovery
from nngui.files.runs.recovery_lines import checked_keyframes, thinned, within_budget
from nngui.files.runs.store import RunStore
from tests.core.helpers import FOREVER, TASKS, parameters_of, same_parameters
from tests.core.helpers import trainer_of as made

NOW = datetime(2026, 11, 30, tzinfo=UTC)
TASK = TASKS["regression"]
BUSY = {"schedule.batch_size": 30, "optimizer.name": "adam", "network.dropout": 0.2}


def trained(steps=40, settings=BUSY, rate=0.05):
    """A run whose rate was changed in the middle, its losses, and its states on the way."""
    trainer, frames = made("regression", settings), []
    history = History(trainer.columns)
    for step in range(0, steps, 10):
        if step == steps // 2:
            trainer.change(trainer.spec.changed("optimizer", lr=rate))
        edits = len(trainer.journal.edits)
        frames.append(Keyframe.of((step, edits), trainer.capture(), trainer.state.seconds))
        history.append(trainer.advance(FOREVER, 10))
    return trainer, history, frames


def a_line(number=7, parent=None, **settings):
    trainer, history, _ = trained(40, BUSY | settings, rate=0.02)
    parts = trainer.journal, history, trainer.capture()
    return Branch(number, parent, 20, *parts, Keyframes(), run=f"{number:032x}")


def a_recovery(**others):
    trainer, history, frames = trained()
    lines = a_line(3), a_line(7, 3, seed=5)
    past = {"branches": lines, "place": (4, 3, 10), "keyframes": tuple(frames), "run": "a" * 32}
    return Recovery(trainer.journal, trainer.capture(), history, NOW, **past | others)


@pytest.fixture(scope="module")
def recovery():
    return a_recovery()


@pytest.fixture
def file(recovery, tmp_path):
    write_recovery(tmp_path / "run", recovery)
    return tmp_path / "run"


def test_that_lines_come_back_and_go_on_bit_for_bit(recovery, file):
    found = read_recovery(file, TASK)
    assert (found.place, found.left_out) == ((4, 3, 10), 0)
    for line, written in zip(found.branches, recovery.branches, strict=True):
        for name in ("id", "parent", "since", "journal", "run"):
            assert getattr(line, name) == getattr(written, name)
        assert np.array_equal(line.history.exact(0, 99), written.history.exact(0, 99))
        rest = []
        for one in (line, written):
            trainer = trainer_of(Recovery(one.journal, one.state, one.history, NOW), TASK)
            rest.append(trainer.advance(FOREVER))
        assert np.array_equal(*rest)
        assert len(rest[0]) == 60


def test_that_a_restored_run_can_be_taken_to_any_step(recovery, file):
    found = read_recovery(file, TASK)
    trainer = trainer_of(found, TASK)
    keyframes = checked_keyframes(found.keyframes, trainer)
    assert keyframes.places == [(10, 0), (20, 1), (30, 1)]  # the first is the run's beginning
    for step in (0, 7, 20, 25, 40):
        near = Replay(TASK, trainer.journal, keyframes).go_to(step)
        plain = Replay(TASK, trainer.journal).go_to(step)
        assert same_parameters(parameters_of(near), parameters_of(plain))


def test_that_a_file_holds_no_more_than_its_budget_and_says_what_is_not_in_it(tmp_path):
    lines = [a_line(number) for number in range(4)]
    state = recovery_lines.within_budget(lines[:1])[0][0].state
    size = recovery_lines.nbytes_of(state)
    losses = lines[0].history.nbytes
    kept, left_out = within_budget(lines, 2 * (size + losses) + losses)
    assert [(one.id, one.state is None) for one in kept] == [(1, True), (2, False), (3, False)]
    assert left_out == 1
    write_recovery(tmp_path / "run", a_recovery(branches=kept, left_out=left_out))
    found = read_recovery(tmp_path / "run", TASK)
    assert [one.state is None for one in found.branches] == [True, False, False]
    assert found.left_out == 1
    again = found.branches[0]  # it is taken again
    trainer = Replay(TASK, again.journal).go_to(None, last=len(again.history))
    assert np.array_equal(trainer.capture()["random"][0], lines[1].state["random"][0])


def test_that_keyframes_are_few_and_from_all_over_the_run(recovery):
    frames = [replace(recovery.keyframes[0], step=step) for step in range(1001)]
    kept = thinned(frames)
    assert 30 <= len(kept) <= recovery_lines.MAX_KEYFRAMES
    assert len({b.step - a.step for a, b in pairwise(kept)}) == 1
    size = frames[0].packed.nbytes
    assert len(thinned(frames, 5 * size)) <= 5
    assert thinned(frames, size - 1) == []


def test_that_each_line_stands_in_the_list_of_runs(file, tmp_path):
    store = RunStore(tmp_path / "runs", list(TASKS.values()))
    for _ in range(2):
        run = store.keep_saved(file)
        assert (run.id, run.steps, run.can_reopen) == ("a" * 32, 40, True)
        listed = {one.id: one for one in RunStore(store.folder, list(TASKS.values())).runs()}
        assert set(listed) == {"a" * 32, f"{3:032x}", f"{7:032x}"}
        for one in listed.values():
            found = read_recovery(store.path_of(one), TASK)
            assert trainer_of(found, TASK).step_count == one.steps
            assert (found.run, found.journal) == (one.id, store.journal(one))
            assert one.changes[-1].key == "optimizer.lr"


def test_that_a_keyframe_of_other_data_is_left_out(recovery, file):
    other = made("regression", BUSY | {"data.points": 50})
    frames = read_recovery(file, TASK).keyframes
    assert checked_keyframes(frames[1:], other).places == []
    assert len(frames) > 2


# --- What is refused ------------------------------------------------------------------------------


def rewritten(path, change):
    content, arrays = unpack(path, KIND)
    change(content)
    path.write_bytes(pack(KIND, content, arrays))
    return path


SPOILT = {
    "no list": ("lines", 7),
    "no keyframes": ("keyframes", {}),
    "a number too large": ("lines", 0, "id", 2**40),
    "a negative number": ("lines", 0, "id", -1),
    "twice the same": ("lines", 0, "id", 7),
    "its own": ("lines", 0, "id", 4),
    "left nowhere": ("lines", 0, "since", 41),
    "other steps": ("lines", 0, "steps", 41),
    "an edit behind the end": ("lines", 0, "steps", 12),
    "a path": ("lines", 0, "run", "../" * 11),
    "no journal": ("lines", 0, "journal", "steps = 30"),
    "no state": ("lines", 0, "state", 3),
    "no losses": ("lines", 0, "history", None),
    "no place": ("place", [0, 1]),
    "a place behind the end": ("place", [4, 3, 41]),
    "a keyframe behind the end": ("keyframes", 3, "step", 41),
    "a keyframe of another step": ("keyframes", 3, "step", 31),
    "keyframes out of order": ("keyframes", 3, "step", 10),
    "more edits than there are": ("keyframes", 3, "edits", 2),
    "no seconds": ("keyframes", 3, "seconds", ["soon"]),
    "too many lines": ("left_out", -1),
}


@pytest.mark.parametrize("way", SPOILT)
def test_that_impossible_lines_are_refused_in_a_sentence(file, way):
    *path, key, value = SPOILT[way]

    def change(content):
        for name in path:
            content = content[name]
        content[key] = value

    with pytest.raises(FileError, match="is damaged, or no saved run"):
        read_recovery(rewritten(file, change), TASK)


@pytest.mark.parametrize("name", ["lines", "keyframes"])
def test_that_more_than_there_can_be_is_refused(file, name):
    most = {"lines": MAX_BRANCHES, "keyframes": recovery_lines.MAX_KEYFRAMES}[name]

    def change(content):
        content[name] = content[name][:1] * (most + 1)

    with pytest.raises(FileError, match="is damaged"):
        read_recovery(rewritten(file, change), TASK)


def test_that_a_line_whose_state_does_not_fit_is_refused_when_it_is_gone_on_with(file):
    content, arrays = unpack(file, KIND)
    line = content["lines"][0]
    state = rebuild(line["state"], arrays.pop)
    state["networks"][0]["hidden1.weight"] = np.zeros((9, 9), np.float32)
    line["state"] = flatten(state, "lines/0/state", arrays)
    file.write_bytes(pack(KIND, content, arrays))
    one = read_recovery(file, TASK).branches[0]
    with pytest.raises(FileError):
        trainer_of(Recovery(one.journal, one.state, one.history, NOW), TASK)
