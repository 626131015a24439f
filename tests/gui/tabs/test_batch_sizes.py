"""Batch sizes compared, as a user does it: sizes typed, curves and figures read, stopped."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QSpinBox, QTableWidget, QWidget

from nngui.core.studies.sizes_sweep import loss_of_all
from tests.gui.helpers import LOADING, headless, visible

POINTS = {"data.kind": "points", "data.points": 60}


class Page:
    """The page, and where to look on it."""

    def __init__(self, user):
        self.user = user

    def find(self, kind, name):
        widgets = self.user.tab.centre.findChildren(kind)
        return next(w for w in widgets if w.accessibleName() == name)

    def type_sizes(self, text):
        line = self.find(QLineEdit, "Batch sizes")
        line.setFocus()
        line.selectAll()
        QTest.keyClicks(line, text) if text else QTest.keyClick(line, Qt.Key.Key_Delete)

    def train_for(self, length, unit):
        box = self.find(QComboBox, "Unit")
        box.setFocus()
        while box.currentText() != unit:
            QTest.keyClick(box, Qt.Key.Key_Down if unit != "epochs" else Qt.Key.Key_Up)
        spin = self.find(QSpinBox, "Train each for")
        spin.setFocus()
        spin.selectAll()
        QTest.keyClicks(spin, str(length))

    @property
    def rows(self):
        table = self.find(QTableWidget, "What the batch sizes reached")
        columns = [c for c in range(table.columnCount()) if not table.isColumnHidden(c)]
        heads = [table.horizontalHeaderItem(c).text() for c in columns]
        return [
            dict(zip(heads, [table.item(row, c).text() for c in columns], strict=True))
            for row in range(table.rowCount() if table.isVisible() else 0)
        ]

    @property
    def plot(self):
        return self.find(QWidget, "Losses of the batch sizes")

    @property
    def curves(self):
        return [curve.getData() for curve in visible(self.plot, pg.PlotCurveItem)]

    @property
    def hint(self):
        return "".join(item.toPlainText() for item in visible(self.plot, pg.TextItem))

    @property
    def said(self):
        return self.user.tab.pages.sizes.said.text()

    def compare(self):
        self.user.click("Compare")
        self.user.wait_until(lambda: self.said.startswith("Done"))


@pytest.fixture
def page(open_window):
    someone = open_window()
    someone.window.wake()
    someone.open_tab("Batch training")
    someone.wait_until(lambda: "ready: press Train" in someone.status, LOADING)
    someone.open_tab("Batch sizes compared")
    someone.enter("data.points", "60")
    return Page(someone)


def test_that_each_size_gets_a_curve_and_the_loss_of_all_points(page):
    assert "Press Compare" in page.hint
    assert page.rows == []
    page.type_sizes("1, 20, all")
    page.train_for(3, "epochs")
    page.compare()
    assert page.hint == ""
    assert [row["Batch size"] for row in page.rows] == ["1", "20", "all"]
    assert [row["Steps"] for row in page.rows] == ["180", "9", "3"]
    for row, size, (x, y) in zip(page.rows, (1, 20, 0), page.curves, strict=True):
        length = {"schedule.batch_size": size, "schedule.epochs": 3}
        loss = loss_of_all(headless("batch_training", POINTS | length))
        assert row["Loss"] == f"{loss:.4f}"
        assert (x[0], x[-1]) == (0, 3)
        assert y[-1] == pytest.approx(np.log10(loss))


def test_that_the_losses_are_drawn_against_steps_and_seconds(page):
    page.type_sizes("6, 60")
    page.train_for(30, "steps")
    page.compare()
    user = page.user
    assert [row["Epochs"] for row in page.rows] == ["3", "30"]
    user.click("Steps")
    assert [x[-1] for x, _ in page.curves] == pytest.approx([np.log10(30)] * 2)
    QTest.keyClick(user.window.focusWidget(), Qt.Key.Key_Right)
    assert [x[-1] for x, _ in page.curves] == [3, 30]
    user.click("Seconds")
    spent = [10 ** x[-1] for x, _ in page.curves]
    shown = [float(row["Seconds"]) for row in page.rows]
    assert spent == pytest.approx(shown, rel=0.06)


def test_that_the_form_asks_for_what_is_trained_and_a_change_is_told(page):
    user = page.user
    for key in ("network.hidden", "optimizer.lr", "data.points", "seed"):
        assert user.field(key).isVisible(), key
    for key in ("data.kind", "schedule.batch_size", "schedule.epochs"):
        assert not user.field(key).isVisible(), key
    page.type_sizes("all")
    page.train_for(2, "steps")
    page.compare()
    user.enter("optimizer.lr", "0.5")
    assert page.said.startswith("optimizer.lr changed since then")
    assert user.shows("optimizer.lr") == "0.5"
    page.compare()
    with_it = POINTS | {"optimizer.lr": 0.5, "schedule.epochs": 0, "schedule.steps": 2}
    with_it |= {"schedule.batch_size": 0}
    assert page.rows[0]["Loss"] == f"{loss_of_all(headless('batch_training', with_it)):.4f}"
    user.open_tab("Loader")
    assert user.shows("data.kind") == "Numbers"
    assert not user.field("optimizer.lr").isVisible()


def test_that_sizes_that_cannot_be_are_refused_in_a_sentence(page):
    for text, sentence in (
        ("", "Write the batch sizes to compare"),
        ("0", "A batch of 0 points is none"),
        ("1, x", "x is no batch size"),
        ("61", "A batch of 61 does not fit: there are 60 points"),
        ("5 5", "The batch size 5 stands there twice"),
    ):
        page.type_sizes(text)
        QTest.keyClick(page.find(QLineEdit, "Batch sizes"), Qt.Key.Key_Return)
        page.user.wait_for_banner(sentence)
        assert page.rows == []


def test_that_a_comparison_is_stopped_and_what_is_drawn_stays(page):
    page.type_sizes("1")
    page.train_for(1000, "seconds")
    user = page.user
    user.click("Compare")
    user.wait_until(lambda: page.rows[0]["Steps"] not in ("–", "0"))
    assert not page.find(QLineEdit, "Batch sizes").isEnabled()
    user.click("Stop")
    user.wait_until(lambda: page.said.startswith("Stopped"))
    assert len(page.curves[0][0]) > 1
    user.click("Train")
    user.wait_until(lambda: user.tab.pages.loader.isVisible())


def test_that_the_window_closes_in_the_middle_of_a_comparison(page):
    page.type_sizes("1, all")
    page.train_for(1000, "seconds")
    page.user.click("Compare")
    page.user.wait_until(lambda: page.said.endswith("done"))
    page.user.window.close()
    assert not page.user.window.isVisible()


def test_that_a_size_that_diverges_leaves_the_others_in_sight(page):
    page.user.enter("optimizer.lr", "5")
    page.type_sizes("1, all")
    page.train_for(30, "steps")
    page.compare()
    assert "diverged" in {row["Loss"] for row in page.rows}
    (_, top) = page.plot.getViewBox().viewRange()[1]
    assert top < 4  # decades: 10,000
