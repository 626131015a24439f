"""The loop for accelerators takes the plain loop's steps; on the processor, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from nngui.core.accelerated import Accelerated
from nngui.core.spec_text import with_settings
from nngui.core.trail import Trail
from nngui.core.trainer import Trainer
from tests.core.helpers import FOREVER, TASKS, trainer_of

RUNS = [
    ("regression", {"schedule.steps": 120}),
    ("regression", {"schedule.epochs": 4, "schedule.batch_size": 7, "schedule.validation": 0.2}),
    ("regression", {"network.dropout": 0.3, "schedule.steps": 60}),
    ("classification", {"schedule.epochs": 3, "schedule.batch_size": 32}),
    ("optimizers", {"data.points": 100, "schedule.epochs": 3}),
    ("cnn", {"data.images": 150, "schedule.epochs": 2, "data.shift": 1}),
]


def trained(trainer, engine=None):
    """Train to the end by an engine, in uneven pieces; return the rows."""
    parts = []
    for piece in (1, 2, 30, 7, 500, 10**6):
        while trainer.ending is None and sum(map(len, parts)) < piece:
            left = piece - sum(map(len, parts))
            parts.append((engine or trainer).advance(FOREVER, left))
    return np.concatenate(parts)


@pytest.mark.parametrize(("name", "options"), RUNS)
def test_that_every_row_is_the_plain_loop_s(name, options):
    plain, other = trainer_of(name, options), trainer_of(name, options)
    expected, found = trained(plain), trained(other, Accelerated(other))
    assert np.array_equal(found, expected, equal_nan=True)
    assert other.ending == plain.ending
    for one, theirs in zip(other.variants, plain.variants, strict=True):
        for kept, expected_kept in zip(one.last_finite, theirs.last_finite, strict=True):
            assert torch.equal(kept, expected_kept)
        for parameter, same in zip(one.net.parameters(), theirs.net.parameters(), strict=True):
            assert torch.equal(parameter, same)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("regression", {"optimizer.lr": 5.0, "schedule.steps": 200}),
        ("regression", {"schedule.target_loss": 0.1, "schedule.steps": 2000}),
        ("optimizers", {"racers.sgd.lr": 50.0, "data.points": 100, "schedule.epochs": 3}),
    ],
)
def test_that_what_happens_in_a_stretch_happens_at_its_very_step(name, options):
    plain, other = trainer_of(name, options), trainer_of(name, options)
    expected, found = trained(plain), trained(other, Accelerated(other))
    assert np.array_equal(found, expected, equal_nan=True)
    assert other.ending == plain.ending
    assert [v.out for v in other.variants] == [v.out for v in plain.variants]


def test_that_paths_are_taken_down_as_they_are_by_the_plain_loop():
    options = {"data.points": 100, "schedule.epochs": 8}
    plain, other = trainer_of("optimizers", options), trainer_of("optimizers", options)
    plain.trail, other.trail = Trail(plain), Trail(other)
    trained(plain)
    trained(other, Accelerated(other))
    assert [p.step for p in other.trail.places] == [p.step for p in plain.trail.places]
    for place, expected in zip(other.trail.places, plain.trail.places, strict=True):
        assert np.array_equal(place.vectors, expected.vectors)


def test_that_a_full_device_is_left_with_a_word_and_no_step_is_lost(monkeypatch):
    plain, other = trainer_of("regression"), trainer_of("regression")
    expected = plain.advance(FOREVER, 60)[:, 0]
    engine = Accelerated(other)
    first = engine.advance(FOREVER, 20)
    forward, calls = other.variants[0].net.forward, []

    def full(x):
        calls.append(x)
        if len(calls) == 5:
            raise torch.OutOfMemoryError("out of memory")
        return forward(x)

    monkeypatch.setattr(other.variants[0].net, "forward", full)
    rest = engine.advance(FOREVER, 40)
    assert len(calls) > 40  # the stretch that did not fit was taken again
    assert np.array_equal(np.concatenate([first, rest])[:, 0], expected)
    assert "ran out of memory: the run goes on with the processor" in str(other.hint)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
def test_that_a_run_on_a_gpu_gives_the_losses_of_the_processor_to_rounding():
    task = TASKS["cnn"]
    spec = with_settings(task.spec, {"data.images": 300, "schedule.epochs": 2})
    here, there = Trainer(task, spec, "cpu"), Trainer(task, spec, "cuda")
    assert np.allclose(trained(there), trained(here), rtol=1e-2, atol=1e-3, equal_nan=True)
