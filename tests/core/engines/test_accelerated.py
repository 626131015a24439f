"""The loop for accelerators takes the plain loop's steps; on the processor, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from nngui.core.engines import cuda_graph
from nngui.core.engines.accelerated import Accelerated
from nngui.core.spec.toml import with_settings
from nngui.core.trainer import Trainer
from nngui.core.training.optimizers import state_of
from nngui.core.training.trajectory import Trajectory
from tests.core.helpers import FOREVER, TASKS, trainer_of

EARLY = {
    "data.noise": 1.0,
    "schedule.epochs": 40,
    "schedule.batch_size": 7,
    "schedule.validation": 0.3,
    "schedule.patience": 2,
    "schedule.keep": "best",
}
SHAPED = {"optimizer.clip": "norm", "optimizer.clip_at": 0.05, "optimizer.l1": 0.01}
PACED = [
    ("regression", {**SHAPED, "schedule.rate": "step", "schedule.steps": 120}),
    ("regression", {**SHAPED, "schedule.rate": "cosine", "schedule.steps": 120}),
    (
        "regression",
        {
            "schedule.rate": "plateau",
            "schedule.rate_patience": 0,
            "schedule.epochs": 12,
            "schedule.batch_size": 15,
        },
    ),
]
RUNS = [
    ("regression", {"schedule.steps": 120}),
    ("regression", {"schedule.epochs": 4, "schedule.batch_size": 7, "schedule.validation": 0.2}),
    ("regression", {"network.dropout": 0.3, "schedule.steps": 60}),
    ("classification", {"schedule.epochs": 3, "schedule.batch_size": 32}),
    ("optimizers", {"data.points": 100, "schedule.epochs": 3}),
    ("cnn", {"data.images": 150, "schedule.epochs": 2, "data.shift": 1}),
    ("regression", EARLY),
    *PACED,
]
LONGER = [
    *RUNS[:3],
    ("classification", {"schedule.epochs": 20, "schedule.batch_size": 32}),
    ("optimizers", {"data.points": 100, "schedule.epochs": 20}),
    ("cnn", {"data.images": 150, "schedule.epochs": 12, "data.shift": 1}),
]
RACE = {"data.points": 100, "schedule.epochs": 10}


class Recorder:
    """Records as a device does, but what it plays is the processor's own step."""

    def __init__(self, broken=None):
        self.broken = broken
        self.recorded = self.played = 0
        self.prepared = []

    def prepare(self, optimizers, *, on):
        self.prepared.append(on)

    def record(self, work, optimizers):
        self.recorded += 1
        if self.broken == "cannot":
            raise RuntimeError("operation not permitted when stream is capturing")
        numbers = work()  # who records takes steps, too

        def play():
            self.played += 1
            if self.broken == "other losses":
                return work() + 1
            if self.broken == "other steps":
                return self._a_longer(work, optimizers)
            return numbers.copy_(work())

        return play

    def _a_longer(self, work, optimizers):
        groups = [group for optimizer in optimizers for group in optimizer.param_groups]
        for group in groups:
            group["lr"] *= 2
        numbers = work()
        for group in groups:
            group["lr"] /= 2
        return numbers


class FixedRates(Recorder):
    """Plays steps at the learning rates with which they were recorded, as a CUDA graph does."""

    def record(self, work, optimizers):
        groups = [group for optimizer in optimizers for group in optimizer.param_groups]
        recorded, play = [group["lr"] for group in groups], super().record(work, optimizers)

        def play_at_these():
            rates = [group["lr"] for group in groups]
            for group, rate in zip(groups, recorded, strict=True):
                group["lr"] = rate
            numbers = play()
            for group, rate in zip(groups, rates, strict=True):
                group["lr"] = rate
            return numbers

        return play_at_these


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
    expected, found = trained(plain), trained(other, Accelerated(other.state))
    assert np.array_equal(found, expected, equal_nan=True)
    assert other.ending == plain.ending
    for one, theirs in zip(other.variants, plain.variants, strict=True):
        for kept, expected_kept in zip(one.last_finite, theirs.last_finite, strict=True):
            assert torch.equal(kept, expected_kept)
        for parameter, same in zip(one.net.parameters(), theirs.net.parameters(), strict=True):
            assert torch.equal(parameter, same)


@pytest.mark.parametrize(("name", "options"), LONGER)
def test_that_a_recorded_step_is_the_step(name, options):
    plain, other, recorder = trainer_of(name, options), trainer_of(name, options), Recorder()
    expected, found = trained(plain), trained(other, Accelerated(other.state, recorder))
    assert np.array_equal(found, expected, equal_nan=True)
    for one, theirs in zip(other.variants, plain.variants, strict=True):
        for parameter, same in zip(one.net.parameters(), theirs.net.parameters(), strict=True):
            assert torch.equal(parameter, same)
    if "network.dropout" in options:
        assert not recorder.recorded  # its numbers are the run's own
    else:
        assert recorder.recorded == 1
        assert recorder.played > len(expected) / 4
        assert recorder.prepared == [True]


@pytest.mark.parametrize(("name", "options"), PACED)
def test_that_a_recording_is_played_at_its_own_rate_alone(name, options):
    plain, other = trainer_of(name, options), trainer_of(name, options)
    expected, found = trained(plain), trained(other, Accelerated(other.state, FixedRates()))
    assert np.array_equal(found, expected, equal_nan=True)
    assert len(set(found[:, -1])) > 2, "the rate changed"


def test_that_settings_changed_in_mid_run_are_recorded_anew():
    plain, other, recorder = trainer_of("regression"), trainer_of("regression"), Recorder()
    engine = Accelerated(other.state, recorder)
    for steps, lr in ((40, 0.2), (40, 0.05), (40, 0.01)):
        spec = plain.spec.changed("optimizer", lr=lr)
        for trainer in (plain, other):
            trainer.change(spec)
        expected = plain.advance(FOREVER, steps)
        found = np.concatenate([engine.advance(FOREVER, steps // 4) for _ in range(4)])
        assert np.array_equal(found, expected)
    assert recorder.recorded == 3


def test_that_a_state_put_back_is_gone_on_from():
    plain, other = trainer_of("optimizers", RACE), trainer_of("optimizers", RACE)
    engine = Accelerated(other.state, Recorder())
    expected = plain.advance(FOREVER, 40)
    parts = [engine.advance(FOREVER, 20)]
    kept = other.capture()
    engine.advance(FOREVER, 15)
    other.restore(kept)
    parts += [engine.advance(FOREVER, 5) for _ in range(4)]
    assert np.array_equal(np.concatenate(parts), expected, equal_nan=True)


@pytest.mark.parametrize("broken", ["cannot", "other losses", "other steps"])
def test_that_a_recording_that_does_something_else_is_not_used(broken, caplog):
    plain, other, recorder = trainer_of("regression"), trainer_of("regression"), Recorder(broken)
    expected, found = trained(plain), trained(other, Accelerated(other.state, recorder))
    assert recorder.recorded == 1
    assert recorder.played <= 1  # to compare it
    assert recorder.prepared == [True, False]
    assert "recorded" in caplog.text
    assert np.array_equal(found, expected, equal_nan=True)


@pytest.mark.parametrize("name", ["adam", "nadam", "rmsprop", "adagrad", "momentum"])
def test_that_what_a_device_counted_is_kept_as_the_plain_loop_keeps_it(name):
    trainer = trainer_of("regression", {"optimizer.name": name, "schedule.steps": 20})
    trainer.advance(FOREVER, 5)
    optimizer = trainer.variants[0].optimizer
    before = state_of(optimizer)
    cuda_graph.prepare([optimizer], on=True)
    assert all(group.get("capturable", True) for group in optimizer.param_groups)
    assert str(state_of(optimizer)) == str(before)
    cuda_graph.prepare([optimizer], on=False)
    assert str(optimizer.state_dict()) == str(before)
    assert bool(cuda_graph.counted_here([optimizer])) == (name != "momentum")
    trainer.advance(FOREVER, 5)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("regression", {"optimizer.lr": 5.0, "schedule.steps": 200}),
        ("regression", {"schedule.target_loss": 0.1, "schedule.steps": 2000}),
        ("optimizers", {"racers.sgd.lr": 50.0, "data.points": 100, "schedule.epochs": 3}),
    ],
)
@pytest.mark.parametrize("recorder", [None, Recorder()])
def test_that_what_happens_in_a_chunk_happens_at_its_very_step(name, options, recorder):
    plain, other = trainer_of(name, options), trainer_of(name, options)
    expected, found = trained(plain), trained(other, Accelerated(other.state, recorder))
    assert np.array_equal(found, expected, equal_nan=True)
    assert other.ending == plain.ending
    assert [v.diverged for v in other.variants] == [v.diverged for v in plain.variants]


@pytest.mark.parametrize("every", [1, 3])
def test_that_paths_are_taken_down_as_they_are_by_the_plain_loop(every):
    options = {"data.points": 100, "schedule.epochs": 8}
    plain, other = trainer_of("optimizers", options), trainer_of("optimizers", options)
    plain.state.trajectory, other.state.trajectory = (
        Trajectory(plain.point()),
        Trajectory(other.point()),
    )
    plain.state.trajectory.every = other.state.trajectory.every = every
    trained(plain)
    trained(other, Accelerated(other.state))
    assert other.state.trajectory.every == every
    assert [p.step for p in other.state.trajectory.points] == [
        p.step for p in plain.state.trajectory.points
    ]
    for place, expected in zip(
        other.state.trajectory.points, plain.state.trajectory.points, strict=True
    ):
        assert np.array_equal(place.vectors, expected.vectors)


def fill_up(trainer, monkeypatch):
    """Have the device's memory run out at the fifth batch; return the batches."""
    forward, calls = trainer.variants[0].net.forward, []

    def full(x):
        calls.append(x)
        if len(calls) == 5:
            raise torch.OutOfMemoryError("out of memory")
        return forward(x)

    monkeypatch.setattr(trainer.variants[0].net, "forward", full)
    return calls


def test_that_a_full_device_gives_up_the_recording_first(monkeypatch):
    plain, other, recorder = trainer_of("regression"), trainer_of("regression"), Recorder()
    expected = plain.advance(FOREVER, 80)
    engine = Accelerated(other.state, recorder)
    parts = [engine.advance(FOREVER, 10) for _ in range(4)]
    played = recorder.played
    assert played > 1
    fill_up(other, monkeypatch)
    parts.append(engine.advance(FOREVER, 40))
    assert np.array_equal(np.concatenate(parts), expected)
    assert recorder.played <= played + 5
    assert recorder.recorded == 1
    assert other.state.hint is None  # it was not left


def test_that_the_classes_weights_leave_a_full_device_too():
    options = {"data.kind": "iris", "class_weights": "balanced", "schedule.steps": 20}
    trainer = trainer_of("classification", options)
    weights = trainer.state.loss_func.weight.clone()
    trainer.state.loss_func.to("meta")  # as a device that this machine does not have
    trainer.state.fall_back_to_cpu(trainer.capture())
    assert torch.equal(trainer.state.loss_func.weight, weights)
    assert trainer.state.loss_func.weight.device.type == "cpu"
    assert len(trainer.advance(FOREVER, 3)) == 3


def test_that_a_full_device_is_left_with_a_word_and_no_step_is_lost(monkeypatch):
    plain, other = trainer_of("regression"), trainer_of("regression")
    expected = plain.advance(FOREVER, 60)[:, 0]
    engine = Accelerated(other.state)
    first = engine.advance(FOREVER, 20)
    calls = fill_up(other, monkeypatch)
    rest = engine.advance(FOREVER, 40)
    assert len(calls) > 40  # the chunk that did not fit was taken again
    assert np.array_equal(np.concatenate([first, rest])[:, 0], expected)
    assert "ran out of memory: the run goes on with the processor" in str(other.state.hint)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
def test_that_a_run_on_a_gpu_gives_the_losses_of_the_processor_to_rounding():
    task = TASKS["cnn"]
    spec = with_settings(task.spec, {"data.images": 300, "schedule.epochs": 2})
    here, there = Trainer(task, spec, "cpu"), Trainer(task, spec, "cuda")
    assert np.allclose(trained(there), trained(here), rtol=1e-2, atol=1e-3, equal_nan=True)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
@pytest.mark.parametrize(("name", "options"), [run for run in LONGER if "dropout" not in str(run)])
def test_that_a_graph_on_a_gpu_gives_what_the_steps_give(name, options, caplog):
    task = TASKS[name]
    spec = with_settings(task.spec, options)
    plain, other = Trainer(task, spec, "cuda"), Trainer(task, spec, "cuda")
    plays = []

    class Counting:
        prepare = staticmethod(cuda_graph.prepare)

        @staticmethod
        def record(work, optimizers):
            play = cuda_graph.record(work, optimizers)
            return lambda: (plays.append(1), play())[1]

    expected, found = (
        trained(plain, PlainSteps(plain)),
        trained(other, Accelerated(other.state, Counting)),
    )
    assert len(plays) > len(expected) / 4
    assert not caplog.text
    assert np.allclose(found, expected, rtol=1e-2, atol=1e-3, equal_nan=True)


class PlainSteps:
    """The plain loop, on whatever device."""

    def __init__(self, trainer):
        self.advance = trainer.advance_eager
