"""Each experiment leaves what it does not name as in the tutorial (what it shows: remedies/)."""

from __future__ import annotations

import json

import pytest

from nngui.cli import main
from nngui.core.spec.keys import changed_keys
from nngui.tasks import all_tasks

TASKS = {task.name: task for task in all_tasks()}
ALL = [(task, preset) for task in TASKS.values() for preset in task.presets]


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
