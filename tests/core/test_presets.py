"""Each experiment shows what it says, and leaves what it does not name as in the tutorial."""

from __future__ import annotations

import json

import numpy as np
import pytest

from nngui.cli import main
from nngui.core.evaluation.hints import find_hints
from nngui.core.records.history import History
from nngui.core.spec.keys import changed_keys
from nngui.core.trainer import Trainer
from nngui.tasks import all_tasks

TASKS = {task.name: task for task in all_tasks()}
ALL = [(task, preset) for task in TASKS.values() for preset in task.presets]


def trained(task, name=None, **more):
    """Train a task's experiment, or the tutorial's settings, to the end."""
    spec = TASKS[task].spec_of(TASKS[task].preset(name)) if name else TASKS[task].spec
    for key, value in more.items():
        part, _, field = key.partition("__")
        spec = spec.changed(part, **{field: value})
    trainer = Trainer(TASKS[task], spec)
    rows = trainer.advance(1e9)
    history = History(trainer.columns)
    history.append(rows)
    columns = dict(zip(trainer.columns, rows.T, strict=True))
    return trainer, columns, [hint.kind for hint in find_hints(trainer, history)]


@pytest.mark.parametrize(("task", "preset"), ALL, ids=[f"{t.name}-{p.name}" for t, p in ALL])
def test_that_an_experiment_differs_from_the_tutorial_in_what_it_says(task, preset):
    spec = task.spec_of(preset)
    changed = changed_keys(task.spec, spec)
    assert changed
    assert set(changed) == set(preset.settings), "a value that is the tutorial's own"
    assert preset.title[0].isupper()
    assert preset.lesson.endswith(".")


def test_that_each_task_has_three_experiments_of_different_names():
    for task in TASKS.values():
        names = [preset.name for preset in task.presets]
        assert len(names) == len(set(names)) >= 3


def test_what_the_regression_experiments_show():
    assert trained("regression", "rate-too-high")[0].ending.kind == "diverged"
    assert "dead" in trained("regression", "dead-relus")[2]
    assert "overfit" in trained("regression", "overfitting")[2]
    tutorial = trained("regression")[1]["loss"][-1]
    assert trained("regression", "noisy-data")[1]["loss"][-1] > 10 * tutorial
    small = trained("regression", "too-small")[1]["loss"][-1]
    assert small > 2 * trained("regression", "too-small", network__hidden=(20,))[1]["loss"][-1]


def test_what_the_classification_experiments_show():
    assert trained("classification", "straight-line")[1]["accuracy"][-1] < 0.7
    more = trained("classification", "straight-line", network__hidden=(10,), optimizer__lr=0.2)
    assert more[1]["accuracy"][-1] > 0.95
    assert trained("classification", "spirals")[1]["accuracy"][-1] == 1
    lost = trained("classification", "vanishing-gradients")[1]
    assert lost["accuracy"][-1] < 0.6
    better = trained("classification", "vanishing-gradients", network__activation="relu")[1]
    assert better["accuracy"][-1] > 0.95
    assert "overfit" in trained("classification", "overfitting")[2]


def test_what_the_quick_build_experiments_show():
    other = trained("quick_build", "other-weights")[1]
    assert not np.array_equal(other["class"], other["sequential"])
    same = trained("quick_build")[1]
    assert np.array_equal(same["class"], same["sequential"])
    assert trained("quick_build", "no-activation")[1]["class_accuracy"][-1] < 0.7
    assert trained("quick_build", "two-layers")[1]["class_accuracy"][-1] == 1
    dropout = trained("quick_build", "dropout")[1]
    assert not np.array_equal(dropout["class"], dropout["sequential"])


def test_what_the_save_and_restore_experiments_show():
    half = trained("save_restore", "half-trained")[1]["loss"][-1]
    longer = trained("save_restore", "half-trained", schedule__steps=2000)[1]["loss"][-1]
    assert longer < 0.6 * half
    adam = trained("save_restore", "adam")[1]["loss"]
    assert adam[-1] < longer


def test_what_the_batch_experiments_show():
    sizes = trained("batch_training", "last-batch")[0]
    assert sizes.step_count == 6
    ordered = trained("batch_training", "not-shuffled")[1]["loss"]
    shuffled = trained("batch_training", "not-shuffled", schedule__shuffle=True)[1]["loss"]
    assert ordered[-32:].std() > 3 * shuffled[-32:].std()
    one = trained("batch_training", "one-by-one")[1]["loss"]
    at_once = trained("batch_training", "all-at-once")[1]["loss"]
    assert (np.diff(at_once) < 0).all()
    assert one[-100:].mean() < at_once[-1]


def test_what_the_race_experiments_show():
    racers = ("sgd", "momentum", "adagrad", "rmsprop", "adam")

    def order(name):
        columns = trained("optimizers", name)[1]
        ends = {racer: columns[racer][-32:].mean() for racer in racers}
        return sorted(ends, key=ends.get), ends

    first, _ = order("rate-too-high")
    assert set(first[:2]) == {"sgd", "adagrad"}
    tutorial = order(None)[1]
    assert min(order("rate-too-low")[1].values()) > min(tutorial.values())
    own = order("own-rates")[1]
    spread = max(own.values()) / min(own.values())
    assert spread < 1.5 < max(tutorial.values()) / min(tutorial.values())
    starts = {trained("optimizers", "unfair-start")[1][racer][0] for racer in racers}
    assert len(starts) == 5


def test_what_the_cnn_experiments_show():
    plain = trained("cnn")[1]["val_accuracy"][-1]
    assert trained("cnn", "no-convolution")[1]["val_accuracy"][-1] < plain - 0.03
    assert trained("cnn", "rate-too-high")[1]["val_accuracy"][-1] < 0.2
    few = trained("cnn", "few-images")[1]
    assert few["accuracy"][-5:].mean() > 0.98 > 0.9 > few["val_accuracy"][-1]
    assert trained("cnn", "turned")[1]["val_accuracy"][-1] < plain - 0.05


def test_that_the_command_line_takes_an_experiment(capsys):
    assert main(["train", "regression", "--preset", "too-small", "--set", "schedule.steps=3"]) == 0
    assert json.loads(capsys.readouterr().out)["steps"] == 3
    assert main(["script", "classification", "--preset", "spirals"]) == 0
    assert "torch.optim.Adam" in capsys.readouterr().out
    assert main(["train", "regression", "--preset", "none-such"]) == 2
    error = capsys.readouterr().err
    assert "regression has no experiment none-such: choose rate-too-high or dead-relus" in error
    both = ["train", "classification", "--preset", "spirals", "--data", "example:iris"]
    assert main(both) == 2
    assert "give --preset or --data, not both" in capsys.readouterr().err
    assert main(["presets"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines] == [[t.name, p.name] for t, p in ALL]
