"""A user's own table in the window: opened, looked at, trained on, judged, taken away."""

from __future__ import annotations

import csv
import threading

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QListWidget, QPushButton, QTableView

from nngui.core.trainer import Trainer
from nngui.files.tables import reader as tables
from nngui.files.tables.training_data import settings_for_table
from nngui.gui.dialogs.lr_dialog import LrDialog
from nngui.gui.dialogs.predict_dialog import PredictDialog
from nngui.gui.dialogs.table_dialog import TableDialog
from tests.gui.helpers import TASKS

LOADING = 60_000


@pytest.fixture(scope="module")
def messy(tmp_path_factory):
    rng = np.random.default_rng(1)
    lines = ["年龄;收入;城市;备注;批准"]
    for i in range(160):
        age, income = rng.uniform(20, 60), rng.uniform(1, 9)
        city = ("北京", "上海", "广州")[i % 3]
        yes = "是" if income + (city == "北京") * 3 > 6 else "否"
        cells = [f"{age:.1f}", f"{income:.2f}", city, f"row {i}", yes]
        if i % 11 == 0:
            cells[i % 3] = ""
        if i in (5, 77):
            cells[4] = ""
        lines.append(";".join(cells).replace(".", ","))
    path = tmp_path_factory.mktemp("messy") / "客户.csv"
    path.write_bytes("\n".join(lines).encode("gbk"))
    return path


def dialog_of(user, kind=TableDialog):
    user.wait_until(lambda: user.dialogs(kind), LOADING)
    return user.dialogs(kind)[0]


def opened(user, path):
    """Open a table by the menu; return the dialog once all rows have been read."""
    user.trigger(user.window.actions_.open_table)
    user.choose_file(path)
    dialog = dialog_of(user)
    user.wait_until(lambda: "first" not in summary(dialog), LOADING)
    return dialog


def summary(dialog):
    return dialog.summary_text


def findings(dialog):
    """The sentences about what is left out, filled or noted."""
    view = next(v for v in dialog.findChildren(QListWidget))
    return [view.item(row).text() for row in range(view.count())]


def columns_of(dialog):
    """What stands in the list of columns: a row of texts each."""
    view = next(v for v in dialog.findChildren(QTableView) if v.accessibleName() == "Columns")
    model = view.model()
    rows, columns = range(model.rowCount()), range(model.columnCount())
    return [[model.index(row, column).data() for column in columns] for row in rows]


def use_as(user, dialog, name, key):
    """Say what a column is for by the letter of it."""
    rows = [row[2] for row in columns_of(dialog)]
    before = dialog.survey
    dialog.columns.setCurrentIndex(dialog.model.index(rows.index(name), 0))
    QTest.keyClick(dialog.columns, key)
    user.wait_until(lambda: dialog.survey is not before)


def accept(user, dialog, task):
    button = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Open")
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    user.wait_until(lambda: user.tab.task.name == task, LOADING)
    user.wait_until(lambda: user.tab.run.spec.data.kind == "table", LOADING)
    user.wait_until_ready()


def example(user, name):
    actions = user.window.actions_.examples.actions()
    user.trigger(next(action for action in actions if action.data() == name))
    task = "regression" if name == "diabetes" else "classification"
    user.wait_until(lambda: user.tab.task.name == task, LOADING)
    user.wait_until(lambda: user.tab.run.spec.data.kind == "table", LOADING)
    user.wait_until_ready()


def scores_of(user):
    """The table of scores: {(score, who): [values]}."""
    user.click("Scores")
    table = user.tab.table_views.page.scores
    user.wait_until(lambda: table.rowCount() > 0, LOADING)
    found, score = {}, ""
    for row in range(table.rowCount()):
        texts = [table.item(row, column).text() for column in range(table.columnCount())]
        score = texts[0] or score
        found[score, texts[1]] = texts[2:]
    return found


# From the file to the model ----------------------------------------------------------------------


def test_that_a_messy_table_goes_all_the_way_by_clicks(user, messy, tmp_path):
    dialog = opened(user, messy)
    rows = columns_of(dialog)
    assert [row[:3] for row in rows] == [
        ["Feature", "Number", "年龄"],
        ["Feature", "Number", "收入"],
        ["Feature", "Category", "城市"],
        ["Leave out", "Text", "备注"],
        ["Target", "Category", "批准"],
    ]
    assert rows[2][5] == "3"
    assert "160 rows, 158 of them used" in summary(dialog)
    assert any("2 rows without a value for 批准" in text for text in findings(dialog))
    accept(user, dialog, "classification")
    assert "158 points · 5–64–2 ReLU" in user.tab.subtitle.text()
    assert "2 rows without a value for 批准 are left out (lines 7, 79)." in user.banner
    assert str(messy) in user.code
    user.train_to_the_end()
    spec = settings_for_table(TASKS["classification"].spec, str(messy), target="批准")
    alone = Trainer(TASKS["classification"], spec)
    losses = alone.advance(1e9)
    path = tmp_path / "h.csv"
    lines = user.export_history(path)
    assert [float(line.split(",")[1]) for line in lines[1:]] == losses[:, 0].tolist()
    network = scores_of(user)["Accuracy", "Network"]
    assert all(float(value.split()[0]) > 0.8 for value in network)
    # Saved, and used on a file.
    user.trigger(user.window.actions_.predict)
    predict = dialog_of(user, PredictDialog)
    assert predict.answer.text() in ("是", "否")
    QTest.mouseClick(
        next(b for b in predict.findChildren(QPushButton) if b.text() == "Predict a file…"),
        Qt.MouseButton.LeftButton,
    )
    user.choose_file(messy)
    out = tmp_path / "out.csv"
    user.choose_file(out)
    user.wait_for_banner("160 rows were predicted")
    with out.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    known = [row for row in found if row["批准"]]
    right = sum(row["批准"] == row["predicted 批准"] for row in known)
    assert right > 0.85 * len(known)


def test_that_a_table_opens_when_it_is_read_and_can_be_cancelled_until_then(
    user, messy, monkeypatch
):
    may_go_on = threading.Event()
    read_table = tables.read_table

    def slowly(*arguments, **options):
        may_go_on.wait(30)
        return read_table(*arguments, **options)

    monkeypatch.setattr(tables, "read_table", slowly)
    before = user.tab.run.spec
    for key in (Qt.Key.Key_Escape, None):
        may_go_on.clear()
        user.window.open_any.open(messy)
        dialog = dialog_of(user)
        QTest.keyClick(dialog, Qt.Key.Key_Return)
        words = [label.text() for label in dialog.findChildren(QLabel)]
        assert "It opens as soon as all rows are read." in words
        assert not dialog.open_button.isEnabled()
        if key:
            QTest.keyClick(dialog, key)
        may_go_on.set()
        user.wait_until(lambda: not user.dialogs(TableDialog))
        if key:
            assert user.tab.run.spec == before
    user.wait_until(lambda: user.tab.run.spec.data.kind == "table")


def test_that_what_was_said_of_another_table_is_forgotten(user, messy):
    accept(user, opened(user, messy), "classification")
    user.wait_for_banner("2 rows without a value")
    example(user, "iris")
    user.wait_until(lambda: user.banner == "")
    user.wait_until(lambda: "150 points" in user.tab.subtitle.text())


def test_that_columns_are_used_as_the_user_says_and_shown_again(user, messy):
    dialog = opened(user, messy)
    use_as(user, dialog, "收入", Qt.Key.Key_T)
    assert [row[0] for row in columns_of(dialog)][1:] == [
        "Target",
        "Feature",
        "Leave out",
        "Feature",
    ]
    use_as(user, dialog, "城市", Qt.Key.Key_L)
    accept(user, dialog, "regression")
    data = user.tab.run.spec.data
    assert data.table.target == "收入"
    assert data.table.left_out == ("城市",)
    user.enter("network.hidden", "7")
    user.wait_until_ready()
    user.click("Columns…")
    again = dialog_of(user)
    user.wait_until(lambda: "first" not in summary(again), LOADING)
    assert [row[0] for row in columns_of(again)] == [
        "Feature",
        "Target",
        "Leave out",
        "Leave out",
        "Feature",
    ]
    use_as(user, again, "城市", Qt.Key.Key_F)
    accept(user, again, "regression")
    user.wait_until(lambda: not user.tab.run.spec.data.table.left_out)
    assert user.shows("network.hidden") == "7"  # what was set since stays


def test_that_names_from_a_file_are_no_markup(user, tmp_path):
    path = tmp_path / "t.csv"
    rows = "".join(
        f"{i * 7 % 60},{i % 5},{i % 3},{'<i>p</i>' if i % 2 else 'q'}\n" for i in range(60)
    )
    path.write_text("<b>x</b>,v,z,kind\n" + rows)
    accept(user, opened(user, path), "classification")
    labels = [label.text() for label in user.tab.findChildren(QLabel)]
    assert any("&lt;i&gt;p&lt;/i&gt;" in text for text in labels)
    assert not any("<i>p</i>" in text for text in labels)


def test_that_a_table_trains_as_fast_as_it_goes_unless_the_user_has_chosen_a_pace(user):
    pace = user.window.toolbar.pace
    assert pace.value() < pace.maximum()
    example(user, "diabetes")
    assert pace.value() == pace.maximum()
    QTest.keyClick(pace, Qt.Key.Key_Home)
    assert pace.value() == 0
    user.click("Columns…")
    dialog = dialog_of(user)
    user.wait_until(lambda: "first" not in summary(dialog), LOADING)
    use_as(user, dialog, "sex", Qt.Key.Key_L)
    accept(user, dialog, "regression")
    assert pace.value() == 0


def test_that_how_the_file_is_written_can_be_changed(user, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a;b\n1,5;2\n2,5;3\n3,5;5\n")
    dialog = opened(user, path)
    box = dialog.findChild(QComboBox, "separator")
    assert box.currentText() == "semicolon (found out)"
    box.setCurrentIndex(box.findText("comma"))
    box.activated.emit(box.currentIndex())
    user.wait_until(lambda: "a;b" in [row[2] for row in columns_of(dialog)], LOADING)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "t.csv is empty."),
        (bytes(range(256)), "is no table: it holds bytes that are no text."),
        (b"a,b\n", "has columns, but no rows below them."),
    ],
)
def test_that_what_is_no_table_gives_one_sentence_and_changes_nothing(
    user, tmp_path, content, sentence
):
    before = user.tab.run.spec
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    user.trigger(user.window.actions_.open_table)
    user.choose_file(path)
    user.wait_until(lambda: sentence in user.banner)
    assert user.tab.run.spec == before
    assert not user.dialogs(TableDialog)


def test_that_cells_are_pasted_from_a_spreadsheet(user):
    QGuiApplication.clipboard().setText("x\ty\n" + "".join(f"{i}\t{i * i}\n" for i in range(30)))
    user.trigger(user.window.actions_.paste_table)
    dialog = dialog_of(user)
    user.wait_until(lambda: "30 rows" in summary(dialog), LOADING)
    accept(user, dialog, "regression")
    assert "30 points · 1–32–32–1" in user.tab.subtitle.text()
    assert len(user.points_drawn) == 30  # one feature: the curve as ever
    QGuiApplication.clipboard().setText("nothing")
    user.trigger(user.window.actions_.paste_table)
    user.wait_for_banner("There is no table in the clipboard")


def test_that_own_table_without_one_asks_for_a_file(user):
    before = user.tab.run.spec
    box = user.field("data.kind")
    box.setFocus()
    QTest.keyClicks(box, "Own")  # as the first letters choose it
    QTest.keyClick(box, Qt.Key.Key_Return)
    user.wait_until(lambda: any("Tables (" in d.nameFilters()[0] for d in file_dialogs(user)))
    QTest.keyClick(file_dialogs(user)[0], Qt.Key.Key_Escape)
    assert user.tab.run.spec == before
    assert user.shows("data.kind") != "Own table"


def file_dialogs(user):
    from PySide6.QtWidgets import QFileDialog

    return user.dialogs(QFileDialog)


# What is seen ------------------------------------------------------------------------------------


def test_that_many_features_are_shown_as_predicted_against_true(user):
    example(user, "diabetes")
    user.train_to_the_end()
    plot = user.tab.table_views.predicted
    user.wait_until(lambda: np.isfinite(plot.y).all())
    drawn = [dots.getData() for dots in plot.dots]
    assert [len(x) for x, _ in drawn] == [283, 71, 88]
    spec = settings_for_table(TASKS["regression"].spec, "example:diabetes")
    trainer = Trainer(TASKS["regression"], spec)
    trainer.advance(1e9)
    chosen = trainer.state.prepared.parts.numpy() == 2
    predicted = trainer.predict(trainer.data.x.numpy()[chosen])[0][:, 0]
    assert np.allclose(drawn[2][0], trainer.data.y.numpy()[chosen, 0])
    assert np.allclose(drawn[2][1], predicted, rtol=1e-5)
    scores = scores_of(user)
    assert float(scores["R²", "Network"][2].split()[0]) > 0.3
    assert {who for _, who in scores} == {"Network", "Mean", "Linear model"}


def test_that_classes_are_shown_in_a_plane_that_can_be_chosen(user):
    example(user, "breast_cancer")
    assert user.points_drawn.shape == (569, 2)
    boxes = {box.accessibleName(): box for box in user.tab.findChildren(QComboBox)}
    across, up = boxes["Across"], boxes["Up"]
    assert across.currentText() == "Component 1"
    across.setCurrentIndex(across.findText("mean radius"))
    across.activated.emit(across.currentIndex())
    assert up.currentText() == "mean texture"
    user.wait_until(lambda: user.points_drawn[:, 0].min() > 5)  # of the radius, not a component
    user.train_to_the_end()
    user.wait_until(lambda: 0 < user.view.wrong < 40)
    user.click_plot(15, 20)
    assert user.tab.run.spec.data.kind == "table"  # rows of a table are not placed by hand


def test_that_a_click_on_a_cell_shows_its_rows(user):
    example(user, "iris")
    user.train_to_the_end()
    scores_of(user)
    page = user.tab.table_views.page
    user.wait_until(lambda: page.confusion.counts.sum() == 30)
    cell = page.confusion.cell(0, 0).center()
    QTest.mouseClick(page.confusion, Qt.MouseButton.LeftButton, pos=cell.toPoint())
    model = page.rows.model()
    assert model.rowCount() == page.confusion.counts[0, 0] > 0
    titles = [model.headerData(i, Qt.Orientation.Horizontal) for i in range(model.columnCount())]
    assert titles[:2] == ["said", "sure"]
    assert {model.index(row, 0).data() for row in range(model.rowCount())} == {"setosa"}
    assert {model.index(row, titles.index("class")).data() for row in range(model.rowCount())} == {
        "setosa"
    }


def test_that_the_importance_of_the_columns_is_worked_out_when_it_is_asked_for(user):
    example(user, "iris")
    user.train_to_the_end()
    scores_of(user)
    page = user.tab.table_views.page
    box = next(b for b in page.findChildren(QComboBox) if b.accessibleName() == "Picture")
    box.setCurrentIndex(box.findText("Importance"))
    box.activated.emit(box.currentIndex())
    user.wait_until(lambda: len(page.importance.names) == 4, LOADING)
    assert "petal" in page.importance.names[0]
    assert page.importance.isVisible()


def test_that_scores_leave_when_other_data_come(user):
    example(user, "diabetes")
    scores_of(user)
    user.choose("data.kind", "y = |x|")
    user.wait_until_ready()
    user.wait_until(lambda: user.view.isVisible())
    assert user.tab.loss_card.isVisible()
    assert not user.tab.table_views.switch.isVisible()


# The learning rate -------------------------------------------------------------------------------


def test_that_a_learning_rate_is_found_and_taken_and_the_run_stays(user):
    example(user, "diabetes")
    user.trigger(user.window.actions_.find_rate)
    dialog = dialog_of(user, LrDialog)
    user.wait_until(lambda: dialog.take.isEnabled(), LOADING)
    rate = float(dialog.take.text().split()[1])
    assert 1e-4 < rate < 1
    assert f"{dialog.plot.suggestion:.3g}" in dialog.words.text()
    QTest.mouseClick(dialog.take, Qt.MouseButton.LeftButton)
    user.wait_until(lambda: float(user.shows("optimizer.lr")) == rate)
    assert user.step == 0


@pytest.mark.parametrize(
    ("error", "words"),
    [(MemoryError, "The memory is used up"), (ValueError, "This failed unexpectedly.")],
)
def test_that_a_search_that_fails_says_so_and_lets_go(user, monkeypatch, caplog, error, words):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr("nngui.core.studies.lr_finder.find_learning_rate", fail)
    user.wait_until_ready()
    user.trigger(user.window.actions_.find_rate)
    user.wait_for_banner(words)
    assert not user.dialogs(LrDialog)
    caplog.clear()  # its traceback holds the dialog


def test_that_a_race_has_more_than_one_learning_rate(user):
    user.window.open_task("optimizers")
    user.wait_until_ready()
    user.trigger(user.window.actions_.find_rate)
    user.wait_for_banner("A learning rate is found for one network")


# Predicting, and taking it away ------------------------------------------------------------------


def test_that_a_typed_row_is_predicted_at_once(user):
    example(user, "iris")
    user.train_to_the_end()
    user.trigger(user.window.actions_.predict)
    dialog = dialog_of(user, PredictDialog)
    assert dialog.answer.text() == "setosa"
    for name, value in (("petal length (cm)", "6,5"), ("petal width (cm)", "2.4")):
        dialog.fields[name].setText(value)
    assert dialog.answer.text() == "virginica"
    dialog.fields["petal width (cm)"].setText("wide")
    assert dialog.answer.text() == "–"
    assert dialog.details.text() == "petal width (cm) is no number."
    dialog.fields["petal width (cm)"].setText("")
    assert dialog.answer.text() == "virginica"
    QTest.keyClick(dialog, Qt.Key.Key_Escape)


def test_that_a_saved_model_is_reopened_to_train_on_or_to_predict(user, tmp_path):
    example(user, "iris")
    user.train_to_the_end()
    model = tmp_path / "iris.pkl"
    user.trigger(user.window.actions_.save_model)
    user.choose_file(model)
    user.wait_for_banner("It has its preparation with it")
    user.click("Reset")
    user.wait_until_ready()
    user.trigger(user.window.actions_.open_model)
    user.choose_file(model)
    user.wait_for_banner("iris.pkl is open: hidden neurons 64, at step 0.")
    assert user.tab.run.spec.data.kind == "table"
    user.choose("data.kind", "Two clouds")  # other data: nothing of it could be trained on
    user.wait_until_ready()
    user.trigger(user.window.actions_.open_model)
    user.choose_file(model)
    dialog = dialog_of(user, PredictDialog)
    dialog.fields["petal length (cm)"].setText("1.4")
    dialog.fields["petal width (cm)"].setText("0.2")
    dialog.fields["sepal length (cm)"].setText("5.1")
    dialog.fields["sepal width (cm)"].setText("3.5")
    assert dialog.answer.text() == "setosa"
    QTest.keyClick(dialog, Qt.Key.Key_Escape)


def test_that_predicting_takes_a_table(user):
    user.trigger(user.window.actions_.predict)
    user.wait_for_banner("Predicting takes a network for a table")


def test_that_a_project_is_written(user, tmp_path):
    example(user, "iris")
    user.trigger(user.window.actions_.export_project)
    user.choose_file(tmp_path)
    user.wait_for_banner("The project is in")
    names = sorted(path.name for path in (tmp_path / "nngui-classification").iterdir())
    assert names == [
        "README.md",
        "model.pkl",
        "parameters.pkl",
        "predict.py",
        "preparation.json",
        "requirements.txt",
        "settings.toml",
        "train.py",
        "train_table.csv",
    ]
