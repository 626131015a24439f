"""The plots of two classes' probabilities: ROC curve and reliability diagram."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from nngui.gui.plots.calibration_plot import CalibrationPlot
from nngui.gui.plots.roc_plot import RocPlot
from nngui.gui.style.theme import DARK, LIGHT
from tests.gui.helpers import process_events

KEY = Qt.Key
FALSE, TRUE = np.array([0, 0, 0.25, 0.25, 1]), np.array([0, 0.5, 0.5, 1, 1])
THRESHOLDS = np.array([np.inf, 0.9, 0.6, 0.4, 0.1])
PREDICTED = np.array([0.05, 0.3, np.nan, 0.8])
SHARE, COUNT = np.array([0.1, 0.25, np.nan, 0.9]), np.array([200, 40, 0, 1000])


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


def point_at(plot, x, y):
    """Move the mouse there."""
    place = plot.mapFromScene(plot.getViewBox().mapViewToScene(QPointF(x, y)))
    QTest.mouseMove(plot.viewport(), place)
    process_events()


def read(plot):
    """What stands beside what is read off."""
    return plot.tip.toPlainText() if plot.tip.isVisible() else ""


def in_view(plot):
    """Whether the whole tip lies in the plot's area."""
    plot.grab()
    return (
        plot.getViewBox()
        .sceneBoundingRect()
        .adjusted(-2, -2, 2, 2)
        .contains(plot.tip.sceneBoundingRect())
    )


# --- ROC ------------------------------------------------------------------------------------------


def test_that_the_roc_curve_is_drawn_with_its_area(show):
    plot = show(RocPlot())
    plot.set_curve(FALSE, TRUE, THRESHOLDS, 0.875)
    x, y = plot.curve.getData()
    assert (x.tolist(), y.tolist()) == (FALSE.tolist(), TRUE.tolist())
    assert plot.area.isVisible()
    assert plot.area.toPlainText() == "AUC 0.875"
    assert [values.tolist() for values in plot.diagonal.getData()] == [[0, 1], [0, 1]]
    assert plot.diagonal.opts["pen"].style() == Qt.PenStyle.DashLine


def test_that_threshold_and_rates_are_read_off_by_mouse_and_keys(show):
    plot = show(RocPlot())
    QTest.keyClick(plot, KEY.Key_Right)
    assert read(plot) == ""
    plot.set_curve(FALSE, TRUE, THRESHOLDS, 0.875)
    point_at(plot, 0.28, 0.45)
    assert read(plot) == "threshold 0.6: true positives 50%, false positives 25%"
    point_at(plot, 0.02, 0.02)
    assert read(plot) == "threshold ∞: true positives 0%, false positives 0%"
    for key in (KEY.Key_End, KEY.Key_Left, KEY.Key_Left, KEY.Key_Right):
        QTest.keyClick(plot, key)
        assert in_view(plot)
    assert read(plot) == "threshold 0.4: true positives 100%, false positives 25%"
    assert plot.accessibleDescription() == read(plot)


def test_that_the_curve_of_a_million_rows_is_drawn_with_few_corners(show):
    plot = show(RocPlot())
    rates = np.linspace(0, 1, 1_000_001)
    plot.set_curve(rates, np.sqrt(rates), 1 - rates, 2 / 3)
    x, y = plot.curve.getData()
    assert len(x) < 3000
    assert (x[0], y[0], x[-1], y[-1]) == (0, 0, 1, 1)
    assert y == pytest.approx(np.sqrt(x))


def test_that_without_a_curve_the_callers_hint_is_there(show):
    plot = show(RocPlot())
    plot.show_hint("There are more than two classes: choose one.")
    assert plot.hint.isVisible()
    assert not plot.diagonal.isVisible()
    plot.set_curve(FALSE, TRUE, THRESHOLDS, 0.875)
    plot.show_hint("")
    assert not plot.hint.isVisible()
    assert plot.diagonal.isVisible()
    plot.set_curve(np.full(3, np.nan), np.full(3, np.nan), np.zeros(3), np.nan)
    plot.grab()
    assert not plot.area.isVisible()
    assert len(plot.curve.getData()[0] if plot.curve.getData()[0] is not None else ()) == 0


def test_that_what_is_no_rate_is_left_out(show):
    plot = show(RocPlot())
    odd = np.array([0, np.nan, 1e308, -1, 0.5, 1])
    plot.set_curve(odd, odd, odd, 0.5)
    assert plot.curve.getData()[0].tolist() == [0, 0.5, 1]
    plot.grab()


# --- Calibration ----------------------------------------------------------------------------------


def bar_heights(plot):
    """The bars' places and heights, as shares of the highest."""
    path = plot.bars.path()
    corners = [(path.elementAt(i).x, path.elementAt(i).y) for i in range(path.elementCount())]
    return [(a[0], d[0], b[1]) for a, b, _, d in zip(*[iter(corners)] * 4, strict=True)]


def test_that_each_bin_with_rows_has_a_dot_and_a_bar(show):
    plot = show(CalibrationPlot())
    plot.set_bins(PREDICTED, SHARE, COUNT)
    x, y = plot.dots.getData()
    assert (x.tolist(), y.tolist()) == ([0.05, 0.3, 0.8], [0.1, 0.25, 0.9])
    bars = bar_heights(plot)
    assert [height for *_, height in bars] == pytest.approx([0.2, 0.04, 1])
    for (left, right, _), edge in zip(bars, (0, 0.25, 0.75), strict=True):
        assert edge < left < right < edge + 0.25
    plot.grab()


def test_that_bins_with_edges_of_their_own_have_bars_there(show):
    plot = show(CalibrationPlot())
    plot.set_bins(PREDICTED, SHARE, COUNT, np.array([0, 0.1, 0.4, 0.5, 1]))
    assert [0.5 < left < right < 1 for left, right, _ in bar_heights(plot)] == [False, False, True]


def test_that_a_bin_is_read_off_by_mouse_and_keys(show):
    plot = show(CalibrationPlot(), (300, 200))
    plot.set_bins(PREDICTED, SHARE, COUNT)
    point_at(plot, 0.9, 0.2)
    assert read(plot) == "predicted 80%, so in 90% of 1,000 rows"
    assert in_view(plot)
    for key in (KEY.Key_Home, KEY.Key_Right):
        QTest.keyClick(plot, key)
    assert read(plot) == "predicted 30%, so in 25% of 40 rows"
    assert plot.ring.getData()[0].tolist() == [0.3]


def test_that_without_bins_the_callers_hint_is_there(show):
    for theme in (LIGHT, DARK):
        plot = show(CalibrationPlot(), theme=theme)
        plot.show_hint("Press Train first.")
        assert plot.hint.isVisible()
        plot.set_bins(np.full(3, np.nan), np.full(3, np.nan), np.zeros(3, np.int64))
        QTest.keyClick(plot, KEY.Key_Right)
        plot.grab()
        assert plot.hint.isVisible()
        plot.set_bins(PREDICTED, SHARE, COUNT)
        assert not plot.hint.isVisible()
