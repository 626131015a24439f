"""What can be taken away of a plot: its picture, its numbers, a film of the training."""

from __future__ import annotations

import csv
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from nngui.gui.controllers.film import Film
from nngui.gui.training.state import State
from tests.gui.helpers import CTRL, LEFT, TASKS, process_events


def take(person, card, text):
    """Click the button in a card's header, and choose from its menu."""
    action = next(a for a in card.menu_button.choices.actions() if a.text() == text)
    QTest.mouseClick(card.menu_button, LEFT)
    person.wait_until(card.menu_button.choices.isVisible)
    card.menu_button.choices.close()
    action.trigger()


def saved(person, path):
    person.choose_file(path)
    person.wait_for_banner(f"Saved as {path}")


def read(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_that_a_plot_is_copied_at_twice_its_size(person):
    person.train_to_the_end()
    take(person, person.tab, "Copy the picture")
    person.wait_for_banner("The picture is in the clipboard.")
    image = QGuiApplication.clipboard().image()
    assert (image.width(), image.height()) == (
        2 * person.tab.card.width(),
        2 * person.tab.card.height(),
    )
    person.trigger(person.window.actions_.copy_tab)
    assert QGuiApplication.clipboard().image().width() == 2 * person.tab.width()


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_that_each_card_is_saved(person, tmp_path, ending):
    person.train_to_the_end()
    for number, card in enumerate((person.tab, person.tab.loss_card)):
        take(person, card, "Save the picture (PNG, SVG)…")
        path = tmp_path / f"{number}.{ending}"
        saved(person, path)
        start = path.read_bytes()[:200]
        assert start.startswith(b"\x89PNG") if ending == "png" else b"<svg" in start


def test_that_the_numbers_of_a_plot_are_those_that_it_draws(person, tmp_path):
    person.train_to_the_end()
    path = tmp_path / "numbers.csv"
    take(person, person.tab, "Save its numbers (CSV)…")
    saved(person, path)
    rows = read(path)
    curve = [(float(r["x"]), float(r["y"])) for r in rows if r["series"] == "curve"]
    assert np.array_equal(np.array(curve).T, person.fit_drawn)
    dots = [(float(r["x"]), float(r["y"])) for r in rows if r["series"] not in ("curve",)]
    assert np.array_equal(np.array(dots), person.points_drawn)
    assert {r["plot"] for r in rows} == {"Fit"}


def test_that_the_numbers_of_the_losses_are_the_history(person, tmp_path):
    person.train_to_the_end()
    path = tmp_path / "losses.csv"
    take(person, person.tab.loss_card, "Save its numbers (CSV)…")
    saved(person, path)
    assert len(path.read_text().splitlines()) == 101


def test_that_every_room_has_numbers_to_save_or_says_where_they_are(open_window, tmp_path):
    person = open_window()
    for name in TASKS:
        person.window.open_task(name)
        person.window.wake()
        person.go_fast()
        person.wait_until(lambda: person.tab.run.state is State.READY)
        person.tab.run.train()
        person.wait_until(lambda: person.tab.run.steps_done >= 3)
        person.tab.run.pause()
        person.wait_until(lambda: person.tab.run.state in (State.PAUSED, State.ENDED))
        process_events()
        person.trigger(person.window.actions_.export_numbers)
        if name in ("quick_build", "batch_training", "cnn"):  # drawings, not plots
            assert person.banner.startswith("This view draws no numbers.")
            continue
        path = tmp_path / f"{name}.csv"
        saved(person, path)
        assert len(read(path)) > 5, name


def test_that_a_plot_without_numbers_says_so(open_window):
    person = open_window()
    person.trigger(person.window.actions_.export_numbers)
    assert person.banner == "There are no numbers in it yet: train first."


def test_that_a_drag_takes_the_picture_out(person):
    person.train_to_the_end()
    data = person.tab.menu_button.dragged()
    assert data.imageData().width() == 2 * person.tab.card.width()
    with Image.open(data.urls()[0].toLocalFile()) as file:
        assert file.size == (2 * person.tab.card.width(), 2 * person.tab.card.height())


def test_that_the_training_is_filmed_from_its_first_step(person, tmp_path):
    person.train_to_the_end()
    path = tmp_path / "film.gif"
    person.press(Qt.Key.Key_G, CTRL)
    person.choose_file(path)
    assert person.train_button == "Pause"
    person.wait_for_banner(f"Saved as {path}")
    with Image.open(path) as film:
        assert film.n_frames >= 3
        assert film.size == (person.tab.card.width(), person.tab.card.height())
        assert film.info["loop"] == 0
        pictures = []
        for number in range(film.n_frames):
            film.seek(number)
            pictures.append(np.asarray(film.convert("RGB"), np.int16))
    changes = [int(np.abs(a - b).max()) for a, b in pairwise(pictures)]
    assert max(changes) > 50, "something moves"
    assert person.tab.run.state is State.ENDED


def test_that_a_pause_ends_a_film_and_a_place_that_is_not_there_begins_none(person, tmp_path):
    person.enter("schedule.steps", "100000000")
    person.trigger(person.window.actions_.export_film)
    person.choose_file(tmp_path / "none" / "film.gif")
    person.wait_until(lambda: "could not be written" in person.banner)
    assert person.train_button == "Train"
    person.trigger(person.window.actions_.export_film)
    path = tmp_path / "film.gif"
    person.choose_file(path)
    person.wait_for_step(20)
    person.click("Pause")
    person.wait_for_banner(f"Saved as {path}")
    assert path.read_bytes().startswith(b"GIF89a")
    person.click("Train")
    person.click("Pause")
    person.wait_until(lambda: person.tab.run.state is State.PAUSED)
    assert [file.name for file in tmp_path.iterdir()] == ["film.gif"]


def test_that_a_film_outlives_another_size_and_says_when_it_saw_nothing(person, tmp_path):
    person.enter("schedule.steps", "100000000")
    person.trigger(person.window.actions_.export_film)
    path = tmp_path / "film.gif"
    person.choose_file(path)
    person.wait_for_step(20)
    size = person.tab.card.size().toTuple()
    person.window.resize(1000, 620)
    stood_at = person.step
    person.wait_for_step(stood_at + 20)
    person.click("Pause")
    person.wait_for_banner(f"Saved as {path}")
    with Image.open(path) as film:
        assert film.size == size != person.tab.card.size().toTuple()
        film.seek(film.n_frames - 1)

    film = Film(person.window)
    said = []
    film.message.connect(lambda level, text: said.append(text))
    tab = person.tab
    person.open_tab("Classification")
    film.begin(tab.run, tab.card, tmp_path / "unseen.gif")
    person.wait_until(lambda: tab.run.state is State.TRAINING)
    tab.run.pause()
    person.wait_until(lambda: len(said) > 1)
    assert said[-1] == "Nothing was filmed: the plot was not to be seen."
    assert not (tmp_path / "unseen.gif").exists()
    film.close()
