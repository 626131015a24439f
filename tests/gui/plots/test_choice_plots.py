"""The plots to compare and to choose by: importances, learning rates, finished runs, confusions."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from nngui.gui.plots.confusion import ConfusionMatrix
from nngui.gui.plots.importance_plot import ImportancePlot
from nngui.gui.plots.kit.pixels import small_font
from nngui.gui.plots.lr_plot import LrPlot
from nngui.gui.plots.overlay_plot import OverlayPlot, RunCurve
from nngui.gui.style.theme import DARK, LIGHT
from tests.gui.helpers import process_events

KEY, LEFT = Qt.Key, Qt.MouseButton.LeftButton


@pytest.fixture
def show(qtbot):
    """Show a plot of its own."""

    def make(plot, size=(700, 400), theme=LIGHT):
        qtbot.addWidget(plot)
        plot.set_theme(theme)
        plot.resize(*size)
        with qtbot.waitExposed(plot):
            plot.show()
        return plot

    return make


def ranges(plot):
    return plot.getViewBox().viewRange()


def pixel(plot, x, y):
    return plot.mapFromScene(plot.getViewBox().mapViewToScene(QPointF(x, y)))


def read(plot):
    """What stands beside what is read off."""
    return plot.tip.toPlainText() if plot.tip.isVisible() else ""


# --- Importance -----------------------------------------------------------------------------------


def test_that_the_most_important_feature_stands_first_and_has_the_longest_bar(show):
    plot = show(ImportancePlot())
    plot.set_importances(["a", "b", "c"], np.array([0.1, 0.4, -0.05]), np.array([0.02, 0.1, 0.01]))
    assert plot.names == ("b", "a", "c")
    bars = [plot.bar(place) for place in range(3)]
    assert bars[0].width() == pytest.approx(4 * bars[1].width())
    assert bars[0].left() == bars[1].left() == pytest.approx(bars[2].right())  # at zero
    left, right = plot.whisker(0)
    assert right - bars[0].right() == pytest.approx(bars[0].width() / 4)
    assert bars[0].right() - left == pytest.approx(bars[0].width() / 4)
    assert right <= plot.width()
    plot.grab()


def test_that_twenty_features_are_shown_and_the_others_counted(show):
    plot = show(ImportancePlot(), (500, 460))
    names = [f"feature {number}" for number in range(57)]
    plot.set_importances(names, np.arange(57) / 100, np.zeros(57))
    assert (plot.shown, plot.rest) == (20, "and 37 more")
    assert plot.names[0] == "feature 56"
    assert plot.row(20).bottom() <= plot.height() + 1
    plot.resize(240, 140)
    assert 5 <= plot.shown < 12
    assert plot.rest == f"and {57 - plot.shown} more"
    assert plot.row(plot.shown).bottom() <= 141
    assert plot.tip_at(plot.row(plot.shown).center()).startswith(plot.names[plot.shown] + "\n")
    plot.set_importances(names[:3], np.ones(3), np.zeros(3))
    assert (plot.shown, plot.rest) == (3, "")
    plot.grab()


def test_that_a_long_name_is_elided_in_its_middle_and_whole_in_the_tooltip(show):
    name = "the mean radius of " + "a very " * 20 + "large cell"
    plot = show(ImportancePlot(), (300, 200))
    plot.set_importances([name, "x"], np.array([0.25, 0.125]), np.array([0.01, 0.002]))
    shown = plot.name_shown(0)
    assert shown.startswith("the mean")
    assert shown.endswith("cell")
    assert QFontMetricsF(small_font(plot)).horizontalAdvance(shown) < 0.45 * 300
    assert plot.tip_at(plot.row(0).center()) == f"{name}: 0.25 ± 0.01"
    assert plot.name_shown(1) == "x"


def test_that_keys_and_mouse_tell_a_feature_in_words(show):
    plot = show(ImportancePlot())
    QTest.keyClick(plot, KEY.Key_Down)
    plot.set_importances(["a", "b"], np.array([0.1, 0.4]), np.array([0.02, 0.1]))
    QTest.keyClick(plot, KEY.Key_Down)
    assert plot.accessibleDescription() == "b: 0.4 ± 0.1"
    for key in (KEY.Key_Down, KEY.Key_Down):
        QTest.keyClick(plot, key)
    assert plot.accessibleDescription() == "a: 0.1 ± 0.02"
    QTest.mouseClick(plot, LEFT, pos=plot.row(0).center().toPoint())
    assert plot.accessibleDescription() == "b: 0.4 ± 0.1"


def test_that_importances_that_are_no_numbers_come_last_without_a_bar(show):
    plot = show(ImportancePlot())
    plot.set_importances(["a", "b", "c"], np.array([np.nan, 0, -1]), np.array([1, np.nan, np.inf]))
    assert plot.names == ("b", "c", "a")
    assert plot.words(2) == "a: –"
    plot.grab()
    plot.set_importances(["a"], np.array([np.nan]), np.array([np.nan]))
    plot.grab()
    plot.set_importances([], np.empty(0), np.empty(0))
    plot.show_hint("Press Measure.")
    assert plot.tip_at(QPointF(50, 50)) == ""
    plot.grab()


# --- Learning rate --------------------------------------------------------------------------------

RATES = np.logspace(-6, 1, 71)
LOSSES = np.where(RATES < 0.1, 1 / (1 + 1000 * RATES), RATES * 10)


def with_curve(plot, suggestion=0.001):
    plot.set_curve(RATES, LOSSES, suggestion)
    return plot


def test_that_the_loss_is_drawn_by_decades_with_the_suggestion_marked(show):
    plot = with_curve(show(LrPlot()))
    x, y = plot.curve.getData()
    assert x == pytest.approx(np.log10(RATES))
    assert y == pytest.approx(LOSSES)
    assert plot.suggested.value() == pytest.approx(-3)
    assert plot.legend.texts == ["suggested 0.001"]
    assert not plot.chosen.isVisible()
    (left, right), (bottom, top) = ranges(plot)
    assert left < -6 < 1 < right
    assert bottom < LOSSES.min()
    assert 1 < top < 3  # the explosion leaves the plot: it would press the rest onto a line
    plot.set_curve(RATES, LOSSES, None)
    assert not plot.suggested.isVisible()
    assert plot.legend.texts == []


def test_that_a_click_chooses_a_rate(show, qtbot):
    plot = with_curve(show(LrPlot()))
    with qtbot.waitSignal(plot.rate_chosen) as chosen:
        QTest.mouseClick(plot.viewport(), LEFT, pos=pixel(plot, -2, 0.5))
    assert chosen.args[0] == pytest.approx(0.01, rel=0.05)
    assert plot.chosen.value() == pytest.approx(np.log10(chosen.args[0]))
    assert plot.legend.texts[-1] == f"chosen {chosen.args[0]:.2g}"
    assert read(plot).startswith(f"learning rate {chosen.args[0]:.2g}, loss 0.0")
    with qtbot.assertNotEmitted(plot.rate_chosen):
        QTest.mouseClick(plot.viewport(), LEFT, pos=QPoint(3, 200))  # beside the axis


def test_that_arrow_keys_go_by_tenths_of_a_decade_and_enter_takes_the_suggestion(show, qtbot):
    plot = with_curve(show(LrPlot()))
    rates = []
    plot.rate_chosen.connect(rates.append)
    for key in (KEY.Key_Return, KEY.Key_Right, KEY.Key_Right, KEY.Key_Left, KEY.Key_End):
        QTest.keyClick(plot, key)
    assert rates == pytest.approx([0.001, 0.0013, 0.0016, 0.0013, 10])
    QTest.keyClick(plot, KEY.Key_Home)
    assert rates[-1] == pytest.approx(1e-6)


def test_that_an_empty_or_broken_test_leaves_the_hint(show, qtbot):
    plot = show(LrPlot(), theme=DARK)
    plot.show_hint("Press Find.")
    with qtbot.assertNotEmitted(plot.rate_chosen):
        for key in (KEY.Key_Right, KEY.Key_Return):
            QTest.keyClick(plot, key)
        QTest.mouseClick(plot.viewport(), LEFT, pos=pixel(plot, -2, 0.5))
    plot.set_curve(np.array([0, -1, 0.1, np.inf]), np.array([1, 1, np.nan, 1]), None)
    plot.grab()
    assert plot.hint.isVisible()
    plot.set_curve(np.array([0.1]), np.array([0.0]), 0.1)
    plot.grab()
    assert not plot.hint.isVisible()
    assert ranges(plot)[0][0] < -1 < ranges(plot)[0][1]


# --- Runs over each other -------------------------------------------------------------------------


def run(name, count, start=1.0):
    steps = np.arange(1, count + 1)
    return RunCurve(name, steps, start / steps)


def test_that_each_run_has_a_colour_and_dash_and_the_best_is_thick(show):
    plot = show(OverlayPlot())
    plot.set_runs([run(f"run {i}", 50, i + 1) for i in range(20)], best=3)
    pens = [curve.opts["pen"] for curve in plot.curves]
    assert len({(pen.color().name(), pen.style()) for pen in pens}) == 20
    assert [i for i, pen in enumerate(pens) if pen.widthF() > 2] == [3]
    assert plot.curves[3].zValue() > max(curve.zValue() for curve in plot.curves[4:])
    names = [entry.name for _, entry, _ in plot.legend.shown]
    assert names[:5] == ["run 0", "run 1", "run 2", "run 3 (best)", "run 4"]
    assert [entry.style for entry in plot.legend.entries] == [pen.style() for pen in pens]


def test_that_a_legend_without_room_counts_the_rest(show):
    plot = show(OverlayPlot(), (240, 140))
    plot.set_runs([run(f"a run with a long name {i}", 5) for i in range(12)], best=0)
    *first, more = plot.legend.texts
    assert more == f"+{12 - len(first)}"
    assert all("…" in text for text in first)
    assert max(place.right() for place, *_ in plot.legend.shown) <= 240
    place = plot.legend.shown[0][0].center()
    assert plot.legend.at(place) == "a run with a long name 0 (best)"
    plot.grab()


def test_that_the_switch_draws_losses_evenly_or_by_decades(show):
    plot = show(OverlayPlot())
    plot.set_runs([run("one", 20)])
    assert plot.curves[0].getData()[1] == pytest.approx(np.log10(1 / np.arange(1, 21)))
    plot.set_logarithmic(False)
    assert plot.curves[0].getData()[1] == pytest.approx(1 / np.arange(1, 21))
    assert ranges(plot)[1][0] <= 0
    plot.grab()


def test_that_a_run_of_a_million_steps_is_drawn_with_a_screens_width_of_points(show):
    plot = show(OverlayPlot())
    losses = 1 + 0.001 * np.random.default_rng(1).standard_normal(1_000_000)
    losses[5000] = np.nan
    plot.set_logarithmic(False)
    plot.set_runs([RunCurve("long", np.arange(1, 1_000_001), losses), run("short", 3)])
    x, y = plot.curves[0].getData()
    assert 100 < len(x) <= 700
    assert np.isfinite(y).all()
    assert y == pytest.approx(1, abs=1e-3)  # means of a few thousand
    assert plot.curves[1].getData()[0].tolist() == [1, 2, 3]


def test_that_the_losses_at_a_step_are_read_off(show):
    plot = show(OverlayPlot())
    plot.set_runs([run("same", 100, 2.0), run("same", 100), run("short", 10)])
    QTest.mouseMove(plot.viewport(), pixel(plot, 50, -1))
    process_events()
    assert read(plot) == "step 50\nsame: 0.02\nsame: 0.04"
    QTest.keyClick(plot, KEY.Key_Home)
    for _ in range(4):
        QTest.keyClick(plot, KEY.Key_Right)
    assert read(plot) == "step 4\nsame: 0.25\nshort: 0.25\nsame: 0.5"
    assert plot.accessibleDescription() == read(plot)


def test_that_runs_without_losses_can_be_drawn(show):
    plot = show(OverlayPlot())
    plot.show_hint("Train first.")
    QTest.keyClick(plot, KEY.Key_Right)
    assert plot.hint.isVisible()
    empty = RunCurve("empty", np.empty(0, int), np.empty(0))
    bad = RunCurve("diverged", np.arange(3), np.array([np.nan, np.inf, 0.0]))
    plot.set_runs([empty, bad])
    QTest.keyClick(plot, KEY.Key_End)
    plot.grab()
    assert not plot.hint.isVisible()
    assert np.isfinite(ranges(plot)).all()


ODD = np.array([np.nan, np.inf, -np.inf, 1e308, -1e308, 1e-320, 0.0, 1.0])


@pytest.mark.parametrize("turn", range(len(ODD)))
def test_that_values_beyond_all_bounds_can_be_drawn_and_read(show, turn):
    values, rates = np.roll(np.tile(ODD, 100), turn), np.logspace(-6, 0, 800)
    overlay, rate, importance = show(OverlayPlot()), show(LrPlot()), show(ImportancePlot())
    overlay.set_runs([RunCurve("odd", np.arange(800), values)])
    overlay.set_logarithmic(False)
    rate.set_curve(rates, values, 0.1)
    importance.set_importances([str(number) for number in range(800)], values, np.abs(values))
    for plot in (overlay, rate, importance):
        for key in (KEY.Key_End, KEY.Key_PageUp):
            QTest.keyClick(plot, key)
        plot.grab()
    assert np.isfinite(ranges(overlay) + ranges(rate)).all()


# --- Confusion ------------------------------------------------------------------------------------


def test_that_thirty_classes_with_long_names_can_be_told(show):
    names = tuple(f"a class with a long name {number}" for number in range(30))
    matrix = show(ConfusionMatrix(of_rows=True), (800, 600))
    matrix.show_counts(np.diag(np.arange(30) + 1000), names)
    assert matrix.upright
    assert matrix.tip_at(matrix.cell(7, 7).center()) == (
        "1,007 of 1,007 rows of a class with a long name 7"
        " were taken for a class with a long name 7."
    )
    beside, above = matrix.cell(4, 0).center(), matrix.cell(0, 5).center()
    assert matrix.tip_at(QPointF(40, beside.y())) == names[4]
    assert matrix.tip_at(QPointF(above.x(), 40)) == names[5]
    assert matrix.tip_at(QPointF(2, 2)) == ""
    for size in ((240, 140), (60, 40), (1600, 1000)):
        matrix.resize(*size)
        matrix.grab()
        assert matrix.cell(29, 29).right() <= size[0]
        assert matrix.cell(29, 29).bottom() <= size[1]
        if size[0] > 100:
            assert matrix.at(matrix.cell(29, 3).center()) == (29, 3)


def test_that_names_that_look_like_html_are_shown_as_they_are(show, qtbot):
    matrix = show(ConfusionMatrix())
    matrix.show_counts(np.eye(2, dtype=int), ("<b>yes</b>", "no"))
    place = QPoint(40, int(matrix.cell(0, 0).center().y()))
    QApplication.sendEvent(
        matrix, QHelpEvent(QEvent.Type.ToolTip, place, matrix.mapToGlobal(place))
    )
    document = QTextDocument()
    document.setHtml(QToolTip.text())
    assert document.toPlainText() == "<b>yes</b>"
    QToolTip.hideText()
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


def test_that_few_classes_have_their_names_level_and_whole(show):
    matrix = show(ConfusionMatrix(), (420, 280))
    matrix.show_counts(np.eye(3, dtype=int), ("setosa", "versicolor", "virginica"))
    assert not matrix.upright
    widest = QFontMetricsF(small_font(matrix)).horizontalAdvance("versicolor")
    assert matrix.cell(0, 0).width() >= widest
    assert matrix.at(QPointF(415, 275)) is None
