"""The list of runs: scores as columns, notes, and what is listed."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from nngui.core.records.run_record import RunRecord
from nngui.core.spec.toml import with_settings
from nngui.files.runs.store import MAX_NOTE, new_id
from nngui.files.tables.training_data import settings_for_table
from tests.gui.controllers.test_runs import Reader
from tests.gui.helpers import CTRL, LEFT, TASKS

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
CURVES = {"loss": (np.array([1, 2], np.int64), np.array([1.0, 0.5], np.float32))}
MARKUP = "<img src=x> <b>fee</b>"


def kept(store, minute, lr, example="", **others):
    spec = TASKS["regression"].spec
    if example:
        spec = settings_for_table(spec, f"example:{example}")
    run = RunRecord(
        id=new_id(),
        task="regression",
        spec=with_settings(spec, {"optimizer.lr": lr}),
        number=0,
        name="",
        ended=NOON + timedelta(minutes=minute),
        steps=2,
        ending="steps",
        figures={"loss": 0.5},
    )
    return store.keep(replace(run, **others), CURVES, None)


@pytest.fixture
def reader(user):
    """Before a list of four runs: an old one, two of a search, one with a note."""
    store = user.window.runs.store
    kept(store, 0, 0.1)
    kept(store, 1, 0.2, "diabetes", scores={"val_r2": 0.5, "test_r2": 0.25}, group="widths")
    kept(store, 2, 0.3, "diabetes", scores={"val_r2": 0.125, "test_r2": 0.75}, group="widths")
    store.annotate(kept(store, 3, 0.4, "diabetes", scores={"val_r2": -2.0}), f"last of {MARKUP}")
    found = Reader(user)
    user.wait_until(lambda: len(found.rows()) == 4)
    yield found
    found.dialog = None  # pytest keeps this reader longer than the window


def test_that_scores_are_columns_and_runs_without_them_show_a_dash(reader):
    assert reader.names() == ["Run 4", "Run 3", "Run 2", "Run 1"]
    assert reader.column("Validation R²") == ["-2", "0.125", "0.5", "–"]
    assert reader.column("Test R²") == ["–", "0.75", "0.25", "–"]
    assert reader.column("Search") == ["", "widths", "widths", ""]
    assert "Test AUC" not in reader.headers()


@pytest.mark.parametrize(
    ("order", "names"),
    [
        (Qt.SortOrder.AscendingOrder, ["Run 4", "Run 3", "Run 2", "Run 1"]),
        (Qt.SortOrder.DescendingOrder, ["Run 2", "Run 3", "Run 4", "Run 1"]),
    ],
)
def test_that_what_has_no_score_comes_last_in_either_order(reader, order, names):
    reader.dialog.table.sortByColumn(reader.headers().index("Validation R²"), order)
    assert reader.names() == names


def test_that_every_column_can_be_sorted_by(reader):
    for column in range(len(reader.headers())):
        for order in Qt.SortOrder:
            reader.dialog.table.sortByColumn(column, order)
            assert sorted(reader.names()) == ["Run 1", "Run 2", "Run 3", "Run 4"]


def write_note(reader, text):
    line = reader.dialog.table.findChild(QLineEdit)
    line.clear()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)


def test_that_a_note_is_written_in_its_place_by_keyboard_and_stays(reader, open_window):
    reader.select("Run 2")
    reader.dialog.table.setFocus()
    QTest.keyClick(reader.dialog.table, Qt.Key.Key_F4)
    write_note(reader, "wide enough")
    reader.user.wait_until(lambda: reader.column("Note")[2] == "wide enough")
    reader.select("Run 1")
    reader.click("Note")
    write_note(reader, "the first")
    reader.user.wait_until(lambda: reader.column("Note")[3] == "the first")
    reader.user.window.close()
    other = open_window()
    other.window.wake()
    other.wait_until_ready()
    found = Reader(other)
    other.wait_until(lambda: len(found.rows()) == 4)
    assert found.column("Note") == [f"last of {MARKUP}", "", "wide enough", "the first"]


def test_that_a_double_click_on_a_note_writes_it_and_reopens_nothing(reader):
    table, column = reader.dialog.table, reader.headers().index("Note")
    place = table.visualRect(table.model().index(0, column)).center()
    QTest.mouseClick(table.viewport(), LEFT, pos=QPoint(place))
    QTest.mouseDClick(table.viewport(), LEFT, pos=QPoint(place))
    line = table.findChild(QLineEdit)
    assert line.text() == f"last of {MARKUP}"
    assert line.maxLength() == MAX_NOTE
    write_note(reader, "")
    reader.user.wait_until(lambda: reader.column("Note")[0] == "")
    assert reader.user.shows("optimizer.lr") == "0.2"  # the tab's own


def test_that_enter_in_a_name_names_the_run_and_reopens_nothing(reader):
    reader.select("Run 4")
    reader.dialog.table.setFocus()
    QTest.keyClick(reader.dialog.table, Qt.Key.Key_F2)
    write_note(reader, "mine")
    reader.user.wait_until(lambda: reader.names()[0] == "mine")
    assert reader.user.shows("optimizer.lr") == "0.2"  # the tab's own


def test_that_the_list_is_filtered_by_data_by_search_and_by_words(reader):
    bar = reader.dialog.filter
    names = [bar.data.itemText(i) for i in range(bar.data.count())]
    assert names[0] == "All data"
    assert names[1:] == ["example:diabetes", "y = a·x² + b"]
    choose(bar.data, names[2])
    assert reader.names() == ["Run 1"]
    assert reader.dialog.count.text() == "1 of 4 runs"
    reader.sees_curves(1)
    choose(bar.data, "All data")
    choose(bar.group, "widths")
    assert reader.names() == ["Run 3", "Run 2"]
    choose(bar.group, "Without a search")
    assert reader.names() == ["Run 4", "Run 1"]
    choose(bar.group, "All runs")
    QTest.keyClick(reader.dialog, Qt.Key.Key_F, CTRL)
    assert bar.words.hasFocus()
    QTest.keyClicks(bar.words, "DIABETES 0.3")
    assert reader.names() == ["Run 3"]
    bar.words.setText("no such word")
    assert reader.names() == []
    assert reader.dialog.count.text() == "0 of 4 runs"
    assert not reader.dialog.export.isEnabled()
    assert not reader.dialog.reopen.isEnabled()
    bar.words.clear()
    assert len(reader.names()) == 4


def choose(box, text):
    box.setCurrentIndex(box.findText(text))
    box.activated.emit(box.currentIndex())


def test_that_a_filter_stays_when_a_run_comes_and_gives_way_to_another_task(reader):
    user = reader.user
    choose(reader.dialog.filter.data, "example:diabetes")
    user.window.activateWindow()
    user.wait_until(user.window.isActiveWindow)
    user.enter("schedule.steps", "30")
    user.train_to_the_end()
    user.wait_until(lambda: reader.dialog.count.text() == "3 of 5 runs")
    assert reader.names() == ["Run 4", "Run 3", "Run 2"]
    box = reader.dialog.tasks
    box.setCurrentIndex(box.findData("classification"))
    box.activated.emit(box.currentIndex())
    assert reader.rows() == []
    box.setCurrentIndex(box.findData("regression"))
    box.activated.emit(box.currentIndex())
    assert len(reader.rows()) == 5


def test_that_the_export_has_the_listed_runs_with_scores_notes_and_searches(reader, tmp_path):
    choose(reader.dialog.filter.data, "example:diabetes")
    reader.user.trigger(reader.dialog.export.menu().actions()[0])
    reader.user.choose_file(tmp_path / "runs.csv")
    with (tmp_path / "runs.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["run"] for row in rows] == ["Run 4", "Run 3", "Run 2"]
    assert [row["validation_r2"] for row in rows] == ["-2.0", "0.125", "0.5"]
    assert [row["test_r2"] for row in rows] == ["", "0.75", "0.25"]
    assert [row["group"] for row in rows] == ["", "widths", "widths"]
    assert rows[0]["note"] == f"last of {MARKUP}"
    assert [row["training_loss"] for row in rows] == ["0.5"] * 3


def test_that_a_note_is_text_and_no_markup(reader):
    table, column = reader.dialog.table, reader.headers().index("Note")
    tip = table.model().index(0, column).data(Qt.ItemDataRole.ToolTipRole)
    assert "<img" not in tip
    assert "&lt;img" in tip
    assert QApplication.activePopupWidget() is None


def test_that_a_run_on_a_table_is_kept_with_its_scores(user):
    user.tab.run.apply(settings_for_table(TASKS["regression"].spec, "example:diabetes"))
    user.wait_until(lambda: user.tab.data is not None and user.tab.data.table is not None)
    user.wait_until_ready()
    user.train_to_the_end()
    found = Reader(user)
    user.wait_until(lambda: len(found.rows()) == 1)
    assert 0.2 < float(found.column("Test R²")[0]) < 0.7
    assert 0.2 < float(found.column("Validation R²")[0]) < 0.7
    assert 30 < float(found.column("Test MAE")[0]) < float(found.column("Test RMSE")[0]) < 80
