"""The list of runs: kept, compared, reopened, named, deleted, exported."""

from __future__ import annotations

import csv

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import Qt, QThread
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit

from nngui.files.runs import store as run_store
from nngui.gui.dialogs.runs_dialog import RunsDialog
from tests.gui.helpers import CTRL, LEFT, SHIFT, headless, visible

FEW = "schedule.steps"


class Reader:
    """Somebody who reads and works the list."""

    def __init__(self, user):
        self.user = user
        user.click("Runs…")
        user.wait_until(lambda: user.dialogs(RunsDialog))
        self.dialog = user.dialogs(RunsDialog)[0]

    def rows(self):
        model = self.dialog.table.model()
        cells = range(model.columnCount())
        return [
            [str(model.index(row, column).data()) for column in cells]
            for row in range(model.rowCount())
        ]

    def column(self, title):
        headers = self.headers()
        return [row[headers.index(title)] for row in self.rows()]

    def headers(self):
        model = self.dialog.table.model()
        across = Qt.Orientation.Horizontal
        return [model.headerData(i, across) for i in range(model.columnCount())]

    def names(self):
        return [row[0].removesuffix(" ★") for row in self.rows()]

    def sees_curves(self, count):
        """Wait until so many are drawn: they are read from the disk first."""
        plot = self.dialog.plot
        self.user.wait_until(lambda: len(visible(plot, pg.PlotCurveItem)) == count)

    def select(self, name):
        self.dialog.table.selectRow(self.names().index(name))

    def click(self, text):
        for button in self.dialog.findChildren(QAbstractButton):
            if button.text() == text and button.isVisible():
                QTest.mouseClick(button, LEFT)
                return
        raise AssertionError(f"there is no button {text!r}")

    def tick(self, name, column="Run"):
        table = self.dialog.table
        place = table.model().index(self.names().index(name), self.headers().index(column))
        table.setCurrentIndex(place)
        table.setFocus()
        QTest.keyClick(table, Qt.Key.Key_Space)


@pytest.fixture
def reader(user):
    """Before a list of two runs: with a learning rate of 0.2, then of 0.05."""
    user.enter(FEW, "30")
    user.train_to_the_end()
    user.enter("optimizer.lr", "0.05")
    user.click("Reset")
    user.wait_until_ready()
    user.click("Train")
    user.wait_for("done.")
    found = Reader(user)
    user.wait_until(lambda: len(found.rows()) == 2)
    yield found
    found.dialog = None  # pytest keeps this reader longer than the window


def test_that_ended_runs_are_listed_with_what_they_differ_in(reader):
    assert reader.names() == ["Run 2", "Run 1"]
    assert reader.column("Learning rate") == ["0.05", "0.2"]
    assert "Points" not in reader.headers()
    losses = [float(loss) for loss in reader.column("Loss")]
    best = [name for name in reader.column("Run") if name.endswith("★")]
    assert best == [reader.column("Run")[int(np.argmin(losses))]]
    reader.sees_curves(2)
    assert reader.dialog.count.text() == "2 runs"


def test_that_ticked_runs_stand_behind_the_curve_of_their_tab(reader):
    user, card = reader.user, reader.user.tab.loss_card

    def named():
        return [ghost.label for ghost in card.ghosts]

    before = named()
    reader.tick("Run 1", "Behind")
    user.wait_until(lambda: named() == [*before, "Run 1"])
    steps, losses = card.ghosts[-1].curve["loss"]
    assert steps.tolist() == list(range(1, 31))
    wanted = headless("regression", [(FEW, 30)], 0).advance(1e9)[:, 0]
    assert losses == pytest.approx(wanted)
    reader.tick("Run 2", "Behind")
    user.wait_until(lambda: named() == [*before, "Run 2", "Run 1"])
    reader.select("Run 1")
    reader.click("Delete")
    user.wait_until(lambda: named() == [*before, "Run 2"])
    reader.tick("Run 2", "Behind")
    user.wait_until(lambda: named() == before)


def test_that_a_run_whose_file_has_gone_leaves_the_others_drawn(reader):
    reader.tick("Run 1")
    reader.sees_curves(1)
    folder = reader.user.window.runs.store.folder
    run = next(run for run in reader.dialog.model.runs if run.number == 1)
    (folder / f"{run.id}.run").unlink()
    reader.click("Draw all")
    reader.user.settle()
    reader.sees_curves(1)
    assert not reader.user.banner


def test_that_the_open_list_shows_no_run_that_was_forgotten(reader, monkeypatch):
    monkeypatch.setattr(run_store, "MAX_RUNS", 2)
    reader.user.press(Qt.Key.Key_N)
    reader.user.wait_until_ready()
    reader.user.click("Train")
    reader.user.wait_until(lambda: reader.names()[0] == "Run 3")
    assert reader.names() == ["Run 3", "Run 2"]


def test_that_the_list_is_there_at_the_next_start(reader, open_window):
    reader.user.window.close()
    other = open_window()
    other.window.wake()
    other.wait_until_ready()
    other.press(Qt.Key.Key_R, CTRL | SHIFT)
    found = Reader(other)
    other.wait_until(lambda: found.names() == ["Run 2", "Run 1"])


def test_that_a_run_left_before_its_end_is_kept_too(user):
    user.go_fast()
    user.enter(FEW, "100000000")
    user.click("Train")
    user.wait_for_step(20)
    user.click("Reset")
    found = Reader(user)
    user.wait_until(lambda: found.names() == ["Run 1"])
    assert int(found.column("Steps")[0].replace(",", "")) >= 20


def test_that_a_run_in_a_window_that_is_closed_is_kept(user, open_window):
    user.go_fast()
    user.enter(FEW, "100000000")
    user.click("Train")
    user.wait_for_step(20)
    user.window.close()
    other = open_window()
    other.window.wake()
    other.wait_until_ready()
    found = Reader(other)
    other.wait_until(lambda: found.names() == ["Run 1"])
    assert int(found.column("Steps")[0].replace(",", "")) >= 20


def test_that_a_run_that_cannot_be_kept_is_told_once(user, monkeypatch):
    tried, keep = [], run_store.RunStore.keep

    def try_to_keep(*arguments):
        try:
            return keep(*arguments)
        finally:
            tried.append(arguments)

    monkeypatch.setattr(run_store.RunStore, "keep", try_to_keep)
    folder = user.window.runs.store.folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("a file where the folder should be")
    user.enter(FEW, "12")
    user.train_to_the_end()
    user.wait_for_banner("The run is not in the list of runs: ")
    user.tab.banner.hide()
    user.click("New weights")
    user.wait_until_ready()
    user.click("Train")
    user.wait_for("done.")
    user.wait_until(lambda: len({run.id for _, run, *_ in tried}) == 2)
    user.settle()
    assert user.banner == ""


def test_that_a_few_steps_are_no_run(user):
    for _ in range(3):
        user.click("Step")
    user.wait_for_step(3)
    user.click("Reset")
    user.wait_until_ready()
    user.enter(FEW, "10")
    user.click("Train")
    user.wait_for("done.")
    found = Reader(user)
    user.wait_until(found.names)
    assert found.column("Steps") == ["10"]


def test_that_the_same_run_twice_is_listed_once(user):
    user.enter(FEW, "12")
    user.train_to_the_end()
    user.click("Reset")
    user.wait_until_ready()
    user.click("Train")
    user.wait_for("done.")
    user.enter("optimizer.lr", "0.01")  # a third one, so that there is something to wait for
    user.click("Reset")
    user.wait_until_ready()
    user.click("Train")
    user.wait_for("done.")
    found = Reader(user)
    user.wait_until(lambda: "0.01" in str(found.rows()))
    assert found.names() == ["Run 2", "Run 1"]


def test_that_a_reopened_run_stands_as_it_was_and_goes_on(reader):
    user = reader.user
    loss = reader.column("Loss")[1]
    reader.select("Run 1")
    reader.click("Reopen")
    user.wait_until(lambda: user.shows("optimizer.lr") == "0.2")
    user.wait_until(lambda: user.step == 30)
    assert f"{float(user.losses_drawn[1][-1]):.3f}" == f"{np.log10(float(loss)):.3f}"
    user.click("Train")
    user.wait_until(lambda: user.step == 60)
    user.wait_until(lambda: len(reader.rows()) == 3)  # the old one is still what it was
    assert sorted(reader.column("Steps")) == ["30", "30", "60"]


def test_that_reopening_by_enter_brings_the_right_tab(reader):
    user = reader.user
    user.open_tab("Classification")
    reader.select("Run 2")
    reader.dialog.table.setFocus()
    QTest.keyClick(reader.dialog.table, Qt.Key.Key_Return)
    user.wait_until(lambda: user.tab.task.name == "regression")
    user.wait_until(lambda: user.shows("optimizer.lr") == "0.05")


def test_that_a_run_whose_file_has_gone_is_told_and_nothing_is_lost(reader, tmp_path):
    user = reader.user
    reader.select("Run 1")
    (run,) = reader.dialog.selected
    user.window.runs.store.path_of(run).unlink()
    reader.click("Reopen")
    user.wait_for_banner("could not be read")
    assert user.shows("optimizer.lr") == "0.05"
    user.wait_for("All 30 steps done.")  # the run that stood there stays as it was


def test_that_a_name_that_is_being_typed_outlives_a_list_that_comes_meanwhile(reader):
    reader.select("Run 1")
    table = reader.dialog.table
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_F2)
    line = table.findChild(QLineEdit)
    line.selectAll()
    QTest.keyClicks(line, "half")
    reader.dialog.show_runs(list(reader.dialog.model.runs))
    assert line.isVisible()
    QTest.keyClicks(line, " a name")
    QTest.keyClick(line, Qt.Key.Key_Return)
    reader.user.wait_until(lambda: reader.names() == ["Run 2", "half a name"])


def test_that_names_are_typed_and_stay(reader, open_window):
    reader.select("Run 1")
    reader.dialog.table.setFocus()
    QTest.keyClick(reader.dialog.table, Qt.Key.Key_F2)
    line = reader.dialog.table.findChild(QLineEdit)
    line.selectAll()
    QTest.keyClicks(line, "the tutorial's rate")
    QTest.keyClick(line, Qt.Key.Key_Return)
    reader.user.wait_until(lambda: "the tutorial's rate" in reader.names())
    reader.user.window.close()
    other = open_window()
    other.window.wake()
    other.wait_until_ready()
    found = Reader(other)
    other.wait_until(lambda: "the tutorial's rate" in found.names())


def test_that_deleting_can_be_undone_until_the_window_closes(reader, open_window):
    reader.select("Run 1")
    reader.click("Delete")
    assert reader.names() == ["Run 2"]
    reader.sees_curves(1)
    reader.click("Undo")
    assert reader.names() == ["Run 2", "Run 1"]
    reader.select("Run 2")
    reader.dialog.table.setFocus()
    QTest.keyClick(reader.dialog.table, Qt.Key.Key_Delete)
    assert reader.names() == ["Run 1"]
    reader.user.window.close()
    other = open_window()
    other.window.wake()
    other.wait_until_ready()
    found = Reader(other)
    other.wait_until(lambda: found.names() == ["Run 1"])


def test_that_ticks_choose_what_is_drawn(reader):
    reader.tick("Run 1")
    reader.sees_curves(1)
    reader.click("Draw all")
    reader.sees_curves(2)
    reader.select("Run 2")
    reader.click("Only selected")
    assert [run.name for run in reader.dialog.plot.runs] == ["Run 2"]


def test_that_the_table_and_the_curves_are_exported(reader, tmp_path):
    user, dialog = reader.user, reader.dialog
    table, curves, logs = (action for action in dialog.export.menu().actions())
    user.trigger(table)
    user.choose_file(tmp_path / "runs.csv")
    with (tmp_path / "runs.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["run"] for row in rows] == ["Run 2", "Run 1"]
    assert [row["optimizer.lr"] for row in rows] == ["0.05", "0.2"]
    assert all(float(row["training_loss"]) > 0 for row in rows)
    user.trigger(curves)
    user.choose_file(tmp_path / "curves.csv")
    with (tmp_path / "curves.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 60
    assert rows[0]["step"] == "1"
    (tmp_path / "logs").mkdir()
    user.trigger(logs)
    user.choose_file(tmp_path / "logs")
    user.wait_for_banner("Written for TensorBoard. See it by: tensorboard --logdir")
    assert len(list((tmp_path / "logs").glob("regression-*/events.out.tfevents.*"))) == 2


def test_that_the_order_stays_when_other_settings_differ(reader):
    user, table = reader.user, reader.dialog.table
    table.sortByColumn(reader.headers().index("Learning rate"), Qt.SortOrder.AscendingOrder)
    assert reader.column("Learning rate") == ["0.05", "0.2"]
    user.window.activateWindow()
    user.wait_until(user.window.isActiveWindow)
    user.enter("optimizer.lr", "0.1")
    user.choose("network.activation", "Tanh")
    user.wait_until_ready()
    user.click("Train")
    user.wait_until(lambda: len(reader.rows()) == 3)
    assert "Activation" in reader.headers()
    assert reader.column("Learning rate") == ["0.05", "0.1", "0.2"]


def test_that_the_list_takes_the_theme_while_it_is_open(reader):
    before = reader.dialog.plot.grab().toImage().pixelColor(3, 3)
    reader.user.window.appearance.set_theme("dark")
    after = reader.dialog.plot.grab().toImage().pixelColor(3, 3)
    assert before.lightness() > 200
    assert after.lightness() < 60


def test_that_a_file_that_cannot_be_deleted_does_not_keep_the_window(reader):
    user = reader.user
    reader.select("Run 1")
    (run,) = reader.dialog.selected
    about = user.window.runs.store.folder / f"{run.id}.run"
    about.unlink()
    about.mkdir()  # not a file any more
    reader.click("Delete")
    user.window.close()
    assert not user.window.isVisible()
    assert not any(thread.isRunning() for thread in user.window.findChildren(QThread))


def test_that_an_empty_list_says_how_to_fill_it(user):
    found = Reader(user)
    user.wait_until(lambda: found.dialog.count.text() == "0 runs")
    assert "press Train" in found.dialog.plot.hint.toPlainText()
    assert not found.dialog.reopen.isEnabled()
    assert not found.dialog.export.isEnabled()


def test_that_each_task_has_a_list_of_its_own(reader):
    box = reader.dialog.tasks
    box.setFocus()
    box.setCurrentIndex(box.findData("classification"))
    box.activated.emit(box.currentIndex())
    assert reader.rows() == []
    reader.dialog.close()
    reader.user.click("Runs…")  # of the open tab
    reader.user.wait_until(lambda: reader.names() == ["Run 2", "Run 1"])


def test_that_a_setting_changed_in_mid_run_is_marked(user):
    user.go_fast()
    user.enter(FEW, "20")
    user.click("Train")
    user.wait_for("done.")
    user.enter("optimizer.lr", "0.1")
    user.click("Train")
    user.wait_until(lambda: user.step == 40)
    user.enter("optimizer.lr", "0.3")
    user.enter(FEW, "15")
    user.click("Reset")
    user.wait_until_ready()
    user.click("Train")
    user.wait_until(lambda: user.step == 15)
    found = Reader(user)
    user.wait_until(lambda: len(found.rows()) == 2)
    assert found.column("Learning rate") == ["0.3", "0.1*"]


def test_that_the_list_says_what_was_changed_on_the_way(user):
    user.enter(FEW, "30")
    user.train_to_the_end()
    user.enter("optimizer.lr", "0.05")
    user.click("Train")
    user.wait_for("All 60 steps done.")
    found = Reader(user)
    user.wait_until(lambda: found.names() == ["Run 1"] and found.column("Steps") == ["60"])
    tip = found.dialog.table.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "step 30: Learning rate 0.2 → 0.05" in tip
    found.dialog = None
