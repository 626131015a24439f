"""The loss plot as a timeline: its cursor by mouse and keys, flags, marks, other runs' curves."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolTip, QVBoxLayout, QWidget

from nngui.core.records.history import History
from nngui.core.records.race import RaceView, TrajectoryPoint
from nngui.gui.plots.kit.ghosts import Ghost
from nngui.gui.plots.kit.marks import Flag, Mark, grouped
from nngui.gui.plots.loss_plot import LossPlot
from nngui.gui.plots.race_plot import RacePlot
from nngui.gui.style.theme import LIGHT
from tests.gui.helpers import LEFT, PLAIN, SHIFT, process_events

CTRL = Qt.KeyboardModifier.ControlModifier


class Watcher:
    """Hears what a timeline asks for, as the tab does."""

    def __init__(self, plot):
        self.heard = []
        plot.sought.connect(self.heard.append)
        plot.live_requested.connect(lambda: self.heard.append("live"))
        plot.play_requested.connect(lambda way: self.heard.append(("play", way)))


@pytest.fixture
def timeline(qtbot):
    """A loss plot with a run of 100 steps, on the screen."""

    def make(plot=None, columns=("loss",), steps=100):
        plot, history = plot or LossPlot(), History(columns)
        qtbot.addWidget(plot)
        plot.set_theme(LIGHT)
        plot.resize(700, 240)
        with qtbot.waitExposed(plot):
            plot.show()
        history.append(np.geomspace(1, 0.01, steps)[:, None] * np.ones(len(columns)))
        plot.clear_run(history, steps)
        process_events()
        return plot, Watcher(plot).heard

    return make


def place(plot, step, share=0.5):
    """Where a step is in the viewport, at a share of the plot's height from above."""
    box = plot.getViewBox().sceneBoundingRect()
    x = plot.getViewBox().mapViewToScene(QPointF(step, 0)).x()
    return QPoint(round(x), round(box.top() + share * box.height()))


def drag(plot, start, end):
    view = plot.viewport()
    QTest.mousePress(view, LEFT, PLAIN, start)
    for part in range(1, 6):
        QTest.mouseMove(view, start + (end - start) * part / 5)
        process_events()
    QTest.mouseRelease(view, LEFT, PLAIN, end)


def press(plot, *keys, modifier=PLAIN):
    for key in keys:
        QTest.keyClick(plot, key, modifier)


# --- The mouse ------------------------------------------------------------------------------------


def test_that_a_press_on_the_lower_edge_looks_back_and_a_drag_goes_on(timeline):
    plot, heard = timeline()
    drag(plot, place(plot, 20, 0.98), place(plot, 60, 0.98))
    assert heard[0] == pytest.approx(20, abs=1)
    assert heard[-1] == plot.cursor_step == pytest.approx(60, abs=1)
    assert heard == sorted(heard)


def test_that_the_handle_of_a_run_shown_live_is_dragged_back(timeline):
    plot, heard = timeline()
    drag(plot, place(plot, 100, 0.0), place(plot, 40, 0.0))
    assert plot.cursor_step == pytest.approx(40, abs=1)
    assert "live" not in heard


def test_that_the_cursor_is_taken_at_any_height_and_dragged_to_the_end_is_live(timeline):
    plot, heard = timeline()
    plot.set_cursor(30)
    drag(plot, place(plot, 30), place(plot, 70))
    assert plot.cursor_step == pytest.approx(70, abs=1)
    drag(plot, place(plot, plot.cursor_step), place(plot, 130))
    assert heard[-1] == "live"
    assert plot.cursor_step is None


def test_that_a_drag_beyond_the_left_end_is_at_the_beginning(timeline):
    plot, heard = timeline()
    drag(plot, place(plot, 20, 0.98), QPoint(-50, place(plot, 20, 0.98).y()))
    assert heard[-1] == plot.cursor_step == 0


def test_that_a_plain_move_and_a_click_in_the_middle_leave_the_run_live(timeline):
    plot, heard = timeline()
    read = []
    plot.read.connect(lambda step, values: read.append(step))
    QTest.mouseMove(plot.viewport(), place(plot, 30))
    QTest.mouseClick(plot.viewport(), LEFT, PLAIN, place(plot, 40))
    process_events()
    assert heard == []
    assert plot.cursor_step is None
    assert read[-1] in range(29, 42)


def test_that_a_double_click_goes_there(timeline):
    plot, heard = timeline()
    QTest.mouseDClick(plot.viewport(), LEFT, PLAIN, place(plot, 55))
    assert heard == [pytest.approx(55, abs=1)]


def test_that_another_button_moves_nothing(timeline):
    plot, heard = timeline()
    QTest.mouseClick(plot.viewport(), Qt.MouseButton.RightButton, PLAIN, place(plot, 20, 0.98))
    QTest.mouseDClick(plot.viewport(), Qt.MouseButton.RightButton, PLAIN, place(plot, 20))
    assert heard == []


def test_that_there_is_nothing_to_look_back_at_before_the_first_step(timeline):
    plot, heard = timeline()
    plot.clear_run(History(("loss",)), 100)
    drag(plot, place(plot, 20, 0.98), place(plot, 60, 0.98))
    press(plot, Qt.Key.Key_Left, Qt.Key.Key_Home)
    press(plot, Qt.Key.Key_Space, modifier=SHIFT)
    assert heard == []


def test_that_while_the_hand_drags_nobody_else_moves_the_cursor(timeline):
    plot, _ = timeline()
    QTest.mousePress(plot.viewport(), LEFT, PLAIN, place(plot, 20, 0.98))
    under_the_hand = plot.cursor_step
    plot.set_cursor(3)  # a picture that was asked for before has come
    assert plot.cursor_step == under_the_hand
    QTest.mouseRelease(plot.viewport(), LEFT, PLAIN, place(plot, 20, 0.98))
    plot.set_cursor(3)
    assert plot.cursor_step == 3


def test_that_a_run_whose_beginning_is_not_known_is_sought_from_there(timeline):
    plot, heard = timeline()
    plot.set_first(25)
    press(plot, Qt.Key.Key_Home)
    assert heard == [25]


# --- Keys -----------------------------------------------------------------------------------------


def test_that_keys_go_by_a_step_by_ten_by_a_tenth_and_to_the_ends(timeline):
    plot, heard = timeline(steps=300)
    press(plot, Qt.Key.Key_Left, Qt.Key.Key_Left)
    press(plot, Qt.Key.Key_Left, modifier=SHIFT)
    press(plot, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp, Qt.Key.Key_Right)
    press(plot, Qt.Key.Key_Home, Qt.Key.Key_Left, Qt.Key.Key_End)
    assert heard == [299, 298, 288, 258, 288, 289, 0, "live"]


def test_that_space_plays_only_while_looking_back_and_escape_returns(timeline):
    plot, heard = timeline()
    press(plot, Qt.Key.Key_Space, Qt.Key.Key_Escape)
    assert heard == []
    press(plot, Qt.Key.Key_Space, modifier=SHIFT)
    assert heard == [("play", -1)]
    plot.set_cursor(50)
    press(plot, Qt.Key.Key_Space, Qt.Key.Key_Escape)
    assert heard == [("play", -1), ("play", 1), "live"]


def test_that_the_windows_space_is_the_plots_only_while_looking_back(qtbot, timeline):
    plot, heard = timeline()
    window, trained = QWidget(), []
    QVBoxLayout(window).addWidget(plot)
    qtbot.addWidget(window)
    shortcut = QShortcut(Qt.Key.Key_Space, window)
    shortcut.activated.connect(lambda: trained.append(True))
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    plot.setFocus()
    press(plot, Qt.Key.Key_Space)
    assert (trained, heard) == ([True], [])
    plot.set_cursor(50)
    press(plot, Qt.Key.Key_Space)
    assert (trained, heard) == ([True], [("play", 1)])


def test_that_control_goes_from_flag_to_flag(timeline):
    plot, heard = timeline()
    plot.show_flags((Flag(70, "b"), Flag(30, "a")))
    press(plot, *[Qt.Key.Key_Left] * 3, modifier=CTRL)
    press(plot, *[Qt.Key.Key_Right] * 3, modifier=CTRL)
    assert heard == [70, 30, 0, 30, 70, "live"]


# --- Flags and marks ------------------------------------------------------------------------------


def test_that_a_click_on_a_flag_goes_there_and_its_tip_says_what_was_edited(qtbot, timeline):
    plot, heard = timeline()
    before = plot.grab().toImage()
    plot.show_flags((Flag(37, "learning rate 0.2 → 0.05", "lr 0.2 → 0.05"),))
    assert plot.grab().toImage() != before
    pennant = place(plot, 37, 0.0) + QPoint(-5, 5)
    QTest.mouseMove(plot.viewport(), pennant)
    qtbot.waitUntil(lambda: "learning rate 0.2 → 0.05" in QToolTip.text())
    assert "Step 37" in QToolTip.text()
    assert plot.viewport().cursor().shape() is Qt.CursorShape.PointingHandCursor
    QTest.mouseClick(plot.viewport(), LEFT, PLAIN, pennant)
    assert heard == [37]
    QToolTip.hideText()


def test_that_flags_close_together_are_one_with_all_of_their_edits(qtbot, timeline):
    plot, heard = timeline(steps=10_000)
    plot.show_flags(tuple(Flag(5000 + n, f"edit {n}") for n in range(12)))
    pennant = place(plot, 5000, 0.0) + QPoint(-5, 5)
    QTest.mouseMove(plot.viewport(), pennant)
    qtbot.waitUntil(lambda: "edit 11" in QToolTip.text())
    told = QToolTip.text()
    assert "4 more before" in told
    assert "edit 3:" not in told
    QTest.mouseClick(plot.viewport(), LEFT, PLAIN, pennant)
    assert heard == [5011]
    QToolTip.hideText()


def test_that_flags_are_grouped_by_how_close_they_are_drawn():
    flags = [Flag(n, f"{n}") for n in range(5)]
    groups = grouped(flags, [0.0, 5.0, 10.0, 40.0, 90.0])
    assert [len(group.flags) for group in groups] == [3, 1, 1]
    assert [flag for group in groups for flag in group.flags] == flags


def test_that_the_best_weights_and_the_ending_are_marked_on_the_axis(qtbot, timeline):
    plot, _ = timeline()
    without = plot.grab().toImage()
    plot.show_marks((Mark(60, "the best weights", "best"), Mark(100, "it ended", "end")))
    assert plot.grab().toImage() != without
    QTest.mouseMove(plot.viewport(), place(plot, 60, 0.97))
    qtbot.waitUntil(lambda: QToolTip.text() == "the best weights")
    QToolTip.hideText()


def test_that_another_run_has_no_flags_and_is_shown_live(timeline):
    plot, _ = timeline()
    plot.set_cursor(50)
    plot.show_flags((Flag(37, "a"),))
    history = History(("loss",))
    history.append(np.geomspace(1, 0.01, 100)[:, None])
    plot.clear_run(history, 100)
    fresh = plot.grab().toImage()
    plot.show_flags(())
    plot.set_cursor(None)
    assert plot.grab().toImage() == fresh


# --- The cursor over the curves -------------------------------------------------------------------


def looks(plot, place, colour):
    """Whether a place has a colour, but for its smooth edge."""
    found, wanted = QColor(plot.grab().toImage().pixel(place)), QColor(colour)
    pairs = zip(found.getRgb(), wanted.getRgb(), strict=True)
    return all(abs(one - other) < 40 for one, other in pairs)


def test_that_the_cursor_is_drawn_at_its_step_and_its_dot_on_the_curve(timeline):
    plot, _ = timeline()
    plot.set_cursor(40)
    assert looks(plot, place(plot, 40, 0.9), LIGHT.curve)
    at = plot.getViewBox().mapViewToScene(QPointF(40, np.log10(np.geomspace(1, 0.01, 100)[39])))
    assert looks(plot, at.toPoint() + QPoint(2, 2), LIGHT.loss)


def test_that_curves_under_the_cursor_look_as_they_do_without_it(timeline):
    """They are kept as pixels meanwhile, and drawn anew where they change."""
    plot, _ = timeline()
    live = plot.grab().toImage()
    plot.set_cursor(3)
    held = plot.grab().toImage()
    right = place(plot, 20, 0).x()
    for x in range(right, plot.width() - 20, 7):
        column = [(held.pixel(x, y), live.pixel(x, y)) for y in range(plot.height() - 12)]
        assert all(one == other for one, other in column), x


def test_that_a_run_that_goes_on_meanwhile_is_drawn(timeline):
    plot, history = LossPlot(), History(("loss",))
    timeline(plot)
    history.append(np.geomspace(1, 0.1, 50)[:, None])
    plot.clear_run(history, 100)
    plot.set_cursor(10)
    before = plot.grab().toImage()
    history.append(np.full((30, 1), 0.1))
    plot.draw_losses(100)
    assert plot.cursor_step == 10
    assert plot.grab().toImage() != before
    press(plot, Qt.Key.Key_Right, Qt.Key.Key_Right)
    assert plot.cursor_step == 12


# --- Other runs -----------------------------------------------------------------------------------


def test_that_ghosts_are_drawn_pale_from_where_they_leave_the_run(timeline):
    plot, _ = timeline()
    without = plot.grab().toImage()
    other = History(("loss",))
    other.append(np.full((100, 1), 0.5))
    plot.show_ghosts((Ghost(other, "before", since=30),))
    with_it = plot.grab().toImage()
    differing = [
        x
        for x in range(60, plot.width())
        if any(with_it.pixel(x, y) != without.pixel(x, y) for y in range(plot.height()))
    ]
    assert differing[0] == pytest.approx(place(plot, 30).x(), abs=4)
    plot.show_ghosts(())
    assert plot.grab().toImage() == without


def test_that_the_axis_has_room_for_ghosts_but_not_for_one_that_diverged(timeline):
    plot, _ = timeline()
    steps = np.arange(1, 101)
    plot.show_ghosts((Ghost({"loss": (steps, np.full(100, 1e-3))}, "better"),))
    assert plot.getViewBox().viewRange()[1][0] < -3
    plot.show_ghosts((Ghost({"loss": (steps, np.geomspace(1, 1e30, 100))}, "diverged"),))
    assert plot.getViewBox().viewRange()[1][1] < 4


def test_that_a_ghost_tells_its_loss_of_a_step():
    history = History(("loss", "val_loss"))
    history.append(np.array([[1.0, np.nan], [0.5, 0.75]]))
    ghost = Ghost(history, "before")
    assert ghost.loss_at("loss", 2) == 0.5
    assert ghost.loss_at("val_loss", 1) is None
    assert ghost.loss_at("loss", 3) is None
    assert ghost.loss_at("accuracy", 1) is None
    kept = Ghost({"loss": (np.array([1, 5]), np.array([1.0, 0.5]))}, "kept")
    assert kept.loss_at("loss", 4) == 1.0
    assert kept.loss_at("loss", 0) is None
    assert kept.loss_at("loss", 6) is None


# --- The race -------------------------------------------------------------------------------------


def test_that_the_race_is_sought_on_each_of_its_axes(timeline):
    plot, heard = timeline(RacePlot(), ("sgd", "adam"))
    seconds = [np.array([0.01, 0.02]) * step for step in (0, 50, 100)]
    places = [
        TrajectoryPoint(step, step / 10, when, np.zeros((2, 1)))
        for step, when in zip((0, 50, 100), seconds, strict=True)
    ]
    plot.take_times(RaceView(("sgd", "adam"), (False, False), (1, 1), 10, tuple(places), None))
    for axis, ends in (("step", (20, 40)), ("epoch", (2, 4)), ("second", (0.2, 0.4))):
        plot.set_axis(axis)
        plot.set_cursor(None)
        drag(plot, place(plot, ends[0], 0.98), place(plot, ends[1], 0.98))
        assert heard[-1] == plot.cursor_step == pytest.approx(40, abs=1), axis
