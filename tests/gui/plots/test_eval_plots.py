"""The plots of an evaluation: what a user sees of the rows and of what is predicted for them."""

from __future__ import annotations

import itertools

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from nngui.gui.plots.kit.axes import TidyAxis
from nngui.gui.plots.kit.chart import StickyRange
from nngui.gui.plots.predicted_plot import PredictedPlot
from nngui.gui.plots.residual_plot import ResidualPlot
from nngui.gui.style.theme import DARK, LIGHT, MARKERS, OKABE_ITO
from tests.gui.helpers import process_events

KEY = Qt.Key
PARTS = np.array([0, 0, 0, 0, 1, 1, 2, 2], np.int8)
TRUE = np.array([1.0, 2, 3, 4, 1, 4, 2, 3])


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
    """Where a place of the plot is in its widget."""
    return plot.mapFromScene(plot.getViewBox().mapViewToScene(QPointF(x, y)))


def point_at(plot, x, y):
    """Move the mouse there."""
    QTest.mouseMove(plot.viewport(), pixel(plot, x, y))
    process_events()


def read(plot):
    """What stands beside what is read off."""
    return plot.tip.toPlainText() if plot.tip.isVisible() else ""


def drawn(dots):
    """The dots that are seen, as rows of x and y."""
    x, y = dots.getData()
    seen = np.isfinite(x) & np.isfinite(y)
    return np.column_stack((x[seen], y[seen])).tolist()


def filled(plot, predicted=TRUE + 0.25):
    plot.set_rows(TRUE, PARTS, "price")
    plot.draw_predictions(predicted)
    return plot


# --- Predicted against true -----------------------------------------------------------------------


def test_that_each_row_is_a_dot_of_its_part(show):
    plot = filled(show(PredictedPlot()))
    for part, dots in enumerate(plot.dots):
        rows = np.flatnonzero(part == PARTS)
        assert drawn(dots) == [[TRUE[i], TRUE[i] + 0.25] for i in rows]
        assert dots.opts["symbol"] == MARKERS[part]
        assert dots.opts["brush"].color().name() == OKABE_ITO[part]
    assert plot.legend.texts == ["training", "validation", "test"]
    assert [entry.marker for _, entry, _ in plot.legend.shown] == list(MARKERS[:3])


def test_that_the_diagonal_is_dashed_and_goes_through_the_whole_plot(show):
    plot = filled(show(PredictedPlot()))
    x, y = plot.diagonal.getData()
    assert np.array_equal(x, y)
    assert plot.diagonal.opts["pen"].style() == Qt.PenStyle.DashLine
    assert x[0] <= ranges(plot)[0][0]
    right = ranges(plot)[0][1]
    assert x[1] >= right


def test_that_only_parts_with_rows_are_in_the_legend(show):
    plot = show(PredictedPlot())
    plot.set_rows(TRUE, np.zeros(8, np.int8))
    assert plot.legend.texts == ["training"]


def test_that_the_legend_is_whole_in_a_small_plot(show):
    plot = filled(show(PredictedPlot(), (240, 140)))
    assert plot.legend.texts == ["training", "validation", "test"]
    assert plot.legend.shown[-1][0].right() < 240


def test_that_predictions_that_are_no_numbers_are_left_out(show):
    plot = show(PredictedPlot())
    predicted = TRUE.copy()
    predicted[[0, 1, 2]] = np.nan, np.inf, 1e200
    filled(plot, predicted)
    plot.grab()
    assert drawn(plot.dots[0]) == [[4, 4]]
    assert np.isfinite(ranges(plot)).all()
    plot.draw_predictions(np.full(8, np.nan))
    plot.grab()
    assert [drawn(dots) for dots in plot.dots] == [[], [], []]


def test_that_the_predictions_of_other_rows_are_left_out(show):
    plot = filled(show(PredictedPlot()))
    plot.draw_predictions(np.zeros(7))
    assert drawn(plot.dots[0])[0] == [1, 1.25]
    plot.set_rows(TRUE, PARTS)
    assert not drawn(plot.dots[0])
    with pytest.raises(ValueError, match="shapes differ"):
        plot.set_rows(TRUE, PARTS[:3])


def test_that_the_ranges_grow_in_jumps_and_do_not_jitter(show):
    plot, random = show(PredictedPlot()), np.random.default_rng(1)
    plot.set_rows(TRUE, PARTS)
    across, seen = ranges(plot)[0], []
    for turn in range(300):
        plot.draw_predictions(TRUE + turn / 100 + 0.1 * random.standard_normal(8))
        seen.append(tuple(ranges(plot)[1]))
    assert ranges(plot)[0] == across
    assert sum(now != before for before, now in itertools.pairwise(seen)) <= 5
    for turn in range(300):
        assert seen[turn][1] >= 3.7 + turn / 100
    plot.draw_predictions(TRUE * 1e6)  # far away: the others stay to be told apart
    assert ranges(plot)[1][1] < 20


def test_that_a_range_shrinks_only_after_a_while():
    growing = StickyRange(lambda low, high: (np.floor(low), np.ceil(high)))
    assert growing.take(0.5, 0.6) == (0, 1)
    assert growing.take(0.5, 7.5) == (0, 8)
    assert {growing.take(0.5, 0.6) for _ in range(30)} == {(0, 8)}
    assert growing.take(-2, 7.9) == (-2, 8)
    found = [growing.take(0.5, 0.6) for _ in range(100)]
    assert found[50] == (-2, 8)
    assert found[-1] == (0, 1)


@pytest.mark.parametrize(
    "true", [np.full(8, 3.0), np.full(8, np.nan), np.arange(8) * 1e300, np.arange(8) * 1e-9]
)
def test_that_any_target_can_be_drawn(show, true):
    plot = show(PredictedPlot())
    plot.set_rows(true, PARTS)
    plot.draw_predictions(true * 0.9)
    plot.grab()
    (left, right), (bottom, top) = ranges(plot)
    assert left < right
    assert bottom < top


def test_that_no_rows_at_all_leave_the_hint(show):
    plot = show(PredictedPlot())
    plot.show_hint("Open a table first.")
    plot.set_rows(np.empty(0), np.empty(0, np.int8))
    plot.draw_predictions(np.empty(0))
    QTest.keyClick(plot, KEY.Key_Right)
    plot.grab()
    assert plot.hint.isVisible()
    assert plot.hint.toPlainText() == "Open a table first."
    filled(plot)
    assert not plot.hint.isVisible()


def test_that_the_mouse_reads_a_row_and_a_click_opens_it(show, qtbot):
    plot = filled(show(PredictedPlot()))
    point_at(plot, 3, 3.26)
    assert read(plot) == "row 3: true 3, predicted 3.25"  # or row 8, which has the same place
    plot.draw_predictions(TRUE + 0.5)
    assert read(plot) == "row 3: true 3, predicted 3.5"
    with qtbot.waitSignal(plot.row_clicked) as clicked:
        QTest.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=pixel(plot, 4, 4.5))
    assert clicked.args == [3]
    point_at(plot, 1, 4)
    assert read(plot) == ""
    with qtbot.assertNotEmitted(plot.row_clicked):
        QTest.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=pixel(plot, 1, 4))


def test_that_the_keys_go_from_row_to_row_and_open_one(show, qtbot):
    plot = show(PredictedPlot())
    plot.set_rows(TRUE, PARTS, rows=np.arange(100, 108))
    plot.draw_predictions(TRUE)
    QTest.keyClick(plot, KEY.Key_Right)
    assert plot.accessibleDescription() == read(plot) == "row 101: true 1, predicted 1"
    for key in (KEY.Key_Right, KEY.Key_Right, KEY.Key_Left, KEY.Key_End, KEY.Key_Right):
        QTest.keyClick(plot, key)
    assert read(plot) == "row 106: true 4, predicted 4"
    with qtbot.waitSignal(plot.row_clicked) as clicked:
        QTest.keyClick(plot, KEY.Key_Return)
    assert clicked.args == [105]


def test_that_an_even_sample_of_many_rows_is_drawn_and_said_to_be_one(show):
    plot, count = show(PredictedPlot()), 100_000
    part = np.repeat(np.array([0, 1, 2], np.int8), (80_000, 10_000, 10_000))
    plot.set_rows(np.arange(count, dtype=float), part)
    plot.draw_predictions(np.arange(count, dtype=float))
    assert [len(drawn(dots)) for dots in plot.dots] == [2400, 300, 300]
    assert plot.legend.texts[-1] == "3,000 of 100,000 rows"


def test_that_the_axes_have_the_targets_name_where_there_is_room(show):
    plot = filled(show(PredictedPlot()))
    axes = [plot.getPlotItem().getAxis(side) for side in ("bottom", "left")]
    assert [axis.labelText for axis in axes] == ["true: price", "predicted: price"]
    assert all(axis.label.isVisible() for axis in axes)
    plot.resize(240, 140)
    process_events()
    assert not any(axis.label.isVisible() for axis in axes)


def test_that_a_targets_name_is_shown_as_it_is_and_elided(show):
    plot = show(PredictedPlot())
    plot.set_rows(TRUE, PARTS, "a<b & <i>c</i>")
    for side, text in (("bottom", "true: a<b & <i>c</i>"), ("left", "predicted: a<b & <i>c</i>")):
        assert plot.getPlotItem().getAxis(side).label.toPlainText().strip() == text
    plot.set_rows(TRUE, PARTS, "a very long name " * 20)
    for side, room in (("bottom", 700), ("left", 400)):
        label = plot.getPlotItem().getAxis(side).label
        assert "…" in label.toPlainText()
        assert label.boundingRect().width() < room


def test_that_dots_hint_and_tip_can_be_told_from_the_ground_in_both_themes(show):
    for theme in (LIGHT, DARK):
        plot = filled(show(PredictedPlot(), theme=theme))
        for dots, part in zip(plot.dots, range(3), strict=True):
            (x, y), *_ = drawn(dots)
            found = plot.grab().toImage().pixelColor(pixel(plot, x, y)).getRgb()
            hopes = [pg.mkColor(colour).getRgb() for colour in OKABE_ITO[part:3]]  # one on top
            assert min(np.abs(np.subtract(found, hope)).max() for hope in hopes) < 40
        assert plot.tip.color.name() == theme.text


# --- Residuals ------------------------------------------------------------------------------------


def test_that_residuals_are_true_minus_predicted_against_predicted(show):
    plot = filled(show(ResidualPlot()), TRUE + np.array([0.5, -0.5, 0, 0, 1, np.nan, 0, 0]))
    assert drawn(plot.dots[0]) == [[1.5, -0.5], [1.5, 0.5], [3, 0], [4, 0]]
    assert drawn(plot.dots[1]) == [[2, -1]]
    bottom, top = ranges(plot)[1]
    assert top == -bottom
    assert top >= 1.05
    assert plot.zero.value() == 0


def test_that_the_histogram_counts_all_residuals_that_are_drawn(show):
    plot, random = show(ResidualPlot()), np.random.default_rng(1)
    true, part = random.uniform(0, 10, 2000), random.integers(0, 3, 2000).astype(np.int8)
    residuals = random.standard_normal(2000)
    plot.set_rows(true, part)
    plot.draw_predictions(true - residuals)
    bottom, top = ranges(plot)[1]
    expected, _ = np.histogram(residuals, len(plot.histogram), (bottom, top))
    assert plot.histogram.tolist() == expected.tolist()
    assert plot.histogram.sum() == 2000
    plot.draw_predictions(np.full(2000, np.nan))
    plot.grab()
    assert plot.histogram.sum() == 0


def test_that_residuals_grow_small_in_few_jumps(show):
    plot, random, seen = show(ResidualPlot()), np.random.default_rng(1), []
    plot.set_rows(TRUE, PARTS)
    for turn in range(400):
        plot.draw_predictions(TRUE + random.uniform(-1, 1, 8) * 0.99**turn)
        seen.append(ranges(plot)[1][1])
    assert seen[-1] < 0.1
    assert sum(now != before for before, now in itertools.pairwise(seen)) <= 8


def test_that_a_perfect_fit_and_one_far_off_can_be_drawn(show):
    plot = filled(show(ResidualPlot()), TRUE)
    assert ranges(plot)[1][1] > 0
    for predicted in (TRUE * 1e50, -TRUE * 1e50, TRUE + 1e-12):
        plot.set_rows(TRUE, PARTS)
        plot.draw_predictions(predicted)
        plot.grab()
        (left, right), (bottom, top) = ranges(plot)
        assert -20 < left < right < 20
        assert -20 < bottom < top < 20


def test_that_a_residual_is_read_and_its_row_opened(show, qtbot):
    plot = filled(show(ResidualPlot()))
    QTest.keyClick(plot, KEY.Key_Right)
    assert read(plot) == "row 1: predicted 1.25, residual -0.25"
    with qtbot.waitSignal(plot.row_clicked) as clicked:
        QTest.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=pixel(plot, 2.25, -0.25))
    assert clicked.args[0] in (1, 6)


# --- Their axes -----------------------------------------------------------------------------------


def test_that_numbers_at_the_axes_are_short_and_differ(qapp):
    axis = TidyAxis("left")
    for values in ([0, 0.1, 0.2, 0.3], [1e6, 1.5e6, 2e6], [0, 5e-7, 1e-6], [100_000, 100_500]):
        texts = axis.tickStrings(values, 1, values[-1] - values[-2])
        assert [float(text.replace(",", "")) for text in texts] == pytest.approx(values)
        assert max(map(len, texts)) <= 7
