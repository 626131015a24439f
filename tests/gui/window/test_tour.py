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
from tests.gui.helpers import LEFT, TASKS, process_events


def tour_of(person):
    person.wait_until(lambda: not is_over(person))
    return next(tour for tour in person.window.findChildren(Tour) if tour.isVisible())


def is_over(person):
    return not [tour for tour in person.window.findChildren(Tour) if tour.isVisible()]


def texts(tour):
    return [part.text() for part in tour.words.findChildren(QLabel)]


def place(widget, window):
    return QRect(widget.mapTo(window, widget.rect().topLeft()), widget.size())


def test_that_the_tour_points_at_real_controls_and_its_words_cover_none_of_them(person):
    for size in ((1280, 800), (900, 560)):
        person.window.resize(*size)
        process_events()
        person.trigger(person.window.actions_.tour)
        tour, seen = tour_of(person), []
        while not is_over(person):
            target = tour.target
            assert target.isVisible()
            where, words = place(target, person.window), place(tour.words, person.window)
            assert person.window.rect().contains(words)
            if target.height() < 200:  # beside what is larger there may be no room
                assert not where.intersects(words), texts(tour)
            for text in tour.words.findChildren(QLabel) + tour.words.findChildren(QPushButton):
                assert tour.words.rect().contains(place(text, tour.words))
            seen.append(tour.title.text())
            QTest.mouseClick(tour.next, LEFT)
            process_events()
        assert len(seen) == len(set(seen)) >= 9
        assert ("Code and lesson" in seen) == (size[0] == 1280), "what is hidden is passed over"


def test_that_keys_lead_on_and_back_and_nothing_else_hears_them(person):
    before = person.step
    person.trigger(person.window.actions_.tour)
    tour = tour_of(person)
    first = tour.title.text()
    assert "1 of " in texts(tour)[1]
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_S, Qt.Key.Key_Left):
        QTest.keyClick(tour, key)
    assert tour.title.text() != first
    QTest.keyClick(tour, Qt.Key.Key_Left)
    assert tour.title.text() == first
    assert not tour.back.isEnabled()
    person.window.resize(1000, 700)
    process_events()
    assert tour.size() == person.window.size()
    QTest.keyClick(tour, Qt.Key.Key_Escape)
    process_events()
    assert is_over(person)
    assert person.step == before
    assert person.train_button == "Train"
    person.press(Qt.Key.Key_S)
    person.wait_for_step(before + 1)


def test_that_only_the_first_start_begins_with_the_tour(open_window):
    person = open_window()
    person.window.guide.offer_tour()
    tour = tour_of(person)
    QTest.mouseClick(tour.end, LEFT)
    process_events()
    assert is_over(person)
    again = open_window()
    again.window.guide.offer_tour()
    QTest.qWait(100)
    assert again.window.findChildren(Tour) == []


def test_that_the_demo_plays_every_tab_until_a_key_is_pressed(open_window, monkeypatch):
    monkeypatch.setattr(demo, "MAX_PLAY_S", 0.6)
    monkeypatch.setattr(demo, "REST_S", 0.2)
    person = open_window()
    player = Demo(person.window)
    seen = []
    ended = []
    player.ended.connect(lambda: ended.append(True))
    player.start()

    def look():
        run = person.window.tab.run
        if run.steps_done and (not seen or seen[-1] != run.task.name):
            seen.append(run.task.name)
        return len(seen) > len(TASKS)

    person.wait_until(look, 60_000)
    assert seen[:-1] == list(TASKS)
    assert seen[-1] == next(iter(TASKS)), "it begins again"
    assert person.banner == "Demo. Any key ends it."
    assert person.tab.presets.button.text() == TASKS["regression"].presets[0].title
    QTest.keyClick(person.window, Qt.Key.Key_A)
    assert ended == [True]
    assert person.banner == "The demo has ended. The window is yours."
    person.wait_until(lambda: person.tab.run.state in (State.PAUSED, State.ENDED, State.READY))
    task = person.tab.task.name
    QTest.qWait(1200)
    assert person.tab.task.name == task
    QTest.keyClick(person.window, Qt.Key.Key_S)  # keys do what they always do
    assert person.train_button == "Train"


def test_that_the_command_line_starts_the_demo(monkeypatch):
    asked = {}

    def run(*arguments, **more):
        asked.update(arguments=arguments, **more)
        return 0

    monkeypatch.setattr("nngui.gui.app.run", run)
    assert main(["--demo", "--lang", "en"]) == 0
    assert asked == {"arguments": (None, False, "en", None, None), "demo": True}
