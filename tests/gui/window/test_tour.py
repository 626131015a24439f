"""The walk past the controls, and the demo that plays by itself."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from nngui.cli import main
from nngui.gui import demo
from nngui.gui.demo import Demo
from nngui.gui.training.state import State
from nngui.gui.window.tour import Tour
from tests.gui.helpers import LEFT, TASKS, after_timers, process_events


def tour_of(user):
    user.wait_until(lambda: not is_over(user))
    return next(tour for tour in user.window.findChildren(Tour) if tour.isVisible())


def is_over(user):
    return not [tour for tour in user.window.findChildren(Tour) if tour.isVisible()]


def texts(tour):
    return [part.text() for part in tour.words.findChildren(QLabel)]


def place(widget, window):
    return QRect(widget.mapTo(window, widget.rect().topLeft()), widget.size())


def test_that_the_tour_points_at_real_controls_and_its_words_cover_none_of_them(user):
    for size in ((1280, 800), (900, 560)):
        user.window.resize(*size)
        process_events()
        user.trigger(user.window.actions_.tour)
        tour, seen = tour_of(user), []
        while not is_over(user):
            target = tour.target
            assert target.isVisible()
            where, words = place(target, user.window), place(tour.words, user.window)
            assert user.window.rect().contains(words)
            if target.height() < 200:  # beside what is larger there may be no room
                assert not where.intersects(words), texts(tour)
            for text in tour.words.findChildren(QLabel) + tour.words.findChildren(QPushButton):
                assert tour.words.rect().contains(place(text, tour.words))
            seen.append(tour.title.text())
            QTest.mouseClick(tour.next, LEFT)
            process_events()
        assert len(seen) == len(set(seen)) >= 9
        assert ("Code and lesson" in seen) == (size[0] == 1280), "what is hidden is passed over"


def test_that_keys_lead_on_and_back_and_nothing_else_hears_them(user):
    before = user.step
    user.trigger(user.window.actions_.tour)
    tour = tour_of(user)
    first = tour.title.text()
    assert "1 of " in texts(tour)[1]
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_S, Qt.Key.Key_Left):
        QTest.keyClick(tour, key)
    assert tour.title.text() != first
    QTest.keyClick(tour, Qt.Key.Key_Left)
    assert tour.title.text() == first
    assert not tour.back.isEnabled()
    user.window.resize(1000, 700)
    process_events()
    assert tour.size() == user.window.size()
    QTest.keyClick(tour, Qt.Key.Key_Escape)
    process_events()
    assert is_over(user)
    assert user.step == before
    assert user.train_button == "Train"
    user.press(Qt.Key.Key_S)
    user.wait_for_step(before + 1)


def test_that_only_the_first_start_begins_with_the_tour(open_window):
    user = open_window()
    user.window.guide.offer_tour()
    tour = tour_of(user)
    QTest.mouseClick(tour.end, LEFT)
    process_events()
    assert is_over(user)
    again = open_window()
    again.window.guide.offer_tour()
    after_timers(100)
    assert again.window.findChildren(Tour) == []


def test_that_the_demo_plays_every_tab_until_a_key_is_pressed(open_window, monkeypatch):
    monkeypatch.setattr(demo, "MAX_PLAY_S", 0.6)
    monkeypatch.setattr(demo, "REST_S", 0.2)
    user = open_window()
    player = Demo(user.window)
    seen = []
    ended = []
    player.ended.connect(lambda: ended.append(True))
    player.start()

    def look():
        run = user.window.tab.run
        if run.steps_done and (not seen or seen[-1] != run.task.name):
            seen.append(run.task.name)
        return len(seen) > len(TASKS)

    user.wait_until(look, 60_000)
    assert seen[:-1] == list(TASKS)
    assert seen[-1] == next(iter(TASKS)), "it begins again"
    assert user.banner == "Demo. Any key ends it."
    assert user.tab.presets.button.text() == TASKS["regression"].presets[0].title
    QTest.keyClick(user.window, Qt.Key.Key_A)
    assert ended == [True]
    assert user.banner == "The demo has ended. The window is yours."
    user.wait_until(lambda: user.tab.run.state in (State.PAUSED, State.ENDED, State.READY))
    task = user.tab.task.name
    after_timers(1200)
    assert user.tab.task.name == task
    QTest.keyClick(user.window, Qt.Key.Key_S)  # keys do what they always do
    assert user.train_button == "Train"


def test_that_the_command_line_starts_the_demo(monkeypatch):
    asked = {}

    def run(*arguments, **more):
        asked.update(arguments=arguments, **more)
        return 0

    monkeypatch.setattr("nngui.gui.app.run", run)
    assert main(["--demo", "--lang", "en"]) == 0
    assert asked == {"arguments": (None, False, "en", None, None), "demo": True}
