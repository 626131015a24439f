"""The loader's part is the tutorial's, bit for bit; so are its batches with other options."""

from __future__ import annotations

import csv

import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

from nngui.cli import main
from nngui.core.loader import PassesLook, brought
from nngui.core.script import script
from nngui.core.spec import restart_keys
from tests.core.helpers import FOREVER, TASKS, run_scripts, spec_of, trainer_of

NAME = "batch_training"
OPTIONS = [
    {},
    {"schedule.batch_size": 8},
    {"schedule.batch_size": 3, "schedule.drop_last": True},
    {"schedule.batch_size": 4, "schedule.shuffle": False},
]


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
    trainer, look = trainer_of(NAME, settings), PassesLook()
    assert look(trainer).steps == 0
    trainer.advance(FOREVER)
    seen = look(trainer)
    rows = [
        (*seen.place(step), seen.x[seen.chosen(step)].tolist(), seen.y[seen.chosen(step)].tolist())
        for step in range(seen.steps)
    ]
    assert rows == expected(settings)


def test_that_what_trains_does_nothing_while_numbers_are_loaded():
    old = spec_of(NAME)
    new = spec_of(NAME, {"network.hidden": (3,), "optimizer.name": "adam", "loss": "l1"})
    assert restart_keys(old, new) == []
    points = {"data.kind": "points"}
    trained = spec_of(NAME, points), spec_of(NAME, points | {"network.hidden": (3,)})
    assert restart_keys(*trained) == ["network.hidden"]


def test_that_the_batches_can_be_gone_through_again_from_anywhere():
    rows = [(*place, x, y) for _, place, x, y in brought(TASKS[NAME], spec_of(NAME), 1, 6)]
    assert rows == expected({})
    assert [step for step, *_ in brought(TASKS[NAME], spec_of(NAME), 4, 5)] == [4, 5]
