"""What a run takes is told before it is built, and refused where it is too much."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nngui.core.errors import NoMemoryError
from nngui.core.training import memory_estimate
from nngui.core.training.memory_estimate import estimate
from tests.core.helpers import (
    FOREVER,
    TASKS,
    parameters_of,
    same_parameters,
    some,
    spec_of,
    trainer_of,
)

PROGRAM = Path(__file__).parents[1] / "memory_of_settings.py"
CONV = {"channels": 32, "kernel": 3, "padding": 1, "pooling": "none"}
SETTINGS = [
    ("regression", {"data.points": 300_000, "network.hidden": [200]}),
    ("regression", {"network.hidden": [3000, 3000], "optimizer.name": "adam"}),
    ("cnn", {"schedule.batch_size": 500, "schedule.epochs": 0, "network.conv": [CONV, CONV]}),
    ("regression", {"data.points": 60_000, "network.hidden": [400], "network.dropout": 0.5}),
    ("optimizers", {"data.points": 200_000, "network.hidden": [80], "schedule.batch_size": 0}),
]


def estimate_of(name, settings, points, shape=(1,), outputs=1):
    return estimate(TASKS[name], spec_of(name, settings), shape, outputs, points)


@pytest.mark.skipif(sys.platform != "linux", reason="the largest size is read from /proc")
@pytest.mark.parametrize(("task", "settings"), some(SETTINGS, 3))
def test_that_what_is_told_is_within_half_and_twice_of_what_a_run_takes(task, settings):
    few = json.dumps(settings | {"schedule.steps": 2})
    command = [sys.executable, PROGRAM, task, few]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    told, taken = map(float, shown.split())
    assert taken / 2 <= told <= 2 * taken


def test_that_it_costs_nothing_to_tell_of_the_largest_run():
    settings = {"network.hidden": [4096] * 32, "optimizer.name": "adam"}
    estimate_of("regression", {}, 100)  # torch's own imports
    before = torch.get_rng_state()
    began = time.process_time()
    found = estimate_of("regression", settings, 1_000_000)
    assert time.process_time() - began < 0.5
    assert found.parameters > 500_000_000
    assert found.total > 500e9
    assert torch.equal(torch.get_rng_state(), before)


@given(
    st.integers(1, 1_000_000),
    st.lists(st.integers(1, 4096), min_size=1, max_size=6),
    st.sampled_from(["relu", "tanh", "gelu", "silu", "softplus", "elu", "identity"]),
    st.sampled_from([0, 1, 64, 100_000]),
    st.floats(0, 0.9),
)
def test_that_a_step_takes_at_least_what_its_layers_make(points, widths, act, batch, dropout):
    settings = {
        "network.hidden": widths,
        "network.activation": act,
        "network.dropout": dropout,
        "schedule.batch_size": batch,
    }
    found = estimate_of("regression", settings, points)
    rows = min(batch or points, points)
    assert found.activations >= 4 * rows * sum(widths)
    assert found.activations <= 4 * max(rows, 2) * 7 * (sum(widths) + 2 * max(widths) + 1)
    assert found.networks >= 12 * found.parameters


def test_that_several_networks_and_their_memory_count():
    one = {"race.optimizers": ["adam"], "network.hidden": [500, 500]}
    two = one | {"race.optimizers": ["adam", "sgd"]}
    found, more = estimate_of("optimizers", one, 1000), estimate_of("optimizers", two, 1000)
    assert more.parameters == 2 * found.parameters
    assert more.networks == found.networks + 3 * 4 * found.parameters  # SGD remembers nothing
    assert more.activations == found.activations  # one goes forward and back after the other
    assert more.step_work == 2 * found.step_work


def test_that_points_that_are_only_looked_at_are_kept_and_never_trained_on():
    task, spec = TASKS["regression"], spec_of("regression", {"schedule.batch_size": 10})
    one, more = (estimate(task, spec, (3,), 1, 100, asked=asked) for asked in (0, 50))
    assert estimate(task, spec, (3,), 1, 100) == one
    assert more.data == one.data + 50 * 2 * 4 * (3 + 1)  # as they were drawn, and prepared
    assert more.look_work == 1.5 * one.look_work
    assert (more.step_work, more.activations) == (one.step_work, one.activations)


def test_that_a_run_that_would_fill_the_memory_is_refused_before_anything_is_built(monkeypatch):
    monkeypatch.setattr(memory_estimate, "free_memory", lambda: 10_000_000_000)
    built = []
    monkeypatch.setattr(torch.nn.Linear, "reset_parameters", lambda layer: built.append(layer))
    with pytest.raises(NoMemoryError) as found:
        trainer_of("regression", {"data.points": 1_000_000, "network.hidden": [4096, 4096]})
    assert str(found.value) == (
        "This run would take 65.9 GB of memory, and 9.0 GB can be had: 65.5 GB of it are what the "
        "layers make of 1,000,000 points at once. Set a smaller batch size (schedule.batch_size), "
        "or make the layers narrower."
    )
    with pytest.raises(NoMemoryError) as found:
        trainer_of("regression", {"network.hidden": [4096] * 32, "optimizer.name": "adam"})
    assert "10.5 GB of it are 520,232,961 parameters and what the optimizer" in str(found.value)
    assert {layer.weight.device.type for layer in built} == {"meta"}  # shapes, and no numbers


def test_that_a_batch_size_that_would_fill_the_memory_leaves_the_run_as_it_was(monkeypatch):
    settings = {"data.points": 100_000, "network.hidden": [1000], "schedule.batch_size": 10}
    trainer = trainer_of("regression", settings | {"schedule.steps": 20})
    trainer.advance(FOREVER, 5)
    before = parameters_of(trainer)
    monkeypatch.setattr(memory_estimate, "free_memory", lambda: 500_000_000)
    with pytest.raises(NoMemoryError, match=r"what the layers make of 100,000 points at once"):
        trainer.change(spec_of("regression", settings | {"schedule.batch_size": 0}))
    assert same_parameters(parameters_of(trainer), before)
    assert trainer.spec.schedule.batch_size == 10
    trainer.change(spec_of("regression", settings | {"schedule.batch_size": 100}))
    trainer.advance(FOREVER)
    assert trainer.ending.kind == "steps"


def test_that_a_step_that_takes_minutes_is_told_and_not_refused():
    wide = {"channels": 128, "kernel": 7, "padding": 3, "pooling": "none"}
    settings = {"network.conv": [wide, wide], "network.hidden": [], "schedule.batch_size": 100}
    trainer = trainer_of("cnn", settings | {"data.images": 200})
    assert trainer.state.hint is None
    found = estimate_of("cnn", settings, 1000, (1, 28, 28), 10)
    assert found.step_work == pytest.approx(3 * 100 * 784 * 128 * 49 * 129, rel=0.01)
    slow = memory_estimate.slowness(estimate_of("cnn", settings, 60_000, (1, 28, 28), 10))
    assert slow.kind == "slow"
    assert str(slow) == (
        "A look at all points of this run takes about 32 minutes: 3.8e+13 multiply-adds. Fewer "
        "points, narrower layers or smaller kernels make it shorter."
    )
    large = settings | {"schedule.batch_size": 50_000}
    slow = memory_estimate.slowness(estimate_of("cnn", large, 60_000, (1, 28, 28), 10))
    assert str(slow).startswith("A step of this run takes about 79 minutes: 9.5e+13 multiply-adds.")
