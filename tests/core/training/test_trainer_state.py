"""A run is the same however it is cut, carried, watched, or run beside others."""

from __future__ import annotations

import io
import json
import threading

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from nngui.core.spec.toml import to_toml
from tests.core.helpers import (
    BUSY,
    FOREVER,
    OPTIMIZERS,
    parameters_of,
    rows_of,
    run_python,
    same_parameters,
    trainer_of,
)

MIDDLE = 17  # steps: within an epoch of 4 batches, and of 7
RUNS = [(name, optimizer) for name in ("regression", "classification") for optimizer in OPTIMIZERS]

GO_ON = """\
import json, sys, tomllib
import torch
from nngui.core.spec.toml import with_settings
from nngui.core.trainer import Trainer
from nngui.tasks import all_tasks

tasks = {task.name: task for task in all_tasks()}
results = []
for run in torch.load(sys.argv[1], weights_only=True):
    document = tomllib.loads(run["settings"])
    task = tasks[document.pop("task")]
    trainer = Trainer(task, with_settings(task.spec, document))
    trainer.restore(run["state"])
    results.append(trainer.advance(1e9).tolist())
json.dump(results, sys.stdout)
"""


def busy(optimizer="sgd"):
    return {**BUSY, "optimizer.name": optimizer, "optimizer.weight_decay": 0.01}


# --- Taken and put back ---------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "optimizer"), RUNS)
def test_that_a_state_put_into_a_new_run_gives_the_same_losses(name, optimizer):
    whole = trainer_of(name, busy(optimizer))
    expected = whole.advance(FOREVER)

    first = trainer_of(name, busy(optimizer))
    begun = first.advance(FOREVER, MIDDLE)
    second = trainer_of(name, busy(optimizer))
    second.restore(first.capture())
    assert second.step_count == MIDDLE
    rest = second.advance(FOREVER)
    assert np.array_equal(np.concatenate((begun, rest)), expected)
    assert same_parameters(parameters_of(second), parameters_of(whole))
    assert second.ending == whole.ending


def test_that_a_saved_state_goes_on_alike_in_another_process(tmp_path):
    runs, expected = [], []
    for name, optimizer in RUNS:
        trainer = trainer_of(name, busy(optimizer))
        trainer.advance(FOREVER, MIDDLE)
        runs.append({"settings": to_toml(name, trainer.spec), "state": trainer.capture()})
        expected.append(trainer.advance(FOREVER).tolist())
    torch.save(runs, tmp_path / "runs.pt")
    (tmp_path / "go_on.py").write_text(GO_ON, encoding="utf-8")
    result = run_python("go_on.py", "runs.pt", folder=tmp_path)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == expected


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_that_a_state_survives_being_saved_without_trust(optimizer):
    trainer = trainer_of("regression", busy(optimizer))
    trainer.advance(FOREVER, MIDDLE)
    file = io.BytesIO()
    torch.save(trainer.capture(), file)
    file.seek(0)
    second = trainer_of("regression", busy(optimizer))
    second.restore(torch.load(file, weights_only=True))
    assert np.array_equal(second.advance(FOREVER), trainer.advance(FOREVER))


def test_that_taking_the_state_disturbs_nothing():
    trainer = trainer_of("classification", busy("adam"))
    rows = []
    while trainer.ending is None:
        trainer.capture()
        rows.extend(trainer.advance(0.0).tolist())
        trainer.capture()
    assert rows == rows_of("classification", busy("adam")).tolist()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_that_one_can_go_back_to_a_state_again_and_again(optimizer):
    trainer = trainer_of("classification", busy(optimizer))
    start = trainer.capture()
    trainer.advance(FOREVER, MIDDLE)
    middle = trainer.capture()
    rest = trainer.advance(FOREVER)
    for _ in range(2):
        trainer.restore(middle)
        assert trainer.ending is None
        assert np.array_equal(trainer.advance(FOREVER), rest)
    trainer.restore(start)
    assert np.array_equal(trainer.advance(FOREVER)[MIDDLE:], rest)


def test_that_a_run_that_has_ended_is_put_back_as_ended():
    trainer = trainer_of("regression", {"schedule.steps": 5})
    trainer.advance(FOREVER)
    other = trainer_of("regression", {"schedule.steps": 5})
    other.restore(trainer.capture())
    assert str(other.ending) == "All 5 steps done."
    assert len(other.advance(FOREVER)) == 0


def test_that_what_is_wrong_with_a_run_is_part_of_its_state():
    settings = {"optimizer.lr": 0.5, "schedule.steps": 400}
    trainer = trainer_of("regression", settings)
    trainer.advance(FOREVER)
    assert trainer.state.hint is not None
    other = trainer_of("regression", settings)
    other.restore(trainer.capture())
    assert other.state.hint == trainer.state.hint


# --- Cut into pieces ------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.sampled_from([0.0, 1e-4, FOREVER]), st.integers(1, 9)), max_size=12))
@settings(max_examples=15)
def test_that_pieces_of_any_size_give_the_losses_of_one_go(pieces):
    trainer = trainer_of("regression", busy())
    rows = [row for budget, most in pieces for row in trainer.advance(budget, most).tolist()]
    rows += trainer.advance(FOREVER).tolist()
    assert rows == rows_of("regression", busy()).tolist()


def test_that_single_steps_give_the_losses_of_one_go():
    trainer = trainer_of("classification", busy())
    rows = []
    while trainer.ending is None:
        rows.extend(trainer.advance(FOREVER, max_steps=1).tolist())
    assert rows == rows_of("classification", busy()).tolist()


# --- In threads, beside others --------------------------------------------------------------------


def in_threads(*functions):
    """Run them side by side; return what each returned."""
    results = [None] * len(functions)
    start = threading.Barrier(len(functions))

    def run(i):
        start.wait()
        results[i] = functions[i]()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(functions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.parametrize("settings", [{}, busy(), {"data.points": 50_000, "network.hidden": [32]}])
def test_that_a_thread_gives_the_losses_of_the_main_thread(settings):
    settings = {**settings, "schedule.steps": 20}
    expected = rows_of("regression", settings)
    [built_there] = in_threads(lambda: rows_of("regression", settings))
    assert np.array_equal(built_there, expected)
    trainer = trainer_of("regression", settings)
    [built_here] = in_threads(lambda: trainer.advance(FOREVER))
    assert np.array_equal(built_here, expected)


def test_that_two_runs_in_turns_give_the_losses_they_give_alone():
    names = ("regression", "classification")
    trainers = [trainer_of(name, busy()) for name in names]
    rows = [[], []]
    while any(trainer.ending is None for trainer in trainers):
        for trainer, mine in zip(trainers, rows, strict=True):
            mine.extend(trainer.advance(FOREVER, 3).tolist())
    assert rows == [rows_of(name, busy()).tolist() for name in names]


def test_that_two_runs_in_parallel_give_the_losses_they_give_alone():
    def small_pieces(name):
        trainer = trainer_of(name, busy())
        pieces = []
        while trainer.ending is None:
            pieces.append(trainer.advance(0.0005))
        return np.concatenate(pieces)

    names = ("regression", "classification", "regression")
    found = in_threads(*(lambda name=name: small_pieces(name) for name in names))
    for name, rows in zip(names, found, strict=True):
        assert np.array_equal(rows, rows_of(name, busy()))


def test_that_draws_of_others_in_between_change_nothing():
    trainer = trainer_of("regression", busy())
    rows = []
    while trainer.ending is None:
        torch.rand(7)
        rows.extend(trainer.advance(FOREVER, 2).tolist())
        torch.manual_seed(len(rows))
    assert rows == rows_of("regression", busy()).tolist()


@pytest.mark.parametrize(
    "settings", [{}, busy(), {"schedule.validation": 0.3}, {"optimizer.lr": 2}]
)
def test_that_a_run_leaves_the_random_numbers_of_the_process_alone(settings):
    torch.manual_seed(99)
    expected = torch.rand(5)
    torch.manual_seed(99)
    trainer = trainer_of("regression", settings)
    trainer.predict(np.zeros((3, 1)))
    trainer.advance(FOREVER)
    trainer.restore(trainer.capture())
    assert torch.equal(torch.rand(5), expected)


def test_that_data_that_are_refused_leave_the_random_numbers_of_the_process_alone():
    torch.manual_seed(99)
    expected = torch.rand(5)
    torch.manual_seed(99)
    with pytest.raises(Exception, match="too few"):
        trainer_of("regression", {"data.points": 2, "schedule.validation": 0.9})
    assert torch.equal(torch.rand(5), expected)


def test_that_looking_at_predictions_disturbs_nothing():
    trainer = trainer_of("classification", {**busy(), "schedule.validation": 0.2})
    probe = np.random.default_rng(0).normal(size=(50, 2))
    rows = []
    while trainer.ending is None:
        [once], [again] = trainer.predict(probe), trainer.predict(probe)
        assert np.array_equal(once, again)
        rows.extend(trainer.advance(0.0).tolist())
    alone = rows_of("classification", {**busy(), "schedule.validation": 0.2})
    assert np.array_equal(rows, alone, equal_nan=True)
