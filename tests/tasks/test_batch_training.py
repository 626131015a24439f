"""The loader's part is the tutorial's, bit for bit; so are its batches with other options."""

from __future__ import annotations

import csv
import json
import subprocess
import sys

import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

from nngui.cli import main
from nngui.core.inspectors.loader import LoaderInspector, replay_batches
from nngui.core.script import script
from nngui.core.spec.keys import restart_keys
from tests.core.helpers import FOREVER, TASKS, run_python, run_scripts, spec_of, trainer_of

NAME = "batch_training"
OPTIONS = [
    {},
    {"schedule.batch_size": 8},
    {"schedule.batch_size": 3, "schedule.drop_last": True},
    {"schedule.batch_size": 4, "schedule.shuffle": False},
]

WITH_WORKERS = """\
import torch
import torch.utils.data as Data

torch.manual_seed(1)
x = torch.linspace(1, 10, 10)
y = torch.linspace(10, 1, 10)
loader = Data.DataLoader(
    dataset=Data.TensorDataset(x, y), batch_size=5, shuffle=True, num_workers=2
)


def show_batch():
    for epoch in range(3):
        for step, (batch_x, batch_y) in enumerate(loader):
            print(repr((epoch, step, batch_x.tolist(), batch_y.tolist())))


if __name__ == '__main__':
    show_batch()
"""  # the tutorial's own script: it has two workers


def tutorial(batch_size, *, shuffle=True, drop_last=False, epochs=3):
    """Section 5 as the tutorial writes it; a row is what it prints."""
    torch.manual_seed(1)
    x = torch.linspace(1, 10, 10)
    y = torch.linspace(10, 1, 10)
    loader = DataLoader(
        TensorDataset(x, y), batch_size=batch_size, shuffle=shuffle, drop_last=drop_last
    )
    return [
        (epoch, step, batch_x.tolist(), batch_y.tolist())
        for epoch in range(epochs)
        for step, (batch_x, batch_y) in enumerate(loader)
    ]


def expected(settings):
    options = {key.partition(".")[2]: value for key, value in settings.items()}
    return tutorial(options.pop("batch_size", 5), **options)


@pytest.mark.parametrize("settings", OPTIONS)
def test_that_the_history_holds_the_batches_of_the_tutorial(settings, tmp_path, capsys):
    file = tmp_path / "h.csv"
    words = [f"--set={key}={str(value).lower()}" for key, value in settings.items()]
    assert main(["train", NAME, "--seed", "1", *words, "--history", str(file)]) == 0
    with file.open(newline="", encoding="utf-8") as lines:
        header, *rows = csv.reader(lines)
    assert header == ["step", "epoch", "batch", "x", "y"]
    assert [int(row[0]) for row in rows] == list(range(1, len(rows) + 1))
    found = [
        (int(epoch), int(batch), [float(v) for v in x.split(" ")], [float(v) for v in y.split(" ")])
        for _, epoch, batch, x, y in rows
    ]
    assert found == expected(settings)


def test_that_the_script_prints_the_lines_of_the_tutorial(tmp_path):
    by_steps = {"schedule.epochs": 0, "schedule.steps": 3}
    sources = [script(TASKS[NAME], spec_of(NAME, s)) for s in [*OPTIONS, by_steps]]
    for text, settings in zip(run_scripts(sources, tmp_path), [*OPTIONS, {}], strict=True):
        rows = expected(settings)
        lines = [
            f"Epoch: {epoch} | Step: {step} | batch x: {torch.tensor(x).numpy()} "
            f"| batch y: {torch.tensor(y).numpy()}"
            for epoch, step, x, y in rows
        ]
        assert text.splitlines() == lines[: len(text.splitlines())]
        assert len(text.splitlines()) in (len(lines), 3)


@pytest.mark.parametrize("more", OPTIONS[1:])
def test_that_training_on_the_parabola_gives_the_losses_of_its_script(more, tmp_path):
    settings = {"data.kind": "points", "data.points": 50, "schedule.batch_size": 8} | more
    rows = trainer_of(NAME, settings).advance(FOREVER)
    (text,) = run_scripts([script(TASKS[NAME], spec_of(NAME, settings))], tmp_path)
    assert [float(line) for line in text.split()] == rows[:, 0].tolist()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["schedule.batch_size=0"], "A loader needs batches"),
        (["schedule.batch_size=11"], "there are only 10 points: make it 10 or less."),
        (["schedule.batch_size=11", "schedule.drop_last=true"], "Drop last leaves no batch"),
    ],
)
def test_that_impossible_batches_are_refused_in_a_sentence(words, sentence, capsys):
    assert main(["train", NAME, *(f"--set={word}" for word in words)]) == 2
    error = capsys.readouterr().err
    assert sentence in error
    assert len(error.splitlines()) == 1


@pytest.mark.parametrize("settings", OPTIONS)
def test_that_the_view_knows_each_batch_also_those_between_two_pictures(settings):
    trainer, look = trainer_of(NAME, settings), LoaderInspector()
    assert look(trainer).steps == 0
    trainer.advance(FOREVER)
    seen = look(trainer)
    rows = [
        (*seen.place(step), seen.x[seen.chosen(step)].tolist(), seen.y[seen.chosen(step)].tolist())
        for step in range(seen.steps)
    ]
    assert rows == expected(settings)


@pytest.mark.parametrize("settings", OPTIONS)
def test_that_the_view_knows_each_batch_however_often_it_looks(settings):
    often, once = trainer_of(NAME, settings), trainer_of(NAME, settings)
    look = LoaderInspector()
    while often.ending is None:
        often.advance(FOREVER, 1)
        seen = look(often)
        look(often)
    once.advance(FOREVER)
    expected_of_one = LoaderInspector()(once)
    assert (seen.first, seen.steps) == (expected_of_one.first, expected_of_one.steps)
    assert [order.tolist() for order in seen.orders] == [
        order.tolist() for order in expected_of_one.orders
    ]


def test_that_what_trains_does_nothing_while_numbers_are_loaded():
    old = spec_of(NAME)
    new = spec_of(NAME, {"network.hidden": (3,), "optimizer.name": "adam", "loss": "l1"})
    assert restart_keys(old, new) == []
    points = {"data.kind": "points"}
    trained = spec_of(NAME, points), spec_of(NAME, points | {"network.hidden": (3,)})
    assert restart_keys(*trained) == ["network.hidden"]


def test_that_the_batches_can_be_gone_through_again_from_anywhere():
    rows = [(*place, x, y) for _, place, x, y in replay_batches(TASKS[NAME], spec_of(NAME), 1, 6)]
    assert rows == expected({})
    assert [step for step, *_ in replay_batches(TASKS[NAME], spec_of(NAME), 4, 5)] == [4, 5]


# --- Worker processes -----------------------------------------------------------------------------


def test_that_workers_bring_the_batches_that_are_brought_without(tmp_path):
    points = {"data.kind": "points", "data.points": 30, "schedule.workers": 2}
    specs = [spec_of(NAME, {"schedule.workers": 2}), spec_of(NAME, points)]
    ours = [script(TASKS[NAME], spec) for spec in specs]
    assert all("num_workers=2" in text for text in ours)
    theirs, lines, losses = run_scripts([WITH_WORKERS, *ours], tmp_path)
    assert theirs.splitlines() == [repr(row) for row in expected({})]
    x, y = torch.tensor([5.0, 3, 1, 7, 9]).numpy(), torch.tensor([6.0, 8, 10, 4, 2]).numpy()
    first = f"Epoch: 0 | Step: 0 | batch x: {x} | batch y: {y}"
    assert lines.splitlines()[0] == first
    assert len(lines.splitlines()) == len(expected({}))
    rows = trainer_of(NAME, points).advance(FOREVER)
    assert [float(line) for line in losses.split()] == rows[:, 0].tolist()


def test_that_workers_are_in_no_script_without_a_loader():
    all_at_once = {"data.kind": "points", "schedule.batch_size": 0, "schedule.workers": 2}
    assert "num_workers" not in script(TASKS[NAME], spec_of(NAME, all_at_once))
    assert "num_workers" not in script(TASKS[NAME], spec_of(NAME))


def test_that_the_cost_of_workers_is_measured_and_the_batches_are_the_same(tmp_path):
    words = ["-m", "nngui", "workers", NAME, "--set", "schedule.workers=2", "--fetch-ms", "2"]
    result = run_python(*words, folder=tmp_path)
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout)
    assert (found["workers"], found["batches"], found["same_batches"]) == (2, 2, True)
    assert 0.01 < found["first_alone_s"] < found["first_s"] < found["pass_s"]
    assert found["first_alone_s"] < found["pass_alone_s"]


def test_that_a_measurement_ends_when_nobody_waits_for_it_any_more(tmp_path):
    words = ["workers", NAME, "--set", "schedule.workers=2", "--fetch-ms", "1000", "--until-eof"]
    command = [sys.executable, "-m", "nngui", *words]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdin.close()
        assert process.wait(20) == 1
        assert process.stdout.read() == b""


def test_that_workers_that_cannot_be_measured_are_refused_in_a_sentence(capsys, monkeypatch):
    assert main(["workers", NAME]) == 2
    assert "There are no workers to measure" in capsys.readouterr().err
    assert main(["train", NAME, "--set", "schedule.workers=5"]) == 2
    assert "schedule.workers is 5, but must be" in capsys.readouterr().err
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert main(["workers", NAME, "--set", "schedule.workers=2"]) == 2
    assert "in this packed program there is none" in capsys.readouterr().err
