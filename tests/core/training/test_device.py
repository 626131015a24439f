"""Where a run computes: the quickest device, found out by trying."""

from __future__ import annotations

import pytest
import torch

from nngui.core.errors import DeviceError
from nngui.core.training import device


@pytest.fixture
def with_gpu(monkeypatch):
    """A machine with a GPU that needs 1 ms to begin, and is ten times as fast."""
    monkeypatch.setattr(device, "available", lambda: ["cpu", "cuda"])

    def step_seconds(name, work):
        return work / 1e9 if name == "cpu" else 1e-3 + work / 1e10

    monkeypatch.setattr(device, "step_seconds", step_seconds)


def test_that_a_trial_decides_where_it_is_not_clear(with_gpu):
    assert device.pick("auto", 100).type == "cpu"
    assert device.pick("auto", 1_000_000).type == "cpu"
    assert device.pick("auto", 10_000_000).type == "cuda"
    assert device.pick("auto", 10**15).type == "cuda"


def test_that_a_device_that_is_asked_for_is_taken_and_a_missing_one_refused(with_gpu):
    assert device.pick("cpu", 10**15).type == "cpu"
    assert device.pick("cuda", 1).type == "cuda"
    with pytest.raises(DeviceError, match=r"no device mps .* auto, cpu, cuda"):
        device.pick("mps", 1)


def test_that_a_trial_takes_longer_for_more_work_and_draws_no_random_numbers():
    before = torch.get_rng_state()
    assert 0 < device.step_seconds("cpu", 10_000) < device.step_seconds("cpu", 500_000_000)
    assert torch.equal(torch.get_rng_state(), before)
