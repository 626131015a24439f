"""A table's tab: the figure that heads it, the report on its data, a threshold, what is missed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QTableView

from nngui.core.spec.toml import with_settings
from nngui.files.tables.training_data import settings_for_table
from nngui.gui.dialogs.table_dialog import TableDialog
from nngui.gui.style.theme import DARK
from tests.gui.helpers import LOADING, TASKS

MARKUP = "<img src=x> <b>fee</b>"


@pytest.fixture(scope="module")
def customers(tmp_path_factory):
    """300 customers, of whom few leave, whatever is known of them; and a column without a name."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({
        "id": np.arange(300),
        MARKUP: rng.normal(20, 5, 300).round(2),
        "city": np.array(["Bonn", "Köln", "Ulm"])[rng.integers(0, 3, 300)],
        "since": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, 300), "D"),
        "left": np.where(rng.random(300) < 0.12, "yes", "no"),
    })  # fmt: skip
    frame.loc[::30, MARKUP] = np.nan
    frame.loc[[3, 4], "left"] = None
    path = tmp_path_factory.mktemp("customers") / "customers.csv"
    frame.to_csv(path, index=False)
    return path


def opened(user, task, path, **settings):
    user.open_tab({"classification": "Classification", "regression": "Regression"}[task])
    spec = settings_for_table(TASKS[task].spec, str(path))
    user.tab.run.apply(with_settings(spec, {"schedule.epochs": 3} | settings))
    user.wait_until(lambda: user.tab.data is not None and user.tab.data.table is not None, LOADING)
    user.wait_until_ready()


def page_of(user):
    user.click("Data")
    page = user.tab.table_views.report
    model = page.columns.model()
    user.wait_until(lambda: model.index(0, 1).data() != "", LOADING)
    return page


def cells(page):
    model = page.columns.model()
    return [[model.index(row, i).data() for i in range(4)] for row in range(model.rowCount())]


# What heads the tab ------------------------------------------------------------------------------


def test_that_the_headline_is_of_the_validation_part_and_no_better_is_said(user, customers):
    opened(user, "classification", customers)
    user.train_to_the_end()
    user.wait_until(lambda: user.tab.headline.text().startswith("Validation accuracy="))
    verdict = user.tab.centre.verdict
    assert verdict.text().startswith("no better than always saying “no”: 0.")
    assert verdict.property("role") == "warning"
    always = verdict.text().split(": ")[1][:4]
    assert user.tab.headline.text() == f"Validation accuracy={always}"


def test_that_without_a_validation_part_it_is_of_the_test_and_the_mean_is_beaten(user):
    settings = {"schedule.validation": 0.0, "schedule.epochs": 60}
    opened(user, "regression", "example:diabetes", **settings)
    user.train_to_the_end()
    user.wait_until(lambda: user.tab.headline.text().startswith("Test R²=0."))
    verdict = user.tab.centre.verdict
    assert "linear model: 0." in verdict.text()
    assert "; always the mean: " in verdict.text()


def test_that_other_data_have_their_own_headline_again(user, customers):
    opened(user, "classification", customers)
    user.train_to_the_end()
    user.wait_until(lambda: bool(user.tab.centre.verdict.text()))
    user.tab.run.apply(TASKS["classification"].spec)
    user.wait_until(lambda: user.tab.data.table is None, LOADING)
    user.wait_until_ready()
    user.train_to_the_end()
    user.wait_until(lambda: user.tab.headline.text().startswith("Accuracy="))
    assert user.tab.centre.verdict.text() == ""


# The data ----------------------------------------------------------------------------------------


def test_that_the_report_tells_of_rows_columns_classes_and_what_was_left_out(user, customers):
    opened(user, "classification", customers)
    page = page_of(user)
    assert page.facts.text().startswith("300 rows read, 298 used: ")
    assert "5 columns: 1 target, features: 3, left out: 1." in page.facts.text()
    rows = {row[0].split("\n")[0]: row for row in cells(page)}
    assert list(rows) == ["id", MARKUP, "city", "since", "left"]
    assert rows["id"][0] == "id\nidentifier · left out\nit numbers the rows"
    assert rows["id"][3] == ""
    assert rows[MARKUP][2].split("\n") == ["10", "3.36%"]
    assert rows[MARKUP][3].endswith("\ncorrelation ratio")
    assert "Köln (" in rows["city"][1]
    assert rows["city"][3].endswith("\nCramér's V")
    assert rows["since"][1].startswith("2020-01-0")
    assert rows["left"][0].startswith("left\ncategory · target\n")
    notes = page.notes.text().split("\n")
    assert "• Left out, as it numbers the rows: id." in notes
    assert any("2 rows without a value for left are left out (lines 5, 6)" in n for n in notes)
    assert any("10 gaps are filled" in note for note in notes)
    assert len(set(notes)) == len(notes)
    table = page.classes
    counts = [[table.item(r, c).text() for c in range(4)] for r in range(table.rowCount())]
    assert [row[0] for row in counts] == ["no", "yes"]
    assert sum(int(count) for row in counts for count in row[1:]) == 298


def test_that_it_stays_while_the_run_trains_and_when_the_file_is_gone(user, customers, tmp_path):
    path = tmp_path / "gone.csv"
    path.write_bytes(customers.read_bytes())
    opened(user, "classification", path)
    path.unlink()
    page = page_of(user)
    before = cells(page)
    user.train_to_the_end()
    assert page.isVisible()
    assert cells(page) == before
    assert not user.tab.loss_card.isVisible()
    user.click("Plot")
    assert user.tab.loss_card.isVisible()


def test_that_foreign_names_are_text_in_it(user, customers):
    opened(user, "classification", customers)
    page = page_of(user)
    model = page.columns.model()
    tip = model.index(1, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;img" in tip
    for label in page.findChildren(QLabel):
        assert label.textFormat() == Qt.TextFormat.PlainText


def test_that_it_is_read_by_keys_and_sorted_by_what_columns_tell(user, customers):
    opened(user, "classification", customers)
    page = page_of(user)
    view = page.columns
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Down)
    first = view.currentIndex().row()
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.currentIndex().row() == first + 1
    QTest.keyClick(view, Qt.Key.Key_Tab)
    assert not view.hasFocus()
    view.sortByColumn(3, Qt.SortOrder.AscendingOrder)
    told = [row[3].split("\n")[0] for row in cells(page)]
    known = [float(value.replace("−", "-")) for value in told if value]
    assert known == sorted(known, key=lambda value: -abs(value))
    assert told[len(known) :] == ["", ""]
    view.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    assert cells(page)[0][0].startswith("id\n")


def test_that_the_dialog_is_opened_again_from_it(user, customers):
    opened(user, "classification", customers)
    page = page_of(user)
    button = next(b for b in page.findChildren(QAbstractButton) if "dialog again" in b.text())
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    user.wait_until(lambda: user.dialogs(TableDialog), LOADING)
    dialog = user.dialogs(TableDialog)[0]
    assert dialog.survey.target == "left"
    dialog.reject()


@pytest.mark.parametrize("way", ["double click", "enter"])
def test_that_a_column_in_it_leads_to_the_same_column_in_the_dialog(user, customers, way):
    opened(user, "classification", customers)
    view = page_of(user).columns
    index = view.model().index(3, 0)
    name = index.data().split("\n")[0]
    if way == "enter":
        view.setCurrentIndex(index)
        view.setFocus()
        QTest.keyClick(view, Qt.Key.Key_Return)
    else:
        place = view.visualRect(index).center()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
        QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    user.wait_until(lambda: user.dialogs(TableDialog), LOADING)
    dialog = user.dialogs(TableDialog)[0]
    row = dialog.columns.currentIndex().row()
    assert dialog.survey.columns[row].name == name
    assert dialog.columns.hasFocus()
    dialog.reject()


def test_that_a_thousand_columns_are_painted_as_fast_as_ten(user, tmp_path):
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(rng.normal(size=(40, 1000)).round(3)).add_prefix("column ")
    frame.to_csv(tmp_path / "wide.csv", index=False)
    opened(user, "regression", tmp_path / "wide.csv")
    page = page_of(user)
    page.set_theme(DARK)
    view = page.columns
    assert view.model().rowCount() == 1000
    painted = []
    paint = view.itemDelegate().paint
    view.itemDelegate().paint = lambda *args: (painted.append(1), paint(*args))
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    view.grab()
    assert 0 < len(painted) < 4 * 40


# The scores --------------------------------------------------------------------------------------


def test_that_a_threshold_is_dragged_with_its_precision_and_recall(user):
    opened(user, "classification", "example:breast_cancer")
    user.train_to_the_end()
    user.click("Scores")
    page = user.tab.table_views.page
    user.wait_until(lambda: page.confusion.counts.sum() > 0, LOADING)
    before = page.confusion.counts.copy()
    words = [label.text() for label in page.findChildren(QLabel) if label.isVisible()]
    assert "“malignant” above a probability of 0.50" in words
    precision, recall = before[1, 1] / before[:, 1].sum(), before[1, 1] / before[1].sum()
    assert f"precision {precision:.2f} · recall {recall:.2f}" in words
    page.threshold.setFocus()
    QTest.keyClick(page.threshold, Qt.Key.Key_Home)
    after = page.confusion.counts
    assert after.sum() == before.sum()
    assert after[1, 1] == before[1].sum()
    words = [label.text() for label in page.findChildren(QLabel) if label.isVisible()]
    assert any(word.endswith("· recall 1.00") for word in words)
    assert f"The surest of {after[0, 1]} mistakes; click a cell to see its rows." in words
    user.click("Threshold 0.5")
    assert np.array_equal(page.confusion.counts, before)


def test_that_three_classes_have_no_threshold(user):
    opened(user, "classification", "example:iris")
    user.click("Scores")
    page = user.tab.table_views.page
    user.wait_until(lambda: page.confusion.counts.sum() > 0, LOADING)
    assert not page.threshold.isVisible()


def test_that_the_rows_that_are_missed_by_most_are_listed(user):
    opened(user, "regression", "example:diabetes")
    user.train_to_the_end()
    user.click("Scores")
    page = user.tab.table_views.page
    views = {view.accessibleName(): view for view in page.findChildren(QTableView)}
    model = views["Rows that are missed by most"].model()
    user.wait_until(lambda: model.rowCount() > 0, LOADING)
    both = [[float(model.index(r, c).data()) for c in range(2)] for r in range(model.rowCount())]
    missed = [abs(true - predicted) for true, predicted in both]
    assert missed == pytest.approx(sorted(missed, reverse=True), abs=0.2)
    boxes = {box.accessibleName(): box for box in page.findChildren(QComboBox)}
    part = boxes["Rows"]
    assert [part.itemText(i) for i in range(part.count())] == ["Training", "Validation", "Test"]
    part.setCurrentIndex(0)
    part.activated.emit(0)
    assert [float(model.index(0, c).data()) for c in range(2)] != both[0]
