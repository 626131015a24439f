"""Of a pass with a loader so many batches are looked at, and no more."""

from __future__ import annotations

import pytest
from torch.utils.data import DataLoader

from nngui.core.studies import loader_cost
from tests.core.helpers import TASKS, spec_of

BATCHES = {"data.kind": "points", "data.points": 100, "schedule.batch_size": 10}


@pytest.fixture
def in_this_process(monkeypatch):
    """Have the loader bring its batches itself, and note how many processes were asked for."""
    asked = []

    def load(data, num_workers, timeout, **options):
        asked.append((num_workers, timeout > 0))
        return DataLoader(data, **options)

    monkeypatch.setattr(loader_cost, "DataLoader", load)
    return asked


@pytest.mark.parametrize(("most", "brought"), [(1, 1), (4, 4), (10, 10), (11, 10)])
def test_that_as_many_batches_are_looked_at_as_are_allowed(
    in_this_process, monkeypatch, most, brought
):
    monkeypatch.setattr(loader_cost, "MAX_BATCHES", most)
    spec = spec_of("batch_training", BATCHES | {"schedule.workers": 2})
    one, other = loader_cost.measure(TASKS["batch_training"], spec)
    assert in_this_process == [(0, False), (2, True), (0, False)]
    assert len(one.batches) == len(other.batches) == brought
    assert loader_cost.alike(one, other)
    assert 0 < one.first <= one.whole


def test_that_few_are_looked_at_where_fetching_takes_long(in_this_process, monkeypatch):
    monkeypatch.setattr(loader_cost, "ENOUGH_S", 0.05)
    spec = spec_of("batch_training", BATCHES | {"schedule.workers": 1})
    one, _ = loader_cost.measure(TASKS["batch_training"], spec, 0.001)
    assert len(one.batches) == 5
