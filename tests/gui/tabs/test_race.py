"""The optimizer race, driven as a user would: the racers, the map, the curves, the ranking."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QSlider, QTableWidget, QWidget

from nngui.core.trainer import Trainer
from nngui.gui.plots.kit.racers import racers
from nngui.gui.plots.race_plot import average
from nngui.gui.style.theme import DARK, LIGHT
from nngui.gui.tabs.optimizers import surface_maker
from tests.gui.helpers import LEFT, LOADING, TASKS, headless, spec_of, visible

SHORT = {"schedule.epochs": 2, "data.points": 300}  # 20 steps


class Teacher:
    """A user at the race, who knows where to look."""

    def __init__(self, user):
        self.user = user

    @property
    def tab(self):
        return self.user.tab

    @property
    def views(self):
        return self.tab.views

    def find(self, kind, name):
        return self.tab.findChild(kind, name)

    @property
    def ranking(self):
        """The table's rows: the figures that are shown, by their headings."""
        table = self.find(QTableWidget, "ranking")
        columns = [c for c in range(table.columnCount()) if not table.isColumnHidden(c)]
        heads = {c: table.horizontalHeaderItem(c).text() for c in columns}
        rows = range(table.rowCount())
        return [{heads[c]: table.item(row, c).text() for c in columns} for row in rows]

    @property
    def order(self):
        return [row["Racer"] for row in self.ranking]

    def click_heading(self, text):
        table = self.find(QTableWidget, "ranking")
        heads = table.horizontalHeader()
        found = [c for c in range(6) if table.horizontalHeaderItem(c).text() == text]
        x = heads.sectionViewportPosition(found[0]) + 8
        QTest.mouseClick(heads.viewport(), LEFT, pos=QPoint(x, 8))

    def curve_of(self, name):
        """A racer's curve among the losses: the one in its pen."""
        pen = racers([name])[0].pen(1.5)
        for curve in visible(self.tab.loss_plot, pg.PlotCurveItem):
            same = curve.opts["pen"].color() == pen.color()
            if same and curve.opts["pen"].color().alpha() == 255:
                return curve.getData()
        return None

    @property
    def paths(self):
        """The racers' paths on the map by their colours, without the halos."""
        halo = QColor(self.views.surface.theme.surface)
        return {
            c.opts["pen"].color().name(): c.getData()
            for c in visible(self.views.surface, pg.PlotCurveItem)
            if c.opts["pen"].color() != halo and c.opts["connect"] != "pairs"
        }

    @property
    def hint(self):
        """What stands in the middle of an empty map."""
        return " ".join(i.toPlainText() for i in visible(self.views.surface, pg.TextItem))

    @property
    def map_is_there(self):
        images = visible(self.views.surface, pg.ImageItem)
        return bool(images) and images[0].image is not None

    def finish(self):
        self.user.train_to_the_end()
        self.user.wait_until(lambda: self.map_is_there and self.tab.is_drawn)


@pytest.fixture
def teacher(open_window):
    """Somebody before a short race that is ready."""
    user = open_window(size=(1700, 900))
    user.open_tab("Optimizer race")
    user.wait_until_ready()
    return start_short(user)


def start_short(user):
    user.enter("schedule.epochs", "2")
    user.enter("data.points", "300")
    user.wait_until(lambda: user.total == 20, LOADING)
    user.wait_until_ready()
    return Teacher(user)


def test_that_the_map_says_that_it_is_on_its_way(teacher, monkeypatch):
    monkeypatch.setattr(surface_maker, "_maps", lambda *_, **__: iter(()))  # it never comes
    teacher.user.train_to_the_end()
    teacher.user.wait_until(lambda: "being worked out" in teacher.hint)
    assert "press Train" not in teacher.hint


def test_that_a_race_is_seen_on_the_map_in_the_curves_and_in_the_ranking(teacher):
    assert "press Train" in teacher.hint
    teacher.finish()
    trainer = headless("optimizers", SHORT)
    assert teacher.user.headline.startswith(("Adam: 0.", "RMSprop: 0."))
    assert sorted(teacher.order) == ["AdaGrad", "Adam", "Momentum", "RMSprop", "SGD"]
    losses = [float(row["Loss"]) for row in teacher.ranking]
    assert losses == sorted(losses)
    x, y = trainer.state.train_data
    for row in teacher.ranking:
        variant = next(v for v in trainer.variants if v.name == row["Racer"].lower())
        loss = trainer.state.loss_func(variant.net(x), y).item()
        assert float(row["Loss"]) == pytest.approx(loss, abs=1e-4)
        assert float(row["Last"]) == pytest.approx(variant.last_loss, abs=1e-4)
    assert set(teacher.paths) == {racer.colour for racer in racers(trainer.columns)}
    starts = {tuple(np.round([x[0], y[0]], 6)) for x, y in teacher.paths.values()}
    assert len(starts) == 1  # the fair start
    surface = teacher.views.surface
    for axis, words in (("bottom", "1st direction"), ("left", "2nd direction")):
        text = surface.getPlotItem().getAxis(axis).labelText
        assert words in text
        assert "%" in text
    assert len(visible(teacher.views.fits, pg.PlotCurveItem)) >= 5


def test_that_the_curves_are_the_losses_against_steps_epochs_and_seconds(teacher):
    teacher.finish()
    rows = headless_rows()
    smoothing, axis = teacher.find(QSlider, "smoothing"), teacher.find(QComboBox, "race-axis")
    steps, drawn = teacher.curve_of("adam")
    assert drawn == pytest.approx(np.log10(average(rows[:, 4], 10)), abs=1e-5)
    QTest.keyClick(smoothing, Qt.Key.Key_Home)
    steps, drawn = teacher.curve_of("adam")
    assert list(steps) == list(range(1, 21))
    assert drawn == pytest.approx(np.log10(rows[:, 4]), abs=1e-6)
    QTest.keyClick(axis, Qt.Key.Key_Down)
    assert axis.currentText() == "by epoch"
    epochs, _ = teacher.curve_of("adam")
    assert epochs[[9, 19]] == pytest.approx([1, 2])
    QTest.keyClick(axis, Qt.Key.Key_Down)
    assert axis.currentText() == "by second"
    seconds, _ = teacher.curve_of("adam")
    assert (np.diff(seconds) > 0).all()
    adam = next(row for row in teacher.ranking if row["Racer"] == "Adam")
    assert seconds[-1] == pytest.approx(float(adam["Time"]), abs=0.01)


def headless_rows():
    """The losses of the same race without a window."""
    return Trainer(TASKS["optimizers"], spec_of("optimizers", SHORT)).advance(1e9)


def test_that_racers_are_switched_on_and_off(teacher):
    user = teacher.user
    for name in ("sgd", "nadam"):
        QTest.mouseClick(user.field(f"race.optimizers.{name}"), LEFT, pos=QPoint(8, 8))
    user.wait_until(lambda: "NAdam" in teacher.order)
    assert sorted(teacher.order) == ["AdaGrad", "Adam", "Momentum", "NAdam", "RMSprop"]
    assert "torch.optim.NAdam(" in user.code
    assert not user.field("racers.sgd.lr").isVisible()
    assert user.field("racers.nadam.lr").isVisible()
    user.wait_until_ready()
    teacher.finish()
    assert len(teacher.paths) == 5


def test_that_the_last_racer_cannot_be_switched_off(teacher):
    user = teacher.user
    for name in ("sgd", "momentum", "adagrad", "rmsprop", "adam"):
        QTest.mouseClick(user.field(f"race.optimizers.{name}"), LEFT, pos=QPoint(8, 8))
    assert user.banner == "race.optimizers is empty: a race needs a racer."
    assert user.field("race.optimizers.adam").isChecked()


def test_that_a_learning_rate_is_dragged_in_mid_run(teacher):
    user = teacher.user
    user.click("Step")
    user.wait_for_step(1)
    slider = teacher.tab.form.fields["racers.adam.lr"].slider
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_PageUp)
    assert user.shows("racers.adam.lr") == "0.018"
    user.wait_until(lambda: '["lr"] = 0.018' in user.code)
    assert user.step == 1
    user.train_to_the_end()
    before = headless_rows()
    assert teacher.curve_of("sgd")[1] == pytest.approx(
        np.log10(average(before[:, 0], 10)), abs=1e-5
    )
    assert teacher.curve_of("adam")[1][-1] != pytest.approx(
        np.log10(average(before[:, 4], 10))[-1], abs=1e-5
    )


def test_that_a_racers_other_settings_are_folded_under_its_name(teacher):
    user = teacher.user
    assert not user.field("racers.momentum.momentum").isVisible()
    user.click("More settings of Momentum")
    user.enter("racers.momentum.momentum", "0.95")
    assert "momentum=0.95" in user.code
    assert user.field("racers.momentum.weight_decay").isVisible()
    assert teacher.tab.form.findChild(QWidget, "racers.momentum.alpha") is None


def test_that_who_diverges_drops_out_and_is_named(teacher):
    user = teacher.user
    user.enter("racers.momentum.lr", "900")
    user.wait_until_ready()
    teacher.finish()
    assert (teacher.order[-1], teacher.ranking[-1]["Loss"]) == ("Momentum", "diverged")
    assert "Momentum" not in user.headline


def test_that_the_legend_hides_a_racer_everywhere(teacher):
    teacher.finish()
    adam = racers(["adam"])[0].colour
    teacher.user.click("Adam")
    assert adam not in teacher.paths
    assert teacher.curve_of("adam") is None
    assert len(teacher.order) == 5  # it still races
    teacher.user.click("Adam")
    assert adam in teacher.paths
    assert teacher.curve_of("adam") is not None


def test_that_the_ranking_is_sorted_by_a_click_and_counts_to_the_target(teacher):
    teacher.finish()
    teacher.click_heading("Racer")
    assert teacher.order == ["AdaGrad", "Adam", "Momentum", "RMSprop", "SGD"]
    teacher.click_heading("Racer")
    assert teacher.order[0] == "SGD"
    teacher.click_heading("Target")
    assert {row["Target"] for row in teacher.ranking} == {"–"}
    target = teacher.find(QWidget, "target")
    target.setFocus()
    target.selectAll()
    QTest.keyClicks(target, "100")
    QTest.keyClick(target, Qt.Key.Key_Return)
    assert {row["Target"] for row in teacher.ranking} == {"10"}  # an epoch has ten steps


def test_that_one_view_can_fill_the_room(teacher):
    pages = teacher.find(QWidget, "race-view")
    parts = (
        teacher.views.surface,
        teacher.views.fits,
        teacher.tab.loss_plot,
        teacher.views.ranking,
    )
    for page, alone in enumerate(parts, 1):
        QTest.keyClick(pages, Qt.Key.Key_Down)
        assert pages.currentIndex() == page
        assert [part for part in parts if part.isVisible()] == [alone]
    QTest.keyClick(pages, Qt.Key.Key_Home)
    assert all(part.isVisible() for part in parts)


def test_that_a_map_in_stages_is_seen_when_its_last_one_is_done(teacher):
    teacher.finish()
    surface, surface_image = teacher.views.surface, teacher.views.surface.surface_image
    before = pixels_of(surface)
    turned = replace(surface_image.surface.plane, axes=-surface_image.surface.plane.axes)
    grid = replace(surface_image.surface, plane=turned, loss=surface_image.surface.loss[::-1, ::-1])
    *stages, last = surface.stages(
        replace(surface_image, surface=grid, depth=surface_image.depth[::-1, ::-1])
    )
    for stage in stages:
        stage()
        QApplication.processEvents()
        assert not surface.updatesEnabled()  # the old one stays on the screen
    last()
    staged = pixels_of(surface)
    assert not np.array_equal(staged, before)
    surface.show_surface(surface_image)
    assert np.array_equal(pixels_of(surface), before)


def pixels_of(widget):
    """What is on the screen there, once it was painted."""
    QApplication.processEvents()
    image = widget.grab().toImage()
    return np.frombuffer(image.constBits(), np.uint8).copy()


def test_that_the_map_follows_the_theme_and_goes_with_a_new_race(teacher):
    teacher.finish()
    image = visible(teacher.views.surface, pg.ImageItem)[0]
    light = image.image.copy()
    teacher.tab.set_theme(DARK)
    assert image.image.mean() < light.mean()
    teacher.tab.set_theme(LIGHT)
    assert np.array_equal(image.image, light)
    teacher.user.click("Reset")
    teacher.user.wait_until_ready()
    assert image.image is None
    assert not teacher.paths


def test_that_a_step_asked_for_while_a_wider_race_is_prepared_is_seen(teacher):
    teacher.finish()
    user = teacher.user
    user.enter("network.hidden", "7")
    user.click("Step")
    deadline = time.monotonic() + 30
    while teacher.tab.run.mailbox.is_empty and time.monotonic() < deadline:
        time.sleep(0.01)  # the window is busy, and has not heard yet that the race is there
    user.wait_until(lambda: user.step == 1)
    user.wait_until(lambda: teacher.map_is_there and teacher.tab.is_drawn)
    assert {len(x) for x, _ in teacher.paths.values()} == {2}  # the start, and one step


def test_that_every_racer_has_a_look_of_its_own():
    looks = racers(list(TASKS["optimizers"].spec.racers.__class__.model_fields))
    assert len({look.colour for look in looks}) == len(looks)
    assert len({look.marker for look in looks}) == len(looks)
