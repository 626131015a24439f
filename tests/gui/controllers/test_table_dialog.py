"""The dialog of a table: worked by keys alone, asking what cannot be known, saying what it does."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QListWidget,
    QSpinBox,
)

from nngui.core.spec.table import DATE_PARTS
from nngui.files.tables.survey.surveyor import Surveyor
from nngui.gui.dialogs.images_dialog import ImagesDialog
from nngui.gui.dialogs.table_dialog import TableDialog

LOADING = 60_000
ROWS = 60
KEY, SHIFT = Qt.Key, Qt.KeyboardModifier.ShiftModifier


def numbers(seed, digits=2):
    values = np.random.default_rng(seed).uniform(1, 9, ROWS)
    return [f"{value:.{digits}f}" for value in values]


def marked(cells, mark, every=10):
    return [mark if i % every == 3 else cell for i, cell in enumerate(cells)]


def lines_of(columns, separator=","):
    rows = zip(*columns.values(), strict=True)
    return [separator.join(columns), *(separator.join(row) for row in rows)]


WORDS = [("red", "green", "blue")[i % 3] for i in range(ROWS)]


@pytest.fixture
def opened(user, tmp_path):
    """Write lines to a file and open it; give the dialog once all rows have been looked at."""

    def open_(lines, name="t.csv"):
        path = tmp_path / name
        if lines is not None:
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        user.window.open_any.open(path)
        user.wait_until(lambda: user.dialogs(TableDialog), LOADING)
        (dialog,) = user.dialogs(TableDialog)
        settled(user, dialog)
        return dialog

    return open_


def settled(user, dialog):
    user.wait_until(lambda: dialog.summary_text and "first" not in dialog.summary_text, LOADING)


def press(user, dialog, *keys):
    """Press keys where the focus is, and wait until what they come to is shown."""
    before = dialog.survey
    for key in keys:
        QTest.keyClick(QApplication.focusWidget(), key)
    user.wait_until(lambda: dialog.survey is not None and dialog.survey is not before, LOADING)
    settled(user, dialog)


def go_to(dialog, name):
    """Go to a column's row with the arrows."""
    dialog.activateWindow()
    dialog.columns.setFocus()
    QTest.keyClick(dialog.columns, KEY.Key_Home, Qt.KeyboardModifier.ControlModifier)
    for column in dialog.model.columns:
        if column.name == name:
            return
        QTest.keyClick(dialog.columns, KEY.Key_Down)
    raise AssertionError(f"there is no column {name!r}")


def answer(user, dialog, question, label):
    """Press the button with which a question is answered."""

    def buttons():
        return [
            button
            for button in dialog.findChildren(QAbstractButton)
            if button.isVisible() and question in button.accessibleName()
            if button.text() == label
        ]

    user.wait_until(buttons)
    (button,) = buttons()
    before = dialog.survey
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    user.wait_until(lambda: dialog.survey is not before, LOADING)
    assert button.isChecked()


def accept(user, dialog, task):
    """Press Enter at the Open button; return the data of the run that it gives."""
    dialog.open_button.setFocus()
    QTest.keyClick(dialog.open_button, KEY.Key_Return)
    user.wait_until(lambda: user.tab.task.name == task, LOADING)
    user.wait_until(lambda: user.tab.run.spec.data.kind == "table", LOADING)
    user.wait_until_ready()
    return user.tab.run.spec.data.table, user.tab.subtitle.text()


def row_of(dialog, name):
    """What stands in the row of a column."""
    place = next(i for i, column in enumerate(dialog.model.columns) if column.name == name)
    model = dialog.model
    return [model.index(place, column).data() for column in range(model.columnCount())]


def findings(dialog):
    view = dialog.findChild(QListWidget)
    return [view.item(row).text() for row in range(view.count())]


# By keys alone -----------------------------------------------------------------------------------


def stops_of(dialog):
    """All that can be worked in the dialog: each has to be reached by Tab."""
    kinds = (QAbstractButton, QComboBox, QSpinBox, QAbstractItemView)
    return {
        widget
        for kind in kinds
        for widget in dialog.findChildren(kind)
        if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() != Qt.NoFocus
    }


def walk(dialog, backwards):
    """Press Tab until it comes round; return where it led, in order."""
    dialog.activateWindow()
    dialog.open_button.setFocus()
    found = []
    for _ in range(100):
        here = QApplication.focusWidget()
        key = KEY.Key_Backtab if backwards else KEY.Key_Tab
        QTest.keyClick(here, key, SHIFT if backwards else Qt.KeyboardModifier.NoModifier)
        found.append(QApplication.focusWidget())
        if found[-1] is dialog.open_button:
            return found
    raise AssertionError("Tab does not come round")


def test_that_tab_reaches_every_control_forwards_and_backwards(user, opened, qtbot):
    rows = {"id": [str(i) for i in range(ROWS)], "a": marked(numbers(1), "-999"), "y": numbers(3)}
    dialog = opened(lines_of(rows))
    user.wait_until(dialog.isActiveWindow)
    more = next(b for b in dialog.findChildren(QAbstractButton) if b.text() == "More…")
    for is_open in (False, True):
        if is_open:
            qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
        wanted = stops_of(dialog)
        assert len(wanted) >= (20 if is_open else 12)
        there = walk(dialog, backwards=False)
        assert {w.accessibleName() or w.text() for w in wanted - set(there)} == set()
        assert len(there) == len(set(there)) == len(wanted)
        back = walk(dialog, backwards=True)
        assert back[:-1] == there[:-1][::-1]
    QTest.keyClick(dialog, KEY.Key_Escape)


@pytest.mark.parametrize("is_open", [True, False])
def test_that_tab_leaves_the_list_of_a_cell(user, opened, is_open):
    dialog = opened(lines_of({"a": numbers(1), "b": numbers(2), "y": numbers(3)}))
    user.wait_until(dialog.isActiveWindow)
    go_to(dialog, "a")
    after = walk(dialog, backwards=False)
    following = after[after.index(dialog.columns) + 1]
    before = after[after.index(dialog.columns) - 1]
    for key, leads_to in ((KEY.Key_Tab, following), (KEY.Key_Backtab, before)):
        go_to(dialog, "a")
        QTest.keyClick(dialog.columns, KEY.Key_F2)
        user.wait_until(lambda: dialog.columns.findChildren(QComboBox))
        (box,) = dialog.columns.findChildren(QComboBox)
        assert box.accessibleName() == "Use a as"
        user.wait_until(box.view().isVisible)
        if not is_open:
            box.hidePopup()
        QTest.keyClick(box.view() if is_open else box, key)
        assert QApplication.focusWidget() is leads_to
        user.wait_until(lambda: not dialog.columns.findChildren(QComboBox))
    QTest.keyClick(dialog, KEY.Key_Escape)


def test_that_letters_and_arrows_change_use_and_type(user, opened):
    dialog = opened(lines_of({"a": numbers(1), "code": WORDS, "b": numbers(2), "y": numbers(3)}))
    user.wait_until(dialog.isActiveWindow)
    go_to(dialog, "b")
    press(user, dialog, KEY.Key_T)
    assert row_of(dialog, "b")[:2] == ["Target", "Number"]
    assert row_of(dialog, "y")[:2] == ["Feature", "Number"]
    QTest.keyClick(dialog.columns, KEY.Key_Up)
    press(user, dialog, KEY.Key_L)
    assert row_of(dialog, "code")[0] == "Leave out"
    press(user, dialog, KEY.Key_F)
    assert row_of(dialog, "code")[:2] == ["Feature", "Category"]
    go_to(dialog, "a")
    press(user, dialog, KEY.Key_C)
    assert row_of(dialog, "a")[:2] == ["Feature", "Category"]
    press(user, dialog, KEY.Key_N)
    QTest.keyClick(dialog.columns, KEY.Key_Right)  # to the type; Space opens its list
    QTest.keyClick(dialog.columns, KEY.Key_Space)
    user.wait_until(lambda: dialog.columns.findChildren(QComboBox))
    (box,) = dialog.columns.findChildren(QComboBox)
    user.wait_until(lambda: box.view().isVisible())
    QTest.keyClick(box.view(), KEY.Key_Down)
    before = dialog.survey
    QTest.keyClick(box.view(), KEY.Key_Return)
    user.wait_until(lambda: dialog.survey is not before)
    assert row_of(dialog, "a")[1] == "Category"
    table, _ = accept(user, dialog, "regression")
    assert (table.target, table.categories) == ("b", ("a",))


def test_that_a_click_on_a_cell_opens_its_list(user, opened):
    dialog = opened(lines_of({"a": numbers(1), "y": numbers(3)}))
    view = dialog.columns
    place = view.visualRect(dialog.model.index(0, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    user.wait_until(lambda: view.findChildren(QComboBox))
    (box,) = view.findChildren(QComboBox)
    assert [box.itemText(i) for i in range(box.count())] == ["Target", "Feature", "Leave out"]
    user.wait_until(lambda: box.view().isVisible())
    QTest.keyClick(box.view(), KEY.Key_Escape)
    QTest.keyClick(dialog, KEY.Key_Escape)


# What is asked, up to the run --------------------------------------------------------------------


def test_that_a_number_far_away_becomes_a_gap(user, opened):
    dialog = opened(lines_of({"a": marked(numbers(1), "-999"), "y": numbers(3)}))
    assert row_of(dialog, "a")[6] == "–"
    answer(user, dialog, "a: -999 stands 6 times", "a gap")
    assert row_of(dialog, "a")[6] == "6"
    assert "a: 6 gaps are filled." in findings(dialog)
    table, _ = accept(user, dialog, "regression")
    assert table.gaps == ("-999",)
    assert "6 gaps are filled" in user.banner


def test_that_na_among_words_is_a_category_or_a_gap(user, opened):
    dialog = opened(lines_of({"zone": marked(WORDS, "NA", 5), "a": numbers(1), "y": numbers(3)}))
    assert row_of(dialog, "zone")[3] == "4 different words"
    answer(user, dialog, "zone: NA stands 12 times", "a gap")
    assert row_of(dialog, "zone")[3] == "3 different words · gaps: NA (12)"
    answer(user, dialog, "zone: NA stands 12 times", "a category")
    _, title = accept(user, dialog, "regression")
    assert "5–16–1" in title  # four categories and a number


def test_that_points_group_thousands_or_are_decimal(user, opened):
    cells = [f"{1 + i % 7}.{100 + 13 * i % 900}" if i % 3 else str(100 + i) for i in range(ROWS)]
    dialog = opened(lines_of({"people": cells, "b": WORDS, "y": [str(i % 7) for i in range(ROWS)]}))
    example = next(cell for cell in cells if "." in cell)
    assert "thousands ." in row_of(dialog, "people")[3]
    answer(user, dialog, "which number is", example.rstrip("0"))
    assert "thousands" not in row_of(dialog, "people")[3]
    table, _ = accept(user, dialog, "classification")
    assert table.thousands == "none"


def test_that_day_or_month_comes_first(user, opened):
    days = [f"{i % 12 + 1:02d}/{i % 9 + 1:02d}/2024" for i in range(ROWS)]
    dialog = opened(lines_of({"day": days, "y": numbers(3)}))
    assert row_of(dialog, "day")[1] == "Date"
    answer(user, dialog, "which comes first", "the day")
    table, _ = accept(user, dialog, "regression")
    assert table.day_first == "yes"


def test_that_rows_without_a_number_to_predict_are_named_and_left_out(user, opened):
    dialog = opened(lines_of({"a": numbers(1), "price": marked(numbers(3), "?", 25)}))
    assert any("3 rows without a value for price" in text for text in findings(dialog))
    assert any("lines 5, 30, 55" in text for text in findings(dialog))
    assert "60 rows, 57 of them used" in dialog.summary_text
    _, title = accept(user, dialog, "regression")
    assert "57 points · 1–16–1" in title


def test_that_an_answer_that_cannot_be_is_not_offered(user, opened):
    cells = [f"{i * 7.25:.2f}" for i in range(240)]
    columns = {"a": [str(i % 19) for i in range(240)], "price": marked(cells, "?", 40)}
    dialog = opened(lines_of(columns))
    offered = [b.text() for b in dialog.findChildren(QAbstractButton) if b.isVisible()]
    assert "they are classes" not in offered  # among the first 100 rows it would have been


def test_that_a_target_with_many_bad_cells_is_a_number_if_one_says_so(user, opened):
    price = [cell if i % 4 else f"on request {i % 3}" for i, cell in enumerate(numbers(3))]
    dialog = opened(lines_of({"a": numbers(1), "price": price}))
    go_to(dialog, "price")
    press(user, dialog, KEY.Key_N)
    assert row_of(dialog, "price")[:2] == ["Target", "Number"]
    assert "60 rows, 45 of them used" in dialog.summary_text
    table, title = accept(user, dialog, "regression")
    assert table.numbers == ("price",)
    assert "45 points" in title


def test_that_whole_numbers_are_classes_or_amounts(user, opened):
    lines = lines_of({"a": numbers(1), "rooms": [str(i % 4) for i in range(ROWS)]})
    dialog = opened(lines)
    assert row_of(dialog, "rooms")[:2] == ["Target", "Category"]
    answer(user, dialog, "What are they?", "amounts")
    assert row_of(dialog, "rooms")[:2] == ["Target", "Number"]
    answer(user, dialog, "What are they?", "classes")
    _, title = accept(user, dialog, "classification")
    assert "1–16–4" in title


def test_that_what_starts_left_out_can_be_used(user, opened):
    lines = lines_of({"id": [str(i) for i in range(ROWS)], "a": numbers(1), "y": numbers(3)})
    dialog = opened(lines)
    assert row_of(dialog, "id")[:2] == ["Leave out", "Identifier"]
    assert row_of(dialog, "id")[3] == "starts left out: it numbers the rows"
    go_to(dialog, "id")
    press(user, dialog, KEY.Key_F)
    assert row_of(dialog, "id")[:2] == ["Feature", "Number"]
    table, title = accept(user, dialog, "regression")
    assert table.numbers == ("id",)
    assert "2–16–1" in title


def test_that_a_column_of_many_words_is_left_out_at_once(user, opened):
    words = [f"w{i % 110}" for i in range(440)]
    rng = np.random.default_rng(1)
    columns = {"word": words, "a": [f"{v:.3f}" for v in rng.normal(size=440)]}
    columns["y"] = [f"{v:.3f}" for v in rng.normal(size=440)]
    dialog = opened(lines_of(columns))
    assert "the rest is other" in row_of(dialog, "word")[3]
    answer(user, dialog, "word holds 110 different words", "leave it out")
    assert row_of(dialog, "word")[0] == "Leave out"
    table, title = accept(user, dialog, "regression")
    assert table.left_out == ("word",)
    assert "1–16–1" in title


def test_that_lines_above_are_counted_and_can_be_changed(user, opened):
    dialog = opened(["measured in May", "by hand", *lines_of({"a": numbers(1), "y": numbers(3)})])
    box = dialog.findChild(QSpinBox, "skip")
    assert box.text() == "2 (found out)"
    assert any("lines 1, 2" in text for text in findings(dialog))
    more = next(b for b in dialog.findChildren(QAbstractButton) if b.text() == "More…")
    QTest.mouseClick(more, Qt.MouseButton.LeftButton)
    dialog.activateWindow()
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "3")
    QTest.keyClick(box, KEY.Key_Tab)
    user.wait_until(lambda: dialog.model.columns[0].name == "column 1", LOADING)
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "2")
    QTest.keyClick(box, KEY.Key_Tab)
    user.wait_until(lambda: dialog.model.columns[0].name == "a", LOADING)
    settled(user, dialog)
    table, _ = accept(user, dialog, "regression")
    assert table.skip == 2


def test_that_a_sheet_is_chosen_and_another_can_be(user, opened, tmp_path):
    pytest.importorskip("openpyxl")
    import pandas as pd

    with pd.ExcelWriter(tmp_path / "t.xlsx") as book:
        about = pd.DataFrame({"About": ["These are prices.", None, "Made in May."]})
        about.to_excel(book, sheet_name="About", index=False)
        for name, rows in (("Prices", 40), ("Old prices", 50)):
            frame = pd.DataFrame({"a": np.linspace(0, 1, rows), "y": np.linspace(3, 9, rows) ** 2})
            frame.to_excel(book, sheet_name=name, index=False)
    dialog = opened(None, "t.xlsx")
    box = dialog.findChild(QComboBox, "sheet")
    assert box.currentText() == "Prices (found out)"
    assert "40 rows" in dialog.summary_text
    dialog.activateWindow()
    box.setFocus()
    QTest.keyClick(box, KEY.Key_Down)
    QTest.keyClick(box, KEY.Key_Down)
    QTest.keyClick(box, KEY.Key_Down)
    box.activated.emit(box.currentIndex())
    user.wait_until(lambda: "50 rows" in dialog.summary_text, LOADING)
    table, title = accept(user, dialog, "regression")
    assert table.sheet == "Old prices"
    assert "50 points" in title


def test_that_a_constant_target_is_refused_in_one_sentence_and_another_taken(user, opened):
    dialog = opened(lines_of({"a": numbers(1), "b": numbers(2), "y": ["5"] * ROWS}))
    assert "there is nothing to learn" in dialog.summary_text
    assert not dialog.open_button.isEnabled()
    go_to(dialog, "b")
    press(user, dialog, KEY.Key_T)
    assert dialog.open_button.isEnabled()
    table, title = accept(user, dialog, "regression")
    assert table.target == "b"
    assert "1–16–1" in title  # what is the same everywhere is left out


def test_that_rows_of_pixels_open_as_images(user, opened):
    rng = np.random.default_rng(1)
    images = rng.integers(0, 256, (ROWS, 64))
    columns = {"label": [str(i % 3) for i in range(ROWS)]}
    columns |= {f"pixel{i}": [str(v) for v in images[:, i]] for i in range(64)}
    dialog = opened(lines_of(columns))
    button = next(b for b in dialog.findChildren(QAbstractButton) if b.text() == "Open as images")
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    user.wait_until(lambda: user.dialogs(ImagesDialog), LOADING)
    (images_dialog,) = user.dialogs(ImagesDialog)
    user.wait_until(lambda: images_dialog.open_button.isEnabled(), LOADING)
    assert "48 images to train on, 12 to test on" in images_dialog.summary_text
    assert "3 classes" in images_dialog.summary_text
    QTest.keyClick(images_dialog, KEY.Key_Escape)


# What it takes -----------------------------------------------------------------------------------


def test_that_what_cannot_be_read_so_is_said_and_can_be_taken_back(user, opened):
    dialog = opened(lines_of({"a": numbers(1), "y": numbers(3)}))
    box = dialog.findChild(QComboBox, "encoding")
    box.setCurrentIndex(box.findData("utf-16"))
    box.activated.emit(box.currentIndex())
    user.wait_until(lambda: "utf-16" in dialog.summary_text, LOADING)
    assert not dialog.open_button.isEnabled()
    assert not dialog.columns.isEnabled()
    box.setCurrentIndex(0)
    box.activated.emit(0)
    user.wait_until(lambda: "60 rows" in dialog.summary_text, LOADING)
    assert dialog.open_button.isEnabled()
    assert dialog.columns.isEnabled()
    QTest.keyClick(dialog, KEY.Key_Escape)


def test_that_the_window_goes_on_while_columns_are_looked_at(user, opened, monkeypatch):
    dialog = opened(lines_of({"a": numbers(1), "b": numbers(2), "y": numbers(3)}))
    may_go_on = threading.Event()
    survey = Surveyor.survey

    def slowly(*arguments, **options):
        may_go_on.wait(30)
        return survey(*arguments, **options)

    monkeypatch.setattr(Surveyor, "survey", slowly)
    go_to(dialog, "b")
    QTest.keyClick(dialog.columns, KEY.Key_T)
    go_to(dialog, "a")  # the window answers
    QTest.keyClick(dialog.columns, KEY.Key_C)
    QTest.keyClick(dialog, KEY.Key_Return)  # it opens as soon as it is known what comes of it
    assert dialog.isVisible()
    may_go_on.set()
    user.wait_until(lambda: not user.dialogs(TableDialog), LOADING)
    user.wait_until(lambda: user.tab.run.spec.data.kind == "table", LOADING)
    table = user.tab.run.spec.data.table
    assert (table.target, table.categories) == ("b", ("a",))


def test_that_names_and_cells_are_no_markup(user, opened):
    columns = {"<b>x</b>": marked(numbers(1), "-999"), "<i>k</i>": marked(WORDS, "NA", 5)}
    dialog = opened(lines_of(columns | {"y": numbers(3)}))
    from PySide6.QtWidgets import QLabel

    for label in dialog.findChildren(QLabel):
        assert "<b>" not in label.text() or label.textFormat() is Qt.TextFormat.PlainText
    tip = dialog.model.index(0, 2).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b&gt;" in tip
    QTest.keyClick(dialog, KEY.Key_Escape)


@pytest.mark.parametrize("size", [(1280, 800), (1366, 768)])
def test_that_it_fits_a_small_screen(user, opened, size):
    rows = {"a": marked(numbers(1), "-999"), "b": marked(numbers(2), "-200"), "y": numbers(3)}
    dialog = opened(lines_of(rows))
    more = next(b for b in dialog.findChildren(QAbstractButton) if b.text() == "More…")
    QTest.mouseClick(more, Qt.MouseButton.LeftButton)
    least = dialog.minimumSizeHint()
    assert least.width() <= size[0]
    assert least.height() <= size[1] - 80  # a title bar, and what the system keeps
    assert dialog.width() <= size[0]
    assert dialog.height() <= size[1] - 60
    QTest.keyClick(dialog, KEY.Key_Escape)


def test_that_the_parts_of_dates_are_chosen_by_keys(user, opened):
    days = [f"2024-{i % 12 + 1:02}-{i % 28 + 1:02}" for i in range(ROWS)]
    dialog = opened(lines_of({"day": days, "size": numbers(1), "y": numbers(2)}))
    button = dialog.findChild(QAbstractButton, "date_parts")
    assert button.isVisible()
    assert button.text() == "all"
    button.setFocus()
    before = dialog.survey
    QTimer.singleShot(200, lambda: QTest.keyClick(button.menu(), KEY.Key_Down))
    QTimer.singleShot(300, lambda: QTest.keyClick(button.menu(), KEY.Key_Return))
    QTest.keyClick(button, KEY.Key_Space)  # opens the list; the first is the year
    user.wait_until(lambda: dialog.survey is not before, LOADING)
    assert "year" not in dialog.spec.date_parts
    table, _ = accept(user, dialog, "regression")
    assert table.date_parts == tuple(part for part in DATE_PARTS if part != "year")


def test_that_without_dates_there_is_no_choice_of_their_parts(user, opened):
    dialog = opened(lines_of({"size": numbers(1), "y": numbers(2)}))
    assert not dialog.findChild(QAbstractButton, "date_parts").isVisible()
    dialog.reject()
