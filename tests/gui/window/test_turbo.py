"""The switch of turbo: in mid-run, beside what it does not cover, and at the next start."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt

from nngui.core.errors import NnguiError
from nngui.core.turbo import cache as turbo_cache
from tests.gui.helpers import LOADING, headless

LONG = "100000000"


@pytest.fixture
def training(user):
    """A user before a run that takes long, by PyTorch."""
    user.window.open_task("save_restore")
    user.wait_until_ready()
    user.enter("schedule.steps", LONG)
    user.go_fast()
    user.click("Train")
    user.wait_for_step(50)
    return user


def trains_by(user, engine):
    user.wait_until(lambda: engine in user.window.status.place.text(), LOADING)


def switch_of(user):
    return user.window.toolbar.turbo


def test_that_turbo_goes_on_where_pytorch_stood_and_back(training, tmp_path):
    user = training
    user.click("Turbo")
    assert switch_of(user).isChecked()
    trains_by(user, "turbo")
    first = user.step
    user.wait_for_step(first + 2000)
    user.press(Qt.Key.Key_T)
    trains_by(user, "torch")
    assert not switch_of(user).isChecked()
    second = user.step
    user.wait_for_step(second + 20)
    user.click("Pause")
    user.wait_for("paused")
    lines = user.export_history(tmp_path / "losses.csv")[1:]
    assert len(lines) == user.step
    trainer = headless("save_restore", {"schedule.steps": 100_000_000}, steps=0)
    expected = trainer.advance(1e9, 1000)[:, 0]
    losses = [float(line.split(",")[1]) for line in lines[:1000]]
    assert losses == pytest.approx(expected, rel=1e-4)


def test_that_the_status_bar_offers_turbo_where_it_saves_a_wait(training):
    user, offer = training, training.window.status.offer
    user.wait_until(offer.isVisible)
    assert "to go. Turbo would be much faster." in offer.text()
    assert " left" not in user.status  # the offer says it
    user.click(offer.text())
    trains_by(user, "turbo")
    assert not offer.isVisible()
    assert switch_of(user).isChecked()
    user.click("Pause")
    user.wait_for("paused")


def test_that_it_is_remembered_for_all_rooms_and_the_next_start(open_window):
    user = open_window()
    user.click("Turbo")
    user.wait_until(turbo_cache.is_loaded, LOADING)
    user.open_tab("Classification")
    user.wait_until_ready()
    trains_by(user, "turbo")
    user.window.close()
    again = open_window()
    again.window.wake()
    again.wait_until_ready()
    assert switch_of(again).isChecked()
    again.go_fast()
    again.click("Train")
    trains_by(again, "turbo")
    again.wait_for("steps done.")


def test_that_the_switch_says_what_turbo_does_not_cover(user):
    user.click("Turbo")
    user.wait_until_ready()
    trains_by(user, "turbo")
    user.enter("network.dropout", "0.2")
    user.wait_until(lambda: not switch_of(user).isEnabled())
    assert "Turbo does not know Dropout" in switch_of(user).toolTip()
    assert "torch" in user.window.status.place.text()
    user.enter("network.dropout", "0")
    user.wait_until(switch_of(user).isEnabled)
    assert switch_of(user).isChecked()
    trains_by(user, "turbo")


def test_that_training_goes_on_by_pytorch_where_turbo_cannot_be_compiled(training, monkeypatch):
    def prepare(_cancelled):
        raise NnguiError("Turbo cannot be compiled on this machine: {why}", why="no LLVM")

    monkeypatch.setattr(turbo_cache, "is_loaded", lambda: False)
    monkeypatch.setattr(turbo_cache, "prepare", prepare)
    training.click("Turbo")
    training.wait_for_banner("Turbo cannot be compiled on this machine: no LLVM")
    assert not switch_of(training).isChecked()
    step = training.step
    training.wait_for_step(step + 20)
    assert "torch" in training.window.status.place.text()
    training.click("Pause")
    training.wait_for("paused")


def test_that_it_is_said_while_turbo_is_being_compiled(training, monkeypatch):
    compiled = threading.Event()
    monkeypatch.setattr(turbo_cache, "is_loaded", compiled.is_set)
    monkeypatch.setattr(turbo_cache, "prepare", lambda _cancelled: compiled.wait(60))
    training.click("Turbo")
    trains_by(training, "compiling turbo")
    step = training.step
    training.wait_for_step(step + 20)
    compiled.set()
    training.wait_until(lambda: "CPU · turbo ·" in training.window.status.place.text())
    training.click("Pause")
    training.wait_for("paused")
