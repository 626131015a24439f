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


def take(user, card, text):
    """Click the button in a card's header, and choose from its menu."""
    action = next(a for a in card.menu_button.choices.actions() if a.text() == text)
    QTest.mouseClick(card.menu_button, LEFT)
    user.wait_until(card.menu_button.choices.isVisible)
    card.menu_button.choices.close()
    action.trigger()


def saved(user, path):
    user.choose_file(path)
    user.wait_for_banner(f"Saved as {path}")


def read(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_that_a_plot_is_copied_at_twice_its_size(user):
    user.train_to_the_end()
    take(user, user.tab, "Copy the picture")
    user.wait_for_banner("The picture is in the clipboard.")
    image = QGuiApplication.clipboard().image()
    assert (image.width(), image.height()) == (
        2 * user.tab.card.width(),
        2 * user.tab.card.height(),
    )
    user.trigger(user.window.actions_.copy_tab)
    assert QGuiApplication.clipboard().image().width() == 2 * user.tab.width()


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_that_each_card_is_saved(user, tmp_path, ending):
    user.train_to_the_end()
    for number, card in enumerate((user.tab, user.tab.loss_card)):
        take(user, card, "Save the picture (PNG, SVG)…")
        path = tmp_path / f"{number}.{ending}"
        saved(user, path)
        start = path.read_bytes()[:200]
        assert start.startswith(b"\x89PNG") if ending == "png" else b"<svg" in start


def test_that_the_numbers_of_a_plot_are_those_that_it_draws(user, tmp_path):
    user.train_to_the_end()
    path = tmp_path / "numbers.csv"
    take(user, user.tab, "Save its numbers (CSV)…")
    saved(user, path)
    rows = read(path)
    curve = [(float(r["x"]), float(r["y"])) for r in rows if r["series"] == "curve"]
    assert np.array_equal(np.array(curve).T, user.fit_drawn)
    dots = [(float(r["x"]), float(r["y"])) for r in rows if r["series"] not in ("curve",)]
    assert np.array_equal(np.array(dots), user.points_drawn)
    assert {r["plot"] for r in rows} == {"Fit"}


def test_that_the_numbers_of_the_losses_are_the_history(user, tmp_path):
    user.train_to_the_end()
    path = tmp_path / "losses.csv"
    take(user, user.tab.loss_card, "Save its numbers (CSV)…")
    saved(user, path)
    assert len(path.read_text().splitlines()) == 101


def test_that_every_room_has_numbers_to_save_or_says_where_they_are(open_window, tmp_path):
    user = open_window()
    for name in TASKS:
        user.window.open_task(name)
        user.window.wake()
        user.go_fast()
        user.wait_until(lambda: user.tab.run.state is State.READY)
        user.tab.run.train()
        user.wait_until(lambda: user.tab.run.steps_done >= 3)
        user.tab.run.pause()
        user.wait_until(lambda: user.tab.run.state in (State.PAUSED, State.ENDED))
        process_events()
        user.trigger(user.window.actions_.export_numbers)
        if name in ("quick_build", "batch_training", "cnn"):  # drawings, not plots
            assert user.banner.startswith("This view draws no numbers.")
            continue
        path = tmp_path / f"{name}.csv"
        saved(user, path)
        assert len(read(path)) > 5, name


def test_that_a_plot_without_numbers_says_so(open_window):
    user = open_window()
    user.trigger(user.window.actions_.export_numbers)
    assert user.banner == "There are no numbers in it yet: train first."


def test_that_a_drag_takes_the_picture_out(user):
    user.train_to_the_end()
    data = user.tab.menu_button.dragged()
    assert data.imageData().width() == 2 * user.tab.card.width()
    with Image.open(data.urls()[0].toLocalFile()) as file:
        assert file.size == (2 * user.tab.card.width(), 2 * user.tab.card.height())


def test_that_the_training_is_filmed_from_its_first_step(user, tmp_path):
    user.train_to_the_end()
    path = tmp_path / "film.gif"
    user.press(Qt.Key.Key_G, CTRL)
    user.choose_file(path)
    assert user.train_button == "Pause"
    user.wait_for_banner(f"Saved as {path}")
    with Image.open(path) as film:
        assert film.n_frames >= 3
        assert film.size == (user.tab.card.width(), user.tab.card.height())
        assert film.info["loop"] == 0
        pictures = []
        for number in range(film.n_frames):
            film.seek(number)
            pictures.append(np.asarray(film.convert("RGB"), np.int16))
    changes = [int(np.abs(a - b).max()) for a, b in pairwise(pictures)]
    assert max(changes) > 50, "something moves"
    assert user.tab.run.state is State.ENDED


def test_that_a_pause_ends_a_film_and_a_place_that_is_not_there_begins_none(user, tmp_path):
    user.enter("schedule.steps", "100000000")
    user.trigger(user.window.actions_.export_film)
    user.choose_file(tmp_path / "none" / "film.gif")
    user.wait_until(lambda: "could not be written" in user.banner)
    assert user.train_button == "Train"
    user.trigger(user.window.actions_.export_film)
    path = tmp_path / "film.gif"
    user.choose_file(path)
    user.wait_for_step(20)
    user.click("Pause")
    user.wait_for_banner(f"Saved as {path}")
    assert path.read_bytes().startswith(b"GIF89a")
    user.click("Train")
    user.click("Pause")
    user.wait_until(lambda: user.tab.run.state is State.PAUSED)
    assert [file.name for file in tmp_path.iterdir()] == ["film.gif"]


def test_that_a_film_outlives_another_size_and_says_when_it_saw_nothing(user, tmp_path):
    user.enter("schedule.steps", "100000000")
    user.trigger(user.window.actions_.export_film)
    path = tmp_path / "film.gif"
    user.choose_file(path)
    user.wait_for_step(20)
    size = user.tab.card.size().toTuple()
    user.window.resize(1000, 620)
    stood_at = user.step
    user.wait_for_step(stood_at + 20)
    user.click("Pause")
    user.wait_for_banner(f"Saved as {path}")
    with Image.open(path) as film:
        assert film.size == size != user.tab.card.size().toTuple()
        film.seek(film.n_frames - 1)

    film = Film(user.window)
    said = []
    film.message.connect(lambda level, text: said.append(text))
    tab = user.tab
    user.open_tab("Classification")
    film.begin(tab.run, tab.card, tmp_path / "unseen.gif")
    user.wait_until(lambda: tab.run.state is State.TRAINING)
    tab.run.pause()
    user.wait_until(lambda: len(said) > 1)
    assert said[-1] == "Nothing was filmed: the plot was not to be seen."
    assert not (tmp_path / "unseen.gif").exists()
    film.close()
