"""The plots: calm axes, what is drawn of how many points, colours, rings, the read-out."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from nngui.core.records.history import History
from nngui.core.records.snapshot import DataView, Snapshot, TableView
from nngui.gui.plots.boundary_plot import BoundaryPlot
from nngui.gui.plots.fit_plot import FitPlot
from nngui.gui.plots.kit.axes import LogAxis
from nngui.gui.plots.loss_plot import LossPlot
from nngui.gui.style.theme import DARK, LIGHT, OKABE_ITO
from tests.gui.helpers import LOADING, dots_of, items, process_events, rings_of, visible


@pytest.fixture
def show(qtbot):
    """Show a plot of its own."""

    def make(plot, theme=LIGHT):
        qtbot.addWidget(plot)
        plot.set_theme(theme)
        plot.resize(700, 400)
        with qtbot.waitExposed(plot):
            plot.show()
        return plot

    return make


def column(*values):
    return np.array(values, np.float64).reshape(-1, 1)


def ranges(plot):
    return plot.getViewBox().viewRange()


def labels(plot, side="left"):
    """The numbers beside an axis."""
    plot.grab()  # the labels are made when they are painted
    axis = plot.getPlotItem().getAxis(side)
    low, high = axis.range
    size = axis.height() if side == "left" else axis.width()
    return [
        text
        for spacing, values in axis.tickValues(low, high, size)
        for text in axis.tickStrings(values, 1.0, spacing)
    ]


# --- The loss -------------------------------------------------------------------------------------


def test_that_the_axes_stand_still_between_small_growths(show):
    plot, history = show(LossPlot()), History(("loss",))
    plot.clear_run(history, 100_000)
    seen = []
    for step in range(1, 1001):
        history.append(column(1 / step))
        plot.draw_losses(100_000)
        seen.append(tuple(map(tuple, ranges(plot))))
    jumps = [step for step in range(1, 1000) if seen[step] != seen[step - 1]]
    assert len(jumps) < 20
    for step, ((left, right), (bottom, top)) in enumerate(seen, start=1):
        assert left <= 1
        assert right >= step
        assert bottom <= np.log10(1 / step)
        assert top >= 0


def test_that_the_whole_run_is_on_the_axis_once_half_of_it_is_done(show):
    plot, history = show(LossPlot()), History(("loss",))
    plot.clear_run(history, 1000)
    history.append(np.ones((100, 1)))
    plot.draw_losses(1000)
    assert ranges(plot)[0][1] < 500
    history.append(np.ones((500, 1)))
    plot.draw_losses(1000)
    assert ranges(plot)[0] == [0, 1000]


def test_that_a_million_losses_are_drawn_as_a_line_of_the_screens_width(show):
    plot, history = show(LossPlot()), History(("loss",))
    losses = np.random.default_rng(1).uniform(0.1, 1, 1_000_000)
    losses[777_777], losses[333_333] = 5e-5, 70.0
    history.append(losses.reshape(-1, 1))
    plot.clear_run(history, 1_000_000)
    steps, values = visible(plot, pg.PlotCurveItem)[0].getData()
    assert len(steps) < 4 * plot.width()
    assert values.min() == pytest.approx(np.log10(5e-5), rel=1e-6)  # extremes are kept
    assert values.max() == pytest.approx(np.log10(70), rel=1e-6)
    assert np.all(np.diff(steps) >= 0)


def test_that_the_logarithmic_axis_is_labelled_in_losses(show):
    plot, history = show(LossPlot()), History(("loss",))
    history.append(column(1.0, 0.1, 0.003))
    plot.clear_run(history, 3)
    texts = labels(plot)
    assert {"0.01", "0.1", "1"} <= set(texts)
    plot.set_logarithmic(False)
    assert visible(plot, pg.PlotCurveItem)[0].getData()[1] == pytest.approx([1, 0.1, 0.003])
    numbers = sorted({float(text) for text in labels(plot)})
    assert (numbers[0], numbers[-1]) == (0, 1)
    assert len(set(np.diff(numbers).round(9))) == 1


def test_that_decades_are_labelled_as_far_apart_as_can_be_read(qapp):
    axis = LogAxis("left")
    for height in (40, 200, 400, 2000):
        values = [value for _, level in axis.tickValues(-6, 6, height) for value in level]
        texts = axis.tickStrings(values, 1, 1)
        assert len(texts) <= height / 16 + 1
        assert [float(text.replace(",", "")) for text in texts] == pytest.approx(
            [10**value for value in values]
        )
        assert max(map(len, texts)) <= 7
        assert "1" in texts


def test_that_losses_of_zero_and_no_number_can_be_drawn(show):
    plot, history = show(LossPlot()), History(("loss",))
    history.append(column(1.0, 0.0, np.nan, np.inf, 0.5))
    plot.clear_run(history, 5)
    plot.grab()
    steps, values = visible(plot, pg.PlotCurveItem)[0].getData()
    assert np.isfinite(values).all()
    assert steps.tolist() == [1, 2, 5]
    assert np.isfinite(ranges(plot)).all()


def test_that_few_validation_losses_are_dots_too(show):
    plot, history = show(LossPlot()), History(("loss", "val_loss"))
    rows = np.column_stack((np.linspace(1, 0.1, 50), np.full(50, np.nan)))
    rows[9::10, 1] = 0.5
    history.append(rows)
    plot.clear_run(history, 50)
    loss, validation = visible(plot, pg.PlotCurveItem)
    assert len(loss.getData()[0]) == 50
    assert validation.getData()[0].tolist() == [10, 20, 30, 40, 50]
    assert visible(plot, pg.ScatterPlotItem)[0].getData()[0].tolist() == [10, 20, 30, 40, 50]


def test_that_the_mouse_reads_step_and_loss_off_the_curve(user):
    user.train_to_the_end()
    plot = user.tab.loss_plot
    losses = 10 ** user.losses_drawn[1]

    def read_out():
        texts = [label.text() for label in user.tab.findChildren(QLabel) if label.isVisible()]
        return "".join(text for text in texts if text.startswith("step "))

    QTest.mouseMove(plot.viewport(), user.place(50, -1, plot))
    process_events()
    user.wait_until(read_out)
    assert read_out() == f"step 50 · loss {losses[49]:.4g}"
    QTest.mouseMove(plot.viewport(), user.place(1, -1, plot))
    user.wait_until(lambda: read_out().startswith("step 1 "))
    QTest.mouseMove(user.view.viewport(), QPoint(5, 5))
    QTest.mouseMove(plot.viewport(), QPoint(2, 2))  # on the numbers beside the plot
    user.wait_until(lambda: read_out() == "")


def test_that_the_switch_draws_the_loss_evenly_or_by_decades(user):
    user.train_to_the_end()
    by_decades = user.losses_drawn[1].copy()
    user.press(Qt.Key.Key_L)
    assert user.losses_drawn[1] == pytest.approx(10**by_decades)
    user.click("Log")
    assert np.array_equal(user.losses_drawn[1], by_decades)


# --- Regression -----------------------------------------------------------------------------------


def curve_data(count):
    x = np.linspace(-1, 1, count, dtype=np.float32)
    return DataView(x.reshape(-1, 1), x**2, ("x",), "y", ())


def answers(predictions):
    return Snapshot(1, 1, 100, 0, {"loss": 1.0}, 1, (np.asarray(predictions, np.float32),))


def test_that_a_million_points_are_a_density_picture(show):
    plot = show(FitPlot())
    data, began = curve_data(1_000_000), time.perf_counter()
    plot.set_data(data)
    assert time.perf_counter() - began < 3
    assert not dots_of(plot).isVisible()
    density = visible(plot, pg.ImageItem)[0]
    strength = density.image[..., 3]
    assert strength.max() == 255
    # Where the parabola is flat, many points share a cell.
    assert value_at(density, 0, 0.003)[3] > value_at(density, 0.5, 0.25)[3] > 0
    assert value_at(density, 0, 0.5)[3] == 0
    plot.set_data(curve_data(100))
    assert dots_of(plot).isVisible()
    assert not visible(plot, pg.ImageItem)
    assert len(dots_of(plot).getData()[0]) == 100


def test_that_the_density_picture_takes_the_themes_colour(show):
    plot = show(FitPlot())
    plot.set_data(curve_data(10_000))
    for theme in (DARK, LIGHT):
        plot.set_theme(theme)
        red, green, blue, _ = value_at(visible(plot, pg.ImageItem)[0], 0.5, 0.25)
        assert (red, green, blue) == pg.mkColor(theme.points).getRgb()[:3]


def value_at(image, x, y):
    """The pixel of a picture that lies at a place of its plot."""
    place = image.mapFromParent(QPointF(x, y))
    return image.image[int(place.y()), int(place.x())].tolist()


def test_that_the_fit_is_drawn_where_the_network_was_asked(show, qtbot):
    plot = show(FitPlot())
    with qtbot.waitSignal(plot.probe_requested) as asked:
        plot.set_data(curve_data(100))
    places = asked.args[0]
    assert (places.min(), places.max()) == (-1, 1)
    plot.draw_snapshot(answers(np.sin(places)))
    x, y = visible(plot, pg.PlotCurveItem)[0].getData()
    assert np.array_equal(x, places[:, 0])
    assert np.array_equal(y, np.sin(places[:, 0]))
    plot.draw_snapshot(answers(np.full_like(places, np.nan)))  # as a run diverges
    assert np.array_equal(visible(plot, pg.PlotCurveItem)[0].getData()[1], y)


def test_that_real_data_keep_their_own_units(open_window):
    user = open_window()
    user.window.wake()
    user.wait_until_ready()
    user.choose("data.kind", "Diabetes")
    user.wait_until(lambda: user.tab.subtitle.text().startswith("442 points"), LOADING)
    (left, right), (bottom, top) = ranges(user.view)
    assert (15 < left < 20, 40 < right < 45, top > 340) == (True, True, True)
    user.train_to_the_end()
    x, y = user.fit_drawn
    assert 15 < x.min() < x.max() < 45
    assert 50 < y.min() < y.max() < 350
    assert bottom < y.min()


# --- Classification -------------------------------------------------------------------------------


def halves(count):
    """Points left and right of x = 0, of classes 0 and 1."""
    x = np.random.default_rng(1).uniform(-1, 1, (count, 2)).astype(np.float32)
    return DataView(x, (x[:, 0] > 0).astype(np.int64), ("x", "y"), "class", ("0", "1"))


def left_of(border):
    """A network that is certain: class 0 left of the border, else class 1."""

    def predict(places):
        right = (places[:, 0] > border).astype(np.float32)
        return np.stack((1 - right, right), axis=1)

    return predict


def draw(plot, qtbot, data, predict):
    with qtbot.waitSignal(plot.probe_requested) as asked:
        plot.set_data(data)
    plot.draw_snapshot(answers(predict(asked.args[0])))


def rgb(name):
    return list(pg.mkColor(name).getRgb()[:3])


def test_that_the_regions_have_the_colour_of_the_class_that_is_predicted_there(show, qtbot):
    plot = show(BoundaryPlot())
    draw(plot, qtbot, halves(200), left_of(0.3))
    regions = visible(plot, pg.ImageItem)[0]
    for x, y in ((-0.9, 0.9), (0.2, -0.5), (0.25, 0.9)):
        assert value_at(regions, x, y)[:3] == rgb(OKABE_ITO[0])
    for x, y in ((0.35, 0.9), (0.9, -0.9)):
        assert value_at(regions, x, y)[:3] == rgb(OKABE_ITO[1])


def test_that_the_regions_are_as_strong_as_the_probability(show, qtbot):
    def predict(places):
        sure = np.clip((places[:, 0] + 1) / 2, 0, 1)
        return np.stack((1 - sure, sure), axis=1)

    plot = show(BoundaryPlot())
    draw(plot, qtbot, halves(200), predict)
    regions = visible(plot, pg.ImageItem)[0]
    strengths = [value_at(regions, x, 0)[3] for x in (0.02, 0.3, 0.6, 0.95)]
    assert strengths == sorted(strengths)
    assert strengths[0] < 30
    assert strengths[-1] > 100


def test_that_dots_have_the_predicted_colour_and_wrong_ones_a_ring(show, qtbot):
    plot, data = show(BoundaryPlot()), halves(200)
    draw(plot, qtbot, data, left_of(0.3))
    wrong = (data.x[:, 0] > 0) & (data.x[:, 0] <= 0.3)
    ringed = np.stack(rings_of(plot).getData(), axis=1)
    assert np.array_equal(ringed, data.x[wrong].astype(np.float64))
    for point in dots_of(plot).points():
        expected = OKABE_ITO[int(point.pos().x() > 0.3)]
        assert point.brush().color().name() == expected
        assert point.symbol() == ("t1" if point.pos().x() > 0 else "o")  # the true class
    plot.draw_snapshot(answers(left_of(0)(probe_of(plot, qtbot))))
    assert len(rings_of(plot).points()) == 0


def split(data, parts, *, of_table=True):
    table = TableView(np.arange(len(parts)), 2, np.zeros(2), np.ones(2), np.zeros(2))
    parts = np.array(parts, np.int8)
    return replace(data, parts=parts, table=table if of_table else None)


def looks(point):
    return point.brush().color().name(), point.pen().color().name(), point.symbol()


def test_that_points_kept_out_of_training_are_hollow_in_the_colour_of_their_class(show, qtbot):
    plot = show(BoundaryPlot())
    data = split(halves(90), np.arange(90) % 3)
    draw(plot, qtbot, data, left_of(0.3))
    for theme in (LIGHT, DARK):
        plot.set_theme(theme)
        for point, part in zip(dots_of(plot).points(), data.parts, strict=True):
            predicted = OKABE_ITO[int(point.pos().x() > 0.3)]
            brush, pen, _ = looks(point)
            assert (brush if part == 0 else pen) == predicted
            assert (pen if part == 0 else brush) == theme.surface


@pytest.mark.parametrize(
    ("parts", "of_table", "counted"),
    [
        ([0, 1, 2], True, 1),  # as the validation accuracy heads the tab of a table
        ([0, 2, 2], True, 2),
        ([0, 0, 0], True, 0),
        ([0, 1, 1], False, 0),  # and the accuracy on training points that of other data
    ],
)
def test_that_only_what_the_accuracy_counts_is_ringed(show, qtbot, parts, of_table, counted):
    plot = show(BoundaryPlot())
    data = split(halves(90), np.tile(parts, 30), of_table=of_table)
    draw(plot, qtbot, data, left_of(0.3))
    wrong = (data.x[:, 0] > 0) & (data.x[:, 0] <= 0.3) & (data.parts == counted)
    assert 0 < wrong.sum() < 30
    ringed = np.stack(rings_of(plot).getData(), axis=1)
    assert np.array_equal(ringed, data.x[wrong].astype(np.float64))


def test_that_points_kept_out_of_training_look_different_beside_a_curve(show):
    plot, x = show(FitPlot()), np.linspace(-1, 1, 30, dtype=np.float32)
    data = DataView(x.reshape(-1, 1), x**2, ("x",), "y", ())
    plot.set_data(replace(data, parts=np.arange(30, dtype=np.int8) % 3))
    for theme in (LIGHT, DARK):
        plot.set_theme(theme)
        drawn = dots_of(plot).points()
        assert len(drawn) == 30
        kinds = [{looks(point) for point in drawn[part::3]} for part in range(3)]
        assert [len(kind) for kind in kinds] == [1, 1, 1]
        assert len(set.union(*kinds)) == 3
    plot.set_data(data)
    assert len({looks(point) for point in dots_of(plot).points()}) == 1


def test_that_points_kept_out_of_training_are_seen_above_a_density_picture(show):
    plot, x = show(FitPlot()), np.linspace(-1, 1, 50_000, dtype=np.float32)
    data = DataView(x.reshape(-1, 1), x**2, ("x",), "y", ())
    plot.set_data(replace(data, parts=(np.arange(50_000) % 5 == 0).astype(np.int8)))
    drawn = dots_of(plot).points()
    assert 500 <= len(drawn) <= 2000
    assert {point.symbol() for point in drawn} == {"t1"}
    assert visible(plot, pg.ImageItem)


def probe_of(plot, qtbot):
    with qtbot.waitSignal(plot.probe_requested) as asked:
        plot.ask()
    return asked.args[0]


def test_that_an_even_sample_is_drawn_of_many_points(show, qtbot):
    plot, data = show(BoundaryPlot()), halves(100_000)
    draw(plot, qtbot, data, left_of(0))
    drawn = len(dots_of(plot).points())
    assert 1000 <= drawn <= 5000
    right = sum(point.pos().x() > 0 for point in dots_of(plot).points())
    assert right / drawn == pytest.approx(0.5, abs=0.05)


def test_that_predictions_that_are_no_numbers_leave_the_picture_as_it_was(show, qtbot):
    plot = show(BoundaryPlot())
    draw(plot, qtbot, halves(50), left_of(0.3))
    before = visible(plot, pg.ImageItem)[0].image.copy()
    plot.draw_snapshot(answers(np.full((80 * 80 + 50, 2), np.nan)))
    assert np.array_equal(visible(plot, pg.ImageItem)[0].image, before)


def test_that_eight_classes_have_eight_colours_and_markers(show, qtbot):
    x = np.array([[i, i % 3] for i in range(8)], np.float32)
    names = tuple(map(str, range(8)))
    plot = show(BoundaryPlot())
    plot.set_data(DataView(x, np.arange(8), ("x", "y"), "class", names))
    points = dots_of(plot).points()
    assert len({point.brush().color().name() for point in points}) == 8
    assert len({point.symbol() for point in points}) == 8


def test_that_the_regions_of_a_trained_network_are_its_own(open_window):
    from tests.gui.helpers import headless

    user = open_window()
    user.open_tab("Classification")
    user.wait_until_ready()
    user.train_to_the_end()
    trainer = headless("classification")
    points = trainer.data.x.numpy()
    predicted = trainer.predict(points)[0].argmax(1)
    wrong = points[predicted != trainer.data.y.numpy()]
    assert len(rings_of(user.view).points()) == len(wrong)
    drawn = {
        (p.pos().x(), p.pos().y()): p.brush().color().name() for p in dots_of(user.view).points()
    }
    for (x, y), number in zip(points.astype(float).tolist(), predicted, strict=True):
        assert drawn[x, y] == OKABE_ITO[number]
    regions = visible(user.view, pg.ImageItem)[0]
    places = np.array([[-3, -3], [3, 3], [-2, 0], [2, 1]], np.float32)
    for (x, y), number in zip(places.tolist(), trainer.predict(places)[0].argmax(1), strict=True):
        assert value_at(regions, x, y)[:3] == rgb(OKABE_ITO[number])
    assert items(user.view, pg.ImageItem)
