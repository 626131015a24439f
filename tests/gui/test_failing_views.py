"""Whatever fails in a tab beside the steps of its run: it trains as if nothing had happened."""

from __future__ import annotations

import os
import sys
from collections import Counter

import numpy as np
import pytest
from pyqtgraph import PlotItem

from nngui.core.evaluation import hints
from nngui.core.inspectors.reference import ReferenceNet
from nngui.core.records.history import History
from nngui.core.spec.toml import with_settings
from nngui.core.trainer import Trainer
from nngui.files.runs.store import RunStore
from nngui.gui.panels.banner import Unexpected
from nngui.gui.training import autosave
from nngui.gui.training.run import Run
from nngui.gui.training.state import State
from tests.gui.helpers import LOADING, TASKS, headless

SHORT = {
    "batch_training": {},
    "optimizers": {"schedule.epochs": 2},
    "cnn": {"data.images": 300, "schedule.epochs": 1},
}
STEPS = {"schedule.steps": 300}
SAMPLE = TASKS if os.environ.get("NNGUI_ALL") else ("quick_build", "cnn")
SLOTS = ("draw", "draw_losses", "show_labels", "headline_text", "on_updated", "on_state_changed")


def boom(*_, **__):
    raise RuntimeError("eels")


@pytest.fixture
def losses(monkeypatch):
    """Return a task's losses as they are without a window, before anything was spoilt."""
    return lambda name: headless(name, SHORT.get(name, STEPS), steps=0).advance(1e9)


def spoil(monkeypatch, tab):
    """Have all that views ask of a run, and all that draws it, fail."""
    for name in ("predict", "losses_on", "best"):
        monkeypatch.setattr(Trainer, name, property(boom) if name == "best" else boom)
    monkeypatch.setattr(ReferenceNet, "reference", boom)
    monkeypatch.setattr(hints, "find_hints", boom)
    monkeypatch.setattr(autosave, "write_recovery", boom)
    monkeypatch.setattr(RunStore, "keep", boom)
    monkeypatch.setattr(PlotItem, "paint", boom)
    for name in SLOTS:
        monkeypatch.setattr(type(tab), name, boom)
    inspect_with = Run.inspect_with
    monkeypatch.setattr(
        Run, "inspect_with", lambda run, inspector: inspect_with(run, inspector and boom)
    )
    tab.run.inspect_with(boom)


@pytest.mark.parametrize("name", SAMPLE)
def test_that_a_tab_in_which_everything_fails_trains_all_the_same(
    open_window, qtbot, monkeypatch, losses, name
):
    expected = losses(name)
    monkeypatch.setattr(autosave, "MIN_INTERVAL_S", 0.0)
    monkeypatch.setattr(autosave, "MIN_INTERVAL_IN_SAVES", 0)
    user = open_window()
    tab = user.window.open_task(name)
    user.window.wake()
    user.wait_until(lambda: tab.run.state is State.READY, LOADING)
    tab.run.apply(with_settings(tab.run.spec, SHORT.get(name, STEPS)))
    user.wait_until(lambda: tab.run.state is State.READY, LOADING)
    user.go_fast()
    said, unexpected, told = Counter(), Unexpected(), Counter()
    tab.run.notice.connect(lambda level, text: said.update([(level, text)]))
    unexpected.happened.connect(lambda text, _details: told.update([text]))
    with monkeypatch.context() as patch:
        restore = unexpected.install()
        try:
            spoil(patch, tab)
            tab.run.train()
            user.wait_until(lambda: tab.run.state is State.ENDED, LOADING)
            qtbot.wait(50)
        finally:
            restore()
            for last in ("last_type", "last_value", "last_traceback"):  # they hold the window
                vars(sys).pop(last, None)
    as_kept = History(tab.run.history.columns)
    as_kept.append(expected)
    found, wanted = (one.exact(0, len(one)) for one in (tab.run.history, as_kept))
    assert np.array_equal(found, wanted, equal_nan=True)
    assert all(times == 1 for times in said.values()), said
    assert len(said) >= 2  # the inspector, the advice
    assert list(told.values()) == [1]  # however many frames were to be drawn
