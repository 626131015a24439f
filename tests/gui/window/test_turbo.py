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
def training(person):
    """A person before a run that takes long, by PyTorch."""
    person.window.open_task("save_restore")
    person.wait_until_ready()
    person.enter("schedule.steps", LONG)
    person.go_fast()
    person.click("Train")
    person.wait_for_step(50)
    return person


def trains_by(person, engine):
    person.wait_until(lambda: engine in person.window.status.place.text(), LOADING)


def switch_of(person):
    return person.window.toolbar.turbo


def test_that_turbo_goes_on_where_pytorch_stood_and_back(training, tmp_path):
    person = training
    person.click("Turbo")
    assert switch_of(person).isChecked()
    trains_by(person, "turbo")
    first = person.step
    person.wait_for_step(first + 2000)
    person.press(Qt.Key.Key_T)
    trains_by(person, "torch")
    assert not switch_of(person).isChecked()
    second = person.step
    person.wait_for_step(second + 20)
    person.click("Pause")
    person.wait_for("paused")
    lines = person.export_history(tmp_path / "losses.csv")[1:]
    assert len(lines) == person.step
    trainer = headless("save_restore", {"schedule.steps": 100_000_000}, steps=0)
    expected = trainer.advance(1e9, 1000)[:, 0]
    losses = [float(line.split(",")[1]) for line in lines[:1000]]
    assert losses == pytest.approx(expected, rel=1e-4)


def test_that_the_status_bar_offers_turbo_where_it_saves_a_wait(training):
    person, offer = training, training.window.status.offer
    person.wait_until(offer.isVisible)
    assert "to go. Turbo would be much faster." in offer.text()
    assert " left" not in person.status  # the offer says it
    person.click(offer.text())
    trains_by(person, "turbo")
    assert not offer.isVisible()
    assert switch_of(person).isChecked()
    person.click("Pause")
    person.wait_for("paused")


def test_that_it_is_remembered_for_all_rooms_and_the_next_start(open_window):
    person = open_window()
    person.click("Turbo")
    person.wait_until(turbo_cache.is_loaded, LOADING)
    person.open_tab("Classification")
    person.wait_until_ready()
    trains_by(person, "turbo")
    person.window.close()
    again = open_window()
    again.window.wake()
    again.wait_until_ready()
    assert switch_of(again).isChecked()
    again.go_fast()
    again.click("Train")
    trains_by(again, "turbo")
    again.wait_for("steps done.")


def test_that_the_switch_says_what_turbo_does_not_cover(person):
    person.click("Turbo")
    person.wait_until_ready()
    trains_by(person, "turbo")
    person.enter("network.dropout", "0.2")
    person.wait_until(lambda: not switch_of(person).isEnabled())
    assert "Turbo does not know Dropout" in switch_of(person).toolTip()
    assert "torch" in person.window.status.place.text()
    person.enter("network.dropout", "0")
    person.wait_until(switch_of(person).isEnabled)
    assert switch_of(person).isChecked()
    trains_by(person, "turbo")


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
