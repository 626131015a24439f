"""The race with several seeds, as a user runs it: started, read, stopped, left."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QSlider, QSpinBox, QTableWidget, QWidget

from nngui.core.trainer import Trainer
from nngui.gui.plots.kit.racers import racers
from tests.gui.helpers import LOADING, TASKS, spec_of, visible

SHORT = {"schedule.epochs": 2, "data.points": 100}  # 8 steps
LONG = "100000"  # epochs


class Page:
    """The page, and where to look on it."""

    def __init__(self, user):
        self.user = user

    def find(self, kind, name):
        return self.user.tab.findChild(kind, name)

    def choose_seeds(self, count):
        spin = self.find(QSpinBox, "seeds")
        spin.setFocus()
        spin.selectAll()
        QTest.keyClicks(spin, str(count))

    @property
    def rows(self):
        table = self.find(QTableWidget, "seeds-table")
        heads = [table.horizontalHeaderItem(c).text() for c in range(table.columnCount())]
        return [
            dict(zip(heads, [table.item(row, c).text() for c in range(len(heads))], strict=True))
            for row in range(table.rowCount() if table.isVisible() else 0)
        ]

    @property
    def plot(self):
        widgets = self.user.tab.findChildren(QWidget)
        return next(w for w in widgets if w.accessibleName() == "Losses with several seeds")

    @property
    def hint(self):
        return "".join(item.toPlainText() for item in visible(self.plot, pg.TextItem))

    def line_of(self, name):
        colour = racers([name])[0].pen(1).color()
        lines = visible(self.plot, pg.PlotCurveItem)
        return next((c.getData() for c in lines if c.opts["pen"].color() == colour), None)

    def band_of(self, name):
        """The heights between which a racer's band lies."""
        colour = racers([name])[0].pen(1).color().name()
        items = visible(self.plot, pg.QtWidgets.QGraphicsPathItem)
        path = next(i.path() for i in items if i.brush().color().name() == colour)
        return path.boundingRect().top(), path.boundingRect().bottom()

    @property
    def verdict(self):
        return self.find(QLabel, "verdict").text()

    @property
    def said(self):
        return self.user.tab.views.seeds.said.text()

    def run(self):
        self.user.click("Start")
        self.user.wait_until(lambda: self.said.startswith("Done"))


@pytest.fixture
def page(open_window):
    user = open_window()
    user.window.wake()
    user.open_tab("Optimizer race")
    user.wait_until(lambda: "ready: press Train" in user.status, LOADING)
    QTest.keyClick(user.tab.findChild(QComboBox, "race-view"), Qt.Key.Key_End)
    user.enter("schedule.epochs", "2")
    user.enter("data.points", "100")
    return Page(user)


def trained(settings, seeds):
    """The losses of the same runs without a window, each alone: (seeds, steps, racers)."""
    specs = [spec_of("optimizers", SHORT | settings | {"seed": seed}) for seed in seeds]
    trainers = [Trainer(TASKS["optimizers"], spec) for spec in specs]
    return np.stack([trainer.advance(1e9) for trainer in trainers]), trainers


def last_losses(trainers):
    return np.array([[last_loss(trainer, v) for v in trainer.variants] for trainer in trainers])


def last_loss(trainer, variant):
    x, y = trainer.state.train_data
    return trainer.state.loss_func(variant.net(x), y).item()


def test_that_lines_are_medians_and_bands_hold_all_seeds(page):
    assert "Press Start" in page.hint
    assert page.rows == []
    page.run()
    assert page.hint == ""
    losses, trainers = trained({}, range(1, 6))
    QTest.keyClick(page.find(QSlider, "seeds-smoothing"), Qt.Key.Key_Home)
    names = [variant.name for variant in trainers[0].variants]
    for i, name in enumerate(names):
        x, y = page.line_of(name)
        assert list(x) == list(range(1, 9))
        assert y == pytest.approx(np.log10(np.median(losses[:, :, i], axis=0)))
        ends = np.log10([losses[:, :, i].min(), losses[:, :, i].max()])
        assert page.band_of(name) == pytest.approx(tuple(ends))
    ends = np.median(last_losses(trainers), axis=0)
    found = {row["Racer"].lower(): row for row in page.rows}
    for name, loss in zip(names, ends, strict=True):
        assert found[name]["Median"] == f"{loss:.4f}"
    medians = [float(row["Median"]) for row in page.rows]
    assert medians == sorted(medians)
    assert sum(int(row["Wins"][0]) for row in page.rows) == 5
    assert page.verdict.startswith(f"{page.rows[0]['Racer']} was best with")


def test_that_axis_logarithm_and_legend_change_what_is_drawn(page):
    page.choose_seeds(2)
    page.run()
    assert "With fewer than 5 seeds that may be luck." in page.verdict
    user = page.user
    QTest.keyClick(page.find(QComboBox, "seeds-axis"), Qt.Key.Key_Down)
    assert page.line_of("adam")[0][-1] == 2
    QTest.keyClick(page.find(QComboBox, "seeds-axis"), Qt.Key.Key_Down)
    assert 0 < page.line_of("adam")[0][-1] < 10
    before = page.line_of("adam")[1]
    user.click("Log")
    assert page.line_of("adam")[1] == pytest.approx(10**before)
    user.click("Adam")
    assert page.line_of("adam") is None
    assert page.line_of("sgd") is not None
    assert len(page.rows) == 5


def test_that_a_seed_of_ones_own_and_other_settings_are_used_and_told(page):
    user = page.user
    user.enter("seed", "7")
    user.enter("racers.momentum.lr", "900")
    page.choose_seeds(3)
    page.run()
    assert page.rows[-1]["Racer"] == "Momentum"
    assert page.rows[-1]["Median"] == "diverged"
    assert page.rows[-1]["Worst seed"] == "diverged (3)"
    _, trainers = trained({"racers.momentum.lr": 900.0}, (7, 8, 9))
    adam = np.median(last_losses(trainers)[:, 4])
    assert next(r for r in page.rows if r["Racer"] == "Adam")["Median"] == f"{adam:.4f}"
    user.enter("racers.momentum.lr", "0.01")
    assert page.said.startswith("racers.momentum.lr changed since then")


def test_that_it_is_stopped_and_what_is_drawn_stays(page):
    user = page.user
    user.enter("schedule.epochs", LONG)
    user.click("Start")
    user.wait_until(lambda: page.rows and page.line_of("adam") is not None)
    assert not page.find(QSpinBox, "seeds").isEnabled()
    user.click("Stop")
    user.wait_until(lambda: page.said.startswith("Stopped"))
    assert page.line_of("adam") is not None
    assert page.verdict
    user.click("Train")
    user.wait_until(lambda: user.tab.views.surface.isVisible())
    assert not page.plot.isVisible()


def test_that_the_window_closes_in_the_middle_of_it(page):
    user = page.user
    user.enter("schedule.epochs", LONG)
    user.click("Start")
    user.wait_until(lambda: page.said.endswith("done"))
    user.window.close()
    assert not user.window.isVisible()


def test_that_seeds_of_a_race_that_cannot_be_built_are_refused_in_a_sentence(page):
    user = page.user
    user.enter("schedule.batch_size", "101")
    user.click("Start")
    user.wait_for_banner("101")  # of the tab's own run, or of the seeds
    user.wait_until(lambda: "Press Start" in page.hint)
